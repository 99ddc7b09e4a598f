/* SPDX-License-Identifier: MIT */
/* text/utf7.c - mailbox names in modified UTF-7 (RFC 3501 5.1.3, RFC 2152). */
#include "imap4/text.h"

#include "text/display.h"
#include "text/sink.h"
#include "text/utf8.h"

static const char
    digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static bool is_printable(uint32_t cp)
{
    return cp >= 0x20 && cp <= 0x7e;
}

/* The value of a digit of modified base64, 64 if it is none. */
static uint32_t digit_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0') + 52;
    return c == '+' ? 62 : c == ',' ? 63 : 64;
}

/* ---- encode --------------------------------------------------------------- */

typedef struct encoder {
    i4_sink  out;
    uint32_t bits; /* not written yet */
    unsigned count;
    bool     is_shifted; /* behind "&" */
} encoder;

static void put_unit(encoder *e, uint32_t unit)
{
    e->bits = e->bits << 16 | unit;
    e->count += 16;
    while (e->count >= 6) {
        e->count -= 6;
        i4_sink_byte(&e->out, (unsigned char)digits[e->bits >> e->count & 0x3f]);
    }
    e->bits &= (1u << e->count) - 1;
}

static void shift_out(encoder *e)
{
    if (!e->is_shifted)
        return;
    if (e->count != 0)
        i4_sink_byte(&e->out, (unsigned char)digits[e->bits << (6 - e->count) & 0x3f]);
    i4_sink_byte(&e->out, '-');
    e->is_shifted = false;
    e->bits       = 0;
    e->count      = 0;
}

static void put_encoded(encoder *e, uint32_t cp)
{
    if (!e->is_shifted)
        i4_sink_byte(&e->out, '&');
    e->is_shifted = true;
    if (cp < 0x10000) {
        put_unit(e, cp);
        return;
    }
    put_unit(e, 0xd800 | (cp - 0x10000) >> 10);
    put_unit(e, 0xdc00 | ((cp - 0x10000) & 0x3ff));
}

ptrdiff_t imap4_utf7_encode(imap4_view name, char *buf, size_t size)
{
    encoder e = { .out = { buf, size, 0 } };
    size_t  i = 0;
    while (i < name.len) {
        uint32_t cp;
        i += i4_utf8_take(name.ptr + i, name.len - i, &cp);
        if (cp == I4_UTF8_BAD)
            return IMAP4_E_SYNTAX;
        if (!is_printable(cp)) {
            put_encoded(&e, cp);
            continue;
        }
        shift_out(&e);
        i4_sink_byte(&e.out, cp);
        if (cp == '&')
            i4_sink_byte(&e.out, '-');
    }
    shift_out(&e);
    return i4_sink_length(&e.out);
}

/* ---- decode --------------------------------------------------------------- */

/* One unit of UTF-16; *high is the surrogate before it, or 0.  False if it may not
 * stand here. */
static bool take_unit(i4_sink *out, uint32_t unit, uint32_t *high)
{
    const bool is_low = unit >= 0xdc00 && unit <= 0xdfff;
    if (is_low != (*high != 0))
        return false;
    if (is_low) {
        i4_utf8_put(out, 0x10000 + ((*high & 0x3ff) << 10 | (unit & 0x3ff)));
        *high = 0;
        return true;
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
        *high = unit;
        return true;
    }
    /* RFC 3501 5.1.3: what can represent itself must do so; "&" is written "&-". */
    if (is_printable(unit))
        return false;
    i4_utf8_put(out, unit);
    return true;
}

/* Reads from behind "&" to behind "-", at *at.  False if it is not canonical. */
static bool take_shifted(imap4_view name, size_t *at, i4_sink *out)
{
    uint32_t bits = 0, high = 0;
    unsigned count = 0;
    size_t   i     = *at;
    for (; i < name.len && name.ptr[i] != '-'; i++) {
        const uint32_t value = digit_value(name.ptr[i]);
        if (value > 63)
            return false;
        bits = bits << 6 | value;
        count += 6;
        if (count < 16)
            continue;
        count -= 16;
        if (!take_unit(out, bits >> count, &high))
            return false;
        bits &= (1u << count) - 1;
    }
    /* A digit too many leaves 6 bits or more; those of padding are zero. */
    if (i == name.len || high != 0 || count >= 6 || bits != 0)
        return false;
    i++;
    /* "-&" would end a shift only to begin the next; "-&-" is a "&" that follows. */
    if (i < name.len && name.ptr[i] == '&' &&
        (i + 1 == name.len || name.ptr[i + 1] != '-'))
        return false;
    *at = i;
    return true;
}

/* Do eight bytes from `p` on stand for themselves?  Sometimes the answer is a false no. */
static bool are_plain(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t       w;
    memcpy(&w, p, sizeof w);
    /* The high bit of a byte is set here if it is a control, DEL, "&" or beyond ASCII; a
     * borrow may set that of the byte behind one of these, too. */
    return ((w | (w + ones) | (w - ones * 0x20) | ((w ^ ones * '&') - ones)) &
            ones * 0x80) == 0;
}

/* How many bytes from `p` on stand for themselves: at least none. */
static size_t plain_run(const char *p, size_t len)
{
    size_t n = 0;
    if (len < 8)
        return 0;
    while (len - n >= 8 && are_plain(p + n))
        n += 8;
    /* The last few are looked at with those before them. */
    return n != 0 && len - n < 8 && are_plain(p + len - 8) ? len : n;
}

ptrdiff_t imap4_utf7_decode(imap4_view name, char *buf, size_t size)
{
    i4_sink out = { buf, size, 0 };
    size_t  i   = 0;
    while (i < name.len) {
        const size_t run = plain_run(name.ptr + i, name.len - i);
        i4_sink_bytes(&out, name.ptr + i, run);
        i += run;
        if (i == name.len)
            break;
        const unsigned char c = (unsigned char)name.ptr[i++];
        if (!is_printable(c))
            return IMAP4_E_SYNTAX;
        if (c != '&') {
            i4_sink_byte(&out, c);
        } else if (i < name.len && name.ptr[i] == '-') {
            i4_sink_byte(&out, '&');
            i++;
        } else if (!take_shifted(name, &i, &out)) {
            return IMAP4_E_SYNTAX;
        }
    }
    return i4_sink_length(&out);
}

/* ---- for people ------------------------------------------------------------ */

/* Shows from behind "&" to behind "-" of a canonical name. */
static size_t show_shifted(imap4_view name, size_t i, i4_display *display)
{
    uint32_t bits = 0, high = 0;
    unsigned count = 0;
    for (; name.ptr[i] != '-'; i++) {
        bits = bits << 6 | digit_value(name.ptr[i]);
        count += 6;
        if (count < 16)
            continue;
        count -= 16;
        const uint32_t unit = bits >> count;
        bits &= (1u << count) - 1;
        if (unit >= 0xd800 && unit <= 0xdbff) {
            high = unit;
            continue;
        }
        i4_display_put(display, high == 0
                                    ? unit
                                    : 0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff)));
        high = 0;
    }
    return i + 1;
}

ptrdiff_t imap4_utf7_display(imap4_view name, char *buf, size_t size)
{
    i4_display display = { .out = { buf, size, 0 } };
    size_t     i       = 0;
    if (imap4_utf7_decode(name, NULL, 0) < 0)
        return imap4_text_display(name, buf, size);
    while (i < name.len) {
        const char c = name.ptr[i++];
        if (c == '&' && name.ptr[i] != '-') {
            i = show_shifted(name, i, &display);
            continue;
        }
        i4_display_put(&display, (unsigned char)c);
        if (c == '&')
            i++;
    }
    return i4_sink_length(&display.out);
}
