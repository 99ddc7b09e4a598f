/* SPDX-License-Identifier: MIT */
/* engine/slice.h - a set that is too long for one line, or names too many messages for one
 * command, goes out in several: which slices, and each of them when it is sent. */
#ifndef I4_ENGINE_SLICE_H
#define I4_ENGINE_SLICE_H

#include "engine/pipeline.h"
#include "wire/write.h"

typedef struct i4_slices {
    size_t   room;     /* for the set in each line; 0: all goes in one line, as it is */
    uint32_t per_line; /* messages; 0: as many as fit */
} i4_slices;

/* How the draft is to be sent.  IMAP4_OK or IMAP4_E_LIMIT. */
int i4_slice_plan(imap4_engine *e, i4_slices *plan);

/* Room in the block of a job beside its text. */
size_t i4_slice_extra(const i4_cmd *c, const i4_slices *plan);

/* Lays the line out in the job's block: the head, room for the longest slice and the tail;
 * behind it the tail and the set. */
void i4_slice_fill(const i4_cmd *c, i4_job *job, const i4_slices *plan);

/* Makes the job's next line. */
void i4_slice_next(i4_job *job);

#endif
