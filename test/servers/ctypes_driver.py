#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ctypes_driver.py LIBRARY URL CA USER PASSWORD MAILDIR COUNT BIG DELIVER EVENTS

The session of mailbox.c, driven from Python: the engine through its ABI alone, sockets and
TLS from Python, and the engine told that the pipe is private.  EVENTS gets all events from
the login on, in the normal form of record.c; drivers.py compares."""
import ctypes
import hashlib
import json
import select
import socket
import ssl
import subprocess
import sys
import time
from ctypes import POINTER, byref, c_size_t, c_uint64, c_void_p
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import ctypes_mirror as abi             # noqa: E402  (the path comes first)
from ctypes_mirror import View          # noqa: E402

READ, WRITE, NEXT, LAYER, CLOSE = 1, 2, 4, 8, 16        # imap4_want
DONE, CONTINUE = 2, 3                                   # imap4_event_type
LIST, FLAGS, SEARCH, EXISTS, FETCH = 8, 11, 12, 13, 16
BODY_BEGIN, BODY_DATA, BODY_END, ESEARCH = 17, 18, 19, 21
UIDNEXT, UNSEEN = 10, 12                                # imap4_code
TLS, STARTTLS = 1, 2                                    # imap4_security
ANSWER_TIME = 60
BOX = b'Wahrheit/\xe7\x9c\x9f\xe5\xae\x9f'
NIL = View()


class Failed(Exception):
    pass


def text_of(error):
    return f'{(error.text.bytes() or b"").decode()} {error.where.bytes() or b""}'


class Connection:
    """An engine, and a socket that moves its bytes."""

    def __init__(self, library, url, ca):
        self.library = library
        self.parts, error = abi.Url(), abi.Error()
        self.context = ssl.create_default_context(cafile=ca)
        if library.imap4_url_parse(View.of(url), byref(self.parts), byref(error)) < 0:
            raise Failed(text_of(error))
        options = abi.EngineOptions(size=ctypes.sizeof(abi.EngineOptions),
                                    secure=self.parts.security == TLS)
        self.engine = c_void_p()
        if library.imap4_engine_new(byref(options), byref(self.engine)) < 0:
            raise Failed('no engine')
        self.sock = socket.create_connection((self.parts.host.decode(), self.parts.port), 30)
        if self.parts.security == TLS:
            self.shake_hands()
        self.sock.setblocking(False)
        self.record = None
        if self.parts.security == STARTTLS:
            self.until(self.queue('starttls'))

    def shake_hands(self):
        self.sock.settimeout(30)
        self.sock = self.context.wrap_socket(self.sock,
                                             server_hostname=self.parts.host.decode())
        self.sock.setblocking(False)

    def close(self):
        self.library.imap4_engine_free(byref(self.engine))
        self.sock.close()

    # ---- commands

    def queue(self, name, *arguments):
        """imap4_cmd_NAME(engine, arguments..., NULL, &cmd)"""
        command = c_uint64()
        function = getattr(self.library, f'imap4_cmd_{name}')
        if function(self.engine, *arguments, None, byref(command)) < 0:
            raise Failed(text_of(self.library.imap4_engine_refusal(self.engine)[0]))
        return command.value

    def with_set(self, name, numbers, *arguments):
        numbers_set = c_void_p()
        if self.library.imap4_seqset_parse(View.of(numbers), 0, byref(numbers_set)) < 0:
            raise Failed(numbers)
        try:
            return self.queue(name, numbers_set, *arguments)
        finally:
            self.library.imap4_seqset_free(byref(numbers_set))

    # ---- bytes

    def receive(self):
        """True if bytes came, straight to where they will be parsed."""
        room = c_size_t()
        at = self.library.imap4_engine_recv_buf(self.engine, byref(room))
        if not at:
            return False
        count = 0
        try:
            count = self.sock.recv_into((ctypes.c_char * room.value).from_address(at))
            is_end = count == 0
        except (BlockingIOError, ssl.SSLWantReadError):
            is_end = False
        self.library.imap4_engine_recv_commit(self.engine, count)
        if is_end:
            self.library.imap4_engine_recv_eof(self.engine)
        return is_end or count != 0

    def send(self):
        """True if bytes went out."""
        view = self.library.imap4_engine_send_buf(self.engine)
        try:
            count = self.sock.send(ctypes.string_at(view.ptr, min(view.len, 1 << 16)))
        except (BlockingIOError, ssl.SSLWantWriteError):
            return False
        self.library.imap4_engine_send_ack(self.engine, count)
        return True

    def turn(self):
        """Moves what can be moved, else waits.  What the engine wanted."""
        deadline = c_uint64()
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000000
        want = self.library.imap4_engine_want(self.engine, now, byref(deadline))
        if want & (NEXT | CLOSE):
            return want
        if want & LAYER:
            self.shake_hands()
            if self.library.imap4_engine_layer_ready(self.engine, 1) < 0:
                raise Failed('no layer was wanted')
            return want
        moved = bool(want & READ) and self.receive()
        if want & WRITE:
            moved = self.send() or moved
        if not moved:
            writers = [self.sock] if want & WRITE else []
            timeout = min((deadline.value - now) / 1000, ANSWER_TIME)
            if not any(select.select([self.sock], writers, [], timeout)) \
                    and timeout == ANSWER_TIME:
                raise Failed('nothing came')
        return want

    # ---- events

    def waiting(self):
        """The next event that is there, or None; it is recorded."""
        event = POINTER(abi.Event)()
        rc = self.library.imap4_engine_next(self.engine, byref(event))
        if rc < 0:
            raise Failed(text_of(self.library.imap4_engine_error(self.engine)[0]))
        if rc == 0:
            return None
        if self.record:
            self.record.event(event)
        return event

    def next(self):
        """The next event; None when LOGOUT has ended the session."""
        want = 0
        while (event := self.waiting()) is None:
            if want & CLOSE:
                return None
            want = self.turn()
        return event

    def until(self, command):
        """Until it is done.  Everything must go well."""
        while True:
            event = self.next()[0]
            if event.type == DONE and event.result != 1:
                raise Failed(event.text.bytes())
            if event.type == DONE and event.cmd == command:
                return

    def exists(self):
        return self.library.imap4_engine_mailbox(self.engine)[0].exists


class Record:
    """The normal form of record.c."""

    def __init__(self, library, path):
        self.library = library
        self.file = open(path, 'w', encoding='utf-8', newline='')
        self.body, self.size = hashlib.sha256(), 0

    @staticmethod
    def digest(name, data):
        data = data or b''
        return f' {name}:{len(data)}:{hashlib.sha256(data).hexdigest()[:16]}'

    def fetch(self, pointer):
        item = abi.FetchItem()
        words = ''
        for i in range(self.library.imap4_fetch_count(pointer)):
            if self.library.imap4_fetch_at(pointer, i, byref(item)) < 0:
                continue
            words += self.digest(f'{item.name.bytes().decode()}/{item.kind}', item.value.bytes())
            words += f' of={item.size}' if item.size else ''
        return words

    def esearch(self, pointer):
        found = POINTER(abi.Esearch)()
        if self.library.imap4_esearch_get(pointer, byref(found)) < 0:
            return ''
        count = f' count={found[0].count}' if found[0].count else ''
        return count + self.digest('all', found[0].all.bytes())

    def special(self, pointer, event):
        if event.type == FETCH:
            return self.fetch(pointer)
        if event.type == BODY_BEGIN:
            return self.digest('name', event.name.bytes())
        if event.type == BODY_END:
            words = f' body:{self.size}:{self.body.hexdigest()[:16]}'
            self.body, self.size = hashlib.sha256(), 0
            return words
        if event.type in (LIST, FLAGS):
            pieces = [event.raw[i].view.bytes() or b'' for i in range(event.raw_count)]
            return self.digest('raw', b''.join(pieces))
        if event.type == SEARCH:
            return self.digest('data', event.data.bytes())
        if event.type == ESEARCH:
            return self.esearch(pointer)
        return ''

    def event(self, pointer):
        event = pointer[0]
        if event.type == BODY_DATA:
            data = event.data.bytes()
            self.body.update(data)
            self.size += len(data)
            return
        values = [('number', event.number), ('uid', event.uid), ('status', event.status),
                  ('result', event.result), ('marks', event.marks), ('part', event.part),
                  ('code', event.code_id)]
        if event.code_id in (UIDNEXT, UNSEEN):
            values.append(('code_number', event.code_number))
        values.append(('literal', event.literal_size))
        words = ''.join(f' {name}={value}' for name, value in values if value)
        name = self.library.imap4_event_name(event.type).decode()
        self.file.write(name + words + self.special(pointer, event) + '\n')


# ---- the session, as in mailbox.c


def append_all(connection, folder, count, truths):
    alive, queued, done = {}, 0, 0
    while done < count:
        while queued < count and len(alive) < 12:
            truth = truths[queued]
            queued += 1
            data = (folder / f'{queued:06}.eml').read_bytes()
            options = abi.AppendOptions(size=ctypes.sizeof(abi.AppendOptions),
                                        flags=View.of(' '.join(truth['flags']).encode()),
                                        date=View.of(truth['internaldate'].encode()))
            command = connection.queue('append', View.of(BOX), len(data), byref(options))
            alive[command] = data       # the engine sends it from where it lies
            if connection.library.imap4_cmd_write(connection.engine, command,
                                                  View.of(data)) < 0:
                raise Failed('write')
        event = connection.next()[0]
        if event.type == DONE:
            if event.result != 1:
                raise Failed(event.text.bytes())
            del alive[event.cmd]
            done += 1


def idle(connection, deliver):
    connection.until(connection.queue('select', View.of(b'INBOX'), None))
    before = connection.exists()
    command = connection.queue('idle')
    is_idling = has_come = False
    while not has_come:
        event = connection.next()[0]
        if event.type == CONTINUE and not is_idling:
            is_idling = True
            subprocess.run(deliver, shell=True, stdout=subprocess.DEVNULL, check=True)
        if event.type == EXISTS:
            has_come = is_idling and event.number == before + 1
    connection.library.imap4_cmd_stop(connection.engine, command)
    connection.until(command)


def big(connection, size):
    library, engine = connection.library, connection.engine
    head = b'Subject: big\r\n\r\n'
    line = b'0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n'
    data = (head + line * (size // len(line) + 1))[:size]
    command = connection.queue('append', View.of(b'INBOX'), size, None)
    given = 0
    chunk = b''
    while True:
        if given < size and library.imap4_cmd_pending(engine, command) == 0:
            chunk = data[given:given + (1 << 18)]       # is kept until it has gone out
            if library.imap4_cmd_write(engine, command, View.of(chunk)) < 0:
                raise Failed('write')
            given += len(chunk)
        pointer = connection.waiting()
        if pointer is None:
            connection.turn()
        elif pointer[0].type == DONE and pointer[0].cmd == command:
            break
    connection.until(connection.queue('select', View.of(b'INBOX'), None))
    connection.until(connection.with_set('fetch', b'*', View.of(b'UID BODY.PEEK[]'), None))


def search(connection, key, results):
    options = abi.SearchOptions(size=ctypes.sizeof(abi.SearchOptions), results=results)
    connection.until(connection.queue('search', View.of(key), byref(options)))


def session(connection, folder, count, size, deliver):
    truths = [json.loads((folder / f'{n:06}.json').read_text()) for n in range(1, count + 1)]
    create = abi.Arg(kind=5, text=View.of(BOX))         # IMAP4_ARG_MAILBOX
    connection.until(connection.queue('args', View.of(b'CREATE'), byref(create), 1))
    append_all(connection, folder, count, truths)
    connection.until(connection.queue('select', View.of(BOX), None))
    connection.until(connection.with_set(
        'fetch', b'1:*', View.of(b'UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE '
                                 b'BODY.PEEK[]'), None))
    for number, truth in enumerate(truths, 1):
        items = 'UID' + ''.join(f' BODY.PEEK[{name}]' for name in truth['sections'])
        connection.until(connection.with_set('fetch', b'%d' % number, View.of(items.encode()),
                                             None))
    search(connection, b'FLAGGED', NIL)
    search(connection, b'KEYWORD $Junk', View.of(b'ALL COUNT'))
    silent = abi.StoreOptions(size=ctypes.sizeof(abi.StoreOptions), silent=1)
    for action, flags, options in ((0, b'\\Flagged \\Answered', None), (2, b'\\Flagged', None),
                                   (0, ' '.join(truths[0]['flags']).encode(), byref(silent))):
        connection.until(connection.with_set('store', b'1', action, View.of(flags), options))
    connection.until(connection.queue('list', View.of(b''), View.of(b'Wahrheit/%'), None))
    idle(connection, deliver)
    big(connection, size)
    connection.until(connection.queue('logout'))
    if connection.next() is not None:
        raise Failed('an event behind LOGOUT')


def main():
    path, url, ca, user, password, folder, count, size, deliver, events = sys.argv[1:]
    library = abi.load(path)
    connection = Connection(library, url.encode(), ca)
    connection.until(connection.queue('auth_plain', NIL, View.of(user.encode()),
                                      View.of(password.encode())))
    connection.record = Record(library, events)
    session(connection, Path(folder), int(count), int(size), deliver)
    connection.record.file.close()
    connection.close()


if __name__ == '__main__':
    main()
