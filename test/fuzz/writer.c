/* SPDX-License-Identifier: MIT */
/* writer.c - whatever the arguments are, what is sent is one command with these arguments;
 * sent.h judges. */
#include "sent.h"

#include "imap4/text.h"

enum {
    MAX_ARGS = 8
};

/* ---- the arguments ---------------------------------------------------------------------- */

static bool is_set(imap4_view v, imap4_seqset **set)
{
    return imap4_seqset_parse(v, 0, set) == IMAP4_OK;
}

static size_t read_args(input *in, imap4_arg *args, imap4_seqset **set)
{
    const size_t count = byte(in) % (MAX_ARGS + 1);
    has_raw            = false;
    for (size_t i = 0; i < count; i++) {
        args[i]      = (imap4_arg){ .kind = (int32_t)(byte(in) % 16) };
        args[i].text = bytes(in, byte(in));
        has_raw      = has_raw || args[i].kind == IMAP4_ARG_RAW;
        if (args[i].kind == IMAP4_ARG_NUMBER)
            args[i].number = args[i].text.len * 12345678901u;
        if (args[i].kind == IMAP4_ARG_LITERAL)
            args[i].number = args[i].text.len;
        if (args[i].kind == IMAP4_ARG_NSTRING && args[i].text.len == 3)
            args[i].text = IMAP4_NIL;
        if (args[i].kind == IMAP4_ARG_SET && *set == NULL && is_set(args[i].text, set))
            args[i].set = *set;
    }
    return count;
}

/* Is this value what the argument was? */
static bool is_same(const imap4_arg *arg, const value *v)
{
    const imap4_view got = { v->text, v->len };
    char             name[8192];
    ptrdiff_t        n;
    switch (arg->kind) {
    case IMAP4_ARG_OPEN: return v->len == 1 && v->text[0] == '(' && !v->is_string;
    case IMAP4_ARG_CLOSE: return v->len == 1 && v->text[0] == ')' && !v->is_string;
    case IMAP4_ARG_ATOM: return !v->is_string && imap4_view_equal(arg->text, got);
    case IMAP4_ARG_NUMBER:
        n = snprintf(name, sizeof name, "%llu", (unsigned long long)arg->number);
        return !v->is_string && imap4_view_equal((imap4_view){ name, (size_t)n }, got);
    case IMAP4_ARG_NSTRING:
        if (arg->text.ptr == NULL)
            return !v->is_string && imap4_view_equal_nocase(got, IMAP4_V("NIL"));
        return v->is_string && imap4_view_equal(arg->text, got);
    case IMAP4_ARG_STRING:
    case IMAP4_ARG_SECRET:
    case IMAP4_ARG_LITERAL: return v->is_string && imap4_view_equal(arg->text, got);
    case IMAP4_ARG_ASTRING: return imap4_view_equal(arg->text, got);
    case IMAP4_ARG_MAILBOX:
        if (imap4_view_equal_nocase(arg->text, IMAP4_V("INBOX")))
            return imap4_view_equal_nocase(got, IMAP4_V("INBOX"));
        n = imap4_utf7_decode(got, name, sizeof name);
        return n >= 0 && (size_t)n <= sizeof name &&
               imap4_view_equal(arg->text, (imap4_view){ name, (size_t)n });
    default: return true; /* one value or more: not told apart here */
    }
}

static void compare(const imap4_arg *args, size_t count, size_t sent_count)
{
    for (size_t i = 0; i < count; i++)
        if (args[i].kind == IMAP4_ARG_RAW || args[i].kind == IMAP4_ARG_FLAGS ||
            args[i].kind == IMAP4_ARG_PATTERN || args[i].kind == IMAP4_ARG_SET)
            return;
    if (sent_count != count + 2)
        wrong("not as many arguments");
    for (size_t i = 0; i < count; i++)
        if (!is_same(&args[i], &values[i + 2]))
            wrong("another argument");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input            in  = { data, data + size };
    imap4_seqset    *set = NULL;
    imap4_arg        args[MAX_ARGS];
    imap4_engine    *e     = session(byte(&in));
    const unsigned   named = byte(&in);
    const imap4_view name  = named % 4 == 0 ? bytes(&in, named >> 4) : IMAP4_V("X-FOO");
    const size_t     count = read_args(&in, args, &set);
    const int        rc    = imap4_cmd_args(e, name, args, count, NULL, NULL);
    const bool       sends = collect(e);
    if (rc != IMAP4_OK && sends)
        wrong("refused, but sent");
    if (rc == IMAP4_OK && sends) {
        const size_t n = judge_sent(e);
        if (memchr(name.ptr, ' ', name.len) == NULL)
            compare(args, count, n);
    }
    imap4_seqset_free(&set);
    imap4_engine_free(&e);
    return 0;
}
