/* SPDX-License-Identifier: MIT */
/* wire/line.c - the bytes and parts of a command while it is written. */
#include "wire/line.h"

#include "base/num.h"

#include <string.h>

/* ---- memory ---------------------------------------------------------------- */

void i4_line_wipe(i4_bytes *b)
{
    if (b->ptr != NULL)
        i4_mem_wipe(b->ptr, b->len);
}

/* Not by resize(): that would leave a copy of what may be secret. */
char *i4_line_room(i4_cmd *c, i4_bytes *b, size_t more)
{
    size_t need = 0, cap = b->cap < 256 ? 256 : b->cap;
    if (!i4_add_size(b->len, more, &need))
        return NULL;
    if (b->ptr != NULL && need <= b->cap)
        return b->ptr + b->len;
    while (cap < need)
        if (!i4_mul_size(cap, 2, &cap))
            return NULL;
    char *grown = i4_mem_alloc(c->mem, cap);
    if (grown == NULL)
        return NULL;
    if (b->len != 0)
        memcpy(grown, b->ptr, b->len);
    if (c->has_secret)
        i4_line_wipe(b);
    i4_mem_free(c->mem, b->ptr, b->cap);
    b->ptr = grown;
    b->cap = cap;
    return b->ptr + b->len;
}

void i4_line_no_memory(i4_cmd *c)
{
    i4_write_refuse(c, IMAP4_E_NOMEM, "out of memory", IMAP4_NIL);
}

/* ---- parts ----------------------------------------------------------------- */

static i4_part *add_part(i4_cmd *c, i4_part_kind kind)
{
    void *parts = c->parts;
    if (i4_mem_grow(c->mem, &parts, &c->part_cap, c->part_count, 1, sizeof *c->parts) < 0) {
        i4_line_no_memory(c);
        return NULL;
    }
    c->parts      = parts;
    i4_part *part = &c->parts[c->part_count++];
    *part = (i4_part){ .at = c->text.len, .kind = kind, .is_secret = c->is_secret };
    return part;
}

char *i4_line_put(i4_cmd *c, i4_part_kind kind, size_t len)
{
    if (c->rc < 0)
        return NULL;
    char *to = i4_line_room(c, &c->text, len);
    if (to == NULL) {
        i4_line_no_memory(c);
        return NULL;
    }
    i4_part *part = c->part_count == 0 ? NULL : &c->parts[c->part_count - 1];
    if (part == NULL || kind != I4_PART_TEXT || part->kind != kind ||
        part->is_secret != c->is_secret)
        part = add_part(c, kind);
    if (part == NULL)
        return NULL;
    part->len += len;
    c->text.len += len;
    c->has_secret |= c->is_secret;
    return to;
}

void i4_line_text(i4_cmd *c, imap4_view text)
{
    char *to = i4_line_put(c, I4_PART_TEXT, text.len);
    if (to != NULL && text.len != 0)
        memcpy(to, text.ptr, text.len);
}

void i4_line_space(i4_cmd *c)
{
    const bool       secret = c->is_secret;
    const imap4_view open   = c->later;
    c->is_secret            = false;
    if (c->wants_space)
        i4_line_text(c, IMAP4_V(" "));
    if (open.ptr != NULL)
        i4_line_text(c, open);
    c->later       = IMAP4_NIL;
    c->is_secret   = secret;
    c->wants_space = true;
}

void i4_line_header(i4_cmd *c, uint64_t size)
{
    char         digits[20];
    const size_t len = i4_num_write(size, digits) + sizeof "{+}\r\n" - 1;
    char        *to  = i4_line_put(c, I4_PART_HEADER, len);
    if (to == NULL)
        return;
    memset(to, ' ', len);
    c->parts[c->part_count - 1].size = size;
}

void i4_line_literal(i4_cmd *c, imap4_view bytes)
{
    i4_line_header(c, bytes.len);
    char *to = i4_line_put(c, I4_PART_BYTES, bytes.len);
    if (to != NULL && bytes.len != 0)
        memcpy(to, bytes.ptr, bytes.len);
}
