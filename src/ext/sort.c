/* SPDX-License-Identifier: MIT */
/* ext/sort.c - RFC 5256, SORT; RETURN of RFC 5267 (ESORT), keys of RFC 5957 (SORT=DISPLAY). */
#include "imap4/ext/sort.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/query.h"
#include "parse/search.h"

static const i4_resp_row responses[] = {
    { "SORT", IMAP4_EV_SORT, I4_RESP_NUMBERS, i4_search_piece },
    { 0 },
};

/* RFC 5256 section 3: EXPUNGE may not come while SORT runs, but while UID SORT does; the
 * criteria of both may hold message numbers. */
static const i4_cmd_row commands[] = {
    { "SORT",
      I4_ST_SELECTED,
      I4_BY_NUMBER,
      I4_CMD_NEEDS_CAP | I4_CMD_NO_EXPUNGE | I4_CMD_MIXES,
      { IMAP4_EV_SORT, IMAP4_EV_ESEARCH } },
    { "UID SORT",
      I4_ST_SELECTED,
      I4_BY_NUMBER,
      I4_CMD_NEEDS_CAP | I4_CMD_MIXES,
      { IMAP4_EV_SORT, IMAP4_EV_ESEARCH } },
    { 0 },
};

extern const i4_ext i4_ext_sort;
const i4_ext        i4_ext_sort = {
           .name       = "sort",
           .capability = "SORT",
           .rfc        = 5256,
           .responses  = responses,
           .commands   = commands,
};

/* ---- the command ------------------------------------------------------------------- */

/* RFC 5256 section 5: sort-criterion = ["REVERSE" SP] sort-key.  A key that we do not know
 * may be one of an extension. */
static void write_program(imap4_engine *engine, i4_cmd *c, imap4_view program)
{
    if (program.len == 0) {
        i4_write_refuse(c, IMAP4_E_ARG, "no sort key", program);
        return;
    }
    imap4_view rest        = program;
    bool       is_reversed = false, needs_display = false;
    while (rest.len != 0) {
        const imap4_view key        = i4_view_word(&rest);
        const bool       is_reverse = i4_view_eq_nocase(key, IMAP4_V("REVERSE"));
        if (is_reverse && is_reversed)
            i4_write_refuse(c, IMAP4_E_ARG, "REVERSE stands twice", program);
        is_reversed = is_reverse;
        needs_display |= i4_view_eq_nocase(key, IMAP4_V("DISPLAYFROM")) ||
                         i4_view_eq_nocase(key, IMAP4_V("DISPLAYTO"));
    }
    if (is_reversed)
        i4_write_refuse(c, IMAP4_E_ARG, "REVERSE stands before no key", program);
    if (needs_display)
        i4_cmd_need(engine, "SORT=DISPLAY");
    i4_write_open(c);
    i4_write_atoms(c, program);
    i4_write_close(c);
}

int imap4_cmd_sort(imap4_engine *engine, imap4_view program, imap4_view criteria,
                   const imap4_search_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    const bool uid = opt != NULL && opt->uid != 0;
    I4_TRY(i4_cmd_begin(engine, uid ? "UID SORT" : "SORT", ctx, &c));
    i4_query_write_return(engine, c, opt == NULL ? IMAP4_NIL : opt->results, "ESORT");
    write_program(engine, c, program);
    /* Whole: in the answers to the parts of a set, nobody could find the order of the whole. */
    i4_query_write(engine, c, criteria, opt == NULL ? NULL : opt->query, I4_CHARSET_BARE,
                   true);
    return i4_cmd_queue(engine, c, out);
}
