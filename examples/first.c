/* first.c - print all subjects.  cc first.c $(pkg-config --cflags --libs libimap4) */
#include <imap4.h>
#include <imap4/adapt/poll.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    const imap4_view password = imap4_view_of(getenv("IMAP4_PASSWORD"));
    if (argc != 3 || password.ptr == NULL)
        return fprintf(stderr, "usage: IMAP4_PASSWORD=... first imaps://host user\n"), 64;
    imap4_poll            p;
    imap4_seqset         *all = NULL;
    const imap4_event    *ev  = NULL;
    const imap4_envelope *envelope;
    char                  subject[1000];
    int                   failed = 0, rc = imap4_poll_open(&p, argv[1], NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_parse(IMAP4_V("1:*"), 0, &all);
    if (rc == IMAP4_OK) /* all at once: the engine knows what must wait for what */
        rc = imap4_cmd_login(p.engine, imap4_view_of(argv[2]), password, NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_select(p.engine, IMAP4_V("INBOX"), NULL, NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_fetch(p.engine, all, IMAP4_V("ENVELOPE"), NULL, NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_logout(p.engine, NULL, NULL);
    while (rc >= 0 && (rc = imap4_poll_next(&p, UINT64_MAX, &ev)) == 1) {
        if (imap4_fetch_envelope(ev, &envelope) == IMAP4_OK) {
            ptrdiff_t len = imap4_text_display(envelope->subject, subject, sizeof subject);
            printf("%u: %.*s\n", ev->number, len > 1000 ? 0 : (int)len, subject);
        } else if (ev->type == IMAP4_EV_DONE && ev->status > IMAP4_STATUS_OK)
            failed = fprintf(stderr, "refused: %.*s\n", IMAP4_ARG(ev->text));
    }
    if (rc < 0)
        fprintf(stderr, "error %d: %.*s\n", rc, IMAP4_ARG(imap4_poll_error(&p)->text));
    imap4_seqset_free(&all);
    imap4_poll_close(&p);
    return rc < 0 || failed;
}
