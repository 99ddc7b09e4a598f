#!/bin/sh
# test/check/install.sh BUILD CC... - install below a temporary folder, and let a program
# find the library there through pkg-config: shared, static, and the core alone.
set -eu
build=$1
shift

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

DESTDIR=$tmp meson install --no-rebuild --quiet -C "$build"
PKG_CONFIG_PATH=$(dirname "$(find "$tmp" -name libimap4.pc)")
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR="$tmp"
lib=$(dirname "$PKG_CONFIG_PATH")

cat >"$tmp/program.c" <<'C'
#include <imap4.h>
int main(void)
{
    return imap4_version() == IMAP4_VERSION_NUM ? 0 : 1;
}
C
cat >"$tmp/core.c" <<'C'
#include <imap4/base.h>
int main(void)
{
    return imap4_version() == IMAP4_VERSION_NUM ? 0 : 1;
}
C

# shellcheck disable=SC2046  # lists of words
{
    "$@" "$tmp/program.c" -o "$tmp/shared" $(pkg-config --cflags --libs libimap4)
    LD_LIBRARY_PATH=$lib "$tmp/shared"
    LD_LIBRARY_PATH=$lib ldd "$tmp/shared" | grep -q 'libimap4\.so\.0 =>'

    # The linker would take the shared one of two.
    rm "$lib"/libimap4.so*
    "$@" "$tmp/program.c" -o "$tmp/static" $(pkg-config --cflags --static --libs libimap4)
    "$tmp/static"

    "$@" "$tmp/core.c" -o "$tmp/core" $(pkg-config --cflags --libs libimap4core)
    "$tmp/core"
}
pkg-config --modversion libimap4
