/* SPDX-License-Identifier: MIT */
/* bench/parse.c - what reading FETCH responses from a socket costs.
 *
 *   bench_parse drain|reader|engine flags|env COUNT
 *
 * A child process, which does nothing else, writes COUNT responses to a loopback socket.
 * `drain` only receives them: the least that any client has to pay.  `reader` reads all
 * typed data through imap4_reader, `engine` through imap4_engine.  One line of key=value
 * is printed; bench/run makes the tables. */
#include "canned.h"

#include "imap4/command.h"
#include "imap4/data.h"
#include "imap4/engine.h"
#include "imap4/reader.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

_Noreturn static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- the server: one connection, nothing but bytes --------------------------- */

static struct sockaddr_in loopback(const char *port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port   = htons((uint16_t)atoi(port)),
        .sin_addr   = { htonl(INADDR_LOOPBACK) },
    };
}

static int serve(const char *workload, const char *count, const char *port)
{
    const int                fd = canned_file(workload, (uint32_t)atol(count));
    const int                to = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in at = loopback(port);
    struct stat              file;
    if (to < 0 || connect(to, (const struct sockaddr *)&at, sizeof at) < 0 ||
        fstat(fd, &file) < 0)
        die("bench: serve");
    off_t sent = 0;
    while (sent < file.st_size) {
        if (sendfile(to, fd, &sent, (size_t)(file.st_size - sent)) < 0 && errno != EINTR)
            die("bench: sendfile");
    }
    shutdown(to, SHUT_WR);
    /* Until the client closes: an early end would reset what it has not read. */
    char byte;
    while (read(to, &byte, 1) > 0) {
    }
    return 0;
}

/* Starts it and waits until it has made all responses and connects.  It is a program of
 * its own so that an instrument on this one does not slow it down. */
static int connected(char *self, char *workload, char *count, pid_t *server)
{
    struct sockaddr_in at   = loopback("0");
    socklen_t          size = sizeof at;
    const int          in   = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char               port[8], verb[] = "serve";
    if (in < 0 || bind(in, (struct sockaddr *)&at, size) < 0 || listen(in, 1) < 0 ||
        getsockname(in, (struct sockaddr *)&at, &size) < 0)
        die("bench: listen");
    snprintf(port, sizeof port, "%u", ntohs(at.sin_port));
    char *args[] = { self, verb, workload, count, port, NULL };
    errno        = posix_spawn(server, self, NULL, NULL, args, environ);
    if (errno != 0)
        die("bench: spawn");
    const int fd = accept4(in, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        die("bench: accept");
    close(in);
    return fd;
}

/* ---- memory that is counted --------------------------------------------------- */

typedef struct counter {
    uint64_t calls;
} counter;

static void *counted_alloc(void *ctx, size_t size)
{
    ((counter *)ctx)->calls++;
    return malloc(size);
}

static void *counted_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)old_size;
    ((counter *)ctx)->calls++;
    return realloc(ptr, size);
}

static void counted_release(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

/* ---- what a client does with an event ----------------------------------------- */

typedef struct client {
    int      fd;
    uint64_t received;
    uint64_t half;       /* messages after which memory is steady */
    uint64_t half_calls; /* of the allocator until then */
    counter  counter;
    tally    tally;
    bool     is_env;
    bool     is_checked; /* the server's sums came, and they are ours */
} client;

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static void take_string(tally *t, imap4_view s)
{
    t->strings += s.ptr != NULL;
    t->bytes += s.len;
}

static void take_addresses(tally *t, imap4_addresses a)
{
    for (size_t i = 0; i < a.count; i++) {
        take_string(t, a.at[i].name);
        take_string(t, a.at[i].route);
        take_string(t, a.at[i].mailbox);
        take_string(t, a.at[i].host);
    }
}

static void take_envelope(tally *t, const imap4_event *ev)
{
    const imap4_envelope *e;
    imap4_date            date;
    uint64_t              size;
    if (imap4_fetch_size(ev, &size) < 0 || imap4_fetch_internaldate(ev, &date) < 0 ||
        imap4_fetch_envelope(ev, &e) < 0)
        fail("no size, date or envelope");
    t->numbers += size + (uint64_t)date.unix_seconds;
    take_string(t, e->date);
    take_string(t, e->subject);
    take_addresses(t, e->from);
    take_addresses(t, e->sender);
    take_addresses(t, e->reply_to);
    take_addresses(t, e->to);
    take_addresses(t, e->cc);
    take_addresses(t, e->bcc);
    take_string(t, e->in_reply_to);
    take_string(t, e->message_id);
}

static void take_message(client *c, const imap4_event *ev)
{
    const imap4_flags *flags;
    tally             *t = &c->tally;
    if (t->messages++ == c->half)
        c->half_calls = c->counter.calls;
    if (imap4_event_flags(ev, &flags) < 0)
        fail("no flags");
    t->numbers += ev->uid;
    t->flags += flags->system;
    t->keywords += flags->keywords.count;
    for (size_t i = 0; i < flags->keywords.count; i++)
        t->bytes += flags->keywords.at[i].len;
    if (c->is_env)
        take_envelope(t, ev);
}

static void take(client *c, const imap4_event *ev)
{
    char check[TALLY_TEXT];
    if (ev->type == IMAP4_EV_FETCH) {
        take_message(c, ev);
    } else if (ev->type == IMAP4_EV_TEXT) {
        tally_text(&c->tally, check);
        c->is_checked = imap4_view_equal(ev->text, imap4_view_of(check));
    }
}

/* ---- three clients ------------------------------------------------------------ */

static size_t receive(client *c, char *buf, size_t size)
{
    const ssize_t n = recv(c->fd, buf, size, 0);
    if (n < 0)
        die("bench: recv");
    c->received += (size_t)n;
    return (size_t)n;
}

static void run_drain(client *c)
{
    enum {
        SIZE = 256 * 1024
    };
    char *buf = malloc(SIZE);
    while (buf != NULL && receive(c, buf, SIZE) != 0) {
    }
    free(buf);
}

static void run_reader(client *c, const imap4_allocator *allocator)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    imap4_reader        *reader;
    opt.allocator = allocator;
    if (imap4_reader_new(&opt, &reader) < 0)
        fail("no reader");
    for (size_t n = 1; n != 0;) {
        const imap4_event *ev;
        size_t             room;
        char              *buf = imap4_reader_buf(reader, &room);
        n                      = receive(c, buf, room);
        if (imap4_reader_commit(reader, n) < 0)
            fail("commit");
        while (imap4_reader_next(reader, &ev) == 1)
            take(c, ev);
    }
    imap4_reader_free(&reader);
}

/* A NOOP is in flight all the time: a session that waits for nothing gives its buffer
 * back. */
static void run_engine(client *c, const imap4_allocator *allocator)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    imap4_engine        *engine;
    imap4_cmd            noop;
    opt.allocator          = allocator;
    opt.no_auto_capability = 1;
    if (imap4_engine_new(&opt, &engine) < 0 || imap4_cmd_noop(engine, NULL, &noop) < 0)
        fail("no engine");
    for (size_t n = 1; n != 0;) {
        const imap4_event *ev;
        const unsigned     want = imap4_engine_want(engine, 0, NULL);
        if ((want & IMAP4_WANT_WRITE) != 0) {
            const imap4_view out  = imap4_engine_send_buf(engine);
            const ssize_t    sent = send(c->fd, out.ptr, out.len, MSG_NOSIGNAL);
            if (sent < 0)
                die("bench: send");
            imap4_engine_send_ack(engine, (size_t)sent);
        }
        size_t room;
        char  *buf = imap4_engine_recv_buf(engine, &room);
        if (buf == NULL)
            fail("the engine does not want to read");
        n = receive(c, buf, room);
        if (imap4_engine_recv_commit(engine, n) < 0)
            fail("commit");
        while (imap4_engine_next(engine, &ev) == 1)
            take(c, ev);
    }
    imap4_engine_free(&engine);
}

/* ---- figures ------------------------------------------------------------------- */

static double clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The most memory that ever was resident, in KiB. */
static long peak_rss(void)
{
    char  line[256];
    long  kib    = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        sscanf(line, "VmHWM: %ld", &kib);
    if (status != NULL)
        fclose(status);
    return kib;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], argv[3], argv[4]);
    if (argc != 4) {
        fprintf(stderr, "usage: bench_parse drain|reader|engine flags|env COUNT\n");
        return 2;
    }
    pid_t  server;
    client c                      = { .is_env = strcmp(argv[2], "env") == 0,
                                      .half   = (uint64_t)atol(argv[3]) / 2 };
    c.fd                          = connected(argv[0], argv[2], argv[3], &server);
    const imap4_allocator counted = { counted_alloc, counted_resize, counted_release,
                                      &c.counter };

    const double wall = clock_of(CLOCK_MONOTONIC),
                 cpu  = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    if (strcmp(argv[1], "reader") == 0)
        run_reader(&c, &counted);
    else if (strcmp(argv[1], "engine") == 0)
        run_engine(&c, &counted);
    else
        run_drain(&c);
    printf("cpu=%.6f wall=%.6f bytes=%" PRIu64 " late_allocs=%" PRIu64 " allocs=%" PRIu64
           " rss=%ld checked=%d\n",
           clock_of(CLOCK_PROCESS_CPUTIME_ID) - cpu, clock_of(CLOCK_MONOTONIC) - wall,
           c.received, c.counter.calls - c.half_calls, c.counter.calls, peak_rss(),
           c.is_checked);
    close(c.fd);
    waitpid(server, NULL, 0);
    return 0;
}
