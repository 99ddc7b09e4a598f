/* SPDX-License-Identifier: MIT */
/* client/reply.c - the answer to a command: its responses, and the seed's list of data.
 *
 * Events are read, and the list is made, when they are asked for: who wants only one of both,
 * or neither, does not pay for it. */
#include "client/reply.h"

#include "base/num.h"
#include "base/view.h"

typedef struct slot {
    i4_record   *record;
    imap4_event *event; /* NULL: was not asked for */
} slot;

typedef struct datum {
    imap4_view head;
    imap4_view literal;
    size_t     event;
    char      *owned; /* of `head`, `head.len` bytes; NULL: it is the record's */
} datum;

struct imap4_reply {
    i4_mem       mem;
    int32_t      type; /* an imap4_status_word */
    bool         is_indexed;
    bool         is_listed;
    imap4_event *status;
    i4_record   *tagged; /* the line of `status` */
    i4_record   *first;
    i4_record   *last;
    size_t       weight;
    size_t       count; /* of responses */
    slot        *slots;
    imap4_view   types;
    char        *type_copy; /* `types.len` bytes; NULL: `types` is static */
    datum       *data;
    size_t       data_count;
    size_t       data_cap;
};

/* ---- filling ----------------------------------------------------------------------- */

imap4_reply *i4_reply_new(const i4_mem *mem)
{
    imap4_reply *r = i4_mem_zalloc(mem, sizeof *r);
    if (r != NULL)
        r->mem = *mem;
    return r;
}

void i4_reply_add(imap4_reply *r, i4_record *record)
{
    record->next                                    = NULL;
    *(r->last == NULL ? &r->first : &r->last->next) = record;
    r->last                                         = record;
    r->weight += record->weight;
    r->count++;
}

void i4_reply_prepend(imap4_reply *r, i4_record *list)
{
    i4_record *end = NULL;
    for (i4_record *record = list; record != NULL; record = record->next) {
        r->weight += record->weight;
        r->count++;
        record->is_datum = true;
        end              = record;
    }
    if (end == NULL)
        return;
    end->next = r->first;
    if (r->last == NULL)
        r->last = end;
    r->first = list;
}

i4_record *i4_reply_take_data(imap4_reply *r)
{
    i4_record *taken = NULL, **end = &taken, *next = NULL, *all = r->first;
    r->first = r->last = NULL;
    r->weight = r->count = 0;
    for (i4_record *record = all; record != NULL; record = next) {
        next         = record->next;
        record->next = NULL;
        if (!record->is_datum) {
            i4_reply_add(r, record);
            continue;
        }
        *end = record;
        end  = &record->next;
    }
    return taken;
}

size_t i4_reply_weight(const imap4_reply *r)
{
    return r->weight;
}

int i4_reply_end(imap4_reply *r, const imap4_event *done)
{
    i4_parts parts = { 0 };
    int      rc    = imap4_event_dup(done, &r->mem, &r->status);
    if (rc == IMAP4_OK && done->raw_count != 0) {
        r->tagged = i4_record_new(&r->mem, done, &parts);
        rc        = r->tagged == NULL ? IMAP4_E_NOMEM : IMAP4_OK;
    }
    r->type = done->status;
    return rc;
}

void i4_reply_set_type(imap4_reply *r, int32_t type)
{
    r->type = type;
}

void i4_reply_answer(imap4_reply *r, imap4_view types)
{
    r->types = types;
}

bool i4_reply_answer_copy(imap4_reply *r, imap4_view type)
{
    r->type_copy = i4_mem_alloc(&r->mem, type.len);
    if (r->type_copy == NULL)
        return false;
    if (type.len != 0)
        memcpy(r->type_copy, type.ptr, type.len);
    r->types = (imap4_view){ r->type_copy, type.len };
    return true;
}

/* ---- freeing ------------------------------------------------------------------------ */

void imap4_reply_free(imap4_reply **reply)
{
    if (reply == NULL || *reply == NULL)
        return;
    imap4_reply *r   = *reply;
    const i4_mem mem = r->mem;
    for (size_t i = 0; r->slots != NULL && i < r->count; i++)
        imap4_event_free(&r->slots[i].event);
    i4_mem_free(&mem, r->slots, r->count * sizeof *r->slots);
    for (size_t i = 0; i < r->data_count; i++)
        if (r->data[i].owned != NULL)
            i4_mem_free(&mem, r->data[i].owned, r->data[i].head.len);
    i4_mem_free(&mem, r->data, r->data_cap * sizeof *r->data);
    while (r->first != NULL) {
        i4_record *record = r->first;
        r->first          = record->next;
        i4_record_free(&mem, record);
    }
    i4_record_free(&mem, r->tagged);
    if (r->type_copy != NULL)
        i4_mem_free(&mem, r->type_copy, r->types.len);
    imap4_event_free(&r->status);
    i4_mem_free(&mem, r, sizeof *r);
    *reply = NULL;
}

/* ---- its responses -------------------------------------------------------------------- */

int imap4_reply_type(const imap4_reply *r)
{
    return r == NULL ? IMAP4_STATUS_NONE : r->type;
}

const imap4_event *imap4_reply_status(const imap4_reply *r)
{
    return r == NULL ? NULL : r->status;
}

size_t imap4_reply_events(const imap4_reply *r)
{
    return r == NULL ? 0 : r->count;
}

static bool make_index(imap4_reply *r)
{
    if (r->slots == NULL && r->count != 0) {
        size_t i = 0;
        r->slots = i4_mem_zalloc(&r->mem, r->count * sizeof *r->slots);
        for (i4_record *record = r->first; r->slots != NULL && record != NULL;
             record            = record->next)
            r->slots[i++].record = record;
    }
    return r->slots != NULL;
}

const imap4_event *imap4_reply_event(imap4_reply *r, size_t i)
{
    imap4_event_options opt = IMAP4_EVENT_OPTIONS;
    if (r == NULL || i >= r->count || !make_index(r))
        return NULL;
    slot *s       = &r->slots[i];
    opt.allocator = &r->mem;
    opt.is_utf8   = s->record->is_utf8;
    if (s->event == NULL)
        (void)!imap4_event_read(s->record->raw, s->record->count, &opt, &s->event);
    return s->event;
}

const imap4_event *imap4_reply_find(imap4_reply *r, int type, size_t *at)
{
    while (r != NULL && *at < r->count && make_index(r)) {
        const size_t i = (*at)++;
        if (r->slots[i].record->type == type)
            return imap4_reply_event(r, i);
    }
    return NULL;
}

/* ---- the seed's list of data ------------------------------------------------------------- */

static bool add_datum(imap4_reply *r, const datum *d)
{
    if (i4_mem_grow(&r->mem, (void **)&r->data, &r->data_cap, r->data_count, 1,
                    sizeof *r->data) != IMAP4_OK)
        return false;
    r->data[r->data_count++] = *d;
    return true;
}

/* "5 rest", or "5". */
static bool put_number(imap4_reply *r, const i4_record *record, datum *d)
{
    char         digits[20];
    const size_t len  = i4_num_write(record->number, digits);
    const size_t gap  = record->rest.len != 0 ? 1 : 0;
    const size_t size = len + gap + record->rest.len;
    d->owned          = i4_mem_alloc(&r->mem, size);
    if (d->owned == NULL)
        return false;
    memcpy(d->owned, digits, len);
    if (gap != 0)
        d->owned[len] = ' ';
    if (record->rest.len != 0)
        memcpy(d->owned + len + gap, record->rest.ptr, record->rest.len);
    d->head = (imap4_view){ d->owned, size };
    return true;
}

static imap4_view without_end(imap4_view line)
{
    while (line.len != 0 &&
           (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
        line.len--;
    return line;
}

/* Line, literal, line, ...: each line with the literal behind it is one datum. */
static bool list_record(imap4_reply *r, const i4_record *record, size_t event)
{
    if (record->is_code)
        return add_datum(r, &(datum){ .head  = record->code_args.ptr == NULL
                                                   ? IMAP4_V("")
                                                   : record->code_args,
                                      .event = event });
    for (size_t i = 0; i < record->count; i += 2) {
        datum d = { .head = without_end(record->raw[i].view), .event = event };
        if (i == 0)
            d.head = record->rest;
        if (i == 0 && record->is_numbered && !put_number(r, record, &d))
            return false;
        if (i + 1 < record->count)
            d.literal = record->raw[i + 1].view;
        if (!add_datum(r, &d)) {
            i4_mem_free(&r->mem, d.owned, d.owned == NULL ? 0 : d.head.len);
            return false;
        }
    }
    return true;
}

static bool list_type(imap4_reply *r, imap4_view type)
{
    size_t i = 0;
    for (const i4_record *record = r->first; record != NULL; record = record->next, i++)
        if (record->is_datum && i4_record_is(record, type) && !list_record(r, record, i))
            return false;
    return true;
}

static bool list_all(imap4_reply *r)
{
    imap4_view types = r->types;
    if (types.ptr == NULL)
        return r->tagged == NULL || list_record(r, r->tagged, SIZE_MAX);
    while (types.len != 0)
        if (!list_type(r, i4_view_word(&types)))
            return false;
    return true;
}

static void forget_list(imap4_reply *r)
{
    while (r->data_count != 0) {
        const datum *d = &r->data[--r->data_count];
        if (d->owned != NULL)
            i4_mem_free(&r->mem, d->owned, d->head.len);
    }
}

static bool make_list(imap4_reply *r)
{
    if (!r->is_listed)
        r->is_listed = list_all(r);
    if (!r->is_listed)
        forget_list(r);
    return r->is_listed;
}

/* Of one record, without making the list. */
static size_t count_data(const i4_record *record)
{
    return record->is_code ? 1 : (record->count + 1) / 2;
}

size_t imap4_reply_count(const imap4_reply *r)
{
    size_t     count = 0;
    imap4_view types = r == NULL ? IMAP4_NIL : r->types;
    if (r == NULL || r->is_listed)
        return r == NULL ? 0 : r->data_count;
    if (types.ptr == NULL)
        return r->tagged == NULL ? 0 : count_data(r->tagged);
    while (types.len != 0) {
        const imap4_view type = i4_view_word(&types);
        for (const i4_record *record = r->first; record != NULL; record = record->next)
            if (record->is_datum && i4_record_is(record, type))
                count += count_data(record);
    }
    return count;
}

int imap4_reply_datum(imap4_reply *r, size_t k, imap4_view *head, imap4_view *literal,
                      size_t *event)
{
    if (r == NULL || !make_list(r) || k >= r->data_count)
        return 0;
    *head = r->data[k].head;
    if (literal != NULL)
        *literal = r->data[k].literal;
    if (event != NULL)
        *event = r->data[k].event;
    return 1;
}
