/* explain_json.c: an explanation as a JSON object. */
#include "explain.h"
#include "json_fields.h"

/* ---- Columns --------------------------------------------------------------------- */

static void write_columns(bp_json *json, const struct explained *x)
{
    json_text(json, "explains", "columns");
    json_text(json, "metric", x->metric->name);
    json_number(json, "score", x->score);
    json_size(json, "repeats", x->repeats);
    bp_json_key(json, "columns");
    bp_json_array_begin(json);
    for (size_t i = 0; i < x->inputs; i++) {
        const bp_importance *one = &x->importances[x->order[i]];
        bp_json_object_begin(json);
        json_text(json, "column", bp_preparation_input_name(x->preparation, x->order[i]));
        json_number(json, "importance", one->mean);
        json_number(json, "deviation", one->deviation);
        json_number(json, "low", one->low);
        json_number(json, "high", one->high);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

/* ---- A row ------------------------------------------------------------------------ */

static void write_share(bp_json *json, const struct explained *x, size_t answer, size_t input)
{
    char cell[512];
    explained_cell(x, input, cell, sizeof cell);
    bp_json_object_begin(json);
    json_text(json, "column", bp_preparation_input_name(x->preparation, input));
    json_text(json, "cell", cell);
    json_number(json, "share", x->values[answer * x->inputs + input]);
    if (x->shapley)
        json_number(json, "standard_error", x->errors[answer * x->inputs + input]);
    bp_json_object_end(json);
}

static void write_row(bp_json *json, const struct explained *x)
{
    bool classes = bp_preparation_class_count(x->preparation) > 0;
    json_text(json, "explains", "row");
    json_size(json, "row", x->row + 1);
    json_text(json, "method", x->shapley ? "shapley-sampling" : "integrated-gradients");
    bp_json_key(json, "answers");
    bp_json_array_begin(json);
    for (size_t i = 0; i < x->count; i++) {
        bp_json_object_begin(json);
        json_text(json, classes ? "class" : "target", explained_name(x, x->first + i));
        json_number(json, "answer", x->told[i].answer);
        json_number(json, "baseline", x->told[i].baseline);
        json_number(json, "gap", x->told[i].gap);
        json_size(json, x->shapley ? "samples" : "steps", x->told[i].steps);
        bp_json_key(json, "columns");
        bp_json_array_begin(json);
        for (size_t k = 0; k < x->inputs; k++)
            write_share(json, x, i, x->order[k]);
        bp_json_array_end(json);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

/* ---- A column ----------------------------------------------------------------------- */

static void write_answers(bp_json *json, const struct explained *x, size_t point, size_t curve,
                          bool mean)
{
    bp_json_array_begin(json);
    for (size_t k = 0; k < x->answers; k++)
        bp_json_number(json, mean ? bp_dependence_mean(x->dependence, point, k)
                                  : bp_dependence_curve(x->dependence, curve, point, k));
    bp_json_array_end(json);
}

static void write_curve(bp_json *json, const struct explained *x, size_t curve)
{
    bp_json_object_begin(json);
    json_size(json, "row", bp_dependence_row(x->dependence, curve) + 1);
    bp_json_key(json, "answers");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_dependence_points(x->dependence); i++)
        write_answers(json, x, i, curve, false);
    bp_json_array_end(json);
    bp_json_object_end(json);
}

static void write_dependence(bp_json *json, const struct explained *x)
{
    json_text(json, "explains", "column");
    json_text(json, "column", bp_preparation_input_name(x->preparation, x->input));
    bp_json_key(json, "answers");
    bp_json_array_begin(json);
    for (size_t k = 0; k < x->answers; k++)
        bp_json_string(json, explained_name(x, k));
    bp_json_array_end(json);
    bp_json_key(json, "grid");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_dependence_points(x->dependence); i++) {
        char cell[512];
        explained_point(x, i, cell, sizeof cell);
        bp_json_object_begin(json);
        json_text(json, "cell", cell);
        bp_json_key(json, "mean");
        write_answers(json, x, i, 0, true);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
    bp_json_key(json, "curves");
    bp_json_array_begin(json);
    for (size_t c = 0; c < x->curves; c++)
        write_curve(json, x, c);
    bp_json_array_end(json);
}

void explain_write(bp_json *json, const struct explained *x)
{
    bp_json_object_begin(json);
    json_text(json, "schema", "backprop.explain/1");
    json_text(json, "model", x->path);
    json_text(json, "table", bp_table_name(x->table));
    json_size(json, "rows", x->rows);
    json_size(json, "seed", (size_t)x->seed);
    if (x->kind == EXPLAINED_COLUMNS)
        write_columns(json, x);
    else if (x->kind == EXPLAINED_ROW)
        write_row(json, x);
    else
        write_dependence(json, x);
    bp_json_object_end(json);
}
