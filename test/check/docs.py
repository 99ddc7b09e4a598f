#!/usr/bin/env python3
"""test/check/docs.py ROOT | --self-test - the public headers explain themselves.

Each function has a /** */ comment (a run of declarations without an empty line
shares one). If it stands alone, the comment names its parameters, but for the object
that comes first, and says what is returned. What all functions of a header share can
stand once in its @file comment: "`ctx`: ...", "They return ...".
A header has at most 800 lines. A function body of more than 60 lines is only
mentioned: sometimes it reads best whole.
"""
import re
import sys
import tempfile
from pathlib import Path

import api

MAX_HEADER = 800
MAX_BODY = 60


def check_function(f, shared):
    where = f'{f.path.name}:{f.line}: {f.name}'
    if f.comment is None or not f.comment.startswith('/**'):
        return [f'{where}: no /** comment before it']
    if not f.is_alone:
        return []
    problems = []
    for i, (name, is_pointer) in enumerate(f.params):
        if i == 0 and is_pointer:
            continue
        if not re.search(rf'\b{re.escape(name)}\b', f.comment) and f'`{name}`' not in shared:
            problems.append(f'{where}: the comment does not mention {name}')
    if f.result != 'void' and not re.search(r'\breturn(s|ed)?\b', f.comment, re.I) \
            and 'They return ' not in shared:
        problems.append(f'{where}: the comment does not say what it returns')
    return problems


def file_comment(text):
    found = re.search(r'/\*\*(\s+\* | )@file.*?\*/', text, re.S)
    return found[0] if found else ''


def check(root):
    problems = []
    of_commands = file_comment((root / 'include/imap4/command.h').read_text(encoding='utf-8'))
    for path in api.headers(root):
        text = path.read_text(encoding='utf-8')
        lines = text.count('\n')
        shared = file_comment(text)
        if 'as all of imap4/command.h' in ' '.join(shared.replace('*', ' ').split()):
            shared += of_commands
        if lines > MAX_HEADER:
            problems.append(f'{path.name}: {lines} lines, more than {MAX_HEADER}')
        for f in api.functions(path):
            problems += check_function(f, shared)
    return problems


def long_bodies(root):
    """In our format a body begins and ends with a brace in the first column."""
    for path in sorted((root / 'src').rglob('*.c')):
        start = None
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            if line == '{':
                start = number
            elif line == '}' and start is not None:
                if number - start - 1 > MAX_BODY:
                    yield f'{path.relative_to(root)}:{start}: {number - start - 1} lines'
                start = None


SELF_TEST = '''
/**
 * Adds.
 * @param a  one
 * @param b  two
 * @return the sum.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_add(int a, int (*b)(void *, int));

/** Three of a kind. */
IMAP4_API int imap4_one(int x);
IMAP4_API int imap4_two(int x);

/** Frees it. */
IMAP4_API void imap4_x_free(imap4_x **x);

/* Not a doc comment. */
IMAP4_API int imap4_plain(void);

IMAP4_API int imap4_bare(void);

/** Forgets one. @param a one @return something */
IMAP4_API int imap4_forgets(int a, int b);

/** Says nothing of the result of `a`. */
IMAP4_API int imap4_silent(int a);
'''
SHARED = '''/**
 * @file x.h - `b` is the second one.  They return 0.
 */
'''


def self_test():
    with tempfile.TemporaryDirectory() as tmp:
        header = Path(tmp) / 'include' / 'x.h'
        header.parent.mkdir()
        header.write_text(SELF_TEST, encoding='utf-8')
        names = [p.split(': ')[1] for p in check(Path(tmp))]
        assert names == ['imap4_plain', 'imap4_bare', 'imap4_forgets', 'imap4_silent'], names
        header.write_text(SHARED + SELF_TEST, encoding='utf-8')
        names = [p.split(': ')[1] for p in check(Path(tmp))]
        assert names == ['imap4_plain', 'imap4_bare'], names
        header.write_text('\n' * 801, encoding='utf-8')
        assert len(check(Path(tmp))) == 1
    print('the planted gaps were found')


def main():
    if sys.argv[1:] == ['--self-test']:
        self_test()
        return 0
    root = Path(sys.argv[1])
    problems = check(root)
    for line in long_bodies(root):
        print(f'note: long function: {line}')
    print('\n'.join(problems) or 'the public headers are documented')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
