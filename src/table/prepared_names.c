/* prepared_names.c: what a preparation made of each column, and what each number of a
 * prepared row means. */
#include "base/utf8.h"
#include "table/one_hot_targets.h"
#include "table/preparation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Columns --------------------------------------------------------------- */

bp_column_kind bp_prepared_column_kind(prepared_kind kind)
{
    static const bp_column_kind kinds[PREPARED_KIND_COUNT] = {
        [PREPARED_NUMBER] = BP_COLUMN_NUMBER,
        [PREPARED_CATEGORY] = BP_COLUMN_CATEGORY,
        [PREPARED_BOOLEAN] = BP_COLUMN_BOOLEAN,
        [PREPARED_DATE] = BP_COLUMN_DATE};
    return kinds[kind];
}

/* What the scaler of the value itself knows. */
static void tell_scaler(const bp_scaler *scaler, bp_prepared_column *told)
{
    bool centered = bp_scaling_has_center(scaler->scaling);
    told->scaling = scaler->scaling;
    told->low = scaler->low;
    told->high = scaler->high;
    told->center = centered ? scaler->center : NAN;
    told->spread = centered ? scaler->spread : NAN;
}

static void tell(const prepared_column *column, bp_prepared_column *told)
{
    *told = (bp_prepared_column){.name = column->name,
                                 .position = column->position,
                                 .kind = bp_prepared_column_kind(column->kind),
                                 .low = NAN,
                                 .high = NAN,
                                 .center = NAN,
                                 .spread = NAN,
                                 .fill = NAN,
                                 .indicator = column->indicator,
                                 .category_count = column->category_count,
                                 .rare = column->rare};
    if (column->kind == PREPARED_NUMBER || column->kind == PREPARED_DATE)
        tell_scaler(&column->parts[0].scaler, told);
}

bool bp_preparation_input_column(const bp_preparation *p, size_t input, bp_prepared_column *column)
{
    if (input >= p->input_count || p->width == 0)
        return false;
    const prepared_column *one = &p->inputs[input];
    tell(one, column);
    column->ordinal = one->kind == PREPARED_CATEGORY && p->ordinal;
    if (one->kind != PREPARED_CATEGORY && p->gaps != BP_GAPS_ERROR)
        column->fill = one->fill;
    column->first = one->first;
    column->width = bp_prepared_width(p, one);
    return true;
}

bool bp_preparation_target_column(const bp_preparation *p, size_t target,
                                  bp_prepared_column *column)
{
    if (target >= p->target_count || p->width == 0)
        return false;
    prepared_column one = p->targets[target];
    if (p->task == BP_TASK_CLASSIFICATION) { /* whose kind is not kept */
        one.kind = bp_one_hot(p) ? PREPARED_BOOLEAN : PREPARED_CATEGORY;
        one.category_count = bp_one_hot(p) ? 0 : one.category_count;
    }
    tell(&one, column);
    return true;
}

const char *bp_preparation_category_name(const bp_preparation *p, size_t input, size_t category)
{
    if (input >= p->input_count || category >= p->inputs[input].category_count)
        return NULL;
    return p->inputs[input].categories[category];
}

bp_gaps bp_preparation_gaps(const bp_preparation *p)
{
    return p->gaps;
}

size_t bp_preparation_component_count(const bp_preparation *p)
{
    return p->principal.count;
}

const bp_principal *bp_preparation_principal(const bp_preparation *p)
{
    return p->principal.count > 0 ? &p->principal : NULL;
}

/* ---- Numbers --------------------------------------------------------------- */

/* A text that is put together in a caller's room, and its length, whole or cut. */
typedef struct naming {
    char *text;
    size_t size, length;
} naming;

static void put(naming *n, const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++, n->length++)
        if (n->length + 1 < n->size)
            n->text[n->length] = text[i];
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Ends the text; where it was cut amid a character, before it. */
static size_t finish(const naming *n)
{
    if (n->size == 0)
        return n->length;
    size_t end = n->length < n->size ? n->length : n->size - 1;
    n->text[end] = '\0';
    if (end == n->length)
        return n->length;
    size_t start = end;
    while (start > 0 && end - start < BP_UTF8_SIZE && continues(n->text[start - 1]))
        start--;
    if (start > 0 && (unsigned char)n->text[start - 1] >= 0xC0
        && bp_utf8_character(n->text + start - 1, end - start + 1) == 0)
        n->text[start - 1] = '\0';
    return n->length;
}

static void name_place(const bp_preparation *p, const prepared_column *column, size_t place,
                       naming *n)
{
    put(n, column->name);
    if (p->ordinal)
        return;
    if (place < column->category_count) {
        put(n, " = ");
        put(n, column->categories[place]);
    } else if (place == column->category_count && column->rare > 0) {
        put(n, ": any other");
    } else {
        put(n, " missing");
    }
}

static void name_part(const prepared_column *column, size_t number, naming *n)
{
    size_t i = 0;
    bool second = false;
    char piece[40];
    for (size_t at = 0; at < number; at++) {
        second = !second && bp_date_part_turns(column->parts[i].part);
        i += !second;
        if (i == column->part_count)
            break;
    }
    put(n, column->name);
    if (number > 0 && number <= bp_pieces_count(&column->pieces)) { /* which dates do not have */
        snprintf(piece, sizeof piece, ": piece %zu", number);
        put(n, piece);
    } else if (i == column->part_count) {
        put(n, " missing");
    } else if (column->parts[i].part != BP_PART_VALUE) {
        put(n, ": ");
        put(n, bp_date_part_name(column->parts[i].part));
        if (bp_date_part_turns(column->parts[i].part))
            put(n, second ? ", cosine" : ", sine");
    }
}

/* The input that a number comes from, by halves: those that have none come before it. */
static size_t input_of(const bp_preparation *p, size_t number)
{
    size_t low = 0, high = p->input_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (p->inputs[middle].first <= number)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t bp_preparation_number_name(const bp_preparation *p, size_t number, char *text, size_t size)
{
    naming n = {.text = text, .size = size};
    if (p->width == 0)
        return finish(&n);
    const prepared_column *column = &p->inputs[input_of(p, number)];
    number -= column->first;
    if (number >= bp_prepared_width(p, column))
        return finish(&n);
    if (column->kind == PREPARED_CATEGORY)
        name_place(p, column, number, &n);
    else
        name_part(column, number, &n);
    return finish(&n);
}

size_t bp_preparation_feature_name(const bp_preparation *p, size_t feature, char *text, size_t size)
{
    naming n = {.text = text, .size = size};
    char name[40];
    if (p->principal.count == 0 || p->width == 0)
        return bp_preparation_number_name(p, feature, text, size);
    if (feature < p->principal.count) {
        snprintf(name, sizeof name, "component %zu", feature + 1);
        put(&n, name);
    }
    return finish(&n);
}
