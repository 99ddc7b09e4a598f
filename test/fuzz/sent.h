/* SPDX-License-Identifier: MIT */
/* sent.h - the judge of what is sent: a small reader of commands, which knows nothing of the
 * library.  RFC 3501 section 9, command, with the literals of RFC 7888. */
#ifndef FUZZ_SENT_H
#define FUZZ_SENT_H

#include "imap4/command.h"
#include "imap4/engine.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
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

/* ---- the input --------------------------------------------------------------------------- */

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

/* What `e` sent of one command, with all its literals; the number of values. */
static size_t judge_sent(imap4_engine *e)
{
    /* Each header must wait: what follows must not have been sent with it. */
    while (waits()) {
        server(e, "+ go on\r\n");
        if (!collect(e))
            break;
    }
    const size_t n = judge();
    if (n < 2)
        wrong("no tag and name");
    return n;
}

/* A session that is logged in, with literals of one of three kinds. */
static imap4_engine *session(unsigned kind)
{
    static const char *const greetings[] = {
        "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n",
        "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hello\r\n",
        "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL-] hello\r\n",
    };
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    imap4_engine        *e   = NULL;
    opt.secure               = 1;
    opt.trace                = 1;
    out.len                  = 0;
    if (imap4_engine_new(&opt, &e) != IMAP4_OK)
        abort();
    server(e, greetings[kind % 3]);
    return e;
}

#endif
