/* SPDX-License-Identifier: MIT */
/* ext/binary.c - RFC 3516, BINARY: parts that the server decodes. */
#include "parse/registry.h"

static const i4_item_row items[] = {
    { "BINARY", I4_ITEM_SECTION | I4_ITEM_STREAMS },
    { "BINARY.SIZE", I4_ITEM_SECTION },
    { 0 },
};

static const i4_code_row codes[] = {
    { "UNKNOWN-CTE", IMAP4_CODE_UNKNOWN_CTE, I4_ARG_NONE },
    { 0 },
};

extern const i4_ext i4_ext_binary;
const i4_ext        i4_ext_binary = {
           .name       = "binary",
           .capability = "BINARY",
           .rfc        = 3516,
           .codes      = codes,
           .items      = items,
};
