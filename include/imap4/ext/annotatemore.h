/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/annotatemore.h - ANNOTATEMORE: annotations, as they were before METADATA.
 *
 * draft-daboo-imap-annotatemore-05, of Cyrus before 2.5, Kolab and Sun; METADATA (RFC 5464,
 * imap4/ext/metadata.h) came of it.  The commands are as all of imap4/command.h.  They end as
 * IMAP4_R_REFUSED with IMAP4_E_NOCAP where neither ANNOTATEMORE nor X-ANNOTATEMORE is announced.
 * IMAP4_CODE_ANNOTATEMORE says why a SETANNOTATION failed: imap4_event_strings() has TOOBIG or
 * TOOMANY.
 */
#ifndef IMAP4_EXT_ANNOTATEMORE_H
#define IMAP4_EXT_ANNOTATEMORE_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * GETANNOTATION: IMAP4_EV_ANNOTATION tells the values.
 *
 * @param mailbox           [copied] UTF-8, may have the wildcards of LIST; empty: the server.
 * @param entries           [copied] "/comment", may have wildcards; at least one.
 * @param entries_count     how many.
 * @param attributes        [copied] "value.priv", "value.shared", "value", may have wildcards;
 *                          at least one.
 * @param attributes_count  how many.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_getannotation(imap4_engine *engine, imap4_view mailbox,
                        const imap4_view *entries, size_t entries_count,
                        const imap4_view *attributes, size_t attributes_count, void *ctx,
                        imap4_cmd *out);

/** A value of an entry.  Frozen. */
typedef struct imap4_annotation_value {
    imap4_view entry;     /**< "/comment" */
    imap4_view attribute; /**< "value.priv"; NIL if only the name of the entry was told */
    imap4_view value;     /**< NIL: none; in SETANNOTATION: remove it */
} imap4_annotation_value;

/**
 * SETANNOTATION: sets or removes values.
 *
 * @param mailbox  [copied] UTF-8, may have the wildcards of LIST; empty: the server.
 * @param values   [copied] at least one; those of one entry stand together.
 * @param count    how many.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_setannotation(imap4_engine *engine, imap4_view mailbox,
                        const imap4_annotation_value *values, size_t count, void *ctx,
                        imap4_cmd *out);

/** An ANNOTATION response.  The library makes it and may append members. */
typedef struct imap4_annotation {
    imap4_view name; /**< the mailbox in UTF-8, empty for the server; NIL if it cannot be
                               decoded */
    imap4_view wire_name;             /**< as sent, unquoted */
    const imap4_annotation_value *at; /**< in the order of the server */
    size_t                        count;
} imap4_annotation;

/**
 * Reads an ANNOTATION response.
 *
 * @param ev   an event of type IMAP4_EV_ANNOTATION.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_annotation_get(const imap4_event       *ev,
                                                  const imap4_annotation **out);

IMAP4_END_DECLS

#endif
