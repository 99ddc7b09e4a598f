/* SPDX-License-Identifier: MIT */
/* engine/session.c - states, capabilities, login, layers, the end. */
#include "engine/session.h"

#include "base/try.h"
#include "base/view.h"
#include "engine/broken.h"
#include "engine/hint.h"

#include <string.h>

/* ---- states -------------------------------------------------------------------- */

int32_t i4_session_after(const i4_cmd_row *row, int32_t state)
{
    const uint32_t marks = row == NULL ? 0 : row->marks;
    if ((marks & I4_CMD_LOGS_OUT) != 0)
        return IMAP4_STATE_LOGOUT;
    if ((marks & I4_CMD_SELECTS) != 0)
        return IMAP4_STATE_SELECTED;
    if ((marks & (I4_CMD_LOGS_IN | I4_CMD_CLOSES)) != 0)
        return IMAP4_STATE_AUTH;
    return state;
}

bool i4_session_allows(const i4_cmd_row *row, int32_t state)
{
    const uint32_t states = row == NULL ? I4_ST_ANY : row->states;
    return (states & (1u << state)) != 0;
}

/* ---- may it go out --------------------------------------------------------------- */

imap4_view i4_job_arguments(const i4_job *job)
{
    const char *p   = job->base + job->parts[0].at + imap4_view_of(job->row->name).len;
    const char *end = job->base + job->base_len;
    if (p < end && *p == ' ')
        p++;
    const char *q = p;
    while (q < end && *q != '\r')
        q++;
    return i4_view(p, q);
}

/* AUTHENTICATE's mechanism, THREAD's algorithm. */
static imap4_view first_argument(const i4_job *job)
{
    imap4_view all = i4_job_arguments(job);
    return i4_view_word(&all);
}

/* Mechanisms that send a password or a token as it is. */
static bool is_plain(imap4_view mechanism)
{
    static const char *const names[] = { "PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (i4_view_eq_nocase(mechanism, imap4_view_of(names[i])))
            return true;
    /* Not an atom, so no mechanism (RFC 3501 section 9): who knows what it would be. */
    return mechanism.len == 0 || mechanism.ptr[0] == '"' || mechanism.ptr[0] == '{';
}

/* RFC 4422 section 3.1: what a server can take for the name of a mechanism. */
static bool is_mechanism(imap4_view word)
{
    for (size_t i = 0; i < word.len; i++) {
        const unsigned char c = i4_upper(word.ptr[i]);
        if (!i4_is_digit(word.ptr[i]) && (c < 'A' || c > 'Z') && c != '-' && c != '_')
            return false;
    }
    return word.len != 0;
}

/* A capability made of "AUTH=" or the like (RFC 3501 6.2.2) and a name; NIL: it is too long. */
static imap4_view joined(imap4_view prefix, imap4_view value, char buf[I4_NEED_ROOM])
{
    if (value.len > I4_NEED_ROOM - prefix.len)
        return IMAP4_NIL;
    (void)i4_mem_put(i4_mem_put(buf, prefix.ptr, prefix.len), value.ptr, value.len);
    return (imap4_view){ buf, prefix.len + value.len };
}

imap4_view i4_session_need(const i4_job *job, size_t i, char buf[I4_NEED_ROOM])
{
    const imap4_view need = imap4_view_of(job->needs.at[i]);
    return need.ptr[need.len - 1] == '=' ? joined(need, first_argument(job), buf) : need;
}

static int check_login(const imap4_engine *e, const i4_job *job, const char **why)
{
    const bool       talks     = (job->row->marks & I4_CMD_CONTINUES) != 0;
    const imap4_view mechanism = talks ? first_argument(job) : IMAP4_V("PLAIN");
    char             buf[I4_NEED_ROOM];
    /* What the caller wrote himself may hold what some servers take for a space. */
    const bool is_open = is_plain(mechanism) || (job->is_raw && !is_mechanism(mechanism));
    if (is_open && !e->is_secure && e->opt.insecure_allow_plaintext == 0) {
        *why = "would send a secret over a pipe that is not private";
        return IMAP4_E_INSECURE;
    }
    if (talks && !job->is_raw &&
        imap4_engine_has(e, joined(IMAP4_V("AUTH="), mechanism, buf)) == 0) {
        *why = "the server does not announce this mechanism";
        return IMAP4_E_NOCAP;
    }
    /* RFC 3501 6.2.3: LOGIN must not even be tried. */
    if (!talks && i4_caps_has(&e->caps, IMAP4_V("LOGINDISABLED")) == 1) {
        *why = "the server announces LOGINDISABLED";
        return IMAP4_E_NOCAP;
    }
    return IMAP4_OK;
}

bool i4_session_offers(const imap4_engine *e, imap4_view names)
{
    while (names.len != 0) {
        const imap4_view name = i4_view_word(&names);
        if (!i4_broken_has(e, name) && i4_caps_offer(&e->caps, &e->enabled, name))
            return true;
    }
    return false;
}

/* The first of its needs that the server does not offer; NULL: none. */
static const char *missing_of(const imap4_engine *e, const i4_job *job)
{
    char buf[I4_NEED_ROOM];
    for (unsigned i = 0; i < job->needs.count; i++)
        if (!i4_session_offers(e, i4_session_need(job, i, buf)))
            return job->needs.at[i];
    return NULL;
}

int i4_session_check(const imap4_engine *e, i4_job *job, const char **why)
{
    const uint32_t marks   = i4_job_marks(job);
    const char    *enabled = job->needs.enabled;
    job->missing           = missing_of(e, job);
    if (job->missing != NULL) {
        *why = i4_broken_has(e, imap4_view_of(job->missing))
                   ? "the server announces the extension, and has refused it"
                   : "the server does not announce the extension";
        return IMAP4_E_NOCAP;
    }
    if (enabled != NULL && i4_caps_has(&e->enabled, imap4_view_of(enabled)) != 1) {
        job->missing = enabled;
        *why         = "the extension was not enabled: imap4_cmd_enable()";
        return IMAP4_E_NOCAP;
    }
    if ((marks & I4_CMD_DEFLATES) != 0 &&
        !i4_view_eq_nocase(first_argument(job), IMAP4_V("DEFLATE"))) {
        *why = "no layer here speaks what this command asks for";
        return IMAP4_E_NOTIMPL;
    }
    if ((marks & I4_CMD_LOGS_IN) != 0)
        return check_login(e, job, why);
    if ((marks & I4_CMD_PRIVATE) != 0 && !e->is_secure &&
        e->opt.insecure_allow_plaintext == 0) {
        *why = "would send a secret over a pipe that is not private";
        return IMAP4_E_INSECURE;
    }
    return IMAP4_OK;
}

/* ---- capabilities ---------------------------------------------------------------- */

/* RFC 5161 section 3.2: more may be enabled by each, and nothing ever ceases to be. */
static int learn_enabled(imap4_engine *e, const imap4_event *ev)
{
    const imap4_strings *list = NULL;
    int                  rc   = imap4_event_strings(ev, &list);
    if (rc >= 0)
        rc = i4_caps_add(&e->enabled, &e->mem, list);
    if (rc < 0)
        return rc == IMAP4_E_NOMEM ? rc : IMAP4_OK;
    e->enabled_seen = true;
    /* RFC 6855 section 3, RFC 9051 section 5.1 */
    e->is_utf8      = i4_caps_has(&e->enabled, IMAP4_V("UTF8=ACCEPT")) == 1 ||
                 i4_caps_has(&e->enabled, IMAP4_V("IMAP4rev2")) == 1;
    i4_reader_set_utf8(e->reader, e->is_utf8);
    if (i4_caps_has(&e->enabled, IMAP4_V("IMAP4rev2")) == 1)
        i4_quirk_see(e, IMAP4_QUIRK_LSUB_BY_LIST, "IMAP4rev2 is enabled");
    return IMAP4_OK;
}

/* Some say OK to ENABLE QRESYNC and never ENABLED.  They are taken at their word, but not for
 * what would change how names are spelt. */
static int enabled_unsaid(imap4_engine *e, const i4_job *job)
{
    const imap4_view    words = i4_job_arguments(job);
    const imap4_strings list  = { &words, 1 };
    if (e->enabled_seen || job->has_secret || words.len == 0)
        return IMAP4_OK;
    if (!job->enables && !i4_quirk_is_off(&e->quirks, IMAP4_QUIRK_ENABLE_UNCONFIRMED))
        I4_TRY(i4_caps_add(&e->enabled, &e->mem, &list));
    i4_quirk_see(e, IMAP4_QUIRK_ENABLE_UNCONFIRMED, "OK to ENABLE, and no ENABLED");
    return IMAP4_OK;
}

int i4_session_learn(imap4_engine *e, const imap4_event *ev)
{
    const imap4_strings *list = NULL;
    if (ev->type == IMAP4_EV_ENABLED && (ev->marks & IMAP4_MARK_UNTRUSTED) == 0)
        return learn_enabled(e, ev);
    if ((ev->type != IMAP4_EV_CAPABILITY && ev->code_id != IMAP4_CODE_CAPABILITY) ||
        (ev->marks & IMAP4_MARK_UNTRUSTED) != 0)
        return IMAP4_OK;
    int rc = imap4_event_strings(ev, &list);
    if (rc >= 0)
        rc = i4_caps_set(&e->caps, &e->mem, list);
    if (rc >= 0) {
        e->caps_seen = true;
        i4_quirk_announced(e);
    }
    return rc == IMAP4_E_NOMEM ? rc : IMAP4_OK; /* what cannot be read is not a list */
}

/* ---- commands -------------------------------------------------------------------- */

void i4_session_sent(imap4_engine *e, const i4_job *job)
{
    const uint32_t marks = i4_job_marks(job);
    if ((marks & I4_CMD_LOGS_IN) != 0)
        e->caps_seen = false;
    if ((marks & I4_CMD_ENABLES) != 0)
        e->enabled_seen = false;
    if ((marks & I4_CMD_SELECTS) != 0) {
        /* RFC 3501 6.3.1: the mailbox before is closed, even if this one fails. */
        i4_mailbox_select(&e->mailbox, job->mailbox, job->is_read_only);
        e->state = IMAP4_STATE_AUTH;
    }
}

/* RFC 3501 7.2.1: another list holds after login.  A list that came with the login is it;
 * else it is asked for, once. */
static void logged_in(imap4_engine *e)
{
    e->state = IMAP4_STATE_AUTH;
    if (e->caps_seen && !i4_quirk_is_on(&e->quirks, IMAP4_QUIRK_CAPABILITY_AGAIN))
        return;
    i4_caps_forget(&e->caps);
    i4_pipeline_ask(e);
}

static void wants_tls(imap4_engine *e)
{
    e->layer = IMAP4_LAYER_TLS;
    /* What came behind the OK came in clear: somebody put it there
     * (CVE-2021-38371 and its kin). */
    if (i4_reader_unread(e->reader) != 0)
        i4_session_fatal(e, IMAP4_E_INJECTION,
                         IMAP4_V("bytes came in clear behind the OK of STARTTLS"),
                         IMAP4_NIL, e->bytes_in - i4_reader_unread(e->reader));
}

/* RFC 4978 section 3: the server compresses from the byte behind its OK on, so what came along
 * with that is compressed, and for the layer. */
static void wants_deflate(imap4_engine *e)
{
    e->layer = IMAP4_LAYER_DEFLATE;
    i4_reader_hold(e->reader);
}

int i4_session_done(imap4_engine *e, const i4_job *job, int32_t result)
{
    const uint32_t marks = i4_job_marks(job);
    const bool     is_ok = result == IMAP4_R_OK;
    if ((marks & I4_CMD_SELECTS) != 0) {
        const int rc = is_ok ? i4_mailbox_opened(&e->mailbox, &e->mem) : IMAP4_OK;
        if (rc < 0)
            return rc;
        if (is_ok)
            e->state = IMAP4_STATE_SELECTED;
        else
            i4_mailbox_close(&e->mailbox);
    }
    if (is_ok && (marks & I4_CMD_ENABLES) != 0) {
        const int rc = enabled_unsaid(e, job);
        if (rc < 0)
            return rc;
    }
    if (is_ok) {
        e->has_ok = true;
        if ((marks & I4_CMD_LOGS_IN) != 0)
            logged_in(e);
        if ((marks & I4_CMD_CLOSES) != 0) {
            e->state = IMAP4_STATE_AUTH;
            i4_mailbox_close(&e->mailbox);
        }
        if ((marks & I4_CMD_LAYER) != 0)
            wants_tls(e);
        if ((marks & I4_CMD_DEFLATES) != 0)
            wants_deflate(e);
    }
    if ((marks & I4_CMD_LOGS_OUT) != 0) {
        e->state = IMAP4_STATE_LOGOUT;
        e->life  = I4_LIFE_CLOSED;
        i4_mailbox_close(&e->mailbox);
    }
    return IMAP4_OK;
}

int imap4_engine_layer_ready(imap4_engine *e, int secure)
{
    if (e->life != I4_LIFE_OPEN)
        return IMAP4_E_STATE;
    if (e->state == IMAP4_STATE_GREETING && secure != 0 && e->bytes_in == 0) {
        e->is_secure = true;
        return IMAP4_OK;
    }
    if (e->layer == IMAP4_LAYER_NONE || e->out.is_open || i4_gather_lent(e) != 0)
        return IMAP4_E_STATE;
    const bool is_tls = e->layer == IMAP4_LAYER_TLS;
    e->layer          = IMAP4_LAYER_NONE;
    if (!is_tls) {
        e->bytes_in -= i4_reader_held(e->reader).len; /* they come again, inflated */
        i4_reader_go_on(e->reader);
        return IMAP4_OK;
    }
    e->is_secure |= secure != 0;
    /* RFC 3501 6.2.1: what was learnt before TLS is forgotten. */
    i4_caps_forget(&e->caps);
    e->caps_seen = false;
    i4_pipeline_ask(e);
    return IMAP4_OK;
}

int imap4_engine_layer(const imap4_engine *e)
{
    return e->layer;
}

imap4_view imap4_engine_layer_input(const imap4_engine *e)
{
    return e->layer == IMAP4_LAYER_DEFLATE ? i4_reader_held(e->reader) : IMAP4_NIL;
}

/* ---- the greeting ------------------------------------------------------------------ */

/* The wrong port, most often: "+OK POP3", "220 ... ESMTP". */
static void refuse_greeting(imap4_engine *e, const imap4_event *ev)
{
    char             shown[I4_HINT_SHOWN];
    const imap4_view line = i4_hint_line(ev);
    const imap4_view from = line.ptr == NULL && ev->raw_count != 0 ? ev->raw[0].view
                                                                   : line;
    i4_session_fatal(e, IMAP4_E_PROTOCOL, IMAP4_V("not the greeting of an IMAP server"),
                     i4_hint_show(from, shown), ev->offset);
    const int32_t hint = i4_hint_of(ev->code_id, from);
    if (hint != IMAP4_HINT_NONE)
        e->error.pub.hint = hint;
    else if (line.ptr != NULL)
        e->error.pub.hint = IMAP4_HINT_NOT_IMAP;
}

int i4_session_greet(imap4_engine *e, i4_event *ev)
{
    const int32_t status = ev->pub.status;
    if (ev->pub.type != IMAP4_EV_TEXT ||
        (status != IMAP4_STATUS_OK && status != IMAP4_STATUS_PREAUTH &&
         status != IMAP4_STATUS_BYE)) {
        refuse_greeting(e, &ev->pub);
        return IMAP4_OK;
    }
    const int rc = i4_session_learn(e, &ev->pub);
    if (rc < 0)
        return rc;
    if (status == IMAP4_STATUS_BYE) {
        i4_hint_set(&ev->pub);
        i4_session_bye(e, &ev->pub);
        return IMAP4_OK;
    }
    /* Nobody can say who it is that has logged us in there, and STARTTLS is not to be had
     * any more (RFC 9051 section 7.1.4). */
    if (status == IMAP4_STATUS_PREAUTH && !e->is_secure &&
        e->opt.insecure_allow_plaintext == 0) {
        i4_session_fatal(e, IMAP4_E_INSECURE,
                         IMAP4_V("a PREAUTH greeting over a pipe that is not private"),
                         IMAP4_NIL, ev->pub.offset);
        return IMAP4_OK;
    }
    e->state     = status == IMAP4_STATUS_OK ? IMAP4_STATE_NOT_AUTH : IMAP4_STATE_AUTH;
    ev->pub.type = IMAP4_EV_GREETING;
    i4_quirk_greeted(e, ev->pub.text);
    if (!e->caps.is_known)
        i4_pipeline_ask(e);
    i4_pipeline_prune(e);
    return IMAP4_OK;
}

/* ---- the end ------------------------------------------------------------------------ */

void i4_session_bye(imap4_engine *e, const imap4_event *ev)
{
    for (const i4_job *job = e->jobs.first; job != NULL; job = job->next) {
        if ((i4_job_marks(job) & I4_CMD_LOGS_OUT) != 0 && job->stage != I4_JOB_QUEUED) {
            e->has_bye = true;
            e->state   = IMAP4_STATE_LOGOUT;
            return;
        }
    }
    i4_session_fatal(e, IMAP4_E_BYE, IMAP4_V("the server closed the session"), ev->text,
                     ev->offset);
    e->error.pub.hint = ev->hint;
    e->state          = IMAP4_STATE_LOGOUT;
}

void i4_session_end(imap4_engine *e, int code, int os_errno, imap4_view text)
{
    if (e->life != I4_LIFE_OPEN)
        return;
    i4_error_set(&e->error, code, text, IMAP4_NIL);
    e->error.pub.os_errno = os_errno;
    e->life               = I4_LIFE_ENDING;
    imap4_reader_eof(e->reader);
}

void i4_session_ended(imap4_engine *e)
{
    i4_mailbox_close(&e->mailbox);
    e->state = IMAP4_STATE_DEAD;
    if (e->has_bye) {
        /* BYE is what LOGOUT asks for; many servers close before its tagged answer. */
        e->life = I4_LIFE_CLOSED;
        i4_error_set(&e->error, IMAP4_OK, IMAP4_V(""), IMAP4_NIL);
        i4_out_abort(&e->out);
        if (e->jobs.first != NULL)
            i4_pipeline_finish(e, e->jobs.first, IMAP4_R_OK, IMAP4_OK, "BYE");
        i4_pipeline_finish_all(e, IMAP4_OK, "the connection is over");
        return;
    }
    e->life = I4_LIFE_FATAL;
    i4_pipeline_finish_all(e, e->error.pub.code, "the connection ended");
}

void i4_session_fatal(imap4_engine *e, int code, imap4_view text, imap4_view where,
                      uint64_t offset)
{
    if (e->life == I4_LIFE_FATAL || e->life == I4_LIFE_CLOSED)
        return;
    i4_error_set(&e->error, code, text, where);
    e->error.pub.offset = offset;
    e->life             = I4_LIFE_FATAL;
    e->state            = IMAP4_STATE_DEAD;
    e->layer            = IMAP4_LAYER_NONE;
    i4_mailbox_close(&e->mailbox);
    i4_pipeline_finish_all(e, code, "the connection ended");
}
