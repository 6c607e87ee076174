/* sort.c: heap sort: n log n steps at worst, whatever a hostile file makes it sort. */
#include "base/sort.h"

#include <stdint.h>
#include <string.h>

typedef struct heap {
    unsigned char *items;
    size_t size; /* of an item */
    int (*compare)(const void *a, const void *b);
} heap;

/* By words: most items are numbers and what goes with them. */
static void swap(const heap *h, size_t a, size_t b)
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

static int order(const heap *h, size_t a, size_t b)
{
    return h->compare(h->items + a * h->size, h->items + b * h->size);
}

/* Lets an item sink below its greater children, in a heap of `count` items. */
static void sift_down(const heap *h, size_t item, size_t count)
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

void bp_sort(void *items, size_t count, size_t size, int (*compare)(const void *a, const void *b))
{
    heap h = {.items = items, .size = size, .compare = compare};
    for (size_t i = count / 2; i-- > 0;)
        sift_down(&h, i, count);
    for (size_t last = count; last-- > 1;) {
        swap(&h, 0, last);
        sift_down(&h, 0, last);
    }
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
