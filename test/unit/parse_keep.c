/* SPDX-License-Identifier: MIT */
/* test/unit/parse_keep.c - events that stand alone.
 *
 * The transcripts compare copies of all their events with the originals; here is what they
 * do not have. */
#include "imap4.h"

/* last: its `text` is a name that the others use */
#include "../support/dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static imap4_segment line(const char *bytes)
{
    return (imap4_segment){ .view = imap4_view_of(bytes),
                            .size = strlen(bytes),
                            .kind = IMAP4_SEG_LINE };
}

static imap4_segment literal(const char *bytes)
{
    imap4_segment s = line(bytes);
    s.kind          = IMAP4_SEG_LITERAL;
    return s;
}

static imap4_event *read_one(const char *bytes)
{
    const imap4_segment raw = line(bytes);
    imap4_event        *ev  = NULL;
    assert_int_equal(imap4_event_read(&raw, 1, NULL, &ev), IMAP4_OK);
    return ev;
}

static int rc_of(const imap4_segment *raw, size_t count)
{
    imap4_event *ev = NULL;
    const int    rc = imap4_event_read(raw, count, NULL, &ev);
    assert_null(ev);
    return rc;
}

/* ---- reading ------------------------------------------------------------------- */

static void reads_a_literal(void **state)
{
    const imap4_segment raw[] = { line("* 3 FETCH (UID 7 BODY[] {5}\r\n"),
                                  literal("a)\r\nb"), line(" FLAGS (\\Seen))\r\n") };
    imap4_event        *ev    = NULL;
    imap4_view          body;
    const imap4_flags  *flags = NULL;
    assert_int_equal(imap4_event_read(raw, 3, NULL, &ev), IMAP4_OK);
    assert_int_equal(ev->type, IMAP4_EV_FETCH);
    assert_int_equal(ev->number, 3);
    assert_int_equal(ev->uid, 7);
    assert_int_equal(ev->raw_count, 3);
    assert_int_equal(imap4_fetch_get(ev, IMAP4_V("BODY[]"), &body), IMAP4_OK);
    assert_int_equal(body.len, 5);
    assert_memory_equal(body.ptr, "a)\r\nb", 5);
    assert_int_equal(imap4_event_flags(ev, &flags), IMAP4_OK);
    assert_int_equal(flags->system, IMAP4_FLAG_SEEN);
    imap4_event_free(&ev);
    assert_null(ev);
}

static void a_long_body_is_a_value(void **state)
{
    enum {
        SIZE = 1000000
    };
    char *body_text = malloc(SIZE);
    assert_non_null(body_text);
    memset(body_text, 'x', SIZE);
    const imap4_segment raw[] = {
        line("* 1 FETCH (BODY[TEXT] {1000000}\r\n"),
        { .view = { body_text, SIZE }, .size = SIZE, .kind = IMAP4_SEG_LITERAL },
        line(")\r\n"),
    };
    imap4_event *ev = NULL;
    imap4_view   body;
    assert_int_equal(imap4_event_read(raw, 3, NULL, &ev), IMAP4_OK);
    assert_int_equal(imap4_fetch_get(ev, IMAP4_V("BODY[TEXT]"), &body), IMAP4_OK);
    assert_int_equal(body.len, SIZE);
    assert_memory_equal(body.ptr, body_text, SIZE);
    imap4_event_free(&ev);
    free(body_text);
}

static unsigned count_numbers(const imap4_event *ev)
{
    imap4_numbers walk;
    uint32_t      n     = 0;
    unsigned      count = 0;
    assert_int_equal(imap4_search_numbers(ev, &walk), IMAP4_OK);
    while (imap4_numbers_next(&walk, &n, NULL) == 1)
        assert_int_equal(n, 100000 + count++);
    return count;
}

static void a_list_longer_than_a_piece_is_one_event(void **state)
{
    enum {
        NUMBERS = 50000
    };
    text all = { 0 };
    text_add(&all, "* SEARCH");
    for (unsigned i = 0; i < NUMBERS; i++)
        text_add(&all, " %u", 100000 + i);
    text_add(&all, "\r\n");
    imap4_event *ev = read_one(all.at);
    assert_int_equal(ev->marks, 0);
    assert_int_equal(count_numbers(ev), NUMBERS);
    imap4_event_free(&ev);

    /* What a reader tells in pieces, joined. */
    imap4_reader      *r     = NULL;
    const imap4_event *piece = NULL;
    imap4_event       *kept[20];
    imap4_segment      raw[20];
    size_t             pieces = 0, at = 0;
    assert_int_equal(imap4_reader_new(NULL, &r), IMAP4_OK);
    while (at < all.len) {
        const ptrdiff_t n = imap4_reader_feed(r,
                                              (imap4_view){ all.at + at, all.len - at });
        assert_true(n > 0);
        at += (size_t)n;
        while (imap4_reader_next(r, &piece) == 1) {
            assert_true(pieces < 20);
            assert_int_equal(imap4_event_dup(piece, NULL, &kept[pieces]), IMAP4_OK);
            raw[pieces] = kept[pieces]->raw[0];
            pieces++;
        }
    }
    imap4_reader_free(&r);
    assert_true(pieces > 3);
    assert_int_equal(kept[1]->part, 1);
    assert_int_equal(imap4_event_read(raw, pieces, NULL, &ev), IMAP4_OK);
    assert_int_equal(count_numbers(ev), NUMBERS);
    imap4_event_free(&ev);
    for (size_t i = 0; i < pieces; i++)
        imap4_event_free(&kept[i]);
    text_free(&all);
}

static void pieces_of_esearch_keep_what_they_know(void **state)
{
    text all = { 0 };
    text_add(&all, "* ESEARCH (TAG \"a1\") UID COUNT 50000 ALL 100000");
    for (unsigned i = 1; i < 50000; i++)
        text_add(&all, ",%u", 100000 + i * 2);
    text_add(&all, " MODSEQ 12\r\n");
    imap4_event         *ev = read_one(all.at), *copy = NULL;
    const imap4_esearch *data = NULL;
    assert_int_equal(imap4_event_dup(ev, NULL, &copy), IMAP4_OK);
    imap4_event_free(&ev);
    assert_int_equal(imap4_esearch_get(copy, &data), IMAP4_OK);
    assert_int_equal(data->count, 50000);
    assert_int_equal(data->modseq, 12);
    assert_int_equal(data->tag.len, 2);
    imap4_event_free(&copy);
    text_free(&all);
}

static void options_are_used(void **state)
{
    const imap4_segment    raw  = line("* LIST () \"/\" \"Entw\xc3\xbcrfe\"\r\n");
    imap4_event_options    opt  = IMAP4_EVENT_OPTIONS;
    const imap4_list_data *list = NULL;
    imap4_event           *ev = NULL, *copy = NULL;
    opt.is_utf8 = 1;
    opt.mode    = IMAP4_MODE_STRICT;
    assert_int_equal(imap4_event_read(&raw, 1, &opt, &ev), IMAP4_OK);
    assert_int_equal(imap4_event_dup(ev, NULL, &copy), IMAP4_OK);
    assert_int_equal(imap4_list_get(copy, &list), IMAP4_OK);
    assert_int_equal(list->name.len, 9);
    assert_memory_equal(list->name.ptr, "Entw\xc3\xbcrfe", 9);
    imap4_event_free(&copy);
    imap4_event_free(&ev);
    opt.mode = 7;
    assert_int_equal(imap4_event_read(&raw, 1, &opt, &ev), IMAP4_E_ARG);
    opt = (imap4_event_options){ .size = 3 };
    assert_int_equal(imap4_event_read(&raw, 1, &opt, &ev), IMAP4_E_ARG);
    opt = (imap4_event_options){ .size = sizeof opt, .is_utf8 = 2 };
    assert_int_equal(imap4_event_read(&raw, 1, &opt, &ev), IMAP4_E_ARG);
    assert_null(ev);
}

static void what_is_not_one_response_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "\r\n",
        "* OK",
        "* OK x\r\n* OK y\r\n",
        "* OK x\r\n ",
        "* 1 FETCH (BODY[] {3}\r\n",
        "* 1 FETCH (BODY[] {3}\r\nab",
        "* 1 FETCH (BODY[] {99999999999999999999}\r\n",
        "* 1 FETCH (BODY[] {3}\r\nabc)\r\n", /* the literal is no segment of its own */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const imap4_segment raw = line(wrong[i]);
        assert_int_equal(rc_of(&raw, 1), IMAP4_E_ARG);
    }
    imap4_segment three[] = { line("* 1 FETCH (BODY[] {3}\r\n"), literal("abc"),
                              line(")\r\n") };
    three[1].kind         = IMAP4_SEG_STREAMED;
    assert_int_equal(rc_of(three, 3), IMAP4_E_ARG);
    three[1].kind = IMAP4_SEG_DROPPED;
    assert_int_equal(rc_of(three, 3), IMAP4_E_ARG);
    three[1] = literal("ab");
    assert_int_equal(rc_of(three, 3), IMAP4_E_ARG);
    three[1] = (imap4_segment){ .size = 3, .kind = IMAP4_SEG_LITERAL };
    assert_int_equal(rc_of(three, 3), IMAP4_E_ARG);
    imap4_segment two[] = { line("* OK "), literal("x\r\n") };
    assert_int_equal(rc_of(two, 2), IMAP4_E_ARG);
    assert_int_equal(rc_of(two, 0), IMAP4_E_ARG);
    assert_int_equal(rc_of(NULL, 0), IMAP4_E_ARG);
}

static void a_damaged_response_is_an_event(void **state)
{
    imap4_event *ev = read_one("* 3 FETCH (UID 7 ENVELOPE (\"a\"b\" NIL) FLAGS ())\r\n");
    imap4_event *copy = NULL;
    assert_int_equal(imap4_event_dup(ev, NULL, &copy), IMAP4_OK);
    assert_true((copy->marks & IMAP4_MARK_UNTRUSTED) != 0);
    assert_int_equal(copy->uid, 7);
    assert_int_equal(copy->rest.len, ev->rest.len);
    assert_true(copy->rest.ptr != ev->rest.ptr);
    assert_memory_equal(copy->rest.ptr, ev->rest.ptr, ev->rest.len);
    imap4_event_free(&copy);
    imap4_event_free(&ev);
}

/* ---- memory ---------------------------------------------------------------------- */

typedef struct count {
    size_t made;
    size_t fail_at;
    size_t live;
} count;

static void *count_alloc(void *ctx, size_t size)
{
    count *c = ctx;
    if (c->made++ == c->fail_at)
        return NULL;
    c->live += size;
    return malloc(size);
}

static void *count_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    count *c = ctx;
    if (c->made++ == c->fail_at)
        return NULL;
    c->live += size - old_size;
    return realloc(ptr, size);
}

static void count_release(void *ctx, void *ptr, size_t size)
{
    count *c = ctx;
    c->live -= ptr == NULL ? 0 : size;
    free(ptr);
}

static const char *const kinds[] = {
    "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n",
    "* 4 FETCH (UID 5 FLAGS (\\Seen) RFC822.SIZE 3 ENVELOPE (NIL \"a\\\"b\" NIL NIL NIL "
    "NIL NIL "
    "NIL NIL NIL))\r\n",
    "* SEARCH 1 2 3\r\n",
    "* ESEARCH (TAG \"a\") ALL 1:5\r\n",
    "* VANISHED (EARLIER) 1:5\r\n",
};

static void each_allocation_may_fail(void **state)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int rc = IMAP4_E_NOMEM;
        for (size_t n = 0; rc == IMAP4_E_NOMEM; n++) {
            count                 c   = { .fail_at = n };
            const imap4_allocator mem = { count_alloc, count_resize, count_release, &c };
            imap4_event_options   opt = IMAP4_EVENT_OPTIONS;
            const imap4_segment   raw = line(kinds[i]);
            imap4_event          *ev = NULL, *copy = NULL;
            opt.allocator = &mem;
            rc            = imap4_event_read(&raw, 1, &opt, &ev);
            if (rc == IMAP4_OK)
                rc = imap4_event_dup(ev, &mem, &copy);
            assert_int_equal(rc == IMAP4_OK, copy != NULL);
            imap4_event_free(&copy);
            imap4_event_free(&ev);
            assert_int_equal(c.live, 0);
            assert_true(n < 100);
        }
        assert_int_equal(rc, IMAP4_OK);
    }
}

/* An event that went the quick way is copied another way. */
static void a_quick_event_may_find_no_memory(void **state)
{
    imap4_reader      *r       = NULL;
    const imap4_event *ev      = NULL;
    static const char  first[] = "* 9 FETCH (UID 1 FLAGS (\\Seen a b c) RFC822.SIZE 5 "
                                 "INTERNALDATE \"17-Jul-1996 "
                                 "02:44:25 -0700\" BODY[1] NIL BODY[2] NIL BODY[3] NIL X "
                                 "(1 2 3 4 5 6 7))\r\n";
    assert_int_equal(imap4_reader_new(NULL, &r), IMAP4_OK);
    assert_true(imap4_reader_feed(r, imap4_view_of(first)) > 0);
    assert_int_equal(imap4_reader_next(r, &ev), 1);
    assert_int_equal(imap4_reader_next(r, &ev), 0);
    assert_true(imap4_reader_feed(r, imap4_view_of(kinds[1])) > 0);
    assert_int_equal(imap4_reader_next(r, &ev), 1);
    text a = { 0 }, b = { 0 };
    dump_event(&a, ev);
    int rc = IMAP4_E_NOMEM;
    for (size_t n = 0; rc == IMAP4_E_NOMEM; n++) {
        count                 c    = { .fail_at = n };
        const imap4_allocator mem  = { count_alloc, count_resize, count_release, &c };
        imap4_event          *copy = NULL;
        rc                         = imap4_event_dup(ev, &mem, &copy);
        assert_int_equal(rc == IMAP4_OK, copy != NULL);
        assert_true(n < 100);
        if (copy != NULL) {
            c.fail_at = SIZE_MAX;
            dump_event(&b, copy);
        }
        imap4_event_free(&copy);
        assert_int_equal(c.live, 0);
    }
    assert_string_equal(a.at, b.at);
    text_free(&a);
    text_free(&b);
    imap4_reader_free(&r);
}

static void nothing_is_freed_twice(void **state)
{
    imap4_event *ev = NULL;
    imap4_event_free(NULL);
    imap4_event_free(&ev);
    ev = read_one("* 5 EXISTS\r\n");
    imap4_event_free(&ev);
    imap4_event_free(&ev);
    assert_int_equal(imap4_event_dup(NULL, NULL, &ev), IMAP4_E_ARG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_literal),
        cmocka_unit_test(a_long_body_is_a_value),
        cmocka_unit_test(a_list_longer_than_a_piece_is_one_event),
        cmocka_unit_test(pieces_of_esearch_keep_what_they_know),
        cmocka_unit_test(options_are_used),
        cmocka_unit_test(what_is_not_one_response_is_refused),
        cmocka_unit_test(a_damaged_response_is_an_event),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(a_quick_event_may_find_no_memory),
        cmocka_unit_test(nothing_is_freed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
