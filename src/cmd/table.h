/* SPDX-License-Identifier: MIT */
/* cmd/table.h - the commands of RFC 3501, as rows. */
#ifndef I4_CMD_TABLE_H
#define I4_CMD_TABLE_H

#include "parse/registry.h"

extern const i4_ext i4_ext_base_commands;

#endif
