/* SPDX-License-Identifier: MIT */
/* test/servers/truth.c - what test/mail/generate.py knows of a message, against events. */
#include "truth.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct truth {
    json_t     *root;
    json_t     *sections;
    const char *name;
    char        flags[1024];
    unsigned    differences;
};

/* ---- loading --------------------------------------------------------------- */

truth *truth_load(const char *dir, unsigned number)
{
    char         path[4096];
    json_error_t error;
    (void)snprintf(path, sizeof path, "%s/%06u.json", dir, number);
    truth *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->root = json_load_file(path, 0, &error);
    if (t->root == NULL) {
        (void)fprintf(stderr, "%s: %s\n", path, error.text);
        free(t);
        return NULL;
    }
    t->name     = json_string_value(json_object_get(t->root, "name"));
    t->sections = json_object_get(t->root, "sections");
    size_t  i;
    json_t *flag;
    json_array_foreach(json_object_get(t->root, "flags"), i, flag)
    {
        const size_t len = strlen(t->flags);
        (void)snprintf(t->flags + len, sizeof t->flags - len, "%s%s", len == 0 ? "" : " ",
                       json_string_value(flag));
    }
    return t;
}

void truth_free(truth *t)
{
    if (t == NULL)
        return;
    json_decref(t->root);
    free(t);
}

static imap4_view string_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return IMAP4_NIL;
    return (imap4_view){ json_string_value(value), json_string_length(value) };
}

static uint64_t number_at(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

imap4_view truth_flags(const truth *t)
{
    return (imap4_view){ t->flags, strlen(t->flags) };
}

imap4_view truth_internaldate(const truth *t)
{
    return string_at(t->root, "internaldate");
}

uint64_t truth_size(const truth *t)
{
    return number_at(t->root, "size");
}

imap4_view truth_sha256(const truth *t)
{
    return string_at(t->root, "sha256");
}

bool truth_has_flag(const truth *t, const char *flag)
{
    size_t  i;
    json_t *value;
    json_array_foreach(json_object_get(t->root, "flags"), i,
                       value) if (strcasecmp(json_string_value(value), flag) ==
                                  0) return true;
    return false;
}

/* ---- comparing values ------------------------------------------------------- */

static void differs(truth *t, const char *where, const char *what, imap4_view want,
                    imap4_view got)
{
    t->differences++;
    (void)fprintf(stderr, "# %s %s %s: want %s\"%.*s\", got %s\"%.*s\"\n", t->name, where,
                  what, want.ptr == NULL ? "NIL" : "", IMAP4_ARG(want),
                  got.ptr == NULL ? "NIL" : "", IMAP4_ARG(got));
}

static void differs_number(truth *t, const char *where, const char *what, uint64_t want,
                           uint64_t got)
{
    char a[32], b[32];
    (void)snprintf(a, sizeof a, "%llu", (unsigned long long)want);
    (void)snprintf(b, sizeof b, "%llu", (unsigned long long)got);
    differs(t, where, what, imap4_view_of(a), imap4_view_of(b));
}

static imap4_view view_of_json(const json_t *value)
{
    if (!json_is_string(value))
        return IMAP4_NIL;
    return (imap4_view){ json_string_value(value), json_string_length(value) };
}

/* An empty string may come as NIL (RFC 3501 7.4.2). */
static bool same(imap4_view want, imap4_view got)
{
    if (want.ptr != NULL && want.len == 0 && got.ptr == NULL)
        return true;
    return imap4_view_equal(want, got);
}

static void check(truth *t, const char *where, const char *what, imap4_view want,
                  imap4_view got)
{
    if (!same(want, got))
        differs(t, where, what, want, got);
}

static void check_nocase(truth *t, const char *where, const char *what, imap4_view want,
                         imap4_view got)
{
    if (!imap4_view_equal_nocase(want, got))
        differs(t, where, what, want, got);
}

/* ---- envelope -------------------------------------------------------------- */

static void check_addresses(truth *t, const char *where, const char *key,
                            const json_t *envelope, const imap4_addresses *got)
{
    const json_t *want  = json_object_get(envelope, key);
    const size_t  count = json_array_size(want);
    if (count != got->count) {
        differs_number(t, where, key, count, got->count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t        *w = json_array_get(want, i);
        const imap4_address *g = &got->at[i];
        check(t, where, key, view_of_json(json_array_get(w, 0)), g->name);
        check(t, where, key, view_of_json(json_array_get(w, 1)), g->route);
        check(t, where, key, view_of_json(json_array_get(w, 2)), g->mailbox);
        check(t, where, key, view_of_json(json_array_get(w, 3)), g->host);
    }
}

static void check_envelope(truth *t, const char *where, const json_t *want,
                           const imap4_envelope *got)
{
    check(t, where, "date", string_at(want, "date"), got->date);
    check(t, where, "subject", string_at(want, "subject"), got->subject);
    check(t, where, "in_reply_to", string_at(want, "in_reply_to"), got->in_reply_to);
    check(t, where, "message_id", string_at(want, "message_id"), got->message_id);
    check_addresses(t, where, "from", want, &got->from);
    check_addresses(t, where, "sender", want, &got->sender);
    check_addresses(t, where, "reply_to", want, &got->reply_to);
    check_addresses(t, where, "to", want, &got->to);
    check_addresses(t, where, "cc", want, &got->cc);
    check_addresses(t, where, "bcc", want, &got->bcc);
}

/* The subject as text: only where the library knows the charset without help. */
static void check_subject_text(truth *t, const imap4_envelope *got)
{
    const imap4_view want = string_at(t->root, "subject");
    if (want.ptr == NULL || got->subject.ptr == NULL)
        return;
    const ptrdiff_t len  = imap4_word2047_decode(got->subject, NULL, 0);
    char           *text = malloc(len < 0 ? 1 : (size_t)len + 1);
    if (len < 0 || text == NULL ||
        imap4_word2047_decode(got->subject, text, (size_t)len) != len) {
        differs(t, "subject", "decode", want, got->subject);
    } else {
        text[len] = '\0';
        if (strstr(text, "=?") == NULL)
            check(t, "subject", "decoded", want, (imap4_view){ text, (size_t)len });
    }
    free(text);
}

/* ---- structure ------------------------------------------------------------- */

static bool has_params(const json_t *want, const imap4_params *got)
{
    if (json_array_size(want) != got->count)
        return false;
    for (size_t i = 0; i < got->count; i++) {
        const json_t *pair = json_array_get(want, i);
        if (!imap4_view_equal_nocase(view_of_json(json_array_get(pair, 0)),
                                     got->at[i].name) ||
            !same(view_of_json(json_array_get(pair, 1)), got->at[i].value))
            return false;
    }
    return true;
}

static void check_params(truth *t, const char *where, const json_t *want,
                         const json_t *joined, bool may_default, const imap4_params *got)
{
    if (has_params(want, got) || (json_is_array(joined) && has_params(joined, got)))
        return;
    /* RFC 2045 5.2: text without a charset is us-ascii; a server may say so. */
    if (may_default && got->count != 0) {
        for (size_t skip = 0; skip < got->count; skip += got->count - 1) {
            const imap4_params rest = { got->at + (skip == 0), got->count - 1 };
            if (imap4_view_equal_nocase(got->at[skip].name, IMAP4_V("charset")) &&
                has_params(want, &rest))
                return;
            if (got->count == 1)
                break;
        }
    }
    t->differences++;
    (void)fprintf(stderr, "# %s %s params differ: want %zu\n", t->name, where,
                  json_array_size(want));
    for (size_t i = 0; i < got->count; i++)
        (void)fprintf(stderr, "#   got %.*s=%.*s\n", IMAP4_ARG(got->at[i].name),
                      IMAP4_ARG(got->at[i].value));
}

static void check_common(truth *t, const char *where, const json_t *want,
                         const imap4_body *got)
{
    const json_t *disposition = json_object_get(want, "disposition");
    const json_t *language    = json_object_get(want, "language");
    check_nocase(t, where, "subtype", string_at(want, "subtype"), got->subtype);
    check_params(t, where, json_object_get(want, "params"),
                 json_object_get(want, "params_joined"),
                 json_is_true(json_object_get(want, "params_default")), &got->params);
    check_nocase(t, where, "disposition", view_of_json(json_array_get(disposition, 0)),
                 got->disposition);
    const json_t *joined = json_object_get(want, "disposition_joined");
    check_params(t, where, json_array_get(disposition, 1),
                 json_is_array(json_array_get(joined, 1)) ? json_array_get(joined, 1)
                                                          : joined,
                 false, &got->disposition_params);
    if (json_array_size(language) != got->language.count)
        differs_number(t, where, "languages", json_array_size(language),
                       got->language.count);
    else
        for (size_t i = 0; i < got->language.count; i++)
            check(t, where, "language", view_of_json(json_array_get(language, i)),
                  got->language.at[i]);
    check(t, where, "location", string_at(want, "location"), got->location);
    if (got->extension.ptr != NULL)
        differs(t, where, "extension", IMAP4_NIL, got->extension);
}

static void check_leaf(truth *t, const char *where, const json_t *want,
                       const imap4_body *got)
{
    check_nocase(t, where, "type", string_at(want, "type"), got->type);
    check(t, where, "id", string_at(want, "id"), got->id);
    check(t, where, "description", string_at(want, "description"), got->description);
    check_nocase(t, where, "encoding", string_at(want, "encoding"), got->encoding);
    check(t, where, "md5", string_at(want, "md5"), got->md5);
    if (!got->has_octets || got->octets != number_at(want, "size"))
        differs_number(t, where, "size", number_at(want, "size"), got->octets);
    const json_t *lines = json_object_get(want, "lines");
    if (json_is_integer(lines) != (got->has_lines != 0)) {
        differs_number(t, where, "has lines", json_is_integer(lines),
                       (uint64_t)got->has_lines);
    } else if (got->has_lines) {
        const uint64_t n = (uint64_t)json_integer_value(lines);
        const bool     f = json_is_true(json_object_get(want, "lines_free"));
        if (got->lines != n && !(f && got->lines == n + 1))
            differs_number(t, where, "lines", n, got->lines);
    }
}

/* Parts in the order of the message, on both sides: a stack of the nodes to come. */
enum {
    MAX_NODES = 4096
};

static void check_body(truth *t, const json_t *root, const imap4_body *got)
{
    const json_t *stack[MAX_NODES];
    size_t        depth = 0;
    stack[depth++]      = root;
    for (; depth != 0; got = imap4_body_next(got)) {
        const json_t *want  = stack[--depth];
        const json_t *parts = json_object_get(want, "parts");
        const json_t *path  = json_object_get(want, "path");
        const char   *where = json_is_string(path) ? json_string_value(path) : "root";
        if (got == NULL) {
            differs(t, where, "part", imap4_view_of("there"), IMAP4_NIL);
            return;
        }
        char            number[256];
        const ptrdiff_t len = imap4_body_number(got, number, sizeof number);
        if (json_is_string(path))
            check(t, where, "number", view_of_json(path),
                  (imap4_view){ number, (size_t)len });
        if (json_is_array(parts) != (got->is_multipart != 0))
            differs_number(t, where, "multipart", json_is_array(parts),
                           (uint64_t)got->is_multipart);
        check_common(t, where, want, got);
        if (!json_is_array(parts))
            check_leaf(t, where, want, got);
        const json_t *envelope = json_object_get(want, "envelope");
        if (json_is_object(envelope) != (got->envelope != NULL))
            differs_number(t, where, "envelope", json_is_object(envelope),
                           got->envelope != NULL);
        else if (got->envelope != NULL)
            check_envelope(t, where, envelope, got->envelope);
        for (size_t i = json_array_size(parts); i > 0 && depth < MAX_NODES; i--)
            stack[depth++] = json_array_get(parts, i - 1);
        if (json_is_object(json_object_get(want, "body")))
            stack[depth++] = json_object_get(want, "body");
    }
    if (got != NULL)
        differs(t, "tree", "part", IMAP4_NIL, got->subtype);
}

/* ---- the whole ------------------------------------------------------------- */

static void check_flags(truth *t, const imap4_event *ev)
{
    const imap4_flags *flags = NULL;
    size_t             count = 0;
    if (imap4_event_flags(ev, &flags) < 0) {
        differs(t, "flags", "flags", truth_flags(t), IMAP4_NIL);
        return;
    }
    for (size_t i = 0; i < flags->all.count; i++) {
        char name[256];
        if (imap4_view_equal_nocase(flags->all.at[i], IMAP4_V("\\Recent")))
            continue;
        count++;
        (void)snprintf(name, sizeof name, "%.*s", IMAP4_ARG(flags->all.at[i]));
        if (!truth_has_flag(t, name))
            differs(t, "flags", "flag", truth_flags(t), flags->all.at[i]);
    }
    const size_t want = json_array_size(json_object_get(t->root, "flags"));
    if (count != want)
        differs_number(t, "flags", "count", want, count);
}

unsigned truth_compare(const truth *const_t, const imap4_event *ev)
{
    truth                *t        = (truth *)(uintptr_t)const_t;
    const imap4_envelope *envelope = NULL;
    const imap4_body     *body     = NULL;
    uint64_t              size     = 0;
    imap4_date            date     = { 0 };
    t->differences                 = 0;
    check_flags(t, ev);
    if (imap4_fetch_size(ev, &size) < 0 || size != truth_size(t))
        differs_number(t, "message", "size", truth_size(t), size);
    if (imap4_fetch_internaldate(ev, &date) < 0 ||
        (uint64_t)date.unix_seconds != number_at(t->root, "time"))
        differs_number(t, "message", "time", number_at(t->root, "time"),
                       (uint64_t)date.unix_seconds);
    if (imap4_fetch_envelope(ev, &envelope) < 0) {
        differs(t, "message", "envelope", imap4_view_of("valid"), IMAP4_NIL);
    } else {
        check_envelope(t, "message", json_object_get(t->root, "envelope"), envelope);
        check_subject_text(t, envelope);
    }
    if (imap4_fetch_bodystructure(ev, &body) < 0)
        differs(t, "message", "bodystructure", imap4_view_of("valid"), IMAP4_NIL);
    else
        check_body(t, json_object_get(t->root, "body"), body);
    if (ev->marks != 0)
        differs_number(t, "message", "marks", 0, ev->marks);
    return t->differences;
}

bool truth_section(const truth *t, size_t i, imap4_view *name, uint64_t *size,
                   imap4_view *sha256)
{
    size_t      at = 0;
    const char *key;
    json_t     *value;
    json_object_foreach(t->sections, key, value)
    {
        if (at++ != i)
            continue;
        *name   = imap4_view_of(key);
        *size   = (uint64_t)json_integer_value(json_array_get(value, 0));
        *sha256 = view_of_json(json_array_get(value, 1));
        return true;
    }
    return false;
}

imap4_view truth_subject(const truth *t)
{
    return string_at(t->root, "subject");
}

static void read_digest(const json_t *pair, uint64_t *size, imap4_view *sha256)
{
    *size   = (uint64_t)json_integer_value(json_array_get(pair, 0));
    *sha256 = view_of_json(json_array_get(pair, 1));
}

static bool is_leaf_of(const json_t *node, imap4_view number)
{
    return !json_is_array(json_object_get(node, "parts")) &&
           imap4_view_equal(string_at(node, "path"), number);
}

bool truth_find_leaf(const truth *t, imap4_view number, truth_leaf *leaf)
{
    const json_t *stack[MAX_NODES];
    size_t        depth = 0;
    stack[depth++]      = json_object_get(t->root, "body");
    while (depth != 0) {
        const json_t *node  = stack[--depth];
        const json_t *parts = json_object_get(node, "parts");
        for (size_t i = 0; i < json_array_size(parts) && depth < MAX_NODES; i++)
            stack[depth++] = json_array_get(parts, i);
        if (json_is_object(json_object_get(node, "body")) && depth < MAX_NODES)
            stack[depth++] = json_object_get(node, "body");
        if (!is_leaf_of(node, number))
            continue;
        const json_t *decoded = json_object_get(node, "decoded");
        /* A message is not encoded: its bytes are those of the section. */
        if (!json_is_array(decoded)) {
            char key[256];
            (void)snprintf(key, sizeof key, "%.*s", IMAP4_ARG(number));
            decoded = json_object_get(t->sections, key);
        }
        read_digest(decoded, &leaf->size, &leaf->sha256);
        read_digest(json_object_get(node, "text"), &leaf->text_size, &leaf->text_sha256);
        leaf->filename = string_at(node, "filename");
        return true;
    }
    return false;
}

/* ---- digests --------------------------------------------------------------- */

struct digest {
    EVP_MD_CTX *ctx;
    uint64_t    size;
};

static void digest_begin(digest *d)
{
    if (d->ctx == NULL || EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL) != 1)
        abort();
    d->size = 0;
}

digest *digest_new(void)
{
    digest *d = calloc(1, sizeof *d);
    if (d == NULL)
        abort();
    d->ctx = EVP_MD_CTX_new();
    digest_begin(d);
    return d;
}

void digest_add(digest *d, imap4_view bytes)
{
    if (bytes.len != 0 && EVP_DigestUpdate(d->ctx, bytes.ptr, bytes.len) != 1)
        abort();
    d->size += bytes.len;
}

void digest_end(digest *d, char hex[65], uint64_t *size)
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned      len = 0;
    if (EVP_DigestFinal_ex(d->ctx, md, &len) != 1 || len != 32)
        abort();
    for (unsigned i = 0; i < len; i++)
        (void)snprintf(hex + 2 * (size_t)i, 3, "%02x", md[i]);
    *size = d->size;
    digest_begin(d);
}

void digest_free(digest *d)
{
    if (d == NULL)
        return;
    EVP_MD_CTX_free(d->ctx);
    free(d);
}
