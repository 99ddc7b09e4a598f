/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/base.h - views, status codes, errors, the allocator, the version.
 *
 * Every other header includes this one.
 *
 * Words used in all comments of this library:
 *
 *   [borrowed E]  the memory is the library's; good until the next call of
 *                 imap4_engine_next() (or imap4_reader_next()) on that object,
 *                 or its free.
 *   [borrowed C]  good until the IMAP4_EV_DONE of that command was taken.
 *   [copied]      the callee copies what it needs before it returns.
 *   [kept]        the callee keeps the pointer: the caller keeps the memory
 *                 alive and unchanged until the event that is named.
 *   [owned]       the caller frees it, with the function that is named.
 *
 * Threads: no object of this library locks anything, and there is no global
 * state.  One object is used by one thread at a time; different objects are
 * independent.  Functions that take no object are pure and may be called from
 * any thread.
 */
#ifndef IMAP4_BASE_H
#define IMAP4_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define IMAP4_BEGIN_DECLS extern "C" {
#define IMAP4_END_DECLS   }
#else
#define IMAP4_BEGIN_DECLS
#define IMAP4_END_DECLS
#endif

#if defined(__GNUC__)
#define IMAP4_API      __attribute__((visibility("default")))
#define IMAP4_MUST_USE __attribute__((warn_unused_result))
#else
#define IMAP4_API
#define IMAP4_MUST_USE
#endif

#define IMAP4_VERSION_MAJOR  0
#define IMAP4_VERSION_MINOR  1
#define IMAP4_VERSION_PATCH  0
#define IMAP4_VERSION_STRING "0.1.0"
/** The version of these headers, 0xMMmmpp; compare with imap4_version(). */
#define IMAP4_VERSION_NUM                                                                \
    ((IMAP4_VERSION_MAJOR << 16) | (IMAP4_VERSION_MINOR << 8) | IMAP4_VERSION_PATCH)

IMAP4_BEGIN_DECLS

/**
 * A run of bytes owned by somebody else.  Never NUL-terminated; may hold NUL.
 * NIL is {NULL, 0}.  The empty string has a non-NULL `ptr` and `len` 0.
 */
typedef struct imap4_view {
    const char *ptr; /**< first byte, NULL for NIL */
    size_t      len; /**< in bytes */
} imap4_view;

/** View of a string literal, without strlen(): IMAP4_V("INBOX"). */
#ifdef __cplusplus
#define IMAP4_V(lit) (imap4_view{ "" lit, sizeof(lit) - 1 })
#else
#define IMAP4_V(lit) ((imap4_view){ "" lit, sizeof(lit) - 1 })
#endif

/** The absent value, NIL. */
#ifdef __cplusplus
#define IMAP4_NIL (imap4_view{ NULL, 0 })
#else
#define IMAP4_NIL ((imap4_view){ NULL, 0 })
#endif

/** For printf: printf("%.*s", IMAP4_ARG(view)). */
#define IMAP4_ARG(v) (int)(v).len, (v).ptr

/**
 * Makes a view of a NUL-terminated string.
 *
 * @param text  NUL-terminated; NULL gives NIL.
 * @return a view of it, good as long as `text` is.
 */
IMAP4_API imap4_view imap4_view_of(const char *text);

/**
 * Compares two views byte by byte.
 *
 * @param a  any view, NIL too.
 * @param b  any view, NIL too.
 * @return 1 if they hold the same bytes; NIL equals only NIL.  Else 0.
 */
IMAP4_API int imap4_view_equal(imap4_view a, imap4_view b);

/**
 * Compares two views without regard to the case of ASCII letters, as IMAP
 * compares its keywords (RFC 3501 section 9, note 1).
 *
 * @param a  any view, NIL too.
 * @param b  any view, NIL too.
 * @return 1 if equal; NIL equals only NIL.  Else 0.
 */
IMAP4_API int imap4_view_equal_nocase(imap4_view a, imap4_view b);

/**
 * What every function that can fail returns: one of these, negative, or a value
 * >= 0.  Codes are never renumbered.  A refusal by the server (NO, BAD) is not a
 * failure of the engine: it arrives as data, in IMAP4_EV_DONE.
 *
 * There are four kinds.  Caller's mistake, without effect: ARG, STATE.  Refusal,
 * without effect: NOCAP, BUSY, LIMIT, INSECURE.  Local, one datum: SYNTAX,
 * ABSENT.  Fatal and sticky, the connection is over: FRAMING, PROTOCOL,
 * INJECTION, BYE, EOF, TIMEOUT, IO, TLS (and LIMIT, where a response could not be
 * framed within it).  NOMEM is never fatal: nothing is lost, call again.
 */
typedef enum imap4_rc {
    IMAP4_OK          = 0,
    IMAP4_NO          = 1,  /**< the IMAP4 object: the server answered NO */
    IMAP4_E_NOMEM     = -1, /**< the allocator said no; the call had no effect */
    IMAP4_E_ARG       = -2, /**< caller's mistake; the call had no effect */
    IMAP4_E_STATE     = -3, /**< not in this state: see imap4_engine_state() */
    IMAP4_E_NOCAP     = -4, /**< the server does not announce the extension */
    IMAP4_E_BUSY      = -5, /**< would be ambiguous next to a command in flight */
    IMAP4_E_LIMIT     = -6, /**< a limit was reached; the text names it (doc/limits.md) */
    IMAP4_E_FRAMING   = -7, /**< the byte stream is lost; connection is over */
    IMAP4_E_SYNTAX    = -8, /**< this datum is malformed; connection is fine */
    IMAP4_E_INJECTION = -9, /**< bytes arrived in clear after STARTTLS was OKed */
    IMAP4_E_BYE       = -10,   /**< the server closed the session */
    IMAP4_E_EOF       = -11,   /**< the stream ended without BYE */
    IMAP4_E_ABSENT    = -12,   /**< the response has no such datum */
    IMAP4_E_INTERRUPTED = -13, /**< a wait was ended from outside */
    IMAP4_E_BAD         = -14, /**< the IMAP4 object only: the server answered BAD */
    IMAP4_E_IO          = -15, /**< a system call failed: see error->os_errno */
    IMAP4_E_TLS         = -16, /**< TLS failed: see error->text */
    IMAP4_E_TIMEOUT     = -17, /**< a deadline passed */
    IMAP4_E_PROTOCOL = -18, /**< well framed, but breaks the protocol (tag never sent) */
    IMAP4_E_INSECURE = -19, /**< would send a secret over a pipe that is not private */
    IMAP4_E_NOTIMPL  = -20, /**< this build was made without that part */
    IMAP4_E_READONLY = -21  /**< the IMAP4 object: the mailbox cannot be changed */
} imap4_rc;

/**
 * What went wrong, in full.  It lives in the object that failed; the library
 * owns it and may append members.
 */
typedef struct imap4_error {
    int32_t    code;     /**< an imap4_rc */
    int32_t    os_errno; /**< errno of the failed system call, or 0 */
    imap4_view text;     /**< one line for people, no final period, no newline */
    imap4_view where;    /**< the bytes in question, at most 80, secrets masked */
    uint64_t   offset;   /**< of `where` in the inbound stream, 0 if not from there */
    int32_t    hint;     /**< an imap4_hint (imap4/event.h): why the server ended it */
    int32_t    reserved;
} imap4_error;

/**
 * Describes a status code: imap4_strerror(IMAP4_E_BUSY) is "E_BUSY: ...".
 *
 * @param code  any int; unknown values give a generic text.
 * @return a NUL-terminated static string, never NULL.
 */
IMAP4_API const char *imap4_strerror(int code);

/**
 * The version of the library that runs, which may be newer than the one whose
 * headers you compiled with (IMAP4_VERSION_NUM).
 *
 * @return 0xMMmmpp.
 */
IMAP4_API uint32_t imap4_version(void);

/**
 * Three functions and a context; all three must be set.  Handed to the `_new`
 * functions; every byte of that object comes from it.  They are called from the
 * thread that calls the library.
 */
typedef struct imap4_allocator {
    /** @return `size` bytes (never 0 are asked for), or NULL. */
    void *(*alloc)(void *ctx, size_t size);
    /** As realloc(); `ptr` is never NULL, `size` never 0. @return NULL leaves `ptr` as it was. */
    void *(*resize)(void *ctx, void *ptr, size_t old_size, size_t size);
    /** `ptr` may be NULL; `size` is what was asked for last. */
    void (*release)(void *ctx, void *ptr, size_t size);
    void *ctx; /**< handed to all three */
} imap4_allocator;

IMAP4_END_DECLS

#endif
