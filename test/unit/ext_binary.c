/* SPDX-License-Identifier: MIT */
/* ext_binary.c - BINARY (RFC 3516): decoded parts and their sizes, by section. */
#include "read_help.h"

#include "imap4.h"

static void part_may_hold_any_bytes(void **state)
{
    static const char bytes[] = "* 1 FETCH (BINARY[1.2]<5> ~{4}\r\n\0)\r\n UID 3)\r\n";
    imap4_view        v       = IMAP4_NIL;
    reading          *g       = read_bytes(NULL, bytes, sizeof bytes - 1);
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("1.2"), &v), IMAP4_OK);
    assert_int_equal(v.len, 4);
    assert_memory_equal(v.ptr, "\0)\r\n", 4);
    assert_int_equal(g->ev->uid, 3);
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("1"), &v), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V(""), &v), IMAP4_E_ABSENT);
    read_end(g);
}

static void part_may_be_nil_or_a_string(void **state)
{
    imap4_view v = IMAP4_V("x");
    reading   *g = read_text(
          "* 1 FETCH (binary[1] nil BINARY[2] \"a\\\"\" BINARY[] {1}\r\nb)\r\n");
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("1"), &v), IMAP4_OK);
    assert_view(v, NULL);
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("2"), &v), IMAP4_OK);
    assert_view(v, "a\"");
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V(""), &v), IMAP4_OK);
    assert_view(v, "b");
    read_end(g);
}

static void body_is_no_binary(void **state)
{
    imap4_view v = IMAP4_NIL;
    uint64_t   n = 0;
    reading   *g = read_text("* 1 FETCH (BODY[1] \"a\" BINARY.SIZE[1] 5)\r\n");
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("1"), &v), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_binary_size(g->ev, IMAP4_V("1"), &n), IMAP4_OK);
    assert_int_equal(n, 5);
    assert_int_equal(imap4_fetch_binary_size(g->ev, IMAP4_V("2"), &n), IMAP4_E_ABSENT);
    read_end(g);
}

static void bad_size_costs_itself(void **state)
{
    uint64_t n = 0;
    reading *g = read_text("* 1 FETCH (BINARY.SIZE[1] NIL BINARY.SIZE[2] 7 UID 9)\r\n");
    assert_int_equal(imap4_fetch_binary_size(g->ev, IMAP4_V("2"), &n), IMAP4_OK);
    assert_int_equal(n, 7);
    assert_int_equal(g->ev->marks, 0);
    assert_int_equal(imap4_fetch_binary_size(g->ev, IMAP4_V("1"), &n), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    assert_int_equal(g->ev->uid, 9);
    read_end(g);
}

static void atom_is_a_part_for_the_tolerant(void **state)
{
    const char *line = "* 1 FETCH (BINARY[1] word)\r\n";
    imap4_view  v    = IMAP4_NIL;
    reading    *g    = read_text(line);
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("1"), &v), IMAP4_OK);
    assert_view(v, "word");
    read_end(g);
    g = read_strict(line);
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("1"), &v), IMAP4_E_SYNTAX);
    read_end(g);
}

static void streamed_part_has_its_name(void **state)
{
    imap4_reader_options opt  = IMAP4_READER_OPTIONS;
    imap4_view           v    = IMAP4_NIL;
    const char          *line = "* 1 FETCH (BINARY[1] ~{5}\r\n12345 UID 3)\r\n";
    opt.inline_literal        = 4;
    reading *g                = read_bytes(&opt, line, strlen(line));
    assert_int_equal(g->ev->type, IMAP4_EV_BODY_BEGIN);
    assert_view(g->ev->name, "BINARY[1]");
    assert_int_equal(g->ev->literal_size, 5);
    while (g->ev->type != IMAP4_EV_FETCH)
        read_next(g);
    assert_int_equal(imap4_fetch_binary(g->ev, IMAP4_V("1"), &v), IMAP4_E_ABSENT);
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
}

static void other_events_have_none(void **state)
{
    uint64_t n = 0;
    reading *g = read_text("* 5 EXISTS\r\n");
    assert_int_equal(imap4_fetch_binary_size(g->ev, IMAP4_V("1"), &n), IMAP4_E_ABSENT);
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(part_may_hold_any_bytes),
        cmocka_unit_test(part_may_be_nil_or_a_string),
        cmocka_unit_test(body_is_no_binary),
        cmocka_unit_test(bad_size_costs_itself),
        cmocka_unit_test(atom_is_a_part_for_the_tolerant),
        cmocka_unit_test(streamed_part_has_its_name),
        cmocka_unit_test(other_events_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
