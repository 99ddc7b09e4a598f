/* SPDX-License-Identifier: MIT */
/* ext_namespace.c - NAMESPACE: RFC 2342. */
#include "imap4/ext/namespace.h"

#include "read_help.h"

static const imap4_namespaces *get(reading *g)
{
    const imap4_namespaces *all = NULL;
    assert_int_equal(imap4_namespace_get(g->ev, &all), IMAP4_OK);
    return all;
}

static void three_classes_are_told_apart(void **state)
{
    reading *g = read_text(
        "* NAMESPACE ((\"\" \"/\")(\"#mh/\" \".\")) NIL ((\"#a\" NIL))\r\n");
    const imap4_namespaces *all = get(g);
    assert_int_equal(all->personal.count, 2);
    assert_view(all->personal.at[0].prefix, "");
    assert_int_equal(all->personal.at[0].delimiter, '/');
    assert_view(all->personal.at[1].prefix, "#mh/");
    assert_int_equal(all->personal.at[1].delimiter, '.');
    assert_int_equal(all->others.count, 0);
    assert_int_equal(all->shared.count, 1);
    assert_view(all->shared.at[0].prefix, "#a");
    assert_int_equal(all->shared.at[0].delimiter, -1);
    assert_int_equal(all->shared.at[0].params_count, 0);
    assert_ptr_equal(get(g), all);
    read_end(g);
}

static void prefix_is_given_in_utf8(void **state)
{
    reading *g = read_text("* NAMESPACE NIL ((\"&AOQ-/\" \"/\")) ((\"&\" \"/\"))\r\n");
    assert_view(get(g)->others.at[0].prefix, "\xc3\xa4/");
    assert_view(get(g)->others.at[0].wire_prefix, "&AOQ-/");
    assert_view(get(g)->shared.at[0].prefix, NULL);
    assert_view(get(g)->shared.at[0].wire_prefix, "&");
    read_end(g);
}

static void parameters_of_extensions_are_kept(void **state)
{
    reading *g = read_text(
        "* NAMESPACE ((\"\" \"/\" \"X-P\" (\"a\" \"b\") \"TRANSLATION\" "
        "(\"c\"))) NIL NIL\r\n");
    const imap4_namespace_entry *n = &get(g)->personal.at[0];
    assert_int_equal(n->params_count, 2);
    assert_view(n->params[0].name, "X-P");
    assert_int_equal(n->params[0].values.count, 2);
    assert_view(n->params[0].values.at[1], "b");
    assert_view(n->params[1].name, "TRANSLATION");
    assert_view(n->params[1].values.at[0], "c");
    read_end(g);
}

static void many_namespaces_are_read(void **state)
{
    enum {
        MANY = 30000
    };
    static const char one[] = "(\"\" \"/\" \"X\" (\"y\"))";
    char             *line  = malloc(MANY * sizeof one + 64);
    size_t            len   = (size_t)sprintf(line, "* NAMESPACE (");
    for (int i = 0; i < MANY; i++) {
        memcpy(line + len, one, sizeof one - 1);
        len += sizeof one - 1;
    }
    len += (size_t)sprintf(line + len, ") NIL NIL\r\n");
    reading *g = read_bytes(NULL, line, len);
    assert_int_equal(get(g)->personal.count, MANY);
    assert_view(get(g)->personal.at[MANY - 1].params[0].values.at[0], "y");
    read_end(g);
    free(line);
}

static void other_events_have_no_namespaces(void **state)
{
    const imap4_namespaces *all = NULL;
    reading                *g   = read_text("* LIST () \"/\" x\r\n");
    assert_int_equal(imap4_namespace_get(g->ev, &all), IMAP4_E_ABSENT);
    read_end(g);
}

static void what_is_malformed_marks_the_event(void **state)
{
    const imap4_namespaces *all = NULL;
    reading                *g   = read_text("* NAMESPACE ((\"\")) NIL NIL\r\n");
    assert_int_equal(imap4_namespace_get(g->ev, &all), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    assert_null(all);
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_classes_are_told_apart),
        cmocka_unit_test(prefix_is_given_in_utf8),
        cmocka_unit_test(parameters_of_extensions_are_kept),
        cmocka_unit_test(many_namespaces_are_read),
        cmocka_unit_test(other_events_have_no_namespaces),
        cmocka_unit_test(what_is_malformed_marks_the_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
