# SPDX-License-Identifier: MIT
"""message.py - build messages whose truth is known because they were built, not parsed.

Shared by generate.py and demo.py. Nothing here reads a message: each piece is written to
bytes, and beside the bytes it says what an IMAP server should report of it (RFC 3501 7.4.2
and 6.4.5, RFC 2045, RFC 2046). The form of that truth is described in generate.py."""

import base64
import datetime
import hashlib
import re

CRLF = b"\r\n"
TOKEN = re.compile(rb"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+")
ATOMS = re.compile(rb"[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+( [!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+)*")


def digest(data):
    return [len(data), hashlib.sha256(data).hexdigest()]


# ---- header text --------------------------------------------------------------------

def quoted(text):
    """A quoted-string (RFC 2822 3.2.5) of a str."""
    raw = text.encode()
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def unfold(raw):
    """RFC 2822 2.2.3: unfolding removes the CRLF and keeps the white space after it."""
    return raw.replace(b"\r\n", b"").decode()


def encoded_word(text, charset="utf-8", form="Q", language=""):
    """One RFC 2047 encoded-word, with RFC 2231's language if given."""
    data = text.encode(charset)
    if form.upper() == "B":
        coded = base64.b64encode(data).decode()
    else:
        plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"
        coded = "".join(
            chr(c) if c in plain else "_" if c == 32 else "=%02X" % c for c in data)
    return f"=?{charset}{'*' + language if language else ''}?{form}?{coded}?=".encode()


def encoded_words(text, charset="utf-8", form="Q"):
    """As many encoded-words as needed for none to pass 75 characters (RFC 2047 2)."""
    words, start = [], 0
    while start < len(text):
        end = len(text)
        while len(encoded_word(text[start:end], charset, form)) > 75:
            end -= max(1, (end - start) // 8)
        words.append(encoded_word(text[start:end], charset, form))
        start = end
    return words or [encoded_word("", charset, form)]


def field(name, value):
    """A header line; an empty value has no space after the colon."""
    raw = value if isinstance(value, bytes) else value.encode()
    return name.encode() + (b": " + raw if raw else b":") + CRLF


# ---- addresses ----------------------------------------------------------------------

class Addresses:
    """A list of addresses: raw text per address, and what ENVELOPE says of it."""

    def __init__(self):
        self.raw = []
        self.truth = []

    def add(self, mailbox, host, name=None, name_raw=None, route=None, mailbox_raw=None,
            bare=False, before=b"", after=b""):
        """name is the phrase after the removal of quoting; name_raw how it is written.
        before and after are comments round the angle-addr."""
        spec = (mailbox_raw or mailbox.encode()) + b"@" + host.encode()
        if not bare:
            spec = b"<" + (route.encode() + b":" if route else b"") + spec + b">"
        if name is not None:
            if name_raw is None:
                plain = ATOMS.fullmatch(name.encode())
                name_raw = name.encode() if plain else quoted(name)
            spec = name_raw + b" " + before + spec
            name = unfold(name_raw) if name_raw.startswith(b"=?") else name
        self.raw.append(spec + after)
        self.truth.append([name, route, mailbox, host])
        return self

    def group(self, name, members, name_raw=None):
        """RFC 3501 7.4.2: a group is a start entry, its members, and an end entry."""
        start = name_raw or (name.encode() if ATOMS.fullmatch(name.encode()) else quoted(name))
        inner = b" " + b", ".join(members.raw) if members.raw else b""
        self.raw.append(start + b":" + inner + b";")
        self.truth += [[None, None, name, None], *members.truth, [None, None, None, None]]
        return self

    def value(self, fold=b" "):
        """The field's body; a line is broken before an address that would pass 76 columns,
        or before every one when fold itself has a CRLF."""
        out, column = b"", 6
        for i, raw in enumerate(self.raw):
            if i > 0:
                out += b","
                gap = fold
                if b"\r\n" not in fold and column + len(raw) >= 74:
                    gap = b"\r\n" + (fold or b" ")
                out += gap
                column = 0 if b"\r\n" in gap else column
            out += raw
            column += len(raw) + 2
        return out


def envelope(date=None, subject=None, sender=None, reply_to=None, to=None, cc=None, bcc=None,
             in_reply_to=None, message_id=None, **more):
    """The truth of ENVELOPE. RFC 3501 7.4.2: sender and reply-to that are absent or empty
    are the same as from; lists that are absent or empty are NIL; of the strings, an absent
    one is NIL and an empty one the empty string."""
    def text(raw):
        return None if raw is None else unfold(raw)

    def people(addresses):
        return addresses.truth if addresses is not None and addresses.truth else None

    author = people(more.get("from_"))
    return {
        "date": text(date), "subject": text(subject), "from": author,
        "sender": people(sender) or author, "reply_to": people(reply_to) or author,
        "to": people(to), "cc": people(cc), "bcc": people(bcc),
        "in_reply_to": text(in_reply_to), "message_id": text(message_id)}


# ---- parts --------------------------------------------------------------------------

class Part:
    """What leaves and multiparts share: the MIME header of RFC 2045, 2183, 1864, 3282, 2557.

    params      [(name, value)] or [(name, value, raw)], raw being how the value is written
    disposition (type, [(name, value[, raw])])
    joined, disposition_joined   the parameters after joining RFC 2231 continuations
    filename    the file's name in UTF-8, for the truth only"""

    def __init__(self, kind, subtype, params=(), id=None, description=None, encoding=None,
                 md5=None, disposition=None, language=None, location=None, joined=None,
                 disposition_joined=None, filename=None, fold=b" ", typed=True, comment=b"",
                 order=None):
        self.kind, self.subtype, self.params = kind, subtype, list(params)
        self.id, self.description, self.encoding = id, description, encoding
        self.md5, self.disposition = md5, disposition
        self.language, self.location = language, location
        self.joined, self.disposition_joined = joined, disposition_joined
        self.filename = filename
        self.fold, self.typed, self.comment, self.order = fold, typed, comment, order
        self.made = None

    def parameters(self, first, params):
        out = line = first
        for name, value, *raw in params:
            coded = raw[0] if raw else value.encode()
            if not raw and not TOKEN.fullmatch(coded):
                coded = quoted(value)
            item = name.encode() + b"=" + coded
            gap = self.fold
            if b"\r\n" not in gap and len(line) + len(item) > 74:
                gap = b"\r\n" + (gap or b" ")
            line = item if b"\r\n" in gap else line + gap + item
            out += b";" + gap + item
        return out

    def fields(self):
        """The MIME header lines; `order` shuffles them, so they are made once."""
        if self.made is not None:
            return self.made
        self.made = out = []
        if self.typed:
            first = f"{self.kind}/{self.subtype}".encode() + self.comment
            out.append(field("Content-Type", self.parameters(first, self.params)))
        if self.encoding is not None:
            out.append(field("Content-Transfer-Encoding", self.encoding))
        if self.id is not None:
            out.append(field("Content-ID", self.id))
        if self.description is not None:
            out.append(field("Content-Description", self.description))
        if self.md5 is not None:
            out.append(field("Content-MD5", self.md5))
        if self.disposition is not None:
            kind, params = self.disposition
            out.append(field("Content-Disposition", self.parameters(kind.encode(), params)))
        if self.language is not None:
            out.append(field("Content-Language", ", ".join(self.language)))
        if self.location is not None:
            out.append(field("Content-Location", self.location))
        if self.order:
            self.order(out)
        return out

    def extension(self):
        """What leaves and multiparts both have at their end."""
        disposition = None
        if self.disposition is not None:
            kind, params = self.disposition
            disposition = [kind, [[p[0], p[1]] for p in params]]
        out = {"disposition": disposition, "language": self.language,
               "location": self.location}
        if self.disposition_joined is not None:
            out["disposition_joined"] = [disposition[0],
                                         [list(p) for p in self.disposition_joined]]
        if self.filename is not None:
            out["filename"] = self.filename
        return out

    def whole(self):
        """The part as it stands between two boundaries."""
        return b"".join(self.fields()) + CRLF + self.body()


class Leaf(Part):
    """A part with a body of its own; data is the body as encoded."""

    def __init__(self, kind, subtype, data=b"", decoded=None, params=(), **more):
        super().__init__(kind, subtype, params, **more)
        self.data = data
        self.decoded = data if decoded is None else decoded
        self.text = None        # a str, where data are text in a charset

    def body(self):
        return self.data

    def basic(self, path):
        description = None if self.description is None else unfold(self.description)
        body = self.body()
        out = {"path": path, "type": self.kind, "subtype": self.subtype,
               "params": [[p[0], p[1]] for p in self.params], "id": self.id,
               "description": description,
               # RFC 2045 6.1: without the field the encoding is 7BIT
               "encoding": self.encoding or "7bit", "size": len(body)}
        if self.joined is not None:
            out["params_joined"] = [list(p) for p in self.joined]
        return out

    def lines(self, out):
        body = self.body()
        out["lines"] = body.count(CRLF)
        if body and not body.endswith(CRLF):
            out["lines_free"] = True

    def structure(self, path):
        out = self.basic(path)
        if self.kind.lower() == "text":
            if not any(p[0].lower().startswith("charset") for p in self.params):
                out["params_default"] = True
            self.lines(out)
        out["md5"] = self.md5
        out.update(self.extension())
        out["decoded"] = digest(self.decoded)
        if self.text is not None:
            out["text"] = digest(self.text.encode())
        return out

    def sections(self, path, out):
        pass


class Embedded(Leaf):
    """message/rfc822; typed=False where multipart/digest makes it the default."""

    def __init__(self, message, **more):
        super().__init__("message", "rfc822", **more)
        self.message = message
        self.data = self.decoded = message.whole()

    def structure(self, path):
        out = self.basic(path)
        out["envelope"] = self.message.envelope
        out["body"] = self.message.structure(path)
        self.lines(out)
        out["md5"] = self.md5
        out.update(self.extension())
        return out

    def sections(self, path, out):
        self.message.sections(path, out)


class Multi(Part):
    """A multipart. preamble and epilogue are lines without the CRLF that binds them to the
    boundary; None is none at all. padding is white space after a boundary."""

    def __init__(self, subtype, boundary, parts, params=(), preamble=None, epilogue=None,
                 padding=b"", raw_boundary=None, **more):
        first = ("boundary", boundary)
        if raw_boundary:
            first += (raw_boundary,)
        super().__init__("multipart", subtype, [first, *params], **more)
        self.parts, self.padding = parts, padding
        self.preamble, self.epilogue = preamble, epilogue
        self.delimiter = b"--" + boundary.encode()

    def body(self):
        # RFC 2046 5.1.1: the CRLF before a delimiter line belongs to the delimiter, so
        # none is due before the first one when there is no preamble.
        out = b"" if self.preamble is None else self.preamble + CRLF
        out += self.delimiter + self.padding + CRLF
        out += (CRLF + self.delimiter + self.padding + CRLF).join(
            part.whole() for part in self.parts)
        out += CRLF + self.delimiter + b"--"
        return out if self.epilogue is None else out + self.padding + CRLF + self.epilogue

    def structure(self, path, prefix=None):
        """path is the part's own number, None for the outermost of a message, whose
        children are numbered from prefix."""
        if prefix is None:
            prefix = path + "."
        out = {"path": path, "type": "multipart", "subtype": self.subtype,
               "params": [[p[0], p[1]] for p in self.params]}
        out["parts"] = [part.structure(prefix + str(i))
                        for i, part in enumerate(self.parts, 1)]
        out.update(self.extension())
        return out

    def sections(self, path, out, prefix=None):
        if prefix is None:
            prefix = path + "."
        for i, part in enumerate(self.parts, 1):
            number = prefix + str(i)
            out[number] = digest(part.body())
            # RFC 3501 6.4.5: the MIME header of this part, its blank line with it
            out[number + ".MIME"] = digest(b"".join(part.fields()) + CRLF)
            part.sections(number, out)


class Message:
    """A whole message: lines of mail header, one part, and the truth of its envelope.
    bare: the header ends without a blank line, and there is no body."""

    def __init__(self, lines, part, envelope, order=None, bare=False, mime=True):
        self.part, self.envelope, self.bare = part, envelope, bare
        fields = part.fields()
        if fields and mime:
            fields = [field("MIME-Version", "1.0"), *fields]
        self.lines = [*lines, *fields]
        if order:
            order(self.lines)

    def header(self):
        return b"".join(self.lines) + (b"" if self.bare else CRLF)

    def whole(self):
        return self.header() + self.part.body()

    def structure(self, path=""):
        """path is that of the message/rfc822 part that holds this, or empty."""
        prefix = path + "." if path else ""
        if isinstance(self.part, Multi):
            return self.part.structure(None, prefix)
        return self.part.structure(prefix + "1")

    def sections(self, path="", out=None):
        prefix = path + "." if path else ""
        out = {} if out is None else out
        out[prefix + "HEADER"] = digest(self.header())
        out[prefix + "TEXT"] = digest(self.part.body())
        if isinstance(self.part, Multi):
            self.part.sections(None, out, prefix)
        else:
            out[prefix + "1"] = digest(self.part.body())
            self.part.sections(prefix + "1", out)
        return out


# ---- transfer encodings -------------------------------------------------------------

def base64_lines(data, width=76):
    text = base64.b64encode(data)
    return b"".join(text[i:i + width] + CRLF for i in range(0, len(text), width))


def quoted_printable(data):
    """RFC 2045 6.7 of text with CRLF line ends."""
    out = []
    for line in data.split(CRLF):
        row = b""
        for i, c in enumerate(line):
            last = i == len(line) - 1
            safe = 33 <= c <= 126 and c != 61 or c in (9, 32) and not last
            piece = bytes([c]) if safe else b"=%02X" % c
            if len(row) + len(piece) > 75:
                out.append(row + b"=")
                row = b""
            row += piece
        out.append(row)
    return CRLF.join(out)


# ---- writing ------------------------------------------------------------------------

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


def zone_text(minutes):
    return "%s%02d%02d" % ("-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60)


def local(seconds, zone):
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds + zone * 60)


def internal_date(seconds, zone):
    """RFC 3501 date-time: the day is two columns wide."""
    t = local(seconds, zone)
    return "%2d-%s-%04d %02d:%02d:%02d %s" % (
        t.day, MONTHS[t.month - 1], t.year, t.hour, t.minute, t.second, zone_text(zone))


def header_date(seconds, zone):
    t = local(seconds, zone)
    return "%s, %d %s %04d %02d:%02d:%02d %s" % (
        DAYS[t.weekday()], t.day, MONTHS[t.month - 1], t.year, t.hour, t.minute, t.second,
        zone_text(zone))


def truth_of(message, name, kind, flags, seconds, zone, subject):
    data = message.whole()
    size, sha256 = digest(data)
    return data, {
        "name": name, "kind": kind, "flags": flags,
        "internaldate": internal_date(seconds, zone), "time": seconds, "zone": zone,
        "size": size, "sha256": sha256, "subject": subject, "envelope": message.envelope,
        "body": message.structure(), "sections": message.sections()}
