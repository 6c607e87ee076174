/* csv_ahead.h: the places of two bytes ahead of a cursor, listed some thousand bytes at a time. */
#ifndef READING_CSV_AHEAD_H
#define READING_CSV_AHEAD_H

#include "base/plain_numbers.h"
#include "table/reading/csv_cells.h"

typedef struct csv_ahead {
    const bp_plain_kernels *kernels;
    bp_plain_list *make_list;
    size_t base, end; /* of the text that the list is of */
    size_t count, next;
    uint32_t list[BP_PLACES_ROOM]; /* from base; before list[next] they are behind the cursor */
} csv_ahead;

/* Nothing is listed yet; `few`: most blocks of 64 bytes will have one place or none. */
static inline void csv_start_ahead(csv_ahead *ahead, const bp_plain_kernels *kernels, bool few)
{
    ahead->kernels = kernels;
    ahead->make_list = kernels == NULL ? NULL : few ? kernels->list_few : kernels->list;
    ahead->base = ahead->end = ahead->count = ahead->next = 0;
}

/* Whether there is one at the cursor or behind it: then it is list[next]. */
static inline bool csv_look_ahead(csv_ahead *ahead, const csv_cursor *cursor, char a, char b)
{
    for (;;) {
        for (; ahead->next < ahead->count; ahead->next++)
            if (ahead->base + ahead->list[ahead->next] >= cursor->place)
                return true;
        ahead->base = ahead->end < cursor->place ? cursor->place : ahead->end;
        if (ahead->base >= cursor->size)
            return false;
        size_t left = cursor->size - ahead->base;
        left = left < BP_PLACES_SPAN ? left : BP_PLACES_SPAN;
        ahead->end = ahead->base + left;
        /* Whoever looks ahead has kernels. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
        ahead->count = ahead->make_list(cursor->text + ahead->base, left, a, b, ahead->list);
        ahead->next = 0;
    }
}

#endif
