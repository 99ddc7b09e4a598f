/* SPDX-License-Identifier: MIT */
/* text/flags.c - flags by name and by bit, and the check of a flag list. */
#include "text/flags.h"

#include <stdbool.h>

uint32_t imap4_flag_bit(imap4_view flag)
{
    return i4_flag_bit(flag.ptr, flag.len);
}

imap4_view imap4_flag_name(uint32_t bit)
{
    switch (bit) {
    case IMAP4_FLAG_SEEN: return IMAP4_V("\\Seen");
    case IMAP4_FLAG_ANSWERED: return IMAP4_V("\\Answered");
    case IMAP4_FLAG_FLAGGED: return IMAP4_V("\\Flagged");
    case IMAP4_FLAG_DELETED: return IMAP4_V("\\Deleted");
    case IMAP4_FLAG_DRAFT: return IMAP4_V("\\Draft");
    case IMAP4_FLAG_RECENT: return IMAP4_V("\\Recent");
    case IMAP4_FLAG_ANY: return IMAP4_V("\\*");
    default: return IMAP4_NIL;
    }
}

/* RFC 3501 section 9, atom-specials. */
static bool is_atom_char(char c)
{
    if (c <= 0x20 || c >= 0x7f) /* also 8-bit bytes, where char is signed or not */
        return false;
    switch (c) {
    case '(':
    case ')':
    case '{':
    case '%':
    case '*':
    case '"':
    case '\\':
    case ']': return false;
    default: return true;
    }
}

int imap4_flags_check(imap4_view flags)
{
    size_t i = 0;
    while (i < flags.len) {
        if (flags.ptr[i] == '\\')
            i++;
        const size_t start = i;
        while (i < flags.len && is_atom_char(flags.ptr[i]))
            i++;
        if (i == start)
            return IMAP4_E_ARG;
        if (i == flags.len)
            break;
        if (flags.ptr[i] != ' ' || i + 1 == flags.len)
            return IMAP4_E_ARG;
        i++;
    }
    return IMAP4_OK;
}
