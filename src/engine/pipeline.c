/* SPDX-License-Identifier: MIT */
/* engine/pipeline.c - which command goes out when (RFC 9051 section 5.5), and its end. */
#include "engine/pipeline.h"

#include "base/num.h"
#include "base/view.h"
#include "engine/engine.h"
#include "engine/queue.h"
#include "engine/session.h"
#include "engine/slice.h"
#include "engine/symptom.h"

#include <string.h>

/* ---- the list ----------------------------------------------------------------- */

static bool is_in_flight(const i4_job *job)
{
    return job->tag_len != 0;
}

/* Takes a job out of the list; the counts follow. */
static void unlink_job(imap4_engine *e, i4_job *job)
{
    i4_job **at = &e->jobs.first, *before = NULL;
    while (*at != job) {
        before = *at;
        at     = &before->next;
    }
    *at = job->next;
    if (e->jobs.last == job)
        e->jobs.last = before;
    job->next = NULL;
    if (is_in_flight(job))
        e->in_flight--;
    else
        e->queued--;
}

i4_job *i4_pipeline_find(const imap4_engine *e, imap4_cmd id)
{
    for (i4_job *job = e->jobs.first; job != NULL; job = job->next)
        if (job->id == id && !job->is_internal)
            return job;
    return NULL;
}

i4_job *i4_pipeline_by_tag(const imap4_engine *e, imap4_view tag)
{
    for (i4_job *job = e->jobs.first; job != NULL; job = job->next)
        if (job->stage != I4_JOB_QUEUED &&
            i4_view_eq((imap4_view){ job->tag, job->tag_len }, tag))
            return job;
    return NULL;
}

bool i4_job_is_sent(const imap4_engine *e, const i4_job *job)
{
    if (job->end_at > e->bytes_out && !e->gather.is_lent)
        return false;
    return job->stage == I4_JOB_SENT || (e->sender == job && i4_out_is_sent(&e->out));
}

i4_job *i4_pipeline_talker(const imap4_engine *e)
{
    for (i4_job *job = e->jobs.first; job != NULL; job = job->next)
        if (job->stage != I4_JOB_QUEUED && (i4_job_marks(job) & I4_CMD_CONTINUES) != 0)
            return job;
    return NULL;
}

/* ---- what answers what --------------------------------------------------------- */

static bool is_answer(const i4_job *job, int32_t type)
{
    const i4_cmd_row *row = job->row;
    if (row == NULL)
        return true; /* nothing is known of it, so it can be */
    for (size_t i = 0; i < I4_ALSO_MAX; i++)
        if (type != 0 && job->also[i] == type)
            return true;
    for (size_t i = 0; i < sizeof row->answers / sizeof row->answers[0]; i++)
        if (row->answers[i] == type)
            return true;
    return false;
}

i4_job *i4_pipeline_asker(const imap4_engine *e, int32_t type, bool *is_asked)
{
    i4_job *found = NULL;
    /* The pieces of a literal answer what the FETCH answers. */
    if (type == IMAP4_EV_BODY_BEGIN || type == IMAP4_EV_BODY_DATA ||
        type == IMAP4_EV_BODY_END)
        type = IMAP4_EV_FETCH;
    *is_asked = false;
    for (i4_job *job = e->jobs.first; job != NULL && is_in_flight(job); job = job->next) {
        if (!is_answer(job, type))
            continue;
        *is_asked = true;
        if (found != NULL)
            return NULL;
        found = job;
    }
    return found;
}

static bool is_disjoint(const i4_job *a, const i4_job *b)
{
    return a->has_set && b->has_set && a->set_is_uid == b->set_is_uid &&
           (a->set_last < b->set_first || b->set_last < a->set_first);
}

/* Both would be answered by data that name no command. */
static bool would_mix(const imap4_engine *e, const i4_job *a, const i4_job *b)
{
    if ((i4_job_marks(a) & i4_job_marks(b) & I4_CMD_MIXES) == 0 || is_disjoint(a, b))
        return false;
    enum {
        ANSWERS = sizeof a->row->answers / sizeof a->row->answers[0]
    };
    for (size_t i = 0; i < ANSWERS + I4_ALSO_MAX; i++) {
        const int32_t type = i < ANSWERS ? a->row->answers[i] : a->also[i - ANSWERS];
        if (type != 0 && is_answer(b, type) &&
            !(type == IMAP4_EV_FETCH && e->opt.allow_overlap != 0))
            return true;
    }
    return false;
}

static int32_t conflict_of(const i4_job *job)
{
    return job->row == NULL ? (int32_t)I4_ALONE : job->row->conflict;
}

bool i4_pipeline_conflict(const imap4_engine *e, const i4_job *before, const i4_job *job)
{
    const int32_t a = conflict_of(before), b = conflict_of(job);
    if (a == I4_ALONE || a == I4_SELECTS || b == I4_ALONE || b == I4_SELECTS)
        return true;
    /* What may go out, and how, depends on the answer. */
    if (!e->caps.is_known && is_answer(before, IMAP4_EV_CAPABILITY))
        return true;
    /* RFC 9051 5.5: an EXPUNGE that comes meanwhile would shift the numbers. */
    if (b == I4_BY_NUMBER && (i4_job_marks(before) & I4_CMD_NO_EXPUNGE) == 0)
        return true;
    return would_mix(e, before, job);
}

/* ---- sending ------------------------------------------------------------------- */

static bool may_go(const imap4_engine *e, const i4_job *job)
{
    const unsigned others    = e->in_flight - (is_in_flight(job) ? 1 : 0);
    const bool     is_single = !e->has_ok ||
                           i4_quirk_is_on(&e->quirks, IMAP4_QUIRK_ONE_AT_A_TIME);
    if (others >= (is_single ? 1 : e->opt.max_pipeline))
        return false;
    if (e->quirks.hold_ms != 0 && (i4_job_marks(job) & I4_CMD_LOGS_OUT) == 0)
        return false;
    for (const i4_job *other = e->jobs.first; other != job; other = other->next)
        if (i4_pipeline_conflict(e, other, job))
            return false;
    return true;
}

/* Puts the next tag and a space right before the line; returns their length. */
static size_t put_tag(imap4_engine *e, i4_job *job)
{
    char digits[20];
    memcpy(job->tag, e->prefix, e->prefix_len);
    const size_t len = i4_num_write(++e->last_tag, digits);
    memcpy(job->tag + e->prefix_len, digits, len);
    job->tag_len = e->prefix_len + len;
    char *at     = job->base + job->parts[0].at - job->tag_len - 1;
    memcpy(at, job->tag, job->tag_len);
    at[job->tag_len] = ' ';
    return job->tag_len + 1;
}

i4_literals i4_pipeline_literals(const imap4_engine *e, const i4_job *job)
{
    if (job->is_synchronizing || i4_quirk_is_on(&e->quirks, IMAP4_QUIRK_LITERALS_WAIT))
        return I4_LITERALS_WAIT;
    if (i4_caps_has(&e->caps, IMAP4_V("LITERAL+")) == 1)
        return I4_LITERALS_ALL;
    if (i4_caps_has(&e->caps, IMAP4_V("LITERAL-")) == 1)
        return I4_LITERALS_SMALL;
    return I4_LITERALS_WAIT;
}

/* RFC 4959 section 3: an initial response goes along, unless the line gets too long by it. */
static bool fits_initial(const imap4_engine *e, const i4_job *job, size_t tag)
{
    const i4_part *last = &job->parts[job->part_count - 1];
    return i4_caps_has(&e->caps, IMAP4_V("SASL-IR")) == 1 &&
           tag + last->at + last->len - job->parts[0].at <= e->opt.max_line;
}

static void send_line(imap4_engine *e, i4_job *job)
{
    if (!is_in_flight(job)) {
        e->queued--;
        e->in_flight++;
    }
    job->is_renewing = false;
    job->was_beside  = e->in_flight > 1;
    job->stage       = I4_JOB_SENDING;
    job->talk        = I4_TALK_WAITS;
    e->sender        = job;
    if (job->rest.len != 0)
        i4_slice_next(job);
    const size_t tag = put_tag(e, job);
    i4_out_start(&e->out, job->base, job->parts, job->part_count, tag,
                 i4_pipeline_literals(e, job), fits_initial(e, job, tag), &job->chunks);
}

/* The line before has gone out, and nothing of it is lent. */
static bool is_out_free(imap4_engine *e)
{
    if (e->out.is_open || e->out.lent != 0)
        return false;
    if (e->sender != NULL && e->sender->stage == I4_JOB_OVER)
        i4_pipeline_free_job(e, e->sender);
    else if (e->sender != NULL && e->sender->stage == I4_JOB_SENDING)
        e->sender->stage = I4_JOB_SENT;
    e->sender = NULL;
    return true;
}

/* The first command that has something to send.  The lines of one command stay
 * together: nothing that lets an EXPUNGE come may slip in between. */
static i4_job *next_job(const imap4_engine *e)
{
    for (i4_job *job = e->jobs.first; job != NULL; job = job->next) {
        if (job->stage == I4_JOB_QUEUED)
            return job;
        if (job->rest.len != 0)
            return NULL;
    }
    return NULL;
}

bool i4_pipeline_has_next(const imap4_engine *e)
{
    const i4_job *job = next_job(e);
    return job != NULL && e->life == I4_LIFE_OPEN && e->layer == IMAP4_LAYER_NONE &&
           may_go(e, job);
}

void i4_pipeline_pump(imap4_engine *e)
{
    while (is_out_free(e) && e->life == I4_LIFE_OPEN && e->layer == IMAP4_LAYER_NONE &&
           e->state != IMAP4_STATE_GREETING && !e->is_bytes) {
        i4_job *job = next_job(e);
        if (job == NULL || !may_go(e, job))
            return;
        const char *why = NULL;
        const int   rc  = is_in_flight(job) ? IMAP4_OK : i4_session_check(e, job, &why);
        if (rc < 0) {
            i4_pipeline_finish(e, job, IMAP4_R_REFUSED, rc, why);
            i4_pipeline_prune(e);
        } else {
            send_line(e, job);
        }
    }
}

imap4_view i4_pipeline_lend(imap4_engine *e)
{
    const imap4_view view = i4_out_view(&e->out);
    if (view.len != 0 && !e->sender->is_out) {
        e->sender->is_out = true;
        e->sender->since  = e->responses;
        i4_session_sent(e, e->sender);
    }
    return view;
}

void i4_pipeline_ask(imap4_engine *e)
{
    static const char text[] = "CAPABILITY\r\n";
    i4_job          **at = &e->jobs.first, *before = NULL;
    while (*at != NULL && is_in_flight(*at)) {
        before = *at;
        at     = &before->next;
    }
    const i4_cmd_row *row = i4_registry_command(e->reg, IMAP4_V("CAPABILITY"), NULL);
    if (e->is_asking || e->opt.no_auto_capability != 0 || row == NULL ||
        (*at != NULL && (*at)->row == row))
        return;
    memcpy(e->asks_text + I4_TAG_ROOM, text, sizeof text - 1);
    e->asks_part = (i4_part){ .at = I4_TAG_ROOM, .len = sizeof text - 1 };
    e->asks      = (i4_job){ .next        = *at,
                             .row         = row,
                             .is_internal = true,
                             .base        = e->asks_text,
                             .parts       = &e->asks_part,
                             .part_count  = 1 };
    *at          = &e->asks;
    if (e->jobs.last == before)
        e->jobs.last = &e->asks;
    e->queued++;
    e->is_asking = true;
}

/* ---- the end of a command -------------------------------------------------------- */

void i4_pipeline_free_job(imap4_engine *e, i4_job *job)
{
    i4_chunks_free(&job->chunks, &e->mem);
    if (job->reply != NULL)
        i4_mem_wipe(job->reply, job->reply_size);
    i4_mem_free(&e->mem, job->reply, job->reply_size);
    if (job->has_secret)
        i4_mem_wipe(job->base, job->base_len);
    if (job == &e->asks)
        e->is_asking = false;
    else if (job != &e->news)
        i4_mem_free(&e->mem, job, job->size);
}

void i4_pipeline_drop(imap4_engine *e, i4_job *job)
{
    job->stage = I4_JOB_OVER;
    /* A driver may hold a view of its bytes, or the rest of its line must still go out:
     * then is_out_free() frees it. */
    if (e->sender == job && (e->out.is_open || e->out.lent != 0))
        return;
    if (e->sender == job)
        e->sender = NULL;
    i4_pipeline_free_job(e, job);
}

void i4_pipeline_forget(imap4_engine *e, i4_job *job)
{
    unlink_job(e, job);
    i4_pipeline_drop(e, job);
}

void i4_pipeline_finish(imap4_engine *e, i4_job *job, int32_t result, int32_t rc,
                        const char *why)
{
    if (job->is_internal) {
        i4_pipeline_forget(e, job);
        return;
    }
    unlink_job(e, job);
    job->stage  = I4_JOB_ENDED;
    job->result = result;
    job->rc     = rc;
    job->why    = why;
    i4_pipeline_put_over(e, job);
}

void i4_pipeline_put_over(imap4_engine *e, i4_job *job)
{
    if (e->over.last == NULL)
        e->over.first = job;
    else
        e->over.last->next = job;
    e->over.last = job;
}

i4_job *i4_pipeline_take_over(imap4_engine *e)
{
    i4_job *job = e->over.first;
    if (job == NULL)
        return NULL;
    e->over.first = job->next;
    if (e->over.first == NULL)
        e->over.last = NULL;
    job->next = NULL;
    return job;
}

void i4_pipeline_take_back(imap4_engine *e, i4_job *job)
{
    if (e->sender == job) {
        i4_out_abort(&e->out);
        e->sender = NULL;
    }
    i4_pipeline_finish(e, job, IMAP4_R_SKIPPED, IMAP4_OK, "the command was taken back");
    i4_pipeline_prune(e);
}

void i4_pipeline_finish_all(imap4_engine *e, int32_t rc, const char *why)
{
    i4_out_abort(&e->out);
    if (e->jobs.first != NULL && e->jobs.first->is_out && rc < 0 &&
        rc != IMAP4_E_INTERRUPTED)
        i4_symptom_judge(e, e->jobs.first, NULL, IMAP4_R_LOST);
    while (e->jobs.first != NULL) {
        i4_job *job = e->jobs.first;
        i4_pipeline_finish(e, job, job->is_out ? IMAP4_R_LOST : IMAP4_R_SKIPPED, rc, why);
    }
}

void i4_pipeline_prune(imap4_engine *e)
{
    if (e->life != I4_LIFE_OPEN || e->state == IMAP4_STATE_GREETING)
        return;
    int32_t state    = e->state;
    bool    is_stuck = false; /* behind a login that cannot be: who would we be? */
    i4_job *next     = NULL;
    for (i4_job *job = e->jobs.first; job != NULL; job = next) {
        next = job->next;
        if (is_in_flight(job)) {
            state = i4_session_after(job->row, state);
        } else if ((i4_job_marks(job) & I4_CMD_LOGS_IN) != 0 &&
                   !i4_session_allows(job->row, state)) {
            is_stuck = true;
            i4_pipeline_finish(e, job, IMAP4_R_REFUSED, IMAP4_E_STATE,
                               "the server has logged us in already");
        } else if (!i4_session_allows(job->row, is_stuck ? IMAP4_STATE_NOT_AUTH : state)) {
            i4_pipeline_finish(e, job, IMAP4_R_SKIPPED, IMAP4_OK,
                               "a command that it depends on failed");
        } else {
            state = i4_session_after(job->row, state);
        }
    }
}

void i4_pipeline_free(imap4_engine *e)
{
    i4_job *const sender     = e->sender;
    e->sender                = NULL;
    bool           is_listed = false;
    i4_jobs *const lists[]   = { &e->jobs, &e->over };
    for (size_t i = 0; i < 2; i++) {
        for (i4_job *job = lists[i]->first, *next = NULL; job != NULL; job = next) {
            next = job->next;
            is_listed |= job == sender;
            i4_pipeline_free_job(e, job);
        }
        *lists[i] = (i4_jobs){ 0 };
    }
    if (sender != NULL && !is_listed)
        i4_pipeline_free_job(e, sender);
}
