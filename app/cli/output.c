/* output.c: text collected in memory and written out, every write checked. */
#include "output.h"

#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_AT 65536u
#define PATH_SIZE 4096

static bool is_standard(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

bool output_is_stream(const char *path)
{
    struct stat what;
    return is_standard(path) || (stat(path, &what) == 0 && !S_ISREG(what.st_mode));
}

static bp_status fail_write(const char *path, int number, bp_error *error)
{
    return fail_file(error, BP_E_IO, path == NULL ? "standard output" : path, "cannot write: %s",
                     strerror(number));
}

/* The folder that a path stands in, "." where it names none. */
static bool folder_of(const char *path, char folder[PATH_SIZE])
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return snprintf(folder, PATH_SIZE, ".") > 0;
    int length = slash == path ? 1 : (int)(slash - path);
    return snprintf(folder, PATH_SIZE, "%.*s", length, path) < PATH_SIZE;
}

bp_status output_check(const char *path, bp_error *error)
{
    struct stat what;
    char folder[PATH_SIZE];
    if (is_standard(path))
        return BP_OK;
    if (path[0] == '\0')
        return fail(error, BP_E_ARGUMENT, "the output file has an empty name");
    if (stat(path, &what) == 0 && S_ISDIR(what.st_mode))
        return fail_write(path, EISDIR, error);
    if (!folder_of(path, folder))
        return fail_write(path, ENAMETOOLONG, error);
    if (stat(folder, &what) != 0)
        return fail_write(path, errno, error);
    if (!S_ISDIR(what.st_mode))
        return fail_write(path, ENOTDIR, error);
    if (!output_is_stream(path) && access(folder, W_OK) != 0)
        return fail_write(path, errno, error);
    return BP_OK;
}

bp_status output_open(struct output *out, const char *path, bp_error *error)
{
    *out = (struct output){.descriptor = STDOUT_FILENO};
    if (is_standard(path))
        return BP_OK;
    bp_status status = output_check(path, error);
    if (status != BP_OK)
        return status;
    out->path = path;
    out->held = !output_is_stream(path);
    out->descriptor = out->held ? -1 : open(path, O_WRONLY | O_CLOEXEC);
    if (!out->held && out->descriptor < 0)
        return fail_write(path, errno, error);
    return BP_OK;
}

/* Returns 0 or the error number. */
static int write_all(int descriptor, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t put = write(descriptor, bytes, count);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno;
        bytes += put;
        count -= (size_t)put;
    }
    return 0;
}

static void note_failure(struct output *out, bp_status status, int number)
{
    if (out->status == BP_OK) {
        out->status = status;
        out->number = number;
    }
}

/* A held file is written beside its name until it is whole. */
static bool temporary_name(const struct output *out, char name[PATH_SIZE])
{
    int length = snprintf(name, PATH_SIZE, "%s.tmp.%ld", out->path, (long)getpid());
    return length > 0 && length < PATH_SIZE;
}

/* Returns 0 or the error number. What has the name already was left by one that was killed, or
 * is a link laid there by another: it goes, and nothing is written through it. */
static int open_temporary(struct output *out)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    char name[PATH_SIZE];
    if (!temporary_name(out, name))
        return ENAMETOOLONG;
    out->descriptor = open(name, flags, 0666);
    if (out->descriptor < 0 && errno == EEXIST && unlink(name) == 0)
        out->descriptor = open(name, flags, 0666);
    return out->descriptor < 0 ? errno : 0;
}

static void flush(struct output *out)
{
    int number = out->held && out->descriptor < 0 ? open_temporary(out) : 0;
    if (number == 0)
        number = write_all(out->descriptor, out->text, out->length);
    if (number != 0)
        note_failure(out, BP_E_IO, number);
    out->length = 0;
}

static bool make_room(struct output *out, size_t count)
{
    size_t needed = out->length + count;
    size_t capacity = out->capacity == 0 ? FLUSH_AT : out->capacity;
    while (capacity < needed)
        capacity *= 2;
    if (capacity == out->capacity)
        return true;
    char *larger = realloc(out->text, capacity);
    if (larger == NULL) {
        note_failure(out, BP_E_MEMORY, 0);
        return false;
    }
    out->text = larger;
    out->capacity = capacity;
    return true;
}

void output_bytes(struct output *out, const void *bytes, size_t count)
{
    if (out->status != BP_OK || count == 0 || !make_room(out, count))
        return;
    memcpy(out->text + out->length, bytes, count);
    out->length += count;
    if (!out->kept && out->length >= FLUSH_AT)
        flush(out);
}

void output_text(struct output *out, const char *text)
{
    output_bytes(out, text, strlen(text));
}

void output_name(struct output *out, const char *name)
{
    for (; *name != '\0'; name++) {
        bool control = (unsigned char)*name < 0x20 || *name == 0x7f;
        output_bytes(out, control ? "?" : name, 1);
    }
}

size_t output_name_cut(struct output *out, const char *name, size_t width)
{
    size_t count = 0, whole = 0;
    for (const char *at = name; *at != '\0'; at++)
        whole += ((unsigned char)*at & 0xC0) != 0x80;
    size_t kept = whole <= width ? whole : width - 3;
    while (*name != '\0') {
        bool first = ((unsigned char)*name & 0xC0) != 0x80;
        if (first && count == kept)
            break;
        count += first;
        bool control = (unsigned char)*name < 0x20 || *name == 0x7f;
        output_bytes(out, control ? "?" : name, 1);
        name++;
    }
    if (kept == whole)
        return whole;
    output_text(out, "...");
    return kept + 3;
}

void output_print(struct output *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (out->status != BP_OK || length <= 0 || !make_room(out, (size_t)length + 1))
        return;
    va_start(arguments, format);
    vsnprintf(out->text + out->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    out->length += (size_t)length;
    if (!out->kept && out->length >= FLUSH_AT)
        flush(out);
}

void output_number(struct output *out, double value)
{
    char text[BP_NUMBER_SIZE];
    output_bytes(out, text, bp_number_write(value, text));
}

void output_numbers(struct output *out, const double *values, size_t count, const char *separator)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            output_text(out, separator);
        output_number(out, values[i]);
    }
}

void output_json(struct output *out, const bp_json *json)
{
    size_t length = 0;
    const char *text = bp_json_text(json, &length);
    if (text == NULL) {
        note_failure(out, BP_E_MEMORY, 0);
        return;
    }
    output_bytes(out, text, length);
    output_text(out, "\n");
}

/* What is left of a held file, and its name. The temporary file stays after a failure, for
 * output_discard. */
static void finish_file(struct output *out)
{
    char name[PATH_SIZE];
    flush(out);
    if (out->status == BP_OK && fsync(out->descriptor) != 0)
        note_failure(out, BP_E_IO, errno);
    if (out->status == BP_OK && (!temporary_name(out, name) || rename(name, out->path) != 0))
        note_failure(out, BP_E_IO, errno);
    if (out->status != BP_OK)
        return;
    close(out->descriptor); /* synced: nothing can be lost any more */
    out->descriptor = -1;
}

/* Text that is written as it comes may not have arrived until close says so. */
static void finish_stream(struct output *out)
{
    flush(out);
    if (close(out->descriptor) != 0)
        note_failure(out, BP_E_IO, errno);
    out->descriptor = -1;
}

bp_status output_finish(struct output *out, bp_error *error)
{
    if (out->status == BP_OK && out->held)
        finish_file(out);
    else if (out->status == BP_OK)
        finish_stream(out);
    bp_status status = out->status;
    int number = out->number;
    const char *path = out->path;
    output_discard(out);
    if (status == BP_E_MEMORY)
        return fail(error, status, "out of memory for the answer");
    return status == BP_OK ? BP_OK : fail_write(path, number, error);
}

void output_open_memory(struct output *out)
{
    *out = (struct output){.kept = true, .descriptor = -1};
}

void output_open_notes(struct output *notes)
{
    *notes = (struct output){.descriptor = STDERR_FILENO};
}

void output_finish_notes(struct output *notes)
{
    flush(notes);
    output_discard(notes);
}

void output_discard(struct output *out)
{
    char name[PATH_SIZE];
    if (out->path != NULL && out->descriptor >= 0) {
        close(out->descriptor);
        if (out->held && temporary_name(out, name))
            unlink(name);
    }
    free(out->text);
    *out = (struct output){.descriptor = -1, .status = out->status};
}
