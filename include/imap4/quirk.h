/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/quirk.h - what is done otherwise because of the server at the other end.
 *
 * Some servers announce what they cannot do, refuse what the RFCs allow, or want to be asked
 * in another way.  Each such habit is a row: what shows it, and what the client does then.
 * An engine finds out by itself, from what the server says of itself and from what it was
 * seen to do; a row can be switched on or off at run time.  What is good for every server
 * (tags begin with a letter, sets are ascending, ...) is no row: it is always done.
 *
 * When a row becomes active by itself, the engine tells with IMAP4_EV_QUIRK: `name` is the
 * row's, `text` why; of "capability-refused" `data` is the capability.
 */
#ifndef IMAP4_QUIRK_H
#define IMAP4_QUIRK_H

#include "imap4/engine.h"

IMAP4_BEGIN_DECLS

/** The rows.  Values are never renumbered. */
typedef enum imap4_quirk {
    IMAP4_QUIRK_ONE_AT_A_TIME      = 0,  /**< "one-at-a-time" */
    IMAP4_QUIRK_SHORT_LINES        = 1,  /**< "short-lines" */
    IMAP4_QUIRK_SMALL_BATCHES      = 2,  /**< "small-batches" */
    IMAP4_QUIRK_LITERALS_WAIT      = 3,  /**< "literals-wait" */
    IMAP4_QUIRK_BACK_OFF           = 4,  /**< "back-off" */
    IMAP4_QUIRK_CAPABILITY_AGAIN   = 5,  /**< "capability-again" */
    IMAP4_QUIRK_CAPABILITY_REFUSED = 6,  /**< "capability-refused" */
    IMAP4_QUIRK_ENABLE_UNCONFIRMED = 7,  /**< "enable-unconfirmed" */
    IMAP4_QUIRK_LIST_PLAIN         = 8,  /**< "list-plain" */
    IMAP4_QUIRK_SEARCH_PLAIN       = 9,  /**< "search-plain" */
    IMAP4_QUIRK_LSUB_BY_LIST       = 10, /**< "lsub-by-list" */
    IMAP4_QUIRK_DELIMITER_BY_LIST  = 11, /**< "delimiter-by-list": the IMAP4 object */
    IMAP4_QUIRK_ID_BEFORE_SELECT   = 12, /**< "id-before-select": the IMAP4 object */
    IMAP4_QUIRK_APPEND_LINE_END    = 13, /**< "append-line-end": the IMAP4 object */
    IMAP4_QUIRK_PROBE_ONCE         = 14, /**< "probe-once": the IMAP4 object */
    IMAP4_QUIRK_COUNT              = 15
} imap4_quirk;

/** Whether a row holds. */
typedef enum imap4_quirk_setting {
    IMAP4_QUIRK_AUTO = 0, /**< when the server shows that it is needed */
    IMAP4_QUIRK_ON   = 1,
    IMAP4_QUIRK_OFF  = 2
} imap4_quirk_setting;

/** One row of the table.  The library owns it and may append members. */
typedef struct imap4_quirk_row {
    int32_t     id;      /**< an imap4_quirk */
    int32_t     setting; /**< the default: an imap4_quirk_setting */
    const char *name;    /**< "short-lines" */
    const char *trigger; /**< what makes it active by itself, in words */
    const char *change;  /**< what is done then, in words */
    const char *anchor;  /**< where it stands what should be: "RFC 2683 3.2.1.5" */
    const char *caps; /**< capabilities that count as not announced then, with spaces; or "" */
} imap4_quirk_row;

/**
 * The table.
 *
 * @param i  from 0.
 * @return static; NULL behind the last.
 */
IMAP4_API const imap4_quirk_row *imap4_quirk_list(size_t i);

/**
 * Finds a row.
 *
 * @param name  "short-lines", without regard to case.
 * @return an imap4_quirk; IMAP4_E_ARG if there is none of that name.
 */
IMAP4_API IMAP4_MUST_USE int imap4_quirk_find(imap4_view name);

/**
 * Switches a row of one session.  It holds for commands that are queued from now on.
 *
 * @param engine   the engine.
 * @param quirk    an imap4_quirk.
 * @param setting  an imap4_quirk_setting; IMAP4_QUIRK_AUTO also forgets what was seen.
 * @return IMAP4_OK; IMAP4_E_ARG if there is no such row or setting.
 */
IMAP4_API IMAP4_MUST_USE int imap4_quirk_set(imap4_engine *engine, int quirk, int setting);

/** How a row stands in one session.  The caller owns the struct and sets `size`. */
typedef struct imap4_quirk_state {
    size_t     size;      /**< sizeof this struct, set by the caller */
    int32_t    setting;   /**< an imap4_quirk_setting */
    int32_t    is_active; /**< 1: it is done so now */
    imap4_view why; /**< static: what was seen, or that it was set; NIL if not active */
} imap4_quirk_state;

/**
 * Tells how a row stands, and why.
 *
 * @param engine  the engine.
 * @param quirk   an imap4_quirk.
 * @param out     `size` set by the caller; the rest is filled.  NULL: not wanted.
 * @return 1: active; 0; IMAP4_E_ARG if there is no such row, or `size` is not set.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_quirk(const imap4_engine *engine, int quirk,
                                                imap4_quirk_state *out);

/* ---- capabilities that do not work ------------------------------------------------- */

/** A capability that was announced, and refused.  The caller sets `size`. */
typedef struct imap4_broken {
    size_t size; /**< sizeof this struct, set by the caller */
    int32_t result; /**< IMAP4_R_NO, IMAP4_R_BAD, IMAP4_R_LOST; IMAP4_R_OK: an empty answer; 0:
                             it was set */
    int32_t    reserved;
    imap4_view capability; /**< good until it is cleared */
    imap4_view command;    /**< static: the command that was refused; NIL if it was set */
} imap4_broken;

/**
 * The capabilities that count as not announced, because the server refused commands that need
 * them: row "capability-refused".  imap4_engine_has() says 0 of them, and commands that need
 * them end as IMAP4_R_REFUSED with IMAP4_E_NOCAP.  A new capability list does not change that.
 *
 * @param engine  the engine.
 * @param i       from 0.
 * @param out     `size` set by the caller; the rest is filled.
 * @return 1; 0 behind the last; IMAP4_E_ARG if `size` is not set.
 */
IMAP4_API IMAP4_MUST_USE int imap4_engine_broken(const imap4_engine *engine, size_t i,
                                                 imap4_broken *out);

/**
 * Says that a capability does not work here, or that it does: then it is never taken for broken
 * again in this session.
 *
 * @param engine      the engine.
 * @param capability  [copied] "MOVE", at most 40 octets.
 * @param is_broken   1 or 0.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_LIMIT: 16 are broken already.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_engine_set_broken(imap4_engine *engine, imap4_view capability, int is_broken);

/**
 * Tells whether commands of an extension would be sent: it is announced, or a part of IMAP4rev2
 * which holds (it was enabled, or nothing older is announced), and it was not found broken.
 *
 * @param engine  the engine.
 * @param name    without regard to case: IMAP4_V("MOVE").
 * @return 1 or 0; -1 if the capability list is not known.
 */
IMAP4_API int imap4_engine_offers(const imap4_engine *engine, imap4_view name);

IMAP4_END_DECLS

#endif
