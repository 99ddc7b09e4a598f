/* SPDX-License-Identifier: MIT */
/* mime/convert_none.c - a build without iconv: the charsets of text/charset.c and no other. */
#include "mime/convert.h"

int i4_iconv_open(const char *name, void **handle)
{
    (void)name;
    (void)handle;
    return 0;
}

void i4_iconv_close(void *handle)
{
    (void)handle;
}

void i4_iconv_convert(i4_converter *c, i4_sink *out)
{
    (void)out;
    c->in_len = 0;
}

void i4_iconv_end(i4_converter *c, i4_sink *out)
{
    (void)c;
    (void)out;
}
