/* SPDX-License-Identifier: MIT */
/* ext/annotatemore.c - ANNOTATEMORE (draft-daboo-imap-annotatemore-05), what METADATA (RFC 5464)
 * was before: annotations of mailboxes and of the server. */
#include "imap4/ext/annotatemore.h"

#include "base/try.h"
#include "engine/queue.h"
#include "parse/mailbox.h"

/* ---- what is sent ----------------------------------------------------------------- */

/* The answers name the mailbox and the entry, so they may come mixed. */
static const i4_cmd_row commands[] = {
    { "GETANNOTATION", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_ANNOTATION } },
    { "SETANNOTATION", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_ANNOTATION } },
    { 0 },
};

/* Draft section 7: entry-match and attrib-match are strings, never atoms. */
static void write_strings(i4_cmd *c, const imap4_view *at, size_t count, const char *none)
{
    if (count == 0)
        i4_write_refuse(c, IMAP4_E_ARG, none, IMAP4_NIL);
    if (count != 1)
        i4_write_open(c);
    for (size_t i = 0; i < count; i++)
        i4_write_string(c, at[i]);
    if (count != 1)
        i4_write_close(c);
}

int imap4_cmd_getannotation(imap4_engine *engine, imap4_view mailbox,
                            const imap4_view *entries, size_t entries_count,
                            const imap4_view *attributes, size_t attributes_count,
                            void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "GETANNOTATION", ctx, &c));
    i4_write_pattern(c, mailbox);
    write_strings(c, entries, entries_count, "there are no entries");
    write_strings(c, attributes, attributes_count, "there are no attributes");
    return i4_cmd_queue(engine, c, out);
}

static bool is_same_entry(const imap4_annotation_value *a, const imap4_annotation_value *b)
{
    return imap4_view_equal(a->entry, b->entry) != 0;
}

/* Draft section 7, setentrylist: entry "(" attribute value ... ")".  Values of one entry that
 * follow each other share a list. */
int imap4_cmd_setannotation(imap4_engine *engine, imap4_view mailbox,
                            const imap4_annotation_value *values, size_t count, void *ctx,
                            imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "SETANNOTATION", ctx, &c));
    i4_write_pattern(c, mailbox);
    if (count == 0)
        i4_write_refuse(c, IMAP4_E_ARG, "there are no entries", IMAP4_NIL);
    i4_write_open(c);
    for (size_t i = 0; i < count; i++) {
        const imap4_annotation_value *v = &values[i];
        if (i == 0 || !is_same_entry(v - 1, v)) {
            i4_write_string(c, v->entry);
            i4_write_open(c);
        }
        i4_write_string(c, v->attribute);
        i4_write_nstring(c, v->value);
        if (i + 1 == count || !is_same_entry(v, v + 1))
            i4_write_close(c);
    }
    i4_write_close(c);
    return i4_cmd_queue(engine, c, out);
}

/* ---- ANNOTATION -------------------------------------------------------------------- */

/* entry "(" attribute value ... ")". */
static int take_values(i4_cursor *in, imap4_view entry, imap4_annotation_value *at,
                       size_t *count)
{
    if (in->t == in->end)
        return IMAP4_E_SYNTAX;
    while (in->t < in->end) {
        imap4_annotation_value *v = &at[(*count)++];
        *v                        = (imap4_annotation_value){ .entry = entry };
        I4_TRY(i4_take_astring(in, &v->attribute));
        I4_TRY(i4_take_nstring(in, &v->value));
    }
    return IMAP4_OK;
}

/* Draft section 7, entry-list: entries with their values; or, when others changed them, names
 * of entries, which Cyrus puts in parentheses. */
static int take_entries(i4_cursor *c, imap4_annotation *out)
{
    i4_cursor               in;
    const size_t            most = (size_t)(c->end - c->t);
    imap4_annotation_value *at   = i4_arena_array(c->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(c->arena);
    out->at = at;
    if (most == 0)
        return IMAP4_E_SYNTAX;
    if (i4_take_list(c, &in) == IMAP4_OK) {
        if (c->t != c->end || in.t == in.end)
            return IMAP4_E_SYNTAX;
        *c = in;
    }
    while (c->t < c->end) {
        imap4_view entry;
        I4_TRY(i4_take_astring(c, &entry));
        if (i4_take_list(c, &in) == IMAP4_OK)
            I4_TRY(take_values(&in, entry, at, &out->count));
        else
            at[out->count++] = (imap4_annotation_value){ .entry = entry };
    }
    return IMAP4_OK;
}

static int parse_annotation(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor         c    = i4_event_cursor(ev);
    imap4_annotation *data = i4_arena_alloc(ev->arena, sizeof *data);
    if (data == NULL)
        return i4_arena_rc(ev->arena);
    memset(data, 0, sizeof *data);
    I4_TRY(i4_take_astring(&c, &data->wire_name));
    I4_TRY(i4_mailbox_decode(ev, data->wire_name, &data->name));
    *value = data;
    return take_entries(&c, data);
}

int imap4_annotation_get(const imap4_event *ev, const imap4_annotation **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_ANNOTATION, parse_annotation, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- the rows ------------------------------------------------------------------------ */

static const i4_resp_row responses[] = {
    { "ANNOTATION", IMAP4_EV_ANNOTATION, 0 },
    { 0 },
};

/* Draft section 5: "TOOBIG" or "TOOMANY". */
static const i4_code_row codes[] = {
    { "ANNOTATEMORE", IMAP4_CODE_ANNOTATEMORE, I4_ARG_WORDS, NULL },
    { 0 },
};

extern const i4_ext i4_ext_annotatemore;
const i4_ext        i4_ext_annotatemore = {
           .name       = "annotatemore",
           .capability = "ANNOTATEMORE X-ANNOTATEMORE",
           .responses  = responses,
           .codes      = codes,
           .commands   = commands,
};
