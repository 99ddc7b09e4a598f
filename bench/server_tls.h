/* SPDX-License-Identifier: MIT */
/* bench/server_tls.h - TLS for the server; server_plain.c stands in where there is none. */
#ifndef BENCH_SERVER_TLS_H
#define BENCH_SERVER_TLS_H

#include <stddef.h>
#include <sys/types.h>

typedef struct tls tls;

/* TLS 1.3 with AES-128-GCM on a connection that was accepted; NULL if it fails. */
tls    *tls_accept(int fd);
/* As recv() and send(). */
ssize_t tls_recv(tls *t, char *at, size_t len);
ssize_t tls_send(tls *t, const char *at, size_t len);
void    tls_close(tls *t);

#endif
