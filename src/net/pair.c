/* SPDX-License-Identifier: MIT */
/* net/pair.c - two ends connected in memory, for one thread or two. */
#include "imap4/engine.h"
#include "imap4/net.h"

#include "base/mem.h"
#include "base/try.h"
#include "net/transport.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

enum {
    ROOM     = 64 * 1024, /* bytes each way */
    SLICE_MS = 60 * 1000  /* a wait looks at imap4_now_ms() at least that often */
};

/* What one end sends and the other receives, in a ring. */
typedef struct flow {
    size_t first; /* the oldest byte */
    size_t len;
    bool   is_over; /* no more bytes will be sent */
    char   at[ROOM];
} flow;

typedef struct pair pair;

typedef struct end {
    pair *of;
    flow *in;
    flow *out;
    bool  is_closed;
} end;

struct pair {
    pthread_mutex_t lock;
    pthread_cond_t  changed;
    end             ends[2];
    flow            flows[2];
};

static end *other_end(const end *e)
{
    return &e->of->ends[e == &e->of->ends[0] ? 1 : 0];
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- bytes ----------------------------------------------------------------- */

static void ring_take(flow *f, char *buf, size_t len)
{
    const size_t head = smaller(len, ROOM - f->first);
    memcpy(buf, f->at + f->first, head);
    memcpy(buf + head, f->at, len - head);
    f->first = (f->first + len) % ROOM;
    f->len -= len;
}

static void ring_put(flow *f, const char *buf, size_t len)
{
    const size_t last = (f->first + f->len) % ROOM;
    const size_t head = smaller(len, ROOM - last);
    memcpy(f->at + last, buf, head);
    memcpy(f->at, buf + head, len - head);
    f->len += len;
}

static ptrdiff_t pair_recv(void *ctx, char *buf, size_t len, int *os_errno)
{
    (void)os_errno; /* memory does not fail */
    end      *e = ctx;
    ptrdiff_t n = IMAP4_E_BUSY;
    (void)pthread_mutex_lock(&e->of->lock);
    if (e->in->len != 0) {
        n = (ptrdiff_t)smaller(len, e->in->len);
        ring_take(e->in, buf, (size_t)n);
        (void)pthread_cond_broadcast(&e->of->changed);
    } else if (e->in->is_over) {
        n = 0;
    }
    (void)pthread_mutex_unlock(&e->of->lock);
    return n;
}

static ptrdiff_t pair_send(void *ctx, imap4_view bytes, int *os_errno)
{
    end      *e = ctx;
    ptrdiff_t n = IMAP4_E_BUSY;
    (void)pthread_mutex_lock(&e->of->lock);
    if (e->out->is_over || other_end(e)->is_closed) {
        n = IMAP4_E_IO;
        if (os_errno != NULL)
            *os_errno = EPIPE;
    } else if (e->out->len != ROOM) {
        n = (ptrdiff_t)smaller(bytes.len, ROOM - e->out->len);
        ring_put(e->out, bytes.ptr, (size_t)n);
        (void)pthread_cond_broadcast(&e->of->changed);
    }
    (void)pthread_mutex_unlock(&e->of->lock);
    return n;
}

/* ---- waiting --------------------------------------------------------------- */

/* As poll() would say of a socket: what does not block is ready, failing included. */
static int ready_of(const end *e, unsigned want)
{
    const bool can_read  = e->in->len != 0 || e->in->is_over;
    const bool can_write = e->out->len != ROOM || e->out->is_over ||
                           other_end(e)->is_closed;
    return (int)(want & ((can_read ? (unsigned)IMAP4_WANT_READ : 0) |
                         (can_write ? (unsigned)IMAP4_WANT_WRITE : 0)));
}

/* The condition's clock may stop while the machine sleeps; ours does not. */
static struct timespec wake_up_at(uint64_t left_ms)
{
    struct timespec t  = { 0 };
    const uint64_t  ms = left_ms < SLICE_MS ? left_ms : SLICE_MS;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static int pair_wait(void *ctx, unsigned want, uint64_t deadline_ms)
{
    end *e     = ctx;
    int  ready = 0;
    (void)pthread_mutex_lock(&e->of->lock);
    while ((ready = ready_of(e, want)) == 0) {
        const uint64_t now = imap4_now_ms();
        if (now >= deadline_ms)
            break;
        const struct timespec until = wake_up_at(deadline_ms - now);
        (void)pthread_cond_timedwait(&e->of->changed, &e->of->lock, &until);
    }
    (void)pthread_mutex_unlock(&e->of->lock);
    return ready;
}

/* ---- the end --------------------------------------------------------------- */

static void pair_shutdown(void *ctx)
{
    end *e = ctx;
    (void)pthread_mutex_lock(&e->of->lock);
    e->out->is_over = true;
    (void)pthread_cond_broadcast(&e->of->changed);
    (void)pthread_mutex_unlock(&e->of->lock);
}

/* What went through it may have been secret. */
static void pair_free(pair *p)
{
    (void)pthread_cond_destroy(&p->changed);
    (void)pthread_mutex_destroy(&p->lock);
    i4_mem_wipe(p, sizeof *p);
    i4_mem_free(&i4_mem_default, p, sizeof *p);
}

static void pair_close(void *ctx)
{
    end  *e = ctx;
    pair *p = e->of;
    (void)pthread_mutex_lock(&p->lock);
    e->out->is_over    = true;
    e->is_closed       = true;
    const bool is_last = other_end(e)->is_closed;
    (void)pthread_cond_broadcast(&p->changed);
    (void)pthread_mutex_unlock(&p->lock);
    if (is_last)
        pair_free(p);
}

/* ---- the beginning --------------------------------------------------------- */

static bool init_locks(pair *p)
{
    pthread_condattr_t attr;
    if (pthread_mutex_init(&p->lock, NULL) != 0)
        return false;
    if (pthread_condattr_init(&attr) == 0) {
        const bool is_made = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
                             pthread_cond_init(&p->changed, &attr) == 0;
        (void)pthread_condattr_destroy(&attr);
        if (is_made)
            return true;
    }
    (void)pthread_mutex_destroy(&p->lock);
    return false;
}

static void give_end(end *e, imap4_transport *out)
{
    const imap4_transport t = { .ctx        = e,
                                .recv       = pair_recv,
                                .send       = pair_send,
                                .wait       = pair_wait,
                                .shutdown   = pair_shutdown,
                                .close      = pair_close,
                                .is_private = 1 };
    i4_transport_give(&t, out);
}

int imap4_transport_pair(imap4_transport *a, imap4_transport *b)
{
    I4_TRY(i4_transport_can_give(a));
    I4_TRY(i4_transport_can_give(b));
    if (a == b)
        return IMAP4_E_ARG;
    pair *p = i4_mem_zalloc(&i4_mem_default, sizeof *p);
    if (p == NULL)
        return IMAP4_E_NOMEM;
    if (!init_locks(p)) {
        i4_mem_free(&i4_mem_default, p, sizeof *p);
        return IMAP4_E_NOMEM;
    }
    p->ends[0] = (end){ .of = p, .in = &p->flows[1], .out = &p->flows[0] };
    p->ends[1] = (end){ .of = p, .in = &p->flows[0], .out = &p->flows[1] };
    give_end(&p->ends[0], a);
    give_end(&p->ends[1], b);
    return IMAP4_OK;
}
