/* SPDX-License-Identifier: MIT */
/* sasl/sasl.c - a run of a mechanism: of one that is only text all that it will say is made
 * at its start; the others lead a dialogue. */
#include "imap4/sasl.h"

#include "base/mem.h"
#include "base/view.h"
#include "sasl/mechanism.h"

enum {
    CREDENTIALS_MAX = 1024 * 1024,
    DETAIL_MAX      = 4096
};

struct imap4_sasl {
    i4_mem              mem;
    const i4_mechanism *mechanism;
    i4_dialogue        *dialogue; /* NULL: only text */
    char               *text;     /* the sayings, one behind the other */
    size_t              text_len;
    size_t              end[I4_SAYINGS_MAX]; /* of each */
    unsigned            said;
    bool                has_stepped;
    bool                has_failed; /* the server told of an error, or said too much */
    size_t              detail_len;
    char                detail[DETAIL_MAX];
};

/* ---- what is asked of the credentials --------------------------------------------- */

static bool is_clean(imap4_view member, char separator)
{
    for (size_t i = 0; i < member.len; i++)
        if (member.ptr[i] == '\0' || member.ptr[i] == separator)
            return false;
    return member.len <= CREDENTIALS_MAX;
}

static bool is_usable(const i4_mechanism *m, const imap4_credentials *c)
{
    const imap4_view member[] = { c->user, c->password, c->authzid, c->token, c->host };
    for (size_t i = 0; i < sizeof member / sizeof member[0]; i++)
        if (!is_clean(member[i], m->separator))
            return false;
    return i4_credentials_have(c, m->needs) && c->channel_binding.len <= CREDENTIALS_MAX;
}

/* ---- life -------------------------------------------------------------------------- */

static void say_all(imap4_sasl *s, i4_saying *to, const imap4_credentials *c)
{
    for (unsigned i = 0; i < s->mechanism->count; i++) {
        s->mechanism->say(to, i, c);
        s->end[i] = to->len;
    }
}

static int make_text(imap4_sasl *s, const imap4_credentials *c)
{
    i4_saying saying = { NULL, 0 };
    say_all(s, &saying, c);
    s->text = i4_mem_alloc(&s->mem, saying.len);
    if (s->text == NULL)
        return IMAP4_E_NOMEM;
    s->text_len = saying.len;
    say_all(s, &(i4_saying){ s->text, 0 }, c);
    return IMAP4_OK;
}

int imap4_sasl_new(imap4_view mechanism, const imap4_credentials *credentials,
                   const imap4_allocator *allocator, imap4_sasl **out)
{
    const i4_mechanism *m = i4_mechanism_find(mechanism);
    imap4_credentials   c;
    i4_mem              mem;
    if (out == NULL || !i4_struct_take(&c, sizeof c, credentials) ||
        !i4_mem_choose(allocator, &mem))
        return IMAP4_E_ARG;
    if (m == NULL)
        return IMAP4_E_NOTIMPL;
    if (!is_usable(m, &c))
        return IMAP4_E_ARG;
    imap4_sasl *s = i4_mem_zalloc(&mem, sizeof *s);
    if (s == NULL)
        return IMAP4_E_NOMEM;
    s->mem       = mem;
    s->mechanism = m;
    const int rc = m->dialogue == NULL ? make_text(s, &c)
                                       : m->dialogue->begin(m, &c, &mem, &s->dialogue);
    if (rc != IMAP4_OK) {
        i4_mem_free(&mem, s, sizeof *s);
        return rc;
    }
    *out = s;
    return IMAP4_OK;
}

void imap4_sasl_free(imap4_sasl **sasl)
{
    if (sasl == NULL || *sasl == NULL)
        return;
    imap4_sasl  *s   = *sasl;
    const i4_mem mem = s->mem;
    if (s->dialogue != NULL)
        s->dialogue->ops->free(s->dialogue);
    i4_mem_wipe(s->text, s->text_len);
    i4_mem_free(&mem, s->text, s->text_len);
    i4_mem_free(&mem, s, sizeof *s);
    *sasl = NULL;
}

/* ---- the dialogue ------------------------------------------------------------------- */

static imap4_view next_saying(imap4_sasl *s)
{
    const size_t from = s->said == 0 ? 0 : s->end[s->said - 1];
    return i4_view(s->text + from, s->text + s->end[s->said++]);
}

int imap4_sasl_initial(imap4_sasl *s, imap4_view *out)
{
    *out = IMAP4_NIL;
    if (s->has_stepped)
        return IMAP4_E_STATE;
    if (s->dialogue != NULL) {
        *out = s->dialogue->ops->initial(s->dialogue);
        return IMAP4_OK;
    }
    if (!s->mechanism->is_first)
        return IMAP4_OK;
    s->said = 0; /* asked twice, it is said again */
    *out    = next_saying(s);
    return IMAP4_OK;
}

static void keep_detail(imap4_sasl *s, imap4_view told)
{
    s->has_failed = true;
    s->detail_len = told.len < DETAIL_MAX ? told.len : DETAIL_MAX;
    if (s->detail_len != 0)
        memcpy(s->detail, told.ptr, s->detail_len);
}

/* What the server says behind the last saying is an error that wants an answer, once. */
static int hear_error(imap4_sasl *s, imap4_view challenge, imap4_view *response)
{
    if (s->mechanism->answer_to_error == NULL || s->has_failed) {
        s->has_failed = true;
        return IMAP4_E_PROTOCOL;
    }
    keep_detail(s, challenge);
    *response = imap4_view_of(s->mechanism->answer_to_error);
    return IMAP4_OK;
}

static int step_dialogue(imap4_sasl *s, imap4_view challenge, imap4_view *response)
{
    if (s->has_failed)
        return IMAP4_E_PROTOCOL;
    const int rc = s->dialogue->ops->step(s->dialogue, challenge, response);
    if (rc != IMAP4_OK) {
        *response     = IMAP4_NIL;
        s->has_failed = true;
    } else if (s->dialogue->told.len != 0) {
        keep_detail(s, s->dialogue->told);
    }
    return rc;
}

int imap4_sasl_step(imap4_sasl *s, imap4_view challenge, imap4_view *response)
{
    *response      = IMAP4_NIL;
    s->has_stepped = true;
    if (s->dialogue != NULL)
        return step_dialogue(s, challenge, response);
    if (s->said == s->mechanism->count)
        return hear_error(s, challenge, response);
    *response = next_saying(s);
    return IMAP4_OK;
}

int imap4_sasl_finish(imap4_sasl *s, int is_ok)
{
    if (!is_ok)
        return IMAP4_NO;
    const bool is_done = s->dialogue != NULL ? s->dialogue->ops->is_done(s->dialogue)
                                             : s->said == s->mechanism->count;
    return s->has_failed || !is_done ? IMAP4_E_PROTOCOL : IMAP4_OK;
}

imap4_view imap4_sasl_detail(const imap4_sasl *s)
{
    return s->detail_len == 0 ? IMAP4_NIL : (imap4_view){ s->detail, s->detail_len };
}
