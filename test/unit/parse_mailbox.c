/* SPDX-License-Identifier: MIT */
/* parse_mailbox.c - LIST, LSUB and STATUS. */
#include "read_help.h"

static const imap4_list_data *list(reading *g)
{
    const imap4_list_data *l = NULL;
    assert_int_equal(imap4_list_get(g->ev, &l), IMAP4_OK);
    return l;
}

static void delimiter_is(const char *line, int delimiter)
{
    reading *g = read_text(line);
    assert_int_equal(list(g)->delimiter, delimiter);
    read_end(g);
}

static void name_is(const char *line, const char *wire, const char *utf8)
{
    reading *g = read_text(line);
    assert_view(list(g)->wire_name, wire);
    assert_view(list(g)->name, utf8);
    read_end(g);
}

/* Asked for as what it is not, in either order. */
static void another_type_is_absent(const char *line)
{
    const imap4_list_data   *list    = NULL;
    const imap4_status_data *status  = NULL;
    reading                 *g       = read_text(line);
    const bool               is_list = g->ev->type != IMAP4_EV_STATUS;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(imap4_status_get(g->ev, &status),
                         is_list ? IMAP4_E_ABSENT : IMAP4_OK);
        assert_int_equal(imap4_list_get(g->ev, &list),
                         is_list ? IMAP4_OK : IMAP4_E_ABSENT);
    }
    read_end(g);
}

static void list_is_no_status_whoever_is_asked_first(void **state)
{
    another_type_is_absent("* LIST () \"/\" a\r\n");
    another_type_is_absent("* LSUB () \"/\" a\r\n");
    another_type_is_absent("* STATUS a (MESSAGES 1)\r\n");
}

static void list_is_refused(const char *line)
{
    const imap4_list_data *l = NULL;
    reading               *g = read_text(line);
    assert_int_equal(imap4_list_get(g->ev, &l), IMAP4_E_SYNTAX);
    assert_true((g->ev->marks & IMAP4_MARK_INVALID) != 0);
    read_end(g);
}

static void list_gives_all_fields(void **state)
{
    reading *g = read_text(
        "* LIST (\\Noselect \\HasChildren) \"/\" \"a b\" (\"X\" (\"y\"))\r\n");
    const imap4_list_data *l = list(g);
    assert_int_equal(l->attributes, IMAP4_LIST_NOSELECT | IMAP4_LIST_HASCHILDREN);
    assert_int_equal(l->attribute.count, 2);
    assert_view(l->attribute.at[0], "\\Noselect");
    assert_view(l->attribute.at[1], "\\HasChildren");
    assert_int_equal(l->delimiter, '/');
    assert_view(l->name, "a b");
    assert_view(l->extended, "(\"X\" (\"y\"))");
    read_end(g);
}

static void lsub_is_read_like_list(void **state)
{
    reading *g = read_text("* LSUB () \".\" #news.a\r\n");
    assert_int_equal(g->ev->type, IMAP4_EV_LSUB);
    assert_view(list(g)->name, "#news.a");
    assert_view(list(g)->extended, NULL);
    read_end(g);
}

static void attributes_have_bits_in_any_case(void **state)
{
    reading *g = read_text("* LIST (\\NOSELECT \\marked \\UnMarked) NIL a\r\n");
    assert_int_equal(list(g)->attributes,
                     IMAP4_LIST_NOSELECT | IMAP4_LIST_MARKED | IMAP4_LIST_UNMARKED);
    read_end(g);
}

static void delimiter_has_many_forms(void **state)
{
    delimiter_is("* LIST () \"/\" a\r\n", '/');
    delimiter_is("* LIST () \"\\\\\" a\r\n", '\\');
    delimiter_is("* LIST () \"\\\"\" a\r\n", '"');
    delimiter_is("* LIST () {1}\r\n/ a\r\n", '/');
    delimiter_is("* LIST () NIL a\r\n", -1);
    delimiter_is("* LIST () nil a\r\n", -1);
    delimiter_is("* LIST () \"\" a\r\n", -1);
}

static void name_has_many_forms(void **state)
{
    name_is("* LIST () \"/\" a]b\r\n", "a]b", "a]b");
    name_is("* LIST () \"/\" \"a\\\"b\"\r\n", "a\"b", "a\"b");
    name_is("* LIST () \"/\" {5}\r\na\"b\\c\r\n", "a\"b\\c", "a\"b\\c");
    name_is("* LIST () \"/\" \"\"\r\n", "", "");
    name_is("* LIST () \"/\" {0}\r\n\r\n", "", "");
}

static void nil_is_a_name_of_three_letters(void **state)
{
    name_is("* LIST () \"/\" NIL\r\n", "NIL", "NIL");
    name_is("* LIST () \"/\" \"NIL\"\r\n", "NIL", "NIL");
}

static void name_is_decoded_if_it_is_canonical(void **state)
{
    name_is("* LIST () \"/\" &ZeVnLIqe-\r\n", "&ZeVnLIqe-",
            "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
    name_is("* LIST () \"/\" a&-b\r\n", "a&-b", "a&b");
    name_is("* LIST () \"/\" &Jjo\r\n", "&Jjo", NULL);
    name_is("* LIST () \"/\" \"\xc3\xa4\"\r\n", "\xc3\xa4", NULL);
}

static void list_that_is_none_is_refused(void **state)
{
    list_is_refused("* LIST\r\n");
    list_is_refused("* LIST ()\r\n");
    list_is_refused("* LIST () \"/\"\r\n");
    list_is_refused("* LIST () \"ab\" c\r\n");
    list_is_refused("* LIST () \"/\" a \"b\"\r\n");
    list_is_refused("* LIST () \"/\" \"a\" b\r\n");
    list_is_refused("* LIST () \"/\" \"a\"b\r\n");
    list_is_refused("* LIST (\\Seen \"/\" a\r\n");
}

/* A known server does not quote names that hold spaces. */
static void name_without_quotes_is_the_rest_of_the_line(void **state)
{
    const imap4_list_data *l = NULL;
    reading               *g = read_text("* LIST () \"/\" a  (b) c \r\n");
    assert_int_equal(imap4_list_get(g->ev, &l), IMAP4_OK);
    assert_view(l->wire_name, "a  (b) c ");
    assert_view(l->name, "a  (b) c ");
    assert_null(l->extended.ptr);
    read_end(g);
}

static void other_events_have_no_list(void **state)
{
    const imap4_list_data   *l = NULL;
    const imap4_status_data *s = NULL;
    reading                 *g = read_text("* 5 EXISTS\r\n");
    assert_int_equal(imap4_list_get(g->ev, &l), IMAP4_E_ABSENT);
    assert_int_equal(imap4_status_get(g->ev, &s), IMAP4_E_ABSENT);
    read_end(g);
}

static void status_gives_numbers_by_name(void **state)
{
    uint64_t n = 0;
    reading *g = read_text(
        "* STATUS \"a b\" (MESSAGES 231 uidnext 44292 SIZE 18446744073709551615)\r\n");
    assert_int_equal(imap4_status_number(g->ev, IMAP4_V("messages"), &n), IMAP4_OK);
    assert_int_equal(n, 231);
    assert_int_equal(imap4_status_number(g->ev, IMAP4_V("UIDNEXT"), &n), IMAP4_OK);
    assert_int_equal(n, 44292);
    assert_int_equal(imap4_status_number(g->ev, IMAP4_V("SIZE"), &n), IMAP4_OK);
    assert_true(n == UINT64_MAX);
    assert_int_equal(imap4_status_number(g->ev, IMAP4_V("UNSEEN"), &n), IMAP4_E_ABSENT);
    read_end(g);
}

static void status_values_need_not_be_numbers(void **state)
{
    const imap4_status_data *s = NULL;
    uint64_t                 n = 7;
    reading *g = read_text("* STATUS x (A NIL B (F1) C \"5\" D -1 E 5)\r\n");
    assert_int_equal(imap4_status_get(g->ev, &s), IMAP4_OK);
    assert_int_equal(s->count, 5);
    assert_view(s->at[0].value, "NIL");
    assert_view(s->at[1].value, "(F1)");
    assert_view(s->at[3].value, "-1");
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(s->at[i].has_number, i == 4);
    assert_int_equal(imap4_status_number(g->ev, IMAP4_V("D"), &n), IMAP4_E_ABSENT);
    assert_int_equal(n, 7);
    read_end(g);
}

static void status_may_be_empty_and_followed_by_a_space(void **state)
{
    const imap4_status_data *s = NULL;
    reading                 *g = read_text("* STATUS x () \r\n");
    assert_int_equal(imap4_status_get(g->ev, &s), IMAP4_OK);
    assert_int_equal(s->count, 0);
    read_end(g);
}

static void status_without_a_value_is_refused(void **state)
{
    const imap4_status_data *s = NULL;
    reading                 *g = read_text("* STATUS x (MESSAGES 1 UIDNEXT)\r\n");
    assert_int_equal(imap4_status_get(g->ev, &s), IMAP4_E_SYNTAX);
    read_end(g);
}

static void strict_reading_refuses_an_empty_delimiter(void **state)
{
    const imap4_list_data *l = NULL;
    reading               *g = read_strict("* LIST () \"\" a\r\n");
    assert_int_equal(imap4_list_get(g->ev, &l), IMAP4_E_SYNTAX);
    read_end(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_gives_all_fields),
        cmocka_unit_test(list_is_no_status_whoever_is_asked_first),
        cmocka_unit_test(lsub_is_read_like_list),
        cmocka_unit_test(attributes_have_bits_in_any_case),
        cmocka_unit_test(delimiter_has_many_forms),
        cmocka_unit_test(name_has_many_forms),
        cmocka_unit_test(nil_is_a_name_of_three_letters),
        cmocka_unit_test(name_is_decoded_if_it_is_canonical),
        cmocka_unit_test(list_that_is_none_is_refused),
        cmocka_unit_test(name_without_quotes_is_the_rest_of_the_line),
        cmocka_unit_test(other_events_have_no_list),
        cmocka_unit_test(status_gives_numbers_by_name),
        cmocka_unit_test(status_values_need_not_be_numbers),
        cmocka_unit_test(status_may_be_empty_and_followed_by_a_space),
        cmocka_unit_test(status_without_a_value_is_refused),
        cmocka_unit_test(strict_reading_refuses_an_empty_delimiter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
