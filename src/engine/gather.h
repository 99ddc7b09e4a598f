/* SPDX-License-Identifier: MIT */
/* engine/gather.h - short lines that may go out together are lent as one view.
 *
 * A command of its own is lent where it lies.  When another one can follow it at once, both
 * are copied into one block: a driver then needs one system call for a window of short
 * commands, and not one for each. */
#ifndef I4_ENGINE_GATHER_H
#define I4_ENGINE_GATHER_H

#include "imap4/engine.h"

#include "base/mem.h"

#include <stdbool.h>

typedef struct i4_gather {
    char  *at;
    size_t from; /* what of the block was not acknowledged */
    size_t to;
    bool   is_lent;
} i4_gather;

/* What imap4_engine_send_buf() lends. */
imap4_view i4_gather_lend(imap4_engine *e);
/* `len` bytes of it were sent. */
void       i4_gather_ack(imap4_engine *e, size_t len);
/* How many bytes of it, and of what else is lent, were not acknowledged. */
size_t     i4_gather_lent(const imap4_engine *e);
void       i4_gather_free(i4_gather *g, const i4_mem *mem);

#endif
