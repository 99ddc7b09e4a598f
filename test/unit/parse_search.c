/* SPDX-License-Identifier: MIT */
/* parse_search.c - the numbers of SEARCH, and pieces of long lists. */
#include "read_help.h"

/* The numbers as "1 3:5 !" with the rc of the walk's end if it is one. */
static const char *numbers(const imap4_event *ev)
{
    static char   text[4096];
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    size_t        len = 0;
    int           rc  = imap4_search_numbers(ev, &walk);
    text[0]           = '\0';
    while (rc >= 0 && (rc = imap4_numbers_next(&walk, &first, &last)) == 1 && len < 4000)
        len += (size_t)snprintf(text + len, 32, first == last ? "%u " : "%u:%u ", first,
                                last);
    if (rc < 0)
        snprintf(text + len, 32, "!%d", rc);
    return text;
}

static void gives(const char *line, const char *want, unsigned marks)
{
    reading *g = read_text(line);
    assert_string_equal(numbers(g->ev), want);
    assert_int_equal(g->ev->marks, marks);
    read_end(g);
}

static void numbers_come_in_the_order_of_the_server(void **state)
{
    gives("* SEARCH 84 2 882 2\r\n", "84 2 882 2 ", 0);
}

static void nothing_found_is_a_walk_without_numbers(void **state)
{
    gives("* SEARCH\r\n", "", 0);
    gives("* SEARCH \r\n", "", 0);
}

static void spaces_do_no_harm(void **state)
{
    gives("* SEARCH  1   2 \r\n", "1 2 ", 0);
}

static void numbers_end_at_a_parenthesis(void **state)
{
    gives("* SEARCH 2 5 (MODSEQ 917162500)\r\n", "2 5 ", 0);
    gives("* SEARCH (MODSEQ 5)\r\n", "", 0);
}

static void zero_means_nothing(void **state)
{
    gives("* SEARCH 0 5 0\r\n", "5 ", 0);
}

static void what_is_no_number_ends_the_walk(void **state)
{
    gives("* SEARCH 1 x 2\r\n", "1 !-8", IMAP4_MARK_INVALID);
    gives("* SEARCH -1\r\n", "!-8", IMAP4_MARK_INVALID);
    gives("* SEARCH 1 4294967296 2\r\n", "1 !-8", 0);
}

static void collecting_makes_a_set(void **state)
{
    imap4_seqset *set = NULL;
    char          text[64];
    reading      *g = read_text("* SEARCH 5 1 2 4 1\r\n");
    assert_int_equal(imap4_seqset_new(1, NULL, &set), IMAP4_OK);
    assert_int_equal(imap4_search_collect(g->ev, set), IMAP4_OK);
    const ptrdiff_t n = imap4_seqset_format(set, text, sizeof text);
    assert_view(((imap4_view){ text, (size_t)n }), "1:2,4:5");
    imap4_seqset_free(&set);
    read_end(g);
}

static void collecting_stops_at_what_is_no_number(void **state)
{
    imap4_seqset *set = NULL;
    reading      *g   = read_text("* SEARCH 5 x 7\r\n");
    assert_int_equal(imap4_seqset_new(1, NULL, &set), IMAP4_OK);
    assert_int_equal(imap4_search_collect(g->ev, set), IMAP4_E_SYNTAX);
    assert_int_equal(imap4_seqset_cardinality(set), 1);
    imap4_seqset_free(&set);
    read_end(g);
}

static void other_events_have_no_numbers(void **state)
{
    gives("* FLAGS (1 2)\r\n", "!-12", 0);
}

static void long_list_comes_in_pieces_that_lose_nothing(void **state)
{
    enum {
        COUNT = 100000
    };
    imap4_reader      *r    = NULL;
    const imap4_event *ev   = NULL;
    char              *all  = malloc(COUNT * 7 + 20);
    size_t             len  = (size_t)sprintf(all, "* SEARCH");
    unsigned           next = 1, part = 0;
    bool               more = true;
    for (unsigned i = 1; i <= COUNT; i++)
        len += (size_t)sprintf(all + len, " %u", i);
    len += (size_t)sprintf(all + len, "\r\n");
    assert_int_equal(imap4_reader_new(NULL, &r), IMAP4_OK);
    for (size_t at = 0; at < len;) {
        size_t n = len - at < 1000 ? len - at : 1000;
        feed(r, all + at, n);
        at += n;
        while (imap4_reader_next(r, &ev) == 1) {
            imap4_numbers walk;
            uint32_t      first = 0;
            assert_int_equal(ev->type, IMAP4_EV_SEARCH);
            assert_true((ev->marks & IMAP4_MARK_PIECE) != 0);
            assert_int_equal(ev->part, part++);
            more = (ev->marks & IMAP4_MARK_MORE) != 0;
            assert_int_equal(imap4_search_numbers(ev, &walk), IMAP4_OK);
            while (imap4_numbers_next(&walk, &first, NULL) == 1)
                assert_int_equal(first, next++);
        }
    }
    assert_int_equal(next, COUNT + 1);
    assert_true(part > 5);
    assert_false(more);
    imap4_reader_free(&r);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_in_the_order_of_the_server),
        cmocka_unit_test(nothing_found_is_a_walk_without_numbers),
        cmocka_unit_test(spaces_do_no_harm),
        cmocka_unit_test(numbers_end_at_a_parenthesis),
        cmocka_unit_test(zero_means_nothing),
        cmocka_unit_test(what_is_no_number_ends_the_walk),
        cmocka_unit_test(collecting_makes_a_set),
        cmocka_unit_test(collecting_stops_at_what_is_no_number),
        cmocka_unit_test(other_events_have_no_numbers),
        cmocka_unit_test(long_list_comes_in_pieces_that_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
