#!/usr/bin/env python3
"""test/cli/program.py PROGRAM - verbs, options, exit codes, files, pipes, messages."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import Tap, run

GOOD = b'* 3 EXISTS\r\n'
LINE = b'{"v":1,"type":"exists","number":3}\n'


def help_and_version(tap, program):
    for args in (['--help'], ['-h'], ['help'], ['parse', '--help'], ['help', 'parse'],
                 ['parse', '-h'], ['quirks', '--help']):
        done = run(program, args)
        tap.equal(f'{" ".join(args)}: exit', done.returncode, 0)
        tap.case(f'{" ".join(args)}: begins with three examples',
                 None if done.stdout.startswith(b'Examples\n  imap4 ')
                 and done.stdout.split(b'\n\n')[0].count(b'imap4 ') >= 3 else done.stdout)
    for args in (['--version'], ['version']):
        done = run(program, args)
        tap.case(args[0], None if done.stdout.startswith(b'imap4 ') and done.returncode == 0
                 else done)


def usage(tap, program):
    cases = [
        ([], b"imap4: no verb; imap4 --help lists them\n"),
        (['prase'], b"imap4: no verb 'prase'; did you mean 'parse'?\n"),
        (['Parse'], b"imap4: no verb 'Parse'; did you mean 'parse'?\n"),
        (['helo'], b"imap4: no verb 'helo'; did you mean 'help'?\n"),
        (['frobnicate'], b"imap4: no verb 'frobnicate'; imap4 --help lists them\n"),
        ([''], b"imap4: no verb ''; imap4 --help lists them\n"),
        (['help', 'pars'], b"imap4: no verb 'pars'; did you mean 'parse'?\n"),
        (['parse', '--strit'], b"imap4: parse: no option '--strit'; did you mean '--strict'?\n"),
        (['parse', '-x'], b"imap4: parse: no option '-x'\n"),
        (['parse', '--strict=1'], b"imap4: --strict takes no value\n"),
        (['parse', '--chunk'], b"imap4: --chunk needs a value\n"),
        (['parse', '--chunk', '0'],
         b"imap4: --chunk takes a number from 1 to 1073741824, not '0'\n"),
        (['parse', '--max-value', '8388609'],
         b"imap4: --max-value takes a number from 0 to 8388608, not '8388609'\n"),
        (['parse', '--max-value=18446744073709551617'],
         b"imap4: --max-value takes a number from 0 to 8388608, not '18446744073709551617'\n"),
        (['parse', '--max-value', '-1'],
         b"imap4: --max-value takes a number from 0 to 8388608, not '-1'\n"),
        (['parse', 'a', 'b'],
         b"imap4: parse takes one file, not 'b' too; options come first\n"),
        (['no\x1b[31m\nverb'], None),
    ]
    for args, said in cases:
        done = run(program, args)
        name = ' '.join(args).encode('unicode_escape').decode() or '(nothing)'
        tap.equal(f'usage: {name}: exit', done.returncode, 64)
        if said is not None:
            tap.equal(f'usage: {name}: says', done.stderr, said)
        tap.case(f'usage: {name}: no control characters',
                 None if all(c >= 0x20 for c in done.stderr[:-1]) else done.stderr)


def files(tap, program, tmp):
    path = Path(tmp) / 'good.imap'
    path.write_bytes(GOOD)
    odd = Path(tmp) / '-dash'
    odd.write_bytes(GOOD)
    for name, args, given in (('a file', [path], b''), ('-', ['-'], GOOD), ('stdin', [], GOOD),
                              ('--', ['--', path], b''), ('-- -', ['--', '-'], GOOD)):
        done = run(program, ['parse', *args], given)
        tap.equal(f'reads {name}', (done.returncode, done.stdout), (0, LINE))
    done = run(program, ['parse', '--', '-dash'], cwd=tmp)
    tap.equal('reads a file with a dash', (done.returncode, done.stdout), (0, LINE))
    done = run(program, ['parse', Path(tmp) / 'none'])
    tap.equal('no such file: exit', done.returncode, 66)
    done = run(program, ['parse', tmp])
    tap.equal('a folder: exit', done.returncode, 74)
    done = run(program, ['parse', path], preexec_fn=lambda: os.close(0))
    tap.equal('stdin is closed', (done.returncode, done.stdout), (0, LINE))
    done = run(program, ['parse'], b'')
    tap.equal('nothing', (done.returncode, done.stdout, done.stderr),
              (0, b'', b'0 responses, 0 invalid, 0 unknown\n'))


def lost_framing(tap, program):
    done = run(program, ['parse'], GOOD + b'* 1 FETCH (BODY[] {99999999999999999999}\r\nx')
    tap.equal('a number too long: exit', done.returncode, 76)
    tap.equal('a number too long: what came before is there', done.stdout, LINE)
    tap.case('a number too long: the error has offset and bytes',
             None if b'at byte ' in done.stderr and b'{99999999999999999999}' in done.stderr
             else done.stderr)
    tap.equal('a number too long: the summary is last', done.stderr.splitlines()[-1],
              b'1 responses, 0 invalid, 0 unknown')
    for cut in (b'* 4 EXIS', b'* 1 FETCH (BODY[] {5}\r\nab', b'*', b'* OK x\r'):
        done = run(program, ['parse'], GOOD + cut)
        tap.equal(f'cut at {cut!r}', (done.returncode, done.stdout), (76, LINE))
    done = run(program, ['parse'], b'* 3 EXISTS\n* 4 EXISTS\n')
    tap.case('lines with LF alone: a hint', None if b'CR LF' in done.stderr else done.stderr)
    tap.equal('lines with LF alone: exit', done.returncode, 76)
    done = run(program, ['parse'], b'* OK \x1b[31m {5\x9b\n')
    tap.case('no control characters on stderr',
             None if all(c >= 0x20 and not 0x7f <= c < 0xa0 for c in
                         done.stderr.decode().replace('\n', '').encode('utf-16-le')[::2])
             else done.stderr)


def pipes(tap, program, tmp):
    many = Path(tmp) / 'many'
    many.write_bytes(GOOD * 200000)
    with subprocess.Popen([program, 'parse', many], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as child:
        first = child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()
        code = child.wait(60)
    tap.equal('the reader went away: quiet', (first, said, code), (LINE, b'', 0))
    if Path('/dev/full').exists():
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([program, 'parse', many], stdout=full,
                                  stderr=subprocess.PIPE, timeout=60, check=False)
        tap.equal('a full disk: exit', done.returncode, 74)
        tap.case('a full disk: says so', None if b'cannot write' in done.stderr else done.stderr)
    with subprocess.Popen([program, 'parse'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as child:
        child.stdin.write(GOOD + b'* 4 EX')
        child.stdin.flush()
        tap.equal('what came from a pipe is shown before more comes', child.stdout.readline(),
                  LINE)
        child.stdin.close()
        tap.equal('... and the rest fails', child.wait(60), 76)


def main():
    tap = Tap()
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as tmp:
        help_and_version(tap, program)
        usage(tap, program)
        files(tap, program, tmp)
        lost_framing(tap, program)
        pipes(tap, program, tmp)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
