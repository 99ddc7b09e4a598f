/* SPDX-License-Identifier: MIT */
/* bench/server.c - a server that answers from memory, to measure clients by.
 *
 *   bench_server WORK COUNT [tls]
 *
 * It prints the port on which it listens (loopback), and serves one client after the other
 * until its standard input is closed.  It knows as much of IMAP as clients need to log in,
 * select, fetch, search, list, append and log out.  What is fetched is what WORK has; sets of
 * numbers are followed, because some clients cannot fetch all at once.  Responses go from
 * memory to the socket without a copy, so the client is what is slow. */
#include "canned.h"
#include "server_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#define CAPABILITIES "IMAP4rev1 LITERAL+ UIDPLUS"

/* A connection.  A function that returns bool tells whether it still stands. */
typedef struct client {
    const canned *canned;
    const work   *work;
    uint32_t      exists;
    int           fd;
    tls          *tls; /* NULL: none */
    size_t        at, end, out_len;
    char          in[65536], out[65536];
} client;

_Noreturn static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- bytes ----------------------------------------------------------------- */

static bool send_all(client *c, const char *at, size_t len)
{
    while (len != 0) {
        const ssize_t n = c->tls == NULL ? send(c->fd, at, len, MSG_NOSIGNAL)
                                         : tls_send(c->tls, at, len);
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool flush(client *c)
{
    const size_t len = c->out_len;
    c->out_len       = 0;
    return send_all(c, c->out, len);
}

__attribute__((format(printf, 2, 3))) static bool say(client *c, const char *format, ...)
{
    va_list ap;
    if (sizeof c->out - c->out_len < 1000 && !flush(c))
        return false;
    va_start(ap, format);
    const int n = vsnprintf(c->out + c->out_len, sizeof c->out - c->out_len, format, ap);
    va_end(ap);
    c->out_len += n > 0 && n < 1000 ? (size_t)n : 0;
    return true;
}

static bool say_canned(client *c, uint64_t from, uint64_t to)
{
    if (!flush(c))
        return false;
    if (c->tls != NULL)
        return send_all(c, c->canned->bytes + from, (size_t)(to - from));
    off_t at = (off_t)from;
    while ((uint64_t)at < to)
        if (sendfile(c->fd, c->canned->fd, &at, (size_t)(to - (uint64_t)at)) <= 0)
            return false;
    return true;
}

/* What was said goes out first, so that commands that came at once are answered at once. */
static bool receive(client *c)
{
    if (!flush(c))
        return false;
    memmove(c->in, c->in + c->at, c->end - c->at);
    c->end -= c->at;
    c->at              = 0;
    const size_t  room = sizeof c->in - 1 - c->end;
    const ssize_t n    = c->tls == NULL ? recv(c->fd, c->in + c->end, room, 0)
                                        : tls_recv(c->tls, c->in + c->end, room);
    if (n <= 0 || room == 0)
        return false;
    c->end += (size_t)n;
    return true;
}

/* The next line without its CRLF, NUL-terminated; NULL at the end. */
static char *next_line(client *c)
{
    char *end;
    while ((end = memchr(c->in + c->at, '\n', c->end - c->at)) == NULL)
        if (!receive(c))
            return NULL;
    char *line = c->in + c->at;
    c->at += (size_t)(end + 1 - line);
    *end = '\0';
    if (end != line && end[-1] == '\r')
        end[-1] = '\0';
    return line;
}

/* The system throws the octets of a literal away: nobody copies them. */
static bool skip(client *c, uint64_t octets)
{
    const uint64_t here = c->end - c->at < octets ? c->end - c->at : octets;
    c->at += (size_t)here;
    octets -= here;
    if (octets != 0 && !flush(c))
        return false;
    while (octets != 0) {
        const size_t  len = octets < sizeof c->in ? (size_t)octets : sizeof c->in;
        const ssize_t n   = c->tls == NULL ? recv(c->fd, NULL, (size_t)octets, MSG_TRUNC)
                                           : tls_recv(c->tls, c->in, len);
        if (n <= 0)
            return false;
        octets -= (uint64_t)n;
    }
    return true;
}

/* ---- commands -------------------------------------------------------------- */

/* All that there is was sent: its sums. */
static bool say_check(client *c)
{
    char check[TALLY_TEXT];
    tally_text(&c->canned->tally, check);
    return say(c, "* OK %s\r\n", check);
}

static uint32_t number_at(const char **at, uint32_t last)
{
    if (**at == '*') {
        ++*at;
        return last;
    }
    char          *end;
    const uint32_t n = (uint32_t)strtoul(*at, &end, 10);
    *at              = end;
    return n;
}

/* Numbers and UIDs are the same. */
static bool say_fetch(client *c, const char *set)
{
    const canned  *all  = c->canned;
    const uint32_t last = FIRST_NUMBER + all->count - 1;
    uint32_t       sent = 0;
    for (; all->count != 0 && *set != '\0' && *set != ' '; set += *set == ',') {
        uint32_t from = number_at(&set, last), to = from;
        if (*set == ':') {
            set++;
            to = number_at(&set, last);
        }
        if (from < FIRST_NUMBER)
            from = FIRST_NUMBER;
        if (to > last)
            to = last;
        if (from > to)
            continue;
        sent += to - from + 1;
        if (!say_canned(c, all->starts[from - FIRST_NUMBER],
                        all->starts[to - FIRST_NUMBER + 1]))
            return false;
    }
    return sent != all->count || say_check(c);
}

static bool say_selected(client *c)
{
    return say(
        c,
        "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
        "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] "
        "limited\r\n"
        "* %" PRIu32 " EXISTS\r\n* 0 RECENT\r\n"
        "* OK [UIDVALIDITY 1] valid\r\n* OK [UIDNEXT %" PRIu32 "] next\r\n",
        c->exists, c->exists + 1);
}

/* The untagged part of an answer. */
static bool say_data(client *c, const char *verb, const char *args)
{
    const bool has_all = c->canned->count != 0;
    if (strcasecmp(verb, "FETCH") == 0)
        return say_fetch(c, args);
    if (strcasecmp(verb, "SELECT") == 0 || strcasecmp(verb, "EXAMINE") == 0)
        return say_selected(c);
    if (strcasecmp(verb, "CAPABILITY") == 0)
        return say(c, "* CAPABILITY " CAPABILITIES "\r\n");
    if (strcasecmp(verb, "SEARCH") == 0 && has_all && c->work->kind == WORK_SEARCH)
        return say_canned(c, 0, c->canned->size) && say_check(c);
    if (strcasecmp(verb, "LIST") == 0 && has_all && c->work->kind == WORK_LIST)
        return say_canned(c, 0, c->canned->size) && say_check(c);
    if (strcasecmp(verb, "LOGOUT") == 0)
        return say(c, "* BYE\r\n");
    return true;
}

/* Takes the literals of a command and the lines that follow them. */
static bool take_literals(client *c, const char *line)
{
    while (line != NULL) {
        const size_t len  = strlen(line);
        const char  *open = strrchr(line, '{');
        if (len == 0 || line[len - 1] != '}' || open == NULL)
            return true;
        if (line[len - 2] != '+' && !say(c, "+ go on\r\n"))
            return false;
        if (!skip(c, strtoull(open + 1, NULL, 10)))
            return false;
        line = next_line(c);
    }
    return false;
}

static bool answer(client *c)
{
    char        command[512], tag[64] = "*", verb[32] = "";
    const char *line = next_line(c);
    if (line == NULL)
        return false;
    snprintf(command, sizeof command, "%s", line);
    if (!take_literals(c, line))
        return false;
    int at = 0;
    sscanf(command, "%63s %31s %n", tag, verb, &at);
    if (strcasecmp(verb, "UID") == 0) {
        int more = 0;
        sscanf(command + at, "%31s %n", verb, &more);
        at += more;
    }
    if (!say_data(c, verb, command + at))
        return false;
    if (strcasecmp(verb, "LOGIN") == 0)
        return say(c, "%s OK [CAPABILITY " CAPABILITIES "] done\r\n", tag);
    return say(c, "%s OK done\r\n", tag) && strcasecmp(verb, "LOGOUT") != 0;
}

static void serve(client *c)
{
    const int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    say(c, "* OK [CAPABILITY " CAPABILITIES "] canned\r\n");
    while (answer(c)) {
    }
    flush(c);
    if (c->tls != NULL)
        tls_close(c->tls);
    shutdown(c->fd, SHUT_WR);
    /* Until the client closes: an early end would reset what it has not read. */
    while (recv(c->fd, c->in, sizeof c->in, 0) > 0) {
    }
    close(c->fd);
}

int main(int argc, char **argv)
{
    static client c;
    static canned all;
    if (argc < 3) {
        fprintf(stderr, "usage: bench_server WORK COUNT [tls]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    const work *w = work_of(argv[1]);
    canned_make(&all, w, (uint32_t)strtoul(argv[2], NULL, 10));

    struct sockaddr_in at        = { .sin_family = AF_INET,
                                     .sin_addr   = { htonl(INADDR_LOOPBACK) } };
    socklen_t          size      = sizeof at;
    const int          listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listen_fd < 0 || bind(listen_fd, (struct sockaddr *)&at, size) < 0 ||
        listen(listen_fd, 16) < 0 ||
        getsockname(listen_fd, (struct sockaddr *)&at, &size) < 0)
        die("bench: listen");
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);

    struct pollfd both[2] = { { .fd = 0, .events = POLLIN },
                              { .fd = listen_fd, .events = POLLIN } };
    while (poll(both, 2, -1) > 0 && both[0].revents == 0) {
        memset(&c, 0, offsetof(client, in));
        c.canned = &all;
        c.work   = w;
        c.exists = FIRST_NUMBER - 1 + all.count;
        c.fd     = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (c.fd < 0)
            continue;
        c.tls = argc > 3 ? tls_accept(c.fd) : NULL;
        if (argc > 3 && c.tls == NULL)
            close(c.fd);
        else
            serve(&c);
    }
    return 0;
}
