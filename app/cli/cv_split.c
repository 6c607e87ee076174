/* cv_split.c: how the rows of a cross-validation were dealt, for people and as JSON. */
#include "cv_split.h"
#include "json_fields.h"

#include "decisions.h"

#include <string.h>

/* The option that names the column which rows are split by; NULL where none does. */
static const char *splitter(const bp_split *split)
{
    static const char *const options[BP_SPLIT_UNIT_COUNT] = {
        [BP_SPLIT_GROUPS] = "group", [BP_SPLIT_TIME] = "time", [BP_SPLIT_NAMES] = "split"};
    return options[bp_split_unit_of(split)];
}

/* The name of that column; NULL for the order of the file. */
static const char *column_name(const bp_table *table, const bp_split *split,
                               const bp_config *config)
{
    size_t column = 0;
    const char *option = splitter(split);
    if (option == NULL
        || bp_table_find_column(table, bp_config_get(config, option), &column, NULL) != BP_OK)
        return NULL;
    return bp_table_column_name(table, column);
}

static bool is(const bp_config *config, const char *option, const char *value)
{
    return strcmp(bp_config_get(config, option), value) == 0;
}

/* One part in place of folds. */
static bool holds_out_once(const bp_split *split, const bp_config *config)
{
    return !is(config, "test-fraction", "none")
           || (bp_split_unit_of(split) == BP_SPLIT_NAMES && bp_split_count(split) == 1);
}

/* ---- Text ------------------------------------------------------------------- */

static void print_column(struct output *out, const char *before, const char *column,
                         const char *after)
{
    output_text(out, before);
    if (column != NULL)
        output_name(out, column);
    else
        output_text(out, "file order");
    output_text(out, after);
}

/* The options behind it, where there are more than one. */
static void print_flags(struct output *out, const char *first, const bp_split *split)
{
    const char *second = bp_split_is_stratified(split) ? "stratify" : splitter(split);
    if (second != NULL)
        output_print(out, "  (--%s, --%s)\n", first, second);
    else
        output_print(out, "  (--%s)\n", first);
}

static void print_folds(struct output *out, const bp_split *split, const char *column,
                        const bp_config *config)
{
    const char *once = ", each held out once";
    print_label(out, "folds");
    output_print(out, "%zu", bp_split_count(split) / bp_split_repeats(split));
    switch (bp_split_unit_of(split)) {
    case BP_SPLIT_GROUPS: print_column(out, " of whole groups by ", column, once); break;
    case BP_SPLIT_TIME:
        print_column(out, " by time (", column, "), each learns from all before");
        break;
    case BP_SPLIT_NAMES:
        print_column(out, " as the column ", column, " says, each held out once  (--split)\n");
        return;
    default:
        output_text(out, is(config, "folds", "loo") ? " of one row" : "");
        output_text(out, bp_split_is_stratified(split) ? ", stratified by class" : "");
        output_text(out, once);
    }
    print_flags(out, "folds", split);
}

static void print_held_out(struct output *out, const bp_table *table, const bp_split *split,
                           const char *column, const bp_config *config)
{
    size_t tests = 0, rows = bp_table_row_count(table), training = 0;
    bp_split_tests(split, 0, &tests);
    training = bp_split_training(split, 0, NULL);
    print_label(out, "held out");
    switch (bp_split_unit_of(split)) {
    case BP_SPLIT_GROUPS:
        output_print(out, "%s of %zu rows", bp_config_get(config, "test-fraction"), rows);
        print_column(out, " in whole groups by ", column, "");
        break;
    case BP_SPLIT_TIME:
        output_print(out, "the last %zu of %zu rows", tests, rows);
        print_column(out, " by time (", column, ")");
        break;
    case BP_SPLIT_NAMES:
        output_print(out, "%zu of %zu rows", tests, rows);
        print_column(out, ", as the column ", column, " says");
        if (tests + training < rows)
            output_print(out, "; %zu are left out", rows - tests - training);
        output_text(out, "  (--split)\n");
        return;
    default:
        output_print(out, "%zu of %zu rows%s", tests, rows,
                     bp_split_is_stratified(split) ? ", stratified by class" : "");
    }
    print_flags(out, "test-fraction", split);
}

void cv_print_split(struct output *out, const bp_table *table, const bp_validation *validation,
                    const bp_config *config)
{
    const bp_split *split = bp_validation_split(validation);
    const char *column = column_name(table, split, config);
    if (holds_out_once(split, config))
        print_held_out(out, table, split, column, config);
    else
        print_folds(out, split, column, config);
    if (bp_split_repeats(split) > 1) {
        print_label(out, "repeats");
        output_print(out, "%zu, shuffled anew  (--repeats)\n", bp_split_repeats(split));
    }
    if (bp_validation_note(validation) != NULL) {
        print_label(out, "note");
        output_name(out, bp_validation_note(validation));
        output_text(out, "\n");
    }
}

/* ---- JSON ------------------------------------------------------------------- */

static void write_rows(bp_json *json, const char *key, const bp_split *split, bool training)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t part = 0; part < bp_split_count(split); part++) {
        size_t count = 0;
        bp_split_tests(split, part, &count);
        bp_json_integer(json, (int64_t)(training ? bp_split_training(split, part, NULL) : count));
    }
    bp_json_array_end(json);
}

void cv_write_split(bp_json *json, const bp_table *table, const bp_validation *validation,
                    const bp_config *config)
{
    const bp_split *split = bp_validation_split(validation);
    bp_json_key(json, "folds");
    bp_json_integer(json, (int64_t)bp_split_count(split));
    write_rows(json, "fold_rows", split, false);
    write_rows(json, "training_rows", split, true);
    bp_json_key(json, "split");
    bp_json_object_begin(json);
    json_text(json, "unit", bp_split_unit_name(bp_split_unit_of(split)));
    json_text(json, "column", column_name(table, split, config));
    bp_json_key(json, "repeats");
    bp_json_integer(json, (int64_t)bp_split_repeats(split));
    bp_json_key(json, "stratified");
    bp_json_boolean(json, bp_split_is_stratified(split));
    json_text(json, "note", bp_validation_note(validation));
    bp_json_object_end(json);
}
