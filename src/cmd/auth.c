/* SPDX-License-Identifier: MIT */
/* cmd/auth.c - LOGIN and AUTHENTICATE (RFC 3501 6.2, RFC 4959).
 *
 * Both rows are secret: whatever stands behind the name is masked.  The answers to
 * challenges are in engine/dialogue.c. */
#include "imap4/command.h"

#include "base/mem.h"
#include "base/num.h"
#include "base/try.h"
#include "engine/engine.h"
#include "engine/queue.h"

#include <string.h>

int imap4_cmd_login(imap4_engine *engine, imap4_view user, imap4_view pass, void *ctx,
                    imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "LOGIN", ctx, &c));
    i4_write_astring(c, user);
    /* Always in quotes, or a literal: some servers misread a password that is an atom. */
    i4_write_string(c, pass);
    return i4_cmd_queue(engine, c, out);
}

int imap4_cmd_authenticate(imap4_engine *engine, imap4_view mechanism, imap4_view initial,
                           void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "AUTHENTICATE", ctx, &c));
    i4_cmd_secret(c, false); /* the mechanism's name is none */
    i4_write_atom(c, mechanism);
    if (initial.ptr != NULL)
        i4_write_initial(c, initial);
    return i4_cmd_queue(engine, c, out);
}

static bool has_nul(imap4_view text)
{
    return text.len != 0 && memchr(text.ptr, 0, text.len) != NULL;
}

static char *put(char *to, imap4_view text)
{
    if (text.len != 0)
        memcpy(to, text.ptr, text.len);
    return to + text.len;
}

int imap4_cmd_auth_plain(imap4_engine *engine, imap4_view authzid, imap4_view user,
                         imap4_view pass, void *ctx, imap4_cmd *out)
{
    size_t size = 2;
    if (has_nul(authzid) || has_nul(user) || has_nul(pass))
        return i4_cmd_refuse(engine, IMAP4_E_ARG, "a name or password holds NUL",
                             IMAP4_NIL);
    if (!i4_add_size(size, authzid.len, &size) || !i4_add_size(size, user.len, &size) ||
        !i4_add_size(size, pass.len, &size))
        return i4_cmd_refuse(engine, IMAP4_E_ARG, "a name or password is too long",
                             IMAP4_NIL);
    char *message = i4_mem_alloc(&engine->mem, size);
    if (message == NULL)
        return i4_cmd_refuse(engine, IMAP4_E_NOMEM, "out of memory", IMAP4_NIL);
    /* RFC 4616 section 2: [authzid] NUL authcid NUL passwd */
    char *to = put(message, authzid);
    *to++    = '\0';
    to       = put(to, user);
    *to++    = '\0';
    (void)put(to, pass);
    const int rc = imap4_cmd_authenticate(engine, IMAP4_V("PLAIN"),
                                          (imap4_view){ message, size }, ctx, out);
    i4_mem_wipe(message, size);
    i4_mem_free(&engine->mem, message, size);
    return rc;
}
