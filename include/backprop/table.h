/* table.h: a table of data: read, understood, prepared as numbers, split. */
#ifndef BACKPROP_TABLE_H
#define BACKPROP_TABLE_H

#include <backprop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The table -------------------------------------------------------------- */

typedef struct bp_table bp_table;
typedef struct bp_preparation bp_preparation; /* below */

/* What a column is. Numbers and dates are kept as numbers; categories, booleans and
 * identifiers as codes of texts; a constant as what its cells are: bp_table_codes is NULL
 * where a column holds numbers. */
typedef enum bp_column_kind {
    BP_COLUMN_NUMBER,     /* decimal numbers; a missing cell is NaN */
    BP_COLUMN_CATEGORY,   /* texts, numbered in the order in which they first stand in the table */
    BP_COLUMN_BOOLEAN,    /* two texts: true/false, t/f, yes/no, y/n, on/off, in any case */
    BP_COLUMN_DATE,       /* seconds since 1970-01-01 00:00 UTC, float64 whatever the table's type;
                           * from YYYY-MM-DD, with T or a blank hh:mm[:ss[.fraction]][Z|+hh:mm] */
    BP_COLUMN_IDENTIFIER, /* tells rows apart and nothing else: no input unless it is kept */
    BP_COLUMN_CONSTANT,   /* the same in every row (or missing in all): no input unless kept */
    BP_COLUMN_KIND_COUNT
} bp_column_kind;

/* "number", "category", "boolean", "date", "identifier", "constant". */
BP_API const char *bp_column_kind_name(bp_column_kind kind);
BP_API bp_status bp_column_kind_find(const char *name, bp_column_kind *kind, bp_error *error);

#define BP_MISSING UINT32_MAX /* the code of a missing cell in a column of texts */

/* How dates are written, but for 2024-02-29 (ISO 8601) and 2024/2/29, which always are dates. */
typedef enum bp_date_order {
    BP_DATES_AUTO,        /* found out of delimited text whose dates leave no doubt; else ISO */
    BP_DATES_ISO,         /* as these alone */
    BP_DATES_DAY_FIRST,   /* 29/02/2024, 29.2.2024 or 29-02-2024 too */
    BP_DATES_MONTH_FIRST, /* 02/29/2024 too, likewise */
    BP_DATES_COUNT
} bp_date_order;

/* "auto", "iso", "day-first", "month-first"; NULL beyond. */
BP_API const char *bp_date_order_name(bp_date_order order);

/* How a table is read; bp_table_options_init sets what finds everything out. */
typedef struct bp_table_options {
    const char *name;    /* what errors call the table; NULL: the path, or "memory" */
    const char *format;  /* NULL: found out; else one of bp_format_name */
    const char *query;   /* what to read where a file holds several tables: SQL for an SQLite
                          * database; names of arrays, with commas between, for an NPZ; NULL: all */
    char delimiter;      /* 0: found out among comma, semicolon, tab, bar, white space */
    int header;          /* 1: the first line names the columns, 0: none does, -1: found out */
    char quote;          /* around cells: " or '; 0: found out */
    char comment;        /* lines that begin with it are skipped; 0: none are */
    size_t skip_lines;   /* lines above a delimited text that are none of its own */
    char decimal;        /* ',': 3,14 is a number and 3.14 is not; '.': the other way round; 0:
                          * found out where no comma parts the cells, else '.' */
    bp_date_order dates; /* of a table that is read for a preparation AUTO is that one's */
    const char *missing; /* what a missing cell looks like, with commas between; an empty cell
                          * always is one; NULL: NA,N/A,NaN,nan,NULL,null,?,- */
    const char *kinds;   /* "zip=category,#3=number,*_at=date": columns (see
                          * bp_table_select_columns) and what they are; NULL: all found out */
    bool keep_strays;    /* cells that are no numbers in a number column become missing and are
                          * listed by bp_table_stray, where else they are errors */
    const bp_preparation *expected; /* what the table is read for: its inputs and targets are read
                                     * as what it takes them for, and no other kind is found out;
                                     * NULL: nothing is known */
    bool expected_only;  /* other columns are not read: they have neither numbers nor codes; else
                          * they are texts */
    uint64_t size_limit; /* bytes that compressed data may unpack to; 0: half of the memory that
                          * is free */
    size_t threads;      /* that read at once; 0: what the size deserves; 1: the caller alone */
    bp_type type;        /* of the cells of number columns; each is rounded once from its text */
    const bp_allocator *allocator;
} bp_table_options;

/* The defaults: everything found out, BP_F64, malloc. */
BP_API void bp_table_options_init(bp_table_options *options);

/* The forms in which a table may come, by index; NULL past the last. "csv" is the last and
 * takes what no other recognizes. */
BP_API const char *bp_format_name(size_t index);
BP_API const char *bp_format_help(size_t index); /* one line */

/* Reads a table from a file ("-": standard input) or from memory (copied). NULL
 * options are the defaults. Understood: CSV of RFC 4180 with comma, semicolon, tab,
 * bar or runs of white space (a doubled tab is one), LF or CRLF, quoted fields with
 * embedded newlines, blank lines (skipped), a UTF-8 byte order mark; and the other
 * forms of bp_format_name. A column of which at least 95 % of the cells that are not
 * missing are decimal numbers is a number column: any other cell in it is an error
 * with its line and column. In delimited text amounts are numbers too: with a currency
 * ($, euro, pound, yen) before or behind, with a percent sign (25 % is 25), with thousands
 * parted. A column of whole numbers beyond 2^53, which float64 cannot tell apart, is one of
 * identifiers, and so is one that numbers rows: whole numbers nearly all different, from 20 rows
 * on, in a column called like "id", or in the first one where a header does not name it; where a
 * header line is one cell short of rows that begin with a name, it names the second column on.
 * An SQLite database is opened for reading alone; what the query finds is read as CSV is.
 * Errors: BP_E_DATA with file, line and column; BP_E_OPTION; BP_E_IO; BP_E_MEMORY. */
BP_API bp_status bp_table_read(bp_table **table, const char *path, const bp_table_options *options,
                               bp_error *error);
BP_API bp_status bp_table_read_memory(bp_table **table, const char *text, size_t size,
                                      const bp_table_options *options, bp_error *error);
BP_API void bp_table_free(bp_table *table);

/* ---- By blocks ---------------------------------------------------------------- */

/* A table that is read a block of rows at a time, for what options.expected needs of it, in memory
 * that does not grow with its rows: delimited text, JSON Lines, LIBSVM and ARFF. All else (packed
 * files, databases, arrays) comes whole, as one block. */
typedef struct bp_table_stream bp_table_stream;

/* Opens a file, or "-", and reads the first rows. What is to be found out of the text as a whole
 * (its delimiter, whether a line names the columns) is found out from them: from 1,000 lines or
 * 1 MB. Later rows come as they arrive. What the options point to, but their list of kinds, must
 * outlive it. Errors: as of bp_table_read; BP_E_ARGUMENT where nothing is expected. */
BP_API bp_status bp_table_stream_open(bp_table_stream **stream, const char *path,
                                      const bp_table_options *options, bp_error *error);
BP_API void bp_table_stream_free(bp_table_stream *stream);

/* The next rows, as a table of their own that lives until the next call; NULL behind the last.
 * Columns are known by their names: in JSON Lines and LIBSVM, later blocks may have more of them.
 * Places in errors are those in the file. After an error there is nothing more. */
BP_API bp_status bp_table_stream_next(bp_table_stream *stream, bp_table **block, bp_error *error);

/* Whether the block at hand is known to be the last; of a table that comes by blocks it is not
 * known before the next one is asked for. */
BP_API bool bp_table_stream_is_last(const bp_table_stream *stream);

/* ---- Written ------------------------------------------------------------------ */

/* Writes the table as a file, whole or not at all. Formats: "csv" (RFC 4180, a header line
 * always, missing cells empty, the shortest numbers that read back, dates as ISO 8601) and
 * "safetensors" (docs/tables.md), which is read back without a pass over its numbers; NULL: as the
 * path ends. BP_E_OPTION: no such format; BP_E_DATA: a cell that it cannot hold; BP_E_IO. */
BP_API bp_status bp_table_write(const bp_table *table, const char *path, const char *format,
                                bp_error *error);

/* ---- Columns and cells -------------------------------------------------------- */

BP_API const char *bp_table_name(const bp_table *table);
BP_API size_t bp_table_row_count(const bp_table *table);
BP_API size_t bp_table_column_count(const bp_table *table);
BP_API bool bp_table_has_header(const bp_table *table);
BP_API char bp_table_decimal(const bp_table *table);             /* '.' or ',' */
BP_API bp_date_order bp_table_date_order(const bp_table *table); /* never AUTO */

/* How it was read: "csv, comma, a header line"; borrowed. */
BP_API const char *bp_table_form(const bp_table *table);

/* The column's name as the header has it; "#3" for the third of a table without one. */
BP_API const char *bp_table_column_name(const bp_table *table, size_t column);
BP_API bp_column_kind bp_table_column_kind(const bp_table *table, size_t column);

/* The column that `reference` means: its name, or "#3" for the third. An unknown
 * one is BP_E_OPTION with the nearest name in the message. */
BP_API bp_status bp_table_find_column(const bp_table *table, const char *reference, size_t *column,
                                      bp_error *error);

/* Sets marks[column] for each column that a list names: names, "#3" or "#3-#7" by position,
 * patterns with * and ? in them, with commas between. NULL or "" marks none. What marks no
 * column is BP_E_OPTION with the nearest name in the message. */
BP_API bp_status bp_table_select_columns(const bp_table *table, const char *list, bool *marks,
                                         bp_error *error);

/* The cells of a column of numbers, one a row, of the table's type (dates: float64); of a
 * column of texts a matrix without data. */
BP_API bp_matrix bp_table_numbers(const bp_table *table, size_t column);

/* The cells of a column of texts as codes (BP_MISSING where missing), and the text
 * behind a code; NULL and 0 for a column of numbers. */
BP_API const uint32_t *bp_table_codes(const bp_table *table, size_t column);
BP_API size_t bp_table_category_count(const bp_table *table, size_t column);
BP_API const char *bp_table_category(const bp_table *table, size_t column, uint32_t code);

/* Turns any column into a category column whose texts are the cells as they were
 * written (in a form without texts, such as NPY, the shortest that give the number back). */
BP_API bp_status bp_table_categorize(bp_table *table, size_t column, bp_error *error);

/* Cells that are no numbers in a column of numbers, where options.keep_strays lets them be:
 * how many, and the first of them (at most 1,000) by index; false past the last. */
BP_API size_t bp_table_stray_count(const bp_table *table);
BP_API bool bp_table_stray(const bp_table *table, size_t index, size_t *row, size_t *column);

/* A cell as it was written; where the form keeps no texts, as bp_table_write would write it.
 * Writes what fits into text[size], ended by a NUL, and returns the length of the whole. */
BP_API size_t bp_table_cell_text(const bp_table *table, size_t row, size_t column, char *text,
                                 size_t size);

/* The same for cells one after another, each looked for from where the last one ended instead of
 * from the start of its row. All zero at first; of one table; the caller's own. */
typedef struct bp_cell_walk {
    size_t row, column; /* of the cell to come */
    size_t place;       /* where it stands in the table's text; 0: not known */
} bp_cell_walk;

BP_API size_t bp_table_walk_text(const bp_table *table, bp_cell_walk *walk, size_t row,
                                 size_t column, char *text, size_t size);

/* Which row of what was read a row of the table is, and how many of those it has no more: others
 * than `row` and 0 where rows were dropped (bp_preparation_drop_unlabeled). */
BP_API size_t bp_table_row_read(const bp_table *table, size_t row);
BP_API size_t bp_table_dropped(const bp_table *table);

/* Fills file, line and column of `error` (not NULL) with where a cell stands. */
BP_API void bp_table_place(const bp_table *table, size_t row, size_t column, bp_error *error);

/* ---- Made-up tables --------------------------------------------------------- */

/* The kinds of tables that can be made up, by index: name and one line; NULL past the last. */
BP_API const char *bp_made_name(size_t index);
BP_API const char *bp_made_help(size_t index);

/* Makes up a table of a kind (docs/equations.md, (40)): numbers x1, x2, ... (one alone: x),
 * then the column "class" of texts or the number y. `noise` is the standard deviation of what
 * is added, to each input where there are classes, else to y. The same bits everywhere.
 * BP_E_OPTION: an unknown kind, with the nearest in the message; BP_E_ARGUMENT: no rows, more
 * than 2^32 - 1, or a noise that is negative or not finite. */
BP_API bp_status bp_table_make(bp_table **table, const char *kind, size_t rows, double noise,
                               uint64_t seed, bp_type type, const bp_allocator *allocator,
                               bp_error *error);

/* ---- Describing ------------------------------------------------------------- */

#define BP_BARS 16
#define BP_COMMON 8

/* A column at a glance. Numbers are NaN in a column of texts, and where no cell has one. */
typedef struct bp_column_summary {
    size_t missing;
    size_t distinct; /* values, the missing one not counted */
    double least, greatest, mean, median;
    double deviation;                /* standard, of a sample: over n - 1 */
    double skew;                     /* third standardized moment */
    size_t bars[BP_BARS];            /* rows in parts of equal width, least to greatest */
    size_t common_count;             /* of the values below, the most common first */
    uint32_t common[BP_COMMON];      /* in a column of texts: codes */
    double common_number[BP_COMMON]; /* in a column of numbers */
    size_t common_rows[BP_COMMON];
    size_t rarest_rows; /* rows of the least common value */
} bp_column_summary;

#define BP_NO_COLUMN SIZE_MAX

/* Something that one should know before training. */
typedef struct bp_finding {
    const char *name; /* constant, identifier, code, missing, skew, leak, imbalance, rare-class,
                       * duplicates, conflicts */
    size_t column;    /* BP_NO_COLUMN: the whole table */
    char text[320];   /* one line, with the option that acts on it where there is one */
} bp_finding;

typedef struct bp_description bp_description;

/* Describes a table. `target`: the column to predict, as bp_table_find_column takes it; NULL
 * or "": the last one. The table must outlive the description. */
BP_API bp_status bp_table_describe(bp_description **description, const bp_table *table,
                                   const char *target, const bp_allocator *allocator,
                                   bp_error *error);
BP_API void bp_description_free(bp_description *description);
BP_API const bp_column_summary *bp_description_column(const bp_description *description,
                                                      size_t column);
BP_API size_t bp_description_target(const bp_description *description);

/* Rows that are equal to an earlier one in every column; and those that are in all inputs and
 * have another target than the first of them (identifiers and constants are no inputs). */
BP_API size_t bp_description_duplicates(const bp_description *description);
BP_API size_t bp_description_conflicts(const bp_description *description);

/* The findings by index, NULL past the last. */
BP_API const bp_finding *bp_description_finding(const bp_description *description, size_t index);

/* ---- Preparation ------------------------------------------------------------ */

typedef enum bp_task { BP_TASK_AUTO, BP_TASK_CLASSIFICATION, BP_TASK_REGRESSION } bp_task;

BP_API const char *bp_task_name(bp_task task); /* "auto", "classification", "regression" */

/* How a column of numbers is brought to a common size, with what its training rows tell; a
 * column that is the same in all of them becomes 0 by all but the first. */
typedef enum bp_scaling {
    BP_SCALING_NONE,     /* as it is */
    BP_SCALING_MINMAX,   /* (x - smallest) / (largest - smallest) */
    BP_SCALING_STANDARD, /* (x - mean) / deviation */
    BP_SCALING_ROBUST,   /* z = (x - median) / (distance of the quartiles), then a smooth clip to
                          * -3..3: z / sqrt(1 + (z/3)^2) */
    BP_SCALING_QUANTILE, /* the rank among the training rows, made normal */
    BP_SCALING_LOG,      /* sign(x) log(1 + |x|), then as BP_SCALING_STANDARD */
    BP_SCALING_COMMON,   /* as BP_SCALING_MINMAX, with the smallest and the largest of all numbers
                          * among the inputs: of pixels, say */
    BP_SCALING_COUNT,
    BP_SCALING_AUTO = BP_SCALING_COUNT /* of targets: as the inputs where that is NONE or MINMAX,
                                        * else STANDARD */
} bp_scaling;

/* "none", "minmax", "standard", "robust", "quantile", "log", "common"; NULL for any other. */
BP_API const char *bp_scaling_name(bp_scaling scaling);
BP_API bp_status bp_scaling_find(const char *name, bp_scaling *scaling, bp_error *error);

/* What stands for a missing cell of an input, told by the training rows. In a column of texts
 * a missing cell is a category of its own where training rows lack cells, else none of them. */
typedef enum bp_gaps {
    BP_GAPS_MEAN,
    BP_GAPS_MEDIAN,
    BP_GAPS_MODE, /* the most frequent value, the least among equals */
    BP_GAPS_ZERO, /* 0 before scaling; of dates the mean */
    BP_GAPS_ERROR /* nothing: it is refused with its place */
} bp_gaps;

BP_API const char *bp_gaps_name(bp_gaps gaps); /* "mean", "median", "mode", "zero", "error" */
BP_API bp_status bp_gaps_find(const char *name, bp_gaps *gaps, bp_error *error);

/* What a preparation is to do. Lists of columns are those of bp_table_select_columns. */
typedef struct bp_preparation_options {
    const char *target; /* the target columns; NULL: the last column */
    const char *drop;   /* columns that are no inputs; NULL: none */
    const char *keep;   /* columns that are inputs though they are identifiers or constants; "*":
                         * all that are not dropped */
    bp_task task;       /* AUTO: a target of text, or of integers with at most 20 distinct
                         * values, is classes; so are several targets of which each row has one
                         * at 1 and the others at 0, called by their columns; anything else is
                         * regression */
    bp_scaling scaling; /* of inputs of numbers and dates */
    bp_scaling target_scaling; /* of targets in regression: AUTO, NONE, MINMAX, STANDARD, LOG */
    bp_gaps gaps;              /* missing cells of inputs */
    bool gap_indicator;        /* where training rows lack cells of a column, one number more tells
                                * whether its cell is missing */
    bool ordinal;              /* a category is one number, its place among them in the order of
                                * their bytes; else it is one number for each, 1 for its own */
    size_t rare;               /* categories seen in fewer training rows share one place, and so
                                * do those never seen; 0: every one has its own */
    size_t category_limit;     /* the most places of one column: the less frequent categories
                                * share one; 0: any number */
    size_t pieces;             /* each number is also told by where it lies in so many pieces of its
                                * range, of as many training rows each: (18d); at most 1024; below
                                * 2: by itself alone */
    double components;         /* principal components of all that are what a network reads: so
                                * many; below 1, as many as hold that share of the variance; 0:
                                * the numbers themselves */
    const bp_allocator *allocator; /* also of the rows that it prepares */
} bp_preparation_options;

/* The defaults: BP_SCALING_MINMAX, BP_SCALING_AUTO, BP_GAPS_MEAN with indicators, one number a
 * category and at most 200 of them. */
BP_API void bp_preparation_options_init(bp_preparation_options *options);

/* What is done to raw rows before a network sees them: which columns are inputs and
 * targets, what the classes are called, how each column becomes numbers. It is made
 * from a table (columns, task, classes), fitted on its training rows alone (scaling,
 * input categories), kept in the model and applied to any table with these columns. */

/* Decides columns, task and classes. The table is not const: a target of numbers
 * that are classes becomes a category column. Classes are numbered in the order in
 * which they first stand in the table. NULL options are the defaults. */
BP_API bp_status bp_preparation_new(bp_preparation **preparation, bp_table *table,
                                    const bp_preparation_options *options, bp_error *error);
BP_API void bp_preparation_free(bp_preparation *preparation);

/* Drops the rows of a table in which a target is missing: what is left is all that there is to
 * learn from, or to judge by. The table is the one that the preparation was made from, or another
 * with its columns. Categories of which no row is left keep their codes. BP_E_DATA: no row would
 * be left, or there is no such column; BP_E_MEMORY: the table is what it was. */
BP_API bp_status bp_preparation_drop_unlabeled(const bp_preparation *preparation, bp_table *table,
                                               bp_error *error);

/* Fits scaling, input categories and what stands for missing cells on these rows of the table
 * that it was made from (each counts once, in the table's order), replacing an earlier fit. A
 * missing cell of a target is BP_E_DATA with its place. After a failure it is not fitted, and
 * applying it is BP_E_ARGUMENT. */
BP_API bp_status bp_preparation_fit(bp_preparation *preparation, const bp_table *table,
                                    const size_t *rows, size_t count, bp_error *error);

BP_API bp_task bp_preparation_task(const bp_preparation *preparation);       /* never AUTO */
BP_API size_t bp_preparation_input_count(const bp_preparation *preparation); /* columns */
BP_API size_t bp_preparation_width(const bp_preparation *preparation);       /* numbers a row */
BP_API size_t
bp_preparation_output_count(const bp_preparation *preparation); /* classes, or targets */
BP_API size_t bp_preparation_target_count(const bp_preparation *preparation);
BP_API const char *bp_preparation_input_name(const bp_preparation *preparation, size_t input);
BP_API const char *bp_preparation_target_name(const bp_preparation *preparation, size_t target);

/* The training categories of an input that share one place, being rare or too many; 0 where
 * each has its own. */
BP_API size_t bp_preparation_rare_count(const bp_preparation *preparation, size_t input);

/* The columns of the table that it was made from that are neither inputs nor targets, and why:
 * "dropped", "identifier", "constant". A preparation that was loaded does not know of them. */
BP_API size_t bp_preparation_omitted_count(const bp_preparation *preparation);
BP_API const char *bp_preparation_omitted_name(const bp_preparation *preparation, size_t index);
BP_API const char *bp_preparation_omitted_reason(const bp_preparation *preparation, size_t index);

BP_API size_t bp_preparation_class_count(const bp_preparation *preparation); /* 0 in regression */
BP_API const char *bp_preparation_class_name(const bp_preparation *preparation, uint32_t code);

/* What a fitted preparation makes of a column. Numbers that its kind or its scaling does not
 * have are NaN; texts are borrowed. */
typedef struct bp_prepared_column {
    const char *name;
    size_t position;       /* in the table that it was made from, from 0 */
    bp_column_kind kind;   /* NUMBER, BOOLEAN, DATE or CATEGORY */
    bp_scaling scaling;    /* of numbers and dates; NONE of the others */
    double low, high;      /* smallest and largest of the training rows; of a date in seconds */
    double center, spread; /* of STANDARD and LOG mean and deviation, of ROBUST median and unit */
    double fill;           /* what a missing cell counts as; NaN where it is refused, and of
                            * categories */
    bool indicator;        /* training rows lack cells: a number, or a place, tells of it */
    bool ordinal;          /* categories become one number, else one for each place */
    size_t category_count; /* of those with a place of their own */
    size_t rare;           /* training categories that share one place more */
    size_t first, width;   /* its numbers in a row, before principal components: the first, and
                            * how many; 0 of targets */
} bp_prepared_column;

/* The columns of inputs and of targets; false, and *column as it was, where there is no such
 * one or the preparation is not fitted. A single target of classes is a CATEGORY. */
BP_API bool bp_preparation_input_column(const bp_preparation *preparation, size_t input,
                                        bp_prepared_column *column);
BP_API bool bp_preparation_target_column(const bp_preparation *preparation, size_t target,
                                         bp_prepared_column *column);

/* A category of an input that has a place of its own, in the order of the places; NULL past
 * the last. */
BP_API const char *bp_preparation_category_name(const bp_preparation *preparation, size_t input,
                                                size_t category);

BP_API bp_gaps bp_preparation_gaps(const bp_preparation *preparation);

/* How many principal components stand in place of the columns' numbers; 0: none do. */
BP_API size_t bp_preparation_component_count(const bp_preparation *preparation);

/* What number `feature` of a row means, from 0 to the width: "area" of a column of numbers,
 * "color = red" of a category, "color: any other" of the rare and the unknown, "area missing"
 * of what tells of gaps, "area: piece 2" of where a number lies, "day: month, sine" of a date's
 * parts, "component 3" of principal components. Writes what fits into text[size], ended by a NUL,
 * cut between characters, and returns the length of the whole; 0 past the last, and where it is not
 * fitted. Names of columns and categories are as the table has them, control characters too. */
BP_API size_t bp_preparation_feature_name(const bp_preparation *preparation, size_t feature,
                                          char *text, size_t size);

/* The same of the numbers that the components are taken of: bp_prepared_column's `first` counts
 * these. Where there are no components, it is the same number. */
BP_API size_t bp_preparation_number_name(const bp_preparation *preparation, size_t number,
                                         char *text, size_t size);

/* Rows as numbers: what a network reads. Owns its memory. */
typedef struct bp_prepared bp_prepared;

/* Applies the fitted preparation to rows of a table, which may be another than it was
 * made from: columns are matched by name, or by position where either table has no
 * header (with all columns, or with exactly the input columns). Extra columns are
 * ignored. `with_targets` asks for the targets too; without it they need not be
 * there. The result has row i for rows[i]. Errors: a missing column, a missing cell of
 * a target (of an input under BP_GAPS_ERROR), text in a number column, a class never
 * seen: BP_E_DATA with the place. */
BP_API bp_status bp_preparation_apply(const bp_preparation *preparation, bp_table *table,
                                      const size_t *rows, size_t count, bp_type type,
                                      bool with_targets, bp_prepared **prepared, bp_error *error);
BP_API void bp_prepared_free(bp_prepared *prepared);
BP_API size_t bp_prepared_row_count(const bp_prepared *prepared);
BP_API bp_samples bp_prepared_samples(const bp_prepared *prepared);

/* What answers to these rows (NULL: the first `count`) should be: classes[count], the codes, in
 * classification; numbers[targets][count], in their own units, in regression. The other may be
 * NULL. Errors: as of bp_preparation_apply with targets. */
BP_API bp_status bp_preparation_truth(const bp_preparation *preparation, bp_table *table,
                                      const size_t *rows, size_t count, uint32_t *classes,
                                      double *numbers, bp_error *error);

/* Sets marks[column] for each column of that table that is an input, or a target where it is
 * there, and leaves the others. An input that is not there is BP_E_DATA. */
BP_API bp_status bp_preparation_mark_columns(const bp_preparation *preparation,
                                             const bp_table *table, bool *marks, bp_error *error);

/* Whether every target column can be found in that table. */
BP_API bool bp_preparation_has_targets(const bp_preparation *preparation, const bp_table *table);

/* Where in a table an input's column stands, as bp_preparation_apply finds it; BP_E_DATA where
 * it does not. */
BP_API bp_status bp_preparation_find_input(const bp_preparation *preparation, const bp_table *table,
                                           size_t input, size_t *column, bp_error *error);

/* Undoes the scaling of regression targets in place: `values` has one number a target. */
BP_API void bp_preparation_restore(const bp_preparation *preparation, double *values);

/* ---- Splitting -------------------------------------------------------------- */

/* Rows dealt, equations (20) and (27) to (30): a list of parts, each with rows to learn
 * from and rows to be scored on, which have none in common. */
typedef struct bp_split bp_split;

/* What stays together when rows are dealt. */
typedef enum bp_split_unit {
    BP_SPLIT_ROWS,   /* nothing: each row by itself, shuffled */
    BP_SPLIT_GROUPS, /* rows with the same cell in a column: all learned from or all held out */
    BP_SPLIT_TIME,   /* rows of one time; each part learns from what was before its test rows */
    BP_SPLIT_NAMES,  /* a column says it: train and test (or valid); or names of folds, each
                      * held out once */
    BP_SPLIT_UNIT_COUNT
} bp_split_unit;

BP_API const char *bp_split_unit_name(bp_split_unit unit); /* "rows", "groups", "time", "names" */

#define BP_LEAVE_ONE_OUT SIZE_MAX

typedef struct bp_split_options {
    bp_split_unit unit;
    size_t folds;            /* how many, each held out once; BP_LEAVE_ONE_OUT: one for each row,
                              * group or time (but the first) */
    double test_fraction;    /* above 0, below 1: one part that holds out this share, in place
                              * of folds; 0: folds */
    size_t repeats;          /* of all of it, shuffled anew */
    const uint32_t *classes; /* [rows of the table] of ROWS: each is dealt as evenly as can be;
                              * NULL: no matter */
    const char *column;      /* of GROUPS, TIME (numbers or dates; NULL: the order of the rows)
                              * and NAMES, by name or as "#3" */
    uint64_t seed;
    const bp_allocator *allocator;
} bp_split_options;

/* The defaults: 5 folds of rows, once. */
BP_API void bp_split_options_init(bp_split_options *options);

/* Deals these rows of a table (NULL: the first `count`); where no column is named the table
 * may be NULL. ROWS: sizes differ by one at most,
 * and so do the rows of each class. GROUPS: the largest first, each to the smallest fold. The
 * same on every machine. Errors: BP_E_OPTION where it cannot be; BP_E_DATA with the place of
 * a missing cell in the column. */
BP_API bp_status bp_split_new(bp_split **split, const bp_table *table, const size_t *rows,
                              size_t count, const bp_split_options *options, bp_error *error);
BP_API void bp_split_free(bp_split *split);

BP_API bp_split_unit bp_split_unit_of(const bp_split *split);
BP_API bool bp_split_is_stratified(const bp_split *split);
BP_API size_t bp_split_count(const bp_split *split);   /* parts, of all repeats together */
BP_API size_t bp_split_repeats(const bp_split *split); /* with equally many parts each, in order */

/* The rows of a part to be scored on; and those to learn from, written to `training` (NULL:
 * not; room for all rows that were dealt), whose count is returned. */
BP_API const size_t *bp_split_tests(const bp_split *split, size_t part, size_t *count);
BP_API size_t bp_split_training(const bp_split *split, size_t part, size_t *training);

#ifdef __cplusplus
}
#endif
#endif
