/* SPDX-License-Identifier: MIT */
/* APPEND of the IMAP4 object: line ends, sources, what stops it. */
#include "client_help.h"

static void test_line_ends(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(
              &s, PREAUTH "C: T1 APPEND \"a b\" (\\Seen) \" 3-Feb-2024 04:05:06 +0900\" {12}\n"
                                "S: + go\nC: x\nC: y\nC: z\nC: \nc: a\nC: \n"
                                "S: T1 OK [APPENDUID 38 9] done\n");
    imap4_append_options opt = { .size = sizeof opt };
    (void)state;
    opt.flags = IMAP4_V("(\\Seen)");
    opt.date  = IMAP4_V("03-Feb-2024 04:05:06 +0900");
    assert_int_equal(imap4_append(m, "a b", &opt, IMAP4_V("x\ry\nz\r\n\na"), &r),
                     IMAP4_OK);
    assert_int_equal(imap4_reply_status(r)->code_id, IMAP4_CODE_APPENDUID);
    imap4_reply_free(&r);
    assert_int_equal(imap4_response(m, "APPENDUID", &r), IMAP4_OK);
    assert_datum(r, 0, "38 9", NULL);
    imap4_reply_free(&r);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_refused_before_its_data(void **state)
{
    script s;
    imap4 *m = script_connect(&s, PREAUTH "C: T1 APPEND INBOX {3}\n"
                                          "S: T1 NO [TRYCREATE] no such\n"
                                          "C: T2 NOOP\nS: T2 OK done\n");
    (void)state;
    assert_int_equal(imap4_append(m, NULL, NULL, IMAP4_V("abc"), NULL), IMAP4_NO);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    imap4_shutdown(m);
    script_end(&s, &m);
}

typedef struct letters {
    uint64_t given, told;
    uint64_t stops_at;
    uint64_t fails_at;
} letters;

static ptrdiff_t read_letters(void *user, char *buf, size_t len)
{
    letters *l = user;
    if (l->fails_at != 0 && l->given >= l->fails_at)
        return IMAP4_E_IO;
    memset(buf, 'a', len);
    l->given += len;
    return (ptrdiff_t)len;
}

static int tell(void *user, uint64_t sent, uint64_t length)
{
    letters *l = user;
    assert_true(sent > l->told && sent <= length);
    l->told = sent;
    return l->stops_at != 0 && sent >= l->stops_at ? -1 : 0;
}

static size_t swallows; /* so many bytes are the whole command */

/* Takes whatever comes. */
static ptrdiff_t swallow(void *ctx, imap4_view bytes, int *os_errno)
{
    script *s = ctx;
    (void)os_errno;
    s->sent_len += bytes.len;
    if (s->sent_len >= swallows) /* all is there: the answer comes */
        s->at = "S: T1 OK done\n";
    return (ptrdiff_t)bytes.len;
}

static imap4 *connect_swallowing(script *s, const char *text)
{
    imap4_transport      t      = script_transport(s, text);
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4               *m      = NULL;
    t.send                      = swallow;
    engine.tag_prefix           = "T";
    opt.engine                  = &engine;
    opt.transport               = &t;
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    return m;
}

#define LITERAL_PLUS "S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\n"

static void test_source_in_constant_memory(void **state)
{
    script       s;
    letters      l      = { 0 };
    imap4       *m      = connect_swallowing(&s, LITERAL_PLUS "C: x\n");
    imap4_source source = { .size     = sizeof source,
                            .length   = 1000000,
                            .read     = read_letters,
                            .progress = tell,
                            .user     = &l };
    (void)state;
    swallows = sizeof "T1 APPEND x {1000000+}\r\n" - 1 + 1000000 + 2;
    assert_int_equal(imap4_append_from(m, "x", NULL, &source, NULL), IMAP4_OK);
    assert_int_equal(s.sent_len, swallows);
    assert_int_equal(l.given, 1000000);
    imap4_shutdown(m);
    imap4_free(&m);
}

static void test_half_a_message_ends_the_connection(void **state)
{
    script s;
    swallows            = 2000000;
    letters      l      = { .fails_at = 100000 };
    imap4       *m      = connect_swallowing(&s, LITERAL_PLUS "C: never\n");
    imap4_source source = {
        .size = sizeof source, .length = 1000000, .read = read_letters, .user = &l
    };
    (void)state;
    assert_int_equal(imap4_append_from(m, "x", NULL, &source, NULL), IMAP4_E_IO);
    assert_int_equal(imap4_last_failure(m)->was_sent, 1);
    assert_true(imap4_noop(m, NULL) < 0);
    imap4_free(&m);
    /* What fails before its first byte costs nothing. */
    l        = (letters){ .fails_at = 1, .given = 1 };
    m        = connect_swallowing(&s, LITERAL_PLUS "C: x\n");
    swallows = sizeof "T1 NOOP\r\n" - 1;
    assert_int_equal(imap4_append_from(m, "x", NULL, &source, NULL), IMAP4_E_IO);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    imap4_free(&m);
    l               = (letters){ .stops_at = 65536 };
    swallows        = 2000000;
    m               = connect_swallowing(&s, LITERAL_PLUS "C: never\n");
    source.progress = tell;
    assert_int_equal(imap4_append_from(m, "x", NULL, &source, NULL), IMAP4_E_INTERRUPTED);
    imap4_free(&m);
}

static void test_bad_arguments(void **state)
{
    script s;
    imap4 *m = script_connect(&s, PREAUTH);
    (void)state;
    assert_int_equal(imap4_append(m, "x", NULL, IMAP4_V("a\0b"), NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_append_from(m, "x", NULL, NULL, NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_append_file(m, "x", NULL, "/no/such/file", NULL), IMAP4_E_IO);
    assert_view(imap4_last_error(m)->where, "/no/such/file");
    assert_int_not_equal(imap4_last_error(m)->os_errno, 0);
    imap4_append_options opt = { .size = sizeof opt, .date = IMAP4_V("yesterday") };
    assert_int_equal(imap4_append(m, "x", &opt, IMAP4_V("a"), NULL), IMAP4_E_ARG);
    imap4_shutdown(m);
    script_end(&s, &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_refused_before_its_data),
        cmocka_unit_test(test_source_in_constant_memory),
        cmocka_unit_test(test_half_a_message_ends_the_connection),
        cmocka_unit_test(test_bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
