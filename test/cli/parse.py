#!/usr/bin/env python3
"""test/cli/parse.py PROGRAM [--fill] - `imap4 parse` against the golden files, cut in any way.

With --fill, what the program says now is put into the files: to be read before it is kept.
"""
import json
import re
import sys

from harness import CHUNKS, Tap, goldens, run

FOUND = re.compile(rb', (\d+) findings?( \(--strict tells them\))?(?=\n)')
HOLDS = ['1', '100', '1000000']


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f'a key stands twice: {keys}'
    return dict(pairs)


def bad_json(out):
    """What is wrong with the lines, or None."""
    for line in out.split(b'\n')[:-1]:
        try:
            made = json.loads(line.decode('utf-8'), object_pairs_hook=no_duplicates)
        except (ValueError, AssertionError) as error:
            return f'{error}: {line!r}'
        if list(made)[:2] != ['v', 'type'] or made['v'] != 1:
            return f'does not begin with v and type: {line!r}'
        harmful = [c for c in line.decode('utf-8')
                   if ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0 or c in '\u202e\u2028\u061c']
        if harmful:
            return f'{harmful!r} in {line!r}'
    return None if out.endswith(b'\n') else 'the last line has no end'


def summary_of(out):
    made = [json.loads(line) for line in out.splitlines()]
    bad = sum(any(key in one for key in ('invalid', 'untrusted', 'truncated')) for one in made)
    unknown = sum(one['type'] == 'unknown' for one in made)
    return f'{len(made)} responses, {bad} invalid, {unknown} unknown\n'.encode()


def check(tap, program, golden):
    done = run(program, ['parse', *golden.options], golden.given)
    tap.equal(f'{golden.name}: output', done.stdout.splitlines(), golden.out.splitlines())
    tap.equal(f'{golden.name}: exit', done.returncode, golden.exit)
    tap.case(f'{golden.name}: JSON', bad_json(done.stdout))
    counted = FOUND.sub(b'', done.stderr.splitlines(True)[-1])
    tap.equal(f'{golden.name}: summary', counted, summary_of(golden.out))
    strictly = '--strict' in golden.options
    told = sum(not line.startswith(b' ') for line in done.stderr.splitlines()[:-1])
    number = FOUND.search(done.stderr)
    tap.equal(f'{golden.name}: findings are told', told,
              int(number.group(1)) if number and strictly else 0)
    ways = [['--chunk', n] for n in CHUNKS] + [['--hold', n] for n in HOLDS]
    ways.append(['--chunk', '1', '--hold', '1'])
    for way in ways:
        cut = run(program, ['parse', *golden.options, *way], golden.given)
        tap.case(f'{golden.name}: {" ".join(way)}',
                 None if (cut.stdout, cut.stderr, cut.returncode)
                 == (done.stdout, done.stderr, done.returncode) else cut)


def all_in_one(tap, program):
    """The goldens one after the other are one stream."""
    plain = [g for g in goldens() if not g.options]
    given = b''.join(g.given for g in plain)
    done = run(program, ['parse', '--chunk', '17'], given)
    kinds = [json.loads(line)['type'] for line in done.stdout.splitlines()]
    wanted = [json.loads(line)['type'] for g in plain for line in g.out.splitlines()]
    tap.equal('all in one stream', kinds, wanted)


LINTED = (b'* 3 EXISTS\r\n\r\n'
          b'* 1 FETCH (UID 7 FLAGS (\\Seen ) BODY ("x" y))\r\n'
          b'* OK [UIDNEXT 0] ok\r\n'
          b'* 2 FETCH (BODY[] {2}\r\na\n BODY[TEXT] {1}\r\nb FLAGS ("\x1b[2J"))\r\nA1 OK\r\n')
FINDINGS = """\
<stdin>:2:1: warning: a line with nothing in it [empty-line]
    RFC 3501 9, response
<stdin>:3:30: warning: a space where none, or only one, may stand [spaces]
     ) BODY ("x" y))
    RFC 3501 9, formal syntax (2)
<stdin>:3:43: warning: an atom where a string must stand, or one with characters that an \
atom cannot have [atom]
    y
    RFC 3501 9, nstring
<stdin>:3:33: error: this datum cannot be read; it is lost [invalid]
    BODY ("x" y)
    RFC 3501 9, body
<stdin>:4:6: warning: this number must not be 0 [zero]
    [UIDNEXT 0] ok
    RFC 3501 9, nz-number
<stdin>:8:11: warning: a control character in a quoted string or an atom [control]
    \\x1b[2J"))
    RFC 3501 9, TEXT-CHAR and ATOM-CHAR
<stdin>:8:10: warning: a string where an atom or a list must stand [string]
    "\\x1b[2J"
    RFC 3501 9, flag-list
<stdin>:8:3: error: this datum cannot be read; it is lost [invalid]
    FLAGS ("\\x1b[2J")
    RFC 3501 9, flag-list
<stdin>:9:1: warning: a status response must have a text [no-text]
    A1 OK
    RFC 3501 9, resp-text
5 responses, 4 invalid, 0 unknown, 9 findings
"""


def lint(tap, program):
    """Strict reading says what compilers say: the same however it is cut."""
    whole = run(program, ['parse', '--strict'], LINTED)
    told = whole.stderr.decode()
    tap.equal('lint', told.splitlines(), FINDINGS.splitlines())
    tap.equal('lint: exit', whole.returncode, 65)
    tap.equal('lint: nothing is harmful', [c for c in told if ord(c) < 0x20 and c != '\n'], [])
    for way in [['--chunk', n] for n in CHUNKS] + [['--hold', '1']]:
        cut = run(program, ['parse', '--strict', *way], LINTED)
        tap.equal(f'lint: {" ".join(way)}', cut.stderr, whole.stderr)
    clean = run(program, ['parse', '--strict'], b'* 3 EXISTS\r\n* OK [UIDNEXT 4] ok\r\n')
    tap.equal('lint: nothing found', (clean.returncode, clean.stderr),
              (0, b'2 responses, 0 invalid, 0 unknown\n'))


def fill(program, golden):
    done = run(program, ['parse', *golden.options], golden.given)
    head = golden.path.read_bytes().split(b'--- exit')[0]
    golden.path.write_bytes(head + b'--- exit %d\n--- out\n' % done.returncode + done.stdout)


def main():
    if sys.argv[2:] == ['--fill']:
        for golden in goldens():
            fill(sys.argv[1], golden)
        return 0
    tap = Tap()
    for golden in goldens():
        check(tap, sys.argv[1], golden)
    all_in_one(tap, sys.argv[1])
    lint(tap, sys.argv[1])
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
