/* SPDX-License-Identifier: MIT */
/* engine_memory.c - the n-th allocation fails, for every n: nothing is lost, nothing is
 * told twice, and the session ends as if nothing had been. */
#include "session_help.h"

typedef struct meter {
    size_t calls;
    size_t fail_at; /* this call fails, and `fail_count` - 1 behind it */
    size_t fail_count;
    size_t live; /* bytes */
} meter;

static bool refuses(meter *m)
{
    const size_t n = m->calls++;
    return n >= m->fail_at && n - m->fail_at < m->fail_count;
}

static void *meter_alloc(void *ctx, size_t size)
{
    meter *m = ctx;
    if (refuses(m))
        return NULL;
    m->live += size;
    return malloc(size);
}

static void *meter_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    meter *m = ctx;
    if (refuses(m))
        return NULL;
    m->live += size - old_size;
    return realloc(ptr, size);
}

static void meter_release(void *ctx, void *ptr, size_t size)
{
    meter *m = ctx;
    if (ptr != NULL)
        m->live -= size;
    free(ptr);
}

/* Calls again while memory is short. */
#define AGAIN(call)                                                                      \
    do {                                                                                 \
        int again_rc;                                                                    \
        while ((again_rc = (call)) == IMAP4_E_NOMEM) {                                   \
        }                                                                                \
        assert_int_equal(again_rc, IMAP4_OK);                                            \
    } while (0)

/* As take_events(), but with patience. */
static void events_again(session *s)
{
    const imap4_event *ev = NULL;
    int                rc;
    while ((rc = imap4_engine_next(s->e, &ev)) == 1 || rc == IMAP4_E_NOMEM)
        if (rc == 1)
            note_event(s, ev);
    if (rc < 0 || imap4_engine_want(s->e, 0, NULL) == IMAP4_WANT_CLOSE)
        note(s, "= %d\n", rc);
}

static void server_again(session *s, const char *bytes)
{
    size_t n = strlen(bytes);
    while (n != 0) {
        size_t room = 0;
        char  *to   = imap4_engine_recv_buf(s->e, &room);
        if (to == NULL) {
            events_again(s);
            continue;
        }
        size_t len = n < room ? n : room;
        if (s->step != 0 && len > s->step)
            len = s->step;
        memcpy(to, bytes, len);
        assert_int_equal(imap4_engine_recv_commit(s->e, len), IMAP4_OK);
        bytes += len;
        n -= len;
    }
    events_again(s);
    take_sent(s);
}

/* A bit of everything. */
static void play(session *s)
{
    static char   body[5000];
    imap4_cmd     append = 0, idle = 0;
    imap4_seqset *set  = set_of("1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39",
                                1);
    imap4_seqset *more = set_of("1:3", 0);
    memset(body, 'b', sizeof body - 1);
    server_again(s, "* OK hello\r\n");
    server_again(s, "* CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-1 IDLE LITERAL- ESEARCH\r\nA1 "
                    "OK done\r\n");
    AGAIN(imap4_cmd_authenticate(s->e, IMAP4_V("SCRAM-SHA-1"), IMAP4_V("first"), NULL,
                                 NULL));
    AGAIN(imap4_cmd_select(s->e, IMAP4_V("Entw\xc3\xbcrfe"), NULL, NULL, NULL));
    take_sent(s);
    server_again(s, "+ \r\n");
    server_again(s, "+ c2Vjb25k\r\n");
    AGAIN(imap4_cmd_respond(s->e, 1, IMAP4_V("third")));
    take_sent(s);
    server_again(s, "A2 OK [CAPABILITY IMAP4rev1 IDLE LITERAL- ESEARCH] in\r\n");
    server_again(s,
                 "* FLAGS (\\Seen $x)\r\n* 3 EXISTS\r\n* OK [PERMANENTFLAGS (\\*)] x\r\n"
                 "* OK [UIDNEXT 7] x\r\nA3 OK [READ-WRITE] done\r\n");
    AGAIN(imap4_cmd_fetch(s->e, set, IMAP4_V("UID FLAGS BODY.PEEK[]"), NULL, NULL, NULL));
    AGAIN(imap4_cmd_store(s->e, more, IMAP4_STORE_ADD, IMAP4_V("$y"), NULL, NULL, NULL));
    AGAIN(imap4_cmd_search(s->e, IMAP4_V("SUBJECT \"\xc3\xa4\""), NULL, NULL, NULL));
    take_sent(s);
    server_again(s, "* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {5000}\r\n");
    server_again(s, body);
    server_again(s, "b)\r\n* 2 FETCH (UID 3 FLAGS ())\r\nA4 OK done\r\n");
    server_again(s, "A5 OK done\r\n");
    server_again(s, "* 1 FETCH (FLAGS ($y))\r\nA6 OK done\r\n");
    server_again(s, "* SEARCH 1 2 3\r\nA7 OK done\r\n");
    AGAIN(imap4_cmd_append(s->e, IMAP4_V("Sent"), 4999, NULL, NULL, &append));
    AGAIN(imap4_cmd_write(s->e, append, (imap4_view){ body, 4000 }));
    AGAIN(imap4_cmd_write(s->e, append, (imap4_view){ body, 999 }));
    take_sent(s);
    server_again(s, "+ go\r\n");
    server_again(s, "A8 OK done\r\n");
    AGAIN(imap4_cmd_idle(s->e, NULL, &idle));
    take_sent(s);
    server_again(s, "+ idling\r\n* 4 EXISTS\r\n");
    AGAIN(imap4_cmd_list(s->e, IMAP4_V(""), IMAP4_V("%"), NULL, NULL, NULL));
    take_sent(s);
    server_again(s, "A9 OK done\r\n");
    server_again(s, "* LIST () \"/\" {3}\r\nabc\r\nA10 OK done\r\n");
    AGAIN(imap4_cmd_logout(s->e, NULL, NULL));
    take_sent(s);
    server_again(s, "* BYE\r\nA11 OK done\r\n");
    imap4_seqset_free(&set);
    imap4_seqset_free(&more);
}

/* A whole session; returns what was sent and told, to be freed. */
static session *run(meter *m, size_t step)
{
    const imap4_allocator mem = { meter_alloc, meter_resize, meter_release, m };
    imap4_engine_options  opt = IMAP4_ENGINE_OPTIONS;
    session              *s   = calloc(1, sizeof *s);
    assert_non_null(s);
    s->step            = step;
    opt.secure         = 1;
    opt.allocator      = &mem;
    opt.trace          = 1;
    opt.max_line       = 100;
    opt.inline_literal = 1000;
    AGAIN(imap4_engine_new(&opt, &s->e));
    play(s);
    imap4_engine_free(&s->e);
    assert_int_equal(m->live, 0);
    s->events[s->events_len] = '\0';
    s->sent[s->sent_len]     = '\0';
    return s;
}

static void nth_allocation_may_fail(void **state)
{
    meter    m      = { .fail_at = SIZE_MAX };
    session *wanted = run(&m, 0);
    assert_non_null(strstr(wanted->events, "DONE #9 OK\n= 0\n"));
    const size_t calls = m.calls;
    assert_in_range(calls, 30, 1000);
    for (size_t count = 1; count <= 3; count += 2) {
        for (size_t n = 0; n < calls; n++) {
            meter    failing = { .fail_at = n, .fail_count = count };
            session *s       = run(&failing, 0);
            assert_string_equal(s->events, wanted->events);
            assert_string_equal(s->sent, wanted->sent);
            free(s);
        }
    }
    free(wanted);
}

static void cuts_of_the_stream_change_nothing(void **state)
{
    meter    m      = { .fail_at = SIZE_MAX };
    session *wanted = run(&m, 0);
    for (size_t step = 1; step < 40; step += step < 8 ? 1 : 7) {
        session *s = run(&m, step);
        assert_string_equal(s->events, wanted->events);
        assert_string_equal(s->sent, wanted->sent);
        free(s);
    }
    free(wanted);
}

static void engine_can_be_freed_after_any_failure(void **state)
{
    for (size_t n = 0; n < 12; n++) {
        meter                 m   = { .fail_at = n, .fail_count = SIZE_MAX };
        const imap4_allocator mem = { meter_alloc, meter_resize, meter_release, &m };
        imap4_engine_options  opt = IMAP4_ENGINE_OPTIONS;
        imap4_engine         *e   = NULL;
        opt.allocator             = &mem;
        opt.trace                 = 1;
        const int rc              = imap4_engine_new(&opt, &e);
        if (rc == IMAP4_OK)
            (void)!imap4_cmd_noop(e, NULL, NULL);
        else
            assert_int_equal(rc, IMAP4_E_NOMEM);
        imap4_engine_free(&e);
        assert_int_equal(m.live, 0);
    }
}

static void responses_cost_no_allocation(void **state)
{
    meter                 m   = { .fail_at = SIZE_MAX };
    const imap4_allocator mem = { meter_alloc, meter_resize, meter_release, &m };
    imap4_engine_options  opt = IMAP4_ENGINE_OPTIONS;
    opt.allocator             = &mem;
    opt.secure                = 1;
    session *s                = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
    take_events(s);
    queue(s, "SELECT", "x");
    take_sent(s);
    server(s, "A1 OK done\r\n");
    take_events(s);
    fetch(s, "1:*", 1, "FLAGS");
    take_sent(s);
    for (int i = 0; i < 10100; i++) {
        if (i == 100)
            m.calls = 0;
        server(s, "* 7 FETCH (UID 41 FLAGS (\\Seen $x) BODY[] {5}\r\nhello)\r\n");
        take_events(s);
        s->events_len = 0;
    }
    assert_int_equal(m.calls, 0);
    session_free(s);
}

static void a_command_costs_one_allocation(void **state)
{
    meter                 m   = { .fail_at = SIZE_MAX };
    const imap4_allocator mem = { meter_alloc, meter_resize, meter_release, &m };
    imap4_engine_options  opt = IMAP4_ENGINE_OPTIONS;
    opt.allocator             = &mem;
    opt.secure                = 1;
    session *s                = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
    take_events(s);
    queue(s, "NOOP", NULL);
    m.calls = 0;
    for (int i = 0; i < 10; i++)
        assert_int_equal(
            imap4_cmd_list(s->e, IMAP4_V(""), IMAP4_V("%"), NULL, NULL, NULL), IMAP4_OK);
    assert_in_range(m.calls, 10, 12); /* the draft may have grown */
    session_free(s);
}

static void queue_that_is_full_of_commands_is_freed(void **state)
{
    meter                 m   = { .fail_at = SIZE_MAX };
    const imap4_allocator mem = { meter_alloc, meter_resize, meter_release, &m };
    imap4_engine_options  opt = IMAP4_ENGINE_OPTIONS;
    opt.allocator             = &mem;
    opt.secure                = 1;
    session  *s               = session_with(&opt);
    imap4_cmd cmd             = 0;
    greet(s, "LITERAL+");
    for (int i = 0; i < 100; i++)
        queue(s, "NOOP", NULL);
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("a"), IMAP4_V("b"), NULL, NULL),
                     IMAP4_OK);
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("x"), 5, NULL, NULL, &cmd), IMAP4_OK);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("abc")), IMAP4_OK);
    assert_int_equal(imap4_engine_send_buf(s->e).len, 9);
    session_free(s); /* a view is lent, too */
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nth_allocation_may_fail),
        cmocka_unit_test(cuts_of_the_stream_change_nothing),
        cmocka_unit_test(engine_can_be_freed_after_any_failure),
        cmocka_unit_test(responses_cost_no_allocation),
        cmocka_unit_test(a_command_costs_one_allocation),
        cmocka_unit_test(queue_that_is_full_of_commands_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
