/* SPDX-License-Identifier: MIT */
/* client/record.c - one response as it came in.
 *
 * The block has the segments and, behind them, the bytes of all that were not streamed.  A
 * literal that was streamed stays where it was gathered. */
#include "client/record.h"

#include "base/num.h"
#include "base/view.h"

/* ---- bytes that grow ---------------------------------------------------------------- */

int i4_pile_add(const i4_mem *mem, i4_pile *b, imap4_view more, size_t max)
{
    enum {
        FIRST = 4096
    };
    if (b->len > max || more.len > max - b->len)
        return IMAP4_E_LIMIT;
    if (more.len > b->cap - b->len) {
        size_t cap = b->cap < FIRST ? FIRST : b->cap;
        while (cap < b->len + more.len)
            cap = cap > SIZE_MAX / 2 ? b->len + more.len : cap * 2;
        char *at = i4_mem_resize(mem, b->at, b->cap, cap);
        if (at == NULL)
            return IMAP4_E_NOMEM;
        b->at  = at;
        b->cap = cap;
    }
    if (more.len != 0)
        memcpy(b->at + b->len, more.ptr, more.len);
    b->len += more.len;
    return IMAP4_OK;
}

void i4_pile_free(const i4_mem *mem, i4_pile **list)
{
    while (*list != NULL) {
        i4_pile *b = *list;
        *list      = b->next;
        i4_mem_free(mem, b->at, b->cap);
        i4_mem_free(mem, b, sizeof *b);
    }
}

/* ---- making one ----------------------------------------------------------------------- */

static size_t size_of_raw(const imap4_event *ev, const i4_parts *parts)
{
    size_t size = 0;
    if (parts->line != NULL)
        return parts->line->len;
    for (size_t i = 0; i < ev->raw_count; i++)
        size += ev->raw[i].view.len;
    return size;
}

static size_t size_of_bodies(const i4_parts *parts)
{
    size_t size = 0;
    for (const i4_pile *b = parts->bodies; b != NULL; b = b->next)
        size += sizeof *b + b->len;
    return size;
}

static size_t count_of(const imap4_event *ev, const i4_parts *parts)
{
    return parts->line != NULL ? 1 : ev->raw_count;
}

static size_t size_of_block(const imap4_event *ev, const i4_parts *parts)
{
    return sizeof(i4_record) + count_of(ev, parts) * sizeof(imap4_segment) +
           size_of_raw(ev, parts);
}

size_t i4_record_weight(const imap4_event *ev, const i4_parts *parts)
{
    return size_of_block(ev, parts) + size_of_bodies(parts);
}

static char *put(char *to, imap4_view from, imap4_segment *out, int32_t kind)
{
    if (from.len != 0)
        memcpy(to, from.ptr, from.len);
    *out = (imap4_segment){ .view = { to, from.len }, .size = from.len, .kind = kind };
    return to + from.len;
}

static void put_raw(i4_record *r, const imap4_event *ev, const i4_parts *parts)
{
    char          *to   = (char *)(r->raw + r->count);
    const i4_pile *body = parts->bodies;
    if (parts->line != NULL) {
        (void)put(to, (imap4_view){ parts->line->at, parts->line->len }, r->raw,
                  IMAP4_SEG_LINE);
        return;
    }
    for (size_t i = 0; i < r->count; i++) {
        const imap4_segment *s = &ev->raw[i];
        if (s->kind == IMAP4_SEG_STREAMED && body != NULL) {
            r->raw[i] = (imap4_segment){ .view = { body->at == NULL ? "" : body->at,
                                                   body->len },
                                         .size = body->len,
                                         .kind = IMAP4_SEG_LITERAL };
            body      = body->next;
        } else if (s->view.ptr == NULL) {
            r->raw[i] = *s;
        } else {
            to = put(to, s->view, &r->raw[i], s->kind);
        }
    }
}

/* Where a part of the event's bytes is in the record's. */
static imap4_view moved(const i4_record *r, const imap4_event *ev, imap4_view part)
{
    for (size_t i = 0; i < ev->raw_count && part.ptr != NULL; i++) {
        const imap4_view from = ev->raw[i].view;
        if (from.ptr == NULL || part.ptr < from.ptr || part.ptr > from.ptr + from.len)
            continue;
        return (imap4_view){ r->raw[i].view.ptr + (part.ptr - from.ptr), part.len };
    }
    return IMAP4_NIL;
}

/* Where the word ends that begins at `p`. */
static const char *skip_word(const char *p, const char *end)
{
    while (p < end && *p != ' ' && *p != '\r' && *p != '\n')
        p++;
    return p;
}

static const char *skip_spaces(const char *p, const char *end)
{
    while (p < end && *p == ' ')
        p++;
    return p;
}

/* "* 5 FETCH rest\r\n", "* OK rest", "tag OK rest": what the seed's data list shows of it. */
static void find_rest(i4_record *r)
{
    const imap4_view line = r->raw[0].view;
    const char      *end  = line.ptr + line.len;
    const char      *p    = skip_spaces(skip_word(line.ptr, end), end);
    while (end > p && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    r->is_numbered = p < end && i4_is_digit(*p);
    if (r->is_numbered)
        p = skip_spaces(skip_word(p, end), end);
    const char *behind = skip_word(p, end);
    r->name            = i4_view(p, behind);
    r->rest            = i4_view(behind < end ? behind + 1 : behind, end);
}

i4_record *i4_record_new(const i4_mem *mem, const imap4_event *ev, i4_parts *parts)
{
    const size_t size = size_of_block(ev, parts);
    i4_record   *r    = ev->raw_count == 0 ? NULL : i4_mem_alloc(mem, size);
    if (r == NULL)
        return NULL;
    memset(r, 0, sizeof *r);
    r->size   = size;
    r->weight = i4_record_weight(ev, parts);
    r->type   = ev->type;
    r->status = ev->status;
    r->number = ev->number;
    r->count  = count_of(ev, parts);
    put_raw(r, ev, parts);
    find_rest(r);
    if (parts->line == NULL) {
        r->code      = moved(r, ev, ev->code);
        r->code_args = moved(r, ev, ev->code_args);
    }
    r->bodies     = parts->bodies;
    parts->bodies = NULL;
    return r;
}

void i4_record_free(const i4_mem *mem, i4_record *record)
{
    if (record == NULL)
        return;
    i4_pile_free(mem, &record->bodies);
    i4_mem_free(mem, record, record->size);
}

bool i4_record_is(const i4_record *record, imap4_view type)
{
    return i4_view_eq_nocase(record->is_code ? record->code : record->name, type);
}
