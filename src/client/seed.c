/* SPDX-License-Identifier: MIT */
/* client/seed.c - command lines as Python's imaplib writes them (3.15): what is quoted already
 * stays as it is, names are not encoded, parentheses are added where they lack. */
#include "client/method.h"

#include "base/view.h"

/* ---- text ------------------------------------------------------------------------------- */

void i4_text_add(i4_text *t, imap4_view text)
{
    if (text.len == 0 || t->has_failed)
        return;
    if (i4_mem_grow(t->mem, (void **)&t->at, &t->cap, t->len, text.len, 1) != IMAP4_OK) {
        t->has_failed = true;
        return;
    }
    memcpy(t->at + t->len, text.ptr, text.len);
    t->len += text.len;
}

void i4_text_free(i4_text *t)
{
    i4_mem_wipe(t->at, t->cap); /* a password may have been in it */
    i4_mem_free(t->mem, t->at, t->cap);
}

/* ---- quoting ----------------------------------------------------------------------------- */

/* "(?:[^"\\]|\\.)*+" */
static bool is_quoted(imap4_view text)
{
    size_t i = 1;
    if (text.len < 2 || text.ptr[0] != '"')
        return false;
    while (i < text.len && text.ptr[i] != '"')
        i += text.ptr[i] == '\\' ? 2 : 1;
    return i == text.len - 1;
}

static bool is_plain(imap4_view text, const char *specials)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c <= ' ' || c >= 0x7f || strchr(specials, c) != NULL)
            return false;
    }
    return text.len != 0;
}

static void add_quoted(i4_text *t, imap4_view text)
{
    i4_text_add(t, IMAP4_V("\""));
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            i4_text_add(t, IMAP4_V("\\"));
        i4_text_add(t, (imap4_view){ text.ptr + i, 1 });
    }
    i4_text_add(t, IMAP4_V("\""));
}

static void add_astring(i4_text *t, imap4_view text, const char *specials)
{
    if (is_quoted(text) || is_plain(text, specials))
        i4_text_add(t, text);
    else
        add_quoted(t, text);
}

static bool is_in_parens(imap4_view list)
{
    return list.len >= 2 && list.ptr[0] == '(' && list.ptr[list.len - 1] == ')';
}

imap4_view i4_without_parens(imap4_view list)
{
    return is_in_parens(list) ? (imap4_view){ list.ptr + 1, list.len - 2 } : list;
}

static void add_list(i4_text *t, imap4_view list)
{
    i4_text_add(t, is_in_parens(list) ? IMAP4_NIL : IMAP4_V("("));
    i4_text_add(t, list);
    i4_text_add(t, is_in_parens(list) ? IMAP4_NIL : IMAP4_V(")"));
}

static bool is_macro(imap4_view items)
{
    return i4_view_eq_nocase(items, IMAP4_V("ALL")) ||
           i4_view_eq_nocase(items, IMAP4_V("FULL")) ||
           i4_view_eq_nocase(items, IMAP4_V("FAST"));
}

static void add_arg(i4_text *t, char kind, imap4_view arg)
{
    static const char specials[] = "(){%*\\\"";
    switch (kind) {
    case 'm':
    case 'd':
    case 'a':
    case 'c': add_astring(t, arg, specials); return;
    case 'p': add_astring(t, arg, "(){\\\""); return;
    case 'q': add_quoted(t, arg); return;
    case 'l': add_list(t, arg); return;
    case 'f':
        if (is_macro(arg))
            i4_text_add(t, arg);
        else
            add_list(t, arg);
        return;
    default: i4_text_add(t, arg); return;
    }
}

/* ---- the line ------------------------------------------------------------------------------ */

/* imaplib quotes arguments of only these behind UID. */
static bool is_raw_in_uid(const i4_call *call)
{
    static const char *const quoted[] = { "COPY", "FETCH", "SORT", "STORE", "THREAD" };
    for (size_t i = 0; i < sizeof quoted / sizeof quoted[0]; i++)
        if (strcmp(call->method->name, quoted[i]) == 0)
            return false;
    return call->is_uid;
}

static void add_args(i4_text *t, const i4_call *call)
{
    const char *kind      = is_raw_in_uid(call) ? "R" : call->method->kinds;
    const bool  is_search = i4_view_eq(imap4_view_of(call->method->name),
                                       IMAP4_V("SEARCH"));
    for (size_t i = 0; i < call->count; i++) {
        if (call->args[i].ptr != NULL) {
            if (is_search && *kind == 'c')
                i4_text_add(t, IMAP4_V(" CHARSET"));
            i4_text_add(t, IMAP4_V(" "));
            add_arg(t, *kind, call->args[i]);
        }
        if (*kind != 'R' && *kind != '\0')
            kind += kind[1] == '?' ? 2 : 1;
    }
}

void i4_seed_line(i4_text *t, const i4_call *call)
{
    i4_text_add(t, call->is_uid ? IMAP4_V("UID ") : IMAP4_NIL);
    i4_text_add(t, imap4_view_of(call->method->name));
    add_args(t, call);
}

static bool is_search_in_charset(const i4_call *call)
{
    return !call->is_uid && strcmp(call->method->name, "SEARCH") == 0 &&
           i4_call_arg(call, 0).ptr != NULL;
}

int i4_seed_queue(imap4 *m, i4_call *call)
{
    imap4_raw_options opt = { .size = sizeof opt, .synchronizing = 1 };
    i4_text           t   = { .mem = &m->mem };
    if (is_search_in_charset(call) &&
        imap4_engine_enabled(m->engine, IMAP4_V("UTF8=ACCEPT")) == 1)
        return i4_report(
            m, IMAP4_E_ARG,
            "with UTF8=ACCEPT enabled no charset can be given (RFC 6855, 3)");
    i4_seed_line(&t, call);
    const imap4_view line = { t.at, t.len };
    const int        rc   = t.has_failed
                                ? IMAP4_E_NOMEM
                                : imap4_cmd_raw(m->engine, &line, 1, &opt, NULL, &call->cmd);
    i4_text_free(&t);
    return rc;
}
