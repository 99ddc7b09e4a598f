/* SPDX-License-Identifier: MIT */
/* bench/server_plain.c - instead of server_tls.c in a build without TLS: all of it fails. */
#include "server_tls.h"

#include <stdio.h>

tls *tls_accept(int fd)
{
    (void)fd;
    fprintf(stderr, "bench: this build has no TLS\n");
    return NULL;
}

ssize_t tls_recv(tls *t, char *at, size_t len)
{
    (void)t;
    (void)at;
    (void)len;
    return -1;
}

ssize_t tls_send(tls *t, const char *at, size_t len)
{
    (void)t;
    (void)at;
    (void)len;
    return -1;
}

void tls_close(tls *t)
{
    (void)t;
}
