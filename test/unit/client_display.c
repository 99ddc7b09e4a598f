/* SPDX-License-Identifier: MIT */
/* test/unit/client_display.c - a server's words in errors, alerts and debug lines of the
 * IMAP4 object are fit for a screen. */
#include "client_help.h"
#include "hostile_text.h"

#include <stdlib.h>

typedef struct heard {
    size_t lines;
    size_t longest;
    bool   is_bad;
} heard;

static void hear(void *user, imap4_view line)
{
    heard *h = user;
    h->lines++;
    if (line.len > h->longest)
        h->longest = line.len;
    h->is_bad = h->is_bad || !is_fit_for_people(line.ptr, line.len);
}

/* What can stand in a line of a script. */
static bool is_of_one_line(imap4_view text)
{
    return memchr(text.ptr, '\0', text.len) == NULL &&
           memchr(text.ptr, '\r', text.len) == NULL &&
           memchr(text.ptr, '\n', text.len) == NULL;
}

static void fit(imap4_view text, const char *what, size_t number)
{
    if (!is_fit_for_people(text.ptr, text.len))
        fail_msg("%s of text %zu is not fit for a screen", what, number);
}

/* A NO with these words behind an alert with these words. */
static void is_told(imap4_view text, size_t number)
{
    char          lines[8192];
    script        s;
    heard         h   = { 0 };
    imap4_options opt = IMAP4_OPTIONS;
    opt.alert_hook    = hear;
    opt.debug_hook    = hear;
    opt.debug         = 5;
    opt.hook_user     = &h;
    (void)snprintf(lines, sizeof lines,
                   PREAUTH "C: T1 NOOP\nS: * OK [ALERT] %.*s\nS: T1 NO [X %.*s] %.*s\n",
                   IMAP4_ARG(text), IMAP4_ARG(text), IMAP4_ARG(text));
    imap4       *m = script_connect_as(&s, lines, &opt, NULL);
    imap4_reply *r = NULL;
    assert_int_not_equal(imap4_noop(m, &r), IMAP4_OK);
    const imap4_error *e = imap4_last_error(m);
    assert_int_not_equal(e->code, IMAP4_OK);
    fit(e->text, "the error's text", number);
    fit(e->where, "the error's where", number);
    assert_false(h.is_bad);
    assert_true(h.lines > 3);
    assert_true(h.longest < 2048);
    imap4_reply_free(&r);
    imap4_free(&m);
}

static void words_of_the_server_are_tamed(void **state)
{
    (void)state;
    size_t told = 0;
    for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
        if (!is_of_one_line(hostile_texts[i]))
            continue;
        is_told(hostile_texts[i], i);
        told++;
    }
    assert_true(told >= 40);
}

static void long_words_are_cut(void **state)
{
    (void)state;
    char text[2000];
    for (size_t i = 0; i < sizeof text; i += 4)
        memcpy(text + i, "\xe2\x80\xae\x1b", 4);
    is_told((imap4_view){ text, sizeof text }, 1000);
}

/* Before the first command, too: the greeting. */
static void words_of_a_bad_greeting_are_tamed(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
        char          lines[512];
        script        s;
        heard         h   = { 0 };
        int           rc  = 0;
        imap4_options opt = IMAP4_OPTIONS;
        opt.debug_hook    = hear;
        opt.debug         = 5;
        opt.hook_user     = &h;
        if (!is_of_one_line(hostile_texts[i]))
            continue;
        (void)snprintf(lines, sizeof lines, "S: * BYE %.*s\n",
                       IMAP4_ARG(hostile_texts[i]));
        imap4 *m = script_connect_as(&s, lines, &opt, &rc);
        assert_int_not_equal(rc, IMAP4_OK);
        if (m != NULL) {
            fit(imap4_last_error(m)->text, "the error's text", i);
            fit(imap4_last_error(m)->where, "the error's where", i);
        }
        assert_false(h.is_bad);
        imap4_free(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_the_server_are_tamed),
        cmocka_unit_test(long_words_are_cut),
        cmocka_unit_test(words_of_a_bad_greeting_are_tamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
