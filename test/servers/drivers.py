#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""drivers.py PROGRAM [LIBRARY] - the same session through every driver.

PROGRAM is mailbox.c; with LIBRARY, ctypes_driver.py does the same from Python.  Each goes
over implicit TLS and over STARTTLS, as another user of one throwaway Dovecot, and all must
be told the same events, byte for byte; PROGRAM's drivers once more with COMPRESS=DEFLATE.  Prints TAP; without Dovecot all of it is skipped."""
import itertools
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'cli'))
from harness import Tap     # noqa: E402  (the path comes first)

COUNT = 300
BIG = 40 * 1000 * 1000
USERS = iter('carol dave erin frank grace heidi ivan judy mallory niaj olivia'.split())
DEFLATED = ('poll', 'completion', 'uv')


class Server:
    """test/servers/dovecot in FOLDER."""

    def __init__(self, folder):
        self.folder = folder / 'server'
        done = subprocess.run([HERE / 'dovecot/start', self.folder], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        self.is_missing = done.returncode == 77
        if not self.is_missing and done.returncode != 0:
            sys.exit(done.stderr)
        if not self.is_missing:
            ready = (self.folder / 'ready').read_text()
            self.values = dict(word.split('=', 1) for word in shlex.split(ready))

    def stop(self):
        subprocess.run([HERE / 'dovecot/stop', self.folder, '--wipe'], check=False)


def session(command, server, scheme, folder, events):
    """None, or what the program said."""
    user = next(USERS)
    port = server.values['IMAPS_PORT' if scheme == 'imaps' else 'IMAP_PORT']
    deliver = shlex.join([str(HERE.parent / 'mail/deliver.py'), server.values['LMTP_PORT'],
                          user]) + ' >&2'
    # AddressSanitizer keeps freed memory for a while; that would be counted.
    asan = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=8'
    done = subprocess.run([*command, f'{scheme}://localhost:{port}', server.values['CA'], user,
                           f'pass-{user}', folder / 'mail', str(COUNT), str(BIG), deliver,
                           events],
                          env=dict(os.environ, ASAN_OPTIONS=asan), capture_output=True,
                          timeout=240, check=False)
    sys.stderr.write(done.stderr.decode(errors='replace'))
    if done.returncode == 77:
        return 'skip'
    bad = [line for line in done.stdout.decode().splitlines() if line.startswith('not ok')]
    return f'exit code {done.returncode}: {bad}' if done.returncode != 0 or bad else None


def first_difference(a, b):
    """None, or the first line that is not the same."""
    pairs = itertools.zip_longest(a.read_text().splitlines(), b.read_text().splitlines())
    for number, (left, right) in enumerate(pairs, 1):
        if left != right:
            return f'line {number}:\n{left}\n{right}'
    return None


def main():
    program, *shared = sys.argv[1:]
    commands = {name: [program, name] for name in ('poll', 'completion', 'uv')}
    if shared:  # a library without sanitizers
        commands['ctypes'] = [sys.executable, '-B', HERE / 'ctypes_driver.py', *shared]
    tap = Tap()
    # Dovecot's own users must be able to come here.
    with tempfile.TemporaryDirectory(prefix='imap4-drivers.') as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Server(folder)
        if server.is_missing:
            print('1..0 # SKIP DOVECOT IS NOT INSTALLED: the drivers were not compared')
            return 0
        try:
            subprocess.run([HERE.parent / 'mail/generate.py', folder / 'mail', '--count',
                            str(COUNT), '--seed', '2'], stdout=subprocess.DEVNULL, check=True)
            first = None
            runs = list(itertools.product(commands, ('imaps', 'imap')))
            for driver in DEFLATED:
                commands[f'{driver}+deflate'] = [program, f'{driver}+deflate']
                runs.append((f'{driver}+deflate', 'imaps'))
            for driver, scheme in runs:
                events = folder / f'{driver}.{scheme}.events'
                said = session(commands[driver], server, scheme, folder, events)
                if said == 'skip':
                    continue
                what = f'{driver}, {"TLS" if scheme == "imaps" else "STARTTLS"}'
                tap.case(f'{what}: {COUNT} messages, IDLE, {BIG // 1000000} MB', said)
                first = first or events
                if events != first:
                    tap.case(f'{what}: the events are those of poll over TLS',
                             first_difference(first, events) if events.exists()
                             else 'there are none')
            tap.case('there is something to compare',
                     None if first.stat().st_size > 100000 else first.stat().st_size)
        finally:
            server.stop()
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
