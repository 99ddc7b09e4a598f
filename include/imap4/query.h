/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/query.h - criteria of SEARCH, SORT and THREAD, built key by key.
 *
 *     imap4_query *q = NULL;
 *     rc = imap4_query_new(NULL, &q);
 *     imap4_query_key(q, IMAP4_V("UNSEEN"));
 *     imap4_query_or(q);
 *     imap4_query_string(q, IMAP4_V("FROM"), IMAP4_V("Jos\xc3\xa9"));
 *     imap4_query_date(q, IMAP4_V("SINCE"), 2026, 2, 1);
 *     rc = imap4_cmd_search(engine, IMAP4_NIL, &(imap4_search_options){ .size = ...,
 *                           .query = q }, NULL, &cmd);
 *
 * Keys stand one behind the other and must all hold (RFC 3501 6.4.4).  NOT takes the next
 * key, OR the next two; a group in parentheses counts as one key.
 *
 * Errors stick: after the first one the other calls do nothing, and the command that gets
 * the query is refused with that error and the argument in question.  So a query is built
 * without looking at results.
 *
 * A query is changed by one thread at a time, and may be used for any number of commands.
 */
#ifndef IMAP4_QUERY_H
#define IMAP4_QUERY_H

#include "imap4/base.h"
#include "imap4/set.h"

IMAP4_BEGIN_DECLS

/** Criteria that are being built. */
typedef struct imap4_query imap4_query;

/**
 * Makes an empty query: it finds all messages.
 *
 * @param allocator  [copied] NULL for malloc and friends.
 * @param out        receives the query [owned: imap4_query_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_NOMEM; IMAP4_E_ARG if the allocator lacks a function.
 */
IMAP4_API IMAP4_MUST_USE int imap4_query_new(const imap4_allocator *allocator,
                                             imap4_query          **out);

/**
 * Frees a query and sets `*query` to NULL.
 *
 * @param query  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_query_free(imap4_query **query);

/**
 * Adds a key without argument: ALL, ANSWERED, DELETED, DRAFT, FLAGGED, NEW, OLD, RECENT, SEEN,
 * and UNANSWERED, UNDELETED, UNDRAFT, UNFLAGGED, UNSEEN.
 *
 * @param query  the query.
 * @param key    without regard to case.
 */
IMAP4_API void imap4_query_key(imap4_query *query, imap4_view key);

/**
 * Adds a key with a string: BCC, BODY, CC, FROM, SUBJECT, TEXT, TO.
 *
 * @param query  the query.
 * @param key    without regard to case.
 * @param text   [copied] UTF-8, or in the charset of imap4_query_charset(); without NUL.
 *               Quoted, or a literal, as needed.
 */
IMAP4_API void imap4_query_string(imap4_query *query, imap4_view key, imap4_view text);

/**
 * Adds HEADER: the field holds the text.
 *
 * @param query  the query.
 * @param field  [copied] "Message-ID", without a colon.
 * @param text   [copied] as in imap4_query_string(); empty: the field is there.
 */
IMAP4_API void imap4_query_header(imap4_query *query, imap4_view field, imap4_view text);

/**
 * Adds a key with a date: BEFORE, ON, SINCE, SENTBEFORE, SENTON, SENTSINCE.  The server
 * ignores time and zone (RFC 3501 6.4.4), so near midnight ask for a day more.
 *
 * @param query  the query.
 * @param key    without regard to case.
 * @param year   1 to 9999.
 * @param month  1 to 12.
 * @param day    1 to 31; a day that the month does not have is an error.
 */
IMAP4_API void imap4_query_date(imap4_query *query, imap4_view key, int year, int month,
                                int day);

/**
 * Adds a key with a number: LARGER, SMALLER (octets); OLDER, YOUNGER (seconds, not 0; RFC 5032,
 * which the server must announce as WITHIN).
 *
 * @param query   the query.
 * @param key     without regard to case.
 * @param number  at most 4,294,967,295 (RFC 3501 section 9).
 */
IMAP4_API void imap4_query_number(imap4_query *query, imap4_view key, uint64_t number);

/**
 * Adds KEYWORD or UNKEYWORD.
 *
 * @param query  the query.
 * @param key    without regard to case.
 * @param flag   [copied] "$Junk": an atom, no system flag.
 */
IMAP4_API void imap4_query_keyword(imap4_query *query, imap4_view key, imap4_view flag);

/**
 * Adds a set: UID and its numbers if it holds UIDs, else message numbers.
 *
 * @param query  the query.
 * @param set    [copied], not empty.
 */
IMAP4_API void imap4_query_set(imap4_query *query, const imap4_seqset *set);

/**
 * Adds MODSEQ: changed since, that is, with a mod-sequence not below (RFC 7162 3.1.5; the
 * server must announce CONDSTORE).
 *
 * @param query   the query.
 * @param modseq  a mod-sequence.
 */
IMAP4_API void imap4_query_modseq(imap4_query *query, uint64_t modseq);

/** Adds NOT: the next key, or group, must not hold.  @param query  the query. */
IMAP4_API void imap4_query_not(imap4_query *query);

/** Adds OR: one of the next two keys, or groups, must hold.  @param query  the query. */
IMAP4_API void imap4_query_or(imap4_query *query);

/** Begins a group, "(".  @param query  the query. */
IMAP4_API void imap4_query_open(imap4_query *query);

/** Ends a group, ")"; an empty one is an error.  @param query  the query. */
IMAP4_API void imap4_query_close(imap4_query *query);

/**
 * Adds keys as on the wire, for what has no function.
 *
 * @param query  the query.
 * @param text   [copied] "X-GM-RAW \"has:attachment\"": one key or several, counted as one.
 *               Checked for balance and for CR, LF and NUL.
 */
IMAP4_API void imap4_query_raw(imap4_query *query, imap4_view text);

/**
 * Says in which charset the strings are, for a server that does not know UTF-8.  Call it
 * first; without it strings are UTF-8, and CHARSET is sent only if one is not ASCII.  Where
 * UTF8=ACCEPT is enabled, SEARCH takes no other charset (RFC 6855 section 3).
 *
 * @param query    the query.
 * @param charset  [copied] "ISO-8859-1".
 */
IMAP4_API void imap4_query_charset(imap4_query *query, imap4_view charset);

/**
 * Looks for an error before the query is used.
 *
 * @param query  the query.
 * @return IMAP4_OK; what stuck: IMAP4_E_ARG, IMAP4_E_LIMIT (100 open groups), IMAP4_E_NOMEM.
 */
IMAP4_API int imap4_query_error(const imap4_query *query);

IMAP4_END_DECLS

#endif
