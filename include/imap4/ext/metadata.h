/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/metadata.h - METADATA (RFC 5464): notes on mailboxes and on the server.
 *
 * The commands are as all of imap4/command.h.  An empty mailbox name is the server itself; for
 * that METADATA-SERVER is enough, for mailboxes METADATA has to be announced, else they end as
 * IMAP4_R_REFUSED with IMAP4_E_NOCAP.
 *
 * Names of entries look like "/shared/comment" and "/private/vendor/NAME/colour".  They have
 * no case.  Those that no server may take (without "/" at their begin, with one at their end,
 * with "//", "*", "%", a control character or bytes beyond ASCII) are refused with
 * IMAP4_E_ARG.
 *
 * With imap4_cmd_enable(METADATA), or METADATA-SERVER if only that is announced, the server
 * tells what others change.
 */
#ifndef IMAP4_EXT_METADATA_H
#define IMAP4_EXT_METADATA_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/** How far below an entry GETMETADATA looks (RFC 5464 4.2.2). */
typedef enum imap4_metadata_depth {
    IMAP4_METADATA_ENTRY    = 0, /**< only the entry itself */
    IMAP4_METADATA_CHILDREN = 1, /**< and those right below it */
    IMAP4_METADATA_ALL      = 2  /**< and all below it: "infinity" */
} imap4_metadata_depth;

/** Options of GETMETADATA; zero but `size` is the plain command. */
typedef struct imap4_getmetadata_options {
    size_t  size;        /**< sizeof this struct */
    int32_t depth;       /**< an imap4_metadata_depth */
    int32_t has_maxsize; /**< 1: no value that is longer than `maxsize`, which may be 0; that
                              some were, imap4_code_metadata() of DONE says */
    uint32_t maxsize;    /**< bytes */
    uint32_t reserved;
} imap4_getmetadata_options;

/**
 * GETMETADATA (RFC 5464 4.2).  IMAP4_EV_METADATA answers, once or several times; of an entry
 * that does not exist, servers say NIL or nothing.
 *
 * @param mailbox  [copied] UTF-8; empty: the server.
 * @param entries  [copied] `count` names.
 * @param count    not 0.
 * @param opt      [copied] NULL for the plain command.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_getmetadata(imap4_engine *engine, imap4_view mailbox, const imap4_view *entries,
                      size_t count, const imap4_getmetadata_options *opt, void *ctx,
                      imap4_cmd *out);

/** An entry with its value.  Frozen. */
typedef struct imap4_metadata_entry {
    imap4_view name;  /**< "/private/comment" */
    imap4_view value; /**< any bytes, also NUL; NIL: there is none */
} imap4_metadata_entry;

/**
 * SETMETADATA (RFC 5464 4.3): all entries, or none if the server says NO; then
 * imap4_code_metadata() may tell why.
 *
 * @param mailbox  [copied] UTF-8; empty: the server.
 * @param entries  [copied] `count` of them; a `value` that is NIL removes the entry.
 * @param count    not 0.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_setmetadata(imap4_engine *engine, imap4_view mailbox,
                      const imap4_metadata_entry *entries, size_t count, void *ctx,
                      imap4_cmd *out);

/** A METADATA response.  The library makes it and may append members. */
typedef struct imap4_metadata {
    imap4_view name; /**< the mailbox in UTF-8; empty: the server; NIL if it cannot be
                               decoded */
    imap4_view wire_name;           /**< as sent, unquoted */
    const imap4_metadata_entry *at; /**< names as sent */
    size_t                      count;
    int32_t has_values; /**< 0: the server says by itself that these changed (RFC 5464 4.4.2);
                             `cmd` of the event is 0 then, and there are no values */
    int32_t reserved;
} imap4_metadata;

/**
 * Reads a METADATA response.
 *
 * @param ev   an event of type IMAP4_EV_METADATA.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_metadata_get(const imap4_event     *ev,
                                                const imap4_metadata **out);

/** What a METADATA code says. */
typedef enum imap4_metadata_reason {
    IMAP4_METADATA_LONGENTRIES = 1, /**< GETMETADATA: values were left out; the longest has
                                         `size` bytes (RFC 5464 4.2.1) */
    IMAP4_METADATA_MAXSIZE = 2, /**< SETMETADATA, from here: a value may have `size` bytes */
    IMAP4_METADATA_TOOMANY   = 3, /**< no more entries */
    IMAP4_METADATA_NOPRIVATE = 4  /**< no entries below "/private" here */
} imap4_metadata_reason;

/** [METADATA ...].  The caller owns the struct; it is filled. */
typedef struct imap4_metadata_code {
    int32_t  reason; /**< an imap4_metadata_reason */
    uint32_t reserved;
    uint64_t size; /**< of LONGENTRIES and MAXSIZE, else 0 */
} imap4_metadata_code;

/**
 * Reads the code of the end of a GETMETADATA or SETMETADATA.
 *
 * @param ev   IMAP4_EV_DONE, or an event with that code.
 * @param out  is filled; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX, also for a reason that is not known.
 */
IMAP4_API IMAP4_MUST_USE int imap4_code_metadata(const imap4_event   *ev,
                                                 imap4_metadata_code *out);

IMAP4_END_DECLS

#endif
