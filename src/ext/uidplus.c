/* SPDX-License-Identifier: MIT */
/* ext/uidplus.c - RFC 4315, UIDPLUS: EXPUNGE by UID, and the UIDs that APPEND and COPY gave. */
#include "imap4/ext/uidplus.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "engine/queue.h"
#include "parse/event.h"

static void learn_notsticky(imap4_mailbox *box, i4_event *ev)
{
    (void)ev;
    box->uidnotsticky = 1;
}

static const i4_code_row codes[] = {
    { "APPENDUID", IMAP4_CODE_APPENDUID, I4_ARG_RAW, NULL },
    { "COPYUID", IMAP4_CODE_COPYUID, I4_ARG_RAW, NULL },
    { "UIDNOTSTICKY", IMAP4_CODE_UIDNOTSTICKY, I4_ARG_NONE, learn_notsticky },
    { 0 },
};

static const i4_cmd_row commands[] = {
    { "UID EXPUNGE",
      I4_ST_SELECTED,
      I4_FREE,
      I4_CMD_NEEDS_CAP | I4_CMD_SPLITS | I4_CMD_WRITES,
      { IMAP4_EV_EXPUNGE, IMAP4_EV_VANISHED } },
    { 0 },
};

extern const i4_ext i4_ext_uidplus;
const i4_ext        i4_ext_uidplus = {
           .name       = "uidplus",
           .capability = "UIDPLUS",
           .rfc        = 4315,
           .codes      = codes,
           .commands   = commands,
};

int imap4_cmd_uid_expunge(imap4_engine *engine, const imap4_seqset *set, void *ctx,
                          imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "UID EXPUNGE", ctx, &c));
    if (set != NULL && imap4_seqset_is_uid(set) == 0)
        i4_write_refuse(c, IMAP4_E_ARG, "the set holds no UIDs", IMAP4_NIL);
    i4_write_set(c, set);
    return i4_cmd_queue(engine, c, out);
}

/* ---- codes ---------------------------------------------------------------------- */

/* The next word, however many spaces stand before it; NIL at the end. */
static imap4_view take_word(imap4_view *rest)
{
    imap4_view word = IMAP4_NIL;
    while (rest->len != 0 && word.len == 0)
        word = i4_view_word(rest);
    return word.len == 0 ? IMAP4_NIL : word;
}

/* UIDs in the order of the server, without "*". */
static bool is_uid_set(imap4_view text)
{
    imap4_setiter iter  = { text };
    uint32_t      first = 0, last = 0;
    int           rc = 0;
    while ((rc = imap4_setiter_next(&iter, &first, &last)) == 1)
        if (first == IMAP4_SEQ_STAR || last == IMAP4_SEQ_STAR)
            return false;
    return rc == 0 && text.len != 0;
}

static int take_uidvalidity(imap4_view *rest, uint32_t *out)
{
    uint64_t n = 0;
    if (!i4_num_view(take_word(rest), UINT32_MAX, &n) || n == 0)
        return IMAP4_E_SYNTAX;
    *out = (uint32_t)n;
    return IMAP4_OK;
}

int imap4_code_appenduid(const imap4_event *ev, imap4_appenduid *out)
{
    imap4_view      rest = ev->code_args;
    imap4_appenduid made = { 0 };
    if (ev->code_id != IMAP4_CODE_APPENDUID)
        return IMAP4_E_ABSENT;
    I4_TRY(take_uidvalidity(&rest, &made.uidvalidity));
    made.uids = take_word(&rest);
    if (!is_uid_set(made.uids) || take_word(&rest).ptr != NULL)
        return IMAP4_E_SYNTAX;
    *out = made;
    return IMAP4_OK;
}

/* By ranges: a server cannot make us count to four thousand million. */
static uint64_t count_of(imap4_view text)
{
    imap4_setiter iter  = { text };
    uint32_t      first = 0, last = 0;
    uint64_t      n = 0;
    while (imap4_setiter_next(&iter, &first, &last) == 1)
        n += (uint64_t)(first < last ? last - first : first - last) + 1;
    return n;
}

int imap4_code_copyuid(const imap4_event *ev, imap4_copyuid *out)
{
    imap4_view    rest = ev->code_args;
    imap4_copyuid made = { 0 };
    if (ev->code_id != IMAP4_CODE_COPYUID)
        return IMAP4_E_ABSENT;
    I4_TRY(take_uidvalidity(&rest, &made.uidvalidity));
    made.from = take_word(&rest);
    made.to   = take_word(&rest);
    /* A known server sends "[COPYUID 14  ]" when nothing was copied. */
    if (made.from.ptr == NULL) {
        I4_TRY(i4_event_odd(i4_event_of(ev), IMAP4_DIAG_MISSING, ev->code_args,
                            "RFC 4315 4, resp-code-copy"));
        *out = made;
        return IMAP4_OK;
    }
    if (!is_uid_set(made.from) || !is_uid_set(made.to) || take_word(&rest).ptr != NULL ||
        count_of(made.from) != count_of(made.to))
        return IMAP4_E_SYNTAX;
    *out = made;
    return IMAP4_OK;
}

/* The next range of the two, cut to the shorter one. */
int imap4_copyuid_next(imap4_copyuid *walk, imap4_uidpair *out)
{
    imap4_uidpair *const left = &walk->left;
    if (left->from_first == 0) {
        imap4_setiter from = { walk->from };
        const int     rc = imap4_setiter_next(&from, &left->from_first, &left->from_last);
        walk->from       = from.rest;
        if (rc != 1)
            return rc;
    }
    if (left->to_first == 0) {
        imap4_setiter to = { walk->to };
        const int     rc = imap4_setiter_next(&to, &left->to_first, &left->to_last);
        walk->to         = to.rest;
        if (rc != 1)
            return IMAP4_E_SYNTAX;
    }
    /* Ranges may run downwards: RFC 4315 section 3 does not say what "4:2" means, and those
     * who send it mean 4, 3, 2. */
    const bool     from_up = left->from_first <= left->from_last;
    const bool     to_up   = left->to_first <= left->to_last;
    const uint32_t a       = from_up ? left->from_last - left->from_first
                                     : left->from_first - left->from_last;
    const uint32_t b       = to_up ? left->to_last - left->to_first
                                   : left->to_first - left->to_last;
    const uint32_t n       = a < b ? a : b;
    out->from_first        = left->from_first;
    out->to_first          = left->to_first;
    out->from_last         = from_up ? left->from_first + n : left->from_first - n;
    out->to_last           = to_up ? left->to_first + n : left->to_first - n;
    left->from_first = a == n ? 0 : (from_up ? out->from_last + 1 : out->from_last - 1);
    left->to_first   = b == n ? 0 : (to_up ? out->to_last + 1 : out->to_last - 1);
    return 1;
}
