/* utf8.h: UTF-8 checked and written. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BP_UTF8_SIZE 4 /* of the longest character */

/* The bytes (1 to 4) of the well-formed character at text[0..length), 0 where there is
 * none: overlong forms, surrogates and anything beyond U+10FFFF are not well-formed. */
size_t bp_utf8_character(const char *text, size_t length);

/* Whether text[0..length) is well-formed as a whole. */
bool bp_utf8_is_valid(const char *text, size_t length);

/* Writes a character (at most U+10FFFF, no surrogate) and returns its bytes. */
size_t bp_utf8_write(uint32_t character, char text[BP_UTF8_SIZE]);

#endif
