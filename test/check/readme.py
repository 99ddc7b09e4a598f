#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""readme.py ROOT IMAP4 [--update] - what the README shows is what there is.

The C program of the README is examples/first.c, to the byte and at most 40 lines; every
`$ ... | imap4 parse` session prints what the program IMAP4 prints. --update writes both.
"""
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r'```c\n(.*?)```', re.S)
SESSION = re.compile(r'```sh\n\$ (printf [^\n]*) \| imap4 parse\n(.*?)```', re.S)


def parse(program, command):
    shell = f'{command} | "$1" parse 2>/dev/null'
    return subprocess.run(['sh', '-c', shell, 'sh', program], check=True,
                          capture_output=True, text=True).stdout


def main():
    root, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    readme = root / 'README.md'
    text = readme.read_text()
    first = (root / 'examples' / 'first.c').read_text()
    if '--update' in sys.argv:
        text = BLOCK.sub(lambda _: f'```c\n{first}```', text, count=1)
        text = SESSION.sub(lambda m: f'```sh\n$ {m[1]} | imap4 parse\n{parse(program, m[1])}```',
                           text)
        readme.write_text(text)
        return 0
    checks = []
    blocks = BLOCK.findall(text)
    checks.append((len(blocks) > 0 and blocks[0] == first,
                   'the C program is examples/first.c'))
    checks.append((first.count('\n') <= 40, 'it has at most 40 lines'))
    sessions = SESSION.findall(text)
    checks.append((len(sessions) > 0 and
                   all(parse(program, command) == output for command, output in sessions),
                   'imap4 parse prints what the README shows'))
    head = '\n'.join(text.split('\n')[:16])
    checks.append(('make demo' in head and 'make test' in head,
                   'the first screen has make demo and make test'))
    for number, (good, name) in enumerate(checks, 1):
        print('ok' if good else 'not ok', number, '-', name)
    print(f'1..{len(checks)}')
    return 0 if all(good for good, _ in checks) else 1


sys.exit(main())
