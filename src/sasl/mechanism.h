/* SPDX-License-Identifier: MIT */
/* sasl/mechanism.h - a mechanism is a row: what it needs, and the texts it says, or the
 * dialogue that it leads. */
#ifndef I4_SASL_MECHANISM_H
#define I4_SASL_MECHANISM_H

#include "imap4/sasl.h"

#include "base/mem.h"
#include "sasl/hash.h"

#include <stdbool.h>

/* Bytes that are counted first (`at` NULL) and then written. */
typedef struct i4_saying {
    char  *at;
    size_t len;
} i4_saying;

void i4_say(i4_saying *to, imap4_view text);
/* RFC 5801 section 4: "," and "=" are escaped. */
void i4_say_saslname(i4_saying *to, imap4_view name);

enum {
    I4_SAYINGS_MAX = 2
};

/* Members of the credentials that must not be NIL. */
enum {
    I4_NEEDS_USER     = 1,
    I4_NEEDS_PASSWORD = 2,
    I4_NEEDS_TOKEN    = 4,
    I4_NEEDS_BINDING  = 8
};

/* ---- mechanisms whose answers depend on what the server says --------------------- */

typedef struct i4_dialogue     i4_dialogue;
typedef struct i4_dialogue_ops i4_dialogue_ops;

struct i4_dialogue {
    const i4_dialogue_ops *ops;
    imap4_view told; /* an error that the last challenge told of; good as long as that */
};

typedef struct i4_mechanism i4_mechanism;

struct i4_dialogue_ops {
    /* Of credentials whose members were looked at as the row says. */
    int (*begin)(const i4_mechanism *m, const imap4_credentials *c, const i4_mem *mem,
                 i4_dialogue **out);
    /* NIL: the server speaks first. */
    imap4_view (*initial)(i4_dialogue *d);
    /* IMAP4_OK with the answer, good until the next call; an error ends the dialogue. */
    int (*step)(i4_dialogue *d, imap4_view challenge, imap4_view *response);
    /* Has all been said and heard that makes an OK believable? */
    bool (*is_done)(const i4_dialogue *d);
    void (*free)(i4_dialogue *d);
};

extern const i4_dialogue_ops i4_scram_ops;
extern const i4_dialogue_ops i4_cram_ops;

/* SCRAM with a nonce of the caller's: for tests. */
int i4_scram_begin(const i4_mechanism *m, const imap4_credentials *c, imap4_view nonce,
                   const i4_mem *mem, i4_dialogue **out);

/* ---- the table -------------------------------------------------------------------- */

struct i4_mechanism {
    const char *name;
    unsigned    needs;
    bool        is_first; /* its first saying is the initial response */
    unsigned    count;    /* of sayings, at most I4_SAYINGS_MAX */
    /* Writes saying `i`. */
    void (*say)(i4_saying *to, unsigned i, const imap4_credentials *c);
    /* What answers a challenge that tells of an error; NULL: there is none. */
    const char            *answer_to_error;
    char                   separator; /* a byte that no member may hold, besides NUL */
    const i4_dialogue_ops *dialogue;  /* NULL: it only says its texts */
    i4_hash                hash;      /* of SCRAM */
};

/* Takes from the caller's struct, which begins with its size, the members that he knew into one
 * of `size` bytes; false if there is none, or if one that we do not know is not zero. */
bool i4_struct_take(void *to, size_t size, const void *from);
/* Are they there, I4_NEEDS_...? */
bool i4_credentials_have(const imap4_credentials *c, unsigned needs);

/* NULL: it is not built in. */
const i4_mechanism *i4_mechanism_find(imap4_view name);

#endif
