#!/usr/bin/env python3
"""test/cli/quirks.py PROGRAM HEADER - the list of quirks, as text and as JSON."""
import json
import re
import subprocess
import sys
from pathlib import Path

from harness import Tap, run

KEYS = ['v', 'type', 'name', 'setting', 'trigger', 'change', 'anchor', 'without']


def blocks(text):
    """{name: {label: the text of its lines}}"""
    found = {}
    for block in text.decode('ascii').split('\n\n'):
        head, *lines = block.rstrip('\n').split('\n')
        fields = found[head.split(' ')[0]] = {'setting': head.split(' ')[1][1:-1]}
        for line in lines:
            label = line[:12].strip() or label
            fields[label] = (fields.get(label, '') + ' ' + line[12:]).strip()
    return found


def all_rows(tap, program, header):
    text, rows = run(program, ['quirks']), run(program, ['quirks', '--json'])
    tap.equal('text: exit', (text.returncode, text.stderr), (0, b''))
    tap.equal('json: exit', (rows.returncode, rows.stderr), (0, b''))
    tap.case('no line is longer than a screen',
             [line for line in text.stdout.splitlines() if len(line) > 79])
    made = [json.loads(line) for line in rows.stdout.splitlines()]
    shown = blocks(text.stdout)
    tap.equal('the same rows', list(shown), [row['name'] for row in made])
    tap.equal('all rows of the header', list(shown), re.findall(
        r'IMAP4_QUIRK_\w+ += \d+, +/\*\*< "([a-z-]+)"', header.read_text(encoding='utf-8')))
    for row in made:
        name, fields = row['name'], shown[row['name']]
        tap.equal(f'{name}: keys', list(row), KEYS)
        tap.equal(f'{name}: says the same', fields, {
            'setting': row['setting'], 'when': row['trigger'], 'then': row['change'],
            'see': row['anchor'],
            **({'without': ' '.join(row['without'])} if row['without'] else {})})


def some_rows(tap, program):
    done = run(program, ['quirks', 'BACK-off', 'short-lines'])
    tap.equal('by name', (done.returncode, list(blocks(done.stdout))),
              (0, ['short-lines', 'back-off']))
    done = run(program, ['quirks', '--json', 'list-plain'])
    tap.equal('by name, as JSON', [json.loads(line)['without']
                                   for line in done.stdout.splitlines()],
              [['LIST-EXTENDED', 'LIST-STATUS', 'SPECIAL-USE']])


def usage(tap, program):
    for args, said in [
            (['short-line'], b"imap4: no quirk 'short-line'; did you mean 'short-lines'?\n"),
            (['short-lines', 'x'], b"imap4: no quirk 'x'; imap4 quirks lists them\n"),
            ([''], b"imap4: no quirk ''; imap4 quirks lists them\n"),
            (['--jsn'], b"imap4: quirks: no option '--jsn'; did you mean '--json'?\n"),
            (['--json=1'], b'imap4: --json takes no value\n')]:
        done = run(program, ['quirks', *args])
        tap.equal(f'usage: {args}', (done.returncode, done.stdout, done.stderr), (64, b'', said))
    for args in (['quirks'], ['quirks', '--json']):
        with open('/dev/full', 'wb') as full:
            done = full_disk(program, args, full)
        tap.equal(f'{args}: the disk is full', (done.returncode, done.stderr),
                  (74, b'imap4: cannot write: No space left on device\n'))


def full_disk(program, args, out):
    return subprocess.run([program, *args], stdout=out, stderr=subprocess.PIPE, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)


def main():
    tap = Tap()
    program = sys.argv[1]
    all_rows(tap, program, Path(sys.argv[2]))
    some_rows(tap, program)
    usage(tap, program)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
