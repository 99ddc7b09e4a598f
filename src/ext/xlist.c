/* SPDX-License-Identifier: MIT */
/* ext/xlist.c - XLIST, which Gmail had before SPECIAL-USE (RFC 6154), and others still have.
 * Its response is a LIST with a few more attributes (parse/mailbox.c). */
#include "imap4/ext/xlist.h"

#include "base/try.h"
#include "engine/queue.h"

static const i4_resp_row responses[] = {
    { "XLIST", IMAP4_EV_LIST, 0 },
    { 0 },
};

/* Answered by the same event as LIST, so the two do not overlap. */
static const i4_cmd_row commands[] = {
    { "XLIST", I4_ST_AUTH_SEL, I4_FREE, I4_CMD_NEEDS_CAP | I4_CMD_MIXES, { IMAP4_EV_LIST } },
    { 0 },
};

extern const i4_ext i4_ext_xlist;
const i4_ext        i4_ext_xlist = {
           .name       = "xlist",
           .capability = "XLIST",
           .responses  = responses,
           .commands   = commands,
};

int imap4_cmd_xlist(imap4_engine *engine, imap4_view reference, imap4_view pattern,
                    void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "XLIST", ctx, &c));
    i4_write_mailbox(c, reference);
    i4_write_pattern(c, pattern);
    return i4_cmd_queue(engine, c, out);
}
