/* model.h: what is kept: a preparation, one or more member networks, and the record of
 * how they came to be. */
#ifndef BACKPROP_MODEL_H
#define BACKPROP_MODEL_H

#include <backprop/net.h>
#include <backprop/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A model predicts raw rows and needs nothing else. Its file is a safetensors file
 * (docs/model-file.md) that holds nothing which differs between equal runs. */
typedef struct bp_model bp_model;

/* Makes a model of `members` networks, weights 0. On success it owns `preparation` and
 * `net`; on failure the caller still does. */
BP_API bp_status bp_model_new(bp_model **model, bp_preparation *preparation, bp_net *net,
                              bp_type type, size_t members, const bp_allocator *allocator,
                              bp_error *error);
BP_API void bp_model_free(bp_model *model);

BP_API const bp_preparation *bp_model_preparation(const bp_model *model);
BP_API const bp_net *bp_model_net(const bp_model *model);
BP_API bp_type bp_model_type(const bp_model *model);
BP_API size_t bp_model_members(const bp_model *model);

/* One member's weights: a block of net.h, of the model's type; copied in. */
BP_API const void *bp_model_parameters(const bp_model *model, size_t member);
BP_API void bp_model_set_parameters(bp_model *model, size_t member, const void *parameters);

/* Notes travel with the model: `recipe` (the options it was made with) and `training`
 * (its record) are set by bp_fit_table; each is one JSON text, copied. NULL where there
 * is none. */
BP_API bp_status bp_model_set_note(bp_model *model, const char *key, const char *json,
                                   bp_error *error);
BP_API const char *bp_model_note(const bp_model *model, const char *key);

/* What rows that the model has not learned from say of how far its answers can be believed,
 * equations (60) to (63) of docs/equations.md. Found by bp_calibrate of assess.h, applied by
 * predict.h, kept in the file. */
#define BP_CRITERION_SIZE 32
typedef struct bp_calibration {
    size_t rows;             /* that it was found on */
    double temperature;      /* of classes, (60): above 0; 1 leaves probabilities as they are */
    double coverage;         /* (61): of sets of classes or intervals; above 0, below 1 */
    const double *quantiles; /* (61): of classes one, at most 1; of numbers one a target; >= 0 */
    double threshold;        /* (63), 0 to 1, of two classes: the answer is the second where its
                              * probability is above; NaN: it is the more probable one */
    char criterion[BP_CRITERION_SIZE]; /* of which the threshold is the best: "f1" */
} bp_calibration;

/* Copies it in, in place of what there was; NULL takes that away. Answers that were made
 * before are to be made anew. BP_E_ARGUMENT: it is not as above, or not of such a model. */
BP_API bp_status bp_model_set_calibration(bp_model *model, const bp_calibration *calibration,
                                          bp_error *error);

/* NULL where there is none; borrowed, until it is set again. */
BP_API const bp_calibration *bp_model_calibration(const bp_model *model);

/* Writes the file beside its name, syncs and renames it: the old one stands until the
 * new one is whole. The same model gives the same bytes. */
BP_API bp_status bp_model_save(const bp_model *model, const char *path, bp_error *error);

/* The same bytes in memory: *bytes is released by bp_model_release_memory. */
BP_API bp_status bp_model_save_memory(const bp_model *model, void **bytes, size_t *size,
                                      bp_error *error);
BP_API void bp_model_release_memory(const bp_model *model, void *bytes, size_t size);

/* Reads a model, trusting nothing in it. BP_E_MODEL says what is wrong. `name` is what
 * errors call bytes that come from memory. */
BP_API bp_status bp_model_load(bp_model **model, const char *path, const bp_allocator *allocator,
                               bp_error *error);
BP_API bp_status bp_model_load_memory(bp_model **model, const void *bytes, size_t size,
                                      const char *name, const bp_allocator *allocator,
                                      bp_error *error);

#ifdef __cplusplus
}
#endif
#endif
