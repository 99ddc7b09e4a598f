/* SPDX-License-Identifier: MIT */
/* test/servers/methods_script.c - the rows of what no server here offers, against a script. */
#include "methods.h"

#include "../unit/client_help.h"

#define CAPS_OLD "IMAP4rev1 ANNOTATEMORE"
#define IN_OLD   "S: * PREAUTH [CAPABILITY " CAPS_OLD "] hello\n"

static script text;

/* Connects; the lines that are sent are watched as with a server. */
static void begin(run *s, const char *lines)
{
    imap4_options opt = IMAP4_OPTIONS;
    int           rc  = 0;
    watch(s, &opt);
    s->m = script_connect_as(&text, lines, &opt, &rc);
    check(s, rc == IMAP4_OK, "connect");
}

/* All was said that stands there, and nothing else. */
static void end(run *s)
{
    check(s, !text.is_wrong && *text.at == '\0', "the script");
    imap4_shutdown(s->m);
}

static void row_partial(run *s)
{
    size_t     at = 0;
    imap4_view piece;
    begin(s, SELECTED
          "C: T2 PARTIAL 1 RFC822 1 5\nS: * 1 FETCH (RFC822 {5}\ns: From:\nS: )\n"
          "S: T2 OK done\n");
    check(s, imap4_select(s->m, NULL, 0, NULL) == IMAP4_OK, "select");
    CALL(s, imap4_partial(s->m, "1", "RFC822", "1", "5", out(s)));
    is(s, IMAP4_OK);
    sent(s, "PARTIAL 1 RFC822 1 5");
    count_is(s, 2);
    datum(s, 0, "1 (RFC822 {5}");
    literal_is(s, 0, "From:");
    datum(s, 1, ")");
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_FETCH, &at);
    check(s,
          ev != NULL && imap4_fetch_get(ev, IMAP4_V("RFC822"), &piece) == IMAP4_OK &&
              piece.len == 5,
          "typed");
    end(s);
}

static void row_proxyauth(run *s)
{
    begin(s, PREAUTH "C: T1 PROXYAUTH bob\nS: T1 OK you are bob\n");
    CALL(s, imap4_proxyauth(s->m, "bob", out(s)));
    is(s, IMAP4_OK);
    sent(s, "PROXYAUTH bob");
    count_is(s, 1);
    datum(s, 0, "you are bob");
    state_is(s, IMAP4_STATE_AUTH);
    end(s);
}

static void row_getannotation(run *s)
{
    size_t                  at = 0;
    const imap4_annotation *a  = NULL;
    begin(s, IN_OLD "C: T1 GETANNOTATION \"INBOX\" \"/comment\" \"value.priv\"\n"
                    "S: * ANNOTATION INBOX \"/comment\" (\"value.priv\" \"mine\")\n"
                    "S: T1 OK done\n");
    CALL(s, imap4_getannotation(s->m, "INBOX", "/comment", "value.priv", out(s)));
    is(s, IMAP4_OK);
    sent(s, "GETANNOTATION \"INBOX\" \"/comment\" \"value.priv\"");
    count_is(s, 1);
    datum(s, 0, "INBOX \"/comment\" (\"value.priv\" \"mine\")");
    event_is(s, 0, IMAP4_EV_ANNOTATION);
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_ANNOTATION, &at);
    check(s, ev != NULL && imap4_annotation_get(ev, &a) == IMAP4_OK, "typed");
    end(s);
}

static void row_setannotation(run *s)
{
    begin(s, IN_OLD "C: T1 SETANNOTATION INBOX \"/comment\" (\"value.priv\" \"mine\")\n"
                    "S: T1 OK done\n");
    CALL(s, imap4_setannotation(s->m, "INBOX", "\"/comment\"",
                                "(\"value.priv\" \"mine\")", out(s)));
    is(s, IMAP4_OK);
    sent(s, "SETANNOTATION INBOX \"/comment\" (\"value.priv\" \"mine\")");
    count_is(s, 0); /* no ANNOTATION came */
    end(s);
}

static void row_setquota(run *s)
{
    begin(s, PREAUTH "C: T1 SETQUOTA \"a root\" (STORAGE 512)\n"
                     "S: * QUOTA \"a root\" (STORAGE 10 512)\nS: T1 OK done\n");
    CALL(s, imap4_setquota(s->m, "a root", "STORAGE 512", out(s)));
    is(s, IMAP4_OK);
    sent(s, "SETQUOTA \"a root\" (STORAGE 512)");
    count_is(s, 1);
    datum(s, 0, "\"a root\" (STORAGE 10 512)");
    end(s);
}

static void row_select_became_readonly(run *s)
{
    begin(s, PREAUTH "C: T1 SELECT INBOX\nS: * 5 EXISTS\nS: T1 OK [READ-ONLY] done\n");
    CALL(s, imap4_select(s->m, NULL, 0, out(s)));
    is(s, IMAP4_E_READONLY);
    sent(s, "SELECT INBOX");
    state_is(s, IMAP4_STATE_SELECTED);
    check(s, imap4_mailbox_state(s->m)->read_only == 1, "read-only");
    check(s, imap4_store(s->m, "1", "+FLAGS", "\\Seen", NULL) == IMAP4_E_READONLY,
          "STORE");
    end(s);
}

/* A server with nothing but IMAP4rev1: what it does not announce is not sent. */
static void row_not_offered(run *s)
{
    static const struct {
        const char *name, *capability, *args[3];
        size_t      count;
    } all[] = {
        { "unselect", "UNSELECT", { 0 }, 0 },
        { "move", "MOVE", { "1", "x" }, 2 },
        { "id", "ID", { 0 }, 0 },
        { "namespace", "NAMESPACE", { 0 }, 0 },
        { "getacl", "ACL", { "x" }, 1 },
        { "setacl", "ACL", { "x", "bob", "l" }, 3 },
        { "deleteacl", "ACL", { "x", "bob" }, 2 },
        { "myrights", "ACL", { "x" }, 1 },
        { "getquota", "QUOTA", { "" }, 1 },
        { "getquotaroot", "QUOTA", { "x" }, 1 },
        { "setquota", "QUOTA", { "", "STORAGE 1" }, 2 },
        { "sort", "SORT", { "DATE", NULL, "ALL" }, 3 },
        { "thread", "THREAD=", { "REFERENCES", NULL, "ALL" }, 3 },
        { "compress", "COMPRESS=DEFLATE", { 0 }, 0 },
        { "uid", "UIDPLUS", { "EXPUNGE", "1" }, 2 },
        { "uid", "MOVE", { "MOVE", "1", "x" }, 3 },
    };
    begin(s,
          "S: * PREAUTH [CAPABILITY IMAP4rev1] hello\nC: T1 SELECT INBOX\nS: * 5 EXISTS\n"
          "S: T1 OK [READ-WRITE] done\n");
    CALL(s, imap4_enable(s->m, "CONDSTORE", out(s)));
    is_not_offered(s, "ENABLE");
    check(s, imap4_select(s->m, NULL, 0, NULL) == IMAP4_OK, "select");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        CALL(s, imap4_call(s->m, all[i].name, all[i].args, NULL, all[i].count, out(s)));
        is_not_offered(s, all[i].capability);
    }
    end(s);
}

typedef struct named {
    const char *lower;
    const char *upper;
    const char *args[4];
    size_t      count;
    int         rc;
} named;

/* What the servers do not have, or have only once in a connection, by name. */
static void call_all(run *s, const named *all, bool in_upper)
{
    for (const named *n = all; n->lower != NULL; n++) {
        CALL(s, imap4_call(s->m, in_upper ? n->upper : n->lower, n->args, NULL, n->count,
                           out(s)));
        is(s, n->rc);
    }
}

static void call_session(run *s, bool in_upper)
{
    static const named all[] = {
        { "enable", "ENABLE", { "CONDSTORE" }, 1, IMAP4_OK },
        { "getquota", "GETQUOTA", { "" }, 1, IMAP4_OK },
        { "setquota", "SETQUOTA", { "", "STORAGE 5" }, 2, IMAP4_OK },
        { "proxyauth", "PROXYAUTH", { "bob" }, 1, IMAP4_OK },
        { "getannotation", "GETANNOTATION", { "x", "/comment", "value" }, 3, IMAP4_E_NOCAP },
        { "setannotation", "SETANNOTATION", { "x", "/comment", "()" }, 3, IMAP4_E_NOCAP },
        { "compress", "COMPRESS", { 0 }, 0, IMAP4_E_NOCAP },
        { "login", "LOGIN", { "alice", "pass-word" }, 2, IMAP4_E_STATE },
        { "login_plain", "LOGIN_PLAIN", { "alice", "pass-word" }, 2, IMAP4_E_STATE },
        { "select", "SELECT", { "INBOX" }, 1, IMAP4_OK },
        { "partial", "PARTIAL", { "1", "RFC822", "1", "5" }, 4, IMAP4_OK },
        { "logout", "LOGOUT", { 0 }, 0, IMAP4_OK },
        { 0 },
    };
    begin(s, PREAUTH "C: T1 ENABLE CONDSTORE\nS: T1 OK done\nC: T2 GETQUOTA \"\"\n"
                     "S: T2 OK done\nC: T3 SETQUOTA \"\" (STORAGE 5)\nS: T3 OK done\n"
                     "C: T4 PROXYAUTH bob\nS: T4 OK done\nC: T5 SELECT INBOX\n"
                     "S: * 1 EXISTS\nS: T5 OK done\nC: T6 PARTIAL 1 RFC822 1 5\n"
                     "S: T6 OK done\nC: T7 LOGOUT\nS: * BYE\nS: T7 OK done\n");
    call_all(s, all, in_upper);
    sent(s, "LOGOUT");
    end(s);
}

static void row_call_lower(run *s)
{
    call_session(s, false);
}

static void row_call_upper(run *s)
{
    call_session(s, true);
}

static void call_login(run *s, bool in_upper)
{
    static const named all[] = {
        { "login", "LOGIN", { "alice", "pass-word" }, 2, IMAP4_NO },
        { "starttls", "STARTTLS", { 0 }, 0, IMAP4_E_ARG }, /* there is no name to verify */
        { "login_plain", "LOGIN_PLAIN", { "alice", "pass-word" }, 2, IMAP4_OK },
        { 0 },
    };
    begin(s, GREET "C: T1 LOGIN alice \"pass-word\"\nS: T1 NO no\n"
                   "C: T2 AUTHENTICATE PLAIN AGFsaWNlAHBhc3Mtd29yZA==\n"
                   "S: T2 OK [CAPABILITY " CAPS "] in\n");
    call_all(s, all, in_upper);
    sent(s, "AUTHENTICATE PLAIN \\*\\*\\*");
    state_is(s, IMAP4_STATE_AUTH);
    end(s);
}

static void row_login_lower(run *s)
{
    call_login(s, false);
}

static void row_login_upper(run *s)
{
    call_login(s, true);
}

const row rows_script[] = {
    { "partial", row_partial },
    { "proxyauth", row_proxyauth },
    { "getannotation", row_getannotation },
    { "setannotation", row_setannotation },
    { "setquota", row_setquota },
    { "select READ-ONLY", row_select_became_readonly },
    { "not offered", row_not_offered },
    { "call lower", row_call_lower },
    { "CALL UPPER", row_call_upper },
    { "call login", row_login_lower },
    { "CALL LOGIN", row_login_upper },
    { NULL, NULL },
};
