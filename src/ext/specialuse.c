/* SPDX-License-Identifier: MIT */
/* ext/specialuse.c - RFC 6154, SPECIAL-USE and CREATE-SPECIAL-USE: what mailboxes are for.
 * The attributes are those of LIST (parse/mailbox.c), which may tell them without it. */
#include "imap4/ext/specialuse.h"

#include "base/try.h"
#include "engine/queue.h"

static const i4_word_row words[] = {
    { I4_SPOT_LIST, "SPECIAL-USE" },
    { I4_SPOT_LIST_RETURN, "SPECIAL-USE" },
    { 0 },
};

static const i4_code_row codes[] = {
    { "USEATTR", IMAP4_CODE_USEATTR, I4_ARG_NONE },
    { 0 },
};

extern const i4_ext i4_ext_specialuse;
const i4_ext        i4_ext_specialuse = {
           .name       = "specialuse",
           .capability = "SPECIAL-USE",
           .rfc        = 6154,
           .codes      = codes,
           .words      = words,
};

/* Section 6: use-attr = "\\All" / ... / "\" atom */
static void check_use(i4_cmd *c, imap4_view use)
{
    for (size_t i = 0; i < use.len; i++)
        if ((i == 0 || use.ptr[i - 1] == ' ') && use.ptr[i] != '\\')
            i4_write_refuse(c, IMAP4_E_ARG, "a use does not begin with \"\\\"", use);
}

int imap4_cmd_create_use(imap4_engine *engine, imap4_view mailbox, imap4_view use,
                         void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "CREATE", ctx, &c));
    i4_cmd_need(engine, "CREATE-SPECIAL-USE");
    i4_write_mailbox(c, mailbox);
    i4_write_open(c);
    i4_write_word(c, IMAP4_V("USE"));
    check_use(c, use);
    i4_write_flags(c, use);
    i4_write_close(c);
    return i4_cmd_queue(engine, c, out);
}
