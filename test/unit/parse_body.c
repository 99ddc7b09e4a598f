/* SPDX-License-Identifier: MIT */
/* parse_body.c - BODYSTRUCTURE and BODY, part by part. */
#include "read_help.h"

static const imap4_body *get(reading *g)
{
    const imap4_body *b = NULL;
    assert_int_equal(imap4_fetch_bodystructure(g->ev, &b), IMAP4_OK);
    return b;
}

#define FETCH(body) "* 1 FETCH (BODYSTRUCTURE " body " UID 5)\r\n"
#define PLAIN       "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1)"

/* "2.1" */
static const char *number(const imap4_body *b)
{
    static char     text[64];
    const ptrdiff_t n = imap4_body_number(b, text, sizeof text - 1);
    assert_true(n >= 0 && n < 63);
    text[n] = '\0';
    return text;
}

static void is_refused_alone(const char *line)
{
    const imap4_body *b = NULL;
    reading          *g = read_text(line);
    assert_int_equal(imap4_fetch_bodystructure(g->ev, &b), IMAP4_E_SYNTAX);
    assert_int_equal(g->ev->uid, 5);
    assert_int_equal(g->ev->marks, IMAP4_MARK_INVALID);
    read_end(g);
}

static void single_part_has_all_fields(void **state)
{
    reading *g = read_text(
        FETCH("(\"TEXT\" \"HTML\" (\"CHARSET\" \"x\" \"A\" \"b\") \"<i>\" \"d\" \"8BIT\" "
              "3028 92 "
              "\"m\" (\"inline\" (\"filename\" \"f\")) (\"en\" \"de\") \"l\" \"e\" 7)"));
    const imap4_body *b = get(g);
    assert_int_equal(b->is_multipart, 0);
    assert_view(b->type, "TEXT");
    assert_view(b->subtype, "HTML");
    assert_int_equal(b->params.count, 2);
    assert_view(b->params.at[1].name, "A");
    assert_view(b->params.at[1].value, "b");
    assert_view(b->id, "<i>");
    assert_view(b->description, "d");
    assert_view(b->encoding, "8BIT");
    assert_int_equal(b->has_octets, 1);
    assert_int_equal(b->octets, 3028);
    assert_int_equal(b->has_lines, 1);
    assert_int_equal(b->lines, 92);
    assert_view(b->md5, "m");
    assert_view(b->disposition, "inline");
    assert_int_equal(b->disposition_params.count, 1);
    assert_view(b->disposition_params.at[0].value, "f");
    assert_int_equal(b->language.count, 2);
    assert_view(b->language.at[1], "de");
    assert_view(b->location, "l");
    assert_view(b->extension, "\"e\" 7");
    assert_null(b->first);
    assert_null(b->next);
    assert_null(b->parent);
    assert_string_equal(number(b), "1");
    read_end(g);
}

static void extension_may_end_anywhere(void **state)
{
    static const char *const tails[] = { "", " NIL", " NIL NIL", " NIL NIL NIL",
                                         " NIL NIL NIL NIL" };
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        char line[200];
        snprintf(line, sizeof line,
                 FETCH("(\"IMAGE\" \"PNG\" NIL NIL NIL \"BASE64\" 5%s)"), tails[i]);
        reading *g = read_text(line);
        assert_view(get(g)->type, "IMAGE");
        assert_view(get(g)->extension, NULL);
        read_end(g);
    }
}

static void multipart_has_children_and_its_own_fields(void **state)
{
    reading          *g = read_text(FETCH(
                 "(" PLAIN PLAIN " \"MIXED\" (\"B\" \"x\") (\"attachment\" NIL) \"fr\" \"l\")"));
    const imap4_body *b = get(g);
    assert_int_equal(b->is_multipart, 1);
    assert_view(b->type, NULL);
    assert_view(b->subtype, "MIXED");
    assert_view(b->params.at[0].value, "x");
    assert_view(b->disposition, "attachment");
    assert_int_equal(b->language.count, 1);
    assert_view(b->location, "l");
    assert_non_null(b->first);
    assert_int_equal(b->first->index, 1);
    assert_int_equal(b->first->next->index, 2);
    assert_ptr_equal(b->first->next->parent, b);
    assert_null(b->first->next->next);
    read_end(g);
}

static void message_has_envelope_body_and_lines(void **state)
{
    reading *g = read_text(
        FETCH("(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 100 "
              "(\"d\" \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) " PLAIN " 9 \"m\")"));
    const imap4_body *b = get(g);
    assert_non_null(b->envelope);
    assert_view(b->envelope->subject, "inner");
    assert_non_null(b->first);
    assert_view(b->first->subtype, "PLAIN");
    assert_int_equal(b->lines, 9);
    assert_view(b->md5, "m");
    read_end(g);
}

static void parts_are_numbered_as_they_are_fetched(void **state)
{
    /* RFC 3501 6.4.5, the example of part numbers. */
    static const char *const want[] = { "",    "1",     "2",     "3",       "3",
                                        "3.1", "3.2",   "4",     "4.1",     "4.2",
                                        "4.2", "4.2.1", "4.2.2", "4.2.2.1", "4.2.2.2" };
    reading                 *g      = read_text(
                             FETCH("(" PLAIN "(\"APPLICATION\" \"OCTET-STREAM\" NIL NIL NIL \"BASE64\" 5)"
                                                        "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5 (NIL NIL NIL NIL NIL NIL "
                                                        "NIL NIL NIL NIL) "
                                                        "(" PLAIN PLAIN " \"MIXED\") 1)"
                                                        "((\"IMAGE\" \"GIF\" NIL NIL NIL \"BASE64\" 5)"
                                                        "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5 (NIL NIL NIL NIL NIL NIL "
                                                        "NIL NIL NIL NIL) "
                                                        "(" PLAIN "(" PLAIN PLAIN
                                   " \"ALTERNATIVE\") \"MIXED\") 1) \"MIXED\") \"MIXED\")"));
    size_t i = 0;
    for (const imap4_body *b = get(g); b != NULL; b = imap4_body_next(b)) {
        assert_true(i < sizeof want / sizeof want[0]);
        assert_string_equal(number(b), want[i]);
        i++;
    }
    assert_int_equal(i, sizeof want / sizeof want[0]);
    read_end(g);
}

static void number_that_does_not_fit_is_measured(void **state)
{
    char              two[2];
    reading          *g    = read_text(FETCH("((" PLAIN " \"A\") \"B\")"));
    const imap4_body *leaf = get(g)->first->first;
    assert_int_equal(imap4_body_number(leaf, NULL, 0), 3);
    assert_int_equal(imap4_body_number(leaf, two, sizeof two), 3);
    assert_int_equal(imap4_body_number(NULL, two, sizeof two), IMAP4_E_ARG);
    read_end(g);
}

static void body_is_taken_if_there_is_no_bodystructure(void **state)
{
    reading *g = read_text("* 1 FETCH (BODY " PLAIN ")\r\n");
    assert_view(get(g)->subtype, "PLAIN");
    read_end(g);
    g = read_text("* 1 FETCH (BODY (\"A\" \"B\" NIL NIL NIL NIL 5) BODYSTRUCTURE " PLAIN
                  ")\r\n");
    assert_view(get(g)->subtype, "PLAIN");
    read_end(g);
}

static void multipart_without_parts_is_tolerated(void **state)
{
    reading *g = read_text(FETCH("(\"ALTERNATIVE\" (\"BOUNDARY\" \"x\") NIL NIL)"));
    assert_int_equal(get(g)->is_multipart, 1);
    assert_view(get(g)->subtype, "ALTERNATIVE");
    assert_null(get(g)->first);
    read_end(g);
}

static void odd_numbers_and_fields_are_tolerated(void **state)
{
    reading *g = read_text(
        FETCH("(\"TEXT\" \"PLAIN\" () NIL NIL 7bit NIL 0 NIL \"inline\")"));
    assert_int_equal(get(g)->params.count, 0);
    assert_view(get(g)->encoding, "7bit");
    assert_int_equal(get(g)->has_octets, 0);
    assert_int_equal(get(g)->has_lines, 1);
    assert_view(get(g)->disposition, "inline");
    read_end(g);
}

static void malformed_one_costs_nothing_else(void **state)
{
    is_refused_alone(FETCH("NIL"));
    is_refused_alone(FETCH("()"));
    is_refused_alone(FETCH("(((()))) "));
    is_refused_alone(FETCH("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" five 1)"));
    is_refused_alone(FETCH("(\"TEXT\" \"PLAIN\" (\"odd\") NIL NIL \"7BIT\" 5 1)"));
    is_refused_alone(FETCH("(\"TEXT\" \"PLAIN\")"));
}

static void depth_has_a_limit(void **state)
{
    char   line[4000];
    size_t n = 0;
    for (int deep = 99; deep <= 100; deep++) {
        n = (size_t)sprintf(line, "* 1 FETCH (BODYSTRUCTURE ");
        for (int i = 0; i < deep; i++)
            line[n++] = '(';
        memcpy(line + n, PLAIN, sizeof PLAIN - 1);
        n += sizeof PLAIN - 1;
        for (int i = 0; i < deep; i++)
            n += (size_t)sprintf(line + n, " \"M\")");
        sprintf(line + n, " UID 5)\r\n");
        const imap4_body *b = NULL;
        reading          *g = read_text(line);
        assert_int_equal(imap4_fetch_bodystructure(g->ev, &b),
                         deep == 99 ? IMAP4_OK : IMAP4_E_SYNTAX);
        read_end(g);
    }
}

static void walk_of_nothing_is_nothing(void **state)
{
    assert_null(imap4_body_next(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_part_has_all_fields),
        cmocka_unit_test(extension_may_end_anywhere),
        cmocka_unit_test(multipart_has_children_and_its_own_fields),
        cmocka_unit_test(message_has_envelope_body_and_lines),
        cmocka_unit_test(parts_are_numbered_as_they_are_fetched),
        cmocka_unit_test(number_that_does_not_fit_is_measured),
        cmocka_unit_test(body_is_taken_if_there_is_no_bodystructure),
        cmocka_unit_test(multipart_without_parts_is_tolerated),
        cmocka_unit_test(odd_numbers_and_fields_are_tolerated),
        cmocka_unit_test(malformed_one_costs_nothing_else),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(walk_of_nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
