/* SPDX-License-Identifier: MIT */
/* test/servers/driver.h - one connection, whoever moves its bytes.
 *
 * mailbox.c is written against this; what an engine tells must not depend on the driver. */
#ifndef TEST_DRIVER_H
#define TEST_DRIVER_H

#include <imap4.h>

typedef struct driver {
    const char *name;
    /* Makes the engine and connects, at once or later.  An imap4_rc. */
    int (*open)(const char *url, const char *ca, imap4_engine **engine);
    /* As imap4_poll_next(). */
    int (*next)(uint64_t deadline_ms, const imap4_event **ev);
    /* Until bytes have moved, an event is there, or the deadline has passed. */
    void (*turn)(uint64_t deadline_ms);
    const imap4_error *(*error)(void);
    void (*close)(void);
} driver;

extern const driver driver_poll, driver_completion, driver_uv;

#endif
