/* SPDX-License-Identifier: MIT */
/* filter/binding.h - what both ends of a TLS connection know and nobody else (RFC 5056). */
#ifndef I4_FILTER_BINDING_H
#define I4_FILTER_BINDING_H

#include "imap4/stack.h"

enum {
    I4_BINDING_MAX = 64 /* octets: a SHA-512 of a certificate */
};

/* As imap4_stack_channel_binding(), behind the handshake. */
int i4_binding(struct ssl_st *ssl, imap4_view type, imap4_view *name,
               unsigned char out[I4_BINDING_MAX], size_t *len);

#endif
