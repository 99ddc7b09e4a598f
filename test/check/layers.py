#!/usr/bin/env python3
"""test/check/layers.py ROOT | --self-test - who may include whom.

    0 base | 1 text | 2 wire | 3 parse | 4 engine | 5 cmd, ext | 6 core.c    the core
    sasl, mime: base and text;  filter, net: base
    client: base, filter, net, sasl, and public headers
    cli, server, python, adapt, bench, examples: public headers only

A file includes lower numbers or its own folder.  The core sees only headers without
functions of the system, each outside library is seen by one folder, public headers
see only public ones, and there are no circles.
"""
import re
import sys
import tempfile
from pathlib import Path

CORE = {'base': 0, 'text': 1, 'wire': 2, 'parse': 3, 'engine': 4, 'cmd': 5, 'ext': 5,
        'core.c': 6}
# Which folders of src/ the other folders of src/ may see.
ABOVE = {
    'sasl': {'base', 'text'},
    'filter': {'base'},
    'net': {'base'},
    'mime': {'base', 'text'},
    'client': {'base', 'filter', 'net', 'sasl'},
}
PROGRAMS = ['cli', 'server', 'python', 'adapt', 'bench', 'examples']

# Above the core; nothing in it may know them.
NOT_FOR_CORE = {'imap4.h', 'imap4/client.h', 'imap4/mime.h', 'imap4/net.h', 'imap4/stack.h',
                'imap4/transport.h'}

# Standard headers that have no function, or only those the core may call.
PLAIN = {'stddef.h', 'stdint.h', 'stdbool.h', 'stdalign.h', 'stdarg.h', 'stdnoreturn.h',
         'limits.h', 'inttypes.h', 'string.h'}
CORE_EXTRA = {'stdlib.h': 'base/mem.c',
              'emmintrin.h': 'wire/scan', 'arm_neon.h': 'wire/scan'}

# In src/: header (or its folder) -> the folders that may include it.
ONLY_IN = {
    'openssl': {'filter'},
    'zlib.h': {'filter'},
    'gsasl.h': {'sasl'},
    'iconv.h': {'mime'},
    'arpa': {'net'}, 'netdb.h': {'net'}, 'netinet': {'net'}, 'poll.h': {'net'},
    'sys/epoll.h': {'net'}, 'sys/eventfd.h': {'net'}, 'sys/ioctl.h': {'net'},
    'sys/select.h': {'net'}, 'sys/socket.h': {'net'}, 'sys/uio.h': {'net'},
    'sys/un.h': {'net'}, 'unistd.h': {'net'}, 'fcntl.h': {'net'}, 'spawn.h': {'net'},
    'sys/wait.h': {'net'}, 'signal.h': {'net'},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
COMMENT = re.compile(r'/\*.*?\*/', re.S)


def without_comments(text):
    """Comments become blank, line ends stay."""
    return COMMENT.sub(lambda m: re.sub(r'[^\n]', ' ', m[0]), text)


def sources(root):
    for top in ['include', 'src'] + PROGRAMS:
        for path in sorted((root / top).rglob('*')):
            if path.suffix in ('.c', '.h', '.def'):
                yield path


def resolve(root, path, quote, name):
    """The project's file that is meant, or None if it is not ours."""
    places = [root / 'include', root / 'src']
    if quote == '"':
        places.insert(0, path.parent)
    for place in places:
        target = (place / name).resolve()
        if target.is_file() and target.is_relative_to(root):
            return target.relative_to(root)
    return None


def folder_of(rel):
    """'wire' of src/wire/lex.c, 'core.c' of src/core.h, 'cli' of cli/main.c."""
    if rel.parts[0] != 'src':
        return rel.parts[0]
    if len(rel.parts) == 2:
        return 'core.c'
    return rel.parts[1]


def ours(rel, target):
    """Why `rel` may not include the project's `target`, or None."""
    here, there = folder_of(rel), folder_of(target)
    public = there == 'include'

    if rel.parts[0] == 'include':
        return None if public else 'a public header may include only public ones'
    if rel.parts[0] in PROGRAMS:
        if public or here == there:
            return None
        return f'{here}/ may include only public headers'
    if here in CORE:
        if public:
            name = target.relative_to('include').as_posix()
            return 'the core is below this header' if name in NOT_FOR_CORE else None
        if here == there or CORE.get(there, 99) < CORE[here]:
            return None
        return f'{here} may not see {there}'
    if here in ABOVE:
        if public or here == there or there in ABOVE[here]:
            return None
        return f'{here} may not see {there}'
    return f'src/{here} is in no layer: name it in {Path(__file__).name}'


def outside(rel, name):
    """Why `rel` may not include the system's <name>, or None."""
    here = folder_of(rel)
    inside = '/'.join(rel.parts[1:])
    if rel.parts[0] == 'include':
        return None if name in PLAIN - {'string.h'} else \
            'a public header may include only plain standard headers'
    if rel.parts[0] != 'src':
        return None
    if here in CORE:
        if name in PLAIN or inside.startswith(CORE_EXTRA.get(name, '\0')):
            return None
        return 'the core calls nothing of the system'
    allowed = ONLY_IN.get(name, ONLY_IN.get(name.split('/')[0]))
    if allowed is not None and here not in allowed:
        return 'only src/' + ' and src/'.join(sorted(allowed)) + ' may include it'
    return None


def circles(graph):
    """Every include circle that a depth-first walk closes."""
    state, found = {}, []

    def walk(node, trail):
        state[node] = 'open'
        for target in graph.get(node, ()):
            if state.get(target) == 'open':
                loop = trail[trail.index(target):] + [target]
                found.append(' -> '.join(p.as_posix() for p in loop))
            elif target not in state:
                walk(target, trail + [target])
        state[node] = 'done'

    for node in graph:
        if node not in state:
            walk(node, [node])
    return found


def check(root):
    root = root.resolve()
    problems, graph = [], {}
    for path in sources(root):
        rel = path.relative_to(root)
        text = without_comments(path.read_text(encoding='utf-8'))
        for m in INCLUDE.finditer(text):
            quote, name = m.groups()
            target = resolve(root, path, quote, name)
            if target is not None:
                graph.setdefault(rel, []).append(target)
                why = ours(rel, target)
            elif quote == '"':
                why = 'there is no such file'
            else:
                why = outside(rel, name)
            if why:
                line = text.count('\n', 0, m.start(2)) + 1
                problems.append(f'{rel}:{line}: {name}: {why}')
    return problems + ['circle: ' + c for c in circles(graph)]


# ---- a check that cannot fail is no check -----------------------------------

GOOD = {
    'include/imap4.h': '#include "imap4/client.h"\n',
    'include/imap4/base.h': '#include <stddef.h>\n',
    'include/imap4/client.h': '#include "base.h"\n',
    'src/base/mem.h': '#include "imap4/base.h"\n',
    'src/base/mem.c': '#include "base/mem.h"\n#include <stdlib.h>\n',
    'src/wire/lex.h': '#include "base/mem.h"\n/* #include "ext/quota.h" */\n',
    'src/wire/scan.h': '#include <emmintrin.h>\n',
    'src/engine/engine.h': '#include "wire/lex.h"\n',
    'src/ext/quota.h': '#include "engine/engine.h"\n',
    'src/ext/table.def': '',
    'src/core.c': '#include "ext/quota.h"\n#include "ext/table.def"\n',
    'src/net/sock.h': '#include "base/mem.h"\n#include <sys/socket.h>\n',
    'src/filter/tls.c': '#include <openssl/ssl.h>\n',
    'src/client/run.c': '#include "net/sock.h"\n#include "imap4/client.h"\n',
    'cli/main.h': '#include <imap4.h>\n',
    'cli/main.c': '#include "main.h"\n#include <unistd.h>\n',
    'adapt/poll.h': '#include <imap4.h>\n#include <poll.h>\n',
}
# file -> (one line too many, what must be said of it)
BAD = [
    ('src/base/mem.h', '#include "wire/lex.h"', 'base may not see wire'),
    ('src/wire/lex.h', '#include "../engine/engine.h"', 'wire may not see engine'),
    ('src/ext/quota.h', '#include "cmd/args.h"', 'ext may not see cmd'),
    ('src/engine/engine.h', '#include "ext/quota.h"', 'engine may not see ext'),
    ('src/engine/engine.h', '#include "core.h"', 'engine may not see core.c'),
    ('src/engine/engine.h', '#include "imap4/client.h"', 'below this header'),
    ('src/engine/engine.h', '#include <imap4.h>', 'below this header'),
    ('src/engine/engine.h', '#include <stdio.h>', 'nothing of the system'),
    ('src/wire/lex.h', '#include <stdlib.h>', 'nothing of the system'),
    ('src/wire/lex.h', '#include "missing.h"', 'no such file'),
    ('src/net/sock.h', '#include "wire/lex.h"', 'net may not see wire'),
    ('src/net/sock.h', '#include <openssl/ssl.h>', 'only src/filter'),
    ('src/filter/tls.c', '#include <sys/socket.h>', 'only src/net'),
    ('src/filter/tls.c', '#include "net/sock.h"', 'filter may not see net'),
    ('src/client/run.c', '#include "engine/engine.h"', 'client may not see engine'),
    ('src/new/x.c', '#include "base/mem.h"', 'in no layer'),
    ('cli/main.c', '#include "base/mem.h"', 'only public headers'),
    ('cli/main.c', '#include "../src/wire/lex.h"', 'only public headers'),
    ('adapt/poll.h', '#include "net/sock.h"', 'only public headers'),
    ('include/imap4/base.h', '#include "wire/lex.h"', 'only public ones'),
    ('include/imap4/base.h', '#include <sys/types.h>', 'only plain standard headers'),
    ('include/imap4/base.h', '#include "client.h"', 'circle: '),
]


def lay(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')


def self_test():
    extra = {'src/core.h': '', 'src/cmd/args.h': ''}
    with tempfile.TemporaryDirectory() as tmp:
        lay(Path(tmp), {**GOOD, **extra})
        assert check(Path(tmp)) == [], check(Path(tmp))
    for name, line, words in BAD:
        with tempfile.TemporaryDirectory() as tmp:
            lay(Path(tmp), {**GOOD, **extra, name: GOOD.get(name, '') + line + '\n'})
            problems = check(Path(tmp))
            assert any(words in p for p in problems), (name, line, problems)
    print(f'{len(BAD)} planted includes were found')


def main():
    if sys.argv[1:] == ['--self-test']:
        self_test()
        return 0
    problems = check(Path(sys.argv[1]))
    print('\n'.join(problems) or 'the layers hold')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
