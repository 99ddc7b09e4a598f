/* SPDX-License-Identifier: MIT */
/* client/method.c - the table of methods, and how one runs: queue it, run until it is done,
 * collect. */
#include "client/method.h"

#include "imap4/ext/annotatemore.h"
#include "imap4/ext/move.h"
#include "imap4/ext/partial.h"
#include "imap4/ext/sort.h"
#include "imap4/ext/thread.h"
#include "imap4/ext/uidplus.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"

#include <stdio.h>

imap4_view i4_call_arg(const i4_call *call, size_t i)
{
    return i < call->count ? call->args[i] : IMAP4_NIL;
}

/* Says in words what is wrong with an argument. */
static int refuse(imap4 *m, const char *why, imap4_view where)
{
    return i4_report_view(m, IMAP4_E_ARG, imap4_view_of(why), where);
}

/* ---- methods with a function of their own in the engine -------------------------------------- */

static int take_set(imap4 *m, i4_call *call)
{
    const imap4_view text = i4_call_arg(call, 0);
    int              rc   = imap4_seqset_new(call->is_uid, &m->mem, &call->set);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_add_text(call->set, text);
    if (rc == IMAP4_E_SYNTAX || (rc == IMAP4_OK && text.len == 0))
        return refuse(m, "not a set of messages, as \"1:3,7\" is", text);
    return rc < 0 ? i4_report(m, rc, imap4_strerror(rc)) : rc;
}

static int queue_fetch(imap4 *m, i4_call *call)
{
    I4_TRY(take_set(m, call));
    return imap4_cmd_fetch(m->engine, call->set, i4_without_parens(i4_call_arg(call, 1)),
                           NULL, NULL, &call->cmd);
}

static int queue_store(imap4 *m, i4_call *call)
{
    static const char *const ops[]    = { "FLAGS", "+FLAGS", "-FLAGS" };
    imap4_store_options      opt      = { .size = sizeof opt };
    imap4_view               op       = i4_call_arg(call, 1);
    static const char        silent[] = ".SILENT";
    const size_t             tail     = sizeof silent - 1;
    if (op.len > tail && i4_equal_nocase(op.ptr + op.len - tail, silent, tail)) {
        opt.silent = 1;
        op.len -= tail;
    }
    for (int i = 0; i < 3; i++) {
        if (!i4_view_eq_nocase(op, imap4_view_of(ops[i])))
            continue;
        I4_TRY(take_set(m, call));
        return imap4_cmd_store(m->engine, call->set, i,
                               i4_without_parens(i4_call_arg(call, 2)), &opt, NULL,
                               &call->cmd);
    }
    return refuse(m, "not FLAGS, +FLAGS or -FLAGS, with .SILENT or not",
                  i4_call_arg(call, 1));
}

static int queue_copy(imap4 *m, i4_call *call)
{
    I4_TRY(take_set(m, call));
    return imap4_cmd_copy(m->engine, call->set, i4_call_arg(call, 1), NULL, NULL,
                          &call->cmd);
}

static int queue_move(imap4 *m, i4_call *call)
{
    I4_TRY(take_set(m, call));
    return imap4_cmd_move(m->engine, call->set, i4_call_arg(call, 1), NULL, NULL,
                          &call->cmd);
}

static int queue_expunge(imap4 *m, i4_call *call)
{
    if (!call->is_uid && call->count == 0)
        return imap4_cmd_expunge(m->engine, NULL, &call->cmd);
    if (!call->is_uid)
        return refuse(m, "EXPUNGE has no set; UID EXPUNGE has", i4_call_arg(call, 0));
    I4_TRY(take_set(m, call));
    return imap4_cmd_uid_expunge(m->engine, call->set, NULL, &call->cmd);
}

static int queue_select(imap4 *m, i4_call *call)
{
    imap4_select_options opt = { .size = sizeof opt };
    opt.read_only = i4_view_eq(imap4_view_of(call->method->name), IMAP4_V("EXAMINE"));
    return imap4_cmd_select(m->engine, i4_call_arg(call, 0), &opt, NULL, &call->cmd);
}

static int queue_list(imap4 *m, i4_call *call)
{
    return imap4_cmd_list(m->engine, i4_call_arg(call, 0), i4_call_arg(call, 1), NULL,
                          NULL, &call->cmd);
}

static int queue_lsub(imap4 *m, i4_call *call)
{
    return imap4_cmd_lsub(m->engine, i4_call_arg(call, 0), i4_call_arg(call, 1), NULL,
                          &call->cmd);
}

static int queue_partial(imap4 *m, i4_call *call)
{
    uint64_t n[3] = { 0 };
    for (size_t i = 0; i < 3; i++) {
        const imap4_view text = i4_call_arg(call, i == 0 ? 0 : i + 1);
        const char      *p    = text.ptr;
        if (!i4_num_read(&p, text.ptr + text.len, UINT32_MAX, &n[i]) ||
            p != text.ptr + text.len)
            return refuse(m, "not a number", text);
    }
    return imap4_cmd_partial(m->engine, (uint32_t)n[0], i4_call_arg(call, 1),
                             (uint32_t)n[1], (uint32_t)n[2], NULL, &call->cmd);
}

static imap4_view without_quotes(imap4_view text)
{
    const bool is_quoted = text.len >= 2 && text.ptr[0] == '"' &&
                           text.ptr[text.len - 1] == '"';
    return is_quoted ? (imap4_view){ text.ptr + 1, text.len - 2 } : text;
}

static int queue_getannotation(imap4 *m, i4_call *call)
{
    const imap4_view entry     = without_quotes(i4_call_arg(call, 1));
    const imap4_view attribute = without_quotes(i4_call_arg(call, 2));
    return imap4_cmd_getannotation(m->engine, i4_call_arg(call, 0), &entry, 1, &attribute,
                                   1, NULL, &call->cmd);
}

/* ---- criteria ---------------------------------------------------------------------------------- */

static bool is_usual_charset(imap4_view charset)
{
    return charset.ptr == NULL || i4_view_eq_nocase(charset, IMAP4_V("UTF-8")) ||
           i4_view_eq_nocase(charset, IMAP4_V("US-ASCII"));
}

static void add_criteria(i4_text *t, const i4_call *call, size_t from)
{
    for (size_t i = from; i < call->count; i++) {
        if (call->args[i].ptr == NULL)
            continue;
        i4_text_add(t, t->len == 0 ? IMAP4_NIL : IMAP4_V(" "));
        i4_text_add(t, call->args[i]);
    }
}

/* The end of a quoted string that begins at `i`, behind its last quote; is it 7-bit? */
static size_t end_of_quoted(imap4_view line, size_t i, bool *is_ascii)
{
    *is_ascii = true;
    for (i++; i < line.len && line.ptr[i] != '"'; i++) {
        i += line.ptr[i] == '\\' && i + 1 < line.len;
        *is_ascii &= (unsigned char)line.ptr[i] < 0x80;
    }
    return i < line.len ? i + 1 : i;
}

/* Takes the backslashes out of what stands between two quotes. */
static size_t unquote(char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        i += text[i] == '\\' && i + 1 < len;
        text[n++] = text[i];
    }
    return n;
}

/* RFC 3501 section 9: a quoted string is 7-bit; what is not goes as a literal. */
static size_t split_at_8bit(i4_text *t, imap4_view *parts, size_t max)
{
    const imap4_view line  = { t->at, t->len };
    size_t           count = 0, from = 0;
    for (size_t i = 0; i < line.len && count + 3 <= max;) {
        bool         is_ascii = true;
        const size_t end = line.ptr[i] == '"' ? end_of_quoted(line, i, &is_ascii) : i + 1;
        if (!is_ascii && line.ptr[end - 1] == '"') {
            parts[count++] = (imap4_view){ line.ptr + from, i - from };
            parts[count++] = (imap4_view){ line.ptr + i + 1,
                                           unquote(t->at + i + 1, end - i - 2) };
            from           = end;
        }
        i = end;
    }
    if (from < line.len || count == 0)
        parts[count++] = (imap4_view){ line.ptr + from, line.len - from };
    return count;
}

/* In a charset of the caller's: the line as he wrote it, behind the charset's name. */
static int queue_in_charset(imap4 *m, i4_call *call)
{
    enum {
        PARTS_MAX = 129
    };
    const imap4_raw_options opt = { .size = sizeof opt };
    imap4_view              parts[PARTS_MAX];
    i4_text                 t = { .mem = &m->mem };
    i4_seed_line(&t, call);
    const size_t n  = t.has_failed ? 0 : split_at_8bit(&t, parts, PARTS_MAX);
    const int    rc = n == 0 ? IMAP4_E_NOMEM
                             : imap4_cmd_raw(m->engine, parts, n, &opt, NULL, &call->cmd);
    i4_text_free(&t);
    return rc;
}

static int queue_query(imap4 *m, i4_call *call)
{
    imap4_search_options opt     = { .size = sizeof opt, .uid = call->is_uid };
    i4_text              t       = { .mem = &m->mem };
    const imap4_view     name    = imap4_view_of(call->method->name);
    const bool           sorts   = i4_view_eq(name, IMAP4_V("SORT"));
    const bool           threads = i4_view_eq(name, IMAP4_V("THREAD"));
    const size_t         charset = sorts || threads ? 1 : 0;
    if (!is_usual_charset(i4_call_arg(call, charset)))
        return queue_in_charset(m, call);
    add_criteria(&t, call, charset + 1);
    const imap4_view criteria = { t.at == NULL ? "" : t.at, t.len };
    int              rc       = IMAP4_E_NOMEM;
    if (!t.has_failed && sorts)
        rc = imap4_cmd_sort(m->engine, i4_without_parens(i4_call_arg(call, 0)), criteria,
                            &opt, NULL, &call->cmd);
    else if (!t.has_failed && threads)
        rc = imap4_cmd_thread(m->engine, i4_call_arg(call, 0), criteria, &opt, NULL,
                              &call->cmd);
    else if (!t.has_failed)
        rc = imap4_cmd_search(m->engine, criteria, &opt, NULL, &call->cmd);
    i4_text_free(&t);
    return rc;
}

/* ---- the table --------------------------------------------------------------------------------- */

enum {
    N   = I4_IN_NONAUTH,
    A   = I4_IN_AUTH,
    S   = I4_IN_SELECTED,
    AS  = A | S,
    ANY = I4_IN_ANY
};

static const i4_method methods[] = {
    { "CAPABILITY", "", "CAPABILITY", "-", ANY, false, NULL },
    { "CHECK", "", NULL, "-", S, false, NULL },
    { "CLOSE", "", NULL, "-", S, false, NULL },
    { "COPY", "sm", NULL, "", S, false, queue_copy },
    { "CREATE", "m", NULL, "-", AS, false, NULL },
    { "DELETE", "m", NULL, "-", AS, false, NULL },
    { "DELETEACL", "ma", NULL, "-", AS, false, NULL },
    { "ENABLE", "r", NULL, "-", A, false, NULL },
    { "EXAMINE", "m?", "EXISTS", "-", AS, false, queue_select },
    { "EXPUNGE", "s?", "EXPUNGE", "EXPUNGE VANISHED", S, true, queue_expunge },
    { "FETCH", "sf", "FETCH", "FETCH", S, false, queue_fetch },
    { "GETACL", "m", "ACL", "-", AS, false, NULL },
    { "GETANNOTATION", "mrr", "ANNOTATION", "-", AS, false, queue_getannotation },
    { "GETQUOTA", "a", "QUOTA", "-", AS, false, NULL },
    { "GETQUOTAROOT", "m", "QUOTAROOT QUOTA", "-", AS, false, NULL },
    { "LIST", "d?p?", "LIST", "-", AS, false, queue_list },
    { "LISTRIGHTS", "ma", "LISTRIGHTS", "-", AS, false, NULL },
    { "LSUB", "d?p?", "LSUB", "-", AS, false, queue_lsub },
    { "MOVE", "sm", NULL, "", S, true, queue_move },
    { "MYRIGHTS", "m", "MYRIGHTS", "-", AS, false, NULL },
    { "NAMESPACE", "", "NAMESPACE", "-", AS, false, NULL },
    { "NOOP", "", NULL, "-", ANY, false, NULL },
    { "PARTIAL", "rrrr", "FETCH", "-", S, false, queue_partial },
    { "PROXYAUTH", "a", NULL, "-", A, false, NULL },
    { "RENAME", "mm", NULL, "-", AS, false, NULL },
    { "SEARCH", "c?R", "SEARCH ESEARCH", "SEARCH ESEARCH", S, false, queue_query },
    { "SELECT", "m?", "EXISTS", "-", AS, false, queue_select },
    { "SETACL", "maa", NULL, "-", AS, false, NULL },
    { "SETANNOTATION", "mR", "ANNOTATION", "-", AS, false, NULL },
    { "SETQUOTA", "al", "QUOTA", "-", AS, false, NULL },
    { "SORT", "lc?R", "SORT ESEARCH", "SORT ESEARCH", S, false, queue_query },
    { "STATUS", "ml", "STATUS", "-", AS, false, NULL },
    { "STORE", "srl", "FETCH", "FETCH", S, true, queue_store },
    { "SUBSCRIBE", "m", NULL, "-", AS, false, NULL },
    { "THREAD", "rc?R", "THREAD", "THREAD", S, false, queue_query },
    { "UNSELECT", "", NULL, "-", S, false, NULL },
    { "UNSUBSCRIBE", "m", NULL, "-", AS, false, NULL },
};

const i4_method *i4_method_find(imap4_view name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (i4_view_eq_nocase(name, imap4_view_of(methods[i].name)))
            return &methods[i];
    return NULL;
}

/* ---- queueing by its kinds ------------------------------------------------------------------------ */

static size_t put(imap4_arg *at, size_t n, int32_t kind, imap4_view text)
{
    at[n] = (imap4_arg){ .kind = kind, .text = text };
    return n + 1;
}

static size_t put_arg(const imap4 *m, imap4_arg *at, size_t n, char kind, imap4_view arg)
{
    const bool is_raw = (m->opt.profile & IMAP4_NAMES_RAW) != 0;
    switch (kind) {
    case 'm':
    case 'd': return put(at, n, is_raw ? IMAP4_ARG_ASTRING : IMAP4_ARG_MAILBOX, arg);
    case 'p': return put(at, n, is_raw ? IMAP4_ARG_STRING : IMAP4_ARG_PATTERN, arg);
    case 'a': return put(at, n, IMAP4_ARG_ASTRING, arg);
    case 'l':
        n = put(at, n, IMAP4_ARG_OPEN, IMAP4_NIL);
        if (i4_without_parens(arg).len != 0)
            n = put(at, n, IMAP4_ARG_RAW, i4_without_parens(arg));
        return put(at, n, IMAP4_ARG_CLOSE, IMAP4_NIL);
    default: return put(at, n, IMAP4_ARG_RAW, arg);
    }
}

/* "FETCH", "UID FETCH". */
static void name_of(const i4_call *call, char name[I4_COMMAND_MAX])
{
    (void)snprintf(name, I4_COMMAND_MAX, "%s%s", call->is_uid ? "UID " : "",
                   call->method->name);
}

static int queue_by_kinds(imap4 *m, i4_call *call)
{
    imap4_arg   at[3 * I4_ARGS_MAX];
    size_t      n    = 0;
    const char *kind = call->method->kinds;
    for (size_t i = 0; i < call->count; i++) {
        if (call->args[i].ptr != NULL)
            n = put_arg(m, at, n, *kind, call->args[i]);
        if (*kind != 'R')
            kind += kind[1] == '?' ? 2 : 1;
    }
    char name[I4_COMMAND_MAX];
    name_of(call, name);
    return imap4_cmd_args(m->engine, imap4_view_of(name), at, n, NULL, &call->cmd);
}

/* ---- running one ------------------------------------------------------------------------------------ */

/* How many arguments it has at least and at most. */
static void count_kinds(const char *kinds, size_t *least, size_t *most)
{
    *least = *most = 0;
    for (const char *k = kinds; *k != '\0'; k++) {
        if (*k == 'R')
            *most = I4_ARGS_MAX;
        else if (*k == '?')
            *least -= 1;
        else {
            *least += 1;
            *most += 1;
        }
    }
}

static int check_count(imap4 *m, const i4_call *call)
{
    size_t      least = 0, most = 0;
    const char *kinds = call->method->kinds;
    count_kinds(kinds, &least, &most);
    /* What may be left out stands in the middle, too: then it is given as NIL. */
    for (size_t i = 0; i < call->count; i++, kinds += *kinds == '\0' ? 0 : 1) {
        if (call->args[i].ptr == NULL && *kinds != '\0' && *kinds != 'R' &&
            kinds[1] != '?')
            return refuse(m, "an argument is missing", imap4_view_of(call->method->name));
        kinds += *kinds != '\0' && kinds[1] == '?' ? 1 : 0;
    }
    if (call->count < least || call->count > most)
        return refuse(m,
                      call->count < least ? "not enough arguments" : "too many arguments",
                      imap4_view_of(call->method->name));
    return IMAP4_OK;
}

static int check_state(imap4 *m, const i4_method *method)
{
    I4_TRY(i4_states_check(m, imap4_view_of(method->name), method->states));
    if (method->writes && m->has_become_readonly)
        return i4_report(m, IMAP4_E_READONLY,
                         "the mailbox has become read-only: imap4_select() it again");
    return IMAP4_OK;
}

static bool is_seed(const imap4 *m)
{
    return (m->opt.profile & IMAP4_LINES_SEED) != 0;
}

/* Its own function writes names in modified UTF-7, and reads sets. */
static int queue(imap4 *m, i4_call *call)
{
    if (is_seed(m))
        return i4_seed_queue(m, call);
    const bool is_raw = (m->opt.profile & IMAP4_NAMES_RAW) != 0 &&
                        strpbrk(call->method->kinds, "mdp") != NULL;
    if (call->method->queue != NULL && !is_raw)
        return call->method->queue(m, call);
    return queue_by_kinds(m, call);
}

/* What has a default in the seed. */
static size_t with_defaults(const i4_call *call, imap4_view *args)
{
    const char *kinds = call->method->kinds;
    size_t      n     = call->count;
    if (n != 0)
        memcpy(args, call->args, n * sizeof *args);
    for (size_t i = 0; i < 2 && kinds[0] == 'd'; i++) {
        if (i >= n)
            args[n++] = IMAP4_NIL;
        if (args[i].ptr == NULL)
            args[i] = i == 0 ? IMAP4_V("") : IMAP4_V("*");
    }
    if (kinds[0] == 'm' && kinds[1] == '?' && (n == 0 || args[0].ptr == NULL)) {
        args[0] = IMAP4_V("INBOX");
        n       = 1;
    }
    return n;
}

static imap4_view answers_of(const imap4 *m, const i4_call *call)
{
    if (call->method->queue == queue_lsub && i4_habit_is_on(m, IMAP4_QUIRK_LSUB_BY_LIST))
        return IMAP4_V("LSUB LIST");
    if (!call->is_uid)
        return imap4_view_of(call->method->answers);
    /* imaplib: whatever has no type of its own is answered with FETCH. */
    if (is_seed(m) && (call->method->kinds[0] == 's' || call->method->uid_data[0] == '-'))
        return IMAP4_V("FETCH");
    return call->method->uid_data[0] == '\0' ? IMAP4_NIL
                                             : imap4_view_of(call->method->uid_data);
}

int i4_method_run_row(imap4 *m, const i4_method *method, const imap4_view *args,
                      size_t count, bool is_uid, imap4_reply **out)
{
    i4_collector c;
    imap4_view   filled[I4_ARGS_MAX + 2];
    i4_call call = { .method = method, .args = args, .count = count, .is_uid = is_uid };
    char    name[I4_COMMAND_MAX];
    name_of(&call, name);
    I4_TRY(i4_begin(m, name, out));
    I4_TRY(check_count(m, &call));
    I4_TRY(check_state(m, method));
    call.count = with_defaults(&call, filled);
    call.args  = filled;
    int rc     = queue(m, &call);
    if (rc < 0) {
        imap4_seqset_free(&call.set);
        return m->words.pub.code != IMAP4_OK ? rc : i4_report_refusal(m, rc);
    }
    i4_collect_init(m, &c, answers_of(m, &call), call.set);
    c.takes = method->kinds[0] != 'm' ||
              method->kinds[1] != '?'; /* SELECT leaves EXISTS */
    return i4_collect(m, &c, rc, call.cmd, out);
}

int i4_method_run(imap4 *m, const char *name, const imap4_view *args, size_t count,
                  bool is_uid, imap4_reply **out)
{
    return i4_method_run_row(m, i4_method_find(imap4_view_of(name)), args, count, is_uid,
                             out);
}
