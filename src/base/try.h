/* SPDX-License-Identifier: MIT */
/* base/try.h - the one flow macro: an error goes up. */
#ifndef I4_BASE_TRY_H
#define I4_BASE_TRY_H

#include "imap4/base.h"

#define I4_TRY(expr)                                                                     \
    do {                                                                                 \
        const int i4_try_rc = (expr);                                                    \
        if (i4_try_rc < 0)                                                               \
            return i4_try_rc;                                                            \
    } while (0)

#endif
