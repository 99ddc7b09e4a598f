/* SPDX-License-Identifier: MIT */
/* bench/core.c - what the core costs, linked to it alone.
 *
 *   bench_core drain|reader|engine WORK COUNT PORT
 *
 * `drain` only receives (or sends): the least that any client has to pay.  `reader` reads
 * all typed data through imap4_reader, `engine` through imap4_engine, with commands of its
 * own.  The server is bench_server; bench/run starts it and makes the tables. */
#include "session.h"

#include "imap4/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    DRAIN_SIZE = 256 * 1024
};

static size_t receive(int fd, figures *f, char *buf, size_t size)
{
    const ssize_t n = recv(fd, buf, size, 0);
    if (n < 0)
        die("bench: recv");
    f->bytes += (size_t)n;
    return (size_t)n;
}

static void send_all(int fd, const char *at, size_t len)
{
    while (len != 0) {
        const ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0)
            die("bench: send");
        at += n;
        len -= (size_t)n;
    }
}

static void say(int fd, const char *text)
{
    send_all(fd, text, strlen(text));
}

#define LOGIN "a LOGIN u p\r\nb SELECT INBOX\r\n"

/* The work's one command, and LOGOUT: when the server closes, all was there. */
static void say_work(int fd, const arguments *a)
{
    char line[160];
    switch (a->work->kind) {
    case WORK_FETCH:
    case WORK_BODY:
    case WORK_LARGE:
        snprintf(line, sizeof line, "c UID FETCH 1:* (%s)\r\n", a->work->items);
        break;
    case WORK_SEARCH: snprintf(line, sizeof line, "c UID SEARCH ALL\r\n"); break;
    case WORK_LIST: snprintf(line, sizeof line, "c LIST \"\" \"*\"\r\n"); break;
    case WORK_NOOP:
    case WORK_PIPE:
    case WORK_APPEND: line[0] = '\0'; break;
    }
    if (a->count != 0)
        say(fd, line);
    say(fd, "d LOGOUT\r\n");
}

/* ---- drain ----------------------------------------------------------------- */

typedef struct drain {
    int     fd;
    figures figures;
    char   *buf;
    char   *message;
} drain;

/* Until what came ends with `end`. */
static void drain_until(drain *d, const char *end)
{
    const size_t len  = strlen(end);
    size_t       have = 0;
    do {
        const size_t n = receive(d->fd, &d->figures, d->buf + have, DRAIN_SIZE - have);
        if (n == 0)
            fail("the server closed");
        have += n;
    } while (have < len || memcmp(d->buf + have - len, end, len) != 0);
}

/* Answers of one length are waited for by their number. */
static void drain_answers(drain *d, uint32_t count)
{
    for (size_t left = count * strlen("c OK done\r\n"); left != 0;) {
        const size_t n = receive(d->fd, &d->figures, d->buf, DRAIN_SIZE);
        if (n == 0)
            fail("the server closed");
        left -= n < left ? n : left;
    }
}

static void drain_noop(drain *d, uint32_t count, uint32_t at_once)
{
    char all[PIPELINE * 16];
    for (uint32_t i = 0; i < PIPELINE; i++)
        memcpy(all + i * strlen("c NOOP\r\n"), "c NOOP\r\n", strlen("c NOOP\r\n"));
    for (uint32_t n; count != 0; count -= n) {
        n = count < at_once ? count : at_once;
        send_all(d->fd, all, n * strlen("c NOOP\r\n"));
        drain_answers(d, n);
    }
}

static void drain_append(drain *d, const arguments *a)
{
    char line[64], crlf[] = "\r\n";
    snprintf(line, sizeof line, "c APPEND INBOX {%u+}\r\n", a->work->octets);
    const size_t whole = strlen(line) + a->work->octets + 2;
    for (uint32_t i = 1; i <= a->count; i++) {
        struct iovec  parts[] = { { line, strlen(line) },
                                  { d->message, a->work->octets },
                                  { crlf, 2 } };
        const ssize_t n       = writev(d->fd, parts, 3);
        if (n != (ssize_t)whole) /* the socket blocks */
            die("bench: writev");
        d->figures.bytes += a->work->octets;
        if (i % PIPELINE == 0)
            drain_answers(d, PIPELINE);
    }
    drain_answers(d, a->count % PIPELINE);
}

static void run_drain(int fd, const arguments *a)
{
    drain d = { .fd = fd, .buf = malloc(DRAIN_SIZE), .message = malloc(a->work->octets) };
    if (d.buf == NULL || d.message == NULL)
        fail("memory");
    say(fd, LOGIN);
    drain_until(&d, "b OK done\r\n");
    work_fill(d.message, a->work->octets);
    d.figures = (figures){ .seen = a->count, .is_checked = true };
    figures_begin(&d.figures);
    if (a->work->kind == WORK_NOOP)
        drain_noop(&d, a->count, 1);
    else if (a->work->kind == WORK_PIPE)
        drain_noop(&d, a->count, PIPELINE);
    else if (a->work->kind == WORK_APPEND)
        drain_append(&d, a);
    say_work(fd, a);
    while (receive(fd, &d.figures, d.buf, DRAIN_SIZE) != 0) {
    }
    figures_end(&d.figures);
    figures_print(&d.figures);
    free(d.buf);
    free(d.message);
}

/* ---- reader ---------------------------------------------------------------- */

static void run_reader(int fd, const arguments *a)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    imap4_reader        *reader;
    taker                t;
    bool                 is_working = false;
    taker_init(&t, a);
    opt.allocator = &t.allocator;
    if (imap4_reader_new(&opt, &reader) < 0)
        fail("reader");
    say(fd, LOGIN);
    for (size_t n = 1; n != 0;) {
        const imap4_event *ev;
        size_t             room;
        char              *buf = imap4_reader_buf(reader, &room);
        n                      = receive(fd, &t.figures, buf, room);
        if (imap4_reader_commit(reader, n) < 0)
            fail("commit");
        while (imap4_reader_next(reader, &ev) == 1) {
            take_event(&t, ev);
            if (ev->type != IMAP4_EV_TAGGED || ev->tag.ptr[0] != 'b')
                continue;
            is_working      = true;
            t.figures.bytes = 0;
            figures_begin(&t.figures);
            say_work(fd, a);
        }
    }
    if (!is_working)
        fail("the server closed");
    taker_finish(&t);
    imap4_reader_free(&reader);
}

/* ---- engine ---------------------------------------------------------------- */

/* All that the engine has to say, in few system calls: what is short is copied and goes out
 * with what comes next. */
static void send_what_waits(int fd, imap4_engine *engine)
{
    char   held[4096];
    size_t len = 0;
    while ((imap4_engine_want(engine, 0, NULL) & IMAP4_WANT_WRITE) != 0) {
        const imap4_view out = imap4_engine_send_buf(engine);
        if (out.len <= sizeof held - len) {
            memcpy(held + len, out.ptr, out.len);
            len += out.len;
        } else {
            struct iovec both[] = { { held, len },
                                    { (void *)(uintptr_t)out.ptr, out.len } };
            if (writev(fd, both, 2) != (ssize_t)(len + out.len)) /* the socket blocks */
                die("bench: writev");
            len = 0;
        }
        imap4_engine_send_ack(engine, out.len);
    }
    send_all(fd, held, len);
}

static void run_engine(int fd, const arguments *a)
{
    session s;
    session_start(&s, a);
    do {
        send_what_waits(fd, s.engine);
        size_t room;
        char  *buf = imap4_engine_recv_buf(s.engine, &room);
        if (buf == NULL)
            fail("the engine does not want to read");
        figures     *f = &s.taker.figures, others = { 0 };
        const size_t n  = receive(fd, a->work->kind == WORK_APPEND ? &others : f, buf,
                                  room);
        const int    rc = n == 0 ? imap4_engine_recv_eof(s.engine)
                                 : imap4_engine_recv_commit(s.engine, n);
        if (rc < 0)
            fail("commit");
    } while (session_take(&s));
    session_end(&s);
}

int main(int argc, char **argv)
{
    const arguments a  = arguments_of(argc, argv);
    const int       fd = connect_to(a.port);
    if (strcmp(a.client, "reader") == 0)
        run_reader(fd, &a);
    else if (strcmp(a.client, "engine") == 0)
        run_engine(fd, &a);
    else
        run_drain(fd, &a);
    close(fd);
    return 0;
}
