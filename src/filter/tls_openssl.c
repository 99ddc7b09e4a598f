/* SPDX-License-Identifier: MIT */
/* filter/tls_openssl.c - a TLS client as a byte layer; the only user of OpenSSL.
 *
 * OpenSSL reads from the raw bytes that were committed and writes to a buffer of ours
 * through a BIO of our own, so it never sees a socket and no byte is copied more than TLS
 * needs. */
#include "base/inbuf.h"
#include "base/num.h"
#include "base/try.h"
#include "filter/layer.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

enum {
    OUT_ENOUGH  = 64 * 1024, /* raw bytes that may wait to be sent */
    ONE_RECORD  = 16 * 1024, /* RFC 8446 5.1 */
    READ_ENOUGH = 256 * 1024 /* raw bytes that may wait for the engine */
};

typedef struct tls {
    i4_layer    base;
    i4_mem      mem;
    SSL_CTX    *ctx;
    SSL        *ssl;
    BIO_METHOD *method;
    i4_inbuf    in; /* raw bytes from the peer */
    char       *out; /* raw bytes for the peer: [out_at, out_len) */
    size_t      out_at, out_len, out_cap;
    bool        is_open;
    bool        has_ended; /* the peer said close_notify */
    bool        is_verified;
    bool        out_failed; /* no memory for `out`: the next pump tries again */
    char        host[256];
    char        protection[96];
    imap4_error error;
    char        text[256];
} tls;

static tls *tls_of(const i4_layer *layer)
{
    return (tls *)(uintptr_t)layer;
}

/* ---- errors ---------------------------------------------------------------- */

static int fail(tls *t, const char *what)
{
    if (t->error.code != IMAP4_OK)
        return t->error.code;
    (void)snprintf(t->text, sizeof t->text, "%s", what);
    t->error = (imap4_error){.code = IMAP4_E_TLS, .text = imap4_view_of(t->text)};
    return IMAP4_E_TLS;
}

/* Why OpenSSL failed: the certificate first, because that is what people can mend. */
static int fail_openssl(tls *t, const char *doing)
{
    char                what[192];
    const unsigned long code   = ERR_peek_last_error();
    const char         *reason = ERR_reason_error_string(code);
    const long          verify = t->ssl == NULL ? X509_V_OK : SSL_get_verify_result(t->ssl);
    if (t->is_verified && verify != X509_V_OK)
        (void)snprintf(what, sizeof what, "certificate verify failed: %s (host %.100s)",
                       X509_verify_cert_error_string(verify), t->host);
    else
        (void)snprintf(what, sizeof what, "%s: %s", doing,
                       reason == NULL ? "unknown error" : reason);
    ERR_clear_error();
    return fail(t, what);
}

/* ---- the BIO: OpenSSL's raw side --------------------------------------------- */

static int bio_read(BIO *bio, char *buf, size_t len, size_t *done)
{
    tls         *t    = BIO_get_data(bio);
    const size_t have = t->in.end - t->in.start;
    BIO_clear_retry_flags(bio);
    *done = have < len ? have : len;
    if (*done == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(buf, t->in.ptr + t->in.start, *done);
    i4_inbuf_consume(&t->in, *done);
    return 1;
}

static int bio_write(BIO *bio, const char *buf, size_t len, size_t *done)
{
    tls *t = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *done = 0;
    if (t->out_at != 0 && t->out_len + len > t->out_cap) {
        memmove(t->out, t->out + t->out_at, t->out_len - t->out_at);
        t->out_len -= t->out_at;
        t->out_at = 0;
    }
    if (i4_mem_grow(&t->mem, (void **)&t->out, &t->out_cap, t->out_len, len, 1) < 0) {
        t->out_failed = true;
        BIO_set_retry_write(bio);
        return 0;
    }
    memcpy(t->out + t->out_len, buf, len);
    t->out_len += len;
    *done = len;
    return 1;
}

static long bio_ctrl(BIO *bio, int command, long number, void *ptr)
{
    (void)bio;
    (void)number;
    (void)ptr;
    return command == BIO_CTRL_FLUSH;
}

static int add_bio(tls *t)
{
    t->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "imap4");
    if (t->method == NULL || !BIO_meth_set_read_ex(t->method, bio_read) ||
        !BIO_meth_set_write_ex(t->method, bio_write) || !BIO_meth_set_ctrl(t->method, bio_ctrl))
        return IMAP4_E_NOMEM;
    BIO *bio = BIO_new(t->method);
    if (bio == NULL)
        return IMAP4_E_NOMEM;
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    SSL_set_bio(t->ssl, bio, bio); /* one reference for both sides */
    return IMAP4_OK;
}

/* ---- making one -------------------------------------------------------------- */

static int trust(tls *t, const imap4_tls_options *opt)
{
    const char *file = opt == NULL ? NULL : opt->ca_file;
    const char *path = opt == NULL ? NULL : opt->ca_path;
    if (file == NULL && path == NULL)
        return SSL_CTX_set_default_verify_paths(t->ctx) == 1
                   ? IMAP4_OK
                   : fail_openssl(t, "cannot use the system's certificates");
    if (SSL_CTX_load_verify_locations(t->ctx, file, path) != 1)
        return fail_openssl(t, "cannot read the file of trusted certificates");
    return IMAP4_OK;
}

static int own_certificate(tls *t, const imap4_tls_options *opt)
{
    if (opt == NULL || opt->client_cert == NULL)
        return IMAP4_OK;
    const char *key = opt->client_key != NULL ? opt->client_key : opt->client_cert;
    if (SSL_CTX_use_certificate_chain_file(t->ctx, opt->client_cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(t->ctx, key, SSL_FILETYPE_PEM) != 1)
        return fail_openssl(t, "cannot read the client's certificate or key");
    return IMAP4_OK;
}

static int make_context(tls *t, const imap4_tls_options *opt)
{
    if (opt != NULL && opt->ctx != NULL) {
        if (SSL_CTX_up_ref(opt->ctx) != 1)
            return IMAP4_E_NOMEM;
        t->ctx         = opt->ctx;
        t->is_verified = (SSL_CTX_get_verify_mode(t->ctx) & SSL_VERIFY_PEER) != 0;
        return IMAP4_OK;
    }
    t->ctx = SSL_CTX_new(TLS_client_method());
    if (t->ctx == NULL)
        return IMAP4_E_NOMEM;
    t->is_verified = opt == NULL || !opt->insecure_noverify;
    SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(t->ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_verify(t->ctx, t->is_verified ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    I4_TRY(trust(t, opt));
    return own_certificate(t, opt);
}

/* Who the peer must prove to be (RFC 9525): the name that was asked for, or its address;
 * only what stands in subjectAltName counts. */
static int expect_host(tls *t)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(t->ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(param, t->host) == 1)
        return IMAP4_OK; /* an address: no SNI (RFC 6066 section 3) */
    ERR_clear_error();
    SSL_set_hostflags(t->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (SSL_set1_host(t->ssl, t->host) != 1 || SSL_set_tlsext_host_name(t->ssl, t->host) != 1)
        return fail_openssl(t, "cannot use the host name");
    return IMAP4_OK;
}

static const i4_layer_ops ops;

int i4_tls_new(const char *host, const imap4_tls_options *opt, const i4_mem *mem,
               i4_layer **out)
{
    const size_t len = imap4_view_of(host).len;
    tls         *t   = i4_mem_zalloc(mem, sizeof *t);
    if (t == NULL)
        return IMAP4_E_NOMEM;
    t->base.ops = &ops;
    t->mem      = *mem;
    i4_inbuf_init(&t->in, &t->mem);
    int rc = IMAP4_OK;
    if (len >= sizeof t->host)
        rc = fail(t, "the host name is too long");
    else
        memcpy(t->host, host, len + 1);
    ERR_clear_error();
    if (rc == IMAP4_OK)
        rc = make_context(t, opt);
    if (rc == IMAP4_OK) {
        t->ssl = SSL_new(t->ctx);
        rc     = t->ssl == NULL ? IMAP4_E_NOMEM : add_bio(t);
    }
    if (rc == IMAP4_OK && t->is_verified)
        rc = expect_host(t);
    else if (rc == IMAP4_OK && strspn(t->host, "0123456789.:abcdefABCDEF") != len)
        (void)SSL_set_tlsext_host_name(t->ssl, t->host);
    if (rc == IMAP4_E_NOMEM) {
        ops.free(&t->base);
        return rc;
    }
    if (rc == IMAP4_OK)
        SSL_set_connect_state(t->ssl);
    *out = &t->base;
    return rc;
}

static void tls_free(i4_layer *layer)
{
    tls         *t   = tls_of(layer);
    const i4_mem mem = t->mem;
    SSL_free(t->ssl);
    SSL_CTX_free(t->ctx);
    BIO_meth_free(t->method);
    i4_inbuf_free(&t->in);
    i4_mem_free(&mem, t->out, t->out_cap);
    i4_mem_free(&mem, t, sizeof *t);
}

/* ---- the raw pipes ----------------------------------------------------------- */

static char *tls_recv_buf(i4_layer *layer, size_t *len)
{
    size_t closed = 0;
    return i4_inbuf_lend(&tls_of(layer)->in, false, len, &closed);
}

static int tls_recv_commit(i4_layer *layer, size_t len)
{
    tls *t = tls_of(layer);
    if (len > t->in.lent || t->in.lent == 0)
        return IMAP4_E_ARG;
    i4_inbuf_commit(&t->in, len);
    return IMAP4_OK;
}

static imap4_view tls_send_buf(i4_layer *layer)
{
    const tls *t = tls_of(layer);
    if (t->out_at == t->out_len)
        return IMAP4_NIL;
    return (imap4_view){t->out + t->out_at, t->out_len - t->out_at};
}

static void tls_send_ack(i4_layer *layer, size_t len)
{
    tls *t = tls_of(layer);
    t->out_at += len < t->out_len - t->out_at ? len : t->out_len - t->out_at;
    if (t->out_at == t->out_len)
        t->out_at = t->out_len = 0;
}

static bool tls_wants_read(const i4_layer *layer)
{
    const tls *t = tls_of(layer);
    return t->error.code == IMAP4_OK && !t->has_ended && t->in.lent == 0 &&
           t->in.end - t->in.start < READ_ENOUGH;
}

/* ---- moving ---------------------------------------------------------------- */

/* What an SSL_... call that gave `n` <= 0 means: 1 to go on later, else the error. */
static int result_of(tls *t, int n, const char *doing)
{
    switch (SSL_get_error(t->ssl, n)) {
    case SSL_ERROR_WANT_READ:
        return 1;
    case SSL_ERROR_WANT_WRITE: /* no memory for raw bytes */
        return 1;
    case SSL_ERROR_ZERO_RETURN:
        t->has_ended = true;
        return 1;
    default:
        return fail_openssl(t, doing);
    }
}

static int shake_hands(tls *t)
{
    const int n = SSL_do_handshake(t->ssl);
    if (n != 1)
        return result_of(t, n, "TLS handshake failed");
    t->is_open = true;
    (void)snprintf(t->protection, sizeof t->protection, "%s %s", SSL_get_version(t->ssl),
                   SSL_get_cipher_name(t->ssl));
    return 1;
}

/* Clear bytes to the engine, as long as it has room. */
static int pump_in(tls *t, const i4_above *up)
{
    while (!t->has_ended && (t->in.end != t->in.start || SSL_has_pending(t->ssl))) {
        size_t room = 0, done = 0;
        char  *at   = up->recv_buf(up->ctx, &room);
        if (at == NULL)
            return IMAP4_OK;
        const int n = SSL_read_ex(t->ssl, at, room, &done);
        I4_TRY(up->recv_commit(up->ctx, n == 1 ? done : 0));
        if (n != 1) {
            const int rc = result_of(t, n, "TLS failed");
            return rc < 0 ? rc : IMAP4_OK;
        }
    }
    return IMAP4_OK;
}

/* Bytes of the engine to the peer, not more than can wait. */
static int pump_out(tls *t, const i4_above *up)
{
    while (t->out_len - t->out_at < OUT_ENOUGH) {
        imap4_view bytes = up->send_buf(up->ctx);
        if (bytes.len == 0)
            return IMAP4_OK;
        if (bytes.len > ONE_RECORD)
            bytes.len = ONE_RECORD;
        size_t    done = 0;
        const int n    = SSL_write_ex(t->ssl, bytes.ptr, bytes.len, &done);
        if (n != 1) {
            const int rc = result_of(t, n, "TLS failed");
            return rc < 0 ? rc : IMAP4_OK;
        }
        up->send_ack(up->ctx, done);
    }
    return IMAP4_OK;
}

static int tls_pump(i4_layer *layer, const i4_above *up)
{
    tls *t = tls_of(layer);
    if (t->error.code != IMAP4_OK)
        return t->error.code;
    ERR_clear_error();
    t->out_failed = false;
    if (!t->is_open)
        I4_TRY(shake_hands(t));
    if (!t->is_open)
        return IMAP4_OK;
    I4_TRY(pump_in(t, up));
    return pump_out(t, up);
}

static int tls_ended_well(const i4_layer *layer)
{
    return tls_of(layer)->has_ended;
}

static void tls_shutdown(i4_layer *layer)
{
    tls *t = tls_of(layer);
    if (t->error.code != IMAP4_OK || !t->is_open)
        return;
    ERR_clear_error();
    (void)SSL_shutdown(t->ssl);
    ERR_clear_error();
}

static bool tls_is_open(const i4_layer *layer)
{
    return tls_of(layer)->is_open;
}

static imap4_view tls_protection(const i4_layer *layer)
{
    const tls *t = tls_of(layer);
    return t->is_open ? imap4_view_of(t->protection) : IMAP4_NIL;
}

static const imap4_error *tls_error(const i4_layer *layer)
{
    return &tls_of(layer)->error;
}

static const i4_layer_ops ops = {
    .recv_buf    = tls_recv_buf,
    .recv_commit = tls_recv_commit,
    .send_buf    = tls_send_buf,
    .send_ack    = tls_send_ack,
    .wants_read  = tls_wants_read,
    .pump        = tls_pump,
    .ended_well  = tls_ended_well,
    .shutdown    = tls_shutdown,
    .is_open     = tls_is_open,
    .protection  = tls_protection,
    .error       = tls_error,
    .free        = tls_free,
};
