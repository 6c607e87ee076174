/* explained.c: a table with columns of every kind, and models of it. */
#include "support/explained.h"
#include "support/tables.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST_ANSWERS 3

/* Columns of every kind, some cells of size and color missing; kind is a class, price and rate
 * are numbers. Where `color`, `sold` and `day` are not NULL, they stand in every row. */
void write_mixed(char *text, const char *size, const char *color, const char *sold, const char *day)
{
    static const char *const colors[] = {"red", "blue", "green", ""};
    strcpy(text, "size,age,color,sold,day,kind,price,rate\n");
    for (size_t i = 0; i < ROWS; i++) {
        char own[32] = "", date[32];
        if (i % 8 != 5)
            snprintf(own, sizeof own, "%zu.5", i * 7 % 13);
        snprintf(date, sizeof date, "20%02zu-%02zu-%02zu", 10 + i % 9, 1 + i % 12, 1 + i);
        sprintf(text + strlen(text), "%s,%zu,%s,%s,%s,%c,%zu.25,%zu\n", size != NULL ? size : own,
                i * 5 % 11, color != NULL ? color : colors[i % 4],
                sold != NULL ? sold
                : i % 3 == 0 ? "yes"
                             : "no",
                day != NULL ? day : date, (char)('a' + (int)(i * i % 7 % 3)), i * i % 17,
                1 + i * 3 % 7);
    }
}

bp_table *mixed(void)
{
    char text[4096];
    write_mixed(text, NULL, NULL, NULL, NULL);
    return table_of(text, 1);
}

/* A model with random weights; the shape has no inputs: they are the preparation's. */
bp_model *model_of(bp_preparation *preparation, const char *shape, bp_loss loss, size_t members,
                   bp_type type)
{
    char whole[128];
    bp_net *net = NULL;
    bp_model *model = NULL;
    bp_error error = {.message = ""};
    snprintf(whole, sizeof whole, "%zu, %s", bp_preparation_width(preparation), shape);
    if (bp_net_new(&net, whole, loss, NULL, &error) != BP_OK
        || bp_model_new(&model, preparation, net, type, members, NULL, &error) != BP_OK)
        fail_msg("%s", error.message);
    void *weights = calloc(bp_net_parameter_count(net), sizeof(double));
    for (size_t m = 0; m < members; m++) {
        bp_initialization how;
        bp_initialization_init(&how);
        how.initializer = BP_NORMAL;
        how.high = 0.6;
        how.member = (uint32_t)m;
        bp_net_initialize(net, &how, type, weights);
        bp_model_set_parameters(model, m, weights);
    }
    free(weights);
    return model;
}

bp_explainer *explainer_of(const bp_model *model, bp_table *table, uint64_t seed)
{
    bp_explainer *explainer = NULL;
    bp_explainer_options options;
    bp_error error = {.message = ""};
    bp_explainer_options_init(&options);
    options.seed = seed;
    if (bp_explainer_new(&explainer, model, table, NULL, bp_table_row_count(table), &options,
                         &error)
        != BP_OK)
        fail_msg("%s", error.message);
    return explainer;
}

void check_near(double actual, double expected, double allowed)
{
    if (!(fabs(actual - expected) <= allowed))
        fail_msg("%.17g is not within %g of %.17g", actual, allowed, expected);
}

/* y = 3 a - b; c is no part of it. */
bp_table *linear_table(void)
{
    char text[2048] = "a,b,c,y\n";
    for (int i = 0; i < ROWS; i++) {
        double a = i * 7 % 12, b = i * 5 % 9 - 3;
        sprintf(text + strlen(text), "%g,%g,%d,%g\n", a, b, i * 11 % 23, 3 * a - b);
    }
    return table_of(text, 1);
}

/* The weights of linear_table's rule: inputs and targets scaled to 0..1. */
bp_model *linear_model(bp_table *table)
{
    bp_preparation *p = fitted_on(table, "y", NULL, BP_TASK_REGRESSION);
    bp_model *model = model_of(p, "1 linear", BP_SQUARED_ERROR, 1, BP_F64);
    bp_prepared_column a, b, y;
    bp_preparation_input_column(p, 0, &a);
    bp_preparation_input_column(p, 1, &b);
    bp_preparation_target_column(p, 0, &y);
    double unit = y.high - y.low;
    double weights[4] = {3 * (a.high - a.low) / unit, -(b.high - b.low) / unit, 0,
                         (3 * a.low - b.low - y.low) / unit};
    bp_model_set_parameters(model, 0, weights);
    return model;
}

/* So many principal components of all columns; 0: their numbers. */
bp_preparation *components_of(bp_table *table, double components)
{
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.components = components;
    options.target = "kind";
    options.drop = "price,rate";
    options.scaling = BP_SCALING_STANDARD;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, ROWS, NULL), BP_OK);
    return p;
}
