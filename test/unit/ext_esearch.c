/* SPDX-License-Identifier: MIT */
/* ext_esearch.c - ESEARCH: RFC 4731, and MODSEQ of RFC 7162. */
#include "read_help.h"

static const imap4_esearch *get(reading *g)
{
    const imap4_esearch *e = NULL;
    assert_int_equal(imap4_esearch_get(g->ev, &e), IMAP4_OK);
    return e;
}

static void is_refused(const char *line)
{
    const imap4_esearch *e = NULL;
    imap4_numbers        walk;
    reading             *g = read_text(line);
    assert_int_equal(imap4_esearch_get(g->ev, &e), IMAP4_E_SYNTAX);
    assert_int_equal(imap4_search_numbers(g->ev, &walk), IMAP4_E_ABSENT);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_end(g);
}

static void tag_is(const char *line, const char *tag)
{
    reading *g = read_text(line);
    assert_view(get(g)->tag, tag);
    read_end(g);
}

static void all_items_are_given(void **state)
{
    reading *g = read_text("* ESEARCH (TAG \"A285\") UID MIN 7 MAX 3800 COUNT 17 MODSEQ "
                           "1236 ALL 4:18,21\r\n");
    const imap4_esearch *e = get(g);
    assert_view(e->tag, "A285");
    assert_int_equal(e->is_uid, 1);
    assert_int_equal(e->has_min, 1);
    assert_int_equal(e->min, 7);
    assert_int_equal(e->has_max, 1);
    assert_int_equal(e->max, 3800);
    assert_int_equal(e->has_count, 1);
    assert_int_equal(e->count, 17);
    assert_int_equal(e->has_modseq, 1);
    assert_int_equal(e->modseq, 1236);
    assert_view(e->all, "4:18,21");
    assert_view(e->other, NULL);
    read_end(g);
}

static void nothing_is_given_that_did_not_come(void **state)
{
    reading             *g = read_text("* ESEARCH\r\n");
    const imap4_esearch *e = get(g);
    imap4_numbers        walk;
    assert_view(e->tag, NULL);
    assert_int_equal(e->is_uid + e->has_min + e->has_max + e->has_count + e->has_modseq,
                     0);
    assert_view(e->all, NULL);
    assert_int_equal(imap4_search_numbers(g->ev, &walk), IMAP4_E_ABSENT);
    read_end(g);
}

static void tag_has_many_forms(void **state)
{
    tag_is("* ESEARCH (TAG \"a\\\"\\\\\") ALL 1\r\n", "a\"\\");
    tag_is("* ESEARCH (TAG {2}\r\nA1) ALL 1\r\n", "A1");
    tag_is("* ESEARCH (TAG A5)\r\n", "A5");
    tag_is("* ESEARCH (tag \"A\" MAILBOX \"x\" UIDVALIDITY 1)\r\n", "A");
}

static void unknown_items_are_kept(void **state)
{
    reading *g = read_text("* ESEARCH X-FOO (1 (2 \"a)\")) COUNT 5\r\n");
    assert_view(get(g)->other, "X-FOO (1 (2 \"a)\"))");
    assert_int_equal(get(g)->count, 5);
    read_end(g);
}

static void ranges_are_walked(void **state)
{
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    reading      *g = read_text("* ESEARCH UID ALL 4:6,9\r\n");
    assert_int_equal(imap4_search_numbers(g->ev, &walk), IMAP4_OK);
    assert_int_equal(imap4_numbers_next(&walk, &first, &last), 1);
    assert_int_equal(first, 4);
    assert_int_equal(last, 6);
    assert_int_equal(imap4_numbers_next(&walk, &first, &last), 1);
    assert_int_equal(first, 9);
    assert_int_equal(last, 9);
    assert_int_equal(imap4_numbers_next(&walk, &first, &last), 0);
    read_end(g);
}

static void whole_range_stays_a_range(void **state)
{
    imap4_seqset *set = NULL;
    reading      *g   = read_text("* ESEARCH ALL 1:4294967295\r\n");
    assert_int_equal(imap4_seqset_new(0, NULL, &set), IMAP4_OK);
    assert_int_equal(imap4_search_collect(g->ev, set), IMAP4_OK);
    assert_int_equal(imap4_seqset_count_ranges(set), 1);
    assert_int_equal(imap4_seqset_cardinality(set), 4294967295);
    imap4_seqset_free(&set);
    read_end(g);
}

static void what_is_malformed_is_refused(void **state)
{
    is_refused("* ESEARCH (TAG \"A\"\r\n");
    is_refused("* ESEARCH (TAG)\r\n");
    is_refused("* ESEARCH MIN\r\n");
    is_refused("* ESEARCH MIN x\r\n");
    is_refused("* ESEARCH MAX 4294967296\r\n");
    is_refused("* ESEARCH MODSEQ 9223372036854775808\r\n");
    is_refused("* ESEARCH ALL (1)\r\n");
    is_refused("* ESEARCH )\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_items_are_given),
        cmocka_unit_test(nothing_is_given_that_did_not_come),
        cmocka_unit_test(tag_has_many_forms),
        cmocka_unit_test(unknown_items_are_kept),
        cmocka_unit_test(ranges_are_walked),
        cmocka_unit_test(whole_range_stays_a_range),
        cmocka_unit_test(what_is_malformed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
