/* SPDX-License-Identifier: MIT */
/* net/close_range.c - close_range() of Linux 5.9 and FreeBSD 13. */
#include "net/closefrom.h"

#include <limits.h>
#include <unistd.h>

bool i4_close_range(int first)
{
    return close_range((unsigned)first, UINT_MAX, 0) == 0; /* an older kernel: ENOSYS */
}
