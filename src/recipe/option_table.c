/* option_table.c: the option table. A flag, its help, its check, its place in the manual page
 * and in completion all come from one row here. */
#include "base/error.h"
#include "base/names.h"

#include <backprop/recipe.h>

#include <string.h>

#define ANY 1e300
#define WHOLE 9007199254740992.0 /* 2^53 */

static const bp_option options[] = {
    {"recipe", 'r', BP_OPTION_CHOICE, "NAME", 0, 0, "auto|tutorial", "auto", "run",
     "a named set of defaults; any other flag overrides it"},

    {"header", 0, BP_OPTION_CHOICE, "WHEN", 0, 0, "auto|yes|no", "auto", "table",
     "whether the first line names the columns"},
    {"delimiter", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|comma|semicolon|tab|bar|space", "auto",
     "table", "what stands between the cells of a line"},
    {"quote", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|double|single", "auto", "table",
     "what stands around cells that hold delimiters or line ends"},
    {"decimal", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "point|comma", "point", "table",
     "what parts the digits of a number: 3.14 or 3,14"},
    {"comment", 0, BP_OPTION_TEXT, "CHARACTER", 0, 0, NULL, "", "table",
     "lines that begin with it are skipped"},
    {"missing-markers", 0, BP_OPTION_TEXT, "LIST", 0, 0, NULL, "auto", "table",
     "what missing cells look like, besides empty; auto: NA,N/A,NaN,nan,NULL,null,?,-"},
    {"kinds", 0, BP_OPTION_TEXT, "LIST", 0, 0, NULL, "", "table",
     "what columns are, as zip=category,#3=number,*_at=date; others are found out"},
    {"categorical", 0, BP_OPTION_TEXT, "COLUMNS", 0, 0, NULL, "", "table",
     "columns whose cells are categories, whatever they look like"},
    {"size-limit", 0, BP_OPTION_INTEGER, "BYTES", 1, WHOLE, "auto", "auto", "table",
     "what a compressed file may unpack to; auto: half of the memory that is free"},
    {"format", 0, BP_OPTION_TEXT, "NAME", 0, 0, NULL, "auto", "table",
     "the form of the file; auto: known by its bytes or its name"},

    {"target", 't', BP_OPTION_TEXT, "COLUMN", 0, 0, NULL, "", "data",
     "the column to predict, by name or as #3; several with commas; the last one if not said"},
    {"task", 0, BP_OPTION_CHOICE, "TASK", 0, 0, "auto|classification|regression", "auto", "data",
     "predict a class or a number; auto: text and at most 20 distinct integers are classes"},
    {"drop", 0, BP_OPTION_TEXT, "COLUMNS", 0, 0, NULL, "", "data",
     "columns that are no inputs: names, #3, #3-#7, patterns as *_id, with commas between"},
    {"keep", 0, BP_OPTION_TEXT, "COLUMNS", 0, 0, NULL, "", "data",
     "identifiers and constants that are inputs all the same; as drop"},
    {"scaling", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "none|minmax|standard|robust|quantile|log",
     "minmax", "data", "how the numbers among the inputs are scaled; minmax: to 0..1"},
    {"target-scaling", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "auto|none|minmax|standard|log-standard",
     "auto", "data", "the same of targets of regression; auto: as the inputs, or standard"},
    {"missing", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "mean|median|zero|error", "mean", "data",
     "what a missing cell of an input counts as; of texts it is a category of its own"},
    {"missing-indicator", 0, BP_OPTION_SWITCH, NULL, 0, 0, NULL, "yes", "data",
     "one input more for each column with missing cells, which tells of them"},
    {"categories", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "one-hot|ordinal", "one-hot", "data",
     "one input for each category, or one for all"},
    {"rare", 0, BP_OPTION_INTEGER, "N", 0, 1e9, NULL, "0", "data",
     "categories of fewer training rows share one input, with those never seen"},
    {"pca", 0, BP_OPTION_REAL, "N", 0, 1e9, "off", "off", "data",
     "principal components in place of the inputs: how many, or what share of the variance"},
    {"scale-on", 0, BP_OPTION_CHOICE, "ROWS", 0, 0, "training|all", "training", "data",
     "rows that scaling is fitted on; all lets held-out rows leak into training"},

    {"hidden", 'H', BP_OPTION_WIDTHS, "WIDTHS", 1, 1e9, NULL, "5", "network",
     "neurons of each hidden layer, with commas between; \"\" for none"},
    {"activation", 'a', BP_OPTION_TEXT, "NAMES", 0, 0, NULL, "sigmoid", "network",
     "of the hidden layers: sigmoid, tanh, relu, linear; one for all, or one each with commas"},
    {"output-activation", 0, BP_OPTION_CHOICE, "NAME", 0, 0,
     "auto|linear|sigmoid|tanh|relu|softmax", "auto", "network",
     "of the output layer; auto: what suits the loss and the task"},
    {"loss", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|squared-error|cross-entropy", "auto",
     "network", "what training makes small"},
    {"initializer", 0, BP_OPTION_CHOICE, "NAME", 0, 0,
     "zeros|uniform|normal|glorot-uniform|glorot-normal|he-uniform|he-normal|lecun-uniform|"
     "lecun-normal",
     "glorot-uniform", "network", "how the first weights are drawn"},
    {"initial-low", 0, BP_OPTION_REAL, "X", -ANY, ANY, NULL, "-0.5", "network",
     "lower end of the initializer uniform"},
    {"initial-high", 0, BP_OPTION_REAL, "X", -ANY, ANY, NULL, "0.5", "network",
     "upper end of the initializer uniform, or deviation of normal"},

    {"optimizer", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "sgd|momentum|adam", "sgd", "training",
     "the rule that changes the weights"},
    {"learning-rate", 'l', BP_OPTION_REAL, "RATE", 0, 1e6, "auto", "auto", "training",
     "size of a step; auto: what suits the optimizer and the task"},
    {"momentum", 0, BP_OPTION_REAL, "X", 0, 0.999999, NULL, "0.9", "training",
     "share of the last step kept by the optimizer momentum"},
    {"beta1", 0, BP_OPTION_REAL, "X", 0, 0.999999, NULL, "0.9", "training",
     "decay of Adam's first moment"},
    {"beta2", 0, BP_OPTION_REAL, "X", 0, 0.999999999, NULL, "0.999", "training",
     "decay of Adam's second moment"},
    {"epsilon", 0, BP_OPTION_REAL, "X", 1e-30, 1, NULL, "1e-8", "training",
     "kept under Adam's division"},
    {"batch", 'b', BP_OPTION_INTEGER, "ROWS", 1, 1e9, "all", "1", "training",
     "rows of one update: 1 is online, all is one update an epoch"},
    {"reduction", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "mean|sum", "mean", "training",
     "whether a batch's gradient is divided by its rows"},
    {"epochs", 'e', BP_OPTION_INTEGER, "N", 0, 1e9, NULL, "500", "training",
     "passes over the training rows"},
    {"shuffle", 0, BP_OPTION_SWITCH, NULL, 0, 0, NULL, "yes", "training",
     "visit the rows in a new random order every epoch"},

    {"folds", 'k', BP_OPTION_INTEGER, "K", 2, 1e9, "loo", "5", "validation",
     "parts that the rows are dealt into; each is held out once; loo: each row (or group)"},
    {"repeats", 0, BP_OPTION_INTEGER, "R", 1, 10000, NULL, "1", "validation",
     "deal and score that many times, with the rows shuffled anew"},
    {"stratify", 0, BP_OPTION_CHOICE, "WHEN", 0, 0, "auto|yes|no", "auto", "validation",
     "deal each class as evenly as can be; auto: where there are classes and rows are shuffled"},
    {"group", 0, BP_OPTION_TEXT, "COLUMN", 0, 0, NULL, "", "validation",
     "hold out rows with the same cell here (a patient, a place) together; it is no input"},
    {"time", 0, BP_OPTION_TEXT, "COLUMN", 0, 0, NULL, "", "validation",
     "dates or numbers; hold out what comes after the rows learned from; file-order: row by row"},
    {"split", 0, BP_OPTION_TEXT, "COLUMN", 0, 0, NULL, "", "validation",
     "a column that says train and test, or each row's fold; it is no input"},
    {"test-fraction", 0, BP_OPTION_REAL, "X", 0.0001, 0.9999, "none", "none", "validation",
     "hold out this share of the rows once, in place of folds"},

    {"seed", 's', BP_OPTION_INTEGER, "N", 0, WHOLE, NULL, "1", "run",
     "the one source of all random numbers"},
    {"generator", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "philox|mersenne", "philox", "run",
     "where random numbers come from; mersenne is the tutorial's"},
    {"engine", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "textbook|fast", "fast", "run",
     "what computes: see backprop engines"},
    {"precision", 0, BP_OPTION_CHOICE, "TYPE", 0, 0, "f32|f64", "f32", "run",
     "the numbers that are computed with"},

    {"threads", 'j', BP_OPTION_INTEGER, "N", 1, 256, "auto", "auto", "machine",
     "how many compute; auto: what the work deserves; the results are the same bit for bit"},
};

#define OPTION_COUNT (sizeof options / sizeof *options)

size_t bp_option_count(void)
{
    return OPTION_COUNT;
}

const bp_option *bp_option_at(size_t index)
{
    return index < OPTION_COUNT ? &options[index] : NULL;
}

const bp_option *bp_option_find(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strcmp(name, options[i].name) == 0)
            return &options[i];
    return NULL;
}
