/* SPDX-License-Identifier: MIT */
/* test/servers/resync.c - what a user's program does when it comes to a mailbox, first and
 * again; resync.py counts its round trips.
 *
 *     resync newest URL USER PASS                         the 50 newest envelopes
 *     resync again  URL USER PASS UIDVALIDITY MODSEQ      what has changed since */
#include <imap4.h>
#include <imap4/adapt/poll.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NEWEST = 50
};

static imap4_poll connection;

static int queue_newest(void)
{
    const uint32_t exists = imap4_engine_mailbox(connection.engine)->exists;
    const uint32_t first  = exists > NEWEST ? exists - NEWEST + 1 : 1;
    imap4_seqset  *set    = NULL;
    int            rc     = imap4_seqset_new(0, NULL, &set);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_add(set, first, exists);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_fetch(connection.engine, set, IMAP4_V("UID FLAGS ENVELOPE"), NULL,
                             NULL, NULL);
    imap4_seqset_free(&set);
    return rc == IMAP4_OK ? imap4_cmd_logout(connection.engine, NULL, NULL) : rc;
}

static void tell(const imap4_event *ev)
{
    const imap4_envelope *envelope = NULL;
    const imap4_vanished *vanished = NULL;
    const imap4_flags    *flags    = NULL;
    if (imap4_vanished_get(ev, &vanished) == IMAP4_OK)
        printf("vanished%s %.*s\n", vanished->earlier ? " earlier" : "",
               IMAP4_ARG(vanished->uids));
    if (ev->type != IMAP4_EV_FETCH)
        return;
    if (imap4_fetch_envelope(ev, &envelope) == IMAP4_OK)
        printf("envelope %" PRIu32 " %" PRIu32 "\n", ev->number, ev->uid);
    else if (imap4_event_flags(ev, &flags) == IMAP4_OK)
        printf("changed %" PRIu32 "\n", ev->uid);
}

static void tell_mailbox(void)
{
    const imap4_mailbox *box = imap4_engine_mailbox(connection.engine);
    if (box != NULL)
        printf("mailbox %" PRIu32 " %" PRIu64 " %" PRIu32 "\n", box->uidvalidity,
               box->highestmodseq, box->exists);
}

/* Everything up to SELECT is queued at once: the engine knows what must wait for what. */
static int queue_start(bool is_again, char **argv, imap4_cmd *selected)
{
    imap4_engine        *e    = connection.engine;
    imap4_select_options opt  = { .size = sizeof opt, .condstore = !is_again };
    const imap4_view     user = imap4_view_of(argv[3]), pass = imap4_view_of(argv[4]);
    int                  rc = imap4_cmd_login(e, user, pass, NULL, NULL);
    if (rc == IMAP4_OK && is_again) {
        opt.uidvalidity = (uint32_t)strtoul(argv[5], NULL, 10);
        opt.modseq      = strtoull(argv[6], NULL, 10);
        rc              = imap4_cmd_enable(e, IMAP4_V("QRESYNC"), NULL, NULL);
    }
    return rc < 0 ? rc : imap4_cmd_select(e, IMAP4_V("INBOX"), &opt, NULL, selected);
}

int main(int argc, char **argv)
{
    const bool         is_again = argc == 7 && strcmp(argv[1], "again") == 0;
    const imap4_event *ev       = NULL;
    imap4_cmd          selected = 0;
    if (!is_again && (argc != 5 || strcmp(argv[1], "newest") != 0))
        return fputs("usage: see the first lines of resync.c\n", stderr), 64;
    int rc = imap4_poll_open(&connection, argv[2], NULL, NULL);
    if (rc == IMAP4_OK)
        rc = queue_start(is_again, argv, &selected);
    while (rc >= 0 && (rc = imap4_poll_next(&connection, UINT64_MAX, &ev)) == 1) {
        tell(ev);
        if (ev->type == IMAP4_EV_DONE && ev->result != IMAP4_R_OK) {
            (void)fprintf(stderr, "refused: %.*s\n", IMAP4_ARG(ev->text));
            rc = IMAP4_E_PROTOCOL;
        } else if (ev->type == IMAP4_EV_DONE && ev->cmd == selected) {
            tell_mailbox();
            rc = is_again ? imap4_cmd_logout(connection.engine, NULL, NULL)
                          : queue_newest();
        }
    }
    if (rc < 0)
        (void)fprintf(stderr, "error %d: %.*s\n", rc,
                      IMAP4_ARG(imap4_poll_error(&connection)->text));
    imap4_poll_close(&connection);
    return rc < 0;
}
