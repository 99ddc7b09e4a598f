/* SPDX-License-Identifier: MIT */
/* test/support/ext.c - what extensions tell, as text. */
#include "ext.h"

#include "imap4.h"

#include <inttypes.h>
#include <stdbool.h>

/* Memory that is refused once is asked for again. */
#define AGAIN(rc, call)                                                                  \
    do {                                                                                 \
        (rc) = (call);                                                                   \
    } while ((rc) == IMAP4_E_NOMEM)

/* True if there is a value; else says why there is none, unless there is no such datum. */
static bool has(text *t, int rc)
{
    if (rc < 0 && rc != IMAP4_E_ABSENT)
        text_add(t, " !%d", rc);
    return rc >= 0;
}

/* ---- events ---------------------------------------------------------------------- */

static void add_words(text *t, const imap4_event *ev)
{
    const imap4_strings *words = NULL;
    int                  rc;
    AGAIN(rc, imap4_event_strings(ev, &words));
    if (!has(t, rc))
        return;
    for (size_t i = 0; i < words->count; i++) {
        text_add(t, " ");
        text_add_view(t, words->at[i]);
    }
}

/* A text that may be long: its ends and its length. */
static void add_long(text *t, imap4_view v)
{
    if (v.len <= 60)
        text_add(t, " %.*s", IMAP4_ARG(v));
    else
        text_add(t, " %.20s...%.20s %zu bytes", v.ptr, v.ptr + v.len - 20, v.len);
}

static void add_vanished(text *t, const imap4_event *ev)
{
    const imap4_vanished *v = NULL;
    int                   rc;
    AGAIN(rc, imap4_vanished_get(ev, &v));
    if (!has(t, rc))
        return;
    text_add(t, v->earlier ? " earlier" : "");
    add_long(t, v->uids);
}

void ext_event(text *t, const imap4_event *ev)
{
    uint64_t modseq = 0;
    switch (ev->type) {
    case IMAP4_EV_ENABLED: add_words(t, ev); break;
    case IMAP4_EV_VANISHED: add_vanished(t, ev); break;
    case IMAP4_EV_SEARCH:
        if (has(t, imap4_search_modseq(ev, &modseq)))
            text_add(t, " modseq %" PRIu64, modseq);
        break;
    default: break;
    }
}

/* ---- codes ----------------------------------------------------------------------- */

static void add_copyuid(text *t, const imap4_event *ev)
{
    imap4_copyuid c;
    imap4_uidpair p;
    if (!has(t, imap4_code_copyuid(ev, &c)))
        return;
    text_add(t, " = %" PRIu32, c.uidvalidity);
    int rc = 1;
    for (unsigned shown = 0; shown < 20 && (rc = imap4_copyuid_next(&c, &p)) == 1; shown++)
        text_add(t, ", %" PRIu32 ":%" PRIu32 " to %" PRIu32 ":%" PRIu32, p.from_first,
                 p.from_last, p.to_first, p.to_last);
    (void)has(t, rc);
}

void ext_code(text *t, const imap4_event *ev)
{
    imap4_appenduid a;
    imap4_view      set;
    switch (ev->code_id) {
    case IMAP4_CODE_APPENDUID:
        if (has(t, imap4_code_appenduid(ev, &a)))
            text_add(t, " = %" PRIu32 ", %.*s", a.uidvalidity, IMAP4_ARG(a.uids));
        break;
    case IMAP4_CODE_COPYUID: add_copyuid(t, ev); break;
    case IMAP4_CODE_MODIFIED:
        if (has(t, imap4_code_modified(ev, &set)))
            text_add(t, " =%s", set.len == 0 ? "" : " a set");
        break;
    default: break;
    }
}

/* ---- items of FETCH ---------------------------------------------------------------- */

static void add_number(text *t, const char *name, int rc, uint64_t n)
{
    if (rc == IMAP4_E_ABSENT)
        return;
    text_add(t, "  %s =", name);
    if (has(t, rc))
        text_add(t, " %" PRIu64, n);
    text_add(t, "\n");
}

void ext_items(text *t, const imap4_event *ev)
{
    uint64_t  n  = 0;
    const int rc = imap4_fetch_modseq(ev, &n);
    add_number(t, "MODSEQ", rc, n);
}
