/* SPDX-License-Identifier: MIT */
/* test/unit/net_child.c - programs as transports: what they get, and that none stays. */
#include "transport_help.h"

#include "net/closefrom.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static int descriptors_before;

static int count_before(void **state)
{
    descriptors_before = open_descriptors();
    return 0;
}

/* Behind each test. */
static int nothing_is_left(void **state)
{
    assert_int_equal(open_descriptors(), descriptors_before);
    assert_no_child();
    return 0;
}

static void start(imap4_transport *t, const char *command)
{
    *t = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_command(command, t), IMAP4_OK);
}

/* Runs a command and returns all that it says. */
static const char *output_of(const char *command)
{
    static char     buf[64 * 1024];
    imap4_transport t;
    start(&t, command);
    const ptrdiff_t n = receive(&t, buf, sizeof buf - 1);
    close_transport(&t);
    assert_true(n >= 0);
    buf[n] = '\0';
    return buf;
}

/* ---- what goes through ----------------------------------------------------- */

static void cat_gives_back_what_it_got(void **state)
{
    const char *const argv[] = { "cat", NULL };
    imap4_transport   t      = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_child(argv, &t), IMAP4_OK);
    assert_int_equal(t.is_private, 1);
    for (int i = 0; i < 100; i++) {
        assert_sends(&t, "a NOOP\r\n");
        assert_receives(&t, "a NOOP\r\n");
    }
    t.shutdown(t.ctx);
    assert_ends(&t);
    const uint64_t begun = imap4_now_ms();
    close_transport(&t);
    assert_true(imap4_now_ms() < begun + 900); /* it went by itself */
}

static void arguments_arrive_as_they_are(void **state)
{
    const char *const argv[] = { "/usr/bin/printf", "%s|%s|%s", "a b", "",
                                 "$HOME 'x'",       NULL };
    imap4_transport   t      = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_child(argv, &t), IMAP4_OK);
    assert_receives(&t, "a b||$HOME 'x'");
    assert_ends(&t);
    close_transport(&t);
}

/* More than all buffers hold, both ways at once. */
static void huge_writes_both_ways_do_not_block_each_other(void **state)
{
    enum {
        MUCH = 20 * 1000 * 1000
    };
    static char     chunk[100 * 1000], back[100 * 1000];
    size_t          sent = 0, received = 0, wrong = 0;
    bool            is_over = false;
    imap4_transport t;
    start(&t, "exec cat");
    while (received < MUCH) {
        const size_t len = sizeof chunk < MUCH - sent ? sizeof chunk : MUCH - sent;
        for (size_t i = 0; i < len; i++)
            chunk[i] = byte_at(3, sent + i);
        const ptrdiff_t out = len == 0 ? 0
                                       : t.send(t.ctx, (imap4_view){ chunk, len }, NULL);
        assert_true(out >= 0 || out == IMAP4_E_BUSY);
        sent += out > 0 ? (size_t)out : 0;
        if (sent == MUCH && !is_over) {
            t.shutdown(t.ctx);
            is_over = true;
        }
        const ptrdiff_t in = t.recv(t.ctx, back, sizeof back, NULL);
        assert_true(in > 0 || in == IMAP4_E_BUSY);
        for (ptrdiff_t i = 0; i < in; i++)
            wrong += back[i] != byte_at(3, received + (size_t)i);
        received += in > 0 ? (size_t)in : 0;
        if (in < 0 && out <= 0)
            assert_true(wait_for(&t, is_over ? IMAP4_WANT_READ
                                             : IMAP4_WANT_READ | IMAP4_WANT_WRITE) > 0);
    }
    assert_int_equal(wrong, 0);
    assert_ends(&t);
    close_transport(&t);
}

static void a_program_that_exits_at_once_is_the_end_of_the_stream(void **state)
{
    int             error = 0;
    imap4_transport t;
    start(&t, "exit 3");
    assert_ends(&t);
    while (t.send(t.ctx, IMAP4_V("x"), &error) > 0) /* no SIGPIPE */
        (void)usleep(1000);
    assert_int_equal(error, EPIPE);
    close_transport(&t);
    start(&t, "echo '* BYE'; exit 1");
    assert_receives(&t, "* BYE\n");
    assert_ends(&t);
    close_transport(&t);
}

/* ---- what the program is given ----------------------------------------------- */

static void it_has_no_descriptor_of_ours(void **state)
{
    char      numbers[64];
    const int null    = open("/dev/null", O_RDONLY); /* not close-on-exec */
    const int high    = fcntl(null, F_DUPFD, 700);
    const int without = open_descriptors();
    assert_true(null >= 0 && high >= 700);
    assert_true(without > 5);
    /* 3 is of the ls itself. */
    (void)snprintf(numbers, sizeof numbers, "%s", output_of("exec ls /proc/self/fd"));
    assert_string_equal(numbers, "0\n1\n2\n3\n");
    (void)close(null);
    (void)close(high);
}

static void it_works_without_standard_descriptors_of_ours(void **state)
{
    int saved[2];
    for (int i = 0; i < 2; i++) {
        saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 50);
        (void)close(i);
    }
    imap4_transport t = IMAP4_TRANSPORT, failing = IMAP4_TRANSPORT;
    const int       rc     = imap4_transport_command("exec cat", &t);
    const char     *none[] = { "/nonexistent/program", NULL };
    const int       bad    = imap4_transport_child(none, &failing);
    const int       error  = errno;
    const bool      is_out = rc == IMAP4_OK && send_all(&t, "x", 1);
    char            byte   = '\0';
    const ptrdiff_t n      = is_out ? receive(&t, &byte, 1) : -1;
    if (rc == IMAP4_OK)
        close_transport(&t);
    for (int i = 0; i < 2; i++) {
        if (saved[i] >= 0)
            assert_int_equal(dup2(saved[i], i), i);
        (void)close(saved[i]);
    }
    assert_int_equal(rc, IMAP4_OK);
    assert_int_equal(n, 1);
    assert_int_equal(byte, 'x');
    assert_int_equal(bad, IMAP4_E_IO);
    assert_int_equal(error, ENOENT);
}

static void on_signal(int number)
{
    (void)number;
}

/* The line of /proc/self/status as a number. */
static unsigned long long status_of(const char *output, const char *name)
{
    const char *line = strstr(output, name);
    assert_non_null(line);
    return strtoull(line + strlen(name), NULL, 16);
}

static void its_signals_are_as_nobody_had_touched_them(void **state)
{
    sigset_t         set, before;
    struct sigaction caught, pipe, hup;
    struct sigaction ignore = { .sa_handler = SIG_IGN },
                     handle = { .sa_handler = on_signal };
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGUSR2);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, &before), 0);
    assert_int_equal(sigaction(SIGPIPE, &ignore, &pipe), 0);
    assert_int_equal(sigaction(SIGHUP, &ignore, &hup), 0);
    assert_int_equal(sigaction(SIGUSR1, &handle, &caught), 0);
    const char *out = output_of("exec cat /proc/self/status");
    assert_int_equal(sigaction(SIGPIPE, &pipe, NULL), 0);
    assert_int_equal(sigaction(SIGHUP, &hup, NULL), 0);
    assert_int_equal(sigaction(SIGUSR1, &caught, NULL), 0);
    assert_int_equal(status_of(out, "SigBlk:"), 0);
    assert_int_equal(status_of(out, "SigCgt:"), 0);
    const unsigned long long ignored = status_of(out, "SigIgn:");
    assert_true((ignored >> (SIGPIPE - 1) & 1) == 0);
    assert_true((ignored >> (SIGHUP - 1) & 1) == 1); /* nohup */
    /* And ours are as they were. */
    sigset_t now;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, &now), 0);
    assert_true(sigismember(&now, SIGTERM) == 1 && sigismember(&now, SIGUSR2) == 1);
    assert_int_equal(sigismember(&now, SIGINT), sigismember(&before, SIGINT));
}

/* ---- the end --------------------------------------------------------------- */

static uint64_t ms_to_close(const char *command, const char *word)
{
    imap4_transport t;
    start(&t, command);
    assert_receives(&t, word); /* it is up */
    const uint64_t begun = imap4_now_ms();
    close_transport(&t);
    return imap4_now_ms() - begun;
}

static void a_program_that_stays_is_ended(void **state)
{
    assert_in_range(ms_to_close("echo up; exec sleep 1000", "up\n"), 1000, 1900);
}

static void a_program_that_ignores_sigterm_is_ended_too(void **state)
{
    assert_in_range(ms_to_close("trap '' TERM; echo up; exec sleep 1000", "up\n"), 2000,
                    9000);
}

static void a_program_that_cannot_write_is_listened_to_until_it_ends(void **state)
{
    /* It sees the end of its input only after it got rid of much more than a buffer. */
    const uint64_t ms = ms_to_close(
        "echo up; head -c 3000000 /dev/zero; exec cat >/dev/null", "up\n");
    assert_true(ms < 950);
}

static void a_program_that_never_stops_talking_is_ended(void **state)
{
    assert_in_range(ms_to_close("echo up; exec yes", "up\n"), 1000, 1900);
}

static void who_ignores_sigchld_can_close_too(void **state)
{
    struct sigaction  old, ignore = { .sa_handler = SIG_IGN };
    const char *const none[] = { "/nonexistent/program", NULL };
    imap4_transport   t;
    assert_int_equal(sigaction(SIGCHLD, &ignore, &old), 0);
    start(&t, "exec cat");
    assert_sends(&t, "x");
    assert_receives(&t, "x");
    close_transport(&t);
    assert_int_equal(imap4_transport_child(none, &t), IMAP4_E_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(sigaction(SIGCHLD, &old, NULL), 0);
}

static void a_child_that_somebody_else_reaped_is_gone(void **state)
{
    imap4_transport t;
    start(&t, "exit 0");
    assert_ends(&t);
    assert_true(waitpid(-1, NULL, 0) > 0);
    const uint64_t begun = imap4_now_ms();
    close_transport(&t);
    assert_true(imap4_now_ms() < begun + 900);
}

/* ---- what cannot be started ------------------------------------------------ */

static void a_program_that_cannot_run_is_an_error_with_its_number(void **state)
{
    static const struct {
        const char *program;
        int         os_errno;
    } rows[] = {
        { "/nonexistent/program", ENOENT },
        { "no-such-program-in-path", ENOENT },
        { "/etc/passwd", EACCES },
        { "/", EACCES },
    };
    imap4_transport t = IMAP4_TRANSPORT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const argv[] = { rows[i].program, NULL };
        assert_int_equal(imap4_transport_child(argv, &t), IMAP4_E_IO);
        assert_int_equal(errno, rows[i].os_errno);
        assert_null(t.recv);
    }
}

static void arguments_are_checked(void **state)
{
    const char *const nobody[] = { NULL }, *const nameless[] = { "", NULL };
    imap4_transport t = IMAP4_TRANSPORT, none = { 0 };
    assert_int_equal(imap4_transport_child(NULL, &t), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_child(nobody, &t), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_child(nameless, &t), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_command(NULL, &t), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_command("exit 0", NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_command("exit 0", &none), IMAP4_E_ARG);
}

static void without_descriptors_there_is_an_error_and_no_leak(void **state)
{
    struct rlimit   old, low;
    imap4_transport t = IMAP4_TRANSPORT;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    /* Room for none up to all of the four that it takes; the directory took one when counted. */
    for (int room = 0; room < 4; room++) {
        low          = old;
        low.rlim_cur = (rlim_t)(dup(0) + room);
        (void)close((int)low.rlim_cur - room);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
        const int rc    = imap4_transport_command("exit 0", &t);
        const int error = errno;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
        assert_int_equal(rc, IMAP4_E_IO);
        assert_int_equal(error, EMFILE);
        assert_int_equal(open_descriptors(), descriptors_before);
    }
}

static void many_one_after_the_other_leave_nothing(void **state)
{
    for (int i = 0; i < 100; i++) {
        imap4_transport t;
        start(&t, i % 2 == 0 ? "exec cat" : "exit 1");
        close_transport(&t);
    }
}

/* Each has its own pipes: one that lives does not keep another's end open. */
static void several_at_once_do_not_hold_each_other(void **state)
{
    imap4_transport a, b;
    start(&a, "exec cat");
    start(&b, "exec cat");
    a.shutdown(a.ctx);
    assert_ends(&a);
    assert_sends(&b, "x");
    assert_receives(&b, "x");
    close_transport(&a);
    close_transport(&b);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, count_before, nothing_is_left)
    const struct CMUnitTest tests[] = {
        TEST(cat_gives_back_what_it_got),
        TEST(arguments_arrive_as_they_are),
        TEST(huge_writes_both_ways_do_not_block_each_other),
        TEST(a_program_that_exits_at_once_is_the_end_of_the_stream),
        TEST(it_has_no_descriptor_of_ours),
        TEST(it_works_without_standard_descriptors_of_ours),
        TEST(its_signals_are_as_nobody_had_touched_them),
        TEST(a_program_that_stays_is_ended),
        TEST(a_program_that_ignores_sigterm_is_ended_too),
        TEST(a_program_that_cannot_write_is_listened_to_until_it_ends),
        TEST(a_program_that_never_stops_talking_is_ended),
        TEST(who_ignores_sigchld_can_close_too),
        TEST(a_child_that_somebody_else_reaped_is_gone),
        TEST(a_program_that_cannot_run_is_an_error_with_its_number),
        TEST(arguments_are_checked),
        TEST(without_descriptors_there_is_an_error_and_no_leak),
        TEST(many_one_after_the_other_leave_nothing),
        TEST(several_at_once_do_not_hold_each_other),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
