/* SPDX-License-Identifier: MIT */
/* parse/fetch.c - the items of a FETCH response: where each begins and ends.
 *
 * Items are taken as soon as their tokens are there, because what happens to a literal
 * is decided when its header comes: only the direct value of a body item, at the depth of
 * the items, may be streamed; in doubt it is held. */
#include "parse/fetch.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"

enum {
    KEPT_ITEMS = 256
};

void i4_fetch_reset(i4_fetch *fetch, const i4_mem *mem)
{
    if (fetch->cap > KEPT_ITEMS)
        i4_fetch_free(fetch, mem);
    fetch->count          = 0;
    fetch->next           = 0;
    fetch->is_named       = false;
    fetch->is_over        = false;
    fetch->hunted         = 0;
    fetch->is_bracketless = false;
    fetch->is_double      = false;
    fetch->is_forged      = false;
    fetch->judged         = 0;
    fetch->uid            = 0;
    fetch->groups         = 0;
    fetch->glued_len      = 0;
    memset(fetch->item_at, 0, sizeof fetch->item_at);
}

void i4_fetch_free(i4_fetch *fetch, const i4_mem *mem)
{
    i4_mem_free(mem, fetch->items, fetch->cap * sizeof *fetch->items);
    *fetch = (i4_fetch){ .index = fetch->index };
}

/* ---- names ----------------------------------------------------------------- */

typedef struct item_name {
    const char *name;
    uint8_t     id;
} item_name;

/* By length: at most two candidates each. */
static uint8_t id_of(const char *p, size_t len)
{
    static const item_name names[] = {
        { "UID", IMAP4_FETCH_UID },
        { "BODY", IMAP4_FETCH_BODY },
        { "FLAGS", IMAP4_FETCH_FLAGS },
        { "RFC822", IMAP4_FETCH_RFC822 },
        { "ENVELOPE", IMAP4_FETCH_ENVELOPE },
        { "RFC822.SIZE", IMAP4_FETCH_RFC822_SIZE },
        { "RFC822.TEXT", IMAP4_FETCH_RFC822_TEXT },
        { "INTERNALDATE", IMAP4_FETCH_INTERNALDATE },
        { "RFC822.HEADER", IMAP4_FETCH_RFC822_HEADER },
        { "BODYSTRUCTURE", IMAP4_FETCH_BODYSTRUCTURE },
    };
    static const unsigned char first[14] = { 10, 10, 10, 0,  1, 2, 3,
                                             10, 4,  10, 10, 5, 7, 8 };
    if (len >= sizeof first || first[len] == 10)
        return IMAP4_FETCH_OTHER;
    const item_name *at = &names[first[len]];
    if (i4_equal_short(p, at->name, len) || i4_equal_nocase(p, at->name, len))
        return at->id;
    /* RFC822.SIZE and RFC822.TEXT, RFC822.HEADER and BODYSTRUCTURE */
    if ((len == 11 || len == 13) && i4_equal_nocase(p, at[1].name, len))
        return at[1].id;
    return IMAP4_FETCH_OTHER;
}

/* "<n>" at the end of a name (RFC 3501 7.4.2, BODY[]<origin>); its length, 0 if none. */
static uint16_t origin_len(const char *name, uint32_t len)
{
    if (len < 3 || name[len - 1] != '>')
        return 0;
    uint32_t from = len - 1;
    /* Some servers repeat the request, "<0.100>". */
    while (from > 0 && (i4_is_digit(name[from - 1]) || name[from - 1] == '.'))
        from--;
    if (from < 2 || name[from - 1] != '<' || name[from - 2] != ']' || from == len - 1)
        return 0;
    len -= from - 1;
    return len <= UINT16_MAX ? (uint16_t)len : 0;
}

static const char *find(const char *p, size_t len, char c)
{
    return len == 0 ? NULL : memchr(p, c, len);
}

/* The value that starts with token `t` is not complete yet. */
static bool is_open(const i4_lex *lex, size_t t)
{
    if (i4_token_kind_of(lex->tape.at[t]) != I4_TOK_OPEN)
        return false;
    return lex->is_damaged ? i4_token_len(lex->tape.at[t]) == 0
                           : lex->list_at == t && lex->depth > 1;
}

/* Finds the token that begins with "]" and ends the name at `t`: "BODY[HEADER.FIELDS" "("
 * names ")" "]".  0 if more must come first, `t` if there is none.  No token is looked at
 * twice: not for one name that comes in many lines, nor for many names without an end. */
static size_t find_bracket(i4_fetch *fetch, const i4_lex *lex, const char *base, size_t t)
{
    const i4_token *tok = lex->tape.at;
    if (fetch->is_bracketless)
        return t;
    size_t at = fetch->hunted > t ? fetch->hunted : t + 1;
    for (; at < lex->tape.count; at = (size_t)(i4_token_skip(&tok[at]) - tok)) {
        const i4_token_kind kind = i4_token_kind_of(tok[at]);
        if (kind == I4_TOK_CLOSE) {
            fetch->is_bracketless = true;
            return t;
        }
        if (kind == I4_TOK_ATOM && base[tok[at].at] == ']')
            return at;
        if (is_open(lex, at))
            break;
    }
    fetch->hunted = at;
    return 0;
}

/* A name that is none of RFC 3501's, or has a section.  Such a one may take several tokens;
 * how many, 0 if more must come first. */
static size_t take_other(i4_fetch *fetch, i4_item *item, const i4_lex *lex,
                         const char *base, size_t t)
{
    const i4_token *tok     = lex->tape.at;
    const char     *name    = base + tok[t].at;
    const uint32_t  len     = i4_token_len(tok[t]);
    const char     *bracket = find(name, len, '[');
    item->row = i4_index_item(fetch->index, bracket == NULL ? i4_token_view(base, tok[t])
                                                            : i4_view(name, bracket));
    if (item->row != NULL &&
        ((item->row->marks & I4_ITEM_SECTION) != 0) != (bracket != NULL))
        item->row = NULL;
    if (bracket == NULL)
        return 1;
    size_t last = t;
    if (find(bracket, len - (size_t)(bracket - name), ']') == NULL) {
        last = find_bracket(fetch, lex, base, t);
        if (last == 0)
            return 0;
        if (last == t)
            return 1;
        item->name_len = tok[last].at + i4_token_len(tok[last]) - item->name_at;
    }
    item->is_section = true;
    item->origin_len = origin_len(name, item->name_len);
    if ((size_t)(bracket - name) == 4 && i4_equal_nocase(name, "BODY", 4))
        item->id = IMAP4_FETCH_SECTION;
    return last - t + 1;
}

/* "UID 123MODSEQ (44)": the number ends where a letter begins, and a name does. */
static void split_number(i4_fetch *fetch, i4_lex *lex, const char *base, size_t t)
{
    const int32_t    id   = fetch->items[fetch->count].id;
    const imap4_view text = i4_token_view(base, lex->tape.at[t]);
    size_t           n    = 0;
    if ((id != IMAP4_FETCH_UID && id != IMAP4_FETCH_RFC822_SIZE) ||
        i4_token_kind_of(lex->tape.at[t]) != I4_TOK_ATOM)
        return;
    while (n < text.len && i4_is_digit(text.ptr[n]))
        n++;
    if (n == 0 || n == text.len || (text.ptr[n] | 0x20) < 'a' ||
        (text.ptr[n] | 0x20) > 'z')
        return;
    const imap4_view name = { text.ptr + n, text.len - n };
    if (id_of(name.ptr, (uint32_t)name.len) == IMAP4_FETCH_OTHER &&
        i4_index_item(fetch->index, name) == NULL)
        return;
    i4_lex_split(lex, t, (uint32_t)n);
    fetch->glued_at  = (uint32_t)(text.ptr + n - base);
    fetch->glued_len = (uint32_t)(text.len - n);
}

/* The name that stood behind a number. */
static void take_glued(i4_fetch *fetch, i4_item *item, const char *base)
{
    const char *name = base + fetch->glued_at;
    *item            = (i4_item){
                   .name_at  = fetch->glued_at,
                   .name_len = fetch->glued_len,
                   .token    = I4_NO_TOKEN,
                   .id       = id_of(name, fetch->glued_len),
                   .row      = i4_index_item(fetch->index, (imap4_view){ name, fetch->glued_len }),
    };
    if (item->id != IMAP4_FETCH_OTHER)
        item->row = NULL;
    fetch->glued_len = 0;
    fetch->is_named  = true;
}

/* "((ENVELOPE (...)) UID 5)": a list whose first word is the name of an item stands for what
 * is in it.  Its extent is known. */
static bool is_group(const i4_fetch *fetch, const i4_lex *lex, const char *base, size_t t)
{
    const i4_token *tok = lex->tape.at;
    if (i4_token_kind_of(tok[t]) != I4_TOK_OPEN ||
        i4_token_kind_of(tok[t + 1]) != I4_TOK_ATOM)
        return false;
    const imap4_view name = i4_token_view(base, tok[t + 1]);
    return id_of(name.ptr, (uint32_t)name.len) != IMAP4_FETCH_OTHER ||
           i4_index_item(fetch->index, name) != NULL;
}

/* Reads the name that starts with token `t`.  Gives the number of tokens it takes, 0 if
 * more must come first. */
static inline size_t take_name(i4_fetch *fetch, i4_item *item, const i4_lex *lex,
                               const char *base, size_t t)
{
    const i4_token name = lex->tape.at[t];
    *item               = (i4_item){ .name_at  = name.at,
                                     .name_len = i4_token_len(name),
                                     .token    = I4_NO_TOKEN };
    item->id            = id_of(base + name.at, i4_token_len(name));
    return item->id != IMAP4_FETCH_OTHER ? 1 : take_other(fetch, item, lex, base, t);
}

/* ---- the walk -------------------------------------------------------------- */

/* Takes the item that is next, or what stands in its place: a string or a list without a
 * name is skipped.  1; 0 if more must come first, or nothing may come. */
static inline int take_item(i4_fetch *fetch, i4_lex *lex, const char *base)
{
    const i4_token *tok  = lex->tape.at;
    i4_item        *item = &fetch->items[fetch->count];
    size_t          t    = fetch->next;
    if (fetch->glued_len != 0)
        take_glued(fetch, item, base);
    if (!fetch->is_named) {
        const i4_token_kind kind = i4_token_kind_of(tok[t]);
        if (kind != I4_TOK_ATOM) {
            if (kind != I4_TOK_CLOSE && is_open(lex, t))
                return 0;
            if (kind != I4_TOK_CLOSE && is_group(fetch, lex, base, t)) {
                i4_lex_note(lex, I4_ODD_PARENTHESES, tok[t].at);
                fetch->groups++;
                fetch->next++;
                return 1;
            }
            if (kind == I4_TOK_CLOSE && fetch->groups != 0) {
                fetch->groups--;
                fetch->next++;
                return 1;
            }
            if (kind != I4_TOK_CLOSE) /* a value without a name */
                i4_lex_note(lex, I4_ODD_PARENTHESES, tok[t].at);
            fetch->is_over = kind == I4_TOK_CLOSE;
            fetch->next    = (size_t)(i4_token_skip(&tok[t]) - tok);
            return !fetch->is_over;
        }
        const size_t took = take_name(fetch, item, lex, base, t);
        if (took == 0)
            return 0;
        t += took;
        fetch->next     = t;
        fetch->is_named = true;
        if (t == lex->tape.count)
            return 0;
    }
    if (t == lex->tape.count || is_open(lex, t))
        return 0;
    /* "(UID 5 BODY[2] )": a name without a value. */
    if (i4_token_kind_of(tok[t]) != I4_TOK_CLOSE) {
        item->token = (uint32_t)t;
        fetch->next = (size_t)(i4_token_skip(&tok[t]) - tok);
        split_number(fetch, lex, base, t);
    }
    i4_fetch_add(fetch);
    fetch->is_named = false;
    return 1;
}

int i4_fetch_advance(i4_fetch *fetch, i4_lex *lex, const char *base)
{
    if (fetch->next == 0) {
        if (lex->tape.count == 0 || i4_token_kind_of(lex->tape.at[0]) != I4_TOK_OPEN)
            return IMAP4_OK;
        fetch->next = 1;
    }
    while (!fetch->is_over && (fetch->next < lex->tape.count || fetch->glued_len != 0)) {
        if (fetch->count == fetch->cap)
            I4_TRY(i4_mem_grow(lex->mem, (void **)&fetch->items, &fetch->cap,
                               fetch->count, 1, sizeof *fetch->items));
        if (take_item(fetch, lex, base) == 0)
            break;
    }
    return IMAP4_OK;
}

static bool has_string(const i4_lex *lex, const i4_item *item)
{
    if (item->token == I4_NO_TOKEN)
        return false;
    const i4_token *t = &lex->tape.at[item->token];
    for (const i4_token *end = i4_token_skip(t); t < end; t++)
        if (i4_token_kind_of(*t) == I4_TOK_QUOTED ||
            i4_token_kind_of(*t) == I4_TOK_ESCAPED)
            return true;
    return false;
}

/* Something stands behind the last ")": one that stood in a string was taken for it, or a
 * server wrote one too many.  Behind the first string nobody can say which item is real. */
static void doubt_items(i4_fetch *fetch, const i4_lex *lex)
{
    bool is_doubtful = false;
    for (size_t i = 0; i < fetch->count; i++) {
        if (is_doubtful)
            fetch->items[i].is_damaged = true;
        else
            is_doubtful = has_string(lex, &fetch->items[i]);
    }
}

void i4_fetch_finish(i4_fetch *fetch, const i4_lex *lex)
{
    if (fetch->is_over && (lex->is_damaged || fetch->next < lex->tape.count))
        doubt_items(fetch, lex);
    if (fetch->is_named) {
        fetch->items[fetch->count].is_damaged = lex->is_damaged;
        i4_fetch_add(fetch);
        fetch->is_named = false;
    }
}

i4_item *i4_fetch_streamable(i4_fetch *fetch, const i4_lex *lex)
{
    if (lex->is_damaged || lex->depth != 1 || !fetch->is_named || fetch->is_over ||
        fetch->next != lex->tape.count)
        return NULL;
    i4_item *item = &fetch->items[fetch->count];
    switch ((imap4_fetch_id)item->id) {
    case IMAP4_FETCH_SECTION:
    case IMAP4_FETCH_RFC822:
    case IMAP4_FETCH_RFC822_HEADER:
    case IMAP4_FETCH_RFC822_TEXT: return item;
    case IMAP4_FETCH_OTHER:
        return item->row != NULL && (item->row->marks & I4_ITEM_STREAMS) != 0 ? item
                                                                              : NULL;
    case IMAP4_FETCH_UID:
    case IMAP4_FETCH_FLAGS:
    case IMAP4_FETCH_INTERNALDATE:
    case IMAP4_FETCH_RFC822_SIZE:
    case IMAP4_FETCH_ENVELOPE:
    case IMAP4_FETCH_BODY:
    case IMAP4_FETCH_BODYSTRUCTURE: return NULL;
    }
    return NULL;
}

static bool is_same_value(i4_event *ev, const i4_item *a, const i4_item *b)
{
    if (a->token == I4_NO_TOKEN || b->token == I4_NO_TOKEN)
        return false;
    const i4_cursor x = i4_item_cursor(ev, a), y = i4_item_cursor(ev, b);
    if (x.end - x.t != y.end - y.t)
        return false;
    for (ptrdiff_t i = 0; i < x.end - x.t; i++) {
        /* The length of a "(" is that of its list. */
        if (x.t[i].info != y.t[i].info || (i4_token_kind_of(x.t[i]) != I4_TOK_OPEN &&
                                           !i4_view_eq(i4_token_view(ev->base, x.t[i]),
                                                       i4_token_view(ev->base, y.t[i]))))
            return false;
    }
    return true;
}

/* Of two different UIDs or flag lists one may be forged by who wrote the message, and nobody
 * can say which: neither counts.  The same value twice is a known server's slip.  Each is
 * looked at once, however many events a body makes of the response. */
static void judge_doubles(i4_fetch *fetch, i4_event *ev)
{
    static const imap4_fetch_id ids[] = { IMAP4_FETCH_UID, IMAP4_FETCH_FLAGS };
    for (size_t k = 0; k < sizeof ids / sizeof ids[0]; k++) {
        const uint32_t first = fetch->item_at[ids[k]];
        size_t         i     = first > fetch->judged ? first : fetch->judged;
        for (; first != 0 && i < fetch->count; i++) {
            if (fetch->items[i].id != (int32_t)ids[k] ||
                is_same_value(ev, &fetch->items[first - 1], &fetch->items[i]))
                continue;
            fetch->items[first - 1].is_damaged = true;
            i4_event_invalid(ev, i4_item_raw(ev, &fetch->items[i]),
                             "RFC 3501 9, msg-att: twice, and not the same");
            fetch->is_forged = true;
        }
    }
    fetch->judged = fetch->count;
    if (fetch->is_forged)
        ev->pub.marks |= IMAP4_MARK_INVALID;
}

void i4_fetch_event(i4_fetch *fetch, i4_event *ev)
{
    ev->items         = fetch->items;
    ev->item_count    = fetch->count;
    ev->item_at       = fetch->item_at;
    const uint32_t at = fetch->item_at[IMAP4_FETCH_UID];
    if (fetch->is_double)
        judge_doubles(fetch, ev);
    if (at != 0 && fetch->items[at - 1].is_damaged) {
        fetch->uid = 0;
        ev->pub.marks |= IMAP4_MARK_INVALID;
    } else if (at != 0 && fetch->uid == 0) {
        const i4_item *item = &fetch->items[at - 1];
        i4_cursor      c    = i4_event_cursor(ev);
        uint64_t       uid  = 0;
        if (item->token != I4_NO_TOKEN)
            c.t += item->token;
        if (item->token == I4_NO_TOKEN || i4_take_number(&c, UINT32_MAX, &uid) < 0 ||
            uid == 0)
            i4_event_invalid(ev, i4_item_raw(ev, item), "RFC 3501 9, uniqueid");
        fetch->uid = (uint32_t)uid;
    }
    ev->pub.uid = fetch->uid;
}

/* ---- reading items --------------------------------------------------------- */

size_t imap4_fetch_count(const imap4_event *ev)
{
    return i4_event_of(ev)->item_count;
}

/* The value of an item; of a string its content. */
static int item_value(i4_event *ev, const i4_item *item, imap4_value_kind *kind,
                      imap4_view *value, uint64_t *size)
{
    *kind  = IMAP4_VALUE_NONE;
    *value = IMAP4_NIL;
    *size  = 0;
    if (item->token == I4_NO_TOKEN)
        return IMAP4_OK;
    i4_cursor c = i4_item_cursor(ev, item);
    switch (i4_token_kind_of(*c.t)) {
    case I4_TOK_ATOM:
        *kind = i4_cursor_is_nil(&c) ? IMAP4_VALUE_NIL : IMAP4_VALUE_ATOM;
        if (*kind == IMAP4_VALUE_ATOM)
            *value = i4_token_view(ev->base, *c.t);
        break;
    case I4_TOK_QUOTED:
    case I4_TOK_ESCAPED:
    case I4_TOK_LITERAL:
        *kind = IMAP4_VALUE_STRING;
        I4_TRY(i4_take_astring(&c, value));
        break;
    case I4_TOK_STREAMED:
        *kind = IMAP4_VALUE_STREAMED;
        *size = item->size;
        return IMAP4_OK;
    case I4_TOK_OPEN:
        *kind = IMAP4_VALUE_LIST;
        I4_TRY(i4_take_raw(&c, value));
        break;
    case I4_TOK_CLOSE: return IMAP4_OK;
    }
    *size = value->len;
    return IMAP4_OK;
}

static bool is_invalid(const i4_event *ev, const i4_item *item)
{
    static const signed char slot[I4_FETCH_IDS] = {
        [IMAP4_FETCH_OTHER]         = -1,
        [IMAP4_FETCH_UID]           = -1,
        [IMAP4_FETCH_INTERNALDATE]  = -1,
        [IMAP4_FETCH_RFC822_SIZE]   = -1,
        [IMAP4_FETCH_SECTION]       = -1,
        [IMAP4_FETCH_RFC822]        = -1,
        [IMAP4_FETCH_RFC822_HEADER] = -1,
        [IMAP4_FETCH_RFC822_TEXT]   = -1,
        [IMAP4_FETCH_FLAGS]         = I4_LAZY_FLAGS,
        [IMAP4_FETCH_ENVELOPE]      = I4_LAZY_ENVELOPE,
        [IMAP4_FETCH_BODY]          = I4_LAZY_BODYSTRUCTURE,
        [IMAP4_FETCH_BODYSTRUCTURE] = I4_LAZY_BODYSTRUCTURE,
    };
    if (item->is_damaged)
        return true;
    if (item->id == IMAP4_FETCH_UID)
        return ev->pub.uid == 0;
    const int at = slot[item->id];
    return at >= 0 && ev->lazy[at].is_known && ev->lazy[at].rc == IMAP4_E_SYNTAX;
}

int imap4_fetch_at(const imap4_event *pub, size_t i, imap4_fetch_item *out)
{
    i4_event *ev = i4_event_of(pub);
    if (i >= ev->item_count)
        return IMAP4_E_ABSENT;
    const i4_item   *item = &ev->items[i];
    imap4_value_kind kind = IMAP4_VALUE_NONE;
    imap4_fetch_item made = { .name = { ev->base + item->name_at, item->name_len } };
    I4_TRY(item_value(ev, item, &kind, &made.value, &made.size));
    made.kind    = (int32_t)kind;
    made.id      = item->id;
    made.invalid = is_invalid(ev, item);
    if (item->is_section) {
        const char *name = made.name.ptr;
        const char *from = find(name, item->name_len, '[') + 1;
        const char *to   = name + item->name_len - item->origin_len - 1;
        /* What follows the "]" besides an origin: a server's slip such as "RFC822[]x". */
        while (to > from && *to != ']')
            to--;
        made.section = to < from ? IMAP4_NIL : i4_view(from, to);
    }
    if (item->origin_len != 0) {
        const char *p   = made.name.ptr + item->name_len - item->origin_len + 1;
        made.has_origin = i4_num_read(&p, made.name.ptr + item->name_len, UINT64_MAX,
                                      &made.origin);
    }
    *out = made;
    return IMAP4_OK;
}

int imap4_fetch_get(const imap4_event *pub, imap4_view name, imap4_view *out)
{
    i4_event *ev = i4_event_of(pub);
    for (size_t i = 0; i < ev->item_count; i++) {
        const i4_item   *item = &ev->items[i];
        const imap4_view own  = { ev->base + item->name_at, item->name_len };
        const imap4_view bare = { own.ptr, own.len - item->origin_len };
        if (!i4_view_eq_nocase(own, name) && !i4_view_eq_nocase(bare, name))
            continue;
        imap4_value_kind kind = IMAP4_VALUE_NONE;
        uint64_t         size = 0;
        I4_TRY(item_value(ev, item, &kind, out, &size));
        if (item->is_damaged)
            return IMAP4_E_SYNTAX;
        return kind == IMAP4_VALUE_NONE || kind == IMAP4_VALUE_STREAMED ? IMAP4_E_ABSENT
                                                                        : IMAP4_OK;
    }
    return IMAP4_E_ABSENT;
}

int i4_fetch_judge(i4_event *ev, int rc)
{
    if (rc == IMAP4_E_SYNTAX)
        i4_event_invalid(ev,
                         ev->asked == NULL ? (imap4_view){ ev->base, 0 }
                                           : i4_item_raw(ev, ev->asked),
                         "RFC 3501 9, msg-att");
    return rc;
}

int i4_fetch_value(const imap4_event *pub, const i4_item_row *row, i4_cursor *out)
{
    i4_event      *ev   = i4_event_of(pub);
    const i4_item *item = i4_fetch_item_with(ev, row);
    if (item == NULL)
        return IMAP4_E_ABSENT;
    ev->asked = item;
    if (item->token == I4_NO_TOKEN || item->is_damaged)
        return i4_fetch_judge(ev, IMAP4_E_SYNTAX);
    *out = i4_item_cursor(ev, item);
    return IMAP4_OK;
}

int imap4_fetch_size(const imap4_event *pub, uint64_t *out)
{
    i4_event      *ev   = i4_event_of(pub);
    const i4_item *item = i4_fetch_item_of(ev, IMAP4_FETCH_RFC822_SIZE);
    if (item == NULL)
        return IMAP4_E_ABSENT;
    ev->asked = item;
    if (item->token == I4_NO_TOKEN)
        return i4_fetch_judge(ev, IMAP4_E_SYNTAX);
    i4_cursor c = i4_item_cursor(ev, item);
    return i4_fetch_judge(ev, i4_take_number(&c, UINT64_MAX, out));
}

int imap4_fetch_internaldate(const imap4_event *pub, imap4_date *out)
{
    i4_event      *ev   = i4_event_of(pub);
    const i4_item *item = i4_fetch_item_of(ev, IMAP4_FETCH_INTERNALDATE);
    if (item == NULL)
        return IMAP4_E_ABSENT;
    ev->asked = item;
    if (item->token == I4_NO_TOKEN)
        return i4_fetch_judge(ev, IMAP4_E_SYNTAX);
    i4_cursor  c = i4_item_cursor(ev, item);
    imap4_view text;
    I4_TRY(i4_fetch_judge(ev, i4_take_nstring(&c, &text)));
    if (text.ptr == NULL)
        return i4_fetch_judge(ev, IMAP4_E_SYNTAX);
    return i4_fetch_judge(ev, imap4_date_parse_internal(text, out));
}
