/* SPDX-License-Identifier: MIT */
/* net/wait.h - poll() with a deadline. */
#ifndef I4_NET_WAIT_H
#define I4_NET_WAIT_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/* As poll(), until a deadline on the clock of imap4_now_ms(), UINT64_MAX for none.
 * The number of sockets that are ready; 0 when the deadline has passed;
 * IMAP4_E_INTERRUPTED; IMAP4_E_IO. */
int i4_wait_poll(struct pollfd *fds, size_t count, uint64_t deadline_ms);

/* IMAP4_WANT_READ and IMAP4_WANT_WRITE as events of poll(), and back: errors and hang-ups
 * are ready for both. */
short i4_wait_events(unsigned want);
int   i4_wait_ready(short revents);

#endif
