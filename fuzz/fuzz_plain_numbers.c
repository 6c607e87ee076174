/* fuzz_plain_numbers.c: any text as cells: the vector loops of reading tables find the places and
 * read the numbers that the scalar ones do, and these are what reading each cell by itself gives.
 */
#include "fuzz.h"

#include "base/plain_numbers.h"

#define CELLS_MAX 4096

/* The cells up to the first that takes more than a plain look. */
static void check_run(const bp_plain_kernels *kernels, bp_type type, const bp_plain_run *run)
{
    static double values[2][CELLS_MAX];
    size_t read = kernels->read[type](run, values[0], 1);
    FUZZ_CHECK(read == BP_PLAIN_SCALAR.read[type](run, values[1], 1) && read <= run->count);
    const char *cell = run->start;
    for (size_t i = 0; i < read; i++) {
        const char *end = run->text + run->ends[i];
        double expected = 0;
        float narrow = 0;
        FUZZ_CHECK(memcmp(&values[0][i], &values[1][i], bp_type_size(type)) == 0);
        char *text = malloc((size_t)(end - cell) + 1);
        FUZZ_CHECK(text != NULL);
        for (size_t c = 0; cell + c < end; c++)
            text[c] = cell[c] == run->point ? '.' : cell[c];
        size_t length = (size_t)(end - cell);
        bool number = type == BP_F64 ? bp_number_read(text, length, &expected)
                                     : bp_number_read_f32(text, length, &narrow);
        if (type == BP_F32)
            memcpy(&expected, &narrow, sizeof narrow);
        free(text);
        FUZZ_CHECK(number && memcmp(&values[0][i], &expected, bp_type_size(type)) == 0);
        cell = end + 1;
    }
}

static void check_runs(const bp_plain_kernels *kernels, const char *text, const uint32_t *ends,
                       size_t count, char point)
{
    for (int type = BP_F32; type <= BP_F64; type++) {
        bp_plain_run run = {.text = text, .readable = text, .point = point};
        for (size_t first = 0; first < count; first++) { /* on from every cell */
            run.start = first > 0 ? text + ends[first - 1] + 1 : text;
            run.ends = ends + first;
            run.count = count - first;
            if (first < 4 || first % 16 == 0)
                check_run(kernels, (bp_type)type, &run);
        }
    }
}

/* The first byte chooses what parts cells and what the digits of a number. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint32_t ends[2][BP_PLACES_ROOM];
    static const char delimiters[] = ",;\t|";
    fuzz_input input = {data, size};
    unsigned how = fuzz_choose(&input, 8);
    char delimiter = delimiters[how % 4], point = how >= 4 && how % 4 != 0 ? ',' : '.';
    const bp_plain_kernels *kernels = bp_plain_kernels_choose();
    if (input.size > CELLS_MAX - 1)
        return 0;
    char *text = malloc(input.size + 1);
    FUZZ_CHECK(text != NULL);
    if (input.size > 0)
        memcpy(text, input.data, input.size);
    text[input.size] = '\n';
    size_t count = kernels->list(text, input.size + 1, delimiter, '\n', ends[0]), expected = 0;
    FUZZ_CHECK(count == BP_PLAIN_SCALAR.list(text, input.size + 1, delimiter, '\n', ends[1]));
    for (size_t i = 0; i <= input.size; i++)
        if (text[i] == delimiter || text[i] == '\n')
            FUZZ_CHECK(ends[0][expected] == i && ends[1][expected++] == i);
    FUZZ_CHECK(expected == count);
    check_runs(kernels, text, ends[0], count, point);
    free(text);
    return 0;
}
