/* SPDX-License-Identifier: MIT */
/* mime/decoder.h - transfer encodings as machines that can be stopped behind any byte. */
#ifndef I4_MIME_DECODER_H
#define I4_MIME_DECODER_H

#include "text/sink.h"

#include <stdbool.h>

enum {
    I4_HELD_MAX = 1024, /* bytes that a machine holds back, and then gives at once */
    I4_UNPACKED = I4_HELD_MAX + 264
};

typedef struct i4_unpack_state {
    uint64_t damage;
    int      state;    /* of the machine; 0 at the start */
    bool     was_junk; /* the last byte was skipped: a run is one damage */
    uint32_t bits;
    unsigned count; /* of `bits`, or of characters */
    unsigned left;  /* uuencode: bytes that the line has to give */
    size_t   held_len;
    char     held[I4_HELD_MAX];
} i4_unpack_state;

typedef struct i4_unpack {
    size_t at_once; /* bytes that make no more than I4_UNPACKED, what is held included */
    /* Takes bytes as they come: any split of them gives the same. */
    void (*take)(i4_unpack_state *s, imap4_view in, i4_sink *out);
    void (*end)(i4_unpack_state *s, i4_sink *out);
} i4_unpack;

extern const i4_unpack i4_unpack_nothing;
extern const i4_unpack i4_unpack_base64;
extern const i4_unpack i4_unpack_qp;
extern const i4_unpack i4_unpack_uu;

#endif
