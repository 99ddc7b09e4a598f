/* SPDX-License-Identifier: MIT */
/* bench/peer_cclient.c - the same work through c-client (the library of UW IMAP).
 *
 *   peer_cclient plain WORK COUNT PORT */
#include "client.h"

#include <c-client/c-client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static figures f;

/* ---- what the library calls ------------------------------------------------- */

void mm_searched(MAILSTREAM *stream, unsigned long number)
{
    (void)stream;
    (void)number;
    f.seen++;
}

void mm_list(MAILSTREAM *stream, int delimiter, char *name, long attributes)
{
    (void)stream;
    (void)delimiter;
    (void)name;
    (void)attributes;
    f.seen++;
}

void mm_login(NETMBX *mailbox, char *user, char *password, long trial)
{
    (void)mailbox;
    (void)trial;
    memcpy(user, "u", 2);
    memcpy(password, "p", 2);
}

void mm_log(char *text, long kind)
{
    if (kind == ERROR)
        fprintf(stderr, "c-client: %s\n", text);
}

void mm_fatal(char *text)
{
    fail(text);
}

void mm_exists(MAILSTREAM *stream, unsigned long number)
{
    (void)stream;
    (void)number;
}

void mm_expunged(MAILSTREAM *stream, unsigned long number)
{
    (void)stream;
    (void)number;
}

void mm_flags(MAILSTREAM *stream, unsigned long number)
{
    (void)stream;
    (void)number;
}

void mm_notify(MAILSTREAM *stream, char *text, long kind)
{
    (void)stream;
    (void)text;
    (void)kind;
}

void mm_lsub(MAILSTREAM *stream, int delimiter, char *name, long attributes)
{
    (void)stream;
    (void)delimiter;
    (void)name;
    (void)attributes;
}

void mm_status(MAILSTREAM *stream, char *mailbox, MAILSTATUS *status)
{
    (void)stream;
    (void)mailbox;
    (void)status;
}

void mm_dlog(char *text)
{
    (void)text;
}

void mm_critical(MAILSTREAM *stream)
{
    (void)stream;
}

void mm_nocritical(MAILSTREAM *stream)
{
    (void)stream;
}

long mm_diskerror(MAILSTREAM *stream, long code, long is_serious)
{
    (void)stream;
    (void)code;
    (void)is_serious;
    return 0;
}

/* ---- the work --------------------------------------------------------------- */

static void on_overview(MAILSTREAM *stream, unsigned long uid, OVERVIEW *o,
                        unsigned long number)
{
    (void)stream;
    (void)uid;
    (void)number;
    f.seen += o != NULL;
}

/* It has no call that fetches all structures at once.  What is measured is its parser: the
 * server answers FETCH FAST with envelopes and structures, and they land in its cache. */
static void fetch_structures(MAILSTREAM *stream, char *set, uint32_t count)
{
    mail_fetch_fast(stream, set, 0);
    for (uint32_t i = 0; i < count; i++)
        f.seen += mail_elt(stream, FIRST_NUMBER + i)->private.msg.body != NULL;
}

static void fetch(MAILSTREAM *stream, const arguments *a)
{
    char set[32];
    snprintf(set, sizeof set, "%d:%u", FIRST_NUMBER, FIRST_NUMBER + a->count - 1);
    if ((a->work->what & WORK_STRUCTURE) != 0) {
        fetch_structures(stream, set, a->count);
    } else if ((a->work->what & WORK_ENVELOPE) != 0) {
        mail_fetch_overview(stream, set, on_overview);
    } else {
        mail_fetch_flags(stream, set, 0);
        for (uint32_t i = 0; i < a->count; i++)
            f.seen += mail_elt(stream, FIRST_NUMBER + i)->valid;
    }
}

static void fetch_bodies(MAILSTREAM *stream, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        unsigned long len = 0;
        mail_fetch_message(stream, FIRST_NUMBER + i, &len, FT_PEEK);
        f.bytes += len;
        f.seen++;
        mail_gc(stream, GC_TEXTS);
    }
}

static void append(MAILSTREAM *stream, const arguments *a, char *mailbox)
{
    char *message = malloc(a->work->octets);
    if (message == NULL)
        fail("memory");
    work_fill(message, a->work->octets);
    for (; f.seen < a->count; f.seen++) {
        STRING text;
        INIT(&text, mail_string, message, a->work->octets);
        if (!mail_append(stream, mailbox, &text))
            fail("append");
    }
    free(message);
}

static void run(MAILSTREAM *stream, const arguments *a, char *mailbox)
{
    char reference[] = "", pattern[80];
    switch (a->work->kind) {
    case WORK_FETCH: fetch(stream, a); break;
    case WORK_BODY: fetch_bodies(stream, a->count); break;
    case WORK_LARGE:
        fetch_bodies(stream, 1);
        f.seen = f.bytes / a->work->octets;
        break;
    case WORK_SEARCH:
        mail_search_full(stream, NULL, mail_newsearchpgm(),
                         SE_UID | SE_FREE | SE_NOPREFETCH | SE_NOLOCAL);
        break;
    case WORK_LIST:
        snprintf(pattern, sizeof pattern, "{127.0.0.1:%s/imap/notls/user=u}*", a->port);
        mail_list(stream, reference, pattern);
        break;
    case WORK_APPEND: append(stream, a, mailbox); break;
    case WORK_NOOP:
    case WORK_PIPE:
        for (; f.seen < a->count; f.seen++)
            mail_ping(stream);
        break;
    }
}

int main(int argc, char **argv)
{
    const arguments a = arguments_of(argc, argv);
    char            mailbox[80];
#include <c-client/linkage.c>
    snprintf(mailbox, sizeof mailbox, "{127.0.0.1:%s/imap/notls/user=u}INBOX", a.port);
    MAILSTREAM *stream = mail_open(NULL, mailbox, 0);
    if (stream == NULL)
        fail("c-client does not log in");
    figures_begin(&f);
    if (a.count != 0)
        run(stream, &a, mailbox);
    figures_end(&f);
    figures_print(&f);
    return 0;
}
