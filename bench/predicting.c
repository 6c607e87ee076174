/* predicting.c: how fast a trained 7-5-3 model answers: raw values one row at a time and in
 * batches, prepared rows in batches, and a table of a million rows; processor time, medians of
 * rounds. Before them the program, from CSV to CSV: time, processor time and the most memory, of a
 * file and of one eight times as large. */
#include <backprop.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { INPUTS = 7, ROWS = 1000000, SINGLE = 1000000, ROUNDS = 7 };

#define TABLE "predicting.csv"
#define MODEL "predicting.model"
#define ANSWERS "predicting.txt"

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void tell(const char *what, double seconds[ROUNDS], double rows)
{
    qsort(seconds, ROUNDS, sizeof *seconds, by_size);
    double median = seconds[ROUNDS / 2];
    printf("%-34s %8.1f ns a row  (%.1f to %.1f)  %8.2f M rows/s\n", what, 1e9 * median / rows,
           1e9 * seconds[0] / rows, 1e9 * seconds[ROUNDS - 1] / rows, 1e-6 * rows / median);
}

static void check(bp_status status, const bp_error *error)
{
    if (status == BP_OK)
        return;
    fprintf(stderr, "predicting: %s\n", error->message);
    exit(1);
}

/* A million rows that repeat those of the table, some of their digits changed. */
static bp_table *repeat(const char *path, bp_config *config)
{
    bp_table *few = NULL, *many = NULL;
    bp_error error;
    check(bp_table_open(&few, path, config, &error), &error);
    size_t rows = bp_table_row_count(few), used = 0, room = (size_t)ROWS * 80 + 256;
    char *text = malloc(room), cell[64];
    for (size_t i = 0; i < INPUTS; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", bp_table_column_name(few, i),
                                 i + 1 < INPUTS ? "," : "\n");
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < INPUTS; i++) {
            bp_table_cell_text(few, row % rows, i, cell, sizeof cell);
            used += (size_t)snprintf(text + used, room - used, "%s%s", cell,
                                     i + 1 < INPUTS ? "," : "\n");
        }
    check(bp_table_read_memory(&many, text, used, NULL, &error), &error);
    free(text);
    bp_table_free(few);
    return many;
}

/* Its numbers row by row. */
static double *gather(const bp_table *table)
{
    double *values = malloc(sizeof *values * ROWS * INPUTS);
    for (size_t i = 0; i < INPUTS; i++) {
        bp_matrix cells = bp_table_numbers(table, i);
        for (size_t row = 0; row < ROWS; row++)
            values[row * INPUTS + i] = ((const double *)cells.data)[row];
    }
    return values;
}

/* ---- The program ------------------------------------------------------------------ */

/* The table's rows again and again, `count` in all; how many bytes that is. */
static double write_csv(const bp_table *table, size_t count)
{
    FILE *file = fopen(TABLE, "w");
    size_t rows = bp_table_row_count(table);
    double bytes = 0;
    for (size_t i = 0; i < INPUTS && file != NULL; i++)
        bytes += fprintf(file, "%s%c", bp_table_column_name(table, i), i + 1 < INPUTS ? ',' : '\n');
    for (size_t row = 0; row < count && file != NULL; row++)
        for (size_t i = 0; i < INPUTS; i++) {
            bp_matrix cells = bp_table_numbers(table, i);
            bytes += fprintf(file, "%.5g%c", ((const double *)cells.data)[row % rows],
                             i + 1 < INPUTS ? ',' : '\n');
        }
    if (file == NULL || fclose(file) != 0) {
        perror(TABLE);
        exit(1);
    }
    return bytes;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

/* While this process is small still: what a child is counted to have had in memory begins with
 * what its parent had. */
static void run_program(const bp_table *table, size_t rows)
{
    double bytes = write_csv(table, rows), wall[ROUNDS], busy[ROUNDS], peak = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct timespec start, end;
        struct rusage usage;
        int status = 0;
        clock_gettime(CLOCK_MONOTONIC, &start);
        pid_t child = fork();
        if (child == 0) {
            execl(BENCH_PROGRAM, BENCH_PROGRAM, "predict", MODEL, TABLE, "-q", "--threads", "1",
                  "-o", ANSWERS, (char *)NULL);
            _exit(1);
        }
        if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) {
            fprintf(stderr, "predicting: %s predict failed\n", BENCH_PROGRAM);
            exit(1);
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        wall[round] =
            (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
        busy[round] = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
        peak = (double)usage.ru_maxrss * 1024 / 1e6;
    }
    qsort(wall, ROUNDS, sizeof *wall, by_size);
    qsort(busy, ROUNDS, sizeof *busy, by_size);
    printf("backprop predict, %4.0f MB of CSV   %5.0f MB/s (%.0f to %.0f), %.0f MB/s of processor "
           "time, peak memory %.1f MB\n",
           bytes / 1e6, 1e-6 * bytes / wall[ROUNDS / 2], 1e-6 * bytes / wall[ROUNDS - 1],
           1e-6 * bytes / wall[0], 1e-6 * bytes / busy[ROUNDS / 2], peak);
    remove(TABLE);
    remove(ANSWERS);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "data/wheat-seeds.csv";
    static double single[ROUNDS], raw[ROUNDS], batch[ROUNDS], whole[ROUNDS];
    bp_config *config = NULL;
    bp_table *table = NULL;
    bp_model *model = NULL;
    bp_predictor *predictor = NULL;
    bp_prepared *prepared = NULL;
    bp_error error;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    options.threads = 1;
    check(bp_config_new(&config, "plain", NULL, &error), &error);
    check(bp_config_set(config, "precision", "f32", &error), &error);
    check(bp_table_open(&table, path, config, &error), &error);
    check(bp_fit_table(&model, table, NULL, 0, config, NULL, &error), &error);
    check(bp_model_save(model, MODEL, &error), &error);
    run_program(table, ROWS);
    run_program(table, 8 * (size_t)ROWS);
    remove(MODEL);
    bp_table_free(table);
    check(bp_predictor_new(&predictor, model, &options, &error), &error);
    table = repeat(path, config);
    check(bp_preparation_apply(bp_model_preparation(model), table, NULL, ROWS, BP_F32, false,
                               &prepared, &error),
          &error);
    bp_samples samples = bp_prepared_samples(prepared);
    size_t width = bp_net_output_count(bp_model_net(model));
    double *outputs = malloc(sizeof *outputs * ROWS * width);
    bp_matrix_out into = {outputs, BP_F64, ROWS, width, width};
    double *values = gather(table);
    uint32_t *classes = malloc(sizeof *classes * ROWS);
    bp_matrix numbers = {values, BP_F64, ROWS, INPUTS, INPUTS};
    uint64_t sum = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        double row[INPUTS] = {15.26, 14.84, 0.871, 5.763, 3.312, 2.221, 5.22}, answer[8];
        double start = seconds_now();
        for (size_t i = 0; i < SINGLE; i++) {
            row[0] = 12 + 1e-5 * (double)(i % 100000);
            check(bp_predict_row(predictor, row, answer, &error), &error);
            sum += bp_predictor_class(predictor, answer);
        }
        single[round] = seconds_now() - start;
        start = seconds_now();
        check(bp_predict_rows(predictor, &numbers, NULL, classes, &error), &error);
        raw[round] = seconds_now() - start;
        sum += classes[ROWS / 2];
        start = seconds_now();
        bp_predictor_outputs(predictor, &samples.inputs, NULL, ROWS, &into);
        for (size_t i = 0; i < ROWS; i++)
            sum += bp_predictor_class(predictor, outputs + i * width);
        batch[round] = seconds_now() - start;
        bp_predictions *predictions = NULL;
        start = seconds_now();
        check(bp_predict_table(&predictions, predictor, table, NULL, ROWS, &error), &error);
        whole[round] = seconds_now() - start;
        bp_predictions_free(predictions);
    }
    tell("one row at a time, raw values", single, SINGLE);
    tell("raw values in batches", raw, ROWS);
    tell("prepared rows in batches", batch, ROWS);
    tell("rows of a table, raw values", whole, ROWS);
    printf("(classes add up to %llu)\n", (unsigned long long)sum);
    free(outputs);
    free(values);
    free(classes);
    bp_prepared_free(prepared);
    bp_predictor_free(predictor);
    bp_model_free(model);
    bp_table_free(table);
    bp_config_free(config);
    return 0;
}
