/* SPDX-License-Identifier: MIT */
/* wire.c - plays the calls of wire.txt, which has their format, on the IMAP4 object in the
 * profile of Python's imaplib, prints each as a row of a table, and counts.
 *
 *     client_wire WIRE.TXT */
#include "../unit/client_help.h"

#include <stdlib.h>

enum {
    ROWS      = 158, /* all that were measured */
    REASONS   = 5,
    WORDS     = 24,
    LINE_MAX_ = 1024,
    TEXT_MAX  = 8192
};

#define CAPABILITIES "IMAP4rev1 ENABLE UTF8=ACCEPT IDLE MOVE UIDPLUS STARTTLS ID"
#define OPENED       "S: * PREAUTH [CAPABILITY " CAPABILITIES "] hello\n"
#define ENABLES      "C: T1 ENABLE UTF8=ACCEPT\nS: * ENABLED UTF8=ACCEPT\nS: T1 OK done\n"
#define SELECTS(tag, more)                                                               \
    "C: " tag " SELECT INBOX\n" more "S: " tag " OK [READ-WRITE] done\n"

/* Where a row begins: how it gets there, and how many tags that takes. */
static const struct beginning {
    const char *name;
    const char *script; /* NULL: the row connects */
    bool        enables;
    bool        selects;
    int         tags;
} beginnings[] = {
    { "CONNECT", NULL, false, false, 0 },
    { "NONAUTH", "S: * OK [CAPABILITY " CAPABILITIES "] hello\n", false, false, 0 },
    { "AUTH", OPENED, false, false, 0 },
    { "UTF8", OPENED ENABLES, true, false, 1 },
    { "SELECTED", OPENED SELECTS("T1", ""), false, true, 1 },
    { "SELECTED-3", OPENED SELECTS("T1", "S: * 3 RECENT\n"), false, true, 1 },
    { "UTF8-SELECTED", OPENED ENABLES SELECTS("T2", ""), true, true, 2 },
};

typedef struct row {
    int         number;
    char        title[128];
    const char *text; /* its lines */
    size_t      len;
    int         reason; /* index of `reasons`; -1: it is the same in C */
    const char *why;
    int         why_len;
} row;

static const char *const reasons[REASONS] = { "python-type", "python-object", "stricter",
                                              "tolerant", "other-api" };
static row               rows[ROWS];
static int               passed[REASONS + 1]; /* the last one: the same */

/* What a row that runs has at hand. */
typedef struct player {
    const row         *row;
    script             script;
    char               dialogue[TEXT_MAX];
    imap4             *m;
    imap4_reply       *reply;
    int                rc;
    size_t             mark;            /* bytes that were sent before it */
    char               name[32];        /* of the last call */
    char               first[64];       /* its first argument */
    char               asked[TEXT_MAX]; /* the challenges, in quotation marks */
    const char *const *answers;         /* the caller's to them; NULL: cancels */
    const size_t      *answer_lens;
    size_t             answers_left;
} player;

/* ---- text -------------------------------------------------------------------------------- */

static void add(char *to, const char *text, size_t len)
{
    const size_t at = strlen(to);
    if (at + len >= TEXT_MAX)
        fail_msg("the row is too long");
    memcpy(to + at, text, len);
    to[at + len] = '\0';
}

static void add_text(char *to, const char *text)
{
    add(to, text, strlen(text));
}

/* Bytes as a row has them. */
static void add_shown(char *to, imap4_view bytes)
{
    char hex[8];
    for (size_t i = 0; i < bytes.len; i++) {
        const unsigned char c = (unsigned char)bytes.ptr[i];
        (void)snprintf(hex, sizeof hex, "<%02X>", c);
        if (c < ' ' || c == 0x7f)
            add_text(to, hex);
        else
            add(to, bytes.ptr + i, 1);
    }
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char       *at       = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

/* "<0D>" at `p`; -1: it is none. */
static int byte_at(const char *p, const char *end)
{
    if (end - p < 4 || p[0] != '<' || p[3] != '>' || hex_digit(p[1]) < 0 ||
        hex_digit(p[2]) < 0)
        return -1;
    return hex_digit(p[1]) * 16 + hex_digit(p[2]);
}

/* The next word, "'in quotation marks'" or not, with its bytes put in.  `was_quoted` tells
 * 'NIL' from NIL. */
static bool next_word(const char **at, const char *end, char *out, size_t *len,
                      bool *was_quoted)
{
    const char *p = *at;
    while (p < end && *p == ' ')
        p++;
    if (p == end)
        return false;
    *was_quoted = *p == '\'';
    p += *was_quoted;
    for (*len = 0; p < end && *p != (*was_quoted ? '\'' : ' '); (*len)++) {
        const int byte = byte_at(p, end);
        assert_true(*len + 1 < LINE_MAX_);
        out[*len] = byte < 0 ? *p : (char)byte;
        p += byte < 0 ? 1 : 4;
    }
    out[*len] = '\0';
    *at       = p < end ? p + 1 : p;
    return true;
}

static bool begins(const char *line, size_t len, const char *with)
{
    return len >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

/* ---- reading the file ---------------------------------------------------------------------- */

static void read_reason(row *r, const char *line, size_t len)
{
    for (int i = 0; i < REASONS; i++) {
        const size_t word = strlen(reasons[i]);
        if (!begins(line, len, reasons[i]) || len <= word + 1 || line[word] != ' ')
            continue;
        r->reason  = i;
        r->why     = line + word + 1;
        r->why_len = (int)(len - word - 1);
        return;
    }
    fprintf(stderr, "%d: no such reason, or no words about it\n", r->number);
    exit(1);
}

static row *read_head(const char *line, size_t len)
{
    char      *end    = NULL;
    const long number = strtol(line + 2, &end, 10);
    if (number < 1 || number > ROWS || rows[number - 1].text != NULL || *end != ' ') {
        fprintf(stderr, "%.*s: not a number of its own\n", (int)len, line);
        exit(1);
    }
    row *r    = &rows[number - 1];
    r->number = (int)number;
    r->reason = -1;
    r->text   = line + len + 1;
    (void)snprintf(r->title, sizeof r->title, "%ld %.*s", number,
                   (int)(line + len - end - 1), end + 1);
    return r;
}

static void read_rows(const char *text)
{
    row *r = NULL;
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");
        if (begins(text, len, "= "))
            r = read_head(text, len);
        else if (begins(text, len, "not ") && r != NULL)
            read_reason(r, text + 4, len - 4);
        text += len + (text[len] == '\n');
        if (r != NULL)
            r->len = (size_t)(text - r->text);
    }
}

static char *read_file(const char *path)
{
    enum {
        SIZE = 1 << 20
    };
    FILE  *f    = fopen(path, "rb");
    char  *text = malloc(SIZE);
    size_t len  = 0;
    if (f == NULL || text == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    len       = fread(text, 1, SIZE - 1, f);
    text[len] = '\0';
    (void)fclose(f);
    return text;
}

/* The lines of a row, one after the other. */
static bool next_line(const row *r, size_t *at, const char **line, size_t *len)
{
    if (*at >= r->len)
        return false;
    *line = r->text + *at;
    *len  = strcspn(*line, "\n");
    if (*len > r->len - *at)
        *len = r->len - *at;
    *at += *len + 1;
    return true;
}

/* ---- the dialogue ---------------------------------------------------------------------------- */

static bool is_dialogue(const char *line, size_t len)
{
    return len >= 2 && line[1] == ':' && strchr("CScsl", line[0]) != NULL;
}

/* A tag is counted where the client sends it. */
static void add_dialogue_line(player *p, const char *line, size_t len, int *tags)
{
    char        tag[16];
    const char *end = line + len;
    add(p->dialogue, line, 2);
    add_text(p->dialogue, " ");
    if (begins(line, len, "C: <T>"))
        ++*tags;
    for (const char *at = line + 3; at < end;) {
        const int  byte = byte_at(at, end);
        const char c    = (char)byte;
        (void)snprintf(tag, sizeof tag, "T%d", *tags);
        if (begins(at, (size_t)(end - at), "<T>"))
            add_text(p->dialogue, tag);
        else
            add(p->dialogue, byte < 0 ? at : &c, 1);
        at += begins(at, (size_t)(end - at), "<T>") ? 3 : byte < 0 ? 1 : 4;
    }
    add_text(p->dialogue, "\n");
}

static void write_dialogue(player *p, const struct beginning *b)
{
    const char *line = NULL;
    size_t      at = 0, len = 0;
    int         tags = b->tags;
    add_text(p->dialogue, b->script == NULL ? "" : b->script);
    while (next_line(p->row, &at, &line, &len))
        if (is_dialogue(line, len))
            add_dialogue_line(p, line, len, &tags);
}

/* ---- calls ------------------------------------------------------------------------------------- */

static void connect_it(player *p)
{
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4_transport      t      = script_transport(&p->script, p->dialogue);
    engine.tag_prefix           = "T";
    opt.engine                  = &engine;
    opt.transport               = &t;
    opt.profile                 = IMAP4_PROFILE_IMAPLIB;
    p->rc = imap4_connect("imap+insecure://imap.example", &opt, &p->m);
}

/* The function of authenticate. */
static int answer(void *user, imap4_view challenge, imap4_view *response)
{
    player *p = user;
    add_text(p->asked, p->asked[0] == '\0' ? "'" : " '");
    add_shown(p->asked, challenge);
    add_text(p->asked, "'");
    if (p->answers_left == 0)
        return IMAP4_E_ARG;
    *response = *p->answers == NULL ? IMAP4_NIL
                                    : (imap4_view){ *p->answers, *p->answer_lens };
    p->answers++;
    p->answer_lens++;
    p->answers_left--;
    return IMAP4_OK;
}

/* IDLE has no data in C: what came are events. */
static void show_events(player *p)
{
    for (size_t i = 0; i < imap4_reply_events(p->reply); i++) {
        const imap4_event *ev = imap4_reply_event(p->reply, i);
        assert_non_null(ev);
        add_text(p->asked, p->asked[0] == '\0' ? "'" : " '");
        add_text(p->asked, imap4_event_name(ev->type));
        add_text(p->asked, "'");
    }
}

/* Text, literal, text, ... */
static int send_parts(player *p, const char *const *args, const size_t *lens, size_t n)
{
    imap4_view              parts[WORDS];
    imap4_cmd               cmd = 0;
    const imap4_event      *ev  = NULL;
    const imap4_raw_options opt = { .size = sizeof opt, .synchronizing = 1 };
    for (size_t i = 0; i < n; i++)
        parts[i] = (imap4_view){ args[i], lens[i] };
    int rc = imap4_cmd_raw(imap4_engine_of(p->m), parts, n, &opt, NULL, &cmd);
    while (rc >= 0 && (rc = imap4_next(p->m, UINT64_MAX, &ev)) == 1)
        if (ev->type == IMAP4_EV_DONE && ev->cmd == cmd)
            return ev->result == IMAP4_R_OK ? IMAP4_OK : IMAP4_NO;
    return rc;
}

static void call(player *p, const char *const *args, const size_t *lens, size_t n)
{
    imap4_reply_free(&p->reply);
    (void)snprintf(p->first, sizeof p->first, "%s",
                   n == 0 || args[0] == NULL ? "" : args[0]);
    if (strcmp(p->name, "connect") == 0) {
        connect_it(p);
    } else if (strcmp(p->name, "authenticate") == 0) {
        p->answers      = args + 1;
        p->answer_lens  = lens + 1;
        p->answers_left = n - 1;
        p->rc           = imap4_authenticate(p->m, args[0], answer, p, &p->reply);
    } else if (strcmp(p->name, "idle") == 0) {
        p->rc = imap4_idle(p->m, UINT32_MAX, NULL, NULL, &p->reply);
        show_events(p);
    } else if (strcmp(p->name, "raw") == 0) {
        p->rc = send_parts(p, args, lens, n);
    } else {
        p->rc = imap4_call(p->m, p->name, args, lens, n, &p->reply);
    }
}

static void call_line(player *p, const char *at, const char *end)
{
    static char words[WORDS][LINE_MAX_];
    const char *args[WORDS];
    size_t      lens[WORDS], n = 0;
    bool        was_quoted = false;
    assert_true(next_word(&at, end, words[0], &lens[0], &was_quoted));
    (void)snprintf(p->name, sizeof p->name, "%.31s", words[0]);
    while (n < WORDS && next_word(&at, end, words[n], &lens[n], &was_quoted)) {
        args[n] = !was_quoted && strcmp(words[n], "NIL") == 0 ? NULL : words[n];
        n++;
    }
    call(p, args, lens, n);
}

/* ---- answers ------------------------------------------------------------------------------------- */

static const char *name_of_failure(int rc)
{
    switch (rc) {
    case IMAP4_NO: return "NO";
    case IMAP4_E_ARG: return "E_ARG";
    case IMAP4_E_BAD: return "E_BAD";
    case IMAP4_E_BYE: return "E_BYE";
    case IMAP4_E_EOF: return "E_EOF";
    case IMAP4_E_FRAMING: return "E_FRAMING";
    case IMAP4_E_NOCAP: return "E_NOCAP";
    case IMAP4_E_NOTIMPL: return "E_NOTIMPL";
    case IMAP4_E_PROTOCOL: return "E_PROTOCOL";
    case IMAP4_E_READONLY: return "E_READONLY";
    case IMAP4_E_STATE: return "E_STATE";
    default: return "another failure";
    }
}

static void add_data(char *to, imap4_reply *r)
{
    imap4_view head = IMAP4_NIL, literal = IMAP4_NIL;
    if (imap4_reply_count(r) == 0)
        add_text(to, " none");
    for (size_t k = 0; imap4_reply_datum(r, k, &head, &literal, NULL) == 1; k++) {
        add_text(to, " '");
        add_shown(to, head);
        add_text(to, literal.ptr == NULL ? "'" : "' + '");
        add_shown(to, literal);
        add_text(to, literal.ptr == NULL ? "" : "'");
    }
}

static void add_failure(char *to, player *p)
{
    const imap4_view where = imap4_last_error(p->m)->where;
    add_text(to, name_of_failure(p->rc));
    if (p->rc == IMAP4_NO || p->rc == IMAP4_E_BAD) {
        add_data(to, p->reply);
    } else if ((p->rc == IMAP4_E_BYE || p->rc == IMAP4_E_READONLY) && where.ptr != NULL) {
        add_text(to, " '");
        add_shown(to, where);
        add_text(to, "'");
    }
}

static void add_answer(char *to, player *p)
{
    static const char *const types[] = { "?", "OK", "NO", "BAD", "PREAUTH", "BYE" };
    if (p->rc != IMAP4_OK) {
        add_failure(to, p);
        return;
    }
    const int type = p->reply == NULL ? IMAP4_STATUS_OK : imap4_reply_type(p->reply);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        static const int words[] = { IMAP4_STATUS_NONE,    IMAP4_STATUS_OK,
                                     IMAP4_STATUS_NO,      IMAP4_STATUS_BAD,
                                     IMAP4_STATUS_PREAUTH, IMAP4_STATUS_BYE };
        if (words[i] == type)
            add_text(to, strcmp(p->name, "response") == 0 ? p->first : types[i]);
    }
    add_data(to, p->reply);
}

static const char *name_of_state(int state)
{
    switch (state) {
    case IMAP4_STATE_GREETING:
    case IMAP4_STATE_NOT_AUTH: return "NONAUTH";
    case IMAP4_STATE_AUTH: return "AUTH";
    case IMAP4_STATE_SELECTED: return "SELECTED";
    default: return "LOGOUT";
    }
}

/* ---- checks ---------------------------------------------------------------------------------------- */

static void expect(const char *what, const char *found, const char *line, size_t len)
{
    printf("#    %-8s %s\n", what, found);
    if (strlen(found) != len || memcmp(found, line, len) != 0)
        fail_msg("%s: expected %.*s, found %s", what, (int)len, line, found);
}

static void check_answer(player *p, const char *line, size_t len)
{
    char found[TEXT_MAX] = "";
    add_answer(found, p);
    expect("answer", found, line, len);
}

static void check_capabilities(player *p, const char *at, const char *end)
{
    char   name[LINE_MAX_];
    size_t len    = 0;
    bool   quoted = false;
    while (next_word(&at, end, name, &len, &quoted))
        if (imap4_has(p->m, name) != 1)
            fail_msg("%s is not known", name);
}

static void check_readonly(player *p, const char *line, size_t len)
{
    const imap4_mailbox *box = imap4_mailbox_state(p->m);
    assert_non_null(box);
    expect("readonly", box->read_only != 0 ? "1" : "0", line, len);
}

/* Each line that was sent since the last time. */
static void show_sent(player *p)
{
    const char *at  = p->script.sent + p->mark;
    const char *end = p->script.sent + p->script.sent_len;
    if (at == end)
        printf("#    sent     nothing\n");
    while (at < end) {
        char        shown[TEXT_MAX] = "";
        const char *eol             = memchr(at, '\n', (size_t)(end - at));
        const char *next            = eol == NULL ? end : eol + 1;
        add_shown(shown, (imap4_view){ at, (size_t)(next - at) });
        printf("#    sent     %s\n", shown);
        at = next;
    }
    p->mark = p->script.sent_len;
}

static void play_line(player *p, const char *line, size_t len)
{
    const char  *space = memchr(line, ' ', len);
    const char  *text  = space == NULL ? line + len : space + 1;
    const size_t left  = (size_t)(line + len - text);
    if (begins(line, len, "call "))
        call_line(p, text, line + len);
    else if (begins(line, len, "is "))
        check_answer(p, text, left);
    else if (begins(line, len, "asked "))
        expect("asked", p->asked, text, left);
    else if (begins(line, len, "has "))
        check_capabilities(p, text, line + len);
    else if (begins(line, len, "readonly "))
        check_readonly(p, text, left);
    else if (begins(line, len, "state "))
        expect("state", name_of_state(imap4_state_of(p->m)), text, left);
    else if (begins(line, len, "then"))
        show_sent(p);
    else if (len != 0 && !is_dialogue(line, len) && !begins(line, len, "at ") &&
             !begins(line, len, "not "))
        fail_msg("not a line of a row: %.*s", (int)len, line);
}

/* ---- rows -------------------------------------------------------------------------------------------- */

static const struct beginning *beginning_of(const row *r)
{
    const char *line = NULL;
    size_t      at = 0, len = 0;
    while (next_line(r, &at, &line, &len))
        for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
            if (begins(line, len, "at ") && len == 3 + strlen(beginnings[i].name) &&
                memcmp(line + 3, beginnings[i].name, len - 3) == 0)
                return &beginnings[i];
    return NULL;
}

static void begin(player *p, const struct beginning *b)
{
    write_dialogue(p, b);
    if (b->script == NULL)
        return;
    connect_it(p);
    assert_int_equal(p->rc, IMAP4_OK);
    if (b->enables)
        assert_int_equal(imap4_enable(p->m, "UTF8=ACCEPT", NULL), IMAP4_OK);
    if (b->selects)
        assert_int_equal(imap4_select(p->m, "INBOX", 0, NULL), IMAP4_OK);
    p->mark = p->script.sent_len;
}

static bool is_without_cram(const player *p)
{
    return p->rc == IMAP4_E_NOTIMPL && strcmp(p->name, "login_cram_md5") == 0;
}

static void play(player *p)
{
    const char *line = NULL;
    size_t      at = 0, len = 0;
    while (next_line(p->row, &at, &line, &len) && !is_without_cram(p))
        play_line(p, line, len);
    show_sent(p);
    if (is_without_cram(p)) {
        printf("#    this build has no CRAM-MD5\n");
        return;
    }
    assert_false(p->script.is_wrong);
    assert_string_equal(p->script.at, "");
}

static void test_row(void **state)
{
    static player           p;
    const struct beginning *b = NULL;
    memset(&p, 0, sizeof p);
    p.row = *state;
    b     = beginning_of(p.row);
    printf("# %s\n", p.row->title);
    if (p.row->reason >= 0)
        printf("#    not      %s: %.*s\n", reasons[p.row->reason], p.row->why_len,
               p.row->why);
    /* What has no form in C has nothing to run. */
    assert_true(b != NULL || p.row->reason >= 0);
    if (b != NULL) {
        begin(&p, b);
        play(&p);
        imap4_reply_free(&p.reply);
        imap4_shutdown(p.m);
        imap4_free(&p.m);
        assert_true(p.script.is_closed);
    }
    passed[p.row->reason < 0 ? REASONS : p.row->reason]++;
}

static void test_all_are_there(void **state)
{
    int missing = 0;
    (void)state;
    for (int i = 0; i < ROWS; i++)
        if (rows[i].text == NULL) {
            printf("# %d is missing\n", i + 1);
            missing++;
        }
    assert_int_equal(missing, 0);
}

static void print_sum(void)
{
    int others = 0;
    for (int i = 0; i < REASONS; i++)
        others += passed[i];
    printf("# %d same, %d not expressible:", passed[REASONS], others);
    for (int i = 0; i < REASONS; i++)
        printf(" %s %d%s", reasons[i], passed[i], i + 1 < REASONS ? "," : "\n");
    for (int i = 0; i < REASONS; i++) {
        printf("# %s:", reasons[i]);
        for (int k = 0; k < ROWS; k++)
            if (rows[k].text != NULL && rows[k].reason == i)
                printf(" %d", k + 1);
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[ROWS + 1];
    if (argc != 2) {
        fprintf(stderr, "usage: client_wire WIRE.TXT\n");
        return 2;
    }
    char *text = read_file(argv[1]);
    read_rows(text);
    tests[0] = (struct CMUnitTest)cmocka_unit_test(test_all_are_there);
    for (int i = 0; i < ROWS; i++)
        if (rows[i].text != NULL)
            tests[i + 1] = (struct CMUnitTest){ .name          = rows[i].title,
                                                .test_func     = test_row,
                                                .initial_state = &rows[i] };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    print_sum();
    free(text);
    return failed;
}
