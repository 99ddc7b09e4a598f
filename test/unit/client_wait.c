/* SPDX-License-Identifier: MIT */
/* The IMAP4 object waits: for how long, what ends it, and what is then known of the command. */
#include "client_help.h"

#include "imap4/data.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    SHORT_MS = 150,
    LONG_MS  = 20 * 1000, /* no test waits so long unless it fails */
    TIMES    = 300
};

/* ---- a server that listens, and says nothing ------------------------------------------- */

typedef struct silent {
    int  fd;
    int  fill[8]; /* connections that take all its room */
    char url[64];
} silent;

static int connect_to(const struct sockaddr_in *to)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)connect(fd, (const struct sockaddr *)to, sizeof *to);
    return fd;
}

/* `is_full`: its queue is, so that the system does not answer those who connect. */
static void silent_open(silent *s, const char *scheme, bool is_full)
{
    struct sockaddr_in at   = { .sin_family = AF_INET };
    socklen_t          size = sizeof at;
    at.sin_addr.s_addr      = htonl(INADDR_LOOPBACK);
    memset(s->fill, -1, sizeof s->fill);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &size), 0);
    assert_int_equal(listen(s->fd, is_full ? 0 : 8), 0);
    for (size_t i = 0; is_full && i < sizeof s->fill / sizeof s->fill[0]; i++)
        s->fill[i] = connect_to(&at);
    (void)snprintf(s->url, sizeof s->url, "%s://127.0.0.1:%u", scheme, ntohs(at.sin_port));
}

static void silent_close(silent *s)
{
    for (size_t i = 0; i < sizeof s->fill / sizeof s->fill[0]; i++)
        if (s->fill[i] != -1)
            (void)close(s->fill[i]);
    (void)close(s->fd);
}

/* It waits as long as it should, and then fails with these words. */
static void connect_takes_too_long(const char *scheme, bool is_full, const char *words)
{
    silent        s;
    imap4        *m   = NULL;
    imap4_options opt = IMAP4_OPTIONS;
    silent_open(&s, scheme, is_full);
    opt.connect_timeout_ms = SHORT_MS;
    const uint64_t before  = imap4_now_ms();
    assert_int_equal(imap4_connect(s.url, &opt, &m), IMAP4_E_TIMEOUT);
    assert_in_range(imap4_now_ms() - before, SHORT_MS, LONG_MS);
    assert_non_null(m);
    assert_int_equal(imap4_last_error(m)->code, IMAP4_E_TIMEOUT);
    if (words != NULL)
        assert_view(imap4_last_error(m)->text, words);
    assert_int_not_equal(imap4_last_error(m)->text.len, 0);
    assert_null(imap4_last_failure(m)->command.ptr);
    assert_int_equal(imap4_last_failure(m)->was_sent, 0);
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 0);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_LOGOUT);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_STATE);
    /* Asked again, it tries again. */
    assert_int_equal(imap4_open(m, NULL), IMAP4_E_TIMEOUT);
    imap4_free(&m);
    silent_close(&s);
}

static void test_a_greeting_that_does_not_come(void **state)
{
    (void)state;
    connect_takes_too_long("imap+insecure", false, "no greeting in time");
}

static void test_a_handshake_that_does_not_begin(void **state)
{
    (void)state;
    if ((imap4_features() & IMAP4_FEATURE_TLS) == 0)
        skip();
    connect_takes_too_long("imaps", false, "the TLS handshake took too long");
}

static void test_a_connection_that_is_not_accepted(void **state)
{
    (void)state;
    connect_takes_too_long("imap+insecure", true, NULL);
}

/* ---- a server that answers when it is told to ------------------------------------------- */

typedef struct peer {
    int                fd; /* its end */
    const char *const *answers; /* to each line; "": none; NULL: to all that follow, "TAG OK" */
    bool               stops; /* hears one line, and no more */
    pthread_t          thread;
    char               lines[4096]; /* what it heard */
} peer;

static void peer_say(const peer *p, const char *text)
{
    assert_int_equal(write(p->fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void peer_answer(peer *p, const char *line, size_t *at)
{
    char        ok[64];
    const char *answer = p->answers == NULL ? NULL : p->answers[*at];
    if (strlen(p->lines) + strlen(line) + 1 < sizeof p->lines)
        (void)strcat(p->lines, line);
    if (answer == NULL) {
        (void)snprintf(ok, sizeof ok, "%.*s OK done\r\n", (int)strcspn(line, " \r"), line);
        answer = ok;
    } else {
        *at += 1;
    }
    if (answer[0] != '\0')
        (void)!write(p->fd, answer, strlen(answer));
}

static void *peer_run(void *ctx)
{
    peer  *p  = ctx;
    size_t at = 0, len = 0;
    char   line[512] = "";
    while (read(p->fd, line + len, 1) == 1) {
        if (line[len++] != '\n' && len + 1 < sizeof line)
            continue;
        line[len] = '\0';
        len       = 0;
        peer_answer(p, line, &at);
        if (p->stops)
            break;
    }
    return NULL;
}

static const char *const stalls[]     = { "", NULL };
static const char *const begins_tls[] = { "T1 OK go ahead\r\n", NULL };

/* Begins to run; gives the transport to it. */
static imap4_transport peer_begin(peer *p, const char *const *answers, bool is_private)
{
    int             fd[2];
    imap4_transport t = IMAP4_TRANSPORT;
    memset(p, 0, sizeof *p);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
    p->fd      = fd[1];
    p->answers = answers;
    p->stops   = answers == stalls || answers == begins_tls;
    assert_int_equal(imap4_transport_socket(fd[0], is_private, &t), IMAP4_OK);
    peer_say(p, is_private ? "* PREAUTH [CAPABILITY IMAP4rev1 IDLE LITERAL+] hello\r\n"
                           : "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n");
    assert_int_equal(pthread_create(&p->thread, NULL, peer_run, p), 0);
    return t;
}

/* Connected, and logged in. */
static imap4 *peer_open(peer *p, const char *const *answers, uint32_t timeout_ms)
{
    imap4_engine_options  engine = IMAP4_ENGINE_OPTIONS;
    const imap4_transport t      = peer_begin(p, answers, true);
    imap4_options         opt    = IMAP4_OPTIONS;
    imap4                *m      = NULL;
    engine.tag_prefix            = "T";
    engine.command_timeout_ms    = timeout_ms;
    opt.engine                   = &engine;
    opt.transport                = &t;
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    return m;
}

static void peer_close(peer *p, imap4 **m)
{
    imap4_free(m);
    assert_int_equal(pthread_join(p->thread, NULL), 0);
    (void)close(p->fd);
}

static void check_failure(const imap4 *m, const char *command, int was_sent, int may,
                          int is_temporary)
{
    const imap4_failure *f = imap4_last_failure(m);
    if (command == NULL)
        assert_null(f->command.ptr);
    else
        assert_view(f->command, command);
    assert_int_equal(f->was_sent, was_sent);
    assert_int_equal(f->may_have_effect, may);
    assert_int_equal(f->is_temporary, is_temporary);
}

/* imap4_connect() does not return before TLS stands: nobody believes what came before it. */
static void test_a_handshake_behind_starttls(void **state)
{
    peer                  p;
    imap4_engine_options  engine = IMAP4_ENGINE_OPTIONS;
    const imap4_transport t      = peer_begin(&p, begins_tls, false);
    imap4_options         opt    = IMAP4_OPTIONS;
    imap4                *m      = NULL;
    (void)state;
    engine.tag_prefix      = "T";
    opt.engine             = &engine;
    opt.transport          = &t;
    opt.connect_timeout_ms = SHORT_MS;
    if ((imap4_features() & IMAP4_FEATURE_TLS) != 0) {
        assert_int_equal(imap4_connect("imap://localhost", &opt, &m), IMAP4_E_TIMEOUT);
        assert_view(imap4_last_error(m)->text, "the TLS handshake took too long");
        assert_string_equal(p.lines, "T1 STARTTLS\r\n");
    } else {
        assert_true(imap4_connect("imap://localhost", &opt, &m) < 0);
    }
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_LOGOUT);
    peer_close(&p, &m);
}

static void test_a_command_that_is_not_answered(void **state)
{
    static const char *const answers[] = { "" };
    peer                     p;
    imap4_reply             *r = NULL;
    imap4                   *m = peer_open(&p, answers, SHORT_MS);
    (void)state;
    const uint64_t before = imap4_now_ms();
    assert_int_equal(imap4_create(m, "x", &r), IMAP4_E_TIMEOUT);
    assert_in_range(imap4_now_ms() - before, SHORT_MS, LONG_MS);
    assert_null(r);
    check_failure(m, "CREATE", 1, 1, 1);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_DEAD);
    /* The connection is over: its answer could be taken for that of another command. */
    assert_int_not_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_int_equal(imap4_last_failure(m)->was_sent, 0);
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 0);
    assert_string_equal(p.lines, "T1 CREATE x\r\n");
    peer_close(&p, &m);
}

/* ---- interrupts ---------------------------------------------------------------------------- */

static void *interrupt_soon(void *m)
{
    (void)usleep(SHORT_MS * 1000 / 2);
    imap4_interrupt(m);
    return NULL;
}

static void *interrupt_often(void *m)
{
    for (int i = 0; i < TIMES; i++) {
        (void)usleep(100);
        imap4_interrupt(m);
    }
    return NULL;
}

static void start(pthread_t *thread, void *(*run)(void *), imap4 *m)
{
    assert_int_equal(pthread_create(thread, NULL, run, m), 0);
}

/* The command before was interrupted; the server answers it now, and the next one when it is
 * asked. */
static void the_next_one_collects(peer *p, imap4 *m)
{
    imap4_reply *r = NULL;
    peer_say(p, "* 7 RECENT\r\nT1 OK first\r\n");
    assert_int_equal(imap4_status(m, "INBOX", "MESSAGES", &r), IMAP4_OK);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "INBOX (MESSAGES 4)", NULL);
    assert_int_equal(imap4_reply_events(r), 1); /* not what was the first one's */
    imap4_reply_free(&r);
    /* What that one brought was kept. */
    assert_int_equal(imap4_response(m, "RECENT", &r), IMAP4_OK);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "7", NULL);
    imap4_reply_free(&r);
}

static const char *const status_answers[] = {
    "", "* STATUS INBOX (MESSAGES 4)\r\nT2 OK second\r\n", NULL
};

static void test_another_thread_interrupts(void **state)
{
    peer         p;
    pthread_t    thread;
    imap4_reply *r = NULL;
    imap4       *m = peer_open(&p, status_answers, LONG_MS);
    (void)state;
    start(&thread, interrupt_soon, m);
    const uint64_t before = imap4_now_ms();
    assert_int_equal(imap4_noop(m, &r), IMAP4_E_INTERRUPTED);
    assert_in_range(imap4_now_ms() - before, SHORT_MS / 4, LONG_MS / 2);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_null(r);
    assert_int_equal(imap4_last_error(m)->code, IMAP4_E_INTERRUPTED);
    check_failure(m, "NOOP", 1, 1, 1);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_AUTH);
    the_next_one_collects(&p, m);
    assert_string_equal(p.lines, "T1 NOOP\r\nT2 STATUS INBOX (MESSAGES)\r\n");
    peer_close(&p, &m);
}

static imap4 *of_handler;

static void on_alarm(int number)
{
    (void)number;
    imap4_interrupt(of_handler);
}

static void test_a_signal_handler_interrupts(void **state)
{
    struct sigaction       before, act = { .sa_handler = on_alarm };
    const struct itimerval soon = { .it_value = { .tv_usec = SHORT_MS * 1000 / 2 } };
    peer                   p;
    imap4                 *m = peer_open(&p, status_answers, LONG_MS);
    (void)state;
    of_handler   = m;
    act.sa_flags = SA_RESTART;
    assert_int_equal(sigaction(SIGALRM, &act, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_INTERRUPTED);
    check_failure(m, "NOOP", 1, 1, 1);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    the_next_one_collects(&p, m);
    peer_close(&p, &m);
}

static void on_nothing(int number)
{
    (void)number;
}

/* A signal that does not interrupt is no reason to stop. */
static void test_other_signals_do_nothing(void **state)
{
    static const char *const answers[] = { "", NULL };
    struct sigaction         before, act = { .sa_handler = on_nothing };
    const struct itimerval   often = { .it_interval = { .tv_usec = 2000 },
                                       .it_value    = { .tv_usec = 2000 } };
    const struct itimerval   never = { .it_value = { 0 } };
    peer                     p;
    imap4                   *m = peer_open(&p, answers, SHORT_MS);
    (void)state;
    assert_int_equal(sigaction(SIGALRM, &act, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_TIMEOUT);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    peer_close(&p, &m);
}

static void test_who_interrupts_early_is_not_forgotten(void **state)
{
    peer   p;
    imap4 *m = peer_open(&p, status_answers, LONG_MS);
    (void)state;
    imap4_interrupt(m);
    imap4_interrupt(m);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_INTERRUPTED);
    check_failure(m, "NOOP", 1, 1, 1);
    /* The next one has to wait for it first, and can be interrupted in that. */
    imap4_interrupt(m);
    assert_int_equal(imap4_create(m, "x", NULL), IMAP4_E_INTERRUPTED);
    assert_int_equal(imap4_last_failure(m)->was_sent, 0); /* not CREATE */
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 0);
    the_next_one_collects(&p, m);
    assert_string_equal(p.lines, "T1 NOOP\r\nT2 STATUS INBOX (MESSAGES)\r\n");
    imap4_interrupt(NULL);
    peer_close(&p, &m);
}

static void test_interrupts_at_any_time(void **state)
{
    peer      p;
    pthread_t thread;
    int       ok = 0, interrupted = 0;
    imap4    *m = peer_open(&p, NULL, LONG_MS);
    (void)state;
    start(&thread, interrupt_often, m);
    for (int i = 0; i < TIMES; i++) {
        const int rc = imap4_noop(m, NULL);
        assert_true(rc == IMAP4_OK || rc == IMAP4_E_INTERRUPTED);
        ok += rc == IMAP4_OK;
        interrupted += rc == IMAP4_E_INTERRUPTED;
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(ok + interrupted, TIMES);
    /* At most one that nobody has waited for yet. */
    const int rc = imap4_noop(m, NULL);
    assert_true(rc == IMAP4_OK || rc == IMAP4_E_INTERRUPTED);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    peer_close(&p, &m);
}

static void test_connecting_is_interrupted(void **state)
{
    silent        s;
    pthread_t     thread;
    imap4        *m   = NULL;
    imap4_options opt = IMAP4_OPTIONS;
    (void)state;
    opt.connect_timeout_ms = LONG_MS;
    opt.no_open            = 1;
    for (int is_full = 0; is_full < 2; is_full++) {
        silent_open(&s, "imap+insecure", is_full == 1);
        assert_int_equal(imap4_connect(s.url, &opt, &m), IMAP4_OK);
        start(&thread, interrupt_soon, m);
        assert_int_equal(imap4_open(m, NULL), IMAP4_E_INTERRUPTED);
        assert_int_equal(pthread_join(thread, NULL), 0);
        check_failure(m, NULL, 0, 0, imap4_last_failure(m)->is_temporary);
        assert_int_equal(imap4_state_of(m), IMAP4_STATE_LOGOUT);
        imap4_free(&m);
        silent_close(&s);
    }
}

/* Half a message cannot be taken back. */
static void test_append_is_interrupted(void **state)
{
    peer         p;
    pthread_t    thread;
    const size_t size = (size_t)4 << 20;
    char        *text = malloc(size);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', size);
    imap4 *m = peer_open(&p, stalls, LONG_MS);
    start(&thread, interrupt_soon, m);
    assert_int_equal(imap4_append(m, NULL, NULL, (imap4_view){ text, size }, NULL),
                     IMAP4_E_INTERRUPTED);
    check_failure(m, "APPEND", 1, 1, 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(imap4_noop(m, NULL) < 0);
    assert_int_equal(imap4_last_failure(m)->was_sent, 0);
    peer_close(&p, &m);
    free(text);
}

/* ---- IDLE ---------------------------------------------------------------------------------------- */

static const char *const idle_answers[] = { "* 4 EXISTS\r\nT1 OK selected\r\n",
                                            "+ idling\r\n", "T2 OK idled\r\n", NULL };

static int go_on(void *user, const imap4_event *ev)
{
    (void)user;
    (void)ev;
    return 0;
}

static void test_idle_ends_in_time(void **state)
{
    peer   p;
    imap4 *m = peer_open(&p, idle_answers, LONG_MS);
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    const uint64_t before = imap4_now_ms();
    assert_int_equal(imap4_idle(m, SHORT_MS, go_on, NULL, NULL), IMAP4_OK);
    assert_in_range(imap4_now_ms() - before, SHORT_MS, LONG_MS);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_string_equal(p.lines, "T1 SELECT INBOX\r\nT2 IDLE\r\nDONE\r\nT3 NOOP\r\n");
    peer_close(&p, &m);
}

static void test_idle_is_interrupted(void **state)
{
    peer      p;
    pthread_t thread;
    imap4    *m = peer_open(&p, idle_answers, LONG_MS);
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    start(&thread, interrupt_soon, m);
    assert_int_equal(imap4_idle(m, UINT32_MAX, go_on, NULL, NULL), IMAP4_E_INTERRUPTED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_string_equal(p.lines, "T1 SELECT INBOX\r\nT2 IDLE\r\nDONE\r\nT3 NOOP\r\n");
    peer_close(&p, &m);
}

/* ---- what a failure says ---------------------------------------------------------------------------- */

static void test_refusals_have_no_effect(void **state)
{
    script s;
    imap4 *m = script_connect(
        &s,
        GREET "C: T1 LOGIN a \"b\"\nS: T1 NO [UNAVAILABLE] later\nC: T2 LOGIN a \"b\"\n"
              "S: T2 BAD Request is throttled. Suggested Backoff Time: 299 milliseconds\n"
              "C: T3 LOGIN a \"b\"\nS: T3 NO [AUTHENTICATIONFAILED] no\n");
    (void)state;
    assert_int_equal(imap4_login(m, "a", "b", NULL), IMAP4_NO);
    check_failure(m, "LOGIN", 1, 0, 1);
    assert_int_equal(imap4_last_failure(m)->retry_after_ms, 0);
    assert_int_equal(imap4_login(m, "a", "b", NULL), IMAP4_E_BAD);
    check_failure(m, "LOGIN", 1, 0, 1);
    assert_int_equal(imap4_last_failure(m)->retry_after_ms, 299);
    assert_int_equal(imap4_login(m, "a", "b", NULL), IMAP4_NO);
    check_failure(m, "LOGIN", 1, 0, 0);
    /* What was not sent cannot have been done. */
    assert_int_equal(imap4_create(m, "x", NULL), IMAP4_E_STATE);
    assert_int_equal(imap4_last_failure(m)->was_sent, 0);
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 0);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_a_connection_lost_may_have_effect(void **state)
{
    script s;
    imap4 *m = script_connect(&s, SELECTED
                              "C: T2 STORE 1 +FLAGS (\\Seen)\nS: * 1 FETCH (FLA\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_true(imap4_store(m, "1", "+FLAGS", "\\Seen", NULL) < 0);
    assert_view(imap4_last_failure(m)->command, "STORE");
    assert_int_equal(imap4_last_failure(m)->was_sent, 1);
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 1);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_a_bye_says_how_long(void **state)
{
    script s;
    imap4 *m = script_connect(&s, PREAUTH "C: T1 CREATE x\nS: * BYE Session invalidated. "
                                          "Suggested Backoff Time: 5000 milliseconds\n");
    (void)state;
    assert_int_equal(imap4_create(m, "x", NULL), IMAP4_E_BYE);
    check_failure(m, "CREATE", 1, 1, 1);
    assert_int_equal(imap4_last_failure(m)->retry_after_ms, 5000);
    imap4_shutdown(m);
    script_end(&s, &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_greeting_that_does_not_come),
        cmocka_unit_test(test_a_handshake_that_does_not_begin),
        cmocka_unit_test(test_a_connection_that_is_not_accepted),
        cmocka_unit_test(test_a_handshake_behind_starttls),
        cmocka_unit_test(test_a_command_that_is_not_answered),
        cmocka_unit_test(test_another_thread_interrupts),
        cmocka_unit_test(test_a_signal_handler_interrupts),
        cmocka_unit_test(test_other_signals_do_nothing),
        cmocka_unit_test(test_who_interrupts_early_is_not_forgotten),
        cmocka_unit_test(test_interrupts_at_any_time),
        cmocka_unit_test(test_connecting_is_interrupted),
        cmocka_unit_test(test_append_is_interrupted),
        cmocka_unit_test(test_idle_ends_in_time),
        cmocka_unit_test(test_idle_is_interrupted),
        cmocka_unit_test(test_refusals_have_no_effect),
        cmocka_unit_test(test_a_connection_lost_may_have_effect),
        cmocka_unit_test(test_a_bye_says_how_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
