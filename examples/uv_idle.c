/* SPDX-License-Identifier: MIT */
/* uv_idle.c - waits for mail with libuv: a line for each new message, until ^C.
 *
 * usage: IMAP4_PASSWORD=... uv_idle imaps://alice@mail.example.org [CAFILE]
 *
 * It shows what a program with an event loop of its own does: all commands are queued at
 * once, events are taken when the loop says that there are some, and another handle of the
 * loop (here the signal) may queue commands at any time. */
#include <imap4.h>
#include <imap4/adapt/libuv.h>

#include "terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct watch {
    imap4_uv    connection;
    uv_signal_t interrupt;
    imap4_cmd   idle;
    uint32_t    seen; /* messages of which we have spoken */
    int         is_watching;
    int         status;
} watch;

static void complain(watch *w, const char *what, imap4_view why)
{
    const imap4_view text = readable_text(why);
    fprintf(stderr, "uv_idle: %s: %.*s\n", what, IMAP4_ARG(text));
    w->status = 1;
}

/* Sender and subject of what has come. */
static void fetch_new(watch *w, uint32_t exists)
{
    imap4_engine *engine = w->connection.p.engine;
    imap4_seqset *set    = NULL;
    if (exists <= w->seen) {
        w->seen = exists; /* some were expunged */
        return;
    }
    if (imap4_seqset_new(0, NULL, &set) == IMAP4_OK &&
        imap4_seqset_add(set, w->seen + 1, exists) == IMAP4_OK &&
        imap4_cmd_fetch(engine, set, IMAP4_V("ENVELOPE"), NULL, NULL, NULL) == IMAP4_OK &&
        imap4_cmd_idle(engine, NULL, &w->idle) == IMAP4_OK) /* ended by the FETCH */
        w->seen = exists;
    imap4_seqset_free(&set);
}

static void take(watch *w, const imap4_event *ev)
{
    const imap4_mailbox  *mailbox  = imap4_engine_mailbox(w->connection.p.engine);
    const imap4_envelope *envelope = NULL;
    switch (ev->type) {
    case IMAP4_EV_CONTINUE:
        if (mailbox != NULL && !w->is_watching)
            printf("%u messages; waiting for more\n", w->seen = mailbox->exists);
        w->is_watching = 1; /* IDLE is renewed from time to time */
        break;
    case IMAP4_EV_EXISTS:
        if (w->is_watching)
            fetch_new(w, ev->number);
        break;
    case IMAP4_EV_FETCH:
        if (imap4_fetch_envelope(ev, &envelope) == IMAP4_OK) {
            const imap4_view text = readable_text(envelope->subject);
            printf("%u: %.*s\n", ev->number, IMAP4_ARG(text));
        }
        break;
    case IMAP4_EV_DONE:
        if (ev->result == IMAP4_R_NO || ev->result == IMAP4_R_BAD)
            complain(w, "refused", ev->text);
        else if (ev->result == IMAP4_R_REFUSED)
            complain(w, imap4_strerror(ev->rc), ev->text);
        break;
    default: break;
    }
    (void)fflush(stdout);
}

/* Nothing is left in the loop then. */
static void on_closed(imap4_uv *connection)
{
    watch *w = connection->data;
    uv_close((uv_handle_t *)&w->interrupt, NULL);
}

static void on_ready(imap4_uv *connection)
{
    watch             *w  = connection->data;
    const imap4_event *ev = NULL;
    int                rc = 0;
    while (w->status == 0 && (rc = imap4_uv_next(connection, &ev)) == 1)
        take(w, ev);
    if (w->status == 0 && (rc == IMAP4_E_BUSY || rc == IMAP4_E_NOMEM))
        return;
    if (rc < 0)
        complain(w, "no connection", imap4_poll_error(&connection->p)->text);
    imap4_uv_close(connection, on_closed);
}

/* ^C: the server is told; LOGOUT ends IDLE. */
static void on_interrupt(uv_signal_t *interrupt, int number)
{
    watch *w = interrupt->data;
    (void)number;
    (void)uv_signal_stop(interrupt); /* a second ^C ends the program */
    if (imap4_cmd_logout(w->connection.p.engine, NULL, NULL) < 0)
        complain(w, "LOGOUT", imap4_poll_error(&w->connection.p)->text);
    imap4_uv_wake(&w->connection);
}

/* Nothing waits for an answer here: the engine knows what depends on what. */
static int queue(watch *w, const char *password)
{
    imap4_engine    *engine = w->connection.p.engine;
    const imap4_url *url    = &w->connection.p.url;
    const imap4_view box    = imap4_view_of(url->mailbox[0] ? url->mailbox : "INBOX");
    int rc = imap4_cmd_login(engine, imap4_view_of(url->user), imap4_view_of(password),
                             NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_select(engine, box, NULL, NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_idle(engine, NULL, &w->idle);
    return rc;
}

int main(int argc, char **argv)
{
    static watch            w;
    const char             *password = getenv("IMAP4_PASSWORD");
    const imap4_tls_options tls      = { .size    = sizeof tls,
                                         .ca_file = argc > 2 ? argv[2] : NULL };
    uv_loop_t              *loop     = uv_default_loop();
    if (argc < 2 || password == NULL) {
        fprintf(stderr, "usage: IMAP4_PASSWORD=... uv_idle imaps://USER@HOST [CAFILE]\n");
        return 64;
    }
    use_utf8();
    (void)uv_signal_init(loop, &w.interrupt);
    w.interrupt.data = &w;
    (void)uv_signal_start(&w.interrupt, on_interrupt, SIGINT);
    int rc            = imap4_uv_open(&w.connection, loop, argv[1], NULL, &tls, on_ready);
    w.connection.data = &w;
    if (rc == IMAP4_OK)
        rc = queue(&w, password);
    if (rc < 0) {
        complain(&w, argv[1], imap4_poll_error(&w.connection.p)->text);
        imap4_uv_close(&w.connection, on_closed);
    }
    (void)uv_run(loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(loop);
    return w.status;
}
