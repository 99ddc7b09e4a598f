#!/bin/sh
# test/check/symbols.sh ROOT CC FILE... | --self-test CC
# The core needs nothing but memory: its files are built without the compiler's own
# calls of helpers, linked into one object, and must leave undefined only the names
# below. It also has no writable global, so engines share nothing.
set -eu

allowed='memcpy memmove memset memcmp memchr bcmp malloc realloc free'
# -fno-pic: else tables of pointers are relocated, and look writable.
flags='-std=c17 -O2 -DNDEBUG -fno-pic -fno-stack-protector -U_FORTIFY_SOURCE
       -fno-tree-loop-distribute-patterns'

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# check ROOT CC FILE... prints what is wrong; the exit status says if something is.
check() {
    root=$1 cc=$2 n=0
    shift 2
    rm -f "$tmp"/*.o
    for file; do
        n=$((n + 1))
        # shellcheck disable=SC2086
        $cc $flags -I"$root/include" -I"$root/src" -c "$file" -o "$tmp/$n.o"
    done
    ld -r -o "$tmp/core.o" "$tmp"/[0-9]*.o

    wrong=0
    for name in $(nm --undefined-only --format=posix "$tmp/core.o" | cut -d' ' -f1); do
        case " $allowed " in
        *" $name "*) ;;
        *) echo "undefined: $name"; wrong=1 ;;
        esac
    done
    nm --format=posix "$tmp/core.o" >"$tmp/names"
    while read -r name type _; do
        case $type in
        [bBdDgGsSC]) echo "writable global: $name"; wrong=1 ;;
        esac
    done <"$tmp/names"
    return $wrong
}

self_test() {
    cat >"$tmp/good.c" <<'C'
#include <stdlib.h>
#include <string.h>
struct row { const char *name; };
extern const struct row rows[2];
const struct row rows[2] = { { "a" }, { 0 } };
void *copy(const void *p, size_t n);
void *copy(const void *p, size_t n) { void *q = malloc(n); return q ? memcpy(q, p, n) : q; }
C
    cat >"$tmp/bad.c" <<'C'
#include <stdlib.h>
static int calls;
int counted(void);
int counted(void) { calls++; return getenv("HOME") != 0; }
C
    check "$tmp" "$1" "$tmp/good.c" || { echo 'the good file was refused'; exit 1; }
    if check "$tmp" "$1" "$tmp/good.c" "$tmp/bad.c" >"$tmp/said"; then
        echo 'the bad file was accepted'
        exit 1
    fi
    printf '%s\n' 'undefined: getenv' 'writable global: calls' | diff - "$tmp/said"
    echo 'the planted symbols were found'
}

if [ "$1" = --self-test ]; then
    self_test "$2"
else
    check "$@"
    echo "the core's symbols are as they should be"
fi
