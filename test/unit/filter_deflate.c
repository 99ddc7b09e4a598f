/* SPDX-License-Identifier: MIT */
/* filter_deflate.c - deflate in a stack, above TLS and without it, against a server in memory. */
#include "tls_help.h"

#include "imap4/ext/compress.h"

#define ZLIB_CONST
#include <zlib.h>

#define GREETING "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ COMPRESS=DEFLATE] hello\r\n"

/* ---- bytes --------------------------------------------------------------------- */

typedef struct bytes {
    char  *ptr;
    size_t len, cap;
} bytes;

static void bytes_add(bytes *b, const void *from, size_t len)
{
    if (b->cap - b->len < len + 1) {
        b->cap = b->cap * 2 + len + 1;
        b->ptr = realloc(b->ptr, b->cap);
        assert_non_null(b->ptr);
    }
    if (len != 0)
        memcpy(b->ptr + b->len, from, len);
    b->len += len;
    b->ptr[b->len] = '\0';
}

/* ---- memory ---------------------------------------------------------------------- */

typedef struct memory {
    size_t calls, fail_at, live, peak;
} memory;

static void *take(void *ctx, size_t size)
{
    memory *m = ctx;
    if (m->calls++ == m->fail_at)
        return NULL;
    m->live += size;
    m->peak = m->live > m->peak ? m->live : m->peak;
    return malloc(size);
}

static void *resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    memory *m = ctx;
    if (m->calls++ == m->fail_at)
        return NULL;
    m->live += size - old_size;
    m->peak = m->live > m->peak ? m->live : m->peak;
    return realloc(ptr, size);
}

static void release(void *ctx, void *ptr, size_t size)
{
    memory *m = ctx;
    m->live -= ptr == NULL ? 0 : size;
    free(ptr);
}

/* ---- a server that compresses ------------------------------------------------------ */

typedef struct pipe_end {
    memory        mem;
    imap4_engine *engine;
    imap4_stack  *stack;
    peer         *tls; /* NULL: no TLS */
    size_t        tls_heard;
    bool          compresses;
    z_stream      to_client, from_client;
    bytes         down; /* on their way */
    size_t        down_at;
    bytes         heard;  /* in clear */
    uint32_t      random; /* 0: all bytes that there are move at once; 1: one by one */
    bytes         told;   /* names of events */
    size_t        data;   /* bytes of BODY_DATA */
} pipe_end;

static size_t step(pipe_end *l, size_t len)
{
    if (l->random < 2)
        return l->random == 1 && len > 1 ? 1 : len;
    l->random      = l->random * 1664525u + 1013904223u;
    const size_t n = 1 + (l->random >> 8) % 300;
    return n < len ? n : len;
}

static void link_init(pipe_end *l, bool has_tls, uint32_t random)
{
    const imap4_allocator mem = { take, resize, release, &l->mem };
    imap4_engine_options  opt = IMAP4_ENGINE_OPTIONS;
    *l               = (pipe_end){ .mem = { .fail_at = SIZE_MAX }, .random = random };
    opt.allocator    = &mem;
    opt.secure       = 1;
    opt.max_response = 64 * 1024;
    if (has_tls) {
        const peer_options with = { .engine = &opt, .allocator = &mem };
        l->tls                  = peer_new(&good, &with);
        l->engine               = l->tls->engine;
        l->stack                = l->tls->stack;
        l->tls->step            = random == 0 ? 0 : random % 2000 + 1;
        peer_run(l->tls);
    } else {
        assert_int_equal(imap4_engine_new(&opt, &l->engine), IMAP4_OK);
        assert_int_equal(imap4_stack_new(l->engine, &mem, &l->stack), IMAP4_OK);
    }
    assert_int_equal(inflateInit2(&l->from_client, -15), Z_OK);
    assert_int_equal(deflateInit2(&l->to_client, 9, Z_DEFLATED, -15, 9, 0), Z_OK);
    bytes_add(&l->heard, "", 0);
    bytes_add(&l->told, "", 0);
}

static void link_free(pipe_end *l)
{
    if (l->tls != NULL) {
        peer_free(l->tls);
    } else {
        imap4_stack_free(&l->stack);
        imap4_engine_free(&l->engine);
    }
    (void)inflateEnd(&l->from_client);
    (void)deflateEnd(&l->to_client);
    free(l->down.ptr);
    free(l->heard.ptr);
    free(l->told.ptr);
    assert_int_equal(l->mem.live, 0);
}

/* Bytes that are on the wire as they are. */
static void say_raw(pipe_end *l, const void *ptr, size_t len)
{
    if (l->tls != NULL) {
        for (size_t at = 0; at < len; at += 16000)
            peer_say_bytes(l->tls, (const char *)ptr + at,
                           len - at < 16000 ? len - at : 16000);
    } else {
        bytes_add(&l->down, ptr, len);
    }
}

static void say_deflated(pipe_end *l, const void *ptr, size_t len, int flush)
{
    char room[4096];
    l->to_client.next_in  = ptr;
    l->to_client.avail_in = (unsigned)len;
    do {
        l->to_client.next_out  = (Bytef *)room;
        l->to_client.avail_out = sizeof room;
        (void)deflate(&l->to_client, flush);
        say_raw(l, room, sizeof room - l->to_client.avail_out);
    } while (l->to_client.avail_out == 0);
}

static void say(pipe_end *l, const char *text)
{
    if (l->compresses)
        say_deflated(l, text, strlen(text), Z_SYNC_FLUSH);
    else
        say_raw(l, text, strlen(text));
}

static void hear(pipe_end *l, const char *ptr, size_t len)
{
    char room[4096];
    if (!l->compresses) {
        bytes_add(&l->heard, ptr, len);
        return;
    }
    l->from_client.next_in  = (const Bytef *)ptr;
    l->from_client.avail_in = (unsigned)len;
    do {
        l->from_client.next_out  = (Bytef *)room;
        l->from_client.avail_out = sizeof room;
        const int rc             = inflate(&l->from_client, Z_SYNC_FLUSH);
        assert_true(rc == Z_OK || rc == Z_BUF_ERROR);
        bytes_add(&l->heard, room, sizeof room - l->from_client.avail_out);
    } while (l->from_client.avail_out == 0);
}

static bool move_plain(pipe_end *l)
{
    bool             moved = false;
    unsigned         want  = imap4_stack_want(l->stack, 1000, NULL);
    const imap4_view out   = imap4_stack_send_buf(l->stack);
    if (out.len != 0) {
        const size_t n = step(l, out.len);
        assert_true((want & IMAP4_WANT_WRITE) != 0 || l->mem.fail_at != SIZE_MAX);
        hear(l, out.ptr, n);
        imap4_stack_send_ack(l->stack, n);
        moved = true;
    }
    want = imap4_stack_want(l->stack, 1000, NULL);
    if ((want & IMAP4_WANT_READ) != 0 && l->down_at != l->down.len) {
        size_t room = 0;
        char  *buf  = imap4_stack_recv_buf(l->stack, &room);
        if (buf == NULL)
            return moved;
        size_t n = step(l, l->down.len - l->down_at);
        n        = n < room ? n : room;
        memcpy(buf, l->down.ptr + l->down_at, n);
        l->down_at += n;
        (void)!imap4_stack_recv_commit(l->stack, n);
        moved = true;
    }
    return moved;
}

static void run(pipe_end *l)
{
    if (l->tls == NULL) {
        while (move_plain(l))
            ;
        return;
    }
    peer_run(l->tls);
    hear(l, l->tls->heard + l->tls_heard, l->tls->heard_len - l->tls_heard);
    l->tls_heard = l->tls->heard_len;
}

/* The names of all events, and what ends them. */
static const char *events(pipe_end *l)
{
    const imap4_event *ev = NULL;
    char               end[16];
    l->told.len = 0;
    for (;;) {
        int rc = imap4_engine_next(l->engine, &ev);
        if (rc == 0) {
            run(l);
            rc = imap4_engine_next(l->engine, &ev);
        }
        if (rc != 1) {
            (void)snprintf(end, sizeof end, "%d", rc);
            bytes_add(&l->told, end, strlen(end));
            return l->told.ptr;
        }
        if (ev->type == IMAP4_EV_BODY_DATA) {
            l->data += ev->data.len;
            continue;
        }
        bytes_add(&l->told, imap4_event_name(ev->type),
                  strlen(imap4_event_name(ev->type)));
        bytes_add(&l->told, " ", 1);
    }
}

/* Up to the OK of COMPRESS, which `more`, compressed, comes along with. */
static void compress_with(pipe_end *l, const char *more)
{
    say(l, GREETING);
    assert_string_equal(events(l), "GREETING 0");
    assert_int_equal(imap4_cmd_compress(l->engine, NULL, NULL), IMAP4_OK);
    run(l);
    assert_string_equal(l->heard.ptr, "A1 COMPRESS DEFLATE\r\n");
    say(l, "A1 OK active\r\n");
    l->compresses   = true;
    l->heard.len    = 0;
    l->heard.ptr[0] = '\0';
    if (more != NULL)
        say(l, more);
}

/* ---- sessions ----------------------------------------------------------------------- */

static void a_session(bool has_tls, uint32_t random)
{
    enum {
        SIZE = 200000
    };
    pipe_end l;
    char    *text = malloc(SIZE);
    char     head[64];
    assert_non_null(text);
    link_init(&l, has_tls, random);
    compress_with(&l, "* 5 EXISTS\r\n* 3 RECENT\r\n");
    assert_string_equal(events(&l), "DONE EXISTS RECENT 0");
    assert_int_equal(imap4_engine_layer(l.engine), IMAP4_LAYER_NONE);

    assert_int_equal(imap4_cmd_noop(l.engine, NULL, NULL), IMAP4_OK);
    run(&l);
    assert_string_equal(l.heard.ptr, "A2 NOOP\r\n");
    say(&l, "A2 OK done\r\n");
    assert_string_equal(events(&l), "DONE 0");

    /* Bytes that cannot be made smaller, both ways. */
    uint32_t seed = 7;
    for (size_t i = 0; i < SIZE; i++) {
        seed    = seed * 1664525u + 1013904223u;
        text[i] = (char)(1 + (seed >> 9) % 255);
    }
    (void)snprintf(head, sizeof head, "* 1 FETCH (BODY[] {%d}\r\n", SIZE);
    say(&l, head);
    say_deflated(&l, text, SIZE, Z_NO_FLUSH);
    say(&l, " UID 9)\r\n");
    assert_string_equal(events(&l), "BODY_BEGIN BODY_END FETCH 0");
    assert_int_equal(l.data, SIZE);

    imap4_cmd append = 0;
    l.heard.len      = 0;
    assert_int_equal(imap4_cmd_append(l.engine, IMAP4_V("x"), SIZE, NULL, NULL, &append),
                     IMAP4_OK);
    assert_int_equal(imap4_cmd_write(l.engine, append, (imap4_view){ text, SIZE }),
                     IMAP4_OK);
    run(&l);
    (void)snprintf(head, sizeof head, "A3 APPEND x {%d+}\r\n", SIZE);
    assert_int_equal(l.heard.len, strlen(head) + SIZE + 2);
    assert_memory_equal(l.heard.ptr, head, strlen(head));
    assert_memory_equal(l.heard.ptr + strlen(head), text, SIZE);
    assert_int_equal(imap4_cmd_pending(l.engine, append), 0);
    say(&l, "A3 OK done\r\n");
    assert_string_equal(events(&l), "DONE 0");

    assert_int_equal(imap4_cmd_logout(l.engine, NULL, NULL), IMAP4_OK);
    run(&l);
    say(&l, "* BYE bye\r\nA4 OK done\r\n");
    assert_string_equal(events(&l), "TEXT DONE 0");
    link_free(&l);
    free(text);
}

static void a_session_whole(void **state)
{
    a_session(false, 0);
}

static void a_session_byte_by_byte(void **state)
{
    a_session(false, 1);
}

static void a_session_cut_anywhere(void **state)
{
    for (uint32_t seed = 2; seed < 12; seed++)
        a_session(false, seed);
}

static void a_session_above_tls(void **state)
{
    a_session(true, 0);
    for (uint32_t seed = 100; seed < 105; seed++)
        a_session(true, seed * 7919);
}

/* ---- the moment ----------------------------------------------------------------------- */

/* What is behind the OK is cut at each byte: into what came with it, and what comes later. */
static void the_switch_may_come_at_any_byte(void **state)
{
    for (size_t cut = 0;; cut++) {
        pipe_end l;
        link_init(&l, false, 0);
        compress_with(&l, "* 5 EXISTS\r\n");
        const bool   is_last = cut >= l.down.len;
        bytes        rest    = { 0 };
        const size_t from    = is_last ? l.down.len : l.down_at + cut;
        if (from < l.down.len) {
            bytes_add(&rest, l.down.ptr + from, l.down.len - from);
            l.down.len = from;
        }
        (void)events(&l);
        bytes_add(&l.down, rest.ptr, rest.len);
        (void)events(&l);
        assert_int_equal(imap4_stack_error(l.stack)->code, IMAP4_OK);
        assert_int_equal(imap4_cmd_noop(l.engine, NULL, NULL), IMAP4_OK);
        run(&l);
        assert_string_equal(l.heard.ptr, "A2 NOOP\r\n");
        free(rest.ptr);
        link_free(&l);
        if (is_last || from == l.down.len)
            break;
    }
}

static const imap4_event *next(pipe_end *l)
{
    const imap4_event *ev = NULL;
    return imap4_engine_next(l->engine, &ev) == 1 ? ev : NULL;
}

/* A loop that waits for completions may have posted a receive before it knew. */
static void a_receive_that_was_posted_brings_compressed_bytes(void **state)
{
    for (int early = 0; early < 2; early++) {
        pipe_end l;
        size_t   room = 0, again = 0;
        link_init(&l, false, 0);
        compress_with(&l, NULL);
        char *posted = imap4_stack_recv_buf(l.stack, &room);
        memcpy(posted, l.down.ptr + l.down_at, l.down.len - l.down_at);
        assert_int_equal(imap4_stack_recv_commit(l.stack, l.down.len - l.down_at),
                         IMAP4_OK);
        l.down_at = l.down.len;
        posted    = imap4_stack_recv_buf(l.stack, &room);
        assert_non_null(posted);
        assert_int_equal(next(&l)->type, IMAP4_EV_DONE);
        if (early == 0) { /* the layer comes first, and can send at once */
            assert_int_equal(imap4_stack_want(l.stack, 0, NULL) & IMAP4_WANT_LAYER, 0);
            assert_int_equal(imap4_cmd_noop(l.engine, NULL, NULL), IMAP4_OK);
            assert_true((imap4_stack_want(l.stack, 0, NULL) & IMAP4_WANT_WRITE) != 0);
            const imap4_view out = imap4_stack_send_buf(l.stack);
            hear(&l, out.ptr, out.len);
            imap4_stack_send_ack(l.stack, out.len);
            assert_string_equal(l.heard.ptr, "A2 NOOP\r\n");
            assert_ptr_equal(imap4_stack_recv_buf(l.stack, &again), posted);
            assert_int_equal(again, room);
        }
        say(&l, "* 7 EXISTS\r\n");
        const size_t n = l.down.len - l.down_at;
        memcpy(posted, l.down.ptr + l.down_at, n);
        assert_int_equal(imap4_stack_recv_commit(l.stack, room + 1), IMAP4_E_ARG);
        assert_int_equal(imap4_stack_recv_commit(l.stack, n), IMAP4_OK);
        l.down_at = l.down.len;
        assert_string_equal(events(&l), "EXISTS 0");
        link_free(&l);
    }
}

static void there_is_no_tls_behind_it_and_no_second_one(void **state)
{
    pipe_end l;
    link_init(&l, false, 0);
    compress_with(&l, "");
    assert_string_equal(events(&l), "DONE 0");
    assert_int_equal(imap4_stack_add_tls(l.stack, "imap.example.org", NULL),
                     IMAP4_E_STATE);
    assert_int_equal(imap4_stack_is_open(l.stack), 1);
    assert_null(imap4_stack_protection(l.stack).ptr);
    assert_int_equal(imap4_cmd_starttls(l.engine, NULL, NULL), IMAP4_E_STATE);
    assert_int_equal(imap4_cmd_compress(l.engine, NULL, NULL), IMAP4_OK);
    run(&l);
    say(&l, "A2 OK once more\r\n");
    assert_string_equal(events(&l), "DONE -18");
    assert_int_equal(imap4_engine_error(l.engine)->code, IMAP4_E_PROTOCOL);
    link_free(&l);
}

static void it_is_a_feature_of_this_build(void **state)
{
    assert_true((imap4_features() & IMAP4_FEATURE_DEFLATE) != 0);
}

/* ---- what is wrong ---------------------------------------------------------------------- */

static void garbage_ends_the_session(void **state)
{
    static const char damaged[] = "the compressed stream is damaged: ";
    for (int tls = 0; tls < 2; tls++) {
        pipe_end l;
        link_init(&l, tls != 0, 0);
        compress_with(&l, "* 5 EXISTS\r\n");
        say_raw(&l, "\xff\xff\xff\xff\xff\xff", 6);
        assert_string_equal(events(&l), "DONE EXISTS -7");
        const imap4_error *error = imap4_engine_error(l.engine);
        assert_int_equal(error->code, IMAP4_E_FRAMING);
        assert_memory_equal(error->text.ptr, damaged, sizeof damaged - 1);
        assert_int_equal(imap4_stack_error(l.stack)->code, IMAP4_E_FRAMING);
        assert_int_equal(imap4_stack_want(l.stack, 0, NULL), IMAP4_WANT_CLOSE);
        link_free(&l);
    }
}

/* Most often a server that does not compress, though it said OK. */
static void clear_text_is_garbage(void **state)
{
    pipe_end l;
    link_init(&l, false, 0);
    compress_with(&l, NULL);
    say_raw(&l, "* 5 EXISTS\r\n* 6 EXISTS\r\n", 24);
    const char *told = events(&l);
    assert_string_equal(told + strlen(told) - 2, "-7");
    link_free(&l);
}

static void a_stream_that_is_cut_is_cut(void **state)
{
    pipe_end l;
    link_init(&l, false, 0);
    compress_with(&l, "* 5 EXISTS\r\n");
    say(&l, "* 6 EXISTS\r\n");
    l.down.len -= 7;
    assert_string_equal(events(&l), "DONE EXISTS 0");
    assert_int_equal(imap4_stack_recv_eof(l.stack), IMAP4_OK);
    assert_string_equal(events(&l), "-11");
    link_free(&l);

    link_init(&l, true, 0);
    compress_with(&l, "* 5 EXISTS\r\n");
    assert_string_equal(events(&l), "DONE EXISTS 0");
    l.tls->is_cut = true;
    assert_string_equal(events(&l), "-16"); /* TLS says no goodbye */
    link_free(&l);
}

static void the_end_of_the_stream_is_the_end(void **state)
{
    pipe_end l;
    link_init(&l, false, 0);
    compress_with(&l, NULL);
    say_deflated(&l, "* 5 EXISTS\r\n* BYE bye\r\n", 23, Z_FINISH);
    say_raw(&l, "more", 4); /* nobody's */
    assert_string_equal(events(&l), "DONE EXISTS TEXT -10");
    link_free(&l);
}

/* ---- bombs ---------------------------------------------------------------------------------- */

enum {
    BOMB = 64 * 1024 * 1024,
    MUCH = 1536 * 1024 /* what a session may hold: see doc/limits.md */
};

static void say_bomb(pipe_end *l, char c)
{
    char *block = malloc(1 << 20);
    assert_non_null(block);
    memset(block, c, 1 << 20);
    for (size_t i = 0; i < BOMB >> 20; i++)
        say_deflated(l, block, 1 << 20, Z_NO_FLUSH);
    free(block);
}

static void a_body_that_inflates_is_told_in_pieces(void **state)
{
    pipe_end l;
    char     head[64];
    link_init(&l, false, 0);
    compress_with(&l, NULL);
    (void)snprintf(head, sizeof head, "* 1 FETCH (BODY[] {%d}\r\n", BOMB);
    say(&l, head);
    say_bomb(&l, 'x');
    say(&l, ")\r\n");
    assert_true(l.down.len < BOMB / 900);
    assert_string_equal(events(&l), "DONE BODY_BEGIN BODY_END FETCH 0");
    assert_int_equal(l.data, BOMB);
    assert_true(l.mem.peak < MUCH);
    link_free(&l);
}

static void a_line_that_inflates_is_not_held(void **state)
{
    pipe_end l;
    link_init(&l, false, 0);
    compress_with(&l, NULL);
    say(&l, "* OK ");
    say_bomb(&l, 'x');
    say(&l, "\r\n* 5 EXISTS\r\n");
    assert_string_equal(events(&l), "DONE TEXT EXISTS 0");
    assert_true(l.mem.peak < MUCH);
    link_free(&l);
}

/* As long as an event is not taken, nothing more is inflated and nothing more is read. */
static void who_takes_no_events_stops_the_server(void **state)
{
    pipe_end l;
    link_init(&l, false, 0);
    compress_with(&l, "");
    assert_string_equal(events(&l), "DONE 0");
    for (int i = 0; i < 300000; i++)
        say_deflated(&l, "* 5 EXISTS\r\n", 12, Z_NO_FLUSH);
    for (int i = 0; i < 4000; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "* OK %x%x%x%x\r\n", rand(), rand(), rand(),
                       rand());
        say_deflated(&l, text, strlen(text), Z_NO_FLUSH);
    }
    say(&l, "* 6 EXISTS\r\n");
    run(&l);
    const size_t read = l.down_at;
    assert_true(l.down_at < l.down.len);
    assert_true(l.mem.peak < MUCH);
    assert_int_equal(imap4_stack_want(l.stack, 0, NULL) & IMAP4_WANT_READ, 0);
    for (unsigned i = 0; i < 304001; i++) {
        const imap4_event *ev = next(&l);
        if (ev == NULL) {
            run(&l);
            ev = next(&l);
        }
        assert_non_null(ev);
    }
    assert_string_equal(events(&l), "0");
    assert_true(l.down_at > read);
    link_free(&l);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void without_memory_it_ends_or_goes_on(void **state)
{
    bool is_over = false;
    for (size_t n = 0; !is_over; n++) {
        pipe_end l;
        link_init(&l, false, 0);
        compress_with(&l, "* 5 EXISTS\r\n");
        l.mem.fail_at = l.mem.calls + n;
        run(&l);
        const imap4_event *ev = NULL;
        int                rc = 0;
        for (unsigned i = 0; i < 20; i++) {
            rc = imap4_engine_next(l.engine, &ev);
            if (rc == 0)
                run(&l);
            if (rc < 0 && rc != IMAP4_E_NOMEM)
                break;
        }
        assert_true(rc == 0 || rc == IMAP4_E_IO);
        assert_int_equal(rc == IMAP4_E_IO, imap4_stack_error(l.stack)->code == IMAP4_E_IO);
        if (rc == 0) {
            assert_int_equal(imap4_cmd_noop(l.engine, NULL, NULL) == IMAP4_OK ||
                                 imap4_cmd_noop(l.engine, NULL, NULL) == IMAP4_OK,
                             1);
            run(&l);
            run(&l);
            assert_memory_equal(l.heard.ptr, "A2 NOOP\r\n", 9);
        }
        is_over = l.mem.calls <= l.mem.fail_at;
        assert_true(n < 100);
        link_free(&l);
    }
}

static void what_is_not_used_is_given_back(void **state)
{
    pipe_end l;
    link_init(&l, false, 0);
    compress_with(&l, "");
    assert_string_equal(events(&l), "DONE 0");
    (void)imap4_stack_want(l.stack, 0, NULL);
    assert_true(l.mem.live < 200 * 1024);
    link_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_feature_of_this_build),
        cmocka_unit_test(a_session_whole),
        cmocka_unit_test(a_session_byte_by_byte),
        cmocka_unit_test(a_session_cut_anywhere),
        cmocka_unit_test(a_session_above_tls),
        cmocka_unit_test(the_switch_may_come_at_any_byte),
        cmocka_unit_test(a_receive_that_was_posted_brings_compressed_bytes),
        cmocka_unit_test(there_is_no_tls_behind_it_and_no_second_one),
        cmocka_unit_test(garbage_ends_the_session),
        cmocka_unit_test(clear_text_is_garbage),
        cmocka_unit_test(a_stream_that_is_cut_is_cut),
        cmocka_unit_test(the_end_of_the_stream_is_the_end),
        cmocka_unit_test(a_body_that_inflates_is_told_in_pieces),
        cmocka_unit_test(a_line_that_inflates_is_not_held),
        cmocka_unit_test(who_takes_no_events_stops_the_server),
        cmocka_unit_test(without_memory_it_ends_or_goes_on),
        cmocka_unit_test(what_is_not_used_is_given_back),
    };
    return cmocka_run_group_tests(tests, make_authorities, free_authorities);
}
