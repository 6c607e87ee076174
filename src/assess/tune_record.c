/* tune_record.c: the checkpoint of a search: the scores of its trials in order, as JSON, and a
 * fingerprint of all that they depend on. */
#include "assess/tuning.h"

#include "base/error.h"
#include "base/files.h"
#include "recipe/config.h"
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FORMAT "backprop.tuning/1"

/* ---- The fingerprint ---------------------------------------------------------------------- */

static bp_status add_config(bp_sha256_state *state, const bp_config *config, bp_error *error)
{
    bp_json *json = NULL;
    size_t length = 0;
    bp_status status = bp_json_new(&json, bp_config_allocator(config), error);
    if (status != BP_OK)
        return status;
    bp_config_write(config, json);
    const char *text = bp_json_text(json, &length);
    if (text != NULL)
        bp_sha256_update(state, text, length);
    else
        status = bp_fail(error, BP_E_MEMORY, "out of memory while a search was noted");
    bp_json_free(json);
    return status;
}

/* The bytes of a file that an option names. */
static bp_status add_file(bp_sha256_state *state, const bp_config *config, const char *option,
                          bp_error *error)
{
    const char *path = bp_config_get(config, option);
    bp_file_bytes bytes;
    if (path[0] == '\0')
        return BP_OK;
    bp_status status = bp_file_read(&bytes, path, BP_E_DATA, bp_config_allocator(config), error);
    if (status != BP_OK)
        return status;
    bp_sha256_update(state, bytes.data, bytes.size);
    bp_file_release(&bytes);
    return BP_OK;
}

bp_status tune_record_note(bp_tuning *t, const bp_config *config, bp_error *error)
{
    bp_sha256_state state;
    unsigned char digest[BP_SHA256_SIZE];
    char steps[BP_NUMBER_SIZE];
    size_t size = 0;
    const char *source = bp_table_source(t->table, &size);
    bp_sha256_init(&state);
    bp_sha256_update(&state, source, size);
    bp_sha256_update(&state, steps, bp_number_write(t->budget, steps));
    bp_sha256_update(&state, t->metric->name, strlen(t->metric->name));
    bp_status status = add_file(&state, config, "valid-file", error);
    if (status == BP_OK)
        status = add_file(&state, config, "initial-model", error);
    for (size_t c = 0; c < t->candidate_count && status == BP_OK; c++)
        status = add_config(&state, t->candidates[c].search, error);
    bp_sha256_final(&state, digest);
    bp_sha256_text(digest, t->note);
    return status;
}

/* ---- Reading -------------------------------------------------------------------------------- */

static bp_status fail_kept(const bp_tuning *t, bp_error *error)
{
    return bp_fail_at(error, BP_E_MODEL, t->checkpoint, 0, 0, "this is no checkpoint of a search");
}

static bp_status check_kept(bp_tuning *t, bp_error *error)
{
    const bp_json_value *root = bp_json_root(t->kept);
    const char *format = NULL;
    double steps = 0;
    if (!bp_json_as_string(bp_json_get(root, "format"), &format) || strcmp(format, FORMAT) != 0
        || !bp_json_as_number(bp_json_get(root, "steps"), &steps) || !tune_is_budget(steps)
        || bp_json_kind_of(bp_json_get(root, "trials")) != BP_JSON_ARRAY)
        return fail_kept(t, error);
    if (t->budget == 0)
        t->budget = steps;
    return BP_OK;
}

bp_status tune_record_open(bp_tuning *t, bp_error *error)
{
    bp_file_bytes bytes;
    if (!bp_file_exists(t->checkpoint))
        return BP_OK;
    bp_status status = bp_file_read(&bytes, t->checkpoint, BP_E_MODEL, &t->allocator, error);
    if (status != BP_OK)
        return status;
    status = bp_json_read(&t->kept, bytes.data, bytes.size, BP_E_MODEL, &t->allocator, error);
    bp_file_release(&bytes);
    if (status == BP_OK)
        return check_kept(t, error);
    if (error != NULL)
        snprintf(error->file, sizeof error->file, "%s", t->checkpoint);
    return status;
}

bp_status tune_record_check(const bp_tuning *t, bp_error *error)
{
    const char *note = NULL;
    if (t->kept == NULL)
        return BP_OK;
    if (bp_json_as_string(bp_json_get(bp_json_root(t->kept), "note"), &note)
        && strcmp(note, t->note) == 0)
        return BP_OK;
    return bp_fail_at(error, BP_E_OPTION, t->checkpoint, 0, 0,
                      "this checkpoint is of another search: its options, budget or data differ; "
                      "give the same again, or another checkpoint file");
}

bp_status tune_record_scores(const bp_tuning *t, size_t trial, double *scores, size_t folds,
                             bool *found, bp_error *error)
{
    *found = false;
    if (t->kept == NULL)
        return BP_OK;
    const bp_json_value *trials = bp_json_get(bp_json_root(t->kept), "trials");
    const bp_json_value *kept = bp_json_at(trials, trial);
    if (kept == NULL)
        return BP_OK;
    if (bp_json_count(kept) != folds || bp_json_kind_of(kept) != BP_JSON_ARRAY)
        return fail_kept(t, error);
    for (size_t fold = 0; fold < folds; fold++) {
        const bp_json_value *score = bp_json_at(kept, fold);
        scores[fold] = (double)NAN;
        if (bp_json_kind_of(score) != BP_JSON_NULL && !bp_json_as_number(score, &scores[fold]))
            return fail_kept(t, error);
    }
    *found = true;
    return BP_OK;
}

/* ---- Writing -------------------------------------------------------------------------------- */

static void write_trials(const bp_tuning *t, bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "format");
    bp_json_string(json, FORMAT);
    bp_json_key(json, "note");
    bp_json_string(json, t->note);
    bp_json_key(json, "steps");
    bp_json_number(json, t->budget);
    bp_json_key(json, "trials");
    bp_json_array_begin(json);
    for (size_t i = 0; i < t->trial_count; i++) {
        bp_json_array_begin(json);
        for (size_t fold = 0; fold < t->trials[i].folds; fold++)
            bp_json_number(json, t->trials[i].scores[fold]);
        bp_json_array_end(json);
    }
    bp_json_array_end(json);
    bp_json_object_end(json);
}

bp_status tune_record_write(const bp_tuning *t, bp_error *error)
{
    bp_json *json = NULL;
    size_t length = 0;
    bp_status status = bp_json_new(&json, &t->allocator, error);
    if (status != BP_OK)
        return status;
    write_trials(t, json);
    const char *text = bp_json_text(json, &length);
    status = text != NULL ? bp_file_write(t->checkpoint, text, length, error)
                          : bp_fail(error, BP_E_MEMORY, "out of memory for the checkpoint");
    bp_json_free(json);
    return status;
}
