/* SPDX-License-Identifier: MIT */
/* client/states.c - in which states imaplib allows a command, and which state it thinks it is in
 * (IMAP4_STATES_SEED): what was answered decides, not what the server has made of it. */
#include "client/method.h"

#include "base/view.h"

typedef struct entry {
    const char *name;
    unsigned    states;
} entry;

/* Commands that are not a row of the methods. */
static const entry others[] = {
    { "APPEND", I4_IN_AUTH | I4_IN_SELECTED },
    { "AUTHENTICATE", I4_IN_NONAUTH },
    { "IDLE", I4_IN_AUTH | I4_IN_SELECTED },
    { "LOGIN", I4_IN_NONAUTH },
    { "LOGOUT", I4_IN_ANY },
    { "STARTTLS", I4_IN_NONAUTH },
    { "UID", I4_IN_SELECTED },
};

/* ---- commands that xatom() was given ------------------------------------------------------ */

struct i4_known {
    struct i4_known *next;
    unsigned         states;
    char             name[I4_COMMAND_MAX];
};

static const i4_known *find_known(const imap4 *m, imap4_view name)
{
    const i4_known *known = m->known;
    while (known != NULL && !i4_view_eq_nocase(name, imap4_view_of(known->name)))
        known = known->next;
    return known;
}

int i4_states_learn(imap4 *m, imap4_view name)
{
    if ((m->opt.profile & IMAP4_STATES_SEED) == 0 || i4_states_of(m, name) != 0 ||
        name.len >= I4_COMMAND_MAX)
        return IMAP4_OK;
    i4_known *known = i4_mem_zalloc(&m->mem, sizeof *known);
    if (known == NULL)
        return i4_report(m, IMAP4_E_NOMEM, "out of memory");
    memcpy(known->name, name.ptr, name.len);
    known->states = i4_states_now(m);
    known->next   = m->known;
    m->known      = known;
    return IMAP4_OK;
}

void i4_states_forget(imap4 *m)
{
    while (m->known != NULL) {
        i4_known *known = m->known;
        m->known        = known->next;
        i4_mem_free(&m->mem, known, sizeof *known);
    }
}

/* ---- what is allowed ------------------------------------------------------------------------ */

unsigned i4_states_of(const imap4 *m, imap4_view name)
{
    const i4_method *method = i4_method_find(name);
    if (method != NULL)
        return method->states;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (i4_view_eq_nocase(name, imap4_view_of(others[i].name)))
            return others[i].states;
    const i4_known *known = find_known(m, name);
    return known == NULL ? 0 : known->states;
}

unsigned i4_states_now(const imap4 *m)
{
    switch (imap4_state_of(m)) {
    case IMAP4_STATE_AUTH: return I4_IN_AUTH;
    case IMAP4_STATE_SELECTED: return I4_IN_SELECTED;
    case IMAP4_STATE_LOGOUT:
    case IMAP4_STATE_DEAD: return I4_IN_LOGOUT;
    default: return I4_IN_NONAUTH;
    }
}

int i4_states_check(imap4 *m, imap4_view name, unsigned states)
{
    if ((m->opt.profile & IMAP4_STATES_SEED) != 0 && (states & i4_states_now(m)) == 0)
        return i4_report_view(m, IMAP4_E_STATE, IMAP4_V("illegal in this state"), name);
    return IMAP4_OK;
}

/* ---- the state that it thinks it is in --------------------------------------------------------- */

static bool is_one_of(const imap4 *m, const char *name, const char *other)
{
    const imap4_view command = imap4_view_of(m->command);
    return i4_view_eq(command, imap4_view_of(name)) ||
           i4_view_eq(command, imap4_view_of(other));
}

void i4_states_begin(imap4 *m)
{
    m->seed_state = m->engine_state = imap4_engine_state(m->engine);
}

void i4_states_follow(imap4 *m, int result)
{
    const int32_t before = m->engine_state;
    m->engine_state      = imap4_engine_state(m->engine);
    if (is_one_of(m, "LOGOUT", "LOGOUT")) {
        m->seed_state = IMAP4_STATE_LOGOUT;
    } else if (is_one_of(m, "CLOSE", "UNSELECT")) {
        m->seed_state = IMAP4_STATE_AUTH; /* also if it was refused, or got lost */
    } else if (is_one_of(m, "SELECT", "EXAMINE")) {
        if (result == IMAP4_R_OK || result == IMAP4_R_NO)
            m->seed_state = result == IMAP4_R_OK ? IMAP4_STATE_SELECTED : IMAP4_STATE_AUTH;
    } else if (m->engine_state != before && m->engine_state < IMAP4_STATE_LOGOUT) {
        m->seed_state = m->engine_state; /* its abort leaves the state as it was */
    }
}
