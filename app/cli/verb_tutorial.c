/* verb_tutorial.c: `backprop tutorial`: the method step by step. */
#include "lesson_show.h"
#include "progress.h"
#include "report.h"
#include "verbs.h"

#include <string.h>
#include <unistd.h>

#define WHEAT_FILE "wheat-seeds.csv"

/* Where the wheat seeds may be: in the folder one works in, or installed. */
static const char *const wheat_places[] = {
    "data/" WHEAT_FILE,
#ifdef BACKPROP_DATA_DIR
    BACKPROP_DATA_DIR "/" WHEAT_FILE,
#endif
};

static const char *find_wheat(const struct command *command)
{
    if (command->operand_count > 0)
        return command->operands[0];
    for (size_t i = 0; i < sizeof wheat_places / sizeof wheat_places[0]; i++)
        if (access(wheat_places[i], R_OK) == 0)
            return wheat_places[i];
    return NULL;
}

static bp_status fail_no_wheat(bp_error *error)
{
    return fail_file(error, BP_E_DATA, wheat_places[0],
                     "not found; give the wheat seeds as backprop tutorial FILE");
}

static bp_status make_wheat(const struct command *command, struct lesson *lesson, const char *path,
                            bp_error *error)
{
    struct progress progress;
    bp_status status = bp_config_set(command->config, "recipe", "tutorial", error);
    if (status != BP_OK)
        return status;
    progress_begin(&progress, command);
    status = lesson_make_wheat(lesson, path, command->config, &progress.observer, error);
    progress_end(&progress);
    return status;
}

static void print_sections(struct output *out, const struct lesson *lesson, size_t section)
{
    for (size_t i = 1; i <= LESSON_SECTIONS; i++) {
        if (section != 0 && section != i)
            continue;
        if (section == 0 && i > 1 && (i < WHEAT_SECTION || lesson->validation != NULL))
            output_text(out, "\n\n");
        lesson_print(out, lesson, i);
    }
}

static bp_status show(const struct command *command, const struct lesson *lesson, size_t section,
                      bp_error *error)
{
    if (!command_has(command, OWN_JSON)) {
        print_sections(command->out, lesson, section);
        return BP_OK;
    }
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    lesson_write(json, lesson, section);
    output_json(command->out, json);
    bp_json_free(json);
    return BP_OK;
}

static void note_no_wheat(void)
{
    struct output notes;
    output_open_notes(&notes);
    output_print(&notes,
                 "The sixth section needs the wheat seeds, and %s is not here:\n"
                 "backprop tutorial FILE\n",
                 wheat_places[0]);
    output_finish_notes(&notes);
}

/* The section asked for, 0: all. The option's check has let only digits through. */
static size_t section_of(const struct command *command)
{
    const char *text = command->own[OWN_SECTION];
    double number = 0;
    if (text != NULL)
        bp_number_read(text, strlen(text), &number);
    return (size_t)number;
}

bp_status verb_tutorial(struct command *command, bp_error *error)
{
    struct lesson lesson = {0};
    size_t section = section_of(command);
    bool wanted = section == 0 || section == WHEAT_SECTION;
    const char *wheat = wanted ? find_wheat(command) : NULL;
    if (section == WHEAT_SECTION && wheat == NULL)
        return fail_no_wheat(error);
    bp_status status = lesson_make(&lesson, error);
    if (status == BP_OK && wheat != NULL)
        status = make_wheat(command, &lesson, wheat, error);
    if (status == BP_OK)
        status = show(command, &lesson, section, error);
    if (status == BP_OK && wanted && wheat == NULL && !command_has(command, OWN_QUIET))
        note_no_wheat();
    lesson_free(&lesson);
    return status;
}
