/* SPDX-License-Identifier: MIT */
/* text/seqset.c - sets of numbers as ranges, never expanded. */
#include "text/seqset.h"

#include "base/mem.h"
#include "base/num.h"
#include "text/sink.h"

/* Numbers are kept less 1: then "*", which is 0 outside, is the largest, and one number
 * among others.  "7,9:*" and "8" merge to "7:*": both mean the same messages, because
 * what is above the largest number does not exist. */
#define STAR UINT32_MAX

/* So many ranges may wait to be sorted, even in a small set. */
#define MIN_UNSORTED 1024

typedef struct range {
    uint32_t low, high;
} range;

struct imap4_seqset {
    i4_mem mem;
    bool   is_uid;
    range *at; /* ascending, neither overlapping nor adjacent, as far as `sorted` */
    size_t count;
    size_t cap;
    size_t sorted; /* less than `count` only between push and settle */
};

static range range_of(uint32_t first, uint32_t last)
{
    const uint32_t a = first - 1, b = last - 1; /* 0 becomes STAR */
    return a <= b ? (range){ a, b } : (range){ b, a };
}

/* `low` lies in what ends with `high`, or right behind, or before it. */
static bool reaches(uint32_t high, uint32_t low)
{
    return low == 0 || low - 1 <= high;
}

static bool touch(range a, range b)
{
    return reaches(a.high, b.low) && reaches(b.high, a.low);
}

static range hull(range a, range b)
{
    return (range){ a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high };
}

/* Room for `more` ranges behind the last. */
static int reserve(imap4_seqset *set, size_t more)
{
    void     *at = set->at;
    const int rc = i4_mem_grow(&set->mem, &at, &set->cap, set->count, more,
                               sizeof *set->at);
    set->at      = at;
    return rc;
}

/* ---- life ----------------------------------------------------------------- */

int imap4_seqset_new(int uid, const imap4_allocator *allocator, imap4_seqset **out)
{
    i4_mem mem;
    if (!i4_mem_choose(allocator, &mem))
        return IMAP4_E_ARG;
    imap4_seqset *set = i4_mem_zalloc(&mem, sizeof *set);
    if (set == NULL)
        return IMAP4_E_NOMEM;
    set->mem    = mem;
    set->is_uid = uid != 0;
    *out        = set;
    return IMAP4_OK;
}

void imap4_seqset_free(imap4_seqset **set)
{
    if (set == NULL || *set == NULL)
        return;
    const i4_mem mem = (*set)->mem;
    i4_mem_free(&mem, (*set)->at, (*set)->cap * sizeof *(*set)->at);
    i4_mem_free(&mem, *set, sizeof **set);
    *set = NULL;
}

int imap4_seqset_dup(const imap4_seqset *set, imap4_seqset **out)
{
    imap4_seqset *copy = NULL;
    int           rc   = imap4_seqset_new(set->is_uid, &set->mem, &copy);
    if (rc < 0)
        return rc;
    rc = imap4_seqset_union(copy, set);
    if (rc < 0) {
        imap4_seqset_free(&copy);
        return rc;
    }
    *out = copy;
    return IMAP4_OK;
}

/* ---- search --------------------------------------------------------------- */

/* The first range that ends at or behind `low`; `count` if none does. */
static size_t find_end(const imap4_seqset *set, uint32_t low)
{
    size_t from = 0, to = set->count;
    while (from < to) {
        const size_t mid = from + (to - from) / 2;
        if (set->at[mid].high < low)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

/* The first range that begins behind `high`; `count` if none does. */
static size_t find_begin(const imap4_seqset *set, uint32_t high)
{
    size_t from = 0, to = set->count;
    while (from < to) {
        const size_t mid = from + (to - from) / 2;
        if (set->at[mid].low <= high)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

/* ---- change --------------------------------------------------------------- */

/* Puts `n` ranges in the place of those from `from` to before `to`. */
static int replace(imap4_seqset *set, size_t from, size_t to, const range *with, size_t n)
{
    const size_t gone = to - from;
    if (n > gone) {
        if (set->count - gone + n > IMAP4_SEQSET_MAX_RANGES)
            return IMAP4_E_LIMIT;
        const int rc = reserve(set, n - gone);
        if (rc < 0)
            return rc;
    }
    const size_t behind = set->count - to;
    if (behind != 0)
        memmove(set->at + from + n, set->at + to, behind * sizeof *set->at);
    if (n != 0)
        memcpy(set->at + from, with, n * sizeof *with);
    set->count  = from + n + behind;
    set->sorted = set->count;
    return IMAP4_OK;
}

int imap4_seqset_add(imap4_seqset *set, uint32_t first, uint32_t last)
{
    range  r    = range_of(first, last);
    range *tail = set->count != 0 ? &set->at[set->count - 1] : NULL;
    if (tail == NULL || (tail->low <= r.low && !reaches(tail->high, r.low)))
        return replace(set, set->count, set->count, &r, 1);
    if (tail->low <= r.low) {
        *tail = hull(*tail, r);
        return IMAP4_OK;
    }
    const size_t from = find_end(set, r.low == 0 ? 0 : r.low - 1);
    const size_t to   = find_begin(set, r.high == STAR ? STAR : r.high + 1);
    if (from < to)
        r = hull(hull(r, set->at[from]), set->at[to - 1]);
    return replace(set, from, to, &r, 1);
}

int imap4_seqset_remove(imap4_seqset *set, uint32_t first, uint32_t last)
{
    if (first == IMAP4_SEQ_STAR || last == IMAP4_SEQ_STAR ||
        imap4_seqset_contains(set, IMAP4_SEQ_STAR, 0))
        return IMAP4_E_ARG;
    const range  r    = range_of(first, last);
    const size_t from = find_end(set, r.low);
    const size_t to   = find_begin(set, r.high);
    if (from >= to)
        return IMAP4_OK;

    range  rest[2];
    size_t n = 0;
    if (set->at[from].low < r.low)
        rest[n++] = (range){ set->at[from].low, r.low - 1 };
    if (set->at[to - 1].high > r.high)
        rest[n++] = (range){ r.high + 1, set->at[to - 1].high };
    return replace(set, from, to, rest, n);
}

/* Puts a range behind the last one, or into it: `r` begins at or behind its begin. */
static void append(range *at, size_t *count, range r)
{
    if (*count != 0 && reaches(at[*count - 1].high, r.low))
        at[*count - 1] = hull(at[*count - 1], r);
    else
        at[(*count)++] = r;
}

/* Both are ascending; `out` has room for both. */
static size_t merge(range *out, const range *a, size_t a_count, const range *b,
                    size_t b_count)
{
    size_t count = 0, i = 0, j = 0;
    while (i < a_count || j < b_count) {
        const bool take_a = j == b_count || (i < a_count && a[i].low <= b[j].low);
        append(out, &count, take_a ? a[i++] : b[j++]);
    }
    return count;
}

int imap4_seqset_union(imap4_seqset *set, const imap4_seqset *other)
{
    if (set->is_uid != other->is_uid)
        return IMAP4_E_ARG;
    if (set == other || other->count == 0)
        return IMAP4_OK;

    /* Pieces of one long answer mostly follow each other. */
    if (set->count == 0 || set->at[set->count - 1].low <= other->at[0].low) {
        if (set->count + other->count <= IMAP4_SEQSET_MAX_RANGES) {
            const int rc = reserve(set, other->count);
            if (rc < 0)
                return rc;
            for (size_t i = 0; i < other->count; i++)
                append(set->at, &set->count, other->at[i]);
            set->sorted = set->count;
            return IMAP4_OK;
        }
    }

    const size_t cap = set->count + other->count;
    range       *at  = i4_mem_alloc(&set->mem, cap * sizeof *at);
    if (at == NULL)
        return IMAP4_E_NOMEM;
    const size_t count = merge(at, set->at, set->count, other->at, other->count);
    if (count > IMAP4_SEQSET_MAX_RANGES) {
        i4_mem_free(&set->mem, at, cap * sizeof *at);
        return IMAP4_E_LIMIT;
    }
    i4_mem_free(&set->mem, set->at, set->cap * sizeof *set->at);
    set->at     = at;
    set->cap    = cap;
    set->count  = count;
    set->sorted = count;
    return IMAP4_OK;
}

/* ---- fill in any order ---------------------------------------------------- */

/* Heapsort of a few, as it needs no table: moves at[i] down to its place. */
static void sift(range *at, size_t i, size_t count)
{
    const range r = at[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= count)
            break;
        if (child + 1 < count && at[child + 1].low > at[child].low)
            child++;
        if (at[child].low <= r.low)
            break;
        at[i] = at[child];
        i     = child;
    }
    at[i] = r;
}

static void sort_few(range *at, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift(at, i, count);
    for (size_t last = count; last-- > 1;) {
        const range top = at[0];
        at[0]           = at[last];
        at[last]        = top;
        sift(at, 0, last);
    }
}

/* Puts `from` to `to` in the order of eight bits of `low`; equal ones stay as they stand. */
static void sort_by_byte(const range *from, range *to, size_t count, unsigned shift)
{
    size_t at[256] = { 0 };
    for (size_t i = 0; i < count; i++)
        at[from[i].low >> shift & 0xff]++;
    for (size_t byte = 0, next = 0; byte < 256; byte++) {
        const size_t n = at[byte];
        at[byte]       = next;
        next += n;
    }
    for (size_t i = 0; i < count; i++)
        to[at[from[i].low >> shift & 0xff]++] = from[i];
}

/* In linear time, because a server chooses how many and in which order.  `spare` has room for
 * as many. */
static void sort(range *at, range *spare, size_t count)
{
    if (count < 256) {
        sort_few(at, count);
        return;
    }
    sort_by_byte(at, spare, count, 0);
    sort_by_byte(spare, at, count, 8);
    sort_by_byte(at, spare, count, 16);
    sort_by_byte(spare, at, count, 24);
}

static void settle(imap4_seqset *set)
{
    const size_t unsorted = set->count - set->sorted;
    sort(set->at + set->sorted, set->at + set->count, unsorted);

    /* Merged from behind, out of the room that every push keeps free. */
    range *late = set->at + set->count;
    memcpy(late, set->at + set->sorted, unsorted * sizeof *late);
    size_t i = set->sorted, to = set->count;
    for (size_t j = unsorted; j != 0;) {
        if (i != 0 && set->at[i - 1].low > late[j - 1].low)
            set->at[--to] = set->at[--i];
        else
            set->at[--to] = late[--j];
    }

    size_t count = 0;
    for (size_t k = 0; k < set->count; k++)
        append(set->at, &count, set->at[k]);
    set->count  = count;
    set->sorted = count;
}

int i4_seqset_settle(imap4_seqset *set)
{
    if (set->sorted < set->count)
        settle(set);
    return set->count > IMAP4_SEQSET_MAX_RANGES ? IMAP4_E_LIMIT : IMAP4_OK;
}

int i4_seqset_push(imap4_seqset *set, uint32_t first, uint32_t last)
{
    const range r        = range_of(first, last);
    size_t      unsorted = set->count - set->sorted;
    if (unsorted != 0 && touch(set->at[set->count - 1], r)) {
        set->at[set->count - 1] = hull(set->at[set->count - 1], r);
        return IMAP4_OK;
    }
    /* As often as the set grows by half or more: so it stays cheap. */
    if (unsorted >= MIN_UNSORTED && unsorted >= set->sorted) {
        settle(set);
        unsorted = 0;
    }
    const bool is_next = unsorted == 0 &&
                         (set->count == 0 || set->at[set->count - 1].low <= r.low);
    if (is_next && set->count != 0 && reaches(set->at[set->count - 1].high, r.low)) {
        set->at[set->count - 1] = hull(set->at[set->count - 1], r);
        return IMAP4_OK;
    }
    /* Out of order it may be in the set already, which only settle() sees. */
    if (set->sorted + is_next > IMAP4_SEQSET_MAX_RANGES)
        return IMAP4_E_LIMIT;
    /* The new range, and room for settle(). */
    const int rc = reserve(set, is_next ? 1 : unsorted + 2);
    if (rc < 0)
        return rc;
    set->at[set->count++] = r;
    if (is_next)
        set->sorted = set->count;
    return IMAP4_OK;
}

/* ---- text ----------------------------------------------------------------- */

/* RFC 3501 section 9, seq-number: "*" or a number from 1 without leading zeros. */
static bool take_number(const char **p, const char *end, uint32_t *out)
{
    if (*p == end || **p == '0')
        return false;
    if (**p == '*') {
        *out = IMAP4_SEQ_STAR;
        ++*p;
        return true;
    }
    uint64_t n;
    if (!i4_num_read(p, end, UINT32_MAX, &n))
        return false;
    *out = (uint32_t)n;
    return true;
}

int imap4_setiter_next(imap4_setiter *iter, uint32_t *first, uint32_t *last)
{
    if (iter->rest.len == 0)
        return 0;
    const char *p   = iter->rest.ptr;
    const char *end = p + iter->rest.len;
    uint32_t    from, to;
    if (!take_number(&p, end, &from))
        return IMAP4_E_SYNTAX;
    to = from;
    if (p != end && *p == ':') {
        p++;
        if (!take_number(&p, end, &to))
            return IMAP4_E_SYNTAX;
    }
    if (p != end && *p != ',')
        return IMAP4_E_SYNTAX;
    /* A comma at the end stays, as the error that the next call finds. */
    if (end - p > 1)
        p++;
    iter->rest = (imap4_view){ p, (size_t)(end - p) };
    *first     = from;
    *last      = to;
    return 1;
}

/* Into an empty set; what is in it after an error does not matter. */
static int read_text(imap4_seqset *set, imap4_view text)
{
    imap4_setiter iter  = { text };
    uint32_t      first = 0, last = 0;
    int           rc;
    if (text.len == 0)
        return IMAP4_E_SYNTAX;
    while ((rc = imap4_setiter_next(&iter, &first, &last)) > 0) {
        rc = i4_seqset_push(set, first, last);
        if (rc < 0)
            return rc;
    }
    return rc < 0 ? rc : i4_seqset_settle(set);
}

int imap4_seqset_parse(imap4_view text, int uid, imap4_seqset **out)
{
    imap4_seqset *set = NULL;
    int           rc  = imap4_seqset_new(uid, NULL, &set);
    if (rc < 0)
        return rc;
    rc = read_text(set, text);
    if (rc < 0) {
        imap4_seqset_free(&set);
        return rc;
    }
    *out = set;
    return IMAP4_OK;
}

int imap4_seqset_add_text(imap4_seqset *set, imap4_view text)
{
    imap4_seqset *more = NULL;
    int           rc   = imap4_seqset_new(set->is_uid, &set->mem, &more);
    if (rc < 0)
        return rc;
    rc = read_text(more, text);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_union(set, more);
    imap4_seqset_free(&more);
    return rc;
}

size_t i4_seqset_write_range(uint32_t first, uint32_t last, char text[21])
{
    char   number[20];
    size_t len = 0;
    if (first == IMAP4_SEQ_STAR) {
        text[0] = '*';
        return 1;
    }
    len = i4_num_write(first, number);
    memcpy(text, number, len);
    if (first == last)
        return len;
    text[len++] = ':';
    if (last == IMAP4_SEQ_STAR) {
        text[len++] = '*';
        return len;
    }
    const size_t more = i4_num_write(last, number);
    memcpy(text + len, number, more);
    return len + more;
}

/* STAR becomes 0. */
static size_t write_range(range r, char text[21])
{
    return i4_seqset_write_range(r.low + 1, r.high + 1, text);
}

ptrdiff_t imap4_seqset_format(const imap4_seqset *set, char *buf, size_t size)
{
    i4_sink out = { buf, size, 0 };
    for (size_t i = 0; i < set->count; i++) {
        char         text[21];
        const size_t len = write_range(set->at[i], text);
        if (i != 0)
            i4_sink_byte(&out, ',');
        i4_sink_bytes(&out, text, len);
    }
    return i4_sink_length(&out);
}

ptrdiff_t imap4_seqset_format_from(const imap4_seqset *set, size_t *range_index,
                                   char *buf, size_t size)
{
    i4_sink out = { buf, size, 0 };
    for (; *range_index < set->count; ++*range_index) {
        char         text[21];
        const size_t len   = write_range(set->at[*range_index], text);
        const size_t comma = out.len != 0;
        if (len + comma > size - out.len)
            return out.len != 0 ? i4_sink_length(&out) : IMAP4_E_LIMIT;
        if (comma)
            i4_sink_byte(&out, ',');
        i4_sink_bytes(&out, text, len);
    }
    return i4_sink_length(&out);
}

/* ---- questions ------------------------------------------------------------ */

int imap4_seqset_is_uid(const imap4_seqset *set)
{
    return set->is_uid;
}

size_t imap4_seqset_count_ranges(const imap4_seqset *set)
{
    return set->count;
}

int imap4_seqset_range(const imap4_seqset *set, size_t index, uint32_t *first,
                       uint32_t *last)
{
    if (index >= set->count)
        return 0;
    if (first != NULL)
        *first = set->at[index].low + 1; /* STAR becomes 0 */
    if (last != NULL)
        *last = set->at[index].high + 1;
    return 1;
}

uint64_t imap4_seqset_cardinality(const imap4_seqset *set)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < set->count; i++)
        sum += (uint64_t)set->at[i].high - set->at[i].low + 1;
    return sum;
}

int imap4_seqset_contains(const imap4_seqset *set, uint32_t number, uint32_t max)
{
    const bool has_star = set->count != 0 && set->at[set->count - 1].high == STAR;
    if (number == IMAP4_SEQ_STAR)
        return has_star;
    if (has_star && max != 0 && number == max)
        return 1;
    const size_t i = find_end(set, number - 1);
    if (i == set->count || set->at[i].low > number - 1)
        return 0;
    return set->at[i].high != STAR || max == 0 || number <= max;
}
