/* SPDX-License-Identifier: MIT */
/* net/close_range_none.c - a C library without close_range(). */
#include "net/closefrom.h"

bool i4_close_range(int first)
{
    (void)first;
    return false;
}
