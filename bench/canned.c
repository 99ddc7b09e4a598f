/* SPDX-License-Identifier: MIT */
/* bench/canned.c - makes responses that look like those of real mailboxes.
 *
 * The same bytes every time.  Flag lists come in random order, because a parser that is
 * fast only as long as the processor guesses right is not fast. */
#include "maker.h"

#include "imap4/data.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* splitmix64 */
uint64_t next_random(maker *m)
{
    uint64_t z = m->random += UINT64_C(0x9e3779b97f4a7c15);
    z          = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z          = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t below(maker *m, uint32_t n)
{
    return (uint32_t)((next_random(m) >> 32) % n);
}

void put_bytes(maker *m, const char *at, size_t len)
{
    m->size += fwrite(at, 1, len, m->out);
}

void put(maker *m, const char *text)
{
    put_bytes(m, text, strlen(text));
}

void put_format(maker *m, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    const int n = vfprintf(m->out, format, ap);
    va_end(ap);
    m->size += n > 0 ? (uint64_t)n : 0;
}

void put_quoted(maker *m, const char *text)
{
    const char *from = text;
    m->tally.strings++;
    m->tally.bytes += strlen(text);
    put(m, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            put_bytes(m, from, (size_t)(text - from));
            put(m, "\\");
            from = text;
        }
    }
    put(m, from);
    put(m, "\"");
}

time_t some_time(maker *m)
{
    return (time_t)(1104537600 + below(m, 631152000));
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

/* ---- messages -------------------------------------------------------------- */

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

static void put_body(maker *m, uint64_t octets, const char *text)
{
    put_format(m, "BODY[] {%" PRIu64 "}\r\n", octets);
    m->tally.strings++;
    m->tally.bytes += octets;
    /* `text` is a million octets, with lines of 78. */
    for (uint64_t left = octets; left != 0;) {
        const uint64_t n = left < 1000000 ? left : 1000000;
        put_bytes(m, text, (size_t)n);
        left -= n;
    }
}

static void put_message(maker *m, const work *w, uint32_t number, uint64_t octets,
                        const char *text)
{
    put_format(m, "* %" PRIu32 " FETCH (UID %" PRIu32 " ", number, number);
    m->tally.messages++;
    m->tally.numbers += number;
    if (w->octets != 0)
        put_body(m, octets, text);
    if ((w->what & WORK_FLAGS) != 0)
        put_flags(m);
    if ((w->what & WORK_METADATA) != 0)
        put_metadata(m);
    if ((w->what & WORK_ENVELOPE) != 0) {
        put(m, &" ENVELOPE "[(w->what & WORK_FLAGS) == 0]);
        put_envelope(m);
    }
    if ((w->what & WORK_STRUCTURE) != 0) {
        put(m, " BODYSTRUCTURE ");
        put_structure(m);
    }
    put(m, ")\r\n");
}

/* ---- numbers and mailboxes ------------------------------------------------- */

/* What was not deleted since: most numbers, with holes. */
static void put_search(maker *m, uint32_t count)
{
    uint32_t number = FIRST_NUMBER;
    put(m, "* SEARCH");
    for (uint32_t i = 0; i < count; i++) {
        number += below(m, 4) != 0 ? 1 : 1 + below(m, 9);
        put_format(m, " %" PRIu32, number);
        m->tally.messages++;
        m->tally.numbers += number;
    }
    put(m, "\r\n");
}

typedef struct folder {
    const char *wire, *utf8;
} folder;

static const folder folders[] = {
    { "Archive", "Archive" }, { "Archive", "Archive" },
    { "Archive", "Archive" }, { "Lists", "Lists" },
    { "Lists", "Lists" },     { "Entw&APw-rfe", "Entw\xc3\xbcrfe" },
    { "Work", "Work" },       { "Customers", "Customers" },
    { "Work", "Work" },       { "Customers", "Customers" },
};

static const char *const leaves[] = {
    "invoices", "minutes", "offers", "reports", "drafts", "orders", "support", "tests",
};

static void put_mailbox(maker *m, uint32_t number)
{
    const folder *top = &PICK(m, folders);
    char          rest[64];
    const int     len = snprintf(rest, sizeof rest, "/project %" PRIu32 "/%s-%" PRIu32,
                                 number / 50, PICK(m, leaves), number);
    if (below(m, 3) == 0) {
        put(m, "* LIST (\\HasChildren \\Unmarked) ");
        m->tally.flags += IMAP4_LIST_UNMARKED;
        m->tally.keywords += 2;
    } else {
        put(m, "* LIST (\\HasNoChildren) ");
        m->tally.keywords++;
    }
    put_format(m, "\"/\" \"%s%s\"\r\n", top->wire, rest);
    m->tally.messages++;
    m->tally.numbers += '/';
    m->tally.strings += 2; /* as sent, and in UTF-8 */
    m->tally.bytes += strlen(top->wire) + strlen(top->utf8) + 2 * (size_t)len;
}

/* ---- all ------------------------------------------------------------------- */

_Noreturn static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void put_response(maker *m, const work *w, uint32_t i, uint32_t count,
                         const char *text)
{
    switch (w->kind) {
    case WORK_FETCH:
    case WORK_BODY: put_message(m, w, FIRST_NUMBER + i, w->octets, text); break;
    case WORK_LARGE:
        put_message(m, w, FIRST_NUMBER + i, (uint64_t)w->octets * count, text);
        break;
    case WORK_SEARCH: put_search(m, count); break;
    case WORK_LIST: put_mailbox(m, i); break;
    case WORK_NOOP:
    case WORK_PIPE:
    case WORK_APPEND: break;
    }
}

static uint32_t responses_of(const work *w, uint32_t count)
{
    switch (w->kind) {
    case WORK_FETCH:
    case WORK_BODY:
    case WORK_LIST: return count;
    case WORK_LARGE:
    case WORK_SEARCH: return count == 0 ? 0 : 1;
    case WORK_NOOP:
    case WORK_PIPE:
    case WORK_APPEND: break;
    }
    return 0;
}

void canned_make(canned *c, const work *w, uint32_t count)
{
    char *text = malloc(1000000);
    c->fd      = memfd_create("canned", MFD_CLOEXEC);
    c->count   = responses_of(w, count);
    c->starts  = malloc((c->count + (size_t)1) * sizeof *c->starts);
    maker m    = { .out = c->fd < 0 ? NULL : fdopen(dup(c->fd), "w"), .random = 4 };
    if (m.out == NULL || text == NULL || c->starts == NULL)
        die("bench: memory");
    work_fill(text, 1000000);
    for (uint32_t i = 0; i < c->count; i++) {
        c->starts[i] = m.size;
        put_response(&m, w, i, count, text);
    }
    c->starts[c->count] = m.size;
    c->size             = m.size;
    c->tally            = m.tally;
    free(text);
    if (fclose(m.out) != 0)
        die("bench: memory");
    if (m.size != 0) {
        void *at = mmap(NULL, m.size, PROT_READ, MAP_SHARED, c->fd, 0);
        if (at == MAP_FAILED)
            die("bench: mmap");
        c->bytes = at;
    }
}
