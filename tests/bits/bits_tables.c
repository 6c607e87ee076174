/* bits_tables.c: what the cases learn from: tables made by whole numbers alone, configurations
 * and models. */
#include "bits/bits.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 47
#define LINE 128

/* Scattered over 0..below - 1. */
static unsigned scatter(size_t row, unsigned salt, unsigned below)
{
    uint64_t x = (row + 1) * UINT64_C(2654435761) + salt * UINT64_C(40503);
    x = (x ^ (x >> 13)) * UINT64_C(1274126177);
    return (unsigned)((x ^ (x >> 16)) >> 3 & 0xffff) % below;
}

static void write_classes(char *line, size_t i)
{
    static const char *const colors[] = {"red", "green", "blue", "mauve"};
    static const char *const kinds[] = {"low", "middle", "high"};
    unsigned a = scatter(i, 1, 1000), b = scatter(i, 2, 90000);
    char first[16] = "", color[16] = "";
    if (i % 9 != 4)
        snprintf(first, sizeof first, "%u.%02u", a / 100, a % 100);
    if (i % 13 != 7)
        snprintf(color, sizeof color, "%s", colors[i % 11 == 3 ? 3 : scatter(i, 3, 3)]);
    snprintf(line, LINE, "%s,%u,%s,19%02u-%02u-%02u,%s,0.%u,g%zu,%s,7,%s\n", first,
             i % 17 == 5 ? 4000000 + b : b, color, 50 + scatter(i, 4, 49), 1 + scatter(i, 5, 12),
             1 + scatter(i, 6, 28), scatter(i, 7, 2) ? "yes" : "no", 25 + scatter(i, 8, 70), i % 8,
             i % 4 == 3 ? "test" : "train",
             kinds[i % 6 == 0  ? scatter(i, 9, 3)
                   : a < 300   ? 0
                   : b < 50000 ? 1
                               : 2]);
}

static void write_two(char *line, size_t i)
{
    unsigned p = scatter(i, 11, 2000), q = scatter(i, 12, 2000);
    bool odd = scatter(i, 13, 8) == 0;
    snprintf(line, LINE, "-%u.%03u,%ue-4,%s\n", p / 1000, p % 1000, q,
             ((p + q > 2300) != odd) ? "plus" : "minus");
}

static void write_numbers(char *line, size_t i)
{
    unsigned x = scatter(i, 21, 1000), y = scatter(i, 22, 1000), z = scatter(i, 23, 50);
    snprintf(line, LINE, "%u.%u,%u,%u.5,%u.%u,%u\n", x / 10, x % 10, y, z, 1 + (2 * x + y) / 40,
             scatter(i, 24, 10), 3 + z * z / 4 + scatter(i, 25, 9));
}

static void write_counts(char *line, size_t i)
{
    unsigned x = scatter(i, 31, 400), y = scatter(i, 32, 9);
    snprintf(line, LINE, "%u,%u,%u\n", x, y, x / 40 + y * 2 + scatter(i, 33, 25));
}

/* A bright stroke, upright or lying, on five lines of six pixels. */
static void write_images(char *line, size_t i)
{
    size_t length = 0;
    bool upright = scatter(i, 41, 2) == 0;
    for (size_t pixel = 0; pixel < 30; pixel++) {
        bool bright =
            upright ? pixel % 6 == 1 + scatter(i, 42, 4) : pixel / 6 == 1 + scatter(i, 43, 3);
        unsigned value = bright ? 9 : pixel < 6 ? 0 : scatter(i, 44 + (unsigned)pixel, 3);
        length += (size_t)snprintf(line + length, LINE - length, "%u,", value);
    }
    snprintf(line + length, LINE - length, "%s\n", upright ? "upright" : "lying");
}

static const struct {
    const char *name, *header;
    void (*write)(char *line, size_t row);
} made[] = {
    {"classes", "a,b,color,day,flag,heavy,who,part,same,kind\n", write_classes},
    {"two", "p,q,sign\n", write_two},
    {"numbers", "x,y,z,up,down\n", write_numbers},
    {"counts", "x,y,n\n", write_counts},
    {"images",
     "a0,a1,a2,a3,a4,a5,b0,b1,b2,b3,b4,b5,c0,c1,c2,c3,c4,c5,d0,d1,d2,d3,d4,d5,e0,e1,e2,e3,e4,e5,"
     "stroke\n",
     write_images},
};

bp_status bits_table(bp_table **table, const bits_check *check, const char *name, bp_error *error)
{
    char text[(ROWS + 1) * LINE] = "";
    bp_table_options options;
    bp_table_options_init(&options);
    options.threads = 1;
    if (name[0] == '@') {
        snprintf(text, sizeof text, "%s/%s", check->models, name + 1);
        return bp_table_read(table, text, &options, error);
    }
    for (size_t t = 0; t < sizeof made / sizeof *made; t++) {
        if (strcmp(name, made[t].name) != 0)
            continue;
        size_t length = (size_t)snprintf(text, sizeof text, "%s", made[t].header);
        for (size_t i = 0; i < ROWS; i++, length += strlen(text + length))
            made[t].write(text + length, i);
        return bp_table_read_memory(table, text, length, &options, error);
    }
    snprintf(error->message, sizeof error->message, "no table is called %s", name);
    return BP_E_ARGUMENT;
}

bp_status bits_config(bp_config **config, const bits_check *check, const char *options,
                      size_t threads, bp_error *error)
{
    char name[48], value[600], number[8];
    bp_status status = bp_config_new(config, "plain", NULL, error);
    snprintf(number, sizeof number, "%zu", threads);
    if (status == BP_OK)
        status = bp_config_set(*config, "threads", number, error);
    while (*options != '\0' && status == BP_OK) {
        size_t length = strcspn(options, " "), middle = strcspn(options, "=");
        snprintf(name, sizeof name, "%.*s", (int)middle, options);
        bool path = options[middle + 1] == '@';
        snprintf(value, sizeof value, "%s%s%.*s", path ? check->models : "", path ? "/" : "",
                 (int)(length - middle - 1 - path), options + middle + 1 + path);
        status = bp_config_set(*config, name, value, error);
        options += length + (options[length] == ' ');
    }
    return status;
}

bp_status bits_fit(bp_model **model, bp_table *table, const bits_check *check, const char *options,
                   size_t threads, const bp_observer *observer, bp_error *error)
{
    bp_config *config = NULL;
    bp_status status = bits_config(&config, check, options, threads, error);
    if (status == BP_OK)
        status = bp_fit_table(model, table, NULL, 0, config, observer, error);
    bp_config_free(config);
    return status;
}

bp_status bits_answer(bp_predictor **predictor, bp_predictions **predictions, const bp_model *model,
                      bp_table *table, size_t threads, bp_error *error)
{
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    options.engine = "fast";
    options.threads = threads;
    bp_status status = bp_predictor_new(predictor, model, &options, error);
    if (status == BP_OK)
        status = bp_predict_table(predictions, *predictor, table, NULL, bp_table_row_count(table),
                                  error);
    return status;
}
