/* SPDX-License-Identifier: MIT */
/* client/habits.c - what the object does otherwise because of the server (imap4/quirk.h). */
#include "client/method.h"

#include "base/view.h"

/* imaplib's bytes are its own: nothing is sent that the program did not ask for. */
static bool may_add(const imap4 *m)
{
    return (m->opt.profile & IMAP4_LINES_SEED) == 0;
}

bool i4_habit_is_on(const imap4 *m, imap4_quirk quirk)
{
    return may_add(m) && m->engine != NULL &&
           imap4_engine_quirk(m->engine, (int)quirk, NULL) == 1;
}

void i4_habit_identify(imap4 *m)
{
    static const imap4_param who[] = {
        { { "name", 4 }, { "libimap4", 8 } },
        { { "version", 7 }, { IMAP4_VERSION_STRING, sizeof IMAP4_VERSION_STRING - 1 } },
    };
    if (i4_habit_is_on(m, IMAP4_QUIRK_ID_BEFORE_SELECT) &&
        imap4_engine_offers(m->engine, IMAP4_V("ID")) == 1) {
        /* A server that refuses it says so again when it matters. */
        (void)!imap4_id(m, who, sizeof who / sizeof who[0], NULL);
        i4_report_clear(m);
    }
}

/* ---- from one connection to the next ------------------------------------------------------- */

void i4_habit_remember(imap4 *m)
{
    imap4_broken one = { .size = sizeof one };
    if (m->engine == NULL || imap4_engine_error(m->engine)->code == IMAP4_OK)
        return;
    m->is_small = m->is_small || i4_habit_is_on(m, IMAP4_QUIRK_SMALL_BATCHES);
    for (size_t i = 0; imap4_engine_broken(m->engine, i, &one) == 1; i++) {
        if (one.result != IMAP4_R_LOST)
            continue;
        m->lost.mem = &m->mem;
        i4_text_add(&m->lost, one.capability);
        i4_text_add(&m->lost, IMAP4_V(" "));
    }
}

void i4_habit_forget(imap4 *m)
{
    m->lost.mem = &m->mem;
    i4_text_free(&m->lost);
    m->is_small = false;
}

int i4_habit_resume(imap4 *m)
{
    imap4_view        words = { m->lost.at, m->lost.len };
    imap4_quirk_state small = { .size = sizeof small };
    int rc = imap4_engine_quirk(m->engine, IMAP4_QUIRK_SMALL_BATCHES, &small);
    if (rc >= 0 && m->is_small && small.setting == IMAP4_QUIRK_AUTO)
        rc = imap4_quirk_set(m->engine, IMAP4_QUIRK_SMALL_BATCHES, IMAP4_QUIRK_ON);
    while (rc >= 0 && words.len != 0) {
        const imap4_view word = i4_view_word(&words);
        if (word.len != 0)
            rc = imap4_engine_set_broken(m->engine, word, 1);
    }
    return rc < 0 ? rc : IMAP4_OK;
}
