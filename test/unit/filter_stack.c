/* SPDX-License-Identifier: MIT */
/* filter_stack.c - a stack without layers is the engine itself; layers are checked. */
#include "imap4/command.h"
#include "imap4/ext/compress.h"
#include "imap4/stack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GREETING "* OK [CAPABILITY IMAP4rev1] hello\r\n"

typedef struct pair {
    imap4_engine *engine;
    imap4_stack  *stack;
} pair;

static pair pair_new(void)
{
    pair                 p   = { 0 };
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    assert_int_equal(imap4_engine_new(&opt, &p.engine), IMAP4_OK);
    assert_int_equal(imap4_stack_new(p.engine, NULL, &p.stack), IMAP4_OK);
    return p;
}

static void pair_free(pair *p)
{
    imap4_stack_free(&p->stack);
    assert_null(p->stack);
    imap4_stack_free(&p->stack);
    imap4_stack_free(NULL);
    imap4_engine_free(&p->engine);
}

static void feed(pair *p, const char *text)
{
    size_t room = 0;
    char  *buf  = imap4_stack_recv_buf(p->stack, &room);
    assert_non_null(buf);
    assert_true(room >= strlen(text));
    memcpy(buf, text, strlen(text));
    assert_int_equal(imap4_stack_recv_commit(p->stack, strlen(text)), IMAP4_OK);
}

static int next_type(pair *p)
{
    const imap4_event *ev = NULL;
    const int          rc = imap4_engine_next(p->engine, &ev);
    return rc == 1 ? ev->type : rc;
}

static void the_engine_s_own_buffers_are_lent(void **state)
{
    size_t room[2] = { 0 };
    pair   p       = pair_new();
    char  *buf     = imap4_stack_recv_buf(p.stack, &room[0]);
    assert_non_null(buf);
    assert_ptr_equal(imap4_engine_recv_buf(p.engine, &room[1]), buf);
    assert_int_equal(room[0], room[1]);
    assert_int_equal(imap4_stack_recv_commit(p.stack, 0), IMAP4_OK);
    assert_int_equal(imap4_cmd_noop(p.engine, NULL, NULL), IMAP4_OK);
    feed(&p, GREETING);
    assert_int_equal(next_type(&p), IMAP4_EV_GREETING);
    const imap4_view out = imap4_stack_send_buf(p.stack);
    assert_ptr_equal(imap4_engine_send_buf(p.engine).ptr, out.ptr);
    assert_memory_equal(out.ptr, "A1 NOOP\r\n", 9);
    imap4_stack_send_ack(p.stack, 3);
    assert_memory_equal(imap4_stack_send_buf(p.stack).ptr, "NOOP\r\n", 6);
    imap4_stack_send_ack(p.stack, 6);
    assert_null(imap4_stack_send_buf(p.stack).ptr);
    pair_free(&p);
}

static void it_wants_what_the_engine_wants(void **state)
{
    uint64_t deadline[2] = { 0 };
    pair     p           = pair_new();
    for (int i = 0; i < 4; i++) {
        (void)imap4_engine_want(p.engine, 1000, NULL); /* may put a command on the wire */
        const unsigned want = imap4_stack_want(p.stack, 1000, &deadline[0]);
        assert_int_equal(want, imap4_engine_want(p.engine, 1000, &deadline[1]));
        assert_int_equal(deadline[0], deadline[1]);
        if (i == 0)
            feed(&p, GREETING);
        if (i == 1)
            assert_int_equal(next_type(&p), IMAP4_EV_GREETING);
        if (i == 2)
            assert_int_equal(imap4_cmd_noop(p.engine, NULL, NULL), IMAP4_OK);
    }
    assert_int_equal(imap4_stack_is_open(p.stack), 1);
    assert_null(imap4_stack_protection(p.stack).ptr);
    assert_int_equal(imap4_stack_error(p.stack)->code, IMAP4_OK);
    imap4_stack_shutdown(p.stack); /* nothing to say */
    pair_free(&p);
}

static void the_end_of_the_stream_is_the_end(void **state)
{
    pair p = pair_new();
    feed(&p, GREETING "* 2 EXISTS\r\n");
    assert_int_equal(imap4_stack_recv_eof(p.stack), IMAP4_OK);
    assert_int_equal(next_type(&p), IMAP4_EV_GREETING);
    assert_int_equal(next_type(&p), IMAP4_EV_EXISTS);
    assert_int_equal(next_type(&p), IMAP4_E_EOF);
    assert_int_equal(imap4_stack_error(p.stack)->code, IMAP4_E_EOF);
    assert_int_equal(imap4_stack_want(p.stack, 0, NULL), IMAP4_WANT_CLOSE);
    pair_free(&p);
}

static void a_full_engine_does_not_want_to_read(void **state)
{
    pair   p     = pair_new();
    size_t total = 0;
    feed(&p, GREETING);
    for (;;) {
        size_t room = 0;
        char  *buf  = imap4_stack_recv_buf(p.stack, &room);
        if (buf == NULL)
            break;
        for (size_t i = 0; i < room; i++)
            buf[i] = "* 3 EXISTS\r\n"[(total + i) % 12];
        total += room;
        assert_int_equal(imap4_stack_recv_commit(p.stack, room), IMAP4_OK);
        assert_true(total < 1 << 20);
    }
    assert_true((imap4_stack_want(p.stack, 0, NULL) & IMAP4_WANT_NEXT) != 0);
    assert_int_equal(next_type(&p), IMAP4_EV_GREETING);
    for (size_t i = 0; i < total / 12; i++)
        assert_int_equal(next_type(&p), IMAP4_EV_EXISTS);
    assert_int_equal(next_type(&p), 0);
    assert_true((imap4_stack_want(p.stack, 0, NULL) & IMAP4_WANT_READ) != 0);
    pair_free(&p);
}

static void arguments_are_checked(void **state)
{
    struct {
        imap4_tls_options known;
        int64_t           newer;
    } tls          = { .known.size = sizeof tls, .newer = 1 };
    pair         p = pair_new();
    imap4_stack *s = NULL;
    assert_int_equal(imap4_stack_new(NULL, NULL, &s), IMAP4_E_ARG);
    assert_int_equal(imap4_stack_new(p.engine, &(imap4_allocator){ 0 }, &s), IMAP4_E_ARG);
    assert_null(s);
    assert_int_equal(imap4_stack_add_tls(p.stack, NULL, NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_stack_add_tls(p.stack, "", NULL), IMAP4_E_ARG);
    /* A member that this library does not know, and that asks for something. */
    assert_int_equal(imap4_stack_add_tls(p.stack, "localhost", &tls.known), IMAP4_E_ARG);
    tls.known.size = 0;
    assert_int_equal(imap4_stack_add_tls(p.stack, "localhost", &tls.known), IMAP4_E_ARG);
    assert_int_equal(imap4_stack_recv_commit(p.stack, 1), IMAP4_E_ARG);
    tls.known.size = sizeof tls;
    tls.newer      = 0;
    const int rc   = imap4_stack_add_tls(p.stack, "localhost", &tls.known);
    assert_true(rc == IMAP4_OK || rc == IMAP4_E_NOTIMPL);
    if (rc == IMAP4_OK) {
        assert_int_equal(imap4_stack_add_tls(p.stack, "localhost", NULL), IMAP4_E_STATE);
        assert_int_equal(imap4_stack_recv_commit(p.stack, 1), IMAP4_E_ARG);
        assert_int_equal(imap4_stack_is_open(p.stack), 0);
    }
    pair_free(&p);
}

/* The stack asks for a layer, and says that it is there: the engine alone could not know. */
static void starttls_asks_for_a_layer(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    pair                 p   = { 0 };
    assert_int_equal(imap4_engine_new(&opt, &p.engine), IMAP4_OK);
    assert_int_equal(imap4_stack_new(p.engine, NULL, &p.stack), IMAP4_OK);
    assert_int_equal(imap4_cmd_args(p.engine, IMAP4_V("STARTTLS"), NULL, 0, NULL, NULL),
                     IMAP4_OK);
    feed(&p, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n");
    assert_int_equal(next_type(&p), IMAP4_EV_GREETING);
    assert_int_equal(imap4_stack_want(p.stack, 0, NULL),
                     IMAP4_WANT_WRITE | IMAP4_WANT_READ);
    imap4_stack_send_ack(p.stack, imap4_stack_send_buf(p.stack).len);
    feed(&p, "A1 OK begin\r\n");
    assert_int_equal(next_type(&p), IMAP4_EV_DONE);
    assert_int_equal(imap4_stack_want(p.stack, 0, NULL), IMAP4_WANT_LAYER);
    const int rc = imap4_stack_add_tls(p.stack, "localhost", NULL);
    assert_true(rc == IMAP4_OK || rc == IMAP4_E_NOTIMPL);
    if (rc == IMAP4_OK) /* ClientHello, and what the server says to it */
        assert_int_equal(imap4_stack_want(p.stack, 0, NULL),
                         IMAP4_WANT_WRITE | IMAP4_WANT_READ);
    pair_free(&p);
}

static void the_features_say_whether_there_is_tls(void **state)
{
    imap4_engine *engine = NULL;
    imap4_stack  *stack  = NULL;
    assert_int_equal(imap4_engine_new(NULL, &engine), IMAP4_OK);
    assert_int_equal(imap4_stack_new(engine, NULL, &stack), IMAP4_OK);
    const int rc = imap4_stack_add_tls(stack, "localhost", NULL);
    assert_int_equal((imap4_features() & IMAP4_FEATURE_TLS) != 0, rc == IMAP4_OK);
    assert_true(rc == IMAP4_OK || rc == IMAP4_E_NOTIMPL);
    imap4_stack_free(&stack);
    imap4_engine_free(&engine);
}

/* A receive that a loop with completions has posted ends in the engine's own buffer: what
 * comes there now is in clear, and a layer must not be put above it. */
static void a_layer_waits_for_the_buffer_that_is_lent(void **state)
{
    size_t room = 0;
    pair   p    = { 0 };
    assert_int_equal(imap4_engine_new(NULL, &p.engine), IMAP4_OK);
    assert_int_equal(imap4_stack_new(p.engine, NULL, &p.stack), IMAP4_OK);
    assert_int_equal(imap4_cmd_starttls(p.engine, NULL, NULL), IMAP4_OK);
    feed(&p, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n");
    assert_int_equal(next_type(&p), IMAP4_EV_GREETING);
    imap4_stack_send_ack(p.stack, imap4_stack_send_buf(p.stack).len);
    feed(&p, "A1 OK begin\r\n");
    assert_non_null(imap4_stack_recv_buf(p.stack, &room)); /* posted too early */
    assert_int_equal(next_type(&p), IMAP4_EV_DONE);
    assert_int_equal(imap4_stack_want(p.stack, 0, NULL), IMAP4_WANT_LAYER);
    assert_int_equal(imap4_stack_add_tls(p.stack, "localhost", NULL), IMAP4_E_STATE);
    assert_int_equal(imap4_stack_recv_commit(p.stack, 0), IMAP4_OK);
    assert_int_equal(imap4_stack_add_tls(p.stack, "localhost", NULL),
                     (imap4_features() & IMAP4_FEATURE_TLS) != 0 ? IMAP4_OK
                                                                 : IMAP4_E_NOTIMPL);
    pair_free(&p);
}

/* The stack puts deflate in place by itself; a build without it says so. */
static void compression_is_there_or_the_session_ends(void **state)
{
    const bool has = (imap4_features() & IMAP4_FEATURE_DEFLATE) != 0;
    pair       p   = pair_new();
    feed(&p, "* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hello\r\n");
    assert_int_equal(next_type(&p), IMAP4_EV_GREETING);
    assert_int_equal(imap4_cmd_compress(p.engine, NULL, NULL), IMAP4_OK);
    (void)imap4_stack_want(p.stack, 0, NULL);
    imap4_stack_send_ack(p.stack, imap4_stack_send_buf(p.stack).len);
    feed(&p, "A1 OK active\r\n");
    assert_int_equal(next_type(&p), IMAP4_EV_DONE);
    assert_int_equal(imap4_engine_layer(p.engine), IMAP4_LAYER_DEFLATE);
    assert_int_equal(imap4_engine_layer_input(p.engine).len, 0);
    assert_int_equal(imap4_stack_want(p.stack, 0, NULL),
                     has ? IMAP4_WANT_READ : IMAP4_WANT_NEXT);
    assert_int_equal(imap4_engine_layer(p.engine),
                     has ? IMAP4_LAYER_NONE : IMAP4_LAYER_DEFLATE);
    assert_int_equal(next_type(&p), has ? 0 : IMAP4_E_NOTIMPL);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engine_s_own_buffers_are_lent),
        cmocka_unit_test(it_wants_what_the_engine_wants),
        cmocka_unit_test(the_end_of_the_stream_is_the_end),
        cmocka_unit_test(a_full_engine_does_not_want_to_read),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(the_features_say_whether_there_is_tls),
        cmocka_unit_test(starttls_asks_for_a_layer),
        cmocka_unit_test(a_layer_waits_for_the_buffer_that_is_lent),
        cmocka_unit_test(compression_is_there_or_the_session_ends),
    };
    return cmocka_run_group_tests_name("filter_stack", tests, NULL, NULL);
}
