/* SPDX-License-Identifier: MIT */
/* cmd/listing.c - LIST and LSUB (RFC 3501 6.3.8, 6.3.9; RFC 5258). */
#include "imap4/command.h"

#include "imap4/quirk.h"

#include "base/try.h"
#include "engine/queue.h"

/* RFC 5258 section 6, mbox-or-pat. */
static void write_patterns(imap4_engine *engine, i4_cmd *c, imap4_view first,
                           const imap4_list_options *opt)
{
    if (opt == NULL || opt->patterns_count == 0) {
        i4_write_pattern(c, first);
        return;
    }
    i4_cmd_need(engine, "LIST-EXTENDED");
    i4_write_open(c);
    i4_write_pattern(c, first);
    for (size_t i = 0; i < opt->patterns_count; i++)
        i4_write_pattern(c, opt->patterns[i]);
    i4_write_close(c);
}

/* RFC 3501 6.3.8: "" "" always tells the delimiter; INBOX is always there. */
static i4_expects expected(imap4_view reference, imap4_view pattern,
                           const imap4_list_options *opt)
{
    const bool is_plain = opt == NULL ||
                          (opt->selection.len == 0 && opt->patterns_count == 0);
    if (reference.len != 0 || !is_plain)
        return I4_EXPECTS_NOTHING;
    if (pattern.len == 0)
        return I4_EXPECTS_ROOT;
    return i4_name_is_everywhere(pattern) ? I4_EXPECTS_MAILBOX : I4_EXPECTS_NOTHING;
}

int imap4_cmd_list(imap4_engine *engine, imap4_view reference, imap4_view pattern,
                   const imap4_list_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    I4_TRY(i4_cmd_begin(engine, "LIST", ctx, &c));
    i4_cmd_tails(engine, c, I4_SPOT_LIST, IMAP4_V("("), opt);
    i4_write_mailbox(c, reference);
    write_patterns(engine, c, pattern, opt);
    i4_cmd_tails(engine, c, I4_SPOT_LIST_RETURN, IMAP4_V("RETURN ("), opt);
    i4_cmd_expect(engine, expected(reference, pattern, opt));
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_lsub(imap4_engine *engine, imap4_view reference, imap4_view pattern,
                   void *ctx, imap4_cmd *out)
{
    i4_cmd    *c       = NULL;
    /* RFC 9051 appendix E: IMAP4rev2 has no LSUB. */
    const bool is_list = imap4_engine_quirk(engine, IMAP4_QUIRK_LSUB_BY_LIST, NULL) == 1 &&
                         imap4_engine_offers(engine, IMAP4_V("LIST-EXTENDED")) == 1;
    I4_TRY(i4_cmd_begin(engine, is_list ? "LIST" : "LSUB", ctx, &c));
    if (is_list) {
        i4_cmd_need(engine, "LIST-EXTENDED");
        i4_write_open(c);
        i4_write_word(c, IMAP4_V("SUBSCRIBED"));
        i4_write_close(c);
    }
    i4_write_mailbox(c, reference);
    i4_write_pattern(c, pattern);
    return i4_cmd_queue(engine, c, out);
}
