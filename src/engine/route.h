/* SPDX-License-Identifier: MIT */
/* engine/route.h - from the reader's events to those of the engine. */
#ifndef I4_ENGINE_ROUTE_H
#define I4_ENGINE_ROUTE_H

#include "engine/engine.h"

/* Takes the reader's event and changes it in place.  1: it is to be given; 0: it is
 * swallowed, or the session is over; IMAP4_E_NOMEM: call again. */
int i4_route_event(imap4_engine *e, i4_event *ev);

/* Makes the IMAP4_EV_DONE of a command that got no answer; NULL if there is none. */
const imap4_event *i4_route_made(imap4_engine *e);

#endif
