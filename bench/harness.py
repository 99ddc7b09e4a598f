# SPDX-License-Identifier: MIT
"""harness.py - what bench/run and bench/peers share: servers, clients, callgrind, the machine."""
import contextlib
import platform
import re
import subprocess
import sys
from pathlib import Path


@contextlib.contextmanager
def server(build, work, count, *tls):
    """A server for one work; gives its port.  It ends with its standard input."""
    process = subprocess.Popen([build / 'bench' / 'bench_server', work, str(count), *tls],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = process.stdout.readline().strip()
        if not port:
            sys.exit(f'bench: no server for {work}')
        yield port
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=60)


def run(command, work, count, port, limit=600):
    """The figures that a client prints; None if it failed or took too long."""
    try:
        done = subprocess.run([*command, work, str(count), port], timeout=limit,
                              capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        return None
    line = [text for text in done.stdout.splitlines() if text.startswith('cpu=')]
    if done.returncode != 0 or not line:
        print(f'bench: {command} {work}: {done.stderr.strip()[-200:]}', file=sys.stderr)
        return None
    return {key: float(value) for key, value in (pair.split('=') for pair in line[0].split())}


def instructions(build, command, work, sizes, tls=()):
    """Instructions of user space per unit: two sizes, their difference."""
    counts = []
    for count in sizes:
        with server(build, work, count, *tls) as port:
            err = subprocess.run(['valgrind', '--tool=callgrind',
                                  '--callgrind-out-file=/dev/null',
                                  *command, work, str(count), port],
                                 check=True, capture_output=True, text=True).stderr
        counts.append(int(re.search(r'Collected : (\d+)', err)[1]))
    return (counts[1] - counts[0]) / (sizes[1] - sizes[0])


def machine():
    info = Path('/proc/cpuinfo').read_text()
    model = re.search(r'model name\s*: (.*)', info)
    return (f'{model[1] if model else platform.machine()}, {info.count("processor")} processors, '
            f'Linux {platform.release()}')
