/* SPDX-License-Identifier: MIT */
/* cli/cmd_quirks.c - `imap4 quirks`: what the library does otherwise because of a server. */
#include "cli.h"
#include "out_json.h"

#include "imap4/quirk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    WIDTH  = 79, /* of the text */
    INDENT = 12  /* of what stands behind "  when" */
};

static const char help[] = "Examples\n"
                           "  imap4 quirks\n"
                           "      what is done otherwise, with servers that need it\n"
                           "  imap4 quirks short-lines back-off\n"
                           "      about these two only\n"
                           "  imap4 quirks --json | jq -r '.name'\n"
                           "      their names\n"
                           "\n"
                           "Usage: imap4 quirks [OPTION...] [NAME...]\n"
                           "\n"
                           "Lists the quirks of servers that the library knows: when it "
                           "takes a server to have\n"
                           "one, and what it does then.  \"auto\" is found out in each "
                           "session; a program switches\n"
                           "a row on or off with imap4_quirk_set(), or by its name in "
                           "imap4_engine_options.\n"
                           "\n"
                           "Options\n"
                           "  --json          one JSON object a line (doc/json.md)\n"
                           "\n"
                           "Exit status: 0, 64 usage, 74 writing failed.\n";

enum {
    OPT_JSON,
    OPTIONS
};

static const cli_option option_rows[OPTIONS] = {
    [OPT_JSON] = { "--json", false, 0 },
};

static const char *setting_of(const imap4_quirk_row *row)
{
    return row->setting == IMAP4_QUIRK_ON    ? "on"
           : row->setting == IMAP4_QUIRK_OFF ? "off"
                                             : "auto";
}

/* ---- for people ------------------------------------------------------------------- */

/* "  when      BAD to a command ...", and more lines below it where one is too short. */
static void print_field(const char *label, const char *text)
{
    int column = printf("  %-*s", INDENT - 2, label);
    while (*text != '\0') {
        const int len = (int)strcspn(text, " ");
        if (column > INDENT && column + 1 + len > WIDTH)
            column = printf("\n%*s", INDENT, "") - 1;
        else if (column > INDENT)
            column += printf(" ");
        column += printf("%.*s", len, text);
        text += len + (text[len] == ' ');
    }
    puts("");
}

static void print_row(const imap4_quirk_row *row, bool is_first)
{
    printf("%s%s (%s)\n", is_first ? "" : "\n", row->name, setting_of(row));
    print_field("when", row->trigger);
    print_field("then", row->change);
    if (row->caps[0] != '\0')
        print_field("without", row->caps);
    print_field("see", row->anchor);
}

/* ---- for programs ------------------------------------------------------------------ */

static void write_row(out_json *out, const imap4_quirk_row *row)
{
    out_line(out, "quirk");
    out_word(out, "name", row->name);
    out_word(out, "setting", setting_of(row));
    out_text(out, "trigger", imap4_view_of(row->trigger));
    out_text(out, "change", imap4_view_of(row->change));
    out_text(out, "anchor", imap4_view_of(row->anchor));
    out_array(out, "without");
    for (const char *p = row->caps; *p != '\0'; p += *p == ' ') {
        const size_t len = strcspn(p, " ");
        out_text(out, NULL, (imap4_view){ p, len });
        p += len;
    }
    out_end_array(out);
    out_end_line(out);
}

/* ---- the verb ---------------------------------------------------------------------- */

static bool is_wanted(const imap4_quirk_row *row, const cli_args *args)
{
    for (int i = args->at; i < args->argc; i++)
        if (imap4_quirk_find(imap4_view_of(args->argv[i])) == row->id)
            return true;
    return args->at == args->argc;
}

static bool check_names(const cli_args *args)
{
    const char *names[IMAP4_QUIRK_COUNT];
    for (size_t i = 0; i < IMAP4_QUIRK_COUNT; i++)
        names[i] = imap4_quirk_list(i)->name;
    for (int i = args->at; i < args->argc; i++) {
        if (imap4_quirk_find(imap4_view_of(args->argv[i])) >= 0)
            continue;
        const char *near = cli_nearest(args->argv[i], names, IMAP4_QUIRK_COUNT,
                                       sizeof names[0]);
        if (near == NULL)
            cli_say("no quirk '%s'; imap4 quirks lists them", args->argv[i]);
        else
            cli_say("no quirk '%s'; did you mean '%s'?", args->argv[i], near);
        return false;
    }
    return true;
}

static int print_all(const cli_args *args)
{
    bool is_first = true;
    for (size_t i = 0; i < IMAP4_QUIRK_COUNT; i++) {
        const imap4_quirk_row *row = imap4_quirk_list(i);
        if (!is_wanted(row, args))
            continue;
        print_row(row, is_first);
        is_first = false;
    }
    return cli_finish();
}

static int write_all(const cli_args *args)
{
    out_json out;
    out_init(&out, stdout);
    for (size_t i = 0; i < IMAP4_QUIRK_COUNT; i++)
        if (is_wanted(imap4_quirk_list(i), args))
            write_row(&out, imap4_quirk_list(i));
    const int error = out.error;
    out_free(&out);
    if (error == 0)
        return cli_finish();
    cli_say("cannot write: %s", strerror(error));
    return error == ENOMEM ? CLI_NOMEM : CLI_IO;
}

static int run_quirks(int argc, char **argv)
{
    cli_args args    = { argc, argv, 1, NULL };
    bool     is_json = false;
    int      option;
    while ((option = cli_next_option(&args, option_rows, OPTIONS)) >= 0)
        is_json = true;
    if (option == CLI_BAD_OPTION || !check_names(&args))
        return CLI_USAGE;
    return is_json ? write_all(&args) : print_all(&args);
}

const cli_verb cmd_quirks_verb = {
    .name    = "quirks",
    .summary = "what is done otherwise with servers that need it",
    .help    = help,
    .run     = run_quirks,
};
