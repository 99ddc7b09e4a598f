/* SPDX-License-Identifier: MIT */
/* sasl/gsasl.c - SASLprep, nonces, keys and CRAM-MD5; the only user of libgsasl.
 *
 * It takes its own memory with malloc().  What it gives us is wiped before it goes back, and
 * so is what it keeps of ours; copies that it makes and frees within a call are not. */
#include "sasl/gsasl.h"

#include <gsasl.h>
#include <stdint.h>

const bool i4_gsasl_is_built = true;

static int rc_of(int rc)
{
    switch (rc) {
    case GSASL_OK: return IMAP4_OK;
    case GSASL_MALLOC_ERROR: return IMAP4_E_NOMEM;
    case GSASL_CRYPTO_ERROR: return IMAP4_E_IO;
    default: return IMAP4_E_ARG;
    }
}

static int copy(const i4_mem *mem, imap4_view text, i4_secret *out)
{
    char *ptr = i4_mem_alloc(mem, text.len + 1);
    if (ptr == NULL)
        return IMAP4_E_NOMEM;
    if (text.len != 0)
        memcpy(ptr, text.ptr, text.len);
    ptr[text.len] = '\0';
    *out          = (i4_secret){ ptr, text.len };
    return IMAP4_OK;
}

/* ---- SASLprep ------------------------------------------------------------------------ */

/* Code points that Unicode 3.2 did not have are for who stores a password to refuse
 * (RFC 3454 section 7).  Which of the two flags lets them pass is not the same in all
 * versions of libgsasl. */
static int prepare(const char *text, char **out)
{
    const int rc = gsasl_saslprep(text, 0, out, NULL);
    return rc == GSASL_SASLPREP_ERROR
               ? gsasl_saslprep(text, GSASL_ALLOW_UNASSIGNED, out, NULL)
               : rc;
}

int i4_gsasl_prepare(const i4_mem *mem, imap4_view text, i4_secret *out)
{
    i4_secret given    = { NULL, 0 };
    char     *prepared = NULL;
    if (text.len > I4_PREPARED_MAX)
        return IMAP4_E_ARG;
    int rc = copy(mem, text, &given);
    if (rc != IMAP4_OK)
        return rc;
    rc = rc_of(prepare(given.ptr, &prepared));
    i4_secret_free(mem, &given);
    if (rc != IMAP4_OK)
        return rc;
    const imap4_view v = imap4_view_of(prepared);
    rc                 = v.len == 0 ? IMAP4_E_ARG : copy(mem, v, out);
    i4_mem_wipe(prepared, v.len);
    gsasl_free(prepared);
    return rc;
}

/* ---- SCRAM --------------------------------------------------------------------------- */

int i4_gsasl_nonce(char *out, size_t len)
{
    return gsasl_nonce(out, len) == GSASL_OK ? IMAP4_OK : IMAP4_E_IO;
}

int i4_gsasl_derive(i4_hash hash, const i4_secret *password, imap4_view salt,
                    uint32_t iterations, i4_scram_keys *out)
{
    char             salted[GSASL_HASH_MAX_SIZE];
    const Gsasl_hash which = hash == I4_SHA_1 ? GSASL_HASH_SHA1 : GSASL_HASH_SHA256;
    const int        rc    = gsasl_scram_secrets_from_password(
                  which, password->ptr, iterations, salt.ptr, salt.len, salted, (char *)out->client,
                  (char *)out->server, (char *)out->stored);
    i4_mem_wipe(salted, sizeof salted);
    return rc_of(rc);
}

/* ---- CRAM-MD5 ------------------------------------------------------------------------- */

static int answer(Gsasl_session *session, const i4_secret *user,
                  const i4_secret *password, imap4_view challenge, char **out, size_t *len)
{
    int rc = gsasl_property_set(session, GSASL_AUTHID, user->ptr);
    if (rc == GSASL_OK)
        rc = gsasl_property_set(session, GSASL_PASSWORD, password->ptr);
    if (rc == GSASL_OK)
        rc = gsasl_step(session, challenge.ptr, challenge.len, out, len);
    /* Its copy of the password: memory of its own, which gsasl_finish() would not wipe. */
    const char *kept = gsasl_property_fast(session, GSASL_PASSWORD);
    if (kept != NULL)
        i4_mem_wipe((char *)(uintptr_t)kept, imap4_view_of(kept).len);
    return rc;
}

int i4_gsasl_cram_md5(const i4_secret *user, const i4_secret *password,
                      imap4_view challenge, char out[I4_CRAM_MD5_SIZE])
{
    Gsasl         *library = NULL;
    Gsasl_session *session = NULL;
    char          *said    = NULL;
    size_t         len     = 0;
    int            rc      = gsasl_init(&library);
    if (rc != GSASL_OK)
        return rc_of(rc);
    rc = gsasl_client_start(library, "CRAM-MD5", &session);
    if (rc == GSASL_OK) {
        rc = answer(session, user, password, challenge, &said, &len);
        gsasl_finish(session);
    }
    if (rc == GSASL_OK && len > I4_CRAM_MD5_SIZE) /* the name, a space, and the digest */
        memcpy(out, said + len - I4_CRAM_MD5_SIZE, I4_CRAM_MD5_SIZE);
    else if (rc == GSASL_OK)
        rc = GSASL_MECHANISM_PARSE_ERROR;
    gsasl_free(said);
    gsasl_done(library);
    return rc_of(rc);
}
