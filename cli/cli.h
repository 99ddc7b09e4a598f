/* SPDX-License-Identifier: MIT */
/* cli/cli.h - what all verbs share: exit codes, messages, options. */
#ifndef IMAP4_CLI_CLI_H
#define IMAP4_CLI_CLI_H

#include "imap4/base.h"

#include <stdbool.h>

/* imap4(1), EXIT STATUS.  Those of sysexits.h where one fits; never renumbered. */
typedef enum cli_exit {
    CLI_OK       = 0,
    CLI_USAGE    = 64, /* the command line */
    CLI_DATA     = 65, /* bad message, bad criteria; parse: something was invalid */
    CLI_NOINPUT  = 66, /* a file, mailbox or message is not there */
    CLI_BUG      = 70, /* ours */
    CLI_NOMEM    = 71, /* the system has no memory left */
    CLI_IO       = 74, /* reading or writing a local file failed */
    CLI_PROTOCOL = 76  /* the server broke the protocol */
} cli_exit;

typedef struct cli_verb {
    const char *name;
    const char *summary;               /* one line of `imap4 --help` */
    const char *help;                  /* of `imap4 VERB --help`: begins with examples */
    int (*run)(int argc, char **argv); /* argv[0] is the verb; gives a cli_exit */
} cli_verb;

extern const cli_verb cmd_parse_verb;
extern const cli_verb cmd_quirks_verb;

/* Says "imap4: ..." in one line on stderr, free of control characters whatever the
 * arguments hold. */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The end of text for people on stdout, which may be a full disk, or closed: a cli_exit. */
int cli_finish(void);

/* A view for "%s" of cli_say(): at most 80 bytes of it, in a buffer of the caller's. */
enum {
    CLI_SHOWN = 256
};
const char *cli_show(imap4_view bytes, char buf[CLI_SHOWN]);

/* The one of `count` words that is most like `word`; NULL if none is.  `stride` is the
 * distance of the pointers in bytes, so that it works on a column of a table. */
const char *cli_nearest(const char *word, const char *const *words, size_t count,
                        size_t stride);

/* ---- options ----------------------------------------------------------------- */

typedef struct cli_option {
    const char *name;      /* "--strict" */
    bool        has_value; /* "--chunk N" or "--chunk=N" */
    char        letter;    /* another name, "-h"; 0: none */
} cli_option;

/* A walk over the arguments behind the verb: options first, then operands. */
typedef struct cli_args {
    int         argc;
    char      **argv;
    int         at;    /* begin with 1; behind the options: the first operand */
    const char *value; /* of the option that was found */
} cli_args;

enum {
    CLI_NO_OPTION  = -1,
    CLI_BAD_OPTION = -2
};

/* The index of the next option in `rows`; CLI_NO_OPTION at the first operand;
 * CLI_BAD_OPTION, and it was said why. */
int cli_next_option(cli_args *args, const cli_option *rows, size_t count);

/* A number from `min` to `max`; false, and it was said why. */
bool cli_number(const char *option, const char *text, uint64_t min, uint64_t max,
                uint64_t *out);

#endif
