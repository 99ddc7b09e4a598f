/* SPDX-License-Identifier: MIT */
/* engine/mailbox.c - follows the selected mailbox, event by event. */
#include "engine/mailbox.h"

#include "base/num.h"

#include <string.h>

/* doc/limits.md: flags of a mailbox that are kept. */
enum {
    FLAGS_MAX = 10000
};

void i4_mailbox_select(i4_mailbox *box, imap4_view name, bool read_only)
{
    box->pub       = (imap4_mailbox){ .name = name, .read_only = read_only };
    box->is_active = true;
}

int i4_mailbox_opened(i4_mailbox *box, const i4_mem *mem)
{
    const imap4_view name = box->pub.name;
    char            *kept = i4_mem_alloc(mem, name.len);
    if (kept == NULL)
        return IMAP4_E_NOMEM;
    if (name.len != 0)
        memcpy(kept, name.ptr, name.len);
    i4_mem_free(mem, box->name, box->name_size);
    box->name        = kept;
    box->name_size   = name.len;
    box->pub.name    = (imap4_view){ kept, name.len };
    box->pub.is_open = 1;
    return IMAP4_OK;
}

void i4_mailbox_close(i4_mailbox *box)
{
    box->pub       = (imap4_mailbox){ 0 };
    box->is_active = false;
}

void i4_mailbox_free(i4_mailbox *box, const i4_mem *mem)
{
    i4_mem_free(mem, box->flags, box->flags_size);
    i4_mem_free(mem, box->permanentflags, box->permanentflags_size);
    i4_mem_free(mem, box->name, box->name_size);
    *box = (i4_mailbox){ 0 };
}

/* Copies views and their bytes into one block, which replaces *block. */
static int keep_words(const i4_mem *mem, const imap4_strings *list, void **block,
                      size_t *block_size, const imap4_view **at, size_t *count)
{
    const size_t n    = list->count < FLAGS_MAX ? list->count : FLAGS_MAX;
    size_t       size = n * sizeof(imap4_view);
    for (size_t i = 0; i < n; i++)
        if (!i4_add_size(size, list->at[i].len, &size))
            return IMAP4_E_NOMEM;
    imap4_view *views = i4_mem_alloc(mem, size);
    if (views == NULL)
        return IMAP4_E_NOMEM;
    char *to = (char *)(views + n);
    for (size_t i = 0; i < n; i++) {
        views[i] = (imap4_view){ to, list->at[i].len };
        if (list->at[i].len != 0)
            memcpy(to, list->at[i].ptr, list->at[i].len);
        to += list->at[i].len;
    }
    i4_mem_free(mem, *block, *block_size);
    *block      = views;
    *block_size = size;
    *at         = views;
    *count      = n;
    return IMAP4_OK;
}

static int learn_flags(i4_mailbox *box, const i4_mem *mem, const imap4_event *ev,
                       bool permanent)
{
    const imap4_flags *flags = NULL;
    const int          rc    = imap4_event_flags(ev, &flags);
    if (rc < 0)
        return rc == IMAP4_E_NOMEM ? rc
                                   : IMAP4_OK; /* what cannot be read changes nothing */
    if (!permanent)
        return keep_words(mem, &flags->all, &box->flags, &box->flags_size,
                          &box->pub.flags, &box->pub.flags_count);
    const int kept = keep_words(mem, &flags->all, &box->permanentflags,
                                &box->permanentflags_size, &box->pub.permanentflags,
                                &box->pub.permanentflags_count);
    if (kept >= 0)
        box->pub.has_permanentflags = 1;
    return kept;
}

/* RFC 3501 section 9: nz-number.  Servers say 0 where they have none. */
static void learn_number(const imap4_event *ev, uint32_t *out)
{
    if (ev->has_code_number && ev->code_number <= UINT32_MAX)
        *out = (uint32_t)ev->code_number;
}

static int learn_code(i4_mailbox *box, const i4_mem *mem, const imap4_event *ev)
{
    switch (ev->code_id) {
    case IMAP4_CODE_UIDNEXT: learn_number(ev, &box->pub.uidnext); break;
    case IMAP4_CODE_UIDVALIDITY: learn_number(ev, &box->pub.uidvalidity); break;
    case IMAP4_CODE_UNSEEN: learn_number(ev, &box->pub.unseen); break;
    case IMAP4_CODE_READ_ONLY: box->pub.read_only = 1; break;
    case IMAP4_CODE_READ_WRITE: box->pub.read_only = 0; break;
    case IMAP4_CODE_PERMANENTFLAGS: return learn_flags(box, mem, ev, true);
    default: break;
    }
    return IMAP4_OK;
}

static void learn_expunge(i4_mailbox *box, uint32_t number)
{
    box->pub.expunged++;
    /* RFC 3501 7.4.1.  A number beyond the end would be a server's mistake. */
    if (number != 0 && number <= box->pub.exists)
        box->pub.exists--;
}

int i4_mailbox_learn(i4_mailbox *box, const i4_mem *mem, i4_event *event)
{
    const imap4_event *ev = &event->pub;
    /* What is damaged may be forged, and does not count. */
    if (!box->is_active || (ev->marks & IMAP4_MARK_UNTRUSTED) != 0)
        return IMAP4_OK;
    if (event->row != NULL && event->row->learn != NULL)
        event->row->learn(&box->pub, event);
    if (event->code_row != NULL && event->code_row->learn != NULL)
        event->code_row->learn(&box->pub, event);
    switch (ev->type) {
    case IMAP4_EV_EXISTS: box->pub.exists = ev->number; break;
    case IMAP4_EV_RECENT: box->pub.recent = ev->number; break;
    case IMAP4_EV_EXPUNGE: learn_expunge(box, ev->number); break;
    case IMAP4_EV_FLAGS: return learn_flags(box, mem, ev, false);
    case IMAP4_EV_TEXT:
    case IMAP4_EV_TAGGED: return learn_code(box, mem, ev);
    default: break;
    }
    return IMAP4_OK;
}
