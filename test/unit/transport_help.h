/* SPDX-License-Identifier: MIT */
/* test/unit/transport_help.h - moving bytes through a transport, and what is left behind. */
#ifndef TRANSPORT_HELP_H
#define TRANSPORT_HELP_H

#include "imap4/engine.h"
#include "imap4/net.h"
#include "imap4/transport.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* What never happens but by a bug, in milliseconds. */
#define FAR 60000

/* How many descriptors this process has. */
static inline int open_descriptors(void)
{
    int  n   = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        n++;
    (void)closedir(dir);
    return n;
}

static inline void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static inline void close_transport(imap4_transport *t)
{
    t->close(t->ctx);
    *t = IMAP4_TRANSPORT;
}

static inline int wait_for(const imap4_transport *t, unsigned want)
{
    return imap4_transport_wait(t, NULL, want, imap4_now_ms() + FAR);
}

/* False if the peer is gone. */
static inline bool send_all(const imap4_transport *t, const char *bytes, size_t len)
{
    while (len != 0) {
        const ptrdiff_t n = t->send(t->ctx, (imap4_view){ bytes, len }, NULL);
        if (n == IMAP4_E_BUSY) {
            if ((wait_for(t, IMAP4_WANT_WRITE) & IMAP4_WANT_WRITE) == 0)
                return false;
            continue;
        }
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* Receives until `len` bytes or the end; returns how many, or a code. */
static inline ptrdiff_t receive(const imap4_transport *t, char *buf, size_t len)
{
    size_t got = 0;
    while (got < len) {
        const ptrdiff_t n = t->recv(t->ctx, buf + got, len - got, NULL);
        if (n == IMAP4_E_BUSY) {
            if ((wait_for(t, IMAP4_WANT_READ) & IMAP4_WANT_READ) == 0)
                return IMAP4_E_TIMEOUT;
            continue;
        }
        if (n < 0)
            return n;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ptrdiff_t)got;
}

static inline void assert_receives(const imap4_transport *t, const char *text)
{
    char         buf[256];
    const size_t len = strlen(text);
    assert_int_equal(receive(t, buf, len), len);
    assert_memory_equal(buf, text, len);
}

static inline void assert_sends(const imap4_transport *t, const char *text)
{
    assert_true(send_all(t, text, strlen(text)));
}

static inline void assert_ends(const imap4_transport *t)
{
    char byte;
    assert_int_equal(receive(t, &byte, 1), 0);
}

/* A stream of bytes that is not the same anywhere, to see what is lost, doubled or moved. */
static inline char byte_at(uint32_t seed, size_t at)
{
    uint32_t x = seed ^ (uint32_t)at * 2654435761u;
    x ^= x >> 15;
    return (char)(x * 2246822519u >> 24);
}

#endif
