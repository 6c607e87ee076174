/* engine_methods.h: the small table of functions behind which every engine stands. */
#ifndef ENGINE_ENGINE_METHODS_H
#define ENGINE_ENGINE_METHODS_H

#include <backprop/engine.h>

#define BP_DESCRIPTION_SIZE 128

/* The calls mean what their bp_plan_ namesakes in engine.h say; `state` is what `open`
 * made. Options are checked and complete when they arrive here (see plan.c). */
typedef struct bp_engine_methods {
    const char *name;
    const char *help;

    /* Takes all memory that the plan will need, weights 0. `net` outlives the state.
     * Fills `description` ("textbook f64"). */
    bp_status (*open)(void **state, const bp_net *net, const bp_plan_options *options,
                      char description[BP_DESCRIPTION_SIZE], bp_error *error);
    void (*close)(void *state);

    void (*set_parameters)(void *state, size_t member, const void *parameters);
    void (*get_parameters)(const void *state, size_t member, void *parameters);

    void (*swap_parameters)(void *state, size_t member, void *parameters);
    void (*get_state)(const void *state, size_t member, bp_plan_state *kept);
    void (*set_state)(void *state, size_t member, const bp_plan_state *kept);

    void (*forward)(void *state, size_t member, const bp_matrix *inputs, const size_t *rows,
                    size_t count, const bp_matrix_out *outputs);
    void (*step)(void *state, bp_run *runs);
    void (*evaluate)(void *state, bp_run *runs);
    void (*gradient)(void *state, size_t member, const bp_samples *samples, const size_t *rows,
                     size_t count, void *gradient, double *loss);
    void (*apply)(void *state, size_t member, const void *gradient, size_t count, double rate);
} bp_engine_methods;

extern const bp_engine_methods bp_textbook_engine;
extern const bp_engine_methods bp_fast_engine;

/* What stands before an engine where some members read a subset of the inputs. */
extern const bp_engine_methods bp_parted_engine;

/* The engine of that name, or NULL with BP_E_OPTION in `error`. */
const bp_engine_methods *bp_engine_find(const char *name, bp_error *error);

#endif
