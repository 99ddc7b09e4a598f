/* SPDX-License-Identifier: MIT */
/* engine/query.c - search criteria, key by key (RFC 3501 6.4.4). */
#include "engine/query.h"

#include "imap4/text.h"

#include "base/view.h"
#include "engine/broken.h"
#include "engine/engine.h"

#include <string.h>

enum {
    DEPTH_MAX   = 100,
    CHARSET_MAX = 64
};

/* Something that waits for keys: a group, which takes any number, or an operator. */
typedef struct open_key {
    unsigned left;  /* an operator: keys it still takes */
    unsigned count; /* a group: keys in it */
    bool     is_group;
} open_key;

struct imap4_query {
    i4_mem             mem;
    const i4_registry *reg;
    i4_cmd             cmd;
    i4_needs           needs;
    open_key           open[DEPTH_MAX];
    size_t             depth;
    bool               is_8bit;   /* some string is not ASCII */
    bool               is_empty;  /* no key yet */
    bool               has_alone; /* a set stands outside of groups and operators */
    char               charset[CHARSET_MAX];
    size_t             charset_len; /* 0: UTF-8 */
};

/* ---- life ------------------------------------------------------------------- */

int i4_query_new(const imap4_allocator *allocator, const i4_registry *reg,
                 imap4_query **out)
{
    i4_mem mem;
    if (out == NULL || !i4_mem_choose(allocator, &mem))
        return IMAP4_E_ARG;
    imap4_query *q = i4_mem_zalloc(&mem, sizeof *q);
    if (q == NULL)
        return IMAP4_E_NOMEM;
    q->mem      = mem;
    q->reg      = reg;
    q->is_empty = true;
    i4_write_begin(&q->cmd, &q->mem);
    *out = q;
    return IMAP4_OK;
}

void imap4_query_free(imap4_query **query)
{
    if (query == NULL || *query == NULL)
        return;
    imap4_query *q   = *query;
    const i4_mem mem = q->mem;
    i4_write_free(&q->cmd);
    i4_mem_free(&mem, q, sizeof *q);
    *query = NULL;
}

/* ---- what waits for keys ------------------------------------------------------ */

static void refuse(imap4_query *q, const char *why, imap4_view where)
{
    i4_write_refuse(&q->cmd, IMAP4_E_ARG, why, where);
}

static void push(imap4_query *q, open_key key)
{
    if (q->depth == DEPTH_MAX)
        i4_write_refuse(&q->cmd, IMAP4_E_LIMIT, "more than 100 open groups and operators",
                        IMAP4_NIL);
    else
        q->open[q->depth++] = key;
}

/* A key is complete, and with it the operators whose last one it was. */
static void end_key(imap4_query *q)
{
    q->is_empty = false;
    while (q->depth != 0) {
        open_key *top = &q->open[q->depth - 1];
        if (top->is_group) {
            top->count++;
            return;
        }
        if (--top->left != 0)
            return;
        q->depth--;
    }
}

static void add_need(imap4_query *q, const char *capability)
{
    for (unsigned i = 0; i < q->needs.count; i++)
        if (imap4_view_of(q->needs.at[i]).len == imap4_view_of(capability).len &&
            i4_view_eq(imap4_view_of(q->needs.at[i]), imap4_view_of(capability)))
            return;
    if (q->needs.count < I4_NEEDS_MAX)
        q->needs.at[q->needs.count++] = capability;
    else
        i4_write_refuse(&q->cmd, IMAP4_E_LIMIT, "too many extensions in one query",
                        imap4_view_of(capability));
}

i4_cmd *i4_query_begin(imap4_query *q, const char *capability)
{
    if (capability != NULL)
        add_need(q, capability);
    return &q->cmd;
}

void i4_query_end(imap4_query *q)
{
    end_key(q);
}

void imap4_query_not(imap4_query *q)
{
    i4_write_word(&q->cmd, IMAP4_V("NOT"));
    push(q, (open_key){ .left = 1 });
}

void imap4_query_or(imap4_query *q)
{
    i4_write_word(&q->cmd, IMAP4_V("OR"));
    push(q, (open_key){ .left = 2 });
}

void imap4_query_open(imap4_query *q)
{
    i4_write_open(&q->cmd);
    push(q, (open_key){ .is_group = true });
}

void imap4_query_close(imap4_query *q)
{
    const open_key *top = q->depth == 0 ? NULL : &q->open[q->depth - 1];
    if (top == NULL) {
        refuse(q, "a group is closed that was not opened", IMAP4_V(")"));
    } else if (!top->is_group) {
        refuse(q, "NOT or OR lacks its key", IMAP4_V(")"));
    } else if (top->count == 0) {
        refuse(q, "an empty group", IMAP4_V("()"));
    } else {
        i4_write_close(&q->cmd);
        q->depth--;
        end_key(q);
    }
}

/* ---- keys --------------------------------------------------------------------- */

/* Writes the key's name if it takes such an argument. */
static bool begin_named(imap4_query *q, imap4_view key, i4_key_arg arg)
{
    const i4_ext     *ext  = NULL;
    const i4_key_row *row  = i4_registry_key(q->reg, key, &ext);
    /* What takes any number takes a positive one. */
    const bool        fits = row != NULL &&
                      (row->arg == (int32_t)arg ||
                       (arg == I4_KEY_POSITIVE && row->arg == I4_KEY_NUMBER));
    if (!fits) {
        refuse(q, row == NULL ? "not a search key" : "the search key takes something else",
               key);
        return false;
    }
    i4_write_word(i4_query_begin(q, ext->capability), imap4_view_of(row->name));
    return true;
}

static void put_string(imap4_query *q, imap4_view text)
{
    if (i4_write_is_8bit(text)) {
        if (q->charset_len == 0 && !imap4_utf8_valid(text))
            refuse(q, "a string is not UTF-8", text);
        q->is_8bit = true;
    }
    i4_write_string(&q->cmd, text);
}

void imap4_query_key(imap4_query *q, imap4_view key)
{
    if (begin_named(q, key, I4_KEY_BARE))
        end_key(q);
}

void imap4_query_string(imap4_query *q, imap4_view key, imap4_view text)
{
    if (!begin_named(q, key, I4_KEY_STRING))
        return;
    put_string(q, text);
    end_key(q);
}

/* RFC 5322 section 2.2: printable ASCII without a colon. */
static bool is_field_name(imap4_view field)
{
    for (size_t i = 0; i < field.len; i++)
        if (field.ptr[i] <= ' ' || field.ptr[i] >= 0x7f || field.ptr[i] == ':')
            return false;
    return field.len != 0;
}

void imap4_query_header(imap4_query *q, imap4_view field, imap4_view text)
{
    if (!is_field_name(field)) {
        refuse(q, "not the name of a header field", field);
        return;
    }
    i4_write_word(&q->cmd, IMAP4_V("HEADER"));
    i4_write_astring(&q->cmd, field);
    put_string(q, text);
    end_key(q);
}

void imap4_query_date(imap4_query *q, imap4_view key, int year, int month, int day)
{
    char             text[16];
    const imap4_date date = { .year = year, .month = month, .day = day };
    const ptrdiff_t  len  = imap4_date_format_search(&date, text, sizeof text);
    if (year < 1 || len < 0 || (size_t)len > sizeof text) {
        refuse(q, "not a date", key);
        return;
    }
    if (!begin_named(q, key, I4_KEY_DATE))
        return;
    i4_write_word(&q->cmd, (imap4_view){ text, (size_t)len });
    end_key(q);
}

void imap4_query_number(imap4_query *q, imap4_view key, uint64_t number)
{
    if (number > UINT32_MAX) {
        refuse(q, "the number is above 4294967295", key);
        return;
    }
    if (!begin_named(q, key, number == 0 ? I4_KEY_NUMBER : I4_KEY_POSITIVE))
        return;
    i4_write_number(&q->cmd, number);
    end_key(q);
}

void imap4_query_keyword(imap4_query *q, imap4_view key, imap4_view flag)
{
    if (!begin_named(q, key, I4_KEY_FLAG))
        return;
    i4_write_atom(&q->cmd, flag);
    end_key(q);
}

void imap4_query_set(imap4_query *q, const imap4_seqset *set)
{
    q->has_alone = q->depth == 0;
    if (set != NULL && imap4_seqset_is_uid(set) != 0)
        i4_write_word(&q->cmd, IMAP4_V("UID"));
    i4_write_set(&q->cmd, set);
    end_key(q);
}

void imap4_query_raw(imap4_query *q, imap4_view text)
{
    /* Behind an operator it counts as one key, whatever it holds. */
    const bool is_operand = q->depth != 0 && !q->open[q->depth - 1].is_group;
    if (i4_write_is_8bit(text)) {
        if (q->charset_len == 0 && !imap4_utf8_valid(text))
            refuse(q, "the criteria are not UTF-8", text);
        q->is_8bit = true;
    }
    if (is_operand)
        i4_write_open(&q->cmd);
    i4_write_raw(&q->cmd, text);
    if (is_operand)
        i4_write_close(&q->cmd);
    end_key(q);
}

void imap4_query_charset(imap4_query *q, imap4_view charset)
{
    if (!q->is_empty || q->depth != 0) {
        refuse(q, "the charset comes before the keys", charset);
        return;
    }
    if (charset.len == 0 || charset.len > CHARSET_MAX) {
        refuse(q, "not the name of a charset", charset);
        return;
    }
    for (size_t i = 0; i < charset.len; i++) {
        if (!i4_is_atom_char(charset.ptr[i])) {
            refuse(q, "not the name of a charset", charset);
            return;
        }
    }
    memcpy(q->charset, charset.ptr, charset.len);
    q->charset_len = charset.len;
}

int imap4_query_error(const imap4_query *q)
{
    if (q->cmd.rc < 0)
        return q->cmd.rc;
    return q->depth == 0 ? IMAP4_OK : IMAP4_E_ARG;
}

/* ---- into a command -------------------------------------------------------------- */

/* Whether the caller has named a charset: it comes first (RFC 3501 section 9, search). */
static bool names_charset(imap4_view criteria)
{
    return criteria.len > 8 && i4_equal_nocase(criteria.ptr, "CHARSET ", 8);
}

static void put_charset(i4_cmd *c, i4_charset_form form, bool is_8bit, imap4_view charset)
{
    if (form == I4_CHARSET_BARE) {
        if (charset.len != 0)
            i4_write_word(c, charset);
        else
            i4_write_word(c, is_8bit ? IMAP4_V("UTF-8") : IMAP4_V("US-ASCII"));
        return;
    }
    if (!is_8bit && charset.len == 0)
        return;
    if (c->is_unsure)
        i4_write_refuse(c, IMAP4_E_BUSY,
                        "whether CHARSET is sent depends on the answer to ENABLE",
                        IMAP4_NIL);
    /* RFC 6855 section 3: not behind ENABLE UTF8=ACCEPT, where all is UTF-8. */
    if (c->is_utf8 && (charset.len == 0 || i4_view_eq_nocase(charset, IMAP4_V("UTF-8"))))
        return;
    if (c->is_utf8)
        i4_write_refuse(c, IMAP4_E_ARG, "no charset but UTF-8 behind ENABLE UTF8=ACCEPT",
                        charset);
    i4_write_word(c, IMAP4_V("CHARSET"));
    i4_write_word(c, charset.len != 0 ? charset : IMAP4_V("UTF-8"));
}

static void write_text(i4_cmd *c, imap4_view criteria, i4_charset_form form)
{
    const bool is_8bit = i4_write_is_8bit(criteria);
    if (is_8bit && !imap4_utf8_valid(criteria))
        i4_write_refuse(c, IMAP4_E_ARG, "the criteria are not UTF-8", criteria);
    if (form == I4_CHARSET_BARE || !names_charset(criteria))
        put_charset(c, form, is_8bit, IMAP4_NIL);
    i4_write_raw(c, criteria);
}

void i4_query_write(imap4_engine *e, i4_cmd *c, imap4_view criteria, const imap4_query *q,
                    i4_charset_form form, bool is_whole)
{
    if (criteria.ptr != NULL || q == NULL) {
        if (q != NULL)
            i4_write_refuse(c, IMAP4_E_ARG, "criteria and a query", criteria);
        write_text(c, criteria, form);
        return;
    }
    /* Behind an error groups were not closed any more: it is told, below. */
    if (q->depth != 0 && q->cmd.rc == 0)
        i4_write_refuse(c, IMAP4_E_ARG,
                        q->open[q->depth - 1].is_group ? "a group is not closed"
                                                       : "NOT or OR lacks its key",
                        IMAP4_NIL);
    for (unsigned i = 0; i < q->needs.count; i++)
        i4_cmd_need(e, q->needs.at[i]);
    put_charset(c, form, q->is_8bit, (imap4_view){ q->charset, q->charset_len });
    if (q->is_empty && q->cmd.rc == 0)
        i4_write_word(c, IMAP4_V("ALL"));
    i4_write_joined(c, &q->cmd);
    /* What is found in the parts of a set is what is found in all of it, if the set is a
     * condition of its own. */
    c->is_partial = !is_whole && q->has_alone && q->cmd.set_count == 1;
}

void i4_query_write_return(imap4_engine *e, i4_cmd *c, imap4_view results,
                           const char *capability)
{
    const bool is_all = results.len == 0 || i4_view_eq_nocase(results, IMAP4_V("ALL"));
    if (results.ptr == NULL)
        return;
    /* SEARCH says the same: "search-plain". */
    if (is_all && i4_broken_has(e, imap4_view_of(capability)))
        return;
    i4_cmd_need(e, capability);
    i4_write_word(c, IMAP4_V("RETURN"));
    i4_write_open(c);
    /* RFC 4731 3.1: nothing means ALL, but some then leave out what was found. */
    if (is_all)
        i4_write_word(c, results.len == 0 ? IMAP4_V("ALL") : results);
    else
        i4_write_raw(c, results);
    i4_write_close(c);
}
