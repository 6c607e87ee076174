# The front door. Everything is built by CMake (see CMakePresets.json); `make` alone
# never installs anything.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
export CTEST_PARALLEL_LEVEL ?= $(JOBS)

.PHONY: all deps deps-dev check asan clang coverage demo install format clean help
.NOTPARALLEL:

all: preset-release

preset-%:
	@cmake --preset $* > /dev/null
	@cmake --build --preset $* -j $(JOBS)

deps:
	@sh tools/deps

deps-dev:
	@sh tools/deps dev

check: preset-release
	ctest --preset release

asan: preset-asan
	ctest --preset asan

clang: preset-clang
	ctest --preset clang

coverage: preset-coverage
	ctest --preset coverage
	gcovr --root . --filter src/ --print-summary build-coverage > build-coverage/coverage.txt
	@tail -n 4 build-coverage/coverage.txt

demo: all
	./build/backprop tutorial
	./build/backprop cv data/wheat-seeds.csv --recipe tutorial --seed 1

install: all
	cmake --install build --prefix $(PREFIX)

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf build build-debug build-clang build-asan build-coverage

help:
	@echo "make deps demo    install what is missing, build, train on the wheat seeds"
	@echo "make deps check   install what is missing, build, run all tests"
	@echo "make              build (./build/backprop)"
	@echo "make install      into PREFIX (/usr/local); DESTDIR is honoured"
	@echo "make asan         the tests under ASan and UBSan; make clang: with clang"
	@echo "make coverage     lines and branches that the tests execute"
	@echo "make deps-dev     what only developers need"
	@echo "make format       clang-format over all sources; make clean: remove builds"
