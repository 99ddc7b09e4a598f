/* SPDX-License-Identifier: MIT */
/* query.c - whatever the criteria are, what is sent is one SEARCH with these criteria, in
 * this order; sent.h judges. */
#include "sent.h"

#include "imap4/query.h"
#include "imap4/text.h"

enum {
    MAX_TOKENS = 256
};

/* What must be sent, behind SEARCH and its charset. */
typedef struct token {
    char   text[300];
    size_t len;
    bool   is_string; /* else an atom, or a parenthesis */
} token;

static token  tokens[MAX_TOKENS];
static size_t count;

static void expect(imap4_view text, bool is_string)
{
    if (count == MAX_TOKENS || text.len > sizeof tokens[0].text)
        wrong("too many tokens");
    token *t     = &tokens[count++];
    t->len       = text.len;
    t->is_string = is_string;
    if (text.len != 0)
        memcpy(t->text, text.ptr, text.len);
}

static void expect_date(unsigned day, unsigned month)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char              text[32];
    const int         n = snprintf(text, sizeof text, "%u-%.3s-2016", day,
                                   months + (size_t)3 * (month - 1));
    expect((imap4_view){ text, (size_t)n }, false);
}

static void expect_number(unsigned number)
{
    char      text[32];
    const int n = snprintf(text, sizeof text, "%u", number);
    expect((imap4_view){ text, (size_t)n }, false);
}

static void add_set(imap4_query *q, imap4_view text)
{
    imap4_seqset *set = NULL;
    char          written[300];
    if (imap4_seqset_parse(text, 0, &set) != IMAP4_OK)
        return;
    const ptrdiff_t n = imap4_seqset_format(set, written, sizeof written);
    if (n > 0 && (size_t)n <= sizeof written) {
        imap4_query_set(q, set);
        expect((imap4_view){ written, (size_t)n }, false);
    }
    imap4_seqset_free(&set);
}

static void add(imap4_query *q, input *in)
{
    static const char *const plain[] = { "ALL", "SEEN", "UNDELETED", "NEW" };
    static const char *const texts[] = { "FROM", "SUBJECT", "TEXT", "BCC" };
    const unsigned           what    = byte(in);
    const unsigned           which   = what >> 4 & 3;
    imap4_view               text    = IMAP4_NIL;
    switch (what & 15) {
    case 0:
        imap4_query_not(q);
        expect(IMAP4_V("NOT"), false);
        break;
    case 1:
        imap4_query_or(q);
        expect(IMAP4_V("OR"), false);
        break;
    case 2:
        imap4_query_open(q);
        expect(IMAP4_V("("), false);
        break;
    case 3:
        imap4_query_close(q);
        expect(IMAP4_V(")"), false);
        break;
    case 4: add_set(q, bytes(in, byte(in) % 64)); break;
    case 5: {
        const unsigned day = 1 + byte(in) % 28, month = 1 + byte(in) % 12;
        imap4_query_date(q, IMAP4_V("SINCE"), 2016, (int)month, (int)day);
        expect(IMAP4_V("SINCE"), false);
        expect_date(day, month);
        break;
    }
    case 6: {
        const unsigned number = byte(in) * 16000000u;
        imap4_query_number(q, IMAP4_V("LARGER"), number);
        expect(IMAP4_V("LARGER"), false);
        expect_number(number);
        break;
    }
    case 7:
        text = bytes(in, byte(in) % 32);
        imap4_query_keyword(q, IMAP4_V("KEYWORD"), text);
        expect(IMAP4_V("KEYWORD"), false);
        expect(text, false);
        break;
    case 8:
        text = bytes(in, byte(in) % 32);
        expect(IMAP4_V("HEADER"), false);
        expect(text, true);
        imap4_query_header(q, text, bytes(in, 0));
        expect(IMAP4_V(""), true);
        break;
    case 9:
    case 10:
    case 11:
        text = bytes(in, byte(in));
        imap4_query_string(q, imap4_view_of(texts[which]), text);
        expect(imap4_view_of(texts[which]), false);
        expect(text, true);
        break;
    default:
        imap4_query_key(q, imap4_view_of(plain[which]));
        expect(imap4_view_of(plain[which]), false);
        break;
    }
}

/* The last values that were sent are the tokens; before them UID, SEARCH and a charset. */
static void compare(size_t n, bool uid)
{
    const size_t first   = n - count;
    bool         is_utf8 = false;
    if (n < count + 2 + uid)
        wrong("fewer values than criteria");
    for (size_t i = 0; i < count; i++) {
        const value *v = &values[first + i];
        const token *t = &tokens[i];
        for (size_t k = 0; k < t->len; k++)
            is_utf8 = is_utf8 || (unsigned char)t->text[k] >= 0x80;
        if (!imap4_view_equal((imap4_view){ v->text, v->len },
                              (imap4_view){ t->text, t->len }))
            wrong("other criteria");
        /* A string may be sent as an atom where an astring may stand, an atom not as a string. */
        if (v->is_string && !t->is_string)
            wrong("an atom was made a string");
    }
    if (first != 2u + uid && first != 4u + uid)
        wrong("something else before the criteria");
    if (is_utf8 && first != 4u + uid)
        wrong("no charset");
}

/* SEARCH needs a mailbox.  What is judged comes behind it. */
static void open_mailbox(imap4_engine *e)
{
    char answer[64];
    if (imap4_cmd_select(e, IMAP4_V("INBOX"), NULL, NULL, NULL) != IMAP4_OK ||
        !collect(e) || judge() != 3)
        wrong("no SELECT");
    (void)snprintf(answer, sizeof answer, "%.*s OK [READ-WRITE] open\r\n",
                   (int)values[0].len, values[0].text);
    server(e, answer);
    out.len = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input                in   = { data, data + size };
    imap4_engine        *e    = session(byte(&in));
    imap4_search_options opt  = { .size = sizeof opt };
    imap4_query         *q    = NULL;
    const unsigned       what = byte(&in);
    count                     = 0;
    open_mailbox(e);
    has_raw = false;
    if (imap4_query_new(NULL, &q) != IMAP4_OK)
        abort();
    for (unsigned n = what >> 1 & 31; n != 0 && in.p < in.end; n--)
        add(q, &in);
    if (count == 0) /* no criteria: all messages */
        expect(IMAP4_V("ALL"), false);
    opt.query        = q;
    opt.uid          = what & 1;
    const int  rc    = imap4_cmd_search(e, IMAP4_NIL, &opt, NULL, NULL);
    const bool sends = collect(e);
    if (imap4_query_error(q) != IMAP4_OK && rc == IMAP4_OK)
        wrong("an error is forgotten");
    if (rc != IMAP4_OK && sends)
        wrong("refused, but sent");
    if (rc == IMAP4_OK && !sends)
        wrong("taken, but not sent");
    if (rc == IMAP4_OK)
        compare(judge_sent(e), opt.uid != 0);
    imap4_query_free(&q);
    imap4_engine_free(&e);
    return 0;
}
