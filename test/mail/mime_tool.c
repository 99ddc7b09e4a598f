/* SPDX-License-Identifier: MIT */
/* test/mail/mime_tool.c - what the library makes of one thing a line, for compare_email.py.
 *
 * A request is words and hexadecimal bytes, separated by blanks; "-" is NIL, "." is empty:
 *   text IN                    imap4_mime_text()
 *   param NAME (NAME VALUE)*   imap4_mime_param()
 *   body ENCODING CHARSET IN   imap4_decoder
 *   date IN                    imap4_envelope_time()
 * The answer is bytes in hexadecimal, "." for none, or the negative imap4_rc. */
#include <imap4.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_WORDS = 4096
};

static imap4_view views[MAX_WORDS];
static size_t     count;

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Bytes in place of their digits. */
static imap4_view from_hex(char *word)
{
    if (strcmp(word, "-") == 0)
        return IMAP4_NIL;
    if (strcmp(word, ".") == 0)
        return IMAP4_V("");
    size_t n = 0;
    for (; word[2 * n] != '\0' && word[2 * n + 1] != '\0'; n++)
        word[n] = (char)(unsigned char)(digit(word[2 * n]) << 4 | digit(word[2 * n + 1]));
    return (imap4_view){ word, n };
}

static void answer(const char *ptr, ptrdiff_t len)
{
    if (len < 0) {
        (void)printf("%td\n", len);
        return;
    }
    for (ptrdiff_t i = 0; i < len; i++)
        (void)printf("%02x", (unsigned)(unsigned char)ptr[i]);
    (void)puts(len == 0 ? "." : "");
}

static void do_text(char *buf, size_t size)
{
    answer(buf, imap4_mime_text(views[0], buf, size));
}

static void do_param(char *buf, size_t size)
{
    static imap4_param at[MAX_WORDS / 2];
    imap4_params       params = { at, (count - 1) / 2 };
    for (size_t i = 0; i < params.count; i++)
        at[i] = (imap4_param){ views[1 + 2 * i], views[2 + 2 * i] };
    answer(buf, imap4_mime_param(&params, views[0], buf, size));
}

/* In pieces of odd sizes, into odd rooms. */
static void do_body(char *buf, size_t size)
{
    imap4_decoder *d   = NULL;
    imap4_view     in  = views[2];
    size_t         len = 0, piece = 1;
    ptrdiff_t      n = imap4_decoder_new(views[0], views[1], NULL, &d);
    while (n >= 0 && in.len != 0) {
        size_t           used = 0;
        const imap4_view some = { in.ptr, in.len < piece ? in.len : piece };
        const size_t     room = size - len < piece + 7 ? size - len : piece + 7;
        n                     = imap4_decoder_feed(d, some, buf + len, room, &used);
        len += n < 0 ? 0 : (size_t)n;
        in.ptr += used;
        in.len -= used;
        piece = piece % 1000 * 3 + 1;
    }
    while (n >= 0 && (n = imap4_decoder_finish(d, buf + len, size - len)) > 0)
        len += (size_t)n;
    imap4_decoder_free(&d);
    answer(buf, n < 0 ? n : (ptrdiff_t)len);
}

static void do_date(char *buf, size_t size)
{
    const imap4_envelope envelope = { .date = views[0] };
    int64_t              seconds  = 0;
    const int            rc       = imap4_envelope_time(&envelope, &seconds);
    answer(buf, rc < 0 ? rc : snprintf(buf, size, "%" PRId64, seconds));
}

static const struct {
    const char *name;
    size_t      least;
    void (*run)(char *buf, size_t size);
} verbs[] = {
    { "text", 1, do_text },
    { "param", 1, do_param },
    { "body", 3, do_body },
    { "date", 1, do_date },
};

static void run(const char *verb, char *buf, size_t size)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verb, verbs[i].name) == 0 && count >= verbs[i].least) {
            verbs[i].run(buf, size);
            return;
        }
    exit(64);
}

int main(void)
{
    char   *line = NULL;
    size_t  room = 0;
    ssize_t len;
    while ((len = getline(&line, &room, stdin)) > 0) {
        char       *rest = NULL;
        const char *verb = strtok_r(line, " \n", &rest);
        char       *word;
        count = 0;
        while (count < MAX_WORDS && (word = strtok_r(NULL, " \n", &rest)) != NULL)
            views[count++] = from_hex(word);
        /* A charset makes at most 16 bytes of one. */
        const size_t size = (size_t)len * 8 + 4096;
        char        *buf  = malloc(size);
        if (verb == NULL || buf == NULL)
            return 1;
        run(verb, buf, size);
        free(buf);
    }
    free(line);
    return fflush(stdout) == 0 ? 0 : 1;
}
