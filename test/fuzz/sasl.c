/* SPDX-License-Identifier: MIT */
/* sasl.c - what a hostile server says to a mechanism: nothing makes it believe an OK that it
 * must not, and nothing is answered twice.
 *
 * The first byte of the input chooses the mechanism; then come challenges, each behind its
 * length in two bytes.  "@" in one of SCRAM stands for our nonce, which is always the same. */
#include "sasl/mechanism.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONCE "rOprNGfwEbeRWgbNEkqO"

enum {
    CHALLENGES = 8,
    LONGEST    = 8192
};

static void check(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static const char *const names[] = {
    "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-1",   "SCRAM-SHA-1-PLUS",
    "CRAM-MD5",      "PLAIN",
    "LOGIN",         "EXTERNAL",
    "ANONYMOUS",     "XOAUTH2",
    "OAUTHBEARER",
};

/* Few iterations, or there would be little else to see. */
static imap4_credentials credentials(void)
{
    imap4_credentials c    = IMAP4_CREDENTIALS;
    c.user                 = IMAP4_V("user");
    c.password             = IMAP4_V("pencil");
    c.token                = IMAP4_V("token");
    c.channel_binding      = IMAP4_V("binding");
    c.channel_binding_type = IMAP4_V("tls-exporter");
    c.min_iterations       = 1;
    c.max_iterations       = 64;
    return c;
}

/* The next challenge, with the nonce put in; false at the end. */
static int next(const uint8_t **at, const uint8_t *end, char *room, size_t *len)
{
    if (end - *at < 2)
        return 0;
    size_t n = ((size_t)(*at)[0] << 8 | (*at)[1]) % LONGEST;
    *at += 2;
    n    = n < (size_t)(end - *at) ? n : (size_t)(end - *at);
    *len = 0;
    for (size_t i = 0; i < n && *len < LONGEST - sizeof NONCE; i++) {
        const char c = (char)(*at)[i];
        if (c != '@') {
            room[(*len)++] = c;
            continue;
        }
        memcpy(room + *len, NONCE, sizeof NONCE - 1);
        *len += sizeof NONCE - 1;
    }
    *at += n;
    return 1;
}

/* Exactly as long as it is, so that a sanitizer sees a read behind it. */
static imap4_view exact(const char *bytes, size_t len)
{
    char *copy = malloc(len != 0 ? len : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, len);
    return (imap4_view){ copy, len };
}

static void let_go(imap4_view copy)
{
    free((char *)(uintptr_t)copy.ptr);
}

/* ---- with a nonce that is known ------------------------------------------------------ */

/* What a server could not have without the password. */
static int is_proof(imap4_view challenge)
{
    return challenge.len > 2 && memcmp(challenge.ptr, "v=", 2) == 0;
}

static void scram(const i4_mechanism *m, const uint8_t *at, const uint8_t *end, char *room)
{
    const imap4_credentials c = credentials();
    i4_dialogue            *d = NULL;
    size_t                  len;
    int                     failed = 0;
    check(i4_scram_begin(m, &c, IMAP4_V(NONCE), &i4_mem_default, &d) == IMAP4_OK,
          "begin");
    (void)d->ops->initial(d);
    for (int i = 0; i < CHALLENGES && next(&at, end, room, &len); i++) {
        imap4_view       response  = IMAP4_NIL;
        const imap4_view challenge = exact(room, len);
        const int        rc        = d->ops->step(d, challenge, &response);
        check(!failed || rc != IMAP4_OK, "it went on behind a failure");
        check(rc != IMAP4_OK || response.ptr != NULL, "no answer");
        failed |= rc != IMAP4_OK;
        if (d->ops->is_done(d))
            check(i == 1 && is_proof(challenge), "it believes without a proof");
        d->told = IMAP4_NIL;
        let_go(challenge);
    }
    d->ops->free(d);
}

/* ---- as everybody does ------------------------------------------------------------------ */

static void run(imap4_view name, const uint8_t *at, const uint8_t *end, char *room)
{
    const imap4_credentials c = credentials();
    imap4_sasl             *s = NULL;
    imap4_view              out;
    size_t                  len;
    int                     answered = 0, failed = 0;
    if (imap4_sasl_new(name, &c, NULL, &s) == IMAP4_E_NOTIMPL)
        return;
    check(s != NULL, "no run");
    check(imap4_sasl_initial(s, &out) == IMAP4_OK, "initial");
    for (int i = 0; i < CHALLENGES && next(&at, end, room, &len); i++) {
        const imap4_view challenge = exact(room, len);
        const int        rc        = imap4_sasl_step(s, challenge, &out);
        check((rc == IMAP4_OK) == (out.ptr != NULL), "an answer and a failure");
        check(rc == IMAP4_OK || rc == IMAP4_E_PROTOCOL || rc == IMAP4_E_LIMIT,
              "its code");
        check(!failed || rc != IMAP4_OK, "it went on behind a failure");
        failed |= rc != IMAP4_OK;
        answered += rc == IMAP4_OK;
        let_go(challenge);
    }
    check(answered <= 2, "more answers than it has");
    check(imap4_sasl_detail(s).len <= 4096, "detail");
    check(!failed || imap4_sasl_finish(s, 1) == IMAP4_E_PROTOCOL, "believed");
    check(imap4_sasl_finish(s, 0) == IMAP4_NO, "NO");
    imap4_sasl_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char room[LONGEST];
    if (size < 1)
        return 0;
    const imap4_view name = imap4_view_of(
        names[data[0] % (sizeof names / sizeof names[0])]);
    const i4_mechanism *m = i4_mechanism_find(name);
    if (m != NULL && m->dialogue == &i4_scram_ops)
        scram(m, data + 1, data + size, room);
    run(name, data + 1, data + size, room);
    return 0;
}
