/* SPDX-License-Identifier: MIT */
/* engine/broken.h - capabilities that were announced, and do not work. */
#ifndef I4_ENGINE_BROKEN_H
#define I4_ENGINE_BROKEN_H

#include "engine/quirk.h"

/* A capability does not count, although it is announced. */
bool i4_broken_has(const imap4_engine *e, imap4_view capability);

/* The row that is active where this capability does not work; -1: it has none of its own. */
int i4_broken_row(imap4_view capability);

/* What was found out with a row is forgotten with it. */
void i4_broken_forget(i4_quirks *q, int quirk);

/* It has worked. */
void i4_broken_prove(i4_quirks *q, imap4_view capability);

/* A command that needs it was refused.  Not sure: nothing but a refusal of another line as well
 * makes it so. */
void i4_broken_suspect(imap4_engine *e, const struct i4_job *job, imap4_view capability,
                       int32_t result, bool is_sure);

/* The server cannot do what it has announced: this, and all that its row names. */
void i4_broken_latch(imap4_engine *e, const struct i4_job *job, imap4_view capability,
                     int32_t result);

#endif
