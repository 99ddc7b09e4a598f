# SPDX-License-Identifier: MIT
"""The engine's part of the ABI, written off the headers by hand, as a binding would.

examples/ctypes_reader.py has the structs of imap4/base.h and event.h.  ctypes_layout.py asks a
C compiler whether all is where it is said to be."""
import ctypes
import sys
from ctypes import POINTER, Structure, c_char, c_int, c_int32, c_size_t, c_uint8
from ctypes import c_uint16, c_uint32, c_uint64, c_uint, c_void_p
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'examples'))
from ctypes_reader import Date, Error, Event, Segment, View     # noqa: E402  (the path first)

__all__ = ['Date', 'Error', 'Event', 'Segment', 'View', 'MIRRORS', 'load']


class EngineOptions(Structure):
    _fields_ = [('size', c_size_t), ('allocator', c_void_p), ('tag_seed', c_uint8 * 16),
                ('tag_prefix', ctypes.c_char_p), ('secure', c_int32), ('mode', c_int32),
                ('insecure_allow_plaintext', c_int32), ('no_auto_capability', c_int32),
                ('allow_overlap', c_int32), ('refuse_busy', c_int32), ('trace', c_int32),
                ('max_depth', c_uint32), ('max_response', c_size_t),
                ('inline_literal', c_size_t), ('max_literal', c_uint64),
                ('max_pipeline', c_uint32), ('max_queue', c_uint32), ('max_line', c_uint32),
                ('command_timeout_ms', c_uint32), ('idle_renew_ms', c_uint32),
                ('max_renewals', c_uint32), ('max_unsolicited', c_uint32),
                ('quirks', ctypes.c_char_p)]


class Mailbox(Structure):
    _fields_ = [('name', View), ('read_only', c_int32), ('is_open', c_int32),
                ('exists', c_uint32), ('recent', c_uint32), ('unseen', c_uint32),
                ('uidnext', c_uint32), ('uidvalidity', c_uint32), ('expunged', c_uint32),
                ('flags', POINTER(View)), ('flags_count', c_size_t),
                ('permanentflags', POINTER(View)), ('permanentflags_count', c_size_t),
                ('has_permanentflags', c_int32), ('uidnotsticky', c_int32),
                ('highestmodseq', c_uint64)]


class Arg(Structure):
    _fields_ = [('kind', c_int32), ('reserved', c_int32), ('text', View), ('number', c_uint64),
                ('set', c_void_p)]


class AppendOptions(Structure):
    _fields_ = [('size', c_size_t), ('flags', View), ('date', View), ('binary', c_int32),
                ('utf8', c_int32)]


class SearchOptions(Structure):
    _fields_ = [('size', c_size_t), ('uid', c_int32), ('reserved', c_int32), ('results', View),
                ('query', c_void_p)]


class StoreOptions(Structure):
    _fields_ = [('size', c_size_t), ('silent', c_int32), ('has_unchangedsince', c_int32),
                ('unchangedsince', c_uint64)]


class FetchItem(Structure):
    _fields_ = [('name', View), ('section', View), ('value', View), ('size', c_uint64),
                ('origin', c_uint64), ('has_origin', c_int32), ('id', c_int32),
                ('kind', c_int32), ('invalid', c_int32)]


class Esearch(Structure):
    _fields_ = [('tag', View), ('is_uid', c_int32), ('has_min', c_int32), ('has_max', c_int32),
                ('has_count', c_int32), ('has_modseq', c_int32), ('min', c_uint32),
                ('max', c_uint32), ('count', c_uint64), ('modseq', c_uint64), ('all', View),
                ('other', View)]


class Url(Structure):
    _fields_ = [('security', c_int32), ('port', c_uint16), ('reserved', c_uint16),
                ('host', c_char * 256), ('user', c_char * 256), ('mailbox', c_char * 512)]


# C's name of each.
MIRRORS = {
    'imap4_view': View, 'imap4_segment': Segment, 'imap4_event': Event, 'imap4_error': Error,
    'imap4_date': Date, 'imap4_engine_options': EngineOptions, 'imap4_mailbox': Mailbox,
    'imap4_arg': Arg, 'imap4_append_options': AppendOptions,
    'imap4_search_options': SearchOptions, 'imap4_store_options': StoreOptions,
    'imap4_fetch_item': FetchItem, 'imap4_esearch': Esearch, 'imap4_url': Url,
}

COMMAND = [c_void_p, POINTER(c_uint64)]     # `ctx` and `out`, which end every imap4_cmd_*()

SIGNATURES = {
    'imap4_event_name': (ctypes.c_char_p, [c_int]),
    'imap4_url_parse': (c_int, [View, POINTER(Url), POINTER(Error)]),
    'imap4_engine_new': (c_int, [POINTER(EngineOptions), POINTER(c_void_p)]),
    'imap4_engine_free': (None, [POINTER(c_void_p)]),
    'imap4_engine_want': (c_uint, [c_void_p, c_uint64, POINTER(c_uint64)]),
    'imap4_engine_recv_buf': (c_void_p, [c_void_p, POINTER(c_size_t)]),
    'imap4_engine_recv_commit': (c_int, [c_void_p, c_size_t]),
    'imap4_engine_recv_eof': (c_int, [c_void_p]),
    'imap4_engine_send_buf': (View, [c_void_p]),
    'imap4_engine_send_ack': (None, [c_void_p, c_size_t]),
    'imap4_engine_layer_ready': (c_int, [c_void_p, c_int]),
    'imap4_engine_next': (c_int, [c_void_p, POINTER(POINTER(Event))]),
    'imap4_engine_error': (POINTER(Error), [c_void_p]),
    'imap4_engine_refusal': (POINTER(Error), [c_void_p]),
    'imap4_engine_mailbox': (POINTER(Mailbox), [c_void_p]),
    'imap4_seqset_parse': (c_int, [View, c_int, POINTER(c_void_p)]),
    'imap4_seqset_free': (None, [POINTER(c_void_p)]),
    'imap4_cmd_starttls': (c_int, [c_void_p, *COMMAND]),
    'imap4_cmd_logout': (c_int, [c_void_p, *COMMAND]),
    'imap4_cmd_auth_plain': (c_int, [c_void_p, View, View, View, *COMMAND]),
    'imap4_cmd_args': (c_int, [c_void_p, View, POINTER(Arg), c_size_t, *COMMAND]),
    'imap4_cmd_append': (c_int, [c_void_p, View, c_uint64, POINTER(AppendOptions), *COMMAND]),
    'imap4_cmd_write': (c_int, [c_void_p, c_uint64, View]),
    'imap4_cmd_pending': (c_uint64, [c_void_p, c_uint64]),
    'imap4_cmd_select': (c_int, [c_void_p, View, c_void_p, *COMMAND]),
    'imap4_cmd_fetch': (c_int, [c_void_p, c_void_p, View, c_void_p, *COMMAND]),
    'imap4_cmd_search': (c_int, [c_void_p, View, POINTER(SearchOptions), *COMMAND]),
    'imap4_cmd_store': (c_int, [c_void_p, c_void_p, c_int, View, POINTER(StoreOptions),
                                *COMMAND]),
    'imap4_cmd_list': (c_int, [c_void_p, View, View, c_void_p, *COMMAND]),
    'imap4_cmd_idle': (c_int, [c_void_p, *COMMAND]),
    'imap4_cmd_stop': (c_int, [c_void_p, c_uint64]),
    'imap4_fetch_count': (c_size_t, [POINTER(Event)]),
    'imap4_fetch_at': (c_int, [POINTER(Event), c_size_t, POINTER(FetchItem)]),
    'imap4_esearch_get': (c_int, [POINTER(Event), POINTER(POINTER(Esearch))]),
}


def load(path):
    library = ctypes.CDLL(path)
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
