/* SPDX-License-Identifier: MIT */
/* parse_envelope.c - ENVELOPE, field by field. */
#include "read_help.h"

static const imap4_envelope *get(reading *g)
{
    const imap4_envelope *e = NULL;
    assert_int_equal(imap4_fetch_envelope(g->ev, &e), IMAP4_OK);
    return e;
}

#define FETCH(envelope) "* 1 FETCH (ENVELOPE " envelope " UID 5)\r\n"

static void is_refused_alone(const char *line)
{
    const imap4_envelope *e = NULL;
    reading              *g = read_text(line);
    assert_int_equal(imap4_fetch_envelope(g->ev, &e), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->uid, 5);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_end(g);
}

static void address_is(imap4_addresses a, size_t i, const char *name, const char *route,
                       const char *mailbox, const char *host)
{
    assert_true(i < a.count);
    assert_view(a.at[i].name, name);
    assert_view(a.at[i].route, route);
    assert_view(a.at[i].mailbox, mailbox);
    assert_view(a.at[i].host, host);
}

static void each_field_is_at_its_place(void **state)
{
    reading              *g = read_text(FETCH(
                     "(\"d\" \"s\" ((\"f\" NIL \"a\" \"b\")) ((\"se\" NIL \"a\" \"b\")) "
                                  "((\"r\" NIL \"a\" \"b\")) ((\"t\" \"@x\" \"a\" \"b\")(NIL NIL \"c\" \"d\")) "
                                  "((\"c\" NIL \"a\" \"b\")) ((\"bc\" NIL \"a\" \"b\")) \"irt\" \"id\")"));
    const imap4_envelope *e = get(g);
    assert_view(e->date, "d");
    assert_view(e->subject, "s");
    address_is(e->from, 0, "f", NULL, "a", "b");
    address_is(e->sender, 0, "se", NULL, "a", "b");
    address_is(e->reply_to, 0, "r", NULL, "a", "b");
    assert_int_equal(e->to.count, 2);
    address_is(e->to, 0, "t", "@x", "a", "b");
    address_is(e->to, 1, NULL, NULL, "c", "d");
    address_is(e->cc, 0, "c", NULL, "a", "b");
    address_is(e->bcc, 0, "bc", NULL, "a", "b");
    assert_view(e->in_reply_to, "irt");
    assert_view(e->message_id, "id");
    read_end(g);
}

static void nil_is_no_value_and_empty_is_one(void **state)
{
    reading *g = read_text(FETCH("(NIL \"\" NIL NIL NIL NIL NIL NIL nil {0}\r\n)"));
    assert_view(get(g)->date, NULL);
    assert_view(get(g)->subject, "");
    assert_int_equal(get(g)->from.count, 0);
    assert_view(get(g)->in_reply_to, NULL);
    assert_view(get(g)->message_id, "");
    read_end(g);
}

static void nil_in_quotes_is_text(void **state)
{
    reading *g = read_text(FETCH("(\"NIL\" NILs NIL NIL NIL NIL NIL NIL NIL NIL)"));
    assert_view(get(g)->date, "NIL");
    assert_view(get(g)->subject, "NILs");
    read_end(g);
}

static void escapes_are_undone_and_literals_are_not_touched(void **state)
{
    reading *g = read_text(
        FETCH("(\"a\\\"b\\\\c\" {6}\r\n\\\"(\r\nx NIL NIL NIL NIL NIL NIL NIL NIL)"));
    assert_view(get(g)->date, "a\"b\\c");
    assert_view(get(g)->subject, "\\\"(\r\nx");
    read_end(g);
}

static void groups_are_kept(void **state)
{
    reading *g = read_text(FETCH("(NIL NIL NIL NIL NIL ((NIL NIL \"g\" NIL)(NIL NIL "
                                 "\"a\" \"b\")(NIL NIL NIL NIL)) NIL NIL NIL NIL)"));
    assert_int_equal(get(g)->to.count, 3);
    address_is(get(g)->to, 0, NULL, NULL, "g", NULL);
    address_is(get(g)->to, 1, NULL, NULL, "a", "b");
    address_is(get(g)->to, 2, NULL, NULL, NULL, NULL);
    read_end(g);
}

static void last_two_fields_may_be_missing(void **state)
{
    reading *g = read_text(FETCH("(\"d\" NIL NIL NIL NIL NIL NIL NIL \"irt\")"));
    assert_view(get(g)->in_reply_to, "irt");
    assert_view(get(g)->message_id, NULL);
    read_end(g);
    g = read_text(FETCH("(\"d\" NIL NIL NIL NIL NIL NIL NIL)"));
    assert_view(get(g)->in_reply_to, NULL);
    read_end(g);
}

static void odd_address_lists_are_tolerated(void **state)
{
    reading *g = read_text(
        FETCH("(NIL NIL () (NIL (\"n\" NIL \"m\" \"h\")) NIL NIL NIL NIL NIL NIL)"));
    assert_int_equal(get(g)->from.count, 0);
    assert_int_equal(get(g)->sender.count, 1);
    address_is(get(g)->sender, 0, "n", NULL, "m", "h");
    read_end(g);
}

static void strict_reading_refuses_them(void **state)
{
    const imap4_envelope *e = NULL;
    reading *g = read_strict(FETCH("(NIL NIL () NIL NIL NIL NIL NIL NIL NIL)"));
    assert_int_equal(imap4_fetch_envelope(g->ev, &e), IMAP4_E_SYNTAX);
    read_end(g);
}

static void malformed_one_costs_nothing_else(void **state)
{
    is_refused_alone(FETCH("NIL"));
    is_refused_alone(FETCH("()"));
    is_refused_alone(FETCH("(NIL NIL)"));
    is_refused_alone(FETCH("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));
    is_refused_alone(FETCH("(NIL NIL (x) NIL NIL NIL NIL NIL NIL NIL)"));
    is_refused_alone(FETCH("(NIL NIL ((NIL NIL \"a\")) NIL NIL NIL NIL NIL NIL NIL)"));
    is_refused_alone(FETCH("(NIL (x) NIL NIL NIL NIL NIL NIL NIL NIL)"));
}

static void asking_twice_gives_the_same(void **state)
{
    reading *g = read_text(FETCH("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));
    const imap4_envelope *a = get(g);
    assert_ptr_equal(a, get(g));
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field_is_at_its_place),
        cmocka_unit_test(nil_is_no_value_and_empty_is_one),
        cmocka_unit_test(nil_in_quotes_is_text),
        cmocka_unit_test(escapes_are_undone_and_literals_are_not_touched),
        cmocka_unit_test(groups_are_kept),
        cmocka_unit_test(last_two_fields_may_be_missing),
        cmocka_unit_test(odd_address_lists_are_tolerated),
        cmocka_unit_test(strict_reading_refuses_them),
        cmocka_unit_test(malformed_one_costs_nothing_else),
        cmocka_unit_test(asking_twice_gives_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
