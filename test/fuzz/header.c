/* SPDX-License-Identifier: MIT */
/* header.c - header text without memory (RFC 2047), and text for people: valid, bounded, and
 * the same as the richer decoder of imap4/mime.h says; flags. */
#include "imap4/mime.h"
#include "imap4/text.h"

#include "pure.h"

/* Does it name a charset that only the richer one knows?  No "=?" at all is enough here. */
static bool has_words(imap4_view in)
{
    for (size_t i = 0; i + 1 < in.len; i++)
        if (in.ptr[i] == '=' && in.ptr[i + 1] == '?')
            return true;
    return false;
}

static void words(imap4_view in)
{
    pure core = pure_run(imap4_word2047_decode, in);
    pure rich = pure_run(imap4_mime_text, in);
    check(core.at != NULL && (size_t)core.len <= 3 * in.len, "three for one at most");
    check(rich.at != NULL, "the richer one reads it, too");
    check(imap4_utf8_valid(pure_view(&core)) == 1, "it is UTF-8");
    check(imap4_utf8_valid(pure_view(&rich)) == 1, "it is UTF-8, too");
    if (!has_words(in))
        check(pure_is(&core, pure_view(&rich)), "two decoders agree");
    pure_free(&core);
    pure_free(&rich);
}

static void shown(imap4_view in)
{
    pure once = pure_run(imap4_text_display, in);
    check(once.at != NULL && (size_t)once.len <= 3 * in.len, "three for one at most");
    check(imap4_utf8_valid(pure_view(&once)) == 1, "it is UTF-8");
    for (ptrdiff_t i = 0; i < once.len; i++)
        check((unsigned char)once.at[i] >= ' ' && once.at[i] != 0x7f, "no control");
    pure twice = pure_run(imap4_text_display, pure_view(&once));
    check(pure_is(&twice, pure_view(&once)), "what is harmless stays");
    char        few[9];
    const char *cut = imap4_mime_show(in, few, sizeof few);
    check(strlen(cut) < sizeof few && imap4_utf8_valid(imap4_view_of(cut)) == 1,
          "cut behind a character");
    pure_free(&once);
    pure_free(&twice);
}

static void flags(imap4_view in)
{
    const uint32_t bit = imap4_flag_bit(in);
    if (bit != 0)
        check(imap4_view_equal_nocase(imap4_flag_name(bit), in) == 1, "a flag's name");
    if (imap4_flags_check(in) == IMAP4_OK)
        for (size_t i = 0; i < in.len; i++)
            check(in.ptr[i] >= ' ' && in.ptr[i] <= '~' &&
                      strchr("(){%*\"]", in.ptr[i]) == NULL,
                  "flags are atoms");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const imap4_view in = { (const char *)data, size };
    words(in);
    shown(in);
    flags(in);
    return 0;
}
