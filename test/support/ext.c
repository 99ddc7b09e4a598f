/* SPDX-License-Identifier: MIT */
/* test/support/ext.c - what extensions tell, as text. */
#include "ext.h"

#include "imap4.h"

#include <inttypes.h>
#include <stdbool.h>

/* Memory that is refused once is asked for again. */
#define AGAIN(rc, call)                                                                  \
    do {                                                                                 \
        (rc) = (call);                                                                   \
    } while ((rc) == IMAP4_E_NOMEM)

/* True if there is a value; else says why there is none, unless there is no such datum. */
static bool has(text *t, int rc)
{
    if (rc < 0 && rc != IMAP4_E_ABSENT)
        text_add(t, " !%d", rc);
    return rc >= 0;
}

/* ---- events ---------------------------------------------------------------------- */

static void add_words(text *t, const imap4_event *ev)
{
    const imap4_strings *words = NULL;
    int                  rc;
    AGAIN(rc, imap4_event_strings(ev, &words));
    if (!has(t, rc))
        return;
    for (size_t i = 0; i < words->count; i++) {
        text_add(t, " ");
        text_add_view(t, words->at[i]);
    }
}

/* A text that may be long: its ends and its length. */
static void add_long(text *t, imap4_view v)
{
    if (v.len <= 60)
        text_add(t, " %.*s", IMAP4_ARG(v));
    else
        text_add(t, " %.20s...%.20s %zu bytes", v.ptr, v.ptr + v.len - 20, v.len);
}

static void add_vanished(text *t, const imap4_event *ev)
{
    const imap4_vanished *v = NULL;
    int                   rc;
    AGAIN(rc, imap4_vanished_get(ev, &v));
    if (!has(t, rc))
        return;
    text_add(t, v->earlier ? " earlier" : "");
    add_long(t, v->uids);
}

/* ---- ACL, QUOTA, METADATA, ID, NAMESPACE --------------------------------------------------- */

static void add_string(text *t, imap4_view v)
{
    text_add(t, " ");
    text_add_view(t, v);
}

static void add_mailbox(text *t, imap4_view name, imap4_view wire_name)
{
    add_string(t, name);
    if (imap4_view_equal(name, wire_name))
        return;
    text_add(t, " wire");
    add_string(t, wire_name);
}

static void add_acl(text *t, const imap4_event *ev)
{
    const imap4_acl *a = NULL;
    int              rc;
    AGAIN(rc, imap4_acl_get(ev, &a));
    if (!has(t, rc))
        return;
    add_mailbox(t, a->name, a->wire_name);
    for (size_t i = 0; i < a->count; i++) {
        add_string(t, a->at[i].identifier);
        text_add(t, ":");
        add_string(t, a->at[i].rights);
    }
}

static void add_listrights(text *t, const imap4_event *ev)
{
    const imap4_listrights *l = NULL;
    int                     rc;
    AGAIN(rc, imap4_listrights_get(ev, &l));
    if (!has(t, rc))
        return;
    add_mailbox(t, l->name, l->wire_name);
    add_string(t, l->identifier);
    text_add(t, " must");
    add_string(t, l->required);
    text_add(t, " may");
    for (size_t i = 0; i < l->optional.count; i++)
        add_string(t, l->optional.at[i]);
}

static void add_myrights(text *t, const imap4_event *ev)
{
    const imap4_myrights_data *m = NULL;
    int                        rc;
    AGAIN(rc, imap4_myrights_get(ev, &m));
    if (!has(t, rc))
        return;
    add_mailbox(t, m->name, m->wire_name);
    text_add(t, " may");
    add_string(t, m->rights);
}

static void add_quota(text *t, const imap4_event *ev)
{
    const imap4_quota *q = NULL;
    int                rc;
    AGAIN(rc, imap4_quota_get(ev, &q));
    if (!has(t, rc))
        return;
    add_string(t, q->root);
    for (size_t i = 0; i < q->count; i++) {
        add_string(t, q->at[i].name);
        text_add(t, " %" PRIu64 "/%" PRIu64, q->at[i].usage, q->at[i].limit);
    }
}

static void add_quotaroot(text *t, const imap4_event *ev)
{
    const imap4_quotaroot *q = NULL;
    int                    rc;
    AGAIN(rc, imap4_quotaroot_get(ev, &q));
    if (!has(t, rc))
        return;
    add_mailbox(t, q->name, q->wire_name);
    text_add(t, " roots");
    for (size_t i = 0; i < q->roots.count; i++)
        add_string(t, q->roots.at[i]);
}

static void add_metadata(text *t, const imap4_event *ev)
{
    const imap4_metadata *m = NULL;
    int                   rc;
    AGAIN(rc, imap4_metadata_get(ev, &m));
    if (!has(t, rc))
        return;
    add_mailbox(t, m->name, m->wire_name);
    text_add(t, m->has_values ? " is" : " changed");
    for (size_t i = 0; i < m->count; i++) {
        add_string(t, m->at[i].name);
        if (m->has_values || m->at[i].value.ptr != NULL)
            add_string(t, m->at[i].value);
    }
}

static void add_annotation(text *t, const imap4_event *ev)
{
    const imap4_annotation *a = NULL;
    int                     rc;
    AGAIN(rc, imap4_annotation_get(ev, &a));
    if (!has(t, rc))
        return;
    add_mailbox(t, a->name, a->wire_name);
    for (size_t i = 0; i < a->count; i++) {
        add_string(t, a->at[i].entry);
        if (a->at[i].attribute.ptr == NULL)
            continue;
        text_add(t, ":");
        add_string(t, a->at[i].attribute);
        text_add(t, " =");
        add_string(t, a->at[i].value);
    }
}

static void add_id(text *t, const imap4_event *ev)
{
    const imap4_params *p = NULL;
    int                 rc;
    AGAIN(rc, imap4_id_get(ev, &p));
    if (!has(t, rc))
        return;
    for (size_t i = 0; i < p->count; i++) {
        add_string(t, p->at[i].name);
        add_string(t, p->at[i].value);
    }
}

static void add_namespaces(text *t, const char *name, const imap4_namespace_list *list)
{
    text_add(t, " %s", name);
    for (size_t i = 0; i < list->count; i++) {
        const imap4_namespace_entry *n = &list->at[i];
        text_add(t, " (");
        text_add_view(t, n->prefix);
        if (!imap4_view_equal(n->prefix, n->wire_prefix)) {
            text_add(t, " wire");
            add_string(t, n->wire_prefix);
        }
        if (n->delimiter < 0)
            text_add(t, " flat");
        else
            text_add(t, " by %02x", (unsigned)n->delimiter);
        for (size_t k = 0; k < n->params_count; k++) {
            add_string(t, n->params[k].name);
            text_add(t, "=");
            for (size_t v = 0; v < n->params[k].values.count; v++)
                add_string(t, n->params[k].values.at[v]);
        }
        text_add(t, ")");
    }
}

static void add_namespace(text *t, const imap4_event *ev)
{
    const imap4_namespaces *all = NULL;
    int                     rc;
    AGAIN(rc, imap4_namespace_get(ev, &all));
    if (!has(t, rc))
        return;
    add_namespaces(t, "personal", &all->personal);
    add_namespaces(t, "others", &all->others);
    add_namespaces(t, "shared", &all->shared);
}

/* ---- THREAD ------------------------------------------------------------------------- */

/* What the numbers of a node promise of the others. */
static bool is_tree(const imap4_threads *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const imap4_thread_node *n = &all->at[i];
        const imap4_thread_node *p = n->parent < 0 ? NULL : &all->at[n->parent];
        if (n->parent >= (int32_t)i || n->size == 0 || i + n->size > all->count ||
            n->depth != (p == NULL ? 0 : p->depth + 1) ||
            (p != NULL && i + n->size > (size_t)n->parent + p->size))
            return false;
    }
    return true;
}

static void add_threads(text *t, const imap4_event *ev)
{
    const imap4_threads *all = NULL;
    int                  rc;
    uint32_t             deepest = 0, sum = 0;
    AGAIN(rc, imap4_thread_get(ev, &all));
    if (!has(t, rc))
        return;
    for (size_t i = 0; i < all->count; i++) {
        const imap4_thread_node *n = &all->at[i];
        sum                        = sum * 31 + n->number + 7 * n->depth;
        deepest                    = n->depth > deepest ? n->depth : deepest;
        if (i >= 60)
            continue;
        if (n->number == 0)
            text_add(t, " ?@%" PRIu32, n->depth);
        else
            text_add(t, " %" PRIu32 "@%" PRIu32, n->number, n->depth);
    }
    if (all->count > 60)
        text_add(t, " ... %zu in all, up to @%" PRIu32 ", %08" PRIx32, all->count,
                 deepest, sum);
    if (!is_tree(all))
        text_add(t, " which is no tree");
}

/* ---- LIST --------------------------------------------------------------------------- */

static void add_list_extended(text *t, const imap4_event *ev)
{
    const imap4_list_data *list = NULL;
    const imap4_strings   *info = NULL;
    imap4_view             name = IMAP4_NIL, wire_name = IMAP4_NIL;
    int                    rc;
    AGAIN(rc, imap4_list_get(ev, &list));
    if (rc < 0)
        return; /* that was said */
    AGAIN(rc, imap4_list_childinfo(ev, &info));
    if (rc != IMAP4_E_ABSENT)
        text_add(t, " childinfo");
    for (size_t i = 0; has(t, rc) && i < info->count; i++)
        add_string(t, info->at[i]);
    AGAIN(rc, imap4_list_oldname(ev, &name, &wire_name));
    if (rc != IMAP4_E_ABSENT)
        text_add(t, " was");
    if (has(t, rc))
        add_mailbox(t, name, wire_name);
}

/* ---- by type ---------------------------------------------------------------------- */

void ext_event(text *t, const imap4_event *ev)
{
    uint64_t modseq = 0;
    switch (ev->type) {
    case IMAP4_EV_ENABLED: add_words(t, ev); break;
    case IMAP4_EV_VANISHED: add_vanished(t, ev); break;
    case IMAP4_EV_ID: add_id(t, ev); break;
    case IMAP4_EV_NAMESPACE: add_namespace(t, ev); break;
    case IMAP4_EV_ACL: add_acl(t, ev); break;
    case IMAP4_EV_LISTRIGHTS: add_listrights(t, ev); break;
    case IMAP4_EV_MYRIGHTS: add_myrights(t, ev); break;
    case IMAP4_EV_QUOTA: add_quota(t, ev); break;
    case IMAP4_EV_QUOTAROOT: add_quotaroot(t, ev); break;
    case IMAP4_EV_METADATA: add_metadata(t, ev); break;
    case IMAP4_EV_ANNOTATION: add_annotation(t, ev); break;
    case IMAP4_EV_LIST: add_list_extended(t, ev); break;
    case IMAP4_EV_THREAD: add_threads(t, ev); break;
    case IMAP4_EV_SEARCH:
    case IMAP4_EV_SORT:
        if (has(t, imap4_search_modseq(ev, &modseq)))
            text_add(t, " modseq %" PRIu64, modseq);
        break;
    default: break;
    }
}

/* ---- codes ----------------------------------------------------------------------- */

static void add_copyuid(text *t, const imap4_event *ev)
{
    imap4_copyuid c;
    imap4_uidpair p;
    if (!has(t, imap4_code_copyuid(ev, &c)))
        return;
    text_add(t, " = %" PRIu32, c.uidvalidity);
    int rc = 1;
    for (unsigned shown = 0; shown < 20 && (rc = imap4_copyuid_next(&c, &p)) == 1; shown++)
        text_add(t, ", %" PRIu32 ":%" PRIu32 " to %" PRIu32 ":%" PRIu32, p.from_first,
                 p.from_last, p.to_first, p.to_last);
    (void)has(t, rc);
}

void ext_code(text *t, const imap4_event *ev)
{
    imap4_appenduid     a;
    imap4_metadata_code m;
    imap4_view          set;
    switch (ev->code_id) {
    case IMAP4_CODE_APPENDUID:
        if (has(t, imap4_code_appenduid(ev, &a)))
            text_add(t, " = %" PRIu32 ", %.*s", a.uidvalidity, IMAP4_ARG(a.uids));
        break;
    case IMAP4_CODE_COPYUID: add_copyuid(t, ev); break;
    case IMAP4_CODE_METADATA:
        if (has(t, imap4_code_metadata(ev, &m)))
            text_add(t, " = %" PRId32 ", %" PRIu64, m.reason, m.size);
        break;
    case IMAP4_CODE_MODIFIED:
        if (has(t, imap4_code_modified(ev, &set)))
            text_add(t, " =%s", set.len == 0 ? "" : " a set");
        break;
    default: break;
    }
}

/* ---- items of FETCH ---------------------------------------------------------------- */

static void add_number(text *t, const char *name, int rc, uint64_t n)
{
    if (rc == IMAP4_E_ABSENT)
        return;
    text_add(t, "  %s =", name);
    if (has(t, rc))
        text_add(t, " %" PRIu64, n);
    text_add(t, "\n");
}

/* "BINARY[1.2]" and "BINARY.SIZE[1.2]", found by their sections. */
static void add_binary(text *t, const imap4_event *ev, const imap4_fetch_item *item)
{
    const imap4_view name = { item->name.ptr,
                              (size_t)(item->section.ptr - item->name.ptr - 1) };
    uint64_t         n    = 0;
    imap4_view       v    = IMAP4_NIL;
    int              rc;
    if (imap4_view_equal_nocase(name, IMAP4_V("BINARY.SIZE"))) {
        rc = imap4_fetch_binary_size(ev, item->section, &n);
        text_add(t, "  size of %.*s =", IMAP4_ARG(item->section));
        if (has(t, rc))
            text_add(t, " %" PRIu64, n);
        text_add(t, "\n");
    } else if (imap4_view_equal_nocase(name, IMAP4_V("BINARY"))) {
        AGAIN(rc, imap4_fetch_binary(ev, item->section, &v));
        if (rc == IMAP4_E_ABSENT)
            return;
        text_add(t, "  part %.*s =", IMAP4_ARG(item->section));
        if (has(t, rc) && v.ptr == NULL)
            text_add(t, " NIL");
        else if (rc >= 0)
            text_add(t, " %zu bytes", v.len);
        text_add(t, "\n");
    }
}

static void add_preview(text *t, const imap4_event *ev)
{
    imap4_view v = IMAP4_NIL;
    int        rc;
    AGAIN(rc, imap4_fetch_preview(ev, &v));
    if (rc == IMAP4_E_ABSENT)
        return;
    text_add(t, "  PREVIEW =");
    if (has(t, rc))
        add_string(t, v);
    text_add(t, "\n");
}

void ext_items(text *t, const imap4_event *ev)
{
    imap4_fetch_item item;
    int              found;
    for (size_t i = 0; i < imap4_fetch_count(ev); i++) {
        AGAIN(found, imap4_fetch_at(ev, i, &item));
        if (found >= 0 && item.section.ptr != NULL)
            add_binary(t, ev, &item);
    }
    uint64_t  n  = 0;
    const int rc = imap4_fetch_modseq(ev, &n);
    add_number(t, "MODSEQ", rc, n);
    add_preview(t, ev);
}
