/* SPDX-License-Identifier: MIT */
/* parse/words.h - CAPABILITY and FLAGS, as responses, in codes and in FETCH. */
#ifndef I4_PARSE_WORDS_H
#define I4_PARSE_WORDS_H

#include "parse/event.h"

/* The strings that are left in a cursor. */
int i4_take_words(i4_cursor *c, imap4_strings *out);

#endif
