"""test/args/kinds.py - kinds of parameters: hostile and random values, what of them the protocol
can carry, what the judge must read then."""
import re
from datetime import datetime

from judge import ATOMS, MONTHS, STAR, Bad, Ranges, Wire

INJECTIONS = [
    b'x\r\nA2 DELETE INBOX', b'x\r\nA2 DELETE INBOX\r\n', b'\r\n', b'\n', b'\r', b'x\nA2 NOOP',
    b'x\rA2 NOOP', b'" A2', b'"\r\nA2 NOOP\r\n', b'{5}', b'{5+}', b'{5}\r\n', b'{5+}\r\nabcde',
    b'~{5+}\r\nabcde', b'x {5}', b'"x" {3+}\r\nabc', b'"', b'""', b'"x"', b'x"y', b'"x', b'x"',
    b'\\', b'\\\\', b'\\"', b'"\\', b'x\\', b'\\"\\', b'%', b'*', b'%*', b'(', b')', b'()', b'(x',
    b'x)', b') A2 (', b'(x)', b'((x)', b'(x))', b'[', b']', b'[]', b'x]', b'BODY[', b'{', b'}',
    b'{}', b'+', b'~', b'~{', b'&', b' ', b'  ', b'x ', b' x', b'x  y', b'x y', b'\t', b'x\ty',
    b'\0', b'x\0y', b'\0x', b'x\0', b'NIL', b'nil', b'Nil', b'"NIL"', b'OK', b'* OK x', b'+ x',
    b'A1', b'A1 OK done', b'DONE', b'=', b'#', b'#news.', b'!', b'$', b',', b':', b';', b'/',
    b'//',
]
NAMES = [
    b'INBOX', b'inbox', b'InBoX', b'INBOX ', b' INBOX', b'INBOX/x', b'inbox/x', b'INBOX\0', b'&',
    b'&-', b'&AGE-', b'&Jjo-', b'&Jjo', b'a&b', b'&&', b'&-&-', b'&A-', b'~peter/mail',
    'Entwürfe'.encode(), '台北'.encode(), '~peter/mail/台北/日本語'.encode(), '☺!'.encode(),
    'a☺'.encode(), '☺&'.encode(), '&☺'.encode(), '\u2028'.encode(), '\u00a0'.encode(),
    '\ufeff'.encode(), '\ufffd'.encode(), '\ufffe'.encode(), '\uffff'.encode(),
    '\U0001f600'.encode(),
    '\U0010ffff'.encode(), 'e\u0301'.encode(), '\u0080'.encode(), 'İNBOX'.encode(),
    'ınbox'.encode(), 'ä ö'.encode(), 'ä"ö'.encode(), 'ä\\'.encode(), 'ä{5}'.encode(),
    'ä\r\nA2 NOOP'.encode(), 'ä\0'.encode(), 'ä*%'.encode(),
]
BYTES8 = [
    b'\xe9', b'Jos\xe9', b'\xff', b'\xfe\xff', b'\x80', b'\xbf', b'\xc0\x80', b'\xc0\xaf',
    b'\xc1\xbf', b'\xe0\x80\x80', b'\xe0\x9f\xbf', b'\xed\xa0\x80', b'\xed\xbf\xbf',
    b'\xed\xa0\xbd\xed\xb8\x80', b'\xf0\x80\x80\x80', b'\xf0\x8f\xbf\xbf', b'\xf4\x90\x80\x80',
    b'\xf5\x80\x80\x80', b'\xf8\x88\x80\x80\x80', b'\xc3', b'\xe2\x98', b'\xf0\x9f\x98',
    b'\xc3(', b'\xe2\x98(', b'x\xc3', b'\xc3\r\n', b'\xc3\xa9\xff', b'\xa9',
]
LONG = [
    b'x' * 1023, b'x' * 1024, b'x' * 1025, b'x' * 2048, b'"' * 1024, b'\\' * 1025, b' ' * 2048,
    'é'.encode() * 512, 'é'.encode() * 1024, b'x' * 4096, b'x' * 4097, b'x' * 7900, b'x' * 8100,
    b'x ' * 1024 + b'x', b'x\r\n' * 700, b'\xe9' * 2048, b'(' * 200 + b'x' + b')' * 200,
    b'(' * 2048, b'x' * 102400, 'é'.encode() * 51200, b'x\r\nA2 NOOP\r\n' * 8000,
]
HOSTILE = INJECTIONS + NAMES + BYTES8 + LONG
SINGLE = [bytes([c]) for c in range(256)]
BITS = [b'x', b'Abc', b'INBOX', b' ', b'"', b'\\', b'\r\n', b'\r', b'\n', b'\0', b'(', b')', b'{',
        b'}', b'{3}', b'{3+}\r\n', b'~', b'*', b'%', b'&', b'&-', b'[', b']', b'+', b'NIL', b'\x7f',
        b'\x01', b'\xe9', b'\xff', b'A2 NOOP', b'/', b'.', b'-', b'0', b'7'] + [
            text.encode() for text in ('é', '台', '\U0001f600', '\u0080')]
WORD_BITS = [b'x', b'Y', b'7', b'-', b'_', b'.', b'$', b'/', b'=', b'+', b'[', b'}', b'&', b'~']


def random_bytes(rng):
    """Of bits that mean something somewhere, of any bytes, or of ASCII."""
    way = rng.random()
    size = rng.choice((1, 2, 3, 5, 8, 20, 60, 300)) if way < 0.97 else rng.randrange(1000, 9000)
    if way < 0.6:
        return b''.join(rng.choice(BITS) for _ in range(size))
    if way < 0.75:
        return rng.randbytes(size)
    return bytes(rng.choice(range(0x20, 0x7f)) for _ in range(size))


def random_word(rng):
    return b''.join(rng.choice(WORD_BITS) for _ in range(rng.randrange(1, 12)))


def random_text(rng):
    """A mailbox name or a string that is well formed."""
    letters = 'ab XY.-/"\\&~(){}*%[]éß台☺\U0001f600\u0080'
    return ''.join(rng.choice(letters) for _ in range(rng.randrange(1, 30))).encode()


def is_utf8(data):
    try:
        data.decode('utf-8', 'strict')
    except UnicodeDecodeError:
        return False
    return True


def is_atom(data):
    return bool(data) and ATOMS.fullmatch(data) is not None


class Kind:
    """`good`: values that must be taken; `words`: one of them is in a refusal whose `where`
    is empty; `secret`: is never shown."""
    good, words, secret, absent = [], (), False, None

    def __init__(self, secret=False, **more):
        self.secret = secret
        self.__dict__.update(more)

    def hostile(self):
        return [None, b''] + HOSTILE + SINGLE

    def random(self, rng):
        way = rng.random()
        if way < 0.4:
            return rng.choice(self.good)
        if way < 0.6:
            return self.random_good(rng)
        return random_bytes(rng) if way < 0.9 else rng.choice(HOSTILE)

    def random_good(self, rng):
        return random_text(rng)

    def problem(self, value):
        """Why it must be refused; None if it must be taken."""
        raise NotImplementedError

    def value(self, value):
        """What the judge must read."""
        return value

    def weight(self, value):
        """At most so many octets of a line, without literals."""
        return min(2 * len(value or b'') + 40, 2200)

    def give(self, memory, value):
        return memory.view(value)

    def culprits(self, value):
        """Bytes of which `where` of a refusal may be a part."""
        return [value or b'']


class String(Kind):
    """`nil`: NIL is not the empty string, it is absent."""
    good, words, nil = [b'x', b'', b'a b', 'José'.encode()], ('string', 'password'), False

    def problem(self, value):
        return 'NUL' if value and b'\0' in value else None

    def value(self, value):
        return value if self.nil else value or b''


class Identifier(String):
    """RFC 4314 section 3"""
    good, words = [b'fred', b'-fred', 'José'.encode(), b'a b'], ('string', 'identifier')

    def problem(self, value):
        return 'nobody' if not value else super().problem(value)


class PartialItem(String):
    """RFC 1730 section 9"""
    good = [b'RFC822', b'RFC822.TEXT.PEEK', b'BODY[]', b'BODY.PEEK[1.MIME]', b'body[2]']
    words = ('item',)

    def problem(self, value):
        known = (rb'(?i:RFC822(\.(TEXT|HEADER))?(\.PEEK)?|BODY(\.PEEK)?'
                 rb'\[[0-9A-Z.]*\])')
        return None if re.fullmatch(known, value or b'') else 'no item'


class Rights(String):
    """RFC 4314 section 2, behind "+" or "-" """
    good, words = [b'lrs', b'', b'+i', b'-0'], ('string', 'rights')

    def problem(self, value):
        return None if re.fullmatch(rb'[+-]?[a-z0-9]*', value or b'') else 'no rights'


class String8(String):
    """Also NUL, as literal8."""
    def problem(self, value):
        return None


class Mailbox(Kind):
    good, words = [b'INBOX', b'Sent', b'a b', 'Entwürfe'.encode(), b''], ('mailbox name',)

    def problem(self, value):
        if not is_utf8(value or b''):
            return 'not UTF-8'
        return 'CR, LF or NUL' if UNQUOTABLE.search(value or b'') else None

    def value(self, value):
        name = (value or b'').decode()
        return 'INBOX' if name.upper() == 'INBOX' and name.isascii() else name


class Pattern(Mailbox):
    good = [b'*', b'%', b'INBOX', b'a/%', 'Entwürfe*'.encode()]


class Atom(Kind):
    good, words = [b'X-TEST', b'x', b'NIL', b'a+b', b'}', b'['], ('atom',)

    def random_good(self, rng):
        return random_word(rng)

    def problem(self, value):
        return None if is_atom(value) else 'not an atom'

    def weight(self, value):
        return len(value or b'') + 1


class Atoms(Atom):
    """With one space between.  `upper`: without regard to case."""
    good = [b'MESSAGES', b'MESSAGES UIDNEXT', b'A B C']

    def random_good(self, rng):
        return b' '.join(random_word(rng) for _ in range(rng.randrange(1, 5)))

    def problem(self, value):
        return None if all(map(is_atom, (value or b'').split(b' '))) else 'not atoms'

    def value(self, value):
        return (value or b'').split(b' ')


class Flags(Atom):
    """`nil`: NIL is absent, not the empty list."""
    good = [b'\\Seen', b'', b'\\Seen $Junk', b'x', b'\\Deleted \\Draft a.b']
    words, nil = ('flag',), False

    def random_good(self, rng):
        return b' '.join(rng.choice((b'', b'\\')) + random_word(rng)
                         for _ in range(rng.randrange(1, 5)))

    def problem(self, value):
        for flag in (value or b'').split(b' ') if value else ():
            if not is_atom(flag[1:] if flag[:1] == b'\\' else flag):
                return 'not a list of flags'
        return None

    def value(self, value):
        if value is None and self.nil:
            return None
        return value.split(b' ') if value else []


TOKEN = re.compile(rb'"((?:[^"\\]|\\["\\])*)"|([^"()]+|[()])', re.S)
UNQUOTABLE = re.compile(rb'[\r\n\0]')
UNSPEAKABLE = re.compile(rb'[^ -~]|{')


def flatten(text):
    """Runs of bytes, and (string,) for each quoted string, as the judge has them; or why it
    cannot be."""
    made, at, depth = [], 0, 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            return 'a quoted string without end'
        at = match.end()
        if match[1] is not None:
            value = re.sub(rb'\\(.)', rb'\1', match[1])
            if UNQUOTABLE.search(value):
                return 'CR, LF or NUL in quotes'
            touches = made and not (isinstance(made[-1], bytes) and made[-1][-1:] in b' (')
            if not value.isascii() and (touches or text[at:at + 1] not in b' )'):
                return 'a literal against a word'
            made.append((value,))
            continue
        c = match[2]
        if bad := UNSPEAKABLE.search(c):
            return f'{bad[0]!r} outside quotes'
        depth += (c == b'(') - (c == b')')
        if depth < 0:
            return 'a ) too many'
        if made and isinstance(made[-1], bytes):
            made[-1] += c
        else:
            made.append(c)
    return made if depth == 0 and text else 'parentheses'


class Raw(Kind):
    """`utf8`: bytes beyond ASCII have to be UTF-8; `nil`: NIL is absent; `empty`: may be;
    `bare`: no "(" or space in front."""
    good = [b'UID', b'UID FLAGS', b'BODY.PEEK[HEADER.FIELDS (SUBJECT "X Y")]', b'SUBJECT "x{5}"']
    words, utf8, nil, empty, bare = ('write', 'criteria', 'items'), False, False, False, False

    def hostile(self):
        return super().hostile() + [
            b'FROM "x', b'FROM "x\\', b'FROM "x\\y"', b'FROM "x\\"" TO "\\\\"', b'"\r\n"', b'"\n"',
            b'"\0"', b'FROM "\x7f\x01"', b'BODY["{5}', b'\\"{5}"', b'"a" {5}', b'"a"{5+}',
            'FROM "é"'.encode(), '("é")'.encode(), '"é" "ß"'.encode(), 'x"é"'.encode(),
            '"é"x'.encode(), '"é""é"'.encode(), 'x"A2 DELETE INBOX é"'.encode(), b'FROM "\xe9"',
            'FROM é'.encode(), '"é\\"\\\\"'.encode(), ('"' + 'é' * 3000 + '"').encode(),
            b'"' + b'a' * 3000 + b'"', b'UID) (FLAGS', b') UID (', b'(UID)', b' UID', b'UID ',
            b'ALL', b'all', b'FULL', b'FAST UID', b'"ALL"', 'CHARSET UTF-8 FROM "é"'.encode(),
            b'RETURN (MIN) ALL']

    def random_good(self, rng):
        bits = [b'UID', b'FLAGS', b'(A B)', b'"x y"', b'"{5}"', b'"("', b'"\\""', b'BODY[]<0.5>']
        if self.utf8:
            bits += ['"é"'.encode(), '("\U0001f600\\\\")'.encode()]
        return b' '.join(rng.choice(bits) for _ in range(rng.randrange(1, 6)))

    def problem(self, value):
        if value is None and self.nil:
            return None
        if not value:
            return None if self.empty else 'empty'
        if self.bare and value[:1] in b'( ':
            return 'items with parentheses around'
        if self.utf8 and not is_utf8(value):
            return 'not UTF-8'
        made = flatten(value)
        return made if isinstance(made, str) else None

    def value(self, value):
        return None if value is None and self.nil else flatten(value) if value else []

    def weight(self, value):
        return len(value or b'') + 30 * (value or b'').count(b'"')


class Number(Kind):
    """`least` and `top`: what the protocol can carry; `bits` of the parameter."""
    least, top, bits, good, words = 0, (1 << 64) - 1, 64, None, ('number',)
    absent = 0

    def __init__(self, **more):
        super().__init__(**more)
        self.good = self.good or [value for value in (1, 7, 1000) if value <= self.top]

    def hostile(self):
        values = (0, 1, 9, 10, 4096, 4097, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63,
                  2**64 - 1, self.top, self.top + 1)
        return sorted({value for value in values if value < 1 << self.bits})

    def random_good(self, rng):
        most = min(self.top, (1 << self.bits) - 1, 1 << rng.randrange(1, 64))
        return rng.randrange(max(self.least, 0), most + 1)

    def random(self, rng):
        return rng.choice((rng.choice(self.good), self.random_good(rng),
                           rng.choice(self.hostile())))

    def problem(self, value):
        return None if self.least <= value <= self.top else 'out of range'

    def weight(self, value):
        return 21

    def give(self, memory, value):
        return value

    def culprits(self, value):
        return [str(value).encode()]


class Choice(Number):
    """A number of few."""
    least, bits = -2**31, 31

    def __init__(self, values, bad=(), **more):
        self.values, self.bad = values, bad
        super().__init__(good=list(values), **more)

    def hostile(self):
        return [*self.values, *self.bad]

    random_good = None

    def random(self, rng):
        return rng.choice(self.hostile())

    def problem(self, value):
        return 'none of them' if value in self.bad else None


class Flag(Choice):
    """0, or anything else."""
    def __init__(self, **more):
        super().__init__((0, 1, 2, -1), **more)

    def value(self, value):
        return value != 0


def pairs_of(count, step=2, first=1):
    return Ranges((n, n) for n in range(first, first + count * step, step))


class Set(Kind):
    """(uid, Ranges), or None.  `uid`: 1: UIDs, 0: numbers, None: both may be; `star`: "*" may
    be in it; `nil`: NULL is absent; `splits`: a long one is cut, or is E_LIMIT."""
    uid, star, nil, words = None, True, False, ('set', 'UIDs', 'uids', 'numbers')

    RANGES = [
        (), ((1, 1),), ((1, 3), (5, 5)), ((STAR, STAR),), ((1, STAR),), ((5, STAR),),
        ((STAR - 1, STAR - 1),), ((STAR - 1, STAR),), ((1, STAR - 1),), ((7, 7), (STAR, STAR)),
        pairs_of(200), pairs_of(1200), pairs_of(3000), pairs_of(2000, 3, 4000000000),
        pairs_of(8000, 2, 100000),
    ]

    @property
    def good(self):
        return [(uid, Ranges(pairs)) for uid in self.uids() for pairs in self.RANGES[1:3]]

    def uids(self):
        return (0, 1) if self.uid is None else (self.uid,)

    def hostile(self):
        return [None] + [(uid, Ranges.of(pairs)) for uid in (0, 1) for pairs in self.RANGES]

    def random_good(self, rng):
        top = rng.choice((10, 1000, STAR))
        pairs = [(rng.randrange(1, top), rng.randrange(1, top))
                 for _ in range(rng.choice((1, 1, 2, 5, 30)))]
        if self.star and rng.random() < 0.2:
            pairs.append((rng.choice((STAR, rng.randrange(1, top))), STAR))
        return rng.choice(self.uids()), Ranges.of(pairs)

    def random(self, rng):
        way = rng.random()
        if way < 0.1:
            return rng.choice(self.hostile())
        return rng.choice(self.good) if way < 0.5 else self.random_good(rng)

    def problem(self, value):
        if value is None:
            return None if self.nil else 'no set'
        uid, ranges = value
        if not ranges:
            return 'an empty set'
        if not self.star and ranges[-1][1] == STAR:
            return '"*" is not allowed here'
        return 'of the wrong kind' if uid not in self.uids() else None

    def value(self, value):
        return None if value is None else value[1]

    def weight(self, value):
        if value is None:
            return 0
        return sum(len(f'{a}:{b},') if a != b else len(f'{a},') for a, b in value[1])

    def give(self, memory, value):
        return None if value is None else memory.set(value[1], value[0])

    def culprits(self, value):
        return []


class DateTime(Kind):
    """INTERNALDATE; NIL is absent."""
    good = [None, b' 7-Feb-1994 21:52:25 -0800', b'17-Jul-1996 02:44:25 +0000',
            b'31-Dec-2099 23:59:59 +1400']
    words = ('date',)
    FORM = re.compile(rb'([ 0-9][0-9])-([A-Z][a-z]{2})-([0-9]{4}) ([0-9:]{8}) '
                      rb'([+-])([0-9]{2})([0-9]{2})')

    def hostile(self):
        return super().hostile() + [
            b'7-Feb-1994 21:52:25 -0800', b'07-Feb-1994 21:52:25 -0800',
            b' 0-Feb-1994 21:52:25 -0800', b'30-Feb-1994 21:52:25 -0800',
            b'17-JUL-1996 02:44:25 +0000', b'17-Foo-1996 02:44:25 +0000',
            b'17-Jul-1996 24:44:25 +0000', b'17-Jul-1996 02:44:25 0000', b'17-Jul-1996 02:44:25',
            b'17-Jul-1996 02:44:25 +0000 ', b'17-Jul-1996 02:44:25 +0000\r\nA2 NOOP',
            b'17-Jul-96 02:44:25 +0000', b'"17-Jul-1996 02:44:25 +0000"',
            b'17-Jul-1996 02:44:25 +00000', b'99-Jul-1996 02:44:25 +0000',
            b'17-Jul-1996 02:44:25 GMT', b'17-Jul-0000 02:44:25 +0000', b'17-Jul-1996']

    def random_good(self, rng):
        zone = rng.choice((b'+', b'-')) + b'%02d%02d' % (rng.randrange(14), rng.randrange(60))
        return b'%2d-%s-%04d %02d:%02d:%02d %s' % (
            rng.randrange(1, 29), rng.choice(MONTHS), rng.randrange(1, 9999),
            rng.randrange(24), rng.randrange(60), rng.randrange(60), zone)

    def problem(self, value):
        """'unsure' for what may be read with indulgence."""
        if value is None:
            return None
        match = self.FORM.fullmatch(value)
        try:
            datetime.strptime(value.decode('ascii').strip(), '%d-%b-%Y %H:%M:%S %z')
            wire = Wire(b'"' + value + b'"')
            wire.date_time()
            return None if match and int(match[6]) <= 14 and int(match[7]) < 60 else 'unsure'
        except (ValueError, Bad):
            return 'unsure'

    def value(self, value):
        return value and re.sub(rb'\A0', b' ', value)


class List(Kind):
    """An array of `one`, or of structs whose members are `members`; its length is in the
    parameter `count`.  `top`: as many may be."""
    one, members, struct, least, top, absent = None, None, 'imap4_view', 0, 1 << 30, ()

    @property
    def words(self):
        kinds = [self.one] if self.members is None else self.members.values()
        return ('pair', 'entries', 'attributes') + sum((kind.words for kind in kinds), ())

    @property
    def good(self):
        if self.members is None:
            return [(value,) for value in self.one.good]
        return [tuple({name: kind.good[i % len(kind.good)] for name, kind in self.members.items()}
                      for _ in range(1)) for i in range(3)]

    def rows(self, value):
        """(kind, value) of all that is in it."""
        for row in value:
            if self.members is None:
                yield self.one, row
            else:
                yield from ((kind, row[name]) for name, kind in self.members.items())

    def hostile(self):
        found = [()]
        if self.members is None:
            found += [(value,) for value in self.one.hostile()]
            found += [(self.one.good[0], value) for value in self.one.hostile()[::9]]
            return found
        first = self.good[0][0]
        for name, kind in self.members.items():
            found += [({**first, name: value},) for value in kind.hostile()]
        return found

    def random_row(self, rng):
        if self.members is None:
            return self.one.random(rng)
        return {name: kind.random(rng) for name, kind in self.members.items()}

    def random(self, rng):
        return tuple(self.random_row(rng) for _ in range(rng.choice((0, 1, 1, 2, 3, 8))))

    def problem(self, value):
        if not self.least <= len(value) <= self.top:
            return 'too few or too many'
        return next((why for kind, one in self.rows(value)
                     if (why := kind.problem(one)) is not None), None)

    def value(self, value):
        if self.members is None:
            return [self.one.value(one) for one in value]
        return [tuple(kind.value(row[name]) for name, kind in self.members.items())
                for row in value]

    def weight(self, value):
        return sum(kind.weight(one) + 2 for kind, one in self.rows(value))

    def give(self, memory, value):
        """Its address."""
        if not value:
            return None
        if self.members is None:
            views = [self.one.give(memory, one) for one in value]
            return memory.array(self.struct, [{'ptr': v.ptr, 'len': v.len} for v in views])
        return memory.array(self.struct, [
            {name: kind.give(memory, row[name]) for name, kind in self.members.items()}
            for row in value])

    def culprits(self, value):
        return [one for kind, row in self.rows(value) for one in kind.culprits(row)]
