/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/net.h - URLs, connecting, sockets, the clock: what a driver needs of the OS.
 *
 * A socket is an intptr_t, -1 for none.  All sockets made here are non-blocking and
 * close-on-exec, with TCP_NODELAY and keep-alive; nothing here raises SIGPIPE.
 */
#ifndef IMAP4_NET_H
#define IMAP4_NET_H

#include "imap4/base.h"

IMAP4_BEGIN_DECLS

/* ---- URLs ------------------------------------------------------------------ */

/** How the pipe becomes private. */
typedef enum imap4_security {
    IMAP4_SECURITY_TLS      = 1, /**< imaps://, implicit TLS: port 993 (RFC 8314) */
    IMAP4_SECURITY_STARTTLS = 2, /**< imap://, STARTTLS is required: port 143 */
    IMAP4_SECURITY_INSECURE = 3  /**< imap+insecure://, never: port 143 */
} imap4_security;

/** A server, taken apart.  The caller owns the struct; strings are NUL-terminated. */
typedef struct imap4_url {
    int32_t  security; /**< an imap4_security */
    uint16_t port;
    uint16_t reserved;
    char     host[256];    /**< name or address, an IPv6 address without its brackets */
    char     user[256];    /**< percent-decoded; empty if there is none */
    char     mailbox[512]; /**< percent-decoded; empty if there is none */
} imap4_url;

/**
 * Reads "imaps://user@host:port/mailbox" (RFC 3986, RFC 5092, with the schemes of this
 * library).  %XX is decoded in user, host and mailbox.  The rest of RFC 5092 (;AUTH=,
 * ;UIDVALIDITY=, ;UID=, a search) is refused and not dropped.
 *
 * @param text   the URL.
 * @param out    is filled; unchanged on failure.
 * @param error  receives what is wrong, NULL if not wanted; its views are static or parts
 *               of `text`, and never show a password.
 * @return IMAP4_OK; IMAP4_E_ARG: not such a URL, or it holds a password (whoever sees the
 *         command line or a log would see it), a control character (CR, LF and NUL above
 *         all), a host that is not ASCII, or a part that is too long.
 */
IMAP4_API IMAP4_MUST_USE int imap4_url_parse(imap4_view text, imap4_url *out,
                                             imap4_error *error);

/* ---- connecting -------------------------------------------------------------- */

/** One connection being made to any address of a host (RFC 8305). */
typedef struct imap4_dial imap4_dial;

/**
 * Looks the host up; imap4_dial_step() connects.  The look-up blocks for as long as the
 * system's resolver does (getaddrinfo()), so deadlines count from after this call.
 *
 * @param host  NUL-terminated name or address, at most 255 bytes.
 * @param port  TCP port, not 0.
 * @param out   receives the dial [owned: imap4_dial_free()], also with IMAP4_E_IO, so that
 *              imap4_dial_error() can be asked; else untouched on failure.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_IO if the host has no address; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_dial_new(const char *host, uint16_t port,
                                            imap4_dial **out);

/**
 * Goes on connecting: starts the next address 250 ms after the one before, families in
 * turn, and sees whether one has answered.  Never blocks.
 *
 * @param dial         the dial.
 * @param now_ms       imap4_now_ms().
 * @param deadline_ms  receives when to call again if no socket becomes writable before;
 *                     UINT64_MAX for never.
 * @return 1 when connected: take it with imap4_dial_take(); 0: wait until a socket of
 *         imap4_dial_sockets() is writable, or for the deadline; IMAP4_E_IO if all failed.
 */
IMAP4_API IMAP4_MUST_USE int imap4_dial_step(imap4_dial *dial, uint64_t now_ms,
                                             uint64_t *deadline_ms);

/**
 * The sockets to wait for (writable).  They change with every step.
 *
 * @param dial   the dial.
 * @param fds    receives at most `count` sockets.
 * @param count  room in `fds`; 16 is always enough.
 * @return how many there are.
 */
IMAP4_API size_t imap4_dial_sockets(const imap4_dial *dial, intptr_t *fds, size_t count);

/**
 * Gives the connected socket [owned: imap4_sock_close()].
 *
 * @param dial  a dial whose step returned 1.
 * @return the socket; -1 if there is none, or it was taken.
 */
IMAP4_API intptr_t imap4_dial_take(imap4_dial *dial);

/**
 * Why the connection could not be made, with host, address and port; of several addresses
 * the one that failed last stands for all.
 *
 * @param dial  the dial.
 * @return good as long as the dial.
 */
IMAP4_API const imap4_error *imap4_dial_error(const imap4_dial *dial);

/**
 * Closes what was not taken, frees, sets `*dial` to NULL.
 *
 * @param dial  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_dial_free(imap4_dial **dial);

/**
 * Blocks until the dial is connected: imap4_dial_step() and poll() in one.
 *
 * @param dial         the dial.
 * @param deadline_ms  on the clock of imap4_now_ms(); UINT64_MAX: none.
 * @return the socket [owned: imap4_sock_close()]; IMAP4_E_IO; IMAP4_E_TIMEOUT;
 *         IMAP4_E_INTERRUPTED: a signal came, call again.
 */
IMAP4_API IMAP4_MUST_USE intptr_t imap4_dial_wait(imap4_dial *dial, uint64_t deadline_ms);

/* ---- sockets ----------------------------------------------------------------- */

/**
 * Makes a socket of the caller's fit for the functions below: non-blocking,
 * close-on-exec, no delay.
 *
 * @param fd  the socket.
 * @return IMAP4_OK; IMAP4_E_IO.
 */
IMAP4_API IMAP4_MUST_USE int imap4_sock_prepare(intptr_t fd);

/**
 * Receives what is there.  Interrupted calls are repeated.
 *
 * @param fd        the socket.
 * @param buf       where to.
 * @param len       room, > 0.
 * @param os_errno  receives errno with IMAP4_E_IO; may be NULL.
 * @return the number of bytes; 0 at the end of the stream; IMAP4_E_BUSY if nothing is there
 *         now; IMAP4_E_IO.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_sock_recv(intptr_t fd, char *buf, size_t len,
                                                   int *os_errno);

/**
 * Sends what can be sent now.  Never raises SIGPIPE.
 *
 * @param fd        the socket.
 * @param bytes     what to send.
 * @param os_errno  receives errno with IMAP4_E_IO; may be NULL.
 * @return the number of bytes; IMAP4_E_BUSY if none can be sent now; IMAP4_E_IO.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_sock_send(intptr_t fd, imap4_view bytes,
                                                   int *os_errno);

/**
 * Blocks until a socket is ready.
 *
 * @param fd           the socket.
 * @param want         IMAP4_WANT_READ, IMAP4_WANT_WRITE or both (imap4/engine.h); 0 just
 *                     waits.
 * @param deadline_ms  on the clock of imap4_now_ms(); UINT64_MAX: none.
 * @return the bits that are ready (errors and hang-ups are ready for both); 0 when the
 *         deadline has passed; IMAP4_E_INTERRUPTED by a signal; IMAP4_E_IO.
 */
IMAP4_API IMAP4_MUST_USE int imap4_sock_wait(intptr_t fd, unsigned want,
                                             uint64_t deadline_ms);

/**
 * Closes a socket.
 *
 * @param fd  the socket; -1 is allowed.
 */
IMAP4_API void imap4_sock_close(intptr_t fd);

/* ---- the clock, entropy -------------------------------------------------------- */

/**
 * Milliseconds on a clock that never goes back and counts while the machine sleeps.
 *
 * @return milliseconds since some moment.
 */
IMAP4_API uint64_t imap4_now_ms(void);

/**
 * Random bytes from the system, for imap4_engine_options.tag_seed.
 *
 * @param buf  receives them.
 * @param len  at most 256.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_IO.
 */
IMAP4_API IMAP4_MUST_USE int imap4_entropy(void *buf, size_t len);

IMAP4_END_DECLS

#endif
