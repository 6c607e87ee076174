/* progress.c: the progress line, drawn ten times a second at most. */
#include "progress.h"

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

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
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

static void draw(const bp_progress *state, bool colored)
{
    size_t members = state->members > 0 ? state->members : 1;
    double total = state->total > 0 ? (double)state->total : 1;
    double fraction = ((double)state->member + (double)state->done / total) / (double)members;
    fprintf(stderr, "\r%s ", state->phase);
    draw_bar(fraction > 1 ? 1 : fraction, colored);
    if (members > 1)
        fprintf(stderr, " %zu of %zu,", state->member + 1, members);
    fprintf(stderr, " epoch %zu of %zu", state->done, state->total);
    if (isfinite(state->loss))
        fprintf(stderr, ", loss %.4g", state->loss);
    fputs("\033[K", stderr);
    fflush(stderr);
}

static bool notify(void *context, const bp_progress *state)
{
    struct progress *progress = context;
    if (interrupted)
        return false;
    if (progress->started != NULL)
        progress->started(progress->context);
    progress->started = NULL;
    if (progress->shown && is_due(progress)) {
        draw(state, progress->colored);
        progress->drawn = true;
    }
    return true;
}

void progress_begin(struct progress *progress, const struct command *command)
{
    *progress = (struct progress){.observer = {notify, progress}};
    progress->shown = isatty(STDERR_FILENO) && !terminal_is_dumb() && !is_set("CI")
                      && !command_has(command, OWN_QUIET) && !command_has(command, OWN_JSON);
    progress->colored = progress->shown && !is_set("NO_COLOR");
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
