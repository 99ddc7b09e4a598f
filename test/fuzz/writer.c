/* SPDX-License-Identifier: MIT */
/* writer.c - whatever the arguments are, what is sent is one command with these arguments.
 *
 * The judge is a small reader of commands in this file, which knows nothing of the library:
 * RFC 3501 section 9, command, with the literals of RFC 7888. */
#include "imap4/command.h"
#include "imap4/engine.h"
#include "imap4/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ARGS = 8,
    MAX_SENT = 1 << 16
};

typedef struct value {
    char   text[4096]; /* a string without quotes; "(" and ")" by themselves */
    size_t len;
    bool   is_string;
} value;

typedef struct sent {
    char   bytes[MAX_SENT];
    size_t len;
} sent;

static sent  out;
static value values[4096];
static bool  has_raw; /* the caller wrote a part by himself: a string may touch an atom */

static void wrong(const char *why)
{
    fprintf(stderr, "%s: ", why);
    fwrite(out.bytes, 1, out.len, stderr);
    abort();
}

static void put(value *v, char c)
{
    if (v->len == sizeof v->text)
        wrong("too long");
    v->text[v->len++] = c;
}

/* ---- the judge ----------------------------------------------------------------------- */

/* A quoted string; behind it. */
static size_t quoted(size_t at, value *v)
{
    v->is_string = true;
    for (at++; at < out.len && out.bytes[at] != '"'; at++) {
        if (out.bytes[at] == '\\')
            at++;
        if (at >= out.len || out.bytes[at] == '\r' || out.bytes[at] == '\n' ||
            out.bytes[at] == '\0')
            wrong("a quoted string with CR, LF or NUL");
        put(v, out.bytes[at]);
    }
    if (at >= out.len)
        wrong("a quoted string without end");
    return at + 1;
}

static size_t literal(size_t at, value *v)
{
    size_t n     = 0;
    v->is_string = true;
    for (at++; at < out.len && out.bytes[at] >= '0' && out.bytes[at] <= '9'; at++)
        n = n * 10 + (size_t)(out.bytes[at] - '0');
    if (at < out.len && out.bytes[at] == '+')
        at++;
    if (out.len - at < 3 || memcmp(out.bytes + at, "}\r\n", 3) != 0 ||
        n > out.len - at - 3)
        wrong("a literal that is none");
    for (size_t i = 0; i < n; i++)
        put(v, out.bytes[at + 3 + i]);
    return at + 3 + n;
}

/* The values of the one command that was sent; the first is its tag. */
static size_t judge(void)
{
    size_t at = 0, count = 0;
    int    depth = 0;
    while (at < out.len) {
        value *v = &values[count];
        if (count == sizeof values / sizeof values[0])
            wrong("too many values");
        v->len       = 0;
        v->is_string = false;
        switch (out.bytes[at]) {
        case ' ': at++; continue;
        case '(':
        case ')':
            depth += out.bytes[at] == '(' ? 1 : -1;
            if (depth < 0)
                wrong("a ) too many");
            put(v, out.bytes[at++]);
            break;
        case '"': at = quoted(at, v); break;
        case '{': at = literal(at, v); break;
        case '\r':
            if (at + 2 != out.len || out.bytes[at + 1] != '\n')
                wrong("more than one line");
            if (depth != 0)
                wrong("a ( that is open");
            return count;
        default:
            while (at < out.len && strchr(" ()\"{\r", out.bytes[at]) == NULL) {
                if ((unsigned char)out.bytes[at] < 0x20)
                    wrong("a control in an atom");
                put(v, out.bytes[at++]);
            }
            if (!has_raw && at < out.len && (out.bytes[at] == '"' || out.bytes[at] == '{'))
                wrong("a string against an atom");
            break;
        }
        count++;
    }
    wrong("no end of line");
    return 0;
}

/* ---- the arguments ---------------------------------------------------------------------- */

typedef struct input {
    const uint8_t *p;
    const uint8_t *end;
} input;

static unsigned byte(input *in)
{
    return in->p < in->end ? *in->p++ : 0;
}

static imap4_view bytes(input *in, size_t len)
{
    const size_t     left = (size_t)(in->end - in->p);
    const imap4_view v    = { (const char *)in->p, len < left ? len : left };
    in->p += v.len;
    return v;
}

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

/* ---- the session -------------------------------------------------------------------------- */

static void server(imap4_engine *e, const char *line)
{
    size_t             room = 0;
    const imap4_event *ev   = NULL;
    char              *to   = imap4_engine_recv_buf(e, &room);
    const size_t       len  = strlen(line);
    if (to == NULL || room < len)
        wrong("the engine takes nothing");
    memcpy(to, line, len);
    if (imap4_engine_recv_commit(e, len) != IMAP4_OK)
        wrong("commit fails");
    while (imap4_engine_next(e, &ev) == 1) {
    }
}

/* All that is sent without an answer; true if something was. */
static bool collect(imap4_engine *e)
{
    const size_t before = out.len;
    (void)imap4_engine_want(e, 0, NULL);
    for (;;) {
        const imap4_view v = imap4_engine_send_buf(e);
        if (v.len == 0)
            return out.len != before;
        if (v.len > sizeof out.bytes - out.len)
            wrong("too much is sent");
        memcpy(out.bytes + out.len, v.ptr, v.len);
        out.len += v.len;
        imap4_engine_send_ack(e, v.len);
    }
}

/* Does what was sent so far end in a literal header that waits for the server? */
static bool waits(void)
{
    if (out.len < 4 || memcmp(out.bytes + out.len - 3, "}\r\n", 3) != 0)
        return false;
    size_t at = out.len - 3;
    while (at > 0 && out.bytes[at - 1] >= '0' && out.bytes[at - 1] <= '9')
        at--;
    return at > 0 && at < out.len - 3 && out.bytes[at - 1] == '{';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const greetings[] = {
        "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n",
        "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hello\r\n",
        "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL-] hello\r\n",
    };
    input                in  = { data, data + size };
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    imap4_engine        *e   = NULL;
    imap4_seqset        *set = NULL;
    imap4_arg            args[MAX_ARGS];
    opt.secure = 1;
    opt.trace  = 1;
    out.len    = 0;
    if (imap4_engine_new(&opt, &e) != IMAP4_OK)
        abort();
    server(e, greetings[byte(&in) % 3]);
    const unsigned   named = byte(&in);
    const imap4_view name  = named % 4 == 0 ? bytes(&in, named >> 4) : IMAP4_V("X-FOO");
    const size_t     count = read_args(&in, args, &set);
    const int        rc    = imap4_cmd_args(e, name, args, count, NULL, NULL);
    const bool       sends = collect(e);
    if (rc != IMAP4_OK && sends)
        wrong("refused, but sent");
    if (rc == IMAP4_OK && sends) {
        /* Each header must wait: what follows must not have been sent with it. */
        while (waits()) {
            server(e, "+ go on\r\n");
            if (!collect(e))
                break;
        }
        const size_t n = judge();
        if (n < 2)
            wrong("no tag and name");
        if (memchr(name.ptr, ' ', name.len) == NULL)
            compare(args, count, n);
    }
    imap4_seqset_free(&set);
    imap4_engine_free(&e);
    return 0;
}
