/* SPDX-License-Identifier: MIT */
/* bench/server_tls.c - TLS for the server, with a certificate made on the spot. */
#include "server_tls.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

static X509 *certificate_of(EVP_PKEY *key)
{
    X509      *x    = X509_new();
    X509_NAME *name = X509_get_subject_name(x);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509_sign(x, key, EVP_sha256());
    return x;
}

static SSL_CTX *context(void)
{
    SSL_CTX  *ctx = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509     *x   = certificate_of(key);
    if (SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256") != 1 ||
        SSL_CTX_use_certificate(ctx, x) != 1 || SSL_CTX_use_PrivateKey(ctx, key) != 1) {
        fprintf(stderr, "bench: no certificate\n");
        exit(1);
    }
    X509_free(x);
    EVP_PKEY_free(key);
    return ctx;
}

tls *tls_accept(int fd)
{
    static SSL_CTX *ctx;
    if (ctx == NULL)
        ctx = context();
    SSL *ssl = SSL_new(ctx);
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1 || SSL_accept(ssl) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    return (tls *)ssl;
}

ssize_t tls_recv(tls *t, char *at, size_t len)
{
    return SSL_read((SSL *)t, at, (int)len);
}

ssize_t tls_send(tls *t, const char *at, size_t len)
{
    return SSL_write((SSL *)t, at, len > 1000000 ? 1000000 : (int)len);
}

void tls_close(tls *t)
{
    SSL_shutdown((SSL *)t);
    SSL_free((SSL *)t);
}
