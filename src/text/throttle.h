/* SPDX-License-Identifier: MIT */
/* text/throttle.h - a server that wants to be asked more slowly says so in words only. */
#ifndef I4_TEXT_THROTTLE_H
#define I4_TEXT_THROTTLE_H

#include "imap4/base.h"

#include <stdbool.h>

/* "... [THROTTLED]": slower, but it does not say how much. */
bool i4_throttle_is_marked(imap4_view text);

#endif
