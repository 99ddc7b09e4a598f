/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/acl.h - ACL (RFC 4314, RFC 2086): who may do what with a mailbox.
 *
 * The commands are as all of imap4/command.h.  They end as IMAP4_R_REFUSED with IMAP4_E_NOCAP
 * where ACL is not announced.
 *
 * Rights are letters (RFC 4314 section 2): l lookup, r read, s seen, w write, i insert, p post,
 * k create, x delete the mailbox, t delete messages, e expunge, a administer.  Old servers have
 * c and d in the place of k, x, t and e; what they mean, "RIGHTS=" among the capabilities tells.
 * An identifier is a user's name in UTF-8, or what the server makes of one ("anyone"); behind
 * "-" stand rights that are taken away.
 */
#ifndef IMAP4_EXT_ACL_H
#define IMAP4_EXT_ACL_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * GETACL (RFC 4314 3.3): IMAP4_EV_ACL tells who has which rights.
 *
 * @param mailbox  [copied] UTF-8.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_getacl(imap4_engine *engine, imap4_view mailbox,
                                              void *ctx, imap4_cmd *out);

/**
 * SETACL (RFC 4314 3.1): sets the rights of an identifier, or adds to them, or takes from them.
 *
 * @param mailbox     [copied] UTF-8.
 * @param identifier  [copied] UTF-8, not empty; with "-" before it, its negative rights.
 * @param rights      [copied] "lrs": these and no others; "+i": also i; "-i": not i; empty: none.
 *                    Lower-case letters and digits; else IMAP4_E_ARG.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_setacl(imap4_engine *engine, imap4_view mailbox,
                                              imap4_view identifier, imap4_view rights,
                                              void *ctx, imap4_cmd *out);

/**
 * DELETEACL (RFC 4314 3.2): an identifier has no entry any more.
 *
 * @param mailbox     [copied] UTF-8.
 * @param identifier  [copied] UTF-8, not empty; with "-" before it, its negative rights.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_deleteacl(imap4_engine *engine, imap4_view mailbox,
                                                 imap4_view identifier, void *ctx,
                                                 imap4_cmd *out);

/**
 * LISTRIGHTS (RFC 4314 3.4): IMAP4_EV_LISTRIGHTS tells which rights can be given.
 *
 * @param mailbox     [copied] UTF-8.
 * @param identifier  [copied] UTF-8, not empty.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_listrights(imap4_engine *engine, imap4_view mailbox, imap4_view identifier,
                     void *ctx, imap4_cmd *out);

/**
 * MYRIGHTS (RFC 4314 3.5): IMAP4_EV_MYRIGHTS tells which rights this user has.
 *
 * @param mailbox  [copied] UTF-8.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_myrights(imap4_engine *engine, imap4_view mailbox,
                                                void *ctx, imap4_cmd *out);

/** An entry of an access control list.  Frozen. */
typedef struct imap4_acl_entry {
    imap4_view identifier; /**< as sent, unquoted; "-fred": what fred may not */
    imap4_view rights;     /**< may be empty */
} imap4_acl_entry;

/** An ACL response.  The library makes it and may append members. */
typedef struct imap4_acl {
    imap4_view             name; /**< the mailbox in UTF-8; NIL if it cannot be decoded */
    imap4_view             wire_name; /**< as sent, unquoted */
    const imap4_acl_entry *at;        /**< in the order of the server; may be none */
    size_t                 count;
} imap4_acl;

/**
 * Reads an ACL response (RFC 4314 3.6).
 *
 * @param ev   an event of type IMAP4_EV_ACL.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_acl_get(const imap4_event *ev, const imap4_acl **out);

/** A LISTRIGHTS response.  The library makes it and may append members. */
typedef struct imap4_listrights {
    imap4_view    name;       /**< the mailbox in UTF-8; NIL if it cannot be decoded */
    imap4_view    wire_name;  /**< as sent, unquoted */
    imap4_view    identifier; /**< as sent, unquoted */
    imap4_view    required;   /**< rights that it always has; may be empty */
    imap4_strings optional; /**< rights that it can have; those of one string go together */
} imap4_listrights;

/**
 * Reads a LISTRIGHTS response (RFC 4314 3.7).
 *
 * @param ev   an event of type IMAP4_EV_LISTRIGHTS.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_listrights_get(const imap4_event       *ev,
                                                  const imap4_listrights **out);

/** A MYRIGHTS response.  The library makes it and may append members. */
typedef struct imap4_myrights_data {
    imap4_view name;      /**< the mailbox in UTF-8; NIL if it cannot be decoded */
    imap4_view wire_name; /**< as sent, unquoted */
    imap4_view rights;    /**< may be empty */
} imap4_myrights_data;

/**
 * Reads a MYRIGHTS response (RFC 4314 3.8).
 *
 * @param ev   an event of type IMAP4_EV_MYRIGHTS.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_myrights_get(const imap4_event          *ev,
                                                const imap4_myrights_data **out);

IMAP4_END_DECLS

#endif
