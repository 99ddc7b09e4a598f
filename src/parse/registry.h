/* SPDX-License-Identifier: MIT */
/* parse/registry.h - what an extension is made of: rows.
 *
 * Knowledge comes down as data: parse/ and engine/ get a registry and never name an
 * extension.  Only core.c knows the tables. */
#ifndef I4_PARSE_REGISTRY_H
#define I4_PARSE_REGISTRY_H

#include "imap4/event.h"

#include "base/mem.h"

#include <stdbool.h>

struct i4_event;
struct i4_cmd;
struct imap4_engine;
struct imap4_mailbox;

/* Tells the state of the selected mailbox what an event says of it.  Only events that are
 * trusted come here. */
typedef void (*i4_learn_fn)(struct imap4_mailbox *box, struct i4_event *ev);

/* ---- responses ------------------------------------------------------------ */

typedef enum i4_resp_marks {
    I4_RESP_NUMBERED = 1, /* "* n NAME" instead of "* NAME" */
    I4_RESP_NUMBERS  = 2, /* a flat list of numbers: may come in pieces */
    I4_RESP_ITEMS    = 4, /* FETCH: items, bodies that can be streamed */
    I4_RESP_MESSAGE  = 8, /* the number is one of a message: not 0 */
    I4_RESP_WORDS    = 16 /* a list of words: imap4_event_strings() */
} i4_resp_marks;

/* One untagged response. */
typedef struct i4_resp_row {
    const char *name; /* upper case */
    int32_t     event;
    uint32_t    marks;
    /* I4_RESP_NUMBERS: reads the list, or one piece of it, at once; see parse/search.h.
     * All else is lazy. */
    int (*piece)(struct i4_event *ev);
    i4_learn_fn learn; /* NULL: nothing */
    /* True: this one came by itself and answers no command, whoever waits.  NULL: it may. */
    bool (*is_news)(struct i4_event *ev);
} i4_resp_row;

/* ---- items of FETCH --------------------------------------------------------- */

typedef enum i4_item_marks {
    I4_ITEM_SECTION = 1, /* "[...]" follows the name */
    I4_ITEM_STREAMS = 2  /* a literal that is its value may be told in pieces */
} i4_item_marks;

/* An item beyond RFC 3501.  Whoever has its row finds it: i4_fetch_item_with(). */
typedef struct i4_item_row {
    const char *name; /* upper case, without the section */
    uint32_t    marks;
} i4_item_row;

/* ---- response codes -------------------------------------------------------- */

typedef enum i4_code_arg {
    I4_ARG_NONE,
    I4_ARG_NUMBER, /* event.code_number, of 32 bits */
    I4_ARG_MODSEQ, /* event.code_number, of 63 bits (RFC 7162 section 7) */
    I4_ARG_FLAGS,  /* "(" flags ")" */
    I4_ARG_WORDS,  /* words, in parentheses or not */
    I4_ARG_RAW     /* left to the reader of the event */
} i4_code_arg;

typedef struct i4_code_row {
    const char *name;  /* upper case */
    int32_t     id;    /* an imap4_code */
    int32_t     arg;   /* an i4_code_arg */
    i4_learn_fn learn; /* NULL: nothing */
} i4_code_row;

/* ---- commands -------------------------------------------------------------- */

/* States in which a command is legal: bits 1 << imap4_state. */
typedef enum i4_states {
    I4_ST_NOT_AUTH = 1 << 1,
    I4_ST_AUTH     = 1 << 2,
    I4_ST_SELECTED = 1 << 3,
    I4_ST_AUTH_SEL = I4_ST_AUTH | I4_ST_SELECTED,
    I4_ST_ANY      = I4_ST_NOT_AUTH | I4_ST_AUTH_SEL
} i4_states;

/* What may be on the wire beside it (RFC 9051 section 5.5). */
typedef enum i4_conflict {
    I4_FREE,      /* anything that does not change what it means */
    I4_BY_NUMBER, /* uses message numbers: no EXPUNGE may come while it waits, so it and
                    commands that let EXPUNGE come do not overlap */
    I4_ALONE,     /* nothing behind it until its tagged answer */
    I4_SELECTS    /* changes the mailbox: waits for all before it, blocks all behind it */
} i4_conflict;

typedef enum i4_cmd_marks {
    I4_CMD_LOGS_IN   = 1, /* OK leads to the authenticated state */
    I4_CMD_SELECTS   = 2, /* OK leads to the selected state */
    I4_CMD_CLOSES    = 4, /* OK leads back to the authenticated state */
    I4_CMD_LOGS_OUT  = 8,
    I4_CMD_CONTINUES = 16, /* "+" is part of its dialogue (AUTHENTICATE, IDLE) */
    I4_CMD_NEEDS_CAP = 32, /* refused as NOCAP unless the extension's capability is announced */
    I4_CMD_NO_EXPUNGE = 64, /* the server must not send EXPUNGE while it runs: FETCH, STORE, SEARCH
                               (RFC 3501 7.4.1) */
    I4_CMD_SECRET    = 128,  /* its arguments and its whole dialogue are masked */
    I4_CMD_READ_ONLY = 256,  /* with SELECTS: the mailbox is opened read-only (EXAMINE) */
    I4_CMD_IDLES     = 512,  /* with CONTINUES: "+" starts it, a line "DONE" ends it */
    I4_CMD_LAYER     = 1024, /* its OK means that a new layer begins (STARTTLS) */
    I4_CMD_PRIVATE   = 2048, /* sends a secret as it is: only over a private pipe */
    I4_CMD_SPLITS    = 4096, /* a long set may be sent as several commands */
    I4_CMD_MIXES = 8192, /* its answers name no command: beside another one with the same
                                 answers nobody could tell them apart, unless their sets differ */
    I4_CMD_ENABLES = 16384, /* its answer may change how mailbox names are spelt (ENABLE) */
    I4_CMD_DEFLATES = 32768, /* its OK means that all behind it is compressed (COMPRESS) */
    I4_CMD_WRITES = 65536, /* changes the messages of its set: see quirk "small-batches" */
    I4_CMD_PROBES = 131072 /* only asks, and what it asks for can be done without */
} i4_cmd_marks;

typedef struct i4_cmd_row {
    const char *name;     /* upper case; "UID FETCH" */
    uint32_t    states;   /* bits of i4_states */
    int32_t     conflict; /* an i4_conflict */
    uint32_t    marks;    /* bits of i4_cmd_marks */
    /* What can answer it: events whose number of askers decides event.cmd; 0-terminated. */
    int32_t     answers[6];
} i4_cmd_row;

/* ---- options of commands ----------------------------------------------------- */

/* Where an extension may add words to a base command.  They stand in parentheses, which
 * are written only if something is in them. */
typedef enum i4_spot {
    I4_SPOT_SELECT = 1, /* SELECT mailbox (...): imap4_select_options */
    I4_SPOT_FETCH,      /* FETCH set items (...): imap4_fetch_options */
    I4_SPOT_STORE,      /* STORE set (...) FLAGS: imap4_store_options */
    I4_SPOT_LIST,       /* LIST (...) reference: imap4_list_options */
    I4_SPOT_LIST_RETURN /* LIST reference pattern RETURN (...): imap4_list_options */
} i4_spot;

/* Looks at its own members of the command's options, and writes their words. */
typedef struct i4_tail_row {
    int32_t spot; /* an i4_spot; 0 ends the array */
    void (*put)(struct imap4_engine *e, struct i4_cmd *c, const void *opt);
} i4_tail_row;

/* A word that the caller may put into an option of a command: whoever writes it needs the
 * extension that has its row. */
typedef struct i4_word_row {
    int32_t     spot; /* an i4_spot */
    const char *name; /* upper case */
} i4_word_row;

/* ---- search keys ------------------------------------------------------------- */

typedef enum i4_key_arg {
    I4_KEY_BARE,
    I4_KEY_STRING,
    I4_KEY_DATE,
    I4_KEY_NUMBER,
    I4_KEY_POSITIVE, /* a number, not 0 */
    I4_KEY_FLAG      /* a keyword: an atom */
} i4_key_arg;

/* A search key, for imap4_query. */
typedef struct i4_key_row {
    const char *name; /* upper case */
    int32_t     arg;  /* an i4_key_arg */
} i4_key_row;

/* ---- an extension ---------------------------------------------------------- */

/* Each array ends with a row without a name (or spot); NULL: none of the kind. */
typedef struct i4_ext {
    const char        *name; /* "idle" */
    /* "IDLE"; "CONDSTORE QRESYNC": one of them; "THREAD=": with the first argument of the
     * command behind it; NULL: the base. */
    const char        *capability;
    int                rfc;
    const i4_resp_row *responses;
    const i4_code_row *codes;
    const i4_cmd_row  *commands;
    const i4_item_row *items;
    const i4_tail_row *tails;
    const i4_word_row *words;
    const i4_key_row  *keys;
} i4_ext;

/* All extensions of a build. */
typedef struct i4_registry {
    const i4_ext *const *ext;
    size_t               count;
} i4_registry;

/* Look-ups without regard to case; NULL if there is no such row.  They walk the rows:
 * whoever looks up per response uses an i4_index. */
const i4_cmd_row  *i4_registry_command(const i4_registry *reg, imap4_view name,
                                       const i4_ext **ext);
const i4_code_row *i4_registry_code(const i4_registry *reg, imap4_view name);
const i4_word_row *i4_registry_word(const i4_registry *reg, i4_spot spot, imap4_view name,
                                    const i4_ext **ext);
const i4_key_row  *i4_registry_key(const i4_registry *reg, imap4_view name,
                                   const i4_ext **ext);

/* What is looked up per response, made once per reader: a hash over the rows of all
 * responses, and the few rows of items. */
typedef struct i4_index {
    const i4_resp_row **slot;
    size_t              size; /* a power of two */
    const i4_item_row **items;
    size_t              item_count;
} i4_index;

int  i4_index_new(i4_index *index, const i4_registry *reg, const i4_mem *mem);
void i4_index_free(i4_index *index, const i4_mem *mem);
const i4_resp_row *i4_index_find(const i4_index *index, imap4_view name, bool is_numbered);
const i4_item_row *i4_index_item(const i4_index *index, imap4_view name);

#endif
