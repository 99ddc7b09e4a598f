/* SPDX-License-Identifier: MIT */
/* client/append.c - APPEND of what lies in memory, in a file, or comes from a function. */
#include "client/method.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"

#include <errno.h>
#include <stdio.h>

enum {
    CHUNK = 64 * 1024
};

/* ---- the message in memory, with the line ends of the wire --------------------------------- */

typedef struct lines {
    imap4_view text;
    size_t     at;
    bool       owes_lf;  /* of a line end that did not fit whole */
    bool       owes_end; /* a line end behind the last byte */
} lines;

/* Where the next CR or LF is, or the end. */
static size_t end_of_line(const lines *l)
{
    size_t i = l->at;
    while (i < l->text.len && l->text.ptr[i] != '\r' && l->text.ptr[i] != '\n')
        i++;
    return i;
}

static void skip_line_end(lines *l)
{
    const bool is_cr = l->text.ptr[l->at] == '\r';
    l->at++;
    if (is_cr && l->at < l->text.len && l->text.ptr[l->at] == '\n')
        l->at++;
}

static ptrdiff_t read_lines(void *user, char *buf, size_t len)
{
    lines *l = user;
    size_t n = 0;
    while (n < len && (l->owes_lf || l->owes_end || l->at < l->text.len)) {
        const size_t run = end_of_line(l) - l->at;
        if (l->owes_lf) {
            buf[n++]   = '\n';
            l->owes_lf = false;
        } else if (l->at == l->text.len) {
            buf[n++]    = '\r';
            l->owes_lf  = true;
            l->owes_end = false;
        } else if (run != 0) {
            const size_t fits = run < len - n ? run : len - n;
            memcpy(buf + n, l->text.ptr + l->at, fits);
            n += fits;
            l->at += fits;
        } else {
            skip_line_end(l);
            buf[n++]   = '\r';
            l->owes_lf = true;
        }
    }
    return (ptrdiff_t)n;
}

static uint64_t measure(imap4_view text)
{
    lines    l = { .text = text };
    uint64_t n = 0;
    while (l.at < text.len) {
        const size_t end = end_of_line(&l);
        n += end - l.at;
        l.at = end;
        if (end == text.len)
            break;
        skip_line_end(&l);
        n += 2;
    }
    return n;
}

static ptrdiff_t read_view(void *user, char *buf, size_t len)
{
    imap4_view  *rest = user;
    const size_t n    = rest->len < len ? rest->len : len;
    if (n != 0)
        memcpy(buf, rest->ptr, n);
    rest->ptr += n;
    rest->len -= n;
    return (ptrdiff_t)n;
}

/* ---- the command ---------------------------------------------------------------------------- */

typedef struct appending {
    const imap4_source *source;
    char               *buf;  /* CHUNK bytes */
    size_t              held; /* of the first chunk, which was read before the command */
    uint64_t            sent;
    imap4_cmd           cmd;
} appending;

static bool is_seed(const imap4 *m)
{
    return (m->opt.profile & (IMAP4_LINES_SEED | IMAP4_NAMES_RAW)) != 0;
}

/* imaplib: APPEND astring [(flags)] ["date"] {n}; UTF8 (~{n}...) where that is enabled. */
static int queue_seed(imap4 *m, i4_call *call, const imap4_append_options *opt,
                      uint64_t length)
{
    static const i4_method row = { "APPEND", "mlr", NULL, "-", 0, false, NULL };
    imap4_raw_options raw = { .size = sizeof raw, .synchronizing = 1, .data = length };
    i4_text           t   = { .mem = &m->mem };
    const bool        is_utf8 = (opt != NULL && opt->utf8 != 0) ||
                         imap4_engine_enabled(m->engine, IMAP4_V("UTF8=ACCEPT")) == 1;
    imap4_view args[3] = { call->args[0], IMAP4_NIL, IMAP4_NIL };
    char       date[40];
    if (opt != NULL && opt->flags.ptr != NULL)
        args[1] = opt->flags;
    if (opt != NULL && opt->date.ptr != NULL && opt->date.len < sizeof date - 2) {
        const bool is_quoted = opt->date.len != 0 && opt->date.ptr[0] == '"';
        const int  len = snprintf(date, sizeof date, is_quoted ? "%.*s" : "\"%.*s\"",
                                  IMAP4_ARG(opt->date));
        args[2]        = (imap4_view){ date, (size_t)len };
    }
    call->method = &row;
    call->args   = args;
    call->count  = 3;
    i4_seed_line(&t, call);
    i4_text_add(&t, is_utf8 ? IMAP4_V(" UTF8 (~") : IMAP4_V(" "));
    const imap4_view parts[] = { { t.at, t.len }, IMAP4_NIL, IMAP4_V(")") };
    const int        rc      = t.has_failed ? IMAP4_E_NOMEM
                                            : imap4_cmd_raw(m->engine, parts, is_utf8 ? 3 : 2, &raw,
                                                            NULL, &call->cmd);
    i4_text_free(&t);
    return rc;
}

static int queue(imap4 *m, imap4_view mailbox, const imap4_append_options *opt,
                 uint64_t length, imap4_cmd *cmd)
{
    imap4_append_options known = { .size = sizeof known };
    i4_call              call  = { .args = &mailbox, .count = 1 };
    int                  rc    = IMAP4_OK;
    if (opt != NULL && opt->size != sizeof *opt)
        return i4_report(m, IMAP4_E_ARG, "the options have no size");
    if (opt != NULL)
        known = *opt;
    if (!is_seed(m)) {
        known.flags = i4_without_parens(known.flags);
        return imap4_cmd_append(m->engine, mailbox, length, &known, NULL, cmd);
    }
    rc   = queue_seed(m, &call, opt, length);
    *cmd = call.cmd;
    return rc;
}

/* Moves bytes until the chunk is out, or the command is over.  0; 1 with `done`; an error. */
static int flush(imap4 *m, i4_collector *c, const appending *a, const imap4_event **done)
{
    while (imap4_cmd_pending(m->engine, a->cmd) != 0) {
        const imap4_event *ev = NULL;
        const int          rc = i4_run_until_sent(m, a->cmd, &ev);
        if (rc != 1)
            return rc;
        i4_collect_event(m, c, ev);
        if (ev->type == IMAP4_EV_DONE && ev->cmd == a->cmd) {
            *done = ev;
            return 1;
        }
    }
    return 0;
}

/* Half a message cannot be taken back: what stops it ends the connection. */
static void give_up(imap4 *m, int rc, const char *why)
{
    const int code = rc == IMAP4_E_INTERRUPTED ? rc : IMAP4_E_IO;
    imap4_engine_fail(m->engine, code, 0, imap4_view_of(why));
}

static void fill(imap4 *m, appending *a)
{
    const uint64_t left = a->source->length - a->sent;
    ptrdiff_t      got  = (ptrdiff_t)a->held;
    if (a->held == 0)
        got = a->source->read(a->source->user, a->buf,
                              left < CHUNK ? (size_t)left : (size_t)CHUNK);
    a->held = 0;
    if (got <= 0 || (uint64_t)got > left) {
        give_up(m, IMAP4_E_IO, "the message ended before its length");
        return;
    }
    const int rc = imap4_cmd_write(m->engine, a->cmd, (imap4_view){ a->buf, (size_t)got });
    /* A server may say NO before all was sent: then it wants no more. */
    if (rc < 0 && rc != IMAP4_E_STATE)
        give_up(m, rc, "the message holds NUL, or there is no memory to send it");
    a->sent += (uint64_t)got;
}

static int send_all(imap4 *m, i4_collector *c, appending *a, const imap4_event **done)
{
    int rc = 0;
    while (rc == 0 && a->sent < a->source->length) {
        fill(m, a);
        rc = flush(m, c, a, done);
        if (rc == 0 && a->source->progress != NULL &&
            a->source->progress(a->source->user, a->sent, a->source->length) != 0)
            give_up(m, IMAP4_E_INTERRUPTED, "progress() ended it");
        if (imap4_engine_error(m->engine)->code < 0)
            break;
    }
    if (rc == IMAP4_E_INTERRUPTED) {
        give_up(m, rc, "interrupted while a message went out");
        rc = 0;
    }
    return rc == 0 ? i4_collect_until(m, c, a->cmd, done) : rc;
}

static int run(imap4 *m, imap4_view mailbox, const imap4_append_options *opt,
               appending *a, imap4_reply **out)
{
    i4_collector       c;
    const imap4_event *done = NULL;
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    const int rc = queue(m, mailbox, opt, a->source->length, &a->cmd);
    I4_TRY(i4_collect_start(m, &c, rc, out));
    const int end = send_all(m, &c, a, &done);
    return i4_collect_finish(m, &c, end, a->cmd, done, out);
}

/* The first chunk is read before the command goes out: a file that cannot be read costs
 * nothing. */
static int read_first(imap4 *m, appending *a)
{
    const size_t want = a->source->length < CHUNK ? (size_t)a->source->length : CHUNK;
    if (want == 0)
        return IMAP4_OK;
    const ptrdiff_t got = a->source->read(a->source->user, a->buf, want);
    if (got <= 0 || (size_t)got > want)
        return i4_report(m, got < 0 ? (int)got : IMAP4_E_ARG,
                         "the message cannot be read");
    a->held = (size_t)got;
    return IMAP4_OK;
}

static int append(imap4 *m, imap4_view mailbox, const imap4_append_options *opt,
                  const imap4_source *source, imap4_reply **out)
{
    appending        a    = { .source = source };
    const bool       none = mailbox.ptr == NULL || (is_seed(m) && mailbox.len == 0);
    const imap4_view name = none ? IMAP4_V("INBOX") : mailbox;
    a.buf                 = i4_mem_alloc(&m->mem, CHUNK);
    if (a.buf == NULL)
        return i4_report(m, IMAP4_E_NOMEM, "out of memory");
    int rc = read_first(m, &a);
    if (rc == IMAP4_OK)
        rc = run(m, name, opt, &a, out);
    i4_mem_free(&m->mem, a.buf, CHUNK);
    return rc;
}

/* ---- public ----------------------------------------------------------------------------------- */

static bool ends_bare(imap4_view message)
{
    return message.len != 0 && message.ptr[message.len - 1] != '\r' &&
           message.ptr[message.len - 1] != '\n';
}

static int append_text(imap4 *m, imap4_view mailbox, const imap4_append_options *opt,
                       imap4_view message, imap4_reply **out)
{
    lines text    = { .text = message };
    text.owes_end = ends_bare(message) && i4_habit_is_on(m, IMAP4_QUIRK_APPEND_LINE_END);
    const imap4_source source = { .size   = sizeof source,
                                  .length = measure(message) + (text.owes_end ? 2 : 0),
                                  .read   = read_lines,
                                  .user   = &text };
    return append(m, mailbox, opt, &source, out);
}

int i4_append(imap4 *m, imap4_view mailbox, const imap4_append_options *opt,
              imap4_view message, imap4_reply **out)
{
    imap4_view         rest   = message;
    const imap4_source source = {
        .size = sizeof source, .length = message.len, .read = read_view, .user = &rest
    };
    I4_TRY(i4_begin(m, "APPEND", out));
    if (opt != NULL && opt->binary != 0)
        return append(m, mailbox, opt, &source, out);
    if (message.len != 0 && memchr(message.ptr, 0, message.len) != NULL)
        return i4_report(m, IMAP4_E_ARG, "the message holds NUL, which IMAP cannot carry");
    const bool before = i4_habit_is_on(m, IMAP4_QUIRK_APPEND_LINE_END);
    const int  rc     = append_text(m, mailbox, opt, message, out);
    if (rc != IMAP4_E_BAD || before || !i4_habit_is_on(m, IMAP4_QUIRK_APPEND_LINE_END))
        return rc;
    /* It was refused for its last line: once more, with an end. */
    if (out != NULL)
        imap4_reply_free(out);
    I4_TRY(i4_begin(m, "APPEND", out));
    return append_text(m, mailbox, opt, message, out);
}

int imap4_append(imap4 *m, const char *mailbox, const imap4_append_options *opt,
                 imap4_view message, imap4_reply **out)
{
    return i4_append(m, imap4_view_of(mailbox), opt, message, out);
}

int imap4_append_from(imap4 *m, const char *mailbox, const imap4_append_options *opt,
                      const imap4_source *source, imap4_reply **out)
{
    I4_TRY(i4_begin(m, "APPEND", out));
    if (source == NULL || source->size != sizeof *source || source->read == NULL)
        return i4_report(m, IMAP4_E_ARG, "the source has no size, or no function");
    return append(m, imap4_view_of(mailbox), opt, source, out);
}

static ptrdiff_t read_file(void *user, char *buf, size_t len)
{
    const size_t n = fread(buf, 1, len, user);
    return n == 0 ? IMAP4_E_IO : (ptrdiff_t)n;
}

static int fail_file(imap4 *m, const char *path)
{
    const int os_errno = errno;
    (void)i4_report_view(m, IMAP4_E_IO, imap4_view_of(strerror(os_errno)),
                         imap4_view_of(path));
    m->words.pub.os_errno = os_errno;
    return IMAP4_E_IO;
}

int imap4_append_file(imap4 *m, const char *mailbox, const imap4_append_options *opt,
                      const char *path, imap4_reply **out)
{
    imap4_source source = { .size = sizeof source, .read = read_file };
    I4_TRY(i4_begin(m, "APPEND", out));
    FILE *file  = fopen(path, "rb");
    source.user = file;
    if (file == NULL)
        return fail_file(m, path);
    int         rc  = IMAP4_OK;
    const off_t end = fseeko(file, 0, SEEK_END) == 0 ? ftello(file) : -1;
    if (end < 0 || fseeko(file, 0, SEEK_SET) != 0) {
        rc = fail_file(m, path);
    } else {
        source.length = (uint64_t)end;
        rc            = append(m, imap4_view_of(mailbox), opt, &source, out);
    }
    (void)fclose(file);
    return rc;
}
