/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/quota.h - QUOTA (RFC 9208, RFC 2087): how full it is, and how full it may be.
 *
 * The commands are as all of imap4/command.h.  They end as IMAP4_R_REFUSED with IMAP4_E_NOCAP
 * where QUOTA is not announced.  IMAP4_CODE_OVERQUOTA says why an APPEND or a COPY failed.
 * STATUS knows what an EXPUNGE would free: imap4_cmd_status() with DELETED and DELETED-STORAGE.
 */
#ifndef IMAP4_EXT_QUOTA_H
#define IMAP4_EXT_QUOTA_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * GETQUOTA (RFC 9208 4.1.1): IMAP4_EV_QUOTA tells the usage and the limits of a quota root.
 *
 * @param root  [copied] the bytes of a name that came in a response; may be empty.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_getquota(imap4_engine *engine, imap4_view root,
                                                void *ctx, imap4_cmd *out);

/**
 * GETQUOTAROOT (RFC 9208 4.1.2): IMAP4_EV_QUOTAROOT names the quota roots of a mailbox, then
 * one IMAP4_EV_QUOTA comes for each.
 *
 * @param mailbox  [copied] UTF-8; need not exist.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_getquotaroot(imap4_engine *engine,
                                                    imap4_view mailbox, void *ctx,
                                                    imap4_cmd *out);

/** A limit to be set.  Frozen. */
typedef struct imap4_quota_limit {
    imap4_view name;  /**< "STORAGE" (in units of 1024 octets), "MESSAGE", ...: an atom */
    uint64_t   limit; /**< up to 9223372036854775807; 0: nothing may be used */
} imap4_quota_limit;

/**
 * SETQUOTA (RFC 9208 4.1.3): replaces all limits of a quota root.  What the server made of
 * them comes as IMAP4_EV_QUOTA, if at all.  A server of RFC 9208 takes it if it announces
 * QUOTASET (imap4_engine_has()); one of RFC 2087 announces only QUOTA, so that is all this
 * command needs.
 *
 * @param root    [copied] as for imap4_cmd_getquota().
 * @param limits  [copied] `count` of them; what is not among them is not limited any more.
 * @param count   may be 0.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_setquota(imap4_engine *engine, imap4_view root,
                                                const imap4_quota_limit *limits,
                                                size_t count, void *ctx, imap4_cmd *out);

/** A resource of a quota root.  Frozen. */
typedef struct imap4_quota_resource {
    imap4_view name;  /**< "STORAGE" as sent, without regard to case */
    uint64_t   usage; /**< may be above `limit` */
    uint64_t   limit;
} imap4_quota_resource;

/** A QUOTA response.  The library makes it and may append members. */
typedef struct imap4_quota {
    imap4_view                  root; /**< as sent, unquoted; may be empty */
    const imap4_quota_resource *at;   /**< what is limited, in the order of the server */
    size_t                      count;
} imap4_quota;

/**
 * Reads a QUOTA response (RFC 9208 4.2.1).
 *
 * @param ev   an event of type IMAP4_EV_QUOTA.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_quota_get(const imap4_event  *ev,
                                             const imap4_quota **out);

/** A QUOTAROOT response.  The library makes it and may append members. */
typedef struct imap4_quotaroot {
    imap4_view    name;      /**< the mailbox in UTF-8; NIL if it cannot be decoded */
    imap4_view    wire_name; /**< as sent, unquoted */
    imap4_strings roots;     /**< its quota roots, as in imap4_quota; may be none */
} imap4_quotaroot;

/**
 * Reads a QUOTAROOT response (RFC 9208 4.2.2).
 *
 * @param ev   an event of type IMAP4_EV_QUOTAROOT.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_quotaroot_get(const imap4_event      *ev,
                                                 const imap4_quotaroot **out);

IMAP4_END_DECLS

#endif
