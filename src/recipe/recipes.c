/* recipes.c: the named sets of defaults. */
#include <backprop/recipe.h>

#include <string.h>

typedef struct setting {
    const char *option;
    const char *value;
} setting;

/* What the tutorial did, leak included. */
static const setting tutorial[] = {
    {"scale-on", "all"},
    {"hidden", "5"},
    {"activation", "sigmoid"},
    {"loss", "squared-error"},
    {"initializer", "uniform"},
    {"initial-low", "0"},
    {"initial-high", "1"},
    {"optimizer", "sgd"},
    {"learning-rate", "0.3"},
    {"batch", "1"},
    {"reduction", "sum"},
    {"epochs", "500"},
    {"shuffle", "no"},
    {"generator", "mersenne"},
    {"engine", "textbook"},
    {"precision", "f64"},
    {NULL, NULL},
};

/* The defaults of the option table. */
static const setting automatic[] = {{NULL, NULL}};

/* Logistic or linear regression: what a network is to be better than. */
static const setting linear[] = {{"hidden", ""},
                                 {"loss", "likelihood"},
                                 {"scaling", "standard"},
                                 {"optimizer", "l-bfgs"},
                                 {"l2", "0.001"},
                                 {"epochs", "200"},
                                 {NULL, NULL}};

typedef struct recipe {
    const char *name;
    const char *help;
    const setting *settings;
} recipe;

static const recipe recipes[] = {
    {"auto", "what suits most tables; the default", automatic},
    {"linear", "no hidden layer: logistic or linear regression, to compare with", linear},
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

const char *bp_recipe_value(const char *name, const char *option)
{
    for (size_t i = 0; i < RECIPE_COUNT; i++) {
        if (strcmp(name, recipes[i].name) != 0)
            continue;
        for (const setting *one = recipes[i].settings; one->option != NULL; one++)
            if (strcmp(option, one->option) == 0)
                return one->value;
    }
    return NULL;
}
