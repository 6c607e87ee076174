/* fit_bits.c: models fitted to small tables, cross-validation and preparations, by options. Every
 * option that a result depends on is in a case, and so is every word that one can be: a new row
 * or word of the library's lists that no case has is an offence. */
#include "bits/bits.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

typedef struct fit_case {
    const char *table, *options;
} fit_case;

/* Three epochs where nothing else is said. */
static const fit_case fits[] = {
    /* Rules, with schedules, initializers and what stands beside. */
    {"classes", ""},
    {"classes", "optimizer=momentum momentum=0.8 schedule=step schedule-epochs=1 "
                "schedule-factor=0.5 initializer=uniform initial-low=-0.3 initial-high=0.4"},
    {"classes", "optimizer=adam beta1=0.8 beta2=0.99 epsilon=1e-6 batch=8 schedule=exponential "
                "momentum-schedule=linear initializer=normal initial-high=0.2"},
    {"classes", "optimizer=adamw batch=5 weight-decay=0.1 schedule=linear schedule-final=0.2 "
                "momentum-schedule=cosine initializer=glorot-uniform"},
    {"classes",
     "optimizer=nesterov batch=16 schedule=cosine warm-up=1.5 momentum-schedule=one-cycle "
     "initializer=glorot-normal clip-value=0.05 reduction=sum"},
    {"classes", "optimizer=adagrad batch=7 schedule=one-cycle initializer=he-uniform l1=0.01"},
    {"classes", "optimizer=rmsprop rho=0.9 batch=4 schedule=plateau schedule-epochs=1 valid=0.3 "
                "initializer=he-normal l2=0.02"},
    {"classes", "optimizer=rprop batch=all schedule=coslog4 initializer=lecun-uniform epochs=5"},
    {"classes", "optimizer=momentum momentum-schedule=step initializer=lecun-normal max-norm=0.9"},
    {"classes", "optimizer=momentum momentum-schedule=exponential initializer=orthogonal "
                "clip-norm=0.5 layer-rates=0.5,2"},
    {"classes", "optimizer=momentum momentum-schedule=plateau valid=0.25 initial-bias=0.1,-0.2"},
    {"classes", "optimizer=nesterov momentum-schedule=coslog4 initializer=zeros hidden=3"},
    {"classes", "shuffle=no seed=12345 precision=f64 learning-rate=0.7"},
    {"classes", "generator=mersenne initializer=uniform"},
    {"classes", "recipe=linear epochs=9"},
    {"@seeds.csv", "initial-model=@1-seeds.model epochs=1"},

    /* Methods that take all rows at once. */
    {"classes", "optimizer=cg-fletcher-reeves epochs=6"},
    {"numbers", "optimizer=cg-polak-ribiere epochs=6 l2=0.01"},
    {"numbers", "optimizer=l-bfgs epochs=8 activation=tanh still=1e-9"},
    {"classes", "optimizer=l-bfgs epochs=8 gradient-tolerance=1e-3 precision=f32"},
    {"numbers", "optimizer=levenberg-marquardt epochs=6 hidden=4"},
    {"two", "optimizer=irprop+ epochs=8 loss=cross-entropy"},

    /* Losses and output activations; with them hidden layers of each kind. */
    {"classes", "loss=likelihood activation=relu,tanh hidden=9,6"},
    {"numbers", "loss=likelihood activation=leaky-relu"},
    {"classes", "loss=squared-error output-activation=tanh activation=elu"},
    {"classes", "loss=cross-entropy output-activation=softmax activation=selu focal=2 batch=6"},
    {"classes", "loss=cross-entropy output-activation=sigmoid activation=gelu label-smoothing=0.1 "
                "class-weights=balanced"},
    {"numbers", "loss=absolute-error output-activation=linear activation=silu batch=9"},
    {"numbers", "loss=huber huber-delta=0.4 output-activation=elu activation=mish"},
    {"numbers", "loss=log-cosh output-activation=selu activation=softplus batch=4"},
    {"numbers", "loss=quantile quantile=0.8 output-activation=leaky-relu activation=softsign"},
    {"counts", "task=regression loss=poisson target-scaling=none activation=hard-sigmoid "
               "learning-rate=0.001 output-activation=exponential"},
    {"numbers", "output-activation=relu activation=gaussian target-scaling=minmax"},
    {"numbers", "output-activation=gelu activation=sine target-scaling=log-standard"},
    {"numbers", "output-activation=silu activation=exponential learning-rate=0.01"},
    {"numbers", "output-activation=mish target-scaling=standard"},
    {"numbers", "output-activation=softplus batch=47"},
    {"numbers", "output-activation=softsign activation=linear"},
    {"numbers", "output-activation=hard-sigmoid hidden=40,33 batch=20 activation=relu"},
    {"numbers", "output-activation=gaussian hidden="},
    {"numbers", "output-activation=sine"},

    /* Rows lost and noisy, weighed, averaged, held out, in chunks. */
    {"classes", "dropout=0.4 input-dropout=0.2 hidden=8,7 activation=relu"},
    {"classes", "dropout=0.1,0.5 input-noise=0.3 hidden=8,7 batch=6 optimizer=adam"},
    {"classes", "weight=heavy average=ema average-decay=0.9"},
    {"classes", "average=swa average-from=0.3 epochs=7 batch=8"},
    {"classes", "valid=0.3 patience=2 least-gain=0.01 epochs=12 keep-best=no"},
    {"classes", "valid=0.3 stop-at=0.4 epochs=12 keep-best=yes"},
    {"numbers", "chunk-rows=10 batch=3"},
    {"@seeds.csv", "valid-file=@seeds.csv epochs=4"},

    /* Images moved about. */
    {"images", "image=5x6 augment=shift=1.5,rotate=20,scale=0.2,shear=0.3 hidden=7 batch=8"},
    {"images", "image=5x6 augment=elastic=6:1.5 optimizer=adam"},
    {"images",
     "image=5x6 augment=shift,rotate,scale,shear,elastic precision=f64 batch=16 dropout=0.2 "
     "input-dropout=0.1 input-noise=0.05 schedule=cosine"},
    {"images", "image=5x6 augment=rotate,elastic=9:0.7 members=2 valid=0.3"},
    {"images", "image=5x6 augment=scale,elastic scaling=none chunk-rows=16 batch=5"},
    {"images", "image=5x6 augment=shift,elastic engine=textbook precision=f64 batch=9 "
               "activation=relu output-activation=linear"},

    /* Several networks, each of which holds out rows of its own. */
    {"classes", "recipe=plain members=3 valid=0.3 keep-best=last temper=yes batch=8 optimizer=adam "
                "initializer=neural-tangent layer-rates=fan-in bias-rate=0.2"},
    {"classes", "recipe=auto hidden=16,8"},
    {"numbers", "recipe=auto hidden=16,8 members=2 temper=no"},
    {"classes", "recipe=quick hidden=9"},
    {"numbers", "recipe=auto hidden=37,8 members=3 input-scale=6 batch=9"},
    {"numbers", "recipe=auto-plus hidden=12 members=3 batch=9"},
    {"numbers", "recipe=auto hidden=12,7 members=4 pieces=4 pieces-share=0.5 batch=9 dropout=0.1"},
    {"classes", "recipe=auto hidden=9 members=3 try=pieces=auto|3,activation=selu|relu"},
    {"classes", "optimizer=adamw batch=5 input-scale=2 hidden=7 clip-norm=0.5 l2=0.01"},

    /* The textbook's engine where it takes nothing from the C library's mathematics. */
    {"numbers", "engine=textbook precision=f64 activation=leaky-relu batch=4"},
    {"numbers", "engine=textbook precision=f64 activation=softsign optimizer=adam "
                "output-activation=hard-sigmoid loss=huber target-scaling=minmax"},
    {"classes", "recipe=tutorial activation=relu output-activation=linear learning-rate=0.05 "
                "epochs=4"},
};

/* Cross-validation: groups of networks, ways to deal rows, the zero rule, all metrics. */
static const fit_case validations[] = {
    {"classes", "folds=4 stratify=yes"},
    {"classes", "folds=3 repeats=2 stratify=no batch=5 optimizer=adam hidden=7"},
    {"classes", "group=who folds=3"},
    {"classes", "time=day folds=3"},
    {"classes", "split=part"},
    {"numbers", "test-fraction=0.3 activation=tanh"},
    {"numbers", "folds=loo epochs=1 drop=z target=up,down"},
    {"two", "folds=5 scale-on=all"},
    {"images", "folds=3 image=5x6 augment=shift,elastic=5:1 batch=7"},
};

/* Preparations: what a network is given, and the truth. */
static const fit_case preparations[] = {
    {"classes", "scaling=none missing=zero"},
    {"classes", "scaling=minmax missing=median keep=same"},
    {"classes", "scaling=standard missing=mode missing-indicator=no"},
    {"classes", "scaling=robust categories=ordinal"},
    {"classes", "scaling=quantile rare=6"},
    {"classes", "scaling=log category-limit=2 drop=day,b"},
    {"classes", "scaling=common keep=same"},
    {"images", "scaling=common target-scaling=none"},
    {"classes", "pca=4 scaling=standard"},
    {"classes", "pca=0.8"},
    {"classes", "pieces=5 scaling=robust"},
    {"numbers", "pieces=2 scaling=quantile"},
    {"numbers", "missing=error target-scaling=log-standard target=up"},
    {"numbers", "scaling=quantile target-scaling=minmax task=regression"},
    {"counts", "task=classification"},
    {"classes", "target=color"},
    {"classes", "target=a task=regression"},
    {"classes", "missing-target=error"},
};

/* ---- Work ---------------------------------------------------------------------------------- */

static void put_noted(bits_sum *sum, const bp_json_value *note, const char *key)
{
    double number = 0;
    bits_text(sum, key);
    if (bp_json_as_number(bp_json_get(note, key), &number))
        bits_number(sum, BP_F64, number);
}

/* Weights, losses, answers. */
static bp_status put_model(bits_sum *sum, const bp_model *model, bp_table *table, size_t threads,
                           bp_error *error)
{
    const char *note = bp_model_note(model, "training");
    bp_json_document *document = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    for (size_t m = 0; m < bp_model_members(model); m++)
        bits_block(sum, bp_model_type(model), bp_model_parameters(model, m),
                   bp_net_parameter_count(bp_model_net(model)));
    bp_status status = bp_json_read(&document, note, strlen(note), BP_E_MODEL, NULL, error);
    if (status == BP_OK) {
        static const char *const keys[] = {"epochs", "loss", "validation_loss", "best_epoch"};
        for (size_t k = 0; k < COUNT_OF(keys); k++)
            put_noted(sum, bp_json_root(document), keys[k]);
        status = bits_answer(&predictor, &predictions, model, table, threads, error);
    }
    if (status == BP_OK) {
        bp_matrix outputs = bp_predictions_outputs(predictions);
        bits_matrix(sum, &outputs);
    }
    bp_json_document_free(document);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    return status;
}

static bp_status work_fit(const bits_check *check, const void *context, size_t threads,
                          bits_sum *sum, bp_error *error)
{
    const fit_case *fit = context;
    char options[BITS_TITLE];
    bp_table *table = NULL;
    bp_model *model = NULL;
    snprintf(options, sizeof options, "epochs=3%s%s", fit->options[0] != '\0' ? " " : "",
             fit->options);
    bp_status status = bits_table(&table, check, fit->table, error);
    if (status == BP_OK)
        status = bits_fit(&model, table, check, options, threads, NULL, error);
    if (status == BP_OK)
        status = put_model(sum, model, table, threads, error);
    bp_model_free(model);
    bp_table_free(table);
    return status;
}

static void put_validation(bits_sum *sum, const bp_validation *validation)
{
    size_t count = 0;
    const bp_held_out *held_out = bp_validation_held_out(validation, &count);
    for (size_t i = 0; i < count; i++) {
        bits_count(sum, held_out[i].row);
        bits_count(sum, held_out[i].fold);
    }
    for (size_t m = 0; bp_validation_metric(validation, m) != NULL; m++)
        for (int baseline = 0; baseline < 2; baseline++) {
            for (size_t f = 0; f < bp_validation_folds(validation); f++)
                bits_number(sum, BP_F64, bp_validation_score(validation, m, f, baseline));
            bits_number(sum, BP_F64, bp_validation_mean(validation, m, baseline));
            bits_number(sum, BP_F64, bp_validation_deviation(validation, m, baseline));
            bits_number(sum, BP_F64, bp_validation_pooled(validation, m, baseline));
        }
}

static bp_status work_validation(const bits_check *check, const void *context, size_t threads,
                                 bits_sum *sum, bp_error *error)
{
    const fit_case *fit = context;
    char options[BITS_TITLE];
    bp_table *table = NULL;
    bp_config *config = NULL;
    bp_validation *validation = NULL;
    snprintf(options, sizeof options, "epochs=3 %s", fit->options);
    bp_status status = bits_table(&table, check, fit->table, error);
    if (status == BP_OK)
        status = bits_config(&config, check, options, threads, error);
    if (status == BP_OK)
        status = bp_cross_validate(&validation, table, config, NULL, error);
    if (status == BP_OK)
        put_validation(sum, validation);
    bp_validation_free(validation);
    bp_config_free(config);
    bp_table_free(table);
    return status;
}

static void put_samples(bits_sum *sum, const bp_prepared *prepared)
{
    const bp_samples samples = bp_prepared_samples(prepared);
    bits_matrix(sum, &samples.inputs);
    if (samples.targets.data != NULL)
        bits_matrix(sum, &samples.targets);
    for (size_t i = 0; i < samples.inputs.rows && samples.classes != NULL; i++)
        bits_count(sum, samples.classes[i]);
}

/* Fitted on the first two thirds of the rows, applied to all, in both number types. */
static bp_status work_preparation(const bits_check *check, const void *context, size_t threads,
                                  bits_sum *sum, bp_error *error)
{
    const fit_case *fit = context;
    bp_table *table = NULL;
    bp_config *config = NULL;
    bp_preparation *preparation = NULL;
    bp_status status = bits_table(&table, check, fit->table, error);
    if (status == BP_OK)
        status = bits_config(&config, check, fit->options, threads, error);
    if (status == BP_OK)
        status = bp_config_preparation(&preparation, table, config, error);
    if (status == BP_OK)
        status = bp_config_drop_unlabeled(config, preparation, table, error);
    size_t rows = status == BP_OK ? bp_table_row_count(table) : 0;
    if (status == BP_OK)
        status = bp_preparation_fit(preparation, table, NULL, rows * 2 / 3, error);
    for (bp_type type = BP_F32; type <= BP_F64 && status == BP_OK; type++) {
        bp_prepared *prepared = NULL;
        status = bp_preparation_apply(preparation, table, NULL, rows, type, true, &prepared, error);
        if (status == BP_OK)
            put_samples(sum, prepared);
        bp_prepared_free(prepared);
    }
    for (size_t i = 0; status == BP_OK && i < 8; i++) { /* and back */
        double values[] = {0.25 * (double)i, 1 - 0.3 * (double)i};
        if (bp_preparation_task(preparation) == BP_TASK_REGRESSION)
            bp_preparation_restore(preparation, values);
        bits_block(sum, BP_F64, values, 2);
    }
    bp_preparation_free(preparation);
    bp_config_free(config);
    bp_table_free(table);
    return status;
}

/* ---- Whether every option is in a case ------------------------------------------------------- */

/* Whether "option=word" is in the options, or "option=" whatever follows where word is NULL. */
static bool sets(const char *options, const char *option, const char *word, size_t length)
{
    for (const char *place = options; *place != '\0';) {
        size_t whole = strcspn(place, " "), name = strcspn(place, "=");
        if (name == strlen(option) && strncmp(place, option, name) == 0
            && (word == NULL
                || (whole - name - 1 == length && strncmp(place + name + 1, word, length) == 0)))
            return true;
        place += whole + (place[whole] == ' ');
    }
    return false;
}

static bool any_sets(const char *option, const char *word, size_t length)
{
    static const struct {
        const fit_case *cases;
        size_t count;
    } lists[] = {{fits, COUNT_OF(fits)},
                 {validations, COUNT_OF(validations)},
                 {preparations, COUNT_OF(preparations)}};
    for (size_t l = 0; l < COUNT_OF(lists); l++)
        for (size_t i = 0; i < lists[l].count; i++)
            if (sets(lists[l].cases[i].options, option, word, length))
                return true;
    return false;
}

/* Reading a table and where a computation runs are other tests'; metrics stop in cases of their
 * own. */
static bool is_covered_elsewhere(const bp_option *option)
{
    static const char *const groups[] = {"table", "machine", "checkpoint"};
    for (size_t g = 0; g < COUNT_OF(groups); g++)
        if (strcmp(option->group, groups[g]) == 0)
            return true;
    return strcmp(option->name, "stop-on") == 0;
}

static void check_option(bits_check *check, const bp_option *option)
{
    char what[BITS_TITLE];
    bool choice = option->kind == BP_OPTION_CHOICE;
    if (!choice && !any_sets(option->name, NULL, 0))
        bits_wrong(check, option->name, "this option is in no case of fits");
    for (const char *word = option->choices; choice && *word != '\0';) {
        size_t length = strcspn(word, "|");
        bool usual =
            strlen(option->fallback) == length && strncmp(word, option->fallback, length) == 0;
        if (!usual && !any_sets(option->name, word, length)) {
            snprintf(what, sizeof what, "%.*s is in no case of fits", (int)length, word);
            bits_wrong(check, option->name, what);
        }
        word += length + (word[length] == '|');
    }
}

static void check_options(bits_check *check)
{
    for (size_t i = 0; i < bp_option_count(); i++)
        if (!is_covered_elsewhere(bp_option_at(i)))
            check_option(check, bp_option_at(i));
    for (size_t a = 0; a < BP_ACTIVATION_COUNT; a++) {
        const char *name = bp_activation_name((bp_activation)a);
        if (a != BP_SOFTMAX && a != BP_SIGMOID && a != BP_TANH /* of a list */
            && !any_sets("activation", name, strlen(name)))
            bits_wrong(check, name, "is in no hidden layer of fits");
    }
}

/* ---- The cases ------------------------------------------------------------------------------- */

static void check_list(bits_check *check, const char *what, bits_work *work, const fit_case *list,
                       size_t count)
{
    char title[BITS_TITLE];
    for (size_t i = 0; i < count; i++) {
        snprintf(title, sizeof title, "%s %s%s%s", what, list[i].table,
                 list[i].options[0] != '\0' ? " " : "", list[i].options);
        bits_case(check, title, work, &list[i]);
    }
}

static void check_stops(bits_check *check)
{
    for (size_t m = 0; bp_metric_at(m) != NULL; m++) {
        char title[BITS_TITLE], options[64];
        bool classes = bp_metric_at(m)->classification;
        const fit_case stop = {classes ? "two" : "counts", options};
        snprintf(options, sizeof options, "stop-on=%s valid=0.3%s", bp_metric_at(m)->name,
                 classes ? "" : " task=regression");
        snprintf(title, sizeof title, "fit %s %s", stop.table, options);
        bits_case(check, title, work_fit, &stop);
    }
}

void bits_of_fits(bits_check *check)
{
    check_list(check, "fit", work_fit, fits, COUNT_OF(fits));
    check_stops(check);
    check_list(check, "cv", work_validation, validations, COUNT_OF(validations));
    check_list(check, "prepare", work_preparation, preparations, COUNT_OF(preparations));
    check_options(check);
}
