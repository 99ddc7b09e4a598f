# The front door.  meson builds; this file only knows which words people type.
# `make demo`, `make test` and `make bench` also install the packages they need (Debian).

BUILD = build/release
PREFIX = /usr/local
FUZZ_SECONDS = 60

.PHONY: help build demo test bench linear bench-peers fuzz coverage install uninstall abi abi-update format check-format clean

help:
	@echo 'make demo          build, and show what the library can do'
	@echo 'make test          build twice (gcc with sanitizers, clang), run all tests'
	@echo 'make build         build a release in $(BUILD)'
	@echo 'make install       install it below PREFIX=$(PREFIX) (DESTDIR is respected)'
	@echo 'make uninstall     take away what make install put there, from the same $(BUILD)'
	@echo 'make abi           does a program of the last release still run? (make abi-update)'
	@echo 'make bench         build a release and measure it'
	@echo 'make linear        16 times the bytes, at most 17 times the instructions?'
	@echo 'make bench-peers   measure other libraries beside it, and draw a plot'
	@echo 'make fuzz          run every fuzzer for FUZZ_SECONDS=$(FUZZ_SECONDS), two at a time'
	@echo 'make coverage      which lines and branches of the core the tests reach'
	@echo 'make format        let clang-format rewrite the C files'
	@echo 'make check-format  only look'
	@echo 'make clean         remove build/'

build:
	@tools/install-packages build
	@tools/setup $(BUILD) --buildtype=release --prefix=$(PREFIX) -Dtests=disabled
	@ninja -C $(BUILD)

demo:
	@tools/install-packages demo
	@tools/setup build/demo -Dtests=disabled
	@ninja -C build/demo
	@examples/demo.sh build/demo

test:
	@tools/install-packages test
	@tools/run-tests

bench:
	@tools/install-packages bench
	@tools/setup build/bench --buildtype=release -Dtests=disabled -Dbench=true
	@ninja -C build/bench
	@bench/run build/bench

linear:
	@tools/install-packages bench
	@tools/setup build/bench --buildtype=release -Dtests=disabled -Dbench=true
	@ninja -C build/bench
	@bench/linear build/bench

bench-peers:
	@tools/install-packages peers
	@tools/setup build/bench --buildtype=release -Dtests=disabled -Dbench=true -Dpeers=auto
	@ninja -C build/bench
	@bench/peers build/bench

fuzz:
	@tools/install-packages test
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/run-fuzz

coverage:
	@tools/install-packages coverage
	@tools/coverage

install: build
	@meson install --no-rebuild -C $(BUILD)

uninstall:
	@ninja -C $(BUILD) uninstall

abi:
	@tools/install-packages test
	@tools/abi check

abi-update:
	@tools/install-packages test
	@tools/abi update

format:
	@tools/c-files | xargs clang-format -i

check-format:
	@tools/check-format

clean:
	rm -rf build
