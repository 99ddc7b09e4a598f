/* SPDX-License-Identifier: MIT */
/* engine/bytes.c - bytes of the caller's own, instead of commands and responses. */
#include "engine/bytes.h"

#include "base/try.h"
#include "engine/engine.h"

int imap4_engine_bytes(imap4_engine *e, int on)
{
    if (e->life != I4_LIFE_OPEN)
        return IMAP4_E_STATE;
    if (e->jobs.first != NULL || e->over.first != NULL || e->is_unrouted ||
        e->layer != IMAP4_LAYER_NONE || e->loose.len != 0)
        return IMAP4_E_BUSY;
    if (on == 0) {
        i4_reader_to_responses(e->reader);
        e->is_bytes = false;
        return IMAP4_OK;
    }
    I4_TRY(i4_reader_to_bytes(e->reader));
    e->is_bytes = true;
    return IMAP4_OK;
}

imap4_view imap4_engine_bytes_in(const imap4_engine *e)
{
    return e->is_bytes ? i4_reader_held(e->reader) : IMAP4_NIL;
}

void imap4_engine_bytes_take(imap4_engine *e, size_t len)
{
    if (!e->is_bytes)
        return;
    i4_trace_begin(&e->trace, 'S');
    i4_trace_octets(&e->trace, len);
    i4_trace_end(&e->trace);
    i4_reader_take(e->reader, len);
}

int imap4_engine_bytes_out(imap4_engine *e, imap4_view bytes)
{
    if (!e->is_bytes || e->life != I4_LIFE_OPEN)
        return IMAP4_E_STATE;
    if (e->loose.len != 0)
        return IMAP4_E_BUSY;
    i4_trace_begin(&e->trace, 'C');
    i4_trace_octets(&e->trace, bytes.len);
    i4_trace_end(&e->trace);
    e->loose = bytes;
    return IMAP4_OK;
}

size_t imap4_engine_bytes_pending(const imap4_engine *e)
{
    return e->loose.len;
}

void i4_bytes_ack(imap4_engine *e, size_t len)
{
    len = len < e->loose.len ? len : e->loose.len;
    e->loose.ptr += len;
    e->loose.len -= len;
    e->bytes_out += len;
    e->has_activity |= len != 0;
    e->has_progress |= len != 0;
}
