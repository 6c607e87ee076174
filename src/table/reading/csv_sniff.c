/* csv_sniff.c: finding out how a text is delimited. */
#include "table/reading/csv_sniff.h"

#include "table/reading/amount_text.h"
#include "table/reading/date_text.h"

#include <string.h>

#define SAMPLE_ROWS 100
#define SAMPLE_BYTES ((size_t)1 << 20) /* of endless lines, no more than that is looked at */
#define SAMPLE_COLUMNS 1024u           /* in which decimal commas are looked for */

/* How a dialect cuts the first rows. */
typedef struct csv_cut {
    csv_dialect dialect;
    size_t rows;
    size_t cells;    /* that most rows have; 0 where that is one cell, or all are empty */
    size_t agreeing; /* rows that have so many; 0 where `cells` is 0 */
    size_t all, filled, numbers; /* cells of the sample */
    size_t stray;                /* that no table may have: texts behind a closing quote */
} csv_cut;

static bool has(const csv_cell *cell, char c)
{
    return cell->length > 0 && memchr(cell->text, c, cell->length) != NULL;
}

/* A number as 3.14, or as 3,14. */
static bool is_number(const csv_cell *cell)
{
    char literal[BP_LITERAL_LIMIT];
    double number = 0;
    if (!has(cell, ','))
        return bp_number_read(cell->text, cell->length, &number);
    size_t length = bp_literal_with_point(cell->text, cell->length, literal);
    return bp_number_read(literal, length, &number);
}

static size_t count_row(csv_cursor *cursor, csv_cut *cut)
{
    size_t cells = 0;
    for (; !cursor->row_ended; cells++) {
        csv_cell cell = bp_csv_next(cursor, cut->dialect);
        cut->filled += cell.length > 0;
        cut->numbers += is_number(&cell);
        cut->stray += cell.stray != 0;
    }
    cut->all += cells;
    return cells;
}

/* A first row of names agrees where it has none for the first column, but for two others. */
static void find_most_common(csv_cut *cut, const size_t *counts)
{
    for (size_t i = 0; i < cut->rows; i++) {
        size_t agreeing = i > 0 && counts[0] > 1 && counts[0] + 1 == counts[i];
        for (size_t j = 0; j < cut->rows; j++)
            agreeing += counts[j] == counts[i];
        if (agreeing > cut->agreeing) {
            cut->agreeing = agreeing;
            cut->cells = counts[i];
        }
    }
    if (cut->cells < 2 || cut->filled == 0)
        cut->cells = cut->agreeing = 0;
}

static csv_cut cut_sample(const char *text, size_t size, csv_dialect dialect)
{
    csv_cut cut = {.dialect = dialect};
    csv_cursor cursor = {.text = text, .size = size};
    size_t counts[SAMPLE_ROWS];
    while (cut.rows < SAMPLE_ROWS && bp_csv_row_begin(&cursor, dialect)) {
        size_t cells = count_row(&cursor, &cut);
        counts[cut.rows++] = cells;
    }
    find_most_common(&cut, counts);
    return cut;
}

/* All rows agree, on more than one cell. */
static bool consistent(const csv_cut *cut)
{
    return cut->cells > 0 && cut->agreeing == cut->rows;
}

/* A greater share of the rows agrees. One row alone always agrees with itself: there the
 * greater number of cells counts, and a comma where that is equal. */
static bool better(const csv_cut *cut, const csv_cut *best)
{
    if (cut->rows == 1 && best->rows == 1)
        return cut->cells > best->cells
               || (cut->cells == best->cells && cut->dialect.delimiter == ',');
    return cut->agreeing * best->rows > best->agreeing * cut->rows;
}

/* Tabs are taken for single ones wherever that is consistent: two in a row are then an
 * empty cell. */
static csv_cut cut_by_tabs(const char *text, size_t size, csv_dialect dialect)
{
    dialect.delimiter = '\t';
    csv_cut single = cut_sample(text, size, dialect);
    if (consistent(&single))
        return single;
    dialect.merge = true;
    csv_cut merged = cut_sample(text, size, dialect);
    return consistent(&merged) ? merged : single;
}

/* Whether blanks part numbers with decimal commas, which commas would cut in two. */
static bool cuts_numbers(const csv_cut *commas, const csv_cut *blanks)
{
    bool more_numbers = blanks->numbers * commas->all > commas->numbers * blanks->all;
    return more_numbers && (!consistent(commas) || blanks->numbers == blanks->all);
}

/* Blanks part the cells where nothing else does; where what else does would leave texts behind
 * closing quotes; and in a table that mixes spaces and tabs, as columns of fixed width do: known
 * by its numbers, which texts of several words are not. */
static bool is_blank_table(const csv_cut *blanks, const csv_cut *best)
{
    if (best->agreeing == 0)
        return blanks->agreeing > 0 && blanks->agreeing * 10 >= blanks->rows * 9;
    if (blanks->rows < 2 || !consistent(blanks) || blanks->stray > 0)
        return false;
    if (best->stray > 0)
        return true;
    if (best->dialect.delimiter == ',')
        return cuts_numbers(best, blanks);
    return best->dialect.delimiter == '\t' && blanks->cells > best->cells
           && blanks->numbers * 4 >= blanks->all * 3;
}

/* Rarer delimiters first: of two that cut all rows evenly the rarer one is hardly there by
 * chance, while a comma may be a decimal comma in every row. */
static csv_dialect sniff_open(const char *text, size_t size, csv_dialect dialect,
                              bool decimal_comma)
{
    static const char others[] = {'|', ';', ','};
    csv_cut best = cut_by_tabs(text, size, dialect);
    for (size_t i = 0; i < sizeof others - decimal_comma; i++) {
        /* All of them are set. NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
        dialect.delimiter = others[i];
        csv_cut cut = cut_sample(text, size, dialect);
        if (better(&cut, &best))
            best = cut;
    }
    dialect.delimiter = ' ';
    dialect.merge = true;
    csv_cut blanks = cut_sample(text, size, dialect);
    if (is_blank_table(&blanks, &best))
        best = blanks;
    dialect.delimiter = decimal_comma ? ';' : ',';
    dialect.merge = false;
    return best.agreeing > 0 ? best.dialect : dialect;
}

/* Whole lines, as far as there are any. */
static size_t sample_size(const char *text, size_t size)
{
    if (size <= SAMPLE_BYTES)
        return size;
    size_t whole = SAMPLE_BYTES;
    while (whole > 0 && text[whole - 1] != '\n')
        whole--;
    return whole > 0 ? whole : SAMPLE_BYTES;
}

static csv_dialect sniff_delimiter(const char *text, size_t size, const bp_table_options *options,
                                   char quote)
{
    csv_dialect dialect = {
        .delimiter = options->delimiter, .quote = quote, .comment = options->comment};
    if (options->delimiter == '\0')
        return sniff_open(text, size, dialect, options->decimal == ',');
    if (options->delimiter == '\t')
        return cut_by_tabs(text, size, dialect).dialect;
    dialect.merge = options->delimiter == ' ';
    return dialect;
}

/* Whether most texts stand between single quotes, and none between double ones. */
static bool is_single_quoted(const char *text, size_t size, csv_dialect dialect)
{
    csv_cursor cursor = {.text = text, .size = size};
    size_t texts = 0, wrapped = 0;
    for (size_t row = 0; row < SAMPLE_ROWS && bp_csv_row_begin(&cursor, dialect); row++)
        while (!cursor.row_ended) {
            csv_cell cell = bp_csv_next(&cursor, dialect);
            double number = 0;
            if (cell.quoted)
                return false;
            if (cell.length < 2 || bp_number_read(cell.text, cell.length, &number))
                continue;
            texts++;
            wrapped += cell.text[0] == '\'' && cell.text[cell.length - 1] == '\'';
        }
    return wrapped > 1 && wrapped * 3 >= texts * 2;
}

/* 1,234 where it might be a thousand and more; it is known to have one comma. */
static bool may_be_thousand(const char *text, size_t length)
{
    size_t sign = text[0] == '-' || text[0] == '+';
    size_t comma = (size_t)((const char *)memchr(text, ',', length) - text);
    return comma > sign && comma - sign <= 3 && text[sign] != '0' && length - comma == 4;
}

static bool is_list(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr("0123456789, ", text[i]) == NULL || text[i] == '\0')
            return false;
    return true;
}

/* What speaks for decimal commas in a column. */
typedef struct decimal_column {
    uint32_t numbers; /* however they are written */
    uint32_t commas;  /* of them, those that cannot be thousands */
    uint32_t texts;
} decimal_column;

/* False where a cell speaks against them in any column: 3.14, a list, thousands parted. */
static bool note_cell(decimal_column *column, const csv_cell *cell)
{
    if (is_number(cell)) {
        column->numbers++;
        column->commas += has(cell, ',') && !may_be_thousand(cell->text, cell->length);
        return !has(cell, '.');
    }
    char literal[BP_LITERAL_LIMIT];
    bool with_comma = bp_amount_literal(cell->text, cell->length, ',', false, literal) > 0;
    bool with_point = bp_amount_literal(cell->text, cell->length, '.', false, literal) > 0;
    if (with_comma || with_point) {
        column->numbers++;
        column->commas += !with_point;
        return with_comma;
    }
    column->texts += cell->length > 0;
    return !has(cell, ',') || !is_list(cell->text, cell->length);
}

/* Whether numbers are written 3,14, where commas do not part cells: some are, in a column that
 * has no more texts than numbers, so that a remark does not decide. */
static bool has_decimal_commas(const char *text, size_t size, csv_dialect dialect)
{
    decimal_column columns[SAMPLE_COLUMNS + 1] = {0}; /* the last one stands for all others */
    csv_cursor cursor = {.text = text, .size = size};
    if (dialect.delimiter == ',' || size == 0 || memchr(text, ',', size) == NULL)
        return false;
    while (bp_csv_row_begin(&cursor, dialect))
        for (size_t j = 0; !cursor.row_ended; j++) {
            csv_cell cell = bp_csv_next(&cursor, dialect);
            if (!note_cell(&columns[j < SAMPLE_COLUMNS ? j : SAMPLE_COLUMNS], &cell))
                return false;
        }
    bool found = false;
    for (size_t j = 0; j <= SAMPLE_COLUMNS; j++)
        found = found || (columns[j].commas > 0 && columns[j].numbers >= columns[j].texts);
    return found;
}

/* Whether the day or the month comes first in dates: some are none by the other order, and none the
 * other way round. Without a date in the first rows there are none. */
static bp_date_order order_of_dates(const char *text, size_t size, csv_dialect dialect)
{
    csv_cursor cursor = {.text = text, .size = size};
    size_t dates = 0, days_first = 0, months_first = 0;
    for (size_t row = 0; bp_csv_row_begin(&cursor, dialect); row++) {
        if (row == SAMPLE_ROWS && dates == 0)
            break;
        while (!cursor.row_ended) {
            csv_cell cell = bp_csv_next(&cursor, dialect);
            double seconds = 0;
            bool day = bp_date_read(cell.text, cell.length, BP_DATES_DAY_FIRST, &seconds);
            bool month = bp_date_read(cell.text, cell.length, BP_DATES_MONTH_FIRST, &seconds);
            dates += day || month;
            days_first += day && !month;
            months_first += month && !day;
        }
    }
    if ((days_first > 0) == (months_first > 0))
        return BP_DATES_ISO;
    return days_first > 0 ? BP_DATES_DAY_FIRST : BP_DATES_MONTH_FIRST;
}

csv_dialect bp_csv_sniff(const char *text, size_t size, const bp_table_options *options)
{
    size = sample_size(text, size);
    char quote = options->quote != '\0' ? options->quote : '"';
    csv_dialect dialect = sniff_delimiter(text, size, options, quote);
    if (options->quote == '\0' && is_single_quoted(text, size, dialect))
        dialect = sniff_delimiter(text, size, options, '\'');
    dialect.decimal = options->decimal;
    if (options->decimal == '\0')
        dialect.decimal = has_decimal_commas(text, size, dialect) ? ',' : '.';
    dialect.dates = options->dates;
    if (options->dates == BP_DATES_AUTO && options->expected == NULL)
        dialect.dates = order_of_dates(text, size, dialect);
    return dialect;
}
