/* SPDX-License-Identifier: MIT */
/* parse_response.c - what kind of response a line begins. */
#include "read_help.h"

static void is(const char *line, int type, const char *name, unsigned number)
{
    reading *g = read_text(line);
    assert_string_equal(imap4_event_name(g->ev->type), imap4_event_name(type));
    assert_view(g->ev->name, name);
    assert_int_equal(g->ev->number, number);
    read_end(g);
}

static void names_are_found_without_regard_to_case(void **state)
{
    is("* exists x\r\n", IMAP4_EV_UNKNOWN, "exists", 0);
    is("* 5 eXiStS\r\n", IMAP4_EV_EXISTS, "eXiStS", 5);
    is("* list () \"/\" a\r\n", IMAP4_EV_LIST, "list", 0);
    is("* ok x\r\n", IMAP4_EV_TEXT, "ok", 0);
}

static void number_decides_between_names(void **state)
{
    is("* 5 LIST\r\n", IMAP4_EV_UNKNOWN, "LIST", 5);
    is("* FETCH ()\r\n", IMAP4_EV_UNKNOWN, "FETCH", 0);
    is("* 5 OK x\r\n", IMAP4_EV_UNKNOWN, "OK", 5);
}

static void tag_is_kept_byte_by_byte(void **state)
{
    reading *g = read_text("aB.[7] NO x\r\n");
    assert_int_equal(g->ev->type, IMAP4_EV_TAGGED);
    assert_int_equal(g->ev->status, IMAP4_STATUS_NO);
    assert_view(g->ev->tag, "aB.[7]");
    read_end(g);
}

static void untagged_line_has_no_tag(void **state)
{
    reading *g = read_text("* NO x\r\n");
    assert_int_equal(g->ev->type, IMAP4_EV_TEXT);
    assert_view(g->ev->tag, NULL);
    read_end(g);
}

static void each_status_word_is_known(void **state)
{
    static const struct {
        const char *line;
        int         status;
    } rows[] = {
        { "* OK x\r\n", IMAP4_STATUS_OK },           { "* NO x\r\n", IMAP4_STATUS_NO },
        { "* BAD x\r\n", IMAP4_STATUS_BAD },         { "* BYE x\r\n", IMAP4_STATUS_BYE },
        { "* PREAUTH x\r\n", IMAP4_STATUS_PREAUTH },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reading *g = read_text(rows[i].line);
        assert_int_equal(g->ev->status, rows[i].status);
        read_end(g);
    }
}

static void spaces_and_nul_in_front_do_no_harm(void **state)
{
    reading *g = read_bytes(NULL, "\0\0 *  5   EXISTS\r\n", 18);
    assert_int_equal(g->ev->type, IMAP4_EV_EXISTS);
    assert_int_equal(g->ev->number, 5);
    read_end(g);
}

static void number_that_is_none_marks_the_event(void **state)
{
    static const char *const bad[] = { "* 4294967296 EXISTS\r\n", "* 5x EXISTS\r\n",
                                       "* 99999999999999999999 EXISTS\r\n" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        reading *g = read_text(bad[i]);
        assert_int_equal(g->ev->type, IMAP4_EV_EXISTS);
        assert_int_equal(g->ev->number, 0);
        assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
        read_end(g);
    }
}

static void message_zero_is_marked_and_zero_messages_are_not(void **state)
{
    reading *g = read_text("* 0 EXPUNGE\r\n* 0 FETCH ()\r\n* 0 EXISTS\r\n* 0 RECENT\r\n");
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_next(g);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_next(g);
    assert_int_equal(g->ev->marks, 0);
    read_next(g);
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
}

static void unknown_line_keeps_what_follows_its_name(void **state)
{
    reading *g = read_text("* X-FOO (a {2}\r\nb) c)\r\n");
    assert_int_equal(g->ev->type, IMAP4_EV_UNKNOWN);
    assert_view(g->ev->name, "X-FOO");
    assert_view(g->ev->data, "(a {2}\r\nb) c)");
    read_end(g);
}

static void name_may_be_followed_by_nul(void **state)
{
    reading *g = read_bytes(NULL, "* 1 EXISTS\r\n* 1 EXISTS\0A\r\n", 26);
    read_next(g);
    assert_int_equal(g->ev->type, IMAP4_EV_UNKNOWN);
    read_end(g);
}

static void raw_is_the_response_itself(void **state)
{
    reading *g = read_text("* LIST () \"/\" {3}\r\na b\r\n");
    assert_int_equal(g->ev->raw_count, 3);
    assert_view(g->ev->raw[0].view, "* LIST () \"/\" {3}\r\n");
    assert_view(g->ev->raw[1].view, "a b");
    assert_view(g->ev->raw[2].view, "\r\n");
    assert_int_equal(g->ev->raw[0].kind, IMAP4_SEG_LINE);
    assert_int_equal(g->ev->raw[1].kind, IMAP4_SEG_LITERAL);
    assert_int_equal(g->ev->raw[1].size, 3);
    read_end(g);
}

static void offset_counts_from_the_start_of_the_stream(void **state)
{
    reading *g = read_text("* 1 EXISTS\r\n\r\n* 2 EXISTS\r\n");
    assert_int_equal(g->ev->offset, 0);
    read_next(g);
    assert_int_equal(g->ev->offset, 14);
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_without_regard_to_case),
        cmocka_unit_test(number_decides_between_names),
        cmocka_unit_test(tag_is_kept_byte_by_byte),
        cmocka_unit_test(untagged_line_has_no_tag),
        cmocka_unit_test(each_status_word_is_known),
        cmocka_unit_test(spaces_and_nul_in_front_do_no_harm),
        cmocka_unit_test(number_that_is_none_marks_the_event),
        cmocka_unit_test(message_zero_is_marked_and_zero_messages_are_not),
        cmocka_unit_test(unknown_line_keeps_what_follows_its_name),
        cmocka_unit_test(name_may_be_followed_by_nul),
        cmocka_unit_test(raw_is_the_response_itself),
        cmocka_unit_test(offset_counts_from_the_start_of_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
