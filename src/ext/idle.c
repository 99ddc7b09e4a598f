/* SPDX-License-Identifier: MIT */
/* ext/idle.c - RFC 2177, the IDLE command.  Its dialogue is in engine/dialogue.c. */
#include "imap4/command.h"

#include "base/try.h"
#include "engine/queue.h"

static const i4_cmd_row commands[] = {
    { "IDLE",
      I4_ST_AUTH_SEL,
      I4_ALONE,
      I4_CMD_CONTINUES | I4_CMD_IDLES | I4_CMD_NEEDS_CAP,
      { IMAP4_EV_EXISTS, IMAP4_EV_RECENT, IMAP4_EV_EXPUNGE, IMAP4_EV_VANISHED,
        IMAP4_EV_FETCH } },
    { 0 },
};

extern const i4_ext i4_ext_idle;
const i4_ext        i4_ext_idle = {
           .name       = "idle",
           .capability = "IDLE",
           .rfc        = 2177,
           .commands   = commands,
};

int imap4_cmd_idle(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "IDLE", ctx, &c));
    return i4_cmd_queue(engine, c, out);
}
