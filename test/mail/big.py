#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""big.py [--size OCTETS] [--seed N] [--sum FILE] - stream one big message to stdout.

The message has exactly --size octets (200 MB by default): a header and base64 lines. Its
size and SHA-256 go to FILE, or stderr, as "SIZE SHA256". Memory stays constant."""

import argparse
import base64
import hashlib
import random
import sys

LINE = 57                   # octets that make a base64 line of 76, and 78 with CRLF
BLOCK = 1000                # lines written at once


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=200 * 1000 * 1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sum")
    options = parser.parse_args()

    head = (b"From: Big <big@example.org>\r\nTo: alice@example.org\r\nSubject: a big one\r\n"
            b"Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: application/octet-stream\r\n"
            b"Content-Transfer-Encoding: base64\r\nX-Pad: %s\r\n\r\n")
    # What whole lines leave over is filled up in the header.
    lines, pad = divmod(options.size - len(head % b"x"), 78)
    if lines < 0:
        sys.exit("big: too small for the header")
    rng, total, out = random.Random(options.seed), hashlib.sha256(), sys.stdout.buffer
    size = 0

    def write(data):
        nonlocal size
        out.write(data)
        total.update(data)
        size += len(data)

    write(head % (b"x" * (pad + 1)))
    while lines > 0:
        n = min(lines, BLOCK)
        text = base64.b64encode(rng.randbytes(LINE * n))
        write(b"".join(text[i:i + 76] + b"\r\n" for i in range(0, len(text), 76)))
        lines -= n
    out.flush()

    report = f"{size} {total.hexdigest()}\n"
    if options.sum:
        with open(options.sum, "w", encoding="ascii") as file:
            file.write(report)
    else:
        sys.stderr.write(report)


if __name__ == "__main__":
    main()
