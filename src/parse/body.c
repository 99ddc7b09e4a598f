/* SPDX-License-Identifier: MIT */
/* parse/body.c - BODYSTRUCTURE and BODY (RFC 3501 7.4.2), read from tokens when asked for.
 *
 * The tree is built without recursion: a part knows its parent, and the depth is
 * counted. */
#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "parse/envelope.h"
#include "parse/fetch.h"

/* A part while it is being built: where its tokens go on. */
typedef struct node {
    imap4_body   body; /* first: the tree is made of these */
    struct node *up;
    struct node *last; /* child */
    i4_cursor    in;
} node;

static int take_strings(i4_cursor *c, imap4_strings *out)
{
    *out             = (imap4_strings){ 0 };
    i4_cursor  in    = *c;
    imap4_view alone = IMAP4_NIL;
    if (i4_cursor_is_at(c, I4_TOK_OPEN)) {
        I4_TRY(i4_take_list(c, &in));
    } else {
        I4_TRY(i4_take_nstring(c, &alone));
        if (alone.ptr == NULL)
            return IMAP4_OK;
        in.end = in.t + 1;
    }
    imap4_view *at = i4_arena_array(c->arena, (size_t)(in.end - in.t), sizeof *at);
    size_t      n  = 0;
    if (at == NULL)
        return i4_arena_rc(c->arena);
    while (in.t < in.end)
        I4_TRY(i4_take_nstring(&in, &at[n++]));
    *out = (imap4_strings){ at, n };
    return IMAP4_OK;
}

static bool is_quoted(i4_token t)
{
    return i4_token_kind_of(t) == I4_TOK_QUOTED;
}

/* Passes over NIL: a field of a part is as if it were NIL before it is read. */
static bool take_nil(i4_cursor *c)
{
    const bool is_nil = i4_cursor_is_nil(c);
    c->t += is_nil;
    return is_nil;
}

/* One parameter that is not just two quoted strings. */
static int take_param(i4_cursor *c, imap4_param *out)
{
    I4_TRY(i4_take_nstring(c, &out->name));
    if (i4_cursor_is_nil(c))
        I4_TRY(i4_odd(c, IMAP4_DIAG_NIL, c->t, "RFC 3501 9, body-fld-param"));
    return i4_take_nstring(c, &out->value);
}

/* body-fld-param: "(" string SP string *(SP string SP string) ")" / nil */
static int take_params(i4_cursor *c, imap4_params *out)
{
    *out = (imap4_params){ 0 };
    i4_cursor in;
    const int has = i4_take_list_or_nil(c, &in);
    if (has != 1)
        return has;
    const size_t    most = (size_t)(in.end - in.t) / 2;
    const i4_token *t    = in.t;
    imap4_param    *at   = i4_arena_array(c->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(c->arena);
    for (size_t i = 0; i < most; i++) {
        if (is_quoted(t[0]) && is_quoted(t[1])) { /* nearly all are */
            at[i].name  = i4_token_view(c->base, t[0]);
            at[i].value = i4_token_view(c->base, t[1]);
            t += 2;
            continue;
        }
        in.t = t;
        I4_TRY(take_param(&in, &at[i]));
        t = in.t;
    }
    *out = (imap4_params){ at, most };
    return t == in.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

/* '("en") ("inline" NIL)': a list with something else than strings in it is no language.  A
 * known server has the two in the wrong order. */
static bool is_swapped(const i4_cursor *c)
{
    i4_cursor first = *c, second = *c, in;
    if (i4_take_list(&first, &in) < 0 || in.t == in.end)
        return false;
    for (; in.t < in.end; in.t++)
        if (i4_token_kind_of(*in.t) == I4_TOK_OPEN || i4_cursor_is_nil(&in))
            return false;
    second.t = first.t;
    if (i4_take_list(&second, &in) < 0 || in.end - in.t < 2)
        return false;
    in.t++;
    return i4_cursor_is_nil(&in) || i4_cursor_is_at(&in, I4_TOK_OPEN);
}

/* Nearly all that is there is a disposition: a string, and a list or NIL. */
static inline bool may_be_swapped(const i4_cursor *c)
{
    const uint32_t len = i4_token_len(*c->t);
    return len < 3 || (i4_token_kind_of(c->t[2]) != I4_TOK_OPEN &&
                       (len != 3 || !i4_token_is_nil(c->base, c->t[2])));
}

/* body-fld-dsp: "(" string SP body-fld-param ")" / nil.  1 if the language came with it. */
static int take_disposition(i4_cursor *c, imap4_body *b)
{
    if (!i4_cursor_is_at(c, I4_TOK_OPEN)) { /* a bare string: known servers send it */
        I4_TRY(i4_odd(c, IMAP4_DIAG_STRING, c->t, "RFC 3501 9, body-fld-dsp"));
        return i4_take_nstring(c, &b->disposition);
    }
    if (may_be_swapped(c) && is_swapped(c)) {
        I4_TRY(i4_odd(c, IMAP4_DIAG_SHAPE, c->t, "RFC 3501 9, body-ext-1part"));
        I4_TRY(take_strings(c, &b->language));
        I4_TRY(take_disposition(c, b)); /* which is none that is swapped */
        return 1;
    }
    i4_cursor in;
    I4_TRY(i4_take_list(c, &in));
    if (in.t == in.end)
        return i4_odd(&in, IMAP4_DIAG_EMPTY_LIST, in.t - 1, "RFC 3501 9, body-fld-dsp");
    if (i4_cursor_is_nil(&in))
        I4_TRY(i4_odd(&in, IMAP4_DIAG_NIL, in.t, "RFC 3501 9, body-fld-dsp"));
    I4_TRY(i4_take_nstring(&in, &b->disposition));
    if (in.t < in.end)
        I4_TRY(take_params(&in, &b->disposition_params));
    else
        I4_TRY(i4_odd(&in, IMAP4_DIAG_MISSING, in.t, "RFC 3501 9, body-fld-dsp"));
    return in.t == in.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

static int take_location(i4_cursor *c, imap4_body *b)
{
    i4_cursor in;
    if (i4_take_list(c, &in) < 0)
        return i4_take_nstring(c, &b->location);
    return in.t == in.end
               ? i4_odd(&in, IMAP4_DIAG_EMPTY_LIST, in.t - 1, "RFC 3501 9, body-fld-loc")
               : IMAP4_E_SYNTAX;
}

/* What may follow the fields of every part, each only if those before it are there:
 * disposition, language, location, and whatever comes in the future. */
static int take_extension(i4_cursor *c, imap4_body *b)
{
    int has_language = 0;
    if (!take_nil(c) && c->t < c->end)
        has_language = take_disposition(c, b);
    if (has_language != 0)
        I4_TRY(has_language);
    else if (!take_nil(c) && c->t < c->end)
        I4_TRY(take_strings(c, &b->language));
    if (!take_nil(c) && c->t < c->end)
        I4_TRY(take_location(c, b));
    if (c->t == c->end)
        return IMAP4_OK;
    imap4_view  first = IMAP4_NIL, last = IMAP4_NIL;
    const char *from = c->base + c->t->at;
    I4_TRY(i4_take_raw(c, &first));
    if (first.ptr != NULL)
        from = first.ptr;
    last = first;
    while (c->t < c->end)
        I4_TRY(i4_take_raw(c, &last));
    b->extension = i4_view(from, last.ptr + last.len);
    return IMAP4_OK;
}

static bool is_message(const imap4_body *b)
{
    /* message/global is RFC 6532's message/rfc822. */
    return i4_view_eq_nocase(b->type, IMAP4_V("MESSAGE")) &&
           (i4_view_eq_nocase(b->subtype, IMAP4_V("RFC822")) ||
            i4_view_eq_nocase(b->subtype, IMAP4_V("GLOBAL")));
}

/* "-1", "9.3736e+06": what a program prints when it does not know, or counts in floats. */
static bool is_like_number(const i4_cursor *c)
{
    if (!i4_cursor_is_at(c, I4_TOK_ATOM))
        return false;
    const imap4_view text      = i4_token_view(c->base, *c->t);
    bool             has_digit = false;
    for (size_t i = 0; i < text.len; i++) {
        const char b = text.ptr[i];
        has_digit |= i4_is_digit(b);
        if (!i4_is_digit(b) && b != '-' && b != '+' && b != '.' && b != 'e' && b != 'E')
            return false;
    }
    return has_digit;
}

static int take_count(i4_cursor *c, uint64_t *out, int32_t *has)
{
    *has = i4_take_number(c, UINT64_MAX, out) == IMAP4_OK;
    if (*has != 0)
        return IMAP4_OK;
    if (i4_cursor_is_nil(c))
        I4_TRY(i4_odd(c, IMAP4_DIAG_NIL, c->t, "RFC 3501 9, body-fld-octets"));
    else if (is_like_number(c))
        I4_TRY(i4_odd(c, IMAP4_DIAG_NUMBER, c->t, "RFC 3501 9, body-fld-octets"));
    else
        return IMAP4_E_SYNTAX;
    c->t++;
    return IMAP4_OK;
}

/* Known servers leave out the line count of a text.  What stands in its place tells: a
 * number, or NIL that is not the MD5 before a disposition. */
static int take_lines(i4_cursor *c, imap4_body *b)
{
    b->has_lines = i4_take_number(c, UINT64_MAX, &b->lines) == IMAP4_OK;
    if (b->has_lines != 0)
        return IMAP4_OK;
    const bool is_nil = i4_cursor_is_nil(c);
    if ((!is_nil && i4_cursor_is_at(c, I4_TOK_ATOM)) ||
        (is_nil && (c->t + 1 == c->end || i4_token_kind_of(c->t[1]) != I4_TOK_OPEN)))
        return take_count(c, &b->lines, &b->has_lines);
    return i4_odd(c, IMAP4_DIAG_MISSING, c->t, "RFC 3501 9, body-fld-lines");
}

/* "()": a part of which nothing is known. */
static int empty_part(const node *n, int rc)
{
    const i4_cursor *c = &n->in;
    if (n->up == NULL || c->t != c->end)
        return rc;
    return i4_odd(c, IMAP4_DIAG_EMPTY_LIST, c->t - 1, "RFC 3501 9, body-type-1part");
}

/* '("TEXT" ("CHARSET" "x") ...': known servers leave the subtype out. */
static int no_subtype(const i4_cursor *c, int rc)
{
    return i4_cursor_is_at(c, I4_TOK_OPEN)
               ? i4_odd(c, IMAP4_DIAG_MISSING, c->t, "RFC 3501 9, media-subtype")
               : rc;
}

/* A part that ends before its size.  If what ends it looks like a size, a field before it is
 * missing, and who knows which. */
static int no_octets(const i4_cursor *c, const imap4_body *b, int rc)
{
    if (c->t != c->end ||
        (b->encoding.ptr != NULL && i4_token_kind_of(c->t[-1]) == I4_TOK_ATOM))
        return rc;
    return i4_odd(c, IMAP4_DIAG_MISSING, c->t, "RFC 3501 9, body-fld-octets");
}

/* Fields that must not be NIL. */
static int check_nil(const i4_cursor *c, const imap4_body *b)
{
    const i4_token *first = c->t - 1;
    while (i4_token_kind_of(first[-1]) != I4_TOK_OPEN ||
           first - 1 + i4_token_len(first[-1]) != c->end)
        first--;
    if (b->type.ptr == NULL || b->subtype.ptr == NULL)
        I4_TRY(i4_odd(c, IMAP4_DIAG_NIL, b->type.ptr == NULL ? first : first + 1,
                      "RFC 3501 9, media-basic"));
    if (b->encoding.ptr == NULL)
        I4_TRY(i4_odd(c, IMAP4_DIAG_NIL, c->t - 1, "RFC 3501 9, body-fld-enc"));
    return IMAP4_OK;
}

/* body-fields, and what only some types have.  1 if the body of a message follows. */
static int take_fields(node *n)
{
    i4_cursor  *c  = &n->in;
    imap4_body *b  = &n->body;
    int         rc = i4_take_nstring(c, &b->type);
    if (rc < 0)
        return empty_part(n, rc);
    rc = i4_take_nstring(c, &b->subtype);
    if (rc < 0)
        I4_TRY(no_subtype(c, rc));
    I4_TRY(take_params(c, &b->params));
    I4_TRY(i4_take_nstring(c, &b->id));
    I4_TRY(i4_take_nstring(c, &b->description));
    I4_TRY(i4_take_nstring(c, &b->encoding));
    if (b->type.ptr == NULL || b->subtype.ptr == NULL || b->encoding.ptr == NULL)
        I4_TRY(check_nil(c, b));
    rc = take_count(c, &b->octets, &b->has_octets);
    if (rc < 0)
        return no_octets(c, b, rc);
    if (i4_cursor_is_at(c, I4_TOK_OPEN) && is_message(b)) {
        imap4_envelope *envelope = i4_arena_alloc(c->arena, sizeof *envelope);
        if (envelope == NULL)
            return i4_arena_rc(c->arena);
        I4_TRY(i4_take_envelope(c, envelope));
        b->envelope = envelope;
        return i4_cursor_is_at(c, I4_TOK_OPEN) ? 1 : IMAP4_E_SYNTAX;
    }
    if (i4_view_eq_nocase(b->type, IMAP4_V("TEXT"))) {
        I4_TRY(take_lines(c, b));
    } else if (i4_cursor_is_at(c, I4_TOK_ATOM) && !i4_cursor_is_nil(c) &&
               !is_message(b) && is_like_number(c)) { /* a line count where none may be */
        I4_TRY(i4_odd(c, IMAP4_DIAG_EXTRA, c->t, "RFC 3501 9, body-type-basic"));
        c->t++;
    }
    return 0;
}

/* What follows the fields of a single part: its MD5 and the common extension. */
static int take_single_tail(node *n)
{
    if (n->in.t < n->in.end)
        I4_TRY(i4_take_nstring(&n->in, &n->body.md5));
    return take_extension(&n->in, &n->body);
}

/* What follows the last part of a multipart: its subtype and the common extension. */
static int take_multipart_tail(node *n)
{
    I4_TRY(i4_take_nstring(&n->in, &n->body.subtype));
    if (n->in.t < n->in.end)
        I4_TRY(take_params(&n->in, &n->body.params));
    return take_extension(&n->in, &n->body);
}

enum {
    MULTIPART_FIELDS = 5 /* subtype, parameters, disposition, language, location */
};

static bool has_more_fields(const i4_cursor *in)
{
    const i4_token *t = in->t;
    for (int i = 0; i < MULTIPART_FIELDS && t < in->end; i++)
        t = i4_token_skip(t);
    return t < in->end;
}

/* RFC 2046 section 5.1 and its like: no other type has these for a name. */
static bool is_multipart_subtype(imap4_view name)
{
    static const imap4_view names[] = { { "MIXED", 5 },    { "ALTERNATIVE", 11 },
                                        { "RELATED", 7 },  { "REPORT", 6 },
                                        { "SIGNED", 6 },   { "ENCRYPTED", 9 },
                                        { "DIGEST", 6 },   { "PARALLEL", 8 },
                                        { "FORM-DATA", 9 } };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (i4_view_eq_nocase(name, names[i]))
            return true;
    return false;
}

/* A multipart without parts, '("MIXED" ("BOUNDARY" "x") NIL NIL)': the grammar has no such
 * thing, but mail does, and known servers send it.  A single part has its subtype in second
 * place; one that lacks it is told by its type. */
static bool is_childless(const i4_cursor *in)
{
    static const imap4_view types[] = { { "TEXT", 4 },         { "MESSAGE", 7 },
                                        { "APPLICATION", 11 }, { "IMAGE", 5 },
                                        { "AUDIO", 5 },        { "VIDEO", 5 } };
    if (!i4_cursor_is_at(in, I4_TOK_QUOTED))
        return false;
    const i4_token_kind second = in->t + 1 < in->end ? i4_token_kind_of(in->t[1])
                                                     : I4_TOK_OPEN;
    if (second == I4_TOK_QUOTED)
        return false; /* as it should be */
    if (second != I4_TOK_OPEN)
        return i4_token_is_nil(in->base, in->t[1]) &&
               is_multipart_subtype(i4_token_view(in->base, *in->t));
    if (has_more_fields(in))
        return false;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (i4_view_eq_nocase(i4_token_view(in->base, *in->t), types[i]))
            return false;
    return true;
}

/* Goes into the list that comes next in `c`: a new part. */
static int open_part(i4_cursor *c, node *up, node **out)
{
    node *n = i4_arena_alloc(c->arena, sizeof *n);
    if (n == NULL)
        return i4_arena_rc(c->arena);
    i4_mem_clear(n, sizeof *n);
    I4_TRY(i4_take_list(c, &n->in));
    n->up                = up;
    n->body.parent       = up == NULL ? NULL : &up->body;
    n->body.index        = 1;
    n->body.is_multipart = i4_cursor_is_at(&n->in, I4_TOK_OPEN);
    if (!n->body.is_multipart && is_childless(&n->in)) {
        I4_TRY(i4_odd(&n->in, IMAP4_DIAG_SHAPE, n->in.t, "RFC 3501 9, body-type-mpart"));
        n->body.is_multipart = true;
    }
    if (up != NULL) {
        if (up->last == NULL) {
            up->body.first = &n->body;
        } else {
            n->body.index       = up->last->body.index + 1;
            up->last->body.next = &n->body;
        }
        up->last = n;
    }
    *out = n;
    return IMAP4_OK;
}

/* Goes on with a part of which the fields, or a child, were read.  1 if a child comes. */
static int go_on(node *n)
{
    if (n->body.is_multipart)
        return i4_cursor_is_at(&n->in, I4_TOK_OPEN) ? 1 : take_multipart_tail(n);
    if (n->body.first == NULL) {
        const int rc = take_fields(n);
        return rc != 0 ? rc : take_single_tail(n);
    }
    if (n->in.t < n->in.end)
        I4_TRY(take_count(&n->in, &n->body.lines, &n->body.has_lines));
    return take_single_tail(n);
}

static int parse_tree(i4_cursor *c, uint32_t max_depth, const imap4_body **out)
{
    node    *n     = NULL;
    uint32_t depth = 1;
    I4_TRY(open_part(c, NULL, &n));
    *out = &n->body;
    while (n != NULL) {
        const int rc = go_on(n);
        I4_TRY(rc);
        if (rc == 1) {
            if (++depth > max_depth)
                return IMAP4_E_SYNTAX; /* what nests so deep is an attack (limit "depth") */
            I4_TRY(open_part(&n->in, n, &n));
            continue;
        }
        depth--;
        n = n->up;
    }
    return IMAP4_OK;
}

/* What nests too deep from the start is not built first, to be thrown away. */
static bool is_too_deep(const i4_cursor *c, uint32_t max_depth)
{
    size_t n = (size_t)max_depth + 2;
    if ((size_t)(c->end - c->t) < n || i4_token_kind_of(c->t[n - 1]) != I4_TOK_OPEN)
        return false;
    while (n != 0 && i4_token_kind_of(c->t[n - 1]) == I4_TOK_OPEN)
        n--;
    return n == 0;
}

static int parse_item(i4_event *ev, const void **value)
{
    const i4_item *item = i4_fetch_item_of(ev, IMAP4_FETCH_BODYSTRUCTURE);
    if (item == NULL)
        item = i4_fetch_item_of(ev, IMAP4_FETCH_BODY);
    if (item == NULL)
        return IMAP4_E_ABSENT;
    if (item->token == I4_NO_TOKEN)
        return IMAP4_E_SYNTAX;
    i4_cursor         c    = i4_item_cursor(ev, item);
    const imap4_body *root = NULL;
    if (is_too_deep(&c, ev->max_depth))
        return IMAP4_E_SYNTAX;
    const int rc = parse_tree(&c, ev->max_depth, &root);
    *value       = root;
    return rc;
}

int imap4_fetch_bodystructure(const imap4_event *ev, const imap4_body **out)
{
    const void *value = NULL;
    I4_TRY(i4_lazy_get(i4_event_of(ev), I4_LAZY_BODYSTRUCTURE, parse_item, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- walking a tree -------------------------------------------------------- */

const imap4_body *imap4_body_next(const imap4_body *body)
{
    if (body == NULL || body->first != NULL)
        return body == NULL ? NULL : body->first;
    while (body != NULL && body->next == NULL)
        body = body->parent;
    return body == NULL ? NULL : body->next;
}

/* Does this part add a number of its own?  The root of a message does only if it is not
 * a multipart (RFC 3501 6.4.5: "every message has at least one part number"). */
static bool has_number(const imap4_body *body)
{
    const bool is_message_root = body->parent == NULL || !body->parent->is_multipart;
    return !is_message_root || !body->is_multipart;
}

ptrdiff_t imap4_body_number(const imap4_body *body, char *buf, size_t size)
{
    if (body == NULL)
        return IMAP4_E_ARG;
    /* From the leaf up: first the length, then the digits from behind. */
    char   digits[20];
    size_t len = 0;
    for (const imap4_body *b = body; b != NULL; b = b->parent)
        if (has_number(b))
            len += i4_num_write(b->index, digits) + (len != 0);
    if (len > size)
        return (ptrdiff_t)len;
    size_t at = len;
    for (const imap4_body *b = body; b != NULL; b = b->parent) {
        if (!has_number(b))
            continue;
        if (at != len)
            buf[--at] = '.';
        const size_t n = i4_num_write(b->index, digits);
        at -= n;
        memcpy(buf + at, digits, n);
    }
    return (ptrdiff_t)len;
}
