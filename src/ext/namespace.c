/* SPDX-License-Identifier: MIT */
/* ext/namespace.c - RFC 2342, the NAMESPACE extension. */
#include "imap4/ext/namespace.h"

#include "base/try.h"
#include "engine/queue.h"
#include "parse/mailbox.h"
#include "parse/words.h"

int imap4_cmd_namespace(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "NAMESPACE", ctx, &c));
    return i4_cmd_queue(engine, c, out);
}

/* ---- the response ------------------------------------------------------------------ */

/* RFC 2342 section 6, Namespace_Response_Extension: string SP "(" string *(SP string) ")" */
static int take_params(i4_cursor *c, imap4_namespace_entry *out)
{
    enum {
        TOKENS = 3 /* of one at least: name and parentheses */
    };
    i4_cursor    in;
    const size_t most = (size_t)(c->end - c->t) / TOKENS;
    if (c->t == c->end)
        return IMAP4_OK;
    imap4_namespace_param *at = i4_arena_array(c->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(c->arena);
    while (out->params_count < most && c->t < c->end) {
        imap4_namespace_param *param = &at[out->params_count++];
        I4_TRY(i4_take_nstring(c, &param->name));
        I4_TRY(i4_take_list(c, &in));
        I4_TRY(i4_take_words(&in, &param->values));
        if (param->name.ptr == NULL)
            return IMAP4_E_SYNTAX;
        if (param->values.count == 0)
            I4_TRY(i4_odd(&in, IMAP4_DIAG_EMPTY_LIST, in.t - 1,
                          "RFC 2342 6, namespace_response_extension"));
    }
    out->params = at;
    return c->t == c->end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

/* "(" string SP (<"> QUOTED_CHAR <"> / nil) *(Namespace_Response_Extension) ")" */
static int take_namespace(i4_event *ev, i4_cursor *c, imap4_namespace_entry *out)
{
    i4_cursor in;
    *out = (imap4_namespace_entry){ 0 };
    I4_TRY(i4_take_list(c, &in));
    I4_TRY(i4_take_nstring(&in, &out->wire_prefix));
    if (out->wire_prefix.ptr == NULL) {
        I4_TRY(i4_odd(&in, IMAP4_DIAG_NIL, in.t - 1, "RFC 2342 6, namespace"));
        out->wire_prefix = IMAP4_V("");
    }
    I4_TRY(i4_mailbox_decode(ev, out->wire_prefix, &out->prefix));
    I4_TRY(i4_take_delimiter(&in, &out->delimiter));
    return take_params(&in, out);
}

/* One of the three classes: NIL, or a list of namespaces. */
static int take_class(i4_event *ev, i4_cursor *c, imap4_namespace_list *out)
{
    enum {
        TOKENS = 4 /* of one namespace at least: parentheses, prefix, delimiter */
    };
    i4_cursor in;
    const int rc = i4_take_list_or_nil(c, &in);
    if (rc <= 0)
        return rc;
    const size_t           most = (size_t)(in.end - in.t) / TOKENS;
    imap4_namespace_entry *at   = i4_arena_array(ev->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(ev->arena);
    while (out->count < most && in.t < in.end)
        I4_TRY(take_namespace(ev, &in, &at[out->count++]));
    out->at = at;
    return in.t == in.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

static int parse_namespace(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor         c   = i4_event_cursor(ev);
    imap4_namespaces *all = i4_arena_alloc(ev->arena, sizeof *all);
    if (all == NULL)
        return i4_arena_rc(ev->arena);
    memset(all, 0, sizeof *all);
    I4_TRY(take_class(ev, &c, &all->personal));
    I4_TRY(take_class(ev, &c, &all->others));
    I4_TRY(take_class(ev, &c, &all->shared));
    *value = all;
    return c.t == c.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

int imap4_namespace_get(const imap4_event *ev, const imap4_namespaces **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_NAMESPACE, parse_namespace, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- the rows ------------------------------------------------------------------------ */

static const i4_resp_row responses[] = {
    { "NAMESPACE", IMAP4_EV_NAMESPACE, 0 },
    { 0 },
};

static const i4_cmd_row commands[] = {
    { "NAMESPACE",
      I4_ST_AUTH_SEL,
      I4_FREE,
      I4_CMD_NEEDS_CAP | I4_CMD_MIXES | I4_CMD_PROBES,
      { IMAP4_EV_NAMESPACE } },
    { 0 },
};

extern const i4_ext i4_ext_namespace;
const i4_ext        i4_ext_namespace = {
           .name       = "namespace",
           .capability = "NAMESPACE",
           .rfc        = 2342,
           .responses  = responses,
           .commands   = commands,
};
