/* SPDX-License-Identifier: MIT */
/* filter/layer.h - a byte layer: raw bytes below, clear bytes above. */
#ifndef I4_FILTER_LAYER_H
#define I4_FILTER_LAYER_H

#include "imap4/stack.h"

#include "base/mem.h"

#include <stdbool.h>

/* What a layer sees above itself: the engine, or another layer.  As the functions of
 * imap4/engine.h with these names. */
typedef struct i4_above {
    char *(*recv_buf)(void *ctx, size_t *len);
    int (*recv_commit)(void *ctx, size_t len);
    imap4_view (*send_buf)(void *ctx);
    void (*send_ack)(void *ctx, size_t len);
    void *ctx;
} i4_above;

typedef struct i4_layer i4_layer;

typedef struct i4_layer_ops {
    /* The lower pipes: raw bytes. */
    char *(*recv_buf)(i4_layer *layer, size_t *len);
    int (*recv_commit)(i4_layer *layer, size_t len);
    imap4_view (*send_buf)(i4_layer *layer); /* stays where it is until send_ack */
    void (*send_ack)(i4_layer *layer, size_t len);
    bool (*has_output)(const i4_layer *layer);
    bool (*has_room)(const i4_layer *layer);
    /* Moves what can be moved between the lower pipes and `up`; IMAP4_OK or the error.
     * The call that opens the layer moves nothing to or from `up` yet. */
    int (*pump)(i4_layer *layer, const i4_above *up);
    /* Has the peer said that its stream ends, and has all before that gone up? */
    bool (*has_ended)(const i4_layer *layer);
    /* Does nothing that came in wait to go up? */
    bool (*is_drained)(const i4_layer *layer);
    void (*shutdown)(i4_layer *layer);
    /* Gives back memory that nothing is in. */
    void (*trim)(i4_layer *layer);
    bool (*is_open)(const i4_layer *layer);
    imap4_view (*protection)(const i4_layer *layer);
    const imap4_error *(*error)(const i4_layer *layer);
    void (*free)(i4_layer *layer);
} i4_layer_ops;

struct i4_layer {
    const i4_layer_ops *ops;
};

/* A TLS client; `opt` is never NULL.  *out is set on IMAP4_E_TLS too, to be asked for its
 * error and freed. */
int i4_tls_new(const char *host, const imap4_tls_options *opt, const i4_mem *mem,
               i4_layer **out);

/* Of a layer that i4_tls_new() made. */
struct ssl_st *i4_tls_ssl(const i4_layer *layer);
/* As imap4_stack_channel_binding(), behind the handshake. */
int i4_tls_binding(i4_layer *layer, imap4_view type, imap4_view *name, imap4_view *value);

/* Raw deflate, both ways (RFC 4978). */
int i4_deflate_new(const i4_mem *mem, i4_layer **out);

/* Are they in this build? */
extern const bool i4_tls_is_built;
extern const bool i4_deflate_is_built;

#endif
