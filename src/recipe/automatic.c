/* automatic.c: what a recipe leaves to the task and the size of the table. */
#include "base/error.h"
#include "recipe/config.h"
#include "recipe/piece_members.h"

#include <stdio.h>
#include <string.h>

/* Enough rows for each of the parts that members hold out in turn. */
#define LEAST_HELD_OUT 2

#define PIECES ((size_t)8)             /* of a column */
#define PIECES_OF_ALL ((size_t)512)    /* columns together */
#define ROWS_OF_CLASSES ((size_t)1000) /* from which pieces are worth their inputs */

static size_t choose_batch(size_t rows)
{
    return rows <= 1024 ? 64 : rows <= 8192 ? 128 : 256;
}

/* As many passes as RealMLP makes, but for large tables, where fewer are as many steps. */
static size_t choose_epochs(size_t rows)
{
    return rows <= 20000 ? 256 : rows <= 50000 ? 128 : rows <= 200000 ? 64 : 32;
}

/* As many as the widest tables that are not images take without costing more than the hidden
 * layers do. */
static size_t choose_pieces(size_t inputs)
{
    size_t most = PIECES_OF_ALL / inputs;
    return most > PIECES ? PIECES : most;
}

/* Half of the members, so that what pieces spoil of one table is small beside what they add to
 * another; of classes none where rows are few. */
static double choose_share(bool classes, size_t rows)
{
    return classes && rows < ROWS_OF_CLASSES ? 0 : 0.5;
}

/* Small tables gain most from an average, and their networks cost least. */
static size_t choose_members(size_t rows)
{
    return rows < 1000 ? 8 : rows <= 2000 ? 7 : rows <= 20000 ? 5 : 4;
}

static bp_status choose_number(bp_config *config, const char *name, double value, bp_error *error)
{
    char text[BP_NUMBER_SIZE];
    bp_number_write(value, text);
    return bp_config_choose(config, name, text, error);
}

/* Options of which a task has its own value in the recipe; what is chosen already stays. */
static bp_status choose_by_task(bp_config *config, const char *task, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < bp_option_count() && status == BP_OK; i++) {
        const char *name = bp_option_at(i)->name;
        const bp_setting *setting = bp_config_setting(config, name, task);
        if (bp_config_origin(config, name) != BP_FROM_CALLER && setting != NULL
            && !bp_config_is_chosen(config, name))
            status = bp_config_choose(config, name, setting->value, error);
    }
    return status;
}

static bp_status choose_members_and_parts(bp_config *config, size_t rows, bp_error *error)
{
    bp_status status = BP_OK;
    bool one = !bp_config_is(config, "chunk-rows", "all");
    size_t members = one ? 1 : choose_members(rows);
    if (bp_config_is(config, "members", "auto"))
        status = choose_number(config, "members", (double)members, error);
    members = bp_config_size(config, "members");
    size_t parts = members < 4 ? 5 : members > 10 ? 10 : members;
    if (status != BP_OK || !bp_config_is(config, "valid", "auto"))
        return status;
    while (parts > 2 && rows / parts < LEAST_HELD_OUT)
        parts--;
    if (rows / parts < LEAST_HELD_OUT)
        return bp_config_choose(config, "valid", "none", error);
    return choose_number(config, "valid", 1 / (double)parts, error);
}

/* Where no member is to read pieces there are none. */
static bp_status choose_pieces_and_readers(bp_config *config, const bp_preparation *preparation,
                                           size_t rows, bp_error *error)
{
    bool classes = bp_preparation_class_count(preparation) > 0;
    bp_status status = BP_OK;
    if (bp_config_is(config, "pieces-share", "auto"))
        status = choose_number(config, "pieces-share", choose_share(classes, rows), error);
    if (status != BP_OK)
        return status;
    bool none = bp_config_piece_members(config) == 0;
    if (none && bp_config_origin(config, "pieces") == BP_FROM_CALLER
        && bp_config_origin(config, "pieces-share") == BP_FROM_CALLER
        && !bp_config_is_chosen(config, "pieces-share") && !bp_config_is(config, "pieces", "0"))
        return bp_fail(error, BP_E_OPTION,
                       "--pieces-share %s of %s members is none; add --members, or leave out "
                       "--pieces",
                       bp_config_get(config, "pieces-share"), bp_config_get(config, "members"));
    if (none)
        return bp_config_choose(config, "pieces", "0", error);
    if (!bp_config_is(config, "pieces", "auto"))
        return BP_OK;
    size_t pieces = choose_pieces(bp_preparation_input_count(preparation));
    return choose_number(config, "pieces", (double)pieces, error);
}

bp_status bp_config_settle(bp_config **settled, const bp_config *config,
                           const bp_preparation *preparation, size_t rows, bp_error *error)
{
    bool classes = bp_preparation_class_count(preparation) > 0;
    bp_status status = bp_config_copy(settled, config, error);
    if (status == BP_OK)
        status = choose_by_task(*settled, classes ? "classification" : "regression", error);
    if (status == BP_OK)
        status = choose_members_and_parts(*settled, rows, error);
    if (status == BP_OK)
        status = choose_pieces_and_readers(*settled, preparation, rows, error);
    double held_out = status != BP_OK || bp_config_is(*settled, "valid", "none")
                          ? 0
                          : bp_config_number(*settled, "valid");
    size_t learned = rows - (size_t)((double)rows * held_out);
    if (status == BP_OK && bp_config_is(*settled, "batch", "auto"))
        status = choose_number(*settled, "batch", (double)choose_batch(learned), error);
    if (status == BP_OK && bp_config_is(*settled, "epochs", "auto"))
        status = choose_number(*settled, "epochs", (double)choose_epochs(learned), error);
    if (status != BP_OK) {
        bp_config_free(*settled);
        *settled = NULL;
    }
    return status;
}
