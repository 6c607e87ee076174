/* decisions.c: rows, inputs, target, classes and scaling, for people and as JSON. */
#include "decisions.h"

#include "json_fields.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define NAMES_SHOWN 10
#define LINE_WIDTH 80
#define LABEL_WIDTH 14
#define CLASSES_AT (LABEL_WIDTH + 28) /* after "classification, 3 classes: " */
#define FLAG_WIDTH 12                 /* "  (--target)" */

bool same_file(const char *path, const char *other)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev
           && a.st_ino == b.st_ino;
}

/* ---- Text ------------------------------------------------------------------- */

void print_label(struct output *out, const char *label)
{
    output_print(out, "%-*s ", LABEL_WIDTH - 1, label);
}

const char *class_name_at(const bp_preparation *preparation, size_t index)
{
    return bp_preparation_class_name(preparation, (uint32_t)index);
}

void print_names(struct output *out, const bp_preparation *preparation, decision_name *name,
                 size_t count, size_t at, size_t after)
{
    for (size_t i = 0; i < count && i < NAMES_SHOWN; i++) {
        const char *text = name(preparation, i);
        bool last = i + 1 == count || i + 1 == NAMES_SHOWN;
        if (i > 0 && at + strlen(text) + (last ? after : 1) > LINE_WIDTH) {
            output_text(out, ",\n");
            print_label(out, "");
            at = LABEL_WIDTH;
        } else if (i > 0) {
            output_text(out, ", ");
        }
        output_name(out, text);
        at += strlen(text) + 2;
    }
    if (count > NAMES_SHOWN)
        output_print(out, ", and %zu more", count - NAMES_SHOWN);
}

static void print_target(struct output *out, const bp_preparation *preparation)
{
    size_t targets = bp_preparation_target_count(preparation);
    print_label(out, "target");
    print_names(out, preparation, bp_preparation_target_name, targets, LABEL_WIDTH, FLAG_WIDTH);
    output_text(out, "  (--target)\n");
    print_label(out, "task");
    output_text(out, bp_task_name(bp_preparation_task(preparation)));
    size_t classes = bp_preparation_class_count(preparation);
    if (classes > 0) {
        output_print(out, ", %zu class%s: ", classes, classes == 1 ? "" : "es");
        print_names(out, preparation, class_name_at, classes, CLASSES_AT, FLAG_WIDTH);
    }
    output_text(out, "  (--task)\n");
}

static bool is_dropped(const bp_preparation *preparation, size_t index)
{
    return strcmp(bp_preparation_omitted_reason(preparation, index), "dropped") == 0;
}

/* Columns that nobody dropped and that are no inputs all the same. */
static void print_left_out(struct output *out, const bp_preparation *preparation)
{
    size_t shown = 0, count = bp_preparation_omitted_count(preparation);
    for (size_t i = 0; i < count; i++) {
        if (is_dropped(preparation, i))
            continue;
        if (shown++ == 0)
            print_label(out, "left out");
        if (shown > NAMES_SHOWN)
            continue;
        output_text(out, shown > 1 ? ", " : "");
        output_name(out, bp_preparation_omitted_name(preparation, i));
        output_print(out, " (%s)", bp_preparation_omitted_reason(preparation, i));
    }
    if (shown > NAMES_SHOWN)
        output_print(out, ", and %zu more", shown - NAMES_SHOWN);
    if (shown > 0)
        output_text(out, "  (--keep)\n");
}

void decisions_print_rare(struct output *out, const bp_preparation *preparation)
{
    for (size_t i = 0; i < bp_preparation_input_count(preparation); i++) {
        size_t rare = bp_preparation_rare_count(preparation, i);
        if (rare == 0)
            continue;
        print_label(out, "categories");
        output_print(out, "%zu of ", rare);
        output_name(out, bp_preparation_input_name(preparation, i));
        output_text(out, " share one input, being rare or too many  (--rare)\n");
    }
}

/* NaN of what is "auto" still, as a search has it. */
static double number_of(const bp_config *config, const char *option)
{
    const char *text = bp_config_get(config, option);
    double value = (double)NAN;
    bp_number_read(text, strlen(text), &value);
    return value;
}

static void print_pieces(struct output *out, const bp_config *config)
{
    if (!(number_of(config, "pieces") > 0))
        return;
    print_label(out, "pieces");
    output_print(out, "%s more inputs tell where a number lies in its range  (--pieces)\n",
                 bp_config_get(config, "pieces"));
    size_t readers = bp_config_piece_members(config);
    if (!(number_of(config, "pieces-share") < 1 && (double)readers < number_of(config, "members")))
        return;
    print_label(out, "");
    output_print(out, "%zu of the %s networks read them  (--pieces-share)\n", readers,
                 bp_config_get(config, "members"));
}

static void print_scaling(struct output *out, const bp_config *config)
{
    const char *scaling = bp_config_get(config, "scaling");
    const char *flag = "--scaling";
    print_label(out, "scaling");
    output_text(out, scaling);
    if (strcmp(bp_config_get(config, "scale-on"), "all") == 0) {
        output_text(out, " over all rows, the held-out ones too, which leaks");
        flag = "--scale-on";
    } else if (strcmp(scaling, "none") != 0) {
        output_text(out, " fitted on training rows");
    }
    output_print(out, "  (%s)\n", flag);
    if (bp_config_get(config, "augment")[0] != '\0') {
        print_label(out, "images");
        output_print(out, "moved about while they are learned from: %s  (--augment)\n",
                     bp_config_get(config, "augment"));
    }
    print_pieces(out, config);
    if (strcmp(bp_config_get(config, "try"), "none") != 0) {
        print_label(out, "tried");
        output_print(out, "%s, which held-out rows choose from  (--try)\n",
                     bp_config_get(config, "try"));
    }
    if (strcmp(bp_config_get(config, "pca"), "off") != 0) {
        print_label(out, "inputs");
        output_print(out, "principal components in their place: %s  (--pca)\n",
                     bp_config_get(config, "pca"));
    }
}

static void print_dropped(struct output *out, const bp_table *table)
{
    size_t dropped = bp_table_dropped(table);
    if (dropped == 0)
        return;
    print_label(out, "");
    output_print(out, "%zu more without the target left out  (--missing-target)\n", dropped);
}

bp_status drop_unlabeled(const struct command *command, const bp_model *model, bp_table *table,
                         bp_error *error)
{
    bp_status status =
        bp_config_drop_unlabeled(command->config, bp_model_preparation(model), table, error);
    size_t dropped = bp_table_dropped(table);
    if (dropped == 0 || command_has(command, OWN_QUIET) || command_has(command, OWN_JSON))
        return status;
    struct output notes;
    output_open_notes(&notes);
    output_print(&notes, "left out %zu row%s of ", dropped, dropped == 1 ? "" : "s");
    output_name(&notes, bp_table_name(table));
    output_text(&notes, " without the target\n");
    output_finish_notes(&notes);
    return status;
}

static bool has_dates(const bp_table *table)
{
    bool any = false;
    for (size_t i = 0; i < bp_table_column_count(table); i++)
        any = any || bp_table_column_kind(table, i) == BP_COLUMN_DATE;
    return any;
}

/* What was found out of a delimited text, where it is not the usual. */
static void print_dialect(struct output *out, const bp_table *table)
{
    bool commas = bp_table_decimal(table) == ',';
    bp_date_order order = has_dates(table) ? bp_table_date_order(table) : BP_DATES_ISO;
    output_print(out, "%s header line%s%s  (--header%s%s)\n",
                 bp_table_has_header(table) ? "a" : "no", commas ? ", decimal commas" : "",
                 order == BP_DATES_DAY_FIRST     ? ", dates by day first"
                 : order == BP_DATES_MONTH_FIRST ? ", dates by month first"
                                                 : "",
                 commas ? ", --decimal" : "", order != BP_DATES_ISO ? ", --dates" : "");
}

void decisions_print(struct output *out, const bp_table *table, const bp_preparation *preparation,
                     const bp_config *config)
{
    size_t inputs = bp_preparation_input_count(preparation);
    print_label(out, "table");
    output_name(out, bp_table_name(table));
    output_print(out, ": %zu rows, ", bp_table_row_count(table));
    if (strncmp(bp_table_form(table), "csv,", 4) == 0)
        print_dialect(out, table);
    else
        output_print(out, "%s  (--format)\n", bp_table_form(table));
    print_dropped(out, table);
    print_label(out, "inputs");
    output_print(out, "%zu: ", inputs);
    print_names(out, preparation, bp_preparation_input_name, inputs, LABEL_WIDTH + 4, FLAG_WIDTH);
    output_text(out, "  (--drop)\n");
    print_left_out(out, preparation);
    print_target(out, preparation);
    print_label(out, "recipe");
    output_print(out, "%s  (--recipe)\n", bp_config_get(config, "recipe"));
    print_scaling(out, config);
}

void decisions_print_training(struct output *out, const bp_config *config)
{
    const char *hidden = bp_config_get(config, "hidden");
    print_label(out, "network");
    if (hidden[0] != '\0')
        output_print(out, "hidden layers of %s, %s  (--hidden, --activation)\n", hidden,
                     bp_config_get(config, "activation"));
    else
        output_text(out, "no hidden layer  (--hidden)\n");
    if (number_of(config, "members") > 1) {
        print_label(out, "members");
        output_print(out, "%s such networks, whose answers are averaged  (--members)\n",
                     bp_config_get(config, "members"));
    }
    print_label(out, "training");
    output_print(out, "%s epochs of batches of %s, seed %s  (--epochs, --batch, --seed)\n",
                 bp_config_get(config, "epochs"), bp_config_get(config, "batch"),
                 bp_config_get(config, "seed"));
}

/* ---- JSON ------------------------------------------------------------------- */

static void write_names(bp_json *json, const char *key, const bp_preparation *preparation,
                        decision_name *name, size_t count)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        bp_json_string(json, name(preparation, i));
    bp_json_array_end(json);
}

static void write_left_out(bp_json *json, const bp_preparation *preparation)
{
    size_t count = bp_preparation_omitted_count(preparation);
    if (count == 0)
        return;
    bp_json_key(json, "left_out");
    bp_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "name");
        bp_json_string(json, bp_preparation_omitted_name(preparation, i));
        bp_json_key(json, "reason");
        bp_json_string(json, bp_preparation_omitted_reason(preparation, i));
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

void decisions_write_dropped(bp_json *json, const bp_table *table)
{
    if (bp_table_dropped(table) > 0)
        json_size(json, "dropped_rows", bp_table_dropped(table));
}

void decisions_write(bp_json *json, const bp_table *table, const bp_preparation *preparation)
{
    bp_json_key(json, "table");
    bp_json_object_begin(json);
    bp_json_key(json, "name");
    bp_json_string(json, bp_table_name(table));
    bp_json_key(json, "rows");
    bp_json_integer(json, (int64_t)bp_table_row_count(table));
    decisions_write_dropped(json, table);
    bp_json_key(json, "header");
    bp_json_boolean(json, bp_table_has_header(table));
    write_names(json, "inputs", preparation, bp_preparation_input_name,
                bp_preparation_input_count(preparation));
    write_names(json, "targets", preparation, bp_preparation_target_name,
                bp_preparation_target_count(preparation));
    write_left_out(json, preparation);
    bp_json_key(json, "task");
    bp_json_string(json, bp_task_name(bp_preparation_task(preparation)));
    if (bp_preparation_class_count(preparation) > 0)
        write_names(json, "classes", preparation, class_name_at,
                    bp_preparation_class_count(preparation));
    bp_json_object_end(json);
}
