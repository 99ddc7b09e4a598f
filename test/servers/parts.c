/* SPDX-License-Identifier: MIT */
/* test/servers/parts.c - what a reader of mail wants of a message is true: its envelope, its
 * structure, the name of each file, and the decoded bytes of each part.
 *
 * usage: parts URL CA USER PASSWORD MAILDIR COUNT
 *
 * MAILDIR holds what test/mail/charsets.py made.  Prints TAP. */
#include "driver.h"
#include "truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    APPENDS_AT_ONCE = 12,
    FETCHES_AT_ONCE = 32,
    WAIT_MS         = 60 * 1000,
    MAX_LEAVES      = 256
};

static const driver *connection = &driver_poll;
static imap4_engine *engine;
static const char   *mail_dir;
static unsigned      mail_count;
static truth       **truths; /* [1 .. mail_count] */

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

/* Called with every event until `last` is done. */
typedef bool (*handler)(const imap4_event *ev, void *user);

static bool run_until(imap4_cmd last, handler handle, void *user)
{
    bool good = true;
    for (;;) {
        const imap4_event *ev = NULL;
        const int          rc = connection->next(imap4_now_ms() + WAIT_MS, &ev);
        if (rc != 1)
            return complain("while waiting for an event", rc);
        if (handle != NULL && !handle(ev, user))
            good = false;
        if (ev->type == IMAP4_EV_DONE && ev->result != IMAP4_R_OK) {
            (void)fprintf(stderr, "# refused: %.*s\n", IMAP4_ARG(ev->text));
            good = false;
        }
        if (ev->type == IMAP4_EV_DONE && ev->cmd == last)
            return good;
    }
}

/* ---- in ---------------------------------------------------------------------- */

static char *load_message(unsigned number)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%06u.eml", mail_dir, number);
    FILE        *f     = fopen(path, "rb");
    const size_t size  = (size_t)truth_size(truths[number]);
    char        *bytes = malloc(size + 1);
    if (f == NULL || bytes == NULL || fread(bytes, 1, size, f) != size) {
        (void)fprintf(stderr, "# cannot read %s\n", path);
        exit(1);
    }
    (void)fclose(f);
    return bytes;
}

static bool append(unsigned number, imap4_cmd *cmd)
{
    const truth               *t     = truths[number];
    char                      *bytes = load_message(number);
    const imap4_append_options opt   = { .size  = sizeof opt,
                                         .flags = truth_flags(t),
                                         .date  = truth_internaldate(t) };
    const size_t               size  = (size_t)truth_size(t);
    int rc = imap4_cmd_append(engine, IMAP4_V("Parts"), size, &opt, bytes, cmd);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_write(engine, *cmd, (imap4_view){ bytes, size });
    return rc == IMAP4_OK || complain("append", rc);
}

static bool free_appended(const imap4_event *ev, void *user)
{
    (void)user;
    if (ev->type == IMAP4_EV_DONE)
        free(ev->user);
    return true;
}

static bool messages_go_in(void)
{
    bool ok = true;
    for (unsigned n = 1; ok && n <= mail_count;) {
        imap4_cmd last = 0;
        for (unsigned i = 0; ok && i < APPENDS_AT_ONCE && n <= mail_count; i++, n++)
            ok = append(n, &last);
        ok = ok && run_until(last, free_appended, NULL);
    }
    return ok;
}

/* ---- leaves ------------------------------------------------------------------- */

typedef struct leaf {
    char       number[64];
    char       encoding[40];
    char       charset[40];
    truth_leaf true_leaf;
    bool       is_seen;
} leaf;

typedef struct message {
    leaf  *leaves;
    size_t count;
} message;

typedef struct sums {
    message       *messages; /* [1 .. mail_count] */
    unsigned       seen;
    unsigned       subjects;
    unsigned       leaves;
    unsigned       names;
    unsigned       texts;
    unsigned       parts;
    uint64_t       bytes;
    unsigned       differences;
    /* the part whose literal is being told */
    leaf          *now;
    imap4_decoder *plain;
    imap4_decoder *utf8;
    digest        *plain_digest;
    digest        *utf8_digest;
} sums;

static void differs(sums *s, unsigned number, const char *where, const char *what,
                    imap4_view want, imap4_view got)
{
    s->differences++;
    (void)fprintf(stderr, "# message %u part %s %s: want \"%.*s\", got \"%.*s\"\n",
                  number, where, what, IMAP4_ARG(want.ptr != NULL ? want : IMAP4_V("NIL")),
                  IMAP4_ARG(got.ptr != NULL ? got : IMAP4_V("NIL")));
}

static void check_filename(sums *s, unsigned number, const leaf *l, const imap4_body *part)
{
    char            name[2048];
    const ptrdiff_t len = imap4_part_filename(part, name, sizeof name);
    imap4_view      got = IMAP4_NIL;
    if (len >= 0 && (size_t)len <= sizeof name)
        got = (imap4_view){ name, (size_t)len };
    s->names += got.ptr != NULL;
    if (!imap4_view_equal(got, l->true_leaf.filename))
        differs(s, number, l->number, "file name", l->true_leaf.filename, got);
    const ptrdiff_t safe = imap4_part_safe_filename(part, name, sizeof name);
    if (safe <= 0 || safe > 200 || memchr(name, '/', (size_t)safe) != NULL)
        differs(s, number, l->number, "safe file name", l->true_leaf.filename, IMAP4_NIL);
}

static void check_subject(sums *s, unsigned number, const imap4_event *ev)
{
    static char           text[65536];
    const imap4_envelope *envelope = NULL;
    const imap4_view      want     = truth_subject(truths[number]);
    if (imap4_fetch_envelope(ev, &envelope) < 0 || envelope->subject.ptr == NULL)
        return;
    const ptrdiff_t len = imap4_mime_text(envelope->subject, text, sizeof text);
    imap4_view      got = IMAP4_NIL;
    if (len >= 0 && (size_t)len <= sizeof text)
        got = (imap4_view){ text, (size_t)len };
    s->subjects++;
    if (!imap4_view_equal(want, got))
        differs(s, number, "0", "subject", want, got);
}

static void keep_leaf(sums *s, unsigned number, const imap4_body *part)
{
    message *m = &s->messages[number];
    leaf    *l = &m->leaves[m->count];
    memset(l, 0, sizeof *l);
    const ptrdiff_t len = imap4_body_number(part, l->number, sizeof l->number - 1);
    const ptrdiff_t charset_len = imap4_mime_param(&part->params, IMAP4_V("charset"),
                                                   l->charset, sizeof l->charset - 1);
    (void)snprintf(l->encoding, sizeof l->encoding, "%.*s", IMAP4_ARG(part->encoding));
    if (charset_len < 0)
        l->charset[0] = '\0';
    if (len < 0 ||
        !truth_find_leaf(truths[number], imap4_view_of(l->number), &l->true_leaf)) {
        differs(s, number, l->number, "leaf", IMAP4_NIL, IMAP4_V("there"));
        return;
    }
    m->count++;
    s->leaves++;
    check_filename(s, number, l, part);
}

static bool check_message(const imap4_event *ev, void *user)
{
    sums             *s    = user;
    const imap4_body *root = NULL;
    if (ev->type != IMAP4_EV_FETCH || imap4_fetch_count(ev) < 5 || ev->number > mail_count)
        return true;
    s->seen++;
    s->differences += truth_compare(truths[ev->number], ev);
    check_subject(s, ev->number, ev);
    if (imap4_fetch_bodystructure(ev, &root) < 0)
        return true;
    message *m = &s->messages[ev->number];
    m->leaves  = calloc(MAX_LEAVES, sizeof *m->leaves);
    m->count   = 0;
    for (const imap4_body *b = root; b != NULL && m->leaves != NULL;
         b                   = imap4_body_next(b))
        if (!b->is_multipart && m->count < MAX_LEAVES)
            keep_leaf(s, ev->number, b);
    leaf *fitting = realloc(m->leaves, (m->count + 1) * sizeof *m->leaves);
    if (fitting != NULL)
        m->leaves = fitting;
    return true;
}

static bool structures_are_true(sums *s)
{
    imap4_seqset *all = NULL;
    imap4_cmd     cmd = 0;
    const bool    ok  = imap4_seqset_parse(IMAP4_V("1:*"), 0, &all) == IMAP4_OK &&
                    imap4_cmd_fetch(engine, all,
                                    IMAP4_V("UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE "
                                            "BODYSTRUCTURE"),
                                    NULL, NULL, &cmd) == IMAP4_OK &&
                    run_until(cmd, check_message, s);
    imap4_seqset_free(&all);
    (void)fprintf(
        stderr, "# %u messages, %u subjects, %u leaves, %u file names, %u differences\n",
        s->seen, s->subjects, s->leaves, s->names, s->differences);
    return ok && s->seen == mail_count && s->differences == 0;
}

/* ---- bytes of parts --------------------------------------------------------------- */

static leaf *find_leaf(sums *s, unsigned message_number, imap4_view item)
{
    message *m = &s->messages[message_number];
    for (size_t i = 0; i < m->count; i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "BODY[%s]", m->leaves[i].number);
        if (imap4_view_equal_nocase(item, imap4_view_of(name)))
            return &m->leaves[i];
    }
    return NULL;
}

static void begin_part(sums *s, leaf *l)
{
    const imap4_view encoding = imap4_view_of(l->encoding);
    s->now                    = l;
    if (imap4_decoder_new(encoding, IMAP4_NIL, NULL, &s->plain) < 0)
        abort();
    if (l->true_leaf.text_sha256.ptr != NULL &&
        imap4_decoder_new(encoding, imap4_view_of(l->charset), NULL, &s->utf8) < 0) {
        s->differences++;
        (void)fprintf(stderr, "# charset %s is not known\n", l->charset);
    }
}

/* A small buffer, so that its end is met everywhere. */
static void decode(imap4_decoder *d, digest *to, imap4_view bytes)
{
    char   buf[777];
    size_t used = 0;
    while (bytes.len != 0) {
        const ptrdiff_t n = imap4_decoder_feed(d, bytes, buf, sizeof buf, &used);
        if (n < 0)
            abort();
        digest_add(to, (imap4_view){ buf, (size_t)n });
        bytes.ptr += used;
        bytes.len -= used;
    }
}

static void add_bytes(sums *s, imap4_view bytes)
{
    s->bytes += bytes.len;
    decode(s->plain, s->plain_digest, bytes);
    if (s->utf8 != NULL)
        decode(s->utf8, s->utf8_digest, bytes);
}

static void compare(sums *s, unsigned number, imap4_decoder **d, digest *of,
                    uint64_t want_size, imap4_view want)
{
    char      buf[777], hex[65];
    uint64_t  size = 0;
    ptrdiff_t n;
    while ((n = imap4_decoder_finish(*d, buf, sizeof buf)) > 0)
        digest_add(of, (imap4_view){ buf, (size_t)n });
    digest_end(of, hex, &size);
    if (n < 0 || size != want_size || !imap4_view_equal(imap4_view_of(hex), want) ||
        imap4_decoder_damage(*d) != 0) {
        differs(s, number, s->now->number, s->now->encoding, want, imap4_view_of(hex));
        (void)fprintf(stderr, "#   %llu bytes of %s, want %llu, damage %llu\n",
                      (unsigned long long)size, s->now->charset,
                      (unsigned long long)want_size,
                      (unsigned long long)imap4_decoder_damage(*d));
    }
    imap4_decoder_free(d);
}

static void end_part(sums *s, unsigned number)
{
    const truth_leaf *t = &s->now->true_leaf;
    s->parts++;
    s->now->is_seen = true;
    compare(s, number, &s->plain, s->plain_digest, t->size, t->sha256);
    if (s->utf8 != NULL) {
        s->texts++;
        compare(s, number, &s->utf8, s->utf8_digest, t->text_size, t->text_sha256);
    }
    s->now = NULL;
}

/* Parts come inline, or as a stream if they are long. */
static bool check_parts(const imap4_event *ev, void *user)
{
    sums *s = user;
    leaf *l;
    if (ev->type == IMAP4_EV_BODY_BEGIN && ev->number <= mail_count &&
        (l = find_leaf(s, ev->number, ev->name)) != NULL)
        begin_part(s, l);
    if (ev->type == IMAP4_EV_BODY_DATA && s->now != NULL)
        add_bytes(s, ev->data);
    if (ev->type == IMAP4_EV_BODY_END && s->now != NULL)
        end_part(s, ev->number);
    if (ev->type != IMAP4_EV_FETCH || ev->number > mail_count)
        return true;
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        imap4_fetch_item item;
        if (imap4_fetch_at(ev, i, &item) < 0 || item.kind == IMAP4_VALUE_STREAMED ||
            (l = find_leaf(s, ev->number, item.name)) == NULL)
            continue;
        begin_part(s, l);
        add_bytes(s, item.value);
        end_part(s, ev->number);
    }
    return true;
}

static bool fetch_parts(const sums *s, unsigned number, imap4_cmd *cmd)
{
    static char    items[MAX_LEAVES * 80];
    const message *m   = &s->messages[number];
    imap4_seqset  *one = NULL;
    size_t         len = (size_t)snprintf(items, sizeof items, "UID");
    for (size_t i = 0; i < m->count; i++)
        len += (size_t)snprintf(items + len, sizeof items - len, " BODY.PEEK[%s]",
                                m->leaves[i].number);
    int rc = imap4_seqset_new(0, NULL, &one);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_add(one, number, number);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_fetch(engine, one, (imap4_view){ items, len }, NULL, NULL, cmd);
    imap4_seqset_free(&one);
    return rc == IMAP4_OK || complain("fetch of parts", rc);
}

static bool parts_are_true(sums *s)
{
    bool ok = true;
    for (unsigned n = 1; ok && n <= mail_count;) {
        imap4_cmd last = 0;
        for (unsigned i = 0; ok && i < FETCHES_AT_ONCE && n <= mail_count; i++, n++)
            ok = fetch_parts(s, n, &last);
        ok = ok && run_until(last, check_parts, s);
    }
    unsigned missing = 0;
    for (unsigned n = 1; n <= mail_count; n++)
        for (size_t i = 0; i < s->messages[n].count; i++)
            missing += !s->messages[n].leaves[i].is_seen;
    (void)fprintf(stderr,
                  "# %u parts of %llu octets decoded, %u of them also to UTF-8, "
                  "%u not answered, %u differences\n",
                  s->parts, (unsigned long long)s->bytes, s->texts, missing,
                  s->differences);
    return ok && missing == 0 && s->parts == s->leaves && s->differences == 0;
}

/* ---- the session --------------------------------------------------------------- */

static bool logs_in(char **argv)
{
    const imap4_arg name = { .kind = IMAP4_ARG_MAILBOX, .text = IMAP4_V("Parts") };
    imap4_cmd       cmd  = 0;
    int             rc   = connection->open(argv[1], argv[2], &engine);
    if (rc == IMAP4_OK)
        rc = imap4_cmd_auth_plain(engine, IMAP4_NIL, imap4_view_of(argv[3]),
                                  imap4_view_of(argv[4]), NULL, &cmd);
    if (rc < 0 || !run_until(cmd, NULL, NULL))
        return complain("logging in", rc);
    rc = imap4_cmd_args(engine, IMAP4_V("CREATE"), &name, 1, NULL, &cmd);
    return rc == IMAP4_OK && run_until(cmd, NULL, NULL);
}

static bool selects(void)
{
    imap4_cmd cmd = 0;
    return imap4_cmd_select(engine, IMAP4_V("Parts"), NULL, NULL, &cmd) == IMAP4_OK &&
           run_until(cmd, NULL, NULL) &&
           imap4_engine_mailbox(engine)->exists == mail_count;
}

static void session(char **argv, sums *s)
{
    report(logs_in(argv), "connects over TLS and logs in");
    report(messages_go_in() && selects(), "every message is appended");
    report(structures_are_true(s),
           "envelope, subject, structure, size and names of files "
           "of every message are true");
    const unsigned before = s->differences;
    s->differences        = 0;
    report(parts_are_true(s), "the decoded bytes of every part are true");
    s->differences += before;
    connection->close();
}

int main(int argc, char **argv)
{
    sums s = { 0 };
    if (argc != 7)
        return 64;
    mail_dir       = argv[5];
    mail_count     = (unsigned)strtoul(argv[6], NULL, 10);
    truths         = calloc((size_t)mail_count + 1, sizeof *truths);
    s.messages     = calloc((size_t)mail_count + 1, sizeof *s.messages);
    s.plain_digest = digest_new();
    s.utf8_digest  = digest_new();
    if (truths == NULL || s.messages == NULL)
        return 1;
    for (unsigned n = 1; n <= mail_count; n++)
        if ((truths[n] = truth_load(mail_dir, n)) == NULL)
            return 1;
    session(argv, &s);
    for (unsigned n = 1; n <= mail_count; n++) {
        truth_free(truths[n]);
        free(s.messages[n].leaves);
    }
    free(truths);
    free(s.messages);
    digest_free(s.plain_digest);
    digest_free(s.utf8_digest);
    (void)printf("1..%u\n", tests);
    return failures == 0 ? 0 : 1;
}
