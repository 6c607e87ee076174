/* memory_sweep.h: the same work over and over, its n-th allocation refused, for every n. */
#ifndef SUPPORT_MEMORY_SWEEP_H
#define SUPPORT_MEMORY_SWEEP_H

#include <backprop/base.h>

/* Work from nothing to nothing with memory from that allocator alone: whatever it makes it has
 * released when it returns. `what` says which, in failures too. */
typedef bp_status sweep_work(const char *what, const bp_allocator *memory, bp_error *error);

/* Refuses the first allocation, then the second, until all are granted. Each time the status is
 * BP_E_MEMORY with its line, and in the end `end`; nothing is kept; a file `path` is there after
 * a success alone, where it is removed, and nothing else is in its folder. Where the
 * test is linked with --wrap=realloc, blocks taken without the allocator are found. */
void memory_sweep(sweep_work *work, const char *what, bp_status end, const char *folder,
                  const char *path);

#endif
