/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/event.h - what the reader and the engine tell: one event at a time.
 *
 * An event is a view of one response (or of a piece of it).  Everything reachable
 * from it is [borrowed E].  Typed values are read with the functions of
 * imap4/data.h, which parse on demand and keep the result in the event.
 */
#ifndef IMAP4_EVENT_H
#define IMAP4_EVENT_H

#include "imap4/base.h"

IMAP4_BEGIN_DECLS

/** One command in flight.  Never 0, never reused on the same engine. */
typedef uint64_t imap4_cmd;

/** What an event is.  Values are never renumbered; unknown ones can come from a
 *  newer library and are to be skipped. */
typedef enum imap4_event_type {
    IMAP4_EV_GREETING = 1, /**< engine: the first line; `status` OK or PREAUTH, `text`, `code` */
    IMAP4_EV_DONE = 2, /**< engine: a command is over: `cmd`, `user`, `result`, `rc`, `text` */
    IMAP4_EV_CONTINUE = 3, /**< "+": `text`; engine: the server takes data of `cmd`, or idles */
    IMAP4_EV_CHALLENGE = 4, /**< engine, AUTHENTICATE: the decoded challenge in `data` */
    IMAP4_EV_TEXT = 5, /**< untagged OK, NO, BAD, BYE, PREAUTH: `status`, `text`, `code` */
    IMAP4_EV_TAGGED = 6, /**< reader: a tagged status line: `tag`, `status`, `text`, `code` */
    IMAP4_EV_CAPABILITY = 7,  /**< imap4_event_strings() */
    IMAP4_EV_LIST       = 8,  /**< imap4_list_get() */
    IMAP4_EV_LSUB       = 9,  /**< imap4_list_get() */
    IMAP4_EV_STATUS     = 10, /**< imap4_status_get() */
    IMAP4_EV_FLAGS      = 11, /**< imap4_event_flags() */
    IMAP4_EV_SEARCH     = 12, /**< imap4_search_numbers(); may come in pieces */
    IMAP4_EV_EXISTS     = 13, /**< `number` */
    IMAP4_EV_RECENT     = 14, /**< `number` */
    IMAP4_EV_EXPUNGE    = 15, /**< `number` */
    IMAP4_EV_FETCH      = 16, /**< `number`, `uid`; imap4_fetch_*() */
    IMAP4_EV_BODY_BEGIN = 17, /**< a long literal of a FETCH starts: `number`, `uid` if it came
                                   before, `name` ("BODY[1]"), `origin`, `literal_size` */
    IMAP4_EV_BODY_DATA = 18, /**< `data`: the next bytes of it, as they came in */
    IMAP4_EV_BODY_END  = 19, /**< the literal is complete; the IMAP4_EV_FETCH follows */
    IMAP4_EV_UNKNOWN   = 20, /**< well framed, not understood: `name`, `data`, `raw` */
    IMAP4_EV_ESEARCH   = 21, /**< imap4_esearch_get() (RFC 4731); may come in pieces */
    IMAP4_EV_ENABLED   = 22, /**< imap4_event_strings() (RFC 5161) */
    IMAP4_EV_ID        = 23, /**< imap4_id_get() (RFC 2971) */
    IMAP4_EV_NAMESPACE = 24, /**< imap4_namespace_get() (RFC 2342) */
    IMAP4_EV_QUOTA     = 25, /**< imap4_quota_get() (RFC 9208) */
    IMAP4_EV_QUOTAROOT = 26, /**< imap4_quotaroot_get() (RFC 9208) */
    IMAP4_EV_VANISHED  = 27, /**< imap4_vanished_get() (RFC 7162); may come in pieces */
    IMAP4_EV_SORT      = 28, /**< imap4_search_numbers() (RFC 5256); may come in pieces */
    IMAP4_EV_THREAD    = 29, /**< imap4_thread_get() (RFC 5256) */
    IMAP4_EV_METADATA  = 30, /**< imap4_metadata_get() (RFC 5464) */
    IMAP4_EV_PART = 31, /**< engine: one of several lines of a command is done: `cmd`, `user`, `code` */
    IMAP4_EV_ACL        = 32, /**< imap4_acl_get() (RFC 4314) */
    IMAP4_EV_LISTRIGHTS = 33, /**< imap4_listrights_get() (RFC 4314) */
    IMAP4_EV_MYRIGHTS   = 34, /**< imap4_myrights_get() (RFC 4314) */
    IMAP4_EV_ANNOTATION = 35, /**< imap4_annotation_get() (ANNOTATEMORE) */
    IMAP4_EV_QUIRK = 40 /**< engine: from now on something is done otherwise, because of what the
                             server said or did: `name`, `text`, `data` (imap4/quirk.h) */
} imap4_event_type;

/** The word of a status response (RFC 3501 section 7.1). */
typedef enum imap4_status_word {
    IMAP4_STATUS_NONE    = 0,
    IMAP4_STATUS_OK      = 1,
    IMAP4_STATUS_NO      = 2,
    IMAP4_STATUS_BAD     = 3,
    IMAP4_STATUS_BYE     = 4,
    IMAP4_STATUS_PREAUTH = 5
} imap4_status_word;

/** How a command ended (IMAP4_EV_DONE). */
typedef enum imap4_result {
    IMAP4_R_OK  = 1, /**< the server said OK */
    IMAP4_R_NO  = 2, /**< the server said NO: it refused */
    IMAP4_R_BAD = 3, /**< the server said BAD: it did not understand */
    IMAP4_R_SKIPPED = 4, /**< never sent: a command it depends on failed, or it was cancelled */
    IMAP4_R_LOST = 5, /**< the connection ended before the answer: unknown whether it was done */
    IMAP4_R_REFUSED = 6 /**< never sent: `rc` says why (NOCAP, INSECURE, STATE) */
} imap4_result;

/** Bits of imap4_event.marks. */
typedef enum imap4_mark {
    IMAP4_MARK_TRUNCATED = 1, /**< longer than max_response: what did not fit was dropped */
    IMAP4_MARK_UNTRUSTED = 2, /**< damaged so that what follows the damage may be forged: it is
                                   in `rest`, not in the items (doc/decisions.md, "Damage") */
    IMAP4_MARK_INVALID = 4, /**< a value whose extent is certain is malformed; found so far */
    IMAP4_MARK_PIECE = 8, /**< one of several events made from one long number list */
    IMAP4_MARK_MORE  = 16 /**< another piece of the same response follows */
} imap4_mark;

/** What a segment is. */
typedef enum imap4_segment_kind {
    IMAP4_SEG_LINE = 1, /**< text up to and with its CRLF (and a literal header before it) */
    IMAP4_SEG_LITERAL = 2, /**< the bytes of a literal */
    IMAP4_SEG_STREAMED = 3, /**< a literal that was told as IMAP4_EV_BODY_DATA; `view` is NIL */
    IMAP4_SEG_DROPPED = 4 /**< bytes beyond max_response; `view` is NIL */
} imap4_segment_kind;

/** One piece of a response as it came in: line, literal, line, ...  Frozen. */
typedef struct imap4_segment {
    imap4_view view; /**< NIL if it was streamed or dropped */
    uint64_t   size; /**< its true size in bytes */
    int32_t    kind; /**< an imap4_segment_kind */
    int32_t    reserved;
} imap4_segment;

/** Response codes that the library knows (RFC 3501 7.1, RFC 5530, and those of
 *  the extensions built in).  Values are never renumbered. */
typedef enum imap4_code {
    IMAP4_CODE_NONE           = 0, /**< no code */
    IMAP4_CODE_UNKNOWN        = 1, /**< a code without a row: see `code`, `code_args` */
    IMAP4_CODE_ALERT          = 2,
    IMAP4_CODE_BADCHARSET     = 3, /**< imap4_event_strings(): the charsets */
    IMAP4_CODE_CAPABILITY     = 4, /**< imap4_event_strings() */
    IMAP4_CODE_PARSE          = 5,
    IMAP4_CODE_PERMANENTFLAGS = 6, /**< imap4_event_flags() */
    IMAP4_CODE_READ_ONLY      = 7,
    IMAP4_CODE_READ_WRITE     = 8,
    IMAP4_CODE_TRYCREATE      = 9,
    IMAP4_CODE_UIDNEXT        = 10, /**< `code_number` */
    IMAP4_CODE_UIDVALIDITY    = 11, /**< `code_number` */
    IMAP4_CODE_UNSEEN         = 12, /**< `code_number` */
    IMAP4_CODE_UNAVAILABLE    = 13, /**< from here: RFC 5530 */
    IMAP4_CODE_AUTHENTICATIONFAILED = 14,
    IMAP4_CODE_AUTHORIZATIONFAILED  = 15,
    IMAP4_CODE_EXPIRED              = 16,
    IMAP4_CODE_PRIVACYREQUIRED      = 17,
    IMAP4_CODE_CONTACTADMIN         = 18,
    IMAP4_CODE_NOPERM               = 19,
    IMAP4_CODE_INUSE                = 20,
    IMAP4_CODE_EXPUNGEISSUED        = 21,
    IMAP4_CODE_CORRUPTION           = 22,
    IMAP4_CODE_SERVERBUG            = 23,
    IMAP4_CODE_CLIENTBUG            = 24,
    IMAP4_CODE_CANNOT               = 25,
    IMAP4_CODE_LIMIT                = 26,
    IMAP4_CODE_OVERQUOTA            = 27,
    IMAP4_CODE_ALREADYEXISTS        = 28,
    IMAP4_CODE_NONEXISTENT          = 29,
    IMAP4_CODE_APPENDUID            = 30, /**< imap4_code_appenduid() (RFC 4315) */
    IMAP4_CODE_COPYUID              = 31, /**< imap4_code_copyuid() (RFC 4315) */
    IMAP4_CODE_UIDNOTSTICKY         = 32, /**< RFC 4315 */
    IMAP4_CODE_HIGHESTMODSEQ        = 33, /**< `code_number` (RFC 7162) */
    IMAP4_CODE_NOMODSEQ             = 34, /**< RFC 7162 */
    IMAP4_CODE_MODIFIED             = 35, /**< imap4_code_modified() (RFC 7162) */
    IMAP4_CODE_CLOSED      = 36, /**< what follows is of the new mailbox (RFC 7162) */
    IMAP4_CODE_UNKNOWN_CTE = 37, /**< RFC 3516 */
    IMAP4_CODE_METADATA    = 38, /**< imap4_code_metadata() (RFC 5464) */
    IMAP4_CODE_USEATTR     = 39, /**< RFC 6154 */
    IMAP4_CODE_COMPRESSIONACTIVE = 40, /**< RFC 4978 */
    IMAP4_CODE_ANNOTATEMORE      = 41  /**< imap4_event_strings(): TOOBIG, TOOMANY */
} imap4_code;

/** What the engine makes of a refusal or of the end: of a code, or of words that servers are
 *  known to say where they have no code.  A guess if `code` is NIL: act on it (get a new token,
 *  choose another mechanism), never trust it.  Numbers of later releases are added at the end. */
typedef enum imap4_hint {
    IMAP4_HINT_NONE        = 0,
    IMAP4_HINT_UNAVAILABLE = 1, /**< the server cannot serve now: try later */
    IMAP4_HINT_EXPIRED = 2, /**< the token or password is over: get a new one, reconnect */
    IMAP4_HINT_NOT_CONNECTED = 3, /**< the login was right, the mailbox behind it is not there */
    IMAP4_HINT_MECHANISM_DISABLED = 4, /**< no password will do: use another mechanism */
    IMAP4_HINT_ACCESS_DISABLED = 5, /**< the user has to allow IMAP in his account first */
    IMAP4_HINT_WEB_LOGIN       = 6, /**< the user has to log in with a browser first */
    IMAP4_HINT_NOT_IMAP = 7, /**< the greeting is of another protocol: the wrong port */
    IMAP4_HINT_LONG_LINE = 8 /**< APPEND: the server takes no line of more than 10,239 octets */
} imap4_hint;

/**
 * One event.  The library allocates it and may append members; never copy it by
 * value: the accessors of imap4/data.h need the original.
 */
typedef struct imap4_event {
    int32_t    type;            /**< an imap4_event_type */
    int32_t    status;          /**< an imap4_status_word, for status lines and DONE */
    int32_t    result;          /**< IMAP4_EV_DONE: an imap4_result */
    int32_t    rc;              /**< IMAP4_EV_DONE: why, if it is not OK, NO or BAD */
    uint32_t   marks;           /**< bits of imap4_mark */
    uint32_t   number;          /**< message number, EXISTS count, ... */
    uint32_t   uid;             /**< of a FETCH, 0 if not known (yet) */
    uint32_t   part;            /**< IMAP4_MARK_PIECE: counts from 0 */
    int32_t    code_id;         /**< an imap4_code */
    int32_t    has_code_number; /**< 1 if `code_number` is valid */
    uint64_t   code_number;     /**< [UIDNEXT 5]: 5 */
    imap4_cmd  cmd;             /**< engine: whom it answers for sure, else 0 */
    void      *user;            /**< engine: the pointer given with that command */
    imap4_view tag;             /**< of a tagged line, else NIL */
    imap4_view name; /**< "FETCH", "X-FOO": the response's name as the server wrote it;
                                    BODY_BEGIN: the item's name; DONE that was refused:
                                    the extension that is missing, or NIL */
    imap4_view text; /**< of a status line: for people, without the code; as sent */
    imap4_view code; /**< "UIDNEXT" as the server wrote it; NIL if there was no [code] */
    imap4_view code_args;     /**< what follows it before the `]`; NIL if nothing */
    imap4_view data;          /**< BODY_DATA, CHALLENGE; UNKNOWN: what follows the name;
                                            SEARCH: the numbers' text of this piece */
    imap4_view rest;          /**< IMAP4_MARK_UNTRUSTED: the bytes from the damage on */
    uint64_t   origin;        /**< BODY_BEGIN: n of "BODY[]<n>" */
    uint64_t   literal_size;  /**< BODY_BEGIN: bytes to come */
    uint64_t   offset;        /**< of the response's first byte in the inbound stream */
    const imap4_segment *raw; /**< the response's own bytes; of BODY_*: NULL */
    size_t               raw_count;
    int32_t hint; /**< engine: an imap4_hint of DONE, and of TEXT that says NO, BAD or BYE; of a
                       command that was lost, or never sent: why the connection ended */
    int32_t reserved;
} imap4_event;

/**
 * Names an event type: imap4_event_name(IMAP4_EV_FETCH) is "FETCH".
 *
 * @param type  any int.
 * @return a NUL-terminated static string; "?" for a value this library does not know.
 */
IMAP4_API const char *imap4_event_name(int type);

IMAP4_END_DECLS

#endif
