/* SPDX-License-Identifier: MIT */
/* ext/proxyauth.c - PROXYAUTH of Netscape, iPlanet and Sun servers: an administrator goes on as
 * somebody else.  No RFC has it, and no known server announces it, so it needs nothing. */
#include "imap4/ext/proxyauth.h"

#include "base/try.h"
#include "engine/queue.h"

/* It changes whose session this is, hence alone. */
static const i4_cmd_row commands[] = {
    { "PROXYAUTH", I4_ST_AUTH, I4_ALONE, 0, { 0 } },
    { 0 },
};

extern const i4_ext i4_ext_proxyauth;
const i4_ext        i4_ext_proxyauth = {
           .name     = "proxyauth",
           .commands = commands,
};

int imap4_cmd_proxyauth(imap4_engine *engine, imap4_view user, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "PROXYAUTH", ctx, &c));
    i4_write_astring(c, user);
    return i4_cmd_queue(engine, c, out);
}
