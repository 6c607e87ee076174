/* verb_version.c: `backprop version`. */
#include "verbs.h"

static bp_status print_json(struct output *out, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.version/1");
    bp_json_key(json, "name");
    bp_json_string(json, "backprop");
    bp_json_key(json, "version");
    bp_json_string(json, bp_version());
    bp_json_key(json, "build");
    bp_json_string(json, bp_build_info());
    bp_json_key(json, "license");
    bp_json_string(json, "MIT");
    bp_json_object_end(json);
    output_json(out, json);
    bp_json_free(json);
    return BP_OK;
}

bp_status verb_version(struct command *command, bp_error *error)
{
    if (command_has(command, OWN_JSON))
        return print_json(command->out, error);
    output_print(command->out,
                 "backprop %s\n%s\n"
                 "MIT License: free to use, change and share; there is no warranty.\n",
                 bp_version(), bp_build_info());
    return BP_OK;
}
