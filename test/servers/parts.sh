#!/bin/sh
# SPDX-License-Identifier: MIT
# parts.sh PROGRAM [COUNT] - one throwaway Dovecot, COUNT generated messages, the program on it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1
count=${2:-5000}
dir=$(mktemp -d "${TMPDIR:-/tmp}/imap4-parts.XXXXXX")
chmod 755 "$dir"
trap '"$here/dovecot/stop" "$dir/server" --wipe >&2 || true; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
if "$here/dovecot/start" "$dir/server" </dev/null >"$dir/start.log" 2>&1; then
    :
else
    rc=$?
    cat "$dir/start.log" >&2
    if [ "$rc" = 77 ]; then
        echo "1..0 # SKIP DOVECOT IS NOT INSTALLED: no part of real messages was decoded"
        exit 0
    fi
    exit "$rc"
fi
. "$dir/server/ready"
"$here/../mail/charsets.py" "$dir/mail" --count "$count" --seed 1
"$program" "imaps://localhost:$IMAPS_PORT" "$CA" alice pass-alice "$dir/mail" "$count"
