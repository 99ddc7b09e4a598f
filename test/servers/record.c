/* SPDX-License-Identifier: MIT */
/* test/servers/record.c - events in a normal form, one a line. */
#include "record.h"

#include "truth.h"

#include <stdio.h>

static FILE   *file;
static digest *body; /* of BODY_DATA */

bool record_open(const char *path)
{
    file = fopen(path, "w");
    body = digest_new();
    return file != NULL;
}

bool record_close(void)
{
    digest_free(body);
    return fclose(file) == 0;
}

static void number(const char *name, uint64_t value)
{
    if (value != 0)
        (void)fprintf(file, " %s=%llu", name, (unsigned long long)value);
}

/* Size and the first 16 digits of SHA-256. */
static void end_digest(digest *d)
{
    char     hex[65];
    uint64_t size = 0;
    digest_end(d, hex, &size);
    (void)fprintf(file, ":%llu:%.16s", (unsigned long long)size, hex);
}

static void bytes(const char *name, imap4_view value)
{
    digest *d = digest_new();
    (void)fprintf(file, " %s", name);
    digest_add(d, value);
    end_digest(d);
    digest_free(d);
}

static void raw(const imap4_event *ev)
{
    digest *d = digest_new();
    for (size_t i = 0; i < ev->raw_count; i++)
        digest_add(d, ev->raw[i].view);
    (void)fprintf(file, " raw");
    end_digest(d);
    digest_free(d);
}

static void fetch(const imap4_event *ev)
{
    imap4_fetch_item item;
    char             name[256];
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        if (imap4_fetch_at(ev, i, &item) < 0)
            continue;
        (void)snprintf(name, sizeof name, "%.*s/%d", IMAP4_ARG(item.name), item.kind);
        bytes(name, item.value);
        number("of", item.size);
    }
}

static void esearch(const imap4_event *ev)
{
    const imap4_esearch *found = NULL;
    if (imap4_esearch_get(ev, &found) < 0)
        return;
    number("count", found->count);
    bytes("all", found->all);
}

void record_event(const imap4_event *ev)
{
    if (file == NULL)
        return;
    if (ev->type == IMAP4_EV_BODY_DATA) {
        digest_add(body, ev->data);
        return;
    }
    (void)fprintf(file, "%s", imap4_event_name(ev->type));
    number("number", ev->number);
    number("uid", ev->uid);
    number("status", (uint64_t)ev->status);
    number("result", (uint64_t)ev->result);
    number("marks", ev->marks);
    number("part", ev->part);
    number("code", (uint64_t)ev->code_id);
    if (ev->code_id == IMAP4_CODE_UIDNEXT || ev->code_id == IMAP4_CODE_UNSEEN)
        number("code_number", ev->code_number);
    number("literal", ev->literal_size);
    switch (ev->type) {
    case IMAP4_EV_FETCH: fetch(ev); break;
    case IMAP4_EV_BODY_BEGIN: bytes("name", ev->name); break;
    case IMAP4_EV_BODY_END: (void)fprintf(file, " body"), end_digest(body); break;
    case IMAP4_EV_LIST:
    case IMAP4_EV_FLAGS: raw(ev); break;
    case IMAP4_EV_SEARCH: bytes("data", ev->data); break;
    case IMAP4_EV_ESEARCH: esearch(ev); break;
    default: break;
    }
    (void)fprintf(file, "\n");
}
