/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/keep.h - events that stand alone: a copy that lives on, or one read from the
 * bytes of a response.
 *
 * What imap4_engine_next() and imap4_reader_next() give is good until their next call.  An
 * event made here belongs to the caller, needs neither reader nor engine, and answers every
 * function of imap4/data.h and imap4/ext/ as the original does.
 */
#ifndef IMAP4_KEEP_H
#define IMAP4_KEEP_H

#include "imap4/reader.h"

IMAP4_BEGIN_DECLS

/** How imap4_event_read() reads; every zero but `size` means the default. */
typedef struct imap4_event_options {
    size_t                 size;      /**< sizeof this struct; 0 is refused */
    const imap4_allocator *allocator; /**< [copied] NULL: malloc and friends */
    int32_t                mode;      /**< an imap4_mode */
    int32_t  is_utf8;   /**< 1: mailbox names are in UTF-8 (RFC 6855 section 3) */
    uint32_t max_depth; /**< nested parentheses in one datum: 100 */
    uint32_t reserved;  /**< 0 */
    size_t   max_items; /**< tokens of the response: 4,194,304 */
} imap4_event_options;

/** Options with their size set, for initialising. */
#ifdef __cplusplus
#define IMAP4_EVENT_OPTIONS                                                              \
    (imap4_event_options{ sizeof(imap4_event_options), NULL, 0, 0, 0, 0, 0 })
#else
#define IMAP4_EVENT_OPTIONS ((imap4_event_options){ .size = sizeof(imap4_event_options) })
#endif

/**
 * Reads the bytes of one response.  It becomes one event whatever its length: a number
 * list is not cut in pieces, and a body that a reader would stream is an ordinary value.
 *
 * @param raw    [copied] the response as in imap4_event.raw: line, literal, line, ..., each
 *               line with its CRLF.  Lines that follow each other are one line, so what
 *               the pieces of a long list have in `raw` can be given one after the other.
 * @param count  of `raw`.
 * @param opt    [copied] NULL for all defaults.
 * @param out    receives the event [owned: imap4_event_free()]; untouched on failure.
 * @return IMAP4_OK, also if the response is damaged: see its `marks`; IMAP4_E_ARG if the
 *         segments are not exactly one response, or one was streamed or dropped, or if
 *         `opt` is not understood; IMAP4_E_LIMIT if it is longer than 256 MiB - 1;
 *         IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_event_read(const imap4_segment *raw, size_t count,
                                              const imap4_event_options *opt,
                                              imap4_event              **out);

/**
 * Copies an event, with all that can be asked of it.
 *
 * @param ev         an event of a reader, of an engine, or a copy; all types.
 * @param allocator  [copied] NULL: malloc and friends.
 * @param out        receives the copy [owned: imap4_event_free()]; untouched on failure.
 *                   Its `user` is the same pointer.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_event_dup(const imap4_event     *ev,
                                             const imap4_allocator *allocator,
                                             imap4_event          **out);

/**
 * Frees an event made by imap4_event_read() or imap4_event_dup() and all that is borrowed
 * from it, and sets `*ev` to NULL.
 *
 * @param ev  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_event_free(imap4_event **ev);

IMAP4_END_DECLS

#endif
