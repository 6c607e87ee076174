/* option_table.c: the option table. A flag, its help, its check, its place in the manual page
 * and in completion all come from one row here. */
#include "base/error.h"
#include "base/names.h"

#include <backprop/metric.h>
#include <backprop/recipe.h>

#include <string.h>

/* The names of a list in the headers, as choices: "|one|two"; SOLE leaves the first bar out. */
#define BAR_NAME(member, name, ...) "|" name
#define SOLE(MAP) &(MAP(BAR_NAME))[1]

#define ANY 1e300
#define WHOLE 9007199254740992.0 /* 2^53 */

static const bp_option options[] = {
    {"recipe", 'r', BP_OPTION_CHOICE, "NAME", 0, 0, "auto|auto-plus|linear|plain|quick|tutorial",
     "auto", "run", "a named set of defaults; any other flag overrides it"},

    {"header", 0, BP_OPTION_CHOICE, "WHEN", 0, 0, "auto|yes|no", "auto", "table",
     "whether the first line names the columns"},
    {"delimiter", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|comma|semicolon|tab|bar|space", "auto",
     "table", "what stands between the cells of a line"},
    {"quote", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|double|single", "auto", "table",
     "what stands around cells that hold delimiters or line ends"},
    {"decimal", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|point|comma", "auto", "table",
     "what parts the digits of a number: 3.14 or 3,14"},
    {"dates", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|iso|day-first|month-first", "auto", "table",
     "how dates are written: 2024-02-29 alone, or 29/02/2024 or 02/29/2024 too"},
    {"comment", 0, BP_OPTION_TEXT, "CHARACTER", 0, 0, NULL, "", "table",
     "lines that begin with it are skipped"},
    {"skip-lines", 0, BP_OPTION_INTEGER, "N", 0, WHOLE, NULL, "0", "table",
     "lines above a delimited table that are none of its own"},
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
    {"query", 0, BP_OPTION_TEXT, "TEXT", 0, 0, NULL, "", "table",
     "what to read: SQL for an SQLite database, names of arrays for an NPZ archive"},

    {"target", 't', BP_OPTION_TEXT, "COLUMN", 0, 0, NULL, "", "data",
     "the column to predict, by name or as #3; the last one if not said; several with commas, of "
     "which columns that hold one 1 among 0s in each row are classes"},
    {"task", 0, BP_OPTION_CHOICE, "TASK", 0, 0, "auto|classification|regression", "auto", "data",
     "predict a class or a number; auto: text and at most 20 distinct integers are classes"},
    {"drop", 0, BP_OPTION_TEXT, "COLUMNS", 0, 0, NULL, "", "data",
     "columns that are no inputs: names, #3, #3-#7, patterns as *_id, with commas between"},
    {"keep", 0, BP_OPTION_TEXT, "COLUMNS", 0, 0, NULL, "", "data",
     "identifiers and constants that are inputs all the same; as drop; *: all that are not "
     "dropped"},
    {"scaling", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "none|minmax|standard|robust|quantile|log|common",
     "minmax", "data",
     "how the numbers among the inputs are scaled; minmax: to 0..1; common: all of them to 0..1 by "
     "one range, as pixels are"},
    {"target-scaling", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "auto|none|minmax|standard|log-standard",
     "auto", "data", "the same of targets of regression; auto: as the inputs, or standard"},
    {"missing", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "mean|median|mode|zero|error", "mean", "data",
     "what a missing cell of an input counts as; of texts it is a category of its own"},
    {"missing-target", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "drop|error", "drop", "data",
     "rows whose target is missing: drop leaves them out, and says how many they are"},
    {"missing-indicator", 0, BP_OPTION_SWITCH, NULL, 0, 0, NULL, "yes", "data",
     "one input more for each column with missing cells, which tells of them"},
    {"categories", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "one-hot|ordinal", "one-hot", "data",
     "one input for each category, or one for all"},
    {"rare", 0, BP_OPTION_INTEGER, "N", 0, 1e9, NULL, "0", "data",
     "categories of fewer training rows share one input, with those never seen"},
    {"category-limit", 0, BP_OPTION_INTEGER, "N", 1, 1e6, NULL, "200", "data",
     "inputs that one column of categories may become; the less frequent share one"},
    {"pieces", 0, BP_OPTION_INTEGER, "K", 0, 1024, "auto", "0", "data",
     "inputs more for each number: where it lies in K pieces of its range, of as many rows each"},
    {"pieces-share", 0, BP_OPTION_REAL, "SHARE", 0, 1, "auto", "1", "data",
     "members that read the pieces, the last ones; the others read the numbers alone; auto: half, "
     "of classes none below 1,000 rows"},
    {"pca", 0, BP_OPTION_REAL, "N", 0, 1e9, "off", "off", "data",
     "principal components in place of the inputs: how many, or what share of the variance"},
    {"image", 0, BP_OPTION_TEXT, "SIZE", 0, 0, NULL, "auto", "data",
     "what the inputs are the pixels of: lines by pixels in one, as 28x28; auto: known of IDX"},
    {"scale-on", 0, BP_OPTION_CHOICE, "ROWS", 0, 0, "training|all", "training", "data",
     "rows that scaling is fitted on; all lets held-out rows leak into training"},

    {"hidden", 'H', BP_OPTION_WIDTHS, "WIDTHS", 1, 1e9, NULL, "5", "network",
     "neurons of each hidden layer, with commas between; \"\" for none"},
    {"activation", 'a', BP_OPTION_TEXT, "NAMES", 0, 0, NULL, "sigmoid", "network",
     "of the hidden layers, as relu, tanh, gelu: one for all, or one each with commas; all of "
     "them: backprop help activations"},
    {"output-activation", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto" BP_ACTIVATION_MAP(BAR_NAME),
     "auto", "network", "of the output layer; auto: what suits the loss and the task"},
    {"loss", 0, BP_OPTION_CHOICE, "NAME", 0, 0, "auto|likelihood" BP_LOSS_MAP(BAR_NAME), "auto",
     "network",
     "what training makes small; likelihood: cross-entropy of classes, squared error of numbers"},
    {"huber-delta", 0, BP_OPTION_REAL, "X", 1e-30, 1e30, NULL, "1", "network",
     "where the loss huber becomes absolute, in scaled targets"},
    {"quantile", 0, BP_OPTION_REAL, "X", 0.0001, 0.9999, NULL, "0.5", "network",
     "the share that shall lie below the answers of the loss quantile"},
    {"label-smoothing", 0, BP_OPTION_REAL, "X", 0, 0.9999, NULL, "0", "network",
     "share of certainty that cross-entropy spreads over all classes"},
    {"focal", 0, BP_OPTION_REAL, "X", 0, 100, NULL, "0", "network",
     "how much less cross-entropy counts rows that are right already, as 2"},
    {"class-weights", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "none|balanced", "none", "network",
     "balanced: rows of rare classes count more, so that all classes count alike"},
    {"weight", 0, BP_OPTION_TEXT, "COLUMN", 0, 0, NULL, "", "network",
     "how much each row counts, 0 or more; it is no input"},
    {"initializer", 0, BP_OPTION_CHOICE, "NAME", 0, 0, SOLE(BP_INITIALIZER_MAP), "auto", "network",
     "how the first weights are drawn"},
    {"initial-low", 0, BP_OPTION_REAL, "X", -ANY, ANY, NULL, "-0.5", "network",
     "lower end of the initializer uniform"},
    {"initial-high", 0, BP_OPTION_REAL, "X", -ANY, ANY, NULL, "0.5", "network",
     "upper end of the initializer uniform, or deviation of normal"},
    {"initial-bias", 0, BP_OPTION_TEXT, "LIST", 0, 0, NULL, "0", "network",
     "what biases begin with: one number for all layers, or one each with commas"},
    {"initial-model", 0, BP_OPTION_TEXT, "FILE", 0, 0, NULL, "", "network",
     "begin with the weights of this model, which has the same layers"},

    {"members", 0, BP_OPTION_INTEGER, "N", 1, 1000, "auto", "1", "network",
     "networks whose answers are averaged; with --valid each leaves out other rows"},

    {"optimizer", 0, BP_OPTION_CHOICE, "NAME", 0, 0,
     &(BP_RULE_MAP(BAR_NAME) BP_METHOD_MAP(BAR_NAME))[1], "sgd", "training",
     "the rule that changes the weights, or a method that takes all rows at once"},
    {"learning-rate", 'l', BP_OPTION_REAL, "RATE", 0, 1e6, "auto", "auto", "training",
     "size of a step; auto: what suits the optimizer and the task"},
    {"layer-rates", 0, BP_OPTION_TEXT, "LIST", 0, 0, NULL, "1", "training",
     "what each layer's learning rate is multiplied by, with commas; fan-in: by 1 / the root of "
     "its inputs"},
    {"bias-rate", 0, BP_OPTION_REAL, "X", 0, 1e6, NULL, "1", "training",
     "what the rate of biases is multiplied by, in place of fan-in or beside a layer's"},
    {"input-scale", 0, BP_OPTION_REAL, "X", 0, 1e6, NULL, "0", "training",
     "learn a scale of each input, at a rate multiplied by this; 0: none"},
    {"momentum", 0, BP_OPTION_REAL, "X", 0, 0.999999, NULL, "0.9", "training",
     "share of the last step kept by the optimizers momentum and nesterov"},
    {"beta1", 0, BP_OPTION_REAL, "X", 0, 0.999999, NULL, "0.9", "training",
     "decay of Adam's first moment"},
    {"beta2", 0, BP_OPTION_REAL, "X", 0, 0.999999999, NULL, "0.999", "training",
     "decay of Adam's second moment"},
    {"rho", 0, BP_OPTION_REAL, "X", 0, 0.999999, NULL, "0.99", "training",
     "decay of RMSprop's mean of squares"},
    {"epsilon", 0, BP_OPTION_REAL, "X", 1e-30, 1, NULL, "1e-8", "training",
     "kept under the divisions of adam, adamw, adagrad and rmsprop"},
    {"schedule", 0, BP_OPTION_CHOICE, "NAME", 0, 0, SOLE(BP_SCHEDULE_MAP), "constant", "training",
     "how the learning rate goes on"},
    {"schedule-factor", 0, BP_OPTION_REAL, "X", 0, 1, NULL, "0.1", "training",
     "what the schedules step, exponential and plateau multiply by"},
    {"schedule-epochs", 0, BP_OPTION_INTEGER, "N", 1, 1e9, NULL, "10", "training",
     "epochs between two changes of step; of plateau, epochs without gain before one"},
    {"schedule-final", 0, BP_OPTION_REAL, "X", 0, 1, NULL, "0", "training",
     "share of the rate with which linear and cosine end"},
    {"warm-up", 0, BP_OPTION_REAL, "EPOCHS", 0, 1e9, NULL, "0", "training",
     "epochs in which the rate first grows evenly"},
    {"momentum-schedule", 0, BP_OPTION_CHOICE, "NAME", 0, 0, SOLE(BP_SCHEDULE_MAP), "constant",
     "training", "the same of momentum, or Adam's beta1, with the same factor, epochs and final"},
    {"batch", 'b', BP_OPTION_INTEGER, "ROWS", 1, 1e9, "all|auto", "1", "training",
     "rows of one update: 1 is online, all is one update an epoch, auto goes by the rows"},
    {"reduction", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "mean|sum", "mean", "training",
     "whether a batch's gradient is divided by its rows"},
    {"epochs", 'e', BP_OPTION_INTEGER, "N", 0, 1e9, "auto", "500", "training",
     "passes over the training rows; auto: by how many there are"},
    {"shuffle", 0, BP_OPTION_SWITCH, NULL, 0, 0, NULL, "yes", "training",
     "visit the rows in a new random order every epoch"},

    {"l1", 0, BP_OPTION_REAL, "X", 0, 1e6, NULL, "0", "regularization",
     "penalty of each weight's size; makes weights 0"},
    {"l2", 0, BP_OPTION_REAL, "X", 0, 1e6, NULL, "0", "regularization",
     "penalty of half of each weight's square"},
    {"weight-decay", 0, BP_OPTION_REAL, "X", 0, 1e6, "auto", "auto", "regularization",
     "share of each weight taken away at a step of rate 1; auto: 0.01 with adamw, else 0"},
    {"clip-value", 0, BP_OPTION_REAL, "X", 0, 1e30, NULL, "0", "regularization",
     "keep each number of a gradient within this of 0; 0: as it is"},
    {"clip-norm", 0, BP_OPTION_REAL, "X", 0, 1e30, NULL, "0", "regularization",
     "scale gradients of a larger norm down to it; 0: as they are"},
    {"max-norm", 0, BP_OPTION_REAL, "X", 0, 1e30, NULL, "0", "regularization",
     "scale the weights into a neuron down to this norm; 0: as they are"},
    {"dropout", 0, BP_OPTION_TEXT, "LIST", 0, 0, NULL, "0", "regularization",
     "share of each hidden layer's outputs that a row loses: one for all, or one each"},
    {"input-dropout", 0, BP_OPTION_REAL, "X", 0, 0.9999, NULL, "0", "regularization",
     "share of the inputs that a row loses while it is learned from"},
    {"input-noise", 0, BP_OPTION_REAL, "X", 0, 1e6, NULL, "0", "regularization",
     "standard deviation of what is added to scaled inputs while they are learned from"},
    {"augment", 0, BP_OPTION_TEXT, "LIST", 0, 0, NULL, "", "regularization",
     "move images about while they are learned from, anew each time: shift=PIXELS, rotate=DEGREES, "
     "scale=SHARE, shear=SHARE, elastic=AMOUNT:SMOOTHNESS, with commas, or the words alone"},
    {"average", 0, BP_OPTION_CHOICE, "HOW", 0, 0, "none|ema|swa", "none", "regularization",
     "keep averages of the weights: moving over steps, or even over the last epochs"},
    {"average-decay", 0, BP_OPTION_REAL, "X", 0, 0.999999999, NULL, "0.999", "regularization",
     "what ema keeps of the average at a step"},
    {"average-from", 0, BP_OPTION_REAL, "X", 0, 0.9999, NULL, "0.75", "regularization",
     "share of the epochs after which swa begins"},

    {"valid", 0, BP_OPTION_REAL, "X", 0.0001, 0.9999, "none|auto", "none", "stopping",
     "share of the training rows that is held out to judge by after every epoch; auto: a part for "
     "each member"},
    {"valid-file", 0, BP_OPTION_TEXT, "FILE", 0, 0, NULL, "", "stopping",
     "a table to judge by instead"},
    {"patience", 0, BP_OPTION_INTEGER, "EPOCHS", 0, 1e9, NULL, "0", "stopping",
     "stop after so many epochs without gain and keep the best weights; 0: go on"},
    {"least-gain", 0, BP_OPTION_REAL, "X", 0, 1e30, NULL, "0", "stopping",
     "by how much less counts as gain"},
    {"stop-on", 0, BP_OPTION_CHOICE, "WHAT", 0, 0, "loss" BP_METRIC_MAP(BAR_NAME), "loss",
     "stopping", "what is judged: the loss, or a metric of the held-out rows"},
    {"stop-at", 0, BP_OPTION_REAL, "X", -1e30, 1e30, "none", "none", "stopping",
     "stop when what is judged is as good as this"},
    {"gradient-tolerance", 0, BP_OPTION_REAL, "X", 0, 1e30, NULL, "0", "stopping",
     "stop such a method when no number of the gradient is larger"},
    {"still", 0, BP_OPTION_REAL, "X", 0, 1e30, NULL, "0", "stopping",
     "stop when no weight moved by more in an epoch; 0: go on"},
    {"keep-best", 0, BP_OPTION_CHOICE, "WHEN", 0, 0, "auto|yes|last|no", "auto", "stopping",
     "keep the weights that were judged best, the first or the last of equals; auto: the first, "
     "where rows are held out to judge by"},
    {"temper", 0, BP_OPTION_SWITCH, NULL, 0, 0, NULL, "no", "stopping",
     "calibrate the model by the rows that its members held out, as backprop calibrate does"},

    {"try", 0, BP_OPTION_TEXT, "LIST", 0, 0, NULL, "none", "stopping",
     "options of which held-out rows choose the value: pieces=0|8,activation=selu|relu"},

    {"chunk-rows", 0, BP_OPTION_INTEGER, "N", 1, WHOLE, "all", "all", "training",
     "prepare and shuffle so many rows at a time: for tables larger than memory"},

    {"folds", 'k', BP_OPTION_INTEGER, "K", 2, 1e9, "loo", "5", "validation",
     "parts that the rows are dealt into; each is held out once; loo: each row (or group)"},
    {"repeats", 0, BP_OPTION_INTEGER, "R", 1, 10000, NULL, "1", "validation",
     "deal and score, or explain, that many times, with the rows shuffled anew"},
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
    {"memory-limit", 0, BP_OPTION_INTEGER, "BYTES", 1, WHOLE, "auto", "auto", "machine",
     "a training that is sure to take more is refused before it begins; auto: what is free"},
    {"time-limit", 0, BP_OPTION_TEXT, "TIME", 0, 0, NULL, "", "checkpoint",
     "end the training after the epoch in which so much time has passed, as 90s, 10m or 2h"},
    {"checkpoint", 0, BP_OPTION_TEXT, "FILE", 0, 0, NULL, "", "checkpoint",
     "write here now and then all that --resume needs"},
    {"checkpoint-every", 0, BP_OPTION_TEXT, "WHEN", 0, 0, NULL, "1m", "checkpoint",
     "how often: so many epochs, as 10, or after a time, as 30s, 5m, 1h"},
    {"resume", 0, BP_OPTION_SWITCH, NULL, 0, 0, NULL, "no", "checkpoint",
     "go on from the checkpoint file, or begin where it is not there yet"},
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
        if (bp_names_equal(name, options[i].name))
            return &options[i];
    return NULL;
}
