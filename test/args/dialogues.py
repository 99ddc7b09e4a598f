"""test/args/dialogues.py - calls that are more than one line of arguments: imap4_cmd_args(), and
those that go on with a command: respond, write, pending, idle, stop."""
import ctypes
import random
import re
from ctypes import byref

import judge
from kinds import (HOSTILE, SINGLE, Atom, Flags, Mailbox, Number, Pattern, Raw, Set, String,
                   flatten, random_bytes)
from library import ANNOUNCED, AUTH, MODES, NOT_AUTH, SELECTED, Memory, no, ok
from wrong import E_ARG, E_BUSY, E_LIMIT, E_STATE, EV_DONE, R_NO, R_OK, R_SKIPPED, check, \
    check_noop, check_trace

EV_CHALLENGE, EV_CONTINUE = 4, 3


class Literal(String):
    nil = True


# By the numbers of imap4_arg_kind.
KINDS = {1: Atom(), 2: String(), 3: String(), 4: String(nil=True), 5: Mailbox(), 6: Pattern(),
         7: Set(), 8: Flags(), 9: Number(words=()), 10: Literal(), 11: Raw(), 12: None, 13: None,
         14: String(secret=True)}
ATOM, ASTRING, STRING, NSTRING, MAILBOX, PATTERN, SET, FLAGS, NUMBER, LITERAL, RAW, OPEN, CLOSE, \
    SECRET = range(1, 15)


class Dialogue:
    """A command and what is said about it later."""

    def __init__(self, sessions, mode, state):
        self.sessions, self.mode = sessions, mode
        self.session = sessions.take(mode, state, ANNOUNCED)
        self.library = sessions.library
        self.memory = Memory(self.library)
        self.cmd = ctypes.c_uint64()
        self.sent, self.pluses = b'', []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.memory.spoil()
        if kind is None:
            self.sessions.give_back(self.session, ANNOUNCED)
        else:
            self.session.close()

    def call(self, name, *args):
        """With the engine first; bytes become views, which are spoilt behind the call."""
        memory = Memory(self.library)
        function = self.library.functions['imap4_cmd_' + name]
        given = [memory.view(one) if kind == 'imap4_view' else one
                 for one, (_, kind) in zip(args, function.params[1:])]
        rc = function.call(self.session.engine, *given)
        memory.spoil()
        return rc

    def hear(self, answers, data=None):
        """What follows; the judge wants to see all of it."""
        sent, pluses = self.session.exchange(answers, data)
        self.pluses += [len(self.sent) + at for at in pluses]
        self.sent += sent

    def judge(self, grammar=None):
        found = judge.read(self.sent, self.pluses, grammar, literals=self.mode.literals,
                           utf8=self.mode.utf8)
        check(len(found) == 1, f'{len(found)} commands')
        return found[0]

    def done(self, result):
        done = [ev for ev in self.session.take_events() if ev.type == EV_DONE]
        check([(ev.cmd, ev.result) for ev in done] == [(self.cmd.value, result)], done)

    def refused(self, rc, wanted, *words):
        code, text, where = self.session.refusal()
        check(rc == wanted and code == rc, f'{rc}, {code}, not {wanted}: {text}')
        check(any(word in text for word in words), f'{text!r} names nothing')
        return where


# ---- imap4_cmd_args() --------------------------------------------------------------------

def random_args(rng, depth=0):
    """[(kind, value)], with parentheses that balance."""
    made = []
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
        kind = rng.choice([*range(1, 15)] if depth < 4 else [1, 2, 3])
        if kind in (OPEN, CLOSE):
            made += [(OPEN, None), *random_args(rng, depth + 1), (CLOSE, None)]
        elif rng.random() < 0.7:
            made.append((kind, rng.choice(KINDS[kind].good)))
        else:
            made.append((kind, KINDS[kind].random(rng)))
    return made


def hostile_args():
    for kind, one in KINDS.items():
        if one is None:
            continue
        for value in one.hostile():
            yield [(ATOM, b'a'), (kind, value), (ATOM, b'b')]
    yield [(OPEN, None)]
    yield [(CLOSE, None)]
    yield [(CLOSE, None), (OPEN, None)]
    yield [(OPEN, None), (OPEN, None), (CLOSE, None)]
    yield [(OPEN, None), (CLOSE, None), (CLOSE, None)]
    yield [(OPEN, None)] * 300 + [(CLOSE, None)] * 300
    yield [(ATOM, b'x' * 10)] * 1000
    for kind in (0, -1, 15, 99, 1 << 30):
        yield [(kind, b'x')]


def problem_of(made):
    """(why, part of the bytes that are bad)"""
    depth = 0
    for kind, value in made:
        if kind not in KINDS:
            return 'kind', None
        depth += (kind == OPEN) - (kind == CLOSE)
        if depth < 0:
            return 'parentheses', None
        if KINDS[kind] is not None and (why := KINDS[kind].problem(value)):
            return why, value
    return ('parentheses', None) if depth else None


def give_args(memory, made):
    rows = []
    for kind, value in made:
        row = {'kind': kind}
        if isinstance(value, int):
            row['number'] = value
        elif isinstance(value, tuple):
            row['set'] = memory.set(value[1], value[0])
        elif value is not None:
            row['text'] = memory.view(value)
        rows.append(row)
    return memory.array('imap4_arg', rows)


def match(made, values):
    """Whether the values on the wire are these arguments."""
    left = list(values)

    def take(kind=None):
        check(left, 'an argument is missing')
        one = left.pop(0)
        if kind is None:
            return one
        check(isinstance(one, tuple) and (kind == 'any' or one[0] == kind),
              f'{one!r} is no {kind}')
        return one[1]

    def name(text, utf8):
        wire = judge.Wire(b'', utf8=utf8)
        return wire.name_of(text)
    utf8 = match.utf8
    for kind, value in made:
        if kind in (OPEN, CLOSE):
            check(take() == '()'[kind - OPEN], 'parentheses')
        elif kind == ATOM:
            check(take('atom') == value, value)
        elif kind == ASTRING:
            check(take('any') == (value or b''), value)
        elif kind == NSTRING and value is None:
            check(take('atom') == b'NIL', 'NIL')
        elif kind in (STRING, NSTRING, SECRET, LITERAL):
            check(take('string') == (value or b''), value)
        elif kind in (MAILBOX, PATTERN):
            # A wildcard in quotes is one, too.
            got = name(take('any' if kind == MAILBOX else 'string'), utf8)
            wanted = KINDS[kind].value(value)
            check(got == wanted, f'{got!r}, not {wanted!r}')
        elif kind == SET:
            check(judge.Wire(take('atom')).set() == value[1], 'the set')
        elif kind == NUMBER:
            check(take('atom') == b'%d' % value, 'the number')
        elif kind == FLAGS:
            check(take() == '(', 'the flags')
            check([take('atom') for _ in KINDS[FLAGS].value(value)] ==
                  KINDS[FLAGS].value(value), 'the flags')
            check(take() == ')', 'the flags')
    check(not left, f'more than was given: {left!r}')


def raw_text(made):
    """For the comparison of what the caller wrote himself."""
    return b' '.join(b'%d' % value if isinstance(value, int) else value
                     for _, value in made)


def call_args(sessions, name, made, mode):
    with Dialogue(sessions, mode, AUTH) as talk:
        bad = problem_of(made)
        memory = Memory(talk.library)
        at = give_args(memory, made)
        rc = talk.library.functions['imap4_cmd_args'].call(
            talk.session.engine, memory.view(name), at, len(made), None, byref(talk.cmd))
        memory.spoil()
        secrets = [value for kind, value in made if kind == SECRET and value]
        if rc < 0:
            _, text, where = talk.session.refusal()
            if bad is None:
                weight = sum(KINDS[k].weight(v) + 3 if KINDS[k] else 2 for k, v in made)
                check(rc == E_LIMIT and weight > 7800, f'refused: {rc} {text!r} {where!r}')
            else:
                check(rc in (E_ARG, E_LIMIT), f'{rc} {text!r}')
                check(where in (b'', b'***') or (bad[1] and where in bad[1]),
                      f'where is {where!r}')
                check(text, 'no words')
                # One value may be given twice, once as a secret.
                public = [value for kind, value in made if kind != SECRET]
                check(not any(where and where in one for one in secrets
                              if one not in public), 'where shows a secret')
            check(talk.session.collect() == b'', 'refused, and something was sent')
            check_noop(talk.session)
        else:
            check(bad is None, f'was taken: {bad}')
            has_raw = any(kind == RAW for kind, _ in made)
            talk.hear(ok)

            def grammar(wire):
                wire.sp()
                return {'all': wire.raw()}
            try:
                if has_raw:
                    got = talk.judge(grammar).args['all']
                    check(got == flatten(raw_text(made)), got)
                else:
                    got = talk.judge(judge.unknown)
                    check(got.name == name.decode().upper(), got.name)
                    match.utf8 = mode.utf8
                    match(made, got.args['values'])
            except Exception as why:
                raise type(why)(f'{why}\nsent: {talk.sent[:300]!r}') from None
            talk.done(R_OK)
        shown = [value for kind, value in made if kind != SECRET]
        check_trace(talk.session, [one for one in secrets if one not in shown])


def is_name(name):
    """Of a command that nobody knows; None: who knows."""
    words = (name or b'').split(b' ')
    if not name or len(words) > 2 or not all(judge.ATOMS.fullmatch(word) for word in words):
        return False
    known = {one.encode() for one in judge.NAMED}
    if b'+' in name or len(name) > 64 or name.upper() in known | {b'UID'}:
        return None     # "+" could be taken for a continuation
    return len(words) == 1 or words[0].upper() not in known


def call_named(sessions, name, mode):
    """A name must not bring arguments with it."""
    with Dialogue(sessions, mode, AUTH) as talk:
        rc = talk.call('args', name, None, 0, None, byref(talk.cmd))
        wanted = is_name(name)
        if rc < 0:
            check(not wanted, f'refused: {rc}')
            where = talk.session.refusal()[2]
            check(talk.session.refusal()[1], 'no words')
            check(where in (name or b''), f'where is {where!r}')
            check(talk.session.collect() == b'', 'refused, and something was sent')
            check_noop(talk.session)
        else:
            check(wanted is not False, 'was taken')
            if wanted is None:
                talk.session.collect()
                raise Skip
            talk.hear(ok)
            name = name.upper()
            check(talk.sent.upper().split(b' ', 1)[1] == name + b'\r\n', talk.sent)
            talk.done(R_OK)


class Skip(Exception):
    """Nothing to be said; the session is not used any more."""


def skipping(function):
    def run(*given):
        try:
            function(*given)
        except Skip:
            pass
    return run


# ---- imap4_cmd_raw() ---------------------------------------------------------------------

ANNOUNCES = re.compile(rb'\{[0-9]+[+-]?\}\Z')
SURE = re.compile(rb'[ (]~?\Z')


def raw_problem(parts):
    """Words of the refusal that is due; None: it must be taken."""
    for i, part in enumerate(parts):
        is_literal8 = i % 2 and parts[i - 1].endswith(b'~')
        for name, byte in ((b'CR', 13), (b'LF', 10), (b'NUL', 0)):
            if byte in part and (i % 2 == 0 or (byte == 0 and not is_literal8)):
                return (b'part %d holds' % i,)
    return (b'announces',) if len(parts) % 2 and ANNOUNCES.search(parts[-1]) else None


def raw_line(parts, mode, synchronizing):
    """The bytes behind the tag."""
    texts, are_sure = b'', True
    for text in parts[:len(parts) // 2 * 2:2]:
        texts += text
        unescaped = re.sub(rb'"(?:[^"\\]|\\.)*"', b'', texts, flags=re.S)
        are_sure = are_sure and b'"' not in unescaped and SURE.search(text) is not None
    made = b''
    for i, part in enumerate(parts):
        if i % 2:
            waits = (synchronizing or not are_sure or not mode.literals or
                     (mode.literals == '-' and len(part) > 4096))
            made += b'{%d%s}\r\n' % (len(part), b'' if waits else b'+')
        made += part
    return made + b'\r\n'


def call_raw(sessions, parts, later, synchronizing, secret, mode):
    """`later`: the literal whose bytes are given behind the call, or None."""
    with Dialogue(sessions, mode, AUTH) as talk:
        talk.session.trace()    # of the cases before
        memory, kept = Memory(talk.library), Memory(talk.library)
        views = [memory.view(None if i == later else part) for i, part in enumerate(parts)]
        at = memory.array('imap4_view', [{'ptr': v.ptr, 'len': v.len} for v in views])
        opt = memory.struct('imap4_raw_options', synchronizing=synchronizing, secret=secret,
                            data=0 if later is None else len(parts[later]))
        bad = raw_problem([b'' if i == later else part for i, part in enumerate(parts)])
        rc = talk.library.functions['imap4_cmd_raw'].call(
            talk.session.engine, at, len(parts), opt, None, byref(talk.cmd))
        memory.spoil()
        if rc < 0:
            is_long = sum(map(len, parts[::2])) + 30 * len(parts) > 7800
            check(bad is not None or is_long, f'refused: {rc}')
            where = talk.refused(rc, E_ARG if bad else E_LIMIT, *(bad or (b'max_line',)))
            check(where in (b'', b'***') if secret else any(where in one for one in parts),
                  f'where is {where!r}')
            check(talk.session.collect() == b'', 'refused, and something was sent')
            check_noop(talk.session)
        else:
            check(bad is None, f'was taken: {bad}')

            def data():
                # What an APPEND could not carry is refused here, too.
                return talk.library.functions['imap4_cmd_write'].call(
                    talk.session.engine, talk.cmd.value, kept.view(parts[later])) == 0
            talk.hear(ok, data)
            tag, line = talk.sent.split(b' ', 1)
            wanted = raw_line(parts, mode, synchronizing)
            check(line == wanted, f'sent: {line[:300]!r}\nwanted: {wanted[:300]!r}')
            check(re.fullmatch(rb'A[0-9]+', tag), tag)
            talk.done(R_OK)
        if secret:
            check_trace(talk.session, [part for part in parts[1:] if len(part) > 6])
        kept.spoil()


def raw_cases(rng, rounds):
    """(parts, later, synchronizing, secret)"""
    for value in [*SINGLE, *HOSTILE]:
        yield [b'X-FOO ' + value], None, 0, 0
        yield [b'X-FOO ', value, b''], None, 0, 0
        yield [b'X-FOO"' + value, value, value], None, 0, 1
    for _ in range(rounds * 4):
        parts = [random_bytes(rng) for _ in range(rng.randrange(1, 6))]
        if rng.random() < 0.8:  # text that may stand
            parts[::2] = [re.sub(rb'[\r\n\0]', b'.', part) for part in parts[::2]]
        if rng.random() < 0.6:
            parts[::2] = [part + rng.choice((b' ', b'(', b' ~', b'"')) for part in parts[::2]]
        if rng.random() < 0.8:
            parts[1::2] = [part.replace(b'\0', b'.') for part in parts[1::2]]
        parts[0] = b'X-FOO ' + parts[0]
        later = 1 if len(parts) > 1 and b'\0' not in parts[1] and rng.random() < 0.2 else None
        yield parts, later, rng.randrange(2), rng.randrange(2)


# ---- what goes on with a command ----------------------------------------------------------

def respond(sessions, response, mode):
    with Dialogue(sessions, mode, NOT_AUTH) as talk:
        rc = talk.call('authenticate', b'X-TEST', None, None, byref(talk.cmd))
        check(rc == 0, f'AUTHENTICATE: {rc}')
        check(talk.call('respond', talk.cmd.value, response) == E_STATE, 'before the challenge')
        said = []

        def answers(line):
            said.append(line)
            if len(said) == 1:
                return b'+ c2VydmVy\r\n'
            return None
        talk.hear(answers)
        events = talk.session.take_events()
        check([ev.data for ev in events if ev.type == EV_CHALLENGE] == [b'server'], events)
        rc = talk.call('respond', talk.cmd.value, response)
        check(rc == 0, f'refused: {rc}')
        check(talk.call('respond', talk.cmd.value, response) == E_STATE, 'a second time')
        tag = said[0].split(b' ')[0]
        talk.hear(lambda line: tag + b' NO no\r\n')
        check(talk.judge().args == {'mechanism': b'X-TEST', 'initial': None,
                                    'said': [response]}, talk.sent)
        talk.done(R_NO)
        check_trace(talk.session, [response] if response else [])


def literal_of(library, engine, length, is_binary, out):
    """A command whose literal comes later: APPEND, or one that nobody knows."""
    memory = Memory(library)
    if is_binary is None:
        args = memory.array('imap4_arg', [{'kind': LITERAL, 'number': length}])
        rc = library.functions['imap4_cmd_args'].call(engine, memory.view(b'X-FOO'), args, 1,
                                                      None, out)
    else:
        opt = memory.struct('imap4_append_options', binary=is_binary)
        rc = library.functions['imap4_cmd_append'].call(engine, memory.view(b'x'), length, opt,
                                                        None, out)
    memory.spoil()
    check(rc == 0, f'refused: {rc}')


def write(sessions, parts, is_binary, mode):
    """`parts` are given one after the other to a literal of their length."""
    kept = []
    with Dialogue(sessions, mode, AUTH) as talk:
        wanted = b''.join(parts)
        literal_of(talk.library, talk.session.engine, len(wanted), is_binary, byref(talk.cmd))
        write_call = talk.library.functions['imap4_cmd_write'].call
        pending = talk.library.functions['imap4_cmd_pending'].call
        engine, cmd = talk.session.engine, talk.cmd.value

        def give(part):
            memory = Memory(talk.library)
            kept.append(memory)
            return write_call(engine, cmd, memory.view(part))

        def data():
            if not parts:
                return False
            part = parts.pop(0)
            if b'\0' in part and not is_binary:
                talk.refused(give(part), E_ARG, b'NUL')
                part = part.replace(b'\0', b'.')
            check(give(part) == 0, 'a part is refused')
            check(pending(engine, cmd) == len(part), 'pending')
            return True
        try:
            talk.refused(give(wanted + b'x'), E_ARG, b'more data', b'NUL')
            talk.refused(write_call(engine, cmd + 1, kept[0].view(b'x')), E_STATE, b'data')
            talk.hear(ok, data)
            check(pending(engine, cmd) == 0, 'pending behind the end')
            got = talk.judge(judge.unknown if is_binary is None else None).args
            got = got['values'][0][1] if is_binary is None else got['data']
            check(got == (wanted if is_binary else wanted.replace(b'\0', b'.')), got[:100])
            talk.done(R_OK)
        finally:
            for memory in kept:
                memory.spoil()


def idle(sessions, mode):
    with Dialogue(sessions, mode, SELECTED) as talk:
        check(talk.call('idle', None, byref(talk.cmd)) == 0, 'IDLE')
        lines = []

        def answers(line):
            lines.append(line)
            return b'+ idling\r\n' if len(lines) == 1 else lines[0].split(b' ')[0] + b' OK\r\n'
        talk.hear(answers)
        check(len(lines) == 1 and any(ev.type == EV_CONTINUE for ev in
                                      talk.session.take_events()), 'no "+"')
        talk.refused(talk.call('stop', talk.cmd.value + 1), E_ARG, b'unknown')
        check(talk.call('stop', talk.cmd.value) == 0, 'stop')
        talk.hear(answers)
        check(talk.judge().name == 'IDLE', talk.sent)
        talk.done(R_OK)


def stop(sessions, mode):
    with Dialogue(sessions, mode, AUTH) as talk:
        check(talk.call('create', b'x', None, byref(talk.cmd)) == 0, 'CREATE')
        check(talk.call('stop', talk.cmd.value) == 0, 'stop')
        check(talk.session.collect() == b'', 'something was sent')
        talk.done(R_SKIPPED)
        talk.refused(talk.call('stop', talk.cmd.value), E_ARG, b'over')
        check(talk.call('create', b'x', None, byref(talk.cmd)) == 0, 'CREATE')
        talk.hear(lambda line: None)
        talk.refused(talk.call('stop', talk.cmd.value), E_STATE, b'wire')
        for cmd in (0, 1 << 63, (1 << 64) - 1):
            talk.refused(talk.call('stop', cmd), E_ARG, b'unknown')
            pending = talk.library.functions['imap4_cmd_pending'].call
            check(pending(talk.session.engine, cmd) == 0, 'pending of nothing')
        talk.session.feed(ok(talk.sent))
        talk.done(R_OK)


def busy(sessions, mode):
    """Behind an ENABLE that is not answered nobody knows how a name is spelt."""
    with Dialogue(sessions, mode, AUTH) as talk:
        check(talk.call('enable', b'UTF8=ACCEPT', None, byref(talk.cmd)) == 0, 'ENABLE')
        name = 'Entwürfe'.encode()
        where = talk.refused(talk.call('create', name, None, None), E_BUSY, b'ENABLE')
        check(where == name, f'where is {where!r}')
        talk.hear(no)
        check(talk.judge().args == {'capabilities': [b'UTF8=ACCEPT']}, talk.sent)
        talk.done(R_NO)


COVERED = ['imap4_cmd_args', 'imap4_cmd_raw', 'imap4_cmd_respond', 'imap4_cmd_write', 'imap4_cmd_pending',
           'imap4_cmd_idle', 'imap4_cmd_stop']


def run(judged, sessions, rounds, seed):
    """`judged`: makes a case."""
    rng = random.Random(f'{seed} dialogues')
    with judged('imap4_cmd_args: values') as case:
        for i, made in enumerate(hostile_args()):
            mode = MODES[i % len(MODES)]
            case.run((made, mode), call_args, sessions, b'X-FOO', made, mode)
    with judged('imap4_cmd_args: random') as case:
        for _ in range(rounds * 4):
            made, mode = random_args(rng), rng.choice(MODES)
            if any(kind == RAW for kind, _ in made):
                made = [(kind, value) for kind, value in made if kind in (RAW, ATOM, NUMBER)]
            case.run((made, mode), call_args, sessions, b'X-FOO', made, mode)
    with judged('imap4_cmd_args: name') as case:
        names = [None, b'', *SINGLE, *HOSTILE, b'X-FOO', b'UID X-FOO', b'X-FOO BAR', b'a b c',
                 b'LOGIN alice', b'SELECT INBOX', b'STARTTLS x', b'AUTHENTICATE PLAIN', b'login x',
                 b'UID LOGIN', b'x' * 64, b'x' * 65, b'UID', b'UID UID']
        names += [random_bytes(rng) for _ in range(rounds)]
        for i, name in enumerate(names):
            case.run(name, skipping(call_named), sessions, name, MODES[i % len(MODES)])
    with judged('imap4_cmd_raw') as case:
        for i, made in enumerate(raw_cases(rng, rounds)):
            mode = MODES[i % len(MODES)]
            case.run((made, mode), call_raw, sessions, *made, mode)
    with judged('imap4_cmd_respond') as case:
        values = [None, b'', *SINGLE[::16], *HOSTILE, *(random_bytes(rng) for _ in range(rounds))]
        for i, response in enumerate(values):
            case.run(response, respond, sessions, response, MODES[i % len(MODES)])
    with judged('imap4_cmd_write') as case:
        values = [one for one in [*SINGLE, *HOSTILE] if one]
        values += [random_bytes(rng) for _ in range(rounds)]
        for i, text in enumerate(values):
            cut = rng.randrange(len(text) + 1)
            parts = [part for part in (text[:cut], text[cut:]) if part]
            case.run(text, write, sessions, parts, (0, 1, None)[i % 3], MODES[i % len(MODES)])
    with judged('imap4_cmd_idle, imap4_cmd_stop, imap4_cmd_pending') as case:
        for mode in MODES:
            case.run(mode, idle, sessions, mode)
            case.run(mode, stop, sessions, mode)
            case.run(mode, busy, sessions, mode)
