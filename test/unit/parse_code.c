/* SPDX-License-Identifier: MIT */
/* parse_code.c - the code of a status line, its arguments, the text behind it. */
#include "read_help.h"

/* The code's number, or -1. */
static long long number_of(const char *line)
{
    reading        *g = read_text(line);
    const long long n = g->ev->has_code_number ? (long long)g->ev->code_number : -1;
    assert_int_equal((g->ev->marks & IMAP4_MARK_INVALID) != 0, n < 0);
    read_end(g);
    return n;
}

static void splits(const char *line, const char *code, const char *args, const char *text)
{
    reading *g = read_text(line);
    assert_view(g->ev->code, code);
    assert_view(g->ev->code_args, args);
    assert_view(g->ev->text, text);
    read_end(g);
}

static void code_args_and_text_are_told_apart(void **state)
{
    splits("* OK [UIDNEXT 4392] Predicted next UID\r\n", "UIDNEXT", "4392",
           "Predicted next UID");
    splits("* OK [ALERT] hi\r\n", "ALERT", NULL, "hi");
    splits("* OK hi [ALERT]\r\n", NULL, NULL, "hi [ALERT]");
}

static void text_may_be_missing(void **state)
{
    splits("A OK\r\n", NULL, NULL, "");
    splits("A OK \r\n", NULL, NULL, "");
    splits("A OK [X]\r\n", "X", NULL, "");
    splits("A OK [X] \r\n", "X", NULL, "");
}

static void bracket_without_end_is_text(void **state)
{
    splits("* OK [foo bar\r\n", NULL, NULL, "[foo bar");
    splits("* OK []\r\n", NULL, NULL, "[]");
}

static void bracket_in_quotes_ends_no_code(void **state)
{
    splits("* NO [BADURL \"x]y\"] r\r\n", "BADURL", "\"x]y\"", "r");
    splits("* NO [X \"a\\\"]\" b] r\r\n", "X", "\"a\\\"]\" b", "r");
}

static void open_quote_does_not_swallow_the_bracket(void **state)
{
    splits("* NO [X \"a] r\r\n", "X", "\"a", "r");
}

static void bracket_in_a_flag_ends_no_code(void **state)
{
    splits("* OK [PERMANENTFLAGS (a]b)] r\r\n", "PERMANENTFLAGS", "(a]b)", "r");
}

static void code_is_found_without_regard_to_case(void **state)
{
    reading *g = read_text("* OK [uIdNeXt 5] x\r\n");
    assert_int_equal(g->ev->code_id, IMAP4_CODE_UIDNEXT);
    assert_view(g->ev->code, "uIdNeXt");
    read_end(g);
}

static void unknown_code_keeps_its_arguments(void **state)
{
    reading *g = read_text("A OK [X-UID 1 2:3 4:5] x\r\n");
    assert_int_equal(g->ev->code_id, IMAP4_CODE_UNKNOWN);
    assert_view(g->ev->code_args, "1 2:3 4:5");
    read_end(g);
}

static void no_code_has_the_id_none(void **state)
{
    reading *g = read_text("A OK x\r\n");
    assert_int_equal(g->ev->code_id, IMAP4_CODE_NONE);
    assert_view(g->ev->code, NULL);
    read_end(g);
}

static void numbers_have_32_bits(void **state)
{
    assert_int_equal(number_of("* OK [UIDNEXT 0] x\r\n"), 0);
    assert_int_equal(number_of("* OK [UIDVALIDITY 4294967295] x\r\n"), 4294967295);
    assert_int_equal(number_of("* OK [UIDNEXT 4294967296] x\r\n"), -1);
    assert_int_equal(number_of("* OK [UNSEEN 18446744073709551617] x\r\n"), -1);
}

static void what_is_no_number_marks_the_event(void **state)
{
    static const char *const bad[] = { "* OK [UIDNEXT] x\r\n", "* OK [UIDNEXT x] x\r\n",
                                       "* OK [UIDNEXT -1] x\r\n",
                                       "* OK [UIDNEXT 1 2] x\r\n",
                                       "* OK [UIDNEXT \"1\"] x\r\n" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(number_of(bad[i]), -1);
}

static void charsets_may_be_literals(void **state)
{
    const imap4_strings *words = NULL;
    reading *g = read_text("A NO [BADCHARSET ({5}\r\nUTF-8 \"b]\")] x {3}\r\n");
    assert_int_equal(imap4_event_strings(g->ev, &words), IMAP4_OK);
    assert_int_equal(words->count, 2);
    assert_view(words->at[0], "UTF-8");
    assert_view(words->at[1], "b]");
    assert_view(g->ev->text, "x {3}");
    read_end(g);
}

static void literals_of_clients_are_seen_too(void **state)
{
    const imap4_strings *words = NULL;
    reading             *g     = read_text("A NO [BADCHARSET ({2+}\r\n]] b)] x\r\n");
    assert_int_equal(imap4_event_strings(g->ev, &words), IMAP4_OK);
    assert_int_equal(words->count, 2);
    assert_view(words->at[0], "]]");
    read_end(g);
}

static void bare_line_feed_is_no_end_of_a_literal_header(void **state)
{
    const imap4_strings *words = NULL;
    reading             *g     = read_text("* OK [CAPABILITY x3\nabc] hi\r\n");
    assert_int_equal(imap4_event_strings(g->ev, &words), IMAP4_E_SYNTAX);
    read_end(g);
    g = read_text("* OK [CAPABILITY {3}\nabc] hi\r\n");
    assert_int_equal(imap4_event_strings(g->ev, &words), IMAP4_E_SYNTAX);
    assert_true((g->ev->marks & IMAP4_MARK_INVALID) != 0);
    read_end(g);
}

static void code_without_words_has_none(void **state)
{
    const imap4_strings *words = NULL;
    reading             *g     = read_text("* OK [BADCHARSET] x\r\n");
    assert_int_equal(imap4_event_strings(g->ev, &words), IMAP4_E_ABSENT);
    read_end(g);
    g = read_text("* OK [ALERT] x\r\n");
    assert_int_equal(imap4_event_strings(g->ev, &words), IMAP4_E_ABSENT);
    read_end(g);
}

static void permanentflags_are_flags(void **state)
{
    const imap4_flags *flags = NULL;
    reading           *g     = read_text("* OK [PERMANENTFLAGS (\\Seen \\* $x)] x\r\n");
    assert_int_equal(imap4_event_flags(g->ev, &flags), IMAP4_OK);
    assert_int_equal(flags->system, IMAP4_FLAG_SEEN | IMAP4_FLAG_ANY);
    assert_int_equal(flags->keywords.count, 1);
    assert_view(flags->keywords.at[0], "$x");
    read_end(g);
}

static void continuation_may_have_a_code(void **state)
{
    splits("+ [ALERT] hurry\r\n", "ALERT", NULL, "hurry");
    splits("+\r\n", NULL, NULL, "");
    splits("+ \r\n", NULL, NULL, "");
    splits("+ abc=\r\n", NULL, NULL, "abc=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_args_and_text_are_told_apart),
        cmocka_unit_test(text_may_be_missing),
        cmocka_unit_test(bracket_without_end_is_text),
        cmocka_unit_test(bracket_in_quotes_ends_no_code),
        cmocka_unit_test(open_quote_does_not_swallow_the_bracket),
        cmocka_unit_test(bracket_in_a_flag_ends_no_code),
        cmocka_unit_test(code_is_found_without_regard_to_case),
        cmocka_unit_test(unknown_code_keeps_its_arguments),
        cmocka_unit_test(no_code_has_the_id_none),
        cmocka_unit_test(numbers_have_32_bits),
        cmocka_unit_test(what_is_no_number_marks_the_event),
        cmocka_unit_test(charsets_may_be_literals),
        cmocka_unit_test(literals_of_clients_are_seen_too),
        cmocka_unit_test(bare_line_feed_is_no_end_of_a_literal_header),
        cmocka_unit_test(code_without_words_has_none),
        cmocka_unit_test(permanentflags_are_flags),
        cmocka_unit_test(continuation_may_have_a_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
