/* SPDX-License-Identifier: MIT */
/* meter.h - memory that is counted: an allocator for tests of how much is taken. */
#ifndef TEST_METER_H
#define TEST_METER_H

#include "imap4/base.h"

typedef struct meter {
    size_t   live;
    size_t   peak;
    size_t   largest; /* block */
    uint64_t calls;   /* for memory, resized or new */
} meter;

/* What the meter counts comes from malloc().  It must outlive what uses the allocator. */
imap4_allocator meter_allocator(meter *m);

#endif
