/* failing_calls.h: what failing_calls.c tells of a fault. */
#ifndef FAULTS_FAILING_CALLS_H
#define FAULTS_FAILING_CALLS_H

struct told {
    unsigned long calls; /* that could have had the fault */
    unsigned long happened;
};

#endif
