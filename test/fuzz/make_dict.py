#!/usr/bin/env python3
"""make_dict.py OUT SRC TRANSCRIPTS - the words of IMAP as a dictionary of libFuzzer.

They are what the library itself knows: the strings of SRC that are spelled like names, flags
and codes, so that a new extension is in it without a word here.  The odd spellings of servers
are those of the transcripts of quirks; the rest stands below.
"""
import re
import sys
from pathlib import Path

STRING = re.compile(r'"((?:[^"\\\n]|\\.)+)"')
NAME = re.compile(r'[A-Z][A-Z0-9.:=_/+-]+|\\\\[A-Z][A-Za-z]+|\$[A-Za-z]+|[A-Za-z]+-[A-Za-z-]+=?')
PARTS = [b'\r\n', b'\r\n* ', b'\r\n+ ', b'* OK [', b'] ', b'\r\nA1 OK ', b'\r\nA1 NO [', b'* BYE ',
         b'{0}\r\n', b'{3}\r\nabc', b'{3+}\r\nabc', b'~{3}\r\na\0b', b'{10}\r\n', b'{003}\r\nabc',
         b'{4294967296}\r\n', b'{18446744073709551616}\r\n', b'{-1}\r\n', b'{3 }\r\n', b'{}\r\n',
         b'NIL', b'nil', b'""', b'"\\""', b'"\\\\"', b'("', b'")', b'((', b'))', b'()', b' ()',
         b'1:*', b'*:1', b'4294967295', b'4294967296', b'18446744073709551615', b'0', b'1:2,4',
         b'"/" ', b'"." ', b'"\\\\" ', b'INBOX', b'&-', b'&AOQ-', b'&2D3cAA-', b'&AC8-',
         b' 7-Feb-1994 21:52:25 -0800', b'Mon, 7 Feb 1994 21:52:25 -0800 (PST)',
         b'=?utf-8?Q?=C3=BC?=', b'=?iso-8859-1?B?/A==?=', b"utf-8''%e2%82%ac", b'name*0*=',
         b'TEXT/PLAIN', b'"CHARSET" "UTF-8"', b'HEADER.FIELDS (DATE SUBJECT)', b'<0>', b'<0.10>',
         b'\xef\xbb\xbf', b'\x1b[2J', b'\xe2\x80\xae', b'\xc2\x9b', b'\0', b'\t', b'\xff']
ESCAPES = {b'r': b'\r', b'n': b'\n', b't': b'\t', b'0': b'\0'}


def names(src):
    for path in sorted(src.rglob('*.[ch]')) + sorted(src.rglob('*.def')):
        for text in STRING.findall(path.read_text()):
            if NAME.fullmatch(text) and len(text) <= 40:
                yield text.replace('\\\\', '\\').encode()


def oddities(transcripts):
    """The first words of what servers say in the transcripts of quirks, and odd endings."""
    for path in sorted(transcripts.glob('quirks/*.imap')):
        for line in path.read_bytes().split(b'\n'):
            if line[:2] in (b'S:', b'S|'):
                words = line[3:].split(b' ')
                yield from (word for word in words if 2 < len(word) <= 24)


def quoted(word):
    return ''.join(chr(c) if 0x20 <= c < 0x7f and c not in b'"\\' else f'\\x{c:02x}'
                   for c in word)


def main():
    out, src, transcripts = (Path(arg) for arg in sys.argv[1:])
    words = dict.fromkeys([*names(src), *PARTS, *oddities(transcripts)])
    out.write_text(''.join(f'"{quoted(word)}"\n' for word in words))


if __name__ == '__main__':
    main()
