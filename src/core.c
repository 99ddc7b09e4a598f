/* SPDX-License-Identifier: MIT */
/* core.c - joins the engine with the tables; the only file that knows both. */
#include "engine/engine.h"
#include "engine/query.h"
#include "parse/code.h"
#include "parse/keep.h"
#include "parse/reader.h"
#include "parse/search.h"

/* ---- the base: what every server has ----------------------------------------- */

static const i4_resp_row base_responses[] = {
    { "CAPABILITY", IMAP4_EV_CAPABILITY, I4_RESP_WORDS },
    { "LIST", IMAP4_EV_LIST, 0 },
    { "LSUB", IMAP4_EV_LSUB, 0 },
    { "STATUS", IMAP4_EV_STATUS, 0 },
    { "FLAGS", IMAP4_EV_FLAGS, 0 },
    { "SEARCH", IMAP4_EV_SEARCH, I4_RESP_NUMBERS, i4_search_piece },
    { "EXISTS", IMAP4_EV_EXISTS, I4_RESP_NUMBERED },
    { "RECENT", IMAP4_EV_RECENT, I4_RESP_NUMBERED },
    { "EXPUNGE", IMAP4_EV_EXPUNGE, I4_RESP_NUMBERED | I4_RESP_MESSAGE },
    { "FETCH", IMAP4_EV_FETCH, I4_RESP_NUMBERED | I4_RESP_MESSAGE | I4_RESP_ITEMS },
    { 0 },
};

static const i4_ext base = {
    .name      = "base",
    .rfc       = 3501,
    .responses = base_responses,
    .codes     = i4_code_rows,
};

/* ---- the tables ---------------------------------------------------------------- */

extern const i4_ext i4_ext_base_commands;

#define I4_EXT(name, capability, rfc) extern const i4_ext i4_ext_##name;
#include "ext/table.def"
#undef I4_EXT

static const i4_ext *const table[] = {
    &base,
    &i4_ext_base_commands,
#define I4_EXT(name, capability, rfc) &i4_ext_##name,
#include "ext/table.def"
#undef I4_EXT
};

static const i4_registry registry = { table, sizeof table / sizeof table[0] };

/* ---- what needs them ------------------------------------------------------------ */

int imap4_reader_new(const imap4_reader_options *opt, imap4_reader **out)
{
    return i4_reader_new(opt, &registry, out);
}

int imap4_event_read(const imap4_segment *raw, size_t count,
                     const imap4_event_options *opt, imap4_event **out)
{
    return i4_event_read(raw, count, opt, &registry, out);
}

int imap4_engine_new(const imap4_engine_options *opt, imap4_engine **out)
{
    return i4_engine_new(opt, &registry, out);
}

int imap4_query_new(const imap4_allocator *allocator, imap4_query **out)
{
    return i4_query_new(allocator, &registry, out);
}

static const char *const own_names[] = {
    [IMAP4_EV_GREETING]   = "GREETING",
    [IMAP4_EV_DONE]       = "DONE",
    [IMAP4_EV_CONTINUE]   = "CONTINUE",
    [IMAP4_EV_CHALLENGE]  = "CHALLENGE",
    [IMAP4_EV_TEXT]       = "TEXT",
    [IMAP4_EV_TAGGED]     = "TAGGED",
    [IMAP4_EV_BODY_BEGIN] = "BODY_BEGIN",
    [IMAP4_EV_BODY_DATA]  = "BODY_DATA",
    [IMAP4_EV_BODY_END]   = "BODY_END",
    [IMAP4_EV_UNKNOWN]    = "UNKNOWN",
    [IMAP4_EV_PART]       = "PART",
    [IMAP4_EV_QUIRK]      = "QUIRK",
};

const char *imap4_event_name(int type)
{
    if (type > 0 && (size_t)type < sizeof own_names / sizeof own_names[0] &&
        own_names[type] != NULL)
        return own_names[type];
    for (size_t i = 0; i < registry.count; i++) {
        const i4_resp_row *row = registry.ext[i]->responses;
        for (; row != NULL && row->name != NULL; row++)
            if (row->event == type)
                return row->name;
    }
    return "?";
}
