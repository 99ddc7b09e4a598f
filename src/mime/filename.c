/* SPDX-License-Identifier: MIT */
/* mime/filename.c - names of parts: as sent, and as a file system can bear them.
 * The sender chooses the name, the user's disk gets it: nothing in it is trusted. */
#include "imap4/mime.h"

#include "base/view.h"
#include "mime/scratch.h"
#include "text/utf8.h"

enum {
    NAME_MAX_BYTES = 200, /* most systems take 255; a user may want to append something */
    EXTENSION_MAX  = 16
};

ptrdiff_t imap4_part_filename(const imap4_body *part, char *buf, size_t size)
{
    if (part == NULL)
        return IMAP4_E_ARG;
    const ptrdiff_t len = imap4_mime_param(&part->disposition_params, IMAP4_V("filename"),
                                           buf, size);
    if (len != 0 && len != IMAP4_E_ABSENT)
        return len;
    const ptrdiff_t other = imap4_mime_param(&part->params, IMAP4_V("name"), buf, size);
    return other == 0 ? IMAP4_E_ABSENT : other;
}

/* ---- characters ------------------------------------------------------------ */

typedef enum fate {
    KEEP,
    DROP,
    BLANK,
    REPLACE
} fate;

static const struct {
    uint32_t first, last;
    fate     fate;
} ranges[] = {
    { 0x09, 0x0d, BLANK },       { 0x00, 0x1f, REPLACE },
    { ' ', ' ', BLANK },         { '"', '"', REPLACE },
    { '*', '*', REPLACE },       { ':', ':', REPLACE },
    { '<', '<', REPLACE },       { '>', '>', REPLACE },
    { '?', '?', REPLACE },       { '|', '|', REPLACE },
    { 0x7f, 0x9f, REPLACE },     { 0xa0, 0xa0, BLANK },
    { 0xad, 0xad, DROP },     /* SOFT HYPHEN */
    { 0x061c, 0x061c, DROP }, /* what turns the direction, here and below */
    { 0x115f, 0x1160, DROP }, /* letters without a shape */
    { 0x180e, 0x180e, DROP },    { 0x2000, 0x200a, BLANK },
    { 0x200b, 0x200f, DROP }, /* no width; also marks of direction */
    { 0x2028, 0x2029, REPLACE }, { 0x202a, 0x202e, DROP },
    { 0x202f, 0x202f, BLANK },   { 0x205f, 0x205f, BLANK },
    { 0x2060, 0x206f, DROP },    { 0x3000, 0x3000, BLANK },
    { 0xfeff, 0xfeff, DROP },    { 0xfff9, 0xfffb, DROP },
    { 0xfffd, 0xfffd, REPLACE }, { 0xe0000, 0xe0fff, DROP }, /* tags and selectors */
};

static fate fate_of(uint32_t cp)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return ranges[i].fate;
    return cp == I4_UTF8_BAD ? REPLACE : KEEP;
}

/* Writes what may stay of `in` over itself: it never gets longer. */
static size_t clean(char *text, size_t len)
{
    i4_sink out       = { text, len, 0 };
    bool    was_blank = false;
    for (size_t i = 0; i < len;) {
        uint32_t cp;
        i += i4_utf8_take(text + i, len - i, &cp);
        const fate f = fate_of(cp);
        if (f == DROP || (f == BLANK && was_blank))
            continue;
        was_blank = f == BLANK;
        if (f == BLANK)
            i4_sink_byte(&out, ' ');
        else if (f == REPLACE)
            i4_sink_byte(&out, '_');
        else
            i4_utf8_put(&out, cp);
    }
    return out.len;
}

/* ---- the name as a whole ---------------------------------------------------- */

/* RFC 2183 2.3: what a sender says of folders is not for us. */
static imap4_view last_component(imap4_view name)
{
    size_t start = name.len;
    while (start != 0 && name.ptr[start - 1] != '/' && name.ptr[start - 1] != '\\')
        start--;
    return (imap4_view){ name.ptr + start, name.len - start };
}

static bool is_edge(char c)
{
    return c == '.' || c == ' ';
}

static imap4_view trim(imap4_view name)
{
    while (name.len != 0 && is_edge(name.ptr[0])) {
        name.ptr++;
        name.len--;
    }
    while (name.len != 0 && is_edge(name.ptr[name.len - 1]))
        name.len--;
    return name;
}

/* Windows takes these for devices, whatever follows the first dot. */
static bool is_device(imap4_view name)
{
    static const char devices[][5] = { "con", "prn", "aux", "nul", "com", "lpt" };
    size_t            len          = 0;
    while (len < name.len && name.ptr[len] != '.' && name.ptr[len] != ' ')
        len++;
    if (len != 3 && len != 4)
        return false;
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        if (i4_equal_nocase(name.ptr, devices[i], 3))
            return i < 4 ? len == 3 : len == 4 && i4_is_digit(name.ptr[3]);
    return false;
}

/* Where the extension begins with its dot; the end if there is none worth keeping. */
static size_t find_extension(imap4_view name)
{
    for (size_t i = name.len; i > 1 && name.len - i < EXTENSION_MAX; i--)
        if (name.ptr[i - 1] == '.')
            return i - 1;
    return name.len;
}

/* Cuts to NAME_MAX_BYTES between characters. */
static void put_cut(i4_sink *out, imap4_view name, size_t room)
{
    if (name.len <= room) {
        i4_sink_bytes(out, name.ptr, name.len);
        return;
    }
    const size_t dot = find_extension(name);
    size_t       cut = room - (name.len - dot);
    while (cut != 0 && ((unsigned char)name.ptr[cut] & 0xc0) == 0x80)
        cut--;
    while (cut > 1 && is_edge(name.ptr[cut - 1]))
        cut--;
    i4_sink_bytes(out, name.ptr, cut);
    i4_sink_bytes(out, name.ptr + dot, name.len - dot);
}

/* ---- a name for what has none ------------------------------------------------ */

static const char *extension_of(const imap4_body *part)
{
    static const struct {
        const char *type, *subtype, *extension;
    } rows[] = {
        { "text", "plain", ".txt" },      { "text", "html", ".html" },
        { "text", "calendar", ".ics" },   { "message", "rfc822", ".eml" },
        { "image", "jpeg", ".jpg" },      { "image", "png", ".png" },
        { "image", "gif", ".gif" },       { "application", "pdf", ".pdf" },
        { "application", "zip", ".zip" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (i4_view_eq_nocase(part->type, imap4_view_of(rows[i].type)) &&
            i4_view_eq_nocase(part->subtype, imap4_view_of(rows[i].subtype)))
            return rows[i].extension;
    return ".bin";
}

static void put_number(i4_sink *out, const imap4_body *part)
{
    char            number[NAME_MAX_BYTES / 2];
    const ptrdiff_t len = imap4_body_number(part, number, sizeof number);
    i4_sink_bytes(out, "part", 4);
    /* The root has no number; and a hundred levels of nesting are no name. */
    if (len > 0 && (size_t)len <= sizeof number) {
        i4_sink_byte(out, '-');
        i4_sink_bytes(out, number, (size_t)len);
    }
    const char *extension = extension_of(part);
    i4_sink_bytes(out, extension, strlen(extension));
}

/* The decoded name; nothing if there is none. */
static int load_name(const imap4_body *part, i4_scratch *s)
{
    ptrdiff_t len = imap4_part_filename(part, s->ptr, s->size);
    if (len > 0 && (size_t)len > s->size) {
        const int rc = i4_scratch_reserve(s, (size_t)len);
        if (rc < 0)
            return rc;
        len = imap4_part_filename(part, s->ptr, s->size);
    }
    s->len = len > 0 ? (size_t)len : 0;
    return len == IMAP4_E_NOMEM ? IMAP4_E_NOMEM : IMAP4_OK;
}

ptrdiff_t imap4_part_safe_filename(const imap4_body *part, char *buf, size_t size)
{
    i4_sink    out = { buf, size, 0 };
    i4_scratch s;
    if (part == NULL)
        return IMAP4_E_ARG;
    i4_scratch_init(&s);
    const int rc = load_name(part, &s);
    if (rc < 0)
        return rc;
    s.len           = clean(s.ptr, s.len);
    imap4_view name = trim(last_component(i4_scratch_view(&s)));
    if (name.len == 0) {
        put_number(&out, part);
    } else {
        const bool needs_prefix = is_device(name) || name.ptr[0] == '-' ||
                                  name.ptr[0] == '~';
        if (needs_prefix)
            i4_sink_byte(&out, '_');
        put_cut(&out, name, NAME_MAX_BYTES - needs_prefix);
    }
    i4_scratch_free(&s);
    return i4_sink_length(&out);
}
