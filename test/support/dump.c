/* SPDX-License-Identifier: MIT */
/* test/support/dump.c - an event, with all its typed data, as lines of text. */
#include "dump.h"

#include "ext.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ------------------------------------------------------------------ */

static void text_room(text *t, size_t more)
{
    if (t->len + more + 1 <= t->cap)
        return;
    size_t cap = t->cap == 0 ? 256 : t->cap;
    while (cap < t->len + more + 1)
        cap *= 2;
    char *at = realloc(t->at, cap);
    if (at == NULL)
        abort();
    t->at  = at;
    t->cap = cap;
}

void text_free(text *t)
{
    free(t->at);
    memset(t, 0, sizeof *t);
}

void text_add(text *t, const char *format, ...)
{
    char   *made = NULL;
    va_list ap;
    va_start(ap, format);
    const int n = vasprintf(&made, format, ap);
    va_end(ap);
    if (n < 0)
        abort();
    text_room(t, (size_t)n);
    memcpy(t->at + t->len, made, (size_t)n + 1);
    t->len += (size_t)n;
    free(made);
}

static void text_add_bytes(text *t, imap4_view v)
{
    static const char hex[] = "0123456789abcdef";
    text_room(t, v.len * 4);
    for (size_t i = 0; i < v.len; i++) {
        const unsigned char c = (unsigned char)v.ptr[i];
        if (c == '"' || c == '\\') {
            t->at[t->len++] = '\\';
            t->at[t->len++] = (char)c;
        } else if (c >= 0x20 && c < 0x7f) {
            t->at[t->len++] = (char)c;
        } else {
            t->at[t->len++] = '\\';
            t->at[t->len++] = 'x';
            t->at[t->len++] = hex[c >> 4];
            t->at[t->len++] = hex[c & 15];
        }
    }
    t->at[t->len] = '\0';
}

void text_add_view(text *t, imap4_view v)
{
    if (v.ptr == NULL) {
        text_add(t, "NIL");
        return;
    }
    text_add(t, "\"");
    text_add_bytes(t, v);
    text_add(t, "\"");
}

/* ---- typed data ------------------------------------------------------------ */

static void add_field(text *t, const char *name, imap4_view v)
{
    if (v.ptr == NULL)
        return;
    text_add(t, " %s=", name);
    text_add_view(t, v);
}

static void add_strings(text *t, const char *name, const imap4_strings *s)
{
    text_add(t, " %s=[", name);
    for (size_t i = 0; i < s->count; i++) {
        text_add(t, i == 0 ? "" : " ");
        text_add_view(t, s->at[i]);
    }
    text_add(t, "]");
}

/* 1 if there is a value to print. */
static int add_rc(text *t, const char *name, int rc)
{
    if (rc < 0 && rc != IMAP4_E_ABSENT)
        text_add(t, " %s=!%d", name, rc);
    return rc >= 0;
}

static void add_flags(text *t, const imap4_event *ev)
{
    const imap4_flags *flags = NULL;
    if (!add_rc(t, "flags", imap4_event_flags(ev, &flags)))
        return;
    text_add(t, " system=%02" PRIx32, flags->system);
    add_strings(t, "flags", &flags->all);
}

static void add_words(text *t, const imap4_event *ev)
{
    const imap4_strings *words = NULL;
    if (add_rc(t, "words", imap4_event_strings(ev, &words)))
        add_strings(t, "words", words);
}

static void add_addresses(text *t, const char *name, const imap4_addresses *a)
{
    if (a->count == 0)
        return;
    text_add(t, " %s=[", name);
    for (size_t i = 0; i < a->count; i++) {
        text_add(t, i == 0 ? "(" : " (");
        text_add_view(t, a->at[i].name);
        text_add(t, " ");
        text_add_view(t, a->at[i].route);
        text_add(t, " ");
        text_add_view(t, a->at[i].mailbox);
        text_add(t, " ");
        text_add_view(t, a->at[i].host);
        text_add(t, ")");
    }
    text_add(t, "]");
}

static void add_envelope(text *t, const imap4_envelope *e)
{
    text_add(t, " envelope={");
    add_field(t, "date", e->date);
    add_field(t, "subject", e->subject);
    add_addresses(t, "from", &e->from);
    add_addresses(t, "sender", &e->sender);
    add_addresses(t, "reply-to", &e->reply_to);
    add_addresses(t, "to", &e->to);
    add_addresses(t, "cc", &e->cc);
    add_addresses(t, "bcc", &e->bcc);
    add_field(t, "in-reply-to", e->in_reply_to);
    add_field(t, "message-id", e->message_id);
    text_add(t, " }");
}

static void add_params(text *t, const char *name, const imap4_params *p)
{
    if (p->count == 0)
        return;
    text_add(t, " %s=(", name);
    for (size_t i = 0; i < p->count; i++) {
        text_add(t, i == 0 ? "" : " ");
        text_add_view(t, p->at[i].name);
        text_add(t, " ");
        text_add_view(t, p->at[i].value);
    }
    text_add(t, ")");
}

static void add_body(text *t, const imap4_body *root)
{
    for (const imap4_body *b = root; b != NULL; b = imap4_body_next(b)) {
        char      number[2048];
        ptrdiff_t n = imap4_body_number(b, number, sizeof number);
        if (n > (ptrdiff_t)sizeof number)
            n = 0;
        text_add(t, " part{%.*s ", (int)n, number);
        text_add_view(t, b->is_multipart ? IMAP4_V("MULTIPART") : b->type);
        text_add(t, "/");
        text_add_view(t, b->subtype);
        add_params(t, "params", &b->params);
        add_field(t, "id", b->id);
        add_field(t, "description", b->description);
        add_field(t, "encoding", b->encoding);
        if (b->has_octets)
            text_add(t, " octets=%" PRIu64, b->octets);
        if (b->has_lines)
            text_add(t, " lines=%" PRIu64, b->lines);
        if (b->envelope != NULL)
            add_envelope(t, b->envelope);
        add_field(t, "md5", b->md5);
        add_field(t, "disposition", b->disposition);
        add_params(t, "disposition-params", &b->disposition_params);
        if (b->language.count != 0)
            add_strings(t, "language", &b->language);
        add_field(t, "location", b->location);
        add_field(t, "extension", b->extension);
        text_add(t, "}");
    }
}

static void add_items(text *t, const imap4_event *ev)
{
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        static const char *const kinds[] = { "none",   "nil",  "atom",
                                             "string", "list", "streamed" };
        imap4_fetch_item         item;
        if (!add_rc(t, "item", imap4_fetch_at(ev, i, &item)))
            continue;
        text_add(t, "\n    item ");
        text_add_view(t, item.name);
        text_add(t, " id=%d %s size=%" PRIu64, item.id, kinds[item.kind], item.size);
        add_field(t, "section", item.section);
        if (item.has_origin)
            text_add(t, " origin=%" PRIu64, item.origin);
        if (item.id == IMAP4_FETCH_OTHER || item.id >= IMAP4_FETCH_SECTION)
            add_field(t, "value", item.value);
        if (item.invalid)
            text_add(t, " invalid");
    }
}

static void add_fetch(text *t, const imap4_event *ev)
{
    const imap4_envelope *envelope = NULL;
    const imap4_body     *body     = NULL;
    uint64_t              size     = 0;
    imap4_date            date;
    add_flags(t, ev);
    if (add_rc(t, "size", imap4_fetch_size(ev, &size)))
        text_add(t, " size=%" PRIu64, size);
    if (add_rc(t, "internaldate", imap4_fetch_internaldate(ev, &date)))
        text_add(t, " internaldate=%" PRId64 "%+d", date.unix_seconds,
                 (int)date.zone_minutes);
    if (add_rc(t, "envelope", imap4_fetch_envelope(ev, &envelope)))
        add_envelope(t, envelope);
    if (add_rc(t, "bodystructure", imap4_fetch_bodystructure(ev, &body)))
        add_body(t, body);
    add_items(t, ev);
    text_add(t, "\n");
    ext_items(t, ev);
}

static void add_list(text *t, const imap4_event *ev)
{
    const imap4_list_data *list = NULL;
    if (!add_rc(t, "list", imap4_list_get(ev, &list)))
        return;
    text_add(t, " bits=%" PRIx32, list->attributes);
    add_strings(t, "attributes", &list->attribute);
    if (list->delimiter < 0)
        text_add(t, " delimiter=NIL");
    else
        text_add(t, " delimiter=%02x", (unsigned)list->delimiter);
    text_add(t, " name=");
    text_add_view(t, list->name);
    add_field(t, "wire-name", list->wire_name);
    add_field(t, "extended", list->extended);
}

static void add_status(text *t, const imap4_event *ev)
{
    const imap4_status_data *data = NULL;
    if (!add_rc(t, "status", imap4_status_get(ev, &data)))
        return;
    text_add(t, " name=");
    text_add_view(t, data->name);
    for (size_t i = 0; i < data->count; i++) {
        text_add(t, " ");
        text_add_view(t, data->at[i].name);
        text_add(t, "=");
        if (data->at[i].has_number)
            text_add(t, "%" PRIu64, data->at[i].number);
        else
            text_add_view(t, data->at[i].value);
    }
}

static void add_numbers(text *t, const imap4_event *ev)
{
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    if (!add_rc(t, "numbers", imap4_search_numbers(ev, &walk)))
        return;
    text_add(t, " numbers=");
    for (;;) {
        const int rc = imap4_numbers_next(&walk, &first, &last);
        if (rc <= 0) {
            if (rc < 0)
                text_add(t, "!%d", rc);
            return;
        }
        if (first == last)
            text_add(t, "%" PRIu32 " ", first);
        else
            text_add(t, "%" PRIu32 ":%" PRIu32 " ", first, last);
    }
}

static void add_esearch(text *t, const imap4_event *ev)
{
    const imap4_esearch *data = NULL;
    if (!add_rc(t, "esearch", imap4_esearch_get(ev, &data)))
        return;
    add_field(t, "tag", data->tag);
    if (data->is_uid)
        text_add(t, " uid");
    if (data->has_min)
        text_add(t, " min=%" PRIu32, data->min);
    if (data->has_max)
        text_add(t, " max=%" PRIu32, data->max);
    if (data->has_count)
        text_add(t, " count=%" PRIu64, data->count);
    if (data->has_modseq)
        text_add(t, " modseq=%" PRIu64, data->modseq);
    add_field(t, "other", data->other);
    add_numbers(t, ev);
}

/* ---- the event ------------------------------------------------------------- */

static void add_typed(text *t, const imap4_event *ev)
{
    switch (ev->type) {
    case IMAP4_EV_CAPABILITY: add_words(t, ev); break;
    case IMAP4_EV_LIST:
    case IMAP4_EV_LSUB: add_list(t, ev); break;
    case IMAP4_EV_STATUS: add_status(t, ev); break;
    case IMAP4_EV_FLAGS: add_flags(t, ev); break;
    case IMAP4_EV_SEARCH:
    case IMAP4_EV_SORT: add_numbers(t, ev); break;
    case IMAP4_EV_ESEARCH: add_esearch(t, ev); break;
    case IMAP4_EV_FETCH: add_fetch(t, ev); break;
    case IMAP4_EV_BODY_BEGIN:
        text_add(t, " origin=%" PRIu64 " literal=%" PRIu64, ev->origin, ev->literal_size);
        break;
    case IMAP4_EV_UNKNOWN:
    case IMAP4_EV_CHALLENGE: add_field(t, "data", ev->data); break;
    default: break;
    }
    ext_event(t, ev);
}

static void add_status_line(text *t, const imap4_event *ev)
{
    static const char *const words[] = { "", " OK", " NO", " BAD", " BYE", " PREAUTH" };
    text_add(t, "%s", words[ev->status]);
    add_field(t, "code", ev->code);
    if (ev->code.ptr != NULL) {
        text_add(t, " code-id=%d", ev->code_id);
        add_field(t, "args", ev->code_args);
        if (ev->has_code_number)
            text_add(t, " code-number=%" PRIu64, ev->code_number);
        if (ev->code_id == IMAP4_CODE_PERMANENTFLAGS)
            add_flags(t, ev);
        add_words(t, ev);
        ext_code(t, ev);
    }
    add_field(t, "text", ev->text);
}

static void add_raw(text *t, const imap4_event *ev)
{
    static const char *const kinds[] = { "?", "line", "literal", "streamed", "dropped" };
    for (size_t i = 0; i < ev->raw_count; i++) {
        text_add(t, "\n    %s %" PRIu64, kinds[ev->raw[i].kind], ev->raw[i].size);
        if (ev->raw[i].view.ptr == NULL)
            continue;
        text_add(t, " ");
        text_add_view(t, ev->raw[i].view);
    }
}

void dump_event(text *t, const imap4_event *ev)
{
    static const char open[] = "BODY_DATA ";
    if (ev->type == IMAP4_EV_BODY_DATA) {
        /* The last line stays open, so that the next piece is joined to it. */
        const char *last = t->len == 0 ? NULL : strrchr(t->at, '\n');
        last             = last == NULL ? t->at : last + 1;
        if (last == NULL || strncmp(last, open, sizeof open - 1) != 0)
            text_add(t, "%s", open);
        text_add_bytes(t, ev->data);
        return;
    }
    if (t->len != 0 && t->at[t->len - 1] != '\n')
        text_add(t, "\n");
    text_add(t, "%s", imap4_event_name(ev->type));
    if (ev->number != 0 || (ev->type >= IMAP4_EV_EXISTS && ev->type <= IMAP4_EV_FETCH))
        text_add(t, " %" PRIu32, ev->number);
    if (ev->uid != 0)
        text_add(t, " uid=%" PRIu32, ev->uid);
    add_field(t, "tag", ev->tag);
    add_field(t, "name", ev->name);
    add_status_line(t, ev);
    add_typed(t, ev);
    if (ev->marks != 0)
        text_add(t, " marks=%" PRIx32, ev->marks);
    if ((ev->marks & IMAP4_MARK_PIECE) != 0)
        text_add(t, " part=%" PRIu32, ev->part);
    if ((ev->marks & IMAP4_MARK_UNTRUSTED) != 0) {
        text_add(t, " rest=");
        text_add_view(t, ev->rest);
    }
    text_add(t, " @%" PRIu64, ev->offset);
    add_raw(t, ev);
    text_add(t, "\n");
}
