/* SPDX-License-Identifier: MIT */
/* client/smart.c - jobs that servers do in different ways: moving, removing, finding mailboxes. */
#include "client/method.h"

#include "imap4/data.h"
#include "imap4/ext/namespace.h"
#include "imap4/ext/specialuse.h"
#include "imap4/ext/xlist.h"

#include "base/try.h"
#include "base/view.h"

/* ---- moving and removing --------------------------------------------------------------- */

static bool has(const imap4 *m, const char *name)
{
    return imap4_engine_has(m->engine, imap4_view_of(name)) == 1;
}

static int uid2(imap4 *m, const char *method, const char *a, imap4_view b,
                imap4_reply **out)
{
    const imap4_view args[] = { imap4_view_of(a), b };
    return i4_method_run(m, method, args, 2, true, out);
}

/* Marks the messages, and expunges these and no others. */
static int remove_uids(imap4 *m, const char *uids, int *way, imap4_reply **out)
{
    const imap4_view marking[] = { imap4_view_of(uids), IMAP4_V("+FLAGS.SILENT"),
                                   IMAP4_V("\\Deleted") };
    const bool       expunges  = has(m, "UIDPLUS") || has(m, "IMAP4rev2");
    int rc = i4_method_run(m, "STORE", marking, 3, true, expunges ? NULL : out);
    if (rc != IMAP4_OK)
        return rc;
    *way = IMAP4_WAY_MARKED;
    if (!expunges)
        return rc;
    rc = i4_method_run(m, "EXPUNGE", marking, 1, true, out);
    if (rc == IMAP4_OK)
        *way = IMAP4_WAY_UID_EXPUNGE;
    return rc;
}

int imap4_expunge_best(imap4 *m, const char *uids, int *way, imap4_reply **out)
{
    int unused = 0;
    way        = way == NULL ? &unused : way;
    *way       = IMAP4_WAY_NONE;
    I4_TRY(i4_begin(m, "UID EXPUNGE", out));
    return remove_uids(m, uids, way, out);
}

int imap4_move_best(imap4 *m, const char *uids, const char *mailbox, int *way,
                    imap4_reply **out)
{
    int unused = 0;
    way        = way == NULL ? &unused : way;
    *way       = IMAP4_WAY_NONE;
    I4_TRY(i4_begin(m, "UID MOVE", out));
    if (has(m, "MOVE") || has(m, "IMAP4rev2")) {
        const int rc = uid2(m, "MOVE", uids, imap4_view_of(mailbox), out);
        if (rc == IMAP4_OK)
            *way = IMAP4_WAY_MOVE;
        return rc;
    }
    int rc = uid2(m, "COPY", uids, imap4_view_of(mailbox), out);
    if (rc != IMAP4_OK)
        return rc;
    rc = remove_uids(m, uids, way, NULL);
    if (rc == IMAP4_OK && *way == IMAP4_WAY_UID_EXPUNGE)
        *way = IMAP4_WAY_COPY;
    return rc;
}

/* ---- names -------------------------------------------------------------------------------- */

/* Gives a name that the object owns, NUL-terminated. */
static int give_name(imap4 *m, imap4_view *name)
{
    i4_text_add(&m->name, (imap4_view){ "", 1 });
    if (m->name.has_failed)
        return i4_report(m, IMAP4_E_NOMEM, "out of memory");
    *name = (imap4_view){ m->name.at, m->name.len - 1 };
    return IMAP4_OK;
}

static void begin_name(imap4 *m)
{
    m->name.mem        = &m->mem;
    m->name.len        = 0;
    m->name.has_failed = false;
}

/* ---- roles ----------------------------------------------------------------------------------- */

typedef struct role_row {
    const char *attribute;
    uint32_t    bit;
    const char *names; /* usual ones of the last part of a name, by '/' */
} role_row;

static const role_row roles[] = {
    { "\\All", IMAP4_LIST_ALL, "All Mail/All/Alle Nachrichten/Tous les messages/Todos" },
    { "\\Archive", IMAP4_LIST_ARCHIVE,
      "Archive/Archives/Archiv/Archivio/Archivo/Arquivo/Archief/Arkiv" },
    { "\\Drafts", IMAP4_LIST_DRAFTS,
      "Drafts/Draft/Entw\xc3\xbcrfe/Brouillons/Borradores/Bozze/Rascunhos/Concepten/"
      "Utkast/"
      "Kladder/Luonnokset/Szkice/\xd0\xa7\xd0\xb5\xd1\x80\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xb8"
      "\xd0\xba\xd0\xb8/\xe4\xb8\x8b\xe6\x9b\xb8\xe3\x81\x8d/\xe8\x8d\x89\xe7\xa8\xbf/"
      "\xe8\x8d\x89\xe7\xa8\xbf\xe7\xae\xb1" },
    { "\\Flagged", IMAP4_LIST_FLAGGED, "Flagged/Starred/Markiert/Suivis/Destacados" },
    { "\\Junk", IMAP4_LIST_JUNK,
      "Junk/Spam/Junk E-mail/Junk Email/Junk Mail/Bulk "
      "Mail/Bulk/Werbung/Unerw\xc3\xbcnscht/"
      "Ind\xc3\xa9sirables/Courrier ind\xc3\xa9sirable/Correo no deseado/"
      "Posta indesiderata/Ongewenste e-mail/\xd0\xa1\xd0\xbf\xd0\xb0\xd0\xbc" },
    { "\\Sent", IMAP4_LIST_SENT,
      "Sent/Sent Items/Sent Messages/Sent Mail/Gesendet/Gesendete Elemente/"
      "Gesendete Objekte/Envoy\xc3\xa9s/\xc3\x89l\xc3\xa9ments envoy\xc3\xa9s/Enviados/"
      "Elementos enviados/Inviati/Posta inviata/Verzonden/Verzonden items/Skickat/Sendt/"
      "L\xc3\xa4hetetyt/Wys\xc5\x82"
      "ane/\xd0\x9e\xd1\x82\xd0\xbf\xd1\x80\xd0\xb0\xd0\xb2"
      "\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xbd\xd1\x8b\xd0\xb5/\xe9\x80\x81\xe4\xbf\xa1\xe6\xb8"
      "\x88\xe3\x81\xbf/\xe5\xb7\xb2\xe5\x8f\x91\xe9\x80\x81" },
    { "\\Trash", IMAP4_LIST_TRASH,
      "Trash/Deleted Items/Deleted Messages/Deleted/Bin/Papierkorb/Gel\xc3\xb6schte "
      "Elemente/"
      "Gel\xc3\xb6schte Objekte/Corbeille/\xc3\x89l\xc3\xa9ments "
      "supprim\xc3\xa9s/Papelera/"
      "Elementos eliminados/Cestino/Posta eliminata/Lixeira/Prullenbak/Papperskorgen/"
      "Papirkurv/Roskakori/Kosz/\xd0\x9a\xd0\xbe\xd1\x80\xd0\xb7\xd0\xb8\xd0\xbd\xd0\xb0/"
      "\xe3\x82\xb4\xe3\x83\x9f\xe7\xae\xb1" },
};

static const role_row *find_role(imap4_view attribute)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (i4_view_eq_nocase(attribute, imap4_view_of(roles[i].attribute)))
            return &roles[i];
    return NULL;
}

/* All mailboxes with what they are for, however this server tells it. */
static int list_roles(imap4 *m, bool *is_xlist, imap4_reply **out)
{
    imap4_list_options opt = { .size = sizeof opt };
    i4_collector       c;
    imap4_cmd          cmd = 0;
    int                rc  = IMAP4_OK;
    I4_TRY(i4_begin(m, "LIST", out));
    *is_xlist = !has(m, "SPECIAL-USE") && has(m, "XLIST");
    if (has(m, "SPECIAL-USE") && has(m, "LIST-EXTENDED"))
        opt.returns = IMAP4_V("SPECIAL-USE");
    i4_collect_init(m, &c, *is_xlist ? IMAP4_V("XLIST") : IMAP4_V("LIST"), NULL);
    c.takes = true;
    if (*is_xlist)
        rc = imap4_cmd_xlist(m->engine, IMAP4_V(""), IMAP4_V("*"), NULL, &cmd);
    else
        rc = imap4_cmd_list(m->engine, IMAP4_V(""), IMAP4_V("*"),
                            opt.returns.ptr == NULL ? NULL : &opt, NULL, &cmd);
    return i4_collect(m, &c, rc, cmd, out);
}

static const imap4_list_data *next_mailbox(imap4_reply *r, size_t *at)
{
    const imap4_list_data *box = NULL;
    const imap4_event     *ev  = NULL;
    while ((ev = imap4_reply_find(r, IMAP4_EV_LIST, at)) != NULL)
        if (imap4_list_get(ev, &box) == IMAP4_OK && box->name.ptr != NULL &&
            (box->attributes & (IMAP4_LIST_NOSELECT | IMAP4_LIST_NONEXISTENT)) == 0)
            return box;
    return NULL;
}

static imap4_view find_by_attribute(imap4_reply *r, const role_row *role)
{
    size_t                 at  = 0;
    const imap4_list_data *box = NULL;
    while ((box = next_mailbox(r, &at)) != NULL)
        if ((box->attributes & role->bit) != 0)
            return box->name;
    return IMAP4_NIL;
}

static imap4_view last_part(const imap4_list_data *box)
{
    size_t from = box->name.len;
    while (from != 0 && (box->delimiter < 0 ||
                         (unsigned char)box->name.ptr[from - 1] != box->delimiter))
        from--;
    return (imap4_view){ box->name.ptr + from, box->name.len - from };
}

static imap4_view find_by_name(imap4_reply *r, imap4_view name)
{
    size_t                 at  = 0;
    const imap4_list_data *box = NULL;
    while ((box = next_mailbox(r, &at)) != NULL)
        if (i4_view_eq_nocase(last_part(box), name))
            return box->name;
    return IMAP4_NIL;
}

/* The names in the order of the table: the first is the most usual. */
static imap4_view find_usual(imap4_reply *r, const role_row *role)
{
    const char *p     = role->names;
    imap4_view  found = IMAP4_NIL;
    while (*p != '\0' && found.ptr == NULL) {
        const size_t len = strcspn(p, "/");
        found            = find_by_name(r, (imap4_view){ p, len });
        p += len + (p[len] == '/');
    }
    return found;
}

int imap4_role(imap4 *m, const char *attribute, imap4_view *name, int *way)
{
    const role_row *role     = find_role(imap4_view_of(attribute));
    imap4_reply    *r        = NULL;
    bool            is_xlist = false;
    int             unused   = 0;
    way                      = way == NULL ? &unused : way;
    *way                     = IMAP4_WAY_NONE;
    *name                    = IMAP4_NIL;
    i4_report_clear(m);
    if (role == NULL)
        return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("there is no such role"),
                              imap4_view_of(attribute));
    int        rc    = list_roles(m, &is_xlist, &r);
    imap4_view found = find_by_attribute(r, role);
    if (found.ptr != NULL) {
        *way = is_xlist ? IMAP4_WAY_XLIST : IMAP4_WAY_SPECIAL_USE;
    } else if ((found = find_usual(r, role)).ptr != NULL) {
        *way = IMAP4_WAY_NAME;
    }
    begin_name(m);
    i4_text_add(&m->name, found);
    if (rc == IMAP4_OK)
        rc = found.ptr == NULL ? i4_report(m, IMAP4_E_ABSENT, "no mailbox has this role")
                               : give_name(m, name);
    imap4_reply_free(&r);
    return rc;
}

/* ---- joined names -------------------------------------------------------------------------------- */

/* The prefix goes into the object's name. */
static int ask_namespace(imap4 *m, int *delimiter)
{
    const imap4_namespaces *all = NULL;
    imap4_reply            *r   = NULL;
    size_t                  at  = 0;
    const int               rc  = imap4_namespace(m, &r);
    const imap4_event      *ev  = imap4_reply_find(r, IMAP4_EV_NAMESPACE, &at);
    if (rc == IMAP4_OK && ev != NULL && imap4_namespace_get(ev, &all) == IMAP4_OK &&
        all->personal.count != 0) {
        *delimiter = all->personal.at[0].delimiter;
        i4_text_add(&m->name, all->personal.at[0].prefix);
    }
    imap4_reply_free(&r);
    return rc;
}

static int ask_list(imap4 *m, const char *pattern, int *delimiter)
{
    const imap4_list_data *box = NULL;
    imap4_reply           *r   = NULL;
    size_t                 at  = 0;
    const int              rc  = imap4_list(m, "", pattern, &r);
    const imap4_event     *ev  = imap4_reply_find(r, IMAP4_EV_LIST, &at);
    if (rc == IMAP4_OK && ev != NULL && imap4_list_get(ev, &box) == IMAP4_OK)
        *delimiter = box->delimiter;
    imap4_reply_free(&r);
    return rc;
}

/* LIST "" "" (RFC 3501 6.3.8) tells the delimiter; where it tells nothing, any mailbox does. */
static int ask_delimiter(imap4 *m, int *delimiter)
{
    const int rc = ask_list(m, "", delimiter);
    if (rc != IMAP4_OK || !i4_habit_is_on(m, IMAP4_QUIRK_DELIMITER_BY_LIST))
        return rc;
    return ask_list(m, "%", delimiter);
}

static int check_part(imap4 *m, imap4_view part, int delimiter, size_t n)
{
    if (part.len == 0)
        return i4_report(m, IMAP4_E_ARG, "a part of the name is empty");
    if (n > 1 && delimiter < 0)
        return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("mailboxes have no hierarchy here"),
                              part);
    if (delimiter >= 0 && memchr(part.ptr, delimiter, part.len) != NULL)
        return i4_report_view(m, IMAP4_E_ARG,
                              IMAP4_V("a part of the name holds the delimiter"), part);
    return IMAP4_OK;
}

int imap4_join(imap4 *m, const char *const *parts, size_t n, imap4_view *name)
{
    int delimiter = -1;
    *name         = IMAP4_NIL;
    I4_TRY(i4_begin(m, "NAMESPACE", NULL));
    if (n == 0)
        return i4_report(m, IMAP4_E_ARG, "a name has at least one part");
    begin_name(m);
    const bool has_namespace = has(m, "NAMESPACE") || has(m, "IMAP4rev2");
    const int  rc            = has_namespace ? ask_namespace(m, &delimiter)
                                             : ask_delimiter(m, &delimiter);
    if (rc != IMAP4_OK)
        return rc;
    if (i4_view_eq_nocase(imap4_view_of(parts[0]), IMAP4_V("INBOX")))
        m->name.len = 0;
    const char byte = (char)delimiter;
    for (size_t i = 0; i < n; i++) {
        const imap4_view part = imap4_view_of(parts[i]);
        I4_TRY(check_part(m, part, delimiter, n));
        if (i != 0)
            i4_text_add(&m->name, (imap4_view){ &byte, 1 });
        i4_text_add(&m->name, part);
    }
    return give_name(m, name);
}
