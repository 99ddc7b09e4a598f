#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh BUILD - what `make demo` runs: a mail server of our own, and a program that reads it.
# The server is a throwaway Dovecot on loopback: no account and no network are needed.
set -eu
mailbox=$1/examples/mailbox
[ -x "$mailbox" ] || {
    echo "demo: $mailbox is missing: make demo builds it" >&2
    exit 1
}
tests=$(cd "$(dirname "$0")/../test" && pwd)

dir=$(mktemp -d "${TMPDIR:-/tmp}/imap4-demo.XXXXXX")
chmod 755 "$dir"
trap '"$tests"/servers/dovecot/stop "$dir/server" --wipe || :; rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT TERM

echo 'Starting a mail server with 200 messages ...'
"$tests"/servers/dovecot/start "$dir/server" >"$dir/log" 2>&1 || {
    rc=$?
    if [ $rc = 77 ]; then
        echo 'demo: Dovecot is missing.  On Debian:' >&2
        echo '  apt-get install --no-install-recommends dovecot-core dovecot-imapd dovecot-lmtpd' >&2
    else
        cat "$dir/log" >&2
    fi
    exit $rc
}
. "$dir/server/ready"
"$tests"/mail/demo.py "$dir/mail" >/dev/null
"$tests"/mail/append.py "$dir/mail" "$IMAPS_PORT" "$CA" alice pass-alice INBOX >/dev/null

# Shows what somebody would type, and does it.
export IMAP4_PASSWORD=pass-alice
run() {
    printf '\n$ mailbox %s\n' "$*"
    "$mailbox" "$@"
}
url=imaps://alice@localhost:$IMAPS_PORT
mail=$dir/newest.eml
run --cafile "$CA" "$url"
run --cafile "$CA" --save 200 "$mail" "$url"
printf '\n$ head -n 9 %s\n' "$mail"
tr -d '\r' <"$mail" | head -n 9

cat <<END

That was examples/mailbox.c, over TLS.  With an account of yours:

  $mailbox imaps://NAME@SERVER
  $mailbox --help
END
