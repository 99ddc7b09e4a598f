/* SPDX-License-Identifier: MIT */
/* cmd/message.c - FETCH, STORE and COPY (RFC 3501 6.4.5 to 6.4.7). */
#include "imap4/command.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/queue.h"

/* RFC 3501 6.4.5: macros stand alone, without parentheses. */
static bool is_macro(imap4_view items)
{
    return i4_view_eq_nocase(items, IMAP4_V("ALL")) ||
           i4_view_eq_nocase(items, IMAP4_V("FAST")) ||
           i4_view_eq_nocase(items, IMAP4_V("FULL"));
}

static bool is_uid(const imap4_seqset *set)
{
    return set != NULL && imap4_seqset_is_uid(set) != 0;
}

int imap4_cmd_fetch(imap4_engine *engine, const imap4_seqset *set, imap4_view items,
                    const imap4_fetch_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    I4_TRY(i4_cmd_begin(engine, is_uid(set) ? "UID FETCH" : "FETCH", ctx, &c));
    i4_write_set(c, set);
    if (items.len != 0 && (items.ptr[0] == '(' || items.ptr[0] == ' '))
        i4_write_refuse(c, IMAP4_E_ARG, "items go without outer parentheses or spaces",
                        items);
    if (is_macro(items)) {
        i4_write_raw(c, items);
    } else {
        i4_write_open(c);
        i4_write_raw(c, items);
        i4_write_close(c);
    }
    i4_cmd_tails(engine, c, I4_SPOT_FETCH, IMAP4_V("("), opt);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_store(imap4_engine *engine, const imap4_seqset *set, int action,
                    imap4_view flags, const imap4_store_options *opt, void *ctx,
                    imap4_cmd *out)
{
    static const char *const names[2][3] = {
        { "FLAGS", "+FLAGS", "-FLAGS" },
        { "FLAGS.SILENT", "+FLAGS.SILENT", "-FLAGS.SILENT" },
    };
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    if (action < IMAP4_STORE_SET || action > IMAP4_STORE_REMOVE)
        return i4_cmd_refuse(engine, IMAP4_E_ARG, "not an action of STORE", IMAP4_NIL);
    I4_TRY(i4_cmd_begin(engine, is_uid(set) ? "UID STORE" : "STORE", ctx, &c));
    i4_write_set(c, set);
    i4_cmd_tails(engine, c, I4_SPOT_STORE, IMAP4_V("("), opt);
    const bool silent = opt != NULL && opt->silent != 0;
    i4_write_word(c, imap4_view_of(names[silent ? 1 : 0][action]));
    i4_write_flags(c, flags);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_copy(imap4_engine *engine, const imap4_seqset *set, imap4_view mailbox,
                   const imap4_copy_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    I4_TRY(i4_cmd_begin(engine, is_uid(set) ? "UID COPY" : "COPY", ctx, &c));
    i4_write_set(c, set);
    i4_write_mailbox(c, mailbox);
    c->is_partial = opt != NULL && opt->allow_partial != 0;
    return i4_cmd_queue(engine, c, out);
}
