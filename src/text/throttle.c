/* SPDX-License-Identifier: MIT */
/* text/throttle.c - a server that wants to be asked more slowly says so in words only: there is
 * no response code for it (RFC 5530). */
#include "text/throttle.h"

#include "imap4/text.h"

#include "base/num.h"
#include "base/view.h"

uint64_t imap4_text_backoff_ms(imap4_view text)
{
    const imap4_view words = IMAP4_V("Backoff Time:");
    const char      *end   = text.ptr + text.len;
    const char      *p     = i4_view_find(text, words);
    uint64_t         n     = 0;
    if (p == NULL)
        return 0;
    p += words.len;
    while (p < end && *p == ' ')
        p++;
    if (p == end || !i4_is_digit(*p))
        return 0;
    return i4_num_read(&p, end, UINT64_MAX, &n) ? n : UINT64_MAX;
}

bool i4_throttle_is_marked(imap4_view text)
{
    static const char mark[] = "[THROTTLED]";
    const size_t      len    = sizeof mark - 1;
    while (text.len != 0 && text.ptr[text.len - 1] == ' ')
        text.len--;
    return text.len >= len && i4_equal_nocase(text.ptr + text.len - len, mark, len);
}
