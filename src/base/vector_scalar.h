/* vector_scalar.h: vectors of one lane, for processors without any of the others. Only
 * to be included by vector.h. */
#define LANES 1
typedef real vreal;
typedef bool vmask;
#if REAL_BITS == 32
typedef uint32_t vbits;
#else
typedef uint64_t vbits;
#endif

static inline vreal vload(const real *from)
{
    return *from;
}
static inline vreal vload_unaligned(const real *from)
{
    return *from;
}
static inline void vstore(real *to, vreal a)
{
    *to = a;
}
static inline void vstore_unaligned(real *to, vreal a)
{
    *to = a;
}
static inline vreal vset(real a)
{
    return a;
}
static inline vreal vadd(vreal a, vreal b)
{
    return a + b;
}
static inline vreal vsub(vreal a, vreal b)
{
    return a - b;
}
static inline vreal vmul(vreal a, vreal b)
{
    return a * b;
}
#if defined(__GNUC__) /* by zero: an infinity or NaN, as on all */
__attribute__((no_sanitize("float-divide-by-zero")))
#endif
static inline vreal
vdiv(vreal a, vreal b)
{
    return a / b;
}
static inline vreal vfma(vreal a, vreal b, vreal c)
{
#if REAL_BITS == 32
    return fmaf(a, b, c);
#else
    return fma(a, b, c);
#endif
}
static inline vreal vfnma(vreal a, vreal b, vreal c)
{
    return vfma(-a, b, c);
}
static inline vreal vsqrt(vreal a)
{
#if REAL_BITS == 32
    return sqrtf(a);
#else
    return sqrt(a);
#endif
}
static inline vreal vmax(vreal a, vreal b)
{
    return a > b ? a : b;
}
static inline vreal vmin(vreal a, vreal b)
{
    return a < b ? a : b;
}
static inline vmask vgreater(vreal a, vreal b)
{
    return a > b;
}
static inline vreal vselect(vmask mask, vreal a, vreal b)
{
    return mask ? a : b;
}
static inline vreal vlane(vreal a, size_t lane)
{
    (void)lane;
    return a;
}
static inline vreal vlane_first(vreal a)
{
    return a;
}
static inline vbits vbits_of(vreal a)
{
    vbits bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}
static inline vreal vreal_of(vbits a)
{
    vreal value;
    memcpy(&value, &a, sizeof value);
    return value;
}
static inline vbits vbits_add(vbits a, vbits b)
{
    return a + b;
}
static inline vbits vbits_sub(vbits a, vbits b)
{
    return a - b;
}
static inline vbits vbits_and(vbits a, vbits b)
{
    return a & b;
}
static inline vbits vbits_or(vbits a, vbits b)
{
    return a | b;
}
static inline vbits vbits_left(vbits a, int by)
{
    return a << by;
}
static inline vbits vbits_right(vbits a, int by)
{
    return a >> by;
}
static inline vbits vbits_set(int64_t a)
{
    return (vbits)a;
}
static inline real vtree(vreal a)
{
    return a;
}

#undef VECTOR_CHUNK
#define VECTOR_CHUNK 1
static inline void vchunk(const real *const *rows, size_t at, vreal *columns)
{
    columns[0] = rows[0][at];
}
