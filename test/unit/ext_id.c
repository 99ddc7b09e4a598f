/* SPDX-License-Identifier: MIT */
/* ext_id.c - ID: RFC 2971. */
#include "imap4/ext/id.h"

#include "read_help.h"
#include "session_help.h"

enum {
    MOST = 30 /* pairs (RFC 2971 3.3) */
};

static const imap4_params *get(reading *g)
{
    const imap4_params *p = NULL;
    assert_int_equal(imap4_id_get(g->ev, &p), IMAP4_OK);
    return p;
}

static void pairs_are_given(void **state)
{
    reading *g = read_text("* ID (\"name\" \"x\\\\y\" \"os\" NIL \"version\" \"\")\r\n");
    const imap4_params *p = get(g);
    assert_int_equal(p->count, 3);
    assert_view(p->at[0].name, "name");
    assert_view(p->at[0].value, "x\\y");
    assert_view(p->at[1].value, NULL);
    assert_view(p->at[2].value, "");
    assert_ptr_equal(get(g), p);
    read_end(g);
}

static void nil_is_no_pair(void **state)
{
    reading *g = read_text("* ID NIL\r\n");
    assert_int_equal(get(g)->count, 0);
    read_end(g);
}

static void other_events_have_no_id(void **state)
{
    const imap4_params *p = NULL;
    reading            *g = read_text("* 1 EXISTS\r\n");
    assert_int_equal(imap4_id_get(g->ev, &p), IMAP4_E_ABSENT);
    read_end(g);
}

static void what_follows_the_list_is_only_a_plus(void **state)
{
    const imap4_params *p = NULL;
    reading *g = read_text("* ID (\"name\" \"x\")+\r\n* ID (\"name\" \"x\")++\r\n");
    assert_int_equal(get(g)->count, 1);
    assert_int_equal(g->ev->marks, 0);
    read_next(g);
    assert_int_equal(imap4_id_get(g->ev, &p), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_end(g);
}

static void strict_reading_allows_no_plus(void **state)
{
    const imap4_params *p = NULL;
    reading            *g = read_strict("* ID (\"name\" \"x\")+\r\n");
    assert_int_equal(imap4_id_get(g->ev, &p), IMAP4_E_SYNTAX);
    read_end(g);
}

static void refused(session *s, const imap4_param *params, size_t count, const char *where)
{
    assert_int_equal(imap4_cmd_id(s->e, params, count, NULL, NULL), IMAP4_E_ARG);
    assert_view(imap4_engine_refusal(s->e)->where, where);
    assert_sent(s, "");
}

static void limits_of_the_rfc_are_kept(void **state)
{
    static char       names[MOST + 1][4], value[1025];
    imap4_param       params[MOST + 1];
    const imap4_param twice[] = { { IMAP4_V("a"), IMAP4_V("1") },
                                  { IMAP4_V("A"), IMAP4_V("2") } };
    const imap4_param name    = { IMAP4_V("123456789-123456789-123456789-1"), IMAP4_NIL };
    session          *s       = logged_in("ID");
    for (int i = 0; i <= MOST; i++) {
        (void)snprintf(names[i], sizeof names[i], "%d", i);
        params[i] = (imap4_param){ view_of(names[i]), IMAP4_NIL };
    }
    refused(s, params, MOST + 1, "");
    refused(s, twice, 2, "A");
    refused(s, &name, 1, "123456789-123456789-123456789-1");
    memset(value, 'v', sizeof value);
    params[0].value = (imap4_view){ value, 1025 };
    refused(s, params, 1, "0");
    params[0].value.len = 1024;
    assert_int_equal(imap4_cmd_id(s->e, params, MOST, NULL, NULL), IMAP4_OK);
    session_free(s);
}

static void nothing_to_say_is_nil_and_no_empty_list(void **state)
{
    session *s = logged_in("ID");
    assert_int_equal(imap4_cmd_id(s->e, NULL, 0, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 ID NIL\r\n");
    session_free(s);
}

static void names_go_in_quotes(void **state)
{
    session          *s    = session_new();
    const imap4_param pair = { IMAP4_V("name"), IMAP4_V("x") };
    assert_int_equal(imap4_cmd_id(s->e, &pair, 1, NULL, NULL), IMAP4_OK);
    greet(s, "ID");
    assert_sent(s, "A1 ID (\"name\" \"x\")\r\n");
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_given),
        cmocka_unit_test(nil_is_no_pair),
        cmocka_unit_test(other_events_have_no_id),
        cmocka_unit_test(what_follows_the_list_is_only_a_plus),
        cmocka_unit_test(strict_reading_allows_no_plus),
        cmocka_unit_test(limits_of_the_rfc_are_kept),
        cmocka_unit_test(nothing_to_say_is_nil_and_no_empty_list),
        cmocka_unit_test(names_go_in_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
