/* recipe.h: options, named defaults, and the one call that fits a model to a table. */
#ifndef BACKPROP_RECIPE_H
#define BACKPROP_RECIPE_H

#include <backprop/model.h>
#include <backprop/train.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The option table ------------------------------------------------------- */

typedef enum bp_option_kind {
    BP_OPTION_TEXT,    /* anything */
    BP_OPTION_INTEGER, /* a whole number from low to high */
    BP_OPTION_REAL,    /* a number from low to high */
    BP_OPTION_CHOICE,  /* one of `choices` */
    BP_OPTION_WIDTHS,  /* whole numbers above 0 with commas between; "" for none */
    BP_OPTION_SWITCH   /* "yes" or "no"; as a flag it stands alone or after "no-" */
} bp_option_kind;

/* One option: the flag --name of the commands, the name of bp_config_set. Help texts,
 * the manual page, completion and checks all come from these rows. */
typedef struct bp_option {
    const char *name;
    char letter; /* short flag, 0: none */
    bp_option_kind kind;
    const char *argument; /* what help calls the value, "N" */
    double low, high;     /* bounds of numbers, inclusive */
    const char
        *choices; /* of BP_OPTION_CHOICE; of a number, words it may be instead; bars between */
    const char *fallback; /* the default where no recipe says otherwise */
    const char *group;    /* table, data, network, training, regularization, stopping,
                           * validation, run, machine, checkpoint */
    const char *help;     /* one line */
} bp_option;

BP_API size_t bp_option_count(void);
BP_API const bp_option *bp_option_at(size_t index);
BP_API const bp_option *bp_option_find(const char *name);

/* Checks a value against a row; also for rows that a program adds for itself. */
BP_API bp_status bp_option_check(const bp_option *option, const char *value, bp_error *error);

/* The recipes by index: name and one line of help; NULL past the last. */
BP_API const char *bp_recipe_name(size_t index);
BP_API const char *bp_recipe_help(size_t index);

/* The recipe that a recipe changes some options of; NULL: it stands for itself. */
BP_API const char *bp_recipe_base(const char *recipe);

/* The recipe's value of an option for a task ("classification", "regression"; NULL: whatever
 * the task), NULL where it leaves the default. */
BP_API const char *bp_recipe_value(const char *recipe, const char *option, const char *task);

/* ---- Configuration ---------------------------------------------------------- */

/* A value for every option, each with where it came from. */
typedef struct bp_config bp_config;

typedef enum bp_origin { BP_FROM_DEFAULT, BP_FROM_RECIPE, BP_FROM_CALLER } bp_origin;

/* The options of a recipe ("auto", "tutorial"; NULL: auto). Whatever is made by a config (tables,
 * preparations, models, validations) has its memory from the same allocator. */
BP_API bp_status bp_config_new(bp_config **config, const char *recipe,
                               const bp_allocator *allocator, bp_error *error);
BP_API void bp_config_free(bp_config *config);

/* Sets one option from text; BP_E_OPTION names an unknown option's nearest, or what is
 * wrong with the value. Setting "recipe" changes the options the caller has not set. */
BP_API bp_status bp_config_set(bp_config *config, const char *name, const char *value,
                               bp_error *error);

/* The text of an option's value; NULL for an unknown name. */
BP_API const char *bp_config_get(const bp_config *config, const char *name);
BP_API bp_origin bp_config_origin(const bp_config *config, const char *name);

/* Whether the options go together: BP_E_OPTION names one that the caller set and that says
 * nothing beside another, or two that contradict. Every fit begins with it. */
BP_API bp_status bp_config_check(const bp_config *config, bp_error *error);

/* The option threads as bp_plan_options takes it: 0 for auto. */
BP_API size_t bp_config_threads(const bp_config *config);

/* The options that a model was made with, as its record has them: settled ones, each with its
 * origin. Those that are not recorded are as their recipe has them. BP_E_MODEL: there is no
 * record, or it is damaged. */
BP_API bp_status bp_config_of_model(bp_config **config, const bp_model *model,
                                    const bp_allocator *allocator, bp_error *error);

/* Writes the options as one JSON object, but those of the groups machine and checkpoint, on
 * which no result depends (a limit of time decides how many epochs there are, which the record
 * of the training tells): {"hidden": {"value": "5", "from": "recipe"}, ...}. */
BP_API void bp_config_write(const bp_config *config, bp_json *json);

/* ---- Ring 1: one call ------------------------------------------------------- */

/* Reads a table as the options say (header, delimiter, precision). */
BP_API bp_status bp_table_open(bp_table **table, const char *path, const bp_config *config,
                               bp_error *error);

/* The same, but cells that are no numbers in a column of numbers are kept as strays
 * (bp_table_stray) where they would be errors: for looking at a table. */
BP_API bp_status bp_table_open_leniently(bp_table **table, const char *path,
                                         const bp_config *config, bp_error *error);

/* The same by blocks, for what a preparation needs of it: bp_table_stream_open, of which `only` is
 * expected_only. */
BP_API bp_status bp_table_open_stream(bp_table_stream **stream, const char *path,
                                      const bp_config *config, const bp_preparation *expected,
                                      bool only, bp_error *error);

/* bp_preparation_drop_unlabeled where the option missing-target says so and the table has the
 * targets, as the program does before it learns from rows or judges by them. */
BP_API bp_status bp_config_drop_unlabeled(const bp_config *config,
                                          const bp_preparation *preparation, bp_table *table,
                                          bp_error *error);

/* The preparation that the options ask for, as every fit begins with it: inputs, targets,
 * task and classes are decided, nothing is fitted. The columns that --group and --split name
 * are no inputs. The table is not const: see bp_preparation_new. */
BP_API bp_status bp_config_preparation(bp_preparation **preparation, bp_table *table,
                                       const bp_config *config, bp_error *error);

/* What options come to for a fit to `rows` rows of a table that is prepared so: those that the
 * recipe leaves to the task, and those that are "auto" for the size of the table, have their
 * values. Every fit begins with it; its options are kept in the model. */
BP_API bp_status bp_config_settle(bp_config **settled, const bp_config *config,
                                  const bp_preparation *preparation, size_t rows, bp_error *error);

/* How many of the members read pieces of numbers (--pieces-share), of options that are settled
 * (of "auto" it cannot tell, and is 0). */
BP_API size_t bp_config_piece_members(const bp_config *config);

/* Fits a model to rows of a table (NULL: the first `count`; count 0 with NULL rows:
 * all). NULL config is the recipe auto. The observer may stop it (BP_E_STOPPED). */
BP_API bp_status bp_fit_table(bp_model **model, bp_table *table, const size_t *rows, size_t count,
                              const bp_config *config, const bp_observer *observer,
                              bp_error *error);

/* A model as it was before it was trained: the same preparation, and networks of the weights that
 * they began with, drawn again as its record says (24); without calibration. BP_E_UNSUPPORTED: they
 * were another model's (--initial-model); BP_E_MODEL: as of bp_config_of_model. */
BP_API bp_status bp_model_untrained(bp_model **untrained, const bp_model *model,
                                    const bp_allocator *allocator, bp_error *error);

/* Whether a model's record says that it was fitted to a table of the very same bytes as this one:
 * then what it scores on it flatters. */
BP_API bool bp_model_learned_from(const bp_model *model, const bp_table *table);

#ifdef __cplusplus
}
#endif
#endif
