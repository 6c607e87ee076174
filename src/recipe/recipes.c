/* recipes.c: the named sets of defaults. */
#include "recipe/settings.h"

#include <string.h>

/* Whatever the task and what the caller has set. */
#define ALWAYS NULL, NULL
#define BASED_ON(name)                                                                             \
    {                                                                                              \
        NULL, name, ALWAYS                                                                         \
    }
#define END BASED_ON(NULL)

/* What the tutorial did, leak included. */
static const bp_setting tutorial[] = {
    {"scale-on", "all", ALWAYS},
    {"hidden", "5", ALWAYS},
    {"activation", "sigmoid", ALWAYS},
    {"loss", "squared-error", ALWAYS},
    {"initializer", "uniform", ALWAYS},
    {"initial-low", "0", ALWAYS},
    {"initial-high", "1", ALWAYS},
    {"optimizer", "sgd", ALWAYS},
    {"learning-rate", "0.3", ALWAYS},
    {"batch", "1", ALWAYS},
    {"reduction", "sum", ALWAYS},
    {"epochs", "500", ALWAYS},
    {"shuffle", "no", ALWAYS},
    {"generator", "mersenne", ALWAYS},
    {"engine", "textbook", ALWAYS},
    {"precision", "f64", ALWAYS},
    END,
};

#define CLASSES "classification"
#define NUMBERS "regression"

/* RealMLP-TD-S (Holzmueller, Grinsztajn, Steinwart 2024, arXiv:2407.04491) without its scaling
 * layer, as the mean of several networks that each leave other rows out to choose their epoch
 * by; what is left to automatic.c is "auto". docs/recipes.md tells what each part is for. */
static const bp_setting automatic[] = {
    {"scaling", "robust", ALWAYS},
    {"target-scaling", "standard", NUMBERS, NULL},
    {"hidden", "256,256,256", ALWAYS},
    {"activation", "selu", CLASSES, NULL},
    {"activation", "mish", NUMBERS, NULL},
    {"loss", "likelihood", ALWAYS},
    {"label-smoothing", "0.1", CLASSES, "loss"},
    {"initializer", "neural-tangent", ALWAYS},
    {"members", "auto", ALWAYS},
    {"pieces", "auto", NULL, "pca"},
    {"pieces-share", "auto", NULL, "pieces"},
    {"optimizer", "adam", ALWAYS},
    {"learning-rate", "0.04", CLASSES, "optimizer"},
    {"learning-rate", "0.07", NUMBERS, "optimizer"},
    {"layer-rates", "fan-in", NULL, "optimizer"},
    {"bias-rate", "0.1", NULL, "optimizer"},
    {"beta2", "0.95", NULL, "optimizer"},
    {"schedule", "coslog4", ALWAYS},
    {"batch", "auto", ALWAYS},
    {"epochs", "auto", ALWAYS},
    {"valid", "auto", NULL, "valid-file"},
    {"keep-best", "last", ALWAYS},
    {"temper", "yes", ALWAYS},
    END,
};

/* One network of a tenth of the work. */
static const bp_setting quick[] = {
    {"hidden", "128,128", ALWAYS},
    {"members", "1", ALWAYS},
    {"pieces", "0", ALWAYS},
    BASED_ON("auto"),
};

/* More networks of large tables, and what suits some tables and harms others where held-out rows
 * like it. */
static const bp_setting automatic_plus[] = {
    {"members", "10", NULL, "chunk-rows"},
    {"try", "pieces-share=0.5|0|1", CLASSES, "checkpoint"},
    {"try", "pieces-share=0.5|0|1,target-scaling=standard|log-standard", NUMBERS, "checkpoint"},
    BASED_ON("auto"),
};

/* The defaults of the option table: the tutorial's network without its leak. */
static const bp_setting plain[] = {END};

/* Logistic or linear regression: what a network is to be better than. */
static const bp_setting linear[] = {
    {"hidden", "", ALWAYS},
    {"loss", "likelihood", ALWAYS},
    {"scaling", "standard", ALWAYS},
    {"optimizer", "l-bfgs", ALWAYS},
    {"l2", "0.001", ALWAYS},
    {"epochs", "200", ALWAYS},
    END,
};

typedef struct recipe {
    const char *name;
    const char *help;
    const bp_setting *settings;
} recipe;

static const recipe recipes[] = {
    {"auto", "what suits most tables; the default", automatic},
    {"auto-plus",
     "for those who wait longer: more networks, and held-out rows choose what they read",
     automatic_plus},
    {"linear", "no hidden layer: logistic or linear regression, to compare with", linear},
    {"plain", "one small network, trained row by row; to learn and to build upon", plain},
    {"quick", "the recipe auto with one smaller network: seconds on most tables", quick},
    {"tutorial",
     "the tutorial to the last digit: 5 sigmoid neurons, online updates at 0.3, 500 epochs, its "
     "random numbers; scales over the whole table first, which leaks held-out rows",
     tutorial},
};

#define RECIPE_COUNT (sizeof recipes / sizeof *recipes)

const char *bp_recipe_name(size_t index)
{
    return index < RECIPE_COUNT ? recipes[index].name : NULL;
}

const char *bp_recipe_help(size_t index)
{
    return index < RECIPE_COUNT ? recipes[index].help : NULL;
}

static const bp_setting *settings_of(const char *name)
{
    size_t i = 0;
    while (i + 1 < RECIPE_COUNT && strcmp(name, recipes[i].name) != 0)
        i++;
    return recipes[i].settings;
}

/* The row itself, or where one stands for another recipe the first of that. */
static const bp_setting *follow(const bp_setting *row)
{
    while (row->option == NULL && row->value != NULL)
        row = settings_of(row->value);
    return row->option != NULL ? row : NULL;
}

const bp_setting *bp_recipe_settings(const char *name)
{
    return follow(settings_of(name));
}

const bp_setting *bp_setting_next(const bp_setting *one)
{
    return follow(one + 1);
}

const char *bp_recipe_base(const char *name)
{
    const bp_setting *row = settings_of(name);
    while (row->option != NULL)
        row++;
    return row->value;
}

const char *bp_recipe_value(const char *name, const char *option, const char *task)
{
    for (const bp_setting *one = bp_recipe_settings(name); one != NULL; one = bp_setting_next(one))
        if (strcmp(option, one->option) == 0
            && (one->task == NULL || (task != NULL && strcmp(task, one->task) == 0)))
            return one->value;
    return NULL;
}
