/* SPDX-License-Identifier: MIT */
/* cli/write_event.c - events become JSON objects, one a response (doc/json.md). */
#include "write_event.h"

#include "imap4/ext/condstore.h"

#include "write_ext.h"

#include <errno.h>
#include <string.h>

void write_note(event_writer *w, const char *name)
{
    for (size_t i = 0; i < w->invalid_count; i++)
        if (strcmp(w->invalid[i], name) == 0)
            return;
    if (w->invalid_count < WRITE_INVALID)
        w->invalid[w->invalid_count++] = name;
}

bool write_can(event_writer *w, int rc, const char *name)
{
    if (rc == IMAP4_E_SYNTAX || rc == IMAP4_E_LIMIT)
        write_note(w, name);
    else if (rc == IMAP4_E_NOMEM)
        out_fail(&w->out, ENOMEM);
    return rc == IMAP4_OK;
}

/* ---- words ------------------------------------------------------------------ */

/* "KEY":[...] and, if some are not UTF-8, "KEY_b64":[...]. */
static void words(event_writer *w, const char *key, const imap4_strings *strings,
                  bool is_flags)
{
    size_t others = 0;
    out_array(&w->out, key);
    for (size_t i = 0; i < strings->count; i++) {
        const imap4_view word = strings->at[i];
        const imap4_view name = is_flags ? imap4_flag_name(imap4_flag_bit(word))
                                         : IMAP4_NIL;
        if (imap4_utf8_valid(word))
            out_text(&w->out, NULL, name.ptr == NULL ? word : name);
        else
            others++;
    }
    out_end_array(&w->out);
    if (others == 0)
        return;
    char name[32];
    snprintf(name, sizeof name, "%s_b64", key);
    out_array(&w->out, name);
    for (size_t i = 0; i < strings->count; i++)
        if (!imap4_utf8_valid(strings->at[i]))
            out_base64(&w->out, NULL, strings->at[i]);
    out_end_array(&w->out);
}

void write_strings(event_writer *w, const char *key, const imap4_strings *strings)
{
    words(w, key, strings, false);
}

void write_flags(event_writer *w, const char *key, const imap4_flags *flags)
{
    words(w, key, &flags->all, true);
}

static void event_strings(event_writer *w, const imap4_event *ev, const char *key,
                          const char *datum)
{
    const imap4_strings *strings = NULL;
    if (write_can(w, imap4_event_strings(ev, &strings), datum))
        write_strings(w, key, strings);
}

static void event_flags(event_writer *w, const imap4_event *ev, const char *datum)
{
    const imap4_flags *flags = NULL;
    if (write_can(w, imap4_event_flags(ev, &flags), datum))
        write_flags(w, "flags", flags);
}

/* ---- status lines ----------------------------------------------------------- */

static const char *status_word(int32_t status)
{
    static const char *const rows[] = {
        [IMAP4_STATUS_NONE] = "",   [IMAP4_STATUS_OK] = "OK",
        [IMAP4_STATUS_NO] = "NO",   [IMAP4_STATUS_BAD] = "BAD",
        [IMAP4_STATUS_BYE] = "BYE", [IMAP4_STATUS_PREAUTH] = "PREAUTH",
    };
    const size_t count = sizeof rows / sizeof rows[0];
    return status < 0 || (size_t)status >= count ? "" : rows[status];
}

static void write_code(event_writer *w, const imap4_event *ev)
{
    if (ev->code.ptr == NULL)
        return;
    out_object(&w->out, "code");
    out_text_upper(&w->out, "name", ev->code);
    bool is_read = true; /* the arguments, so they need not be shown as they are */
    switch (ev->code_id) {
    case IMAP4_CODE_UIDNEXT:
    case IMAP4_CODE_UIDVALIDITY:
    case IMAP4_CODE_UNSEEN:
        if (!ev->has_code_number)
            write_note(w, "code");
        break;
    case IMAP4_CODE_CAPABILITY: event_strings(w, ev, "capabilities", "code"); break;
    case IMAP4_CODE_BADCHARSET: event_strings(w, ev, "charsets", "code"); break;
    case IMAP4_CODE_PERMANENTFLAGS: event_flags(w, ev, "code"); break;
    default: is_read = ev->has_code_number != 0 || write_ext_code(w, ev); break;
    }
    if (ev->has_code_number)
        out_number(&w->out, "number", ev->code_number);
    if ((!is_read || w->invalid_count != 0) && ev->code_args.ptr != NULL)
        out_text(&w->out, "args", ev->code_args);
    out_end_object(&w->out);
}

static void write_text(event_writer *w, const imap4_event *ev)
{
    out_word(&w->out, "status", status_word(ev->status));
    write_code(w, ev);
    out_text(&w->out, "text", ev->text);
}

static void write_tagged(event_writer *w, const imap4_event *ev)
{
    out_text(&w->out, "tag", ev->tag);
    write_text(w, ev);
}

static void write_continue(event_writer *w, const imap4_event *ev)
{
    write_code(w, ev);
    out_text(&w->out, "text", ev->text);
}

/* ---- data ------------------------------------------------------------------- */

static void write_capability(event_writer *w, const imap4_event *ev)
{
    event_strings(w, ev, "capabilities", "capabilities");
}

static void write_flags_response(event_writer *w, const imap4_event *ev)
{
    event_flags(w, ev, "flags");
}

void write_number(event_writer *w, const imap4_event *ev)
{
    /* One that is too large comes as 0: that would be another claim. */
    if (ev->number != 0 || (ev->marks & IMAP4_MARK_INVALID) == 0)
        out_number(&w->out, "number", ev->number);
}

void write_mailbox(event_writer *w, imap4_view name, imap4_view wire_name)
{
    out_text(&w->out, "name", name);
    if (!imap4_view_equal(name, wire_name))
        out_text(&w->out, "wire_name", wire_name);
}

static void write_list(event_writer *w, const imap4_event *ev)
{
    const imap4_list_data *list = NULL;
    if (!write_can(w, imap4_list_get(ev, &list), "list"))
        return;
    write_strings(w, "attributes", &list->attribute);
    const char delimiter = (char)list->delimiter;
    out_text(&w->out, "delimiter",
             list->delimiter < 0 ? IMAP4_NIL : (imap4_view){ &delimiter, 1 });
    write_mailbox(w, list->name, list->wire_name);
    if (list->extended.ptr == NULL)
        return;
    out_text(&w->out, "extended", list->extended);
    write_list_extended(w, ev);
}

/* The numbers of STATUS that have a key of their own, in its order. */
static const struct {
    const char *item;
    const char *key;
} status_rows[] = {
    { "MESSAGES", "messages" },
    { "RECENT", "recent" },
    { "UIDNEXT", "uidnext" },
    { "UIDVALIDITY", "uidvalidity" },
    { "UNSEEN", "unseen" },
    { "SIZE", "size" },
    { "DELETED", "deleted" },
    { "DELETED-STORAGE", "deleted_storage" },
    { "HIGHESTMODSEQ", "highestmodseq" },
    { "APPENDLIMIT", "appendlimit" },
};
enum {
    STATUS_ROWS = sizeof status_rows / sizeof status_rows[0]
};

/* The row of an item, STATUS_ROWS if it has none. */
static size_t status_row(imap4_view name)
{
    size_t row = 0;
    while (row < STATUS_ROWS &&
           !imap4_view_equal_nocase(name, imap4_view_of(status_rows[row].item)))
        row++;
    return row;
}

static void write_status(event_writer *w, const imap4_event *ev)
{
    const imap4_status_data *data = NULL;
    if (!write_can(w, imap4_status_get(ev, &data), "status"))
        return;
    write_mailbox(w, data->name, data->wire_name);
    /* The first of each name has the key; what else there is goes to "other". */
    const imap4_status_item *first[STATUS_ROWS + 1] = { 0 };
    size_t                   others                 = 0;
    for (size_t i = 0; i < data->count; i++) {
        const size_t row = status_row(data->at[i].name);
        if (row < STATUS_ROWS && first[row] == NULL && data->at[i].has_number)
            first[row] = &data->at[i];
        else
            others++;
    }
    for (size_t row = 0; row < STATUS_ROWS; row++)
        if (first[row] != NULL)
            out_number(&w->out, status_rows[row].key, first[row]->number);
    if (others == 0)
        return;
    out_array(&w->out, "other");
    for (size_t i = 0; i < data->count; i++) {
        const imap4_status_item *item = &data->at[i];
        if (first[status_row(item->name)] == item)
            continue;
        out_object(&w->out, NULL);
        out_text_upper(&w->out, "name", item->name);
        out_text(&w->out, "value", item->value);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

static void write_search(event_writer *w, const imap4_event *ev)
{
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    int           rc = imap4_search_numbers(ev, &walk);
    out_array(&w->out, "numbers");
    while (rc == IMAP4_OK && (rc = imap4_numbers_next(&walk, &first, &last)) == 1) {
        /* RFC 3501 7.2.5: numbers, no ranges */
        rc = first == last ? IMAP4_OK : IMAP4_E_SYNTAX;
        if (rc == IMAP4_OK)
            out_number(&w->out, NULL, first);
    }
    out_end_array(&w->out);
    (void)write_can(w, rc, "numbers");
    uint64_t modseq = 0;
    if (write_can(w, imap4_search_modseq(ev, &modseq), "modseq"))
        out_number(&w->out, "modseq", modseq);
}

static void write_ranges(event_writer *w, const imap4_event *ev)
{
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    int           rc = imap4_search_numbers(ev, &walk);
    out_array(&w->out, "all");
    while (rc == IMAP4_OK && (rc = imap4_numbers_next(&walk, &first, &last)) == 1) {
        out_array(&w->out, NULL);
        out_number(&w->out, NULL, first);
        out_number(&w->out, NULL, last);
        out_end_array(&w->out);
        rc = IMAP4_OK;
    }
    out_end_array(&w->out);
    (void)write_can(w, rc, "all");
}

static void write_esearch(event_writer *w, const imap4_event *ev)
{
    const imap4_esearch *found = NULL;
    if (!write_can(w, imap4_esearch_get(ev, &found), "esearch"))
        return;
    if (found->tag.ptr != NULL)
        out_text(&w->out, "tag", found->tag);
    /* Only the first piece knows. */
    if (ev->part == 0)
        out_bool(&w->out, "is_uid", found->is_uid != 0);
    if (found->has_min)
        out_number(&w->out, "min", found->min);
    if (found->has_max)
        out_number(&w->out, "max", found->max);
    if (found->has_count)
        out_number(&w->out, "count", found->count);
    if (found->has_modseq)
        out_number(&w->out, "modseq", found->modseq);
    if (found->all.ptr != NULL)
        write_ranges(w, ev);
    if (found->other.ptr != NULL)
        out_text(&w->out, "other", found->other);
}

static void write_unknown(event_writer *w, const imap4_event *ev)
{
    if (ev->tag.ptr != NULL)
        out_text(&w->out, "tag", ev->tag);
    out_text_upper(&w->out, "name", ev->name);
    if (ev->number != 0)
        out_number(&w->out, "number", ev->number);
    if (ev->name.ptr != NULL)
        values_out(&w->values, &w->out, "data", ev->data);
}

/* ---- one line --------------------------------------------------------------- */

static const ext_event_row rows[] = {
    { IMAP4_EV_TEXT, "text", write_text },
    { IMAP4_EV_TAGGED, "tagged", write_tagged },
    { IMAP4_EV_CONTINUE, "continue", write_continue },
    { IMAP4_EV_CAPABILITY, "capability", write_capability },
    { IMAP4_EV_LIST, "list", write_list },
    { IMAP4_EV_LSUB, "lsub", write_list },
    { IMAP4_EV_STATUS, "status", write_status },
    { IMAP4_EV_FLAGS, "flags", write_flags_response },
    { IMAP4_EV_SEARCH, "search", write_search },
    { IMAP4_EV_SORT, "sort", write_search },
    { IMAP4_EV_EXISTS, "exists", write_number },
    { IMAP4_EV_RECENT, "recent", write_number },
    { IMAP4_EV_EXPUNGE, "expunge", write_number },
    { IMAP4_EV_FETCH, "fetch", write_fetch },
    { IMAP4_EV_ESEARCH, "esearch", write_esearch },
    { IMAP4_EV_UNKNOWN, "unknown", write_unknown },
};

/* What a newer library may tell is unknown to this program. */
static const ext_event_row *row_of(const imap4_event *ev)
{
    static const ext_event_row unknown = { IMAP4_EV_UNKNOWN, "unknown", write_unknown };
    const ext_event_row       *row     = write_ext_row(ev);
    if (row != NULL)
        return row;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].type == ev->type)
            return &rows[i];
    return &unknown;
}

/* A literal of a FETCH may have been held or not, and that must not be seen. */
static bool is_raw(const imap4_event *ev, const imap4_segment *segment)
{
    return segment->view.len != 0 &&
           (ev->type != IMAP4_EV_FETCH || segment->kind == IMAP4_SEG_LINE);
}

/* The bytes of the response; of a FETCH without its literals. */
static void write_raw(event_writer *w, const imap4_event *ev)
{
    size_t len = 0;
    for (size_t i = 0; i < ev->raw_count; i++)
        len += is_raw(ev, &ev->raw[i]) ? ev->raw[i].view.len : 0;
    char *bytes = len == 0 ? NULL : out_room(&w->out, len);
    if (bytes == NULL)
        return;
    size_t at = 0;
    for (size_t i = 0; i < ev->raw_count; i++) {
        if (!is_raw(ev, &ev->raw[i]))
            continue;
        memcpy(bytes + at, ev->raw[i].view.ptr, ev->raw[i].view.len);
        at += ev->raw[i].view.len;
    }
    values_out(&w->values, &w->out, "raw", (imap4_view){ bytes, len });
}

/* What was wrong with the response, and where it stands. */
static void write_marks(event_writer *w, const imap4_event *ev)
{
    if ((ev->marks & IMAP4_MARK_INVALID) != 0 && w->invalid_count == 0)
        write_note(w, "response");
    const bool is_invalid   = w->invalid_count != 0;
    const bool is_untrusted = (ev->marks & IMAP4_MARK_UNTRUSTED) != 0;
    const bool is_truncated = (ev->marks & IMAP4_MARK_TRUNCATED) != 0;
    /* A FETCH has the bytes of a bad item beside it. */
    const bool has_no_name  = ev->type == IMAP4_EV_UNKNOWN && ev->name.ptr == NULL;
    bool       is_whole     = ev->type != IMAP4_EV_FETCH;
    w->is_bad               = w->is_bad || is_invalid || is_untrusted || is_truncated;
    if (is_invalid) {
        out_array(&w->out, "invalid");
        for (size_t i = 0; i < w->invalid_count; i++) {
            is_whole = is_whole || strcmp(w->invalid[i], "response") == 0;
            out_word(&w->out, NULL, w->invalid[i]);
        }
        out_end_array(&w->out);
    }
    if (is_untrusted)
        out_bool(&w->out, "untrusted", true);
    if (is_truncated)
        out_bool(&w->out, "truncated", true);
    if (is_invalid || is_untrusted || is_truncated || has_no_name)
        out_number(&w->out, "offset", ev->offset);
    if (is_untrusted)
        values_out(&w->values, &w->out, "rest", ev->rest);
    if ((is_invalid && is_whole) || has_no_name)
        write_raw(w, ev);
}

bool write_event(event_writer *w, const imap4_event *ev)
{
    if (ev->type == IMAP4_EV_BODY_BEGIN || ev->type == IMAP4_EV_BODY_DATA ||
        ev->type == IMAP4_EV_BODY_END) {
        if (!values_take(&w->values, ev))
            out_fail(&w->out, ENOMEM);
        return w->out.error == 0;
    }
    const ext_event_row *row     = row_of(ev);
    const bool           is_last = (ev->marks & IMAP4_MARK_MORE) == 0;
    w->invalid_count             = 0;
    out_line(&w->out, row->name);
    row->write(w, ev);
    if ((ev->marks & IMAP4_MARK_PIECE) != 0) {
        out_number(&w->out, "part", ev->part);
        out_bool(&w->out, "more", !is_last);
    }
    write_marks(w, ev);
    out_end_line(&w->out);
    values_reset(&w->values);
    if (is_last) {
        w->responses++;
        w->bad += w->is_bad;
        w->unknown += row->type == IMAP4_EV_UNKNOWN;
        w->is_bad = false;
    }
    return w->out.error == 0;
}
