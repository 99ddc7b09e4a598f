/* SPDX-License-Identifier: MIT */
/* test/unit/mime_part.c - the part that is shown, and the parts that are offered. */
#include "read_help.h"

#include "imap4/mime.h"

#define LEAF(type, subtype)      "(\"" type "\" \"" subtype "\" NIL NIL NIL \"7BIT\" 5 1)"
#define FILE_LEAF(type, subtype) "(\"" type "\" \"" subtype "\" NIL NIL NIL \"7BIT\" 5)"
#define NAMED(type, subtype)                                                             \
    "(\"" type "\" \"" subtype "\" (\"NAME\" \"n\") NIL NIL \"7BIT\" 5 1)"
#define DISPOSED(type, subtype, disposition)                                             \
    "(\"" type "\" \"" subtype                                                           \
    "\" (\"NAME\" \"n\") NIL NIL \"7BIT\" 5 1 NIL (\"" disposition "\" NIL))"
#define INLINE_FILE(type, subtype)                                                       \
    "(\"" type "\" \"" subtype "\" NIL NIL NIL \"7BIT\" 5 NIL (\"inline\" NIL))"
#define ATTACHED_IMAGE                                                                   \
    "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 NIL (\"attachment\" NIL))"
#define PLAIN                 LEAF("TEXT", "PLAIN")
#define HTML                  LEAF("TEXT", "HTML")
#define MULTI(parts, subtype) "(" parts " \"" subtype "\")"
#define MESSAGE(body)                                                                    \
    "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5 (NIL NIL NIL NIL NIL NIL NIL NIL "   \
    "NIL NIL) " body " 1)"
#define FETCH(body) "* 1 FETCH (BODYSTRUCTURE " body ")\r\n"

static const imap4_body *root_of(const reading *g)
{
    const imap4_body *root = NULL;
    assert_int_equal(imap4_fetch_bodystructure(g->ev, &root), IMAP4_OK);
    return root;
}

/* "2.1"; "-" for NULL, "" for a root without a number. */
static const char *number(const imap4_body *b)
{
    static char text[64];
    if (b == NULL)
        return "-";
    const ptrdiff_t n = imap4_body_number(b, text, sizeof text - 1);
    assert_in_range(n, 0, sizeof text - 1);
    text[n] = '\0';
    return text;
}

static void finds(const char *line, const char *type, const char *want, const char *file,
                  int at)
{
    reading *g = read_text(line);
    _assert_string_equal(number(imap4_part_find(root_of(g), imap4_view_of(type))), want,
                         file, at);
    read_end(g);
}

#define assert_finds(body, type, want) finds(FETCH(body), type, want, __FILE__, __LINE__)

static void offers(const char *line, const char *want, const char *file, int at)
{
    reading          *g        = read_text(line);
    char              all[256] = "";
    const imap4_body *part     = NULL;
    while ((part = imap4_part_next_attachment(root_of(g), part)) != NULL) {
        assert_int_equal(imap4_part_is_attachment(part), 1);
        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "%s ", number(part));
    }
    _assert_string_equal(all, want, file, at);
    read_end(g);
}

#define assert_offers(body, want) offers(FETCH(body), want, __FILE__, __LINE__)

static void a_message_of_one_part_is_found(void **state)
{
    assert_finds(PLAIN, "text/plain", "1");
    assert_finds(PLAIN, "TEXT/Plain", "1");
    assert_finds(PLAIN, "text/html", "-");
    assert_finds(PLAIN, "text/*", "1");
    assert_finds(PLAIN, "text", "1");
    assert_finds(PLAIN, "*", "1");
    assert_finds(PLAIN, "*/*", "1");
    assert_finds(PLAIN, "", "-");
    assert_finds(PLAIN, "tex", "-");
}

static void of_mixed_parts_the_first_is_found(void **state)
{
    assert_finds(MULTI(PLAIN PLAIN HTML, "MIXED"), "text/plain", "1");
    assert_finds(MULTI(PLAIN PLAIN HTML, "MIXED"), "text/html", "3");
    assert_finds(MULTI(MULTI(HTML PLAIN, "MIXED") PLAIN, "MIXED"), "text/plain", "1.2");
}

static void of_alternatives_the_last_is_found(void **state)
{
    assert_finds(MULTI(PLAIN HTML, "ALTERNATIVE"), "text/*", "2");
    assert_finds(MULTI(PLAIN HTML, "alternative"), "text/plain", "1");
    assert_finds(MULTI(PLAIN PLAIN HTML, "ALTERNATIVE"), "text/plain", "2");
    /* In the better alternative it is the first one that counts. */
    assert_finds(MULTI(PLAIN MULTI(HTML HTML, "RELATED"), "ALTERNATIVE"), "text/html",
                 "2.1");
    assert_finds(
        MULTI(MULTI(PLAIN PLAIN, "MIXED") MULTI(PLAIN PLAIN, "MIXED"), "ALTERNATIVE"),
        "text/plain", "2.1");
    assert_finds(MULTI(MULTI(PLAIN PLAIN, "ALTERNATIVE")
                           MULTI(PLAIN PLAIN, "ALTERNATIVE"),
                       "MIXED"),
                 "text/plain", "1.2");
    assert_finds(MULTI(PLAIN LEAF("TEXT", "CALENDAR"), "ALTERNATIVE"), "text/calendar",
                 "2");
}

static void an_attachment_is_not_shown(void **state)
{
    assert_finds(MULTI(DISPOSED("TEXT", "PLAIN", "attachment") PLAIN, "MIXED"),
                 "text/plain", "2");
    assert_finds(MULTI(PLAIN DISPOSED("TEXT", "HTML", "ATTACHMENT"), "MIXED"),
                 "text/html", "-");
    assert_finds(MULTI(PLAIN MESSAGE(HTML), "MIXED"), "text/html", "-");
    assert_finds(MESSAGE(PLAIN), "text/plain", "-");
}

static void a_message_inside_is_searched_on_request(void **state)
{
    reading *g = read_text(
        FETCH(MULTI(PLAIN MESSAGE(MULTI(PLAIN HTML, "ALTERNATIVE")), "MIXED")));
    const imap4_body *mail = imap4_part_next_attachment(root_of(g), NULL);
    assert_string_equal(number(mail), "2");
    assert_string_equal(number(imap4_part_find(mail->first, IMAP4_V("text/html"))),
                        "2.2");
    assert_null(imap4_part_next_attachment(root_of(g), mail));
    assert_null(imap4_part_next_attachment(mail->first, NULL));
    read_end(g);
}

static void a_disposition_decides(void **state)
{
    assert_offers(MULTI(PLAIN DISPOSED("TEXT", "PLAIN", "attachment"), "MIXED"), "2 ");
    assert_offers(MULTI(PLAIN DISPOSED("TEXT", "PLAIN", "inline"), "MIXED"), "");
    /* RFC 2183 2.8: what is not known is an attachment. */
    assert_offers(MULTI(PLAIN DISPOSED("TEXT", "PLAIN", "x-odd"), "MIXED"), "2 ");
    assert_offers(MULTI(PLAIN INLINE_FILE("IMAGE", "PNG"), "MIXED"), "");
    assert_offers(MULTI(PLAIN INLINE_FILE("APPLICATION", "PDF"), "MIXED"), "2 ");
}

static void without_a_disposition_the_type_decides(void **state)
{
    assert_offers(MULTI(PLAIN FILE_LEAF("APPLICATION", "PDF") HTML, "MIXED"), "2 ");
    assert_offers(MULTI(PLAIN NAMED("TEXT", "PLAIN"), "MIXED"), "2 ");
    assert_offers(MULTI(NAMED("TEXT", "PLAIN") PLAIN, "MIXED"), "");
    assert_offers(MULTI(FILE_LEAF("IMAGE", "PNG") FILE_LEAF("AUDIO", "X"), "MIXED"),
                  "2 ");
    assert_offers(FILE_LEAF("APPLICATION", "PDF"), "1 ");
    assert_offers(NAMED("TEXT", "PLAIN"), "");
    assert_offers(MULTI(PLAIN MESSAGE(FILE_LEAF("APPLICATION", "PDF")), "MIXED"), "2 ");
}

static void pieces_of_one_thing_are_none(void **state)
{
    assert_offers(MULTI(HTML FILE_LEAF("IMAGE", "PNG"), "RELATED"), "");
    assert_offers(MULTI(PLAIN LEAF("TEXT", "CALENDAR") FILE_LEAF("APPLICATION", "ICS"),
                        "ALTERNATIVE"),
                  "");
    assert_offers(MULTI(PLAIN FILE_LEAF("APPLICATION", "PGP-SIGNATURE"), "SIGNED"), "");
    assert_offers(MULTI(HTML ATTACHED_IMAGE, "RELATED"), "2 ");
}

static void nothing_is_found_in_nothing(void **state)
{
    assert_null(imap4_part_find(NULL, IMAP4_V("*")));
    assert_null(imap4_part_next_attachment(NULL, NULL));
    assert_int_equal(imap4_part_is_attachment(NULL), 0);
}

/* Wide and deep at once: no recursion, and no walk for each part. */
static void a_large_tree_takes_linear_time(void **state)
{
    enum {
        COUNT = 100000
    };
    imap4_body *parts = calloc(COUNT, sizeof *parts);
    imap4_body root = { .is_multipart = 1, .index = 1, .subtype = IMAP4_V("ALTERNATIVE") };
    assert_non_null(parts);
    root.first = parts;
    for (uint32_t i = 0; i < COUNT; i++)
        parts[i] = (imap4_body){ .parent  = &root,
                                 .next    = i + 1 < COUNT ? &parts[i + 1] : NULL,
                                 .index   = i + 1,
                                 .type    = IMAP4_V("TEXT"),
                                 .subtype = IMAP4_V("PLAIN") };
    assert_ptr_equal(imap4_part_find(&root, IMAP4_V("text/plain")), &parts[COUNT - 1]);
    assert_null(imap4_part_next_attachment(&root, NULL));
    free(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_of_one_part_is_found),
        cmocka_unit_test(of_mixed_parts_the_first_is_found),
        cmocka_unit_test(of_alternatives_the_last_is_found),
        cmocka_unit_test(an_attachment_is_not_shown),
        cmocka_unit_test(a_message_inside_is_searched_on_request),
        cmocka_unit_test(a_disposition_decides),
        cmocka_unit_test(without_a_disposition_the_type_decides),
        cmocka_unit_test(pieces_of_one_thing_are_none),
        cmocka_unit_test(nothing_is_found_in_nothing),
        cmocka_unit_test(a_large_tree_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
