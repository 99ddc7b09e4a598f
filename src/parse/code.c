/* SPDX-License-Identifier: MIT */
/* parse/code.c - the text of a status line, and the [code] that begins it. */
#include "parse/code.h"

#include "base/num.h"
#include "base/view.h"
#include "wire/frame.h"

const i4_code_row i4_code_rows[] = {
    /* RFC 3501 7.1 */
    { "ALERT", IMAP4_CODE_ALERT, I4_ARG_NONE },
    { "BADCHARSET", IMAP4_CODE_BADCHARSET, I4_ARG_WORDS },
    { "CAPABILITY", IMAP4_CODE_CAPABILITY, I4_ARG_WORDS },
    { "PARSE", IMAP4_CODE_PARSE, I4_ARG_NONE },
    { "PERMANENTFLAGS", IMAP4_CODE_PERMANENTFLAGS, I4_ARG_FLAGS },
    { "READ-ONLY", IMAP4_CODE_READ_ONLY, I4_ARG_NONE },
    { "READ-WRITE", IMAP4_CODE_READ_WRITE, I4_ARG_NONE },
    { "TRYCREATE", IMAP4_CODE_TRYCREATE, I4_ARG_NONE },
    { "UIDNEXT", IMAP4_CODE_UIDNEXT, I4_ARG_NUMBER },
    { "UIDVALIDITY", IMAP4_CODE_UIDVALIDITY, I4_ARG_NUMBER },
    { "UNSEEN", IMAP4_CODE_UNSEEN, I4_ARG_NUMBER },
    /* RFC 5530 section 3 */
    { "UNAVAILABLE", IMAP4_CODE_UNAVAILABLE, I4_ARG_NONE },
    { "AUTHENTICATIONFAILED", IMAP4_CODE_AUTHENTICATIONFAILED, I4_ARG_NONE },
    { "AUTHORIZATIONFAILED", IMAP4_CODE_AUTHORIZATIONFAILED, I4_ARG_NONE },
    { "EXPIRED", IMAP4_CODE_EXPIRED, I4_ARG_NONE },
    { "PRIVACYREQUIRED", IMAP4_CODE_PRIVACYREQUIRED, I4_ARG_NONE },
    { "CONTACTADMIN", IMAP4_CODE_CONTACTADMIN, I4_ARG_NONE },
    { "NOPERM", IMAP4_CODE_NOPERM, I4_ARG_NONE },
    { "INUSE", IMAP4_CODE_INUSE, I4_ARG_NONE },
    { "EXPUNGEISSUED", IMAP4_CODE_EXPUNGEISSUED, I4_ARG_NONE },
    { "CORRUPTION", IMAP4_CODE_CORRUPTION, I4_ARG_NONE },
    { "SERVERBUG", IMAP4_CODE_SERVERBUG, I4_ARG_NONE },
    { "CLIENTBUG", IMAP4_CODE_CLIENTBUG, I4_ARG_NONE },
    { "CANNOT", IMAP4_CODE_CANNOT, I4_ARG_NONE },
    { "LIMIT", IMAP4_CODE_LIMIT, I4_ARG_NONE },
    { "OVERQUOTA", IMAP4_CODE_OVERQUOTA, I4_ARG_NONE },
    { "ALREADYEXISTS", IMAP4_CODE_ALREADYEXISTS, I4_ARG_NONE },
    { "NONEXISTENT", IMAP4_CODE_NONEXISTENT, I4_ARG_NONE },
    { 0 },
};

/* Behind the literal that starts at `p`; NULL if none does, or not all of it is here. */
static const char *skip_literal(const char *p, const char *end)
{
    uint64_t    n     = 0;
    const char *bytes = i4_frame_header(p, end, &n);
    return bytes != NULL && n <= (uint64_t)(end - bytes) ? bytes + n : NULL;
}

/* The "]" that ends a code whose text starts at `p`.  It is the first one outside of quotes
 * and parentheses: a flag may hold one (a known server's does).  If that way leads nowhere,
 * it is the first one of all. */
static const char *end_of_code(const char *p, const char *end)
{
    const char *const from  = p;
    int               depth = 0;
    while (p < end) {
        const char *after = skip_literal(p, end);
        if (after != NULL) {
            p = after;
            continue;
        }
        if (*p == ']' && depth == 0)
            return p;
        if (*p == '(')
            depth++;
        else if (*p == ')')
            depth -= depth > 0;
        else if (*p == '"') {
            for (p++; p < end && *p != '"'; p++)
                if (*p == '\\')
                    p++;
        }
        p++;
    }
    return from < end ? memchr(from, ']', (size_t)(end - from)) : NULL;
}

/* RFC 3501 9, resp-text-code: an atom; no server's slip makes a quote part of one. */
static bool is_code_name(imap4_view name)
{
    if (name.len == 0)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char c = (unsigned char)name.ptr[i];
        if (c <= ' ' || c >= 0x7f || c == '"' || c == '(' || c == ')' || c == '{' ||
            c == '\\')
            return false;
    }
    return true;
}

void i4_code_read(i4_event *ev, const i4_registry *reg, imap4_view text)
{
    imap4_event *pub = &ev->pub;
    pub->text        = text;
    if (text.len == 0 || text.ptr[0] != '[')
        return;
    const char *from  = text.ptr + 1;
    const char *end   = text.ptr + text.len;
    const char *close = end_of_code(from, end);
    if (close == NULL) {
        i4_event_odd(ev, IMAP4_DIAG_CODE, text, "RFC 3501 9, resp-text-code");
        return;
    }
    const char *space = from;
    while (space < close && *space != ' ')
        space++;
    const imap4_view name = i4_view(from, space);
    if (!is_code_name(name)) {
        i4_event_odd(ev, IMAP4_DIAG_CODE, text, "RFC 3501 9, resp-text-code");
        return;
    }
    pub->code = name;
    while (space < close && *space == ' ')
        space++;
    if (space < close)
        pub->code_args = i4_view(space, close);
    close++;
    if (close < end && *close == ' ')
        close++;
    pub->text = i4_view(close, end);

    const i4_code_row *row = i4_registry_code(reg, name);
    pub->code_id           = row == NULL ? IMAP4_CODE_UNKNOWN : row->id;
    ev->code_row           = row;
    if (i4_event_has_code(ev, I4_ARG_NUMBER) || i4_event_has_code(ev, I4_ARG_MODSEQ)) {
        imap4_view number = pub->code_args;
        while (number.len != 0 && number.ptr[number.len - 1] == ' ')
            number.len--;
        const uint64_t max = row->arg == I4_ARG_MODSEQ ? (uint64_t)INT64_MAX : UINT32_MAX;
        /* nz-number (RFC 3501 7.1); known servers say 0, which means that they do not know. */
        pub->has_code_number = i4_num_view(number, max, &pub->code_number);
        if (!pub->has_code_number)
            i4_event_invalid(ev, text, "RFC 3501 9, resp-text-code");
        else if (pub->code_number == 0)
            pub->has_code_number = i4_event_odd(ev, IMAP4_DIAG_ZERO, text,
                                                "RFC 3501 9, nz-number") == IMAP4_OK;
    }
}
