#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test/check/man.py ROOT PAGES | --self-test - the manual has all that the headers say.

PAGES is the folder that tools/make-man wrote.  Each public function has a page with its
arguments and what it returns, each type an entry in the page of its header and a page
that leads there; each line of each doc comment is in its page; what SEE ALSO and the
text name is there; mandoc and groff have no warning.  Prints TAP.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import api

ROOT = Path(__file__).resolve().parents[2]
BY_HAND = ['libimap4.3', 'imap4.1']
NAMED = {r'\e': '\\', r'\(dq': '"', r'\(aq': "'", r'\(ga': '`', r'\(ha': '^', r'\(ti': '~',
         r'\-': '-', r'\&': '', r'\fI': '', r'\fB': '', r'\fP': ''}
# What is markup in a comment, with the names that stand elsewhere in the page.
MARKUP = re.compile(r'@param\s+\w+(, \w+)*|@return\b|@file\s+\S+')


def words(text):
    return ' '.join(re.findall(r'\w+', text)).lower()


def words_of_page(text):
    """Only what is text: macros and escapes are gone."""
    lines = []
    for line in text.split('\n'):
        if line.startswith('.\\"'):
            continue
        line = re.sub(r'^\.[A-Z][a-z]( (Fa|Fn|Vt|Dv|Xr)\b)?', '', line)
        line = re.sub(r'\\\[u([0-9A-F]+)\]', lambda m: chr(int(m[1], 16)), line)
        lines.append(re.sub(r'\\(\(..|f[IBP]|.)', lambda m: NAMED.get(m[0], m[0]), line))
    return words('\n'.join(lines))


def lost(comment, page):
    """The first line of a comment that is not in a page, or None."""
    for line in api.lines_of(comment):
        at = 0
        for m in [*MARKUP.finditer(line), None]:
            piece = words(line[at:m.start() if m else None])
            if piece and f' {piece} ' not in f' {page} ':
                return line.strip()
            at = m.end() if m else 0
    return None


def check_pages(root, pages):
    problems, expected = [], set(BY_HAND)

    def page(name):
        expected.add(name + '.3')
        try:
            return (pages / (name + '.3')).read_text(encoding='ascii')
        except FileNotFoundError:
            problems.append(f'{name}.3: there is no such page')
            return ''

    for h in api.read_all(root):
        name = h.name.replace('/', '_')
        text = page(name)
        plain = words_of_page(text)
        told = [('its @file comment', h.comment)]
        for t in h.types:
            if f'.It Vt "{t.declared}"' not in text:
                problems.append(f'{name}.3: {t.name} has no entry')
            if page(t.name) not in ('', f'.so man3/{name}.3\n'):
                problems.append(f'{t.name}.3: does not lead to {name}')
            told += [(t.name, t.comment)] + [(t.name, m.comment) for m in t.members]
            for m in t.members:
                if words(m.declared) not in plain:
                    problems.append(f'{name}.3: {t.name}: "{m.declared}" is missing')
        told += [(m.name, m.comment) for m in h.macros]
        for what, comment in told:
            line = lost(comment, plain) if comment else None
            if line:
                problems.append(f'{name}.3: {what}: left out: {line}')
        for f in h.functions:
            if f'.It Xr {f.name} 3' not in text:
                problems.append(f'{name}.3: {f.name} is not in its list')
            own = page(f.name)
            if not own:
                continue
            for must in [f'.Nm {f.name}', f'.In {h.name}', f'.Fo {f.name}',
                         '.Sh RETURN VALUES'] + [f'.Fa "{d}"' for d in f.declared]:
                if must not in own.split('\n'):
                    problems.append(f'{f.name}.3: no "{must}"')
            for arg, _ in f.params if not f.is_inline else []:
                if f'\n.It Fa {arg}\n' not in own:
                    problems.append(f'{f.name}.3: argument {arg} is missing')
            line = lost(f.comment, words_of_page(own))
            if line:
                problems.append(f'{f.name}.3: left out: {line}')
    for extra in sorted({p.name for p in pages.iterdir()} - expected):
        problems.append(f'{extra}: a page of nothing')
    return problems


def check_references(files):
    there = {f.name for f in files}
    return [f'{f.name}: leads to {m[1]}({m[2]}), which does not exist'
            for f in files for m in re.finditer(r'^\.(?:It )?Xr (\S+) (\d)',
                                                f.read_text(encoding='utf-8'), re.M)
            if f'{m[1]}.{m[2]}' not in there]


def said_by(command, files):
    done = subprocess.run([*command, *[str(f) for f in files]], capture_output=True,
                          text=True, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines()
            if not line.startswith('mandoc: see above')]


def checks(root, pages):
    """(name of the case, function that gives the problems, or None if it cannot say)"""
    files = [root / 'doc/man' / name for name in BY_HAND] + sorted(pages.iterdir())

    def lint(*command):
        whole = [f for f in files if not f.read_text(encoding='utf-8').startswith('.so ')]
        return said_by(command, whole) if shutil.which(command[0]) else None

    return [
        ('everything has its page', lambda: check_pages(root, pages)),
        ('references lead somewhere', lambda: check_references(files)),
        # Style is not asked for: it wants each page to be installed.
        ('mandoc has no warning', lambda: lint('mandoc', '-T', 'lint', '-W', 'warning')),
        ('groff has no warning', lambda: lint('groff', '-ww', '-mandoc', '-Tutf8', '-z')),
    ]


def self_test():
    """Each fault, planted in the real pages, is found."""
    def remove(name):
        return lambda d: (d / name).unlink()

    def edit(name, old, new):
        def do(d):
            text = (d / name).read_text()
            assert old in text, (name, old)
            (d / name).write_text(text.replace(old, new, 1))
        return do

    def add(name, text):
        return lambda d: (d / name).write_text(text)

    faults = [
        ('a page is missing', 0, remove('imap4_engine_new.3')),
        ('a page of a header is missing', 0, remove('imap4_base.h.3')),
        ('a page of a type is missing', 0, remove('imap4_view.3')),
        ('a type without entry', 0,
         edit('imap4_base.h.3', '.It Vt "struct imap4_view"', '.It Vt "x"')),
        ('a member is missing', 0, edit('imap4_base.h.3', '.It "size_t len"', '.It "x"')),
        ('a sentence is left out', 0,
         edit('imap4_engine_new.3', 'No I/O happens.\n', '')),
        ('an argument is missing', 0, edit('imap4_engine_new.3', '.It Fa opt\n', '.It Fa x\n')),
        ('no return value', 0, edit('imap4_engine_new.3', '.Sh RETURN VALUES', '.Sh BUGS')),
        ('another declaration', 0, edit('imap4_engine_new.3', 'imap4_engine **out', 'int out')),
        ('a page of nothing', 0, add('imap4_nothing.3', '.so man3/imap4_base.h.3\n')),
        ('a reference to nothing', 1, edit('imap4_engine_new.3', '.Xr libimap4 3', '.Xr x 3')),
        ('what mandoc warns of', 2, edit('imap4_engine_new.3', '.Sh DES', '.Bl\n.Sh DES')),
        ('what groff warns of', 3, edit('imap4_engine_new.3', '.Sh DES', '\\[none]\n.Sh DES')),
    ]
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        good = Path(tmp, 'good')
        subprocess.run([sys.executable, '-B', ROOT / 'tools/make-man', ROOT, good], check=True)
        for n, (what, case, plant) in enumerate(faults, 1):
            pages = Path(tmp, str(n))
            shutil.copytree(good, pages)
            plant(pages)
            problems = checks(ROOT, pages)[case][1]()
            skip = ' # SKIP it is not installed' if problems is None else ''
            bad += problems == []
            print(f'{"not ok" if problems == [] else "ok"} {n} - {what}{skip}')
    print(f'1..{len(faults)}')
    return 1 if bad else 0


def main():
    if sys.argv[1:] == ['--self-test']:
        return self_test()
    bad = n = 0
    for n, (what, look) in enumerate(checks(Path(sys.argv[1]), Path(sys.argv[2])), 1):
        problems = look()
        for problem in problems or []:
            print('#', problem)
        skip = ' # SKIP it is not installed' if problems is None else ''
        print(f'{"not ok" if problems else "ok"} {n} - {what}{skip}')
        bad += bool(problems)
    print(f'1..{n}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
