/* SPDX-License-Identifier: MIT */
/* filter_binding.c - channel bindings: what the client has is what the server has. */
#include "tls_help.h"

#define LABEL "EXPORTER-Channel-Binding"

static imap4_view name, value;

static int ask(peer *p, imap4_view type)
{
    name  = IMAP4_V("untouched");
    value = IMAP4_V("untouched");
    return imap4_stack_channel_binding(p->stack, type, &name, &value);
}

static void check_value(const char *type, const unsigned char *bytes, size_t len)
{
    assert_int_equal(name.len, strlen(type));
    assert_memory_equal(name.ptr, type, name.len);
    assert_int_equal(value.len, len);
    assert_memory_equal(value.ptr, bytes, len);
}

static void check_absent(peer *p, imap4_view type)
{
    assert_int_equal(ask(p, type), IMAP4_E_ABSENT);
    assert_null(name.ptr);
    assert_null(value.ptr);
    assert_int_equal(ERR_peek_error(), 0);
}

static peer *connect_as(const identity *id, const peer_options *opt)
{
    peer *p = peer_new(id, opt);
    peer_run(p);
    assert_int_equal(imap4_stack_is_open(p->stack), 1);
    return p;
}

static void tls_1_3_exports_the_same_at_both_ends(void **state)
{
    unsigned char want[32], other[32];
    peer         *p = peer_new(&good, NULL);
    assert_int_equal(ask(p, IMAP4_NIL), IMAP4_E_STATE); /* no handshake yet */
    assert_null(value.ptr);
    peer_run(p);
    assert_int_equal(SSL_export_keying_material(p->ssl, want, 32, LABEL, 24, want, 0, 1),
                     1);
    assert_int_equal(ask(p, IMAP4_NIL), IMAP4_OK);
    check_value("tls-exporter", want, 32);
    assert_int_equal(ask(p, IMAP4_V("tls-exporter")), IMAP4_OK);
    check_value("tls-exporter", want, 32);
    assert_int_equal(imap4_stack_channel_binding(p->stack, IMAP4_NIL, NULL, &value),
                     IMAP4_OK);
    assert_int_equal(imap4_stack_channel_binding(p->stack, IMAP4_NIL, NULL, NULL),
                     IMAP4_E_ARG);
    check_absent(p, IMAP4_V("tls-unique"));
    assert_int_equal(ask(p, IMAP4_V("tls-uniqu")), IMAP4_E_ARG);
    assert_int_equal(ask(p, IMAP4_V("")), IMAP4_E_ARG);
    peer_free(p);
    /* Another connection has another one. */
    p = connect_as(&good, NULL);
    assert_int_equal(ask(p, IMAP4_NIL), IMAP4_OK);
    memcpy(other, value.ptr, 32);
    assert_memory_not_equal(other, want, 32);
    peer_free(p);
}

static void tls_1_2_has_its_first_finished_message(void **state)
{
    const peer_options opt = { .max_version = TLS1_2_VERSION };
    unsigned char      want[64];
    peer              *p   = connect_as(&good, &opt);
    const size_t       len = SSL_get_peer_finished(p->ssl, want, sizeof want);
    assert_int_equal(len, 12);
    assert_int_equal(ask(p, IMAP4_NIL), IMAP4_OK);
    check_value("tls-unique", want, len);
    assert_int_equal(ask(p, IMAP4_V("tls-unique")), IMAP4_OK);
    check_value("tls-unique", want, len);
    check_absent(p, IMAP4_V("tls-exporter"));
    peer_free(p);
}

/* RFC 7627: without it two connections can be made to have the same Finished message. */
static void without_an_extended_master_secret_there_is_none(void **state)
{
    const peer_options opt = { .max_version = TLS1_2_VERSION };
    peer              *p   = peer_new(&good, &opt);
    SSL_set_options(p->ssl, SSL_OP_NO_EXTENDED_MASTER_SECRET);
    peer_run(p);
    assert_int_equal(imap4_stack_is_open(p->stack), 1);
    check_absent(p, IMAP4_NIL);
    check_absent(p, IMAP4_V("tls-unique"));
    assert_int_equal(ask(p, IMAP4_V("tls-server-end-point")), IMAP4_OK);
    peer_free(p);
}

static SSL_CTX *own_context(int level)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    assert_non_null(ctx);
    assert_int_equal(SSL_CTX_load_verify_locations(ctx, ca_file, NULL), 1);
    SSL_CTX_set_security_level(ctx, level);
    return ctx;
}

static void a_resumed_session_has_no_first_message(void **state)
{
    SSL_CTX                *ctx    = own_context(1);
    SSL_CTX                *shared = server_context(&good, TLS1_2_VERSION);
    const imap4_tls_options tls    = { .size = sizeof tls, .ctx = ctx };
    const peer_options      opt    = { .tls = &tls, .max_version = TLS1_2_VERSION };
    SSL_SESSION            *first  = NULL;
    for (int round = 0; round < 2; round++) {
        peer *p = peer_new(&good, &opt);
        /* Tickets are known in the context that made them. */
        SSL_free(p->ssl);
        p->ssl       = SSL_new(shared);
        p->to_server = BIO_new(BIO_s_mem());
        p->to_client = BIO_new(BIO_s_mem());
        SSL_set_bio(p->ssl, p->to_server, p->to_client);
        SSL_set_accept_state(p->ssl);
        if (round == 1)
            assert_int_equal(SSL_set_session(imap4_stack_ssl(p->stack), first), 1);
        peer_run(p);
        assert_int_equal(imap4_stack_is_open(p->stack), 1);
        assert_int_equal(SSL_session_reused(imap4_stack_ssl(p->stack)), round);
        if (round == 0) {
            assert_int_equal(ask(p, IMAP4_NIL), IMAP4_OK);
            first = SSL_get1_session(imap4_stack_ssl(p->stack));
        } else {
            check_absent(p, IMAP4_NIL);
        }
        imap4_stack_shutdown(p->stack); /* or the session counts as broken */
        peer_run(p);
        peer_free(p);
    }
    SSL_SESSION_free(first);
    SSL_CTX_free(shared);
    SSL_CTX_free(ctx);
}

/* ---- the certificate ------------------------------------------------------------------ */

/* `good`, signed anew. */
static identity signed_with(const EVP_MD *hash, EVP_PKEY *key)
{
    identity id = make_identity(&authority, "server", "DNS:imap.example.org", -1, 30);
    assert_true(X509_sign(id.cert, key, hash) > 0);
    return id;
}

static void check_end_point(const EVP_MD *signature, const EVP_MD *hash)
{
    unsigned char           want[EVP_MAX_MD_SIZE];
    unsigned                len = 0;
    SSL_CTX                *ctx = own_context(0);
    const imap4_tls_options tls = { .size = sizeof tls, .ctx = ctx };
    const peer_options      opt = { .tls = &tls };
    identity                id  = signed_with(signature, authority.key);
    peer                   *p   = peer_new(&good, &opt);
    SSL_set_security_level(p->ssl, 0);
    assert_int_equal(SSL_use_certificate(p->ssl, id.cert), 1);
    assert_int_equal(SSL_use_PrivateKey(p->ssl, id.key), 1);
    peer_run(p);
    assert_int_equal(imap4_stack_is_open(p->stack), 1);
    assert_int_equal(X509_digest(SSL_get_certificate(p->ssl), hash, want, &len), 1);
    assert_int_equal(ask(p, IMAP4_V("tls-server-end-point")), IMAP4_OK);
    check_value("tls-server-end-point", want, len);
    peer_free(p);
    free_identity(&id);
    SSL_CTX_free(ctx);
}

/* RFC 5929 section 4.1 */
static void the_end_point_is_a_hash_as_strong_as_the_signature(void **state)
{
    check_end_point(EVP_sha256(), EVP_sha256());
    check_end_point(EVP_sha384(), EVP_sha384());
    check_end_point(EVP_sha512(), EVP_sha512());
    check_end_point(EVP_sha1(), EVP_sha256());
}

static void a_signature_without_a_hash_has_no_end_point(void **state)
{
    const imap4_tls_options tls = { .size = sizeof tls, .insecure_noverify = 1 };
    const peer_options      opt = { .tls = &tls };
    EVP_PKEY               *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    identity                id  = signed_with(NULL, key);
    peer                   *p   = connect_as(&id, &opt);
    check_absent(p, IMAP4_V("tls-server-end-point"));
    peer_free(p);
    free_identity(&id);
    EVP_PKEY_free(key);
}

static void without_tls_there_is_nothing(void **state)
{
    imap4_engine *engine = NULL;
    imap4_stack  *stack  = NULL;
    assert_int_equal(imap4_engine_new(NULL, &engine), IMAP4_OK);
    assert_int_equal(imap4_stack_new(engine, NULL, &stack), IMAP4_OK);
    assert_null(imap4_stack_ssl(stack));
    assert_int_equal(imap4_stack_channel_binding(stack, IMAP4_NIL, &name, &value),
                     IMAP4_E_STATE);
    assert_null(value.ptr);
    imap4_stack_free(&stack);
    imap4_engine_free(&engine);
}

static void the_ssl_is_that_of_the_connection(void **state)
{
    peer       *p   = connect_as(&good, NULL);
    SSL        *ssl = imap4_stack_ssl(p->stack);
    const X509 *is  = SSL_get0_peer_certificate(ssl);
    assert_string_equal(SSL_get_version(ssl), "TLSv1.3");
    assert_non_null(is);
    assert_int_equal(X509_cmp(is, good.cert), 0);
    peer_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_1_3_exports_the_same_at_both_ends),
        cmocka_unit_test(tls_1_2_has_its_first_finished_message),
        cmocka_unit_test(without_an_extended_master_secret_there_is_none),
        cmocka_unit_test(a_resumed_session_has_no_first_message),
        cmocka_unit_test(the_end_point_is_a_hash_as_strong_as_the_signature),
        cmocka_unit_test(a_signature_without_a_hash_has_no_end_point),
        cmocka_unit_test(without_tls_there_is_nothing),
        cmocka_unit_test(the_ssl_is_that_of_the_connection),
    };
    return cmocka_run_group_tests_name("filter_binding", tests, make_authorities,
                                       free_authorities);
}
