/* sort.c: quicksort, of a range that it divides too often heap sort: n log n steps at worst,
 * whatever a hostile file makes it sort (D. Musser, "Introspective sorting and selection
 * algorithms", 1997). */
#include "base/sort.h"

#include <stdint.h>
#include <string.h>

#define FEW 12u /* items that are sorted by insertion */

typedef struct items {
    unsigned char *items;
    size_t size; /* of an item */
    int (*compare)(const void *a, const void *b);
} items;

/* By words: most items are numbers and what goes with them. */
static void swap(const items *h, size_t a, size_t b)
{
    unsigned char *left = h->items + a * h->size, *right = h->items + b * h->size;
    size_t i = 0;
    for (uint64_t word, other; i + sizeof word <= h->size; i += sizeof word) {
        memcpy(&word, left + i, sizeof word);
        memcpy(&other, right + i, sizeof word);
        memcpy(left + i, &other, sizeof word);
        memcpy(right + i, &word, sizeof word);
    }
    for (; i < h->size; i++) {
        unsigned char byte = left[i];
        left[i] = right[i];
        right[i] = byte;
    }
}

static int order(const items *h, size_t a, size_t b)
{
    return h->compare(h->items + a * h->size, h->items + b * h->size);
}

/* Lets an item sink below its greater children, in a heap of `count` items. */
static void sift_down(const items *h, size_t item, size_t count)
{
    while (item < count / 2) {
        size_t child = 2 * item + 1;
        if (child + 1 < count && order(h, child, child + 1) < 0)
            child++;
        if (order(h, item, child) >= 0)
            return;
        swap(h, item, child);
        item = child;
    }
}

static void sort_heap(const items *h, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift_down(h, i, count);
    for (size_t last = count; last-- > 1;) {
        swap(h, 0, last);
        sift_down(h, 0, last);
    }
}

static void insert_few(const items *h, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && order(h, k - 1, k) > 0; k--)
            swap(h, k - 1, k);
}

/* Parts at the median of the first, the middle and the last item, which comes to the place that is
 * returned: none before it is greater, none behind it less. Both sides stop at its equals, so that
 * many of them are parted evenly. */
static size_t part(const items *h, size_t count)
{
    size_t middle = count / 2, last = count - 1;
    if (order(h, middle, last) > 0)
        swap(h, middle, last);
    if (order(h, 0, last) > 0)
        swap(h, 0, last);
    if (order(h, 0, middle) < 0)
        swap(h, 0, middle);
    size_t low = 0, high = count;
    for (;;) {
        do
            low++;
        while (low < last && order(h, low, 0) < 0);
        do
            high--;
        while (high > 0 && order(h, high, 0) > 0);
        if (low >= high)
            break;
        swap(h, low, high);
    }
    swap(h, 0, high);
    return high;
}

/* The smaller side is sorted by a call and the larger one here, so that calls are nested log n
 * deep. */
static void sort_items(items h, size_t count, size_t divisions)
{
    while (count > FEW) {
        if (divisions-- == 0) {
            sort_heap(&h, count);
            return;
        }
        size_t place = part(&h, count);
        items behind = {h.items + (place + 1) * h.size, h.size, h.compare};
        size_t left = count - place - 1;
        if (place < left) {
            sort_items(h, place, divisions);
            h = behind;
            count = left;
        } else {
            sort_items(behind, left, divisions);
            count = place;
        }
    }
    insert_few(&h, count);
}

void bp_sort(void *list, size_t count, size_t size, int (*compare)(const void *a, const void *b))
{
    size_t divisions = 0;
    for (size_t rest = count; rest > 1; rest /= 2)
        divisions += 2;
    sort_items((items){list, size, compare}, count, divisions);
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bp_sort_numbers(double *numbers, size_t count)
{
    bp_sort(numbers, count, sizeof *numbers, compare_numbers);
}
