#!/usr/bin/env python3
"""test/cli/hostile.py PROGRAM - what `imap4 parse` prints of hostile text harms no terminal."""
import json
import sys
import unicodedata

from harness import Tap, run

# Terminal sequences, controls, C1 both ways, what turns text, no UTF-8; cf. hostile_text.h.
TEXTS = [
    b'\x1b', b'\x1b[2J', b'\x1b[6n', b'\x1b]0;title\x07', b'\x1b]8;;http://a.example/\x1b\\b',
    b'\x1b]52;c;cm0gLXJm\x07', b'\x1bP$q"p\x1b\\', b'\x1bc', b'\x07', b'over\rwritten', b'\tx\v\f',
    b'pass\b\b', b'\x0e\x0f', b'\x01\x02\x1f', b'\x7f', b'\x9b2J', b'\x9d0;t\x9c', b'\x80\x85\x9f',
    b'\xc2\x9b2J', b'\xc2\x9d52;c;eA==\xc2\x9c', b'\xc2\x85\xc2\x80',
    *[chr(c).encode() for c in (0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c,
                                0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069)],
    b'\xc0\x9b[2J', b'\xe0\x80\x9b', b'\xf0\x80\x80\x9b', b'\xed\xa0\x80', b'\xf4\x90\x80\x80',
    b'\xe2\x80', b'\xe2\x80\x1b[2J', b'\xff\xfe', '﷐\U0010ffff'.encode(),
    'pay\u200bpal\ufeff'.encode(), b'a\0b',
]
LINES = [
    b'* OK [ALERT] %s', b'* OK [X-%s y] text', b'* NO %s', b'* BAD %s', b'* BYE %s', b'+ %s',
    b'%s', b'* %s', b'* 1 %s', b'A1 NO %s', b'%s OK done', b'* CAPABILITY IMAP4rev1 %s',
    b'* LIST (\\%s) "/" a', b'* LIST () "%s" a', b'* LIST () "/" "%s"', b'* LIST () "/" %s',
    b'* FLAGS (%s)', b'* STATUS "%s" (MESSAGES 1)', b'* STATUS a (%s 1)', b'* SEARCH %s',
    b'* 1 FETCH (%s 1)', b'* 1 FETCH (FLAGS (%s))', b'* 1 FETCH (INTERNALDATE "%s")',
    b'* 1 FETCH (ENVELOPE ("%s" "%s" (("%s" NIL "%s" "%s")) NIL NIL NIL NIL NIL NIL "%s"))',
    b'* 1 FETCH (BODYSTRUCTURE ("%s" "%s" ("%s" "%s") "%s" NIL "7BIT" 1 1))',
    b'* 1 FETCH (BODY[%s] x)', b'* 1 FETCH (BODY[HEADER] "%s")', b'* ID ("name" "%s")',
    b'* NAMESPACE (("%s" "/")) NIL NIL', b'* QUOTA "%s" (STORAGE 1 2)', b'* ACL a "%s" lr',
    b'* METADATA "" (/shared/x "%s")', b'* ESEARCH (TAG "%s") ALL 1',
]


def harmful(text):
    """The characters that may not be seen; LF ends lines."""
    return sorted({c for c in text if c != '\n' and (
        unicodedata.category(c) in ('Cc', 'Zl', 'Zp') or c == '\u061c' or
        '\u200e' <= c <= '\u200f' or '\u202a' <= c <= '\u202e' or '\u2066' <= c <= '\u2069')})


def literal(text):
    return b'* LIST () "/" {%d}\r\n%s\r\n* 1 FETCH (BODY[] {%d}\r\n%s)' % (
        len(text), text, len(text), text)


def problem(done):
    for name, out in (('output', done.stdout), ('messages', done.stderr)):
        try:
            bad = harmful(out.decode('utf-8'))
        except UnicodeDecodeError as error:
            return f'{name}: {error}'
        if bad:
            return f'{name}: {bad} in {out!r}'
    try:
        lines = [json.loads(line) for line in done.stdout.splitlines()]
    except ValueError as error:
        return error
    # Whatever it holds, it is read to its end: something in it is no IMAP.
    return None if len(lines) >= len(LINES) and done.returncode == 65 else \
        f'{len(lines)} responses, exit {done.returncode}'


def main():
    tap = Tap()
    tap.case('the judge is awake', None if harmful('a\x1b\x9b\x7f\u202e\u2028\u2069') == sorted(
        '\x1b\x9b\x7f\u202e\u2028\u2069') and not harmful('aü\u200b\n') else 'asleep')
    for text in TEXTS:
        given = b''.join(line.replace(b'%s', text) + b'\r\n' for line in LINES)
        given += literal(text) + b'\r\n'
        for options in ([], ['--strict']):
            done = run(sys.argv[1], ['parse', *options], given)
            tap.case(f'{text!r} {" ".join(options)}', problem(done))
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
