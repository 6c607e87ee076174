/* base.h: status and error, memory, matrices, progress, files, numbers as text, JSON. */
#ifndef BACKPROP_BASE_H
#define BACKPROP_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BP_API __attribute__((visibility("default")))
#define BP_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define BP_API
#define BP_PRINTF(text, first)
#endif

/* ---- Version ---------------------------------------------------------------- */

#define BP_VERSION "0.1.0"

/* The version of the library that runs, which may differ from the header's. */
BP_API const char *bp_version(void);

/* One line that says how the library was built: version, compiler, features. */
BP_API const char *bp_build_info(void);

/* ---- Status and error ------------------------------------------------------- */

/* The status codes, their pinned numbers and their texts, in one list. */
#define BP_STATUS_MAP(X)                                                                           \
    X(BP_OK, 0, "success")                                                                         \
    X(BP_E_ARGUMENT, 10, "invalid argument")                                                       \
    X(BP_E_OPTION, 11, "invalid option")                                                           \
    X(BP_E_UNSUPPORTED, 12, "not available in this build or on this machine")                      \
    X(BP_E_DATA, 20, "bad data")                                                                   \
    X(BP_E_DIVERGED, 21, "training diverged")                                                      \
    X(BP_E_MODEL, 30, "bad model file")                                                            \
    X(BP_E_MEMORY, 40, "out of memory")                                                            \
    X(BP_E_IO, 41, "input or output failed")                                                       \
    X(BP_E_STOPPED, 50, "stopped by the caller")

typedef enum bp_status {
#define BP_STATUS_MEMBER(name, number, text) name = number,
    BP_STATUS_MAP(BP_STATUS_MEMBER)
#undef BP_STATUS_MEMBER
} bp_status;

/* "BP_E_DATA" and "bad data"; a number that is no status gives "unknown status". */
BP_API const char *bp_status_name(bp_status status);
BP_API const char *bp_status_text(bp_status status);

/* What went wrong and where. The caller owns it; making one never allocates.
 * `file` is empty where no file is concerned; `line` and `column` count from 1
 * (the column in bytes), 0 where there is none. `message` is one line of UTF-8
 * without the place, cut where it would not fit. */
typedef struct bp_error {
    bp_status status;
    size_t line;
    size_t column;
    char file[256];
    char message[512];
} bp_error;

/* ---- Memory ----------------------------------------------------------------- */

/* One function for all memory: resizes `pointer` (NULL: a new block; new_size 0:
 * frees and returns NULL) and returns NULL when it cannot. Blocks are aligned as
 * malloc's. Where a call takes a const bp_allocator *, NULL is malloc and free;
 * the allocator must outlive every object made with it. */
typedef struct bp_allocator {
    void *(*reallocate)(void *context, void *pointer, size_t old_size, size_t new_size);
    void *context;
} bp_allocator;

/* An allocator over memory that the caller owns, for programs without a heap:
 *     static unsigned char memory[16384];
 *     bp_arena arena;
 *     bp_arena_init(&arena, memory, sizeof memory);
 *     ... pass &arena.allocator ...
 * Only the newest block is given back by freeing; the rest comes back all at once
 * with the next bp_arena_init. `used` tells how much was needed so far. */
typedef struct bp_arena {
    bp_allocator allocator;
    unsigned char *memory;
    size_t size;
    size_t used;
} bp_arena;

BP_API void bp_arena_init(bp_arena *arena, void *memory, size_t size);

/* ---- Matrices and samples --------------------------------------------------- */

typedef enum bp_type { BP_F32 = 0, BP_F64 = 1 } bp_type;

BP_API const char *bp_type_name(bp_type type); /* "f32", "f64" */
BP_API size_t bp_type_size(bp_type type);      /* 4, 8 */

/* A view of numbers that are only read: row r, column c stands at element
 * r * row_stride + c. Never owns its data. */
typedef struct bp_matrix {
    const void *data;
    bp_type type;
    size_t rows;
    size_t columns;
    size_t row_stride; /* in elements, at least `columns` */
} bp_matrix;

/* The same for numbers that are written. */
typedef struct bp_matrix_out {
    void *data;
    bp_type type;
    size_t rows;
    size_t columns;
    size_t row_stride;
} bp_matrix_out;

/* Views of dense arrays, row after row. */
BP_API bp_matrix bp_matrix_f32(const float *data, size_t rows, size_t columns);
BP_API bp_matrix bp_matrix_f64(const double *data, size_t rows, size_t columns);
BP_API bp_matrix_out bp_matrix_out_f32(float *data, size_t rows, size_t columns);
BP_API bp_matrix_out bp_matrix_out_f64(double *data, size_t rows, size_t columns);

/* Rows to learn from. Targets come in one of two forms, the other is NULL:
 *   classes  one class index a row. A network with one output reads it as the
 *            number 0 or 1; with more outputs as a one-hot row.
 *   targets  a matrix with one column an output.
 * `weights` has one number a row by which its loss and gradient are multiplied, at least 0;
 * NULL: all 1. A batch's mean divides by its rows, not by their weights. */
typedef struct bp_samples {
    bp_matrix inputs;
    const uint32_t *classes;
    bp_matrix targets;
    const double *weights;
} bp_samples;

/* ---- Progress --------------------------------------------------------------- */

/* Told after every epoch (or unit of other long work). */
typedef struct bp_progress {
    const char *phase; /* "train", "cv"; "explain", whose epochs are columns; "tune": steps */
    size_t member;     /* which network or fold of `members`, from 0 */
    size_t members;
    size_t done; /* epochs done of `total` */
    size_t total;
    double loss;            /* mean training loss of a row in the last epoch, NaN where unknown */
    double validation_loss; /* likewise of a validation row */
    double judged;          /* what early stopping looks at; less is better; NaN: nothing */
    size_t best_epoch;      /* 1-based, of the best judged so far; 0: none */
    size_t rows;            /* learned from in an epoch */
    double learning_rate;
    struct bp_trainer *trainer; /* that is at work, after a whole epoch; or NULL */
} bp_progress;

/* `notify` returns false to stop the work, which then ends with BP_E_STOPPED.
 * A NULL observer or notify is allowed wherever one is taken. */
typedef struct bp_observer {
    bool (*notify)(void *context, const bp_progress *progress);
    void *context;
} bp_observer;

/* ---- Files ------------------------------------------------------------------ */

/* A file on its way: written piece by piece beside its place and put there when it is whole, so
 * that whatever happens the file of that name is the old one or the new one. What a killed
 * process leaves beside it, PATH.backprop-0.tmp, goes with the next writing of PATH. All files
 * that the library writes are written so; its fields are its own. */
#define BP_PATH_SIZE 4096
typedef struct bp_file_writer {
    const char *path; /* borrowed */
    int file;
    int number; /* errno of the first failure, 0: none; nothing is written after it */
    char temporary[BP_PATH_SIZE];
} bp_file_writer;

/* Every writer that was opened ends with exactly one commit or abort. Failures are BP_E_IO. */
BP_API bp_status bp_file_writer_open(bp_file_writer *writer, const char *path, bp_error *error);

/* False after a failure, which commit tells. */
BP_API bool bp_file_writer_append(bp_file_writer *writer, const void *data, size_t size);

/* Puts the file in its place, on the disk; where anything failed, nothing is left of it. */
BP_API bp_status bp_file_writer_commit(bp_file_writer *writer, bp_error *error);
BP_API void bp_file_writer_abort(bp_file_writer *writer);

/* ---- Numbers as text -------------------------------------------------------- */

#define BP_NUMBER_SIZE 32

/* Writes the shortest decimal that reads back as the same number, with its final
 * NUL, and returns its length: 5 -> "5", 0.1 -> "0.1", 1e300 -> "1e+300",
 * "nan", "inf", "-inf". Positional from 1e-4 up to 1e16, exponents elsewhere.
 * Independent of the locale. */
BP_API size_t bp_number_write(double value, char text[BP_NUMBER_SIZE]);
BP_API size_t bp_number_write_f32(float value, char text[BP_NUMBER_SIZE]);

/* Reads a whole decimal literal (sign, digits, point, exponent; no spaces, no hex,
 * no "inf", no "nan"), correctly rounded to nearest even, in any locale. Returns
 * false, leaving *value alone, where text[0..length) is anything else. Too large a
 * number gives an infinity, too small a one zero, with its sign. */
BP_API bool bp_number_read(const char *text, size_t length, double *value);
BP_API bool bp_number_read_f32(const char *text, size_t length, float *value);

/* ---- Names ------------------------------------------------------------------ */

/* The candidate nearest to `word` in spelling (edit distance, ignoring case), or
 * NULL where none is near enough to be offered as "did you mean". */
BP_API const char *bp_nearest(const char *word, const char *const *candidates, size_t count);

/* ---- JSON writing ----------------------------------------------------------- */

/* Writes one JSON document into memory. Commas, quoting and UTF-8 checking are the
 * writer's; numbers come in shortest round-trip form (a number that is not finite
 * becomes null). A failure sticks: bp_json_text then returns NULL. Keys and
 * strings must be UTF-8; bytes that are not become U+FFFD. */
typedef struct bp_json bp_json;

BP_API bp_status bp_json_new(bp_json **json, const bp_allocator *allocator, bp_error *error);
BP_API void bp_json_free(bp_json *json);
BP_API void bp_json_object_begin(bp_json *json);
BP_API void bp_json_object_end(bp_json *json);
BP_API void bp_json_array_begin(bp_json *json);
BP_API void bp_json_array_end(bp_json *json);
BP_API void bp_json_key(bp_json *json, const char *key);
BP_API void bp_json_string(bp_json *json, const char *text);
BP_API void bp_json_number(bp_json *json, double value);
BP_API void bp_json_number_f32(bp_json *json, float value);
BP_API void bp_json_integer(bp_json *json, int64_t value);
BP_API void bp_json_boolean(bp_json *json, bool value);
BP_API void bp_json_null(bp_json *json);

/* The text so far, NUL-terminated, borrowed until the next call on `json`; its
 * length too where `length` is not NULL. NULL where memory ran out or an object
 * or array is still open. */
BP_API const char *bp_json_text(const bp_json *json, size_t *length);

/* ---- JSON reading ----------------------------------------------------------- */

/* Strict JSON (RFC 8259) as a tree. Duplicate keys, invalid UTF-8, trailing commas and
 * anything after the document are errors. */
typedef enum bp_json_kind {
    BP_JSON_NULL,
    BP_JSON_BOOLEAN,
    BP_JSON_NUMBER,
    BP_JSON_STRING,
    BP_JSON_ARRAY,
    BP_JSON_OBJECT
} bp_json_kind;

typedef struct bp_json_value bp_json_value;
typedef struct bp_json_document bp_json_document;

/* Reads text[0..length). Errors: `status` (the caller's BP_E_MODEL, say) with the
 * 1-based line and column of the offence; nesting beyond 64 levels is refused. */
BP_API bp_status bp_json_read(bp_json_document **document, const char *text, size_t length,
                              bp_status status, const bp_allocator *allocator, bp_error *error);
BP_API void bp_json_document_free(bp_json_document *document);

/* The outermost value; it and all within it live as long as the document. */
BP_API const bp_json_value *bp_json_root(const bp_json_document *document);

BP_API bp_json_kind bp_json_kind_of(const bp_json_value *value); /* NULL is BP_JSON_NULL */
BP_API size_t bp_json_count(const bp_json_value *value);         /* of an array or object, else 0 */

/* An array's or object's entry in order; the key of an object's entry. NULL past the end. */
BP_API const bp_json_value *bp_json_at(const bp_json_value *value, size_t index);
BP_API const char *bp_json_key_at(const bp_json_value *value, size_t index);

/* An object's entry by key, NULL where there is none or `value` is no object. */
BP_API const bp_json_value *bp_json_get(const bp_json_value *value, const char *key);

/* The value where it has that kind (false otherwise, *result left alone). A string is
 * NUL-terminated; one with a NUL inside is refused when read. bp_json_as_size takes
 * whole numbers from 0 to 2^53 alone. */
BP_API bool bp_json_as_string(const bp_json_value *value, const char **result);
BP_API bool bp_json_as_number(const bp_json_value *value, double *result);
BP_API bool bp_json_as_size(const bp_json_value *value, size_t *result);
BP_API bool bp_json_as_boolean(const bp_json_value *value, bool *result);

#ifdef __cplusplus
}
#endif
#endif
