/* SPDX-License-Identifier: MIT */
/* test/unit/net_url.c - URLs of servers. */
#include "text_check.h"

#include "imap4/net.h"

/* "security host port user mailbox", or "refused: text [where]". */
static const char *parsed(imap4_view text)
{
    static char line[2048];
    imap4_url   url;
    imap4_error error;
    char       *copy = malloc(text.len + 1); /* so that nothing is read behind it */
    assert_non_null(copy);
    memcpy(copy, text.ptr, text.len);
    memset(&url, 0x5a, sizeof url);
    imap4_url before = url;
    const int rc     = imap4_url_parse((imap4_view){ copy, text.len }, &url, &error);
    assert_int_equal(error.code, rc);
    assert_int_equal(imap4_url_parse((imap4_view){ copy, text.len }, &url, NULL), rc);
    if (rc == IMAP4_OK)
        (void)snprintf(line, sizeof line, "%d %s %u <%s> <%s>", (int)url.security,
                       url.host, url.port, url.user, url.mailbox);
    else {
        assert_int_equal(rc, IMAP4_E_ARG);
        assert_memory_equal(&url, &before, sizeof url);
        assert_true(error.where.len <= 80);
        (void)snprintf(line, sizeof line, "refused: %.*s [%.*s]", IMAP4_ARG(error.text),
                       IMAP4_ARG(error.where));
    }
    free(copy);
    return line;
}

#define assert_url(text, want) assert_string_equal(parsed(IMAP4_V(text)), want)
#define assert_refused(text, word)                                                       \
    do {                                                                                 \
        const char *line = parsed(IMAP4_V(text));                                        \
        if (strncmp(line, "refused: ", 9) != 0 || strstr(line, word) == NULL)            \
            fail_msg("%s, which lacks %s", line, word);                                  \
    } while (0)

static void each_scheme_has_its_port(void **state)
{
    assert_url("imaps://host", "1 host 993 <> <>");
    assert_url("imap://host", "2 host 143 <> <>");
    assert_url("imap+insecure://host", "3 host 143 <> <>");
    assert_url("IMAPS://Host", "1 Host 993 <> <>");
}

static void a_port_may_be_named(void **state)
{
    assert_url("imaps://host:1", "1 host 1 <> <>");
    assert_url("imaps://host:65535/", "1 host 65535 <> <>");
}

static void a_port_is_a_number_from_1_to_65535(void **state)
{
    assert_refused("imaps://host:0", "port");
    assert_refused("imaps://host:65536", "port");
    assert_refused("imaps://host:99999999999999999999", "port");
    assert_refused("imaps://host:", "port");
    assert_refused("imaps://host:-1", "port");
    assert_refused("imaps://host:99x", "port");
    assert_refused("imaps://host: 99", "port");
}

static void addresses_of_ipv6_stand_in_brackets(void **state)
{
    assert_url("imaps://[::1]", "1 ::1 993 <> <>");
    assert_url("imaps://[2001:db8::7]:1993/INBOX", "1 2001:db8::7 1993 <> <INBOX>");
    assert_refused("imaps://::1", "[::1]");
    assert_refused("imaps://[::1", "]");
    assert_refused("imaps://[::1]993", "[::1]:993");
    assert_refused("imaps://[host]", "[::1]");
}

static void a_user_may_hold_an_at_sign(void **state)
{
    assert_url("imaps://alice@host", "1 host 993 <alice> <>");
    assert_url("imaps://alice@example.org@host", "1 host 993 <alice@example.org> <>");
    assert_url("imaps://alice%40example.org@host", "1 host 993 <alice@example.org> <>");
}

static void percent_signs_are_decoded_once(void **state)
{
    assert_url("imaps://a%2525@h/x%2Fy%20z", "1 h 993 <a%25> <x/y z>");
    assert_url("imaps://h/Entw%C3%BCrfe", "1 h 993 <> <Entw\xc3\xbcrfe>");
    assert_refused("imaps://h/100%", "mailbox");
    assert_refused("imaps://h/%4", "mailbox");
    assert_refused("imaps://h/%zz", "mailbox");
}

static void a_password_is_refused_and_not_repeated(void **state)
{
    static const char *const urls[] = {
        "imaps://alice:hunter2@host", "imaps://alice:hunter2@host/INBOX",
        "imaps://alice:hunter/2@host", "imaps://alice:@host", "http://alice:hunter2@host"
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const char *line = parsed(imap4_view_of(urls[i]));
        if (strncmp(line, "refused: ", 9) != 0 || strstr(line, "hunter") != NULL)
            fail_msg("%s: %s", urls[i], line);
    }
    assert_refused("imaps://alice:hunter2@host", "password");
}

static void control_characters_are_refused(void **state)
{
    assert_refused("imaps://ho\0st", "host");
    assert_refused("imaps://host%00.evil", "host");
    assert_refused("imaps://host\r\n", "host");
    assert_refused("imaps://a%0d%0ab@host", "user");
    assert_refused("imaps://host/a%0Ab", "mailbox");
    assert_refused("imaps://host/a%00b", "mailbox");
    assert_refused("imaps://host/a\x7f", "mailbox");
}

static void odd_hosts_are_refused(void **state)
{
    assert_refused("imaps://", "host");
    assert_refused("imaps:///INBOX", "host");
    assert_refused("imaps://alice@", "host");
    assert_refused("imaps://:993", "host");
    assert_refused("imaps://ho st", "host");
    assert_refused("imaps://b\xc3\xbc"
                   "cher.example",
                   "xn--");
}

static void other_schemes_are_refused(void **state)
{
    assert_refused("", "imaps://");
    assert_refused("imap", "imaps://");
    assert_refused("imaps:/host", "imaps://");
    assert_refused("host:993", "imaps://");
    assert_refused("https://host", "imaps://");
}

static void what_is_not_understood_is_not_dropped(void **state)
{
    assert_refused("imaps://alice;AUTH=PLAIN@host", "AUTH");
    assert_refused("imaps://host/INBOX;UIDVALIDITY=1", "%3B");
    assert_refused("imaps://host/INBOX/;UID=20", "%3B");
    assert_refused("imaps://host/INBOX?TEXT", "%3F");
    assert_url("imaps://host/a%3Bb%3F", "1 host 993 <> <a;b?>");
}

static void parts_that_are_too_long_are_refused(void **state)
{
    char text[2048];
    for (size_t len = 250; len < 260; len++) {
        (void)snprintf(text, sizeof text, "imaps://%0*d@h", (int)len, 1);
        assert_int_equal(strncmp(parsed(imap4_view_of(text)), "refused", 7) == 0,
                         len > 255);
        (void)snprintf(text, sizeof text, "imaps://%0*d", (int)len, 1);
        assert_int_equal(strncmp(parsed(imap4_view_of(text)), "refused", 7) == 0,
                         len > 255);
    }
    for (size_t len = 508; len < 516; len++) {
        (void)snprintf(text, sizeof text, "imaps://h/%0*d", (int)len, 1);
        assert_int_equal(strncmp(parsed(imap4_view_of(text)), "refused", 7) == 0,
                         len > 511);
    }
}

/* Whatever it is, it is parsed or refused, and nothing else happens. */
static void every_byte_everywhere_is_survived(void **state)
{
    const char base[] = "imaps://al%40ice@[::1]:993/IN%42OX";
    char       text[sizeof base];
    for (size_t at = 0; at < sizeof base - 1; at++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            memcpy(text, base, sizeof base);
            text[at] = (char)byte;
            (void)parsed((imap4_view){ text, sizeof base - 1 });
        }
        (void)parsed((imap4_view){ base, at });
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scheme_has_its_port),
        cmocka_unit_test(a_port_may_be_named),
        cmocka_unit_test(a_port_is_a_number_from_1_to_65535),
        cmocka_unit_test(addresses_of_ipv6_stand_in_brackets),
        cmocka_unit_test(a_user_may_hold_an_at_sign),
        cmocka_unit_test(percent_signs_are_decoded_once),
        cmocka_unit_test(a_password_is_refused_and_not_repeated),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(odd_hosts_are_refused),
        cmocka_unit_test(other_schemes_are_refused),
        cmocka_unit_test(what_is_not_understood_is_not_dropped),
        cmocka_unit_test(parts_that_are_too_long_are_refused),
        cmocka_unit_test(every_byte_everywhere_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
