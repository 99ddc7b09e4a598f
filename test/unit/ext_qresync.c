/* SPDX-License-Identifier: MIT */
/* ext_qresync.c - what CONDSTORE and QRESYNC tell of the selected mailbox. */
#include "session_help.h"

#include "imap4/ext/condstore.h"
#include "imap4/ext/enable.h"

/* QRESYNC is enabled, 172 messages, tag A3 comes next. */
static session *resynced(void)
{
    session             *s   = logged_in("ENABLE QRESYNC ESEARCH");
    imap4_select_options opt = { .size = sizeof opt, .uidvalidity = 7, .modseq = 90 };
    assert_int_equal(imap4_cmd_enable(s->e, IMAP4_V("QRESYNC"), NULL, NULL), 0);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), &opt, NULL, NULL), 0);
    assert_sent(s, "A2 ENABLE QRESYNC\r\n");
    server(s, "* ENABLED QRESYNC\r\nA2 OK\r\n");
    take_events(s);
    assert_int_equal(imap4_engine_enabled(s->e, IMAP4_V("qresync")), 1);
    assert_int_equal(imap4_engine_enabled(s->e, IMAP4_V("CONDSTORE")), 0);
    assert_sent(s, "A3 SELECT x (QRESYNC (7 90))\r\n");
    server(s, "* 172 EXISTS\r\n* OK [HIGHESTMODSEQ 95] ok\r\nA3 OK\r\n");
    take_events(s);
    return s;
}

static void vanished_takes_messages_away(void **state)
{
    session             *s   = resynced();
    const imap4_mailbox *box = imap4_engine_mailbox(s->e);
    assert_true(box->highestmodseq == 95);
    server(s, "* VANISHED 405,407:409,425\r\n");
    take_events(s);
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 167);
    assert_int_equal(imap4_engine_mailbox(s->e)->expunged, 5);
    session_free(s);
}

static void vanished_earlier_takes_nothing(void **state)
{
    session *s = resynced();
    server(s, "* VANISHED (EARLIER) 1:400\r\n* VANISHED 1:x\r\n");
    take_events(s);
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 172);
    assert_int_equal(imap4_engine_mailbox(s->e)->expunged, 0);
    session_free(s);
}

static void more_than_there_are_cannot_vanish(void **state)
{
    session *s = resynced();
    server(s, "* VANISHED 1:4294967295\r\n");
    take_events(s);
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 0);
    session_free(s);
}

static void mod_sequence_follows_the_codes(void **state)
{
    session *s = resynced();
    server(s, "* OK [HIGHESTMODSEQ 9223372036854775807] ok\r\n");
    take_events(s);
    assert_true(imap4_engine_mailbox(s->e)->highestmodseq == INT64_MAX);
    server(s, "* OK [NOMODSEQ] none\r\n");
    take_events(s);
    assert_true(imap4_engine_mailbox(s->e)->highestmodseq == 0);
    session_free(s);
}

/* RFC 7162 3.2.11: what comes before [CLOSED] is about the mailbox before. */
static void closed_ends_the_mailbox_before(void **state)
{
    session *s = resynced();
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("y"), NULL, NULL, NULL), 0);
    assert_sent(s, "A4 SELECT y\r\n");
    server(s, "* 171 EXISTS\r\n* VANISHED 5\r\n* FLAGS (a)\r\n* OK [CLOSED]\r\n"
              "* 3 EXISTS\r\nA4 OK\r\n");
    take_events(s);
    const imap4_mailbox *box = imap4_engine_mailbox(s->e);
    assert_true(imap4_view_equal(box->name, IMAP4_V("y")));
    assert_int_equal(box->is_open, 1);
    assert_int_equal(box->exists, 3);
    assert_int_equal(box->expunged, 0);
    assert_int_equal(box->flags_count, 0);
    assert_true(box->highestmodseq == 0);
    session_free(s);
}

static void long_vanished_comes_in_pieces_and_counts_once(void **state)
{
    session      *s   = resynced();
    imap4_seqset *set = NULL;
    char         *big = malloc(200000);
    size_t        len = 0;
    assert_non_null(big);
    server(s, "* 30000 EXISTS\r\n");
    take_events(s);
    len += (size_t)sprintf(big, "* VANISHED ");
    for (unsigned i = 0; i < 20000; i++)
        len += (size_t)sprintf(big + len, i == 0 ? "%u" : ",%u", 100000 + 2 * i);
    (void)sprintf(big + len, "\r\n");
    assert_int_equal(imap4_seqset_new(1, NULL, &set), 0);
    const imap4_event *ev     = NULL;
    const size_t       all    = strlen(big);
    unsigned           pieces = 0;
    for (size_t at = 0, room = 0; at < all; at += room) {
        char *to = imap4_engine_recv_buf(s->e, &room);
        assert_non_null(to);
        room = room < all - at ? room : all - at;
        memcpy(to, big + at, room);
        assert_int_equal(imap4_engine_recv_commit(s->e, room), 0);
        while (imap4_engine_next(s->e, &ev) == 1) {
            const imap4_vanished *v = NULL;
            assert_int_equal(ev->type, IMAP4_EV_VANISHED);
            assert_int_equal(imap4_vanished_get(ev, &v), IMAP4_OK);
            assert_int_equal(imap4_search_collect(ev, set), IMAP4_OK);
            pieces++;
        }
    }
    assert_true(pieces > 1);
    assert_true(imap4_seqset_cardinality(set) == 20000);
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 10000);
    imap4_seqset_free(&set);
    free(big);
    session_free(s);
}

static void options_that_contradict_are_refused(void **state)
{
    session             *s   = logged_in("ENABLE QRESYNC");
    imap4_seqset        *set = set_of("1", 0);
    imap4_select_options opt = { .size = sizeof opt, .modseq = 90 };
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), &opt, NULL, NULL), IMAP4_E_ARG);
    opt = (imap4_select_options){ .size = sizeof opt, .uidvalidity = 7 };
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), &opt, NULL, NULL), IMAP4_E_ARG);
    opt.modseq = (uint64_t)INT64_MAX + 1;
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), &opt, NULL, NULL), IMAP4_E_ARG);
    opt.modseq     = 1;
    opt.known_uids = set;
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), &opt, NULL, NULL), IMAP4_E_ARG);
    opt.known_uids    = NULL;
    opt.match_numbers = set;
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), &opt, NULL, NULL), IMAP4_E_ARG);
    imap4_seqset_free(&set);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vanished_takes_messages_away),
        cmocka_unit_test(vanished_earlier_takes_nothing),
        cmocka_unit_test(more_than_there_are_cannot_vanish),
        cmocka_unit_test(mod_sequence_follows_the_codes),
        cmocka_unit_test(closed_ends_the_mailbox_before),
        cmocka_unit_test(long_vanished_comes_in_pieces_and_counts_once),
        cmocka_unit_test(options_that_contradict_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
