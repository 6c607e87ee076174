/* initialize.h: initial weights from a stream that others draw from too. */
#ifndef NET_INITIALIZE_H
#define NET_INITIALIZE_H

#include "base/random.h"

#include <backprop/net.h>

/* bp_net_initialize with BP_MERSENNE, going on where `mersenne` stands. */
void bp_net_initialize_from(const bp_net *net, const bp_initialization *initialization,
                            bp_mersenne *mersenne, bp_type type, void *parameters);

#endif
