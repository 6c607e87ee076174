/* verb_engines.c: `backprop engines`: what this build can compute with. */
#include "verbs.h"

static void print_text(struct output *out, size_t in_use)
{
    for (size_t i = 0; bp_engine_name(i) != NULL; i++)
        output_print(out, "%-10s %s\n", bp_engine_name(i), bp_engine_help(i));
    output_print(out, "\nInstruction sets of the engine fast (BP_ISA=NAME forces one)\n");
    for (size_t i = 0; bp_isa_at(i) != NULL; i++) {
        const char *why_not = bp_isa_why_not(i);
        output_print(out, "%-10s %s\n", bp_isa_at(i),
                     why_not != NULL ? why_not
                     : i == in_use   ? "in use"
                                     : "available");
    }
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

static void write_isas(bp_json *json, size_t in_use)
{
    bp_json_key(json, "instruction_sets");
    bp_json_array_begin(json);
    for (size_t i = 0; bp_isa_at(i) != NULL; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "name");
        bp_json_string(json, bp_isa_at(i));
        bp_json_key(json, "in_use");
        bp_json_boolean(json, i == in_use);
        bp_json_key(json, "unavailable");
        if (bp_isa_why_not(i) != NULL)
            bp_json_string(json, bp_isa_why_not(i));
        else
            bp_json_null(json);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

bp_status verb_engines(struct command *command, bp_error *error)
{
    size_t in_use = 0;
    bp_status status = bp_isa_in_use(&in_use, error);
    if (status != BP_OK)
        return status;
    if (!command_has(command, OWN_JSON)) {
        print_text(command->out, in_use);
        return BP_OK;
    }
    bp_json *json = NULL;
    status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.engines/1");
    write_engines(json);
    write_isas(json, in_use);
    bp_json_object_end(json);
    output_json(command->out, json);
    bp_json_free(json);
    return BP_OK;
}
