/* SPDX-License-Identifier: MIT */
/* client/report.c - errors in words, and what is shown while it runs. */
#include "client/client.h"

#include "imap4/text.h"

#include "base/view.h"

#include <stdio.h>

/* ---- errors -------------------------------------------------------------------------- */

/* Text of a server, fit for a screen, cut where it is too long. */
static imap4_view words_of(char *buf, imap4_view text)
{
    enum {
        INPUT_MAX = I4_WORDS_MAX / 3 - 1 /* a byte becomes three, at most */
    };
    const imap4_view cut = { text.ptr, text.len < INPUT_MAX ? text.len : INPUT_MAX };
    const ptrdiff_t  len = imap4_text_display(cut, buf, I4_WORDS_MAX);
    return (imap4_view){ buf, len < 0 ? 0 : (size_t)len };
}

static void set(imap4 *m, int code, int os_errno, imap4_view text, imap4_view where)
{
    m->words.pub      = (imap4_error){ .code = code, .os_errno = os_errno };
    m->words.pub.text = words_of(m->words.text, text);
    if (where.ptr != NULL)
        m->words.pub.where = words_of(m->words.where, where);
    if (code != IMAP4_OK)
        i4_debug(m, 1, "error: ", m->words.pub.text);
}

void i4_report_clear(imap4 *m)
{
    m->words.pub = (imap4_error){ .text = IMAP4_V("") };
    m->failure   = (imap4_failure){ 0 };
}

int i4_report(imap4 *m, int code, const char *text)
{
    set(m, code, 0, imap4_view_of(text), IMAP4_NIL);
    return code;
}

int i4_report_view(imap4 *m, int code, imap4_view text, imap4_view where)
{
    set(m, code, 0, text, where);
    return code;
}

static int report_from(imap4 *m, int code, const imap4_error *e)
{
    if (e == NULL || e->code == IMAP4_OK)
        return i4_report(m, code, imap4_strerror(code));
    set(m, code, e->os_errno, e->text, e->where);
    m->words.pub.offset = e->offset;
    return code;
}

int i4_report_refusal(imap4 *m, int code)
{
    return report_from(m, code, imap4_engine_refusal(m->engine));
}

/* ---- what became of the command ---------------------------------------------------------- */

static uint32_t retry_after(imap4_view text)
{
    const uint64_t ms = imap4_text_backoff_ms(text);
    return ms <= UINT32_MAX ? (uint32_t)ms : 0;
}

static void set_command(imap4 *m)
{
    m->failure.command = imap4_view_of(m->command);
    if (m->failure.command.len == 0)
        m->failure.command = IMAP4_NIL;
}

/* It was answered, and refused: it has had no effect, but for what the server says. */
static void note_answer(imap4 *m, const imap4_event *done)
{
    const int32_t code = done->code_id;
    set_command(m);
    m->failure.was_sent       = 1;
    m->failure.retry_after_ms = retry_after(done->text);
    m->failure.is_temporary   = m->failure.retry_after_ms != 0 ||
                              code == IMAP4_CODE_UNAVAILABLE ||
                              code == IMAP4_CODE_INUSE || code == IMAP4_CODE_LIMIT;
}

int i4_report_engine(imap4 *m, int code)
{
    const imap4_error *e = imap4_stack_error(m->stack);
    set_command(m);
    m->failure.was_sent        = m->failure.command.ptr != NULL;
    m->failure.may_have_effect = m->failure.was_sent;
    m->failure.retry_after_ms  = e == NULL ? 0 : retry_after(e->where);
    m->failure.is_temporary    = m->failure.retry_after_ms != 0 || code == IMAP4_E_BYE ||
                              code == IMAP4_E_EOF || code == IMAP4_E_TIMEOUT ||
                              code == IMAP4_E_IO || code == IMAP4_E_INTERRUPTED;
    if (code == IMAP4_E_INTERRUPTED || code == IMAP4_E_NOMEM)
        return i4_report(m, code, imap4_strerror(code));
    return report_from(m, code, e);
}

static int report_answer(imap4 *m, const imap4_event *done, int code, const char *word)
{
    char text[I4_WORDS_MAX];
    (void)snprintf(
        text, sizeof text, "%s: the server said %s: %.*s", m->command, word,
        (int)(done->text.len < I4_WORDS_MAX / 2 ? done->text.len : I4_WORDS_MAX / 2),
        done->text.ptr == NULL ? "" : done->text.ptr);
    note_answer(m, done);
    set(m, code, 0, imap4_view_of(text), done->text);
    return code;
}

static int report_refused(imap4 *m, const imap4_event *done)
{
    char text[I4_WORDS_MAX];
    set_command(m);
    if (done->rc == IMAP4_E_NOCAP && done->name.len != 0 && done->name.len < 64)
        (void)snprintf(text, sizeof text, "%s: the server does not announce %.*s",
                       m->command, IMAP4_ARG(done->name));
    else
        (void)snprintf(
            text, sizeof text, "%s: %.*s", m->command,
            (int)(done->text.len < I4_WORDS_MAX / 2 ? done->text.len : I4_WORDS_MAX / 2),
            done->text.ptr == NULL ? "" : done->text.ptr);
    set(m, done->rc, 0, imap4_view_of(text), IMAP4_NIL);
    return done->rc;
}

int i4_report_done(imap4 *m, const imap4_event *done)
{
    const imap4_error *e = imap4_engine_error(m->engine);
    switch ((imap4_result)done->result) {
    case IMAP4_R_OK: return IMAP4_OK;
    case IMAP4_R_NO: return report_answer(m, done, IMAP4_NO, "NO");
    case IMAP4_R_BAD: return report_answer(m, done, IMAP4_E_BAD, "BAD");
    case IMAP4_R_REFUSED: return report_refused(m, done);
    case IMAP4_R_LOST: return i4_report_engine(m, e->code < 0 ? e->code : IMAP4_E_EOF);
    case IMAP4_R_SKIPPED: break;
    }
    if (e->code < 0) {
        (void)i4_report_engine(m, e->code);
        m->failure.was_sent        = 0; /* no byte of it */
        m->failure.may_have_effect = 0;
        return e->code;
    }
    return i4_report(m, done->rc < 0 ? done->rc : IMAP4_E_STATE, "it was not sent");
}

const imap4_error *imap4_last_error(const imap4 *m)
{
    static const imap4_error none = { .code = IMAP4_E_NOMEM,
                                      .text = { "out of memory", 13 } };
    return m == NULL ? &none : &m->words.pub;
}

const imap4_failure *imap4_last_failure(const imap4 *m)
{
    static const imap4_failure none = { 0 };
    return m == NULL ? &none : &m->failure;
}

/* ---- debug -------------------------------------------------------------------------------- */

static void say(imap4 *m, imap4_line_hook hook, imap4_view line)
{
    if (hook != NULL)
        hook(m->opt.hook_user, line);
    else
        (void)fprintf(stderr, "%.*s\n", IMAP4_ARG(line));
}

void i4_debug(imap4 *m, int level, const char *what, imap4_view text)
{
    enum {
        SHOWN_MAX = 500
    };
    char line[3 * SHOWN_MAX + 64];
    if (m->debug < level)
        return;
    char             shown[3 * SHOWN_MAX];
    const imap4_view cut = { text.ptr, text.len < SHOWN_MAX ? text.len : SHOWN_MAX };
    const ptrdiff_t  len = imap4_text_display(cut, shown, sizeof shown);
    const int all = snprintf(line, sizeof line, "%s%.*s%s", what, len < 0 ? 0 : (int)len,
                             shown, text.len > SHOWN_MAX ? "..." : "");
    say(m, m->opt.debug_hook,
        (imap4_view){ line, (size_t)all < sizeof line ? (size_t)all : sizeof line - 1 });
}

void i4_debug_trace(imap4 *m)
{
    imap4_trace line;
    if (m->debug < 4 || m->engine == NULL)
        return;
    while (imap4_engine_trace(m->engine, &line) == 1)
        i4_debug(m, 4,
                 line.direction == 'C'   ? "> "
                 : line.direction == 'S' ? "< "
                                         : "! ",
                 line.text);
}

void i4_alert(imap4 *m, const imap4_event *ev)
{
    char buf[I4_WORDS_MAX];
    if (ev->code_id == IMAP4_CODE_ALERT && m->opt.alert_hook != NULL)
        m->opt.alert_hook(m->opt.hook_user, words_of(buf, ev->text));
}

void imap4_set_debug(imap4 *m, int level, imap4_line_hook hook, void *user)
{
    m->debug          = level;
    m->opt.debug_hook = hook;
    m->opt.hook_user  = user;
}
