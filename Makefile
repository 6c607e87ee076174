# The front door. Everything is built by CMake (see CMakePresets.json); `make` alone
# never installs anything.
PREFIX ?= /usr/local
PYTHON ?= python3
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# ON: warnings are errors, for those who change the code.
WERROR ?= OFF
export CTEST_PARALLEL_LEVEL ?= $(JOBS)

.PHONY: all deps deps-dev check asan clang compilers matrix bench accuracy coverage demo install format clean help
.NOTPARALLEL:

all: preset-release

preset-%:
	@cmake --preset $* -DBACKPROP_WERROR=$(WERROR) $(SETTINGS) > /dev/null
	@MAKEFLAGS=--no-print-directory cmake --build --preset $* -j $(JOBS)

deps:
	@sh tools/deps

deps-dev:
	@sh tools/deps dev

check: preset-release
	@ctest --preset release

asan: preset-asan
	@ctest --preset asan

clang: preset-clang
	@ctest --preset clang

# Both compilers, without one warning.
compilers:
	@$(MAKE) --no-print-directory WERROR=ON check
	@$(MAKE) --no-print-directory WERROR=ON clang

# The other compiler, no optimization, other processors (make deps-dev has what it takes).
matrix: clang bits-unoptimized bits-aarch64 bits-s390x

bits-%: preset-%
	@ctest --preset $*

coverage: preset-coverage
	@ctest --preset coverage
	@gcovr --root . --filter src/ --filter app/ --print-summary build-coverage \
	    > build-coverage/coverage.txt
	@tail -n 4 build-coverage/coverage.txt
	@echo "by file: build-coverage/coverage.txt"

# CSV=bench/results/speed.csv adds the figures to the history.
bench: all
	./build/bench/speed $(if $(CSV),--csv $(CSV) --date $$(date -u +%Y-%m-%d))
	@$(PYTHON) -c 'import numpy' 2> /dev/null || exit 0; OMP_NUM_THREADS=1 \
	    $(PYTHON) bench/peers.py $(if $(CSV),--csv $(CSV) --date $$(date -u +%Y-%m-%d))

# BACKPROP_DATA names the folder of tables, CSV a file for the figures, ARGUMENTS what else
# bench/accuracy/run.py is told, as "--size small".
accuracy: all
	@$(PYTHON) bench/accuracy/run.py $(if $(CSV),--out $(CSV)) $(ARGUMENTS)

demo: all
	./build/backprop tutorial
	./build/backprop cv data/wheat-seeds.csv --recipe tutorial --seed 1

install: SETTINGS = -DCMAKE_INSTALL_PREFIX=$(PREFIX)
install: all
	cmake --install build

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf build build-*

help:
	@echo "make deps demo    install what is missing, build, train on the wheat seeds"
	@echo "make deps check   install what is missing, build, run all tests"
	@echo "make              build (./build/backprop)"
	@echo "make install      into PREFIX ($(PREFIX)); DESTDIR is honoured"
	@echo "make asan         the tests under ASan and UBSan; make clang: built by clang"
	@echo "make compilers    the tests built by gcc and by clang, warnings being errors"
	@echo "make matrix       by clang, and the promised bits at -O0, on aarch64 and s390x (qemu)"
	@echo "make bench        speed against this machine's peak and the peers that are found"
	@echo "make accuracy     the default command on 32 public tables (bench/accuracy/README.md)"
	@echo "make coverage     lines and branches that the tests execute"
	@echo "make deps-dev     install what only developers need"
	@echo "make format       clang-format over all sources; make clean: remove builds"
