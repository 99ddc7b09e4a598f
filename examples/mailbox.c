/* SPDX-License-Identifier: MIT */
/* mailbox.c - a table of the newest messages of a mailbox; or one message into a file.
 *
 * The second program to read, after first.c.  It shows what every program needs: commands
 * queued before the first one is answered, results matched with commands, text of
 * strangers made fit for a terminal, a message of any size saved in constant memory, and
 * errors that tell people what to do.
 *
 * Nothing is changed on the server: EXAMINE opens a mailbox for reading only. */
#include <imap4.h>
#include <imap4/adapt/poll.h>

#include "terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

/* What is to be done, and how far it is. */
typedef struct job {
    const char *url, *user, *mailbox, *cafile, *file;
    uint32_t    count, uid; /* uid: 0 for the table */
    imap4_url   parts;
    imap4_cmd   login, examine, fetch;
    int         status; /* our exit code */
    FILE       *out;
    uint64_t    saved;
    int         is_saved;
} job;

/* Says what went wrong, why, and what to do next.  The first complaint is the exit code. */
static void complain(job *j, int status, const char *what, imap4_view why,
                     const char *next)
{
    const imap4_view text = readable_text(why);
    if (j->status == 0)
        j->status = status;
    (void)fflush(stdout);
    fprintf(stderr, "mailbox: %s%s%.*s\n", what, text.len == 0 ? "" : ": ",
            IMAP4_ARG(text));
    if (next != NULL)
        fprintf(stderr, "  %s\n", next);
}

/* ---- the table ------------------------------------------------------------- */

static int subject_columns(void)
{
    const int others = 66; /* the other columns with their spaces */
    const int all    = terminal_columns(110);
    return all < others + 20 ? 20 : all - others;
}

static void print_head(void)
{
    printf("%7s  %-16s  ", "UID", "date");
    print_cell(IMAP4_V("from"), 18);
    printf("  ");
    print_cell(IMAP4_V("subject"), subject_columns());
    printf("  %5s  %5s  %s\n", "size", "flags", "parts");
}

static void print_date(const imap4_event *ev, const imap4_envelope *envelope)
{
    imap4_date date     = { 0 };
    char       text[32] = "?";
    struct tm  tm;
    int        rc = envelope == NULL ? IMAP4_E_ABSENT
                                     : imap4_date_parse_message(envelope->date, &date);
    if (rc < 0) /* mail without a date: then when it arrived */
        rc = imap4_fetch_internaldate(ev, &date);
    const time_t t = (time_t)date.unix_seconds;
    if (rc == IMAP4_OK && localtime_r(&t, &tm) != NULL)
        (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
    printf("  %-16s  ", text);
}

static void print_size(const imap4_event *ev)
{
    static const char units[] = "BKMGTPE";
    uint64_t          size    = 0;
    int               unit    = 0;
    if (imap4_fetch_size(ev, &size) < 0) {
        printf("  %5s", "?");
        return;
    }
    for (; size >= 10000; size /= 1024)
        unit++;
    printf("  %4u%c", (unsigned)size, units[unit]);
}

static void print_flags(const imap4_event *ev)
{
    const imap4_flags *flags = NULL;
    const uint32_t bits = imap4_event_flags(ev, &flags) == IMAP4_OK ? flags->system : 0;
    printf("  %c%c%c%c%c", (bits & IMAP4_FLAG_SEEN) != 0 ? ' ' : 'N',
           (bits & IMAP4_FLAG_ANSWERED) != 0 ? 'A' : ' ',
           (bits & IMAP4_FLAG_FLAGGED) != 0 ? 'F' : ' ',
           (bits & IMAP4_FLAG_DELETED) != 0 ? 'D' : ' ',
           (bits & IMAP4_FLAG_DRAFT) != 0 ? 'T' : ' ');
}

static void print_message(const imap4_event *ev)
{
    const imap4_envelope *envelope = NULL; /* NULL: the server sent nonsense */
    const imap4_body     *body     = NULL;
    imap4_view            from = IMAP4_NIL, subject = IMAP4_NIL;
    unsigned              parts = 0;
    const int             rc    = imap4_fetch_envelope(ev, &envelope);
    if (rc == IMAP4_E_ABSENT)
        return; /* no answer: somebody changed flags */
    if (rc == IMAP4_OK) {
        subject = envelope->subject;
        if (envelope->from.count != 0)
            from = envelope->from.at[0].name.len != 0 ? envelope->from.at[0].name
                                                      : envelope->from.at[0].mailbox;
    }
    if (imap4_fetch_bodystructure(ev, &body) == IMAP4_OK)
        for (; body != NULL; body = imap4_body_next(body))
            parts += !body->is_multipart;
    printf("%7u", ev->uid);
    print_date(ev, envelope);
    print_cell(from, 18);
    printf("  ");
    print_cell(subject, subject_columns());
    print_size(ev);
    print_flags(ev);
    printf("  %5u\n", parts);
}

/* ---- the file -------------------------------------------------------------- */

static void save(job *j, imap4_view bytes)
{
    if (j->out == NULL && (j->out = fopen(j->file, "wbx")) == NULL) /* x: it is new */
        complain(j, EX_IOERR, j->file, imap4_view_of(strerror(errno)),
                 "give the name of a file that is not there yet, in a folder of yours");
    else if (fwrite(bytes.ptr, 1, bytes.len, j->out) != bytes.len)
        complain(j, EX_IOERR, j->file, imap4_view_of(strerror(errno)),
                 "the file is not complete: is the disk full?");
    else
        j->saved += bytes.len;
}

/* Long messages came in pieces before this event, short ones are in it. */
static void end_of_message(job *j, const imap4_event *ev)
{
    imap4_view body = IMAP4_NIL;
    if (ev->uid == j->uid && imap4_fetch_get(ev, IMAP4_V("BODY[]"), &body) == IMAP4_OK &&
        body.ptr != NULL) {
        save(j, body);
        j->is_saved = 1;
    }
}

static void close_file(job *j)
{
    if (j->out != NULL && fclose(j->out) != 0 && j->status == 0)
        complain(j, EX_IOERR, j->file, imap4_view_of(strerror(errno)),
                 "the file is not complete: is the disk full?");
    if (j->status == 0 && j->is_saved)
        printf("%s: %llu bytes\n", j->file, (unsigned long long)j->saved);
    else if (j->out != NULL)
        fprintf(stderr, "  only %llu bytes are in %s\n", (unsigned long long)j->saved,
                j->file);
}

/* ---- the session ----------------------------------------------------------- */

/* One message, or the newest ones: then the number of messages must be known.  LOGOUT
 * goes along: the server does one after the other. */
static int queue_fetch(job *j, imap4_engine *engine, uint32_t exists)
{
    imap4_seqset *set = NULL;
    int           rc  = imap4_seqset_new(j->uid != 0, NULL, &set);
    if (rc == IMAP4_OK && j->uid != 0)
        rc = imap4_seqset_add(set, j->uid, j->uid);
    else if (rc == IMAP4_OK)
        rc = imap4_seqset_add(set, exists > j->count ? exists - j->count + 1 : 1, exists);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_fetch(
            engine, set,
            j->uid != 0
                ? IMAP4_V("BODY.PEEK[]") /* PEEK: the message stays unread */
                : IMAP4_V("UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE"),
            NULL, NULL, &j->fetch);
    imap4_seqset_free(&set);
    return rc == IMAP4_OK ? imap4_cmd_logout(engine, NULL, NULL) : rc;
}

/* A command is over.  Of one that was skipped or lost the reason is known elsewhere.
 * Returns 1 to go on, 0 to stop, or an error. */
static int done(job *j, imap4_engine *engine, const imap4_event *ev)
{
    if (ev->result == IMAP4_R_SKIPPED || ev->result == IMAP4_R_LOST)
        return 1;
    if (ev->result == IMAP4_R_REFUSED)
        complain(j, EX_UNAVAILABLE, imap4_strerror(ev->rc), ev->text, NULL);
    else if (ev->result != IMAP4_R_OK && ev->cmd == j->login)
        complain(j, EX_NOPERM, "the login was refused", ev->text,
                 "check user and password; many providers want an app password here");
    else if (ev->result != IMAP4_R_OK && ev->cmd == j->examine)
        complain(j, EX_NOINPUT, j->mailbox, ev->text,
                 "name another mailbox with -m; each account has INBOX");
    else if (ev->result != IMAP4_R_OK)
        complain(j, EX_UNAVAILABLE, "the server refused a command", ev->text, NULL);
    else if (ev->cmd == j->fetch && j->uid != 0 && !j->is_saved)
        complain(j, EX_NOINPUT, "this mailbox has no message with that UID", IMAP4_NIL,
                 "without --save you see the UIDs of the newest messages");
    if (ev->cmd != j->examine || j->uid != 0 || j->status != 0)
        return 1;
    /* Which messages are the newest is known now. */
    const uint32_t exists = imap4_engine_mailbox(engine)->exists;
    if (exists == 0)
        return printf("%s is empty\n", j->mailbox), 0;
    print_head();
    const int rc = queue_fetch(j, engine, exists);
    return rc < 0 ? rc : 1;
}

/* Takes events until the session is over, or something is wrong. */
static int run(job *j, imap4_poll *p)
{
    const imap4_event *ev = NULL;
    int                rc = 1;
    while (rc == 1 && j->status == 0 && (rc = imap4_poll_next(p, UINT64_MAX, &ev)) == 1) {
        switch (ev->type) {
        case IMAP4_EV_BODY_DATA: save(j, ev->data); break;
        case IMAP4_EV_BODY_END: j->is_saved = 1; break;
        case IMAP4_EV_FETCH:
            if (j->uid != 0)
                end_of_message(j, ev);
            else
                print_message(ev);
            break;
        case IMAP4_EV_DONE: rc = done(j, p->engine, ev); break;
        default: break;
        }
    }
    return rc < 0 ? rc : 0;
}

/* Why there is no connection (any more), and what to do. */
static void complain_connection(job *j, const imap4_error *error)
{
    const char *next = "try again later";
    if (error->code == IMAP4_E_TLS)
        next = memmem(error->text.ptr, error->text.len, "certificate", 11) != NULL
                   ? "if you run this server: --cafile FILE with its authority"
                   : "is this the port for TLS?  For imaps:// it mostly is 993";
    else if (error->code == IMAP4_E_NOTIMPL)
        next = "use imaps://";
    else if (error->code == IMAP4_E_IO || error->code == IMAP4_E_TIMEOUT)
        next = "check the server's name and port; for imaps:// it mostly is 993";
    complain(j, EX_UNAVAILABLE, "no connection", error->text, next);
}

static void talk(job *j, const char *password)
{
    imap4_poll           p;
    imap4_tls_options    tls  = { .size = sizeof tls, .ca_file = j->cafile };
    imap4_select_options read = { .size = sizeof read, .read_only = 1 };

    int rc = imap4_poll_open(&p, j->url, NULL, &tls);
    /* All at once: the engine knows what must wait for what, so nothing waits longer. */
    if (rc == IMAP4_OK)
        rc = imap4_cmd_login(p.engine, imap4_view_of(j->user), imap4_view_of(password),
                             NULL, &j->login);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_select(p.engine, imap4_view_of(j->mailbox), &read, NULL,
                              &j->examine);
    if (rc == IMAP4_OK && j->uid != 0)
        rc = queue_fetch(j, p.engine, 0);
    if (rc == IMAP4_OK)
        rc = run(j, &p);
    if (rc == IMAP4_E_ARG)
        complain(j, EX_USAGE, "cannot be sent", imap4_poll_error(&p)->text, NULL);
    else if (rc < 0)
        complain_connection(j, imap4_poll_error(&p));
    close_file(j);
    imap4_poll_close(&p);
}

/* ---- the command line ------------------------------------------------------ */

static int print_help(void)
{
    const int rc = fputs(
        "  mailbox imaps://alice@mail.example.org                the 20 newest messages\n"
        "  mailbox -n 5 -m Sent imaps://alice@mail.example.org\n"
        "  mailbox --save 4711 mail.eml imaps://alice@mail.example.org\n"
        "\n"
        "usage: mailbox [OPTIONS] URL\n"
        "  -n COUNT         how many messages (20)\n"
        "  -m MAILBOX       which mailbox (INBOX, or that of the URL)\n"
        "  --save UID FILE  write one message to a new file\n"
        "  --user NAME      who logs in, if the URL does not say it\n"
        "  --cafile FILE    trust the authorities in this PEM file, not the system's\n"
        "\n"
        "The password comes from IMAP4_PASSWORD, or is asked for.  Nothing is changed.\n"
        "Flags: N new, A answered, F flagged, D deleted, T draft.\n"
        "Exit codes: 64 usage, 66 no such mailbox or message, 69 no connection,\n"
        "74 file, 77 login refused.\n",
        stdout);
    return rc < 0 ? EX_IOERR : EX_OK;
}

static int usage(const char *what)
{
    fprintf(stderr, "mailbox: %s\n  mailbox --help shows how\n", what);
    return EX_USAGE;
}

static int number(const char *text, uint32_t *out)
{
    char *end                  = NULL;
    errno                      = 0;
    const unsigned long long n = strtoull(text, &end, 10);
    *out                       = (uint32_t)n;
    return errno == 0 && *end == '\0' && text[0] != '-' && n >= 1 && n <= UINT32_MAX;
}

static int read_arguments(job *j, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *arg  = argv[i];
        const int   left = argc - i - 1;
        if (arg[0] != '-' && j->url == NULL)
            j->url = arg;
        else if (strcmp(arg, "-n") == 0 && left >= 1) {
            if (!number(argv[++i], &j->count))
                return usage("-n wants a number from 1");
        } else if (strcmp(arg, "-m") == 0 && left >= 1)
            j->mailbox = argv[++i];
        else if (strcmp(arg, "--user") == 0 && left >= 1)
            j->user = argv[++i];
        else if (strcmp(arg, "--cafile") == 0 && left >= 1)
            j->cafile = argv[++i];
        else if (strcmp(arg, "--save") == 0 && left >= 2) {
            if (!number(argv[i + 1], &j->uid))
                return usage("--save wants a UID, which is a number from 1, and a file");
            j->file = argv[i + 2];
            i += 2;
        } else
            return usage("this option is not known, or lacks its value");
    }
    return EX_OK;
}

int main(int argc, char **argv)
{
    job         j = { .count = 20 };
    imap4_error error;
    char        typed[256] = "";

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return print_help();
    if (read_arguments(&j, argc, argv) != EX_OK)
        return EX_USAGE;
    if (j.url == NULL)
        return usage("which server?  Give a URL like imaps://alice@mail.example.org");
    if (imap4_url_parse(imap4_view_of(j.url), &j.parts, &error) < 0) {
        complain(&j, EX_USAGE, "this URL cannot be used", error.text, NULL);
        return j.status;
    }
    if (j.user == NULL)
        j.user = j.parts.user;
    if (j.user[0] == '\0')
        return usage("who logs in?  imaps://alice@..., or --user alice");
    if (j.mailbox == NULL)
        j.mailbox = j.parts.mailbox[0] != '\0' ? j.parts.mailbox : "INBOX";

    use_utf8();
    const char *password = getenv("IMAP4_PASSWORD");
    if (password == NULL && !ask_secret("Password", typed, sizeof typed)) {
        complain(&j, EX_NOPERM, "there is no password", IMAP4_NIL,
                 "type it, or put it into IMAP4_PASSWORD");
        return j.status;
    }
    talk(&j, password != NULL ? password : typed);
    explicit_bzero(typed, sizeof typed);
    return j.status;
}
