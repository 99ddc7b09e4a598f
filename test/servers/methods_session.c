/* SPDX-License-Identifier: MIT */
/* test/servers/methods_session.c - the rows of login, session and attributes. */
#include "methods.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The row's own connection stands in for the column's while it is looked at. */
static imap4 *swap(run *s, imap4 *m)
{
    imap4 *before = s->m;
    s->m          = m;
    return before;
}

/* ---- connecting ---------------------------------------------------------------------- */

static void row_open(run *s)
{
    imap4 *m = another(s, NULL, false);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    state_is(s, IMAP4_STATE_NOT_AUTH);
    check(s, imap4_open(m, NULL) == IMAP4_E_STATE, "it is connected already");
    imap4_shutdown(m);
    state_is(s, IMAP4_STATE_LOGOUT);
    CALL(s, imap4_open(m, NULL));
    is(s, IMAP4_OK);
    state_is(s, IMAP4_STATE_NOT_AUTH);
    check(s, has(s, "IMAP4rev1"), "the capabilities are known");
    if (!is_tls_column(s)) {
        /* Nothing but STARTTLS goes out in clear. */
        sent_at(s, 0, "STARTTLS");
        sent_at(s, 1, "CAPABILITY");
    }
    check(s, view_is(imap4_stack_protection(imap4_stack_of(m)), "TLSv1.[23]*"),
          "TLS is up");
    check(s, imap4_has(m, "STARTTLS") == 0, "what is known is from below TLS");
    (void)swap(s, before);
}

static void row_protocol_version(run *s)
{
    run_begin(s);
    const char *version = imap4_protocol_version(s->m);
    run_end(s);
    answered(s, version == NULL ? IMAP4_V("none") : imap4_view_of(version));
    check(s, version != NULL && strcmp(version, "IMAP4REV1") == 0, "IMAP4REV1");
    sent_nothing(s);
}

static void row_socket(run *s)
{
    int       type = 0;
    socklen_t size = sizeof type;
    run_begin(s);
    const int fd = (int)imap4_socket(s->m);
    run_end(s);
    answered(s, fd >= 0 ? IMAP4_V("a descriptor") : IMAP4_V("none"));
    check(s, getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM,
          "a stream socket");
    sent_nothing(s);
    imap4 *m = another(s, NULL, false);
    if (m == NULL)
        return;
    check(s, imap4_socket(m) != fd, "its own");
    imap4_shutdown(m);
    check(s, imap4_socket(m) == -1, "none behind shutdown");
}

static void row_shutdown(run *s)
{
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    run_begin(s);
    imap4_shutdown(m);
    run_end(s);
    answered(s, IMAP4_V("closed"));
    sent_nothing(s);
    state_is(s, IMAP4_STATE_LOGOUT);
    check(s, imap4_noop(m, NULL) == IMAP4_E_STATE, "nothing goes behind it");
    check(s, imap4_socket(m) == -1, "no socket");
    (void)swap(s, before);
}

static void row_logout(run *s)
{
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    CALL(s, imap4_logout(m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "LOGOUT");
    type_is(s, IMAP4_STATUS_BYE);
    count_is(s, 1);
    check(s, imap4_reply_status(s->r)->status == IMAP4_STATUS_OK,
          "the tagged OK is there");
    state_is(s, IMAP4_STATE_LOGOUT);
    check(s, imap4_socket(m) == -1, "it is closed");
    check(s, imap4_open(m, NULL) == IMAP4_OK, "it can be opened again");
    state_is(s, IMAP4_STATE_NOT_AUTH);
    (void)swap(s, before);
}

/* ---- login ----------------------------------------------------------------------------- */

static void is_in(run *s)
{
    is(s, IMAP4_OK);
    state_is(s, IMAP4_STATE_AUTH);
    type_is(s, IMAP4_STATUS_OK);
    count_is(s, 1);
    check(s, imap4_has(s->m, "IDLE") == 1, "the capabilities behind the login are known");
    check(s, count_of(s, "INBOX") >= 0, "INBOX is there");
}

static void row_login(run *s)
{
    imap4 *m = another(s, NULL, false);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    check(s, imap4_login(m, s->col->user, "not the password", out(s)) == IMAP4_NO,
          "a wrong password");
    type_is(s, IMAP4_STATUS_NO);
    state_is(s, IMAP4_STATE_NOT_AUTH);
    CALL(s, imap4_login(m, s->col->user, s->col->password, out(s)));
    sent_at(s, 0, "LOGIN \\*\\*\\* \\*\\*\\*");
    is_in(s);
    check(s, imap4_login(m, s->col->user, s->col->password, NULL) != IMAP4_OK,
          "nobody logs in twice");
    (void)swap(s, before);
}

static void row_login_plain(run *s)
{
    imap4 *m = another(s, NULL, false);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    CALL(s, imap4_login_plain(m, s->col->user, s->col->password, out(s)));
    sent_at(s, 0, "AUTHENTICATE PLAIN*");
    is_in(s);
    (void)swap(s, before);
}

static bool lacks_gsasl(run *s)
{
    if ((imap4_features() & IMAP4_FEATURE_SASL) != 0)
        return false;
    is(s, IMAP4_E_NOTIMPL);
    sent_nothing(s);
    return true;
}

static void row_login_cram_md5(run *s)
{
    imap4 *m = another(s, NULL, false);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    CALL(s, imap4_login_cram_md5(m, s->col->user, s->col->password, out(s)));
    if (!lacks_gsasl(s)) {
        sent_at(s, 0, "AUTHENTICATE CRAM-MD5");
        sent_at(s, 1, "\\*\\*\\*");
        is_in(s);
    }
    (void)swap(s, before);
}

static void row_authenticate_as(run *s)
{
    imap4_credentials who = IMAP4_CREDENTIALS;
    imap4            *m   = another(s, NULL, false);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    who.user      = imap4_view_of(s->col->user);
    who.password  = imap4_view_of(s->col->password);
    CALL(s, imap4_authenticate_as(m, "SCRAM-SHA-256", &who, out(s)));
    if (!lacks_gsasl(s)) {
        sent_at(s, 0, "AUTHENTICATE SCRAM-SHA-256*");
        is_in(s);
    }
    (void)swap(s, before);
}

static void row_login_best(run *s)
{
    imap4_view        mechanism = IMAP4_NIL;
    imap4_credentials who       = IMAP4_CREDENTIALS;
    imap4            *m         = another(s, NULL, false);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    who.user      = imap4_view_of(s->col->user);
    who.password  = imap4_view_of(s->col->password);
    CALL(s, imap4_login_best(m, &who, NULL, &mechanism, out(s)));
    sent_at(s, 0, "AUTHENTICATE *");
    check(s,
          view_is(mechanism, (imap4_features() & IMAP4_FEATURE_SASL) != 0
                                 ? "SCRAM-SHA-256*"
                                 : "PLAIN"),
          "the best one");
    if (view_is(mechanism, "*-PLUS") && s->rc == IMAP4_NO) {
        /* Cyrus 3.6 wants tls-unique below TLS 1.3 too, which no RFC defines there.  It stays
         * refused: to try without the binding is what somebody between would wish for. */
        type_is(s, IMAP4_STATUS_NO);
        state_is(s, IMAP4_STATE_NOT_AUTH);
    } else {
        is_in(s);
    }
    (void)swap(s, before);
}

typedef struct login_steps {
    const column *col;
    unsigned      asked;
    bool          gives_up;
} login_steps;

/* The LOGIN mechanism, by hand: a name, then a password. */
static int answer_login(void *user, imap4_view challenge, imap4_view *response)
{
    login_steps *steps = user;
    (void)challenge;
    if (!steps->gives_up)
        *response = imap4_view_of(steps->asked == 0 ? steps->col->user
                                                    : steps->col->password);
    steps->asked++;
    return IMAP4_OK;
}

static void row_authenticate(run *s)
{
    login_steps steps = { .col = s->col, .gives_up = true };
    imap4      *m     = another(s, NULL, false);
    if (m == NULL)
        return;
    imap4    *before = swap(s, m);
    const int rc     = imap4_authenticate(m, "LOGIN", answer_login, &steps, out(s));
    check(s, (rc == IMAP4_NO || rc == IMAP4_E_BAD) && steps.asked == 1, "\"*\" cancels");
    state_is(s, IMAP4_STATE_NOT_AUTH);
    steps = (login_steps){ .col = s->col };
    CALL(s, imap4_authenticate(m, "LOGIN", answer_login, &steps, out(s)));
    sent_at(s, 0, "AUTHENTICATE LOGIN");
    sent_at(s, 1, "\\*\\*\\*");
    sent_at(s, 2, "\\*\\*\\*");
    check(s, steps.asked == 2, "it was asked twice");
    is_in(s);
    (void)swap(s, before);
}

static void row_proxyauth(run *s)
{
    /* No server announces it, so it is tried. */
    CALL(s, imap4_proxyauth(s->m, "bob", out(s)));
    is(s, IMAP4_E_BAD);
    sent(s, "PROXYAUTH bob");
    type_is(s, IMAP4_STATUS_BAD);
    state_is(s, IMAP4_STATE_AUTH);
}

/* ---- layers ------------------------------------------------------------------------------ */

static void row_ssl(run *s)
{
    run_begin(s);
    const bool is_there = imap4_ssl(s->m) != NULL;
    run_end(s);
    check(s, is_there, "OpenSSL's object");
    const imap4_view protection = imap4_stack_protection(imap4_stack_of(s->m));
    answered(s, protection);
    check(s, view_is(protection, "TLSv1.[23]*"), "TLS 1.2 or 1.3");
    sent_nothing(s);
}

static void row_starttls(run *s)
{
    if (is_tls_column(s)) {
        CALL(s, imap4_starttls(s->m, out(s)));
        check(s, s->rc < 0 && s->rc != IMAP4_E_BAD, "not below TLS, nor behind a login");
        sent_nothing(s);
        return;
    }
    imap4 *m = another(s, plain_url(s), false);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    check(s, imap4_stack_protection(imap4_stack_of(m)).len == 0, "in clear");
    CALL(s, imap4_starttls(m, out(s)));
    is(s, IMAP4_OK);
    sent_at(s, 0, "STARTTLS");
    type_is(s, IMAP4_STATUS_OK);
    count_is(s, 1);
    check(s, view_is(imap4_stack_protection(imap4_stack_of(m)), "TLSv1.[23]*"), "TLS");
    check(s, imap4_has(m, "STARTTLS") == 0, "the capabilities were asked for again");
    check(s, imap4_login(m, s->col->user, s->col->password, NULL) == IMAP4_OK, "login");
    (void)swap(s, before);
}

static void row_compress(run *s)
{
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    CALL(s, imap4_compress(m, out(s)));
    if ((imap4_features() & IMAP4_FEATURE_DEFLATE) == 0) {
        is(s, IMAP4_E_NOTIMPL);
    } else {
        is(s, IMAP4_OK);
        sent(s, "COMPRESS DEFLATE");
        type_is(s, IMAP4_STATUS_OK);
        check(s, count_of(s, "INBOX") >= 0, "it goes on, compressed");
        check(s, imap4_compress(m, NULL) != IMAP4_OK, "not twice");
    }
    (void)swap(s, before);
}

/* ---- session ------------------------------------------------------------------------------- */

static void row_capability(run *s)
{
    CALL(s, imap4_capability(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "CAPABILITY");
    count_is(s, 1);
    datum(s, 0, "IMAP4rev1 *");
    event_is(s, 0, IMAP4_EV_CAPABILITY);
}

static void row_enable(run *s)
{
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    imap4 *before = swap(s, m);
    CALL(s, imap4_enable(m, "CONDSTORE", out(s)));
    is(s, IMAP4_OK);
    sent(s, "ENABLE CONDSTORE");
    count_is(s, 1);
    check(s, imap4_engine_enabled(imap4_engine_of(m), IMAP4_V("CONDSTORE")) == 1,
          "enabled");
    check(s, imap4_response(m, "ENABLED", out(s)) == IMAP4_OK, "response");
    (void)swap(s, before);
}

static void row_id(run *s)
{
    const imap4_param name = { .name = IMAP4_V("name"), .value = IMAP4_V("methods") };
    size_t            at   = 0;
    CALL(s, imap4_id(s->m, &name, 1, out(s)));
    is(s, IMAP4_OK);
    sent(s, "ID (\"name\" \"methods\")");
    count_is(s, 1);
    datum(s, 0, "(\"name\" \"*\"*)");
    const imap4_event  *ev     = imap4_reply_find(s->r, IMAP4_EV_ID, &at);
    const imap4_params *params = NULL;
    check(s, ev != NULL && imap4_id_get(ev, &params) == IMAP4_OK && params->count != 0,
          "typed");
}

static void row_namespace(run *s)
{
    CALL(s, imap4_namespace(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "NAMESPACE");
    count_is(s, 1);
    datum(s, 0, "((\"\" \"/\")) *");
}

static void row_noop(run *s)
{
    CALL(s, imap4_noop(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "NOOP");
    type_is(s, IMAP4_STATUS_OK);
    count_is(s, 1);
}

static void row_xatom(run *s)
{
    const char *const unknown[] = { "a", "(b)" };
    const char *const list[]    = { "\"\"", "INBOX" };
    check(s, imap4_xatom(s->m, "X-NOT-THERE", unknown, 2, out(s)) == IMAP4_E_BAD, "BAD");
    type_is(s, IMAP4_STATUS_BAD);
    check(s, imap4_last_failure(s->m)->was_sent == 1, "it was sent");
    CALL(s, imap4_xatom(s->m, "list", list, 2, out(s)));
    is(s, IMAP4_OK);
    sent(s, "LIST \"\" INBOX");
    count_is(s, 1);
    check(s, imap4_reply_events(s->r) == 1, "one response");
    event_is(s, 0, IMAP4_EV_LIST);
    check(s, imap4_response(s->m, "LIST", out(s)) == IMAP4_OK, "response");
    count_is(s, 1);
    datum(s, 0, "(*) \"/\" *INBOX*");
}

static unsigned shown[128];

static void on_shown(void *user, imap4_view line)
{
    (void)user;
    if (line.len != 0)
        shown[(unsigned char)line.ptr[0] & 127]++;
}

static void row_set_debug(run *s)
{
    imap4 *m = another(s, NULL, true);
    if (m == NULL)
        return;
    memset(shown, 0, sizeof shown);
    imap4_set_debug(m, 4, on_shown, NULL);
    check(s, imap4_noop(m, NULL) == IMAP4_OK, "noop");
    check(s, shown['>'] == 1 && shown['<'] >= 1, "4 shows the lines");
    imap4_set_debug(m, 1, on_shown, NULL);
    check(s, imap4_xatom(m, "X-NOT-THERE", NULL, 0, NULL) == IMAP4_E_BAD, "BAD");
    check(s, shown['>'] == 1 && shown['s'] + shown['e'] != 0, "1 shows the error only");
    memset(shown, 0, sizeof shown);
    imap4_set_debug(m, 0, on_shown, NULL);
    check(s, imap4_xatom(m, "X-NOT-THERE", NULL, 0, NULL) == IMAP4_E_BAD, "BAD");
    check(s, shown['>'] + shown['<'] + shown['s'] + shown['e'] == 0, "0 shows nothing");
    answered(s, IMAP4_V("4: lines, 1: errors, 0: nothing"));
}

const row rows_session[] = {
    { "open", row_open },
    { "protocol_version", row_protocol_version },
    { "socket", row_socket },
    { "ssl", row_ssl },
    { "shutdown", row_shutdown },
    { "login", row_login },
    { "login_plain", row_login_plain },
    { "login_cram_md5", row_login_cram_md5 },
    { "authenticate", row_authenticate },
    { "authenticate_as", row_authenticate_as },
    { "login_best", row_login_best },
    { "proxyauth", row_proxyauth },
    { "starttls", row_starttls },
    { "compress", row_compress },
    { "capability", row_capability },
    { "enable", row_enable },
    { "id", row_id },
    { "namespace", row_namespace },
    { "noop", row_noop },
    { "xatom", row_xatom },
    { "set_debug", row_set_debug },
    { "logout", row_logout },
    { NULL, NULL },
};
