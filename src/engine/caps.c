/* SPDX-License-Identifier: MIT */
/* engine/caps.c - the capability list. */
#include "engine/caps.h"

#include "base/view.h"

#include <string.h>

/* doc/limits.md: 512 capabilities of 128 bytes; what is beyond is not kept. */
enum {
    CAPS_MAX = 64 * 1024
};

/* The new list begins with the first `kept` bytes of the old one. */
static int replace(i4_caps *caps, const i4_mem *mem, size_t kept,
                   const imap4_strings *list)
{
    size_t count = 0, len = kept;
    while (count < list->count && list->at[count].len < CAPS_MAX - len)
        len += list->at[count++].len + 1;
    char *words = i4_mem_alloc(mem, len);
    if (words == NULL)
        return IMAP4_E_NOMEM;
    if (kept != 0)
        memcpy(words, caps->words, kept);
    char *to = words + kept;
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

int i4_caps_set(i4_caps *caps, const i4_mem *mem, const imap4_strings *list)
{
    return replace(caps, mem, 0, list);
}

int i4_caps_add(i4_caps *caps, const i4_mem *mem, const imap4_strings *list)
{
    return replace(caps, mem, caps->len, list);
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

/* What a server of IMAP4rev2 does without saying so (RFC 9051 appendix E).  Not BINARY: what a
 * command needs it for is APPEND, which is no part of it (appendix B). */
static bool is_of_rev2(imap4_view name)
{
    static const char *const names[] = {
        "NAMESPACE", "UNSELECT", "UIDPLUS",  "ESEARCH",       "SEARCHRES",
        "ENABLE",    "IDLE",     "SASL-IR",  "LIST-EXTENDED", "LIST-STATUS",
        "MOVE",      "LITERAL-", "CHILDREN", "SPECIAL-USE",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (i4_view_eq_nocase(name, imap4_view_of(names[i])))
            return true;
    return false;
}

bool i4_caps_offer(const i4_caps *caps, const i4_caps *enabled, imap4_view names)
{
    const bool rev2 = i4_caps_has(caps, IMAP4_V("IMAP4rev2")) == 1 &&
                      (i4_caps_has(enabled, IMAP4_V("IMAP4rev2")) == 1 ||
                       i4_caps_has(caps, IMAP4_V("IMAP4rev1")) == 0);
    while (names.len != 0) {
        const imap4_view name = i4_view_word(&names);
        if (i4_caps_has(caps, name) == 1 || (rev2 && is_of_rev2(name)))
            return true;
    }
    return false;
}
