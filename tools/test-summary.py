#!/usr/bin/env python3
"""tools/test-summary.py BUILD... - count the test cases of these build folders.

Reads what `meson test` left there, prints what failed, and last of all
`N passed, N failed`.  A TAP test counts as many cases as it reports, any other test
counts one.  A build without a log, a test that did not run, and a program that died
or reported nothing are failures: silence is never a pass.
"""
import json
import re
import sys
from pathlib import Path

TAP_LINE = re.compile(r'(not )?ok\b\s*\d*\s*(?:- )?([^#]*)(?:#\s*(skip|todo))?', re.I)
TAP_PLAN = re.compile(r'1\.\.(\d+)\s*(#\s*skip)?', re.I)
TAIL = 40


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        text = f'{self.passed} passed, {self.failed} failed'
        return text + (f', {self.skipped} skipped' if self.skipped else '')


def count_tap(output, result):
    """The cases of one TAP program, and the names of those that failed."""
    count, bad, plan, skipped_all = Count(), [], None, False
    for line in output.splitlines():
        if m := TAP_PLAN.match(line):
            plan, skipped_all = int(m[1]), bool(m[2])
        elif m := TAP_LINE.match(line):
            if m[3] and m[3].lower() == 'skip':
                count.skipped += 1
            elif m[1] and not m[3]:
                count.failed += 1
                bad.append(m[2].strip())
            else:
                count.passed += 1
    seen = count.passed + count.failed + count.skipped
    if result == 'TIMEOUT':
        bad.append('(timed out)')
    elif seen == 0 and skipped_all and result == 'SKIP':
        count.skipped += 1
        return count, bad
    elif seen == 0:
        bad.append('(reported no test)')
    elif plan is not None and seen < plan:
        bad.append(f'(ended after {seen} of {plan} tests)')
    # FAIL is a "not ok" line: counted already, and no failure if it is cmocka's way of
    # saying that a test was skipped.
    elif result not in ('OK', 'SKIP', 'FAIL') and not bad:
        bad.append('(exited with an error)')
    count.failed = len(bad)
    return count, bad


def count_plain(result):
    count = Count()
    if result in ('OK', 'EXPECTEDFAIL'):
        count.passed = 1
    elif result == 'SKIP':
        count.skipped = 1
    else:
        count.failed = 1
    return count, [f'({result.lower()})'] if count.failed else []


def tail(text):
    lines = (text or '').rstrip().splitlines()
    if len(lines) > TAIL:
        lines = [f'... {len(lines) - TAIL} lines left out'] + lines[-TAIL:]
    return ''.join(f'    {line}\n' for line in lines)


def read_build(folder):
    """(tests of the log by name, tests that exist by name), or None without a log."""
    log = folder / 'meson-logs' / 'testlog.json'
    info = folder / 'meson-info' / 'intro-tests.json'
    if not log.is_file() or not info.is_file():
        return None
    with log.open(encoding='utf-8') as f:
        ran = {}
        for line in f:
            test = json.loads(line)
            # meson writes "suite / name"
            ran[test['name'].rsplit(' / ', 1)[-1]] = test
    return ran, {t['name']: t for t in json.loads(info.read_text(encoding='utf-8'))}


def summarize(folders):
    total, builds = Count(), {}
    for folder in folders:
        builds[folder] = read_build(folder)
    ran_somewhere = set().union(*(b[0] for b in builds.values() if b))

    for folder, build in builds.items():
        count = Count()
        if build is None:
            print(f'FAILED {folder}: did not build')
            count.failed = 1
        else:
            ran, known = build
            for name, test in known.items():
                once = any(s.split(':')[-1] == 'once' for s in test['suite'])
                if name in ran or (once and name in ran_somewhere):
                    continue
                print(f'FAILED {folder}: {name}: did not run')
                count.failed += 1
            for name, test in ran.items():
                if known.get(name, {}).get('protocol') == 'tap':
                    one, bad = count_tap(test['stdout'] or '', test['result'])
                else:
                    one, bad = count_plain(test['result'])
                count.add(one)
                for case in bad:
                    print(f'FAILED {folder}: {name}: {case}')
                if bad:
                    print(tail(test['stdout']) + tail(test.get('stderr')), end='')
        print(f'{folder}: {count}')
        total.add(count)

    if total.passed + total.failed == 0:
        print('FAILED: no test ran')
        total.failed = 1
    return total


def main():
    total = summarize([Path(a) for a in sys.argv[1:]])
    print(total)
    return 1 if total.failed else 0


if __name__ == '__main__':
    sys.exit(main())
