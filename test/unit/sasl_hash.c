/* SPDX-License-Identifier: MIT */
/* test/unit/sasl_hash.c - HMAC with SHA-1 (RFC 2202) and SHA-256 (RFC 4231). */
#include "text_check.h"

#include "sasl/hash.h"

typedef struct row {
    const char *key, *text;
    size_t      key_len;       /* of a key that is `key` again and again; 0: it is that */
    const char *sha1, *sha256; /* hexadecimal; NULL: not told there */
    size_t      text_len;      /* the same of the text */
} row;

/* RFC 2202 section 3 and RFC 4231 section 4; both have the keys of 20 times 0x0b, 0xaa. */
static const row rows[] = {
    { "\x0b", "Hi There", 20, "b617318655057264e28bc0b6fb378c8ef146be00",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", 0 },
    { "Jefe", "what do ya want for nothing?", 0,
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", 0 },
    { "\xaa", "\xdd", 20, "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe", 50 },
    { "\xaa", "Test Using Larger Than Block-Size Key - Hash Key First", 80,
      "aa4ae5e15272d00e95705637ce8a3b55ed402112", NULL, 0 },
    { "\xaa", "Test Using Larger Than Block-Size Key - Hash Key First", 131, NULL,
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", 0 },
    { "\xaa", "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
      80, "e8e99d0f45237d786d6bbaa7965c7808bbff1a91", NULL, 0 },
};

static imap4_view again(const char *text, size_t len, char *room)
{
    if (len == 0)
        return imap4_view_of(text);
    for (size_t i = 0; i < len; i++)
        room[i] = text[i % strlen(text)];
    return (imap4_view){ room, len };
}

static void check(i4_hash hash, const row *r, const char *hex)
{
    char          key[200], text[200], got[2 * I4_HASH_MAX + 1] = "";
    unsigned char out[I4_HASH_MAX];
    if (hex == NULL)
        return;
    i4_hash_hmac(hash, again(r->key, r->key_len, key), again(r->text, r->text_len, text),
                 out);
    for (size_t i = 0; i < i4_hash_len(hash); i++)
        (void)snprintf(got + 2 * i, 3, "%02x", out[i]);
    assert_string_equal(got, hex);
    for (size_t i = i4_hash_len(hash); i < I4_HASH_MAX; i++)
        assert_int_equal(out[i], 0);
}

static void the_examples_of_the_rfcs_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check(I4_SHA_1, &rows[i], rows[i].sha1);
        check(I4_SHA_256, &rows[i], rows[i].sha256);
    }
}

/* Of all lengths around the ends of blocks; the sums are Python's, of hmac.new(b"k" * (n % 70),
 * b"t" * n) for n from 0 to 299, each digest the key of hmac.new(.., sum so far). */
static void all_lengths_hold(void **state)
{
    static const char *const want[] = {
        "32c6c100dd6a7e0f046e50941f735b74011aa818",
        "3daa7d521205fb4cfa5ca921da31be2c4794d26c67f44e8ffe275b6756a83cfc"
    };
    char key[70], text[300];
    (void)state;
    memset(key, 'k', sizeof key);
    memset(text, 't', sizeof text);
    for (int hash = 0; hash < 2; hash++) {
        unsigned char one[I4_HASH_MAX], sum[I4_HASH_MAX] = { 0 };
        const size_t  len                      = i4_hash_len((i4_hash)hash);
        char          got[2 * I4_HASH_MAX + 1] = "";
        for (size_t n = 0; n < sizeof text; n++) {
            i4_hash_hmac((i4_hash)hash, (imap4_view){ key, n % 70 },
                         (imap4_view){ text, n }, one);
            i4_hash_hmac((i4_hash)hash, (imap4_view){ (char *)one, len },
                         (imap4_view){ (char *)sum, len }, sum);
        }
        for (size_t i = 0; i < len; i++)
            (void)snprintf(got + 2 * i, 3, "%02x", sum[i]);
        assert_string_equal(got, want[hash]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_rfcs_hold),
        cmocka_unit_test(all_lengths_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
