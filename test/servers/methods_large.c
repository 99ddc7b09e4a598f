/* SPDX-License-Identifier: MIT */
/* test/servers/methods_large.c - the rows of APPEND, of large answers, of IDLE, of what servers
 * do differently, and of bytes. */
#include "methods.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOX   "Methods"
#define OTHER "Methods2"

enum {
    BIG = 3 << 20
};

static void begin(run *s, unsigned count)
{
    (void)!imap4_delete(s->m, OTHER, NULL);
    check(s, imap4_create(s->m, OTHER, NULL) == IMAP4_OK, "create");
    messages(s, BOX, count);
}

static uint32_t exists(const run *s)
{
    const imap4_mailbox *box = imap4_mailbox_state(s->m);
    return box == NULL ? 0 : box->exists;
}

/* ---- APPEND ---------------------------------------------------------------------------- */

static void fetched_is(run *s, const char *number, const char *items, const char *text)
{
    check(s, imap4_fetch(s->m, number, items, out(s)) == IMAP4_OK, "fetch");
    literal_is(s, 0, text);
}

static void row_append(run *s)
{
    const imap4_append_options opt = { .size  = sizeof opt,
                                       .flags = IMAP4_V("\\Seen $Methods"),
                                       .date  = IMAP4_V("01-Feb-2024 03:04:05 +0000") };
    imap4_appenduid            uid = { 0 };
    begin(s, 0);
    CALL(s, imap4_append(s->m, BOX, &opt, IMAP4_V("Subject: x\n\ntwo\nlines"), out(s)));
    is(s, IMAP4_OK);
    sent_at(s, 0,
            "APPEND " BOX " (\\\\Seen $Methods) \"?1-Feb-2024 03:04:05 +0000\" {24+}*");
    count_is(s, 1);
    check(s,
          s->r != NULL &&
              imap4_code_appenduid(imap4_reply_status(s->r), &uid) == IMAP4_OK &&
              uid.uidvalidity != 0,
          "APPENDUID");
    check(s, imap4_noop(s->m, NULL) == IMAP4_OK && exists(s) == 1, "it is there");
    fetched_is(s, "1", "(BODY.PEEK[])", "Subject: x\r\n\r\ntwo\r\nlines");
    check(s, imap4_fetch(s->m, "1", "(FLAGS INTERNALDATE)", out(s)) == IMAP4_OK, "fetch");
    datum(s, 0, "1 (*\\\\Seen*2024 03:04:05 +0000*");
    check(s, imap4_append(s->m, "nothing", NULL, IMAP4_V("x\r\n"), out(s)) == IMAP4_NO,
          "none");
    check(s, s->r != NULL && imap4_reply_status(s->r)->code_id == IMAP4_CODE_TRYCREATE,
          "TRYCREATE");
}

typedef struct pattern {
    uint64_t at, told;
} pattern;

/* A header, and behind it lines of 64 bytes, any number of them. */
static char byte_at(uint64_t at)
{
    static const char
        header[65] = "Subject: a message that is too large to be held in memory...\r\n"
                     "\r\n";
    const uint64_t place = at % 64;
    if (at < 64)
        return header[at];
    return place == 62 ? '\r' : place == 63 ? '\n' : (char)('a' + (at / 64 + place) % 26);
}

static ptrdiff_t read_pattern(void *user, char *buf, size_t len)
{
    pattern     *p    = user;
    const size_t some = len < 100000 ? len : 100000;
    for (size_t i = 0; i < some; i++)
        buf[i] = byte_at(p->at++);
    return (ptrdiff_t)some;
}

static int tell(void *user, uint64_t told, uint64_t length)
{
    pattern *p = user;
    p->told    = told <= length && told >= p->told ? told : UINT64_MAX;
    return 0;
}

static void row_append_from(run *s)
{
    pattern            p      = { 0 };
    const imap4_source source = { .size     = sizeof source,
                                  .length   = BIG,
                                  .read     = read_pattern,
                                  .progress = tell,
                                  .user     = &p };
    begin(s, 0);
    CALL(s, imap4_append_from(s->m, BOX, NULL, &source, out(s)));
    is(s, IMAP4_OK);
    sent_at(s, 0, "APPEND " BOX " {3145728+}*");
    count_is(s, 1);
    check(s, p.at == BIG && p.told == BIG, "the progress was told");
    check(s, imap4_fetch(s->m, "1", "RFC822.SIZE", out(s)) == IMAP4_OK, "fetch");
    datum(s, 0, "1 (RFC822.SIZE 3145728)");
}

static void row_append_file(run *s)
{
    static const char text[] = "Subject: a file\r\n\r\nIts text.\r\n";
    char              path[] = "/tmp/imap4-methods.XXXXXX";
    const int         fd     = mkstemp(path);
    begin(s, 0);
    check(s, fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1,
          "a file");
    CALL(s, imap4_append_file(s->m, BOX, NULL, path, out(s)));
    is(s, IMAP4_OK);
    sent_at(s, 0, "APPEND " BOX " {30+}*");
    count_is(s, 1);
    fetched_is(s, "1", "(BODY.PEEK[])", text);
    (void)close(fd);
    (void)unlink(path);
    check(s, imap4_append_file(s->m, BOX, NULL, path, NULL) == IMAP4_E_IO,
          "there is none");
}

/* ---- large answers ------------------------------------------------------------------------ */

static bool append_big(run *s)
{
    pattern            p      = { 0 };
    const imap4_source source = {
        .size = sizeof source, .length = BIG, .read = read_pattern, .user = &p
    };
    return imap4_append_from(s->m, BOX, NULL, &source, NULL) == IMAP4_OK &&
           imap4_noop(s->m, NULL) == IMAP4_OK;
}

static void row_fetch_begin(run *s)
{
    imap4_fetching    *f  = NULL;
    const imap4_event *ev = NULL;
    uint64_t           at = 0, wrong = 0;
    unsigned           fetched = 0;
    begin(s, 1);
    check(s, append_big(s) && exists(s) == 2, "append");
    run_begin(s);
    s->rc = imap4_fetch_begin(s->m, "1:2", 0, "(UID BODY.PEEK[])", &f);
    is(s, IMAP4_OK);
    check(s, imap4_noop(s->m, NULL) == IMAP4_E_BUSY, "nothing else goes meanwhile");
    while (f != NULL && (s->rc = imap4_fetch_next(f, &ev)) == 1) {
        fetched += ev->type == IMAP4_EV_FETCH;
        if (ev->type != IMAP4_EV_BODY_DATA || ev->number != 2)
            continue;
        for (size_t i = 0; i < ev->data.len; i++)
            wrong += ev->data.ptr[i] != byte_at(at++);
    }
    check(s, s->rc == 0, "the end");
    s->rc = imap4_fetch_end(&f, out(s));
    run_end(s);
    is(s, IMAP4_OK);
    sent(s, "FETCH 1:2 (UID BODY.PEEK\\[\\])");
    check(s, f == NULL && fetched == 2 && at == BIG && wrong == 0, "every byte came");
    check(s, imap4_noop(s->m, NULL) == IMAP4_OK, "the next one goes");
}

static int add_bytes(void *user, imap4_view bytes)
{
    pattern *p = user;
    for (size_t i = 0; i < bytes.len; i++)
        p->told += bytes.ptr[i] != byte_at(p->at++);
    return 0;
}

static void row_fetch_to(run *s)
{
    pattern p = { 0 };
    begin(s, 1);
    check(s, append_big(s), "append");
    run_begin(s);
    const int64_t size = imap4_fetch_to(s->m, 2, "", add_bytes, &p);
    s->rc              = size < 0 ? (int)size : IMAP4_OK;
    run_end(s);
    is(s, IMAP4_OK);
    sent(s, "UID FETCH 2 (*BODY.PEEK\\[\\]*)");
    check(s, size == BIG && p.at == BIG && p.told == 0, "every byte came");
    check(s, imap4_fetch_to(s->m, 99, "", add_bytes, &p) == IMAP4_E_ABSENT,
          "no such message");
    answered(s, size == BIG ? IMAP4_V("3145728 bytes") : IMAP4_V("less"));
}

/* ---- IDLE ------------------------------------------------------------------------------------ */

static int until_exists(void *user, const imap4_event *ev)
{
    imap4_event_type *last = user;
    if (ev->type == IMAP4_EV_EXISTS)
        *last = IMAP4_EV_EXISTS;
    return ev->type == IMAP4_EV_EXISTS;
}

static void row_idle(run *s)
{
    imap4_event_type last = IMAP4_EV_DONE;
    begin(s, 1);
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    check(s,
          imap4_idle(s->m, 50, until_exists, &last, NULL) == IMAP4_OK &&
              last == IMAP4_EV_DONE,
          "nothing happens");
    check(s, imap4_append(m, BOX, NULL, IMAP4_V("Subject: new\r\n\r\n"), NULL) == IMAP4_OK,
          "append by another connection");
    CALL(s, imap4_idle(s->m, 20000, until_exists, &last, out(s)));
    is(s, IMAP4_OK);
    sent_at(s, 0, "IDLE");
    sent_at(s, 1, "DONE");
    check(s, exists(s) == 2, "the new one is known");
    check(s, last == IMAP4_EV_EXISTS, "it was told");
}

/* ---- what servers do differently --------------------------------------------------------------- */

static void row_move_best(run *s)
{
    int way = 0;
    begin(s, 3);
    CALL(s, imap4_move_best(s->m, "1,3", OTHER, &way, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID MOVE 1,3 " OTHER);
    check(s, way == IMAP4_WAY_MOVE, "by MOVE");
    check(s, exists(s) == 1 && count_of(s, OTHER) == 2, "two are moved");
}

static void row_expunge_best(run *s)
{
    int way = 0;
    begin(s, 3);
    check(s, imap4_store(s->m, "1", "+FLAGS.SILENT", "\\Deleted", NULL) == IMAP4_OK,
          "store");
    CALL(s, imap4_expunge_best(s->m, "2", &way, out(s)));
    is(s, IMAP4_OK);
    sent_at(s, 0, "UID STORE 2 +FLAGS*(\\\\Deleted)");
    sent_at(s, 1, "UID EXPUNGE 2");
    check(s, way == IMAP4_WAY_UID_EXPUNGE, "by UID EXPUNGE");
    check(s, exists(s) == 2, "what another has marked is left");
}

static void row_role(run *s)
{
    imap4_view name = IMAP4_NIL;
    int        way  = 0;
    (void)!imap4_create(s->m, "Sent", NULL);
    CALL(s, imap4_role(s->m, "\\Sent", &name, &way));
    is(s, IMAP4_OK);
    answered(s, name);
    check(s, view_is(name, "Sent"), "its name");
    /* Cyrus: nobody said what that mailbox is for. */
    check(s, way == (is_dovecot(s) ? IMAP4_WAY_SPECIAL_USE : IMAP4_WAY_NAME), "by what");
    check(s, imap4_role(s->m, "\\Nothing", &name, &way) == IMAP4_E_ARG, "no such role");
}

static void row_join(run *s)
{
    static const char *const parts[] = { "Lists", "imap" };
    static const char *const wrong[] = { "Lists/imap", "x" };
    imap4_view               name    = IMAP4_NIL;
    imap4                   *m       = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = s->m;
    s->m          = m;
    CALL(s, imap4_join(m, parts, 2, &name));
    is(s, IMAP4_OK);
    sent(s, "NAMESPACE");
    answered(s, name);
    check(s, view_is(name, "Lists/imap"), "its name");
    check(s, imap4_join(m, wrong, 2, &name) == IMAP4_E_ARG, "the delimiter in a part");
    s->m = before;
}

/* ---- bytes --------------------------------------------------------------------------------------- */

static void row_send(run *s)
{
    char   line[512];
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = s->m;
    s->m          = m;
    CALL(s, imap4_send(m, IMAP4_V("X1 NOOP\r\n")));
    is(s, IMAP4_OK);
    const ptrdiff_t len = imap4_readline(m, line, sizeof line);
    check(s,
          len > 0 &&
              view_is((imap4_view){ line, len < 0 ? 0 : (size_t)len }, "X1 OK *\r\n"),
          "the answer");
    imap4_shutdown(m); /* what was said is known to nobody: no LOGOUT */
    s->m = before;
}

static void row_readline(run *s)
{
    char   line[512];
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = s->m;
    s->m          = m;
    check(s, imap4_send(m, IMAP4_V("X1 STATUS INBOX (MESSAGES)\r\n")) == IMAP4_OK, "send");
    run_begin(s);
    const ptrdiff_t len = imap4_readline(m, line, sizeof line);
    run_end(s);
    answered(s, (imap4_view){ line, len < 0 ? 0 : (size_t)len });
    check(s,
          len > 0 && view_is((imap4_view){ line, len < 0 ? 0 : (size_t)len },
                             "\\* STATUS *INBOX* (MESSAGES *)\r\n"),
          "one line");
    check(s, imap4_readline(m, line, sizeof line) > 0 && memcmp(line, "X1 OK", 5) == 0,
          "two");
    imap4_shutdown(m); /* what was said is known to nobody: no LOGOUT */
    s->m = before;
}

static void row_read(run *s)
{
    char   line[512];
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = s->m;
    s->m          = m;
    check(s, imap4_send(m, IMAP4_V("X1 NOOP\r\n")) == IMAP4_OK, "send");
    run_begin(s);
    const ptrdiff_t len = imap4_read(m, line, 5);
    run_end(s);
    answered(s, (imap4_view){ line, len < 0 ? 0 : (size_t)len });
    check(s, len == 5 && memcmp(line, "X1 OK", 5) == 0, "five bytes");
    check(s, imap4_readline(m, line, sizeof line) > 0 && line[0] == ' ',
          "the rest of the line");
    imap4_shutdown(m); /* what was said is known to nobody: no LOGOUT */
    s->m = before;
}

const row rows_large[] = {
    { "append", row_append },
    { "append_from", row_append_from },
    { "append_file", row_append_file },
    { "fetch_begin", row_fetch_begin },
    { "fetch_to", row_fetch_to },
    { "idle", row_idle },
    { "move_best", row_move_best },
    { "expunge_best", row_expunge_best },
    { "role", row_role },
    { "join", row_join },
    { "send", row_send },
    { "readline", row_readline },
    { "read", row_read },
    { NULL, NULL },
};
