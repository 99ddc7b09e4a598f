/* SPDX-License-Identifier: MIT */
/* tls_help.h - certificates made on the spot, and a TLS server in memory.
 *
 *     peer *p = peer_new(&good, PEER_DEFAULT);
 *     p->stack ... the client under test; its engine is p->engine
 *     peer_run(p);                      until nothing moves
 *     peer_say(p, "* OK hello\r\n");    what the server sends
 *     p->heard                          what the server received
 */
#ifndef TLS_HELP_H
#define TLS_HELP_H

#include "imap4/command.h"
#include "imap4/data.h"
#include "imap4/stack.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MAYBE_UNUSED __attribute__((unused))

/* ---- certificates ---------------------------------------------------------- */

typedef struct identity {
    EVP_PKEY *key;
    X509     *cert;
} identity;

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(ext);
    assert_int_equal(X509_add_ext(cert, ext, -1), 1);
    X509_EXTENSION_free(ext);
}

/* `issuer` NULL: signed by itself.  `san` NULL: an authority, if signed by itself. */
static identity make_identity(const identity *issuer, const char *name, const char *san,
                              long from_days, long to_days)
{
    static long serial = 1;
    identity    id     = { EVP_EC_gen("P-256"), X509_new() };
    assert_non_null(id.key);
    assert_non_null(id.cert);
    const identity *by = issuer != NULL ? issuer : &id;
    X509_NAME      *n  = X509_get_subject_name(id.cert);
    (void)X509_set_version(id.cert, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(id.cert), serial++);
    (void)X509_gmtime_adj(X509_getm_notBefore(id.cert), from_days * 86400);
    (void)X509_gmtime_adj(X509_getm_notAfter(id.cert), to_days * 86400);
    (void)X509_set_pubkey(id.cert, id.key);
    (void)X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC, (const unsigned char *)name,
                                     -1, -1, 0);
    (void)X509_set_issuer_name(id.cert, X509_get_subject_name(by->cert));
    if (issuer == NULL && san == NULL)
        add_extension(id.cert, by->cert, NID_basic_constraints, "critical,CA:TRUE");
    if (san != NULL && san[0] != '\0')
        add_extension(id.cert, by->cert, NID_subject_alt_name, san);
    assert_true(X509_sign(id.cert, by->key, EVP_sha256()) > 0);
    return id;
}

static void free_identity(identity *id)
{
    EVP_PKEY_free(id->key);
    X509_free(id->cert);
}

static identity authority, stranger; /* the one that is trusted; one that nobody knows */
static identity good;                /* imap.example.org, 127.0.0.1, ::1 */
static char     ca_file[] = "/tmp/imap4-test-XXXXXX";

static int make_authorities(void **state)
{
    (void)state;
    authority    = make_identity(NULL, "test authority", NULL, -1, 30);
    stranger     = make_identity(NULL, "nobody", NULL, -1, 30);
    good         = make_identity(&authority, "server",
                                 "DNS:imap.example.org,DNS:localhost,IP:127.0.0.1,IP:::1", -1, 30);
    const int fd = mkstemp(ca_file);
    FILE     *f  = fd < 0 ? NULL : fdopen(fd, "w");
    if (f == NULL || PEM_write_X509(f, authority.cert) != 1)
        return -1;
    return fclose(f);
}

static int free_authorities(void **state)
{
    (void)state;
    free_identity(&authority);
    free_identity(&stranger);
    free_identity(&good);
    return unlink(ca_file);
}

/* ---- a server in memory ------------------------------------------------------ */

MAYBE_UNUSED static SSL_CTX *server_context(const identity *id, int max_version)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    assert_non_null(ctx);
    assert_int_equal(SSL_CTX_use_certificate(ctx, id->cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(ctx, id->key), 1);
    if (max_version != 0) {
        SSL_CTX_set_security_level(ctx, 0); /* else OpenSSL has nothing below 1.2 */
        (void)SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
        (void)SSL_CTX_set_max_proto_version(ctx, max_version);
    }
    return ctx;
}

typedef struct peer {
    imap4_engine *engine;
    imap4_stack  *stack;
    SSL_CTX      *ctx;
    SSL          *ssl;
    BIO          *to_server, *to_client;
    size_t        step;    /* bytes that move at once; 0: all */
    bool          is_deaf; /* the server does not read */
    bool          is_cut;  /* end of the stream behind what it sent */
    bool          told_cut;
    char         *heard; /* in clear */
    size_t        heard_len, heard_cap;
} peer;

typedef struct peer_options {
    const char                 *host; /* NULL: imap.example.org */
    const imap4_tls_options    *tls;  /* NULL: trusts ca_file */
    const imap4_engine_options *engine;
    const imap4_allocator      *allocator;
    int                         max_version;
} peer_options;

MAYBE_UNUSED static peer *peer_new(const identity *id, const peer_options *given)
{
    const peer_options      none = { 0 };
    const peer_options     *opt  = given != NULL ? given : &none;
    const imap4_tls_options tls  = { .size = sizeof tls, .ca_file = ca_file };
    peer                   *p    = calloc(1, sizeof *p);
    assert_non_null(p);
    p->ctx = server_context(id, opt->max_version);
    p->ssl = SSL_new(p->ctx);
    assert_non_null(p->ssl);
    p->to_server = BIO_new(BIO_s_mem());
    p->to_client = BIO_new(BIO_s_mem());
    SSL_set_bio(p->ssl, p->to_server, p->to_client);
    SSL_set_accept_state(p->ssl);
    assert_int_equal(imap4_engine_new(opt->engine, &p->engine), IMAP4_OK);
    assert_int_equal(imap4_stack_new(p->engine, opt->allocator, &p->stack), IMAP4_OK);
    assert_int_equal(
        imap4_stack_add_tls(p->stack, opt->host != NULL ? opt->host : "imap.example.org",
                            opt->tls != NULL ? opt->tls : &tls),
        IMAP4_OK);
    return p;
}

MAYBE_UNUSED static void peer_free(peer *p)
{
    imap4_stack_free(&p->stack);
    imap4_engine_free(&p->engine);
    SSL_free(p->ssl);
    SSL_CTX_free(p->ctx);
    free(p->heard);
    free(p);
    ERR_clear_error();
}

static size_t at_most(size_t n, size_t step)
{
    return step != 0 && n > step ? step : n;
}

/* Client to server; true if a byte moved. */
static bool move_up(peer *p)
{
    const imap4_view out = imap4_stack_send_buf(p->stack);
    const size_t     n   = at_most(out.len, p->step);
    if (n == 0 || p->is_deaf)
        return false;
    assert_int_equal(BIO_write(p->to_server, out.ptr, (int)n), (int)n);
    imap4_stack_send_ack(p->stack, n);
    return true;
}

/* Server to client. */
static bool move_down(peer *p, unsigned want)
{
    size_t room = 0;
    if ((want & IMAP4_WANT_READ) == 0)
        return false;
    if (BIO_ctrl_pending(p->to_client) == 0) {
        if (!p->is_cut || p->told_cut)
            return false;
        p->told_cut = true;
        (void)!imap4_stack_recv_eof(p->stack);
        return true;
    }
    char *buf = imap4_stack_recv_buf(p->stack, &room);
    if (buf == NULL)
        return false;
    const int n = BIO_read(p->to_client, buf, (int)at_most(room, p->step));
    (void)!imap4_stack_recv_commit(p->stack, n > 0 ? (size_t)n : 0);
    return n > 0;
}

/* The server's turn: handshake, then it listens. */
static bool serve(peer *p)
{
    size_t n = 0;
    if (p->heard_cap - p->heard_len < 32768) {
        p->heard_cap = p->heard_cap * 2 + 65536;
        p->heard     = realloc(p->heard, p->heard_cap);
        assert_non_null(p->heard);
    }
    ERR_clear_error();
    if (BIO_ctrl_pending(p->to_server) == 0 && SSL_is_init_finished(p->ssl))
        return false;
    if (SSL_read_ex(p->ssl, p->heard + p->heard_len, 32767, &n) != 1)
        n = 0;
    ERR_clear_error();
    p->heard_len += n;
    p->heard[p->heard_len] = '\0';
    return n != 0;
}

/* Until nothing moves.  Events are not taken. */
MAYBE_UNUSED static void peer_run(peer *p)
{
    for (bool moved = true; moved;) {
        const unsigned want = imap4_stack_want(p->stack, 1000, NULL);
        moved               = false;
        if ((want & IMAP4_WANT_WRITE) != 0 && move_up(p))
            moved = true;
        if (serve(p))
            moved = true;
        if (move_down(p, imap4_stack_want(p->stack, 1000, NULL)))
            moved = true;
    }
}

MAYBE_UNUSED static void peer_say_bytes(peer *p, const char *bytes, size_t len)
{
    size_t done = 0;
    ERR_clear_error();
    assert_int_equal(SSL_write_ex(p->ssl, bytes, len, &done), 1);
    assert_int_equal(done, len);
}

MAYBE_UNUSED static void peer_say(peer *p, const char *text)
{
    peer_say_bytes(p, text, strlen(text));
}

/* The next event, with bytes moved when there is none. */
MAYBE_UNUSED static int peer_next(peer *p, const imap4_event **ev)
{
    int rc = imap4_engine_next(p->engine, ev);
    if (rc == 0) {
        peer_run(p);
        rc = imap4_engine_next(p->engine, ev);
    }
    return rc;
}

/* The names of all events that come, and what ends them. */
MAYBE_UNUSED static const char *peer_events(peer *p)
{
    static char        text[4096];
    const imap4_event *ev = NULL;
    int                rc = 0;
    text[0]               = '\0';
    while ((rc = peer_next(p, &ev)) == 1) {
        (void)strncat(text, imap4_event_name(ev->type), sizeof text - strlen(text) - 2);
        (void)strcat(text, " ");
    }
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d", rc);
    return text;
}

#endif
