/* batch_kernels_body.h: the kernels of the way `batch`, written once. A file for each
 * instruction set includes this twice, for float32 and float64, and says how large a tile
 * its registers hold: TILE_LINES lines by PANEL_VECTORS vectors. TILE_LINES is a power of
 * two that divides a panel. */
#include "base/vector.h"

#include "base/math_body.h"

#include "base/math_special_body.h"

#include "engine/fast/mover_body.h"
#include "engine/fast/units_body.h"

#include "engine/fast/lane_units_body.h"

#undef PANEL
#undef LINES_MULTIPLE
#define PANEL (PANEL_VECTORS * LANES)
#define LINES_MULTIPLE (TILE_LINES > LANES ? TILE_LINES : LANES)
#if defined(__clang__) && defined(BACKPROP_PLAIN_KERNELS) /* whose loops have no known ends */
#define UNROLL
#elif defined(__clang__) /* which unrolls by a count too late to keep a tile in registers */
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif
#define EACH(m, v) UNROLL for (size_t i = 0; i < (m); i++) UNROLL for (size_t w = 0; w < (v); w++)

/* ---- Tiles ------------------------------------------------------------------------------ */

#define tile NAMED(tile)
typedef vreal tile[TILE_LINES][PANEL_VECTORS];

/* c += a b over `steps` steps, m lines by v vectors: in each step one fused multiply-add,
 * so that every number of c is one chain in order. a[line * a_line + step * a_step]. */
#define multiply NAMED(multiply)
INLINE void multiply(tile c, const real *a, const size_t a_line, const size_t a_step, const real *b,
                     size_t steps, const size_t m, const size_t v)
{
    for (; steps > 0; steps--, a += a_step, b += PANEL) {
        vreal line[PANEL_VECTORS];
        UNROLL for (size_t w = 0; w < v; w++) line[w] = vload(b + w * LANES);
        UNROLL for (size_t i = 0; i < m; i++)
        {
            vreal number = vset(a[i * a_line]);
            UNROLL for (size_t w = 0; w < v; w++) c[i][w] = vfma(number, line[w], c[i][w]);
        }
    }
}

/* As above with a's steps along the lines of its panels, `a_panel` numbers apart. */
#define multiply_panels NAMED(multiply_panels)
INLINE void multiply_panels(tile c, const real *a, size_t a_panel, const real *b, size_t steps,
                            const size_t m, const size_t v)
{
    for (; steps > PANEL; steps -= PANEL, a += a_panel, b += PANEL * PANEL)
        multiply(c, a, PANEL, 1, b, PANEL, m, v);
    multiply(c, a, PANEL, 1, b, steps, m, v);
}

/* Calls TILE(lines, vectors) with constants: the fewest vectors that hold `columns`, and
 * lines to the power of two that holds `lines`. */
#define BY_VECTORS(m, columns, TILE)                                                               \
    switch ((columns) > (PANEL_VECTORS - 1) * LANES ? PANEL_VECTORS                                \
                                                    : ((columns) + LANES - 1) / LANES) {           \
    case 1: TILE(m, 1); break;                                                                     \
    case 2: TILE(m, 2); break;                                                                     \
    case 3: TILE(m, (PANEL_VECTORS < 3 ? PANEL_VECTORS : 3)); break;                               \
    default: TILE(m, PANEL_VECTORS); break;                                                        \
    }
#define BY_TILE(lines, columns, TILE)                                                              \
    do {                                                                                           \
        if ((lines) > TILE_LINES / 2)                                                              \
            BY_VECTORS(TILE_LINES, columns, TILE)                                                  \
        else if ((lines) > 2)                                                                      \
            BY_VECTORS(TILE_LINES / 2, columns, TILE)                                              \
        else if ((lines) == 2)                                                                     \
            BY_VECTORS(2, columns, TILE)                                                           \
        else                                                                                       \
            BY_VECTORS(1, columns, TILE)                                                           \
    } while (0)

/* ---- Shares of the work --------------------------------------------------------------------- */

/* What of `count` things the pass's worker does. */
#define share_of NAMED(share_of)
typedef struct share_of {
    size_t first, end;
} share_of;

#define share NAMED(share)
static inline share_of share(const batch_pass *pass, size_t count)
{
    size_t each = count / pass->workers, more = count % pass->workers, w = pass->worker;
    size_t first = each * w + (w < more ? w : more);
    return (share_of){first, first + each + (w < more ? 1 : 0)};
}

#define whole NAMED(whole)
static inline size_t whole(size_t count, size_t size)
{
    return (count + size - 1) / size;
}

#define row_of NAMED(row_of)
static inline size_t row_of(const batch_rows *rows, size_t i)
{
    return rows->rows != NULL ? rows->rows[rows->first + i] : rows->first + i;
}

/* What goes into a layer, in panels of rows. */
#define input_of NAMED(input_of)
static inline const real *input_of(const batch_pass *pass, size_t layer)
{
    if (layer == 0)
        return pass->scratch->inputs;
    return (const real *)pass->scratch->outputs + pass->shape->layers[layer - 1].units;
}

/* ---- Rows in ------------------------------------------------------------------------------------
 */

#define gather_row NAMED(gather_row)
static inline void gather_row(const real *from, size_t count, real *to, size_t to_panel)
{
    for (; count >= PANEL; count -= PANEL, from += PANEL, to += to_panel)
        for (size_t w = 0; w < PANEL_VECTORS; w++)
            vstore(to + w * LANES, vload_unaligned(from + w * LANES));
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        vstore(to + i, vload_unaligned(from + i));
    for (; i < count; i++)
        to[i] = from[i];
}

#define batch_gather NAMED(batch_gather)
static void batch_gather(const batch_pass *pass)
{
    const batch_rows *rows = &pass->rows;
    const size_t inputs = pass->shape->layers[0].inputs, panel = pass->shape->rows * PANEL;
    const real *from = rows->inputs;
    const share_of mine = share(pass, rows->count);
    for (size_t i = mine.first; i < mine.end; i++) {
        gather_row(from + row_of(rows, i) * rows->input_stride, inputs,
                   (real *)pass->scratch->inputs + i * PANEL, panel);
        if (i < rows->following) /* asked of memory while this chunk is computed */
            for (size_t at = 0; at < inputs; at += 64 / sizeof(real))
                __builtin_prefetch(from + row_of(rows, i + rows->count) * rows->input_stride + at);
    }
}

/* ---- Forward --------------------------------------------------------------------------------- */

/* Outputs of m rows by v vectors of units, and their sums where they are asked for. */
#define forward_tile NAMED(forward_tile)
INLINE void forward_tile(const batch_layer *layer, const real *a, size_t a_panel, const real *b,
                         const real *biases, real *sums, real *outputs, const size_t m,
                         const size_t v)
{
    tile c;
    EACH(m, v) c[i][w] = vload(biases + w * LANES);
    multiply_panels(c, a, a_panel, b, layer->inputs, m, v);
    if (sums != NULL)
        EACH(m, v)
    vstore(sums + i * PANEL + w * LANES, c[i][w]);
    if (layer->activation == BP_RELU)
        EACH(m, v) c[i][w] = activate(BP_RELU, c[i][w]);
    EACH(m, v)
    vstore(outputs + i * PANEL + w * LANES, c[i][w]);
}

/* The functions that take long, over what a tile left in the cache. */
#define activate_lines NAMED(activate_lines)
static void activate_lines(bp_activation activation, real *outputs, size_t lines, size_t columns)
{
    for (size_t i = 0; i < lines; i++, outputs += PANEL)
        for (size_t at = 0; at < columns; at += LANES)
            vstore(outputs + at, activate(activation, vload(outputs + at)));
}

/* The masks of rows from `row` of the chunk on and units from `unit` of a layer on. */
#define masks_at NAMED(masks_at)
static inline const real *masks_at(const batch_pass *pass, const batch_layer *layer, size_t row,
                                   size_t unit)
{
    const batch_rows *rows = &pass->rows;
    if (rows->masks == NULL)
        return NULL;
    return (const real *)rows->masks + (rows->first + row) * rows->mask_stride + layer->masks
           + unit;
}

#define mask_lines NAMED(mask_lines)
static void mask_lines(const real *masks, size_t stride, real *outputs, size_t lines,
                       size_t columns)
{
    for (size_t i = 0; i < lines; i++, outputs += PANEL, masks += stride)
        for (size_t at = 0; at < columns; at += LANES)
            vstore(outputs + at, vmul(vload_unaligned(masks + at), vload(outputs + at)));
}

#define batch_forward NAMED(batch_forward)
static void batch_forward(const batch_pass *pass, size_t l)
{
    const batch_shape *shape = pass->shape;
    const batch_layer *layer = &shape->layers[l];
    const real *weights = pass->member->weights, *in = input_of(pass, l);
    const size_t rows = pass->rows.count, a_panel = shape->rows * PANEL;
    const size_t row_tiles = whole(rows, TILE_LINES);
    const bool slow = layer->activation != BP_LINEAR && layer->activation != BP_RELU
                      && layer->activation != BP_SOFTMAX;
    const share_of mine = share(pass, whole(layer->outputs, PANEL) * row_tiles);
    for (size_t t = mine.first; t < mine.end; t++) {
        const size_t panel = t / row_tiles, row = t % row_tiles * TILE_LINES;
        const size_t lines = rows - row, columns = layer->outputs - panel * PANEL;
        const size_t place = panel * a_panel + row * PANEL;
        const real *a = in + row * PANEL;
        const real *b = weights + layer->weights + panel * layer->lines * PANEL;
        const real *biases = weights + layer->biases + panel * PANEL;
        real *sums = layer->keeps_sums ? (real *)pass->scratch->sums + layer->sums + place : NULL;
        real *outputs = (real *)pass->scratch->outputs + layer->units + place;
#define FORWARD(m, v) forward_tile(layer, a, a_panel, b, biases, sums, outputs, m, v)
        BY_TILE(lines, columns, FORWARD);
#undef FORWARD
        if (slow)
            activate_lines(layer->activation, outputs, lines < TILE_LINES ? lines : TILE_LINES,
                           columns < PANEL ? columns : PANEL);
        if (pass->rows.masks != NULL && l + 1 < shape->layer_count)
            mask_lines(masks_at(pass, layer, row, panel * PANEL), pass->rows.mask_stride, outputs,
                       lines < TILE_LINES ? lines : TILE_LINES, columns < PANEL ? columns : PANEL);
    }
}

/* ---- The last layer, narrow: rows in lanes -----------------------------------------------------
 */

#define lane_layer_of NAMED(lane_layer_of)
static lane_layer lane_layer_of(const batch_pass *pass, size_t l)
{
    const batch_layer *layer = &pass->shape->layers[l];
    const real *weights = pass->member->weights;
    lane_layer one = {.weights = weights + layer->weights,
                      .biases = weights + layer->biases,
                      .unit_panel = PANEL,
                      .per_unit_panel = layer->lines * PANEL,
                      .per_unit = 1,
                      .input_panel = layer->inputs,
                      .per_input = PANEL,
                      .per_bias = 1,
                      .inputs = layer->inputs,
                      .outputs = layer->outputs,
                      .activation = layer->activation};
    if (layer->narrow) { /* its weights stand the other way round */
        one.unit_panel = layer->outputs;
        one.per_unit = PANEL;
        one.input_panel = PANEL;
        one.per_input_panel = layer->lines * PANEL;
        one.per_input = 1;
    }
    return one;
}

/* Few units: what is transposed goes straight into their sums. */
#define narrow_few NAMED(narrow_few)
INLINE void narrow_few(const lane_layer *layer, const real *in, size_t in_panel, real *sums,
                       real *outputs, const size_t n)
{
    vreal z[BLOCK_MAX], columns[VECTOR_CHUNK];
    const real *rows[LANES], *weights = layer->weights;
    for (size_t v = 0; v < n; v++)
        z[v] = vset(layer->biases[v]);
    for (size_t left = layer->inputs; left > 0; in += in_panel, weights += layer->per_input_panel) {
        const size_t inputs = left < PANEL ? left : PANEL;
        for (size_t j = 0; j < LANES; j++)
            rows[j] = in + j * PANEL;
        for (size_t i = 0; i < inputs; i += VECTOR_CHUNK) {
            vchunk(rows, i, columns);
            for (size_t c = 0; c < VECTOR_CHUNK && i + c < inputs; c++)
                for (size_t v = 0; v < n; v++)
                    z[v] = vfma(vset(weights[v * PANEL + i + c]), columns[c], z[v]);
        }
        left -= inputs;
    }
    for (size_t v = 0; v < n; v++)
        vstore(sums + v * LANES, z[v]);
    activate_all(layer->activation, z, n);
    for (size_t v = 0; v < n; v++)
        vstore(outputs + v * LANES, z[v]);
}

/* Sums and outputs of a vector of rows, of which `first` is the first. */
#define narrow_forward NAMED(narrow_forward)
static void narrow_forward(const batch_pass *pass, size_t first, real *sums, real *outputs)
{
    const batch_shape *shape = pass->shape;
    const size_t last = shape->layer_count - 1;
    const batch_layer *layer = &shape->layers[last];
    const real *in = input_of(pass, last) + first * PANEL;
    real *columns = (real *)pass->scratch->desks + pass->worker * shape->desk;
    const lane_layer one = lane_layer_of(pass, last);
    const size_t in_panel = shape->rows * PANEL;
    switch (layer->outputs) {
    case 1: narrow_few(&one, in, in_panel, sums, outputs, 1); return;
    case 2: narrow_few(&one, in, in_panel, sums, outputs, 2); return;
    case 3: narrow_few(&one, in, in_panel, sums, outputs, 3); return;
    case 4: narrow_few(&one, in, in_panel, sums, outputs, 4); return;
    default: break;
    }
    for (size_t at = 0; at < layer->inputs; at += PANEL, in += in_panel) {
        const real *rows[LANES];
        for (size_t j = 0; j < LANES; j++)
            rows[j] = in + j * PANEL;
        size_t left = layer->inputs - at;
        lane_transpose(rows, left < PANEL ? left : PANEL, columns + at * LANES);
    }
    lane_forward(&one, columns, sums, outputs);
}

/* Targets of `count` rows from `first` on; lanes without a row get some. */
#define narrow_targets NAMED(narrow_targets)
static void narrow_targets(const batch_rows *rows, size_t first, size_t count, size_t outputs,
                           const bp_objective *objective, real *expected, uint32_t *classes,
                           real *weights)
{
    size_t row[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
        row[lane] = row_of(rows, first + (lane < count ? lane : 0));
    for (size_t lane = 0; lane < LANES && rows->weights != NULL; lane++)
        weights[lane] = (real)rows->weights[row[lane]];
    if (rows->classes != NULL) {
        for (size_t lane = 0; lane < LANES; lane++)
            classes[lane] = rows->classes[row[lane]];
        lane_expect(objective, classes, outputs, expected);
        return;
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        const real *targets = (const real *)rows->targets + row[lane] * rows->target_stride;
        classes[lane] = UINT32_MAX;
        for (size_t k = 0; k < outputs; k++)
            expected[k * LANES + lane] = targets[k];
    }
}

#define finish_narrow NAMED(finish_narrow)
static void finish_narrow(const batch_pass *pass)
{
    const batch_shape *shape = pass->shape;
    const batch_layer *layer = &shape->layers[shape->layer_count - 1];
    const size_t outputs = layer->outputs, rows = pass->rows.count;
    const share_of mine = share(pass, whole(rows, LANES));
    _Alignas(64) real z[BATCH_NARROW * LANES], y[BATCH_NARROW * LANES], t[BATCH_NARROW * LANES];
    _Alignas(64) real deltas[BATCH_NARROW * LANES], losses[LANES], weights[LANES];
    uint32_t classes[LANES];
    const lane_targets targets = {.objective = &shape->objective,
                                  .activation = layer->activation,
                                  .outputs = outputs,
                                  .expected = t,
                                  .classes = classes};
    for (size_t block = mine.first; block < mine.end; block++) {
        const size_t first = block * LANES, left = rows - first, n = left < LANES ? left : LANES;
        narrow_forward(pass, first, z, y);
        narrow_targets(&pass->rows, first, n, outputs, &shape->objective, t, classes, weights);
        lane_finish(&targets, z, y, deltas, losses, pass->rows.weights != NULL ? weights : NULL);
        for (size_t lane = 0; lane < n; lane++) {
            real *row = (real *)pass->scratch->deltas + layer->units + (first + lane) * PANEL;
            ((real *)pass->scratch->losses)[first + lane] = losses[lane];
            for (size_t k = 0; k < outputs; k++)
                row[k / PANEL * shape->rows * PANEL + k % PANEL] = deltas[k * LANES + lane];
        }
    }
}

/* Outputs of n rows in lanes to rows of their own. */
#define answer_lanes NAMED(answer_lanes)
static inline void answer_lanes(const batch_pass *pass, const real *y, size_t outputs, size_t first,
                                size_t n)
{
    real *answers = (real *)pass->answers + first * pass->answer_stride;
    for (size_t lane = 0; lane < n; lane++, answers += pass->answer_stride)
        for (size_t k = 0; k < outputs; k++)
            answers[k] = y[k * LANES + lane];
}

#define answer_narrow NAMED(answer_narrow)
static void answer_narrow(const batch_pass *pass)
{
    const batch_layer *layer = &pass->shape->layers[pass->shape->layer_count - 1];
    const size_t outputs = layer->outputs, rows = pass->rows.count;
    const share_of mine = share(pass, whole(rows, LANES));
    _Alignas(64) real z[BATCH_NARROW * LANES], y[BATCH_NARROW * LANES];
    for (size_t block = mine.first; block < mine.end; block++) {
        const size_t first = block * LANES, left = rows - first, n = left < LANES ? left : LANES;
        vreal largest, total;
        narrow_forward(pass, first, z, y);
        if (layer->activation == BP_SOFTMAX)
            lane_softmax(z, outputs, y, &largest, &total);
        answer_lanes(pass, y, outputs, first, n);
    }
}

/* ---- The last layer, wide: a row at a time -----------------------------------------------------
 */

/* A row of an array over the last layer's units, from its panels into one piece, and back. */
#define wide_row NAMED(wide_row)
static inline void wide_row(const batch_pass *pass, const real *panels, size_t row, real *to)
{
    const size_t outputs = pass->shape->layers[pass->shape->layer_count - 1].outputs;
    panels += row * PANEL;
    for (size_t k = 0; k < outputs; k += PANEL, panels += pass->shape->rows * PANEL)
        for (size_t i = 0; i < PANEL && k + i < outputs; i++)
            to[k + i] = panels[i];
}

/* Targets of a class; returns it, or SIZE_MAX where it is none. */
#define wide_targets NAMED(wide_targets)
static size_t wide_targets(const bp_objective *objective, size_t class, size_t outputs, real *t)
{
    for (size_t k = 0; k < outputs; k++)
        t[k] = (real)objective->off;
    if (class >= outputs)
        return SIZE_MAX;
    t[class] = (real)objective->on;
    return class;
}

#define finish_wide NAMED(finish_wide)
static void finish_wide(const batch_pass *pass)
{
    const batch_shape *shape = pass->shape;
    const batch_layer *layer = &shape->layers[shape->layer_count - 1];
    const size_t outputs = layer->outputs, size = shape->last;
    const share_of mine = share(pass, pass->rows.count);
    real *desk = (real *)pass->scratch->desks + pass->worker * shape->desk;
    real *z = desk, *y = desk + size, *t = desk + 2 * size, *deltas = desk + 3 * size;
    memset(t, 0, size * sizeof *t);
    for (size_t i = mine.first; i < mine.end; i++) {
        const size_t row = row_of(&pass->rows, i);
        size_t class_index = SIZE_MAX;
        wide_row(pass, (const real *)pass->scratch->sums + layer->sums, i, z);
        wide_row(pass, (const real *)pass->scratch->outputs + layer->units, i, y);
        const bool smooth = shape->objective.off > 0;
        if (pass->rows.classes == NULL)
            memcpy(t, (const real *)pass->rows.targets + row * pass->rows.target_stride,
                   outputs * sizeof *t);
        else
            class_index = wide_targets(&shape->objective, pass->rows.classes[row], outputs, t);
        const real loss =
            last_layer(&shape->objective, layer->activation, z, t, smooth ? SIZE_MAX : class_index,
                       pass->scratch->used, size, y, deltas);
        ((real *)pass->scratch->losses)[i] = weigh_row(pass->rows.weights, row, size, deltas, loss);
        real *to = (real *)pass->scratch->deltas + layer->units + i * PANEL;
        for (size_t k = 0; k < outputs; k++)
            to[k / PANEL * shape->rows * PANEL + k % PANEL] = deltas[k];
    }
}

#define answer_wide NAMED(answer_wide)
static void answer_wide(const batch_pass *pass)
{
    const batch_shape *shape = pass->shape;
    const batch_layer *layer = &shape->layers[shape->layer_count - 1];
    const share_of mine = share(pass, pass->rows.count);
    real *desk = (real *)pass->scratch->desks + pass->worker * shape->desk;
    for (size_t i = mine.first; i < mine.end; i++) {
        real *answer = (real *)pass->answers + i * pass->answer_stride, largest, total;
        if (layer->activation != BP_SOFTMAX) {
            wide_row(pass, (const real *)pass->scratch->outputs + layer->units, i, answer);
            continue;
        }
        wide_row(pass, (const real *)pass->scratch->sums + layer->sums, i, desk);
        softmax_outputs(desk, pass->scratch->used, shape->last, desk + shape->last, &largest,
                        &total);
        memcpy(answer, desk + shape->last, layer->outputs * sizeof *answer);
    }
}

#define batch_finish NAMED(batch_finish)
static void batch_finish(const batch_pass *pass)
{
    if (pass->shape->layers[pass->shape->layer_count - 1].narrow)
        finish_narrow(pass);
    else
        finish_wide(pass);
}

#define batch_answer NAMED(batch_answer)
static void batch_answer(const batch_pass *pass)
{
    if (pass->shape->layers[pass->shape->layer_count - 1].narrow)
        answer_narrow(pass);
    else
        answer_wide(pass);
}

/* ---- A slender network: rows in lanes from end to end -----------------------------------------
 */

#define batch_slender NAMED(batch_slender)
static void batch_slender(const batch_pass *pass)
{
    const batch_shape *shape = pass->shape;
    const size_t count = shape->layer_count, rows = pass->rows.count;
    const size_t outputs = shape->layers[count - 1].outputs;
    lane_layer layers[BATCH_SLENDER_LAYERS];
    real *desk = (real *)pass->scratch->desks + pass->worker * shape->desk;
    real *two[2] = {desk + BATCH_SLENDER_INPUTS * LANES,
                    desk + (BATCH_SLENDER_INPUTS + BATCH_SLENDER_UNITS) * LANES};
    real *sums = desk + (BATCH_SLENDER_INPUTS + 2 * BATCH_SLENDER_UNITS) * LANES;
    const bool softmax = shape->layers[count - 1].activation == BP_SOFTMAX;
    for (size_t l = 0; l < count; l++)
        layers[l] = lane_layer_of(pass, l);
    const share_of mine = share(pass, whole(rows, LANES));
    for (size_t block = mine.first; block < mine.end; block++) {
        const size_t first = block * LANES, left = rows - first, n = left < LANES ? left : LANES;
        const real *each[LANES], *x = desk;
        for (size_t lane = 0; lane < LANES; lane++)
            each[lane] =
                (const real *)pass->rows.inputs
                + row_of(&pass->rows, first + (lane < n ? lane : 0)) * pass->rows.input_stride;
        lane_transpose(each, shape->layers[0].inputs, desk);
        for (size_t l = 0; l < count; l++) {
            lane_forward(&layers[l], x, softmax && l + 1 == count ? sums : NULL, two[l % 2]);
            x = two[l % 2];
        }
        if (softmax) {
            vreal largest, total;
            lane_softmax(sums, outputs, two[(count - 1) % 2], &largest, &total);
        }
        answer_lanes(pass, x, outputs, first, n);
    }
}

/* ---- Backward ---------------------------------------------------------------------------------
 */

/* Weights in panels of inputs, lines of outputs, from panels of outputs, lines of inputs. */
#define batch_turn NAMED(batch_turn)
static void batch_turn(const batch_pass *pass, size_t l)
{
    const batch_layer *layer = &pass->shape->layers[l];
    const real *weights = (const real *)pass->member->weights + layer->weights;
    real *turned = (real *)pass->scratch->transposed + layer->transposed;
    const share_of mine = share(pass, whole(layer->inputs, LANES));
    for (size_t block = mine.first; block < mine.end; block++) {
        const size_t first = block * LANES;
        real *to = turned + first / PANEL * layer->transposed_lines * PANEL + first % PANEL;
        for (size_t k = 0; k < layer->outputs; k += VECTOR_CHUNK, to += VECTOR_CHUNK * PANEL) {
            const real *rows[LANES], *from = weights + k / PANEL * layer->lines * PANEL;
            vreal columns[VECTOR_CHUNK];
            for (size_t j = 0; j < LANES; j++)
                rows[j] = from + (first + j) * PANEL;
            vchunk(rows, k % PANEL, columns);
            for (size_t c = 0; c < VECTOR_CHUNK; c++)
                vstore(to + c * PANEL, columns[c]);
        }
    }
}

#define backward_tile NAMED(backward_tile)
INLINE void backward_tile(bp_activation activation, const real *a, size_t a_panel, const real *b,
                          size_t steps, const real *sums, const real *outputs, real *deltas,
                          const real *masks, size_t stride, size_t lines, vreal keep,
                          const size_t m, const size_t v)
{
    tile c;
    EACH(m, v) c[i][w] = vset(0);
    multiply_panels(c, a, a_panel, b, steps, m, v);
    EACH(m, v)
    {
        const size_t place = i * PANEL + w * LANES;
        vreal y = vload(outputs + place), z = vload(sums + place), error = c[i][w];
        if (masks != NULL) { /* lines beyond the rows have no masks of their own */
            error = vmul(vload_unaligned(masks + (i < lines ? i : 0) * stride + w * LANES), error);
            y = vmul(keep, y);
        }
        vstore(deltas + place, slope(activation, error, y, z));
    }
}

#define batch_backward NAMED(batch_backward)
static void batch_backward(const batch_pass *pass, size_t l)
{
    const batch_shape *shape = pass->shape;
    const batch_layer *layer = &shape->layers[l], *before = layer - 1;
    const real *deltas = (const real *)pass->scratch->deltas + layer->units;
    const real *turned = (const real *)pass->scratch->transposed + layer->transposed;
    size_t lines_of_turned = layer->transposed_lines;
    if (layer->narrow) {
        turned = (const real *)pass->member->weights + layer->weights;
        lines_of_turned = layer->lines;
    }
    const size_t rows = pass->rows.count, a_panel = shape->rows * PANEL;
    const size_t row_tiles = whole(rows, TILE_LINES);
    const share_of mine = share(pass, whole(layer->inputs, PANEL) * row_tiles);
    for (size_t t = mine.first; t < mine.end; t++) {
        const size_t panel = t / row_tiles, row = t % row_tiles * TILE_LINES;
        const size_t lines = rows - row, columns = layer->inputs - panel * PANEL;
        const size_t place = panel * a_panel + row * PANEL;
        const real *a = deltas + row * PANEL, *b = turned + panel * lines_of_turned * PANEL;
        const real *outputs = (const real *)pass->scratch->outputs + before->units + place;
        const real *sums =
            before->keeps_sums ? (const real *)pass->scratch->sums + before->sums + place : outputs;
        const real *masks = masks_at(pass, before, row, panel * PANEL);
        real *to = (real *)pass->scratch->deltas + before->units + place;
#define BACKWARD(m, v)                                                                             \
    backward_tile(before->activation, a, a_panel, b, layer->outputs, sums, outputs, to, masks,     \
                  pass->rows.mask_stride, lines, vset((real)before->keep), m, v)
        BY_TILE(lines, columns, BACKWARD);
#undef BACKWARD
    }
}

#include "engine/fast/batch_update_body.h"

const batch_kernels NAMED(BATCH_KERNELS) = {.lanes = LANES,
                                            .panel = PANEL,
                                            .lines = LINES_MULTIPLE,
                                            .gather = batch_gather,
                                            .forward = batch_forward,
                                            .finish = batch_finish,
                                            .answer = batch_answer,
                                            .slender = batch_slender,
                                            .turn = batch_turn,
                                            .backward = batch_backward,
                                            .update = batch_update,
                                            .scale = batch_scale,
                                            .apply = batch_apply,
                                            .spend = batch_spend};

#undef BY_TILE
#undef BY_VECTORS
#undef EACH
#undef UNROLL
#undef BY_BLOCKS
#undef BLOCK_MAX
#undef INLINE
#undef SUM_UP
