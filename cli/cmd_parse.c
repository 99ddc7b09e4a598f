/* SPDX-License-Identifier: MIT */
/* cli/cmd_parse.c - `imap4 parse`: the bytes of a server in, JSON out.
 * It stands on the reader alone: no session, no tags, no network. */
#include "cli.h"
#include "findings.h"
#include "write_event.h"

#include "imap4/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_VALUE = VALUES_ROOM
};

typedef struct parse_options {
    const char *file; /* NULL: stdin */
    bool        is_strict;
    uint64_t    max_value;
    uint64_t    chunk; /* 0: as much as there is */
    uint64_t    hold;  /* 0: the library's default */
} parse_options;

typedef struct parse_run {
    imap4_reader *reader;
    event_writer  writer;
    findings      found;
    int           fd;
    size_t        chunk;
    bool          is_strict;
    bool          is_live;  /* not a file: what was read is shown before the next read */
    bool          has_crlf; /* the input has a line end of IMAP, and so on */
    bool          has_bare_lf;
    char          last; /* the byte read last */
} parse_run;

static const char help
    [] = "Examples\n"
         "  imap4 parse session.txt\n"
         "      one JSON object for each response of the server in session.txt\n"
         "  printf '* 3 EXISTS\\r\\n* 1 FETCH (UID 7 FLAGS (\\\\Seen))\\r\\n' | imap4 "
         "parse\n"
         "      the same from a pipe\n"
         "  imap4 parse session.txt | jq -r 'select(.type==\"fetch\") | "
         ".envelope.subject_text'\n"
         "      the subjects\n"
         "  imap4 parse --strict session.txt >/dev/null\n"
         "      what the server sent against the grammar, for people who write servers\n"
         "\n"
         "Usage: imap4 parse [OPTION...] [FILE]\n"
         "\n"
         "Reads what an IMAP server sent (no lines of the client), lines ending with CR "
         "LF, from\n"
         "FILE, or from standard input if there is none or it is '-'.  The objects are "
         "described\n"
         "in doc/json.md.  The last line on standard error counts them.\n"
         "\n"
         "Options\n"
         "  --strict        tell what the grammar forbids, also where its meaning is "
         "certain,\n"
         "                  as compilers do: FILE:LINE:COLUMN, what, the bytes, the RFC\n"
         "  --max-value N   longer values are given as size and SHA-256 (65536; at most "
         "8388608)\n"
         "  --chunk N       read N bytes at a time (for tests: the output is the same)\n"
         "  --hold N        let the library hold literals of N bytes (for tests, "
         "likewise)\n"
         "\n"
         "Exit status: 0 all was read, 64 usage, 65 something was invalid (or, "
         "strictly,\n"
         "against the grammar), 66 no such "
         "file,\n"
         "74 reading or writing failed, 76 the framing was lost.\n";

/* ---- the command line ----------------------------------------------------------- */

enum {
    OPT_STRICT,
    OPT_MAX_VALUE,
    OPT_CHUNK,
    OPT_HOLD,
    OPTIONS
};

static const cli_option option_rows[OPTIONS] = {
    [OPT_STRICT]    = { "--strict", false, 0 },
    [OPT_MAX_VALUE] = { "--max-value", true, 0 },
    [OPT_CHUNK]     = { "--chunk", true, 0 },
    [OPT_HOLD]      = { "--hold", true, 0 },
};

static bool take_option(parse_options *opt, int option, const char *value)
{
    const char *name = option_rows[option].name;
    switch (option) {
    case OPT_STRICT: opt->is_strict = true; return true;
    case OPT_MAX_VALUE: return cli_number(name, value, 0, MAX_VALUE, &opt->max_value);
    case OPT_CHUNK: return cli_number(name, value, 1, 1 << 30, &opt->chunk);
    case OPT_HOLD: return cli_number(name, value, 1, 1 << 30, &opt->hold);
    default: return false;
    }
}

static bool take_arguments(int argc, char **argv, parse_options *opt)
{
    cli_args args = { argc, argv, 1, NULL };
    int      option;
    while ((option = cli_next_option(&args, option_rows, OPTIONS)) >= 0)
        if (!take_option(opt, option, args.value))
            return false;
    if (option == CLI_BAD_OPTION)
        return false;
    if (args.argc - args.at > 1) {
        cli_say("parse takes one file, not '%s' too; options come first",
                args.argv[args.at + 1]);
        return false;
    }
    if (args.at < args.argc && strcmp(args.argv[args.at], "-") != 0)
        opt->file = args.argv[args.at];
    return true;
}

/* ---- input ------------------------------------------------------------------------ */

static int open_input(parse_run *run, const char *file)
{
    run->fd = file == NULL ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (run->fd < 0 || fstat(run->fd, &st) != 0) {
        cli_say("cannot open %s: %s", file == NULL ? "standard input" : file,
                strerror(errno));
        return CLI_NOINPUT;
    }
    run->is_live = !S_ISREG(st.st_mode);
    if (file == NULL && isatty(STDIN_FILENO))
        cli_say(
            "reading what a server sends from the terminal; imap4 parse --help explains");
    return CLI_OK;
}

/* Files that lost their CR on the way are common; the error shall say so. */
static void look_at_line_ends(parse_run *run, const char *bytes, size_t len)
{
    for (const char *p = bytes, *end = bytes + len;
         !run->has_crlf && p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL;
         p++) {
        const char before = p == bytes ? run->last : p[-1];
        run->has_crlf     = before == '\r';
        run->has_bare_lf  = run->has_bare_lf || before != '\r';
    }
    run->last = bytes[len - 1];
}

/* The bytes read, 0 at the end; CLI_* as a negative number, and it was said why. */
static ptrdiff_t read_some(parse_run *run)
{
    size_t  room = 0;
    char   *buf  = imap4_reader_buf(run->reader, &room);
    ssize_t len  = 0;
    if (buf == NULL) {
        cli_say("out of memory");
        return -CLI_NOMEM;
    }
    if (run->is_live && fflush(stdout) != 0) {
        out_fail(&run->writer.out, errno);
        return -CLI_IO;
    }
    do {
        len = read(run->fd, buf, room < run->chunk ? room : run->chunk);
    } while (len < 0 && errno == EINTR);
    const int failure = errno;
    if (imap4_reader_commit(run->reader, len < 0 ? 0 : (size_t)len) < 0)
        return -CLI_BUG;
    if (len < 0) {
        cli_say("cannot read: %s", strerror(failure));
        return -CLI_IO;
    }
    if (len > 0 && run->is_strict && !findings_look(&run->found, buf, (size_t)len)) {
        cli_say("out of memory");
        return -CLI_NOMEM;
    }
    if (len > 0)
        look_at_line_ends(run, buf, (size_t)len);
    else
        imap4_reader_eof(run->reader);
    return len;
}

/* ---- the run ---------------------------------------------------------------------- */

static int framing_is_lost(const parse_run *run)
{
    const imap4_error *error = imap4_reader_error(run->reader);
    char               where[CLI_SHOWN], text[CLI_SHOWN];
    cli_show(error->where, where);
    cli_show(error->text, text);
    cli_say("at byte %" PRIu64 ": %s%s%s%s", error->offset,
            *text == '\0' ? imap4_strerror(error->code) : text,
            *where == '\0' ? "" : ": \"", where, *where == '\0' ? "" : "\"");
    if (error->code == IMAP4_E_EOF && run->has_bare_lf && !run->has_crlf)
        cli_say("the lines of this input end with LF alone; IMAP ends them with CR LF: "
                "sed 's/$/\\r/' FILE | imap4 parse");
    return CLI_PROTOCOL;
}

/* All events that the bytes at hand give. */
static int write_events(parse_run *run)
{
    const imap4_event *ev = NULL;
    for (;;) {
        const int rc = imap4_reader_next(run->reader, &ev);
        if (rc == 1 && run->is_strict) /* of lines that make no event */
            findings_tell(&run->found, run->reader, 0);
        if (rc == 0)
            return CLI_OK;
        if (rc == IMAP4_E_NOMEM) {
            cli_say("out of memory");
            return CLI_NOMEM;
        }
        if (rc < 0)
            return CLI_PROTOCOL;
        if (!write_event(&run->writer, ev))
            return CLI_IO;
        if (run->is_strict)
            findings_tell(&run->found, run->reader, ev->offset);
    }
}

/* Of a write that failed. */
static int output_failed(int error)
{
    switch (error) {
    case EPIPE: return CLI_OK; /* `| head` has seen enough */
    case ENOMEM: cli_say("out of memory"); return CLI_NOMEM;
    default: cli_say("cannot write: %s", strerror(error)); return CLI_IO;
    }
}

static uint64_t found_in_all(const parse_run *run)
{
    return imap4_reader_diag_count(run->reader, IMAP4_DIAG_NONE);
}

static void count_all(parse_run *run)
{
    const uint64_t found = found_in_all(run);
    if (run->is_strict)
        findings_tell(&run->found, run->reader, 0);
    fprintf(stderr, "%" PRIu64 " responses, %" PRIu64 " invalid, %" PRIu64 " unknown",
            run->writer.responses, run->writer.bad, run->writer.unknown);
    if (found != 0)
        fprintf(stderr, ", %" PRIu64 " finding%s%s", found, found == 1 ? "" : "s",
                run->is_strict ? "" : " (--strict tells them)");
    fputc('\n', stderr);
}

static int parse_input(parse_run *run)
{
    int       result = CLI_OK;
    ptrdiff_t len    = 1;
    while (result == CLI_OK && len > 0) {
        len    = read_some(run);
        result = len < 0 ? (int)-len : write_events(run);
    }
    if (run->writer.out.error == 0 && fflush(stdout) != 0)
        out_fail(&run->writer.out, errno);
    if (run->writer.out.error != 0)
        return output_failed(run->writer.out.error);
    if (result == CLI_PROTOCOL)
        framing_is_lost(run);
    if (result == CLI_OK || result == CLI_PROTOCOL)
        count_all(run);
    const bool is_bad = run->writer.bad != 0 || (run->is_strict && found_in_all(run) != 0);
    return result == CLI_OK && is_bad ? CLI_DATA : result;
}

static int start(parse_run *run, const parse_options *opt)
{
    imap4_reader_options reader = IMAP4_READER_OPTIONS;
    reader.mode           = opt->is_strict ? IMAP4_MODE_STRICT : IMAP4_MODE_TOLERANT;
    reader.inline_literal = (size_t)opt->hold;
    run->is_strict        = opt->is_strict;
    run->found.file       = opt->file == NULL ? "<stdin>" : opt->file;
    run->chunk            = opt->chunk == 0 ? SIZE_MAX : (size_t)opt->chunk;
    out_init(&run->writer.out, stdout);
    if (imap4_reader_new(&reader, &run->reader) < 0 ||
        !values_init(&run->writer.values, (size_t)opt->max_value)) {
        cli_say("out of memory");
        return CLI_NOMEM;
    }
    const int opened = open_input(run, opt->file);
    return opened != CLI_OK ? opened : parse_input(run);
}

static int run_parse(int argc, char **argv)
{
    parse_options opt = { .max_value = VALUES_MAX };
    parse_run     run = { .fd = -1 };
    if (!take_arguments(argc, argv, &opt))
        return CLI_USAGE;
    const int result = start(&run, &opt);
    if (run.fd > STDERR_FILENO)
        close(run.fd);
    imap4_reader_free(&run.reader);
    findings_free(&run.found);
    values_free(&run.writer.values);
    out_free(&run.writer.out);
    return result;
}

const cli_verb cmd_parse_verb = {
    .name    = "parse",
    .summary = "what a server sent as JSON: one object a response, all data typed",
    .help    = help,
    .run     = run_parse,
};
