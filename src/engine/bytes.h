/* SPDX-License-Identifier: MIT */
/* engine/bytes.h - bytes of the caller's own, instead of commands and responses. */
#ifndef I4_ENGINE_BYTES_H
#define I4_ENGINE_BYTES_H

#include "imap4/engine.h"

/* `len` of them were sent. */
void i4_bytes_ack(imap4_engine *e, size_t len);

#endif
