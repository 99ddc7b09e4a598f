/* SPDX-License-Identifier: MIT */
/* secrets.h - a trace must not show what was secret in the bytes that were sent. */
#ifndef SECRETS_H
#define SECRETS_H

#include "../support/dump.h"

#include <stddef.h>

/* Searches `traced` for the passwords of LOGIN, and for all that was said to AUTHENTICATE
 * behind the mechanism's name.  NULL: none is there; else the one that is, NUL-terminated, good
 * until the next call.  `*count` grows by how many were looked for. */
const char *secrets_shown(const text *sent, const text *traced, size_t *count);

#endif
