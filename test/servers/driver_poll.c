/* SPDX-License-Identifier: MIT */
/* test/servers/driver_poll.c - adapt/poll.h as it is. */
#include "driver.h"

#include <imap4/adapt/poll.h>

static imap4_poll p;

static int poll_open(const char *url, const char *ca, imap4_engine **engine)
{
    const imap4_tls_options tls = { .size = sizeof tls, .ca_file = ca };
    const int               rc  = imap4_poll_open(&p, url, NULL, &tls);
    *engine                     = p.engine;
    return rc;
}

static int poll_next(uint64_t deadline_ms, const imap4_event **ev)
{
    return imap4_poll_next(&p, deadline_ms, ev);
}

static uint64_t bytes_moved(void)
{
    imap4_engine_figures figures = { .size = sizeof figures };
    (void)!imap4_engine_stats(p.engine, &figures);
    return figures.bytes_in + figures.bytes_out;
}

static void poll_turn(uint64_t deadline_ms)
{
    const uint64_t before = bytes_moved();
    unsigned       want   = 0;
    uint64_t       until  = UINT64_MAX;
    if (imap4_poll_step(&p, &want, &until) == 0 && bytes_moved() == before)
        (void)!imap4_sock_wait(p.fd, want, until < deadline_ms ? until : deadline_ms);
}

static const imap4_error *poll_error(void)
{
    return imap4_poll_error(&p);
}

static void poll_close(void)
{
    imap4_poll_close(&p);
}

const driver driver_poll = { "poll",    poll_open,  poll_next,
                             poll_turn, poll_error, poll_close };
