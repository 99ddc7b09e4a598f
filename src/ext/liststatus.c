/* SPDX-License-Identifier: MIT */
/* ext/liststatus.c - RFC 5819, LIST-STATUS: LIST and STATUS in one. */
#include "imap4/command.h"

#include "engine/queue.h"

/* Section 4: status-option = "STATUS" SP "(" status-att *(SP status-att) ")" */
static void put_returns(imap4_engine *e, i4_cmd *c, const void *options)
{
    const imap4_list_options *opt = options;
    if (opt->status.ptr == NULL)
        return;
    i4_cmd_need(e, "LIST-STATUS");
    i4_cmd_answered_by(e, IMAP4_EV_STATUS);
    i4_write_word(c, IMAP4_V("STATUS"));
    i4_write_open(c);
    i4_write_atoms(c, opt->status);
    i4_write_close(c);
}

static const i4_tail_row tails[] = {
    { I4_SPOT_LIST_RETURN, put_returns },
    { 0 },
};

extern const i4_ext i4_ext_liststatus;
const i4_ext        i4_ext_liststatus = {
           .name       = "liststatus",
           .capability = "LIST-STATUS",
           .rfc        = 5819,
           .tails      = tails,
};
