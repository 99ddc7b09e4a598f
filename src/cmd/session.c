/* SPDX-License-Identifier: MIT */
/* cmd/session.c - CAPABILITY, NOOP, LOGOUT (RFC 3501 6.1). */
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

int imap4_cmd_logout(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    return queue_bare(engine, "LOGOUT", ctx, out);
}
