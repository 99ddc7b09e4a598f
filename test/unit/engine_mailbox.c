/* SPDX-License-Identifier: MIT */
/* engine_mailbox.c - what is known of the selected mailbox. */
#include "session_help.h"

#include "imap4/text.h"

static void select_tells_everything(void **state)
{
    session *s = logged_in("");
    assert_null(imap4_engine_mailbox(s->e));
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("Entw\xc3\xbcrfe"), NULL, NULL, NULL),
                     0);
    assert_null(imap4_engine_mailbox(s->e));
    assert_sent(s, "A2 SELECT Entw&APw-rfe\r\n");
    const imap4_mailbox *box = imap4_engine_mailbox(s->e);
    assert_non_null(box);
    assert_int_equal(box->is_open, 0);
    server(s, "* 172 EXISTS\r\n* 1 RECENT\r\n"
              "* OK [UNSEEN 12] Message 12 is first unseen\r\n"
              "* OK [UIDVALIDITY 3857529045] UIDs valid\r\n"
              "* OK [UIDNEXT 4392] Predicted next UID\r\n"
              "* FLAGS (\\Answered \\Seen $x)\r\n"
              "* OK [PERMANENTFLAGS (\\Seen \\*)] Limited\r\n"
              "A2 OK [READ-WRITE] SELECT completed\r\n");
    assert_events(s, "EXISTS 172 #2\nRECENT 1 #2\nTEXT #2 OK\nTEXT #2 OK\nTEXT #2 OK\n"
                     "FLAGS #2\nTEXT #2 OK\nDONE #2 OK\n");
    box = imap4_engine_mailbox(s->e);
    assert_true(imap4_view_equal(box->name, IMAP4_V("Entw\xc3\xbcrfe")));
    assert_int_equal(box->is_open, 1);
    assert_int_equal(box->read_only, 0);
    assert_int_equal(box->exists, 172);
    assert_int_equal(box->recent, 1);
    assert_int_equal(box->unseen, 12);
    assert_true(box->uidvalidity == 3857529045u);
    assert_int_equal(box->uidnext, 4392);
    assert_int_equal(box->flags_count, 3);
    assert_true(imap4_view_equal(box->flags[2], IMAP4_V("$x")));
    assert_int_equal(box->has_permanentflags, 1);
    assert_int_equal(box->permanentflags_count, 2);
    assert_true(imap4_view_equal(box->permanentflags[1], IMAP4_V("\\*")));
    session_free(s);
}

static void it_follows_what_comes(void **state)
{
    session *s = selected("");
    server(s,
           "* 5 EXISTS\r\n* 5 EXPUNGE\r\n* 1 EXPUNGE\r\n* 9 EXPUNGE\r\n* 2 RECENT\r\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->exists,
                     3); /* not before they are taken */
    assert_events(s, "EXISTS 5\nEXPUNGE 5\nEXPUNGE 1\nEXPUNGE 9\nRECENT 2\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 3);
    assert_int_equal(imap4_engine_mailbox(s->e)->expunged, 3);
    assert_int_equal(imap4_engine_mailbox(s->e)->recent, 2);
    server(s, "* OK [READ-ONLY] now\r\n* FLAGS (a b)\r\n* FLAGS (c)\r\n");
    assert_events(s, "TEXT OK\nFLAGS\nFLAGS\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->read_only, 1);
    assert_int_equal(imap4_engine_mailbox(s->e)->flags_count, 1);
    session_free(s);
}

static void examine_is_read_only(void **state)
{
    session             *s   = logged_in("");
    imap4_select_options opt = { .size = sizeof opt, .read_only = 1 };
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("inbox"), &opt, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 EXAMINE INBOX\r\n");
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 OK\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->read_only, 1);
    session_free(s);
}

static void select_that_is_read_only_says_so_in_its_answer(void **state)
{
    session *s = logged_in("");
    queue(s, "SELECT", "x");
    assert_sent(s, "A2 SELECT x\r\n");
    server(s, "A2 OK [READ-ONLY] done\r\n");
    assert_events(s, "DONE #2 OK\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->read_only, 1);
    session_free(s);
}

static void nothing_is_learnt_without_a_mailbox(void **state)
{
    session *s = logged_in("");
    server(s, "* 5 EXISTS\r\n* FLAGS (a)\r\n* OK [UIDNEXT 5] x\r\n");
    assert_events(s, "EXISTS 5\nFLAGS\nTEXT OK\n");
    assert_null(imap4_engine_mailbox(s->e));
    session_free(s);
}

static void new_select_forgets_the_mailbox_before(void **state)
{
    session *s = selected("");
    server(s, "* FLAGS (a b)\r\n");
    assert_events(s, "FLAGS\n");
    const imap4_view *flags = imap4_engine_mailbox(s->e)->flags;
    queue(s, "SELECT", "y");
    assert_sent(s, "A3 SELECT y\r\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 0);
    assert_int_equal(imap4_engine_mailbox(s->e)->flags_count, 0);
    assert_memory_equal(flags[1].ptr, "b", 1); /* lent until the next event */
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->is_open, 1);
    session_free(s);
}

static void close_leaves_the_mailbox(void **state)
{
    session *s = selected("");
    queue(s, "CLOSE", NULL);
    assert_sent(s, "A3 CLOSE\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_null(imap4_engine_mailbox(s->e));
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_AUTH);
    session_free(s);
}

static void numbers_of_no_use_change_nothing(void **state)
{
    session *s = selected("");
    server(s, "* OK [UIDNEXT 0] x\r\n* OK [UIDVALIDITY 99999999999] y\r\n* OK [UNSEEN "
              "-1] z\r\n");
    assert_events(s, "TEXT OK\nTEXT OK\nTEXT OK\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->uidnext, 0);
    assert_int_equal(imap4_engine_mailbox(s->e)->uidvalidity, 0);
    assert_int_equal(imap4_engine_mailbox(s->e)->unseen, 0);
    session_free(s);
}

/* Three characters of UTF-16 are 8 bytes in modified UTF-7 and 9 in UTF-8. */
static void a_name_of_a_raw_line_may_be_longer_in_utf8(void **state)
{
    session *s = logged_in("");
    char     line[256], wire[256], name[300];
    memset(wire, 'T', sizeof wire);
    wire[0]           = '&';
    wire[161]         = '-';
    const ptrdiff_t n = imap4_utf7_decode((imap4_view){ wire, 162 }, name, sizeof name);
    assert_int_equal(n, 180);
    const imap4_view part = { line, (size_t)snprintf(line, sizeof line, "SELECT %.162s",
                                                     wire) };
    assert_int_equal(imap4_cmd_raw(s->e, &part, 1, NULL, NULL, NULL), IMAP4_OK);
    take_sent(s);
    server(s, "A2 OK [READ-WRITE] done\r\n");
    const imap4_mailbox *box = imap4_engine_mailbox(s->e);
    assert_non_null(box);
    assert_true(imap4_view_equal(box->name, (imap4_view){ name, (size_t)n }));
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(select_tells_everything),
        cmocka_unit_test(it_follows_what_comes),
        cmocka_unit_test(examine_is_read_only),
        cmocka_unit_test(select_that_is_read_only_says_so_in_its_answer),
        cmocka_unit_test(nothing_is_learnt_without_a_mailbox),
        cmocka_unit_test(new_select_forgets_the_mailbox_before),
        cmocka_unit_test(close_leaves_the_mailbox),
        cmocka_unit_test(numbers_of_no_use_change_nothing),
        cmocka_unit_test(a_name_of_a_raw_line_may_be_longer_in_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
