#!/usr/bin/env python3
"""test/cli/examples.py PROGRAM FILE.md... - what the documentation shows is what happens.

In each ```console block, the lines that begin with "$ " are run by a shell, one after the
other, and the lines between must be their output.  With --fill, it is put there.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from harness import Tap, goldens

BLOCK = re.compile(r'(?<=^```console\n)(.*?)(?=^```$)', re.S | re.M)


def shell(program, command):
    path = os.path.dirname(os.path.abspath(program)) + os.pathsep + os.environ['PATH']
    return subprocess.run(['sh', '-c', command], stdout=subprocess.PIPE, timeout=60, text=True,
                          stderr=subprocess.DEVNULL, env={**os.environ, 'PATH': path},
                          encoding='utf-8', check=False).stdout


def commands(block):
    """(command, output) pairs."""
    found = []
    for line in block.splitlines(keepends=True):
        if line.startswith('$ '):
            found.append([line[2:].rstrip('\n'), ''])
        else:
            found[-1][1] += line
    return found


def fill(program, path):
    def block(match):
        return ''.join(f'$ {command}\n{shell(program, command)}'
                       for command, _ in commands(match[1]))
    path.write_text(BLOCK.sub(block, path.read_text(encoding='utf-8')), encoding='utf-8')


def keys_of(made):
    if isinstance(made, dict):
        for key, value in made.items():
            yield key
            yield from keys_of(value)
    elif isinstance(made, list):
        for value in made:
            yield from keys_of(value)


def all_keys_are_named(tap, text):
    """Of what the golden files hold."""
    used, types = set(), set()
    for golden in goldens():
        for line in golden.out.splitlines():
            made = json.loads(line)
            types.add(made['type'])
            used.update(re.sub(r'_(b64|size|sha256)$', '', key) for key in keys_of(made))
    named = set(re.findall(r'`"?([a-z_0-9]+)"?`', text)) | {'v', 'type', 'name', 'value'}
    tap.equal('all keys are documented', sorted(used - named), [])
    tap.equal('all types are documented', sorted(types - named), [])


def main():
    program, *paths = sys.argv[1:]
    if paths[0] == '--fill':
        for path in paths[1:]:
            fill(program, Path(path))
        return 0
    tap = Tap()
    for path in map(Path, paths):
        text = path.read_text(encoding='utf-8')
        for block in BLOCK.findall(text):
            for command, wanted in commands(block):
                tap.equal(f'{path.name}: {command[:60]}', shell(program, command), wanted)
        if path.name == 'json.md':
            all_keys_are_named(tap, text)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
