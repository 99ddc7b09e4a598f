/* SPDX-License-Identifier: MIT */
/* cmd/table.c - RFC 3501 section 6: where each command is legal, and beside what.
 *
 * Conflicts are those of RFC 9051 section 5.5, which says more than RFC 3501 did: only
 * FETCH, STORE and SEARCH keep the server from sending EXPUNGE. */
#include "cmd/table.h"

/* Answered by data that name no command. */
#define MIXES I4_CMD_MIXES
/* Uses message numbers, and keeps them as they are. */
#define NUMBERS I4_CMD_NO_EXPUNGE

/* clang-format off */
static const i4_cmd_row rows[] = {
    /* 6.1: any state */
    { "CAPABILITY",   I4_ST_ANY,      I4_FREE,      MIXES, { IMAP4_EV_CAPABILITY } },
    { "NOOP",         I4_ST_ANY,      I4_FREE,      0, { 0 } },
    { "LOGOUT",       I4_ST_ANY,      I4_ALONE,     I4_CMD_LOGS_OUT, { 0 } },

    /* 6.2: not authenticated */
    { "STARTTLS",     I4_ST_NOT_AUTH, I4_ALONE,     I4_CMD_LAYER, { 0 } },
    { "AUTHENTICATE", I4_ST_NOT_AUTH, I4_ALONE,
                      I4_CMD_LOGS_IN | I4_CMD_CONTINUES | I4_CMD_SECRET,
                      { IMAP4_EV_CAPABILITY } },
    { "LOGIN",        I4_ST_NOT_AUTH, I4_ALONE,
                      I4_CMD_LOGS_IN | I4_CMD_SECRET | I4_CMD_PRIVATE,
                      { IMAP4_EV_CAPABILITY } },

    /* 6.3: authenticated */
    { "SELECT",       I4_ST_AUTH_SEL, I4_SELECTS,   I4_CMD_SELECTS,
                      { IMAP4_EV_FLAGS, IMAP4_EV_EXISTS, IMAP4_EV_RECENT, IMAP4_EV_TEXT } },
    { "EXAMINE",      I4_ST_AUTH_SEL, I4_SELECTS,   I4_CMD_SELECTS | I4_CMD_READ_ONLY,
                      { IMAP4_EV_FLAGS, IMAP4_EV_EXISTS, IMAP4_EV_RECENT, IMAP4_EV_TEXT } },
    { "CREATE",       I4_ST_AUTH_SEL, I4_FREE,      0, { 0 } },
    { "DELETE",       I4_ST_AUTH_SEL, I4_FREE,      0, { 0 } },
    { "RENAME",       I4_ST_AUTH_SEL, I4_FREE,      0, { 0 } },
    { "SUBSCRIBE",    I4_ST_AUTH_SEL, I4_FREE,      0, { 0 } },
    { "UNSUBSCRIBE",  I4_ST_AUTH_SEL, I4_FREE,      0, { 0 } },
    { "LIST",         I4_ST_AUTH_SEL, I4_FREE,      MIXES, { IMAP4_EV_LIST } },
    { "LSUB",         I4_ST_AUTH_SEL, I4_FREE,      MIXES, { IMAP4_EV_LSUB } },
    { "STATUS",       I4_ST_AUTH_SEL, I4_FREE,      0, { IMAP4_EV_STATUS } },
    { "APPEND",       I4_ST_AUTH_SEL, I4_FREE,      0, { 0 } },

    /* 6.4: selected */
    { "CHECK",        I4_ST_SELECTED, I4_FREE,      0, { 0 } },
    { "CLOSE",        I4_ST_SELECTED, I4_SELECTS,   I4_CMD_CLOSES, { 0 } },
    { "EXPUNGE",      I4_ST_SELECTED, I4_FREE,      0,
                      { IMAP4_EV_EXPUNGE, IMAP4_EV_VANISHED } },
    { "SEARCH",       I4_ST_SELECTED, I4_BY_NUMBER, NUMBERS | MIXES,
                      { IMAP4_EV_SEARCH, IMAP4_EV_ESEARCH } },
    { "FETCH",        I4_ST_SELECTED, I4_BY_NUMBER, NUMBERS | MIXES | I4_CMD_SPLITS,
                      { IMAP4_EV_FETCH } },
    { "STORE",        I4_ST_SELECTED, I4_BY_NUMBER,
                      NUMBERS | MIXES | I4_CMD_SPLITS | I4_CMD_WRITES,
                      { IMAP4_EV_FETCH } },
    { "COPY",         I4_ST_SELECTED, I4_BY_NUMBER, I4_CMD_WRITES, { 0 } },
    /* Its criteria may hold message numbers, so it waits like SEARCH; but the server may
     * send EXPUNGE while it runs. */
    { "UID SEARCH",   I4_ST_SELECTED, I4_BY_NUMBER, MIXES,
                      { IMAP4_EV_SEARCH, IMAP4_EV_ESEARCH } },
    { "UID FETCH",    I4_ST_SELECTED, I4_FREE,      MIXES | I4_CMD_SPLITS, { IMAP4_EV_FETCH } },
    { "UID STORE",    I4_ST_SELECTED, I4_FREE,      MIXES | I4_CMD_SPLITS | I4_CMD_WRITES,
                      { IMAP4_EV_FETCH } },
    { "UID COPY",     I4_ST_SELECTED, I4_FREE,      I4_CMD_WRITES, { 0 } },
    { 0 },
};
/* clang-format on */

/* RFC 3501 6.4.4 */
static const i4_key_row keys[] = {
    { "ALL", I4_KEY_BARE },        { "ANSWERED", I4_KEY_BARE },
    { "DELETED", I4_KEY_BARE },    { "DRAFT", I4_KEY_BARE },
    { "FLAGGED", I4_KEY_BARE },    { "NEW", I4_KEY_BARE },
    { "OLD", I4_KEY_BARE },        { "RECENT", I4_KEY_BARE },
    { "SEEN", I4_KEY_BARE },       { "UNANSWERED", I4_KEY_BARE },
    { "UNDELETED", I4_KEY_BARE },  { "UNDRAFT", I4_KEY_BARE },
    { "UNFLAGGED", I4_KEY_BARE },  { "UNSEEN", I4_KEY_BARE },
    { "BCC", I4_KEY_STRING },      { "BODY", I4_KEY_STRING },
    { "CC", I4_KEY_STRING },       { "FROM", I4_KEY_STRING },
    { "SUBJECT", I4_KEY_STRING },  { "TEXT", I4_KEY_STRING },
    { "TO", I4_KEY_STRING },       { "BEFORE", I4_KEY_DATE },
    { "ON", I4_KEY_DATE },         { "SINCE", I4_KEY_DATE },
    { "SENTBEFORE", I4_KEY_DATE }, { "SENTON", I4_KEY_DATE },
    { "SENTSINCE", I4_KEY_DATE },  { "LARGER", I4_KEY_NUMBER },
    { "SMALLER", I4_KEY_NUMBER },  { "KEYWORD", I4_KEY_FLAG },
    { "UNKEYWORD", I4_KEY_FLAG },  { 0 },
};

const i4_ext i4_ext_base_commands = {
    .name     = "base-commands",
    .rfc      = 3501,
    .commands = rows,
    .keys     = keys,
};
