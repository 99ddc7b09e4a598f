/* SPDX-License-Identifier: MIT */
/* wire/out.c - what of a line may be sent now. */
#include "wire/out.h"

#include "base/num.h"

#include <string.h>

/* RFC 7888 section 5: the largest literal that LITERAL- lets go without waiting. */
#define LITERAL_MINUS_MAX 4096

#define TIMES8(text) text text text text text text text text
static const char filler[] = TIMES8(TIMES8(TIMES8("    "))); /* 2 KiB of spaces */

/* ---- chunks ----------------------------------------------------------------- */

int i4_chunks_add(i4_chunks *chunks, const i4_mem *mem, imap4_view chunk)
{
    if (chunk.len == 0)
        return IMAP4_OK;
    if (chunks->count == I4_CHUNKS_MAX)
        return IMAP4_E_LIMIT;
    if (chunks->head != 0 && chunks->head + chunks->count == chunks->cap) {
        memmove(chunks->at, chunks->at + chunks->head, chunks->count * sizeof *chunks->at);
        chunks->head = 0;
    }
    void     *at = chunks->at;
    const int rc = i4_mem_grow(mem, &at, &chunks->cap, chunks->head + chunks->count, 1,
                               sizeof *chunks->at);
    if (rc < 0)
        return rc;
    chunks->at                                 = at;
    chunks->at[chunks->head + chunks->count++] = chunk;
    chunks->given += chunk.len;
    chunks->waiting += chunk.len;
    return IMAP4_OK;
}

void i4_chunks_free(i4_chunks *chunks, const i4_mem *mem)
{
    i4_mem_free(mem, chunks->at, chunks->cap * sizeof *chunks->at);
    *chunks = (i4_chunks){ 0 };
}

static void chunks_sent(i4_chunks *chunks, size_t len)
{
    imap4_view *first = &chunks->at[chunks->head];
    first->ptr += len;
    first->len -= len;
    chunks->waiting -= len;
    if (first->len == 0) {
        chunks->head++;
        chunks->count--;
    }
}

/* ---- runs ------------------------------------------------------------------- */

/* Writes the header of a literal, and returns whether the line waits behind it. */
static bool write_header(char *to, const i4_part *part, i4_literals literals)
{
    const bool waits = literals == I4_LITERALS_WAIT ||
                       (literals == I4_LITERALS_SMALL && part->size > LITERAL_MINUS_MAX);
    char         digits[20];
    const size_t len = i4_num_write(part->size, digits);
    *to++            = '{';
    memcpy(to, digits, len);
    to += len;
    if (!waits)
        *to++ = '+';
    memcpy(to, "}\r\n", 3);
    return waits;
}

/* The byte kept for "+" is not part of a header that waits. */
static bool header_waits(const i4_out *out, const i4_part *part)
{
    return out->base[part->at + part->len - 1] != '\n';
}

static void trace_part(i4_out *out, const i4_part *part, size_t len)
{
    const imap4_view text = { out->base + part->at, len };
    if (part->is_secret)
        i4_trace_secret(out->trace);
    else if (part->kind == I4_PART_BYTES)
        i4_trace_octets(out->trace, part->len);
    else if (part->kind == I4_PART_DATA)
        i4_trace_octets(out->trace, part->size);
    else
        i4_trace_text(out->trace, text);
}

/* Takes all parts up to the next wait. */
static void take_parts(i4_out *out)
{
    if (out->next < out->count)
        out->from = out->to = out->parts[out->next].at;
    out->then = I4_OUT_END;
    while (out->next < out->count && out->then == I4_OUT_END) {
        const i4_part *part = &out->parts[out->next];
        size_t         len  = part->len;
        if (part->kind == I4_PART_INITIAL)
            break; /* not with the command: i4_out_initial() */
        out->next++;
        if (part->kind == I4_PART_HEADER && header_waits(out, part)) {
            out->then = I4_OUT_PLUS;
            len--;
        } else if (part->kind == I4_PART_DATA && part->size != 0) {
            out->then      = I4_OUT_DATA;
            out->data_left = part->size;
        }
        out->to = part->at + len;
        trace_part(out, part, len);
    }
}

static void next_run(i4_out *out)
{
    i4_trace_begin(out->trace, 'C');
    take_parts(out);
    i4_trace_end(out->trace);
}

/* The line is over: sends what waited for that. */
static void next_line(i4_out *out)
{
    char *const  line   = out->later;
    const size_t len    = out->later_len;
    const bool   secret = out->is_later_secret;
    out->is_open        = false;
    out->later          = NULL;
    out->later_len      = 0;
    if (len != 0) {
        i4_out_say(out, line, len, secret);
    } else if (out->wants_initial) {
        out->wants_initial = false;
        (void)i4_out_initial(out);
    }
}

/* Goes on until something is to be sent or to be waited for. */
static void settle(i4_out *out)
{
    while (out->is_open && out->from == out->to) {
        if (out->then == I4_OUT_END) {
            next_line(out);
        } else if (out->then == I4_OUT_PLUS && !out->has_plus) {
            /* Behind a refusal there will be no "+": for the server the line is over. */
            if (!out->is_discarding)
                return;
            next_line(out);
        } else if (out->then == I4_OUT_DATA && out->data_left != 0) {
            return;
        } else {
            out->has_plus = false;
            next_run(out);
        }
    }
}

void i4_out_start(i4_out *out, char *base, i4_part *parts, size_t count, size_t tag_len,
                  i4_literals literals, bool initial, i4_chunks *chunks)
{
    i4_trace *trace = out->trace;
    *out            = (i4_out){ .is_open = true,
                                .base    = base,
                                .parts   = parts,
                                .count   = count,
                                .chunks  = chunks,
                                .trace   = trace };
    for (size_t i = 0; i < count; i++)
        if (parts[i].kind == I4_PART_HEADER)
            (void)write_header(base + parts[i].at, &parts[i], literals);
    size_t start = parts[0].at - tag_len;
    if (initial && count > 1 && parts[count - 1].kind == I4_PART_INITIAL) {
        /* RFC 4959: "AUTHENTICATE PLAIN" CRLF "cmVz" CRLF becomes one line.  The text
         * moves up by one byte over its CR, and its LF becomes the space. */
        i4_part *head = &parts[count - 2];
        memmove(base + start + 1, base + start, head->at + head->len - 2 - start);
        base[head->at + head->len - 1] = ' ';
        parts[count - 1].kind          = I4_PART_TEXT;
        start++;
        for (size_t i = 0; i + 1 < count; i++) {
            parts[i].at++;
        }
        head->len--;
    }
    i4_trace_begin(trace, 'C');
    i4_trace_text(trace, (imap4_view){ base + start, tag_len });
    take_parts(out);
    i4_trace_end(trace);
    out->from = start;
}

bool i4_out_initial(i4_out *out)
{
    if (out->next >= out->count || out->parts[out->next].kind != I4_PART_INITIAL)
        return false;
    if (out->is_open) {
        out->wants_initial = true;
        return true;
    }
    i4_part *part = &out->parts[out->next];
    if (part->len == 3 && out->base[part->at] == '=') {
        /* RFC 4959 section 3: "=" says empty only on the command's line. */
        part->at++;
        part->len--;
    }
    part->kind   = I4_PART_TEXT;
    out->is_open = true;
    next_run(out);
    return true;
}

void i4_out_say(i4_out *out, char *line, size_t len, bool secret)
{
    if (out->is_open) {
        out->later           = line;
        out->later_len       = len;
        out->is_later_secret = secret;
        return;
    }
    i4_trace *trace = out->trace;
    *out            = (i4_out){
                   .is_open = true, .base = line, .to = len, .is_secret = secret, .trace = trace
    };
    i4_trace_begin(trace, 'C');
    if (secret)
        i4_trace_secret(trace);
    else
        i4_trace_text(trace, (imap4_view){ line, len });
    i4_trace_end(trace);
}

/* ---- sending ----------------------------------------------------------------- */

static imap4_view data_view(const i4_out *out)
{
    imap4_view view = { filler, sizeof filler - 1 };
    if (!out->is_discarding) {
        if (out->chunks == NULL || out->chunks->count == 0)
            return IMAP4_NIL;
        view = out->chunks->at[out->chunks->head];
    }
    if (view.len > out->data_left)
        view.len = (size_t)out->data_left;
    return view;
}

static imap4_view current_view(const i4_out *out)
{
    if (!out->is_open)
        return IMAP4_NIL;
    if (out->from != out->to)
        return (imap4_view){ out->base + out->from, out->to - out->from };
    return out->then == I4_OUT_DATA ? data_view(out) : IMAP4_NIL;
}

bool i4_out_has_view(const i4_out *out)
{
    return current_view(out).len != 0;
}

size_t i4_out_text_len(const i4_out *out)
{
    return out->is_open ? out->to - out->from : 0;
}

bool i4_out_ends_line(const i4_out *out)
{
    return out->then == I4_OUT_END && out->later_len == 0 && !out->wants_initial;
}

imap4_view i4_out_view(i4_out *out)
{
    const imap4_view view = current_view(out);
    out->lent             = view.len;
    out->is_data_lent     = view.len != 0 && out->from == out->to && !out->is_discarding;
    return view;
}

static void wipe_sent(i4_out *out, size_t from, size_t to)
{
    if (out->is_secret)
        i4_mem_wipe(out->base + from, to - from);
    for (size_t i = 0; i < out->next; i++) {
        const i4_part *part = &out->parts[i];
        const size_t   end  = part->at + part->len;
        const size_t   a    = part->at > from ? part->at : from;
        const size_t   b    = end < to ? end : to;
        if (part->is_secret && a < b)
            i4_mem_wipe(out->base + a, b - a);
    }
}

void i4_out_ack(i4_out *out, size_t len)
{
    if (len > out->lent)
        len = out->lent;
    const bool is_data = out->is_data_lent;
    out->lent          = 0;
    out->is_data_lent  = false;
    if (!out->is_open)
        return;
    if (out->from != out->to) {
        wipe_sent(out, out->from, out->from + len);
        out->from += len;
    } else if (out->then == I4_OUT_DATA) {
        out->data_left -= len;
        if (is_data)
            chunks_sent(out->chunks, len);
    }
    settle(out);
}

/* ---- questions --------------------------------------------------------------- */

bool i4_out_wants_plus(const i4_out *out)
{
    /* What is lent may have gone out, and been answered, before we are told. */
    return out->is_open && out->then == I4_OUT_PLUS && !out->has_plus &&
           out->to - out->from <= out->lent;
}

void i4_out_plus(i4_out *out)
{
    out->has_plus = true;
    settle(out);
}

bool i4_out_wants_data(const i4_out *out)
{
    return out->is_open && out->from == out->to && out->then == I4_OUT_DATA &&
           !i4_out_has_view(out);
}

bool i4_out_is_sent(const i4_out *out)
{
    return !out->is_open || (out->then == I4_OUT_END && out->to - out->from <= out->lent &&
                             out->later_len == 0 && !out->wants_initial);
}

bool i4_out_has_literal(const i4_out *out)
{
    for (size_t i = 0; i < out->next; i++)
        if (out->parts[i].kind == I4_PART_HEADER)
            return true;
    return false;
}

void i4_out_abort(i4_out *out)
{
    out->is_open = false;
}

void i4_out_discard(i4_out *out)
{
    out->is_discarding = true;
    out->later_len     = 0;
    out->wants_initial = false;
    settle(out);
}
