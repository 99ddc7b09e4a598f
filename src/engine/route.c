/* SPDX-License-Identifier: MIT */
/* engine/route.c - which command an event belongs to, and what it changes. */
#include "engine/route.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/dialogue.h"
#include "engine/hint.h"
#include "engine/session.h"
#include "engine/symptom.h"
#include "parse/code.h"

static void fatal(imap4_engine *e, const i4_event *ev, const char *text, imap4_view where)
{
    i4_session_fatal(e, IMAP4_E_PROTOCOL, imap4_view_of(text), where, ev->pub.offset);
}

/* ---- tagged answers ------------------------------------------------------------ */

static int32_t result_of(int32_t status, const i4_job *job)
{
    switch ((imap4_status_word)status) {
    case IMAP4_STATUS_OK: return IMAP4_R_OK;
    case IMAP4_STATUS_NO: return IMAP4_R_NO;
    case IMAP4_STATUS_BAD: return IMAP4_R_BAD;
    case IMAP4_STATUS_BYE: /* some answer LOGOUT so */
        return (i4_job_marks(job) & I4_CMD_LOGS_OUT) != 0 ? IMAP4_R_OK : IMAP4_R_NO;
    case IMAP4_STATUS_NONE:
    case IMAP4_STATUS_PREAUTH: break;
    }
    return 0;
}

/* An answer before the whole command was sent.  OK to what the server cannot know is
 * forged (CVE-2026-42246).  NO and BAD are legal once a literal was announced: what waits
 * for "+" is dropped, what must not wait has to be sent (RFC 7888 section 4). */
static bool is_early_answer_legal(imap4_engine *e, const i4_job *job, int32_t result)
{
    if (i4_job_is_sent(e, job))
        return true;
    if (result == IMAP4_R_OK)
        return false;
    return i4_out_has_literal(&e->out) || (i4_job_marks(job) & I4_CMD_CONTINUES) != 0;
}

static bool has_more_lines(const i4_job *job, int32_t result)
{
    return result == IMAP4_R_OK && job->rest.len != 0;
}

static void next_line(imap4_engine *e, i4_job *job)
{
    e->has_ok  = true;
    job->stage = I4_JOB_QUEUED;
}

/* What the server says of one line of several: [COPYUID ...]. */
static int route_part(imap4_engine *e, i4_event *ev, const i4_job *job)
{
    I4_TRY(i4_session_learn(e, &ev->pub));
    I4_TRY(i4_mailbox_learn(&e->mailbox, &e->mem, ev));
    ev->pub.type = IMAP4_EV_PART;
    ev->pub.cmd  = job->id;
    ev->pub.user = job->user;
    return 1;
}

static int route_done(imap4_engine *e, i4_event *ev, i4_job *job, int32_t result)
{
    I4_TRY(i4_session_learn(e, &ev->pub));
    if ((i4_job_marks(job) & I4_CMD_SELECTS) != 0)
        I4_TRY(i4_mailbox_learn(&e->mailbox, &e->mem, ev));
    I4_TRY(i4_session_done(e, job, result));
    if (e->life == I4_LIFE_FATAL)
        return 0;
    i4_symptom_judge(e, job, &ev->pub, result);
    ev->pub.type   = IMAP4_EV_DONE;
    ev->pub.result = result;
    ev->pub.rc     = job->challenge_rc;
    ev->pub.cmd    = job->id;
    ev->pub.user   = job->user;
    i4_hint_set(&ev->pub);
    const bool is_told = !job->is_internal;
    if (e->sender == job && !i4_job_is_sent(e, job))
        i4_out_discard(&e->out);
    i4_pipeline_forget(e, job);
    if (result != IMAP4_R_OK)
        i4_pipeline_prune(e);
    if (ev->pub.status == IMAP4_STATUS_BYE && result != IMAP4_R_OK)
        i4_session_bye(e, &ev->pub);
    return is_told;
}

static int route_tagged(imap4_engine *e, i4_event *ev)
{
    i4_job *job = i4_pipeline_by_tag(e, ev->pub.tag);
    if (job == NULL) {
        fatal(e, ev, "an answer to a tag that was never sent, or answered before",
              ev->pub.tag);
        return 0;
    }
    e->has_progress      = true;
    e->unsolicited       = 0;
    const int32_t result = result_of(ev->pub.status, job);
    if (result == 0) {
        fatal(e, ev, "a tagged line that is neither OK nor NO nor BAD", ev->pub.tag);
        return 0;
    }
    if (!is_early_answer_legal(e, job, result)) {
        fatal(e, ev, "an answer before the command was sent", ev->pub.tag);
        return 0;
    }
    /* S46: who was told "*" must not say OK. */
    if (job->is_cancelled && result == IMAP4_R_OK) {
        fatal(e, ev, "OK to an AUTHENTICATE that was cancelled", ev->pub.tag);
        return 0;
    }
    if (has_more_lines(job, result) ||
        (job->is_renewing && result == IMAP4_R_OK && !job->wants_stop)) {
        const bool is_part = has_more_lines(job, result) && ev->pub.code.ptr != NULL;
        next_line(e, job);
        return is_part ? route_part(e, ev, job) : 0;
    }
    return route_done(e, ev, job, result);
}

/* ---- untagged ------------------------------------------------------------------- */

/* S07: nobody asked for this; so many may come until some command is answered. */
static void count_unsolicited(imap4_engine *e, const i4_event *ev)
{
    if (e->unsolicited++ < e->opt.max_unsolicited || e->opt.max_unsolicited == UINT32_MAX)
        return;
    i4_session_fatal(e, IMAP4_E_LIMIT,
                     IMAP4_V("responses that no command asked for: max_unsolicited"),
                     IMAP4_NIL, ev->pub.offset);
}

static int route_untagged(imap4_engine *e, i4_event *ev)
{
    I4_TRY(i4_session_learn(e, &ev->pub));
    I4_TRY(i4_mailbox_learn(&e->mailbox, &e->mem, ev));
    bool          is_asked = false;
    const i4_job *job      = i4_pipeline_asker(e, ev->pub.type, &is_asked);
    if (is_asked)
        e->has_progress = true;
    else
        count_unsolicited(e, ev);
    if (e->life == I4_LIFE_FATAL)
        return 0;
    const bool is_news = ev->row != NULL && ev->row->is_news != NULL &&
                         ev->row->is_news(ev);
    if (job != NULL && !job->is_internal && !is_news) {
        ev->pub.cmd  = job->id;
        ev->pub.user = job->user;
    }
    if (ev->pub.type == IMAP4_EV_TEXT)
        i4_hint_set(&ev->pub);
    if (ev->pub.type == IMAP4_EV_TEXT && ev->pub.status == IMAP4_STATUS_BYE)
        i4_session_bye(e, &ev->pub);
    return 1;
}

/* Known servers leave "* OK", or "OK", away in front of a code: [COPYUID ...] in the middle of
 * a MOVE.  Where nobody has asked for anything, it is as unknown as it looks. */
static void read_bare_code(imap4_engine *e, i4_event *ev)
{
    imap4_event     *pub  = &ev->pub;
    const imap4_view line = i4_hint_line(pub);
    const imap4_view word = pub->tag.ptr != NULL ? pub->tag : pub->name;
    if (line.ptr == NULL || word.len < 2 || word.ptr[0] != '[' || e->in_flight == 0)
        return;
    imap4_view       rest = { word.ptr + 1, word.len - 1 };
    const bool       ends = rest.ptr[rest.len - 1] == ']';
    const imap4_view name = { rest.ptr, rest.len - ends };
    if (i4_registry_code(e->reg, name) == NULL)
        return;
    if (i4_event_odd(ev, IMAP4_DIAG_MISSING, line, "RFC 3501 9, response-data") < 0)
        return;
    pub->type   = IMAP4_EV_TEXT;
    pub->status = IMAP4_STATUS_OK;
    pub->tag = pub->name = pub->data = IMAP4_NIL;
    i4_code_read(ev, e->reg, i4_view(word.ptr, line.ptr + line.len));
}

/* A line that is no response, and says that the server is not there: some say so and close,
 * some leave the socket open. */
static bool ends_the_session(imap4_engine *e, const i4_event *ev)
{
    const imap4_view line = i4_hint_line(&ev->pub);
    if (ev->pub.tag.ptr == NULL || line.ptr == NULL ||
        i4_hint_of(IMAP4_CODE_NONE, line) != IMAP4_HINT_UNAVAILABLE)
        return false;
    char shown[I4_HINT_SHOWN];
    i4_session_fatal(e, IMAP4_E_BYE, IMAP4_V("the server says that it is not available"),
                     i4_hint_show(line, shown), ev->pub.offset);
    e->error.pub.hint = IMAP4_HINT_UNAVAILABLE;
    return true;
}

static int route_unknown(imap4_engine *e, i4_event *ev)
{
    read_bare_code(e, ev);
    if (ev->pub.type == IMAP4_EV_UNKNOWN && ends_the_session(e, ev)) {
        ev->pub.hint = IMAP4_HINT_UNAVAILABLE;
        return 1;
    }
    return route_untagged(e, ev);
}

int i4_route_event(imap4_engine *e, i4_event *ev)
{
    if (e->state == IMAP4_STATE_GREETING) {
        I4_TRY(i4_session_greet(e, ev));
        return e->life != I4_LIFE_FATAL || e->error.pub.code == IMAP4_E_BYE;
    }
    switch (ev->pub.type) {
    case IMAP4_EV_TAGGED: return route_tagged(e, ev);
    case IMAP4_EV_CONTINUE: return i4_dialogue_plus(e, ev);
    case IMAP4_EV_UNKNOWN: return route_unknown(e, ev);
    default: return route_untagged(e, ev);
    }
}

const imap4_event *i4_route_made(imap4_engine *e)
{
    i4_job *job = i4_pipeline_take_over(e);
    e->made     = (i4_event){ 0 };
    if (job == &e->news) {
        if (i4_quirk_tell(e, &e->made))
            return &e->made.pub;
        job = i4_pipeline_take_over(e); /* a row was switched before it was told */
    }
    if (job == NULL)
        return NULL;
    e->made.pub.type   = IMAP4_EV_DONE;
    e->made.pub.result = job->result;
    e->made.pub.rc     = job->rc;
    e->made.pub.cmd    = job->id;
    e->made.pub.user   = job->user;
    /* Why the connection ended says more than that it did. */
    const bool is_lost = e->error.pub.code != IMAP4_OK && job->rc == e->error.pub.code;
    if (job->missing != NULL)
        e->made.pub.name = imap4_view_of(job->missing);
    if (is_lost)
        e->made.pub.hint = e->error.pub.hint;
    e->made.pub.text = is_lost ? e->error.pub.text : imap4_view_of(job->why);
    i4_pipeline_drop(e, job);
    return &e->made.pub;
}
