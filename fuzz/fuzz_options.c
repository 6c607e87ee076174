/* fuzz_options.c: lines NAME=VALUE, each set in one configuration: what is taken reads back and
 * keeps its bounds, what is refused changes nothing; as JSON it is whole. */
#include "fuzz.h"

#include "recipe/number_list.h"
#include "support/failing_allocator.h"

#include <backprop/recipe.h>

#define LAYERS 3

/* What a value that was taken promises. */
static void check_value(const bp_option *option, const char *value)
{
    double number = 0;
    bool numeric = option->kind == BP_OPTION_INTEGER || option->kind == BP_OPTION_REAL;
    if (option->kind == BP_OPTION_SWITCH)
        FUZZ_CHECK(strcmp(value, "yes") == 0 || strcmp(value, "no") == 0);
    if (option->kind == BP_OPTION_WIDTHS)
        FUZZ_CHECK(strspn(value, "0123456789,") == strlen(value));
    if (numeric && bp_number_read(value, strlen(value), &number))
        FUZZ_CHECK(number >= option->low && number <= option->high);
    else if (numeric || option->kind == BP_OPTION_CHOICE)
        FUZZ_CHECK(option->choices != NULL && strstr(option->choices, value) != NULL);
    FUZZ_CHECK(bp_option_check(option, value, NULL) == BP_OK);
}

static void check_numbers(const bp_config *config)
{
    static const char *const lists[] = {"layer-rates", "dropout", "initial-bias"};
    for (size_t i = 0; i < 3; i++) {
        double numbers[LAYERS] = {-77, -77, -77};
        bp_error error = {.status = BP_OK};
        if (bp_config_numbers(config, lists[i], LAYERS, numbers, &error) != BP_OK)
            fuzz_check_message(&error, false);
        else
            for (size_t k = 0; k < LAYERS; k++)
                FUZZ_CHECK(numbers[k] == numbers[k]);
    }
}

static void check_json(const bp_config *config)
{
    bp_json *json = NULL;
    bp_json_document *document = NULL;
    size_t length = 0;
    FUZZ_CHECK(bp_json_new(&json, NULL, NULL) == BP_OK);
    bp_config_write(config, json);
    const char *text = bp_json_text(json, &length);
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(bp_json_read(&document, text, length, BP_E_DATA, NULL, NULL) == BP_OK);
    bp_json_document_free(document);
    bp_json_free(json);
}

static void set_one(bp_config *config, char *line)
{
    char *value = strchr(line, '=');
    bp_error error = {.status = BP_OK};
    bool utf8 = bp_utf8_is_valid(line, strlen(line));
    if (value != NULL)
        *value++ = '\0';
    value = value != NULL ? value : line + strlen(line);
    const bp_option *option = bp_option_find(line);
    const char *before = bp_config_get(config, line);
    bp_status status = bp_config_set(config, line, value, &error);
    if (status == BP_OK) {
        FUZZ_CHECK(option != NULL && strcmp(bp_config_get(config, line), value) == 0);
        FUZZ_CHECK(bp_config_origin(config, line) == BP_FROM_CALLER);
        check_value(option, value);
    } else {
        FUZZ_CHECK(status == BP_E_OPTION && before == bp_config_get(config, line));
        fuzz_check_message(&error, utf8);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_config *config = NULL;
    bp_error error = {.status = BP_OK};
    FUZZ_CHECK(bp_config_new(&config, NULL, &counting.allocator, NULL) == BP_OK);
    while (input.size > 0) {
        char *line = fuzz_text(&input, '\n');
        set_one(config, line);
        free(line);
    }
    if (bp_config_check(config, &error) != BP_OK)
        fuzz_check_message(&error, false);
    FUZZ_CHECK(bp_config_threads(config) <= 256);
    check_numbers(config);
    check_json(config);
    bp_config_free(config);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    return 0;
}
