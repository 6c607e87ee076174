/* description_findings.c: what one should know about a table before training. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "table/description.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FEW_ROWS 20u        /* below, much looks suspicious by chance */
#define MISSING_PERCENT 20u /* that a column may miss without a word */
#define SKEW_LIMIT 3.0      /* an exponential distribution has 2 */
#define CODES_LEAST 3u      /* distinct whole numbers that may be codes */
#define CODES_MOST 30u
#define UNIQUE_PERCENT 90u /* of the rows: whole numbers that may number them */
#define CLASSES_MOST 20u   /* distinct whole numbers that preparation takes for classes */
#define MAJORITY_PERCENT 90u
#define CLASS_ROWS_LEAST 5u /* fewer cannot be in every fold */
#define CORRELATION_LIMIT 0.999

/* Grows the list by one. */
static bp_status add(bp_description *description, const char *name, size_t column, bp_error *error,
                     const char *format, ...) BP_PRINTF(5, 6);

static bp_status add(bp_description *description, const char *name, size_t column, bp_error *error,
                     const char *format, ...)
{
    if (description->finding_count == description->finding_room) {
        size_t room = description->finding_room * 2 + 8;
        bp_finding *larger = bp_resize(&description->allocator, description->findings,
                                       description->finding_room, room, sizeof *larger, error);
        if (larger == NULL)
            return BP_E_MEMORY;
        description->findings = larger;
        description->finding_room = room;
    }
    bp_finding *finding = &description->findings[description->finding_count++];
    *finding = (bp_finding){.name = name, .column = column};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
    return BP_OK;
}

/* A column's name, short enough for a line. */
static const char *named(const bp_description *description, size_t column,
                         char excerpt[BP_EXCERPT_SIZE])
{
    const char *name = description->table->names.texts[column];
    bp_excerpt(name, strlen(name), excerpt);
    return excerpt;
}

/* part of whole in percent, rounded down; whole is not 0. */
static size_t percent(size_t part, size_t whole)
{
    return (size_t)((double)part * 100 / (double)whole);
}

/* ---- One column ------------------------------------------------------------- */

/* 2/25/2023 or 25.2.23, with whatever behind it. */
static bool looks_like_date(const char *text)
{
    static const char digits[] = "0123456789";
    size_t day = strspn(text, digits);
    if (day < 1 || day > 2 || strchr("/.-", text[day]) == NULL || text[day] == '\0')
        return false;
    size_t month = strspn(text + day + 1, digits);
    const char *second = text + day + 1 + month;
    size_t year = month >= 1 && month <= 2 && *second == text[day] ? strspn(second + 1, digits) : 0;
    return year == 2 || year == 4;
}

static bp_status find_useless(bp_description *description, size_t column, bp_error *error)
{
    char name[BP_EXCERPT_SIZE];
    bp_column_kind kind = description->table->column[column].kind;
    const bp_column_summary *summary = &description->summary[column];
    bool target = column == description->target;
    named(description, column, name);
    if (kind == BP_COLUMN_CONSTANT)
        return add(description, "constant", column, error, "%s is %s in every row: it %s", name,
                   summary->distinct == 0 ? "missing" : "the same",
                   target ? "cannot be a target" : "is no input (--keep to have it)");
    if (kind == BP_COLUMN_IDENTIFIER && target)
        return add(description, "identifier", column, error,
                   "%s tells rows apart and cannot be predicted; name the target by --target",
                   name);
    const char *text = bp_table_category(description->table, column, 0);
    if (kind == BP_COLUMN_IDENTIFIER && text != NULL && looks_like_date(text))
        return add(
            description, "identifier", column, error,
            "%s looks like dates; which comes first, day or month, says --dates, and the year has "
            "four digits: it is no input",
            name);
    if (kind == BP_COLUMN_IDENTIFIER)
        return add(description, "identifier", column, error,
                   "%s tells rows apart and nothing else: it is no input (--keep to have it)",
                   name);
    return BP_OK;
}

static bp_status find_missing(bp_description *description, size_t column, bp_error *error)
{
    char name[BP_EXCERPT_SIZE];
    size_t missing = description->summary[column].missing, rows = description->table->rows;
    named(description, column, name);
    if (missing == 0 || missing == rows)
        return BP_OK;
    if (column == description->target)
        return add(description, "missing", column, error,
                   "the target %s is missing in %zu row%s, which teach%s nothing", name, missing,
                   missing == 1 ? "" : "s", missing == 1 ? "es" : "");
    if (percent(missing, rows) < MISSING_PERCENT)
        return BP_OK;
    return add(description, "missing", column, error,
               "%s is missing in %zu %% of the rows (--drop %s)", name, percent(missing, rows),
               name);
}

static bool is_whole(const bp_matrix *cells)
{
    for (size_t row = 0; row < cells->rows; row++) {
        double value = bp_matrix_at(cells, row, 0);
        if (!isnan(value) && value != floor(value))
            return false;
    }
    return true;
}

/* Whether a name ends like one of numbers that name things: zip, postcode, area_code. */
static bool is_called_code(const char *name)
{
    static const char *const ends[] = {"zip", "zipcode", "code", "postcode", "plz", "id", "type"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t length = strlen(ends[i]), whole = strlen(name), at = 0;
        if (whole < length
            || (whole > length && length < 4 && strchr("_- .", name[whole - length - 1]) == NULL))
            continue;
        while (at < length && (name[whole - length + at] | 0x20) == ends[i][at])
            at++;
        if (at == length)
            return true;
    }
    return false;
}

/* The greatest step that leads from the least to all whole numbers of a column; 0 where
 * they are too large for it. */
static double common_step(const bp_matrix *cells, const bp_column_summary *summary)
{
    uint64_t step = 0;
    if (summary->greatest - summary->least > 0x1p53)
        return 0;
    for (size_t row = 0; row < cells->rows && step != 1; row++) {
        double value = bp_matrix_at(cells, row, 0);
        uint64_t distance = isnan(value) ? 0 : (uint64_t)(value - summary->least);
        while (distance != 0) {
            uint64_t rest = step % distance;
            step = distance;
            distance = rest;
        }
    }
    return (double)step;
}

/* Few whole numbers with many missing between them: not 0, 50, 100. */
static bool has_gaps(const bp_matrix *cells, const bp_column_summary *summary)
{
    if (cells->rows < FEW_ROWS * 5 || summary->distinct > CODES_MOST)
        return false;
    double step = common_step(cells, summary);
    return step > 0
           && (summary->greatest - summary->least) / step + 1 > 3 * (double)summary->distinct;
}

/* Numbers that name things: called so, or few with gaps between them; or that nearly every
 * row has for itself. */
static bp_status find_code(bp_description *description, size_t column, bp_error *error)
{
    char name[BP_EXCERPT_SIZE];
    const bp_column_summary *summary = &description->summary[column];
    bp_matrix cells = bp_table_numbers(description->table, column);
    if (description->table->column[column].kind != BP_COLUMN_NUMBER || cells.data == NULL
        || column == description->target || summary->distinct < CODES_LEAST || !is_whole(&cells))
        return BP_OK;
    named(description, column, name);
    if (cells.rows >= FEW_ROWS && percent(summary->distinct, cells.rows) >= UNIQUE_PERCENT)
        return add(description, "code", column, error,
                   "%s is another whole number in nearly every row: if it numbers them, --drop %s",
                   name, name);
    bool gaps = has_gaps(&cells, summary);
    if (!gaps && !is_called_code(description->table->names.texts[column]))
        return BP_OK;
    return add(description, "code", column, error,
               "%s is %zu different whole numbers%s: if they are names and no amounts, "
               "--categorical %s",
               name, summary->distinct, gaps ? " with gaps between" : "", name);
}

static bp_status find_skew(bp_description *description, size_t column, bp_error *error)
{
    char name[BP_EXCERPT_SIZE], skew[BP_NUMBER_SIZE];
    const bp_column_summary *summary = &description->summary[column];
    if (description->table->column[column].kind != BP_COLUMN_NUMBER
        || description->table->rows < FEW_ROWS || summary->distinct < FEW_ROWS
        || !(fabs(summary->skew) > SKEW_LIMIT))
        return BP_OK;
    named(description, column, name);
    bp_number_write(round(summary->skew * 10) / 10, skew);
    return add(description, "skew", column, error,
               "%s has a long tail (skew %s): a few rows outweigh the rest%s", name, skew,
               summary->least >= 0 ? "; its logarithm may serve better" : "");
}

/* ---- A column and the target ------------------------------------------------- */

/* Pearson's correlation over rows where neither is missing; 0 where there is none. */
static double correlation(const bp_description *description, size_t column)
{
    size_t other = description->target, count = 0;
    bp_matrix a = bp_table_numbers(description->table, column);
    bp_matrix b = bp_table_numbers(description->table, other);
    const bp_column_summary *sa = &description->summary[column];
    const bp_column_summary *sb = &description->summary[other];
    double product = 0, square_a = 0, square_b = 0;
    if (!(sa->deviation > 0) || !(sb->deviation > 0))
        return 0;
    for (size_t row = 0; row < a.rows; row++) {
        double x = (bp_matrix_at(&a, row, 0) - sa->mean) / sa->deviation;
        double y = (bp_matrix_at(&b, row, 0) - sb->mean) / sb->deviation;
        if (isnan(x) || isnan(y))
            continue;
        product += x * y;
        square_a += x * x;
        square_b += y * y;
        count++;
    }
    return count < FEW_ROWS ? 0 : product / sqrt(square_a * square_b);
}

/* A column that gives the target away is often made of it. */
static bp_status find_leak(bp_description *description, size_t column, bp_error *error)
{
    char name[BP_EXCERPT_SIZE], target[BP_EXCERPT_SIZE];
    const bp_table *table = description->table;
    const bp_column_summary *summary = &description->summary[column];
    size_t target_distinct = description->summary[description->target].distinct;
    bool gives = false;
    if (column == description->target || table->rows < FEW_ROWS || target_distinct < 2
        || summary->distinct < 2)
        return BP_OK;
    if (summary->distinct <= table->rows / 10) {
        bp_status status = bp_describe_determines(description, column, &gives, error);
        if (status != BP_OK)
            return status;
    }
    if (!gives && table->column[column].codes == NULL
        && table->column[description->target].codes == NULL)
        gives = fabs(correlation(description, column)) > CORRELATION_LIMIT;
    if (!gives)
        return BP_OK;
    return add(description, "leak", column, error,
               "%s gives the target %s away: if it is not known beforehand, --drop %s",
               named(description, column, name), named(description, description->target, target),
               name);
}

/* ---- The target and the rows -------------------------------------------------- */

static bool is_classes(const bp_description *description)
{
    const bp_table *table = description->table;
    bp_matrix cells = bp_table_numbers(table, description->target);
    return table->column[description->target].codes != NULL
           || (description->summary[description->target].distinct <= CLASSES_MOST
               && is_whole(&cells));
}

static bp_status find_imbalance(bp_description *description, bp_error *error)
{
    size_t target = description->target;
    char name[BP_EXCERPT_SIZE];
    const bp_column_summary *summary = &description->summary[target];
    size_t filled = description->table->rows - summary->missing;
    bp_column_kind kind = description->table->column[target].kind;
    if (summary->distinct < 2 || filled < FEW_ROWS || kind == BP_COLUMN_IDENTIFIER
        || kind == BP_COLUMN_DATE || !is_classes(description))
        return BP_OK;
    named(description, target, name);
    bp_status status = BP_OK;
    if (percent(summary->common_rows[0], filled) >= MAJORITY_PERCENT)
        status = add(description, "imbalance", target, error,
                     "%zu %% of the rows have one %s: accuracy says little, look at the zero rule",
                     percent(summary->common_rows[0], filled), name);
    if (status == BP_OK && summary->rarest_rows < CLASS_ROWS_LEAST)
        status = add(description, "rare-class", target, error,
                     "the rarest %s has %zu row%s: too few to learn and to score", name,
                     summary->rarest_rows, summary->rarest_rows == 1 ? "" : "s");
    return status;
}

static bp_status find_repeats(bp_description *description, bp_error *error)
{
    char name[BP_EXCERPT_SIZE];
    size_t duplicates = description->duplicates, conflicts = description->conflicts;
    bp_status status = BP_OK;
    if (duplicates > 0)
        status =
            add(description, "duplicates", BP_NO_COLUMN, error,
                "%zu row%s equal to an earlier one: held out, %s learned from before", duplicates,
                duplicates == 1 ? " is" : "s are", duplicates == 1 ? "it was" : "they were");
    if (status == BP_OK && conflicts > 0)
        status =
            add(description, "conflicts", BP_NO_COLUMN, error,
                "%zu row%s the inputs of an earlier one and another %s", conflicts,
                conflicts == 1 ? " has" : "s have", named(description, description->target, name));
    return status;
}

bp_status bp_describe_findings(bp_description *description, bp_error *error)
{
    static bp_status (*const finders[])(bp_description *, size_t, bp_error *) = {
        find_useless, find_missing, find_code, find_skew, find_leak};
    bp_status status = BP_OK;
    for (size_t i = 0; i < sizeof finders / sizeof finders[0]; i++)
        for (size_t column = 0; column < description->columns && status == BP_OK; column++)
            status = finders[i](description, column, error);
    if (status == BP_OK)
        status = find_imbalance(description, error);
    return status == BP_OK ? find_repeats(description, error) : status;
}
