/* verb_engines.c: `backprop engines`: what this build can compute with. */
#include "verbs.h"

static void print_text(struct output *out)
{
    for (size_t i = 0; bp_engine_name(i) != NULL; i++)
        output_print(out, "%-10s %s\n", bp_engine_name(i), bp_engine_help(i));
}

static void write_engines(bp_json *json)
{
    bp_json_key(json, "engines");
    bp_json_array_begin(json);
    for (size_t i = 0; bp_engine_name(i) != NULL; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "name");
        bp_json_string(json, bp_engine_name(i));
        bp_json_key(json, "help");
        bp_json_string(json, bp_engine_help(i));
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

bp_status verb_engines(struct command *command, bp_error *error)
{
    if (!command_has(command, OWN_JSON)) {
        print_text(command->out);
        return BP_OK;
    }
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.engines/1");
    write_engines(json);
    bp_json_object_end(json);
    output_json(command->out, json);
    bp_json_free(json);
    return BP_OK;
}
