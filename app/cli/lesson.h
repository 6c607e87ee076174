/* lesson.h: the numbers of the tutorial "How to Code a Neural Network with Backpropagation
 * (from scratch)", computed by the library. */
#ifndef CLI_LESSON_H
#define CLI_LESSON_H

#include <backprop.h>

#define LESSON_INPUTS 2
#define LESSON_OUTPUTS 2
#define LESSON_SEED 1

#define SMALL_HIDDEN 1 /* neurons of the network in sections 1 to 3 */
#define SMALL_UNITS 3
#define SMALL_PARAMETERS 7

#define TRAINED_HIDDEN 2 /* and in sections 4 and 5 */
#define TRAINED_UNITS 4
#define TRAINED_PARAMETERS 12
#define TRAINED_ROWS 10
#define TRAINED_EPOCHS 20
#define TRAINED_RATE 0.5

#define WHEAT_HIDDEN 5 /* what the recipe tutorial has, for the text */
#define WHEAT_RATE 0.3
#define WHEAT_EPOCHS 500
#define WHEAT_SECTION 6
#define LESSON_SECTIONS 6

/* The ten contrived rows: two inputs each, and a class. */
extern const double lesson_rows[TRAINED_ROWS][LESSON_INPUTS];
extern const uint32_t lesson_classes[TRAINED_ROWS];

/* Arrays of neurons go layer after layer, blocks of parameters as net.h has them. */
struct lesson {
    bp_net *small;
    double weights[SMALL_PARAMETERS];

    double forward_row[LESSON_INPUTS];
    double sums[SMALL_UNITS], outputs[SMALL_UNITS];

    double given_outputs[SMALL_UNITS]; /* what the backward pass starts from */
    double expected[LESSON_OUTPUTS];
    double deltas[SMALL_UNITS];

    bp_net *net;
    double initial[TRAINED_PARAMETERS];
    double first_outputs[TRAINED_UNITS], first_deltas[TRAINED_UNITS]; /* of the first row */
    double first_update[TRAINED_PARAMETERS];                          /* the weights after it */
    double errors[TRAINED_EPOCHS]; /* sums of squared errors, twice the loss of (4) */
    double trained[TRAINED_PARAMETERS];

    double answers[TRAINED_ROWS][LESSON_OUTPUTS];
    uint32_t predicted[TRAINED_ROWS];

    /* The wheat seeds; NULL where there is no table. */
    bp_table *table;
    bp_preparation *preparation;
    bp_validation *validation;
};

/* Sections 1 to 5. */
bp_status lesson_make(struct lesson *lesson, bp_error *error);

/* Section 6, from the table in a file. The recipe is `tutorial`. */
bp_status lesson_make_wheat(struct lesson *lesson, const char *path, const bp_config *recipe,
                            const bp_observer *observer, bp_error *error);
void lesson_free(struct lesson *lesson);

#endif
