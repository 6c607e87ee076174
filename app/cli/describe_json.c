/* describe_json.c: a description as a JSON object. */
#include "data_describe.h"
#include "json_fields.h"

/* Dates too are numbers here: seconds since 1970. */
static void write_numbers(bp_json *json, const bp_column_summary *summary)
{
    json_number(json, "min", summary->least);
    json_number(json, "median", summary->median);
    json_number(json, "mean", summary->mean);
    json_number(json, "max", summary->greatest);
    json_number(json, "deviation", summary->deviation);
    json_number(json, "skew", summary->skew);
    bp_json_key(json, "histogram");
    bp_json_array_begin(json);
    for (size_t i = 0; i < BP_BARS; i++)
        bp_json_integer(json, (int64_t)summary->bars[i]);
    bp_json_array_end(json);
}

static void write_common(bp_json *json, const bp_table *table, const bp_column_summary *summary,
                         size_t column)
{
    bool texts = bp_table_codes(table, column) != NULL;
    bp_json_key(json, "common");
    bp_json_array_begin(json);
    for (size_t i = 0; i < summary->common_count; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "value");
        if (texts)
            bp_json_string(json, bp_table_category(table, column, summary->common[i]));
        else
            bp_json_number(json, summary->common_number[i]);
        json_size(json, "rows", summary->common_rows[i]);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

static void write_column(bp_json *json, const bp_table *table, const bp_column_summary *summary,
                         size_t column)
{
    bp_json_object_begin(json);
    json_text(json, "name", bp_table_column_name(table, column));
    json_text(json, "kind", bp_column_kind_name(bp_table_column_kind(table, column)));
    json_size(json, "missing", summary->missing);
    json_size(json, "distinct", summary->distinct);
    if (bp_table_codes(table, column) == NULL)
        write_numbers(json, summary);
    write_common(json, table, summary, column);
    bp_json_object_end(json);
}

static void write_strays(bp_json *json, const bp_table *table)
{
    size_t row, column;
    char text[64];
    json_size(json, "stray_count", bp_table_stray_count(table));
    bp_json_key(json, "strays");
    bp_json_array_begin(json);
    for (size_t i = 0; bp_table_stray(table, i, &row, &column); i++) {
        bp_error place = {.line = 0};
        bp_table_place(table, row, column, &place);
        bp_table_cell_text(table, row, column, text, sizeof text);
        bp_json_object_begin(json);
        json_text(json, "column", bp_table_column_name(table, column));
        json_size(json, "line", place.line);
        json_size(json, "at", place.column);
        json_text(json, "text", text);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

static void write_findings(bp_json *json, const bp_table *table, const bp_description *description)
{
    const bp_finding *finding;
    bp_json_key(json, "findings");
    bp_json_array_begin(json);
    for (size_t i = 0; (finding = bp_description_finding(description, i)) != NULL; i++) {
        bp_json_object_begin(json);
        json_text(json, "finding", finding->name);
        bp_json_key(json, "column");
        if (finding->column == BP_NO_COLUMN)
            bp_json_null(json);
        else
            bp_json_string(json, bp_table_column_name(table, finding->column));
        json_text(json, "text", finding->text);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

void description_write(bp_json *json, const bp_table *table, const bp_description *description)
{
    bp_json_object_begin(json);
    json_text(json, "schema", "backprop.describe/1");
    json_text(json, "name", bp_table_name(table));
    json_text(json, "form", bp_table_form(table));
    json_size(json, "rows", bp_table_row_count(table));
    json_text(json, "target", bp_table_column_name(table, bp_description_target(description)));
    json_size(json, "duplicates", bp_description_duplicates(description));
    json_size(json, "conflicts", bp_description_conflicts(description));
    bp_json_key(json, "columns");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_table_column_count(table); i++)
        write_column(json, table, bp_description_column(description, i), i);
    bp_json_array_end(json);
    write_strays(json, table);
    write_findings(json, table, description);
    bp_json_object_end(json);
}
