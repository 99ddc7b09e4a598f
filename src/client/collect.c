/* SPDX-License-Identifier: MIT */
/* client/collect.c - what becomes of events: a reply, what is kept, or nothing. */
#include "client/client.h"

#include "imap4/text.h"

#include "base/try.h"
#include "base/view.h"

/* ---- one event --------------------------------------------------------------------------- */

void i4_collect_init(imap4 *m, i4_collector *c, imap4_view answers, imap4_seqset *set)
{
    (void)m;
    *c = (i4_collector){ .answers = answers, .set = set };
}

void i4_collect_free(imap4 *m, i4_collector *c)
{
    i4_pile_free(&m->mem, &c->bodies);
    i4_pile_free(&m->mem, &c->line);
    imap4_seqset_free(&c->set);
    imap4_reply_free(&c->reply);
}

/* FETCH and STORE: the server may tell of other messages too. */
static bool is_in_set(const imap4 *m, const i4_collector *c, const imap4_event *ev)
{
    const imap4_mailbox *box = imap4_engine_mailbox(m->engine);
    if (c->set == NULL || ev->type != IMAP4_EV_FETCH)
        return true;
    if (imap4_seqset_is_uid(c->set))
        /* "*" of UIDs is whatever the server says it is. */
        return imap4_seqset_contains(c->set, ev->uid, ev->uid) == 1;
    return imap4_seqset_contains(c->set, ev->number, box == NULL ? 0 : box->exists) == 1;
}

bool i4_collect_is_datum(const imap4 *m, const i4_collector *c, const imap4_event *ev)
{
    return i4_view_has_word(c->answers, ev->name) && is_in_set(m, c, ev);
}

static size_t room(const imap4 *m, const i4_collector *c)
{
    const size_t held = c->reply == NULL ? 0 : i4_reply_weight(c->reply);
    if (c->reply == NULL)
        return I4_KEPT_BYTES; /* more would not be kept */
    return held < m->opt.max_reply ? m->opt.max_reply - held : 0;
}

/* A literal that is streamed is gathered, unless nobody wants it. */
static void gather_begin(imap4 *m, i4_collector *c)
{
    i4_pile *b = i4_mem_zalloc(&m->mem, sizeof *b);
    if (b == NULL) {
        c->is_short_of_memory = true;
        return;
    }
    i4_pile **end = &c->bodies;
    while (*end != NULL)
        end = &(*end)->next;
    *end = b;
}

static void gather_more(imap4 *m, i4_collector *c, imap4_view data)
{
    i4_pile *b = c->bodies;
    while (b != NULL && b->next != NULL)
        b = b->next;
    if (b == NULL || c->is_full || c->is_short_of_memory || c->reply == NULL)
        return;
    const int rc = i4_pile_add(&m->mem, b, data, room(m, c));
    c->is_full |= rc == IMAP4_E_LIMIT;
    c->is_short_of_memory |= rc == IMAP4_E_NOMEM;
}

/* The bytes of a piece are consecutive lines. */
static void gather_piece(imap4 *m, i4_collector *c, const imap4_event *ev)
{
    if (c->line == NULL)
        c->line = i4_mem_zalloc(&m->mem, sizeof *c->line);
    c->is_short_of_memory |= c->line == NULL;
    for (size_t i = 0; i < ev->raw_count && c->line != NULL; i++) {
        const int rc = i4_pile_add(&m->mem, c->line, ev->raw[i].view, room(m, c));
        c->is_full |= rc == IMAP4_E_LIMIT;
        c->is_short_of_memory |= rc == IMAP4_E_NOMEM;
    }
}

/* Bytes of it are gone: it cannot be read again. */
static bool is_incomplete(const i4_collector *c, const imap4_event *ev)
{
    const i4_pile *body = c->bodies;
    for (size_t i = 0; i < ev->raw_count; i++) {
        if (ev->raw[i].kind == IMAP4_SEG_DROPPED)
            return true;
        if (ev->raw[i].kind != IMAP4_SEG_STREAMED)
            continue;
        if (body == NULL || body->len != ev->raw[i].size)
            return true;
        body = body->next;
    }
    return false;
}

static i4_record *make_record(imap4 *m, const imap4_event *ev, i4_parts *parts)
{
    i4_record *r = i4_record_new(&m->mem, ev, parts);
    if (r != NULL)
        r->is_utf8 = imap4_engine_enabled(m->engine, IMAP4_V("UTF8=ACCEPT")) == 1 ||
                     imap4_engine_enabled(m->engine, IMAP4_V("IMAP4rev2")) == 1;
    return r;
}

static void keep(imap4 *m, i4_collector *c, const imap4_event *ev, bool is_code)
{
    i4_parts parts = { .line = c->line };
    if (c->keeps_none || i4_record_weight(ev, &parts) > I4_KEPT_BYTES)
        return;
    i4_record *r = make_record(m, ev, &parts);
    if (r == NULL) {
        c->is_short_of_memory = true;
        return;
    }
    r->is_code = is_code;
    i4_debug(m, 5, "kept: ", is_code ? r->code : r->name);
    i4_kept_add(&m->kept, &m->mem, r);
}

static void add_to_reply(imap4 *m, i4_collector *c, const imap4_event *ev, bool is_data)
{
    i4_parts parts = { .bodies = c->bodies, .line = c->line };
    if (i4_record_weight(ev, &parts) > room(m, c))
        c->is_full = true;
    if (c->is_full)
        return;
    i4_record *r = make_record(m, ev, &parts);
    c->bodies    = parts.bodies; /* NULL, or not taken */
    if (r == NULL) {
        c->is_short_of_memory = true;
        return;
    }
    r->is_datum = is_data;
    i4_reply_add(c->reply, r);
}

/* A whole response. */
static void take_response(imap4 *m, i4_collector *c, const imap4_event *ev)
{
    const bool is_data  = i4_collect_is_datum(m, c, ev);
    const bool has_code = ev->code.ptr != NULL;
    const bool is_whole = !is_incomplete(c, ev);
    if (!is_whole)
        c->is_full = true;
    if (has_code && c->line == NULL)
        keep(m, c, ev, true);
    if (is_whole && !(is_data && c->takes))
        if (c->bodies == NULL)
            keep(m, c, ev, false);
    if (is_whole && c->reply != NULL && !c->is_quiet && !c->is_short_of_memory)
        add_to_reply(m, c, ev, is_data);
    i4_pile_free(&m->mem, &c->bodies);
    i4_pile_free(&m->mem, &c->line);
}

/* Of the bookkeeping that the object has itself. */
static void notice(imap4 *m, const imap4_event *ev)
{
    i4_alert(m, ev);
    if (ev->type == IMAP4_EV_CAPABILITY || ev->code_id == IMAP4_CODE_CAPABILITY)
        i4_debug(m, 3, "capabilities: ",
                 ev->type == IMAP4_EV_CAPABILITY && ev->raw_count != 0 ? ev->raw[0].view
                                                                       : ev->code_args);
    if (ev->status == IMAP4_STATUS_NO || ev->status == IMAP4_STATUS_BAD ||
        ev->status == IMAP4_STATUS_BYE)
        i4_debug(m, 1, "server: ", ev->text);
    if (ev->code_id == IMAP4_CODE_READ_ONLY && !m->is_readonly_wanted)
        m->has_become_readonly = true;
    if (ev->code_id == IMAP4_CODE_READ_WRITE)
        m->has_become_readonly = false;
}

static void answer(imap4 *m, i4_collector *c, const imap4_event *ev)
{
    imap4_view response = IMAP4_NIL;
    if (c->answer != NULL && c->answer_rc == IMAP4_OK)
        c->answer_rc = c->answer(c->answer_user, ev->data, &response);
    if (c->answer_rc < 0)
        response = IMAP4_NIL;
    const int rc = imap4_cmd_respond(m->engine, ev->cmd, response);
    if (rc < 0 && c->answer_rc == IMAP4_OK)
        c->answer_rc = rc;
}

void i4_collect_event(imap4 *m, i4_collector *c, const imap4_event *ev)
{
    switch (ev->type) {
    case IMAP4_EV_CHALLENGE: answer(m, c, ev); return;
    case IMAP4_EV_BODY_BEGIN: gather_begin(m, c); return;
    case IMAP4_EV_BODY_DATA: gather_more(m, c, ev->data); return;
    case IMAP4_EV_BODY_END:
    case IMAP4_EV_CONTINUE:
    case IMAP4_EV_PART: return;
    case IMAP4_EV_QUIRK: i4_debug(m, 3, "quirk: ", ev->name); return;
    case IMAP4_EV_DONE:
        notice(m, ev);
        if (ev->code.ptr != NULL && ev->raw_count != 0)
            keep(m, c, ev, true);
        return;
    default: break;
    }
    if ((ev->marks & (IMAP4_MARK_PIECE | IMAP4_MARK_MORE)) != 0)
        gather_piece(m, c, ev);
    if ((ev->marks & IMAP4_MARK_MORE) != 0)
        return;
    notice(m, ev);
    take_response(m, c, ev);
}

/* ---- one command ---------------------------------------------------------------------------- */

int i4_collect_until(imap4 *m, i4_collector *c, imap4_cmd cmd, const imap4_event **done)
{
    for (;;) {
        const imap4_event *ev = NULL;
        const int          rc = i4_run_next(m, UINT64_MAX, &ev);
        if (rc != 1)
            return rc;
        i4_collect_event(m, c, ev);
        if (ev->type == IMAP4_EV_DONE && ev->cmd == cmd) {
            *done = ev;
            return 1;
        }
    }
}

/* The command whose wait was interrupted: what it still brings is kept. */
static int collect_left(imap4 *m)
{
    i4_collector       c;
    const imap4_event *done = NULL;
    if (m->left == 0)
        return IMAP4_OK;
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    const int rc = i4_collect_until(m, &c, m->left, &done);
    if (rc != IMAP4_E_INTERRUPTED && rc != IMAP4_E_NOMEM)
        m->left = 0;
    i4_collect_free(m, &c);
    return rc == 1 ? IMAP4_OK : i4_report_engine(m, rc == 0 ? IMAP4_E_EOF : rc);
}

int i4_begin(imap4 *m, const char *command, imap4_reply **out)
{
    if (out != NULL)
        *out = NULL;
    i4_report_clear(m);
    m->command[0] = '\0';
    if (m->holder != NULL)
        return i4_report(m, IMAP4_E_BUSY,
                         "a fetch or an IDLE is open: end it before another command");
    if (m->engine == NULL)
        return i4_report(m, IMAP4_E_STATE, "not connected: imap4_open()");
    (void)!imap4_engine_bytes(m->engine, 0);
    const int rc = collect_left(m);
    if (rc < 0)
        return rc;
    for (size_t i = 0; command[i] != '\0' && i + 1 < sizeof m->command; i++) {
        m->command[i]     = command[i];
        m->command[i + 1] = '\0';
    }
    if ((m->opt.profile & IMAP4_READONLY_FAILS) != 0 && m->has_become_readonly)
        return i4_report(m, IMAP4_E_READONLY, "mailbox status changed to READ-ONLY");
    /* The seed forgets these at each command. */
    i4_kept_drop(&m->kept, &m->mem, IMAP4_V("OK"));
    i4_kept_drop(&m->kept, &m->mem, IMAP4_V("NO"));
    i4_kept_drop(&m->kept, &m->mem, IMAP4_V("BAD"));
    return IMAP4_OK;
}

/* Puts what was kept of its types before the rest. */
static void mix(imap4 *m, i4_collector *c)
{
    imap4_view types = c->answers;
    while ((m->opt.profile & IMAP4_REPLIES_MIXED) != 0 && c->takes && types.len != 0)
        i4_reply_prepend(c->reply, i4_kept_take(&m->kept, i4_view_word(&types)));
}

/* NO: the seed leaves what came where it finds it next time. */
static void unmix(imap4 *m, i4_collector *c)
{
    i4_record *next = NULL;
    if ((m->opt.profile & IMAP4_REPLIES_MIXED) == 0 || !c->takes)
        return;
    for (i4_record *r = i4_reply_take_data(c->reply); r != NULL; r = next) {
        next = r->next;
        i4_kept_add(&m->kept, &m->mem, r);
    }
}

static int finish(imap4 *m, i4_collector *c, const imap4_event *done)
{
    int rc = i4_report_done(m, done);
    if (rc != IMAP4_OK && c->answer_rc < 0)
        rc = i4_report(m, c->answer_rc, "AUTHENTICATE was cancelled on this side");
    /* LOGOUT is done by BYE and the end of the stream, too: then nothing was tagged. */
    if (c->reply != NULL && (done->status != IMAP4_STATUS_NONE || rc == IMAP4_OK)) {
        if (rc == IMAP4_OK) {
            mix(m, c);
            i4_reply_answer(c->reply, c->answers);
        } else {
            unmix(m, c);
        }
        if (i4_reply_end(c->reply, done) != IMAP4_OK)
            c->is_short_of_memory = true;
    } else {
        imap4_reply_free(&c->reply);
    }
    if (rc == IMAP4_OK && c->is_short_of_memory)
        rc = i4_report(m, IMAP4_E_NOMEM,
                       "the command was done, but its reply is not whole");
    else if (rc == IMAP4_OK && c->is_full && c->reply != NULL)
        rc = i4_report(m, IMAP4_E_LIMIT,
                       "the reply is larger than max_reply: use imap4_fetch_begin()");
    return rc;
}

int i4_collect_start(imap4 *m, i4_collector *c, int rc, imap4_reply **out)
{
    if (rc < 0) {
        i4_collect_free(m, c);
        return m->words.pub.code == rc ? rc : i4_report_refusal(m, rc);
    }
    if (out != NULL) {
        c->reply              = i4_reply_new(&m->mem);
        c->is_short_of_memory = c->reply == NULL;
    }
    return IMAP4_OK;
}

int i4_collect_finish(imap4 *m, i4_collector *c, int rc, imap4_cmd cmd,
                      const imap4_event *done, imap4_reply **out)
{
    if (rc == 1) {
        rc = finish(m, c, done);
    } else {
        m->left = rc == IMAP4_E_INTERRUPTED || rc == IMAP4_E_NOMEM ? cmd : 0;
        rc      = i4_report_engine(m, rc == 0 ? IMAP4_E_EOF : rc);
        imap4_reply_free(&c->reply);
    }
    i4_states_follow(m, done == NULL ? 0 : done->result);
    if (out != NULL) {
        *out     = c->reply;
        c->reply = NULL;
    }
    i4_collect_free(m, c);
    return rc;
}

int i4_collect(imap4 *m, i4_collector *c, int rc, imap4_cmd cmd, imap4_reply **out)
{
    const imap4_event *done = NULL;
    I4_TRY(i4_collect_start(m, c, rc, out));
    rc = i4_collect_until(m, c, cmd, &done);
    return i4_collect_finish(m, c, rc, cmd, done, out);
}
