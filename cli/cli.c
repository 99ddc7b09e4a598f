/* SPDX-License-Identifier: MIT */
/* cli/cli.c - what all verbs share: messages and options. */
#include "cli.h"

#include "imap4/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- messages ----------------------------------------------------------------- */

void cli_say(const char *format, ...)
{
    char    text[1024], tame[3 * sizeof text];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0)
        return;
    if ((size_t)len >= sizeof text)
        len = sizeof text - 1;
    const ptrdiff_t shown = imap4_text_display((imap4_view){ text, (size_t)len }, tame,
                                               sizeof tame);
    if (shown >= 0 && (size_t)shown <= sizeof tame)
        fprintf(stderr, "imap4: %.*s\n", (int)shown, tame);
}

int cli_finish(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CLI_OK;
    if (errno == EPIPE)
        return CLI_OK;
    cli_say("cannot write: %s", strerror(errno));
    return CLI_IO;
}

const char *cli_show(imap4_view bytes, char buf[CLI_SHOWN])
{
    if (bytes.len > 80)
        bytes.len = 80;
    const ptrdiff_t len = imap4_text_display(bytes, buf, CLI_SHOWN - 1);
    buf[len < 0 || len >= CLI_SHOWN ? 0 : len] = '\0';
    return buf;
}

/* ---- the nearest word ----------------------------------------------------------- */

enum {
    LONGEST_WORD = 32
};

/* How many letters must be changed, added or left out to make `b` of `a` (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
    const size_t len_a = strlen(a), len_b = strlen(b);
    size_t       row[LONGEST_WORD + 1];
    if (len_a > LONGEST_WORD || len_b > LONGEST_WORD)
        return LONGEST_WORD;
    for (size_t j = 0; j <= len_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= len_a; i++) {
        size_t diagonal = row[0];
        row[0]          = i;
        for (size_t j = 1; j <= len_b; j++) {
            const size_t above = row[j];
            size_t       best  = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j]   = best;
            diagonal = above;
        }
    }
    return row[len_b];
}

const char *cli_nearest(const char *word, const char *const *words, size_t count,
                        size_t stride)
{
    const char *best   = NULL;
    size_t      lowest = strlen(word) / 2 + 1; /* half of it wrong is another word */
    const char *column = (const char *)words;
    for (size_t i = 0; i < count; i++) {
        const char *candidate = NULL;
        memcpy(&candidate, column + i * stride, sizeof candidate);
        const size_t far = distance(word, candidate);
        if (far < lowest) {
            lowest = far;
            best   = candidate;
        }
    }
    return best;
}

/* ---- options ------------------------------------------------------------------- */

static bool is_named(const cli_option *row, const char *arg, size_t len)
{
    if (len == 2 && arg[0] == '-' && row->letter != 0 && arg[1] == row->letter)
        return true;
    return strlen(row->name) == len && memcmp(row->name, arg, len) == 0;
}

static int take_value(cli_args *args, const cli_option *row, const char *equals)
{
    args->value = NULL;
    if (equals != NULL && !row->has_value) {
        cli_say("%s takes no value", row->name);
        return CLI_BAD_OPTION;
    }
    if (equals != NULL) {
        args->value = equals + 1;
        return 0;
    }
    if (!row->has_value)
        return 0;
    if (args->at >= args->argc) {
        cli_say("%s needs a value", row->name);
        return CLI_BAD_OPTION;
    }
    args->value = args->argv[args->at++];
    return 0;
}

int cli_next_option(cli_args *args, const cli_option *rows, size_t count)
{
    const char *arg = args->at < args->argc ? args->argv[args->at] : NULL;
    if (arg == NULL || arg[0] != '-' || arg[1] == '\0')
        return CLI_NO_OPTION;
    args->at++;
    if (strcmp(arg, "--") == 0)
        return CLI_NO_OPTION;
    const char  *equals = strchr(arg, '=');
    const size_t len    = equals == NULL ? strlen(arg) : (size_t)(equals - arg);
    for (size_t i = 0; i < count; i++)
        if (is_named(&rows[i], arg, len))
            return take_value(args, &rows[i], equals) < 0 ? CLI_BAD_OPTION : (int)i;
    const char *nearest = cli_nearest(arg, &rows[0].name, count, sizeof rows[0]);
    if (nearest == NULL)
        cli_say("%s: no option '%s'", args->argv[0], arg);
    else
        cli_say("%s: no option '%s'; did you mean '%s'?", args->argv[0], arg, nearest);
    return CLI_BAD_OPTION;
}

bool cli_number(const char *option, const char *text, uint64_t min, uint64_t max,
                uint64_t *out)
{
    uint64_t    number = 0;
    bool        is_ok  = *text != '\0';
    const char *p      = text;
    for (; is_ok && *p != '\0'; p++) {
        const unsigned digit = (unsigned)(unsigned char)*p - '0';
        is_ok  = digit <= 9 && number <= (max - (digit <= max ? digit : max)) / 10;
        number = number * 10 + digit;
    }
    if (is_ok && number >= min && number <= max) {
        *out = number;
        return true;
    }
    cli_say("%s takes a number from %llu to %llu, not '%s'", option,
            (unsigned long long)min, (unsigned long long)max, text);
    return false;
}
