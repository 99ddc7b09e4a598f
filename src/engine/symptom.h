/* SPDX-License-Identifier: MIT */
/* engine/symptom.h - what the answer to a command shows of the server. */
#ifndef I4_ENGINE_SYMPTOM_H
#define I4_ENGINE_SYMPTOM_H

#include "engine/pipeline.h"

/* A command was answered, or lost (`ev` NULL): quirks that it shows, and capabilities that work
 * or do not. */
void i4_symptom_judge(imap4_engine *e, const i4_job *job, const imap4_event *ev,
                      int32_t result);

#endif
