/* SPDX-License-Identifier: MIT */
/* cli/write_account.c - what a server says of an account, and of itself: ACL, QUOTA,
 * METADATA, ANNOTATION, ID and NAMESPACE. */
#include "write_ext.h"

#include "imap4.h"

/* ---- ACL -------------------------------------------------------------------------- */

void write_acl(event_writer *w, const imap4_event *ev)
{
    const imap4_acl *acl = NULL;
    if (!write_can(w, imap4_acl_get(ev, &acl), "acl"))
        return;
    write_mailbox(w, acl->name, acl->wire_name);
    out_array(&w->out, "entries");
    for (size_t i = 0; i < acl->count; i++) {
        out_object(&w->out, NULL);
        out_text(&w->out, "identifier", acl->at[i].identifier);
        out_text(&w->out, "rights", acl->at[i].rights);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

void write_listrights(event_writer *w, const imap4_event *ev)
{
    const imap4_listrights *list = NULL;
    if (!write_can(w, imap4_listrights_get(ev, &list), "listrights"))
        return;
    write_mailbox(w, list->name, list->wire_name);
    out_text(&w->out, "identifier", list->identifier);
    out_text(&w->out, "required", list->required);
    write_strings(w, "optional", &list->optional);
}

void write_myrights(event_writer *w, const imap4_event *ev)
{
    const imap4_myrights_data *my = NULL;
    if (!write_can(w, imap4_myrights_get(ev, &my), "myrights"))
        return;
    write_mailbox(w, my->name, my->wire_name);
    out_text(&w->out, "rights", my->rights);
}

/* ---- QUOTA ------------------------------------------------------------------------ */

void write_quota(event_writer *w, const imap4_event *ev)
{
    const imap4_quota *quota = NULL;
    if (!write_can(w, imap4_quota_get(ev, &quota), "quota"))
        return;
    out_text(&w->out, "root", quota->root);
    out_array(&w->out, "resources");
    for (size_t i = 0; i < quota->count; i++) {
        out_object(&w->out, NULL);
        out_text_upper(&w->out, "name", quota->at[i].name);
        out_number(&w->out, "usage", quota->at[i].usage);
        out_number(&w->out, "limit", quota->at[i].limit);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

void write_quotaroot(event_writer *w, const imap4_event *ev)
{
    const imap4_quotaroot *root = NULL;
    if (!write_can(w, imap4_quotaroot_get(ev, &root), "quotaroot"))
        return;
    write_mailbox(w, root->name, root->wire_name);
    write_strings(w, "roots", &root->roots);
}

/* ---- METADATA --------------------------------------------------------------------- */

void write_metadata(event_writer *w, const imap4_event *ev)
{
    const imap4_metadata *data = NULL;
    if (!write_can(w, imap4_metadata_get(ev, &data), "metadata"))
        return;
    write_mailbox(w, data->name, data->wire_name);
    out_array(&w->out, data->has_values ? "entries" : "changed");
    for (size_t i = 0; i < data->count; i++) {
        out_object(&w->out, NULL);
        out_text(&w->out, "name", data->at[i].name);
        if (data->has_values)
            values_out(&w->values, &w->out, "value", data->at[i].value);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

int write_metadata_code(event_writer *w, const imap4_event *ev)
{
    static const char *const reasons[] = {
        [IMAP4_METADATA_LONGENTRIES] = "LONGENTRIES",
        [IMAP4_METADATA_MAXSIZE]     = "MAXSIZE",
        [IMAP4_METADATA_TOOMANY]     = "TOOMANY",
        [IMAP4_METADATA_NOPRIVATE]   = "NOPRIVATE",
    };
    imap4_metadata_code code;
    const int           rc = imap4_code_metadata(ev, &code);
    if (rc < 0)
        return rc;
    /* What a newer library may tell is shown as it stands. */
    if ((size_t)code.reason >= sizeof reasons / sizeof reasons[0])
        return IMAP4_E_ABSENT;
    out_word(&w->out, "reason", reasons[code.reason]);
    if (code.reason == IMAP4_METADATA_LONGENTRIES || code.reason == IMAP4_METADATA_MAXSIZE)
        out_number(&w->out, "size", code.size);
    return rc;
}

/* ---- ANNOTATION -------------------------------------------------------------------- */

void write_annotation(event_writer *w, const imap4_event *ev)
{
    const imap4_annotation *data = NULL;
    if (!write_can(w, imap4_annotation_get(ev, &data), "annotation"))
        return;
    write_mailbox(w, data->name, data->wire_name);
    out_array(&w->out, "entries");
    for (size_t i = 0; i < data->count; i++) {
        out_object(&w->out, NULL);
        out_text(&w->out, "name", data->at[i].entry);
        if (data->at[i].attribute.ptr != NULL) {
            out_text(&w->out, "attribute", data->at[i].attribute);
            values_out(&w->values, &w->out, "value", data->at[i].value);
        }
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

/* ---- ID ---------------------------------------------------------------------------- */

void write_id(event_writer *w, const imap4_event *ev)
{
    const imap4_params *params = NULL;
    if (!write_can(w, imap4_id_get(ev, &params), "id"))
        return;
    out_array(&w->out, "params");
    for (size_t i = 0; i < params->count; i++) {
        out_object(&w->out, NULL);
        out_text_lower(&w->out, "name", params->at[i].name);
        out_text(&w->out, "value", params->at[i].value);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

/* ---- NAMESPACE --------------------------------------------------------------------- */

static void namespace_params(event_writer *w, const imap4_namespace_entry *space)
{
    if (space->params_count == 0)
        return;
    out_array(&w->out, "params");
    for (size_t i = 0; i < space->params_count; i++) {
        out_object(&w->out, NULL);
        out_text_upper(&w->out, "name", space->params[i].name);
        write_strings(w, "values", &space->params[i].values);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

static void namespaces(event_writer *w, const char *key, const imap4_namespace_list *list)
{
    out_array(&w->out, key);
    for (size_t i = 0; i < list->count; i++) {
        const imap4_namespace_entry *space     = &list->at[i];
        const char                   delimiter = (char)space->delimiter;
        out_object(&w->out, NULL);
        out_text(&w->out, "prefix", space->prefix);
        if (!imap4_view_equal(space->prefix, space->wire_prefix))
            out_text(&w->out, "wire_prefix", space->wire_prefix);
        out_text(&w->out, "delimiter",
                 space->delimiter < 0 ? IMAP4_NIL : (imap4_view){ &delimiter, 1 });
        namespace_params(w, space);
        out_end_object(&w->out);
    }
    out_end_array(&w->out);
}

void write_namespace(event_writer *w, const imap4_event *ev)
{
    const imap4_namespaces *all = NULL;
    if (!write_can(w, imap4_namespace_get(ev, &all), "namespace"))
        return;
    namespaces(w, "personal", &all->personal);
    namespaces(w, "others", &all->others);
    namespaces(w, "shared", &all->shared);
}
