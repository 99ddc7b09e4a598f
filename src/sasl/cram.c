/* SPDX-License-Identifier: MIT */
/* sasl/cram.c - CRAM-MD5 (RFC 2195).  A server that knows the password's owner can choose the
 * text that is signed, and MD5 is old: nobody takes this mechanism unasked. */
#include "sasl/mechanism.h"

#include "base/try.h"
#include "sasl/gsasl.h"

enum {
    CHALLENGE_MAX = 1024 /* octets; it is a message id */
};

typedef struct cram {
    i4_dialogue base;
    i4_mem      mem;
    i4_secret   user;
    i4_secret   password;
    char       *response; /* user, a space, the digest */
    bool        is_done;
} cram;

static cram *cram_of(const i4_dialogue *d)
{
    return (cram *)(uintptr_t)d; /* its first member; const is for the user of ops */
}

static size_t response_len(const cram *c)
{
    return c->user.len + 1 + I4_CRAM_MD5_SIZE;
}

static void cram_free(i4_dialogue *d)
{
    cram        *c   = cram_of(d);
    const i4_mem mem = c->mem;
    i4_secret_free(&mem, &c->password);
    i4_mem_free(&mem, c->response, response_len(c));
    i4_secret_free(&mem, &c->user);
    i4_mem_free(&mem, c, sizeof *c);
}

static int prepare(cram *c, const imap4_credentials *credentials)
{
    I4_TRY(i4_gsasl_prepare(&c->mem, credentials->user, &c->user));
    I4_TRY(i4_gsasl_prepare(&c->mem, credentials->password, &c->password));
    c->response = i4_mem_alloc(&c->mem, response_len(c));
    return c->response == NULL ? IMAP4_E_NOMEM : IMAP4_OK;
}

static int cram_begin(const i4_mechanism *m, const imap4_credentials *credentials,
                      const i4_mem *mem, i4_dialogue **out)
{
    cram *c = i4_mem_zalloc(mem, sizeof *c);
    (void)m;
    if (c == NULL)
        return IMAP4_E_NOMEM;
    c->base.ops  = &i4_cram_ops;
    c->mem       = *mem;
    const int rc = prepare(c, credentials);
    if (rc != IMAP4_OK)
        cram_free(&c->base);
    else
        *out = &c->base;
    return rc;
}

static imap4_view cram_initial(i4_dialogue *d)
{
    (void)d;
    return IMAP4_NIL;
}

/* RFC 2195 section 2: a message id, so it is short and printable. */
static bool is_challenge(imap4_view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] > '~')
            return false;
    return text.len != 0 && text.len <= CHALLENGE_MAX;
}

static int cram_step(i4_dialogue *d, imap4_view challenge, imap4_view *response)
{
    cram *c = cram_of(d);
    /* One signature for one run: the server does not get another text signed. */
    if (c->is_done || !is_challenge(challenge))
        return IMAP4_E_PROTOCOL;
    I4_TRY(i4_gsasl_cram_md5(&c->user, &c->password, challenge,
                             c->response + c->user.len + 1));
    memcpy(c->response, c->user.ptr, c->user.len);
    c->response[c->user.len] = ' ';
    c->is_done               = true;
    *response                = (imap4_view){ c->response, response_len(c) };
    return IMAP4_OK;
}

static bool cram_is_done(const i4_dialogue *d)
{
    return cram_of(d)->is_done;
}

const i4_dialogue_ops i4_cram_ops = {
    .begin   = cram_begin,
    .initial = cram_initial,
    .step    = cram_step,
    .is_done = cram_is_done,
    .free    = cram_free,
};
