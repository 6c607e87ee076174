/* subset.h: a network that reads some of another's inputs. It is the other one with weights of 0
 * for the inputs that it does not read; equation (1a). */
#ifndef NET_SUBSET_H
#define NET_SUBSET_H

#include <backprop/net.h>

/* A network of the same layers, loss and settings on `inputs` inputs. */
bp_status bp_subset_net(bp_net **small, const bp_net *net, size_t inputs,
                        const bp_allocator *allocator, bp_error *error);

/* From the small network's block to the one of `net`, and back. Both may end after `numbers` of
 * net's block: of its first layer alone, or all. */
void bp_subset_spread(const bp_subset *subset, const bp_net *net, bp_type type, size_t numbers,
                      const void *small, void *block);
void bp_subset_gather(const bp_subset *subset, const bp_net *net, bp_type type, size_t numbers,
                      const void *block, void *small);

/* The same of rows: columns `inputs` of each into rows of so many. */
void bp_subset_rows(const bp_subset *subset, const bp_matrix *rows, void *small);

#endif
