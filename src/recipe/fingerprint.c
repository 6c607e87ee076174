/* fingerprint.c: what samples are known by. */
#include "recipe/fingerprint.h"

#include <string.h>

#define BLOCK 4096 /* bytes */

typedef struct sink {
    bp_sha256_state *state;
    size_t used;
    unsigned char bytes[BLOCK];
} sink;

static void flush(sink *to)
{
    bp_sha256_update(to->state, to->bytes, to->used);
    to->used = 0;
}

static void put(sink *to, uint64_t bits, size_t size)
{
    if (to->used + size > BLOCK)
        flush(to);
    for (size_t i = 0; i < size; i++)
        to->bytes[to->used++] = (unsigned char)(bits >> 8 * i);
}

static void put_numbers(sink *to, const void *numbers, bp_type type, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t wide = 0;
        uint32_t narrow = 0;
        if (type == BP_F32)
            memcpy(&narrow, (const float *)numbers + i, sizeof narrow);
        else
            memcpy(&wide, (const double *)numbers + i, sizeof wide);
        put(to, type == BP_F32 ? narrow : wide, bp_type_size(type));
    }
}

static void put_matrix(sink *to, const bp_matrix *matrix)
{
    const unsigned char *row = matrix->data;
    size_t stride = matrix->row_stride * bp_type_size(matrix->type);
    for (size_t r = 0; r < matrix->rows && row != NULL; r++)
        put_numbers(to, row + r * stride, matrix->type, matrix->columns);
}

void bp_samples_fingerprint(const bp_samples *samples, bp_sha256_state *state)
{
    sink to = {.state = state};
    put_matrix(&to, &samples->inputs);
    put_matrix(&to, &samples->targets);
    for (size_t i = 0; i < samples->inputs.rows && samples->classes != NULL; i++)
        put(&to, samples->classes[i], sizeof(uint32_t));
    if (samples->weights != NULL)
        put_numbers(&to, samples->weights, BP_F64, samples->inputs.rows);
    flush(&to);
}
