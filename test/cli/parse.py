#!/usr/bin/env python3
"""test/cli/parse.py PROGRAM [--fill] - `imap4 parse` against the golden files, cut in any way.

With --fill, what the program says now is put into the files: to be read before it is kept.
"""
import json
import sys

from harness import CHUNKS, Tap, goldens, run

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
    tap.equal(f'{golden.name}: summary', done.stderr, summary_of(golden.out))
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
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
