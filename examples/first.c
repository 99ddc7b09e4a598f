/* first.c - print the subjects of the newest messages: first imaps://host user
 * cc first.c $(pkg-config --cflags --libs libimap4) */
#include <imap4.h>
#include <imap4/adapt/poll.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    const char *password = getenv("IMAP4_PASSWORD");
    if (argc != 3 || password == NULL)
        return fprintf(stderr, "usage: IMAP4_PASSWORD=... first imaps://host user\n"), 64;
    imap4_poll         p;
    imap4_seqset      *all  = NULL;
    const imap4_event *ev   = NULL;
    imap4_cmd          last = 0;
    int rc = imap4_poll_open(&p, argv[1], NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_parse(IMAP4_V("1:*"), 0, &all);
    if (rc == IMAP4_OK) /* all at once: the engine knows what must wait for what */
        rc = imap4_cmd_login(p.engine, imap4_view_of(argv[2]), imap4_view_of(password), NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_select(p.engine, IMAP4_V("INBOX"), NULL, NULL, NULL);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_fetch(p.engine, all, IMAP4_V("ENVELOPE"), NULL, &last);
    while (rc >= 0 && (rc = imap4_poll_next(&p, UINT64_MAX, &ev)) == 1) {
        const imap4_envelope *envelope = NULL;
        if (ev->type == IMAP4_EV_FETCH && imap4_fetch_envelope(ev, &envelope) == IMAP4_OK)
            printf("%u: %.*s\n", ev->number, IMAP4_ARG(envelope->subject));
        if (ev->type == IMAP4_EV_DONE && ev->result != IMAP4_R_OK)
            fprintf(stderr, "refused: %.*s\n", IMAP4_ARG(ev->text));
        if (ev->type == IMAP4_EV_DONE && ev->cmd == last)
            break;
    }
    if (rc < 0)
        fprintf(stderr, "%s: %.*s\n", imap4_strerror(rc), IMAP4_ARG(imap4_poll_error(&p)->text));
    imap4_seqset_free(&all);
    imap4_poll_close(&p);
    return rc < 0 ? 1 : 0;
}
