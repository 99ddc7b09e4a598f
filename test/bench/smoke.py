#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""smoke.py ROOT BUILD - every client of bench/ does every work, once and small.

Sums must agree: what the server says it sent is what the client read.  No time is looked at.
"""
import pathlib
import sys
from xml.etree import ElementTree

root, build = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
sys.dont_write_bytecode = True
sys.path.insert(0, str(root / 'bench'))
import harness  # noqa: E402
import plot  # noqa: E402

COUNTS = {'flags': 300, 'env': 200, 'bs': 200, 'search': 20_000, 'list': 300, 'body50': 5,
          'body100': 5, 'literal': 3, 'noop': 50, 'pipe': 100, 'append': 40}
COMMANDS = ('noop', 'pipe', 'append')


def checks():
    for work, count in COUNTS.items():
        with harness.server(build, work, count) as port:
            for client in ('drain', 'reader', 'engine'):
                if client == 'reader' and work in COMMANDS:
                    continue
                got = harness.run([build / 'bench' / 'bench_core', client], work, count, port, 60)
                yield f'{client}, {work}', judge(got, work, count)
    stack = build / 'bench' / 'bench_stack'
    if stack.exists():
        with harness.server(build, 'literal', 3, 'tls') as port:
            for client in ('drain', 'stack'):
                got = harness.run([stack, client], 'literal', 3, port, 60)
                yield f'{client}, literal over TLS', judge(got, 'literal', 3)
    drawing = plot.dots('a < b', {'one': {'ours': 2.5, 'theirs': 300}}, ['ours', 'theirs'])
    yield 'the plot is XML', ElementTree.fromstring(drawing).tag.endswith('svg')


def judge(got, work, count):
    return got is not None and got['seen'] == count and \
        (got['checked'] == 1 or work in COMMANDS)


number = 0
all_good = True
for number, (name, is_good) in enumerate(checks(), 1):
    print('ok' if is_good else 'not ok', number, '-', name, flush=True)
    all_good = all_good and is_good
print(f'1..{number}')
sys.exit(0 if all_good else 1)
