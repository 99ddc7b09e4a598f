/* SPDX-License-Identifier: MIT */
/* net/dial.h - connecting until a wake ends it. */
#ifndef I4_NET_DIAL_H
#define I4_NET_DIAL_H

#include "imap4/net.h"
#include "imap4/transport.h"

/* As imap4_dial_wait(), but IMAP4_E_INTERRUPTED only if `wake` (or NULL) is up. */
intptr_t i4_dial_wait(imap4_dial *dial, uint64_t deadline_ms, const imap4_wake *wake);

#endif
