/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/engine.h - one IMAP session without a socket.
 *
 *     socket bytes --> imap4_engine_recv_buf/_commit --> imap4_engine_next --> you
 *     socket bytes <-- imap4_engine_send_buf/_ack    <-- imap4_cmd_*       <-- you
 *
 * The engine never opens, reads, writes or waits for anything, never asks for the
 * time or for random numbers, and calls none of your code but the allocator.
 * Whoever owns the socket and the clock is called the driver; the headers in adapt/
 * are drivers.
 *
 * A driver's loop: ask imap4_engine_want(); if NEXT, take events; if WRITE, send
 * what imap4_engine_send_buf() lends; if READ, receive into imap4_engine_recv_buf().
 * Read while you write: both bits may be set for as long as a server likes.
 */
#ifndef IMAP4_ENGINE_H
#define IMAP4_ENGINE_H

#include "imap4/diag.h"
#include "imap4/event.h"

IMAP4_BEGIN_DECLS

/** One IMAP session: its state, the commands in flight, the bytes both ways. */
typedef struct imap4_engine imap4_engine;

/**
 * Options of an engine.  Zero it, set `size`, change members; every other zero means
 * the default (doc/limits.md).  `size` says which edition of the struct you were
 * compiled with: members that a newer library appended take their defaults.
 */
typedef struct imap4_engine_options {
    size_t                 size;      /**< sizeof this struct; 0 is refused */
    const imap4_allocator *allocator; /**< [copied] NULL: malloc and friends */
    uint8_t     tag_seed[16]; /**< random bytes: tags cannot be foretold; all zero: the
                                              fixed prefix "A" (tests, transcripts) */
    const char *tag_prefix; /**< [copied] 1 to 16 letters or digits, a letter first; overrides
                                 `tag_seed`; NULL: not */
    int32_t     secure; /**< 1: the pipe is private from the start (implicit TLS, a Unix
                                 socket, a child).  Loopback TCP is not. */
    int32_t     mode;   /**< an imap4_mode (imap4/reader.h) */
    int32_t insecure_allow_plaintext; /**< 1: send passwords over a pipe that is not private */
    int32_t no_auto_capability; /**< 1: do not ask for CAPABILITY by itself when it is unknown */
    int32_t  allow_overlap; /**< 1: send overlapping FETCHes without waiting */
    int32_t  refuse_busy;   /**< 1: IMAP4_E_BUSY instead of waiting in the queue */
    int32_t  trace;         /**< 1: keep a masked trace for imap4_engine_trace() */
    uint32_t max_depth;     /**< nested parentheses in one datum: 100 */
    size_t   max_response;  /**< bytes held for one response: 8 MiB */
    size_t inline_literal;  /**< longer streamable ones come as IMAP4_EV_BODY_*: 64 KiB */
    uint64_t max_literal;   /**< a longer one is fatal: no limit */
    uint32_t max_pipeline;  /**< commands on the wire at once: 16 */
    uint32_t max_queue;     /**< commands waiting and in flight: 1,024 */
    uint32_t max_line;      /**< octets of a command line, literals not counted: 8,000 */
    uint32_t command_timeout_ms; /**< without any answer: 120,000; UINT32_MAX: never */
    uint32_t idle_renew_ms;      /**< re-issue IDLE after: 540,000 (9 minutes) */
    uint32_t max_renewals; /**< how often what no command asked for (INPROGRESS of RFC 9585,
                                EXISTS, ...) may renew `command_timeout_ms`: 10; UINT32_MAX: always */
    uint32_t max_unsolicited; /**< responses that no command asked for, until one is answered:
                                   10,000,000; UINT32_MAX: no limit */
    const char *quirks; /**< [copied] rows of imap4/quirk.h that are switched on, or off behind
                             "!": "short-lines !back-off"; an unknown one is E_ARG.  NULL: all
                             as by default */
} imap4_engine_options;

/** Options with their size set, for initialising. */
#ifdef __cplusplus
static inline imap4_engine_options imap4_engine_options_init(void)
{
    imap4_engine_options opt = imap4_engine_options();
    opt.size                 = sizeof(imap4_engine_options);
    return opt;
}
#define IMAP4_ENGINE_OPTIONS (imap4_engine_options_init())
#else
#define IMAP4_ENGINE_OPTIONS                                                             \
    ((imap4_engine_options){ .size = sizeof(imap4_engine_options) })
#endif

/**
 * Makes an engine that waits for a server greeting.  No I/O happens.
 *
 * @param opt  [copied] NULL for all defaults.
 * @param out  receives the engine [owned: imap4_engine_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_NOMEM; IMAP4_E_ARG if an option is not understood.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_new(const imap4_engine_options *opt,
                                              imap4_engine              **out);

/**
 * Frees an engine and everything borrowed from it, and sets `*engine` to NULL.
 * Commands still in flight get no IMAP4_EV_DONE.  Secrets are wiped.
 *
 * @param engine  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_engine_free(imap4_engine **engine);

/** What the engine can use next; any combination, never 0. */
typedef enum imap4_want {
    IMAP4_WANT_READ  = 1, /**< it has room for bytes from the peer */
    IMAP4_WANT_WRITE = 2, /**< it has bytes for the peer */
    IMAP4_WANT_NEXT = 4, /**< imap4_engine_next() will return an event (or the error) now */
    IMAP4_WANT_LAYER = 8, /**< put imap4_engine_layer() in place, then imap4_engine_layer_ready() */
    IMAP4_WANT_CLOSE = 16, /**< nothing more will come; exclusive of the others */
    IMAP4_WANT_DATA  = 32  /**< a command waits for imap4_cmd_write(): informative */
} imap4_want;

/**
 * Asks what to do next.  Costs a few loads; call it as often as you like.  An empty
 * inbound buffer is given back to the allocator here when no command is in flight.
 *
 * @param engine       the engine.
 * @param now_ms       a monotonic clock in milliseconds (CLOCK_BOOTTIME where there is
 *                     one); fires the engine's timers.
 * @param deadline_ms  receives when to ask again if nothing happens before, on the same
 *                     clock; UINT64_MAX for never.  May be NULL.
 * @return bits of imap4_want.
 */
IMAP4_API unsigned imap4_engine_want(imap4_engine *engine, uint64_t now_ms,
                                     uint64_t *deadline_ms);

/**
 * Lends the free end of the input buffer, so that bytes from the peer are read
 * straight into the place where they will be parsed.
 *
 * @param engine  the engine.
 * @param len     receives the room in bytes.
 * @return where to write; good until imap4_engine_recv_commit(), whatever else is called
 *         meanwhile: a completion-based loop may hold it and queue commands.  The same
 *         again if it is lent already.  NULL (and `*len` 0) if the engine does not want to read now, or if memory could not be
 *         had (nothing is lost: ask again).
 */
IMAP4_API char *imap4_engine_recv_buf(imap4_engine *engine, size_t *len);

/**
 * Says how many bytes were put into the lent buffer; 0 gives it back unused.  The end
 * of the stream is imap4_engine_recv_eof(), not 0.
 *
 * @param engine  the engine.
 * @param len     bytes, at most what was lent.
 * @return IMAP4_OK; IMAP4_E_ARG if nothing was lent or `len` is too large; the error that
 *         ended the connection if it is over.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_recv_commit(imap4_engine *engine, size_t len);

/**
 * Says that the peer closed its side.  Events that were complete come first; then every
 * command of which something was sent ends as IMAP4_R_LOST, the others as
 * IMAP4_R_SKIPPED, and imap4_engine_next() returns IMAP4_E_EOF.  If the server had said BYE
 * to our LOGOUT, that ends as IMAP4_R_OK, and imap4_engine_next() returns 0.
 *
 * @param engine  the engine.
 * @return IMAP4_OK.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_recv_eof(imap4_engine *engine);

/**
 * Says that the pipe below broke: a system call failed, TLS failed, a deadline of the
 * driver passed.  Fatal, as imap4_engine_recv_eof().
 *
 * @param engine    the engine.
 * @param code      IMAP4_E_IO, IMAP4_E_TLS, IMAP4_E_TIMEOUT or IMAP4_E_INTERRUPTED.
 * @param os_errno  errno or 0.
 * @param text      [copied] one line for people, without CR and LF.
 */
IMAP4_API void imap4_engine_fail(imap4_engine *engine, int code, int os_errno,
                                 imap4_view text);

/**
 * Lends bytes which are to be written to the peer; a part may be all that is lent, ask
 * again after imap4_engine_send_ack().
 *
 * @param engine  the engine.
 * @return good until the next imap4_engine_send_ack(), whatever else is called meanwhile;
 *         {NULL, 0} if there are none.  What was lent may be answered before it is
 *         acknowledged.
 */
IMAP4_API imap4_view imap4_engine_send_buf(imap4_engine *engine);

/**
 * Says that the first `len` bytes of the lent view were written.
 *
 * @param engine  the engine.
 * @param len     at most what was lent; more is taken as all of it.
 */
IMAP4_API void imap4_engine_send_ack(imap4_engine *engine, size_t len);

/** Which layer IMAP4_WANT_LAYER asks for. */
typedef enum imap4_layer {
    IMAP4_LAYER_NONE = 0, /**< none is wanted */
    IMAP4_LAYER_TLS  = 1, /**< behind the OK of STARTTLS */
    IMAP4_LAYER_DEFLATE = 2 /**< raw deflate (RFC 1951), behind the OK of COMPRESS (RFC 4978) */
} imap4_layer;

/**
 * Tells which layer is to be put in place.  An imap4_stack does so for IMAP4_LAYER_DEFLATE by
 * itself.
 *
 * @param engine  the engine.
 * @return an imap4_layer; IMAP4_LAYER_NONE if none is wanted.
 */
IMAP4_API int imap4_engine_layer(const imap4_engine *engine);

/**
 * What came along with the OK of COMPRESS, or was committed since: it is compressed, and the
 * first input of the layer.  imap4_engine_layer_ready() forgets it, so take it before.
 * (Behind STARTTLS there is nothing: bytes in clear end the session.)
 *
 * @param engine  the engine.
 * @return good until bytes are committed or imap4_engine_layer_ready() is called; no bytes if
 *         there are none, or if the wanted layer is not IMAP4_LAYER_DEFLATE.
 */
IMAP4_API imap4_view imap4_engine_layer_input(const imap4_engine *engine);

/**
 * Says that the layer which IMAP4_WANT_LAYER asked for is in place; or, before the
 * greeting, that the pipe has become private (implicit TLS is up).
 *
 * @param engine  the engine.
 * @param secure  1: the pipe is private now; of IMAP4_LAYER_DEFLATE it is what it was.
 * @return IMAP4_OK; IMAP4_E_STATE if no layer was wanted.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_layer_ready(imap4_engine *engine, int secure);

/**
 * Takes the next event.  This is the only function through which the engine tells
 * anything, so no code of yours ever runs inside the library.
 *
 * @param engine  the engine.
 * @param ev      receives the event; everything reachable from it is [borrowed E]; NULL if
 *                there is none.
 * @return 1 with an event; 0 if there is none until more bytes arrive; IMAP4_E_NOMEM
 *         (nothing is lost, call again) or what ended the connection, for ever.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_next(imap4_engine       *engine,
                                               const imap4_event **ev);

/**
 * The error that ended the connection.  Sticky: it stays until the free.  Of IMAP4_E_BYE,
 * `where` has the server's words.
 *
 * @param engine  the engine.
 * @return good as long as the engine; its `code` is IMAP4_OK if there is none.
 */
IMAP4_API const imap4_error *imap4_engine_error(const imap4_engine *engine);

/**
 * Takes the next finding about what the server sent: imap4_reader_diag() of the engine's
 * reader.
 *
 * @param engine  the engine.
 * @param out     receives the finding; its views are good until the next call or
 *                imap4_engine_next().
 * @return 1 with a finding; 0 if there is none.
 */
IMAP4_API int imap4_engine_diag(imap4_engine *engine, imap4_diag *out);

/**
 * How many findings of a kind there were: imap4_reader_diag_count().
 *
 * @param engine  the engine.
 * @param kind    an imap4_diag_kind; IMAP4_DIAG_NONE: of all kinds together.
 * @return the number.
 */
IMAP4_API uint64_t imap4_engine_diag_count(const imap4_engine *engine, int32_t kind);

/**
 * Why the last imap4_cmd_*() call on this engine was refused: the argument or the bytes
 * in question.
 *
 * @param engine  the engine.
 * @return good until the next imap4_cmd_*() call; its `code` is IMAP4_OK if it succeeded.
 */
IMAP4_API const imap4_error *imap4_engine_refusal(const imap4_engine *engine);

/**
 * Tells whether the server announced a capability, and was not seen to refuse it
 * (imap4_engine_broken()).
 *
 * @param engine  the engine.
 * @param name    without regard to case: IMAP4_V("CONDSTORE"), IMAP4_V("AUTH=PLAIN").
 * @return 1 or 0; -1 if the list is not known: the server was not asked since the last
 *         login or layer change (the engine asks by itself unless told not to).
 */
IMAP4_API int imap4_engine_has(const imap4_engine *engine, imap4_view name);

/**
 * Tells whether an extension was enabled (RFC 5161): the server said so in an ENABLED
 * response, see imap4_cmd_enable().
 *
 * @param engine  the engine.
 * @param name    without regard to case: IMAP4_V("QRESYNC").
 * @return 1 or 0.
 */
IMAP4_API int imap4_engine_enabled(const imap4_engine *engine, imap4_view name);

/** The states of RFC 3501 section 3. */
typedef enum imap4_state {
    IMAP4_STATE_GREETING = 0, /**< waiting for the greeting */
    IMAP4_STATE_NOT_AUTH = 1, /**< not authenticated */
    IMAP4_STATE_AUTH     = 2, /**< authenticated, no mailbox selected */
    IMAP4_STATE_SELECTED = 3,
    IMAP4_STATE_LOGOUT   = 4, /**< after BYE or LOGOUT */
    IMAP4_STATE_DEAD     = 5  /**< after a fatal error or the end of the stream */
} imap4_state;

/**
 * The state as far as the server has confirmed it (commands in the queue are checked
 * against the state that holds if all before them succeed).
 *
 * @param engine  the engine.
 * @return an imap4_state.
 */
IMAP4_API int imap4_engine_state(const imap4_engine *engine);

/** What is known of the selected mailbox.  The library owns it and may append members. */
typedef struct imap4_mailbox {
    imap4_view name;      /**< UTF-8, as given to SELECT */
    int32_t    read_only; /**< EXAMINE, or [READ-ONLY] */
    int32_t    is_open;   /**< 0 between the sending of SELECT and its OK */
    uint32_t   exists;    /**< messages */
    uint32_t   recent;
    uint32_t   unseen;       /**< number of the first unseen message, 0 if not told */
    uint32_t   uidnext;      /**< 0 if not told */
    uint32_t   uidvalidity;  /**< 0 if not told: UIDs are not stable */
    uint32_t   expunged;     /**< EXPUNGE responses since SELECT: numbers have shifted */
    const imap4_view *flags; /**< FLAGS response, as sent */
    size_t            flags_count;
    const imap4_view *permanentflags; /**< as sent; may hold "\*" */
    size_t            permanentflags_count;
    int32_t           has_permanentflags; /**< 0: not told, so all flags are permanent */
    int32_t           uidnotsticky;       /**< 1: UIDs do not last (RFC 4315) */
    uint64_t highestmodseq; /**< as told last (RFC 7162); 0: not told, or there is none */
} imap4_mailbox;

/**
 * What is known of the selected mailbox; it follows EXISTS, RECENT, EXPUNGE, FLAGS and
 * the codes as their events are taken; VANISHED and mod-sequences too (RFC 7162).
 *
 * @param engine  the engine.
 * @return good until the next imap4_engine_next(); NULL if no mailbox is selected or being
 *         selected.
 */
IMAP4_API const imap4_mailbox *imap4_engine_mailbox(const imap4_engine *engine);

/**
 * Takes what comes in as bytes, and not as responses, from the first byte that no event was
 * made from; or reads on.  For what begins or ends outside IMAP; meanwhile no command is sent.
 *
 * @param engine  the engine.
 * @param on      1: bytes; 0: responses again.
 * @return IMAP4_OK; IMAP4_E_BUSY: a command is in flight, or an event of a piece of a response
 *         is out; IMAP4_E_STATE: the connection is over.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_bytes(imap4_engine *engine, int on);

/**
 * What has come, and was not taken.
 *
 * @param engine  the engine, of which imap4_engine_bytes() was switched on.
 * @return good until the next call on `engine`; no bytes if there are none.
 */
IMAP4_API imap4_view imap4_engine_bytes_in(const imap4_engine *engine);

/**
 * Takes the first of them.
 *
 * @param engine  the engine, of which imap4_engine_bytes() was switched on.
 * @param len     at most what imap4_engine_bytes_in() showed; more is taken as all of it.
 */
IMAP4_API void imap4_engine_bytes_take(imap4_engine *engine, size_t len);

/**
 * Sends bytes as they are.  They may be what the trace must not show: it shows only how many.
 *
 * @param engine  the engine, of which imap4_engine_bytes() was switched on.
 * @param bytes   [kept] until imap4_engine_bytes_pending() says that they went out.
 * @return IMAP4_OK; IMAP4_E_BUSY while others wait; IMAP4_E_STATE: it is not switched on.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_bytes_out(imap4_engine *engine,
                                                    imap4_view    bytes);

/** How many bytes given with imap4_engine_bytes_out() have not gone out.  @return 0: all did,
 *  and they are the caller's again. */
IMAP4_API size_t imap4_engine_bytes_pending(const imap4_engine *engine);

/** Figures for monitoring.  The caller owns the struct and sets `size`. */
typedef struct imap4_engine_figures {
    size_t   size;         /**< sizeof this struct, set by the caller */
    uint64_t bytes_in;     /**< committed */
    uint64_t bytes_out;    /**< acknowledged */
    uint64_t responses;    /**< events taken that were made from responses */
    uint64_t commands;     /**< queued since the start */
    size_t   inbound_held; /**< bytes of the inbound buffer now */
    size_t   inbound_peak; /**< the most it ever was */
    uint32_t in_flight;    /**< commands on the wire */
    uint32_t queued;       /**< commands waiting */
} imap4_engine_figures;

/**
 * Reports figures.
 *
 * @param engine  the engine.
 * @param out     `size` set by the caller; the rest is filled.
 * @return IMAP4_OK; IMAP4_E_ARG.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_stats(const imap4_engine   *engine,
                                                imap4_engine_figures *out);

/** One line of the trace. */
typedef struct imap4_trace {
    int32_t direction; /**< 'C': client, 'S': server, '!': lines were lost (the buffer is 64 KiB) */
    int32_t    reserved;
    imap4_view text; /**< without CRLF; secrets are "***", literals "<n octets>" */
} imap4_trace;

/**
 * Takes the next line of the trace, masked already: passwords, SASL and everything a
 * command marked as secret never stand in it.
 *
 * @param engine  the engine; made with `trace` 1, else there is never a line.
 * @param out     is filled; `text` is good until the next call on this engine.
 * @return 1 with a line; 0 if there is none.
 */
IMAP4_API int imap4_engine_trace(imap4_engine *engine, imap4_trace *out);

IMAP4_END_DECLS

#endif
