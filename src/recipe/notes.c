/* notes.c: the record of a fit that travels with its model: the options, how training
 * went, and a fingerprint of the table, written and read. Nothing in it differs between equal
 * runs. */
#include "recipe/fitting.h"

#include "base/error.h"
#include "base/sha256.h"
#include "recipe/config.h"
#include "recipe/training_config.h"
#include "table/table.h"

#include <string.h>

static void fingerprint(const bp_table *table, char text[BP_SHA256_TEXT_SIZE])
{
    size_t size = 0;
    const char *source = bp_table_source(table, &size);
    unsigned char digest[BP_SHA256_SIZE];
    bp_sha256(source, size, digest);
    bp_sha256_text(digest, text);
}

/* No other text of a note is a fingerprint. */
bool bp_model_learned_from(const bp_model *model, const bp_table *table)
{
    const char *note = bp_model_note(model, "training");
    char text[BP_SHA256_TEXT_SIZE];
    if (note == NULL)
        return false;
    fingerprint(table, text);
    return strstr(note, text) != NULL;
}

/* How the training of one network went. */
static void write_member(const bp_fitting_member *member, bp_json *json)
{
    const bp_trainer_record *record = &member->record;
    bp_json_key(json, "epochs");
    bp_json_integer(json, (int64_t)record->epochs);
    bp_json_key(json, "loss");
    bp_json_number(json, record->loss);
    if (member->valid.inputs.rows > 0) {
        bp_json_key(json, "validation_rows");
        bp_json_integer(json, (int64_t)member->valid.inputs.rows);
        bp_json_key(json, "validation_loss");
        bp_json_number(json, record->validation_loss);
    }
    if (record->best_epoch > 0) {
        bp_json_key(json, "best_epoch");
        bp_json_integer(json, (int64_t)record->best_epoch);
    }
    bp_json_key(json, "stopped");
    bp_json_string(json, bp_stop_name(record->stop));
}

static void write_training(const bp_fitting *one, bp_json *json)
{
    char text[BP_SHA256_TEXT_SIZE];
    bool classes = bp_preparation_class_count(bp_model_preparation(one->model)) > 0;
    fingerprint(one->table, text);
    bp_json_object_begin(json);
    bp_json_key(json, "rows");
    bp_json_integer(json, (int64_t)one->learned);
    if (one->member_count == 1) {
        write_member(&one->members[0], json);
    } else {
        bp_json_key(json, "members");
        bp_json_array_begin(json);
        for (size_t m = 0; m < one->member_count; m++) {
            bp_json_object_begin(json);
            bp_json_key(json, "rows");
            bp_json_integer(json, (int64_t)one->members[m].learned);
            write_member(&one->members[m], json);
            bp_json_object_end(json);
        }
        bp_json_array_end(json);
    }
    if (one->not_finite) {
        bp_json_key(json, "not_calibrated");
        bp_json_string(json, "answers to rows held out are no numbers");
    }
    bp_json_key(json, "learning_rate");
    bp_json_number(json, bp_config_rate(one->config, classes));
    bp_json_key(json, "table_rows");
    bp_json_integer(json, (int64_t)bp_table_row_count(one->table));
    bp_json_key(json, "table_sha256");
    bp_json_string(json, text);
    bp_json_object_end(json);
}

static bp_status keep(bp_model *model, const char *key, const bp_json *json, bp_error *error)
{
    const char *text = bp_json_text(json, NULL);
    if (text == NULL)
        return bp_fail(error, BP_E_MEMORY, "out of memory while the %s was noted", key);
    return bp_model_set_note(model, key, text, error);
}

bp_status bp_fitting_note(bp_fitting *one, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(one->config);
    bp_json *recipe = NULL, *training = NULL;
    bp_status status = bp_json_new(&recipe, memory, error);
    if (status == BP_OK)
        status = bp_json_new(&training, memory, error);
    if (status == BP_OK) {
        bp_config_write(one->config, recipe);
        write_training(one, training);
        status = keep(one->model, "recipe", recipe, error);
    }
    if (status == BP_OK)
        status = keep(one->model, "training", training, error);
    bp_json_free(training);
    bp_json_free(recipe);
    return status;
}

/* ---- Read ------------------------------------------------------------------------- */

static bp_status take_option(bp_config *config, const char *name, const bp_json_value *one,
                             bp_error *error)
{
    const char *value = NULL, *from = NULL;
    const bp_option *option = bp_option_find(name);
    if (option == NULL) /* one of another version */
        return BP_OK;
    if (!bp_json_as_string(bp_json_get(one, "value"), &value)
        || !bp_json_as_string(bp_json_get(one, "from"), &from))
        return bp_fail(error, BP_E_MODEL, "the model's record of the option %s is damaged", name);
    bp_status status = bp_option_check(option, value, error);
    if (status == BP_OK && strcmp(from, "caller") == 0)
        status = bp_config_set(config, name, value, error);
    else if (status == BP_OK && !bp_config_is(config, name, value))
        status = bp_config_choose(config, name, value, error);
    return status;
}

/* The recipe first: it is what the others are beside. */
static bp_status take_options(bp_config *config, const bp_json_value *root, bp_error *error)
{
    const char *recipe = NULL;
    bp_status status = BP_OK;
    if (bp_json_as_string(bp_json_get(bp_json_get(root, "recipe"), "value"), &recipe))
        status = bp_config_set(config, "recipe", recipe, error);
    for (size_t i = 0; i < bp_json_count(root) && status == BP_OK; i++)
        if (strcmp(bp_json_key_at(root, i), "recipe") != 0)
            status = take_option(config, bp_json_key_at(root, i), bp_json_at(root, i), error);
    return status;
}

bp_status bp_config_of_model(bp_config **out, const bp_model *model, const bp_allocator *allocator,
                             bp_error *error)
{
    const char *note = bp_model_note(model, "recipe");
    bp_json_document *document = NULL;
    *out = NULL;
    if (note == NULL)
        return bp_fail(error, BP_E_MODEL, "the model has no record of its options");
    bp_status status = bp_json_read(&document, note, strlen(note), BP_E_MODEL, allocator, error);
    if (status == BP_OK && bp_json_kind_of(bp_json_root(document)) != BP_JSON_OBJECT)
        status = bp_fail(error, BP_E_MODEL, "the model's record of its options is damaged");
    if (status == BP_OK)
        status = bp_config_new(out, NULL, allocator, error);
    if (status == BP_OK)
        status = take_options(*out, bp_json_root(document), error);
    bp_json_document_free(document);
    if (status == BP_OK)
        return BP_OK;
    bp_config_free(*out);
    *out = NULL;
    if (status == BP_E_OPTION && error != NULL)
        error->status = BP_E_MODEL;
    return status == BP_E_OPTION ? BP_E_MODEL : status;
}
