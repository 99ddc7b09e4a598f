/* SPDX-License-Identifier: MIT */
/* engine/slice.c - long sets in several lines. */
#include "engine/slice.h"

#include "engine/engine.h"
#include "engine/queue.h"
#include "text/seqset.h"

enum {
    RANGE_MAX = 21 /* "4294967295:4294967295" */
};

/* A set may be cut if the line is nothing but text around it. */
static bool can_split(const i4_draft *d)
{
    return d->cmd.is_partial && d->cmd.set_count == 1 && d->cmd.part_count == 1;
}

/* The next slice of a set's text, cut behind a range, of at most `room` bytes. */
static imap4_view next_slice(imap4_view *rest, size_t room)
{
    imap4_view slice = *rest;
    if (slice.len > room) {
        slice.len = room;
        while (rest->ptr[slice.len] != ',')
            slice.len--; /* RANGE_MAX <= room, so there is one */
    }
    const size_t used = slice.len < rest->len ? slice.len + 1 : slice.len;
    rest->ptr += used;
    rest->len -= used;
    return slice;
}

static size_t max_line(const imap4_engine *e)
{
    const bool is_short = i4_quirk_is_on(&e->quirks, IMAP4_QUIRK_SHORT_LINES);
    return is_short && e->opt.max_line > I4_SHORT_LINE ? (size_t)I4_SHORT_LINE
                                                       : e->opt.max_line;
}

/* "small-batches": the command changes so many messages that its set is to be cut. */
static bool is_many(const imap4_engine *e)
{
    const i4_draft *d = &e->draft;
    return i4_quirk_is_on(&e->quirks, IMAP4_QUIRK_SMALL_BATCHES) && can_split(d) &&
           d->row != NULL && (d->row->marks & I4_CMD_WRITES) != 0 &&
           d->cmd.set_size > I4_BATCH_MAX;
}

int i4_slice_plan(imap4_engine *e, i4_slices *plan)
{
    const i4_cmd *c    = &e->draft.cmd;
    const size_t  max  = max_line(e);
    const size_t  line = e->prefix_len + 21 /* the tag, at its longest, and a space */
                        + i4_parts_line(c->parts, c->part_count);
    const size_t around = line - c->set_len;
    const bool   fits   = around + RANGE_MAX <= max;
    *plan               = (i4_slices){ 0 };
    if (line > max && !(can_split(&e->draft) && fits))
        return i4_cmd_refuse(e, IMAP4_E_LIMIT,
                             "the command line would be longer than max_line", IMAP4_NIL);
    if (line > max) {
        plan->room = max - around;
    } else if (is_many(e)) {
        /* Where a range is cut, both halves are longer than it was. */
        plan->room = c->set_len + 2 * (RANGE_MAX + 1);
        if (plan->room > max - around && fits)
            plan->room = max - around;
    }
    plan->per_line = plan->room != 0 && is_many(e) ? I4_BATCH_MAX : 0;
    return IMAP4_OK;
}

size_t i4_slice_extra(const i4_cmd *c, const i4_slices *plan)
{
    return plan->room == 0 ? 0 : plan->room + c->text.len - c->set_at - c->set_len;
}

void i4_slice_fill(const i4_cmd *c, i4_job *job, const i4_slices *plan)
{
    const char  *set      = c->text.ptr + c->set_at;
    const size_t tail_len = c->text.len - c->set_at - c->set_len;
    char        *to       = i4_mem_put(job->base + I4_TAG_ROOM, c->text.ptr, c->set_at);
    to += plan->room + tail_len;
    job->head_len = c->set_at;
    job->room     = plan->room;
    job->per_line = plan->per_line;
    job->tail     = (imap4_view){ to, tail_len };
    to            = i4_mem_put(to, set + c->set_len, tail_len);
    job->rest     = (imap4_view){ to, c->set_len };
    (void)i4_mem_put(to, set, c->set_len);
    job->parts[0]    = c->parts[0];
    job->parts[0].at = I4_TAG_ROOM;
}

/* The next ranges of at most `per_line` messages, and at most `room` bytes. */
static size_t write_batch(i4_job *job, char *to)
{
    uint32_t left = job->per_line;
    size_t   len  = 0;
    while (left != 0 && job->rest.len != 0 &&
           (len == 0 || len + 1 + RANGE_MAX <= job->room)) {
        imap4_setiter iter  = { job->rest };
        uint32_t      first = 0, last = 0;
        if (imap4_setiter_next(&iter, &first, &last) != 1)
            break;
        if (job->resume != 0)
            first = job->resume;
        const bool is_cut = last != IMAP4_SEQ_STAR && last - first >= left;
        if (is_cut)
            last = first + left - 1;
        if (len != 0)
            to[len++] = ',';
        len += i4_seqset_write_range(first, last, to + len);
        left -= last == IMAP4_SEQ_STAR ? 1 : last - first + 1;
        job->resume = is_cut ? last + 1 : 0;
        if (!is_cut)
            job->rest = iter.rest;
    }
    return len;
}

static size_t write_slice(i4_job *job, char *to)
{
    if (job->per_line != 0)
        return write_batch(job, to);
    const imap4_view slice = next_slice(&job->rest, job->room);
    (void)i4_mem_put(to, slice.ptr, slice.len);
    return slice.len;
}

void i4_slice_next(i4_job *job)
{
    char *const from  = job->base + job->parts[0].at + job->head_len;
    char       *to    = from + write_slice(job, from);
    to                = i4_mem_put(to, job->tail.ptr, job->tail.len);
    job->parts[0].len = job->head_len + (size_t)(to - from);
}
