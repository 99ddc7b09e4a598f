/* SPDX-License-Identifier: MIT */
/* test/transcripts/short.c - an event as a person would note it. */
#include "short.h"

#include "../support/ext.h"

#include "imap4/data.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    LONG = 200
};

void bytes_add(text *t, const char *ptr, size_t len)
{
    if (t->len + len + 1 > t->cap) {
        t->cap = (t->len + len + 1) * 2;
        t->at  = realloc(t->at, t->cap);
        if (t->at == NULL)
            abort();
    }
    if (len != 0)
        memcpy(t->at + t->len, ptr, len);
    t->len += len;
    t->at[t->len] = '\0';
}

/* The allocator of a test refuses once; what was refused can be asked for again. */
#define AGAIN(rc, call)                                                                  \
    do {                                                                                 \
        (rc) = (call);                                                                   \
    } while ((rc) == IMAP4_E_NOMEM)

void short_rc(text *t, int rc)
{
    const char *name = imap4_strerror(rc);
    text_add(t, "%.*s", (int)strcspn(name, ":"), name);
}

void short_hint(text *t, int32_t hint)
{
    static const char *const names[] = {
        [IMAP4_HINT_UNAVAILABLE]        = "unavailable",
        [IMAP4_HINT_EXPIRED]            = "expired",
        [IMAP4_HINT_NOT_CONNECTED]      = "not-connected",
        [IMAP4_HINT_MECHANISM_DISABLED] = "mechanism-disabled",
        [IMAP4_HINT_ACCESS_DISABLED]    = "access-disabled",
        [IMAP4_HINT_WEB_LOGIN]          = "web-login",
        [IMAP4_HINT_NOT_IMAP]           = "not-imap",
        [IMAP4_HINT_LONG_LINE]          = "long-line",
    };
    if (hint != IMAP4_HINT_NONE)
        text_add(t, " hint %s", names[hint]);
}

void short_bytes(text *t, imap4_view v)
{
    if (v.len <= LONG) {
        text_add_view(t, v);
        return;
    }
    uint32_t sum = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < v.len; i++)
        sum = (sum ^ (unsigned char)v.ptr[i]) * 16777619u;
    text_add_view(t, (imap4_view){ v.ptr, 20 });
    text_add(t, "...");
    text_add_view(t, (imap4_view){ v.ptr + v.len - 20, 20 });
    text_add(t, " (%zu bytes, %08" PRIx32 ")", v.len, sum);
}

/* A word as it is if it prints and cannot be taken for something else. */
static void add_word(text *t, imap4_view v)
{
    bool is_plain = v.ptr != NULL && v.len != 0 && v.len < 60;
    for (size_t i = 0; i < v.len && is_plain; i++)
        is_plain = v.ptr[i] > ' ' && (unsigned char)v.ptr[i] < 0x7f && v.ptr[i] != '"';
    if (is_plain)
        text_add(t, "%.*s", IMAP4_ARG(v));
    else
        short_bytes(t, v);
}

static void add_list(text *t, const imap4_strings *s)
{
    const size_t shown = s->count > 40 ? 5 : s->count;
    text_add(t, " (");
    for (size_t i = 0; i < shown; i++) {
        text_add(t, i == 0 ? "" : " ");
        add_word(t, s->at[i]);
    }
    if (shown != s->count)
        text_add(t, " ... %zu in all", s->count);
    text_add(t, ")");
}

/* True if there is a value; else says why there is none, unless there is no such datum. */
static bool has(text *t, const char *what, int rc)
{
    if (rc == IMAP4_E_ABSENT)
        return false;
    if (rc >= 0)
        return true;
    text_add(t, "%s !", what);
    short_rc(t, rc);
    return false;
}

/* ---- typed data ------------------------------------------------------------------ */

static void add_flags(text *t, const imap4_event *ev, const char *what)
{
    static const char *const names[] = { "Seen",  "Answered", "Flagged", "Deleted",
                                         "Draft", "Recent",   "*" };
    const imap4_flags       *flags   = NULL;
    int                      rc;
    AGAIN(rc, imap4_event_flags(ev, &flags));
    if (!has(t, what, rc))
        return;
    text_add(t, "%s", what);
    add_list(t, &flags->all);
    text_add(t, " =");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if ((flags->system & (1u << i)) != 0)
            text_add(t, " %s", names[i]);
    if (flags->keywords.count != 0)
        add_list(t, &flags->keywords);
}

static void add_words(text *t, const imap4_event *ev)
{
    const imap4_strings *words = NULL;
    int                  rc;
    AGAIN(rc, imap4_event_strings(ev, &words));
    if (has(t, "", rc))
        add_list(t, words);
}

static void add_mailbox(text *t, const imap4_event *ev)
{
    const imap4_list_data *list = NULL;
    int                    rc;
    AGAIN(rc, imap4_list_get(ev, &list));
    if (!has(t, "", rc))
        return;
    add_list(t, &list->attribute);
    if (list->delimiter < 0)
        text_add(t, " NIL ");
    else
        text_add(t, list->delimiter < 0x7f ? " '%c' " : " '\\x%02x' ", list->delimiter);
    text_add_view(t, list->wire_name);
    if (!imap4_view_equal(list->name, list->wire_name)) {
        text_add(t, " = ");
        text_add_view(t, list->name);
    }
    if (list->extended.ptr != NULL) {
        text_add(t, " and ");
        text_add_view(t, list->extended);
    }
    static const char *const names[] = {
        "noinferiors", "noselect",  "marked",      "unmarked",      "nonexistent",
        "subscribed",  "remote",    "haschildren", "hasnochildren", "all",
        "archive",     "drafts",    "flagged",     "junk",          "sent",
        "trash",       "important",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if ((list->attributes & (1u << i)) != 0)
            text_add(t, " %s", names[i]);
}

static void add_status(text *t, const imap4_event *ev)
{
    const imap4_status_data *data = NULL;
    int                      rc;
    AGAIN(rc, imap4_status_get(ev, &data));
    if (!has(t, "", rc))
        return;
    text_add(t, " ");
    text_add_view(t, data->wire_name);
    if (!imap4_view_equal(data->name, data->wire_name)) {
        text_add(t, " = ");
        text_add_view(t, data->name);
    }
    for (size_t i = 0; i < data->count; i++) {
        text_add(t, " ");
        add_word(t, data->at[i].name);
        if (data->at[i].has_number)
            text_add(t, "=%" PRIu64, data->at[i].number);
        else {
            text_add(t, "=<");
            text_add_view(t, data->at[i].value);
            text_add(t, ">");
        }
    }
}

static void add_numbers(text *t, const imap4_event *ev)
{
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    size_t        count = 0;
    uint32_t      sum   = 0;
    int           rc;
    if (imap4_search_numbers(ev, &walk) < 0)
        return;
    while ((rc = imap4_numbers_next(&walk, &first, &last)) == 1) {
        sum = sum * 31 + first * 7 + last;
        if (++count > 20)
            continue;
        text_add(t, first == last ? " %" PRIu32 : " %" PRIu32 ":%" PRIu32, first, last);
    }
    if (count > 20)
        text_add(t, " ... %zu in all, %08" PRIx32, count, sum);
    if (rc < 0) {
        text_add(t, " !");
        short_rc(t, rc);
    }
}

static void add_esearch(text *t, const imap4_event *ev)
{
    const imap4_esearch *data = NULL;
    int                  rc;
    AGAIN(rc, imap4_esearch_get(ev, &data));
    if (!has(t, "", rc))
        return;
    if (data->tag.ptr != NULL) {
        text_add(t, " tag ");
        text_add_view(t, data->tag);
    }
    if (data->is_uid)
        text_add(t, " uid");
    if (data->has_min)
        text_add(t, " min %" PRIu32, data->min);
    if (data->has_max)
        text_add(t, " max %" PRIu32, data->max);
    if (data->has_count)
        text_add(t, " count %" PRIu64, data->count);
    if (data->has_modseq)
        text_add(t, " modseq %" PRIu64, data->modseq);
    if (data->all.ptr != NULL) {
        text_add(t, " all");
        add_numbers(t, ev);
    }
    if (data->other.ptr != NULL) {
        text_add(t, " other ");
        text_add_view(t, data->other);
    }
}

/* ---- FETCH ------------------------------------------------------------------------- */

static void add_field(text *t, const char *indent, const char *name, imap4_view v)
{
    if (v.ptr == NULL)
        return;
    text_add(t, "%s%s ", indent, name);
    short_bytes(t, v);
    text_add(t, "\n");
}

static void add_addresses(text *t, const char *indent, const char *name, imap4_addresses a)
{
    for (size_t i = 0; i < a.count; i++) {
        const imap4_view part[4] = { a.at[i].name, a.at[i].route, a.at[i].mailbox,
                                     a.at[i].host };
        text_add(t, "%s%s", indent, name);
        for (size_t k = 0; k < 4; k++) {
            text_add(t, " ");
            short_bytes(t, part[k]);
        }
        text_add(t, "\n");
    }
}

static void add_envelope(text *t, const char *indent, const imap4_envelope *e)
{
    add_field(t, indent, "date", e->date);
    add_field(t, indent, "subject", e->subject);
    add_addresses(t, indent, "from", e->from);
    add_addresses(t, indent, "sender", e->sender);
    add_addresses(t, indent, "reply-to", e->reply_to);
    add_addresses(t, indent, "to", e->to);
    add_addresses(t, indent, "cc", e->cc);
    add_addresses(t, indent, "bcc", e->bcc);
    add_field(t, indent, "in-reply-to", e->in_reply_to);
    add_field(t, indent, "message-id", e->message_id);
}

static void add_params(text *t, imap4_params p)
{
    for (size_t i = 0; i < p.count; i++) {
        text_add(t, i == 0 ? " (" : " ");
        add_word(t, p.at[i].name);
        text_add(t, "=");
        add_word(t, p.at[i].value);
    }
    if (p.count != 0)
        text_add(t, ")");
}

static void add_part(text *t, const imap4_body *b)
{
    char            number[4096];
    const ptrdiff_t n = imap4_body_number(b, number, sizeof number);
    text_add(t, "    part %.*s%s", (int)n, number, n == 0 ? "" : " ");
    if (b->is_multipart)
        text_add(t, "multipart");
    else
        add_word(t, b->type);
    text_add(t, "/");
    add_word(t, b->subtype);
    add_params(t, b->params);
    if (b->encoding.ptr != NULL) {
        text_add(t, " ");
        add_word(t, b->encoding);
    }
    if (b->has_octets)
        text_add(t, " %" PRIu64 " octets", b->octets);
    if (b->has_lines)
        text_add(t, " %" PRIu64 " lines", b->lines);
    if (b->disposition.ptr != NULL) {
        text_add(t, " ");
        add_word(t, b->disposition);
        add_params(t, b->disposition_params);
    }
    if (b->language.count != 0) {
        text_add(t, " in");
        add_list(t, &b->language);
    }
    text_add(t, "\n");
    static const char indent[] = "        ";
    add_field(t, indent, "id", b->id);
    add_field(t, indent, "description", b->description);
    add_field(t, indent, "md5", b->md5);
    add_field(t, indent, "location", b->location);
    add_field(t, indent, "extension", b->extension);
    if (b->envelope != NULL) {
        text_add(t, "        envelope\n");
        add_envelope(t, "            ", b->envelope);
    }
}

static void add_item_value(text *t, const imap4_event *ev, const imap4_fetch_item *item)
{
    static const char *const kinds[]  = { "no value", "NIL", "", "", "", "streamed" };
    const imap4_envelope    *envelope = NULL;
    const imap4_body        *body     = NULL;
    imap4_date               date;
    uint64_t                 size = 0;
    int                      rc   = 0;
    switch (item->id) {
    case IMAP4_FETCH_UID: text_add(t, " %" PRIu32 "\n", ev->uid); return;
    case IMAP4_FETCH_FLAGS: return;
    case IMAP4_FETCH_RFC822_SIZE:
        if (has(t, "", imap4_fetch_size(ev, &size)))
            text_add(t, " %" PRIu64, size);
        text_add(t, "\n");
        return;
    case IMAP4_FETCH_INTERNALDATE:
        AGAIN(rc, imap4_fetch_internaldate(ev, &date));
        if (has(t, "", rc))
            text_add(t, " %04d-%02d-%02d %02d:%02d:%02d %+d, %" PRId64, date.year,
                     date.month, date.day, date.hour, date.minute, date.second,
                     date.zone_minutes, date.unix_seconds);
        text_add(t, "\n");
        return;
    case IMAP4_FETCH_ENVELOPE:
        AGAIN(rc, imap4_fetch_envelope(ev, &envelope));
        if (has(t, "", rc)) {
            text_add(t, "\n");
            add_envelope(t, "    ", envelope);
        } else
            text_add(t, "\n");
        return;
    case IMAP4_FETCH_BODY:
    case IMAP4_FETCH_BODYSTRUCTURE:
        AGAIN(rc, imap4_fetch_bodystructure(ev, &body));
        if (has(t, "", rc)) {
            text_add(t, "\n");
            for (; body != NULL; body = imap4_body_next(body))
                add_part(t, body);
        } else
            text_add(t, "\n");
        return;
    default: break;
    }
    text_add(t, " ");
    if (item->kind == IMAP4_VALUE_STREAMED)
        text_add(t, "streamed, %" PRIu64 " bytes", item->size);
    else if (kinds[item->kind][0] != '\0')
        text_add(t, "%s", kinds[item->kind]);
    else if (item->kind == IMAP4_VALUE_STRING)
        short_bytes(t, item->value);
    else
        add_word(t, item->value);
    if (item->has_origin)
        text_add(t, " from %" PRIu64, item->origin);
    text_add(t, "\n");
}

static void add_items(text *t, const imap4_event *ev)
{
    const size_t count = imap4_fetch_count(ev);
    if (count > 40)
        text_add(t, "  %zu items\n", count);
    for (size_t i = 0; i < count; i++) {
        if (count > 40 && i == 5)
            i = count - 1;
        imap4_fetch_item item;
        int              rc;
        AGAIN(rc, imap4_fetch_at(ev, i, &item));
        if (!has(t, "  item", rc)) {
            text_add(t, "\n");
            continue;
        }
        text_add(t, "  ");
        if (item.id == IMAP4_FETCH_FLAGS) {
            add_flags(t, ev, "FLAGS");
            text_add(t, "\n");
            continue;
        }
        add_word(t, item.name);
        add_item_value(t, ev, &item);
    }
    ext_items(t, ev);
}

/* ---- the event ------------------------------------------------------------------- */

static void add_status_line(text *t, const imap4_event *ev)
{
    static const char *const words[] = { "", " OK", " NO", " BAD", " BYE", " PREAUTH" };
    text_add(t, "%s", words[ev->status]);
    if (ev->code.ptr != NULL) {
        text_add(t, " [");
        add_word(t, ev->code);
        if (ev->code_id == IMAP4_CODE_UNKNOWN)
            text_add(t, "?");
        if (ev->has_code_number)
            text_add(t, " %" PRIu64, ev->code_number);
        else if (ev->code_id == IMAP4_CODE_PERMANENTFLAGS) {
            text_add(t, " ");
            add_flags(t, ev, "flags");
        } else if (ev->code_id == IMAP4_CODE_CAPABILITY ||
                   ev->code_id == IMAP4_CODE_BADCHARSET)
            add_words(t, ev);
        else if (ev->code_args.ptr != NULL) {
            text_add(t, " ");
            short_bytes(t, ev->code_args);
            ext_code(t, ev);
        }
        text_add(t, "]");
    }
    if (ev->text.ptr != NULL) {
        text_add(t, " ");
        short_bytes(t, ev->text);
    }
}

static void add_quirk(text *t, const imap4_event *ev)
{
    text_add(t, " %.*s", IMAP4_ARG(ev->name));
    if (ev->data.len != 0)
        text_add(t, " %.*s", IMAP4_ARG(ev->data));
    text_add(t, " \"%.*s\"", IMAP4_ARG(ev->text));
}

static void add_typed(text *t, const imap4_event *ev)
{
    switch (ev->type) {
    case IMAP4_EV_GREETING:
    case IMAP4_EV_CONTINUE:
    case IMAP4_EV_TEXT:
    case IMAP4_EV_TAGGED:
    case IMAP4_EV_PART:
    case IMAP4_EV_DONE: add_status_line(t, ev); break;
    case IMAP4_EV_CAPABILITY: add_words(t, ev); break;
    case IMAP4_EV_LIST:
    case IMAP4_EV_LSUB: add_mailbox(t, ev); break;
    case IMAP4_EV_STATUS: add_status(t, ev); break;
    case IMAP4_EV_FLAGS: add_flags(t, ev, ""); break;
    case IMAP4_EV_SEARCH:
    case IMAP4_EV_SORT: add_numbers(t, ev); break;
    case IMAP4_EV_ESEARCH: add_esearch(t, ev); break;
    case IMAP4_EV_EXISTS:
    case IMAP4_EV_RECENT:
    case IMAP4_EV_EXPUNGE:
    case IMAP4_EV_FETCH: text_add(t, " %" PRIu32, ev->number); break;
    case IMAP4_EV_CHALLENGE:
        text_add(t, " ");
        short_bytes(t, ev->data);
        break;
    case IMAP4_EV_UNKNOWN:
        if (ev->number != 0)
            text_add(t, " %" PRIu32, ev->number);
        if (ev->tag.ptr != NULL) {
            text_add(t, " tag ");
            add_word(t, ev->tag);
        }
        text_add(t, " ");
        add_word(t, ev->name);
        text_add(t, " ");
        short_bytes(t, ev->data);
        break;
    case IMAP4_EV_BODY_BEGIN:
        text_add(t, " %" PRIu32, ev->number);
        text_add(t, " ");
        add_word(t, ev->name);
        text_add(t, " %" PRIu64 " bytes", ev->literal_size);
        if (ev->origin != 0)
            text_add(t, " from %" PRIu64, ev->origin);
        break;
    case IMAP4_EV_BODY_END: text_add(t, " %" PRIu32, ev->number); break;
    case IMAP4_EV_QUIRK: add_quirk(t, ev); break;
    default: break;
    }
    ext_event(t, ev);
}

static void add_marks(text *t, const imap4_event *ev)
{
    if ((ev->marks & IMAP4_MARK_PIECE) != 0)
        text_add(t, " piece %" PRIu32, ev->part);
    if ((ev->marks & IMAP4_MARK_MORE) != 0)
        text_add(t, " more");
    if ((ev->marks & IMAP4_MARK_TRUNCATED) != 0)
        text_add(t, " TRUNCATED");
    if ((ev->marks & IMAP4_MARK_INVALID) != 0)
        text_add(t, " INVALID");
    if ((ev->marks & IMAP4_MARK_UNTRUSTED) != 0) {
        text_add(t, " UNTRUSTED rest ");
        short_bytes(t, ev->rest);
    }
    text_add(t, "\n");
}

/* BODY_DATA events come in any number: what they told is one line. */
static void end_body(short_state *s)
{
    if (s->is_in_body) {
        text_add(&s->out, "BODY_DATA ");
        short_bytes(&s->out, (imap4_view){ s->body.at, s->body.len });
        text_add(&s->out, "\n");
        text_free(&s->body);
    }
    s->is_in_body = false;
}

void short_event(short_state *s, const imap4_event *ev)
{
    static const char *const results[] = { "",         " OK",   " NO",     " BAD",
                                           " SKIPPED", " LOST", " REFUSED" };
    text                    *t         = &s->out;
    if (ev->type == IMAP4_EV_BODY_DATA) {
        bytes_add(&s->body, ev->data.ptr, ev->data.len);
        s->is_in_body = true;
        return;
    }
    end_body(s);
    text_add(t, "%s", imap4_event_name(ev->type));
    if (ev->user != NULL)
        text_add(t, " #%u", (unsigned)(uintptr_t)ev->user);
    if (ev->type == IMAP4_EV_DONE && ev->result > IMAP4_R_BAD)
        text_add(t, "%s", results[ev->result]);
    if (ev->rc != 0) {
        text_add(t, " ");
        short_rc(t, ev->rc);
    }
    if (ev->tag.ptr != NULL && ev->type == IMAP4_EV_TAGGED) {
        text_add(t, " ");
        add_word(t, ev->tag);
    }
    add_typed(t, ev);
    short_hint(t, ev->hint);
    if (ev->type == IMAP4_EV_FETCH && ev->uid != 0)
        text_add(t, " uid %" PRIu32, ev->uid);
    add_marks(t, ev);
    if (ev->type == IMAP4_EV_FETCH)
        add_items(t, ev);
}

void short_end(short_state *s, int rc)
{
    end_body(s);
    if (rc < 0) {
        text_add(&s->out, "= ");
        short_rc(&s->out, rc);
        text_add(&s->out, "\n");
    }
}
