#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ctypes_reader.py EXAMPLE LIBRARY - what examples/ctypes_reader.py prints.  Prints TAP.

Each line proves that its mirror of a struct is laid out as the library's."""
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent / 'cli'))
from harness import Tap     # noqa: E402  (the path comes first)

INPUT = (b'* OK [UIDNEXT 5] hi\r\n'
         b'* 2 EXISTS\r\n'
         b'* 3 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE " 7-Feb-1994 21:52:25 -0800" '
         b'BODY[] {3}\r\nabc)\r\n'
         b'* SEARCH 1 2 3\r\n'
         b'A1 NO [X-WHY because] done\r\n')
EVENTS = r'''TEXT code_number=5 name='OK' code='UIDNEXT' text='hi' offset=0 size=21
EXISTS number=2 name='EXISTS' offset=21 size=12
FETCH number=3 uid=7 name='FETCH' flags='(\\Seen)' unix_seconds=760686745 offset=33 size=91
SEARCH name='SEARCH' data='1 2 3' offset=124 size=16
TAGGED tag='A1' name='NO' code='X-WHY' text='done' offset=140 size=28
'''


def main():
    example, library = sys.argv[1:]

    def run(data):
        return subprocess.run([sys.executable, '-B', example, library], input=data,
                              capture_output=True, check=False)

    whole, cut, long = run(INPUT), run(INPUT + b'* 3'), run(b'* 1 EXISTS\r\n' * 30000)
    checks = [
        ((whole.returncode, whole.stdout.decode()) == (0, EVENTS), 'events', whole),
        (cut.returncode == 1 and b'at byte 168' in cut.stderr, 'a stream that is cut', cut),
        (long.stdout.count(b'\n') == 30000, 'more than one buffer', None),
    ]
    tap = Tap()
    for ok, name, shown in checks:
        tap.case(name, None if ok else shown)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
