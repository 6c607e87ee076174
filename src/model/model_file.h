/* model_file.h: the names that stand in a model file. */
#ifndef MODEL_MODEL_FILE_H
#define MODEL_MODEL_FILE_H

#include "model/model.h"

#define BP_MODEL_FORMAT "backprop"
#define BP_MODEL_VERSION "1"

/* net.MEMBER.layer.LAYER.weight or .bias */
#define BP_TENSOR_NAME "net.%zu.layer.%zu.%s"
#define BP_TENSOR_NAME_SIZE 64

#define BP_CALIBRATION_KEY "backprop.calibration"

/* format, version, preparation, net, the notes, and the calibration */
#define BP_METADATA_MAX (5 + BP_NOTE_COUNT)

extern const char *const bp_note_metadata[BP_NOTE_COUNT];

#endif
