/* SPDX-License-Identifier: MIT */
/* sasl/gsasl.h - what libgsasl does for us: names and passwords made equal, keys, nonces. */
#ifndef I4_SASL_GSASL_H
#define I4_SASL_GSASL_H

#include "base/built.h"
#include "base/mem.h"
#include "sasl/hash.h"

/* Without it (i4_gsasl_is_built) each function gives IMAP4_E_NOTIMPL. */

/* Text that is wiped when it is freed; a NUL stands behind it. */
typedef struct i4_secret {
    char  *ptr; /* NULL: none */
    size_t len;
} i4_secret;

static inline void i4_secret_free(const i4_mem *mem, i4_secret *secret)
{
    if (secret->ptr == NULL)
        return;
    i4_mem_wipe(secret->ptr, secret->len);
    i4_mem_free(mem, secret->ptr, secret->len + 1);
    *secret = (i4_secret){ NULL, 0 };
}

typedef struct i4_scram_keys {
    unsigned char client[I4_HASH_MAX];
    unsigned char stored[I4_HASH_MAX];
    unsigned char server[I4_HASH_MAX];
} i4_scram_keys;

enum {
    I4_PREPARED_MAX  = 16 * 1024, /* octets of a text for SASLprep, which is slow */
    I4_CRAM_MD5_SIZE = 32         /* hexadecimal digits */
};

/* SASLprep (RFC 4013) of a text without NUL.  IMAP4_OK; IMAP4_E_ARG: it is no UTF-8, or
 * has what is prohibited, or nothing is left of it; IMAP4_E_NOMEM. */
int i4_gsasl_prepare(const i4_mem *mem, imap4_view text, i4_secret *out);

/* Bytes that nobody can foretell.  IMAP4_OK or IMAP4_E_IO. */
int i4_gsasl_nonce(char *out, size_t len);

/* RFC 5802 section 3, of a password that was prepared. */
int i4_gsasl_derive(i4_hash hash, const i4_secret *password, imap4_view salt,
                    uint32_t iterations, i4_scram_keys *out);

/* RFC 2195 section 2: the digest in lower case. */
int i4_gsasl_cram_md5(const i4_secret *user, const i4_secret *password,
                      imap4_view challenge, char out[I4_CRAM_MD5_SIZE]);

#endif
