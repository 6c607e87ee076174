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
static bool folder_of(const char *path, char folder[BP_PATH_SIZE])
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return snprintf(folder, BP_PATH_SIZE, ".") > 0;
    int length = slash == path ? 1 : (int)(slash - path);
    return snprintf(folder, BP_PATH_SIZE, "%.*s", length, path) < BP_PATH_SIZE;
}

bp_status output_check(const char *path, bp_error *error)
{
    struct stat what;
    char folder[BP_PATH_SIZE];
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
        if (put <= 0)
            return put < 0 ? errno : ENOSPC;
        bytes += put;
        count -= (size_t)put;
    }
    return 0;
}

static void keep_failure(struct output *out, const bp_error *error)
{
    if (out->failure.status == BP_OK)
        out->failure = *error;
}

void output_lacks_memory(struct output *out)
{
    bp_error error;
    fail(&error, BP_E_MEMORY, "out of memory for the answer");
    keep_failure(out, &error);
}

/* Of a stream; 0 is none. */
static void note_number(struct output *out, int number)
{
    bp_error error;
    if (number == 0)
        return;
    fail_write(out->path, number, &error);
    keep_failure(out, &error);
}

/* Puts a held file in its place, or tells what kept it from there. */
static void end_file(struct output *out)
{
    bp_error error;
    out->begun = false;
    if (bp_file_writer_commit(&out->file, &error) != BP_OK)
        keep_failure(out, &error);
}

/* A held file is begun with its first bytes. */
static void flush_file(struct output *out)
{
    bp_error error;
    if (!out->begun && bp_file_writer_open(&out->file, out->path, &error) != BP_OK) {
        keep_failure(out, &error);
        return;
    }
    out->begun = true;
    if (!bp_file_writer_append(&out->file, out->text, out->length))
        end_file(out);
}

static void flush(struct output *out)
{
    if (out->held)
        flush_file(out);
    else
        note_number(out, write_all(out->descriptor, out->text, out->length));
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
        output_lacks_memory(out);
        return false;
    }
    out->text = larger;
    out->capacity = capacity;
    return true;
}

void output_bytes(struct output *out, const void *bytes, size_t count)
{
    if (out->failure.status != BP_OK || count == 0 || !make_room(out, count))
        return;
    memcpy(out->text + out->length, bytes, count);
    out->length += count;
    if (!out->kept && out->length >= FLUSH_AT)
        flush(out);
}

char *output_room(struct output *out, size_t count)
{
    return out->failure.status == BP_OK && make_room(out, count) ? out->text + out->length : NULL;
}

void output_take(struct output *out, size_t count)
{
    out->length += count;
    if (!out->kept && out->length >= FLUSH_AT)
        flush(out);
}

void output_flush(struct output *out)
{
    if (out->failure.status == BP_OK && out->length > 0 && !out->kept && !out->held)
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
    if (out->failure.status != BP_OK || length <= 0 || !make_room(out, (size_t)length + 1))
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
        output_lacks_memory(out);
        return;
    }
    output_bytes(out, text, length);
    output_text(out, "\n");
}

static void finish_file(struct output *out)
{
    flush(out);
    if (out->begun)
        end_file(out);
}

/* Text that is written as it comes may not have arrived until close says so. */
static void finish_stream(struct output *out)
{
    flush(out);
    if (close(out->descriptor) != 0)
        note_number(out, errno);
    out->descriptor = -1;
}

bp_status output_finish(struct output *out, bp_error *error)
{
    if (out->failure.status == BP_OK && out->held)
        finish_file(out);
    else if (out->failure.status == BP_OK)
        finish_stream(out);
    bp_status status = out->failure.status;
    if (status != BP_OK && error != NULL)
        *error = out->failure;
    output_discard(out);
    return status;
}

void output_open_memory(struct output *out)
{
    *out = (struct output){.kept = true, .descriptor = -1};
}

const char *output_kept_text(struct output *kept, struct output *out)
{
    output_bytes(kept, "", 1);
    if (kept->failure.status == BP_OK)
        return kept->text;
    output_lacks_memory(out);
    return "";
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
    if (out->begun)
        bp_file_writer_abort(&out->file);
    if (out->path != NULL && out->descriptor >= 0)
        close(out->descriptor);
    free(out->text);
    *out = (struct output){.descriptor = -1, .failure = out->failure};
}
