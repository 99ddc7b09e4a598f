#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples.py ROOT FOLDER - the programs of examples/ against a throwaway Dovecot.

FOLDER holds the built programs.  Prints TAP; without Dovecot all of it is skipped."""
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent / 'cli'))
from harness import Tap     # noqa: E402  (the path comes first)

BIG = 30 * 1000 * 1000


class Server:
    """test/servers/dovecot in DIR, with the 200 messages of the demo in alice's INBOX."""

    def __init__(self, root, folder):
        self.tools = root / 'test/servers/dovecot'
        self.folder = folder / 'server'
        done = subprocess.run([self.tools / 'start', self.folder], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        self.is_missing = done.returncode == 77
        if self.is_missing:
            return
        if done.returncode != 0:
            sys.exit(done.stderr)
        ready = (self.folder / 'ready').read_text()
        self.values = dict(word.split('=', 1) for word in shlex.split(ready))
        self.ca = self.values['CA']
        self.url = f'imaps://alice@localhost:{self.values["IMAPS_PORT"]}'
        self.mail = folder / 'mail'
        tools = self.mail_tools = root / 'test/mail'
        subprocess.run([tools / 'demo.py', self.mail], stdout=subprocess.DEVNULL, check=True)
        subprocess.run([tools / 'append.py', self.mail, self.values['IMAPS_PORT'], self.ca,
                        'alice', 'pass-alice', 'INBOX'], stdout=subprocess.DEVNULL, check=True)
        self.big = folder / 'big.eml'
        with open(self.big, 'wb') as file:
            subprocess.run([tools / 'big.py', '--size', str(BIG)], stdout=file,
                           stderr=subprocess.DEVNULL, check=True)
        subprocess.run([tools / 'deliver.py', self.values['LMTP_PORT'], 'bob', self.big],
                       stdout=subprocess.DEVNULL, check=True)

    def stop(self):
        subprocess.run([self.tools / 'stop', self.folder, '--wipe'], check=False)


def run(command, password='pass-alice', **more):
    """(exit code, stdout, stderr)"""
    env = dict(os.environ, TZ='UTC', **more)
    env.pop('IMAP4_PASSWORD', None)
    if password is not None:
        env['IMAP4_PASSWORD'] = password
    done = subprocess.run([str(word) for word in command], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, check=False,
                          start_new_session=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def columns(text):
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(c) in 'WF' for c in text)
    none = sum(unicodedata.category(c) in ('Mn', 'Me', 'Cf') for c in text)
    return len(text) + wide - none


def refusal(tap, name, got, code, *words):
    """It ends with `code`, and its message has the words: what happened, what to do."""
    missing = [word for word in words if word not in got[2]]
    tap.case(name, None if got[0] == code and not missing
             else f'{got}\nwanted: {code}, missing: {missing}')


def test_first(tap, program, server):
    url = server.url.replace('alice@', '')
    trust = {'SSL_CERT_FILE': server.ca}
    code, out, err = run([program, url, 'alice'], **trust)
    lines = out.splitlines()
    tap.case('first: all subjects', None if code == 0 and len(lines) == 200 and
             lines[199].startswith('200: ') else (code, lines[-1:], err))
    refusal(tap, 'first: usage', run([program]), 64, 'usage: ')
    refusal(tap, 'first: wrong password', run([program, url, 'alice'], 'wrong', **trust), 1,
            'LOGIN: the server said NO: ', 'Authentication failed')
    refusal(tap, 'first: a certificate that is not trusted', run([program, url, 'alice']), 1,
            'certificate verify failed')
    refusal(tap, 'first: nobody listens', run([program, 'imaps://localhost:1', 'alice']), 1,
            'refused')


def test_table(tap, mailbox, server):
    code, out, err = run([*mailbox, server.url])
    lines = out.splitlines()
    tap.case('table: head and 20 messages', None if (code, len(lines), err) == (0, 21, '')
             else (code, out, err))
    tap.equal('table: the newest ones', [int(line.split()[0]) for line in lines[1:]],
              list(range(181, 201)))
    # Dates have one width; where they begin and where the line ends tells the rest.
    tap.equal('table: straight columns', {columns(line) for line in lines},
              {columns(lines[0])})
    bad = [c for c in out if unicodedata.category(c) == 'Cc' and c != '\n']
    tap.equal('table: no control characters', bad, [])
    tap.case('table: words are decoded', None if 'Jürgen' in out else out)
    tap.equal('table: -n 3', run([*mailbox, '-n', '3', server.url])[1].splitlines()[1:],
              lines[-3:])
    tap.equal('table: -n above all', len(run([*mailbox, '-n', '999', server.url])[1]
                                         .splitlines()), 201)


def limited(command, env):
    """Exit code, and the largest resident size in KiB."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execve(command[0], [str(word) for word in command], env)
    status, usage = os.wait4(child, 0)[1:]
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss


def test_save(tap, mailbox, server, folder):
    saved = folder / 'saved.eml'
    code, out, err = run([*mailbox, '--save', '200', saved, server.url])
    tap.equal('save: what it says', (code, out, err),
              (0, f'{saved}: {saved.stat().st_size} bytes\n', ''))
    wanted = sorted(server.mail.glob('*.eml'))[199].read_bytes()
    tap.equal('save: a short message, to the byte', saved.read_bytes(), wanted)
    refusal(tap, 'save: a file that is there is not written over',
            run([*mailbox, '--save', '200', saved, server.url]), 74, 'File exists', 'name')
    refusal(tap, 'save: a folder that is not there',
            run([*mailbox, '--save', '200', folder / 'no/x', server.url]), 74, 'No such file')
    refusal(tap, 'save: no such UID',
            run([*mailbox, '--save', '4711', folder / 'x', server.url]), 66, 'UID')

    # AddressSanitizer keeps what was freed, up to 256 MB.
    asan = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1'
    env = dict(os.environ, IMAP4_PASSWORD='pass-bob', ASAN_OPTIONS=asan)
    bob = server.url.replace('alice', 'bob')
    _, small = limited([*mailbox, bob], env)
    code, large = limited([*mailbox, '--save', '1', folder / 'long.eml', bob], env)
    tap.case('save: 30 MB in constant memory', None if code == 0 and large - small < 4096
             else f'exit code {code}, {small} KiB, then {large} KiB')
    with open(server.big, 'rb') as big, open(folder / 'long.eml', 'rb') as got:
        data = got.read()
        tap.equal('save: 30 MB, to the byte', data[-BIG:] == big.read(), True)
    tap.equal('save: the message stays unread', ' N ' in run([*mailbox, bob], 'pass-bob')[1],
              True)


def test_refusals(tap, program, mailbox, server):
    url = server.url
    plain = url.replace(server.values['IMAPS_PORT'], server.values['IMAP_PORT'])
    refusal(tap, 'wrong password', run([*mailbox, url], 'wrong'), 77, 'refused',
            'check user and password')
    refusal(tap, 'a certificate that is not trusted', run([program, url]), 69,
            'certificate verify failed', '--cafile')
    refusal(tap, 'a file of authorities that is not there',
            run([program, '--cafile', '/nonexistent', url]), 69, 'certificate')
    refusal(tap, 'no such mailbox', run([*mailbox, '-m', 'Nowhere', url]), 66, 'Nowhere', '-m')
    refusal(tap, 'a mailbox that cannot be', run([*mailbox, '-m', 'a\r\nb', url]), 64, 'CR')
    refusal(tap, 'the port without TLS', run([*mailbox, plain]), 69, 'wrong version', '993')
    refusal(tap, 'nobody listens', run([*mailbox, 'imaps://a@localhost:1']), 69, 'refused',
            '993')
    refusal(tap, 'no such host', run([*mailbox, 'imaps://a@nowhere.invalid']), 69,
            'nowhere.invalid', 'name')
    refusal(tap, 'nobody to ask for a password', run([*mailbox, url], None), 77,
            'IMAP4_PASSWORD')
    for name, args, word in [('no URL', [], 'imaps://'), ('a web page', ['http://x'], 'imaps'),
                             ('no user', ['imaps://x'], '--user'),
                             ('-n 0', ['-n', '0', url], 'number'),
                             ('--save without file', [url, '--save', '1'], '--help'),
                             ('a password in the URL', ['imaps://a:b@x'], 'password')]:
        refusal(tap, f'usage: {name}', run([*mailbox, *args]), 64, word)
    code, out, _ = run([program, '--help'])
    tap.case('--help begins with an example',
             None if code == 0 and out.startswith('  mailbox imaps://') else out)


def test_prompt(tap, mailbox, server):
    """The password is typed, and is not shown."""
    command = [str(word) for word in [*mailbox, '-n', '1', server.url]]
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.pop('IMAP4_PASSWORD', None)
        os.execv(command[0], command)
    shown = b''
    deadline = time.monotonic() + 30
    while b': ' not in shown and time.monotonic() < deadline:
        shown += os.read(terminal, 1000)
    os.write(terminal, b'pass-alice\n')
    try:
        while data := os.read(terminal, 1000):
            shown += data
    except OSError:
        pass    # it has ended
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    tap.case('a typed password is not shown',
             None if code == 0 and b'pass-alice' not in shown and b'  200  ' in shown
             else (code, shown))


def test_uv_idle(tap, program, server):
    """A delivery is told while it idles; ^C ends the session in order."""
    url = server.url.replace('alice', 'bob')
    deliver = [server.mail_tools / 'deliver.py', '--subject', '=?utf-8?q?Gr=C3=BC=C3=9Fe?=',
               server.values['LMTP_PORT'], 'bob']
    env = dict(os.environ, IMAP4_PASSWORD='pass-bob', LC_ALL='C.UTF-8')
    with subprocess.Popen([program, url, server.ca], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as watch:
        lines = [watch.stdout.readline()]
        subprocess.run(deliver, stdout=subprocess.DEVNULL, check=True)
        lines.append(watch.stdout.readline())
        watch.send_signal(signal.SIGINT)
        rest, err = watch.communicate(timeout=60)
    tap.equal('uv_idle: what it says', (watch.returncode, lines, rest, err),
              (0, ['1 messages; waiting for more\n', '2: Grüße\n'], '', ''))
    refusal(tap, 'uv_idle: wrong password', run([program, server.url, server.ca], 'wrong'), 1,
            'refused: ', 'Authentication failed')
    refusal(tap, 'uv_idle: a certificate that is not trusted', run([program, server.url]), 1,
            'certificate verify failed')
    refusal(tap, 'uv_idle: nobody listens', run([program, 'imaps://a@localhost:1']), 1,
            'refused')


def main():
    root, programs = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    tap = Tap()
    # Dovecot's own users must be able to come here.
    with tempfile.TemporaryDirectory(prefix='imap4-examples.') as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Server(root, folder)
        if server.is_missing:
            print('1..0 # SKIP DOVECOT IS NOT INSTALLED: the examples were not tested')
            return 0
        try:
            mailbox = [programs / 'mailbox', '--cafile', server.ca]
            test_first(tap, programs / 'first', server)
            test_table(tap, mailbox, server)
            test_save(tap, mailbox, server, folder)
            test_refusals(tap, programs / 'mailbox', mailbox, server)
            test_prompt(tap, mailbox, server)
            if (programs / 'uv_idle').exists():     # a build without libuv has none
                test_uv_idle(tap, programs / 'uv_idle', server)
        finally:
            server.stop()
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
