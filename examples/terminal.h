/* SPDX-License-Identifier: MIT */
/* terminal.h - what a program needs that shows mail to people: text of strangers made
 * harmless, columns that stay in line, a password that nobody sees. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <imap4.h>

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

/* wcwidth() knows only in a UTF-8 locale how wide characters are. */
static inline void use_utf8(void)
{
    (void)setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
}

static inline int terminal_columns(int if_it_is_none)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0
               ? size.ws_col
               : if_it_is_none;
}

/* Encoded words decoded, control characters gone, one line.  Good until the next call. */
static inline imap4_view readable_text(imap4_view in)
{
    static char words[3 * 4096], text[9 * 4096]; /* what 4096 bytes can become */
    if (in.len > 4096)
        for (in.len = 4096; in.len > 0 && (in.ptr[in.len] & 0xc0) == 0x80;)
            in.len--;
    ptrdiff_t len = imap4_word2047_decode(in, words, sizeof words);
    len = imap4_text_display((imap4_view){ words, (size_t)len }, text, sizeof text);
    return (imap4_view){ text, (size_t)len };
}

/* Prints a cell of a table: cut or filled up to `columns` of the terminal. */
static inline void print_cell(imap4_view in, int columns)
{
    const imap4_view text = readable_text(in);
    int              used = 0, kept_used = 0;
    size_t           at = 0, kept = 0; /* what fits beside the sign that more follows */
    mbstate_t        state = { 0 };
    while (at < text.len) {
        wchar_t      c    = 0;
        const size_t step = mbrtowc(&c, text.ptr + at, text.len - at, &state);
        if (step == 0 || step > text.len - at)
            break; /* no UTF-8 locale on this system */
        const int width = wcwidth(c) < 0 ? 1 : wcwidth(c); /* CJK: 2, combining: 0 */
        if (used + width > columns)
            break;
        used += width;
        at += step;
        if (used < columns) {
            kept      = at;
            kept_used = used;
        }
    }
    if (at < text.len)
        printf("%.*s…%*s", (int)kept, text.ptr, columns - kept_used - 1, "");
    else
        printf("%.*s%*s", (int)at, text.ptr, columns - used, "");
}

/* Asks the person at the terminal, without showing what is typed.  1, or 0 if there is nobody
 * to ask, or ^C was typed. */
static inline int ask_secret(const char *question, char *buf, size_t size)
{
    struct termios shown, hidden;
    FILE          *tty = fopen("/dev/tty", "r+");
    if (tty == NULL || tcgetattr(fileno(tty), &shown) != 0)
        return 0;
    hidden = shown;
    hidden.c_lflag &= (tcflag_t) ~(unsigned)(ECHO | ISIG); /* ^C would leave it hidden */
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &hidden);
    fprintf(tty, "%s: ", question);
    (void)fflush(tty);
    const int ok = fgets(buf, (int)size, tty) != NULL && strchr(buf, 3) == NULL;
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &shown);
    fprintf(tty, "\n");
    (void)fclose(tty);
    buf[strcspn(buf, "\n")] = '\0';
    return ok;
}

#endif
