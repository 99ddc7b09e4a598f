/* SPDX-License-Identifier: MIT */
/* ext_thread.c - THREAD (RFC 5256): numbers and parentheses become a tree. */
#include "read_help.h"

#include "imap4.h"

static const imap4_threads *get(reading *g)
{
    const imap4_threads *all = NULL;
    assert_int_equal(imap4_thread_get(g->ev, &all), IMAP4_OK);
    return all;
}

/* Each message with the index of its parent and the size of its subtree. */
static void tree_is(const char *line, const char *wanted)
{
    char                 got[1024];
    size_t               len = 0;
    reading             *g   = read_text(line);
    const imap4_threads *all = get(g);
    got[0]                   = '\0';
    for (size_t i = 0; i < all->count; i++)
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%u:%d:%u",
                                i == 0 ? "" : " ", all->at[i].number, all->at[i].parent,
                                all->at[i].size);
    assert_string_equal(got, wanted);
    read_end(g);
}

static void is_refused(const char *line)
{
    const imap4_threads *all = NULL;
    reading             *g   = read_text(line);
    assert_int_equal(imap4_thread_get(g->ev, &all), IMAP4_E_SYNTAX);
    assert_int_equal(imap4_thread_get(g->ev, &all), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    assert_null(all);
    read_end(g);
}

static void replies_follow_their_parents(void **state)
{
    tree_is("* THREAD (2)(3 6 (4 23)(44 7 96))\r\n",
            "2:-1:1 3:-1:7 6:1:6 4:2:2 23:3:1 44:2:3 7:5:2 96:6:1");
}

static void parent_may_be_missing(void **state)
{
    tree_is("* THREAD ((3)(5))\r\n", "0:-1:3 3:0:1 5:0:1");
    tree_is("* THREAD (1 ((2)(3))(4))\r\n", "1:-1:5 0:0:3 2:1:1 3:1:1 4:0:1");
}

static void nothing_may_be_found(void **state)
{
    tree_is("* THREAD\r\n", "");
    tree_is("* THREAD \r\n", "");
}

static void siblings_are_found_by_size(void **state)
{
    reading             *g         = read_text("* THREAD (1 (2 3)(4 (5)(6))(7))\r\n");
    const imap4_threads *all       = get(g);
    const uint32_t       numbers[] = { 2, 4, 7 };
    size_t               i = 1, n = 0;
    for (; i < all->count; i += all->at[i].size)
        assert_int_equal(all->at[i].number, numbers[n++]);
    assert_int_equal(n, 3);
    assert_int_equal(i, all->count);
    read_end(g);
}

/* Of `count` times `one`, between two texts. */
static reading *read_long(const char *before, const char *one, size_t count,
                          const char *behind)
{
    const imap4_event *ev = NULL;
    reading           *g  = calloc(1, sizeof *g);
    assert_non_null(g);
    assert_int_equal(imap4_reader_new(NULL, &g->r), IMAP4_OK);
    feed(g->r, before, strlen(before));
    for (size_t i = 0; i < count; i++)
        feed(g->r, one, strlen(one));
    assert_int_equal(imap4_reader_next(g->r, &ev), 0);
    feed(g->r, behind, strlen(behind));
    read_next(g);
    return g;
}

static void chain_may_be_long(void **state)
{
    reading             *g   = read_long("* THREAD (1", " 4294967295", 100000, ")\r\n");
    const imap4_threads *all = get(g);
    assert_int_equal(all->count, 100001);
    assert_int_equal(all->at[0].size, 100001);
    assert_int_equal(all->at[100000].depth, 100000);
    assert_int_equal(all->at[100000].parent, 99999);
    read_end(g);
}

static void siblings_may_be_many(void **state)
{
    reading             *g   = read_long("* THREAD (1 ", "(7 (8)(9))", 100000, ")\r\n");
    const imap4_threads *all = get(g);
    assert_int_equal(all->count, 300001);
    assert_int_equal(all->at[299998].parent, 0);
    assert_int_equal(all->at[300000].depth, 2);
    read_end(g);
}

static void threads_may_be_many(void **state)
{
    reading *g = read_long("* THREAD ", "((1)(2))", 100000, "\r\n");
    assert_int_equal(get(g)->count, 300000);
    read_end(g);
}

static void nesting_is_limited(void **state)
{
    char line[2048] = "* THREAD ";
    for (int i = 0; i < 99; i++)
        strcat(line, "(1 (2)");
    for (int i = 0; i < 99; i++)
        strcat(line, ")");
    strcat(line, "\r\n");
    reading *g = read_text(line);
    (void)get(g);
    read_end(g);
    reading *deep = read_long("* THREAD ", "(", 1000000, "\r\n* 3 EXISTS\r\n");
    assert_int_equal(deep->ev->marks & IMAP4_MARK_UNTRUSTED, IMAP4_MARK_UNTRUSTED);
    read_next(deep);
    assert_int_equal(deep->ev->number, 3);
    read_end(deep);
    strcpy(line, "* THREAD ");
    for (int i = 0; i < 101; i++)
        strcat(line, "(1 ");
    for (int i = 0; i < 101; i++)
        strcat(line, ")");
    strcat(line, "\r\n");
    is_refused(line);
}

static void what_is_malformed_is_refused(void **state)
{
    is_refused("* THREAD 1\r\n");
    is_refused("* THREAD ()\r\n");
    is_refused("* THREAD (1 (2) 3)\r\n");
    is_refused("* THREAD (0)\r\n");
    is_refused("* THREAD (1)(4294967296)\r\n");
}

static void other_events_have_none(void **state)
{
    const imap4_threads *all = NULL;
    reading             *g   = read_text("* SORT 1\r\n");
    assert_int_equal(imap4_thread_get(g->ev, &all), IMAP4_E_ABSENT);
    assert_int_equal(g->ev->marks, 0);
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_follow_their_parents),
        cmocka_unit_test(parent_may_be_missing),
        cmocka_unit_test(nothing_may_be_found),
        cmocka_unit_test(siblings_are_found_by_size),
        cmocka_unit_test(chain_may_be_long),
        cmocka_unit_test(siblings_may_be_many),
        cmocka_unit_test(threads_may_be_many),
        cmocka_unit_test(nesting_is_limited),
        cmocka_unit_test(what_is_malformed_is_refused),
        cmocka_unit_test(other_events_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
