/* SPDX-License-Identifier: MIT */
/* wire/frame.h - find where a response ends, literals included. */
#ifndef I4_WIRE_FRAME_H
#define I4_WIRE_FRAME_H

#include "imap4/wire.h"

#include <stdbool.h>

/* Where in the response the framer stands.  Up to I4_FRAME_CODE_ESCAPE each byte is
 * looked at by itself; then only line ends are. */
typedef enum i4_frame_head {
    I4_FRAME_START,       /* nothing but what may stand before a response was seen */
    I4_FRAME_TAG,         /* in "*" or a tag */
    I4_FRAME_WORD_GAP,    /* behind it */
    I4_FRAME_WORD,        /* in the word that may be OK, NO, BAD, BYE, PREAUTH */
    I4_FRAME_TEXT_GAP,    /* behind such a word */
    I4_FRAME_CODE,        /* in a "[" that begins the text */
    I4_FRAME_CODE_QUOTED, /* in a quoted string there */
    I4_FRAME_CODE_ESCAPE,
    I4_FRAME_TEXT, /* text for people: no literals */
    I4_FRAME_DATA  /* anything else: literals */
} i4_frame_head;

enum {
    I4_FRAME_TAIL = 32
};

struct imap4_framer {
    uint64_t        literal; /* bytes of it still to come */
    i4_frame_head   head;
    bool            is_done;     /* a response ended: the next byte starts another */
    bool            has_bracket; /* a "]" was seen inside quotes in the code */
    unsigned char   word_len;
    char            word[8];
    unsigned char   tail_len; /* the last bytes of the line so far, if it was cut */
    char            tail[I4_FRAME_TAIL];
    imap4_allocator mem; /* of imap4_framer_new() */
};

typedef struct imap4_framer i4_frame;

/* At the start of a response. */
void i4_frame_init(i4_frame *frame);

/* As imap4_framer_feed(). */
int i4_frame_feed(i4_frame *frame, const char *in, size_t len, size_t *used,
                  uint64_t *literal);

/* "{" 1*DIGIT ["+"] "}" that ends at `end` (RFC 9051 section 9, "literal").
 * 1 with the number, 0 if there is none, IMAP4_E_FRAMING if it is too large. */
int i4_frame_literal(const char *from, const char *end, uint64_t *literal);

/* The header of a literal, with its CRLF, that begins at `p`, in bytes that were framed
 * before.  Where the literal's bytes begin, and how many they say they are; NULL if no
 * header stands there. */
const char *i4_frame_header(const char *p, const char *end, uint64_t *literal);

#endif
