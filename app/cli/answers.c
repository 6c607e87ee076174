/* answers.c: of one row, the cells, the probabilities and the most probable classes. */
#include "answers.h"

#include "report.h"

#include <math.h>
#include <stdlib.h>

#define CELL_SIZE_AT_FIRST 256

static bp_status fail_memory(bp_error *error)
{
    return fail(error, BP_E_MEMORY, "out of memory for the answers");
}

bp_status answers_prepare(struct answers *answers, bp_error *error)
{
    size_t classes = bp_preparation_class_count(answers->preparation);
    answers->top = answers->top < classes ? answers->top : classes;
    if (answers->proba || answers->top > 0) {
        answers->probabilities = calloc(classes, sizeof *answers->probabilities);
        answers->ranking = calloc(classes, sizeof *answers->ranking);
        if (answers->probabilities == NULL || answers->ranking == NULL)
            return fail_memory(error);
    }
    if (answers->sets) {
        answers->room = calloc(classes, sizeof *answers->room);
        answers->set = calloc(classes, sizeof *answers->set);
        if (answers->room == NULL || answers->set == NULL)
            return fail_memory(error);
    }
    size_t inputs = bp_preparation_input_count(answers->preparation);
    answers->why = answers->why < inputs ? answers->why : inputs;
    if (answers->why > 0) {
        answers->shares = calloc(inputs, sizeof *answers->shares);
        answers->errors = calloc(inputs, sizeof *answers->errors);
        answers->order = calloc(inputs, sizeof *answers->order);
        if (answers->shares == NULL || answers->errors == NULL || answers->order == NULL)
            return fail_memory(error);
    }
    if (answers->append) {
        answers->cell_size = CELL_SIZE_AT_FIRST;
        answers->cell = malloc(answers->cell_size);
        if (answers->cell == NULL)
            return fail_memory(error);
    }
    return BP_OK;
}

void answers_next_block(struct answers *answers)
{
    answers->rows_before += bp_predictions_count(answers->predictions);
    answers->walk = (bp_cell_walk){0};
    answers->table = NULL;
    answers->predictions = NULL;
}

void answers_release(struct answers *answers)
{
    output_discard(&answers->lines);
    free(answers->line_ends);
    free(answers->probabilities);
    free(answers->ranking);
    free(answers->room);
    free(answers->set);
    free(answers->shares);
    free(answers->errors);
    free(answers->order);
    free(answers->cell);
}

/* The more probable first; among equals the answer, then the lower code. */
static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->probability != b->probability)
        return a->probability > b->probability ? -1 : 1;
    if (a->answered != b->answered)
        return a->answered ? -1 : 1;
    return a->code < b->code ? -1 : a->code > b->code;
}

void answers_weigh(struct answers *answers, size_t row)
{
    if (answers->sets)
        answers->set_size =
            bp_predictions_set(answers->predictions, row, answers->room, answers->set);
    if (answers->probabilities == NULL)
        return;
    bp_predictions_probabilities(answers->predictions, row, answers->probabilities);
    if (answers->top == 0)
        return;
    uint32_t answer = bp_predictions_classes(answers->predictions)[row];
    size_t classes = bp_preparation_class_count(answers->preparation);
    for (uint32_t code = 0; code < classes; code++)
        answers->ranking[code] =
            (struct ranked){code, answers->probabilities[code], code == answer};
    qsort(answers->ranking, classes, sizeof *answers->ranking, compare_ranked);
}

/* ---- Why ------------------------------------------------------------------------ */

#define ORDERS 16 /* of the columns, half of them forward: documented in verbs.c */

size_t answers_explained(const struct answers *answers, size_t row, size_t *first)
{
    const uint32_t *classes = bp_predictions_classes(answers->predictions);
    *first = classes != NULL ? classes[row] : 0;
    return classes != NULL ? 1 : bp_preparation_target_count(answers->preparation);
}

bp_status answers_explain(struct answers *answers, size_t row, size_t answer, double *baseline,
                          bp_error *error)
{
    bp_attribution told;
    size_t inputs = bp_preparation_input_count(answers->preparation);
    bp_status status = bp_explain_from_missing(answers->explainer, row, answer, ORDERS,
                                               answers->shares, answers->errors, &told, error);
    if (status != BP_OK)
        return status;
    *baseline = told.baseline;
    for (size_t i = 0; i < inputs; i++) { /* by insertion: what is equal stays in order */
        size_t place = i;
        for (; place > 0
               && fabs(answers->shares[answers->order[place - 1]]) < fabs(answers->shares[i]);
             place--)
            answers->order[place] = answers->order[place - 1];
        answers->order[place] = i;
    }
    return BP_OK;
}

const char *answers_cell(struct answers *answers, size_t row, size_t column, bp_error *error)
{
    const bp_table *table = answers->table;
    const uint32_t *codes = bp_table_codes(table, column);
    if (codes != NULL && codes[row] != BP_MISSING)
        return bp_table_category(table, column, codes[row]);
    size_t length =
        bp_table_walk_text(table, &answers->walk, row, column, answers->cell, answers->cell_size);
    if (length < answers->cell_size)
        return answers->cell;
    char *larger = realloc(answers->cell, length + 1);
    if (larger == NULL) {
        fail_memory(error);
        return NULL;
    }
    answers->cell = larger;
    answers->cell_size = length + 1;
    bp_table_cell_text(table, row, column, answers->cell, answers->cell_size);
    return answers->cell;
}
