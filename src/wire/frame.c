/* SPDX-License-Identifier: MIT */
/* wire/frame.c - find where a response ends, literals included.
 * Looks at bytes only: it does not know which command is in flight. */
#include "wire/frame.h"

#include "base/ascii.h"
#include "base/mem.h"
#include "base/num.h"

#include <string.h>

void i4_frame_init(i4_frame *frame)
{
    frame->literal     = 0;
    frame->head        = I4_FRAME_START;
    frame->is_done     = false;
    frame->has_bracket = false;
    frame->word_len    = 0;
    frame->tail_len    = 0;
}

/* RFC 3501 7.1: the words after which a line is text for people. */
static bool is_status_word(const char *word, size_t len)
{
    switch (len) {
    case 2: return memcmp(word, "OK", 2) == 0 || memcmp(word, "NO", 2) == 0;
    case 3: return memcmp(word, "BAD", 3) == 0 || memcmp(word, "BYE", 3) == 0;
    case 7: return memcmp(word, "PREAUTH", 7) == 0;
    default: return false;
    }
}

/* One byte of the first words; never CR or LF. */
static void step_head(i4_frame *f, char c)
{
    switch (f->head) {
    case I4_FRAME_START:
        /* A known server puts NUL before its lines; spaces are as harmless. */
        if (c == '\0' || c == ' ')
            return;
        f->head = c == '+' ? I4_FRAME_TEXT : I4_FRAME_TAG;
        return;
    case I4_FRAME_TAG:
        if (c == ' ')
            f->head = I4_FRAME_WORD_GAP;
        return;
    case I4_FRAME_WORD_GAP:
        if (c == ' ')
            return;
        f->head     = I4_FRAME_WORD;
        f->word_len = 0;
        /* fall through */
    case I4_FRAME_WORD:
        if (c == ' ') {
            f->head = is_status_word(f->word, f->word_len) ? I4_FRAME_TEXT_GAP
                                                           : I4_FRAME_DATA;
            return;
        }
        if (f->word_len == sizeof f->word || i4_is_digit(c)) {
            f->head = I4_FRAME_DATA;
            return;
        }
        f->word[f->word_len++] = (char)i4_upper(c);
        return;
    case I4_FRAME_TEXT_GAP:
        if (c != ' ')
            f->head = c == '[' ? I4_FRAME_CODE : I4_FRAME_TEXT;
        return;
    case I4_FRAME_CODE:
        if (c == ']')
            f->head = I4_FRAME_TEXT;
        else if (c == '"')
            f->head = I4_FRAME_CODE_QUOTED;
        return;
    case I4_FRAME_CODE_QUOTED:
        if (c == '"')
            f->head = I4_FRAME_CODE;
        else if (c == '\\')
            f->head = I4_FRAME_CODE_ESCAPE;
        else if (c == ']')
            f->has_bracket = true;
        return;
    case I4_FRAME_CODE_ESCAPE: f->head = I4_FRAME_CODE_QUOTED; return;
    case I4_FRAME_TEXT:
    case I4_FRAME_DATA: return;
    }
}

/* Is a "{n}" that ends this line a literal header?  Quote parity does not decide: a
 * string that was not closed is damage, and damage must not move the frame.  In a code
 * whose quotes hold a "]" and were not closed, the "]" is the end of the code. */
static bool may_announce(const i4_frame *f)
{
    switch (f->head) {
    case I4_FRAME_CODE: return true;
    case I4_FRAME_CODE_QUOTED:
    case I4_FRAME_CODE_ESCAPE: return !f->has_bracket;
    case I4_FRAME_DATA: return true;
    case I4_FRAME_WORD: return !is_status_word(f->word, f->word_len);
    case I4_FRAME_START:
    case I4_FRAME_TAG:
    case I4_FRAME_WORD_GAP:
    case I4_FRAME_TEXT_GAP:
    case I4_FRAME_TEXT: return false;
    }
    return false;
}

int i4_frame_literal(const char *from, const char *end, uint64_t *literal)
{
    const char *p = end;
    if (p == from || *--p != '}')
        return 0;
    if (p > from && p[-1] == '+')
        p--;
    /* More than 20 digits are no number at all: the tail of a cut line may not hold them. */
    const char *digits_end = p;
    while (p > from && i4_is_digit(p[-1]) && digits_end - p < 20)
        p--;
    if (p == digits_end || p == from || p[-1] != '{')
        return 0;
    return i4_num_read(&p, digits_end, UINT64_MAX, literal) ? 1 : IMAP4_E_FRAMING;
}

const char *i4_frame_header(const char *p, const char *end, uint64_t *literal)
{
    p += p < end && *p == '~'; /* RFC 3516: literal8 */
    if (p == end || *p++ != '{' || !i4_num_read(&p, end, UINT64_MAX, literal))
        return NULL;
    p += p < end && *p == '+';
    return end - p >= 3 && memcmp(p, "}\r\n", 3) == 0 ? p + 3 : NULL;
}

/* The line ends with the CR before `lf`, if there is one.  `from` is where the line
 * starts within the bytes at hand; what came before is in the tail. */
static int end_line(i4_frame *f, const char *from, const char *lf, uint64_t *literal)
{
    char        joined[2 * I4_FRAME_TAIL];
    const char *start = from;
    const char *cr    = lf; /* becomes the end of the line's text */
    if (f->tail_len != 0 && lf - from < I4_FRAME_TAIL) {
        memcpy(joined, f->tail, f->tail_len);
        memcpy(joined + f->tail_len, from, (size_t)(lf - from));
        start = joined;
        cr    = joined + f->tail_len + (lf - from);
    }
    if (cr == start || cr[-1] != '\r')
        return IMAP4_FRAME_MORE; /* a bare LF is data (smuggling) */
    cr--;
    if (cr > start && cr[-1] == '}' && may_announce(f)) {
        const int rc = i4_frame_literal(start, cr, literal);
        if (rc != 0)
            return rc < 0 ? rc : IMAP4_FRAME_LITERAL;
    }
    return IMAP4_FRAME_END;
}

/* Remembers the last bytes of a line that was cut. */
static void keep_tail(i4_frame *f, const char *from, const char *end)
{
    const size_t len = (size_t)(end - from);
    if (len >= I4_FRAME_TAIL) {
        memcpy(f->tail, end - I4_FRAME_TAIL, I4_FRAME_TAIL);
        f->tail_len = I4_FRAME_TAIL;
        return;
    }
    size_t old = f->tail_len;
    if (old + len > I4_FRAME_TAIL) {
        const size_t drop = old + len - I4_FRAME_TAIL;
        memmove(f->tail, f->tail + drop, old - drop);
        old -= drop;
    }
    if (len != 0)
        memcpy(f->tail + old, from, len);
    f->tail_len = (unsigned char)(old + len);
}

int i4_frame_feed(i4_frame *f, const char *in, size_t len, size_t *used, uint64_t *literal)
{
    const char *const end = in + len;
    const char       *p   = in;
    if (f->is_done)
        i4_frame_init(f);
    if (f->literal != 0) {
        const uint64_t skip = f->literal < len ? f->literal : len;
        f->literal -= skip;
        p += skip;
        if (f->literal != 0 || p == end) {
            *used = len;
            return IMAP4_FRAME_MORE;
        }
    }
    const char *const line = p;
    /* Most lines: after a number comes no status word. */
    if (f->head == I4_FRAME_START && end - p >= 3 && p[0] == '*' && p[1] == ' ' &&
        i4_is_digit(p[2])) {
        f->head = I4_FRAME_DATA;
        p += 3;
    }
    while (p < end) {
        const char *lf = NULL;
        if (f->head < I4_FRAME_TEXT) {
            if (*p != '\n') {
                if (*p != '\r')
                    step_head(f, *p);
                p++;
                continue;
            }
            lf = p;
        } else {
            lf = memchr(p, '\n', (size_t)(end - p));
            if (lf == NULL)
                break;
        }
        const int rc = end_line(f, line, lf, literal);
        p            = lf + 1;
        if (rc == IMAP4_FRAME_MORE)
            continue;
        *used       = (size_t)(p - in);
        f->tail_len = 0;
        if (rc == IMAP4_FRAME_END)
            f->is_done = true;
        else if (rc == IMAP4_FRAME_LITERAL)
            f->literal = *literal;
        return rc;
    }
    keep_tail(f, line, end);
    *used = len;
    return IMAP4_FRAME_MORE;
}

int imap4_framer_new(const imap4_allocator *allocator, imap4_framer **out)
{
    i4_mem mem;
    if (out == NULL || !i4_mem_choose(allocator, &mem))
        return IMAP4_E_ARG;
    imap4_framer *framer = i4_mem_zalloc(&mem, sizeof *framer);
    if (framer == NULL)
        return IMAP4_E_NOMEM;
    framer->mem = mem;
    i4_frame_init(framer);
    *out = framer;
    return IMAP4_OK;
}

void imap4_framer_free(imap4_framer **framer)
{
    if (framer == NULL || *framer == NULL)
        return;
    const i4_mem mem = (*framer)->mem;
    i4_mem_free(&mem, *framer, sizeof **framer);
    *framer = NULL;
}

int imap4_framer_feed(imap4_framer *framer, imap4_view in, size_t *used, uint64_t *literal)
{
    uint64_t ignored = 0;
    return i4_frame_feed(framer, in.ptr, in.len, used,
                         literal == NULL ? &ignored : literal);
}
