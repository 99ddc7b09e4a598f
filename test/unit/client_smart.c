/* SPDX-License-Identifier: MIT */
/* IDLE, moving and removing, roles, joined names, bytes. */
#include "client_help.h"

#define CAPS_OF(caps) "S: * PREAUTH [CAPABILITY IMAP4rev1 " caps "] hello\n"

static int hears_three(void *user, const imap4_event *ev)
{
    int *heard = user;
    return ev->type == IMAP4_EV_EXISTS && ++*heard == 3;
}

static void test_idle(void **state)
{
    script       s;
    int          heard = 0;
    imap4_reply *r     = NULL;
    imap4       *m     = script_connect(
                  &s, SELECTED "C: T2 IDLE\nS: + idling\nS: * 6 EXISTS\nC: DONE\nS: * 7 EXISTS\n"
                                         "S: T2 OK done\nC: T3 IDLE\nS: + idling\nS: * 8 EXISTS\n"
                                         "S: * 1 RECENT\nS: * 9 EXISTS\nS: * 10 EXISTS\nC: DONE\n"
                                         "S: T3 OK done\nC: T4 IDLE\nS: + idling\nC: DONE\nS: T4 OK done\n"
                                         "C: T5 IDLE\nS: + idling\nC: DONE\nS: T5 OK done\n"
                                         "C: T6 IDLE\nS: T6 NO not now\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_idle(m, UINT32_MAX, NULL, NULL, &r), IMAP4_OK);
    assert_int_equal(imap4_reply_events(r), 2);
    imap4_reply_free(&r);
    assert_int_equal(imap4_idle(m, UINT32_MAX, hears_three, &heard, &r), IMAP4_OK);
    assert_int_equal(imap4_reply_events(r), 0);
    assert_int_equal(imap4_mailbox_state(m)->exists, 10);
    imap4_reply_free(&r);
    /* The time is over; somebody interrupts. */
    assert_int_equal(imap4_idle(m, 1, NULL, NULL, NULL), IMAP4_OK);
    s.interrupts = m;
    assert_int_equal(imap4_idle(m, UINT32_MAX, NULL, NULL, NULL), IMAP4_E_INTERRUPTED);
    assert_int_equal(imap4_idle(m, 1, NULL, NULL, NULL), IMAP4_NO);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_idle_is_not_offered(void **state)
{
    script s;
    imap4 *m = script_connect(&s, CAPS_OF("X"));
    (void)state;
    assert_int_equal(imap4_idle(m, 1, NULL, NULL, NULL), IMAP4_E_NOCAP);
    assert_view(imap4_last_error(m)->text, "IDLE: the server does not announce IDLE");
    imap4_shutdown(m);
    script_end(&s, &m);
}

#define SELECT_WITH(caps) CAPS_OF(caps) "C: T1 SELECT INBOX\nS: T1 OK [READ-WRITE] ok\n"

static void test_moves_the_best_way(void **state)
{
    script       s;
    int          way = 9;
    imap4_reply *r   = NULL;
    imap4       *m   = script_connect(
                &s,
                SELECT_WITH("MOVE UIDPLUS") "C: T2 UID MOVE 7:9 Archive\n"
                                                    "S: * OK [COPYUID 1 7:9 1:3] moved\nS: T2 OK done\n"
                                                    "C: T3 UID STORE 5 +FLAGS.SILENT (\\Deleted)\n"
                                                    "S: T3 OK done\nC: T4 UID EXPUNGE 5\n"
                                                    "S: * 5 EXPUNGE\nS: T4 OK done\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_move_best(m, "7:9", "Archive", &way, &r), IMAP4_OK);
    assert_int_equal(way, IMAP4_WAY_MOVE);
    imap4_reply_free(&r);
    assert_int_equal(imap4_expunge_best(m, "5", &way, NULL), IMAP4_OK);
    assert_int_equal(way, IMAP4_WAY_UID_EXPUNGE);
    imap4_shutdown(m);
    script_end(&s, &m);

    m = script_connect(
        &s,
        SELECT_WITH(
            "UIDPLUS") "C: T2 UID COPY 7:9 Archive\nS: T2 OK [COPYUID 1 7:9 1:3] copied\n"
                       "C: T3 UID STORE 7:9 +FLAGS.SILENT (\\Deleted)\nS: T3 OK done\n"
                       "C: T4 UID EXPUNGE 7:9\nS: T4 OK done\n");
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_move_best(m, "7:9", "Archive", &way, &r), IMAP4_OK);
    assert_int_equal(way, IMAP4_WAY_COPY);
    assert_int_equal(imap4_reply_status(r)->code_id, IMAP4_CODE_COPYUID);
    imap4_reply_free(&r);
    imap4_shutdown(m);
    script_end(&s, &m);

    /* Without UIDPLUS nothing is expunged; and a COPY that fails marks nothing. */
    m = script_connect(
        &s,
        SELECT_WITH("X") "C: T2 UID COPY 7 Archive\nS: T2 NO [TRYCREATE] no such\n"
                         "C: T3 UID COPY 7 Archive\nS: T3 OK copied\n"
                         "C: T4 UID STORE 7 +FLAGS.SILENT (\\Deleted)\nS: T4 OK done\n");
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_move_best(m, "7", "Archive", &way, NULL), IMAP4_NO);
    assert_int_equal(way, IMAP4_WAY_NONE);
    assert_int_equal(imap4_move_best(m, "7", "Archive", &way, NULL), IMAP4_OK);
    assert_int_equal(way, IMAP4_WAY_MARKED);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_roles(void **state)
{
    script     s;
    int        way = 0;
    imap4_view name;
    imap4     *m = script_connect(
            &s,
            CAPS_OF(
                "SPECIAL-USE LIST-EXTENDED") "C: T1 LIST \"\" \"*\" RETURN (SPECIAL-USE)\n"
                                                 "S: * LIST (\\Sent) \"/\" \"Gesendet &- "
                                                 "mehr\"\nS: T1 OK done\n"
                                                 "C: T2 LIST \"\" \"*\" RETURN (SPECIAL-USE)\nS: "
                                                 "* LIST () \"/\" \"Mail/sent items\"\n"
                                                 "S: * LIST (\\Noselect \\Sent) \"/\" X\nS: * "
                                                 "LIST () \"/\" Sent\nS: T2 OK done\n"
                                                 "C: T3 LIST \"\" \"*\" RETURN (SPECIAL-USE)\nS: "
                                                 "* LIST () \"/\" INBOX\nS: T3 OK done\n");
    (void)state;
    assert_int_equal(imap4_role(m, "\\sent", &name, &way), IMAP4_OK);
    assert_view(name, "Gesendet & mehr");
    assert_int_equal(way, IMAP4_WAY_SPECIAL_USE);
    assert_int_equal(imap4_role(m, "\\Sent", &name, &way), IMAP4_OK);
    assert_view(name, "Sent");
    assert_int_equal(way, IMAP4_WAY_NAME);
    assert_int_equal(imap4_role(m, "\\Trash", &name, NULL), IMAP4_E_ABSENT);
    assert_int_equal(imap4_role(m, "\\Nonsense", &name, NULL), IMAP4_E_ARG);
    imap4_shutdown(m);
    script_end(&s, &m);

    m = script_connect(&s,
                       CAPS_OF("XLIST") "C: T1 XLIST \"\" \"*\"\n"
                                        "S: * XLIST (\\Spam) \"/\" Bin\nS: T1 OK done\n");
    assert_int_equal(imap4_role(m, "\\Junk", &name, &way), IMAP4_OK);
    assert_view(name, "Bin");
    assert_int_equal(way, IMAP4_WAY_XLIST);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_joined_names(void **state)
{
    static const char *const parts[]  = { "Lists", "imap" };
    static const char *const inbox[]  = { "inbox", "x" };
    static const char *const holder[] = { "a.b", "c" };
    script                   s;
    imap4_view               name;
#define NAMESPACE_OF(t)                                                                  \
    "C: " t " NAMESPACE\nS: * NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\nS: " t " OK "      \
    "done\n"
    imap4 *m = script_connect(&s, CAPS_OF("NAMESPACE") NAMESPACE_OF("T1")
                                      NAMESPACE_OF("T2") NAMESPACE_OF("T3"));
    (void)state;
    assert_int_equal(imap4_join(m, parts, 2, &name), IMAP4_OK);
    assert_view(name, "INBOX.Lists.imap");
    assert_int_equal(imap4_join(m, inbox, 2, &name), IMAP4_OK);
    assert_view(name, "inbox.x");
    assert_int_equal(imap4_join(m, holder, 2, &name), IMAP4_E_ARG);
    assert_view(imap4_last_error(m)->where, "a.b");
    imap4_shutdown(m);
    script_end(&s, &m);

    m = script_connect(&s,
                       CAPS_OF("X") "C: T1 LIST \"\" \"\"\n"
                                    "S: * LIST (\\Noselect) \"/\" \"\"\nS: T1 OK done\n"
                                    "C: T2 LIST \"\" \"\"\n"
                                    "S: * LIST (\\Noselect) NIL \"\"\nS: T2 OK done\n");
    assert_int_equal(imap4_join(m, parts, 2, &name), IMAP4_OK);
    assert_view(name, "Lists/imap");
    assert_int_equal(imap4_join(m, parts, 2, &name), IMAP4_E_ARG);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_bytes(void **state)
{
    script s;
    char   buf[64];
    imap4 *m = script_connect(&s, PREAUTH "C: T1 NOOP\nS: T1 OK done\nC: hello\n"
                                          "S: not IMAP at all {5}\ns: abc\nS: defg\n"
                                          "C: T2 NOOP\nS: T2 OK done\ns: last\n");
    (void)state;
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_int_equal(imap4_send(m, IMAP4_V("hello\r\n")), IMAP4_OK);
    assert_int_equal(imap4_readline(m, buf, 4), IMAP4_E_LIMIT);
    assert_int_equal(imap4_readline(m, buf, sizeof buf), 21);
    assert_memory_equal(buf, "not IMAP at all {5}\r\n", 21);
    assert_int_equal(imap4_read(m, buf, 5), 5);
    assert_memory_equal(buf, "abcde", 5);
    assert_int_equal(imap4_readline(m, buf, sizeof buf), 4);
    assert_memory_equal(buf, "fg\r\n", 4);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_int_equal(imap4_readline(m, buf, sizeof buf), 4); /* the end, without LF */
    assert_memory_equal(buf, "last", 4);
    assert_int_equal(imap4_readline(m, buf, sizeof buf), 0);
    script_end(&s, &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_idle_is_not_offered),
        cmocka_unit_test(test_moves_the_best_way),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_joined_names),
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
