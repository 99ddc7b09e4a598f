/* SPDX-License-Identifier: MIT */
/* ext/metadata.c - RFC 5464, the METADATA extension. */
#include "imap4/ext/metadata.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "engine/queue.h"
#include "parse/mailbox.h"

/* ---- what is sent ----------------------------------------------------------------- */

/* Why no server may take the name of an entry (RFC 5464 3.2); NULL if it may. */
static const char *entry_problem(imap4_view name)
{
    if (name.len == 0 || name.ptr[0] != '/')
        return "the name of an entry does not begin with \"/\"";
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char u = (unsigned char)name.ptr[i];
        if (u < ' ' || u >= 0x7f)
            return "the name of an entry holds a control character or is not ASCII";
        if (u == '*' || u == '%')
            return "the name of an entry holds \"*\" or \"%\"";
        if (u == '/' && i + 1 == name.len)
            return "the name of an entry ends with \"/\"";
        if (u == '/' && name.ptr[i + 1] == '/')
            return "the name of an entry holds \"//\"";
    }
    return NULL;
}

static void write_entry(i4_cmd *c, imap4_view name)
{
    const char *why = entry_problem(name);
    if (why != NULL)
        i4_write_refuse(c, IMAP4_E_ARG, why, name);
    i4_write_astring(c, name);
}

/* METADATA-SERVER is for the server's own entries only (RFC 5464 section 1). */
static void write_mailbox(imap4_engine *engine, i4_cmd *c, imap4_view mailbox)
{
    if (mailbox.len != 0)
        i4_cmd_need(engine, "METADATA");
    i4_write_mailbox(c, mailbox);
}

static void refuse_none(i4_cmd *c, size_t count)
{
    if (count == 0)
        i4_write_refuse(c, IMAP4_E_ARG, "there are no entries", IMAP4_NIL);
}

/* RFC 5464 section 5, getmetadata-options.  They stand before the mailbox, in one list: so the
 * grammar has it, and known servers take nothing else.  The examples of section 4 have them
 * behind it. */
static void write_options(i4_cmd *c, const imap4_getmetadata_options *opt)
{
    static const imap4_view depths[] = { { "0", 1 }, { "1", 1 }, { "infinity", 8 } };
    if (opt == NULL)
        return;
    if (opt->depth < 0 || opt->depth > IMAP4_METADATA_ALL) {
        i4_write_refuse(c, IMAP4_E_ARG, "the depth is none", IMAP4_NIL);
        return;
    }
    i4_write_open_later(c, IMAP4_V("("));
    if (opt->has_maxsize) {
        i4_write_word(c, IMAP4_V("MAXSIZE"));
        i4_write_number(c, opt->maxsize);
    }
    if (opt->depth != IMAP4_METADATA_ENTRY) {
        i4_write_word(c, IMAP4_V("DEPTH"));
        i4_write_word(c, depths[opt->depth]);
    }
    i4_write_close_later(c);
}

int imap4_cmd_getmetadata(imap4_engine *engine, imap4_view mailbox,
                          const imap4_view *entries, size_t count,
                          const imap4_getmetadata_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    I4_TRY(i4_cmd_begin(engine, "GETMETADATA", ctx, &c));
    refuse_none(c, count);
    write_options(c, opt);
    write_mailbox(engine, c, mailbox);
    i4_write_open(c);
    for (size_t i = 0; i < count; i++)
        write_entry(c, entries[i]);
    i4_write_close(c);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_setmetadata(imap4_engine *engine, imap4_view mailbox,
                          const imap4_metadata_entry *entries, size_t count, void *ctx,
                          imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "SETMETADATA", ctx, &c));
    refuse_none(c, count);
    write_mailbox(engine, c, mailbox);
    i4_write_open(c);
    for (size_t i = 0; i < count; i++) {
        write_entry(c, entries[i].name);
        i4_write_nstring8(c, entries[i].value);
    }
    i4_write_close(c);
    return i4_cmd_queue(engine, c, out);
}

/* ---- METADATA ---------------------------------------------------------------------- */

/* RFC 5464 section 5, entry-values, which may be empty where reading is tolerant; or
 * entry-list. */
static int take_entries(i4_cursor *c, imap4_metadata *out)
{
    const size_t          each = out->has_values ? 2 : 1;
    const size_t          most = (size_t)(c->end - c->t) / each;
    imap4_metadata_entry *at   = i4_arena_array(c->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(c->arena);
    if (most == 0 && !out->has_values)
        return IMAP4_E_SYNTAX;
    if (most == 0)
        I4_TRY(i4_odd(c, IMAP4_DIAG_EMPTY_LIST, c->t - 1, "RFC 5464 5, entry-values"));
    while (out->count < most && c->t < c->end) {
        imap4_metadata_entry *entry = &at[out->count++];
        *entry                      = (imap4_metadata_entry){ 0 };
        I4_TRY(i4_take_astring(c, &entry->name));
        if (out->has_values)
            I4_TRY(i4_take_nstring(c, &entry->value));
    }
    out->at = at;
    return c->t == c->end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

static int parse_metadata(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor       c    = i4_event_cursor(ev), in;
    imap4_metadata *data = i4_arena_alloc(ev->arena, sizeof *data);
    if (data == NULL)
        return i4_arena_rc(ev->arena);
    memset(data, 0, sizeof *data);
    I4_TRY(i4_take_astring(&c, &data->wire_name));
    I4_TRY(i4_mailbox_decode(ev, data->wire_name, &data->name));
    *value           = data;
    data->has_values = i4_cursor_is_at(&c, I4_TOK_OPEN);
    if (!data->has_values)
        return take_entries(&c, data);
    I4_TRY(i4_take_list(&c, &in));
    I4_TRY(take_entries(&in, data));
    return c.t == c.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

int imap4_metadata_get(const imap4_event *ev, const imap4_metadata **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_METADATA, parse_metadata, &value));
    *out = value;
    return IMAP4_OK;
}

/* RFC 5464 4.4.2: without values it is never an answer. */
static bool is_news(i4_event *ev)
{
    return ev->token_count >= 2 && i4_token_kind_of(ev->tokens[1]) != I4_TOK_OPEN;
}

/* ---- [METADATA ...] ------------------------------------------------------------------ */

int imap4_code_metadata(const imap4_event *ev, imap4_metadata_code *out)
{
    static const struct {
        imap4_view name;
        int32_t    reason;
        bool       has_size;
    } rows[] = {
        { { "LONGENTRIES", 11 }, IMAP4_METADATA_LONGENTRIES, true },
        { { "MAXSIZE", 7 }, IMAP4_METADATA_MAXSIZE, true },
        { { "TOOMANY", 7 }, IMAP4_METADATA_TOOMANY, false },
        { { "NOPRIVATE", 9 }, IMAP4_METADATA_NOPRIVATE, false },
    };
    if (ev->code_id != IMAP4_CODE_METADATA)
        return IMAP4_E_ABSENT;
    const imap4_view args  = ev->code_args;
    const char      *space = args.len == 0 ? NULL : memchr(args.ptr, ' ', args.len);
    imap4_view       word = args, number = IMAP4_V("");
    uint64_t         size = 0;
    if (space != NULL) {
        word   = i4_view(args.ptr, space);
        number = i4_view(space + 1, args.ptr + args.len);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!i4_view_eq_nocase(word, rows[i].name))
            continue;
        if (rows[i].has_size ? !i4_num_view(number, INT64_MAX, &size) : space != NULL)
            return IMAP4_E_SYNTAX;
        *out = (imap4_metadata_code){ .reason = rows[i].reason, .size = size };
        return IMAP4_OK;
    }
    return IMAP4_E_SYNTAX;
}

/* ---- the rows ------------------------------------------------------------------------ */

static const i4_resp_row responses[] = {
    { "METADATA", IMAP4_EV_METADATA, .is_news = is_news },
    { 0 },
};

static const i4_code_row codes[] = {
    { "METADATA", IMAP4_CODE_METADATA, I4_ARG_RAW, NULL },
    { 0 },
};

/* The answers name the mailbox and the entry, so they may come mixed. */
static const i4_cmd_row commands[] = {
    { "GETMETADATA", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_METADATA } },
    { "SETMETADATA", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { 0 } },
    { 0 },
};

extern const i4_ext i4_ext_metadata;
const i4_ext        i4_ext_metadata = {
           .name       = "metadata",
           .capability = "METADATA METADATA-SERVER",
           .rfc        = 5464,
           .responses  = responses,
           .codes      = codes,
           .commands   = commands,
};
