/* fuzz_arff.c: any bytes as an ARFF file; the first chooses the type of numbers. */
#include "fuzz_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        check_form("arff", data[0] & 1 ? BP_F32 : BP_F64, (const char *)data + 1, size - 1);
    return 0;
}
