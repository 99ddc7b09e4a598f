/* SPDX-License-Identifier: MIT */
/* secrets.c - reads what was sent as a server would, without the library, and knows of each
 * line whether it holds a secret. */
#include "secrets.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
    const text *traced;
    size_t     *count;
    char        found[256];
} search;

static bool holds(const text *t, const char *word, size_t len)
{
    for (size_t i = 0; i + len <= t->len; i++)
        if (memcmp(t->at + i, word, len) == 0)
            return true;
    return false;
}

/* One letter is in every line. */
static void look_for(search *s, const char *word, size_t len)
{
    if (len < 2 || len >= sizeof s->found)
        return;
    *s->count += 1;
    if (s->found[0] == '\0' && holds(s->traced, word, len)) {
        memcpy(s->found, word, len);
        s->found[len] = '\0';
    }
}

/* The last word of a line, without its quotes. */
static void look_for_last(search *s, const char *line, size_t len)
{
    size_t from = len;
    while (from != 0 && line[from - 1] != ' ')
        from--;
    if (len - from >= 2 && line[from] == '"' && line[len - 1] == '"') {
        from++;
        len--;
    }
    if (len > from && line[len - 1] != '}' && line[from] != '{')
        look_for(s, line + from, len - from);
}

static bool starts(const char *line, size_t len, const char *word)
{
    const size_t n = strlen(word);
    return len >= n && memcmp(line, word, n) == 0;
}

/* "A12 ": the tags of the library's tests; they are one letter and a number. */
static size_t tag_of(const char *line, size_t len)
{
    size_t i = 1;
    if (len == 0 || line[0] != 'A')
        return 0;
    while (i < len && line[i] >= '0' && line[i] <= '9')
        i++;
    return i > 1 && i < len && line[i] == ' ' ? i + 1 : 0;
}

/* "AUTHENTICATE PLAIN response": what stands behind the mechanism. */
static void look_for_initial(search *s, const char *args, size_t len)
{
    const char *space = memchr(args, ' ', len);
    if (space != NULL)
        look_for(s, space + 1, len - (size_t)(space + 1 - args));
}

const char *secrets_shown(const text *sent, const text *traced, size_t *count)
{
    static search s;
    const char   *at      = sent->at;
    const char   *end     = sent->at == NULL ? NULL : sent->at + sent->len;
    bool          is_auth = false, is_login = false;
    s = (search){ .traced = traced, .count = count };
    while (at != NULL && at < end) {
        const char  *lf  = memchr(at, '\n', (size_t)(end - at));
        const size_t len = lf == NULL ? (size_t)(end - at)
                                      : (size_t)(lf - at) - (lf > at && lf[-1] == '\r');
        const size_t tag = tag_of(at, len);
        if (tag != 0) {
            is_auth  = starts(at + tag, len - tag, "AUTHENTICATE ");
            is_login = starts(at + tag, len - tag, "LOGIN ");
            if (is_auth)
                look_for_initial(&s, at + tag + 13, len - tag - 13);
        } else if (is_auth && len != 1) { /* not "*" */
            look_for(&s, at, len);
        }
        if (is_login)
            look_for_last(&s, at, len);
        at = lf == NULL ? end : lf + 1;
    }
    return s.found[0] == '\0' ? NULL : s.found;
}
