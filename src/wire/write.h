/* SPDX-License-Identifier: MIT */
/* wire/write.h - the text of a command while it is being written.
 *
 * Nothing that is written can end the line or begin another command: every kind of
 * argument is checked, and what does not fit its kind goes as a literal or is refused
 * (RFC 3501 section 9).  The first error sticks, what follows it has no effect, and
 * i4_cmd_queue() returns it: so a command is written without looking at results. */
#ifndef I4_WIRE_WRITE_H
#define I4_WIRE_WRITE_H

#include "imap4/set.h"

#include "base/mem.h"
#include "wire/part.h"

#include <stdbool.h>

/* Bytes that grow; what they held is wiped when they move. */
typedef struct i4_bytes {
    char  *ptr;
    size_t len;
    size_t cap;
} i4_bytes;

enum {
    I4_WHERE_MAX = 80
};

typedef struct i4_cmd {
    const i4_mem *mem;
    i4_bytes      text; /* of all parts */
    i4_part      *parts;
    size_t        part_count;
    size_t        part_cap;
    i4_bytes      mailbox; /* the first mailbox name, in UTF-8 */
    bool          has_mailbox;
    bool          is_secret;  /* what is written now: masked in traces, wiped when sent */
    bool          has_secret; /* some of it was */
    bool          wants_space; /* before the next argument */
    imap4_view    later;       /* "(" of a list that has nothing in it yet; static */
    bool          is_utf8;     /* mailbox names go in UTF-8 (RFC 6855 section 3) */
    bool          is_unsure;   /* that depends on an answer that has not come */
    bool          is_binary;   /* its data may hold NUL (RFC 3516) */
    bool          is_partial;  /* the set may be sent in several commands */
    bool          is_foreign;  /* something in it is the caller's, but for numbers */
    /* The set, if exactly one was written: where it stands, and its bounds. */
    unsigned      set_count;
    size_t        set_at;
    size_t        set_len;
    uint32_t      set_first; /* 0: "*" is in it, which may be any number */
    uint32_t      set_last;
    uint64_t      set_size; /* numbers in it: imap4_seqset_cardinality() */
    bool          set_is_uid;
    uint64_t      data_size; /* bytes to come by imap4_cmd_write() */
    bool          has_data;
    /* The first refusal. */
    int           rc;
    const char   *why;
    char          where[I4_WHERE_MAX];
    size_t        where_len;
} i4_cmd;

/* Begins a command; the memory of the one before is used again.  Zero `c` before the
 * first time. */
void i4_write_begin(i4_cmd *c, const i4_mem *mem);
void i4_write_free(i4_cmd *c);

/* Refuses the command, unless it was refused before.  `why`: static, for people. */
void i4_write_refuse(i4_cmd *c, int rc, const char *why, imap4_view where);

/* What is written while `secret` holds is never shown, and wiped when it was sent. */
void i4_cmd_secret(i4_cmd *c, bool secret);

/* Each of these puts a space before itself where one is due. */
void i4_write_atom(i4_cmd *c, imap4_view text);
void i4_write_atoms(i4_cmd *c, imap4_view text); /* one or more, with a space between */
void i4_write_astring(i4_cmd *c, imap4_view text);
void i4_write_string(i4_cmd *c, imap4_view text);
void i4_write_nstring(i4_cmd *c, imap4_view text); /* NIL is NIL */
void i4_write_mailbox(i4_cmd *c, imap4_view name); /* UTF-8 */
void i4_write_pattern(i4_cmd *c, imap4_view name); /* UTF-8, "*" and "%" are wildcards */
void i4_write_flags(i4_cmd *c, imap4_view flags);  /* in parentheses */
void i4_write_set(i4_cmd *c, const imap4_seqset *set);
void i4_write_number(i4_cmd *c, uint64_t number);
void i4_write_literal(i4_cmd *c, imap4_view bytes);
void i4_write_data(i4_cmd *c, uint64_t size); /* a literal, by imap4_cmd_write() */
/* The same as literal8, which may hold NUL (RFC 3516 section 4.4). */
void i4_write_binary_data(i4_cmd *c, uint64_t size);
/* A string, or literal8 if it holds NUL; NIL is NIL. */
void i4_write_nstring8(i4_cmd *c, imap4_view text);
void i4_write_open(i4_cmd *c);  /* "(" */
void i4_write_close(i4_cmd *c); /* ")" */

/* A list that is left out if nothing is written into it; `open` is static and ends with
 * "(".  They do not nest. */
void i4_write_open_later(i4_cmd *c, imap4_view open);
void i4_write_close_later(i4_cmd *c);

/* What was written to `from`, which is complete but has no end yet. */
void i4_write_joined(i4_cmd *c, const i4_cmd *from);

/* INBOX, or a pattern that finds it. */
bool i4_name_is_everywhere(imap4_view name);
/* The mailbox that the command is about, in UTF-8; the first one stays. */
void i4_write_keep_mailbox(i4_cmd *c, imap4_view name);

/* Text as on the wire, checked: parentheses balance outside quotes; no CR, LF, NUL, no
 * "{" outside quotes.  A quoted string with bytes beyond ASCII goes as a literal. */
void i4_write_raw(i4_cmd *c, imap4_view text);

/* The name of a command, or another word of our own: not checked. */
void i4_write_word(i4_cmd *c, imap4_view word);

/* Ends the line with an initial response (RFC 4959), not yet base64.  Nothing follows. */
void i4_write_initial(i4_cmd *c, imap4_view response);
/* Ends the line. */
void i4_write_end(i4_cmd *c);

/* Whether text has bytes beyond ASCII. */
bool i4_write_is_8bit(imap4_view text);

#endif
