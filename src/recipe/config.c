/* config.c: a value for every option, and where each came from. */
#include "recipe/config.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "recipe/settings.h"

#include <string.h>

#define NAMES_LIMIT 256

typedef struct config_value {
    char *text;   /* of the caller; NULL: the recipe's or the default */
    char *chosen; /* what it comes to for one table; NULL: as it is */
} config_value;

struct bp_config {
    bp_allocator allocator;
    size_t count;
    size_t recipe, augment, tried; /* the indexes of options that decide about others */
    config_value values[];
};

static size_t config_size(size_t count)
{
    return sizeof(bp_config) + count * sizeof(config_value);
}

static size_t option_index(const char *name)
{
    const bp_option *option = bp_option_find(name);
    return option != NULL ? (size_t)(option - bp_option_at(0)) : bp_option_count();
}

bp_status bp_config_new(bp_config **out, const char *recipe, const bp_allocator *allocator,
                        bp_error *error)
{
    *out = NULL;
    bp_allocator memory = bp_allocator_or_default(allocator);
    size_t count = bp_option_count();
    bp_config *config = bp_allocate(&memory, config_size(count), 1, error);
    if (config == NULL)
        return BP_E_MEMORY;
    config->allocator = memory;
    config->count = count;
    config->recipe = option_index("recipe");
    config->augment = option_index("augment");
    config->tried = option_index("try");
    bp_status status = BP_OK;
    if (recipe != NULL)
        status = bp_config_set(config, "recipe", recipe, error);
    if (status != BP_OK) {
        bp_config_free(config);
        return status;
    }
    *out = config;
    return BP_OK;
}

const bp_allocator *bp_config_allocator(const bp_config *config)
{
    return &config->allocator;
}

static void release_text(const bp_config *config, char **text)
{
    if (*text != NULL)
        bp_release(&config->allocator, *text, strlen(*text) + 1, 1);
    *text = NULL;
}

static bp_status replace_text(const bp_config *config, char **text, const char *value,
                              bp_error *error)
{
    char *copy = bp_copy_text(&config->allocator, value, strlen(value), error);
    if (copy == NULL)
        return BP_E_MEMORY;
    release_text(config, text);
    *text = copy;
    return BP_OK;
}

void bp_config_free(bp_config *config)
{
    if (config == NULL)
        return;
    bp_allocator memory = config->allocator;
    for (size_t i = 0; i < config->count; i++) {
        release_text(config, &config->values[i].text);
        release_text(config, &config->values[i].chosen);
    }
    bp_release(&memory, config, config_size(config->count), 1);
}

static bp_status fail_unknown(const char *name, bp_error *error)
{
    const char *names[NAMES_LIMIT];
    size_t count = 0;
    for (; count < bp_option_count() && count < NAMES_LIMIT; count++)
        names[count] = bp_option_at(count)->name;
    bp_name_find(name, names, count, "option", error);
    return BP_E_OPTION;
}

bp_status bp_config_set(bp_config *config, const char *name, const char *value, bp_error *error)
{
    size_t index = option_index(name);
    if (index == bp_option_count())
        return fail_unknown(name, error);
    bp_status status = bp_option_check(bp_option_at(index), value, error);
    if (status != BP_OK)
        return status;
    release_text(config, &config->values[index].chosen);
    return replace_text(config, &config->values[index].text, value, error);
}

bp_status bp_config_copy(bp_config **out, const bp_config *config, bp_error *error)
{
    bp_status status = bp_config_new(out, NULL, &config->allocator, error);
    for (size_t i = 0; i < config->count && status == BP_OK; i++) {
        const config_value *from = &config->values[i];
        if (from->text != NULL)
            status = replace_text(*out, &(*out)->values[i].text, from->text, error);
        if (from->chosen != NULL && status == BP_OK)
            status = replace_text(*out, &(*out)->values[i].chosen, from->chosen, error);
    }
    if (status != BP_OK) {
        bp_config_free(*out);
        *out = NULL;
    }
    return status;
}

bp_status bp_config_choose(bp_config *config, const char *name, const char *value, bp_error *error)
{
    return replace_text(config, &config->values[option_index(name)].chosen, value, error);
}

static const char *recipe_of(const bp_config *config)
{
    const char *text = config->values[config->recipe].text;
    return text != NULL ? text : bp_option_at(config->recipe)->fallback;
}

static const char *value_at(const bp_config *config, size_t index)
{
    const config_value *value = &config->values[index];
    if (value->chosen != NULL || value->text != NULL)
        return value->chosen != NULL ? value->chosen : value->text;
    const bp_option *option = bp_option_at(index);
    const bp_setting *setting = bp_config_setting(config, option->name, NULL);
    return setting != NULL ? setting->value : option->fallback;
}

const char *bp_config_get(const bp_config *config, const char *name)
{
    size_t index = option_index(name);
    return index < bp_option_count() ? value_at(config, index) : NULL;
}

/* What images that are moved about ask for, whatever the recipe says: pixels that are scaled alike
 * and are all there, those too that are constant as long as nothing moves. */
static const bp_setting of_images[] = {
    {"scaling", "common", NULL, NULL}, {"keep", "*", NULL, NULL}, {"pieces", "0", NULL, NULL}};

static const bp_setting *setting_of_images(const bp_config *config, const char *name)
{
    size_t i = 0, count = sizeof of_images / sizeof *of_images;
    while (i < count && !bp_names_equal(name, of_images[i].option))
        i++;
    if (i == count)
        return NULL;
    const char *augment = config->values[config->augment].text;
    return augment != NULL && augment[0] != '\0' ? &of_images[i] : NULL;
}

/* Whether the caller has set an option, or has it tried. */
static bool is_the_callers(const bp_config *config, const char *name)
{
    const char *tried = config->values[config->tried].text;
    size_t length = strlen(name);
    if (config->values[option_index(name)].text != NULL)
        return true;
    for (; tried != NULL && *tried != '\0'; tried += *tried == ',') {
        if (strncmp(tried, name, length) == 0 && tried[length] == '=')
            return true;
        tried += strcspn(tried, ",");
    }
    return false;
}

const bp_setting *bp_config_setting(const bp_config *config, const char *name, const char *task)
{
    const bp_setting *setting = setting_of_images(config, name);
    if (setting != NULL)
        return setting;
    setting = bp_recipe_settings(recipe_of(config));
    for (; setting != NULL; setting = bp_setting_next(setting))
        if (bp_names_equal(name, setting->option)
            && (setting->task == NULL || (task != NULL && strcmp(task, setting->task) == 0))
            && (setting->unless == NULL || !is_the_callers(config, setting->unless)))
            return setting;
    return NULL;
}

bool bp_config_is_chosen(const bp_config *config, const char *name)
{
    size_t index = option_index(name);
    return index < bp_option_count() && config->values[index].chosen != NULL;
}

static bp_origin origin_at(const bp_config *config, size_t index)
{
    const config_value *value = &config->values[index];
    if (value->text != NULL)
        return BP_FROM_CALLER;
    if (value->chosen != NULL || bp_config_setting(config, bp_option_at(index)->name, NULL) != NULL)
        return BP_FROM_RECIPE;
    return BP_FROM_DEFAULT;
}

bp_origin bp_config_origin(const bp_config *config, const char *name)
{
    size_t index = option_index(name);
    return index < bp_option_count() ? origin_at(config, index) : BP_FROM_DEFAULT;
}

void bp_config_write(const bp_config *config, bp_json *json)
{
    static const char *const origins[] = {"default", "recipe", "caller"};
    bp_json_object_begin(json);
    for (size_t i = 0; i < config->count; i++) {
        const char *name = bp_option_at(i)->name;
        const char *group = bp_option_at(i)->group;
        if (strcmp(group, "machine") == 0 || strcmp(group, "checkpoint") == 0)
            continue;
        bp_json_key(json, name);
        bp_json_object_begin(json);
        bp_json_key(json, "value");
        bp_json_string(json, value_at(config, i));
        bp_json_key(json, "from");
        bp_json_string(json, origins[origin_at(config, i)]);
        bp_json_object_end(json);
    }
    bp_json_object_end(json);
}

double bp_config_number(const bp_config *config, const char *name)
{
    const char *text = bp_config_get(config, name);
    double value = 0;
    bp_number_read(text, strlen(text), &value);
    return value;
}

size_t bp_config_size(const bp_config *config, const char *name)
{
    return (size_t)bp_config_number(config, name);
}

size_t bp_config_threads(const bp_config *config)
{
    return bp_config_is(config, "threads", "auto") ? 0 : bp_config_size(config, "threads");
}

bool bp_config_is(const bp_config *config, const char *name, const char *value)
{
    return strcmp(bp_config_get(config, name), value) == 0;
}
