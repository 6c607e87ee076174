/* answers_text.c: answers one a line, and CSV of RFC 4180 with more than the answers. */
#include "answers.h"

#include "csv.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- CSV --------------------------------------------------------------------- */

static const char *class_name(const struct answers *answers, size_t code)
{
    return bp_preparation_class_name(answers->preparation, (uint32_t)code);
}

/* What the answers are called: their targets; classes that several columns tell have none. */
static void print_answer_names(const struct answers *answers, struct output *out)
{
    const bp_preparation *preparation = answers->preparation;
    const char *before = answers->append ? "predicted " : "";
    size_t targets = bp_preparation_target_count(preparation);
    if (targets > 1 && bp_preparation_class_count(preparation) > 0) {
        csv_name(out, before, "class", "");
        return;
    }
    for (size_t i = 0; i < targets; i++) {
        output_bytes(out, ",", i > 0);
        csv_name(out, before, bp_preparation_target_name(preparation, i), "");
    }
}

/* With several targets, each has a low and a high end of its own. */
static void print_interval_names(const struct answers *answers, struct output *out)
{
    size_t targets = bp_preparation_target_count(answers->preparation);
    for (size_t i = 0; i < targets && targets > 1; i++) {
        const char *name = bp_preparation_target_name(answers->preparation, i);
        output_bytes(out, ",", 1);
        csv_name(out, "low ", name, "");
        output_bytes(out, ",", 1);
        csv_name(out, "high ", name, "");
    }
    output_text(out, targets == 1 ? ",low,high" : "");
}

/* With several targets, each has columns of its own. */
static void print_why_names(const struct answers *answers, struct output *out)
{
    bool classes = bp_preparation_class_count(answers->preparation) > 0;
    size_t count = classes ? 1 : bp_preparation_target_count(answers->preparation);
    for (size_t t = 0; t < count; t++)
        for (size_t i = 1; i <= answers->why; i++) {
            char why[40], share[40];
            const char *name = count > 1 ? bp_preparation_target_name(answers->preparation, t) : "";
            snprintf(why, sizeof why, count > 1 ? "why %zu " : "why %zu", i);
            snprintf(share, sizeof share, count > 1 ? "share %zu " : "share %zu", i);
            output_bytes(out, ",", 1);
            csv_name(out, why, name, "");
            output_bytes(out, ",", 1);
            csv_name(out, share, name, "");
        }
}

static void print_header(const struct answers *answers, struct output *out)
{
    size_t columns = answers->append ? bp_table_column_count(answers->table) : 0;
    size_t classes = answers->proba ? bp_preparation_class_count(answers->preparation) : 0;
    for (size_t i = 0; i < columns; i++) {
        csv_field(out, bp_table_column_name(answers->table, i));
        output_bytes(out, ",", 1);
    }
    print_answer_names(answers, out);
    if (answers->intervals)
        print_interval_names(answers, out);
    for (size_t i = 0; i < classes; i++) {
        output_bytes(out, ",", 1);
        csv_name(out, "p(", class_name(answers, i), ")");
    }
    for (size_t i = 1; i <= answers->top; i++)
        output_print(out, ",class %zu,p %zu", i, i);
    output_text(out, answers->sets ? ",set" : "");
    print_why_names(answers, out);
    output_bytes(out, "\n", 1);
}

static void print_answer(const struct answers *answers, struct output *out, size_t row)
{
    bp_matrix outputs = bp_predictions_outputs(answers->predictions);
    const double *values = (const double *)outputs.data + row * outputs.row_stride;
    const char *name = bp_predictions_class_name(answers->predictions, row);
    if (name != NULL)
        csv_field(out, name);
    else
        output_numbers(out, values, outputs.columns, ",");
}

static bp_status print_cells(struct answers *answers, struct output *out, size_t row,
                             bp_error *error)
{
    for (size_t i = 0; i < bp_table_column_count(answers->table); i++) {
        const char *text = answers_cell(answers, row, i, error);
        if (text == NULL)
            return BP_E_MEMORY;
        csv_field(out, text);
        output_bytes(out, ",", 1);
    }
    return BP_OK;
}

static void print_classes(const struct answers *answers, struct output *out)
{
    size_t classes = answers->proba ? bp_preparation_class_count(answers->preparation) : 0;
    for (size_t i = 0; i < classes; i++) {
        output_bytes(out, ",", 1);
        output_number(out, answers->probabilities[i]);
    }
    for (size_t i = 0; i < answers->top; i++) {
        output_bytes(out, ",", 1);
        csv_field(out, class_name(answers, answers->ranking[i].code));
        output_bytes(out, ",", 1);
        output_number(out, answers->ranking[i].probability);
    }
}

static void print_intervals(const struct answers *answers, struct output *out, size_t row)
{
    for (size_t i = 0; i < bp_preparation_target_count(answers->preparation); i++) {
        double ends[2];
        bp_predictions_interval(answers->predictions, row, i, &ends[0], &ends[1]);
        output_bytes(out, ",", 1);
        output_numbers(out, ends, 2, ",");
    }
}

/* Bars between; a name alone is written as an answer is. */
static void print_set(const struct answers *answers, struct output *out)
{
    output_bytes(out, ",", 1);
    if (answers->set_size == 1)
        csv_field(out, class_name(answers, answers->set[0]));
    if (answers->set_size < 2)
        return;
    for (size_t i = 0; i < answers->set_size; i++) {
        output_text(out, i == 0 ? "\"" : "|");
        csv_doubled(out, class_name(answers, answers->set[i]));
    }
    output_text(out, "\"");
}

static bp_status print_why(struct answers *answers, struct output *out, size_t row, bp_error *error)
{
    size_t first = 0, count = answers_explained(answers, row, &first);
    bp_status status = BP_OK;
    for (size_t k = first; k < first + count && status == BP_OK; k++) {
        double baseline = 0;
        status = answers_explain(answers, row, k, &baseline, error);
        for (size_t i = 0; i < answers->why && status == BP_OK; i++) {
            size_t input = answers->order[i];
            output_bytes(out, ",", 1);
            csv_field(out, bp_preparation_input_name(answers->preparation, input));
            output_bytes(out, ",", 1);
            output_number(out, answers->shares[input]);
        }
    }
    return status;
}

static bp_status print_csv(struct answers *answers, struct output *out, bp_error *error)
{
    if (answers->rows_before == 0)
        print_header(answers, out);
    for (size_t row = 0; row < bp_predictions_count(answers->predictions); row++) {
        if (answers->append && print_cells(answers, out, row, error) != BP_OK)
            return BP_E_MEMORY;
        print_answer(answers, out, row);
        if (answers->intervals)
            print_intervals(answers, out, row);
        answers_weigh(answers, row);
        print_classes(answers, out);
        if (answers->sets)
            print_set(answers, out);
        bp_status status = answers->why > 0 ? print_why(answers, out, row, error) : BP_OK;
        if (status != BP_OK)
            return status;
        output_bytes(out, "\n", 1);
    }
    return BP_OK;
}

/* ---- The answers alone -------------------------------------------------------- */

/* A class's name as it was written; quoted as CSV only where it has a line break in it,
 * since an answer is one line. */
static void print_class(struct output *out, const char *name)
{
    if (strpbrk(name, "\r\n") != NULL)
        csv_quoted(out, name);
    else
        output_text(out, name);
}

/* Writes the line of every class once, to be copied from there. */
static bp_status prepare_lines(struct answers *answers, bp_error *error)
{
    size_t classes = bp_preparation_class_count(answers->preparation);
    answers->line_ends = calloc(classes + 1, sizeof *answers->line_ends);
    if (answers->line_ends == NULL)
        return fail(error, BP_E_MEMORY, "out of memory for the answers");
    output_open_memory(&answers->lines);
    for (size_t code = 0; code < classes; code++) {
        print_class(&answers->lines, class_name(answers, code));
        output_bytes(&answers->lines, "\n", 1);
        size_t length = answers->lines.length - answers->line_ends[code];
        answers->longest_line = length > answers->longest_line ? length : answers->longest_line;
        answers->line_ends[code + 1] = answers->lines.length;
    }
    output_text(&answers->lines, "               "); /* more than a line may be read */
    if (answers->lines.failure.status != BP_OK)
        return fail(error, BP_E_MEMORY, "out of memory for the answers");
    return BP_OK;
}

#define SHORT 16u /* bytes of a line that are copied without looking how many there are */
#define ROWS_AT_ONCE 512u

/* Lines of some rows; where all are short, each copy is as long as the longest may be. */
static void print_lines(const struct answers *answers, struct output *out, const uint32_t *codes,
                        size_t rows)
{
    const char *text = answers->lines.text;
    size_t longest = answers->longest_line, used = 0;
    char *room = output_room(out, rows * longest + SHORT);
    for (size_t row = 0; row < rows && room != NULL; row++) {
        const size_t *ends = answers->line_ends + codes[row];
        if (longest <= SHORT)
            memcpy(room + used, text + ends[0], SHORT);
        else
            memcpy(room + used, text + ends[0], ends[1] - ends[0]);
        used += ends[1] - ends[0];
    }
    if (room != NULL)
        output_take(out, used);
}

static bp_status print_class_lines(struct answers *answers, struct output *out, bp_error *error)
{
    const uint32_t *codes = bp_predictions_classes(answers->predictions);
    size_t rows = bp_predictions_count(answers->predictions);
    bp_status status = answers->line_ends == NULL ? prepare_lines(answers, error) : BP_OK;
    for (size_t row = 0; row < rows && status == BP_OK; row += ROWS_AT_ONCE)
        print_lines(answers, out, codes + row,
                    rows - row < ROWS_AT_ONCE ? rows - row : ROWS_AT_ONCE);
    return status;
}

bp_status answers_print_text(struct answers *answers, struct output *out, bp_error *error)
{
    if (answers->append || answers->intervals || answers->proba || answers->top > 0 || answers->sets
        || answers->why > 0)
        return print_csv(answers, out, error);
    if (bp_preparation_class_count(answers->preparation) > 0)
        return print_class_lines(answers, out, error);
    for (size_t row = 0; row < bp_predictions_count(answers->predictions); row++) {
        print_answer(answers, out, row);
        output_bytes(out, "\n", 1);
    }
    return BP_OK;
}
