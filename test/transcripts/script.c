/* SPDX-License-Identifier: MIT */
/* test/transcripts/script.c - a transcript as steps. */
#include "script.h"

#include "short.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int hex(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char       *at       = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

bool script_unescape(const char *from, size_t len, text *out)
{
    const char *end = from + len;
    while (from < end) {
        char c = *from++;
        if (c == '\\') {
            if (from == end)
                return false;
            switch (*from++) {
            case 'r': c = '\r'; break;
            case 'n': c = '\n'; break;
            case 't': c = '\t'; break;
            case '0': c = '\0'; break;
            case '"': c = '"'; break;
            case '\\': c = '\\'; break;
            case 'x':
                if (end - from < 2 || hex(from[0]) < 0 || hex(from[1]) < 0)
                    return false;
                c = (char)(hex(from[0]) * 16 + hex(from[1]));
                from += 2;
                break;
            default: return false;
            }
        }
        bytes_add(out, &c, 1);
    }
    return true;
}

/* The step that bytes of this kind go to: the last one if it is of the same kind. */
static step *step_for(script *s, step_kind kind, int line)
{
    const bool joins = kind == STEP_SERVER || kind == STEP_CLIENT;
    if (joins && s->count != 0 && s->steps[s->count - 1].kind == kind) {
        s->steps[s->count - 1].last_line = line;
        return &s->steps[s->count - 1];
    }
    s->steps = realloc(s->steps, (s->count + 1) * sizeof *s->steps);
    if (s->steps == NULL)
        abort();
    s->steps[s->count] = (step){ .kind = kind, .line = line, .last_line = line };
    return &s->steps[s->count++];
}

static bool read_option(script *s, const char *line)
{
    char               name[32];
    unsigned long long value = 0;
    if (strcmp(line, "strict") == 0) {
        s->mode = 1;
        return true;
    }
    if (strcmp(line, "not-private") == 0) {
        s->is_open = 1;
        return true;
    }
    if (strcmp(line, "no-auto-capability") == 0) {
        s->no_auto_capability = 1;
        return true;
    }
    if (strcmp(line, "allow-overlap") == 0) {
        s->allow_overlap = 1;
        return true;
    }
    if (strcmp(line, "engine") == 0) {
        s->has_engine = true;
        return true;
    }
    if (strncmp(line, "quirks ", 7) == 0 && strlen(line + 7) < sizeof s->quirks) {
        memcpy(s->quirks, line + 7, strlen(line + 7) + 1);
        return true;
    }
    if (sscanf(line, "%31s %llu", name, &value) != 2)
        return false;
    if (strcmp(name, "max-response") == 0)
        s->max_response = (size_t)value;
    else if (strcmp(name, "inline-literal") == 0)
        s->inline_literal = (size_t)value;
    else if (strcmp(name, "max-literal") == 0)
        s->max_literal = value;
    else if (strcmp(name, "max-items") == 0)
        s->max_items = (size_t)value;
    else if (strcmp(name, "max-depth") == 0)
        s->max_depth = (uint32_t)value;
    else if (strcmp(name, "max-line") == 0)
        s->max_line = (uint32_t)value;
    else if (strcmp(name, "every") == 0)
        s->step_size = (size_t)value;
    else
        return false;
    return true;
}

/* "S: text", "S| text", "S\ text", "S* count text" (which has escapes too); `mark` is what follows the letter. */
static bool read_bytes(text *out, char mark, const char *rest)
{
    char *end = NULL;
    switch (mark) {
    case ':':
        bytes_add(out, rest, strlen(rest));
        bytes_add(out, "\r\n", 2);
        return true;
    case '|': bytes_add(out, rest, strlen(rest)); return true;
    case '\\': return script_unescape(rest, strlen(rest), out);
    case '*':
        for (unsigned long n = strtoul(rest, &end, 10); n != 0; n--)
            if (*end != ' ' || !script_unescape(end + 1, strlen(end + 1), out))
                return false;
        return true;
    default: return false;
    }
}

static bool read_line(script *s, char *line, int number)
{
    const size_t len  = strlen(line);
    const char   mark = len > 1 ? line[1] : '\0';
    const char  *rest = len > 2 ? line + 3 : "";
    if (len == 0 || line[0] == '#')
        return true;
    if (len > 2 && line[2] != ' ' && line[0] != '>' && line[0] != '@')
        return false;
    switch (line[0]) {
    case '@': return len > 2 && read_option(s, line + 2);
    case 'S':
        if (mark == '.') {
            (void)step_for(s, STEP_END, number);
            return true;
        }
        return read_bytes(&step_for(s, STEP_SERVER, number)->bytes, mark, rest);
    case 'C':
        s->has_engine = true;
        return read_bytes(&step_for(s, STEP_CLIENT, number)->bytes, mark, rest);
    case '>':
        s->has_engine = true;
        bytes_add(&step_for(s, STEP_CALL, number)->bytes, line + 2, len < 2 ? 0 : len - 2);
        return len > 2;
    case 'E':
        if (mark != ':')
            return false;
        text_add(&s->expected, "%s\n", rest);
        return true;
    case 'D':
        if (mark != ':')
            return false;
        text_add(&s->findings, "%s\n", rest);
        return true;
    default: return false;
    }
}

script *script_read(const char *path)
{
    FILE   *file   = fopen(path, "rb");
    script *s      = calloc(1, sizeof *s);
    char   *line   = NULL;
    size_t  cap    = 0;
    int     number = 0;
    if (file == NULL || s == NULL) {
        perror(path);
        exit(2);
    }
    s->name = path;
    for (ssize_t n; (n = getline(&line, &cap, file)) >= 0;) {
        number++;
        if (n != 0 && line[n - 1] == '\n')
            line[n - 1] = '\0';
        if (!read_line(s, line, number)) {
            fprintf(stderr, "%s:%d: not understood: %s\n", path, number, line);
            exit(2);
        }
    }
    free(line);
    fclose(file);
    for (size_t i = 0; i < s->count; i++)
        if (s->steps[i].kind == STEP_SERVER)
            s->server_bytes += s->steps[i].bytes.len;
    if (s->expected.at == NULL)
        text_add(&s->expected, "%s", "");
    return s;
}

void script_free(script *s)
{
    for (size_t i = 0; i < s->count; i++)
        text_free(&s->steps[i].bytes);
    free(s->steps);
    text_free(&s->expected);
    text_free(&s->findings);
    free(s);
}
