/* SPDX-License-Identifier: MIT */
/* sasl/hash.h - HMAC with SHA-1 and SHA-256, for the two signatures of SCRAM.
 *
 * libgsasl derives the keys and shows no HMAC of its own; see doc/decisions.md. */
#ifndef I4_SASL_HASH_H
#define I4_SASL_HASH_H

#include "imap4/base.h"

typedef enum i4_hash {
    I4_SHA_1,
    I4_SHA_256
} i4_hash;

enum {
    I4_HASH_MAX = 32 /* octets of the longest one */
};

/* Octets of a hash: 20 or 32. */
size_t i4_hash_len(i4_hash hash);

/* RFC 2104; writes i4_hash_len() octets, zero behind them. */
void i4_hash_hmac(i4_hash hash, imap4_view key, imap4_view text,
                  unsigned char out[I4_HASH_MAX]);

#endif
