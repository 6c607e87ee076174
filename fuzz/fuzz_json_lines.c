/* fuzz_json_lines.c: any bytes as JSON Lines; the first chooses the type of numbers. */
#include "fuzz_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        check_form("jsonl", data[0] & 1 ? BP_F32 : BP_F64, (const char *)data + 1, size - 1);
    return 0;
}
