/* SPDX-License-Identifier: MIT */
/* test/unit/text_seqset.c - sets of numbers as ranges. */
#include "text_check.h"

#include "imap4/set.h"
#include "text/seqset.h"

static imap4_seqset *parsed(imap4_view text, const char *file, int line)
{
    imap4_seqset *set = NULL;
    same_rc(imap4_seqset_parse(text, 0, &set), IMAP4_OK, file, line);
    return set;
}

/* The set whose text all_sizes() asks for. */
static const imap4_seqset *set_shown;

static ptrdiff_t format(imap4_view in, char *buf, size_t size)
{
    return imap4_seqset_format(set_shown, buf, size);
}

static void holds(const imap4_seqset *set, const char *want, const char *file, int line)
{
    set_shown = set;
    all_sizes(format, IMAP4_NIL, want, strlen(want), file, line);
}

static void parses(imap4_view text, const char *want, const char *file, int line)
{
    imap4_seqset *set = parsed(text, file, line);
    holds(set, want, file, line);
    imap4_seqset_free(&set);
}

static void refuses(imap4_view text, int rc, const char *file, int line)
{
    imap4_seqset *set = NULL;
    same_rc(imap4_seqset_parse(text, 0, &set), rc, file, line);
    assert_null(set);
}

#define SET(text)               parsed(IMAP4_V(text), __FILE__, __LINE__)
#define assert_holds(set, want) holds(set, want, __FILE__, __LINE__)
#define assert_parses(in, want) parses(IMAP4_V(in), want, __FILE__, __LINE__)
#define assert_refused(in)      refuses(IMAP4_V(in), IMAP4_E_SYNTAX, __FILE__, __LINE__)

/* ---- text ------------------------------------------------------------------- */

static void a_set_is_written_as_it_was_read(void **state)
{
    assert_parses("1", "1");
    assert_parses("1:3,5,7:10", "1:3,5,7:10");
    assert_parses("4294967295", "4294967295");
    assert_parses("1:4294967295", "1:4294967295");
    assert_parses("2,4:7,9,12:*", "2,4:7,9,12:*");
    assert_parses("*", "*");
}

static void a_range_backwards_is_turned(void **state)
{
    assert_parses("5:1", "1:5");
    assert_parses("*:4", "4:*");
    assert_parses("1:1", "1");
    assert_parses("*:*", "*");
}

static void ranges_are_put_in_order_and_merged(void **state)
{
    assert_parses("5,3,1", "1,3,5");
    assert_parses("3,1,2", "1:3");
    assert_parses("1:3,2:5", "1:5");
    assert_parses("1:3,4:5", "1:5");
    assert_parses("10:20,1:30", "1:30");
    assert_parses("7,7,7", "7");
    assert_parses("5:*,10:*,*", "5:*");
    assert_parses("*,1:3", "1:3,*");
    assert_parses("1:3,4:*", "1:*");
    assert_parses("5:*,7:20", "5:*");
}

static void malformed_sets_are_refused(void **state)
{
    assert_refused("");
    assert_refused("1,");
    assert_refused(",1");
    assert_refused("1,,2");
    assert_refused("1::2");
    assert_refused("1:");
    assert_refused(":1");
    assert_refused("1:2:3");
    assert_refused("1 2");
    assert_refused(" 1");
    assert_refused("1\r\n");
    assert_refused("1,\0");
    assert_refused("$");
    assert_refused("**");
    assert_refused("*1");
    assert_refused("1*");
    assert_refused("-1");
    assert_refused("+1");
    assert_refused("a");
    refuses(IMAP4_NIL, IMAP4_E_SYNTAX, __FILE__, __LINE__);
}

static void numbers_out_of_range_are_refused(void **state)
{
    assert_refused("0");
    assert_refused("0:5");
    assert_refused("01");
    assert_refused("1:05");
    assert_refused("4294967296");
    assert_refused("1:4294967296");
    assert_refused("18446744073709551617");
    assert_refused("99999999999999999999999999");
}

/* ---- the iterator ------------------------------------------------------------ */

static void the_iterator_gives_ranges_as_they_stand(void **state)
{
    static const uint32_t want[][2] = { { 7, 7 }, { 5, 1 }, { 9, 0 }, { 0, 0 }, { 7, 7 } };
    imap4_setiter         iter      = { IMAP4_V("7,5:1,9:*,*,7") };
    uint32_t              first = 0, last = 0;
    for (size_t i = 0; i < 5; i++) {
        assert_rc(imap4_setiter_next(&iter, &first, &last), 1);
        assert_rc(first, want[i][0]);
        assert_rc(last, want[i][1]);
    }
    assert_rc(imap4_setiter_next(&iter, &first, &last), 0);
    assert_rc(imap4_setiter_next(&iter, &first, &last), 0);
}

static void the_iterator_stays_at_an_error(void **state)
{
    imap4_setiter iter  = { IMAP4_V("3,1::2,4") };
    uint32_t      first = 0, last = 0;
    assert_rc(imap4_setiter_next(&iter, &first, &last), 1);
    assert_rc(imap4_setiter_next(&iter, &first, &last), IMAP4_E_SYNTAX);
    assert_rc(imap4_setiter_next(&iter, &first, &last), IMAP4_E_SYNTAX);
    assert_rc(first, 3);
    same_bytes(iter.rest.ptr, iter.rest.len, "1::2,4", 6, __FILE__, __LINE__);
}

static void the_iterator_finds_a_comma_at_the_end(void **state)
{
    imap4_setiter iter  = { IMAP4_V("3,") };
    uint32_t      first = 0, last = 0;
    assert_rc(imap4_setiter_next(&iter, &first, &last), 1);
    assert_rc(imap4_setiter_next(&iter, &first, &last), IMAP4_E_SYNTAX);
}

static void the_iterator_finds_nothing_in_nothing(void **state)
{
    imap4_setiter iter  = { IMAP4_NIL };
    uint32_t      first = 0, last = 0;
    assert_rc(imap4_setiter_next(&iter, &first, &last), 0);
}

/* ---- questions ---------------------------------------------------------------- */

static void a_new_set_is_empty(void **state)
{
    imap4_seqset *set = NULL;
    assert_rc(imap4_seqset_new(1, NULL, &set), IMAP4_OK);
    assert_rc(imap4_seqset_is_uid(set), 1);
    assert_rc((ptrdiff_t)imap4_seqset_count_ranges(set), 0);
    assert_rc((ptrdiff_t)imap4_seqset_cardinality(set), 0);
    assert_rc(imap4_seqset_contains(set, 1, 0), 0);
    assert_rc(imap4_seqset_contains(set, IMAP4_SEQ_STAR, 0), 0);
    assert_rc(imap4_seqset_range(set, 0, NULL, NULL), 0);
    assert_holds(set, "");
    imap4_seqset_free(&set);
    assert_null(set);
    imap4_seqset_free(&set);
    imap4_seqset_free(NULL);
}

static void an_allocator_needs_all_functions(void **state)
{
    const imap4_allocator none = { 0 };
    imap4_seqset         *set  = NULL;
    assert_rc(imap4_seqset_new(0, &none, &set), IMAP4_E_ARG);
    assert_null(set);
}

static void ranges_are_given_in_order(void **state)
{
    imap4_seqset *set   = SET("9:*,3,5:6");
    uint32_t      first = 99, last = 99;
    assert_rc((ptrdiff_t)imap4_seqset_count_ranges(set), 3);
    assert_rc(imap4_seqset_range(set, 0, &first, &last), 1);
    assert_rc(first, 3);
    assert_rc(last, 3);
    assert_rc(imap4_seqset_range(set, 1, &first, &last), 1);
    assert_rc(first, 5);
    assert_rc(last, 6);
    assert_rc(imap4_seqset_range(set, 2, &first, &last), 1);
    assert_rc(first, 9);
    assert_rc(last, IMAP4_SEQ_STAR);
    assert_rc(imap4_seqset_range(set, 3, &first, &last), 0);
    imap4_seqset_free(&set);
}

static void numbers_are_counted_without_being_expanded(void **state)
{
    static const struct {
        const char *text;
        uint64_t    count;
    } cases[] = {
        { "7", 1 },
        { "1:5,9", 6 },
        { "*", 1 },
        { "1:5,*", 6 },
        { "1:4294967295", 4294967295 },
        { "1:*", 4294967296 },
        { "4294967295:*", 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        imap4_seqset *set = parsed((imap4_view){ cases[i].text, strlen(cases[i].text) },
                                   __FILE__, __LINE__);
        assert_rc((ptrdiff_t)imap4_seqset_cardinality(set), (ptrdiff_t)cases[i].count);
        imap4_seqset_free(&set);
    }
}

static void a_star_is_the_largest_number_in_use(void **state)
{
    imap4_seqset *set = SET("2,5:*");
    assert_rc(imap4_seqset_contains(set, 2, 9), 1);
    assert_rc(imap4_seqset_contains(set, 3, 9), 0);
    assert_rc(imap4_seqset_contains(set, 5, 9), 1);
    assert_rc(imap4_seqset_contains(set, 9, 9), 1);
    assert_rc(imap4_seqset_contains(set, 10, 9), 0);
    /* RFC 3501 section 9, seq-range: "5:*" holds the last message even if that is 3. */
    assert_rc(imap4_seqset_contains(set, 3, 3), 1);
    assert_rc(imap4_seqset_contains(set, 1, 3), 0);
    imap4_seqset_free(&set);
}

static void an_unknown_largest_number_is_infinite(void **state)
{
    imap4_seqset *set = SET("2,5:*");
    assert_rc(imap4_seqset_contains(set, 4, 0), 0);
    assert_rc(imap4_seqset_contains(set, 4294967295, 0), 1);
    assert_rc(imap4_seqset_contains(set, IMAP4_SEQ_STAR, 0), 1);
    imap4_seqset_free(&set);
    set = SET("7,*");
    assert_rc(imap4_seqset_contains(set, 9, 0), 0);
    assert_rc(imap4_seqset_contains(set, 9, 9), 1);
    assert_rc(imap4_seqset_contains(set, 7, 9), 1);
    imap4_seqset_free(&set);
}

/* ---- change ------------------------------------------------------------------- */

static void numbers_can_be_added_anywhere(void **state)
{
    imap4_seqset *set = NULL;
    assert_rc(imap4_seqset_new(0, NULL, &set), IMAP4_OK);
    assert_rc(imap4_seqset_add(set, 5, 5), IMAP4_OK);
    assert_rc(imap4_seqset_add(set, 6, 6), IMAP4_OK);
    assert_rc(imap4_seqset_add(set, 9, 8), IMAP4_OK);
    assert_holds(set, "5:6,8:9");
    assert_rc(imap4_seqset_add(set, 1, 1), IMAP4_OK);
    assert_rc(imap4_seqset_add(set, 3, 3), IMAP4_OK);
    assert_holds(set, "1,3,5:6,8:9");
    assert_rc(imap4_seqset_add(set, 4, 4), IMAP4_OK);
    assert_holds(set, "1,3:6,8:9");
    assert_rc(imap4_seqset_add(set, 2, 7), IMAP4_OK);
    assert_holds(set, "1:9");
    assert_rc(imap4_seqset_add(set, IMAP4_SEQ_STAR, IMAP4_SEQ_STAR), IMAP4_OK);
    assert_holds(set, "1:9,*");
    assert_rc(imap4_seqset_add(set, IMAP4_SEQ_STAR, 11), IMAP4_OK);
    assert_holds(set, "1:9,11:*");
    assert_rc(imap4_seqset_add(set, 4294967295, 10), IMAP4_OK);
    assert_holds(set, "1:*");
    imap4_seqset_free(&set);
}

static void ranges_can_be_taken_out(void **state)
{
    imap4_seqset *set = SET("1:10,20,30:40");
    assert_rc(imap4_seqset_remove(set, 4, 4), IMAP4_OK);
    assert_holds(set, "1:3,5:10,20,30:40");
    assert_rc(imap4_seqset_remove(set, 11, 19), IMAP4_OK);
    assert_holds(set, "1:3,5:10,20,30:40");
    assert_rc(imap4_seqset_remove(set, 35, 9), IMAP4_OK);
    assert_holds(set, "1:3,5:8,36:40");
    assert_rc(imap4_seqset_remove(set, 41, 4294967295), IMAP4_OK);
    assert_rc(imap4_seqset_remove(set, 1, 1), IMAP4_OK);
    assert_holds(set, "2:3,5:8,36:40");
    assert_rc(imap4_seqset_remove(set, 1, 4294967295), IMAP4_OK);
    assert_holds(set, "");
    imap4_seqset_free(&set);
}

static void nothing_is_taken_out_of_what_is_not_known(void **state)
{
    imap4_seqset *set = SET("1:10,20:*");
    assert_rc(imap4_seqset_remove(set, 4, 4), IMAP4_E_ARG);
    assert_holds(set, "1:10,20:*");
    imap4_seqset_free(&set);
    set = SET("1:10");
    assert_rc(imap4_seqset_remove(set, 4, IMAP4_SEQ_STAR), IMAP4_E_ARG);
    assert_rc(imap4_seqset_remove(set, IMAP4_SEQ_STAR, 4), IMAP4_E_ARG);
    assert_holds(set, "1:10");
    imap4_seqset_free(&set);
}

static void a_union_holds_both(void **state)
{
    imap4_seqset *a = SET("1:3,10,20:30");
    imap4_seqset *b = SET("4,9:11,25:35,50:*");
    assert_rc(imap4_seqset_union(a, b), IMAP4_OK);
    assert_holds(a, "1:4,9:11,20:35,50:*");
    assert_holds(b, "4,9:11,25:35,50:*");
    assert_rc(imap4_seqset_union(a, a), IMAP4_OK);
    assert_holds(a, "1:4,9:11,20:35,50:*");
    imap4_seqset_free(&a);
    imap4_seqset_free(&b);
}

static void uids_and_numbers_do_not_mix(void **state)
{
    imap4_seqset *numbers = SET("1:3");
    imap4_seqset *uids    = NULL;
    assert_rc(imap4_seqset_parse(IMAP4_V("7"), 1, &uids), IMAP4_OK);
    assert_rc(imap4_seqset_union(numbers, uids), IMAP4_E_ARG);
    assert_holds(numbers, "1:3");
    imap4_seqset_free(&numbers);
    imap4_seqset_free(&uids);
}

static void a_copy_is_independent(void **state)
{
    imap4_seqset *set = NULL, *copy = NULL;
    assert_rc(imap4_seqset_parse(IMAP4_V("1:3,7:*"), 1, &set), IMAP4_OK);
    assert_rc(imap4_seqset_dup(set, &copy), IMAP4_OK);
    imap4_seqset_free(&set);
    assert_holds(copy, "1:3,7:*");
    assert_rc(imap4_seqset_is_uid(copy), 1);
    imap4_seqset_free(&copy);
}

static void a_bad_text_adds_nothing(void **state)
{
    imap4_seqset *set = SET("1:3");
    assert_rc(imap4_seqset_add_text(set, IMAP4_V("7,8,x")), IMAP4_E_SYNTAX);
    assert_holds(set, "1:3");
    assert_rc(imap4_seqset_add_text(set, IMAP4_V("9,4,2")), IMAP4_OK);
    assert_holds(set, "1:4,9");
    imap4_seqset_free(&set);
}

/* ---- pieces --------------------------------------------------------------------- */

static void a_long_set_is_written_in_pieces(void **state)
{
    imap4_seqset *set   = SET("1,3,5:7,100,200:*");
    size_t        index = 0;
    char          buf[8];
    assert_rc(imap4_seqset_format_from(set, &index, buf, 8), 7);
    assert_bytes(buf, 7, "1,3,5:7");
    assert_rc((ptrdiff_t)index, 3);
    assert_rc(imap4_seqset_format_from(set, &index, buf, 8), 3);
    assert_bytes(buf, 3, "100");
    assert_rc(imap4_seqset_format_from(set, &index, buf, 8), 5);
    assert_bytes(buf, 5, "200:*");
    assert_rc(imap4_seqset_format_from(set, &index, buf, 8), 0);
    assert_rc((ptrdiff_t)index, 5);
    imap4_seqset_free(&set);
}

static void a_piece_too_small_for_one_range_is_an_error(void **state)
{
    imap4_seqset *set   = SET("1000:2000");
    size_t        index = 0;
    char          buf[8];
    assert_rc(imap4_seqset_format_from(set, &index, buf, 8), IMAP4_E_LIMIT);
    assert_rc(imap4_seqset_format_from(set, &index, NULL, 0), IMAP4_E_LIMIT);
    assert_rc((ptrdiff_t)index, 0);
    imap4_seqset_free(&set);
}

static void the_pieces_together_are_the_set(void **state)
{
    imap4_seqset *set = NULL;
    assert_rc(imap4_seqset_new(0, NULL, &set), IMAP4_OK);
    for (uint32_t n = 1; n < 4000000000; n += 33333333)
        assert_rc(imap4_seqset_add(set, n, n + n % 3), IMAP4_OK);
    for (size_t size = 21; size < 100; size++) {
        imap4_seqset *again = NULL;
        size_t        index = 0;
        char         *buf   = malloc(size);
        ptrdiff_t     len;
        assert_non_null(buf);
        assert_rc(imap4_seqset_new(0, NULL, &again), IMAP4_OK);
        while ((len = imap4_seqset_format_from(set, &index, buf, size)) > 0) {
            assert_in_range(len, 1, size);
            assert_rc(imap4_seqset_add_text(again, (imap4_view){ buf, (size_t)len }),
                      IMAP4_OK);
        }
        assert_rc(len, 0);
        assert_rc((ptrdiff_t)imap4_seqset_count_ranges(again),
                  (ptrdiff_t)imap4_seqset_count_ranges(set));
        assert_rc((ptrdiff_t)imap4_seqset_cardinality(again),
                  (ptrdiff_t)imap4_seqset_cardinality(set));
        free(buf);
        imap4_seqset_free(&again);
    }
    imap4_seqset_free(&set);
}

/* ---- against a bitmap ------------------------------------------------------------- */

enum {
    TOP = 60
};

/* A number is in the bitmap, or in none but the set: both are printed. */
static void compare(const imap4_seqset *set, const bool map[TOP + 1], const char *what)
{
    char   want[TOP * 4], got[TOP * 4];
    size_t at = 0, count = 0;
    for (int n = 1; n <= TOP; n++) {
        if (!map[n])
            continue;
        int last = n;
        while (last < TOP && map[last + 1])
            last++;
        if (last == n)
            at += (size_t)sprintf(want + at, "%s%d", at != 0 ? "," : "", n);
        else
            at += (size_t)sprintf(want + at, "%s%d:%d", at != 0 ? "," : "", n, last);
        count += (size_t)(last - n + 1);
        n = last;
    }
    want[at]            = '\0';
    const ptrdiff_t len = imap4_seqset_format(set, got, sizeof got - 1);
    assert_in_range(len, 0, sizeof got - 1);
    got[len] = '\0';
    if (strcmp(got, want) != 0)
        fail_msg("after %s: %s, not %s", what, got, want);
    assert_rc((ptrdiff_t)imap4_seqset_cardinality(set), (ptrdiff_t)count);
    for (uint32_t n = 1; n <= TOP; n++)
        if (imap4_seqset_contains(set, n, 0) != map[n])
            fail_msg("after %s: is %u in %s?", what, n, got);
}

static void all_changes_agree_with_a_bitmap(void **state)
{
    random_source r = { 42 };
    for (int round = 0; round < 300; round++) {
        imap4_seqset *set          = NULL;
        bool          map[TOP + 1] = { 0 };
        assert_rc(imap4_seqset_new(0, NULL, &set), IMAP4_OK);
        for (int i = 0; i < 40; i++) {
            const uint32_t a = 1 + random_below(&r, TOP), length = random_below(&r, 8);
            const uint32_t b   = a + length > TOP ? TOP : a + length;
            const uint32_t how = random_below(&r, 8);
            char           what[60];
            if (how < 4)
                assert_rc(imap4_seqset_add(set, how % 2 ? a : b, how % 2 ? b : a),
                          IMAP4_OK);
            else if (how < 7)
                assert_rc(imap4_seqset_remove(set, a, b), IMAP4_OK);
            else
                assert_rc(i4_seqset_push(set, a, b), IMAP4_OK);
            assert_rc(i4_seqset_settle(set), IMAP4_OK);
            for (uint32_t n = a; n <= b; n++)
                map[n] = how < 4 || how == 7;
            (void)snprintf(what, sizeof what, "%s %u:%u",
                           how < 4   ? "add"
                           : how < 7 ? "remove"
                                     : "push",
                           a, b);
            compare(set, map, what);
        }
        imap4_seqset_free(&set);
    }
}

static void unions_agree_with_a_bitmap(void **state)
{
    random_source r = { 43 };
    for (int round = 0; round < 2000; round++) {
        imap4_seqset *set[2]       = { NULL, NULL };
        bool          map[TOP + 1] = { 0 };
        for (int k = 0; k < 2; k++) {
            assert_rc(imap4_seqset_new(0, NULL, &set[k]), IMAP4_OK);
            for (uint32_t i = random_below(&r, 8); i > 0; i--) {
                const uint32_t a = 1 + random_below(&r, TOP), length = random_below(&r, 6);
                const uint32_t b = a + length > TOP ? TOP : a + length;
                assert_rc(imap4_seqset_add(set[k], a, b), IMAP4_OK);
                for (uint32_t n = a; n <= b; n++)
                    map[n] = true;
            }
        }
        assert_rc(imap4_seqset_union(set[0], set[1]), IMAP4_OK);
        compare(set[0], map, "union");
        imap4_seqset_free(&set[0]);
        imap4_seqset_free(&set[1]);
    }
}

static void many_pushes_in_any_order_agree_with_a_bitmap(void **state)
{
    enum {
        NUMBERS = 40000
    };
    random_source r      = { 44 };
    bool         *map    = calloc(NUMBERS + 2, sizeof *map);
    imap4_seqset *set    = NULL;
    size_t        ranges = 0;
    assert_non_null(map);
    assert_rc(imap4_seqset_new(1, NULL, &set), IMAP4_OK);
    for (int i = 0; i < 30000; i++) {
        const uint32_t n = 1 + random_below(&r, NUMBERS);
        map[n]           = true;
        assert_rc(i4_seqset_push(set, n, n), IMAP4_OK);
    }
    assert_rc(i4_seqset_settle(set), IMAP4_OK);
    for (uint32_t n = 1; n <= NUMBERS; n++) {
        ranges += map[n] && !map[n - 1];
        if (imap4_seqset_contains(set, n, 0) != map[n])
            fail_msg("number %u: in the set %d, in the map %d", n, !map[n], map[n]);
    }
    assert_rc((ptrdiff_t)imap4_seqset_count_ranges(set), (ptrdiff_t)ranges);
    imap4_seqset_free(&set);
    free(map);
}

/* ---- limits and memory ---------------------------------------------------------- */

/* Odd numbers downwards: the order that costs a plain array most. */
static char *odd_numbers_down(uint32_t count, size_t *len)
{
    char *text = malloc((size_t)count * 8);
    assert_non_null(text);
    *len = 0;
    for (uint32_t i = count; i > 0; i--)
        *len += (size_t)sprintf(text + *len, i > 1 ? "%u," : "%u", 2 * i - 1);
    return text;
}

static void a_million_ranges_fit_and_no_more(void **state)
{
    size_t        len;
    imap4_seqset *set  = NULL;
    char         *text = odd_numbers_down(IMAP4_SEQSET_MAX_RANGES, &len);
    assert_rc(imap4_seqset_parse((imap4_view){ text, len }, 0, &set), IMAP4_OK);
    free(text);
    assert_rc((ptrdiff_t)imap4_seqset_count_ranges(set), IMAP4_SEQSET_MAX_RANGES);
    assert_rc(imap4_seqset_add(set, 5000000, 5000000), IMAP4_E_LIMIT);
    assert_rc(imap4_seqset_add_text(set, IMAP4_V("5000000")), IMAP4_E_LIMIT);
    assert_rc((ptrdiff_t)imap4_seqset_cardinality(set), IMAP4_SEQSET_MAX_RANGES);
    assert_rc(imap4_seqset_add(set, 2, 2), IMAP4_OK);
    assert_rc((ptrdiff_t)imap4_seqset_count_ranges(set), IMAP4_SEQSET_MAX_RANGES - 1);
    assert_rc(imap4_seqset_remove(set, 2, 2), IMAP4_OK);
    assert_rc(imap4_seqset_add_text(set, IMAP4_V("7,5,*")), IMAP4_E_LIMIT);
    assert_rc(imap4_seqset_add_text(set, IMAP4_V("7,5,3")), IMAP4_OK);
    imap4_seqset_free(&set);

    text = odd_numbers_down(IMAP4_SEQSET_MAX_RANGES + 1, &len);
    refuses((imap4_view){ text, len }, IMAP4_E_LIMIT, __FILE__, __LINE__);
    free(text);
}

/* Allocates until `left` is used up. */
typedef struct scarce {
    size_t left;
    size_t held; /* bytes given and not yet released */
} scarce;

static void *scarce_alloc(void *ctx, size_t size)
{
    scarce *s = ctx;
    if (s->left == 0)
        return NULL;
    s->left--;
    s->held += size;
    return malloc(size);
}

static void *scarce_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    scarce *s = ctx;
    if (s->left == 0)
        return NULL;
    s->left--;
    s->held += size - old_size;
    return realloc(ptr, size);
}

static void scarce_release(void *ctx, void *ptr, size_t size)
{
    scarce *s = ctx;
    if (ptr != NULL)
        s->held -= size;
    free(ptr);
}

static void without_memory_nothing_changes(void **state)
{
    for (size_t left = 0; left < 12; left++) {
        scarce                s         = { left, 0 };
        const imap4_allocator allocator = { scarce_alloc, scarce_resize, scarce_release,
                                            &s };
        imap4_seqset         *set = NULL, *copy = NULL;
        int                   rc = imap4_seqset_new(0, &allocator, &set);
        assert_rc(rc, left == 0 ? IMAP4_E_NOMEM : IMAP4_OK);
        if (rc < 0)
            continue;
        ptrdiff_t count = 0;
        for (uint32_t n = 1; n <= 40; n++) {
            rc = imap4_seqset_add(set, 200 - 2 * n, 200 - 2 * n);
            count += rc == IMAP4_OK;
            if (rc != IMAP4_E_NOMEM)
                assert_rc(rc, IMAP4_OK);
            assert_rc((ptrdiff_t)imap4_seqset_cardinality(set), count);
        }
        rc = imap4_seqset_add_text(set, IMAP4_V("900,800,700,600,1,3,5,7,9,11,13"));
        count += rc == IMAP4_OK ? 11 : 0;
        assert_rc((ptrdiff_t)imap4_seqset_cardinality(set), count);
        rc = imap4_seqset_dup(set, &copy);
        if (rc < 0)
            assert_null(copy);
        imap4_seqset_free(&copy);
        imap4_seqset_free(&set);
        assert_rc((ptrdiff_t)s.held, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_is_written_as_it_was_read),
        cmocka_unit_test(a_range_backwards_is_turned),
        cmocka_unit_test(ranges_are_put_in_order_and_merged),
        cmocka_unit_test(malformed_sets_are_refused),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(the_iterator_gives_ranges_as_they_stand),
        cmocka_unit_test(the_iterator_stays_at_an_error),
        cmocka_unit_test(the_iterator_finds_a_comma_at_the_end),
        cmocka_unit_test(the_iterator_finds_nothing_in_nothing),
        cmocka_unit_test(a_new_set_is_empty),
        cmocka_unit_test(an_allocator_needs_all_functions),
        cmocka_unit_test(ranges_are_given_in_order),
        cmocka_unit_test(numbers_are_counted_without_being_expanded),
        cmocka_unit_test(a_star_is_the_largest_number_in_use),
        cmocka_unit_test(an_unknown_largest_number_is_infinite),
        cmocka_unit_test(numbers_can_be_added_anywhere),
        cmocka_unit_test(ranges_can_be_taken_out),
        cmocka_unit_test(nothing_is_taken_out_of_what_is_not_known),
        cmocka_unit_test(a_union_holds_both),
        cmocka_unit_test(uids_and_numbers_do_not_mix),
        cmocka_unit_test(a_copy_is_independent),
        cmocka_unit_test(a_bad_text_adds_nothing),
        cmocka_unit_test(a_long_set_is_written_in_pieces),
        cmocka_unit_test(a_piece_too_small_for_one_range_is_an_error),
        cmocka_unit_test(the_pieces_together_are_the_set),
        cmocka_unit_test(all_changes_agree_with_a_bitmap),
        cmocka_unit_test(unions_agree_with_a_bitmap),
        cmocka_unit_test(many_pushes_in_any_order_agree_with_a_bitmap),
        cmocka_unit_test(a_million_ranges_fit_and_no_more),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
