"""test/args/wrong.py - what the tests here share: numbers of the library, and complaints."""
import base64
import re

E_ARG, E_STATE, E_NOCAP, E_BUSY, E_LIMIT = -2, -3, -4, -5, -6
EV_DONE = 2
R_OK, R_NO, R_SKIPPED, R_REFUSED = 1, 2, 4, 6


class Wrong(Exception):
    """What the library does and must not do."""


def check(holds, why):
    if not holds:
        raise Wrong(why)


def short(value):
    text = repr(value)
    return text if len(text) <= 300 else f'{text[:200]}... ({len(text)})'


def check_noop(session):
    """The session still works."""
    rc = session.library.functions['imap4_cmd_noop'].call(session.engine, None, None)
    sent, _ = session.exchange(lambda line: line.split(b' ')[0] + b' OK done\r\n')
    check(rc == 0 and re.fullmatch(rb'A[0-9]+ NOOP\r\n', sent), f'NOOP: {rc}, {sent!r}')
    done = [ev for ev in session.take_events() if ev.type == EV_DONE]
    check(len(done) == 1 and done[0].result == R_OK, f'NOOP: {done}')


def check_trace(session, secrets):
    text = b'\n'.join(session.trace())
    for secret in secrets:
        for form in (secret, base64.b64encode(secret)):
            check(len(form) < 6 or form[:40] not in text, f'the trace shows {form[:40]!r}')
