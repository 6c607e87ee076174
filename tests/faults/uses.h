/* uses.h: the uses of the program that are tried: each verb's main path. */
#ifndef FAULTS_USES_H
#define FAULTS_USES_H

#include <stddef.h>

/* One use of the program. Words stand between single blanks. */
struct use {
    const char *words;
    const char *out;  /* the file that it writes; NULL: standard output alone */
    const char *also; /* another, which may be there or not, whole in any case */
};

static const struct use uses[] = {
    {"train --recipe plain table.csv -q -e 3 -o new.model", "new.model", NULL},
    {"train --recipe plain table.csv -q -e 3 -o new.model --optimizer l-bfgs --plot curve.svg",
     "new.model", "curve.svg"},
    {"train --recipe plain table.csv -q -e 4 --checkpoint run.check --checkpoint-every 2 --resume "
     "-o new.model",
     "new.model", "run.check"},
    {"train --recipe plain table.csv -q -e 4 --checkpoint kept.check --resume -o new.model",
     "new.model", NULL},
    {"train --recipe plain table.csv -q -e 4 --checkpoint kept.check --resume --log kept.csv -o "
     "new.model",
     "new.model", NULL},
    {"train --recipe plain table.csv -q -e 2 --tensorboard events -o new.model", "new.model", NULL},
    {"train --recipe plain table.csv -q -e 2 --log log.jsonl -o new.model", "new.model",
     "log.jsonl"},
    {"train --recipe plain table.csv -q -e 3 -o -", NULL, NULL},
    {"train --recipe plain table.csv -e 3 --json --valid 0.3 --patience 2 --log log.csv -o "
     "new.model",
     "new.model", "log.csv"},
    {"train --recipe plain gaps.csv -e 2 --json -o new.model", "new.model", NULL},
    {"predict seeds.model table.csv -q --append --proba -o answers.csv", "answers.csv", NULL},
    {"predict seeds.model table.csv -q --json", NULL, NULL},
    {"eval seeds.model table.csv -q --resamples 20", NULL, NULL},
    {"eval seeds.model table.csv --json --resamples 20", NULL, NULL},
    {"eval seeds.model table.csv -q --resamples 20 --threads 3", NULL, NULL},
    {"train --recipe plain table.csv -q -e 2 --threads 3 --batch 16 --hidden 40,40 -o new.model",
     "new.model", NULL},
    {"calibrate seeds.model table.csv -q -o new.model", "new.model", NULL},
    {"report seeds.model table.csv -q --resamples 20 -o page.html", "page.html", NULL},
    {"show seeds.model --weights", NULL, NULL},
    {"show seeds.model --json --weights", NULL, NULL},
    {"show long.model --json", NULL, NULL},
    {"show seeds.model --plot net.svg", "net.svg", NULL},
    {"explain seeds.model table.csv -q --repeats 2 --plot bars.svg", "bars.svg", NULL},
    {"explain seeds.model table.csv -q --row 3 --shapley --samples 8 --json", NULL, NULL},
    {"explain seeds.model table.csv -q --column #1 --ice 3", NULL, NULL},
    {"step seeds.model table.csv --row 2", NULL, NULL},
    {"cv --recipe plain table.csv -q -e 2 --folds 3 -o answers.csv", "answers.csv", NULL},
    {"cv --recipe plain table.csv -q -e 2 --folds 2 --json --compare --hidden=2", NULL, NULL},
    {"tune table.csv -q --recipe plain -e 1 --hidden 3 --optimizer l-bfgs -a tanh --dropout 0 "
     "--scaling none --loss cross-entropy --time file-order --folds 2 --budget-steps 1 -o "
     "new.model --plot tuned.svg",
     "new.model", "tuned.svg"},
    {"tune table.csv --json --recipe plain -e 1 --hidden 3 --optimizer l-bfgs -a tanh --dropout 0 "
     "--scaling none --loss cross-entropy --time file-order --folds 2 --budget-steps 1 -o "
     "new.model --checkpoint run.check --resume",
     "new.model", "run.check"},
    {"data describe table.csv --plot table.svg", "table.svg", NULL},
    {"data describe table.csv --json", NULL, NULL},
    {"data convert table.csv new.csv -q", "new.csv", NULL},
    {"data convert table.csv new.safetensors -q", "new.safetensors", NULL},
    {"data convert - new.csv -q", "new.csv", NULL},
    {"data convert packed.csv.gz new.csv -q", "new.csv", NULL},
    {"data convert packed.csv.zst new.csv -q", "new.csv", NULL},
    {"data convert kept.sqlite new.csv -q", "new.csv", NULL},
    {"data make moons --rows 3000 -o moons.csv", "moons.csv", NULL},
    {"tutorial table.csv -q --section 4", NULL, NULL},
    {"engines --json", NULL, NULL},
    {"version --json", NULL, NULL},
    {"help train", NULL, NULL},
    {"help --man", NULL, NULL},
    {"completion bash", NULL, NULL},
};

#define USE_COUNT (sizeof uses / sizeof uses[0])

/* Those that take several threads unasked: of them threads alone are refused. */
static const struct use threaded[] = {
    {"train --recipe plain table.csv -q -e 1 --batch all --hidden 200,200 -o new.model",
     "new.model", NULL},
    {"train --recipe plain large.csv -q -e 1 -o new.model", "new.model", NULL},
};

#define THREADED_COUNT (sizeof threaded / sizeof threaded[0])

#endif
