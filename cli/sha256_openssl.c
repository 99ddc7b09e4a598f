/* SPDX-License-Identifier: MIT */
/* cli/sha256_openssl.c - SHA-256 through OpenSSL; the program's only user of it. */
#include "sha256.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct sha256 {
    EVP_MD_CTX *ctx;
    bool        is_good; /* since begin */
};

sha256 *sha256_new(void)
{
    sha256 *hash = calloc(1, sizeof *hash);
    if (hash == NULL)
        return NULL;
    hash->ctx = EVP_MD_CTX_new();
    if (hash->ctx == NULL)
        sha256_free(&hash);
    return hash;
}

void sha256_free(sha256 **hash)
{
    if (hash == NULL || *hash == NULL)
        return;
    EVP_MD_CTX_free((*hash)->ctx);
    free(*hash);
    *hash = NULL;
}

bool sha256_begin(sha256 *hash)
{
    hash->is_good = EVP_DigestInit_ex(hash->ctx, EVP_sha256(), NULL) == 1;
    return hash->is_good;
}

bool sha256_update(sha256 *hash, imap4_view bytes)
{
    hash->is_good = hash->is_good &&
                    EVP_DigestUpdate(hash->ctx, bytes.ptr, bytes.len) == 1;
    return hash->is_good;
}

bool sha256_end(sha256 *hash, char hex[SHA256_HEX + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char     sum[EVP_MAX_MD_SIZE];
    unsigned          len = 0;
    if (!hash->is_good || EVP_DigestFinal_ex(hash->ctx, sum, &len) != 1 ||
        len != SHA256_HEX / 2)
        return false;
    hash->is_good = false;
    for (unsigned i = 0; i < len; i++) {
        hex[2 * i]     = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[SHA256_HEX] = '\0';
    return true;
}
