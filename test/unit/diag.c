/* SPDX-License-Identifier: MIT */
/* test/unit/diag.c - findings: their names, how they are counted and told, where they stand. */
#include "read_help.h"
#include "session_help.h"

#include "imap4/diag.h"

#include <limits.h>

enum {
    WAITING = 16 /* imap4/diag.h promises it */
};

/* ---- names ------------------------------------------------------------------------------ */

static void each_kind_has_a_name_and_a_text_of_its_own(void **state)
{
    for (int32_t a = IMAP4_DIAG_NONE + 1; a < IMAP4_DIAG_KINDS; a++) {
        assert_string_not_equal(imap4_diag_name(a), "");
        assert_string_not_equal(imap4_diag_name(a), "unknown");
        assert_string_not_equal(imap4_diag_text(a), "");
        assert_string_not_equal(imap4_diag_text(a), imap4_diag_text(INT_MAX));
        for (int32_t b = IMAP4_DIAG_NONE + 1; b < a; b++) {
            assert_string_not_equal(imap4_diag_name(a), imap4_diag_name(b));
            assert_string_not_equal(imap4_diag_text(a), imap4_diag_text(b));
        }
    }
}

static const int32_t unknown[] = { INT_MIN, -1, IMAP4_DIAG_KINDS, INT_MAX };

static void a_kind_that_is_not_known_is_unknown(void **state)
{
    assert_string_equal(imap4_diag_name(IMAP4_DIAG_NONE), "unknown");
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_string_equal(imap4_diag_name(unknown[i]), "unknown");
        assert_string_equal(imap4_diag_text(unknown[i]), imap4_diag_text(IMAP4_DIAG_NONE));
    }
}

/* ---- counting and telling ---------------------------------------------------------------- */

static void assert_told(imap4_reader *r, int32_t kind, uint64_t count, uint64_t offset)
{
    imap4_diag d = { 0 };
    assert_int_equal(imap4_reader_diag(r, &d), 1);
    assert_string_equal(imap4_diag_name(d.kind), imap4_diag_name(kind));
    assert_int_equal(d.count, count);
    assert_int_equal(d.offset, offset);
}

static void assert_no_more(imap4_reader *r)
{
    imap4_diag d = { 0 };
    assert_int_equal(imap4_reader_diag(r, &d), 0);
}

/* Three empty lines, two names with a backslash that is none. */
static const char five[] = "\r\n\r\n* LIST () \"/\" \"a\\nb\"\r\n"
                           "\r\n* LIST () \"/\" \"a\\nb\"\r\n";

static void assert_counts_of_five(imap4_reader *r)
{
    assert_int_equal(imap4_reader_diag_count(r, IMAP4_DIAG_EMPTY_LINE), 3);
    assert_int_equal(imap4_reader_diag_count(r, IMAP4_DIAG_ESCAPE), 2);
    assert_int_equal(imap4_reader_diag_count(r, IMAP4_DIAG_SPACES), 0);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(imap4_reader_diag_count(r, unknown[i]), 0);
}

static void tolerant_each_kind_is_told_once_and_counted(void **state)
{
    reading *g = read_text(five);
    read_next(g);
    assert_counts_of_five(g->r);
    assert_int_equal(imap4_reader_diag_count(g->r, IMAP4_DIAG_NONE), 5);
    assert_told(g->r, IMAP4_DIAG_EMPTY_LINE, 1, 0);
    assert_told(g->r, IMAP4_DIAG_ESCAPE, 1, 20);
    assert_no_more(g->r);
    assert_counts_of_five(g->r); /* telling takes nothing from them */
    read_end(g);
}

static void strict_each_finding_is_told(void **state)
{
    reading *g = read_strict(five);
    read_next(g);
    assert_counts_of_five(g->r);
    assert_told(g->r, IMAP4_DIAG_EMPTY_LINE, 1, 0);
    assert_told(g->r, IMAP4_DIAG_EMPTY_LINE, 2, 2);
    assert_told(g->r, IMAP4_DIAG_ESCAPE, 1, 20);
    assert_told(g->r, IMAP4_DIAG_EMPTY_LINE, 3, 26);
    assert_told(g->r, IMAP4_DIAG_ESCAPE, 2, 44);
    assert_no_more(g->r);
    read_end(g);
}

static void the_17th_that_waits_is_counted_only(void **state)
{
    char text[2 * (WAITING + 1) + sizeof "* 5 EXISTS\r\n"] = "";
    for (int i = 0; i <= WAITING; i++)
        strcat(text, "\r\n");
    strcat(text, "* 5 EXISTS\r\n");
    reading *g = read_strict(text);
    assert_int_equal(g->ev->number, 5);
    assert_int_equal(imap4_reader_diag_count(g->r, IMAP4_DIAG_EMPTY_LINE), WAITING + 1);
    for (unsigned i = 0; i < WAITING; i++)
        assert_told(g->r, IMAP4_DIAG_EMPTY_LINE, i + 1, 2 * (uint64_t)i);
    assert_no_more(g->r);
    /* There is room again, and none of the 18 is told for another. */
    const uint64_t offset = strlen(text);
    feed(g->r, "\r\n* 6 EXISTS\r\n", 14);
    read_next(g);
    assert_told(g->r, IMAP4_DIAG_EMPTY_LINE, WAITING + 2, offset);
    assert_no_more(g->r);
    read_end(g);
}

static void an_engine_counts_as_its_reader_does(void **state)
{
    session *s = session_new();
    server(s,
           "* OK [CAPABILITY IMAP4rev1] hello\r\n\r\n\r\n* LIST () \"/\" \"a\\nb\"\r\n");
    take_events(s);
    assert_int_equal(imap4_engine_diag_count(s->e, IMAP4_DIAG_EMPTY_LINE), 2);
    assert_int_equal(imap4_engine_diag_count(s->e, IMAP4_DIAG_ESCAPE), 1);
    assert_int_equal(imap4_engine_diag_count(s->e, IMAP4_DIAG_NONE), 3);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(imap4_engine_diag_count(s->e, unknown[i]), 0);
    session_free(s);
}

/* ---- places ------------------------------------------------------------------------------ */

/* The bytes of the body are gone when the finding behind them is made. */
static void behind_a_streamed_body_the_offset_counts_its_bytes(void **state)
{
    enum {
        BODY = 100000
    };
    static const char head[] = "* 1 FETCH (BODY[] {100000}\r\n";
    static const char tail[] = " FLAGS (\\Seen (x)) UID 2)\r\n";
    const size_t      len    = sizeof head - 1 + BODY + sizeof tail - 1;
    char             *text   = malloc(len);
    assert_non_null(text);
    memcpy(text, head, sizeof head - 1);
    memset(text + sizeof head - 1, 'x', BODY);
    memcpy(text + sizeof head - 1 + BODY, tail, sizeof tail - 1);

    imap4_reader_options opt     = IMAP4_READER_OPTIONS;
    imap4_reader        *r       = NULL;
    unsigned             fetches = 0, data = 0;
    opt.inline_literal = 1000;
    assert_int_equal(imap4_reader_new(&opt, &r), IMAP4_OK);
    for (size_t at = 0; at < len;) {
        const size_t    n     = len - at < 999 ? len - at : 999;
        const ptrdiff_t taken = imap4_reader_feed(r, (imap4_view){ text + at, n });
        assert_true(taken > 0);
        at += (size_t)taken;
        const imap4_event *ev = NULL;
        int                rc;
        while ((rc = imap4_reader_next(r, &ev)) == 1) {
            const imap4_flags *flags = NULL;
            data += ev->type == IMAP4_EV_BODY_DATA;
            if (ev->type != IMAP4_EV_FETCH)
                continue;
            fetches++;
            assert_int_equal(imap4_event_flags(ev, &flags), IMAP4_OK);
        }
        assert_int_equal(rc, 0);
    }
    assert_true(data > 1);
    assert_int_equal(fetches, 1);
    assert_told(r, IMAP4_DIAG_LIST, 1,
                sizeof head - 1 + BODY + sizeof " FLAGS (\\Seen " - 1);
    imap4_reader_free(&r);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_a_name_and_a_text_of_its_own),
        cmocka_unit_test(a_kind_that_is_not_known_is_unknown),
        cmocka_unit_test(tolerant_each_kind_is_told_once_and_counted),
        cmocka_unit_test(strict_each_finding_is_told),
        cmocka_unit_test(the_17th_that_waits_is_counted_only),
        cmocka_unit_test(an_engine_counts_as_its_reader_does),
        cmocka_unit_test(behind_a_streamed_body_the_offset_counts_its_bytes),
    };
    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
