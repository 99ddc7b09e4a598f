#!/bin/sh
# SPDX-License-Identifier: MIT
# sasl.sh PROGRAM - one throwaway Dovecot, and every mechanism that both have.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/imap4-sasl.XXXXXX")
chmod 755 "$dir"
trap '"$here/dovecot/stop" "$dir/server" --wipe >&2 || true; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
if "$here/dovecot/start" "$dir/server" </dev/null >"$dir/start.log" 2>&1; then
    :
else
    rc=$?
    cat "$dir/start.log" >&2
    if [ "$rc" = 77 ]; then
        echo "1..0 # SKIP DOVECOT IS NOT INSTALLED: no mechanism was tried on a real server"
        exit 0
    fi
    exit "$rc"
fi
. "$dir/server/ready"
"$program" "imaps://localhost:$IMAPS_PORT" "$CA" alice pass-alice
