/* SPDX-License-Identifier: MIT */
/* bench/shapes.c - the table of shapes, and how they are made. */
#include "shapes.h"

#include "imap4.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NILS "NIL NIL NIL NIL NIL NIL NIL NIL NIL"
#define TEXT_PART                                                                        \
    "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 42 7 NIL NIL NIL)"
#define ADDRESS "(\"Jane \\\"J\\\" Doe\" NIL \"jane\" \"example.org\")"

/* clang-format off */
const shape shapes[] = {
    /* What servers say every day. */
    { "flags", 0, "", "* \1 FETCH (UID \1 FLAGS (\\Seen \\Answered $Work))\r\n" },
    { "envelope", 0, "", "* \1 FETCH (ENVELOPE (\"Mon, 7 Feb 1994 21:52:25 -0800\" \"a subject\" (" ADDRESS ") "
      "NIL NIL (" ADDRESS ADDRESS ") NIL NIL NIL \"<\1@x>\"))\r\n" },
    { "bodystructure", 0, "", "* \1 FETCH (BODYSTRUCTURE ((" TEXT_PART "(\"image\" \"png\" (\"name\" \"a\\\\b\") NIL NIL "
      "\"base64\" 9 NIL (\"attachment\" (\"filename\" \"x.png\")) NIL NIL) \"mixed\" (\"boundary\" \"y\") NIL NIL)))\r\n" },
    { "list", 0, "", "* LIST (\\HasNoChildren \\Sent) \"/\" \"Entw&APw-rfe/\1\"\r\n" },
    { "search", 0, "* SEARCH", " \1", "", "\r\n" },
    { "body", 0, "* 1 FETCH (UID 7 BODY[] {\4}\r\n", "The quick brown fox jumps over the lazy dog.\r\n", "", ")\r\n", .inline_literal = 1 },
    { "bodies", 0, "", "* \1 FETCH (BODY[HEADER.FIELDS (SUBJECT FROM)] {24}\r\nSubject: x\r\nFrom: a@b\r\n)\r\n" },
    { "status", 0, "", "* STATUS \"a/\1\" (MESSAGES \1 UIDNEXT \1 UNSEEN 0)\r\n" },

    /* One long token. */
    { "atom", 1, "* 1 FETCH (", "a", "", " 1)\r\n" },
    { "atom-in-unknown", 1, "* X", "a", "", "\r\n" },
    { "tag", 1, "", "t", "", " OK done\r\n" },
    { "nuls", 1, "* 1 FETCH (X ", "a\t", "", ")\r\n" },
    { "quoted", 1, "* 1 FETCH (ENVELOPE (NIL \"", "q", "", "\" " NILS "))\r\n" },
    { "escapes", 1, "* 1 FETCH (ENVELOPE (NIL \"", "\\\"\\\\", "", "\" " NILS "))\r\n" },
    { "unclosed-quotes", 1, "* 1 FETCH (X \"", "\\\" (\"", "", "\r\n" },
    { "unclosed-lines", 1, "", "* 1 FETCH (UID 7 X \"\\\\\\\r\n" },
    { "literal", 1, "* 1 FETCH (ENVELOPE (NIL {\4}\r\n", "lit\r\n", "", " " NILS "))\r\n" },
    { "bare-lf", 1, "* OK ", "x\n", "", "\r\n" },

    /* Many tokens. */
    { "literals", 1, "* 1 FETCH (ENVELOPE (", " {1}\r\nx", "", "))\r\n" },
    { "empty-literals", 1, "* 1 FETCH (X (", "{0}\r\n", "", "))\r\n" },
    { "literals-in-name", 1, "* 1 FETCH (BODY[", " {1}\r\nx a", "", ")\r\n" },
    { "literals-in-text", 1, "* OK [X", " {1}\r\nx", "", "] y\r\n" },
    { "literals-in-unknown", 1, "* X", " {1}\r\nx", "", "\r\n" },
    { "streamed", 1, "* 1 FETCH (", "BODY[] {3}\r\nxyz ", "", "UID 3)\r\n", .inline_literal = 1 },
    { "streamed-and-held", 1, "* 1 FETCH (", "BODY[] {3}\r\nxyz X {1}\r\n) ", "", "UID 3)\r\n", .inline_literal = 1 },
    { "doubles-then-body", 1, "* 1 FETCH (", "UID 3 ", "v", "BODY[] {\4}\r\n)\r\n", .inline_literal = 1 },
    { "over-the-limit", 1, "* 1 FETCH (X (", "abc ", "", "))\r\n", .max_response = 4096 },
    { "over-with-literals", 1, "* 1 FETCH (X (", "{3}\r\nabc ", "", "))\r\n", .max_response = 4096 },
    { "words-of-one-byte", 1, "* 1 FETCH (FLAGS (", "a ", "", "))\r\n" },
    { "flags-of-one-byte", 1, "* FLAGS (", "\\ ", "", ")\r\n" },
    { "items-of-one-byte", 1, "* 1 FETCH (", "a b ", "", ")\r\n" },
    { "items-of-lists", 1, "* 1 FETCH (", "a()", "", ")\r\n" },
    { "uids", 1, "* 1 FETCH (", "UID 3 FLAGS (a) ", "", ")\r\n" },
    { "names-of-sections", 1, "* 1 FETCH (", "a[ ", "", ")\r\n" },
    { "sections", 1, "* 1 FETCH (", "BODY[HEADER.FIELDS (a b)] NIL ", "", ")\r\n" },
    { "origins", 1, "* 1 FETCH (BODY[", "]<1", "", "> x)\r\n" },
    { "addresses", 1, "* 1 FETCH (ENVELOPE (NIL NIL (", "(NIL NIL a b)", "", ") NIL NIL NIL NIL NIL NIL NIL))\r\n" },
    { "odd-literals", 1, "* 1 FETCH (ENVELOPE (NIL NIL (", "NIL (NIL NIL {1}\r\nx {1}\r\ny)", "", ") NIL NIL NIL NIL NIL NIL NIL))\r\n" },
    { "groups", 1, "* 1 FETCH (ENVELOPE (NIL NIL (", "(NIL NIL \"g\" NIL)(NIL NIL NIL NIL)", "", ") NIL NIL NIL NIL NIL NIL NIL))\r\n" },
    { "params", 1, "* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" (", "\"c\" \"d\" ", "", ") NIL NIL \"7bit\" 1))\r\n" },
    { "parts", 1, "* 1 FETCH (BODYSTRUCTURE (", TEXT_PART, "", " \"mixed\"))\r\n" },
    { "extensions", 1, "* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" NIL NIL NIL \"7bit\" 1 NIL NIL NIL NIL", " (1 x)", "", "))\r\n" },
    { "words", 1, "* CAPABILITY", " a", "", "\r\n" },
    { "attributes", 1, "* LIST (", "\\a ", "", ") \"/\" x\r\n" },
    { "childinfo", 1, "* LIST () \"/\" x (CHILDINFO (", "\"a\" ", "", "))\r\n" },
    { "list-extended", 1, "* LIST () \"/\" x (", "a (b) ", "", ")\r\n" },
    { "status-items", 1, "* STATUS x (", "a 1 ", "", ")\r\n" },
    { "namespaces", 1, "* NAMESPACE (", "(\"a\" \"/\")", "", ") NIL NIL\r\n" },
    { "acl", 1, "* ACL x", " a r", "", "\r\n" },
    { "quota", 1, "* QUOTA x (", "a 1 2 ", "", ")\r\n" },
    { "metadata", 1, "* METADATA x (", "/a b ", "", ")\r\n" },
    { "id", 1, "* ID (", "\"a\" \"b\" ", "", ")\r\n" },

    /* Deep. */
    { "deep-structure", 1, "* 1 FETCH (BODYSTRUCTURE ", "(", ")", ")\r\n" },
    { "deep-multipart", 1, "* 1 FETCH (BODYSTRUCTURE ", "(", " \"mixed\")", ")\r\n" },
    { "deep-unknown", 1, "* X ", "(", ")", "\r\n" },
    { "deep-unclosed", 1, "* 1 FETCH (X ", "((", ")", "\r\n" },
    { "deep-thread", 1, "* THREAD ", "(1 ", ")", "\r\n" },
    { "closing", 1, "* 1 FETCH (X ", ")", "", "\r\n" },

    /* Numbers. */
    { "numbers-at-random", 1, "* SEARCH", " \2", "", "\r\n" },
    { "numbers-down", 1, "* SEARCH", " \3", "", "\r\n" },
    { "no-numbers", 1, "* SEARCH", " x", "", "\r\n" },
    { "digits", 1, "* SEARCH ", "9", "", "\r\n" },
    { "esearch", 1, "* ESEARCH (TAG \"a\") UID ALL 1", ",\2", "", "\r\n" },
    { "esearch-items", 1, "* ESEARCH", " X 1", "", "\r\n" },
    { "vanished", 1, "* VANISHED 1", ",\2", "", "\r\n" },
    { "thread", 1, "* THREAD ", "(1 2)", "", "\r\n" },
    { "thread-forks", 1, "* THREAD (1 ", "(2)", "", ")\r\n" },
    { "copyuid", 1, "* OK [COPYUID 1 1,3,\4", ",\1", "", " 1:4294967295] x\r\n" },
    { "expunges", 1, "", "* 1 EXPUNGE\r\n" },
    { "exists", 1, "", "* \2 EXISTS\r\n" },

    /* Text. */
    { "brackets", 1, "* OK ", "[", "", " x\r\n" },
    { "brackets-in-code", 1, "* OK [X ", "\"]\" [", "", " x\r\n" },
    { "quotes-in-code", 1, "* OK [X ", "\"\\\"", "", " x\r\n" },
    { "lines-of-brackets", 1, "", "* OK [X \"] y\r\n" },
    { "permanentflags", 1, "* OK [PERMANENTFLAGS (", "a ", "", ")] x\r\n" },
    { "badcharset", 1, "* NO [BADCHARSET (", "{1}\r\nx ", "", ")] x\r\n" },
    { "empty-lines", 1, "", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n* 1 EXISTS\r\n" },
    { "spaces", 1, "* 1 FETCH (", " ", "", ")\r\n" },
    { "spaces-before", 1, "", " ", "", "* OK x\r\n" },
    { "continues", 1, "", "+ \r\n" },

    /* Decoders of text. */
    { "words-2047", 1, "", "=?utf-8?q?=41=?=  ", .decode = imap4_word2047_decode },
    { "words-2047-unclosed", 1, "", "=?utf-8?q?x ", .decode = imap4_word2047_decode },
    { "words-2047-equals", 1, "", "=?", .decode = imap4_word2047_decode },
    { "words-2047-charset", 1, "=?", "x", .decode = imap4_word2047_decode },
    { "words-2047-charsets", 1, "", "=?x?q?y?= =?utf-7?b?QQ==?=", .decode = imap4_mime_text },
    { "words-2047-half", 1, "", "=?utf-8?q?a?=?b?", .decode = imap4_word2047_decode },
    { "words-2047-base64", 1, "", "=?utf-8?b?QQ=A?= ", .decode = imap4_word2047_decode },
    { "params-2231", 1, "", "\1%41'", .decode = decode_param },
    { "utf7", 1, "", "&AOQ-", .decode = imap4_utf7_display },
    { "utf7-unclosed", 1, "", "&A", .decode = imap4_utf7_display },
    { "utf7-wrong", 1, "", "&AGEA-&", .decode = imap4_utf7_decode },
    { "utf7-encode", 1, "", "\xc3\xa4&", .decode = imap4_utf7_encode },
    { "display", 1, "", "\x1b[31m\xc2\x9b\xe2\x80\xae\xff", .decode = imap4_text_display },
    { "date-comments", 1, "Mon, 7 Feb 1994 ", "(", ")", " 21:52:25 +0000", .decode = decode_date },
    { "date-spaces", 1, "Mon, ", " \r\n ", .decode = decode_date },
    { "set-at-random", 1, "1", ",\2", .decode = decode_set },
    { "set-down", 1, "1", ",\3", .decode = decode_set },
    { "quoted-printable", 1, "", "=4", .decode = decode_quoted_printable },
    { "quoted-printable-blanks", 1, "", " \t", .decode = decode_quoted_printable },
    { "base64", 1, "", "QQ==", .decode = decode_base64 },
};
/* clang-format on */

const size_t shape_count = sizeof shapes / sizeof shapes[0];

/* ---- making them -------------------------------------------------------------- */

static void add_bytes(made *m, const char *from, size_t len)
{
    if (m->len + len > m->cap) {
        m->cap = (m->len + len) * 2;
        m->at  = realloc(m->at, m->cap);
        if (m->at == NULL)
            abort();
    }
    memcpy(m->at + m->len, from, len);
    m->len += len;
}

static void add(made *m, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        char     digits[24];
        uint64_t n = 0;
        switch (*text) {
        case '\1': n = ++m->up; break;
        case '\2':
            m->random = m->random * 6364136223846793005U + 1442695040888963407U;
            n         = 1 + (m->random >> 33);
            break;
        case '\3': n = m->down -= 2; break;
        case '\4': n = m->octets; break;
        default: add_bytes(m, text, 1); continue;
        }
        add_bytes(m, digits, (size_t)snprintf(digits, sizeof digits, "%" PRIu64, n));
    }
}

made make_shape(const shape *s, size_t bytes)
{
    made         m     = { .random = 3, .up = 100000, .down = 4000000000U };
    made         units = m;
    size_t       count = 0;
    const size_t back  = s->back == NULL ? 0 : strlen(s->back);
    for (; units.len + count * back < bytes; count++)
        add(&units, s->unit);
    m.octets = back == 1 && s->back[0] == 'v' ? count : units.len;
    add(&m, s->head);
    add_bytes(&m, units.at, units.len);
    /* "v" stands for what a literal holds: it comes behind its header. */
    if (back == 1 && s->back[0] == 'v') {
        char        header[64];
        const char *rest = strstr(s->tail, "\r\n") + 2;
        add_bytes(&m, header,
                  (size_t)snprintf(header, sizeof header, "BODY[] {%zu}\r\n", count));
        for (size_t i = 0; i < count; i++)
            add(&m, s->back);
        add(&m, rest);
    } else {
        for (size_t i = 0; back != 0 && i < count; i++)
            add(&m, s->back);
        add(&m, s->tail);
    }
    free(units.at);
    return m;
}
