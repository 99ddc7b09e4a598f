/* SPDX-License-Identifier: MIT */
/* text/seqset.h - filling a set from bytes of a server, in any order, without delay. */
#ifndef I4_TEXT_SEQSET_H
#define I4_TEXT_SEQSET_H

#include "imap4/set.h"

/* As imap4_seqset_add(), but in O(log n) amortised whatever the order, so that a server
 * cannot choose a slow one.  Until i4_seqset_settle() no other function may see the set.
 * IMAP4_OK; IMAP4_E_NOMEM or IMAP4_E_LIMIT: what was pushed before is still there, to be
 * settled or freed. */
int i4_seqset_push(imap4_seqset *set, uint32_t first, uint32_t last);

/* Brings what was pushed into order, without memory.  IMAP4_OK; IMAP4_E_LIMIT if there
 * is more than a set may hold: then it is in order, but should be freed. */
int i4_seqset_settle(imap4_seqset *set);

/* "7", "7:9", "7:*" or "*"; the length, at most 21. */
size_t i4_seqset_write_range(uint32_t first, uint32_t last, char text[21]);

#endif
