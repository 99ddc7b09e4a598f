/* SPDX-License-Identifier: MIT */
/* bench/client.c - arguments, clock and result line of a client. */
#include "client.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

void die(const char *what)
{
    perror(what);
    exit(1);
}

void fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

arguments arguments_of(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s CLIENT WORK COUNT PORT\n", argv[0]);
        exit(2);
    }
    return (arguments){
        .client = argv[1],
        .work   = work_of(argv[2]),
        .count  = (uint32_t)strtoul(argv[3], NULL, 10),
        .port   = argv[4],
    };
}

static double clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void figures_begin(figures *f)
{
    f->wall = clock_of(CLOCK_MONOTONIC);
    f->cpu  = clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

void figures_end(figures *f)
{
    f->cpu  = clock_of(CLOCK_PROCESS_CPUTIME_ID) - f->cpu;
    f->wall = clock_of(CLOCK_MONOTONIC) - f->wall;
}

/* The most memory that ever was resident, in KiB. */
static long peak_rss(void)
{
    char  line[256];
    long  kib    = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        sscanf(line, "VmHWM: %ld", &kib);
    if (status != NULL)
        fclose(status);
    return kib;
}

void figures_print(const figures *f)
{
    printf("cpu=%.6f wall=%.6f seen=%" PRIu64 " bytes=%" PRIu64 " allocs=%" PRIu64
           " late_allocs=%" PRIu64 " rss=%ld checked=%d\n",
           f->cpu, f->wall, f->seen, f->bytes, f->allocs, f->late_allocs, peak_rss(),
           f->is_checked);
}

int connect_to(const char *port)
{
    const struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port   = htons((uint16_t)strtoul(port, NULL, 10)),
        .sin_addr   = { htonl(INADDR_LOOPBACK) },
    };
    const int one = 1;
    const int fd  = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof at) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) < 0)
        die("bench: connect");
    return fd;
}
