/* SPDX-License-Identifier: MIT */
/* cmd/search.c - SEARCH (RFC 3501 6.4.4), with the RETURN of RFC 4731. */
#include "imap4/command.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/query.h"
#include "engine/queue.h"

int imap4_cmd_search(imap4_engine *engine, imap4_view criteria,
                     const imap4_search_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    const bool       uid     = opt != NULL && opt->uid != 0;
    const imap4_view results = opt == NULL ? IMAP4_NIL : opt->results;
    I4_TRY(i4_cmd_begin(engine, uid ? "UID SEARCH" : "SEARCH", ctx, &c));
    i4_query_write_return(engine, c, results, "ESEARCH"); /* RFC 4731 3.1 */
    /* MIN, MAX and COUNT of the parts are not those of the whole. */
    const bool is_whole = results.len != 0 && !i4_view_eq_nocase(results, IMAP4_V("ALL"));
    i4_query_write(engine, c, criteria, opt == NULL ? NULL : opt->query, I4_CHARSET_NAMED,
                   is_whole);
    return i4_cmd_queue(engine, c, out);
}
