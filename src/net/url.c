/* SPDX-License-Identifier: MIT */
/* net/url.c - "imaps://user@host:port/mailbox", taken apart (RFC 3986, RFC 5092). */
#include "imap4/net.h"

#include "base/num.h"
#include "base/view.h"

typedef struct scheme {
    imap4_view name;
    int32_t    security;
    uint16_t   port;
} scheme;

static const scheme schemes[] = {
    { { "imaps://", 8 }, IMAP4_SECURITY_TLS, 993 },
    { { "imap://", 7 }, IMAP4_SECURITY_STARTTLS, 143 },
    { { "imap+insecure://", 16 }, IMAP4_SECURITY_INSECURE, 143 },
};

static int refuse(imap4_error *error, imap4_view text, imap4_view where)
{
    if (where.len > 80)
        where.len = 80;
    *error = (imap4_error){ .code = IMAP4_E_ARG, .text = text, .where = where };
    return IMAP4_E_ARG;
}

static int hex(char c)
{
    if (i4_is_digit(c))
        return c - '0';
    const int low = i4_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* Decodes %XX into a NUL-terminated buffer.  False for a broken %, for control characters
 * (CR, LF and NUL above all), or if it does not fit. */
static bool decode(imap4_view in, char *out, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        int c = (unsigned char)in.ptr[i];
        if (c == '%') {
            if (in.len - i < 3 || hex(in.ptr[i + 1]) < 0 || hex(in.ptr[i + 2]) < 0)
                return false;
            c = hex(in.ptr[i + 1]) * 16 + hex(in.ptr[i + 2]);
            i += 2;
        }
        if (c < 0x20 || c == 0x7f || len + 1 >= size)
            return false;
        out[len++] = (char)c;
    }
    out[len] = '\0';
    return true;
}

static const char *find(imap4_view in, char c)
{
    return in.len == 0 ? NULL : memchr(in.ptr, c, in.len);
}

static const char *find_last(imap4_view in, char c)
{
    for (size_t i = in.len; i > 0; i--)
        if (in.ptr[i - 1] == c)
            return in.ptr + i - 1;
    return NULL;
}

/* RFC 5092 has more than a server and a mailbox: nothing of that is dropped silently. */
static const char *find_extra(imap4_view in)
{
    for (size_t i = 0; i < in.len; i++)
        if (in.ptr[i] == ';' || in.ptr[i] == '?' || in.ptr[i] == '#')
            return in.ptr + i;
    return NULL;
}

static int check_host(const char *host, imap4_view text, imap4_error *error)
{
    for (const char *p = host; *p != '\0'; p++) {
        if ((unsigned char)*p >= 0x80)
            return refuse(error,
                          IMAP4_V("write the host in its ASCII form, xn--..., as in DNS"),
                          text);
        const unsigned char low = i4_lower(*p);
        if (!(low >= 'a' && low <= 'z') && !i4_is_digit(*p) && strchr("-._:%", *p) == NULL)
            return refuse(error, IMAP4_V("the host has a character that no host has"),
                          text);
    }
    return IMAP4_OK;
}

/* "host", "host:993", "[::1]:993" */
static int read_host(imap4_view text, imap4_url *url, imap4_error *error)
{
    imap4_view  host  = text;
    const char *end   = text.ptr + text.len;
    const char *colon = find_last(text, ':');
    if (text.len != 0 && text.ptr[0] == '[') {
        const char *close = find(text, ']');
        if (close == NULL)
            return refuse(error, IMAP4_V("an IPv6 address needs its closing ]"), text);
        host  = i4_view(text.ptr + 1, close);
        colon = close + 1 < end ? close + 1 : NULL;
        if (find(host, ':') == NULL || (colon != NULL && *colon != ':'))
            return refuse(error, IMAP4_V("brackets are for IPv6: [::1] or [::1]:993"),
                          text);
    } else if (colon != NULL) {
        host = i4_view(text.ptr, colon);
        if (find(host, ':') != NULL)
            return refuse(error, IMAP4_V("an IPv6 address goes into brackets: [::1]"),
                          text);
    }
    if (host.len == 0)
        return refuse(error, IMAP4_V("the host is missing"), text);
    if (!decode(host, url->host, sizeof url->host))
        return refuse(error, IMAP4_V("the host has a character that no host has"), text);
    const int rc = check_host(url->host, text, error);
    if (rc < 0 || colon == NULL)
        return rc;
    uint64_t port = 0;
    if (!i4_num_view(i4_view(colon + 1, end), UINT16_MAX, &port) || port == 0)
        return refuse(error, IMAP4_V("the port is no number from 1 to 65535"),
                      i4_view(colon, end));
    url->port = (uint16_t)port;
    return IMAP4_OK;
}

static int refuse_password(imap4_error *error)
{
    return refuse(
        error,
        IMAP4_V("whoever sees the command line or a log would see the password: "
                "take it out of the URL and give it apart"),
        IMAP4_V("***"));
}

/* Behind the scheme: [user@]host[:port][/mailbox] */
static int read_rest(imap4_view rest, imap4_url *url, imap4_error *error)
{
    const char      *end       = rest.ptr + rest.len;
    const char      *slash     = find(rest, '/');
    const imap4_view authority = i4_view(rest.ptr, slash == NULL ? end : slash);
    const imap4_view path      = slash == NULL ? IMAP4_NIL : i4_view(slash + 1, end);
    const char      *at        = find_last(authority, '@');
    const char      *colon     = find(authority, ':');
    imap4_view       host      = authority;
    if (at != NULL) {
        const imap4_view user = i4_view(authority.ptr, at);
        if (colon != NULL && colon < at)
            return refuse_password(error);
        if (find_extra(user) != NULL)
            return refuse(error, IMAP4_V(";AUTH= is not understood here"), user);
        if (!decode(user, url->user, sizeof url->user))
            return refuse(error,
                          IMAP4_V("the user is too long or holds a control character"),
                          user);
        host = i4_view(at + 1, authority.ptr + authority.len);
    }
    const int rc = read_host(host, url, error);
    /* "user:pass/word@host": the slash cut it, and what is left must not be shown. */
    if (rc < 0 && at == NULL && colon != NULL && find(path, '@') != NULL)
        return refuse_password(error);
    if (rc < 0)
        return rc;
    const char *extra = find_extra(path);
    if (extra != NULL)
        return refuse(
            error,
            IMAP4_V("a URL names a server and a mailbox here, nothing more; write "
                    "; ? # of a name as %3B %3F %23"),
            i4_view(extra, end));
    if (!decode(path, url->mailbox, sizeof url->mailbox))
        return refuse(
            error, IMAP4_V("the mailbox is too long or holds a control character"), path);
    return IMAP4_OK;
}

int imap4_url_parse(imap4_view text, imap4_url *out, imap4_error *error)
{
    imap4_url   url = { 0 };
    imap4_error ignored;
    if (error == NULL)
        error = &ignored;
    *error = (imap4_error){ 0 };
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const scheme *s = &schemes[i];
        if (text.len < s->name.len || !i4_equal_nocase(text.ptr, s->name.ptr, s->name.len))
            continue;
        url.security = s->security;
        url.port     = s->port;
        const int rc = read_rest(
            (imap4_view){ text.ptr + s->name.len, text.len - s->name.len }, &url, error);
        if (rc == IMAP4_OK)
            *out = url;
        return rc;
    }
    /* What stands there may hold a password, too. */
    return refuse(error,
                  IMAP4_V("a URL begins with imaps://, imap:// or imap+insecure://"),
                  find(text, '@') != NULL ? IMAP4_NIL : text);
}
