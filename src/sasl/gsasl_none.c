/* SPDX-License-Identifier: MIT */
/* sasl/gsasl_none.c - what a build without libgsasl has in the place of gsasl.c. */
#include "sasl/gsasl.h"

const bool i4_gsasl_is_built = false;

int i4_gsasl_prepare(const i4_mem *mem, imap4_view text, i4_secret *out)
{
    (void)mem;
    (void)text;
    (void)out;
    return IMAP4_E_NOTIMPL;
}

int i4_gsasl_nonce(char *out, size_t len)
{
    (void)out;
    (void)len;
    return IMAP4_E_NOTIMPL;
}

int i4_gsasl_derive(i4_hash hash, const i4_secret *password, imap4_view salt,
                    uint32_t iterations, i4_scram_keys *out)
{
    (void)hash;
    (void)password;
    (void)salt;
    (void)iterations;
    (void)out;
    return IMAP4_E_NOTIMPL;
}

int i4_gsasl_cram_md5(const i4_secret *user, const i4_secret *password,
                      imap4_view challenge, char out[I4_CRAM_MD5_SIZE])
{
    (void)user;
    (void)password;
    (void)challenge;
    (void)out;
    return IMAP4_E_NOTIMPL;
}
