/* SPDX-License-Identifier: MIT */
/* utf7.c - modified UTF-7: what decodes encodes to the same bytes, and the other way; base64
 * likewise. */
#include "imap4/text.h"

#include "pure.h"

/* What is taken for a name is exactly the name of what it says. */
static void from_wire(imap4_view in)
{
    pure decoded = pure_run(imap4_utf7_decode, in);
    pure shown   = pure_run(imap4_utf7_display, in);
    check(imap4_utf8_valid(pure_view(&shown)) == 1, "what is shown is UTF-8");
    pure again = pure_run(imap4_text_display, pure_view(&shown));
    check(pure_is(&again, pure_view(&shown)), "what is shown is harmless");
    pure_free(&again);
    if (decoded.at != NULL) {
        check((size_t)decoded.len * 8 <= in.len * 9, "9 for 8 at most");
        check(imap4_utf8_valid(pure_view(&decoded)) == 1, "what is decoded is UTF-8");
        pure encoded = pure_run(imap4_utf7_encode, pure_view(&decoded));
        check(pure_is(&encoded, in), "decode, encode gives the same name");
        pure_free(&encoded);
        pure plain = pure_run(imap4_text_display, pure_view(&decoded));
        check(pure_is(&shown, pure_view(&plain)), "two ways to show a name agree");
        pure_free(&plain);
    }
    pure_free(&decoded);
    pure_free(&shown);
}

static void to_wire(imap4_view in)
{
    pure encoded = pure_run(imap4_utf7_encode, in);
    check((encoded.at != NULL) == (imap4_utf8_valid(in) == 1), "UTF-8 can be encoded");
    if (encoded.at != NULL) {
        for (ptrdiff_t i = 0; i < encoded.len; i++)
            check(encoded.at[i] >= ' ' && encoded.at[i] <= '~', "printable ASCII");
        pure decoded = pure_run(imap4_utf7_decode, pure_view(&encoded));
        check(pure_is(&decoded, in), "encode, decode gives the same text");
        pure_free(&decoded);
    }
    pure_free(&encoded);
}

static void in_base64(imap4_view in)
{
    pure encoded = pure_run(imap4_base64_encode, in);
    check((size_t)encoded.len == (in.len + 2) / 3 * 4, "four for three");
    pure back = pure_run(imap4_base64_decode, pure_view(&encoded));
    check(pure_is(&back, in), "base64 and back");
    pure_free(&back);
    pure_free(&encoded);
    pure decoded = pure_run(imap4_base64_decode, in);
    if (decoded.at != NULL) {
        pure again = pure_run(imap4_base64_encode, pure_view(&decoded));
        check(pure_is(&again, in), "there is one base64 of it");
        pure_free(&again);
    }
    pure_free(&decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const imap4_view in = { (const char *)data, size };
    from_wire(in);
    to_wire(in);
    in_base64(in);
    return 0;
}
