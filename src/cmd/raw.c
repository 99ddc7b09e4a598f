/* SPDX-License-Identifier: MIT */
/* cmd/raw.c - a command line as the caller wrote it.
 *
 * What is checked is that it is one line, and which command it is: a server must not see
 * another command, or another state, than the engine does. */
#include "imap4/command.h"
#include "imap4/text.h"

#include "base/mem.h"
#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "engine/engine.h"
#include "engine/queue.h"
#include "wire/line.h"

#include <string.h>

typedef struct raw {
    const imap4_view        *parts;
    size_t                   count;
    const imap4_raw_options *opt;
    imap4_view               name; /* as it was given */
    const i4_cmd_row        *row;
    bool                     is_secret; /* what stands behind the name */
} raw;

static bool is_text(size_t i)
{
    return i % 2 == 0;
}

/* ---- which command it is ------------------------------------------------------ */

/* Where the atom ends that begins at `at`. */
static size_t end_of_atom(imap4_view text, size_t at)
{
    while (at < text.len && i4_is_atom_char(text.ptr[at]))
        at++;
    return at;
}

/* A tolerant server takes a TAB, or two spaces, for a space. */
static size_t end_of_gap(imap4_view text, size_t at)
{
    while (at < text.len && (unsigned char)text.ptr[at] <= ' ')
        at++;
    return at;
}

static void find_row(const imap4_engine *e, raw *r)
{
    enum {
        NAME_MAX = 64
    };
    const imap4_view text = r->parts[0];
    const size_t     end  = end_of_atom(text, 0);
    const size_t     next = end_of_gap(text, end);
    const size_t     last = end_of_atom(text, next);
    char             name[NAME_MAX];
    r->name = (imap4_view){ text.ptr, end };
    r->row  = i4_registry_command(e->reg, r->name, NULL);
    if (!i4_view_eq_nocase(r->name, IMAP4_V("UID")) || last == next ||
        last - next > sizeof name - 4)
        return;
    memcpy(name, "UID ", 4);
    memcpy(name + 4, text.ptr + next, last - next);
    r->name = (imap4_view){ text.ptr, last };
    r->row  = i4_registry_command(e->reg, (imap4_view){ name, 4 + last - next }, NULL);
}

/* ---- one line ----------------------------------------------------------------- */

static size_t add_word(char *why, size_t at, const char *word)
{
    const imap4_view v = imap4_view_of(word);
    memcpy(why + at, v.ptr, v.len);
    return at + v.len;
}

/* "part 2 holds LF at byte 17" */
static int refuse_byte(imap4_engine *e, const raw *r, size_t part, size_t at)
{
    const char byte = r->parts[part].ptr[at];
    char       why[80];
    size_t     len = add_word(why, 0, "part ");
    len += i4_num_write(part, why + len);
    len = add_word(why, len,
                   byte == '\r'   ? " holds CR"
                   : byte == '\n' ? " holds LF"
                                  : " holds NUL");
    len = add_word(why, len, " at byte ");
    len += i4_num_write(at, why + len);
    why[len] = '\0';
    return i4_cmd_refuse(e, IMAP4_E_ARG, why,
                         r->is_secret ? IMAP4_V("***") : r->parts[part]);
}

/* "{5}", "{5+}" at the end of a line announce a literal (RFC 3501 section 9, RFC 7888). */
static bool announces_literal(imap4_view text)
{
    size_t at = text.len;
    if (at == 0 || text.ptr[--at] != '}')
        return false;
    if (at != 0 && (text.ptr[at - 1] == '+' || text.ptr[at - 1] == '-'))
        at--;
    const size_t digits = at;
    while (at != 0 && i4_is_digit(text.ptr[at - 1]))
        at--;
    return at != digits && at != 0 && text.ptr[at - 1] == '{';
}

/* literal8 (RFC 3516 section 4.4) */
static bool is_behind_tilde(const raw *r, size_t i)
{
    const imap4_view before = r->parts[i - 1];
    return before.len != 0 && before.ptr[before.len - 1] == '~';
}

static int check_text(imap4_engine *e, const raw *r, size_t i)
{
    const imap4_view text = r->parts[i];
    for (size_t k = 0; k < text.len; k++)
        if (text.ptr[k] == '\r' || text.ptr[k] == '\n' || text.ptr[k] == '\0')
            return refuse_byte(e, r, i, k);
    if (i + 1 == r->count && announces_literal(text))
        return i4_cmd_refuse(e, IMAP4_E_ARG, "the line ends with what announces a literal",
                             r->is_secret ? IMAP4_V("***") : text);
    return IMAP4_OK;
}

static int check_literal(imap4_engine *e, const raw *r, size_t i)
{
    const imap4_view bytes = r->parts[i];
    const char      *nul   = bytes.len == 0 || is_behind_tilde(r, i)
                                 ? NULL
                                 : memchr(bytes.ptr, 0, bytes.len);
    return nul == NULL ? IMAP4_OK : refuse_byte(e, r, i, (size_t)(nul - bytes.ptr));
}

static int check_parts(imap4_engine *e, const raw *r)
{
    size_t given = 0; /* literals whose bytes come later */
    for (size_t i = 0; i < r->count; i++) {
        I4_TRY(is_text(i) ? check_text(e, r, i) : check_literal(e, r, i));
        given += !is_text(i) && r->parts[i].ptr == NULL;
    }
    if (given > 1)
        return i4_cmd_refuse(e, IMAP4_E_ARG, "more than one literal is NIL", IMAP4_NIL);
    if (given == 0 && r->opt->data != 0)
        return i4_cmd_refuse(e, IMAP4_E_ARG, "data, and no literal that is NIL",
                             IMAP4_NIL);
    return IMAP4_OK;
}

/* A server that does not take the header for one would take the bytes of a literal that does
 * not wait for commands.  Behind an open quote, or within a word, it has to wait. */
static bool are_literals_sure(const raw *r)
{
    bool is_quoted = false;
    for (size_t i = 0; i + 1 < r->count; i += 2) {
        const imap4_view text = r->parts[i];
        for (size_t k = 0; k < text.len; k++) {
            if (is_quoted && text.ptr[k] == '\\')
                k++;
            else
                is_quoted ^= text.ptr[k] == '"';
        }
        size_t end = text.len;
        if (end != 0 && text.ptr[end - 1] == '~')
            end--;
        if (is_quoted || end == 0 ||
            (text.ptr[end - 1] != ' ' && text.ptr[end - 1] != '('))
            return false;
    }
    return true;
}

/* ---- what is selected ---------------------------------------------------------- */

/* The content of the quoted string that begins `text`; its length. */
static size_t unquote(imap4_view text, char *to)
{
    size_t len = 0;
    for (size_t i = 1; i < text.len && text.ptr[i] != '"'; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len)
            i++;
        to[len++] = text.ptr[i];
    }
    return len;
}

/* The first argument of SELECT or EXAMINE, as on the wire; NIL if it is none. */
static imap4_view first_argument(const raw *r, char *room)
{
    const imap4_view text = r->parts[0];
    const size_t     from = end_of_gap(text, r->name.len);
    const imap4_view rest = { text.ptr + from, text.len - from };
    if (rest.len == 0 || (rest.len == 1 && rest.ptr[0] == '~'))
        return r->count > 1 ? r->parts[1] : IMAP4_NIL;
    if (rest.ptr[0] == '"')
        return (imap4_view){ room, unquote(rest, room) };
    size_t end = 0;
    while (end < rest.len && (unsigned char)rest.ptr[end] > ' ')
        end++;
    return (imap4_view){ rest.ptr, end };
}

/* The state of the mailbox has a name (imap4_engine_mailbox()). */
static void keep_mailbox(const imap4_engine *e, i4_cmd *c, const raw *r)
{
    const size_t size      = r->parts[0].len + (r->count > 1 ? r->parts[1].len : 0);
    /* Unquoted, then decoded: UTF-8 may be longer than modified UTF-7. */
    const size_t room_size = size * 3;
    char        *room      = i4_mem_alloc(&e->mem, room_size);
    if (room == NULL) {
        i4_write_refuse(c, IMAP4_E_NOMEM, "out of memory", IMAP4_NIL);
        return;
    }
    imap4_view      name = first_argument(r, room);
    const ptrdiff_t len = e->is_utf8 ? -1 : imap4_utf7_decode(name, room + size, size * 2);
    if (len >= 0 && name.ptr != NULL)
        name = (imap4_view){ room + size, (size_t)len };
    if (i4_view_eq_nocase(name, IMAP4_V("INBOX")))
        name = IMAP4_V("INBOX");
    if (name.ptr != NULL)
        i4_write_keep_mailbox(c, name);
    i4_mem_free(&e->mem, room, room_size);
}

/* ---- the call ------------------------------------------------------------------ */

static void write_literal(i4_cmd *c, const raw *r, size_t i)
{
    c->wants_space = false; /* it stands right behind the text */
    c->is_binary |= is_behind_tilde(r, i);
    if (r->parts[i].ptr == NULL)
        i4_write_data(c, r->opt->data);
    else
        i4_line_literal(c, r->parts[i]);
}

static void write_parts(i4_cmd *c, const raw *r)
{
    i4_cmd_secret(c, r->is_secret);
    i4_line_text(
        c, i4_view(r->parts[0].ptr + r->name.len, r->parts[0].ptr + r->parts[0].len));
    for (size_t i = 1; i < r->count; i++) {
        if (!is_text(i))
            write_literal(c, r, i);
        else if (r->parts[i].len != 0)
            i4_line_text(c, r->parts[i]);
    }
}

static int choose_options(imap4_engine *e, const imap4_raw_options *opt,
                          imap4_raw_options *out)
{
    *out = (imap4_raw_options){ .size = sizeof *out };
    I4_TRY_OPTIONS(e, opt);
    if (opt != NULL)
        memcpy(out, opt, sizeof *out);
    return IMAP4_OK;
}

int imap4_cmd_raw(imap4_engine *engine, const imap4_view *parts, size_t count,
                  const imap4_raw_options *opt, void *ctx, imap4_cmd *out)
{
    imap4_raw_options chosen;
    raw               r = { .parts = parts, .count = count, .opt = &chosen };
    i4_cmd           *c = NULL;
    I4_TRY(choose_options(engine, opt, &chosen));
    if (parts == NULL || count == 0 || end_of_atom(parts[0], 0) == 0)
        return i4_cmd_refuse(
            engine, IMAP4_E_ARG, "the line does not begin with the name of a command",
            parts == NULL || count == 0 || chosen.secret != 0 ? IMAP4_NIL : parts[0]);
    find_row(engine, &r);
    const uint32_t marks = r.row == NULL ? 0 : r.row->marks;
    r.is_secret          = chosen.secret != 0 || (marks & I4_CMD_SECRET) != 0;
    I4_TRY(check_parts(engine, &r));
    /* What was wiped cannot be sent again when IDLE is renewed. */
    if (r.is_secret && (marks & I4_CMD_IDLES) != 0)
        return i4_cmd_refuse(engine, IMAP4_E_ARG, "IDLE has nothing that is secret",
                             r.name);
    I4_TRY(i4_cmd_begin_raw(engine, r.name, r.row,
                            chosen.synchronizing != 0 || !are_literals_sure(&r), ctx, &c));
    write_parts(c, &r);
    if ((marks & I4_CMD_SELECTS) != 0)
        keep_mailbox(engine, c, &r);
    return i4_cmd_queue(engine, c, out);
}
