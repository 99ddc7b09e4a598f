/* SPDX-License-Identifier: MIT */
/* cli/write_body.c - ENVELOPE and BODYSTRUCTURE as JSON. */
#include "write_event.h"

#include <stdlib.h>

void write_date(event_writer *w, const char *key, const imap4_date *date)
{
    char      text[48];
    const int zone = abs(date->zone_minutes);
    int len = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", date->year,
                       date->month, date->day, date->hour, date->minute, date->second);
    if (date->has_zone && len > 0 && (size_t)len < sizeof text)
        snprintf(text + len, sizeof text - (size_t)len, "%c%02d:%02d",
                 date->zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
    out_word(&w->out, key, text);
}

/* ---- ENVELOPE ---------------------------------------------------------------- */

/* RFC 3501 7.4.2: a group begins with an address that has no host, and ends with one that
 * has no mailbox either. */
static void write_address(event_writer *w, const imap4_address *address)
{
    out_object(&w->out, NULL);
    if (address->host.ptr == NULL) {
        out_text(&w->out, "group", address->mailbox);
        out_header_text(&w->out, "group_text", address->mailbox);
    } else {
        out_text(&w->out, "name", address->name);
        out_header_text(&w->out, "name_text", address->name);
        if (address->route.ptr != NULL)
            out_text(&w->out, "route", address->route);
        out_text(&w->out, "mailbox", address->mailbox);
        out_text(&w->out, "host", address->host);
    }
    out_end_object(&w->out);
}

static void write_addresses(event_writer *w, const char *key,
                            const imap4_addresses *addresses)
{
    out_array(&w->out, key);
    for (size_t i = 0; i < addresses->count; i++)
        write_address(w, &addresses->at[i]);
    out_end_array(&w->out);
}

void write_envelope(event_writer *w, const char *key, const imap4_envelope *envelope)
{
    imap4_date date;
    out_object(&w->out, key);
    out_text(&w->out, "date", envelope->date);
    if (envelope->date.ptr != NULL &&
        imap4_date_parse_message(envelope->date, &date) == IMAP4_OK)
        write_date(w, "date_iso", &date);
    out_text(&w->out, "subject", envelope->subject);
    out_header_text(&w->out, "subject_text", envelope->subject);
    write_addresses(w, "from", &envelope->from);
    write_addresses(w, "sender", &envelope->sender);
    write_addresses(w, "reply_to", &envelope->reply_to);
    write_addresses(w, "to", &envelope->to);
    write_addresses(w, "cc", &envelope->cc);
    write_addresses(w, "bcc", &envelope->bcc);
    out_text(&w->out, "in_reply_to", envelope->in_reply_to);
    out_text(&w->out, "message_id", envelope->message_id);
    out_end_object(&w->out);
}

/* ---- BODYSTRUCTURE ------------------------------------------------------------ */

static void write_part_number(event_writer *w, const imap4_body *body)
{
    const ptrdiff_t len = imap4_body_number(body, NULL, 0);
    char           *buf = len <= 0 ? NULL : out_room(&w->out, (size_t)len);
    if (buf == NULL || imap4_body_number(body, buf, (size_t)len) != len)
        out_null(&w->out, "part");
    else
        out_text(&w->out, "part", (imap4_view){ buf, (size_t)len });
}

static void write_params(event_writer *w, const char *key, const imap4_params *params)
{
    if (params->count == 0)
        return;
    out_array(&w->out, key);
    for (size_t i = 0; i < params->count; i++) {
        out_object(&w->out, NULL);
        out_text_lower(&w->out, "name", params->at[i].name);
        out_text(&w->out, "value", params->at[i].value);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

static void write_if_there(event_writer *w, const char *key, imap4_view text)
{
    if (text.ptr != NULL)
        out_text(&w->out, key, text);
}

/* All members of a part but its children. */
static void write_part(event_writer *w, const imap4_body *body)
{
    write_part_number(w, body);
    if (body->is_multipart)
        out_word(&w->out, "type", "multipart");
    else
        out_text_lower(&w->out, "type", body->type);
    out_text_lower(&w->out, "subtype", body->subtype);
    write_params(w, "params", &body->params);
    write_if_there(w, "id", body->id);
    write_if_there(w, "description", body->description);
    out_header_text(&w->out, "description_text", body->description);
    if (body->encoding.ptr != NULL)
        out_text_lower(&w->out, "encoding", body->encoding);
    if (body->has_octets)
        out_number(&w->out, "octets", body->octets);
    if (body->has_lines)
        out_number(&w->out, "lines", body->lines);
    if (body->envelope != NULL)
        write_envelope(w, "envelope", body->envelope);
    write_if_there(w, "md5", body->md5);
    if (body->disposition.ptr != NULL)
        out_text_lower(&w->out, "disposition", body->disposition);
    write_params(w, "disposition_params", &body->disposition_params);
    if (body->language.count != 0)
        write_strings(w, "language", &body->language);
    write_if_there(w, "location", body->location);
    write_if_there(w, "extension", body->extension);
}

/* The tree, without recursion: its depth is the sender's choice. */
void write_body(event_writer *w, const char *key, const imap4_body *body)
{
    const imap4_body *const root = body;
    while (body != NULL) {
        out_object(&w->out, body == root ? key : NULL);
        write_part(w, body);
        if (body->first != NULL) {
            out_array(&w->out, "parts");
            body = body->first;
            continue;
        }
        out_end_object(&w->out);
        while (body != root && body->next == NULL) {
            body = body->parent;
            out_end_array(&w->out);
            out_end_object(&w->out);
        }
        body = body == root ? NULL : body->next;
    }
}
