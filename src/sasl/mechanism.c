/* SPDX-License-Identifier: MIT */
/* sasl/mechanism.c - the mechanisms that are only text. */
#include "sasl/mechanism.h"

#include "base/num.h"

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
static void say_saslname(i4_saying *to, imap4_view name)
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
    say_saslname(to, c->user);
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

const i4_mechanism i4_mechanisms[] = {
    { "PLAIN", I4_NEEDS_USER | I4_NEEDS_PASSWORD, true, 1, say_plain, NULL, '\0' },
    { "LOGIN", I4_NEEDS_USER | I4_NEEDS_PASSWORD, false, 2, say_login, NULL, '\0' },
    { "EXTERNAL", 0, true, 1, say_external, NULL, '\0' },
    { "ANONYMOUS", 0, true, 1, say_anonymous, NULL, '\0' },
    { "XOAUTH2", I4_NEEDS_USER | I4_NEEDS_TOKEN, true, 1, say_xoauth2, "", '\1' },
    /* RFC 7628 section 3.2.3: the client says 0x01, then the server fails. */
    { "OAUTHBEARER", I4_NEEDS_USER | I4_NEEDS_TOKEN, true, 1, say_oauthbearer, "\1",
      '\1' },
};
const size_t i4_mechanisms_count = sizeof i4_mechanisms / sizeof i4_mechanisms[0];
