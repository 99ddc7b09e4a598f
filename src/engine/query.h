/* SPDX-License-Identifier: MIT */
/* engine/query.h - search criteria: keys into a query, and a query into a command. */
#ifndef I4_ENGINE_QUERY_H
#define I4_ENGINE_QUERY_H

#include "imap4/query.h"

#include "engine/queue.h"
#include "parse/registry.h"

/* As imap4_query_new(), with the rows to know.  `reg` must outlive the query. */
int i4_query_new(const imap4_allocator *allocator, const i4_registry *reg,
                 imap4_query **out);

/* For a key with a function of its own: write between these two into what the first gives.
 * `capability`: needed by it, as in i4_cmd_need(); NULL: none. */
i4_cmd *i4_query_begin(imap4_query *query, const char *capability);
void    i4_query_end(imap4_query *query);

/* Where the charset of the criteria stands. */
typedef enum i4_charset_form {
    I4_CHARSET_NAMED, /* SEARCH: "CHARSET name", only where it must be said */
    I4_CHARSET_BARE   /* SORT, THREAD: "name", always (RFC 5256 section 5) */
} i4_charset_form;

/* Writes criteria: as text, or those of the query if `criteria` is NIL.  A set of the query
 * may then be sent in several commands if it stands alone, unless `is_whole`. */
void i4_query_write(imap4_engine *e, i4_cmd *c, imap4_view criteria,
                    const imap4_query *query, i4_charset_form form, bool is_whole);

/* "RETURN (" options ")" (RFC 4466 section 2.6.1), unless they are NIL.  `capability`: what
 * makes the command understand it. */
void i4_query_write_return(imap4_engine *e, i4_cmd *c, imap4_view results,
                           const char *capability);

#endif
