/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/command.h - queue commands on an engine.
 *
 * All imap4_cmd_*() functions share:
 *
 *  - `engine`: the engine; `ctx`: handed back as `event->user`; `out`: receives the
 *    command, may be NULL.
 *  - Strings are views of bytes and [copied].  CR, LF and NUL never reach a command
 *    line: what holds them is sent as a literal where the protocol allows one, and is
 *    refused with IMAP4_E_ARG elsewhere.  Mailbox names are UTF-8.
 *  - `opt` is a struct whose `size` is set by the caller; NULL for the plain command.
 *  - They return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_STATE (the state that holds if all
 *    queued commands succeed does not allow it, or the connection is over);
 *    IMAP4_E_LIMIT (the queue is full); IMAP4_E_BUSY (only with `refuse_busy`);
 *    IMAP4_E_NOMEM.  An error means that nothing was queued, and
 *    imap4_engine_refusal() has the words.
 *  - What can be known only when the command is about to go out (capabilities, a
 *    private pipe) ends it with IMAP4_EV_DONE, `result` IMAP4_R_REFUSED and `rc`
 *    IMAP4_E_NOCAP or IMAP4_E_INSECURE; IMAP4_E_STATE for a login that a PREAUTH greeting
 *    has made impossible.
 *  - Commands may be queued before the greeting and behind each other: LOGIN, SELECT and
 *    FETCH at once.  If one fails, those that depend on it end as IMAP4_R_SKIPPED.
 *  - Each ends with exactly one IMAP4_EV_DONE, unless the engine is freed before.
 */
#ifndef IMAP4_COMMAND_H
#define IMAP4_COMMAND_H

#include "imap4/engine.h"
#include "imap4/query.h"
#include "imap4/set.h"

IMAP4_BEGIN_DECLS

/** CAPABILITY (RFC 3501 6.1.1).  The engine asks by itself where it must know. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_capability(imap4_engine *engine, void *ctx,
                                                  imap4_cmd *out);

/** NOOP (RFC 3501 6.1.2). */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_noop(imap4_engine *engine, void *ctx,
                                            imap4_cmd *out);

/**
 * STARTTLS (RFC 3501 6.2.1).  Behind its OK, imap4_engine_want() says IMAP4_WANT_LAYER: put
 * TLS in place, then call imap4_engine_layer_ready() (imap4_stack and the drivers in adapt/
 * do).  Bytes that came in clear behind the OK end the session (IMAP4_E_INJECTION); what was
 * learnt before is forgotten, and nothing goes out in between.  Ends as IMAP4_R_REFUSED with
 * IMAP4_E_NOCAP if the server does not announce STARTTLS.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_starttls(imap4_engine *engine, void *ctx,
                                                imap4_cmd *out);

/** LOGOUT (RFC 3501 6.1.3).  Nothing can be queued behind it. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_logout(imap4_engine *engine, void *ctx,
                                              imap4_cmd *out);

/**
 * LOGIN (RFC 3501 6.2.3).  Ends as IMAP4_R_REFUSED with IMAP4_E_INSECURE on a pipe that is
 * not private (unless insecure_allow_plaintext), with IMAP4_E_NOCAP while the server
 * announces LOGINDISABLED.
 *
 * @param user  [copied]
 * @param pass  [copied], wiped as soon as it was sent.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_login(imap4_engine *engine, imap4_view user,
                                             imap4_view pass, void *ctx, imap4_cmd *out);

/**
 * AUTHENTICATE (RFC 3501 6.2.2, RFC 4959).  Each challenge arrives as IMAP4_EV_CHALLENGE
 * (decoded, in `data`) and is answered with imap4_cmd_respond(), at once or later: a
 * mechanism may ask a key server or refresh a token in between.
 *
 * @param mechanism  [copied] "PLAIN", "SCRAM-SHA-256", ...; ends as IMAP4_R_REFUSED with
 *                   IMAP4_E_NOCAP if the server does not announce AUTH=it.  PLAIN, LOGIN,
 *                   XOAUTH2 and OAUTHBEARER need a private pipe, as imap4_cmd_login().
 * @param initial    [copied], wiped when sent.  The initial response, not yet base64; NIL
 *                   for none, empty for an empty one.  Sent with the command if the server
 *                   offers SASL-IR and the line stays within `max_line`, else as the answer
 *                   to its first challenge, of which then no event is made.
 *
 * A challenge that is not base64 or longer than 64 KiB is answered with "*" by the engine;
 * `rc` of the IMAP4_EV_DONE then is IMAP4_E_SYNTAX or IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_authenticate(imap4_engine *engine, imap4_view mechanism, imap4_view initial,
                       void *ctx, imap4_cmd *out);

/**
 * AUTHENTICATE PLAIN (RFC 4616), whole.
 *
 * @param authzid  [copied] whom to act as; NIL or empty: `user` itself.
 * @param user     [copied] must not hold NUL, nor must the others.
 * @param pass     [copied], wiped as soon as it was sent.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_auth_plain(imap4_engine *engine, imap4_view authzid, imap4_view user,
                     imap4_view pass, void *ctx, imap4_cmd *out);

/**
 * Answers a challenge.
 *
 * @param cmd       an AUTHENTICATE whose IMAP4_EV_CHALLENGE was taken and not answered.
 * @param response  [copied], wiped when sent; not yet base64; NIL cancels with "*".
 * @return IMAP4_OK; IMAP4_E_STATE if no challenge of `cmd` is open; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_respond(imap4_engine *engine, imap4_cmd cmd,
                                               imap4_view response);

/** Options of LIST; zero but `size` is the plain command.  Each needs LIST-EXTENDED (RFC 5258),
 *  or the extension that it names (imap4/ext/listext.h). */
typedef struct imap4_list_options {
    size_t     size;      /**< sizeof this struct */
    imap4_view selection; /**< "SUBSCRIBED REMOTE RECURSIVEMATCH", "SPECIAL-USE" (RFC 6154);
                               NIL: all mailboxes */
    imap4_view returns; /**< "SUBSCRIBED CHILDREN", "SPECIAL-USE"; NIL: nothing more.  Both
                               are atoms with a space between them. */
    imap4_view status; /**< "MESSAGES UIDNEXT": a STATUS response for each mailbox (RFC 5819,
                               LIST-STATUS); NIL: none */
    const imap4_view *patterns; /**< `patterns_count` more, besides `pattern` */
    size_t            patterns_count;
} imap4_list_options;

/**
 * LIST (RFC 3501 6.3.8, RFC 5258).
 *
 * @param reference  [copied] usually empty.
 * @param pattern    [copied] UTF-8 with the wildcards "*" and "%".
 * @param opt        [copied] NULL for plain LIST.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_list(imap4_engine *engine, imap4_view reference, imap4_view pattern,
               const imap4_list_options *opt, void *ctx, imap4_cmd *out);

/**
 * LSUB (RFC 3501 6.3.9): the names subscribed to.
 *
 * @param reference  [copied] as for imap4_cmd_list().
 * @param pattern    [copied] as for imap4_cmd_list().
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_lsub(imap4_engine *engine, imap4_view reference,
                                            imap4_view pattern, void *ctx, imap4_cmd *out);

/** CREATE (RFC 3501 6.3.3).  @param mailbox  [copied] UTF-8. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_create(imap4_engine *engine, imap4_view mailbox,
                                              void *ctx, imap4_cmd *out);

/** DELETE (RFC 3501 6.3.4).  @param mailbox  [copied] UTF-8. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_delete(imap4_engine *engine, imap4_view mailbox,
                                              void *ctx, imap4_cmd *out);

/**
 * RENAME (RFC 3501 6.3.5).
 *
 * @param from  [copied] UTF-8.
 * @param to    [copied] UTF-8.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_rename(imap4_engine *engine, imap4_view from,
                                              imap4_view to, void *ctx, imap4_cmd *out);

/** SUBSCRIBE (RFC 3501 6.3.6).  @param mailbox  [copied] UTF-8. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_subscribe(imap4_engine *engine, imap4_view mailbox,
                                                 void *ctx, imap4_cmd *out);

/** UNSUBSCRIBE (RFC 3501 6.3.7).  @param mailbox  [copied] UTF-8. */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_unsubscribe(imap4_engine *engine, imap4_view mailbox, void *ctx, imap4_cmd *out);

/**
 * STATUS (RFC 3501 6.3.10).  Not for the selected mailbox: imap4_engine_mailbox() knows it.
 *
 * @param mailbox  [copied] UTF-8.
 * @param items    [copied] "MESSAGES UIDNEXT", without parentheses; not empty.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_status(imap4_engine *engine, imap4_view mailbox,
                                              imap4_view items, void *ctx, imap4_cmd *out);

/** Options of SELECT; zero but `size` is the plain command. */
typedef struct imap4_select_options {
    size_t  size;         /**< sizeof this struct */
    int32_t read_only;    /**< 1: EXAMINE */
    int32_t condstore;    /**< 1: CONDSTORE (RFC 7162 3.1.8) */
    uint32_t uidvalidity; /**< not 0: QRESYNC (RFC 7162 3.2.5), which has to be enabled: what
                               changed since `modseq` comes with the answer */
    uint32_t            reserved;
    uint64_t            modseq; /**< the mod-sequence of then; not 0 with `uidvalidity` */
    const imap4_seqset *known_uids; /**< [copied] QRESYNC: only about these UIDs; NULL: all */
    const imap4_seqset
        *match_numbers; /**< [copied] QRESYNC: some message numbers of then, ... */
    const imap4_seqset *match_uids; /**< [copied] ... and their UIDs; both or none */
} imap4_select_options;

/**
 * SELECT or EXAMINE (RFC 3501 6.3.1, 6.3.2).
 *
 * @param mailbox  [copied] UTF-8.
 * @param opt      [copied] NULL for plain SELECT.  IMAP4_E_ARG if its members contradict each
 *                 other.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_select(imap4_engine *engine, imap4_view mailbox,
                                              const imap4_select_options *opt, void *ctx,
                                              imap4_cmd *out);

/** CHECK (RFC 3501 6.4.1): a checkpoint; NOOP is what you want. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_check(imap4_engine *engine, void *ctx,
                                             imap4_cmd *out);

/** CLOSE (RFC 3501 6.4.2): expunges what is \Deleted, without telling, and deselects. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_close(imap4_engine *engine, void *ctx,
                                             imap4_cmd *out);

/** EXPUNGE (RFC 3501 6.4.3): removes all messages that are \Deleted. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_expunge(imap4_engine *engine, void *ctx,
                                               imap4_cmd *out);

/** Options of FETCH; zero but `size` is the plain command. */
typedef struct imap4_fetch_options {
    size_t size;           /**< sizeof this struct */
    uint64_t changedsince; /**< only messages changed since this mod-sequence (RFC 7162 3.1.4.1,
                                CONDSTORE); 0: all */
    int32_t vanished; /**< 1, with UIDs and `changedsince`: tell those expunged since, too
                            (RFC 7162 3.2.6; QRESYNC has to be enabled) */
    int32_t reserved;
} imap4_fetch_options;

/**
 * FETCH, or UID FETCH if `set` holds UIDs (RFC 3501 6.4.5).  A long set is sent as several
 * commands, one after the other, with one IMAP4_EV_DONE: that of the last, or of the
 * first that failed.
 *
 * @param set    [copied], not empty.
 * @param items  [copied] as on the wire, without the outer parentheses:
 *               IMAP4_V("UID FLAGS BODY.PEEK[]").  Checked for balance and for CR, LF and
 *               NUL, not for meaning.
 * @param opt    [copied] NULL for plain FETCH.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_fetch(imap4_engine *engine, const imap4_seqset *set, imap4_view items,
                const imap4_fetch_options *opt, void *ctx, imap4_cmd *out);

/** Options of SEARCH; zero but `size` is plain SEARCH. */
typedef struct imap4_search_options {
    size_t     size; /**< sizeof this struct */
    int32_t    uid;  /**< 1: UID SEARCH */
    int32_t    reserved;
    imap4_view results; /**< RETURN options of RFC 4731, "MIN MAX COUNT ALL"; NIL: plain
                             SEARCH; empty: RETURN () */
    const imap4_query *query; /**< [copied] the criteria, if `criteria` is NIL (imap4/query.h) */
} imap4_search_options;

/**
 * SEARCH or UID SEARCH (RFC 3501 6.4.4).
 *
 * @param criteria  [copied] as on the wire: IMAP4_V("UNSEEN FROM \"alice\"").  Checked for
 *                  balance and for CR, LF and NUL.  A quoted string with bytes beyond ASCII
 *                  must be UTF-8 and stand between spaces or parentheses; it is sent as a
 *                  literal, with CHARSET UTF-8.  Or NIL, with
 *                  `opt->query`: then a set that makes the line too long is cut, if it stands
 *                  alone and `results` is NIL or "ALL"; the command is sent as several, with
 *                  one IMAP4_EV_DONE.
 * @param opt       [copied] NULL for plain SEARCH.  `results` needs ESEARCH.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_search(imap4_engine *engine, imap4_view criteria,
                                              const imap4_search_options *opt, void *ctx,
                                              imap4_cmd *out);

/** What STORE does with the flags. */
typedef enum imap4_store_action {
    IMAP4_STORE_SET    = 0, /**< FLAGS: replace */
    IMAP4_STORE_ADD    = 1, /**< +FLAGS */
    IMAP4_STORE_REMOVE = 2  /**< -FLAGS */
} imap4_store_action;

/** Options of STORE; zero but `size` is the plain command. */
typedef struct imap4_store_options {
    size_t   size;   /**< sizeof this struct */
    int32_t  silent; /**< 1: .SILENT, the server need not answer with the new flags */
    int32_t  has_unchangedsince; /**< 1: only messages that did not change since
                                     `unchangedsince`, which may be 0 (RFC 7162 3.1.3, CONDSTORE);
                                     those that did are in imap4_code_modified() of DONE */
    uint64_t unchangedsince;     /**< a mod-sequence */
} imap4_store_options;

/**
 * STORE, or UID STORE if `set` holds UIDs (RFC 3501 6.4.6).  A long set is sent as
 * several commands, as in imap4_cmd_fetch(); but not with `unchangedsince`.
 *
 * @param set     [copied], not empty.
 * @param action  an imap4_store_action.
 * @param flags   [copied] "\\Seen $label", without parentheses; may be empty.
 * @param opt     [copied] NULL for plain STORE.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_store(imap4_engine *engine, const imap4_seqset *set, int action,
                imap4_view flags, const imap4_store_options *opt, void *ctx,
                imap4_cmd *out);

/** Options of COPY and MOVE; zero but `size` is the plain command. */
typedef struct imap4_copy_options {
    size_t  size;          /**< sizeof this struct */
    int32_t allow_partial; /**< 1: a set that is too long for a line may be sent as several
                                commands.  Each that succeeds is told as IMAP4_EV_PART, with its
                                [COPYUID]; if one fails, what those before it did remains done. */
    int32_t reserved;
} imap4_copy_options;

/**
 * COPY, or UID COPY if `set` holds UIDs (RFC 3501 6.4.7).
 *
 * @param set      [copied], not empty.
 * @param mailbox  [copied] UTF-8.
 * @param opt      [copied] NULL: all or nothing; a set that is too long is IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_copy(imap4_engine *engine, const imap4_seqset *set, imap4_view mailbox,
               const imap4_copy_options *opt, void *ctx, imap4_cmd *out);

/** Options of APPEND; `size` and zeros for none. */
typedef struct imap4_append_options {
    size_t     size;  /**< sizeof this struct */
    imap4_view flags; /**< "\\Seen \\Draft", or NIL */
    imap4_view date;  /**< INTERNALDATE " 7-Feb-1994 21:52:25 -0800", or NIL for now */
    int32_t binary; /**< 1: as literal8, so that the data may hold NUL (RFC 3516, BINARY) */
    int32_t utf8; /**< 1: the header holds UTF-8 (RFC 6855 section 4); IMAP4_E_STATE unless
                       UTF8=ACCEPT or IMAP4rev2 was enabled before */
} imap4_append_options;

/**
 * APPEND (RFC 3501 6.3.11) of one message whose length is known but which need not be in
 * memory: follow with imap4_cmd_write() until `length` bytes were given.
 *
 * @param mailbox  [copied] UTF-8.
 * @param length   bytes to come.  Sent as a non-synchronizing literal where the server
 *                 allows it (LITERAL+; LITERAL- up to 4096: RFC 7888).
 * @param opt      [copied] NULL for none.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_append(imap4_engine *engine, imap4_view mailbox, uint64_t length,
                 const imap4_append_options *opt, void *ctx, imap4_cmd *out);

/**
 * Gives the next bytes of a command that takes data (APPEND, a literal of imap4_cmd_args()
 * without text, or one of imap4_cmd_raw() that is NIL).  They go out as they lie, nothing is copied.  May be
 * called before the server has asked for them; several chunks may be given.
 *
 * @param cmd   the command.
 * @param data  [kept] until imap4_cmd_pending() says that they went out.  Behind the
 *              command's IMAP4_EV_DONE that is so at once, unless a driver holds a view of
 *              them.  Without NUL: a literal cannot carry it (RFC 3501 4.3).
 * @return IMAP4_OK; IMAP4_E_ARG if it is more than announced, or holds NUL; IMAP4_E_STATE if
 *         `cmd` takes no data or is over (the server may refuse an APPEND before its data:
 *         what is left is not needed any more); IMAP4_E_NOMEM; IMAP4_E_LIMIT with 64 chunks
 *         waiting.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_write(imap4_engine *engine, imap4_cmd cmd,
                                             imap4_view data);

/**
 * How many bytes given with imap4_cmd_write() have not gone out yet: those chunks must
 * stay where they are.
 *
 * @param cmd  a command.
 * @return bytes; 0 if none.  If the command is over: those that a driver holds still
 *         (imap4_engine_send_buf()), until it says that it does not.
 */
IMAP4_API uint64_t imap4_cmd_pending(const imap4_engine *engine, imap4_cmd cmd);

/**
 * IDLE (RFC 2177).  IMAP4_EV_CONTINUE tells that the server idles; the engine renews it
 * (idle_renew_ms) until imap4_cmd_stop().  Queueing another command ends it by itself.
 * Ends as IMAP4_R_REFUSED with IMAP4_E_NOCAP if the server does not announce IDLE.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_idle(imap4_engine *engine, void *ctx,
                                            imap4_cmd *out);

/**
 * Ends an IDLE, cancels an AUTHENTICATE (with "*", at its next challenge), or takes a
 * command back of which the driver has seen no byte yet (it ends as IMAP4_R_SKIPPED).
 *
 * @param cmd  a command.
 * @return IMAP4_OK; IMAP4_E_ARG if `cmd` is over or unknown; IMAP4_E_STATE if it is on the
 *         wire and cannot be stopped.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_stop(imap4_engine *engine, imap4_cmd cmd);

/** Kinds of arguments for imap4_cmd_args(). */
typedef enum imap4_arg_kind {
    IMAP4_ARG_ATOM    = 1, /**< `text` as an atom; refused if it is none */
    IMAP4_ARG_ASTRING = 2, /**< `text` as atom, quoted string or literal, as needed */
    IMAP4_ARG_STRING  = 3, /**< `text` as quoted string or literal */
    IMAP4_ARG_NSTRING = 4, /**< as STRING; a NIL view is NIL */
    IMAP4_ARG_MAILBOX = 5, /**< `text` as a mailbox name, from UTF-8 */
    IMAP4_ARG_PATTERN = 6, /**< as MAILBOX, "*" and "%" are wildcards */
    IMAP4_ARG_SET     = 7, /**< `set` */
    IMAP4_ARG_FLAGS   = 8, /**< `text` as a flag list in parentheses */
    IMAP4_ARG_NUMBER  = 9, /**< `number` */
    IMAP4_ARG_LITERAL = 10, /**< `text` as a literal; NIL: `number` bytes follow by imap4_cmd_write() */
    IMAP4_ARG_RAW = 11, /**< `text` as it stands: balanced, without CR, LF, NUL and "{" */
    IMAP4_ARG_OPEN   = 12, /**< "(" */
    IMAP4_ARG_CLOSE  = 13, /**< ")" */
    IMAP4_ARG_SECRET = 14  /**< as STRING; masked in traces, wiped when sent */
} imap4_arg_kind;

/** One argument.  Frozen. */
typedef struct imap4_arg {
    int32_t             kind; /**< an imap4_arg_kind */
    int32_t             reserved;
    imap4_view          text;
    uint64_t            number;
    const imap4_seqset *set;
} imap4_arg;

/**
 * Queues any command: the one writer for all that has no function of its own.
 *
 * @param name   [copied] "CREATE", "UID COPY", "X-FOO": one atom, or two of which the first
 *               is no command.  A command the library knows is checked for its states; an
 *               unknown one may be sent in any state and goes out alone.
 * @param args   [copied] `count` of them; a space is put between them, but not behind
 *               "(" and before ")".
 * @param count  may be 0.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_args(imap4_engine *engine, imap4_view name,
                                            const imap4_arg *args, size_t count,
                                            void *ctx, imap4_cmd *out);

/** Options of imap4_cmd_raw(); zero but `size` is the plain line. */
typedef struct imap4_raw_options {
    size_t  size;          /**< sizeof this struct */
    int32_t synchronizing; /**< 1: each literal waits for "+", also where the server would
                                take it at once (RFC 7888) */
    int32_t secret; /**< 1: all text behind the name, and literals, are masked in traces and
                                wiped when sent; of LOGIN and AUTHENTICATE always; not of IDLE */
    uint64_t data; /**< bytes of the literal that is NIL */
} imap4_raw_options;

/**
 * Queues a command line exactly as it is given: for bytes that no other function writes.
 *
 *     const imap4_view parts[] = { IMAP4_V("SEARCH CHARSET UTF-8 TEXT "), text };
 *     rc = imap4_cmd_raw(engine, parts, 2, NULL, ctx, &cmd);
 *
 * It is one line, whatever is in it: tag and end are the library's, and so are the headers of
 * literals.  A command the library knows by its first word, or by "UID" and the next, is
 * checked for its states and is treated as if its own function had sent it (what may go
 * beside it, challenges, IDLE, login, layers, ENABLE, the selected mailbox); but whether the
 * server announces it is not asked.  LOGIN, and AUTHENTICATE with a mechanism that sends a
 * password or a token as it is, need a private pipe all the same, and LOGIN is not sent where
 * LOGINDISABLED is announced.  An unknown command may be sent in any state and goes out alone.
 *
 * @param parts  [copied] Of them 0, 2, 4, ... are text of the line; the first one begins
 *               with the command's name.  Text may hold any byte but CR, LF and NUL, and need
 *               not be grammatical; the last one must not end with "{n}".  1, 3, 5, ... are
 *               literals: "{n}" is put right behind the text before, so text that ends with
 *               "~" makes it a literal8 (RFC 3516).  Only that may hold NUL.  One literal may
 *               be NIL: `data` bytes follow by imap4_cmd_write(), and then the text behind it.
 *               A literal that does not stand behind a space, "(" or "~" is always
 *               synchronizing, and so are all others of its line.
 * @param count  of `parts`, at least 1; the line may end with a literal.
 * @param opt    [copied] NULL for none.
 *
 * Lines are not split: IMAP4_E_LIMIT if the text is longer than max_line.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_raw(imap4_engine *engine, const imap4_view *parts,
                                           size_t count, const imap4_raw_options *opt,
                                           void *ctx, imap4_cmd *out);

IMAP4_END_DECLS

#endif
