/* SPDX-License-Identifier: MIT */
/* parse/search.h - flat lists of numbers, which may be longer than any buffer. */
#ifndef I4_PARSE_SEARCH_H
#define I4_PARSE_SEARCH_H

#include "parse/event.h"

/* i4_resp_row.piece of SEARCH.  Such a function gets ev->pub.data: the bytes of this
 * piece behind the response's name, without CRLF; ev->pub.marks tells whether more follow
 * and ev->pub.part which piece it is.  It leaves in ev->pub.data what are numbers, and
 * keeps in ev->piece_state what the next piece must know.  IMAP4_OK or IMAP4_E_SYNTAX. */
int i4_search_piece(i4_event *ev);

#endif
