#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare_email.py TOOL [COUNT] - the same mail, read by this library and by Python's email.

What is read: hand-made awkward things (awkward.py), COUNT messages of charsets.py, and the
files below the folder that IMAP4_MAIL_SAMPLES names, if it does.  Python reads each thing
twice, with policy.compat32 and with policy.default.  Where the readings differ, the
difference must be of a class of differences.py: each says who is right, and why.  A difference without a
class fails, and so does a class that the hand-made things do not show.  Prints TAP.
"""
import base64
import email
import email.header
import email.policy
import email.utils
import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import awkward
import charsets
import differences
import generate

POLICIES = [email.policy.compat32, email.policy.default]


class Thing:
    """One thing to read: the request for the tool, and what Python makes of it."""

    def __init__(self, kind, where, request, theirs, **more):
        self.kind, self.where, self.request = kind, where, request
        self.theirs = theirs            # [(name of the reader, its reading)]
        self.raw = more.get("raw", b"")
        self.charset = more.get("charset")
        self.params = more.get("params", [])
        self.encoding = more.get("encoding", "")

    def reading_of(self, reader):
        return dict(self.theirs)[reader]


def hexed(data):
    return data.hex() or "."


# ---- Python's readings ----------------------------------------------------------------

def attempt(function):
    try:
        return function()
    except Exception as error:      # whatever a parser raises on mail is its reading
        return error


def subject_by(policy, raw):
    """The value of a field as a str."""
    message = email.message_from_bytes(b"Subject: " + raw + b"\r\n\r\n", policy=policy)
    value = message["Subject"]
    if policy is email.policy.compat32:
        return str(email.header.make_header(email.header.decode_header(value)))
    return str(value)


def words(raw, where):
    theirs = [("compat32", attempt(lambda: subject_by(POLICIES[0], raw))),
              ("default", attempt(lambda: subject_by(POLICIES[1], raw)))]
    return Thing("text", where, "text " + hexed(raw), theirs, raw=raw)


def parameter(params, where):
    """params: (name, value) as a server gives them."""
    line = b"attachment" + b"".join(
        b"; " + name + b"=" + (b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"')
        for name, value in params)
    theirs = []
    for policy in POLICIES:
        message = email.message_from_bytes(
            b"Content-Disposition: " + line + b"\r\n\r\n", policy=policy)
        theirs.append((policy is POLICIES[0] and "compat32" or "default",
                       attempt(message.get_filename)))
    request = "param " + b"filename".hex() + "".join(
        f" {hexed(name)} {hexed(value)}" for name, value in params)
    return Thing("param", where, request, theirs, params=params)


def body(encoding, charset, raw, where):
    """charset None: bytes."""
    message = email.message_from_bytes(
        b"Content-Type: " + (b"text/plain; charset=" + charset.encode() if charset
                             else b"application/octet-stream") +
        b"\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + raw,
        policy=POLICIES[0])
    data = attempt(lambda: message.get_payload(decode=True))
    if charset and not isinstance(data, Exception):
        data = attempt(lambda: message.get_payload(decode=True).decode(charset, "replace"))
    request = f"body {hexed(encoding.encode())} {hexed(charset.encode()) if charset else '-'} " \
              + hexed(raw)
    return Thing("body", where, request, [("email", data)], raw=raw, charset=charset,
                 encoding=encoding)


def date(raw, where):
    def seconds():
        parts = email.utils.parsedate_tz(raw.decode("latin-1"))
        return None if parts is None else str(email.utils.mktime_tz(parts))
    return Thing("date", where, "date " + hexed(raw), [("email", attempt(seconds))], raw=raw)


# ---- what there is to read ------------------------------------------------------------

def split_params(raw):
    """The parameters of a field as a server would give them."""
    found = []
    for m in re.finditer(rb';\s*([^\s=;]+)\s*=\s*("((?:[^"\\]|\\.)*)"|[^\s;]*)', raw, re.S):
        value = m[2] if m[3] is None else re.sub(rb"\\(.)", rb"\1", m[3], flags=re.S)
        found.append((m[1], value))
    return found


def unfolded(value):
    return re.sub(r"\r?\n", "", value).encode("ascii", "surrogateescape")


def of_message(data, where):
    message = email.message_from_bytes(data, policy=POLICIES[0])
    for part in message.walk():
        for name, value in part.raw_items():
            raw = unfolded(value)
            if name.lower() in ("subject", "content-description"):
                yield words(raw, f"{where} {name}")
            elif name.lower() == "date":
                yield date(raw, f"{where} {name}")
            elif name.lower() == "content-disposition":
                params = split_params(raw)
                if params:
                    yield parameter(params, f"{where} {name}")
        if not part.is_multipart():
            # get_payload() would have decoded the charset already
            payload = part._payload.encode("ascii", "surrogateescape")
            encoding = str(part.get("content-transfer-encoding", "7bit"))
            charset = part.get_content_charset() if part.get_content_maintype() == "text" \
                else None
            yield body(encoding, charset, payload, where)


def everything(count):
    for number, (raw, why) in enumerate(awkward.WORDS):
        yield words(raw, f"word {number}: {why}")
    for number, (params, why) in enumerate(awkward.PARAMS):
        yield parameter(params, f"parameters {number}: {why}")
    for number, (encoding, charset, raw, why) in enumerate(awkward.BODIES):
        yield body(encoding, charset, raw, f"body {number}: {why}")
    for number, (raw, why) in enumerate(awkward.DATES):
        yield date(raw, f"date {number}: {why}")
    for number in range(1, count + 1):
        data, truth = generate.make(2, number, charsets.KINDS)
        yield from of_message(data, f"{truth['kind']} {number}")


def samples():
    folder = os.environ.get("IMAP4_MAIL_SAMPLES")
    if not folder:
        return
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            yield from of_message(path.read_bytes(), str(path.relative_to(folder)))


# ---- comparing ------------------------------------------------------------------------

def readings(tool, things):
    lines = "".join(thing.request + "\n" for thing in things)
    done = subprocess.run([tool], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode().split("\n")[:-1]
    assert len(answers) == len(things), (len(answers), len(things))
    for answer in answers:
        if answer.startswith("-"):
            yield None
        else:
            yield b"" if answer == "." else bytes.fromhex(answer)


def same(ours, theirs):
    if theirs is None or ours is None:
        return ours is theirs
    if isinstance(theirs, Exception):
        return False
    if isinstance(theirs, str):
        theirs = theirs.encode("utf-8", "surrogateescape")
    return ours == theirs


def classify(thing, reader, ours, theirs):
    for one in differences.CLASSES:
        if one.kind == thing.kind and reader in one.readers and one.holds(thing, ours, theirs):
            return one
    return None


def compare(tool, things, counts):
    """Returns (how many were read alike, how many differ without a class)."""
    alike = unknown = 0
    for thing, ours in zip(things, readings(tool, things)):
        for reader, theirs in thing.theirs:
            if same(ours, theirs):
                alike += 1
                continue
            one = classify(thing, reader, ours, theirs)
            if one is not None:
                counts[one.name] = counts.get(one.name, 0) + 1
                continue
            unknown += 1
            if unknown <= 40:
                text = ours if ours is None else ours.decode("utf-8", "backslashreplace")
                print(f"# no class: {thing.where} ({reader})\n#   in     {thing.raw[:300]!r} "
                      f"{thing.params!r}\n#   ours   {text!r:.300}\n#   theirs {theirs!r:.300}")
    return alike, unknown


def main():
    tool = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    own = {}
    alike, unknown = compare(tool, list(everything(count)), own)
    print(f"# {alike} readings are the same, {sum(own.values())} differ in a known way")
    for one in differences.CLASSES:
        print(f"# {own.get(one.name, 0):5} {one.name}: {one.sentence}")
    # Another Python may have learnt something.
    stale = [one.name for one in differences.CLASSES if one.name not in own]
    if sys.version_info[:2] != (3, 11):
        stale = []
    print(f"{'not ' if unknown else ''}ok 1 - each difference to Python's email has a class")
    print(f"{'not ' if stale else ''}ok 2 - each class has a case {' '.join(stale)}")
    if os.environ.get("IMAP4_MAIL_SAMPLES"):
        more = {}
        alike, unknown_there = compare(tool, list(samples()), more)
        print(f"# samples: {alike} readings are the same, {sum(more.values())} differ")
        for name, n in sorted(more.items()):
            print(f"# {n:5} {name}")
        print(f"{'not ' if unknown_there else ''}ok 3 - so it is with the samples")
    else:
        unknown_there = 0
        print("ok 3 - the samples # SKIP IMAP4_MAIL_SAMPLES names no folder")
    print("1..3")
    sys.exit(bool(unknown or stale or unknown_there))


if __name__ == "__main__":
    main()
