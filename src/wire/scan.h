/* SPDX-License-Identifier: MIT */
/* wire/scan.h - how far an atom goes, or a run in a quoted string.
 *
 * Both functions look at up to I4_SCAN_SLACK bytes beyond the one they stop at, so a
 * buffer must have that much readable room behind its data; and there must be
 * something to find: every line ends in CR. */
#ifndef I4_WIRE_SCAN_H
#define I4_WIRE_SCAN_H

#define I4_SCAN_SLACK 32

#if defined(__SSE2__)
#include "wire/scan_sse2.h"
#else
#include "wire/scan_word.h"
#endif

#endif
