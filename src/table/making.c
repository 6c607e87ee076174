/* making.c: tables made up by formulas, equation (40): one function a kind. */
#include "base/error.h"
#include "base/math.h"
#include "base/names.h"
#include "base/random.h"
#include "table/building.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PI 3.14159265358979323846
#define MOST_INPUTS 10
#define CENTERS 3 /* of blobs */

/* Where random numbers stand in the stream of a row: inputs, then noise, then the rest. */
enum place { PLACE_INPUT, PLACE_NOISE, PLACE_CENTER };

struct making {
    bp_stream stream;
    size_t rows;
    double noise;
};

/* A row: its inputs, and its class or its y. */
struct made_row {
    double x[MOST_INPUTS];
    uint32_t class;
    double y;
};

static double uniform(const struct making *making, size_t row, enum place place, size_t index)
{
    return bp_stream_uniform(making->stream, (uint32_t)row, (uint32_t)place, 0, (uint32_t)index);
}

/* Of the standard normal distribution: u + 2^-54 is inside (0, 1). */
static double normal(const struct making *making, size_t row, enum place place, size_t index)
{
    return bp_probit(uniform(making, row, place, index) + 0x1p-54);
}

/* ---- The kinds -------------------------------------------------------------- */

/* Rows of two classes take turns; this row's place among the `count` of its class. */
static double place_of(const struct making *making, size_t row, size_t *count)
{
    *count = (making->rows + 1 - row % 2) / 2;
    return (double)(row / 2);
}

static void make_xor(const struct making *making, size_t row, struct made_row *made)
{
    (void)making;
    made->x[0] = (double)(row % 2);
    made->x[1] = (double)(row / 2 % 2);
    made->class = (uint32_t)(row % 2 ^ row / 2 % 2);
}

static void make_moons(const struct making *making, size_t row, struct made_row *made)
{
    size_t count = 0;
    double place = place_of(making, row, &count);
    double angle = count > 1 ? PI * (place / (double)(count - 1)) : 0;
    made->class = (uint32_t)(row % 2);
    made->x[0] = made->class == 0 ? bp_cos(angle) : 1 - bp_cos(angle);
    made->x[1] = made->class == 0 ? bp_sin(angle) : 0.5 - bp_sin(angle);
}

static void make_circles(const struct making *making, size_t row, struct made_row *made)
{
    size_t count = 0;
    double place = place_of(making, row, &count);
    double angle = 2 * PI * (place / (double)count);
    made->class = (uint32_t)(row % 2);
    double radius = made->class == 0 ? 1 : 0.5;
    made->x[0] = radius * bp_cos(angle);
    made->x[1] = radius * bp_sin(angle);
}

static void make_spirals(const struct making *making, size_t row, struct made_row *made)
{
    size_t count = 0;
    double place = place_of(making, row, &count);
    double share = place / (double)count;
    made->class = (uint32_t)(row % 2);
    double angle = 3.5 * PI * share + (made->class == 0 ? 0 : PI);
    made->x[0] = 5 * share * bp_sin(angle);
    made->x[1] = 5 * share * bp_cos(angle);
}

static void make_blobs(const struct making *making, size_t row, struct made_row *made)
{
    made->class = (uint32_t)(row % CENTERS);
    for (size_t i = 0; i < 2; i++)
        made->x[i] = 20 * uniform(making, made->class, PLACE_CENTER, i) - 10
                     + normal(making, row, PLACE_INPUT, i);
}

static void make_checkerboard(const struct making *making, size_t row, struct made_row *made)
{
    made->x[0] = 4 * uniform(making, row, PLACE_INPUT, 0);
    made->x[1] = 4 * uniform(making, row, PLACE_INPUT, 1);
    made->class = (uint32_t)made->x[0] % 2 ^ (uint32_t)made->x[1] % 2;
}

static void make_friedman(const struct making *making, size_t row, struct made_row *made)
{
    double *x = made->x;
    for (size_t i = 0; i < 10; i++)
        x[i] = uniform(making, row, PLACE_INPUT, i);
    made->y =
        10 * bp_sin(PI * (x[0] * x[1])) + 20 * ((x[2] - 0.5) * (x[2] - 0.5)) + 10 * x[3] + 5 * x[4];
}

static void make_linear(const struct making *making, size_t row, struct made_row *made)
{
    double *x = made->x;
    for (size_t i = 0; i < 3; i++)
        x[i] = normal(making, row, PLACE_INPUT, i);
    made->y = 1 + 2 * x[0] - 3 * x[1] + 0.5 * x[2];
}

static void make_sine(const struct making *making, size_t row, struct made_row *made)
{
    made->x[0] = 2 * PI * ((double)row / (double)making->rows);
    made->y = bp_sin(made->x[0]);
}

typedef void made_by(const struct making *making, size_t row, struct made_row *made);

static const struct made_kind {
    const char *name, *help;
    size_t inputs;
    size_t classes; /* 0: regression */
    made_by *row;
} kinds[] = {
    {"xor", "the four corners of a square, opposite ones alike", 2, 2, make_xor},
    {"moons", "two half circles, one inside the other", 2, 2, make_moons},
    {"circles", "a circle around another of half its size", 2, 2, make_circles},
    {"spirals", "two spirals, each winding around the other", 2, 2, make_spirals},
    {"blobs", "three round clusters", 2, CENTERS, make_blobs},
    {"checkerboard", "the fields of a board of 4 by 4", 2, 2, make_checkerboard},
    {"friedman", "regression: a curved sum of five inputs, and five that mean nothing", 10, 0,
     make_friedman},
    {"linear", "regression: y = 1 + 2 x1 - 3 x2 + x3 / 2", 3, 0, make_linear},
    {"sine", "regression: one wave of the sine", 1, 0, make_sine},
};

#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

const char *bp_made_name(size_t index)
{
    return index < KIND_COUNT ? kinds[index].name : NULL;
}

const char *bp_made_help(size_t index)
{
    return index < KIND_COUNT ? kinds[index].help : NULL;
}

/* ---- The table -------------------------------------------------------------- */

static bp_status name_columns(bp_table *table, const struct made_kind *kind, bp_error *error)
{
    char name[24];
    bp_status status = BP_OK;
    for (size_t i = 0; status == BP_OK && i < kind->inputs; i++) {
        snprintf(name, sizeof name, kind->inputs == 1 ? "x" : "x%zu", i + 1);
        status = bp_table_build_name(table, i, name, strlen(name), error);
    }
    const char *last = kind->classes > 0 ? "class" : "y";
    return status != BP_OK ? status
                           : bp_table_build_name(table, kind->inputs, last, strlen(last), error);
}

static bp_status open_columns(bp_table *table, const struct made_kind *kind, bp_error *error)
{
    bp_status status = BP_OK;
    size_t numbers = kind->inputs + (kind->classes == 0);
    for (size_t i = 0; status == BP_OK && i < numbers; i++) {
        void *cells;
        status = bp_table_build_numbers(table, i, &cells, error);
    }
    if (status == BP_OK && kind->classes > 0)
        status = bp_table_build_codes(table, kind->inputs, error);
    for (size_t i = 0; status == BP_OK && i < kind->classes; i++) {
        const char text[2] = {(char)('a' + i), '\0'};
        uint32_t code;
        status = bp_text_index_add(&table->column[kind->inputs].categories, &table->allocator, text,
                                   1, &code, error);
    }
    return status;
}

static void put_number(bp_table *table, size_t row, size_t column, double value)
{
    if (table->type == BP_F32)
        ((float *)table->column[column].numbers)[row] = (float)value;
    else
        ((double *)table->column[column].numbers)[row] = value;
}

static void fill(bp_table *table, const struct made_kind *kind, const struct making *making)
{
    for (size_t row = 0; row < table->rows; row++) {
        struct made_row made = {.class = 0};
        kind->row(making, row, &made);
        for (size_t i = 0; kind->classes > 0 && i < kind->inputs; i++)
            made.x[i] += making->noise * normal(making, row, PLACE_NOISE, i);
        made.y += making->noise * normal(making, row, PLACE_NOISE, 0);
        for (size_t i = 0; i < kind->inputs; i++)
            put_number(table, row, i, made.x[i]);
        if (kind->classes > 0)
            table->column[kind->inputs].codes[row] = made.class;
        else
            put_number(table, row, kind->inputs, made.y);
    }
}

bp_status bp_table_make(bp_table **out, const char *kind_name, size_t rows, double noise,
                        uint64_t seed, bp_type type, const bp_allocator *allocator, bp_error *error)
{
    const char *names[KIND_COUNT];
    for (size_t i = 0; i < KIND_COUNT; i++)
        names[i] = kinds[i].name;
    *out = NULL;
    size_t found = bp_name_find(kind_name, names, KIND_COUNT, "kind of table", error);
    if (found == KIND_COUNT)
        return BP_E_OPTION;
    if (rows == 0 || rows > UINT32_MAX)
        return bp_fail(error, BP_E_ARGUMENT, "a table has 1 to %zu rows", (size_t)UINT32_MAX);
    if (!(noise >= 0 && noise <= 1e300))
        return bp_fail(error, BP_E_ARGUMENT, "noise is a standard deviation: 0 or above");
    const struct made_kind *kind = &kinds[found];
    const struct making making = {bp_stream_new(seed, BP_PURPOSE_MADE_UP, 0, 0, 0), rows, noise};
    bp_table *table = NULL;
    bp_status status =
        bp_table_build(&table, kind->name, rows, kind->inputs + 1, type, allocator, error);
    if (status == BP_OK)
        status = name_columns(table, kind, error);
    if (status == BP_OK)
        status = open_columns(table, kind, error);
    if (status != BP_OK) {
        bp_table_free(table);
        return status;
    }
    fill(table, kind, &making);
    *out = table;
    return BP_OK;
}
