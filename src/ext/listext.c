/* SPDX-License-Identifier: MIT */
/* ext/listext.c - RFC 5258, LIST-EXTENDED: what LIST selects and returns. */
#include "imap4/ext/listext.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/engine.h"
#include "engine/queue.h"
#include "parse/fetch.h"
#include "parse/mailbox.h"
#include "parse/words.h"

extern const i4_ext i4_ext_listext;

/* ---- what it adds to LIST ------------------------------------------------------------ */

/* The words of an option.  Who does not know one takes it for one of LIST-EXTENDED, without
 * which there are no options at all. */
static void put_words(imap4_engine *e, i4_cmd *c, i4_spot spot, imap4_view words)
{
    while (words.len != 0) {
        const i4_ext      *ext  = &i4_ext_listext;
        const imap4_view   word = i4_view_word(&words);
        const i4_word_row *row  = i4_registry_word(e->reg, spot, word, &ext);
        i4_cmd_need(e, ext->capability);
        if (row != NULL)
            i4_write_word(c, word); /* one of ours, in the caller's case */
        else
            i4_write_atom(c, word);
    }
}

static void put_selection(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_list_options *opt = options;
    put_words(e, c, I4_SPOT_LIST, opt->selection);
}

static void put_returns(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_list_options *opt = options;
    put_words(e, c, I4_SPOT_LIST_RETURN, opt->returns);
}

static const i4_tail_row tails[] = {
    { I4_SPOT_LIST, put_selection },
    { I4_SPOT_LIST_RETURN, put_returns },
    { 0 },
};

/* ---- what it adds to the response ------------------------------------------------------ */

/* RFC 5258 section 6, mbox-list-extended: each datum with what came of it. */
typedef struct list_extended {
    imap4_strings childinfo;
    int           childinfo_rc;
    imap4_view    oldname;
    imap4_view    oldname_wire;
    int           oldname_rc;
} list_extended;

/* "CHILDINFO" SP "(" tag *(SP tag) ")" */
static int take_childinfo(i4_cursor *c, imap4_strings *out)
{
    i4_cursor in;
    I4_TRY(i4_take_list(c, &in));
    I4_TRY(i4_take_words(&in, out));
    return out->count == 0 ? i4_odd(&in, IMAP4_DIAG_EMPTY_LIST, in.t - 1,
                                    "RFC 5258 6, childinfo-extended-item")
                           : IMAP4_OK;
}

/* RFC 5465 section 8: "OLDNAME" SP "(" mailbox ")" */
static int take_oldname(i4_event *ev, i4_cursor *c, list_extended *out)
{
    i4_cursor in;
    I4_TRY(i4_take_list(c, &in));
    I4_TRY(i4_take_astring(&in, &out->oldname_wire));
    I4_TRY(i4_mailbox_decode(ev, out->oldname_wire, &out->oldname));
    return in.t == in.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

/* tagged-ext-label SP tagged-ext-val */
static int take_item(i4_event *ev, i4_cursor *c, list_extended *out)
{
    imap4_view name;
    int        rc = IMAP4_OK;
    /* In an example of RFC 5258 section 3 each item stands in a list of its own, which its
     * grammar does not have. */
    if (i4_cursor_is_at(c, I4_TOK_OPEN)) {
        I4_TRY(i4_odd(c, IMAP4_DIAG_LIST, c->t, "RFC 5258 6, mbox-list-extended-item"));
        c->t = i4_token_skip(c->t);
        return IMAP4_OK;
    }
    I4_TRY(i4_take_astring(c, &name));
    if (c->t == c->end)
        return IMAP4_E_SYNTAX;
    i4_cursor value = *c;
    c->t            = i4_token_skip(c->t);
    /* Of two the first one holds. */
    if (i4_view_eq_nocase(name, IMAP4_V("CHILDINFO")) &&
        out->childinfo_rc == IMAP4_E_ABSENT)
        rc = out->childinfo_rc = i4_fetch_judge(ev,
                                                take_childinfo(&value, &out->childinfo));
    else if (i4_view_eq_nocase(name, IMAP4_V("OLDNAME")) &&
             out->oldname_rc == IMAP4_E_ABSENT)
        rc = out->oldname_rc = i4_fetch_judge(ev, take_oldname(ev, &value, out));
    return rc == IMAP4_E_SYNTAX ? IMAP4_OK : rc;
}

static int parse_extended(i4_event *ev, const void **value)
{
    const imap4_list_data *list = NULL;
    i4_cursor              c    = i4_event_cursor(ev), in;
    I4_TRY(imap4_list_get(&ev->pub, &list));
    if (list->extended.ptr == NULL)
        return IMAP4_E_ABSENT;
    list_extended *out = i4_arena_alloc(ev->arena, sizeof *out);
    if (out == NULL)
        return i4_arena_rc(ev->arena);
    *out = (list_extended){ .childinfo_rc = IMAP4_E_ABSENT, .oldname_rc = IMAP4_E_ABSENT };
    for (int i = 0; i < 3; i++) /* attributes, delimiter, name */
        c.t = i4_token_skip(c.t);
    I4_TRY(i4_take_list(&c, &in));
    while (in.t < in.end)
        I4_TRY(take_item(ev, &in, out));
    *value = out;
    return IMAP4_OK;
}

static int get(const imap4_event *ev, const list_extended **out)
{
    const void *value = NULL;
    I4_TRY(i4_lazy_get(i4_event_of(ev), I4_LAZY_EXTENDED, parse_extended, &value));
    *out = value;
    return IMAP4_OK;
}

int imap4_list_childinfo(const imap4_event *ev, const imap4_strings **out)
{
    const list_extended *all = NULL;
    I4_TRY(get(ev, &all));
    I4_TRY(all->childinfo_rc);
    *out = &all->childinfo;
    return IMAP4_OK;
}

int imap4_list_oldname(const imap4_event *ev, imap4_view *name, imap4_view *wire_name)
{
    const list_extended *all = NULL;
    I4_TRY(get(ev, &all));
    I4_TRY(all->oldname_rc);
    *name = all->oldname;
    if (wire_name != NULL)
        *wire_name = all->oldname_wire;
    return IMAP4_OK;
}

/* ---- the rows ------------------------------------------------------------------------ */

static const i4_word_row words[] = {
    { I4_SPOT_LIST, "SUBSCRIBED" },      { I4_SPOT_LIST, "REMOTE" },
    { I4_SPOT_LIST, "RECURSIVEMATCH" },  { I4_SPOT_LIST_RETURN, "SUBSCRIBED" },
    { I4_SPOT_LIST_RETURN, "CHILDREN" }, { 0 },
};

const i4_ext i4_ext_listext = {
    .name       = "listext",
    .capability = "LIST-EXTENDED",
    .rfc        = 5258,
    .tails      = tails,
    .words      = words,
};
