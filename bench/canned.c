/* SPDX-License-Identifier: MIT */
/* bench/canned.c - makes FETCH responses that look like those of real mailboxes.
 *
 * The same bytes every time.  Flag lists come in random order, because a parser that is
 * fast only as long as the processor guesses right is not fast; strings have escapes,
 * encoded words and literals as often as mail has them. */
#include "canned.h"

#include "imap4/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Six digits, as in a mailbox that is worth measuring. */
enum {
    FIRST_NUMBER = 100001
};

typedef struct maker {
    FILE    *out;
    uint64_t random;
    tally    tally;
} maker;

#define PICK(m, array) ((array)[below(m, (uint32_t)(sizeof(array) / sizeof(array)[0]))])

/* splitmix64 */
static uint64_t next_random(maker *m)
{
    uint64_t z = m->random += UINT64_C(0x9e3779b97f4a7c15);
    z          = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z          = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t below(maker *m, uint32_t n)
{
    return (uint32_t)((next_random(m) >> 32) % n);
}

static void put(maker *m, const char *text)
{
    fputs(text, m->out);
}

__attribute__((format(printf, 2, 3))) static void put_format(maker *m, const char *format,
                                                             ...)
{
    va_list ap;
    va_start(ap, format);
    vfprintf(m->out, format, ap);
    va_end(ap);
}

/* ---- flags ----------------------------------------------------------------- */

static const char *const flag_lists[] = {
    "\\Seen",
    "\\Seen",
    "\\Seen",
    "\\Seen",
    "",
    "",
    "\\Answered \\Seen",
    "\\Flagged \\Seen",
    "\\Seen $Forwarded",
    "\\Seen \\Deleted",
    "\\Seen \\Draft",
    "NonJunk \\Seen $NotJunk",
    "$Junk",
    "\\Answered \\Flagged $MDNSent \\Seen",
};

static void put_flags(maker *m)
{
    const char *list = PICK(m, flag_lists);
    put_format(m, "FLAGS (%s)", list);
    while (*list != '\0') {
        const imap4_view flag = { list, strcspn(list, " ") };
        const uint32_t   bit  = imap4_flag_bit(flag);
        m->tally.flags += bit;
        if (bit == 0) {
            m->tally.keywords++;
            m->tally.bytes += flag.len;
        }
        list += flag.len;
        list += *list == ' ';
    }
}

/* ---- strings --------------------------------------------------------------- */

static void put_quoted(maker *m, const char *text)
{
    m->tally.strings++;
    m->tally.bytes += strlen(text);
    putc('"', m->out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', m->out);
        putc(*text, m->out);
    }
    putc('"', m->out);
}

static void put_literal(maker *m, const char *text)
{
    m->tally.strings++;
    m->tally.bytes += strlen(text);
    put_format(m, "{%zu}\r\n%s", strlen(text), text);
}

/* A moment between 2005 and 2025. */
static time_t some_time(maker *m)
{
    return (time_t)(1104537600 + below(m, 631152000));
}

static const char *const hosts[] = {
    "example.com",           "example.org",         "post.example.net",
    "lists.project.example", "office.example.info", "webmail.example",
};

/* ---- subjects -------------------------------------------------------------- */

static const char *const words[] = {
    "agenda",  "minutes",  "Re:",         "receipt",  "status",   "weekly",  "Fwd:",
    "the",     "version",  "testing",     "series",   "of",       "change",  "checks",
    "broken",  "in",       "trunk",       "dinner",   "next",     "offer",   "sketch",
    "v3",      "[list]",   "[PATCH 2/9]", "bulletin", "delivery", "invoice", "was",
    "arrived", "password", "calendar",    "reminder",
};

static const char *const encoded_subjects[] = {
    "=?UTF-8?B?QVc6IEdlc2Now6RmdHNiZXJpY2h0IGbDvHIgTcOkcno=?=",
    "=?utf-8?Q?D=C3=A9jeuner_d=27=C3=A9quipe_=E2=80=93_nouvelle_date?=",
    "=?UTF-8?B?6K2w5LqL6Yyy44Gu6YCB5LuY?= =?UTF-8?B?44Gr44Gk44GE44Gm?=",
    "=?iso-8859-1?Q?Fr=FChst=FCck_n=E4chste_Woche?=",
    "=?ISO-2022-JP?B?GyRCJDRPIk1tGyhC?=",
    "=?KOI8-R?B?8NLJx8zB28XOycU=?=",
};

static void put_subject(maker *m)
{
    const uint32_t kind = below(m, 100);
    if (kind < 20) {
        put_quoted(m, PICK(m, encoded_subjects));
        return;
    }
    if (kind < 22) {
        put(m, "NIL");
        return;
    }
    char   text[256];
    size_t len = 0;
    for (uint32_t left = 2 + below(m, 8); left != 0; left--)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s",
                                len == 0 ? "" : " ", PICK(m, words));
    if (kind < 26)
        snprintf(text + len, sizeof text - len, " \"%s\"", PICK(m, words));
    if (kind == 26)
        put_literal(m, text);
    else
        put_quoted(m, text);
}

/* ---- addresses ------------------------------------------------------------- */

static const char *const given_names[] = {
    "Anna", "Boris", "Clara", "Dan",   "Elena", "Farid", "Gil",
    "Hugo", "Irene", "Jonas", "Katja", "Leo",   "Milan", "Nadia",
};

static const char *const family_names[] = {
    "Weber",  "Martin", "Nakamura", "Lopez",  "Fischer", "Nowak",
    "Petrov", "Suzuki", "Mensah",   "Santos", "Farouk",  "Lindgren",
};

static const char *const encoded_names[] = {
    "=?UTF-8?Q?S=C3=B6ren_Kj=C3=A6r?=",
    "=?UTF-8?B?5L2Q6Jek6Iqx5a2Q?=",
    "=?iso-8859-1?Q?Andr=E9_Lef=E8bvre?=",
};

typedef struct address {
    char name[64]; /* empty: NIL */
    char mailbox[64];
    char host[32];
} address;

static address some_address(maker *m)
{
    address     a;
    const char *given  = PICK(m, given_names);
    const char *family = PICK(m, family_names);
    switch (below(m, 10)) {
    case 0: a.name[0] = '\0'; break;
    case 1: snprintf(a.name, sizeof a.name, "%s", PICK(m, encoded_names)); break;
    case 2:
        snprintf(a.name, sizeof a.name, "%s \"%c\" %s", given, family[0], family);
        break;
    case 3:
        snprintf(a.name, sizeof a.name, "%s, %s (Team %u)", family, given, below(m, 90));
        break;
    default: snprintf(a.name, sizeof a.name, "%s %s", given, family); break;
    }
    snprintf(a.mailbox, sizeof a.mailbox, "%s.%s%u", given, family, below(m, 1000));
    snprintf(a.host, sizeof a.host, "%s", PICK(m, hosts));
    return a;
}

static void put_address(maker *m, const address *a)
{
    put(m, "(");
    if (a->name[0] == '\0')
        put(m, "NIL");
    else
        put_quoted(m, a->name);
    put(m, " NIL ");
    put_quoted(m, a->mailbox);
    put(m, " ");
    put_quoted(m, a->host);
    put(m, ")");
}

static void put_one(maker *m, const address *a)
{
    put(m, "(");
    put_address(m, a);
    put(m, ") ");
}

static void put_some(maker *m, uint32_t count)
{
    put(m, count == 0 ? "NIL " : "(");
    for (uint32_t i = 0; i < count; i++) {
        const address a = some_address(m);
        put_address(m, &a);
    }
    if (count != 0)
        put(m, ") ");
}

/* ---- envelopes ------------------------------------------------------------- */

static void put_metadata(maker *m)
{
    const time_t   when = some_time(m);
    const uint32_t size = 800 + below(m, below(m, 8) != 0 ? 60000 : 5000000);
    char           text[64];
    struct tm      date;
    gmtime_r(&when, &date);
    strftime(text, sizeof text, "%e-%b-%Y %H:%M:%S +0000", &date);
    put_format(m, " INTERNALDATE \"%s\" RFC822.SIZE %" PRIu32, text, size);
    m->tally.numbers += (uint64_t)when + size;
}

static void put_date(maker *m)
{
    const time_t when = some_time(m);
    char         text[64], all[96];
    struct tm    date;
    gmtime_r(&when, &date);
    strftime(text, sizeof text, "%a, %e %b %Y %H:%M:%S", &date);
    snprintf(all, sizeof all, "%s %c%02u00", text, below(m, 2) == 0 ? '+' : '-',
             below(m, 12));
    put_quoted(m, all);
}

static void put_message_id(maker *m)
{
    char text[96];
    snprintf(text, sizeof text, "<%012" PRIx64 ".%u@%s>", next_random(m) >> 16,
             below(m, 100000), PICK(m, hosts));
    put_quoted(m, text);
}

static void put_envelope(maker *m)
{
    put(m, " ENVELOPE (");
    put_date(m);
    put(m, " ");
    put_subject(m);
    put(m, " ");
    const address from = some_address(m), other = some_address(m);
    put_one(m, &from);
    put_one(m, &from);
    put_one(m, below(m, 5) == 0 ? &other : &from);
    put_some(m, below(m, 4) != 0 ? 1 : 1 + below(m, 6));
    put_some(m, below(m, 3) != 0 ? 0 : 1 + below(m, 4));
    put(m, "NIL ");
    if (below(m, 2) == 0)
        put(m, "NIL");
    else
        put_message_id(m);
    put(m, " ");
    put_message_id(m);
    put(m, ")");
}

/* ---- all ------------------------------------------------------------------- */

void tally_text(const tally *t, char out[TALLY_TEXT])
{
    snprintf(out, TALLY_TEXT,
             "check %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
             t->messages, t->numbers, t->flags, t->keywords, t->strings, t->bytes);
}

int canned_file(const char *workload, uint32_t count)
{
    const bool is_env = strcmp(workload, "env") == 0;
    const int  fd     = memfd_create("canned", 0);
    maker      m      = { .out = fd < 0 ? NULL : fdopen(dup(fd), "w"), .random = 4 };
    if (m.out == NULL) {
        perror("bench: memfd");
        exit(1);
    }
    put(&m, "* OK canned\r\n");
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t number = FIRST_NUMBER + i;
        put_format(&m, "* %" PRIu32 " FETCH (UID %" PRIu32 " ", number, number);
        m.tally.messages++;
        m.tally.numbers += number;
        put_flags(&m);
        if (is_env) {
            put_metadata(&m);
            put_envelope(&m);
        }
        put(&m, ")\r\n");
    }
    char check[TALLY_TEXT];
    tally_text(&m.tally, check);
    put_format(&m, "* OK %s\r\n", check);
    if (fclose(m.out) != 0) {
        perror("bench: memfd");
        exit(1);
    }
    return fd;
}
