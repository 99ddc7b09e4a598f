/* SPDX-License-Identifier: MIT */
/* parse/registry.c - find a row by its name. */
#include "parse/registry.h"

#include "base/view.h"

static bool is_name(const char *row, imap4_view name)
{
    size_t i = 0;
    while (i < name.len && row[i] != '\0' &&
           i4_upper(name.ptr[i]) == (unsigned char)row[i])
        i++;
    return i == name.len && row[i] == '\0';
}

const i4_cmd_row *i4_registry_command(const i4_registry *reg, imap4_view name,
                                      const i4_ext **ext)
{
    for (size_t i = 0; i < reg->count; i++) {
        for (const i4_cmd_row *row = reg->ext[i]->commands;
             row != NULL && row->name != NULL; row++) {
            if (!is_name(row->name, name))
                continue;
            if (ext != NULL)
                *ext = reg->ext[i];
            return row;
        }
    }
    return NULL;
}

const i4_code_row *i4_registry_code(const i4_registry *reg, imap4_view name)
{
    for (size_t i = 0; i < reg->count; i++) {
        for (const i4_code_row *row = reg->ext[i]->codes;
             row != NULL && row->name != NULL; row++)
            if (is_name(row->name, name))
                return row;
    }
    return NULL;
}

const i4_word_row *i4_registry_word(const i4_registry *reg, i4_spot spot, imap4_view name,
                                    const i4_ext **ext)
{
    for (size_t i = 0; i < reg->count; i++) {
        for (const i4_word_row *row = reg->ext[i]->words;
             row != NULL && row->name != NULL; row++) {
            if (row->spot != (int32_t)spot || !is_name(row->name, name))
                continue;
            *ext = reg->ext[i];
            return row;
        }
    }
    return NULL;
}

const i4_key_row *i4_registry_key(const i4_registry *reg, imap4_view name,
                                  const i4_ext **ext)
{
    for (size_t i = 0; i < reg->count; i++) {
        for (const i4_key_row *row = reg->ext[i]->keys; row != NULL && row->name != NULL;
             row++) {
            if (!is_name(row->name, name))
                continue;
            *ext = reg->ext[i];
            return row;
        }
    }
    return NULL;
}

/* ---- responses: once per response, so through a hash ------------------------ */

static size_t hash(const char *name, size_t len, bool is_numbered)
{
    size_t h = is_numbered ? 1 : 0;
    for (size_t i = 0; i < len; i++)
        h = h * 31 + i4_upper(name[i]);
    return h;
}

/* Counts the rows of items, and puts them into `to` unless that is NULL. */
static size_t list_items(const i4_registry *reg, const i4_item_row **to)
{
    size_t count = 0;
    for (size_t i = 0; i < reg->count; i++) {
        for (const i4_item_row *row = reg->ext[i]->items;
             row != NULL && row->name != NULL; row++) {
            if (to != NULL)
                to[count] = row;
            count++;
        }
    }
    return count;
}

int i4_index_new(i4_index *index, const i4_registry *reg, const i4_mem *mem)
{
    size_t rows = 0;
    for (size_t i = 0; i < reg->count; i++)
        for (const i4_resp_row *row = reg->ext[i]->responses;
             row != NULL && row->name != NULL; row++)
            rows++;
    size_t size = 16;
    while (size < rows * 2)
        size *= 2;
    index->slot = i4_mem_zalloc(mem, size * sizeof *index->slot);
    if (index->slot == NULL)
        return IMAP4_E_NOMEM;
    index->size       = size;
    index->item_count = list_items(reg, NULL);
    index->items      = i4_mem_alloc(mem, index->item_count * sizeof *index->items);
    if (index->items == NULL) {
        i4_index_free(index, mem);
        return IMAP4_E_NOMEM;
    }
    (void)list_items(reg, index->items);
    for (size_t i = 0; i < reg->count; i++) {
        for (const i4_resp_row *row = reg->ext[i]->responses;
             row != NULL && row->name != NULL; row++) {
            const size_t len = imap4_view_of(row->name).len;
            size_t       at = hash(row->name, len, (row->marks & I4_RESP_NUMBERED) != 0) &
                        (size - 1);
            while (index->slot[at] != NULL)
                at = (at + 1) & (size - 1);
            index->slot[at] = row;
        }
    }
    return IMAP4_OK;
}

void i4_index_free(i4_index *index, const i4_mem *mem)
{
    i4_mem_free(mem, index->slot, index->size * sizeof *index->slot);
    i4_mem_free(mem, index->items, index->item_count * sizeof *index->items);
    *index = (i4_index){ 0 };
}

const i4_item_row *i4_index_item(const i4_index *index, imap4_view name)
{
    for (size_t i = 0; i < index->item_count; i++)
        if (is_name(index->items[i]->name, name))
            return index->items[i];
    return NULL;
}

const i4_resp_row *i4_index_find(const i4_index *index, imap4_view name, bool is_numbered)
{
    size_t at = hash(name.ptr, name.len, is_numbered) & (index->size - 1);
    while (index->slot[at] != NULL) {
        const i4_resp_row *row = index->slot[at];
        if (is_name(row->name, name) &&
            ((row->marks & I4_RESP_NUMBERED) != 0) == is_numbered)
            return row;
        at = (at + 1) & (index->size - 1);
    }
    return NULL;
}
