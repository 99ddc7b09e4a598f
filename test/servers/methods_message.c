/* SPDX-License-Identifier: MIT */
/* test/servers/methods_message.c - the rows of messages, of UID, and of calls by name. */
#include "methods.h"

#include <stdio.h>
#include <string.h>

#define BOX   "Methods"
#define OTHER "Methods2"

/* BOX with three messages, selected; the first is \Flagged, the second answers it. */
static void begin(run *s)
{
    (void)!imap4_delete(s->m, OTHER, NULL);
    check(s, imap4_create(s->m, OTHER, NULL) == IMAP4_OK, "create");
    messages(s, BOX, 3);
}

static int code_of(const run *s)
{
    return s->r == NULL ? 0 : imap4_reply_status(s->r)->code_id;
}

static uint32_t exists(const run *s)
{
    const imap4_mailbox *box = imap4_mailbox_state(s->m);
    return box == NULL ? 0 : box->exists;
}

static void row_fetch(run *s)
{
    imap4_view text;
    size_t     at = 0;
    begin(s);
    CALL(s, imap4_fetch(s->m, "1:2", "(UID FLAGS BODY.PEEK[TEXT])", out(s)));
    is(s, IMAP4_OK);
    sent(s, "FETCH 1:2 (UID FLAGS BODY.PEEK\\[TEXT\\])");
    count_is(s, 4);
    datum(s, 0, "1 (*UID 1*BODY\\[TEXT\\] {19}");
    literal_is(s, 0, "Text of number 1.\r\n");
    datum(s, 1, ")");
    datum(s, 2, "2 (*UID 2*BODY\\[TEXT\\] {19}");
    literal_is(s, 2, "Text of number 2.\r\n");
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_FETCH, &at);
    check(s,
          ev != NULL && ev->number == 1 && ev->uid == 1 &&
              imap4_fetch_get(ev, IMAP4_V("BODY[TEXT]"), &text) == IMAP4_OK &&
              text.len == 19,
          "typed");
    check(s,
          imap4_fetch(s->m, "9", "FLAGS", out(s)) != IMAP4_OK ||
              imap4_reply_count(s->r) == 0,
          "there is no ninth");
}

/* No server has it: it went with RFC 1730. */
static void row_partial(run *s)
{
    begin(s);
    CALL(s, imap4_partial(s->m, "1", "RFC822", "1", "10", out(s)));
    is(s, IMAP4_E_BAD);
    sent(s, "PARTIAL 1 RFC822 1 10");
    type_is(s, IMAP4_STATUS_BAD);
    state_is(s, IMAP4_STATE_SELECTED);
}

/* Messages of the selected mailbox with this flag. */
static void flagged_are(run *s, const char *criteria, const char *numbers)
{
    imap4_reply *r    = NULL;
    imap4_view   head = IMAP4_NIL;
    check(s, imap4_search(s->m, NULL, criteria, &r) == IMAP4_OK, "search");
    (void)!imap4_reply_datum(r, 0, &head, NULL, NULL);
    check(s, view_is(head, numbers), criteria);
    imap4_reply_free(&r);
}

static void row_store(run *s)
{
    begin(s);
    CALL(s, imap4_store(s->m, "2:3", "+FLAGS", "\\Seen $Methods", out(s)));
    is(s, IMAP4_OK);
    sent(s, "STORE 2:3 +FLAGS (\\\\Seen $Methods)");
    count_is(s, 2);
    datum(s, 0, "2 (*FLAGS (*\\\\Seen*))");
    datum(s, 1, "3 (*FLAGS (*$Methods*))");
    flagged_are(s, "SEEN", "2 3");
    flagged_are(s, "KEYWORD $Methods", "2 3");
    check(s, imap4_store(s->m, "2", "-FLAGS.SILENT", "(\\Seen)", out(s)) == IMAP4_OK,
          "silent");
    check(s, imap4_reply_count(s->r) <= 1, "nothing"); /* Cyrus tells of \Recent */
    flagged_are(s, "SEEN", "3");
    check(s, imap4_store(s->m, "1", "FLAGS", "", out(s)) == IMAP4_OK, "no flags");
    flagged_are(s, "FLAGGED", "");
}

static void row_copy(run *s)
{
    imap4_copyuid uids;
    begin(s);
    CALL(s, imap4_copy(s->m, "1,3", OTHER, out(s)));
    is(s, IMAP4_OK);
    sent(s, "COPY 1,3 " OTHER);
    count_is(s, 1);
    datum(s, 0, "*COPYUID * 1,3 1:2*");
    check(s,
          s->r != NULL && imap4_code_copyuid(imap4_reply_status(s->r), &uids) == IMAP4_OK,
          "typed");
    check(s, count_of(s, OTHER) == 2 && exists(s) == 3, "two are copied");
    check(s, imap4_copy(s->m, "1", "nothing", out(s)) == IMAP4_NO,
          "there is no such mailbox");
    check(s, code_of(s) == IMAP4_CODE_TRYCREATE, "TRYCREATE");
}

static void row_move(run *s)
{
    begin(s);
    CALL(s, imap4_move(s->m, "1:2", OTHER, out(s)));
    is(s, IMAP4_OK);
    sent(s, "MOVE 1:2 " OTHER);
    count_is(s, 1);
    check(s, exists(s) == 1 && count_of(s, OTHER) == 2, "two are moved");
    check(s, imap4_mailbox_state(s->m)->expunged == 2, "the numbers have shifted");
    check(s, imap4_response(s->m, "EXPUNGE", out(s)) == IMAP4_OK, "response");
    count_is(s, 2);
}

static void row_expunge(run *s)
{
    begin(s);
    check(s, imap4_store(s->m, "1,3", "+FLAGS.SILENT", "\\Deleted", NULL) == IMAP4_OK,
          "store");
    CALL(s, imap4_expunge(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "EXPUNGE");
    count_is(s, 2);
    check(s, exists(s) == 1 && imap4_mailbox_state(s->m)->expunged == 2, "one is left");
}

static void row_search(run *s)
{
    size_t        at = 0;
    imap4_numbers walk;
    uint32_t      first = 0, last = 0;
    begin(s);
    CALL(s, imap4_search(s->m, NULL, "FROM \"alice\" UNFLAGGED", out(s)));
    is(s, IMAP4_OK);
    sent(s, "SEARCH FROM \"alice\" UNFLAGGED");
    count_is(s, 1);
    datum(s, 0, "2 3");
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_SEARCH, &at);
    check(s,
          ev != NULL && imap4_search_numbers(ev, &walk) == IMAP4_OK &&
              imap4_numbers_next(&walk, &first, &last) == 1 && first == 2,
          "typed");
    check(s, imap4_search(s->m, NULL, "SUBJECT \"F\xc3\xa4r\"", out(s)) == IMAP4_OK,
          "UTF-8");
    /* Cyrus says BAD. */
    s->rc = imap4_search(s->m, "X-NO-CHARSET", "ALL", out(s));
    check(s, s->rc == IMAP4_E_BAD || code_of(s) == IMAP4_CODE_BADCHARSET,
          "no such charset");
}

static void row_sort(run *s)
{
    begin(s);
    CALL(s, imap4_sort(s->m, "REVERSE SUBJECT", "UTF-8", "UNFLAGGED", out(s)));
    is(s, IMAP4_OK);
    sent(s, "SORT (REVERSE SUBJECT) US-ASCII UNFLAGGED");
    count_is(s, 1);
    datum(s, 0, "3 2");
}

static void row_thread(run *s)
{
    size_t at = 0;
    begin(s);
    CALL(s, imap4_thread(s->m, "REFERENCES", NULL, "ALL", out(s)));
    is(s, IMAP4_OK);
    sent(s, "THREAD REFERENCES US-ASCII ALL");
    count_is(s, 1);
    datum(s, 0, "(1 2)(3)");
    check(s, imap4_reply_find(s->r, IMAP4_EV_THREAD, &at) != NULL, "its event");
}

/* ---- UID ------------------------------------------------------------------------------------ */

/* The first message is gone, so that UIDs are no numbers: 2 and 3 are the first and second. */
static void begin_uid(run *s)
{
    begin(s);
    check(s, imap4_store(s->m, "1", "+FLAGS.SILENT", "\\Deleted", NULL) == IMAP4_OK,
          "store");
    check(s, imap4_expunge(s->m, NULL) == IMAP4_OK && exists(s) == 2, "expunge");
}

static void row_uid_copy(run *s)
{
    const char *const args[] = { "3", OTHER };
    begin_uid(s);
    CALL(s, imap4_uid(s->m, "COPY", args, 2, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID COPY 3 " OTHER);
    datum(s, 0, "*COPYUID * 3 1\\]*");
    check(s, count_of(s, OTHER) == 1, "it is copied");
}

static void row_uid_expunge(run *s)
{
    const char *const args[] = { "3" };
    begin_uid(s);
    check(s, imap4_store(s->m, "1:2", "+FLAGS.SILENT", "\\Deleted", NULL) == IMAP4_OK,
          "store");
    CALL(s, imap4_uid(s->m, "expunge", args, 1, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID EXPUNGE 3");
    count_is(s, 1);
    datum(s, 0, "2");
    check(s, exists(s) == 1, "the other one is left");
}

static void row_uid_fetch(run *s)
{
    const char *const args[] = { "3", "FLAGS" };
    begin_uid(s);
    CALL(s, imap4_uid(s->m, "Fetch", args, 2, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID FETCH 3 (FLAGS)");
    count_is(s, 1);
    datum(s, 0, "2 (*UID 3*)");
}

static void row_uid_move(run *s)
{
    const char *const args[] = { "3", OTHER };
    begin_uid(s);
    CALL(s, imap4_uid(s->m, "MOVE", args, 2, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID MOVE 3 " OTHER);
    check(s, exists(s) == 1 && count_of(s, OTHER) == 1, "it is moved");
}

static void row_uid_search(run *s)
{
    const char *const args[] = { "ALL" };
    begin_uid(s);
    CALL(s, imap4_uid(s->m, "SEARCH", args, 1, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID SEARCH ALL");
    count_is(s, 1);
    datum(s, 0, "2 3");
}

static void row_uid_sort(run *s)
{
    const char *const args[] = { "(REVERSE SUBJECT)", "US-ASCII", "ALL" };
    begin_uid(s);
    CALL(s, imap4_uid(s->m, "SORT", args, 3, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID SORT (REVERSE SUBJECT) * ALL");
    count_is(s, 1);
    datum(s, 0, "3 2");
}

static void row_uid_store(run *s)
{
    const char *const args[] = { "3", "+FLAGS", "\\Flagged" };
    begin_uid(s);
    CALL(s, imap4_uid(s->m, "STORE", args, 3, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID STORE 3 +FLAGS (\\\\Flagged)");
    count_is(s, 1);
    datum(s, 0, "2 (*UID 3*)");
    flagged_are(s, "FLAGGED", "2");
}

static void row_uid_thread(run *s)
{
    const char *const args[] = { "REFERENCES", "UTF-8", "ALL" };
    begin_uid(s);
    CALL(s, imap4_uid(s->m, "THREAD", args, 3, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UID THREAD REFERENCES US-ASCII ALL");
    count_is(s, 1);
    datum(s, 0, "(2)(3)");
}

static void row_uid_wrong(run *s)
{
    const char *const args[] = { "3" };
    CALL(s, imap4_uid(s->m, "DELETE", args, 1, out(s)));
    is(s, IMAP4_E_ARG);
    sent_nothing(s);
    check(s, s->r == NULL, "no reply");
}

/* ---- by name ----------------------------------------------------------------------------------- */

typedef struct named {
    const char *lower;
    const char *upper;
    const char *args[4];
    size_t      count;
    const char *line;
} named;

/* Each goes in both cases, and sends the same. */
static const named names[] = {
    { "noop", "NOOP", { 0 }, 0, "NOOP" },
    { "capability", "CAPABILITY", { 0 }, 0, "CAPABILITY" },
    { "namespace", "NAMESPACE", { 0 }, 0, "NAMESPACE" },
    { "id", "ID", { "name", "x" }, 2, "ID (\"name\" \"x\")" },
    { "list", "LIST", { 0 }, 0, "LIST \"\" \"\\*\"" },
    { "lsub", "LSUB", { "", "%" }, 2, "LSUB \"\" *%*" },
    { "status", "STATUS", { "INBOX", "(MESSAGES)" }, 2, "STATUS INBOX (MESSAGES)" },
    { "subscribe", "SUBSCRIBE", { "INBOX" }, 1, "SUBSCRIBE INBOX" },
    { "unsubscribe", "UNSUBSCRIBE", { "INBOX" }, 1, "UNSUBSCRIBE INBOX" },
    { "getacl", "GETACL", { "INBOX" }, 1, "GETACL INBOX" },
    { "myrights", "MYRIGHTS", { "INBOX" }, 1, "MYRIGHTS INBOX" },
    { "listrights", "LISTRIGHTS", { "INBOX", "bob" }, 2, "LISTRIGHTS INBOX bob" },
    { "getquotaroot", "GETQUOTAROOT", { "INBOX" }, 1, "GETQUOTAROOT INBOX" },
    { "xatom", "XATOM", { "NOOP" }, 1, "NOOP" },
    { "select", "SELECT", { BOX, "1" }, 2, "EXAMINE " BOX },
    { "examine", "EXAMINE", { BOX }, 1, "EXAMINE " BOX },
    { "select", "SELECT", { BOX }, 1, "SELECT " BOX },
    { "check", "CHECK", { 0 }, 0, "CHECK" },
    { "fetch", "FETCH", { "1", "FLAGS" }, 2, "FETCH 1 (FLAGS)" },
    { "search", "SEARCH", { NULL, "SEEN", "TEXT x" }, 3, "SEARCH SEEN TEXT x" },
    { "sort", "SORT", { "DATE", NULL, "ALL" }, 3, "SORT (DATE) US-ASCII ALL" },
    { "thread",
      "THREAD",
      { "REFERENCES", NULL, "ALL" },
      3,
      "THREAD REFERENCES US-ASCII ALL" },
    { "store", "STORE", { "1", "+FLAGS", "\\Seen" }, 3, "STORE 1 +FLAGS (\\\\Seen)" },
    { "copy", "COPY", { "1", OTHER }, 2, "COPY 1 " OTHER },
    { "uid", "UID", { "fetch", "1", "FLAGS" }, 3, "UID FETCH 1 (FLAGS)" },
    { "expunge", "EXPUNGE", { 0 }, 0, "EXPUNGE" },
    { "move", "MOVE", { "2", OTHER }, 2, "MOVE 2 " OTHER },
    { "create", "CREATE", { "Methods3" }, 1, "CREATE Methods3" },
    { "rename", "RENAME", { "Methods3", "Methods4" }, 2, "RENAME Methods3 Methods4" },
    { "setacl", "SETACL", { "Methods4", "bob", "lr" }, 3, "SETACL Methods4 bob lr" },
    { "deleteacl", "DELETEACL", { "Methods4", "bob" }, 2, "DELETEACL Methods4 bob" },
    { "delete", "DELETE", { "Methods4" }, 1, "DELETE Methods4" },
    { "response", "RESPONSE", { "UIDVALIDITY" }, 1, "nothing" },
    { "recent", "RECENT", { 0 }, 0, "*" },
    { "close", "CLOSE", { 0 }, 0, "CLOSE" },
    { "select", "SELECT", { 0 }, 0, "SELECT INBOX" },
    { "unselect", "UNSELECT", { 0 }, 0, "UNSELECT" },
};

static void call_all(run *s, bool in_upper)
{
    const size_t count = sizeof names / sizeof names[0];
    begin(s);
    for (size_t i = 0; i < count; i++) {
        const named *n = &names[i];
        CALL(s, imap4_call(s->m, in_upper ? n->upper : n->lower, n->args, NULL, n->count,
                           out(s)));
        is(s, IMAP4_OK);
        sent(s, n->line);
        check(s, s->r != NULL && imap4_reply_type(s->r) == IMAP4_STATUS_OK, n->lower);
    }
    (void)snprintf(s->answer, sizeof s->answer, "%zu methods, all OK", count);
    (void)snprintf(s->lines[0], sizeof s->lines[0], "NOOP, CAPABILITY, ... UNSELECT");
}

static void row_call_lower(run *s)
{
    call_all(s, false);
}

static void row_call_upper(run *s)
{
    call_all(s, true);
}

static void row_call_wrong(run *s)
{
    static const char *const one[] = { "INBOX" };
    check(s, imap4_call(s->m, "noop", one, NULL, 1, out(s)) == IMAP4_E_ARG, "too many");
    check(s, imap4_call(s->m, "rename", one, NULL, 1, out(s)) == IMAP4_E_ARG, "too few");
    CALL(s, imap4_call(s->m, "nothing", one, NULL, 1, out(s)));
    is(s, IMAP4_E_ARG);
    sent_nothing(s);
    check(s, s->r == NULL, "no reply");
}

const row rows_message[] = {
    { "fetch", row_fetch },
    { "partial", row_partial },
    { "store", row_store },
    { "copy", row_copy },
    { "move", row_move },
    { "expunge", row_expunge },
    { "search", row_search },
    { "sort", row_sort },
    { "thread", row_thread },
    { "uid copy", row_uid_copy },
    { "uid expunge", row_uid_expunge },
    { "uid fetch", row_uid_fetch },
    { "uid move", row_uid_move },
    { "uid search", row_uid_search },
    { "uid sort", row_uid_sort },
    { "uid store", row_uid_store },
    { "uid thread", row_uid_thread },
    { "uid wrong", row_uid_wrong },
    { "call lower", row_call_lower },
    { "CALL UPPER", row_call_upper },
    { "call wrong", row_call_wrong },
    { NULL, NULL },
};
