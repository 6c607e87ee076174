/* report_errors.c: the rows on which a model is most wrong. */
#include "report_page.h"

#include "page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORST 10
#define INPUTS_SHOWN 6
#define CELL_SIZE 64

/* How wrong: of classes the probability that was not given to the true one; of numbers how far
 * off. */
static double wrongness(const bp_answers *answers, size_t row)
{
    if (answers->classes > 0)
        return 1 - answers->probabilities[row * answers->classes + answers->actual_classes[row]];
    return fabs(answers->predicted[row] - answers->actual[row]);
}

static bool is_wrong(const bp_answers *answers, size_t row)
{
    return answers->classes == 0 || answers->actual_classes[row] != answers->predicted_classes[row];
}

/* The worst rows, the worst first; of classes only those answered wrong. */
static size_t find_worst(const bp_answers *answers, size_t worst[WORST])
{
    size_t count = 0;
    for (size_t row = 0; row < answers->count; row++) {
        double how = wrongness(answers, row);
        size_t place = count;
        if (!is_wrong(answers, row) || isnan(how))
            continue;
        while (place > 0 && wrongness(answers, worst[place - 1]) < how)
            place--;
        if (place == WORST)
            continue;
        count += count < WORST;
        memmove(worst + place + 1, worst + place, (count - 1 - place) * sizeof *worst);
        worst[place] = row;
    }
    return count;
}

/* The first inputs' columns in the table. */
static size_t find_columns(const struct evaluated *evaluated, size_t columns[INPUTS_SHOWN],
                           const char *names[INPUTS_SHOWN])
{
    const bp_preparation *preparation = bp_model_preparation(evaluated->model);
    size_t count = 0;
    for (size_t i = 0; i < bp_preparation_input_count(preparation) && count < INPUTS_SHOWN; i++) {
        names[count] = bp_preparation_input_name(preparation, i);
        if (bp_table_find_column(evaluated->table, names[count], &columns[count], NULL) == BP_OK)
            count++;
    }
    return count;
}

static void write_row(struct output *out, const struct evaluated *evaluated,
                      const bp_answers *answers, size_t row, const size_t *columns, size_t count)
{
    const bp_preparation *preparation = bp_model_preparation(evaluated->model);
    char text[CELL_SIZE];
    page_row(out);
    snprintf(text, sizeof text, "%zu", bp_table_row_read(evaluated->table, row) + 1);
    page_cell(out, text);
    if (answers->classes > 0) {
        page_cell(out, bp_preparation_class_name(preparation, answers->actual_classes[row]));
        page_cell(out, bp_preparation_class_name(preparation, answers->predicted_classes[row]));
        page_number(out, 1 - wrongness(answers, row));
    } else {
        page_number(out, answers->actual[row]);
        page_number(out, answers->predicted[row]);
        page_number(out, answers->predicted[row] - answers->actual[row]);
    }
    for (size_t i = 0; i < count; i++) {
        bp_table_cell_text(evaluated->table, row, columns[i], text, sizeof text);
        page_cell(out, text);
    }
}

static void write_target(struct output *out, const struct evaluated *evaluated, size_t target)
{
    const bp_answers *answers = bp_evaluation_answers(evaluated->evaluation, target);
    size_t worst[WORST + 1], columns[INPUTS_SHOWN], rows = find_worst(answers, worst);
    const char *heads[4 + INPUTS_SHOWN] = {"row", "truth", "answer"};
    heads[3] = answers->classes > 0 ? "given to the truth" : "answer - truth";
    size_t inputs = find_columns(evaluated, columns, heads + 4);
    if (bp_evaluation_targets(evaluated->evaluation) > 1)
        page_paragraph(out, "Target %.200s:",
                       bp_preparation_target_name(bp_model_preparation(evaluated->model), target));
    if (rows == 0) {
        page_paragraph(out, "No row was answered wrong.");
        return;
    }
    page_table(out, heads, 4 + inputs);
    for (size_t i = 0; i < rows; i++)
        write_row(out, evaluated, answers, worst[i], columns, inputs);
    page_table_end(out);
}

void report_errors(struct output *out, const struct reported *reported)
{
    const bp_evaluation *e = reported->evaluated.evaluation;
    page_section(out, "errors", "Where it errs");
    page_paragraph(out,
                   bp_evaluation_task(e) == BP_TASK_CLASSIFICATION
                       ? "The rows answered wrong with the most certainty: look at them first, "
                         "for what the table does not say, or says wrong."
                       : "The rows whose answers are the furthest off: look at them first, for "
                         "what the table does not say, or says wrong.");
    for (size_t t = 0; t < bp_evaluation_targets(e); t++)
        write_target(out, &reported->evaluated, t);
    page_section_end(out);
}
