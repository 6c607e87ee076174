/* piece_members.c: members that read pieces of numbers beside members that do not. */
#include "recipe/piece_members.h"

#include "base/memory.h"
#include "net/subset.h"
#include "recipe/config.h"
#include "table/preparation.h"

size_t bp_config_piece_members(const bp_config *config)
{
    double readers = bp_config_number(config, "pieces-share") * bp_config_number(config, "members");
    return (size_t)(readers + 1e-6); /* 0.29 of 100 are 29 */
}

bp_status bp_piece_members_open(bp_piece_members *members, const bp_config *config,
                                const bp_preparation *preparation, bp_error *error)
{
    size_t all = bp_config_size(config, "members"), width = bp_preparation_width(preparation);
    *members = (bp_piece_members){.without = all - bp_config_piece_members(config)};
    if (members->without == 0 || members->without == all) {
        members->without = 0;
        return BP_OK;
    }
    members->room = width;
    members->inputs = bp_allocate(bp_config_allocator(config), width, sizeof(size_t), error);
    if (members->inputs == NULL)
        return BP_E_MEMORY;
    members->subset = (bp_subset){members->inputs,
                                  bp_preparation_inputs_but_pieces(preparation, members->inputs)};
    if (members->subset.count == width)
        members->without = 0;
    return BP_OK;
}

void bp_piece_members_close(bp_piece_members *members, const bp_config *config)
{
    bp_release(bp_config_allocator(config), members->inputs, members->room, sizeof(size_t));
    *members = (bp_piece_members){.without = 0};
}

bp_status bp_piece_members_leave(const bp_piece_members *members, bp_samples *samples,
                                 void **numbers, const bp_config *config, bp_error *error)
{
    const bp_subset *subset = &members->subset;
    bp_matrix *inputs = &samples->inputs;
    *numbers = bp_allocate(bp_config_allocator(config), inputs->rows,
                           subset->count * bp_type_size(inputs->type), error);
    if (*numbers == NULL)
        return BP_E_MEMORY;
    bp_subset_rows(subset, inputs, *numbers);
    *inputs = (bp_matrix){*numbers, inputs->type, inputs->rows, subset->count, subset->count};
    return BP_OK;
}

void bp_piece_members_release(const bp_samples *samples, void *numbers, const bp_config *config)
{
    const bp_matrix *inputs = &samples->inputs;
    bp_release(bp_config_allocator(config), numbers, inputs->rows,
               inputs->columns * bp_type_size(inputs->type));
}
