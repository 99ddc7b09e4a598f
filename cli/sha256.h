/* SPDX-License-Identifier: MIT */
/* cli/sha256.h - SHA-256 of bytes that come in pieces. */
#ifndef IMAP4_CLI_SHA256_H
#define IMAP4_CLI_SHA256_H

#include "imap4/base.h"

#include <stdbool.h>

enum {
    SHA256_HEX = 64
};

typedef struct sha256 sha256;

/* NULL if there is no memory. */
sha256 *sha256_new(void);
void    sha256_free(sha256 **hash);

/* One message after the other: begin, update as often as you like, end.  False if it could
 * not be done: then end() gives false too. */
bool sha256_begin(sha256 *hash);
bool sha256_update(sha256 *hash, imap4_view bytes);
/* Writes 64 digits and a NUL. */
bool sha256_end(sha256 *hash, char hex[SHA256_HEX + 1]);

#endif
