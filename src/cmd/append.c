/* SPDX-License-Identifier: MIT */
/* cmd/append.c - APPEND (RFC 3501 6.3.11); the message comes by imap4_cmd_write(). */
#include "imap4/command.h"
#include "imap4/text.h"

#include "base/try.h"
#include "engine/queue.h"

/* RFC 3501 section 9, date-time: exactly what imap4_date_format_internal() writes. */
static void write_date(i4_cmd *c, imap4_view text)
{
    imap4_date date;
    char       exact[26];
    if (imap4_date_parse_internal(text, &date) < 0 || date.has_zone == 0 ||
        imap4_date_format_internal(&date, exact, sizeof exact) != (ptrdiff_t)sizeof exact) {
        i4_write_refuse(c, IMAP4_E_ARG, "not a date for APPEND", text);
        return;
    }
    i4_write_string(c, (imap4_view){ exact, sizeof exact });
}

/* RFC 6855 section 4: "UTF8 (" literal8 ")".  Such a message is refused by a server to which
 * nobody said that UTF-8 is understood. */
static void write_utf8_data(i4_cmd *c, uint64_t length, bool is_binary)
{
    if (!c->is_utf8)
        i4_write_refuse(c, IMAP4_E_STATE,
                        "a message with UTF-8 in its header needs ENABLE UTF8=ACCEPT",
                        IMAP4_NIL);
    i4_write_word(c, IMAP4_V("UTF8"));
    i4_write_open(c);
    i4_write_binary_data(c, length);
    c->is_binary = is_binary; /* literal8, and yet without NUL */
    i4_write_close(c);
}

int imap4_cmd_append(imap4_engine *engine, imap4_view mailbox, uint64_t length,
                     const imap4_append_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    I4_TRY(i4_cmd_begin(engine, "APPEND", ctx, &c));
    i4_write_mailbox(c, mailbox);
    if (opt != NULL && opt->flags.ptr != NULL)
        i4_write_flags(c, opt->flags);
    if (opt != NULL && opt->date.ptr != NULL)
        write_date(c, opt->date);
    if (opt != NULL && opt->binary != 0) /* RFC 3516 section 4.4 */
        i4_cmd_need(engine, "BINARY");
    if (opt != NULL && opt->utf8 != 0) {
        write_utf8_data(c, length, opt->binary != 0);
    } else if (opt != NULL && opt->binary != 0) {
        i4_write_binary_data(c, length);
    } else {
        i4_write_data(c, length);
    }
    return i4_cmd_queue(engine, c, out);
}
