/* SPDX-License-Identifier: MIT */
/* ext/partial.c - RFC 1730, PARTIAL: a piece of a text, as IMAP4 had it before "BODY[]<0.10>".
 * RFC 2060 took it out; some servers still have it, and none announces it.  It is not PARTIAL
 * of RFC 9394. */
#include "imap4/ext/partial.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/queue.h"

/* RFC 1730 6.4.6: answered by FETCH, which names neither the command nor the piece; so a
 * second one waits. */
static const i4_cmd_row commands[] = {
    { "PARTIAL",
      I4_ST_SELECTED,
      I4_BY_NUMBER,
      I4_CMD_NO_EXPUNGE | I4_CMD_MIXES,
      { IMAP4_EV_FETCH } },
    { 0 },
};

extern const i4_ext i4_ext_partial;
const i4_ext        i4_ext_partial = {
           .name     = "partial",
           .rfc      = 1730,
           .commands = commands,
};

/* "[" section "]": numbers, words and dots; lists of header fields came later. */
static bool is_section(imap4_view text)
{
    if (text.len < 2 || text.ptr[0] != '[' || text.ptr[text.len - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < text.len; i++) {
        const char c = text.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z') && c != '.')
            return false;
    }
    return true;
}

/* RFC 1730 section 9, partial; and "any .PEEK forms" of the text of 6.4.6. */
static bool is_item(imap4_view item)
{
    static const imap4_view whole[] = {
        { "RFC822", 6 },         { "RFC822.PEEK", 11 },
        { "RFC822.TEXT", 11 },   { "RFC822.TEXT.PEEK", 16 },
        { "RFC822.HEADER", 13 }, { "RFC822.HEADER.PEEK", 18 },
    };
    static const imap4_view bodies[] = { { "BODY.PEEK", 9 }, { "BODY", 4 } };
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (i4_view_eq_nocase(item, whole[i]))
            return true;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        const size_t     len  = bodies[i].len;
        const imap4_view name = { item.ptr, len };
        if (item.len > len && i4_view_eq_nocase(name, bodies[i]))
            return is_section((imap4_view){ item.ptr + len, item.len - len });
    }
    return false;
}

int imap4_cmd_partial(imap4_engine *engine, uint32_t number, imap4_view item,
                      uint32_t start, uint32_t octets, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "PARTIAL", ctx, &c));
    if (number == 0)
        i4_write_refuse(c, IMAP4_E_ARG, "the number of a message is 0", IMAP4_NIL);
    if (!is_item(item))
        i4_write_refuse(c, IMAP4_E_ARG, "not an item for PARTIAL", item);
    if (start == 0)
        i4_write_refuse(c, IMAP4_E_ARG, "the first octet has the number 1, not 0",
                        IMAP4_NIL);
    i4_write_number(c, number);
    i4_write_word(c, item);
    i4_write_number(c, start);
    i4_write_number(c, octets);
    return i4_cmd_queue(engine, c, out);
}
