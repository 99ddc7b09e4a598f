/* SPDX-License-Identifier: MIT */
/* sasl/scram.c - SCRAM (RFC 5802, RFC 7677), with channel binding or without.
 *
 * Whatever the server says is looked at before a key is made of it: a server may be hostile,
 * or somebody between it and us.  libgsasl makes the keys; the messages are made here. */
#include "sasl/mechanism.h"

#include "imap4/text.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "sasl/gsasl.h"

enum {
    NONCE_OCTETS   = 18, /* 24 digits of base64 */
    NONCE_MAX      = 256,
    MESSAGE_MAX    = 4096, /* octets of a message of the server */
    SALT_MAX       = 1024,
    MIN_ITERATIONS = 4096, /* RFC 7677 section 4 */
    MAX_ITERATIONS = 600000
};

/* What happened last. */
typedef enum scram_state {
    NOTHING,
    SAID_FIRST,
    SAID_PROOF,
    VERIFIED,
    FAILED
} scram_state;

typedef struct scram {
    i4_dialogue   base;
    i4_mem        mem;
    i4_hash       hash;
    scram_state   state;
    uint32_t      min_iterations, max_iterations;
    i4_secret     password; /* prepared */
    i4_secret     binding;  /* base64 of what "c=" wants */
    i4_secret     first;    /* the client-first-message */
    size_t        bare;     /* where its bare part begins */
    size_t        nonce;    /* where our nonce begins; it goes on to the end */
    i4_secret     final;    /* the client-final-message */
    unsigned char signature[I4_HASH_MAX]; /* that the server must show */
} scram;

static scram *scram_of(const i4_dialogue *d)
{
    return (scram *)(uintptr_t)d; /* its first member; const is for the user of ops */
}

static imap4_view view_of(const i4_secret *secret)
{
    return (imap4_view){ secret->ptr, secret->len };
}

/* ---- making text ------------------------------------------------------------------ */

static int reserve(const i4_mem *mem, size_t len, i4_secret *out)
{
    i4_secret_free(mem, out);
    out->ptr = i4_mem_zalloc(mem, len + 1);
    out->len = out->ptr == NULL ? 0 : len;
    return out->ptr == NULL ? IMAP4_E_NOMEM : IMAP4_OK;
}

static int encode(const i4_mem *mem, imap4_view bytes, i4_secret *out)
{
    const ptrdiff_t len = imap4_base64_encode(bytes, NULL, 0);
    if (len < 0)
        return (int)len;
    I4_TRY(reserve(mem, (size_t)len, out));
    (void)!imap4_base64_encode(bytes, out->ptr, out->len); /* it was measured */
    return IMAP4_OK;
}

/* RFC 5802 section 7, gs2-header: "p" with the binding's type; "y" if we could and the server
 * does not offer it, so that it can say that somebody took the offer away; else "n". */
static void say_header(i4_saying *to, const i4_mechanism *m, const imap4_credentials *c)
{
    if ((m->needs & I4_NEEDS_BINDING) != 0) {
        i4_say(to, IMAP4_V("p="));
        i4_say(to, c->channel_binding_type);
    } else {
        i4_say(to, c->channel_binding.len != 0 && !c->server_has_plus ? IMAP4_V("y")
                                                                      : IMAP4_V("n"));
    }
    i4_say(to, IMAP4_V(","));
    if (c->authzid.len != 0) {
        i4_say(to, IMAP4_V("a="));
        i4_say_saslname(to, c->authzid);
    }
    i4_say(to, IMAP4_V(","));
}

static void say_binding(i4_saying *to, const i4_mechanism *m, const imap4_credentials *c)
{
    say_header(to, m, c);
    if ((m->needs & I4_NEEDS_BINDING) != 0)
        i4_say(to, c->channel_binding);
}

static int make_binding(scram *s, const i4_mechanism *m, const imap4_credentials *c)
{
    i4_saying measure = { NULL, 0 };
    i4_secret plain   = { NULL, 0 };
    say_binding(&measure, m, c);
    I4_TRY(reserve(&s->mem, measure.len, &plain));
    say_binding(&(i4_saying){ plain.ptr, 0 }, m, c);
    const int rc = encode(&s->mem, view_of(&plain), &s->binding);
    i4_secret_free(&s->mem, &plain);
    return rc;
}

static void say_first(scram *s, i4_saying *to, const i4_mechanism *m,
                      const imap4_credentials *c, imap4_view user, imap4_view nonce)
{
    say_header(to, m, c);
    s->bare = to->len;
    i4_say(to, IMAP4_V("n="));
    i4_say_saslname(to, user);
    i4_say(to, IMAP4_V(",r="));
    s->nonce = to->len;
    i4_say(to, nonce);
}

static int make_first(scram *s, const i4_mechanism *m, const imap4_credentials *c,
                      imap4_view user, imap4_view nonce)
{
    i4_saying measure = { NULL, 0 };
    say_first(s, &measure, m, c, user, nonce);
    I4_TRY(reserve(&s->mem, measure.len, &s->first));
    say_first(s, &(i4_saying){ s->first.ptr, 0 }, m, c, user, nonce);
    return IMAP4_OK;
}

/* ---- life -------------------------------------------------------------------------- */

static void scram_free(i4_dialogue *d)
{
    scram       *s   = scram_of(d);
    const i4_mem mem = s->mem;
    i4_secret_free(&mem, &s->password);
    i4_secret_free(&mem, &s->binding);
    i4_secret_free(&mem, &s->first);
    i4_secret_free(&mem, &s->final);
    i4_mem_wipe(s->signature, sizeof s->signature);
    i4_mem_free(&mem, s, sizeof *s);
}

/* RFC 5802 section 7, cb-name: letters, digits, "." and "-". */
static bool is_binding_type(imap4_view type)
{
    for (size_t i = 0; i < type.len; i++) {
        const char c = type.ptr[i];
        if (!i4_is_digit(c) && (i4_lower(c) < 'a' || i4_lower(c) > 'z') && c != '.' &&
            c != '-')
            return false;
    }
    return true;
}

static int choose_iterations(scram *s, const imap4_credentials *c)
{
    s->min_iterations = c->min_iterations != 0 ? c->min_iterations : MIN_ITERATIONS;
    s->max_iterations = c->max_iterations != 0 ? c->max_iterations : MAX_ITERATIONS;
    return s->min_iterations <= s->max_iterations ? IMAP4_OK : IMAP4_E_ARG;
}

static int prepare(scram *s, const i4_mechanism *m, const imap4_credentials *c,
                   imap4_view nonce)
{
    i4_secret user = { NULL, 0 };
    if (!is_binding_type(c->channel_binding_type))
        return IMAP4_E_ARG;
    I4_TRY(choose_iterations(s, c));
    I4_TRY(make_binding(s, m, c));
    I4_TRY(i4_gsasl_prepare(&s->mem, c->password, &s->password));
    I4_TRY(i4_gsasl_prepare(&s->mem, c->user, &user));
    const int rc = make_first(s, m, c, view_of(&user), nonce);
    i4_secret_free(&s->mem, &user);
    return rc;
}

int i4_scram_begin(const i4_mechanism *m, const imap4_credentials *c, imap4_view nonce,
                   const i4_mem *mem, i4_dialogue **out)
{
    scram *s = i4_mem_zalloc(mem, sizeof *s);
    if (s == NULL)
        return IMAP4_E_NOMEM;
    s->base.ops  = &i4_scram_ops;
    s->mem       = *mem;
    s->hash      = m->hash;
    const int rc = prepare(s, m, c, nonce);
    if (rc != IMAP4_OK)
        scram_free(&s->base);
    else
        *out = &s->base;
    return rc;
}

static int scram_begin(const i4_mechanism *m, const imap4_credentials *c,
                       const i4_mem *mem, i4_dialogue **out)
{
    char      octets[NONCE_OCTETS];
    i4_secret nonce = { NULL, 0 };
    I4_TRY(i4_gsasl_nonce(octets, sizeof octets));
    I4_TRY(encode(mem, (imap4_view){ octets, sizeof octets }, &nonce));
    const int rc = i4_scram_begin(m, c, view_of(&nonce), mem, out);
    i4_secret_free(mem, &nonce);
    return rc;
}

/* ---- the server-first-message -------------------------------------------------------- */

typedef struct server_first {
    imap4_view nonce;
    uint32_t   iterations;
    size_t     salt_len;
    char       salt[SALT_MAX];
} server_first;

/* Cuts off "x=value", and the comma behind it; NIL if there is no such thing. */
static imap4_view attribute(imap4_view *rest, char name)
{
    if (rest->len < 2 || rest->ptr[0] != name || rest->ptr[1] != '=')
        return IMAP4_NIL;
    const char *from = rest->ptr + 2, *end = rest->ptr + rest->len;
    const char *comma = memchr(from, ',', rest->len - 2);
    const char *to    = comma != NULL ? comma : end;
    if (comma != NULL && comma + 1 == end)
        return IMAP4_NIL; /* a comma is between two */
    *rest = i4_view(comma != NULL ? comma + 1 : end, end);
    return i4_view(from, to);
}

/* What may stand behind the rest is ignored, but for "m=": that says that it may not be
 * (RFC 5802 section 5.1). */
static bool is_harmless(imap4_view rest)
{
    while (rest.len != 0) {
        const char name = rest.ptr[0];
        if (i4_lower(name) < 'a' || i4_lower(name) > 'z' || name == 'm' ||
            attribute(&rest, name).ptr == NULL)
            return false;
    }
    return true;
}

static bool is_text(imap4_view message)
{
    for (size_t i = 0; i < message.len; i++)
        if ((unsigned char)message.ptr[i] < ' ' || message.ptr[i] == 0x7f)
            return false;
    return message.len <= MESSAGE_MAX;
}

/* Ours, and something of the server's behind it: else it may be an old answer. */
static bool is_our_nonce(const scram *s, imap4_view nonce)
{
    const size_t len = s->first.len - s->nonce;
    for (size_t i = 0; i < nonce.len; i++)
        if (nonce.ptr[i] <= ' ' || nonce.ptr[i] > '~')
            return false;
    return nonce.len > len && nonce.len <= NONCE_MAX + len &&
           memcmp(nonce.ptr, s->first.ptr + s->nonce, len) == 0;
}

static int read_first(const scram *s, imap4_view message, server_first *out)
{
    uint64_t   iterations = 0;
    imap4_view rest       = message;
    out->nonce            = attribute(&rest, 'r');
    const imap4_view salt = attribute(&rest, 's'), count = attribute(&rest, 'i');
    if (!is_text(message) || out->nonce.ptr == NULL || salt.ptr == NULL ||
        count.ptr == NULL || !is_harmless(rest) || !is_our_nonce(s, out->nonce))
        return IMAP4_E_PROTOCOL;
    const ptrdiff_t len = imap4_base64_decode(salt, out->salt, sizeof out->salt);
    if (len <= 0 || len > SALT_MAX)
        return IMAP4_E_PROTOCOL;
    if (count.len == 0 || count.ptr[0] == '0')
        return IMAP4_E_PROTOCOL;
    for (size_t i = 0; i < count.len; i++)
        if (!i4_is_digit(count.ptr[i]))
            return IMAP4_E_PROTOCOL;
    if (!i4_num_view(count, s->max_iterations, &iterations) ||
        iterations < s->min_iterations)
        return IMAP4_E_LIMIT;
    out->iterations = (uint32_t)iterations;
    out->salt_len   = (size_t)len;
    return IMAP4_OK;
}

/* ---- the proof ------------------------------------------------------------------------ */

static void say_without_proof(i4_saying *to, const scram *s, imap4_view nonce)
{
    i4_say(to, IMAP4_V("c="));
    i4_say(to, view_of(&s->binding));
    i4_say(to, IMAP4_V(",r="));
    i4_say(to, nonce);
}

/* RFC 5802 section 3, AuthMessage. */
static void say_signed(i4_saying *to, const scram *s, imap4_view message, imap4_view nonce)
{
    i4_say(to, i4_view(s->first.ptr + s->bare, s->first.ptr + s->first.len));
    i4_say(to, IMAP4_V(","));
    i4_say(to, message);
    i4_say(to, IMAP4_V(","));
    say_without_proof(to, s, nonce);
}

static imap4_view key_view(const scram *s, const unsigned char *key)
{
    return (imap4_view){ (const char *)key, i4_hash_len(s->hash) };
}

/* ClientProof, and the signature that we shall want to see. */
static int sign(scram *s, const i4_scram_keys *keys, imap4_view message, imap4_view nonce,
                unsigned char proof[I4_HASH_MAX])
{
    i4_saying measure = { NULL, 0 };
    i4_secret text    = { NULL, 0 };
    say_signed(&measure, s, message, nonce);
    I4_TRY(reserve(&s->mem, measure.len, &text));
    say_signed(&(i4_saying){ text.ptr, 0 }, s, message, nonce);
    i4_hash_hmac(s->hash, key_view(s, keys->stored), view_of(&text), proof);
    for (size_t i = 0; i < I4_HASH_MAX; i++)
        proof[i] ^= keys->client[i];
    i4_hash_hmac(s->hash, key_view(s, keys->server), view_of(&text), s->signature);
    i4_secret_free(&s->mem, &text);
    return IMAP4_OK;
}

static void say_final(i4_saying *to, const scram *s, imap4_view nonce, imap4_view proof)
{
    say_without_proof(to, s, nonce);
    i4_say(to, IMAP4_V(",p="));
    i4_say(to, proof);
}

static int make_final(scram *s, imap4_view nonce, const unsigned char *proof)
{
    i4_saying measure = { NULL, 0 };
    i4_secret coded   = { NULL, 0 };
    I4_TRY(encode(&s->mem, key_view(s, proof), &coded));
    say_final(&measure, s, nonce, view_of(&coded));
    const int rc = reserve(&s->mem, measure.len, &s->final);
    if (rc == IMAP4_OK)
        say_final(&(i4_saying){ s->final.ptr, 0 }, s, nonce, view_of(&coded));
    i4_secret_free(&s->mem, &coded);
    return rc;
}

static int prove(scram *s, imap4_view message, imap4_view *response)
{
    server_first  first;
    i4_scram_keys keys               = { { 0 }, { 0 }, { 0 } };
    unsigned char proof[I4_HASH_MAX] = { 0 };
    I4_TRY(read_first(s, message, &first));
    int rc = i4_gsasl_derive(s->hash, &s->password,
                             (imap4_view){ first.salt, first.salt_len }, first.iterations,
                             &keys);
    if (rc == IMAP4_OK)
        rc = sign(s, &keys, message, first.nonce, proof);
    if (rc == IMAP4_OK)
        rc = make_final(s, first.nonce, proof);
    i4_mem_wipe(&keys, sizeof keys);
    i4_mem_wipe(proof, sizeof proof);
    *response = view_of(&s->final);
    return rc;
}

/* ---- the server-final-message ----------------------------------------------------------- */

/* As many steps whatever the bytes are. */
static bool is_same(const unsigned char *a, const unsigned char *b, size_t len)
{
    unsigned char differs = 0;
    for (size_t i = 0; i < len; i++)
        differs |= a[i] ^ b[i];
    return differs == 0;
}

/* An error ("e=") wants the empty answer, then comes the tagged NO. */
static int hear_final(scram *s, imap4_view message)
{
    unsigned char    shown[I4_HASH_MAX];
    imap4_view       rest  = message;
    const imap4_view error = attribute(&rest, 'e');
    if (!is_text(message))
        return IMAP4_E_PROTOCOL;
    if (error.len != 0) {
        s->base.told = error;
        s->state     = FAILED;
        return IMAP4_OK;
    }
    const imap4_view coded = attribute(&rest, 'v');
    const ptrdiff_t  len   = imap4_base64_decode(coded, (char *)shown, sizeof shown);
    if (!is_harmless(rest) || len != (ptrdiff_t)i4_hash_len(s->hash) ||
        !is_same(shown, s->signature, (size_t)len))
        return IMAP4_E_PROTOCOL;
    s->state = VERIFIED;
    return IMAP4_OK;
}

/* ---- the dialogue ------------------------------------------------------------------------- */

static imap4_view scram_initial(i4_dialogue *d)
{
    scram *s = scram_of(d);
    s->state = SAID_FIRST;
    return view_of(&s->first);
}

static int step(scram *s, imap4_view challenge, imap4_view *response)
{
    *response = IMAP4_V("");
    switch (s->state) {
    case NOTHING:
        *response = view_of(&s->first);
        s->state  = SAID_FIRST;
        return challenge.len == 0 ? IMAP4_OK : IMAP4_E_PROTOCOL;
    case SAID_FIRST: s->state = SAID_PROOF; return prove(s, challenge, response);
    case SAID_PROOF: return hear_final(s, challenge);
    case VERIFIED:
    case FAILED: break;
    }
    return IMAP4_E_PROTOCOL;
}

static int scram_step(i4_dialogue *d, imap4_view challenge, imap4_view *response)
{
    scram    *s  = scram_of(d);
    const int rc = step(s, challenge, response);
    if (rc != IMAP4_OK)
        s->state = FAILED;
    return rc;
}

static bool scram_is_done(const i4_dialogue *d)
{
    return scram_of(d)->state == VERIFIED;
}

const i4_dialogue_ops i4_scram_ops = {
    .begin   = scram_begin,
    .initial = scram_initial,
    .step    = scram_step,
    .is_done = scram_is_done,
    .free    = scram_free,
};
