/* arff_header.c: the declarations of an ARFF file, one after another, without memory: they are
 * walked through again whenever something of them is to be known. */
#include "table/reading/arff_header.h"

#include "base/error.h"

#include <string.h>

/* ---- Nominal attributes ------------------------------------------------------------ */

bool bp_arff_value(const bp_table *table, arff_line *values, arff_token *value)
{
    bp_arff_skip_blanks(table, values);
    if (values->place == values->end || bp_arff_token(table, values, ",", value, NULL) != BP_OK)
        return false;
    bp_arff_skip_blanks(table, values);
    bp_arff_take(table, values, ',');
    return true;
}

/* From behind the opening brace to the closing one. */
static bp_status take_values(const bp_table *table, arff_line *line, arff_attribute *attribute,
                             bp_error *error)
{
    size_t open = line->place - 1;
    arff_token value;
    attribute->type = ARFF_NOMINAL;
    attribute->values = *line;
    for (bool comma = false;;) {
        bp_arff_skip_blanks(table, line);
        attribute->values.end = line->place;
        if (!comma && bp_arff_take(table, line, '}'))
            return BP_OK;
        if (line->place == line->end)
            return bp_arff_refuse(table, open,
                                  "the brace that opens here is not closed on its line", error);
        bp_status status = bp_arff_token(table, line, ",}", &value, error);
        if (status != BP_OK)
            return status;
        if (value.length == 0 && !value.quoted)
            return bp_arff_refuse(table, value.place, "a value is expected here", error);
        bp_arff_skip_blanks(table, line);
        comma = bp_arff_take(table, line, ',');
    }
}

/* ---- Other types ---------------------------------------------------------------------- */

/* Formats whose dates are those of ISO 8601. */
static bool is_known_format(const arff_token *format)
{
    static const char *const known[] = {"yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss",
                                        "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"};
    char plain[32];
    if (format->length >= sizeof plain)
        return false;
    size_t length = bp_arff_plain(format, plain);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (length == strlen(known[i]) && memcmp(plain, known[i], length) == 0)
            return true;
    return false;
}

static bp_status take_date(const bp_table *table, arff_line *line, arff_attribute *attribute,
                           bp_error *error)
{
    arff_token format;
    attribute->type = ARFF_DATE;
    if (bp_arff_at_end(table, line))
        return BP_OK;
    bp_status status = bp_arff_token(table, line, "", &format, error);
    if (status == BP_OK && !is_known_format(&format))
        attribute->type = ARFF_TEXT;
    return status;
}

static bp_status take_type(const bp_table *table, arff_line *line, arff_attribute *attribute,
                           bp_error *error)
{
    arff_token type;
    if (bp_arff_take(table, line, '{'))
        return take_values(table, line, attribute, error);
    bp_status status = bp_arff_token(table, line, "[", &type, error);
    if (status != BP_OK)
        return status;
    if (bp_arff_is(&type, "date"))
        return take_date(table, line, attribute, error);
    if (bp_arff_is(&type, "string")) {
        attribute->type = ARFF_TEXT;
        return BP_OK;
    }
    attribute->type = ARFF_NUMBER;
    if (!bp_arff_is(&type, "numeric") && !bp_arff_is(&type, "real")
        && !bp_arff_is(&type, "integer"))
        return bp_arff_refuse(table, type.place,
                              "an attribute is numeric, real, integer, string, date or a list "
                              "{a,b} of its values",
                              error);
    bp_arff_skip_blanks(table, line);
    if (line->place < line->end && table->source.data[line->place] == '[')
        line->place = line->end; /* old files tell a range: it restricts nothing */
    return BP_OK;
}

/* What a sparse row leaves out is the type's zero. */
static void find_omitted(const bp_table *table, arff_attribute *attribute)
{
    static const char zero[] = "0", epoch[] = "1970-01-01";
    arff_line values = attribute->values;
    attribute->omitted = (arff_token){.text = ""};
    if (attribute->type == ARFF_NUMBER)
        attribute->omitted = (arff_token){.text = zero, .length = sizeof zero - 1};
    else if (attribute->type == ARFF_DATE)
        attribute->omitted = (arff_token){.text = epoch, .length = sizeof epoch - 1};
    else if (attribute->type == ARFF_NOMINAL)
        bp_arff_value(table, &values, &attribute->omitted);
}

/* ---- Lines ---------------------------------------------------------------------------- */

/* What follows the word @attribute. */
static bp_status take_attribute(const bp_table *table, arff_line *line, arff_attribute *attribute,
                                bp_error *error)
{
    *attribute = (arff_attribute){.type = ARFF_NUMBER};
    if (bp_arff_at_end(table, line))
        return bp_arff_refuse(table, line->place, "the name of the attribute is expected here",
                              error);
    bp_status status = bp_arff_token(table, line, "{", &attribute->name, error);
    bp_arff_skip_blanks(table, line);
    if (status == BP_OK)
        status = take_type(table, line, attribute, error);
    if (status == BP_OK && !bp_arff_at_end(table, line))
        status = bp_arff_refuse(table, line->place,
                                "nothing is expected here, behind the attribute's type", error);
    if (status == BP_OK)
        find_omitted(table, attribute);
    return status;
}

bp_status bp_arff_attribute(const bp_table *table, size_t *next, arff_attribute *attribute,
                            bool *more, bp_error *error)
{
    arff_line line;
    arff_token word;
    *more = true;
    while (bp_arff_line(table, next, &line)) {
        bp_status status = bp_arff_token(table, &line, "", &word, error);
        if (status != BP_OK)
            return status;
        bp_arff_skip_blanks(table, &line);
        if (bp_arff_is(&word, "@attribute"))
            return take_attribute(table, &line, attribute, error);
        *more = !bp_arff_is(&word, "@data");
        if (!*more)
            return bp_arff_at_end(table, &line)
                       ? BP_OK
                       : bp_arff_refuse(table, line.place, "rows begin on the line below @data",
                                        error);
        if (!bp_arff_is(&word, "@relation"))
            return bp_arff_refuse(table, word.place,
                                  "@relation, @attribute or @data is expected here", error);
    }
    return bp_arff_refuse(table, *next, "the file ends before a line @data", error);
}
