#!/bin/sh
# SPDX-License-Identifier: MIT
# methods.sh PROGRAM - every method of the IMAP4 object on a throwaway Dovecot, over TLS and over
# STARTTLS, and on a throwaway Cyrus where there is one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/imap4-methods.XXXXXX")
chmod 755 "$dir"
trap '"$here/dovecot/stop" "$dir/dovecot" --wipe >&2 || true
    "$here/cyrus/stop" "$dir/cyrus" --wipe >&2 || true; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM

# Rights and quotas; nobody may set a quota there.
cat >"$dir/extra.conf" <<X
mail_plugins = zlib acl quota
protocol imap {
  mail_plugins = zlib acl quota imap_zlib imap_acl imap_quota
}
plugin {
  acl = vfile
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=50M
}
X

start() { # SERVER: 0, or 77 if it is not installed
    if EXTRA=$dir/extra.conf "$here/$1/start" "$dir/$1" </dev/null >"$dir/$1.log" 2>&1; then
        return 0
    else
        rc=$?
    fi
    cat "$dir/$1.log" >&2
    return "$rc"
}

rc=0
start dovecot || rc=$?
if [ "$rc" = 77 ]; then
    echo "1..0 # SKIP DOVECOT IS NOT INSTALLED: no method was tried on a real server"
    exit 0
fi
[ "$rc" = 0 ] || exit "$rc"
. "$dir/dovecot/ready"
set -- dovecot/tls "imaps://localhost:$IMAPS_PORT" "$CA" alice pass-alice - \
    dovecot/stls "imap://localhost:$IMAP_PORT" "$CA" carol pass-carol -

rc=0
start cyrus || rc=$?
case $rc in
0)
    . "$dir/cyrus/ready"
    set -- "$@" cyrus/tls "imaps://localhost:$IMAPS_PORT" "$CA" alice pass-alice admin
    ;;
77) echo "# Cyrus is not installed here: its column is left out" ;;
*) exit "$rc" ;;
esac
"$program" "$@" || {
    tail -n 20 "$dir/dovecot/dovecot.log" >&2
    exit 1
}
