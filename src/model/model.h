/* model.h: the model's fields, for this folder alone, and what a fit asks of it. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <backprop/model.h>

#define BP_NOTE_COUNT 3

extern const char *const bp_note_keys[BP_NOTE_COUNT];

struct bp_model {
    bp_allocator allocator;
    bp_preparation *preparation;
    bp_net *net;
    bp_type type;
    size_t members;
    size_t member_size;        /* bytes of one member's parameters */
    unsigned char *parameters; /* [members][member_size] */
    char *notes[BP_NOTE_COUNT];
    bp_calibration calibration;
    double *quantiles; /* [bp_calibration_quantiles]; NULL: it is not calibrated */
};

/* BP_E_DATA where what describes a model is more than a file of one holds. */
bp_status bp_model_check_description(const bp_model *model, bp_error *error);

/* How many quantiles a calibration has: one of classes, of numbers one a target. */
size_t bp_calibration_quantiles(const bp_model *model);

/* The calibration as the JSON of docs/model-file.md, and back: BP_E_ARGUMENT where it is not
 * one of such a model. */
void bp_calibration_write(const bp_model *model, bp_json *json);
bp_status bp_calibration_read(bp_model *model, const bp_json_value *root, bp_error *error);

#endif
