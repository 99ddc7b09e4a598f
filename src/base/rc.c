/* SPDX-License-Identifier: MIT */
/* base/rc.c - words for status codes; the version. */
#include "imap4/base.h"

uint32_t imap4_version(void)
{
    return IMAP4_VERSION_NUM;
}

const char *imap4_strerror(int code)
{
    if (code > IMAP4_NO || code < IMAP4_E_READONLY)
        return code > 0 ? "OK" : "E_?: unknown error code";
    switch ((imap4_rc)code) {
    case IMAP4_OK: return "OK";
    case IMAP4_NO: return "NO: the server refused";
    case IMAP4_E_NOMEM: return "E_NOMEM: out of memory, nothing was lost";
    case IMAP4_E_ARG: return "E_ARG: an argument cannot be used";
    case IMAP4_E_STATE: return "E_STATE: not possible in this state of the session";
    case IMAP4_E_NOCAP: return "E_NOCAP: the server does not offer this";
    case IMAP4_E_BUSY: return "E_BUSY: would be ambiguous beside a command in flight";
    case IMAP4_E_LIMIT: return "E_LIMIT: a limit was reached";
    case IMAP4_E_FRAMING: return "E_FRAMING: the byte stream of the server is lost";
    case IMAP4_E_SYNTAX: return "E_SYNTAX: this datum is malformed";
    case IMAP4_E_INJECTION: return "E_INJECTION: bytes arrived in clear before TLS began";
    case IMAP4_E_BYE: return "E_BYE: the server closed the session";
    case IMAP4_E_EOF: return "E_EOF: the connection ended";
    case IMAP4_E_ABSENT: return "E_ABSENT: the response has no such datum";
    case IMAP4_E_INTERRUPTED: return "E_INTERRUPTED: the wait was interrupted";
    case IMAP4_E_BAD: return "E_BAD: the server did not understand the command";
    case IMAP4_E_IO: return "E_IO: a system call failed";
    case IMAP4_E_TLS: return "E_TLS: TLS failed";
    case IMAP4_E_TIMEOUT: return "E_TIMEOUT: no answer in time";
    case IMAP4_E_PROTOCOL: return "E_PROTOCOL: the server broke the protocol";
    case IMAP4_E_INSECURE:
        return "E_INSECURE: a secret would go over a pipe that is not private";
    case IMAP4_E_NOTIMPL: return "E_NOTIMPL: this build was made without that part";
    case IMAP4_E_READONLY: return "E_READONLY: the mailbox cannot be changed";
    }
    return "E_?: unknown error code";
}
