/* SPDX-License-Identifier: MIT */
/* cli/out_json.c - JSON, one object a line, written while it is made.
 * The only user of jansson: it knows how strings are escaped.  The rest of JSON is commas. */
#include "out_json.h"

#include "imap4/text.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void out_init(out_json *out, FILE *file)
{
    *out = (out_json){ .file = file };
}

void out_free(out_json *out)
{
    free(out->scratch);
    *out = (out_json){ 0 };
}

void out_fail(out_json *out, int error)
{
    if (out->error == 0)
        out->error = error == 0 ? EIO : error;
}

char *out_room(out_json *out, size_t size)
{
    if (size <= out->scratch_size && out->scratch != NULL)
        return out->scratch;
    const size_t want = size < 4096 ? 4096 : size;
    char        *more = realloc(out->scratch, want);
    if (more == NULL) {
        out_fail(out, ENOMEM);
        return NULL;
    }
    out->scratch      = more;
    out->scratch_size = want;
    return more;
}

static void put(out_json *out, const char *bytes, size_t len)
{
    if (out->error != 0 || len == 0)
        return;
    errno = 0;
    if (fwrite(bytes, 1, len, out->file) != len)
        out_fail(out, errno);
}

static void put_char(out_json *out, char c)
{
    put(out, &c, 1);
}

/* The comma, and the key with the end of its name. */
static void put_key(out_json *out, const char *key, const char *end)
{
    if (out->has_member)
        put_char(out, ',');
    out->has_member = true;
    if (key == NULL)
        return;
    put_char(out, '"');
    put(out, key, strlen(key));
    put(out, end, strlen(end));
    put(out, "\":", 2);
}

/* ---- strings --------------------------------------------------------------- */

/* Printable ASCII that stands in JSON as it is. */
static bool is_plain(imap4_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            return false;
    }
    return true;
}

/* The length of a character that JSON allows and a terminal should not get: DEL, C1
 * controls, line separators, direction marks; 0 if there is none at `p`.  `code` receives
 * its number. */
static size_t harmful_at(const unsigned char *p, unsigned *code)
{
    if (p[0] == 0x7f) {
        *code = 0x7f;
        return 1;
    }
    if ((p[0] & 0xe0) == 0xc0) {
        *code = (unsigned)(p[0] & 0x1f) << 6 | (p[1] & 0x3fu);
        return *code < 0xa0 || *code == 0x61c ? 2 : 0;
    }
    if (p[0] != 0xe2)
        return 0;
    *code = 0x2000u | (unsigned)(p[1] & 0x3f) << 6 | (p[2] & 0x3fu);
    if ((*code >= 0x200e && *code <= 0x200f) || (*code >= 0x2028 && *code <= 0x202e) ||
        (*code >= 0x2066 && *code <= 0x2069))
        return 3;
    return 0;
}

/* Puts what jansson made, a JSON string in valid UTF-8. */
static void put_tame(out_json *out, const char *json)
{
    const char *from = json, *p = json;
    while (*p != '\0') {
        unsigned     code = 0;
        const size_t len  = harmful_at((const unsigned char *)p, &code);
        if (len == 0) {
            p++;
            continue;
        }
        char escape[16];
        snprintf(escape, sizeof escape, "\\u%04X", code);
        put(out, from, (size_t)(p - from));
        put(out, escape, 6);
        p += len;
        from = p;
    }
    put(out, from, (size_t)(p - from));
}

static void put_string(out_json *out, imap4_view text)
{
    if (is_plain(text)) {
        put_char(out, '"');
        put(out, text.ptr, text.len);
        put_char(out, '"');
        return;
    }
    json_t *string = json_stringn(text.ptr, text.len);
    char   *json   = string == NULL ? NULL : json_dumps(string, JSON_ENCODE_ANY);
    json_decref(string);
    if (json == NULL)
        out_fail(out, ENOMEM);
    else
        put_tame(out, json);
    free(json);
}

static void put_base64(out_json *out, imap4_view bytes)
{
    enum {
        IN = 3072
    }; /* a multiple of 3: no padding in between */
    char text[IN / 3 * 4];
    put_char(out, '"');
    for (size_t at = 0; at < bytes.len; at += IN) {
        const size_t     left = bytes.len - at;
        const imap4_view part = { bytes.ptr + at, left < IN ? left : IN };
        const ptrdiff_t  len  = imap4_base64_encode(part, text, sizeof text);
        if (len < 0)
            out_fail(out, EOVERFLOW);
        else
            put(out, text, (size_t)len);
    }
    put_char(out, '"');
}

void out_base64(out_json *out, const char *key, imap4_view bytes)
{
    put_key(out, key, "_b64");
    put_base64(out, bytes);
}

void out_text(out_json *out, const char *key, imap4_view text)
{
    if (text.ptr == NULL) {
        out_null(out, key);
        return;
    }
    if (!imap4_utf8_valid(text)) {
        out_base64(out, key, text);
        return;
    }
    put_key(out, key, "");
    put_string(out, text);
}

/* As out_text(), with the bytes from `first` to `last` moved by `by`. */
static void text_moved(out_json *out, const char *key, imap4_view text, char first,
                       char last, int by)
{
    char *copy = text.ptr == NULL ? NULL : out_room(out, text.len);
    if (copy == NULL) {
        out_text(out, key, IMAP4_NIL);
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        copy[i]      = (char)(c >= first && c <= last ? c + by : c);
    }
    out_text(out, key, (imap4_view){ copy, text.len });
}

void out_text_upper(out_json *out, const char *key, imap4_view text)
{
    text_moved(out, key, text, 'a', 'z', 'A' - 'a');
}

void out_text_lower(out_json *out, const char *key, imap4_view text)
{
    text_moved(out, key, text, 'A', 'Z', 'a' - 'A');
}

void out_header_text(out_json *out, const char *key, imap4_view text)
{
    if (text.ptr == NULL)
        return;
    const ptrdiff_t len = imap4_word2047_decode(text, NULL, 0);
    char           *buf = len < 0 ? NULL : out_room(out, (size_t)len);
    if (buf == NULL || imap4_word2047_decode(text, buf, (size_t)len) != len) {
        out_fail(out, EOVERFLOW);
        return;
    }
    out_text(out, key, (imap4_view){ buf, (size_t)len });
}

/* ---- the rest of JSON ------------------------------------------------------- */

void out_word(out_json *out, const char *key, const char *word)
{
    put_key(out, key, "");
    put_string(out, imap4_view_of(word));
}

void out_number(out_json *out, const char *key, uint64_t number)
{
    char      digits[24];
    const int len = snprintf(digits, sizeof digits,
                             number > INT64_MAX ? "\"%" PRIu64 "\"" : "%" PRIu64, number);
    put_key(out, key, "");
    put(out, digits, (size_t)len);
}

void out_bool(out_json *out, const char *key, bool value)
{
    put_key(out, key, "");
    put(out, value ? "true" : "false", value ? 4 : 5);
}

void out_null(out_json *out, const char *key)
{
    put_key(out, key, "");
    put(out, "null", 4);
}

static void open_with(out_json *out, const char *key, char bracket)
{
    put_key(out, key, "");
    put_char(out, bracket);
    out->has_member = false;
}

static void close_with(out_json *out, char bracket)
{
    put_char(out, bracket);
    out->has_member = true;
}

void out_object(out_json *out, const char *key)
{
    open_with(out, key, '{');
}

void out_end_object(out_json *out)
{
    close_with(out, '}');
}

void out_array(out_json *out, const char *key)
{
    open_with(out, key, '[');
}

void out_end_array(out_json *out)
{
    close_with(out, ']');
}

void out_line(out_json *out, const char *type)
{
    out->has_member = false;
    out_object(out, NULL);
    out_number(out, "v", 1);
    out_word(out, "type", type);
}

void out_end_line(out_json *out)
{
    out_end_object(out);
    put_char(out, '\n');
}
