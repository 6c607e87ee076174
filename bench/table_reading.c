/* table_reading.c: how fast a large table is read, beside pandas' C reader and data.table's fread
 * where they are installed: a file of 20 columns of numbers with six decimals, in turn, round
 * after round, each reading in a process of its own; medians, and the memory at its peak. */
#include <backprop.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COLUMNS 20
#define ROUNDS_MAX 64

typedef struct reader {
    const char *name;
    const char *command; /* of a peer: prints the seconds it took; "%s" is the file */
    size_t threads;
    bp_type type;
    double seconds[ROUNDS_MAX];
    double peak; /* MB */
    size_t count;
} reader;

static reader readers[] = {
    {.name = "backprop f64, 1 thread", .threads = 1, .type = BP_F64},
    {.name = "backprop f64, 2 threads", .threads = 2, .type = BP_F64},
    {.name = "backprop f32, 1 thread", .threads = 1, .type = BP_F32},
    {.name = "backprop f32, 2 threads", .threads = 2, .type = BP_F32},
    {.name = "pandas read_csv, C engine",
     .command = "for python in python3 /usr/bin/python3; do $python -c 'import time, pandas; t = "
                "time.time(); pandas.read_csv(\"%s\", engine=\"c\", header=None); "
                "print(time.time() - t)' && break; done"},
    {.name = "data.table fread, 1 thread",
     .command = "Rscript -e 'library(data.table); setDTthreads(1); cat(system.time("
                "fread(\"%s\", header=FALSE, showProgress=FALSE))[[3]])'"},
    {.name = "data.table fread, 2 threads",
     .command = "Rscript -e 'library(data.table); setDTthreads(2); cat(system.time("
                "fread(\"%s\", header=FALSE, showProgress=FALSE))[[3]])'"},
};

#define READERS (sizeof readers / sizeof readers[0])

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- The file -------------------------------------------------------------------- */

/* Marsaglia's xorshift. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static bool write_table(const char *path, double megabytes)
{
    FILE *file = fopen(path, "w");
    uint64_t state = 88172645463325252u;
    double written = 0;
    while (file != NULL && written < megabytes * 1e6) {
        for (size_t i = 0; i < COLUMNS; i++) {
            uint64_t bits = next_random(&state);
            unsigned long whole = (bits >> 40) % 2 == 0 ? (bits >> 20) % 10 : (bits >> 20) % 100;
            written += fprintf(file, "%lu.%06lu%c", whole, (unsigned long)(bits % 1000000),
                               i + 1 == COLUMNS ? '\n' : ',');
        }
    }
    return file != NULL && fclose(file) == 0;
}

/* ---- Readings ------------------------------------------------------------------------ */

/* In a child of its own, which tells the time through the pipe. */
static void read_here(const reader *r, const char *path, FILE *answer)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.threads = r->threads;
    options.type = r->type;
    bp_table *table = NULL;
    bp_error error;
    double start = seconds_now();
    bp_status status = bp_table_read(&table, path, &options, &error);
    if (status != BP_OK)
        fprintf(stderr, "%s: %s\n", path, error.message);
    else
        fprintf(answer, "%.9f\n", seconds_now() - start);
    bp_table_free(table);
}

static bool run_own(reader *r, const char *path)
{
    int ends[2];
    double seconds = -1;
    struct rusage usage;
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        FILE *answer = fdopen(ends[1], "w");
        read_here(r, path, answer);
        fclose(answer);
        _exit(0);
    }
    close(ends[1]);
    FILE *answer = fdopen(ends[0], "r");
    bool told = answer != NULL && fscanf(answer, "%lf", &seconds) == 1;
    if (answer != NULL)
        fclose(answer);
    if (child < 0 || wait4(child, NULL, 0, &usage) < 0 || !told)
        return false;
    r->peak = (double)usage.ru_maxrss * 1024 / 1e6;
    r->seconds[r->count++] = seconds;
    return true;
}

static bool run_peer(reader *r, const char *path)
{
    char command[1024];
    double seconds = -1;
    snprintf(command, sizeof command - 16, r->command, path);
    strcat(command, " 2>/dev/null");
    FILE *answer = popen(command, "r");
    bool told = answer != NULL && fscanf(answer, "%lf", &seconds) == 1;
    if (answer != NULL)
        pclose(answer);
    if (told)
        r->seconds[r->count++] = seconds;
    return told;
}

/* ---- Figures --------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(reader *r)
{
    qsort(r->seconds, r->count, sizeof(double), by_size);
    return r->seconds[r->count / 2];
}

static double speed_of(const char *name, double megabytes)
{
    for (size_t i = 0; i < READERS; i++)
        if (strcmp(readers[i].name, name) == 0 && readers[i].count > 0)
            return megabytes / median(&readers[i]);
    return 0;
}

static void print_ratio(double own, const char *peer, double megabytes)
{
    double other = speed_of(peer, megabytes);
    if (other > 0)
        printf("  %6.2fx", own / other);
    else
        printf("  %7s", "");
}

static void print_readers(double megabytes, double matrix)
{
    printf("%-28s %9s %9s %9s  %7s  %7s  %7s  %s\n", "MB/s", "median", "least", "most", "pandas",
           "fread 1", "fread 2", "peak memory");
    for (size_t i = 0; i < READERS; i++) {
        reader *r = &readers[i];
        if (r->count == 0)
            continue;
        double speed = megabytes / median(r);
        printf("%-28s %9.0f %9.0f %9.0f", r->name, speed, megabytes / r->seconds[r->count - 1],
               megabytes / r->seconds[0]);
        print_ratio(speed, "pandas read_csv, C engine", megabytes);
        print_ratio(speed, "data.table fread, 1 thread", megabytes);
        print_ratio(speed, "data.table fread, 2 threads", megabytes);
        if (r->command == NULL)
            printf("  %.0f MB: %.2f matrices", r->peak,
                   r->peak / (matrix * (r->type == BP_F64 ? 1 : 0.5)));
        printf("\n");
    }
}

static void measure(const char *path, size_t rounds, double megabytes)
{
    bp_table *table = NULL;
    bp_error error;
    if (bp_table_read(&table, path, NULL, &error) != BP_OK) { /* warms the page cache too */
        fprintf(stderr, "%s: %s\n", path, error.message);
        exit(1);
    }
    size_t rows = bp_table_row_count(table), columns = bp_table_column_count(table);
    bp_table_free(table);
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < READERS; i++)
            if (!(readers[i].command == NULL ? run_own(&readers[i], path)
                                             : run_peer(&readers[i], path))
                && round == 0)
                printf("%s: left out: not installed\n", readers[i].name);
    printf("%s: %.0f MB, %zu rows, %zu columns; %zu rounds\n", path, megabytes, rows, columns,
           rounds);
    print_readers(megabytes, (double)rows * (double)columns * 8 / 1e6);
}

static int usage(int status)
{
    fputs(
        "table_reading: how fast a table is read, beside pandas and data.table where installed\n\n"
        "  table_reading [FILE]     FILE is made where it is not there (tables.csv)\n\n"
        "  --megabytes N            size of a new file (500)\n"
        "  --rounds N               readings of each, in turn (5)\n",
        status == 0 ? stdout : stderr);
    return status;
}

int main(int count, char **arguments)
{
    const char *path = "tables.csv";
    double megabytes = 500;
    size_t rounds = 5;
    struct stat file;
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--help") == 0)
            return usage(0);
        if (strcmp(arguments[i], "--megabytes") == 0 && i + 1 < count)
            megabytes = strtod(arguments[++i], NULL);
        else if (strcmp(arguments[i], "--rounds") == 0 && i + 1 < count)
            rounds = strtoul(arguments[++i], NULL, 10);
        else if (arguments[i][0] == '-')
            return usage(2);
        else
            path = arguments[i];
    }
    if (stat(path, &file) != 0 && (!write_table(path, megabytes) || stat(path, &file) != 0)) {
        perror(path);
        return 1;
    }
    measure(path, rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX, (double)file.st_size / 1e6);
    return 0;
}
