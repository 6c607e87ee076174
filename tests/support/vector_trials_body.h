/* vector_trials_body.h: one number type of an instruction set's trials, whose tables have
 * the name VECTOR_TRIALS. */
#include "base/vector.h"

static void NAMED(map)(enum vector_operation operation, const void *as, const void *bs,
                       const void *cs, void *results, size_t count)
{
#undef VECTOR_CASE
#define VECTOR_CASE(name, rounds, result)                                                          \
    case VECTOR_##name: value = result; break;
    for (size_t i = 0; i < count; i += LANES) {
        vreal a = vload((const real *)as + i), b = vload((const real *)bs + i);
        vreal c = vload((const real *)cs + i), value = c;
        switch (operation) {
            VECTOR_OPERATIONS(VECTOR_CASE)
        case VECTOR_OPERATION_COUNT: break;
        }
        vstore((real *)results + i, value);
    }
}

static void NAMED(copy_unaligned)(const void *from, void *to, size_t count)
{
    for (size_t i = 0; i < count; i += LANES)
        vstore_unaligned((real *)to + i, vload_unaligned((const real *)from + i));
}

static void NAMED(lane)(const void *a, size_t lane, void *results)
{
    vstore(results, vlane(vload(a), lane));
}

static void NAMED(lane_first)(const void *a, void *results)
{
    vstore(results, vlane_first(vload(a)));
}

static void NAMED(tree)(const void *a, void *sum)
{
    *(real *)sum = vtree(vload(a));
}

static void NAMED(columns)(const void *const *rows, size_t at, void *results)
{
    vreal columns[VECTOR_CHUNK];
    const real *starts[LANES];
    for (size_t i = 0; i < LANES; i++)
        starts[i] = rows[i];
    vchunk(starts, at, columns);
    for (size_t i = 0; i < VECTOR_CHUNK; i++)
        vstore((real *)results + i * LANES, columns[i]);
}

const vector_trials NAMED(VECTOR_TRIALS) = {.lanes = LANES,
                                            .chunk = VECTOR_CHUNK,
                                            .map = NAMED(map),
                                            .copy_unaligned = NAMED(copy_unaligned),
                                            .lane = NAMED(lane),
                                            .lane_first = NAMED(lane_first),
                                            .tree = NAMED(tree),
                                            .columns = NAMED(columns)};
