/* SPDX-License-Identifier: MIT */
/* net/wake.h - poll() that a wake ends. */
#ifndef I4_NET_WAKE_H
#define I4_NET_WAKE_H

#include "imap4/transport.h"

#include <poll.h>
#include <stdbool.h>

/* Is it up?  Does not clear it; NULL is never up. */
bool i4_wake_is_up(const imap4_wake *wake);

/* As i4_wait_poll(), but IMAP4_E_INTERRUPTED only if `wake` (or NULL) is up; a signal
 * alone ends nothing.  `fds` has room for one more behind `count`, which is used here. */
int i4_wake_poll(const imap4_wake *wake, struct pollfd *fds, size_t count,
                 uint64_t deadline_ms);

#endif
