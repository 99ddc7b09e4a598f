/* SPDX-License-Identifier: MIT */
/* wire_lex.c - where the tokens of a line are. */
#include "wire/lex.h"
#include "wire/scan.h"

#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The tokens as text: a(atom) q(quoted) e(escaped) L(literal) ( ); "!" and the rest behind
 * damage, "?" if a "(" is open, "~" if something is odd. */
static const char *tokens_of(const char *bytes, size_t len, size_t max)
{
    static char text[1024];
    size_t      out = 0;
    i4_lex      lex;
    char       *line = malloc(len + 1 + I4_SCAN_SLACK);
    assert_non_null(line);
    memcpy(line, bytes, len);
    memset(line + len, '\r', 1 + I4_SCAN_SLACK);
    i4_lex_init(&lex, &i4_mem_default, max);
    assert_int_equal(i4_lex_line(&lex, line, line + len), IMAP4_OK);
    text[0] = '\0';
    for (size_t i = 0; i < lex.tape.count; i++) {
        static const char   kinds[] = "aqeL-()";
        const i4_token      t       = lex.tape.at[i];
        const i4_token_kind kind    = i4_token_kind_of(t);
        text[out++]                 = kinds[kind];
        if (kind < I4_TOK_OPEN)
            out += (size_t)sprintf(text + out, "[%.*s]", (int)i4_token_len(t),
                                   line + t.at);
    }
    if (lex.odd != 0)
        text[out++] = '~';
    if (lex.is_damaged)
        out += (size_t)sprintf(text + out, "!%.*s", (int)(len - lex.damage_at),
                               line + lex.damage_at);
    else if (lex.open != 0)
        text[out++] = '?';
    text[out] = '\0';
    i4_lex_free(&lex);
    free(line);
    return text;
}

#define TOKENS(line, want)                                                               \
    assert_string_equal(tokens_of("" line, sizeof(line) - 1, 1000), want)

static void atoms_strings_and_lists_are_told_apart(void **state)
{
    TOKENS("a \"b\" (c 12)", "a[a]q[b](a[c]a[12])");
    TOKENS("", "");
    TOKENS("   ", "~");
    TOKENS("()", "()");
    TOKENS("(()())", "(()())");
    TOKENS("NIL nil NILs (NIL)", "a[NIL]a[nil]a[NILs](a[NIL])");
}

static void spaces_are_not_needed_at_parentheses(void **state)
{
    TOKENS("a(b)c(\"d\")", "a[a](a[b])a[c](q[d])~");
}

static void quoted_strings_may_hold_anything_but_line_ends(void **state)
{
    TOKENS("\"(a) {3} NIL\"", "q[(a) {3} NIL]");
    TOKENS("\"\xff\xc2\"", "q[\xff\xc2]");
    TOKENS("\"\"", "q[]");
    TOKENS("\"a\tb\"", "q[a\tb]~");
}

static void escapes_are_seen(void **state)
{
    TOKENS("\"a\\\"b\"", "e[a\\\"b]");
    TOKENS("\"a\\\\\"", "e[a\\\\]");
    TOKENS("\"a\\nb\"", "e[a\\nb]~");
}

static void quote_must_be_followed_by_what_may_follow_it(void **state)
{
    TOKENS("a \"b\"c", "a[a]!\"b\"c");
    TOKENS("a \"b\"\"c\"", "a[a]!\"b\"\"c\"");
    TOKENS("a \"b\"(c)", "a[a]!\"b\"(c)");
    TOKENS("a \"b\"\rc", "a[a]!\"b\"\rc");
}

static void quote_without_end_is_damage(void **state)
{
    TOKENS("a \"b", "a[a]!\"b");
    TOKENS("a \"b\\", "a[a]!\"b\\");
    TOKENS("a \"b\\\"", "a[a]!\"b\\\"");
    TOKENS("a \"b\nc\"", "a[a]!\"b\nc\"");
}

static void atom_that_runs_into_a_string_is_damage(void **state)
{
    TOKENS("a b\"c\"", "a[a]!b\"c\"");
    TOKENS("a b{3", "a[a]!b{3");
    TOKENS("a {3", "a[a]!{3");
}

static void atom_before_a_bare_line_end_is_damage(void **state)
{
    TOKENS("a b\rc", "a[a]!b\rc");
    TOKENS("a b\nc", "a[a]!b\nc");
    TOKENS("12\r", "!12\r");
    TOKENS("a \rb", "a[a]!\rb");
}

static void other_controls_in_atoms_are_odd(void **state)
{
    TOKENS("a\tb c", "a[a\tb]a[c]~");
}

static void parenthesis_too_many_is_damage(void **state)
{
    TOKENS("a) b", "a[a]!) b");
    TOKENS("(a)) b", "(a[a])!) b");
}

static void parenthesis_that_is_open_is_told(void **state)
{
    TOKENS("(a (b)", "(a[a](a[b])?");
}

static void list_knows_its_end(void **state)
{
    static const char
           line[] = "(a (b c) "
                    "d)\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r";
    i4_lex lex;
    i4_lex_init(&lex, &i4_mem_default, 100);
    assert_int_equal(i4_lex_line(&lex, line, line + 11), IMAP4_OK);
    assert_ptr_equal(i4_token_skip(&lex.tape.at[0]), lex.tape.at + 8);
    assert_ptr_equal(i4_token_skip(&lex.tape.at[2]), lex.tape.at + 6);
    assert_ptr_equal(i4_token_skip(&lex.tape.at[1]), lex.tape.at + 2);
    i4_lex_free(&lex);
}

static void tokens_are_counted_exactly(void **state)
{
    assert_string_equal(tokens_of("a b c", 5, 3), "a[a]a[b]a[c]");
    assert_string_equal(tokens_of("a b c ", 6, 3), "a[a]a[b]a[c]~");
    assert_string_equal(tokens_of("a b c d", 7, 3), "a[a]a[b]a[c]!d");
    assert_string_equal(tokens_of("a b c d", 7, 0), "!a b c d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(atoms_strings_and_lists_are_told_apart),
        cmocka_unit_test(spaces_are_not_needed_at_parentheses),
        cmocka_unit_test(quoted_strings_may_hold_anything_but_line_ends),
        cmocka_unit_test(escapes_are_seen),
        cmocka_unit_test(quote_must_be_followed_by_what_may_follow_it),
        cmocka_unit_test(quote_without_end_is_damage),
        cmocka_unit_test(atom_that_runs_into_a_string_is_damage),
        cmocka_unit_test(atom_before_a_bare_line_end_is_damage),
        cmocka_unit_test(other_controls_in_atoms_are_odd),
        cmocka_unit_test(parenthesis_too_many_is_damage),
        cmocka_unit_test(parenthesis_that_is_open_is_told),
        cmocka_unit_test(list_knows_its_end),
        cmocka_unit_test(tokens_are_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
