/* SPDX-License-Identifier: MIT */
/* mime/part.c - the part to show, and the parts to offer as files.
 * Trees come from a server: they are walked without recursion. */
#include "imap4/mime.h"

#include "base/view.h"

/* The next part below `root`; messages inside are not entered. */
static const imap4_body *next_outside(const imap4_body *root, const imap4_body *b)
{
    if (b->is_multipart && b->first != NULL)
        return b->first;
    while (b != root && b->next == NULL)
        b = b->parent;
    return b == root ? NULL : b->next;
}

static bool is_multipart_of(const imap4_body *b, imap4_view subtype)
{
    return b != NULL && b->is_multipart && i4_view_eq_nocase(b->subtype, subtype);
}

/* Do its parts make one thing together?  The type says so (RFC 2046 5.1.4, RFC 2387,
 * RFC 1847, RFC 6522). */
static bool is_one_thing(const imap4_body *b)
{
    static const imap4_view subtypes[] = {
        { "alternative", 11 }, { "related", 7 }, { "signed", 6 },
        { "encrypted", 9 },    { "report", 6 },
    };
    for (size_t i = 0; i < sizeof subtypes / sizeof subtypes[0]; i++)
        if (is_multipart_of(b, subtypes[i]))
            return true;
    return false;
}

static bool has_name(const imap4_body *part)
{
    return imap4_part_filename(part, NULL, 0) > 0;
}

int imap4_part_is_attachment(const imap4_body *part)
{
    if (part == NULL || part->is_multipart)
        return 0;
    const bool is_inline = i4_view_eq_nocase(part->disposition, IMAP4_V("inline"));
    if (part->disposition.len != 0 && !is_inline)
        return 1;
    if (is_one_thing(part->parent))
        return 0;
    const bool is_text = i4_view_eq_nocase(part->type, IMAP4_V("text"));
    if (!is_text && !i4_view_eq_nocase(part->type, IMAP4_V("image")))
        return 1;
    if (is_inline || (is_text && part->index <= 1))
        return 0;
    return has_name(part);
}

/* ---- finding --------------------------------------------------------------- */

static imap4_view after_slash(imap4_view *type)
{
    const char *end   = type->ptr + type->len;
    const char *slash = type->len == 0 ? NULL : memchr(type->ptr, '/', type->len);
    if (slash == NULL)
        return IMAP4_V("*");
    type->len = (size_t)(slash - type->ptr);
    return i4_view(slash + 1, end);
}

static bool matches(imap4_view want, imap4_view have)
{
    return i4_view_eq(want, IMAP4_V("*")) || i4_view_eq_nocase(want, have);
}

static size_t depth_of(const imap4_body *b)
{
    size_t depth = 0;
    for (; b->parent != NULL; b = b->parent)
        depth++;
    return depth;
}

/* The part that two different leaves have in common; both stand below one root. */
static const imap4_body *common_parent(const imap4_body *a, const imap4_body *b)
{
    size_t a_depth = depth_of(a), b_depth = depth_of(b);
    while (a != b) {
        const bool is_a_deeper = a_depth >= b_depth, is_b_deeper = b_depth >= a_depth;
        if (is_a_deeper) {
            a = a->parent;
            a_depth--;
        }
        if (is_b_deeper) {
            b = b->parent;
            b_depth--;
        }
    }
    return a;
}

/* What two leaves have in common decides between them: of alternatives the later is the
 * better (RFC 2046 5.1.4), of anything else the earlier is read first. */
const imap4_body *imap4_part_find(const imap4_body *root, imap4_view type)
{
    const imap4_view  subtype = after_slash(&type);
    const imap4_body *found   = NULL;
    for (const imap4_body *b = root; b != NULL; b = next_outside(root, b)) {
        if (b->is_multipart || !matches(type, b->type) || !matches(subtype, b->subtype) ||
            imap4_part_is_attachment(b))
            continue;
        if (found == NULL ||
            is_multipart_of(common_parent(found, b), IMAP4_V("alternative")))
            found = b;
    }
    return found;
}

const imap4_body *imap4_part_next_attachment(const imap4_body *root,
                                             const imap4_body *after)
{
    const imap4_body *b = after;
    if (root == NULL)
        return NULL;
    do
        b = b == NULL ? root : next_outside(root, b);
    while (b != NULL && !imap4_part_is_attachment(b));
    return b;
}
