#!/bin/bash
# test/check/headers.sh ROOT | --self-test - each public header compiles alone.
# As C99, C17 and C++17, with gcc and clang, without a warning. Prints TAP.
set -eu

warn='-pedantic -Wall -Wextra -Wconversion -Werror -fsyntax-only'

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# compile ROOT NAME EXTRA: the header is the first thing that the compiler sees.
compile() {
    local root=$1 name=$2 extra=$3 status=0 cc std
    echo "#include \"$name\"" >"$tmp/one.c"
    cp "$tmp/one.c" "$tmp/one.cc"
    for cc in gcc clang; do
        for std in c99 c17; do
            # shellcheck disable=SC2086
            $cc -std=$std $warn $extra -I"$root/include" -I"$root" "$tmp/one.c" || status=1
        done
    done
    for cc in g++ clang++; do
        # shellcheck disable=SC2086
        $cc -std=c++17 $warn $extra -I"$root/include" -I"$root" "$tmp/one.cc" || status=1
    done
    return $status
}

check() {
    local root=$1 n=0 bad=0 name extra
    cd "$root"
    for name in $(find include adapt -name '*.h' | LC_ALL=C sort); do
        n=$((n + 1))
        extra=
        # Event loops need the system; strict C hides it unless POSIX is asked for.
        case $name in adapt/*) extra=-D_POSIX_C_SOURCE=200809L ;; esac
        if [ "$name" = adapt/libuv.h ] && ! echo '#include <uv.h>' | gcc -E - >/dev/null 2>&1; then
            echo "ok $n - $name # SKIP there is no libuv here"
            continue
        fi
        if compile "$root" "${name#include/}" "$extra" >"$tmp/said" 2>&1; then
            echo "ok $n - $name"
        else
            sed 's/^/# /' "$tmp/said"
            echo "not ok $n - $name"
            bad=1
        fi
    done
    echo "1..$n"
    return $bad
}

self_test() {
    mkdir -p "$tmp/tree/include" "$tmp/tree/adapt"
    echo 'typedef struct thing thing;' >"$tmp/tree/include/good.h"
    echo 'void f(size_t n);' >"$tmp/tree/include/not_alone.h"
    echo 'void f(int class);' >"$tmp/tree/include/not_cxx.h"
    echo 'static inline signed char g(int x) { return x; }' >"$tmp/tree/include/narrows.h"
    echo '#include <signal.h>
          static inline void h(void) { sigset_t s; sigemptyset(&s); }' >"$tmp/tree/adapt/posix.h"
    check "$tmp/tree" | grep -v '^#' >"$tmp/result" || :
    diff - "$tmp/result" <<'EOF'
ok 1 - adapt/posix.h
ok 2 - include/good.h
not ok 3 - include/narrows.h
not ok 4 - include/not_alone.h
not ok 5 - include/not_cxx.h
1..5
EOF
    echo 'the planted headers were found'
}

if [ "$1" = --self-test ]; then
    self_test
else
    check "$(realpath "$1")"
fi
