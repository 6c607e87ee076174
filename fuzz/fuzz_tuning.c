/* fuzz_tuning.c: any bytes as the checkpoint of a search, or as the trials in one that is of this
 * search: refused, or gone on from, and then the search ends, and what is saved is what it found.
 */
#include "fuzz.h"

#include "support/failing_allocator.h"
#include "support/thirty_rows.h"

#include <backprop/assess.h>

#include <math.h>
#include <unistd.h>

#define FILE_MAX 65536
#define STEPS 0.8 /* that pay for a handful of candidates */

/* A search, and what stands in its own checkpoint before the trials. */
typedef struct search {
    const char *words, *metric;
    char frame[512];
} search;

static search searches[] = {{"target=#3", "accuracy", ""},
                            {"target=#2 task=regression", "rmse", ""}};
static char path[64];

/* ---- In the C library's place, for speed ---------------------------------------------------- */

/* What is written here need not outlast the machine, and waiting for the disk takes long. */
int fsync(int file)
{
    (void)file;
    return 0;
}

#ifdef __clang__
/* libFuzzer notes what is compared by each call of the library's: here millions of names of
 * options, which makes a search a hundred times as slow. */
__attribute__((no_sanitize("coverage"))) int strcmp(const char *a, const char *b)
{
    for (; *a != '\0' && *a == *b; a++)
        b++;
    return (unsigned char)*a - (unsigned char)*b;
}
#endif

/* ---- A search -------------------------------------------------------------------------------- */

static bool look(void *context, const bp_progress *progress)
{
    (void)context;
    FUZZ_CHECK(progress->done <= progress->total);
    return true;
}

static bp_status run(bp_tuning **tuning, bp_table *table, const search *s, double steps,
                     bp_error *error, const bp_allocator *memory)
{
    const bp_tune_options options = {.steps = steps, .metric = s->metric};
    const bp_observer observer = {look, NULL};
    bp_config *config = NULL;
    FUZZ_CHECK(config_of_words(&config,
                               "hidden=1 epochs=3 folds=5 engine=textbook precision=f64 resume=yes",
                               memory, NULL)
               == BP_OK);
    FUZZ_CHECK(config_set_words(config, s->words, NULL) == BP_OK);
    FUZZ_CHECK(bp_config_set(config, "checkpoint", path, NULL) == BP_OK);
    bp_status status = bp_tune(tuning, table, config, &options, &observer, error);
    FUZZ_CHECK((status == BP_OK) == (*tuning != NULL));
    bp_config_free(config);
    return status;
}

static bp_table *eight_rows(const bp_allocator *memory)
{
    static const char text[] = "a,b,c\n1,4,x\n2,3,y\n3,5,x\n4,1,y\n5,9,y\n6,2,x\n7,6,y\n8,7,x\n";
    bp_table *table = NULL;
    bp_table_options options;
    bp_table_options_init(&options);
    options.threads = 1;
    options.allocator = memory;
    FUZZ_CHECK(bp_table_read_memory(&table, text, sizeof text - 1, &options, NULL) == BP_OK);
    return table;
}

static void write_file(const char *first, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    FUZZ_CHECK(file != NULL && fputs(first, file) >= 0);
    FUZZ_CHECK(size == 0 || fwrite(data, 1, size, file) == size);
    FUZZ_CHECK(fclose(file) == 0);
}

/* What the search itself writes, once for all inputs. */
static void find_frame(search *s)
{
    static const char before[] = "\"trials\":[";
    bp_tuning *tuning = NULL;
    bp_table *table = eight_rows(NULL);
    bp_error error = {.message = ""};
    if (run(&tuning, table, s, STEPS, &error, NULL) != BP_OK) {
        fprintf(stderr, "%s\n", error.message);
        FUZZ_CHECK(false);
    }
    bp_tuning_free(tuning);
    bp_table_free(table);
    FILE *file = fopen(path, "rb");
    FUZZ_CHECK(file != NULL);
    s->frame[fread(s->frame, 1, sizeof s->frame - 1, file)] = '\0';
    FUZZ_CHECK(fclose(file) == 0 && unlink(path) == 0);
    char *trials = strstr(s->frame, before);
    FUZZ_CHECK(trials != NULL);
    trials[strlen(before)] = '\0';
}

static void check_comparison(const bp_tuning *tuning)
{
    const bp_comparison *c = bp_tuning_comparison(tuning);
    FUZZ_CHECK(bp_tuning_best(tuning) < bp_tuning_candidates(tuning));
    FUZZ_CHECK((c != NULL) == (bp_tuning_best(tuning) != 0));
    FUZZ_CHECK(bp_tuning_choice(tuning) == 0 || bp_tuning_choice(tuning) == bp_tuning_best(tuning));
    if (c != NULL) {
        FUZZ_CHECK(isnan(c->p) || (c->p >= 0 && c->p <= 1));
        FUZZ_CHECK(!(c->low > c->high));
    }
}

/* Gone on from what was saved, it is the same search. */
static void check_saved(const bp_tuning *one, bp_table *table, const search *s,
                        const bp_allocator *memory)
{
    bp_tuning *two = NULL;
    FUZZ_CHECK(run(&two, table, s, 0, NULL, memory) == BP_OK);
    FUZZ_CHECK(bp_tuning_trials(one) == bp_tuning_trials(two));
    FUZZ_CHECK(bp_tuning_choice(one) == bp_tuning_choice(two));
    for (size_t i = 0; i < bp_tuning_trials(one); i++) {
        bp_tune_trial a = bp_tuning_trial(one, i), b = bp_tuning_trial(two, i);
        FUZZ_CHECK(a.candidate == b.candidate && a.folds == b.folds);
        for (size_t fold = 0; fold < a.folds; fold++)
            FUZZ_CHECK(a.scores[fold] == b.scores[fold]
                       || (isnan(a.scores[fold]) && isnan(b.scores[fold])));
    }
    bp_tuning_free(two);
}

/* The first byte chooses the search, whether its budget is the checkpoint's, and whether the rest
 * is a whole file or what follows the frame. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    unsigned how = fuzz_choose(&input, 8);
    search *s = &searches[how % 2];
    if (input.size > FILE_MAX)
        return 0;
    snprintf(path, sizeof path, "/tmp/backprop-fuzz-%ld.tuning", (long)getpid());
    if (s->frame[0] == '\0')
        find_frame(s);
    write_file(how & 4 ? s->frame : "", input.data, input.size);
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table *table = eight_rows(&counting.allocator);
    bp_tuning *tuning = NULL;
    bp_error error = {.status = BP_OK};
    bp_status status = run(&tuning, table, s, how & 2 ? STEPS : 0, &error, &counting.allocator);
    if (status == BP_OK) {
        check_comparison(tuning);
        check_saved(tuning, table, s, &counting.allocator);
    } else {
        FUZZ_CHECK(status == BP_E_MODEL || status == BP_E_OPTION);
        fuzz_check_message(&error, false);
    }
    bp_tuning_free(tuning);
    bp_table_free(table);
    FUZZ_CHECK(unlink(path) == 0 && failing_allocator_is_clean(&counting));
    return 0;
}
