/* SPDX-License-Identifier: MIT */
/* ext/compress.c - RFC 4978, COMPRESS=DEFLATE.  The layer itself is in filter/. */
#include "imap4/ext/compress.h"

#include "base/try.h"
#include "engine/queue.h"

/* Section 5: command-auth.  STARTTLS is one of the state before, so it cannot follow. */
static const i4_cmd_row commands[] = {
    { "COMPRESS", I4_ST_AUTH_SEL, I4_ALONE, I4_CMD_DEFLATES | I4_CMD_NEEDS_CAP, { 0 } },
    { 0 },
};

static const i4_code_row codes[] = {
    { "COMPRESSIONACTIVE", IMAP4_CODE_COMPRESSIONACTIVE, I4_ARG_NONE },
    { 0 },
};

extern const i4_ext i4_ext_compress;
const i4_ext        i4_ext_compress = {
           .name       = "compress",
           .capability = "COMPRESS=DEFLATE",
           .rfc        = 4978,
           .codes      = codes,
           .commands   = commands,
};

int imap4_cmd_compress(imap4_engine *engine, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY(i4_cmd_begin(engine, "COMPRESS", ctx, &c));
    i4_write_word(c, IMAP4_V("DEFLATE"));
    return i4_cmd_queue(engine, c, out);
}
