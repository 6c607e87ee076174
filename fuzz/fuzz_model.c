/* fuzz_model.c: any bytes as a model: no leak, a calibration within its bounds, and the same bytes
 * after what was read is written, read and written again. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/model.h>

#include <math.h>
#include <string.h>

static void check_calibration(const bp_calibration *c)
{
    if (c == NULL)
        return;
    FUZZ_CHECK(c->rows > 0 && c->temperature > 0 && isfinite(c->temperature));
    FUZZ_CHECK(c->coverage > 0 && c->coverage < 1);
    FUZZ_CHECK(c->quantiles[0] >= 0 && isfinite(c->quantiles[0]));
    FUZZ_CHECK(isnan(c->threshold) || (c->threshold >= 0 && c->threshold <= 1));
    FUZZ_CHECK(memchr(c->criterion, '\0', sizeof c->criterion) != NULL);
}

static void check_way_back(const bp_model *model)
{
    void *bytes = NULL, *again = NULL;
    size_t size = 0, other = 0;
    bp_model *loaded = NULL;
    FUZZ_CHECK(bp_model_save_memory(model, &bytes, &size, NULL) == BP_OK);
    FUZZ_CHECK(bp_model_load_memory(&loaded, bytes, size, "again", NULL, NULL) == BP_OK);
    FUZZ_CHECK(bp_model_save_memory(loaded, &again, &other, NULL) == BP_OK);
    FUZZ_CHECK(size == other && memcmp(bytes, again, size) == 0);
    FUZZ_CHECK((bp_model_calibration(model) == NULL) == (bp_model_calibration(loaded) == NULL));
    bp_model_release_memory(loaded, again, other);
    bp_model_release_memory(model, bytes, size);
    bp_model_free(loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t n = 0; n <= 7; n++) { /* 0: no allocation fails */
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_model *model = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status =
            bp_model_load_memory(&model, data, size, "bytes", &failing.allocator, &error);
        FUZZ_CHECK(error.status == status && (status == BP_OK) == (model != NULL));
        FUZZ_CHECK(status == BP_OK || status == (failing.refused ? BP_E_MEMORY : BP_E_MODEL));
        if (status == BP_OK && n == 0) {
            check_calibration(bp_model_calibration(model));
            check_way_back(model);
        }
        bp_model_free(model);
        FUZZ_CHECK(failing_allocator_is_clean(&failing));
    }
    return 0;
}
