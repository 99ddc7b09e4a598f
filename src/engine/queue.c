/* SPDX-License-Identifier: MIT */
/* engine/queue.c - from the draft of a command to a job in one block of memory. */
#include "engine/queue.h"

#include "imap4/command.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/dialogue.h"
#include "engine/engine.h"
#include "engine/pipeline.h"
#include "engine/session.h"
#include "engine/slice.h"

#include <string.h>

/* ---- refusals ---------------------------------------------------------------- */

int i4_cmd_refuse(imap4_engine *e, int rc, const char *why, imap4_view where)
{
    i4_error_set(&e->refusal, rc, imap4_view_of(why), where);
    return rc;
}

int i4_cmd_accept(imap4_engine *e)
{
    i4_error_set(&e->refusal, IMAP4_OK, IMAP4_V(""), IMAP4_NIL);
    return IMAP4_OK;
}

int i4_cmd_check_options(imap4_engine *e, size_t size, size_t wanted)
{
    if (size >= wanted)
        return IMAP4_OK;
    return i4_cmd_refuse(e, IMAP4_E_ARG, "the size of the options is not set", IMAP4_NIL);
}

/* ---- the draft ---------------------------------------------------------------- */

/* An ENABLE that is not answered may change how names are spelt. */
static bool is_spelling_unsure(const imap4_engine *e)
{
    for (const i4_job *job = e->jobs.first; job != NULL; job = job->next)
        if (job->enables)
            return true;
    return false;
}

static int begin(imap4_engine *e, imap4_view name, const i4_cmd_row *row, void *ctx,
                 i4_cmd **out)
{
    i4_draft *d = &e->draft;
    d->row      = row;
    d->needs    = (i4_needs){ 0 };
    memset(d->also, 0, sizeof d->also);
    d->user             = ctx;
    d->is_raw           = false;
    d->is_synchronizing = false;
    d->expects          = I4_EXPECTS_NOTHING;
    i4_write_begin(&d->cmd, &e->mem);
    d->cmd.is_utf8    = e->is_utf8;
    d->cmd.is_unsure  = is_spelling_unsure(e);
    d->cmd.is_partial = row != NULL && (row->marks & I4_CMD_SPLITS) != 0;
    i4_write_word(&d->cmd, name);
    d->cmd.wants_space = true;
    if (row != NULL && (row->marks & I4_CMD_SECRET) != 0)
        i4_cmd_secret(&d->cmd, true);
    *out = &d->cmd;
    return IMAP4_OK;
}

int i4_cmd_begin(imap4_engine *e, const char *name, void *ctx, i4_cmd **out)
{
    return i4_cmd_begin_any(e, imap4_view_of(name), ctx, out);
}

int i4_cmd_begin_any(imap4_engine *e, imap4_view name, void *ctx, i4_cmd **out)
{
    const i4_ext     *ext = NULL;
    const i4_cmd_row *row = i4_registry_command(e->reg, name, &ext);
    I4_TRY(begin(e, row == NULL ? name : imap4_view_of(row->name), row, ctx, out));
    if (row != NULL && (row->marks & I4_CMD_NEEDS_CAP) != 0)
        i4_cmd_need(e, ext->capability);
    return IMAP4_OK;
}

int i4_cmd_begin_raw(imap4_engine *e, imap4_view name, const i4_cmd_row *row,
                     bool is_synchronizing, void *ctx, i4_cmd **out)
{
    I4_TRY(begin(e, name, row, ctx, out));
    e->draft.is_raw           = true;
    e->draft.is_synchronizing = is_synchronizing;
    return IMAP4_OK;
}

void i4_cmd_need(imap4_engine *e, const char *capability)
{
    i4_needs *needs = &e->draft.needs;
    for (unsigned i = 0; i < needs->count; i++)
        if (needs->at[i] == capability)
            return;
    if (needs->count < I4_NEEDS_MAX)
        needs->at[needs->count++] = capability;
    else
        i4_write_refuse(&e->draft.cmd, IMAP4_E_LIMIT,
                        "too many extensions in one command", imap4_view_of(capability));
}

void i4_cmd_need_enabled(imap4_engine *e, const char *capability)
{
    e->draft.needs.enabled = capability;
}

void i4_cmd_answered_by(imap4_engine *e, int32_t event)
{
    int32_t *also = e->draft.also;
    for (size_t i = 0; i < I4_ALSO_MAX; i++) {
        if (also[i] == event)
            return;
        if (also[i] == 0) {
            also[i] = event;
            return;
        }
    }
}

void i4_cmd_expect(imap4_engine *e, i4_expects expects)
{
    e->draft.expects = (uint8_t)expects;
}

void i4_cmd_tails(imap4_engine *e, i4_cmd *c, i4_spot spot, imap4_view open,
                  const void *opt)
{
    if (opt == NULL)
        return;
    i4_write_open_later(c, open);
    for (size_t i = 0; i < e->reg->count; i++)
        for (const i4_tail_row *row = e->reg->ext[i]->tails;
             row != NULL && row->spot != 0; row++)
            if (row->spot == (int32_t)spot)
                row->put(e, c, opt);
    i4_write_close_later(c);
}

/* ---- the block ---------------------------------------------------------------- */

static void fill_whole(const i4_cmd *c, i4_job *job)
{
    memcpy(job->parts, c->parts, c->part_count * sizeof *c->parts);
    (void)i4_mem_put(job->base + I4_TAG_ROOM, c->text.ptr, c->text.len);
    for (size_t i = 0; i < c->part_count; i++)
        job->parts[i].at += I4_TAG_ROOM;
}

/* RFC 6855 section 3, RFC 9051 section 5.1: mailbox names in UTF-8. */
static bool changes_spelling(const i4_draft *d)
{
    static const char *const names[] = { "UTF8=", "IMAP4REV2" };
    const imap4_view         text    = { d->cmd.text.ptr, d->cmd.text.len };
    if (d->row == NULL || (d->row->marks & I4_CMD_ENABLES) == 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (i4_view_find(text, imap4_view_of(names[i])) != NULL)
            return true;
    return false;
}

static i4_job *make_job(imap4_engine *e, const i4_slices *plan)
{
    const i4_cmd *c     = &e->draft.cmd;
    const size_t  parts = c->part_count;
    const size_t  name  = c->has_mailbox ? c->mailbox.len : 0;
    const size_t  text  = I4_TAG_ROOM + c->text.len + i4_slice_extra(c, plan);
    const size_t  size  = sizeof(i4_job) + parts * sizeof(i4_part) + text + name;
    i4_job       *job   = i4_mem_zalloc(&e->mem, size);
    if (job == NULL)
        return NULL;
    job->user  = e->draft.user;
    job->row   = e->draft.row;
    job->needs = e->draft.needs;
    memcpy(job->also, e->draft.also, sizeof job->also);
    job->is_raw           = e->draft.is_raw;
    job->is_synchronizing = e->draft.is_synchronizing;
    job->enables          = changes_spelling(&e->draft);
    job->is_binary        = c->is_binary;
    job->size             = size;
    job->has_secret       = c->has_secret;
    job->is_read_only     = (i4_job_marks(job) & I4_CMD_READ_ONLY) != 0;
    job->parts            = (i4_part *)(job + 1);
    job->part_count       = parts;
    job->base             = (char *)(job->parts + parts);
    job->base_len         = text;
    job->data_size        = c->data_size;
    job->has_data         = c->has_data;
    job->has_set          = c->set_count == 1;
    job->set_is_uid       = c->set_is_uid;
    job->set_first        = c->set_first;
    job->set_last         = c->set_last;
    job->set_size         = c->set_size;
    job->mailbox          = (imap4_view){ job->base + text, name };
    job->expects          = e->draft.expects;
    job->is_ours = !c->is_foreign && !job->is_raw && (c->set_count == 0 || c->set_is_uid);
    (void)i4_mem_put(job->base + text, c->mailbox.ptr, name);
    if (plan->room == 0)
        fill_whole(c, job);
    else
        i4_slice_fill(c, job, plan);
    return job;
}

/* ---- queueing ----------------------------------------------------------------- */

static int check_state(imap4_engine *e)
{
    const imap4_view name = e->draft.row == NULL ? IMAP4_NIL
                                                 : imap4_view_of(e->draft.row->name);
    if (e->life != I4_LIFE_OPEN)
        return i4_cmd_refuse(e, IMAP4_E_STATE, "the connection is over", name);
    int32_t state = e->state == IMAP4_STATE_GREETING ? IMAP4_STATE_NOT_AUTH : e->state;
    for (const i4_job *job = e->jobs.first; job != NULL; job = job->next)
        state = i4_session_after(job->row, state);
    if (state == IMAP4_STATE_LOGOUT)
        return i4_cmd_refuse(e, IMAP4_E_STATE, "LOGOUT was queued or answered", name);
    if (!i4_session_allows(e->draft.row, state))
        return i4_cmd_refuse(e, IMAP4_E_STATE,
                             state == IMAP4_STATE_NOT_AUTH ? "not logged in"
                             : state == IMAP4_STATE_AUTH
                                 ? "no mailbox is selected, or logged in"
                                 : "a mailbox is selected",
                             name);
    if (e->in_flight + e->queued >= e->opt.max_queue)
        return i4_cmd_refuse(e, IMAP4_E_LIMIT, "max_queue commands are waiting", name);
    return IMAP4_OK;
}

static bool idles(const i4_job *job)
{
    return (i4_job_marks(job) & I4_CMD_IDLES) != 0;
}

/* With refuse_busy: nothing that would have to wait for a command before it. */
static int check_busy(imap4_engine *e, const i4_job *job)
{
    if (e->opt.refuse_busy == 0)
        return IMAP4_OK;
    for (const i4_job *other = e->jobs.first; other != NULL; other = other->next)
        if (!idles(other) && !other->is_internal && i4_pipeline_conflict(e, other, job))
            return i4_cmd_refuse(e, IMAP4_E_BUSY,
                                 "would have to wait for another command", IMAP4_NIL);
    return IMAP4_OK;
}

static void append(imap4_engine *e, i4_job *job)
{
    job->id = ++e->last_id;
    if (e->jobs.last == NULL)
        e->jobs.first = job;
    else
        e->jobs.last->next = job;
    e->jobs.last = job;
    e->queued++;
    e->commands++;
}

int i4_cmd_queue(imap4_engine *e, i4_cmd *c, imap4_cmd *out)
{
    i4_slices plan;
    if (c->part_count == 0 || c->parts[c->part_count - 1].kind != I4_PART_INITIAL)
        i4_write_end(c);
    if (c->rc < 0)
        return i4_cmd_refuse(e, c->rc, c->why, (imap4_view){ c->where, c->where_len });
    I4_TRY(check_state(e));
    I4_TRY(i4_slice_plan(e, &plan));
    i4_job *job = make_job(e, &plan);
    if (job == NULL)
        return i4_cmd_refuse(e, IMAP4_E_NOMEM, "out of memory", IMAP4_NIL);
    const int rc = check_busy(e, job);
    if (rc < 0) {
        i4_pipeline_free_job(e, job);
        return rc;
    }
    /* RFC 2177: nothing can be sent while IDLE runs, so another command ends it. */
    for (i4_job *other = e->jobs.first, *next = NULL; other != NULL; other = next) {
        next = other->next;
        if (idles(other))
            i4_dialogue_stop(e, other);
    }
    append(e, job);
    i4_write_begin(c, &e->mem); /* wipes what is secret in the draft */
    if (out != NULL)
        *out = job->id;
    return i4_cmd_accept(e);
}

/* ---- data of a command --------------------------------------------------------- */

int imap4_cmd_write(imap4_engine *e, imap4_cmd cmd, imap4_view data)
{
    i4_job *job = i4_pipeline_find(e, cmd);
    if (job == NULL || !job->has_data)
        return i4_cmd_refuse(e, IMAP4_E_STATE, "the command takes no data, or is over",
                             IMAP4_NIL);
    if (data.len > job->data_size - job->chunks.given)
        return i4_cmd_refuse(e, IMAP4_E_ARG, "more data than was announced", IMAP4_NIL);
    /* RFC 3501 4.3: a literal is CHAR8, which NUL is not. */
    if (!job->is_binary && data.len != 0 && memchr(data.ptr, 0, data.len) != NULL)
        return i4_cmd_refuse(e, IMAP4_E_ARG,
                             "the data holds NUL, which IMAP cannot carry", IMAP4_NIL);
    if (data.len != 0)
        job->ends_bare = data.ptr[data.len - 1] != '\n';
    const int rc = i4_chunks_add(&job->chunks, &e->mem, data);
    if (rc < 0)
        return i4_cmd_refuse(
            e, rc, rc == IMAP4_E_LIMIT ? "64 chunks are waiting" : "out of memory",
            IMAP4_NIL);
    return i4_cmd_accept(e);
}

uint64_t imap4_cmd_pending(const imap4_engine *e, imap4_cmd cmd)
{
    const i4_job *job = i4_pipeline_find(e, cmd);
    if (job != NULL)
        return job->chunks.waiting;
    /* Over, but the driver still holds a view of the caller's bytes. */
    if (e->sender != NULL && e->sender->id == cmd && e->out.is_data_lent)
        return e->out.lent;
    return 0;
}

int imap4_cmd_stop(imap4_engine *e, imap4_cmd cmd)
{
    i4_job *job = i4_pipeline_find(e, cmd);
    if (job == NULL)
        return i4_cmd_refuse(e, IMAP4_E_ARG, "the command is over or unknown", IMAP4_NIL);
    if (!job->is_out)
        i4_pipeline_take_back(e, job);
    else if ((i4_job_marks(job) & I4_CMD_CONTINUES) != 0)
        i4_dialogue_stop(e, job);
    else
        return i4_cmd_refuse(e, IMAP4_E_STATE, "the command is on the wire", IMAP4_NIL);
    return i4_cmd_accept(e);
}
