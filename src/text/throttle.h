/* SPDX-License-Identifier: MIT */
/* text/throttle.h - a server that wants to be asked more slowly says so in words only. */
#ifndef I4_TEXT_THROTTLE_H
#define I4_TEXT_THROTTLE_H

#include "imap4/base.h"

#include <stdbool.h>

enum {
    I4_BACKOFF_MAX_MS = 300000 /* doc/limits.md: a server may say anything */
};

/* "Suggested Backoff Time: 92415 milliseconds": the number, at most I4_BACKOFF_MAX_MS; 0: it
 * does not say. */
uint32_t i4_throttle_ms(imap4_view text);

/* "... [THROTTLED]": slower, but it does not say how much. */
bool i4_throttle_is_marked(imap4_view text);

/* Whether `words` stand in `text`, without regard to case. */
bool i4_throttle_has_words(imap4_view text, imap4_view words);

#endif
