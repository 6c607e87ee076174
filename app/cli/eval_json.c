/* eval_json.c: an evaluation as one JSON document, every number at full precision. */
#include "eval.h"

#include "decisions.h"
#include "json_fields.h"

#include <math.h>
#include <stdlib.h>

static void write_target(bp_json *json, const struct evaluated *evaluated, size_t target)
{
    const bp_evaluation *e = evaluated->evaluation;
    bp_json_object_begin(json);
    bp_json_key(json, "name");
    bp_json_string(json,
                   bp_preparation_target_name(bp_model_preparation(evaluated->model), target));
    bp_json_key(json, "metrics");
    bp_json_object_begin(json);
    for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++) {
        bp_json_key(json, bp_evaluation_metric(e, m)->name);
        bp_json_object_begin(json);
        json_number(json, "score", bp_evaluation_score(e, m, target));
        json_number(json, "low", bp_evaluation_low(e, m, target));
        json_number(json, "high", bp_evaluation_high(e, m, target));
        if (!isnan(bp_evaluation_asked(e, m)))
            json_number(json, "asked", bp_evaluation_asked(e, m));
        bp_json_object_end(json);
    }
    bp_json_object_end(json);
    bp_json_object_end(json);
}

static void write_baseline(bp_json *json, const struct evaluated *evaluated)
{
    const bp_evaluation *e = evaluated->evaluation;
    bp_json_key(json, "baseline");
    if (evaluated->baseline == NULL) {
        bp_json_null(json);
        return;
    }
    bp_json_object_begin(json);
    json_size(json, "folds", bp_validation_folds(evaluated->baseline));
    bp_json_key(json, "metrics");
    bp_json_object_begin(json);
    for (size_t m = 0; evaluated_has_baseline(evaluated, m); m++) {
        bp_json_key(json, bp_evaluation_metric(e, m)->name);
        bp_json_object_begin(json);
        json_number(json, "linear", evaluated_baseline(evaluated, m, false));
        json_number(json, "zero_rule", evaluated_baseline(evaluated, m, true));
        bp_json_object_end(json);
    }
    bp_json_object_end(json);
    bp_json_object_end(json);
}

static void write_class(bp_json *json, const char *name, const bp_class_score *score,
                        const size_t *counts, size_t classes)
{
    bp_json_object_begin(json);
    bp_json_key(json, "name");
    bp_json_string(json, name);
    json_size(json, "rows", score->actual);
    json_size(json, "answered", score->predicted);
    json_size(json, "right", score->right);
    json_number(json, "precision", score->precision);
    json_number(json, "recall", score->recall);
    json_number(json, "f1", score->f1);
    bp_json_key(json, "answers"); /* its row of the confusion matrix */
    bp_json_array_begin(json);
    for (size_t k = 0; k < classes; k++)
        bp_json_integer(json, (int64_t)counts[k]);
    bp_json_array_end(json);
    bp_json_object_end(json);
}

/* False where memory is out. */
static bool write_classes(bp_json *json, const struct evaluated *evaluated)
{
    const bp_answers *answers = bp_evaluation_answers(evaluated->evaluation, 0);
    size_t classes = answers->classes;
    bp_class_score *scores = calloc(classes, sizeof *scores);
    size_t *counts = calloc(classes * classes, sizeof *counts);
    bp_json_key(json, "classes");
    bp_json_array_begin(json);
    bool whole = scores != NULL && counts != NULL;
    if (whole) {
        bp_answers_class_scores(answers, scores);
        bp_answers_confusion(answers, counts);
        for (size_t k = 0; k < classes; k++)
            write_class(
                json,
                bp_preparation_class_name(bp_model_preparation(evaluated->model), (uint32_t)k),
                &scores[k], counts + k * classes, classes);
    }
    bp_json_array_end(json);
    free(counts);
    free(scores);
    return whole;
}

static void write_demands(bp_json *json, const struct evaluated *evaluated,
                          const struct demand *demands, size_t count)
{
    bp_json_key(json, "demands");
    bp_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "metric");
        bp_json_string(json, bp_evaluation_metric(evaluated->evaluation, demands[i].metric)->name);
        json_number(json, demands[i].most ? "max" : "min", demands[i].bound);
        bp_json_key(json, "met");
        bp_json_boolean(json, demand_is_met(&demands[i], evaluated->evaluation));
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

bool eval_write(bp_json *json, const struct evaluated *evaluated, const struct demand *demands,
                size_t count)
{
    const bp_evaluation *e = evaluated->evaluation;
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.eval/1");
    bp_json_key(json, "table");
    bp_json_string(json, bp_table_name(evaluated->table));
    json_size(json, "rows", bp_evaluation_answers(e, 0)->count);
    decisions_write_dropped(json, evaluated->table);
    bp_json_key(json, "task");
    bp_json_string(json, bp_task_name(bp_evaluation_task(e)));
    bp_json_key(json, "learned_from_these_rows");
    bp_json_boolean(json, evaluated->seen);
    json_number(json, "level", 0.95);
    bp_json_key(json, "targets");
    bp_json_array_begin(json);
    for (size_t t = 0; t < bp_evaluation_targets(e); t++)
        write_target(json, evaluated, t);
    bp_json_array_end(json);
    write_baseline(json, evaluated);
    bool whole = bp_evaluation_task(e) != BP_TASK_CLASSIFICATION || write_classes(json, evaluated);
    write_demands(json, evaluated, demands, count);
    bp_json_object_end(json);
    return whole;
}
