/* vector_neon.h: vectors of NEON on 64-bit Arm: 4 floats or 2 doubles. Only to be
 * included by vector.h. */
#include <arm_neon.h>

#undef VECTOR_REAL
#undef VECTOR_BITS

#if REAL_BITS == 32
#define LANES 4
#define VECTOR_REAL(name) name##_f32
#define VECTOR_BITS(name) name##_u32
typedef float32x4_t vreal;
typedef uint32x4_t vbits;

static inline vbits vbits_of(vreal a)
{
    return vreinterpretq_u32_f32(a);
}
static inline vreal vreal_of(vbits a)
{
    return vreinterpretq_f32_u32(a);
}
static inline vbits vbits_set(int64_t a)
{
    return vdupq_n_u32((uint32_t)a);
}
/* Bytes 4 lane to 4 lane + 3, four times. */
static inline vreal vlane(vreal a, size_t lane)
{
    uint8x16_t pieces = vreinterpretq_u8_u32(vdupq_n_u32(0x03020100 + 0x04040404 * (uint32_t)lane));
    return vreinterpretq_f32_u8(vqtbl1q_u8(vreinterpretq_u8_f32(a), pieces));
}
static inline vreal vlane_first(vreal a)
{
    return vdupq_laneq_f32(a, 0);
}
static inline real vtree(vreal a)
{
    float32x2_t half = vadd_f32(vget_low_f32(a), vget_high_f32(a));
    return vget_lane_f32(half, 0) + vget_lane_f32(half, 1);
}
static inline vbits vbits_left(vbits a, int by)
{
    return vshlq_u32(a, vdupq_n_s32(by));
}
static inline vbits vbits_right(vbits a, int by)
{
    return vshlq_u32(a, vdupq_n_s32(-by));
}
#else
#define LANES 2
#define VECTOR_REAL(name) name##_f64
#define VECTOR_BITS(name) name##_u64
typedef float64x2_t vreal;
typedef uint64x2_t vbits;

static inline vbits vbits_of(vreal a)
{
    return vreinterpretq_u64_f64(a);
}
static inline vreal vreal_of(vbits a)
{
    return vreinterpretq_f64_u64(a);
}
static inline vbits vbits_set(int64_t a)
{
    return vdupq_n_u64((uint64_t)a);
}
static inline vreal vlane(vreal a, size_t lane)
{
    return lane == 0 ? vdupq_laneq_f64(a, 0) : vdupq_laneq_f64(a, 1);
}
static inline vreal vlane_first(vreal a)
{
    return vdupq_laneq_f64(a, 0);
}
static inline real vtree(vreal a)
{
    return vgetq_lane_f64(a, 0) + vgetq_lane_f64(a, 1);
}
static inline vbits vbits_left(vbits a, int by)
{
    return vshlq_u64(a, vdupq_n_s64(by));
}
static inline vbits vbits_right(vbits a, int by)
{
    return vshlq_u64(a, vdupq_n_s64(-by));
}
#endif
typedef vbits vmask;

static inline vreal vload(const real *from)
{
    return VECTOR_REAL(vld1q)(from);
}
static inline vreal vload_unaligned(const real *from)
{
    return VECTOR_REAL(vld1q)(from);
}
static inline void vstore(real *to, vreal a)
{
    VECTOR_REAL(vst1q)(to, a);
}
static inline void vstore_unaligned(real *to, vreal a)
{
    VECTOR_REAL(vst1q)(to, a);
}
static inline vreal vset(real a)
{
    return VECTOR_REAL(vdupq_n)(a);
}
static inline vreal vadd(vreal a, vreal b)
{
    return VECTOR_REAL(vaddq)(a, b);
}
static inline vreal vsub(vreal a, vreal b)
{
    return VECTOR_REAL(vsubq)(a, b);
}
static inline vreal vmul(vreal a, vreal b)
{
    return VECTOR_REAL(vmulq)(a, b);
}
static inline vreal vdiv(vreal a, vreal b)
{
    return VECTOR_REAL(vdivq)(a, b);
}
static inline vreal vsqrt(vreal a)
{
    return VECTOR_REAL(vsqrtq)(a);
}
static inline vreal vfma(vreal a, vreal b, vreal c)
{
    return VECTOR_REAL(vfmaq)(c, a, b);
}
static inline vreal vfnma(vreal a, vreal b, vreal c)
{
    return VECTOR_REAL(vfmsq)(c, a, b);
}
static inline vmask vgreater(vreal a, vreal b)
{
    return VECTOR_REAL(vcgtq)(a, b);
}
static inline vreal vselect(vmask mask, vreal a, vreal b)
{
    return VECTOR_REAL(vbslq)(mask, a, b);
}
/* vmaxq and vminq have another rule for NaN. */
static inline vreal vmax(vreal a, vreal b)
{
    return vselect(vgreater(a, b), a, b);
}
static inline vreal vmin(vreal a, vreal b)
{
    return vselect(vgreater(b, a), a, b);
}
static inline vbits vbits_add(vbits a, vbits b)
{
    return VECTOR_BITS(vaddq)(a, b);
}
static inline vbits vbits_sub(vbits a, vbits b)
{
    return VECTOR_BITS(vsubq)(a, b);
}
static inline vbits vbits_and(vbits a, vbits b)
{
    return VECTOR_BITS(vandq)(a, b);
}
static inline vbits vbits_or(vbits a, vbits b)
{
    return VECTOR_BITS(vorrq)(a, b);
}

#if REAL_BITS == 32
#define VECTOR_CHUNK 4
static inline void vchunk(const real *const *rows, size_t at, vreal *columns)
{
    float32x4x2_t ab = vtrnq_f32(vld1q_f32(rows[0] + at), vld1q_f32(rows[1] + at));
    float32x4x2_t cd = vtrnq_f32(vld1q_f32(rows[2] + at), vld1q_f32(rows[3] + at));
    columns[0] = vcombine_f32(vget_low_f32(ab.val[0]), vget_low_f32(cd.val[0]));
    columns[1] = vcombine_f32(vget_low_f32(ab.val[1]), vget_low_f32(cd.val[1]));
    columns[2] = vcombine_f32(vget_high_f32(ab.val[0]), vget_high_f32(cd.val[0]));
    columns[3] = vcombine_f32(vget_high_f32(ab.val[1]), vget_high_f32(cd.val[1]));
}
#else
#undef VECTOR_CHUNK
#define VECTOR_CHUNK 2
static inline void vchunk(const real *const *rows, size_t at, vreal *columns)
{
    float64x2_t a = vld1q_f64(rows[0] + at), b = vld1q_f64(rows[1] + at);
    columns[0] = vzip1q_f64(a, b);
    columns[1] = vzip2q_f64(a, b);
}
#endif
