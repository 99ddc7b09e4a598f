/* SPDX-License-Identifier: MIT */
/* test/unit/mime_decoder.c - bytes of parts: any split, any room, any damage. */
#include "text_check.h"

#include "imap4/mime.h"

#define BAD "\xef\xbf\xbd"

/* ---- one way to decode, in any pieces ---------------------------------------- */

typedef struct result {
    char    *bytes;
    size_t   len;
    uint64_t damage;
} result;

static imap4_decoder *new_decoder(imap4_view encoding, imap4_view charset)
{
    imap4_decoder *d = NULL;
    assert_int_equal(imap4_decoder_new(encoding, charset, NULL, &d), IMAP4_OK);
    return d;
}

static void take(result *r, size_t *room, const char *buf, ptrdiff_t n)
{
    assert_true(n >= 0);
    if (r->len + (size_t)n > *room) {
        *room    = 2 * (r->len + (size_t)n);
        r->bytes = realloc(r->bytes, *room);
        assert_non_null(r->bytes);
    }
    memcpy(r->bytes + r->len, buf, (size_t)n);
    r->len += (size_t)n;
}

static result decode(imap4_view encoding, imap4_view charset, imap4_view in, size_t piece,
                     size_t size)
{
    result         r    = { malloc(1), 0, 0 };
    size_t         room = 1;
    imap4_decoder *d    = new_decoder(encoding, charset);
    char          *buf  = malloc(size);
    assert_non_null(buf);
    while (in.len != 0) {
        /* Alone, so that a sanitizer sees what is read behind it. */
        const size_t n    = in.len < piece ? in.len : piece;
        char        *copy = malloc(n);
        assert_non_null(copy);
        memcpy(copy, in.ptr, n);
        size_t          used = n + 1;
        const ptrdiff_t got  = imap4_decoder_feed(d, (imap4_view){ copy, n }, buf, size,
                                                  &used);
        free(copy);
        assert_true(used <= n && got >= 0 && (size_t)got <= size);
        assert_true(used == n || (size_t)got == size);
        take(&r, &room, buf, got);
        in.ptr += used;
        in.len -= used;
    }
    ptrdiff_t got;
    while ((got = imap4_decoder_finish(d, buf, size)) != 0)
        take(&r, &room, buf, got);
    size_t used = 0;
    assert_int_equal(imap4_decoder_feed(d, IMAP4_V("x"), buf, size, &used), IMAP4_E_STATE);
    r.damage = imap4_decoder_damage(d);
    imap4_decoder_free(&d);
    assert_null(d);
    free(buf);
    return r;
}

static void decodes(imap4_view encoding, imap4_view charset, imap4_view in,
                    imap4_view want, uint64_t damage, int line)
{
    static const size_t steps[][2] = { { SIZE_MAX, 4096 }, { 1, 1 }, { 1, 50 }, { 2, 3 },
                                       { 3, 1 },           { 5, 7 }, { 64, 1 } };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const result r = decode(encoding, charset, in, steps[i][0], steps[i][1]);
        same_bytes(r.bytes, r.len, want.ptr, want.len, __FILE__, line);
        same_rc((ptrdiff_t)r.damage, (ptrdiff_t)damage, __FILE__, line);
        free(r.bytes);
    }
}

#define assert_base64(in, want, damage)                                                  \
    decodes(IMAP4_V("BASE64"), IMAP4_NIL, IMAP4_V(in), IMAP4_V(want), damage, __LINE__)
#define assert_qp(in, want, damage)                                                      \
    decodes(IMAP4_V("quoted-printable"), IMAP4_NIL, IMAP4_V(in), IMAP4_V(want), damage,  \
            __LINE__)
#define assert_uu(in, want, damage)                                                      \
    decodes(IMAP4_V("x-uuencode"), IMAP4_NIL, IMAP4_V(in), IMAP4_V(want), damage,        \
            __LINE__)
#define assert_text(charset, in, want, damage)                                           \
    decodes(IMAP4_V("8bit"), IMAP4_V(charset), IMAP4_V(in), IMAP4_V(want), damage,       \
            __LINE__)

/* ---- encodings ---------------------------------------------------------------- */

static void base64_is_decoded(void **state)
{
    assert_base64("", "", 0);
    assert_base64("aGVsbG8=\r\n", "hello", 0);
    assert_base64("aGVs\r\nbG8h\r\n", "hello!", 0);
    assert_base64("YQ==", "a", 0);
    assert_base64("AP/+", "\0\xff\xfe", 0);
    assert_base64("YW\tJ j", "abc", 0);
}

static void damaged_base64_gives_what_is_there(void **state)
{
    assert_base64("YQ", "a", 1);
    assert_base64("YQ=", "a", 1);
    assert_base64("YWI", "ab", 1);
    assert_base64("YWJjZ", "abc", 1);
    assert_base64("YW!!Jj", "abc", 1);
    assert_base64("Y!W-Jj", "abc", 2);
    assert_base64("=YWJj", "abc", 1);
    assert_base64("YW=Jj", "abc", 1);
    assert_base64("\xff\xfeYWJj", "abc", 1);
}

/* RFC 2045 6.8: padding is the end. */
static void what_follows_the_padding_is_not_read(void **state)
{
    assert_base64("YQ==\r\n\r\n", "a", 0);
    assert_base64("YQ==\r\nYg==", "a", 1);
    assert_base64("YWI=\r\n-- \r\nfooter\r\n", "ab", 1);
}

static void quoted_printable_is_decoded(void **state)
{
    assert_qp("", "", 0);
    assert_qp("a=3Db =e4\r\nc\r\n", "a=b \xe4\r\nc\r\n", 0);
    assert_qp("soft=\r\nbreak", "softbreak", 0);
    assert_qp("soft= \t\r\nbreak", "softbreak", 0);
    assert_qp("soft=\nbreak\nline", "softbreak\nline", 0);
    assert_qp("blanks \t \r\nstay not\t\n. ", "blanks\r\nstay not\n.", 0);
    assert_qp("a=20\r\n", "a \r\n", 0);
    assert_qp("end=", "end", 0);
    assert_qp("end=\r\n", "end", 0);
    assert_qp("roh \xc3\xa4", "roh \xc3\xa4", 0);
    assert_qp("a\rb\r", "a\rb\r", 0);
    assert_qp("a \rb", "a \rb", 0);
}

static void damaged_quoted_printable_stays(void **state)
{
    assert_qp("a=XYb", "a=XYb", 1);
    assert_qp("a=4", "a=4", 1);
    assert_qp("a=4\r\nb", "a=4\r\nb", 1);
    assert_qp("a==41", "a=A", 1);
    assert_qp("a=4=41", "a=4A", 1);
    assert_qp("a=  b", "a=  b", 1);
    assert_qp("a=\rb", "a=\rb", 1);
    assert_qp("a= \r b", "a= \r b", 1);
    assert_qp("a=\r\r\nb", "a=\r\r\nb", 1);
    assert_qp("=\0", "=\0", 1);
}

/* Only so many blanks are held back. */
static void blanks_without_end_take_no_memory(void **state)
{
    enum {
        COUNT = 5000
    };
    char in[COUNT + 3];
    memset(in, ' ', COUNT);
    memcpy(in + COUNT, "x\r\n", 3);
    decodes(IMAP4_V("quoted-printable"), IMAP4_NIL, (imap4_view){ in, COUNT + 3 },
            (imap4_view){ in, COUNT + 3 }, 0, __LINE__);
    in[0] = '=';
    decodes(IMAP4_V("quoted-printable"), IMAP4_NIL, (imap4_view){ in, COUNT + 3 },
            (imap4_view){ in, COUNT + 3 }, 1, __LINE__);
    const result r = decode(IMAP4_V("quoted-printable"), IMAP4_NIL,
                            (imap4_view){ in + 1, COUNT - 1 }, 100, 100);
    assert_in_range(r.len, COUNT - 1 - 1024, COUNT - 1);
    free(r.bytes);
}

static void other_encodings_change_nothing(void **state)
{
    static const imap4_view names[] = { { "7bit", 4 }, { "8BIT", 4 },  { "binary", 6 },
                                        { NULL, 0 },   { "x-odd", 5 }, { "", 0 } };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        decodes(names[i], IMAP4_NIL, IMAP4_V("a=3D\0\r\n\xff YQ=="),
                IMAP4_V("a=3D\0\r\n\xff YQ=="), 0, __LINE__);
    decodes(IMAP4_V(" base64\t"), IMAP4_NIL, IMAP4_V("YQ=="), IMAP4_V("a"), 0, __LINE__);
}

static void uuencode_is_decoded(void **state)
{
    assert_uu("begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n", "abc", 0);
    assert_uu("Hello\nbegin 644 a\n%:&5L;&\\\n \nend\nmore", "hello", 0);
    assert_uu("begin 644 a\n#\n`\nend\n", "\0\0\0", 0);
    assert_uu("begin 644 a\n#86)C\n", "abc", 1);
    assert_uu("no such line\n", "", 1);
    /* Two bytes make 63. */
    char want[63 * 300] = "", in[12 + 2 * 300];
    memcpy(in, "begin 644 a\n", 12);
    for (size_t i = 0; i < 300; i++)
        memcpy(in + 12 + 2 * i, "_\n", 2);
    decodes(IMAP4_V("uuencode"), IMAP4_NIL, (imap4_view){ in, sizeof in },
            (imap4_view){ want, sizeof want }, 1, __LINE__);
}

/* ---- charsets ------------------------------------------------------------------ */

static void text_becomes_utf8(void **state)
{
    assert_text("koi8-r", "\xf0\xd2", "\xd0\x9f\xd1\x80", 0);
    assert_text("iso-2022-jp", "a\x1b$BF|K\\\x1b(Bb",
                "a\xe6\x97\xa5\xe6\x9c\xac"
                "b",
                0);
    assert_text("GB18030", "\x81\x30\x81\x30", "\xc2\x80", 0);
    assert_text("utf-8", "\xe2\x82\xac\r\n", "\xe2\x82\xac\r\n", 0);
    assert_text("iso-8859-1", "\x80\xe9", "\xe2\x82\xac\xc3\xa9", 0);
    assert_text("utf-16le", "a\0\xac\x20", "a\xe2\x82\xac", 0);
    decodes(IMAP4_V("quoted-printable"), IMAP4_V("shift_jis"), IMAP4_V("=93=\r\n=FA"),
            IMAP4_V("\xe6\x97\xa5"), 0, __LINE__);
    decodes(IMAP4_V("base64"), IMAP4_V("big5"), IMAP4_V("pKQ="), IMAP4_V("\xe4\xb8\xad"),
            0, __LINE__);
}

static void bytes_without_meaning_are_replaced_and_counted(void **state)
{
    assert_text("utf-8",
                "a\xff"
                "b\xe2\x82",
                "a" BAD "b" BAD, 2);
    assert_text("euc-jp",
                "a\xff"
                "b",
                "a" BAD "b", 1);
    assert_text("gb2312", "\xd6", BAD, 1);
    assert_text("windows-1252", "\x81", BAD, 1);
}

static void without_a_charset_it_is_guessed(void **state)
{
    assert_text("", "\xc3\xa4 \xe4 \xe2\x82\xac \xe2\x82",
                "\xc3\xa4 \xc3\xa4 \xe2\x82\xac "
                "\xc3\xa2\xe2\x80\x9a",
                0);
    assert_text("", "\xe2\x28\xf0\x9f\x8e\x89\xf0\x9f",
                "\xc3\xa2(\xf0\x9f\x8e\x89\xc3\xb0\xc5\xb8", 0);
}

static void an_unknown_charset_is_refused(void **state)
{
    imap4_decoder *d = NULL;
    assert_int_equal(imap4_decoder_new(IMAP4_V("base64"), IMAP4_V("x-none"), NULL, &d),
                     IMAP4_E_NOTIMPL);
    assert_int_equal(imap4_decoder_new(IMAP4_NIL, IMAP4_V("utf-16//IGNORE"), NULL, &d),
                     IMAP4_E_NOTIMPL);
    assert_null(d);
}

/* ---- the object ----------------------------------------------------------------- */

static void wrong_arguments_are_refused(void **state)
{
    char            buf[4];
    size_t          used = 0;
    imap4_decoder  *d    = NULL;
    imap4_allocator none = { 0 };
    assert_int_equal(imap4_decoder_new(IMAP4_NIL, IMAP4_NIL, &none, &d), IMAP4_E_ARG);
    assert_int_equal(imap4_decoder_new(IMAP4_NIL, IMAP4_NIL, NULL, NULL), IMAP4_E_ARG);
    d = new_decoder(IMAP4_NIL, IMAP4_NIL);
    assert_int_equal(imap4_decoder_feed(NULL, IMAP4_V("a"), buf, 4, &used), IMAP4_E_ARG);
    assert_int_equal(imap4_decoder_feed(d, IMAP4_V("a"), buf, 4, NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_decoder_feed(d, IMAP4_V("a"), NULL, 4, &used), IMAP4_E_ARG);
    assert_int_equal(imap4_decoder_feed(d, IMAP4_V("a"), NULL, 0, &used), 0);
    assert_int_equal(used, 0);
    assert_int_equal(imap4_decoder_finish(d, buf, 0), IMAP4_E_ARG);
    assert_int_equal(imap4_decoder_finish(d, NULL, 4), IMAP4_E_ARG);
    imap4_decoder_free(&d);
    imap4_decoder_free(&d);
    imap4_decoder_free(NULL);
}

typedef struct failing {
    size_t left;
    size_t held;
} failing;

static void *failing_alloc(void *ctx, size_t size)
{
    failing *f = ctx;
    if (f->left == 0)
        return NULL;
    f->left--;
    f->held += size;
    return malloc(size);
}

static void *failing_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)ctx;
    (void)old_size;
    return realloc(ptr, size);
}

static void failing_release(void *ctx, void *ptr, size_t size)
{
    failing *f = ctx;
    if (ptr != NULL)
        f->held -= size;
    free(ptr);
}

static void memory_is_asked_for_once(void **state)
{
    failing               f     = { 0, 0 };
    const imap4_allocator alloc = { failing_alloc, failing_resize, failing_release, &f };
    imap4_decoder        *d     = NULL;
    assert_int_equal(imap4_decoder_new(IMAP4_V("base64"), IMAP4_V("koi8-r"), &alloc, &d),
                     IMAP4_E_NOMEM);
    assert_null(d);
    f.left = 1;
    assert_int_equal(imap4_decoder_new(IMAP4_V("base64"), IMAP4_V("koi8-r"), &alloc, &d),
                     IMAP4_OK);
    char buf[16];
    for (int i = 0; i < 10000; i++) {
        size_t used = 0;
        assert_true(imap4_decoder_feed(d, IMAP4_V("8NLJ"), buf, sizeof buf, &used) >= 0);
    }
    assert_in_range(f.held, 1, 64 * 1024);
    imap4_decoder_free(&d);
    assert_int_equal(f.held, 0);
    /* And it is given back if the charset is not known. */
    f.left = 1;
    assert_int_equal(imap4_decoder_new(IMAP4_NIL, IMAP4_V("x-none"), &alloc, &d),
                     IMAP4_E_NOTIMPL);
    assert_int_equal(f.held, 0);
}

static void every_split_gives_the_same(void **state)
{
    static const char *const encodings[] = { "base64", "quoted-printable", "uuencode",
                                             "8bit" };
    static const char *const charsets[]  = { NULL,      "utf-8",  "iso-2022-jp",
                                             "gb18030", "",       "utf-7",
                                             "big5",    "utf-16", "windows-1258" };
    static const char *const bits[]      = {
             "=",     "\r\n",      "\r",      "\n",     " ",     "\t",           "=3D",
             "=\r\n", "YWJj",      "YQ==",    "\x1b$B", "F|",    "\x1b(B",       "\xd6",
             "\xd0",  "begin 6\n", "#86)C\n", "`\n",    "+AOk-", "\xe2\x82\xac", "\xff",
             "M",     "\x81\x30",  "a",       "!"
    };
    random_source r = { 2045 };
    for (int i = 0; i < 4000; i++) {
        char   in[600];
        size_t len = 0;
        for (uint32_t n = random_below(&r, i % 20 == 0 ? 90 : 12); n > 0; n--) {
            const char *bit = bits[random_below(&r, sizeof bits / sizeof bits[0])];
            memcpy(in + len, bit, strlen(bit));
            len += strlen(bit);
        }
        const imap4_view encoding = imap4_view_of(encodings[random_below(&r, 4)]);
        const imap4_view charset  = imap4_view_of(charsets[random_below(&r, 9)]);
        const imap4_view bytes    = { in, len };
        const result     whole    = decode(encoding, charset, bytes, SIZE_MAX, 8192);
        const result     parts = decode(encoding, charset, bytes, 1 + random_below(&r, 9),
                                        1 + random_below(&r, 9));
        same_bytes(parts.bytes, parts.len, whole.bytes, whole.len, __FILE__, __LINE__);
        assert_int_equal(parts.damage, whole.damage);
        if (charset.ptr != NULL)
            assert_int_equal(imap4_utf8_valid((imap4_view){ whole.bytes, whole.len }), 1);
        free(whole.bytes);
        free(parts.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_decoded),
        cmocka_unit_test(damaged_base64_gives_what_is_there),
        cmocka_unit_test(what_follows_the_padding_is_not_read),
        cmocka_unit_test(quoted_printable_is_decoded),
        cmocka_unit_test(damaged_quoted_printable_stays),
        cmocka_unit_test(blanks_without_end_take_no_memory),
        cmocka_unit_test(other_encodings_change_nothing),
        cmocka_unit_test(uuencode_is_decoded),
        cmocka_unit_test(text_becomes_utf8),
        cmocka_unit_test(bytes_without_meaning_are_replaced_and_counted),
        cmocka_unit_test(without_a_charset_it_is_guessed),
        cmocka_unit_test(an_unknown_charset_is_refused),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(memory_is_asked_for_once),
        cmocka_unit_test(every_split_gives_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
