/* SPDX-License-Identifier: MIT */
/* engine/dialogue.h - "+": literals, IDLE, AUTHENTICATE. */
#ifndef I4_ENGINE_DIALOGUE_H
#define I4_ENGINE_DIALOGUE_H

#include "engine/engine.h"

/* A continuation request.  1: the event is to be given; 0: it is swallowed;
 * IMAP4_E_NOMEM with nothing changed. */
int i4_dialogue_plus(imap4_engine *e, i4_event *ev);

/* Ends an IDLE as soon as the protocol allows it. */
void i4_dialogue_stop(imap4_engine *e, i4_job *job);
/* The same, to start it again. */
void i4_dialogue_renew(imap4_engine *e, i4_job *job);

#endif
