/* SPDX-License-Identifier: MIT */
/* filter/stack.c - an engine and its byte layers, with the engine's four pipes. */
#include "imap4/stack.h"

#include "base/try.h"
#include "filter/layer.h"

#include <string.h>

struct imap4_stack {
    i4_mem        mem;
    imap4_engine *engine;
    i4_layer     *layer;   /* NULL: the engine's own pipes */
    bool          is_lent; /* the engine's own buffer, by us */
    bool          was_open;
    bool          is_eof;   /* the socket has ended */
    bool          told_eof; /* and the engine knows */
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

uint32_t imap4_features(void)
{
    return i4_tls_is_built ? IMAP4_FEATURE_TLS : 0;
}

/* ---- life ------------------------------------------------------------------ */

int imap4_stack_new(imap4_engine *engine, const imap4_allocator *allocator,
                    imap4_stack **out)
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

/* The end of the stream goes up when all before it has gone up. */
static void tell_eof(imap4_stack *s)
{
    const i4_layer_ops *ops = s->layer->ops;
    const bool          end = ops->has_ended(s->layer);
    if (s->told_eof || !(end || (s->is_eof && ops->is_drained(s->layer))))
        return;
    s->told_eof = true;
    /* After BYE many servers just close; nothing can be missing then. */
    if (end || imap4_engine_state(s->engine) == IMAP4_STATE_LOGOUT)
        (void)!imap4_engine_recv_eof(s->engine); /* cannot fail */
    else if (s->was_open)
        imap4_engine_fail(s->engine, IMAP4_E_TLS, 0,
                          IMAP4_V("the connection was cut: TLS did not say goodbye"));
    else
        imap4_engine_fail(s->engine, IMAP4_E_TLS, 0,
                          IMAP4_V("the server closed the connection during the TLS "
                                  "handshake: is this its port for TLS?"));
}

static int pump(imap4_stack *s)
{
    const i4_layer_ops *ops = s->layer->ops;
    const i4_above      up  = { engine_recv_buf, engine_recv_commit, engine_send_buf,
                                engine_send_ack, s->engine };
    int                 rc  = ops->pump(s->layer, &up);
    if (rc >= 0 && !s->was_open && ops->is_open(s->layer)) {
        /* The engine knows that the pipe is private before the first byte comes out of it:
         * with TLS 1.3 the greeting may come along with the end of the handshake. */
        s->was_open = true;
        if (imap4_engine_layer_ready(s->engine, 1) < 0)
            imap4_engine_fail(s->engine, IMAP4_E_STATE, 0,
                              IMAP4_V("TLS was put in place where none was wanted"));
        rc = ops->pump(s->layer, &up);
    }
    if (rc < 0)
        return fail(s, rc);
    tell_eof(s);
    return IMAP4_OK;
}

/* Takes the members that the caller knew; those that we do not know must be zero. */
static bool take_options(imap4_tls_options *to, const imap4_tls_options *from)
{
    *to = (imap4_tls_options){ .size = sizeof *to };
    if (from == NULL)
        return true;
    if (from->size < sizeof from->size || from->size > 4096)
        return false;
    const size_t known = from->size < sizeof *to ? from->size : sizeof *to;
    for (size_t i = known; i < from->size; i++)
        if (((const char *)from)[i] != 0)
            return false;
    memcpy(to, from, known);
    to->size = sizeof *to;
    return true;
}

int imap4_stack_add_tls(imap4_stack *s, const char *host, const imap4_tls_options *opt)
{
    imap4_tls_options known;
    i4_layer         *layer = NULL;
    if (host == NULL || host[0] == '\0' || !take_options(&known, opt))
        return IMAP4_E_ARG;
    /* What a posted receive puts into the engine's buffer would not go through the layer. */
    if (s->layer != NULL || s->is_lent)
        return IMAP4_E_STATE;
    const int rc = i4_tls_new(host, &known, &s->mem, &layer);
    s->layer     = layer;
    return rc == IMAP4_E_TLS ? fail(s, rc) : rc;
}

int imap4_stack_is_open(const imap4_stack *s)
{
    return s->layer == NULL || s->layer->ops->is_open(s->layer);
}

imap4_view imap4_stack_protection(const imap4_stack *s)
{
    return s->layer == NULL ? IMAP4_NIL : s->layer->ops->protection(s->layer);
}

/* Has the engine given its own buffer back, because nothing is going on? */
static bool is_idle(const imap4_stack *s)
{
    imap4_engine_figures figures = { .size = sizeof figures };
    return imap4_engine_stats(s->engine, &figures) == IMAP4_OK &&
           figures.inbound_held == 0;
}

unsigned imap4_stack_want(imap4_stack *s, uint64_t now_ms, uint64_t *deadline_ms)
{
    if (s->layer == NULL)
        return imap4_engine_want(s->engine, now_ms, deadline_ms);
    const i4_layer_ops *ops = s->layer->ops;
    (void)imap4_engine_want(s->engine, now_ms, NULL); /* timers may queue a command */
    (void)pump(s); /* an error has gone to the engine */
    const unsigned upper = imap4_engine_want(s->engine, now_ms, deadline_ms);
    unsigned       want  = upper & (IMAP4_WANT_NEXT | IMAP4_WANT_DATA | IMAP4_WANT_CLOSE);
    const bool     open  = ops->is_open(s->layer);
    /* While it shakes hands the layer reads for itself; later a full engine stops it. */
    if ((!open || (upper & IMAP4_WANT_READ) != 0) && !s->is_eof &&
        ops->error(s->layer)->code == IMAP4_OK && ops->has_room(s->layer))
        want |= IMAP4_WANT_READ;
    if (ops->has_output(s->layer))
        want |= IMAP4_WANT_WRITE;
    /* Before it is open, the layer that was asked for is this one. */
    if (open)
        want |= upper & IMAP4_WANT_LAYER;
    if ((want & IMAP4_WANT_CLOSE) != 0)
        return IMAP4_WANT_CLOSE;
    if (is_idle(s))
        ops->trim(s->layer);
    return want;
}

char *imap4_stack_recv_buf(imap4_stack *s, size_t *len)
{
    *len = 0;
    if (s->layer == NULL) {
        char *buf = imap4_engine_recv_buf(s->engine, len);
        s->is_lent |= buf != NULL;
        return buf;
    }
    return s->layer->ops->has_room(s->layer) ? s->layer->ops->recv_buf(s->layer, len)
                                             : NULL;
}

int imap4_stack_recv_commit(imap4_stack *s, size_t len)
{
    if (s->layer == NULL) {
        s->is_lent = false;
        return imap4_engine_recv_commit(s->engine, len);
    }
    I4_TRY(s->layer->ops->recv_commit(s->layer, len));
    return pump(s);
}

int imap4_stack_recv_eof(imap4_stack *s)
{
    s->is_eof = true;
    if (s->layer == NULL)
        return imap4_engine_recv_eof(s->engine);
    (void)pump(s); /* an error has gone to the engine */
    return IMAP4_OK;
}

imap4_view imap4_stack_send_buf(imap4_stack *s)
{
    if (s->layer == NULL)
        return imap4_engine_send_buf(s->engine);
    if (!s->layer->ops->has_output(s->layer))
        (void)pump(s); /* an error has gone to the engine */
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
