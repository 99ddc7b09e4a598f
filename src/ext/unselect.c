/* SPDX-License-Identifier: MIT */
/* ext/unselect.c - RFC 3691, the UNSELECT command: CLOSE that expunges nothing. */
#include "imap4/ext/unselect.h"

#include "base/try.h"
#include "engine/queue.h"

static const i4_cmd_row commands[] = {
    { "UNSELECT", I4_ST_SELECTED, I4_SELECTS, I4_CMD_CLOSES | I4_CMD_NEEDS_CAP, { 0 } },
    { 0 },
};

extern const i4_ext i4_ext_unselect;
const i4_ext        i4_ext_unselect = {
           .name       = "unselect",
           .capability = "UNSELECT",
           .rfc        = 3691,
           .commands   = commands,
};

int imap4_cmd_unselect(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "UNSELECT", ctx, &c));
    return i4_cmd_queue(engine, c, out);
}
