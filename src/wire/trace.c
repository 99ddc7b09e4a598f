/* SPDX-License-Identifier: MIT */
/* wire/trace.c - a ring of masked lines. */
#include "wire/trace.h"

#include "base/num.h"

#include <string.h>

/* Stands before the text of each record. */
typedef struct record {
    uint32_t len;
    int32_t  direction;
} record;

enum {
    RECORD_MAX = sizeof(record) + I4_TRACE_LINE
};

int i4_trace_init(i4_trace *t, const i4_mem *mem)
{
    *t     = (i4_trace){ 0 };
    t->buf = i4_mem_alloc(mem, I4_TRACE_SIZE);
    return t->buf == NULL ? IMAP4_E_NOMEM : IMAP4_OK;
}

void i4_trace_free(i4_trace *t, const i4_mem *mem)
{
    i4_mem_free(mem, t->buf, I4_TRACE_SIZE);
    *t = (i4_trace){ 0 };
}

static void drop_first(i4_trace *t)
{
    record r;
    memcpy(&r, t->buf + t->first, sizeof r);
    t->first += sizeof r + r.len;
    t->count--;
    if (t->count == 0)
        t->first = t->next = 0;
    else if (t->first == t->wrap)
        t->first = 0;
}

/* Makes room for the longest record in one piece behind t->next. */
static void make_room(i4_trace *t)
{
    if (t->count == 0)
        t->first = t->next = 0;
    if ((t->count == 0 || t->next > t->first) && I4_TRACE_SIZE - t->next < RECORD_MAX) {
        t->wrap = t->next;
        t->next = 0;
    }
    while (t->count != 0 && t->next <= t->first && t->first - t->next < RECORD_MAX) {
        drop_first(t);
        t->is_lost = true;
    }
}

void i4_trace_begin(i4_trace *t, char direction)
{
    if (t->buf == NULL)
        return;
    make_room(t);
    const record r = { 0, direction };
    memcpy(t->buf + t->next, &r, sizeof r);
    t->line = 0;
}

static void put(i4_trace *t, imap4_view text)
{
    if (t->buf == NULL || text.len == 0)
        return;
    const size_t room = I4_TRACE_LINE - t->line;
    const size_t len  = text.len < room ? text.len : room;
    memcpy(t->buf + t->next + sizeof(record) + t->line, text.ptr, len);
    t->line += len;
}

void i4_trace_text(i4_trace *t, imap4_view text)
{
    if (text.len != 0 && text.ptr[text.len - 1] == '\n')
        text.len--;
    if (text.len != 0 && text.ptr[text.len - 1] == '\r')
        text.len--;
    put(t, text);
}

void i4_trace_secret(i4_trace *t)
{
    put(t, IMAP4_V("***"));
}

void i4_trace_octets(i4_trace *t, uint64_t count)
{
    char digits[20];
    put(t, IMAP4_V("<"));
    put(t, (imap4_view){ digits, i4_num_write(count, digits) });
    put(t, IMAP4_V(" octets>"));
}

void i4_trace_end(i4_trace *t)
{
    if (t->buf == NULL || t->line == 0)
        return; /* the line end behind a literal is not worth a line */
    record r;
    memcpy(&r, t->buf + t->next, sizeof r);
    r.len = (uint32_t)t->line;
    memcpy(t->buf + t->next, &r, sizeof r);
    t->next += sizeof r + r.len;
    t->count++;
}

int i4_trace_take(i4_trace *t, int32_t *direction, imap4_view *text)
{
    if (t->buf == NULL)
        return 0;
    if (t->is_lost) {
        t->is_lost = false;
        *direction = '!';
        *text      = IMAP4_V("lines were lost");
        return 1;
    }
    if (t->count == 0)
        return 0;
    record r;
    memcpy(&r, t->buf + t->first, sizeof r);
    *direction = r.direction;
    *text      = (imap4_view){ t->buf + t->first + sizeof r, r.len };
    drop_first(t);
    return 1;
}
