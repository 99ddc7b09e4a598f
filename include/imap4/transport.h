/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/transport.h - the lowest byte pipe: TCP, a Unix socket, a child process, memory,
 * or the caller's own; and what wakes who waits for one.
 *
 * A transport moves bytes and knows nothing of IMAP; TLS and compression stack on it
 * (imap4/stack.h).  Nothing here raises SIGPIPE.  A transport is used by one thread at a
 * time; only imap4_wake_up() may be called from any thread, and from a signal handler.
 *
 * The functions that make a transport take the address of a struct whose `size` is set,
 *
 *     imap4_transport t = IMAP4_TRANSPORT;
 *     int rc = imap4_transport_unix("/run/imap.sock", imap4_now_ms() + 5000, &t);
 *
 * and leave it as it was if they fail.  Who has a transport calls its `close` once; who
 * hands it on to an object of this library that takes it over does not.
 */
#ifndef IMAP4_TRANSPORT_H
#define IMAP4_TRANSPORT_H

#include "imap4/base.h"

IMAP4_BEGIN_DECLS

/* ---- waking ------------------------------------------------------------------ */

/** Ends a wait from another thread or from a signal handler. */
typedef struct imap4_wake imap4_wake;

/**
 * Makes a wake that is not up.
 *
 * @param out  receives it [owned: imap4_wake_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOMEM; IMAP4_E_IO with errno set.
 */
IMAP4_API IMAP4_MUST_USE int imap4_wake_new(imap4_wake **out);

/**
 * Frees a wake and sets `*wake` to NULL.  Nobody may wait for it or wake with it any more.
 *
 * @param wake  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_wake_free(imap4_wake **wake);

/**
 * Ends the wait that is under way, or the next one if there is none.  Any thread may call
 * it, and a signal handler: it only sets an atomic flag and write()s, never blocks, and
 * leaves errno as it was.  Calls that come before imap4_wake_take() count as one.
 *
 * @param wake  the wake; NULL does nothing.
 */
IMAP4_API void imap4_wake_up(imap4_wake *wake);

/**
 * Was it woken since the last take?  Only this function clears that: until then every wait
 * ends at once.
 *
 * @param wake  the wake; NULL is never up.
 * @return 1 if so, which is cleared now; else 0.
 */
IMAP4_API IMAP4_MUST_USE int imap4_wake_take(imap4_wake *wake);

/* ---- a transport --------------------------------------------------------------- */

/**
 * A byte pipe, made by the functions below or by the caller.  Size-versioned: members that
 * a newer library appended are absent in a program that does not know them.  Who takes a
 * transport copies the struct; what `ctx` points to is [kept] until close() was called.
 * All functions are called from the thread that uses the transport.
 */
typedef struct imap4_transport {
    size_t size; /**< sizeof this struct */
    void  *ctx;  /**< handed to all functions */
    /**
     * Receives what is there, never blocks.  `os_errno` may be NULL; it receives errno with
     * IMAP4_E_IO.  @return > 0 bytes; 0 at the end of the stream; IMAP4_E_BUSY if nothing is
     * there now; IMAP4_E_IO.
     */
    ptrdiff_t (*recv)(void *ctx, char *buf, size_t len, int *os_errno);
    /**
     * Sends what goes now, never blocks; `bytes` is not empty, `os_errno` as above.
     * @return > 0 bytes; IMAP4_E_BUSY if none can be sent now; IMAP4_E_IO.
     */
    ptrdiff_t (*send)(void *ctx, imap4_view bytes, int *os_errno);
    /**
     * Blocks until one of `want` (IMAP4_WANT_READ, IMAP4_WANT_WRITE of imap4/engine.h; 0:
     * just waits) is ready or the deadline (clock of imap4_now_ms(), UINT64_MAX: none) has
     * passed.  Used only if there is no descriptor; may be NULL if `fd` gives one.
     * @return the bits that are ready; 0 at the deadline; IMAP4_E_INTERRUPTED by a signal;
     * IMAP4_E_IO.
     */
    int (*wait)(void *ctx, unsigned want, uint64_t deadline_ms);
    /** A descriptor to poll(), or -1.  May be NULL, which is -1; then `wait` must be set. */
    intptr_t (*fd)(void *ctx);
    /** No more bytes will be sent (half close): the peer sees the end.  May be NULL. */
    void (*shutdown)(void *ctx);
    /** Closes and frees `ctx`; called exactly once, as the last.  May be NULL. */
    void (*close)(void *ctx);
    int32_t is_private; /**< 1: nobody can listen or change bytes: a child, a Unix socket, memory */
    int32_t reserved; /**< 0 */
} imap4_transport;

/** A transport with its size set, for initialising. */
#ifdef __cplusplus
#define IMAP4_TRANSPORT                                                                  \
    (imap4_transport{ sizeof(imap4_transport), NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
                      0, 0 })
#else
#define IMAP4_TRANSPORT ((imap4_transport){ .size = sizeof(imap4_transport) })
#endif

/**
 * Waits on a transport or a wake.  A signal that does not wake is no interruption: the wait
 * goes on.  Without a descriptor it waits in slices of 100 ms and looks at the wake between
 * them.
 *
 * @param t            the transport.
 * @param wake         NULL: nothing ends the wait but the transport and the deadline.  It is
 *                     only looked at: imap4_wake_take() clears it.  At most one thread waits
 *                     for a wake at a time.
 * @param want         IMAP4_WANT_READ, IMAP4_WANT_WRITE or both; 0 just waits.
 * @param deadline_ms  on the clock of imap4_now_ms(); UINT64_MAX: none.
 * @return the bits that are ready (errors and hang-ups are ready for both); 0 when the
 *         deadline has passed; IMAP4_E_INTERRUPTED if woken, also if that was before the
 *         call; IMAP4_E_ARG if the transport lacks a function; IMAP4_E_IO with errno set.
 */
IMAP4_API IMAP4_MUST_USE int imap4_transport_wait(const imap4_transport *t,
                                                  const imap4_wake *wake, unsigned want,
                                                  uint64_t deadline_ms);

/* ---- making one ---------------------------------------------------------------- */

/** Room for an error and its words: `error.text` points into `text`, so it is good as long as
 *  this struct stays where it is. */
typedef struct imap4_transport_error {
    imap4_error error;     /**< its `where` is NIL */
    char        text[512]; /**< NUL-terminated */
} imap4_transport_error;

/**
 * A transport on a connected stream socket of the caller's, which is made non-blocking and
 * close-on-exec.
 *
 * @param fd          the socket; taken over if this succeeds: closed by `close`.
 * @param is_private  1: nobody can listen or change bytes (IMAP4_E_INSECURE then never
 *                    comes); 0: somebody can.
 * @param out         receives the transport.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_IO with errno set: it is no descriptor.
 */
IMAP4_API IMAP4_MUST_USE int imap4_transport_socket(intptr_t fd, int32_t is_private,
                                                    imap4_transport *out);

/**
 * Connects by TCP to the first address of a host that answers (imap4_dial_new()), and blocks
 * until that is done.  The look-up ends neither by the deadline nor by the wake.
 *
 * @param host         NUL-terminated name or address, at most 255 bytes.
 * @param port         TCP port, not 0.
 * @param deadline_ms  on the clock of imap4_now_ms(); UINT64_MAX: none.
 * @param wake         NULL: nothing but the deadline ends it; else as in
 *                     imap4_transport_wait().
 * @param out          receives the transport; it is not private, also on loopback.
 * @param error        receives what went wrong, with host, address and port; its `text` is
 *                     good as long as that struct.  NULL if not wanted.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOMEM; IMAP4_E_IO; IMAP4_E_TIMEOUT;
 *         IMAP4_E_INTERRUPTED if woken.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_transport_dial(const char *host, uint16_t port, uint64_t deadline_ms,
                     const imap4_wake *wake, imap4_transport *out,
                     imap4_transport_error *error);

/**
 * Connects to a Unix stream socket; it is private.
 *
 * @param path         its name in the file system, NUL-terminated.
 * @param deadline_ms  how long to wait while the server's queue is full, on the clock of
 *                     imap4_now_ms(); UINT64_MAX: for ever.
 * @param out          receives the transport.
 * @return IMAP4_OK; IMAP4_E_ARG if `path` is empty or longer than such a name can be (107
 *         bytes on Linux); IMAP4_E_TIMEOUT; IMAP4_E_IO with errno set.
 */
IMAP4_API IMAP4_MUST_USE int imap4_transport_unix(const char *path, uint64_t deadline_ms,
                                                  imap4_transport *out);

/**
 * Runs a program that talks IMAP on its standard input and output, such as an ssh to the
 * server or an imapd; both are one end of a socketpair.  It is private.  The program has our
 * standard error, environment, folder, process group and terminal, and no other descriptor
 * of ours; its signals are unblocked and, but for those that are ignored, as if nobody had
 * touched them; SIGPIPE is not ignored.
 *
 * `close` ends the program: it says the end of input and drops what still comes for up to
 * 1 s, then sends SIGTERM, and SIGKILL 1 s later; it returns when the program is gone, and
 * leaves no zombie.  A SIGCHLD that is ignored, or an application that reaps all children,
 * does no harm.
 *
 * @param argv  [copied] the program, looked for in PATH if it has no slash, and its
 *              arguments; NULL at the end.
 * @param out   receives the transport.
 * @return IMAP4_OK: it runs; IMAP4_E_ARG; IMAP4_E_NOMEM; IMAP4_E_IO with errno set, e.g.
 *         ENOENT: there is no such program.
 */
IMAP4_API IMAP4_MUST_USE int imap4_transport_child(const char *const *argv,
                                                   imap4_transport   *out);

/**
 * As imap4_transport_child(), with a line for the shell: runs `/bin/sh -c command`.  Signals
 * go to the shell; begin the last command with `exec` to have it be the program.
 *
 * @param command  [copied] NUL-terminated.  It is code: never build it from what others say.
 * @param out      receives the transport.
 * @return as imap4_transport_child(); what the shell cannot do is not known here, it ends.
 */
IMAP4_API IMAP4_MUST_USE int imap4_transport_command(const char      *command,
                                                     imap4_transport *out);

/**
 * Two ends connected in memory: what one sends the other receives, 64 KiB each way before
 * IMAP4_E_BUSY.  No descriptors.  The ends may be used by two threads, or both by one, which
 * then must not wait for itself without a deadline.  An end that was closed, or shut down, is
 * the end of the stream for the other, behind what was sent; sending to an end that is closed
 * is IMAP4_E_IO with EPIPE.  Both are private.
 *
 * @param a  receives one end.
 * @param b  receives the other; not the same struct.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_transport_pair(imap4_transport *a, imap4_transport *b);

IMAP4_END_DECLS

#endif
