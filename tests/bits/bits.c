/* bits.c: the promise that the same seed gives the same bits everywhere. Each case is a
 * training, a function over a sample, a preparation, an explanation, ... whose SHA-256 must be
 * that of expected.txt, on every instruction set of the machine, by every way of computing,
 * alone and in a group, on one thread and on several.
 *
 *   bits MODELS expected.txt   checks; names each case that differs; the exit status is 1 if any
 *                              does, or if a name of the library's lists is in no case
 *   bits MODELS                prints the lines of expected.txt; MODELS is tests/models
 *
 * It needs no test framework, so that it can be built for any processor. A change of
 * expected.txt is a change of all trained models and stands in CHANGELOG.md. */
#include "bits/bits.h"

#include "base/cpu.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Digests ------------------------------------------------------------------------------- */

void bits_number(bits_sum *sum, bp_type type, double value)
{
    uint64_t bits;
    unsigned char bytes[sizeof bits];
    float single = isnan(value) ? NAN : (float)value;
    value = isnan(value) ? NAN : value;
    memcpy(&bits, &value, sizeof bits);
    if (type == BP_F32) {
        uint32_t half;
        memcpy(&half, &single, sizeof half);
        bits = half;
    }
    for (size_t i = 0; i < bp_type_size(type); i++)
        bytes[i] = (unsigned char)(bits >> 8 * i);
    bp_sha256_update(sum, bytes, bp_type_size(type));
}

void bits_count(bits_sum *sum, size_t value)
{
    bits_number(sum, BP_F64, (double)value);
}

void bits_text(bits_sum *sum, const char *text)
{
    bp_sha256_update(sum, text, strlen(text));
}

void bits_block(bits_sum *sum, bp_type type, const void *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bits_number(sum, type,
                    type == BP_F32 ? (double)((const float *)numbers)[i]
                                   : ((const double *)numbers)[i]);
}

void bits_matrix(bits_sum *sum, const bp_matrix *matrix)
{
    const unsigned char *row = matrix->data;
    for (size_t r = 0; r < matrix->rows;
         r++, row += matrix->row_stride * bp_type_size(matrix->type))
        bits_block(sum, matrix->type, row, matrix->columns);
}

bits_digest bits_end(bits_sum *sum)
{
    bits_digest made;
    unsigned char hash[BP_SHA256_SIZE];
    bp_sha256_final(sum, hash);
    bp_sha256_text(hash, made.text);
    return made;
}

/* ---- Expected ------------------------------------------------------------------------------ */

void *bits_need(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "bits: out of memory\n");
        exit(2);
    }
    return memory;
}

static void read_list(bits_check *check, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    check->size = (size_t)ftell(file);
    check->expected = bits_need(calloc(check->size + 1, 1));
    rewind(file);
    if (fread(check->expected, 1, check->size, file) != check->size)
        check->size = 0;
    fclose(file);
    for (size_t i = 0; i < check->size; i++)
        if (check->expected[i] == '\n') {
            check->expected[i] = '\0';
            check->lines++;
        }
}

void bits_wrong(bits_check *check, const char *title, const char *what)
{
    check->wrong++;
    fprintf(stderr, "bits: %s: %s\n", title, what);
}

void bits_print(const bits_digest *digest, const char *title)
{
    printf("%s %s\n", digest->text, title);
}

bool bits_expect(bits_check *check, const char *title, bits_digest *expected)
{
    const size_t length = BP_SHA256_TEXT_SIZE - 1;
    check->cases++;
    expected->text[0] = '\0';
    if (check->expected == NULL)
        return false;
    for (const char *line = check->expected; line < check->expected + check->size;
         line += strlen(line) + 1)
        if (strlen(line) > length && strcmp(line + length + 1, title) == 0) {
            snprintf(expected->text, sizeof expected->text, "%.*s", (int)length, line);
            return true;
        }
    fprintf(stderr, "bits: the list has no line for %s\n", title);
    return true;
}

/* Whether a thread waits for another is the same on every instruction set: under
 * ThreadSanitizer, which makes all slow, a case runs once, on four threads. */
#ifdef __SANITIZE_THREAD__
enum { RACES = 1 };
#else
enum { RACES = 0 };
#endif

/* ---- Cases --------------------------------------------------------------------------------- */

static bits_digest work_once(bits_check *check, const char *title, bits_work *work,
                             const void *context, size_t threads)
{
    bp_error error = {.message = ""};
    bits_sum sum;
    bp_sha256_init(&sum);
    if (work(check, context, threads, &sum, &error) != BP_OK) {
        bits_wrong(check, title, error.message);
        bits_text(&sum, "failed");
    }
    return bits_end(&sum);
}

void bits_case(bits_check *check, const char *title, bits_work *work, const void *context)
{
    bits_digest expected;
    bool alike = true;
    bp_isa best = BP_ISA_SCALAR;
    for (bp_isa isa = best; isa < BP_ISA_COUNT; isa++)
        if (bp_isa_lack(isa) == NULL)
            best = isa;
    if (!bits_expect(check, title, &expected)) {
        setenv("BP_ISA", "scalar", 1);
        expected = work_once(check, title, work, context, 1);
        bits_print(&expected, title);
        return;
    }
    for (bp_isa isa = RACES ? best : BP_ISA_SCALAR; isa <= best && alike; isa++) {
        if (bp_isa_lack(isa) != NULL)
            continue;
        setenv("BP_ISA", bp_isa_name(isa), 1);
        for (size_t threads = RACES ? 4 : 1; threads <= 4 && alike; threads *= 2) {
            bits_digest got = work_once(check, title, work, context, threads);
            alike = strcmp(got.text, expected.text) == 0;
            if (!alike) /* one line a case is enough */
                fprintf(stderr, "bits: %s differs: %zu threads, %s\n", title, threads,
                        bp_isa_name(isa));
        }
    }
    check->wrong += !alike;
}

int main(int argc, char **argv)
{
    bits_check check = {.models = argc > 1 ? argv[1] : NULL};
    if (check.models == NULL) {
        fprintf(stderr, "usage: bits MODELS [EXPECTED]\n");
        return 2;
    }
    if (argc > 2)
        read_list(&check, argv[2]);
    bits_of_functions(&check);
    bits_of_steps(&check);
    bits_of_fits(&check);
    bits_of_answers(&check);
    bits_of_files(&check);
    if (check.expected == NULL)
        return check.wrong > 0;
    if (check.lines != check.cases)
        bits_wrong(&check, argv[2], "has another number of lines than there are cases");
    free(check.expected);
    printf("bits: %zu cases, %zu differ\n", check.cases, check.wrong);
    return check.wrong > 0;
}
