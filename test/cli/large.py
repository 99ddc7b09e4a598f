#!/usr/bin/env python3
"""test/cli/large.py PROGRAM - long literals and long lists, in constant memory."""
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Tap, run

MIB = 1024 * 1024
SLACK = 4 * MIB


def peak(program, path, tmp):
    """(lines, most memory in bytes) of a run that has read the whole file and waits for more;
    the memory is None where there is no /proc. (What wait4() tells has our own in it.)"""
    out = Path(tmp) / 'out'
    with open(path, 'rb') as given, open(out, 'wb') as written, \
            subprocess.Popen([program, 'parse'], stdin=subprocess.PIPE, stdout=written,
                             stderr=subprocess.DEVNULL) as child:
        shutil.copyfileobj(given, child.stdin)
        child.stdin.write(b'* OK end\r\n')
        child.stdin.flush()
        until = time.monotonic() + 60
        while b'"end"' not in out.read_bytes()[-100:] and time.monotonic() < until:
            time.sleep(0.01)
        status = Path(f'/proc/{child.pid}/status')
        high = re.search(r'VmHWM:\s*(\d+) kB', status.read_text()) if status.exists() else None
        child.stdin.close()
        child.wait(60)
    return out.read_bytes().splitlines()[:-1], int(high[1]) * 1024 if high else None


def literal(path, size):
    block = bytes(range(256)) * 256
    body = (block * (size // len(block) + 1))[:size]
    path.write_bytes(b'* 1 FETCH (UID 5 BODY[] {%d}\r\n' % size + body +
                     b' FLAGS (\\Seen) BODY[1] {5}\r\nhello)\r\n')
    return hashlib.sha256(body).hexdigest()


def is_constant(tap, name, small, large):
    if small is None or large is None:
        tap.skip(f'{name}: memory', 'there is no /proc')
    else:
        tap.case(f'{name}: memory', None if large - small < SLACK else f'{small}, then {large}')


def long_literals(tap, program, tmp):
    path = Path(tmp) / 'literal'
    memory = {}
    for size in (65536, 65537, 70000, 1000000, 20000000):
        digest = literal(path, size)
        lines, memory[size] = peak(program, path, tmp)
        made = json.loads(lines[0]) if lines else {}
        body, short = (made.get('sections') or [{}, {}])[:2]
        tap.equal(f'literal of {size}: size', body.get('size'), size)
        if size > 65536:
            tap.equal(f'literal of {size}: SHA-256', body.get('sha256'), digest)
        else:
            tap.case(f'literal of {size}: is shown', None if 'text_b64' in body else body)
        tap.equal(f'literal of {size}: what stands beside it',
                  (made.get('uid'), made.get('flags'), short.get('text')),
                  (5, ['\\Seen'], 'hello'))
    is_constant(tap, '20 MB', memory[70000], memory[20000000])
    literal(path, 1000000)
    whole = run(program, ['parse', path])
    for way in (['--chunk', '1000'], ['--chunk', '65536'], ['--hold', '1'],
                ['--hold', '2000000']):
        cut = run(program, ['parse', *way, path])
        tap.equal(f'literal of 1000000: {" ".join(way)}', cut.stdout, whole.stdout)
    shown = run(program, ['parse', '--max-value', '1000000', path])
    tap.case('--max-value shows it', None if b'"text_b64"' in shown.stdout else shown.stderr)


def many_values(tap, program, tmp):
    """Each may be shown, all together not: those beyond 8 MiB are not."""
    path = Path(tmp) / 'values'
    one = b'BODY[1] {60000}\r\n' + b'v' * 60000
    path.write_bytes(b'* 1 FETCH (' + b' '.join([one] * 200) + b' UID 9)\r\n')
    whole = run(program, ['parse', path])
    sections = json.loads(whole.stdout)['sections']
    tap.equal('200 values of 60000: all are there', len(sections), 200)
    shown = ['text' in section for section in sections]
    tap.equal('200 values of 60000: the first 8 MiB are shown', shown,
              [n * 60000 <= 8 * MIB for n in range(1, 201)])
    for way in (['--chunk', '4096'], ['--hold', '1'], ['--hold', '100000']):
        cut = run(program, ['parse', *way, path])
        tap.equal(f'200 values of 60000: {" ".join(way)}', cut.stdout, whole.stdout)


def number_lists(tap, program, tmp):
    path = Path(tmp) / 'numbers'
    wanted = list(range(1, 1000001))
    path.write_bytes(b'* SEARCH ' + b' '.join(b'%d' % n for n in wanted) + b'\r\n* 1 EXISTS\r\n')
    lines, memory = peak(program, path, tmp)
    pieces = [json.loads(line) for line in lines]
    last = pieces.pop() if pieces else {}
    tap.equal('1,000,000 numbers: what follows', last.get('type'), 'exists')
    tap.equal('1,000,000 numbers: parts', [p['part'] for p in pieces], list(range(len(pieces))))
    tap.equal('1,000,000 numbers: more', [p['more'] for p in pieces],
              [True] * (len(pieces) - 1) + [False])
    tap.case('1,000,000 numbers: all are there',
             None if [n for p in pieces for n in p['numbers']] == wanted else 'they are not')
    few = Path(tmp) / 'few'
    few.write_bytes(b'* SEARCH 1 2 3\r\n')
    is_constant(tap, '1,000,000 numbers', peak(program, few, tmp)[1], memory)
    done = run(program, ['parse', path])
    tap.equal('1,000,000 numbers: count as one response', done.stderr,
              b'2 responses, 0 invalid, 0 unknown\n')
    for chunk in ('1000', '65536', '1000000'):
        cut = run(program, ['parse', '--chunk', chunk, path])
        tap.case(f'1,000,000 numbers: --chunk {chunk}',
                 None if cut.stdout == done.stdout else 'not the same')
    path.write_bytes(b'* ESEARCH (TAG "A1") UID COUNT 7 ALL ' +
                     b','.join(b'%d:%d' % (3 * n + 1, 3 * n + 2) for n in range(50000)) +
                     b' MODSEQ 99\r\n')
    pieces = [json.loads(line) for line in run(program, ['parse', path]).stdout.splitlines()]
    tap.equal('50,000 ranges', [r for p in pieces for r in p.get('all', [])],
              [[3 * n + 1, 3 * n + 2] for n in range(50000)])
    tap.equal('50,000 ranges: the first and the last piece say what stood around them',
              (pieces[0].get('count'), pieces[0].get('tag'), pieces[-1].get('modseq')),
              (7, 'A1', 99))


def over_the_limit(tap, program, tmp):
    path = Path(tmp) / 'long'
    path.write_bytes(b'* FLAGS (' + b'flag ' * 2000000 + b')\r\n* 3 EXISTS\r\n')
    done = run(program, ['parse', path])
    made = [json.loads(line) for line in done.stdout.splitlines()]
    tap.equal('10 MB of flags: exit', done.returncode, 65)
    tap.equal('10 MB of flags: truncated, and the next response is there',
              [(one['type'], one.get('truncated', False)) for one in made],
              [('flags', True), ('exists', False)])
    depth = 100000
    path.write_bytes(b'* 1 FETCH (UID 4 BODYSTRUCTURE ' + b'(' * depth + b')' * depth +
                     b')\r\n* 3 EXISTS\r\n')
    done = run(program, ['parse', path])
    made = [json.loads(line) for line in done.stdout.splitlines()]
    tap.equal('100,000 parentheses', [(one['type'], one.get('uid')) for one in made],
              [('fetch', 4), ('exists', None)])
    path.write_bytes(b'* 1 FETCH (BODYSTRUCTURE ' + b'(' * 98 +
                     b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)' + b' "MIXED")' * 98 + b')\r\n')
    done = run(program, ['parse', path])
    tap.equal('98 nested multiparts: exit', done.returncode, 0)
    deepest, depth = json.loads(done.stdout)['bodystructure'], 0
    while 'parts' in deepest:
        deepest, depth = deepest['parts'][0], depth + 1
    tap.equal('98 nested multiparts', (depth, deepest['part']), (98, '.'.join(['1'] * 98)))


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as tmp:
        for test in (long_literals, many_values, number_lists, over_the_limit):
            test(tap, sys.argv[1], tmp)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
