/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/stack.h - an engine and its byte layers, with the engine's four pipes.
 *
 *     socket --> imap4_stack_recv_buf/_commit --> [tls] --> [deflate] --> engine
 *     socket <-- imap4_stack_send_buf/_ack    <-- [tls] <-- [deflate] <-- engine
 *
 * A driver knows only the stack: it asks imap4_stack_want() and moves bytes, whatever
 * layers there are.  Events are taken from the engine.  Without a layer the stack lends
 * the engine's own buffers.  It does no I/O.
 *
 * TLS is put in place by the driver, imap4_stack_add_tls().  Deflate (RFC 4978) comes by
 * itself in imap4_stack_want() behind the OK of imap4_cmd_compress(), above TLS or without it:
 * what came along with the OK goes through it, and so does what a receive brings that was
 * posted before.  Nothing is inflated that the engine has no room for; a stream that is no
 * deflate ends the session with IMAP4_E_FRAMING.
 */
#ifndef IMAP4_STACK_H
#define IMAP4_STACK_H

#include "imap4/engine.h"

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */
struct ssl_st;     /* and SSL */

IMAP4_BEGIN_DECLS

/** What a build has beyond the core: bits of imap4_features(). */
typedef enum imap4_feature {
    IMAP4_FEATURE_TLS     = 1, /**< imap4_stack_add_tls() */
    IMAP4_FEATURE_DEFLATE = 2, /**< imap4_cmd_compress() on an imap4_stack */
    IMAP4_FEATURE_SASL    = 4  /**< SCRAM and CRAM-MD5 of imap4/sasl.h */
} imap4_feature;

/**
 * Tells what the library that runs was built with.
 *
 * @return bits of imap4_feature.
 */
IMAP4_API uint32_t imap4_features(void);

/** An engine with the layers below it. */
typedef struct imap4_stack imap4_stack;

/**
 * Makes a stack without layers on an engine.
 *
 * @param engine     [kept] until imap4_stack_free(); it is not freed with the stack.
 * @param allocator  [copied] NULL: malloc and friends.
 * @param out        receives the stack [owned: imap4_stack_free()].
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_stack_new(imap4_engine *engine, const imap4_allocator *allocator, imap4_stack **out);

/**
 * Frees a stack and its layers, not the engine, and sets `*stack` to NULL.
 *
 * @param stack  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_stack_free(imap4_stack **stack);

/** How TLS is to be; every zero but `size` is the secure default.  Members that a newer
 *  library appended take their defaults. */
typedef struct imap4_tls_options {
    size_t             size; /**< sizeof this struct */
    struct ssl_ctx_st *ctx; /**< the caller's SSL_CTX [kept: a reference is taken], with its own
                                  trust, versions and certificate: the four files are ignored;
                                  NULL: one is made.  The peer is verified either way. */
    const char *ca_file; /**< PEM file of the authorities to trust instead of the system's */
    const char *ca_path; /**< folder of them, hashed (c_rehash), instead of the system's */
    const char *client_cert; /**< PEM file of the client's certificate chain; NULL: none */
    const char *client_key; /**< PEM file of its key, without password; NULL: in `client_cert` */
    int32_t insecure_noverify; /**< 1: believe whoever answers.  For tests of servers only. */
    int32_t reserved;          /**< 0 */
} imap4_tls_options;

/**
 * Puts a TLS client at the bottom of the stack: from the start (implicit TLS), or when
 * IMAP4_WANT_LAYER asks for it.  TLS 1.2 or newer, no compression, no renegotiation; the
 * chain and the host name are verified (RFC 9525: subjectAltName only) unless the options
 * say otherwise.  When the handshake is done, the engine is told that the pipe is
 * private; nothing passes before.  The deadline of the handshake is the driver's.
 *
 * A failure ends the session with IMAP4_E_TLS and words such as "certificate verify
 * failed: unable to get local issuer certificate (host imap.example.org); name its
 * authority as ca_file".  OpenSSL takes its own memory with malloc().
 *
 * @param stack  the stack.
 * @param host   [copied] NUL-terminated: the name that was asked for, which the
 *               certificate must have, or an address (then no SNI is sent, RFC 6066).
 *               A dot at the end is left out.
 * @param opt    [copied] NULL for all defaults.
 * @return IMAP4_OK; IMAP4_E_NOMEM; IMAP4_E_ARG; IMAP4_E_STATE if there is a layer, or
 *         if imap4_stack_recv_buf() is lent (cancel the receive, commit what came, or 0);
 *         IMAP4_E_TLS: a file cannot be read, see imap4_stack_error(); IMAP4_E_NOTIMPL in a
 *         build without TLS.
 */
IMAP4_API IMAP4_MUST_USE int imap4_stack_add_tls(imap4_stack *stack, const char *host,
                                                 const imap4_tls_options *opt);

/**
 * Is the TLS handshake over?
 *
 * @param stack  the stack.
 * @return 1: bytes of the engine can pass (also without a layer); 0: not yet.
 */
IMAP4_API int imap4_stack_is_open(const imap4_stack *stack);

/**
 * Says in words what protects the pipe: "TLSv1.3 TLS_AES_256_GCM_SHA384".
 *
 * @param stack  the stack.
 * @return good as long as the stack; NIL without TLS or before the handshake is over.
 */
IMAP4_API imap4_view imap4_stack_protection(const imap4_stack *stack);

/**
 * The caller's look at OpenSSL: certificates, ciphers, sessions.  Whoever reads, writes or
 * shuts down through it breaks the stack.
 *
 * @param stack  the stack.
 * @return the SSL, good as long as the stack; NULL without TLS.
 */
IMAP4_API struct ssl_st *imap4_stack_ssl(const imap4_stack *stack);

/**
 * A value that both ends of this TLS connection have and nobody between them, for
 * `channel_binding` of imap4_credentials (RFC 5056).  The types:
 *
 *     tls-exporter          RFC 9266: TLS 1.3; TLS 1.2 with an extended master secret
 *     tls-unique            RFC 5929: TLS 1.2 with an extended master secret (RFC 7627), in a
 *                           session that was not resumed
 *     tls-server-end-point  RFC 5929: a hash of the server's certificate; it does not tell
 *                           apart two connections to servers with the same one
 *
 * NIL takes the first of the first two that this connection has: with TLS 1.3 tls-exporter,
 * with TLS 1.2 tls-unique.
 *
 * @param stack  the stack, when imap4_stack_is_open().
 * @param type   IMAP4_V("tls-exporter") ..., or NIL.
 * @param name   receives the type that it is, a constant; may be NULL.
 * @param value  receives the bytes [borrowed], good until the next call of this and no longer
 *               than the stack; NIL on failure.
 * @return IMAP4_OK; IMAP4_E_ARG: no such type; IMAP4_E_STATE: no TLS, or its handshake is not
 *         over; IMAP4_E_ABSENT: this connection cannot have that type; IMAP4_E_TLS: OpenSSL
 *         failed; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_stack_channel_binding(imap4_stack *stack, imap4_view type, imap4_view *name,
                            imap4_view *value);

/**
 * As imap4_engine_want(): the bits now speak of the socket's bytes.  With a layer, bytes
 * move between it and the engine here.
 *
 * @param stack        the stack.
 * @param now_ms       the clock, as imap4_engine_want() takes it.
 * @param deadline_ms  receives when to ask again; UINT64_MAX for never.  May be NULL.
 * @return bits of imap4_want; IMAP4_WANT_LAYER asks for imap4_stack_add_tls().
 */
IMAP4_API unsigned imap4_stack_want(imap4_stack *stack, uint64_t now_ms,
                                    uint64_t *deadline_ms);

/**
 * As imap4_engine_recv_buf().
 *
 * @param stack  the stack.
 * @param len    receives the room in bytes.
 * @return where to write; good until imap4_stack_recv_commit(); NULL if there is no room.
 */
IMAP4_API char *imap4_stack_recv_buf(imap4_stack *stack, size_t *len);

/**
 * As imap4_engine_recv_commit().
 *
 * @param stack  the stack.
 * @param len    bytes, at most what was lent; 0 gives it back unused.
 * @return IMAP4_OK; IMAP4_E_ARG; the error that ended the connection.
 */
IMAP4_API IMAP4_MUST_USE int imap4_stack_recv_commit(imap4_stack *stack, size_t len);

/**
 * As imap4_engine_recv_eof().  A stream that TLS did not end (close_notify) was cut:
 * IMAP4_E_TLS, unless the session was over by BYE or LOGOUT.  What came before goes to the
 * engine first.
 *
 * @param stack  the stack.
 * @return IMAP4_OK; errors come from imap4_engine_next().
 */
IMAP4_API IMAP4_MUST_USE int imap4_stack_recv_eof(imap4_stack *stack);

/**
 * As imap4_engine_send_buf().
 *
 * @param stack  the stack.
 * @return bytes for the socket, which stay where they are until imap4_stack_send_ack(),
 *         whatever else is called meanwhile; {NULL, 0} if there are none.
 */
IMAP4_API imap4_view imap4_stack_send_buf(imap4_stack *stack);

/**
 * As imap4_engine_send_ack().
 *
 * @param stack  the stack.
 * @param len    how many of the lent bytes were written.
 */
IMAP4_API void imap4_stack_send_ack(imap4_stack *stack, size_t len);

/**
 * Asks the layers to say farewell (TLS: close_notify); what they have to say comes out of
 * imap4_stack_send_buf().
 *
 * @param stack  the stack.
 */
IMAP4_API void imap4_stack_shutdown(imap4_stack *stack);

/**
 * The error of a layer, or else of the engine.
 *
 * @param stack  the stack.
 * @return good as long as the stack; its `code` is IMAP4_OK if there is none.
 */
IMAP4_API const imap4_error *imap4_stack_error(const imap4_stack *stack);

IMAP4_END_DECLS

#endif
