/* SPDX-License-Identifier: MIT */
/* test/unit/mime_envelope.c - addresses for people, and the date as a number. */
#include "text_check.h"

#include "imap4/mime.h"

#define S(literal)                                                                       \
    {                                                                                    \
        literal, sizeof literal - 1                                                      \
    }
#define NIL                                                                              \
    {                                                                                    \
        NULL, 0                                                                          \
    }

static void gives(imap4_address a, const char *want, int line)
{
    char            buf[512];
    const ptrdiff_t len = imap4_address_text(&a, buf, sizeof buf);
    same_rc(len, (ptrdiff_t)strlen(want), __FILE__, line);
    same_bytes(buf, (size_t)len, want, strlen(want), __FILE__, line);
    same_rc(imap4_address_text(&a, NULL, 0), len, __FILE__, line);
}

#define assert_gives(want, ...) gives((imap4_address){ __VA_ARGS__ }, want, __LINE__)

static void a_name_stands_before_the_address(void **state)
{
    assert_gives("Ann Bell <ann@example.org>", S("Ann Bell"), NIL, S("ann"),
                 S("example.org"));
    assert_gives("ann@example.org", NIL, NIL, S("ann"), S("example.org"));
    assert_gives("ann@example.org", S(""), S("@route"), S("ann"), S("example.org"));
}

static void a_name_is_decoded_and_quoted(void **state)
{
    assert_gives("K\xc3\xa4the <k@x>", S("=?utf-8?Q?K=C3=A4the?="), NIL, S("k"), S("x"));
    assert_gives("\"Bell, Ann\" <a@x>", S("Bell, Ann"), NIL, S("a"), S("x"));
    assert_gives("\"J. R.\" <a@x>", S("J. R."), NIL, S("a"), S("x"));
    assert_gives("\"say \\\"hi\\\" \\\\\" <a@x>", S("say \"hi\" \\"), NIL, S("a"), S("x"));
}

/* What is encoded may not become an address, or a header field, of its own. */
static void a_name_cannot_break_out(void **state)
{
    assert_gives("\"evil@x> <a\" <a@x>", S("=?utf-8?Q?evil=40x>_<a?="), NIL, S("a"),
                 S("x"));
    assert_gives("\"a  Bcc: b@c\" <a@x>", S("=?utf-8?Q?a=0D=0ABcc:_b@c?="), NIL, S("a"),
                 S("x"));
    assert_gives("a@x  y", NIL, NIL, S("a"), S("x\r\ny"));
}

static void a_local_part_is_quoted_where_it_must_be(void **state)
{
    assert_gives("a.b@x", NIL, NIL, S("a.b"), S("x"));
    assert_gives("\"a b\"@x", NIL, NIL, S("a b"), S("x"));
    assert_gives("\"a@b\"@x", NIL, NIL, S("a@b"), S("x"));
    assert_gives("\".a\"@x", NIL, NIL, S(".a"), S("x"));
    assert_gives("\"a.\"@x", NIL, NIL, S("a."), S("x"));
    assert_gives("\"\"@x", NIL, NIL, S(""), S("x"));
    assert_gives("u@[192.0.2.1]", NIL, NIL, S("u"), S("[192.0.2.1]"));
}

static void a_group_has_a_start_and_an_end(void **state)
{
    assert_gives("Friends:", NIL, NIL, S("Friends"), NIL);
    assert_gives(";", NIL, NIL, NIL, NIL);
}

static void a_list_is_written_as_a_field_has_it(void **state)
{
    static const imap4_address at[] = {
        { S("Ann"), NIL, S("ann"), S("x") },
        { NIL, NIL, S("Friends"), NIL },
        { NIL, NIL, S("b"), S("x") },
        { NIL, NIL, S("c"), S("x") },
        { NIL, NIL, NIL, NIL },
        { NIL, NIL, S("none"), NIL },
        { NIL, NIL, NIL, NIL },
        { NIL, NIL, S("d"), S("x") },
    };
    const imap4_addresses all = { at, sizeof at / sizeof at[0] };
    char                  buf[200];
    const ptrdiff_t       len = imap4_addresses_text(&all, buf, sizeof buf);
    assert_true(len > 0);
    assert_bytes(buf, (size_t)len, "Ann <ann@x>, Friends: b@x, c@x;, none:;, d@x");
    const imap4_addresses none = { NULL, 0 };
    assert_rc(imap4_addresses_text(&none, buf, sizeof buf), 0);
    assert_rc(imap4_addresses_text(NULL, buf, sizeof buf), IMAP4_E_ARG);
    assert_rc(imap4_address_text(NULL, buf, sizeof buf), IMAP4_E_ARG);
}

static void a_name_of_any_length_is_written(void **state)
{
    char name[3000], buf[4000];
    memset(name, 'n', sizeof name);
    const imap4_address a = { { name, sizeof name }, NIL, S("a"), S("x") };
    assert_rc(imap4_address_text(&a, buf, sizeof buf), 3000 + 6);
}

static void the_date_is_a_number(void **state)
{
    imap4_envelope e       = { .date = S("Thu, 1 Jan 1970 01:00:07 +0100") };
    int64_t        seconds = -1;
    assert_rc(imap4_envelope_time(&e, &seconds), IMAP4_OK);
    assert_int_equal(seconds, 7);
    e.date = IMAP4_V("yesterday");
    assert_rc(imap4_envelope_time(&e, &seconds), IMAP4_E_SYNTAX);
    e.date = IMAP4_NIL;
    assert_rc(imap4_envelope_time(&e, &seconds), IMAP4_E_ABSENT);
    assert_rc(imap4_envelope_time(NULL, &seconds), IMAP4_E_ARG);
    assert_rc(imap4_envelope_time(&e, NULL), IMAP4_E_ARG);
    assert_int_equal(seconds, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stands_before_the_address),
        cmocka_unit_test(a_name_is_decoded_and_quoted),
        cmocka_unit_test(a_name_cannot_break_out),
        cmocka_unit_test(a_local_part_is_quoted_where_it_must_be),
        cmocka_unit_test(a_group_has_a_start_and_an_end),
        cmocka_unit_test(a_list_is_written_as_a_field_has_it),
        cmocka_unit_test(a_name_of_any_length_is_written),
        cmocka_unit_test(the_date_is_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
