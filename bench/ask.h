/* SPDX-License-Identifier: MIT */
/* bench/ask.h - asks an event for every typed datum there is, whatever it is. */
#ifndef BENCH_ASK_H
#define BENCH_ASK_H

#include "imap4/event.h"

#include <stdint.h>

/* A sum over all that was answered: another way of feeding must give the same. */
uint64_t ask_event(const imap4_event *ev);

#endif
