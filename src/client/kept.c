/* SPDX-License-Identifier: MIT */
/* client/kept.c - responses that no method has given yet: few, in one list. */
#include "client/kept.h"

#include "base/view.h"

static imap4_view type_of(const i4_record *record)
{
    return record->is_code ? record->code : record->name;
}

/* Takes the record out that `link` points to. */
static i4_record *unlink_at(i4_kept *kept, i4_record **link)
{
    i4_record *record = *link;
    *link             = record->next;
    record->next      = NULL;
    kept->weight -= record->weight;
    return record;
}

static void find_last(i4_kept *kept)
{
    kept->last = kept->first;
    while (kept->last != NULL && kept->last->next != NULL)
        kept->last = kept->last->next;
}

static bool drop_oldest(i4_kept *kept, const i4_mem *mem, imap4_view type)
{
    for (i4_record **link = &kept->first; *link != NULL; link = &(*link)->next) {
        if (type.ptr == NULL || i4_record_is(*link, type)) {
            i4_record_free(mem, unlink_at(kept, link));
            find_last(kept);
            return true;
        }
    }
    return false;
}

static void measure(const i4_kept *kept, imap4_view type, size_t *count, size_t *weight)
{
    *count  = 0;
    *weight = 0;
    for (const i4_record *r = kept->first; r != NULL; r = r->next) {
        if (i4_record_is(r, type)) {
            *count += 1;
            *weight += r->weight;
        }
    }
}

void i4_kept_add(i4_kept *kept, const i4_mem *mem, i4_record *record)
{
    size_t count = 0, weight = 0;
    if (record->weight > I4_KEPT_BYTES) {
        i4_record_free(mem, record);
        return;
    }
    measure(kept, type_of(record), &count, &weight);
    while (count >= I4_KEPT_COUNT || weight + record->weight > I4_KEPT_BYTES) {
        (void)drop_oldest(kept, mem, type_of(record));
        measure(kept, type_of(record), &count, &weight);
    }
    while (kept->weight + record->weight > I4_KEPT_ALL)
        (void)drop_oldest(kept, mem, IMAP4_NIL);
    record->next                                             = NULL;
    *(kept->last == NULL ? &kept->first : &kept->last->next) = record;
    kept->last                                               = record;
    kept->weight += record->weight;
}

i4_record *i4_kept_take(i4_kept *kept, imap4_view type)
{
    i4_record  *taken = NULL, **end = &taken;
    i4_record **link = &kept->first;
    while (*link != NULL) {
        if (type.ptr != NULL && !i4_record_is(*link, type)) {
            link = &(*link)->next;
            continue;
        }
        *end = unlink_at(kept, link);
        end  = &(*end)->next;
    }
    find_last(kept);
    return taken;
}

void i4_kept_drop(i4_kept *kept, const i4_mem *mem, imap4_view type)
{
    i4_record *next = NULL;
    for (i4_record *r = i4_kept_take(kept, type); r != NULL; r = next) {
        next = r->next;
        i4_record_free(mem, r);
    }
}

bool i4_kept_has(const i4_kept *kept, imap4_view type)
{
    for (const i4_record *r = kept->first; r != NULL; r = r->next)
        if (i4_record_is(r, type) && (!r->is_numbered || r->number != 0))
            return true;
    return false;
}
