#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test/check/claims.py ROOT | --self-test - SECURITY.md promises nothing without a test.

Each row of its table names files of test/ that are there, and the cases it names are
functions of these files that are in the list of what is run.
"""
import re
import sys
import tempfile
from pathlib import Path

ROW = re.compile(r'^\| (?!promise |---)(.*?) \| (.*) \|$', re.M)


def check(root):
    problems, rows = [], ROW.findall((root / 'SECURITY.md').read_text(encoding='utf-8'))
    for promise, shown in rows:
        text, named = '', 0
        for word in re.findall(r'`([^`]+)`', shown):
            if '/' in word:
                named += 1
                if not (root / word).is_file():
                    problems.append(f'{promise[:50]}: there is no {word}')
                    continue
                text = (root / word).read_text(encoding='utf-8')
            elif not (re.search(rf'^static void {word}\(', text, re.M) and
                      re.search(rf'\bcmocka_\w*test\w*\({word}\b', text)):
                problems.append(f'{promise[:50]}: no test is called {word} there')
        if not named:
            problems.append(f'{promise[:50]}: no test is named')
    return len(rows), problems


def self_test():
    with tempfile.TemporaryDirectory() as tmp:
        root = Path(tmp)
        (root / 'test').mkdir()
        (root / 'test/a.c').write_text('static void good(void **s)\n{\n}\n'
                                       'static void unused(void **s)\n{\n}\n'
                                       '    cmocka_unit_test(good),\n', encoding='utf-8')
        (root / 'SECURITY.md').write_text(
            '| promise | shown by |\n|---|---|\n| kept | `test/a.c`: `good` |\n'
            '| one | nothing |\n| two | `test/b.c` |\n| three | `test/a.c`: `gone` |\n'
            '| four | `test/a.c`: `unused` |\n', encoding='utf-8')
        count, problems = check(root)
        names = [p.split(':')[0] for p in problems]
        assert (count, names) == (5, ['one', 'two', 'three', 'four']), (count, problems)
    print('the planted promises were found')


def main():
    if sys.argv[1:] == ['--self-test']:
        self_test()
        return 0
    count, problems = check(Path(sys.argv[1]))
    print('\n'.join(problems) or f'{count} promises, each with its tests')
    return 1 if problems or not count else 0


if __name__ == '__main__':
    sys.exit(main())
