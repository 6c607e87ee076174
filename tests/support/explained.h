/* explained.h: a table with columns of every kind, and models of it, for tests of what explains. */
#ifndef SUPPORT_EXPLAINED_H
#define SUPPORT_EXPLAINED_H

#include <backprop/explain.h>

#define ROWS 24
#define INPUTS 5 /* size, age, color, sold, day */
#define MOST_ANSWERS 3

/* Columns of every kind, some cells of size and color missing; kind is a class, price and rate
 * are numbers. Where `size`, `color`, `sold` and `day` are not NULL, they stand in every row. */
void write_mixed(char *text, const char *size, const char *color, const char *sold,
                 const char *day);
bp_table *mixed(void);

/* A model with random weights; the shape has no inputs: they are the preparation's. */
bp_model *model_of(bp_preparation *preparation, const char *shape, bp_loss loss, size_t members,
                   bp_type type);
bp_explainer *explainer_of(const bp_model *model, bp_table *table, uint64_t seed);

/* y = 3 a - b beside a column that says nothing, and the weights of that rule. */
bp_table *linear_table(void);
bp_model *linear_model(bp_table *table);

/* So many principal components of all columns of `mixed`; 0: their numbers. */
bp_preparation *components_of(bp_table *table, double components);

void check_near(double actual, double expected, double allowed);

#endif
