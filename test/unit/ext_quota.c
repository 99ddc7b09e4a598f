/* SPDX-License-Identifier: MIT */
/* ext_quota.c - QUOTA: RFC 9208, RFC 2087. */
#include "imap4/ext/quota.h"

#include "read_help.h"
#include "session_help.h"

static const imap4_quota *get(reading *g)
{
    const imap4_quota *q = NULL;
    assert_int_equal(imap4_quota_get(g->ev, &q), IMAP4_OK);
    return q;
}

static void triplets_are_given_in_their_order(void **state)
{
    reading *g = read_text("* QUOTA \"#user/al\" (STORAGE 54 111 message 42 7)\r\n");
    const imap4_quota *q = get(g);
    assert_view(q->root, "#user/al");
    assert_int_equal(q->count, 2);
    assert_view(q->at[0].name, "STORAGE");
    assert_int_equal(q->at[0].usage, 54);
    assert_int_equal(q->at[0].limit, 111);
    assert_view(q->at[1].name, "message");
    assert_int_equal(q->at[1].usage, 42);
    assert_int_equal(q->at[1].limit, 7);
    read_end(g);
}

static void numbers_have_63_bits(void **state)
{
    reading *g = read_text("* QUOTA \"\" (STORAGE 17179869184 9223372036854775807)\r\n");
    assert_true(get(g)->at[0].usage == 17179869184);
    assert_true(get(g)->at[0].limit == INT64_MAX);
    read_end(g);
}

static void root_without_limits_has_none(void **state)
{
    reading *g = read_text("* QUOTA \"\" ()\r\n");
    assert_view(get(g)->root, "");
    assert_int_equal(get(g)->count, 0);
    read_end(g);
}

static void what_was_read_is_kept(void **state)
{
    reading           *g     = read_text("* QUOTA \"\" (STORAGE 1 2)\r\n");
    const imap4_quota *first = get(g);
    assert_ptr_equal(get(g), first);
    read_end(g);
}

static void other_events_have_no_quota(void **state)
{
    const imap4_quota     *q    = NULL;
    const imap4_quotaroot *root = NULL;
    reading               *g    = read_text("* QUOTA \"\" (STORAGE 1 2)\r\n* OK hi\r\n");
    assert_int_equal(imap4_quotaroot_get(g->ev, &root), IMAP4_E_ABSENT);
    assert_int_equal(g->ev->marks, 0);
    read_next(g);
    assert_int_equal(imap4_quota_get(g->ev, &q), IMAP4_E_ABSENT);
    read_end(g);
}

static void roots_of_a_mailbox_are_given(void **state)
{
    const imap4_quotaroot *root = NULL;
    reading               *g    = read_text("* QUOTAROOT &AOQ- \"\" b\r\n");
    assert_int_equal(imap4_quotaroot_get(g->ev, &root), IMAP4_OK);
    assert_view(root->name, "\xc3\xa4");
    assert_view(root->wire_name, "&AOQ-");
    assert_int_equal(root->roots.count, 2);
    assert_view(root->roots.at[0], "");
    assert_view(root->roots.at[1], "b");
    read_end(g);
}

static void mailbox_need_not_have_a_root(void **state)
{
    const imap4_quotaroot *root = NULL;
    reading               *g    = read_text("* QUOTAROOT x\r\n");
    assert_int_equal(imap4_quotaroot_get(g->ev, &root), IMAP4_OK);
    assert_int_equal(root->roots.count, 0);
    read_end(g);
}

static void many_resources_are_read(void **state)
{
    enum {
        MANY = 50000
    };
    char  *line = malloc(MANY * 9 + 64);
    size_t len  = (size_t)sprintf(line, "* QUOTA \"\" (");
    for (int i = 0; i < MANY; i++)
        len += (size_t)sprintf(line + len, "X 1 %d ", i % 10);
    len += (size_t)sprintf(line + len - 1, ")\r\n") - 1;
    reading *g = read_bytes(NULL, line, len);
    assert_int_equal(get(g)->count, MANY);
    assert_int_equal(get(g)->at[MANY - 1].limit, 9);
    read_end(g);
    free(line);
}

static void limits_that_cannot_be_said_are_refused(void **state)
{
    session                *s     = logged_in("QUOTA");
    const imap4_quota_limit large = { IMAP4_V("MESSAGE"), (uint64_t)INT64_MAX + 1 };
    const imap4_quota_limit list  = { IMAP4_V("A (B"), 1 };
    assert_int_equal(imap4_cmd_setquota(s->e, IMAP4_V("r"), &large, 1, NULL, NULL),
                     IMAP4_E_ARG);
    assert_view(imap4_engine_refusal(s->e)->where, "MESSAGE");
    assert_int_equal(imap4_cmd_setquota(s->e, IMAP4_V("r"), &list, 1, NULL, NULL),
                     IMAP4_E_ARG);
    assert_view(imap4_engine_refusal(s->e)->where, "A (B");
    assert_sent(s, "");
    session_free(s);
}

static void server_of_rfc2087_takes_setquota(void **state)
{
    session                *s     = logged_in("QUOTA");
    const imap4_quota_limit limit = { IMAP4_V("STORAGE"), 5 };
    assert_int_equal(imap4_cmd_setquota(s->e, IMAP4_V(""), &limit, 1, NULL, NULL), 0);
    assert_sent(s, "A2 SETQUOTA \"\" (STORAGE 5)\r\n");
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(triplets_are_given_in_their_order),
        cmocka_unit_test(numbers_have_63_bits),
        cmocka_unit_test(root_without_limits_has_none),
        cmocka_unit_test(what_was_read_is_kept),
        cmocka_unit_test(other_events_have_no_quota),
        cmocka_unit_test(roots_of_a_mailbox_are_given),
        cmocka_unit_test(mailbox_need_not_have_a_root),
        cmocka_unit_test(many_resources_are_read),
        cmocka_unit_test(limits_that_cannot_be_said_are_refused),
        cmocka_unit_test(server_of_rfc2087_takes_setquota),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
