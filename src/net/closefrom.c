/* SPDX-License-Identifier: MIT */
/* net/closefrom.c - close all descriptors from a number on, where no system call does. */
#include "net/closefrom.h"

#include <unistd.h>

enum {
    /* Linux' own most (fs.nr_open) unless somebody raised it; "no limit" may be 2^30, and
     * descriptors are given out from below. */
    MOST = 1024 * 1024
};

void i4_closefrom(int first)
{
    if (i4_close_range(first))
        return;
    const long limit = sysconf(_SC_OPEN_MAX);
    for (int fd = first; fd < (limit < 0 || limit > MOST ? MOST : limit); fd++)
        (void)close(fd);
}
