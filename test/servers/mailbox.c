/* SPDX-License-Identifier: MIT */
/* test/servers/mailbox.c - one real mailbox: what goes in comes back, byte by byte.
 *
 * usage: mailbox DRIVER URL CA USER PASSWORD MAILDIR COUNT BIG "COMMAND THAT DELIVERS" [EVENTS]
 *
 * DRIVER is "poll", "completion" or "uv"; "poll+deflate" compresses behind the login (RFC 4978).
 * MAILDIR holds what test/mail/generate.py made, BIG is the size of one more message.  All
 * events from the login on go to the file EVENTS, in a normal form.  Prints TAP. */
#include "driver.h"
#include "record.h"
#include "truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    APPENDS_AT_ONCE = 12,
    FETCHES_AT_ONCE = 64, /* Dovecot may mix their answers: one, if events are compared */
    BIG_ROOM_KIB    = 32 * 1024, /* memory that a big message in and out may cost */
    WAIT_MS         = 60 * 1000
};

static const driver *const drivers[] = {
    &driver_poll,
    &driver_completion,
#ifdef WITH_UV
    &driver_uv,
#endif
};
static const driver *connection;
static imap4_engine *engine;
static bool          is_deflated;
static uint64_t      big_size;
static unsigned      fetches_at_once = FETCHES_AT_ONCE;
static const char   *mail_dir;
static unsigned      mail_count;
static const char   *deliver;
static truth       **truths; /* [1 .. mail_count] */
static const char   *box = "Wahrheit/\xe7\x9c\x9f\xe5\xae\x9f";

/* ---- TAP ------------------------------------------------------------------- */

static unsigned tests, failures;

static void report(bool ok, const char *name)
{
    tests++;
    failures += !ok;
    (void)printf("%s %u - %s\n", ok ? "ok" : "not ok", tests, name);
    (void)fflush(stdout);
}

static bool complain(const char *what, int rc)
{
    (void)fprintf(stderr, "# %s: %s: %.*s\n", what, imap4_strerror(rc),
                  IMAP4_ARG(connection->error()->text));
    return false;
}

/* ---- waiting --------------------------------------------------------------- */

/* The one way to an event: all are recorded. */
static int next(const imap4_event **ev)
{
    const int rc = connection->next(imap4_now_ms() + WAIT_MS, ev);
    if (rc == 1)
        record_event(*ev);
    return rc;
}

/* Called with every event until `last` is done. */
typedef bool (*handler)(const imap4_event *ev, void *user);

static bool run_until(imap4_cmd last, handler handle, void *user)
{
    bool good = true;
    for (;;) {
        const imap4_event *ev = NULL;
        const int          rc = next(&ev);
        if (rc != 1)
            return complain("while waiting for an event", rc);
        if (handle != NULL && !handle(ev, user))
            good = false;
        if (ev->type != IMAP4_EV_DONE)
            continue;
        if (ev->result != IMAP4_R_OK) {
            (void)fprintf(stderr, "# refused: %.*s\n", IMAP4_ARG(ev->text));
            good = false;
        }
        if (ev->cmd == last)
            return good;
    }
}

static bool run(int rc, const imap4_cmd *cmd)
{
    if (rc < 0) {
        const imap4_error *e = imap4_engine_refusal(engine);
        (void)fprintf(stderr, "# not queued: %.*s: %.*s\n", IMAP4_ARG(e->text),
                      IMAP4_ARG(e->where));
        return false;
    }
    return run_until(*cmd, NULL, NULL);
}

/* ---- appending ------------------------------------------------------------- */

typedef struct message {
    char  *bytes;
    size_t size;
} message;

static bool load_message(unsigned number, message *out)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%06u.eml", mail_dir, number);
    FILE *f    = fopen(path, "rb");
    out->size  = (size_t)truth_size(truths[number]);
    out->bytes = malloc(out->size + 1);
    if (f == NULL || out->bytes == NULL ||
        fread(out->bytes, 1, out->size, f) != out->size) {
        (void)fprintf(stderr, "# cannot read %s\n", path);
        return false;
    }
    (void)fclose(f);
    return true;
}

typedef struct appending {
    unsigned next;
    unsigned in_flight;
    unsigned done;
} appending;

static bool append_more(appending *a)
{
    while (a->next <= mail_count && a->in_flight < APPENDS_AT_ONCE) {
        message *m = malloc(sizeof *m);
        if (m == NULL || !load_message(a->next, m))
            return false;
        const imap4_append_options opt = { .size  = sizeof opt,
                                           .flags = truth_flags(truths[a->next]),
                                           .date  = truth_internaldate(truths[a->next]) };
        imap4_cmd                  cmd = 0;
        int rc = imap4_cmd_append(engine, imap4_view_of(box), m->size, &opt, m, &cmd);
        if (rc == IMAP4_OK)
            rc = imap4_cmd_write(engine, cmd, (imap4_view){ m->bytes, m->size });
        if (rc < 0)
            return complain("append", rc);
        a->next++;
        a->in_flight++;
    }
    return true;
}

static bool messages_go_in(void)
{
    appending a = { .next = 1 };
    while (a.done < mail_count) {
        const imap4_event *ev = NULL;
        if (!append_more(&a))
            return false;
        const int rc = next(&ev);
        if (rc != 1)
            return complain("appending", rc);
        if (ev->type != IMAP4_EV_DONE || ev->user == NULL)
            continue;
        message *m = ev->user;
        free(m->bytes);
        free(m);
        a.in_flight--;
        a.done++;
        if (ev->result != IMAP4_R_OK) {
            (void)fprintf(stderr, "# APPEND refused: %.*s\n", IMAP4_ARG(ev->text));
            return false;
        }
    }
    return true;
}

/* ---- reading back ------------------------------------------------------------ */

typedef struct streamed {
    char     name[128];
    char     hex[65];
    uint64_t size;
} streamed;

typedef struct reading {
    digest  *body;
    streamed seen[64]; /* literals of this response that were streamed */
    size_t   seen_count;
    unsigned messages;
    unsigned sections;
    unsigned differences;
} reading;

static void take_stream(reading *r, const imap4_event *ev)
{
    if (ev->type == IMAP4_EV_BODY_DATA)
        digest_add(r->body, ev->data);
    if (ev->type != IMAP4_EV_BODY_END || r->seen_count == 64)
        return;
    streamed *s = &r->seen[r->seen_count++];
    (void)snprintf(s->name, sizeof s->name, "%.*s", IMAP4_ARG(ev->name));
    digest_end(r->body, s->hex, &s->size);
}

/* Size and digest of one item, whichever way it came. */
static bool item_digest(reading *r, const imap4_event *ev, imap4_view name, char hex[65],
                        uint64_t *size)
{
    imap4_view value;
    for (size_t i = 0; i < r->seen_count; i++) {
        if (!imap4_view_equal_nocase(imap4_view_of(r->seen[i].name), name))
            continue;
        memcpy(hex, r->seen[i].hex, 65);
        *size = r->seen[i].size;
        return true;
    }
    if (imap4_fetch_get(ev, name, &value) < 0)
        return false;
    digest_add(r->body, value);
    digest_end(r->body, hex, size);
    return true;
}

static void compare_bytes(reading *r, const imap4_event *ev, imap4_view name,
                          uint64_t want_size, imap4_view want_hex)
{
    char     hex[65] = "";
    uint64_t size    = 0;
    r->sections++;
    if (item_digest(r, ev, name, hex, &size) && size == want_size &&
        imap4_view_equal(imap4_view_of(hex), want_hex))
        return;
    r->differences++;
    (void)fprintf(stderr, "# message %u %.*s: want %llu octets, got %llu, or others\n",
                  ev->number, IMAP4_ARG(name), (unsigned long long)want_size,
                  (unsigned long long)size);
}

static bool check_message(const imap4_event *ev, void *user)
{
    reading *r = user;
    take_stream(r, ev);
    if (ev->type != IMAP4_EV_FETCH || imap4_fetch_count(ev) < 5 || ev->number > mail_count)
        return true;
    const truth *t = truths[ev->number];
    r->messages++;
    r->differences += truth_compare(t, ev);
    compare_bytes(r, ev, IMAP4_V("BODY[]"), truth_size(t), truth_sha256(t));
    r->seen_count = 0;
    return true;
}

static bool everything_comes_back(void)
{
    reading       r   = { .body = digest_new() };
    imap4_seqset *all = NULL;
    imap4_cmd     cmd = 0;
    bool          ok  = imap4_seqset_parse(IMAP4_V("1:*"), 0, &all) == IMAP4_OK;
    ok                = ok && imap4_cmd_fetch(engine, all,
                                              IMAP4_V("UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE "
                                                                     "BODYSTRUCTURE BODY.PEEK[]"),
                                              NULL, NULL, &cmd) == IMAP4_OK;
    ok                = ok && run_until(cmd, check_message, &r);
    (void)fprintf(stderr, "# %u messages read back, %u differences\n", r.messages,
                  r.differences);
    imap4_seqset_free(&all);
    digest_free(r.body);
    return ok && r.messages == mail_count && r.differences == 0;
}

static bool check_sections(const imap4_event *ev, void *user)
{
    reading *r = user;
    take_stream(r, ev);
    if (ev->type != IMAP4_EV_FETCH || imap4_fetch_count(ev) < 2 || ev->number > mail_count)
        return true;
    imap4_view name, hex;
    uint64_t   size = 0;
    for (size_t i = 0; truth_section(truths[ev->number], i, &name, &size, &hex); i++) {
        char item[128];
        (void)snprintf(item, sizeof item, "BODY[%.*s]", IMAP4_ARG(name));
        compare_bytes(r, ev, imap4_view_of(item), size, hex);
    }
    r->seen_count = 0;
    r->messages++;
    return true;
}

/* Queues FETCH of all sections of one message. */
static bool fetch_sections(unsigned number, imap4_cmd *cmd)
{
    static char   items[65536];
    size_t        len = 0;
    imap4_view    name, hex;
    uint64_t      size = 0;
    imap4_seqset *one  = NULL;
    len += (size_t)snprintf(items, sizeof items, "UID");
    for (size_t i = 0; truth_section(truths[number], i, &name, &size, &hex); i++)
        len += (size_t)snprintf(items + len, sizeof items - len, " BODY.PEEK[%.*s]",
                                IMAP4_ARG(name));
    int rc = imap4_seqset_new(0, NULL, &one);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_add(one, number, number);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_fetch(engine, one, (imap4_view){ items, len }, NULL, NULL, cmd);
    imap4_seqset_free(&one);
    return rc == IMAP4_OK || complain("fetch of sections", rc);
}

static bool every_section_comes_back(void)
{
    reading  r  = { .body = digest_new() };
    bool     ok = true;
    unsigned n  = 1;
    while (ok && n <= mail_count) {
        imap4_cmd last = 0;
        for (unsigned i = 0; ok && i < fetches_at_once && n <= mail_count; i++, n++)
            ok = fetch_sections(n, &last);
        ok = ok && run_until(last, check_sections, &r);
    }
    (void)fprintf(stderr, "# %u sections of %u messages, %u differences\n", r.sections,
                  r.messages, r.differences);
    digest_free(r.body);
    return ok && r.messages == mail_count && r.differences == 0;
}

/* ---- searching, storing, listing ----------------------------------------------- */

static bool collect(const imap4_event *ev, void *user)
{
    if (ev->type != IMAP4_EV_SEARCH && ev->type != IMAP4_EV_ESEARCH)
        return true;
    const int rc = imap4_search_collect(ev, user);
    return rc >= 0 || rc == IMAP4_E_ABSENT;
}

/* Does a search for a flag find what was appended with it? */
static bool finds_flag(const char *key, const char *flag, const char *results)
{
    imap4_seqset              *found = NULL;
    imap4_cmd                  cmd   = 0;
    const imap4_search_options opt   = { .size    = sizeof opt,
                                         .results = imap4_view_of(results) };
    unsigned                   wrong = 0;
    if (imap4_seqset_new(0, NULL, &found) < 0 ||
        imap4_cmd_search(engine, imap4_view_of(key), &opt, NULL, &cmd) < 0 ||
        !run_until(cmd, collect, found))
        return false;
    for (unsigned n = 1; n <= mail_count; n++)
        wrong += (imap4_seqset_contains(found, n, mail_count) != 0) !=
                 truth_has_flag(truths[n], flag);
    imap4_seqset_free(&found);
    return wrong == 0;
}

static bool check_flagged(const imap4_event *ev, void *user)
{
    const imap4_flags *flags = NULL;
    if (ev->type == IMAP4_EV_FETCH && ev->number == 1 &&
        imap4_event_flags(ev, &flags) == IMAP4_OK)
        *(uint32_t *)user = flags->system;
    return true;
}

static bool flags_can_be_changed(void)
{
    imap4_seqset *one  = NULL;
    imap4_cmd     cmd  = 0;
    uint32_t      bits = 0;
    bool          ok   = imap4_seqset_parse(IMAP4_V("1"), 0, &one) == IMAP4_OK;
    ok                 = ok &&
         imap4_cmd_store(engine, one, IMAP4_STORE_SET, IMAP4_V("\\Flagged \\Answered"),
                         NULL, NULL, &cmd) == IMAP4_OK &&
         run_until(cmd, check_flagged, &bits) &&
         (bits & ~(uint32_t)IMAP4_FLAG_RECENT) ==
             (IMAP4_FLAG_FLAGGED | IMAP4_FLAG_ANSWERED);
    ok = ok &&
         imap4_cmd_store(engine, one, IMAP4_STORE_REMOVE, IMAP4_V("\\Flagged"), NULL,
                         NULL, &cmd) == IMAP4_OK &&
         run_until(cmd, check_flagged, &bits) &&
         (bits & ~(uint32_t)IMAP4_FLAG_RECENT) == IMAP4_FLAG_ANSWERED;
    const imap4_store_options silent = { .size = sizeof silent, .silent = 1 };
    ok = ok && run(imap4_cmd_store(engine, one, IMAP4_STORE_SET, truth_flags(truths[1]),
                                   &silent, NULL, &cmd),
                   &cmd);
    imap4_seqset_free(&one);
    return ok;
}

static bool find_box(const imap4_event *ev, void *user)
{
    const imap4_list_data *list = NULL;
    if (ev->type == IMAP4_EV_LIST && imap4_list_get(ev, &list) == IMAP4_OK &&
        imap4_view_equal(list->name, imap4_view_of(box)))
        *(bool *)user = list->delimiter == '/';
    return true;
}

static bool the_mailbox_is_listed(void)
{
    imap4_cmd cmd   = 0;
    bool      found = false;
    return imap4_cmd_list(engine, IMAP4_V(""), IMAP4_V("Wahrheit/%"), NULL, NULL, &cmd) ==
               IMAP4_OK &&
           run_until(cmd, find_box, &found) && found;
}

/* ---- idle ------------------------------------------------------------------ */

static bool idle_sees_a_delivery(void)
{
    imap4_cmd cmd = 0, idle = 0;
    bool      is_idling = false, has_come = false;
    if (!run(imap4_cmd_select(engine, IMAP4_V("INBOX"), NULL, NULL, &cmd), &cmd))
        return false;
    const uint32_t before = imap4_engine_mailbox(engine)->exists;
    if (imap4_cmd_idle(engine, NULL, &idle) < 0)
        return false;
    while (!has_come) {
        const imap4_event *ev = NULL;
        const int          rc = next(&ev);
        if (rc != 1)
            return complain("idling", rc);
        if (ev->type == IMAP4_EV_CONTINUE && !is_idling) {
            is_idling = true;
            if (system(deliver) != 0)
                return false;
        }
        if (ev->type == IMAP4_EV_EXISTS)
            has_come = is_idling && ev->number == before + 1;
        if (ev->type == IMAP4_EV_DONE)
            return false;
    }
    return imap4_cmd_stop(engine, idle) == IMAP4_OK && run_until(idle, NULL, NULL);
}

/* ---- a big one --------------------------------------------------------------- */

static long peak_kib(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* The bytes of the message: a head, then lines. */
static size_t big_chunk(uint64_t at, char *buf, size_t size)
{
    static const char head[] = "Subject: big\r\n\r\n";
    static const char
           line[] = "0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n";
    size_t len    = 0;
    for (; len < size && at < big_size; len++, at++)
        buf[len] = at < sizeof head - 1
                       ? head[at]
                       : line[(at - (sizeof head - 1)) % (sizeof line - 1)];
    return len;
}

static bool big_goes_out(char hex[65])
{
    static char chunk[256 * 1024];
    digest     *d  = digest_new();
    uint64_t    at = 0, size = 0;
    imap4_cmd   cmd  = 0;
    bool        done = false;
    if (imap4_cmd_append(engine, IMAP4_V("INBOX"), big_size, NULL, NULL, &cmd) < 0)
        return false;
    while (!done) {
        const imap4_event *ev = NULL;
        if (at < big_size && imap4_cmd_pending(engine, cmd) == 0) {
            const imap4_view more = { chunk, big_chunk(at, chunk, sizeof chunk) };
            digest_add(d, more);
            if (imap4_cmd_write(engine, cmd, more) < 0)
                return false;
            at += more.len;
        }
        const int rc = connection->next(0, &ev); /* what is there */
        if (rc == IMAP4_E_BUSY) {
            if (at < big_size && imap4_cmd_pending(engine, cmd) == 0)
                continue; /* the server waits for more */
            connection->turn(imap4_now_ms() + WAIT_MS);
            continue;
        }
        if (rc != 1)
            return complain("appending a big message", rc);
        record_event(ev);
        done = ev->type == IMAP4_EV_DONE && ev->cmd == cmd;
        if (done && ev->result != IMAP4_R_OK)
            return false;
    }
    digest_end(d, hex, &size);
    digest_free(d);
    return size == big_size;
}

static bool hash_big(const imap4_event *ev, void *user)
{
    if (ev->type == IMAP4_EV_BODY_DATA)
        digest_add(user, ev->data);
    return true;
}

static bool big_goes_out_and_in(void)
{
    char          out[65], in[65];
    uint64_t      size   = 0;
    imap4_cmd     cmd    = 0;
    imap4_seqset *last   = NULL;
    digest       *d      = digest_new();
    const long    before = peak_kib();
    bool          ok     = big_goes_out(out);
    ok = ok && run(imap4_cmd_select(engine, IMAP4_V("INBOX"), NULL, NULL, &cmd), &cmd) &&
         imap4_seqset_parse(IMAP4_V("*"), 0, &last) == IMAP4_OK &&
         imap4_cmd_fetch(engine, last, IMAP4_V("UID BODY.PEEK[]"), NULL, NULL, &cmd) ==
             IMAP4_OK &&
         run_until(cmd, hash_big, d);
    digest_end(d, in, &size);
    const long more = peak_kib() - before;
    (void)fprintf(stderr, "# %llu MB out and in: peak memory grew by %ld KiB\n",
                  (unsigned long long)(big_size / 1000000), more);
    imap4_seqset_free(&last);
    digest_free(d);
    return ok && size == big_size && strcmp(in, out) == 0 && more < BIG_ROOM_KIB;
}

/* ---- the session --------------------------------------------------------------- */

/* Nobody sees whether bytes were compressed, so this is not recorded. */
static bool compresses(void)
{
    const imap4_event *ev  = NULL;
    imap4_cmd          cmd = 0;
    int                rc  = imap4_cmd_compress(engine, NULL, &cmd);
    while (rc >= 0 && (ev == NULL || ev->cmd != cmd || ev->type != IMAP4_EV_DONE)) {
        rc = connection->next(imap4_now_ms() + WAIT_MS, &ev);
        if (rc == 0)
            return false;
    }
    if (rc != 1 || ev->result != IMAP4_R_OK)
        return complain("compressing", rc);
    return true;
}

static bool logs_in(const char *url, const char *ca, const char *user,
                    const char *password, const char *events)
{
    const imap4_arg    name = { .kind = IMAP4_ARG_MAILBOX, .text = imap4_view_of(box) };
    const imap4_event *ev   = NULL;
    imap4_cmd          cmd  = 0;
    int                rc   = connection->open(url, ca, &engine);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_auth_plain(engine, IMAP4_NIL, imap4_view_of(user),
                                  imap4_view_of(password), NULL, &cmd);
    if (rc < 0)
        return complain("connecting", rc);
    /* With STARTTLS nobody has seen the greeting: the record begins when all are equal. */
    do
        rc = next(&ev);
    while (rc == 1 && ev->cmd != cmd);
    if (rc != 1 || ev->result != IMAP4_R_OK)
        return complain("logging in", rc);
    if (is_deflated && !compresses())
        return false;
    if (events != NULL && !record_open(events))
        return false;
    return run(imap4_cmd_args(engine, IMAP4_V("CREATE"), &name, 1, NULL, &cmd), &cmd);
}

static bool selects(void)
{
    imap4_cmd cmd = 0;
    if (!run(imap4_cmd_select(engine, imap4_view_of(box), NULL, NULL, &cmd), &cmd))
        return false;
    const imap4_mailbox *m = imap4_engine_mailbox(engine);
    return m != NULL && m->exists == mail_count && m->uidvalidity != 0 && !m->read_only;
}

static bool logs_out(void)
{
    const imap4_event *ev  = NULL;
    imap4_cmd          cmd = 0;
    if (!run(imap4_cmd_logout(engine, NULL, &cmd), &cmd))
        return false;
    return next(&ev) == 0;
}

static void session(char **argv)
{
    report(logs_in(argv[2], argv[3], argv[4], argv[5], argv[10]),
           "connects over TLS and logs in");
    report(messages_go_in(), "every message is appended");
    report(selects(), "the mailbox holds them all");
    report(everything_comes_back(),
           "envelope, structure, flags, date, size and body of every message are true");
    report(every_section_comes_back(), "every section of every message is true");
    report(finds_flag("FLAGGED", "\\Flagged", NULL), "SEARCH finds the flagged ones");
    report(finds_flag("KEYWORD $Junk", "$Junk", "ALL COUNT"), "ESEARCH finds a keyword");
    report(flags_can_be_changed(), "STORE sets and removes flags");
    report(the_mailbox_is_listed(), "LIST shows the mailbox by its UTF-8 name");
    report(idle_sees_a_delivery(), "IDLE sees a delivery");
    report(big_goes_out_and_in(), "a big message goes out and in in constant memory");
    report(logs_out(), "LOGOUT ends the session in order");
    connection->close();
    if (argv[10] != NULL)
        report(record_close(), "all events are recorded");
}

int main(int argc, char **argv)
{
    if (argc != 10 && argc != 11)
        return 64;
    const size_t name = strcspn(argv[1], "+");
    is_deflated       = strcmp(argv[1] + name, "+deflate") == 0;
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++)
        if (strlen(drivers[i]->name) == name &&
            strncmp(drivers[i]->name, argv[1], name) == 0)
            connection = drivers[i];
    if (connection == NULL ||
        (is_deflated && (imap4_features() & IMAP4_FEATURE_DEFLATE) == 0))
        return 77; /* not in this build */
    mail_dir   = argv[6];
    mail_count = (unsigned)strtoul(argv[7], NULL, 10);
    big_size   = strtoull(argv[8], NULL, 10);
    deliver    = argv[9];
    if (argv[10] != NULL)
        fetches_at_once = 1;
    truths = calloc((size_t)mail_count + 1, sizeof *truths);
    for (unsigned n = 1; truths != NULL && n <= mail_count; n++)
        truths[n] = truth_load(mail_dir, n);
    session(argv);
    for (unsigned n = 1; truths != NULL && n <= mail_count; n++)
        truth_free(truths[n]);
    free(truths);
    (void)printf("1..%u\n", tests);
    return failures == 0 ? 0 : 1;
}
