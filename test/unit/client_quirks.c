/* SPDX-License-Identifier: MIT */
/* What the IMAP4 object does otherwise because of the server (client/habits.c). */
#include "client_help.h"
#include "imap4/quirk.h"

/* ---- "append-line-end" ------------------------------------------------------------------ */

static void test_message_gets_a_line_end_where_it_needs_one(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(
              &s, PREAUTH "C: T1 APPEND INBOX {1}\nS: + go\nC: a\n"
                                "S: T1 BAD [CLIENTBUG] APPEND Additional arguments found\n"
                                "C: T2 APPEND INBOX {3}\nS: + go\nC: a\nC: \nS: T2 OK done\n"
                          /* Known from now on; what has an end gets no other. */
                          "C: T3 APPEND INBOX {6}\nS: + go\nC: b\nC: c\nC: \nS: T3 OK done\n"
                                "C: T4 APPEND INBOX {3}\nS: + go\nC: d\nC: \nS: T4 OK done\n");
    (void)state;
    assert_int_equal(imap4_append(m, NULL, NULL, IMAP4_V("a"), &r), IMAP4_OK);
    assert_view(imap4_reply_status(r)->text, "done");
    imap4_reply_free(&r);
    assert_int_equal(imap4_append(m, NULL, NULL, IMAP4_V("b\nc"), NULL), IMAP4_OK);
    assert_int_equal(imap4_append(m, NULL, NULL, IMAP4_V("d\n"), NULL), IMAP4_OK);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_message_is_refused_for_something_else(void **state)
{
    script s;
    imap4 *m = script_connect(&s, PREAUTH "C: T1 APPEND INBOX {3}\nS: + go\nC: a\nC: \n"
                                          "S: T1 BAD [CLIENTBUG] no\n"
                                          "C: T2 APPEND INBOX {1}\nS: + go\nC: a\n"
                                          "S: T2 BAD no\n");
    (void)state;
    assert_int_equal(imap4_append(m, NULL, NULL, IMAP4_V("a\n"), NULL), IMAP4_E_BAD);
    assert_int_equal(imap4_append(m, NULL, NULL, IMAP4_V("a"), NULL), IMAP4_E_BAD);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_line_end_is_switched_off(void **state)
{
    script               s;
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    engine.tag_prefix           = "T";
    engine.quirks               = "!append-line-end";
    opt.engine                  = &engine;
    imap4 *m                    = script_connect_as(&s,
                                                    PREAUTH "C: T1 APPEND INBOX {1}\nS: + go\nC: a\n"
                                                                               "S: T1 BAD [CLIENTBUG] no\n",
                                                    &opt, NULL);
    (void)state;
    assert_int_equal(imap4_append(m, NULL, NULL, IMAP4_V("a"), NULL), IMAP4_E_BAD);
    imap4_shutdown(m);
    script_end(&s, &m);
}

/* ---- "id-before-select" --------------------------------------------------------------------- */

#define OUR_ID "ID (\"name\" \"libimap4\" \"version\" \"" IMAP4_VERSION_STRING "\")\n"

static void test_select_goes_behind_an_id(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(
              &s,
              PREAUTH "C: T1 SELECT INBOX\nS: T1 NO SELECT Unsafe Login. Please contact us\n"
                            "C: T2 " OUR_ID "S: * ID NIL\nS: T2 OK done\n"
                            "C: T3 SELECT INBOX\nS: * 5 EXISTS\nS: T3 OK [READ-WRITE] done\n"
                            "C: T4 SELECT x\nS: T4 NO no such mailbox\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, &r), IMAP4_OK);
    assert_int_equal(imap4_mailbox_state(m)->exists, 5);
    imap4_reply_free(&r);
    assert_int_equal(imap4_select(m, "x", 0, NULL), IMAP4_NO);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_id_goes_behind_login(void **state)
{
    script s;
    imap4 *m = script_connect(&s,
                              "S: * OK [CAPABILITY IMAP4rev1 ID] Coremail System ready\n"
                              "C: T1 LOGIN alice \"secret\"\n"
                              "S: T1 OK [CAPABILITY IMAP4rev1 ID] in\n"
                              "C: T2 " OUR_ID "S: T2 NO not now\n"
                              "C: T3 NOOP\nS: T3 OK done\n");
    (void)state;
    /* That it is refused is no failure of the login. */
    assert_int_equal(imap4_login(m, "alice", "secret", NULL), IMAP4_OK);
    assert_int_equal(imap4_last_error(m)->code, IMAP4_OK);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_the_seed_sends_nothing_of_its_own(void **state)
{
    script        s;
    imap4_options opt = IMAP4_OPTIONS;
    opt.profile       = IMAP4_LINES_SEED;
    imap4 *m          = script_connect_as(
                 &s, PREAUTH "C: T1 SELECT INBOX\nS: T1 NO Unsafe Login\n", &opt, NULL);
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_NO);
    imap4_shutdown(m);
    script_end(&s, &m);
}

/* ---- "delimiter-by-list" ------------------------------------------------------------------ */

static void test_delimiter_of_any_mailbox(void **state)
{
    static const char *const parts[] = { "a", "b" };
    script                   s;
    imap4_view               name;
    imap4                   *m = script_connect(
                          &s, "S: * PREAUTH [CAPABILITY IMAP4rev1] hello\n"
                                                "C: T1 LIST \"\" \"\"\nS: T1 OK done\n"
                                                "C: T2 LIST \"\" \"%\"\nS: * LIST () \".\" INBOX\nS: T2 OK done\n"
                                                "C: T3 LIST \"\" \"\"\nS: T3 OK done\n"
                                                "C: T4 LIST \"\" \"%\"\nS: T4 OK done\n");
    (void)state;
    assert_int_equal(imap4_join(m, parts, 2, &name), IMAP4_OK);
    assert_view(name, "a.b");
    assert_int_equal(imap4_join(m, parts, 2, &name), IMAP4_E_ARG);
    imap4_shutdown(m);
    script_end(&s, &m);
}

/* ---- "lsub-by-list" ------------------------------------------------------------------------ */

static void test_lsub_is_answered_by_list(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(&s,
                                    "S: * PREAUTH [CAPABILITY IMAP4rev1 LIST-EXTENDED] hello\n"
                                          "C: T1 LSUB \"\" \"*\"\nS: T1 BAD what\n"
                                          "C: T2 LIST (SUBSCRIBED) \"\" \"*\"\n"
                                          "S: * LIST (\\Subscribed) \"/\" INBOX\nS: T2 OK done\n");
    (void)state;
    assert_int_equal(imap4_lsub(m, NULL, NULL, NULL), IMAP4_E_BAD);
    assert_int_equal(imap4_lsub(m, NULL, NULL, &r), IMAP4_OK);
    assert_datum(r, 0, "(\\Subscribed) \"/\" INBOX", NULL);
    imap4_reply_free(&r);
    imap4_shutdown(m);
    script_end(&s, &m);
}

/* ---- "probe-once" --------------------------------------------------------------------------- */

/* A server that ends at NAMESPACE. */
#define ENDS_AT_NAMESPACE                                                                \
    "printf '* PREAUTH [CAPABILITY IMAP4rev1 NAMESPACE] hello\\r\\n';"                   \
    "while read tag name rest; do case $name in NAMESPACE*) exit;;"                      \
    "LIST*) printf '* LIST () \".\" \"\"\\r\\n%s OK done\\r\\n' $tag;;"                  \
    "*) printf '%s OK done\\r\\n' $tag;; esac; done"

static void test_next_connection_does_without(void **state)
{
    static const char *const parts[] = { "a", "b" };
    imap4_options            opt     = IMAP4_OPTIONS;
    imap4                   *m       = NULL;
    imap4_view               name;
    opt.command = ENDS_AT_NAMESPACE;
    (void)state;
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    assert_int_equal(imap4_has(m, "NAMESPACE"), 1);
    assert_int_equal(imap4_join(m, parts, 2, &name), IMAP4_E_EOF);
    assert_int_equal(imap4_open(m, NULL), IMAP4_OK);
    assert_int_equal(imap4_has(m, "NAMESPACE"), 0);
    assert_int_equal(imap4_join(m, parts, 2, &name), IMAP4_OK);
    assert_view(name, "a.b");
    assert_int_equal(imap4_namespace(m, NULL), IMAP4_E_NOCAP);
    imap4_free(&m);
}

static void test_options_are_copied(void **state)
{
    char                 rows[] = "small-batches !probe-once";
    char                 tags[] = "Z";
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    imap4               *m      = NULL;
    (void)state;
    engine.quirks     = rows;
    engine.tag_prefix = tags;
    opt.engine        = &engine;
    opt.command       = ENDS_AT_NAMESPACE;
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    memset(rows, 'x', sizeof rows - 1);
    tags[0] = ' ';
    assert_int_equal(imap4_namespace(m, NULL), IMAP4_E_EOF);
    assert_int_equal(imap4_open(m, NULL), IMAP4_OK);
    assert_int_equal(imap4_has(m, "NAMESPACE"), 1);
    assert_int_equal(
        imap4_engine_quirk(imap4_engine_of(m), IMAP4_QUIRK_SMALL_BATCHES, NULL), 1);
    imap4_free(&m);

    engine.quirks = "no-such-row";
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_E_ARG);
    imap4_free(&m);
}

/* A server that ends when it is to store. */
#define ENDS_AT_STORE                                                                    \
    "printf '* PREAUTH [CAPABILITY IMAP4rev1] hello\\r\\n';"                             \
    "while read tag name rest; do case \"$name $rest\" in \"UID STORE\"*) exit;;"        \
    "*) printf '%s OK [READ-WRITE] done\\r\\n' $tag;; esac; done"

static void test_next_connection_has_small_batches(void **state)
{
    imap4_options opt = IMAP4_OPTIONS;
    imap4        *m   = NULL;
    opt.command       = ENDS_AT_STORE;
    (void)state;
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(
        imap4_uid(m, "STORE",
                  (const char *const[]){ "1:500", "+FLAGS.SILENT", "(\\Deleted)" }, 3,
                  NULL),
        IMAP4_E_EOF);
    assert_int_equal(imap4_open(m, NULL), IMAP4_OK);
    assert_int_equal(
        imap4_engine_quirk(imap4_engine_of(m), IMAP4_QUIRK_SMALL_BATCHES, NULL), 1);
    imap4_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message_gets_a_line_end_where_it_needs_one),
        cmocka_unit_test(test_message_is_refused_for_something_else),
        cmocka_unit_test(test_line_end_is_switched_off),
        cmocka_unit_test(test_select_goes_behind_an_id),
        cmocka_unit_test(test_id_goes_behind_login),
        cmocka_unit_test(test_the_seed_sends_nothing_of_its_own),
        cmocka_unit_test(test_delimiter_of_any_mailbox),
        cmocka_unit_test(test_lsub_is_answered_by_list),
        cmocka_unit_test(test_next_connection_does_without),
        cmocka_unit_test(test_options_are_copied),
        cmocka_unit_test(test_next_connection_has_small_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
