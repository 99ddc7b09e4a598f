/* SPDX-License-Identifier: MIT */
/* server_help.h - a server on loopback for the drivers of adapt/: a thread, one connection.
 *
 *     server s = { .talk = talk_script, .script = GREETING "|A1 OK begin\r\n" };
 *     server_start(&s, "imap://");      s.url is where it listens
 *     server_join(&s);                  s.heard is what it received in clear
 */
#ifndef SERVER_HELP_H
#define SERVER_HELP_H

#include "tls_help.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#define GREETING "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n"

typedef struct server {
    void (*talk)(struct server *s);
    const char *script; /* for talk_script() */
    pthread_t   thread;
    int         listener, fd;
    int         go[2]; /* a pipe: the server waits for the test */
    char        url[64];
    char        heard[65536]; /* in clear */
    size_t      heard_len;
} server;

static void *server_main(void *arg)
{
    server *s = arg;
    s->fd     = accept(s->listener, NULL, NULL);
    if (s->fd >= 0) {
        s->talk(s);
        (void)close(s->fd);
    }
    return NULL;
}

static void server_start(server *s, const char *scheme)
{
    struct sockaddr_in address = { .sin_family      = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t          len     = sizeof address;
    s->listener                = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(s->listener >= 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(s->listener, 1), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &len), 0);
    (void)snprintf(s->url, sizeof s->url, "%s127.0.0.1:%u", scheme,
                   ntohs(address.sin_port));
    assert_int_equal(pthread_create(&s->thread, NULL, server_main, s), 0);
}

static void server_join(server *s)
{
    assert_int_equal(pthread_join(s->thread, NULL), 0);
    (void)close(s->listener);
}

static void say(server *s, const char *text)
{
    (void)!send(s->fd, text, strlen(text), MSG_NOSIGNAL);
}

/* Until `word` was heard.  0 at the end of the stream. */
static int hear(server *s, const char *word)
{
    while (word == NULL || strstr(s->heard, word) == NULL) {
        const ssize_t n = recv(s->fd, s->heard + s->heard_len,
                               sizeof s->heard - 1 - s->heard_len, 0);
        if (n <= 0)
            return 0;
        s->heard_len += (size_t)n;
        s->heard[s->heard_len] = '\0';
    }
    return 1;
}

/* Until the client goes away. */
static void hear_out(server *s)
{
    (void)hear(s, NULL);
}

static SSL *shake_hands(server *s, SSL_CTX *ctx)
{
    SSL *ssl = SSL_new(ctx);
    if (ssl == NULL || SSL_set_fd(ssl, s->fd) != 1 || SSL_accept(ssl) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    return ssl;
}

static void talk_politely(server *s)
{
    say(s, GREETING);
    if (hear(s, "A1 NOOP\r\n"))
        say(s, "* 3 EXISTS\r\nA1 OK done\r\n");
    if (hear(s, "A2 LOGOUT\r\n"))
        say(s, "* BYE bye\r\nA2 OK done\r\n");
}

/* Sends all it has before it reads the first byte: who does not read while he writes has
 * to wait for ever. */
enum {
    MUCH = 6 << 20
};

static void talk_much(server *s)
{
    static char big[1 << 20];
    SSL_CTX    *ctx   = server_context(&good, 0);
    SSL        *ssl   = shake_hands(s, ctx);
    size_t      heard = 0, n = 0;
    if (ssl != NULL) {
        (void)SSL_write(ssl, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n", 46);
        for (size_t i = 0; i < sizeof big; i += 16)
            memcpy(big + i, "* 12345 EXISTS\r\n", 16);
        for (size_t sent = 0; sent < MUCH; sent += sizeof big)
            (void)SSL_write(ssl, big, sizeof big);
        while (heard < MUCH && SSL_read_ex(ssl, big, sizeof big, &n) == 1)
            heard += n;
        (void)SSL_write(ssl, "A1 OK\r\n", 7);
        (void)SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

/* The greeting, then behind "|" the answer to STARTTLS. */
static void talk_script(server *s)
{
    const char *greeting_end = strchr(s->script, '|');
    (void)!send(s->fd, s->script, (size_t)(greeting_end - s->script), MSG_NOSIGNAL);
    if (greeting_end[1] != '\0' && hear(s, "STARTTLS\r\n"))
        say(s, greeting_end + 1);
    hear_out(s);
}

/* STARTTLS as it should be, then one command in private. */
static void talk_starttls(server *s)
{
    SSL_CTX *ctx      = server_context(&good, 0);
    SSL     *ssl      = NULL;
    char     line[64] = "";
    say(s, GREETING);
    if (hear(s, "A1 STARTTLS\r\n")) {
        say(s, "A1 OK begin\r\n");
        ssl = shake_hands(s, ctx);
    }
    if (ssl != NULL) {
        (void)SSL_read(ssl, line, sizeof line - 1);
        (void)SSL_write(ssl, "* CAPABILITY IMAP4rev1\r\nA2 OK\r\n", 31);
        (void)SSL_read(ssl, line, sizeof line - 1);
        (void)snprintf(s->heard, sizeof s->heard, "%s", line);
        (void)SSL_write(ssl, "A3 OK\r\n", 7);
        (void)SSL_read(ssl, line, sizeof line - 1);
    }
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

/* What ends a session that wants STARTTLS, and how. */
typedef struct tampering {
    const char *script; /* for talk_script() */
    int         rc;
} tampering;

static const tampering tamperings[] = {
    { "* OK [CAPABILITY IMAP4rev1] hi\r\n|A1 NO\r\n", IMAP4_E_TLS },
    { GREETING "|A1 NO no\r\n", IMAP4_E_TLS },
    { GREETING "|A1 BAD what\r\n", IMAP4_E_TLS },
    { GREETING "|A9 OK begin\r\n", IMAP4_E_PROTOCOL },
    { "* PREAUTH hi\r\n|", IMAP4_E_INSECURE },
    { "* PREAUTH [REFERRAL imap://evil/] hi\r\n|A1 OK\r\n", IMAP4_E_INSECURE },
    { "* BYE [REFERRAL imap://evil/] hi\r\n|", IMAP4_E_BYE },
    { "garbage\r\n" GREETING "|A1 OK\r\n", IMAP4_E_PROTOCOL },
    { GREETING "A1 OK begin\r\n|", IMAP4_E_PROTOCOL },
    { GREETING "|A1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=LOGIN\r\n",
      IMAP4_E_INJECTION },
    { GREETING "|A1 OK begin\r\nA2 OK logged in\r\n", IMAP4_E_INJECTION },
    { GREETING "|A1 OK {5}\r\nhello\r\n", IMAP4_E_INJECTION },
    { NULL, 0 },
};

#endif
