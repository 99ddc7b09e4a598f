/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/client.h - the IMAP4 object: one blocking connection, one function a command.
 *
 *     imap4       *m = NULL;
 *     imap4_reply *r = NULL;
 *     if (imap4_connect("imaps://imap.example.org", NULL, &m) != IMAP4_OK ||
 *         imap4_login(m, "alice", password, NULL) != IMAP4_OK ||
 *         imap4_select(m, "INBOX", 1, NULL) != IMAP4_OK ||
 *         imap4_search(m, NULL, "UNSEEN", &r) != IMAP4_OK)
 *         fprintf(stderr, "%.*s\n", IMAP4_ARG(imap4_last_error(m)->text));
 *     imap4_reply_free(&r);
 *     imap4_free(&m);
 *
 * The methods share:
 *
 *  - `m`: the object; one thread uses it at a time.  Only imap4_interrupt() may be called from
 *    another one.
 *  - Strings are NUL-terminated UTF-8 and [copied].  They are quoted, or sent as a literal,
 *    exactly when the protocol needs it; mailbox names are what people see.  CR, LF and NUL
 *    never reach a command line.  (imap4_options.profile has the rules of Python's imaplib.)
 *  - `out`: receives the reply [owned: imap4_reply_free()] whenever the server answered, also
 *    with NO and BAD; else NULL.  May be NULL itself.
 *  - They return IMAP4_OK; IMAP4_NO: the server refused; IMAP4_E_BAD: it did not understand;
 *    IMAP4_E_ARG, _STATE, _NOCAP, _INSECURE, _LIMIT: nothing was sent; IMAP4_E_BUSY: an
 *    imap4_fetching or an IDLE is open; IMAP4_E_INTERRUPTED: imap4_interrupt(), the command
 *    goes on, and the next method collects what it does; IMAP4_E_NOMEM; or what ended the
 *    connection (_BYE, _EOF, _TIMEOUT, _IO, _TLS, _FRAMING, _PROTOCOL).
 *    imap4_last_error() has the words, imap4_last_failure() what became of the command.
 */
#ifndef IMAP4_CLIENT_H
#define IMAP4_CLIENT_H

#include "imap4/command.h"
#include "imap4/ext/id.h"
#include "imap4/keep.h"
#include "imap4/reply.h"
#include "imap4/sasl.h"
#include "imap4/stack.h"
#include "imap4/transport.h"

IMAP4_BEGIN_DECLS

/** The IMAP4 object of the seed: a connection, its bookkeeping, its last error. */
typedef struct imap4 imap4;

/* ---- life ------------------------------------------------------------------------- */

/** Bits of imap4_options.profile: how imaplib.py does it, where that is not how it should be.
 *  IMAP4_PROFILE_IMAPLIB has all. */
typedef enum imap4_profile {
    IMAP4_NAMES_RAW = 1, /**< mailbox names are wire names: modified UTF-7, or UTF-8 */
    IMAP4_LINES_SEED = 2, /**< quoting of imaplib 3.15; one that is quoted already, stays */
    IMAP4_LITERALS_SYNC = 4, /**< every literal waits for "+" (implied by IMAP4_LINES_SEED) */
    IMAP4_READONLY_FAILS = 8, /**< a mailbox that became read-only fails all commands */
    IMAP4_REPLIES_MIXED = 16, /**< what was kept of that type comes first in a reply's data */
    IMAP4_STATES_SEED     = 32, /**< commands only in the states which imaplib allows */
    IMAP4_PROFILE_IMAPLIB = 63
} imap4_profile;

/** A line for people: see imap4_set_debug(). */
typedef void (*imap4_line_hook)(void *user, imap4_view line);

/**
 * Options of a connection.  Zero it, set `size`, change members; every other zero means the
 * default.  `engine` and `tls` are read with the size that they have.
 */
typedef struct imap4_options {
    size_t                      size; /**< sizeof this struct; 0 is refused */
    const imap4_engine_options *engine; /**< [copied] NULL: defaults; tags get random ones */
    const imap4_tls_options *tls; /**< [copied, its strings kept until imap4_free()] NULL: the
                                        system's authorities */
    const imap4_transport *transport; /**< [copied, taken over] instead of TCP: TLS is put on it
                                            unless it is private or the URL says otherwise */
    const char *command; /**< for `/bin/sh -c`, instead of TCP: the seed's IMAP4_stream */
    const char *unix_path;       /**< a Unix socket instead of TCP */
    uint32_t connect_timeout_ms; /**< TCP, and the whole until the greeting: 30,000.  The
                                         look-up of the host's name is the system's. */
    uint32_t profile;            /**< bits of imap4_profile */
    size_t   max_reply;          /**< bytes held for one reply: 64 MiB */
    int32_t  no_open;            /**< 1: connect nothing; imap4_open() does */
    int32_t  debug;              /**< as imap4_set_debug(); 4 and 5 need it here */
    imap4_line_hook debug_hook;  /**< NULL: standard error */
    imap4_line_hook alert_hook; /**< [ALERT] texts, made fit for a screen; NULL: they are only in
                                        the replies */
    void           *hook_user; /**< handed to both */
} imap4_options;

/** Options with their size set, for initialising. */
#ifdef __cplusplus
static inline imap4_options imap4_options_init(void)
{
    imap4_options opt = imap4_options();
    opt.size          = sizeof(imap4_options);
    return opt;
}
#define IMAP4_OPTIONS (imap4_options_init())
#else
#define IMAP4_OPTIONS ((imap4_options){ .size = sizeof(imap4_options) })
#endif

/**
 * Connects, does TLS, reads the greeting, and learns the capabilities.
 *
 * @param url  NUL-terminated: "imaps://host", "imap://host" (STARTTLS is required),
 *             "imap+insecure://host": see imap4_url_parse().  With another pipe in the options
 *             its host is what the certificate must name; NULL then means that pipe as it is.
 * @param opt  [copied] NULL for all defaults.
 * @param out  receives the object [owned: imap4_free()], on failure too if memory could be had,
 *             so that imap4_last_error() can be asked.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOMEM; IMAP4_E_IO; IMAP4_E_TLS; IMAP4_E_TIMEOUT;
 *         IMAP4_E_INSECURE: no STARTTLS there; IMAP4_E_BYE; IMAP4_E_FRAMING or _PROTOCOL: no
 *         IMAP server.
 */
IMAP4_API IMAP4_MUST_USE int imap4_connect(const char *url, const imap4_options *opt,
                                           imap4 **out);

/**
 * Connects an object that is not connected: one made with `no_open`, or after
 * imap4_logout(), imap4_shutdown() or the loss of its connection.  What was kept is
 * forgotten.  The seed's open().
 *
 * @param m    the object.
 * @param url  NULL: the same as before.
 * @return as imap4_connect(); IMAP4_E_STATE if it is connected; IMAP4_E_ARG also if the
 *         transport was the caller's, which is used up.
 */
IMAP4_API IMAP4_MUST_USE int imap4_open(imap4 *m, const char *url);

/**
 * Says LOGOUT if that can be done within a second, closes, frees, and sets `*m` to NULL.
 * (imap4_close() is the IMAP command CLOSE: it expunges.)
 *
 * @param m  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_free(imap4 **m);

/** Closes the connection at once, without LOGOUT; the object stays.  @param m  the object. */
IMAP4_API void imap4_shutdown(imap4 *m);

/**
 * Ends the wait that is under way in another thread, or the next one.  Any thread may call
 * it, and a signal handler.
 *
 * @param m  the object, which must not be freed meanwhile; NULL does nothing.
 */
IMAP4_API void imap4_interrupt(imap4 *m);

/* ---- errors ------------------------------------------------------------------------ */

/**
 * Why the last call failed.
 *
 * @param m  the object; NULL: there was no memory for one.
 * @return good until the next call on `m`; its `code` is what that call returned.  Texts that
 *         come from the server are fit for a screen.
 */
IMAP4_API const imap4_error *imap4_last_error(const imap4 *m);

/** What became of the command that failed.  The library owns it and may append members. */
typedef struct imap4_failure {
    imap4_view command;         /**< "UID STORE": the one that was in flight; NIL: none */
    int32_t    was_sent;        /**< 1: a byte of it went out */
    int32_t    may_have_effect; /**< 1: the server may have done it, or part of it */
    uint32_t   retry_after_ms;  /**< the server said how long to wait; 0: it did not */
    int32_t is_temporary; /**< 1: it may go better later (UNAVAILABLE, INUSE, LIMIT, ...) */
} imap4_failure;

/**
 * What the last failed call means for the caller's data.
 *
 * @param m  the object.
 * @return good until the next call on `m`.
 */
IMAP4_API const imap4_failure *imap4_last_failure(const imap4 *m);

/* ---- by name -------------------------------------------------------------------------- */

/**
 * Any method by its name, in upper or lower case: imap4_call(m, "uid", {"FETCH", "1", "FLAGS"}).
 *
 * @param name  "FETCH", "getacl", "xatom"; a method of this header that takes strings only.
 * @param args  [copied] in the method's order; NULL: left out.  SELECT's second one is "1" for
 *              read-only; APPEND has mailbox, flags, date, message.
 * @param lens  bytes of each; NULL: they are NUL-terminated.
 * @param n     of `args`.
 * @return as that method; IMAP4_E_ARG if there is none of that name, or `n` does not fit.
 */
IMAP4_API IMAP4_MUST_USE int imap4_call(imap4 *m, const char *name,
                                        const char *const *args, const size_t *lens,
                                        size_t n, imap4_reply **out);

/* ---- the seed's methods: login and session ---------------------------------------------- */

/** LOGIN (RFC 3501 6.2.3); the password is quoted always.  IMAP4_E_INSECURE without TLS.
 *  The capabilities are known when it returns.  @param user, password  UTF-8. */
IMAP4_API IMAP4_MUST_USE int imap4_login(imap4 *m, const char *user, const char *password,
                                         imap4_reply **out);

/** AUTHENTICATE PLAIN (RFC 4616).  @param user, password  UTF-8. */
IMAP4_API IMAP4_MUST_USE int imap4_login_plain(imap4 *m, const char *user,
                                               const char *password, imap4_reply **out);

/** AUTHENTICATE CRAM-MD5 (RFC 2195), which is old and weak: for servers that have nothing
 *  else.  IMAP4_E_NOTIMPL in a build without libgsasl.  @param user, password  UTF-8. */
IMAP4_API IMAP4_MUST_USE int
imap4_login_cram_md5(imap4 *m, const char *user, const char *password, imap4_reply **out);

/**
 * The seed's authobject: answers a challenge, which is decoded.  `user` is as given to
 * imap4_authenticate().  `response` receives the answer, not yet base64, good until the next
 * call or the end; NIL cancels with "*".  Returns IMAP4_OK; an imap4_rc cancels, and is what
 * imap4_authenticate() returns.
 */
typedef int (*imap4_auth_hook)(void *user, imap4_view challenge, imap4_view *response);

/**
 * AUTHENTICATE with any mechanism (RFC 3501 6.2.2).
 *
 * @param mechanism  "X-KEY".
 * @param hook       is called for each challenge.
 * @param user       handed to it.
 */
IMAP4_API IMAP4_MUST_USE int imap4_authenticate(imap4 *m, const char *mechanism,
                                                imap4_auth_hook hook, void *user,
                                                imap4_reply **out);

/**
 * AUTHENTICATE with a mechanism of imap4/sasl.h, whole: the server's proof is checked, and what
 * it says about an OAuth error is in `where` of imap4_last_error().  SCRAM is bound to the TLS
 * channel where the credentials do not say how.
 *
 * @param mechanism    "SCRAM-SHA-256", "OAUTHBEARER", ...; see imap4_sasl_new().
 * @param credentials  [copied]
 */
IMAP4_API IMAP4_MUST_USE int imap4_authenticate_as(imap4 *m, const char *mechanism,
                                                   const imap4_credentials *credentials,
                                                   imap4_reply            **out);

/**
 * Logs in with the best that the server offers and the credentials are good for: see
 * imap4_sasl_choose(), which knows the order and what is never sent over which pipe.
 *
 * @param credentials  [copied] the binding to the channel is filled in.
 * @param policy       [copied] `min_mechanism` and so on, NULL: all defaults; whether the pipe is
 *                     private is filled in.
 * @param mechanism    receives which one it was [static]: "LOGIN command" too.  NULL if not
 *                     wanted.
 * @return as imap4_authenticate_as() and imap4_sasl_choose().
 */
IMAP4_API IMAP4_MUST_USE int imap4_login_best(imap4                   *m,
                                              const imap4_credentials *credentials,
                                              const imap4_sasl_policy *policy,
                                              imap4_view *mechanism, imap4_reply **out);

/**
 * Gets an OAuth access token: asks a key ring, a browser, another process; it may take its
 * time.  `user` is as given to imap4_login_token(); `is_again` 1: the server has refused the one
 * before, get a new one.  `token` receives it, good until the next call or the end.  Returns
 * IMAP4_OK; an imap4_rc is what imap4_login_token() returns.
 */
typedef int (*imap4_token_hook)(void *user, int is_again, imap4_view *token);

/**
 * OAUTHBEARER (RFC 7628) or XOAUTH2, whichever the server offers, with a token from a callback.
 * Refused once, it asks for a new token and tries again.  What the server says about the error
 * (JSON) is in `where` of imap4_last_error().
 *
 * @param name  the account, UTF-8.
 * @param hook  is called for the token.
 * @param user  handed to it.
 */
IMAP4_API IMAP4_MUST_USE int imap4_login_token(imap4 *m, const char *name,
                                               imap4_token_hook hook, void *user,
                                               imap4_reply **out);

/** STARTTLS (RFC 3501 6.2.1), for a connection made with imap+insecure:// or a transport of
 *  the caller's.  The certificate must name the URL's host.  IMAP4_E_NOCAP if the server does
 *  not offer it. */
IMAP4_API IMAP4_MUST_USE int imap4_starttls(imap4 *m, imap4_reply **out);

/** COMPRESS DEFLATE (RFC 4978).  IMAP4_E_NOCAP if the server does not offer it. */
IMAP4_API IMAP4_MUST_USE int imap4_compress(imap4 *m, imap4_reply **out);

/** LOGOUT (RFC 3501 6.1.3), and closes.  The reply's type is BYE, its datum the BYE's text. */
IMAP4_API IMAP4_MUST_USE int imap4_logout(imap4 *m, imap4_reply **out);

/** CAPABILITY (RFC 3501 6.1.1); imap4_has() asks what is known already. */
IMAP4_API IMAP4_MUST_USE int imap4_capability(imap4 *m, imap4_reply **out);

/** ENABLE (RFC 5161).  @param capabilities  "UTF8=ACCEPT", "CONDSTORE QRESYNC". */
IMAP4_API IMAP4_MUST_USE int imap4_enable(imap4 *m, const char *capabilities,
                                          imap4_reply **out);

/** ID (RFC 2971).  @param params  [copied] NULL: ID NIL.  @param n  of `params`. */
IMAP4_API IMAP4_MUST_USE int imap4_id(imap4 *m, const imap4_param *params, size_t n,
                                      imap4_reply **out);

/** NOOP (RFC 3501 6.1.2). */
IMAP4_API IMAP4_MUST_USE int imap4_noop(imap4 *m, imap4_reply **out);

/** PROXYAUTH (Netscape): go on as another user.  @param user  UTF-8. */
IMAP4_API IMAP4_MUST_USE int imap4_proxyauth(imap4 *m, const char *user,
                                             imap4_reply **out);

/** NAMESPACE (RFC 2342). */
IMAP4_API IMAP4_MUST_USE int imap4_namespace(imap4 *m, imap4_reply **out);

/* ---- the seed's methods: mailboxes -------------------------------------------------------- */

/** CREATE (RFC 3501 6.3.3).  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_create(imap4 *m, const char *mailbox,
                                          imap4_reply **out);
/** DELETE (RFC 3501 6.3.4).  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_delete(imap4 *m, const char *mailbox,
                                          imap4_reply **out);
/** RENAME (RFC 3501 6.3.5).  @param from, to  names. */
IMAP4_API IMAP4_MUST_USE int imap4_rename(imap4 *m, const char *from, const char *to,
                                          imap4_reply **out);
/** SUBSCRIBE (RFC 3501 6.3.6).  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_subscribe(imap4 *m, const char *mailbox,
                                             imap4_reply **out);
/** UNSUBSCRIBE (RFC 3501 6.3.7).  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_unsubscribe(imap4 *m, const char *mailbox,
                                               imap4_reply **out);

/** LIST (RFC 3501 6.3.8): data are LIST.  @param directory  NULL: "".  @param pattern  NULL:
 *  "*". */
IMAP4_API IMAP4_MUST_USE int imap4_list(imap4 *m, const char *directory,
                                        const char *pattern, imap4_reply **out);
/** LSUB (RFC 3501 6.3.9): data are LSUB.  @param directory, pattern  as of imap4_list(). */
IMAP4_API IMAP4_MUST_USE int imap4_lsub(imap4 *m, const char *directory,
                                        const char *pattern, imap4_reply **out);

/** STATUS (RFC 3501 6.3.10).  @param mailbox  a name.  @param items  "MESSAGES UNSEEN", in
 *  parentheses or not. */
IMAP4_API IMAP4_MUST_USE int imap4_status(imap4 *m, const char *mailbox,
                                          const char *items, imap4_reply **out);

/**
 * SELECT or EXAMINE (RFC 3501 6.3.1).  What was kept is forgotten before.  The datum is the
 * number of messages; imap4_response() gives FLAGS, UIDVALIDITY and so on, and
 * imap4_mailbox_state() all of it, typed.
 *
 * @param mailbox   NULL: INBOX.
 * @param readonly  1: EXAMINE.
 * @return IMAP4_E_READONLY if it is selected, but the server said that it cannot be changed,
 *         and `readonly` is 0; IMAP4_NO: none is selected now.
 */
IMAP4_API IMAP4_MUST_USE int imap4_select(imap4 *m, const char *mailbox, int readonly,
                                          imap4_reply **out);

/** CLOSE (RFC 3501 6.4.2): expunges what is \Deleted, and deselects. */
IMAP4_API IMAP4_MUST_USE int imap4_close(imap4 *m, imap4_reply **out);
/** UNSELECT (RFC 3691): deselects and expunges nothing. */
IMAP4_API IMAP4_MUST_USE int imap4_unselect(imap4 *m, imap4_reply **out);
/** CHECK (RFC 3501 6.4.1): a checkpoint on the server. */
IMAP4_API IMAP4_MUST_USE int imap4_check(imap4 *m, imap4_reply **out);

/** GETACL (RFC 4314): data are ACL.  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_getacl(imap4 *m, const char *mailbox,
                                          imap4_reply **out);
/** SETACL (RFC 4314).  @param mailbox  a name.  @param who  an identifier.
 *  @param rights  "lrs", "+w", "-w". */
IMAP4_API IMAP4_MUST_USE int imap4_setacl(imap4 *m, const char *mailbox, const char *who,
                                          const char *rights, imap4_reply **out);
/** DELETEACL (RFC 4314).  @param mailbox  a name.  @param who  an identifier. */
IMAP4_API IMAP4_MUST_USE int imap4_deleteacl(imap4 *m, const char *mailbox,
                                             const char *who, imap4_reply **out);
/** MYRIGHTS (RFC 4314).  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_myrights(imap4 *m, const char *mailbox,
                                            imap4_reply **out);

/** GETQUOTA (RFC 9208).  @param root  a quota root. */
IMAP4_API IMAP4_MUST_USE int imap4_getquota(imap4 *m, const char *root, imap4_reply **out);
/** GETQUOTAROOT (RFC 9208): data are QUOTAROOT, then QUOTA; imap4_reply_datum() tells which
 *  response each is of.  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_getquotaroot(imap4 *m, const char *mailbox,
                                                imap4_reply **out);
/** SETQUOTA (RFC 9208): data are QUOTA.  @param root  a quota root.  @param limits  "STORAGE
 *  512", in parentheses or not. */
IMAP4_API IMAP4_MUST_USE int imap4_setquota(imap4 *m, const char *root,
                                            const char *limits, imap4_reply **out);

/** GETANNOTATION (ANNOTATEMORE): data are ANNOTATION.  @param mailbox  a name.
 *  @param entry  "/comment", quoted or not.  @param attribute  "value.shared". */
IMAP4_API IMAP4_MUST_USE int imap4_getannotation(imap4 *m, const char *mailbox,
                                                 const char *entry, const char *attribute,
                                                 imap4_reply **out);
/** SETANNOTATION (ANNOTATEMORE).  @param mailbox  a name.  @param entry  "/comment".
 *  @param values  "(\"value.shared\" \"text\")", as on the wire. */
IMAP4_API IMAP4_MUST_USE int imap4_setannotation(imap4 *m, const char *mailbox,
                                                 const char *entry, const char *values,
                                                 imap4_reply **out);

/* ---- the seed's methods: messages ---------------------------------------------------------- */

/**
 * FETCH (RFC 3501 6.4.5).  Data are the FETCH of messages in `set`; others that came meanwhile
 * are kept for imap4_response().
 *
 * @param set    "1:3,7", "*"; a long one is sent as several commands.
 * @param items  "FLAGS", "(UID BODY.PEEK[TEXT])", in parentheses or not; "ALL", "FULL",
 *               "FAST".
 * @return IMAP4_E_LIMIT: the reply has what fitted into `max_reply`; use imap4_fetch_begin().
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch(imap4 *m, const char *set, const char *items,
                                         imap4_reply **out);

/** PARTIAL (RFC 1730 6.4.7, obsolete): data are FETCH.  @param number  of a message.
 *  @param item  "RFC822".  @param start  the first octet, from 1.  @param octets  how many. */
IMAP4_API IMAP4_MUST_USE int imap4_partial(imap4 *m, const char *number, const char *item,
                                           const char *start, const char *octets,
                                           imap4_reply **out);

/** STORE (RFC 3501 6.4.6): data are FETCH.  @param set  of messages.  @param op  "FLAGS",
 *  "+FLAGS", "-FLAGS", each with ".SILENT".  @param flags  "\\Seen $x", in parentheses or not. */
IMAP4_API IMAP4_MUST_USE int imap4_store(imap4 *m, const char *set, const char *op,
                                         const char *flags, imap4_reply **out);

/** COPY (RFC 3501 6.4.7).  @param set  of messages.  @param mailbox  a name. */
IMAP4_API IMAP4_MUST_USE int imap4_copy(imap4 *m, const char *set, const char *mailbox,
                                        imap4_reply **out);
/** MOVE (RFC 6851).  @param set  of messages.  @param mailbox  a name.  IMAP4_E_NOCAP if the
 *  server does not offer it: imap4_move_best(). */
IMAP4_API IMAP4_MUST_USE int imap4_move(imap4 *m, const char *set, const char *mailbox,
                                        imap4_reply **out);

/** EXPUNGE (RFC 3501 6.4.3): removes all that is \Deleted, also by others; see
 *  imap4_expunge_best().  Data are the numbers, each as of when it was sent. */
IMAP4_API IMAP4_MUST_USE int imap4_expunge(imap4 *m, imap4_reply **out);

/** SEARCH (RFC 3501 6.4.4): the datum is "2 84 882", for imap4_search_numbers() of its event.
 *  @param charset   NULL: what is needed; else the charset that `criteria` is in.
 *  @param criteria  "UNSEEN FROM \"alice\""; a quoted string may be UTF-8. */
IMAP4_API IMAP4_MUST_USE int imap4_search(imap4 *m, const char *charset,
                                          const char *criteria, imap4_reply **out);
/** SORT (RFC 5256).  @param program  "REVERSE DATE", in parentheses or not.  @param charset
 *  of `criteria`, NULL: UTF-8.  @param criteria  as of imap4_search(). */
IMAP4_API IMAP4_MUST_USE int imap4_sort(imap4 *m, const char *program, const char *charset,
                                        const char *criteria, imap4_reply **out);
/** THREAD (RFC 5256): imap4_thread_get() of its event.  @param algorithm  "REFERENCES".
 *  @param charset  of `criteria`, NULL: UTF-8.  @param criteria  as of imap4_search(). */
IMAP4_API IMAP4_MUST_USE int imap4_thread(imap4 *m, const char *algorithm,
                                          const char *charset, const char *criteria,
                                          imap4_reply **out);

/**
 * The same with UIDs: imap4_uid(m, "FETCH", {"7:9", "FLAGS"}, 2, &r).
 *
 * @param command  COPY, EXPUNGE (with a set: RFC 4315), FETCH, MOVE, SEARCH, SORT, STORE,
 *                 THREAD, in any case.
 * @param args     as that method has them; NULL: left out.
 * @param n        of `args`.
 */
IMAP4_API IMAP4_MUST_USE int imap4_uid(imap4 *m, const char *command,
                                       const char *const *args, size_t n,
                                       imap4_reply **out);

/**
 * Any command, whether the library knows it or not.  Its data are the tagged text; what it
 * answered with is in the reply's events, and kept for imap4_response().
 *
 * @param name  "X-FOO".
 * @param args  as on the wire, a space is put between them; NULL: left out.
 * @param n     of `args`.
 */
IMAP4_API IMAP4_MUST_USE int imap4_xatom(imap4 *m, const char *name,
                                         const char *const *args, size_t n,
                                         imap4_reply **out);

/* ---- what was kept --------------------------------------------------------------------------- */

/**
 * Takes the responses, and response codes, of one type that no method has given: the seed's
 * response().  Of each type the last 64 data and 64 KiB are kept, 1 MiB in all; imap4_select()
 * forgets them.
 *
 * @param code  "EXISTS", "UIDVALIDITY", "FLAGS", "X-FOO", in any case.
 * @return IMAP4_OK, also if there are none: imap4_reply_count() is 0; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_response(imap4 *m, const char *code, imap4_reply **out);

/** Takes RECENT if the server told of recent messages since it was taken last; else asks by
 *  NOOP and takes it then.  The seed's recent(). */
IMAP4_API IMAP4_MUST_USE int imap4_recent(imap4 *m, imap4_reply **out);

/* ---- attributes ------------------------------------------------------------------------------- */

/** "IMAP4REV1", or "IMAP4" of a server that knows no other (RFC 1730), "IMAP4REV2" of one that
 *  has dropped it: the seed's PROTOCOL_VERSION.  @return static; NULL before the greeting. */
IMAP4_API const char *imap4_protocol_version(const imap4 *m);

/** As imap4_engine_has(). @param name  "IDLE".  @return 1, 0; -1: not known. */
IMAP4_API int imap4_has(const imap4 *m, const char *name);

/** An imap4_state; IMAP4_STATE_LOGOUT if it is not connected. */
IMAP4_API int imap4_state_of(const imap4 *m);

/** What is known of the selected mailbox.  @return good until the next call on `m`; NULL: none
 *  is selected. */
IMAP4_API const imap4_mailbox *imap4_mailbox_state(const imap4 *m);

/** The engine inside, to queue commands with imap4_cmd_*(): imap4_next() then gives their
 *  events.  @return good until the connection ends; NULL: there is none. */
IMAP4_API imap4_engine *imap4_engine_of(imap4 *m);

/** The layers, for imap4_stack_protection().  @return good until the connection ends; NULL: there
 *  is none. */
IMAP4_API imap4_stack *imap4_stack_of(imap4 *m);

/** The transport's descriptor, -1 if there is none: the seed's socket(). */
IMAP4_API intptr_t imap4_socket(const imap4 *m);

/** OpenSSL's SSL of the connection, for what this library does not ask it; the seed's ssl().
 *  @return good until the connection ends, as imap4_stack_ssl(); NULL without TLS. */
IMAP4_API struct ssl_st *imap4_ssl(imap4 *m);

/**
 * Writes what happens to a hook: 1 errors, NO, BAD and BYE; 3 also capabilities; 4 also every
 * line; 5 also what is kept and taken.  Lines are masked: no password, no SASL.  Levels 4 and 5
 * need `debug` in the options to be at least 4.
 *
 * @param level  0: nothing.
 * @param hook   NULL: standard error.
 * @param user   handed to it.
 */
IMAP4_API void imap4_set_debug(imap4 *m, int level, imap4_line_hook hook, void *user);

/**
 * Blocks for the next event of the engine, for commands that were queued on imap4_engine_of().
 *
 * @param deadline_ms  on the clock of imap4_now_ms(); UINT64_MAX: none but the engine's.
 * @param ev           receives the event [borrowed E].
 * @return 1; 0: closed by LOGOUT; IMAP4_E_BUSY: the deadline has passed;
 *         IMAP4_E_INTERRUPTED; IMAP4_E_NOMEM: call again; else the connection is over.
 */
IMAP4_API IMAP4_MUST_USE int imap4_next(imap4 *m, uint64_t deadline_ms,
                                        const imap4_event **ev);

/* ---- APPEND ------------------------------------------------------------------------------------- */

/** Where a message comes from that is not in memory. */
typedef struct imap4_source {
    size_t size; /**< sizeof this struct */
    uint64_t length; /**< bytes of the message, known beforehand (RFC 3501 section 9, literal) */
    /** Puts the next bytes into `buf`, at most `len`.  @return how many, never 0 before `length`
     *  were given; an imap4_rc: the connection is ended, because half a message cannot be taken
     *  back. */
    ptrdiff_t (*read)(void *user, char *buf, size_t len);
    /** Tells how far it is; may be NULL.  @return 0; else goes on no more, as an imap4_rc. */
    int (*progress)(void *user, uint64_t sent, uint64_t length);
    void *user; /**< handed to both */
} imap4_source;

/**
 * APPEND (RFC 3501 6.3.11) of a message in memory.  Each CR, LF and CRLF becomes CRLF, as in
 * the seed; with `opt->binary` the bytes stay as they are.  The UID that it got is in
 * imap4_code_appenduid() of imap4_reply_status().
 *
 * @param mailbox  NULL: INBOX.
 * @param opt      flags and date, see imap4_cmd_append(); NULL for none.
 * @param message  [kept] until this returns; no NUL unless binary.
 * @return IMAP4_NO with [TRYCREATE]: there is no such mailbox.  IMAP4_E_INTERRUPTED while the
 *         message goes out ends the connection: it cannot be taken back.
 */
IMAP4_API IMAP4_MUST_USE int imap4_append(imap4 *m, const char *mailbox,
                                          const imap4_append_options *opt,
                                          imap4_view message, imap4_reply **out);

/**
 * APPEND of a message that is read while it is sent, in constant memory, as it is.
 *
 * @param mailbox  NULL: INBOX.
 * @param opt      as of imap4_append().
 * @param source   [copied] where it comes from.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_append_from(imap4 *m, const char *mailbox, const imap4_append_options *opt,
                  const imap4_source *source, imap4_reply **out);

/**
 * APPEND of a file, as it is: its lines should end with CRLF.
 *
 * @param mailbox  NULL: INBOX.
 * @param opt      as of imap4_append().
 * @param path     NUL-terminated.
 * @return IMAP4_E_IO with `os_errno` if it cannot be read; nothing was sent then.
 */
IMAP4_API IMAP4_MUST_USE int imap4_append_file(imap4 *m, const char *mailbox,
                                               const imap4_append_options *opt,
                                               const char *path, imap4_reply **out);

/* ---- large answers ------------------------------------------------------------------------------ */

/** A FETCH whose answer is taken response by response. */
typedef struct imap4_fetching imap4_fetching;

/**
 * Begins a FETCH, or UID FETCH, of any size.  Other methods give IMAP4_E_BUSY until
 * imap4_fetch_end().
 *
 * @param set    "1:*"
 * @param uid    1: of UIDs.
 * @param items  as of imap4_fetch().
 * @param out    receives it [owned: imap4_fetch_end()]; untouched on failure.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_begin(imap4 *m, const char *set, int uid,
                                               const char *items, imap4_fetching **out);

/**
 * The next event of it: IMAP4_EV_FETCH of a message in the set, and before it, for each long
 * literal of it, IMAP4_EV_BODY_BEGIN, _DATA, ..., _END.  What else comes is kept.
 *
 * @param fetching  from imap4_fetch_begin().
 * @param ev        receives the event [borrowed E], good until the next call.
 * @return 1; 0 at the end; IMAP4_E_INTERRUPTED and IMAP4_E_NOMEM: call again; else what ended
 *         the connection.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_next(imap4_fetching     *fetching,
                                              const imap4_event **ev);

/**
 * Ends it; what was not taken is received and dropped.
 *
 * @param fetching  is freed, and set to NULL.
 * @param out       receives the tagged answer, without responses [owned: imap4_reply_free()]; may
 *                  be NULL.
 * @return as imap4_fetch().
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_end(imap4_fetching **fetching, imap4_reply **out);

/** Takes bytes, which are good until it returns; `user` is as given.  Returns 0; else nothing more
 *  is given, and it is what imap4_fetch_to() returns if it is negative. */
typedef int (*imap4_sink)(void *user, imap4_view bytes);

/**
 * Writes one section of one message to a sink, in constant memory: BODY.PEEK, so \Seen is not
 * set.
 *
 * @param uid      of the message.
 * @param section  "" (all), "HEADER", "TEXT", "1.2", "1.2.MIME".
 * @param sink     is called with its bytes, in order.
 * @param user     handed to it.
 * @return bytes written; IMAP4_E_ABSENT: no such message or section, or it is NIL; else as
 *         imap4_fetch().
 */
IMAP4_API IMAP4_MUST_USE int64_t imap4_fetch_to(imap4 *m, uint32_t uid,
                                                const char *section, imap4_sink sink,
                                                void *user);

/* ---- IDLE ----------------------------------------------------------------------------------------- */

/** Hears of a response, which is good until it returns; `user` is as given.  Returns 0: go on; else
 *  imap4_idle() ends. */
typedef int (*imap4_event_hook)(void *user, const imap4_event *ev);

/**
 * IDLE (RFC 2177): waits for what happens in the mailbox.  It is renewed before servers give
 * up.  With a hook the reply has no responses; without one it has what came.  None is kept for
 * imap4_response().
 *
 * @param timeout_ms  how long; UINT32_MAX: until the hook or imap4_interrupt() ends it.
 * @param hook        is called for each response, and must not call methods; NULL: the first
 *                    one ends it.
 * @param user        handed to it.
 * @return IMAP4_OK, also after the time; IMAP4_E_INTERRUPTED: imap4_interrupt(), and IDLE has
 *         ended; IMAP4_E_NOCAP: imap4_noop() now
 *         and then does the same; IMAP4_NO.
 */
IMAP4_API IMAP4_MUST_USE int imap4_idle(imap4 *m, uint32_t timeout_ms,
                                        imap4_event_hook hook, void *user,
                                        imap4_reply **out);

/* ---- what servers do differently ---------------------------------------------------------------------- */

/** Which way a call of this section took. */
typedef enum imap4_way {
    IMAP4_WAY_NONE = 0, /**< nothing was done */
    IMAP4_WAY_MOVE = 1, /**< UID MOVE (RFC 6851) */
    IMAP4_WAY_COPY = 2, /**< UID COPY, +FLAGS \Deleted, UID EXPUNGE (RFC 4315) */
    IMAP4_WAY_MARKED = 3, /**< (UID COPY,) +FLAGS \Deleted; not expunged: the server has no UID
                                 EXPUNGE, and a bare one could remove what others marked */
    IMAP4_WAY_UID_EXPUNGE = 4, /**< UID EXPUNGE */
    IMAP4_WAY_SPECIAL_USE = 5, /**< roles: LIST with SPECIAL-USE (RFC 6154) */
    IMAP4_WAY_XLIST       = 6, /**< roles: XLIST */
    IMAP4_WAY_NAME        = 7  /**< roles: by a name that is usual; a guess */
} imap4_way;

/**
 * Moves messages the best way the server has; never a bare EXPUNGE.
 *
 * @param uids     a set of UIDs.
 * @param mailbox  a name.
 * @param way      receives an imap4_way: how far it came, on failure too.  NULL if not wanted.
 * @param out      receives the reply that has [COPYUID]: of MOVE, or of COPY.
 */
IMAP4_API IMAP4_MUST_USE int imap4_move_best(imap4 *m, const char *uids,
                                             const char *mailbox, int *way,
                                             imap4_reply **out);

/**
 * Removes messages: marks them \Deleted, and expunges these, and no others, if the server can.
 *
 * @param uids  a set of UIDs.
 * @param way   as of imap4_move_best().
 */
IMAP4_API IMAP4_MUST_USE int imap4_expunge_best(imap4 *m, const char *uids, int *way,
                                                imap4_reply **out);

/**
 * Finds the mailbox of a role: the attributes of RFC 6154, else of XLIST, else a usual name.
 *
 * @param role  "\\Sent": \All, \Archive, \Drafts, \Flagged, \Junk, \Sent, \Trash.
 * @param name  receives its name in UTF-8, NUL-terminated behind its end, good until the next
 *              imap4_role() or imap4_join() on `m`.
 * @param way   receives an imap4_way: how it is known.  NULL if not wanted.
 * @return IMAP4_OK; IMAP4_E_ABSENT: there is none; IMAP4_E_ARG: no such role; as imap4_list().
 */
IMAP4_API IMAP4_MUST_USE int imap4_role(imap4 *m, const char *role, imap4_view *name,
                                        int *way);

/**
 * Joins a mailbox's name from its parts: with the prefix and the delimiter of the user's own
 * namespace (RFC 2342), or, without that, the delimiter that LIST tells.
 *
 * @param parts  {"Lists", "imap"}; if the first is INBOX, no prefix is put before it.
 * @param n      of `parts`, at least 1.
 * @param name   receives it in UTF-8, NUL-terminated behind its end, good until the next
 *               imap4_role() or imap4_join() on `m`.
 * @return IMAP4_OK; IMAP4_E_ARG: a part is empty or holds the delimiter, or there are several
 *         parts and mailboxes have no hierarchy; as imap4_namespace().
 */
IMAP4_API IMAP4_MUST_USE int imap4_join(imap4 *m, const char *const *parts, size_t n,
                                        imap4_view *name);

/* ---- bytes --------------------------------------------------------------------------------------------- */

/**
 * Receives bytes that no response was made from yet, blocking: the seed's read().  For
 * protocols that begin in another one; only while no command is in flight.
 *
 * @param buf  receives them.
 * @param len  how many, at most; fewer only at the end of the stream.
 * @return how many; IMAP4_E_BUSY while a command is in flight; IMAP4_E_TIMEOUT after the time
 *         that a command may take; as the methods.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_read(imap4 *m, char *buf, size_t len);

/**
 * Receives a line with its LF, as imap4_read(): the seed's readline().
 *
 * @param buf   receives it.
 * @param size  room; a longer line is IMAP4_E_LIMIT, and nothing is lost.
 * @return its length; 0 at the end of the stream; as imap4_read().
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_readline(imap4 *m, char *buf, size_t size);

/**
 * Sends bytes as they are, blocking: the seed's send().  What the server answers is for
 * imap4_read(); what it does to the session is not followed.
 *
 * @param bytes  [kept] until this returns.
 * @return IMAP4_OK; as imap4_read().
 */
IMAP4_API IMAP4_MUST_USE int imap4_send(imap4 *m, imap4_view bytes);

IMAP4_END_DECLS

#endif
