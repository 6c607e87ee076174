/* tried.c: what rows held out chose for a model. */
#include "tried.h"

#include "decisions.h"

#include <string.h>

static void print_options(struct output *out, const bp_json_value *options)
{
    for (size_t i = 0; i < bp_json_count(options); i++) {
        const char *value = "";
        bp_json_as_string(bp_json_at(options, i), &value);
        output_text(out, i > 0 ? ", " : "");
        output_name(out, bp_json_key_at(options, i));
        output_text(out, " ");
        output_name(out, value);
    }
}

static void print_kept(struct output *out, const bp_json_value *note)
{
    const bp_json_value *models = bp_json_get(note, "models");
    size_t kept = 0;
    double off = 0;
    if (bp_json_kind_of(models) != BP_JSON_ARRAY
        || !bp_json_as_size(bp_json_get(note, "kept"), &kept) || kept >= bp_json_count(models))
        return;
    const bp_json_value *model = bp_json_at(models, kept);
    print_label(out, "chosen");
    print_options(out, bp_json_get(model, "options"));
    if (bp_json_as_number(bp_json_get(model, "held_out"), &off))
        output_print(out, ": %.4g off where rows were held out, the least of %zu  (--try)\n", off,
                     bp_json_count(models));
    else
        output_text(out, ": rows held out tell nothing  (--try)\n");
}

void tried_print(struct output *out, const bp_model *model)
{
    const char *note = bp_model_note(model, "trials");
    bp_json_document *document = NULL;
    if (note == NULL
        || bp_json_read(&document, note, strlen(note), BP_E_MODEL, NULL, NULL) != BP_OK)
        return;
    print_kept(out, bp_json_root(document));
    bp_json_document_free(document);
}
