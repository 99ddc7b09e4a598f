/* SPDX-License-Identifier: MIT */
/* test/servers/driver_uv.c - adapt/libuv.h, with the loop run until there is an event. */
#include "driver.h"

#include <imap4/adapt/libuv.h>

static uv_loop_t         loop;
static uv_timer_t        alarm_clock;
static imap4_uv          u;
static imap4_tls_options tls;

static void on_ready(imap4_uv *connection)
{
    uv_stop(connection->timer.loop); /* the events are taken in next() */
}

static void on_alarm(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static void on_closed(imap4_uv *connection)
{
    (void)connection;
    uv_close((uv_handle_t *)&alarm_clock, NULL);
}

static int open_uv(const char *url, const char *ca, imap4_engine **engine)
{
    if (uv_loop_init(&loop) != 0 || uv_timer_init(&loop, &alarm_clock) != 0)
        return IMAP4_E_NOMEM;
    tls          = (imap4_tls_options){ .size = sizeof tls, .ca_file = ca };
    const int rc = imap4_uv_open(&u, &loop, url, NULL, &tls, on_ready);
    *engine      = u.p.engine;
    return rc;
}

static void turn(uint64_t deadline_ms)
{
    const uint64_t now = imap4_now_ms();
    (void)uv_timer_start(&alarm_clock, on_alarm,
                         deadline_ms > now ? deadline_ms - now : 0, 0);
    imap4_uv_wake(&u);
    (void)uv_run(&loop, UV_RUN_ONCE);
}

static int next(uint64_t deadline_ms, const imap4_event **ev)
{
    for (;;) {
        const int rc = imap4_uv_next(&u, ev);
        if (rc != IMAP4_E_BUSY || imap4_now_ms() >= deadline_ms)
            return rc;
        turn(deadline_ms);
    }
}

static const imap4_error *error(void)
{
    return imap4_poll_error(&u.p);
}

static void close_uv(void)
{
    imap4_uv_close(&u, on_closed);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
}

const driver driver_uv = { "uv", open_uv, next, turn, error, close_uv };
