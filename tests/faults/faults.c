/* faults.c: the program, each of its verbs, while its memory runs out, its file calls fail, or it
 * is killed: whatever happens, a file that it writes is the old one or the new one, nothing else
 * is left, and one line says what it was.
 *     faults memory|files|kill PROGRAM LAYER SOURCE [WORDS]
 * LAYER is failing_calls.c as a shared object, SOURCE the root of the repository; WORDS choose
 * the uses that have them. Of many calls a sample is tried; all of them where
 * the environment has FAULTS=all. */
#define _GNU_SOURCE
#include "failing_calls.h"
#include "uses.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS_LIMIT 32
#define FILES_LIMIT 64
#define PATH_SIZE 4096

static const char *program, *layer;
static char work[PATH_SIZE], aside[PATH_SIZE]; /* where it works; what it says and we keep */
static struct told *told;
static bool all;
static size_t failures, runs;
static int out_to = -1; /* where standard output goes; -1: to a file of ours */

/* ---- Files --------------------------------------------------------------------------------- */

struct text {
    char *bytes;
    size_t size;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void path_of(char path[PATH_SIZE], const char *folder, const char *name)
{
    if (snprintf(path, PATH_SIZE, "%s/%s", folder, name) >= PATH_SIZE)
        die(name);
}

/* Bytes NULL where there is no such file. */
static struct text read_text(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    struct text text = {NULL, 0};
    path_of(path, folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return text;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    text.bytes = calloc((size_t)size + 1, 1);
    if (text.bytes == NULL || fread(text.bytes, 1, (size_t)size, file) != (size_t)size)
        die(path);
    text.size = (size_t)size;
    fclose(file);
    return text;
}

static void write_text(const char *folder, const char *name, const char *bytes, size_t size)
{
    char path[PATH_SIZE];
    path_of(path, folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        die(path);
}

static void drop_file(const char *name)
{
    char path[PATH_SIZE];
    path_of(path, work, name);
    unlink(path);
}

static bool same(const struct text *a, const struct text *b)
{
    return a->bytes != NULL && b->bytes != NULL && a->size == b->size
           && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* Names of the work folder, one a line, in no order but that of the system. */
static size_t count_files(void)
{
    DIR *open = opendir(work);
    size_t count = 0;
    if (open == NULL)
        die(work);
    while (readdir(open) != NULL)
        count++;
    closedir(open);
    return count;
}

/* ---- Running ------------------------------------------------------------------------------- */

static void become(const char *words, const char *fault)
{
    static char text[PATH_SIZE];
    char *list[WORDS_LIMIT] = {(char *)program}, path[PATH_SIZE];
    size_t count = 1;
    snprintf(text, sizeof text, "%s", words);
    for (char *word = strtok(text, " "); word != NULL && count + 1 < WORDS_LIMIT;
         word = strtok(NULL, " "))
        list[count++] = word;
    const char *const streams[] = {"in", "out", "err"};
    for (int i = 0; i < 3; i++) {
        path_of(path, aside, streams[i]);
        int file = open(path, i == 0 ? O_RDONLY | O_CREAT : O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (file < 0 || dup2(i == 1 && out_to >= 0 ? out_to : file, i) < 0)
            _exit(99);
        close(file);
    }
    if (fault != NULL) {
        path_of(path, aside, "told");
        setenv("FAULT", fault, 1);
        setenv("FAULT_TOLD", path, 1);
        setenv("LD_PRELOAD", layer, 1);
    }
    if (chdir(work) == 0)
        execv(program, list);
    _exit(99);
}

/* Starts the program with a fault (NULL: none) and returns its number. */
static pid_t start(const char *words, const char *fault)
{
    memset(told, 0, sizeof *told);
    runs++;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        become(words, fault);
    if (child < 0)
        die("fork");
    return child;
}

/* The exit status, or minus the signal. */
static int run(const char *words, const char *fault)
{
    int status = 0;
    pid_t child = start(words, fault);
    if (waitpid(child, &status, 0) != child)
        die("waitpid");
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void complain(const struct use *use, const char *fault, const char *what)
{
    struct text said = read_text(aside, "err");
    printf("FAILED: backprop %s\n    with %s: %s\n    stderr: %s\n", use->words, fault, what,
           said.bytes != NULL ? said.bytes : "");
    free(said.bytes);
    failures++;
}

/* ---- What a use leaves -------------------------------------------------------------------- */

/* What it leaves where nothing fails. */
struct result {
    struct text out, file, also;
    size_t files;
};

static const char old[] = "the old one\n";

/* As it is before each run: the old output stands, what comes beside it does not. */
static void reset(const struct use *use)
{
    if (use->out != NULL)
        write_text(work, use->out, old, sizeof old - 1);
    if (use->also != NULL)
        drop_file(use->also);
}

static void clean_up(const struct use *use)
{
    if (use->out != NULL)
        drop_file(use->out);
    if (use->also != NULL)
        drop_file(use->also);
}

static struct result take_result(const struct use *use)
{
    struct result result = {.out = read_text(aside, "out"), .files = count_files()};
    if (use->out != NULL)
        result.file = read_text(work, use->out);
    if (use->also != NULL)
        result.also = read_text(work, use->also);
    return result;
}

static void free_result(struct result *result)
{
    free(result->out.bytes);
    free(result->file.bytes);
    free(result->also.bytes);
}

static bool measure(const struct use *use, struct result *whole)
{
    reset(use);
    int status = run(use->words, NULL);
    *whole = take_result(use);
    if (status == 0)
        return true;
    complain(use, "nothing wrong", "it fails");
    free_result(whole);
    return false;
}

/* One line that begins with the program's name or is JSON. */
static bool is_one_line(const struct text *said)
{
    const char *end = said->bytes != NULL ? strchr(said->bytes, '\n') : NULL;
    return end != NULL && end[1] == '\0'
           && (strncmp(said->bytes, "backprop: ", 10) == 0
               || strncmp(said->bytes, "{\"error\":", 9) == 0);
}

/* A log's epochs took other times. */
static bool is_log(const struct use *use)
{
    return use->also != NULL && strstr(use->also, "log") != NULL;
}

/* A file under its own name is the old one or the new one; the new one after a success. */
static const char *fault_of_files(const struct use *use, const struct result *whole,
                                  const struct result *got, bool success)
{
    const struct text before = {(char *)old, sizeof old - 1};
    if (use->out != NULL && !same(&got->file, &whole->file)
        && (success || !same(&got->file, &before)))
        return success ? "it succeeds, and its file is not the right one" : "a broken file";
    if (use->also != NULL && !is_log(use) && got->also.bytes != NULL
        && strstr(use->also, "check") == NULL && !same(&got->also, &whole->also))
        return "a broken file beside";
    if (success && !same(&got->out, &whole->out))
        return "it succeeds, and its answer is not the right one";
    size_t missing = use->also != NULL && got->also.bytes == NULL;
    return got->files != whole->files - missing ? "a file was left behind" : NULL;
}

/* After a run with a fault: NULL, or what is wrong. */
static const char *check(const struct use *use, const struct result *whole, int status,
                         const char *words_of_system)
{
    const char *wrong = NULL;
    struct text said = read_text(aside, "err");
    struct result got = take_result(use);
    if (status < 0)
        wrong = "it was ended by a signal";
    else if (status != 0 && (status < 3 || status > 5))
        wrong = "the exit status is none of 0, 3, 4, 5";
    else if (status != 0 && !is_one_line(&said))
        wrong = "there is not one line on standard error";
    else if (status != 0 && words_of_system != NULL && strstr(said.bytes, words_of_system) == NULL
             && strstr(said.bytes, strerror(ENOENT)) == NULL) /* asked again, it is not there */
        wrong = "the line does not say why";
    else
        wrong = fault_of_files(use, whole, &got, status == 0);
    free(said.bytes);
    free_result(&got);
    return wrong;
}

/* ---- Memory ------------------------------------------------------------------------------- */

/* Every call, or all of the first ones and then fewer and fewer. */
static unsigned long after(unsigned long n)
{
    return all || n < 200 ? n + 1 : n + n / 8;
}

/* And all of the last ones, by which answers are written. */
static unsigned long after_of(unsigned long n, unsigned long calls)
{
    const unsigned long last = calls > 30 ? calls - 30 : 0, next = after(n);
    if (n >= last)
        return n + 1;
    return next < last ? next : last;
}

static void fail_memory(const struct use *use, const struct result *whole)
{
    char fault[64];
    snprintf(fault, sizeof fault, "memory:%lu:%d", ULONG_MAX, ENOMEM);
    reset(use);
    run(use->words, fault);
    const unsigned long calls = told->calls;
    for (unsigned long n = 1;; n = after_of(n, calls)) {
        snprintf(fault, sizeof fault, "memory:%lu:%d", n, ENOMEM);
        reset(use);
        int status = run(use->words, fault);
        if (!told->happened)
            return;
        const char *wrong = check(use, whole, status, NULL);
        if (wrong == NULL && status != 0 && status != 5)
            wrong = "the exit status is not that of memory running out";
        if (wrong != NULL)
            complain(use, fault, wrong);
    }
}

/* ---- Files --------------------------------------------------------------------------------- */

/* Those that no run can do without: it fails. */
static bool is_needed(const char *call, int number)
{
    static const char *const needed[] = {"write", "fsync",   "rename", "ftruncate", "fputs",
                                         "fputc", "fprintf", "fwrite", "fflush",    "fclose"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (strcmp(call, needed[i]) == 0 && number != EINTR)
            return true;
    return false;
}

static const struct {
    const char *call;
    int number;
} faults_of_files[] = {
    {"open", EMFILE},   {"open", EACCES},   {"open", ENOENT},    {"fopen", EACCES},
    {"read", EIO},      {"read", EINTR},    {"pread", EIO},      {"write", EIO},
    {"write", ENOSPC},  {"write", EINTR},   {"fsync", EIO},      {"close", EIO},
    {"rename", EIO},    {"rename", EACCES}, {"unlink", EIO},     {"ftruncate", EIO},
    {"flock", ENOLCK},  {"fstat", EIO},     {"stat", EACCES},    {"mmap", ENOMEM},
    {"fputs", ENOSPC},  {"fputc", EIO},     {"fprintf", ENOSPC}, {"fwrite", ENOSPC},
    {"fflush", ENOSPC}, {"fclose", EIO},    {"fgets", EIO},      {"fseek", EIO},
    {"ftell", EIO},
};

#define FAULT_COUNT (sizeof faults_of_files / sizeof faults_of_files[0])

/* Where an answer cannot be delivered, the program says so. */
static void fail_standard_output(const struct use *use, const struct result *whole)
{
    int ends[2];
    if (whole->out.size == 0)
        return;
    if (pipe(ends) != 0)
        die("pipe");
    close(ends[0]);
    const int places[] = {open("/dev/full", O_WRONLY), ends[1]};
    for (int i = 0; i < 2; i++) {
        out_to = places[i];
        reset(use);
        int status = run(use->words, NULL);
        const char *wrong = check(use, whole, status, strerror(i == 0 ? ENOSPC : EPIPE));
        if (wrong == NULL && status != 5)
            wrong = "the exit status is not that of output failing";
        if (wrong != NULL)
            complain(use, i == 0 ? "a full standard output" : "a closed pipe", wrong);
        close(out_to);
    }
    out_to = -1;
}

/* Threads that were asked for and do not come are an error; where nobody asked, fewer of them do
 * the same. Each is refused once, then all are. */
static void fail_threads(const struct use *use, const struct result *whole)
{
    char fault[64];
    bool asked = strstr(use->words, "--threads") != NULL;
    for (unsigned long n = 1;; n = n == 1 ? 0 : n == 0 ? 2 : after(n)) {
        snprintf(fault, sizeof fault, "thread:%lu:%d", n, EAGAIN);
        reset(use);
        int status = run(use->words, fault);
        if (!told->happened)
            return;
        const char *wrong = "the exit status is not the right one";
        if (status == (asked ? 5 : 0))
            wrong = check(use, whole, status, asked ? "threads; ask for fewer" : NULL);
        if (wrong != NULL)
            complain(use, fault, wrong);
    }
}

static void fail_files(const struct use *use, const struct result *whole)
{
    char fault[64];
    fail_threads(use, whole);
    static const char *const halves[] = {"read:0:short", "write:0:short", "pread:0:short"};
    for (size_t i = 0; i < 3; i++) {
        reset(use);
        int status = run(use->words, halves[i]);
        const char *wrong = status != 0 ? "it fails" : check(use, whole, status, NULL);
        if (wrong != NULL)
            complain(use, halves[i], wrong);
    }
    fail_standard_output(use, whole);
    for (size_t i = 0; i < FAULT_COUNT; i++)
        for (unsigned long n = 1;; n = after(n)) {
            int number = faults_of_files[i].number;
            snprintf(fault, sizeof fault, "%s:%lu:%d", faults_of_files[i].call, n, number);
            reset(use);
            int status = run(use->words, fault);
            if (!told->happened)
                break;
            const char *wrong = check(use, whole, status, strerror(number));
            if (wrong == NULL && number == EINTR && status != 0)
                wrong = "an interrupted call was not made again";
            if (wrong == NULL && status != 5 && is_needed(faults_of_files[i].call, number))
                wrong = "the exit status is not that of output failing";
            if (wrong != NULL)
                complain(use, fault, wrong);
        }
}

/* ---- Kills --------------------------------------------------------------------------------- */

/* The same use again ends well and leaves nothing of the killed one. */
static const char *check_again(const struct use *use, const struct result *whole)
{
    int status = run(use->words, NULL);
    return status != 0 ? "the next run fails" : check(use, whole, status, NULL);
}

static void kill_at_calls(const struct use *use, const struct result *whole)
{
    char fault[64];
    for (unsigned long n = 1;; n = after(n)) {
        snprintf(fault, sizeof fault, "file:%lu:kill", n);
        reset(use);
        if (run(use->words, fault) != -SIGKILL)
            return;
        struct result got = take_result(use);
        got.files = whole->files - (use->also != NULL && got.also.bytes == NULL);
        const char *wrong = fault_of_files(use, whole, &got, false);
        free_result(&got);
        if (wrong == NULL)
            wrong = check_again(use, whole);
        if (wrong != NULL)
            complain(use, fault, wrong);
    }
}

/* ---- The whole ------------------------------------------------------------------------------ */

static void must(const char *words)
{
    int status = run(words, NULL);
    if (status != 0) {
        struct text said = read_text(aside, "err");
        fprintf(stderr, "faults: backprop %s: %d: %s\n", words, status,
                said.bytes != NULL ? said.bytes : "");
        exit(2);
    }
}

/* Killed after a while, again and again, a training that leaves checkpoints is taken up each time
 * and ends in the very model of one that was left alone. */
static void kill_at_moments(void)
{
    static const struct use alone = {"train --recipe plain table.csv -q -e 300 -o new.model",
                                     "new.model", NULL};
    static const struct use again = {
        "train --recipe plain table.csv -q -e 300 --checkpoint run.check "
        "--checkpoint-every 1 --resume -o new.model",
        "new.model", "run.check"};
    struct result whole;
    unsigned long random = 1;
    if (!measure(&alone, &whole))
        return;
    reset(&again);
    whole.files++; /* the checkpoint */
    for (int i = 0; i < 12; i++) {
        int status = 0;
        random = random * 6364136223846793005u + 1442695040888963407u;
        const struct timespec wait = {0, (long)(random >> 33) % 30000000};
        pid_t child = start(again.words, NULL);
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        struct result got = take_result(&again);
        got.files = whole.files - (got.also.bytes == NULL);
        const char *wrong = fault_of_files(&again, &whole, &got, false);
        free_result(&got);
        if (wrong != NULL)
            complain(&again, "a kill at some moment", wrong);
    }
    const char *wrong = check_again(&again, &whole);
    if (wrong != NULL)
        complain(&again, "kills before it", wrong);
    clean_up(&again);
    free_result(&whole);
}

/* Every fifth line of a table, so that runs are short. */
static void copy_table(const char *path)
{
    struct text text = read_text("/", path);
    if (text.bytes == NULL)
        die(path);
    size_t kept = 0, line = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (line % 5 == 0)
            text.bytes[kept++] = text.bytes[i];
        line += text.bytes[i] == '\n';
    }
    write_text(work, "table.csv", text.bytes, kept);
    write_text(aside, "in", text.bytes, kept);
    free(text.bytes);
}

/* The fuzzers' packed tables, whose first byte is none of theirs. */
static void copy_packed(const char *source)
{
    static const char *const names[][2] = {
        {"gzip", "packed.csv.gz"}, {"zstd", "packed.csv.zst"}, {"sqlite", "kept.sqlite"}};
    char folder[PATH_SIZE];
    path_of(folder, source, "fuzz/corpus/packed");
    for (size_t i = 0; i < 3; i++) {
        struct text text = read_text(folder, names[i][0]);
        if (text.bytes == NULL)
            die(names[i][0]);
        write_text(work, names[i][1], text.bytes + 1, text.size - 1);
        free(text.bytes);
    }
}

/* A table that deserves two threads: its cells are long. */
static void make_large(void)
{
    enum { ROWS = 42, CELL = 110000 };
    char *text = malloc(ROWS * (CELL + 16) + 16);
    if (text == NULL)
        die("large.csv");
    size_t used = (size_t)sprintf(text, "name,x,kind\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)sprintf(text + used, "%0*d,%d,%c\n", CELL, i, i % 7, i % 3 ? 'a' : 'b');
    write_text(work, "large.csv", text, used);
    free(text);
}

/* A model of categories with names that are longer than what a line is thought to need. */
static void make_long_names(void)
{
    char text[PATH_SIZE] = "place,kind\n";
    for (int i = 0; i < 8; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%0*d,%s\n", "place", 400, i % 2,
                 i < 4 ? "a" : "b");
    }
    write_text(work, "long.csv", text, strlen(text));
    must("train --recipe plain long.csv -q -e 2 --kinds place=category -o long.model");
}

/* A table as R writes it, of amounts, with rows that have no target. */
static void make_gaps(void)
{
    static const char text[] =
        "\"x\" \"z\" \"kind\"\n\"p\" $1,5 2 \"a\"\n\"q\" 2 3,5 NA\n\"r\" 3 4 \"b\"\n\"s\" 5 6 NA\n";
    write_text(work, "gaps.csv", text, strlen(text));
}

/* A checkpoint of a training that did not come to its end. */
static void make_checkpoint(void)
{
    static const char words[] = "train --recipe plain table.csv -q -e 4 --checkpoint kept.check "
                                "--checkpoint-every 1 --log kept.csv "
                                "-o new.model";
    if (run(words, "rename:2:kill") != -SIGKILL)
        die(words);
    must("train --recipe plain table.csv -q -e 1 --checkpoint other.check --checkpoint-every 1 -o "
         "new.model");
    drop_file("other.check");
    drop_file("new.model");
}

static void remove_folder(const char *folder)
{
    char path[PATH_SIZE];
    DIR *open = opendir(folder);
    for (struct dirent *one = open != NULL ? readdir(open) : NULL; one != NULL;
         one = readdir(open)) {
        path_of(path, folder, one->d_name);
        unlink(path);
    }
    if (open != NULL)
        closedir(open);
    rmdir(folder);
}

static void set_up(const char *source)
{
    char path[PATH_SIZE];
    snprintf(work, sizeof work, "/tmp/faults_XXXXXX");
    if (mkdtemp(work) == NULL)
        die(work);
    snprintf(aside, sizeof aside, "%.64s.aside", work);
    path_of(path, aside, "told");
    int file = mkdir(aside, 0777) == 0 ? open(path, O_RDWR | O_CREAT, 0666) : -1;
    if (file < 0 || ftruncate(file, sizeof *told) != 0)
        die(path);
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (told == MAP_FAILED)
        die("mmap");
    close(file);
    path_of(path, source, "data/wheat-seeds.csv");
    copy_table(path);
    copy_packed(source);
    must("train --recipe plain table.csv -q -e 3 --drop #2 --scaling robust -o seeds.model");
    make_long_names();
    make_large();
    make_gaps();
    make_checkpoint();
}

typedef void sweep_of_faults(const struct use *use, const struct result *whole);

static void try_use(const struct use *use, const char *words, sweep_of_faults *sweep)
{
    struct result whole;
    if (strstr(use->words, words) == NULL || !measure(use, &whole))
        return;
    sweep(use, &whole);
    clean_up(use);
    free_result(&whole);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        sweep_of_faults *sweep;
    } modes[] = {{"memory", fail_memory}, {"files", fail_files}, {"kill", kill_at_calls}};
    const char *wish = getenv("FAULTS");
    if (argc < 5)
        return 2;
    program = argv[2];
    layer = argv[3];
    signal(SIGPIPE, SIG_IGN); /* the program's too: it is told by what write returns */
    all = wish != NULL && strcmp(wish, "all") == 0;
    set_up(argv[4]);
    for (size_t m = 0; m < 3; m++)
        for (size_t i = 0; i < USE_COUNT && strcmp(argv[1], modes[m].name) == 0; i++)
            try_use(&uses[i], argc > 5 ? argv[5] : "", modes[m].sweep);
    for (size_t i = 0; i < THREADED_COUNT && strcmp(argv[1], "files") == 0; i++)
        try_use(&threaded[i], argc > 5 ? argv[5] : "", fail_threads);
    if (strcmp(argv[1], "kill") == 0)
        kill_at_moments();
    char events[PATH_SIZE];
    path_of(events, work, "events");
    remove_folder(events);
    remove_folder(work);
    remove_folder(aside);
    printf("%zu runs, %zu failed\n", runs, failures);
    return failures > 0;
}
