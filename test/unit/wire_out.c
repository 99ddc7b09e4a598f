/* SPDX-License-Identifier: MIT */
/* wire_out.c - a line goes out in as few views as its waits allow. */
#include "wire/out.h"
#include "wire/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static i4_cmd    c;
static i4_out    out;
static i4_trace  trace;
static i4_chunks chunks;
static char     *block;

static void begin(const char *name)
{
    i4_write_begin(&c, &i4_mem_default);
    i4_write_word(&c, imap4_view_of(name));
    c.wants_space = true;
}

/* Moves the draft to a block, as the engine does, and starts it. */
static void start(i4_literals literals, bool initial)
{
    free(block);
    block = calloc(1, I4_TAG_ROOM + c.text.len + 1); /* a NUL behind it, for strstr() */
    assert_non_null(block);
    memcpy(block + I4_TAG_ROOM, c.text.ptr, c.text.len);
    for (size_t i = 0; i < c.part_count; i++)
        c.parts[i].at += I4_TAG_ROOM;
    memcpy(block + I4_TAG_ROOM - 3, "A1 ", 3);
    out.trace = &trace;
    i4_out_start(&out, block, c.parts, c.part_count, 3, literals, initial, &chunks);
}

#define assert_view(text)                                                                \
    do {                                                                                 \
        char             buf[8192];                                                      \
        const imap4_view v = i4_out_view(&out);                                          \
        snprintf(buf, sizeof buf, "%.*s", IMAP4_ARG(v));                                 \
        assert_string_equal(buf, text);                                                  \
    } while (0)

#define assert_sends(text)                                                               \
    do {                                                                                 \
        assert_view(text);                                                               \
        i4_out_ack(&out, strlen(text));                                                  \
    } while (0)

static void literals_wait_without_an_extension(void **state)
{
    begin("X");
    i4_write_literal(&c, IMAP4_V("abc"));
    i4_write_literal(&c, IMAP4_V("12345678901"));
    i4_write_atom(&c, IMAP4_V("z"));
    i4_write_end(&c);
    start(I4_LITERALS_WAIT, false);
    assert_sends("A1 X {3}\r\n");
    assert_true(i4_out_wants_plus(&out));
    assert_false(i4_out_has_view(&out));
    i4_out_plus(&out);
    assert_sends("abc {11}\r\n");
    i4_out_plus(&out);
    assert_sends("12345678901 z\r\n");
    assert_false(out.is_open);
}

static void literal_plus_makes_one_view_of_all(void **state)
{
    begin("X");
    i4_write_literal(&c, IMAP4_V("abc"));
    i4_write_literal(&c, IMAP4_V(""));
    i4_write_end(&c);
    start(I4_LITERALS_ALL, false);
    assert_sends("A1 X {3+}\r\nabc {0+}\r\n\r\n");
    assert_false(out.is_open);
}

static void literal_minus_waits_above_4096(void **state)
{
    char bytes[4097];
    memset(bytes, 'b', sizeof bytes);
    begin("X");
    i4_write_literal(&c, (imap4_view){ bytes, 4096 });
    i4_write_literal(&c, (imap4_view){ bytes, 4097 });
    i4_write_end(&c);
    start(I4_LITERALS_SMALL, false);
    const imap4_view v = i4_out_view(&out);
    assert_memory_equal(v.ptr, "A1 X {4096+}\r\nb", 15);
    assert_memory_equal(v.ptr + v.len - 10, "b {4097}\r\n", 10);
}

static void a_short_write_goes_on_where_it_stopped(void **state)
{
    begin("NOOP");
    i4_write_end(&c);
    start(I4_LITERALS_WAIT, false);
    assert_view("A1 NOOP\r\n");
    assert_true(i4_out_is_sent(&out)); /* all is lent: it may be answered */
    i4_out_ack(&out, 4);
    assert_false(i4_out_is_sent(&out));
    assert_view("OOP\r\n");
    i4_out_ack(&out, 0);
    assert_view("OOP\r\n");
    i4_out_ack(&out, 1000); /* more than was lent is all of it */
    assert_false(out.is_open);
    i4_out_ack(&out, 5);
    assert_true(i4_out_is_sent(&out));
}

static void secrets_are_wiped_as_they_go(void **state)
{
    begin("X");
    i4_write_atom(&c, IMAP4_V("user"));
    i4_cmd_secret(&c, true);
    i4_write_string(&c, IMAP4_V("secret"));
    i4_cmd_secret(&c, false);
    i4_write_atom(&c, IMAP4_V("more"));
    i4_write_end(&c);
    start(I4_LITERALS_WAIT, false);
    assert_view("A1 X user \"secret\" more\r\n");
    char *const at = strstr(block + I4_TAG_ROOM, "\"secret\"");
    i4_out_ack(&out, 14);
    assert_memory_equal(at, "\0\0\0\0ret\" more", 13);
    assert_sends("ret\" more\r\n");
    assert_memory_equal(at, "\0\0\0\0\0\0\0\0 more", 13);
}

static void callers_bytes_go_out_as_they_lie(void **state)
{
    const char data[] = "0123456789";
    begin("X");
    i4_write_data(&c, 10);
    i4_write_end(&c);
    chunks = (i4_chunks){ 0 };
    start(I4_LITERALS_ALL, false);
    assert_sends("A1 X {10+}\r\n");
    assert_true(i4_out_wants_data(&out));
    assert_int_equal(i4_chunks_add(&chunks, &i4_mem_default, (imap4_view){ data, 10 }), 0);
    assert_ptr_equal(i4_out_view(&out).ptr, data);
    i4_out_ack(&out, 3);
    assert_int_equal(chunks.waiting, 7);
    assert_ptr_equal(i4_out_view(&out).ptr, data + 3);
    i4_out_ack(&out, 7);
    assert_sends("\r\n");
    i4_chunks_free(&chunks, &i4_mem_default);
}

static void refused_line_ends_at_the_next_wait(void **state)
{
    begin("X");
    i4_write_literal(&c, IMAP4_V("abc"));
    i4_write_end(&c);
    start(I4_LITERALS_WAIT, false);
    assert_view("A1 X {3}\r\n");
    i4_out_ack(&out, 2);
    i4_out_discard(&out);
    assert_sends(" X {3}\r\n"); /* half a line would join the next one */
    assert_false(out.is_open);
}

static void plus_may_come_while_the_header_is_lent(void **state)
{
    begin("X");
    i4_write_literal(&c, IMAP4_V("abc"));
    i4_write_end(&c);
    start(I4_LITERALS_WAIT, false);
    assert_false(i4_out_wants_plus(&out)); /* not even lent: nobody can have seen it */
    assert_view("A1 X {3}\r\n");
    assert_true(i4_out_wants_plus(&out));
    i4_out_plus(&out);
    assert_false(i4_out_wants_plus(&out));
    i4_out_ack(&out, 10);
    assert_sends("abc\r\n");
}

static void initial_response_joins_the_line_or_waits(void **state)
{
    for (int joined = 0; joined < 2; joined++) {
        begin("AUTHENTICATE");
        i4_write_atom(&c, IMAP4_V("PLAIN"));
        i4_write_initial(&c, IMAP4_V("abc"));
        start(I4_LITERALS_WAIT, joined);
        if (joined) {
            assert_sends("A1 AUTHENTICATE PLAIN YWJj\r\n");
            assert_false(i4_out_initial(&out));
        } else {
            assert_sends("A1 AUTHENTICATE PLAIN\r\n");
            assert_true(i4_out_initial(&out));
            assert_sends("YWJj\r\n");
        }
        assert_false(out.is_open);
    }
}

static void a_line_said_waits_for_the_line_before(void **state)
{
    char done[] = "DONE\r\n";
    begin("IDLE");
    i4_write_end(&c);
    start(I4_LITERALS_WAIT, false);
    assert_view("A1 IDLE\r\n");
    i4_out_say(&out, done, 6, false);
    assert_false(i4_out_is_sent(&out));
    i4_out_ack(&out, 9);
    assert_sends("DONE\r\n");
    assert_false(out.is_open);
}

static int done(void **state)
{
    i4_write_free(&c);
    free(block);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_wait_without_an_extension),
        cmocka_unit_test(literal_plus_makes_one_view_of_all),
        cmocka_unit_test(literal_minus_waits_above_4096),
        cmocka_unit_test(a_short_write_goes_on_where_it_stopped),
        cmocka_unit_test(secrets_are_wiped_as_they_go),
        cmocka_unit_test(callers_bytes_go_out_as_they_lie),
        cmocka_unit_test(refused_line_ends_at_the_next_wait),
        cmocka_unit_test(plus_may_come_while_the_header_is_lent),
        cmocka_unit_test(initial_response_joins_the_line_or_waits),
        cmocka_unit_test(a_line_said_waits_for_the_line_before),
    };
    return cmocka_run_group_tests(tests, NULL, done);
}
