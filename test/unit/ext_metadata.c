/* SPDX-License-Identifier: MIT */
/* ext_metadata.c - METADATA: RFC 5464. */
#include "imap4/ext/metadata.h"

#include "read_help.h"
#include "session_help.h"

static const imap4_metadata *get(reading *g)
{
    const imap4_metadata *m = NULL;
    assert_int_equal(imap4_metadata_get(g->ev, &m), IMAP4_OK);
    return m;
}

static void entries_come_with_their_values(void **state)
{
    reading *g = read_text(
        "* METADATA INBOX (/shared/comment \"a\\\"b\" /private/x NIL)\r\n");
    const imap4_metadata *m = get(g);
    assert_view(m->name, "INBOX");
    assert_int_equal(m->has_values, 1);
    assert_int_equal(m->count, 2);
    assert_view(m->at[0].name, "/shared/comment");
    assert_view(m->at[0].value, "a\"b");
    assert_view(m->at[1].name, "/private/x");
    assert_view(m->at[1].value, NULL);
    assert_ptr_equal(get(g), m);
    read_end(g);
}

static void entries_that_changed_have_no_values(void **state)
{
    reading              *g = read_text("* METADATA \"\" /shared/a /shared/b\r\n");
    const imap4_metadata *m = get(g);
    assert_view(m->name, "");
    assert_int_equal(m->has_values, 0);
    assert_int_equal(m->count, 2);
    assert_view(m->at[1].name, "/shared/b");
    assert_view(m->at[1].value, NULL);
    read_end(g);
}

static void values_may_hold_nul(void **state)
{
    static const char line[] = "* METADATA \"\" (/shared/icon ~{3}\r\na\0b)\r\n";
    reading          *g      = read_bytes(NULL, line, sizeof line - 1);
    const imap4_view  value  = get(g)->at[0].value;
    assert_int_equal(value.len, 3);
    assert_memory_equal(value.ptr, "a\0b", 3);
    read_end(g);
}

static void mailbox_is_given_in_utf8(void **state)
{
    reading *g = read_text("* METADATA &AOQ- (/shared/x \"\")\r\n");
    assert_view(get(g)->name, "\xc3\xa4");
    assert_view(get(g)->wire_name, "&AOQ-");
    assert_view(get(g)->at[0].value, "");
    read_end(g);
}

static void code_is(const char *line, int reason, uint64_t size)
{
    imap4_metadata_code m;
    reading            *g = read_text(line);
    assert_int_equal(imap4_code_metadata(g->ev, &m), IMAP4_OK);
    assert_int_equal(m.reason, reason);
    assert_true(m.size == size);
    read_end(g);
}

static void code_is_not(const char *line, int rc)
{
    imap4_metadata_code m = { .reason = 77 };
    reading            *g = read_text(line);
    assert_int_equal(imap4_code_metadata(g->ev, &m), rc);
    assert_int_equal(m.reason, 77);
    read_end(g);
}

static void codes_give_reason_and_size(void **state)
{
    code_is("A1 OK [METADATA LONGENTRIES 2199] x\r\n", IMAP4_METADATA_LONGENTRIES, 2199);
    code_is("A1 NO [METADATA maxsize 0] x\r\n", IMAP4_METADATA_MAXSIZE, 0);
    code_is("A1 NO [METADATA TOOMANY] x\r\n", IMAP4_METADATA_TOOMANY, 0);
    code_is("A1 NO [METADATA NOPRIVATE] x\r\n", IMAP4_METADATA_NOPRIVATE, 0);
    code_is_not("A1 NO [OVERQUOTA] x\r\n", IMAP4_E_ABSENT);
    code_is_not("* EXPUNGE\r\n", IMAP4_E_ABSENT);
    code_is_not("A1 NO [METADATA] x\r\n", IMAP4_E_SYNTAX);
    code_is_not("A1 NO [METADATA LONGENTRIES] x\r\n", IMAP4_E_SYNTAX);
    code_is_not("A1 NO [METADATA LONGENTRIES 1 2] x\r\n", IMAP4_E_SYNTAX);
    code_is_not("A1 NO [METADATA TOOMANY 5] x\r\n", IMAP4_E_SYNTAX);
}

static void names_no_server_may_take_are_refused_by_name(void **state)
{
    static const char *const names[] = { "",        "shared/x", "/",         "/shared/",
                                         "//x",     "/a//b",    "/shared/*", "/shared/%",
                                         "/a\r\nb", "/a\tb",    "/a\x7f",    "/\xc3\xa4" };
    session                 *s       = logged_in("METADATA");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const imap4_view           name  = view_of(names[i]);
        const imap4_metadata_entry entry = { name, IMAP4_V("x") };
        assert_int_equal(
            imap4_cmd_getmetadata(s->e, IMAP4_V("x"), &name, 1, NULL, NULL, NULL),
            IMAP4_E_ARG);
        assert_true(imap4_view_equal(imap4_engine_refusal(s->e)->where, name));
        assert_int_equal(imap4_cmd_setmetadata(s->e, IMAP4_V("x"), &entry, 1, NULL, NULL),
                         IMAP4_E_ARG);
        assert_true(imap4_view_equal(imap4_engine_refusal(s->e)->where, name));
    }
    assert_sent(s, "");
    session_free(s);
}

static void options_are_checked(void **state)
{
    session                  *s     = logged_in("METADATA");
    const imap4_view          entry = IMAP4_V("/shared/x");
    imap4_getmetadata_options opt   = { .size = sizeof opt, .depth = -1 };
    assert_int_equal(imap4_cmd_getmetadata(s->e, IMAP4_V(""), &entry, 1, &opt, NULL, NULL),
                     IMAP4_E_ARG);
    opt.depth = 0;
    opt.size  = 0;
    assert_int_equal(imap4_cmd_getmetadata(s->e, IMAP4_V(""), &entry, 1, &opt, NULL, NULL),
                     IMAP4_E_ARG);
    opt.size        = sizeof opt;
    opt.has_maxsize = 1;
    opt.maxsize     = UINT32_MAX;
    assert_int_equal(
        imap4_cmd_getmetadata(s->e, IMAP4_V(""), &entry, 1, &opt, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 GETMETADATA (MAXSIZE 4294967295) \"\" (/shared/x)\r\n");
    session_free(s);
}

static void changes_by_others_answer_nobody(void **state)
{
    session         *s     = logged_in("METADATA");
    const imap4_view entry = IMAP4_V("/shared/x");
    assert_int_equal(
        imap4_cmd_getmetadata(s->e, IMAP4_V(""), &entry, 1, NULL, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 GETMETADATA \"\" (/shared/x)\r\n");
    server(s,
           "* METADATA \"\" /shared/x\r\n* METADATA \"\" (/shared/x NIL)\r\nA2 OK\r\n");
    assert_events(s, "METADATA\nMETADATA #2\nDONE #2 OK\n");
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_with_their_values),
        cmocka_unit_test(entries_that_changed_have_no_values),
        cmocka_unit_test(values_may_hold_nul),
        cmocka_unit_test(mailbox_is_given_in_utf8),
        cmocka_unit_test(codes_give_reason_and_size),
        cmocka_unit_test(names_no_server_may_take_are_refused_by_name),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(changes_by_others_answer_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
