/* SPDX-License-Identifier: MIT */
/* net/url.c - "imaps://user@host:port/mailbox", taken apart. */
#include "imap4/net.h"

#include "base/num.h"
#include "base/view.h"

typedef struct scheme {
    imap4_view name;
    int32_t    security;
    uint16_t   port;
} scheme;

static const scheme schemes[] = {
    {{"imaps://", 8}, IMAP4_SECURITY_TLS, 993},
    {{"imap://", 7}, IMAP4_SECURITY_STARTTLS, 143},
    {{"imap+insecure://", 16}, IMAP4_SECURITY_INSECURE, 143},
};

static int refuse(imap4_error *error, imap4_view text, imap4_view where)
{
    if (where.len > 80)
        where.len = 80;
    if (error != NULL)
        *error = (imap4_error){.code = IMAP4_E_ARG, .text = text, .where = where};
    return IMAP4_E_ARG;
}

static int hex(char c)
{
    if (i4_is_digit(c))
        return c - '0';
    const int low = i4_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* Percent-decodes into a NUL-terminated buffer; false if that cannot be, or a byte is
 * one that must not be there. */
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

static const char *find_last(imap4_view in, char c)
{
    for (size_t i = in.len; i > 0; i--)
        if (in.ptr[i - 1] == c)
            return in.ptr + i - 1;
    return NULL;
}

/* "host", "host:993", "[::1]:993" */
static int read_host(imap4_view text, imap4_url *url, imap4_error *error)
{
    imap4_view  host  = text;
    const char *end   = text.ptr + text.len;
    const char *colon = NULL;
    if (text.len != 0 && text.ptr[0] == '[') {
        const char *close = memchr(text.ptr, ']', text.len);
        if (close == NULL)
            return refuse(error, IMAP4_V("an IPv6 address needs its closing ]"), text);
        host  = i4_view(text.ptr + 1, close);
        colon = close + 1 < end ? close + 1 : NULL;
        if (colon != NULL && *colon != ':')
            return refuse(error, IMAP4_V("after ] only :port may follow"), text);
    } else {
        colon = find_last(text, ':');
        if (colon != NULL)
            host = i4_view(text.ptr, colon);
    }
    if (host.len == 0 || !decode(host, url->host, sizeof url->host))
        return refuse(error, IMAP4_V("the host is missing or cannot be used"), text);
    for (const char *p = url->host; *p != '\0'; p++)
        if (*p == ' ' || *p == '@' || *p == '/')
            return refuse(error, IMAP4_V("the host is missing or cannot be used"), text);
    if (colon == NULL)
        return IMAP4_OK;
    uint64_t port = 0;
    if (!i4_num_view(i4_view(colon + 1, end), UINT16_MAX, &port) || port == 0)
        return refuse(error, IMAP4_V("the port is no number from 1 to 65535"), text);
    url->port = (uint16_t)port;
    return IMAP4_OK;
}

int imap4_url_parse(imap4_view text, imap4_url *out, imap4_error *error)
{
    imap4_url url = {0};
    if (error != NULL)
        *error = (imap4_error){0};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const scheme *s = &schemes[i];
        if (text.len < s->name.len || !i4_equal_nocase(text.ptr, s->name.ptr, s->name.len))
            continue;
        url.security = s->security;
        url.port     = s->port;
        imap4_view rest  = {text.ptr + s->name.len, text.len - s->name.len};
        const char *slash = rest.len == 0 ? NULL : memchr(rest.ptr, '/', rest.len);
        const char *end   = rest.ptr + rest.len;
        imap4_view  host  = i4_view(rest.ptr, slash == NULL ? end : slash);
        if (slash != NULL && !decode(i4_view(slash + 1, end), url.mailbox, sizeof url.mailbox))
            return refuse(error, IMAP4_V("the mailbox cannot be used"), i4_view(slash, end));
        const char *at = find_last(host, '@');
        if (at != NULL) {
            const imap4_view user = i4_view(host.ptr, at);
            if (memchr(user.ptr, ':', user.len) != NULL)
                return refuse(error,
                              IMAP4_V("a password in a URL is seen by everybody who sees the "
                                      "command line: leave it out and be asked for it"),
                              (imap4_view){"***", 3});
            if (!decode(user, url.user, sizeof url.user))
                return refuse(error, IMAP4_V("the user cannot be used"), user);
            host = i4_view(at + 1, host.ptr + host.len);
        }
        const int rc = read_host(host, &url, error);
        if (rc == IMAP4_OK)
            *out = url;
        return rc;
    }
    return refuse(error, IMAP4_V("a URL begins with imaps://, imap:// or imap+insecure://"),
                  text);
}
