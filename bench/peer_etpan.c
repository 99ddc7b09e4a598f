/* SPDX-License-Identifier: MIT */
/* bench/peer_etpan.c - the same work through libetpan.
 *
 *   peer_etpan list|handler WORK COUNT PORT
 *
 * `list` is what its calls give: one list of all that came, typed, freed at the end.
 * `handler` takes one message after the other instead, which FETCH alone can do. */
#include "client.h"

#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static figures f;

static uint64_t octets_of(const struct mailimap_msg_att_item *item)
{
    const struct mailimap_msg_att_static *att = item->att_data.att_static;
    if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC ||
        att->att_type != MAILIMAP_MSG_ATT_BODY_SECTION)
        return 0;
    return att->att_data.att_body_section->sec_length;
}

static void on_message(struct mailimap_msg_att *message, void *context)
{
    (void)context;
    f.seen++;
    for (clistiter *i = clist_begin(message->att_list); i != NULL; i = clist_next(i))
        f.bytes += octets_of(clist_content(i));
}

/* The handler is asked only if there is a callback of progress, too. */
static void on_progress(size_t current, size_t maximum, void *context)
{
    (void)current;
    (void)maximum;
    (void)context;
}

typedef struct named_att {
    const char *name;
    struct mailimap_fetch_att *(*make)(void);
} named_att;

static struct mailimap_fetch_att *whole_body(void)
{
    return mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL));
}

static const named_att atts[] = {
    { "UID", mailimap_fetch_att_new_uid },
    { "FLAGS", mailimap_fetch_att_new_flags },
    { "INTERNALDATE", mailimap_fetch_att_new_internaldate },
    { "RFC822.SIZE", mailimap_fetch_att_new_rfc822_size },
    { "ENVELOPE", mailimap_fetch_att_new_envelope },
    { "BODYSTRUCTURE", mailimap_fetch_att_new_bodystructure },
    { "BODY.PEEK[]", whole_body },
};

static struct mailimap_fetch_type *type_of(const char *items)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    for (size_t len; *items != '\0'; items += len + (items[len] == ' ')) {
        len = strcspn(items, " ");
        for (size_t i = 0; i < sizeof atts / sizeof atts[0]; i++)
            if (strlen(atts[i].name) == len && strncmp(atts[i].name, items, len) == 0)
                mailimap_fetch_type_new_fetch_att_list_add(type, atts[i].make());
    }
    return type;
}

static int fetch(mailimap *m, const arguments *a)
{
    struct mailimap_fetch_type *type    = type_of(a->work->items);
    struct mailimap_set        *set     = mailimap_set_new_interval(1, 0);
    const bool                  is_list = strcmp(a->client, "list") == 0;
    clist                      *all     = NULL;
    if (!is_list) {
        mailimap_set_progress_callback(m, on_progress, on_progress, NULL);
        mailimap_set_msg_att_handler(m, on_message, NULL);
    }
    const int rc = mailimap_uid_fetch(m, set, type, &all);
    for (clistiter *i = rc == 0 && is_list ? clist_begin(all) : NULL; i != NULL;
         i            = clist_next(i))
        on_message(clist_content(i), NULL);
    if (all != NULL)
        mailimap_fetch_list_free(all);
    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
    if (a->work->kind == WORK_LARGE)
        f.seen = f.bytes / a->work->octets;
    return rc;
}

static int search(mailimap *m)
{
    clist    *all = NULL;
    const int rc  = mailimap_uid_search(m, NULL, mailimap_search_key_new_all(), &all);
    if (rc == 0) {
        f.seen = (uint64_t)clist_count(all);
        mailimap_search_result_free(all);
    }
    return rc;
}

static int list(mailimap *m)
{
    clist    *all = NULL;
    const int rc  = mailimap_list(m, "", "*", &all);
    if (rc == 0) {
        f.seen = (uint64_t)clist_count(all);
        mailimap_list_result_free(all);
    }
    return rc;
}

static int append(mailimap *m, const arguments *a)
{
    char *message = malloc(a->work->octets);
    int   rc      = 0;
    if (message == NULL)
        fail("memory");
    work_fill(message, a->work->octets);
    for (; f.seen < a->count && rc == 0; f.seen++)
        rc = mailimap_append(m, "INBOX", NULL, NULL, message, a->work->octets);
    free(message);
    return rc;
}

static int run(mailimap *m, const arguments *a)
{
    int rc = 0;
    switch (a->work->kind) {
    case WORK_FETCH:
    case WORK_BODY:
    case WORK_LARGE: return fetch(m, a);
    case WORK_SEARCH: return search(m);
    case WORK_LIST: return list(m);
    case WORK_APPEND: return append(m, a);
    case WORK_NOOP:
    case WORK_PIPE:
        for (; f.seen < a->count && rc == 0; f.seen++)
            rc = mailimap_noop(m);
        break;
    }
    return rc;
}

int main(int argc, char **argv)
{
    const arguments a    = arguments_of(argc, argv);
    const uint16_t  port = (uint16_t)strtoul(a.port, NULL, 10);
    mailimap       *m    = mailimap_new(0, NULL);
    if (mailimap_socket_connect(m, "127.0.0.1", port) !=
            MAILIMAP_NO_ERROR_NON_AUTHENTICATED ||
        mailimap_login(m, "u", "p") != 0 || mailimap_select(m, "INBOX") != 0)
        fail("libetpan does not log in");
    figures_begin(&f);
    if (a.count != 0 && run(m, &a) != 0)
        fail("libetpan failed");
    figures_end(&f);
    figures_print(&f);
    mailimap_free(m);
    return 0;
}
