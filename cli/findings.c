/* SPDX-License-Identifier: MIT */
/* cli/findings.c - what strict reading finds, as compilers say it: FILE:LINE:COLUMN. */
#include "findings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool findings_look(findings *f, const char *bytes, size_t len)
{
    for (const char *p = bytes, *end = bytes + len;
         p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) {
        if (f->count == f->cap) {
            const size_t cap  = f->cap == 0 ? 256 : f->cap * 2;
            uint64_t    *more = realloc(f->lf, cap * sizeof *more);
            if (more == NULL)
                return false;
            f->lf  = more;
            f->cap = cap;
        }
        f->lf[f->count++] = f->read + (uint64_t)(p - bytes);
    }
    f->read += len;
    return true;
}

/* Forgets the line ends before `offset`. */
static void pass(findings *f, uint64_t offset)
{
    while (f->first < f->count && f->lf[f->first] < offset) {
        f->begin = f->lf[f->first++] + 1;
        f->passed++;
    }
    if (f->first > f->count / 2) {
        f->count -= f->first;
        memmove(f->lf, f->lf + f->first, f->count * sizeof *f->lf);
        f->first = 0;
    }
}

/* What cannot be seen, or is harmful to see, as C writes it. */
static void show_bytes(imap4_view bytes)
{
    fputs("    ", stderr);
    for (size_t i = 0; i < bytes.len; i++) {
        const unsigned char c = (unsigned char)bytes.ptr[i];
        if (c == '\r' || c == '\n' || c == '\t')
            fprintf(stderr, "\\%c", c == '\r' ? 'r' : c == '\n' ? 'n' : 't');
        else if (c < ' ' || c > '~')
            fprintf(stderr, "\\x%02x", c);
        else
            fputc(c, stderr);
    }
    fputc('\n', stderr);
}

static void tell(const findings *f, const imap4_diag *d)
{
    uint64_t line = f->passed + 1, begin = f->begin;
    for (size_t i = f->first; i < f->count && f->lf[i] < d->offset; i++) {
        begin = f->lf[i] + 1;
        line++;
    }
    fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s: %s [%s]\n", f->file, line,
            d->offset - begin + 1, d->is_damage ? "error" : "warning",
            imap4_diag_text(d->kind), imap4_diag_name(d->kind));
    if (d->bytes.len != 0)
        show_bytes(d->bytes);
    fprintf(stderr, "    %.*s\n", IMAP4_ARG(d->rule));
}

void findings_tell(findings *f, imap4_reader *reader, uint64_t offset)
{
    imap4_diag d;
    pass(f, offset);
    while (imap4_reader_diag(reader, &d) == 1)
        tell(f, &d);
}

void findings_free(findings *f)
{
    free(f->lf);
}
