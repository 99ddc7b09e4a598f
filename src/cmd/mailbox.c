/* SPDX-License-Identifier: MIT */
/* cmd/mailbox.c - CREATE to STATUS (RFC 3501 6.3.3 to 6.3.10). */
#include "imap4/command.h"

#include "base/try.h"
#include "engine/queue.h"

static int queue_name(imap4_engine *engine, const char *command, imap4_view mailbox,
                      void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, command, ctx, &c));
    i4_write_mailbox(c, mailbox);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_create(imap4_engine *engine, imap4_view mailbox, void *ctx, imap4_cmd *out)
{
    return queue_name(engine, "CREATE", mailbox, ctx, out);
}

int imap4_cmd_delete(imap4_engine *engine, imap4_view mailbox, void *ctx, imap4_cmd *out)
{
    return queue_name(engine, "DELETE", mailbox, ctx, out);
}

int imap4_cmd_subscribe(imap4_engine *engine, imap4_view mailbox, void *ctx,
                        imap4_cmd *out)
{
    return queue_name(engine, "SUBSCRIBE", mailbox, ctx, out);
}

int imap4_cmd_unsubscribe(imap4_engine *engine, imap4_view mailbox, void *ctx,
                          imap4_cmd *out)
{
    return queue_name(engine, "UNSUBSCRIBE", mailbox, ctx, out);
}

int imap4_cmd_rename(imap4_engine *engine, imap4_view from, imap4_view to, void *ctx,
                     imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "RENAME", ctx, &c));
    i4_write_mailbox(c, from);
    i4_write_mailbox(c, to);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_status(imap4_engine *engine, imap4_view mailbox, imap4_view items,
                     void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "STATUS", ctx, &c));
    i4_write_mailbox(c, mailbox);
    i4_write_open(c);
    i4_write_atoms(c, items);
    i4_write_close(c);
    return i4_cmd_queue(engine, c, out);
}
