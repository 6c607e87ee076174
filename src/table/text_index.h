/* text_index.h: distinct texts, numbered in the order in which they were added, and the
 * way back from a text to its number. */
#ifndef TABLE_TEXT_INDEX_H
#define TABLE_TEXT_INDEX_H

#include <backprop/base.h>

#define BP_NO_TEXT UINT32_MAX

typedef struct bp_text_bucket {
    uint32_t number; /* of the text, plus 1; 0 in an empty bucket */
    uint32_t hash;   /* its high half: most strangers are told apart by it */
} bp_text_bucket;

/* All zero is the index without texts. */
typedef struct bp_text_index {
    char **texts; /* [room], `count` in use */
    size_t count, room;
    bp_text_bucket *buckets; /* [bucket_count], at most half of them in use */
    size_t bucket_count;     /* a power of two */
} bp_text_index;

/* The number of text[0..length), which has no NUL; a new one where it is not there yet. */
bp_status bp_text_index_add(bp_text_index *index, const bp_allocator *allocator, const char *text,
                            size_t length, uint32_t *number, bp_error *error);

/* The number of a text, BP_NO_TEXT where it is not there. */
uint32_t bp_text_index_find(const bp_text_index *index, const char *text, size_t length);

/* Frees the texts; the index is then the one without any. */
void bp_text_index_release(bp_text_index *index, const bp_allocator *allocator);

#endif
