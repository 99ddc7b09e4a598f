"""test/args/library.py - the library through its ABI, with structs and calls taken from the
headers, and a session on it whose server is a few lines of this file."""
import ctypes
import re
from collections import namedtuple
from ctypes import byref, c_char, c_int, c_size_t, c_void_p

import headers
import judge

TYPES = {'int': c_int, 'unsigned': ctypes.c_uint, 'char': c_char, 'uint8_t': ctypes.c_uint8,
         'int32_t': ctypes.c_int32, 'uint32_t': ctypes.c_uint32, 'uint64_t': ctypes.c_uint64,
         'int64_t': ctypes.c_int64, 'size_t': c_size_t, 'ptrdiff_t': ctypes.c_ssize_t,
         'imap4_cmd': ctypes.c_uint64, 'void': None}
DECLARED = re.compile(r'(.*?)(\w+)(?:\[(\w+)\])?$')


def ctype(text, structs):
    """Of "const imap4_view": View; every pointer is a void one."""
    if '*' in text:
        return c_void_p
    word = re.sub(r'\b(const|struct)\b', '', text).split()[0]
    return structs[word] if word in structs else TYPES[word]


def member(declared, structs):
    if '(*' in declared:
        return re.search(r'\(\*\s*(\w+)', declared)[1], c_void_p
    kind, name, count = DECLARED.match(declared).groups()
    one = ctype(kind, structs)
    return name, one * int(count) if count else one


def read_structs(found):
    """{name: ctypes class} of the headers' structs, but for those that use what we do not
    know."""
    structs, left = {}, [t for header in found for t in header.types if t.kind == 'struct']
    while left:
        later = []
        for one in left:
            try:
                fields = [member(m.declared, structs) for m in one.members]
            except (KeyError, ValueError):
                later.append(one)   # of a struct that comes later, most often
                continue
            structs[one.name] = type(one.name, (ctypes.Structure,), {'_fields_': fields})
        if len(later) == len(left):
            break
        left = later
    return structs


class Function(namedtuple('Function', 'name params call')):
    """`params`: [(name, type as text)]; `call`: None if the library does not have it."""


class Library:
    def __init__(self, path, root):
        self.dll = ctypes.CDLL(path)
        found = [headers.Header(p, p.name) for p in headers.headers(root)]
        self.structs, self.functions = read_structs(found), {}
        for header in found:
            for function in header.functions:
                if not function.is_inline:
                    self.declare(function)
        self.libc = ctypes.CDLL(None)
        self.libc.malloc.restype, self.libc.malloc.argtypes = c_void_p, [c_size_t]
        self.libc.free.restype, self.libc.free.argtypes = None, [c_void_p]

    def declare(self, function):
        params = [('void *', re.search(r'\(\*\s*(\w+)', text)[1]) if '(*' in text
                  else DECLARED.match(text).groups()[:2] for text in function.declared]
        call = getattr(self.dll, function.name, None)
        try:
            result = ctype(function.result, self.structs)
            types = [ctype(kind, self.structs) for kind, _ in params]
        except (KeyError, IndexError):
            return      # of a part that this test does not use
        if call is not None:
            call.restype, call.argtypes = result, types
        self.functions[function.name] = Function(
            function.name, [(name, kind.strip()) for kind, name in params], call)

    def __getattr__(self, name):
        return self.functions['imap4_' + name].call


class Memory:
    """What is given to one call: each argument in a block of its own, as long as it is, so
    that a sanitizer sees a byte read beyond; spoilt and freed behind the call, which copies."""

    def __init__(self, library):
        self.library = library
        self.blocks = []
        self.sets = []

    def block(self, size):
        at = self.library.libc.malloc(size)
        self.blocks.append((at, size))
        return at

    def view(self, data):
        made = self.library.structs['imap4_view']()
        if data is not None:
            made.ptr, made.len = self.block(len(data)), len(data)
            ctypes.memmove(made.ptr, data, len(data))
        return made

    def struct(self, name, **members):
        kind = self.library.structs[name]
        at = self.block(ctypes.sizeof(kind))
        ctypes.memset(at, 0, ctypes.sizeof(kind))
        made = kind.from_address(at)
        if any(field == 'size' for field, _ in kind._fields_):
            made.size = ctypes.sizeof(kind)
        for member, value in members.items():
            setattr(made, member, value)
        return at

    def array(self, name, rows):
        kind = self.library.structs[name]
        size = ctypes.sizeof(kind)
        at = self.block(size * len(rows))
        for i, row in enumerate(rows):
            ctypes.memset(at + i * size, 0, size)
            made = kind.from_address(at + i * size)
            for member, value in row.items():
                setattr(made, member, value)
        return at

    def set(self, pairs, uid):
        made = c_void_p()
        text = ','.join(f'{a}:{b}'.replace(str(judge.STAR), '*') for a, b in pairs).encode()
        if self.library.seqset_new(uid, None, byref(made)) < 0:
            raise MemoryError
        if text and self.library.seqset_add_text(made, self.view(text)) < 0:
            raise ValueError(text[:60])
        self.sets.append(made)
        return made

    def spoil(self):
        for made in self.sets:
            self.library.seqset_free(byref(made))
        for at, size in self.blocks:
            ctypes.memset(at, 0xdd, size)
            self.library.libc.free(at)
        self.blocks, self.sets = [], []


Event = namedtuple('Event', 'type cmd result rc text data name')
Mode = namedtuple('Mode', 'literals sasl_ir utf8')
MODES = [Mode('', False, False), Mode('+', True, False), Mode('-', True, False),
         Mode('', True, True), Mode('+', True, True)]
ANNOUNCED = ('IMAP4rev1 STARTTLS IDLE NAMESPACE ID QUOTA QUOTASET QUOTA=RES-STORAGE '
             'QUOTA=RES-MESSAGE UNSELECT UIDPLUS CHILDREN SORT SORT=DISPLAY ESORT '
             'THREAD=REFERENCES THREAD=ORDEREDSUBJECT MULTIAPPEND BINARY CATENATE CONDSTORE '
             'QRESYNC ESEARCH SEARCHRES WITHIN ENABLE LIST-EXTENDED LIST-STATUS METADATA '
             'METADATA-SERVER MOVE SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE UTF8=ACCEPT '
             'AUTH=PLAIN AUTH=X-TEST ACL RIGHTS=texk ANNOTATEMORE XLIST '
             'APPENDLIMIT OBJECTID SAVEDATE PREVIEW '
             'LIST-MYRIGHTS COMPRESS=DEFLATE')
NOT_AUTH, AUTH, SELECTED = 1, 2, 3
MAX_LINE = 8000


class Lost(Exception):
    """The session does something that no server could follow."""


class Session:
    """An engine in the wanted state, and its server."""

    def __init__(self, library, mode, state, announced=ANNOUNCED):
        self.library, self.mode, self.state = library, mode, state
        self.events = []
        self.engine = c_void_p()
        self.spare = Memory(library)
        options = library.structs['imap4_engine_options']
        opt = options(size=ctypes.sizeof(options), secure=1, trace=1,
                      # This server answers with nothing, which shows a quirk.
                      quirks=ctypes.cast(ctypes.c_char_p(
                          b'!list-plain !search-plain !capability-refused'), c_void_p),
                      tag_prefix=ctypes.cast(ctypes.c_char_p(b'A'), c_void_p),
                      no_auto_capability=1)
        if library.engine_new(byref(opt), byref(self.engine)) < 0:
            raise MemoryError
        if announced is not None:
            if mode.literals:
                announced += ' LITERAL' + mode.literals
            if mode.sasl_ir:
                announced += ' SASL-IR'
            code = f' [CAPABILITY {announced}]'
        else:
            code = ''
        word = 'OK' if state == NOT_AUTH else 'PREAUTH'
        self.feed(f'* {word}{code} hello\r\n'.encode())
        if state != NOT_AUTH:
            enabled = b'QRESYNC CONDSTORE' + (b' UTF8=ACCEPT' if mode.utf8 else b'')
            self.say('imap4_cmd_enable', enabled, before=b'* ENABLED ' + enabled + b'\r\n')
        if state == SELECTED:
            self.say('imap4_cmd_select', b'INBOX', None)
        if library.engine_state(self.engine) != state:
            raise Lost('the state is not to be had')
        self.take_events()

    def say(self, function, *args, before=b''):
        """A command of our own that the server OKs."""
        view = self.spare.view(args[0])
        rc = self.library.functions[function].call(self.engine, view, *args[1:], None, None)
        tag = self.collect().split(b' ')[0]
        self.feed(before + tag + b' OK done\r\n')
        self.spare.spoil()
        if rc < 0:
            raise Lost(f'{function}: {rc}')

    def close(self):
        self.library.engine_free(byref(self.engine))

    def is_fresh(self):
        return self.library.engine_state(self.engine) == self.state

    def feed(self, data):
        while data:
            room = c_size_t()
            at = self.library.engine_recv_buf(self.engine, byref(room))
            part, data = data[:room.value], data[room.value:]
            if not at:
                raise Lost('the engine does not read')
            ctypes.memmove(at, part, len(part))
            rc = self.library.engine_recv_commit(self.engine, len(part))
            if rc < 0:
                raise Lost(f'the connection is over: {rc}')
            self.drain()

    def drain(self):
        out = c_void_p()
        kind = self.library.structs['imap4_event']
        while (rc := self.library.engine_next(self.engine, byref(out))) == 1:
            ev = kind.from_address(out.value)
            self.events.append(Event(ev.type, ev.cmd, ev.result, ev.rc, bytes_of(ev.text),
                                     bytes_of(ev.data), bytes_of(ev.name)))
        if rc < 0:
            raise Lost(f'the connection is over: {rc}')

    def take_events(self):
        taken, self.events = self.events, []
        return taken

    def collect(self):
        """All bytes that go out without an answer."""
        sent = []
        self.library.engine_want(self.engine, 0, None)
        while True:
            view = self.library.engine_send_buf(self.engine)
            if not view.len:
                break
            sent.append(ctypes.string_at(view.ptr, view.len))
            self.library.engine_send_ack(self.engine, view.len)
        self.drain()
        return b''.join(sent)

    def exchange(self, answers, data=None):
        """Lets the engine talk until it is silent: (bytes, offsets of "+").

        `answers`: gives the tagged answer for each line, a "+ ..." to go on with it, or None
        to stop; `data`: called when octets of a literal lack; gives them, or is false."""
        sent, pluses, behind = b'', [], 0
        for _ in range(1000):
            sent += self.collect()
            what, at = judge.frame(sent, behind)
            if what == 'plus' and at not in pluses:
                pluses.append(at)
                self.feed(b'+ go on\r\n')
            elif what in ('plus', 'data'):
                if data is None or not data():
                    return sent, pluses
            elif what == 'line':
                answer = answers(sent[behind:at])
                if answer is None:
                    return sent, pluses
                if answer.startswith(b'+'):
                    pluses.append(at)
                self.feed(answer)
                behind = at
            elif behind == len(sent):
                return sent, pluses
            else:
                raise Lost(f'a line that does not end: {sent[behind:behind + 80]!r}')
        raise Lost('it does not end')

    def refusal(self):
        """(code, text, where)"""
        error = self.library.structs['imap4_error'].from_address(
            self.library.engine_refusal(self.engine))
        return error.code, bytes_of(error.text) or b'', bytes_of(error.where) or b''

    def trace(self):
        """What our side said, as it is shown."""
        line = self.library.structs['imap4_trace']()
        found = []
        while self.library.engine_trace(self.engine, byref(line)) == 1:
            if line.direction == ord('C'):
                found.append(bytes_of(line.text))
        return found


def bytes_of(view):
    return ctypes.string_at(view.ptr, view.len) if view.ptr else None


def ok(line):
    return line.split(b' ')[0] + b' OK done\r\n'


def no(line):
    return line.split(b' ')[0] + b' NO not now\r\n'
