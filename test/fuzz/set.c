/* SPDX-License-Identifier: MIT */
/* set.c - sets: the parser and the iterator take the same texts, what is written is read the
 * same, in one piece or in many, and the set holds what a table of bits holds. */
#include "imap4/set.h"

#include "pure.h"

enum {
    SMALL = 512 /* numbers of the table */
};

static bool table[SMALL + 1];

/* The ranges of the text in its own order; false if it is none. */
static bool iterate(imap4_view in, bool *has_large)
{
    imap4_setiter it = { in };
    uint32_t      first, last;
    int           rc;
    memset(table, 0, sizeof table);
    *has_large = false;
    while ((rc = imap4_setiter_next(&it, &first, &last)) == 1) {
        if (first > last && last != 0) {
            const uint32_t swapped = first;
            first                  = last;
            last                   = swapped;
        }
        if (first == 0 || last == 0 || last > SMALL) {
            *has_large = true;
            continue;
        }
        for (uint32_t n = first; n <= last; n++)
            table[n] = true;
    }
    return rc == 0;
}

static bool same(const imap4_seqset *a, const imap4_seqset *b)
{
    const size_t count = imap4_seqset_count_ranges(a);
    if (count != imap4_seqset_count_ranges(b))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t x[2], y[2];
        if (imap4_seqset_range(a, i, &x[0], &x[1]) != 1 ||
            imap4_seqset_range(b, i, &y[0], &y[1]) != 1 || x[0] != y[0] || x[1] != y[1])
            return false;
    }
    return true;
}

static pure written(const imap4_seqset *set)
{
    pure p = { NULL, imap4_seqset_format(set, NULL, 0) };
    check(p.len >= 0, "a set can be written");
    p.at = malloc((size_t)p.len + (p.len == 0));
    check(p.at != NULL, "there is memory");
    check(imap4_seqset_format(set, p.at, (size_t)p.len) == p.len, "as long as measured");
    return p;
}

/* Pieces of `room` bytes, with commas between, are the whole. */
static void in_pieces(const imap4_seqset *set, const pure *whole, size_t room)
{
    char  *piece = malloc(room);
    char  *all   = malloc((size_t)whole->len + room + 1);
    size_t index = 0, len = 0;
    check(piece != NULL && all != NULL, "there is memory");
    while (index < imap4_seqset_count_ranges(set)) {
        const size_t    before = index;
        const ptrdiff_t n      = imap4_seqset_format_from(set, &index, piece, room);
        check(n > 0 && (size_t)n <= room && index > before, "a piece of ranges");
        check(len + 1 + (size_t)n <= (size_t)whole->len + 1, "no more than the whole");
        if (len != 0)
            all[len++] = ',';
        memcpy(all + len, piece, (size_t)n);
        len += (size_t)n;
    }
    check(pure_is(whole, (imap4_view){ all, len }), "the pieces are the whole");
    free(piece);
    free(all);
}

static void holds_the_table(const imap4_seqset *set, bool has_large)
{
    uint64_t count = 0;
    for (uint32_t n = 1; n <= SMALL; n++) {
        count += table[n];
        if (!has_large)
            check((imap4_seqset_contains(set, n, SMALL) == 1) == table[n], "members");
        else if (table[n])
            check(imap4_seqset_contains(set, n, SMALL) == 1, "members among others");
    }
    if (!has_large)
        check(imap4_seqset_cardinality(set) == count, "how many");
}

static void goes_round(const imap4_seqset *set)
{
    pure          text  = written(set);
    imap4_seqset *again = NULL;
    if (text.len != 0) {
        check(imap4_seqset_parse(pure_view(&text), 0, &again) == IMAP4_OK &&
                  same(set, again),
              "written, it is read the same");
        pure twice = written(again);
        check(pure_is(&twice, pure_view(&text)), "there is one text of it");
        pure_free(&twice);
        in_pieces(set, &text, 21);
        in_pieces(set, &text, 40);
    }
    imap4_seqset_free(&again);
    pure_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pure             copy = pure_copy(data, size);
    const imap4_view in   = pure_view(&copy);
    imap4_seqset    *set = NULL, *other = NULL;
    bool             has_large;
    const int        rc = imap4_seqset_parse(in, 0, &set);
    const bool       is = iterate(in, &has_large);
    check((rc == IMAP4_OK) == (set != NULL), "a set or an error");
    if (rc == IMAP4_OK) {
        check(is, "what is parsed can be iterated");
        holds_the_table(set, has_large);
        goes_round(set);
        /* Joined with itself it is the same, without itself it is empty. */
        check(imap4_seqset_dup(set, &other) == IMAP4_OK && same(set, other), "a copy");
        check(imap4_seqset_union(other, set) == IMAP4_OK && same(set, other), "joined");
        if (imap4_seqset_remove(other, 100, 200) == IMAP4_OK) {
            memset(table + 100, 0, 101 * sizeof table[0]);
            holds_the_table(other, has_large);
            goes_round(other);
        }
    }
    imap4_seqset_free(&other);
    imap4_seqset_free(&set);
    pure_free(&copy);
    return 0;
}
