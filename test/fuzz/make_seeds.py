#!/usr/bin/env python3
"""make_seeds.py DIR TRANSCRIPTS [STAMP] - the server's bytes of all transcripts as seeds.

Writes DIR/frame/*, DIR/reader/* and DIR/inflate/*; what the fuzzers want in front of them is
put there, and for the last the bytes are compressed.  DIR/mime/* is what test/mail/awkward.py
has, DIR/sasl/* and DIR/client/* are dialogues that a server may lead; date, header,
path, set and utf7 get the strings of all transcripts.
"""
import base64
import hashlib
import hmac
import re
import sys
import zlib
from pathlib import Path

ESCAPES = {b'r': b'\r', b'n': b'\n', b't': b'\t', b'0': b'\0', b'\\': b'\\', b'"': b'"'}
PREFIX = {'frame': [b'\0'], 'reader': [b'\0\0', b'\x56\x03']}
LARGEST = 20000
BOMB = b'x' * 4000000


def unescape(text):
    return re.sub(rb'\\(?:x([0-9a-f]{2})|(.))',
                  lambda m: bytes.fromhex(m[1].decode()) if m[1] else ESCAPES[m[2]], text)


def server_bytes(path):
    out = b''
    for line in path.read_bytes().split(b'\n'):
        mark, rest = line[:2], line[3:]
        if mark == b'S:':
            out += rest + b'\r\n'
        elif mark == b'S|':
            out += rest
        elif mark == b'S\\':
            out += unescape(rest)
        elif mark == b'S*':
            count, text = rest.split(b' ', 1)
            out += int(count) * unescape(text)
    return out


def deflated(data, level):
    """As a server compresses it: raw, and flushed where it waits for an answer."""
    made = zlib.compressobj(level, wbits=-15)
    half = len(data) // 2
    return (made.compress(data[:half]) + made.flush(zlib.Z_SYNC_FLUSH) +
            made.compress(data[half:]) + made.flush(zlib.Z_SYNC_FLUSH))


def compressed_seeds(name, data):
    """Whole, stored only, cut, and with a damaged byte."""
    whole = deflated(data, 9)
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0x5a
    ended = zlib.compressobj(1, wbits=-15)
    kinds = {'whole': whole, 'stored': deflated(data, 0), 'cut': whole[:len(whole) * 2 // 3],
             'damaged': damaged, 'ended': ended.compress(data) + ended.flush() + b'more'}
    for i, (kind, seed) in enumerate(kinds.items()):
        yield f'{name}-{kind}', bytes([i * 37]) + seed


def mime_seeds():
    """What test/mail knows to be awkward, in the form of mime.c."""
    sys.path.insert(0, str(Path(__file__).parent.parent / 'mail'))
    import awkward
    for i, (raw, _) in enumerate(awkward.WORDS):
        yield f'word-{i}', b'\0' + raw
        yield f'text-{i}', b'\3' + raw
    for i, (params, _) in enumerate(awkward.PARAMS):
        yield f'params-{i}', b'\1' + b'\n'.join(b'='.join(pair) for pair in params)
    for i, (encoding, _, raw, _) in enumerate(awkward.BODIES):
        how = {'b': 0, 'q': 1, 'x': 2}.get(encoding.strip().lower()[0], 3)
        for charset in range(16):
            yield f'body-{i}-{charset}', bytes([2, charset * 4 + how, i]) + raw


def scram_final(name, header):
    """What an honest server says last, of the credentials in sasl.c and the salt "salt"."""
    algorithm = 'sha1' if 'SHA-1' in name else 'sha256'
    nonce, salt = b'rOprNGfwEbeRWgbNEkqO', base64.b64encode(b'salt')
    binding = base64.b64encode(header + (b'binding' if 'PLUS' in name else b''))
    first = b'r=' + nonce + b'server,s=' + salt + b',i=16'
    text = b','.join([b'n=user,r=' + nonce, first,
                      b'c=' + binding + b',r=' + nonce + b'server'])
    salted = hashlib.pbkdf2_hmac(algorithm, b'pencil', b'salt', 16)
    key = hmac.new(salted, b'Server Key', algorithm).digest()
    return b'v=' + base64.b64encode(hmac.new(key, text, algorithm).digest())


def sasl_seeds():
    """Each mechanism of sasl.c with an honest server, and with others."""
    first = b'r=@server,s=c2FsdA==,i=16'
    for i, name in enumerate(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1',
                              'SCRAM-SHA-1-PLUS']):
        final = scram_final(name, b'p=tls-exporter,,' if 'PLUS' in name else b'y,,')
        for kind, said in {
                'good': [first, final], 'wrong': [first, b'v=' + b'A' * len(final[2:])],
                'error': [first, b'e=invalid-proof', b''], 'late': [b'', first, final],
                'twice': [first, first, final], 'many': [first + b',x=y', final + b',z=1'],
                'must': [b'm=x,' + first], 'endless': [first[:-2] + b'4000000000'],
                'few': [b'r=@,s=,i=0']}.items():
            yield f'{name}-{kind}', [i] + said
    for i, said in enumerate([[b'<1896.697@postoffice.reston.mci.net>', b''], [b'', b'more?'],
                              [b'Username:', b'Password:', b'PIN:'], [b''], [b''],
                              [b'{"status":"401"}', b'again'],
                              [b'{"status":"invalid_token"}', b'', b'x']]):
        yield f'{4 + i}', [4 + i] + said


def client_seeds():
    """An honest server for each method of client.c; 1 is the tag."""
    caps = b'* %s [CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS NAMESPACE SPECIAL-USE QUOTA] hi\r\n'
    said = [b'\1 OK [CAPABILITY IMAP4rev1 IDLE %s NAMESPACE QUOTA] in\r\n',
            b'* 5 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 7] x\r\n'
            b'\1 OK [READ-WRITE] x\r\n',
            b'* 1 FETCH (FLAGS () BODY[] {6}\r\nabcdef)\r\n* 9 FETCH (FLAGS ())\r\n\1 OK x\r\n',
            b'* SEARCH 1 2 3\r\n\1 OK x\r\n', b'* 1 FETCH (FLAGS (\\Seen))\r\n\1 OK x\r\n',
            b'* LIST () "/" {3}\r\nabc\r\n\1 OK x\r\n',
            b'* QUOTAROOT INBOX ""\r\n* QUOTA "" (STORAGE 1 2)\r\n\1 OK x\r\n',
            b'+ go\r\n', b'\1 OK [APPENDUID 1 2] x\r\n',
            b'* 1 FETCH (UID 7 BODY[1] {5}\r\nhello)\r\n\1 OK x\r\n',
            b'+ idling\r\n', b'* 6 EXISTS\r\n\1 OK x\r\n',
            b'* LIST (\\Sent) "/" "Sent"\r\n\1 OK x\r\n',
            b'* NAMESPACE (("" "/")) NIL NIL\r\n\1 OK x\r\n', b'\1 OK [COPYUID 1 1:3 4:6] x\r\n',
            b'\1 OK x\r\n', b'\1 OK x\r\n', b'* 1 RECENT\r\n\1 OK x\r\n',
            b'* BYE x\r\n\1 OK x\r\n']
    for name, kind, ways in [('move', b'OK', b'MOVE UIDPLUS'), ('copy', b'OK', b'UIDPLUS'),
                             ('mark', b'OK', b'X'), ('preauth', b'PREAUTH', b'MOVE')]:
        for profile in range(4):
            for chunk in (0, 255):
                yield f'{name}-{profile}-{chunk}', bytes([profile, chunk]) + caps % kind + \
                    b''.join([said[0] % ways] + said[1:])


def text_seeds(transcripts):
    """Names, dates, sets and header text: what the transcripts have between quotes, and these."""
    quoted, sets = set(), set()
    for path in sorted(transcripts.glob('*/*.imap')):
        data = server_bytes(path)
        if len(data) <= LARGEST:
            quoted.update(re.findall(rb'"((?:[^"\\\r\n]|\\.){1,200})"', data))
            sets.update(re.findall(rb'[ (]([0-9*][0-9,:*]{2,200})', data))
    quoted = sorted(quoted)
    dates = [q for q in quoted if re.search(rb'[0-9][ -][A-Za-z]{3}[ -][0-9]', q)]
    dates += [b' 7-Feb-1994 21:52:25 -0800', b'Mon, 7 Feb 1994 21:52:25 (a (b)) -0800 (PST)',
              b'29 Feb 00 24:00 Z', b'31 Dec 9999 23:59:60 +9959', b'1 Jan 0000 00:00:00 -9959',
              *((seconds & 2**64 - 1).to_bytes(8, 'little') + zone.to_bytes(2, 'little')
                for seconds in (0, -1, 951782400, 253402300799, -62167219200, 2**63 - 1)
                for zone in (0, 257, 65535))]
    for name, texts in (('date', dates), ('header', quoted), ('utf7', quoted),
                        ('set', sorted(sets) + [b'*', b'*:1', b'4294967295,1:3,5,4', b'7,5:1,2'])):
        for i, text in enumerate(texts):
            yield name, f'seed-{i}', text
    for i, text in enumerate([*quoted, b'../../etc/passwd', b'/a//b/', b'.lock', b'con', b'=%26a',
                              b'%/%2E/+a', b'a' * 251, b'a' * 250 + b'/=a', b'&AC8-', b'NUL.txt']):
        yield 'path', f'seed-{i}', b'/\0' + text
        yield 'path', f'caseless-{i}', b'.\1' + text


def query_seeds():
    """Criteria as query.c takes them: each kind alone, and a group behind NOT and OR."""
    text = bytes([6]) + b'a "\\\xc3\xbc'
    group = b'\0\1\2\x0c\x19' + text + b'\3\4\x031:*\5\1\1'
    for literals in range(3):
        for kind in range(16):
            yield f'kind-{kind}-{literals}', bytes([literals, 3, kind]) + text
        yield f'group-{literals}', bytes([literals, 63]) + group


def main():
    folder, transcripts = Path(sys.argv[1]), Path(sys.argv[2])
    (folder / 'inflate').mkdir(parents=True, exist_ok=True)
    (folder / 'mime').mkdir(parents=True, exist_ok=True)
    for name, seed in mime_seeds():
        (folder / 'mime' / name).write_bytes(seed)
    (folder / 'sasl').mkdir(parents=True, exist_ok=True)
    for name, (which, *said) in sasl_seeds():
        (folder / 'sasl' / name).write_bytes(
            bytes([which]) + b''.join(len(s).to_bytes(2, 'big') + s for s in said))
    (folder / 'client').mkdir(parents=True, exist_ok=True)
    for name, seed in client_seeds():
        (folder / 'client' / name).write_bytes(seed)
    (folder / 'inflate' / 'bomb').write_bytes(b'\5' + deflated(BOMB, 9))
    queries = [('query', name, seed) for name, seed in query_seeds()]
    for fuzzer, name, seed in [*text_seeds(transcripts), *queries]:
        (folder / fuzzer).mkdir(parents=True, exist_ok=True)
        (folder / fuzzer / name).write_bytes(seed)
    for path in sorted(transcripts.glob('*/*.imap')):
        data = server_bytes(path)
        if len(data) > LARGEST:
            continue
        if path.parent.name in ('session', 'ext'):
            for name, seed in compressed_seeds(path.stem, data):
                (folder / 'inflate' / name).write_bytes(seed)
        for fuzzer, prefixes in PREFIX.items():
            (folder / fuzzer).mkdir(parents=True, exist_ok=True)
            for i, prefix in enumerate(prefixes):
                name = f'{path.parent.name}-{path.stem}-{i}'
                (folder / fuzzer / name).write_bytes(prefix + data)
    if len(sys.argv) > 3:
        Path(sys.argv[3]).touch()


if __name__ == '__main__':
    main()
