/* SPDX-License-Identifier: MIT */
/* The IMAP4 object when memory runs out: an error, never a leak, a crash or a wrong answer. */
#include "client_help.h"

#include <stdlib.h>

typedef struct heap {
    size_t calls;
    size_t fails_at;
    size_t held;
} heap;

static void *heap_alloc(void *ctx, size_t size)
{
    heap *h = ctx;
    if (h->calls++ == h->fails_at)
        return NULL;
    h->held += size;
    return malloc(size);
}

static void *heap_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    heap *h = ctx;
    if (h->calls++ == h->fails_at)
        return NULL;
    h->held += size - old_size;
    return realloc(ptr, size);
}

static void heap_release(void *ctx, void *ptr, size_t size)
{
    heap *h = ctx;
    if (ptr != NULL)
        h->held -= size;
    free(ptr);
}

#define SESSION                                                                          \
    GREET "C: T1 LOGIN alice \"secret\"\nS: T1 OK [CAPABILITY " CAPS "] in\n"            \
          "C: T2 SELECT INBOX\nS: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] ok\n"              \
          "S: T2 OK [READ-WRITE] done\nC: T3 FETCH 1:2 (FLAGS BODY[])\n"                 \
          "S: * 1 FETCH (FLAGS () BODY[] {6}\ns: abcdef\nS: )\n"                         \
          "S: * 2 FETCH (FLAGS (\\Seen) BODY[] {6}\ns: ghijkl\nS: )\nS: T3 OK done\n"    \
          "C: T4 LIST \"\" \"*\"\nS: * LIST () \"/\" a\nS: T4 OK done\nC: T5 LOGOUT\n"   \
          "S: * BYE\nS: T5 OK done\n"

/* What must be right if the method says that it is. */
static int fetch(imap4 *m)
{
    imap4_reply *r    = NULL;
    imap4_view   head = IMAP4_NIL, literal = IMAP4_NIL;
    const int    rc = imap4_fetch(m, "1:2", "(FLAGS BODY[])", &r);
    if (rc == IMAP4_OK) {
        assert_int_equal(imap4_reply_count(r), 4);
        if (imap4_reply_datum(r, 2, &head, &literal, NULL) == 1) {
            assert_view(head, "2 (FLAGS (\\Seen) BODY[] {6}");
            assert_view(literal, "ghijkl");
        }
        size_t at = 0;
        (void)imap4_reply_find(r, IMAP4_EV_FETCH, &at);
    }
    imap4_reply_free(&r);
    return rc;
}

static int session(imap4 *m)
{
    imap4_reply *r  = NULL;
    int          rc = imap4_login(m, "alice", "secret", NULL);
    if (rc == IMAP4_OK)
        rc = imap4_select(m, NULL, 0, &r);
    imap4_reply_free(&r);
    if (rc == IMAP4_OK)
        rc = fetch(m);
    if (rc == IMAP4_OK)
        rc = imap4_response(m, "UIDVALIDITY", &r);
    imap4_reply_free(&r);
    if (rc == IMAP4_OK)
        rc = imap4_call(m, "list", NULL, NULL, 0, &r);
    imap4_reply_free(&r);
    if (rc == IMAP4_OK)
        rc = imap4_logout(m, &r);
    imap4_reply_free(&r);
    return rc;
}

static int run(heap *h, size_t inline_literal)
{
    script                s;
    int                   rc     = IMAP4_OK;
    const imap4_allocator mem    = { heap_alloc, heap_resize, heap_release, h };
    imap4_engine_options  engine = IMAP4_ENGINE_OPTIONS;
    imap4_options         opt    = IMAP4_OPTIONS;
    engine.tag_prefix            = "T";
    engine.allocator             = &mem;
    engine.inline_literal        = inline_literal;
    opt.engine                   = &engine;
    imap4 *m                     = script_connect_as(&s, SESSION, &opt, &rc);
    if (rc == IMAP4_OK)
        rc = session(m);
    assert_false(s.is_wrong);
    script_check_trace(&s);
    if (rc != IMAP4_OK)
        assert_int_equal(imap4_last_error(m)->code, rc);
    if (m != NULL)
        imap4_shutdown(m);
    imap4_free(&m);
    assert_int_equal(h->held, 0);
    return rc;
}

static void test_each_allocation_fails_once(void **state)
{
    (void)state;
    for (size_t inline_literal = 2; inline_literal <= 1024; inline_literal += 1022) {
        heap   h     = { .fails_at = SIZE_MAX };
        size_t error = 0, made = 0;
        assert_int_equal(run(&h, inline_literal), IMAP4_OK);
        made = h.calls;
        assert_true(made > 20);
        for (size_t n = 0; n < made; n++) {
            h            = (heap){ .fails_at = n };
            const int rc = run(&h, inline_literal);
            assert_true(rc == IMAP4_OK || rc == IMAP4_E_NOMEM);
            error += rc != IMAP4_OK;
        }
        assert_true(error > made / 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
