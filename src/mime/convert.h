/* SPDX-License-Identifier: MIT */
/* mime/convert.h - what is sent in any charset to UTF-8, with the system's help.
 * Used for one call, or for the life of one imap4_decoder. */
#ifndef I4_MIME_CONVERT_H
#define I4_MIME_CONVERT_H

#include "text/charset.h"

enum {
    I4_CONVERT_AT_ONCE = 256, /* bytes that are converted together */
    I4_CONVERT_NAME    = 32   /* of the longest name of a charset that is looked for */
};

typedef struct i4_converter {
    i4_charset_more more; /* for text/: `ctx` is this */
    void           *handle;
    bool            is_open;
    char            name[I4_CONVERT_NAME + 1];
    char            in[I4_CONVERT_AT_ONCE];
    size_t          in_len;
    uint64_t        bad; /* places without meaning */
} i4_converter;

void i4_converter_init(i4_converter *c);
void i4_converter_close(i4_converter *c);

/* The system's part: mime/convert_iconv.c, or mime/convert_none.c, which knows no
 * charset.  `name` ends with NUL.  1; 0 if it is not known; IMAP4_E_NOMEM. */
int  i4_iconv_open(const char *name, void **handle);
void i4_iconv_close(void *handle);
/* Converts *len bytes at `in` as far as it goes; what is left is moved to the start. */
void i4_iconv_convert(i4_converter *c, i4_sink *out);
/* Writes what the system holds back, and begins anew. */
void i4_iconv_end(i4_converter *c, i4_sink *out);

#endif
