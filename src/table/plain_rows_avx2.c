/* plain_rows_avx2.c: the loops of plain_rows.h for AVX2. */
#include "table/plain_lanes_body.h"

const bp_plain_loops BP_PLAIN_LOOPS_AVX2 = {apply_f32, apply_f64};
