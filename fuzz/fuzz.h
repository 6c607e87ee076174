/* fuzz.h: what every fuzz target defines and how it fails. A target is one fuzz_*.c; it is
 * linked with the library and tests/support, and either with -fsanitize=fuzzer or with
 * replay.c, which feeds it files. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/utf8.h"

#include <backprop/base.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the program, which is how a fuzzer learns that the input is a bad one. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* An input from which parts are taken, front to back. */
typedef struct fuzz_input {
    const uint8_t *data;
    size_t size;
} fuzz_input;

/* A choice below `count`; 0 where nothing is left. */
static inline unsigned fuzz_choose(fuzz_input *input, unsigned count)
{
    if (input->size == 0)
        return 0;
    input->size--;
    return *input->data++ % count;
}

/* What stands before the next `end`, which is passed over, or all that is left, as a text in a
 * block of its own, so that a byte too far is found out. It ends at a NUL. */
static inline char *fuzz_text(fuzz_input *input, char end)
{
    const uint8_t *found = input->size > 0 ? memchr(input->data, end, input->size) : NULL;
    size_t length = found != NULL ? (size_t)(found - input->data) : input->size;
    const uint8_t *nul = length > 0 ? memchr(input->data, '\0', length) : NULL;
    size_t kept = nul != NULL ? (size_t)(nul - input->data) : length;
    char *text = malloc(kept + 1);
    FUZZ_CHECK(text != NULL);
    if (kept > 0)
        memcpy(text, input->data, kept);
    text[kept] = '\0';
    if (length > 0 || found != NULL)
        input->data += length + (found != NULL);
    input->size -= length + (found != NULL);
    return text;
}

/* Why a table may be refused: what it holds, or what is asked for. SQLite says of some damaged
 * databases that memory is out. */
static inline bool fuzz_refuses_table(const bp_error *error)
{
    return error->status == BP_E_DATA || error->status == BP_E_OPTION
           || (error->status == BP_E_MEMORY && strncmp(error->message, "SQLite ", 7) == 0);
}

/* A refusal says what is wrong, in one line; of UTF-8 where what was read is. */
static inline void fuzz_check_message(const bp_error *error, bool utf8)
{
    size_t length = strlen(error->message);
    FUZZ_CHECK(error->status != BP_OK && length > 0);
    for (size_t i = 0; i < length; i++)
        FUZZ_CHECK((unsigned char)error->message[i] >= 0x20 && error->message[i] != 0x7F);
    FUZZ_CHECK(!utf8 || bp_utf8_is_valid(error->message, length));
}

#endif
