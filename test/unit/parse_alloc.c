/* SPDX-License-Identifier: MIT */
/* test/unit/parse_alloc.c - in steady state no response costs an allocation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "imap4/command.h"
#include "imap4/data.h"
#include "imap4/engine.h"
#include "imap4/reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MESSAGES = 10000,
    WARM_UP  = 1000
};

/* ---- memory that is counted --------------------------------------------------- */

static void *counted_alloc(void *ctx, size_t size)
{
    ++*(size_t *)ctx;
    return malloc(size);
}

static void *counted_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)old_size;
    ++*(size_t *)ctx;
    return realloc(ptr, size);
}

static void counted_release(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

/* ---- messages ----------------------------------------------------------------- */

/* Writes message `n`; nothing in it is longer than in the first WARM_UP ones. */
typedef size_t (*writer)(char *to, size_t size, unsigned n);

#define ENVELOPE                                                                         \
    "ENVELOPE (\"Mon, 7 Feb 1994 21:52:25 -0800\" \"a \\\"quoted\\\" subject\" ((\"A "   \
    "B\" NIL "                                                                           \
    "\"a\" \"example.org\")) NIL NIL ((NIL NIL {3}\r\nb c \"example.org\")(\"D\" NIL "   \
    "\"d\" "                                                                             \
    "\"e\")) NIL NIL NIL \"<1@x>\")"

static size_t write_flags(char *to, size_t size, unsigned n)
{
    return (size_t)snprintf(to, size, "* %u FETCH (UID %u FLAGS (\\Seen %s$x))\r\n", n, n,
                            n % 3 == 0 ? "\\Answered Junk " : "");
}

static size_t write_envelope(char *to, size_t size, unsigned n)
{
    return (size_t)snprintf(to, size, "* %u FETCH (UID %u " ENVELOPE ")\r\n", n, n);
}

static size_t write_structure(char *to, size_t size, unsigned n)
{
    return (size_t)snprintf(to, size,
                            "* %u FETCH (BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" "
                            "\"utf-8\") NIL NIL \"7bit\" "
                            "%u 5)(\"image\" \"png\" (\"name\" \"a\\\\b\") NIL NIL "
                            "\"base64\" 9 NIL (\"attachment\" "
                            "(\"filename\" \"x\"))) \"mixed\" (\"boundary\" \"y\")))\r\n",
                            n, n);
}

static size_t write_body(char *to, size_t size, unsigned n)
{
    return (size_t)snprintf(
        to, size, "* %u FETCH (UID %u BODY[] {20}\r\nSubject: x\r\n\r\nHello\r)\r\n", n,
        n);
}

/* ---- reading them --------------------------------------------------------------- */

static void read_all(const imap4_event *ev)
{
    const imap4_flags    *flags;
    const imap4_envelope *envelope;
    const imap4_body     *body;
    imap4_view            text;
    int                   found = 0;
    found += imap4_event_flags(ev, &flags) == IMAP4_OK;
    found += imap4_fetch_envelope(ev, &envelope) == IMAP4_OK;
    found += imap4_fetch_bodystructure(ev, &body) == IMAP4_OK;
    found += imap4_fetch_get(ev, IMAP4_V("BODY[]"), &text) == IMAP4_OK;
    assert_int_equal(found, 1);
}

/* A reader, or an engine with a command in flight; either takes bytes and gives events. */
typedef struct source {
    imap4_reader *reader;
    imap4_engine *engine;
    size_t        calls; /* of the allocator */
} source;

static void put(source *s, const char *bytes, size_t len)
{
    while (len != 0) {
        size_t room;
        char  *at = s->reader != NULL ? imap4_reader_buf(s->reader, &room)
                                      : imap4_engine_recv_buf(s->engine, &room);
        assert_non_null(at);
        const size_t n = len < room ? len : room;
        memcpy(at, bytes, n);
        assert_int_equal(s->reader != NULL ? imap4_reader_commit(s->reader, n)
                                           : imap4_engine_recv_commit(s->engine, n),
                         IMAP4_OK);
        bytes += n;
        len -= n;
    }
}

static bool next(source *s, const imap4_event **ev)
{
    const int rc = s->reader != NULL ? imap4_reader_next(s->reader, ev)
                                     : imap4_engine_next(s->engine, ev);
    assert_true(rc >= 0);
    return rc == 1;
}

/* The messages come in reads of three and a half. */
static size_t late_calls(source *s, writer write)
{
    char     buf[8192];
    size_t   len = 0, early = 0;
    unsigned seen = 0;
    for (unsigned n = 1; n <= MESSAGES; n++) {
        const imap4_event *ev;
        len += write(buf + len, sizeof buf - len, n + 100000);
        if (n % 4 != 0)
            continue;
        const size_t half = n == MESSAGES ? len : len - len / 8;
        put(s, buf, half);
        memmove(buf, buf + half, len - half);
        len -= half;
        while (next(s, &ev)) {
            assert_int_equal(ev->type, IMAP4_EV_FETCH);
            read_all(ev);
            if (++seen == WARM_UP)
                early = s->calls;
        }
    }
    assert_int_equal(seen, MESSAGES);
    return s->calls - early;
}

static void reader_costs_nothing(writer write)
{
    source                s         = { 0 };
    const imap4_allocator allocator = { counted_alloc, counted_resize, counted_release,
                                        &s.calls };
    imap4_reader_options  opt       = IMAP4_READER_OPTIONS;
    opt.allocator                   = &allocator;
    assert_int_equal(imap4_reader_new(&opt, &s.reader), IMAP4_OK);
    assert_int_equal(late_calls(&s, write), 0);
    imap4_reader_free(&s.reader);
}

static void engine_costs_nothing(writer write)
{
    source                s         = { 0 };
    const imap4_allocator allocator = { counted_alloc, counted_resize, counted_release,
                                        &s.calls };
    imap4_engine_options  opt       = IMAP4_ENGINE_OPTIONS;
    const imap4_event    *ev;
    imap4_cmd             noop;
    opt.allocator          = &allocator;
    opt.no_auto_capability = 1;
    assert_int_equal(imap4_engine_new(&opt, &s.engine), IMAP4_OK);
    assert_int_equal(imap4_cmd_noop(s.engine, NULL, &noop), IMAP4_OK);
    put(&s, "* OK hello\r\n", 12);
    assert_true(next(&s, &ev));
    assert_int_equal(ev->type, IMAP4_EV_GREETING);
    assert_int_equal(late_calls(&s, write), 0);
    imap4_engine_free(&s.engine);
}

/* ---- the tests ------------------------------------------------------------------ */

static void reader_allocates_nothing_for_flags(void **state)
{
    reader_costs_nothing(write_flags);
}

static void reader_allocates_nothing_for_envelopes(void **state)
{
    reader_costs_nothing(write_envelope);
}

static void reader_allocates_nothing_for_bodystructures(void **state)
{
    reader_costs_nothing(write_structure);
}

static void reader_allocates_nothing_for_inline_bodies(void **state)
{
    reader_costs_nothing(write_body);
}

static void engine_allocates_nothing_for_flags(void **state)
{
    engine_costs_nothing(write_flags);
}

static void engine_allocates_nothing_for_envelopes(void **state)
{
    engine_costs_nothing(write_envelope);
}

static void engine_allocates_nothing_for_bodystructures(void **state)
{
    engine_costs_nothing(write_structure);
}

static void engine_allocates_nothing_for_inline_bodies(void **state)
{
    engine_costs_nothing(write_body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_allocates_nothing_for_flags),
        cmocka_unit_test(reader_allocates_nothing_for_envelopes),
        cmocka_unit_test(reader_allocates_nothing_for_bodystructures),
        cmocka_unit_test(reader_allocates_nothing_for_inline_bodies),
        cmocka_unit_test(engine_allocates_nothing_for_flags),
        cmocka_unit_test(engine_allocates_nothing_for_envelopes),
        cmocka_unit_test(engine_allocates_nothing_for_bodystructures),
        cmocka_unit_test(engine_allocates_nothing_for_inline_bodies),
    };
    return cmocka_run_group_tests_name("parse_alloc", tests, NULL, NULL);
}
