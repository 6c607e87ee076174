/* progress.c: the progress line, drawn ten times a second at most. */
#include "progress.h"

#include "terminal.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define INTERVAL_NANOSECONDS 100000000L

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static bool terminal_is_dumb(void)
{
    const char *terminal = getenv("TERM");
    return terminal == NULL || strcmp(terminal, "dumb") == 0;
}

/* Whether it is time to draw again. */
static bool is_due(struct progress *progress)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return false;
    long elapsed = (long)(now.tv_sec - progress->last.tv_sec) * 1000000000L
                   + (now.tv_nsec - progress->last.tv_nsec);
    if (progress->drawn && elapsed < INTERVAL_NANOSECONDS)
        return false;
    progress->last = now;
    return true;
}

static void draw_bar(double fraction, bool colored)
{
    int filled = (int)(fraction * BAR_WIDTH);
    fputs(colored ? "[\033[32m" : "[", stderr);
    for (int i = 0; i < BAR_WIDTH; i++) {
        if (colored && i == filled)
            fputs("\033[2m", stderr);
        fputc(i < filled ? '#' : '.', stderr);
    }
    fputs(colored ? "\033[0m]" : "]", stderr);
}

/* ---- What is beside the bar --------------------------------------------------------------- */

/* Losses at even distances; where room runs out every other one is forgotten. */
static void note_loss(struct progress *progress, const bp_progress *state)
{
    if (progress->loss_stride == 0)
        progress->loss_stride = 1;
    if (!isfinite(state->loss) || state->done % progress->loss_stride != 0)
        return;
    if (progress->loss_count == PROGRESS_LOSSES) {
        for (size_t i = 0; i < PROGRESS_LOSSES / 2; i++)
            progress->losses[i] = progress->losses[2 * i + 1];
        progress->loss_count /= 2;
        progress->loss_stride *= 2;
        if (state->done % progress->loss_stride != 0)
            return;
    }
    progress->losses[progress->loss_count++] = state->loss;
}

static void draw_sparkline(const struct progress *progress)
{
    static const char *const bars[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                       "\u2585", "\u2586", "\u2587", "\u2588"};
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < progress->loss_count; i++) {
        low = fmin(low, progress->losses[i]);
        high = fmax(high, progress->losses[i]);
    }
    if (!progress->sparkles || progress->loss_count < 2)
        return;
    fputc(' ', stderr);
    for (size_t i = 0; i < progress->loss_count; i++) {
        double height = high > low ? (progress->losses[i] - low) / (high - low) : 0;
        fputs(bars[(size_t)(height * 7.999)], stderr);
    }
}

double seconds_since(const struct timespec *then)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* "12 s", "3:20", "2:05:00". */
static void draw_time(double seconds)
{
    unsigned long whole = seconds < 1e8 ? (unsigned long)(seconds + 0.5) : 99999999UL;
    if (whole < 60)
        fprintf(stderr, "%lu s", whole);
    else if (whole < 3600)
        fprintf(stderr, "%lu:%02lu", whole / 60, whole % 60);
    else
        fprintf(stderr, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
}

/* "950", "12k", "3.4M". */
static void draw_count(double count)
{
    static const char units[] = " kMGT";
    size_t unit = 0;
    for (; count >= 999.5 && unit + 2 < sizeof units; unit++)
        count /= 1000;
    fprintf(stderr, unit > 0 && count < 9.95 ? "%.1f" : "%.0f", count);
    if (unit > 0)
        fputc(units[unit], stderr);
}

/* Rows learned from in a second, and the time left; both once there is something to go by. */
static void draw_pace(const struct progress *progress, const bp_progress *state, double fraction)
{
    double elapsed = seconds_since(&progress->start);
    double epochs = (double)(state->done - progress->first_done);
    if (elapsed < 0.3 || !(fraction > 0))
        return;
    if (state->rows > 0 && epochs > 0 && state->member == 0) {
        fputs(", ", stderr);
        draw_count((double)state->rows * (double)state->members * epochs / elapsed);
        fputs(" rows/s", stderr);
    }
    double begun = state->total > 0 ? (double)progress->first_done / (double)state->total : 0;
    if (fraction < 1 && fraction > begun) {
        fputs(", ", stderr);
        draw_time(elapsed * (1 - fraction) / (fraction - begun));
        fputs(" left", stderr);
    }
}

/* What is counted. */
static const char *unit_of(const bp_progress *state)
{
    return strcmp(state->phase, "explain") == 0 ? "column"
           : strcmp(state->phase, "tune") == 0  ? "step"
                                                : "epoch";
}

static void draw(const struct progress *progress, const bp_progress *state)
{
    size_t members = state->members > 0 ? state->members : 1;
    double total = state->total > 0 ? (double)state->total : 1;
    double fraction = (double)state->done / total;
    if (state->trainer == NULL) /* one after another */
        fraction = ((double)state->member + fraction) / (double)members;
    fprintf(stderr, "\r%s ", state->phase);
    draw_bar(fraction > 1 ? 1 : fraction, progress->colored);
    if (members > 1 && state->trainer == NULL)
        fprintf(stderr, " %zu of %zu,", state->member + 1, members);
    fprintf(stderr, " %s %zu of %zu", unit_of(state), state->done, state->total);
    draw_sparkline(progress);
    if (isfinite(state->loss))
        fprintf(stderr, " loss %.4g", state->loss);
    if (isfinite(state->validation_loss))
        fprintf(stderr, ", held out %.4g", state->validation_loss);
    if (state->best_epoch > 0)
        fprintf(stderr, " (best at %zu)", state->best_epoch);
    draw_pace(progress, state, fraction);
    fputs("\033[K", stderr);
    fflush(stderr);
}

bool progress_tell(struct progress *progress, const bp_progress *state)
{
    if (progress->start.tv_sec == 0 && progress->start.tv_nsec == 0) {
        clock_gettime(CLOCK_MONOTONIC, &progress->start);
        progress->first_done = state->done > 0 ? state->done - 1 : 0;
    }
    if (interrupted)
        return false;
    if (progress->started != NULL)
        progress->started(progress->context);
    progress->started = NULL;
    note_loss(progress, state);
    if (progress->shown && is_due(progress)) {
        draw(progress, state);
        progress->drawn = true;
    }
    return true;
}

static bool notify(void *context, const bp_progress *state)
{
    return progress_tell(context, state);
}

void progress_begin(struct progress *progress, const struct command *command)
{
    *progress = (struct progress){.observer = {notify, progress}};
    progress->shown = isatty(STDERR_FILENO) && !terminal_is_dumb() && !variable_is_set("CI")
                      && !command_has(command, OWN_QUIET) && !command_has(command, OWN_JSON);
    progress->colored = progress->shown && !variable_is_set("NO_COLOR");
    progress->sparkles = progress->shown && terminal_is_unicode();
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, NULL, &progress->previous);
    if (progress->previous.sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

void progress_end(struct progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    sigaction(SIGINT, &progress->previous, NULL);
}
