/* SPDX-License-Identifier: MIT */
/* filter_tls.c - the TLS layer against a TLS server in memory. */
#include "tls_help.h"

#include <openssl/provider.h>

#define GREETING "* OK [CAPABILITY IMAP4rev1] hello\r\n"

/* ---- what opens ------------------------------------------------------------ */

static void a_good_chain_opens_and_the_pipe_is_private(void **state)
{
    imap4_cmd login = 0;
    peer     *p     = peer_new(&good, NULL);
    assert_int_equal(imap4_stack_is_open(p->stack), 0);
    assert_null(imap4_stack_protection(p->stack).ptr);
    assert_int_equal(
        imap4_cmd_login(p->engine, IMAP4_V("joe"), IMAP4_V("secret"), NULL, &login),
        IMAP4_OK);
    peer_run(p);
    assert_int_equal(imap4_stack_is_open(p->stack), 1);
    assert_memory_equal(imap4_stack_protection(p->stack).ptr, "TLSv1.3 TLS_", 12);
    assert_int_equal(p->heard_len, 0); /* nothing before the greeting */
    peer_say(p, GREETING);
    assert_string_equal(peer_events(p), "GREETING 0");
    assert_string_equal(p->heard, "A1 LOGIN joe \"secret\"\r\n");
    peer_free(p);
}

static void bytes_may_trickle_one_by_one(void **state)
{
    peer *p = peer_new(&good, NULL);
    p->step = 1;
    (void)!imap4_cmd_noop(p->engine, NULL, NULL);
    peer_run(p);
    peer_say(p, GREETING);
    assert_string_equal(peer_events(p), "GREETING 0");
    assert_string_equal(p->heard, "A1 NOOP\r\n");
    peer_say(p, "* 3 EXISTS\r\nA1 OK done\r\n");
    assert_string_equal(peer_events(p), "EXISTS DONE 0");
    peer_free(p);
}

/* RFC 8446 2: a server may send before it has heard the end of the handshake. */
static void a_greeting_may_come_with_the_end_of_the_handshake(void **state)
{
    imap4_cmd login = 0;
    char      buf[16];
    size_t    n = 0;
    peer     *p = peer_new(&good, NULL);
    assert_int_equal(
        imap4_cmd_login(p->engine, IMAP4_V("joe"), IMAP4_V("secret"), NULL, &login),
        IMAP4_OK);
    assert_true(move_up(p)); /* ClientHello */
    while (SSL_read_early_data(p->ssl, buf, sizeof buf, &n) == SSL_READ_EARLY_DATA_SUCCESS)
        ;
    assert_int_equal(SSL_write_early_data(p->ssl, GREETING, strlen(GREETING), &n), 1);
    p->is_deaf = true;
    peer_run(p); /* all of it comes at once, and the greeting behind it */
    p->is_deaf = false;
    assert_string_equal(peer_events(p), "GREETING 0");
    assert_string_equal(p->heard, "A1 LOGIN joe \"secret\"\r\n");
    peer_free(p);
}

static void tls_1_2_is_enough(void **state)
{
    const peer_options opt = { .max_version = TLS1_2_VERSION };
    peer              *p   = peer_new(&good, &opt);
    peer_run(p);
    assert_memory_equal(imap4_stack_protection(p->stack).ptr, "TLSv1.2 ", 8);
    peer_say(p, GREETING);
    assert_string_equal(peer_events(p), "GREETING 0");
    peer_free(p);
}

/* ---- who the peer must be ------------------------------------------------------ */

/* The error's words; "" if the handshake succeeded. */
static const char *try(const identity *id, const char *host)
{
    static char        text[512];
    const peer_options opt = { .host = host };
    const imap4_event *ev  = NULL;
    peer              *p   = peer_new(id, &opt);
    peer_run(p);
    const imap4_error *error = imap4_stack_error(p->stack);
    (void)snprintf(text, sizeof text, "%.*s", IMAP4_ARG(error->text));
    assert_int_equal(error->code, text[0] == '\0' ? IMAP4_OK : IMAP4_E_TLS);
    assert_int_equal(imap4_stack_is_open(p->stack), text[0] == '\0');
    if (error->code != IMAP4_OK) {
        /* The engine has the same words, whole, and the server is told. */
        assert_int_equal(imap4_engine_next(p->engine, &ev), IMAP4_E_TLS);
        assert_int_equal(imap4_engine_error(p->engine)->text.len, strlen(text));
        assert_int_equal(p->heard_len, 0);
    }
    assert_int_equal(ERR_peek_error(), 0);
    peer_free(p);
    return text;
}

static const char *try_san(const char *san, const char *host)
{
    identity    id   = make_identity(&authority, "imap.example.org", san, -1, 30);
    const char *said = try(&id, host);
    free_identity(&id);
    return said;
}

#define FAILED "certificate verify failed: "

static void the_name_is_compared(void **state)
{
    assert_string_equal(try(&good, "imap.example.org"), "");
    assert_string_equal(try(&good, "IMAP.Example.ORG."), "");
    assert_string_equal(try(&good, "other.example.org"),
                        FAILED "hostname mismatch (host other.example.org); use the name "
                               "that is in it");
    assert_string_equal(try(&good, "x.imap.example.org"), FAILED
                        "hostname mismatch (host x.imap.example.org); use the name "
                        "that is in it");
}

static void an_address_is_compared_with_addresses(void **state)
{
    assert_string_equal(try(&good, "127.0.0.1"), "");
    assert_string_equal(try(&good, "::1"), "");
    assert_string_equal(try(&good, "0:0:0:0:0:0:0:1"), "");
    assert_string_equal(try(&good, "::1%lo"), "");
    assert_string_equal(
        try(&good, "127.0.0.2"),
        FAILED "IP address mismatch (host 127.0.0.2); use the name that is in it");
    /* The address as a DNS name does not count. */
    assert_string_equal(
        try_san("DNS:127.0.0.1", "127.0.0.1"),
        FAILED "IP address mismatch (host 127.0.0.1); use the name that is in it");
}

static void wildcards_stand_for_one_whole_label(void **state)
{
    assert_string_equal(try_san("DNS:*.example.org", "imap.example.org"), "");
    assert_true(try_san("DNS:*.example.org", "a.b.example.org")[0] != '\0');
    assert_true(try_san("DNS:*.example.org", "example.org")[0] != '\0');
    assert_true(try_san("DNS:im*.example.org", "imap.example.org")[0] != '\0');
    assert_true(try_san("DNS:*.org", "example.org")[0] != '\0');
}

/* RFC 9525 2: the common name is no name. */
static void the_common_name_does_not_count(void **state)
{
    assert_true(try_san("", "imap.example.org")[0] != '\0');
    assert_true(try_san("DNS:other.example", "imap.example.org")[0] != '\0');
    assert_true(try_san("email:joe@example.org", "imap.example.org")[0] != '\0');
}

static void who_signed_and_when_is_looked_at(void **state)
{
    const char *san     = "DNS:imap.example.org";
    identity    self    = make_identity(NULL, "self", san, -1, 30);
    identity    other   = make_identity(&stranger, "server", san, -1, 30);
    identity    expired = make_identity(&authority, "server", san, -30, -1);
    identity    early   = make_identity(&authority, "server", san, 1, 30);
    assert_string_equal(try(&self, NULL),
                        FAILED "self-signed certificate (host "
                               "imap.example.org); if you know it, name it "
                               "as ca_file");
    assert_string_equal(try(&other, NULL),
                        FAILED "unable to get local issuer certificate (host "
                               "imap.example.org); name its authority as ca_file");
    assert_string_equal(try(&expired, NULL), FAILED
                        "certificate has expired (host imap.example.org); its owner must "
                        "renew it");
    assert_string_equal(
        try(&early, NULL),
        FAILED "certificate is not yet valid (host imap.example.org); is the clock "
               "right?");
    free_identity(&self);
    free_identity(&other);
    free_identity(&expired);
    free_identity(&early);
}

static void the_system_s_authorities_do_not_know_our_test(void **state)
{
    const imap4_tls_options tls = { .size = sizeof tls };
    const peer_options      opt = { .tls = &tls };
    peer                   *p   = peer_new(&good, &opt);
    peer_run(p);
    assert_int_equal(imap4_stack_error(p->stack)->code, IMAP4_E_TLS);
    peer_free(p);
}

static void only_the_ugly_option_believes_everybody(void **state)
{
    const imap4_tls_options tls  = { .size = sizeof tls, .insecure_noverify = 1 };
    const peer_options      opt  = { .tls = &tls, .host = "other.example.org" };
    identity                self = make_identity(NULL, "self", "DNS:x", -1, 30);
    peer                   *p    = peer_new(&self, &opt);
    peer_run(p);
    assert_int_equal(imap4_stack_is_open(p->stack), 1);
    peer_free(p);
    free_identity(&self);
}

/* OpenSSL's own default is not to verify. */
static void a_context_of_the_caller_is_verified_too(void **state)
{
    SSL_CTX                *ctx = SSL_CTX_new(TLS_client_method());
    const imap4_tls_options tls = { .size = sizeof tls, .ctx = ctx };
    const peer_options      opt = { .tls = &tls };
    peer                   *p   = peer_new(&good, &opt);
    peer_run(p);
    assert_int_equal(imap4_stack_error(p->stack)->code, IMAP4_E_TLS);
    peer_free(p);
    assert_int_equal(SSL_CTX_load_verify_locations(ctx, ca_file, NULL), 1);
    p = peer_new(&good, &opt);
    SSL_CTX_free(ctx); /* the layer has its own reference */
    peer_run(p);
    assert_int_equal(imap4_stack_is_open(p->stack), 1);
    peer_free(p);
}

/* ---- what is refused --------------------------------------------------------------- */

static void tls_1_1_is_refused(void **state)
{
    const peer_options opt = { .max_version = TLS1_1_VERSION };
    peer              *p   = peer_new(&good, &opt);
    peer_run(p);
    const imap4_error *error = imap4_stack_error(p->stack);
    assert_int_equal(error->code, IMAP4_E_TLS);
    assert_non_null(strstr(error->text.ptr, "TLS handshake failed: "));
    assert_non_null(strstr(error->text.ptr, "the server has nothing newer than TLS 1.1"));
    peer_free(p);
}

static void feed(peer *p, const char *bytes)
{
    size_t room = 0;
    char  *buf  = imap4_stack_recv_buf(p->stack, &room);
    assert_non_null(buf);
    memcpy(buf, bytes, strlen(bytes));
    (void)!imap4_stack_recv_commit(p->stack, strlen(bytes));
}

static void a_server_without_tls_is_named_so(void **state)
{
    peer *p = peer_new(&good, NULL);
    feed(p, GREETING);
    const imap4_error *error = imap4_stack_error(p->stack);
    assert_int_equal(error->code, IMAP4_E_TLS);
    assert_string_equal(error->text.ptr,
                        "TLS handshake failed: wrong version number: this is "
                        "not TLS; is it the right port?");
    peer_free(p);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    const imap4_tls_options tls[] = {
        { .size = sizeof tls[0], .ca_file = "/nowhere/ca.pem" },
        { .size = sizeof tls[0], .client_cert = "/nowhere/client.pem" },
    };
    static const char *const names[] = { "ca_file", "client_cert" };
    for (size_t i = 0; i < 2; i++) {
        imap4_engine      *engine = NULL;
        imap4_stack       *stack  = NULL;
        const imap4_event *ev     = NULL;
        assert_int_equal(imap4_engine_new(NULL, &engine), IMAP4_OK);
        assert_int_equal(imap4_stack_new(engine, NULL, &stack), IMAP4_OK);
        assert_int_equal(imap4_stack_add_tls(stack, "localhost", &tls[i]), IMAP4_E_TLS);
        assert_non_null(strstr(imap4_stack_error(stack)->text.ptr, names[i]));
        assert_int_equal(imap4_engine_next(engine, &ev), IMAP4_E_TLS);
        imap4_stack_free(&stack);
        imap4_engine_free(&engine);
    }
}

/* ---- the end ----------------------------------------------------------------------- */

static peer *open_session(const peer_options *opt)
{
    peer *p = peer_new(&good, opt);
    peer_run(p);
    peer_say(p, GREETING);
    assert_string_equal(peer_events(p), "GREETING 0");
    return p;
}

#define E_EOF "-11"
#define E_TLS "-16"

static void a_stream_that_is_cut_is_an_error(void **state)
{
    peer *p = open_session(NULL);
    peer_say(p, "* 1 EXISTS\r\n");
    p->is_cut = true;
    assert_string_equal(peer_events(p), "EXISTS " E_TLS);
    assert_string_equal(imap4_stack_error(p->stack)->text.ptr,
                        "the connection was cut: TLS did not say goodbye");
    peer_free(p);
}

static void a_stream_cut_in_the_handshake_asks_for_the_port(void **state)
{
    peer *p   = peer_new(&good, NULL);
    p->is_cut = true;
    assert_int_equal(imap4_stack_recv_eof(p->stack), IMAP4_OK);
    assert_string_equal(peer_events(p), E_TLS);
    assert_non_null(
        strstr(imap4_stack_error(p->stack)->text.ptr, "is this its port for TLS?"));
    peer_free(p);
}

static void close_notify_is_the_end_even_without_that_of_the_socket(void **state)
{
    for (int with_eof = 0; with_eof < 2; with_eof++) {
        peer *p = open_session(NULL);
        peer_say(p, "* 1 EXISTS\r\n");
        assert_int_equal(SSL_shutdown(p->ssl), 0);
        p->is_cut = with_eof != 0;
        assert_string_equal(peer_events(p), "EXISTS " E_EOF);
        peer_free(p);
    }
}

static void after_logout_a_server_may_just_close(void **state)
{
    peer *p = open_session(NULL);
    assert_int_equal(imap4_cmd_logout(p->engine, NULL, NULL), IMAP4_OK);
    peer_run(p);
    peer_say(p, "* BYE\r\n");
    p->is_cut = true;
    assert_string_equal(peer_events(p), "TEXT DONE 0");
    peer_free(p);
}

static void we_say_goodbye(void **state)
{
    char  buf[16];
    peer *p = open_session(NULL);
    imap4_stack_shutdown(p->stack);
    while (move_up(p))
        ;
    assert_int_equal(SSL_read(p->ssl, buf, sizeof buf), 0);
    assert_int_equal(SSL_get_error(p->ssl, 0), SSL_ERROR_ZERO_RETURN);
    peer_free(p);
}

/* The end came into the layer while the engine was full; it must not overtake. */
static void the_end_does_not_overtake_what_came_before(void **state)
{
    enum {
        LINES = 20000
    };
    const imap4_event *ev    = NULL;
    unsigned           count = 0;
    int                rc    = 0;
    peer              *p     = open_session(NULL);
    for (unsigned i = 0; i < LINES; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "* %u EXISTS\r\n", i);
        peer_say(p, line);
    }
    assert_int_equal(SSL_shutdown(p->ssl), 0);
    p->is_cut = true;
    /* Hands over the end as soon as it can, even before it was asked for. */
    while (BIO_ctrl_pending(p->to_client) != 0)
        if (!move_down(p, imap4_stack_want(p->stack, 0, NULL)))
            break;
    if (BIO_ctrl_pending(p->to_client) == 0) {
        p->told_cut = true;
        assert_int_equal(imap4_stack_recv_eof(p->stack), IMAP4_OK);
    }
    while ((rc = peer_next(p, &ev)) == 1) {
        assert_int_equal(ev->type, IMAP4_EV_EXISTS);
        assert_int_equal(ev->number, count++);
    }
    assert_int_equal(count, LINES);
    assert_int_equal(rc, IMAP4_E_EOF);
    peer_free(p);
}

/* ---- moving much ---------------------------------------------------------------------- */

static void a_full_engine_stops_the_socket(void **state)
{
    enum {
        MUCH = 8 << 20
    };
    char *big = calloc(1, MUCH);
    peer *p   = open_session(NULL);
    assert_non_null(big);
    for (size_t i = 0; i + 12 <= MUCH; i += 12)
        memcpy(big + i, "* 3 EXISTS\r\n", 12);
    peer_say_bytes(p, big, MUCH / 12 * 12);
    const size_t before = BIO_ctrl_pending(p->to_client);
    peer_run(p);
    const size_t taken = before - BIO_ctrl_pending(p->to_client);
    assert_true(taken < 1 << 20); /* of 8 MiB, while no event is taken */
    assert_int_equal(imap4_stack_want(p->stack, 0, NULL) & IMAP4_WANT_READ, 0);
    unsigned           count = 0;
    const imap4_event *ev    = NULL;
    while (peer_next(p, &ev) == 1)
        count++;
    assert_int_equal(count, MUCH / 12);
    free(big);
    peer_free(p);
}

/* An APPEND goes up while the answers to others come down, both larger than all buffers. */
static void much_moves_both_ways_at_once(void **state)
{
    enum {
        BODY  = 5 * 1000 * 1000,
        COUNT = 300
    };
    imap4_cmd            append = 0;
    const imap4_event   *ev     = NULL;
    size_t               got = 0, lines = 0;
    char                *body = malloc(BODY), *answer = malloc(20100);
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    const peer_options   opt    = { .engine = &engine };
    assert_non_null(body);
    assert_non_null(answer);
    for (size_t i = 0; i < BODY; i++)
        body[i] = (char)('a' + i % 23);
    peer *p = peer_new(&good, &opt);
    p->step = 4099; /* nothing fits anywhere */
    peer_run(p);
    peer_say(p, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hello\r\n");
    assert_string_equal(peer_events(p), "GREETING 0");
    assert_int_equal(imap4_cmd_append(p->engine, IMAP4_V("X"), BODY, NULL, NULL, &append),
                     IMAP4_OK);
    assert_int_equal(imap4_cmd_write(p->engine, append, (imap4_view){ body, BODY }),
                     IMAP4_OK);
    const int head = snprintf(answer, 100, "* 1 FETCH (BODY[] {20000}\r\n");
    memset(answer + head, 'x', 20000);
    memcpy(answer + head + 20000, ")\r\n", 4);
    for (size_t i = 0; i < COUNT; i++)
        peer_say_bytes(p, answer, (size_t)head + 20003);
    while (peer_next(p, &ev) == 1) {
        imap4_view value = IMAP4_NIL;
        lines++;
        if (imap4_fetch_get(ev, IMAP4_V("BODY[]"), &value) == IMAP4_OK)
            got += value.len;
    }
    assert_int_equal(lines, COUNT);
    assert_int_equal(got, COUNT * 20000);
    assert_int_equal(imap4_cmd_pending(p->engine, append), 0);
    const char *literal = strstr(p->heard, "{5000000+}\r\n");
    assert_non_null(literal);
    assert_true(p->heard_len >= BODY);
    assert_memory_equal(literal + 12, body, BODY);
    free(body);
    free(answer);
    peer_free(p);
}

/* A driver that sends asynchronously holds the bytes while other things happen. */
static void lent_output_stays_where_it_is(void **state)
{
    enum {
        BODY = 200 * 1000
    };
    imap4_cmd append = 0;
    char     *body   = malloc(BODY);
    char      copy[4096];
    peer     *p = peer_new(&good, NULL);
    assert_non_null(body);
    memset(body, 'x', BODY);
    peer_run(p);
    peer_say(p, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hello\r\n");
    assert_string_equal(peer_events(p), "GREETING 0");
    assert_int_equal(imap4_cmd_append(p->engine, IMAP4_V("X"), BODY, NULL, NULL, &append),
                     IMAP4_OK);
    (void)imap4_stack_want(p->stack, 0, NULL);
    const imap4_view lent = imap4_stack_send_buf(p->stack);
    assert_true(lent.len != 0 && lent.len < sizeof copy);
    memcpy(copy, lent.ptr, lent.len);
    assert_int_equal(imap4_cmd_write(p->engine, append, (imap4_view){ body, BODY }),
                     IMAP4_OK);
    (void)imap4_stack_want(p->stack, 0, NULL); /* the layer has much to write now */
    imap4_stack_shutdown(p->stack);
    assert_ptr_equal(imap4_stack_send_buf(p->stack).ptr, lent.ptr);
    assert_memory_equal(lent.ptr, copy, lent.len);
    free(body);
    peer_free(p);
}

static void an_idle_connection_holds_no_buffers(void **state);

/* ---- many, and without memory ---------------------------------------------------------- */

/* OpenSSL has numbers for 127 kinds of BIO in a process. */
static void there_can_be_many_connections(void **state)
{
    enum {
        MANY = 300
    };
    static peer *all[MANY];
    for (size_t i = 0; i < MANY; i++) {
        all[i] = peer_new(&good, NULL);
        if (i % 50 == 0 || i == MANY - 1) {
            peer_run(all[i]);
            assert_int_equal(imap4_stack_is_open(all[i]->stack), 1);
        }
    }
    for (size_t i = 0; i < MANY; i++)
        peer_free(all[i]);
}

typedef struct counter {
    size_t held, count, fails_at;
} counter;

static void *count_alloc(void *ctx, size_t size)
{
    counter *c   = ctx;
    void    *ptr = ++c->count == c->fails_at ? NULL : malloc(size);
    if (ptr != NULL)
        c->held += size;
    return ptr;
}

static void *count_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    counter *c = ctx;
    void *new  = ++c->count == c->fails_at ? NULL : realloc(ptr, size);
    if (new != NULL)
        c->held += size - old_size;
    return new;
}

static void count_release(void *ctx, void *ptr, size_t size)
{
    counter *c = ctx;
    if (ptr != NULL)
        c->held -= size;
    free(ptr);
}

static void an_idle_connection_holds_no_buffers(void **state)
{
    counter               c   = { 0 };
    const imap4_allocator a   = { count_alloc, count_resize, count_release, &c };
    const peer_options    opt = { .allocator = &a };
    peer                 *p   = open_session(&opt);
    (void)!imap4_cmd_noop(p->engine, NULL, NULL);
    peer_run(p);
    peer_say(p, "A1 OK\r\n");
    assert_string_equal(peer_events(p), "DONE 0");
    (void)imap4_stack_want(p->stack, 0, NULL);
    assert_true(c.held < 2048);
    peer_free(p);
    assert_int_equal(c.held, 0);
}

/* Each allocation of the layer fails once; nothing is lost. */
static void without_memory_nothing_is_lost(void **state)
{
    for (size_t n = 1; n < 40; n++) {
        const imap4_tls_options tls = { .size = sizeof tls, .ca_file = ca_file };
        counter                 c   = { .fails_at = n };
        const imap4_allocator   a   = { count_alloc, count_resize, count_release, &c };
        peer                   *p   = peer_new(&good, NULL);
        imap4_stack_free(&p->stack);
        while (imap4_stack_new(p->engine, &a, &p->stack) == IMAP4_E_NOMEM)
            assert_null(p->stack);
        while (imap4_stack_add_tls(p->stack, "localhost", &tls) == IMAP4_E_NOMEM)
            assert_int_equal(imap4_stack_is_open(p->stack), 1);
        (void)!imap4_cmd_noop(p->engine, NULL, NULL);
        peer_run(p);
        peer_run(p); /* one try more for what failed */
        peer_say(p, GREETING);
        assert_string_equal(peer_events(p), "GREETING 0");
        peer_run(p);
        peer_run(p);
        assert_string_equal(p->heard, "A1 NOOP\r\n");
        peer_free(p);
        assert_int_equal(c.held, 0);
        if (c.count < n)
            return;
    }
    fail(); /* it never ran through */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_chain_opens_and_the_pipe_is_private),
        cmocka_unit_test(bytes_may_trickle_one_by_one),
        cmocka_unit_test(a_greeting_may_come_with_the_end_of_the_handshake),
        cmocka_unit_test(tls_1_2_is_enough),
        cmocka_unit_test(the_name_is_compared),
        cmocka_unit_test(an_address_is_compared_with_addresses),
        cmocka_unit_test(wildcards_stand_for_one_whole_label),
        cmocka_unit_test(the_common_name_does_not_count),
        cmocka_unit_test(who_signed_and_when_is_looked_at),
        cmocka_unit_test(the_system_s_authorities_do_not_know_our_test),
        cmocka_unit_test(only_the_ugly_option_believes_everybody),
        cmocka_unit_test(a_context_of_the_caller_is_verified_too),
        cmocka_unit_test(tls_1_1_is_refused),
        cmocka_unit_test(a_server_without_tls_is_named_so),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(a_stream_that_is_cut_is_an_error),
        cmocka_unit_test(a_stream_cut_in_the_handshake_asks_for_the_port),
        cmocka_unit_test(close_notify_is_the_end_even_without_that_of_the_socket),
        cmocka_unit_test(after_logout_a_server_may_just_close),
        cmocka_unit_test(we_say_goodbye),
        cmocka_unit_test(the_end_does_not_overtake_what_came_before),
        cmocka_unit_test(a_full_engine_stops_the_socket),
        cmocka_unit_test(much_moves_both_ways_at_once),
        cmocka_unit_test(lent_output_stays_where_it_is),
        cmocka_unit_test(there_can_be_many_connections),
        cmocka_unit_test(an_idle_connection_holds_no_buffers),
        cmocka_unit_test(without_memory_nothing_is_lost),
    };
    return cmocka_run_group_tests_name("filter_tls", tests, make_authorities,
                                       free_authorities);
}
