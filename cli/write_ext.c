/* SPDX-License-Identifier: MIT */
/* cli/write_ext.c - what extensions tell, as members of a response's object. */
#include "write_ext.h"

#include "imap4.h"

/* ---- sets --------------------------------------------------------------------- */

static void write_range(event_writer *w, uint32_t first, uint32_t last)
{
    out_array(&w->out, NULL);
    out_number(&w->out, NULL, first);
    out_number(&w->out, NULL, last);
    out_end_array(&w->out);
}

void write_set(event_writer *w, const char *key, imap4_view set)
{
    imap4_setiter iter  = { set };
    uint32_t      first = 0, last = 0;
    out_array(&w->out, key);
    while (imap4_setiter_next(&iter, &first, &last) == 1)
        write_range(w, first, last);
    out_end_array(&w->out);
}

/* ---- events -------------------------------------------------------------------- */

static void write_enabled(event_writer *w, const imap4_event *ev)
{
    const imap4_strings *words = NULL;
    if (write_can(w, imap4_event_strings(ev, &words), "enabled"))
        write_strings(w, "enabled", words);
}

static void write_vanished(event_writer *w, const imap4_event *ev)
{
    const imap4_vanished *v = NULL;
    imap4_numbers         walk;
    uint32_t              first = 0, last = 0;
    if (!write_can(w, imap4_vanished_get(ev, &v), "uids"))
        return;
    out_bool(&w->out, "earlier", v->earlier != 0);
    /* Not write_set(): a piece may begin with a comma. */
    int rc = imap4_search_numbers(ev, &walk);
    out_array(&w->out, "uids");
    while (rc >= 0 && (rc = imap4_numbers_next(&walk, &first, &last)) == 1)
        write_range(w, first, last);
    out_end_array(&w->out);
    (void)write_can(w, rc, "uids");
}

/* A list, because a tree may be deeper than readers of JSON can go. */
static void write_thread(event_writer *w, const imap4_event *ev)
{
    const imap4_threads *all = NULL;
    if (!write_can(w, imap4_thread_get(ev, &all), "messages"))
        return;
    out_array(&w->out, "messages");
    for (size_t i = 0; i < all->count; i++) {
        const imap4_thread_node *n = &all->at[i];
        out_object(&w->out, NULL);
        if (n->number == 0)
            out_null(&w->out, "number");
        else
            out_number(&w->out, "number", n->number);
        if (n->parent < 0)
            out_null(&w->out, "parent");
        else
            out_number(&w->out, "parent", (uint64_t)n->parent);
        out_number(&w->out, "depth", n->depth);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

void write_list_extended(event_writer *w, const imap4_event *ev)
{
    const imap4_strings *info = NULL;
    imap4_view           name = IMAP4_NIL, wire_name = IMAP4_NIL;
    if (write_can(w, imap4_list_childinfo(ev, &info), "childinfo"))
        write_strings(w, "childinfo", info);
    if (!write_can(w, imap4_list_oldname(ev, &name, &wire_name), "oldname"))
        return;
    out_object(&w->out, "oldname");
    write_mailbox(w, name, wire_name);
    out_end_object(&w->out);
}

static const ext_event_row event_rows[] = {
    { IMAP4_EV_ENABLED, "enabled", write_enabled },
    { IMAP4_EV_VANISHED, "vanished", write_vanished },
    { IMAP4_EV_ACL, "acl", write_acl },
    { IMAP4_EV_LISTRIGHTS, "listrights", write_listrights },
    { IMAP4_EV_MYRIGHTS, "myrights", write_myrights },
    { IMAP4_EV_QUOTA, "quota", write_quota },
    { IMAP4_EV_QUOTAROOT, "quotaroot", write_quotaroot },
    { IMAP4_EV_METADATA, "metadata", write_metadata },
    { IMAP4_EV_ANNOTATION, "annotation", write_annotation },
    { IMAP4_EV_ID, "id", write_id },
    { IMAP4_EV_NAMESPACE, "namespace", write_namespace },
    { IMAP4_EV_THREAD, "thread", write_thread },
};

const ext_event_row *write_ext_row(const imap4_event *ev)
{
    for (size_t i = 0; i < sizeof event_rows / sizeof event_rows[0]; i++)
        if (event_rows[i].type == ev->type)
            return &event_rows[i];
    return NULL;
}

/* ---- codes ----------------------------------------------------------------------- */

static int write_appenduid(event_writer *w, const imap4_event *ev)
{
    imap4_appenduid a;
    const int       rc = imap4_code_appenduid(ev, &a);
    if (rc < 0)
        return rc;
    out_number(&w->out, "uidvalidity", a.uidvalidity);
    write_set(w, "uids", a.uids);
    return rc;
}

static int write_copyuid(event_writer *w, const imap4_event *ev)
{
    imap4_copyuid c;
    const int     rc = imap4_code_copyuid(ev, &c);
    if (rc < 0)
        return rc;
    out_number(&w->out, "uidvalidity", c.uidvalidity);
    write_set(w, "from", c.from);
    write_set(w, "to", c.to);
    return rc;
}

static int write_modified(event_writer *w, const imap4_event *ev)
{
    imap4_view set;
    const int  rc = imap4_code_modified(ev, &set);
    if (rc >= 0)
        write_set(w, "set", set);
    return rc;
}

static const struct {
    int32_t code;
    int (*write)(event_writer *w, const imap4_event *ev);
} code_rows[] = {
    { IMAP4_CODE_APPENDUID, write_appenduid },
    { IMAP4_CODE_COPYUID, write_copyuid },
    { IMAP4_CODE_MODIFIED, write_modified },
    { IMAP4_CODE_METADATA, write_metadata_code },
};

bool write_ext_code(event_writer *w, const imap4_event *ev)
{
    for (size_t i = 0; i < sizeof code_rows / sizeof code_rows[0]; i++)
        if (code_rows[i].code == ev->code_id)
            return write_can(w, code_rows[i].write(w, ev), "code");
    return false;
}

/* ---- items of FETCH ---------------------------------------------------------------- */

static int write_modseq(event_writer *w, const imap4_event *ev)
{
    uint64_t  modseq = 0;
    const int rc     = imap4_fetch_modseq(ev, &modseq);
    if (rc >= 0)
        out_number(&w->out, "modseq", modseq);
    return rc;
}

static int write_preview(event_writer *w, const imap4_event *ev)
{
    imap4_view text = IMAP4_NIL;
    const int  rc   = imap4_fetch_preview(ev, &text);
    if (rc >= 0)
        values_out(&w->values, &w->out, "preview", text);
    return rc;
}

static const struct {
    const char *name;
    const char *key;
    int (*write)(event_writer *w, const imap4_event *ev);
} item_rows[] = {
    { "MODSEQ", "modseq", write_modseq },
    { "PREVIEW", "preview", write_preview },
};

static bool is_binary_size(const imap4_fetch_item *item)
{
    const imap4_view name = IMAP4_V("BINARY.SIZE[");
    return item->name.len > name.len &&
           imap4_view_equal_nocase((imap4_view){ item->name.ptr, name.len }, name);
}

/* As imap4_fetch_binary_size(), which would look for the section from the start each time. */
static bool read_binary_size(const imap4_fetch_item *item, uint64_t *out)
{
    uint64_t n = 0;
    if (item->kind != IMAP4_VALUE_ATOM || item->value.len == 0)
        return false;
    for (size_t i = 0; i < item->value.len; i++) {
        const unsigned digit = (unsigned char)item->value.ptr[i] - (unsigned)'0';
        if (digit > 9 || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

/* One for each section, so not a row. */
static void write_binary_sizes(event_writer *w, const imap4_event *ev)
{
    imap4_fetch_item item;
    bool             is_open = false;
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        uint64_t size = 0;
        if (imap4_fetch_at(ev, i, &item) < 0 || !is_binary_size(&item))
            continue;
        if (!read_binary_size(&item, &size)) {
            write_note(w, "binary_sizes");
            continue;
        }
        if (!is_open)
            out_array(&w->out, "binary_sizes");
        is_open = true;
        out_object(&w->out, NULL);
        out_text_upper(&w->out, "section", item.section);
        out_number(&w->out, "size", size);
        out_end_object(&w->out);
    }
    if (is_open)
        out_end_array(&w->out);
}

uint32_t write_ext_items(event_writer *w, const imap4_event *ev)
{
    uint32_t written = 0;
    for (size_t i = 0; i < sizeof item_rows / sizeof item_rows[0]; i++)
        if (write_can(w, item_rows[i].write(w, ev), item_rows[i].key))
            written |= (uint32_t)1 << i;
    write_binary_sizes(w, ev);
    return written;
}

bool write_ext_has(uint32_t *written, const imap4_fetch_item *item)
{
    for (size_t i = 0; i < sizeof item_rows / sizeof item_rows[0]; i++) {
        if (!imap4_view_equal_nocase(item->name, imap4_view_of(item_rows[i].name)))
            continue;
        const uint32_t bit     = (uint32_t)1 << i;
        const bool     is_done = (*written & bit) != 0;
        *written &= ~bit;
        return is_done;
    }
    uint64_t size = 0;
    return is_binary_size(item) && read_binary_size(item, &size);
}
