/* SPDX-License-Identifier: MIT */
/* bench/shapes.h - shapes of bytes, ordinary and hostile, of any size.
 * bench_linear counts what they cost in time; a test does so in memory. */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include "imap4/base.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef ptrdiff_t (*decode_fn)(imap4_view in, char *buf, size_t size);

/* `head`, `unit` as often as fits, `back` as often as `unit`, `tail`.  In them \1 stands for a
 * number that counts up, \2 for one at random, \3 for one that counts down, \4 for the octets
 * of all units. */
typedef struct shape {
    const char *name;
    bool        is_hostile;
    const char *head, *unit, *back, *tail;
    decode_fn   decode; /* NULL: the bytes of a server */
    size_t      inline_literal;
    size_t      max_response;
} shape;

extern const shape  shapes[];
extern const size_t shape_count;

/* Text of a shape; free() what `at` of it points to. */
typedef struct made {
    char    *at;
    size_t   len, cap;
    uint64_t up, random, down, octets;
} made;

/* About so many bytes. */
made make_shape(const shape *s, size_t bytes);

/* Decoders with arguments of their own, as one that only takes text. */
ptrdiff_t decode_param(imap4_view in, char *buf, size_t size);
ptrdiff_t decode_date(imap4_view in, char *buf, size_t size);
ptrdiff_t decode_set(imap4_view in, char *buf, size_t size);
ptrdiff_t decode_quoted_printable(imap4_view in, char *buf, size_t size);
ptrdiff_t decode_base64(imap4_view in, char *buf, size_t size);

#endif
