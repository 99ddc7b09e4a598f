/* SPDX-License-Identifier: MIT */
/* test/transcripts/runner.c - plays transcripts in many ways; all must tell the same.
 *
 *     runner FILE...            TAP: one case per file and way
 *     runner --print FILE...    the file, with E: and D: lines that are right for the code as it is
 *
 * README.md has the format of the files. */
#include "calls.h"
#include "script.h"
#include "secrets.h"
#include "short.h"

#include "imap4/command.h"
#include "imap4/data.h"
#include "imap4/diag.h"
#include "imap4/engine.h"
#include "imap4/keep.h"
#include "imap4/reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one way of playing ------------------------------------------------------------- */

typedef enum pace {
    PACE_SOON,  /* all events after each commit */
    PACE_LATE,  /* only when there is no more room, or at the end of a step */
    PACE_SLOWLY /* at most one event after each commit */
} pace;

typedef struct way {
    size_t chunk; /* bytes per commit, 0: as many as fit */
    size_t split; /* one more cut, counted over the whole file; SIZE_MAX: none */
    pace   pace;
    bool holds_lent; /* the lent buffer is taken before events are, and kept meanwhile */
    bool trims;
    bool traces;
    bool copies;    /* what is dumped are copies, when the reader is gone */
    size_t fail_at; /* this allocation is refused; SIZE_MAX: none */
} way;

static const way whole = { .split = SIZE_MAX, .fail_at = SIZE_MAX };

typedef struct play {
    const script *s;
    way           w;
    size_t        given; /* server bytes so far */
    size_t        allocations;
    size_t        live;
    imap4_reader *reader;
    imap4_engine *engine;
    caller        caller;
    text          sent; /* since the last step that looked at it */
    text          all_sent;
    text          traced;
    short_state   told;
    text          dump; /* the same in full */
    text          findings;
    imap4_event **copy;
    size_t        copies;
    int           rc; /* the error that ended it, and how often it was told */
    unsigned      ended;
    size_t       *told_by;  /* of each step: length of what was told when it was over */
    char          why[512]; /* first thing that is wrong */
} play;

__attribute__((format(printf, 2, 3))) static void wrong(play *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (p->why[0] == '\0')
        (void)vsnprintf(p->why, sizeof p->why, format, args);
    va_end(args);
}

/* ---- memory that can be refused ------------------------------------------------------ */

static void *test_alloc(void *ctx, size_t size)
{
    play *p = ctx;
    if (p->allocations++ == p->w.fail_at)
        return NULL;
    p->live += size;
    return malloc(size);
}

static void *test_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    play *p = ctx;
    if (p->allocations++ == p->w.fail_at)
        return NULL;
    /* Always moved, so that nobody can keep the old place. */
    void *to = malloc(size);
    if (to == NULL)
        return NULL;
    memcpy(to, ptr, old_size < size ? old_size : size);
    free(ptr);
    p->live = p->live - old_size + size;
    return to;
}

static void test_release(void *ctx, void *ptr, size_t size)
{
    play *p = ctx;
    if (ptr != NULL)
        p->live -= size;
    free(ptr);
}

#define AGAIN(rc, call)                                                                  \
    do {                                                                                 \
        (rc) = (call);                                                                   \
    } while ((rc) == IMAP4_E_NOMEM)

/* ---- the two objects, as one ---------------------------------------------------------- */

static void open_object(play *p)
{
    const script         *s   = p->s;
    const imap4_allocator mem = { test_alloc, test_resize, test_release, p };
    int                   rc  = 0;
    if (s->has_engine) {
        imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
        opt.allocator            = &mem;
        opt.mode                 = s->mode;
        opt.secure               = !s->is_open;
        opt.no_auto_capability   = s->no_auto_capability;
        opt.allow_overlap        = s->allow_overlap;
        opt.max_depth            = s->max_depth;
        opt.max_response         = s->max_response;
        opt.inline_literal       = s->inline_literal;
        opt.max_literal          = s->max_literal;
        opt.max_line             = s->max_line;
        opt.quirks               = s->quirks;
        opt.trace                = p->w.traces;
        AGAIN(rc, imap4_engine_new(&opt, &p->engine));
    } else {
        imap4_reader_options opt = IMAP4_READER_OPTIONS;
        opt.allocator            = &mem;
        opt.mode                 = s->mode;
        opt.max_depth            = s->max_depth;
        opt.max_response         = s->max_response;
        opt.inline_literal       = s->inline_literal;
        opt.max_literal          = s->max_literal;
        opt.max_items            = s->max_items;
        AGAIN(rc, imap4_reader_new(&opt, &p->reader));
    }
    if (rc < 0)
        wrong(p, "the object cannot be made: %d", rc);
}

static char *lend(play *p, size_t *len)
{
    char *at = p->engine != NULL ? imap4_engine_recv_buf(p->engine, len)
                                 : imap4_reader_buf(p->reader, len);
    if (at == NULL && *len != 0)
        wrong(p, "nothing is lent, but its length is %zu", *len);
    return at;
}

static int commit(play *p, size_t len)
{
    return p->engine != NULL ? imap4_engine_recv_commit(p->engine, len)
                             : imap4_reader_commit(p->reader, len);
}

static void keep_trace(play *p)
{
    imap4_trace line;
    while (p->engine != NULL && p->w.traces && imap4_engine_trace(p->engine, &line) == 1)
        text_add(&p->traced, "%c: %.*s\n", line.direction, IMAP4_ARG(line.text));
}

static void keep_findings(play *p)
{
    imap4_diag d;
    while ((p->engine != NULL ? imap4_engine_diag(p->engine, &d)
                              : imap4_reader_diag(p->reader, &d)) == 1) {
        text_add(&p->findings, "%s @%" PRIu64 " ", imap4_diag_name(d.kind), d.offset);
        text_add_view(&p->findings, d.bytes);
        text_add(&p->findings, " %.*s\n", IMAP4_ARG(d.rule));
    }
}

static int take(play *p, const imap4_event **ev)
{
    keep_trace(p);
    return p->engine != NULL ? imap4_engine_next(p->engine, ev)
                             : imap4_reader_next(p->reader, ev);
}

/* ---- events that stand alone ------------------------------------------------------------- */

static void keep_copy(play *p, const imap4_event *ev)
{
    imap4_event *first = NULL, *second = NULL;
    p->copy = realloc(p->copy, (p->copies + 1) * sizeof *p->copy);
    if (p->copy == NULL)
        abort();
    if (imap4_event_dup(ev, NULL, &first) < 0 || imap4_event_dup(first, NULL, &second) < 0)
        wrong(p, "an event cannot be copied");
    if (second != NULL && (second->cmd != ev->cmd || second->user != ev->user ||
                           second->result != ev->result || second->rc != ev->rc))
        wrong(p, "a copy is of another command");
    imap4_event_free(&first);
    p->copy[p->copies++] = second;
}

static void dump_copies(play *p)
{
    for (size_t i = 0; i < p->copies; i++) {
        if (p->copy[i] != NULL)
            dump_event(&p->dump, p->copy[i]);
        imap4_event_free(&p->copy[i]);
    }
    free(p->copy);
}

static bool is_whole(const imap4_event *ev)
{
    for (size_t i = 0; i < ev->raw_count; i++)
        if (ev->raw[i].view.ptr == NULL)
            return false;
    return ev->raw_count != 0 && (ev->marks & IMAP4_MARK_PIECE) == 0;
}

/* What the bytes of a response alone tell is what the reader told. */
static void read_alone(play *p, const imap4_event *ev)
{
    imap4_event_options opt = IMAP4_EVENT_OPTIONS;
    imap4_event        *own = NULL;
    text                a = { 0 }, b = { 0 };
    opt.mode      = p->s->mode;
    opt.max_depth = p->s->max_depth;
    opt.max_items = p->s->max_items;
    if (imap4_event_read(ev->raw, ev->raw_count, &opt, &own) < 0) {
        wrong(p, "a response cannot be read alone");
        return;
    }
    own->offset = ev->offset;
    dump_event(&a, ev);
    dump_event(&b, own);
    if (strcmp(a.at, b.at) != 0)
        wrong(p, "read alone: %.200s is %.200s", a.at, b.at);
    text_free(&a);
    text_free(&b);
    imap4_event_free(&own);
}

/* ---- taking ---------------------------------------------------------------------------- */

/* Asks for everything while memory may be refused, once: an error, or the right answer, and
 * the right one when asked again. */
static void dump_while_short(play *p, const imap4_event *ev)
{
    text answer = { 0 }, again = { 0 };
    if (ev->type != IMAP4_EV_BODY_DATA) {
        dump_event(&answer, ev);
        dump_event(&again, ev);
        if (strcmp(answer.at, again.at) != 0 && strstr(answer.at, "=!") == NULL)
            wrong(p, "without memory %.200s is %.200s", again.at, answer.at);
    }
    dump_event(&p->dump, ev);
    text_free(&answer);
    text_free(&again);
}

/* True if there may be another one. */
static bool take_one(play *p)
{
    const imap4_event *ev = NULL;
    int                rc;
    AGAIN(rc, take(p, &ev));
    if ((rc == 1) != (ev != NULL))
        wrong(p, "next() returns %d with%s an event", rc, ev == NULL ? "out" : "");
    if (rc == 1) {
        if (p->ended != 0)
            wrong(p, "an event comes after the error");
        short_event(&p->told, ev);
        if (p->w.copies) {
            keep_copy(p, ev);
            if (p->reader != NULL && is_whole(ev))
                read_alone(p, ev);
        } else if (p->w.fail_at != SIZE_MAX) {
            dump_while_short(p, ev); /* behind short.c: asking can mark the event */
        } else {
            dump_event(&p->dump, ev);
            keep_findings(p);
        }
        return true;
    }
    if (rc < 0) {
        if (p->ended++ != 0 && rc != p->rc)
            wrong(p, "the error was %d and is now %d", p->rc, rc);
        p->rc = rc;
    }
    return false;
}

static void take_all(play *p)
{
    while (take_one(p)) {
    }
    if (p->w.trims && p->reader != NULL)
        imap4_reader_trim(p->reader);
}

/* Bytes for the server. */
static void take_sent(play *p)
{
    if (p->engine == NULL)
        return;
    for (unsigned idle = 0; idle < 3;) {
        (void)imap4_engine_want(p->engine, 0, NULL);
        const imap4_view v = imap4_engine_send_buf(p->engine);
        if (v.len == 0) {
            idle++; /* memory may have been refused */
            continue;
        }
        const size_t len = p->w.chunk != 0 && p->w.chunk < v.len ? p->w.chunk : v.len;
        bytes_add(&p->sent, v.ptr, len);
        bytes_add(&p->all_sent, v.ptr, len);
        imap4_engine_send_ack(p->engine, len);
    }
}

/* ---- giving ---------------------------------------------------------------------------- */

static size_t chunk_of(const play *p, size_t left, size_t room)
{
    size_t n = left < room ? left : room;
    if (p->w.chunk != 0 && n > p->w.chunk)
        n = p->w.chunk;
    if (p->given < p->w.split && p->w.split - p->given < n)
        n = p->w.split - p->given;
    return n;
}

static void give(play *p, const text *bytes)
{
    size_t at    = 0;
    size_t tries = 0;
    while (at < bytes->len && p->ended == 0) {
        size_t room = 0;
        char  *to   = lend(p, &room);
        if (to == NULL) {
            /* No room: take first.  A refusal of memory is over the next time. */
            const bool took = p->w.pace == PACE_LATE ? (take_all(p), true) : take_one(p);
            if (!took && ++tries > 4) {
                if (p->engine == NULL)
                    wrong(p, "no room, no event and no error");
                return;
            }
            if (p->w.pace == PACE_LATE && ++tries > bytes->len + 4)
                return;
            continue;
        }
        tries = 0;
        if (p->w.holds_lent) {
            /* A loop that waits for completions holds it while events are taken. */
            take_all(p);
            size_t      again = 0;
            const char *same  = lend(p, &again);
            if (p->ended == 0 && (same != to || again != room) && p->engine == NULL)
                wrong(p, "the lent buffer moved");
        }
        const size_t n = chunk_of(p, bytes->len - at, room);
        memcpy(to, bytes->at + at, n);
        if (commit(p, n) < 0 && p->ended == 0 && p->engine == NULL)
            wrong(p, "commit fails");
        at += n;
        p->given += n;
        switch (p->w.pace) {
        case PACE_SOON: take_all(p); break;
        case PACE_SLOWLY: (void)take_one(p); break;
        case PACE_LATE: break;
        }
    }
}

/* ---- calls -------------------------------------------------------------------------------- */

static void call(play *p, const text *line)
{
    bool is_command = false;
    int  rc;
    p->caller.engine = p->engine;
    AGAIN(rc, caller_call(&p->caller, line->at, &is_command));
    p->caller.commands += is_command;
    if (p->caller.problem != NULL)
        wrong(p, "%s is not understood: %s", p->caller.problem, line->at);
    if (rc < 0) {
        text_add(&p->told.out, "> ");
        short_rc(&p->told.out, rc);
        text_add(&p->told.out, "\n");
    }
}

/* ---- a whole file --------------------------------------------------------------------------- */

static void check_sent(play *p, const step *st)
{
    take_sent(p);
    const size_t len = st == NULL ? 0 : st->bytes.len;
    if (p->sent.len != len || (len != 0 && memcmp(p->sent.at, st->bytes.at, len) != 0)) {
        text got = { 0 }, want = { 0 };
        text_add_view(&got, (imap4_view){ p->sent.at, p->sent.len });
        if (st != NULL)
            text_add_view(&want, (imap4_view){ st->bytes.at, st->bytes.len });
        wrong(p, "line %d: sent is %.200s and should be %.200s",
              st == NULL ? 0 : st->line, got.at, st == NULL ? "nothing" : want.at);
        text_free(&got);
        text_free(&want);
    }
    text_free(&p->sent);
}

static void end_stream(play *p)
{
    if (p->engine != NULL) {
        if (imap4_engine_recv_eof(p->engine) != IMAP4_OK)
            wrong(p, "the end of the stream is refused");
    } else
        imap4_reader_eof(p->reader);
}

/* What a program learns of the end, and may show. */
static void tell_hint(play *p)
{
    const imap4_error *error = p->engine == NULL ? NULL : imap4_engine_error(p->engine);
    if (error == NULL || error->hint == IMAP4_HINT_NONE || p->ended == 0)
        return;
    text_add(&p->told.out, "=");
    short_hint(&p->told.out, error->hint);
    text_add(&p->told.out, " ");
    short_bytes(&p->told.out, error->where);
    text_add(&p->told.out, "\n");
}

static void play_file(play *p, const script *s, way w)
{
    memset(p, 0, sizeof *p);
    p->s       = s;
    p->w       = w;
    p->told_by = calloc(s->count + 1, sizeof *p->told_by);
    if (p->told_by == NULL)
        abort();
    open_object(p);
    for (size_t i = 0; i < s->count && p->why[0] == '\0'; i++) {
        const step *st = &s->steps[i];
        switch (st->kind) {
        case STEP_SERVER: give(p, &st->bytes); break;
        case STEP_CLIENT: check_sent(p, st); break;
        case STEP_CALL: call(p, &st->bytes); break;
        case STEP_END: end_stream(p); break;
        }
        take_all(p);
        p->told_by[i] = p->told.out.len;
    }
    if (p->engine != NULL && p->why[0] == '\0')
        check_sent(p, NULL);
    take_all(p);
    short_end(&p->told, p->ended != 0 ? p->rc : 0);
    tell_hint(p);
    if (p->engine != NULL &&
        (imap4_engine_want(p->engine, 0, NULL) & IMAP4_WANT_CLOSE) != 0 && p->rc == 0)
        text_add(&p->told.out, "= over\n");
    keep_trace(p);
    if (p->w.fail_at == SIZE_MAX && !p->w.copies)
        keep_findings(p);
    imap4_reader_free(&p->reader);
    imap4_engine_free(&p->engine);
    dump_copies(p);
    if (p->live != 0)
        wrong(p, "%zu bytes are lost", p->live);
    if (p->told.out.at == NULL)
        text_add(&p->told.out, "%s", "");
    if (p->dump.at == NULL)
        text_add(&p->dump, "%s", "");
    if (p->findings.at == NULL)
        text_add(&p->findings, "%s", "");
}

static void play_free(play *p)
{
    caller_free(&p->caller);
    free(p->told_by);
    text_free(&p->sent);
    text_free(&p->all_sent);
    text_free(&p->traced);
    text_free(&p->told.out);
    text_free(&p->told.body);
    text_free(&p->dump);
    text_free(&p->findings);
}

/* ---- comparing -------------------------------------------------------------------------------- */

/* The first line in which two texts differ, both sides. */
static void differ(play *p, const char *got, const char *want)
{
    size_t line = 1;
    while (*got != '\0' && *want != '\0') {
        const size_t a = strcspn(got, "\n"), b = strcspn(want, "\n");
        if (a != b || memcmp(got, want, a) != 0)
            break;
        got += a + (got[a] != '\0');
        want += b + (want[b] != '\0');
        line++;
    }
    wrong(p, "event line %zu is\n#     %.*s\n#   and should be\n#     %.*s", line,
          (int)(strcspn(got, "\n") < 200 ? strcspn(got, "\n") : 200), got,
          (int)(strcspn(want, "\n") < 200 ? strcspn(want, "\n") : 200), want);
}

static void check_events(play *p, const char *want)
{
    if (p->why[0] == '\0' && strcmp(p->told.out.at, want) != 0)
        differ(p, p->told.out.at, want);
}

static void check_findings(play *p, const char *want)
{
    if (p->why[0] == '\0' && strcmp(p->findings.at, want) != 0)
        differ(p, p->findings.at, want);
}

static unsigned cases, failures;
static size_t   secrets; /* that were looked for in traces */

static void report(const script *s, const char *what, const way *w, const char *why)
{
    cases++;
    if (why[0] == '\0') {
        printf("ok %u - %s: %s\n", cases, s->name, what);
        return;
    }
    failures++;
    printf("not ok %u - %s: %s\n", cases, s->name, what);
    printf("#   chunk %zu, split at %zd, pace %d, allocation %zd\n", w->chunk,
           (ssize_t)w->split, (int)w->pace, (ssize_t)w->fail_at);
    printf("#   %s\n", why);
}

/* Plays once more; false (and a report) if it differs from the first time. */
static bool same(const script *s, const char *what, way w, const play *first,
                 size_t *allocations)
{
    play p;
    play_file(&p, s, w);
    check_events(&p, first->told.out.at);
    if (p.why[0] == '\0' && strcmp(p.dump.at, first->dump.at) != 0)
        differ(&p, p.dump.at, first->dump.at);
    if (w.fail_at == SIZE_MAX && !w.copies)
        check_findings(&p, first->findings.at);
    const bool is_same = p.why[0] == '\0';
    if (!is_same)
        report(s, what, &w, p.why);
    if (allocations != NULL)
        *allocations = p.allocations;
    play_free(&p);
    return is_same;
}

static bool all_splits(const script *s, const play *first)
{
    const size_t stride = s->step_size != 0 ? s->step_size : 1;
    for (size_t at = 1; at < s->server_bytes; at += stride) {
        way w   = whole;
        w.split = at;
        if (!same(s, "split anywhere", w, first, NULL))
            return false;
    }
    return true;
}

static bool all_paces(const script *s, const play *first)
{
    static const size_t chunks[] = { 0, 1, 2, 7, 100, 5000 };
    const size_t        skipped  = s->step_size != 0 ? 3 : 0;
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        if (skipped != 0 && i != 0 && i < skipped)
            continue;
        for (int k = PACE_SOON; k <= PACE_SLOWLY; k++) {
            way w   = whole;
            w.chunk = chunks[i];
            w.pace  = (pace)k;
            if (!same(s, "any pace", w, first, NULL))
                return false;
            w.trims = true;
            if (!same(s, "any pace", w, first, NULL))
                return false;
            w.holds_lent = true;
            if (!same(s, "any pace", w, first, NULL))
                return false;
        }
    }
    return true;
}

/* No trace of any session shows what is secret in it. */
static bool all_masked(const script *s, const play *first)
{
    static const size_t chunks[] = { 0, 1 };
    for (size_t i = 0; i < 2; i++) {
        play p;
        way  w   = whole;
        w.traces = true;
        w.chunk  = s->step_size != 0 && i != 0 ? 61 : chunks[i];
        play_file(&p, s, w);
        check_events(&p, first->told.out.at);
        const char *shown = secrets_shown(&p.all_sent, &p.traced, &secrets);
        if (shown != NULL)
            wrong(&p, "the trace shows \"%s\"", shown);
        const bool is_masked = p.why[0] == '\0';
        if (!is_masked)
            report(s, "traced, and masked", &w, p.why);
        play_free(&p);
        if (!is_masked)
            return false;
    }
    return true;
}

static bool all_copies(const script *s, const play *first)
{
    static const size_t chunks[] = { 0, 7 };
    for (size_t i = 0; i < 2; i++) {
        way w    = whole;
        w.copies = true;
        w.chunk  = s->step_size != 0 && i != 0 ? 5000 : chunks[i];
        if (!same(s, "copies of all events", w, first, NULL))
            return false;
    }
    return true;
}

static bool all_allocations(const script *s, const play *first)
{
    static const size_t chunks[] = { 0, 3 };
    for (size_t i = 0; i < 2; i++) {
        size_t made = SIZE_MAX;
        /* Every one; `made` is of the last play, and one that was refused may be asked for
         * again. */
        for (size_t n = 0; n < made; n++) {
            way w     = whole;
            w.fail_at = n;
            w.chunk   = s->step_size != 0 && i != 0 ? 4096 : chunks[i];
            w.pace    = n % 2 == 0 ? PACE_SOON : PACE_LATE;
            if (!same(s, "an allocation fails", w, first, &made))
                return false;
        }
    }
    return true;
}

static void run(const char *path)
{
    script     *s = script_read(path);
    play        first;
    /* The directory says nothing that the last two names do not. */
    const char *name = strrchr(path, '/');
    while (name != NULL && name > path && name[-1] != '/')
        name--;
    s->name = name == NULL ? path : name;
    play_file(&first, s, whole);
    check_events(&first, s->expected.at);
    check_findings(&first, s->findings.at == NULL ? "" : s->findings.at);
    report(s, "whole", &first.w, first.why);
    if (first.why[0] == '\0') {
        way bytes   = whole;
        bytes.chunk = s->step_size != 0 ? 61 : 1;
        if (same(s, "byte by byte", bytes, &first, NULL))
            report(s, "byte by byte", &bytes, "");
        if (all_splits(s, &first))
            report(s, "split anywhere", &whole, "");
        if (all_paces(s, &first))
            report(s, "any pace", &whole, "");
        if (all_copies(s, &first))
            report(s, "copies of all events", &whole, "");
        if (s->has_engine && all_masked(s, &first))
            report(s, "traced, and masked", &whole, "");
        if (all_allocations(s, &first))
            report(s, "an allocation fails", &whole, "");
    }
    play_free(&first);
    script_free(s);
}

static size_t print_lines(char mark, const char *told, size_t from, size_t to)
{
    while (from < to) {
        const size_t len = strcspn(told + from, "\n");
        printf("%c: %.*s\n", mark, (int)len, told + from);
        from += len + (told[from + len] != '\0');
    }
    return from;
}

/* The file with the E: lines of the code as it is; to be read before they are believed. */
static void print(const char *path)
{
    FILE   *file = fopen(path, "rb");
    script *s    = script_read(path);
    play    p;
    char   *line = NULL;
    size_t  cap = 0, done = 0, next = 0;
    int     number = 0;
    play_file(&p, s, whole);
    while (file != NULL && getline(&line, &cap, file) >= 0) {
        number++;
        if (line[0] != 'E' && line[0] != 'D')
            printf("%s", line);
        for (; next < s->count && s->steps[next].last_line == number; next++)
            done = print_lines('E', p.told.out.at, done, p.told_by[next]);
    }
    (void)print_lines('E', p.told.out.at, done, p.told.out.len);
    (void)print_lines('D', p.findings.at, 0, p.findings.len);
    if (p.why[0] != '\0')
        fprintf(stderr, "%s: %s\n", path, p.why);
    free(line);
    if (file != NULL)
        fclose(file);
    play_free(&p);
    script_free(s);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        for (int i = 2; i < argc; i++)
            print(argv[i]);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        run(argv[i]);
        fflush(stdout);
    }
    printf("# %zu secrets were looked for in traces\n", secrets);
    printf("1..%u\n", cases);
    return failures != 0;
}
