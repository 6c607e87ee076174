/* show.h: a model file looked into: what it holds, in words, as JSON and as a picture. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "output.h"

#define SHOWN_NAME_SIZE 256 /* of an input's name, cut where it is longer */

/* A model and its notes, read. */
struct shown {
    const char *path;
    const bp_model *model;
    const bp_preparation *preparation;
    const bp_net *net;
    bp_json_document *recipe, *training, *trials; /* NULL: the model has no such note */
    char *name;                                   /* room for the longest name of a number, ... */
    size_t name_size;                             /* ... so many bytes */
    bool weights;                                 /* are asked for */
    const struct shown *initial; /* the same before it was trained; NULL: not asked for */
};

/* Reads the notes of a model, which must outlive it; BP_E_MODEL where one is damaged. What it
 * took is given back by shown_close, also where it failed. */
bp_status shown_open(struct shown *shown, const char *path, const bp_model *model, bp_error *error);
void shown_close(struct shown *shown);

/* The parts of the answer. */
void show_print(struct output *out, const struct shown *shown);
void show_print_weights(struct output *out, const struct shown *shown);
void show_write(bp_json *json, const struct shown *shown);

/* What the units of the last layer stand for: classes, or targets. A single one that tells two
 * classes apart is the second of them. */
const char *shown_output_name(const struct shown *shown, size_t output);

/* What a layer reads and what its units are called: "area", "neuron 3", "yes". */
void shown_source_name(const struct shown *shown, size_t layer, size_t source,
                       char name[SHOWN_NAME_SIZE]);
void shown_unit_name(const struct shown *shown, size_t layer, size_t unit,
                     char name[SHOWN_NAME_SIZE]);

/* A weight or a bias by its place among a network's parameters. */
double shown_parameter(const struct shown *shown, size_t member, size_t place);

/* The notes' roots, NULL where there are none. */
const bp_json_value *shown_recipe(const struct shown *shown);
const bp_json_value *shown_training(const struct shown *shown);
const bp_json_value *shown_trials(const struct shown *shown);

#endif
