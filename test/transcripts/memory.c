/* SPDX-License-Identifier: MIT */
/* test/transcripts/memory.c - what a response costs in memory, against its size on the wire.
 *
 *     memory FILE...      TAP: one case per file, and one per shape of bench/shapes.c
 *
 * The rule (doc/limits.md): beyond the buffers at their first size, which any FETCH makes, and
 * 4 KiB of arena, the peak stays below 16 times the wire size of the largest response so far.
 * Bytes come one by one, so that no buffer is larger because much came at once, and every
 * datum is asked for. */
#include "script.h"

#include "../../bench/shapes.h"
#include "../support/meter.h"

#include "imap4/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FACTOR = 16,
    ARENA  = 4096
};

/* ---- reading ---------------------------------------------------------------------------- */

typedef struct measure {
    meter         meter;
    imap4_reader *reader;
    uint64_t      given;   /* bytes */
    uint64_t      largest; /* response so far */
    size_t        fixed;   /* what a short response leaves */
    double        worst;   /* times the wire size */
    uint64_t      worst_wire;
    size_t        worst_peak;
    unsigned      events;
    int           rc;
} measure;

/* The peak since the last event, for what has come of its response. */
static void judge(measure *m, uint64_t offset)
{
    const uint64_t wire = m->given - offset;
    if (wire > m->largest)
        m->largest = wire;
    const size_t free_of_charge = m->fixed + ARENA;
    const size_t beyond = m->meter.peak > free_of_charge ? m->meter.peak - free_of_charge
                                                         : 0;
    const double times  = (double)beyond / (double)m->largest;
    if (times > m->worst) {
        m->worst      = times;
        m->worst_wire = m->largest;
        m->worst_peak = beyond;
    }
    m->meter.peak = m->meter.live;
}

static void take_all(measure *m)
{
    const imap4_event *ev = NULL;
    while (m->rc == 0 && (m->rc = imap4_reader_next(m->reader, &ev)) == 1) {
        text dump = { 0 };
        m->rc     = 0;
        m->events++;
        if (ev->type != IMAP4_EV_BODY_DATA)
            dump_event(&dump, ev);
        text_free(&dump);
        judge(m, ev->offset);
    }
}

static void give(measure *m, const char *at, size_t len)
{
    for (size_t i = 0; i < len && m->rc == 0; i++) {
        const ptrdiff_t n = imap4_reader_feed(m->reader, (imap4_view){ at + i, 1 });
        if (n != 1) {
            m->rc = n < 0 ? (int)n : IMAP4_E_BUSY;
            return;
        }
        m->given++;
        take_all(m);
    }
}

static void begin(measure *m, imap4_reader_options opt)
{
    static const char     first[] = "* 1 FETCH (FLAGS (\\Seen) X {1}\r\nx)\r\n";
    const imap4_allocator mem     = meter_allocator(&m->meter);
    memset(m, 0, sizeof *m);
    opt.allocator = &mem;
    if (imap4_reader_new(&opt, &m->reader) < 0)
        abort();
    give(m, first, sizeof first - 1);
    m->fixed      = m->meter.live;
    m->worst      = 0;
    m->meter.peak = m->meter.live;
}

/* ---- cases ------------------------------------------------------------------------------- */

static unsigned cases, failures;

/* What cannot be kept within the rule, and why. */
typedef struct exception {
    const char *shape;
    double      factor;
} exception;

static const exception exceptions[] = {
    /* "{0}" CRLF is two segments of `raw`, 32 bytes each, for 5. */
    { "empty-literals", 20 },
    /* "a 1 " is an imap4_status_item of 48 bytes, for 4, beside two tokens. */
    { "status-items", 18 },
    /* "{1}" CRLF "x " in a code: its two segments, and the code is copied to be read. */
    { "badcharset", 17 },
    /* "a()" is an item of 32 bytes, and three tokens. */
    { "items-of-lists", 24 },
};

static double factor_of(const char *name)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
        if (strncmp(name, exceptions[i].shape, strlen(exceptions[i].shape)) == 0)
            return exceptions[i].factor;
    return FACTOR;
}

static void report(measure *m, const char *name, unsigned least_events)
{
    imap4_reader_free(&m->reader);
    const bool is_good = m->worst < factor_of(name) && m->meter.live == 0 &&
                         m->events >= least_events;
    cases++;
    failures += !is_good;
    printf("%s %u - %s: at most %.2f times the wire\n", is_good ? "ok" : "not ok", cases,
           name, m->worst);
    if (!is_good)
        printf("#   %zu bytes for %" PRIu64 " on the wire, %u events, rc %d, %zu lost\n",
               m->worst_peak, m->worst_wire, m->events, m->rc, m->meter.live);
}

static void try_transcript(const char *path)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    measure              m;
    script              *s = script_read(path);
    if (s == NULL)
        abort();
    opt.mode           = s->mode;
    opt.max_depth      = s->max_depth;
    opt.max_response   = s->max_response;
    opt.inline_literal = s->inline_literal;
    opt.max_literal    = s->max_literal;
    opt.max_items      = s->max_items;
    begin(&m, opt);
    for (size_t i = 0; i < s->count; i++)
        if (s->steps[i].kind == STEP_SERVER)
            give(&m, s->steps[i].bytes.at, s->steps[i].bytes.len);
    report(&m, path, 1);
    script_free(s);
}

static void try_shape(const shape *s, size_t size)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    measure              m;
    char                 name[80];
    made                 bytes = make_shape(s, size);
    snprintf(name, sizeof name, "%s, %zu bytes", s->name, bytes.len);
    opt.inline_literal = s->inline_literal;
    opt.max_response   = s->max_response;
    begin(&m, opt);
    give(&m, bytes.at, bytes.len);
    report(&m, name, 2);
    free(bytes.at);
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = { 300, 3000, 30000, 100000 };
    for (int i = 1; i < argc; i++)
        try_transcript(argv[i]);
    for (size_t i = 0; i < shape_count; i++)
        for (size_t k = 0; shapes[i].decode == NULL && k < sizeof sizes / sizeof sizes[0];
             k++)
            try_shape(&shapes[i], sizes[k]);
    printf("1..%u\n", cases);
    return failures != 0;
}
