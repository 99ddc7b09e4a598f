/* SPDX-License-Identifier: MIT */
/* parse_fetch.c - the items of a FETCH response. */
#include "read_help.h"

static imap4_fetch_item item(reading *g, size_t i)
{
    imap4_fetch_item it;
    assert_int_equal(imap4_fetch_at(g->ev, i, &it), IMAP4_OK);
    return it;
}

static void value_is(reading *g, const char *name, int rc, const char *want)
{
    imap4_view v = { "none", 4 };
    assert_int_equal(imap4_fetch_get(g->ev, imap4_view_of(name), &v), rc);
    if (rc == IMAP4_OK)
        assert_view(v, want);
}

static void items_keep_their_order(void **state)
{
    reading *g = read_text("* 7 FETCH (RFC822.SIZE 45274 UID 84 FLAGS (\\Seen))\r\n");
    assert_int_equal(g->ev->number, 7);
    assert_int_equal(g->ev->uid, 84);
    assert_int_equal(imap4_fetch_count(g->ev), 3);
    assert_int_equal(item(g, 0).id, IMAP4_FETCH_RFC822_SIZE);
    assert_int_equal(item(g, 1).id, IMAP4_FETCH_UID);
    assert_int_equal(item(g, 2).id, IMAP4_FETCH_FLAGS);
    assert_view(item(g, 2).value, "(\\Seen)");
    imap4_fetch_item it;
    assert_int_equal(imap4_fetch_at(g->ev, 3, &it), IMAP4_E_ABSENT);
    read_end(g);
}

static void each_name_has_its_id(void **state)
{
    static const struct {
        const char *name;
        int         id;
    } rows[] = {
        { "UID", IMAP4_FETCH_UID },
        { "FLAGS", IMAP4_FETCH_FLAGS },
        { "INTERNALDATE", IMAP4_FETCH_INTERNALDATE },
        { "RFC822.SIZE", IMAP4_FETCH_RFC822_SIZE },
        { "ENVELOPE", IMAP4_FETCH_ENVELOPE },
        { "BODY", IMAP4_FETCH_BODY },
        { "BODYSTRUCTURE", IMAP4_FETCH_BODYSTRUCTURE },
        { "BODY[]", IMAP4_FETCH_SECTION },
        { "body[1.2.mime]", IMAP4_FETCH_SECTION },
        { "RFC822", IMAP4_FETCH_RFC822 },
        { "rfc822.header", IMAP4_FETCH_RFC822_HEADER },
        { "RFC822.TEXT", IMAP4_FETCH_RFC822_TEXT },
        { "BODYSTRUCTUR", IMAP4_FETCH_OTHER },
        { "RFC822.SIZ", IMAP4_FETCH_OTHER },
        { "RFC822[]", IMAP4_FETCH_OTHER },
        { "BINARY[1]", IMAP4_FETCH_OTHER },
        { "X", IMAP4_FETCH_OTHER },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[100];
        snprintf(line, sizeof line, "* 1 FETCH (%s 5)\r\n", rows[i].name);
        reading *g = read_text(line);
        assert_int_equal(item(g, 0).id, rows[i].id);
        assert_view(item(g, 0).name, rows[i].name);
        read_end(g);
    }
}

static void section_and_origin_are_taken_out_of_the_name(void **state)
{
    reading *g = read_text("* 1 FETCH (BODY[HEADER.FIELDS (\"A\" b]c)]<2048> \"x\" "
                           "BODY[] \"y\" BODY[1]<0.100> \"z\")\r\n");
    assert_view(item(g, 0).name, "BODY[HEADER.FIELDS (\"A\" b]c)]<2048>");
    assert_view(item(g, 0).section, "HEADER.FIELDS (\"A\" b]c)");
    assert_int_equal(item(g, 0).has_origin, 1);
    assert_int_equal(item(g, 0).origin, 2048);
    assert_view(item(g, 1).section, "");
    assert_int_equal(item(g, 1).has_origin, 0);
    assert_view(item(g, 2).section, "1");
    assert_int_equal(item(g, 2).origin, 0);
    read_end(g);
}

static void literal_may_stand_in_a_section(void **state)
{
    reading *g = read_text(
        "* 1 FETCH (BODY[HEADER.FIELDS ({4}\r\nDATE \"X\")] NIL UID 6)\r\n");
    assert_view(item(g, 0).section, "HEADER.FIELDS ({4}\r\nDATE \"X\")");
    assert_int_equal(item(g, 0).kind, IMAP4_VALUE_NIL);
    assert_int_equal(g->ev->uid, 6);
    read_end(g);
}

static void values_have_kinds(void **state)
{
    static const struct {
        const char *value;
        int         kind;
        const char *text;
    } rows[] = {
        { "NIL", IMAP4_VALUE_NIL, NULL },
        { "nil", IMAP4_VALUE_NIL, NULL },
        { "12", IMAP4_VALUE_ATOM, "12" },
        { "\"\"", IMAP4_VALUE_STRING, "" },
        { "\"a\\\"\"", IMAP4_VALUE_STRING, "a\"" },
        { "{3}\r\na\"b", IMAP4_VALUE_STRING, "a\"b" },
        { "{0}\r\n", IMAP4_VALUE_STRING, "" },
        { "~{3}\r\na(b", IMAP4_VALUE_STRING, "a(b" },
        { "(a (b {1}\r\n) \")\"))", IMAP4_VALUE_LIST, "(a (b {1}\r\n) \")\"))" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[200];
        snprintf(line, sizeof line, "* 1 FETCH (X %s UID 5)\r\n", rows[i].value);
        reading *g = read_text(line);
        assert_int_equal(item(g, 0).kind, rows[i].kind);
        assert_view(item(g, 0).value, rows[i].text);
        assert_int_equal(g->ev->uid, 5);
        assert_int_equal(g->ev->marks, 0);
        read_end(g);
    }
}

static void item_is_found_by_its_name_in_any_case(void **state)
{
    reading *g = read_text("* 1 FETCH (BODY[HEADER]<0> \"h\" X NIL Y)\r\n");
    value_is(g, "body[header]", IMAP4_OK, "h");
    value_is(g, "BODY[HEADER]<0>", IMAP4_OK, "h");
    value_is(g, "BODY[HEADER]<1>", IMAP4_E_ABSENT, NULL);
    value_is(g, "BODY[]", IMAP4_E_ABSENT, NULL);
    value_is(g, "X", IMAP4_OK, NULL);
    value_is(g, "Y", IMAP4_E_ABSENT, NULL);
    read_end(g);
}

static void name_without_value_costs_nothing_else(void **state)
{
    reading *g = read_text("* 1 FETCH (UID 3016 BODY[2] )\r\n");
    assert_int_equal(g->ev->uid, 3016);
    assert_int_equal(item(g, 1).kind, IMAP4_VALUE_NONE);
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
}

static void first_item_of_its_kind_counts(void **state)
{
    uint64_t size = 0;
    reading *g    = read_text("* 1 FETCH (UID 1 UID 1 RFC822.SIZE 3 RFC822.SIZE 4)\r\n");
    assert_int_equal(g->ev->uid, 1);
    assert_int_equal(g->ev->marks, 0);
    assert_int_equal(imap4_fetch_size(g->ev, &size), IMAP4_OK);
    assert_int_equal(size, 3);
    read_end(g);
}

static void uids_and_flags_that_contradict_do_not_count(void **state)
{
    const imap4_flags *flags = NULL;
    reading *g = read_text("* 1 FETCH (UID 1 FLAGS (\\Seen) UID 2 FLAGS (\\Draft))\r\n");
    assert_int_equal(g->ev->uid, 0);
    assert_int_equal(imap4_event_flags(g->ev, &flags), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_end(g);
    g = read_text("* 1 FETCH (FLAGS (\\Seen x) UID 1 FLAGS (\\Seen x))\r\n");
    assert_int_equal(imap4_event_flags(g->ev, &flags), IMAP4_OK);
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
}

static void uid_that_is_none_is_zero_and_marked(void **state)
{
    static const char *const bad[] = { "0",     "-1",  "4294967296", "NIL",
                                       "\"5\"", "(5)", "5x" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char line[100];
        snprintf(line, sizeof line, "* 1 FETCH (UID %s FLAGS ())\r\n", bad[i]);
        reading *g = read_text(line);
        assert_int_equal(g->ev->uid, 0);
        assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
        assert_int_equal(item(g, 0).invalid, 1);
        assert_int_equal(item(g, 1).invalid, 0);
        read_end(g);
    }
}

static void size_has_64_bits(void **state)
{
    uint64_t size = 0;
    reading *g    = read_text("* 1 FETCH (RFC822.SIZE 18446744073709551615)\r\n");
    assert_int_equal(imap4_fetch_size(g->ev, &size), IMAP4_OK);
    assert_true(size == UINT64_MAX);
    read_end(g);
    g    = read_text("* 1 FETCH (RFC822.SIZE 18446744073709551616)\r\n");
    size = 7;
    assert_int_equal(imap4_fetch_size(g->ev, &size), IMAP4_E_SYNTAX);
    assert_int_equal(size, 7);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_end(g);
}

static void date_is_read_from_any_string(void **state)
{
    imap4_date date;
    reading   *g = read_text(
          "* 1 FETCH (INTERNALDATE {26}\r\n 7-Feb-1994 21:52:25 -0800)\r\n");
    assert_int_equal(imap4_fetch_internaldate(g->ev, &date), IMAP4_OK);
    assert_int_equal(date.unix_seconds, 760686745);
    assert_int_equal(date.zone_minutes, -480);
    read_end(g);
    g = read_text("* 1 FETCH (INTERNALDATE NIL)\r\n");
    assert_int_equal(imap4_fetch_internaldate(g->ev, &date), IMAP4_E_SYNTAX);
    read_end(g);
}

static void absent_items_are_absent(void **state)
{
    uint64_t              size = 0;
    imap4_date            date;
    const imap4_envelope *e = NULL;
    const imap4_body     *b = NULL;
    const imap4_flags    *f = NULL;
    reading              *g = read_text("* 1 FETCH (UID 5)\r\n");
    assert_int_equal(imap4_fetch_size(g->ev, &size), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_internaldate(g->ev, &date), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_envelope(g->ev, &e), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_bodystructure(g->ev, &b), IMAP4_E_ABSENT);
    assert_int_equal(imap4_event_flags(g->ev, &f), IMAP4_E_ABSENT);
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
}

static void flags_are_sorted_into_system_and_keywords(void **state)
{
    const imap4_flags *f = NULL;
    reading           *g = read_text(
                  "* 1 FETCH (FLAGS (\\seen $Label1 NIL \\Important (\\Deleted) \\DRAFT))\r\n");
    assert_int_equal(imap4_event_flags(g->ev, &f), IMAP4_OK);
    assert_int_equal(f->system, IMAP4_FLAG_SEEN | IMAP4_FLAG_DRAFT);
    assert_int_equal(f->all.count, 5);
    assert_int_equal(f->keywords.count, 3);
    assert_view(f->keywords.at[0], "$Label1");
    assert_view(f->keywords.at[1], "NIL");
    assert_view(f->keywords.at[2], "\\Important");
    read_end(g);
}

static void what_follows_an_open_quote_is_not_taken(void **state)
{
    const imap4_flags *f = NULL;
    reading *g = read_text("* 1 FETCH (UID 5 X \"a\"b\" FLAGS (\\Deleted))\r\n");
    assert_int_equal(g->ev->uid, 5);
    assert_int_equal(g->ev->marks, IMAP4_MARK_UNTRUSTED);
    assert_view(g->ev->rest, "\"a\"b\" FLAGS (\\Deleted))");
    assert_int_equal(imap4_event_flags(g->ev, &f), IMAP4_E_ABSENT);
    value_is(g, "X", IMAP4_E_SYNTAX, NULL);
    read_end(g);
}

static void what_follows_the_last_parenthesis_is_not_taken(void **state)
{
    const imap4_flags *f = NULL;
    reading           *g = read_text("* 1 FETCH (UID 5) FLAGS (\\Deleted)\r\n");
    assert_int_equal(g->ev->marks, IMAP4_MARK_UNTRUSTED);
    assert_view(g->ev->rest, "FLAGS (\\Deleted)");
    assert_int_equal(imap4_event_flags(g->ev, &f), IMAP4_E_ABSENT);
    read_end(g);
}

static void carriage_return_cuts_no_number(void **state)
{
    reading *g = read_text("* 1 FETCH (UID 41\r23 FLAGS ())\r\n");
    assert_int_equal(g->ev->uid, 0);
    assert_true((g->ev->marks & IMAP4_MARK_UNTRUSTED) != 0);
    assert_view(g->ev->rest, "41\r23 FLAGS ())");
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_keep_their_order),
        cmocka_unit_test(each_name_has_its_id),
        cmocka_unit_test(section_and_origin_are_taken_out_of_the_name),
        cmocka_unit_test(literal_may_stand_in_a_section),
        cmocka_unit_test(values_have_kinds),
        cmocka_unit_test(item_is_found_by_its_name_in_any_case),
        cmocka_unit_test(name_without_value_costs_nothing_else),
        cmocka_unit_test(first_item_of_its_kind_counts),
        cmocka_unit_test(uids_and_flags_that_contradict_do_not_count),
        cmocka_unit_test(uid_that_is_none_is_zero_and_marked),
        cmocka_unit_test(size_has_64_bits),
        cmocka_unit_test(date_is_read_from_any_string),
        cmocka_unit_test(absent_items_are_absent),
        cmocka_unit_test(flags_are_sorted_into_system_and_keywords),
        cmocka_unit_test(what_follows_an_open_quote_is_not_taken),
        cmocka_unit_test(what_follows_the_last_parenthesis_is_not_taken),
        cmocka_unit_test(carriage_return_cuts_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
