#!/bin/sh
# SPDX-License-Identifier: MIT
# test/check/install.sh ROOT BUILD | --self-test - install below a temporary folder, and use
# what lies there as anybody would: a program that includes every installed header, built
# with nothing but the flags of pkg-config, as C99, C17 and C++17, by gcc and clang, with
# the shared library, the static one, and the core alone.  It is run.  Prints TAP.
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0

# result NAME: the command before it said what is wrong, in $tmp/said, or nothing.
result() {
    n=$((n + 1))
    if [ -s "$tmp/said" ]; then
        sed 's/^/# /' "$tmp/said"
        echo "not ok $n - $1"
        bad=1
    else
        echo "ok $n - $1"
    fi
}

skip() {
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

# lacks NAME TEXT WORD...: says which words are not in a text; "!WORD" must not be there.
lacks() {
    name=$1 text=" $2 "
    shift 2
    for word; do
        case $word in
        !*) case $text in *" ${word#!}"*) echo "$name has ${word#!}:$text" ;; esac ;;
        *) case $text in *" $word"*) ;; *) echo "$name has no $word:$text" ;; esac ;;
        esac
    done
}

# What has to be there, one path a line, as far as the sources say it.
expected() {
    (cd "$1" && find include -name '*.h' && find adapt -name '*.h' | sed 's,^,include/imap4/,')
    echo 'share/man/man3/libimap4.3'
    # Pages come from functions; that none is missing, test/check/man.py says.
    echo 'share/man/man3/imap4_engine_new.3'
    for name in README.md LICENSE CHANGELOG.md SECURITY.md; do
        echo "share/doc/libimap4/$name"
    done
}

check_files() {
    expected "$1" | while read -r file; do
        [ -s "$2/$file" ] || echo "not installed: $file"
    done
}

# write_program yes|no HEADER...: only the core or not.
write_program() {
    core_only=$1
    shift
    for header; do
        echo "#include <$header>"
    done
    cat <<'C'
#include <stdio.h>

/* Bytes in, an event out: calls, structs and enums have to be those of the library. */
static int read_one(void)
{
    imap4_reader      *reader = NULL;
    const imap4_event *ev     = NULL;
    int                rc     = imap4_reader_new(NULL, &reader);
    if (rc == IMAP4_OK && imap4_reader_feed(reader, IMAP4_V("* 3 EXISTS\r\n")) == 12)
        rc = imap4_reader_next(reader, &ev);
    rc = rc == 1 && ev != NULL && ev->type == IMAP4_EV_EXISTS && ev->number == 3;
    imap4_reader_free(&reader);
    return rc;
}

static int make_engine(void)
{
    imap4_engine_options opt    = IMAP4_ENGINE_OPTIONS;
    imap4_engine        *engine = NULL;
    int                  rc     = imap4_engine_new(&opt, &engine);
    imap4_engine_free(&engine);
    return rc == IMAP4_OK;
}
C
    if [ "$core_only" = no ]; then
        cat <<'C'

static int refuse_url(void)
{
    imap4_poll p;
    int        rc = imap4_poll_open(&p, "http://localhost", NULL, NULL);
    imap4_poll_close(&p);
    return rc == IMAP4_E_ARG;
}
C
    fi
    cat <<C

int main(void)
{
    if (imap4_version() != IMAP4_VERSION_NUM)
        return puts("the version of the headers is not that of the library"), 1;
    if (!read_one())
        return puts("a response is not read"), 1;
    if (!make_engine())
        return puts("no engine"), 1;
C
    [ "$core_only" = yes ] || echo '    if (!refuse_url())
        return puts("an URL of another kind is not refused"), 1;'
    echo '    return 0;
}'
}

# build LINKAGE COMPILER STANDARD FLAG...
build() {
    linkage=$1 compiler=$2 std=$3
    shift 3
    language=c
    case $std in c++*) language=c++ ;; esac
    program=full
    [ "$linkage" != core ] || program=core
    {
        "$compiler" -x "$language" -std="$std" -pedantic -Wall -Wextra -Wconversion -Werror \
            "$tmp/$program.c" -x none -o "$tmp/$linkage" "$@" &&
            LD_LIBRARY_PATH=$lib "$tmp/$linkage" || echo "it ended with $?"
    } >"$tmp/said" 2>&1
    if [ ! -s "$tmp/said" ]; then
        LD_LIBRARY_PATH=$lib ldd "$tmp/$linkage" >"$tmp/needs"
        case $linkage in
        shared) grep -q 'libimap4\.so\.0 =>' "$tmp/needs" ;;
        static) ! grep -q libimap4 "$tmp/needs" ;;
        # clang++ links what C++ may need, whether it is needed or not.
        core)   ! grep -v -e vdso -e 'libc\.' -e ld-linux -e libstdc++ -e 'libm\.' \
                    -e libgcc_s "$tmp/needs" >>"$tmp/said" ;;
        esac || echo "it needs other libraries than it should" >>"$tmp/said"
    fi
    result "$linkage, $compiler -std=$std"
}

build_all() {
    linkage=$1
    shift
    for pair in gcc:c99 gcc:c17 g++:c++17 clang:c99 clang:c17 clang++:c++17; do
        if command -v "${pair%:*}" >/dev/null; then
            build "$linkage" "${pair%:*}" "${pair#*:}" "$@"
        else
            skip "$linkage, ${pair%:*} -std=${pair#*:}" 'it is not installed'
        fi
    done
}

check() {
    root=$1 build=$2
    DESTDIR=$tmp/dest meson install --no-rebuild --quiet -C "$build" >"$tmp/log" 2>&1 ||
        cat "$tmp/log"
    prefix=$(dirname "$(find "$tmp/dest" -type d -name include)")
    check_files "$root" "$prefix" >"$tmp/said"
    result 'headers, manual and documents are there'

    pc=$(dirname "$(find "$tmp/dest" -name libimap4.pc)")
    lib=$(dirname "$pc")
    # The folder's own packages only by our files; others (OpenSSL) where they are.
    export PKG_CONFIG_PATH="$pc" PKG_CONFIG_SYSROOT_DIR="$tmp/dest"

    shared=$(pkg-config --cflags --libs libimap4)
    static=$(pkg-config --cflags --static --libs libimap4)
    core=$(pkg-config --cflags --libs libimap4core)
    has_tls='!-lssl'
    ! pkg-config --print-requires-private libimap4 | grep -q openssl || has_tls=-lssl
    {
        lacks 'pkg-config --cflags --libs' "$shared" "-I$prefix/include" "-L$lib" -limap4 \
            '!-lssl' '!-lcrypto' '!-pthread'
        lacks 'pkg-config --static' "$static" "-I$prefix/include" -limap4 "$has_tls"
        lacks 'pkg-config libimap4core' "$core" "-I$prefix/include" -limap4core '!-limap4 ' \
            '!-lssl' '!-pthread'
        version=$(sed -n 's/^#define IMAP4_VERSION_STRING "\(.*\)"/\1/p' \
            "$prefix/include/imap4/base.h")
        lacks 'pkg-config --modversion' "$(pkg-config --modversion libimap4 libimap4core |
            tr '\n' ' ')" "$version $version "
    } >"$tmp/said"
    result 'what pkg-config says'

    # Every header that was installed; an adapter for another library needs that one.
    extra=
    set --
    for header in $(cd "$prefix/include" && find . -name '*.h' | sed 's,^\./,,' | LC_ALL=C sort); do
        package=$(basename "$header" .h)
        case $header in
        imap4/adapt/poll.h) ;;
        imap4/adapt/*)
            pkg-config --exists "$package" || { echo "# no $package, so not $header"; continue; }
            # Strict C hides the system, which event loops need.
            extra="$extra -D_POSIX_C_SOURCE=200809L \
                $(PKG_CONFIG_SYSROOT_DIR='' pkg-config --cflags --libs "$package")"
            ;;
        esac
        set -- "$@" "$header"
    done
    write_program no "$@" >"$tmp/full.c"
    only=
    for header; do
        case $header in imap4/adapt/*) ;; *) only="$only $header" ;; esac
    done
    # shellcheck disable=SC2086  # lists of words
    write_program yes $only >"$tmp/core.c"

    # shellcheck disable=SC2086
    build_all shared $shared $extra
    # The linker would take the shared one of two.
    rm "$lib"/libimap4.so*
    # shellcheck disable=SC2086
    build_all static $static $extra
    # shellcheck disable=SC2086
    build_all core $core

    # Once more as it was, and away with it.
    mkdir -p "$tmp/again/stays"
    : >"$tmp/said"
    DESTDIR=$tmp/again meson install --no-rebuild --quiet -C "$build" >"$tmp/log" 2>&1
    find "$tmp/again" -name imap4.h | grep -q . || echo 'was not installed again' >"$tmp/said"
    ninja -C "$build" uninstall >"$tmp/log" 2>&1 || cat "$tmp/log" >>"$tmp/said"
    find "$tmp/again" ! -type d >>"$tmp/said"
    result 'uninstall leaves nothing'
    echo "1..$n"
    return $bad
}

self_test() {
    mkdir -p "$tmp/tree/include/imap4/ext" "$tmp/tree/adapt" "$tmp/into/include/imap4/ext"
    echo x >"$tmp/tree/include/imap4/ext/new.h"
    echo x >"$tmp/tree/adapt/loop.h"
    echo x >"$tmp/into/include/imap4/ext/new.h"
    check_files "$tmp/tree" "$tmp/into" >"$tmp/said"
    grep -q '^not installed: include/imap4/adapt/loop.h$' "$tmp/said"
    if grep -q 'new\.h' "$tmp/said"; then return 1; fi
    rm "$tmp/into/include/imap4/ext/new.h"
    check_files "$tmp/tree" "$tmp/into" | grep -q '^not installed: include/imap4/ext/new.h$'

    [ -z "$(lacks x '-I/a -lb' -I/a -lb '!-lc')" ]
    [ -n "$(lacks x '-I/a -lb' -lc)" ]
    [ -n "$(lacks x '-I/a -lb' '!-lb')" ]

    # A program whose header is not C++, one that fails, one that does not link.
    lib=$tmp
    for fault in 'int new;int main(void) { return 0; }' 'int main(void) { return 3; }' \
        'int imap4_nothing(void);int main(void) { return imap4_nothing(); }'; do
        echo "$fault" >"$tmp/core.c"
        if command -v g++ >/dev/null; then
            build core g++ c++17 >"$tmp/out" || :
            grep -q '^not ok' "$tmp/out"
        fi
    done
    echo 'int main(void) { return 0; }' >"$tmp/core.c"
    bad=0
    build core gcc c17 >"$tmp/out"
    grep -q '^ok' "$tmp/out"
    echo 'the planted faults were found'
}

if [ "$1" = --self-test ]; then
    self_test
else
    check "$1" "$2"
fi
