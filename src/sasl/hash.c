/* SPDX-License-Identifier: MIT */
/* sasl/hash.c - SHA-1 and SHA-256 (RFC 6234) of a whole text, and HMAC (RFC 2104).
 *
 * No branch and no index depends on what is hashed, so time tells nothing of a key. */
#include "sasl/hash.h"

#include "base/mem.h"

#include <stdint.h>

enum {
    BLOCK = 64,
    WORDS = 8
};

size_t i4_hash_len(i4_hash hash)
{
    return hash == I4_SHA_1 ? 20 : 32;
}

static uint32_t left(uint32_t x, unsigned by)
{
    return x << by | x >> (32 - by);
}

static uint32_t right(uint32_t x, unsigned by)
{
    return x >> by | x << (32 - by);
}

static uint32_t word_at(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- one block ---------------------------------------------------------------------- */

/* RFC 6234 section 6.1 */
static void sha1_block(uint32_t state[WORDS], const unsigned char *block)
{
    static const uint32_t constants[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc,
                                           0xca62c1d6 };
    uint32_t              w[80];
    for (unsigned i = 0; i < 16; i++)
        w[i] = word_at(block + 4 * i);
    for (unsigned i = 16; i < 80; i++)
        w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (unsigned i = 0; i < 80; i++) {
        const uint32_t choice = (b & c) | (~b & d), parity = b ^ c ^ d;
        const uint32_t majority = (b & c) | (b & d) | (c & d);
        const uint32_t f        = i < 20 ? choice : i >= 40 && i < 60 ? majority : parity;
        const uint32_t t        = left(a, 5) + f + e + constants[i / 20] + w[i];
        e                       = d;
        d                       = c;
        c                       = left(b, 30);
        b                       = a;
        a                       = t;
    }
    const uint32_t more[5] = { a, b, c, d, e };
    for (unsigned i = 0; i < 5; i++)
        state[i] += more[i];
    i4_mem_wipe(w, sizeof w);
}

/* RFC 6234 section 5.1 */
static const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2
};

/* RFC 6234 section 6.2 */
static void sha256_block(uint32_t state[WORDS], const unsigned char *block)
{
    uint32_t w[64], v[WORDS];
    for (unsigned i = 0; i < 16; i++)
        w[i] = word_at(block + 4 * i);
    for (unsigned i = 16; i < 64; i++) {
        const uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (right(x, 7) ^ right(x, 18) ^ x >> 3) + w[i - 7] +
               (right(y, 17) ^ right(y, 19) ^ y >> 10);
    }
    memcpy(v, state, sizeof v);
    for (unsigned i = 0; i < 64; i++) {
        const uint32_t a = v[0], e = v[4];
        const uint32_t t1 = v[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) +
                            ((e & v[5]) ^ (~e & v[6])) + sha256_constants[i] + w[i];
        const uint32_t t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) +
                            ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (unsigned i = 0; i < WORDS; i++)
        state[i] += v[i];
    i4_mem_wipe(w, sizeof w);
    i4_mem_wipe(v, sizeof v);
}

static void block_of(i4_hash hash, uint32_t state[WORDS], const unsigned char *block)
{
    if (hash == I4_SHA_1)
        sha1_block(state, block);
    else
        sha256_block(state, block);
}

/* ---- a text -------------------------------------------------------------------------- */

static const uint32_t begin[2][WORDS] = {
    [I4_SHA_1]   = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 },
    [I4_SHA_256] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                     0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
};

/* What is left, a bit, zeros and the length (RFC 6234 section 4.1). */
static void last_blocks(i4_hash hash, uint32_t state[WORDS], imap4_view rest,
                        uint64_t octets)
{
    unsigned char last[2 * BLOCK] = { 0 };
    const size_t  size            = rest.len + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
    if (rest.len != 0)
        memcpy(last, rest.ptr, rest.len);
    last[rest.len] = 0x80;
    for (unsigned i = 0; i < 8; i++)
        last[size - 1 - i] = (unsigned char)(octets * 8 >> 8 * i);
    for (size_t i = 0; i < size; i += BLOCK)
        block_of(hash, state, last + i);
    i4_mem_wipe(last, sizeof last);
}

/* The hash of `head`, a block or NULL, and `text`. */
static void digest(i4_hash hash, const unsigned char *head, imap4_view text,
                   unsigned char out[I4_HASH_MAX])
{
    uint32_t       state[WORDS];
    const uint64_t octets = (uint64_t)text.len + (head != NULL ? BLOCK : 0);
    memcpy(state, begin[hash], sizeof state);
    if (head != NULL)
        block_of(hash, state, head);
    for (; text.len >= BLOCK; text.ptr += BLOCK, text.len -= BLOCK)
        block_of(hash, state, (const unsigned char *)text.ptr);
    last_blocks(hash, state, text, octets);
    memset(out, 0, I4_HASH_MAX);
    for (size_t i = 0; i < i4_hash_len(hash); i++)
        out[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
    i4_mem_wipe(state, sizeof state);
}

static void xor_all(unsigned char block[BLOCK], unsigned char with)
{
    for (unsigned i = 0; i < BLOCK; i++)
        block[i] ^= with;
}

void i4_hash_hmac(i4_hash hash, imap4_view key, imap4_view text,
                  unsigned char out[I4_HASH_MAX])
{
    unsigned char pad[BLOCK] = { 0 }, inner[I4_HASH_MAX];
    if (key.len > BLOCK)
        digest(hash, NULL, key, pad); /* a block is longer than a hash */
    else if (key.len != 0)
        memcpy(pad, key.ptr, key.len);
    xor_all(pad, 0x36);
    digest(hash, pad, text, inner);
    xor_all(pad, 0x36 ^ 0x5c);
    digest(hash, pad, (imap4_view){ (const char *)inner, i4_hash_len(hash) }, out);
    i4_mem_wipe(pad, sizeof pad);
    i4_mem_wipe(inner, sizeof inner);
}
