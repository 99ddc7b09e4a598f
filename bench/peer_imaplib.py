# SPDX-License-Identifier: MIT
"""peer_imaplib.py plain WORK COUNT PORT - the same work through Python's imaplib, which
hands out lines as they came: nothing of them is parsed."""
import imaplib
import sys
import time

WORK, COUNT, PORT = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
ITEMS = {
    'flags': '(UID FLAGS)',
    'env': '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)',
    'bs': '(UID ENVELOPE BODYSTRUCTURE)',
    'body50': '(UID BODY.PEEK[])',
    'body100': '(UID BODY.PEEK[])',
    'literal': '(UID BODY.PEEK[])',
}
imaplib._MAXLINE = 1 << 30  # else a long SEARCH is an error


def fetch(session):
    _, data = session.uid('FETCH', '1:*', ITEMS[WORK])
    if WORK in ('flags', 'env', 'bs'):
        # A message with literals is in several pieces, each but the last a tuple.
        return sum(1 for x in data if not isinstance(x, tuple)), 0
    octets = [len(x[1]) for x in data if isinstance(x, tuple)]
    return sum(octets) // 1000000 if WORK == 'literal' else len(octets), sum(octets)


def run(session):
    if WORK in ITEMS:
        return fetch(session)
    if WORK == 'search':
        return len(session.uid('SEARCH', 'ALL')[1][0].split()), 0
    if WORK == 'list':
        return len(session.list()[1]), 0
    message = (b'x' * 76 + b'\r\n') * (51200 // 78 + 1)
    for _ in range(COUNT):
        if WORK == 'append':
            session.append('INBOX', None, None, message[:51200])
        else:
            session.noop()
    return COUNT, 0


def peak():
    for line in open('/proc/self/status'):
        if line.startswith('VmHWM:'):
            return line.split()[1]
    return 0


session = imaplib.IMAP4('127.0.0.1', PORT)
session.login('u', 'p')
session.select('INBOX')
wall, cpu = time.monotonic(), time.process_time()
seen, octets = run(session) if COUNT != 0 else (0, 0)
cpu, wall = time.process_time() - cpu, time.monotonic() - wall
print(f'cpu={cpu:.6f} wall={wall:.6f} seen={seen} bytes={octets} rss={peak()} checked=0')
