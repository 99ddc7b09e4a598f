/* SPDX-License-Identifier: MIT */
/* test/transcripts/calls.c - one row for each call that a transcript can make. */
#include "calls.h"

#include "script.h"
#include "short.h"

#include "imap4.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIST_MAX = 32 /* arguments of a kind: more than the 30 that ID may have */
};

/* ---- words ---------------------------------------------------------------------- */

/* Takes a word, or a "quoted string" with escapes, into memory that stays. */
static imap4_view word(caller *c, const char **from)
{
    const char *at = *from;
    while (*at == ' ')
        at++;
    const char *end = at;
    text        t   = { 0 };
    if (*at == '"') {
        for (end = ++at; *end != '\0' && *end != '"'; end++)
            if (*end == '\\' && end[1] != '\0')
                end++;
        bytes_add(&t, "", 0);
        if (!script_unescape(at, (size_t)(end - at), &t))
            c->problem = "an escape";
        *from = *end == '"' ? end + 1 : end;
    } else {
        while (*end != '\0' && *end != ' ')
            end++;
        if (end != at)
            bytes_add(&t, at, (size_t)(end - at));
        *from = end;
    }
    if (t.at == NULL)
        return IMAP4_NIL;
    char *ptr = t.at;
    bytes_add(&c->kept, (const char *)&ptr, sizeof ptr);
    return (imap4_view){ t.at, t.len };
}

void caller_free(caller *c)
{
    for (size_t i = 0; i + sizeof(char *) <= c->kept.len; i += sizeof(char *)) {
        char *ptr = NULL;
        memcpy(&ptr, c->kept.at + i, sizeof ptr);
        free(ptr);
    }
    text_free(&c->kept);
}

static imap4_view rest_of(const char **from)
{
    while (**from == ' ')
        (*from)++;
    const imap4_view v = imap4_view_of(*from);
    *from += v.len;
    return v;
}

static bool is(imap4_view v, const char *name)
{
    return imap4_view_equal_nocase(v, imap4_view_of(name)) != 0;
}

/* Takes the word if it is the next one. */
static bool took(caller *c, const char **at, const char *name)
{
    const char *after = *at;
    if (!is(word(c, &after), name))
        return false;
    *at = after;
    return true;
}

static uint64_t number(caller *c, const char **at)
{
    const imap4_view v = word(c, at);
    return v.len == 0 ? 0 : strtoull(v.ptr, NULL, 10);
}

/* "(...)" without its parentheses, up to the one that balances; or a word. */
static imap4_view list(caller *c, const char **at)
{
    while (**at == ' ')
        (*at)++;
    if (**at != '(')
        return word(c, at);
    const char *from = ++*at;
    for (int depth = 1; **at != '\0'; (*at)++) {
        depth += **at == '(' ? 1 : **at == ')' ? -1 : 0;
        if (depth == 0)
            break;
    }
    const imap4_view v = { from, (size_t)(*at - from) };
    if (**at == ')')
        (*at)++;
    return v;
}

/* NULL for "-". */
static imap4_seqset *set_of(caller *c, const char **at, bool is_uid)
{
    const imap4_view v   = word(c, at);
    imap4_seqset    *set = NULL;
    if (!is(v, "-") && imap4_seqset_parse(v, is_uid, &set) < 0)
        c->problem = "a set";
    return set;
}

/* ---- calls ------------------------------------------------------------------------ */

/* One call: what stands behind its name, and whether "uid" stood before it. */
typedef struct call {
    caller     *c;
    const char *at;
    bool        is_uid;
    void       *ctx;
} call;

static int call_fetch(call *k)
{
    caller             *c   = k->c;
    imap4_fetch_options opt = { .size = sizeof opt };
    if (took(c, &k->at, "changedsince"))
        opt.changedsince = number(c, &k->at);
    opt.vanished        = took(c, &k->at, "vanished");
    imap4_seqset *set   = set_of(c, &k->at, k->is_uid);
    imap4_view    items = rest_of(&k->at);
    if (items.len > 1 && items.ptr[0] == '(' && items.ptr[items.len - 1] == ')')
        items = (imap4_view){ items.ptr + 1, items.len - 2 };
    const int rc = imap4_cmd_fetch(c->engine, set, items, &opt, k->ctx, &c->last);
    imap4_seqset_free(&set);
    return rc;
}

static int call_store(call *k)
{
    caller             *c   = k->c;
    imap4_store_options opt = { .size = sizeof opt };
    opt.has_unchangedsince  = took(c, &k->at, "unchangedsince");
    if (opt.has_unchangedsince)
        opt.unchangedsince = number(c, &k->at);
    imap4_seqset    *set    = set_of(c, &k->at, k->is_uid);
    const imap4_view what   = word(c, &k->at);
    imap4_view       flags  = rest_of(&k->at);
    const int        action = what.len == 0        ? IMAP4_STORE_SET
                              : what.ptr[0] == '+' ? IMAP4_STORE_ADD
                              : what.ptr[0] == '-' ? IMAP4_STORE_REMOVE
                                                   : IMAP4_STORE_SET;
    opt.silent              = what.len > 7 &&
                 is((imap4_view){ what.ptr + what.len - 7, 7 }, ".silent");
    if (flags.len > 1 && flags.ptr[0] == '(')
        flags = (imap4_view){ flags.ptr + 1, flags.len - 2 };
    const int rc = imap4_cmd_store(c->engine, set, action, flags, &opt, k->ctx, &c->last);
    imap4_seqset_free(&set);
    return rc;
}

typedef int (*copy_fn)(imap4_engine *engine, const imap4_seqset *set, imap4_view mailbox,
                       const imap4_copy_options *opt, void *ctx, imap4_cmd *out);

static int copy_by(call *k, copy_fn copy)
{
    caller            *c   = k->c;
    imap4_copy_options opt = { .size = sizeof opt };
    opt.allow_partial      = took(c, &k->at, "partial");
    imap4_seqset *set      = set_of(c, &k->at, k->is_uid);
    const int     rc = copy(c->engine, set, word(c, &k->at), &opt, k->ctx, &c->last);
    imap4_seqset_free(&set);
    return rc;
}

static int call_copy(call *k)
{
    return copy_by(k, imap4_cmd_copy);
}

static int call_move(call *k)
{
    return copy_by(k, imap4_cmd_move);
}

static int call_expunge(call *k)
{
    caller *c = k->c;
    if (!k->is_uid)
        return imap4_cmd_expunge(c->engine, k->ctx, &c->last);
    imap4_seqset *set = set_of(c, &k->at, true);
    const int     rc  = imap4_cmd_uid_expunge(c->engine, set, k->ctx, &c->last);
    imap4_seqset_free(&set);
    return rc;
}

/* "or string FROM x key SEEN": one word for each function of imap4/query.h. */
static void add_keys(caller *c, const char **at, imap4_query *q)
{
    while (**at != '\0' && c->problem == NULL) {
        const imap4_view what = word(c, at);
        if (is(what, "not"))
            imap4_query_not(q);
        else if (is(what, "or"))
            imap4_query_or(q);
        else if (is(what, "open"))
            imap4_query_open(q);
        else if (is(what, "close"))
            imap4_query_close(q);
        else if (is(what, "modseq"))
            imap4_query_modseq(q, number(c, at));
        else if (is(what, "raw"))
            imap4_query_raw(q, word(c, at));
        else if (is(what, "charset"))
            imap4_query_charset(q, word(c, at));
        else if (is(what, "set") || is(what, "uids")) {
            imap4_seqset *set = set_of(c, at, is(what, "uids"));
            imap4_query_set(q, set);
            imap4_seqset_free(&set);
        } else {
            const imap4_view key = word(c, at);
            if (is(what, "key"))
                imap4_query_key(q, key);
            else if (is(what, "string"))
                imap4_query_string(q, key, word(c, at));
            else if (is(what, "header"))
                imap4_query_header(q, key, word(c, at));
            else if (is(what, "number"))
                imap4_query_number(q, key, number(c, at));
            else if (is(what, "keyword"))
                imap4_query_keyword(q, key, word(c, at));
            else if (is(what, "date")) {
                const int year = (int)number(c, at), month = (int)number(c, at);
                imap4_query_date(q, key, year, month, (int)number(c, at));
            } else {
                c->problem = "a search key";
            }
        }
        while (**at == ' ')
            (*at)++;
    }
}

static imap4_view results_of(call *k)
{
    return took(k->c, &k->at, "return") ? list(k->c, &k->at) : IMAP4_NIL;
}

/* Criteria as on the wire, or "query" and what builds one. */
static imap4_view criteria_of(call *k, imap4_search_options *opt, imap4_query **q)
{
    opt->uid = k->is_uid;
    if (!took(k->c, &k->at, "query"))
        return rest_of(&k->at);
    if (imap4_query_new(NULL, q) < 0)
        k->c->problem = "memory";
    else
        add_keys(k->c, &k->at, *q);
    opt->query = *q;
    return IMAP4_NIL;
}

static int call_search(call *k)
{
    imap4_search_options opt      = { .size = sizeof opt, .results = results_of(k) };
    imap4_query         *q        = NULL;
    const imap4_view     criteria = criteria_of(k, &opt, &q);
    const int rc = imap4_cmd_search(k->c->engine, criteria, &opt, k->ctx, &k->c->last);
    imap4_query_free(&q);
    return rc;
}

/* [uid] sort [return (OPTIONS)] (PROGRAM) CRITERIA */
static int call_sort(call *k)
{
    imap4_search_options opt      = { .size = sizeof opt, .results = results_of(k) };
    imap4_query         *q        = NULL;
    const imap4_view     program  = list(k->c, &k->at);
    const imap4_view     criteria = criteria_of(k, &opt, &q);
    const int rc = imap4_cmd_sort(k->c->engine, program, criteria, &opt, k->ctx,
                                  &k->c->last);
    imap4_query_free(&q);
    return rc;
}

/* [uid] thread ALGORITHM CRITERIA */
static int call_thread(call *k)
{
    imap4_search_options opt       = { .size = sizeof opt, .results = results_of(k) };
    imap4_query         *q         = NULL;
    const imap4_view     algorithm = word(k->c, &k->at);
    const imap4_view     criteria  = criteria_of(k, &opt, &q);
    const int rc = imap4_cmd_thread(k->c->engine, algorithm, criteria, &opt, k->ctx,
                                    &k->c->last);
    imap4_query_free(&q);
    return rc;
}

static int call_append(call *k)
{
    caller              *c   = k->c;
    imap4_append_options opt = { .size = sizeof opt };
    opt.binary               = took(c, &k->at, "binary");
    opt.utf8                 = took(c, &k->at, "utf8");
    const imap4_view mailbox = word(c, &k->at);
    const uint64_t   length  = number(c, &k->at);
    opt.flags                = word(c, &k->at);
    opt.date                 = word(c, &k->at);
    return imap4_cmd_append(c->engine, mailbox, length, &opt, k->ctx, &c->last);
}

static int select_with(call *k, int32_t read_only)
{
    caller              *c     = k->c;
    imap4_select_options opt   = { .size = sizeof opt, .read_only = read_only };
    imap4_seqset        *known = NULL, *numbers = NULL, *uids = NULL;
    opt.condstore = took(c, &k->at, "condstore");
    if (took(c, &k->at, "qresync")) {
        opt.uidvalidity = (uint32_t)number(c, &k->at);
        opt.modseq      = number(c, &k->at);
        if (took(c, &k->at, "known"))
            known = set_of(c, &k->at, true);
        if (took(c, &k->at, "match")) {
            numbers = set_of(c, &k->at, false);
            uids    = set_of(c, &k->at, true);
        }
        opt.known_uids    = known;
        opt.match_numbers = numbers;
        opt.match_uids    = uids;
    }
    const int rc = imap4_cmd_select(c->engine, word(c, &k->at), &opt, k->ctx, &c->last);
    imap4_seqset_free(&known);
    imap4_seqset_free(&numbers);
    imap4_seqset_free(&uids);
    return rc;
}

static int call_select(call *k)
{
    return select_with(k, 0);
}

static int call_examine(call *k)
{
    return select_with(k, 1);
}

static int call_raw(call *k)
{
    caller    *c    = k->c;
    imap4_view name = word(c, &k->at);
    text       both = { 0 };
    if (is(name, "uid")) {
        const imap4_view second = word(c, &k->at);
        text_add(&both, "%.*s %.*s", IMAP4_ARG(name), IMAP4_ARG(second));
        name = (imap4_view){ both.at, both.len };
    }
    imap4_arg arg = { .kind = IMAP4_ARG_RAW, .text = rest_of(&k->at) };
    const int rc  = imap4_cmd_args(c->engine, name, &arg, arg.text.len != 0, k->ctx,
                                   &c->last);
    text_free(&both);
    return rc;
}

/* line [sync] [secret] [data N] TEXT [LITERAL TEXT ...]; the literal "-" comes by "data" */
static int call_line(call *k)
{
    caller           *c   = k->c;
    imap4_raw_options opt = { .size = sizeof opt };
    imap4_view        parts[16];
    size_t            count = 0;
    opt.synchronizing       = took(c, &k->at, "sync");
    opt.secret              = took(c, &k->at, "secret");
    if (took(c, &k->at, "data"))
        opt.data = number(c, &k->at);
    for (; count < 16; count++) {
        parts[count] = word(c, &k->at);
        if (parts[count].ptr == NULL)
            break;
        if (count % 2 == 1 && is(parts[count], "-"))
            parts[count] = IMAP4_NIL;
    }
    return imap4_cmd_raw(c->engine, parts, count, &opt, k->ctx, &c->last);
}

static int call_authenticate(call *k)
{
    caller          *c         = k->c;
    const imap4_view mechanism = word(c, &k->at);
    return imap4_cmd_authenticate(c->engine, mechanism, word(c, &k->at), k->ctx, &c->last);
}

static int call_auth_plain(call *k)
{
    caller          *c    = k->c;
    const imap4_view user = word(c, &k->at);
    return imap4_cmd_auth_plain(c->engine, IMAP4_NIL, user, word(c, &k->at), k->ctx,
                                &c->last);
}

static int call_list(call *k)
{
    caller            *c   = k->c;
    imap4_list_options opt = { .size = sizeof opt };
    imap4_view         patterns[8];
    if (took(c, &k->at, "selection"))
        opt.selection = list(c, &k->at);
    const imap4_view reference = word(c, &k->at);
    const imap4_view pattern   = word(c, &k->at);
    while (took(c, &k->at, "and") && opt.patterns_count < 8)
        patterns[opt.patterns_count++] = word(c, &k->at);
    opt.patterns = patterns;
    if (took(c, &k->at, "return"))
        opt.returns = list(c, &k->at);
    if (took(c, &k->at, "status"))
        opt.status = list(c, &k->at);
    return imap4_cmd_list(c->engine, reference, pattern, &opt, k->ctx, &c->last);
}

/* create-use NAME USE ... */
static int call_create_use(call *k)
{
    const imap4_view name = word(k->c, &k->at);
    return imap4_cmd_create_use(k->c->engine, name, rest_of(&k->at), k->ctx, &k->c->last);
}

static int call_status(call *k)
{
    caller          *c       = k->c;
    const imap4_view mailbox = word(c, &k->at);
    return imap4_cmd_status(c->engine, mailbox, list(c, &k->at), k->ctx, &c->last);
}

static int call_enable(call *k)
{
    return imap4_cmd_enable(k->c->engine, rest_of(&k->at), k->ctx, &k->c->last);
}

/* quirk NAME auto|on|off */
static int call_quirk(call *k)
{
    static const char *const settings[] = { "auto", "on", "off" };
    const imap4_view         name       = word(k->c, &k->at);
    const imap4_view         setting    = word(k->c, &k->at);
    for (int i = 0; i < 3; i++)
        if (is(setting, settings[i]))
            return imap4_quirk_set(k->c->engine, imap4_quirk_find(name), i);
    return IMAP4_E_ARG;
}

/* broken CAPABILITY yes|no */
static int call_broken(call *k)
{
    const imap4_view name = word(k->c, &k->at);
    return imap4_engine_set_broken(k->c->engine, name, is(word(k->c, &k->at), "yes"));
}

/* getmetadata [maxsize N] [depth 0|1|infinity] MAILBOX ENTRY ... */
static int call_getmetadata(call *k)
{
    caller                   *c   = k->c;
    imap4_getmetadata_options opt = { .size = sizeof opt };
    imap4_view                entries[LIST_MAX];
    size_t                    n = 0;
    opt.has_maxsize             = took(c, &k->at, "maxsize");
    if (opt.has_maxsize)
        opt.maxsize = (uint32_t)number(c, &k->at);
    if (took(c, &k->at, "depth"))
        opt.depth = took(c, &k->at, "infinity") ? IMAP4_METADATA_ALL
                                                : (int32_t)number(c, &k->at);
    const imap4_view mailbox = word(c, &k->at);
    while (*k->at != '\0' && n < LIST_MAX)
        entries[n++] = word(c, &k->at);
    return imap4_cmd_getmetadata(c->engine, mailbox, entries, n, &opt, k->ctx, &c->last);
}

/* NIL is nothing, "NIL" a string of three letters. */
static imap4_view value(caller *c, const char **at)
{
    while (**at == ' ')
        (*at)++;
    const bool       is_quoted = **at == '"';
    const imap4_view v         = word(c, at);
    return !is_quoted && is(v, "NIL") ? IMAP4_NIL : v;
}

/* setmetadata MAILBOX ENTRY VALUE ... */
static int call_setmetadata(call *k)
{
    caller              *c = k->c;
    imap4_metadata_entry entries[LIST_MAX];
    size_t               n       = 0;
    const imap4_view     mailbox = word(c, &k->at);
    for (; *k->at != '\0' && n < LIST_MAX; n++) {
        entries[n].name  = word(c, &k->at);
        entries[n].value = value(c, &k->at);
    }
    return imap4_cmd_setmetadata(c->engine, mailbox, entries, n, k->ctx, &c->last);
}

/* getannotation MAILBOX ENTRY ... : ATTRIBUTE ... */
static int call_getannotation(call *k)
{
    caller          *c = k->c;
    imap4_view       entries[LIST_MAX], attributes[LIST_MAX];
    size_t           n = 0, m = 0;
    const imap4_view mailbox = word(c, &k->at);
    while (*k->at != '\0' && n < LIST_MAX && !took(c, &k->at, ":"))
        entries[n++] = word(c, &k->at);
    while (*k->at != '\0' && m < LIST_MAX)
        attributes[m++] = word(c, &k->at);
    return imap4_cmd_getannotation(c->engine, mailbox, entries, n, attributes, m, k->ctx,
                                   &c->last);
}

/* setannotation MAILBOX ENTRY ATTRIBUTE VALUE ... */
static int call_setannotation(call *k)
{
    caller                *c = k->c;
    imap4_annotation_value values[LIST_MAX];
    size_t                 n       = 0;
    const imap4_view       mailbox = word(c, &k->at);
    for (; *k->at != '\0' && n < LIST_MAX; n++) {
        values[n].entry     = word(c, &k->at);
        values[n].attribute = word(c, &k->at);
        values[n].value     = value(c, &k->at);
    }
    return imap4_cmd_setannotation(c->engine, mailbox, values, n, k->ctx, &c->last);
}

/* setquota ROOT RESOURCE LIMIT ... */
static int call_setquota(call *k)
{
    caller           *c = k->c;
    imap4_quota_limit limits[LIST_MAX];
    size_t            n    = 0;
    const imap4_view  root = word(c, &k->at);
    for (; *k->at != '\0' && n < LIST_MAX; n++) {
        limits[n].name  = word(c, &k->at);
        limits[n].limit = number(c, &k->at);
    }
    return imap4_cmd_setquota(c->engine, root, limits, n, k->ctx, &c->last);
}

static int call_setacl(call *k)
{
    caller          *c          = k->c;
    const imap4_view mailbox    = word(c, &k->at);
    const imap4_view identifier = word(c, &k->at);
    return imap4_cmd_setacl(c->engine, mailbox, identifier, word(c, &k->at), k->ctx,
                            &c->last);
}

/* partial NUMBER ITEM START LENGTH */
static int call_partial(call *k)
{
    caller          *c      = k->c;
    const uint32_t   first  = (uint32_t)number(c, &k->at);
    const imap4_view item   = word(c, &k->at);
    const uint32_t   start  = (uint32_t)number(c, &k->at);
    const uint32_t   length = (uint32_t)number(c, &k->at);
    return imap4_cmd_partial(c->engine, first, item, start, length, k->ctx, &c->last);
}

/* id NAME VALUE ... */
static int call_id(call *k)
{
    caller     *c = k->c;
    imap4_param params[LIST_MAX];
    size_t      n = 0;
    for (; *k->at != '\0' && n < LIST_MAX; n++) {
        params[n].name  = word(c, &k->at);
        params[n].value = value(c, &k->at);
    }
    return imap4_cmd_id(c->engine, params, n, k->ctx, &c->last);
}

/* ---- answers that have no event of their own ----------------------------------------- */

static int call_respond(call *k)
{
    return imap4_cmd_respond(k->c->engine, k->c->last, word(k->c, &k->at));
}

static int call_data(call *k)
{
    return imap4_cmd_write(k->c->engine, k->c->last, word(k->c, &k->at));
}

static int call_stop(call *k)
{
    return imap4_cmd_stop(k->c->engine, k->c->last);
}

static int call_layer(call *k)
{
    return imap4_engine_layer_ready(k->c->engine, is(word(k->c, &k->at), "private"));
}

/* ---- the table ------------------------------------------------------------------------ */

typedef int (*bare_fn)(imap4_engine *engine, void *ctx, imap4_cmd *out);
typedef int (*name_fn)(imap4_engine *engine, imap4_view name, void *ctx, imap4_cmd *out);
typedef int (*pair_fn)(imap4_engine *engine, imap4_view a, imap4_view b, void *ctx,
                       imap4_cmd *out);

typedef struct call_row {
    const char *name;
    int (*other)(call *k);
    /* Functions that take nothing, a name, or two. */
    bare_fn bare;
    name_fn one;
    pair_fn two;
    bool    is_answer; /* it begins no command */
} call_row;

static const call_row rows[] = {
    { "append", .other = call_append },
    { "auth-plain", .other = call_auth_plain },
    { "authenticate", .other = call_authenticate },
    { "broken", .other = call_broken, .is_answer = true },
    { "capability", .bare = imap4_cmd_capability },
    { "check", .bare = imap4_cmd_check },
    { "close", .bare = imap4_cmd_close },
    { "compress", .bare = imap4_cmd_compress },
    { "copy", .other = call_copy },
    { "create", .one = imap4_cmd_create },
    { "create-use", .other = call_create_use },
    { "data", .other = call_data, .is_answer = true },
    { "delete", .one = imap4_cmd_delete },
    { "deleteacl", .two = imap4_cmd_deleteacl },
    { "enable", .other = call_enable },
    { "examine", .other = call_examine },
    { "expunge", .other = call_expunge },
    { "fetch", .other = call_fetch },
    { "getacl", .one = imap4_cmd_getacl },
    { "getannotation", .other = call_getannotation },
    { "getmetadata", .other = call_getmetadata },
    { "getquota", .one = imap4_cmd_getquota },
    { "getquotaroot", .one = imap4_cmd_getquotaroot },
    { "id", .other = call_id },
    { "idle", .bare = imap4_cmd_idle },
    { "layer", .other = call_layer, .is_answer = true },
    { "line", .other = call_line },
    { "list", .other = call_list },
    { "listrights", .two = imap4_cmd_listrights },
    { "login", .two = imap4_cmd_login },
    { "logout", .bare = imap4_cmd_logout },
    { "lsub", .two = imap4_cmd_lsub },
    { "move", .other = call_move },
    { "myrights", .one = imap4_cmd_myrights },
    { "namespace", .bare = imap4_cmd_namespace },
    { "noop", .bare = imap4_cmd_noop },
    { "partial", .other = call_partial },
    { "proxyauth", .one = imap4_cmd_proxyauth },
    { "quirk", .other = call_quirk, .is_answer = true },
    { "raw", .other = call_raw },
    { "rename", .two = imap4_cmd_rename },
    { "respond", .other = call_respond, .is_answer = true },
    { "search", .other = call_search },
    { "select", .other = call_select },
    { "setacl", .other = call_setacl },
    { "setannotation", .other = call_setannotation },
    { "setmetadata", .other = call_setmetadata },
    { "setquota", .other = call_setquota },
    { "sort", .other = call_sort },
    { "starttls", .bare = imap4_cmd_starttls },
    { "status", .other = call_status },
    { "stop", .other = call_stop, .is_answer = true },
    { "store", .other = call_store },
    { "subscribe", .one = imap4_cmd_subscribe },
    { "thread", .other = call_thread },
    { "unselect", .bare = imap4_cmd_unselect },
    { "unsubscribe", .one = imap4_cmd_unsubscribe },
    { "xlist", .two = imap4_cmd_xlist },
};

static int run(const call_row *row, call *k)
{
    imap4_engine *e   = k->c->engine;
    imap4_cmd    *out = &k->c->last;
    if (row->bare != NULL)
        return row->bare(e, k->ctx, out);
    if (row->other != NULL)
        return row->other(k);
    const imap4_view first = word(k->c, &k->at);
    if (row->one != NULL)
        return row->one(e, first, k->ctx, out);
    return row->two(e, first, word(k->c, &k->at), k->ctx, out);
}

int caller_call(caller *c, const char *line, bool *is_command)
{
    call       k    = { .c = c, .at = line, .ctx = (void *)(uintptr_t)(c->commands + 1) };
    imap4_view name = word(c, &k.at);
    if (is(name, "uid")) {
        k.is_uid = true;
        name     = word(c, &k.at);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!is(name, rows[i].name))
            continue;
        *is_command = !rows[i].is_answer;
        return run(&rows[i], &k);
    }
    c->problem = "the name of a call";
    return IMAP4_OK;
}
