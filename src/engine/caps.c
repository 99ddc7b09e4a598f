/* SPDX-License-Identifier: MIT */
/* engine/caps.c - the capability list. */
#include "engine/caps.h"

#include "base/view.h"

/* doc/limits.md: 512 capabilities of 128 bytes; what is beyond is not kept. */
enum {
    CAPS_MAX = 64 * 1024
};

int i4_caps_set(i4_caps *caps, const i4_mem *mem, const imap4_strings *list)
{
    size_t count = 0, len = 0;
    while (count < list->count && list->at[count].len < CAPS_MAX - len)
        len += list->at[count++].len + 1;
    char *words = i4_mem_alloc(mem, len);
    if (words == NULL)
        return IMAP4_E_NOMEM;
    char *to = words;
    for (size_t i = 0; i < count; i++) {
        if (list->at[i].len != 0)
            memcpy(to, list->at[i].ptr, list->at[i].len);
        to += list->at[i].len;
        *to++ = ' ';
    }
    i4_mem_free(mem, caps->words, caps->size);
    *caps = (i4_caps){ words, len, len, true };
    return IMAP4_OK;
}

void i4_caps_forget(i4_caps *caps)
{
    caps->is_known = false;
    caps->len      = 0;
}

void i4_caps_free(i4_caps *caps, const i4_mem *mem)
{
    i4_mem_free(mem, caps->words, caps->size);
    *caps = (i4_caps){ 0 };
}

int i4_caps_has(const i4_caps *caps, imap4_view name)
{
    if (!caps->is_known)
        return -1;
    const char *p = caps->words, *end = p + caps->len;
    while (p < end) {
        const char *space = memchr(p, ' ', (size_t)(end - p));
        if (i4_view_eq_nocase(i4_view(p, space), name))
            return 1;
        p = space + 1;
    }
    return 0;
}
