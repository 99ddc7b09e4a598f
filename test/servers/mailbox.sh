#!/bin/sh
# SPDX-License-Identifier: MIT
# mailbox.sh PROGRAM [COUNT] - one throwaway Dovecot, COUNT generated messages, the program on it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1
count=${2:-2000}
dir=$(mktemp -d "${TMPDIR:-/tmp}/imap4-mailbox.XXXXXX")
chmod 755 "$dir"
trap '"$here/dovecot/stop" "$dir/server" --wipe >&2 || true; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
if "$here/dovecot/start" "$dir/server" </dev/null >"$dir/start.log" 2>&1; then
    :
else
    rc=$?
    cat "$dir/start.log" >&2
    if [ "$rc" = 77 ]; then
        echo "1..0 # SKIP DOVECOT IS NOT INSTALLED: the real mailbox was not tested"
        exit 0
    fi
    exit "$rc"
fi
. "$dir/server/ready"
# AddressSanitizer keeps freed memory for a while; the test of constant memory would count it.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:quarantine_size_mb=8"
"$here/../mail/generate.py" "$dir/mail" --count "$count" --seed 1 >/dev/null
"$program" poll "imaps://localhost:$IMAPS_PORT" "$CA" alice pass-alice "$dir/mail" "$count" \
    200000000 "'$here/../mail/deliver.py' $LMTP_PORT alice >&2"
