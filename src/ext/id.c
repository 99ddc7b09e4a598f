/* SPDX-License-Identifier: MIT */
/* ext/id.c - RFC 2971, the ID extension. */
#include "imap4/ext/id.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/queue.h"
#include "parse/event.h"

/* ---- the command ------------------------------------------------------------------ */

/* RFC 2971 section 3.3 */
enum {
    PAIRS_MAX = 30,
    NAME_MAX  = 30,
    VALUE_MAX = 1024
};

static void check_pair(i4_cmd *c, const imap4_param *params, size_t i)
{
    const imap4_view name = params[i].name;
    if (name.len > NAME_MAX)
        i4_write_refuse(c, IMAP4_E_ARG, "a name is longer than 30 octets", name);
    if (params[i].value.len > VALUE_MAX)
        i4_write_refuse(c, IMAP4_E_ARG, "a value is longer than 1024 octets", name);
    for (size_t k = 0; k < i; k++)
        if (i4_view_eq_nocase(params[k].name, name))
            i4_write_refuse(c, IMAP4_E_ARG, "a name stands twice", name);
}

int imap4_cmd_id(imap4_engine *engine, const imap4_param *params, size_t count, void *ctx,
                 imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "ID", ctx, &c));
    if (count > PAIRS_MAX) {
        i4_write_refuse(c, IMAP4_E_ARG, "more than 30 pairs", IMAP4_NIL);
        return i4_cmd_queue(engine, c, out);
    }
    /* Known servers refuse "()". */
    if (count == 0) {
        i4_write_nstring(c, IMAP4_NIL);
        return i4_cmd_queue(engine, c, out);
    }
    i4_write_open(c);
    for (size_t i = 0; i < count; i++) {
        check_pair(c, params, i);
        i4_write_string(c, params[i].name);
        i4_write_nstring(c, params[i].value);
    }
    i4_write_close(c);
    return i4_cmd_queue(engine, c, out);
}

/* ---- the response ------------------------------------------------------------------ */

/* RFC 2971 section 4: "(" #(string SPACE nstring) ")" / nil */
static int parse_id(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor     c = i4_event_cursor(ev), in = c;
    imap4_params *params = i4_arena_alloc(ev->arena, sizeof *params);
    if (params == NULL)
        return i4_arena_rc(ev->arena);
    in.end = in.t;
    if (i4_cursor_is_nil(&c))
        c.t++;
    else
        I4_TRY(i4_take_list(&c, &in));
    const size_t most = (size_t)(in.end - in.t) / 2;
    imap4_param *at   = i4_arena_array(ev->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(ev->arena);
    for (size_t i = 0; i < most; i++) {
        I4_TRY(i4_take_nstring(&in, &at[i].name));
        if (at[i].name.ptr == NULL)
            return IMAP4_E_SYNTAX;
        I4_TRY(i4_take_nstring(&in, &at[i].value));
    }
    *params = (imap4_params){ at, most };
    *value  = params;
    /* A known server puts a "+" behind the list. */
    if (i4_cursor_is_at(&c, I4_TOK_ATOM) &&
        i4_view_eq(i4_token_view(c.base, *c.t), IMAP4_V("+"))) {
        I4_TRY(i4_odd(&c, IMAP4_DIAG_EXTRA, c.t, "RFC 2971 4, id_response"));
        c.t++;
    }
    return in.t == in.end && c.t == c.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

int imap4_id_get(const imap4_event *ev, const imap4_params **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_ID, parse_id, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- the rows ------------------------------------------------------------------------ */

static const i4_resp_row responses[] = {
    { "ID", IMAP4_EV_ID, 0 },
    { 0 },
};

static const i4_cmd_row commands[] = {
    { "ID",
      I4_ST_ANY,
      I4_FREE,
      I4_CMD_NEEDS_CAP | I4_CMD_MIXES | I4_CMD_PROBES,
      { IMAP4_EV_ID } },
    { 0 },
};

extern const i4_ext i4_ext_id;
const i4_ext        i4_ext_id = {
           .name       = "id",
           .capability = "ID",
           .rfc        = 2971,
           .responses  = responses,
           .commands   = commands,
};
