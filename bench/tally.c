/* SPDX-License-Identifier: MIT */
/* bench/tally.c - the sums as text. */
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>

void tally_text(const tally *t, char out[TALLY_TEXT])
{
    snprintf(out, TALLY_TEXT,
             "check %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
             t->messages, t->numbers, t->flags, t->keywords, t->strings, t->bytes);
}
