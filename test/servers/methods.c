/* SPDX-License-Identifier: MIT */
/* test/servers/methods.c - every method of the IMAP4 object, on each server: a table of what is
 * sent, what comes back, and whether that is right.
 *
 * usage: methods NAME URL CA USER PASSWORD ADMIN|- [NAME URL ...]
 *
 * Six words a server; a column "script" in memory is always there.  Prints TAP, whose lines are
 * the table. */
#include "methods.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is sent -------------------------------------------------------------------- */

/* No password may be seen, in no form. */
static bool shows_secret(const column *col, const char *line)
{
    char             buf[300], plain[400];
    const imap4_view password = imap4_view_of(col->password);
    if (strstr(line, col->password) != NULL)
        return true;
    ptrdiff_t len = imap4_base64_encode(password, plain, sizeof plain);
    if (len > 0 && strstr(line, plain) != NULL)
        return true;
    const int n = snprintf(buf, sizeof buf, "%c%s%c%s", 0, col->user, 0, col->password);
    len = imap4_base64_encode((imap4_view){ buf, (size_t)n }, plain, sizeof plain);
    return len > 0 && strstr(line, plain) != NULL;
}

static void on_line(void *user, imap4_view view)
{
    run *s = user;
    char line[LINE_MAX_ * 4];
    (void)snprintf(line, sizeof line, "%.*s", IMAP4_ARG(view));
    s->has_shown_secret |= shows_secret(s->col, line);
    if (strstr(line, "***") != NULL)
        s->masked++;
    if (getenv("METHODS_TRACE") != NULL)
        (void)fprintf(stderr, "# %s\n", line);
    if (!s->is_recording || line[0] != '>' || s->line_count == LINES_MAX)
        return;
    /* "> TAG COMMAND": the tag is of no interest; lines that continue have none. */
    const char *text    = line + 2;
    const char *space   = strchr(text, ' ');
    const bool  has_tag = space != NULL && strncmp(text, "T", 1) == 0 &&
                         strspn(text + 1, "0123456789") == (size_t)(space - text - 1);
    (void)snprintf(s->lines[s->line_count++], LINE_MAX_, "%.*s", LINE_MAX_ - 1,
                   has_tag ? space + 1 : text);
}

imap4_reply **out(run *s)
{
    imap4_reply_free(&s->r);
    return &s->r;
}

void run_begin(run *s)
{
    imap4_reply_free(&s->r);
    s->line_count   = 0;
    s->is_recording = true;
}

static void describe(run *s)
{
    static const char *const words[] = { "-", "OK", "NO", "BAD", "BYE", "PREAUTH" };
    imap4_view               head    = IMAP4_NIL;
    const int                type    = imap4_reply_type(s->r);
    if (s->r == NULL) {
        (void)snprintf(s->answer, sizeof s->answer, "%s", imap4_strerror(s->rc));
        return;
    }
    (void)imap4_reply_datum(s->r, 0, &head, NULL, NULL);
    (void)snprintf(s->answer, sizeof s->answer, "%s %zu: %.*s",
                   type >= 0 && type < 6 ? words[type] : "?", imap4_reply_count(s->r),
                   head.len > 60 ? 60 : (int)head.len, head.ptr == NULL ? "" : head.ptr);
}

void run_end(run *s)
{
    s->is_recording = false;
    describe(s);
}

void answered(run *s, imap4_view what)
{
    (void)snprintf(s->answer, sizeof s->answer, "%.*s", IMAP4_ARG(what));
}

/* ---- checks ------------------------------------------------------------------------------ */

static void fails(run *s, const char *what, const char *wanted, const char *found)
{
    if (s->why[0] == '\0')
        (void)snprintf(s->why, sizeof s->why, "%.60s: want \"%.240s\", found \"%.240s\"",
                       what, wanted, found);
}

void check(run *s, bool ok, const char *what)
{
    if (!ok)
        fails(s, what, "true", "false");
}

void is(run *s, int rc)
{
    char found[400];
    (void)snprintf(found, sizeof found, "%s (%.*s)", imap4_strerror(s->rc),
                   IMAP4_ARG(imap4_last_error(s->m)->text));
    if (s->rc != rc)
        fails(s, "result", imap4_strerror(rc), found);
}

static bool matches(const char *pattern, const char *text)
{
    return fnmatch(pattern, text, 0) == 0;
}

bool view_is(imap4_view view, const char *pattern)
{
    char text[4096];
    (void)snprintf(text, sizeof text, "%.*s", IMAP4_ARG(view));
    return matches(pattern, text);
}

void sent_at(run *s, size_t i, const char *pattern)
{
    const char *found = i < s->line_count ? s->lines[i] : "nothing";
    if (!matches(pattern, found))
        fails(s, "sent", pattern, found);
}

void sent(run *s, const char *pattern)
{
    sent_at(s, 0, pattern);
    if (s->line_count > 1)
        fails(s, "sent more than one line", s->lines[0], s->lines[1]);
}

void sent_nothing(run *s)
{
    if (s->line_count != 0)
        fails(s, "sent", "nothing", s->lines[0]);
}

void type_is(run *s, int status)
{
    check(s, imap4_reply_type(s->r) == status, "the reply's type");
}

void count_is(run *s, size_t count)
{
    char wanted[24], found[24];
    (void)snprintf(wanted, sizeof wanted, "%zu", count);
    (void)snprintf(found, sizeof found, "%zu", imap4_reply_count(s->r));
    if (imap4_reply_count(s->r) != count)
        fails(s, "number of data", wanted, found);
}

void datum(run *s, size_t k, const char *pattern)
{
    imap4_view head = IMAP4_V("no datum");
    char       found[2000];
    (void)!imap4_reply_datum(s->r, k, &head, NULL, NULL);
    (void)snprintf(found, sizeof found, "%.*s", IMAP4_ARG(head));
    if (!matches(pattern, found))
        fails(s, "datum", pattern, found);
}

void literal_is(run *s, size_t k, const char *text)
{
    imap4_view head, literal = IMAP4_NIL;
    char       found[400];
    (void)!imap4_reply_datum(s->r, k, &head, &literal, NULL);
    (void)snprintf(found, sizeof found, "%.*s", IMAP4_ARG(literal));
    if (literal.ptr == NULL || strcmp(found, text) != 0)
        fails(s, "literal", text, found);
}

void event_is(run *s, size_t i, int type)
{
    const imap4_event *ev    = imap4_reply_event(s->r, i);
    const char        *found = ev == NULL ? "none" : imap4_event_name(ev->type);
    if (ev == NULL || ev->type != type)
        fails(s, "response", imap4_event_name(type), found);
}

void says(run *s, const char *pattern)
{
    char found[400];
    (void)snprintf(found, sizeof found, "%.*s", IMAP4_ARG(imap4_last_error(s->m)->text));
    if (!matches(pattern, found))
        fails(s, "words of the error", pattern, found);
}

void state_is(run *s, int state)
{
    char wanted[16], found[16];
    (void)snprintf(wanted, sizeof wanted, "%d", state);
    (void)snprintf(found, sizeof found, "%d", imap4_state_of(s->m));
    if (strcmp(wanted, found) != 0)
        fails(s, "state", wanted, found);
}

void is_not_offered(run *s, const char *capability)
{
    char pattern[100];
    (void)snprintf(pattern, sizeof pattern, "*does not announce %s*", capability);
    is(s, IMAP4_E_NOCAP);
    says(s, pattern);
    sent_nothing(s);
    check(s, s->r == NULL, "no reply without an answer");
    check(s, imap4_last_failure(s->m)->was_sent == 0, "nothing was sent");
}

bool has(const run *s, const char *capability)
{
    return imap4_has(s->m, capability) == 1;
}

/* ---- connections --------------------------------------------------------------------------- */

void watch(run *s, imap4_options *opt)
{
    opt->debug      = 4;
    opt->debug_hook = on_line;
    opt->hook_user  = s;
}

static imap4 *dial(run *s, const char *url)
{
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4_tls_options    tls    = { .size = sizeof tls };
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    imap4               *m      = NULL;
    engine.tag_prefix           = "T";
    tls.ca_file                 = s->col->ca;
    opt.engine                  = &engine;
    opt.tls                     = &tls;
    watch(s, &opt);
    if (imap4_connect(url, &opt, &m) != IMAP4_OK) {
        char found[400];
        (void)snprintf(found, sizeof found, "%.*s", IMAP4_ARG(imap4_last_error(m)->text));
        fails(s, "connect", url, found);
        imap4_free(&m);
    }
    return m;
}

imap4 *another(run *s, const char *url, bool logs_in)
{
    imap4_free(&s->other);
    s->other = dial(s, url == NULL ? s->col->url : url);
    if (s->other != NULL && logs_in &&
        imap4_login(s->other, s->col->user, s->col->password, NULL) != IMAP4_OK)
        fails(s, "login", "OK", imap4_strerror(imap4_last_error(s->other)->code));
    return s->other;
}

bool is_tls_column(const run *s)
{
    return strncmp(s->col->url, "imaps:", 6) == 0;
}

bool is_dovecot(const run *s)
{
    return strncmp(s->col->name, "dovecot", 7) == 0;
}

const char *plain_url(const run *s)
{
    static char url[200];
    (void)snprintf(url, sizeof url, "imap+insecure%s", strchr(s->col->url, ':'));
    return url;
}

/* ---- mailboxes -------------------------------------------------------------------------------- */

static const char text_of_message[] = "From: Alice <alice@example.org>\r\n"
                                      "To: bob@example.org\r\n"
                                      "Subject: number %u\r\n"
                                      "Date: Mon, %u Jan 2024 10:00:00 +0000\r\n"
                                      "Message-ID: <%u@example.org>\r\n"
                                      "%s\r\n"
                                      "Text of number %u.\r\n";

static bool appends(run *s, const char *mailbox, bool is_flagged, imap4_view message)
{
    const imap4_append_options opt = { .size  = sizeof opt,
                                       .flags = is_flagged ? IMAP4_V("\\Flagged")
                                                           : IMAP4_NIL };
    return imap4_append(s->m, mailbox, &opt, message, NULL) == IMAP4_OK;
}

void messages(run *s, const char *mailbox, unsigned count)
{
    if (imap4_state_of(s->m) == IMAP4_STATE_SELECTED)
        check(s, imap4_unselect(s->m, NULL) == IMAP4_OK, "unselect");
    (void)!imap4_delete(s->m, mailbox, NULL);
    check(s, imap4_create(s->m, mailbox, NULL) == IMAP4_OK,
          "create of the test's mailbox");
    for (unsigned i = 1; i <= count; i++) {
        char message[600], refers[100] = "";
        if (i == 2) /* an answer to the first one */
            (void)snprintf(
                refers, sizeof refers,
                "In-Reply-To: <1@example.org>\r\nReferences: <1@example.org>\r\n");
        const int len = snprintf(message, sizeof message, text_of_message, i, i, i,
                                 refers, i);
        check(s, appends(s, mailbox, i == 1, (imap4_view){ message, (size_t)len }),
              "append of the test's message");
    }
    check(s, imap4_select(s->m, mailbox, 0, NULL) == IMAP4_OK, "select");
}

int64_t count_of(run *s, const char *mailbox)
{
    imap4_reply *r     = NULL;
    size_t       at    = 0;
    uint64_t     count = 0;
    int64_t      found = -1;
    if (imap4_status(s->m, mailbox, "MESSAGES", &r) == IMAP4_OK) {
        const imap4_event *ev = imap4_reply_find(r, IMAP4_EV_STATUS, &at);
        if (ev != NULL && imap4_status_number(ev, IMAP4_V("MESSAGES"), &count) == IMAP4_OK)
            found = (int64_t)count;
    }
    imap4_reply_free(&r);
    return found;
}

bool is_listed(run *s, const char *mailbox)
{
    imap4_reply *r     = NULL;
    const bool   found = imap4_list(s->m, "", mailbox, &r) == IMAP4_OK &&
                       imap4_reply_count(r) == 1;
    imap4_reply_free(&r);
    return found;
}

/* ---- the table ----------------------------------------------------------------------------------- */

static unsigned tests, failures;

/* What would be a directive of TAP, or more than a line, is shown as something else. */
static void print_cell(const char *text, size_t width)
{
    size_t n = 0;
    for (; text[n] != '\0' && n < 72; n++)
        (void)putchar(text[n] == '#' || (unsigned char)text[n] < ' ' ? '.' : text[n]);
    for (; n < width; n++)
        (void)putchar(' ');
    (void)fputs(" | ", stdout);
}

static void print_row(run *s, const row *w)
{
    const char *line = "(nothing)";
    if (s->line_count != 0)
        line = s->lines[0];
    tests++;
    failures += s->why[0] != '\0';
    (void)printf("%s %u - ", s->why[0] == '\0' ? "ok" : "not ok", tests);
    print_cell(s->col->name, 11);
    print_cell(w->name, 16);
    print_cell(line, 44);
    print_cell(s->answer, 40);
    (void)printf("\n");
    if (s->why[0] != '\0')
        (void)printf("# %s %s: %s\n", s->col->name, w->name, s->why);
    (void)fflush(stdout);
}

static void run_row(run *s, const row *w)
{
    s->why[0] = s->answer[0] = '\0';
    s->line_count            = 0;
    s->has_shown_secret      = false;
    w->go(s);
    if (s->has_shown_secret)
        fails(s, "the trace", "***", "a secret");
    imap4_reply_free(&s->r);
    imap4_free(&s->other);
    print_row(s, w);
}

static void run_section(run *s, const row *rows)
{
    for (const row *w = rows; w->name != NULL; w++) {
        if (s->m == NULL)
            s->m = another(s, NULL, true);
        s->other = NULL;
        if (s->m == NULL) {
            (void)printf("Bail out! %s: %s\n", s->col->name, s->why);
            exit(1);
        }
        run_row(s, w);
        if (imap4_state_of(s->m) != IMAP4_STATE_AUTH &&
            imap4_state_of(s->m) != IMAP4_STATE_SELECTED)
            imap4_free(&s->m); /* the next row begins anew */
    }
}

static void every_secret_was_masked(run *s)
{
    tests++;
    failures += s->masked == 0;
    (void)printf("%s %u - %s: %u lines of the trace have *** in the place of a secret\n",
                 s->masked != 0 ? "ok" : "not ok", tests, s->col->name, s->masked);
}

static void run_column(const column *col)
{
    run *s = calloc(1, sizeof *s);
    if (s == NULL)
        exit(1);
    s->col = col;
    run_section(s, rows_session);
    run_section(s, rows_mailbox);
    run_section(s, rows_message);
    run_section(s, rows_large);
    every_secret_was_masked(s);
    imap4_free(&s->m);
    free(s);
}

static void run_script(void)
{
    static const column col = { .name     = "script",
                                .user     = "alice",
                                .password = "pass-word" };
    run                *s   = calloc(1, sizeof *s);
    if (s == NULL)
        exit(1);
    s->col = &col;
    for (const row *w = rows_script; w->name != NULL; w++) {
        run_row(s, w);
        imap4_free(&s->m);
    }
    free(s);
}

int main(int argc, char **argv)
{
    if (argc % 6 != 1)
        return 64;
    for (int i = 1; i < argc; i += 6) {
        const column col = { .name     = argv[i],
                             .url      = argv[i + 1],
                             .ca       = argv[i + 2],
                             .user     = argv[i + 3],
                             .password = argv[i + 4],
                             .admin = strcmp(argv[i + 5], "-") == 0 ? NULL : argv[i + 5] };
        run_column(&col);
    }
    run_script();
    (void)printf("1..%u\n", tests);
    return failures == 0 ? 0 : 1;
}
