/* SPDX-License-Identifier: MIT */
/* test/unit/sasl_scram.c - SCRAM (RFC 5802, RFC 7677): the examples of the RFCs, hostile
 * servers, and libgsasl's own server on the other side. */
#include "text_check.h"

#include "imap4/sasl.h"
#include "imap4/stack.h"
#include "imap4/text.h"

#include "sasl/mechanism.h"

#include <gsasl.h>

#define assert_view(view, text)                                                          \
    do {                                                                                 \
        assert_non_null((view).ptr);                                                     \
        assert_int_equal((view).len, strlen(text));                                      \
        assert_memory_equal((view).ptr, text, strlen(text));                             \
    } while (0)

static imap4_credentials user_pencil(void)
{
    imap4_credentials c = IMAP4_CREDENTIALS;
    c.user              = IMAP4_V("user");
    c.password          = IMAP4_V("pencil");
    return c;
}

/* ---- the examples ------------------------------------------------------------------ */

typedef struct example {
    const char *mechanism, *nonce, *client_first, *server_first, *client_final,
        *server_final;
} example;

static const example examples[] = {
    /* RFC 5802 section 5 */
    { "SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
      "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
      "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
    /* RFC 7677 section 3 */
    { "SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
      "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
};
static const example *const sha256 = &examples[1];

/* With the nonce of the example. */
static i4_dialogue *begin_example(const example *e, const imap4_credentials *c)
{
    i4_dialogue *d = NULL;
    assert_int_equal(i4_scram_begin(i4_mechanism_find(imap4_view_of(e->mechanism)), c,
                                    imap4_view_of(e->nonce), &i4_mem_default, &d),
                     IMAP4_OK);
    return d;
}

static void the_examples_of_the_rfcs_hold(void **state)
{
    const imap4_credentials c   = user_pencil();
    imap4_view              out = IMAP4_NIL;
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const example *e = &examples[i];
        i4_dialogue   *d = begin_example(e, &c);
        assert_view(d->ops->initial(d), e->client_first);
        assert_int_equal(d->ops->step(d, imap4_view_of(e->server_first), &out), IMAP4_OK);
        assert_view(out, e->client_final);
        assert_false(d->ops->is_done(d));
        assert_int_equal(d->ops->step(d, imap4_view_of(e->server_final), &out), IMAP4_OK);
        assert_view(out, "");
        assert_true(d->ops->is_done(d));
        assert_int_equal(d->ops->step(d, IMAP4_V(""), &out), IMAP4_E_PROTOCOL);
        assert_false(d->ops->is_done(d));
        d->ops->free(d);
    }
}

/* ---- hostile servers --------------------------------------------------------------- */

#define NONCE "rOprNGfwEbeRWgbNEkqO"
#define SALT  "W22ZaJ0SNY7soEsUEjb6gQ=="

typedef struct mutation {
    const char *server_first;
    int         rc;
} mutation;

static const mutation first_messages[] = {
    { "r=" NONCE "x,s=" SALT ",i=4096", IMAP4_OK },
    { "r=" NONCE "x,s=" SALT ",i=4096,x=ext,y=", IMAP4_OK }, /* may be ignored */
    { "r=" NONCE "x,s=QQ==,i=600000", IMAP4_OK },
    /* the nonce */
    { "r=" NONCE ",s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "r=sOprNGfwEbeRWgbNEkqOx,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "r=rOprNGfwEbeRWgbNEkq,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "r=x" NONCE ",s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "r=,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x y,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "\xc3\xa9,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    /* the salt */
    { "r=" NONCE "x,s=,i=4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ=,i=4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=W22Z!J0S,i=4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,i=4096", IMAP4_E_PROTOCOL },
    /* iterations */
    { "r=" NONCE "x,s=" SALT ",i=1", IMAP4_E_LIMIT },
    { "r=" NONCE "x,s=" SALT ",i=4095", IMAP4_E_LIMIT },
    { "r=" NONCE "x,s=" SALT ",i=600001", IMAP4_E_LIMIT },
    { "r=" NONCE "x,s=" SALT ",i=2147483647", IMAP4_E_LIMIT },
    { "r=" NONCE "x,s=" SALT ",i=18446744073709555712", IMAP4_E_LIMIT }, /* 2^64 + 4096 */
    { "r=" NONCE "x,s=" SALT ",i=0", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=04096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=-4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=4096 ", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT, IMAP4_E_PROTOCOL },
    /* extensions, order, ends */
    { "m=ext,r=" NONCE "x,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=4096,m=ext", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,m=ext,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "s=" SALT ",r=" NONCE "x,i=4096", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=4096,", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=4096,,x=y", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=4096,x", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=4096,1=x", IMAP4_E_PROTOCOL },
    { "r=" NONCE "x,s=" SALT ",i=4096\n", IMAP4_E_PROTOCOL },
    { "R=" NONCE "x,s=" SALT ",i=4096", IMAP4_E_PROTOCOL },
    { "e=other-error", IMAP4_E_PROTOCOL },
    { "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", IMAP4_E_PROTOCOL },
    { "", IMAP4_E_PROTOCOL },
};

static void a_first_message_that_is_not_ours_makes_no_key(void **state)
{
    const imap4_credentials c = user_pencil();
    (void)state;
    for (size_t i = 0; i < sizeof first_messages / sizeof first_messages[0]; i++) {
        const mutation *m   = &first_messages[i];
        imap4_view      out = IMAP4_NIL;
        i4_dialogue    *d   = begin_example(sha256, &c);
        (void)d->ops->initial(d);
        const int rc = d->ops->step(d, imap4_view_of(m->server_first), &out);
        if (rc != m->rc)
            print_error("%s\n", m->server_first);
        assert_int_equal(rc, m->rc);
        /* Nothing is made good by what comes later. */
        if (rc != IMAP4_OK)
            assert_int_equal(d->ops->step(d, imap4_view_of(sha256->server_first), &out),
                             IMAP4_E_PROTOCOL);
        assert_false(d->ops->is_done(d));
        d->ops->free(d);
    }
}

static void nul_and_length_are_seen(void **state)
{
    const imap4_credentials c    = user_pencil();
    const imap4_view        with = IMAP4_V("r=" NONCE "x\0y,s=" SALT ",i=4096");
    char                    many[5000];
    imap4_view              out = IMAP4_NIL;
    i4_dialogue            *d   = begin_example(sha256, &c);
    (void)state;
    (void)d->ops->initial(d);
    assert_int_equal(d->ops->step(d, with, &out), IMAP4_E_PROTOCOL);
    d->ops->free(d);
    /* A message of 4,096 octets, and of one more. */
    for (size_t len = 4096; len <= 4097; len++) {
        const char *head = "r=" NONCE "x,s=" SALT ",i=4096,x=";
        memset(many, 'x', sizeof many);
        memcpy(many, head, strlen(head));
        d = begin_example(sha256, &c);
        (void)d->ops->initial(d);
        assert_int_equal(d->ops->step(d, (imap4_view){ many, len }, &out),
                         len == 4096 ? IMAP4_OK : IMAP4_E_PROTOCOL);
        d->ops->free(d);
    }
    /* A nonce that is too long, a salt that is. */
    (void)snprintf(many, sizeof many, "r=" NONCE "%0257d,s=" SALT ",i=4096", 1);
    d = begin_example(sha256, &c);
    (void)d->ops->initial(d);
    assert_int_equal(d->ops->step(d, imap4_view_of(many), &out), IMAP4_E_PROTOCOL);
    d->ops->free(d);
    (void)snprintf(many, sizeof many, "r=" NONCE "x,s=%01368d,i=4096", 0);
    d = begin_example(sha256, &c);
    (void)d->ops->initial(d);
    assert_int_equal(d->ops->step(d, imap4_view_of(many), &out), IMAP4_E_PROTOCOL);
    d->ops->free(d);
}

static const char *const bad_finals[] = {
    "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", /* one bit */
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G8=", /* bits behind the end */
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4",
    "v=6rriTRBi23WpRR/wtup+mMhUZUk=", /* its beginning */
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,m=x",
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,",
    "x=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    " v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=\r\n",
    "V=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    "v=",
    "e=",
    "v",
    "",
    /* our own proof, sent back */
    "v=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
};

static void a_server_without_the_proof_is_not_believed(void **state)
{
    const imap4_credentials c   = user_pencil();
    imap4_view              out = IMAP4_NIL;
    (void)state;
    for (size_t i = 0; i < sizeof bad_finals / sizeof bad_finals[0]; i++) {
        i4_dialogue *d = begin_example(sha256, &c);
        (void)d->ops->initial(d);
        assert_int_equal(d->ops->step(d, imap4_view_of(sha256->server_first), &out),
                         IMAP4_OK);
        assert_int_equal(d->ops->step(d, imap4_view_of(bad_finals[i]), &out),
                         IMAP4_E_PROTOCOL);
        /* There is one try. */
        assert_int_equal(d->ops->step(d, imap4_view_of(sha256->server_final), &out),
                         IMAP4_E_PROTOCOL);
        assert_false(d->ops->is_done(d));
        d->ops->free(d);
    }
}

static void iterations_can_be_limited_otherwise(void **state)
{
    imap4_credentials c   = user_pencil();
    imap4_view        out = IMAP4_NIL;
    imap4_sasl       *s   = NULL;
    (void)state;
    c.min_iterations = 1;
    c.max_iterations = 4095;
    i4_dialogue *d   = begin_example(sha256, &c);
    (void)d->ops->initial(d);
    assert_int_equal(d->ops->step(d, imap4_view_of(sha256->server_first), &out),
                     IMAP4_E_LIMIT);
    d->ops->free(d);
    d = begin_example(sha256, &c);
    (void)d->ops->initial(d);
    assert_int_equal(d->ops->step(d, IMAP4_V("r=" NONCE "x,s=" SALT ",i=1"), &out),
                     IMAP4_OK);
    d->ops->free(d);
    c.min_iterations = 4096;
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256"), &c, NULL, &s), IMAP4_E_ARG);
    c.max_iterations = 0;
    c.min_iterations = 600001;
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256"), &c, NULL, &s), IMAP4_E_ARG);
}

/* ---- names and passwords -------------------------------------------------------------- */

static void names_are_prepared_and_escaped(void **state)
{
    imap4_credentials c = user_pencil();
    (void)state;
    c.user         = IMAP4_V("I\xc2\xadX, =\xc2\xaa"); /* RFC 4013 section 3 */
    c.authzid      = IMAP4_V("a,b");
    i4_dialogue *d = begin_example(sha256, &c);
    assert_view(d->ops->initial(d), "n,a=a=2Cb,n=IX=2C =3Da,r=" NONCE);
    d->ops->free(d);
}

static void same_passwords_make_the_same_proof(void **state)
{
    static const char *const same[] = { "IX", "I\xc2\xadX", "\xe2\x85\xa8" }; /* U+2168 */
    imap4_credentials        c      = user_pencil();
    char                     first[200] = "";
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        imap4_view out = IMAP4_NIL;
        c.password     = imap4_view_of(same[i]);
        i4_dialogue *d = begin_example(sha256, &c);
        (void)d->ops->initial(d);
        assert_int_equal(d->ops->step(d, imap4_view_of(sha256->server_first), &out),
                         IMAP4_OK);
        if (i == 0)
            (void)snprintf(first, sizeof first, "%.*s", IMAP4_ARG(out));
        assert_view(out, first);
        d->ops->free(d);
    }
}

static void what_saslprep_refuses_is_refused(void **state)
{
    /* nothing left; a control; not UTF-8; both directions (RFC 4013 section 3) */
    static const char *const bad[] = { "", "\xc2\xad", "\x07", "\xff", "\xd8\xa7\x31" };
    static char              huge[16385];
    imap4_sasl              *s = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        imap4_credentials c = user_pencil();
        c.password          = imap4_view_of(bad[i]);
        assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256"), &c, NULL, &s),
                         IMAP4_E_ARG);
        assert_int_equal(imap4_sasl_new(IMAP4_V("CRAM-MD5"), &c, NULL, &s), IMAP4_E_ARG);
        c      = user_pencil();
        c.user = imap4_view_of(bad[i]);
        assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-1"), &c, NULL, &s),
                         IMAP4_E_ARG);
        assert_null(s);
    }
    /* A code point of today, and the longest password. */
    imap4_credentials c = user_pencil();
    c.user              = IMAP4_V("\xf0\x9f\x98\x80");
    c.password          = (imap4_view){ huge, 16384 };
    memset(huge, 'x', sizeof huge);
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256"), &c, NULL, &s), IMAP4_OK);
    imap4_sasl_free(&s);
    c.password.len++;
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256"), &c, NULL, &s), IMAP4_E_ARG);
}

/* ---- channel binding -------------------------------------------------------------------- */

static void check_header(const char *mechanism, const imap4_credentials *c,
                         const char *header, imap4_view bound)
{
    i4_dialogue *d   = NULL;
    imap4_view   out = IMAP4_NIL;
    char         room[400], coded[400], want[900];
    assert_int_equal(i4_scram_begin(i4_mechanism_find(imap4_view_of(mechanism)), c,
                                    IMAP4_V(NONCE), &i4_mem_default, &d),
                     IMAP4_OK);
    (void)snprintf(room, sizeof room, "%sn=user,r=" NONCE, header);
    assert_view(d->ops->initial(d), room);
    assert_int_equal(d->ops->step(d, IMAP4_V("r=" NONCE "x,s=" SALT ",i=4096"), &out),
                     IMAP4_OK);
    memcpy(room, header, strlen(header));
    if (bound.len != 0)
        memcpy(room + strlen(header), bound.ptr, bound.len);
    const ptrdiff_t len = imap4_base64_encode(
        (imap4_view){ room, strlen(header) + bound.len }, coded, sizeof coded);
    (void)snprintf(want, sizeof want, "c=%.*s,r=" NONCE "x,p=", (int)len, coded);
    assert_true(out.len > strlen(want));
    assert_memory_equal(out.ptr, want, strlen(want));
    d->ops->free(d);
}

/* RFC 5802 section 6 */
static void the_flag_says_what_we_could_and_they_offered(void **state)
{
    imap4_credentials c = user_pencil();
    (void)state;
    check_header("SCRAM-SHA-256", &c, "n,,", IMAP4_NIL);
    c.channel_binding      = IMAP4_V("\0\1\2 binding");
    c.channel_binding_type = IMAP4_V("tls-exporter");
    check_header("SCRAM-SHA-256", &c, "y,,", IMAP4_NIL);
    check_header("SCRAM-SHA-1", &c, "y,,", IMAP4_NIL);
    c.server_has_plus = 1;
    check_header("SCRAM-SHA-256", &c, "n,,", IMAP4_NIL);
    check_header("SCRAM-SHA-256-PLUS", &c, "p=tls-exporter,,", c.channel_binding);
    c.channel_binding_type = IMAP4_V("tls-server-end-point");
    c.authzid              = IMAP4_V("boss");
    check_header("SCRAM-SHA-1-PLUS", &c, "p=tls-server-end-point,a=boss,",
                 c.channel_binding);
}

static void plus_needs_a_binding(void **state)
{
    imap4_credentials c = user_pencil();
    imap4_sasl       *s = NULL;
    (void)state;
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256-PLUS"), &c, NULL, &s),
                     IMAP4_E_ARG);
    c.channel_binding = IMAP4_V("x");
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256-PLUS"), &c, NULL, &s),
                     IMAP4_E_ARG);
    c.channel_binding_type = IMAP4_V("tls,unique");
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256-PLUS"), &c, NULL, &s),
                     IMAP4_E_ARG);
    c.channel_binding_type = IMAP4_V("tls-unique");
    assert_int_equal(imap4_sasl_new(IMAP4_V("scram-sha-256-plus"), &c, NULL, &s),
                     IMAP4_OK);
    imap4_sasl_free(&s);
}

/* ---- libgsasl's server ------------------------------------------------------------------- */

typedef struct server {
    Gsasl         *library;
    Gsasl_session *session;
    char          *said;
    size_t         said_len;
    const char    *password, *exporter, *unique; /* the bindings in base64 */
} server;

static int server_property(Gsasl *library, Gsasl_session *session, Gsasl_property what)
{
    const server *s     = gsasl_callback_hook_get(library);
    const char   *value = what == GSASL_PASSWORD          ? s->password
                          : what == GSASL_CB_TLS_EXPORTER ? s->exporter
                          : what == GSASL_CB_TLS_UNIQUE   ? s->unique
                                                          : NULL;
    if (value == NULL)
        return GSASL_NO_CALLBACK;
    return gsasl_property_set(session, what, value);
}

static void server_begin(server *s, const char *mechanism)
{
    assert_int_equal(gsasl_init(&s->library), GSASL_OK);
    gsasl_callback_hook_set(s->library, s);
    gsasl_callback_set(s->library, server_property);
    assert_int_equal(gsasl_server_start(s->library, mechanism, &s->session), GSASL_OK);
}

static void server_end(server *s)
{
    gsasl_free(s->said);
    gsasl_finish(s->session);
    gsasl_done(s->library);
}

static int server_hear(server *s, imap4_view text)
{
    gsasl_free(s->said);
    s->said = NULL;
    return gsasl_step(s->session, text.ptr, text.len, &s->said, &s->said_len);
}

/* The server's verdict, and ours. */
static int meet(const char *mechanism, const imap4_credentials *c, server *s, int *verdict)
{
    imap4_sasl *sasl = NULL;
    imap4_view  out  = IMAP4_NIL;
    assert_int_equal(imap4_sasl_new(imap4_view_of(mechanism), c, NULL, &sasl), IMAP4_OK);
    server_begin(s, mechanism);
    assert_int_equal(imap4_sasl_initial(sasl, &out), IMAP4_OK);
    int rc = server_hear(s, out);
    if (rc == GSASL_NEEDS_MORE) {
        assert_int_equal(
            imap4_sasl_step(sasl, (imap4_view){ s->said, s->said_len }, &out), IMAP4_OK);
        assert_int_equal(imap4_sasl_finish(sasl, 1), IMAP4_E_PROTOCOL); /* too early */
        rc = server_hear(s, out);
    }
    if (rc == GSASL_OK) {
        assert_int_equal(
            imap4_sasl_step(sasl, (imap4_view){ s->said, s->said_len }, &out), IMAP4_OK);
        assert_view(out, "");
    }
    *verdict = imap4_sasl_finish(sasl, rc == GSASL_OK);
    imap4_sasl_free(&sasl);
    server_end(s);
    return rc;
}

static void another_implementation_agrees(void **state)
{
    static const char *const plain[] = { "SCRAM-SHA-1", "SCRAM-SHA-256" };
    static const char *const plus[]  = { "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS" };
    imap4_credentials        c       = user_pencil();
    int                      verdict = 0;
    (void)state;
    c.user = IMAP4_V("us=er,\xc3\xa9");
    for (size_t i = 0; i < 2; i++) {
        server good = { .password = "pencil" }, bad = { .password = "crayon" };
        assert_int_equal(meet(plain[i], &c, &good, &verdict), GSASL_OK);
        assert_int_equal(verdict, IMAP4_OK);
        assert_int_equal(meet(plain[i], &c, &bad, &verdict), GSASL_AUTHENTICATION_ERROR);
        assert_int_equal(verdict, IMAP4_NO);
    }
    c.channel_binding = IMAP4_V("Man");
    for (size_t i = 0; i < 2; i++) {
        server exporter        = { .password = "pencil", .exporter = "TWFu" };
        server unique          = { .password = "pencil", .unique = "TWFu" };
        server other           = { .password = "pencil", .exporter = "TWFv" };
        c.channel_binding_type = IMAP4_V("tls-exporter");
        assert_int_equal(meet(plus[i], &c, &exporter, &verdict), GSASL_OK);
        assert_int_equal(verdict, IMAP4_OK);
        assert_int_equal(meet(plus[i], &c, &other, &verdict), GSASL_AUTHENTICATION_ERROR);
        assert_int_equal(verdict, IMAP4_NO);
        c.channel_binding_type = IMAP4_V("tls-unique");
        assert_int_equal(meet(plus[i], &c, &unique, &verdict), GSASL_OK);
        assert_int_equal(verdict, IMAP4_OK);
    }
}

/* ---- a run -------------------------------------------------------------------------------- */

static void the_server_s_error_is_kept_and_answered(void **state)
{
    imap4_credentials c   = user_pencil();
    imap4_view        out = IMAP4_NIL;
    imap4_sasl       *s   = NULL;
    char              text[200];
    (void)state;
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256"), &c, NULL, &s), IMAP4_OK);
    /* Without SASL-IR the first challenge is empty. */
    assert_int_equal(imap4_sasl_step(s, IMAP4_V(""), &out), IMAP4_OK);
    assert_int_equal(imap4_sasl_initial(s, &(imap4_view){ 0 }), IMAP4_E_STATE);
    assert_memory_equal(out.ptr, "n,,n=user,r=", 12);
    (void)snprintf(text, sizeof text, "r=%.*sx,s=" SALT ",i=4096", (int)out.len - 12,
                   out.ptr + 12);
    assert_int_equal(imap4_sasl_step(s, imap4_view_of(text), &out), IMAP4_OK);
    assert_null(imap4_sasl_detail(s).ptr);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V("e=invalid-proof"), &out), IMAP4_OK);
    assert_view(out, "");
    assert_view(imap4_sasl_detail(s), "invalid-proof");
    assert_int_equal(imap4_sasl_finish(s, 0), IMAP4_NO);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V("e=again"), &out), IMAP4_E_PROTOCOL);
    assert_null(out.ptr);
    imap4_sasl_free(&s);
    /* A server that speaks before us. */
    assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-256"), &c, NULL, &s), IMAP4_OK);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V("r=x,s=" SALT ",i=4096"), &out),
                     IMAP4_E_PROTOCOL);
    assert_null(out.ptr);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V(""), &out), IMAP4_E_PROTOCOL);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    imap4_sasl_free(&s);
}

static void no_two_nonces_are_the_same(void **state)
{
    imap4_credentials c = user_pencil();
    char              seen[50][24];
    (void)state;
    assert_true((imap4_features() & IMAP4_FEATURE_SASL) != 0);
    for (size_t i = 0; i < 50; i++) {
        imap4_view  out = IMAP4_NIL;
        imap4_sasl *s   = NULL;
        assert_int_equal(imap4_sasl_new(IMAP4_V("SCRAM-SHA-1"), &c, NULL, &s), IMAP4_OK);
        assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
        assert_int_equal(out.len, 12 + 24);
        memcpy(seen[i], out.ptr + 12, 24);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(seen[k], seen[i], 24);
        imap4_sasl_free(&s);
    }
}

/* Memory that fails at the n-th call, and that looks at what is given back. */
typedef struct watch {
    unsigned calls, fail_at, held, leaks;
} watch;

static void *watch_alloc(void *ctx, size_t size)
{
    watch *w = ctx;
    if (++w->calls == w->fail_at)
        return NULL;
    w->held++;
    return malloc(size);
}

static void *watch_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)ctx;
    (void)old_size;
    return realloc(ptr, size);
}

static void watch_release(void *ctx, void *ptr, size_t size)
{
    watch      *w     = ctx;
    const char *bytes = ptr;
    for (size_t i = 0; i + 6 <= size; i++)
        w->leaks += memcmp(bytes + i, "pencil", 6) == 0;
    w->held--;
    free(ptr);
}

/* The challenge is made of `head`, our nonce and `tail`. */
static int run_with(watch *w, const char *mechanism, const char *head, const char *tail)
{
    const imap4_credentials c   = user_pencil();
    const imap4_allocator   a   = { watch_alloc, watch_resize, watch_release, w };
    imap4_sasl             *s   = NULL;
    imap4_view              out = IMAP4_NIL;
    char                    text[200];
    int                     rc = imap4_sasl_new(imap4_view_of(mechanism), &c, &a, &s);
    if (rc != IMAP4_OK)
        return rc;
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    (void)snprintf(text, sizeof text, "%s%.*s%s", head,
                   out.len < 12 ? 0 : (int)out.len - 12, out.len < 12 ? "" : out.ptr + 12,
                   tail);
    rc = imap4_sasl_step(s, imap4_view_of(text), &out);
    imap4_sasl_free(&s);
    return rc;
}

static void secrets_are_wiped_and_memory_may_fail(void **state)
{
    static const char *const runs[][3] = {
        { "SCRAM-SHA-256", "r=", "x,s=" SALT ",i=4096" },
        { "CRAM-MD5", "<1896.697170952@", "postoffice.reston.mci.net>" },
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        unsigned fail_at = 1;
        for (int rc = IMAP4_E_NOMEM; rc != IMAP4_OK; fail_at++) {
            watch w = { .fail_at = fail_at };
            rc      = run_with(&w, runs[i][0], runs[i][1], runs[i][2]);
            assert_int_equal(rc, w.calls < fail_at ? IMAP4_OK : IMAP4_E_NOMEM);
            assert_int_equal(w.held, 0);
            assert_int_equal(w.leaks, 0);
        }
        assert_true(fail_at > 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_rfcs_hold),
        cmocka_unit_test(a_first_message_that_is_not_ours_makes_no_key),
        cmocka_unit_test(nul_and_length_are_seen),
        cmocka_unit_test(a_server_without_the_proof_is_not_believed),
        cmocka_unit_test(iterations_can_be_limited_otherwise),
        cmocka_unit_test(names_are_prepared_and_escaped),
        cmocka_unit_test(same_passwords_make_the_same_proof),
        cmocka_unit_test(what_saslprep_refuses_is_refused),
        cmocka_unit_test(the_flag_says_what_we_could_and_they_offered),
        cmocka_unit_test(plus_needs_a_binding),
        cmocka_unit_test(another_implementation_agrees),
        cmocka_unit_test(the_server_s_error_is_kept_and_answered),
        cmocka_unit_test(no_two_nonces_are_the_same),
        cmocka_unit_test(secrets_are_wiped_and_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
