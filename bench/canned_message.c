/* SPDX-License-Identifier: MIT */
/* bench/canned_message.c - envelopes and structures that look like those of real mail:
 * strings have escapes, encoded words and literals as often as mail has them. */
#include "maker.h"

#include <inttypes.h>
#include <string.h>

static const char *const hosts[] = {
    "example.com",           "example.org",         "post.example.net",
    "lists.project.example", "office.example.info", "webmail.example",
};

static void put_literal(maker *m, const char *text)
{
    m->tally.strings++;
    m->tally.bytes += strlen(text);
    put_format(m, "{%zu}\r\n%s", strlen(text), text);
}

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

void put_envelope(maker *m)
{
    put(m, "(");
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

/* ---- structures ------------------------------------------------------------ */

static void put_number(maker *m, uint32_t number)
{
    put_format(m, "%" PRIu32, number);
    m->tally.numbers += number;
}

static void put_param(maker *m, const char *name, const char *value)
{
    put_quoted(m, name);
    put(m, " ");
    put_quoted(m, value);
}

static void put_text_part(maker *m, const char *subtype)
{
    put(m, "(");
    put_param(m, "text", subtype);
    put(m, " (");
    put_param(m, "charset", "utf-8");
    if (below(m, 3) == 0) {
        put(m, " ");
        put_param(m, "format", "flowed");
    }
    put(m, ") NIL NIL ");
    put_quoted(m, below(m, 2) == 0 ? "7bit" : "quoted-printable");
    put(m, " ");
    put_number(m, 100 + below(m, 40000));
    put(m, " ");
    put_number(m, 3 + below(m, 900));
    put(m, " NIL NIL NIL NIL)");
}

static const char *const types[][2] = {
    { "application", "pdf" },
    { "image", "png" },
    { "image", "jpeg" },
    { "application", "octet-stream" },
    { "application", "vnd.openxmlformats-officedocument.wordprocessingml.document" },
};

static void put_attachment(maker *m)
{
    const char *const *type = PICK(m, types);
    char               name[32], id[96], size[16];
    snprintf(name, sizeof name, "scan-%u.bin", below(m, 10000));
    snprintf(id, sizeof id, "<part%u.%u@%s>", below(m, 9), below(m, UINT32_MAX),
             PICK(m, hosts));
    snprintf(size, sizeof size, "%u", below(m, 2000000));
    put(m, "(");
    put_param(m, type[0], type[1]);
    put(m, " (");
    put_param(m, "name", name);
    put(m, ") ");
    put_quoted(m, id);
    put(m, " NIL ");
    put_quoted(m, "base64");
    put(m, " ");
    put_number(m, 5000 + below(m, 3000000));
    put(m, " NIL (");
    put_quoted(m, "attachment");
    put(m, " (");
    put_param(m, "filename", name);
    put(m, " ");
    put_param(m, "size", size);
    put(m, ")) NIL NIL)");
}

static void end_multipart(maker *m, const char *subtype)
{
    char boundary[64];
    snprintf(boundary, sizeof boundary, "----=_Part_%u_%08x.%u", below(m, 100000),
             below(m, UINT32_MAX), below(m, 1000000));
    put(m, " ");
    put_quoted(m, subtype);
    put(m, " (");
    put_param(m, "boundary", boundary);
    put(m, ") NIL NIL NIL)");
}

/* Text, or text beside HTML, or either with what is attached to it. */
static void put_body(maker *m, int depth)
{
    const uint32_t kind = below(m, 10);
    if (kind < 2) {
        put_text_part(m, "plain");
        return;
    }
    put(m, kind < 5 ? "(" : "((");
    put_text_part(m, "plain");
    if (kind >= 5 && below(m, 2) == 0) {
        put(m, "(");
        put_text_part(m, "html");
        put_attachment(m);
        end_multipart(m, "related");
    } else {
        put_text_part(m, "html");
    }
    end_multipart(m, "alternative");
    if (kind < 5)
        return;
    for (uint32_t left = 1 + below(m, 3); left != 0; left--)
        put_attachment(m);
    if (depth < 2 && below(m, 5) == 0) { /* a message was forwarded */
        put(m, "(");
        put_param(m, "message", "rfc822");
        put(m, " NIL NIL NIL ");
        put_quoted(m, "7bit");
        put(m, " ");
        put_number(m, 500 + below(m, 100000));
        put(m, " ");
        put_envelope(m);
        put(m, " ");
        put_body(m, depth + 1);
        put(m, " ");
        put_number(m, 20 + below(m, 3000));
        put(m, " NIL (");
        put_quoted(m, "attachment");
        put(m, " NIL) NIL NIL)");
    }
    end_multipart(m, "mixed");
}

void put_structure(maker *m)
{
    put_body(m, 0);
}
