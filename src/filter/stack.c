/* SPDX-License-Identifier: MIT */
/* filter/stack.c - an engine and its byte layers, with the engine's four pipes. */
#include "imap4/stack.h"

#include "base/try.h"
#include "filter/layer.h"

struct imap4_stack {
    i4_mem        mem;
    imap4_engine *engine;
    i4_layer     *layer; /* NULL: the engine's own pipes */
    bool          was_open;
    bool          is_eof;
};

/* ---- the engine as what a layer sees above itself ------------------------------ */

static char *engine_recv_buf(void *ctx, size_t *len)
{
    return imap4_engine_recv_buf(ctx, len);
}

static int engine_recv_commit(void *ctx, size_t len)
{
    return imap4_engine_recv_commit(ctx, len);
}

static imap4_view engine_send_buf(void *ctx)
{
    return imap4_engine_send_buf(ctx);
}

static void engine_send_ack(void *ctx, size_t len)
{
    imap4_engine_send_ack(ctx, len);
}

/* ---- life ------------------------------------------------------------------ */

int imap4_stack_new(imap4_engine *engine, const imap4_allocator *allocator, imap4_stack **out)
{
    i4_mem mem;
    if (engine == NULL || out == NULL || !i4_mem_choose(allocator, &mem))
        return IMAP4_E_ARG;
    imap4_stack *s = i4_mem_zalloc(&mem, sizeof *s);
    if (s == NULL)
        return IMAP4_E_NOMEM;
    s->mem    = mem;
    s->engine = engine;
    *out      = s;
    return IMAP4_OK;
}

void imap4_stack_free(imap4_stack **stack)
{
    if (stack == NULL || *stack == NULL)
        return;
    imap4_stack *s   = *stack;
    const i4_mem mem = s->mem;
    if (s->layer != NULL)
        s->layer->ops->free(s->layer);
    i4_mem_free(&mem, s, sizeof *s);
    *stack = NULL;
}

/* ---- moving ---------------------------------------------------------------- */

/* A broken layer ends the session, in its own words. */
static int fail(imap4_stack *s, int rc)
{
    const imap4_error *error = s->layer->ops->error(s->layer);
    if (error->code != IMAP4_OK)
        imap4_engine_fail(s->engine, error->code, error->os_errno, error->text);
    return rc;
}

static int pump(imap4_stack *s)
{
    const i4_above up = {engine_recv_buf, engine_recv_commit, engine_send_buf, engine_send_ack,
                         s->engine};
    const int rc = s->layer->ops->pump(s->layer, &up);
    if (rc < 0)
        return fail(s, rc);
    if (!s->was_open && s->layer->ops->is_open(s->layer)) {
        s->was_open = true;
        I4_TRY(imap4_engine_layer_ready(s->engine, 1));
        return s->layer->ops->pump(s->layer, &up) < 0 ? fail(s, IMAP4_E_TLS) : IMAP4_OK;
    }
    return IMAP4_OK;
}

int imap4_stack_add_tls(imap4_stack *s, const char *host, const imap4_tls_options *opt)
{
    i4_layer *layer = NULL;
    if (host == NULL || host[0] == '\0' ||
        (opt != NULL && (opt->size == 0 || opt->size > sizeof *opt)))
        return IMAP4_E_ARG;
    if (s->layer != NULL)
        return IMAP4_E_STATE;
    const int rc = i4_tls_new(host, opt, &s->mem, &layer);
    s->layer     = layer;
    if (rc == IMAP4_E_TLS)
        return fail(s, rc);
    return rc;
}

int imap4_stack_is_open(const imap4_stack *s)
{
    return s->layer == NULL || s->layer->ops->is_open(s->layer);
}

imap4_view imap4_stack_protection(const imap4_stack *s)
{
    return s->layer == NULL ? IMAP4_NIL : s->layer->ops->protection(s->layer);
}

unsigned imap4_stack_want(imap4_stack *s, uint64_t now_ms, uint64_t *deadline_ms)
{
    if (s->layer == NULL)
        return imap4_engine_want(s->engine, now_ms, deadline_ms);
    (void)imap4_engine_want(s->engine, now_ms, NULL); /* timers may queue a command */
    (void)pump(s); /* an error has gone to the engine */
    const unsigned upper = imap4_engine_want(s->engine, now_ms, deadline_ms);
    if ((upper & IMAP4_WANT_CLOSE) != 0)
        return upper;
    unsigned want = upper & (IMAP4_WANT_NEXT | IMAP4_WANT_DATA);
    if (!s->is_eof && s->layer->ops->wants_read(s->layer))
        want |= IMAP4_WANT_READ;
    if (s->layer->ops->send_buf(s->layer).len != 0)
        want |= IMAP4_WANT_WRITE;
    /* The layer that was asked for is this one, still shaking hands. */
    return want;
}

char *imap4_stack_recv_buf(imap4_stack *s, size_t *len)
{
    return s->layer == NULL ? imap4_engine_recv_buf(s->engine, len)
                            : s->layer->ops->recv_buf(s->layer, len);
}

int imap4_stack_recv_commit(imap4_stack *s, size_t len)
{
    if (s->layer == NULL)
        return imap4_engine_recv_commit(s->engine, len);
    I4_TRY(s->layer->ops->recv_commit(s->layer, len));
    return pump(s);
}

int imap4_stack_recv_eof(imap4_stack *s)
{
    s->is_eof = true;
    if (s->layer == NULL)
        return imap4_engine_recv_eof(s->engine);
    I4_TRY(pump(s));
    /* After BYE many servers just close; nothing can be missing then. */
    if (s->layer->ops->ended_well(s->layer) ||
        imap4_engine_state(s->engine) == IMAP4_STATE_LOGOUT)
        return imap4_engine_recv_eof(s->engine);
    imap4_engine_fail(s->engine, IMAP4_E_TLS, 0,
                      s->was_open ? IMAP4_V("the connection was cut: TLS did not say goodbye")
                                  : IMAP4_V("the connection was closed during the TLS handshake: "
                                            "is this the port for TLS?"));
    return IMAP4_OK;
}

imap4_view imap4_stack_send_buf(imap4_stack *s)
{
    if (s->layer == NULL)
        return imap4_engine_send_buf(s->engine);
    if (s->layer->ops->send_buf(s->layer).len == 0)
        (void)pump(s);
    return s->layer->ops->send_buf(s->layer);
}

void imap4_stack_send_ack(imap4_stack *s, size_t len)
{
    if (s->layer == NULL)
        imap4_engine_send_ack(s->engine, len);
    else
        s->layer->ops->send_ack(s->layer, len);
}

void imap4_stack_shutdown(imap4_stack *s)
{
    if (s->layer != NULL)
        s->layer->ops->shutdown(s->layer);
}

const imap4_error *imap4_stack_error(const imap4_stack *s)
{
    if (s->layer != NULL && s->layer->ops->error(s->layer)->code != IMAP4_OK)
        return s->layer->ops->error(s->layer);
    return imap4_engine_error(s->engine);
}
