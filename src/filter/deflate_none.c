/* SPDX-License-Identifier: MIT */
/* filter/deflate_none.c - what a build without zlib has in the place of deflate.c. */
#include "filter/layer.h"

const bool i4_deflate_is_built = false;

int i4_deflate_new(const i4_mem *mem, i4_layer **out)
{
    (void)mem;
    (void)out;
    return IMAP4_E_NOTIMPL;
}
