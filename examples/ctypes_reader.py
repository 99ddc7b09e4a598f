#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ctypes_reader.py LIBRARY [FILE] - print the events that a server's bytes mean.

A binding in any language needs no compiler: the library is driven through its ABI alone.
Here with ctypes: the structs of imap4/base.h, event.h and reader.h are mirrored below, and
the library is asked for the names.

    printf '* 3 EXISTS\\r\\n' | ./ctypes_reader.py /usr/local/lib/libimap4.so.0
"""
import ctypes
import sys
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_int, c_int32, c_size_t
from ctypes import c_ssize_t, c_uint32, c_uint64, c_void_p


class View(Structure):
    """imap4_view: bytes of somebody else; copy them before the next call."""
    _fields_ = [('ptr', POINTER(c_char)), ('len', c_size_t)]

    def bytes(self):
        return ctypes.string_at(self.ptr, self.len) if self.ptr else None

    @classmethod
    def of(cls, data):
        """`data` must outlive the view."""
        return cls(ctypes.cast(c_char_p(data), POINTER(c_char)), len(data))


class Segment(Structure):
    _fields_ = [('view', View), ('size', c_uint64), ('kind', c_int32), ('reserved', c_int32)]


class Event(Structure):
    """imap4_event: only ever behind a pointer, for a newer library may append members."""
    _fields_ = [('type', c_int32), ('status', c_int32), ('result', c_int32), ('rc', c_int32),
                ('marks', c_uint32), ('number', c_uint32), ('uid', c_uint32),
                ('part', c_uint32), ('code_id', c_int32), ('has_code_number', c_int32),
                ('code_number', c_uint64), ('cmd', c_uint64), ('user', c_void_p),
                ('tag', View), ('name', View), ('text', View), ('code', View),
                ('code_args', View), ('data', View), ('rest', View), ('origin', c_uint64),
                ('literal_size', c_uint64), ('offset', c_uint64), ('raw', POINTER(Segment)),
                ('raw_count', c_size_t), ('hint', c_int32), ('reserved', c_int32)]


class Error(Structure):
    _fields_ = [('code', c_int32), ('os_errno', c_int32), ('text', View), ('where', View),
                ('offset', c_uint64), ('hint', c_int32), ('reserved', c_int32)]


class Date(Structure):
    _fields_ = [(name, c_int32) for name in ('year', 'month', 'day', 'hour', 'minute',
                                             'second', 'zone_minutes', 'has_zone')]
    _fields_ += [('unix_seconds', ctypes.c_int64)]


SIGNATURES = {
    'imap4_version': (c_uint32, []),
    'imap4_event_name': (c_char_p, [c_int]),
    'imap4_reader_new': (c_int, [c_void_p, POINTER(c_void_p)]),
    'imap4_reader_free': (None, [POINTER(c_void_p)]),
    'imap4_reader_feed': (c_ssize_t, [c_void_p, View]),
    'imap4_reader_eof': (None, [c_void_p]),
    'imap4_reader_next': (c_int, [c_void_p, POINTER(POINTER(Event))]),
    'imap4_reader_error': (POINTER(Error), [c_void_p]),
    'imap4_fetch_get': (c_int, [POINTER(Event), View, POINTER(View)]),
    'imap4_fetch_internaldate': (c_int, [POINTER(Event), POINTER(Date)]),
}


def load(path):
    library = ctypes.CDLL(path)
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Reader:
    """Events of bytes; each event is good until the next one is asked for."""

    def __init__(self, library):
        self.library = library
        self.reader = c_void_p()
        if library.imap4_reader_new(None, byref(self.reader)) < 0:
            raise MemoryError

    def close(self):
        self.library.imap4_reader_free(byref(self.reader))

    def waiting(self):
        event = POINTER(Event)()
        while True:
            rc = self.library.imap4_reader_next(self.reader, byref(event))
            if rc == 0:
                return
            if rc < 0:
                error = self.library.imap4_reader_error(self.reader)[0]
                raise ValueError(f'{(error.text.bytes() or b"").decode()}, '
                                 f'at byte {error.offset}')
            yield event

    def events(self, file):
        while data := file.read(1 << 16):
            while data:
                taken = self.library.imap4_reader_feed(self.reader, View.of(data))
                if taken < 0:
                    raise ValueError(f'error {taken}')
                data = data[taken:]
                yield from self.waiting()
        self.library.imap4_reader_eof(self.reader)
        yield from self.waiting()


def describe(library, pointer):
    event = pointer[0]
    words = [library.imap4_event_name(event.type).decode()]
    if event.number:
        words.append(f'number={event.number}')
    if event.uid:
        words.append(f'uid={event.uid}')
    if event.has_code_number:
        words.append(f'code_number={event.code_number}')
    for name in ('tag', 'name', 'code', 'text', 'data'):
        value = getattr(event, name).bytes()
        if value is not None:
            words.append(f'{name}={ascii(value)[1:]}')
    flags, date = View(), Date()
    if library.imap4_fetch_get(pointer, View.of(b'FLAGS'), byref(flags)) == 0:
        words.append(f'flags={ascii(flags.bytes())[1:]}')
    if library.imap4_fetch_internaldate(pointer, byref(date)) == 0:
        words.append(f'unix_seconds={date.unix_seconds}')
    words.append(f'offset={event.offset}')
    words.append(f'size={sum(event.raw[i].size for i in range(event.raw_count))}')
    return ' '.join(words)


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 64
    library = load(sys.argv[1])
    reader = Reader(library)
    try:
        with open(sys.argv[2], 'rb') if len(sys.argv) == 3 else sys.stdin.buffer as file:
            for event in reader.events(file):
                print(describe(library, event))
    except (OSError, ValueError) as error:
        print(f'ctypes_reader: {error}', file=sys.stderr)
        return 1
    finally:
        reader.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
