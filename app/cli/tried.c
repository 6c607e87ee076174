/* tried.c: what rows held out chose for a model. */
#include "tried.h"

#include "decisions.h"

#include <string.h>

static double off_of(const bp_json_value *trial, double unknown)
{
    double off = unknown;
    bp_json_as_number(bp_json_get(trial, "held_out"), &off);
    return off;
}

/* The first of the best, as it was chosen; *worst is how far off the worst was. */
static const bp_json_value *best_of(const bp_json_value *trials, double *worst)
{
    const bp_json_value *best = bp_json_at(trials, 0);
    *worst = off_of(best, 0);
    for (size_t i = 1; i < bp_json_count(trials); i++) {
        const bp_json_value *trial = bp_json_at(trials, i);
        if (off_of(trial, *worst) > *worst)
            *worst = off_of(trial, *worst);
        if (off_of(trial, off_of(best, 0)) < off_of(best, 0))
            best = trial;
    }
    return best;
}

static void print_best(struct output *out, const bp_json_value *trials)
{
    double worst = 0;
    const bp_json_value *best = best_of(trials, &worst);
    const bp_json_value *options = bp_json_get(best, "options");
    print_label(out, "chosen");
    for (size_t i = 0; i < bp_json_count(options); i++) {
        const char *value = "";
        bp_json_as_string(bp_json_at(options, i), &value);
        output_text(out, i > 0 ? ", " : "");
        output_name(out, bp_json_key_at(options, i));
        output_text(out, " ");
        output_name(out, value);
    }
    output_print(out, ": %.4g off where rows were held out, the worst of %zu %.4g  (--try)\n",
                 off_of(best, 0), bp_json_count(trials), worst);
}

void tried_print(struct output *out, const bp_model *model)
{
    const char *note = bp_model_note(model, "trials");
    bp_json_document *document = NULL;
    if (note == NULL
        || bp_json_read(&document, note, strlen(note), BP_E_MODEL, NULL, NULL) != BP_OK)
        return;
    const bp_json_value *trials = bp_json_get(bp_json_root(document), "models");
    if (bp_json_kind_of(trials) == BP_JSON_ARRAY && bp_json_count(trials) > 0)
        print_best(out, trials);
    bp_json_document_free(document);
}
