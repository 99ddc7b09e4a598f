/* SPDX-License-Identifier: MIT */
/* bench/ask.c - asks an event for every typed datum there is, whatever it is. */
#include "ask.h"

#include "imap4.h"

#include <stddef.h>

static uint64_t of_view(imap4_view v)
{
    return v.ptr == NULL ? 1 : v.len + 2;
}

static uint64_t of_strings(const imap4_strings *s)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += of_view(s->at[i]);
    return sum;
}

static uint64_t of_params(const imap4_params *p)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < p->count; i++)
        sum += of_view(p->at[i].name) + of_view(p->at[i].value);
    return sum;
}

static uint64_t of_addresses(const imap4_addresses *a)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < a->count; i++)
        sum += of_view(a->at[i].name) + of_view(a->at[i].route) +
               of_view(a->at[i].mailbox) + of_view(a->at[i].host);
    return sum;
}

static uint64_t of_envelope(const imap4_envelope *e)
{
    return of_view(e->date) + of_view(e->subject) + of_addresses(&e->from) +
           of_addresses(&e->sender) + of_addresses(&e->reply_to) + of_addresses(&e->to) +
           of_addresses(&e->cc) + of_addresses(&e->bcc) + of_view(e->in_reply_to) +
           of_view(e->message_id);
}

static uint64_t of_body(const imap4_body *root)
{
    uint64_t sum = 0;
    for (const imap4_body *b = root; b != NULL; b = imap4_body_next(b)) {
        char            number[64];
        const ptrdiff_t len = imap4_body_number(b, number, sizeof number);
        sum += (uint64_t)len + of_view(b->type) + of_view(b->subtype) +
               of_params(&b->params) + of_view(b->id) + of_view(b->description) +
               of_view(b->encoding) + b->octets + b->lines + of_view(b->md5) +
               of_view(b->disposition) + of_params(&b->disposition_params) +
               of_strings(&b->language) + of_view(b->location) + of_view(b->extension);
        if (b->envelope != NULL)
            sum += of_envelope(b->envelope);
    }
    return sum;
}

/* ---- FETCH ----------------------------------------------------------------- */

static uint64_t of_fetch(const imap4_event *ev)
{
    const imap4_envelope *envelope = NULL;
    const imap4_body     *body     = NULL;
    imap4_view            text     = IMAP4_NIL;
    imap4_fetch_item      item;
    imap4_date            date;
    uint64_t              sum = 0, n = 0;
    for (size_t i = 0; imap4_fetch_at(ev, i, &item) == IMAP4_OK; i++)
        sum += of_view(item.name) + of_view(item.value) + of_view(item.section) +
               item.size + item.origin + (uint64_t)item.kind + (uint64_t)item.id;
    if (imap4_fetch_get(ev, IMAP4_V("BODY[]"), &text) == IMAP4_OK)
        sum += of_view(text);
    if (imap4_fetch_size(ev, &n) == IMAP4_OK)
        sum += n;
    if (imap4_fetch_internaldate(ev, &date) == IMAP4_OK)
        sum += (uint64_t)date.unix_seconds;
    if (imap4_fetch_envelope(ev, &envelope) == IMAP4_OK)
        sum += of_envelope(envelope);
    if (imap4_fetch_bodystructure(ev, &body) == IMAP4_OK)
        sum += of_body(body);
    if (imap4_fetch_modseq(ev, &n) == IMAP4_OK)
        sum += n;
    if (imap4_fetch_preview(ev, &text) == IMAP4_OK)
        sum += of_view(text);
    if (imap4_fetch_binary(ev, IMAP4_V("1"), &text) == IMAP4_OK)
        sum += of_view(text);
    return sum;
}

/* ---- lists ----------------------------------------------------------------- */

static uint64_t of_mailboxes(const imap4_event *ev)
{
    const imap4_list_data   *list   = NULL;
    const imap4_status_data *status = NULL;
    const imap4_strings     *info   = NULL;
    imap4_view               name = IMAP4_NIL, wire_name = IMAP4_NIL;
    uint64_t                 sum = 0;
    if (imap4_list_get(ev, &list) == IMAP4_OK)
        sum += list->attributes + of_strings(&list->attribute) + of_view(list->name) +
               of_view(list->wire_name) + of_view(list->extended);
    if (imap4_list_childinfo(ev, &info) == IMAP4_OK)
        sum += of_strings(info);
    if (imap4_list_oldname(ev, &name, &wire_name) == IMAP4_OK)
        sum += of_view(name) + of_view(wire_name);
    if (imap4_status_get(ev, &status) == IMAP4_OK)
        for (size_t i = 0; i < status->count; i++)
            sum += of_view(status->at[i].name) + of_view(status->at[i].value) +
                   status->at[i].number;
    return sum;
}

/* Told one by one, and collected in a set. */
static uint64_t of_numbers(const imap4_event *ev)
{
    imap4_numbers walk;
    imap4_seqset *set   = NULL;
    uint32_t      first = 0, last = 0;
    uint64_t      sum = 0;
    if (imap4_search_numbers(ev, &walk) < 0)
        return 0;
    while (imap4_numbers_next(&walk, &first, &last) == 1)
        sum += first ^ last;
    if (imap4_seqset_new(0, NULL, &set) == IMAP4_OK &&
        imap4_search_collect(ev, set) == IMAP4_OK)
        sum += imap4_seqset_cardinality(set);
    imap4_seqset_free(&set);
    return sum;
}

static uint64_t of_answers(const imap4_event *ev)
{
    const imap4_esearch  *esearch  = NULL;
    const imap4_threads  *threads  = NULL;
    const imap4_vanished *vanished = NULL;
    imap4_copyuid         copyuid;
    imap4_uidpair         pair;
    imap4_appenduid       appenduid;
    imap4_view            set = IMAP4_NIL;
    uint64_t              sum = 0;
    if (imap4_esearch_get(ev, &esearch) == IMAP4_OK)
        sum += of_view(esearch->tag) + of_view(esearch->other) + esearch->min +
               esearch->max + esearch->count + esearch->modseq;
    if (imap4_thread_get(ev, &threads) == IMAP4_OK)
        for (size_t i = 0; i < threads->count; i++)
            sum += threads->at[i].number + (uint64_t)threads->at[i].parent;
    if (imap4_vanished_get(ev, &vanished) == IMAP4_OK)
        sum += (uint64_t)vanished->earlier;
    if (imap4_code_copyuid(ev, &copyuid) == IMAP4_OK)
        while (imap4_copyuid_next(&copyuid, &pair) == 1)
            sum += pair.from_first ^ pair.to_last;
    if (imap4_code_appenduid(ev, &appenduid) == IMAP4_OK)
        sum += appenduid.uidvalidity;
    if (imap4_code_modified(ev, &set) == IMAP4_OK)
        sum += of_view(set);
    return sum;
}

/* ---- extensions ------------------------------------------------------------- */

static uint64_t of_rights(const imap4_event *ev)
{
    const imap4_acl        *acl    = NULL;
    const imap4_listrights *rights = NULL;
    const imap4_quota      *quota  = NULL;
    const imap4_quotaroot  *root   = NULL;
    uint64_t                sum    = 0;
    if (imap4_acl_get(ev, &acl) == IMAP4_OK)
        sum += acl->count + 1;
    if (imap4_listrights_get(ev, &rights) == IMAP4_OK)
        sum++;
    if (imap4_quota_get(ev, &quota) == IMAP4_OK)
        sum += quota->count + 1;
    if (imap4_quotaroot_get(ev, &root) == IMAP4_OK)
        sum += of_strings(&root->roots);
    return sum;
}

static uint64_t of_words(const imap4_event *ev)
{
    const imap4_namespaces *spaces     = NULL;
    const imap4_metadata   *metadata   = NULL;
    const imap4_annotation *annotation = NULL;
    const imap4_params     *id         = NULL;
    const imap4_strings    *words      = NULL;
    const imap4_flags      *flags      = NULL;
    uint64_t                sum        = 0;
    if (imap4_namespace_get(ev, &spaces) == IMAP4_OK)
        sum += spaces->personal.count + 1;
    if (imap4_metadata_get(ev, &metadata) == IMAP4_OK)
        sum += metadata->count + 1;
    if (imap4_annotation_get(ev, &annotation) == IMAP4_OK)
        sum += annotation->count + 1;
    if (imap4_id_get(ev, &id) == IMAP4_OK)
        sum += of_params(id);
    if (imap4_event_strings(ev, &words) == IMAP4_OK)
        sum += of_strings(words);
    if (imap4_event_flags(ev, &flags) == IMAP4_OK)
        sum += flags->system + of_strings(&flags->all) + of_strings(&flags->keywords);
    return sum;
}

uint64_t ask_event(const imap4_event *ev)
{
    uint64_t sum = (uint64_t)ev->type + ev->number + ev->uid + ev->marks + ev->offset +
                   of_view(ev->code) + of_view(ev->code_args) + of_view(ev->text) +
                   of_view(ev->rest) + of_view(ev->name) + of_view(ev->tag);
    if (ev->type == IMAP4_EV_BODY_DATA)
        return 0;
    if (ev->type == IMAP4_EV_BODY_BEGIN || ev->type == IMAP4_EV_BODY_END)
        return sum; /* the FETCH event behind it has all items, again */
    for (size_t i = 0; i < ev->raw_count; i++)
        sum += ev->raw[i].size;
    return sum + of_fetch(ev) + of_mailboxes(ev) + of_numbers(ev) + of_answers(ev) +
           of_rights(ev) + of_words(ev);
}
