/* SPDX-License-Identifier: MIT */
/* client/bytes.c - the seed's read(), readline() and send(): bytes outside of IMAP. */
#include "client/client.h"

#include "base/try.h"
#include "base/view.h"

enum {
    DEFAULT_MS = 120000, /* as a command has without an answer */
    AT_END     = 1
};

/* The bytes are the caller's until the next method. */
static int begin(imap4 *m)
{
    I4_TRY(i4_begin(m, "", NULL));
    const int rc = imap4_engine_bytes(m->engine, 1);
    if (rc == IMAP4_E_STATE && imap4_engine_error(m->engine)->code == IMAP4_E_EOF)
        return AT_END;
    return rc < 0 ? i4_report(m, rc, "a command is in flight, or the connection is over")
                  : rc;
}

static uint64_t deadline(const imap4 *m)
{
    const uint32_t ms = m->engine_opt.command_timeout_ms;
    return ms == UINT32_MAX ? UINT64_MAX : imap4_now_ms() + (ms == 0 ? DEFAULT_MS : ms);
}

/* Moves bytes until more are there than `known`, the stream ends (0), or it failed. */
static int wait_for_more(imap4 *m, size_t known, uint64_t until)
{
    for (;;) {
        unsigned  want = 0;
        uint64_t  at   = UINT64_MAX;
        const int has  = i4_run_step(m, &want, &at);
        if (imap4_engine_bytes_in(m->engine).len > known)
            return 1;
        if (has == 1 && imap4_engine_error(m->engine)->code < 0)
            return imap4_engine_error(m->engine)->code == IMAP4_E_EOF
                       ? 0
                       : i4_report_engine(m, imap4_engine_error(m->engine)->code);
        if (has == 1)
            return 0;
        if (imap4_now_ms() >= until)
            return i4_report(m, IMAP4_E_TIMEOUT, "nothing came in time");
        const int rc = i4_run_wait(m, want, at < until ? at : until);
        if (rc < 0)
            return i4_report_engine(m, rc);
    }
}

ptrdiff_t imap4_read(imap4 *m, char *buf, size_t len)
{
    size_t    n     = 0;
    const int began = begin(m);
    if (began != IMAP4_OK)
        return began == AT_END ? 0 : began;
    const uint64_t until = deadline(m);
    while (n < len) {
        const imap4_view come = imap4_engine_bytes_in(m->engine);
        const size_t     take = come.len < len - n ? come.len : len - n;
        if (take != 0)
            memcpy(buf + n, come.ptr, take);
        imap4_engine_bytes_take(m->engine, take);
        n += take;
        if (n == len)
            break;
        const int rc = wait_for_more(m, 0, until);
        if (rc < 0 && n == 0)
            return rc;
        if (rc <= 0)
            break; /* what is here is given; what failed shows itself next time */
    }
    return (ptrdiff_t)n;
}

ptrdiff_t imap4_readline(imap4 *m, char *buf, size_t size)
{
    const int began = begin(m);
    if (began != IMAP4_OK)
        return began == AT_END ? 0 : began;
    const uint64_t until = deadline(m);
    for (;;) {
        const imap4_view come = imap4_engine_bytes_in(m->engine);
        const char      *lf   = come.len == 0 ? NULL : memchr(come.ptr, '\n', come.len);
        const size_t     len  = lf == NULL ? come.len : (size_t)(lf - come.ptr) + 1;
        if (len > size)
            return i4_report(m, IMAP4_E_LIMIT, "the line is longer than the room for it");
        const int rc = lf != NULL ? 0 : wait_for_more(m, come.len, until);
        if (rc < 0)
            return rc;
        if (rc == 1)
            continue;
        const imap4_view line = imap4_engine_bytes_in(m->engine);
        if (len != 0)
            memcpy(buf, line.ptr, len);
        imap4_engine_bytes_take(m->engine, len);
        return (ptrdiff_t)len;
    }
}

int imap4_send(imap4 *m, imap4_view bytes)
{
    int rc = begin(m);
    if (rc != IMAP4_OK)
        return rc == AT_END ? i4_report_engine(m, IMAP4_E_EOF) : rc;
    rc = imap4_engine_bytes_out(m->engine, bytes);
    if (rc < 0)
        return i4_report(m, rc, "other bytes are still being sent");
    const uint64_t until = deadline(m);
    while (imap4_engine_bytes_pending(m->engine) != 0) {
        unsigned  want = 0;
        uint64_t  at   = UINT64_MAX;
        const int has  = i4_run_step(m, &want, &at);
        if (has == 1 && imap4_engine_error(m->engine)->code < 0)
            return i4_report_engine(m, imap4_engine_error(m->engine)->code);
        if (imap4_engine_bytes_pending(m->engine) == 0)
            break;
        rc = imap4_now_ms() >= until ? IMAP4_E_TIMEOUT
                                     : i4_run_wait(m, want, at < until ? at : until);
        if (rc < 0) { /* the caller's bytes must not stay with the engine */
            imap4_engine_fail(m->engine, rc == IMAP4_E_INTERRUPTED ? rc : IMAP4_E_TIMEOUT,
                              0, IMAP4_V("bytes could not be sent whole"));
            return i4_report_engine(m, rc);
        }
    }
    i4_debug_trace(m);
    return IMAP4_OK;
}
