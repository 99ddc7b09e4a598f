/* SPDX-License-Identifier: MIT */
/* text/base64.h - the digits of base64, for those who read more leniently. */
#ifndef I4_TEXT_BASE64_H
#define I4_TEXT_BASE64_H

/* The value of a digit, 64 if it is none (RFC 4648 section 4). */
extern const unsigned char i4_base64_values[256];

#endif
