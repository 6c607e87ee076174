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
