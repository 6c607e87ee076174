/* verbs.c: the table of verbs. */
#include "verbs.h"

#include "report.h"

#include <string.h>

static const struct verb verbs[] = {
    {.name = "tutorial",
     .summary = "walk through backpropagation step by step, with numbers to check by hand",
     .operands = "[FILE]",
     .most = 1,
     .options = {"section", "json", "quiet", "help"},
     .description =
         "Six sections: initialize a network, propagate a row forward, propagate its error back, "
         "train, predict, and the wheat seeds case study. Each prints the equation it is about, "
         "the numbers it used and the result. FILE is the wheat seeds table of the last section; "
         "without it data/wheat-seeds.csv is looked for, then the installed copy.",
     .examples = {{"backprop tutorial", "all six sections"},
                  {"backprop tutorial --section 3", "the backward pass alone"},
                  {"backprop tutorial --json > lesson.json", "every number at full precision"}},
     .run = verb_tutorial},
    {.name = "cv",
     .summary = "cross-validate: score a recipe on rows it has not seen",
     .operands = "FILE",
     .least = 1,
     .most = 1,
     .options = {"@table", "@data", "@network", "@training", "@regularization", "@stopping",
                 "@validation", "@run", "@machine", "compare", "output", "json", "quiet", "help"},
     .description =
         "Deals the rows of FILE into folds, trains on all folds but one and scores that one, "
         "each fold in turn; or deals them by groups, by time, as a column says, or holds out a "
         "share once. Prints the score of each fold and their mean beside the zero rule: "
         "what always answering the most common class, or the mean, would score. With -o, a file "
         "of CSV gets the answer to every row that was held out: row, fold, the truth, the answer, "
         "p(CLASS) for each class. With --compare, a second recipe is scored on the same folds, "
         "and "
         "a paired test (corrected for the rows that folds share) tells whether one is better; "
         "repeats make it sharper.",
     .examples = {{"backprop cv data/wheat-seeds.csv", "5 folds, the recipe auto"},
                  {"backprop cv data/wheat-seeds.csv --recipe tutorial --seed 1",
                   "the published figures of the tutorial"},
                  {"backprop cv visits.csv --group patient --folds 10",
                   "no patient both learned from and held out"},
                  {"backprop cv data/wheat-seeds.csv -o out-of-fold.csv",
                   "the answer to every row by a model that had not seen it"},
                  {"backprop cv data/wheat-seeds.csv --repeats 3 --compare \"--recipe linear\"",
                   "is a linear model as good?"},
                  {"backprop cv houses.csv --target price --hidden 16,8 --json",
                   "regression on a named column, as JSON"}},
     .run = verb_cv},
    {.name = "train",
     .summary = "train a network on a table and write it as a model file",
     .operands = "FILE",
     .least = 1,
     .most = 1,
     .options = {"@table", "@data", "@network", "@training", "@regularization", "@stopping", "@run",
                 "@machine", "@checkpoint", "log", "tensorboard", "plot", "output", "force", "json",
                 "quiet", "help"},
     .description =
         "Trains on all rows of FILE and writes a model file, which holds everything that predict "
         "needs: columns, classes, scaling and weights. What was decided about the table is "
         "printed on standard error with the option that changes it. The score printed is on the "
         "rows learned from; cv gives the honest one.",
     .examples = {{"backprop train data/wheat-seeds.csv -o seeds.model",
                   "the last column is the target"},
                  {"backprop train houses.csv -t price --hidden 32,16 --activation relu -o h.model",
                   "two hidden layers of rectified linear units"},
                  {"cat data/wheat-seeds.csv | backprop train - -o - > seeds.model",
                   "from standard input to standard output"}},
     .run = verb_train},
    {.name = "predict",
     .summary = "answer for every row of a table with a trained model",
     .operands = "MODEL FILE",
     .least = 2,
     .most = 2,
     .options = {"@table", "proba", "top", "sets", "intervals", "why", "append", "engine",
                 "threads", "output", "force", "json", "quiet", "help"},
     .description =
         "Prints one line for each row of FILE: the name of its class as the training table wrote "
         "it, or the predicted number (commas between several targets). With --append, --proba, "
         "--top, --sets, --intervals or --why the answers are a table themselves, CSV with a "
         "header "
         "line: the columns of FILE, the answer, low and high of its interval, p(CLASS) for each "
         "class, the most probable classes, the set, the columns that moved the answer most, each "
         "with its share: what it adds to the probability of the class, or to the number, beside a "
         "row of missing cells (Shapley values from 16 orders of the columns, which take as long "
         "as "
         "16 answers a column; explain --row tells more of one row). Columns are found by name, or "
         "by position where there are no names; those that the model does not use are "
         "ignored, which a note on standard error tells. FILE may have the target "
         "column or not; where it has, a note says how many answers were right. Rows of text "
         "(CSV, JSON Lines, LIBSVM, ARFF) are answered as they are read, from a pipe too, in "
         "memory "
         "that does not grow with their number; an error below leaves the answers above it on "
         "standard output, and with -o no file. "
         "With --json each line is an object that has the network's outputs too.",
     .examples = {{"backprop predict seeds.model data/wheat-seeds.csv", "one answer a line"},
                  {"backprop predict seeds.model new.csv --proba", "how sure it is of each class"},
                  {"backprop predict seeds.model new.csv --append --top 2 -o answers.csv",
                   "the table with its answers, into a file"},
                  {"zcat new.csv.gz | backprop predict seeds.model - -q | sort | uniq -c",
                   "row by row in a pipe, however long it is"},
                  {"backprop predict seeds.model new.csv --why 3",
                   "with the three columns that moved each answer most"},
                  {"backprop predict sure.model new.csv --sets",
                   "the classes that can be it, by a calibrated model"}},
     .run = verb_predict},
    {.name = "tune",
     .summary = "search for options that suit a table better than the recipe's own",
     .operands = "FILE",
     .least = 1,
     .most = 1,
     .options = {"@table",      "@data",  "@network", "@training", "@regularization", "@stopping",
                 "@validation", "@run",   "@machine", "budget",    "budget-steps",    "metric",
                 "checkpoint",  "resume", "log",      "plot",      "output",          "force",
                 "json",        "quiet",  "help"},
     .description =
         "Draws candidates (layers, activation, learning rate, regularization, batch, scaling; an "
         "option that is given is fixed) beside the recipe as it is, trains all of them for a few "
         "epochs, the best third for three times as many, and the best third of those for all, "
         "scored on rows held out. The best one is then compared with the recipe on folds dealt "
         "anew, by a paired test: where that does not show that it is better, the recipe is as "
         "good and is used. The model, trained on all rows, is written to -o; the train command "
         "that makes the same one is printed. About half of the budget goes to the search. With "
         "--checkpoint, a search that was stopped goes on by --resume.",
     .examples = {{"backprop tune data/wheat-seeds.csv --budget 5m -o seeds.model",
                   "for about five minutes"},
                  {"backprop tune h.csv --budget 2h --metric mae -o m --checkpoint h.tune --resume",
                   "interrupt it, and go on by the same command"},
                  {"backprop tune visits.csv --group patient -a relu --budget 30m -o v.model",
                   "no patient both learned from and scored; ReLU is not searched"}},
     .run = verb_tune},
    {.name = "eval",
     .summary = "tell how good a model is on a table that has the truth",
     .operands = "MODEL FILE",
     .least = 2,
     .most = 2,
     .options = {"@table", "engine", "threads", "min", "max", "baseline", "resamples", "plot",
                 "json", "quiet", "help"},
     .description =
         "Prints every metric of the model's answers to the rows of FILE, each with an interval "
         "(how far it would move had other such rows been drawn), beside those of a linear model "
         "and of the zero rule on the same rows; then precision and recall of each class and which "
         "class was taken for which. Of a calibrated model it tells too how often its sets or "
         "intervals have the truth, beside the coverage asked for, and how large they are. FILE "
         "must have the target column, and should hold rows that the model has not learned from. "
         "With --min or --max it is a gate: exit status 1 where the model is not good enough.",
     .examples = {{"backprop eval seeds.model test.csv", "all metrics"},
                  {"backprop eval seeds.model test.csv -q --min accuracy=0.9,f1=0.85",
                   "a gate for a script"},
                  {"backprop eval houses.model test.csv --max rmse=50000 --json", "as JSON"}},
     .run = verb_eval},
    {.name = "calibrate",
     .summary = "make what a model says of its own answers believable",
     .operands = "MODEL FILE",
     .least = 2,
     .most = 2,
     .options = {"@table", "coverage", "threshold", "engine", "threads", "output", "force", "json",
                 "quiet", "help"},
     .description =
         "Compares the model's answers with the rows of FILE, which it must not have learned from, "
         "and writes it with what they tell. Probabilities: a temperature, which makes them as "
         "sure as they are right and leaves answers as they are. Sets of classes (predict --sets) "
         "or intervals around numbers (predict --intervals): so wide that they have the truth in "
         "the share --coverage of rows like these. With --threshold, where answers of two classes "
         "part. The network stays as it is.",
     .examples = {{"backprop calibrate seeds.model held-out.csv -o sure.model",
                   "sets that have the class in 9 of 10 rows"},
                  {"backprop calibrate houses.model held-out.csv --coverage 0.95 -o sure.model",
                   "intervals that have the price in 19 of 20 rows"},
                  {"backprop calibrate ill.model held-out.csv --threshold cost=1:20 -o sure.model",
                   "where missing the second class is 20 times as bad"}},
     .run = verb_calibrate},
    {.name = "report",
     .summary = "write a page that tells how good a model is, where it errs and what is in it",
     .operands = "MODEL FILE",
     .least = 2,
     .most = 2,
     .options = {"@table", "engine", "threads", "baseline", "resamples", "output", "quiet", "help"},
     .description =
         "Judges the model on the rows of FILE as eval does and writes one file of HTML for a "
         "reader who was not there: the scores with their intervals beside a linear model and the "
         "zero rule, pictures, the rows that are answered the worst, the table's columns, the "
         "network and how it was trained. The page needs no network and runs nothing.",
     .examples = {{"backprop report seeds.model test.csv -o report.html", "then open it"}},
     .run = verb_report},
    {.name = "show",
     .summary = "tell what is in a model file, and draw its network",
     .operands = "MODEL",
     .least = 1,
     .most = 1,
     .options = {"weights", "initial", "plot", "json", "help"},
     .description =
         "Prints what the model predicts and from which columns, how each becomes numbers, the "
         "network layer by layer, the options that were not left at their defaults, how training "
         "ended, the fingerprint of the table it learned from, and its calibration. With "
         "--weights, a table of all weights by the names of what they weigh; with --plot, a "
         "picture "
         "of the network. --initial adds to both the network as it was before training, drawn "
         "again "
         "from the seed on record. Wide layers are folded; --json has every number at full "
         "precision.",
     .examples = {{"backprop show seeds.model", "at a glance"},
                  {"backprop show seeds.model --weights", "which weight each input has"},
                  {"backprop show seeds.model --plot network.svg", "as a picture"},
                  {"backprop show seeds.model --plot network.svg --initial", "before and after"},
                  {"backprop show seeds.model --weights --json", "for a program"}},
     .run = verb_show},
    {.name = "explain",
     .summary = "tell which columns a model looks at, and why it answers as it does",
     .operands = "MODEL FILE",
     .least = 2,
     .most = 2,
     .options = {"@table", "metric", "repeats", "row", "shapley", "samples", "column", "ice",
                 "seed", "engine", "threads", "plot", "json", "quiet", "help"},
     .description =
         "Shuffles each input column of FILE among its rows, 10 times where --repeats does not say "
         "otherwise, and prints by how much the score gets worse: what the model relies on most "
         "comes first. With --row, the distance of one answer from that to the mean row, dealt "
         "out to the columns: by integrated gradients, or by Shapley values. With --column, the "
         "mean answers when every row is given the same cell. Columns that tell the same stand in "
         "for one another: each then looks less important than it is.",
     .examples = {{"backprop explain seeds.model data/wheat-seeds.csv", "which columns matter"},
                  {"backprop explain seeds.model new.csv --row 17 --shapley",
                   "why the 17th row is answered as it is"},
                  {"backprop explain seeds.model new.csv --column area --ice 30 --plot a.svg",
                   "how the answers move with the area"}},
     .run = verb_explain},
    {.name = "step",
     .summary = "show one row going through a model: forward, backward and the update",
     .operands = "MODEL FILE",
     .least = 2,
     .most = 2,
     .options = {"@table", "row", "learning-rate", "json", "help"},
     .description =
         "Writes out what training does with one row of FILE, as one would by hand: each sum and "
         "output, the loss, each error and delta, and each weight before and after an update at "
         "the learning rate (0.1 where none is given), with the equations. The model stays as it "
         "is. Wide layers are folded; --json has every number at full precision.",
     .examples = {{"backprop step seeds.model data/wheat-seeds.csv --row 17", "the 17th row"},
                  {"backprop step seeds.model data/wheat-seeds.csv --row 17 --json",
                   "for a program"}},
     .run = verb_step},
    {.name = "data",
     .summary = "look into a table, make one up, write one in another form",
     .operands = "ACTION",
     .least = 1,
     .most = OPERAND_LIMIT,
     .options = {"help"},
     .description = "What is done with tables before networks come in.",
     .examples = {{"backprop data describe data/wheat-seeds.csv", "columns, and what to mind"},
                  {"backprop data make moons --rows 500 --noise 0.1 -o moons.csv",
                   "two half circles, one inside the other"}},
     .run = verb_data},
    {.name = "data convert",
     .summary = "write a table in another form, such as one that is read at once",
     .operands = "IN OUT",
     .least = 2,
     .most = 2,
     .options = {"@table", "threads", "force", "quiet", "help"},
     .description =
         "Reads IN as every verb does and writes it to OUT, whole or not at all. OUT ends in .csv, "
         "or in .safetensors: such a file is used where it lies, so that millions of rows are "
         "opened in milliseconds. Its columns stay what they were read as.",
     .examples = {{"backprop data convert big.csv.gz big.safetensors", "once, to read it often"},
                  {"backprop data convert old.txt new.csv --delimiter tab", "commas for tabs"}},
     .run = data_convert},
    {.name = "data describe",
     .summary = "tell what is in a table, and what to mind before training",
     .operands = "FILE",
     .least = 1,
     .most = 1,
     .options = {"@table", "target", "plot", "json", "help"},
     .description =
         "Two lines for each column: kind, different values, missing cells, and a histogram with "
         "the usual figures or the most common values. Then the cells that are no numbers among "
         "numbers, and what is suspicious: columns that give the target away, codes that look "
         "like amounts, long tails, rows that are there twice. Nothing is changed.",
     .examples = {{"backprop data describe data/wheat-seeds.csv", "the last column is the target"},
                  {"backprop data describe passengers.csv --target survived --json", "as JSON"}},
     .run = data_describe},
    {.name = "data make",
     .summary = "make up a table of a known kind, to try things on",
     .operands = "KIND",
     .least = 1,
     .most = 1,
     .options = {"rows", "noise", "seed", "output", "help"},
     .description =
         "Writes a table with a header: the inputs, then the class or, in regression, the number "
         "y. "
         "Rows, noise and seed decide every bit of it, on every machine; row 7 is the same however "
         "many rows there are, but for the kinds along a curve, whose rows are evenly spaced.",
     .choice = bp_made_name,
     .choice_help = bp_made_help,
     .examples = {{"backprop data make xor --rows 4 --noise 0", "the four corners of exclusive or"},
                  {"backprop data make moons --noise 0.1 -o moons.csv",
                   "two classes that no straight line parts"},
                  {"backprop data make friedman --rows 1000 --noise 1 --seed 7 | backprop cv -",
                   "regression with five inputs that matter and five that do not"}},
     .run = data_make},
    {.name = "engines",
     .summary = "list the engines: what can compute a network in this build",
     .operands = "",
     .options = {"json", "help"},
     .description = "Shows the engines that --engine can name, with a line about each.",
     .examples = {{"backprop engines", ""}},
     .run = verb_engines},
    {.name = "help",
     .summary = "explain a verb and list its options",
     .operands = "[VERB [ACTION]]",
     .most = 2,
     .options = {"man", "help"},
     .description = "Without a verb, lists the verbs. `backprop VERB --help` is the same.",
     .examples = {{"backprop help train", ""},
                  {"backprop help --man | man -l -", "the whole manual"}},
     .run = verb_help},
    {.name = "version",
     .summary = "print the version, how it was built, and the license",
     .operands = "",
     .options = {"json", "help"},
     .description = "`backprop --version` is the same.",
     .examples = {{"backprop version", ""}},
     .run = verb_version},
    {.name = "completion",
     .summary = "print a completion script for a shell",
     .operands = "bash|zsh|fish",
     .least = 1,
     .most = 1,
     .options = {"help"},
     .description = "An installed backprop has these scripts in place already.",
     .examples = {{"eval \"$(backprop completion bash)\"", "for this shell, now"},
                  {"backprop completion fish > ~/.config/fish/completions/backprop.fish",
                   "for good"}},
     .run = verb_completion},
};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

const struct verb *verb_at(size_t index)
{
    return index < VERB_COUNT ? &verbs[index] : NULL;
}

bool verb_is_action(const struct verb *row, const struct verb *verb)
{
    size_t length = strcspn(row->name, " ");
    return row->name[length] == ' '
           && (verb == NULL
               || (strlen(verb->name) == length && strncmp(row->name, verb->name, length) == 0));
}

const char *verb_last_word(const struct verb *row)
{
    const char *blank = strrchr(row->name, ' ');
    return blank != NULL ? blank + 1 : row->name;
}

bool verb_has_actions(const struct verb *row)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (verb_is_action(&verbs[i], row))
            return true;
    return false;
}

const struct verb *verb_find(const char *name, bp_error *error)
{
    const char *names[VERB_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (verb_is_action(&verbs[i], NULL))
            continue;
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
        names[count++] = verbs[i].name;
    }
    const char *nearest = bp_nearest(name, names, count);
    if (nearest != NULL)
        fail(error, BP_E_ARGUMENT, "unknown verb \"%s\"; did you mean \"%s\"?", name, nearest);
    else
        fail(error, BP_E_ARGUMENT, "unknown verb \"%s\"; backprop help lists them", name);
    return NULL;
}

/* The action of a verb that a word means. */
static const struct verb *find_action(const struct verb *verb, const char *word, bp_error *error)
{
    const char *names[VERB_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (!verb_is_action(&verbs[i], verb))
            continue;
        names[count++] = verb_last_word(&verbs[i]);
        if (strcmp(names[count - 1], word) == 0)
            return &verbs[i];
    }
    const char *nearest = bp_nearest(word, names, count);
    if (nearest != NULL)
        fail(error, BP_E_ARGUMENT, "unknown action \"%s\" of %s; did you mean \"%s\"?", word,
             verb->name, nearest);
    else
        fail(error, BP_E_ARGUMENT, "unknown action \"%s\" of %s; backprop help %s lists them", word,
             verb->name, verb->name);
    return NULL;
}

const struct verb *verb_read(const char *const *words, size_t count, size_t *used, bp_error *error)
{
    *used = 1;
    const struct verb *verb = verb_find(words[0], error);
    if (verb == NULL || count < 2 || words[1][0] == '-' || !verb_has_actions(verb))
        return verb;
    *used = 2;
    return find_action(verb, words[1], error);
}

bool verb_takes(const struct verb *verb, const bp_option *option)
{
    for (size_t i = 0; i < VERB_OPTION_LIMIT && verb->options[i] != NULL; i++) {
        const char *taken = verb->options[i];
        if (strcmp(taken[0] == '@' ? taken + 1 : taken,
                   taken[0] == '@' ? option->group : option->name)
            == 0)
            return true;
    }
    return false;
}
