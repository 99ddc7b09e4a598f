/* SPDX-License-Identifier: MIT */
/* mime/unpack.c - base64, quoted-printable and uuencode, as they are found in mail. */
#include "mime/decoder.h"

#include "base/ascii.h"
#include "text/base64.h"
#include "text/word2047.h"

enum {
    BYTES_AT_ONCE = 256
};

static void junk(i4_unpack_state *s)
{
    s->damage += !s->was_junk;
    s->was_junk = true;
}

/* ---- 7bit, 8bit, binary ------------------------------------------------------ */

static void nothing_take(i4_unpack_state *s, imap4_view in, i4_sink *out)
{
    (void)s;
    i4_sink_bytes(out, in.ptr, in.len);
}

static void nothing_end(i4_unpack_state *s, i4_sink *out)
{
    (void)s;
    (void)out;
}

const i4_unpack i4_unpack_nothing = { BYTES_AT_ONCE, nothing_take, nothing_end };

/* ---- base64 (RFC 2045 6.8) ---------------------------------------------------- */

enum {
    B_DIGITS,
    B_PAD, /* one "=" behind two digits: a second one is due */
    B_OVER /* the padding is complete: the end */
};

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void base64_digit(i4_unpack_state *s, unsigned value, i4_sink *out)
{
    s->bits     = s->bits << 6 | value;
    s->count    = (s->count + 1) % 4;
    s->was_junk = false;
    if (s->count != 1)
        i4_sink_byte(out, s->bits >> (6 - 2 * ((s->count + 3) % 4)) & 0xff);
}

static void base64_put(i4_unpack_state *s, char c, i4_sink *out)
{
    const unsigned value = i4_base64_values[(unsigned char)c];
    if (is_white(c))
        return;
    switch (s->state) {
    case B_DIGITS:
        if (value < 64) {
            base64_digit(s, value, out);
        } else if (c == '=' && s->count >= 2) {
            s->state    = s->count == 2 ? B_PAD : B_OVER;
            s->was_junk = false;
        } else {
            junk(s);
        }
        break;
    case B_PAD:
        if (c == '=') {
            s->state = B_OVER;
        } else if (value < 64) {
            /* "QQ=Q": the "=" was junk in the middle. */
            s->state = B_DIGITS;
            junk(s);
            base64_digit(s, value, out);
        } else {
            junk(s);
        }
        break;
    default: junk(s); break;
    }
}

static void base64_take(i4_unpack_state *s, imap4_view in, i4_sink *out)
{
    for (size_t i = 0; i < in.len; i++)
        base64_put(s, in.ptr[i], out);
}

static void base64_end(i4_unpack_state *s, i4_sink *out)
{
    (void)out;
    s->damage += s->state == B_PAD || (s->state == B_DIGITS && s->count != 0);
}

const i4_unpack i4_unpack_base64 = { BYTES_AT_ONCE, base64_take, base64_end };

/* ---- quoted-printable (RFC 2045 6.7) ------------------------------------------- */

enum {
    Q_TEXT,
    Q_CR,         /* behind CR: with LF it ends the line */
    Q_EQUALS,     /* behind "=" */
    Q_DIGIT,      /* behind "=" and a digit, which is held */
    Q_SOFT_BLANK, /* behind "=" and blanks, which are held */
    Q_SOFT_CR     /* behind "=", perhaps blanks, and CR */
};

static void give_held(i4_unpack_state *s, i4_sink *out)
{
    i4_sink_bytes(out, s->held, s->held_len);
    s->held_len = 0;
}

/* Blanks wait, because they go if the line ends behind them (rule 3); not for ever. */
static void hold(i4_unpack_state *s, char c, i4_sink *out)
{
    if (s->held_len == I4_HELD_MAX)
        give_held(s, out);
    s->held[s->held_len++] = c;
}

static void qp_text(i4_unpack_state *s, char c, i4_sink *out)
{
    if (c == ' ' || c == '\t') {
        hold(s, c, out);
        return;
    }
    if (c == '\r') {
        s->state = Q_CR;
        return;
    }
    if (c == '\n')
        s->held_len = 0;
    give_held(s, out);
    if (c == '=')
        s->state = Q_EQUALS;
    else
        i4_sink_byte(out, (unsigned char)c);
}

/* What was held is no escape and no soft break: it stays as it is, and so does its "=". */
static void qp_spoilt(i4_unpack_state *s, i4_sink *out)
{
    s->damage++;
    s->state = Q_TEXT;
    i4_sink_byte(out, '=');
}

static void qp_equals(i4_unpack_state *s, char c, i4_sink *out)
{
    if (i4_hex_value(c) < 16) {
        s->held[0]  = c;
        s->held_len = 1;
        s->state    = Q_DIGIT;
    } else if (c == '\n') {
        s->state = Q_TEXT;
    } else if (c == '\r') {
        s->state = Q_SOFT_CR;
    } else if (c == ' ' || c == '\t') {
        s->held[0]  = c;
        s->held_len = 1;
        s->state    = Q_SOFT_BLANK;
    } else {
        qp_spoilt(s, out);
        qp_text(s, c, out);
    }
}

static void qp_digit(i4_unpack_state *s, char c, i4_sink *out)
{
    if (i4_hex_value(c) < 16) {
        i4_sink_byte(out, i4_hex_value(s->held[0]) << 4 | i4_hex_value(c));
        s->held_len = 0;
        s->state    = Q_TEXT;
        return;
    }
    qp_spoilt(s, out);
    give_held(s, out);
    qp_text(s, c, out);
}

static void qp_soft_blank(i4_unpack_state *s, char c, i4_sink *out)
{
    if (c == '\n' || c == '\r') {
        s->held_len = c == '\n' ? 0 : s->held_len;
        s->state    = c == '\n' ? Q_TEXT : Q_SOFT_CR;
    } else if ((c == ' ' || c == '\t') && s->held_len < I4_HELD_MAX) {
        s->held[s->held_len++] = c;
    } else {
        qp_spoilt(s, out);
        qp_text(s, c, out);
    }
}

static void qp_put(i4_unpack_state *s, char c, i4_sink *out)
{
    switch (s->state) {
    case Q_EQUALS: qp_equals(s, c, out); break;
    case Q_DIGIT: qp_digit(s, c, out); break;
    case Q_SOFT_BLANK: qp_soft_blank(s, c, out); break;
    case Q_CR:
        s->state = Q_TEXT;
        if (c == '\n')
            s->held_len = 0;
        give_held(s, out);
        i4_sink_byte(out, '\r');
        if (c == '\n')
            i4_sink_byte(out, '\n');
        else
            qp_text(s, c, out);
        break;
    case Q_SOFT_CR:
        s->state = Q_TEXT;
        if (c == '\n') {
            s->held_len = 0;
            break;
        }
        qp_spoilt(s, out);
        give_held(s, out);
        i4_sink_byte(out, '\r');
        qp_text(s, c, out);
        break;
    default: qp_text(s, c, out); break;
    }
}

static void qp_take(i4_unpack_state *s, imap4_view in, i4_sink *out)
{
    for (size_t i = 0; i < in.len; i++)
        qp_put(s, in.ptr[i], out);
}

/* The end of the part is the end of a line; a "=" there is a soft break. */
static void qp_end(i4_unpack_state *s, i4_sink *out)
{
    if (s->state == Q_CR || s->state == Q_DIGIT) {
        if (s->state == Q_DIGIT)
            qp_spoilt(s, out);
        give_held(s, out);
    }
    if (s->state == Q_CR)
        i4_sink_byte(out, '\r');
    s->held_len = 0;
}

const i4_unpack i4_unpack_qp = { BYTES_AT_ONCE, qp_take, qp_end };

/* ---- uuencode (POSIX.1-2017, uuencode) ------------------------------------------ */

enum {
    U_BEFORE, /* no "begin" yet: the start of a line is held */
    U_COUNT,  /* the first character of a line says how many bytes it has */
    U_DATA,
    U_REST, /* behind the data of a line */
    U_END   /* behind the line that has none */
};

static void uu_before(i4_unpack_state *s, char c)
{
    static const char begin[] = "begin ";
    if (c == '\n') {
        if (s->held_len == sizeof begin - 1 && memcmp(s->held, begin, s->held_len) == 0)
            s->state = U_COUNT;
        s->held_len = 0;
    } else if (s->held_len < sizeof begin - 1) {
        s->held[s->held_len++] = c;
    }
}

static void uu_count(i4_unpack_state *s, char c)
{
    if (c == '\r' || c == '\n')
        return;
    const unsigned n = (unsigned)(unsigned char)c - ' ';
    if (n > 64 || (n & 63) == 0) {
        s->damage += n > 64;
        s->state = n > 64 ? U_REST : U_END;
        return;
    }
    s->left  = n;
    s->count = 0;
    s->state = U_DATA;
}

static void uu_data(i4_unpack_state *s, char c, i4_sink *out)
{
    const unsigned n = (unsigned)(unsigned char)c - ' ';
    if (c == '\r')
        return;
    if (c == '\n') {
        /* Spaces at the end of a line, which are zeros, may be lost on the way. */
        while (s->left != 0)
            uu_data(s, ' ', out);
        s->state = U_COUNT;
        return;
    }
    s->damage += n > 64;
    s->bits  = s->bits << 6 | (n & 63);
    s->count = (s->count + 1) % 4;
    if (s->count != 1 && s->left != 0) {
        i4_sink_byte(out, s->bits >> (6 - 2 * ((s->count + 3) % 4)) & 0xff);
        if (--s->left == 0)
            s->state = U_REST;
    }
}

static void uu_put(i4_unpack_state *s, char c, i4_sink *out)
{
    switch (s->state) {
    case U_BEFORE: uu_before(s, c); break;
    case U_COUNT: uu_count(s, c); break;
    case U_DATA: uu_data(s, c, out); break;
    case U_REST:
        if (c == '\n')
            s->state = U_COUNT;
        break;
    default: break;
    }
}

static void uu_take(i4_unpack_state *s, imap4_view in, i4_sink *out)
{
    for (size_t i = 0; i < in.len; i++)
        uu_put(s, in.ptr[i], out);
}

static void uu_end(i4_unpack_state *s, i4_sink *out)
{
    (void)out;
    s->damage += s->state != U_END;
}

/* Two bytes can make 63: a line that says so, and ends. */
const i4_unpack i4_unpack_uu = { 8, uu_take, uu_end };
