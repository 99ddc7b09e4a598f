/* SPDX-License-Identifier: MIT */
/* engine/caps.h - what the server announced, and whether that still holds. */
#ifndef I4_ENGINE_CAPS_H
#define I4_ENGINE_CAPS_H

#include "imap4/data.h"

#include "base/mem.h"

#include <stdbool.h>

typedef struct i4_caps {
    char  *words; /* separated by spaces */
    size_t len;
    size_t size;
    bool   is_known;
} i4_caps;

/* The list replaces the one before: lists are never merged.  IMAP4_E_NOMEM: as before. */
int  i4_caps_set(i4_caps *caps, const i4_mem *mem, const imap4_strings *list);
/* Adds to the list. */
int  i4_caps_add(i4_caps *caps, const i4_mem *mem, const imap4_strings *list);
void i4_caps_forget(i4_caps *caps);
void i4_caps_free(i4_caps *caps, const i4_mem *mem);

/* 1 or 0; -1 if the list is not known. */
int i4_caps_has(const i4_caps *caps, imap4_view name);

/* Whether the server offers one of some extensions, "CONDSTORE QRESYNC": by that name, or
 * because it is a part of IMAP4rev2, which then must hold: `enabled`, or nothing older is
 * announced (RFC 9051 appendix E). */
bool i4_caps_offer(const i4_caps *caps, const i4_caps *enabled, imap4_view names);

#endif
