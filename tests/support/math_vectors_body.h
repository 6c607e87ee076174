/* math_vectors_body.h: one number type of an instruction set's math_vectors. */
#include "base/vector.h"

#include "base/math_body.h"

#include "base/math_special_body.h"

static void NAMED(run)(enum math_function function, const real *x, real *y, size_t count)
{
#undef MATH_CALL
#if REAL_BITS == 32
#define MATH_CALL(name) v##name##_f32
#else
#define MATH_CALL(name) v##name##_f64
#endif
#define RUN(name)                                                                                  \
    case MATH_##name:                                                                              \
        for (size_t i = 0; i < count; i += LANES)                                                  \
            vstore(y + i, MATH_CALL(name)(vload(x + i)));                                          \
        break;
    switch (function) {
        BP_MATH_FUNCTIONS(RUN)
    case MATH_FUNCTION_COUNT: break;
    }
#undef RUN
}
