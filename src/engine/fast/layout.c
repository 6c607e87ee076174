/* layout.c: copies between layouts, and norms of units. */
#include "engine/fast/layout.h"

#include <math.h>

static size_t weight_place(const bp_layout_layer *layer, size_t j, size_t i)
{
    return layer->weights + j / layer->unit_panel * layer->per_unit_panel
           + j % layer->unit_panel * layer->per_unit
           + i / layer->input_panel * layer->per_input_panel
           + i % layer->input_panel * layer->per_input;
}

static size_t bias_place(const bp_layout_layer *layer, size_t j)
{
    return layer->biases + j * layer->per_bias;
}

static double at(bp_type type, const void *block, size_t place)
{
    return type == BP_F32 ? (double)((const float *)block)[place] : ((const double *)block)[place];
}

static void put(bp_type type, void *block, size_t place, double value)
{
    if (type == BP_F32)
        ((float *)block)[place] = (float)value;
    else
        ((double *)block)[place] = value;
}

static void put_weight(const bp_layout *layout, const bp_layout_layer *layer, void *block, size_t j,
                       size_t i, double value)
{
    put(layout->type, block, weight_place(layer, j, i), value);
    if (layer->twice)
        put(layout->type, block, layer->second + j * layer->second_unit + i, value);
}

void bp_layout_pack(const bp_layout *layout, void *block, const void *parameters)
{
    for (size_t l = 0; l < layout->layer_count; l++) {
        const bp_layout_layer *layer = &layout->layers[l];
        for (size_t j = 0; j < layer->outputs; j++) {
            for (size_t i = 0; i < layer->inputs; i++)
                put_weight(
                    layout, layer, block, j, i,
                    at(layout->type, parameters, layer->source_weights + j * layer->inputs + i));
            put(layout->type, block, bias_place(layer, j),
                at(layout->type, parameters, layer->source_biases + j));
        }
    }
}

#define SPAN 16 /* inputs of a panel of units that are copied while its lines are near */

/* `count` weights of unit j from input `start` on, all of one panel of inputs. */
static void unpack_span(const bp_layout *layout, const bp_layout_layer *layer, const void *block,
                        void *parameters, size_t j, size_t start, size_t count)
{
    const size_t from = weight_place(layer, j, start), each = layer->per_input;
    const size_t to = layer->source_weights + j * layer->inputs + start;
    if (layout->type == BP_F32)
        for (size_t i = 0; i < count; i++)
            ((float *)parameters)[to + i] = ((const float *)block)[from + i * each];
    else
        for (size_t i = 0; i < count; i++)
            ((double *)parameters)[to + i] = ((const double *)block)[from + i * each];
}

/* Done after every epoch, so not number by number. */
void bp_layout_unpack(const bp_layout *layout, const void *block, void *parameters)
{
    for (size_t l = 0; l < layout->layer_count; l++) {
        const bp_layout_layer *layer = &layout->layers[l];
        for (size_t unit = 0; unit < layer->outputs; unit += layer->unit_panel)
            for (size_t start = 0, count; start < layer->inputs; start += count) {
                size_t left = layer->inputs - start, same = layer->input_panel;
                same -= start % layer->input_panel;
                count = same < SPAN ? same : SPAN;
                count = left < count ? left : count;
                for (size_t j = unit; j < layer->outputs && j - unit < layer->unit_panel; j++)
                    unpack_span(layout, layer, block, parameters, j, start, count);
            }
        for (size_t j = 0; j < layer->outputs; j++)
            put(layout->type, parameters, layer->source_biases + j,
                at(layout->type, block, bias_place(layer, j)));
    }
}

void bp_layout_twice(const bp_layout *layout, void *block)
{
    for (size_t l = 0; l < layout->layer_count; l++) {
        const bp_layout_layer *layer = &layout->layers[l];
        for (size_t j = 0; j < layer->outputs && layer->twice; j++)
            for (size_t i = 0; i < layer->inputs; i++)
                put_weight(layout, layer, block, j, i,
                           at(layout->type, block, weight_place(layer, j, i)));
    }
}

static void fill(const bp_layout *layout, size_t l, void *block, double weight, double bias)
{
    const bp_layout_layer *layer = &layout->layers[l];
    for (size_t j = 0; j < layer->outputs; j++) {
        for (size_t i = 0; i < layer->inputs; i++)
            put_weight(layout, layer, block, j, i, weight);
        put(layout->type, block, bias_place(layer, j), bias);
    }
}

void bp_layout_describe(const bp_layout *layout, void *shares, void *weighs, const bp_rule *rule)
{
    for (size_t l = 0; l < layout->layer_count; l++) {
        double share = rule->layer_rates != NULL ? rule->layer_rates[l] : 1;
        fill(layout, l, shares, share, rule->bias_rates != NULL ? rule->bias_rates[l] : share);
        fill(layout, l, weighs, 1, 0);
    }
}

static void swap_number(const bp_layout *layout, void *block, size_t place, void *parameters,
                        size_t source)
{
    double kept = at(layout->type, block, place);
    put(layout->type, block, place, at(layout->type, parameters, source));
    put(layout->type, parameters, source, kept);
}

void bp_layout_swap(const bp_layout *layout, void *block, void *parameters)
{
    for (size_t l = 0; l < layout->layer_count; l++) {
        const bp_layout_layer *layer = &layout->layers[l];
        for (size_t j = 0; j < layer->outputs; j++) {
            for (size_t i = 0; i < layer->inputs; i++)
                swap_number(layout, block, weight_place(layer, j, i), parameters,
                            layer->source_weights + j * layer->inputs + i);
            swap_number(layout, block, bias_place(layer, j), parameters, layer->source_biases + j);
        }
    }
    bp_layout_twice(layout, block);
}

void bp_layout_get_state(const bp_layout *layout, const void *first, const void *second,
                         const bp_rule_clock *clock, bp_plan_state *kept)
{
    if (first != NULL && kept->first != NULL)
        bp_layout_unpack(layout, first, kept->first);
    if (second != NULL && kept->second != NULL)
        bp_layout_unpack(layout, second, kept->second);
    kept->beta1_power = clock->beta1_power;
    kept->beta2_power = clock->beta2_power;
    kept->moved = clock->moved;
}

void bp_layout_set_state(const bp_layout *layout, void *first, void *second, bp_rule_clock *clock,
                         const bp_plan_state *kept)
{
    if (first != NULL && kept->first != NULL)
        bp_layout_pack(layout, first, kept->first);
    if (second != NULL && kept->second != NULL)
        bp_layout_pack(layout, second, kept->second);
    clock->beta1_power = kept->beta1_power;
    clock->beta2_power = kept->beta2_power;
    clock->moved = kept->moved;
}

static double unit_squares(const bp_layout *layout, const bp_layout_layer *layer, const void *block,
                           size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < layer->inputs; i++) {
        double w = at(layout->type, block, weight_place(layer, j, i));
        sum = fma(w, w, sum);
    }
    return sum;
}

double bp_layout_norm(const bp_layout *layout, const void *block)
{
    double sum = 0;
    for (size_t l = 0; l < layout->layer_count; l++) {
        const bp_layout_layer *layer = &layout->layers[l];
        for (size_t j = 0; j < layer->outputs; j++) {
            double bias = at(layout->type, block, bias_place(layer, j));
            sum = sum + fma(bias, bias, unit_squares(layout, layer, block, j));
        }
    }
    return sqrt(sum);
}

static void shrink_unit(const bp_layout *layout, const bp_layout_layer *layer, void *block,
                        size_t j, double factor)
{
    for (size_t i = 0; i < layer->inputs; i++) {
        double w = at(layout->type, block, weight_place(layer, j, i));
        put_weight(layout, layer, block, j, i, w * factor); /* exact, then rounded once */
    }
}

void bp_layout_limit(const bp_layout *layout, void *block, double most)
{
    for (size_t l = 0; l < layout->layer_count; l++) {
        const bp_layout_layer *layer = &layout->layers[l];
        for (size_t j = 0; j < layer->outputs; j++) {
            double norm = sqrt(unit_squares(layout, layer, block, j)), factor = most / norm;
            if (layout->type == BP_F32)
                factor = (double)(float)factor;
            if (norm > most)
                shrink_unit(layout, layer, block, j, factor);
        }
    }
}
