/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/sasl.h - SASL mechanisms: challenge in, response out (RFC 4422).
 *
 * A mechanism does no I/O.  With the engine it goes like this:
 *
 *     imap4_sasl_new(IMAP4_V("OAUTHBEARER"), &credentials, NULL, &sasl);
 *     imap4_sasl_initial(sasl, &first);
 *     imap4_cmd_authenticate(engine, IMAP4_V("OAUTHBEARER"), first, NULL, &cmd);
 *     on IMAP4_EV_CHALLENGE:
 *         (void)!imap4_sasl_step(sasl, ev->data, &response);   (NIL if it failed: cancels)
 *         imap4_cmd_respond(engine, cmd, response);
 *     on its IMAP4_EV_DONE: imap4_sasl_finish(sasl, ev->result == IMAP4_R_OK);
 *
 * These are built in: PLAIN (RFC 4616), LOGIN (draft-murchison-sasl-login), EXTERNAL
 * (RFC 4422 appendix A), ANONYMOUS (RFC 4505), XOAUTH2 (Google's), OAUTHBEARER (RFC 7628);
 * and with libgsasl (IMAP4_FEATURE_SASL of imap4_features()): SCRAM-SHA-256, SCRAM-SHA-1, both
 * also with -PLUS (RFC 5802, RFC 7677), and CRAM-MD5 (RFC 2195), which is weak and never
 * taken unless asked for by name.
 *
 * That a password does not go over a pipe which is not private is the engine's care
 * (imap4_cmd_authenticate()).
 */
#ifndef IMAP4_SASL_H
#define IMAP4_SASL_H

#include "imap4/base.h"

IMAP4_BEGIN_DECLS

/** Who logs in, and with what.  Zero it, set `size` and what the mechanism needs.  Members
 *  that a newer library appended take their defaults. */
typedef struct imap4_credentials {
    size_t     size;     /**< sizeof this struct; 0 is refused */
    imap4_view user;     /**< UTF-8; ANONYMOUS: the trace, an address or nothing */
    imap4_view password; /**< PLAIN, LOGIN, SCRAM, CRAM-MD5 */
    imap4_view authzid; /**< PLAIN, EXTERNAL, SCRAM: whom to act as; NIL or empty: oneself */
    imap4_view token; /**< XOAUTH2, OAUTHBEARER: the access token */
    imap4_view host;  /**< OAUTHBEARER: the server that was asked for; NIL: not told */
    uint32_t   port;  /**< OAUTHBEARER: its port; 0: not told */
    int32_t    server_has_plus; /**< SCRAM: 1 if the server offers any SCRAM-...-PLUS */
    imap4_view channel_binding; /**< SCRAM: imap4_stack_channel_binding(); NIL: none */
    imap4_view channel_binding_type; /**< its type: "tls-exporter" and so on */
    uint32_t   min_iterations;       /**< SCRAM: fewer are refused; 0: 4,096 */
    uint32_t   max_iterations;       /**< SCRAM: more are refused; 0: 600,000 */
} imap4_credentials;

/** Credentials with their size set, for initialising. */
#ifdef __cplusplus
static inline imap4_credentials imap4_credentials_init(void)
{
    imap4_credentials c = imap4_credentials();
    c.size              = sizeof(imap4_credentials);
    return c;
}
#define IMAP4_CREDENTIALS (imap4_credentials_init())
#else
#define IMAP4_CREDENTIALS ((imap4_credentials){ .size = sizeof(imap4_credentials) })
#endif

/* ---- which mechanism ---------------------------------------------------------------- */

/** What may be chosen.  Zero it, set `size` (IMAP4_SASL_POLICY does) and what is known. */
typedef struct imap4_sasl_policy {
    size_t     size;          /**< sizeof this struct; 0 is refused */
    imap4_view min_mechanism; /**< none below it: "SCRAM-SHA-256", say; NIL: any */
    int32_t is_private; /**< 1: nobody can listen: verified TLS, or a pipe on this machine */
    int32_t has_certificate; /**< 1: TLS showed a client's certificate */
    int32_t allow_cram_md5;  /**< 1: CRAM-MD5 may be chosen, where nothing better can */
    int32_t reserved;        /**< 0 */
} imap4_sasl_policy;

/** A policy with its size set, for initialising. */
#ifdef __cplusplus
static inline imap4_sasl_policy imap4_sasl_policy_init(void)
{
    imap4_sasl_policy p = imap4_sasl_policy();
    p.size              = sizeof(imap4_sasl_policy);
    return p;
}
#define IMAP4_SASL_POLICY (imap4_sasl_policy_init())
#else
#define IMAP4_SASL_POLICY ((imap4_sasl_policy){ .size = sizeof(imap4_sasl_policy) })
#endif

/** What was chosen.  Set `size` before. */
typedef struct imap4_sasl_choice {
    size_t     size;      /**< sizeof this struct; 0 is refused */
    imap4_view mechanism; /**< a constant, for imap4_sasl_new(); NIL: imap4_cmd_login() */
    imap4_view why; /**< a constant: on failure, in words, why there is none; else NIL */
    int32_t    server_has_plus; /**< for the member of imap4_credentials */
    int32_t    reserved;
} imap4_sasl_choice;

/**
 * Chooses the best mechanism that the server offers and the credentials are good for, in this
 * order; a server, or somebody between, who takes offers away gets less, but never less than
 * `min_mechanism`, and nothing in clear:
 *
 *     EXTERNAL           with a certificate, and neither password nor token; private
 *     SCRAM-SHA-256-PLUS, SCRAM-SHA-256, SCRAM-SHA-1-PLUS, SCRAM-SHA-1
 *     OAUTHBEARER, XOAUTH2                          private
 *     PLAIN, LOGIN                                  private
 *     CRAM-MD5                                      if `allow_cram_md5`
 *     the LOGIN command                             private, not where LOGINDISABLED is said
 *
 * -PLUS needs a channel binding, all but EXTERNAL and the OAuth mechanisms a password.
 * ANONYMOUS is never chosen.  Which one served the last time is worth remembering: as the
 * `min_mechanism` of the next time it keeps a server from getting less.
 *
 * @param has          tells whether the server announces a capability ("AUTH=PLAIN"), as
 *                     imap4_engine_has(); what it says behind STARTTLS, not before.
 * @param ctx          handed to `has`.
 * @param credentials  as for imap4_sasl_new(); not checked beyond what is there and what is not.
 * @param policy       NULL: all defaults, which is a pipe that is not private.
 * @param out          receives the choice; `why` on failure, too.
 * @return IMAP4_OK; IMAP4_E_NOCAP: the server offers nothing that we know; IMAP4_E_INSECURE:
 *         what it offers needs a private pipe, is below `min_mechanism`, or is CRAM-MD5;
 *         IMAP4_E_NOTIMPL: it would take libgsasl; IMAP4_E_ABSENT: the credentials are not
 *         of the kind; IMAP4_E_STATE: `has` gave -1, the server was not asked; IMAP4_E_ARG:
 *         also an unknown `min_mechanism`.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_sasl_choose(int (*has)(void *ctx, imap4_view capability), void *ctx,
                  const imap4_credentials *credentials, const imap4_sasl_policy *policy,
                  imap4_sasl_choice *out);

/* ---- a run ---------------------------------------------------------------------------- */

/** One run of a mechanism. */
typedef struct imap4_sasl imap4_sasl;

/**
 * Begins a run.
 *
 * @param mechanism    without regard to case: IMAP4_V("PLAIN").
 * @param credentials  [copied], wiped by imap4_sasl_free().
 * @param allocator    [copied] NULL: malloc and friends.
 * @param out          receives the run [owned: imap4_sasl_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_NOTIMPL: a mechanism that is not built in; IMAP4_E_ARG: a
 *         member that it needs is NIL (a user, a password, a token, with -PLUS a channel
 *         binding and its type), or holds bytes that would change its meaning (NUL;
 *         Control-A with the OAuth mechanisms), or credentials are longer than 1 MiB; with
 *         SCRAM and CRAM-MD5: a user or password is longer than 16 KiB, or SASLprep
 *         (RFC 4013) refuses it or leaves nothing of it; IMAP4_E_NOMEM; IMAP4_E_IO: the
 *         system has no random bytes.
 *
 * SCRAM tells the server "y" if there is a channel binding and `server_has_plus` is 0: it
 * will refuse if somebody between took its offer away (RFC 5802 section 6).  libgsasl takes
 * its own memory with malloc().
 */
IMAP4_API IMAP4_MUST_USE int
imap4_sasl_new(imap4_view mechanism, const imap4_credentials *credentials,
               const imap4_allocator *allocator, imap4_sasl **out);

/**
 * The initial response, for imap4_cmd_authenticate().
 *
 * @param sasl  the run.
 * @param out   receives it, good until the next call on `sasl`; NIL if the server speaks
 *              first; may be empty.
 * @return IMAP4_OK; IMAP4_E_STATE if a challenge was answered already.
 */
IMAP4_API IMAP4_MUST_USE int imap4_sasl_initial(imap4_sasl *sasl, imap4_view *out);

/**
 * Answers a challenge.  An error of an OAuth mechanism is told by the server in a challenge
 * that wants an answer before the tagged NO: this gives it, and keeps what the server said
 * for imap4_sasl_detail(); and so with an error of SCRAM ("e=").
 *
 * SCRAM: what the server says is checked before a key is made of it.  600,000 iterations
 * take some hundred milliseconds, in which this does not return.
 *
 * @param sasl       the run.
 * @param challenge  decoded: `data` of IMAP4_EV_CHALLENGE.
 * @param response   receives the answer, not yet base64, good until the next call on `sasl`;
 *                   NIL on failure, which cancels (imap4_cmd_respond()).
 * @return IMAP4_OK; IMAP4_E_PROTOCOL: the mechanism has nothing more to say, or the challenge
 *         is not what it must be: not of this dialogue, malformed, or a proof of the server's
 *         (SCRAM) that is wrong; IMAP4_E_LIMIT: too few or too many iterations;
 *         IMAP4_E_NOMEM.  After an error every further step fails.
 */
IMAP4_API IMAP4_MUST_USE int imap4_sasl_step(imap4_sasl *sasl, imap4_view challenge,
                                             imap4_view *response);

/**
 * Ends a run: may the server's answer be believed?
 *
 * @param sasl   the run.
 * @param is_ok  1: the tagged answer was OK.
 * @return IMAP4_OK if it is and the mechanism had said all that it had to say (a server
 *         that says OK before it was given the password has not checked it) and heard all that it
 *         had to hear (SCRAM: the server's proof that it knows the password); IMAP4_NO if the
 *         server refused; IMAP4_E_PROTOCOL.
 */
IMAP4_API IMAP4_MUST_USE int imap4_sasl_finish(imap4_sasl *sasl, int is_ok);

/**
 * What the server said about an error: OAuth: JSON as RFC 7628 section 3.2.2 has it, or
 * anything else; SCRAM: a word of RFC 5802 section 7 ("invalid-proof").  It is hostile text: imap4_text_display() makes it fit for a screen.
 *
 * @param sasl  the run.
 * @return good as long as `sasl`, at most 4,096 bytes; NIL if it said nothing.
 */
IMAP4_API imap4_view imap4_sasl_detail(const imap4_sasl *sasl);

/**
 * Wipes and frees a run, and sets `*sasl` to NULL.
 *
 * @param sasl  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_sasl_free(imap4_sasl **sasl);

IMAP4_END_DECLS

#endif
