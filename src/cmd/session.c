/* SPDX-License-Identifier: MIT */
/* cmd/session.c - CAPABILITY, NOOP, LOGOUT, STARTTLS, CHECK, CLOSE, EXPUNGE: names only. */
#include "imap4/command.h"

#include "base/try.h"
#include "engine/queue.h"

static int queue_bare(imap4_engine *engine, const char *name, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, name, ctx, &c));
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_capability(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    return queue_bare(engine, "CAPABILITY", ctx, out);
}

int imap4_cmd_noop(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    return queue_bare(engine, "NOOP", ctx, out);
}

int imap4_cmd_starttls(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "STARTTLS", ctx, &c));
    i4_cmd_need(engine, "STARTTLS");
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_check(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    return queue_bare(engine, "CHECK", ctx, out);
}

int imap4_cmd_close(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    return queue_bare(engine, "CLOSE", ctx, out);
}

int imap4_cmd_expunge(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    return queue_bare(engine, "EXPUNGE", ctx, out);
}

int imap4_cmd_logout(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    return queue_bare(engine, "LOGOUT", ctx, out);
}
