/* SPDX-License-Identifier: MIT */
/* test/unit/text_base64.c - base64, strict. */
#include "text_check.h"

#include "imap4/text.h"

#define assert_pair(bytes, text)                                                         \
    do {                                                                                 \
        assert_makes(imap4_base64_encode, bytes, text);                                  \
        assert_makes(imap4_base64_decode, text, bytes);                                  \
    } while (0)
#define assert_not_base64(text) assert_refuses(imap4_base64_decode, text, IMAP4_E_SYNTAX)

static void the_vectors_of_rfc_4648_go_both_ways(void **state)
{
    assert_pair("", "");
    assert_pair("f", "Zg==");
    assert_pair("fo", "Zm8=");
    assert_pair("foo", "Zm9v");
    assert_pair("foob", "Zm9vYg==");
    assert_pair("fooba", "Zm9vYmE=");
    assert_pair("foobar", "Zm9vYmFy");
}

static void bytes_of_any_value_go_both_ways(void **state)
{
    assert_pair("\0\0\0", "AAAA");
    assert_pair("\xff\xff\xff", "////");
    assert_pair("\xfb\xef\xbe", "++++");
    assert_pair("\x14\xfb\x9c\x03\xd9\x7e", "FPucA9l+");
    assert_pair("\0user\0pencil", "AHVzZXIAcGVuY2ls");
}

static void nil_is_empty(void **state)
{
    assert_rc(imap4_base64_encode(IMAP4_NIL, NULL, 0), 0);
    assert_rc(imap4_base64_decode(IMAP4_NIL, NULL, 0), 0);
}

static void padding_is_required(void **state)
{
    assert_not_base64("Zg");
    assert_not_base64("Zg=");
    assert_not_base64("Zm8");
    assert_not_base64("Z");
}

static void padding_stands_at_the_end_only(void **state)
{
    assert_not_base64("Zg==Zg==");
    assert_not_base64("=Zg=");
    assert_not_base64("Z===");
    assert_not_base64("====");
    assert_not_base64("Z=g=");
    assert_not_base64("Zm9v====");
    assert_not_base64("Zm=v");
}

static void bits_left_over_are_zero(void **state)
{
    assert_not_base64("Zh==");
    assert_not_base64("Zm9=");
    assert_not_base64("Zm9vYn==");
}

static void nothing_but_digits_is_read(void **state)
{
    assert_not_base64("Zm9v\r\n");
    assert_not_base64("Zm 9");
    assert_not_base64(" Zg==");
    assert_not_base64("Zm9-");
    assert_not_base64("Zm9_");
    assert_not_base64("Zm9,");
    assert_not_base64("Zm\0v");
    assert_not_base64("Zm\xe9v");
}

static void an_error_at_the_end_is_found_without_room_too(void **state)
{
    assert_rc(imap4_base64_decode(IMAP4_V("Zm9vZm9vZm9vZm9vZm9vZm9!"), NULL, 0),
              IMAP4_E_SYNTAX);
}

static void decoding_undoes_encoding(void **state)
{
    random_source r = { 4648 };
    for (int i = 0; i < 2000; i++) {
        char         bytes[30], text[40];
        const size_t len = random_below(&r, sizeof bytes);
        for (size_t k = 0; k < len; k++)
            bytes[k] = (char)(unsigned char)random_below(&r, 256);
        const ptrdiff_t n = imap4_base64_encode((imap4_view){ bytes, len }, text, 40);
        assert_rc(n, (ptrdiff_t)((len + 2) / 3 * 4));
        all_sizes(imap4_base64_decode, (imap4_view){ text, (size_t)n }, bytes, len,
                  __FILE__, __LINE__);
    }
}

static void what_decodes_encodes_to_the_same_text(void **state)
{
    static const char letters[] = "AQgwZz09+/==";
    random_source     r         = { 3 };
    int               decoded   = 0;
    for (int i = 0; i < 100000; i++) {
        char         text[8], bytes[8], again[8];
        const size_t len = 4 * random_below(&r, 3);
        for (size_t k = 0; k < len; k++)
            text[k] = letters[random_below(&r, sizeof letters - 1)];
        const ptrdiff_t n = imap4_base64_decode((imap4_view){ text, len }, bytes, 8);
        if (n < 0)
            continue;
        decoded++;
        const ptrdiff_t m = imap4_base64_encode((imap4_view){ bytes, (size_t)n }, again,
                                                8);
        assert_in_range(m, 0, 8);
        same_bytes(again, (size_t)m, text, len, __FILE__, __LINE__);
    }
    assert_in_range(decoded, 1000, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_4648_go_both_ways),
        cmocka_unit_test(bytes_of_any_value_go_both_ways),
        cmocka_unit_test(nil_is_empty),
        cmocka_unit_test(padding_is_required),
        cmocka_unit_test(padding_stands_at_the_end_only),
        cmocka_unit_test(bits_left_over_are_zero),
        cmocka_unit_test(nothing_but_digits_is_read),
        cmocka_unit_test(an_error_at_the_end_is_found_without_room_too),
        cmocka_unit_test(decoding_undoes_encoding),
        cmocka_unit_test(what_decodes_encodes_to_the_same_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
