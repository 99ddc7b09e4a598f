/* SPDX-License-Identifier: MIT */
/* parse/judge.h - the findings that no datum has to be asked for. */
#ifndef I4_PARSE_JUDGE_H
#define I4_PARSE_JUDGE_H

#include "parse/incoming.h"

/* Notes what is odd about the response, or the piece of one, that ends at `end`; its event is
 * marked where it cannot be trusted. */
void i4_judge(imap4_reader *r, size_t end);

#endif
