/* SPDX-License-Identifier: MIT */
/* client_help.h - the IMAP4 object against a script, in memory and in one thread.
 *
 *     imap4 *m = script_connect(&s, GREET "C: T1 NOOP\nS: T1 OK done\n", NULL);
 *
 * Lines of the script: "C: " must be sent, "S: " is received, both with CRLF; "c: " and "s: "
 * without; "l: " is received with LF alone.  Behind the last line the stream ends. */
#ifndef CLIENT_HELP_H
#define CLIENT_HELP_H

#include "imap4/client.h"
#include "imap4/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CAPS                                                                             \
    "IMAP4rev1 IDLE MOVE UIDPLUS ID ENABLE UNSELECT NAMESPACE ACL QUOTA SORT "           \
    "THREAD=REFERENCES AUTH=PLAIN SASL-IR SPECIAL-USE UTF8=ACCEPT"
#define GREET   "S: * OK [CAPABILITY " CAPS "] hello\n"
#define PREAUTH "S: * PREAUTH [CAPABILITY " CAPS "] hello\n"
/* In INBOX, with five messages. */
#define SELECTED                                                                         \
    PREAUTH "C: T1 SELECT INBOX\nS: * 5 EXISTS\nS: * 1 RECENT\n"                         \
            "S: * FLAGS (\\Seen \\Deleted)\nS: * OK [UIDVALIDITY 7] ok\n"                \
            "S: T1 OK [READ-WRITE] done\n"

typedef struct script {
    const char *at;         /* the line that comes next */
    size_t      done;       /* bytes of it */
    char        sent[8192]; /* all that was sent */
    size_t      sent_len;
    char        expected[512];
    bool        is_wrong;
    bool        is_closed;
    char        traced[65536];
    size_t      traced_len;
    imap4      *interrupts; /* at a wait for which nothing comes, once */
} script;

/* The bytes of the line that comes next. */
static size_t script_line(const script *s, char *buf, size_t size)
{
    const size_t len = strcspn(s->at, "\n");
    if (len < 3 || len + 2 > size)
        return 0;
    memcpy(buf, s->at + 3, len - 3);
    if (s->at[0] == 'c' || s->at[0] == 's')
        return len - 3;
    if (s->at[0] == 'l') {
        buf[len - 3] = '\n';
        return len - 2;
    }
    memcpy(buf + len - 3, "\r\n", 2);
    return len - 1;
}

static void script_advance(script *s, size_t len, size_t size)
{
    s->done += len;
    if (s->done < size)
        return;
    s->at += strcspn(s->at, "\n");
    s->at += *s->at == '\n';
    s->done = 0;
}

static bool script_is(const script *s, char who)
{
    return *s->at == who || *s->at == who + ('a' - 'A') || (who == 'S' && *s->at == 'l');
}

static ptrdiff_t script_recv(void *ctx, char *buf, size_t len, int *os_errno)
{
    script *s = ctx;
    char    line[4096];
    (void)os_errno;
    if (*s->at == '\0' || s->is_wrong)
        return 0;
    if (!script_is(s, 'S'))
        return IMAP4_E_BUSY;
    const size_t size = script_line(s, line, sizeof line);
    const size_t n    = size - s->done < len ? size - s->done : len;
    memcpy(buf, line + s->done, n);
    script_advance(s, n, size);
    return n == 0 ? IMAP4_E_BUSY : (ptrdiff_t)n;
}

static ptrdiff_t script_send(void *ctx, imap4_view bytes, int *os_errno)
{
    script *s = ctx;
    char    line[4096];
    size_t  size = 0;
    (void)os_errno;
    if (s->sent_len + bytes.len < sizeof s->sent) {
        memcpy(s->sent + s->sent_len, bytes.ptr, bytes.len);
        s->sent_len += bytes.len;
    }
    for (size_t i = 0; i < bytes.len && !s->is_wrong; i++) {
        size = script_is(s, 'C') ? script_line(s, line, sizeof line) : 0;
        if (s->done >= size || line[s->done] != bytes.ptr[i]) {
            s->is_wrong = true;
            (void)snprintf(s->expected, sizeof s->expected, "%.*s",
                           (int)strcspn(s->at, "\n"), s->at);
            print_message("expected \"%s\", sent \"%.*s\"\n", s->expected,
                          IMAP4_ARG(bytes));
            break;
        }
        script_advance(s, 1, size);
    }
    return (ptrdiff_t)bytes.len;
}

static int script_wait(void *ctx, unsigned want, uint64_t deadline_ms)
{
    script *s = ctx;
    if (script_is(s, 'S') || *s->at == '\0' || s->is_wrong)
        return (int)want;
    if ((want & IMAP4_WANT_WRITE) != 0)
        return IMAP4_WANT_WRITE;
    if (s->interrupts != NULL) {
        imap4_interrupt(s->interrupts);
        s->interrupts = NULL;
        return 0;
    }
    /* Nothing will ever come: whoever waits without a deadline would wait for ever. */
    return deadline_ms == UINT64_MAX ? IMAP4_E_IO : 0;
}

static void script_close(void *ctx)
{
    ((script *)ctx)->is_closed = true;
}

static imap4_transport script_transport(script *s, const char *text)
{
    imap4_transport t = IMAP4_TRANSPORT;
    memset(s, 0, sizeof *s);
    s->at        = text;
    t.ctx        = s;
    t.recv       = script_recv;
    t.send       = script_send;
    t.wait       = script_wait;
    t.close      = script_close;
    t.is_private = 1;
    return t;
}

/* Every script is traced, and no trace may show what these tests use as passwords, tokens and
 * SASL. */
static void script_trace(void *user, imap4_view line)
{
    script *s = user;
    if (s->traced_len + line.len + 1 < sizeof s->traced) {
        memcpy(s->traced + s->traced_len, line.ptr, line.len);
        s->traced_len += line.len;
        s->traced[s->traced_len++] = '\n';
    }
}

static void script_check_trace(const script *s)
{
    static const char *const secrets[] = { "secret", "wrong", "c2VjcmV0",
                                           "token-of-alice", "AGFsaWNlAHNlY3JldA==" };
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        if (strstr(s->traced, secrets[i]) != NULL)
            fail_msg("a trace shows \"%s\":\n%s", secrets[i], s->traced);
}

/* Connects; what came of that is in `*rc`, NULL: it must succeed. */
static inline imap4 *script_connect_as(script *s, const char *text, imap4_options *opt,
                                       int *rc)
{
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    imap4_transport      t      = script_transport(s, text);
    imap4               *m      = NULL;
    engine.tag_prefix           = "T";
    if (opt->engine == NULL)
        opt->engine = &engine;
    opt->transport = &t;
    if (opt->debug == 0) {
        opt->debug      = 5;
        opt->debug_hook = script_trace;
        opt->hook_user  = s;
    }
    const int found = imap4_connect(NULL, opt, &m);
    if (rc != NULL)
        *rc = found;
    else if (found != IMAP4_OK)
        fail_msg("connect: %d %.*s", found, IMAP4_ARG(imap4_last_error(m)->text));
    return m;
}

static inline imap4 *script_connect(script *s, const char *text)
{
    imap4_options opt = IMAP4_OPTIONS;
    return script_connect_as(s, text, &opt, NULL);
}

/* All of the script was said, and nothing else. */
static inline void script_end(script *s, imap4 **m)
{
    assert_false(s->is_wrong);
    assert_string_equal(s->at, "");
    script_check_trace(s);
    imap4_free(m);
    assert_true(s->is_closed);
}

#define assert_view(view, text)                                                          \
    do {                                                                                 \
        const imap4_view found_ = (view);                                                \
        assert_int_equal(found_.len, strlen(text));                                      \
        assert_memory_equal(found_.ptr, text, found_.len);                               \
    } while (0)

/* Datum `k` of a reply; `literal` NULL: it has none. */
static inline void assert_datum(imap4_reply *r, size_t k, const char *head,
                                const char *literal)
{
    imap4_view h = IMAP4_NIL, l = IMAP4_NIL;
    assert_int_equal(imap4_reply_datum(r, k, &h, &l, NULL), 1);
    assert_view(h, head);
    if (literal == NULL)
        assert_null(l.ptr);
    else
        assert_view(l, literal);
}

#endif
