/* SPDX-License-Identifier: MIT */
/* bench/take.c - what a program would do with each event: read all of it. */
#include "take.h"

#include "imap4/data.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory that is counted --------------------------------------------------- */

static void *counted_alloc(void *ctx, size_t size)
{
    ((figures *)ctx)->allocs++;
    return malloc(size);
}

static void *counted_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)old_size;
    ((figures *)ctx)->allocs++;
    return realloc(ptr, size);
}

static void counted_release(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

void taker_init(taker *t, const arguments *a)
{
    *t = (taker){ .work = a->work, .what = a->work->what, .half = a->count / 2 };
    t->allocator = (imap4_allocator){ counted_alloc, counted_resize, counted_release,
                                      &t->figures };
    if (a->work->kind == WORK_LARGE)
        t->half *= a->work->octets;
}

static void note_half(taker *t)
{
    if (!t->is_half)
        t->half_calls = t->figures.allocs;
    t->is_half = true;
}

void take_command(taker *t)
{
    if (t->figures.seen++ == t->half)
        note_half(t);
}

void taker_finish(taker *t)
{
    figures_end(&t->figures);
    if (t->tally.messages != 0)
        t->figures.seen = t->tally.messages;
    if (t->work->kind == WORK_LARGE)
        t->figures.seen = t->tally.bytes / t->work->octets;
    t->figures.late_allocs = t->figures.allocs - t->half_calls;
    figures_print(&t->figures);
}

/* ---- FETCH ----------------------------------------------------------------- */

static void take_string(tally *t, imap4_view s)
{
    t->strings += s.ptr != NULL;
    t->bytes += s.len;
}

static void take_addresses(tally *t, imap4_addresses a)
{
    for (size_t i = 0; i < a.count; i++) {
        take_string(t, a.at[i].name);
        take_string(t, a.at[i].route);
        take_string(t, a.at[i].mailbox);
        take_string(t, a.at[i].host);
    }
}

static void take_envelope(tally *t, const imap4_envelope *e)
{
    take_string(t, e->date);
    take_string(t, e->subject);
    take_addresses(t, e->from);
    take_addresses(t, e->sender);
    take_addresses(t, e->reply_to);
    take_addresses(t, e->to);
    take_addresses(t, e->cc);
    take_addresses(t, e->bcc);
    take_string(t, e->in_reply_to);
    take_string(t, e->message_id);
}

static void take_params(tally *t, imap4_params p)
{
    for (size_t i = 0; i < p.count; i++) {
        take_string(t, p.at[i].name);
        take_string(t, p.at[i].value);
    }
}

static void take_part(tally *t, const imap4_body *b)
{
    take_string(t, b->type);
    take_string(t, b->subtype);
    take_params(t, b->params);
    take_string(t, b->id);
    take_string(t, b->description);
    take_string(t, b->encoding);
    t->numbers += b->octets + b->lines;
    if (b->envelope != NULL)
        take_envelope(t, b->envelope);
    take_string(t, b->md5);
    take_string(t, b->disposition);
    take_params(t, b->disposition_params);
    for (size_t i = 0; i < b->language.count; i++)
        take_string(t, b->language.at[i]);
    take_string(t, b->location);
}

static void take_flags(tally *t, const imap4_event *ev)
{
    const imap4_flags *flags;
    if (imap4_event_flags(ev, &flags) < 0)
        fail("no flags");
    t->flags += flags->system;
    t->keywords += flags->keywords.count;
    for (size_t i = 0; i < flags->keywords.count; i++)
        t->bytes += flags->keywords.at[i].len;
}

static void take_metadata(tally *t, const imap4_event *ev)
{
    imap4_date date;
    uint64_t   size;
    if (imap4_fetch_size(ev, &size) < 0 || imap4_fetch_internaldate(ev, &date) < 0)
        fail("no size or date");
    t->numbers += size + (uint64_t)date.unix_seconds;
}

static void take_headers(tally *t, const imap4_event *ev)
{
    const imap4_envelope *envelope;
    if (imap4_fetch_envelope(ev, &envelope) < 0)
        fail("no envelope");
    take_envelope(t, envelope);
}

static void take_structure(tally *t, const imap4_event *ev)
{
    const imap4_body *body;
    if (imap4_fetch_bodystructure(ev, &body) < 0)
        fail("no structure");
    for (; body != NULL; body = imap4_body_next(body))
        take_part(t, body);
}

static void take_literal(tally *t, const imap4_event *ev)
{
    imap4_view body;
    if (imap4_fetch_get(ev, IMAP4_V("BODY[]"), &body) == IMAP4_OK)
        take_string(t, body);
}

/* Out of line: what the sums themselves cost is not to be much. */
__attribute__((noinline)) static void take_others(tally *t, const imap4_event *ev,
                                                  unsigned what)
{
    if ((what & WORK_METADATA) != 0)
        take_metadata(t, ev);
    if ((what & WORK_ENVELOPE) != 0)
        take_headers(t, ev);
    if ((what & WORK_STRUCTURE) != 0)
        take_structure(t, ev);
    if (what == 0)
        take_literal(t, ev);
}

static void take_message(taker *t, const imap4_event *ev)
{
    const unsigned what = t->what;
    t->tally.numbers += ev->uid;
    if (t->tally.messages++ == t->half)
        note_half(t);
    if ((what & WORK_FLAGS) != 0)
        take_flags(&t->tally, ev);
    if (what != WORK_FLAGS)
        take_others(&t->tally, ev, what);
}

/* ---- the others ------------------------------------------------------------ */

static void take_numbers(taker *t, const imap4_event *ev)
{
    imap4_numbers walk;
    uint32_t      number;
    uint64_t      count = 0, sum = 0;
    if (imap4_search_numbers(ev, &walk) < 0)
        fail("no numbers");
    while (imap4_numbers_next(&walk, &number, NULL) == 1) {
        count++;
        sum += number;
    }
    t->tally.messages += count;
    t->tally.numbers += sum;
    if (t->tally.messages > t->half)
        note_half(t);
}

static void take_mailbox(taker *t, const imap4_event *ev)
{
    const imap4_list_data *list;
    if (imap4_list_get(ev, &list) < 0)
        fail("no mailbox");
    if (t->tally.messages++ == t->half)
        note_half(t);
    t->tally.flags += list->attributes & IMAP4_LIST_UNMARKED;
    t->tally.keywords += list->attribute.count;
    t->tally.numbers += (uint64_t)list->delimiter;
    take_string(&t->tally, list->name);
    take_string(&t->tally, list->wire_name);
}

static void check_sums(taker *t, imap4_view text)
{
    char ours[TALLY_TEXT];
    tally_text(&t->tally, ours);
    if (imap4_view_equal(text, imap4_view_of(ours)))
        t->figures.is_checked = true;
}

__attribute__((noinline)) static void take_other(taker *t, const imap4_event *ev)
{
    switch (ev->type) {
    case IMAP4_EV_BODY_BEGIN: t->tally.strings++; break;
    case IMAP4_EV_BODY_DATA:
        t->tally.bytes += ev->data.len;
        if (t->work->kind == WORK_LARGE && t->tally.bytes > t->half)
            note_half(t);
        break;
    case IMAP4_EV_SEARCH: take_numbers(t, ev); break;
    case IMAP4_EV_LIST: take_mailbox(t, ev); break;
    case IMAP4_EV_TEXT: check_sums(t, ev->text); break;
    default: break;
    }
}

void take_event(taker *t, const imap4_event *ev)
{
    if (ev->type == IMAP4_EV_FETCH)
        take_message(t, ev);
    else
        take_other(t, ev);
}
