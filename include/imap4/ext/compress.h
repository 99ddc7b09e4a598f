/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/compress.h - COMPRESS=DEFLATE (RFC 4978): fewer bytes both ways.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_COMPRESS_H
#define IMAP4_EXT_COMPRESS_H

#include "imap4/command.h"

IMAP4_BEGIN_DECLS

/**
 * COMPRESS DEFLATE.  Behind its OK, imap4_engine_want() says IMAP4_WANT_LAYER and
 * imap4_engine_layer() IMAP4_LAYER_DEFLATE.  An imap4_stack puts the layer in place by itself,
 * so that nothing is left to do for who uses one; without a stack see
 * imap4_engine_layer_input().  Ask imap4_features() for IMAP4_FEATURE_DEFLATE before: in a build
 * without it the OK would end the session with IMAP4_E_NOTIMPL.
 *
 * What is sent goes through one dictionary, and its size shows how much of it was alike: who
 * lets a stranger choose a part of what stands beside a secret, in one session over TLS, may
 * tell him the secret (doc/decisions.md, "Compression").
 *
 * Ends as IMAP4_R_REFUSED with IMAP4_E_NOCAP if the server does not announce COMPRESS=DEFLATE;
 * as IMAP4_R_NO with IMAP4_CODE_COMPRESSIONACTIVE if it compresses already.  There is no way
 * back, and nothing goes out beside it.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_compress(imap4_engine *engine, void *ctx,
                                                imap4_cmd *out);

IMAP4_END_DECLS

#endif
