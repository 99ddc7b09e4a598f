/* SPDX-License-Identifier: MIT */
/* cli/main.c - the program imap4: finds the verb. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const cli_verb *const verbs[] = {
    &cmd_parse_verb,
    &cmd_quirks_verb,
};
enum {
    VERBS = sizeof verbs / sizeof verbs[0]
};

static const char head[] = "Examples\n"
                           "  imap4 parse session.txt        the responses of a server "
                           "as JSON, one a line\n"
                           "  printf '* 3 EXISTS\\r\\n' | imap4 parse\n"
                           "  imap4 quirks                   what is done otherwise with "
                           "servers that need it\n"
                           "  imap4 parse --help             more of them\n"
                           "\n"
                           "Usage: imap4 VERB [OPTION...] [ARGUMENT...]\n"
                           "\n"
                           "Verbs\n";

static const char tail[] = "\n"
                           "  imap4 VERB --help    about one verb\n"
                           "  imap4 --version      the version of program and library\n"
                           "\n"
                           "All of it: man imap4.\n";

static int print_help(void)
{
    fputs(head, stdout);
    for (size_t i = 0; i < VERBS; i++)
        printf("  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
    fputs(tail, stdout);
    return cli_finish();
}

static int print_verb_help(const cli_verb *verb)
{
    fputs(verb->help, stdout);
    return cli_finish();
}

static int print_version(void)
{
    const uint32_t version = imap4_version();
    printf("imap4 %s (libimap4 %u.%u.%u)\n", IMAP4_VERSION_STRING, version >> 16,
           version >> 8 & 0xff, version & 0xff);
    return cli_finish();
}

static const cli_verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
    return NULL;
}

static int unknown_verb(const char *name)
{
    const char *names[VERBS + 2] = { "help", "version" };
    for (size_t i = 0; i < VERBS; i++)
        names[i + 2] = verbs[i]->name;
    const char *nearest = cli_nearest(name, names, VERBS + 2, sizeof names[0]);
    if (nearest == NULL)
        cli_say("no verb '%s'; imap4 --help lists them", name);
    else
        cli_say("no verb '%s'; did you mean '%s'?", name, nearest);
    return CLI_USAGE;
}

static int help_verb(int argc, char **argv)
{
    if (argc < 2)
        return print_help();
    const cli_verb *verb = find_verb(argv[1]);
    return verb == NULL ? unknown_verb(argv[1]) : print_verb_help(verb);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* A file must not get the number of a standard stream that was closed. */
static bool keep_standard_streams(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    return fd >= 0 && close(fd) == 0;
}

int main(int argc, char **argv)
{
    if (!keep_standard_streams())
        return CLI_IO;
    /* A reader that went away is an error of write(), not the end. */
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        cli_say("no verb; imap4 --help lists them");
        return CLI_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return print_help();
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0)
        return print_version();
    if (strcmp(word, "help") == 0)
        return help_verb(argc - 1, argv + 1);
    const cli_verb *verb = find_verb(word);
    if (verb == NULL)
        return unknown_verb(word);
    if (asks_for_help(argc - 1, argv + 1))
        return print_verb_help(verb);
    return verb->run(argc - 1, argv + 1);
}
