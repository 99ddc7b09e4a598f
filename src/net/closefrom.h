/* SPDX-License-Identifier: MIT */
/* net/closefrom.h - closing all descriptors from a number on; may be called behind fork(). */
#ifndef I4_NET_CLOSEFROM_H
#define I4_NET_CLOSEFROM_H

#include <stdbool.h>

/* Closes `first` and all above. */
void i4_closefrom(int first);

/* The same by one system call; false if there is none.
 * net/close_range.c or net/close_range_none.c: meson.build picks one. */
bool i4_close_range(int first);

#endif
