/* SPDX-License-Identifier: MIT */
/* test/unit/text_path.c - mailbox names as paths, and back. */
#include "text_check.h"

#include "imap4/text.h"

#define N(name) name, sizeof(name) - 1

typedef struct row {
    const char *name; /* on the wire */
    size_t      len;
    int         delimiter;
    const char *path;
    const char *caseless; /* with IMAP4_PATH_CASELESS */
} row;

/* clang-format off */
static const row rows[] = {
    { N("INBOX"), '/', "INBOX", "+i+n+b+o+x" },
    { N("inbox"), '/', "inbox", "inbox" },
    { N("InBox"), '/', "InBox", "+in+box" },
    { N("Sent"), '/', "Sent", "+sent" },
    { N("work/2026/Q1"), '/', "work/2026/Q1", "work/2026/+q1" },
    { N("INBOX.work.a"), '.', "INBOX/work/a", "+i+n+b+o+x/work/a" },
    { N("INBOX.work"), '/', "INBOX%2Ework", "+i+n+b+o+x%2Ework" },
    { N(".."), '/', "%2E%2E", "%2E%2E" },
    { N("."), '/', "%2E", "%2E" },
    { N("..."), '/', "%2E%2E%2E", "%2E%2E%2E" },
    { N("../../etc/passwd"), '/', "%2E%2E/%2E%2E/etc/passwd", "%2E%2E/%2E%2E/etc/passwd" },
    { N("/etc/passwd"), '/', "%/etc/passwd", "%/etc/passwd" },
    { N("a/../../b"), '/', "a/%2E%2E/%2E%2E/b", "a/%2E%2E/%2E%2E/b" },
    { N("a/./b"), '/', "a/%2E/b", "a/%2E/b" },
    { N("a/"), '/', "a/%", "a/%" },
    { N("/"), '/', "%/%", "%/%" },
    { N(""), '/', "%", "%" },
    { N(""), 0, "%", "%" },
    { N(".hidden"), '/', "%2Ehidden", "%2Ehidden" },
    { N("a/.hidden"), '/', "a/%2Ehidden", "a/%2Ehidden" },
    { N(".."), '.', "%/%/%", "%/%/%" },
    { N("a..b"), '.', "a/%/b", "a/%/b" },
    { N(".a"), '.', "%/a", "%/a" },
    { N("a/b"), '.', "a%2Fb", "a%2Fb" },
    { N("/"), '.', "%2F", "%2F" },
    { N("../x"), 0, "%2E%2E%2Fx", "%2E%2E%2Fx" },
    { N("a.b/c"), 0, "a%2Eb%2Fc", "a%2Eb%2Fc" },
    { N("a\\b"), '\\', "a/b", "a/b" },
    { N("a\\..\\b"), '\\', "a/%2E%2E/b", "a/%2E%2E/b" },
    { N("a\\b"), '/', "a%5Cb", "a%5Cb" },
    { N("..\\..\\b"), '/', "%2E%2E%5C%2E%2E%5Cb", "%2E%2E%5C%2E%2E%5Cb" },
    { N("C:"), '/', "C%3A", "+c%3A" },
    { N("C:\\Windows"), '\\', "C%3A/Windows", "+c%3A/+windows" },
    { N("C:/Windows"), '/', "C%3A/Windows", "+c%3A/+windows" },
    { N("file:stream"), '/', "file%3Astream", "file%3Astream" },
    { N("a\x00" "b"), '/', "=a%00b", "=a%00b" },
    { N("x\x00/../y"), '/', "=x%00/%2E%2E/y", "=x%00/%2E%2E/y" },
    { N("&AAA-"), '/', "%00", "%00" },
    { N("&AC8-"), '/', "=%26AC8-", "=%26+a+c8-" },
    { N("a&AC8-..&AC8-b"), '/', "=a%26AC8-%2E%2E%26AC8-b", "=a%26+a+c8-%2E%2E%26+a+c8-b" },
    { N("&AC4-"), '/', "=%26AC4-", "=%26+a+c4-" },
    { N("&AC4ALg-"), '/', "=%26AC4ALg-", "=%26+a+c4+a+lg-" },
    { N("&AFw-"), '/', "=%26AFw-", "=%26+a+fw-" },
    { N("name."), '/', "name%2E", "name%2E" },
    { N("name "), '/', "name%20", "name%20" },
    { N(" name"), '/', "%20name", "%20name" },
    { N("name. . ."), '/', "name%2E%20%2E%20%2E", "name%2E%20%2E%20%2E" },
    { N(" "), '/', "%20", "%20" },
    { N("x.lock"), '/', "x%2Elock", "x%2Elock" },
    { N(".lock"), '/', "%2Elock", "%2Elock" },
    { N("lock/.lock"), '/', "lock/%2Elock", "lock/%2Elock" },
    { N("CON"), '/', "%43ON", "+c+o+n" },
    { N("con"), '/', "%63on", "%63on" },
    { N("Nul"), '/', "%4Eul", "+nul" },
    { N("NUL.txt"), '/', "NUL%2Etxt", "+n+u+l%2Etxt" },
    { N("aux.c"), '/', "aux%2Ec", "aux%2Ec" },
    { N("COM1"), '/', "%43OM1", "+c+o+m1" },
    { N("com0"), '/', "%63om0", "%63om0" },
    { N("LPT9"), '/', "%4CPT9", "+l+p+t9" },
    { N("LPT10"), '/', "LPT10", "+l+p+t10" },
    { N("lpt"), '/', "lpt", "lpt" },
    { N("CONS"), '/', "CONS", "+c+o+n+s" },
    { N("prn/aux/nul"), '/', "%70rn/%61ux/%6Eul", "%70rn/%61ux/%6Eul" },
    { N("AUX.PRN"), '.', "%41UX/%50RN", "+a+u+x/+p+r+n" },
    { N("CONIN$"), '/', "CONIN%24", "+c+o+n+i+n%24" },
    { N("com&ALk-"), '/', "com%C2%B9", "com%C2%B9" },
    { N("~root"), '/', "%7Eroot", "%7Eroot" },
    { N("~/x"), '/', "%7E/x", "%7E/x" },
    { N("$HOME"), '/', "%24HOME", "%24+h+o+m+e" },
    { N("`id`"), '/', "%60id%60", "%60id%60" },
    { N("$(id)"), '/', "%24%28id%29", "%24%28id%29" },
    { N("a;b|c&-d"), '/', "a%3Bb%7Cc%26d", "a%3Bb%7Cc%26d" },
    { N("-rf"), '/', "%2Drf", "%2Drf" },
    { N("--help"), '/', "%2D-help", "%2D-help" },
    { N("*"), '/', "%2A", "%2A" },
    { N("%"), '/', "%25", "%25" },
    { N("%2E%2E"), '/', "%252E%252E", "%252+e%252+e" },
    { N("%"), '%', "%/%", "%/%" },
    { N("a%b"), '%', "a/b", "a/b" },
    { N("=x"), '/', "%3Dx", "%3Dx" },
    { N("="), '/', "%3D", "%3D" },
    { N("+x"), '/', "%2Bx", "%2Bx" },
    { N("a+b"), '+', "a/b", "a/b" },
    { N("a=b"), '=', "a/b", "a/b" },
    { N("a/=b"), '/', "a/%3Db", "a/%3Db" },
    { N("&-"), '&', "%/%", "%/%" },
    { N("a&-b"), '/', "a%26b", "a%26b" },
    { N("a&-b"), '&', "a/b", "a/b" },
    { N("&ANw-bung"), '/', "%C3%9Cbung", "%C3%9Cbung" },
    { N("Entw&APw-rfe/&ZeVnLIqe-"), '/', "Entw%C3%BCrfe/%E6%97%A5%E6%9C%AC%E8%AA%9E", "+entw%C3%BCrfe/%E6%97%A5%E6%9C%AC%E8%AA%9E" },
    { N("&2D3eAA-"), '/', "%F0%9F%98%80", "%F0%9F%98%80" },
    { N("&IC4-"), '/', "%E2%80%AE", "%E2%80%AE" },
    { N("Entw\xc3\xbcrfe"), '/', "=Entw%C3%BCrfe", "=+entw%C3%BCrfe" },
    { N("caf\xe9/x"), '/', "=caf%E9/x", "=caf%E9/x" },
    { N("\xff\xfe"), '/', "=%FF%FE", "=%FF%FE" },
    { N("\xc0\xae\xc0\xae"), '/', "=%C0%AE%C0%AE", "=%C0%AE%C0%AE" },
    { N("bad&"), '/', "=bad%26", "=bad%26" },
    { N("bad&x"), '/', "=bad%26x", "=bad%26x" },
    { N("a&bc"), '/', "=a%26bc", "=a%26bc" },
    { N("&&"), '/', "=%26%26", "=%26%26" },
    { N("&AOk"), '/', "=%26AOk", "=%26+a+ok" },
    { N("a\x0d" "b\x0a"), '/', "=a%0Db%0A", "=a%0Db%0A" },
    { N("\x1b]0;x\x07"), '/', "=%1B%5D0%3Bx%07", "=%1B%5D0%3Bx%07" },
    { N("\x7f"), '/', "=%7F", "=%7F" },
    { N("ab"), 'a', "%/b", "%/b" },
    { N("\"q\""), '/', "%22q%22", "%22q%22" },
    { N("<in>"), '/', "%3Cin%3E", "%3Cin%3E" },
    { N("a?b*"), '/', "a%3Fb%2A", "a%3Fb%2A" },
};
/* clang-format on */

enum {
    ROWS     = sizeof rows / sizeof rows[0],
    MAX_PATH = 3600
};

/* ---- what a path may be ------------------------------------------------------- */

static bool is_device(const char *part, size_t len)
{
    static const char *const devices[] = { "con", "prn", "aux", "nul", "com", "lpt" };
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        const imap4_view name = { part, len < 3 ? len : 3 };
        if (imap4_view_equal_nocase(name, (imap4_view){ devices[i], 3 }))
            return i < 4 ? len == 3 : len == 4 && part[3] >= '0' && part[3] <= '9';
    }
    return false;
}

/* Below its root on every system, whatever the root. */
static void is_harmless(const char *path, size_t len, bool is_caseless)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-%=+/";
    size_t            start     = 0;
    for (size_t i = 0; i < len; i++) {
        const char c = path[i];
        assert_int_not_equal(c, '\0');
        assert_true(strchr(allowed, c) != NULL || (c >= 'A' && c <= 'Z'));
        /* Capitals only as digits of an escape, which always are capitals. */
        if (is_caseless && c >= 'A' && c <= 'Z')
            assert_true((i >= 1 && path[i - 1] == '%') || (i >= 2 && path[i - 2] == '%'));
    }
    for (size_t i = 0; i <= len; i++) {
        if (i < len && path[i] != '/')
            continue;
        assert_in_range(i - start, 1, 250);
        assert_int_not_equal(path[start], '-');
        assert_false(is_device(path + start, i - start));
        start = i + 1;
    }
}

static size_t goes_both_ways(imap4_view name, int delimiter, uint32_t flags, char *path)
{
    char            back[1024];
    const ptrdiff_t n = imap4_mailbox_to_path(name, delimiter, flags, path, MAX_PATH);
    assert_in_range(n, 1, MAX_PATH);
    is_harmless(path, (size_t)n, flags != 0);
    const imap4_view made = { path, (size_t)n };
    const ptrdiff_t  len  = imap4_mailbox_from_path(made, delimiter, flags, back,
                                                    sizeof back);
    assert_in_range(len, 0, sizeof back);
    same_bytes(back, (size_t)len, name.ptr, name.len, __FILE__, __LINE__);
    return (size_t)n;
}

/* ---- the table -------------------------------------------------------------------- */

static int      chosen_delimiter;
static uint32_t chosen_flags;

static ptrdiff_t to_path(imap4_view in, char *buf, size_t size)
{
    return imap4_mailbox_to_path(in, chosen_delimiter, chosen_flags, buf, size);
}

static ptrdiff_t from_path(imap4_view in, char *buf, size_t size)
{
    return imap4_mailbox_from_path(in, chosen_delimiter, chosen_flags, buf, size);
}

static void has_path(const row *r, uint32_t flags)
{
    const char      *path = flags != 0 ? r->caseless : r->path;
    const imap4_view name = { r->name, r->len };
    const imap4_view made = { path, strlen(path) };
    chosen_delimiter      = r->delimiter;
    chosen_flags          = flags;
    is_harmless(path, made.len, flags != 0);
    all_sizes(to_path, name, path, made.len, __FILE__, __LINE__);
    all_sizes(from_path, made, r->name, r->len, __FILE__, __LINE__);
}

static void every_name_has_its_path(void **state)
{
    assert_true(ROWS >= 60);
    for (size_t i = 0; i < ROWS; i++)
        has_path(&rows[i], 0);
}

static void every_name_has_its_path_without_capitals(void **state)
{
    for (size_t i = 0; i < ROWS; i++)
        has_path(&rows[i], IMAP4_PATH_CASELESS);
}

static void no_two_names_have_one_path(void **state)
{
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < i; k++) {
            if (rows[i].delimiter != rows[k].delimiter)
                continue;
            assert_string_not_equal(rows[i].path, rows[k].path);
            const imap4_view a = { rows[i].caseless, strlen(rows[i].caseless) };
            const imap4_view b = { rows[k].caseless, strlen(rows[k].caseless) };
            assert_int_equal(imap4_view_equal_nocase(a, b), 0);
        }
}

/* ---- long names ---------------------------------------------------------------------- */

static void a_long_component_goes_on_in_the_next(void **state)
{
    char name[1024], path[MAX_PATH];
    memset(name, 'a', sizeof name);
    assert_int_equal(goes_both_ways((imap4_view){ name, 250 }, '/', 0, path), 250);
    assert_int_equal(goes_both_ways((imap4_view){ name, 251 }, '/', 0, path), 253);
    assert_memory_equal(path + 250, "/=a", 3);
    assert_int_equal(goes_both_ways((imap4_view){ name, 500 }, '/', 0, path), 504);
    assert_memory_equal(path + 501, "/=a", 3);
    /* An escape is not torn. */
    name[248] = '.';
    assert_int_equal(goes_both_ways((imap4_view){ name, 260 }, '/', 0, path), 264);
    assert_memory_equal(path + 248, "/=%2Eaa", 7);
    /* A device's name behind it is none. */
    memcpy(name + 250, "con", 3);
    name[248] = 'a';
    assert_int_equal(goes_both_ways((imap4_view){ name, 253 }, '/', 0, path), 255);
    assert_memory_equal(path + 250, "/=con", 5);
}

static void the_longest_name_has_a_path(void **state)
{
    char name[1025], path[MAX_PATH];
    for (int c = 1; c < 256; c++) {
        memset(name, c, sizeof name);
        for (uint32_t flags = 0; flags < 2; flags++)
            goes_both_ways((imap4_view){ name, 1024 }, '/', flags, path);
    }
    /* The one that says most: 9 bytes of UTF-8 for 8. */
    name[0] = '&';
    memset(name + 1, 'T', 1016);
    memcpy(name + 1017, "-aaaaaa", 7);
    assert_rc(imap4_utf7_decode((imap4_view){ name, 1024 }, NULL, 0), 1143 + 6);
    assert_int_equal(goes_both_ways((imap4_view){ name, 1024 }, '/', 0, path),
                     3 * 1143 + 6 + 26);
    const imap4_view longer = { name, 1025 };
    assert_rc(imap4_mailbox_to_path(longer, '/', 0, path, sizeof path), IMAP4_E_LIMIT);
}

/* A NO-BREAK SPACE between letters: 2 bytes of UTF-8, 5 on the wire. */
static void a_path_of_a_name_that_would_be_too_long_is_refused(void **state)
{
    char path[MAX_PATH];
    for (size_t i = 0; i + 7 <= sizeof path; i += 7)
        memcpy(path + i, i != 0 && i % 35 == 0 ? "/%C2%A0" : "a%C2%A0", 7);
    assert_rc(imap4_mailbox_from_path((imap4_view){ path, 7 * 170 }, '/', 0, NULL, 0),
              1020);
    assert_rc(imap4_mailbox_from_path((imap4_view){ path, 7 * 171 }, '/', 0, NULL, 0),
              IMAP4_E_LIMIT);
    memset(path, 'a', sizeof path);
    assert_rc(imap4_mailbox_from_path((imap4_view){ path, MAX_PATH }, '/', 0, NULL, 0),
              IMAP4_E_SYNTAX);
}

/* ---- what is refused ---------------------------------------------------------------- */

static void what_no_name_makes_is_no_path(void **state)
{
    static const char *const paths[] = {
        "",        ".",      "..",    "../x",      "/x",       "x/",       "x//y",
        "a.b",     "x.lock", "a b",   "a%2eb",     "a%2",      "a%",       "a%/b",
        "%%",      "%41",    "%2F",   "%5a",       "%zz",      "a+b",      "+i",
        "a\\b",    "C:",     "con",   "CON",       "aux/x",    "-rf",      "x/-",
        "=",       "=a",     "=%26-", "a/=b",      "==a",      "a=b",      "=INBOX",
        "%C3",     "%C3%28", "%FF",   "%ED%A0%80", "\xc3\xbc", "=%26APw-", "%63onx",
        "%2Dx%2D", "=%",     "a/b=",  "~",         "a\n",      "%",
    };
    for (size_t i = 0; i + 1 < sizeof paths / sizeof paths[0]; i++) {
        const imap4_view path = { paths[i], strlen(paths[i]) };
        same_rc(imap4_mailbox_from_path(path, '/', 0, NULL, 0), IMAP4_E_SYNTAX, paths[i],
                __LINE__);
    }
    /* The last one is the empty name's. */
    assert_rc(imap4_mailbox_from_path(IMAP4_V("%"), '/', 0, NULL, 0), 0);
    assert_rc(imap4_mailbox_from_path(IMAP4_V("a\0b"), '/', 0, NULL, 0), IMAP4_E_SYNTAX);
    assert_rc(imap4_mailbox_from_path(IMAP4_NIL, '/', 0, NULL, 0), IMAP4_E_SYNTAX);
}

static void capitals_are_no_part_of_a_caseless_path(void **state)
{
    static const char *const paths[] = { "Sent", "+Sent", "+1", "+", "a+", "++a", "+%61" };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        same_rc(imap4_mailbox_from_path((imap4_view){ paths[i], strlen(paths[i]) }, '/',
                                        IMAP4_PATH_CASELESS, NULL, 0),
                IMAP4_E_SYNTAX, paths[i], __LINE__);
}

static void without_a_delimiter_there_is_one_component(void **state)
{
    assert_rc(imap4_mailbox_from_path(IMAP4_V("a/b"), 0, 0, NULL, 0), IMAP4_E_SYNTAX);
    assert_rc(imap4_mailbox_from_path(IMAP4_V("a/b"), -1, 0, NULL, 0), IMAP4_E_SYNTAX);
    assert_rc(imap4_mailbox_from_path(IMAP4_V("a%2Fb"), -1, 0, NULL, 0), 3);
    assert_rc(imap4_mailbox_to_path(IMAP4_V("a/b"), -1, 0, NULL, 0), 5);
}

static void arguments_out_of_range_are_refused(void **state)
{
    static const struct {
        int      delimiter;
        uint32_t flags;
    } bad[] = { { -2, 0 }, { 128, 0 }, { 256 + '/', 0 }, { '/', 2 }, { '/', 0x80000001u } };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_rc(
            imap4_mailbox_to_path(IMAP4_V("a"), bad[i].delimiter, bad[i].flags, NULL, 0),
            IMAP4_E_ARG);
        assert_rc(imap4_mailbox_from_path(IMAP4_V("a"), bad[i].delimiter, bad[i].flags,
                                          NULL, 0),
                  IMAP4_E_ARG);
    }
    char big[MAX_PATH + 1];
    memset(big, 'a', sizeof big);
    assert_rc(imap4_mailbox_from_path((imap4_view){ big, sizeof big }, '/', 0, NULL, 0),
              IMAP4_E_LIMIT);
}

/* ---- any bytes ------------------------------------------------------------------------ */

static char some_byte(random_source *r)
{
    static const char often[] = "/../CONauxcom1Nul&-AC8.=%+ -~\\:";
    return random_below(r, 3) != 0 ? often[random_below(r, sizeof often)]
                                   : (char)(unsigned char)random_below(r, 256);
}

static void any_name_goes_both_ways(void **state)
{
    random_source r = { 41 };
    char          name[300], path[MAX_PATH];
    for (uint32_t i = 0; i < 20000; i++) {
        const size_t len = random_below(&r, i % 10 == 0 ? sizeof name : 16);
        for (size_t k = 0; k < len; k++)
            name[k] = some_byte(&r);
        goes_both_ways((imap4_view){ name, len }, (int)random_below(&r, 129) - 1, i % 2,
                       path);
    }
}

/* A path that is taken is the one that its name has. */
static void any_path_is_refused_or_the_name_s_own(void **state)
{
    random_source r     = { 42 };
    int           taken = 0;
    for (uint32_t i = 0; i < 50000; i++) {
        char         path[12], name[1024], again[MAX_PATH];
        const size_t len = random_below(&r, sizeof path);
        for (size_t k = 0; k < len; k++)
            path[k] = "/=%+aA2DC0b-"[random_below(&r, 12)];
        const ptrdiff_t n = imap4_mailbox_from_path((imap4_view){ path, len }, '/', i % 2,
                                                    name, sizeof name);
        if (n < 0) {
            assert_rc(n, IMAP4_E_SYNTAX);
            continue;
        }
        taken++;
        const ptrdiff_t m = imap4_mailbox_to_path((imap4_view){ name, (size_t)n }, '/',
                                                  i % 2, again, sizeof again);
        assert_in_range(m, 1, MAX_PATH);
        same_bytes(again, (size_t)m, path, len, __FILE__, __LINE__);
    }
    assert_in_range(taken, 1000, 49000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_has_its_path),
        cmocka_unit_test(every_name_has_its_path_without_capitals),
        cmocka_unit_test(no_two_names_have_one_path),
        cmocka_unit_test(a_long_component_goes_on_in_the_next),
        cmocka_unit_test(the_longest_name_has_a_path),
        cmocka_unit_test(a_path_of_a_name_that_would_be_too_long_is_refused),
        cmocka_unit_test(what_no_name_makes_is_no_path),
        cmocka_unit_test(capitals_are_no_part_of_a_caseless_path),
        cmocka_unit_test(without_a_delimiter_there_is_one_component),
        cmocka_unit_test(arguments_out_of_range_are_refused),
        cmocka_unit_test(any_name_goes_both_ways),
        cmocka_unit_test(any_path_is_refused_or_the_name_s_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
