/* split_config.c: the split that the options ask for, and what in them contradicts. */
#include "recipe/split_config.h"

#include "base/error.h"
#include "base/memory.h"
#include "recipe/config.h"
#include "table/split.h"

#include <stdio.h>
#include <string.h>

/* The options that name a column to split by. */
static const struct {
    const char *option;
    bp_split_unit unit;
} splitters[] = {{"group", BP_SPLIT_GROUPS}, {"time", BP_SPLIT_TIME}, {"split", BP_SPLIT_NAMES}};

#define SPLITTER_COUNT (sizeof splitters / sizeof *splitters)

/* The options that name a column which is no input. */
static const char *const roles[] = {"group", "split", "weight"};

#define ROLE_COUNT (sizeof roles / sizeof *roles)

static bool given(const bp_config *config, const char *option)
{
    return bp_config_get(config, option)[0] != '\0';
}

/* ---- Columns that are no inputs ---------------------------------------------------- */

/* The target that one reference means; the last column where none does. */
static bool is_target(const bp_table *table, const bp_config *config, size_t column)
{
    size_t target = bp_table_column_count(table) - 1;
    const char *reference = bp_config_get(config, "target");
    if (reference[0] != '\0' && bp_table_find_column(table, reference, &target, NULL) != BP_OK)
        return false;
    return target == column;
}

static bp_status find_role(const bp_table *table, const bp_config *config, const char *option,
                           size_t *column, bp_error *error)
{
    const char *reference = bp_config_get(config, option);
    bp_status status = bp_table_find_column(table, reference, column, error);
    if (status == BP_OK && is_target(table, config, *column))
        return bp_fail(error, BP_E_OPTION, "--%s %s is the target, %s; --target says another one",
                       option, reference,
                       strcmp(option, "weight") == 0 ? "which cannot be a weight"
                                                     : "which rows cannot be split by");
    return status;
}

bp_status bp_config_drop(char **drop, const bp_table *table, const bp_config *config,
                         bp_error *error)
{
    const char *dropped = bp_config_get(config, "drop");
    size_t room = strlen(dropped) + 1 + ROLE_COUNT * sizeof ",#18446744073709551615";
    const bp_allocator *memory = bp_config_allocator(config);
    char *list = bp_allocate(memory, room, 1, error);
    *drop = NULL;
    if (list == NULL)
        return BP_E_MEMORY;
    strcpy(list, dropped);
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        size_t column = 0, used = strlen(list);
        if (!given(config, roles[i]))
            continue;
        bp_status status = find_role(table, config, roles[i], &column, error);
        if (status != BP_OK) {
            bp_release(memory, list, room, 1);
            return status;
        }
        snprintf(list + used, room - used, "%s#%zu", used > 0 ? "," : "", column + 1);
    }
    *drop = bp_copy_text(memory, list, strlen(list), error);
    bp_release(memory, list, room, 1);
    return *drop != NULL ? BP_OK : BP_E_MEMORY;
}

void bp_config_drop_free(char *drop, const bp_config *config)
{
    const bp_allocator *memory = bp_config_allocator(config);
    if (drop != NULL)
        bp_release(memory, drop, strlen(drop) + 1, 1);
}

/* ---- Contradictions ---------------------------------------------------------------- */

/* What an option leaves no choice in: "--folds loo", "--group". NULL: rows are shuffled. */
static const char *fixed_by(const bp_config *config, bool once)
{
    if (given(config, "split"))
        return "--split";
    if (given(config, "time"))
        return "--time";
    if (given(config, "group") && !once)
        return "--group";
    return !once && bp_config_is(config, "folds", "loo") ? "--folds loo" : NULL;
}

bool bp_config_split_is_fixed(const bp_config *config)
{
    return fixed_by(config, !bp_config_is(config, "test-fraction", "none")) != NULL;
}

static bp_status check_pairs(const bp_config *config, bool once, bool folds, bp_error *error)
{
    for (size_t i = 0; i < SPLITTER_COUNT; i++)
        for (size_t k = i + 1; k < SPLITTER_COUNT; k++)
            if (given(config, splitters[i].option) && given(config, splitters[k].option))
                return bp_fail(error, BP_E_OPTION,
                               "--%s and --%s both say how rows are dealt: give one of them",
                               splitters[i].option, splitters[k].option);
    if (once && folds)
        return bp_fail(error, BP_E_OPTION,
                       "--folds deals folds and --test-fraction holds out once: give one of them");
    if (given(config, "split") && (once || folds))
        return bp_fail(error, BP_E_OPTION,
                       "the column of --split says which rows are held out: leave out --%s",
                       once ? "test-fraction" : "folds");
    return BP_OK;
}

static bp_status check_chance(const bp_config *config, bool once, bp_error *error)
{
    const char *fixed = fixed_by(config, once);
    bool again = bp_config_size(config, "repeats") > 1;
    bool classes = bp_config_is(config, "stratify", "yes");
    if (fixed != NULL && again)
        return bp_fail(error, BP_E_OPTION,
                       "%s leaves nothing to chance: --repeats would give the same again", fixed);
    if (classes && (fixed != NULL || given(config, "group")))
        return bp_fail(error, BP_E_OPTION,
                       "--stratify yes deals shuffled rows; with %s they are dealt otherwise",
                       fixed != NULL ? fixed : "--group");
    if (bp_config_is(config, "generator", "mersenne") && fixed == NULL
        && (again || classes || once))
        return bp_fail(error, BP_E_OPTION,
                       "the generator mersenne (the recipe tutorial's) deals plain folds alone: "
                       "--%s takes --generator philox",
                       once    ? "test-fraction"
                       : again ? "repeats"
                               : "stratify yes");
    return BP_OK;
}

/* ---- Classes ----------------------------------------------------------------------- */

/* Whether rows are to be dealt by class: the codes of the target, NULL where not. */
static bp_status choose_classes(const uint32_t **classes, size_t *column, const bp_table *table,
                                const bp_preparation *preparation, const bp_config *config,
                                bool once, bp_error *error)
{
    bool asked = bp_config_is(config, "stratify", "yes");
    *classes = NULL;
    if (asked && bp_preparation_class_count(preparation) == 0)
        return bp_fail(error, BP_E_OPTION,
                       "--stratify yes deals classes, and this is regression, which has none "
                       "(--task)");
    bool shuffled = fixed_by(config, once) == NULL && !given(config, "group")
                    && !bp_config_is(config, "generator", "mersenne");
    if (bp_config_is(config, "stratify", "no") || !shuffled
        || bp_preparation_class_count(preparation) == 0
        || bp_preparation_target_count(preparation) != 1)
        return BP_OK;
    bp_status status =
        bp_table_find_column(table, bp_preparation_target_name(preparation, 0), column, error);
    if (status == BP_OK)
        *classes = bp_table_codes(table, *column);
    return status;
}

/* The class with the fewest rows, the first among equals. */
static bp_status rarest_class(uint32_t *rarest, size_t *fewest, const bp_table *table,
                              size_t column, const bp_config *config, bp_error *error)
{
    const uint32_t *codes = bp_table_codes(table, column);
    size_t classes = bp_table_category_count(table, column);
    const bp_allocator *memory = bp_config_allocator(config);
    size_t *counts = bp_allocate(memory, classes, sizeof *counts, error);
    if (counts == NULL)
        return BP_E_MEMORY;
    for (size_t row = 0; row < bp_table_row_count(table); row++)
        if (codes[row] < classes)
            counts[codes[row]]++;
    *rarest = 0;
    for (uint32_t k = 1; k < classes; k++)
        if (counts[k] < counts[*rarest])
            *rarest = k;
    *fewest = counts[*rarest];
    bp_release(memory, counts, classes, sizeof *counts);
    return BP_OK;
}

/* A class of too few rows for each fold is refused where it was asked for, else noted. */
static bp_status check_classes(const bp_table *table, size_t column, const bp_config *config,
                               size_t parts, bp_error *note, bp_error *error)
{
    uint32_t rarest = 0;
    size_t fewest = 0;
    bp_status status = rarest_class(&rarest, &fewest, table, column, config, error);
    if (status != BP_OK || fewest >= parts)
        return status;
    const char *name = bp_table_category(table, column, rarest), *rows = fewest == 1 ? "" : "s";
    if (bp_config_is(config, "stratify", "yes"))
        return bp_fail(error, BP_E_OPTION,
                       "class %s has %zu row%s, too few for %zu parts with each class; --stratify "
                       "auto deals them as evenly as can be",
                       name, fewest, rows, parts);
    bp_fail(note, BP_OK, "class %s has %zu row%s, too few to be in each of %zu parts", name, fewest,
            rows, parts);
    return BP_OK;
}

/* ---- The split --------------------------------------------------------------------- */

static void choose_column(bp_split_options *options, const bp_table *table, const bp_config *config)
{
    size_t column = 0;
    for (size_t i = 0; i < SPLITTER_COUNT; i++) {
        if (!given(config, splitters[i].option))
            continue;
        options->unit = splitters[i].unit;
        options->column = bp_config_get(config, splitters[i].option);
    }
    if (options->unit == BP_SPLIT_TIME && strcmp(options->column, "file-order") == 0
        && bp_table_find_column(table, "file-order", &column, NULL) != BP_OK)
        options->column = NULL;
}

static bp_status check_options(const bp_config *config, bool once, bp_error *error)
{
    bool folds = bp_config_origin(config, "folds") == BP_FROM_CALLER;
    bp_status status = check_pairs(config, once, folds, error);
    return status == BP_OK ? check_chance(config, once, error) : status;
}

bp_status bp_config_split(bp_split **split, const bp_table *table,
                          const bp_preparation *preparation, const bp_config *config,
                          bp_mersenne *mersenne, bp_error *note, bp_error *error)
{
    bool once = !bp_config_is(config, "test-fraction", "none");
    size_t rows = bp_table_row_count(table), column = 0;
    bp_split_options options;
    bp_split_options_init(&options);
    options.allocator = bp_config_allocator(config);
    *split = NULL;
    *note = (bp_error){.status = BP_OK};
    bp_status status = check_options(config, once, error);
    if (status == BP_OK)
        status = choose_classes(&options.classes, &column, table, preparation, config, once, error);
    if (status != BP_OK)
        return status;
    options.folds =
        bp_config_is(config, "folds", "loo") ? BP_LEAVE_ONE_OUT : bp_config_size(config, "folds");
    options.repeats = bp_config_size(config, "repeats");
    options.test_fraction = once ? bp_config_number(config, "test-fraction") : 0;
    options.seed = (uint64_t)bp_config_number(config, "seed");
    choose_column(&options, table, config);
    if (mersenne != NULL && options.unit == BP_SPLIT_ROWS && options.folds != BP_LEAVE_ONE_OUT)
        return bp_split_tutorial(split, rows, options.folds, mersenne, bp_config_allocator(config),
                                 error);
    status = bp_split_new(split, table, NULL, rows, &options, error);
    if (status == BP_OK && options.classes != NULL)
        status = check_classes(table, column, config, once ? 2 : options.folds, note, error);
    if (status != BP_OK) {
        bp_split_free(*split);
        *split = NULL;
    }
    return status;
}
