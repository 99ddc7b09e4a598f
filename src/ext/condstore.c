/* SPDX-License-Identifier: MIT */
/* ext/condstore.c - RFC 7162, CONDSTORE: mod-sequences of messages. */
#include "imap4/ext/condstore.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "engine/query.h"
#include "parse/fetch.h"

/* QRESYNC is CONDSTORE and more (RFC 7162 3.2). */
#define CAPABILITY "CONDSTORE QRESYNC"

/* ---- what it adds to commands ------------------------------------------------- */

static void put_select(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_select_options *opt = options;
    if (opt->condstore == 0)
        return;
    i4_cmd_need(e, CAPABILITY);
    i4_write_word(c, IMAP4_V("CONDSTORE"));
}

static void refuse_modseq(i4_cmd *c)
{
    i4_write_refuse(c, IMAP4_E_ARG, "a mod-sequence is above 9223372036854775807",
                    IMAP4_NIL);
}

static void put_fetch(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_fetch_options *opt = options;
    if (opt->changedsince == 0)
        return;
    if (opt->changedsince > INT64_MAX)
        refuse_modseq(c);
    i4_cmd_need(e, CAPABILITY);
    i4_write_word(c, IMAP4_V("CHANGEDSINCE"));
    i4_write_number(c, opt->changedsince);
}

static void put_store(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_store_options *opt = options;
    if (opt->has_unchangedsince == 0)
        return;
    if (opt->unchangedsince > INT64_MAX)
        refuse_modseq(c);
    i4_cmd_need(e, CAPABILITY);
    i4_write_word(c, IMAP4_V("UNCHANGEDSINCE"));
    i4_write_number(c, opt->unchangedsince);
    /* What one part changes, another part of the same set would find changed. */
    c->is_partial = false;
}

void imap4_query_modseq(imap4_query *query, uint64_t modseq)
{
    i4_cmd *c = i4_query_begin(query, CAPABILITY);
    if (modseq > INT64_MAX)
        refuse_modseq(c);
    i4_write_word(c, IMAP4_V("MODSEQ"));
    i4_write_number(c, modseq);
    i4_query_end(query);
}

/* ---- what it adds to responses ------------------------------------------------- */

static void learn_highest(imap4_mailbox *box, i4_event *ev)
{
    if (ev->pub.has_code_number)
        box->highestmodseq = ev->pub.code_number;
}

static void learn_none(imap4_mailbox *box, i4_event *ev)
{
    (void)ev;
    box->highestmodseq = 0;
}

static const i4_item_row items[] = {
    { "MODSEQ", 0 },
    { 0 },
};

/* RFC 7162 section 7, fetch-mod-resp: "MODSEQ (624140003)". */
int imap4_fetch_modseq(const imap4_event *ev, uint64_t *out)
{
    i4_cursor c, in;
    I4_TRY(i4_fetch_value(ev, &items[0], &c));
    if (i4_take_list(&c, &in) < 0)
        return i4_fetch_judge(i4_event_of(ev), IMAP4_E_SYNTAX);
    /* A known server says -1 where it has none. */
    if (i4_cursor_is_at(&in, I4_TOK_ATOM) &&
        i4_view_eq(i4_token_view(in.base, *in.t), IMAP4_V("-1"))) {
        const int rc = i4_odd(&in, IMAP4_DIAG_NUMBER, in.t, "RFC 7162 7, fetch-mod-resp");
        return rc < 0 ? i4_fetch_judge(i4_event_of(ev), rc) : IMAP4_E_ABSENT;
    }
    if (i4_take_number(&in, INT64_MAX, out) < 0 || in.t != in.end)
        return i4_fetch_judge(i4_event_of(ev), IMAP4_E_SYNTAX);
    return IMAP4_OK;
}

/* RFC 7162 3.1.5: "(MODSEQ 917162500)".  A piece may end behind the name. */
int imap4_search_modseq(const imap4_event *pub, uint64_t *out)
{
    const imap4_view name = IMAP4_V("(MODSEQ ");
    const char      *p    = i4_event_of(pub)->behind.ptr;
    if ((pub->type != IMAP4_EV_SEARCH && pub->type != IMAP4_EV_SORT) || p == NULL ||
        (pub->marks & IMAP4_MARK_MORE) != 0)
        return IMAP4_E_ABSENT;
    const char *end = p + i4_event_of(pub)->behind.len;
    while (end > p && end[-1] == ' ')
        end--;
    if ((size_t)(end - p) > name.len && i4_equal_nocase(p, name.ptr, name.len))
        p += name.len;
    else if (pub->part == 0)
        return IMAP4_E_SYNTAX;
    if (!i4_num_read(&p, end, INT64_MAX, out) || end - p != 1 || *p != ')')
        return IMAP4_E_SYNTAX;
    return IMAP4_OK;
}

/* "[MODIFIED 7,9]" (RFC 7162 3.1.3) */
int imap4_code_modified(const imap4_event *ev, imap4_view *out)
{
    if (ev->code_id != IMAP4_CODE_MODIFIED)
        return IMAP4_E_ABSENT;
    imap4_setiter iter  = { ev->code_args };
    uint32_t      first = 0, last = 0;
    int           rc = IMAP4_OK;
    do
        rc = imap4_setiter_next(&iter, &first, &last);
    while (rc == 1);
    if (rc < 0 || ev->code_args.len == 0)
        return IMAP4_E_SYNTAX;
    *out = ev->code_args;
    return IMAP4_OK;
}

static const i4_code_row codes[] = {
    { "HIGHESTMODSEQ", IMAP4_CODE_HIGHESTMODSEQ, I4_ARG_MODSEQ, learn_highest },
    { "NOMODSEQ", IMAP4_CODE_NOMODSEQ, I4_ARG_NONE, learn_none },
    { "MODIFIED", IMAP4_CODE_MODIFIED, I4_ARG_RAW, NULL },
    { 0 },
};

static const i4_tail_row tails[] = {
    { I4_SPOT_SELECT, put_select },
    { I4_SPOT_FETCH, put_fetch },
    { I4_SPOT_STORE, put_store },
    { 0 },
};

extern const i4_ext i4_ext_condstore;
const i4_ext        i4_ext_condstore = {
           .name       = "condstore",
           .capability = CAPABILITY,
           .rfc        = 7162,
           .codes      = codes,
           .items      = items,
           .tails      = tails,
};
