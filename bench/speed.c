/* speed.c: backprop against this machine's peak and against its peers, in one run. */
#include "bench.h"

#include <backprop.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ENTRY_LIMIT 32
#define REPEAT_LIMIT 64 /* figures of an entry, and of the peak */

static const char help[] =
    "speed: backprop on four workloads, against this machine and its peers, in one run\n"
    "\n"
    "  speed                          the whole table (a minute or two)\n"
    "  speed --only W1,W4             some workloads\n"
    "  speed --repeats 9 --csv a.csv  more figures, and a file of them\n"
    "\n"
    "  --only LIST    workloads with commas between: W1, W2, W3, W4\n"
    "  --repeats N    measurements of each entry, in turn (5)\n"
    "  --quick        little of everything, to see that it runs\n"
    "  --csv FILE     adds lines to FILE (see bench/results/README.md)\n"
    "  --date TEXT    the date to write there\n"
    "\n"
    "Each figure is a median, behind it the least and the most. Nothing else should run.\n";

typedef struct choice {
    const char *only, *csv, *date;
    size_t repeats;
    bool quick;
} choice;

double bench_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#if !defined(BENCH_FANN)
size_t bench_fann(bench_entry *entries, bool quick)
{
    (void)entries;
    (void)quick;
    return 0;
}
#endif

/* ---- Measuring ----------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(const double *sorted, size_t count)
{
    return count % 2 != 0 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static bool is_wanted(const choice *asked, const bench_entry *entry)
{
    return asked->only == NULL || strstr(asked->only, entry->workload) != NULL;
}

static void open_entry(bench_entry *entry)
{
    const char *why = entry->open(entry);
    entry->refused = why != NULL;
    if (why != NULL)
        printf("%s %s: left out: %s\n", entry->workload, entry->name, why);
    else
        entry->once(entry); /* warms up, and is not counted */
}

/* Each in turn, so that what disturbs the machine for a while hits all alike. */
static void measure(bench_entry *entries, size_t count, const choice *asked, double *peaks)
{
    const char *isa;
    for (size_t r = 0; r < asked->repeats; r++) {
        peaks[r] = bench_peak(&isa);
        for (size_t i = 0; i < count; i++)
            if (!entries[i].refused) {
                double seconds = entries[i].once(&entries[i]);
                entries[i].figures[entries[i].count++] =
                    entries[i].per_second ? 1 / seconds : 1e9 * seconds;
            }
        fprintf(stderr, "\rround %zu of %zu", r + 1, asked->repeats);
    }
    fprintf(stderr, "\n");
    qsort(peaks, asked->repeats, sizeof *peaks, by_size);
    for (size_t i = 0; i < count; i++)
        qsort(entries[i].figures, entries[i].count, sizeof(double), by_size);
}

/* ---- Showing --------------------------------------------------------------------------------- */

static void print_figure(double value)
{
    if (value >= 1e6)
        printf(" %8.2f M", value / 1e6);
    else if (value >= 1e4)
        printf(" %8.2f k", value / 1e3);
    else
        printf(" %8.1f  ", value);
}

/* FLOP a second of an entry's median. */
static double flop_rate(const bench_entry *entry)
{
    double figure = median(entry->figures, entry->count);
    return entry->per_second ? entry->flop * figure : entry->flop * 1e9 / figure;
}

static const bench_entry *peer_of(const bench_entry *entries, size_t count, const bench_entry *of)
{
    for (size_t i = 0; i < count && of->peer != NULL; i++)
        if (strcmp(entries[i].workload, of->workload) == 0 && strcmp(entries[i].name, of->peer) == 0
            && entries[i].count > 0)
            return &entries[i];
    return NULL;
}

static void show(const bench_entry *entries, size_t count, double peak)
{
    printf("\n%-4s %-22s %10s  %10s %10s %-11s %6s  %s\n", "", "", "median", "least", "most", "",
           "peak", "against");
    for (size_t i = 0; i < count; i++) {
        const bench_entry *entry = &entries[i], *peer = peer_of(entries, count, entry);
        if (entry->count == 0)
            continue;
        double figure = median(entry->figures, entry->count);
        printf("%-4s %-22s", entry->workload, entry->name);
        print_figure(figure);
        print_figure(entry->figures[0]);
        print_figure(entry->figures[entry->count - 1]);
        printf(" %-11s", entry->unit);
        if (entry->flop > 0)
            printf(" %4.0f %%", 100 * flop_rate(entry) / peak);
        else
            printf(" %6s", "");
        if (peer != NULL) {
            double other = median(peer->figures, peer->count);
            printf("  %.2fx %s", entry->per_second ? figure / other : other / figure, peer->name);
        }
        printf("\n");
    }
}

static void processor_name(char *name, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(name, size, "unknown");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':') != NULL) {
            line[strcspn(line, "\n,")] = '\0';
            snprintf(name, size, "%s", strchr(line, ':') + 2);
            break;
        }
    if (file != NULL)
        fclose(file);
}

static bool write_csv(const bench_entry *entries, size_t count, const choice *asked, double peak)
{
    char processor[128];
    FILE *file = fopen(asked->csv, "a");
    if (file == NULL) {
        perror(asked->csv);
        return false;
    }
    processor_name(processor, sizeof processor);
    for (size_t i = 0; i < count; i++) {
        const bench_entry *entry = &entries[i];
        if (entry->count > 0)
            fprintf(file, "%s,%s,%s,%s,%s,\"%s\",%s,%.6g,%.6g,%.6g,%zu,%.4g,%.4g\n", asked->date,
                    processor, __VERSION__, BP_VERSION, entry->workload, entry->name, entry->unit,
                    median(entry->figures, entry->count), entry->figures[0],
                    entry->figures[entry->count - 1], entry->count, peak / 1e9,
                    entry->flop > 0 ? flop_rate(entry) / peak : 0);
    }
    return fclose(file) == 0;
}

/* ---- The program -------------------------------------------------------------------------------
 */

static bool read_options(int argc, char **argv, choice *asked)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--quick") == 0)
            asked->quick = true;
        else if (strcmp(argv[i], "--only") == 0 && value != NULL)
            asked->only = argv[++i];
        else if (strcmp(argv[i], "--csv") == 0 && value != NULL)
            asked->csv = argv[++i];
        else if (strcmp(argv[i], "--date") == 0 && value != NULL)
            asked->date = argv[++i];
        else if (strcmp(argv[i], "--repeats") == 0 && value != NULL)
            asked->repeats = strtoul(argv[++i], NULL, 10);
        else
            return false;
    }
    return asked->repeats >= 1 && asked->repeats <= REPEAT_LIMIT;
}

int main(int argc, char **argv)
{
    choice asked = {.repeats = 5, .date = ""};
    static bench_entry all[ENTRY_LIMIT], entries[ENTRY_LIMIT];
    double peaks[REPEAT_LIMIT];
    size_t found = 0, count = 0, wrong = 0;
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        printf("%s", help);
        return 0;
    }
    if (!read_options(argc, argv, &asked)) {
        fprintf(stderr, "%s", help);
        return 2;
    }
    if (asked.quick)
        asked.repeats = 1;
    found += bench_own(all + found, asked.quick);
    found += bench_fann(all + found, asked.quick);
    found += bench_sgemm(all + found, asked.quick);
    for (size_t i = 0; i < found; i++)
        if (is_wanted(&asked, &all[i]))
            entries[count++] = all[i];
    for (size_t i = 0; i < count; i++)
        open_entry(&entries[i]);
    measure(entries, count, &asked, peaks);
    double peak = median(peaks, asked.repeats);
    const char *isa;
    bench_peak(&isa);
    printf("peak of one thread: %.1f GFLOP/s (%.1f to %.1f), float32, %s\n", peak / 1e9,
           peaks[0] / 1e9, peaks[asked.repeats - 1] / 1e9, isa);
    show(entries, count, peak);
    for (size_t i = 0; i < count; i++) {
        const char *why =
            entries[i].check != NULL && !entries[i].refused ? entries[i].check(&entries[i]) : NULL;
        if (why != NULL)
            fprintf(stderr, "%s %s: %s\n", entries[i].workload, entries[i].name, why);
        wrong += why != NULL;
    }
    if (asked.csv != NULL && !write_csv(entries, count, &asked, peak))
        wrong++;
    for (size_t i = 0; i < count; i++)
        entries[i].close(&entries[i]);
    bench_data_free();
    return wrong > 0;
}
