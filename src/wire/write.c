/* SPDX-License-Identifier: MIT */
/* wire/write.c - arguments to bytes, so that no argument can be more than itself. */
#include "wire/write.h"

#include "imap4/text.h"

#include "base/num.h"
#include "base/view.h"
#include "wire/line.h"

enum {
    /* A longer string goes as a literal: lines stay short, servers have limits. */
    QUOTED_MAX = 1024
};

/* ---- life ------------------------------------------------------------------- */

void i4_write_begin(i4_cmd *c, const i4_mem *mem)
{
    if (c->has_secret) {
        i4_line_wipe(&c->text);
        i4_line_wipe(&c->mailbox);
    }
    const i4_cmd old = *c;
    *c               = (i4_cmd){
                      .mem      = mem,
                      .text     = { old.text.ptr, 0, old.text.cap },
                      .mailbox  = { old.mailbox.ptr, 0, old.mailbox.cap },
                      .parts    = old.parts,
                      .part_cap = old.part_cap,
    };
}

void i4_write_free(i4_cmd *c)
{
    if (c->mem == NULL)
        return;
    i4_write_begin(c, c->mem);
    i4_mem_free(c->mem, c->text.ptr, c->text.cap);
    i4_mem_free(c->mem, c->mailbox.ptr, c->mailbox.cap);
    i4_mem_free(c->mem, c->parts, c->part_cap * sizeof *c->parts);
    *c = (i4_cmd){ 0 };
}

void i4_write_refuse(i4_cmd *c, int rc, const char *why, imap4_view where)
{
    if (c->rc < 0)
        return;
    c->rc  = rc;
    c->why = why;
    if (c->is_secret)
        where = where.ptr == NULL ? where : IMAP4_V("***");
    c->where_len = where.len < sizeof c->where ? where.len : sizeof c->where;
    if (c->where_len != 0)
        memcpy(c->where, where.ptr, c->where_len);
}

void i4_cmd_secret(i4_cmd *c, bool secret)
{
    c->is_secret = secret;
}

/* ---- which bytes may stand where -------------------------------------------- */

static bool is_atom(imap4_view text, bool with_bracket)
{
    for (size_t i = 0; i < text.len; i++)
        if (!i4_is_atom_char(text.ptr[i]) && !(with_bracket && text.ptr[i] == ']'))
            return false;
    return text.len != 0;
}

static bool has_nul(imap4_view text)
{
    return text.len != 0 && memchr(text.ptr, 0, text.len) != NULL;
}

bool i4_write_is_8bit(imap4_view text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return true;
    return false;
}

/* What no quoted string may hold (RFC 3501 section 9, TEXT-CHAR). */
static bool fits_quotes(imap4_view text, bool with_8bit)
{
    if (text.len > QUOTED_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '\r' || c == '\n' || c == '\0' ||
            ((unsigned char)c >= 0x80 && !with_8bit))
            return false;
    }
    return true;
}

static void put_quoted(i4_cmd *c, imap4_view text)
{
    size_t escapes = 0;
    for (size_t i = 0; i < text.len; i++)
        escapes += text.ptr[i] == '"' || text.ptr[i] == '\\';
    char *to = i4_line_put(c, I4_PART_TEXT, text.len + escapes + 2);
    if (to == NULL)
        return;
    *to++ = '"';
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            *to++ = '\\';
        *to++ = text.ptr[i];
    }
    *to = '"';
}

/* RFC 3501 4.3: a literal is CHAR8, which NUL is not. */
static bool refuse_nul(i4_cmd *c, imap4_view text)
{
    if (!has_nul(text))
        return false;
    i4_write_refuse(c, IMAP4_E_ARG, "a string holds NUL, which IMAP cannot carry", text);
    return true;
}

static void put_string(i4_cmd *c, imap4_view text)
{
    if (refuse_nul(c, text))
        return;
    if (text.ptr == NULL)
        text = IMAP4_V("");
    if (fits_quotes(text, false))
        put_quoted(c, text);
    else
        i4_line_literal(c, text);
}

static void put_astring(i4_cmd *c, imap4_view text)
{
    /* NIL is a legal astring, but some read it as nothing. */
    if (text.len <= QUOTED_MAX && is_atom(text, true) &&
        !i4_view_eq_nocase(text, IMAP4_V("NIL")))
        i4_line_text(c, text);
    else
        put_string(c, text);
}

/* ---- arguments -------------------------------------------------------------- */

void i4_write_word(i4_cmd *c, imap4_view word)
{
    i4_line_space(c);
    i4_line_text(c, word);
}

void i4_write_atom(i4_cmd *c, imap4_view text)
{
    if (!is_atom(text, false))
        i4_write_refuse(c, IMAP4_E_ARG, "not an atom", text);
    c->is_foreign = true;
    i4_line_space(c);
    i4_line_text(c, text);
}

void i4_write_atoms(i4_cmd *c, imap4_view text)
{
    if (text.len == 0) {
        i4_write_atom(c, text); /* refuses it */
        return;
    }
    bool has_more = true;
    while (
        has_more) { /* a space at the end has an empty atom behind it, which is refused */
        const size_t     before = text.len;
        const imap4_view word   = i4_view_word(&text);
        has_more                = word.len < before;
        i4_write_atom(c, word);
    }
}

void i4_write_astring(i4_cmd *c, imap4_view text)
{
    c->is_foreign = true;
    i4_line_space(c);
    put_astring(c, text);
}

void i4_write_string(i4_cmd *c, imap4_view text)
{
    c->is_foreign = true;
    i4_line_space(c);
    put_string(c, text);
}

void i4_write_nstring(i4_cmd *c, imap4_view text)
{
    c->is_foreign |= text.ptr != NULL;
    i4_line_space(c);
    if (text.ptr == NULL)
        i4_line_text(c, IMAP4_V("NIL"));
    else
        put_string(c, text);
}

void i4_write_literal(i4_cmd *c, imap4_view bytes)
{
    c->is_foreign = true;
    if (refuse_nul(c, bytes))
        return;
    i4_line_space(c);
    i4_line_literal(c, bytes);
}

void i4_write_data(i4_cmd *c, uint64_t size)
{
    if (size > UINT64_MAX - c->data_size) {
        i4_write_refuse(c, IMAP4_E_ARG, "literals that are too long together", IMAP4_NIL);
        return;
    }
    i4_line_space(c);
    i4_line_header(c, size);
    if (i4_line_put(c, I4_PART_DATA, 0) != NULL)
        c->parts[c->part_count - 1].size = size;
    c->data_size += size;
    c->has_data   = true;
    c->is_foreign = true;
}

void i4_write_binary_data(i4_cmd *c, uint64_t size)
{
    i4_line_space(c);
    i4_line_text(c, IMAP4_V("~"));
    c->wants_space = false;
    c->is_binary   = true;
    i4_write_data(c, size);
}

void i4_write_nstring8(i4_cmd *c, imap4_view text)
{
    if (!has_nul(text)) {
        i4_write_nstring(c, text);
        return;
    }
    i4_line_space(c);
    i4_line_text(c, IMAP4_V("~"));
    i4_line_literal(c, text);
}

void i4_write_number(i4_cmd *c, uint64_t number)
{
    char digits[20];
    i4_line_space(c);
    i4_line_text(c, (imap4_view){ digits, i4_num_write(number, digits) });
}

void i4_write_open(i4_cmd *c)
{
    i4_line_space(c);
    i4_line_text(c, IMAP4_V("("));
    c->wants_space = false;
}

void i4_write_close(i4_cmd *c)
{
    i4_line_text(c, IMAP4_V(")"));
    c->wants_space = true;
}

void i4_write_open_later(i4_cmd *c, imap4_view open)
{
    c->later = open;
}

void i4_write_close_later(i4_cmd *c)
{
    if (c->later.ptr == NULL)
        i4_write_close(c);
    c->later = IMAP4_NIL;
}

void i4_write_joined(i4_cmd *c, const i4_cmd *from)
{
    if (from->rc < 0)
        i4_write_refuse(c, from->rc, from->why,
                        (imap4_view){ from->where, from->where_len });
    if (from->part_count == 0 || c->rc < 0)
        return;
    i4_line_space(c);
    const size_t sets = c->set_count;
    c->is_foreign |= from->is_foreign;
    for (size_t i = 0; i < from->part_count; i++) {
        const i4_part *part = &from->parts[i];
        char          *to   = i4_line_put(c, part->kind, part->len);
        if (to == NULL)
            return;
        memcpy(to, from->text.ptr + part->at, part->len);
        if (part->kind == I4_PART_HEADER)
            c->parts[c->part_count - 1].size = part->size;
        if (from->set_count != 0 && part->kind == I4_PART_TEXT &&
            from->set_at >= part->at && from->set_at < part->at + part->len)
            c->set_at = (size_t)(to - c->text.ptr) + from->set_at - part->at;
    }
    c->set_count += from->set_count;
    if (sets == 0 && from->set_count != 0) {
        c->set_len    = from->set_len;
        c->set_is_uid = from->set_is_uid;
        /* It need not bound what is found: it may be one key of many. */
        c->set_first  = 0;
        c->set_last   = UINT32_MAX;
    }
}

/* Keeps the first name as it was given: SELECT must know what it selects. */
void i4_write_keep_mailbox(i4_cmd *c, imap4_view name)
{
    if (c->has_mailbox || c->rc < 0)
        return;
    char *to = i4_line_room(c, &c->mailbox, name.len);
    if (to == NULL) {
        i4_line_no_memory(c);
        return;
    }
    if (name.len != 0)
        memcpy(to, name.ptr, name.len);
    c->mailbox.len = name.len;
    c->has_mailbox = true;
}

bool i4_name_is_everywhere(imap4_view name)
{
    return i4_view_eq_nocase(name, IMAP4_V("INBOX")) || i4_view_eq(name, IMAP4_V("*")) ||
           i4_view_eq(name, IMAP4_V("%"));
}

/* RFC 3501 5.1.3: UTF-8 goes as modified UTF-7. */
static void put_name(i4_cmd *c, imap4_view name, bool is_pattern)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '\r' || name.ptr[i] == '\n' || name.ptr[i] == '\0') {
            i4_write_refuse(c, IMAP4_E_ARG, "a mailbox name holds CR, LF or NUL", name);
            return;
        }
    }
    const ptrdiff_t len = imap4_utf7_encode(name, NULL, 0);
    if (len < 0) {
        i4_write_refuse(c, IMAP4_E_ARG, "a mailbox name is not UTF-8", name);
        return;
    }
    const bool is_plain = (size_t)len == name.len; /* "&" is longer as well */
    c->is_foreign |= name.len != 0 && !i4_name_is_everywhere(name);
    if (c->is_unsure && !is_plain)
        i4_write_refuse(c, IMAP4_E_BUSY,
                        "how this mailbox name is spelt depends on the answer to ENABLE",
                        name);
    i4_write_keep_mailbox(c, name);
    if (c->rc < 0)
        return;
    if (c->is_utf8 && !is_plain) {
        i4_line_space(c);
        if (fits_quotes(name, true))
            put_quoted(c, name);
        else
            i4_line_literal(c, name);
        return;
    }
    char  small[256];
    char *wire = small;
    if ((size_t)len > sizeof small && (wire = i4_mem_alloc(c->mem, (size_t)len)) == NULL) {
        i4_line_no_memory(c);
        return;
    }
    if (imap4_utf7_encode(name, wire, (size_t)len) < 0)
        i4_write_refuse(c, IMAP4_E_ARG, "a mailbox name is not UTF-8", name);
    i4_line_space(c);
    if (is_pattern)
        put_string(c, (imap4_view){ wire, (size_t)len });
    else
        put_astring(c, (imap4_view){ wire, (size_t)len });
    if (wire != small)
        i4_mem_free(c->mem, wire, (size_t)len);
}

void i4_write_mailbox(i4_cmd *c, imap4_view name)
{
    /* RFC 3501 5.1: INBOX has no case. */
    if (i4_view_eq_nocase(name, IMAP4_V("INBOX")))
        name = IMAP4_V("INBOX");
    put_name(c, name, false);
}

void i4_write_pattern(i4_cmd *c, imap4_view name)
{
    /* Always in quotes: a wildcard keeps its meaning there (RFC 3501 6.3.8), and a name
     * with one was never an atom. */
    put_name(c, name, true);
}

void i4_write_flags(i4_cmd *c, imap4_view flags)
{
    c->is_foreign = true;
    if (imap4_flags_check(flags) < 0)
        i4_write_refuse(c, IMAP4_E_ARG, "not a list of flags", flags);
    i4_line_space(c);
    i4_line_text(c, IMAP4_V("("));
    i4_line_text(c, flags);
    i4_line_text(c, IMAP4_V(")"));
}

static void keep_bounds(i4_cmd *c, const imap4_seqset *set)
{
    const size_t count = imap4_seqset_count_ranges(set);
    uint32_t     first = 0, last = 0;
    (void)imap4_seqset_range(set, 0, &first, NULL);
    (void)imap4_seqset_range(set, count - 1, NULL, &last);
    c->set_first = last == IMAP4_SEQ_STAR ? 0 : first;
    c->set_last  = last == IMAP4_SEQ_STAR ? UINT32_MAX : last;
    c->set_size  = imap4_seqset_cardinality(set);
}

void i4_write_set(i4_cmd *c, const imap4_seqset *set)
{
    if (set == NULL || imap4_seqset_count_ranges(set) == 0) {
        i4_write_refuse(c, IMAP4_E_ARG, "the set is empty", IMAP4_NIL);
        return;
    }
    const ptrdiff_t len = imap4_seqset_format(set, NULL, 0);
    if (len < 0) {
        i4_write_refuse(c, IMAP4_E_LIMIT, "the set is too long", IMAP4_NIL);
        return;
    }
    i4_line_space(c);
    char *to = i4_line_put(c, I4_PART_TEXT, (size_t)len);
    if (to == NULL)
        return;
    if (imap4_seqset_format(set, to, (size_t)len) != len)
        i4_write_refuse(c, IMAP4_E_ARG, "the set changed", IMAP4_NIL);
    c->set_count++;
    c->set_at     = (size_t)(to - c->text.ptr);
    c->set_len    = (size_t)len;
    c->set_is_uid = imap4_seqset_is_uid(set) != 0;
    keep_bounds(c, set);
}

/* ---- raw text --------------------------------------------------------------- */

/* The length of the quoted string at `p`, quotes included; 0 if it has no end, or an
 * escape that is none. */
static size_t quoted_length(const char *p, const char *end)
{
    for (const char *q = p + 1; q < end; q++) {
        if (*q == '"')
            return (size_t)(q - p) + 1;
        if (*q == '\\' && (++q == end || (*q != '"' && *q != '\\')))
            return 0;
    }
    return 0;
}

/* RFC 3501 section 9: bytes beyond ASCII can stand only in a literal. */
static void put_unquoted(i4_cmd *c, imap4_view inside)
{
    size_t len = 0;
    for (size_t i = 0; i < inside.len; i++, len++)
        i += inside.ptr[i] == '\\';
    i4_line_header(c, len);
    char *to = i4_line_put(c, I4_PART_BYTES, len);
    if (to == NULL)
        return;
    for (size_t i = 0; i < inside.len; i++) {
        i += inside.ptr[i] == '\\';
        *to++ = inside.ptr[i];
    }
}

/* Why a quoted string cannot be sent; NULL if it can. */
static const char *quoted_problem(imap4_view quoted)
{
    if (quoted.len == 0)
        return "a quoted string that does not end";
    if (memchr(quoted.ptr, 0, quoted.len) != NULL)
        return "a quoted string holds NUL";
    if (memchr(quoted.ptr, '\r', quoted.len) != NULL ||
        memchr(quoted.ptr, '\n', quoted.len) != NULL)
        return "a quoted string holds CR or LF";
    return NULL;
}

/* A literal is one only where an argument may begin, and what follows it is text again: else
 * a server may take its bytes for a command. */
static bool stands_alone(imap4_view quoted, imap4_view text)
{
    const char *behind = quoted.ptr + quoted.len, *end = text.ptr + text.len;
    return (quoted.ptr == text.ptr || quoted.ptr[-1] == ' ' || quoted.ptr[-1] == '(') &&
           (behind == end || *behind == ' ' || *behind == ')');
}

/* Why a byte outside quotes cannot be sent; NULL if it can. */
static const char *raw_problem(char c, size_t *depth)
{
    if (c == '(')
        ++*depth;
    else if (c == ')' && (*depth)-- == 0)
        return "a \")\" without its \"(\"";
    else if (c == '{')
        return "a \"{\" outside quotes";
    else if ((unsigned char)c < ' ' || (unsigned char)c == 0x7f)
        return "a control character outside quotes";
    else if ((unsigned char)c >= 0x80)
        return "a byte beyond ASCII outside quotes";
    return NULL;
}

void i4_write_raw(i4_cmd *c, imap4_view text)
{
    if (text.len == 0) {
        i4_write_refuse(c, IMAP4_E_ARG, "nothing to write", IMAP4_V(""));
        return;
    }
    const char *p = text.ptr, *end = text.ptr + text.len, *from = p;
    const char *why   = NULL;
    size_t      depth = 0;
    i4_line_space(c);
    while (why == NULL && p < end) {
        if (*p != '"') {
            why = raw_problem(*p, &depth);
            p++;
            continue;
        }
        const imap4_view quoted = { p, quoted_length(p, end) };
        why                     = quoted_problem(quoted);
        p += quoted.len;
        if (why == NULL && i4_write_is_8bit(quoted)) {
            if (!stands_alone(quoted, text))
                why = "a quoted string beyond ASCII right beside a word";
            i4_line_text(c, i4_view(from, quoted.ptr));
            put_unquoted(c, (imap4_view){ quoted.ptr + 1, quoted.len - 2 });
            from = p;
        }
    }
    if (why == NULL && depth != 0)
        why = "a \"(\" without its \")\"";
    if (why != NULL)
        i4_write_refuse(c, IMAP4_E_ARG, why, text);
    i4_line_text(c, i4_view(from, end));
}

/* ---- the end ---------------------------------------------------------------- */

void i4_write_end(i4_cmd *c)
{
    const bool secret = c->is_secret;
    c->is_secret      = false;
    i4_line_text(c, IMAP4_V("\r\n"));
    c->is_secret = secret;
}

void i4_write_initial(i4_cmd *c, imap4_view response)
{
    i4_write_end(c);
    const ptrdiff_t len = imap4_base64_encode(response, NULL, 0);
    if (len < 0) {
        i4_write_refuse(c, IMAP4_E_LIMIT, "the initial response is too long", IMAP4_NIL);
        return;
    }
    /* RFC 4959 section 3: an empty response is "=". */
    const size_t size   = len == 0 ? 1 : (size_t)len;
    const bool   secret = c->is_secret;
    c->is_secret        = true;
    char *to            = i4_line_put(c, I4_PART_INITIAL, size + 2);
    c->is_secret        = secret;
    if (to == NULL)
        return;
    to[0] = '=';
    if (imap4_base64_encode(response, to, size) != len)
        i4_write_refuse(c, IMAP4_E_ARG, "the initial response changed", IMAP4_NIL);
    to[size]     = '\r';
    to[size + 1] = '\n';
}
