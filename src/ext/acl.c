/* SPDX-License-Identifier: MIT */
/* ext/acl.c - RFC 4314, the ACL extension: who may do what with a mailbox; also as RFC 2086
 * had it. */
#include "imap4/ext/acl.h"

#include "base/try.h"
#include "engine/queue.h"
#include "parse/mailbox.h"
#include "parse/words.h"

/* ---- commands ------------------------------------------------------------------- */

/* All answers name their mailbox, so they may come mixed. */
static const i4_cmd_row commands[] = {
    { "GETACL", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_ACL } },
    { "SETACL", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { 0 } },
    { "DELETEACL", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { 0 } },
    { "LISTRIGHTS", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_LISTRIGHTS } },
    { "MYRIGHTS", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP, { IMAP4_EV_MYRIGHTS } },
    { 0 },
};

/* RFC 4314 section 7: mod-rights = astring, of rights behind "+" or "-" or nothing; section 2
 * has rights of lower-case letters and digits only. */
static void write_rights(i4_cmd *c, imap4_view rights)
{
    for (size_t i = 0; i < rights.len; i++) {
        const char r = rights.ptr[i];
        if (i == 0 && (r == '+' || r == '-'))
            continue;
        if (!(r >= 'a' && r <= 'z') && !(r >= '0' && r <= '9'))
            i4_write_refuse(c, IMAP4_E_ARG,
                            "the rights hold more than lower-case letters and digits",
                            rights);
    }
    i4_write_astring(c, rights);
}

/* Section 3 leaves identifiers to the server, but none is empty. */
static void write_identifier(i4_cmd *c, imap4_view identifier)
{
    if (identifier.len == 0)
        i4_write_refuse(c, IMAP4_E_ARG, "the identifier is empty", identifier);
    i4_write_astring(c, identifier);
}

static int of_mailbox(imap4_engine *engine, const char *name, imap4_view mailbox,
                      void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, name, ctx, &c));
    i4_write_mailbox(c, mailbox);
    return i4_cmd_queue(engine, c, out);
}

static int of_identifier(imap4_engine *engine, const char *name, imap4_view mailbox,
                         imap4_view identifier, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, name, ctx, &c));
    i4_write_mailbox(c, mailbox);
    write_identifier(c, identifier);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_getacl(imap4_engine *engine, imap4_view mailbox, void *ctx, imap4_cmd *out)
{
    return of_mailbox(engine, "GETACL", mailbox, ctx, out);
}

int imap4_cmd_setacl(imap4_engine *engine, imap4_view mailbox, imap4_view identifier,
                     imap4_view rights, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "SETACL", ctx, &c));
    i4_write_mailbox(c, mailbox);
    write_identifier(c, identifier);
    write_rights(c, rights);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_deleteacl(imap4_engine *engine, imap4_view mailbox, imap4_view identifier,
                        void *ctx, imap4_cmd *out)
{
    return of_identifier(engine, "DELETEACL", mailbox, identifier, ctx, out);
}

int imap4_cmd_listrights(imap4_engine *engine, imap4_view mailbox, imap4_view identifier,
                         void *ctx, imap4_cmd *out)
{
    return of_identifier(engine, "LISTRIGHTS", mailbox, identifier, ctx, out);
}

int imap4_cmd_myrights(imap4_engine *engine, imap4_view mailbox, void *ctx, imap4_cmd *out)
{
    return of_mailbox(engine, "MYRIGHTS", mailbox, ctx, out);
}

/* ---- ACL ------------------------------------------------------------------------ */

/* What all three begin with. */
static int take_mailbox(i4_event *ev, i4_cursor *c, imap4_view *name, imap4_view *wire)
{
    I4_TRY(i4_take_astring(c, wire));
    return i4_mailbox_decode(ev, *wire, name);
}

/* Section 3.6: "ACL" SP mailbox *(SP identifier SP rights).  None is legal. */
static int parse_acl(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor  c   = i4_event_cursor(ev);
    imap4_acl *acl = i4_arena_alloc(ev->arena, sizeof *acl);
    if (acl == NULL)
        return i4_arena_rc(ev->arena);
    memset(acl, 0, sizeof *acl);
    I4_TRY(take_mailbox(ev, &c, &acl->name, &acl->wire_name));
    const size_t     most = (size_t)(c.end - c.t) / 2;
    imap4_acl_entry *at   = i4_arena_array(ev->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(ev->arena);
    for (; acl->count < most; acl->count++) {
        I4_TRY(i4_take_astring(&c, &at[acl->count].identifier));
        I4_TRY(i4_take_astring(&c, &at[acl->count].rights));
    }
    acl->at = at;
    *value  = acl;
    return c.t == c.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

int imap4_acl_get(const imap4_event *ev, const imap4_acl **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_ACL, parse_acl, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- LISTRIGHTS ------------------------------------------------------------------- */

/* Section 3.7. */
static int parse_listrights(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor         c    = i4_event_cursor(ev);
    imap4_listrights *list = i4_arena_alloc(ev->arena, sizeof *list);
    if (list == NULL)
        return i4_arena_rc(ev->arena);
    memset(list, 0, sizeof *list);
    I4_TRY(take_mailbox(ev, &c, &list->name, &list->wire_name));
    I4_TRY(i4_take_astring(&c, &list->identifier));
    I4_TRY(i4_take_astring(&c, &list->required));
    *value = list;
    return i4_take_words(&c, &list->optional);
}

int imap4_listrights_get(const imap4_event *ev, const imap4_listrights **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_LISTRIGHTS, parse_listrights, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- MYRIGHTS --------------------------------------------------------------------- */

/* Section 3.8. */
static int parse_myrights(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor            c  = i4_event_cursor(ev);
    imap4_myrights_data *my = i4_arena_alloc(ev->arena, sizeof *my);
    if (my == NULL)
        return i4_arena_rc(ev->arena);
    memset(my, 0, sizeof *my);
    I4_TRY(take_mailbox(ev, &c, &my->name, &my->wire_name));
    I4_TRY(i4_take_astring(&c, &my->rights));
    *value = my;
    return c.t == c.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

int imap4_myrights_get(const imap4_event *ev, const imap4_myrights_data **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_MYRIGHTS, parse_myrights, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- the rows ---------------------------------------------------------------------- */

static const i4_resp_row responses[] = {
    { "ACL", IMAP4_EV_ACL, 0 },
    { "LISTRIGHTS", IMAP4_EV_LISTRIGHTS, 0 },
    { "MYRIGHTS", IMAP4_EV_MYRIGHTS, 0 },
    { 0 },
};

extern const i4_ext i4_ext_acl;
const i4_ext        i4_ext_acl = {
           .name       = "acl",
           .capability = "ACL",
           .rfc        = 4314,
           .responses  = responses,
           .commands   = commands,
};
