/* SPDX-License-Identifier: MIT */
/* session_help.h - drives an engine by hand: server bytes in, client bytes and events out.
 *
 *     session s = session_new(NULL);
 *     server(&s, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
 *     assert_events(&s, "GREETING OK\n");
 *     assert_sent(&s, "A1 LOGIN joe \"secret\"\r\n");
 */
#ifndef SESSION_HELP_H
#define SESSION_HELP_H

#include "imap4/command.h"
#include "imap4/data.h"
#include "imap4/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAYBE_UNUSED __attribute__((unused))

typedef struct session {
    imap4_engine *e;
    uint64_t      now;
    size_t        step; /* bytes per commit; 0: as many as fit */
    char          sent[1 << 17];
    size_t        sent_len;
    char          events[1 << 17];
    size_t        events_len;
    int32_t       last; /* the type of the last event */
} session;

MAYBE_UNUSED static imap4_view view_of(const char *text)
{
    return imap4_view_of(text);
}

MAYBE_UNUSED static session *session_with(const imap4_engine_options *opt)
{
    session *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_int_equal(imap4_engine_new(opt, &s->e), IMAP4_OK);
    return s;
}

/* A private pipe, tags A1, A2, ... */
MAYBE_UNUSED static session *session_new(void)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    return session_with(&opt);
}

MAYBE_UNUSED static void session_free(session *s)
{
    imap4_engine_free(&s->e);
    assert_null(s->e);
    free(s);
}

/* ---- events as text ----------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) MAYBE_UNUSED static void
note(session *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(s->events + s->events_len, sizeof s->events - s->events_len,
                            format, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < sizeof s->events - s->events_len);
    s->events_len += (size_t)n;
}

MAYBE_UNUSED static const char *rc_name(int rc, char buf[32])
{
    const char *text = imap4_strerror(rc);
    size_t      len  = strcspn(text, ":");
    snprintf(buf, 32, "%.*s", (int)(len < 31 ? len : 31), text);
    return buf;
}

MAYBE_UNUSED static void note_event(session *s, const imap4_event *ev)
{
    static const char *const status[] = { "", " OK", " NO", " BAD", " BYE", " PREAUTH" };
    static const char *const result[] = { "",         " OK",   " NO",     " BAD",
                                          " SKIPPED", " LOST", " REFUSED" };
    char                     name[32];
    const bool is_more = ev->type == IMAP4_EV_BODY_DATA && s->last == ev->type;
    s->last            = ev->type;
    if (is_more)
        return; /* how a literal is cut is no fact of the session */
    note(s, "%s", imap4_event_name(ev->type));
    if (ev->number != 0 || ev->type == IMAP4_EV_EXISTS || ev->type == IMAP4_EV_RECENT)
        note(s, " %u", (unsigned)ev->number);
    if (ev->cmd != 0)
        note(s, " #%u", (unsigned)ev->cmd);
    if (ev->type == IMAP4_EV_DONE)
        note(s, "%s", result[ev->result]);
    else
        note(s, "%s", status[ev->status]);
    if (ev->rc != 0)
        note(s, " %s", rc_name(ev->rc, name));
    if (ev->type == IMAP4_EV_CHALLENGE)
        note(s, " <%.*s>", IMAP4_ARG(ev->data));
    note(s, "\n");
}

/* Takes events until there are none; the end is noted as "= 0" (closed) or "= E_...". */
MAYBE_UNUSED static void take_events(session *s)
{
    const imap4_event *ev = NULL;
    char               name[32];
    int                rc;
    while ((rc = imap4_engine_next(s->e, &ev)) == 1)
        note_event(s, ev);
    assert_null(ev);
    if (rc < 0)
        note(s, "= %s\n", rc_name(rc, name));
    else if (imap4_engine_want(s->e, s->now, NULL) == IMAP4_WANT_CLOSE)
        note(s, "= 0\n");
}

/* ---- bytes -------------------------------------------------------------------- */

/* Gives bytes to the engine; events are taken where the engine wants no more bytes. */
MAYBE_UNUSED static void server_bytes(session *s, const char *bytes, size_t n)
{
    while (n != 0) {
        size_t room = 0;
        char  *to   = imap4_engine_recv_buf(s->e, &room);
        if (to == NULL) {
            const unsigned want = imap4_engine_want(s->e, s->now, NULL);
            if ((want & IMAP4_WANT_CLOSE) != 0)
                return;
            take_events(s);
            if (s->events_len != 0 && strstr(s->events, "= ") != NULL)
                return;
            continue;
        }
        size_t len = n < room ? n : room;
        if (s->step != 0 && len > s->step)
            len = s->step;
        memcpy(to, bytes, len);
        if (imap4_engine_recv_commit(s->e, len) < 0)
            return;
        bytes += len;
        n -= len;
    }
}

MAYBE_UNUSED static void server(session *s, const char *bytes)
{
    server_bytes(s, bytes, strlen(bytes));
}

/* Sends what the engine has to send. */
MAYBE_UNUSED static void take_sent(session *s)
{
    for (;;) {
        const unsigned   want = imap4_engine_want(s->e, s->now, NULL);
        const imap4_view view = imap4_engine_send_buf(s->e);
        assert_int_equal(view.len != 0, (want & IMAP4_WANT_WRITE) != 0);
        if (view.len == 0)
            return;
        const size_t len = s->step != 0 && view.len > s->step ? s->step : view.len;
        assert_true(len < sizeof s->sent - s->sent_len);
        memcpy(s->sent + s->sent_len, view.ptr, len);
        s->sent_len += len;
        imap4_engine_send_ack(s->e, len);
    }
}

/* What was sent since the last call. */
#define assert_sent(s, text)                                                             \
    do {                                                                                 \
        take_sent(s);                                                                    \
        (s)->sent[(s)->sent_len] = '\0';                                                 \
        (s)->sent_len            = 0;                                                    \
        assert_string_equal((s)->sent, text);                                            \
    } while (0)

/* What was told since the last call. */
#define assert_events(s, text)                                                           \
    do {                                                                                 \
        take_events(s);                                                                  \
        (s)->events[(s)->events_len] = '\0';                                             \
        (s)->events_len              = 0;                                                \
        assert_string_equal((s)->events, text);                                          \
    } while (0)

/* ---- sessions that have come somewhere ------------------------------------------ */

MAYBE_UNUSED static void greet(session *s, const char *capabilities)
{
    char line[512];
    snprintf(line, sizeof line, "* OK [CAPABILITY IMAP4rev1 %s] hello\r\n", capabilities);
    server(s, line);
    assert_events(s, "GREETING OK\n");
}

/* Logged in; the tags that follow begin with A2, the commands with #2. */
MAYBE_UNUSED static session *logged_in(const char *capabilities)
{
    session *s = session_new();
    char     line[512];
    greet(s, capabilities);
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("secret"), NULL, NULL),
                     0);
    assert_sent(s, "A1 LOGIN joe \"secret\"\r\n");
    snprintf(line, sizeof line, "A1 OK [CAPABILITY IMAP4rev1 %s] in\r\n", capabilities);
    server(s, line);
    assert_events(s, "DONE #1 OK\n");
    return s;
}

/* In INBOX; the tags that follow begin with A3, the commands with #3. */
MAYBE_UNUSED static session *selected(const char *capabilities)
{
    session *s = logged_in(capabilities);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    assert_sent(s, "A2 SELECT INBOX\r\n");
    server(s, "* 3 EXISTS\r\nA2 OK [READ-WRITE] done\r\n");
    assert_events(s, "EXISTS 3 #2\nDONE #2 OK\n");
    return s;
}

/* Queues any command from raw text. */
MAYBE_UNUSED static imap4_cmd queue(session *s, const char *name, const char *raw)
{
    const imap4_arg arg = { .kind = IMAP4_ARG_RAW, .text = view_of(raw) };
    imap4_cmd       cmd = 0;
    assert_int_equal(imap4_cmd_args(s->e, view_of(name), &arg, raw != NULL, NULL, &cmd),
                     IMAP4_OK);
    return cmd;
}

MAYBE_UNUSED static imap4_seqset *set_of(const char *text, int uid)
{
    imap4_seqset *set = NULL;
    assert_int_equal(imap4_seqset_parse(view_of(text), uid, &set), IMAP4_OK);
    return set;
}

MAYBE_UNUSED static imap4_cmd fetch(session *s, const char *text, int uid,
                                    const char *items)
{
    imap4_cmd     cmd = 0;
    imap4_seqset *set = set_of(text, uid);
    assert_int_equal(imap4_cmd_fetch(s->e, set, view_of(items), NULL, NULL, &cmd),
                     IMAP4_OK);
    imap4_seqset_free(&set);
    return cmd;
}

#endif
