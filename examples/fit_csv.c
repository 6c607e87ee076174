/* fit_csv.c: trains on a CSV file and predicts its rows. Usage: fit_csv [FILE] */
#include <backprop.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "data/wheat-seeds.csv";
    bp_error error;
    bp_config *config = NULL;
    bp_table *table = NULL;
    bp_model *model = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *answers = NULL;

    bp_status status = bp_config_new(&config, "auto", NULL, &error);
    if (status == BP_OK)
        status = bp_table_open(&table, path, config, &error);
    if (status == BP_OK)
        status = bp_fit_table(&model, table, NULL, 0, config, NULL, &error);
    if (status == BP_OK)
        status = bp_predictor_new(&predictor, model, NULL, &error);
    if (status == BP_OK)
        status = bp_predict_table(&answers, predictor, table, NULL, 5, &error);
    if (status != BP_OK)
        fprintf(stderr, "fit_csv: %s:%zu:%zu: %s\n", error.file, error.line, error.column,
                error.message);
    for (size_t row = 0; status == BP_OK && row < bp_predictions_count(answers); row++) {
        const char *name = bp_predictions_class_name(answers, row);
        bp_matrix outputs = bp_predictions_outputs(answers);
        if (name != NULL)
            printf("row %zu: class %s\n", row + 1, name);
        else
            printf("row %zu: %g\n", row + 1, ((const double *)outputs.data)[row * outputs.columns]);
    }

    bp_predictions_free(answers);
    bp_predictor_free(predictor);
    bp_model_free(model);
    bp_table_free(table);
    bp_config_free(config);
    return status == BP_OK ? 0 : 1;
}
