#!/usr/bin/env python3
"""test/args/args.py LIBRARY [--rounds N] [--seed N] [--only WORD] - whatever stands in the
arguments, what goes out is one command with these arguments, or an error that names one.

Each parameter of each imap4_cmd_*() gets hostile values (kinds.py), then all of them random
ones.  judge.py reads what was sent; it knows the grammar, and nothing of the library."""
import argparse
import ctypes
import random
import re
import sys
from ctypes import byref
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[1:1] = [str(Path(__file__).parents[1] / name) for name in ('cli', '../tools')]
# The path comes first.
import dialogues                                                        # noqa: E402
import judge                                                            # noqa: E402
import queries                                                          # noqa: E402
from harness import Tap                                                 # noqa: E402
from kinds import List                                                  # noqa: E402
from library import ANNOUNCED, MAX_LINE, MODES, Library, Lost, Memory, Session  # noqa: E402
from specs import SPECS, message                                        # noqa: E402
from wrong import E_ARG, E_LIMIT, E_NOCAP, EV_DONE, R_NO, R_OK, R_REFUSED, Wrong, check, \
    check_noop, check_trace, short                                      # noqa: E402

SHOWN = 3       # problems a case
ROUNDS = 100


class Sessions:
    """Engines in their states, used until they leave them."""

    def __init__(self, library):
        self.library, self.idle = library, {}

    def take(self, mode, state, announced):
        key = mode, state, announced
        if key not in self.idle:
            self.idle[key] = Session(self.library, mode, state, announced)
        return self.idle.pop(key)

    def give_back(self, session, announced):
        # Those that announce something of their own are for one call.
        if session.is_fresh() and announced in (None, ANNOUNCED):
            self.idle[session.mode, session.state, announced] = session
        else:
            session.close()

    def close(self):
        for session in self.idle.values():
            session.close()
        self.idle = {}


# ---- one call ---------------------------------------------------------------------------

def call(library, session, spec, a, memory):
    """(rc, command)"""
    function = library.functions[spec.function]
    cmd = ctypes.c_uint64()
    counts = {kind.count: len(a[name]) for name, kind in spec.params.items()
              if isinstance(kind, List)}
    given = []
    for name, text in function.params:
        if name in ('engine', 'ctx', 'out'):
            given.append({'engine': session.engine, 'ctx': None, 'out': byref(cmd)}[name])
        elif name == 'opt':
            members = {key[4:]: spec.params[key].give(memory, value)
                       for key, value in a.items() if key.startswith('opt.')}
            members.update({name[4:]: count for name, count in counts.items()
                            if name.startswith('opt.')})
            is_plain = all(a[key] == spec.params[key].absent for key in a
                           if key.startswith('opt.'))
            kind = re.search(r'imap4_\w+', text)[0]
            # Nothing is asked for by NULL, and by a struct that says nothing.
            given.append(None if is_plain and random.random() < 0.5
                         else memory.struct(kind, **members))
        elif name in counts:
            given.append(counts[name])
        else:
            given.append(spec.params[name].give(memory, a[name]))
    return function.call(*given), cmd.value


def check_refusal(session, rc, spec, a, bad, may_be_long):
    """It names the argument, shows no secret, and nothing was sent."""
    code, text, where = session.refusal()
    check(code == rc, f'refused with {rc}, but imap4_engine_refusal() has {code}')
    check(text and not re.search(rb'[\r\n\0]|\.$', text), f'words of the refusal: {text!r}')
    check(len(where) <= 80, 'where is longer than 80')
    if not bad:
        check(rc == E_LIMIT and may_be_long, f'refused with {rc}: {text!r}, {where!r}')
        check(b'max_line' in text, f'the limit is not named: {text!r}')
    else:
        check(rc == E_ARG or (rc == E_LIMIT and may_be_long), f'refused with {rc}: {text!r}')
        kinds = [spec.params[name] for name in bad if name in spec.params]
        words = [word.encode() for kind in kinds for word in kind.words]
        words += [why.encode() for name, why in bad.items() if name not in spec.params]
        # Of a contradiction any part may be shown.
        shown = spec.params if 'options' in bad else bad
        culprits = [one for name in shown
                    for one in spec.params[name].culprits(a[name])]
        if rc == E_LIMIT:
            words.append(b'max_line')
        is_secret = any(kind.secret for kind in kinds)
        if where and where != b'***':
            check(any(where in one for one in culprits), f'where is {where!r} of nothing')
        elif not (where and is_secret):
            check(any(word in text for word in words), f'{text!r} names no argument')
    public = [one for name, kind in spec.params.items() if not kind.secret
              for one in kind.culprits(a[name])]
    for name, kind in spec.params.items():
        if kind.secret and a[name] and not any(where in one for one in public):
            check(where in (b'', b'***') or where not in a[name], f'where shows {name}')
    check(session.collect() == b'', 'refused, and something was sent')
    check_noop(session)


def merge(values, name):
    """The one command that several are, whose sets are parts of a whole."""
    first = values[0]
    ranges = [pair for one in values for pair in one.args[name]]
    for one in values[1:]:
        rest = {**one.args, name: first.args[name]}
        check(one.name == first.name and rest == first.args, 'the parts are not alike')
    whole = judge.Ranges.of(ranges)
    check(sum(b - a + 1 for a, b in ranges) == sum(b - a + 1 for a, b in whole),
          'the parts overlap')
    first.args[name] = whole
    return first


def the_command(found, split):
    check(found, 'nothing was sent')
    check(len(found) == 1 or split is not None, f'{len(found)} commands')
    return merge(found, split) if len(found) > 1 else found[0]


def check_done(session, cmd):
    done = [ev for ev in session.take_events() if ev.type == EV_DONE]
    check(len(done) == 1 and done[0].cmd == cmd and done[0].result in (R_OK, R_NO),
          f'how it ends: {done}')


def feed_message(session, cmd, length, kept):
    """Gives the literal of APPEND, in two pieces."""
    def data():
        if kept:
            return False
        text = message(length)
        if text is None:
            return False
        for part in (text[:length // 3], text[length // 3:]):
            memory = Memory(session.library)
            kept.append(memory)
            rc = session.library.functions['imap4_cmd_write'].call(session.engine, cmd,
                                                                   memory.view(part))
            check(rc == 0, f'imap4_cmd_write: {rc}')
        return True
    return data


def check_sent(session, spec, a, cmd, mode, announced, is_unsure):
    kept = []
    length = a.get('length')
    data = None if length is None else feed_message(session, cmd, length, kept)
    sent, pluses = session.exchange(spec.answers(mode, a), data)
    try:
        if not sent and spec.is_missing(a):
            done = [ev for ev in session.take_events() if ev.type == EV_DONE]
            check([(ev.result, ev.rc) for ev in done] == [(R_REFUSED, E_NOCAP)], done)
            return True
        if length is not None and message(length) is None:
            # Too long to be given: the header tells.
            check(re.search(rb' ~?\{%d\+?\}\r\n\Z' % length, sent), 'the header')
            return False
        found = judge.read(sent, pluses, spec.grammar, literals=mode.literals,
                           utf8=mode.utf8, max_line=MAX_LINE)
        got = the_command(found, spec.splits(a))
        n = {name: kind.value(a[name]) for name, kind in spec.params.items()}
        name, wanted = spec.wanted(a, n, mode)
        spec.seen(got.args)
        if is_unsure and got.args.get('date') is not None:
            wanted['date'] = got.args['date']
        check(got.name == name, f'sent as {got.name}')
        check(got.args == wanted, f'read: {short(got.args)}\nwanted: {short(wanted)}')
        check_done(session, cmd)
    except (judge.Bad, Wrong) as why:
        raise Wrong(f'{why}\nsent: {short(sent)}') from None
    finally:
        for memory in kept:
            memory.spoil()
    return True


def run_call(library, sessions, spec, a, mode):
    """Raises Wrong."""
    mode, announced = spec.session(mode, a)
    session = sessions.take(mode, spec.state, announced)
    memory = Memory(library)
    ignored = spec.ignored(a)
    bad = {name: why for name, kind in spec.params.items() if name not in ignored and
           (why := kind.problem(a[name])) is not None}
    unsure = [name for name, why in bad.items() if why == 'unsure']
    if not bad and (why := spec.cross(a)):
        bad['options'] = why
    split = spec.splits(a)
    weight = sum(kind.weight(a[name]) + 1 for name, kind in spec.params.items()
                 if name != split)
    may_be_long = weight + 200 > MAX_LINE
    try:
        rc, cmd = call(library, session, spec, a, memory)
        memory.spoil()
        if rc < 0:
            check_refusal(session, rc, spec, a, bad, may_be_long)
            goes_on = True
        else:
            sure = {name: why for name, why in bad.items() if name not in unsure}
            check(not sure, f'was taken: {sure}')
            goes_on = check_sent(session, spec, a, cmd, mode, announced, unsure)
        check_trace(session, [a[name] for name, kind in spec.params.items()
                              if kind.secret and a[name]])
    except BaseException:
        session.close()
        raise
    if goes_on:
        sessions.give_back(session, announced)
    else:
        session.close()


# ---- all of them -------------------------------------------------------------------------

class Judged:
    """Runs calls of one case and remembers what was wrong."""

    def __init__(self, tap, name):
        self.tap, self.name, self.problems, self.count = tap, name, [], 0

    def __enter__(self):
        return self

    def run(self, shown, function, *given):
        self.count += 1
        try:
            function(*given)
        except (Wrong, Lost, judge.Bad) as why:
            self.problems.append(f'{short(shown)}\n{why}')

    def __exit__(self, kind, *_):
        if kind is None:
            more = len(self.problems) - SHOWN
            text = '\n'.join(self.problems[:SHOWN]) + (f'\nand {more} more' if more > 0 else '')
            self.tap.case(f'{self.name} ({self.count})', text)


def defaults(spec):
    made = {name: kind.absent if name.startswith('opt.') else kind.good[0]
            for name, kind in spec.params.items()}
    return {**made, **spec.base}


def modes_for(i, value, is_long_run):
    """Literals, names and initial responses go in five ways: two of them are enough for one
    value, and one for a string of one byte."""
    count = 1 if isinstance(value, bytes) and len(value) == 1 else 5 if is_long_run else 2
    return [MODES[(i + 2 * k) % 5] for k in range(count)]


def hostile_values(tap, library, sessions, spec, is_long_run):
    if not spec.params:
        with Judged(tap, spec.function) as judged:
            for mode in MODES:
                judged.run(mode, run_call, library, sessions, spec, {}, mode)
    for name, kind in spec.params.items():
        with Judged(tap, f'{spec.function}: {name}') as judged:
            for i, value in enumerate(kind.good + kind.hostile()):
                a = {**defaults(spec), name: value}
                for mode in modes_for(i, value, is_long_run):
                    judged.run((name, value, mode), run_call, library, sessions, spec, a, mode)


def random_values(tap, library, sessions, spec, rounds, rng):
    with Judged(tap, f'{spec.function}: random') as judged:
        for _ in range(rounds if spec.params else 0):
            a = {}
            for name, kind in spec.params.items():
                is_left_out = name.startswith('opt.') and rng.random() < 0.5
                a[name] = defaults(spec)[name] if is_left_out else \
                    kind.random(rng) if rng.random() < 0.5 else rng.choice(kind.good)
            mode = rng.choice(MODES)
            judged.run((a, mode), run_call, library, sessions, spec, a, mode)


def covered(tap, library, specs, others):
    """All functions, all parameters, all members of options."""
    missing = []
    by_name = {spec.function: spec for spec in specs}
    for name, function in library.functions.items():
        if not name.startswith(('imap4_cmd_', 'imap4_query_')):
            continue
        if function.call is None:
            missing.append(f'{name} is not in the library')
        elif name in by_name:
            missing += uncovered(library, function, by_name[name])
        elif name not in others:
            missing.append(f'{name} has no row in specs.py')
    tap.case('all of the headers is covered', '\n'.join(missing))


def uncovered(library, function, spec):
    wanted = set()
    for name, text in function.params:
        if name == 'opt':
            struct = library.structs[re.search(r'imap4_\w+', text)[0]]
            wanted |= {f'opt.{member}' for member, _ in struct._fields_} - \
                {'opt.size', 'opt.reserved'}
        elif name not in ('engine', 'ctx', 'out'):
            wanted.add(name)
    has = set(spec.params) | set(getattr(spec, 'elsewhere', ()))
    for name, kind in spec.params.items():
        if isinstance(kind, List):
            has.add(kind.count)
            members = {member for member, _ in library.structs[kind.struct]._fields_}
            if kind.members is not None and members != set(kind.members):
                yield f'{function.name}: {name} has {members}'
    for name in wanted ^ has:
        yield f'{function.name}: {name} is not covered, or is not there'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('library')
    parser.add_argument('--rounds', type=int, default=ROUNDS, help='random calls a function')
    parser.add_argument('--seed', type=int, default=3501)
    parser.add_argument('--only', default='', help='functions whose name holds this')
    options = parser.parse_args()
    tap = Tap()
    library = Library(options.library, Path(__file__).parents[2])
    sessions = Sessions(library)
    print(f'# seed {options.seed}, {options.rounds} rounds')
    specs = [spec for spec in SPECS if options.only in spec.function and
             spec.function in library.functions and library.functions[spec.function].call]
    random.seed(options.seed)
    covered(tap, library, SPECS, dialogues.COVERED + queries.COVERED)
    for spec in specs:
        rng = random.Random(f'{options.seed} {spec.function}')
        hostile_values(tap, library, sessions, spec, options.rounds > ROUNDS)
        random_values(tap, library, sessions, spec, options.rounds, rng)
    for part in (dialogues, queries):
        if options.only in part.__name__:
            part.run(lambda name: Judged(tap, name), sessions, options.rounds, options.seed)
    sessions.close()
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
