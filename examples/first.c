/* first.c - print all subjects.  cc first.c $(pkg-config --cflags --libs libimap4) */
#include <imap4.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    imap4                *m = NULL;
    imap4_reply          *r = NULL;
    const imap4_event    *ev;
    const imap4_envelope *envelope;
    char                  subject[1000];
    if (argc != 3)
        return fprintf(stderr, "usage: IMAP4_PASSWORD=... first imaps://host user\n"), 64;
    int failed = imap4_connect(argv[1], NULL, &m) ||
                 imap4_login(m, argv[2], getenv("IMAP4_PASSWORD"), NULL) ||
                 imap4_select(m, "INBOX", 1, NULL) ||
                 imap4_fetch(m, "1:*", "ENVELOPE", &r);
    for (size_t i = 0; (ev = imap4_reply_find(r, IMAP4_EV_FETCH, &i)) != NULL;)
        if (imap4_fetch_envelope(ev, &envelope) == IMAP4_OK)
            printf("%u: %s\n", ev->number,
                   imap4_mime_show(envelope->subject, subject, sizeof subject));
    if (failed)
        fprintf(stderr, "%.*s\n", IMAP4_ARG(imap4_last_error(m)->text));
    imap4_reply_free(&r);
    imap4_free(&m);
    return failed;
}
