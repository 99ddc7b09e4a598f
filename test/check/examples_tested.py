#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test/check/examples_tested.py ROOT | --self-test - no example without a test.

Every file of examples/ is found: a NAME.c has to be built by examples/meson.build, and
every program and script has to be run by test/examples, which then names it.  A header
has to be included by one of them.
"""
import re
import sys
import tempfile
from pathlib import Path


def named(texts, name):
    """Does one of the texts have it as a string: 'first', '../../examples/demo.sh'?"""
    return any(re.search(rf"""['"](?:[^'"]*/)?{re.escape(name)}['"]""", t) for t in texts)


def check(root):
    folder, problems = root / 'examples', []
    builds = (folder / 'meson.build').read_text(encoding='utf-8')
    tests = [p.read_text(encoding='utf-8') for p in sorted((root / 'test/examples').iterdir())
             if p.suffix in ('.py', '.sh', '.build')]
    sources = [p.read_text(encoding='utf-8') for p in sorted(folder.rglob('*.[ch]'))]
    files = [p for p in sorted(folder.rglob('*')) if p.is_file() and '__pycache__' not in p.parts]
    for path in files:
        name = path.relative_to(folder).as_posix()
        if path.name in ('meson.build', 'README.md'):
            continue
        if path.suffix == '.c':
            if not named([builds], path.stem) and not named([builds], path.name):
                problems.append(f'{name}: examples/meson.build does not build it')
            if not named(tests, path.stem):
                problems.append(f'{name}: nothing in test/examples runs it')
        elif path.suffix == '.h':
            if not any(f'#include "{path.name}"' in s for s in sources):
                problems.append(f'{name}: no example includes it')
        elif not named(tests, path.name):
            problems.append(f'{name}: nothing in test/examples runs it')
    return len(files), problems


def self_test():
    with tempfile.TemporaryDirectory() as tmp:
        root = Path(tmp)
        for name, text in {
                'examples/meson.build': "examples = [\n  'good',\n  'built',\n]\n",
                'examples/good.c': '#include "used.h"\n', 'examples/used.h': '',
                'examples/good.sh': '', 'examples/built.c': '', 'examples/run.c': '',
                'examples/unused.h': '', 'examples/new.py': '', 'examples/sub/new.c': '',
                'test/examples/meson.build': "find_program('../../examples/good.sh')\n",
                'test/examples/x.py': "run(programs / 'good')\nrun(programs / 'run')\n"}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding='utf-8')
        found = [p.split(':')[0] for p in check(root)[1]]
        assert found == ['built.c', 'new.py', 'run.c', 'sub/new.c', 'sub/new.c', 'unused.h'], found
    print('the planted examples were found')


def main():
    if sys.argv[1:] == ['--self-test']:
        self_test()
        return 0
    count, problems = check(Path(sys.argv[1]))
    print('\n'.join(problems) or f'{count} files, built and run')
    return 1 if problems or not count else 0


if __name__ == '__main__':
    sys.exit(main())
