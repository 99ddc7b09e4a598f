/* SPDX-License-Identifier: MIT */
/* frame.c - the framer stops at the same places, however the bytes arrive. */
#include "imap4/wire.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct stop {
    size_t   at;
    int      what;
    uint64_t literal;
} stop;

enum {
    MAX_STOPS = 4096
};

/* Feeds `size` bytes in steps that come from `cuts` (0: all at once); the number of stops. */
static size_t frame(const uint8_t *data, size_t size, uint32_t cuts, stop *stops)
{
    imap4_framer *f     = NULL;
    size_t        count = 0, at = 0;
    if (imap4_framer_new(NULL, &f) != IMAP4_OK)
        abort();
    while (at < size && count < MAX_STOPS) {
        size_t len = size - at;
        if (cuts != 0) {
            cuts             = cuts * 1664525u + 1013904223u;
            const size_t max = cuts >> 28 == 0 ? 40 : 1 + (cuts >> 29);
            if (len > max)
                len = max;
        }
        /* A copy of its own: nothing may be read behind it. */
        char *copy = malloc(len);
        if (copy == NULL)
            abort();
        memcpy(copy, data + at, len);
        size_t    used    = 0;
        uint64_t  literal = 0;
        const int what = imap4_framer_feed(f, (imap4_view){ copy, len }, &used, &literal);
        free(copy);
        if (what < 0) {
            stops[count++] = (stop){ 0, what, 0 };
            break;
        }
        if (used > len || used == 0 || (what == IMAP4_FRAME_MORE && used != len))
            abort();
        at += used;
        if (what == IMAP4_FRAME_MORE)
            continue;
        if (at < 2 || data[at - 1] != '\n' || data[at - 2] != '\r')
            abort();
        stops[count++] = (stop){ at, what, what == IMAP4_FRAME_LITERAL ? literal : 0 };
    }
    imap4_framer_free(&f);
    return count;
}

static bool same(const stop *a, const stop *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].at != b[i].at || a[i].what != b[i].what || a[i].literal != b[i].literal)
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static stop whole[MAX_STOPS], parts[MAX_STOPS];
    if (size < 1)
        return 0;
    const size_t count = frame(data + 1, size - 1, 0, whole);
    for (uint32_t i = 1; i < 4; i++) {
        if (frame(data + 1, size - 1, data[0] + i, parts) != count ||
            !same(whole, parts, count))
            abort();
    }
    return 0;
}
