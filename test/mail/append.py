#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""append.py [--host H] DIR PORT CA USER PASS MAILBOX - append a folder of NNNNNN.eml + .json.

Over implicit TLS, made from ssl and socket alone, so that no IMAP library judges another.
The commands are pipelined with LITERAL+: message n of the folder becomes message n of a
mailbox that was empty. The mailbox is created if need be; its name is sent as it stands."""

import argparse
import glob
import json
import os
import socket
import ssl
import sys

WINDOW = 64     # commands in flight; their answers must fit in the socket's buffer


def quoted(text):
    return b'"' + text.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


class Session:
    def __init__(self, host, port, ca):
        context = ssl.create_default_context(cafile=ca)
        plain = socket.create_connection((host, port), 60)
        self.socket = context.wrap_socket(plain, server_hostname=host)
        self.lines = self.socket.makefile("rb")
        self.sent = self.answered = 0
        self.line()

    def line(self):
        line = self.lines.readline()
        if not line:
            sys.exit("append: the server closed the connection")
        return line

    def send(self, *pieces):
        self.sent += 1
        self.socket.sendall(b"".join([b"a%d " % self.sent, *pieces, b"\r\n"]))

    def answer(self, needed=True):
        """Wait for the next tagged answer; give the untagged lines before it."""
        self.answered += 1
        tag, untagged = b"a%d " % self.answered, []
        while not (line := self.line()).startswith(tag):
            untagged.append(line)
        if needed and not line.startswith(tag + b"OK"):
            sys.exit("append: " + line.decode(errors="replace").strip())
        return untagged


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    for name in ("dir", "port", "ca", "user", "password", "mailbox"):
        parser.add_argument(name)
    options = parser.parse_args()

    session = Session(options.host, int(options.port), options.ca)
    session.send(b"LOGIN ", quoted(options.user), b" ", quoted(options.password))
    session.answer()
    session.send(b"CAPABILITY")
    if not any(b"LITERAL+" in line.upper().split() for line in session.answer()):
        sys.exit("append: this server has no LITERAL+")
    mailbox = quoted(options.mailbox)
    session.send(b"CREATE ", mailbox)
    session.answer(needed=False)

    count = 0
    for path in sorted(glob.glob(os.path.join(glob.escape(options.dir), "*.eml"))):
        with open(path, "rb") as file:
            data = file.read()
        with open(path[:-4] + ".json", encoding="utf-8") as file:
            truth = json.load(file)
        session.send(b"APPEND ", mailbox, b" (", " ".join(truth["flags"]).encode(), b") ",
                     quoted(truth["internaldate"]), b" {%d+}\r\n" % len(data), data)
        count += 1
        while session.sent - session.answered > WINDOW:
            session.answer()
    while session.answered < session.sent:
        session.answer()
    session.send(b"LOGOUT")
    session.answer()
    print(f"{count} messages appended to {options.mailbox}")


if __name__ == "__main__":
    main()
