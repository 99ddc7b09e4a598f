/* SPDX-License-Identifier: MIT */
/* parse/quick.c - the usual FETCH response, in one pass.
 *
 * Most of what a server sends is one of a few forms a million times over.  This reads them
 * with a fifth of the work, and gives up, without a trace, at the first byte that is not of
 * such a form: then the general way (frame, lex, fetch) reads the response from its start.
 * FLAGS and ENVELOPE are typed at once, because that costs less than to record their tokens;
 * of other lists the tokens are recorded.  Both ways must tell the same:
 * test/unit/parse_quick.c compares them. */
#include "parse/incoming.h"

#include "base/num.h"
#include "text/flags.h"
#include "wire/scan.h"

#include <string.h>

enum {
    /* of one message; more go the general way */
    MAX_FLAGS     = 32,
    MAX_ADDRESSES = 64,
    MAX_ITEMS     = 6,  /* each of the usual ones once */
    MAX_TOKENS    = 16, /* of their values, those of a structure aside */
    /* More than FLAGS and ENVELOPE can have, which are not recorded: where the general way
     * would pass max_items by them, this one gives up. */
    UNRECORDED    = 512
};

/* What FLAGS becomes. */
typedef struct flags_room {
    imap4_flags flags;
    imap4_view  all[MAX_FLAGS];
    imap4_view  keywords[MAX_FLAGS];
} flags_room;

/* What ENVELOPE becomes. */
typedef struct envelope_room {
    imap4_envelope envelope;
    imap4_address  at[MAX_ADDRESSES];
} envelope_room;

/* Where the pass stands.  NULL in `p`: it has given up. */
typedef struct pass {
    const char *p;
    const char *base;
    i4_token   *tape;
    size_t      count;
    size_t      cap; /* for the tokens of a structure: some more fit */
} pass;

static inline void put(pass *s, i4_token_kind kind, const char *at, size_t len)
{
    s->tape[s->count++] = (i4_token){ (uint32_t)(at - s->base),
                                      (uint32_t)kind << I4_TOKEN_SHIFT | (uint32_t)len };
}

static inline bool is_word(const char *p, const char *word, size_t len)
{
    return memcmp(p, word, len) == 0;
}

static inline void give_up(pass *s)
{
    s->p = NULL;
}

/* The length of a quoted string of which `len` bytes are harmless, if what follows are
 * escapes of '"' and of the backslash only; 0 if not.  Any control ends it: there may be
 * nothing behind it. */
static size_t len_of_escaped(const char *from, size_t len)
{
    while (from[len] == '\\' && (from[len + 1] == '"' || from[len + 1] == '\\')) {
        len += 2;
        len += i4_span_quoted(from + len);
    }
    return from[len] == '"' ? len : 0;
}

/* ---- FLAGS ------------------------------------------------------------------- */

/* "(" flags ")", from `p` on; behind it, or NULL. */
static inline const char *take_flags(imap4_reader *r, const char *p)
{
    flags_room *room = i4_arena_alloc(&r->arena, sizeof *room);
    uint32_t    bits = 0;
    size_t      n = 0, words = 0;
    if (room == NULL || *p++ != '(')
        return NULL;
    while (*p != ')') {
        const size_t len = i4_span_atom(p);
        if (len == 0 || n == MAX_FLAGS)
            return NULL;
        const uint32_t bit    = *p == '\\' ? i4_flag_bit(p, len) : 0;
        room->all[n++]        = (imap4_view){ p, len };
        room->keywords[words] = (imap4_view){ p, len };
        words += bit == 0;
        bits |= bit;
        p += len;
        if (*p != ' ')
            break;
        p++;
    }
    if (*p != ')' || p[-1] == ' ')
        return NULL;
    room->flags.system         = bits;
    room->flags.reserved       = 0;
    room->flags.all.at         = room->all;
    room->flags.all.count      = n;
    room->flags.keywords.at    = room->keywords;
    room->flags.keywords.count = words;
    r->flags                   = &room->flags;
    return p + 1;
}

/* ---- ENVELOPE ---------------------------------------------------------------- */

/* The content of a string with backslashes, whose first `len` bytes have none. */
static const char *take_escaped(imap4_reader *r, const char *from, size_t len,
                                imap4_view *out)
{
    const size_t all  = len_of_escaped(from, len);
    char        *text = all == 0 ? NULL : i4_arena_alloc(&r->arena, all);
    if (text == NULL)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < all; i++) {
        if (from[i] == '\\')
            i++;
        text[n++] = from[i];
    }
    *out = (imap4_view){ text, n };
    return from + all + 1;
}

/* A quoted string or NIL, and the byte `after` it; behind that, or NULL. */
static inline const char *take_nstring(imap4_reader *r, const char *p, char after,
                                       imap4_view *out)
{
    if (*p == '"') {
        const char  *from = p + 1;
        const size_t len  = i4_span_quoted(from);
        *out              = (imap4_view){ from, len };
        p                 = from + len + 1;
        if (p[-1] != '"') {
            p = take_escaped(r, from, len, out);
            if (p == NULL)
                return NULL;
        }
    } else if (is_word(p, "NIL", 3)) {
        *out = IMAP4_NIL;
        p += 3;
    } else {
        return NULL;
    }
    return *p == after ? p + 1 : NULL;
}

/* NIL, or "(" addresses ")", and SP; `room` is where the next address goes. */
static inline const char *take_addresses(imap4_reader *r, const char *p,
                                         imap4_addresses *out, imap4_address **room,
                                         const imap4_address *end)
{
    imap4_address *at = *room;
    out->at           = at;
    out->count        = 0;
    if (is_word(p, "NIL ", 4)) {
        out->at = NULL;
        return p + 4;
    }
    if (*p++ != '(')
        return NULL;
    while (*p == '(') {
        if (at == end || (p = take_nstring(r, p + 1, ' ', &at->name)) == NULL ||
            (p = take_nstring(r, p, ' ', &at->route)) == NULL ||
            (p = take_nstring(r, p, ' ', &at->mailbox)) == NULL ||
            (p = take_nstring(r, p, ')', &at->host)) == NULL)
            return NULL;
        at++;
    }
    if (at == *room || p[0] != ')' || p[1] != ' ')
        return NULL;
    out->count = (size_t)(at - *room);
    *room      = at;
    return p + 2;
}

static const char *take_envelope(imap4_reader *r, const char *p)
{
    envelope_room *all = i4_arena_alloc(&r->arena, sizeof *all);
    if (all == NULL)
        return NULL;
    imap4_envelope      *e    = &all->envelope;
    imap4_address       *room = all->at;
    const imap4_address *end  = all->at + MAX_ADDRESSES;
    if ((p = take_nstring(r, p + 1, ' ', &e->date)) == NULL ||
        (p = take_nstring(r, p, ' ', &e->subject)) == NULL ||
        (p = take_addresses(r, p, &e->from, &room, end)) == NULL ||
        (p = take_addresses(r, p, &e->sender, &room, end)) == NULL ||
        (p = take_addresses(r, p, &e->reply_to, &room, end)) == NULL ||
        (p = take_addresses(r, p, &e->to, &room, end)) == NULL ||
        (p = take_addresses(r, p, &e->cc, &room, end)) == NULL ||
        (p = take_addresses(r, p, &e->bcc, &room, end)) == NULL ||
        (p = take_nstring(r, p, ' ', &e->in_reply_to)) == NULL)
        return NULL;
    p           = take_nstring(r, p, ')', &e->message_id);
    r->envelope = e;
    return p;
}

/* ---- other values ------------------------------------------------------------ */

/* A quoted string, behind which SP or ")" must stand. */
static inline void take_quoted(pass *s)
{
    i4_token_kind     kind = I4_TOK_QUOTED;
    const char *const from = s->p + 1;
    size_t            len  = i4_span_quoted(from);
    if (from[len] != '"') {
        kind = I4_TOK_ESCAPED;
        len  = len_of_escaped(from, len);
    }
    if (from[len] != '"' || (from[len + 1] != ' ' && from[len + 1] != ')')) {
        give_up(s);
        return;
    }
    put(s, kind, from, len);
    s->p = from + len + 1;
}

/* The bytes up to SP or ")". */
static inline void take_atom(pass *s)
{
    const size_t len = i4_span_atom(s->p);
    if (len == 0 || (s->p[len] != ' ' && s->p[len] != ')')) {
        give_up(s);
        return;
    }
    put(s, I4_TOK_ATOM, s->p, len);
    s->p += len;
}

/* A list of strings, atoms and lists, one SP between them or none behind a list.  The pass
 * ends behind its ")". */
static void take_list(pass *state)
{
    pass     s    = *state; /* in registers: nothing here runs more often */
    uint32_t open = 0;      /* index + 1 of the innermost "(" */
    do {
        if (s.count >= s.cap) {
            give_up(&s);
            break;
        }
        if (*s.p == '"') {
            take_quoted(&s);
        } else if (*s.p == '(') {
            put(&s, I4_TOK_OPEN, s.p++, open);
            open = (uint32_t)s.count;
            continue;
        } else if (*s.p == ')') {
            i4_token *const was      = &s.tape[open - 1];
            const uint32_t  outer    = i4_token_len(*was);
            const size_t    distance = s.count - (open - 1);
            was->info = (uint32_t)I4_TOK_OPEN << I4_TOKEN_SHIFT | (uint32_t)distance;
            if (s.p[-1] == ' ') { /* one space too many is for the general way to tell */
                give_up(&s);
                break;
            }
            put(&s, I4_TOK_CLOSE, s.p++, 1);
            open = outer;
            if (open == 0)
                break;
        } else if (is_word(s.p, "NIL ", 4) || is_word(s.p, "NIL)", 4)) {
            put(&s, I4_TOK_ATOM, s.p, 3);
            s.p += 3;
        } else {
            take_atom(&s);
        }
        if (s.p == NULL)
            break;
        s.p += *s.p == ' ';
    } while (open != 0);
    *state = s;
}

static inline uint64_t take_number(pass *s)
{
    uint64_t     n   = 0;
    const size_t len = i4_num_short(s->p, &n);
    if (len == 0 || (s->p[len] != ' ' && s->p[len] != ')')) {
        give_up(s);
        return 0;
    }
    put(s, I4_TOK_ATOM, s->p, len);
    s->p += len;
    return n;
}

/* ---- items ------------------------------------------------------------------- */

/* The item whose name of `len` bytes stands at the pass; it goes on behind name and SP.
 * Of two of a kind the first counts: that is for the general way. */
static inline bool add_item(i4_fetch *fetch, pass *s, imap4_fetch_id id, size_t len)
{
    if (fetch->item_at[id] != 0)
        return false;
    i4_item *const item = &fetch->items[fetch->count++];
    fetch->item_at[id]  = (uint32_t)fetch->count;
    item->name_at       = (uint32_t)(s->p - s->base);
    item->name_len      = (uint32_t)len;
    item->origin_len    = 0;
    item->token         = (uint32_t)s->count;
    item->id            = (uint8_t)id;
    item->row           = NULL;
    item->is_section    = false;
    item->is_damaged    = false;
    s->p += len + 1;
    return true;
}

/* A list of which only the ends are recorded: its typed value is at hand. */
static inline void put_typed(pass *s, const char *after)
{
    if (after != NULL) {
        put(s, I4_TOK_OPEN, s->p, 1);
        put(s, I4_TOK_CLOSE, after - 1, 1);
    }
    s->p = after;
}

/* One item; false if the pass has to give up. */
static inline bool take_item(imap4_reader *r, pass *s)
{
    i4_fetch *const fetch = &r->fetch;
    if (is_word(s->p, "UID ", 4)) {
        if (!add_item(fetch, s, IMAP4_FETCH_UID, 3))
            return false;
        fetch->uid = (uint32_t)take_number(s);
        return fetch->uid != 0;
    }
    if (is_word(s->p, "FLAGS ", 6)) {
        if (!add_item(fetch, s, IMAP4_FETCH_FLAGS, 5))
            return false;
        put_typed(s, take_flags(r, s->p));
    } else if (is_word(s->p, "INTERNALDATE \"", 14)) {
        if (!add_item(fetch, s, IMAP4_FETCH_INTERNALDATE, 12))
            return false;
        take_quoted(s);
    } else if (is_word(s->p, "RFC822.SIZE ", 12)) {
        if (!add_item(fetch, s, IMAP4_FETCH_RFC822_SIZE, 11))
            return false;
        (void)take_number(s);
    } else if (is_word(s->p, "ENVELOPE (", 10)) {
        if (!add_item(fetch, s, IMAP4_FETCH_ENVELOPE, 8))
            return false;
        put_typed(s, take_envelope(r, s->p));
    } else if (is_word(s->p, "BODYSTRUCTURE (", 15)) {
        if (!add_item(fetch, s, IMAP4_FETCH_BODYSTRUCTURE, 13))
            return false;
        take_list(s);
    } else {
        return false;
    }
    return s->p != NULL;
}

/* The items up to the last ")" and its CRLF; the pass ends behind that. */
static inline bool take_items(imap4_reader *r, pass *s)
{
    while (take_item(r, s)) {
        if (*s->p != ' ') {
            const bool is_end = is_word(s->p, ")\r\n", 3);
            s->p += 3;
            return is_end;
        }
        s->p++;
    }
    return false;
}

/* ---- the response -------------------------------------------------------------- */

static inline void start(imap4_reader *r)
{
    r->fetch.count = 0;
    r->fetch.uid   = 0;
    memset(r->fetch.item_at, 0, sizeof r->fetch.item_at);
    r->flags    = NULL;
    r->envelope = NULL;
}

bool i4_quick_fetch(imap4_reader *r)
{
    static const char  name[] = " FETCH (";
    const size_t       size   = i4_incoming_size(r);
    const i4_resp_row *row    = r->last_row;
    uint64_t           number = 0;
    /* The row is at hand as soon as one FETCH went the general way.  If something is lent,
     * bytes may be coming in behind the end, where the pass relies on zeros to stop it. */
    if (size < 16 || row == NULL || (row->marks & I4_RESP_ITEMS) == 0 || r->in.lent != 0)
        return false;
    const char *const base = r->in.ptr + r->in.start;
    const size_t digits    = is_word(base, "* ", 2) ? i4_num_short(base + 2, &number) : 0;
    const size_t most      = r->lex.max_tokens < UNRECORDED ? 0
                                                            : r->lex.max_tokens - UNRECORDED;
    const size_t cap       = r->lex.tape.cap < most ? r->lex.tape.cap : most;
    if (digits == 0 || number == 0 || cap < MAX_TOKENS || r->fetch.cap < MAX_ITEMS ||
        !is_word(base + 2 + digits, name, sizeof name - 1))
        return false;
    pass s = { base + digits + 1 + sizeof name, base, r->lex.tape.at, 0,
               cap - MAX_TOKENS };
    start(r);
    if (!take_items(r, &s) || (size_t)(s.p - base) > size ||
        (size_t)(s.p - base) > r->opt.max_response) {
        i4_arena_reset(&r->arena); /* no event is out, so nothing else is in it */
        return false;
    }
    r->head.number    = (uint32_t)number;
    r->head.name_at   = digits + 3;
    r->lex.tape.count = s.count;
    r->scan           = (size_t)(s.p - base);
    r->empty_lines    = 0;
    r->is_quick       = true;
    r->phase          = I4_RESPONSE;
    return true;
}
