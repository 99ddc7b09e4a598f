/* SPDX-License-Identifier: MIT */
/* wire_write.c - no argument is ever more than itself (protocol: CRLF injection). */
#include "imap4/text.h"

#include "wire/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static i4_cmd c;
static char   text[1 << 16];

static void begin(void)
{
    i4_write_begin(&c, &i4_mem_default);
    i4_write_word(&c, IMAP4_V("X"));
    c.wants_space = true;
}

/* The command as it would go out with waits; "!" and the code if it was refused. */
static const char *written(void)
{
    size_t len = 0;
    if (c.rc < 0) {
        snprintf(text, sizeof text, "!%.*s", (int)strcspn(imap4_strerror(c.rc), ":"),
                 imap4_strerror(c.rc));
        return text;
    }
    for (size_t i = 0; i < c.part_count; i++) {
        const i4_part *p    = &c.parts[i];
        const size_t   room = sizeof text - len;
        int            n    = 0;
        if (p->kind == I4_PART_HEADER)
            n = snprintf(text + len, room, "{%u}\r\n", (unsigned)p->size);
        else if (p->kind == I4_PART_DATA)
            n = snprintf(text + len, room, "<%u>", (unsigned)p->size);
        else
            n = snprintf(text + len, room, "%.*s", (int)p->len, c.text.ptr + p->at);
        len += (size_t)n;
        assert_true(len < sizeof text);
    }
    return text;
}

typedef void writer(i4_cmd *cmd, imap4_view v);

static const char *one(writer *w, const char *arg, size_t len)
{
    begin();
    w(&c, (imap4_view){ arg, len });
    return written();
}

#define ONE(w, lit) one(w, "" lit, sizeof(lit) - 1)

static void atom_is_refused_if_it_is_none(void **state)
{
    assert_string_equal(ONE(i4_write_atom, "abc+1.$x"), "X abc+1.$x");
    static const char *const bad[] = { "",    "a b",  "a\r\nb",   "(",   ")",
                                       "{1}", "a%",   "*",        "\"",  "\\",
                                       "]",   "\x7f", "\xc3\xa4", "a\tb" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_string_equal(one(i4_write_atom, bad[i], strlen(bad[i])), "!E_ARG");
    assert_string_equal(ONE(i4_write_atom, "a\0b"), "!E_ARG");
}

static void astring_takes_the_shortest_form_that_fits(void **state)
{
    assert_string_equal(ONE(i4_write_astring, "INBOX]"), "X INBOX]");
    assert_string_equal(ONE(i4_write_astring, ""), "X \"\"");
    assert_string_equal(ONE(i4_write_astring, "nil"), "X \"nil\"");
    assert_string_equal(ONE(i4_write_astring, "a b"), "X \"a b\"");
    assert_string_equal(ONE(i4_write_astring, "a\"b\\c"), "X \"a\\\"b\\\\c\"");
    assert_string_equal(ONE(i4_write_astring, "{5+}"), "X \"{5+}\"");
    assert_string_equal(ONE(i4_write_astring, "a\r\nX LOGOUT"),
                        "X {11}\r\na\r\nX LOGOUT");
    assert_string_equal(ONE(i4_write_astring, "a\n"), "X {2}\r\na\n");
    assert_string_equal(ONE(i4_write_astring, "\xc3\xa4"), "X {2}\r\n\xc3\xa4");
    assert_string_equal(ONE(i4_write_astring, "a\0b"), "!E_ARG");
    begin();
    i4_write_astring(&c, IMAP4_NIL);
    assert_string_equal(written(), "X \"\"");
}

static void nstring_knows_nil(void **state)
{
    begin();
    i4_write_nstring(&c, IMAP4_NIL);
    i4_write_nstring(&c, IMAP4_V("NIL"));
    i4_write_nstring(&c, IMAP4_V(""));
    assert_string_equal(written(), "X NIL \"NIL\" \"\"");
}

static void mailbox_goes_in_modified_utf7(void **state)
{
    assert_string_equal(ONE(i4_write_mailbox, "inBox"), "X INBOX");
    assert_string_equal(ONE(i4_write_mailbox, "Entw\xc3\xbcrfe"), "X Entw&APw-rfe");
    assert_string_equal(ONE(i4_write_mailbox, "a&b"), "X a&-b");
    assert_string_equal(ONE(i4_write_mailbox, "a b"), "X \"a b\"");
    assert_string_equal(ONE(i4_write_mailbox, "\"x\""), "X \"\\\"x\\\"\"");
    assert_string_equal(ONE(i4_write_mailbox, "*"), "X \"*\"");
    assert_string_equal(ONE(i4_write_mailbox, ""), "X \"\"");
    assert_string_equal(ONE(i4_write_mailbox, "\xff"), "!E_ARG");
    assert_string_equal(ONE(i4_write_mailbox, "a\r\nb"), "!E_ARG");
    assert_string_equal(ONE(i4_write_mailbox, "a\nb"), "!E_ARG");
    assert_string_equal(ONE(i4_write_mailbox, "a\0b"), "!E_ARG");
}

static void long_mailbox_name_is_a_literal(void **state)
{
    char name[2000];
    memset(name, 'a', sizeof name);
    assert_memory_equal(one(i4_write_mailbox, name, sizeof name), "X {2000}\r\naaa", 13);
}

static void pattern_keeps_its_wildcards_in_quotes(void **state)
{
    assert_string_equal(ONE(i4_write_pattern, "%"), "X \"%\"");
    assert_string_equal(ONE(i4_write_pattern, "\xc3\xa4/*"), "X \"&AOQ-/*\"");
    assert_string_equal(ONE(i4_write_pattern, "*\r\n"), "!E_ARG");
}

static void flags_are_checked(void **state)
{
    assert_string_equal(ONE(i4_write_flags, "\\Seen $label"), "X (\\Seen $label)");
    assert_string_equal(ONE(i4_write_flags, ""), "X ()");
    assert_string_equal(ONE(i4_write_flags, "a)"), "!E_ARG");
    assert_string_equal(ONE(i4_write_flags, "(a)"), "!E_ARG");
    assert_string_equal(ONE(i4_write_flags, "a\r\nb"), "!E_ARG");
    assert_string_equal(ONE(i4_write_flags, "a {3+}"), "!E_ARG");
    assert_string_equal(ONE(i4_write_flags, "\xc3\xa4"), "!E_ARG");
}

static void raw_text_is_checked(void **state)
{
    static const char *const good[] = { "UID FLAGS",
                                        "BODY.PEEK[HEADER.FIELDS (\"A\" B)]<0.5>",
                                        "(a (b)) ()",
                                        "\\Seen",
                                        "\"a { ( \\\" \\\\ \"",
                                        "1:*,5 }" };
    static const char *const bad[]  = {
         "",     "(",        ")(",       "a)",  "{5}",     "a {5+}\r\nX LOGOUT",
         "a\rb", "\"a",      "\"a\\\"",  "a\n", "\"a\r\"", "\"a\n\"",
         "a\tb", "\"a\\b\"", "\xc3\xa4", "~{1}"
    };
    char wanted[100];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(wanted, sizeof wanted, "X %s", good[i]);
        assert_string_equal(one(i4_write_raw, good[i], strlen(good[i])), wanted);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_string_equal(one(i4_write_raw, bad[i], strlen(bad[i])), "!E_ARG");
    assert_string_equal(ONE(i4_write_raw, "a\0b"), "!E_ARG");
    assert_string_equal(ONE(i4_write_raw, "\"a\0b\""), "!E_ARG");
}

static void raw_string_beyond_ascii_becomes_a_literal(void **state)
{
    assert_string_equal(ONE(i4_write_raw, "SUBJECT \"\xc3\xa4\\\"\" NOT SEEN"),
                        "X SUBJECT {3}\r\n\xc3\xa4\" NOT SEEN");
    assert_string_equal(ONE(i4_write_raw, "(\"\xc3\xa4\" \"\xc3\xb6\")"),
                        "X ({2}\r\n\xc3\xa4 {2}\r\n\xc3\xb6)");
}

/* A server that expects no literal there would take its bytes for a command. */
static void raw_literal_stands_alone(void **state)
{
    assert_string_equal(ONE(i4_write_raw, "x\"A2 NOOP \xc3\xa4\""), "!E_ARG");
    assert_string_equal(ONE(i4_write_raw, "\"\xc3\xa4\"x"), "!E_ARG");
    assert_string_equal(ONE(i4_write_raw, "\"\xc3\xa4\"\"\xc3\xb6\""), "!E_ARG");
}

static void literal_cannot_hold_nul(void **state)
{
    assert_string_equal(ONE(i4_write_literal, "a\r\n{9}"), "X {6}\r\na\r\n{9}");
    assert_string_equal(ONE(i4_write_literal, ""), "X {0}\r\n");
    assert_string_equal(ONE(i4_write_literal, "\0"), "!E_ARG");
}

static void set_is_written_in_order(void **state)
{
    imap4_seqset *set = NULL;
    assert_int_equal(imap4_seqset_parse(IMAP4_V("7,5:1,10:*"), 1, &set), IMAP4_OK);
    begin();
    i4_write_set(&c, set);
    assert_string_equal(written(), "X 1:5,7,10:*");
    assert_int_equal(c.set_first, 0); /* "*" may be any */
    imap4_seqset_free(&set);
    assert_int_equal(imap4_seqset_new(1, NULL, &set), IMAP4_OK);
    begin();
    i4_write_set(&c, set);
    assert_string_equal(written(), "!E_ARG");
    imap4_seqset_free(&set);
    begin();
    i4_write_set(&c, NULL);
    assert_string_equal(written(), "!E_ARG");
}

static void spaces_stand_between_arguments(void **state)
{
    begin();
    i4_write_open(&c);
    i4_write_number(&c, UINT64_MAX);
    i4_write_open(&c);
    i4_write_close(&c);
    i4_write_atom(&c, IMAP4_V("a"));
    i4_write_close(&c);
    i4_write_data(&c, 5);
    i4_write_string(&c, IMAP4_V("s"));
    i4_write_end(&c);
    assert_string_equal(written(), "X (18446744073709551615 () a) {5}\r\n<5> \"s\"\r\n");
}

static void first_error_sticks(void **state)
{
    begin();
    i4_write_atom(&c, IMAP4_V("a b"));
    i4_write_raw(&c, IMAP4_V("("));
    i4_write_atom(&c, IMAP4_V("ok"));
    assert_int_equal(c.rc, IMAP4_E_ARG);
    assert_string_equal(c.why, "not an atom");
    assert_memory_equal(c.where, "a b", c.where_len);
    begin();
    assert_string_equal(written(), "X");
}

static void refusal_of_a_secret_does_not_show_it(void **state)
{
    begin();
    i4_cmd_secret(&c, true);
    i4_write_astring(&c, IMAP4_V("pass\0word"));
    assert_int_equal(c.rc, IMAP4_E_ARG);
    assert_int_equal(c.where_len, 3);
    assert_memory_equal(c.where, "***", 3);
}

static void million_quotes_need_no_fixed_buffer(void **state)
{
    char *quotes = malloc(1000000);
    assert_non_null(quotes);
    memset(quotes, '"', 1000000);
    begin();
    i4_write_astring(&c, (imap4_view){ quotes, 1000000 });
    assert_int_equal(c.rc, 0);
    assert_int_equal(c.parts[1].size, 1000000);
    begin();
    i4_write_astring(&c, (imap4_view){ quotes, 1024 });
    assert_int_equal(c.text.len, 2 + 2048 + 2);
    free(quotes);
}

/* An independent reader of what servers read: returns false if the line is not exactly
 * one command with balanced quotes. */
static bool is_one_line(void)
{
    for (size_t i = 0; i < c.part_count; i++) {
        const i4_part *p        = &c.parts[i];
        const bool     is_last  = i + 1 == c.part_count;
        bool           in_quote = false;
        if (p->kind != I4_PART_TEXT)
            continue;
        for (size_t k = 0; k < p->len; k++) {
            const char ch = c.text.ptr[p->at + k];
            if (is_last && k + 2 >= p->len)
                return ch == '\r' && c.text.ptr[p->at + k + 1] == '\n' && k + 2 == p->len;
            if (ch == '\r' || ch == '\n' || ch == '\0' || (ch & 0x80) != 0)
                return false;
            if (in_quote && ch == '\\')
                k++;
            else if (ch == '"')
                in_quote = !in_quote;
            else if (!in_quote && ch == '{')
                return false;
        }
        if (in_quote)
            return false;
    }
    return false;
}

static void any_bytes_in_any_argument_stay_one_command(void **state)
{
    static writer *const writers[] = { i4_write_atom,    i4_write_astring,
                                       i4_write_string,  i4_write_nstring,
                                       i4_write_mailbox, i4_write_pattern,
                                       i4_write_flags,   i4_write_literal,
                                       i4_write_raw };
    static const char    bytes[]   = "a\"\\(){}+[]5 \r\n\0\xc3\xa4%*~$&";
    uint64_t             seed      = 88172645463325252u;
    unsigned             accepted  = 0;
    for (unsigned round = 0; round < 20000; round++) {
        char   arg[12];
        size_t len = 0;
        for (size_t i = 0; i < sizeof arg; i++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            arg[i] = bytes[seed % (sizeof bytes - 1)];
            len    = (size_t)(seed >> 32) % (sizeof arg + 1);
        }
        for (size_t w = 0; w < sizeof writers / sizeof writers[0]; w++) {
            begin();
            writers[w](&c, (imap4_view){ arg, len });
            i4_write_end(&c);
            if (c.rc < 0)
                continue;
            accepted++;
            assert_true(is_one_line());
        }
    }
    assert_true(accepted > 20000);
}

static int done(void **state)
{
    i4_write_free(&c);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(atom_is_refused_if_it_is_none),
        cmocka_unit_test(astring_takes_the_shortest_form_that_fits),
        cmocka_unit_test(nstring_knows_nil),
        cmocka_unit_test(mailbox_goes_in_modified_utf7),
        cmocka_unit_test(long_mailbox_name_is_a_literal),
        cmocka_unit_test(pattern_keeps_its_wildcards_in_quotes),
        cmocka_unit_test(flags_are_checked),
        cmocka_unit_test(raw_text_is_checked),
        cmocka_unit_test(raw_string_beyond_ascii_becomes_a_literal),
        cmocka_unit_test(raw_literal_stands_alone),
        cmocka_unit_test(literal_cannot_hold_nul),
        cmocka_unit_test(set_is_written_in_order),
        cmocka_unit_test(spaces_stand_between_arguments),
        cmocka_unit_test(first_error_sticks),
        cmocka_unit_test(refusal_of_a_secret_does_not_show_it),
        cmocka_unit_test(million_quotes_need_no_fixed_buffer),
        cmocka_unit_test(any_bytes_in_any_argument_stay_one_command),
    };
    return cmocka_run_group_tests(tests, NULL, done);
}
