/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/set.h - sets of message numbers and UIDs: "1:3,7,10:*".
 *
 * A set holds ranges and never expands them: "1:4294967295" is one.  They are kept in
 * ascending order, merged where they touch, at most IMAP4_SEQSET_MAX_RANGES of them.
 * To read a set in the order in which a server wrote it, without memory, use
 * imap4_setiter.
 *
 * A set is changed by one thread at a time; the functions that take it as const may be
 * called by many threads at once while nobody changes it.
 */
#ifndef IMAP4_SET_H
#define IMAP4_SET_H

#include "imap4/base.h"

IMAP4_BEGIN_DECLS

/**
 * The number "*", the largest in use (RFC 3501 section 9, seq-number).  The range
 * "5:*" holds all numbers from 5, and the largest in use even if that is below 5.
 */
#define IMAP4_SEQ_STAR 0u

/** What a set can hold; one more is IMAP4_E_LIMIT. */
#define IMAP4_SEQSET_MAX_RANGES 1000000u

/** A set of message numbers or of UIDs. */
typedef struct imap4_seqset imap4_seqset;

/**
 * Makes an empty set.
 *
 * @param uid        1: it holds UIDs; 0: message numbers.
 * @param allocator  [copied] NULL for malloc and friends.
 * @param out        receives the set [owned: imap4_seqset_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_NOMEM; IMAP4_E_ARG if the allocator lacks a function.
 */
IMAP4_API IMAP4_MUST_USE int imap4_seqset_new(int uid, const imap4_allocator *allocator,
                                              imap4_seqset **out);

/**
 * Reads a set (RFC 3501 section 9, sequence-set): "1:3,7,10:*".  The order of numbers
 * does not matter: "5:1" is "1:5", "*:4" is "4:*".  "$" (RFC 5182) is no set of numbers.
 *
 * @param text  the whole of it is read; not empty, nothing around it.
 * @param uid   1: the numbers are UIDs; 0: message numbers.
 * @param out   receives the set [owned: imap4_seqset_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_SYNTAX (also for 0, for leading zeros and for numbers above
 *         4,294,967,295); IMAP4_E_LIMIT; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_seqset_parse(imap4_view text, int uid,
                                                imap4_seqset **out);

/**
 * Copies a set, with its allocator.
 *
 * @param set  the original.
 * @param out  receives the copy [owned: imap4_seqset_free()]; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_seqset_dup(const imap4_seqset *set, imap4_seqset **out);

/**
 * Frees a set and sets `*set` to NULL.
 *
 * @param set  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_seqset_free(imap4_seqset **set);

/**
 * Adds a range.  Cheap at the end; elsewhere what lies behind is moved.  Many numbers
 * in no order are better given as text, to imap4_seqset_add_text().
 *
 * @param set    is changed.
 * @param first  a number or IMAP4_SEQ_STAR.
 * @param last   a number or IMAP4_SEQ_STAR; equal to `first` for a single number.  If it
 *               is smaller they are swapped.
 * @return IMAP4_OK; IMAP4_E_NOMEM or IMAP4_E_LIMIT with the set unchanged.
 */
IMAP4_API IMAP4_MUST_USE int imap4_seqset_add(imap4_seqset *set, uint32_t first,
                                              uint32_t last);

/**
 * Adds all numbers of a text: a set, in any order, however long.
 *
 * @param set   is changed.
 * @param text  as for imap4_seqset_parse().
 * @return as imap4_seqset_parse(); the set is unchanged on failure.
 */
IMAP4_API IMAP4_MUST_USE int imap4_seqset_add_text(imap4_seqset *set, imap4_view text);

/**
 * Adds all of another set.
 *
 * @param set    is changed.
 * @param other  [copied] may be the same.
 * @return IMAP4_OK; IMAP4_E_ARG if one holds UIDs and the other does not; IMAP4_E_NOMEM
 *         or IMAP4_E_LIMIT with the set unchanged.
 */
IMAP4_API IMAP4_MUST_USE int imap4_seqset_union(imap4_seqset       *set,
                                                const imap4_seqset *other);

/**
 * Takes a range out of a set; numbers that are not in it do not matter.  A set with "*"
 * has no fixed members, so nothing can be taken out of it.
 *
 * @param set    is changed.
 * @param first  a number, not IMAP4_SEQ_STAR.
 * @param last   a number, not IMAP4_SEQ_STAR.  If it is smaller they are swapped.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOMEM or IMAP4_E_LIMIT (a range was to be cut
 *         in two) with the set unchanged.
 */
IMAP4_API IMAP4_MUST_USE int imap4_seqset_remove(imap4_seqset *set, uint32_t first,
                                                 uint32_t last);

/**
 * Tells what the numbers are.
 *
 * @param set  the set.
 * @return 1: UIDs; 0: message numbers.
 */
IMAP4_API int imap4_seqset_is_uid(const imap4_seqset *set);

/**
 * Counts the ranges.
 *
 * @param set  the set.
 * @return 0 for the empty set.
 */
IMAP4_API size_t imap4_seqset_count_ranges(const imap4_seqset *set);

/**
 * Gives one range.
 *
 * @param set    the set.
 * @param index  from 0, in ascending order.
 * @param first  receives its first number; IMAP4_SEQ_STAR for "*" alone.  May be NULL.
 * @param last   receives its last number, equal to `first` for a single one;
 *               IMAP4_SEQ_STAR only in the last range.  May be NULL.
 * @return 1; 0 if there is no such range.
 */
IMAP4_API int imap4_seqset_range(const imap4_seqset *set, size_t index, uint32_t *first,
                                 uint32_t *last);

/**
 * Counts the numbers.  "*" counts as one number behind 4,294,967,295: so "5:*" counts
 * all that it could ever hold.
 *
 * @param set  the set.
 * @return 0 to 4,294,967,296.
 */
IMAP4_API uint64_t imap4_seqset_cardinality(const imap4_seqset *set);

/**
 * Tells whether a number is in a set.
 *
 * @param set     the set.
 * @param number  1 to 4,294,967,295; IMAP4_SEQ_STAR asks whether the set holds "*".
 * @param max     the largest number in use, which "*" means: "5:*" holds it, and
 *                nothing above it.  0 if it is not known: then "5:*" holds all from 5.
 * @return 1 or 0.
 */
IMAP4_API int imap4_seqset_contains(const imap4_seqset *set, uint32_t number,
                                    uint32_t max);

/**
 * Writes a set for a command: "1:5,7,10:*".
 *
 * @param set   the set; an empty one gives nothing, which no command takes.
 * @param buf   the caller's, receives the text without NUL; may be NULL if `size` is 0.
 * @param size  room in `buf`, in bytes.
 * @return the length of the result, even if it did not fit (then `buf` holds nothing
 *         useful).
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_seqset_format(const imap4_seqset *set, char *buf,
                                                       size_t size);

/**
 * Writes as many ranges as fit, for a set that is too long for one command line:
 *
 *     size_t i = 0;
 *     while ((n = imap4_seqset_format_from(set, &i, buf, sizeof buf)) > 0) ...
 *
 * @param set          the set.
 * @param range_index  the range to begin with, from 0; receives the first one that was
 *                     not written.
 * @param buf          the caller's, receives the text without NUL.
 * @param size         room in `buf`, in bytes; 21 are enough for any range.
 * @return the length of what was written; 0 at the end; IMAP4_E_LIMIT if not even one
 *         range fits, with `*range_index` unchanged.
 */
IMAP4_API IMAP4_MUST_USE ptrdiff_t imap4_seqset_format_from(const imap4_seqset *set,
                                                            size_t *range_index,
                                                            char *buf, size_t size);

/** Reads the text of a set, range by range, without memory: imap4_setiter it = {text}. */
typedef struct imap4_setiter {
    imap4_view rest; /**< what was not read yet; good as long as the text is */
} imap4_setiter;

/**
 * Reads the next range, as it stands and in the order in which it stands: of "7,5:1"
 * first 7 and 7, then 5 and 1.  In COPYUID (RFC 4315) the order of the ranges matters.
 *
 * @param iter   moves on; on failure it stays, so that the next call fails as well.
 * @param first  receives a number, or IMAP4_SEQ_STAR; untouched without a range.
 * @param last   the same; equal to `first` for a single number.
 * @return 1; 0 at the end; IMAP4_E_SYNTAX, as for imap4_seqset_parse().
 */
IMAP4_API IMAP4_MUST_USE int imap4_setiter_next(imap4_setiter *iter, uint32_t *first,
                                                uint32_t *last);

IMAP4_END_DECLS

#endif
