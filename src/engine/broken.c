/* SPDX-License-Identifier: MIT */
/* engine/broken.c - capabilities that were announced, and do not work. */
#include "engine/broken.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/engine.h"

#include <string.h>

/* The capabilities of a row. */
static imap4_view caps_of(int quirk)
{
    return imap4_view_of(imap4_quirk_list((size_t)quirk)->caps);
}

/* The row that is active where this capability does not work; -1: none of its own. */
int i4_broken_row(imap4_view capability)
{
    for (int i = 0; i < IMAP4_QUIRK_COUNT; i++)
        if (i4_view_has_word(caps_of(i), capability))
            return i;
    return -1;
}

/* -1: nothing is known of it. */
static int find(const i4_quirks *q, imap4_view name)
{
    for (int i = 0; i < I4_STANDINGS_MAX; i++) {
        const i4_standing *s = &q->standing[i];
        if (s->kind != I4_CAP_UNKNOWN &&
            i4_view_eq_nocase((imap4_view){ s->name, s->len }, name))
            return i;
    }
    return -1;
}

/* The one of this name, or a new one; what is least worth knowing makes room.  NULL: all are
 * broken, or no capability has such a name. */
static i4_standing *provide(i4_quirks *q, imap4_view name)
{
    const int    known = find(q, name);
    i4_standing *found = NULL;
    if (known >= 0)
        return &q->standing[known];
    if (name.len == 0 || name.len > I4_CAPABILITY_MAX)
        return NULL;
    for (size_t i = 0; i < I4_STANDINGS_MAX; i++) {
        i4_standing *s = &q->standing[i];
        if (s->kind == I4_CAP_BROKEN || s->is_news)
            continue;
        if (found == NULL || s->kind < found->kind)
            found = s;
    }
    if (found == NULL)
        return NULL;
    *found = (i4_standing){ .len = (uint8_t)name.len };
    memcpy(found->name, name.ptr, name.len);
    return found;
}

bool i4_broken_has(const imap4_engine *e, imap4_view capability)
{
    const i4_quirks *q   = &e->quirks;
    const int        row = i4_broken_row(capability);
    if (row >= 0)
        return i4_quirk_is_on(q, (imap4_quirk)row);
    const int known = find(q, capability);
    return known >= 0 && q->standing[known].kind == I4_CAP_BROKEN;
}

void i4_broken_forget(i4_quirks *q, int quirk)
{
    for (size_t i = 0; i < I4_STANDINGS_MAX; i++) {
        i4_standing *s = &q->standing[i];
        if (s->kind == I4_CAP_PROVED || s->kind == I4_CAP_UNKNOWN)
            continue;
        const int row = i4_broken_row((imap4_view){ s->name, s->len });
        if (row != quirk && (row >= 0 || quirk != IMAP4_QUIRK_CAPABILITY_REFUSED))
            continue;
        s->kind    = I4_CAP_UNKNOWN;
        s->is_news = false;
    }
}

int imap4_engine_set_broken(imap4_engine *e, imap4_view capability, int is_broken)
{
    i4_quirks *q = &e->quirks;
    if (capability.len == 0 || capability.len > I4_CAPABILITY_MAX ||
        memchr(capability.ptr, ' ', capability.len) != NULL)
        return IMAP4_E_ARG;
    const int    row = i4_broken_row(capability);
    i4_standing *s   = provide(q, capability);
    if (s == NULL)
        return IMAP4_E_LIMIT;
    if (row >= 0)
        I4_TRY(
            imap4_quirk_set(e, row, is_broken != 0 ? IMAP4_QUIRK_ON : IMAP4_QUIRK_AUTO));
    s->result  = 0;
    s->command = NULL;
    s->kind    = is_broken == 0 ? I4_CAP_PROVED : I4_CAP_BROKEN;
    return IMAP4_OK;
}

static int tell_broken(const i4_quirks *q, imap4_view name, imap4_broken *out)
{
    imap4_broken one   = { .capability = name };
    const int    known = find(q, name);
    if (known >= 0 && q->standing[known].kind == I4_CAP_BROKEN) {
        const i4_standing *s = &q->standing[known];
        one.result           = s->result;
        one.command          = imap4_view_of(s->command);
    }
    one.size = out->size < sizeof one ? out->size : sizeof one;
    memcpy(out, &one, one.size);
    return 1;
}

int imap4_engine_broken(const imap4_engine *e, size_t i, imap4_broken *out)
{
    const i4_quirks *q = &e->quirks;
    if (out == NULL || out->size < sizeof out->size)
        return IMAP4_E_ARG;
    for (int row = 0; row < IMAP4_QUIRK_COUNT; row++) {
        imap4_view caps = caps_of(row);
        while (i4_quirk_is_on(q, (imap4_quirk)row) && caps.len != 0) {
            const imap4_view name = i4_view_word(&caps);
            if (i-- == 0)
                return tell_broken(q, name, out);
        }
    }
    for (size_t k = 0; k < I4_STANDINGS_MAX; k++) {
        const i4_standing *s    = &q->standing[k];
        const imap4_view   name = { s->name, s->len };
        if (s->kind == I4_CAP_BROKEN && i4_broken_row(name) < 0 && i-- == 0)
            return tell_broken(q, name, out);
    }
    return 0;
}

static void latch_one(i4_quirks *q, const i4_job *job, imap4_view name, int32_t result)
{
    i4_standing *s = provide(q, name);
    if (s == NULL || s->kind == I4_CAP_BROKEN)
        return;
    s->kind    = I4_CAP_BROKEN;
    s->result  = result;
    s->command = job->row == NULL ? NULL : job->row->name;
    s->is_news = i4_broken_row(name) < 0; /* else the row is */
}

void i4_broken_latch(imap4_engine *e, const i4_job *job, imap4_view capability,
                     int32_t result)
{
    i4_quirks *q   = &e->quirks;
    const int  row = i4_broken_row(capability);
    if (i4_quirk_is_off(q, IMAP4_QUIRK_CAPABILITY_REFUSED) ||
        (row >= 0 && i4_quirk_is_off(q, (imap4_quirk)row)))
        return;
    if (row < 0) {
        latch_one(q, job, capability, result);
        q->seen |= UINT32_C(1) << IMAP4_QUIRK_CAPABILITY_REFUSED;
        q->why[IMAP4_QUIRK_CAPABILITY_REFUSED] = "the server refused a command";
        i4_quirk_announce_news(e);
        return;
    }
    imap4_view all = caps_of(row);
    while (all.len != 0)
        latch_one(q, job, i4_view_word(&all), result);
    i4_quirk_see(e, (imap4_quirk)row,
                 result == IMAP4_R_OK ? "the server answered it with nothing"
                                      : "the server refused a command that needs it");
}

void i4_broken_prove(i4_quirks *q, imap4_view name)
{
    i4_standing *s = provide(q, name);
    if (s != NULL && s->kind != I4_CAP_BROKEN)
        s->kind = I4_CAP_PROVED;
}

/* FNV-1a of the line without its tag. */
static uint32_t line_of(const i4_job *job)
{
    uint32_t    sum = 2166136261u;
    const char *p   = job->base + job->parts[0].at;
    for (; p < job->base + job->base_len; p++)
        sum = (sum ^ (unsigned char)*p) * 16777619u;
    return sum;
}

void i4_broken_suspect(imap4_engine *e, const i4_job *job, imap4_view name,
                       int32_t result, bool is_sure)
{
    i4_standing *s = provide(&e->quirks, name);
    if (s == NULL || s->kind >= I4_CAP_PROVED)
        return; /* what has worked is not broken */
    const uint32_t line = line_of(job);
    if (is_sure || (s->kind == I4_CAP_SUSPECTED && s->line != line)) {
        i4_broken_latch(e, job, name, result);
        return;
    }
    s->kind = I4_CAP_SUSPECTED;
    s->line = line;
}
