/* SPDX-License-Identifier: MIT */
/* engine/gather.c - short lines that may go out together are lent as one view. */
#include "engine/gather.h"

#include "engine/engine.h"
#include "engine/pipeline.h"

#include <string.h>

enum {
    BLOCK = 4096,
    SHORT = 1024 /* a longer run is worth a system call of its own */
};

void i4_gather_free(i4_gather *g, const i4_mem *mem)
{
    i4_mem_free(mem, g->at, g->at == NULL ? 0 : BLOCK);
    *g = (i4_gather){ 0 };
}

/* The text that comes next can be copied; a secret never is. */
static bool is_short(const imap4_engine *e)
{
    const size_t len = i4_out_text_len(&e->out);
    return len != 0 && len <= SHORT && len <= BLOCK - e->gather.to && !e->out.is_secret &&
           !e->sender->has_secret;
}

static bool has_block(imap4_engine *e)
{
    if (e->gather.at == NULL)
        e->gather.at = i4_mem_alloc(&e->mem, BLOCK);
    return e->gather.at != NULL;
}

/* Copies what comes next, and takes it for sent, which it is as soon as the block is lent.
 * False if the line does not end with it. */
static bool copy_run(imap4_engine *e)
{
    i4_gather       *g    = &e->gather;
    const imap4_view view = i4_pipeline_lend(e);
    const bool       ends = i4_out_ends_line(&e->out);
    memcpy(g->at + g->to, view.ptr, view.len);
    g->to += view.len;
    e->sender->end_at = e->bytes_out + (g->to - g->from);
    i4_out_ack(&e->out, view.len);
    return ends;
}

imap4_view i4_gather_lend(imap4_engine *e)
{
    i4_gather *g = &e->gather;
    if (g->from == g->to) {
        g->from = g->to = 0;
        if (!is_short(e) || !i4_out_ends_line(&e->out) || !i4_pipeline_has_next(e) ||
            !has_block(e))
            return i4_pipeline_lend(e);
        while (is_short(e) && copy_run(e))
            i4_pipeline_pump(e);
    }
    g->is_lent = true;
    return (imap4_view){ g->at + g->from, g->to - g->from };
}

size_t i4_gather_lent(const imap4_engine *e)
{
    const size_t left = e->gather.to - e->gather.from;
    return left != 0 ? left : e->out.lent;
}

void i4_gather_ack(imap4_engine *e, size_t len)
{
    i4_gather *g = &e->gather;
    if (g->from == g->to) {
        i4_out_ack(&e->out, len);
        return;
    }
    g->from += len;
    g->is_lent = false;
}
