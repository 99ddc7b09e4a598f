#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""generate.py OUTDIR [--count 2000] [--seed 1] - write messages and what is true of them.

OUTDIR gets NNNNNN.eml (the bytes to APPEND), NNNNNN.json (the truth) and index.json
({"seed", "count", "bytes", "messages": [{"name", "kind", "size", "sha256"}]}). The same seed
and number always make the same message. The truth is told by the code that builds the
message (message.py) and by RFC 3501; no parser and no server was asked.

The truth of a message, a JSON object:

  name, kind       "000001"; which function below made it
  flags            to APPEND with: system flags and keywords
  internaldate     the date-time to APPEND with; time is the same in Unix seconds, zone its
                   minutes east. Servers may answer in another zone: compare the time.
  size, sha256     of the whole message: RFC822.SIZE and BODY[]
  subject          decoded (RFC 2047), null if there is no Subject
  envelope         date subject from sender reply_to to cc bcc in_reply_to message_id:
                   strings as they stand after unfolding, RFC 2047 not decoded, or null for
                   NIL; lists of [name, adl, mailbox, host] or null. An empty string may
                   come as NIL (RFC 3501 7.4.2).
  body             a tree. Multipart: path, type "multipart", subtype, params [[k, v]],
                   parts, disposition [type, [[k, v]]], language [tags], location. Leaf:
                   path, type, subtype, params, id, description, encoding, size, md5,
                   disposition, language, location; lines if text or message/rfc822; for
                   the latter also envelope and body. Absent things are null. Also decoded
                   [size, sha256] of the content after the transfer encoding, text [size,
                   sha256] of the same in UTF-8 where a charset was used, and filename in
                   UTF-8 where there is one (what is message/rfc822 has no decoded). Types, subtypes, parameter names, encoding
                   and disposition type are compared without case.
  sections         {"HEADER": [size, sha256], "TEXT": .., "1": .., "1.MIME": ..,
                   "2.HEADER": ..}: every section of RFC 3501 6.4.5 that is defined. A
                   message that is not multipart has "1" but no "1.MIME".

  Where RFC 3501 leaves a choice, the node says so:
  params_default   text without charset: ("charset" "us-ascii") may come in addition
  params_joined, disposition_joined
                   what these become if the server joins RFC 2231 continuations
  lines_free       the last line has no CRLF: lines may be one more

Left out, because the RFC gives no single answer or servers (Dovecot 2.3) use a freedom:
  - addresses without a domain or mailbox, "<>", lists with empty places, a comment in
    place of the name: RFC 3501 has no words for what to report
  - comments inside a phrase or a domain; white space of more than one blank in a phrase
  - a tab, or more than one blank, inside a Subject (Dovecot makes one blank of them, so a
    Subject folds at a single blank here); white space at the end of a field, or more than
    one blank after the colon
  - header fields twice; lines with no colon; Latin-1 and other 8-bit that is not UTF-8
  - a boundary that begins another one, multiparts with no part or with no end, MIME parts
    without their blank line, a header-only message inside message/rfc822
  - an inner multipart that ends with "--" and the CRLF of the outer boundary: by RFC 2046
    that CRLF is the outer delimiter's, Dovecot counts it to the inner part. So an inner
    multipart here has an epilogue, be it empty; the outermost may have none.
  - dates of arrival in the future (Dovecot puts today's); charset US-ASCII in upper case
    (Dovecot makes it lower in a message of plain text)
  - NUL, bare CR, bare LF
"""

import argparse
import base64
import hashlib
import json
import os
import random
import sys

sys.dont_write_bytecode = True      # leave no __pycache__ in the source tree
from message import (CRLF, Addresses, Embedded, Leaf, Message, Multi, base64_lines,
                     encoded_word, encoded_words, envelope, field, header_date,
                     quoted, quoted_printable, truth_of, unfold)

WORDS = {
    "en": "the mail box keeps every letter that came over night and a reader finds them in "
          "order of their number so nothing is lost when somebody moves one away",
    "de": "über große Bäche führen schöne Brücken und jeder Bürger geht täglich hinüber",
    "fr": "l'été déjà passé nous rêvons où naît un château près de la forêt",
    "ru": "почта приходит утром и письма лежат на столе до вечера",
    "el": "το γράμμα ήρθε χθες και το διάβασα αμέσως",
    "ja": "朝の 手紙が 届いた ので 返事を 書いて 送ります",
    "zh": "今天 收到 一封 信件 請 儘快 回覆 謝謝",
    "ko": "오늘 아침에 편지가 도착했습니다 답장을 보내세요",
    "ar": "وصلت الرسالة اليوم وسوف أجيب غدا",
    "emoji": "party 🎉 tonight 🌙 bring 🍕 and 🎸",
}
CHARSETS = [("de", "iso-8859-1"), ("fr", "iso-8859-15"), ("ru", "koi8-r"),
            ("ru", "windows-1251"), ("el", "iso-8859-7"), ("ja", "iso-2022-jp"),
            ("ja", "shift_jis"), ("ja", "euc-jp"), ("zh", "big5"), ("ko", "euc-kr"),
            ("ru", "utf-8"), ("zh", "UTF-8"), ("ar", "utf-8"), ("emoji", "utf-8"),
            ("en", "us-ascii")]
HOSTS = ["example.org", "example.com", "mail.example.net", "a.b.c.example", "x-1.test"]
PEOPLE = [("Ann Bell", "ann"), ("Carl Dunn", "carl.dunn"), ("Eve Ford", "eve+list"),
          ("Gil Hart", "g_hart"), ("Ida", "ida"), ("J. R. King", "jr"), ("Li Wei", "liwei"),
          ("O'Neill, Pat", "pat"), ('Quote "Q" Rae', "rae"), ("Back\\slash", "bs"),
          ("Team (all)", "team"), ("Tom@Home", "tom"), ("a.b:c;d<e>", "odd")]
SYSTEM = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"]
KEYWORDS = ["$Forwarded", "$MDNSent", "$Junk", "NonJunk", "work", "project-x", "a+b:c",
            "to/do", "$Label1", "longer_keyword_with_many_letters_in_it_0123456789"]


class Head:
    """The mail header of one message: what was put in, as bytes and as truth."""

    def __init__(self, **fields):
        self.fields = fields        # in order: name of envelope() -> bytes or Addresses
        self.subject = None         # decoded
        self.extra = []
        self.fold = b" "
        self.case = str

    NAMES = {"date": "Date", "subject": "Subject", "from_": "From", "sender": "Sender",
             "reply_to": "Reply-To", "to": "To", "cc": "Cc", "bcc": "Bcc",
             "in_reply_to": "In-Reply-To", "message_id": "Message-ID"}

    def lines(self):
        out = []
        for key, value in self.fields.items():
            raw = value.value(self.fold) if isinstance(value, Addresses) else value
            out.append(field(self.case(self.NAMES[key]), raw))
        return out + self.extra

    def envelope(self):
        return envelope(**self.fields)


class Maker:
    """Random material for one message."""

    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}:{number}")
        self.number = number
        self.serial = 0

    def choice(self, items):
        return items[self.random.randrange(len(items))]

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    def count(self, low, high):
        return self.random.randrange(low, high + 1)

    def hex(self, n):
        return self.random.randbytes(n).hex()

    # text

    def words(self, n, language="en"):
        pool = WORDS[language].split()
        return " ".join(self.choice(pool) for _ in range(n))

    def text(self, size, language="en"):
        """Lines of words, CRLF ended, of about size octets."""
        out, have = [], 0
        while have < size:
            line = self.words(self.count(3, 9), language)
            if self.chance(12):
                line = self.choice(["", ".", "..dots", "From here on", ">From", "-- ", "--",
                                    "--no-boundary", "* 1 FETCH (", "A1 OK done", "{12}",
                                    ")", " leading blank", "\ttab"])
            out.append(line)
            have += len(line) + 2
        return (CRLF.decode().join(out) + CRLF.decode()).encode()

    def size(self):
        """Mostly small."""
        return self.choice([40, 120, 300, 700, 1500, 1500, 4000, 12000])

    # headers

    def address(self, into):
        name, mailbox = self.choice(PEOPLE)
        host = self.choice(HOSTS)
        style = self.random.randrange(8)
        if style == 0:
            return into.add(mailbox, host, bare=True)
        if style == 1:
            return into.add(mailbox, host)
        if style == 2:
            language, charset = self.choice(CHARSETS)
            raw = encoded_word(self.words(1, language), charset, self.choice("BQbq"))
            return into.add(mailbox, host, unfold(raw), raw)
        if style == 3:
            return into.add(mailbox, host, name, quoted(name))
        return into.add(mailbox, host, name)

    def addresses(self, n):
        out = Addresses()
        for _ in range(n):
            self.address(out)
        return out

    def identity(self):
        return f"<{self.hex(self.count(4, 16))}@{self.choice(HOSTS)}>".encode()

    def when(self):
        """From 1990 to 2024: a server may refuse to believe in the future."""
        return self.count(631152000, 1735600000), self.choice(
            [0, 0, 60, 120, -300, -480, 330, 345, 540, 600, 840, -570, -720])

    def date(self):
        seconds, zone = self.when()
        text = header_date(seconds, zone)
        style = self.random.randrange(8)
        if style == 0:
            text = text[5:]
        elif style == 1:
            text += " (somewhere)"
        elif style == 2:
            text = text[:-5] + self.choice(["GMT", "EST", "UT", "Z"])
        return text.encode()

    def head(self, **more):
        """A usual header; more replaces fields, None takes one away."""
        fields = {"date": self.date(), "from_": self.addresses(1),
                  "to": self.addresses(self.count(1, 3)), "message_id": self.identity()}
        if self.chance(4):
            fields["cc"] = self.addresses(self.count(1, 3))
        if self.chance(8):
            fields["bcc"] = self.addresses(1)
        if self.chance(6):
            fields["reply_to"] = self.addresses(1)
        if self.chance(8):
            fields["sender"] = self.addresses(1)
        if self.chance(3):
            fields["in_reply_to"] = self.identity()
        head = Head(**fields)
        self.subject(head)
        head.fields.update(more)
        for name in [name for name in head.fields if head.fields[name] is None]:
            del head.fields[name]
        if "subject" not in head.fields:
            head.subject = None
        if self.chance(3):
            head.extra.append(field("X-Mailer", "test " + self.words(2)))
        if self.chance(4):
            head.extra.append(field("Received", "from " + self.choice(HOSTS) +
                                    " by " + self.choice(HOSTS) + ";\r\n " +
                                    self.date().decode()))
        if self.chance(10):
            head.case = self.choice([str.upper, str.lower])
        return head

    def subject(self, head, tokens=None, fold=b" "):
        """tokens: str for plain words, (text, charset, form) for encoded-words."""
        if tokens is None:
            style = self.random.randrange(4)
            language, charset = self.choice(CHARSETS)
            if style == 0:
                tokens = [(self.words(self.count(2, 8), language), charset,
                           self.choice("BQbq"))]
                fold = b"\r\n "
            elif style == 1:
                tokens = ["Re:", (self.words(2, language), charset, self.choice("BQ"))]
            else:
                tokens = [self.choice(["", "Re: ", "Fwd: ", "[list] "]) +
                          self.words(self.count(1, 8))]
        raw, plain, coded_before = [], "", False
        for token in tokens:
            coded = not isinstance(token, str)
            # RFC 2047 6.2: white space between two encoded-words is not shown
            if raw and not (coded and coded_before):
                plain += " "
            raw += encoded_words(*token) if coded else [token.encode()]
            plain += token[0] if coded else token
            coded_before = coded
        head.fields["subject"] = fold.join(raw)
        head.subject = plain

    # parts

    def boundary(self):
        self.serial += 1
        return self.choice(["b", "=_", "----=_NextPart_000_", "Apple-Mail.", "0000000"]) + \
            self.hex(10) + str(self.serial)

    def multi(self, subtype, parts, **more):
        more.setdefault("boundary", self.boundary())
        more.setdefault("epilogue", b"")
        return Multi(subtype, parts=parts, **more)

    def plain(self, size=None, **more):
        """text/plain in ASCII, 7bit or nothing said."""
        data = self.text(self.size() if size is None else size)
        if self.chance(4):
            data = data[:-2]
        more.setdefault("encoding", self.choice([None, "7bit", "7BIT"]))
        more.setdefault("params", [("charset", self.choice(["us-ascii", "utf-8"]))])
        return Leaf("text", more.pop("subtype", "plain"), data, **more)

    def utf8(self, size=None, subtype="plain", encoding=None, **more):
        language = self.choice(list(WORDS))
        text = self.text(self.size() if size is None else size, language)
        if subtype == "html":
            text = b"<html><body><p>" + text + b"</p></body></html>" + CRLF
        encoding = encoding or self.choice(["8bit", "quoted-printable", "base64"])
        data = {"8bit": lambda t: t, "quoted-printable": quoted_printable,
                "base64": base64_lines}[encoding.lower()](text)
        more.setdefault("params", [("charset", self.choice(["utf-8", "UTF-8"]))])
        return Leaf("text", subtype, data, text, encoding=encoding, **more)

    def binary(self, size=None, kind="application", subtype="octet-stream", **more):
        data = self.random.randbytes(self.size() if size is None else size)
        coded = base64_lines(data, self.choice([76, 76, 60, 72]))
        if self.chance(4):
            coded = coded[:-2]
        return Leaf(kind, subtype, coded, data, encoding=self.choice(["base64", "BASE64"]),
                    **more)

    def attachment(self, name, *args, **more):
        style = self.choice(["attachment", "inline", "ATTACHMENT"])
        more.setdefault("disposition", (style, [("filename", name)]))
        return self.binary(*args, params=[("name", name)], filename=name, **more)

    def leaf(self, **more):
        return self.choice([self.plain, self.utf8, self.binary])(**more)

    def inner(self, part=None):
        """A message to put inside message/rfc822."""
        head = self.head()
        part = part or self.choice([self.plain, self.utf8])(120)
        return Message(head.lines(), part, head.envelope())


# ---- kinds: each gives (Head, Part) or (Head, Part, options of Message) ----------------

def plain(m):
    return m.head(), m.plain()


def utf8_8bit(m):
    return m.head(), m.utf8(encoding=m.choice(["8bit", "8BIT"]))


def qp(m):
    return m.head(), m.utf8(encoding="quoted-printable")


def base64_text(m):
    return m.head(), m.utf8(encoding="base64")


def html(m):
    return m.head(), m.utf8(subtype="html")


def tiny(m):
    head = Head(from_=Addresses().add("a", "b.example", bare=True), subject=b"x")
    head.subject = "x"
    return head, Leaf("text", "plain", b"y" + CRLF, typed=False)


def alternative(m):
    return m.head(), m.multi("alternative", [m.utf8(), m.utf8(subtype="html")])


def mixed(m):
    names = ["report.pdf", "two words.txt", 'say "hi".doc', "back\\slash.bin", "a;b=c.csv"]
    parts = [m.plain()] + [m.attachment(m.choice(names)) for _ in range(m.count(1, 4))]
    return m.head(), m.multi("mixed", parts)


def related(m):
    image = m.binary(300, "image", "png", id=m.identity().decode(),
                     disposition=("inline", []))
    inner = m.multi("related", [m.utf8(subtype="html"), image],
                    params=[("type", "text/html"), ("start", "<root@example.org>")])
    return m.head(), m.multi("alternative", [m.plain(), inner])


def digests(m):
    parts = [Embedded(m.inner(), typed=False) for _ in range(m.count(1, 5))]
    if m.chance(2):
        parts.append(m.plain())
    return m.head(), m.multi("digest", parts)


def signed(m):
    signature = Leaf("application", "pgp-signature",
                     b"-----BEGIN PGP SIGNATURE-----\r\n\r\n" +
                     base64_lines(m.random.randbytes(120), 64) +
                     b"-----END PGP SIGNATURE-----\r\n", params=[("name", "signature.asc")],
                     filename="signature.asc")
    return m.head(), m.multi("signed", [m.utf8(encoding="quoted-printable"), signature],
                             params=[("micalg", "pgp-sha512"),
                                     ("protocol", "application/pgp-signature")])


def nested(m):
    part = m.plain(100)
    for depth in range(m.count(2, 6)):
        parts = [part] + [m.leaf(size=100) for _ in range(m.count(0, 2))]
        m.random.shuffle(parts)
        part = m.multi(m.choice(["mixed", "alternative", "related", "parallel"]), parts)
    return m.head(), part


def forwarded_multipart(m):
    inner = m.inner(m.multi("mixed", [m.plain(200), m.attachment("in.bin", 90)]))
    parts = [m.plain(80), Embedded(inner, disposition=("attachment",
                                                       [("filename", "mail.eml")]),
                                   filename="mail.eml"), m.plain(50)]
    return m.head(), m.multi("mixed", parts)


def forwarded_plain(m):
    more = m.choice([{}, {"encoding": "7bit"}, {"description": b"a forwarded message"},
                     {"params": [("name", "a.eml")], "filename": "a.eml"}, {"id": m.identity().decode()}])
    inner = Embedded(m.inner(m.plain(200)), **more)
    return m.head(), m.multi("mixed", [m.utf8(80), inner])


def message_at_top(m):
    inner = m.inner(m.choice([m.plain, m.utf8])(200))
    if m.chance(2):
        inner = m.inner(m.multi("mixed", [m.plain(60), m.binary(60)]))
    return m.head(), Embedded(inner)


def message_in_message(m):
    part = m.plain(60)
    if m.chance(2):
        part = m.multi("mixed", [part, Embedded(m.inner())])
    for _ in range(m.count(1, 3)):
        part = Embedded(m.inner(part))
    return m.head(), m.multi("mixed", [part]) if m.chance(2) else part


def no_content_type(m):
    return m.head(), Leaf("text", "plain", m.text(m.size()), typed=False)


def empty_body(m):
    return m.head(), m.choice([
        Leaf("text", "plain", typed=False),
        Leaf("text", "plain", params=[("charset", "utf-8")]),
        Leaf("application", "octet-stream", encoding="base64")])


def empty_parts(m):
    parts = [Leaf("text", "plain", typed=False), Leaf("text", "html"),
             Leaf("image", "gif", encoding="base64"), m.plain(40),
             Leaf("text", "plain", CRLF, typed=False)]
    m.random.shuffle(parts)
    return m.head(), m.multi("mixed", parts)


def untyped_parts(m):
    parts = [Leaf("text", "plain", m.text(80), typed=False) for _ in range(3)]
    parts.append(Leaf("text", "plain", m.text(50), typed=False, id=m.identity().decode()))
    return m.head(), m.multi("mixed", parts)


def around(m):
    inner = m.multi("alternative", [m.plain(60), m.utf8(60, "html")],
                    preamble=b"inner preamble", epilogue=b"inner epilogue")
    return m.head(), m.multi(
        "mixed", [m.plain(90), inner, m.plain(30)],
        preamble=m.choice([b"", b"This is a multi-part message in MIME format.",
                           m.text(300)]),
        epilogue=m.choice([b"", CRLF, b"the end", m.text(200)]))


def boundaries(m):
    boundary, raw = m.choice([
        ("simple" + m.hex(6), None), ("with space " + m.hex(6), None),
        ("=_(part)'+,./:?" + m.hex(4), None), ("x" * 54 + m.hex(8), None),
        ("quoted" + m.hex(4), b"quoted"), ("0", None), ("'", None)])
    if raw:
        raw = quoted(boundary)
    return m.head(), m.multi("mixed", [m.plain(50), m.binary(50)], boundary=boundary,
                             raw_boundary=raw, padding=m.choice([b"", b"  ", b"\t"]))


def parameters(m):
    values = [("format", "flowed"), ("delsp", "yes"), ("x-empty", ""),
              ("x-quoted", 'a "quoted" \\ value'), ("x-token", "a-token_1.0"),
              ("x-special", "a/b=c;d,e(f)<g>@h[i]?:"), ("x-blank", "two words"),
              ("X-Case", "MiXed"), ("x-needless", "token", b'"token"'),
              ("x-escaped", "token", b'"\\t\\o\\k\\e\\n"'), ("x-long", m.hex(60))]
    m.random.shuffle(values)
    values = values[:m.count(2, len(values))]
    params = [("charset", "utf-8", m.choice([b"utf-8", b'"utf-8"'])), *values]
    fold = m.choice([b" ", b"\r\n ", b"\r\n    ", b""])
    part = m.plain(params=params, fold=fold,
                   disposition=("attachment", [("filename", "a b.txt"), ("size", "123"),
                                               ("creation-date",
                                                "Wed, 12 Feb 1997 16:29:51 -0500")]))
    part.filename = "a b.txt"
    return m.head(), m.multi("mixed", [m.plain(40), part]) if m.chance(2) else part


def rfc2231(m):
    """RFC 2231: languages and charsets in values, and continuations."""
    charset, text, pieces = m.choice([
        ("utf-8", "Übersicht für März.pdf", ["utf-8''%C3%9Cbersicht%20",
                                              "f%C3%BCr%20M", "%C3%A4rz.pdf"]),
        ("iso-8859-1", "naïve café.txt", ["iso-8859-1'fr'na%EFve", "%20caf", "%E9.txt"]),
        ("utf-8", "日本語.png", ["utf-8'ja'%E6%97%A5", "%E6%9C%AC", "%E8%AA%9E.png"])])
    plain_text = "a-long-name-in-" + "-several-pieces.bin"
    style = m.count(0, 3)
    name = text
    if style == 0:
        params = joined = [("filename*", "".join(pieces))]
    elif style == 1:
        params = [(f"filename*{i}*", p) for i, p in enumerate(pieces)]
        joined = [("filename*", "".join(pieces))]
    elif style == 2:
        params = [("filename*0", "a-long-name-in-", b'"a-long-name-in-"'),
                  ("filename*1", "-several-pieces.bin", b"-several-pieces.bin")]
        joined, name = [("filename", plain_text)], plain_text
    else:
        params = joined = [("filename", "fallback.bin"), ("filename*", "".join(pieces))]
    part = m.binary(200, disposition=("attachment", params), filename=name,
                    disposition_joined=joined)
    part2 = m.binary(80, params=[("name*0", "one-"), ("name*1", "two-"), ("name*2", "three")],
                     joined=[("name", "one-two-three")], filename="one-two-three")
    return m.head(), m.multi("mixed", [m.plain(60), part, part2])


def described(m):
    data = m.text(300)
    md5 = base64.b64encode(hashlib.md5(data).digest()).decode()
    part = Leaf("text", "plain", data, params=[("charset", "us-ascii")], md5=md5,
                id=m.identity().decode(),
                description=m.choice([b"plain words", b"folded\r\n words",
                                      b"by a\r\n\ttab",
                                      encoded_word("Größe", "iso-8859-1"),
                                      b" ".join(encoded_words("описание " * 9, "utf-8", "B"))]),
                language=m.choice([["en"], ["de", "en-GB"], ["fr", "zh-Hant", "x-one"]]),
                location=m.choice(["http://www.example.org/a/b.html", "a%20b.txt",
                                   "cid-like/part.1"]),
                disposition=m.choice([None, ("inline", [])]), order=m.random.shuffle)
    if m.chance(3):
        return m.head(), part
    outer = m.multi("mixed", [m.plain(40), part],
                    language=m.choice([None, ["en"], ["de", "fr"]]),
                    location=m.choice([None, "http://example.com/base/"]),
                    disposition=m.choice([None, ("inline", []),
                                          ("attachment", [("filename", "all.zip")])]))
    return m.head(), m.multi("mixed", [outer, m.plain(30)]) if m.chance(2) else outer


def report(m):
    status = Leaf("message", "delivery-status",
                  b"Reporting-MTA: dns; mail.example.org\r\n\r\nFinal-Recipient: rfc822; "
                  b"gone@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n")
    back = Embedded(m.inner()) if m.chance(2) else \
        Leaf("text", "rfc822-headers", b"Subject: lost\r\nTo: gone@example.com\r\n")
    return m.head(), m.multi("report", [m.plain(90), status, back],
                             params=[("report-type", "delivery-status")])


def long_lines(m):
    data = b"".join(bytes([m.choice(b"abcxyz. ")]) * 997 + b"!" + CRLF
                    for _ in range(m.count(1, 6)))
    head = m.head()
    head.extra.append(field("X-Long", "v" * 990))
    return head, Leaf("text", "plain", data, params=[("charset", "us-ascii")])


def dots(m):
    data = b".\r\n..\r\n.x\r\nFrom someone Mon Jan  1 00:00:00 2001\r\n\r\nFrom again\r\n" \
           b">From quoted\r\n)\r\nA1 OK FETCH\r\n* BYE\r\n{3}\r\n.\r\n"
    return m.head(), Leaf("text", "plain", data + m.text(90), typed=m.chance(2))


def one_header(m):
    head = m.choice([
        Head(subject=b"only this"), Head(from_=m.addresses(1)), Head(to=m.addresses(2)),
        Head(date=m.date()), Head(message_id=m.identity()), Head(cc=m.addresses(1)),
        Head(sender=m.addresses(1)), Head(reply_to=m.addresses(1)), Head(bcc=m.addresses(1)),
        Head(in_reply_to=m.identity()), Head()])
    if "subject" in head.fields:
        head.subject = "only this"
    if not head.fields:
        head.extra.append(field("X-Nothing", "to see"))
    return head, Leaf("text", "plain", m.text(60), typed=False)


def header_only(m):
    return m.head(), Leaf("text", "plain", typed=m.chance(2)), {"bare": True}


def big(m):
    size = int(10 ** m.random.uniform(4.3, 5.85))
    part = m.choice([lambda: m.plain(size), lambda: m.utf8(size, encoding="8bit"),
                     lambda: m.multi("mixed", [m.plain(), m.attachment("big.iso", size)])])()
    return m.head(), part


def crowd(m):
    head = m.head(to=m.addresses(200), cc=m.addresses(m.count(0, 40)))
    head.fold = m.choice([b" ", b"\r\n ", b""])
    return head, m.plain(100)


def groups(m):
    to = Addresses()
    for style in m.choice([[0], [1], [2], [3], [0, 1], [1, 4, 2], [4, 0], [5]]):
        if style == 0:
            to.group("undisclosed-recipients", Addresses())
        elif style == 1:
            to.group("Friends", m.addresses(m.count(1, 4)))
        elif style == 2:
            to.group("The: big, group", m.addresses(2))
        elif style == 3:
            to.group("two words", m.addresses(1), b"two words")
        elif style == 4:
            m.address(to)
        else:
            raw = encoded_word("Größe", "utf-8")
            to.group(raw.decode(), m.addresses(2), raw)
    return m.head(to=to), m.plain(100)


def raw_utf8(m):
    name = m.words(2, "de")
    head = m.head(from_=Addresses().add("raw", "example.org", name, name.encode()),
                  to=Addresses().add("x", "example.com", m.words(2, "ja")))
    subject = m.words(6, m.choice(["de", "ru", "zh", "emoji"]))
    head.fields["subject"], head.subject = subject.encode(), subject
    return head, m.utf8(100, encoding="8bit")


def missing(m):
    names = ["date", "subject", "from_", "to", "message_id"]
    m.random.shuffle(names)
    return m.head(**{name: None for name in names[:m.count(1, 5)]}), m.plain(80)


def empty_fields(m):
    head = m.head()
    for name in ["subject", "to", "cc", "bcc", "sender", "reply_to"]:
        if m.chance(2):
            head.fields[name] = b"" if name == "subject" else Addresses()
            if name == "subject":
                head.subject = ""
    if m.chance(3):
        head.fields["from_"] = Addresses()
    return head, m.plain(80)


def long_subject(m):
    head = m.head()
    if m.chance(2):
        m.subject(head, [m.words(1) for _ in range(m.count(250, 500))], b"\r\n ")
    else:
        language, charset = m.choice(CHARSETS)
        m.subject(head, [(m.words(m.count(60, 120), language), charset, m.choice("BQ"))],
                  b"\r\n ")
    return head, m.plain(60)


def one_line_subject(m):
    head = m.head()
    text = m.words(400)[:m.count(900, 980)].strip()
    head.fields["subject"], head.subject = text.encode(), text
    return head, m.plain(60)


def encoded_subject(m):
    head, tokens = m.head(), []
    for _ in range(m.count(2, 6)):
        language, charset = m.choice(CHARSETS)
        tokens.append((m.words(2, language), charset, m.choice("BQbq")) if m.chance(2)
                      else m.words(1))
    m.subject(head, tokens, m.choice([b" ", b"\r\n "]))
    return head, m.plain(60)


def language_subject(m):
    head = m.head()
    head.fields["subject"] = encoded_word("Grüße aus Köln", "iso-8859-1", "Q", "de")
    head.subject = "Grüße aus Köln"
    return head, m.plain(60)


def quoting_subject(m):
    head = m.head()
    text = m.choice(['say "hello"', "back\\slash", 'both \\" of them', '"', "\\", "NIL",
                     "{12}", "(a) [b] <c>", "100% *", "=?not an encoded word?=", "a" * 255])
    head.fields["subject"], head.subject = text.encode(), text
    return head, m.plain(60)


def source_routes(m):
    people = Addresses()
    people.add("far", "example.org", "Far Away", route="@one.example,@two.example")
    people.add("near", "example.com", route="@one.example")
    return m.head(to=people), m.plain(60)


def comments(m):
    people = Addresses().add("ann", "example.org", "Ann Bell", after=b" (at home)")
    people.add("carl", "example.com", after=b" (no name)")
    return m.head(from_=people), m.plain(60, comment=b" (a comment)")


def odd_mailboxes(m):
    people = Addresses().add("two words", "example.org", "A", mailbox_raw=b'"two words"')
    people.add('q"uote', "example.org", mailbox_raw=b'"q\\"uote"')
    people.add("at@sign", "example.org", mailbox_raw=b'"at@sign"')
    people.add("ip", "[192.0.2.1]", "Literal")
    people.add("!#$%&'*+-/=?^_`{|}~", "example.org", bare=True)
    return m.head(to=people), m.plain(60)


def folded(m):
    head = m.head(to=m.addresses(4), in_reply_to=m.identity() + b"\r\n\t" + m.identity())
    name = b"Ann\r\n Bell"
    head.fields["from_"] = Addresses().add("ann", "example.org", "Ann Bell", name)
    head.fold = m.choice([b"\r\n ", b"\r\n   ", b"\r\n\t"])
    m.subject(head, ["folded", m.words(2), m.words(3)], b"\r\n ")
    head.fields["date"] = b"Tue, 5 Mar 2024\r\n\t10:11:12 +0100"
    return head, m.plain(60, fold=m.choice([b"\r\n  ", b"\r\n\t"]))


def names(m):
    people = Addresses()
    raw = b" ".join(encoded_words("Ærøskøbing Østergård " * 4, "utf-8", m.choice("QB")))
    people.add("long", "example.org", unfold(raw), raw)
    people.add("dot", "example.org", "J. R. King", b"J. R. King")
    people.add("mix", "example.org", 'Anna Berg', b'"Anna" Berg')
    people.add("empty", "example.com", 'quote " and \\ slash')
    return m.head(to=people, sender=m.addresses(1), from_=m.addresses(2)), m.plain(60)


def not_text(m):
    kind, subtype = m.choice([("application", "pdf"), ("image", "jpeg"), ("audio", "mpeg"),
                              ("video", "mp4"), ("model", "vrml"), ("x-foo", "x-bar"),
                              ("application", "vnd.example.a+xml")])
    params = m.choice([[], [("name", "file.bin")]])
    return m.head(), m.binary(None, kind, subtype, params=params,
                              filename="file.bin" if params else None)


def no_charset(m):
    part = m.plain(params=m.choice([[], [("format", "flowed")], [("name", "x.txt")]]),
                   subtype=m.choice(["plain", "csv", "x-diff"]))
    if part.params and part.params[0][0] == "name":
        part.filename = "x.txt"
    return m.head(), m.multi("mixed", [part, m.plain(30)]) if m.chance(2) else part


def many_parts(m):
    return m.head(), m.multi("mixed", [m.leaf(size=30) for _ in range(m.count(40, 120))])


def one_part(m):
    part = m.multi(m.choice(["mixed", "x-unknown", "parallel", "form-data"]), [m.plain(90)])
    return m.head(), m.multi("mixed", [part]) if m.chance(2) else part


def invitation(m):
    event = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:%s\r\n" \
            b"END:VEVENT\r\nEND:VCALENDAR\r\n" % m.hex(8).encode()
    calendar = Leaf("text", "calendar", event, params=[("method", "REQUEST"),
                                                       ("charset", "utf-8")])
    file = Leaf("application", "ics", base64_lines(event), event, encoding="base64",
                params=[("name", "invite.ics")], filename="invite.ics",
                disposition=("attachment", [("filename", "invite.ics")]))
    body = m.multi("alternative", [m.plain(90), m.utf8(90, "html"), calendar])
    return m.head(), m.multi("mixed", [body, file])


def shuffled(m):
    return m.head(), m.multi("mixed", [m.plain(40, order=m.random.shuffle)],
                             order=m.random.shuffle), {"order": m.random.shuffle}


KINDS = [plain, utf8_8bit, qp, base64_text, html, tiny, alternative, mixed, related, digests,
         signed, nested, forwarded_multipart, forwarded_plain, message_at_top,
         message_in_message, no_content_type, empty_body, empty_parts, untyped_parts, around,
         boundaries, parameters, rfc2231, described, report, long_lines, dots, one_header,
         header_only, big, crowd, groups, raw_utf8, missing, empty_fields, long_subject,
         one_line_subject, encoded_subject, language_subject, quoting_subject, source_routes,
         comments, odd_mailboxes, folded, names, not_text, no_charset, many_parts, one_part,
         invitation, shuffled]


def make(seed, number, kinds):
    m = Maker(seed, number)
    kind = kinds[(number - 1) % len(kinds)]
    head, part, *options = kind(m)
    if isinstance(part, Multi) and part.epilogue == b"" and m.chance(2):
        part.epilogue = None
    message = Message(head.lines(), part, head.envelope(), **(options[0] if options else {}))
    flags = [flag for flag in SYSTEM if m.chance(4)]
    flags += [word for word in KEYWORDS if m.chance(8)]
    seconds, zone = m.when()
    return truth_of(message, "%06d" % number, kind.__name__, flags, seconds, zone,
                    head.subject)


def main(kinds=tuple(KINDS)):
    parser = argparse.ArgumentParser()
    parser.add_argument("outdir")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.makedirs(options.outdir, exist_ok=True)
    index = []
    for number in range(1, options.count + 1):
        data, truth = make(options.seed, number, kinds)
        path = os.path.join(options.outdir, truth["name"])
        with open(path + ".eml", "wb") as file:
            file.write(data)
        with open(path + ".json", "w", encoding="utf-8") as file:
            json.dump(truth, file, ensure_ascii=False, indent=1)
        index.append({key: truth[key] for key in ("name", "kind", "size", "sha256")})
    with open(os.path.join(options.outdir, "index.json"), "w", encoding="utf-8") as file:
        json.dump({"seed": options.seed, "count": options.count,
                   "bytes": sum(entry["size"] for entry in index), "messages": index},
                  file, indent=1)


if __name__ == "__main__":
    main()
