/* SPDX-License-Identifier: MIT */
/* wire/diag.c - findings: counted, and told once per kind; in strict mode each. */
#include "wire/diag.h"

#include <string.h>

typedef struct kind_row {
    const char *name;
    const char *text;
    bool        is_damage;
} kind_row;

static const kind_row kinds[IMAP4_DIAG_KINDS] = {
    [IMAP4_DIAG_EMPTY_LINE]  = { "empty-line", "a line with nothing in it", false },
    [IMAP4_DIAG_BEFORE_LINE] = { "before-line",
                                 "NUL or spaces stand in front of the response", false },
    [IMAP4_DIAG_SPACES]      = { "spaces", "a space where none, or only one, may stand",
                                 false },
    [IMAP4_DIAG_NO_SPACE]    = { "no-space", "a space is missing", false },
    [IMAP4_DIAG_ESCAPE]      = { "escape",
                                 "in a quoted string only '\"' and '\\' take a backslash",
                                 false },
    [IMAP4_DIAG_CONTROL]     = { "control",
                                 "a control character in a quoted string or an atom", false },
    [IMAP4_DIAG_NO_TEXT]     = { "no-text", "a status response must have a text", false },
    [IMAP4_DIAG_CONTINUATION] = { "continuation", "a space must follow the \"+\"", false },
    [IMAP4_DIAG_CODE]         = { "code", "the brackets hold no response code", false },
    [IMAP4_DIAG_STATUS]       = { "status", "this status may not stand here", false },
    [IMAP4_DIAG_ATOM]         = { "atom",
                                  "an atom where a string must stand, or one with "
                                          "characters that an atom cannot have",
                                  false },
    [IMAP4_DIAG_STRING]       = { "string", "a string where an atom or a list must stand",
                                  false },
    [IMAP4_DIAG_NIL]          = { "nil", "NIL may not stand here", false },
    [IMAP4_DIAG_EMPTY_LIST]   = { "empty-list", "this list may not be empty", false },
    [IMAP4_DIAG_LIST]         = { "list", "a list may not stand here", false },
    [IMAP4_DIAG_NUMBER]       = { "number", "not a number, or out of range", false },
    [IMAP4_DIAG_ZERO]         = { "zero", "this number must not be 0", false },
    [IMAP4_DIAG_MISSING]      = { "missing", "something is missing behind this", false },
    [IMAP4_DIAG_EXTRA]        = { "extra", "this may not stand here", false },
    [IMAP4_DIAG_SHAPE]        = { "shape", "not in the shape of the grammar", false },
    [IMAP4_DIAG_PARENTHESES]  = { "parentheses", "too few parentheses, or too many",
                                  false },
    [IMAP4_DIAG_DELIMITER]    = { "delimiter",
                                  "a hierarchy delimiter is one character, or NIL", false },
    [IMAP4_DIAG_NAME]    = { "name", "a mailbox name that is not written as one", false },
    [IMAP4_DIAG_CHARSET] = { "charset", "not in the encoding it must have", false },
    [IMAP4_DIAG_CONTRADICTION] = { "contradiction", "this cannot all be true", false },
    [IMAP4_DIAG_LINE]          = { "line", "no response begins like this", false },
    [IMAP4_DIAG_INVALID]   = { "invalid", "this datum cannot be read; it is lost", true },
    [IMAP4_DIAG_UNTRUSTED] = { "untrusted",
                               "from here to its end the response cannot be trusted",
                               true },
};

const char *imap4_diag_name(int32_t kind)
{
    return kind <= IMAP4_DIAG_NONE || kind >= IMAP4_DIAG_KINDS ? "unknown"
                                                               : kinds[kind].name;
}

const char *imap4_diag_text(int32_t kind)
{
    return kind <= IMAP4_DIAG_NONE || kind >= IMAP4_DIAG_KINDS
               ? "a kind that this release does not know"
               : kinds[kind].text;
}

/* Where in the stream `p` stands: before it stand whole segments, of which some are no
 * longer in the buffer, and a part of one. */
static uint64_t offset_of(const i4_diag_log *log, const char *p)
{
    uint64_t offset = log->ev->offset;
    for (size_t i = 0; i < log->ev->raw_count; i++) {
        const imap4_segment *s = &log->ev->raw[i];
        if (s->view.ptr != NULL && p >= s->view.ptr && p <= s->view.ptr + s->view.len)
            return offset + (uint64_t)(p - s->view.ptr);
        offset += s->size;
    }
    return log->ev->offset;
}

static const char *original(const i4_diag_log *log, const char *p)
{
    return log->copy_len != 0 && p >= log->copy && p <= log->copy + log->copy_len
               ? log->copy_of + (p - log->copy)
               : p;
}

/* Counts it.  false: that is all, nobody will be told, so its place is not looked for. */
static bool is_to_be_told(i4_diag_log *log, imap4_diag_kind kind)
{
    const uint64_t before = log->count[kind]++;
    return log->waiting != I4_DIAG_WAITING && (before == 0 || log->is_strict);
}

/* Something that was parsed twice, because memory was short the first time. */
static bool is_noted(const i4_diag_log *log, imap4_diag_kind kind, uint64_t offset)
{
    for (unsigned i = 0; i < log->waiting; i++) {
        const i4_finding *f = &log->at[(log->first + i) % I4_DIAG_WAITING];
        if (f->kind == (int32_t)kind && f->offset == offset)
            return true;
    }
    return false;
}

static void keep(i4_diag_log *log, imap4_diag_kind kind, imap4_view bytes,
                 uint64_t offset, const char *rule)
{
    if (is_noted(log, kind, offset)) {
        log->count[kind]--;
        return;
    }
    i4_finding  *f = &log->at[(log->first + log->waiting++) % I4_DIAG_WAITING];
    const size_t n = bytes.len < sizeof f->bytes ? bytes.len : sizeof f->bytes;
    f->kind        = (int32_t)kind;
    f->offset      = offset;
    f->count       = log->count[kind];
    f->rule        = rule;
    f->len         = (uint32_t)n;
    if (n != 0)
        memcpy(f->bytes, bytes.ptr, n);
}

void i4_diag_note_at(i4_diag_log *log, imap4_diag_kind kind, imap4_view bytes,
                     uint64_t offset, const char *rule)
{
    if (log != NULL && is_to_be_told(log, kind))
        keep(log, kind, bytes, offset, rule);
}

void i4_diag_note(i4_diag_log *log, imap4_diag_kind kind, imap4_view bytes,
                  const char *rule)
{
    if (log != NULL && is_to_be_told(log, kind))
        keep(log, kind, bytes, offset_of(log, original(log, bytes.ptr)), rule);
}

int i4_diag_take(i4_diag_log *log, imap4_diag *out)
{
    if (log->waiting == 0)
        return 0;
    const i4_finding *f = &log->at[log->first];
    *out                = (imap4_diag){
                       .kind      = f->kind,
                       .is_damage = kinds[f->kind].is_damage,
                       .count     = f->count,
                       .offset    = f->offset,
                       .bytes     = { f->bytes, f->len },
                       .rule      = imap4_view_of(f->rule),
    };
    log->first = (log->first + 1) % I4_DIAG_WAITING;
    log->waiting--;
    return 1;
}

uint64_t i4_diag_count(const i4_diag_log *log, int32_t kind)
{
    uint64_t sum = 0;
    if (kind < IMAP4_DIAG_NONE || kind >= IMAP4_DIAG_KINDS)
        return 0;
    if (kind != IMAP4_DIAG_NONE)
        return log->count[kind];
    for (int i = 0; i < IMAP4_DIAG_KINDS; i++)
        sum += log->count[i];
    return sum;
}
