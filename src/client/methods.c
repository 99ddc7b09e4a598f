/* SPDX-License-Identifier: MIT */
/* client/methods.c - the public functions of the methods, and imap4_call(). */
#include "client/method.h"

#include "imap4/ext/compress.h"
#include "imap4/ext/id.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"

/* ---- methods that are a row ------------------------------------------------------------- */

static int run0(imap4 *m, const char *name, imap4_reply **out)
{
    return i4_method_run(m, name, NULL, 0, false, out);
}

static int run1(imap4 *m, const char *name, const char *a, imap4_reply **out)
{
    const imap4_view args[] = { imap4_view_of(a) };
    return i4_method_run(m, name, args, 1, false, out);
}

static int run2(imap4 *m, const char *name, const char *a, const char *b,
                imap4_reply **out)
{
    const imap4_view args[] = { imap4_view_of(a), imap4_view_of(b) };
    return i4_method_run(m, name, args, 2, false, out);
}

static int run3(imap4 *m, const char *name, const char *a, const char *b, const char *c,
                imap4_reply **out)
{
    const imap4_view args[] = { imap4_view_of(a), imap4_view_of(b), imap4_view_of(c) };
    return i4_method_run(m, name, args, 3, false, out);
}

int imap4_capability(imap4 *m, imap4_reply **out)
{
    return run0(m, "CAPABILITY", out);
}

int imap4_noop(imap4 *m, imap4_reply **out)
{
    return run0(m, "NOOP", out);
}

int imap4_check(imap4 *m, imap4_reply **out)
{
    return run0(m, "CHECK", out);
}

int imap4_close(imap4 *m, imap4_reply **out)
{
    return run0(m, "CLOSE", out);
}

int imap4_unselect(imap4 *m, imap4_reply **out)
{
    return run0(m, "UNSELECT", out);
}

int imap4_namespace(imap4 *m, imap4_reply **out)
{
    return run0(m, "NAMESPACE", out);
}

int imap4_expunge(imap4 *m, imap4_reply **out)
{
    return run0(m, "EXPUNGE", out);
}

int imap4_enable(imap4 *m, const char *capabilities, imap4_reply **out)
{
    return run1(m, "ENABLE", capabilities, out);
}

int imap4_proxyauth(imap4 *m, const char *user, imap4_reply **out)
{
    return run1(m, "PROXYAUTH", user, out);
}

int imap4_create(imap4 *m, const char *mailbox, imap4_reply **out)
{
    return run1(m, "CREATE", mailbox, out);
}

int imap4_delete(imap4 *m, const char *mailbox, imap4_reply **out)
{
    return run1(m, "DELETE", mailbox, out);
}

int imap4_rename(imap4 *m, const char *from, const char *to, imap4_reply **out)
{
    return run2(m, "RENAME", from, to, out);
}

int imap4_subscribe(imap4 *m, const char *mailbox, imap4_reply **out)
{
    return run1(m, "SUBSCRIBE", mailbox, out);
}

int imap4_unsubscribe(imap4 *m, const char *mailbox, imap4_reply **out)
{
    return run1(m, "UNSUBSCRIBE", mailbox, out);
}

int imap4_list(imap4 *m, const char *directory, const char *pattern, imap4_reply **out)
{
    return run2(m, "LIST", directory, pattern, out);
}

int imap4_lsub(imap4 *m, const char *directory, const char *pattern, imap4_reply **out)
{
    return run2(m, "LSUB", directory, pattern, out);
}

int imap4_status(imap4 *m, const char *mailbox, const char *items, imap4_reply **out)
{
    return run2(m, "STATUS", mailbox, items, out);
}

int imap4_getacl(imap4 *m, const char *mailbox, imap4_reply **out)
{
    return run1(m, "GETACL", mailbox, out);
}

int imap4_setacl(imap4 *m, const char *mailbox, const char *who, const char *rights,
                 imap4_reply **out)
{
    return run3(m, "SETACL", mailbox, who, rights, out);
}

int imap4_deleteacl(imap4 *m, const char *mailbox, const char *who, imap4_reply **out)
{
    return run2(m, "DELETEACL", mailbox, who, out);
}

int imap4_myrights(imap4 *m, const char *mailbox, imap4_reply **out)
{
    return run1(m, "MYRIGHTS", mailbox, out);
}

int imap4_getquota(imap4 *m, const char *root, imap4_reply **out)
{
    return run1(m, "GETQUOTA", root, out);
}

int imap4_getquotaroot(imap4 *m, const char *mailbox, imap4_reply **out)
{
    return run1(m, "GETQUOTAROOT", mailbox, out);
}

int imap4_setquota(imap4 *m, const char *root, const char *limits, imap4_reply **out)
{
    return run2(m, "SETQUOTA", root, limits, out);
}

int imap4_getannotation(imap4 *m, const char *mailbox, const char *entry,
                        const char *attribute, imap4_reply **out)
{
    return run3(m, "GETANNOTATION", mailbox, entry, attribute, out);
}

int imap4_setannotation(imap4 *m, const char *mailbox, const char *entry,
                        const char *values, imap4_reply **out)
{
    return run3(m, "SETANNOTATION", mailbox, entry, values, out);
}

int imap4_fetch(imap4 *m, const char *set, const char *items, imap4_reply **out)
{
    return run2(m, "FETCH", set, items, out);
}

int imap4_partial(imap4 *m, const char *number, const char *item, const char *start,
                  const char *octets, imap4_reply **out)
{
    const imap4_view args[] = { imap4_view_of(number), imap4_view_of(item),
                                imap4_view_of(start), imap4_view_of(octets) };
    return i4_method_run(m, "PARTIAL", args, 4, false, out);
}

int imap4_store(imap4 *m, const char *set, const char *op, const char *flags,
                imap4_reply **out)
{
    return run3(m, "STORE", set, op, flags, out);
}

int imap4_copy(imap4 *m, const char *set, const char *mailbox, imap4_reply **out)
{
    return run2(m, "COPY", set, mailbox, out);
}

int imap4_move(imap4 *m, const char *set, const char *mailbox, imap4_reply **out)
{
    return run2(m, "MOVE", set, mailbox, out);
}

int imap4_search(imap4 *m, const char *charset, const char *criteria, imap4_reply **out)
{
    return run2(m, "SEARCH", charset, criteria, out);
}

int imap4_sort(imap4 *m, const char *program, const char *charset, const char *criteria,
               imap4_reply **out)
{
    return run3(m, "SORT", program, charset, criteria, out);
}

int imap4_thread(imap4 *m, const char *algorithm, const char *charset,
                 const char *criteria, imap4_reply **out)
{
    return run3(m, "THREAD", algorithm, charset, criteria, out);
}

/* ---- SELECT ------------------------------------------------------------------------------ */

static int select_mailbox(imap4 *m, imap4_view mailbox, bool readonly, imap4_reply **out)
{
    const imap4_view args[] = { mailbox };
    i4_kept_drop(&m->kept, &m->mem, IMAP4_NIL);
    m->is_readonly_wanted  = readonly;
    m->has_become_readonly = false;
    const int rc = i4_method_run(m, readonly ? "EXAMINE" : "SELECT", args, 1, false, out);
    if (rc == IMAP4_OK && m->has_become_readonly)
        return i4_report_view(m, IMAP4_E_READONLY,
                              IMAP4_V("the mailbox is selected, but cannot be changed"),
                              mailbox);
    return rc;
}

int imap4_select(imap4 *m, const char *mailbox, int readonly, imap4_reply **out)
{
    const imap4_view name   = imap4_view_of(mailbox);
    const bool       before = i4_habit_is_on(m, IMAP4_QUIRK_ID_BEFORE_SELECT);
    const int        rc     = select_mailbox(m, name, readonly != 0, out);
    if (rc != IMAP4_NO || before || !i4_habit_is_on(m, IMAP4_QUIRK_ID_BEFORE_SELECT))
        return rc;
    if (out != NULL)
        imap4_reply_free(out);
    i4_habit_identify(m);
    return select_mailbox(m, name, readonly != 0, out);
}

/* ---- commands with a function of their own ------------------------------------------------ */

int imap4_id(imap4 *m, const imap4_param *params, size_t n, imap4_reply **out)
{
    i4_collector c;
    imap4_cmd    cmd = 0;
    I4_TRY(i4_begin(m, "ID", out));
    i4_collect_init(m, &c, IMAP4_V("ID"), NULL);
    c.takes      = true;
    const int rc = imap4_cmd_id(m->engine, params, n, NULL, &cmd);
    return i4_collect(m, &c, rc, cmd, out);
}

int imap4_compress(imap4 *m, imap4_reply **out)
{
    i4_collector c;
    imap4_cmd    cmd = 0;
    I4_TRY(i4_begin(m, "COMPRESS", out));
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    const int rc = imap4_cmd_compress(m->engine, NULL, &cmd);
    return i4_collect(m, &c, rc, cmd, out);
}

int imap4_starttls(imap4 *m, imap4_reply **out)
{
    i4_collector c;
    imap4_cmd    cmd = 0;
    I4_TRY(i4_begin(m, "STARTTLS", out));
    if (m->url.security == 0)
        return i4_report(m, IMAP4_E_ARG,
                         "no URL was given, so no name for the certificate");
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    int rc = imap4_cmd_starttls(m->engine, NULL, &cmd);
    rc     = i4_collect(m, &c, rc, cmd, out);
    if (rc != IMAP4_OK)
        return rc;
    i4_kept_drop(&m->kept, &m->mem, IMAP4_NIL); /* it came in clear */
    m->deadline_ms = imap4_now_ms() + m->opt.connect_timeout_ms;
    rc             = i4_connect_upgrade(m);
    m->deadline_ms = UINT64_MAX;
    return rc;
}

int imap4_logout(imap4 *m, imap4_reply **out)
{
    i4_collector c;
    imap4_cmd    cmd = 0;
    I4_TRY(i4_begin(m, "LOGOUT", out));
    i4_kept_drop(&m->kept, &m->mem, IMAP4_V("BYE"));
    i4_collect_init(m, &c, IMAP4_V("BYE"), NULL);
    c.takes = true;
    int rc  = imap4_cmd_logout(m->engine, NULL, &cmd);
    rc      = i4_collect(m, &c, rc, cmd, out);
    if (rc == IMAP4_OK && out != NULL)
        i4_reply_set_type(*out, IMAP4_STATUS_BYE); /* the seed's */
    if (rc == IMAP4_OK)
        i4_run_close(m);
    return rc;
}

/* ---- what was kept --------------------------------------------------------------------------- */

static int take_kept(imap4 *m, imap4_view type, imap4_reply **out)
{
    imap4_reply *r = out == NULL ? NULL : i4_reply_new(&m->mem);
    i4_debug(m, 5, "taken: ", type);
    if (out == NULL) {
        i4_kept_drop(&m->kept, &m->mem, type);
        return IMAP4_OK;
    }
    *out = r;
    if (r == NULL)
        return i4_report(m, IMAP4_E_NOMEM, "out of memory");
    i4_reply_set_type(r, IMAP4_STATUS_OK);
    i4_reply_prepend(r, i4_kept_take(&m->kept, type));
    return i4_reply_answer_copy(r, type) ? IMAP4_OK
                                         : i4_report(m, IMAP4_E_NOMEM, "out of memory");
}

int imap4_response(imap4 *m, const char *code, imap4_reply **out)
{
    i4_report_clear(m);
    if (out != NULL)
        *out = NULL;
    return take_kept(m, imap4_view_of(code), out);
}

int imap4_recent(imap4 *m, imap4_reply **out)
{
    if (out != NULL)
        *out = NULL;
    if (!i4_kept_has(&m->kept, IMAP4_V("RECENT")))
        I4_TRY(imap4_noop(m, NULL));
    return imap4_response(m, "RECENT", out);
}

/* ---- UID, any command ------------------------------------------------------------------------- */

/* imaplib sends whatever command it knows, and expects FETCH. */
static int uid_any(imap4 *m, imap4_view command, const imap4_view *args, size_t n,
                   imap4_reply **out)
{
    char      name[I4_COMMAND_MAX] = "";
    i4_method method = { name, "R", NULL, "-", i4_states_of(m, command), false, NULL };
    if (method.states == 0 || command.len >= sizeof name)
        return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("there is no such UID command"),
                              command);
    for (size_t i = 0; i < command.len; i++)
        name[i] = (char)i4_upper(command.ptr[i]);
    method.states &= I4_IN_SELECTED; /* where UID is allowed */
    return i4_method_run_row(m, &method, args, n, true, out);
}

static int uid(imap4 *m, imap4_view command, const imap4_view *args, size_t n,
               imap4_reply **out)
{
    const i4_method *method = i4_method_find(command);
    if (out != NULL)
        *out = NULL;
    i4_report_clear(m);
    if ((m->opt.profile & IMAP4_LINES_SEED) != 0 &&
        (method == NULL || method->uid_data[0] == '-'))
        return uid_any(m, command, args, n, out);
    if (method == NULL || method->uid_data == NULL || method->uid_data[0] == '-')
        return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("there is no such UID command"),
                              command);
    /* uid('SEARCH', 'ALL'): the charset is not an argument of its own there. */
    if (!i4_view_eq(imap4_view_of(method->name), IMAP4_V("SEARCH")) ||
        (m->opt.profile & IMAP4_LINES_SEED) != 0)
        return i4_method_run_row(m, method, args, n, true, out);
    imap4_view with[I4_ARGS_MAX];
    size_t     count = 1;
    with[0]          = n >= 2 ? args[0] : IMAP4_NIL;
    for (size_t i = n >= 2 ? 1 : 0; i < n && count < I4_ARGS_MAX; i++)
        with[count++] = args[i];
    return i4_method_run_row(m, method, with, count, true, out);
}

static int xatom(imap4 *m, imap4_view name, const imap4_view *args, size_t n,
                 imap4_reply **out)
{
    i4_collector c;
    i4_text      t   = { .mem = &m->mem };
    imap4_cmd    cmd = 0;
    char         word[I4_COMMAND_MAX];
    size_t       len = name.len < sizeof word ? name.len : sizeof word - 1;
    for (size_t i = 0; i < len; i++)
        word[i] = (char)i4_upper(name.ptr[i]);
    word[len] = '\0';
    I4_TRY(i4_begin(m, word, out));
    if (len != name.len || len == 0)
        return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("not the name of a command"), name);
    I4_TRY(i4_states_learn(m, name));
    I4_TRY(i4_states_check(m, name, i4_states_of(m, name)));
    i4_text_add(&t, (imap4_view){ word, len });
    for (size_t i = 0; i < n; i++) {
        if (args[i].ptr == NULL)
            continue;
        i4_text_add(&t, IMAP4_V(" "));
        i4_text_add(&t, args[i]);
    }
    const imap4_raw_options opt  = { .size = sizeof opt, .synchronizing = 1 };
    const imap4_view        line = { t.at, t.len };
    const int               rc   = t.has_failed ? IMAP4_E_NOMEM
                                                : imap4_cmd_raw(m->engine, &line, 1, &opt, NULL, &cmd);
    i4_text_free(&t);
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    return i4_collect(m, &c, rc, cmd, out);
}

/* ---- by name ---------------------------------------------------------------------------------------- */

static int views_of(imap4 *m, const char *const *args, const size_t *lens, size_t n,
                    imap4_view *out)
{
    if (n > I4_ARGS_MAX)
        return i4_report(m, IMAP4_E_ARG, "too many arguments");
    for (size_t i = 0; i < n; i++)
        out[i] = lens == NULL || args[i] == NULL ? imap4_view_of(args[i])
                                                 : (imap4_view){ args[i], lens[i] };
    return IMAP4_OK;
}

int imap4_uid(imap4 *m, const char *command, const char *const *args, size_t n,
              imap4_reply **out)
{
    imap4_view views[I4_ARGS_MAX];
    I4_TRY(views_of(m, args, NULL, n, views));
    return uid(m, imap4_view_of(command), views, n, out);
}

int imap4_xatom(imap4 *m, const char *name, const char *const *args, size_t n,
                imap4_reply **out)
{
    imap4_view views[I4_ARGS_MAX];
    I4_TRY(views_of(m, args, NULL, n, views));
    return xatom(m, imap4_view_of(name), views, n, out);
}

/* Methods that are no row of the table, and take strings only. */
static int call_two(imap4 *m, const imap4_view *args, size_t n, imap4_reply **out,
                    int (*method)(imap4 *, const char *, const char *, imap4_reply **))
{
    char *text[2] = { NULL, NULL };
    int   rc      = IMAP4_OK;
    if (n != 2)
        return i4_report(m, IMAP4_E_ARG, "it takes a name and a password");
    for (size_t i = 0; i < 2 && rc == IMAP4_OK; i++) {
        text[i] = i4_mem_zalloc(&m->mem, args[i].len + 1);
        if (text[i] == NULL)
            rc = i4_report(m, IMAP4_E_NOMEM, "out of memory");
        else if (args[i].len != 0 && memchr(args[i].ptr, 0, args[i].len) != NULL)
            rc = i4_report(m, IMAP4_E_ARG, "a name or password holds NUL");
        else if (args[i].len != 0)
            memcpy(text[i], args[i].ptr, args[i].len);
    }
    if (rc == IMAP4_OK)
        rc = method(m, text[0], text[1], out);
    for (size_t i = 0; i < 2; i++) {
        if (text[i] != NULL)
            i4_mem_wipe(text[i], args[i].len);
        i4_mem_free(&m->mem, text[i], args[i].len + 1);
    }
    return rc;
}

typedef struct plain_method {
    const char *name;
    int (*none)(imap4 *, imap4_reply **);
    int (*two)(imap4 *, const char *, const char *, imap4_reply **);
} plain_method;

static const plain_method plain_methods[] = {
    { "COMPRESS", imap4_compress, NULL },
    { "LOGIN", NULL, imap4_login },
    { "LOGIN_CRAM_MD5", NULL, imap4_login_cram_md5 },
    { "LOGIN_PLAIN", NULL, imap4_login_plain },
    { "LOGOUT", imap4_logout, NULL },
    { "RECENT", imap4_recent, NULL },
    { "STARTTLS", imap4_starttls, NULL },
};

static int call_plain(imap4 *m, const plain_method *p, const imap4_view *args, size_t n,
                      imap4_reply **out)
{
    if (p->two != NULL)
        return call_two(m, args, n, out, p->two);
    if (n != 0)
        return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("it takes no arguments"),
                              imap4_view_of(p->name));
    return p->none(m, out);
}

static int call_id(imap4 *m, const imap4_view *args, size_t n, imap4_reply **out)
{
    imap4_param params[I4_ARGS_MAX / 2];
    if (n % 2 != 0)
        return i4_report(m, IMAP4_E_ARG, "ID takes pairs: a field and its value");
    for (size_t i = 0; i < n / 2; i++) {
        params[i].name  = args[2 * i];
        params[i].value = args[2 * i + 1];
    }
    return imap4_id(m, n == 0 ? NULL : params, n / 2, out);
}

/* append(mailbox, flags, date_time, message), as the seed has it. */
static int call_append(imap4 *m, const imap4_view *args, size_t n, imap4_reply **out)
{
    imap4_append_options opt = { .size = sizeof opt };
    if (n != 4 || args[3].ptr == NULL)
        return i4_report(m, IMAP4_E_ARG, "APPEND takes mailbox, flags, date and message");
    opt.flags = args[1];
    opt.date  = args[2];
    return i4_append(m, args[0], &opt, args[3], out);
}

static int call_view(imap4 *m, imap4_view name, const imap4_view *args, size_t n,
                     imap4_reply **out)
{
    const i4_method *method = i4_method_find(name);
    if (method != NULL && i4_view_eq(imap4_view_of(method->name), IMAP4_V("SELECT")))
        return select_mailbox(m, n == 0 ? IMAP4_NIL : args[0],
                              n > 1 && i4_view_eq(args[1], IMAP4_V("1")), out);
    if (method != NULL && i4_view_eq(imap4_view_of(method->name), IMAP4_V("EXAMINE")))
        return select_mailbox(m, n == 0 ? IMAP4_NIL : args[0], true, out);
    if (method != NULL)
        return i4_method_run_row(m, method, args, n, false, out);
    if (i4_view_eq_nocase(name, IMAP4_V("UID")) && n != 0)
        return uid(m, args[0], args + 1, n - 1, out);
    if (i4_view_eq_nocase(name, IMAP4_V("XATOM")) && n != 0)
        return xatom(m, args[0], args + 1, n - 1, out);
    if (i4_view_eq_nocase(name, IMAP4_V("RESPONSE")) && n == 1)
        return take_kept(m, args[0], out);
    if (i4_view_eq_nocase(name, IMAP4_V("APPEND")))
        return call_append(m, args, n, out);
    if (i4_view_eq_nocase(name, IMAP4_V("ID")))
        return call_id(m, args, n, out);
    for (size_t i = 0; i < sizeof plain_methods / sizeof plain_methods[0]; i++)
        if (i4_view_eq_nocase(name, imap4_view_of(plain_methods[i].name)))
            return call_plain(m, &plain_methods[i], args, n, out);
    return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("there is no such method"), name);
}

int imap4_call(imap4 *m, const char *name, const char *const *args, const size_t *lens,
               size_t n, imap4_reply **out)
{
    imap4_view views[I4_ARGS_MAX];
    if (out != NULL)
        *out = NULL;
    i4_report_clear(m);
    I4_TRY(views_of(m, args, lens, n, views));
    return call_view(m, imap4_view_of(name), views, n, out);
}
