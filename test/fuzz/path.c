/* SPDX-License-Identifier: MIT */
/* path.c - a mailbox's name as a path: below its root, and back; a path that is taken is the
 * one its name has.  The first byte is the delimiter, the second the flags. */
#include "imap4/text.h"

#include "pure.h"

static int      delimiter;
static uint32_t flags;

static ptrdiff_t to_path(imap4_view in, char *buf, size_t size)
{
    return imap4_mailbox_to_path(in, delimiter, flags, buf, size);
}

static ptrdiff_t from_path(imap4_view in, char *buf, size_t size)
{
    return imap4_mailbox_from_path(in, delimiter, flags, buf, size);
}

static bool is_allowed(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_-%=+/", c) != NULL);
}

static void is_below(imap4_view path)
{
    size_t start = 0;
    check(path.len <= 3600, "no longer than promised");
    for (size_t i = 0; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/') {
            check(is_allowed(path.ptr[i]), "letters of a path");
            continue;
        }
        check(i != start && i - start <= 250, "no component is empty or too long");
        check(path.ptr[start] != '-', "no component is an option");
        start = i + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    delimiter           = data[0] & 0x80 ? -1 : data[0];
    flags               = data[1] & 1;
    const imap4_view in = { (const char *)data + 2, size - 2 };

    pure path = pure_run(to_path, in);
    check((path.at != NULL) == (in.len <= 1024), "every name has a path");
    if (path.at != NULL) {
        is_below(pure_view(&path));
        pure name = pure_run(from_path, pure_view(&path));
        check(pure_is(&name, in), "name, path, name");
        pure_free(&name);
    }
    pure_free(&path);

    pure name = pure_run(from_path, in);
    if (name.at != NULL) {
        is_below(in);
        pure again = pure_run(to_path, pure_view(&name));
        check(pure_is(&again, in), "path, name, path");
        pure_free(&again);
    }
    pure_free(&name);
    return 0;
}
