/* SPDX-License-Identifier: MIT */
/* sasl/mechanism.c - the mechanisms: those that are only text, and where the others are. */
#include "sasl/mechanism.h"

#include "base/num.h"
#include "base/view.h"
#include "sasl/gsasl.h"

#include <string.h>

void i4_say(i4_saying *to, imap4_view text)
{
    if (to->at != NULL && text.len != 0)
        memcpy(to->at + to->len, text.ptr, text.len);
    to->len += text.len;
}

/* RFC 4616 section 2: authzid NUL authcid NUL passwd. */
static void say_plain(i4_saying *to, unsigned i, const imap4_credentials *c)
{
    (void)i;
    i4_say(to, c->authzid);
    i4_say(to, IMAP4_V("\0"));
    i4_say(to, c->user);
    i4_say(to, IMAP4_V("\0"));
    i4_say(to, c->password);
}

/* The prompts are not looked at: servers word them in many ways. */
static void say_login(i4_saying *to, unsigned i, const imap4_credentials *c)
{
    i4_say(to, i == 0 ? c->user : c->password);
}

static void say_external(i4_saying *to, unsigned i, const imap4_credentials *c)
{
    (void)i;
    i4_say(to, c->authzid);
}

static void say_anonymous(i4_saying *to, unsigned i, const imap4_credentials *c)
{
    (void)i;
    i4_say(to, c->user);
}

static void say_xoauth2(i4_saying *to, unsigned i, const imap4_credentials *c)
{
    (void)i;
    i4_say(to, IMAP4_V("user="));
    i4_say(to, c->user);
    i4_say(to, IMAP4_V("\1auth=Bearer "));
    i4_say(to, c->token);
    i4_say(to, IMAP4_V("\1\1"));
}

/* RFC 5801 section 4: "," and "=" are escaped in a saslname. */
void i4_say_saslname(i4_saying *to, imap4_view name)
{
    for (size_t i = 0; i < name.len; i++) {
        const imap4_view byte = { name.ptr + i, 1 };
        const char       c    = name.ptr[i];
        i4_say(to, c == ',' ? IMAP4_V("=2C") : c == '=' ? IMAP4_V("=3D") : byte);
    }
}

/* RFC 7628 section 3.1 */
static void say_oauthbearer(i4_saying *to, unsigned i, const imap4_credentials *c)
{
    char digits[20];
    (void)i;
    i4_say(to, IMAP4_V("n,a="));
    i4_say_saslname(to, c->user);
    i4_say(to, IMAP4_V(","));
    if (c->host.len != 0) {
        i4_say(to, IMAP4_V("\1host="));
        i4_say(to, c->host);
    }
    if (c->port != 0) {
        i4_say(to, IMAP4_V("\1port="));
        i4_say(to, (imap4_view){ digits, i4_num_write(c->port, digits) });
    }
    i4_say(to, IMAP4_V("\1auth=Bearer "));
    i4_say(to, c->token);
    i4_say(to, IMAP4_V("\1\1"));
}

enum {
    USER_PASSWORD = I4_NEEDS_USER | I4_NEEDS_PASSWORD
};

static const i4_mechanism mechanisms[] = {
    { "PLAIN", USER_PASSWORD, true, 1, say_plain, NULL, '\0' },
    { "LOGIN", USER_PASSWORD, false, 2, say_login, NULL, '\0' },
    { "EXTERNAL", 0, true, 1, say_external, NULL, '\0' },
    { "ANONYMOUS", 0, true, 1, say_anonymous, NULL, '\0' },
    { "XOAUTH2", I4_NEEDS_USER | I4_NEEDS_TOKEN, true, 1, say_xoauth2, "", '\1' },
    /* RFC 7628 section 3.2.3: the client says 0x01, then the server fails. */
    { "OAUTHBEARER", I4_NEEDS_USER | I4_NEEDS_TOKEN, true, 1, say_oauthbearer, "\1",
      '\1' },
    { "SCRAM-SHA-256-PLUS", USER_PASSWORD | I4_NEEDS_BINDING, .dialogue = &i4_scram_ops,
      .hash = I4_SHA_256 },
    { "SCRAM-SHA-256", USER_PASSWORD, .dialogue = &i4_scram_ops, .hash = I4_SHA_256 },
    { "SCRAM-SHA-1-PLUS", USER_PASSWORD | I4_NEEDS_BINDING, .dialogue = &i4_scram_ops,
      .hash = I4_SHA_1 },
    { "SCRAM-SHA-1", USER_PASSWORD, .dialogue = &i4_scram_ops, .hash = I4_SHA_1 },
    { "CRAM-MD5", USER_PASSWORD, .dialogue = &i4_cram_ops },
};

const i4_mechanism *i4_mechanism_find(imap4_view name)
{
    for (size_t i = 0; i < sizeof mechanisms / sizeof mechanisms[0]; i++)
        if (i4_view_eq_nocase(name, imap4_view_of(mechanisms[i].name)))
            return mechanisms[i].dialogue == NULL || i4_gsasl_is_built ? &mechanisms[i]
                                                                       : NULL;
    return NULL;
}

bool i4_struct_take(void *to, size_t size, const void *from)
{
    size_t given = 0;
    if (from != NULL)
        memcpy(&given, from, sizeof given);
    if (given < sizeof given || given > 4096)
        return false;
    for (size_t i = size; i < given; i++)
        if (((const char *)from)[i] != 0)
            return false;
    memset(to, 0, size);
    memcpy(to, from, given < size ? given : size);
    memcpy(to, &size, sizeof size);
    return true;
}

bool i4_credentials_have(const imap4_credentials *c, unsigned needs)
{
    return ((needs & I4_NEEDS_USER) == 0 || c->user.ptr != NULL) &&
           ((needs & I4_NEEDS_PASSWORD) == 0 || c->password.ptr != NULL) &&
           ((needs & I4_NEEDS_TOKEN) == 0 || c->token.ptr != NULL) &&
           ((needs & I4_NEEDS_BINDING) == 0 ||
            (c->channel_binding.len != 0 && c->channel_binding_type.len != 0));
}
