/* SPDX-License-Identifier: MIT */
/* engine/mailbox.h - what is known of the selected mailbox. */
#ifndef I4_ENGINE_MAILBOX_H
#define I4_ENGINE_MAILBOX_H

#include "imap4/engine.h"

#include "base/mem.h"
#include "parse/event.h"

#include <stdbool.h>

typedef struct i4_mailbox {
    imap4_mailbox pub;
    bool          is_active; /* selected, or being selected */
    /* Blocks outlive a reset, so that what was lent stays good until the next event. */
    void         *flags;
    size_t        flags_size;
    void         *permanentflags;
    size_t        permanentflags_size;
    char         *name;
    size_t        name_size;
} i4_mailbox;

/* SELECT or EXAMINE goes out.  `name` must live until i4_mailbox_opened() or _close(). */
void i4_mailbox_select(i4_mailbox *box, imap4_view name, bool read_only);
/* It succeeded.  IMAP4_OK; IMAP4_E_NOMEM with nothing changed. */
int  i4_mailbox_opened(i4_mailbox *box, const i4_mem *mem);
void i4_mailbox_close(i4_mailbox *box);
void i4_mailbox_free(i4_mailbox *box, const i4_mem *mem);

/* Learns from an event: untagged data and codes.  IMAP4_OK; IMAP4_E_NOMEM with nothing
 * changed. */
int i4_mailbox_learn(i4_mailbox *box, const i4_mem *mem, i4_event *ev);

#endif
