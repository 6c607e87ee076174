/* way.h: a way of computing inside the fast engine. All ways give the same bits; they
 * differ in layout and in the shapes for which they are quick. */
#ifndef FAST_WAY_H
#define FAST_WAY_H

#include "base/cpu.h"
#include "base/pool.h"
#include "engine/engine_methods.h"

/* One way: `online` takes one row at a time, for plans of batch 1; `lanes` a group of
 * small networks, one in each lane of a vector. */
typedef struct bp_way {
    const char *name;

    /* NULL where the way can compute this plan, else the reason why not. */
    const char *(*refuse)(const bp_net *net, const bp_plan_options *options);

    bool threaded; /* whether it shares its work out to the workers of a pool */

    /* `methods->open` is not used; the rest is. The pool, or NULL, outlives the state. */
    bp_status (*open)(void **state, const bp_net *net, const bp_plan_options *options, bp_isa isa,
                      bp_pool *pool, bp_error *error);
    const bp_engine_methods *methods;
} bp_way;

extern const bp_way bp_way_online;
extern const bp_way bp_way_lanes;
extern const bp_way bp_way_batch;

#endif
