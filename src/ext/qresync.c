/* SPDX-License-Identifier: MIT */
/* ext/qresync.c - RFC 7162 section 3.2, QRESYNC: what has changed and what is gone, with
 * SELECT. */
#include "imap4/ext/condstore.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "engine/queue.h"
#include "parse/event.h"

/* ---- what it adds to commands ------------------------------------------------- */

/* RFC 7162 section 7: no "*" in these sets. */
static void check_known(i4_cmd *c, const imap4_seqset *set, int uid, const char *why)
{
    if (imap4_seqset_is_uid(set) != uid ||
        imap4_seqset_contains(set, IMAP4_SEQ_STAR, 0) != 0)
        i4_write_refuse(c, IMAP4_E_ARG, why, IMAP4_NIL);
}

static void check_match(i4_cmd *c, const imap4_seqset *numbers, const imap4_seqset *uids)
{
    if (numbers == NULL || uids == NULL) {
        i4_write_refuse(c, IMAP4_E_ARG, "match_numbers and match_uids go together",
                        IMAP4_NIL);
        return;
    }
    check_known(c, numbers, 0, "match_numbers holds UIDs or \"*\"");
    check_known(c, uids, 1, "match_uids holds no UIDs, or \"*\"");
    if (imap4_seqset_cardinality(numbers) != imap4_seqset_cardinality(uids))
        i4_write_refuse(c, IMAP4_E_ARG, "match_numbers and match_uids are not as many",
                        IMAP4_NIL);
}

/* RFC 7162 section 7, select-param: QRESYNC (uidvalidity modseq [uids] [(numbers uids)]) */
static void put_select(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_select_options *opt = options;
    const bool has_match = opt->match_numbers != NULL || opt->match_uids != NULL;
    if (opt->uidvalidity == 0) {
        if (opt->modseq != 0 || opt->known_uids != NULL || has_match)
            i4_write_refuse(c, IMAP4_E_ARG, "QRESYNC without uidvalidity", IMAP4_NIL);
        return;
    }
    if (opt->modseq == 0 || opt->modseq > INT64_MAX)
        i4_write_refuse(c, IMAP4_E_ARG, "QRESYNC with a mod-sequence that is none",
                        IMAP4_NIL);
    if (opt->known_uids != NULL)
        check_known(c, opt->known_uids, 1, "known_uids holds no UIDs, or \"*\"");
    if (has_match)
        check_match(c, opt->match_numbers, opt->match_uids);
    i4_cmd_need(e, "QRESYNC");
    i4_cmd_need_enabled(e, "QRESYNC");
    i4_cmd_answered_by(e, IMAP4_EV_VANISHED);
    i4_cmd_answered_by(e, IMAP4_EV_FETCH);
    i4_write_word(c, IMAP4_V("QRESYNC"));
    i4_write_open(c);
    i4_write_number(c, opt->uidvalidity);
    i4_write_number(c, opt->modseq);
    if (opt->known_uids != NULL)
        i4_write_set(c, opt->known_uids);
    if (has_match) {
        i4_write_open(c);
        i4_write_set(c, opt->match_numbers);
        i4_write_set(c, opt->match_uids);
        i4_write_close(c);
    }
    i4_write_close(c);
}

static void put_fetch(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_fetch_options *opt = options;
    if (opt->vanished == 0)
        return;
    /* RFC 7162 3.2.6 */
    if (opt->changedsince == 0 || !c->set_is_uid)
        i4_write_refuse(c, IMAP4_E_ARG, "vanished needs UIDs and changedsince", IMAP4_NIL);
    i4_cmd_need(e, "QRESYNC");
    i4_cmd_need_enabled(e, "QRESYNC");
    i4_cmd_answered_by(e, IMAP4_EV_VANISHED);
    i4_write_word(c, IMAP4_V("VANISHED"));
}

/* ---- VANISHED ------------------------------------------------------------------- */

static const char earlier[] = "(EARLIER)";

/* "(EARLIER) 41,43:116", or the set alone; told by piece, so read from its bytes. */
static int read_vanished(i4_event *ev, imap4_vanished *out)
{
    enum {
        LEN = sizeof earlier - 1
    };
    const char *p   = ev->pub.data.ptr;
    const char *end = p + ev->pub.data.len;
    while (p < end && *p == ' ')
        p++;
    if (ev->pub.part == 0) {
        const bool is_earlier = end - p >= LEN && i4_equal_nocase(p, earlier, LEN);
        ev->piece_state       = is_earlier ? 1 : 0;
        if (is_earlier)
            p += LEN;
        while (p < end && *p == ' ')
            p++;
    }
    while (end > p && end[-1] == ' ')
        end--;
    out->earlier = ev->piece_state;
    out->uids    = i4_view(p, end);
    for (; p < end; p++)
        if (!i4_is_digit(*p) && *p != ',' && *p != ':')
            return IMAP4_E_SYNTAX;
    /* A known server sends no set at all when there is nothing to tell. */
    if (out->uids.len != 0 || ev->pub.part != 0)
        return IMAP4_OK;
    return i4_event_odd(ev, IMAP4_DIAG_MISSING, out->uids, "RFC 7162 7, expunged-resp");
}

static int vanished_piece(i4_event *ev)
{
    imap4_vanished *out = i4_arena_alloc(ev->arena, sizeof *out);
    if (out == NULL)
        return i4_arena_rc(ev->arena);
    *out         = (imap4_vanished){ .earlier = 0 };
    const int rc = read_vanished(ev, out);
    ev->pub.data = rc == IMAP4_OK ? out->uids : IMAP4_NIL;
    return i4_lazy_keep(ev, I4_LAZY_DATA, rc, out);
}

int imap4_vanished_get(const imap4_event *pub, const imap4_vanished **out)
{
    const i4_lazy *lazy = &i4_event_of(pub)->lazy[I4_LAZY_DATA];
    if (pub->type != IMAP4_EV_VANISHED || !lazy->is_known)
        return IMAP4_E_ABSENT;
    I4_TRY(lazy->rc);
    *out = lazy->value;
    return IMAP4_OK;
}

/* Each UID is one message less (RFC 7162 3.2.10.2), unless it went before SELECT. */
static void learn_vanished(imap4_mailbox *box, i4_event *ev)
{
    const imap4_vanished *v     = NULL;
    imap4_numbers         walk  = { IMAP4_NIL };
    uint32_t              first = 0, last = 0;
    uint64_t              count = 0;
    if (imap4_vanished_get(&ev->pub, &v) < 0 || v->earlier != 0)
        return;
    walk.rest = v->uids;
    while (imap4_numbers_next(&walk, &first, &last) == 1)
        count += (uint64_t)(first < last ? last - first : first - last) + 1;
    const uint32_t gone = count < box->exists ? (uint32_t)count : box->exists;
    box->exists -= gone;
    box->expunged += gone;
}

/* RFC 7162 3.2.11: all before it was about the mailbox that was selected before. */
static void learn_closed(imap4_mailbox *box, i4_event *ev)
{
    (void)ev;
    *box = (imap4_mailbox){ .name = box->name, .read_only = box->read_only };
}

static const i4_resp_row responses[] = {
    { "VANISHED", IMAP4_EV_VANISHED, I4_RESP_NUMBERS, vanished_piece, learn_vanished },
    { 0 },
};

static const i4_code_row codes[] = {
    { "CLOSED", IMAP4_CODE_CLOSED, I4_ARG_NONE, learn_closed },
    { 0 },
};

static const i4_tail_row tails[] = {
    { I4_SPOT_SELECT, put_select },
    { I4_SPOT_FETCH, put_fetch },
    { 0 },
};

extern const i4_ext i4_ext_qresync;
const i4_ext        i4_ext_qresync = {
           .name       = "qresync",
           .capability = "QRESYNC",
           .rfc        = 7162,
           .responses  = responses,
           .codes      = codes,
           .tails      = tails,
};
