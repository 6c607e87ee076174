/* model.h: the model's fields, for this folder alone. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <backprop/model.h>

#define BP_NOTE_COUNT 2

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
};

#endif
