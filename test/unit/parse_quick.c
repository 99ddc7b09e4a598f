/* SPDX-License-Identifier: MIT */
/* test/unit/parse_quick.c - the quick way and the general way tell the same.
 *
 * A response that comes in one piece may go the quick way, one that comes byte by byte
 * cannot: what both give is compared, for usual responses and for mutations of them. */
#include "imap4/reader.h"

#include "parse/incoming.h"
/* last: its `text` is a name that the others use */
#include "../support/dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* After it the reader has room and knows the row: the quick way is open. */
static const char
    primer[] = "* 9 FETCH (UID 1 FLAGS (\\Seen a b c) RFC822.SIZE 5 INTERNALDATE "
               "\"17-Jul-1996 02:44:25 -0700\" BODY[1] NIL BODY[2] NIL BODY[3] NIL X (1 "
               "2 3 4 5 6 7))\r\n";

static const char usual_0[] = "* 7 FETCH (UID 41 FLAGS (\\Seen $Label \\Flagged x))\r\n";
static const char usual_1[] = "* 1234567 FETCH (FLAGS () UID 4294967)\r\n";
static const char usual_2[] = "* 2 FETCH (UID 12 FLAGS (\\Answered \\Deleted \\Draft "
                              "\\Recent) RFC822.SIZE "
                              "44321 "
                              "INTERNALDATE \" 7-Feb-1994 21:52:25 -0800\")\r\n";
static const char usual_3
    [] = "* 3 FETCH (ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"a \\\"b\\\\ "
         "c\" "
         "((\"Terry\" NIL \"gray\" \"cac\")(NIL NIL \"x\" \"y\")) ((\"T\" NIL \"g\" "
         "\"c\")) "
         "NIL "
         "((NIL NIL \"imap\" \"cac\")) NIL ((NIL NIL \"group\" NIL)(NIL NIL NIL NIL)) "
         "\"<1@x>\" "
         "\"<2@x>\") UID 4)\r\n";
static const char usual_4[] = "* 4 FETCH (UID 5 BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" "
                              "(\"CHARSET\" \"US-ASCII\") NIL "
                              "NIL "
                              "\"7BIT\" 1152 23)(\"TEXT\" \"PLAIN\" (\"NAME\" "
                              "\"cc.diff\") \"<96@c>\" \"Compiler "
                              "diff\" "
                              "\"BASE64\" 4554 73) \"MIXED\"))\r\n";
static const char usual_5
    [] = "* 5 FETCH (UID 6 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) FLAGS (a) "
         "RFC822.SIZE 0)\r\n";
static const char *const usual[] = { usual_0, usual_1, usual_2, usual_3, usual_4, usual_5 };

enum {
    USUAL = sizeof usual / sizeof usual[0]
};

static uint32_t seed = 1;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* Reads the primer and `bytes`; `step` bytes of the latter at a time. */
static void read_all(text *out, const char *bytes, size_t len, size_t step,
                     unsigned *quick)
{
    imap4_reader      *r  = NULL;
    const imap4_event *ev = NULL;
    int                rc = 0;
    assert_int_equal(imap4_reader_new(NULL, &r), IMAP4_OK);
    const imap4_view first = { primer, sizeof primer - 1 };
    assert_int_equal(imap4_reader_feed(r, first), first.len);
    assert_int_equal(imap4_reader_next(r, &ev), 1);
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    for (size_t at = 0; at < len && rc >= 0;) {
        const size_t n = len - at < step ? len - at : step;
        assert_int_equal(imap4_reader_feed(r, (imap4_view){ bytes + at, n }), n);
        at += n;
        while ((rc = imap4_reader_next(r, &ev)) == 1) {
            *quick += r->is_quick;
            dump_event(out, ev);
        }
    }
    text_add(out, "\n%d", rc);
    imap4_reader_free(&r);
}

static bool tells_the_same(const char *bytes, size_t len, unsigned *quick)
{
    text     whole = { 0 }, chopped = { 0 };
    unsigned never = 0;
    read_all(&whole, bytes, len, len, quick);
    read_all(&chopped, bytes, len, 1, &never);
    const bool same = whole.len == chopped.len &&
                      memcmp(whole.at, chopped.at, whole.len) == 0;
    if (!same)
        print_message("# of %.*s\n# whole: %s\n# chopped: %s\n", (int)len, bytes,
                      whole.at, chopped.at);
    assert_int_equal(never, 0);
    text_free(&whole);
    text_free(&chopped);
    return same;
}

static void usual_responses_go_the_quick_way(void **state)
{
    for (size_t i = 0; i < USUAL; i++) {
        unsigned quick = 0;
        assert_true(tells_the_same(usual[i], strlen(usual[i]), &quick));
        assert_int_equal(quick, 1);
    }
}

static void mutations_are_told_the_same(void **state)
{
    static const char bytes[] = "()\"\\ \r\n{}0123NIL[]<>*x\0\x80";
    unsigned          quick   = 0;
    for (int n = 0; n < 20000; n++) {
        char   line[1024];
        size_t len = 0;
        for (uint32_t k = 1 + any(2); k > 0; k--) {
            const char *from = usual[any(USUAL)];
            memcpy(line + len, from, strlen(from));
            len += strlen(from);
        }
        for (uint32_t k = any(4); k > 0; k--)
            line[any((uint32_t)len)] = bytes[any(sizeof bytes - 1)];
        assert_true(tells_the_same(line, len, &quick));
    }
    assert_true(quick > 5000);
}

/* What is behind the bytes that were committed is not looked at. */
static void a_response_that_is_cut_anywhere_waits(void **state)
{
    for (size_t i = 0; i < USUAL; i++) {
        const size_t len = strlen(usual[i]);
        for (size_t cut = 1; cut < len; cut++) {
            text     whole = { 0 }, pieces = { 0 };
            unsigned quick = 0;
            read_all(&whole, usual[i], len, len, &quick);
            read_all(&pieces, usual[i], len, cut, &quick);
            assert_string_equal(pieces.at, whole.at);
            text_free(&whole);
            text_free(&pieces);
        }
    }
}

static void more_flags_than_usual_are_all_there(void **state)
{
    for (int count = 30; count < 36; count++) {
        char line[512] = "* 1 FETCH (FLAGS (";
        for (int i = 0; i < count; i++)
            strcat(line, i == 0 ? "f" : " \\Seen");
        strcat(line, "))\r\n");
        unsigned quick = 0;
        assert_true(tells_the_same(line, strlen(line), &quick));
        assert_int_equal(quick, count <= 32);
    }
}

static void more_addresses_than_usual_are_all_there(void **state)
{
    for (int count = 62; count < 68; count++) {
        char line[4096] = "* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL (";
        for (int i = 0; i < count; i++)
            strcat(line, "(NIL NIL \"a\" \"b\")");
        strcat(line, ") NIL NIL NIL NIL))\r\n");
        unsigned quick = 0;
        assert_true(tells_the_same(line, strlen(line), &quick));
        assert_int_equal(quick, count <= 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_responses_go_the_quick_way),
        cmocka_unit_test(mutations_are_told_the_same),
        cmocka_unit_test(a_response_that_is_cut_anywhere_waits),
        cmocka_unit_test(more_flags_than_usual_are_all_there),
        cmocka_unit_test(more_addresses_than_usual_are_all_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
