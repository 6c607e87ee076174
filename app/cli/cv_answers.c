/* cv_answers.c: a line of CSV for every row that was held out. */
#include "cv_answers.h"

#include "csv.h"
#include "decisions.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

bp_status cv_check_output(const struct command *command, bp_error *error)
{
    const char *path = command->own[OWN_OUTPUT];
    if (path == NULL)
        return BP_OK;
    if (strcmp(path, "-") == 0)
        return fail(error, BP_E_ARGUMENT,
                    "-o - would write into the same standard output as the scores; give it a file");
    if (same_file(path, command->operands[0]))
        return fail_file(error, BP_E_ARGUMENT, path, "this is the table itself; use another name");
    return output_is_stream(path) ? BP_OK : output_check(path, error);
}

/* ---- The order of the lines ---------------------------------------------------- */

/* A row held out, and the place of its answer. */
struct line {
    bp_held_out held_out;
    size_t place;
};

/* By row, then by repeat: the folds of a later one come after those of an earlier one. */
static int compare_lines(const void *left, const void *right)
{
    const bp_held_out *a = &((const struct line *)left)->held_out;
    const bp_held_out *b = &((const struct line *)right)->held_out;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->fold > b->fold) - (a->fold < b->fold);
}

/* NULL where memory is out; freed by the caller. */
static struct line *sort_lines(const bp_validation *validation, size_t *count)
{
    const bp_held_out *rows = bp_validation_held_out(validation, count);
    struct line *lines = calloc(*count + 1, sizeof *lines);
    for (size_t i = 0; lines != NULL && i < *count; i++)
        lines[i] = (struct line){rows[i], i};
    if (lines != NULL)
        qsort(lines, *count, sizeof *lines, compare_lines);
    return lines;
}

/* ---- CSV ------------------------------------------------------------------------ */

/* What the truth, or behind some words the answer, is called: the targets; classes that several
 * columns tell have no name. */
static void print_target_names(struct output *out, const char *before,
                               const bp_preparation *preparation, const bp_validation *validation)
{
    bool several = bp_preparation_target_count(preparation) > bp_validation_targets(validation);
    for (size_t t = 0; t < bp_validation_targets(validation); t++) {
        output_text(out, ",");
        csv_name(out, before, several ? "class" : bp_preparation_target_name(preparation, t), "");
    }
}

static void print_header(struct output *out, const bp_preparation *preparation,
                         const bp_validation *validation)
{
    bool again = bp_split_repeats(bp_validation_split(validation)) > 1;
    output_text(out, again ? "row,repeat,fold" : "row,fold");
    print_target_names(out, "", preparation, validation);
    print_target_names(out, "predicted ", preparation, validation);
    for (uint32_t k = 0; k < bp_preparation_class_count(preparation); k++) {
        output_text(out, ",");
        csv_name(out, "p(", bp_preparation_class_name(preparation, k), ")");
    }
    output_text(out, "\n");
}

static void print_place(struct output *out, const bp_table *table, const bp_held_out *held_out,
                        const bp_split *split)
{
    size_t repeats = bp_split_repeats(split), folds = bp_split_count(split) / repeats;
    output_print(out, "%zu", bp_table_row_read(table, held_out->row) + 1);
    if (repeats > 1)
        output_print(out, ",%zu", held_out->fold / folds + 1);
    output_print(out, ",%zu", held_out->fold % folds + 1);
}

static void print_classes(struct output *out, const bp_preparation *preparation,
                          const bp_answers *answers, size_t place)
{
    output_text(out, ",");
    csv_field(out, bp_preparation_class_name(preparation, answers->actual_classes[place]));
    output_text(out, ",");
    csv_field(out, bp_preparation_class_name(preparation, answers->predicted_classes[place]));
    output_text(out, ",");
    output_numbers(out, answers->probabilities + place * answers->classes, answers->classes, ",");
}

static void print_numbers(struct output *out, const bp_validation *validation, size_t place)
{
    for (int predicted = 0; predicted < 2; predicted++)
        for (size_t t = 0; t < bp_validation_targets(validation); t++) {
            bp_answers answers = bp_validation_answers(validation, t, false);
            output_text(out, ",");
            output_number(out, predicted ? answers.predicted[place] : answers.actual[place]);
        }
}

static void print_csv(struct output *out, const bp_table *table, const bp_preparation *preparation,
                      const bp_validation *validation, const struct line *lines, size_t count)
{
    bp_answers answers = bp_validation_answers(validation, 0, false);
    print_header(out, preparation, validation);
    for (size_t i = 0; i < count; i++) {
        print_place(out, table, &lines[i].held_out, bp_validation_split(validation));
        if (bp_validation_task(validation) == BP_TASK_CLASSIFICATION)
            print_classes(out, preparation, &answers, lines[i].place);
        else
            print_numbers(out, validation, lines[i].place);
        output_text(out, "\n");
    }
}

bp_status cv_write_answers(const char *path, const bp_table *table,
                           const bp_preparation *preparation, const bp_validation *validation,
                           bp_error *error)
{
    struct output file;
    size_t count = 0;
    struct line *lines = sort_lines(validation, &count);
    if (lines == NULL)
        return fail(error, BP_E_MEMORY, "out of memory for the answers");
    bp_status status = output_open(&file, path, error);
    if (status == BP_OK) {
        print_csv(&file, table, preparation, validation, lines, count);
        status = output_finish(&file, error);
        output_discard(&file);
    }
    free(lines);
    return status;
}
