/* SPDX-License-Identifier: MIT */
/* ext_listext.c - attributes beyond RFC 3501, and what stands behind the name of a LIST. */
#include "read_help.h"

#include "imap4.h"

static void bits_are(const char *attributes, uint32_t bits)
{
    char                   line[256];
    const imap4_list_data *list = NULL;
    (void)snprintf(line, sizeof line, "* LIST (%s) \"/\" a\r\n", attributes);
    reading *g = read_text(line);
    assert_int_equal(imap4_list_get(g->ev, &list), IMAP4_OK);
    assert_int_equal(list->attributes, bits);
    read_end(g);
}

static void each_attribute_has_its_bit(void **state)
{
    bits_are("\\Subscribed", IMAP4_LIST_SUBSCRIBED);
    bits_are("\\Remote", IMAP4_LIST_REMOTE);
    bits_are("\\HasChildren", IMAP4_LIST_HASCHILDREN);
    bits_are("\\HasNoChildren", IMAP4_LIST_HASNOCHILDREN);
    bits_are("\\All", IMAP4_LIST_ALL);
    bits_are("\\Archive", IMAP4_LIST_ARCHIVE);
    bits_are("\\Drafts", IMAP4_LIST_DRAFTS);
    bits_are("\\Flagged", IMAP4_LIST_FLAGGED);
    bits_are("\\Junk", IMAP4_LIST_JUNK);
    bits_are("\\Sent", IMAP4_LIST_SENT);
    bits_are("\\Trash", IMAP4_LIST_TRASH);
    bits_are("\\Important", IMAP4_LIST_IMPORTANT);
}

static void attributes_have_no_case_and_may_stand_twice(void **state)
{
    bits_are("\\TRASH \\trash \\sEnT", IMAP4_LIST_TRASH | IMAP4_LIST_SENT);
}

/* RFC 5258 3.4 */
static void attribute_implies_another(void **state)
{
    bits_are("\\NonExistent", IMAP4_LIST_NONEXISTENT | IMAP4_LIST_NOSELECT);
    bits_are("\\Noinferiors", IMAP4_LIST_NOINFERIORS | IMAP4_LIST_HASNOCHILDREN);
}

static void unknown_attributes_have_no_bit(void **state)
{
    bits_are("\\AllMails \\Drafts2 Sent \\ \\X", 0);
}

/* The older names, which XLIST made known, mean the same wherever they stand. */
static void attributes_of_xlist_have_the_bits_of_rfc6154(void **state)
{
    bits_are("\\AllMail", IMAP4_LIST_ALL);
    bits_are("\\spam", IMAP4_LIST_JUNK);
    bits_are("\\Starred", IMAP4_LIST_FLAGGED);
    bits_are("\\Inbox", IMAP4_LIST_INBOX);
}

static void children_and_none_are_a_contradiction(void **state)
{
    const char            *line = "* LIST (\\HasChildren \\HasNoChildren) \"/\" a\r\n";
    const imap4_list_data *list = NULL;
    reading               *g    = read_text(line);
    assert_int_equal(imap4_list_get(g->ev, &list), IMAP4_OK);
    read_end(g);
    g = read_strict(line);
    assert_int_equal(imap4_list_get(g->ev, &list), IMAP4_E_SYNTAX);
    read_end(g);
}

static void extended_data_are_read(void **state)
{
    const imap4_strings *info = NULL;
    imap4_view           name = IMAP4_NIL, wire_name = IMAP4_NIL;
    reading *g = read_text("* LIST () \"/\" a (\"X\" (1 (2)) CHILDINFO (\"SUBSCRIBED\" "
                           "x) \"oldname\" (\"&APw-\"))\r\n");
    /* The one that is asked for first need not be the first of all. */
    assert_int_equal(imap4_list_oldname(g->ev, &name, &wire_name), IMAP4_OK);
    assert_view(name, "\xc3\xbc");
    assert_view(wire_name, "&APw-");
    assert_int_equal(imap4_list_oldname(g->ev, &name, NULL), IMAP4_OK);
    assert_int_equal(imap4_list_childinfo(g->ev, &info), IMAP4_OK);
    assert_int_equal(info->count, 2);
    assert_view(info->at[0], "SUBSCRIBED");
    assert_view(info->at[1], "x");
    read_end(g);
}

static void extended_data_may_be_missing(void **state)
{
    const imap4_strings *info    = NULL;
    imap4_view           name    = IMAP4_NIL;
    const char *const    lines[] = { "* LIST () \"/\" a\r\n", "* LIST () \"/\" a ()\r\n",
                                     "* LIST () \"/\" a (\"X\" (1))\r\n", "* 3 EXISTS\r\n",
                                     "* LSUB () \"/\" a\r\n" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        reading *g = read_text(lines[i]);
        assert_int_equal(imap4_list_childinfo(g->ev, &info), IMAP4_E_ABSENT);
        assert_int_equal(imap4_list_oldname(g->ev, &name, NULL), IMAP4_E_ABSENT);
        assert_int_equal(g->ev->marks, 0);
        read_end(g);
    }
}

static void bad_datum_costs_itself(void **state)
{
    const imap4_list_data *list = NULL;
    const imap4_strings   *info = NULL;
    imap4_view             name = IMAP4_NIL;
    reading *g = read_text("* LIST () \"/\" a (\"CHILDINFO\" NIL \"OLDNAME\" (b))\r\n");
    assert_int_equal(imap4_list_childinfo(g->ev, &info), IMAP4_E_SYNTAX);
    assert_int_equal(imap4_list_childinfo(g->ev, &info), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    assert_int_equal(imap4_list_oldname(g->ev, &name, NULL), IMAP4_OK);
    assert_view(name, "b");
    assert_int_equal(imap4_list_get(g->ev, &list), IMAP4_OK);
    assert_view(list->name, "a");
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_attribute_has_its_bit),
        cmocka_unit_test(attributes_have_no_case_and_may_stand_twice),
        cmocka_unit_test(attribute_implies_another),
        cmocka_unit_test(unknown_attributes_have_no_bit),
        cmocka_unit_test(attributes_of_xlist_have_the_bits_of_rfc6154),
        cmocka_unit_test(children_and_none_are_a_contradiction),
        cmocka_unit_test(extended_data_are_read),
        cmocka_unit_test(extended_data_may_be_missing),
        cmocka_unit_test(bad_datum_costs_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
