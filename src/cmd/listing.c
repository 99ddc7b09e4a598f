/* SPDX-License-Identifier: MIT */
/* cmd/listing.c - LIST (RFC 3501 6.3.8). */
#include "imap4/command.h"

#include "base/try.h"
#include "engine/queue.h"

int imap4_cmd_list(imap4_engine *engine, imap4_view reference, imap4_view pattern,
                   void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "LIST", ctx, &c));
    i4_write_mailbox(c, reference);
    i4_write_pattern(c, pattern);
    return i4_cmd_queue(engine, c, out);
}
