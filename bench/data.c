/* data.c: the data that the workloads learn from. Images and table are made: each class
 * has a center, each row a center and noise. */
#include "bench.h"

#include <backprop.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bench_data seeds, images, table;

static void *need(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "speed: out of memory\n");
        exit(5);
    }
    return memory;
}

static double next_unit(unsigned long long *state)
{
    unsigned long long z = *state += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void take_room(bench_data *data, size_t rows, size_t width, size_t classes)
{
    unsigned long long state = 1;
    *data = (bench_data){.rows = rows, .width = width, .classes = classes};
    data->inputs = need(malloc(rows * width * sizeof *data->inputs));
    data->inputs_f64 = rows < 10000 ? need(malloc(rows * width * sizeof(double))) : NULL;
    data->labels = need(malloc(rows * sizeof *data->labels));
    data->order = need(malloc(rows * sizeof *data->order));
    for (size_t i = 0; i < rows; i++)
        data->order[i] = i;
    for (size_t i = rows; i > 1; i--) {
        size_t j = (size_t)(next_unit(&state) * (double)i), kept = data->order[j];
        data->order[j] = data->order[i - 1];
        data->order[i - 1] = kept;
    }
}

static void make(bench_data *data, size_t rows, size_t width, size_t classes, double noise)
{
    unsigned long long state = 7;
    take_room(data, rows, width, classes);
    double *centers = need(malloc(classes * width * sizeof *centers));
    for (size_t i = 0; i < classes * width; i++)
        centers[i] = next_unit(&state) < 0.25 ? next_unit(&state) : 0;
    for (size_t r = 0; r < rows; r++) {
        data->labels[r] = (unsigned)(r % classes);
        for (size_t i = 0; i < width; i++) {
            double x = centers[data->labels[r] * width + i] + noise * (next_unit(&state) - 0.5);
            data->inputs[r * width + i] = (float)(x < 0 ? 0 : x);
        }
    }
    free(centers);
}

const bench_data *bench_images(void)
{
    if (images.rows == 0)
        make(&images, 60000, 784, 10, 1);
    return &images;
}

const bench_data *bench_table(void)
{
    if (table.rows == 0)
        make(&table, 100000, 20, 2, 1.5);
    return &table;
}

#define COPIES 10 /* of the 210 rows, so that a block of 1024 can be asked for */

/* Scaled to 0..1 over the whole table, as the tutorial does. */
static bool read_seeds(void)
{
    bp_error error;
    bp_config *config = NULL;
    bp_table *file = NULL;
    bp_preparation *preparation = NULL;
    bp_prepared *prepared = NULL;
    bool read =
        bp_config_new(&config, "tutorial", NULL, &error) == BP_OK
        && bp_table_open(&file, BENCH_DATA "/wheat-seeds.csv", config, &error) == BP_OK
        && bp_preparation_new(&preparation, file, NULL, &error) == BP_OK
        && bp_preparation_fit(preparation, file, NULL, bp_table_row_count(file), &error) == BP_OK
        && bp_preparation_apply(preparation, file, NULL, bp_table_row_count(file), BP_F64, true,
                                &prepared, &error)
               == BP_OK;
    if (read) {
        bp_samples samples = bp_prepared_samples(prepared);
        take_room(&seeds, COPIES * samples.inputs.rows, samples.inputs.columns, 3);
        for (size_t r = 0; r < seeds.rows; r++) {
            const size_t from = r % samples.inputs.rows;
            const double *row =
                (const double *)samples.inputs.data + from * samples.inputs.row_stride;
            seeds.labels[r] = samples.classes[from];
            for (size_t i = 0; i < seeds.width; i++) {
                double x = row[i];
                seeds.inputs_f64[r * seeds.width + i] = x;
                seeds.inputs[r * seeds.width + i] = (float)x;
            }
        }
    }
    bp_prepared_free(prepared);
    bp_preparation_free(preparation);
    bp_table_free(file);
    bp_config_free(config);
    return read;
}

const bench_data *bench_seeds(void)
{
    return seeds.rows > 0 || read_seeds() ? &seeds : NULL;
}

void bench_data_free(void)
{
    bench_data *all[] = {&seeds, &images, &table};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]->inputs);
        free(all[i]->inputs_f64);
        free(all[i]->labels);
        free(all[i]->order);
        *all[i] = (bench_data){.rows = 0};
    }
}
