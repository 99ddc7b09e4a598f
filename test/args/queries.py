"""test/args/queries.py - imap4_query: what is built key by key is what the judge reads.

A query is a list of calls, [(function, arguments)]; wanted() says what keys they mean, or why
they mean none.  It goes with SEARCH, SORT and THREAD."""
import ctypes
import random
from calendar import monthrange
from ctypes import byref

import judge
from dialogues import Dialogue
from judge import BARE_KEYS, DATE_KEYS, FLAG_KEYS, NUMBER_KEYS, STRING_KEYS, STAR, Ranges
from kinds import HOSTILE, SINGLE, Number, Set, is_atom, is_utf8, pairs_of, random_bytes, \
    random_text
from library import MODES, SELECTED, Memory, ok
from wrong import E_ARG, E_LIMIT, R_OK, check, check_noop

MODSEQ = (1 << 63) - 1
RAWS = {    # what the caller wrote himself, and the keys in it
    b'UNSEEN': [('UNSEEN',)],
    b'X-RAW "has:attachment"': [('X-RAW', b'has:attachment')],
    b'SEEN NOT (NEW)': [('SEEN',), ('NOT', ('(', ('NEW',)))],
    'FROM "é" TO "{5}"'.encode(): [('FROM', 'é'.encode()), ('TO', b'{5}')],
}
DEPTH = 100
STRUCTURE = ('group', 'lacks', 'closed', 'charset')


class Refused(Exception):
    """Why, and the bytes of which `where` may be a part."""

    def __init__(self, why, *culprits, rc=E_ARG):
        super().__init__(why)
        self.culprits, self.rc = culprits, rc


# ---- what calls mean -------------------------------------------------------------------

class Query:
    """Reads calls from left to right."""

    def __init__(self, calls):
        self.calls, self.at, self.charset = calls, 0, None
        self.is_8bit, self.depth = False, 0

    def keys(self, in_group=False):
        made = []
        while self.at < len(self.calls):
            name, args = self.calls[self.at]
            if name == 'charset':
                self.name_charset(args[0], bool(made) or self.depth > 0)
            elif name == 'close':
                if not in_group or not made:
                    raise Refused('group', b')', b'()')
                self.at += 1
                return made
            else:
                made += self.key()
        if in_group:
            raise Refused('not closed')
        return made

    def name_charset(self, charset, is_late):
        if is_late or not is_atom(charset) or len(charset) > 64:
            raise Refused('charset', charset)
        self.charset = charset
        self.at += 1

    def key(self, is_operand=False):
        """Usually one."""
        if self.at == len(self.calls):
            raise Refused('lacks')
        name, args = self.calls[self.at]
        if name in ('close', 'charset'):
            raise Refused('lacks', *(args or (b')', b'()')), b'')
        self.at += 1
        if name in ('not', 'or', 'open'):
            if self.depth == DEPTH:
                raise Refused('100', rc=E_LIMIT)
            self.depth += 1
            if name == 'open':
                made = [('(', *self.keys(True))]
            elif name == 'not':
                made = [('NOT', *self.key(True))]
            else:
                made = [('OR', *self.key(True), *self.key(True))]
            self.depth -= 1
            return made
        made = getattr(self, name)(*args)
        if name == 'raw':
            return [('(', *made)] if is_operand else made
        return [made]

    @staticmethod
    def named(key, names):
        word = (key or b'').upper()
        if word not in [name.encode() for name in names]:
            raise Refused('key', key)
        return word.decode()

    def text(self, text):
        text = text or b''
        if b'\0' in text:
            raise Refused('NUL', text)
        if not text.isascii():
            self.is_8bit = True
            if self.charset is None and not is_utf8(text):
                raise Refused('UTF-8', text)
        return text

    def bare(self, key):
        return (self.named(key, BARE_KEYS),)

    def string(self, key, text):
        return self.named(key, STRING_KEYS), self.text(text)

    def header(self, field, text):
        if not field or any(not 0x20 < c < 0x7f or c == ord(':') for c in field):
            raise Refused('field', field)
        return 'HEADER', field, self.text(text)

    def date(self, key, year, month, day):
        if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
            raise Refused('date', key)
        return self.named(key, DATE_KEYS), (year, month, day)

    def number(self, key, number):
        word = self.named(key, NUMBER_KEYS)
        if not NUMBER_KEYS[word] <= number < STAR:
            raise Refused('number', key)
        return word, number

    def keyword(self, key, flag):
        word = self.named(key, FLAG_KEYS)
        if not is_atom(flag):
            raise Refused('atom', flag)
        return word, flag

    def set(self, given):
        if given is None or not given[1]:
            raise Refused('set')
        return 'UID' if given[0] else 'SET', given[1]

    def modseq(self, number):
        if number > MODSEQ:
            raise Refused('mod-sequence')
        return 'MODSEQ', number

    def raw(self, text):
        if text not in RAWS:
            raise Refused('', text)
        self.is_8bit |= not text.isascii()
        return RAWS[text]


def wanted(calls):
    """(keys, charset, is 8-bit) or raises Refused."""
    query = Query(calls)
    keys = query.keys()
    return keys or [('ALL',)], query.charset, query.is_8bit


# ---- making calls ------------------------------------------------------------------------

def name_of(rng, names):
    name = rng.choice(list(names)).encode()
    return name if rng.random() < 0.8 else name.lower()


def random_string(rng):
    return rng.choice((b'', b'x', b'a "b" \\', random_text(rng), random_text(rng), b'x' * 2000))


def random_leaf(rng):
    way = rng.randrange(9)
    if way == 0:
        return 'bare', (name_of(rng, BARE_KEYS),)
    if way == 1:
        return 'string', (name_of(rng, STRING_KEYS), random_string(rng))
    if way == 2:
        field = rng.choice((b'Message-ID', b'X%', b'NIL', b'"', b'*{}'))
        return 'header', (field, random_string(rng))
    if way == 3:
        return 'date', (name_of(rng, DATE_KEYS), rng.randrange(1, 10000), rng.randrange(1, 13),
                        rng.randrange(1, 29))
    if way == 4:
        return 'number', (name_of(rng, NUMBER_KEYS), rng.choice((1, 7, STAR - 1)))
    if way == 5:
        return 'keyword', (name_of(rng, FLAG_KEYS), rng.choice((b'$Junk', b'NIL', b'a}')))
    if way == 6:
        return 'set', (Set().random_good(rng),)
    if way == 7:
        return 'modseq', (rng.choice((0, 1, MODSEQ)),)
    return 'raw', (rng.choice(list(RAWS)),)


def random_key(rng, depth=0):
    way = rng.random() if depth < 6 else 1
    if way < 0.1:
        return [('not', ()), *random_key(rng, depth + 1)]
    if way < 0.2:
        return [('or', ()), *random_key(rng, depth + 1), *random_key(rng, depth + 1)]
    if way < 0.35:
        return [('open', ()), *random_query(rng, depth + 1), ('close', ())]
    return [random_leaf(rng)]


def random_query(rng, depth=0):
    made = []
    for _ in range(rng.choice((1, 1, 2, 3)) if depth else rng.choice((0, 1, 2, 3, 5))):
        made += random_key(rng, depth)
    return made


def spoil(rng, calls):
    """One thing is wrong with it, most likely."""
    calls = list(calls)
    at = rng.randrange(len(calls) + 1)
    way = rng.randrange(4)
    if way == 0:
        calls.insert(at, (rng.choice(('open', 'close', 'not', 'or')), ()))
    elif way == 1 and at < len(calls):
        del calls[at]
    elif way == 2:
        calls.insert(at, ('charset', (rng.choice((b'UTF-8', b'x', b'', b'"')),)))
    elif at < len(calls):
        name, args = calls[at]
        args = list(args)
        for i, one in enumerate(args):
            if isinstance(one, bytes) and name != 'raw' and rng.random() < 0.5:
                args[i] = rng.choice((rng.choice(HOSTILE), random_bytes(rng)))
            elif isinstance(one, int):
                args[i] = rng.choice((0, 13, 2**31 - 1) if name == 'date'
                                     else (0, STAR, 2**63, 2**64 - 1))
        calls[at] = name, tuple(args)
    return calls


def hostile_queries():
    """Each value in each place, alone."""
    texts = [None, b'', *HOSTILE, *SINGLE]
    words = b'SEEN FROM SINCE LARGER KEYWORD HEADER UID OLDER seen'.split()
    for text in texts + words:
        yield [('bare', (text,))]
        yield [('string', (text, b'x'))]
        yield [('string', (b'FROM', text))]
        yield [('header', (text, b'x'))]
        yield [('header', (b'X', text))]
        yield [('keyword', (text, b'x'))]
        yield [('keyword', (b'KEYWORD', text))]
        yield [('charset', (text,)), ('string', (b'FROM', b'\xe9'))]
        yield [('date', (text, 2026, 2, 1))]
        yield [('number', (text, 5))]
        yield [('charset', (b'ISO-8859-1',)), ('string', (b'TEXT', text))]
    for number in Number().hostile():
        for key in NUMBER_KEYS:
            yield [('number', (key.encode(), number))]
        yield [('modseq', (number,))]
    for year in (-1, 0, 1, 1900, 2024, 2100, 9999, 10000, 2**31 - 1, -2**31):
        for month, day in ((0, 1), (1, 0), (1, 31), (1, 32), (2, 29), (2, 30), (4, 31), (12, 31),
                           (13, 1), (-1, 1), (2**31 - 1, 1), (1, -2**31), (1, 2**31 - 1)):
            yield [('date', (b'SINCE', year, month, day))]
    for given in Set().hostile():
        yield [('set', (given,))]
        yield [('bare', (b'SEEN',)), ('set', (given,))]
        yield [('not', ()), ('set', (given,))]
        yield [('set', (given,)), ('set', ((0, Ranges(((1, 1),))),))]
    for depth in (99, 100, 101, 500):
        yield [('not', ())] * depth + [('bare', (b'SEEN',))]
        yield [('open', ())] * depth + [('bare', (b'SEEN',))] + [('close', ())] * depth
    yield from ([], [('close', ())], [('open', ())], [('open', ()), ('close', ())], [('not', ())],
                [('or', ()), ('bare', (b'SEEN',))], [('open', ()), ('not', ()), ('close', ())],
                [('bare', (b'SEEN',)), ('charset', (b'UTF-8',))], [('charset', (b'UTF-8',))],
                [('not', ()), ('charset', (b'UTF-8',)), ('bare', (b'SEEN',))])
    yield [('string', (b'BODY', b'x' * 900))] * 20
    yield [('string', (b'BODY', b'\r\n' * 900))] * 20


# ---- one query ---------------------------------------------------------------------------

NAMES = {'bare': 'key'}


def build(library, calls):
    query = ctypes.c_void_p()
    check(library.query_new(None, byref(query)) == 0, 'imap4_query_new')
    for name, args in calls:
        function = library.functions['imap4_query_' + NAMES.get(name, name)]
        memory = Memory(library)
        given = []
        for one, (_, kind) in zip(args, function.params[1:]):
            if kind == 'imap4_view':
                given.append(memory.view(one))
            elif name == 'set':
                given.append(None if one is None else memory.set(one[1], one[0]))
            else:
                given.append(one)
        function.call(query, *given)
        memory.spoil()
    return query


def is_alone(calls):
    """A set that may be cut: the only one, outside of all groups and operators."""
    depth, sets, alone = 0, 0, False
    left = []
    for name, _ in calls:
        if name == 'set':
            sets += 1
            alone = not left
        if name in ('not', 'or'):
            left.append(1 if name == 'not' else 2)
            continue
        if name == 'open':
            left.append('(')
            continue
        if name == 'close':
            left.pop()
        while left and left[-1] != '(':
            left[-1] -= 1
            if left[-1]:
                break
            left.pop()
    return sets == 1 and alone and depth == 0


def merged(found):
    """The keys of several commands, each with a part of the set."""
    keys = list(found[0].args['keys'])
    for i, key in enumerate(keys):
        if key[0] in ('SET', 'UID'):
            parts = [one.args['keys'][i][1] for one in found]
            whole = Ranges.of(pair for part in parts for pair in part)
            for one in found:
                check(one.args['keys'][:i] + one.args['keys'][i + 1:] == keys[:i] + keys[i + 1:],
                      'the parts are not alike')
            keys[i] = key[0], whole
    return keys


def weigh(calls):
    """At most so many octets of the line."""
    total = 100
    for name, args in calls:
        total += 16
        for one in args:
            if name == 'set':
                total += Set().weight(one)
            elif name in ('keyword', 'raw'):
                total += len(one or b'')
            else:
                total += min(2 * len(one or b'') + 30, 2200) if not isinstance(one, int) else 21
    return total


COMMANDS = ['search', 'sort', 'thread']


def call_query(sessions, calls, mode, command, results, is_uid):
    with Dialogue(sessions, mode, SELECTED) as talk:
        refused, keys = None, None
        try:
            keys, charset, is_8bit = wanted(calls)
            if charset is not None and mode.utf8 and command == 'search':
                if charset.upper() != b'UTF-8':     # RFC 6855 section 3
                    raise Refused('charset', charset)
                charset = None
        except Refused as why:
            refused = why
        query = build(talk.library, calls)
        error = talk.library.query_error(query)
        check(error == (refused.rc if refused else 0) or
              (refused and str(refused) == 'charset' and mode.utf8 and error == 0),
              f'imap4_query_error: {error}')
        memory = Memory(talk.library)
        opt = memory.struct('imap4_search_options', uid=is_uid, query=query,
                            results=memory.view(results if command != 'thread' else None))
        first = {'search': (), 'sort': (memory.view(b'DATE'),),
                 'thread': (memory.view(b'REFERENCES'),)}[command]
        rc = talk.library.functions['imap4_cmd_' + command].call(
            talk.session.engine, *first, memory.view(None), opt, None, byref(talk.cmd))
        memory.spoil()
        talk.library.query_free(byref(query))
        check(query.value is None, 'imap4_query_free')
        may_split = command == 'search' and results in (None, b'ALL') and is_alone(calls) \
            if not refused else False
        if rc < 0:
            code, text, where = talk.session.refusal()
            check(code == rc and text, f'{code}: {text!r}')
            if refused is None:
                check(rc == E_LIMIT and weigh(calls) > 7900, f'refused: {rc} {text!r} {where!r}')
                check(not may_split or weigh([c for c in calls if c[0] != 'set']) > 7900,
                      'was not cut')
            else:
                check(rc == refused.rc or (rc == E_LIMIT and weigh(calls) > 7900),
                      f'refused: {rc} {text!r}')
                # Of two mistakes either may be told.
                named = [args[0] for name, args in calls if name == 'charset']
                check(not where or any(where in (one or b'') for one in
                                       (*refused.culprits, *named)),
                      f'where is {where!r} of nothing, {text!r}')
                words = STRUCTURE if str(refused) in STRUCTURE else (str(refused), 'max_line')
                check(where or any(word.encode() in text for word in words),
                      f'{text!r} names no {refused}')
            check(talk.session.collect() == b'', 'refused, and something was sent')
            check_noop(talk.session)
            return
        check(refused is None, f'was taken: {refused}')
        talk.hear(ok)
        try:
            found = judge.read(talk.sent, talk.pluses, literals=mode.literals, utf8=mode.utf8)
            check(found and (len(found) == 1 or may_split), f'{len(found)} commands')
            check(found[0].name == ('UID ' if is_uid else '') + command.upper(), found[0].name)
            args = found[0].args
            check(merged(found) == keys, f'read: {args["keys"]!r}\nwanted: {keys!r}')
            if command == 'search':
                if charset is None and is_8bit and not mode.utf8:
                    charset = b'UTF-8'
            elif charset is None:
                charset = b'UTF-8' if is_8bit else b'US-ASCII'
            check(args['charset'] == charset, f'charset: {args["charset"]}, not {charset}')
            if command != 'thread':
                check(args['results'] == (results if results is None else [results]),
                      args['results'])
        except Exception as why:
            raise type(why)(f'{why}\nsent: {talk.sent[:300]!r}') from None
        talk.done(R_OK)


def life(library):
    """imap4_query_free() takes NULL; a query that is not used can be freed."""
    library.query_free(None)
    query = ctypes.c_void_p()
    library.query_free(byref(query))
    check(library.query_new(None, byref(query)) == 0 and query.value, 'imap4_query_new')
    library.query_free(byref(query))
    check(library.query_new(None, None) == E_ARG, 'imap4_query_new(NULL)')


COVERED = ['imap4_query_' + name for name in (
    'new free key string header date number keyword set modseq not or open close raw charset '
    'error').split()]


def run(judged, sessions, rounds, seed):
    rng = random.Random(f'{seed} queries')
    with judged('imap4_query_new, imap4_query_free') as case:
        case.run('', life, sessions.library)
    with judged('imap4_query: values') as case:
        for i, calls in enumerate(hostile_queries()):
            mode = MODES[i % len(MODES)]
            command = COMMANDS[i % 7 % 3]
            case.run((calls, command, mode), call_query, sessions, calls, mode, command, None,
                     i & 1)
    with judged('imap4_query: long sets') as case:
        for count in (1000, 3000, 9000):
            for i, mode in enumerate(MODES):
                calls = [('bare', (b'SEEN',)), ('set', ((i & 1, pairs_of(count)),)),
                         ('string', (b'FROM', b'x"'))]
                for results in (None, b'ALL', b'MIN'):
                    case.run((count, results, mode), call_query, sessions, calls, mode, 'search',
                             results, 1)
    for name, change in (('trees', lambda calls: calls),
                         ('broken trees', lambda calls: spoil(rng, calls))):
        with judged(f'imap4_query: {name}') as case:
            for _ in range(rounds * 6):
                calls = random_query(rng)
                if rng.random() < 0.1:
                    calls.insert(0, ('charset', (rng.choice((b'UTF-8', b'ISO-8859-1')),)))
                calls, mode = change(calls), rng.choice(MODES)
                command = rng.choice(COMMANDS)
                results = rng.choice((None, None, b'ALL', b'MIN', b'COUNT'))
                case.run((calls, command, mode), call_query, sessions, calls, mode, command,
                         results, rng.randrange(2))
