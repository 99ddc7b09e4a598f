#!/usr/bin/env python3
"""test/check/summary.py - the count of the tests can be believed.

Gives tools/test-summary.py made-up logs of meson, and looks at what it makes of them.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

TOOL = Path(__file__).parents[2] / 'tools' / 'test-summary.py'

OK2 = '1..2\nok 1 - a\nok 2 - b\n'

# what happened, (protocol, output, meson's result), the last line
CASES = [
    ('a plain test', ('exitcode', 'not ok is only text', 'OK'), '1 passed, 0 failed'),
    ('a plain failure', ('exitcode', '', 'FAIL'), '0 passed, 1 failed'),
    ('a plain skip', ('exitcode', '', 'SKIP'), '0 passed, 1 failed, 1 skipped'),
    ('two cases', ('tap', OK2, 'OK'), '2 passed, 0 failed'),
    ('cases with a name first', ('tap', 'ok - a\nok - b\n1..2\n', 'OK'), '2 passed, 0 failed'),
    ('one of two', ('tap', OK2.replace('ok 2', 'not ok 2'), 'ERROR'), '1 passed, 1 failed'),
    ('one skipped', ('tap', '1..2\nok 1 - a\nok 2 # SKIP b\n', 'OK'),
     '1 passed, 0 failed, 1 skipped'),
    ("cmocka's skip", ('tap', '1..2\nok 1 - a\nnot ok 2 # SKIP b\n', 'FAIL'),
     '1 passed, 0 failed, 1 skipped'),
    ('crash in the second', ('tap', '1..2\nok 1 - a\n', 'ERROR'), '1 passed, 1 failed'),
    ('crash after the last', ('tap', OK2, 'ERROR'), '2 passed, 1 failed'),
    ('time is up', ('tap', '1..2\nok 1 - a\n', 'TIMEOUT'), '1 passed, 1 failed'),
    # meson calls this one skipped
    ('a silent program', ('tap', '', 'SKIP'), '0 passed, 1 failed'),
    ('did not run', None, '0 passed, 1 failed'),
]


def lay(folder, tests):
    """tests: name -> (protocol, output, result), or None for one that did not run."""
    (folder / 'meson-logs').mkdir(parents=True)
    (folder / 'meson-info').mkdir()
    (folder / 'meson-info' / 'intro-tests.json').write_text(json.dumps(
        [{'name': n, 'protocol': t[0] if t else 'tap',
          'suite': ['p:once' if n == 'once' else 'p:unit']} for n, t in tests.items()]))
    (folder / 'meson-logs' / 'testlog.json').write_text(''.join(
        json.dumps({'name': f'p:unit / {n}', 'stdout': t[1], 'result': t[2]}) + '\n'
        for n, t in tests.items() if t))


def verdict(*folders):
    run = subprocess.run([sys.executable, TOOL, *folders], capture_output=True, text=True)
    last = run.stdout.splitlines()[-1]
    assert (run.returncode == 0) == (', 0 failed' in last), run
    return last


def main():
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        good = ('tap', OK2, 'OK')
        got = []
        for i, (what, test, expected) in enumerate(CASES):
            lay(Path(tmp, str(i)), {'x': test})
            got.append((what, verdict(Path(tmp, str(i))), expected))
        lay(Path(tmp, 'both'), {'x': good, 'once': good})
        lay(Path(tmp, 'one'), {'x': good, 'once': None})
        got.append(('once is enough', verdict(Path(tmp, 'both'), Path(tmp, 'one')),
                    '6 passed, 0 failed'))
        got.append(('never is not', verdict(Path(tmp, 'one')), '2 passed, 1 failed'))
        got.append(('no build', verdict(Path(tmp, 'both'), Path(tmp, 'nothing')),
                    '4 passed, 1 failed'))
        for n, (what, line, expected) in enumerate(got, 1):
            if line != expected:
                bad += 1
                print(f'# {line!r}, not {expected!r}')
            print(f'{"ok" if line == expected else "not ok"} {n} - {what}')
        print(f'1..{len(got)}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
