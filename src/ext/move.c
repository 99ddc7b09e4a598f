/* SPDX-License-Identifier: MIT */
/* ext/move.c - RFC 6851, the MOVE extension. */
#include "imap4/ext/move.h"

#include "base/try.h"
#include "engine/queue.h"

/* The server sends EXPUNGE while it runs, so numbers shift (RFC 6851 section 3.3); COPYUID
 * comes before that, in an untagged OK (section 4.3). */
static const i4_cmd_row commands[] = {
    { "MOVE",
      I4_ST_SELECTED,
      I4_BY_NUMBER,
      I4_CMD_NEEDS_CAP | I4_CMD_WRITES,
      { IMAP4_EV_EXPUNGE, IMAP4_EV_VANISHED, IMAP4_EV_TEXT } },
    { "UID MOVE",
      I4_ST_SELECTED,
      I4_FREE,
      I4_CMD_NEEDS_CAP | I4_CMD_WRITES,
      { IMAP4_EV_EXPUNGE, IMAP4_EV_VANISHED, IMAP4_EV_TEXT } },
    { 0 },
};

extern const i4_ext i4_ext_move;
const i4_ext        i4_ext_move = {
           .name       = "move",
           .capability = "MOVE",
           .rfc        = 6851,
           .commands   = commands,
};

int imap4_cmd_move(imap4_engine *engine, const imap4_seqset *set, imap4_view mailbox,
                   const imap4_copy_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd    *c      = NULL;
    const bool is_uid = set != NULL && imap4_seqset_is_uid(set) != 0;
    I4_TRY_OPTIONS(engine, opt);
    I4_TRY(i4_cmd_begin(engine, is_uid ? "UID MOVE" : "MOVE", ctx, &c));
    i4_write_set(c, set);
    i4_write_mailbox(c, mailbox);
    /* By number the second part would mean other messages: the first one has expunged. */
    c->is_partial = is_uid && opt != NULL && opt->allow_partial != 0;
    return i4_cmd_queue(engine, c, out);
}
