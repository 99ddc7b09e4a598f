/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/diag.h - what a server sends that the grammar does not allow.
 *
 * Real servers deviate, and nearly all of it has a certain meaning: the reader takes it and
 * notes a finding.  Where the meaning is not certain, one datum is lost, never the
 * connection; that is a finding too.  In tolerant mode the first finding of each kind is
 * told and the others are counted; in strict mode (IMAP4_MODE_STRICT) each is told, so that
 * a reader is a linter for people who write servers: `imap4 parse --strict` is one.
 *
 * Typed data are parsed when they are asked for, and so are their deviations found.
 */
#ifndef IMAP4_DIAG_H
#define IMAP4_DIAG_H

#include "imap4/reader.h"

IMAP4_BEGIN_DECLS

/** What was wrong.  Numbers of later releases are added at the end. */
typedef enum imap4_diag_kind {
    IMAP4_DIAG_NONE = 0,
    IMAP4_DIAG_EMPTY_LINE,    /**< a line with nothing in it */
    IMAP4_DIAG_BEFORE_LINE,   /**< NUL or spaces in front of a response */
    IMAP4_DIAG_SPACES,        /**< a space where none, or only one, may stand */
    IMAP4_DIAG_NO_SPACE,      /**< no space where one must stand */
    IMAP4_DIAG_ESCAPE,        /**< a backslash before what needs none */
    IMAP4_DIAG_CONTROL,       /**< a control character in a quoted string or an atom */
    IMAP4_DIAG_NO_TEXT,       /**< a status response without text */
    IMAP4_DIAG_CONTINUATION,  /**< a "+" without a space behind it */
    IMAP4_DIAG_CODE,          /**< brackets that hold no response code */
    IMAP4_DIAG_STATUS,        /**< a status that may not stand there */
    IMAP4_DIAG_ATOM,          /**< an atom where a string must stand, or no atom at all */
    IMAP4_DIAG_STRING,        /**< a string where an atom or a list must stand */
    IMAP4_DIAG_NIL,           /**< NIL where it may not stand */
    IMAP4_DIAG_EMPTY_LIST,    /**< "()" where NIL, or something, must stand */
    IMAP4_DIAG_LIST,          /**< a list where none may stand */
    IMAP4_DIAG_NUMBER,        /**< not a number, or out of range */
    IMAP4_DIAG_ZERO,          /**< 0 where numbers begin with 1 */
    IMAP4_DIAG_MISSING,       /**< something that must stand there does not */
    IMAP4_DIAG_EXTRA,         /**< something stands there that may not */
    IMAP4_DIAG_SHAPE,         /**< a structure in another shape than the grammar's */
    IMAP4_DIAG_PARENTHESES,   /**< too few parentheses, or too many */
    IMAP4_DIAG_DELIMITER,     /**< a hierarchy delimiter that is not one character */
    IMAP4_DIAG_NAME,          /**< a mailbox name that is not written as one */
    IMAP4_DIAG_CHARSET,       /**< text that is not in the encoding it must have */
    IMAP4_DIAG_CONTRADICTION, /**< two things that cannot both be true */
    IMAP4_DIAG_LINE,          /**< a line that is no response */
    IMAP4_DIAG_INVALID,       /**< a datum that cannot be read; the others can */
    IMAP4_DIAG_UNTRUSTED,     /**< nobody can say where a datum ends: the rest is lost */
    IMAP4_DIAG_KINDS          /**< how many this release knows */
} imap4_diag_kind;

/** The most octets of imap4_diag.bytes. */
#define IMAP4_DIAG_BYTES 48

/** One finding. */
typedef struct imap4_diag {
    int32_t    kind;      /**< an imap4_diag_kind */
    int32_t    is_damage; /**< not 0: something was lost, and could not be read */
    uint64_t   count;     /**< of this kind, this one included, since the reader began */
    uint64_t   offset;    /**< of the first of its bytes, in the stream */
    imap4_view bytes;     /**< what stands there, at most IMAP4_DIAG_BYTES octets; may be
                               empty where something is missing */
    imap4_view rule;      /**< what it breaks: "RFC 3501 9, nz-number" */
} imap4_diag;

/**
 * Takes the next finding that was not told yet.  Findings wait, also beyond their event; if
 * more than 16 wait, the later ones are counted only.
 *
 * @param reader  the reader.
 * @param out     receives the finding; its views are good until the next call or
 *                imap4_reader_next().
 * @return 1 with a finding; 0 if there is none.
 */
IMAP4_API int imap4_reader_diag(imap4_reader *reader, imap4_diag *out);

/**
 * How many findings of a kind there were, told or not.
 *
 * @param reader  the reader.
 * @param kind    an imap4_diag_kind; IMAP4_DIAG_NONE: of all kinds together.
 * @return the number; 0 for a kind that is not known.
 */
IMAP4_API uint64_t imap4_reader_diag_count(const imap4_reader *reader, int32_t kind);

/**
 * The short name of a kind, for people and for filters: "empty-list".
 *
 * @param kind  an imap4_diag_kind.
 * @return static, ends with NUL; "unknown" for a kind that is not known.
 */
IMAP4_API const char *imap4_diag_name(int32_t kind);

/**
 * What a kind means, as a sentence: "\"()\" stands where NIL must stand".
 *
 * @param kind  an imap4_diag_kind.
 * @return static, ends with NUL.
 */
IMAP4_API const char *imap4_diag_text(int32_t kind);

IMAP4_END_DECLS

#endif
