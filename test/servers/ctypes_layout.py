#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ctypes_layout.py INCLUDE CC... - is each member of ctypes_mirror.py where C has it?

A tiny program prints size and offsets as the compiler sees them.  Prints TAP."""
import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'cli')]
from ctypes_mirror import MIRRORS, Structure    # noqa: E402  (the path comes first)
from harness import Tap                         # noqa: E402


def as_python(mirror):
    """{member: (offset, size)}; the whole struct is the member ''."""
    layout = {name: (getattr(mirror, name).offset, getattr(mirror, name).size)
              for name, _ in mirror._fields_}
    return {'': (0, ctypes.sizeof(mirror)), **layout}


def as_c(include, compiler, mirrors):
    """{struct: as_python()}, by the compiler."""
    lines = []
    for struct, mirror in mirrors.items():
        lines.append(f'printf("{struct} . 0 %zu\\n", sizeof({struct}));')
        for name, _ in mirror._fields_:
            lines.append(f'printf("{struct} {name} %zu %zu\\n", offsetof({struct}, {name}), '
                         f'sizeof((({struct} *)0)->{name}));')
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder, 'layout.c'), Path(folder, 'layout')
        source.write_text('#include <imap4.h>\n#include <stdio.h>\nint main(void)\n{\n'
                          + '\n'.join(lines) + '\nreturn 0;\n}\n')
        built = subprocess.run([*compiler, '-I', include, '-o', program, source],
                               capture_output=True, text=True, check=False)
        if built.returncode != 0:
            sys.exit(built.stderr)      # a member has gone, or has another name
        said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    layouts = {}
    for line in said.splitlines():
        struct, name, offset, size = line.split()
        layouts.setdefault(struct, {})[name.replace('.', '')] = (int(offset), int(size))
    return layouts


def main():
    include, *compiler = sys.argv[1:]
    tap = Tap()
    layouts = as_c(include, compiler, MIRRORS)
    for struct, mirror in MIRRORS.items():
        tap.equal(struct, as_python(mirror), layouts[struct])

    class Wrong(Structure):     # what such a check is for: the second member has moved
        _fields_ = [MIRRORS['imap4_view']._fields_[1], MIRRORS['imap4_view']._fields_[0]]

    moved = as_c(include, compiler, {'imap4_view': Wrong})['imap4_view']
    tap.case('a mirror that is wrong is found', 'it was not' if moved == as_python(Wrong) else '')
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
