/* SPDX-License-Identifier: MIT */
/* test/transcripts/generated.c - responses made by a generator that knows what they mean.
 *
 * Each response is written twice: as bytes, in one of the forms that the grammar allows for
 * each value, and as the lines that short.c would tell.  They are read whole and in pieces. */
#include "short.h"

#include "imap4/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RESPONSES = 600,
    ROUNDS    = 4 /* of the same responses, cut differently */
};

static uint32_t seed = 20240607;

static uint32_t below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(seed >> 4) * limit) >> 28);
}

/* What is sent, and what must be told. */
static text wire;
static text truth;

static void put(const char *bytes)
{
    bytes_add(&wire, bytes, strlen(bytes));
}

/* A keyword in any case; told as it was sent. */
static imap4_view keyword(const char *word)
{
    const size_t from = wire.len;
    for (; *word != '\0'; word++) {
        char c = *word;
        if (((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) && below(2) != 0)
            c = (char)(c ^ 0x20);
        bytes_add(&wire, &c, 1);
    }
    return (imap4_view){ wire.at + from, wire.len - from };
}

static void put_number(uint64_t n)
{
    text_add(&wire, "%s%" PRIu64, below(20) == 0 ? "00" : "", n);
}

/* ---- strings ------------------------------------------------------------------------- */

typedef struct string {
    char   bytes[64];
    size_t len;
} string;

static imap4_view view(const string *s)
{
    return (imap4_view){ s->bytes, s->len };
}

static string random_string(bool has_all_bytes)
{
    static const char some[] = "abcXYZ 019()\"\\{}[]<>*%NIL@.&=?/";
    string            s      = { .len = below(4) == 0 ? below(60) : below(12) };
    for (size_t i = 0; i < s.len; i++) {
        s.bytes[i] = some[below(sizeof some - 1)];
        if (has_all_bytes && below(8) == 0)
            s.bytes[i] = (char)below(256);
    }
    return s;
}

static string random_word(void)
{
    static const char some[] = "abcdefXYZ0123456789-_.:/+$#";
    string            s      = { .len = 1 + below(10) };
    for (size_t i = 0; i < s.len; i++)
        s.bytes[i] = some[below(sizeof some - 1)];
    /* Not what could be taken for something else. */
    s.bytes[0] = 'w';
    return s;
}

static bool may_be_quoted(const string *s)
{
    for (size_t i = 0; i < s->len; i++)
        if ((unsigned char)s->bytes[i] < 0x20)
            return false;
    return true;
}

static void put_literal(const string *s)
{
    text_add(&wire, "{%zu}\r\n", s->len);
    bytes_add(&wire, s->bytes, s->len);
}

static void put_string(const string *s)
{
    if (!may_be_quoted(s) || below(4) == 0) {
        put_literal(s);
        return;
    }
    put("\"");
    for (size_t i = 0; i < s->len; i++) {
        if (s->bytes[i] == '"' || s->bytes[i] == '\\')
            put("\\");
        bytes_add(&wire, &s->bytes[i], 1);
    }
    put("\"");
}

/* A string or NIL; false for NIL. */
static bool put_nstring(string *s)
{
    *s = random_string(true);
    if (below(4) == 0) {
        (void)keyword("NIL");
        return false;
    }
    put_string(s);
    return true;
}

static void tell_field(const char *indent, const char *name, const string *s)
{
    text_add(&truth, "%s%s ", indent, name);
    short_bytes(&truth, view(s));
    text_add(&truth, "\n");
}

/* As short.c shows words: as they are, or in quotes. */
static void tell_word(imap4_view v)
{
    bool is_plain = v.len != 0 && v.len < 60;
    for (size_t i = 0; i < v.len; i++)
        if (v.ptr[i] <= ' ' || (unsigned char)v.ptr[i] >= 0x7f || v.ptr[i] == '"')
            is_plain = false;
    if (is_plain)
        text_add(&truth, "%.*s", IMAP4_ARG(v));
    else
        short_bytes(&truth, v);
}

static void put_nstring_field(const char *indent, const char *name)
{
    string s;
    put(" ");
    if (put_nstring(&s))
        tell_field(indent, name, &s);
}

/* ---- ENVELOPE ------------------------------------------------------------------------ */

static void put_addresses(const char *indent, const char *name)
{
    const uint32_t count = below(3) == 0 ? 0 : 1 + below(3);
    put(" ");
    if (count == 0) {
        (void)keyword("NIL");
        return;
    }
    put("(");
    for (uint32_t i = 0; i < count; i++) {
        put(i != 0 && below(3) == 0 ? " (" : "(");
        text_add(&truth, "%s%s", indent, name);
        for (int k = 0; k < 4; k++) {
            string s;
            put(k == 0 ? "" : " ");
            text_add(&truth, " ");
            if (put_nstring(&s))
                short_bytes(&truth, view(&s));
            else
                text_add(&truth, "NIL");
        }
        put(")");
        text_add(&truth, "\n");
    }
    put(")");
}

static void put_envelope(const char *indent)
{
    static const char *const lists[] = { "from", "sender", "reply-to", "to", "cc", "bcc" };
    string                   s;
    put("(");
    if (put_nstring(&s))
        tell_field(indent, "date", &s);
    put_nstring_field(indent, "subject");
    for (size_t i = 0; i < 6; i++)
        put_addresses(indent, lists[i]);
    put_nstring_field(indent, "in-reply-to");
    put_nstring_field(indent, "message-id");
    put(")");
}

/* ---- BODYSTRUCTURE --------------------------------------------------------------------- */

static void put_params(void)
{
    const uint32_t count = below(3);
    put(" ");
    if (count == 0) {
        (void)keyword("NIL");
        return;
    }
    put("(");
    for (uint32_t i = 0; i < count; i++) {
        const string name = random_word(), value = random_string(false);
        put(i == 0 ? "" : " ");
        put_string(&name);
        put(" ");
        put_string(&value);
        text_add(&truth, i == 0 ? " (" : " ");
        tell_word(view(&name));
        text_add(&truth, "=");
        tell_word(view(&value));
    }
    text_add(&truth, ")");
    put(")");
}

/* The fields that stand on their own lines come behind the part's line. */
typedef struct later {
    string value[5];
    bool   is_there[5]; /* id, description, md5, location, extension */
} later;

static void tell_later(const later *l)
{
    static const char *const names[] = { "id", "description", "md5", "location",
                                         "extension" };
    for (size_t i = 0; i < 5; i++)
        if (l->is_there[i])
            tell_field("        ", names[i], &l->value[i]);
}

static void put_later(later *l, size_t i)
{
    put(" ");
    l->is_there[i] = put_nstring(&l->value[i]);
}

/* Disposition, language, location, and more: each only if those before it are there. */
static void put_extension(uint32_t count, later *l)
{
    if (count > 0) {
        put(" ");
        if (below(3) == 0)
            (void)keyword("NIL");
        else {
            const string s = random_word();
            put("(");
            put_string(&s);
            text_add(&truth, " ");
            tell_word(view(&s));
            put_params();
            put(")");
        }
    }
    if (count > 1) {
        const uint32_t words = below(3);
        put(words == 0 ? " NIL" : words == 1 ? " " : " (");
        for (uint32_t i = 0; i < words; i++) {
            const string s = random_word();
            put(i == 0 ? "" : " ");
            put_string(&s);
            text_add(&truth, i == 0 ? " in (" : " ");
            tell_word(view(&s));
        }
        put(words > 1 ? ")" : "");
        text_add(&truth, words == 0 ? "" : ")");
    }
    if (count > 2)
        put_later(l, 3);
    if (count > 3) {
        put(" 12 (\"x\" (7 NIL))");
        l->is_there[4] = true;
        l->value[4]    = (string){ "12 (\"x\" (7 NIL))", 16 };
    }
}

static void put_part(const char *number, uint32_t depth, bool is_root);

static void put_children(const char *number, uint32_t depth)
{
    const uint32_t count = 1 + below(3);
    char           child[64];
    for (uint32_t i = 1; i <= count; i++) {
        snprintf(child, sizeof child, "%s%s%" PRIu32, number,
                 number[0] == '\0' ? "" : ".", i);
        put(i != 1 && below(4) == 0 ? " " : "");
        put_part(child, depth + 1, false);
    }
}

/* The children are told behind their parent, but sent before its last fields. */
static text take_truth(size_t from)
{
    text t = { 0 };
    bytes_add(&t, truth.at + from, truth.len - from);
    truth.len = from;
    return t;
}

static void give_truth(text *t)
{
    bytes_add(&truth, t->at, t->len);
    text_free(t);
}

static void put_multipart(const char *number, uint32_t depth)
{
    const string subtype = random_word();
    later        l       = { 0 };
    put("(");
    const size_t from = truth.len;
    put_children(number, depth);
    text children = take_truth(from);
    put(" ");
    put_string(&subtype);
    text_add(&truth, "    part %s%smultipart/", number, number[0] == '\0' ? "" : " ");
    tell_word(view(&subtype));
    if (below(3) != 0) {
        put_params();
        put_extension(below(5), &l);
    }
    text_add(&truth, "\n");
    tell_later(&l);
    give_truth(&children);
    put(")");
}

static void put_single(const char *number, uint32_t depth)
{
    const uint32_t kind     = depth > 3 ? below(2) : below(3); /* text, other, message */
    const string   other    = random_word();
    const string   encoding = random_word();
    const uint64_t octets = below(2) == 0 ? below(1000) : (uint64_t)below(1u << 28) << 30;
    const uint64_t lines  = below(100000);
    later          l      = { 0 };
    text           inner  = { 0 };
    static const string text_type = { "text", 4 }, message = { "MESSAGE", 7 },
                        rfc822 = { "rfc822", 6 };
    const string *type         = kind == 0 ? &text_type : kind == 1 ? &other : &message;
    const string *subtype      = kind == 2 ? &rfc822 : &other;
    put("(");
    put_string(type);
    put(" ");
    put_string(subtype);
    text_add(&truth, "    part %s ", number);
    tell_word(view(type));
    text_add(&truth, "/");
    tell_word(view(subtype));
    put_params();
    put_later(&l, 0);
    put_later(&l, 1);
    put(" ");
    put_string(&encoding);
    text_add(&truth, " ");
    tell_word(view(&encoding));
    put(" ");
    put_number(octets);
    text_add(&truth, " %" PRIu64 " octets", octets);
    if (kind == 2) {
        const size_t from = truth.len;
        put(" ");
        text_add(&truth, "        envelope\n");
        put_envelope("            ");
        put(" ");
        if (below(2) == 0)
            put_multipart(number, depth + 1);
        else {
            char child[64];
            snprintf(child, sizeof child, "%s.1", number);
            put_single(child, depth + 1);
        }
        inner = take_truth(from);
    }
    if (kind != 1) {
        put(" ");
        put_number(lines);
        text_add(&truth, " %" PRIu64 " lines", lines);
    }
    if (below(3) != 0) {
        put_later(&l, 2);
        put_extension(below(5), &l);
    }
    text_add(&truth, "\n");
    tell_later(&l);
    if (kind == 2)
        give_truth(&inner);
    put(")");
}

static void put_part(const char *number, uint32_t depth, bool is_root)
{
    if (depth < 4 && below(3) == 0)
        put_multipart(is_root ? "" : number, depth);
    else
        put_single(number, depth);
}

/* ---- responses ----------------------------------------------------------------------------- */

static void put_flags(bool has_any)
{
    static const char *const names[]  = { "\\Seen",    "\\Answered", "\\Flagged",
                                          "\\Deleted", "\\Draft",    "\\Recent",
                                          "\\*" };
    const uint32_t           bits     = below(has_any ? 128 : 64);
    const uint32_t           words    = below(4);
    text                     keep     = { 0 };
    bool                     is_first = true;
    put("(");
    text_add(&truth, " (");
    for (uint32_t i = 0; i < 7; i++) {
        if ((bits >> i & 1) == 0)
            continue;
        put(is_first ? "" : " ");
        text_add(&truth, is_first ? "" : " ");
        const imap4_view sent = keyword(names[i]);
        text_add(&truth, "%.*s", IMAP4_ARG(sent));
        is_first = false;
    }
    for (uint32_t i = 0; i < words; i++) {
        const string s = random_word();
        put(is_first ? "" : " ");
        bytes_add(&wire, s.bytes, s.len);
        text_add(&truth, "%s%.*s", is_first ? "" : " ", (int)s.len, s.bytes);
        text_add(&keep, "%s%.*s", i == 0 ? " (" : " ", (int)s.len, s.bytes);
        is_first = false;
    }
    put(")");
    text_add(&truth, ") =");
    for (uint32_t i = 0; i < 7; i++)
        if ((bits >> i & 1) != 0)
            text_add(&truth, " %s", names[i] + 1);
    if (words != 0)
        text_add(&truth, "%s)", keep.at);
    text_free(&keep);
}

/* A value of an item that nobody knows; told as it was sent. */
static void put_unknown_value(uint32_t depth)
{
    string s = random_string(true);
    switch (below(depth > 3 ? 3 : 4)) {
    case 0: put_number(below(1000)); break;
    case 1: put_string(&s); break;
    case 2:
        s = random_word();
        bytes_add(&wire, s.bytes, s.len);
        break;
    default:
        put("(");
        for (uint32_t i = 0, n = below(4); i < n; i++) {
            put(i == 0 ? "" : " ");
            put_unknown_value(depth + 1);
        }
        put(")");
        break;
    }
}

static void put_item(uint32_t kind)
{
    static const char *const sections[] = { "BODY[]",
                                            "BODY[HEADER]",
                                            "BODY[1.2.MIME]",
                                            "RFC822.TEXT",
                                            "BODY[HEADER.FIELDS (DATE \"x]y\")]",
                                            "BODY[TEXT]<12>" };
    string                   s;
    imap4_view               name;
    size_t                   from;
    switch (kind) {
    case 0:
        (void)keyword("FLAGS");
        put(" ");
        text_add(&truth, "  FLAGS");
        put_flags(false);
        text_add(&truth, "\n");
        break;
    case 1:
        name = keyword("RFC822.SIZE");
        text_add(&truth, "  %.*s", IMAP4_ARG(name));
        put(" ");
        from = below(1u << 28);
        put_number(from);
        text_add(&truth, " %zu\n", from);
        break;
    case 2:
        name = keyword("INTERNALDATE");
        text_add(&truth, "  %.*s 1996-07-17 02:44:25 -420, 837596665\n", IMAP4_ARG(name));
        put(below(2) == 0 ? " \"17-Jul-1996 02:44:25 -0700\""
                          : " {26}\r\n17-Jul-1996 02:44:25 -0700");
        break;
    case 3:
        name = keyword("ENVELOPE");
        text_add(&truth, "  %.*s\n", IMAP4_ARG(name));
        put(" ");
        put_envelope("    ");
        break;
    case 4:
        name = keyword(below(2) == 0 ? "BODY" : "BODYSTRUCTURE");
        text_add(&truth, "  %.*s\n", IMAP4_ARG(name));
        put(" ");
        put_part("1", 0, true);
        break;
    case 5:
        name = keyword(sections[below(6)]);
        text_add(&truth, "  ");
        tell_word(name);
        from = name.ptr[name.len - 1] == '>';
        put(" ");
        text_add(&truth, " ");
        if (put_nstring(&s))
            short_bytes(&truth, view(&s));
        else
            text_add(&truth, "NIL");
        text_add(&truth, from != 0 ? " from 12\n" : "\n");
        break;
    default:
        put("X-LIST (");
        from = wire.len - 1;
        for (uint32_t i = 0, n = below(4); i < n; i++) {
            put(i == 0 ? "" : " ");
            put_unknown_value(0);
        }
        put(")");
        text_add(&truth, "  X-LIST ");
        tell_word((imap4_view){ wire.at + from, wire.len - from });
        text_add(&truth, "\n");
        break;
    }
}

static void put_fetch(void)
{
    const uint32_t number = 1 + below(100000), uid = 1 + below(1u << 28);
    const uint32_t uid_at   = below(9);
    bool           is_first = true;
    text_add(&wire, "* %" PRIu32 " ", number);
    (void)keyword("FETCH");
    put(" (");
    text_add(&truth, "FETCH %" PRIu32, number);
    text_add(&truth, uid_at < 7 ? " uid %" PRIu32 "\n" : "\n", uid);
    for (uint32_t kind = 0; kind < 7; kind++) {
        if (kind == uid_at) {
            put(is_first ? "" : " ");
            const imap4_view name = keyword("UID");
            text_add(&truth, "  %.*s %" PRIu32 "\n", IMAP4_ARG(name), uid);
            put(" ");
            put_number(uid);
            is_first = false;
        }
        if (below(2) == 0)
            continue;
        put(is_first ? "" : " ");
        put_item(kind);
        is_first = false;
    }
    put(")\r\n");
}

/* Each attribute with its name in short.c, and what follows from it (RFC 5258 3.4). */
static const struct {
    const char *name;
    const char *bit;
    uint32_t    implies;
} attributes[] = {
    { "\\Noinferiors", " noinferiors", 1 << 8 },
    { "\\Noselect", " noselect", 0 },
    { "\\Marked", " marked", 0 },
    { "\\Unmarked", " unmarked", 0 },
    { "\\NonExistent", " nonexistent", 1 << 1 },
    { "\\Subscribed", " subscribed", 0 },
    { "\\Remote", " remote", 0 },
    { "\\HasChildren", " haschildren", 0 },
    { "\\HasNoChildren", " hasnochildren", 0 },
    { "\\All", " all", 0 },
    { "\\Archive", " archive", 0 },
    { "\\Drafts", " drafts", 0 },
    { "\\Flagged", " flagged", 0 },
    { "\\Junk", " junk", 0 },
    { "\\Sent", " sent", 0 },
    { "\\Trash", " trash", 0 },
    { "\\Important", " important", 0 },
};
enum {
    ATTRIBUTES = sizeof attributes / sizeof attributes[0]
};

/* "(" attributes ")"; gives their bits. */
static uint32_t put_attributes(void)
{
    const uint32_t set      = below(1u << ATTRIBUTES) & below(1u << ATTRIBUTES);
    uint32_t       bits     = set;
    bool           is_first = true;
    put("(");
    text_add(&truth, "(");
    for (uint32_t i = 0; i < ATTRIBUTES; i++) {
        if ((set >> i & 1) == 0)
            continue;
        put(is_first ? "" : " ");
        text_add(&truth, is_first ? "" : " ");
        const imap4_view sent = keyword(attributes[i].name);
        text_add(&truth, "%.*s", IMAP4_ARG(sent));
        is_first = false;
        bits |= attributes[i].implies;
    }
    put(")");
    text_add(&truth, ")");
    return bits;
}

static void put_list(void)
{
    static const string slash = { "/", 1 }, backslash = { "\\", 1 };
    const bool          is_lsub = below(3) == 0;
    string              s       = random_word();
    put("* ");
    (void)keyword(is_lsub ? "LSUB" : "LIST");
    put(" ");
    text_add(&truth, "%s ", is_lsub ? "LSUB" : "LIST");
    const uint32_t bits      = put_attributes();
    const uint32_t delimiter = below(3);
    put(" ");
    if (delimiter == 0)
        (void)keyword("NIL");
    else
        put_string(delimiter == 1 ? &slash : &backslash);
    text_add(&truth, delimiter == 0 ? " NIL " : delimiter == 1 ? " '/' " : " '\\' ");
    put(" ");
    if (below(3) == 0)
        bytes_add(&wire, s.bytes, s.len);
    else
        put_string(&s);
    text_add_view(&truth, view(&s));
    const bool is_extended = !is_lsub && below(3) == 0;
    if (is_extended) {
        put(" (\"CHILDINFO\" (\"SUBSCRIBED\"))");
        text_add(&truth, " and \"(\\\"CHILDINFO\\\" (\\\"SUBSCRIBED\\\"))\"");
    }
    for (uint32_t i = 0; i < ATTRIBUTES; i++)
        text_add(&truth, "%s", (bits >> i & 1) != 0 ? attributes[i].bit : "");
    text_add(&truth, is_extended ? " childinfo \"SUBSCRIBED\"" : "");
    put("\r\n");
    text_add(&truth, "\n");
}

static void put_status_data(void)
{
    static const char *const items[] = { "MESSAGES",    "RECENT", "UIDNEXT",
                                         "UIDVALIDITY", "UNSEEN", "X" };
    const string             s       = random_word();
    put("* ");
    (void)keyword("STATUS");
    put(" ");
    put_string(&s);
    put(" (");
    text_add(&truth, "STATUS ");
    text_add_view(&truth, view(&s));
    for (uint32_t i = 0, n = below(6); i < n; i++) {
        const uint64_t   value = (uint64_t)below(1u << 28) << below(36);
        const imap4_view name  = (put(i == 0 ? "" : " "), keyword(items[below(6)]));
        text_add(&truth, " %.*s=%" PRIu64, IMAP4_ARG(name), value);
        put(" ");
        put_number(value);
    }
    put(below(4) == 0 ? ") \r\n" : ")\r\n");
    text_add(&truth, "\n");
}

static void put_status_line(void)
{
    static const char *const words[]   = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
    const uint32_t           word      = below(5);
    const bool               is_tagged = word < 3 && below(2) == 0;
    put(is_tagged ? "A7 " : "* ");
    (void)keyword(words[word]);
    text_add(&truth, "%s %s", is_tagged ? "TAGGED A7" : "TEXT", words[word]);
    put(" ");
    imap4_view name;
    uint32_t   number;
    switch (below(5)) {
    case 0:
        put("[");
        name = keyword(below(2) == 0 ? "UIDNEXT" : "UNSEEN");
        text_add(&truth, " [%.*s", IMAP4_ARG(name));
        number = below(1u << 28);
        put(" ");
        put_number(number);
        text_add(&truth, " %" PRIu32 "]", number);
        put("] ");
        break;
    case 1:
        put("[");
        name = keyword("PERMANENTFLAGS");
        text_add(&truth, " [%.*s flags", IMAP4_ARG(name));
        put(" ");
        put_flags(true);
        put("] ");
        text_add(&truth, "]");
        break;
    case 2:
        put("[");
        name = keyword("CAPABILITY");
        text_add(&truth, " [%.*s (IMAP4rev1 X=Y)]", IMAP4_ARG(name));
        put(" IMAP4rev1 X=Y] ");
        break;
    case 3:
        put("[ALERT] ");
        text_add(&truth, " [ALERT]");
        break;
    default: break;
    }
    put("text {12} [no code]\r\n");
    text_add(&truth, " \"text {12} [no code]\"\n");
}

static void put_numbers(void)
{
    const bool     is_esearch = below(2) == 0;
    const uint32_t count      = below(20);
    put("* ");
    (void)keyword(is_esearch ? "ESEARCH" : "SEARCH");
    text_add(&truth, is_esearch ? "ESEARCH" : "SEARCH");
    if (is_esearch) {
        const bool has_tag = below(2) == 0, is_uid = below(2) == 0;
        put(has_tag ? " (TAG \"A5\")" : "");
        text_add(&truth, has_tag ? " tag \"A5\"" : "");
        put(is_uid ? " UID" : "");
        text_add(&truth, is_uid ? " uid" : "");
        put(" COUNT 5");
        text_add(&truth, " count 5");
        put(count == 0 ? "" : " ALL ");
        text_add(&truth, count == 0 ? "" : " all");
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t n = 1 + below(1u << 27);
        put(!is_esearch ? " " : i == 0 ? "" : ",");
        text_add(&wire, "%" PRIu32, n);
        text_add(&truth, " %" PRIu32, n);
        if (is_esearch && below(3) == 0) {
            text_add(&wire, ":%" PRIu32, n + 5);
            text_add(&truth, ":%" PRIu32, n + 5);
        }
    }
    put(!is_esearch && below(4) == 0 ? " \r\n" : "\r\n");
    text_add(&truth, "\n");
}

static void put_count(void)
{
    static const char *const names[] = { "EXISTS", "RECENT", "EXPUNGE" };
    const uint32_t           which = below(3), n = 1 + below(1u << 28);
    text_add(&wire, "* ");
    put_number(n);
    put(" ");
    (void)keyword(names[which]);
    put("\r\n");
    text_add(&truth, "%s %" PRIu32 "\n", names[which], n);
}

static void put_response(void)
{
    switch (below(10)) {
    case 0: put_list(); break;
    case 1: put_status_data(); break;
    case 2: put_status_line(); break;
    case 3: put_numbers(); break;
    case 4: put_count(); break;
    case 5:
        put("* ");
        (void)keyword("FLAGS");
        put(" ");
        text_add(&truth, "FLAGS");
        put_flags(false);
        put("\r\n");
        text_add(&truth, "\n");
        break;
    default: put_fetch(); break;
    }
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void take(imap4_reader *r, short_state *told)
{
    const imap4_event *ev = NULL;
    int                rc;
    while ((rc = imap4_reader_next(r, &ev)) == 1)
        short_event(told, ev);
    if (rc < 0)
        short_end(told, rc);
}

static void read_all(uint32_t round, short_state *told)
{
    imap4_reader *r = NULL;
    if (imap4_reader_new(NULL, &r) != IMAP4_OK)
        abort();
    for (size_t at = 0; at < wire.len;) {
        size_t room = 0, n = wire.len - at;
        char  *to = imap4_reader_buf(r, &room);
        if (to == NULL) {
            take(r, told);
            continue;
        }
        if (n > room)
            n = room;
        if (round != 0 && n > 1 + below(round == 1 ? 1 : round == 2 ? 10 : 500))
            n = 1 + below(round == 1 ? 1 : round == 2 ? 10 : (uint32_t)n);
        if (n > wire.len - at)
            n = wire.len - at;
        memcpy(to, wire.at + at, n);
        if (imap4_reader_commit(r, n) != IMAP4_OK)
            abort();
        at += n;
        take(r, told);
    }
    short_end(told, 0);
    imap4_reader_free(&r);
}

/* The first line in which they differ; 0 if they are the same. */
static size_t differ(const char *got, const char *want, const char **got_line,
                     const char **want_line)
{
    for (size_t line = 1; *got != '\0' || *want != '\0'; line++) {
        const size_t a = strcspn(got, "\n"), b = strcspn(want, "\n");
        if (a != b || memcmp(got, want, a) != 0) {
            *got_line  = got;
            *want_line = want;
            return line;
        }
        got += a + (got[a] != '\0');
        want += b + (want[b] != '\0');
    }
    return 0;
}

int main(void)
{
    static const char *const how[ROUNDS] = { "whole", "byte by byte", "in small pieces",
                                             "in large pieces" };
    unsigned                 failures    = 0;
    bytes_add(&truth, "", 0);
    for (int i = 0; i < RESPONSES; i++)
        put_response();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        short_state told = { 0 };
        const char *got = NULL, *want = NULL;
        read_all(round, &told);
        const size_t line = differ(told.out.at, truth.at, &got, &want);
        printf("%sok %u - %d generated responses %s\n", line == 0 ? "" : "not ",
               (unsigned)round + 1, RESPONSES, how[round]);
        if (line != 0) {
            printf("# line %zu is\n#   %.*s\n# and should be\n#   %.*s\n", line,
                   (int)strcspn(got, "\n"), got, (int)strcspn(want, "\n"), want);
            failures++;
        }
        text_free(&told.out);
        text_free(&told.body);
    }
    printf("1..%d\n", ROUNDS);
    text_free(&wire);
    text_free(&truth);
    return failures != 0;
}
