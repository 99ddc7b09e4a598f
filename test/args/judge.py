"""test/args/judge.py - a strict reader of IMAP client commands, from the ABNF alone.

RFC 3501 section 9 and RFC 9051 section 9, literals of RFC 7888, and the commands of the
extensions.  It knows nothing of the library and takes nothing on trust: what it does not
know is Bad.  One function a command, in GRAMMAR, gives the arguments by name:

    read(b'A1 LOGIN alice "x"\\r\\n') == [Command(b'A1', 'LOGIN', {'user': b'alice', ...})]
"""
import base64
import binascii
import re
from dataclasses import dataclass, field

ATOM = frozenset(range(0x21, 0x7f)) - frozenset(b'(){%*"\\]')


def chars(allowed):
    """One or more of them."""
    return re.compile(b'[' + b''.join(b'\\x%02x' % c for c in allowed) + b']+')


ATOMS = chars(ATOM)
ASTRING = chars(ATOM | frozenset(b']'))
LIST = chars(ATOM | frozenset(b'%*]'))
ITEM_OF_PARTIAL = re.compile(rb'(?i:RFC822(\.(TEXT|HEADER))?(\.PEEK)?'
                             rb'|BODY(\.PEEK)?\[[0-9A-Z.]*\])')
TAG = chars((ATOM | frozenset(b']')) - frozenset(b'+'))
DIGITS = chars(b'0123456789')
BASE64 = chars(b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=')
FLAG_OR_ATOM = chars(ATOM | frozenset(b'*%\\]'))
RAW = re.compile(rb'[ !#-\'*-z|}~]+')        # but for quotes, parentheses and "{"
MODIFIED64 = re.compile(b'[A-Za-z0-9+,]+')
MONTHS = [b'Jan', b'Feb', b'Mar', b'Apr', b'May', b'Jun', b'Jul', b'Aug', b'Sep', b'Oct',
          b'Nov', b'Dec']
STAR = 1 << 32
PLAIN_NAME = re.compile(rb'[ -%\'-~]+')
QUOTED = re.compile(rb'[^"\\\r\n\0]+')
LITERAL_END = re.compile(rb'~?\{([0-9]+)(\+?)\}\Z')


class Bad(Exception):
    """A rule that the bytes break."""


class Ranges(tuple):
    """A set: ((first, last), ...), ascending and merged, "*" is STAR."""

    @classmethod
    def of(cls, pairs):
        made = []
        for first, last in sorted((min(pair), max(pair)) for pair in pairs):
            if made and first <= made[-1][1] + 1:
                made[-1][1] = max(made[-1][1], last)
            else:
                made.append([first, last])
        return cls(tuple(pair) for pair in made)


@dataclass
class Command:
    tag: bytes
    name: str
    args: dict = field(default_factory=dict)


def decode_name(text):
    """A mailbox name in modified UTF-7 (RFC 3501 5.1.3), canonical; a str."""
    name, at, was_shifted = [], 0, False
    while at < len(text):
        if match := PLAIN_NAME.match(text, at):
            name.append(match[0].decode())
            at, was_shifted = match.end(), False
            continue
        if text[at] != ord('&'):
            raise Bad('a mailbox name is not printable ASCII')
        end = text.find(b'-', at)
        if end < 0:
            raise Bad('"&" without "-"')
        digits, at = text[at + 1:end], end + 1
        if digits and was_shifted:
            raise Bad('a shift that ends only to begin the next')
        name.append(decode_shifted(digits) if digits else '&')
        was_shifted = bool(digits)
    return ''.join(name)


def decode_shifted(digits):
    if not MODIFIED64.fullmatch(digits):
        raise Bad('not a digit of modified base64')
    if len(digits) % 4 == 1:
        raise Bad('a digit too many in a shift')
    units = base64.b64decode(digits.replace(b',', b'/') + b'=' * (-len(digits) % 4), b'+/')
    if base64.b64encode(units).rstrip(b'=').replace(b'/', b',') != digits or len(units) % 2:
        raise Bad('padding of a shift')
    try:
        made = units.decode('utf-16-be', 'strict')
    except UnicodeDecodeError:
        raise Bad('half of a surrogate pair') from None
    if re.search('[ -~]', made):
        raise Bad('a shift that hides printable ASCII')
    return made


def frame(data, at):
    """What stands at `at`, as a server reads lines: ('line', behind it), ('plus', behind the
    header that waits), ('data', at) if octets lack, or ('none', at) if the line has no end."""
    while True:
        end = data.find(b'\r\n', at)
        if end < 0:
            return 'none', at
        match = LITERAL_END.search(data, at, end)
        if match is None:
            return 'line', end + 2
        size, at = int(match[1]), end + 2
        if not match[2] and at == len(data):
            return 'plus', at
        if len(data) < at + size:
            return 'data', at
        at += size


class Wire:
    """Bytes of a client that are read from left to right.

    `pluses`: where the server said "+", in octets; `literals`: '', '+' or '-', what it
    announces of RFC 7888; `utf8`: mailbox names are UTF-8 (RFC 6855 section 3)."""

    def __init__(self, data, pluses=(), literals='', utf8=False, max_line=8000):
        self.data, self.pluses = data, list(pluses)
        self.literals, self.utf8, self.max_line = literals, utf8, max_line
        self.at = self.start = self.outside = 0     # `outside`: octets of literals

    # ---- characters

    def peek(self, text):
        return self.data.startswith(text, self.at)

    def skip(self, text):
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def skip_word(self, text):
        """Without regard to case."""
        if self.data[self.at:self.at + len(text)].upper() == text:
            self.at += len(text)
            return True
        return False

    def take(self, text):
        if not self.skip(text):
            raise Bad(f'{text!r} is wanted, not {self.data[self.at:self.at + 20]!r}')

    def sp(self):
        self.take(b' ')

    def run(self, allowed, what):
        """`allowed`: what `chars` makes."""
        match = allowed.match(self.data, self.at)
        if match is None:
            raise Bad(f'{what} is wanted, not {self.data[self.at:self.at + 20]!r}')
        self.at = match.end()
        return match[0]

    # ---- words and strings

    def atom(self):
        return self.run(ATOMS, 'an atom')

    def atoms(self):
        """One or more, with one space between."""
        found = [self.atom()]
        while self.skip(b' '):
            found.append(self.atom())
        return found

    def number(self, top=STAR - 1, least=0):
        digits = self.run(DIGITS, 'a number')
        if len(digits) > 1 and digits[:1] == b'0':
            raise Bad('a number with a zero in front')
        if not least <= int(digits) <= top:
            raise Bad('a number that is out of its range')
        return int(digits)

    def quoted(self):
        self.take(b'"')
        made = []
        while not self.skip(b'"'):
            if match := QUOTED.match(self.data, self.at):
                made.append(match[0])
                self.at = match.end()
            else:
                self.take(b'\\')   # CR, LF, NUL or the end is none
                made.append(self.data[self.at:self.at + 1])
                if made[-1] not in (b'"', b'\\'):
                    raise Bad('a backslash before a character that needs none')
                self.at += 1
        made = b''.join(made)
        if not self.utf8 and not made.isascii():
            raise Bad('a byte beyond ASCII in a quoted string')
        self.text_of(made)
        return made

    @staticmethod
    def text_of(data):
        try:
            return data.decode('utf-8', 'strict')
        except UnicodeDecodeError:
            raise Bad('not UTF-8') from None

    def literal(self, is_8=False):
        """`is_8`: literal8 is allowed (RFC 3516)."""
        has_8 = is_8 and self.skip(b'~')
        self.take(b'{')
        size = self.number(top=(1 << 64) - 1)
        goes_on = self.skip(b'+')
        self.take(b'}\r\n')
        if goes_on and not (self.literals == '+' or self.literals == '-' and size <= 4096):
            raise Bad('a literal that does not wait, where it has to')
        if goes_on == (self.at in self.pluses):
            raise Bad('a literal that waited for nothing' if goes_on
                      else 'a literal that did not wait')
        if not goes_on:
            self.pluses.remove(self.at)
        value = self.data[self.at:self.at + size]
        if len(value) != size:
            raise Bad('a literal that is shorter than it says')
        if b'\0' in value and not has_8:
            raise Bad('NUL in a literal')
        self.at += size
        self.outside += size
        return value

    def string(self):
        return self.quoted() if self.peek(b'"') else self.literal()

    def nstring(self):
        return None if self.skip_word(b'NIL') else self.string()

    def astring(self, allowed=ASTRING):
        if self.peek(b'"') or self.peek(b'{'):
            return self.string()
        return self.run(allowed, 'an astring')

    # ---- things

    def name_of(self, data):
        name = self.text_of(data) if self.utf8 else decode_name(data)
        return 'INBOX' if name.isascii() and name.upper() == 'INBOX' else name

    def mailbox(self):
        return self.name_of(self.astring())

    def pattern(self):
        return self.name_of(self.astring(LIST))

    def flag(self):
        return (b'\\' if self.skip(b'\\') else b'') + self.atom()

    def listed(self, one, may_be_empty=False):
        """"(" one *(SP one) ")" """
        self.take(b'(')
        if may_be_empty and self.skip(b')'):
            return []
        found = [one()]
        while self.skip(b' '):
            found.append(one())
        self.take(b')')
        return found

    def flags(self):
        return self.listed(self.flag, True)

    def set(self, is_known=False):
        """`is_known`: "*" is not allowed."""
        def seq_number():
            if not is_known and self.skip(b'*'):
                return STAR
            return self.number(least=1)
        pairs = []
        while not pairs or self.skip(b','):
            first = seq_number()
            pairs.append((first, seq_number() if self.skip(b':') else first))
        return Ranges.of(pairs)

    def digits(self, count):
        text = self.run(DIGITS, 'digits')
        if len(text) != count:
            raise Bad(f'{count} digits are wanted')
        return int(text)

    def month(self):
        name = self.data[self.at:self.at + 3]
        if name not in MONTHS:
            raise Bad('not a month')
        self.at += 3
        return MONTHS.index(name) + 1

    def date(self):
        """(year, month, day)"""
        is_quoted = self.skip(b'"')
        text = self.run(DIGITS, 'a day')
        if len(text) > 2 or not 1 <= int(text) <= 31:
            raise Bad('not a day')
        self.take(b'-')
        month = self.month()
        self.take(b'-')
        made = (self.digits(4), month, int(text))
        if is_quoted:
            self.take(b'"')
        return made

    def date_time(self):
        start = self.at
        self.take(b'"')
        if self.skip(b' '):
            self.digits(1)
        else:
            self.digits(2)
        self.take(b'-')
        self.month()
        self.take(b'-')
        self.digits(4)
        for mark, top in ((b' ', 23), (b':', 59), (b':', 60)):
            self.take(mark)
            if self.digits(2) > top:
                raise Bad('not a time')
        self.sp()
        if not self.skip(b'+'):
            self.take(b'-')
        self.digits(4)
        self.take(b'"')
        return self.data[start + 1:self.at - 1]

    def base64(self):
        text = self.run(BASE64, 'base64')
        try:
            made = base64.b64decode(text, validate=True)
        except binascii.Error:
            raise Bad('not base64') from None
        if base64.b64encode(made) != text:
            raise Bad('base64 that is not canonical')
        return made

    def raw(self):
        """What somebody else has written, up to a ")" that closes nothing or to the end of
        the line: runs of bytes, and (string,) for each string."""
        made, depth = [], 0
        while not self.peek(b'\r\n'):
            if self.at >= len(self.data):
                raise Bad('a line without end')
            c = self.data[self.at]
            if c == ord('"'):
                made.append((self.quoted(),))
                continue
            if c == ord('{'):
                if made and not (isinstance(made[-1], bytes) and made[-1][-1:] in b' ('):
                    raise Bad('a literal against a word')
                made.append((self.literal(),))
                if not self.peek(b' ') and not self.peek(b')') and not self.peek(b'\r\n'):
                    raise Bad('a word against a literal')
                continue
            if c == ord(')') and depth == 0:
                break
            if c in b'()':
                depth += 1 if c == ord('(') else -1
                run, self.at = bytes([c]), self.at + 1
            else:
                run = self.run(RAW, 'text')
            if made and isinstance(made[-1], bytes):
                made[-1] += run
            else:
                made.append(run)
        if depth != 0:
            raise Bad('a "(" that is open')
        return made

    def values(self):
        """The arguments of a command that nobody knows: ('atom', ...), ('string', ...), '(',
        ')', and ('literal8', ...)."""
        made, depth = [], 0
        while not self.peek(b'\r\n'):
            if self.peek(b')'):
                depth -= 1
            elif made == [] or made[-1] != '(':
                self.sp()
            if self.skip(b'('):
                depth += 1
                made.append('(')
            elif self.skip(b')'):
                made.append(')')
            elif self.peek(b'"') or self.peek(b'{'):
                made.append(('string', self.string()))
            elif self.peek(b'~{'):
                made.append(('string', self.literal(is_8=True)))
            else:
                made.append(('atom', self.run(FLAG_OR_ATOM, 'an atom')))
        if depth != 0:
            raise Bad('parentheses that do not balance')
        return made


# ---- the keys of SEARCH (RFC 3501 6.4.4) ------------------------------------------------

BARE_KEYS = ('ALL ANSWERED DELETED DRAFT FLAGGED NEW OLD RECENT SEEN UNANSWERED UNDELETED '
             'UNDRAFT UNFLAGGED UNSEEN').split()
STRING_KEYS = 'BCC BODY CC FROM SUBJECT TEXT TO'.split()
DATE_KEYS = 'BEFORE ON SINCE SENTBEFORE SENTON SENTSINCE'.split()
NUMBER_KEYS = {'LARGER': 0, 'SMALLER': 0, 'OLDER': 1, 'YOUNGER': 1}     # the least one
FLAG_KEYS = 'KEYWORD UNKEYWORD'.split()


def search_key(wire):
    if wire.skip(b'('):
        keys = search_keys(wire)
        wire.take(b')')
        return ('(', *keys)
    if wire.peek(b'*') or wire.data[wire.at:wire.at + 1].isdigit():
        return ('SET', wire.set())
    word = wire.atom().decode().upper()
    if word in BARE_KEYS:
        return (word,)
    wire.sp()
    if word in STRING_KEYS:
        return (word, wire.astring())
    if word in DATE_KEYS:
        return (word, wire.date())
    if word in NUMBER_KEYS:
        return (word, wire.number(least=NUMBER_KEYS[word]))
    if word in FLAG_KEYS:
        return (word, wire.atom())
    if word == 'NOT':
        return (word, search_key(wire))
    if word == 'OR':
        one = search_key(wire)
        wire.sp()
        return (word, one, search_key(wire))
    if word == 'HEADER':
        name = wire.astring()
        wire.sp()
        return (word, name, wire.astring())
    if word == 'UID':
        return (word, wire.set())
    if word == 'MODSEQ':
        return (word, wire.number(top=(1 << 63) - 1))
    if word == 'X-RAW':
        return (word, wire.astring())
    raise Bad(f'{word} is no search key')


def search_keys(wire):
    keys = [search_key(wire)]
    while wire.skip(b' '):
        keys.append(search_key(wire))
    return keys


# ---- commands ---------------------------------------------------------------------------

def bare(_):
    return {}


def one(name, read):
    """SP and one argument."""
    def grammar(wire):
        wire.sp()
        return {name: read(wire)}
    return grammar


def all_of(*parts):
    def grammar(wire):
        made = {}
        for part in parts:
            made.update(part(wire))
        return made
    return grammar


MAILBOX = one('mailbox', Wire.mailbox)
SET = one('set', Wire.set)
IDENTIFIER = all_of(MAILBOX, one('identifier', Wire.astring))
LISTED_ATOMS = one('items', lambda wire: wire.listed(wire.atom))


def authenticate(wire):
    """The answers to challenges belong to it: `said` (RFC 3501 6.2.2)."""
    wire.sp()
    made = {'mechanism': wire.atom(), 'initial': None, 'said': []}
    if wire.skip(b' '):
        made['initial'] = b'' if wire.skip(b'=') else wire.base64()
    while wire.data.startswith(b'\r\n', wire.at) and wire.at + 2 in wire.pluses:
        wire.at += 2
        wire.pluses.remove(wire.at)
        wire.outside += wire.at - wire.start
        if wire.skip(b'*'):
            made['said'].append(None)
        else:
            made['said'].append(b'' if wire.peek(b'\r\n') else wire.base64())
        wire.outside += wire.at - wire.start
    return made


def idle(wire):
    wire.take(b'\r\n')
    if wire.at not in wire.pluses:
        raise Bad('DONE before "+"')
    wire.pluses.remove(wire.at)
    wire.take(b'DONE')
    return {}


def select(wire):
    made = MAILBOX(wire)

    def param():
        word = wire.atom().decode().upper()
        if word in made:
            raise Bad('a parameter of SELECT that stands twice')
        if word == 'CONDSTORE':
            made[word] = True
        elif word == 'QRESYNC':
            made[word] = qresync(wire)
        else:
            raise Bad('no parameter of SELECT')
    if wire.skip(b' '):
        wire.listed(param)
    return made


def qresync(wire):
    """RFC 7162 section 7: (uidvalidity, modseq, known UIDs, numbers, UIDs)"""
    wire.take(b' (')
    made = [wire.number(least=1)]
    wire.sp()
    made += [wire.number(top=(1 << 63) - 1, least=1), None, None, None]
    if wire.peek(b' ') and not wire.peek(b' ('):
        wire.sp()
        made[2] = wire.set(is_known=True)
    if wire.skip(b' ('):
        made[3] = wire.set(is_known=True)
        wire.sp()
        made[4] = wire.set(is_known=True)
        wire.take(b')')
    wire.take(b')')
    return tuple(made)


def fetch(wire):
    made = SET(wire)
    wire.sp()
    if wire.skip(b'('):
        made['items'] = wire.raw()
        wire.take(b')')
    else:
        made['items'] = [wire.atom()]
        if made['items'][0].upper() not in (b'ALL', b'FAST', b'FULL'):
            raise Bad('items without parentheses')

    def modifier():
        word = wire.atom().decode().upper()
        if word in made:
            raise Bad('a modifier of FETCH that stands twice')
        if word == 'CHANGEDSINCE':
            wire.sp()
            made[word] = wire.number(top=(1 << 63) - 1, least=1)
        elif word == 'VANISHED':
            made[word] = True
        else:
            raise Bad('no modifier of FETCH')
    if wire.skip(b' '):
        wire.listed(modifier)
        if 'VANISHED' in made and 'CHANGEDSINCE' not in made:
            raise Bad('VANISHED without CHANGEDSINCE')
    return made


def store(wire):
    made = SET(wire)
    wire.sp()
    if wire.skip(b'('):
        wire.take(b'UNCHANGEDSINCE ')
        made['UNCHANGEDSINCE'] = wire.number(top=(1 << 63) - 1)
        wire.take(b') ')
    made['action'] = next((sign for sign in '+-' if wire.skip(sign.encode())), '')
    wire.take(b'FLAGS')
    made['silent'] = wire.skip(b'.SILENT')
    wire.sp()
    made['flags'] = wire.flags()
    return made


def search(wire):
    made = {'results': None, 'charset': None}
    if wire.skip_word(b' RETURN'):
        wire.take(b' (')
        made['results'] = wire.raw()
        wire.take(b')')
    if wire.skip_word(b' CHARSET'):
        wire.sp()
        made['charset'] = wire.astring()
    wire.sp()
    # Read twice: as keys, and as whatever it is that the caller gave.
    again = Wire(wire.data, wire.pluses, wire.literals, wire.utf8)
    again.at = wire.at
    try:
        made['keys'] = search_keys(again)
        if not again.peek(b'\r\n'):
            made['keys'] = 'no search keys'
    except Bad as why:
        made['keys'] = f'no search keys: {why}'
    made['criteria'] = wire.raw()
    return made


def append(wire):
    made = MAILBOX(wire)
    wire.sp()
    made['flags'] = made['date'] = None
    if wire.peek(b'('):
        made['flags'] = wire.flags()
        wire.sp()
    if wire.peek(b'"'):
        made['date'] = wire.date_time()
        wire.sp()
    made['binary'] = wire.peek(b'~')
    made['data'] = wire.literal(is_8=True)
    return made


def create(wire):
    """RFC 6154 section 5: with USE."""
    made = {**MAILBOX(wire), 'use': None}

    def attribute():
        wire.take(b'\\')
        return b'\\' + wire.atom()
    if wire.skip(b' (USE '):
        made['use'] = wire.listed(attribute, True)
        wire.take(b')')
    return made


def list_extended(wire):
    """RFC 5258 section 6, RFC 5819 section 4."""
    made = {'selection': [], 'returns': [], 'status': None}
    wire.sp()
    if wire.peek(b'('):
        made['selection'] = wire.listed(wire.atom, True)
        wire.sp()
    made['reference'] = wire.mailbox()
    wire.sp()
    made['patterns'] = wire.listed(wire.pattern) if wire.peek(b'(') else [wire.pattern()]

    def option():
        word = wire.atom()
        if word.upper() == b'STATUS' and made['status'] is None:
            wire.sp()
            made['status'] = wire.listed(wire.atom)
        else:
            made['returns'].append(word)
    if wire.skip_word(b' RETURN'):
        wire.sp()
        wire.listed(option, True)
    return made


def sort(wire):
    made = {'results': None}
    if wire.skip_word(b' RETURN'):
        wire.take(b' (')
        made['results'] = wire.raw()
        wire.take(b')')
    wire.sp()
    made['program'] = wire.listed(wire.atom)
    return {**made, **searched(wire)}


def thread(wire):
    wire.sp()
    return {'algorithm': wire.atom(), **searched(wire)}


def searched(wire):
    """RFC 5256 section 5: a charset, always, and criteria."""
    wire.sp()
    made = {'charset': wire.astring()}
    wire.sp()
    made['keys'] = search_keys(wire)
    return made


def identity(wire):
    """RFC 2971 section 4"""
    wire.sp()
    if wire.skip_word(b'NIL'):
        return {'params': []}

    def pair():
        name = wire.string()
        wire.sp()
        return name, wire.nstring()
    made = wire.listed(pair, True)
    if len(made) > 30 or any(len(n) > 30 or len(v or b'') > 1024 for n, v in made):
        raise Bad('more than ID may say')
    return {'params': made}


def setquota(wire):
    """RFC 9208 section 7"""
    wire.sp()
    made = {'root': wire.astring()}

    def limit():
        name = wire.atom()
        wire.sp()
        return name, wire.number(top=(1 << 63) - 1)
    wire.sp()
    made['limits'] = wire.listed(limit, True)
    return made


def entry(wire):
    """RFC 5464 3.2"""
    name = wire.astring()
    if not re.fullmatch(rb'(/[^/*%\x00-\x19\x80-\xff]+)+', name):
        raise Bad('no name of an entry')
    return name


def getmetadata(wire):
    """RFC 5464 section 5"""
    made = {'MAXSIZE': None, 'DEPTH': None}
    wire.sp()

    def option():
        word = wire.atom().decode().upper()
        if made.get(word, '') is not None:
            raise Bad('no option of GETMETADATA, or one that stands twice')
        wire.sp()
        made[word] = wire.number() if word == 'MAXSIZE' else wire.atom()
        if word == 'DEPTH' and made[word] not in (b'0', b'1', b'infinity'):
            raise Bad('no depth')
    if wire.peek(b'('):
        wire.listed(option)
        wire.sp()
    made['mailbox'] = wire.mailbox()
    wire.sp()
    made['entries'] = wire.listed(lambda: entry(wire)) if wire.peek(b'(') else [entry(wire)]
    return made


def setmetadata(wire):
    made = MAILBOX(wire)

    def pair():
        name = entry(wire)
        wire.sp()
        return name, wire.literal(is_8=True) if wire.peek(b'~') else wire.nstring()
    wire.sp()
    made['entries'] = wire.listed(pair)
    return made


def getannotation(wire):
    """draft-daboo-imap-annotatemore-05 section 7"""
    made = one('mailbox', Wire.pattern)(wire)
    for name in ('entries', 'attributes'):
        wire.sp()
        made[name] = wire.listed(wire.string) if wire.peek(b'(') else [wire.string()]
    return made


def setannotation(wire):
    made = {**one('mailbox', Wire.pattern)(wire), 'values': []}

    def entry_att():
        name = wire.string()
        wire.sp()

        def att_value():
            attribute = wire.string()
            wire.sp()
            made['values'].append((name, attribute, wire.nstring()))
        wire.listed(att_value)
    wire.sp()
    wire.listed(entry_att)
    return made


def partial(wire):
    """RFC 1730 section 9"""
    wire.sp()
    made = {'number': wire.number(least=1, top=(1 << 32) - 1)}
    wire.sp()
    made['item'] = wire.run(ITEM_OF_PARTIAL, 'an item of PARTIAL')
    wire.sp()
    made['start'] = wire.number(least=1, top=(1 << 32) - 1)
    wire.sp()
    made['octets'] = wire.number(top=(1 << 32) - 1)
    return made


def capabilities(wire):
    wire.sp()
    return {'capabilities': wire.atoms()}


def compress(wire):
    """RFC 4978 section 5"""
    wire.sp()
    if wire.atom() != b'DEFLATE':
        raise Bad('no algorithm of RFC 4978')
    return {}


NAMED = {
    'CAPABILITY': bare, 'NOOP': bare, 'LOGOUT': bare, 'STARTTLS': bare, 'CHECK': bare,
    'CLOSE': bare, 'EXPUNGE': bare, 'UNSELECT': bare, 'IDLE': idle,
    'LOGIN': all_of(one('user', Wire.astring), one('pass', Wire.astring)),
    'AUTHENTICATE': authenticate,
    'ENABLE': capabilities, 'COMPRESS': compress,
    'SELECT': select, 'EXAMINE': select,
    'CREATE': create, 'DELETE': MAILBOX, 'SUBSCRIBE': MAILBOX, 'UNSUBSCRIBE': MAILBOX,
    'RENAME': all_of(one('from', Wire.mailbox), one('to', Wire.mailbox)),
    'LIST': list_extended,
    'LSUB': all_of(one('reference', Wire.mailbox), one('pattern', Wire.pattern)),
    'STATUS': all_of(MAILBOX, LISTED_ATOMS),
    'APPEND': append,
    'SEARCH': search, 'UID SEARCH': search,
    'FETCH': fetch, 'UID FETCH': fetch,
    'STORE': store, 'UID STORE': store,
    'COPY': all_of(SET, MAILBOX), 'UID COPY': all_of(SET, MAILBOX),
    'MOVE': all_of(SET, MAILBOX), 'UID MOVE': all_of(SET, MAILBOX),
    'UID EXPUNGE': SET,
    'SORT': sort, 'UID SORT': sort, 'THREAD': thread, 'UID THREAD': thread,
    'ID': identity, 'NAMESPACE': bare,
    'GETQUOTA': one('root', Wire.astring), 'GETQUOTAROOT': MAILBOX, 'SETQUOTA': setquota,
    'GETANNOTATION': getannotation, 'SETANNOTATION': setannotation,
    'XLIST': all_of(one('reference', Wire.mailbox), one('pattern', Wire.pattern)),
    'PROXYAUTH': one('user', Wire.astring), 'PARTIAL': partial,
    'GETACL': MAILBOX, 'MYRIGHTS': MAILBOX, 'DELETEACL': IDENTIFIER, 'LISTRIGHTS': IDENTIFIER,
    'SETACL': all_of(IDENTIFIER, one('rights', Wire.astring)),
    'GETMETADATA': getmetadata, 'SETMETADATA': setmetadata,
}


def unknown(wire):
    return {'values': wire.values()}


def read_command(wire, grammar=None):
    """`grammar`: in place of the one that the name has."""
    wire.start, wire.outside = wire.at, 0
    tag = wire.run(TAG, 'a tag')
    wire.sp()
    name = wire.atom().decode().upper()
    if name == 'UID':
        wire.sp()
        name += ' ' + wire.atom().decode().upper()
    grammar = grammar or NAMED.get(name)
    if grammar is None:
        raise Bad(f'{name} is no command')
    args = grammar(wire)
    wire.take(b'\r\n')
    if wire.at - wire.start - wire.outside > wire.max_line:
        raise Bad('a line that is too long')
    return Command(tag, name, args)


def read(data, pluses=(), grammar=None, **more):
    """All commands in `data`; Bad if it is anything else."""
    wire = Wire(data, pluses, **more)
    found = []
    while wire.at < len(data):
        found.append(read_command(wire, grammar))
    if wire.pluses:
        raise Bad('"+" that nothing waited for')
    if len({command.tag for command in found}) != len(found):
        raise Bad('a tag that was used before')
    return found
