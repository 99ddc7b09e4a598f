/* SPDX-License-Identifier: MIT */
/* parse_reader.c - holding, streaming, limits, the lent buffer, the end of the stream. */
#include "read_help.h"

static imap4_reader_options with_limits(size_t max_response, size_t inline_literal)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    opt.max_response         = max_response;
    opt.inline_literal       = inline_literal;
    return opt;
}

static int next_type(imap4_reader *r, const imap4_event **ev)
{
    const int rc = imap4_reader_next(r, ev);
    return rc == 1 ? (*ev)->type : rc;
}

static imap4_reader *reader_of(const imap4_reader_options *opt, const char *text)
{
    imap4_reader *r = NULL;
    assert_int_equal(imap4_reader_new(opt, &r), IMAP4_OK);
    feed(r, text, strlen(text));
    return r;
}

static void ends_with(const imap4_reader_options *opt, const char *text, int rc)
{
    const imap4_event *ev = NULL;
    imap4_reader      *r  = reader_of(opt, text);
    int                got;
    while ((got = imap4_reader_next(r, &ev)) == 1) {
    }
    assert_int_equal(got, rc);
    assert_null(ev);
    assert_int_equal(imap4_reader_error(r)->code, rc);
    assert_int_equal(imap4_reader_next(r, &ev), rc);
    imap4_reader_free(&r);
}

static void options_are_checked(void **state)
{
    imap4_reader        *r   = NULL;
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    opt.size                 = 0;
    assert_int_equal(imap4_reader_new(&opt, &r), IMAP4_E_ARG);
    opt.size = sizeof opt + 1;
    assert_int_equal(imap4_reader_new(&opt, &r), IMAP4_E_ARG);
    opt      = IMAP4_READER_OPTIONS;
    opt.mode = 2;
    assert_int_equal(imap4_reader_new(&opt, &r), IMAP4_E_ARG);
    opt              = IMAP4_READER_OPTIONS;
    opt.max_response = 256 * 1024 * 1024;
    assert_int_equal(imap4_reader_new(&opt, &r), IMAP4_E_ARG);
    assert_null(r);
}

static void free_takes_nothing(void **state)
{
    imap4_reader *r = NULL;
    imap4_reader_free(&r);
    imap4_reader_free(NULL);
}

static void no_bytes_no_event(void **state)
{
    const imap4_event *ev = NULL;
    imap4_reader      *r  = reader_of(NULL, "");
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    assert_null(ev);
    imap4_reader_free(&r);
}

static void long_literal_comes_in_pieces_and_the_fetch_behind_it(void **state)
{
    const imap4_reader_options opt = with_limits(0, 4);
    const imap4_event         *ev  = NULL;
    imap4_reader              *r   = reader_of(
                       &opt, "* 7 FETCH (UID 5 BODY[1]<10> {5}\r\nabcde FLAGS ())\r\n");
    assert_int_equal(next_type(r, &ev), IMAP4_EV_BODY_BEGIN);
    assert_int_equal(ev->number, 7);
    assert_int_equal(ev->literal_size, 5);
    assert_int_equal(ev->origin, 10);
    assert_view(ev->name, "BODY[1]<10>");
    assert_int_equal(ev->uid, 5);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_BODY_DATA);
    assert_view(ev->data, "abcde");
    assert_int_equal(next_type(r, &ev), IMAP4_EV_BODY_END);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_FETCH);
    imap4_fetch_item item;
    assert_int_equal(imap4_fetch_at(ev, 1, &item), IMAP4_OK);
    assert_int_equal(item.kind, IMAP4_VALUE_STREAMED);
    assert_int_equal(item.size, 5);
    assert_view(item.value, NULL);
    assert_int_equal(ev->raw_count, 3);
    assert_int_equal(ev->raw[1].kind, IMAP4_SEG_STREAMED);
    assert_int_equal(ev->raw[1].size, 5);
    imap4_reader_free(&r);
}

static void literal_of_the_inline_length_is_held(void **state)
{
    const imap4_reader_options opt = with_limits(0, 5);
    const imap4_event         *ev  = NULL;
    imap4_reader              *r = reader_of(&opt, "* 7 FETCH (BODY[] {5}\r\nabcde)\r\n");
    assert_int_equal(next_type(r, &ev), IMAP4_EV_FETCH);
    imap4_reader_free(&r);
}

static void truncated_response_is_marked_and_the_next_one_is_whole(void **state)
{
    const imap4_reader_options opt = with_limits(30, 0);
    const imap4_event         *ev  = NULL;
    imap4_reader              *r   = reader_of(&opt,
                                               "* 1 FETCH (UID 5 X 123456789012345)\r\n* 2 EXISTS\r\n");
    assert_int_equal(next_type(r, &ev), IMAP4_EV_FETCH);
    assert_int_equal(ev->marks, IMAP4_MARK_TRUNCATED | IMAP4_MARK_UNTRUSTED);
    assert_int_equal(ev->uid, 5);
    assert_int_equal(ev->raw_count, 2);
    assert_int_equal(ev->raw[0].size, 30);
    assert_int_equal(ev->raw[1].kind, IMAP4_SEG_DROPPED);
    assert_int_equal(ev->raw[1].size, 7);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    assert_int_equal(ev->number, 2);
    imap4_reader_free(&r);
}

static void number_at_the_cut_is_not_trusted(void **state)
{
    const imap4_reader_options opt  = with_limits(30, 0);
    const imap4_event         *ev   = NULL;
    uint64_t                   size = 0;
    imap4_reader *r = reader_of(&opt, "* 1 FETCH (RFC822.SIZE 123456789012345)\r\n");
    assert_int_equal(next_type(r, &ev), IMAP4_EV_FETCH);
    assert_int_equal(imap4_fetch_size(ev, &size), IMAP4_E_SYNTAX);
    imap4_reader_free(&r);
}

static void long_list_under_a_small_limit_is_cut_however_it_comes(void **state)
{
    enum {
        LIST = 100000,
        BODY = 900000
    };
    const imap4_reader_options opt   = with_limits(1000, 0);
    const imap4_event         *ev    = NULL;
    imap4_reader              *r     = reader_of(&opt, "* 1 FETCH (BODY[] {900000}\r\n");
    char                      *bytes = malloc(BODY);
    assert_non_null(bytes);
    memset(bytes, 'x', BODY);
    for (size_t at = 0; at < BODY;) { /* so that the buffer grows */
        const ptrdiff_t n = imap4_reader_feed(r, (imap4_view){ bytes + at, BODY - at });
        assert_true(n > 0);
        at += (size_t)n;
        while (imap4_reader_next(r, &ev) == 1) {
        }
    }
    memset(bytes, '1', LIST);
    for (size_t i = 0; i < LIST; i += 2)
        bytes[i] = ' ';
    memcpy(bytes, "* SEARCH", 8);
    memcpy(bytes + LIST - 2, "\r\n", 2);
    feed(r, ")\r\n", 3);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_FETCH);
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    size_t room = 0;
    char  *to   = imap4_reader_buf(r, &room);
    assert_true(room >= LIST);
    memcpy(to, bytes, LIST);
    assert_int_equal(imap4_reader_commit(r, LIST), IMAP4_OK);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_SEARCH);
    assert_int_equal(ev->marks, IMAP4_MARK_TRUNCATED);
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    imap4_reader_free(&r);
    free(bytes);
}

static void number_that_does_not_fit_is_fatal(void **state)
{
    ends_with(NULL, "* 1 FETCH (BODY[] {18446744073709551616}\r\n", IMAP4_E_FRAMING);
}

static void literal_over_its_limit_is_fatal(void **state)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    opt.max_literal          = 3;
    ends_with(&opt, "* 1 FETCH (BODY[] {3}\r\nabc)\r\n* 1 FETCH (BODY[] {4}\r\n",
              IMAP4_E_LIMIT);
}

static void thousand_empty_lines_are_fine_and_one_more_is_fatal(void **state)
{
    char lines[2100];
    for (size_t i = 0; i < 2002; i += 2)
        memcpy(lines + i, "\r\n", 3);
    ends_with(NULL, lines, IMAP4_E_LIMIT);
    ends_with(NULL, lines + 2, 0);
}

static void error_says_where(void **state)
{
    const imap4_event *ev = NULL;
    imap4_reader      *r  = reader_of(NULL,
                                      "* 1 EXISTS\r\n* 2 X {99999999999999999999}\r\nabc");
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    assert_int_equal(imap4_reader_next(r, &ev), IMAP4_E_FRAMING);
    assert_int_equal(imap4_reader_error(r)->offset, 12);
    assert_view(imap4_reader_error(r)->where, "* 2 X {99999999999999999999}");
    imap4_reader_free(&r);
}

static void nothing_is_lent_after_a_fatal_error(void **state)
{
    size_t        room = 7;
    imap4_reader *r    = reader_of(NULL, "* X {99999999999999999999}\r\n");
    assert_null(imap4_reader_buf(r, &room));
    assert_int_equal(room, 0);
    assert_int_equal(imap4_reader_commit(r, 0), IMAP4_E_ARG);
    assert_int_equal(imap4_reader_feed(r, IMAP4_V("x")), IMAP4_E_FRAMING);
    imap4_reader_free(&r);
}

static void end_between_responses_is_no_error(void **state)
{
    const imap4_event *ev = NULL;
    imap4_reader      *r  = reader_of(NULL, "* 1 EXISTS\r\n");
    imap4_reader_eof(r);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    imap4_reader_free(&r);
}

static void end_inside_a_response_is_an_error(void **state)
{
    static const char *const texts[] = { "* 1 EXISTS", "* 1 EXISTS\r", "*",
                                         "* 1 FETCH (BODY[] {5}\r\nabcde",
                                         "* 1 FETCH (BODY[] {5}\r\nabc" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const imap4_event *ev = NULL;
        imap4_reader      *r  = reader_of(NULL, texts[i]);
        assert_int_equal(imap4_reader_next(r, &ev), 0);
        imap4_reader_eof(r);
        assert_int_equal(imap4_reader_next(r, &ev), IMAP4_E_EOF);
        imap4_reader_free(&r);
    }
}

static void lent_buffer_stays_while_events_are_taken(void **state)
{
    const imap4_event *ev   = NULL;
    size_t             room = 0, again = 0;
    imap4_reader      *r    = reader_of(NULL, "* 1 EXISTS\r\n* 2 EXISTS\r\n* 3 EXI");
    char              *lent = imap4_reader_buf(r, &room);
    assert_non_null(lent);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    assert_ptr_equal(imap4_reader_buf(r, &again), lent);
    assert_int_equal(again, room);
    memcpy(lent, "STS\r\n", 5);
    assert_int_equal(imap4_reader_commit(r, 5), IMAP4_OK);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    assert_int_equal(ev->number, 3);
    imap4_reader_free(&r);
}

static void views_stay_while_bytes_come_in(void **state)
{
    const imap4_event     *ev = NULL;
    const imap4_list_data *l  = NULL;
    imap4_reader          *r  = reader_of(NULL, "* LIST () \"/\" \"a\\\"b\"\r\n");
    assert_int_equal(next_type(r, &ev), IMAP4_EV_LIST);
    assert_int_equal(imap4_list_get(ev, &l), IMAP4_OK);
    for (;;) { /* until it says that there is no room */
        size_t room = 0;
        char  *to   = imap4_reader_buf(r, &room);
        if (to == NULL)
            break;
        memset(to, 'x', room);
        assert_int_equal(imap4_reader_commit(r, room), IMAP4_OK);
    }
    assert_int_equal(imap4_reader_feed(r, IMAP4_V("x")), IMAP4_E_BUSY);
    assert_view(l->wire_name, "a\"b");
    assert_view(ev->raw[0].view, "* LIST () \"/\" \"a\\\"b\"\r\n");
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    assert_int_equal(imap4_reader_feed(r, IMAP4_V("\r\n")), 2);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_UNKNOWN);
    imap4_reader_free(&r);
}

static void commit_takes_no_more_than_was_lent(void **state)
{
    size_t        room = 0;
    imap4_reader *r    = reader_of(NULL, "");
    assert_int_equal(imap4_reader_commit(r, 0), IMAP4_E_ARG);
    assert_non_null(imap4_reader_buf(r, &room));
    assert_int_equal(imap4_reader_commit(r, room + 1), IMAP4_E_ARG);
    assert_int_equal(imap4_reader_commit(r, 0), IMAP4_OK);
    assert_int_equal(imap4_reader_commit(r, 0), IMAP4_E_ARG);
    imap4_reader_free(&r);
}

static void trim_gives_the_buffer_back_when_it_is_empty(void **state)
{
    const imap4_event *ev = NULL;
    imap4_reader      *r  = reader_of(NULL, "* 1 EXISTS\r\n");
    imap4_reader_trim(r); /* not empty: nothing happens */
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    imap4_reader_trim(r); /* an event is out: nothing happens */
    assert_view(ev->name, "EXISTS");
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    imap4_reader_trim(r);
    feed(r, "* 2 EXISTS\r\n", 12);
    assert_int_equal(next_type(r, &ev), IMAP4_EV_EXISTS);
    assert_int_equal(ev->number, 2);
    imap4_reader_free(&r);
}

static void memory_grows_by_what_came(void **state)
{
    size_t        room = 0;
    imap4_reader *r    = reader_of(NULL, "* 1 FETCH (X {8000000}\r\n");
    assert_non_null(imap4_reader_buf(r, &room));
    assert_true(room < 64 * 1024);
    imap4_reader_free(&r);
}

static void strict_reading_marks_what_the_grammar_does_not_allow(void **state)
{
    reading *g = read_strict("* LIST () \"/\" \"a\\nb\"\r\n");
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_end(g);
    g = read_text("* LIST () \"/\" \"a\\nb\"\r\n");
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
}

static void items_are_counted_exactly(void **state)
{
    imap4_reader_options opt  = IMAP4_READER_OPTIONS;
    opt.max_items             = 8;
    static const char eight[] = "* 1 FETCH (UID 6 X 1 Y 2)\r\n";
    static const char nine[]  = "* 1 FETCH (UID 6 X 1 Y 2 Z)\r\n";
    reading          *g       = read_bytes(&opt, eight, sizeof eight - 1);
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
    g = read_bytes(&opt, nine, sizeof nine - 1);
    assert_int_equal(g->ev->marks, IMAP4_MARK_UNTRUSTED);
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(free_takes_nothing),
        cmocka_unit_test(no_bytes_no_event),
        cmocka_unit_test(long_literal_comes_in_pieces_and_the_fetch_behind_it),
        cmocka_unit_test(literal_of_the_inline_length_is_held),
        cmocka_unit_test(truncated_response_is_marked_and_the_next_one_is_whole),
        cmocka_unit_test(number_at_the_cut_is_not_trusted),
        cmocka_unit_test(long_list_under_a_small_limit_is_cut_however_it_comes),
        cmocka_unit_test(number_that_does_not_fit_is_fatal),
        cmocka_unit_test(literal_over_its_limit_is_fatal),
        cmocka_unit_test(thousand_empty_lines_are_fine_and_one_more_is_fatal),
        cmocka_unit_test(error_says_where),
        cmocka_unit_test(nothing_is_lent_after_a_fatal_error),
        cmocka_unit_test(end_between_responses_is_no_error),
        cmocka_unit_test(end_inside_a_response_is_an_error),
        cmocka_unit_test(lent_buffer_stays_while_events_are_taken),
        cmocka_unit_test(views_stay_while_bytes_come_in),
        cmocka_unit_test(commit_takes_no_more_than_was_lent),
        cmocka_unit_test(trim_gives_the_buffer_back_when_it_is_empty),
        cmocka_unit_test(memory_grows_by_what_came),
        cmocka_unit_test(strict_reading_marks_what_the_grammar_does_not_allow),
        cmocka_unit_test(items_are_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
