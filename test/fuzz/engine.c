/* SPDX-License-Identifier: MIT */
/* engine.c - a whole session: the input says what the server, the caller and the driver do.
 *
 * Each step is one byte that says who acts, and what follows.  Whatever happens, no
 * command is told its end twice, none is forgotten, and what is sent is whole lines. */
#include "imap4.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct input {
    const uint8_t *p;
    const uint8_t *end;
} input;

enum {
    MAX_COMMANDS = 512
};

typedef struct world {
    imap4_engine *e;
    uint64_t      now;
    unsigned      last_tag; /* seen in what was sent */
    imap4_cmd     last_cmd;
    bool          is_queued[MAX_COMMANDS];
    bool          is_done[MAX_COMMANDS];
    bool          is_over; /* next() has said so */
} world;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t take(input *in)
{
    return in->p < in->end ? *in->p++ : 0;
}

/* Up to 32 bytes of the input. */
static imap4_view take_view(input *in)
{
    const size_t     left = (size_t)(in->end - in->p);
    const size_t     want = take(in) & 31u;
    const size_t     len  = left == 0 ? 0 : want < left - 1 ? want : left - 1;
    const imap4_view view = { (const char *)in->p, len };
    in->p += len;
    return view;
}

/* ---- the driver ------------------------------------------------------------------ */

static void take_events(world *w, unsigned max)
{
    const imap4_event *ev = NULL;
    while (max-- != 0) {
        const int rc = imap4_engine_next(w->e, &ev);
        if (rc != 1) {
            check(ev == NULL);
            w->is_over |= rc < 0;
            return;
        }
        check(!w->is_over);
        if (ev->type == IMAP4_EV_DONE && ev->cmd != 0) {
            check(ev->cmd < MAX_COMMANDS && w->is_queued[ev->cmd] && !w->is_done[ev->cmd]);
            w->is_done[ev->cmd] = true;
        }
        check(ev->cmd == 0 || w->is_queued[ev->cmd]);
    }
}

static void give(world *w, imap4_view bytes)
{
    size_t room = 0;
    char  *to   = imap4_engine_recv_buf(w->e, &room);
    if (to == NULL)
        return;
    const size_t len = bytes.len < room ? bytes.len : room;
    memcpy(to, bytes.ptr, len);
    (void)!imap4_engine_recv_commit(w->e, len);
}

/* The driver sees tags only in what it sends: "A" and a number at the start of a view. */
static void look(world *w, imap4_view view)
{
    unsigned n = 0;
    size_t   i = 1;
    if (view.len < 3 || view.ptr[0] != 'A')
        return;
    while (i < view.len && view.ptr[i] >= '0' && view.ptr[i] <= '9')
        n = n * 10 + (unsigned)(view.ptr[i++] - '0');
    if (view.ptr[i] == ' ' && n == w->last_tag + 1)
        w->last_tag = n;
}

static void drive(world *w, input *in)
{
    const uint8_t how = take(in);
    size_t        room;
    w->now += how;
    const unsigned want = imap4_engine_want(w->e, w->now, NULL);
    check(want != 0);
    check((want & IMAP4_WANT_CLOSE) == 0 || want == IMAP4_WANT_CLOSE);
    if ((how & 1) != 0)
        take_events(w, how);
    if ((how & 2) != 0) {
        const imap4_view view = imap4_engine_send_buf(w->e);
        look(w, view);
        if ((how & 4) != 0)
            imap4_engine_send_ack(w->e, how < 128 ? view.len : view.len / 2);
    }
    if ((how & 8) != 0)
        (void)imap4_engine_recv_buf(w->e, &room);
    if ((how & 16) != 0 && (want & IMAP4_WANT_LAYER) != 0)
        (void)!imap4_engine_layer_ready(w->e, how >> 7);
    if (how == 0xe0)
        (void)!imap4_engine_recv_eof(w->e);
    if (how == 0xe2)
        imap4_engine_fail(w->e, IMAP4_E_IO, 5, IMAP4_V("broken"));
    if (how == 0xe4)
        w->now += 600000;
}

/* ---- the server ------------------------------------------------------------------- */

static void serve(world *w, input *in)
{
    static const char *const lines[] = {
        "* OK [CAPABILITY IMAP4rev1 LITERAL+ IDLE SASL-IR AUTH=PLAIN AUTH=X] hi\r\n",
        "* PREAUTH hi\r\n",
        "* BYE\r\n",
        "+ \r\n",
        "+ YWJj\r\n",
        "* CAPABILITY IMAP4rev1 IDLE LITERAL-\r\n",
        "* 3 EXISTS\r\n",
        "* 1 EXPUNGE\r\n",
        "* FLAGS (a b)\r\n",
        "* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n",
        "* SEARCH 1 2\r\n",
        "* OK [PERMANENTFLAGS (\\*)] x\r\n",
        "* OK [UIDNEXT 5] x\r\n",
        "* ENABLED QRESYNC UTF8=ACCEPT\r\n",
        "* VANISHED (EARLIER) 1:5\r\n",
        "* VANISHED 1,3\r\n",
        "* OK [CLOSED] x\r\n",
        "* OK [HIGHESTMODSEQ 9] x\r\n",
        "* LIST () \"/\" &AOk-\r\n",
        "* STATUS x (MESSAGES 1)\r\n",
    };
    static const char *const ends[] = { " OK done\r\n",
                                        " NO no\r\n",
                                        " BAD bad\r\n",
                                        " BYE bye\r\n",
                                        " OK [CAPABILITY IMAP4rev1] in\r\n",
                                        " OK [COPYUID 1 1:2 3:4] done\r\n" };
    const uint8_t            what   = take(in);
    if (what < 64) {
        give(w, imap4_view_of(lines[what % (sizeof lines / sizeof lines[0])]));
    } else if (what < 250) {
        char           tag[8] = "A";
        const uint8_t  back   = take(in);
        const unsigned n      = w->last_tag - (back < 200 ? 0 : back & 3u);
        size_t         len    = 1;
        if (n >= 100)
            tag[len++] = (char)('0' + n / 100 % 10);
        if (n >= 10)
            tag[len++] = (char)('0' + n / 10 % 10);
        tag[len++] = (char)('0' + n % 10);
        give(w, (imap4_view){ tag, len });
        give(w, imap4_view_of(ends[what % 6]));
    } else {
        give(w, take_view(in));
    }
}

/* ---- the caller -------------------------------------------------------------------- */

static void queue_args(imap4_engine *e, input *in, imap4_cmd *cmd)
{
    static const char *const names[] = { "NOOP",    "STARTTLS",     "CLOSE",    "X",
                                         "IDLE",    "AUTHENTICATE", "UID COPY", "STORE",
                                         "EXAMINE", "LOGIN" };
    imap4_arg                args[3] = { { 0 } };
    const size_t             count   = take(in) % 4;
    const imap4_view         name    = imap4_view_of(names[take(in) % 10]);
    for (size_t i = 0; i < count; i++) {
        args[i].kind   = take(in) % 16;
        args[i].text   = (args[i].kind & 1) != 0 ? take_view(in) : IMAP4_NIL;
        args[i].number = take(in);
    }
    (void)!imap4_cmd_args(e, name, args, count, NULL, cmd);
}

/* Up to 255 numbers: too many for one line. */
static imap4_seqset *take_set(input *in)
{
    imap4_seqset *set = NULL;
    if (imap4_seqset_new(take(in) & 1, NULL, &set) < 0)
        return NULL;
    for (uint32_t n = take(in), i = 0; i < n; i++)
        (void)!imap4_seqset_add(set, 1 + i * 3, 1 + i * 3);
    return set;
}

static void queue_fetch(imap4_engine *e, input *in, imap4_cmd *cmd)
{
    imap4_fetch_options opt = { .size = sizeof opt };
    imap4_seqset       *set = take_set(in);
    const uint8_t       how = take(in);
    opt.changedsince        = (how & 1) != 0 ? how : 0;
    opt.vanished            = (how & 2) != 0;
    (void)!imap4_cmd_fetch(e, set, IMAP4_V("FLAGS"), &opt, NULL, cmd);
    imap4_seqset_free(&set);
}

static void queue_copy(imap4_engine *e, input *in, imap4_cmd *cmd)
{
    imap4_copy_options opt = { .size = sizeof opt };
    imap4_seqset      *set = take_set(in);
    const uint8_t      how = take(in);
    opt.allow_partial      = how & 1;
    if ((how & 6) == 0)
        (void)!imap4_cmd_copy(e, set, take_view(in), &opt, NULL, cmd);
    else if ((how & 6) == 2)
        (void)!imap4_cmd_move(e, set, take_view(in), &opt, NULL, cmd);
    else if ((how & 6) == 4)
        (void)!imap4_cmd_uid_expunge(e, set, NULL, cmd);
    else
        (void)!imap4_cmd_store(e, set, how >> 6, take_view(in), NULL, NULL, cmd);
    imap4_seqset_free(&set);
}

static void queue_select(imap4_engine *e, input *in, imap4_cmd *cmd)
{
    imap4_select_options opt = { .size = sizeof opt };
    const uint8_t        how = take(in);
    opt.read_only            = how & 1;
    opt.condstore            = how >> 1 & 1;
    opt.uidvalidity          = how >> 2 & 1;
    opt.modseq               = how >> 3 & 1;
    (void)!imap4_cmd_select(e, take_view(in), &opt, NULL, cmd);
}

static void queue_query(imap4_engine *e, input *in, imap4_cmd *cmd)
{
    static const char *const keys[] = { "SEEN", "FROM", "SINCE", "LARGER", "KEYWORD", "x" };
    imap4_search_options     opt    = { .size = sizeof opt };
    imap4_query             *q      = NULL;
    if (imap4_query_new(NULL, &q) < 0)
        return;
    for (unsigned n = take(in) % 16; n != 0; n--) {
        const uint8_t    what = take(in);
        const imap4_view key  = imap4_view_of(keys[what % 6]);
        switch (what >> 4) {
        case 0: imap4_query_not(q); break;
        case 1: imap4_query_or(q); break;
        case 2: imap4_query_open(q); break;
        case 3: imap4_query_close(q); break;
        case 4: imap4_query_raw(q, take_view(in)); break;
        case 5: imap4_query_string(q, key, take_view(in)); break;
        case 6: imap4_query_date(q, key, 2000, take(in), take(in)); break;
        case 7: imap4_query_number(q, key, take(in)); break;
        case 8: imap4_query_keyword(q, key, take_view(in)); break;
        case 9: imap4_query_charset(q, take_view(in)); break;
        case 10: imap4_query_header(q, take_view(in), take_view(in)); break;
        case 11: {
            imap4_seqset *set = take_set(in);
            imap4_query_set(q, set);
            imap4_seqset_free(&set);
            break;
        }
        default: imap4_query_key(q, key); break;
        }
    }
    opt.uid   = take(in) & 1;
    opt.query = q;
    (void)!imap4_cmd_search(e, IMAP4_NIL, &opt, NULL, cmd);
    imap4_query_free(&q);
}

/* QUOTA, METADATA, ID, NAMESPACE. */
static void queue_account(imap4_engine *e, input *in, imap4_cmd *cmd)
{
    const uint8_t                   how  = take(in);
    const imap4_view                name = take_view(in), value = take_view(in);
    const imap4_quota_limit         limit = { value, how };
    const imap4_param               param = { name, value };
    const imap4_metadata_entry      entry = { value, name };
    const imap4_getmetadata_options opt   = { .size        = sizeof opt,
                                              .depth       = how >> 6,
                                              .has_maxsize = how >> 5 & 1 };
    switch (how % 7) {
    case 0: (void)!imap4_cmd_getquota(e, name, NULL, cmd); break;
    case 1: (void)!imap4_cmd_getquotaroot(e, name, NULL, cmd); break;
    case 2: (void)!imap4_cmd_setquota(e, name, &limit, how & 1, NULL, cmd); break;
    case 3: (void)!imap4_cmd_getmetadata(e, name, &value, 1, &opt, NULL, cmd); break;
    case 4: (void)!imap4_cmd_setmetadata(e, name, &entry, 1, NULL, cmd); break;
    case 5: (void)!imap4_cmd_id(e, &param, how & 1, NULL, cmd); break;
    default: (void)!imap4_cmd_namespace(e, NULL, cmd); break;
    }
}

static void command(world *w, input *in)
{
    static const char
        data[64]        = "0123456789012345678901234567890123456789012345678901234567890";
    imap4_engine   *e   = w->e;
    imap4_cmd       cmd = 0;
    const uint8_t   what = take(in);
    const imap4_cmd last = (what & 128) != 0 ? what & 15u : w->last_cmd;
    switch (what % 19) {
    case 0: (void)!imap4_cmd_noop(e, NULL, &cmd); break;
    case 1: (void)!imap4_cmd_login(e, take_view(in), IMAP4_V("pw"), NULL, &cmd); break;
    case 2: (void)!imap4_cmd_select(e, take_view(in), NULL, NULL, &cmd); break;
    case 3: queue_fetch(e, in, &cmd); break;
    case 4: (void)!imap4_cmd_append(e, IMAP4_V("x"), take(in), NULL, NULL, &cmd); break;
    case 5:
        (void)!imap4_cmd_write(e, last, (imap4_view){ data, take(in) % sizeof data });
        break;
    case 6: (void)!imap4_cmd_idle(e, NULL, &cmd); break;
    case 7: (void)!imap4_cmd_stop(e, last); break;
    case 8:
        (void)!imap4_cmd_authenticate(e, IMAP4_V("X"), take_view(in), NULL, &cmd);
        break;
    case 9: (void)!imap4_cmd_respond(e, last, take_view(in)); break;
    case 10: (void)!imap4_cmd_search(e, take_view(in), NULL, NULL, &cmd); break;
    case 11: queue_args(e, in, &cmd); break;
    case 12: queue_copy(e, in, &cmd); break;
    case 13: queue_select(e, in, &cmd); break;
    case 14: queue_query(e, in, &cmd); break;
    case 15: (void)!imap4_cmd_enable(e, take_view(in), NULL, &cmd); break;
    case 16: (void)!imap4_cmd_create(e, take_view(in), NULL, &cmd); break;
    case 17: queue_account(e, in, &cmd); break;
    default: (void)!imap4_cmd_logout(e, NULL, &cmd); break;
    }
    if (cmd != 0 && cmd < MAX_COMMANDS)
        w->is_queued[w->last_cmd = cmd] = true;
    (void)imap4_cmd_pending(e, what);
    (void)imap4_engine_mailbox(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    world                w   = { 0 };
    input                in  = { bytes, bytes + size };
    opt.secure               = 1;
    opt.trace                = 1;
    opt.max_line             = 100;
    opt.max_queue            = 20;
    opt.max_pipeline         = 4;
    opt.inline_literal       = 3;
    if (size > 2000 || imap4_engine_new(&opt, &w.e) < 0)
        return 0;
    const uint8_t from = take(&in); /* half of all inputs begin logged in */
    if ((from & 1) != 0)
        give(&w, imap4_view_of("* PREAUTH [CAPABILITY IMAP4rev1 IDLE ESEARCH "
                               "ENABLE QRESYNC UIDPLUS MOVE QUOTA METADATA ID "
                               "NAMESPACE] hi\r\n"));
    else if ((from & 2) != 0)
        give(&w, imap4_view_of("* OK [CAPABILITY IMAP4rev1 AUTH=X LITERAL-] hi\r\n"));
    take_events(&w, 1);
    while (in.p < in.end) {
        const uint8_t who = take(&in);
        if (who < 100)
            serve(&w, &in);
        else if (who < 170)
            command(&w, &in);
        else
            drive(&w, &in);
    }
    /* To the end: every command that was queued has been told its end once. */
    (void)!imap4_engine_recv_eof(w.e);
    take_events(&w, 10000);
    take_events(&w, 10000);
    check(imap4_engine_want(w.e, w.now, NULL) == IMAP4_WANT_CLOSE);
    for (size_t i = 0; i < MAX_COMMANDS; i++)
        check(w.is_queued[i] == w.is_done[i]);
    imap4_engine_free(&w.e);
    return 0;
}
