/* SPDX-License-Identifier: MIT */
/* parse/search.c - SEARCH, and walks over the numbers of SEARCH and ESEARCH. */
#include "parse/search.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "text/seqset.h"

static bool is_separator(char c)
{
    return c == ' ' || c == ',';
}

/* What a piece ended in. */
enum {
    IN_NUMBERS,
    BEHIND
};

/* "* SEARCH 2 5 (MODSEQ 917162500)" (RFC 7162 3.1.5): the numbers end at the parenthesis. */
int i4_search_piece(i4_event *ev)
{
    imap4_view *data  = &ev->pub.data;
    const char *paren = data->len == 0 ? NULL : memchr(data->ptr, '(', data->len);
    if (ev->pub.part == 0)
        ev->piece_state = IN_NUMBERS;
    if (ev->piece_state == BEHIND)
        paren = data->ptr;
    if (paren != NULL) {
        ev->behind      = i4_view(paren, data->ptr + data->len);
        data->len       = (size_t)(paren - data->ptr);
        ev->piece_state = BEHIND;
    }
    while (data->len != 0 && data->ptr[data->len - 1] == ' ')
        data->len--;
    while (data->len != 0 && data->ptr[0] == ' ') {
        data->ptr++;
        data->len--;
    }
    for (size_t i = 0; i < data->len; i++) {
        if (!i4_is_digit(data->ptr[i]) && data->ptr[i] != ' ')
            return IMAP4_E_SYNTAX;
    }
    return IMAP4_OK;
}

int imap4_search_numbers(const imap4_event *ev, imap4_numbers *out)
{
    const i4_resp_row *row = i4_event_of(ev)->row;
    if (row == NULL || (row->marks & I4_RESP_NUMBERS) == 0 || ev->data.ptr == NULL)
        return IMAP4_E_ABSENT;
    out->rest = ev->data;
    return IMAP4_OK;
}

/* One number, of as many digits as are usual or of more. */
static bool take_number(const char **p, const char *end, uint64_t *out)
{
    const size_t len = end - *p < 8 ? 0 : i4_num_short(*p, out);
    *p += len;
    return len != 0 || i4_num_read(p, end, UINT32_MAX, out);
}

int imap4_numbers_next(imap4_numbers *walk, uint32_t *first, uint32_t *last)
{
    const char *p    = walk->rest.ptr;
    const char *end  = walk->rest.ptr + walk->rest.len;
    uint64_t    from = 0, to = 0;
    do { /* a known server sends 0 among the numbers: it means nothing */
        while (p < end && is_separator(*p))
            p++;
        if (p == end) {
            walk->rest.len = 0;
            return 0;
        }
        if (!take_number(&p, end, &from))
            return IMAP4_E_SYNTAX;
        to = from;
        if (p < end && *p == ':') {
            p++;
            if (!take_number(&p, end, &to))
                return IMAP4_E_SYNTAX;
        }
        if (p < end && !is_separator(*p))
            return IMAP4_E_SYNTAX;
    } while (from == 0 && to == 0);
    if (from == 0 || to == 0)
        return IMAP4_E_SYNTAX;
    walk->rest = i4_view(p, end);
    *first     = (uint32_t)from;
    if (last != NULL)
        *last = (uint32_t)to;
    return 1;
}

int imap4_search_collect(const imap4_event *ev, imap4_seqset *set)
{
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    int           rc = IMAP4_OK;
    I4_TRY(imap4_search_numbers(ev, &walk));
    /* Pushed in any order and sorted once: a server cannot make this slow. */
    while (rc >= 0 && (rc = imap4_numbers_next(&walk, &first, &last)) == 1)
        rc = i4_seqset_push(set, first, last);
    const int settled = i4_seqset_settle(set);
    return rc < 0 ? rc : settled;
}
