/* SPDX-License-Identifier: MIT */
/* sasl/choose.c - which mechanism is taken, and which never: offers come from a server, and who
 * stands between can take some away, so the best of them may be a bad one. */
#include "imap4/sasl.h"

#include "base/view.h"
#include "sasl/mechanism.h"

enum {
    IS_PRIVATE  = 1, /* says a secret as it is */
    IS_ASKED    = 2, /* CRAM-MD5 */
    IS_EXTERNAL = 4,
    NAME_MAX    = 32
};

typedef struct choice_row {
    const char *name; /* "": the LOGIN command */
    unsigned    flags;
} choice_row;

/* The best one first. */
static const choice_row rows[] = {
    { "EXTERNAL", IS_PRIVATE | IS_EXTERNAL },
    { "SCRAM-SHA-256-PLUS", 0 },
    { "SCRAM-SHA-256", 0 },
    { "SCRAM-SHA-1-PLUS", 0 },
    { "SCRAM-SHA-1", 0 },
    { "OAUTHBEARER", IS_PRIVATE },
    { "XOAUTH2", IS_PRIVATE },
    { "PLAIN", IS_PRIVATE },
    { "LOGIN", IS_PRIVATE },
    { "CRAM-MD5", IS_ASKED },
    { "", IS_PRIVATE },
};
enum {
    ROWS          = sizeof rows / sizeof rows[0],
    LOGIN         = ROWS - 3,
    LOGIN_COMMAND = ROWS - 1 /* as strong as the mechanism of that name */
};

/* Why a row is not taken; the lower, the less was missing. */
typedef enum reason {
    FITS,
    IS_BELOW,
    IS_CLEAR,
    IS_NOT_ALLOWED,
    IS_NOT_BUILT,
    HAS_NO_CREDENTIALS,
    IS_NOT_OFFERED,
    IS_NOT_KNOWN
} reason;

static const struct {
    int         rc;
    const char *why;
} reasons[] = {
    [FITS]               = { IMAP4_OK, NULL },
    [IS_BELOW]           = { IMAP4_E_INSECURE,
                             "the server offers nothing as strong as min_mechanism" },
    [IS_CLEAR]           = { IMAP4_E_INSECURE,
                             "what the server offers shows the secret: it needs TLS" },
    [IS_NOT_ALLOWED]     = { IMAP4_E_INSECURE,
                             "the server offers only CRAM-MD5, which is not allowed" },
    [IS_NOT_BUILT]       = { IMAP4_E_NOTIMPL,
                             "what the server offers needs libgsasl, which this build lacks" },
    [HAS_NO_CREDENTIALS] = { IMAP4_E_ABSENT,
                             "the credentials are not those that the server's mechanisms "
                             "need" },
    [IS_NOT_OFFERED] = { IMAP4_E_NOCAP, "the server offers no mechanism that we know" },
    [IS_NOT_KNOWN]   = { IMAP4_E_STATE, "the server was not asked what it offers" },
};

/* What a row is judged by. */
typedef struct offer {
    int (*has)(void *ctx, imap4_view capability);
    void             *ctx;
    imap4_credentials credentials;
    imap4_sasl_policy policy;
    size_t            last; /* row: none behind it */
} offer;

static bool is_offered(const offer *o, const char *name)
{
    char             text[NAME_MAX] = "AUTH=";
    const imap4_view view           = imap4_view_of(name);
    if (view.len == 0)
        return o->has(o->ctx, IMAP4_V("LOGINDISABLED")) == 0;
    memcpy(text + 5, view.ptr, view.len);
    return o->has(o->ctx, (imap4_view){ text, 5 + view.len }) > 0;
}

static bool has_credentials(const offer *o, const choice_row *row, const i4_mechanism *m)
{
    const imap4_credentials *c = &o->credentials;
    if ((row->flags & IS_EXTERNAL) != 0)
        return o->policy.has_certificate && c->password.ptr == NULL &&
               c->token.ptr == NULL;
    return i4_credentials_have(
        c, m != NULL ? m->needs : (unsigned)I4_NEEDS_USER | I4_NEEDS_PASSWORD);
}

static reason judge(const offer *o, size_t i)
{
    const choice_row   *row = &rows[i];
    const i4_mechanism *m   = i4_mechanism_find(imap4_view_of(row->name));
    if (!is_offered(o, row->name))
        return IS_NOT_OFFERED;
    if (!has_credentials(o, row, m))
        return HAS_NO_CREDENTIALS;
    if (m == NULL && i != LOGIN_COMMAND)
        return IS_NOT_BUILT;
    if ((row->flags & IS_ASKED) != 0 && !o->policy.allow_cram_md5)
        return IS_NOT_ALLOWED;
    if ((row->flags & IS_PRIVATE) != 0 && !o->policy.is_private)
        return IS_CLEAR;
    return (i == LOGIN_COMMAND ? LOGIN : i) <= o->last ? FITS : IS_BELOW;
}

/* Behind which row none is taken. */
static bool find_last(imap4_view name, size_t *last)
{
    *last = LOGIN_COMMAND;
    if (name.len == 0)
        return true;
    for (*last = 0; *last < LOGIN_COMMAND; ++*last)
        if (i4_view_eq_nocase(name, imap4_view_of(rows[*last].name)))
            return true;
    return false;
}

static bool take_offer(offer *o, const imap4_credentials *credentials,
                       const imap4_sasl_policy *policy)
{
    if (o->has == NULL ||
        !i4_struct_take(&o->credentials, sizeof o->credentials, credentials))
        return false;
    if (policy != NULL && !i4_struct_take(&o->policy, sizeof o->policy, policy))
        return false;
    return o->policy.reserved == 0 && find_last(o->policy.min_mechanism, &o->last);
}

static reason look(const offer *o, imap4_sasl_choice *choice)
{
    reason best             = IS_NOT_OFFERED;
    choice->server_has_plus = is_offered(o, "SCRAM-SHA-256-PLUS") ||
                              is_offered(o, "SCRAM-SHA-1-PLUS");
    for (size_t i = 0; i < ROWS && best != FITS; i++) {
        const reason why = judge(o, i);
        best             = why < best ? why : best;
        if (why == FITS && i != LOGIN_COMMAND)
            choice->mechanism = imap4_view_of(rows[i].name);
    }
    return best;
}

/* Fills as much as the caller knew. */
static void give(imap4_sasl_choice *to, imap4_sasl_choice *choice)
{
    choice->size = to->size;
    memcpy(to, choice, to->size < sizeof *choice ? to->size : sizeof *choice);
}

int imap4_sasl_choose(int (*has)(void *ctx, imap4_view capability), void *ctx,
                      const imap4_credentials *credentials,
                      const imap4_sasl_policy *policy, imap4_sasl_choice *out)
{
    offer             o      = { .has = has, .ctx = ctx };
    imap4_sasl_choice choice = { .mechanism = IMAP4_NIL };
    reason            best   = FITS;
    if (out == NULL || out->size < sizeof out->size ||
        !take_offer(&o, credentials, policy))
        return IMAP4_E_ARG;
    if (has(ctx, IMAP4_V("LOGINDISABLED")) < 0)
        best = IS_NOT_KNOWN;
    else
        best = look(&o, &choice);
    choice.why = imap4_view_of(reasons[best].why);
    give(out, &choice);
    return reasons[best].rc;
}
