/* SPDX-License-Identifier: MIT */
/* cmd/args.c - any command, from an array of arguments. */
#include "imap4/command.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/engine.h"
#include "engine/queue.h"

#include <string.h>

/* One atom, or two with a space between: "CREATE", "UID COPY". */
static bool is_command_name(imap4_view name)
{
    size_t spaces = 0;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        if (c == ' ') {
            if (i == 0 || i + 1 == name.len || ++spaces > 1)
                return false;
        } else if (!i4_is_atom_char(c) || c == '+') {
            return false;
        }
    }
    return name.len != 0 && name.len <= 64;
}

/* "LOGIN alice" would be a LOGIN whose state is not checked and whose password is not masked. */
static bool holds_command(const imap4_engine *engine, imap4_view name)
{
    const char *space = memchr(name.ptr, ' ', name.len);
    return space != NULL &&
           i4_registry_command(engine->reg, i4_view(name.ptr, space), NULL) != NULL;
}

static void write_literal(i4_cmd *c, const imap4_arg *arg)
{
    if (arg->text.ptr == NULL)
        i4_write_data(c, arg->number);
    else
        i4_write_literal(c, arg->text);
}

static void write_secret(i4_cmd *c, const imap4_arg *arg)
{
    const bool was_secret = c->is_secret;
    i4_cmd_secret(c, true);
    i4_write_string(c, arg->text);
    i4_cmd_secret(c, was_secret);
}

static void write_arg(i4_cmd *c, const imap4_arg *arg)
{
    switch ((imap4_arg_kind)arg->kind) {
    case IMAP4_ARG_ATOM: i4_write_atom(c, arg->text); return;
    case IMAP4_ARG_ASTRING: i4_write_astring(c, arg->text); return;
    case IMAP4_ARG_STRING: i4_write_string(c, arg->text); return;
    case IMAP4_ARG_NSTRING: i4_write_nstring(c, arg->text); return;
    case IMAP4_ARG_MAILBOX: i4_write_mailbox(c, arg->text); return;
    case IMAP4_ARG_PATTERN: i4_write_pattern(c, arg->text); return;
    case IMAP4_ARG_SET: i4_write_set(c, arg->set); return;
    case IMAP4_ARG_FLAGS: i4_write_flags(c, arg->text); return;
    case IMAP4_ARG_NUMBER: i4_write_number(c, arg->number); return;
    case IMAP4_ARG_LITERAL: write_literal(c, arg); return;
    case IMAP4_ARG_RAW: i4_write_raw(c, arg->text); return;
    case IMAP4_ARG_OPEN: i4_write_open(c); return;
    case IMAP4_ARG_CLOSE: i4_write_close(c); return;
    case IMAP4_ARG_SECRET: write_secret(c, arg); return;
    }
    i4_write_refuse(c, IMAP4_E_ARG, "an unknown kind of argument", IMAP4_NIL);
}

int imap4_cmd_args(imap4_engine *engine, imap4_view name, const imap4_arg *args,
                   size_t count, void *ctx, imap4_cmd *out)
{
    i4_cmd *c    = NULL;
    size_t  open = 0;
    if (!is_command_name(name))
        return i4_cmd_refuse(engine, IMAP4_E_ARG, "not the name of a command", name);
    if (holds_command(engine, name))
        return i4_cmd_refuse(engine, IMAP4_E_ARG, "a command and an argument in one",
                             name);
    I4_TRY(i4_cmd_begin_any(engine, name, ctx, &c));
    for (size_t i = 0; i < count; i++) {
        if (args[i].kind == IMAP4_ARG_CLOSE && open-- == 0)
            break;
        open += args[i].kind == IMAP4_ARG_OPEN;
        write_arg(c, &args[i]);
    }
    if (open != 0)
        i4_write_refuse(c, IMAP4_E_ARG, "parentheses do not balance", IMAP4_NIL);
    return i4_cmd_queue(engine, c, out);
}
