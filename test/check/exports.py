#!/usr/bin/env python3
"""test/check/exports.py ROOT LIBRARY | --self-test - what leaves the shared library.

It exports the functions that the public headers declare, all of them and no others, each
with a version of src/libimap4.map; and programs that link it will ask for libimap4.so.0.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

import api

SONAME = 'libimap4.so.0'


def run(*command):
    env = dict(os.environ, LC_ALL='C')
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


def exported(names):
    """{name: its version, or ''} of what nm says."""
    # A name without a type of its own is the version node.
    found = [line.split()[0] for line in names.splitlines() if line.split()[1] != 'A']
    return {n.split('@')[0]: n.partition('@')[2].lstrip('@') for n in found}


def compare(declared, got, versions):
    return [f'exported, but in no public header: {n}' for n in sorted(set(got) - declared)] + \
           [f'declared, but not in the library: {n}' for n in sorted(declared - set(got))] + \
           [f'exported without a version of the map: {n}' for n, v in sorted(got.items())
            if v not in versions]


def check_soname(dynamic):
    m = re.search(r'\(SONAME\).*\[(.*)\]', dynamic)
    return [] if m and m[1] == SONAME else [f'SONAME is not {SONAME}: {m[1] if m else "none"}']


def self_test():
    nm = 'imap4_a@@V_0 T 1 2\nV_0 A 0 \n'
    assert compare({'imap4_a'}, exported(nm), ['V_0']) == []
    assert len(compare({'imap4_a'}, exported(nm), ['V_1'])) == 1
    assert len(compare({'imap4_a'}, exported('imap4_a T 1 2\n'), ['V_0'])) == 1
    assert len(compare({'imap4_a'}, exported('imap4_b@@V_0 T 1 2\n'), ['V_0'])) == 2
    line = ' 0x000000000000000e (SONAME)             Library soname: [%s]\n'
    assert check_soname(line % SONAME) == []
    assert len(check_soname(line % 'libimap4.so.0.1.0')) == 1
    assert len(check_soname('')) == 1
    print('the planted names were found')


def main():
    if sys.argv[1:] == ['--self-test']:
        self_test()
        return 0
    root, library = Path(sys.argv[1]), sys.argv[2]
    declared = {f.name for h in api.headers(root) for f in api.functions(h)}
    versions = re.findall(r'^(\w+) \{', (root / 'src/libimap4.map').read_text(), re.M)
    names = run('nm', '-D', '--defined-only', '--format=posix', library)
    problems = compare(declared, exported(names), versions) + \
        check_soname(run('readelf', '-d', library))
    print('\n'.join(problems) or
          f'{len(declared)} functions, declared and exported, with {", ".join(versions)}')
    return 1 if problems or not declared else 0


if __name__ == '__main__':
    sys.exit(main())
