/* shape.c: a network from a shape string: "7-5-3" or "7, 64 relu, 3 softmax". */
#include "base/error.h"
#include "base/memory.h"

#include <backprop/net.h>

#include <string.h>

#define NAME_LIMIT 32

/* Layers read so far; entry 0 of both arrays is the inputs. */
typedef struct reading {
    const char *text;
    size_t place; /* the next byte of text */
    size_t count;
    size_t *widths;
    bp_activation *activations;
} reading;

static bp_status fail_shape(const reading *shape, size_t place, bp_error *error, const char *what)
{
    return bp_fail_at(error, BP_E_OPTION, "", 0, place + 1, "%s in the shape \"%s\"", what,
                      shape->text);
}

static void skip_spaces(reading *shape)
{
    while (shape->text[shape->place] == ' ')
        shape->place++;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bp_status read_width(reading *shape, bp_error *error)
{
    skip_spaces(shape);
    size_t start = shape->place, width = 0;
    for (; is_digit(shape->text[shape->place]); shape->place++) {
        size_t digit = (size_t)(shape->text[shape->place] - '0');
        if (width > (SIZE_MAX / 16 - digit) / 10)
            return fail_shape(shape, start, error, "too large a width");
        width = width * 10 + digit;
    }
    if (shape->place == start)
        return fail_shape(shape, start, error, "a width was expected");
    if (width == 0)
        return fail_shape(shape, start, error, "a width of 0");
    shape->widths[shape->count] = width;
    return BP_OK;
}

/* The length of a name: up to a comma, a space, or a "-" before a digit ("-" is part of
 * names such as hard-sigmoid). */
static size_t name_length(const char *text)
{
    size_t length = 0;
    if (text[0] == '-') /* no name begins with one */
        return 0;
    while (text[length] != '\0' && text[length] != ',' && text[length] != ' '
           && !(text[length] == '-' && is_digit(text[length + 1])))
        length++;
    return length;
}

/* An activation's name, if there is one before the next separator. */
static bp_status read_activation(reading *shape, bp_error *error)
{
    skip_spaces(shape);
    size_t start = shape->place, length = name_length(shape->text + start);
    shape->activations[shape->count] = BP_SIGMOID;
    if (length == 0)
        return BP_OK;
    if (shape->count == 0)
        return fail_shape(shape, start, error, "the inputs have no activation");
    if (length >= NAME_LIMIT)
        return fail_shape(shape, start, error, "no activation");
    char name[NAME_LIMIT] = {0};
    memcpy(name, shape->text + start, length);
    bp_status status = bp_activation_find(name, &shape->activations[shape->count], error);
    if (status != BP_OK && error != NULL)
        error->column = start + 1;
    shape->place += length;
    skip_spaces(shape);
    return status;
}

static bp_status read_layers(reading *shape, bp_error *error)
{
    for (;;) {
        bp_status status = read_width(shape, error);
        if (status == BP_OK)
            status = read_activation(shape, error);
        if (status != BP_OK)
            return status;
        shape->count++;
        char next = shape->text[shape->place];
        if (next == '\0')
            return BP_OK;
        if (next != '-' && next != ',')
            return fail_shape(shape, shape->place, error, "\"-\" or \",\" was expected");
        shape->place++;
    }
}

bp_status bp_net_new(bp_net **net, const char *text, bp_loss loss, const bp_allocator *allocator,
                     bp_error *error)
{
    *net = NULL;
    bp_allocator memory = bp_allocator_or_default(allocator);
    size_t room = strlen(text) / 2 + 1; /* every width takes a digit and a separator */
    reading shape = {.text = text};
    shape.widths = bp_allocate(&memory, room, sizeof(size_t), error);
    shape.activations = bp_allocate(&memory, room, sizeof(bp_activation), error);
    bp_status status = BP_E_MEMORY;
    if (shape.widths != NULL && shape.activations != NULL)
        status = read_layers(&shape, error);
    if (status == BP_OK)
        status = bp_net_new_layers(net, shape.count - 1, shape.widths, shape.activations + 1, loss,
                                   allocator, error);
    bp_release(&memory, shape.activations, room, sizeof(bp_activation));
    bp_release(&memory, shape.widths, room, sizeof(size_t));
    return status;
}
