/* SPDX-License-Identifier: MIT */
/* ext/quota.c - RFC 9208, the QUOTA extension; also as RFC 2087 had it. */
#include "imap4/ext/quota.h"

#include "base/try.h"
#include "engine/queue.h"
#include "parse/mailbox.h"
#include "parse/words.h"

/* ---- commands ------------------------------------------------------------------- */

/* The answers name a quota root or a mailbox, so they may come mixed.  SETQUOTA does not
 * need QUOTASET: RFC 2087 did not know the word, and its servers are still there. */
static const i4_cmd_row commands[] = {
    { "GETQUOTA", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_QUOTA } },
    { "GETQUOTAROOT",
      I4_ST_AUTH_SEL,
      I4_FREE,
      I4_CMD_NEEDS_CAP,
      { IMAP4_EV_QUOTAROOT, IMAP4_EV_QUOTA } },
    { "SETQUOTA", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_QUOTA } },
    { 0 },
};

int imap4_cmd_getquota(imap4_engine *engine, imap4_view root, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "GETQUOTA", ctx, &c));
    i4_write_astring(c, root);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_getquotaroot(imap4_engine *engine, imap4_view mailbox, void *ctx,
                           imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "GETQUOTAROOT", ctx, &c));
    i4_write_mailbox(c, mailbox);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_setquota(imap4_engine *engine, imap4_view root,
                       const imap4_quota_limit *limits, size_t count, void *ctx,
                       imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "SETQUOTA", ctx, &c));
    i4_write_astring(c, root);
    i4_write_open(c);
    for (size_t i = 0; i < count; i++) {
        /* RFC 9208 section 7, resource-limit: number64, which has 63 bits. */
        if (limits[i].limit > INT64_MAX)
            i4_write_refuse(c, IMAP4_E_ARG, "a limit is above 9223372036854775807",
                            limits[i].name);
        i4_write_atom(c, limits[i].name);
        i4_write_number(c, limits[i].limit);
    }
    i4_write_close(c);
    return i4_cmd_queue(engine, c, out);
}

/* ---- QUOTA ---------------------------------------------------------------------- */

/* RFC 9208 section 7: number64, which has 63 bits; some say with all 64 that there is no
 * limit. */
static int take_amount(i4_cursor *c, uint64_t *out)
{
    I4_TRY(i4_take_number(c, UINT64_MAX, out));
    return *out <= INT64_MAX
               ? IMAP4_OK
               : i4_odd(c, IMAP4_DIAG_NUMBER, c->t - 1, "RFC 9208 7, number64");
}

static int take_resource(i4_cursor *c, imap4_quota_resource *out)
{
    if (!i4_cursor_is_at(c, I4_TOK_ATOM))
        I4_TRY(i4_odd(c, IMAP4_DIAG_STRING, c->t, "RFC 9208 7, resource-name"));
    I4_TRY(i4_take_astring(c, &out->name));
    I4_TRY(take_amount(c, &out->usage));
    return take_amount(c, &out->limit);
}

/* "* QUOTA "#user/alice" (STORAGE 54 111 MESSAGE 42 1000)".  An empty list is legal: section
 * 4.2.1 says what it means, though section 7 has no rule for it. */
static int parse_quota(i4_event *ev, const void **value)
{
    enum {
        TOKENS = 3 /* of one resource */
    };
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor    c     = i4_event_cursor(ev), in;
    imap4_quota *quota = i4_arena_alloc(ev->arena, sizeof *quota);
    if (quota == NULL)
        return i4_arena_rc(ev->arena);
    memset(quota, 0, sizeof *quota);
    I4_TRY(i4_take_astring(&c, &quota->root));
    I4_TRY(i4_take_list(&c, &in));
    const size_t          most = (size_t)(in.end - in.t) / TOKENS;
    imap4_quota_resource *at   = i4_arena_array(ev->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(ev->arena);
    while (quota->count < most)
        I4_TRY(take_resource(&in, &at[quota->count++]));
    quota->at = at;
    *value    = quota;
    return in.t == in.end && c.t == c.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

int imap4_quota_get(const imap4_event *ev, const imap4_quota **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_QUOTA, parse_quota, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- QUOTAROOT ------------------------------------------------------------------- */

static int parse_quotaroot(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor        c    = i4_event_cursor(ev);
    imap4_quotaroot *root = i4_arena_alloc(ev->arena, sizeof *root);
    if (root == NULL)
        return i4_arena_rc(ev->arena);
    memset(root, 0, sizeof *root);
    I4_TRY(i4_take_astring(&c, &root->wire_name));
    I4_TRY(i4_mailbox_decode(ev, root->wire_name, &root->name));
    *value = root;
    return i4_take_words(&c, &root->roots);
}

int imap4_quotaroot_get(const imap4_event *ev, const imap4_quotaroot **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_QUOTAROOT, parse_quotaroot, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- the rows ---------------------------------------------------------------------- */

static const i4_resp_row responses[] = {
    { "QUOTA", IMAP4_EV_QUOTA, 0 },
    { "QUOTAROOT", IMAP4_EV_QUOTAROOT, 0 },
    { 0 },
};

extern const i4_ext i4_ext_quota;
const i4_ext        i4_ext_quota = {
           .name       = "quota",
           .capability = "QUOTA",
           .rfc        = 9208,
           .responses  = responses,
           .commands   = commands,
};
