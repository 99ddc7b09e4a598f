/* SPDX-License-Identifier: MIT */
/* bench/stack.c - what TLS costs: the whole library, with imap4_stack on the engine.
 *
 *   bench_stack drain|stack WORK COUNT PORT
 *
 * `drain` is OpenSSL on the socket, which reads ahead and throws away what it decrypts.
 * The server is `bench_server WORK COUNT tls`.  WORK is one of those with a FETCH. */
#include "session.h"

#include "imap4/stack.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    DRAIN_SIZE = 256 * 1024
};

/* ---- drain ----------------------------------------------------------------- */

static void say(SSL *ssl, const char *text)
{
    if (SSL_write(ssl, text, (int)strlen(text)) <= 0)
        fail("SSL_write");
}

static void run_drain(int fd, const arguments *a)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    char    *buf = malloc(DRAIN_SIZE), line[160];
    figures  f   = { .seen = a->count, .is_checked = true };
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_default_read_buffer_len(ctx, DRAIN_SIZE);
    SSL *ssl = SSL_new(ctx);
    if (buf == NULL || SSL_set_fd(ssl, fd) != 1 || SSL_connect(ssl) != 1)
        fail("TLS");
    say(ssl, "a LOGIN u p\r\nb SELECT INBOX\r\n");
    int n;
    do
        n = SSL_read(ssl, buf, DRAIN_SIZE);
    while (n > 0 && memmem(buf, (size_t)n, "b OK", 4) == NULL);
    figures_begin(&f);
    snprintf(line, sizeof line, "c UID FETCH 1:* (%s)\r\n", a->work->items);
    if (a->count != 0)
        say(ssl, line);
    say(ssl, "d LOGOUT\r\n");
    while ((n = SSL_read(ssl, buf, DRAIN_SIZE)) > 0)
        f.bytes += (uint64_t)n;
    figures_end(&f);
    figures_print(&f);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    free(buf);
}

/* ---- stack ----------------------------------------------------------------- */

static void send_what_waits(int fd, imap4_stack *stack)
{
    while ((imap4_stack_want(stack, 0, NULL) & IMAP4_WANT_WRITE) != 0) {
        const imap4_view out = imap4_stack_send_buf(stack);
        const ssize_t    n   = send(fd, out.ptr, out.len, MSG_NOSIGNAL);
        if (n < 0)
            die("bench: send");
        imap4_stack_send_ack(stack, (size_t)n);
    }
}

static void receive(int fd, imap4_stack *stack, figures *f)
{
    size_t room;
    char  *buf = imap4_stack_recv_buf(stack, &room);
    if (buf == NULL)
        fail("the stack does not want to read");
    const ssize_t n = recv(fd, buf, room, 0);
    if (n < 0)
        die("bench: recv");
    f->bytes += (size_t)n;
    const int rc = n == 0 ? imap4_stack_recv_eof(stack)
                          : imap4_stack_recv_commit(stack, (size_t)n);
    if (rc < 0)
        fail("commit");
}

static void run_stack(int fd, const arguments *a)
{
    imap4_tls_options opt   = { .size = sizeof opt, .insecure_noverify = 1 };
    imap4_stack      *stack = NULL;
    session           s;
    session_start(&s, a);
    if (imap4_stack_new(s.engine, &s.taker.allocator, &stack) < 0 ||
        imap4_stack_add_tls(stack, "localhost", &opt) < 0)
        fail("stack");
    do {
        unsigned want;
        send_what_waits(fd, stack);
        want = imap4_stack_want(stack, 0, NULL);
        if ((want & IMAP4_WANT_NEXT) == 0)
            receive(fd, stack, &s.taker.figures);
    } while (session_take(&s));
    imap4_stack_free(&stack);
    session_end(&s);
}

int main(int argc, char **argv)
{
    const arguments a  = arguments_of(argc, argv);
    const int       fd = connect_to(a.port);
    if (strcmp(a.client, "stack") == 0)
        run_stack(fd, &a);
    else
        run_drain(fd, &a);
    close(fd);
    return 0;
}
