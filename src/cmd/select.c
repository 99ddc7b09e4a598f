/* SPDX-License-Identifier: MIT */
/* cmd/select.c - SELECT and EXAMINE (RFC 3501 6.3.1, 6.3.2). */
#include "imap4/command.h"

#include "base/try.h"
#include "engine/queue.h"

int imap4_cmd_select(imap4_engine *engine, imap4_view mailbox,
                     const imap4_select_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    const bool read_only = opt != NULL && opt->read_only != 0;
    I4_TRY(i4_cmd_begin(engine, read_only ? "EXAMINE" : "SELECT", ctx, &c));
    i4_write_mailbox(c, mailbox);
    i4_cmd_tails(engine, c, I4_SPOT_SELECT, IMAP4_V("("), opt);
    return i4_cmd_queue(engine, c, out);
}
