/* description.c: a table described: made, freed, asked. */
#include "table/description.h"

#include "base/memory.h"

static bp_status describe(bp_description *description, const char *target, bp_error *error)
{
    if (target != NULL && target[0] != '\0') {
        bp_status status =
            bp_table_find_column(description->table, target, &description->target, error);
        if (status != BP_OK)
            return status;
    }
    description->summary = bp_allocate(&description->allocator, description->columns,
                                       sizeof *description->summary, error);
    if (description->summary == NULL)
        return BP_E_MEMORY;
    bp_status status = bp_describe_columns(description, error);
    if (status == BP_OK)
        status = bp_describe_rows(description, error);
    return status == BP_OK ? bp_describe_findings(description, error) : status;
}

bp_status bp_table_describe(bp_description **out, const bp_table *table, const char *target,
                            const bp_allocator *allocator, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(allocator);
    *out = NULL;
    bp_description *description = bp_allocate(&memory, 1, sizeof *description, error);
    if (description == NULL)
        return BP_E_MEMORY;
    *description = (bp_description){.allocator = memory,
                                    .table = table,
                                    .columns = table->columns,
                                    .target = table->columns - 1};
    bp_status status = describe(description, target, error);
    if (status != BP_OK) {
        bp_description_free(description);
        return status;
    }
    *out = description;
    return BP_OK;
}

void bp_description_free(bp_description *description)
{
    if (description == NULL)
        return;
    bp_allocator memory = description->allocator;
    bp_release(&memory, description->findings, description->finding_room,
               sizeof *description->findings);
    bp_release(&memory, description->summary, description->columns, sizeof *description->summary);
    bp_release(&memory, description, 1, sizeof *description);
}

const bp_column_summary *bp_description_column(const bp_description *description, size_t column)
{
    return column < description->columns ? &description->summary[column] : NULL;
}

size_t bp_description_target(const bp_description *description)
{
    return description->target;
}

size_t bp_description_duplicates(const bp_description *description)
{
    return description->duplicates;
}

size_t bp_description_conflicts(const bp_description *description)
{
    return description->conflicts;
}

const bp_finding *bp_description_finding(const bp_description *description, size_t index)
{
    return index < description->finding_count ? &description->findings[index] : NULL;
}
