/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/reader.h - server bytes in, events out: a session is not needed.
 *
 *     bytes --> imap4_reader_buf/_commit --> imap4_reader_next --> you
 *
 * It knows no tags and no commands: a log, a proxy, a fuzzer, a linter and the
 * engine itself stand on it.  It does no I/O and calls nobody.
 */
#ifndef IMAP4_READER_H
#define IMAP4_READER_H

#include "imap4/event.h"

IMAP4_BEGIN_DECLS

/** What reads the bytes of one server. */
typedef struct imap4_reader imap4_reader;

/** How to take what the grammar does not allow. */
typedef enum imap4_mode {
    IMAP4_MODE_TOLERANT = 0, /**< accept what real servers send, where the meaning is certain */
    IMAP4_MODE_STRICT = 1 /**< mark it IMAP4_MARK_INVALID: for people who write servers */
} imap4_mode;

/** Options of a reader; every zero but `size` means the default (doc/limits.md). */
typedef struct imap4_reader_options {
    size_t                 size;      /**< sizeof this struct; 0 is refused */
    const imap4_allocator *allocator; /**< [copied] NULL: malloc and friends */
    int32_t                mode;      /**< an imap4_mode */
    uint32_t               max_depth; /**< nested parentheses in one datum: 100 */
    size_t   max_response;   /**< bytes held for one response: 8 MiB; at most 256 MiB */
    size_t   inline_literal; /**< longer streamable ones come as BODY_*: 64 KiB */
    uint64_t max_literal;    /**< a longer one is fatal: no limit (UINT64_MAX) */
    size_t   max_items;      /**< tokens of one response: 4,194,304 */
} imap4_reader_options;

/** Options with their size set, for initialising. */
#ifdef __cplusplus
#define IMAP4_READER_OPTIONS                                                             \
    (imap4_reader_options{ sizeof(imap4_reader_options), NULL, 0, 0, 0, 0, 0, 0 })
#else
#define IMAP4_READER_OPTIONS                                                             \
    ((imap4_reader_options){ .size = sizeof(imap4_reader_options) })
#endif

/**
 * Makes a reader.
 *
 * @param opt  [copied] NULL for all defaults.
 * @param out  receives the reader [owned: imap4_reader_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_NOMEM; IMAP4_E_ARG if `opt` is not understood.
 */
IMAP4_API IMAP4_MUST_USE int imap4_reader_new(const imap4_reader_options *opt,
                                              imap4_reader              **out);

/**
 * Frees a reader and all that is borrowed from it, and sets `*reader` to NULL.
 *
 * @param reader  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_reader_free(imap4_reader **reader);

/**
 * Lends the free end of the inbound buffer, so that bytes are read straight into
 * the place where they will be parsed.
 *
 * @param reader  the reader.
 * @param len     receives the room in bytes.
 * @return where to write; good until imap4_reader_commit(), whatever else is called
 *         meanwhile.  NULL, and `*len` 0, if there is no room while an event is out
 *         (take imap4_reader_next() until it returns 0), after a fatal error, or if
 *         memory could not be had (nothing is lost: ask again).
 */
IMAP4_API char *imap4_reader_buf(imap4_reader *reader, size_t *len);

/**
 * Says how many bytes were put into the lent buffer and takes it back; 0 means that
 * nothing came.
 *
 * @param reader  the reader.
 * @param len     at most what was lent.
 * @return IMAP4_OK; IMAP4_E_ARG if nothing was lent or `len` is too large.
 */
IMAP4_API IMAP4_MUST_USE int imap4_reader_commit(imap4_reader *reader, size_t len);

/**
 * Copies bytes in: imap4_reader_buf(), memcpy() and imap4_reader_commit() in one.
 * For bytes that lie in memory anyway.
 *
 * @param reader  the reader; no event may be out: take imap4_reader_next() until 0.
 * @param bytes   [copied] may be taken in part only.
 * @return the number of bytes taken, > 0 unless `bytes` is empty; IMAP4_E_NOMEM;
 *         IMAP4_E_BUSY if there is no room while an event is out; the fatal error.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_reader_feed(imap4_reader *reader,
                                                     imap4_view    bytes);

/**
 * Says that the stream has ended.  If it ended inside a response,
 * imap4_reader_next() returns IMAP4_E_EOF after the last event.
 *
 * @param reader  the reader.
 */
IMAP4_API void imap4_reader_eof(imap4_reader *reader);

/**
 * Takes the next event; what the one before lent is given back.
 *
 * @param reader  the reader.
 * @param ev      receives the event [borrowed E]; NULL if there is none.
 * @return 1 with an event; 0 if there is none until more bytes come (or, after
 *         imap4_reader_eof(), for good); IMAP4_E_NOMEM (nothing is lost, call
 *         again); IMAP4_E_FRAMING, IMAP4_E_LIMIT or IMAP4_E_EOF, from then on for ever.
 */
IMAP4_API IMAP4_MUST_USE int imap4_reader_next(imap4_reader       *reader,
                                               const imap4_event **ev);

/**
 * Gives the inbound buffer back to the allocator if it is empty, no event is out and
 * nothing is lent; the next imap4_reader_buf() takes a new one.
 *
 * @param reader  the reader.
 */
IMAP4_API void imap4_reader_trim(imap4_reader *reader);

/**
 * The error that ended the stream.
 *
 * @param reader  the reader.
 * @return good as long as the reader; its `code` is IMAP4_OK if there is none.
 */
IMAP4_API const imap4_error *imap4_reader_error(const imap4_reader *reader);

IMAP4_END_DECLS

#endif
