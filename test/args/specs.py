"""test/args/specs.py - what each imap4_cmd_*() takes, and the command that it must become.

A new command is one row of SPECS here, and its grammar in NAMED of judge.py.  Functions
that take no part in this scheme have a test of their own in dialogues.py or queries.py."""
import re

from kinds import (Atom, Atoms, Choice, DateTime, Flag, Flags, Identifier, List, Mailbox,
                   Number, PartialItem, Pattern, Raw, Rights, Set, String, String8, flatten)
from library import ANNOUNCED, AUTH, NOT_AUTH, SELECTED, Mode, no, ok


class Spec:
    """`params`: kinds by name, those of options as "opt.NAME"; all others have their good
    values while one is tried, but for those in `base`.

    `wanted(a, n, mode)`: (name, arguments) as the judge has them; `a` are the values as given,
    `n` those that must be read."""

    def __init__(self, function, state, params, wanted, **more):
        self.function, self.state, self.params, self.wanted = function, state, params, wanted
        self.base = {}
        self.answer = ok            # what the server says to a line
        self.grammar = None         # in place of the one that the name has
        self.__dict__.update(more)

    def cross(self, a):
        """Why values that are good by themselves contradict each other."""
        return None

    def ignored(self, a):
        """Names of parameters that mean nothing because of others."""
        return ()

    def is_missing(self, a):
        """Whether the server cannot have announced what it needs."""
        return False

    def splits(self, a):
        """The name of a set that may be sent in parts."""
        return None

    def answers(self, mode, a):
        return self.answer

    def session(self, mode, a):
        """(mode, announced capabilities)"""
        return mode, ANNOUNCED

    def seen(self, args):
        """Makes alike what may be sent in one way or another."""


class Modseq(Number):
    top, words = (1 << 63) - 1, ('mod-sequence',)


class Splits(Spec):
    """FETCH, STORE and their like cut long sets."""
    def splits(self, a):
        return 'set'


class Partial(Spec):
    """COPY cuts a long set if it may."""
    def splits(self, a):
        return 'set' if a['opt.allow_partial'] else None


class Move(Partial):
    def splits(self, a):
        return super().splits(a) if a['set'] and a['set'][0] else None


class Store(Splits):
    def ignored(self, a):
        return () if a['opt.has_unchangedsince'] else ('opt.unchangedsince',)

    def splits(self, a):
        return None if a['opt.has_unchangedsince'] else 'set'


class Fetch(Splits):
    def cross(self, a):
        if a['opt.vanished'] and not (a['opt.changedsince'] and a['set'][0]):
            return 'vanished'
        return None


class Select(Spec):
    def cross(self, a):
        known = [a['opt.known_uids'], a['opt.match_numbers'], a['opt.match_uids']]
        if not a['opt.uidvalidity']:
            return 'uidvalidity' if a['opt.modseq'] or any(known) else None
        if not a['opt.modseq']:
            return 'mod-sequence'
        if (known[1] is None) != (known[2] is None):
            return 'together'
        if known[1] and size_of(known[1]) != size_of(known[2]):
            return 'match'
        return None


class Authenticate(Spec):
    """The initial response goes with the command, or is the answer to the first "+"."""
    def session(self, mode, a):
        if a.get('mechanism', b'PLAIN') in (b'PLAIN', b'X-TEST'):
            return mode, ANNOUNCED
        return Mode('', False, False), None     # nothing is known, so all may be tried

    def answers(self, mode, a):
        tags = []

        def answer(line):
            if tags:
                return tags[0] + b' NO not you\r\n'
            tags.append(line.split(b' ')[0])
            if a.get('initial', b'') is not None and line.count(b' ') == 2:
                return b'+ \r\n'
            return tags[0] + b' NO not you\r\n'
        return answer

    def seen(self, args):
        said, initial = args.pop('said'), args.pop('initial')
        args['response'] = said[0] if said else initial


def size_of(given):
    return sum(last - first + 1 for first, last in given[1])


def uid(name):
    """Name of a command that has UID before it if the set holds UIDs."""
    return lambda a: f'UID {name}' if a['set'][0] else name


def plain(name, **renamed):
    """All values by their names."""
    def wanted(a, n, mode):
        made = {renamed.get(key, key): value for key, value in n.items()}
        return name(a) if callable(name) else name, made
    return wanted


class Entry(String):
    """RFC 5464 3.2"""
    good, words = [b'/shared/comment', b'/private/vendor/x "y"', b'/a'], ('name of an entry',)

    def hostile(self):
        return super().hostile() + [
            b'/a/', b'//a', b'/a//b', b'/', b'/a*', b'/a%', b'/a\r\nA2 NOOP', b'/a\x7f', b'/a\x1b',
            b'/a\\', b'/' + b'x' * 3000, b'/(', b'/{5}']

    def problem(self, value):
        if not re.fullmatch(rb'(/[^/*%\x00-\x19\x80-\xff]+)+', value or b''):
            return 'no entry'
        return 'unsure' if re.search(rb'[\x00-\x1f\x7f]', value) else None


class IdName(String):
    good, words = [b'name', b'version', b'support-url'], ('name', 'string')

    def problem(self, value):
        return super().problem(value) or ('too long' if len(value or b'') > 30 else None)


class IdValue(String):
    nil, words = True, ('value', 'string')

    def problem(self, value):
        return super().problem(value) or ('too long' if len(value or b'') > 1024 else None)

    def culprits(self, value):
        return [value or b'', b'name', b'version', b'support-url']  # of which pair


class Program(Atoms):
    """RFC 5256 section 5"""
    good = [b'DATE', b'REVERSE DATE SUBJECT', b'DISPLAYFROM', b'SUBJECT REVERSE SIZE']
    words = ('atom', 'sort key')

    def hostile(self):
        return super().hostile() + [b'REVERSE', b'DATE REVERSE', b'REVERSE REVERSE DATE',
                                    b'DATE) UTF-8 ALL (', b'reverse date']

    def problem(self, value):
        keys = (value or b'').upper().split(b' ')
        if keys[-1] == b'REVERSE' or (b'REVERSE', b'REVERSE') in zip(keys, keys[1:]):
            return 'REVERSE of nothing'
        return super().problem(value)


class Nothing(Raw):
    """Only NIL."""
    good, words = [None], ('RETURN',)

    def problem(self, value):
        return None if value is None else 'something'


class Words(Atoms):
    """Options of LIST: none, or atoms; a space behind them does not count."""
    good = [None, b'SUBSCRIBED', b'CHILDREN SUBSCRIBED', b'SPECIAL-USE', b'']

    def problem(self, value):
        return super().problem(value.removesuffix(b' ')) if value else None

    def value(self, value):
        return value.removesuffix(b' ').split(b' ') if value else []


class Status(Atoms):
    """NIL, or atoms."""
    good = [None, b'MESSAGES UIDNEXT']

    def problem(self, value):
        return None if value is None else super().problem(value)

    def value(self, value):
        return None if value is None else super().value(value)


class Use(Flags):
    """RFC 6154 section 6: with a backslash each."""
    good, words = [b'\\Drafts', b'', b'\\Sent \\X-y'], ('use', 'flag')

    def problem(self, value):
        words = value.split(b' ') if value else []
        return super().problem(value) or \
            (None if all(word[:1] == b'\\' for word in words) else 'no backslash')


class Thread(Spec):
    def is_missing(self, a):
        return len(a['algorithm'] or b'') > 30      # no capability is that long

    def session(self, mode, a):
        if a['algorithm'] in (b'REFERENCES', b'ORDEREDSUBJECT') or \
                self.params['algorithm'].problem(a['algorithm']):
            return mode, ANNOUNCED
        return mode, ANNOUNCED + ' THREAD=' + a['algorithm'].decode()


class Id(Spec):
    def cross(self, a):
        names = [(row['name'] or b'').lower() for row in a['params']]
        return 'name' if len(set(names)) != len(names) else None


class Getmetadata(Spec):
    def ignored(self, a):
        return () if a['opt.has_maxsize'] else ('opt.maxsize',)


def charset_of(text):
    return b'US-ASCII' if text.isascii() else b'UTF-8'


def wanted_sort(a, n, mode):
    text = b'(%s) %s %s' % (a['program'], charset_of(a['criteria']), a['criteria'])
    if a['opt.results'] is not None:
        text = b'RETURN (' + (a['opt.results'] or b'ALL') + b') ' + text
    return 'UID SORT' if n['opt.uid'] else 'SORT', {'all': flatten(text)}


def wanted_thread(a, n, mode):
    text = b'%s %s %s' % (a['algorithm'], charset_of(a['criteria']), a['criteria'])
    return 'UID THREAD' if n['opt.uid'] else 'THREAD', {'all': flatten(text)}


def wanted_list(a, n, mode):
    return 'LIST', {'reference': n['reference'], 'selection': n['opt.selection'],
                    'patterns': [n['pattern'], *n['opt.patterns']],
                    'returns': n['opt.returns'], 'status': n['opt.status']}


def wanted_getmetadata(a, n, mode):
    return 'GETMETADATA', {
        'mailbox': n['mailbox'], 'entries': n['entries'],
        'MAXSIZE': n['opt.maxsize'] if n['opt.has_maxsize'] else None,
        'DEPTH': (None, b'1', b'infinity')[a['opt.depth']]}


def without(made):
    """Leaves out what is NIL or 0."""
    return {name: value for name, value in made.items() if value}


def wanted_store(a, n, mode):
    made = {'set': n['set'], 'action': ('', '+', '-')[a['action']], 'flags': n['flags'],
            'silent': n['opt.silent']}
    if n['opt.has_unchangedsince']:
        made['UNCHANGEDSINCE'] = n['opt.unchangedsince']
    return uid('STORE')(a), made


def wanted_fetch(a, n, mode):
    return uid('FETCH')(a), {'set': n['set'], 'items': n['items'], **without(
        {'CHANGEDSINCE': n['opt.changedsince'], 'VANISHED': n['opt.vanished']})}


def wanted_select(a, n, mode):
    made = {'mailbox': n['mailbox'], **without({'CONDSTORE': n['opt.condstore']})}
    if n['opt.uidvalidity']:
        made['QRESYNC'] = tuple(n['opt.' + name] for name in (
            'uidvalidity', 'modseq', 'known_uids', 'match_numbers', 'match_uids'))
    return 'EXAMINE' if n['opt.read_only'] else 'SELECT', made


def wanted_append(a, n, mode):
    return 'APPEND', {'mailbox': n['mailbox'], 'flags': n['opt.flags'],
                      'date': n['opt.date'], 'binary': n['opt.binary'],
                      'data': message(a['length'])}


def message(length):
    """What is appended."""
    return b'x' * length if length <= 1 << 20 else None


def wanted_search(a, n, mode):
    """Criteria that are text are not read as keys: what stands on the line is compared."""
    text = a['criteria']
    if max(text) >= 0x80 and not text.upper().startswith(b'CHARSET ') and not mode.utf8:
        text = b'CHARSET UTF-8 ' + text
    if a['opt.results'] is not None:
        text = b'RETURN (' + (a['opt.results'] or b'ALL') + b') ' + text
    return 'UID SEARCH' if n['opt.uid'] else 'SEARCH', {'all': flatten(text)}


def whole_line(wire):
    wire.sp()
    return {'all': wire.raw()}


def wanted_authenticate(a, n, mode):
    return 'AUTHENTICATE', {'mechanism': n['mechanism'], 'response': n['initial']}


def wanted_plain(a, n, mode):
    response = b'\0'.join((n['authzid'], n['user'], n['pass']))
    return 'AUTHENTICATE', {'mechanism': b'PLAIN', 'response': response}


MAILBOX = {'mailbox': Mailbox()}
SET = {'set': Set()}
CRITERIA = Raw(utf8=True, good=[b'UNSEEN', b'FROM "alice"', 'TEXT "é"'.encode()])
RESULTS = Raw(nil=True, empty=True, good=[None, b'ALL', b'MIN MAX'])
COPY = {**SET, **MAILBOX, 'opt.allow_partial': Flag()}

SPECS = [
    Spec('imap4_cmd_capability', AUTH, {}, plain('CAPABILITY')),
    Spec('imap4_cmd_noop', AUTH, {}, plain('NOOP')),
    Spec('imap4_cmd_starttls', NOT_AUTH, {}, plain('STARTTLS'), answer=no),
    Spec('imap4_cmd_logout', AUTH, {}, plain('LOGOUT')),
    Spec('imap4_cmd_check', SELECTED, {}, plain('CHECK')),
    Spec('imap4_cmd_close', SELECTED, {}, plain('CLOSE'), answer=no),
    Spec('imap4_cmd_compress', AUTH, {}, plain('COMPRESS'), answer=no),
    Spec('imap4_cmd_unselect', SELECTED, {}, plain('UNSELECT'), answer=no),
    Spec('imap4_cmd_expunge', SELECTED, {}, plain('EXPUNGE')),
    Spec('imap4_cmd_login', NOT_AUTH, {'user': String(secret=True), 'pass': String(secret=True)},
         plain('LOGIN'), answer=no),
    Authenticate('imap4_cmd_authenticate', NOT_AUTH,
                 {'mechanism': Atom(), 'initial': String(secret=True, nil=True,
                                                         problem=lambda value: None)},
                 wanted_authenticate),
    Authenticate('imap4_cmd_auth_plain', NOT_AUTH,
                 {'authzid': String(secret=True), 'user': String(secret=True),
                  'pass': String(secret=True)}, wanted_plain),
    Spec('imap4_cmd_enable', AUTH, {'capabilities': Atoms()}, plain('ENABLE'), answer=no),
    Spec('imap4_cmd_lsub', AUTH, {'reference': Mailbox(), 'pattern': Pattern()},
         plain('LSUB')),
    Spec('imap4_cmd_list', AUTH,
         {'reference': Mailbox(), 'pattern': Pattern(), 'opt.selection': Words(),
          'opt.returns': Words(), 'opt.status': Status(),
          'opt.patterns': List(one=Pattern(), count='opt.patterns_count')},
         wanted_list),
    Spec('imap4_cmd_create', AUTH, MAILBOX,
         lambda a, n, mode: ('CREATE', {'mailbox': n['mailbox'], 'use': None})),
    Spec('imap4_cmd_create_use', AUTH, {**MAILBOX, 'use': Use()}, plain('CREATE')),
    Spec('imap4_cmd_delete', AUTH, MAILBOX, plain('DELETE')),
    Spec('imap4_cmd_subscribe', AUTH, MAILBOX, plain('SUBSCRIBE')),
    Spec('imap4_cmd_unsubscribe', AUTH, MAILBOX, plain('UNSUBSCRIBE')),
    Spec('imap4_cmd_rename', AUTH, {'from': Mailbox(), 'to': Mailbox()}, plain('RENAME')),
    Spec('imap4_cmd_status', AUTH, {**MAILBOX, 'items': Atoms()}, plain('STATUS')),
    Select('imap4_cmd_select', AUTH,
           {**MAILBOX, 'opt.read_only': Flag(), 'opt.condstore': Flag(),
            'opt.uidvalidity': Number(bits=32, top=(1 << 32) - 1),
            'opt.modseq': Modseq(),
            'opt.known_uids': Set(uid=1, star=False, nil=True),
            'opt.match_numbers': Set(uid=0, star=False, nil=True),
            'opt.match_uids': Set(uid=1, star=False, nil=True)},
           wanted_select, answer=no, base={'opt.uidvalidity': 7, 'opt.modseq': 9}),
    Fetch('imap4_cmd_fetch', SELECTED,
          {**SET, 'items': Raw(bare=True), 'opt.changedsince': Modseq(),
           'opt.vanished': Flag()}, wanted_fetch),
    Store('imap4_cmd_store', SELECTED,
          {**SET, 'action': Choice((0, 1, 2), (-1, 3, 1 << 30), words=('action',)),
           'flags': Flags(), 'opt.silent': Flag(), 'opt.has_unchangedsince': Flag(),
           'opt.unchangedsince': Modseq()},
          wanted_store),
    Partial('imap4_cmd_copy', SELECTED, COPY,
            lambda a, n, mode: (uid('COPY')(a), {'set': n['set'], 'mailbox': n['mailbox']})),
    Move('imap4_cmd_move', SELECTED, COPY,
         lambda a, n, mode: (uid('MOVE')(a), {'set': n['set'], 'mailbox': n['mailbox']})),
    Splits('imap4_cmd_uid_expunge', SELECTED, {'set': Set(uid=1)}, plain('UID EXPUNGE')),
    Spec('imap4_cmd_search', SELECTED,
         {'criteria': CRITERIA, 'opt.uid': Flag(), 'opt.results': RESULTS},
         wanted_search, grammar=whole_line, elsewhere=['opt.query']),
    Spec('imap4_cmd_sort', SELECTED,
         {'program': Program(), 'criteria': CRITERIA, 'opt.uid': Flag(),
          'opt.results': RESULTS},
         wanted_sort, grammar=whole_line, elsewhere=['opt.query']),
    Thread('imap4_cmd_thread', SELECTED,
           {'algorithm': Atom(good=[b'REFERENCES', b'ORDEREDSUBJECT']), 'criteria': CRITERIA,
            'opt.uid': Flag(), 'opt.results': Nothing()},
           wanted_thread, grammar=whole_line, elsewhere=['opt.query']),
    Id('imap4_cmd_id', AUTH,
       {'params': List(members={'name': IdName(), 'value': IdValue()}, struct='imap4_param',
                       count='count', top=30)}, plain('ID')),
    Spec('imap4_cmd_namespace', AUTH, {}, plain('NAMESPACE')),
    Spec('imap4_cmd_getannotation', AUTH,
         {'mailbox': Pattern(), 'entries': List(one=String(), count='entries_count', least=1),
          'attributes': List(one=String(), count='attributes_count', least=1)},
         plain('GETANNOTATION')),
    Spec('imap4_cmd_setannotation', AUTH,
         {'mailbox': Pattern(),
          'values': List(members={'entry': String(), 'attribute': String(),
                                  'value': String(nil=True)},
                         struct='imap4_annotation_value', count='count', least=1)},
         plain('SETANNOTATION')),
    Spec('imap4_cmd_xlist', AUTH, {'reference': Mailbox(), 'pattern': Pattern()},
         plain('XLIST')),
    Spec('imap4_cmd_proxyauth', AUTH, {'user': String()}, plain('PROXYAUTH'), answer=no),
    Spec('imap4_cmd_partial', SELECTED,
         {'number': Number(bits=32, least=1, top=(1 << 32) - 1), 'item': PartialItem(),
          'start': Number(bits=32, least=1, top=(1 << 32) - 1, words=('octet',)),
          'octets': Number(bits=32, top=(1 << 32) - 1)}, plain('PARTIAL')),
    Spec('imap4_cmd_getacl', AUTH, MAILBOX, plain('GETACL')),
    Spec('imap4_cmd_setacl', AUTH, {**MAILBOX, 'identifier': Identifier(), 'rights': Rights()},
         plain('SETACL')),
    Spec('imap4_cmd_deleteacl', AUTH, {**MAILBOX, 'identifier': Identifier()},
         plain('DELETEACL')),
    Spec('imap4_cmd_listrights', AUTH, {**MAILBOX, 'identifier': Identifier()},
         plain('LISTRIGHTS')),
    Spec('imap4_cmd_myrights', AUTH, MAILBOX, plain('MYRIGHTS')),
    Spec('imap4_cmd_getquota', AUTH, {'root': String()}, plain('GETQUOTA')),
    Spec('imap4_cmd_getquotaroot', AUTH, MAILBOX, plain('GETQUOTAROOT')),
    Spec('imap4_cmd_setquota', AUTH,
         {'root': String(),
          'limits': List(members={'name': Atom(),
                                  'limit': Number(top=(1 << 63) - 1, words=('limit',))},
                         struct='imap4_quota_limit', count='count')}, plain('SETQUOTA')),
    Getmetadata('imap4_cmd_getmetadata', AUTH,
                {**MAILBOX, 'entries': List(one=Entry(), count='count', least=1),
                 'opt.depth': Choice((0, 1, 2), (-1, 3), words=('depth',)),
                 'opt.has_maxsize': Flag(), 'opt.maxsize': Number(bits=32)},
                wanted_getmetadata),
    Spec('imap4_cmd_setmetadata', AUTH,
         {**MAILBOX, 'entries': List(members={'name': Entry(), 'value': String8(nil=True)},
                                     struct='imap4_metadata_entry', count='count', least=1)},
         plain('SETMETADATA')),
    Spec('imap4_cmd_append', AUTH,
         {**MAILBOX, 'length': Number(), 'opt.flags': Flags(nil=True),
          'opt.date': DateTime(), 'opt.binary': Flag()}, wanted_append, elsewhere=['opt.utf8']),
]
