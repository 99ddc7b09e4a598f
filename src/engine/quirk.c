/* SPDX-License-Identifier: MIT */
/* engine/quirk.c - the rows, and which are active.
 *
 * No row belongs to a provider: what a server says of itself, or was seen to do, is what
 * counts, so that the next one with the same habit needs no release. */
#include "engine/quirk.h"

#include "base/view.h"
#include "engine/broken.h"
#include "engine/engine.h"
#include "parse/event.h"

#include <string.h>

/* ---- the table ------------------------------------------------------------------------ */

static const imap4_quirk_row rows[] = {
    { IMAP4_QUIRK_ONE_AT_A_TIME, IMAP4_QUIRK_AUTO, "one-at-a-time",
      "BAD to a command without arguments that was sent while another one was running",
      "a command is sent when the one before was answered", "RFC 3501 5.5", "" },
    { IMAP4_QUIRK_SHORT_LINES, IMAP4_QUIRK_AUTO, "short-lines",
      "BAD to a command line of more than 1,000 octets",
      "long sets are split so that no line passes 1,000 octets", "RFC 2683 3.2.1.5", "" },
    { IMAP4_QUIRK_SMALL_BATCHES, IMAP4_QUIRK_AUTO, "small-batches",
      "\"Microsoft Exchange\" in the greeting; or the connection is lost while more than "
      "100 "
      "messages are copied, moved, changed or expunged",
      "sets of STORE and UID EXPUNGE, and of COPY and UID MOVE where a partial result is "
      "allowed, are split at 100 messages",
      "RFC 9051 6.4.8", "" },
    { IMAP4_QUIRK_LITERALS_WAIT, IMAP4_QUIRK_AUTO, "literals-wait",
      "BAD to a command with a literal that did not wait, which LITERAL+ or LITERAL- "
      "allows",
      "literals wait for \"+\"", "RFC 7888 4", "" },
    { IMAP4_QUIRK_BACK_OFF, IMAP4_QUIRK_AUTO, "back-off",
      "\"Suggested Backoff Time: N\" in a tagged answer, or [THROTTLED] at its end",
      "the next command waits as long as was said, at most 5 minutes; or 50 ms, doubled "
      "each "
      "time up to 16 s",
      "RFC 5530 3 has no code for it", "" },
    { IMAP4_QUIRK_CAPABILITY_AGAIN, IMAP4_QUIRK_AUTO, "capability-again",
      "XAPPLEPUSHSERVICE among the capabilities: something on the way edits the list",
      "CAPABILITY is asked for after login, though a list came with its OK",
      "RFC 3501 6.1.1", "" },
    { IMAP4_QUIRK_CAPABILITY_REFUSED, IMAP4_QUIRK_AUTO, "capability-refused",
      "BAD, or NO with SERVERBUG or CANNOT, to a command that needs a capability which "
      "was "
      "announced and has not worked yet: once, if all in the line is the library's own; "
      "else "
      "two different lines",
      "the capability counts as not announced, until imap4_engine_set_broken()",
      "RFC 3501 6.1.1", "" },
    { IMAP4_QUIRK_ENABLE_UNCONFIRMED, IMAP4_QUIRK_AUTO, "enable-unconfirmed",
      "OK to ENABLE, and no ENABLED before it",
      "what was asked for counts as enabled, but not UTF8=ACCEPT and IMAP4rev2; EXPUNGE "
      "is "
      "understood as well as VANISHED",
      "RFC 5161 3.1", "" },
    { IMAP4_QUIRK_LIST_PLAIN, IMAP4_QUIRK_AUTO, "list-plain",
      "LIST with options is refused as in capability-refused; or OK to LIST \"\" INBOX, "
      "\"*\" "
      "or \"%\" with RETURN, and no LIST",
      "LIST with options is not sent: it ends as NOCAP", "RFC 5258 3",
      "LIST-EXTENDED LIST-STATUS SPECIAL-USE" },
    { IMAP4_QUIRK_SEARCH_PLAIN, IMAP4_QUIRK_AUTO, "search-plain",
      "SEARCH with RETURN is refused as in capability-refused",
      "RETURN (ALL) is left out, so that SEARCH answers; other results end as NOCAP",
      "RFC 4731 3.1", "ESEARCH" },
    { IMAP4_QUIRK_LSUB_BY_LIST, IMAP4_QUIRK_AUTO, "lsub-by-list",
      "IMAP4rev2 is enabled, which has no LSUB; or BAD to LSUB",
      "LIST (SUBSCRIBED) is sent instead of LSUB where the server offers it, and LIST "
      "answers",
      "RFC 9051 appendix E", "" },
    { IMAP4_QUIRK_DELIMITER_BY_LIST, IMAP4_QUIRK_AUTO, "delimiter-by-list",
      "OK to LIST \"\" \"\", and no LIST",
      "imap4_join() asks LIST \"\" %, and takes the delimiter of the first mailbox",
      "RFC 3501 6.3.8", "" },
    { IMAP4_QUIRK_ID_BEFORE_SELECT, IMAP4_QUIRK_AUTO, "id-before-select",
      "\"Coremail\" in the greeting; or NO to SELECT that speaks of an \"Unsafe Login\"",
      "ID is sent after login; if a SELECT was refused so, then, and SELECT once more",
      "RFC 2971 3.1", "" },
    { IMAP4_QUIRK_APPEND_LINE_END, IMAP4_QUIRK_AUTO, "append-line-end",
      "BAD [CLIENTBUG] to APPEND of a message that does not end with CRLF",
      "imap4_append() puts CRLF behind such a message, and tries that one once more",
      "RFC 5322 2.1", "" },
    { IMAP4_QUIRK_PROBE_ONCE, IMAP4_QUIRK_AUTO, "probe-once",
      "the connection is lost while nothing but ID or NAMESPACE is running",
      "the object's next connection does without that command", "RFC 2342 5", "" },
};

_Static_assert(sizeof rows / sizeof rows[0] == IMAP4_QUIRK_COUNT, "one row for each");

const imap4_quirk_row *imap4_quirk_list(size_t i)
{
    return i < IMAP4_QUIRK_COUNT ? &rows[i] : NULL;
}

int imap4_quirk_find(imap4_view name)
{
    for (int i = 0; i < IMAP4_QUIRK_COUNT; i++)
        if (i4_view_eq_nocase(name, imap4_view_of(rows[i].name)))
            return i;
    return IMAP4_E_ARG;
}

/* What a server says of itself. */
typedef struct said {
    int         quirk;
    const char *words;
    const char *why;
} said;

static const said greetings[] = {
    { IMAP4_QUIRK_SMALL_BATCHES, "Microsoft Exchange", "the greeting says so" },
    { IMAP4_QUIRK_ID_BEFORE_SELECT, "Coremail", "the greeting says so" },
};

static const said announced[] = {
    { IMAP4_QUIRK_CAPABILITY_AGAIN, "XAPPLEPUSHSERVICE",
      "XAPPLEPUSHSERVICE is announced" },
};

/* ---- which are active -------------------------------------------------------------------- */

static int set(i4_quirks *q, int quirk, int setting)
{
    if (quirk < 0 || quirk >= IMAP4_QUIRK_COUNT || setting < IMAP4_QUIRK_AUTO ||
        setting > IMAP4_QUIRK_OFF)
        return IMAP4_E_ARG;
    const uint32_t bit = UINT32_C(1) << quirk;
    q->seen &= ~bit;
    q->news &= ~bit;
    q->on  = setting == IMAP4_QUIRK_ON ? q->on | bit : q->on & ~bit;
    q->off = setting == IMAP4_QUIRK_OFF ? q->off | bit : q->off & ~bit;
    return IMAP4_OK;
}

/* "short-lines !back-off" */
static int set_all(i4_quirks *q, imap4_view text)
{
    while (text.len != 0) {
        imap4_view word = i4_view_word(&text);
        const bool off  = word.len != 0 && word.ptr[0] == '!';
        if (word.len == 0)
            continue;
        if (off)
            word = i4_view(word.ptr + 1, word.ptr + word.len);
        if (set(q, imap4_quirk_find(word), off ? IMAP4_QUIRK_OFF : IMAP4_QUIRK_ON) < 0)
            return IMAP4_E_ARG;
    }
    return IMAP4_OK;
}

int i4_quirk_init(imap4_engine *e, const char *text)
{
    for (int i = 0; i < IMAP4_QUIRK_COUNT; i++)
        (void)set(&e->quirks, i, rows[i].setting);
    return set_all(&e->quirks, imap4_view_of(text));
}

int imap4_engine_quirk(const imap4_engine *e, int quirk, imap4_quirk_state *out)
{
    const i4_quirks *q = &e->quirks;
    if (quirk < 0 || quirk >= IMAP4_QUIRK_COUNT ||
        (out != NULL && out->size < sizeof out->size))
        return IMAP4_E_ARG;
    const uint32_t    bit   = UINT32_C(1) << quirk;
    const bool        is_on = i4_quirk_is_on(q, (imap4_quirk)quirk);
    imap4_quirk_state now   = { .is_active = is_on };
    now.setting             = (q->on & bit) != 0    ? IMAP4_QUIRK_ON
                              : (q->off & bit) != 0 ? IMAP4_QUIRK_OFF
                                                    : IMAP4_QUIRK_AUTO;
    if (is_on)
        now.why = (q->on & bit) != 0 ? IMAP4_V("it was switched on")
                                     : imap4_view_of(q->why[quirk]);
    if (out != NULL) {
        now.size = out->size < sizeof now ? out->size : sizeof now;
        memcpy(out, &now, now.size);
    }
    return is_on;
}

/* The engine's own entry in the list of what is over: made into an event in its turn, so that
 * nobody has to look for news. */
void i4_quirk_announce_news(imap4_engine *e)
{
    if (e->is_news_listed)
        return;
    e->is_news_listed = true;
    e->news           = (i4_job){ .is_internal = true };
    i4_pipeline_put_over(e, &e->news);
}

void i4_quirk_see(imap4_engine *e, imap4_quirk quirk, const char *why)
{
    i4_quirks     *q   = &e->quirks;
    const uint32_t bit = UINT32_C(1) << quirk;
    if (((q->seen | q->on | q->off) & bit) != 0)
        return;
    q->seen |= bit;
    q->news |= bit;
    q->why[quirk] = why;
    i4_quirk_announce_news(e);
}

int imap4_quirk_set(imap4_engine *e, int quirk, int setting)
{
    const int rc = set(&e->quirks, quirk, setting);
    if (rc == IMAP4_OK && quirk == IMAP4_QUIRK_BACK_OFF)
        e->quirks.hold_ms = e->quirks.slow_ms = 0;
    if (rc == IMAP4_OK)
        i4_broken_forget(&e->quirks, quirk);
    return rc;
}

/* ---- what the server says of itself ------------------------------------------------------------ */

void i4_quirk_greeted(imap4_engine *e, imap4_view text)
{
    for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++)
        if (i4_view_find(text, imap4_view_of(greetings[i].words)) != NULL)
            i4_quirk_see(e, (imap4_quirk)greetings[i].quirk, greetings[i].why);
}

void i4_quirk_announced(imap4_engine *e)
{
    for (size_t i = 0; i < sizeof announced / sizeof announced[0]; i++)
        if (i4_caps_has(&e->caps, imap4_view_of(announced[i].words)) == 1)
            i4_quirk_see(e, (imap4_quirk)announced[i].quirk, announced[i].why);
}

/* ---- news ---------------------------------------------------------------------------------------- */

static bool has_news(const i4_quirks *q)
{
    bool has = q->news != 0;
    for (size_t i = 0; i < I4_STANDINGS_MAX; i++)
        has |= q->standing[i].is_news;
    return has;
}

bool i4_quirk_tell(imap4_engine *e, i4_event *made)
{
    i4_quirks *q      = &e->quirks;
    made->pub.type    = IMAP4_EV_QUIRK;
    e->is_news_listed = false;
    for (int i = 0; i < IMAP4_QUIRK_COUNT; i++) {
        if ((q->news >> i & 1) == 0)
            continue;
        q->news &= ~(UINT32_C(1) << i);
        made->pub.name = imap4_view_of(rows[i].name);
        made->pub.text = imap4_view_of(q->why[i]);
        if (has_news(q))
            i4_quirk_announce_news(e);
        return true;
    }
    for (size_t i = 0; i < I4_STANDINGS_MAX; i++) {
        i4_standing *s = &q->standing[i];
        if (!s->is_news)
            continue;
        s->is_news       = false;
        made->pub.name   = imap4_view_of(rows[IMAP4_QUIRK_CAPABILITY_REFUSED].name);
        made->pub.text   = s->result == IMAP4_R_LOST
                               ? IMAP4_V(
                                     "the connection was lost in a command that needs it")
                               : IMAP4_V("the server refused a command that needs it");
        made->pub.data   = (imap4_view){ s->name, s->len };
        made->pub.result = s->result;
        if (has_news(q))
            i4_quirk_announce_news(e);
        return true;
    }
    return false;
}
