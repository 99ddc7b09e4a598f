/* SPDX-License-Identifier: MIT */
/**
 * @file imap4.h - the umbrella header of libimap4.
 */
#ifndef IMAP4_H
#define IMAP4_H

#include "imap4/base.h"
#include "imap4/client.h"
#include "imap4/command.h"
#include "imap4/data.h"
#include "imap4/diag.h"
#include "imap4/engine.h"
#include "imap4/event.h"
#include "imap4/ext/acl.h"
#include "imap4/ext/annotatemore.h"
#include "imap4/ext/binary.h"
#include "imap4/ext/compress.h"
#include "imap4/ext/condstore.h"
#include "imap4/ext/enable.h"
#include "imap4/ext/id.h"
#include "imap4/ext/listext.h"
#include "imap4/ext/metadata.h"
#include "imap4/ext/move.h"
#include "imap4/ext/namespace.h"
#include "imap4/ext/partial.h"
#include "imap4/ext/preview.h"
#include "imap4/ext/proxyauth.h"
#include "imap4/ext/quota.h"
#include "imap4/ext/sort.h"
#include "imap4/ext/specialuse.h"
#include "imap4/ext/thread.h"
#include "imap4/ext/uidplus.h"
#include "imap4/ext/unselect.h"
#include "imap4/ext/xlist.h"
#include "imap4/keep.h"
#include "imap4/mime.h"
#include "imap4/net.h"
#include "imap4/query.h"
#include "imap4/reader.h"
#include "imap4/reply.h"
#include "imap4/sasl.h"
#include "imap4/set.h"
#include "imap4/stack.h"
#include "imap4/text.h"
#include "imap4/transport.h"
#include "imap4/wire.h"

#endif
