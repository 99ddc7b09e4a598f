"""test/cli/harness.py - what the tests of the program share: TAP, golden files, runs."""
import re
import subprocess
import sys
from pathlib import Path

ESCAPE = re.compile(rb'\\x([0-9A-F]{2})')
CHUNKS = ['1', '2', '3', '7', '64']


class Tap:
    """Counts and prints; the plan comes last."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def case(self, name, problem=None):
        """`problem`: what is wrong, empty or None if nothing is."""
        self.count += 1
        name = name.replace('#', '')
        if not problem:
            print(f'ok {self.count} - {name}')
            return
        self.failed += 1
        print(f'not ok {self.count} - {name}')
        for line in str(problem).splitlines():
            print(f'# {line}')
        sys.stdout.flush()

    def equal(self, name, got, wanted):
        self.case(name, None if got == wanted else f'got:    {got!r}\nwanted: {wanted!r}')

    def skip(self, name, why):
        self.count += 1
        print(f'ok {self.count} - {name} # SKIP {why}')

    def end(self):
        print(f'1..{self.count}')
        return 1 if self.failed else 0


def run(program, args, given=b'', **options):
    """The finished process, with bytes on its streams."""
    return subprocess.run([program, *args], input=given, capture_output=True,
                          timeout=120, check=False, **options)


class Golden:
    """A file of test/cli/golden: a sentence, then sections that begin with "--- WORD".

    in [OPTION...]   lines of the server; each gets CR LF, and \\xNN is a byte
    out              what is written, to the letter
    exit NUMBER
    """

    def __init__(self, path):
        self.path, self.name = path, path.stem
        self.options, self.lines, self.out, self.exit = [], [], b'', 0
        section = 'about'
        for line in path.read_bytes().splitlines(keepends=True):
            if line.startswith(b'--- '):
                section, *words = line.decode().split()[1:]
                if section == 'in':
                    self.options = words
                elif section == 'exit':
                    self.exit = int(words[0])
            elif section == 'in':
                self.lines.append(line.rstrip(b'\n'))
            elif section == 'out':
                self.out += line

    @property
    def given(self):
        text = b''.join(line + b'\r\n' for line in self.lines)
        return ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), text)


def goldens():
    paths = sorted((Path(__file__).parent / 'golden').glob('*.txt'))
    assert paths, 'no golden files'
    return [Golden(path) for path in paths]
