# SPDX-License-Identifier: MIT
"""tools/headers.py - what the public headers declare, and what their comments say of it.

No C parser: it knows the form in which our headers are written (clang-format sees to
that), and says so when something in them is of another form.
"""
import re
from pathlib import Path

COMMENT = re.compile(r'/\*.*?\*/', re.S)
DECLARATION = re.compile(r'^IMAP4_API\b([^;{]*);', re.M | re.S)
NAME = re.compile(r'\b(imap4_\w+)\s*\(')
# In each of these C sees only what is behind #else, if there is that.
CXX_ONLY = re.compile(r'^#ifdef __cplusplus\n.*?^#(?:else|endif)[^\n]*\n', re.M | re.S)
TAG = re.compile(r'(?:^|(?<=\s))@(param|return|file)\s+')


class Function:
    """`comment` is the /** */ before it; a run of declarations shares one."""

    def __init__(self, path, line, name, declared, comment, is_alone, is_inline=False):
        self.path, self.line, self.name = path, line, name
        self.comment, self.is_alone, self.is_inline = comment, is_alone, is_inline
        self.result = declared[:declared.index(name)].strip()
        self.declared = split(declared[declared.index('(') + 1:declared.rindex(')')])
        self.params = split_params(self.declared)


class Member:
    """Of a struct or an enum: `declared` is "size_t size" or "IMAP4_OK = 0"."""

    def __init__(self, declared, comment):
        self.declared, self.comment = declared, comment


class Type:
    """`kind`: struct, enum, opaque, alias.  `members` are empty for the last two."""

    def __init__(self, path, line, name, kind, declared, comment, members=()):
        self.path, self.line, self.name, self.kind = path, line, name, kind
        self.declared, self.comment, self.members = declared, comment, list(members)


class Macro:
    def __init__(self, path, line, name, declared, comment):
        self.path, self.line, self.name = path, line, name
        self.declared, self.comment = declared, comment


class Header:
    """One header, taken apart.  `lost` are the doc comments that belong to nothing."""

    def __init__(self, path, name):
        self.path, self.name = path, name
        self.text = path.read_text(encoding='utf-8')
        self.comment = None
        self.functions, self.types, self.macros, self.lost = [], [], [], []
        self.includes = re.findall(r'^#include "([^"]+)"', self.text, re.M)
        read(self)


def blank(match):
    return re.sub(r'[^\n]', ' ', match[0])


def split(text):
    """["int a", "int (*b)(void *, int)"] of "int a, int (*b)(void *, int)"."""
    depth, parts = 0, ['']
    for c in text:
        depth += (c in '([{') - (c in ')]}')  # a function pointer has commas of its own
        if c == ',' and depth == 0:
            parts.append('')
        else:
            parts[-1] += c
    parts = [' '.join(part.split()) for part in parts]
    return [part for part in parts if part not in ('', 'void')]


def split_params(parts):
    """[('a', False), ('b', True)] of the above: names, and which are pointers."""
    params = []
    for part in parts:
        m = re.search(r'\(\s*\*\s*(\w+)', part) or re.search(r'(\w+)\s*(?:\[[^]]*\]\s*)*$', part)
        if m:
            params.append((m[1], '*' in part))
    return params


def without_marks(declared):
    words = r'\b(IMAP4_API|IMAP4_MUST_USE|static inline|extern)\b'
    return ' '.join(re.sub(words, ' ', declared).split())


def items(code):
    """(start, end, text) of each thing at file level, in `code` without comments."""
    i = 0
    while m := re.compile(r'\S').search(code, i):
        start = m.start()
        if code[start] == '#':
            end = re.compile(r'(?:\\\n|[^\n])*').match(code, start).end()
        elif m := re.compile(r'IMAP4_(BEGIN|END)_DECLS').match(code, start):
            i = m.end()
            continue
        else:
            end, depth = start, 0
            # A function's body ends it; the braces of a type are followed by a name.
            is_type = re.compile(r'typedef|struct|enum|union').match(code, start) and \
                not re.compile(r'[^;{]*\)\s*\{').match(code, start)
            while end < len(code):
                c = code[end]
                depth += (c == '{') - (c == '}')
                end += 1
                if depth == 0 and (c == ';' or c == '}' and not is_type):
                    break
        yield start, end, code[start:end]
        i = end


def members_of(body, offset, separator, comments):
    """The members between a type's braces; takes their comments out of `comments`."""
    found, at = [], 0
    for part in re.split(separator, body):
        lead = len(part) - len(part.lstrip())
        declared = ' '.join(part.split())
        if declared:
            found.append((offset + at + lead, Member(declared, None)))
        at += len(part) + 1
    for start, text in sorted(comments.items()):
        if not offset <= start < offset + len(body) or not text.startswith('/**'):
            continue
        if text.startswith('/**<'):  # behind what it speaks of
            near = [m for pos, m in found if pos < start][-1:]
        else:
            near = [m for pos, m in found if pos > start][:1]
        if near and near[0].comment is None:
            near[0].comment = comments.pop(start)
    return [m for _, m in found]


def read(header):
    text = CXX_ONLY.sub(blank, header.text)
    code = COMMENT.sub(blank, text)
    comments = {m.start(): m[0] for m in COMMENT.finditer(text)}
    ends = {m.end(): m.start() for m in COMMENT.finditer(text)}
    by_name, end = {}, None
    for start, text_ in list(comments.items()):
        if re.match(r'/\*\*(\s+\*)? +@file', text_):
            header.comment = comments.pop(start)

    def take(start):
        """The doc comment that stands before `start`."""
        at = ends.get(len(text[:start].rstrip()))
        found = comments.get(at, '')
        # One that stands behind a member or a macro is not meant.
        return comments.pop(at) if found.startswith('/**') and found[3] != '<' else None

    for start, stop, item in items(code):
        line = text.count('\n', 0, start) + 1
        words = ' '.join(item.split())
        where = (header.path, line)
        if item[0] == '#':
            if m := re.match(r'#\s*define\s+(\w+)(\([^)]*\))?', item):
                header.macros.append(Macro(*where, m[1], m[1] + (m[2] or ''), take(start)))
        elif words.startswith('IMAP4_API') or words.startswith('static inline'):
            name = NAME.search(item)
            if name is None or (item.rstrip().endswith(';') and 'inline' in words):
                continue  # a variable; an inline function that follows below
            declared = without_marks(item.split('{')[0])
            is_inline = 'inline' in words
            is_next = not is_inline and end is not None and \
                text[end:start].strip() == '' and '\n\n' not in text[end:start]
            if is_next:
                header.functions[-1].is_alone = False
                comment = header.functions[-1].comment
            else:
                comment = take(start)
            end = stop
            if is_inline and comment is None:
                continue  # what an adapter needs for itself
            header.functions.append(Function(*where, name[1], declared, comment,
                                             not is_next, is_inline))
        elif m := re.match(r'(typedef\s+)?(struct|enum|union)\b\s*\w*\s*\{', item):
            body = item[m.end():item.rindex('}')]
            name = item[item.rindex('}') + 1:].strip(' ;\n') or \
                re.match(r'\w+\s+(\w+)', item)[1]
            # First, because a comment before the brace is older than those inside.
            comment = take(start)
            members = members_of(body, start + m.end(), ',' if m[2] == 'enum' else ';',
                                 comments)
            kind = 'enum' if m[2] == 'enum' else 'struct'
            old = by_name.get(name)
            if old is not None:  # typedef struct x x; struct x { ... };
                old.kind, old.members = kind, members
                old.comment = old.comment or comment
            else:
                by_name[name] = Type(*where, name, kind, f'{m[2]} {name}', comment, members)
                header.types.append(by_name[name])
        elif words.startswith('typedef'):
            m = re.search(r'\(\s*\*\s*(\w+)', words) or re.search(r'(\w+)\s*;$', words)
            kind = 'opaque' if re.match(r'typedef (struct|union) \w+ \w+;', words) else 'alias'
            by_name[m[1]] = Type(*where, m[1], kind, words, take(start))
            header.types.append(by_name[m[1]])
    header.lost = [c for c in comments.values() if c.startswith('/**')]


def lines_of(comment):
    """A comment's lines without its marks."""
    text = re.sub(r'^/\*\*<?|\*/$', '', comment)
    lines = [re.sub(r'^\s*\* ?', '', line) if i else line.lstrip()
             for i, line in enumerate(text.split('\n'))]
    # "/** First line" and " *  second": what is behind the star is not indented.
    if lines and lines[0] and '\n' in text:
        lines = [lines[0]] + [re.sub(r'^ (?=\S)', '', line) for line in lines[1:]]
    # Members have no stars: what continues a line stands where it looks well.
    if comment.startswith('/**<'):
        lines = [line.strip() for line in lines]
    return [line.rstrip() for line in lines]


class Said:
    """A comment taken apart: text (lines), params [(names, text)], result, title of @file."""

    def __init__(self, comment):
        self.lines, self.params, self.result, self.title = [], [], '', ''
        into = None
        for line in lines_of(comment or '/***/'):
            # A tag may stand in the middle of a line, a text before it.
            at = 0
            for m in list(TAG.finditer(line)) + [None]:
                piece = line[at:m.start() if m else None]
                if into is None:
                    if piece.strip() or at == 0 and m is None:
                        self.lines.append(piece.rstrip() if m else piece)
                else:
                    into.append(piece.strip())
                if m:
                    into, at = [], m.end()
                    if m[1] == 'param':
                        self.params.append(into)
                    elif m[1] == 'return':
                        self.result = into
                    else:
                        self.title = into
            if into is not None and not line.strip():
                into = None
                self.lines.append('')
        self.result = ' '.join(self.result).strip()
        self.title = ' '.join(self.title).strip()
        params = []
        for words in self.params:
            m = re.match(r'(\w+(?:, \w+)*)\s*(.*)', ' '.join(words), re.S)
            params.append((m[1].split(', '), m[2].strip()))
        self.params = params
        while self.lines and not self.lines[0].strip():
            self.lines.pop(0)
        while self.lines and not self.lines[-1].strip():
            self.lines.pop()


def headers(root):
    """The headers of include/, which the library's functions are declared in."""
    return sorted((Path(root) / 'include').rglob('*.h'))


def adapters(root):
    return sorted((Path(root) / 'adapt').glob('*.h'))


def read_all(root):
    """A Header for each public header, adapters too; named as programs include them."""
    root = Path(root)
    return [Header(p, p.relative_to(root / 'include').as_posix()) for p in headers(root)] + \
        [Header(p, 'imap4/adapt/' + p.name) for p in adapters(root)]


def functions(path):
    """The exported functions of one header, in order."""
    return [f for f in Header(path, path.name).functions if not f.is_inline]


def shared_by(root):
    """What a header says once for all its functions: path -> text of the @file comment."""
    found = {h.path: h.comment or '' for h in read_all(root)}
    of_commands = found.get(Path(root) / 'include/imap4/command.h', '')
    for path, text in found.items():
        if 'as all of imap4/command.h' in ' '.join(text.replace('*', ' ').split()):
            found[path] = text + of_commands
    return found
