/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/data.h - the typed data of events.
 *
 * All functions here take an event, [borrowed E], and give values that live as
 * long as it.  A datum is parsed when it is asked for the first time, and kept; a
 * broken one costs this datum (IMAP4_E_SYNTAX), not the response and not the
 * connection.  An event is used by one thread.
 *
 * Strings are given without quotes and escapes; NIL is {NULL, 0}.
 *
 * Arrays that the library makes have frozen element structs; structs behind a
 * pointer may grow at their end.
 */
#ifndef IMAP4_DATA_H
#define IMAP4_DATA_H

#include "imap4/event.h"
#include "imap4/set.h"
#include "imap4/text.h"

IMAP4_BEGIN_DECLS

/* ---- lists of words ------------------------------------------------------ */

/** Some strings. */
typedef struct imap4_strings {
    const imap4_view *at; /**< `count` of them */
    size_t            count;
} imap4_strings;

/** A flag list. */
typedef struct imap4_flags {
    uint32_t system; /**< bits IMAP4_FLAG_* of imap4/text.h; IMAP4_FLAG_ANY for "\*" */
    uint32_t reserved;
    imap4_strings all;      /**< every flag as sent, system flags too */
    imap4_strings keywords; /**< those without a bit */
} imap4_flags;

/**
 * The words of a CAPABILITY response, or of the [CAPABILITY ...] or
 * [BADCHARSET (...)] code of a status response.
 *
 * @param ev   such an event; for IMAP4_EV_DONE and IMAP4_EV_GREETING: of their code.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_event_strings(const imap4_event    *ev,
                                                 const imap4_strings **out);

/**
 * The flags of a FLAGS response, of [PERMANENTFLAGS (...)], or of the FLAGS item of a
 * FETCH response.
 *
 * @param ev   such an event.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX; IMAP4_E_LIMIT for more than 65,536 flags;
 *         IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_event_flags(const imap4_event  *ev,
                                               const imap4_flags **out);

/* ---- LIST, LSUB, STATUS --------------------------------------------------- */

/** Mailbox attributes that have a bit (RFC 3501 7.2.2).  One that follows from another is set
 *  as well (RFC 5258 3.4): what is \NonExistent is \Noselect, what is \Noinferiors is
 *  \HasNoChildren. */
typedef enum imap4_list_attribute {
    IMAP4_LIST_NOINFERIORS   = 0x1,
    IMAP4_LIST_NOSELECT      = 0x2,
    IMAP4_LIST_MARKED        = 0x4,
    IMAP4_LIST_UNMARKED      = 0x8,
    IMAP4_LIST_NONEXISTENT   = 0x10, /**< RFC 5258, LIST-EXTENDED; so are the next two */
    IMAP4_LIST_SUBSCRIBED    = 0x20,
    IMAP4_LIST_REMOTE        = 0x40,
    IMAP4_LIST_HASCHILDREN   = 0x80, /**< RFC 3348, CHILDREN; so is the next one */
    IMAP4_LIST_HASNOCHILDREN = 0x100,
    IMAP4_LIST_ALL       = 0x200, /**< RFC 6154, SPECIAL-USE: what the mailbox is for; a
                                           mailbox may have several, several may have the same */
    IMAP4_LIST_ARCHIVE   = 0x400,
    IMAP4_LIST_DRAFTS    = 0x800,
    IMAP4_LIST_FLAGGED   = 0x1000,
    IMAP4_LIST_JUNK      = 0x2000,
    IMAP4_LIST_SENT      = 0x4000,
    IMAP4_LIST_TRASH     = 0x8000,
    IMAP4_LIST_IMPORTANT = 0x10000, /**< RFC 8457 */
    IMAP4_LIST_INBOX     = 0x20000  /**< XLIST: INBOX, by whatever name */
} imap4_list_attribute;

/** A LIST or LSUB response.  The library makes it and may append members. */
typedef struct imap4_list_data {
    uint32_t      attributes; /**< bits of imap4_list_attribute */
    int32_t       delimiter;  /**< the hierarchy delimiter as a byte, -1 for NIL: flat */
    imap4_strings attribute;  /**< all attributes as sent, without regard to case */
    imap4_view    name;       /**< in UTF-8; NIL if the wire name cannot be decoded */
    imap4_view    wire_name;  /**< as sent, unquoted: the mailbox's identity */
    imap4_view    extended;   /**< what follows the name, as sent (RFC 5258), else NIL:
                                   imap4_list_childinfo(), imap4_list_oldname() */
} imap4_list_data;

/**
 * Reads a LIST or LSUB response.
 *
 * @param ev   an event of type IMAP4_EV_LIST or IMAP4_EV_LSUB.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_list_get(const imap4_event      *ev,
                                            const imap4_list_data **out);

/** One number of a STATUS response.  Frozen. */
typedef struct imap4_status_item {
    imap4_view name;       /**< "MESSAGES" as sent */
    imap4_view value;      /**< as sent */
    uint64_t   number;     /**< `value` as a number */
    int32_t    has_number; /**< 0 if `value` is NIL or a list */
    int32_t    reserved;
} imap4_status_item;

/** A STATUS response.  The library makes it and may append members. */
typedef struct imap4_status_data {
    imap4_view               name;      /**< in UTF-8; NIL if it cannot be decoded */
    imap4_view               wire_name; /**< as sent, unquoted */
    const imap4_status_item *at;        /**< in the order of the server */
    size_t                   count;
} imap4_status_data;

/**
 * Reads a STATUS response.
 *
 * @param ev   an event of type IMAP4_EV_STATUS.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_status_get(const imap4_event        *ev,
                                              const imap4_status_data **out);

/**
 * Finds one number of a STATUS response.
 *
 * @param ev    an event of type IMAP4_EV_STATUS.
 * @param item  "MESSAGES", "UIDNEXT", ... without regard to case.
 * @param out   receives the number.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_status_number(const imap4_event *ev, imap4_view item,
                                                 uint64_t *out);

/* ---- SEARCH, ESEARCH, SORT, VANISHED ------------------------------------------------------ */

/** A walk over numbers or ranges as they stand in a response; no memory is taken. */
typedef struct imap4_numbers {
    imap4_view rest; /**< private */
} imap4_numbers;

/**
 * Starts a walk over the numbers of a SEARCH or SORT response (or of this piece of it), in
 * the order of the server; or over the ranges of an ESEARCH's ALL, or of VANISHED.
 *
 * @param ev   an event of type IMAP4_EV_SEARCH, IMAP4_EV_SORT, IMAP4_EV_ESEARCH or
 *             IMAP4_EV_VANISHED.
 * @param out  receives the walk; [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT (for ESEARCH: nothing was found).
 */
IMAP4_API IMAP4_MUST_USE int imap4_search_numbers(const imap4_event *ev,
                                                  imap4_numbers     *out);

/**
 * Takes the next number or range of a walk.
 *
 * @param walk   the walk.
 * @param first  receives the first number.
 * @param last   receives the last one, equal to `first` for a single number; may be
 *               smaller than it if the server wrote so; NULL if not wanted.
 * @return 1; 0 at the end; IMAP4_E_SYNTAX where something is not a number from 1 to
 *         4,294,967,295 (0 is skipped in tolerant reading: a known server sends it).
 */
IMAP4_API IMAP4_MUST_USE int imap4_numbers_next(imap4_numbers *walk, uint32_t *first,
                                                uint32_t *last);

/**
 * Adds all numbers of a SEARCH, SORT, ESEARCH or VANISHED response (or piece) to a set.
 *
 * @param ev   the event.
 * @param set  the set; unchanged if IMAP4_E_ABSENT is returned.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX (numbers before the bad one were
 *         added); IMAP4_E_NOMEM; IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE int imap4_search_collect(const imap4_event *ev,
                                                  imap4_seqset      *set);

/** An ESEARCH response (RFC 4731).  The library makes it and may append members. */
typedef struct imap4_esearch {
    imap4_view tag;     /**< of the command it answers; NIL if the server did not say */
    int32_t    is_uid;  /**< 1: the numbers are UIDs */
    int32_t    has_min; /**< 1: `min` is valid; and so on */
    int32_t    has_max;
    int32_t    has_count;
    int32_t    has_modseq;
    uint32_t   min;
    uint32_t   max;
    uint64_t   count;
    uint64_t   modseq; /**< RFC 7162 3.1.10 */
    imap4_view all;    /**< the set as sent ("1:5,7"), or this piece of it; NIL: none */
    imap4_view other;  /**< the items this library does not know, as sent; NIL: none */
} imap4_esearch;

/**
 * Reads an ESEARCH response.  Of a long one that comes in pieces, the first piece
 * has what stood before the set, the last one what stood after it.
 *
 * @param ev   an event of type IMAP4_EV_ESEARCH.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_esearch_get(const imap4_event    *ev,
                                               const imap4_esearch **out);

/* ---- FETCH ---------------------------------------------------------------- */

/** The items of a FETCH response that have a type. */
typedef enum imap4_fetch_id {
    IMAP4_FETCH_OTHER         = 0, /**< kept raw: `value` */
    IMAP4_FETCH_UID           = 1,
    IMAP4_FETCH_FLAGS         = 2,
    IMAP4_FETCH_INTERNALDATE  = 3,
    IMAP4_FETCH_RFC822_SIZE   = 4,
    IMAP4_FETCH_ENVELOPE      = 5,
    IMAP4_FETCH_BODY          = 6, /**< the structure without extension data */
    IMAP4_FETCH_BODYSTRUCTURE = 7,
    IMAP4_FETCH_SECTION       = 8, /**< BODY[...] */
    IMAP4_FETCH_RFC822        = 9,
    IMAP4_FETCH_RFC822_HEADER = 10,
    IMAP4_FETCH_RFC822_TEXT   = 11
} imap4_fetch_id;

/** How a value stood on the wire. */
typedef enum imap4_value_kind {
    IMAP4_VALUE_NONE   = 0, /**< the item has no value (a server's mistake) */
    IMAP4_VALUE_NIL    = 1,
    IMAP4_VALUE_ATOM   = 2, /**< also a number */
    IMAP4_VALUE_STRING = 3, /**< quoted or literal */
    IMAP4_VALUE_LIST   = 4, /**< `value` keeps its parentheses */
    IMAP4_VALUE_STREAMED = 5 /**< told before as IMAP4_EV_BODY_*; `size` bytes; `value` is NIL */
} imap4_value_kind;

/** One item of a FETCH response.  The caller owns the struct; it is filled. */
typedef struct imap4_fetch_item {
    imap4_view name; /**< as sent, with section and origin: "BODY[1.2]<0>" */
    imap4_view section; /**< what is in the brackets of `name`: "1.2", "HEADER.FIELDS (DATE)";
                               NIL if it has none */
    imap4_view value;      /**< strings unquoted; NIL is {NULL, 0} */
    uint64_t   size;       /**< bytes of the value on the wire, also if it was streamed */
    uint64_t   origin;     /**< n of "BODY[]<n>" */
    int32_t    has_origin; /**< 1 if there was one */
    int32_t    id;         /**< an imap4_fetch_id */
    int32_t    kind;       /**< an imap4_value_kind */
    int32_t    invalid;    /**< 1 if the typed value is known to be malformed */
} imap4_fetch_item;

/**
 * How many items a FETCH response has.
 *
 * @param ev  any event.
 * @return the count; 0 if it is not a FETCH.
 */
IMAP4_API size_t imap4_fetch_count(const imap4_event *ev);

/**
 * Gives one item, in the order of the server.
 *
 * @param ev    an event of type IMAP4_EV_FETCH.
 * @param i     0 .. imap4_fetch_count() - 1.
 * @param out   is filled; its views are [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_at(const imap4_event *ev, size_t i,
                                            imap4_fetch_item *out);

/**
 * Finds an item by its name, as the server is bound to send it: "UID",
 * "BODY[HEADER]"; without regard to case.  An origin "<n>" in the response is
 * ignored if `name` has none.
 *
 * @param ev    an event of type IMAP4_EV_FETCH.
 * @param name  the item's name.
 * @param out   receives the value [borrowed E]: strings are unquoted, lists keep
 *              their parentheses, NIL is {NULL, 0}.
 * @return IMAP4_OK; IMAP4_E_ABSENT (also for a streamed one); IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_get(const imap4_event *ev, imap4_view name,
                                             imap4_view *out);

/**
 * RFC822.SIZE.  A hint: servers lie (never allocate by it).
 *
 * @param ev   an event of type IMAP4_EV_FETCH.
 * @param out  receives the size in bytes.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_size(const imap4_event *ev, uint64_t *out);

/**
 * INTERNALDATE.
 *
 * @param ev   an event of type IMAP4_EV_FETCH.
 * @param out  is filled.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_internaldate(const imap4_event *ev,
                                                      imap4_date        *out);

/** One address of an ENVELOPE (RFC 3501 7.4.2).  A group starts with a NIL `host` and
 *  its name in `mailbox`, and ends with both NIL.  Frozen. */
typedef struct imap4_address {
    imap4_view name;    /**< personal name as sent: RFC 2047 words are not decoded */
    imap4_view route;   /**< source route */
    imap4_view mailbox; /**< local part */
    imap4_view host;    /**< domain */
} imap4_address;

/** Some addresses. */
typedef struct imap4_addresses {
    const imap4_address *at;
    size_t               count;
} imap4_addresses;

/** An ENVELOPE.  All as sent; imap4_mime_text() makes text of it.
 *  The library makes it and may append members. */
typedef struct imap4_envelope {
    imap4_view      date;
    imap4_view      subject;
    imap4_addresses from;
    imap4_addresses sender;
    imap4_addresses reply_to;
    imap4_addresses to;
    imap4_addresses cc;
    imap4_addresses bcc;
    imap4_view      in_reply_to;
    imap4_view      message_id;
} imap4_envelope;

/**
 * The ENVELOPE of a FETCH response.
 *
 * @param ev   an event of type IMAP4_EV_FETCH.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_envelope(const imap4_event     *ev,
                                                  const imap4_envelope **out);

/** One parameter of a body part.  Frozen. */
typedef struct imap4_param {
    imap4_view name;
    imap4_view value; /**< as sent: RFC 2231 and RFC 2047 are not decoded */
} imap4_param;

/** Some parameters. */
typedef struct imap4_params {
    const imap4_param *at;
    size_t             count;
} imap4_params;

/** A body part, a node of the tree (RFC 3501 7.4.2).  The library makes it and may
 *  append members. */
typedef struct imap4_body imap4_body;
struct imap4_body {
    const imap4_body *parent; /**< NULL for the root */
    const imap4_body *first; /**< first child: of a multipart, or the body of a message/rfc822 */
    const imap4_body     *next;  /**< next sibling */
    uint32_t              index; /**< 1 for the first child, and so on */
    int32_t               is_multipart;
    imap4_view            type;    /**< "TEXT"; NIL for a multipart (it is "MULTIPART") */
    imap4_view            subtype; /**< "PLAIN", "MIXED" */
    imap4_params          params;
    imap4_view            id;          /**< Content-ID */
    imap4_view            description; /**< Content-Description */
    imap4_view            encoding;    /**< "BASE64" */
    uint64_t              octets;      /**< of the encoded content: a hint */
    uint64_t              lines;       /**< text/... and message/rfc822 */
    int32_t               has_octets;
    int32_t               has_lines;
    const imap4_envelope *envelope;           /**< message/rfc822, else NULL */
    imap4_view            md5;                /**< extension data from here */
    imap4_view            disposition;        /**< "attachment" */
    imap4_params          disposition_params; /**< "filename" */
    imap4_strings         language;
    imap4_view            location;
    imap4_view            extension; /**< what follows, as sent; NIL: none */
};

/**
 * The BODYSTRUCTURE of a FETCH response, or its BODY if only that is there.
 *
 * @param ev   an event of type IMAP4_EV_FETCH.
 * @param out  receives the root [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_bodystructure(const imap4_event *ev,
                                                       const imap4_body **out);

/**
 * Takes the part that follows in a walk over a tree in the order of the message:
 * a part, its children, its next sibling.  No memory is taken.
 *
 * @param body  a part; NULL gives NULL.
 * @return the next part [borrowed E], NULL at the end of the tree.
 */
IMAP4_API const imap4_body *imap4_body_next(const imap4_body *body);

/**
 * The number by which a part is fetched: "2.1" for BODY[2.1] (RFC 3501 6.4.5).  The
 * root multipart has no number: the result is empty.  A multipart that is the body of
 * a message/rfc822 part has the number of that part.
 *
 * @param body  a part.
 * @param buf   the caller's, `size` bytes; may be NULL if `size` is 0.
 * @param size  of `buf`.
 * @return the length of the number, even if it did not fit (then `buf` holds nothing
 *         useful); IMAP4_E_ARG if `body` is NULL.
 */
IMAP4_API ptrdiff_t imap4_body_number(const imap4_body *body, char *buf, size_t size);

IMAP4_END_DECLS

#endif
