#!/usr/bin/env python3
"""coverage.py COVERAGE.json MISSING.txt - a table by folder; what is missing, by line."""
import json
import sys
from collections import defaultdict
from pathlib import Path


def percent(hit, all_):
    return f'{100 * hit / all_:.1f}' if all_ else '-'


def main():
    sums = defaultdict(lambda: [0, 0, 0, 0])
    missing = []
    for file in json.loads(Path(sys.argv[1]).read_text())['files']:
        name = file['file']
        source = Path(name).read_text().splitlines()
        for line in file['lines']:
            if line.get('gcovr/noncode'):
                continue
            taken = [branch['count'] > 0 for branch in line['branches']]
            for key in (name.split('/')[1], 'all'):
                sums[key][0] += line['count'] > 0
                sums[key][1] += 1
                sums[key][2] += sum(taken)
                sums[key][3] += len(taken)
            text = source[line['line_number'] - 1].strip()
            where = f'{name}:{line["line_number"]}'
            if not line['count']:
                missing.append(f'{where}: line: {text}')
            elif not all(taken):
                missing.append(f'{where}: {len(taken) - sum(taken)} of {len(taken)} branches: '
                               f'{text}')
    print(f'{"src/":8} {"lines":>7} {"reached":>8} {"%":>6}  {"branches":>8} {"reached":>8} {"%":>6}')
    for key, (lines, all_lines, branches, all_branches) in sums.items():
        if key != 'all':
            print(row(key, lines, all_lines, branches, all_branches))
    print(row('all', *sums['all']))
    Path(sys.argv[2]).write_text('\n'.join(missing) + '\n')
    print(f'{len(missing)} lines are not reached, or not with all branches: {sys.argv[2]}')


def row(key, lines, all_lines, branches, all_branches):
    return (f'{key:8} {all_lines:7} {lines:8} {percent(lines, all_lines):>6}  '
            f'{all_branches:8} {branches:8} {percent(branches, all_branches):>6}')


if __name__ == '__main__':
    main()
