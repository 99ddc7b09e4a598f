/* SPDX-License-Identifier: MIT */
/* bench/peer_curl.c - the same work through libcurl, which hands out lines as they came:
 * nothing of them is parsed.
 *
 *   peer_curl plain WORK COUNT PORT */
#include "client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static figures f;

typedef struct upload {
    const char *at;
    size_t      left;
} upload;

static size_t on_data(char *at, size_t size, size_t count, void *context)
{
    (void)at;
    (void)context;
    f.bytes += size * count;
    return size * count;
}

static size_t on_upload(char *at, size_t size, size_t count, void *context)
{
    upload *u = context;
    size_t  n = size * count;
    if (n > u->left)
        n = u->left;
    memcpy(at, u->at, n);
    u->at += n;
    u->left -= n;
    return n;
}

/* Debian 12's edition takes untagged lines for headers and gives up at 300 KB of them, the
 * unread rest of its buffer counted again for each line: so only short sets get through. */
static CURLcode fetch(CURL *curl, const arguments *a)
{
    const uint32_t step = a->work->what == WORK_FLAGS             ? 80
                          : (a->work->what & WORK_STRUCTURE) != 0 ? 12
                                                                  : 20;
    CURLcode       rc   = CURLE_OK;
    while (f.seen < a->count && rc == CURLE_OK) {
        char           command[160];
        const uint32_t from = FIRST_NUMBER + (uint32_t)f.seen;
        const uint32_t left = a->count - (uint32_t)f.seen;
        const uint32_t n    = left < step ? left : step;
        snprintf(command, sizeof command, "UID FETCH %u:%u (%s)", from, from + n - 1,
                 a->work->items);
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, command);
        rc = curl_easy_perform(curl);
        f.seen += n;
    }
    return rc;
}

static CURLcode fetch_bodies(CURL *curl, const arguments *a, uint32_t count)
{
    CURLcode rc = CURLE_OK;
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
    for (; f.seen < count && rc == CURLE_OK; f.seen++) {
        char url[96];
        snprintf(url, sizeof url, "imap://127.0.0.1:%s/INBOX;UID=%u", a->port,
                 FIRST_NUMBER + (uint32_t)f.seen);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        rc = curl_easy_perform(curl);
    }
    if (a->work->kind == WORK_LARGE)
        f.seen = f.bytes / a->work->octets;
    return rc;
}

static CURLcode append(CURL *curl, const arguments *a)
{
    char    *message = malloc(a->work->octets);
    CURLcode rc      = CURLE_OK;
    if (message == NULL)
        fail("memory");
    work_fill(message, a->work->octets);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_upload);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256 * 1024L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)a->work->octets);
    for (; f.seen < a->count && rc == CURLE_OK; f.seen++) {
        upload u = { message, a->work->octets };
        curl_easy_setopt(curl, CURLOPT_READDATA, &u);
        rc = curl_easy_perform(curl);
    }
    free(message);
    return rc;
}

static CURLcode once(CURL *curl, const arguments *a, const char *command)
{
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, command);
    const CURLcode rc = curl_easy_perform(curl);
    f.seen            = a->count;
    return rc;
}

static CURLcode run(CURL *curl, const arguments *a)
{
    CURLcode rc = CURLE_OK;
    switch (a->work->kind) {
    case WORK_FETCH: return fetch(curl, a);
    case WORK_BODY: return fetch_bodies(curl, a, a->count);
    case WORK_LARGE: return fetch_bodies(curl, a, 1);
    case WORK_SEARCH: return once(curl, a, "UID SEARCH ALL");
    case WORK_LIST: return once(curl, a, "LIST \"\" \"*\"");
    case WORK_APPEND: return append(curl, a);
    case WORK_NOOP:
    case WORK_PIPE:
        for (; f.seen < a->count && rc == CURLE_OK; f.seen++)
            rc = curl_easy_perform(curl);
        break;
    }
    return rc;
}

int main(int argc, char **argv)
{
    const arguments a = arguments_of(argc, argv);
    char            url[64];
    snprintf(url, sizeof url, "imap://127.0.0.1:%s/INBOX", a.port);
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_USERNAME, "u");
    curl_easy_setopt(curl, CURLOPT_PASSWORD, "p");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
    if (curl_easy_perform(curl) != CURLE_OK)
        fail("libcurl does not log in");
    f.bytes = 0;
    figures_begin(&f);
    const CURLcode rc = a.count == 0 ? CURLE_OK : run(curl, &a);
    figures_end(&f);
    if (rc != CURLE_OK)
        fail(curl_easy_strerror(rc));
    figures_print(&f);
    curl_easy_cleanup(curl);
    return 0;
}
