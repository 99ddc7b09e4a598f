/* SPDX-License-Identifier: MIT */
/* filter/tls_openssl.c - a TLS client as a byte layer; with binding_openssl.c the only user of
 * OpenSSL.
 *
 * OpenSSL reads the raw bytes that were committed, and writes to a buffer of ours, through
 * a BIO of our own: it never sees a socket.  Its error queue belongs to the thread, so it
 * is emptied before and after use. */
#include "base/inbuf.h"
#include "base/try.h"
#include "filter/binding.h"
#include "filter/layer.h"
#include "filter/outbuf.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

enum {
    ONE_RECORD  = 16 * 1024,         /* RFC 8446 5.1 */
    RAW_RECORD  = ONE_RECORD + 1024, /* and what encryption adds, with room to spare */
    OUT_ENOUGH  = 64 * 1024,         /* raw bytes that may wait to be sent */
    READ_ENOUGH = I4_INBUF_READ      /* raw bytes that may wait for the engine */
};

typedef struct tls {
    i4_layer    base;
    i4_mem      mem;
    SSL_CTX    *ctx;
    SSL        *ssl;
    BIO_METHOD *method;
    i4_inbuf    in;  /* raw bytes from the peer */
    i4_outbuf   out; /* raw bytes for the peer */
    bool        is_open;
    bool        has_ended; /* the peer said close_notify */
    bool        is_verified;
    char host[256]; /* without the dot at the end, without the zone of an address */
    char protection[96];
    unsigned char binding[I4_BINDING_MAX]; /* that was asked for last */
    imap4_error   error;
    char          text[256];
} tls;

static tls *tls_of(const i4_layer *layer)
{
    return (tls *)(uintptr_t)layer; /* its first member; const is for the user of ops */
}

/* ---- errors ---------------------------------------------------------------- */

static int fail(tls *t, const char *what)
{
    if (t->error.code != IMAP4_OK)
        return t->error.code;
    (void)snprintf(t->text, sizeof t->text, "%s", what);
    t->error = (imap4_error){ .code = IMAP4_E_TLS, .text = imap4_view_of(t->text) };
    return IMAP4_E_TLS;
}

typedef struct hint {
    long        code;
    const char *text;
} hint;

static const char *find_hint(const hint *hints, long code)
{
    while (hints->text != NULL && hints->code != code)
        hints++;
    return hints->text != NULL ? hints->text : "";
}

/* What people can do about a certificate.  Short: the engine keeps 160 bytes in all. */
static const hint certificate_hints[] = {
    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "; name its authority as ca_file" },
    { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "; name its authority as ca_file" },
    { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "; if you know it, name it as ca_file" },
    { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "; name its authority as ca_file" },
    { X509_V_ERR_CERT_HAS_EXPIRED, "; its owner must renew it" },
    { X509_V_ERR_CERT_NOT_YET_VALID, "; is the clock right?" },
    { X509_V_ERR_HOSTNAME_MISMATCH, "; use the name that is in it" },
    { X509_V_ERR_IP_ADDRESS_MISMATCH, "; use the name that is in it" },
    { 0, NULL },
};

/* ERR_GET_REASON() of what happens most. */
static const hint handshake_hints[] = {
    { SSL_R_WRONG_VERSION_NUMBER, ": this is not TLS; is it the right port?" },
    { SSL_R_UNSUPPORTED_PROTOCOL, ": the server has nothing newer than TLS 1.1" },
    { SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, ": the server has nothing newer than TLS 1.1" },
    { 0, NULL },
};

/* Why OpenSSL failed: the certificate first, because that is what people can mend. */
static int fail_openssl(tls *t, const char *doing)
{
    char                what[sizeof t->text];
    const unsigned long code   = ERR_peek_last_error();
    const char         *reason = ERR_reason_error_string(code);
    const long verify = t->ssl == NULL ? X509_V_OK : SSL_get_verify_result(t->ssl);
    if (t->is_verified && verify != X509_V_OK)
        (void)snprintf(what, sizeof what, "certificate verify failed: %s (host %.100s)%s",
                       X509_verify_cert_error_string(verify), t->host,
                       find_hint(certificate_hints, verify));
    else
        (void)snprintf(what, sizeof what, "%s: %s%s", doing,
                       reason == NULL ? "unknown error" : reason,
                       find_hint(handshake_hints, (long)ERR_GET_REASON(code)));
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
    if (!i4_outbuf_room(&t->out, &t->mem, len)) {
        BIO_set_retry_write(bio); /* the next pump tries again */
        return 0;
    }
    memcpy(t->out.ptr + t->out.len, buf, len);
    t->out.len += len;
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
    /* A type of its own would be taken from a table of 127 for the whole process. */
    t->method = BIO_meth_new(BIO_TYPE_MEM, "imap4");
    if (t->method == NULL || !BIO_meth_set_read_ex(t->method, bio_read) ||
        !BIO_meth_set_write_ex(t->method, bio_write) ||
        !BIO_meth_set_ctrl(t->method, bio_ctrl))
        return IMAP4_E_NOMEM;
    BIO *bio = BIO_new(t->method);
    if (bio == NULL)
        return IMAP4_E_NOMEM;
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    SSL_set_bio(t->ssl, bio, bio); /* takes it, for both sides */
    return IMAP4_OK;
}

/* ---- making one -------------------------------------------------------------- */

/* OpenSSL would ask on the terminal for the password of a key. */
static int no_password(char *buf, int size, int is_writing, void *user)
{
    (void)buf;
    (void)size;
    (void)is_writing;
    (void)user;
    return 0;
}

static int trust(tls *t, const imap4_tls_options *opt)
{
    if (opt->ca_file == NULL && opt->ca_path == NULL) {
        if (SSL_CTX_set_default_verify_paths(t->ctx) != 1)
            return fail_openssl(t, "cannot use the system's certificates");
        return IMAP4_OK;
    }
    if (SSL_CTX_load_verify_locations(t->ctx, opt->ca_file, opt->ca_path) != 1)
        return fail_openssl(t, "cannot read the trusted certificates (ca_file, ca_path)");
    return IMAP4_OK;
}

static int own_certificate(tls *t, const imap4_tls_options *opt)
{
    if (opt->client_cert == NULL)
        return IMAP4_OK;
    const char *key = opt->client_key != NULL ? opt->client_key : opt->client_cert;
    SSL_CTX_set_default_passwd_cb(t->ctx, no_password);
    if (SSL_CTX_use_certificate_chain_file(t->ctx, opt->client_cert) != 1)
        return fail_openssl(t, "cannot read the client's certificate (client_cert)");
    if (SSL_CTX_use_PrivateKey_file(t->ctx, key, SSL_FILETYPE_PEM) != 1)
        return fail_openssl(t,
                            "cannot use the client's key (client_key; without password)");
    return IMAP4_OK;
}

static int make_context(tls *t, const imap4_tls_options *opt)
{
    if (opt->ctx != NULL) {
        if (SSL_CTX_up_ref(opt->ctx) != 1)
            return IMAP4_E_NOMEM;
        t->ctx = opt->ctx;
        return IMAP4_OK;
    }
    t->ctx = SSL_CTX_new(TLS_client_method());
    if (t->ctx == NULL || SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION) != 1)
        return IMAP4_E_NOMEM;
    SSL_CTX_set_options(t->ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    I4_TRY(trust(t, opt));
    return own_certificate(t, opt);
}

/* Who the peer must prove to be (RFC 9525): the name that was asked for, or its address;
 * only what stands in subjectAltName counts. */
static int expect_host(tls *t)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(t->ssl), t->host) == 1)
        return IMAP4_OK; /* an address: no SNI (RFC 6066 section 3) */
    ERR_clear_error();
    SSL_set_hostflags(t->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (SSL_set1_host(t->ssl, t->host) != 1 ||
        SSL_set_tlsext_host_name(t->ssl, t->host) != 1)
        return fail_openssl(t, "cannot use the host name");
    return IMAP4_OK;
}

static int make_ssl(tls *t, const imap4_tls_options *opt)
{
    t->ssl = SSL_new(t->ctx);
    if (t->ssl == NULL)
        return IMAP4_E_NOMEM;
    I4_TRY(add_bio(t));
    /* A context's own default is not to verify: that is not left to chance. */
    t->is_verified = !opt->insecure_noverify;
    SSL_set_verify(t->ssl, t->is_verified ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                   SSL_get_verify_callback(t->ssl));
    /* An idle connection holds no buffers; a record that could not be written in full may
     * lie elsewhere when it is tried again. */
    (void)SSL_set_mode(t->ssl,
                       SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_read_ahead(t->ssl, 1);
    I4_TRY(expect_host(t));
    SSL_set_connect_state(t->ssl);
    return IMAP4_OK;
}

/* "imap.example.org." is the name "imap.example.org"; "fe80::1%eth0" the address fe80::1. */
static int take_host(tls *t, const char *host)
{
    const char *zone = strchr(host, ':') != NULL ? strchr(host, '%') : NULL;
    size_t      len  = zone != NULL ? (size_t)(zone - host) : strlen(host);
    if (len > 1 && host[len - 1] == '.')
        len--;
    if (len >= sizeof t->host)
        return fail(t, "the host name is too long");
    memcpy(t->host, host, len);
    return IMAP4_OK;
}

static const i4_layer_ops ops;

const bool i4_tls_is_built = true;

int i4_tls_new(const char *host, const imap4_tls_options *opt, const i4_mem *mem,
               i4_layer **out)
{
    tls *t = i4_mem_zalloc(mem, sizeof *t);
    if (t == NULL)
        return IMAP4_E_NOMEM;
    t->base.ops = &ops;
    t->mem      = *mem;
    i4_inbuf_init(&t->in, &t->mem);
    ERR_clear_error();
    int rc = take_host(t, host);
    if (rc == IMAP4_OK)
        rc = make_context(t, opt);
    if (rc == IMAP4_OK)
        rc = make_ssl(t, opt);
    ERR_clear_error();
    if (rc == IMAP4_E_NOMEM)
        ops.free(&t->base);
    else
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
    i4_outbuf_free(&t->out, &mem);
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
    if (t->in.lent == 0 || len > t->in.lent)
        return IMAP4_E_ARG;
    i4_inbuf_commit(&t->in, len);
    return IMAP4_OK;
}

static imap4_view tls_send_buf(i4_layer *layer)
{
    return i4_outbuf_lend(&tls_of(layer)->out);
}

static void tls_send_ack(i4_layer *layer, size_t len)
{
    i4_outbuf_ack(&tls_of(layer)->out, len);
}

static bool tls_has_output(const i4_layer *layer)
{
    return i4_outbuf_size(&tls_of(layer)->out) != 0;
}

static bool tls_has_room(const i4_layer *layer)
{
    const tls *t = tls_of(layer);
    return !t->has_ended && (t->in.lent != 0 || t->in.end - t->in.start < READ_ENOUGH);
}

static void tls_trim(i4_layer *layer)
{
    tls *t = tls_of(layer);
    i4_inbuf_trim(&t->in);
    i4_outbuf_trim(&t->out, &t->mem);
}

/* ---- moving ---------------------------------------------------------------- */

/* What an SSL_... call that did not succeed means: IMAP4_OK to go on later, or the error. */
static int result_of(tls *t, int n, const char *doing)
{
    switch (SSL_get_error(t->ssl, n)) {
    case SSL_ERROR_WANT_READ:  /* more raw bytes must come */
    case SSL_ERROR_WANT_WRITE: /* no room for raw bytes: the next pump tries again */
        return IMAP4_OK;
    case SSL_ERROR_ZERO_RETURN: t->has_ended = true; return IMAP4_OK;
    default: return fail_openssl(t, doing);
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
    return IMAP4_OK;
}

static bool has_input(const tls *t)
{
    return !t->has_ended && (t->in.end != t->in.start || SSL_has_pending(t->ssl));
}

/* Clear bytes to the engine, as long as it has room. */
static int pump_in(tls *t, const i4_above *up)
{
    while (has_input(t)) {
        size_t room = 0, done = 0;
        char  *at = up->recv_buf(up->ctx, &room);
        if (at == NULL)
            return IMAP4_OK;
        const int n = SSL_read_ex(t->ssl, at, room, &done);
        I4_TRY(up->recv_commit(up->ctx, n == 1 ? done : 0));
        if (n != 1)
            return result_of(t, n, "TLS failed");
    }
    return IMAP4_OK;
}

/* Bytes of the engine to the peer, not more than can wait. */
static int pump_out(tls *t, const i4_above *up)
{
    while (i4_outbuf_size(&t->out) < OUT_ENOUGH) {
        imap4_view bytes = up->send_buf(up->ctx);
        if (bytes.len == 0 || !i4_outbuf_room(&t->out, &t->mem, RAW_RECORD))
            return IMAP4_OK;
        if (bytes.len > ONE_RECORD)
            bytes.len = ONE_RECORD;
        size_t    done = 0;
        const int n    = SSL_write_ex(t->ssl, bytes.ptr, bytes.len, &done);
        if (n != 1)
            return result_of(t, n, "TLS failed");
        up->send_ack(up->ctx, done);
    }
    return IMAP4_OK;
}

static int tls_pump(i4_layer *layer, const i4_above *up)
{
    tls *t  = tls_of(layer);
    int  rc = t->error.code;
    if (rc != IMAP4_OK)
        return rc;
    ERR_clear_error();
    if (!t->is_open) {
        rc = shake_hands(t);
    } else {
        rc = pump_in(t, up);
        if (rc >= 0)
            rc = pump_out(t, up);
    }
    return rc;
}

static bool tls_has_ended(const i4_layer *layer)
{
    return tls_of(layer)->has_ended;
}

static bool tls_is_drained(const i4_layer *layer)
{
    const tls *t = tls_of(layer);
    return t->error.code != IMAP4_OK || !t->is_open || !has_input(t);
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

struct ssl_st *i4_tls_ssl(const i4_layer *layer)
{
    return tls_of(layer)->ssl;
}

int i4_tls_binding(i4_layer *layer, imap4_view type, imap4_view *name, imap4_view *value)
{
    tls   *t   = tls_of(layer);
    size_t len = 0;
    ERR_clear_error();
    const int rc = i4_binding(t->ssl, type, name, t->binding, &len);
    ERR_clear_error();
    *value = rc == IMAP4_OK ? (imap4_view){ (const char *)t->binding, len } : IMAP4_NIL;
    return rc;
}

static const i4_layer_ops ops = {
    .recv_buf    = tls_recv_buf,
    .recv_commit = tls_recv_commit,
    .send_buf    = tls_send_buf,
    .send_ack    = tls_send_ack,
    .has_output  = tls_has_output,
    .has_room    = tls_has_room,
    .pump        = tls_pump,
    .has_ended   = tls_has_ended,
    .is_drained  = tls_is_drained,
    .shutdown    = tls_shutdown,
    .trim        = tls_trim,
    .is_open     = tls_is_open,
    .protection  = tls_protection,
    .error       = tls_error,
    .free        = tls_free,
};
