/* SPDX-License-Identifier: MIT */
/* ext/enable.c - RFC 5161, the ENABLE extension.  What it turns on, the session keeps
 * (engine/session.c). */
#include "imap4/ext/enable.h"

#include "base/try.h"
#include "engine/queue.h"

static const i4_resp_row responses[] = {
    { "ENABLED", IMAP4_EV_ENABLED, I4_RESP_WORDS, NULL, NULL },
    { 0 },
};

static const i4_cmd_row commands[] = {
    { "ENABLE",
      I4_ST_AUTH,
      I4_ALONE,
      I4_CMD_NEEDS_CAP | I4_CMD_ENABLES,
      { IMAP4_EV_ENABLED } },
    { 0 },
};

extern const i4_ext i4_ext_enable;
const i4_ext        i4_ext_enable = {
           .name       = "enable",
           .capability = "ENABLE",
           .rfc        = 5161,
           .responses  = responses,
           .commands   = commands,
};

int imap4_cmd_enable(imap4_engine *engine, imap4_view capabilities, void *ctx,
                     imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "ENABLE", ctx, &c));
    i4_write_atoms(c, capabilities);
    return i4_cmd_queue(engine, c, out);
}
