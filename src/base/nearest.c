/* nearest.c: the name that was probably meant. */
#include <backprop/base.h>

#include <string.h>

#define LENGTH_MAX 64 /* longer words are no typing slips of a name */

static unsigned char lower(char character)
{
    unsigned char byte = (unsigned char)character;
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte - 'A' + 'a') : byte;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau's distance (each byte inserted, left out or replaced, and each exchange of two
 * neighbors, costs 1; nothing is edited twice), by rows: d[i][j] is the distance of
 * the first i bytes of `a` from the first j of `b`. Only the last three rows are kept. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LENGTH_MAX + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            row[j] = smaller(replaced, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2])
                && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

/* A third of the longer word may differ, and one byte of a short one, but never all. */
static bool is_near(size_t distance, size_t longer)
{
    size_t allowed = longer / 3 > 1 ? longer / 3 : 1;
    return distance == 0 || (distance <= allowed && distance < longer);
}

const char *bp_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *nearest = NULL;
    size_t nearest_distance = SIZE_MAX;
    size_t word_length = strlen(word);
    if (word_length > LENGTH_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(candidates[i]);
        if (length > LENGTH_MAX)
            continue;
        size_t distance = edit_distance(word, word_length, candidates[i], length);
        if (distance < nearest_distance
            && is_near(distance, length > word_length ? length : word_length)) {
            nearest = candidates[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}
