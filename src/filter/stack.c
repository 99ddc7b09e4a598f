/* SPDX-License-Identifier: MIT */
/* filter/stack.c - an engine and its byte layers, with the engine's four pipes. */
#include "imap4/stack.h"

#include "base/built.h"
#include "base/try.h"
#include "filter/layer.h"

#include <string.h>

/* Deflate above TLS, or one of them, or none: then the pipes are the engine's own. */
struct imap4_stack {
    i4_mem        mem;
    imap4_engine *engine;
    i4_layer     *tls;
    i4_layer     *deflate;
    char *lent; /* the engine's own buffer, by us; it may outlast the arrival of deflate */
    size_t lent_len;
    bool   was_open;
    bool   is_eof;   /* the socket has ended */
    bool   told_eof; /* and the engine knows */
};

/* What the socket's bytes go through first. */
static i4_layer *lowest(const imap4_stack *s)
{
    return s->tls != NULL ? s->tls : s->deflate;
}

uint32_t imap4_features(void)
{
    return (i4_tls_is_built ? (uint32_t)IMAP4_FEATURE_TLS : 0) |
           (i4_deflate_is_built ? (uint32_t)IMAP4_FEATURE_DEFLATE : 0) |
           (i4_gsasl_is_built ? (uint32_t)IMAP4_FEATURE_SASL : 0);
}

/* ---- the engine as what a layer sees above itself ------------------------------ */

/* A receive that was posted before deflate came still writes into it. */
static char *engine_recv_buf(void *ctx, size_t *len)
{
    const imap4_stack *s = ctx;
    *len                 = 0;
    return s->lent != NULL ? NULL : imap4_engine_recv_buf(s->engine, len);
}

static int engine_recv_commit(void *ctx, size_t len)
{
    return imap4_engine_recv_commit(((imap4_stack *)ctx)->engine, len);
}

static imap4_view engine_send_buf(void *ctx)
{
    return imap4_engine_send_buf(((imap4_stack *)ctx)->engine);
}

static void engine_send_ack(void *ctx, size_t len)
{
    imap4_engine_send_ack(((imap4_stack *)ctx)->engine, len);
}

static int pump_deflate(imap4_stack *s)
{
    const i4_above up = { engine_recv_buf, engine_recv_commit, engine_send_buf,
                          engine_send_ack, s };
    return s->deflate->ops->pump(s->deflate, &up);
}

/* ---- deflate as what TLS sees above itself --------------------------------------- */

static char *deflate_recv_buf(void *ctx, size_t *len)
{
    const i4_layer_ops *ops   = ((imap4_stack *)ctx)->deflate->ops;
    i4_layer           *layer = ((imap4_stack *)ctx)->deflate;
    *len                      = 0;
    return ops->has_room(layer) ? ops->recv_buf(layer, len) : NULL;
}

static int deflate_recv_commit(void *ctx, size_t len)
{
    imap4_stack *s = ctx;
    I4_TRY(s->deflate->ops->recv_commit(s->deflate, len));
    return pump_deflate(s);
}

static imap4_view deflate_send_buf(void *ctx)
{
    imap4_stack *s = ctx;
    if (!s->deflate->ops->has_output(s->deflate) && pump_deflate(s) < 0)
        return IMAP4_NIL; /* pump() looks for its error */
    return s->deflate->ops->send_buf(s->deflate);
}

static void deflate_send_ack(void *ctx, size_t len)
{
    const imap4_stack *s = ctx;
    s->deflate->ops->send_ack(s->deflate, len);
}

static int pump_tls(imap4_stack *s)
{
    const i4_above engine  = { engine_recv_buf, engine_recv_commit, engine_send_buf,
                               engine_send_ack, s };
    const i4_above deflate = { deflate_recv_buf, deflate_recv_commit, deflate_send_buf,
                               deflate_send_ack, s };
    return s->tls->ops->pump(s->tls, s->deflate != NULL ? &deflate : &engine);
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
    if (s->tls != NULL)
        s->tls->ops->free(s->tls);
    if (s->deflate != NULL)
        s->deflate->ops->free(s->deflate);
    i4_mem_free(&mem, s, sizeof *s);
    *stack = NULL;
}

/* ---- moving ---------------------------------------------------------------- */

/* The error of a layer; NULL if there is none. */
static const imap4_error *layer_error(const imap4_stack *s)
{
    const i4_layer *const layers[] = { s->tls, s->deflate };
    for (size_t i = 0; i < 2; i++)
        if (layers[i] != NULL && layers[i]->ops->error(layers[i])->code != IMAP4_OK)
            return layers[i]->ops->error(layers[i]);
    return NULL;
}

/* A broken layer ends the session, in its own words. */
static int fail(imap4_stack *s, int rc)
{
    const imap4_error *error = layer_error(s);
    if (error != NULL)
        imap4_engine_fail(s->engine, error->code, error->os_errno, error->text);
    return rc;
}

static bool is_drained(const i4_layer *layer)
{
    return layer == NULL || layer->ops->is_drained(layer);
}

static bool has_ended(const i4_layer *layer)
{
    return layer != NULL && layer->ops->has_ended(layer);
}

/* The end of the stream goes up when all before it has gone up. */
static void tell_eof(imap4_stack *s)
{
    /* What TLS protects may say that it ends, as close_notify does. */
    const bool end = has_ended(s->deflate) || has_ended(s->tls);
    if (s->told_eof || !(end || s->is_eof) || !is_drained(s->tls) ||
        !is_drained(s->deflate))
        return;
    s->told_eof = true;
    /* After BYE many servers just close; nothing can be missing then. */
    if (end || s->tls == NULL || imap4_engine_state(s->engine) == IMAP4_STATE_LOGOUT)
        (void)!imap4_engine_recv_eof(s->engine); /* cannot fail */
    else if (s->was_open)
        imap4_engine_fail(s->engine, IMAP4_E_TLS, 0,
                          IMAP4_V("the connection was cut: TLS did not say goodbye"));
    else
        imap4_engine_fail(s->engine, IMAP4_E_TLS, 0,
                          IMAP4_V("the server closed the connection during the TLS "
                                  "handshake: is this its port for TLS?"));
}

static int move_tls(imap4_stack *s)
{
    int rc = pump_tls(s);
    if (rc >= 0 && !s->was_open && s->tls->ops->is_open(s->tls)) {
        /* The engine knows that the pipe is private before the first byte comes out of it:
         * with TLS 1.3 the greeting may come along with the end of the handshake. */
        s->was_open = true;
        if (imap4_engine_layer_ready(s->engine, 1) < 0)
            imap4_engine_fail(s->engine, IMAP4_E_STATE, 0,
                              IMAP4_V("TLS was put in place where none was wanted"));
        rc = pump_tls(s);
    }
    return rc;
}

static int pump(imap4_stack *s)
{
    int rc = s->deflate != NULL ? pump_deflate(s) : IMAP4_OK;
    if (rc >= 0 && s->tls != NULL)
        rc = move_tls(s);
    if (rc >= 0 && layer_error(s) != NULL)
        rc = layer_error(s)->code;
    if (rc < 0)
        return fail(s, rc);
    tell_eof(s);
    return IMAP4_OK;
}

/* ---- layers ---------------------------------------------------------------- */

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
    if (s->tls != NULL || s->deflate != NULL || s->lent != NULL)
        return IMAP4_E_STATE;
    const int rc = i4_tls_new(host, &known, &s->mem, &layer);
    s->tls       = layer;
    return rc == IMAP4_E_TLS ? fail(s, rc) : rc;
}

/* Copies compressed bytes that came into the engine's buffer. */
static void give_deflate(imap4_stack *s, imap4_view bytes)
{
    while (bytes.len != 0) {
        size_t room = 0;
        char  *at   = s->deflate->ops->recv_buf(s->deflate, &room);
        if (at == NULL) {
            imap4_engine_fail(s->engine, IMAP4_E_IO, 0,
                              IMAP4_V("no memory for compressed bytes"));
            return;
        }
        const size_t len = bytes.len < room ? bytes.len : room;
        memcpy(at, bytes.ptr, len);
        (void)!s->deflate->ops->recv_commit(s->deflate, len); /* it was lent */
        bytes.ptr += len;
        bytes.len -= len;
    }
}

/* Behind the OK of COMPRESS: nothing of a driver is needed, so it is not asked.  A receive that
 * it has posted may go on: imap4_stack_recv_commit() brings the bytes here. */
static void add_deflate(imap4_stack *s)
{
    int rc = IMAP4_E_PROTOCOL;
    if (s->deflate == NULL)
        rc = i4_deflate_new(&s->mem, &s->deflate);
    if (rc == IMAP4_E_PROTOCOL)
        imap4_engine_fail(s->engine, rc, 0, IMAP4_V("the server began to compress twice"));
    else if (rc == IMAP4_E_NOTIMPL)
        imap4_engine_fail(
            s->engine, rc, 0,
            IMAP4_V("the server compresses, and this build has no deflate"));
    else if (rc < 0)
        imap4_engine_fail(s->engine, IMAP4_E_IO, 0, IMAP4_V("no memory to compress"));
    if (rc < 0)
        return;
    give_deflate(s, imap4_engine_layer_input(s->engine));
    (void)!imap4_engine_layer_ready(s->engine, 0); /* it was asked for */
    (void)pump(s);                                 /* an error has gone to the engine */
}

int imap4_stack_is_open(const imap4_stack *s)
{
    return s->tls == NULL || s->tls->ops->is_open(s->tls);
}

imap4_view imap4_stack_protection(const imap4_stack *s)
{
    return s->tls == NULL ? IMAP4_NIL : s->tls->ops->protection(s->tls);
}

struct ssl_st *imap4_stack_ssl(const imap4_stack *s)
{
    return s->tls == NULL ? NULL : i4_tls_ssl(s->tls);
}

int imap4_stack_channel_binding(imap4_stack *s, imap4_view type, imap4_view *name,
                                imap4_view *value)
{
    imap4_view which;
    if (value == NULL)
        return IMAP4_E_ARG;
    *value = IMAP4_NIL;
    if (s->tls == NULL || !s->tls->ops->is_open(s->tls))
        return IMAP4_E_STATE;
    return i4_tls_binding(s->tls, type, name != NULL ? name : &which, value);
}

/* ---- the pipes --------------------------------------------------------------- */

/* Has the engine given its own buffer back, because nothing is going on? */
static bool is_idle(const imap4_stack *s)
{
    imap4_engine_figures figures = { .size = sizeof figures };
    return imap4_engine_stats(s->engine, &figures) == IMAP4_OK &&
           figures.inbound_held == 0;
}

static bool has_room(const i4_layer *layer)
{
    return layer == NULL || layer->ops->has_room(layer);
}

static void trim(i4_layer *layer)
{
    if (layer != NULL)
        layer->ops->trim(layer);
}

/* What the engine wants now that all has moved that can. */
static unsigned want_above(imap4_stack *s, uint64_t now_ms, uint64_t *deadline_ms)
{
    unsigned want = imap4_engine_want(s->engine, now_ms, deadline_ms);
    if (lowest(s) != NULL) {
        (void)pump(s); /* an error has gone to the engine */
        want = imap4_engine_want(s->engine, now_ms, deadline_ms);
    }
    if ((want & IMAP4_WANT_LAYER) != 0 &&
        imap4_engine_layer(s->engine) == IMAP4_LAYER_DEFLATE) {
        add_deflate(s);
        want = imap4_engine_want(s->engine, now_ms, deadline_ms);
    }
    return want;
}

unsigned imap4_stack_want(imap4_stack *s, uint64_t now_ms, uint64_t *deadline_ms)
{
    const unsigned  upper = want_above(s, now_ms, deadline_ms);
    const i4_layer *low   = lowest(s);
    if (low == NULL)
        return upper;
    unsigned   want = upper & (IMAP4_WANT_NEXT | IMAP4_WANT_DATA | IMAP4_WANT_CLOSE);
    const bool open = imap4_stack_is_open(s) != 0;
    /* While it shakes hands the layer reads for itself; later a full engine stops it. */
    if ((!open || (upper & IMAP4_WANT_READ) != 0) && !s->is_eof &&
        layer_error(s) == NULL && has_room(s->tls) && has_room(s->deflate))
        want |= IMAP4_WANT_READ;
    if (low->ops->has_output(low))
        want |= IMAP4_WANT_WRITE;
    /* Before it is open, the layer that was asked for is this one. */
    if (open)
        want |= upper & IMAP4_WANT_LAYER;
    if ((want & IMAP4_WANT_CLOSE) != 0)
        return IMAP4_WANT_CLOSE;
    if (is_idle(s)) {
        trim(s->tls);
        trim(s->deflate);
    }
    return want;
}

char *imap4_stack_recv_buf(imap4_stack *s, size_t *len)
{
    i4_layer *low = lowest(s);
    *len          = 0;
    if (low == NULL && s->lent == NULL) {
        s->lent     = imap4_engine_recv_buf(s->engine, len);
        s->lent_len = *len;
        return s->lent;
    }
    if (s->lent != NULL) {
        *len = s->lent_len;
        return s->lent;
    }
    return low->ops->has_room(low) ? low->ops->recv_buf(low, len) : NULL;
}

/* What a receive brought that was posted when there was no layer. */
static int commit_lent(imap4_stack *s, size_t len)
{
    const imap4_view bytes = { s->lent, len };
    if (len > s->lent_len)
        return IMAP4_E_ARG;
    s->lent = NULL;
    if (s->deflate == NULL)
        return imap4_engine_recv_commit(s->engine, len);
    give_deflate(s, bytes);
    I4_TRY(imap4_engine_recv_commit(s->engine, 0));
    return pump(s);
}

int imap4_stack_recv_commit(imap4_stack *s, size_t len)
{
    i4_layer *low = lowest(s);
    if (s->lent != NULL)
        return commit_lent(s, len);
    if (low == NULL)
        return imap4_engine_recv_commit(s->engine, len);
    I4_TRY(low->ops->recv_commit(low, len));
    return pump(s);
}

int imap4_stack_recv_eof(imap4_stack *s)
{
    s->is_eof = true;
    if (lowest(s) == NULL)
        return imap4_engine_recv_eof(s->engine);
    (void)pump(s); /* an error has gone to the engine */
    return IMAP4_OK;
}

imap4_view imap4_stack_send_buf(imap4_stack *s)
{
    i4_layer *low = lowest(s);
    if (low == NULL)
        return imap4_engine_send_buf(s->engine);
    if (!low->ops->has_output(low))
        (void)pump(s); /* an error has gone to the engine */
    return low->ops->send_buf(low);
}

void imap4_stack_send_ack(imap4_stack *s, size_t len)
{
    i4_layer *low = lowest(s);
    if (low == NULL)
        imap4_engine_send_ack(s->engine, len);
    else
        low->ops->send_ack(low, len);
}

void imap4_stack_shutdown(imap4_stack *s)
{
    if (s->tls != NULL)
        s->tls->ops->shutdown(s->tls);
}

const imap4_error *imap4_stack_error(const imap4_stack *s)
{
    const imap4_error *error = layer_error(s);
    return error != NULL ? error : imap4_engine_error(s->engine);
}
