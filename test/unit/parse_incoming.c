/* SPDX-License-Identifier: MIT */
/* test/unit/parse_incoming.c - bodies that are larger than what 32 bits count, or than memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../support/meter.h"

#include "imap4/data.h"
#include "imap4/reader.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOUR_GIB UINT64_C(4294967296)

enum {
    BUFFER = 256 * 1024, /* what reads fill */
    EARLY  = 1024 * 1024
};

/* ---- a server that does not end ------------------------------------------------------------ */

/* What the reader was given, and what it told.  Of the body only the octets that stand at
 * multiples of 4096 are made and looked at: the reader has to look at none. */
typedef struct stream {
    imap4_reader *reader;
    meter         meter;
    uint64_t      sent; /* octets of the body */
    uint64_t      told;
    uint64_t      begun; /* what BODY_BEGIN announced */
    uint64_t      early_calls;
    unsigned      ends;
    unsigned      fetches;
    uint32_t      uid;
    uint64_t      size; /* of the item */
} stream;

static char octet_at(uint64_t n)
{
    return (char)('a' + n / 4096 % 23);
}

static void take_fetch(stream *s, const imap4_event *ev)
{
    imap4_fetch_item item;
    s->fetches++;
    if (ev->number != 1)
        return;
    assert_int_equal(imap4_fetch_count(ev), 2);
    assert_int_equal(imap4_fetch_at(ev, 0, &item), IMAP4_OK);
    assert_int_equal(item.kind, IMAP4_VALUE_STREAMED);
    s->size = item.size;
    s->uid  = ev->uid;
}

static void take_data(stream *s, imap4_view data)
{
    for (uint64_t n = (s->told + 4095) / 4096 * 4096; n < s->told + data.len; n += 4096)
        assert_int_equal(data.ptr[n - s->told], octet_at(n));
    s->told += data.len;
}

static void take_all(stream *s)
{
    const imap4_event *ev = NULL;
    int                rc;
    while ((rc = imap4_reader_next(s->reader, &ev)) == 1) {
        switch ((imap4_event_type)ev->type) {
        case IMAP4_EV_BODY_BEGIN: s->begun = ev->literal_size; break;
        case IMAP4_EV_BODY_DATA: take_data(s, ev->data); break;
        case IMAP4_EV_BODY_END: s->ends++; break;
        case IMAP4_EV_FETCH: take_fetch(s, ev); break;
        default: fail_msg("an event of type %d", ev->type);
        }
    }
    assert_int_equal(rc, 0);
}

static void send_text(stream *s, const char *text)
{
    imap4_view left = imap4_view_of(text);
    while (left.len != 0) {
        const ptrdiff_t n = imap4_reader_feed(s->reader, left);
        assert_true(n > 0);
        left = (imap4_view){ left.ptr + n, left.len - (size_t)n };
        take_all(s);
    }
}

static void send_body(stream *s, uint64_t octets)
{
    while (s->sent < octets) {
        size_t room = 0;
        char  *at   = imap4_reader_buf(s->reader, &room);
        assert_non_null(at);
        assert_true(room <= BUFFER);
        if (octets - s->sent < room)
            room = (size_t)(octets - s->sent);
        for (uint64_t n = (s->sent + 4095) / 4096 * 4096; n < s->sent + room; n += 4096)
            at[n - s->sent] = octet_at(n);
        assert_int_equal(imap4_reader_commit(s->reader, room), IMAP4_OK);
        s->sent += room;
        take_all(s);
        if (s->sent < EARLY)
            s->early_calls = s->meter.calls;
    }
}

static void stream_body(uint64_t octets)
{
    stream                s   = { .uid = 0 };
    const imap4_allocator mem = meter_allocator(&s.meter);
    imap4_reader_options  opt = IMAP4_READER_OPTIONS;
    char                  head[64];
    opt.allocator = &mem;
    assert_int_equal(imap4_reader_new(&opt, &s.reader), IMAP4_OK);
    snprintf(head, sizeof head, "* 1 FETCH (BODY[] {%" PRIu64 "}\r\n", octets);
    send_text(&s, head);
    send_body(&s, octets);
    send_text(&s, " UID 77)\r\n* 2 FETCH (UID 78 BODY[] NIL)\r\n");
    assert_true(s.begun == octets);
    assert_true(s.told == octets);
    assert_int_equal(s.ends, 1);
    assert_int_equal(s.fetches, 2);
    assert_true(s.size == octets);
    assert_int_equal(s.uid, 77);
    /* One buffer that reads fill (two while it grows), and what every reader has. */
    assert_true(s.meter.peak < 2 * BUFFER);
    assert_true(s.meter.calls <= s.early_calls + 8);
    imap4_reader_free(&s.reader);
    assert_int_equal(s.meter.live, 0);
}

static void four_gib_stream_through_one_buffer(void **state)
{
    stream_body(FOUR_GIB);
}

static void one_octet_more_than_32_bits_count_is_not_one_octet(void **state)
{
    stream_body(FOUR_GIB + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_gib_stream_through_one_buffer),
        cmocka_unit_test(one_octet_more_than_32_bits_count_is_not_one_octet),
    };
    return cmocka_run_group_tests_name("parse_incoming", tests, NULL, NULL);
}
