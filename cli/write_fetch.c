/* SPDX-License-Identifier: MIT */
/* cli/write_fetch.c - the members of a FETCH response's object. */
#include "write_event.h"
#include "write_ext.h"

enum {
    FETCH_IDS = IMAP4_FETCH_RFC822_TEXT + 1
};

/* Which items of the response there are, and which stand in the object already. */
typedef struct fetch_items {
    bool     has[FETCH_IDS];
    bool     is_written[FETCH_IDS];
    uint32_t ext_written; /* of write_ext_items() */
    size_t   sections;
} fetch_items;

/* An item whose value is a piece of a message: an element of "sections". */
static bool is_section(const imap4_fetch_item *item)
{
    if (item->kind == IMAP4_VALUE_ATOM || item->kind == IMAP4_VALUE_LIST)
        return false;
    return item->section.ptr != NULL || item->id == IMAP4_FETCH_RFC822 ||
           item->id == IMAP4_FETCH_RFC822_HEADER || item->id == IMAP4_FETCH_RFC822_TEXT;
}

static bool get_item(event_writer *w, const imap4_event *ev, size_t i,
                     imap4_fetch_item *item)
{
    const int rc = imap4_fetch_at(ev, i, item);
    if (rc == IMAP4_OK && (item->id < 0 || item->id >= FETCH_IDS))
        item->id = IMAP4_FETCH_OTHER; /* of a newer library */
    return write_can(w, rc, "other");
}

static void look(event_writer *w, const imap4_event *ev, fetch_items *items)
{
    imap4_fetch_item item;
    *items = (fetch_items){ 0 };
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        if (!get_item(w, ev, i, &item))
            continue;
        items->has[item.id] = true;
        items->sections += is_section(&item);
    }
}

/* ---- items with a type ------------------------------------------------------- */

static void write_internaldate(event_writer *w, const imap4_event *ev, fetch_items *items)
{
    imap4_date date;
    imap4_view raw = IMAP4_NIL;
    if (!write_can(w, imap4_fetch_internaldate(ev, &date), "internaldate"))
        return;
    write_date(w, "internaldate", &date);
    items->is_written[IMAP4_FETCH_INTERNALDATE] = true;
    if (write_can(w, imap4_fetch_get(ev, IMAP4_V("INTERNALDATE"), &raw), "internaldate"))
        out_text(&w->out, "internaldate_raw", raw);
}

static void write_structure(event_writer *w, const imap4_event *ev, fetch_items *items)
{
    const imap4_body *body    = NULL;
    /* The library reads BODYSTRUCTURE, and BODY only if that is all there is. */
    const bool        is_long = items->has[IMAP4_FETCH_BODYSTRUCTURE];
    const char       *key     = is_long ? "bodystructure" : "body";
    if (!write_can(w, imap4_fetch_bodystructure(ev, &body), key))
        return;
    write_body(w, key, body);
    items->is_written[is_long ? IMAP4_FETCH_BODYSTRUCTURE : IMAP4_FETCH_BODY] = true;
}

static void write_typed(event_writer *w, const imap4_event *ev, fetch_items *items)
{
    if (ev->uid != 0)
        out_number(&w->out, "uid", ev->uid);
    else if (items->has[IMAP4_FETCH_UID])
        write_note(w, "uid");
    items->is_written[IMAP4_FETCH_UID] = ev->uid != 0;

    const imap4_flags *flags = NULL;
    if (write_can(w, imap4_event_flags(ev, &flags), "flags")) {
        write_flags(w, "flags", flags);
        items->is_written[IMAP4_FETCH_FLAGS] = true;
    }
    write_internaldate(w, ev, items);

    uint64_t size = 0;
    if (write_can(w, imap4_fetch_size(ev, &size), "size")) {
        out_number(&w->out, "size", size);
        items->is_written[IMAP4_FETCH_RFC822_SIZE] = true;
    }
    const imap4_envelope *envelope = NULL;
    if (write_can(w, imap4_fetch_envelope(ev, &envelope), "envelope")) {
        write_envelope(w, "envelope", envelope);
        items->is_written[IMAP4_FETCH_ENVELOPE] = true;
    }
    write_structure(w, ev, items);
    items->ext_written = write_ext_items(w, ev);
}

/* ---- pieces of messages ------------------------------------------------------ */

static void write_section_value(event_writer *w, const imap4_fetch_item *item)
{
    if (item->kind == IMAP4_VALUE_NONE)
        return;
    if (item->kind == IMAP4_VALUE_NIL) {
        out_null(&w->out, "text");
        return;
    }
    const bool is_shown = values_is_shown(&w->values, item->size);
    out_number(&w->out, "size", item->size);
    if (item->kind != IMAP4_VALUE_STREAMED) {
        if (is_shown)
            out_text(&w->out, "text", item->value);
        else
            values_out_hash(&w->values, &w->out, "sha256", item->value);
        return;
    }
    const value_streamed *value = values_next(&w->values);
    if (value == NULL || value->size != item->size)
        write_note(w, "sections"); /* not what was told before: only the size is known */
    else if (value->text == NULL)
        out_word(&w->out, "sha256", value->hex);
    else if (is_shown)
        out_text(&w->out, "text", (imap4_view){ value->text, (size_t)value->size });
    else
        values_out_hash(&w->values, &w->out, "sha256",
                        (imap4_view){ value->text, (size_t)value->size });
}

static void write_sections(event_writer *w, const imap4_event *ev)
{
    imap4_fetch_item item;
    out_array(&w->out, "sections");
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        if (!get_item(w, ev, i, &item) || !is_section(&item))
            continue;
        out_object(&w->out, NULL);
        out_text_upper(&w->out, "name", item.name);
        if (item.section.ptr != NULL)
            out_text_upper(&w->out, "section", item.section);
        if (item.has_origin)
            out_number(&w->out, "origin", item.origin);
        write_section_value(w, &item);
        out_end_object(&w->out);
        if (item.invalid)
            write_note(w, "sections");
    }
    out_end_array(&w->out);
}

/* ---- the rest ---------------------------------------------------------------- */

/* Items without a type, those that could not be read, and the second of a kind. */
static bool is_other(const imap4_fetch_item *item, bool is_written[FETCH_IDS])
{
    if (is_section(item))
        return false;
    const bool is_done   = is_written[item->id];
    is_written[item->id] = false;
    return !is_done;
}

static void write_other_item(event_writer *w, const imap4_fetch_item *item)
{
    static const char *const kinds[] = {
        [IMAP4_VALUE_NONE] = "none", [IMAP4_VALUE_NIL] = "nil",
        [IMAP4_VALUE_ATOM] = "atom", [IMAP4_VALUE_STRING] = "string",
        [IMAP4_VALUE_LIST] = "list",
    };
    const size_t count = sizeof kinds / sizeof kinds[0];
    out_object(&w->out, NULL);
    out_text_upper(&w->out, "name", item->name);
    out_word(&w->out, "kind",
             item->kind < 0 || (size_t)item->kind >= count ? "none" : kinds[item->kind]);
    if (item->value.ptr != NULL)
        values_out(&w->values, &w->out, "value", item->value);
    out_end_object(&w->out);
    if (item->invalid && item->id == IMAP4_FETCH_OTHER)
        write_note(w, "other");
}

static void write_others(event_writer *w, const imap4_event *ev, fetch_items *items)
{
    imap4_fetch_item item;
    bool             is_open = false;
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        if (!get_item(w, ev, i, &item) || !is_other(&item, items->is_written) ||
            write_ext_has(&items->ext_written, &item))
            continue;
        if (!is_open)
            out_array(&w->out, "other");
        is_open = true;
        write_other_item(w, &item);
    }
    if (is_open)
        out_end_array(&w->out);
}

void write_fetch(event_writer *w, const imap4_event *ev)
{
    fetch_items items;
    look(w, ev, &items);
    write_number(w, ev);
    write_typed(w, ev, &items);
    if (items.sections != 0)
        write_sections(w, ev);
    write_others(w, ev, &items);
}
