#!/usr/bin/env python3
"""test/check/exports.py ROOT LIBRARY | --self-test - what leaves the shared library.

It exports the functions that the public headers declare, all of them and no others.
"""
import subprocess
import sys
from pathlib import Path

import api


def exported(library):
    out = subprocess.run(['nm', '-D', '--defined-only', '--format=posix', library],
                         check=True, capture_output=True, text=True).stdout
    # A name without a type of its own is the version node.
    return {line.split()[0].split('@')[0] for line in out.splitlines()
            if line.split()[1] != 'A'}


def compare(declared, got):
    return [f'exported, but in no public header: {n}' for n in sorted(got - declared)] + \
           [f'declared, but not in the library: {n}' for n in sorted(declared - got)]


def main():
    if sys.argv[1:] == ['--self-test']:
        assert compare({'imap4_a'}, {'imap4_a'}) == []
        assert len(compare({'imap4_a'}, {'imap4_b'})) == 2
        print('the planted names were found')
        return 0
    root, library = Path(sys.argv[1]), sys.argv[2]
    declared = {f.name for h in api.headers(root) for f in api.functions(h)}
    problems = compare(declared, exported(library))
    print('\n'.join(problems) or f'{len(declared)} functions, declared and exported')
    return 1 if problems or not declared else 0


if __name__ == '__main__':
    sys.exit(main())
