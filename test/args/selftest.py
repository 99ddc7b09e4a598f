#!/usr/bin/env python3
"""test/args/selftest.py - the judge takes what the grammar has, and nothing else.  Each bad
line breaks one rule."""
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(1, str(Path(__file__).parents[1] / 'cli'))
from harness import Tap                         # noqa: E402  (the path comes first)
from judge import STAR, Bad, Ranges, decode_name, frame, read   # noqa: E402

# What is sent, the arguments in it, and how: offsets of "+", literals, utf8.
GOOD = [
    (b'A1 NOOP\r\n', {}, {}),
    (b'a.1 noop\r\n', {}, {}),
    (b'A1 LOGIN alice "x"\r\n', {'user': b'alice', 'pass': b'x'}, {}),
    (b'A1 LOGIN a]b "\\"\\\\ \x01\x7f"\r\n', {'user': b'a]b', 'pass': b'"\\ \x01\x7f'}, {}),
    (b'A1 LOGIN {3}\r\na\r\n {0}\r\n\r\n', {'user': b'a\r\n', 'pass': b''}, {'pluses': [14, 23]}),
    (b'A1 LOGIN {2+}\r\n\xe9\xff x\r\n', {'user': b'\xe9\xff', 'pass': b'x'}, {'literals': '+'}),
    (b'A1 LOGIN {5+}\r\n{5+}\r {1+}\r\nx\r\n', {'user': b'{5+}\r', 'pass': b'x'},
     {'literals': '-'}),
    (b'A1 CREATE InBoX\r\n', {'mailbox': 'INBOX', 'use': None}, {}),
    (b'A1 CREATE "&Jjo-!&-"\r\n', {'mailbox': '\u263a!&', 'use': None}, {}),
    (b'A1 CREATE "\xe2\x98\xba&"\r\n', {'mailbox': '\u263a&', 'use': None}, {'utf8': True}),
    (b'A1 CREATE x (USE (\\Sent \\All))\r\n', {'mailbox': 'x', 'use': [b'\\Sent', b'\\All']}, {}),
    (b'A1 LSUB "" %*]\r\n', {'reference': '', 'pattern': '%*]'}, {}),
    (b'A1 LIST (REMOTE) "" (a b) RETURN (CHILDREN STATUS (UIDNEXT))\r\n',
     {'reference': '', 'patterns': ['a', 'b'], 'selection': [b'REMOTE'],
      'returns': [b'CHILDREN'], 'status': [b'UIDNEXT']}, {}),
    (b'A1 STATUS x (A B)\r\n', {'mailbox': 'x', 'items': [b'A', b'B']}, {}),
    (b'A1 COPY 1:3,2:5,*:7 x\r\n', {'mailbox': 'x', 'set': Ranges([(1, 5), (7, STAR)])}, {}),
    (b'A1 UID STORE 7 (UNCHANGEDSINCE 0) +FLAGS.SILENT (\\Seen $x)\r\n',
     {'set': Ranges([(7, 7)]), 'UNCHANGEDSINCE': 0, 'action': '+', 'silent': True,
      'flags': [b'\\Seen', b'$x']}, {}),
    (b'A1 STORE 7 FLAGS ()\r\n', {'set': Ranges([(7, 7)]), 'action': '', 'silent': False,
                                  'flags': []}, {}),
    (b'A1 FETCH 1 (UID BODY[HEADER.FIELDS ("X)Y")])\r\n',
     {'set': Ranges([(1, 1)]), 'items': [b'UID BODY[HEADER.FIELDS (', (b'X)Y',), b')]']}, {}),
    (b'A1 FETCH 1 ALL (CHANGEDSINCE 9 VANISHED)\r\n',
     {'set': Ranges([(1, 1)]), 'items': [b'ALL'], 'CHANGEDSINCE': 9, 'VANISHED': True}, {}),
    (b'A1 SELECT x (QRESYNC (7 9 1:5 (1 3)) CONDSTORE)\r\n',
     {'mailbox': 'x', 'QRESYNC': (7, 9, Ranges([(1, 5)]), Ranges([(1, 1)]), Ranges([(3, 3)])),
      'CONDSTORE': True}, {}),
    (b'A1 APPEND x (\\Seen) " 7-Feb-1994 21:52:25 -0800" ~{2+}\r\n\0x\r\n',
     {'mailbox': 'x', 'flags': [b'\\Seen'], 'date': b' 7-Feb-1994 21:52:25 -0800',
      'binary': True, 'data': b'\0x'}, {'literals': '+'}),
    (b'A1 AUTHENTICATE PLAIN =\r\n', {'mechanism': b'PLAIN', 'initial': b'', 'said': []}, {}),
    (b'A1 AUTHENTICATE PLAIN\r\neA==\r\n*\r\n',
     {'mechanism': b'PLAIN', 'initial': None, 'said': [b'x', None]}, {'pluses': [23, 29]}),
    (b'A1 IDLE\r\nDONE\r\n', {}, {'pluses': [9]}),
    (b'A1 ID ("a" NIL "b" "c")\r\n', {'params': [(b'a', None), (b'b', b'c')]}, {}),
    (b'A1 SETMETADATA "" (/a ~{1+}\r\n\0 /b NIL)\r\n',
     {'mailbox': '', 'entries': [(b'/a', b'\0'), (b'/b', None)]}, {'literals': '+'}),
]
# What is sent, the rule, and how.
BAD = [
    (b'A1 NOOP', 'a line without end', {}),
    (b'A1 NOOP\n', 'LF alone', {}),
    (b'A1 NOOP \r\n', 'a space at the end', {}),
    (b' A1 NOOP\r\n', 'a space in front', {}),
    (b'NOOP\r\n', 'no tag', {}),
    (b'A+ NOOP\r\n', '+ in a tag', {}),
    (b'A1 NOOP\r\n\r\n', 'an empty line', {}),
    (b'A1 NOOP\r\nA1 NOOP\r\n', 'a tag that stands twice', {}),
    (b'A1 FOO\r\n', 'no command', {}),
    (b'A1 UID LOGIN a b\r\n', 'no UID command', {}),
    (b'A1  NOOP\r\n', 'two spaces', {}),
    (b'A1 LOGIN a\r\n', 'an argument too few', {}),
    (b'A1 LOGIN a b c\r\n', 'an argument too many', {}),
    (b'A1 LOGIN a  b\r\n', 'an empty argument', {}),
    (b'A1 LOGIN a%b c\r\n', '% in an astring', {}),
    (b'A1 LOGIN a\\b c\r\n', '\\ in an astring', {}),
    (b'A1 LOGIN a\x01 c\r\n', 'a control in an astring', {}),
    (b'A1 LOGIN a\x7f c\r\n', 'DEL in an astring', {}),
    (b'A1 LOGIN a\xe9 c\r\n', 'a byte beyond ASCII in an astring', {}),
    (b'A1 LOGIN a"b" c\r\n', 'a string beside a word', {}),
    (b'A1 LOGIN "a"b c\r\n', 'a word beside a string', {}),
    (b'A1 LOGIN "a\\b" c\r\n', '\\ before what needs none', {}),
    (b'A1 LOGIN "a\0" c\r\n', 'NUL in a quoted string', {}),
    (b'A1 LOGIN "a\r" c\r\n', 'CR in a quoted string', {}),
    (b'A1 LOGIN "a\n" c\r\n', 'LF in a quoted string', {}),
    (b'A1 LOGIN "a\xc3\xa9" c\r\n', 'a byte beyond ASCII in a quoted string', {}),
    (b'A1 LOGIN "a\xe9" c\r\n', 'a quoted string that is not UTF-8', {'utf8': True}),
    (b'A1 LOGIN "a\r\n', 'a quoted string without end', {}),
    (b'A1 LOGIN {1}\r\na b\r\n', 'a literal that did not wait', {}),
    (b'A1 LOGIN {1+}\r\na b\r\n', 'LITERAL+ that is not announced', {}),
    (b'A1 LOGIN {4097+}\r\n' + b'a' * 4097 + b' b\r\n', 'LITERAL- beyond 4096', {'literals': '-'}),
    (b'A1 LOGIN {1+}\r\na b\r\n', 'a literal that waited for nothing',
     {'literals': '+', 'pluses': [15]}),
    (b'A1 LOGIN a b\r\n', '"+" that nothing waited for', {'pluses': [3]}),
    (b'A1 LOGIN {9+}\r\na b\r\n', 'a literal that is too short', {'literals': '+'}),
    (b'A1 LOGIN {01+}\r\na b\r\n', 'a size with a zero in front', {'literals': '+'}),
    (b'A1 LOGIN {1+}a b\r\n', 'a literal without line end', {'literals': '+'}),
    (b'A1 LOGIN {1+}\r\n\0 b\r\n', 'NUL in a literal', {'literals': '+'}),
    (b'A1 LOGIN ~{1+}\r\na b\r\n', 'literal8 where none may be', {'literals': '+'}),
    (b'A1 LOGIN {-1}\r\na b\r\n', 'a negative size', {'pluses': [15]}),
    (b'A1 LOGIN a b' + b'b' * 8000 + b'\r\n', 'a line that is too long', {}),
    (b'A1 CREATE a\xe2\x98\xba\r\n', 'UTF-8 in a name', {}),
    (b'A1 CREATE "\x01"\r\n', 'a control in a name', {}),
    (b'A1 CREATE &\r\n', '& without -', {}),
    (b'A1 CREATE &AGE-\r\n', 'a shift that hides "a"', {}),
    (b'A1 CREATE &Jj-\r\n', 'a shift of 12 bits', {}),
    (b'A1 CREATE &Jjp-\r\n', 'padding that is not zero', {}),
    (b'A1 CREATE &JjoA-\r\n', 'a digit too many', {}),
    (b'A1 CREATE &2D0-\r\n', 'half of a pair', {}),
    (b'A1 CREATE &J/o-\r\n', '/ in a shift', {}),
    (b'A1 CREATE &Jjo-&Jjo-\r\n', 'two shifts side by side', {}),
    (b'A1 CREATE a*\r\n', 'a wildcard in a name', {}),
    (b'A1 CREATE x (USE (Sent))\r\n', 'a use without \\', {}),
    (b'A1 LIST "" () \r\n', 'no pattern', {}),
    (b'A1 LIST "" a RETURN (STATUS ())\r\n', 'STATUS of nothing', {}),
    (b'A1 STATUS x ()\r\n', 'an empty list', {}),
    (b'A1 STATUS x ( A)\r\n', 'a space in a list', {}),
    (b'A1 STATUS x (A))\r\n', 'a ) too many', {}),
    (b'A1 COPY 0 x\r\n', 'number 0', {}),
    (b'A1 COPY 4294967296 x\r\n', 'a number that is too large', {}),
    (b'A1 COPY 1, x\r\n', 'a set that ends with a comma', {}),
    (b'A1 COPY 1:2:3 x\r\n', 'a range of three', {}),
    (b'A1 COPY 01 x\r\n', 'a number with a zero in front', {}),
    (b'A1 STORE 1 FLAGS \\Seen\r\n', 'flags without parentheses', {}),
    (b'A1 STORE 1 FLAGS (\\)\r\n', 'a flag without name', {}),
    (b'A1 STORE 1 *FLAGS ()\r\n', 'no action', {}),
    (b'A1 FETCH 1 UID\r\n', 'items without parentheses', {}),
    (b'A1 FETCH 1 (UID\r\n', 'a list without end', {}),
    (b'A1 FETCH 1 (UID) (VANISHED)\r\n', 'VANISHED alone', {}),
    (b'A1 FETCH 1 (UID) (CHANGEDSINCE 0)\r\n', 'CHANGEDSINCE 0', {}),
    (b'A1 FETCH 1 (x{1+}\r\na)\r\n', 'a literal beside a word', {'literals': '+'}),
    (b'A1 FETCH 1 ({1+}\r\nax)\r\n', 'a word beside a literal', {'literals': '+'}),
    (b'A1 FETCH 1 (\x01)\r\n', 'a control on the line', {}),
    (b'A1 FETCH 1 (UID))\r\n', 'a list that is closed twice', {}),
    (b'A1 SELECT x (QRESYNC (7 9 *))\r\n', '* among known UIDs', {}),
    (b'A1 SELECT x (QRESYNC (0 9))\r\n', 'UIDVALIDITY 0', {}),
    (b'A1 SELECT x (CONDSTORE CONDSTORE)\r\n', 'CONDSTORE twice', {}),
    (b'A1 APPEND x "7-Feb-1994 21:52:25 -0800" {0+}\r\n\r\n', 'a day of one digit',
     {'literals': '+'}),
    (b'A1 APPEND x "17-Feb-1994 25:52:25 -0800" {0+}\r\n\r\n', 'hour 25', {'literals': '+'}),
    (b'A1 APPEND x "17-FEB-1994 21:52:25 -0800" {0+}\r\n\r\n', 'a month in capitals',
     {'literals': '+'}),
    (b'A1 APPEND x x\r\n', 'a message that is no literal', {}),
    (b'A1 AUTHENTICATE PLAIN eA=\r\n', 'base64 without its padding', {}),
    (b'A1 AUTHENTICATE PLAIN eB==\r\n', 'base64 that is not canonical', {}),
    (b'A1 AUTHENTICATE PLAIN\r\neA==\r\n', 'an answer that was not asked for', {}),
    (b'A1 IDLE\r\nDONE\r\n', 'DONE before "+"', {}),
    (b'A1 IDLE\r\nNOOP\r\n', 'no DONE', {'pluses': [9]}),
    (b'A1 ID (a "b")\r\n', 'an atom in ID', {}),
    (b'A1 ID ("a")\r\n', 'a name without value', {}),
    (b'A1 GETMETADATA "" (/a/)\r\n', 'an entry that ends with /', {}),
    (b'A1 SETQUOTA "" (A 9223372036854775808)\r\n', 'a limit beyond 63 bits', {}),
    (b'A1 SORT (DATE) ALL\r\n', 'no charset', {}),
]
KEYS = [
    (b'ALL', [('ALL',)]),
    (b'NOT SEEN', [('NOT', ('SEEN',))]),
    (b'OR SEEN (NEW OLD) 1:5', [('OR', ('SEEN',), ('(', ('NEW',), ('OLD',))),
                                ('SET', Ranges([(1, 5)]))]),
    (b'HEADER a "b c" SINCE 1-Feb-2026', [('HEADER', b'a', b'b c'), ('SINCE', (2026, 2, 1))]),
    (b'UID 7 LARGER 0 KEYWORD x MODSEQ 0', [('UID', Ranges([(7, 7)])), ('LARGER', 0),
                                            ('KEYWORD', b'x'), ('MODSEQ', 0)]),
]
BAD_KEYS = [b'', b'NOT', b'OR SEEN', b'()', b'(SEEN', b'SEEN)', b'SEEN  NEW', b'FOO', b'LARGER x',
            b'OLDER 0', b'SINCE 1-Feb-26', b'SINCE 32-Feb-2026', b'SINCE 1-feb-2026',
            b'KEYWORD \\Seen', b'KEYWORD "x"', b'FROM', b'UID', b'UID 0', b'FROM a*', b'"SEEN"']


def judged(data, how):
    try:
        found = read(data, **how)
        return found[0].args if len(found) == 1 else f'{len(found)} commands'
    except Bad as why:
        return f'bad: {why}'


def main():
    tap = Tap()
    for data, wanted, how in GOOD:
        tap.equal(f'good: {data!r}'[:90], judged(data, how), wanted)
    for data, rule, how in BAD:
        got = judged(data, how)
        tap.case(f'bad: {rule}', None if str(got).startswith('bad: ') else f'{data!r}: {got}')
    for text, keys in KEYS:
        got = judged(b'A1 SEARCH ' + text + b'\r\n', {})
        tap.equal(f'keys: {text!r}', got['keys'] if isinstance(got, dict) else got, keys)
    for text in BAD_KEYS:
        got = judged(b'A1 SEARCH ' + text + b'\r\n', {})
        tap.case(f'bad keys: {text!r}', None if isinstance(got, str) or
                 isinstance(got['keys'], str) else got['keys'])
    tap.equal('two commands are two', judged(b'A1 NOOP\r\nA2 NOOP\r\n', {}), '2 commands')
    tap.equal('ranges', Ranges.of([(5, 3), (1, 2), (9, 9), (STAR, 8)]), ((1, 5), (8, STAR)))
    tap.equal('a name in two planes', decode_name(b'&2D3eAA-'), '\U0001f600')
    for data, wanted in [(b'A1 X', ('none', 0)), (b'A1 X\r\nA2', ('line', 6)),
                         (b'A1 {5}\r\n', ('plus', 8)), (b'A1 {5+}\r\nab', ('data', 9)),
                         (b'A1 {2+}\r\nab\r\n', ('line', 13)), (b'A1 "{5}"\r\n', ('line', 10))]:
        tap.equal(f'frame of {data!r}', frame(data, 0), wanted)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
