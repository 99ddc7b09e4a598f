/* SPDX-License-Identifier: MIT */
/* parse/response.c - what kind of response a first line begins, and its event. */
#include "parse/response.h"

#include "base/num.h"
#include "base/view.h"
#include "parse/code.h"

static const char *skip_spaces(const char *p, const char *end)
{
    while (p < end && *p == ' ')
        p++;
    return p;
}

static const char *skip_word(const char *p, const char *end)
{
    while (p < end && *p != ' ')
        p++;
    return p;
}

static int32_t status_of(const char *p, size_t len)
{
    switch (len) {
    case 2:
        if (i4_equal_nocase(p, "OK", 2))
            return IMAP4_STATUS_OK;
        return i4_equal_nocase(p, "NO", 2) ? IMAP4_STATUS_NO : IMAP4_STATUS_NONE;
    case 3:
        if (i4_equal_nocase(p, "BAD", 3))
            return IMAP4_STATUS_BAD;
        return i4_equal_nocase(p, "BYE", 3) ? IMAP4_STATUS_BYE : IMAP4_STATUS_NONE;
    case 7:
        return i4_equal_nocase(p, "PREAUTH", 7) ? IMAP4_STATUS_PREAUTH : IMAP4_STATUS_NONE;
    default: return IMAP4_STATUS_NONE;
    }
}

/* The length of the row's name if it stands at `p`, as a whole word; else 0.  The row that
 * was used last serves most of the time. */
static size_t len_of_row(const i4_resp_row *row, const char *p, const char *end,
                         bool is_numbered)
{
    size_t n = 0;
    if (row == NULL || ((row->marks & I4_RESP_NUMBERED) != 0) != is_numbered)
        return 0;
    while (p + n < end && row->name[n] != '\0' && p[n] == row->name[n])
        n++;
    return row->name[n] == '\0' && (p + n == end || p[n] == ' ') ? n : 0;
}

void i4_head_read(i4_head *head, const i4_index *index, const i4_resp_row *last,
                  const char *base, const char *end)
{
    const char *p = base;
    *head         = (i4_head){ .kind = I4_KIND_UNKNOWN };
    /* A known server puts NUL in front of its lines. */
    while (p < end && (*p == '\0' || *p == ' '))
        p++;
    if (p == end) {
        head->kind = I4_KIND_EMPTY;
        return;
    }
    if (*p == '+') {
        head->kind    = I4_KIND_CONTINUE;
        p             = p + 1 < end && p[1] == ' ' ? p + 2 : p + 1;
        head->body_at = (size_t)(p - base);
        return;
    }
    const char *first      = p;
    p                      = skip_word(p, end);
    const bool is_untagged = p - first == 1 && *first == '*';
    if (!is_untagged) {
        head->tag_at  = (size_t)(first - base);
        head->tag_len = (size_t)(p - first);
    }
    p = skip_spaces(p, end);

    bool is_numbered = false;
    if (is_untagged && p < end && i4_is_digit(*p)) {
        uint64_t n   = 0;
        head->is_odd = !i4_num_read(&p, end, UINT32_MAX, &n) || (p < end && *p != ' ');
        head->number = head->is_odd ? 0 : (uint32_t)n;
        is_numbered  = true;
        p            = skip_spaces(skip_word(p, end), end);
    }
    const char  *name  = p;
    const size_t known = is_untagged ? len_of_row(last, p, end, is_numbered) : 0;
    p                  = known != 0 ? p + known : skip_word(p, end);
    head->name_at      = (size_t)(name - base);
    head->name_len     = (size_t)(p - name);
    head->body_at      = (size_t)(p - base);
    if (!is_numbered && known == 0) {
        head->status = status_of(name, head->name_len);
        if (head->status != IMAP4_STATUS_NONE) {
            head->kind    = I4_KIND_STATUS;
            head->body_at = (size_t)(skip_spaces(p, end) - base);
            return;
        }
    }
    if (!is_untagged)
        return;
    head->row = known != 0 ? last : i4_index_find(index, i4_view(name, p), is_numbered);
    if (head->row != NULL)
        head->kind = I4_KIND_DATA;
}

/* RFC 3501 section 9, TEXT-CHAR: no CR, no LF, no NUL.  One alone is data here; whoever else
 * takes it for the end of the line reads other responses than we do. */
static void note_controls(i4_event *ev)
{
    const imap4_view text = ev->pub.text;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r' && text.ptr[i] != '\n' && text.ptr[i] != '\0')
            continue;
        i4_event_odd(ev, IMAP4_DIAG_CONTROL, i4_view(text.ptr + i, text.ptr + text.len),
                     "RFC 3501 9, TEXT-CHAR");
        return;
    }
}

void i4_response_event(i4_event *ev, const i4_head *head, const i4_registry *reg,
                       const char *base, const char *end)
{
    imap4_event     *pub  = &ev->pub;
    const imap4_view body = base + head->body_at <= end
                                ? i4_view(base + head->body_at, end)
                                : (imap4_view){ end, 0 };
    pub->number           = head->number;
    pub->status           = head->status;
    ev->row               = head->row;
    if (head->tag_len != 0)
        pub->tag = (imap4_view){ base + head->tag_at, head->tag_len };
    if (head->name_len != 0)
        pub->name = (imap4_view){ base + head->name_at, head->name_len };
    if (head->is_odd)
        i4_event_invalid(ev, i4_view(base, end), "RFC 3501 9, number");
    if (*base == '\0' || *base == ' ')
        i4_event_odd(ev, IMAP4_DIAG_BEFORE_LINE, i4_view(base, end),
                     "RFC 3501 9, response");
    switch (head->kind) {
    case I4_KIND_CONTINUE:
        pub->type = IMAP4_EV_CONTINUE;
        if (head->body_at == 0 || base[head->body_at - 1] != ' ')
            i4_event_odd(ev, IMAP4_DIAG_CONTINUATION, i4_view(base, end),
                         "RFC 3501 9, continue-req");
        i4_code_read(ev, reg, body);
        break;
    case I4_KIND_STATUS:
        pub->type = head->tag_len != 0 ? IMAP4_EV_TAGGED : IMAP4_EV_TEXT;
        i4_code_read(ev, reg, body);
        note_controls(ev);
        if (pub->text.len == 0)
            i4_event_odd(ev, IMAP4_DIAG_NO_TEXT, i4_view(base, end),
                         "RFC 3501 9, resp-text");
        if (head->tag_len != 0 && head->status >= IMAP4_STATUS_BYE)
            i4_event_odd(ev, IMAP4_DIAG_STATUS, i4_view(base, end),
                         "RFC 3501 9, response-tagged");
        break;
    case I4_KIND_DATA:
        pub->type = head->row->event;
        /* Messages count from 1 (RFC 3501 2.3.1.2); a known server says "* 0 FETCH". */
        if (head->number == 0 && (head->row->marks & I4_RESP_MESSAGE) != 0)
            i4_event_invalid(ev, i4_view(base, end), "RFC 3501 9, nz-number");
        if ((head->row->marks & I4_RESP_NUMBERS) != 0)
            pub->data = body;
        break;
    case I4_KIND_EMPTY:
    case I4_KIND_UNKNOWN:
        pub->type = IMAP4_EV_UNKNOWN;
        pub->data = body;
        if (pub->data.len != 0 && pub->data.ptr[0] == ' ')
            pub->data = (imap4_view){ body.ptr + 1, body.len - 1 };
        if (head->tag_len != 0 && base[head->tag_at] != '[') /* a lost "* OK": the engine */
            i4_event_odd(ev, IMAP4_DIAG_LINE, i4_view(base, end), "RFC 3501 9, response");
        break;
    }
}
