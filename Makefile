# The front door. Everything is built by CMake (see CMakePresets.json); `make` alone
# never installs anything.
PREFIX ?= /usr/local
PYTHON ?= python3
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# ON: warnings are errors, for those who change the code.
WERROR ?= OFF
# One more than there are processors: some tests wait for disks, or for one another's threads.
export CTEST_PARALLEL_LEVEL ?= $(shell expr $(JOBS) + 1)

.PHONY: all deps deps-dev check asan tsan valgrind analyse clang compilers matrix faults fuzz bench \
        accuracy coverage demo install format clean help
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

tsan: preset-tsan
	@ctest --preset tsan

valgrind: preset-valgrind
	@ctest --preset valgrind

analyse:
	@sh tools/analyse $(JOBS)

clang: preset-clang
	@ctest --preset clang

# Both compilers, without one warning.
compilers:
	@$(MAKE) --no-print-directory WERROR=ON check
	@$(MAKE) --no-print-directory WERROR=ON clang

# The other compiler, no optimization and all of it, other processors (make deps-dev has what it
# takes).
matrix: clang bits-unoptimized bits-optimized bits-aarch64 bits-s390x

bits-%: preset-%
	@ctest --preset $*

# All of what the tests faults_* try a sample of: each call fails once.
faults: all
	@for mode in memory files kill; do echo "$$mode:"; FAULTS=all ./build/tests/faults $$mode \
	    $(CURDIR)/build/backprop $(CURDIR)/build/tests/libfailing_calls.so $(CURDIR) || exit 1; done
# Every fuzz target for TIME seconds, JOBS at once; ONLY="csv json" for some of them.
fuzz: preset-fuzz
	@TIME="$(TIME)" ONLY="$(ONLY)" JOBS="$(JOBS)" sh tools/fuzz build-fuzz

# A kernel's body is compiled for several instruction sets: gcovr adds up what they all execute
# of a line, so that it counts once. Branches that stand on no line of the source are left out.
coverage: preset-coverage
	@find build-coverage -name '*.gcda' -delete
	@ctest --preset coverage
	@mkdir -p build-coverage/html
	@gcovr --root . --filter src/ --exclude-unreachable-branches --print-summary \
	    --html-details build-coverage/html/index.html build-coverage \
	    --txt build-coverage/coverage.txt | tail -n 3
	@echo "by file: build-coverage/coverage.txt; by line: build-coverage/html/index.html"

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
	@echo "make tsan         the tests with threads under TSan; make valgrind: most under valgrind"
	@echo "make analyse      gcc's analyzer, clang-tidy, cppcheck: nothing may be found"
	@echo "make compilers    the tests built by gcc and by clang, warnings being errors"
	@echo "make faults       every allocation and file call of the program fails once"
	@echo "make fuzz         each fuzz target for TIME=60 seconds, or ONLY=csv; needs clang"
	@echo "make matrix       by clang, and the promised bits at -O0, -O3, on aarch64 and s390x (qemu)"
	@echo "make bench        speed against this machine's peak and the peers that are found"
	@echo "make coverage     lines and branches of src/ that the tests execute"
	@echo "make accuracy     the default command on 32 public tables (bench/accuracy/README.md)"
	@echo "make deps-dev     install what only developers need"
	@echo "make format       clang-format over all sources; make clean: remove builds"
