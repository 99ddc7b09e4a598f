/* SPDX-License-Identifier: MIT */
/* parse/keep.h - events that stand alone, for who has a registry. */
#ifndef I4_PARSE_KEEP_H
#define I4_PARSE_KEEP_H

#include "imap4/keep.h"

#include "parse/registry.h"

/* As imap4_event_read(), with the rows to know. */
int i4_event_read(const imap4_segment *raw, size_t count, const imap4_event_options *opt,
                  const i4_registry *reg, imap4_event **out);

#endif
