/* SPDX-License-Identifier: MIT */
/* mime/scratch.h - decoded text that is looked at before it is written. */
#ifndef I4_MIME_SCRATCH_H
#define I4_MIME_SCRATCH_H

#include "imap4/base.h"

/* Most names fit in `small`; a block is taken for longer ones. */
typedef struct i4_scratch {
    char   small[1024];
    char  *ptr;
    size_t len;
    size_t size;
} i4_scratch;

/* Makes room for `size` bytes in an empty one.  IMAP4_OK; IMAP4_E_NOMEM. */
int i4_scratch_reserve(i4_scratch *s, size_t size);

/* imap4_mime_text() into an empty one.  IMAP4_OK or a negative imap4_rc. */
int i4_scratch_text(i4_scratch *s, imap4_view in);

void i4_scratch_free(i4_scratch *s);

static inline imap4_view i4_scratch_view(const i4_scratch *s)
{
    return (imap4_view){ s->ptr, s->len };
}

static inline void i4_scratch_init(i4_scratch *s)
{
    s->ptr  = s->small;
    s->len  = 0;
    s->size = sizeof s->small;
}

#endif
