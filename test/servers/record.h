/* SPDX-License-Identifier: MIT */
/* test/servers/record.h - events in a normal form, one a line.
 *
 * What may differ between two runs of one script is left out: tags, times, UIDVALIDITY, how
 * the bytes were cut.  ctypes_driver.py writes the same form. */
#ifndef TEST_RECORD_H
#define TEST_RECORD_H

#include <imap4.h>
#include <stdbool.h>

bool record_open(const char *path);
void record_event(const imap4_event *ev);
bool record_close(void);

#endif
