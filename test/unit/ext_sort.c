/* SPDX-License-Identifier: MIT */
/* ext_sort.c - SORT: the order of the server is kept, in pieces too. */
#include "read_help.h"

#include "imap4.h"

static void numbers_are(reading *g, const char *wanted)
{
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    char          got[256];
    size_t        len = 0;
    int           rc;
    assert_int_equal(imap4_search_numbers(g->ev, &walk), IMAP4_OK);
    while ((rc = imap4_numbers_next(&walk, &first, &last)) == 1)
        len += (size_t)snprintf(got + len, sizeof got - len,
                                first == last ? "%s%u" : "%s%u:%u", len == 0 ? "" : " ",
                                first, last);
    assert_int_equal(rc, 0);
    got[len] = '\0';
    assert_string_equal(got, wanted);
}

static void order_of_the_server_is_kept(void **state)
{
    reading *g = read_text("* SORT 882 2 84 4294967295 1\r\n");
    assert_int_equal(g->ev->type, IMAP4_EV_SORT);
    numbers_are(g, "882 2 84 4294967295 1");
    read_end(g);
}

static void order_of_an_extended_sort_is_kept(void **state)
{
    reading *g = read_text("* ESEARCH (TAG \"E01\") UID ALL 9,7,3:5,12:10,1\r\n");
    numbers_are(g, "9 7 3:5 12:10 1");
    read_end(g);
}

static void mod_sequence_stands_behind_the_numbers(void **state)
{
    uint64_t modseq = 0;
    reading *g      = read_text("* SORT 2 5 (MODSEQ 917162500)\r\n");
    assert_int_equal(imap4_search_modseq(g->ev, &modseq), IMAP4_OK);
    assert_int_equal(modseq, 917162500);
    numbers_are(g, "2 5");
    read_end(g);
}

static void set_of_the_numbers_has_no_order(void **state)
{
    imap4_seqset *set = NULL;
    reading      *g   = read_text("* SORT 3 1 2\r\n");
    assert_int_equal(imap4_seqset_new(0, NULL, &set), IMAP4_OK);
    assert_int_equal(imap4_search_collect(g->ev, set), IMAP4_OK);
    assert_int_equal(imap4_seqset_count_ranges(set), 1);
    imap4_seqset_free(&set);
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_the_server_is_kept),
        cmocka_unit_test(order_of_an_extended_sort_is_kept),
        cmocka_unit_test(mod_sequence_stands_behind_the_numbers),
        cmocka_unit_test(set_of_the_numbers_has_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
