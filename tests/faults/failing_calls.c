/* failing_calls.c: put before the C library (LD_PRELOAD), this lets one call of a program fail,
 * or ends the program there. What it does is told by two environment variables:
 *     FAULT=CALL:N:WHAT   the N-th CALL (0: every one) has WHAT: an errno's number; "short", where
 *                         it reads or writes some bytes fewer; "kill", where the program is
 *                         killed instead of calling. CALL is memory, open, read, write, ... or
 *                         file: any of those on files, counted together.
 *     FAULT_TOLD=FILE     where to tell of it: struct told, as its bytes.
 * What is written to streams 1 and 2 is left alone. glibc calls its own functions by other names,
 * so that what its stdio does on files is not seen here: the functions of stdio that the program
 * calls fail themselves, on streams other than the standard ones. */
#define _GNU_SOURCE
#include "failing_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own, which can be called before anything is looked up. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static struct told *told; /* NULL: no fault is asked for */
static char call_name[16];
static unsigned long which;
static int number;
static bool make_short, end_it;

__attribute__((constructor)) static void begin(void)
{
    const char *fault = getenv("FAULT"), *path = getenv("FAULT_TOLD");
    char what[16] = "";
    if (fault == NULL || path == NULL
        || sscanf(fault, "%15[a-z]:%lu:%15s", call_name, &which, what) != 3)
        return;
    make_short = strcmp(what, "short") == 0;
    end_it = strcmp(what, "kill") == 0;
    number = atoi(what);
    long file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR, 0);
    /* The last of syscall's arguments is read whole from the stack: it has to be a long there. */
    void *shared =
        (void *)syscall(SYS_mmap, NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0L);
    syscall(SYS_close, file);
    told = shared == MAP_FAILED ? NULL : shared;
}

/* Whether the fault is to happen in this call. */
static bool falls_here(const char *name)
{
    if (told == NULL || strcmp(name, call_name) != 0)
        return false;
    unsigned long count = __atomic_add_fetch(&told->calls, 1, __ATOMIC_SEQ_CST);
    if (which != 0 && count != which)
        return false;
    told->happened = 1;
    if (end_it)
        kill(getpid(), SIGKILL);
    errno = number;
    return true;
}

/* The same of a call on files, which counts as one of all as well. */
static bool falls_on(const char *name)
{
    return falls_here("file") || falls_here(name);
}

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

void *malloc(size_t size)
{
    return falls_here("memory") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return falls_here("memory") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return size > 0 && falls_here("memory") ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return falls_here("memory") ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    void *made = falls_here("memory") ? NULL : __libc_memalign(alignment, size);
    if (made == NULL)
        return ENOMEM;
    *block = made;
    return 0;
}

/* ---- Files ----------------------------------------------------------------------------------- */

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return falls_on("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *) =
        (FILE * (*)(const char *, const char *)) next("fopen");
    return falls_on("fopen") ? NULL : real(path, mode);
}

static size_t some_of(size_t size)
{
    return size > 7 ? 7 : size > 0 ? 1 : 0;
}

ssize_t read(int file, void *bytes, size_t size)
{
    if (file != 1 && file != 2 && falls_on("read")) {
        if (!make_short)
            return -1;
        size = some_of(size);
    }
    return syscall(SYS_read, file, bytes, size);
}

ssize_t pread(int file, void *bytes, size_t size, off_t place)
{
    if (falls_on("pread")) {
        if (!make_short)
            return -1;
        size = some_of(size);
    }
    return syscall(SYS_pread64, file, bytes, size, place);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    if (file > 2 && falls_on("write")) {
        if (!make_short)
            return -1;
        size = some_of(size);
    }
    return syscall(SYS_write, file, bytes, size);
}

int fsync(int file)
{
    return falls_on("fsync") ? -1 : (int)syscall(SYS_fsync, file);
}

/* A failing close has closed all the same, as Linux has it. */
int close(int file)
{
    bool fails = file > 2 && falls_on("close");
    int result = (int)syscall(SYS_close, file);
    if (fails)
        errno = number;
    return fails ? -1 : result;
}

int rename(const char *from, const char *to)
{
    return falls_on("rename") ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    return falls_on("unlink") ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int ftruncate(int file, off_t size)
{
    return falls_on("ftruncate") ? -1 : (int)syscall(SYS_ftruncate, file, size);
}

int flock(int file, int how)
{
    return falls_on("flock") ? -1 : (int)syscall(SYS_flock, file, how);
}

int mkdir(const char *path, mode_t mode)
{
    return falls_on("mkdir") ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int fstat(int file, struct stat *status)
{
    int (*real)(int, struct stat *) = (int (*)(int, struct stat *))next("fstat");
    return falls_on("fstat") ? -1 : real(file, status);
}

int stat(const char *path, struct stat *status)
{
    int (*real)(const char *, struct stat *) = (int (*)(const char *, struct stat *))next("stat");
    return falls_on("stat") ? -1 : real(path, status);
}

/* Mappings of files alone: memory has its own. */
void *mmap(void *place, size_t size, int protection, int flags, int file, off_t offset)
{
    if (file >= 0 && falls_on("mmap"))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, place, size, protection, flags, file, offset);
}

/* ---- Streams --------------------------------------------------------------------------------- */

/* glibc's mark of a stream on which something has failed: what ferror tells. */
#define ERROR_SEEN 0x20

static bool fails_in(FILE *stream, const char *name)
{
    if (stream == stdin || stream == stdout || stream == stderr || !falls_on(name))
        return false;
    stream->_flags |= ERROR_SEEN;
    return true;
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))next(name))

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream)
{
    return fails_in(stream, "fwrite") ? 0
                                      : REAL(size_t, "fwrite", const void *, size_t, size_t,
                                             FILE *)(bytes, size, count, stream);
}

int fputs(const char *text, FILE *stream)
{
    return fails_in(stream, "fputs") ? EOF : REAL(int, "fputs", const char *, FILE *)(text, stream);
}

int fputc(int character, FILE *stream)
{
    return fails_in(stream, "fputc") ? EOF : REAL(int, "fputc", int, FILE *)(character, stream);
}

static int print(FILE *stream, const char *format, va_list values)
{
    return fails_in(stream, "fprintf") ? -1 : vfprintf(stream, format, values);
}

int fprintf(FILE *stream, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int count = print(stream, format, values);
    va_end(values);
    return count;
}

/* What it is called where glibc checks buffers. */
int __fprintf_chk(FILE *stream, int flag, const char *format, ...)
{
    va_list values;
    (void)flag;
    va_start(values, format);
    int count = print(stream, format, values);
    va_end(values);
    return count;
}

int fflush(FILE *stream)
{
    return fails_in(stream, "fflush") ? EOF : REAL(int, "fflush", FILE *)(stream);
}

char *fgets(char *line, int size, FILE *stream)
{
    return fails_in(stream, "fgets")
               ? NULL
               : REAL(char *, "fgets", char *, int, FILE *)(line, size, stream);
}

int fseek(FILE *stream, long place, int from)
{
    return fails_in(stream, "fseek") ? -1
                                     : REAL(int, "fseek", FILE *, long, int)(stream, place, from);
}

long ftell(FILE *stream)
{
    return fails_in(stream, "ftell") ? -1 : REAL(long, "ftell", FILE *)(stream);
}

/* A failing one has closed all the same. */
int fclose(FILE *stream)
{
    bool fails = fails_in(stream, "fclose");
    int result = REAL(int, "fclose", FILE *)(stream);
    if (fails)
        errno = number;
    return fails ? EOF : result;
}

/* ---- Threads --------------------------------------------------------------------------------- */

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *with)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = (int (*)(
        pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))next("pthread_create");
    return falls_here("thread") ? number : real(thread, how, run, with);
}
