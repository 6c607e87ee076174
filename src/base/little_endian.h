/* little_endian.h: numbers as little-endian bytes, on any machine, at any address. */
#ifndef BASE_LITTLE_ENDIAN_H
#define BASE_LITTLE_ENDIAN_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t bp_little_endian_read(const unsigned char *bytes, size_t count)
{
    uint64_t number = 0;
    for (size_t i = count; i-- > 0;)
        number = number << 8 | bytes[i];
    return number;
}

static inline void bp_little_endian_write(unsigned char *bytes, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++, number >>= 8)
        bytes[i] = (unsigned char)number;
}

#endif
