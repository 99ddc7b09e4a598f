#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""resync.py PROGRAM [COUNT] - coming to a mailbox, and coming back: how many round trips.

PROGRAM is resync.c.  Between it and a throwaway Dovecot stands a proxy that notes each
flight: what the client sent before the server answered.  A round trip is a flight of the
client that was answered; connecting and the greeting count as one more."""
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'cli'), str(HERE.parent / 'mail')]
from append import Session      # noqa: E402  (the path comes first)
from harness import Tap         # noqa: E402

MOST, AIM = 6, 5


class Proxy:
    """One connection to PORT; `flights` alternate: [client bytes, server bytes]."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.flights = [[b'', b'']]
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        client = self.listener.accept()[0]
        server = socket.create_connection(('127.0.0.1', self.target))
        down = threading.Thread(target=self.pump, args=(server, client, 1), daemon=True)
        down.start()
        self.pump(client, server, 0)
        down.join()

    def pump(self, source, sink, side):
        while data := source.recv(65536):
            with self.lock:
                if side == 0 and self.flights[-1][1]:
                    self.flights.append([b'', b''])
                self.flights[-1][side] += data
            sink.sendall(data)
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass            # the other side is gone already


def through(program, port, mode, *words):
    """(lines it printed, flights)"""
    proxy = Proxy(port)
    done = subprocess.run([program, mode, f'imap+insecure://127.0.0.1:{proxy.port}', 'alice',
                           'pass-alice', *words], capture_output=True, text=True, timeout=120,
                          check=False)
    proxy.thread.join(30)
    if done.returncode != 0:
        raise RuntimeError(f'{mode}: exit {done.returncode}: {done.stderr}')
    return done.stdout.splitlines(), proxy.flights


def ask(session, *pieces):
    session.send(*pieces)
    return session.answer()


def make_changes(values):
    """Ten: 4 messages with a new flag, 3 expunged, 3 new.  The UIDs of the first two kinds."""
    session = Session('localhost', int(values['IMAPS_PORT']), values['CA'])
    ask(session, b'LOGIN alice pass-alice')
    ask(session, b'SELECT INBOX')
    lines = b''.join(ask(session, b'UID SEARCH ALL'))
    uids = [int(uid) for uid in re.search(rb'SEARCH([ \d]*)', lines)[1].split()]
    flagged = [uids[i] for i in (3, 500, 1200, 1900)]
    gone = [uids[i] for i in (10, 11, 1500)]
    for uid in flagged:
        ask(session, b'UID STORE %d +FLAGS.SILENT (Changed)' % uid)
    for uid in gone:
        ask(session, b'UID STORE %d +FLAGS.SILENT (\\Deleted)' % uid)
    ask(session, b'UID EXPUNGE ' + b','.join(b'%d' % uid for uid in gone))
    for _ in range(3):
        ask(session, b'APPEND INBOX {15+}\r\nSubject: new\r\n\r')
    ask(session, b'LOGOUT')
    return uids, flagged, gone


def ranges(text):
    for part in text.split(','):
        first, _, last = part.partition(':')
        yield from range(int(first), int(last or first) + 1)


def test(tap, program, values, count):
    lines, flights = through(program, int(values['IMAP_PORT']), 'newest')
    told = [line.split() for line in lines]
    mailbox = next(line for line in told if line[0] == 'mailbox')
    numbers = [int(line[1]) for line in told if line[0] == 'envelope']
    tap.equal('the 50 newest envelopes', numbers, list(range(count - 49, count + 1)))
    # Without LOGOUT, which nobody waits for.
    asked = [flight for flight in flights if flight[0] and b' LOGOUT' not in flight[0]]
    trips = 1 + len(asked)
    print(f'# round trips up to the 50 newest envelopes: {trips} (aim {AIM})')
    tap.case(f'at most {MOST} round trips to them', trips > MOST and f'{trips}: {flights}')

    uids, flagged, gone = make_changes(values)
    lines, flights = through(program, int(values['IMAP_PORT']), 'again', mailbox[1], mailbox[2])
    told = [line.split() for line in lines]
    vanished = [uid for line in told if line[:2] == ['vanished', 'earlier']
                for uid in ranges(line[2])]
    changed = [int(line[1]) for line in told if line[0] == 'changed']
    tap.equal('the 3 that are gone', sorted(vanished), sorted(gone))
    tap.equal('the 4 with another flag, and the 3 new ones', sorted(changed),
              sorted(flagged + [max(uids) + i for i in (1, 2, 3)]))
    tap.equal('the messages there are', [line[3] for line in told if line[0] == 'mailbox'],
              [str(count)])
    trip = [flight for flight in flights if b' SELECT ' in flight[0]]
    is_one = len(trip) == 1 and trip[0][0].count(b'\r\n') == 1 \
        and trip[0][1].count(b' FETCH (') == 7 and b'VANISHED' in trip[0][1]
    tap.case('ten changes in one round trip', not is_one and f'{flights}')


def main():
    program, count = sys.argv[1], int((sys.argv[2:] or ['2000'])[0])
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix='imap4-resync.') as name:
        folder = Path(name)
        folder.chmod(0o755)     # Dovecot's own users must be able to come here
        server = folder / 'server'
        done = subprocess.run([HERE / 'dovecot/start', server], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode == 77:
            print('1..0 # SKIP DOVECOT IS NOT INSTALLED: round trips were not counted')
            return 0
        if done.returncode != 0:
            sys.exit(done.stderr)
        try:
            ready = (server / 'ready').read_text()
            values = dict(word.split('=', 1) for word in shlex.split(ready))
            subprocess.run([HERE.parent / 'mail/generate.py', folder / 'mail', '--count',
                            str(count), '--seed', '2'], stdout=subprocess.DEVNULL, check=True)
            subprocess.run([HERE.parent / 'mail/append.py', folder / 'mail',
                            values['IMAPS_PORT'], values['CA'], 'alice', 'pass-alice', 'INBOX'],
                           stdout=subprocess.DEVNULL, check=True)
            test(tap, program, values, count)
        finally:
            subprocess.run([HERE / 'dovecot/stop', server, '--wipe'], check=False)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
