/* SPDX-License-Identifier: MIT */
/* bench/linear.c - reads a shape of bytes, of any size, in every way.
 *
 *   bench_linear                     the names of all shapes: "NAME hostile|ordinary WAYS"
 *   bench_linear SHAPE BYTES WAY     reads so many bytes of a shape, prints "bytes= events= sum="
 *
 * WAY: `whole` and `bytes` feed a reader, as much as it takes or one byte at a time; `engine`
 * feeds a session; `text` calls a decoder of text.  Every typed datum is asked for.
 * bench/linear runs it under callgrind, which counts what measured() does and nothing else:
 * 16 times the bytes may cost at most 17 times the instructions. */
#include "ask.h"
#include "client.h"
#include "shapes.h"

#include "imap4.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading -------------------------------------------------------------------- */

typedef struct job {
    const shape  *shape;
    imap4_view    wire;
    size_t        step; /* bytes at a time */
    imap4_reader *reader;
    imap4_engine *engine;
    char         *buf; /* for a decoder: three times the text */
    uint64_t      events;
    uint64_t      sum;
} job;

static int next(job *j, const imap4_event **ev)
{
    return j->engine != NULL ? imap4_engine_next(j->engine, ev)
                             : imap4_reader_next(j->reader, ev);
}

static void take_all(job *j)
{
    const imap4_event *ev = NULL;
    int                rc;
    while ((rc = next(j, &ev)) == 1) {
        const uint64_t sum = ask_event(ev);
        if (ev->type == IMAP4_EV_BODY_DATA)
            continue; /* how many there are depends on what came at once */
        j->events++;
        j->sum = j->sum * 31 + sum;
    }
    if (rc < 0)
        fail("the connection is lost");
}

static void send_nowhere(job *j)
{
    while ((imap4_engine_want(j->engine, 0, NULL) & IMAP4_WANT_WRITE) != 0)
        imap4_engine_send_ack(j->engine, imap4_engine_send_buf(j->engine).len);
}

/* The only function that is counted. */
void                           measured(job *j);
__attribute__((noinline)) void measured(job *j)
{
    if (j->shape->decode != NULL) {
        j->events = 1;
        j->sum    = (uint64_t)j->shape->decode(j->wire, j->buf, j->wire.len * 3 + 64);
        return;
    }
    for (imap4_view left = j->wire; left.len != 0;) {
        size_t room = 0;
        char  *at   = j->engine != NULL ? imap4_engine_recv_buf(j->engine, &room)
                                        : imap4_reader_buf(j->reader, &room);
        if (at == NULL)
            fail("no room");
        size_t n = left.len < room ? left.len : room;
        n        = n < j->step ? n : j->step;
        memcpy(at, left.ptr, n);
        if ((j->engine != NULL ? imap4_engine_recv_commit(j->engine, n)
                               : imap4_reader_commit(j->reader, n)) < 0)
            fail("commit");
        left = (imap4_view){ left.ptr + n, left.len - n };
        take_all(j);
    }
}

static void open_reader(job *j)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    opt.inline_literal       = j->shape->inline_literal;
    opt.max_response         = j->shape->max_response;
    if (imap4_reader_new(&opt, &j->reader) < 0)
        fail("reader");
}

/* A session that is logged in. */
static void open_engine(job *j)
{
    static const char    greeting[] = "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n";
    imap4_engine_options opt        = IMAP4_ENGINE_OPTIONS;
    size_t               room       = 0;
    opt.secure                      = 1;
    opt.inline_literal              = j->shape->inline_literal;
    opt.max_response                = j->shape->max_response;
    if (imap4_engine_new(&opt, &j->engine) < 0)
        fail("engine");
    char *at = imap4_engine_recv_buf(j->engine, &room);
    memcpy(at, greeting, sizeof greeting - 1);
    if (imap4_engine_recv_commit(j->engine, sizeof greeting - 1) < 0)
        fail("greeting");
    take_all(j);
    send_nowhere(j);
    j->events = j->sum = 0;
}

/* A session keeps accounts of these; of all else its reader has the work. */
static bool is_for_engine(const shape *s)
{
    static const char *const names[] = { "expunges", "exists", "vanished", "literals" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(s->name, names[i]) == 0)
            return true;
    return s->decode == NULL && !s->is_hostile;
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        for (size_t i = 0; i < shape_count; i++)
            printf("%s %s %s\n", shapes[i].name,
                   shapes[i].is_hostile ? "hostile" : "ordinary",
                   shapes[i].decode != NULL    ? "text"
                   : is_for_engine(&shapes[i]) ? "whole bytes engine"
                                               : "whole bytes");
        return 0;
    }
    job j = { .step = SIZE_MAX };
    for (size_t i = 0; argc == 4 && i < shape_count; i++)
        if (strcmp(argv[1], shapes[i].name) == 0)
            j.shape = &shapes[i];
    if (j.shape == NULL) {
        fprintf(stderr, "usage: bench_linear [SHAPE BYTES whole|bytes|engine|text]\n");
        return 2;
    }
    const made m = make_shape(j.shape, strtoul(argv[2], NULL, 10));
    j.wire       = (imap4_view){ m.at, m.len };
    j.buf        = malloc(m.len * 3 + 64);
    if (j.buf == NULL)
        fail("memory");
    if (strcmp(argv[3], "bytes") == 0)
        j.step = 1;
    if (strcmp(argv[3], "engine") == 0)
        open_engine(&j);
    else if (j.shape->decode == NULL)
        open_reader(&j);
    measured(&j);
    printf("bytes=%zu events=%" PRIu64 " sum=%" PRIx64 "\n", m.len, j.events, j.sum);
    imap4_reader_free(&j.reader);
    imap4_engine_free(&j.engine);
    free(j.buf);
    free(m.at);
    return 0;
}
