/* tune_space.c: the search space, one row an option, and how a candidate is drawn from it. */
#include "assess/tune_space.h"

#include "base/math.h"
#include "base/random.h"
#include "recipe/config.h"
#include "recipe/training_config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define VALUE_SIZE 64

#define CLASSES "classification"

/* RealMLP-HPO: the space that the authors of RealMLP search (Holzmueller, Grinsztajn, Steinwart
 * 2024, arXiv:2407.04491, appendix C), as far as the parts are built here. */
static const bp_tune_row rows[BP_TUNE_ROWS] = {
    /* RealMLP-HPO: three of 256, five of 64, one of 512; the rest are between and beside them */
    {"hidden", BP_TUNE_CHOICE, "256,256,256|64,64,64,64,64|512|64,64|128,128|128,128,128|512,512",
     0, 0, NULL},
    /* RealMLP-HPO: ReLU, SELU, Mish */
    {"activation", BP_TUNE_CHOICE, "relu|selu|mish|gelu", 0, 0, NULL},
    /* RealMLP-HPO: 0.02 to 0.3, of which the recipe's is 0.04 or, for numbers, 0.07 to 0.2 */
    {"learning-rate", BP_TUNE_FACTOR, NULL, 0.2, 5, NULL},
    /* Table B.1 there: 0.999 costs 2 % of classes and 23 % of numbers on average, not always */
    {"beta2", BP_TUNE_CHOICE, "0.95|0.99|0.999", 0, 0, NULL},
    /* RealMLP-HPO: none, 0.15, 0.3 */
    {"dropout", BP_TUNE_CHOICE, "0|0.05|0.15|0.3", 0, 0, NULL},
    /* RealMLP-HPO: none or 0.02 of weights that are 16 times as large under 256 inputs, here 0.3 */
    {"weight-decay", BP_TUNE_RANGE, NULL, 0.02, 1, NULL},
    /* RealMLP-HPO: none, 0.1 */
    {"label-smoothing", BP_TUNE_CHOICE, "0|0.05|0.1", 0, 0, CLASSES},
    /* pytabkit's later rule: 64 to 1024, by how many rows there are */
    {"batch", BP_TUNE_CHOICE, "32|64|128|256|512", 0, 0, NULL},
    /* Table B.2 there: robust is best on average, each of the others on some tables */
    {"scaling", BP_TUNE_CHOICE, "robust|standard|quantile", 0, 0, NULL},
    /* Gorishniy, Rubachev, Babenko 2022 search 2 to 256; of a network alone 0 is the recipe's */
    {"pieces", BP_TUNE_CHOICE, "0|4|8|16", 0, 0, NULL},
};

const bp_tune_row *bp_tune_row_at(size_t index)
{
    return index < BP_TUNE_ROWS ? &rows[index] : NULL;
}

/* ---- Values ------------------------------------------------------------------------------- */

static size_t count_choices(const char *choices)
{
    size_t count = 1;
    for (; *choices != '\0'; choices++)
        count += *choices == '|';
    return count;
}

static void copy_choice(const char *choices, size_t index, char text[VALUE_SIZE])
{
    for (; index > 0; index--)
        choices = strchr(choices, '|') + 1;
    size_t length = strcspn(choices, "|");
    memcpy(text, choices, length);
    text[length] = '\0';
}

/* To three digits, so that it is read and typed at ease. */
static void write_rounded(double value, char text[VALUE_SIZE])
{
    int power = 0;
    for (; value < 100; power--)
        value *= 10;
    for (; value >= 1000; power++)
        value /= 10;
    snprintf(text, VALUE_SIZE, "%de%d", (int)floor(value + 0.5), power);
    bp_number_read(text, strlen(text), &value);
    bp_number_write(value, text);
}

static double draw_between(const bp_tune_row *row, double u)
{
    return bp_exp(bp_log(row->low) + u * (bp_log(row->high) - bp_log(row->low)));
}

/* The value that a uniform number means. */
static void make_value(const bp_tune_row *row, double base, double u, char text[VALUE_SIZE])
{
    if (row->kind == BP_TUNE_CHOICE)
        copy_choice(row->choices, (size_t)(u * (double)count_choices(row->choices)), text);
    else
        write_rounded((row->kind == BP_TUNE_FACTOR ? base : 1) * draw_between(row, u), text);
}

/* ---- Which rows are searched ------------------------------------------------------------------
 */

/* Whether a config with the option set is no contradiction. */
static bp_status try_row(bool *fits, const bp_tune_row *row, const bp_config *config,
                         bp_error *error)
{
    bp_config *copy = NULL;
    char value[VALUE_SIZE];
    make_value(row, 1, 0, value);
    bp_status status = bp_config_copy(&copy, config, error);
    if (status == BP_OK)
        status = bp_config_set(copy, row->option, value, error);
    if (status == BP_OK)
        *fits = bp_config_check(copy, NULL) == BP_OK;
    bp_config_free(copy);
    return status;
}

static bool is_of_hidden_layers(const bp_tune_row *row)
{
    return strcmp(row->option, "activation") == 0 || strcmp(row->option, "dropout") == 0;
}

bp_status bp_tune_open_rows(bool open[BP_TUNE_ROWS], size_t *count, const bp_config *config,
                            bool classes, bp_error *error)
{
    bool flat =
        bp_config_origin(config, "hidden") == BP_FROM_CALLER && bp_config_is(config, "hidden", "");
    bp_status status = BP_OK;
    *count = 0;
    for (size_t i = 0; i < BP_TUNE_ROWS && status == BP_OK; i++) {
        open[i] = false;
        if (bp_config_origin(config, rows[i].option) == BP_FROM_CALLER
            || (rows[i].task != NULL && !classes) || (flat && is_of_hidden_layers(&rows[i])))
            continue;
        status = try_row(&open[i], &rows[i], config, error);
        *count += open[i];
    }
    return status;
}

/* ---- A candidate -------------------------------------------------------------------------------
 */

bp_status bp_tune_draw(bp_config *candidate, const bp_config *settled,
                       const bool open[BP_TUNE_ROWS], bool classes, uint32_t draw, bp_error *error)
{
    uint64_t seed = (uint64_t)bp_config_number(settled, "seed");
    bp_stream stream = bp_stream_new(seed, BP_PURPOSE_TUNE, draw, 0, 0);
    bp_status status = BP_OK;
    for (uint32_t i = 0; i < BP_TUNE_ROWS && status == BP_OK; i++) {
        char value[VALUE_SIZE];
        if (!open[i] || bp_stream_uniform(stream, i, 0, 0, 0) < 0.5)
            continue;
        make_value(&rows[i], bp_config_rate(settled, classes),
                   bp_stream_uniform(stream, i, 1, 0, 0), value);
        if (!bp_config_is(settled, rows[i].option, value))
            status = bp_config_set(candidate, rows[i].option, value, error);
    }
    return status;
}
