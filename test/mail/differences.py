# SPDX-License-Identifier: MIT
"""differences.py - how this library and Python's email (3.11) read the same mail differently.

Each class: what kind of thing, which of Python's readers, when it holds, who is right and why.
A rule is as narrow as it can be: where it can, it computes the reading that it explains."""
import binascii
import codecs
import email
import email.policy
import re
from collections import namedtuple

Class = namedtuple("Class", "name kind readers holds sentence")
CLASSES = []

BOTH, OLD, NEW, ANY = ("compat32", "default"), ("compat32",), ("default",), ("email",)
WORD = re.compile(rb"=\?([^?\s]+)\?([QqBb])\?(.*?)\?=", re.S)
# What a sender names, and what its system sends under that name.
LARGER = {"us-ascii": "cp1252", "iso-8859-1": "cp1252", "gb2312": "gb18030",
          "shift_jis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
          "iso-8859-9": "cp1254", "tis-620": "cp874"}


def of(kind, readers, name, sentence):
    def take(holds):
        CLASSES.append(Class(name, kind, readers, holds, sentence))
        return holds
    return take


def text_of(reading):
    """A reading of Python as bytes; None if it is an exception or nothing."""
    if isinstance(reading, str):
        return reading.encode("utf-8", "surrogateescape")
    return reading if isinstance(reading, bytes) else None


def agrees(thing, reader, ours):
    return text_of(thing.reading_of(reader)) == ours


def charset_names(raw):
    return [m[1].decode("ascii", "replace").lower() for m in WORD.finditer(raw)]


def python_knows(name):
    try:
        codecs.lookup(name)
        return True
    except LookupError:
        return False


def plain_8bit(raw):
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


# ---- words --------------------------------------------------------------------------------

@of("text", NEW, "words-alone",
    "We and compat32: policy.default decodes each word alone, so a character (or the shift of "
    "ISO-2022-JP) that the sender cut in two is lost; RFC 2047 5 forbids the cut, joining "
    "undoes it.")
def _(thing, ours, theirs):
    names = charset_names(thing.raw)
    return len(names) > 1 and len(set(names)) < len(names) and agrees(thing, "compat32", ours)


@of("text", NEW, "question-marks",
    "We and compat32: RFC 2047 2 forbids '?' in a word, senders write it, and the end is plain.")
def _(thing, ours, theirs):
    return re.search(rb"\?\?+=", thing.raw) and agrees(thing, "compat32", ours)


@of("text", BOTH, "spoilt-base64",
    "We: what is not base64 cannot be told from what only looks like a word, so it stays as "
    "sent; Python guesses bytes, or raises.")
def _(thing, ours, theirs):
    bad = [m[0] for m in WORD.finditer(thing.raw) if m[2] in b"Bb" and
           (not re.fullmatch(rb"[A-Za-z0-9+/]*={0,2}", m[3]) or
            len(m[3].rstrip(b"=")) % 4 == 1)]
    return bad and all(word in ours for word in bad)


@of("text", BOTH, "unknown-charset",
    "We: a word that cannot be decoded stays as sent and can be decoded later; policy.default "
    "reads it as ASCII, compat32 raises LookupError.")
def _(thing, ours, theirs):
    bad = [m[0] for m in WORD.finditer(thing.raw) if not python_knows(m[1].decode())]
    return bad and all(word in ours for word in bad)


@of("text", BOTH, "charset-python-lacks",
    "We: the name is one that mail has (WHATWG Encoding 4.2 lists it), Python has no codec for "
    "it.")
def _(thing, ours, theirs):
    bad = [m[0] for m in WORD.finditer(thing.raw) if b"*" not in m[1]
           and not python_knows(m[1].decode())]
    return bad and not any(word in ours for word in bad) and "\ufffd".encode() not in ours


@of("text", OLD, "language",
    "We and policy.default: RFC 2231 5 puts a language behind the charset; compat32 takes both "
    "for the name of a charset and raises.")
def _(thing, ours, theirs):
    return any("*" in name for name in charset_names(thing.raw)) and agrees(thing, "default", ours)


@of("text", OLD, "spaces-of-make-header",
    "We and policy.default: make_header() puts spaces between what it decoded and what stood "
    "beside it; nothing but these differ.")
def _(thing, ours, theirs):
    return text_of(theirs) is not None and WORD.search(thing.raw) and \
        text_of(theirs).replace(b" ", b"") == ours.replace(b" ", b"")


@of("text", BOTH, "larger-charset",
    "We: senders name a charset and use what their system added to it (windows-1252 as "
    "ISO-8859-1, GB18030 as GB2312, windows-31J as Shift_JIS, windows-949 as EUC-KR), as WHATWG "
    "Encoding has it; Python takes the name literally.")
def _(thing, ours, theirs):
    names = set(charset_names(thing.raw))
    if len(names) != 1 or not names <= set(LARGER):
        return False
    raw = WORD.sub(lambda m: b"=?" + LARGER[m[1].decode().lower()].encode() + b"?" + m[2] +
                   b"?" + m[3] + b"?=", thing.raw)
    again = email.message_from_bytes(b"Subject: " + raw + b"\r\n\r\n",
                                     policy=email.policy.default)["Subject"]
    return str(again).encode() == ours


@of("text", OLD, "raises",
    "We and policy.default: a byte without meaning costs one U+FFFD, not the whole field; "
    "make_header() raises UnicodeDecodeError.")
def _(thing, ours, theirs):
    return isinstance(theirs, UnicodeDecodeError) and agrees(thing, "default", ours) and \
        "\ufffd".encode() in ours


@of("text", BOTH, "leading-blanks",
    "Both: Python drops the blanks between the colon and the value, this library is given a "
    "value from which the server has dropped them, and drops nothing.")
def _(thing, ours, theirs):
    return thing.raw[:1] in b" \t" and ours.lstrip() == text_of(theirs)


@of("text", BOTH, "not-encoded-8bit",
    "We: 8-bit text outside of words is UTF-8 (RFC 6532) or, if it is not, windows-1252; "
    "compat32 gives U+FFFD for each byte and no longer sees words, policy.default knows UTF-8 "
    "only.")
def _(thing, ours, theirs):
    if thing.raw.isascii():
        return False
    return agrees(thing, "default", ours) or plain_8bit(thing.raw).encode() == ours


@of("text", OLD, "word-without-end",
    "We and policy.default: a word that has no end stays, the whole one behind it is decoded; "
    "compat32 takes the second one's start into the first.")
def _(thing, ours, theirs):
    return re.search(rb"=\?[^?]+\?[QqBb]\?[^?]*=\?", thing.raw) and \
        agrees(thing, "default", ours)


# ---- parameters ---------------------------------------------------------------------------

def pieces(thing):
    return [m for m in (re.fullmatch(rb"filename\*(\d+)(\*?)", name.lower())
                        for name, _ in thing.params) if m]


def percent_decoded(raw):
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), raw)


def values(thing):
    return b"".join(value for _, value in thing.params)


@of("param", BOTH, "both-forms",
    "We: the encoded form is there for readers that know RFC 2231, the plain one for the others "
    "(RFC 6266 4.3 says it in words); Python takes the plain one.")
def _(thing, ours, theirs):
    params = {name.lower(): value for name, value in thing.params}
    return b"filename*" in params and b"filename" in params and \
        text_of(theirs) == params[b"filename"]


@of("param", OLD, "words-in-parameters",
    "We and policy.default: RFC 2047 5 forbids words in a parameter, most senders write them, "
    "and nobody means them literally; compat32 leaves them to its caller.")
def _(thing, ours, theirs):
    return WORD.search(values(thing)) and WORD.search(text_of(theirs) or b"")


@of("param", NEW, "words-in-pieces",
    "We: pieces are joined first (RFC 2231 3), then the word is whole; policy.default looks for "
    "words before it parses the quotes, and finds a piece of the next parameter in one.")
def _(thing, ours, theirs):
    return pieces(thing) and WORD.search(values(thing)) and b"filename*" in (text_of(theirs) or b"")


@of("param", OLD, "gap",
    "We and policy.default: what is behind a missing piece does not belong to what is before it; "
    "compat32 joins both.")
def _(thing, ours, theirs):
    numbers = sorted(int(m[1]) for m in pieces(thing))
    return numbers and numbers != list(range(len(numbers))) and agrees(thing, "default", ours)


@of("param", NEW, "begins-with-1",
    "We and compat32: RFC 2231 3 counts from 0, some senders from 1; policy.default gives "
    "nothing.")
def _(thing, ours, theirs):
    return pieces(thing) and min(int(m[1]) for m in pieces(thing)) == 1 and \
        agrees(thing, "compat32", ours)


@of("param", BOTH, "no-charset",
    "We: percent-encoded text of no charset, or of an unknown one, is UTF-8 if its bytes are "
    "that; Python gives surrogates, Latin-1 or nothing.")
def _(thing, ours, theirs):
    encoded = [(name, value) for name, value in thing.params if name.endswith(b"*")]
    named = re.match(rb"([^']+)'[^']*'", thing.params[0][1])
    if not encoded or (named and python_knows(named[1].decode())):
        return False
    text = re.sub(rb"^[^']*'[^']*'", b"", b"".join(v for _, v in sorted(thing.params)))
    return plain_8bit(percent_decoded(text)).encode() == ours


@of("param", BOTH, "not-encoded-8bit-parameter",
    "We: as for text, UTF-8 (RFC 6532), else windows-1252; compat32 gives U+FFFD for each byte, "
    "policy.default knows UTF-8 only.")
def _(thing, ours, theirs):
    raw = values(thing)
    return not raw.isascii() and len(thing.params) == 1 and plain_8bit(raw).encode() == ours


@of("param", NEW, "pieces-alone",
    "We and compat32: a character may be cut between two pieces, which are one text (RFC 2231 "
    "4.1); policy.default decodes each alone.")
def _(thing, ours, theirs):
    return len(pieces(thing)) > 1 and agrees(thing, "compat32", ours)


@of("param", BOTH, "larger-charset-parameter",
    "We: as for text, GB18030 as GB2312.")
def _(thing, ours, theirs):
    m = re.fullmatch(rb"([^']+)'[^']*'(.*)", thing.params[0][1])
    if not m or m[1].decode().lower() not in LARGER:
        return False
    larger = LARGER[m[1].decode().lower()]
    return percent_decoded(m[2]).decode(larger, "replace").encode() == ours


# ---- bodies -------------------------------------------------------------------------------

@of("body", ANY, "lone-base64-digit",
    "We: all whole bytes are given and the damage is counted; Python gives the whole part "
    "undecoded because of six bits at its end.")
def _(thing, ours, theirs):
    digits = re.sub(rb"[^A-Za-z0-9+/]", b"", thing.raw)
    return thing.encoding.strip().lower() == "base64" and len(digits) % 4 == 1 and \
        text_of(theirs) == b"".join(thing.raw.splitlines()) and binascii.a2b_base64(digits[:-1] + b"=" * (
            -len(digits[:-1]) % 4)) == ours


@of("body", ANY, "blanks-round-the-encoding",
    "We: blanks are no part of a token (RFC 2045 5.1); Python does not know ' base64 '.")
def _(thing, ours, theirs):
    return thing.encoding != thing.encoding.strip()


@of("body", ANY, "trailing-blanks",
    "We: RFC 2045 6.7 rule 3 says that blanks at the end of a line were added on the way and "
    "must be deleted, behind a soft break too; Python keeps them, and with them the '='.")
def _(thing, ours, theirs):
    if thing.encoding.lower() != "quoted-printable":
        return False
    raw = re.sub(rb"[ \t]+(\r?\n|\Z)", rb"\1", thing.raw)
    return raw != thing.raw and text_of(decode_qp(raw, thing.charset)) == ours


def decode_qp(raw, charset):
    data = binascii.a2b_qp(raw)
    return data.decode(charset, "replace") if charset else data


@of("body", ANY, "two-equals-signs",
    "We: the first '=' is followed by no digits and stays (RFC 2045 6.7, note on robustness), "
    "the second begins '=41'; Python makes one '=' of both.")
def _(thing, ours, theirs):
    return b"==" in thing.raw and ours == re.sub(
        rb"=([0-9A-F]{2})", lambda m: bytes.fromhex(m[1].decode()), thing.raw)


@of("body", ANY, "bare-cr",
    "We: '=' before a CR that ends no line is damage, and stays; Python drops all up to the "
    "next LF.")
def _(thing, ours, theirs):
    return re.search(rb"=\r(?!\n)", thing.raw) and ours == thing.raw


@of("body", ANY, "larger-charset-body",
    "We: as for words, what senders' systems added to a charset.")
def _(thing, ours, theirs):
    larger = LARGER.get((thing.charset or "").lower())
    return larger and thing.encoding.lower() in ("8bit", "7bit") and \
        thing.raw.decode(larger, "replace").encode() == ours


@of("body", ANY, "unknown-charset-body",
    "Both: neither can read it, we say IMAP4_E_NOTIMPL when the decoder is made, Python raises "
    "LookupError.")
def _(thing, ours, theirs):
    return ours is None and isinstance(theirs, LookupError)


# ---- dates --------------------------------------------------------------------------------

@of("date", ANY, "comment-before-the-zone",
    "We: comments may stand anywhere (RFC 5322 3.2.2); Python forgets the zone behind one.")
def _(thing, ours, theirs):
    return ours is not None and re.search(rb"\([^)]*\)\s*[-+]\d{4}", thing.raw)


@of("date", ANY, "no-such-time",
    "We: there is no 31st of February and no hour 24 (RFC 5322 3.3), so nobody knows what was "
    "meant; Python counts on into the next day or month.")
def _(thing, ours, theirs):
    return ours is None and re.search(rb"24:00:00|31 Feb", thing.raw)


@of("date", ANY, "another-form",
    "Python is kinder: asctime's order, whole names of months and dashes are in no RFC for mail "
    "since 1982, and we say IMAP4_E_SYNTAX.")
def _(thing, ours, theirs):
    return ours is None and re.search(
        rb"^\w{3} \w{3} +\d+ |[A-Z][a-z]{3,} \d{4}|\d-[A-Z][a-z]{2}-\d", thing.raw)


@of("date", ANY, "three-digit-year",
    "We: RFC 5322 4.3 adds 1900 to three digits; Python takes them for the year 124.")
def _(thing, ours, theirs):
    return ours is not None and re.search(rb" \d{3} \d\d:", thing.raw)
