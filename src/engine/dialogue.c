/* SPDX-License-Identifier: MIT */
/* engine/dialogue.c - continuation requests, and what is said to them. */
#include "engine/dialogue.h"

#include "imap4/command.h"
#include "imap4/text.h"

#include "base/num.h"
#include "engine/session.h"

enum {
    STRAY_MAX     = 3,        /* "+" that are not due and are ignored */
    CHALLENGE_MAX = 64 * 1024 /* doc/limits.md: bytes of base64 */
};

static void say(imap4_engine *e, i4_job *job, char *line, size_t len, bool secret)
{
    job->stage = I4_JOB_SENDING;
    e->sender  = job;
    i4_out_say(&e->out, line, len, secret);
}

/* ---- IDLE ------------------------------------------------------------------------ */

static void say_done(imap4_engine *e, i4_job *job)
{
    static const char done[] = "DONE\r\n";
    e->idle.is_running       = false;
    job->talk                = I4_TALK_ENDING;
    say(e, job, (char *)(uintptr_t)done, sizeof done - 1, false);
}

static void cancel(imap4_engine *e, i4_job *job)
{
    static const char star[] = "*\r\n";
    job->is_cancelled        = true;
    job->talk                = I4_TALK_WAITS;
    say(e, job, (char *)(uintptr_t)star, sizeof star - 1, false);
}

void i4_dialogue_stop(imap4_engine *e, i4_job *job)
{
    job->wants_stop = true;
    if (!job->is_out) {
        i4_pipeline_take_back(e, job);
        return;
    }
    if (job->talk == I4_TALK_IDLING)
        say_done(e, job);
    else if (job->talk == I4_TALK_ASKED)
        cancel(e, job);
}

void i4_dialogue_renew(imap4_engine *e, i4_job *job)
{
    job->is_renewing = true;
    say_done(e, job);
}

static int idle_started(imap4_engine *e, i4_job *job, i4_event *ev)
{
    job->talk = I4_TALK_IDLING;
    if (job->wants_stop)
        say_done(e, job); /* RFC 2177: DONE may not come before the "+" */
    if (job->was_told)
        return 0;
    job->was_told = true;
    ev->pub.cmd   = job->id;
    ev->pub.user  = job->user;
    return 1;
}

/* ---- AUTHENTICATE ---------------------------------------------------------------- */

/* A challenge that cannot be read is answered with "*" (RFC 3501 6.2.2). */
static int refuse_challenge(imap4_engine *e, i4_job *job, int rc)
{
    job->challenge_rc = rc;
    cancel(e, job);
    return 0;
}

static int challenged(imap4_engine *e, i4_job *job, i4_event *ev)
{
    if (job->wants_stop) {
        cancel(e, job);
        return 0;
    }
    if (e->sender == job || e->sender == NULL) {
        e->sender = job;
        if (i4_out_initial(&e->out)) { /* the first challenge is only the turn to speak */
            job->stage = I4_JOB_SENDING;
            return 0;
        }
    }
    if (ev->pub.text.len > CHALLENGE_MAX)
        return refuse_challenge(e, job, IMAP4_E_LIMIT);
    const ptrdiff_t len = imap4_base64_decode(ev->pub.text, NULL, 0);
    if (len < 0)
        return refuse_challenge(e, job, IMAP4_E_SYNTAX);
    char *data = i4_arena_alloc(ev->arena, (size_t)len + 1);
    if (data == NULL)
        return i4_arena_rc(ev->arena) == IMAP4_E_NOMEM
                   ? IMAP4_E_NOMEM
                   : refuse_challenge(e, job, IMAP4_E_LIMIT);
    (void)!imap4_base64_decode(ev->pub.text, data, (size_t)len);
    ev->pub.type = IMAP4_EV_CHALLENGE;
    ev->pub.data = (imap4_view){ data, (size_t)len };
    ev->pub.cmd  = job->id;
    ev->pub.user = job->user;
    job->talk    = I4_TALK_ASKED;
    return 1;
}

int imap4_cmd_respond(imap4_engine *e, imap4_cmd cmd, imap4_view response)
{
    i4_job *job = i4_pipeline_find(e, cmd);
    if (job == NULL || job->talk != I4_TALK_ASKED)
        return i4_cmd_refuse(e, IMAP4_E_STATE, "no challenge is open", IMAP4_NIL);
    if (response.ptr == NULL) {
        cancel(e, job);
        return i4_cmd_accept(e);
    }
    const ptrdiff_t len  = imap4_base64_encode(response, NULL, 0);
    const size_t    size = (size_t)len + 2;
    char           *line = len < 0 ? NULL : i4_mem_alloc(&e->mem, size);
    if (line == NULL)
        return i4_cmd_refuse(e, IMAP4_E_NOMEM, "out of memory", IMAP4_NIL);
    (void)!imap4_base64_encode(response, line, (size_t)len);
    line[len]     = '\r';
    line[len + 1] = '\n';
    /* The answer before this one has gone out, or there would be no challenge. */
    if (job->reply != NULL)
        i4_mem_wipe(job->reply, job->reply_size);
    i4_mem_free(&e->mem, job->reply, job->reply_size);
    job->reply      = line;
    job->reply_size = size;
    job->talk       = I4_TALK_WAITS;
    say(e, job, line, size, true);
    return i4_cmd_accept(e);
}

/* ---- "+" --------------------------------------------------------------------------- */

/* S14: one that is not due may be a mistake; many are not. */
static int stray(imap4_engine *e, const i4_event *ev)
{
    if (++e->stray_plus > STRAY_MAX)
        i4_session_fatal(e, IMAP4_E_PROTOCOL,
                         IMAP4_V("continuation requests that nobody waits for"),
                         IMAP4_V("+"), ev->pub.offset);
    return 0;
}

int i4_dialogue_plus(imap4_engine *e, i4_event *ev)
{
    i4_job *job = e->sender;
    if (job != NULL && job->stage == I4_JOB_SENDING && i4_out_wants_plus(&e->out)) {
        i4_out_plus(&e->out);
        e->has_progress = true;
        ev->pub.cmd     = job->is_internal ? 0 : job->id;
        ev->pub.user    = job->user;
        return 1;
    }
    job = i4_pipeline_talker(e);
    if (job == NULL || job->talk != I4_TALK_WAITS || !i4_job_is_sent(e, job) ||
        job->is_cancelled)
        return stray(e, ev);
    e->has_progress = true;
    if ((job->row->marks & I4_CMD_IDLES) != 0)
        return idle_started(e, job, ev);
    return challenged(e, job, ev);
}
