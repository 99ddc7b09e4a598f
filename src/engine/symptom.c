/* SPDX-License-Identifier: MIT */
/* engine/symptom.c - what the answer to a command shows of the server. */
#include "engine/symptom.h"

#include "imap4/text.h"

#include "base/view.h"
#include "engine/broken.h"
#include "engine/engine.h"
#include "engine/session.h"
#include "parse/event.h"
#include "text/throttle.h"

#include <string.h>

enum {
    HOLD_MAX_MS = 300000, /* doc/limits.md: a server may say anything */
    SLOW_MS     = 50,     /* the first wait, and the longest, behind [THROTTLED] */
    SLOW_MAX_MS = 16000
};

/* ---- what a refusal means --------------------------------------------------- */

/* The server says that it is not the capability. */
static bool has_other_reason(const imap4_event *ev, int32_t result)
{
    switch ((imap4_code)ev->code_id) {
    case IMAP4_CODE_SERVERBUG:
    case IMAP4_CODE_CANNOT: return false;
    /* BAD with words that we do not know, or with none of its own. */
    case IMAP4_CODE_NONE:
    case IMAP4_CODE_UNKNOWN:
    case IMAP4_CODE_ALERT: return result != IMAP4_R_BAD;
    default: return true;
    }
}

/* Of what the caller has written, nobody can say whether it was right; nor of message numbers,
 * which may not be there any more.  RFC 5530: SERVERBUG is never the caller's fault. */
static bool is_sure(const imap4_event *ev, const i4_job *job, imap4_view capability)
{
    /* But some say it when they are busy: once is enough only where there is another way. */
    return job->is_ours ||
           (ev->code_id == IMAP4_CODE_SERVERBUG && i4_broken_row(capability) >= 0);
}

static void prove(imap4_engine *e, const i4_job *job)
{
    char buf[I4_NEED_ROOM];
    for (unsigned i = 0; i < job->needs.count; i++) {
        imap4_view names = i4_session_need(job, i, buf), name = IMAP4_NIL;
        do /* of several the first that is offered */
            name = i4_view_word(&names);
        while (names.len != 0 && !i4_caps_offer(&e->caps, &e->enabled, name));
        i4_broken_prove(&e->quirks, name);
    }
}

static void judge_needs(imap4_engine *e, const i4_job *job, const imap4_event *ev,
                        int32_t result)
{
    char       buf[I4_NEED_ROOM];
    /* Some say BAD to a wrong password: the right one must not be refused afterwards. */
    const bool is_login = (i4_job_marks(job) & (I4_CMD_LOGS_IN | I4_CMD_SECRET)) != 0;
    if (is_login || has_other_reason(ev, result))
        return;
    for (unsigned i = 0; i < job->needs.count; i++) {
        imap4_view names = i4_session_need(job, i, buf);
        while (names.len != 0) {
            const imap4_view name = i4_view_word(&names);
            if (i4_caps_offer(&e->caps, &e->enabled, name))
                i4_broken_suspect(e, job, name, result, is_sure(ev, job, name));
        }
    }
}

/* ---- what one answer means -------------------------------------------------- */

static bool is_command(const i4_job *job, const char *name)
{
    return job->row != NULL &&
           i4_view_eq(imap4_view_of(job->row->name), imap4_view_of(name));
}

/* Nothing but the name of the command. */
static bool is_bare(const i4_job *job)
{
    return job->row != NULL && !job->is_raw && job->part_count == 1 &&
           job->parts[0].len == imap4_view_of(job->row->name).len + 2;
}

static bool has_literal(const i4_job *job)
{
    for (size_t i = 0; i < job->part_count; i++)
        if (job->parts[i].kind == I4_PART_HEADER)
            return true;
    return false;
}

/* BAD that says nothing more: it was not understood. */
static void judge_form(imap4_engine *e, const i4_job *job)
{
    if (i4_parts_line(job->parts, job->part_count) > I4_SHORT_LINE)
        i4_quirk_see(e, IMAP4_QUIRK_SHORT_LINES,
                     "BAD to a line of more than 1,000 octets");
    if ((job->was_beside || e->in_flight > 1) && is_bare(job))
        i4_quirk_see(e, IMAP4_QUIRK_ONE_AT_A_TIME,
                     "BAD to a command that was sent while another one was running");
    if (job->needs.count == 0 && has_literal(job) &&
        i4_pipeline_literals(e, job) != I4_LITERALS_WAIT)
        i4_quirk_see(e, IMAP4_QUIRK_LITERALS_WAIT,
                     "BAD to a command with a literal that did not wait");
    if (is_command(job, "LSUB"))
        i4_quirk_see(e, IMAP4_QUIRK_LSUB_BY_LIST, "BAD to LSUB");
}

static void judge_refusal(imap4_engine *e, const i4_job *job, const imap4_event *ev,
                          int32_t result)
{
    if (result == IMAP4_R_BAD && ev->code_id == IMAP4_CODE_NONE)
        judge_form(e, job);
    if (result == IMAP4_R_BAD && ev->code_id == IMAP4_CODE_CLIENTBUG && job->ends_bare)
        i4_quirk_see(e, IMAP4_QUIRK_APPEND_LINE_END,
                     "BAD [CLIENTBUG] to a message without CRLF at its end");
    if (result == IMAP4_R_NO && (i4_job_marks(job) & I4_CMD_SELECTS) != 0 &&
        i4_view_find(ev->text, IMAP4_V("Unsafe Login")) != NULL)
        i4_quirk_see(e, IMAP4_QUIRK_ID_BEFORE_SELECT, "NO to SELECT: \"Unsafe Login\"");
    judge_needs(e, job, ev, result);
}

/* OK, and nothing before it: not even the mailbox that there always is. */
static bool is_empty_answer(const imap4_engine *e, const i4_job *job)
{
    return job->expects != I4_EXPECTS_NOTHING && e->responses - job->since == 1;
}

static void judge_success(imap4_engine *e, const i4_job *job)
{
    if (!is_empty_answer(e, job))
        prove(e, job);
    else if (job->expects == I4_EXPECTS_ROOT)
        i4_quirk_see(e, IMAP4_QUIRK_DELIMITER_BY_LIST,
                     "OK to LIST \"\" \"\", and no LIST");
    else if (job->needs.count != 0)
        i4_broken_latch(e, job, IMAP4_V("LIST-EXTENDED"), IMAP4_R_OK);
}

/* True: it was about nothing but time. */
static bool slow_down(imap4_engine *e, const imap4_event *ev)
{
    i4_quirks     *q  = &e->quirks;
    const uint64_t ms = imap4_text_backoff_ms(ev->text);
    if (ms == 0 && !i4_throttle_is_marked(ev->text)) {
        q->slow_ms /= 2;
        return false;
    }
    i4_quirk_see(e, IMAP4_QUIRK_BACK_OFF, "the server wants to be asked more slowly");
    if (!i4_quirk_is_on(q, IMAP4_QUIRK_BACK_OFF))
        return true;
    if (ms == 0) {
        q->slow_ms = q->slow_ms < SLOW_MS           ? SLOW_MS
                     : q->slow_ms > SLOW_MAX_MS / 2 ? SLOW_MAX_MS
                                                    : q->slow_ms * 2;
    }
    q->hold_ms = ms == 0 ? q->slow_ms : ms < HOLD_MAX_MS ? (uint32_t)ms : HOLD_MAX_MS;
    e->hold.is_running = false; /* it begins now */
    return true;
}

/* The connection ended while nothing else was running: it may be why. */
static void judge_loss(imap4_engine *e, const i4_job *job)
{
    const bool is_alone = e->in_flight == 1;
    if (!is_alone || (i4_job_marks(job) & I4_CMD_LOGS_OUT) != 0)
        return;
    if ((i4_job_marks(job) & I4_CMD_WRITES) != 0 && job->has_set && job->set_first != 0 &&
        job->set_size > I4_BATCH_MAX)
        i4_quirk_see(e, IMAP4_QUIRK_SMALL_BATCHES,
                     "the connection was lost while many messages were changed");
    if ((i4_job_marks(job) & I4_CMD_PROBES) != 0 && job->needs.count == 1 &&
        !i4_quirk_is_off(&e->quirks, IMAP4_QUIRK_PROBE_ONCE)) {
        i4_quirk_see(e, IMAP4_QUIRK_PROBE_ONCE, "the connection was lost meanwhile");
        i4_broken_latch(e, job, imap4_view_of(job->needs.at[0]), IMAP4_R_LOST);
    }
}

void i4_symptom_judge(imap4_engine *e, const i4_job *job, const imap4_event *ev,
                      int32_t result)
{
    if (ev == NULL)
        judge_loss(e, job);
    else if (slow_down(e, ev) && result != IMAP4_R_OK)
        return;
    else if (result == IMAP4_R_OK)
        judge_success(e, job);
    else
        judge_refusal(e, job, ev, result);
}
