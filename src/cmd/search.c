/* SPDX-License-Identifier: MIT */
/* cmd/search.c - SEARCH (RFC 3501 6.4.4), with the RETURN of RFC 4731. */
#include "imap4/command.h"
#include "imap4/text.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/queue.h"

/* Whether the caller has named a charset: it comes first (RFC 3501 section 9, search). */
static bool names_charset(imap4_view criteria)
{
    return criteria.len > 8 && i4_equal_nocase(criteria.ptr, "CHARSET ", 8);
}

/* RFC 4731 3.1: "RETURN (" options ")". */
static void write_return(imap4_engine *engine, i4_cmd *c, imap4_view results)
{
    i4_cmd_need(engine, c, "ESEARCH");
    i4_write_word(c, IMAP4_V("RETURN"));
    i4_write_open(c);
    if (results.len != 0)
        i4_write_raw(c, results);
    i4_write_close(c);
}

int imap4_cmd_search(imap4_engine *engine, imap4_view criteria,
                     const imap4_search_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    if (opt != NULL && opt->size < sizeof *opt)
        return i4_cmd_refuse(engine, IMAP4_E_ARG, "the size of the options is not set",
                             IMAP4_NIL);
    const bool uid = opt != NULL && opt->uid != 0;
    I4_TRY(i4_cmd_begin(engine, uid ? "UID SEARCH" : "SEARCH", ctx, &c));
    if (opt != NULL && opt->results.ptr != NULL)
        write_return(engine, c, opt->results);
    if (i4_write_is_8bit(criteria)) {
        if (!imap4_utf8_valid(criteria))
            i4_write_refuse(c, IMAP4_E_ARG, "the criteria are not UTF-8", criteria);
        if (!names_charset(criteria))
            i4_write_word(c, IMAP4_V("CHARSET UTF-8"));
    }
    i4_write_raw(c, criteria);
    return i4_cmd_queue(engine, c, out);
}
