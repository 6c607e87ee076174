/* watch.c: log lines, events, checkpoints and the progress line, epoch by epoch. */
#include "watch.h"

#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *checkpoint_of(const struct watch *watch)
{
    return bp_config_get(watch->command->config, "checkpoint");
}

/* ---- The log --------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), least = strlen(ending);
    return length >= least && strcmp(text + length - least, ending) == 0;
}

/* A number as CSV has it (nothing where unknown) or as JSON (null). */
static void log_number(const struct watch *watch, const char *name, double value)
{
    char text[BP_NUMBER_SIZE];
    bp_number_write(value, text);
    if (watch->json_lines)
        fprintf(watch->log, ", \"%s\": %s", name, isfinite(value) ? text : "null");
    else
        fprintf(watch->log, ",%s", isfinite(value) ? text : "");
}

/* The epoch that a line of a log tells of; 0: none. */
static size_t line_epoch(const char *line)
{
    line += strcspn(line, "0123456789");
    return (size_t)strtoull(line, NULL, 10);
}

/* Where a training is taken up, the lines of epochs that will come again are dropped. False
 * where that fails, errno telling why. */
static bool trim_log(const struct watch *watch, size_t first, long *end)
{
    char line[512];
    rewind(watch->log);
    while (fgets(line, sizeof line, watch->log) != NULL) {
        if (strchr(line, '\n') == NULL || line_epoch(line) >= first)
            break;
        *end = ftell(watch->log);
        if (*end < 0)
            return false;
    }
    return !ferror(watch->log) && fseek(watch->log, *end, SEEK_SET) == 0
           && ftruncate(fileno(watch->log), *end) == 0;
}

/* Before the first line of this run, which tells of epoch `first`. */
static bool begin_log(const struct watch *watch, size_t first)
{
    long end = 0;
    if (watch->log_goes_on && !trim_log(watch, first, &end))
        return false;
    if (end == 0 && !watch->json_lines)
        fputs("epoch,train_loss,valid_loss,judged,learning_rate,seconds\n", watch->log);
    return true;
}

static bool log_epoch(struct watch *watch, const struct epoch *epoch)
{
    if (watch->log == NULL)
        return true;
    if (watch->epoch_count == 0 && !begin_log(watch, epoch->number))
        return false;
    fprintf(watch->log, watch->json_lines ? "{\"epoch\": %zu" : "%zu", epoch->number);
    log_number(watch, "train_loss", epoch->loss);
    log_number(watch, "valid_loss", epoch->validation_loss);
    log_number(watch, "judged", epoch->judged);
    log_number(watch, "learning_rate", epoch->learning_rate);
    log_number(watch, "seconds", epoch->seconds);
    fputs(watch->json_lines ? "}\n" : "\n", watch->log);
    return !ferror(watch->log) && fflush(watch->log) == 0; /* errno is of what failed first */
}

static bp_status open_log(struct watch *watch, bp_error *error)
{
    const char *path = watch->command->own[OWN_LOG];
    bool resume = strcmp(bp_config_get(watch->command->config, "resume"), "yes") == 0;
    if (path == NULL)
        return BP_OK;
    watch->json_lines = ends_with(path, ".jsonl") || ends_with(path, ".ndjson");
    watch->log = resume ? fopen(path, "r+") : fopen(path, "w+");
    watch->log_goes_on = resume && watch->log != NULL;
    if (watch->log == NULL && resume && errno == ENOENT)
        watch->log = fopen(path, "w+");
    if (watch->log == NULL)
        return fail_file(error, BP_E_IO, path, "cannot write: %s", strerror(errno));
    return BP_OK;
}

/* ---- Checkpoints ------------------------------------------------------------------------------
 */

double seconds_of(const char *text)
{
    static const struct {
        char unit;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
    size_t length = strlen(text);
    double number = 0;
    for (size_t i = 0; i < 3; i++)
        if (length > 1 && text[length - 1] == units[i].unit
            && bp_number_read(text, length - 1, &number) && number > 0 && number < 1e9)
            return number * units[i].seconds;
    return 0;
}

/* "10" epochs, or a time. */
static bp_status read_every(struct watch *watch, bp_error *error)
{
    const char *text = bp_config_get(watch->command->config, "checkpoint-every");
    double number = 0;
    watch->every_seconds = seconds_of(text);
    if (watch->every_seconds > 0)
        return BP_OK;
    if (bp_number_read(text, strlen(text), &number) && number >= 1 && number < 1e9
        && number == floor(number)) {
        watch->every_epochs = (size_t)number;
        return BP_OK;
    }
    return fail(error, BP_E_OPTION,
                "--checkpoint-every takes a number of epochs, as 10, or a time, as 30s, 5m or 1h, "
                "not \"%s\"",
                text);
}

static bp_status read_limit(struct watch *watch, bp_error *error)
{
    const char *text = bp_config_get(watch->command->config, "time-limit");
    watch->time_limit = seconds_of(text);
    if (text[0] == '\0' || watch->time_limit > 0)
        return BP_OK;
    return fail(error, BP_E_OPTION, "--time-limit takes a time, as 90s, 10m or 2h, not \"%s\"",
                text);
}

static bool is_due(struct watch *watch, const bp_progress *state)
{
    struct timespec now;
    if (watch->every_epochs > 0)
        return state->done % watch->every_epochs == 0;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return false;
    if (seconds_since(&watch->saved) < watch->every_seconds)
        return false;
    watch->saved = now;
    return true;
}

static bool save_checkpoint(struct watch *watch, const bp_progress *state, bool due)
{
    if (checkpoint_of(watch)[0] == '\0' || state->trainer == NULL || !due)
        return true;
    return bp_trainer_save(state->trainer, checkpoint_of(watch), &watch->error) == BP_OK;
}

/* ---- Epochs ------------------------------------------------------------------------------------
 */

static bool keep_epoch(struct watch *watch, const struct epoch *epoch)
{
    if (watch->epoch_count == watch->epoch_room) {
        size_t room = watch->epoch_room > 0 ? 2 * watch->epoch_room : 256;
        struct epoch *more = realloc(watch->epochs, room * sizeof *more);
        if (more == NULL)
            return fail(&watch->error, BP_E_MEMORY, "out of memory for the learning curve")
                   == BP_OK;
        watch->epochs = more;
        watch->epoch_room = room;
    }
    watch->epochs[watch->epoch_count++] = *epoch;
    return true;
}

static bool note_epoch(struct watch *watch, const bp_progress *state)
{
    const struct epoch epoch = {.number = state->done,
                                .loss = state->loss,
                                .validation_loss = state->validation_loss,
                                .judged = state->judged,
                                .learning_rate = state->learning_rate,
                                .seconds = seconds_since(&watch->begun)};
    watch->best_epoch = state->best_epoch;
    watch->total = state->total;
    if (!log_epoch(watch, &epoch)) {
        fail_file(&watch->error, BP_E_IO, watch->command->own[OWN_LOG], "cannot write: %s",
                  strerror(errno));
        return false;
    }
    if (!keep_epoch(watch, &epoch))
        return false;
    const struct event_value values[] = {{"loss/train", epoch.loss},
                                         {"loss/valid", epoch.validation_loss},
                                         {"judged", epoch.judged},
                                         {"learning_rate", epoch.learning_rate}};
    return event_file_write(&watch->events, epoch.number, values, sizeof values / sizeof *values,
                            &watch->error);
}

/* An interrupted training leaves a checkpoint of the epoch just finished. */
static bool notify(void *context, const bp_progress *state)
{
    struct watch *watch = context;
    if (!note_epoch(watch, state))
        return false;
    bool goes_on = progress_tell(&watch->progress, state);
    if (watch->time_limit > 0 && state->trainer != NULL
        && seconds_since(&watch->begun) >= watch->time_limit)
        bp_trainer_stop(state->trainer);
    return save_checkpoint(watch, state, !goes_on || is_due(watch, state)) && goes_on;
}

bp_status watch_begin(struct watch *watch, const struct command *command, bp_error *error)
{
    *watch = (struct watch){.command = command};
    watch->observer = (bp_observer){notify, watch};
    watch->error.status = BP_OK;
    clock_gettime(CLOCK_MONOTONIC, &watch->saved);
    watch->begun = watch->saved;
    bp_status status = read_every(watch, error);
    if (status == BP_OK)
        status = read_limit(watch, error);
    if (status == BP_OK && checkpoint_of(watch)[0] != '\0')
        status = output_check(checkpoint_of(watch), error);
    if (status == BP_OK)
        status = open_log(watch, error);
    if (status == BP_OK)
        status = event_file_open(&watch->events, command->own[OWN_TENSORBOARD], error);
    if (status == BP_OK)
        progress_begin(&watch->progress, command);
    else
        watch_free(watch);
    return status;
}

static void add_advice(const struct watch *watch, bp_error *error)
{
    size_t used = strlen(error->message);
    if (checkpoint_of(watch)[0] != '\0')
        snprintf(error->message + used, sizeof error->message - used,
                 "; the same command with --resume goes on");
}

bp_status watch_end(struct watch *watch, bp_status status, bp_error *error)
{
    progress_end(&watch->progress);
    if (watch->log != NULL && fclose(watch->log) != 0 && status == BP_OK)
        status = fail_file(error, BP_E_IO, watch->command->own[OWN_LOG], "cannot write: %s",
                           strerror(errno));
    watch->log = NULL;
    bp_error closed;
    if (event_file_close(&watch->events, &closed) != BP_OK && status == BP_OK) {
        status = closed.status;
        *error = closed;
    }
    if (watch->error.status != BP_OK) {
        *error = watch->error;
        return watch->error.status;
    }
    if (status == BP_E_STOPPED)
        add_advice(watch, error);
    return status;
}

void watch_free(struct watch *watch)
{
    if (watch->log != NULL)
        fclose(watch->log);
    watch->log = NULL;
    event_file_close(&watch->events, NULL);
    free(watch->epochs);
    watch->epochs = NULL;
}
