/* text_index.c: an open hash table over copies of texts. */
#include "table/text_index.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define ROOM_AT_FIRST 16u

/* FNV-1a, its halves mixed: the low bits choose the bucket, the high ones are kept there. */
static uint64_t hash_of(const char *text, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static bool is_text(const char *known, const char *text, size_t length)
{
    return strncmp(known, text, length) == 0 && known[length] == '\0';
}

/* The bucket that holds the text, or the empty one where it belongs. */
static bp_text_bucket *bucket_of(const bp_text_index *index, uint64_t hash, const char *text,
                                 size_t length)
{
    size_t mask = index->bucket_count - 1, at = (size_t)hash & mask;
    for (;; at = (at + 1) & mask) {
        bp_text_bucket *bucket = &index->buckets[at];
        if (bucket->number == 0)
            return bucket;
        if (bucket->hash == (uint32_t)(hash >> 32)
            && is_text(index->texts[bucket->number - 1], text, length))
            return bucket;
    }
}

static bp_status double_buckets(bp_text_index *index, const bp_allocator *allocator, size_t room,
                                bp_error *error)
{
    bp_text_bucket *buckets = bp_allocate(allocator, room * 2, sizeof *buckets, error);
    if (buckets == NULL)
        return BP_E_MEMORY;
    bp_release(allocator, index->buckets, index->bucket_count, sizeof *buckets);
    index->buckets = buckets;
    index->bucket_count = room * 2;
    for (size_t i = 0; i < index->count; i++) {
        const char *text = index->texts[i];
        size_t length = strlen(text);
        uint64_t hash = hash_of(text, length);
        *bucket_of(index, hash, text, length) =
            (bp_text_bucket){.number = (uint32_t)i + 1, .hash = (uint32_t)(hash >> 32)};
    }
    return BP_OK;
}

static bp_status grow(bp_text_index *index, const bp_allocator *allocator, bp_error *error)
{
    size_t room = index->room > 0 ? index->room * 2 : ROOM_AT_FIRST;
    if (index->count >= BP_NO_TEXT - 1)
        return bp_fail(error, BP_E_DATA, "more than %zu distinct texts", index->count);
    char **texts = bp_resize(allocator, index->texts, index->room, room, sizeof *texts, error);
    if (texts == NULL)
        return BP_E_MEMORY;
    index->texts = texts;
    index->room = room;
    return BP_OK;
}

bp_status bp_text_index_add(bp_text_index *index, const bp_allocator *allocator, const char *text,
                            size_t length, uint32_t *number, bp_error *error)
{
    bp_status status = BP_OK;
    if (index->count == index->room)
        status = grow(index, allocator, error);
    if (status == BP_OK && index->bucket_count < index->room * 2)
        status = double_buckets(index, allocator, index->room, error);
    if (status != BP_OK)
        return status;
    uint64_t hash = hash_of(text, length);
    bp_text_bucket *bucket = bucket_of(index, hash, text, length);
    if (bucket->number == 0) {
        char *copy = bp_copy_text(allocator, text, length, error);
        if (copy == NULL)
            return BP_E_MEMORY;
        index->texts[index->count++] = copy;
        *bucket = (bp_text_bucket){(uint32_t)index->count, (uint32_t)(hash >> 32)};
    }
    *number = bucket->number - 1;
    return BP_OK;
}

uint32_t bp_text_index_find(const bp_text_index *index, const char *text, size_t length)
{
    if (index->count == 0)
        return BP_NO_TEXT;
    const bp_text_bucket *bucket = bucket_of(index, hash_of(text, length), text, length);
    return bucket->number == 0 ? BP_NO_TEXT : bucket->number - 1;
}

void bp_text_index_release(bp_text_index *index, const bp_allocator *allocator)
{
    for (size_t i = 0; i < index->count; i++)
        bp_release(allocator, index->texts[i], strlen(index->texts[i]) + 1, 1);
    bp_release(allocator, index->texts, index->room, sizeof *index->texts);
    bp_release(allocator, index->buckets, index->bucket_count, sizeof *index->buckets);
    *index = (bp_text_index){0};
}
