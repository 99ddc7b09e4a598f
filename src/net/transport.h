/* SPDX-License-Identifier: MIT */
/* net/transport.h - taking and giving transports, whose struct may be older than ours. */
#ifndef I4_NET_TRANSPORT_H
#define I4_NET_TRANSPORT_H

#include "imap4/transport.h"

/* Copies a transport of the caller's.  IMAP4_OK; IMAP4_E_ARG with nothing done if its
 * size is wrong, or a function is missing that every transport has. */
int i4_transport_take(const imap4_transport *from, imap4_transport *to);

/* May it be given to the caller in `out`?  IMAP4_OK; IMAP4_E_ARG. */
int i4_transport_can_give(const imap4_transport *out);

/* Copies as much as the caller knows; `out` was asked for above. */
void i4_transport_give(const imap4_transport *from, imap4_transport *out);

#endif
