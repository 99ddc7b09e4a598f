/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/namespace.h - NAMESPACE (RFC 2342): where mailboxes of whom begin.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_NAMESPACE_H
#define IMAP4_EXT_NAMESPACE_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/** NAMESPACE (RFC 2342 section 5): IMAP4_EV_NAMESPACE answers.  Ends as IMAP4_R_REFUSED with
 *  IMAP4_E_NOCAP where NAMESPACE is not announced. */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_namespace(imap4_engine *engine, void *ctx,
                                                 imap4_cmd *out);

/** What an extension says of a namespace: "TRANSLATION" ("Gemeinsam") (RFC 5255).  Frozen. */
typedef struct imap4_namespace_param {
    imap4_view    name; /**< as sent, without regard to case */
    imap4_strings values;
} imap4_namespace_param;

/** A namespace.  Frozen. */
typedef struct imap4_namespace_entry {
    imap4_view prefix; /**< of its mailboxes' names, in UTF-8; NIL if it cannot be decoded;
                                 may be empty, and need not end with the delimiter */
    imap4_view wire_prefix; /**< as sent, unquoted */
    int32_t    delimiter;   /**< of its hierarchy as a byte, -1 for NIL: flat */
    int32_t    reserved;
    const imap4_namespace_param *params; /**< `params_count` of them */
    size_t                       params_count;
} imap4_namespace_entry;

/** Some namespaces; none if the server said NIL. */
typedef struct imap4_namespace_list {
    const imap4_namespace_entry *at;
    size_t                       count;
} imap4_namespace_list;

/** A NAMESPACE response.  The library makes it and may append members. */
typedef struct imap4_namespaces {
    imap4_namespace_list personal; /**< the user's own mailboxes */
    imap4_namespace_list others;   /**< those of other users */
    imap4_namespace_list shared;   /**< those of nobody */
} imap4_namespaces;

/**
 * Reads a NAMESPACE response.
 *
 * @param ev   an event of type IMAP4_EV_NAMESPACE.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_namespace_get(const imap4_event       *ev,
                                                 const imap4_namespaces **out);

IMAP4_END_DECLS

#endif
