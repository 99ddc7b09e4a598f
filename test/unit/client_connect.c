/* SPDX-License-Identifier: MIT */
/* Which pipe the object talks through: a command, a Unix socket, two ends in memory; and being
 * opened again. */
#include "client_help.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static imap4_engine_options fixed_tags(void)
{
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    engine.tag_prefix           = "T";
    return engine;
}

static void a_command_is_the_server(void **state)
{
    imap4_engine_options engine = fixed_tags();
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4               *m      = NULL;
    (void)state;
    opt.engine  = &engine;
    opt.command = "printf '* PREAUTH [CAPABILITY IMAP4rev1] hi\\r\\n'; read line; "
                  "printf 'T1 OK %s\\r\\n' \"${line% *}\"; read line; "
                  "printf '* BYE x\\r\\nT2 OK x\\r\\n'";
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    imap4_reply *r = NULL;
    assert_int_equal(imap4_noop(m, &r), IMAP4_OK);
    assert_datum(r, 0, "T1", NULL);
    imap4_reply_free(&r);
    assert_true(imap4_socket(m) >= 0);
    assert_null(imap4_ssl(m));
    assert_int_equal(imap4_logout(m, NULL), IMAP4_OK);
    /* It can be run again. */
    assert_int_equal(imap4_open(m, NULL), IMAP4_OK);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_AUTH);
    assert_int_equal(imap4_open(m, NULL), IMAP4_E_STATE);
    imap4_free(&m);
    opt.command = "exit 3";
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_E_EOF);
    imap4_free(&m);
}

static void *serve(void *arg)
{
    static const char hello[] = "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n";
    char              buf[256];
    const int         fd = accept(*(const int *)arg, NULL, NULL);
    if (fd >= 0 && write(fd, hello, sizeof hello - 1) > 0 && read(fd, buf, sizeof buf) > 0)
        (void)!write(fd, "T1 OK done\r\n", 12);
    (void)close(fd);
    return NULL;
}

static void a_unix_socket_is_private(void **state)
{
    imap4_engine_options engine   = fixed_tags();
    imap4_options        opt      = IMAP4_OPTIONS;
    imap4               *m        = NULL;
    struct sockaddr_un   address  = { .sun_family = AF_UNIX };
    char                 folder[] = "/tmp/imap4-unit-XXXXXX";
    pthread_t            thread;
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/s", folder);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(pthread_create(&thread, NULL, serve, &listener), 0);
    opt.engine    = &engine;
    opt.unix_path = address.sun_path;
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_EOF);
    imap4_free(&m);
    (void)close(listener);
    (void)unlink(address.sun_path);
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_E_IO);
    assert_int_not_equal(imap4_last_error(m)->os_errno, 0);
    imap4_free(&m);
    (void)rmdir(folder);
}

static void two_ends_in_memory(void **state)
{
    imap4_engine_options engine = fixed_tags();
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4_transport      ours = IMAP4_TRANSPORT, theirs = IMAP4_TRANSPORT;
    imap4               *m = NULL;
    (void)state;
    assert_int_equal(imap4_transport_pair(&ours, &theirs), IMAP4_OK);
    const imap4_view said = IMAP4_V("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
    assert_int_equal(theirs.send(theirs.ctx, said, NULL), said.len);
    opt.engine    = &engine;
    opt.transport = &ours;
    assert_int_equal(imap4_connect(NULL, &opt, &m), IMAP4_OK);
    assert_string_equal(imap4_protocol_version(m), "IMAP4REV1");
    imap4_shutdown(m);
    theirs.close(theirs.ctx);
    /* The transport was the caller's, and is used up. */
    assert_int_equal(imap4_open(m, NULL), IMAP4_E_ARG);
    imap4_free(&m);
}

static void nothing_is_connected_unasked(void **state)
{
    imap4_options opt = IMAP4_OPTIONS;
    imap4        *m   = NULL;
    (void)state;
    opt.no_open = 1;
    assert_int_equal(imap4_connect("imaps://127.0.0.1:1", &opt, &m), IMAP4_OK);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_STATE);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_LOGOUT);
    assert_null(imap4_protocol_version(m));
    assert_int_equal(imap4_socket(m), -1);
    assert_int_equal(imap4_open(m, NULL), IMAP4_E_IO);
    assert_int_equal(imap4_open(m, "http://x"), IMAP4_E_ARG);
    imap4_free(&m);
    assert_int_equal(imap4_connect("imaps://u:p@x", NULL, &m), IMAP4_E_ARG);
    assert_null(strstr(imap4_last_error(m)->text.ptr, ":p@"));
    imap4_free(&m);
    assert_int_equal(imap4_connect(NULL, NULL, &m), IMAP4_E_ARG);
    imap4_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_the_server),
        cmocka_unit_test(a_unix_socket_is_private),
        cmocka_unit_test(two_ends_in_memory),
        cmocka_unit_test(nothing_is_connected_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
