/* SPDX-License-Identifier: MIT */
/* client/login.c - LOGIN and AUTHENTICATE: after them the capabilities are known again. */
#include "client/method.h"

#include "base/ascii.h"
#include "base/try.h"
#include "base/view.h"

#include <stdio.h>

static bool is_seed(const imap4 *m)
{
    return (m->opt.profile & IMAP4_LINES_SEED) != 0;
}

/* Collects the answer, then asks what the server can do now. */
static int finish(imap4 *m, i4_collector *c, int rc, imap4_cmd cmd, imap4_reply **out)
{
    rc = i4_collect(m, c, rc, cmd, out);
    if (rc == IMAP4_OK)
        rc = i4_connect_learn(m);
    if (rc == IMAP4_OK)
        i4_habit_identify(m);
    return rc;
}

/* ---- LOGIN ----------------------------------------------------------------------------- */

static const i4_method login_row = { "LOGIN", "aq", NULL, "-", I4_IN_NONAUTH, false, NULL };

int imap4_login(imap4 *m, const char *user, const char *password, imap4_reply **out)
{
    i4_collector     c;
    const imap4_view args[] = { imap4_view_of(user), imap4_view_of(password) };
    i4_call          call   = { .method = &login_row, .args = args, .count = 2 };
    int              rc     = IMAP4_OK;
    I4_TRY(i4_begin(m, "LOGIN", out));
    if (user == NULL || password == NULL)
        return i4_report(m, IMAP4_E_ARG, "a login takes a name and a password");
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    if (is_seed(m))
        rc = i4_seed_queue(m, &call);
    else
        rc = imap4_cmd_login(m->engine, args[0], args[1], NULL, &call.cmd);
    return finish(m, &c, rc, call.cmd, out);
}

/* ---- AUTHENTICATE ------------------------------------------------------------------------- */

static int queue(imap4 *m, imap4_view mechanism, imap4_view initial, imap4_cmd *cmd)
{
    const imap4_raw_options opt = { .size = sizeof opt, .synchronizing = 1 };
    if (!is_seed(m) || initial.ptr != NULL)
        return imap4_cmd_authenticate(m->engine, mechanism, initial, NULL, cmd);
    char   line[64] = "AUTHENTICATE ";
    size_t len      = strlen(line);
    if (mechanism.len == 0 || mechanism.len > sizeof line - len)
        return IMAP4_E_ARG;
    for (size_t i = 0; i < mechanism.len; i++)
        line[len++] = (char)i4_upper(mechanism.ptr[i]);
    const imap4_view part = { line, len };
    return imap4_cmd_raw(m->engine, &part, 1, &opt, NULL, cmd);
}

int imap4_authenticate(imap4 *m, const char *mechanism, imap4_auth_hook hook, void *user,
                       imap4_reply **out)
{
    i4_collector c;
    imap4_cmd    cmd = 0;
    I4_TRY(i4_begin(m, "AUTHENTICATE", out));
    if (mechanism == NULL || hook == NULL)
        return i4_report(m, IMAP4_E_ARG, "it takes a mechanism and a function");
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    c.answer      = hook;
    c.answer_user = user;
    const int rc  = queue(m, imap4_view_of(mechanism), IMAP4_NIL, &cmd);
    return finish(m, &c, rc, cmd, out);
}

static int step(void *user, imap4_view challenge, imap4_view *response)
{
    return imap4_sasl_step(user, challenge, response);
}

/* The server says OK: it must have proved who it is, too, where the mechanism can. */
static int check_proof(imap4 *m, imap4_sasl *sasl, int rc, imap4_reply **out)
{
    const imap4_view detail = imap4_sasl_detail(sasl);
    if (rc == IMAP4_NO && detail.ptr != NULL)
        return i4_report_view(m, rc, IMAP4_V("the server refused the login"), detail);
    if (rc != IMAP4_OK || imap4_sasl_finish(sasl, 1) == IMAP4_OK)
        return rc;
    if (out != NULL)
        imap4_reply_free(out);
    imap4_engine_fail(m->engine, IMAP4_E_PROTOCOL, 0,
                      IMAP4_V("the server said OK without proving who it is"));
    return i4_report_engine(m, IMAP4_E_PROTOCOL);
}

static int run_sasl(imap4 *m, imap4_view mechanism, imap4_sasl *sasl, imap4_reply **out)
{
    i4_collector c;
    imap4_view   initial = IMAP4_NIL;
    imap4_cmd    cmd     = 0;
    int          rc      = imap4_sasl_initial(sasl, &initial);
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    c.answer      = step;
    c.answer_user = sasl;
    if (rc == IMAP4_OK)
        rc = queue(m, mechanism, initial, &cmd);
    rc = i4_collect(m, &c, rc, cmd, out);
    rc = check_proof(m, sasl, rc, out);
    return rc == IMAP4_OK ? i4_connect_learn(m) : rc;
}

static bool is_scram(imap4_view mechanism)
{
    return mechanism.len >= 5 && i4_equal_nocase(mechanism.ptr, "SCRAM", 5);
}

static bool ends_with_plus(imap4_view mechanism)
{
    return mechanism.len >= 5 &&
           i4_equal_nocase(mechanism.ptr + mechanism.len - 5, "-PLUS", 5);
}

/* RFC 5802 section 6: the client says whether it could bind, and the server compares. */
static void bind(imap4 *m, imap4_view mechanism, imap4_credentials *who)
{
    char name[64];
    if (!is_scram(mechanism) || who->channel_binding.ptr != NULL ||
        mechanism.len > sizeof name - 16)
        return;
    if (imap4_stack_channel_binding(m->stack, IMAP4_NIL, &who->channel_binding_type,
                                    &who->channel_binding) != IMAP4_OK)
        return;
    const char *plus = ends_with_plus(mechanism) ? "" : "-PLUS";
    const int len = snprintf(name, sizeof name, "AUTH=%.*s%s", IMAP4_ARG(mechanism), plus);
    who->server_has_plus = imap4_engine_has(m->engine,
                                            (imap4_view){ name, (size_t)len }) == 1;
}

static int authenticate_as(imap4 *m, imap4_view mechanism,
                           const imap4_credentials *credentials, imap4_reply **out)
{
    imap4_sasl *sasl = NULL;
    I4_TRY(i4_begin(m, "AUTHENTICATE", out));
    imap4_credentials who = IMAP4_CREDENTIALS;
    if (credentials == NULL || credentials->size == 0 || credentials->size > 4096)
        return i4_report(m, IMAP4_E_ARG, "the credentials have no size");
    memcpy(&who, credentials,
           credentials->size < sizeof who ? credentials->size : sizeof who);
    who.size = sizeof who;
    bind(m, mechanism, &who);
    int rc = imap4_sasl_new(mechanism, &who, &m->mem, &sasl);
    if (rc == IMAP4_E_NOTIMPL)
        return i4_report_view(m, rc, IMAP4_V("this build does not know the mechanism"),
                              mechanism);
    if (rc == IMAP4_E_ARG)
        return i4_report_view(
            m, rc,
            IMAP4_V("a credential that the mechanism needs is missing, or "
                    "holds bytes that it cannot"),
            mechanism);
    if (rc < 0)
        return i4_report(m, rc, imap4_strerror(rc));
    rc = run_sasl(m, mechanism, sasl, out);
    imap4_sasl_free(&sasl);
    /* Some servers bind to another value than RFC 9266 says (Cyrus 3.6 over TLS 1.3).  To go on
     * without the binding is for the caller to say: it is what somebody between would like. */
    if (rc == IMAP4_NO && ends_with_plus(mechanism))
        return i4_report_view(
            m, rc,
            IMAP4_V("the server refused the password, or the binding to "
                    "TLS; if the password is right, use "
                    "imap4_authenticate_as() with a mechanism that is not "
                    "-PLUS"),
            mechanism);
    return rc;
}

int imap4_authenticate_as(imap4 *m, const char *mechanism,
                          const imap4_credentials *credentials, imap4_reply **out)
{
    return authenticate_as(m, imap4_view_of(mechanism), credentials, out);
}

static int login_with(imap4 *m, imap4_view mechanism, const char *user,
                      const char *password, imap4_reply **out)
{
    imap4_credentials who = IMAP4_CREDENTIALS;
    who.user              = imap4_view_of(user);
    who.password          = imap4_view_of(password);
    return authenticate_as(m, mechanism, &who, out);
}

int imap4_login_plain(imap4 *m, const char *user, const char *password, imap4_reply **out)
{
    return login_with(m, IMAP4_V("PLAIN"), user, password, out);
}

int imap4_login_cram_md5(imap4 *m, const char *user, const char *password,
                         imap4_reply **out)
{
    return login_with(m, IMAP4_V("CRAM-MD5"), user, password, out);
}

/* ---- the best there is ---------------------------------------------------------------------- */

static int has(void *ctx, imap4_view capability)
{
    return imap4_engine_has(((imap4 *)ctx)->engine, capability);
}

/* Nobody can listen, and it is he whom we asked for. */
static bool is_private(const imap4 *m)
{
    const bool has_tls = imap4_stack_protection(m->stack).ptr != NULL;
    return m->pipe.is_private != 0 || (has_tls && m->tls_opt.insecure_noverify == 0) ||
           m->engine_opt.insecure_allow_plaintext != 0 ||
           m->url.security == IMAP4_SECURITY_INSECURE;
}

/* As views, which need not end with NUL. */
static int login_command(imap4 *m, const imap4_credentials *who, imap4_reply **out)
{
    i4_collector c;
    imap4_cmd    cmd = 0;
    I4_TRY(i4_begin(m, "LOGIN", out));
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    const int rc = imap4_cmd_login(m->engine, who->user, who->password, NULL, &cmd);
    return finish(m, &c, rc, cmd, out);
}

int imap4_login_best(imap4 *m, const imap4_credentials *credentials,
                     const imap4_sasl_policy *policy, imap4_view *mechanism,
                     imap4_reply **out)
{
    imap4_sasl_policy known  = IMAP4_SASL_POLICY;
    imap4_sasl_choice choice = { .size = sizeof choice };
    I4_TRY(i4_begin(m, "AUTHENTICATE", out));
    if (policy != NULL && policy->size != sizeof known)
        return i4_report(m, IMAP4_E_ARG, "the policy has no size");
    if (policy != NULL)
        known = *policy;
    if (credentials == NULL || credentials->size != sizeof *credentials)
        return i4_report(m, IMAP4_E_ARG, "the credentials have no size");
    imap4_credentials who = *credentials;
    bind(m, IMAP4_V("SCRAM"), &who);
    known.is_private = is_private(m);
    const int rc     = imap4_sasl_choose(has, m, &who, &known, &choice);
    if (rc < 0)
        return i4_report_view(m, rc, choice.why, IMAP4_NIL);
    who.server_has_plus = choice.server_has_plus;
    if (mechanism != NULL)
        *mechanism = choice.mechanism.ptr == NULL ? IMAP4_V("LOGIN command")
                                                  : choice.mechanism;
    return choice.mechanism.ptr == NULL ? login_command(m, &who, out)
                                        : authenticate_as(m, choice.mechanism, &who, out);
}

/* ---- OAuth ---------------------------------------------------------------------------------- */

int imap4_login_token(imap4 *m, const char *name, imap4_token_hook hook, void *user,
                      imap4_reply **out)
{
    imap4_credentials who    = IMAP4_CREDENTIALS;
    imap4_view        method = IMAP4_V("OAUTHBEARER");
    int               rc     = IMAP4_NO;
    I4_TRY(i4_begin(m, "AUTHENTICATE", out));
    if (hook == NULL)
        return i4_report(m, IMAP4_E_ARG, "it takes a function that gets the token");
    if (imap4_engine_has(m->engine, IMAP4_V("AUTH=OAUTHBEARER")) != 1 &&
        imap4_engine_has(m->engine, IMAP4_V("AUTH=XOAUTH2")) == 1)
        method = IMAP4_V("XOAUTH2");
    who.user = imap4_view_of(name);
    who.host = imap4_view_of(m->url.host);
    who.port = m->url.port;
    for (int again = 0; again < 2 && rc == IMAP4_NO; again++) {
        if (out != NULL)
            imap4_reply_free(out);
        rc = hook(user, again, &who.token);
        if (rc < 0)
            return i4_report(m, rc, "there is no token");
        rc = authenticate_as(m, method, &who, out);
    }
    return rc;
}
