/* SPDX-License-Identifier: MIT */
/* cli/values.c - the long values of responses: which are shown, and what stands for the rest. */
#include "values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEPT_ENTRIES = 256
};

bool values_init(values *v, size_t max)
{
    *v = (values){ .max = max, .hash = sha256_new() };
    return v->hash != NULL;
}

void values_free(values *v)
{
    values_reset(v);
    free(v->at);
    sha256_free(&v->hash);
    *v = (values){ 0 };
}

void values_reset(values *v)
{
    for (size_t i = 0; i < v->count; i++)
        free(v->at[i].text);
    v->count = 0;
    v->next  = 0;
    v->kept  = 0;
    v->came  = 0;
    v->shown = 0;
    if (v->room > KEPT_ENTRIES) {
        free(v->at);
        v->at   = NULL;
        v->room = 0;
    }
}

/* ---- literals that come in pieces ------------------------------------------- */

static bool begin(values *v, uint64_t size)
{
    if (v->count == v->room) {
        const size_t    room = v->room == 0 ? 8 : v->room * 2;
        value_streamed *more = realloc(v->at, room * sizeof *more);
        if (more == NULL)
            return false;
        v->at   = more;
        v->room = room;
    }
    value_streamed *value = &v->at[v->count];
    *value                = (value_streamed){ .size = size };
    v->came               = 0;
    if (size <= v->max)
        v->kept += size;
    if (size > v->max || v->kept > VALUES_ROOM) {
        if (!sha256_begin(v->hash))
            return false;
    } else {
        value->text = malloc(size == 0 ? 1 : (size_t)size);
        if (value->text == NULL)
            return false;
    }
    v->count++;
    return true;
}

static bool add(values *v, imap4_view bytes)
{
    value_streamed *value = &v->at[v->count - 1];
    if (bytes.len > value->size - v->came)
        bytes.len = (size_t)(value->size - v->came);
    if (value->text != NULL && bytes.len != 0)
        memcpy(value->text + v->came, bytes.ptr, bytes.len);
    v->came += bytes.len;
    return value->text != NULL || sha256_update(v->hash, bytes);
}

bool values_take(values *v, const imap4_event *ev)
{
    if (ev->type == IMAP4_EV_BODY_BEGIN)
        return begin(v, ev->literal_size);
    if (v->count == 0)
        return true;
    if (ev->type == IMAP4_EV_BODY_DATA)
        return add(v, ev->data);
    value_streamed *value = &v->at[v->count - 1];
    return value->text != NULL || sha256_end(v->hash, value->hex);
}

const value_streamed *values_next(values *v)
{
    return v->next < v->count ? &v->at[v->next++] : NULL;
}

/* ---- what is shown ---------------------------------------------------------- */

bool values_is_shown(values *v, uint64_t size)
{
    if (size > v->max)
        return false;
    v->shown += size;
    return v->shown <= VALUES_ROOM;
}

void values_out_hash(values *v, out_json *out, const char *key, imap4_view value)
{
    char hex[SHA256_HEX + 1];
    if (!sha256_begin(v->hash) || !sha256_update(v->hash, value) ||
        !sha256_end(v->hash, hex))
        out_fail(out, ENOMEM);
    else
        out_word(out, key, hex);
}

void values_out(values *v, out_json *out, const char *key, imap4_view value)
{
    if (value.ptr == NULL || values_is_shown(v, value.len)) {
        out_text(out, key, value);
        return;
    }
    char name[32];
    snprintf(name, sizeof name, "%s_size", key);
    out_number(out, name, value.len);
    snprintf(name, sizeof name, "%s_sha256", key);
    values_out_hash(v, out, name, value);
}
