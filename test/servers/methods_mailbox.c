/* SPDX-License-Identifier: MIT */
/* test/servers/methods_mailbox.c - the rows of mailboxes, rights and quotas. */
#include "methods.h"

#include <stdio.h>
#include <string.h>

/* A name with a letter, a space and an ampersand that are not what they are on the wire. */
#define NAME      "F\xc3\xa4r & M"
#define NAME_WIRE "\"F&AOQ-r &- M\""

static void row_create(run *s)
{
    (void)!imap4_delete(s->m, NAME, NULL);
    CALL(s, imap4_create(s->m, NAME, out(s)));
    is(s, IMAP4_OK);
    sent(s, "CREATE " NAME_WIRE);
    count_is(s, 1);
    check(s, is_listed(s, NAME), "it is there");
    check(s, imap4_create(s->m, NAME, out(s)) == IMAP4_NO, "not twice");
    type_is(s, IMAP4_STATUS_NO);
}

static void row_list(run *s)
{
    size_t                 at = 0;
    const imap4_list_data *l  = NULL;
    CALL(s, imap4_list(s->m, "", "F*", out(s)));
    is(s, IMAP4_OK);
    sent(s, "LIST \"\" \"F\\*\"");
    count_is(s, 1);
    datum(s, 0, "(*) \"/\" " NAME_WIRE);
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_LIST, &at);
    check(s, ev != NULL && imap4_list_get(ev, &l) == IMAP4_OK && view_is(l->name, NAME),
          "its name for people");
    check(s, imap4_list(s->m, NULL, NULL, out(s)) == IMAP4_OK, "all");
    check(s, imap4_reply_count(s->r) >= 2, "INBOX too");
    check(s, imap4_list(s->m, "", "nothing%", out(s)) == IMAP4_OK, "none");
    count_is(s, 0);
}

static void row_subscribe(run *s)
{
    (void)!imap4_unsubscribe(s->m, NAME, NULL);
    CALL(s, imap4_subscribe(s->m, NAME, out(s)));
    is(s, IMAP4_OK);
    sent(s, "SUBSCRIBE " NAME_WIRE);
    count_is(s, 1);
}

static void row_lsub(run *s)
{
    CALL(s, imap4_lsub(s->m, NULL, NULL, out(s)));
    is(s, IMAP4_OK);
    sent(s, "LSUB \"\" \"\\*\"");
    bool is_there = false;
    for (size_t i = 0; i < imap4_reply_count(s->r); i++) {
        imap4_view head;
        is_there |= imap4_reply_datum(s->r, i, &head, NULL, NULL) == 1 &&
                    view_is(head, "(*) \"/\" " NAME_WIRE);
    }
    check(s, is_there, "it is subscribed");
}

static void row_unsubscribe(run *s)
{
    CALL(s, imap4_unsubscribe(s->m, NAME, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UNSUBSCRIBE " NAME_WIRE);
    count_is(s, 1);
    check(s, imap4_lsub(s->m, "", NAME, out(s)) == IMAP4_OK, "lsub");
    count_is(s, 0);
}

static void row_rename(run *s)
{
    (void)!imap4_delete(s->m, "Renamed", NULL);
    CALL(s, imap4_rename(s->m, NAME, "Renamed", out(s)));
    is(s, IMAP4_OK);
    sent(s, "RENAME " NAME_WIRE " Renamed");
    count_is(s, 1);
    check(s, is_listed(s, "Renamed") && !is_listed(s, NAME), "it has the other name");
}

static void row_delete(run *s)
{
    CALL(s, imap4_delete(s->m, "Renamed", out(s)));
    is(s, IMAP4_OK);
    sent(s, "DELETE Renamed");
    count_is(s, 1);
    check(s, !is_listed(s, "Renamed"), "it is gone");
    check(s, imap4_delete(s->m, "Renamed", out(s)) == IMAP4_NO, "not twice");
}

static void row_status(run *s)
{
    size_t   at = 0;
    uint64_t n  = 0;
    messages(s, "Methods", 3);
    check(s, imap4_unselect(s->m, NULL) == IMAP4_OK, "unselect");
    CALL(s, imap4_status(s->m, "Methods", "MESSAGES UIDNEXT", out(s)));
    is(s, IMAP4_OK);
    sent(s, "STATUS Methods (MESSAGES UIDNEXT)");
    count_is(s, 1);
    datum(s, 0, "Methods (MESSAGES 3 UIDNEXT 4)");
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_STATUS, &at);
    check(s,
          ev != NULL && imap4_status_number(ev, IMAP4_V("UIDNEXT"), &n) == IMAP4_OK &&
              n == 4,
          "typed");
    check(s, imap4_status(s->m, "nothing", "(MESSAGES)", NULL) == IMAP4_NO,
          "there is none");
}

static void row_select(run *s)
{
    CALL(s, imap4_select(s->m, "Methods", 0, out(s)));
    is(s, IMAP4_OK);
    sent(s, "SELECT Methods");
    count_is(s, 1);
    datum(s, 0, "3");
    state_is(s, IMAP4_STATE_SELECTED);
    const imap4_mailbox *box = imap4_mailbox_state(s->m);
    check(s,
          box != NULL && box->exists == 3 && box->read_only == 0 && box->is_open == 1 &&
              view_is(box->name, "Methods") && box->uidvalidity != 0 && box->uidnext == 4,
          "the mailbox's state");
    check(s, imap4_response(s->m, "UIDVALIDITY", out(s)) == IMAP4_OK, "response");
    count_is(s, 1);
    check(s, imap4_select(s->m, "nothing", 0, NULL) == IMAP4_NO, "there is none");
    state_is(s, IMAP4_STATE_AUTH);
    check(s, imap4_mailbox_state(s->m) == NULL, "nothing is selected");
}

static void row_select_readonly(run *s)
{
    CALL(s, imap4_select(s->m, "Methods", 1, out(s)));
    is(s, IMAP4_OK);
    sent(s, "EXAMINE Methods");
    datum(s, 0, "3");
    check(s, imap4_mailbox_state(s->m)->read_only == 1, "read-only");
    /* Dovecot says OK and changes nothing. */
    (void)!imap4_store(s->m, "1", "+FLAGS", "\\Answered", NULL);
    check(s, imap4_select(s->m, "Methods", 0, NULL) == IMAP4_OK, "select");
    check(s, imap4_search(s->m, NULL, "ANSWERED", out(s)) == IMAP4_OK, "search");
    datum(s, 0, "");
}

static void row_response(run *s)
{
    check(s, imap4_select(s->m, "Methods", 0, NULL) == IMAP4_OK, "select");
    CALL(s, imap4_response(s->m, "permanentflags", out(s)));
    is(s, IMAP4_OK);
    sent_nothing(s);
    count_is(s, 1);
    datum(s, 0, "(*\\\\Deleted*)");
    check(s, imap4_response(s->m, "PERMANENTFLAGS", out(s)) == IMAP4_OK, "once");
    count_is(s, 0);
    check(s, imap4_response(s->m, "EXISTS", out(s)) == IMAP4_OK, "what SELECT left");
    datum(s, 0, "3");
}

static void row_recent(run *s)
{
    check(s, imap4_select(s->m, "Methods", 0, NULL) == IMAP4_OK, "select");
    check(s, imap4_response(s->m, "RECENT", NULL) == IMAP4_OK, "what SELECT told");
    CALL(s, imap4_recent(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "NOOP"); /* no mail came */
    count_is(s, 0);
}

static void row_check(run *s)
{
    check(s, imap4_select(s->m, "Methods", 0, NULL) == IMAP4_OK, "select");
    CALL(s, imap4_check(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "CHECK");
    count_is(s, 1);
    state_is(s, IMAP4_STATE_SELECTED);
}

static void row_unselect(run *s)
{
    messages(s, "Methods", 3);
    check(s, imap4_store(s->m, "2", "+FLAGS", "\\Deleted", NULL) == IMAP4_OK, "store");
    CALL(s, imap4_unselect(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "UNSELECT");
    state_is(s, IMAP4_STATE_AUTH);
    check(s, count_of(s, "Methods") == 3, "nothing is removed");
    check(s, imap4_unselect(s->m, NULL) == IMAP4_E_STATE, "nothing is selected");
}

static void row_close(run *s)
{
    check(s, imap4_select(s->m, "Methods", 0, NULL) == IMAP4_OK, "select");
    CALL(s, imap4_close(s->m, out(s)));
    is(s, IMAP4_OK);
    sent(s, "CLOSE");
    state_is(s, IMAP4_STATE_AUTH);
    check(s, imap4_mailbox_state(s->m) == NULL, "nothing is selected");
    check(s, count_of(s, "Methods") == 2, "the deleted one is gone");
}

/* ---- rights ----------------------------------------------------------------------------- */

static void row_myrights(run *s)
{
    size_t                     at = 0;
    const imap4_myrights_data *my = NULL;
    CALL(s, imap4_myrights(s->m, "Methods", out(s)));
    is(s, IMAP4_OK);
    sent(s, "MYRIGHTS Methods");
    count_is(s, 1);
    datum(s, 0, "Methods *");
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_MYRIGHTS, &at);
    check(s,
          ev != NULL && imap4_myrights_get(ev, &my) == IMAP4_OK &&
              memchr(my->rights.ptr, 'l', my->rights.len) != NULL,
          "the owner may look it up");
}

/* The ACL of the mailbox has this, or has it not. */
static bool has_right(run *s, const char *pattern)
{
    imap4_reply *r    = NULL;
    imap4_view   head = IMAP4_NIL;
    const bool   ok   = imap4_getacl(s->m, "Methods", &r) == IMAP4_OK &&
                    imap4_reply_datum(r, 0, &head, NULL, NULL) == 1 &&
                    view_is(head, pattern);
    imap4_reply_free(&r);
    return ok;
}

static void row_setacl(run *s)
{
    CALL(s, imap4_setacl(s->m, "Methods", "bob", "lr", out(s)));
    is(s, IMAP4_OK);
    sent(s, "SETACL Methods bob lr");
    count_is(s, 1);
    check(s, has_right(s, "Methods * bob lr*") || has_right(s, "Methods bob lr*"),
          "bob may");
    check(s, imap4_setacl(s->m, "Methods", "bob", "+s", NULL) == IMAP4_OK, "+");
    check(s, has_right(s, "*bob lrs*"), "one more");
}

static void row_getacl(run *s)
{
    size_t           at  = 0;
    const imap4_acl *acl = NULL;
    CALL(s, imap4_getacl(s->m, "Methods", out(s)));
    is(s, IMAP4_OK);
    sent(s, "GETACL Methods");
    count_is(s, 1);
    datum(s, 0, "Methods *bob lrs*");
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_ACL, &at);
    check(s, ev != NULL && imap4_acl_get(ev, &acl) == IMAP4_OK && acl->count >= 2,
          "typed");
}

static void row_deleteacl(run *s)
{
    CALL(s, imap4_deleteacl(s->m, "Methods", "bob", out(s)));
    is(s, IMAP4_OK);
    sent(s, "DELETEACL Methods bob");
    count_is(s, 1);
    check(s, !has_right(s, "*bob*") && has_right(s, "Methods*"), "bob may not");
}

/* ---- quotas ------------------------------------------------------------------------------- */

/* The quota root of INBOX, as it is called. */
static bool root_of(run *s, char *root, size_t size)
{
    imap4_reply           *r  = NULL;
    size_t                 at = 0;
    const imap4_quotaroot *q  = NULL;
    const bool             ok = imap4_getquotaroot(s->m, "INBOX", &r) == IMAP4_OK &&
                    imap4_quotaroot_get(imap4_reply_find(r, IMAP4_EV_QUOTAROOT, &at),
                                        &q) == IMAP4_OK &&
                    q->roots.count == 1;
    if (ok)
        (void)snprintf(root, size, "%.*s", IMAP4_ARG(q->roots.at[0]));
    imap4_reply_free(&r);
    return ok;
}

/* Cyrus tells and changes quotas only for its administrator, who sees another name.  Returns the
 * column's connection, to be put back. */
static imap4 *become_admin(run *s, char *root, size_t size)
{
    char   password[100];
    imap4 *before = s->m;
    if (s->col->admin == NULL)
        return before;
    imap4 *m = another(s, NULL, false);
    (void)snprintf(password, sizeof password, "pass-%s", s->col->admin);
    check(s, m != NULL && imap4_login(m, s->col->admin, password, NULL) == IMAP4_OK,
          "admin");
    (void)snprintf(root, size, "user/%s", s->col->user);
    if (m != NULL)
        s->m = m;
    return before;
}

static void row_getquotaroot(run *s)
{
    imap4_view head;
    size_t     event = 9;
    CALL(s, imap4_getquotaroot(s->m, "INBOX", out(s)));
    is(s, IMAP4_OK);
    sent(s, "GETQUOTAROOT INBOX");
    count_is(s, 2);
    datum(s, 0, "*INBOX* ?*");
    datum(s, 1, "*(*STORAGE *)");
    check(s, imap4_reply_datum(s->r, 1, &head, NULL, &event) == 1, "the second datum");
    event_is(s, event, IMAP4_EV_QUOTA);
}

static void row_getquota(run *s)
{
    size_t             at = 0;
    char               root[200];
    const imap4_quota *q = NULL;
    check(s, root_of(s, root, sizeof root), "the root of INBOX");
    imap4 *before = become_admin(s, root, sizeof root);
    CALL(s, imap4_getquota(s->m, root, out(s)));
    is(s, IMAP4_OK);
    sent(s, "GETQUOTA *");
    s->m = before;
    count_is(s, 1);
    datum(s, 0, "*(*STORAGE *)");
    const imap4_event *ev = imap4_reply_find(s->r, IMAP4_EV_QUOTA, &at);
    check(s,
          ev != NULL && imap4_quota_get(ev, &q) == IMAP4_OK && q->count != 0 &&
              q->at[0].limit != 0,
          "typed");
}

/* Only who runs the server may, if anybody: the others are refused by it. */
static void row_setquota(run *s)
{
    char root[200];
    check(s, root_of(s, root, sizeof root), "the root of INBOX");
    imap4 *before = become_admin(s, root, sizeof root);
    CALL(s, imap4_setquota(s->m, root, "STORAGE 51200", out(s)));
    sent(s, "SETQUOTA * (STORAGE 51200)");
    if (s->col->admin == NULL) {
        is(s, IMAP4_NO);
        type_is(s, IMAP4_STATUS_NO);
        says(s, "SETQUOTA: the server said NO*");
    } else {
        is(s, IMAP4_OK);
        check(s, imap4_getquota(s->m, root, out(s)) == IMAP4_OK, "getquota");
        datum(s, 0, "*(STORAGE * 51200*)");
    }
    s->m = before;
}

static void row_getannotation(run *s)
{
    CALL(s, imap4_getannotation(s->m, "INBOX", "/comment", "value.priv", out(s)));
    is_not_offered(s, "ANNOTATEMORE");
}

static void row_setannotation(run *s)
{
    CALL(s, imap4_setannotation(s->m, "INBOX", "/comment", "(\"value.priv\" \"x\")",
                                out(s)));
    is_not_offered(s, "ANNOTATEMORE");
}

const row rows_mailbox[] = {
    { "create", row_create },
    { "list", row_list },
    { "subscribe", row_subscribe },
    { "lsub", row_lsub },
    { "unsubscribe", row_unsubscribe },
    { "rename", row_rename },
    { "delete", row_delete },
    { "status", row_status },
    { "select", row_select },
    { "select readonly", row_select_readonly },
    { "response", row_response },
    { "recent", row_recent },
    { "check", row_check },
    { "unselect", row_unselect },
    { "close", row_close },
    { "myrights", row_myrights },
    { "setacl", row_setacl },
    { "getacl", row_getacl },
    { "deleteacl", row_deleteacl },
    { "getquotaroot", row_getquotaroot },
    { "getquota", row_getquota },
    { "setquota", row_setquota },
    { "getannotation", row_getannotation },
    { "setannotation", row_setannotation },
    { NULL, NULL },
};
