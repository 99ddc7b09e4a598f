/* SPDX-License-Identifier: MIT */
/* client.c - a hostile server and the IMAP4 object: whatever it says, each method ends, and all
 * that a reply gives can be read.
 *
 * The first byte of the input chooses the profile, the second how much comes at once; the rest
 * is what the server says.  Byte 1 in it stands for the tag that was sent last.  Behind a tagged
 * line it waits until something was sent. */
#include "imap4/client.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct server {
    const uint8_t *at, *end;
    size_t         chunk;
    char           tag[32];
    size_t         tag_len;
    int            is_line_start; /* of what is sent */
    int            is_in_tag;
    int            waits;     /* until something is sent */
    int            is_tagged; /* the line that is being received is */
} server;

static ptrdiff_t say(void *ctx, char *buf, size_t len, int *os_errno)
{
    server *s = ctx;
    size_t  n = 0;
    (void)os_errno;
    if (s->at == s->end)
        return 0;
    if (s->waits)
        return IMAP4_E_BUSY;
    while (n < len && n < s->chunk && s->at < s->end && !s->waits) {
        if (*s->at == 1) {
            if (len - n < s->tag_len)
                break;
            memcpy(buf + n, s->tag, s->tag_len);
            n += s->tag_len;
            s->is_tagged = 1;
        } else {
            buf[n++] = (char)*s->at;
        }
        s->is_tagged |= *s->at == '+' && s->at[-1] == '\n';
        if (*s->at++ == '\n' && s->is_tagged) {
            s->waits     = 1;
            s->is_tagged = 0;
        }
    }
    return n == 0 ? IMAP4_E_BUSY : (ptrdiff_t)n;
}

static ptrdiff_t hear(void *ctx, imap4_view bytes, int *os_errno)
{
    server *s = ctx;
    (void)os_errno;
    for (size_t i = 0; i < bytes.len; i++) {
        const char c = bytes.ptr[i];
        if (s->is_line_start && c == 'T') {
            s->tag_len   = 0;
            s->is_in_tag = 1;
        }
        if (c == ' ' || s->tag_len == sizeof s->tag)
            s->is_in_tag = 0;
        if (s->is_in_tag)
            s->tag[s->tag_len++] = c;
        s->is_line_start = bytes.ptr[i] == '\n';
    }
    s->waits = 0;
    return (ptrdiff_t)bytes.len;
}

/* Who waits for nothing gets the end. */
static int pass_time(void *ctx, unsigned want, uint64_t deadline_ms)
{
    server *s = ctx;
    (void)deadline_ms;
    if (s->waits && (want & IMAP4_WANT_WRITE) == 0)
        s->at = s->end;
    return (int)want;
}

static size_t touched;

static void look(imap4_reply **r)
{
    imap4_view head, literal;
    for (size_t i = 0; i < imap4_reply_events(*r); i++) {
        const imap4_event *ev = imap4_reply_event(*r, i);
        touched += ev != NULL && ev->raw_count != 0 ? ev->raw[0].view.len : 0;
    }
    if (imap4_reply_status(*r) != NULL)
        touched += imap4_reply_status(*r)->text.len;
    const size_t count = imap4_reply_count(*r);
    for (size_t k = 0; k < count; k++) {
        if (imap4_reply_datum(*r, k, &head, &literal, NULL) != 1)
            abort();
        for (size_t i = 0; i < head.len; i++)
            touched += (unsigned char)head.ptr[i];
        touched += literal.len != 0 ? (unsigned char)literal.ptr[literal.len - 1] : 0;
    }
    imap4_reply_free(r);
}

static int pour(void *user, imap4_view bytes)
{
    *(size_t *)user += bytes.len;
    return 0;
}

static void one(imap4 *m, const char *name, const char *a, const char *b, const char *c)
{
    const char *const args[] = { a, b, c };
    imap4_reply      *r      = NULL;
    const size_t      n      = c != NULL ? 3 : b != NULL ? 2 : a != NULL ? 1 : 0;
    const int         rc     = imap4_call(m, name, args, NULL, n, &r);
    if (imap4_last_error(m)->code != rc && rc != IMAP4_OK)
        abort();
    look(&r);
}

static void talk(imap4 *m)
{
    imap4_view               name;
    imap4_reply             *r       = NULL;
    size_t                   poured  = 0;
    static const char *const parts[] = { "a", "b" };
    one(m, "login", "alice", "secret", NULL);
    one(m, "select", "INBOX", NULL, NULL);
    one(m, "fetch", "1:5", "(FLAGS BODY[])", NULL);
    one(m, "response", "FETCH", NULL, NULL);
    one(m, "uid", "search", "ALL", NULL);
    one(m, "store", "1", "+FLAGS", "\\Seen");
    one(m, "list", NULL, NULL, NULL);
    one(m, "getquotaroot", "INBOX", NULL, NULL);
    one(m, "response", "EXISTS", NULL, NULL);
    (void)!imap4_append(m, NULL, NULL, IMAP4_V("a\nb"), &r);
    look(&r);
    (void)!imap4_fetch_to(m, 7, "1", pour, &poured);
    (void)!imap4_idle(m, 0, NULL, NULL, &r);
    look(&r);
    (void)!imap4_role(m, "\\Sent", &name, NULL);
    (void)!imap4_join(m, parts, 2, &name);
    (void)!imap4_move_best(m, "1:3", "x", NULL, &r);
    look(&r);
    one(m, "noop", NULL, NULL, NULL);
    one(m, "recent", NULL, NULL, NULL);
    one(m, "logout", NULL, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    imap4_transport      t      = IMAP4_TRANSPORT;
    imap4               *m      = NULL;
    if (size < 2)
        return 0;
    server s = {
        .at = data + 2, .end = data + size, .chunk = data[1] + 1u, .is_line_start = 1
    };
    t.ctx                 = &s;
    t.recv                = say;
    t.send                = hear;
    t.wait                = pass_time;
    t.is_private          = 1;
    engine.tag_prefix     = "T";
    engine.inline_literal = (data[0] & 2) != 0 ? 4 : 0;
    opt.engine            = &engine;
    opt.transport         = &t;
    opt.max_reply         = 100000;
    opt.profile           = (data[0] & 1) != 0 ? IMAP4_PROFILE_IMAPLIB : 0;
    if (imap4_connect(NULL, &opt, &m) == IMAP4_OK)
        talk(m);
    imap4_free(&m);
    return 0;
}
