/* SPDX-License-Identifier: MIT */
/* mime/convert.c - what is sent in any charset to UTF-8: names, and bytes in batches. */
#include "mime/convert.h"

#include "base/ascii.h"

/* Names that mail has and the system has not, or has for less: a sender that says GB2312 or
 * EUC-KR sends what its system added to it (WHATWG Encoding, section 4.2, says the same). */
static const struct {
    const char *sent;
    const char *known;
} aliases[] = {
    { "ansi_x3.110-1983", "CP1252" },
    { "big5-eten", "BIG5" },
    { "cn-big5", "BIG5" },
    { "cn-gb", "GB18030" },
    { "cp-850", "CP850" },
    { "dos-866", "CP866" },
    { "dos-874", "CP874" },
    { "euc-kr", "CP949" },
    { "euckr", "CP949" },
    { "gb2312", "GB18030" },
    { "gb_2312-80", "GB18030" },
    { "gbk", "GB18030" },
    { "iso-8859-11", "CP874" },
    { "iso-8859-6-i", "ISO-8859-6" },
    { "iso-8859-8-e", "ISO-8859-8" },
    { "iso-8859-8-i", "ISO-8859-8" },
    { "iso-8859-9", "CP1254" },
    { "koi", "KOI8-R" },
    { "koi8", "KOI8-R" },
    { "ks_c_5601-1987", "CP949" },
    { "ks_c_5601-1989", "CP949" },
    { "ksc5601", "CP949" },
    { "ksc_5601", "CP949" },
    { "shift-jis", "CP932" },
    { "shift_jis", "CP932" },
    { "sjis", "CP932" },
    { "tis-620", "CP874" },
    { "unicode-1-1-utf-7", "UTF-7" },
    { "windows-31j", "CP932" },
    { "windows-874", "CP874" },
    { "windows-949", "CP949" },
    { "x-euc-jp", "EUC-JP" },
    { "x-gbk", "GB18030" },
    { "x-mac-cyrillic", "MAC-CYRILLIC" },
    { "x-mac-roman", "MACINTOSH" },
    { "x-sjis", "CP932" },
    { "x-windows-949", "CP949" },
};

/* Spellings that differ from the system's by a prefix only: "x-cp1251", "win-1251". */
static const struct {
    const char *sent;
    const char *known;
} prefixes[] = {
    { "x-cp", "CP" },  { "cp-", "CP" },   { "win-", "CP" },
    { "ansi-", "CP" }, { "x-ibm", "CP" }, { "iso8859-", "ISO-8859-" },
};

/* The system's functions take options behind a "/", and some take "" or "char" for the
 * charset of the user's terminal: what a sender names must be the name of a charset. */
static bool is_name(imap4_view name)
{
    bool has_digit = false, has_letter = false;
    if (name.len == 0 || name.len > I4_CONVERT_NAME)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        const char          c   = name.ptr[i];
        const unsigned char low = i4_lower(c);
        if (low >= 'a' && low <= 'z')
            has_letter = true;
        else if (i4_is_digit(c))
            has_digit = true;
        else if (memchr("-_.:+()", c, 7) == NULL)
            return false;
    }
    static const char *const internal[] = { "internal", "wchar_t", "char" };
    for (size_t i = 0; i < sizeof internal / sizeof internal[0]; i++) {
        const size_t len = strlen(internal[i]);
        if (name.len >= len && i4_equal_nocase(name.ptr, internal[i], len))
            return false;
    }
    return has_letter || has_digit;
}

static void copy_name(char out[I4_CONVERT_NAME + 1], const char *start, imap4_view rest)
{
    size_t len = strlen(start);
    memcpy(out, start, len);
    if (rest.len > I4_CONVERT_NAME - len)
        rest.len = I4_CONVERT_NAME - len;
    memcpy(out + len, rest.ptr, rest.len);
    out[len + rest.len] = '\0';
}

/* The system's name of what mail calls `name`. */
static void translate(imap4_view name, char out[I4_CONVERT_NAME + 1])
{
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strlen(aliases[i].sent) != name.len ||
            !i4_equal_nocase(name.ptr, aliases[i].sent, name.len))
            continue;
        copy_name(out, aliases[i].known, (imap4_view){ "", 0 });
        return;
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        const size_t len = strlen(prefixes[i].sent);
        if (name.len <= len || !i4_is_digit(name.ptr[len]) ||
            !i4_equal_nocase(name.ptr, prefixes[i].sent, len))
            continue;
        copy_name(out, prefixes[i].known, (imap4_view){ name.ptr + len, name.len - len });
        return;
    }
    copy_name(out, "", name);
}

void i4_converter_close(i4_converter *c)
{
    if (c->is_open)
        i4_iconv_close(c->handle);
    c->is_open = false;
    c->name[0] = '\0';
}

static bool has_name(const i4_converter *c, const char *name)
{
    const size_t len = strlen(name);
    return strlen(c->name) == len && i4_equal_nocase(c->name, name, len);
}

static int choose(void *ctx, imap4_view name)
{
    i4_converter *c = ctx;
    char          known[I4_CONVERT_NAME + 1];
    if (!is_name(name))
        return 0;
    translate(name, known);
    /* A field has many words and few charsets: the last answer is kept, also a No. */
    if (has_name(c, known))
        return c->is_open;
    i4_converter_close(c);
    const int rc = i4_iconv_open(known, &c->handle);
    if (rc < 0)
        return rc;
    c->is_open = rc == 1;
    memcpy(c->name, known, sizeof known);
    return rc;
}

/* Bytes are converted when there are I4_CONVERT_AT_ONCE of them, counted from the start: so
 * the result does not depend on how they came. */
static void put(void *ctx, unsigned char byte, i4_sink *out)
{
    i4_converter *c    = ctx;
    c->in[c->in_len++] = (char)byte;
    if (c->in_len == sizeof c->in)
        i4_iconv_convert(c, out);
}

static void end(void *ctx, i4_sink *out)
{
    i4_converter *c = ctx;
    if (!c->is_open)
        return;
    i4_iconv_convert(c, out);
    if (c->in_len != 0) {
        i4_utf8_put(out, I4_UTF8_BAD);
        c->bad++;
    }
    c->in_len = 0;
    i4_iconv_end(c, out);
}

void i4_converter_init(i4_converter *c)
{
    memset(c, 0, sizeof *c);
    c->more = (i4_charset_more){ .ctx = c, .choose = choose, .put = put, .end = end };
}
