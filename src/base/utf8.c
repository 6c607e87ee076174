/* utf8.c: UTF-8 by table 3-7 of the Unicode standard. */
#include "base/utf8.h"

/* The lead bytes first..last are followed by `more` bytes: the first of them within
 * low..high, the others within 80..BF. */
typedef struct sequence {
    unsigned char first, last, more, low, high;
} sequence;

static const sequence SEQUENCES[] = {
    {0x00, 0x7F, 0, 0x80, 0xBF}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

static size_t matched(const sequence *form, const unsigned char *bytes, size_t length)
{
    if (length <= form->more)
        return 0;
    if (form->more > 0 && (bytes[1] < form->low || bytes[1] > form->high))
        return 0;
    for (size_t i = 2; i <= form->more; i++)
        if (bytes[i] < 0x80 || bytes[i] > 0xBF)
            return 0;
    return (size_t)form->more + 1;
}

size_t bp_utf8_character(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (length == 0)
        return 0;
    for (size_t i = 0; i < sizeof SEQUENCES / sizeof SEQUENCES[0]; i++)
        if (bytes[0] >= SEQUENCES[i].first && bytes[0] <= SEQUENCES[i].last)
            return matched(&SEQUENCES[i], bytes, length);
    return 0;
}

bool bp_utf8_is_valid(const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t bytes = bp_utf8_character(text + at, length - at);
        if (bytes == 0)
            return false;
        at += bytes;
    }
    return true;
}

size_t bp_utf8_write(uint32_t character, char text[BP_UTF8_SIZE])
{
    static const unsigned char LEADS[] = {0x00, 0xC0, 0xE0, 0xF0};
    size_t more = (size_t)(character >= 0x80) + (character >= 0x800) + (character >= 0x10000);
    for (size_t i = more; i > 0; i--, character >>= 6)
        text[i] = (char)(0x80 | (character & 0x3F));
    text[0] = (char)(LEADS[more] | character);
    return more + 1;
}
