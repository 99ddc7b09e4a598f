/* SPDX-License-Identifier: MIT */
/* ext/within.c - RFC 5032, WITHIN: search by age. */
#include "parse/registry.h"

static const i4_key_row keys[] = {
    { "OLDER", I4_KEY_POSITIVE },
    { "YOUNGER", I4_KEY_POSITIVE },
    { 0 },
};

extern const i4_ext i4_ext_within;
const i4_ext        i4_ext_within = {
           .name       = "within",
           .capability = "WITHIN",
           .rfc        = 5032,
           .keys       = keys,
};
