/* SPDX-License-Identifier: MIT */
/* text/throttle.c - a server that wants to be asked more slowly says so in words only: there is
 * no response code for it (RFC 5530). */
#include "text/throttle.h"

#include "base/num.h"
#include "base/view.h"

/* Behind the first occurrence; NULL: there is none. */
static const char *behind(imap4_view text, imap4_view words)
{
    for (size_t i = 0; i + words.len <= text.len; i++)
        if (i4_equal_nocase(text.ptr + i, words.ptr, words.len))
            return text.ptr + i + words.len;
    return NULL;
}

bool i4_throttle_has_words(imap4_view text, imap4_view words)
{
    return behind(text, words) != NULL;
}

uint32_t i4_throttle_ms(imap4_view text)
{
    uint64_t    n   = 0;
    const char *p   = behind(text, IMAP4_V("Backoff Time:"));
    const char *end = text.ptr + text.len;
    if (p == NULL)
        return 0;
    while (p < end && *p == ' ')
        p++;
    /* A number that is too large is too long a time as well. */
    if (p < end && i4_is_digit(*p) && !i4_num_read(&p, end, I4_BACKOFF_MAX_MS, &n))
        return I4_BACKOFF_MAX_MS;
    return (uint32_t)n;
}

bool i4_throttle_is_marked(imap4_view text)
{
    static const char mark[] = "[THROTTLED]";
    const size_t      len    = sizeof mark - 1;
    while (text.len != 0 && text.ptr[text.len - 1] == ' ')
        text.len--;
    return text.len >= len && i4_equal_nocase(text.ptr + text.len - len, mark, len);
}
