/* SPDX-License-Identifier: MIT */
/* engine/engine.c - life, bytes in and out, events, time. */
#include "engine/bytes.h"
#include "engine/engine.h"

#include "imap4/command.h"

#include "base/view.h"
#include "engine/broken.h"
#include "engine/dialogue.h"
#include "engine/route.h"
#include "engine/session.h"

#include <string.h>

/* ---- errors --------------------------------------------------------------------- */

static imap4_view keep_text(char *to, size_t size, imap4_view text)
{
    const size_t len = text.len < size ? text.len : size;
    if (len != 0)
        memcpy(to, text.ptr, len);
    return (imap4_view){ to, len };
}

void i4_error_set(i4_error *err, int code, imap4_view text, imap4_view where)
{
    err->pub = (imap4_error){
        .code  = code,
        .text  = keep_text(err->text, sizeof err->text, text),
        .where = where.ptr == NULL ? IMAP4_NIL
                                   : keep_text(err->where, sizeof err->where, where),
    };
}

/* ---- options -------------------------------------------------------------------- */

static bool is_zero(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return false;
    return true;
}

/* Takes the members that the caller knew; those that we do not know must be zero. */
static bool take_options(imap4_engine_options *to, const imap4_engine_options *from)
{
    *to = (imap4_engine_options){ .size = sizeof *to };
    if (from == NULL)
        return true;
    const size_t known = from->size < sizeof *to ? from->size : sizeof *to;
    if (from->size < sizeof from->size || from->size > 4096 ||
        !is_zero((const char *)from + known, from->size - known))
        return false;
    memcpy(to, from, known);
    to->size = sizeof *to;
    return to->mode == IMAP4_MODE_TOLERANT || to->mode == IMAP4_MODE_STRICT;
}

static void default_u32(uint32_t *option, uint32_t value)
{
    if (*option == 0)
        *option = value;
}

/* doc/limits.md */
static void fill_defaults(imap4_engine_options *opt)
{
    default_u32(&opt->max_pipeline, 16);
    default_u32(&opt->max_queue, 1024);
    default_u32(&opt->max_line, 8000);
    default_u32(&opt->command_timeout_ms, 120000);
    default_u32(&opt->idle_renew_ms, 540000);
    default_u32(&opt->max_renewals, 10);
    default_u32(&opt->max_unsolicited, 10000000);
}

/* RFC 3501 section 9: a tag.  It begins with a letter: purely numeric ones upset some. */
static bool is_prefix(imap4_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        const bool is_letter = (unsigned)i4_lower(text.ptr[i]) - 'a' < 26u;
        if (!is_letter && (i == 0 || !i4_is_digit(text.ptr[i])))
            return false;
    }
    return text.len != 0 && text.len <= I4_PREFIX_MAX;
}

/* 64 bits of the seed: a letter for four, base32 for the rest. */
static void prefix_from_seed(imap4_engine *e, const uint8_t seed[16])
{
    static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint64_t          bits     = 0;
    if (is_zero((const char *)seed, 16)) {
        e->prefix[0]  = 'A';
        e->prefix_len = 1;
        return;
    }
    for (size_t i = 0; i < 16; i++)
        bits ^= (uint64_t)seed[i] << (8 * (i % 8));
    e->prefix[e->prefix_len++] = base32[bits & 15];
    bits >>= 4;
    for (size_t i = 0; i < 12; i++, bits >>= 5)
        e->prefix[e->prefix_len++] = base32[bits & 31];
}

static int set_prefix(imap4_engine *e)
{
    if (e->opt.tag_prefix == NULL) {
        prefix_from_seed(e, e->opt.tag_seed);
        return IMAP4_OK;
    }
    const imap4_view text = imap4_view_of(e->opt.tag_prefix);
    if (!is_prefix(text))
        return IMAP4_E_ARG;
    memcpy(e->prefix, text.ptr, text.len);
    e->prefix_len     = text.len;
    e->opt.tag_prefix = NULL; /* the caller's, and not needed any more */
    return IMAP4_OK;
}

/* ---- life ------------------------------------------------------------------------ */

static int make_parts(imap4_engine *e, const i4_registry *reg)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    opt.allocator            = &e->mem;
    opt.mode                 = e->opt.mode;
    opt.max_depth            = e->opt.max_depth;
    opt.max_response         = e->opt.max_response;
    opt.inline_literal       = e->opt.inline_literal;
    opt.max_literal          = e->opt.max_literal;
    int rc                   = set_prefix(e);
    if (rc >= 0)
        rc = i4_reader_new(&opt, reg, &e->reader);
    if (rc >= 0 && e->opt.trace != 0)
        rc = i4_trace_init(&e->trace, &e->mem);
    return rc;
}

int i4_engine_new(const imap4_engine_options *opt, const i4_registry *reg,
                  imap4_engine **out)
{
    imap4_engine_options known;
    i4_mem               mem;
    if (!take_options(&known, opt) || !i4_mem_choose(known.allocator, &mem))
        return IMAP4_E_ARG;
    imap4_engine *e = i4_mem_zalloc(&mem, sizeof *e);
    if (e == NULL)
        return IMAP4_E_NOMEM;
    fill_defaults(&known);
    known.allocator = NULL;
    e->mem          = mem;
    e->opt          = known;
    e->reg          = reg;
    e->is_secure    = known.secure != 0;
    e->out.trace    = &e->trace;
    int rc          = i4_quirk_init(e, known.quirks);
    e->opt.quirks   = NULL; /* the caller's, and not needed any more */
    i4_error_set(&e->error, IMAP4_OK, IMAP4_V(""), IMAP4_NIL);
    (void)i4_cmd_accept(e);
    if (rc >= 0)
        rc = make_parts(e, reg);
    if (rc < 0)
        imap4_engine_free(&e);
    else
        *out = e;
    return rc;
}

void imap4_engine_free(imap4_engine **engine)
{
    if (engine == NULL || *engine == NULL)
        return;
    imap4_engine *e   = *engine;
    const i4_mem  mem = e->mem;
    i4_pipeline_free(e);
    i4_write_free(&e->draft.cmd);
    i4_gather_free(&e->gather, &mem);
    i4_caps_free(&e->caps, &mem);
    i4_caps_free(&e->enabled, &mem);
    i4_mailbox_free(&e->mailbox, &mem);
    i4_trace_free(&e->trace, &mem);
    imap4_reader_free(&e->reader);
    i4_mem_wipe(e->opt.tag_seed, sizeof e->opt.tag_seed);
    i4_mem_free(&mem, e, sizeof *e);
    *engine = NULL;
}

/* ---- time ------------------------------------------------------------------------ */

/* Runs a timer while `condition` holds.  True when it has passed; else *deadline may
 * come nearer. */
static bool run_timer(i4_timer *t, bool condition, uint64_t now, uint32_t after,
                      uint64_t *deadline)
{
    if (!condition || after == UINT32_MAX) {
        t->is_running = false;
        return false;
    }
    if (!t->is_running || now < t->since) {
        t->is_running = true;
        t->since      = now;
    }
    if (now - t->since >= after) {
        t->is_running = false;
        return true;
    }
    const uint64_t at = now > UINT64_MAX - after ? UINT64_MAX : t->since + after;
    if (at < *deadline)
        *deadline = at;
    return false;
}

/* The server has to answer, and not the caller or the driver to do something first. */
static bool is_server_due(const imap4_engine *e)
{
    if (e->life != I4_LIFE_OPEN || e->layer != IMAP4_LAYER_NONE ||
        i4_out_wants_data(&e->out))
        return false;
    if (e->state == IMAP4_STATE_GREETING || e->out.is_open)
        return true;
    for (const i4_job *job = e->jobs.first; job != NULL; job = job->next) {
        const bool talks = (i4_job_marks(job) & I4_CMD_CONTINUES) != 0;
        if (job->stage == I4_JOB_QUEUED)
            continue;
        if (!talks || (job->talk != I4_TALK_IDLING && job->talk != I4_TALK_ASKED))
            return true;
    }
    return false;
}

/* S07: the server talks, but no command comes further.  It is counted in whole deadlines, so
 * that a caller who was away is blamed for one at most. */
static bool is_stalled(imap4_engine *e, uint64_t now)
{
    uint64_t   unused = UINT64_MAX; /* when nothing comes, `quiet` passes first */
    const bool is_due = is_server_due(e);
    if (e->has_progress || !is_due) {
        e->stalled.is_running = false;
        e->renewals           = 0;
    }
    e->has_progress = false;
    if (!run_timer(&e->stalled, is_due, now, e->opt.command_timeout_ms, &unused))
        return false;
    e->stalled = (i4_timer){ .since = now, .is_running = true };
    return e->opt.max_renewals != UINT32_MAX && ++e->renewals > e->opt.max_renewals;
}

static void run_timers(imap4_engine *e, uint64_t now, uint64_t *deadline)
{
    i4_job    *talker = i4_pipeline_talker(e);
    const bool idles  = talker != NULL && talker->talk == I4_TALK_IDLING &&
                       (talker->row->marks & I4_CMD_IDLES) != 0;
    const bool is_open = e->life == I4_LIFE_OPEN;
    if (run_timer(&e->idle, is_open && idles, now, e->opt.idle_renew_ms, deadline))
        i4_dialogue_renew(e, talker);
    if (e->quirks.hold_ms != 0 &&
        run_timer(&e->hold, is_open, now, e->quirks.hold_ms, deadline))
        e->quirks.hold_ms = 0;
    if (e->has_activity || e->is_unrouted || (is_open && i4_reader_is_ready(e->reader)))
        e->quiet.is_running = false; /* something came; it begins again */
    e->has_activity = false;
    if (run_timer(&e->quiet, is_server_due(e), now, e->opt.command_timeout_ms, deadline))
        i4_session_end(e, IMAP4_E_TIMEOUT, 0,
                       IMAP4_V("the server did not answer in time"));
    if (is_stalled(e, now))
        i4_session_end(e, IMAP4_E_TIMEOUT, 0,
                       IMAP4_V("the server talks, but does not answer: max_renewals"));
}

/* ---- want ------------------------------------------------------------------------ */

static bool is_idle(const imap4_engine *e)
{
    const i4_job *first = e->jobs.first;
    return first == NULL ||
           (first->next == NULL && (i4_job_marks(first) & I4_CMD_IDLES) != 0);
}

static unsigned want_open(imap4_engine *e)
{
    unsigned bits = 0;
    if (e->is_unrouted || i4_reader_is_ready(e->reader))
        bits |= IMAP4_WANT_NEXT;
    if (i4_out_has_view(&e->out) || e->gather.from != e->gather.to)
        bits |= IMAP4_WANT_WRITE;
    if (e->loose.len != 0)
        bits |= IMAP4_WANT_WRITE;
    if (e->layer != IMAP4_LAYER_NONE) {
        if (!e->out.is_open && i4_gather_lent(e) == 0)
            bits |= IMAP4_WANT_LAYER;
        return bits;
    }
    if (i4_out_wants_data(&e->out))
        bits |= IMAP4_WANT_DATA;
    if (e->lent != NULL || i4_reader_can_lend(e->reader))
        bits |= IMAP4_WANT_READ;
    return bits;
}

unsigned imap4_engine_want(imap4_engine *e, uint64_t now_ms, uint64_t *deadline_ms)
{
    uint64_t deadline = UINT64_MAX;
    unsigned bits     = 0;
    run_timers(e, now_ms, &deadline);
    i4_pipeline_pump(e);
    if (deadline == UINT64_MAX) /* what went out just now has a deadline too */
        run_timers(e, now_ms, &deadline);
    if (deadline_ms != NULL)
        *deadline_ms = deadline;
    if (e->life == I4_LIFE_OPEN) {
        bits = want_open(e);
        if (is_idle(e) && i4_reader_unread(e->reader) == 0)
            imap4_reader_trim(e->reader);
    }
    if (e->over.first != NULL || e->life == I4_LIFE_ENDING ||
        (e->life == I4_LIFE_FATAL && !e->is_told))
        bits |= IMAP4_WANT_NEXT;
    if (bits == 0)
        /* An event is out and fills the buffer: next() gives it back.  Or all is over. */
        bits = e->life == I4_LIFE_OPEN ? IMAP4_WANT_NEXT : IMAP4_WANT_CLOSE;
    return bits;
}

/* ---- bytes in --------------------------------------------------------------------- */

char *imap4_engine_recv_buf(imap4_engine *e, size_t *len)
{
    *len = 0;
    if (e->life != I4_LIFE_OPEN || e->layer != IMAP4_LAYER_NONE)
        return NULL;
    if (e->lent == NULL) {
        e->lent           = imap4_reader_buf(e->reader, &e->lent_len);
        const size_t held = i4_reader_capacity(e->reader);
        if (held > e->inbound_peak)
            e->inbound_peak = held;
    }
    if (e->lent != NULL)
        *len = e->lent_len;
    return e->lent;
}

int imap4_engine_recv_commit(imap4_engine *e, size_t len)
{
    if (e->lent == NULL || len > e->lent_len)
        return e->life == I4_LIFE_OPEN ? IMAP4_E_ARG : e->error.pub.code;
    e->lent      = NULL;
    /* S47: what comes behind the end is nobody's. */
    const int rc = imap4_reader_commit(e->reader, e->life == I4_LIFE_OPEN ? len : 0);
    if (e->life != I4_LIFE_OPEN)
        return e->error.pub.code;
    if (rc < 0)
        return rc;
    e->bytes_in += len;
    e->has_activity |= len != 0;
    if (e->layer == IMAP4_LAYER_TLS && len != 0) {
        i4_session_fatal(e, IMAP4_E_INJECTION,
                         IMAP4_V("bytes came in clear behind the OK of STARTTLS"),
                         IMAP4_NIL, e->bytes_in - len);
        return e->error.pub.code;
    }
    return IMAP4_OK;
}

int imap4_engine_recv_eof(imap4_engine *e)
{
    i4_session_end(e, IMAP4_E_EOF, 0,
                   e->state == IMAP4_STATE_GREETING
                       ? IMAP4_V("the server closed the connection before its greeting")
                       : IMAP4_V("the server closed the connection"));
    return IMAP4_OK;
}

void imap4_engine_fail(imap4_engine *e, int code, int os_errno, imap4_view text)
{
    i4_session_end(e, code < 0 ? code : IMAP4_E_IO, os_errno, text);
}

/* ---- bytes out --------------------------------------------------------------------- */

imap4_view imap4_engine_send_buf(imap4_engine *e)
{
    if (e->life != I4_LIFE_OPEN)
        return IMAP4_NIL;
    if (e->loose.len != 0)
        return e->loose;
    i4_pipeline_pump(e);
    return i4_gather_lend(e);
}

void imap4_engine_send_ack(imap4_engine *e, size_t len)
{
    if (e->loose.len != 0) {
        i4_bytes_ack(e, len);
        return;
    }
    if (len > i4_gather_lent(e))
        len = i4_gather_lent(e);
    e->bytes_out += len;
    e->has_activity |= len != 0;
    e->has_progress |= len != 0;
    i4_gather_ack(e, len);
    i4_pipeline_pump(e);
}

/* ---- events ------------------------------------------------------------------------- */

static void trace_event(imap4_engine *e, const imap4_event *ev)
{
    if (!i4_trace_is_on(&e->trace) || ev->raw_count == 0 || ev->part != 0)
        return;
    const i4_job *talker = i4_pipeline_talker(e);
    i4_trace_begin(&e->trace, 'S');
    if (ev->type == IMAP4_EV_CONTINUE && talker != NULL &&
        (talker->row->marks & I4_CMD_SECRET) != 0) {
        i4_trace_text(&e->trace, IMAP4_V("+ "));
        i4_trace_secret(&e->trace);
    } else {
        for (size_t i = 0; i < ev->raw_count; i++) {
            if (ev->raw[i].kind == IMAP4_SEG_LINE)
                i4_trace_text(&e->trace, ev->raw[i].view);
            else
                i4_trace_octets(&e->trace, ev->raw[i].size);
        }
    }
    i4_trace_end(&e->trace);
}

/* Has an event of the reader ready to be routed.  1; 0; IMAP4_E_NOMEM. */
static int read_event(imap4_engine *e)
{
    const imap4_event *ev = NULL;
    if (e->is_unrouted)
        return 1;
    const int rc = imap4_reader_next(e->reader, &ev);
    if (rc == 1) {
        e->is_unrouted = true;
        e->responses += ev->raw_count != 0 && (ev->marks & IMAP4_MARK_MORE) == 0;
        trace_event(e, ev);
    }
    if (rc >= 0 || rc == IMAP4_E_NOMEM)
        return rc;
    const imap4_error *err = imap4_reader_error(e->reader);
    if (e->life == I4_LIFE_OPEN || rc != IMAP4_E_EOF)
        i4_session_fatal(e, rc, err->text, err->where, err->offset);
    return 0;
}

int imap4_engine_next(imap4_engine *e, const imap4_event **ev)
{
    for (;;) {
        *ev = i4_route_made(e);
        if (*ev != NULL)
            return 1;
        if (e->life == I4_LIFE_FATAL) {
            e->is_told = true;
            return e->error.pub.code;
        }
        if (e->life == I4_LIFE_CLOSED)
            return 0;
        i4_pipeline_pump(e);
        if (e->over.first != NULL)
            continue;
        int rc = read_event(e);
        if (rc == 0 && e->life == I4_LIFE_ENDING) {
            i4_session_ended(e);
            continue;
        }
        if (rc <= 0) {
            if (rc == 0 && e->life != I4_LIFE_OPEN)
                continue;
            return rc;
        }
        i4_event *event = i4_reader_event(e->reader);
        rc              = i4_route_event(e, event);
        if (rc < 0)
            return rc;
        e->is_unrouted = false;
        if (rc == 1) {
            *ev = &event->pub;
            return 1;
        }
    }
}

/* ---- questions ------------------------------------------------------------------------ */

const imap4_error *imap4_engine_error(const imap4_engine *e)
{
    return &e->error.pub;
}

int imap4_engine_diag(imap4_engine *e, imap4_diag *out)
{
    return imap4_reader_diag(e->reader, out);
}

uint64_t imap4_engine_diag_count(const imap4_engine *e, int32_t kind)
{
    return imap4_reader_diag_count(e->reader, kind);
}

const imap4_error *imap4_engine_refusal(const imap4_engine *e)
{
    return &e->refusal.pub;
}

int imap4_engine_has(const imap4_engine *e, imap4_view name)
{
    const int has = i4_caps_has(&e->caps, name);
    return has == 1 && i4_broken_has(e, name) ? 0 : has;
}

int imap4_engine_offers(const imap4_engine *e, imap4_view name)
{
    return e->caps.is_known ? i4_session_offers(e, name) : -1;
}

int imap4_engine_enabled(const imap4_engine *e, imap4_view name)
{
    return i4_caps_has(&e->enabled, name) == 1;
}

int imap4_engine_state(const imap4_engine *e)
{
    return e->state;
}

const imap4_mailbox *imap4_engine_mailbox(const imap4_engine *e)
{
    return e->mailbox.is_active ? &e->mailbox.pub : NULL;
}

int imap4_engine_stats(const imap4_engine *e, imap4_engine_figures *out)
{
    imap4_engine_figures now = {
        .bytes_in     = e->bytes_in,
        .bytes_out    = e->bytes_out,
        .responses    = e->responses,
        .commands     = e->commands,
        .inbound_held = i4_reader_capacity(e->reader),
        .inbound_peak = e->inbound_peak,
        .in_flight    = e->in_flight,
        .queued       = e->queued,
    };
    if (out == NULL || out->size < sizeof out->size)
        return IMAP4_E_ARG;
    now.size = out->size < sizeof now ? out->size : sizeof now;
    memcpy(out, &now, now.size);
    return IMAP4_OK;
}

int imap4_engine_trace(imap4_engine *e, imap4_trace *out)
{
    *out = (imap4_trace){ 0 };
    return i4_trace_take(&e->trace, &out->direction, &out->text);
}
