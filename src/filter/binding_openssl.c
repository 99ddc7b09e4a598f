/* SPDX-License-Identifier: MIT */
/* filter/binding_openssl.c - channel bindings of a client's TLS connection. */
#include "base/view.h"
#include "filter/binding.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

enum {
    EXPORTED = 32
};

/* RFC 9266 section 2.  For TLS 1.2 it asks for a context of length zero, which many take for
 * none: the values differ, so it is for TLS 1.3 only, where they are the same. */
static int exporter(SSL *ssl, unsigned char *out, size_t *len)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    if (SSL_version(ssl) != TLS1_3_VERSION)
        return IMAP4_E_ABSENT;
    *len = EXPORTED;
    return SSL_export_keying_material(ssl, out, EXPORTED, label, sizeof label - 1, NULL,
                                      0, 0) == 1
               ? IMAP4_OK
               : IMAP4_E_TLS;
}

/* RFC 5929 section 3: the first Finished message, which is ours if the handshake was whole.
 * RFC 9266 section 3: TLS 1.3 has none, and before it the extended master secret must keep two
 * connections from having the same (RFC 7627). */
static int unique(SSL *ssl, unsigned char *out, size_t *len)
{
    if (SSL_version(ssl) >= TLS1_3_VERSION || SSL_get_extms_support(ssl) != 1 ||
        SSL_session_reused(ssl) || SSL_num_renegotiations(ssl) != 0)
        return IMAP4_E_ABSENT;
    *len = SSL_get_finished(ssl, out, I4_BINDING_MAX);
    return *len != 0 && *len <= I4_BINDING_MAX ? IMAP4_OK : IMAP4_E_TLS;
}

/* RFC 5929 section 4.1: by the hash of its signature, SHA-256 for what is weaker; with none
 * (Ed25519), or two, it is not defined. */
static int server_end_point(SSL *ssl, unsigned char *out, size_t *len)
{
    int      nid  = NID_undef;
    unsigned n    = 0;
    X509    *cert = SSL_get0_peer_certificate(ssl);
    if (cert == NULL || X509_get_signature_info(cert, &nid, NULL, NULL, NULL) != 1)
        return IMAP4_E_ABSENT;
    const EVP_MD *hash = nid == NID_md5 || nid == NID_sha1 ? EVP_sha256()
                                                           : EVP_get_digestbynid(nid);
    if (hash == NULL || EVP_MD_get_size(hash) > I4_BINDING_MAX)
        return IMAP4_E_ABSENT;
    if (X509_digest(cert, hash, out, &n) != 1)
        return IMAP4_E_TLS;
    *len = n;
    return IMAP4_OK;
}

static const struct {
    const char *name;
    int (*make)(SSL *ssl, unsigned char *out, size_t *len);
    bool is_default;
} types[] = {
    { "tls-exporter", exporter, true },
    { "tls-unique", unique, true },
    { "tls-server-end-point", server_end_point, false },
};

int i4_binding(SSL *ssl, imap4_view type, imap4_view *name,
               unsigned char out[I4_BINDING_MAX], size_t *len)
{
    int rc = type.ptr == NULL ? IMAP4_E_ABSENT : IMAP4_E_ARG;
    for (size_t i = 0; i < sizeof types / sizeof types[0] && rc != IMAP4_OK; i++) {
        *name = imap4_view_of(types[i].name);
        if (type.ptr == NULL ? types[i].is_default : i4_view_eq(type, *name)) {
            rc = types[i].make(ssl, out, len);
            if (type.ptr != NULL)
                break;
        }
    }
    if (rc != IMAP4_OK)
        *name = IMAP4_NIL;
    return rc;
}
