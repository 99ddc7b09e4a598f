#!/usr/bin/env python3
"""test/corpus/corpus.py PROGRAM [FOLDER] - server responses collected elsewhere, through `imap4 parse`.

IMAP4_CORPUS in the environment, else FOLDER, has a MANIFEST.tsv: path, bytes, responses,
framing, expect, origin.  Without it nothing is tested.

expect ok        well formed: no datum may be invalid, and no response of a kind that the
                 library knows may be unknown
expect reject    strict reading must find something
anything else    must not crash the program
framing ok       must keep its frame, and give as many objects as there are responses
"""
import collections
import csv
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / 'cli'))
from harness import Tap, run  # noqa: E402

KNOWN = {None, 'OK', 'NO', 'BAD', 'BYE', 'PREAUTH', 'CAPABILITY', 'LIST', 'LSUB', 'FLAGS',
         'STATUS', 'SEARCH', 'EXISTS', 'RECENT', 'EXPUNGE', 'FETCH', 'ESEARCH', 'ENABLED', 'ID',
         'NAMESPACE', 'QUOTA', 'QUOTAROOT', 'VANISHED', 'SORT', 'THREAD', 'METADATA'}
BAD = ('invalid', 'untrusted', 'truncated')


def judge(row, done, made):
    """What is wrong, as lines."""
    is_framed, is_good = row['framing'] == 'ok', row['expect'] == 'ok'
    if done.returncode not in ((0, 65) if is_framed else (0, 65, 76)):
        yield f'exit {done.returncode}: {done.stderr.decode(errors="replace")}'
        return
    if is_framed and len(made) != int(row['responses']):
        yield f'{len(made)} objects, {row["responses"]} responses'
    if not (is_framed and is_good):
        return
    for one in made:
        # Arguments of a code that are not the RFC's are shown as they stand, here and there.
        is_code = one.get('invalid') == ['code'] and not {'untrusted', 'truncated'} & one.keys()
        if any(key in one for key in BAD) and not is_code:
            yield f'invalid: {json.dumps(one)}'
        if one['type'] == 'unknown' and one['name'] in KNOWN:
            yield f'unknown: {json.dumps(one)}'


def judge_strictly(row, program, given, made):
    """Strict reading finds, cut anywhere, the same; it loses no response."""
    whole = run(program, ['parse', '--strict'], given)
    cut = run(program, ['parse', '--strict', '--chunk', '1'], given)
    if (cut.stdout, cut.stderr, cut.returncode) != (whole.stdout, whole.stderr, whole.returncode):
        yield 'strictly: not the same byte by byte'
    if whole.returncode not in (0, 65, 76):
        yield f'strictly: exit {whole.returncode}'
    if row['framing'] == 'ok' and len(objects(whole.stdout)) != len(made):
        yield 'strictly: a response is lost'
    if row['expect'] == 'reject' and whole.returncode == 0:
        yield 'strictly: nothing is found'


def objects(out):
    return [json.loads(line) for line in out.splitlines()]


def count(table, row, made):
    line = table[row['path'].split('/')[0]]
    line['files'] += 1
    line['responses'] += len(made)
    line['invalid'] += sum(any(key in one for key in BAD) for one in made)
    line['unknown'] += sum(one['type'] == 'unknown' for one in made)


def all_in_one(tap, program, given):
    whole = run(program, ['parse'], given)
    for chunk in ('1', '7', '1000'):
        cut = run(program, ['parse', '--chunk', chunk], given)
        tap.case(f'all in one stream, --chunk {chunk}',
                 None if cut.stdout == whole.stdout else 'not the same')


def main():
    program, *folder = sys.argv[1:]
    corpus = Path(os.environ.get('IMAP4_CORPUS') or (folder or ['/nonexistent'])[0])
    manifest = corpus / 'MANIFEST.tsv'
    if not manifest.is_file():
        print('1..0 # SKIP there is no corpus (IMAP4_CORPUS)')
        return 0
    tap, table = Tap(), collections.defaultdict(collections.Counter)
    framed = b''
    with open(manifest, encoding='utf-8', newline='') as lines:
        for row in csv.DictReader(lines, delimiter='\t', quoting=csv.QUOTE_NONE):
            given = (corpus / row['path']).read_bytes()
            done = run(program, ['parse'], given)
            made = objects(done.stdout)
            problem = '\n'.join([*judge(row, done, made),
                                 *judge_strictly(row, program, given, made)])
            tap.case(row['path'], problem and f'{problem}\nbytes: {given[:2000]!r}')
            count(table, row, made)
            if row['framing'] == 'ok':
                framed += given
    all_in_one(tap, program, framed)
    print('# %-14s %6s %9s %8s %8s' % ('origin', 'files', 'responses', 'invalid', 'unknown'))
    for origin, line in sorted(table.items()):
        print('# %-14s %6d %9d %8d %8d' % (origin, line['files'], line['responses'],
                                          line['invalid'], line['unknown']))
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
