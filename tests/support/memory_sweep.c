/* memory_sweep.c: refusing allocation after allocation. */
#include "support/memory_sweep.h"

#include "support/failing_allocator.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static size_t from_malloc; /* blocks that the library took behind the allocator's back */

#ifdef HAVE_WRAP
void *__real_realloc(void *pointer, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void *__wrap_realloc(void *pointer, size_t size)
{
    from_malloc++;
    return __real_realloc(pointer, size);
}
#endif

static size_t files_in(const char *folder)
{
    DIR *open = opendir(folder);
    assert_non_null(open);
    size_t count = 0;
    while (readdir(open) != NULL)
        count++;
    closedir(open);
    return count - 2; /* . and .. */
}

/* What is wrong with how one run ended; NULL: nothing. */
static const char *fault_of(const failing_allocator *failing, bp_status status, bp_status wanted,
                            const bp_error *error)
{
    if (status != wanted)
        return "another status";
    if (status != BP_OK && (error->status != status || error->message[0] == '\0'))
        return "an error that does not tell it";
    if (!failing_allocator_is_clean(failing))
        return failing->wrong_size ? "a wrong size" : "memory was kept";
    return from_malloc > 0 ? "memory was taken from malloc" : NULL;
}

void memory_sweep(sweep_work *work, const char *what, bp_status end, const char *folder,
                  const char *path)
{
    bool refused = true;
    for (size_t n = 1; refused; n++) {
        failing_allocator failing;
        bp_error error = {.status = BP_OK};
        failing_allocator_init(&failing, n);
        from_malloc = 0;
        bp_status status = work(what, &failing.allocator, &error);
        refused = failing.refused;
        const char *fault = fault_of(&failing, status, refused ? BP_E_MEMORY : end, &error);
        if (fault == NULL && status == BP_OK)
            remove(path);
        if (fault == NULL && files_in(folder) > 0)
            fault = "a file was left";
        if (fault != NULL)
            fail_msg("%s, allocation %zu%s: %s (%s, error %s \"%s\")", what, n,
                     refused ? " refused" : "", fault, bp_status_name(status),
                     bp_status_name(error.status), error.message);
    }
}
