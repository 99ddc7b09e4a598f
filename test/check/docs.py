#!/usr/bin/env python3
"""test/check/docs.py ROOT | --self-test - the public headers explain themselves.

Each function has a /** */ comment (a run of declarations without an empty line
shares one).  If it stands alone, the comment names its parameters, but for the object
that comes first, and no others; it says what is returned; and where a pointer or a view
comes out it says whose that is and until when.  What all functions of a header share can
stand once in its @file comment: "`ctx`: ...", "They return ...".
Each type of the library has a comment too, and no comment belongs to nothing: the manual is made of
them (tools/make-man).
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

# The words of imap4/base.h, or the same in a sentence.
OWNERSHIP = re.compile(r'\[(borrowed [EC]|owned|kept)\b|\bgood (until|as long as)\b|'
                       r'\bwhere they are until\b|\bstatic\b')
# What comes out through a parameter: T **out, imap4_view *out.  Not: const T *, functions.
COMES_OUT = re.compile(r'^(?!.*\(\s*\*)(.*\*\s*\*|imap4_view \*)')


def gives(f, shared):
    """What of a function is a pointer or a view for the caller."""
    if f.name.endswith('_free'):
        return []  # it takes one
    found = [name for declared, (name, _) in zip(f.declared, f.params)
             if COMES_OUT.search(declared)]
    # What the head of the file says of a name holds for all its functions.
    found = [n for n in found if not re.search(rf'`{n}`[^`]*\[owned', shared)]
    return found + (['the result'] if '*' in f.result or f.result == 'imap4_view' else [])


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
    for names, _ in api.Said(f.comment).params:
        for name in names:
            if name not in dict(f.params):
                problems.append(f'{where}: there is no parameter {name}')
    if f.result != 'void' and not re.search(r'\breturn(s|ed)?\b', f.comment, re.I) \
            and 'They return ' not in shared:
        problems.append(f'{where}: the comment does not say what it returns')
    text = ' '.join(re.sub(r'\n\s*\*', ' ', f.comment).split())
    if gives(f, shared) and not OWNERSHIP.search(text):
        problems.append(f'{where}: the comment does not say whose it is: '
                        f'{", ".join(gives(f, shared))}')
    return problems


def check(root):
    problems = []
    shared = api.shared_by(root)
    for h in api.read_all(root):
        lines = h.text.count('\n')
        if lines > MAX_HEADER:
            problems.append(f'{h.path.name}: {lines} lines, more than {MAX_HEADER}')
        for f in h.functions:
            if not f.is_inline:
                problems += check_function(f, shared[h.path])
        for t in h.types:
            if t.comment is None and 'adapt' not in h.path.parts:
                problems.append(f'{h.path.name}:{t.line}: {t.name}: no /** comment before it')
        for comment in h.lost:
            words = ' '.join(comment.split())[:60]
            problems.append(f'{h.path.name}: lost: a comment belongs to nothing: {words}')
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

/** An x. */
typedef struct imap4_x {
    int a; /**< its a */
    /** its b */
    int (*b)(void *ctx);
} imap4_x;

/** Makes one.  @param out  receives it [owned: imap4_x_free()].  @return 0. */
IMAP4_API int imap4_x_new(imap4_x **out);

/* Not a doc comment. */
IMAP4_API int imap4_plain(void);

IMAP4_API int imap4_bare(void);

/** Forgets one. @param a one @return something */
IMAP4_API int imap4_forgets(int a, int b);

/** Says nothing of the result of `a`. */
IMAP4_API int imap4_silent(int a);

/** Gives `a` away. @param out receives it. @return 0. */
IMAP4_API int imap4_whose(int a, imap4_x **out);

/** Speaks. @return words. */
IMAP4_API const char *imap4_speaks(void);

/** Invents. @param c  what is not there. */
IMAP4_API void imap4_invents(void);

typedef struct imap4_untold imap4_untold;

/** Of nothing. */
'''
SHARED = '''/**
 * @file x.h - `b` is the second one.  They return 0.
 */
'''
PLANTED = ['imap4_plain', 'imap4_bare', 'imap4_forgets', 'imap4_silent', 'imap4_whose',
           'imap4_speaks', 'imap4_invents', 'imap4_untold', 'lost']


def self_test():
    with tempfile.TemporaryDirectory() as tmp:
        header = Path(tmp) / 'include' / 'x.h'
        header.parent.mkdir()
        header.write_text(SELF_TEST, encoding='utf-8')
        names = [p.split(': ')[1] for p in check(Path(tmp))]
        assert names == PLANTED, names
        header.write_text(SHARED + SELF_TEST, encoding='utf-8')
        names = [p.split(': ')[1] for p in check(Path(tmp))]
        told = ('imap4_forgets', 'imap4_silent')
        assert names == [n for n in PLANTED if n not in told], names
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
