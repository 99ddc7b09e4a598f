#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""deliver.py [--host H] [--subject S] PORT USER [FILE] - deliver one message by LMTP.

FILE is a message with CRLF line ends, "-" is stdin; without it a short one is made up."""

import argparse
import smtplib
import sys
import time


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--subject", default="delivered")
    parser.add_argument("port", type=int)
    parser.add_argument("user")
    parser.add_argument("file", nargs="?")
    options = parser.parse_args()

    if options.file is None:
        data = (f"From: Postman <postman@example.org>\r\nTo: {options.user}@example.org\r\n"
                f"Subject: {options.subject}\r\nMessage-ID: <{time.time_ns()}@example.org>\r\n"
                f"\r\nThis came by LMTP.\r\n").encode()
    elif options.file == "-":
        data = sys.stdin.buffer.read()
    else:
        with open(options.file, "rb") as file:
            data = file.read()
    with smtplib.LMTP(options.host, options.port) as lmtp:
        lmtp.sendmail("postman@example.org", [options.user], data)


if __name__ == "__main__":
    main()
