/* SPDX-License-Identifier: MIT */
/* base/built.h - which outside libraries a build has, for folders that do not see each other. */
#ifndef I4_BASE_BUILT_H
#define I4_BASE_BUILT_H

#include <stdbool.h>

extern const bool i4_gsasl_is_built; /* sasl/gsasl.c or sasl/gsasl_none.c */

#endif
