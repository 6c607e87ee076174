/* fuzz.h: what every fuzz target defines and how it fails. A target is one fuzz_*.c; it is
 * linked with the library and tests/support, and either with -fsanitize=fuzzer or with
 * replay.c, which feeds it files. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the program, which is how a fuzzer learns that the input is a bad one. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
