/* SPDX-License-Identifier: MIT */
/* filter/tls_none.c - what a build without TLS has in the place of tls_openssl.c. */
#include "filter/layer.h"

const bool i4_tls_is_built = false;

int i4_tls_new(const char *host, const imap4_tls_options *opt, const i4_mem *mem,
               i4_layer **out)
{
    (void)host;
    (void)opt;
    (void)mem;
    (void)out;
    return IMAP4_E_NOTIMPL;
}

struct ssl_st *i4_tls_ssl(const i4_layer *layer)
{
    (void)layer;
    return NULL;
}

int i4_tls_binding(i4_layer *layer, imap4_view type, imap4_view *name, imap4_view *value)
{
    (void)layer;
    (void)type;
    (void)name;
    (void)value;
    return IMAP4_E_NOTIMPL;
}
