/* SPDX-License-Identifier: MIT */
/* test/servers/sasl.c - every mechanism of a real server, with the right password and a wrong one.
 *
 * usage: sasl URL CA USER PASSWORD.  Prints TAP. */
#include <imap4.h>
#include <imap4/adapt/poll.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    WAIT_MS = 60 * 1000
};

static imap4_poll  connection;
static const char *url, *ca;
static unsigned    tests, failures;

static void report(bool ok, const char *what, const char *how)
{
    tests++;
    failures += !ok;
    (void)printf("%s %u - %s: %s\n", ok ? "ok" : "not ok", tests, what, how);
    (void)fflush(stdout);
}

static int next(const imap4_event **ev)
{
    return imap4_poll_next(&connection, imap4_now_ms() + WAIT_MS, ev);
}

/* A connection that has greeted. */
static bool greet(void)
{
    const imap4_tls_options tls = { .size = sizeof tls, .ca_file = ca };
    const imap4_event      *ev  = NULL;
    int                     rc  = imap4_poll_open(&connection, url, NULL, &tls);
    if (rc == IMAP4_OK)
        rc = next(&ev);
    if (rc != 1)
        (void)fprintf(stderr, "# %.*s\n", IMAP4_ARG(imap4_poll_error(&connection)->text));
    return rc == 1;
}

/* The result of the dialogue: IMAP4_OK, IMAP4_NO, or an error. */
static int lead(imap4_view mechanism, imap4_sasl *sasl)
{
    imap4_engine      *engine = connection.engine;
    const imap4_event *ev     = NULL;
    imap4_view         text   = IMAP4_NIL;
    imap4_cmd          cmd    = 0;
    int                rc     = imap4_sasl_initial(sasl, &text);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_authenticate(engine, mechanism, text, NULL, &cmd);
    if (rc < 0)
        return rc;
    while ((rc = next(&ev)) == 1) {
        if (ev->type == IMAP4_EV_CHALLENGE) {
            (void)!imap4_sasl_step(sasl, ev->data, &text);
            rc = imap4_cmd_respond(engine, cmd, text);
            if (rc < 0)
                return rc;
        } else if (ev->type == IMAP4_EV_DONE && ev->cmd == cmd) {
            return imap4_sasl_finish(sasl, ev->result == IMAP4_R_OK);
        }
    }
    return rc;
}

static int log_in(imap4_view mechanism, const imap4_credentials *c)
{
    imap4_sasl *sasl = NULL;
    int         rc   = imap4_sasl_new(mechanism, c, NULL, &sasl);
    if (rc == IMAP4_OK)
        rc = lead(mechanism, sasl);
    imap4_sasl_free(&sasl);
    return rc;
}

static void try(const char *mechanism, const imap4_credentials *c)
{
    imap4_credentials wrong = *c;
    wrong.password          = IMAP4_V("wrong");
    report(greet() && log_in(imap4_view_of(mechanism), c) == IMAP4_OK &&
               imap4_engine_state(connection.engine) == IMAP4_STATE_AUTH,
           mechanism, "the right password opens");
    imap4_poll_close(&connection);
    report(greet() && log_in(imap4_view_of(mechanism), &wrong) == IMAP4_NO &&
               imap4_engine_state(connection.engine) == IMAP4_STATE_NOT_AUTH,
           mechanism, "a wrong one does not");
    imap4_poll_close(&connection);
}

/* ---- by choice ---------------------------------------------------------------------- */

static int has(void *ctx, imap4_view capability)
{
    return imap4_engine_has(ctx, capability);
}

static void try_choice(imap4_credentials c)
{
    imap4_sasl_policy policy = IMAP4_SASL_POLICY;
    imap4_sasl_choice choice = { .size = sizeof choice };
    policy.is_private        = 1;
    bool ok                  = greet() &&
              imap4_stack_channel_binding(connection.stack, IMAP4_NIL,
                                          &c.channel_binding_type,
                                          &c.channel_binding) == IMAP4_OK &&
              imap4_sasl_choose(has, connection.engine, &c, &policy, &choice) == IMAP4_OK;
    c.server_has_plus = choice.server_has_plus;
    (void)fprintf(stderr, "# chosen: %.*s, binding %.*s, the server has%s -PLUS\n",
                  IMAP4_ARG(choice.mechanism), IMAP4_ARG(c.channel_binding_type),
                  choice.server_has_plus ? "" : " no");
    ok = ok && choice.mechanism.len >= 13 &&
         memcmp(choice.mechanism.ptr, "SCRAM-SHA-256", 13) == 0 &&
         log_in(choice.mechanism, &c) == IMAP4_OK;
    report(ok, "by choice", "the best that is offered, with the channel's binding");
    imap4_poll_close(&connection);
}

int main(int argc, char **argv)
{
    static const char *const mechanisms[] = { "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5",
                                              "PLAIN", "LOGIN" };
    imap4_credentials        c            = IMAP4_CREDENTIALS;
    if (argc != 5)
        return fputs("usage: see the first lines of sasl.c\n", stderr), 64;
    url        = argv[1];
    ca         = argv[2];
    c.user     = imap4_view_of(argv[3]);
    c.password = imap4_view_of(argv[4]);
    for (size_t i = 0; i < sizeof mechanisms / sizeof mechanisms[0]; i++)
        try(mechanisms[i], &c);
    try_choice(c);
    (void)printf("1..%u\n", tests);
    return failures != 0;
}
