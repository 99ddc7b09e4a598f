#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""charsets.py OUTDIR [--count 5000] [--seed 1] - as generate.py, and more of what MIME can hold.

All kinds of generate.py, and among them: text in the charsets of the world, in each transfer
encoding; file names in encoded words and as RFC 2231 has them, whole, in pieces, the pieces
mixed; nested multiparts and messages that hold all of that; calendars; parts without bytes.

Left out, because Dovecot 2.3 joins the pieces of a parameter in its BODYSTRUCTURE, and then
what is true is a matter of taste: pieces with a gap, a piece twice.
"""
import binascii
import sys

sys.dont_write_bytecode = True
import generate
from message import (CRLF, Embedded, Leaf, base64_lines, encoded_word, encoded_words, quoted,
                     quoted_printable, unfold)

MORE_WORDS = {
    "cs": "příliš žluťoučký kůň úpěl ďábelské ódy na louce",
    "tr": "şu güzel İstanbul'un ışığı çocukları büyüler",
    "he": "שלום לכולם המכתב הגיע הבוקר ותשובה תישלח מחר",
    "lt": "ąžuolas žydi čia šiandien ir rytoj vėl šilta",
    "vi": "đây là thư",
    "th": "สวัสดี จดหมาย มา ถึง แล้ว",
    "cn": "今天 收到 一封 信件 请 尽快 回复 谢谢 你们",
    "rare": "㐀㐁 丂 𠀀𠀋 龥 €",
}
# Text that the charset has, all of it; the name of the charset in mail; Python's name of it.
CHARSETS = [
    ("ja", "iso-2022-jp"), ("ja", "ISO-2022-JP"), ("ja", "shift_jis"), ("ja", "euc-jp"),
    ("ru", "koi8-r"), ("ru", "windows-1251"), ("ru", "iso-8859-5"), ("ru", "cp866"),
    ("cs", "windows-1250"), ("cs", "iso-8859-2"), ("de", "windows-1252"),
    ("fr", "iso-8859-15"), ("de", "iso-8859-1"), ("el", "windows-1253"), ("el", "iso-8859-7"),
    ("tr", "windows-1254"), ("tr", "iso-8859-9"), ("he", "windows-1255"),
    ("he", "iso-8859-8"), ("ar", "windows-1256"), ("lt", "windows-1257"),
    ("th", "tis-620"), ("ko", "euc-kr"), ("ko", "iso-2022-kr"), ("zh", "big5"),
    ("cn", "gb2312"), ("cn", "gbk"), ("cn", "gb18030"), ("rare", "gb18030"),
    ("emoji", "gb18030"), ("emoji", "utf-8"), ("ar", "utf-8"), ("vi", "utf-8"),
    ("rare", "utf-8"), ("ja", "utf-7"), ("en", "us-ascii"),
]
FILES = {"de": "Übersicht für März.pdf", "ru": "Отчёт за год.doc", "ja": "日本語の資料.xls",
         "cs": "Přehled – účty.txt", "el": "Αναφορά.pdf", "zh": "信件附件.zip",
         "cn": "报告 最终.pdf", "ko": "보고서.hwp", "emoji": "party 🎉.png",
         "fr": "résumé d'été.odt", "en": "plain name.txt", "ar": "رسالة.pdf",
         "he": "מכתב.pdf", "tr": "İstanbul ışığı.jpg", "lt": "ąžuolas.txt"}
FILE_CHARSETS = {"de": ["iso-8859-1", "windows-1252", "utf-8"],
                 "ru": ["koi8-r", "windows-1251", "utf-8"],
                 "ja": ["iso-2022-jp", "shift_jis", "euc-jp", "utf-8"],
                 "cs": ["windows-1250", "utf-8"], "el": ["iso-8859-7", "utf-8"],
                 "zh": ["big5", "utf-8"], "cn": ["gb2312", "gb18030", "utf-8"],
                 "ko": ["euc-kr", "utf-8"], "emoji": ["gb18030", "utf-8"],
                 "fr": ["iso-8859-15", "utf-8"], "en": ["us-ascii", "utf-8"],
                 "ar": ["windows-1256", "utf-8"], "he": ["windows-1255", "utf-8"],
                 "tr": ["windows-1254", "utf-8"], "lt": ["windows-1257", "utf-8"]}
generate.WORDS.update(MORE_WORDS)


def uuencode(data):
    out = b"begin 644 file.bin" + CRLF
    for i in range(0, len(data), 45):
        out += binascii.b2a_uu(data[i:i + 45])[:-1] + CRLF
    return out + b" " + CRLF + b"end" + CRLF


def charset_text(m, subtype="plain", size=None):
    """A text part in a charset, in one of the encodings that can carry it."""
    language, charset = m.choice(CHARSETS)
    text = "".join(m.words(m.count(1, 6), language) + "\r\n"
                   for _ in range(m.count(1, 30) if size is None else size))
    if m.chance(6):
        text = text[:-2]
    data = text.encode(charset)
    encodings = ["quoted-printable", "base64"]
    if charset.lower() in ("iso-2022-jp", "iso-2022-kr", "us-ascii", "utf-7"):
        encodings += ["7bit", None]
    elif 0 not in data:
        encodings += ["8bit", "8BIT"]
    encoding = m.choice(encodings)
    coded = {"quoted-printable": quoted_printable, "base64": base64_lines}.get(
        encoding, lambda d: d)(data)
    part = Leaf("text", subtype, coded, data, encoding=encoding,
                params=[("charset", m.choice([charset, charset.upper()])
                         if charset != "us-ascii" else charset)])
    part.text = text
    return part


# ---- names of files: (parameters, the same joined, the name) ---------------------------

def percent(data, keep=b""):
    return "".join(chr(c) if chr(c).isalnum() and c < 128 or c in keep else "%%%02X" % c
                   for c in data)


def name_word(m, key, text, charset):
    """RFC 2047 in a parameter: forbidden, and what most senders do."""
    words = [w.decode() for w in encoded_words(text, charset, m.choice("BQ"))]
    value = " ".join(words)
    return [(key, value, quoted(value))], None


def name_whole(m, key, text, charset):
    value = f"{charset}'{m.choice(['', 'en', 'ja'])}'" + percent(text.encode(charset), b".-_")
    return [(key + "*", value)], None


def name_pieces(m, key, text, charset):
    """Continuations, each percent-encoded: the cuts may go through a character."""
    data = text.encode(charset)
    cuts = sorted(m.random.sample(range(1, len(data)), min(len(data) - 1, m.count(1, 3))))
    chunks = [data[a:b] for a, b in zip([0] + cuts, cuts + [len(data)])]
    values = [percent(chunk, b".-_") for chunk in chunks]
    values[0] = f"{charset}''" + values[0]
    params = [(f"{key}*{i}*", value) for i, value in enumerate(values)]
    joined = [(key + "*", "".join(values))]
    if m.chance(2):
        m.random.shuffle(params)
    return params, joined


def name_mixed(m, key, text, charset):
    """The name's end, in ASCII, is not encoded (RFC 2231 section 4.1)."""
    stem, dot, extension = text.rpartition(".")
    first = f"{charset}''" + percent(stem.encode(charset))
    tail = m.choice(["-1", " copy", ""]) + dot + extension
    params = [(key + "*0*", first), (key + "*1", tail, quoted(tail))]
    return params, [(key + "*", first + tail)], stem + tail


def name_plain_pieces(m, key, text, charset):
    plain = "a-rather-long-name-" + m.hex(30) + ".txt"
    params = [(key + "*0", plain[:20], quoted(plain[:20])), (key + "*1", plain[20:])]
    return params, [(key, plain)], plain


def name_both(m, key, text, charset):
    params, _ = name_whole(m, key, text, charset)
    return [(key, "fallback.bin")] + params, None


def name_raw(m, key, text, charset):
    """UTF-8 as it is (RFC 6532)."""
    return [(key, text, quoted(text))], None


STYLES = [name_word, name_word, name_whole, name_whole, name_pieces, name_pieces, name_mixed,
          name_plain_pieces, name_both, name_raw]


def named(m, size=None):
    """An attachment whose name is written in one of the ways above."""
    language = m.choice(list(FILES))
    charset = m.choice(FILE_CHARSETS[language])
    key = m.choice(["filename", "filename", "name"])
    params, joined, *other = m.choice(STYLES)(m, key, FILES[language], charset)
    name = other[0] if other else FILES[language]
    data = m.random.randbytes(m.count(0, 900) if size is None else size)
    style = m.count(0, 3)
    coded = uuencode(data) if style == 0 else \
        quoted_printable(data) if style == 1 else base64_lines(data)
    encoding = ["x-uuencode", "quoted-printable", "base64", "BASE64"][style]
    if style == 1:
        # a raw CR LF would be a line end: random bytes are encoded whole
        coded = b"=\r\n".join(b"".join(b"=%02X" % c for c in data[i:i + 20])
                              for i in range(0, len(data), 20))
    more = {"params": params, "joined": joined} if key == "name" else {
        "disposition": (m.choice(["attachment", "inline"]), params),
        "disposition_joined": joined}
    return Leaf("application", m.choice(["octet-stream", "pdf", "x-thing"]), coded, data,
                encoding=encoding, filename=name, **more)


# ---- kinds ----------------------------------------------------------------------------

def charset_body(m):
    return m.head(), charset_text(m)


def charset_bodies(m):
    parts = [charset_text(m, m.choice(["plain", "html", "csv"]))
             for _ in range(m.count(2, 6))]
    return m.head(), m.multi(m.choice(["mixed", "alternative", "parallel"]), parts)


def file_names(m):
    return m.head(), m.multi("mixed", [charset_text(m)] +
                             [named(m) for _ in range(m.count(1, 6))])


def lone_file(m):
    return m.head(), named(m)


def calendar(m):
    event = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:{m.words(3, 'ru')}\r\n" \
            "END:VCALENDAR\r\n"
    data = event.encode()
    part = Leaf("text", "calendar", base64_lines(data), data, encoding="base64",
                params=[("method", "REQUEST"), ("charset", "utf-8")])
    part.text = event
    return part


def inner_message(m, part):
    head = m.head()
    return generate.Message(head.lines(), part, head.envelope())


def everything(m):
    body = m.multi("alternative", [charset_text(m), charset_text(m, "html"), calendar(m)])
    deep = m.multi("mixed", [charset_text(m, size=2), named(m)])
    for _ in range(m.count(0, 3)):
        deep = m.multi("mixed", [deep, Embedded(inner_message(m, charset_text(m, size=1)))])
    name = "письмо.eml"
    mail = Embedded(inner_message(m, m.multi("mixed", [charset_text(m), named(m)])),
                    disposition=("attachment", [("filename", unfold(encoded_word(name, "koi8-r", "B")))]),
                    filename=name)
    empty = Leaf("application", "octet-stream", b"", encoding=m.choice(["base64", "8bit"]))
    parts = [deep, mail, named(m, 0), empty, named(m, m.count(60000, 90000))]
    m.random.shuffle(parts)
    return m.head(), m.multi("mixed", [body] + parts)


KINDS = [kind for i, kind in enumerate(generate.KINDS) for kind in
         [kind, [charset_body, charset_bodies, file_names, file_names, lone_file, everything][i % 6]]]

if __name__ == "__main__":
    generate.main(KINDS)
