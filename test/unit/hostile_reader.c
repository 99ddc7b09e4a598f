/* SPDX-License-Identifier: MIT */
/* hostile_reader.c - what a server may send to make a reader take memory, stack or time. */
#include "read_help.h"

#include "../support/meter.h"

#include "imap4/ext/condstore.h"
#include "imap4/ext/thread.h"
#include "imap4/ext/uidplus.h"

#include <inttypes.h>

/* ---- memory that is counted ---------------------------------------------------------- */

static imap4_reader *metered(meter *m, imap4_reader_options opt)
{
    const imap4_allocator mem = meter_allocator(m);
    imap4_reader         *r   = NULL;
    *m                        = (meter){ 0 };
    opt.allocator             = &mem;
    assert_int_equal(imap4_reader_new(&opt, &r), IMAP4_OK);
    return r;
}

/* ---- bytes ----------------------------------------------------------------------------- */

typedef void (*watch)(const imap4_event *ev, void *user);

/* Events up to the last one that is complete; the error that ended the stream, or 0. */
static int drain(imap4_reader *r, watch saw, void *user)
{
    const imap4_event *ev = NULL;
    int                rc;
    while ((rc = imap4_reader_next(r, &ev)) == 1)
        if (saw != NULL)
            saw(ev, user);
    return rc;
}

static int pour(imap4_reader *r, const char *bytes, size_t len, watch saw, void *user)
{
    while (len != 0) {
        size_t room = 0;
        char  *to   = imap4_reader_buf(r, &room);
        if (to != NULL) {
            const size_t n = len < room ? len : room;
            memcpy(to, bytes, n);
            assert_int_equal(imap4_reader_commit(r, n), IMAP4_OK);
            bytes += n;
            len -= n;
        }
        const int rc = drain(r, saw, user);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int pour_text(imap4_reader *r, const char *text, watch saw, void *user)
{
    return pour(r, text, strlen(text), saw, user);
}

/* `unit` again and again. */
static int pour_many(imap4_reader *r, const char *unit, size_t count, watch saw,
                     void *user)
{
    static char  block[1 << 16];
    const size_t len   = strlen(unit);
    const size_t whole = sizeof block / len;
    for (size_t i = 0; i < whole; i++)
        memcpy(block + i * len, unit, len);
    while (count != 0) {
        const size_t n  = count < whole ? count : whole;
        const int    rc = pour(r, block, n * len, saw, user);
        if (rc < 0)
            return rc;
        count -= n;
    }
    return 0;
}

/* ---- S05: sizes that are only announced --------------------------------------------- */

typedef struct size_case {
    const char *header;
    int         rc; /* 0: it is no literal, or one whose bytes have not come */
} size_case;

static void announced_sizes_are_not_allocated(void **state)
{
    static const size_case cases[] = {
        { "{4294967296}", 0 },
        { "{18446744073709551615}", 0 },
        { "{18446744073709551616}", IMAP4_E_FRAMING },
        { "{99999999999999999999}", IMAP4_E_FRAMING },
        { "{100000000000000000000}", 0 }, /* 21 digits: text (doc/limits.md) */
        { "{-1}", 0 },
        { "{+5}", 0 },
        { "{0x10}", 0 },
        { "{ 5}", 0 },
        { "{5 }", 0 },
        { "{}", 0 },
        { "{9223372036854775807+}", 0 },
        { "~{4294967296}", 0 },
    };
    static const char *const places[] = {
        "* 1 FETCH (BODY[] ",
        "* 1 FETCH (X-FOO (a ",
        "* 1 FETCH (ENVELOPE (",
        "* LIST () \"/\" ",
        "* FOO ",
        "* ESEARCH (TAG ",
        "A1 NO [BADCHARSET (",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
            char          text[256];
            meter         m;
            imap4_reader *r = metered(&m, IMAP4_READER_OPTIONS);
            (void)snprintf(text, sizeof text, "%s%s\r\nabc", places[k], cases[i].header);
            assert_int_equal(pour_text(r, text, NULL, NULL), cases[i].rc);
            assert_true(m.peak < 1 << 16);
            imap4_reader_free(&r);
            assert_int_equal(m.live, 0);
        }
}

/* ... and the bytes that do come are held up to max_response, and no further. */
static void held_literal_grows_by_what_came(void **state)
{
    meter         m;
    imap4_reader *r = metered(&m, IMAP4_READER_OPTIONS);
    assert_int_equal(
        pour_text(r, "* 1 FETCH (X-FOO {9223372036854775807}\r\n", NULL, NULL), 0);
    assert_int_equal(pour_many(r, "abcdefgh", 8192, NULL, NULL), 0);
    assert_true(m.peak < 1 << 19);
    assert_int_equal(pour_many(r, "abcdefgh", 16 << 20, NULL, NULL), 0);
    assert_true(m.peak < (size_t)20 << 20); /* of 128 MiB */
    imap4_reader_free(&r);
}

/* ---- S06: a line without an end -------------------------------------------------------- */

static void count_event(const imap4_event *ev, void *user)
{
    ++*(unsigned *)user;
}

/* A little of it with sanitizers; HOSTILE_MIB has the rest. */
static size_t mebibytes(void)
{
    const char *text = getenv("HOSTILE_MIB");
    return text != NULL ? strtoul(text, NULL, 10) : 64;
}

static void line_without_end_is_not_held(void **state)
{
    static const char *const begins[] = { "",        "* OK ", "* FOO ",
                                          "A1 OK [", "+ ",    "* 1 FETCH (BODY[] \"" };
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        meter                m;
        unsigned             events = 0;
        imap4_reader_options opt    = IMAP4_READER_OPTIONS;
        opt.max_response            = 1 << 20;
        imap4_reader *r             = metered(&m, opt);
        assert_int_equal(pour_text(r, begins[i], count_event, &events), 0);
        assert_int_equal(
            pour_many(r, "aaaaaaaa", mebibytes() << 17, count_event, &events), 0);
        assert_true(m.peak < 4 << 20);
        assert_true(events <= 1);
        /* What follows is whole. */
        assert_int_equal(pour_text(r, "\r\n* 5 EXISTS\r\n", count_event, &events), 0);
        assert_int_equal(events, 2);
        imap4_reader_free(&r);
    }
}

/* ---- S08: parentheses ---------------------------------------------------------------------- */

typedef struct verdict {
    int      rc;
    unsigned events;
    uint32_t marks;
} verdict;

static void judge_last(const imap4_event *ev, void *user)
{
    verdict *v = user;
    v->events++;
    v->marks |= ev->marks;
    if (ev->type == IMAP4_EV_FETCH) {
        const imap4_body *body = NULL;
        v->rc                  = imap4_fetch_bodystructure(ev, &body);
    } else if (ev->type == IMAP4_EV_THREAD) {
        const imap4_threads *t = NULL;
        v->rc                  = imap4_thread_get(ev, &t);
    } else if (ev->type == IMAP4_EV_LIST) {
        const imap4_list_data *l = NULL;
        v->rc                    = imap4_list_get(ev, &l);
    }
}

enum {
    PARENTHESES = 10000000
};

/* Time is what a loop costs, and neither stack nor heap follow the depth. */
static void deep_lists_cost_no_stack(void **state)
{
    static const char *const begins[] = { "* 1 FETCH (BODYSTRUCTURE ",
                                          "* THREAD ",
                                          "* FOO ",
                                          "* LIST () \"/\" a ",
                                          "* 1 FETCH (X-FOO ",
                                          "* ESEARCH X-FOO ",
                                          "* STATUS a (X " };
    static const char *const units[]  = { "(", "()", ")" };
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
            meter         m;
            verdict       v = { 0 };
            imap4_reader *r = metered(&m, IMAP4_READER_OPTIONS);
            assert_int_equal(pour_text(r, begins[i], judge_last, &v), 0);
            assert_int_equal(pour_many(r, units[k], PARENTHESES / 2, judge_last, &v), 0);
            assert_int_equal(pour_text(r, "\r\n", judge_last, &v), 0);
            assert_true(v.events >= 1);
            if (v.rc == IMAP4_OK && v.marks == 0)
                assert_string_equal(begins[i], "* FOO "); /* of which nothing is known */
            assert_true(m.peak < (size_t)160 << 20);
            v.events = 0;
            assert_int_equal(pour_text(r, "* 5 EXISTS\r\n", judge_last, &v), 0);
            assert_int_equal(v.events, 1);
            imap4_reader_free(&r);
        }
}

/* ---- S09: sets that stand for very many -------------------------------------------------- */

/* One step, however many UIDs. */
static void walk_all(const imap4_event *ev)
{
    imap4_copyuid walk;
    imap4_uidpair pair;
    assert_int_equal(imap4_code_copyuid(ev, &walk), IMAP4_OK);
    assert_int_equal(imap4_copyuid_next(&walk, &pair), 1);
    assert_int_equal(pair.from_first, 1);
    assert_int_equal(pair.from_last, UINT32_MAX);
    assert_int_equal(pair.to_last, UINT32_MAX);
    assert_int_equal(imap4_copyuid_next(&walk, &pair), 0);
}

static void sets_are_not_expanded(void **state)
{
    static const char *const lines[] = {
        "* VANISHED 1:4294967295\r\n", "* VANISHED (EARLIER) 1:4294967295\r\n",
        "* ESEARCH UID ALL 1:4294967295\r\n",
        "* OK [COPYUID 1 1:4294967295 1:4294967295] x\r\n"
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        meter              m;
        const imap4_event *ev = NULL;
        imap4_reader      *r  = metered(&m, IMAP4_READER_OPTIONS);
        feed(r, lines[i], strlen(lines[i]));
        assert_int_equal(imap4_reader_next(r, &ev), 1);
        assert_int_equal(ev->marks & IMAP4_MARK_INVALID, 0);
        if (ev->code.ptr != NULL)
            walk_all(ev);
        assert_true(m.peak < 1 << 16);
        imap4_reader_free(&r);
    }
}

/* A pair that names not as many sources as copies says nothing. */
static void copyuid_that_does_not_match_is_none(void **state)
{
    static const char *const bad[] = {
        "1 1:3 7:10",
        "1 1:4294967295 1",
        "1 1 1:4294967295",
        "1 1,2 7",
        "1 1:2,2:3 1:3",
        "1 1, 7",
        "1 1: 7",
        "1 1::2 7:8",
        "1 * 7",
        "1 1 *",
        "0 1 1",
        "1 0 1",
        "1 1:4294967296 1",
        "4294967296 1 1",
        "1 1",
        "1 1:10 4294967290:4294967300",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char          text[128];
        imap4_copyuid walk;
        (void)snprintf(text, sizeof text, "A1 OK [COPYUID %s] x\r\n", bad[i]);
        reading *g = read_text(text);
        if (imap4_code_copyuid(g->ev, &walk) == IMAP4_OK)
            fail_msg("COPYUID %s was believed", bad[i]);
        read_end(g);
    }
}

/* ---- S10: one byte of the wire, many of the heap ------------------------------------------- */

typedef struct amplifier {
    const char *begin, *unit, *end;
    size_t      factor; /* at most so many bytes for one */
} amplifier;

typedef struct told {
    unsigned events, read, refused;
} told;

static void read_everything(const imap4_event *ev, void *user)
{
    told                 *t     = user;
    const imap4_envelope *env   = NULL;
    const imap4_body     *body  = NULL;
    const imap4_flags    *flags = NULL;
    const int             rc[]  = { imap4_fetch_envelope(ev, &env),
                                    imap4_fetch_bodystructure(ev, &body),
                                    imap4_event_flags(ev, &flags) };
    t->events++;
    for (size_t i = 0; i < sizeof rc / sizeof rc[0]; i++) {
        t->read += rc[i] == IMAP4_OK;
        t->refused += rc[i] != IMAP4_OK && rc[i] != IMAP4_E_ABSENT;
    }
}

static void small_tokens_take_some_times_their_bytes(void **state)
{
    static const amplifier cases[] = {
        { "* 1 FETCH (FLAGS (", "a ", "))\r\n", 16 },
        { "* FLAGS (", "a ", ")\r\n", 16 },
        { "* 1 FETCH (X-FOO (", "NIL ", "))\r\n", 16 },
        { "* 1 FETCH (X-FOO (", "1 ", "))\r\n", 16 },
        { "* 1 FETCH (ENVELOPE (NIL NIL (", "(NIL NIL NIL NIL)",
          ") NIL NIL NIL NIL NIL NIL NIL))\r\n", 16 },
        { "* 1 FETCH (BODYSTRUCTURE (", "(\"a\" \"b\" NIL NIL NIL NIL 0)", " \"c\"))\r\n",
          16 },
        { "* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" (", "\"\" \"\" ",
          ") NIL NIL NIL 0))\r\n", 16 },
        { "* 1 FETCH (", "A 1 ", ")\r\n", 20 },
        { "* FOO ", "()", "\r\n", 16 },
        { "* STATUS a (", "A 1 ", ")\r\n", 16 },
        { "* OK [CAPABILITY", " a", "] x\r\n", 16 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const amplifier *a = &cases[i];
        meter            m;
        told             t     = { 0 };
        const size_t     count = 1000000;
        const size_t     wire  = strlen(a->begin) + count * strlen(a->unit) + 8;
        imap4_reader    *r     = metered(&m, IMAP4_READER_OPTIONS);
        assert_int_equal(pour_text(r, a->begin, read_everything, &t), 0);
        assert_int_equal(pour_many(r, a->unit, count, read_everything, &t), 0);
        assert_int_equal(pour_text(r, a->end, read_everything, &t), 0);
        assert_true(t.events >= 1);
        if (m.peak > a->factor * wire)
            fail_msg("%s...: %zu bytes for %zu", a->begin, m.peak, wire);
        if (getenv("HOSTILE_TELL") != NULL)
            print_message("# %s%s: %zu bytes for %zu, %u events, %u read, %u refused\n",
                          a->begin, a->unit, m.peak, wire, t.events, t.read, t.refused);
        assert_true(m.peak < (size_t)160 << 20);
        imap4_reader_free(&r);
    }
}

static int flags_of(size_t count)
{
    meter         m;
    told          t = { 0 };
    imap4_reader *r = metered(&m, IMAP4_READER_OPTIONS);
    assert_int_equal(pour_text(r, "* 1 FETCH (FLAGS (", read_everything, &t), 0);
    assert_int_equal(pour_many(r, "a ", count, read_everything, &t), 0);
    assert_int_equal(pour_text(r, "))\r\n", read_everything, &t), 0);
    imap4_reader_free(&r);
    return t.read == 1 ? IMAP4_OK : t.refused == 1 ? IMAP4_E_LIMIT : IMAP4_E_SYNTAX;
}

static void flags_are_limited(void **state)
{
    assert_int_equal(flags_of(65536), IMAP4_OK);
    assert_int_equal(flags_of(65537), IMAP4_E_LIMIT);
}

/* ---- S12: numbers ---------------------------------------------------------------------------- */

typedef struct place {
    const char *begin, *end;
    uint64_t    min, max;
} place;

static bool is_believed(const place *p, const char *number)
{
    char text[256];
    (void)snprintf(text, sizeof text, "%s%s%s\r\n", p->begin, number, p->end);
    reading             *g     = read_strict(text);
    const imap4_event   *ev    = g->ev;
    const imap4_body    *body  = NULL;
    const imap4_esearch *found = NULL;
    uint64_t             n     = 0;
    int                  rc    = IMAP4_OK;
    if (strstr(text, "BODYSTRUCTURE") != NULL)
        rc = imap4_fetch_bodystructure(ev, &body);
    else if (strstr(text, "MODSEQ (") != NULL && ev->type == IMAP4_EV_FETCH)
        rc = imap4_fetch_modseq(ev, &n);
    else if (strstr(text, "RFC822.SIZE") != NULL)
        rc = imap4_fetch_size(ev, &n);
    else if (ev->type == IMAP4_EV_ESEARCH)
        rc = imap4_esearch_get(ev, &found);
    const bool ok = rc == IMAP4_OK && (ev->marks & IMAP4_MARK_INVALID) == 0 &&
                    ev->type != IMAP4_EV_UNKNOWN;
    read_end(g);
    return ok;
}

static void numbers_are_what_they_say_or_nothing(void **state)
{
    static const place places[] = {
        { "* ", " EXISTS", 0, UINT32_MAX },
        { "* ", " RECENT", 0, UINT32_MAX },
        { "* ", " EXPUNGE", 1, UINT32_MAX },
        { "* ", " FETCH (FLAGS ())", 1, UINT32_MAX },
        { "* 1 FETCH (UID ", ")", 1, UINT32_MAX },
        { "* 1 FETCH (RFC822.SIZE ", ")", 0, UINT64_MAX },
        { "* 1 FETCH (MODSEQ (", "))", 0, INT64_MAX },
        { "* OK [UIDNEXT ", "] x", 1, UINT32_MAX },
        { "* OK [UIDVALIDITY ", "] x", 1, UINT32_MAX },
        { "* OK [UNSEEN ", "] x", 1, UINT32_MAX },
        { "* OK [HIGHESTMODSEQ ", "] x", 1, INT64_MAX },
        { "* 1 FETCH (BODYSTRUCTURE (\"A\" \"B\" NIL NIL NIL \"7BIT\" ", "))", 0,
          UINT64_MAX },
        { "* ESEARCH UID MIN ", "", 0, UINT32_MAX },
        { "* ESEARCH UID COUNT ", "", 0, UINT32_MAX },
    };
    static const struct {
        const char *text;
        bool        is_number;
        uint64_t    value;
    } numbers[] = {
        { "0", true, 0 },
        { "1", true, 1 },
        { "4294967295", true, UINT32_MAX },
        { "4294967296", true, (uint64_t)UINT32_MAX + 1 },
        { "9223372036854775807", true, INT64_MAX },
        { "9223372036854775808", true, (uint64_t)INT64_MAX + 1 },
        { "18446744073709551616", false, 0 },
        { "18446744073709551617", false, 0 },
        { "4294967296000000000000000001", false, 0 },
        { "99999999999999999999", false, 0 },
        { "-1", false, 0 },
        { "+1", false, 0 },
        { "0x10", false, 0 },
        { "9.3e+06", false, 0 },
        { "1e3", false, 0 },
        { "1x", false, 0 },
        { "\"1\"", false, 0 },
        { "NIL", false, 0 },
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
            const place *p    = &places[i];
            const bool   want = numbers[k].is_number && numbers[k].value >= p->min &&
                              numbers[k].value <= p->max;
            const bool is = is_believed(p, numbers[k].text);
            if (is != want)
                wrong += printf("# %s%s%s is %s", p->begin, numbers[k].text, p->end,
                                is ? "believed\n" : "not believed\n");
        }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(announced_sizes_are_not_allocated),
        cmocka_unit_test(held_literal_grows_by_what_came),
        cmocka_unit_test(line_without_end_is_not_held),
        cmocka_unit_test(deep_lists_cost_no_stack),
        cmocka_unit_test(sets_are_not_expanded),
        cmocka_unit_test(copyuid_that_does_not_match_is_none),
        cmocka_unit_test(small_tokens_take_some_times_their_bytes),
        cmocka_unit_test(flags_are_limited),
        cmocka_unit_test(numbers_are_what_they_say_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
