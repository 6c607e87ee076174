/* table_stream.c: a text read by blocks of whole rows. The beginning of the text, which tells of
 * the columns, stays in front of every block, so that each is a small table of its own. */
#include "base/error.h"
#include "base/memory.h"
#include "base/plain_numbers.h"
#include "table/reading/table_read.h"
#include "table/reading/unpack.h"

#include <string.h>

#define SAMPLE_LINES 1001u /* a header and the rows by which columns are told */
#define SAMPLE_BYTES ((size_t)1 << 20)
#define BLOCK_BYTES ((size_t)1 << 18) /* stays in the cache */

struct bp_table_stream {
    bp_allocator allocator;
    bp_table_options options;
    char *kinds; /* the options' own copy, or NULL */
    bp_file_flow flow;
    char *text; /* [room]: what has come and is not behind us; a NUL is behind its last byte */
    size_t room, size;
    size_t limit; /* bytes that are waited for */
    char held;    /* what stood where a NUL ends the block */
    bool ended;   /* nothing more will come */
    bool whole;   /* the table at hand is the last */
    bool begun;   /* its first block was handed out */
    bp_table *table;
};

/* ---- The text -------------------------------------------------------------------------- */

/* Room for `limit` bytes of text. */
static bp_status raise_limit(bp_table_stream *s, size_t limit, bp_error *error)
{
    s->limit = limit;
    if (limit < s->room)
        return BP_OK;
    char *text = bp_resize(&s->allocator, s->text, s->room, limit + 1, 1, error);
    if (text == NULL)
        return BP_E_MEMORY;
    s->text = text;
    s->room = limit + 1;
    return BP_OK;
}

/* What comes at once, up to the limit. */
static bp_status take_text(bp_table_stream *s, bp_error *error)
{
    size_t got = 0, most = s->limit - s->size;
    most = most < BLOCK_BYTES ? most : BLOCK_BYTES;
    bp_status status = bp_file_flow_read(&s->flow, s->text + s->size, most, &got, error);
    s->ended = got == 0;
    s->size += got;
    s->text[s->size] = '\0';
    return status;
}

static bp_status take_rest(bp_table_stream *s, bp_error *error)
{
    bp_status status = BP_OK;
    while (!s->ended && status == BP_OK) {
        if (s->size == s->limit)
            status = raise_limit(s, s->limit * 2, error);
        if (status == BP_OK)
            status = take_text(s, error);
    }
    return status;
}

/* Counts line ends, as far as there are `most` of them; *place is then behind the last. */
static size_t count_lines(const char *text, size_t size, size_t most, size_t *place)
{
    const bp_plain_kernels *kernels = bp_plain_kernels_choose();
    uint32_t list[BP_PLACES_ROOM];
    size_t lines = 0, start = *place;
    while (start < size && lines < most) {
        size_t left = size - start, span = left < BP_PLACES_SPAN ? left : BP_PLACES_SPAN;
        size_t count = kernels->list(text + start, span, '\n', '\n', list);
        count = count < most - lines ? count : most - lines;
        *place = count > 0 ? start + list[count - 1] + 1 : *place;
        lines += count;
        start += span;
    }
    return lines;
}

/* ---- The first block -------------------------------------------------------------------- */

/* Takes `lines` of them, or SAMPLE_BYTES; *end is where they end. */
static bp_status take_sample(bp_table_stream *s, size_t lines, size_t *end, bp_error *error)
{
    bp_status status = raise_limit(s, SAMPLE_BYTES, error);
    size_t had = 0;
    for (*end = 0; status == BP_OK && !s->ended;) {
        had += count_lines(s->text, s->size, lines - had, end);
        if (had == lines || s->size == SAMPLE_BYTES)
            return BP_OK;
        status = take_text(s, error);
    }
    *end = s->size;
    return status;
}

/* Whether it is text that can be read by lines, as far as its bytes tell. */
static bool is_text(const bp_table_stream *s)
{
    return s->options.query == NULL && !bp_is_packed(s->text, s->size)
           && memchr(s->text, '\0', s->size) == NULL;
}

/* Makes text[0 .. cut) the table's source, with a NUL behind it. */
static void show_block(bp_table_stream *s, size_t cut)
{
    s->held = s->text[cut];
    s->text[cut] = '\0';
    s->table->source.data = s->text;
    s->table->source.size = cut;
}

/* And back again; where the block ended. */
static size_t hide_block(bp_table_stream *s)
{
    size_t cut = s->table->source.size;
    s->text[cut] = s->held;
    return cut;
}

/* Whether the table has the columns that are expected, or will never have them. */
static bool is_settled(const bp_table_stream *s)
{
    const bp_preparation *expected = s->options.expected;
    size_t column = 0;
    if (!s->table->format->grows)
        return true;
    for (size_t i = 0; i < bp_preparation_input_count(expected); i++)
        if (bp_preparation_find_input(expected, s->table, i, &column, NULL) != BP_OK)
            return false;
    return true;
}

/* The first rows, up to `end`, as a table; `whole` where they do not tell enough. */
static bp_status read_first(bp_table_stream *s, size_t end, bp_error *error)
{
    bp_status status = bp_table_begin(&s->table, s->flow.path, &s->options, error);
    if (status != BP_OK)
        return status;
    /* Where it began there is a table. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    s->table->source.data = s->text;
    s->table->source.size = s->size;
    status = bp_table_choose_form(s->table, &s->options, error);
    if (status != BP_OK)
        return status;
    const bp_format *format = s->table->format;
    size_t cut = format->more != NULL ? format->cut(s->table, &s->options, 0, end) : 0;
    s->whole = cut == 0;
    if (s->whole)
        return BP_OK;
    show_block(s, cut);
    status = format->read(s->table, &s->options, error);
    s->whole = status == BP_OK && !is_settled(s);
    if (s->whole || status != BP_OK)
        hide_block(s);
    return status;
}

/* All of it, as bp_table_read does. */
static bp_status read_whole(bp_table_stream *s, bp_error *error)
{
    s->whole = true;
    bp_table_free(s->table);
    s->table = NULL;
    if (!s->ended && s->flow.regular)
        return bp_table_read(&s->table, s->flow.path, &s->options, error);
    bp_status status = take_rest(s, error);
    if (status != BP_OK)
        return status;
    bp_file_bytes bytes = {.data = s->text,
                           .size = s->size,
                           .block = s->text,
                           .block_size = s->room,
                           .allocator = s->allocator};
    s->text = NULL;
    s->room = 0;
    status = bp_table_read_bytes(&s->table, s->flow.path, &bytes, &s->options, error);
    bp_file_release(&bytes);
    return status;
}

/* What is wrong with a few lines may be right with more of them. */
static bp_status begin(bp_table_stream *s, bp_error *error)
{
    size_t skipped = s->options.skip_lines, most = SIZE_MAX - SAMPLE_LINES;
    size_t samples[] = {SAMPLE_LINES + (skipped < most ? skipped : most), SIZE_MAX};
    bp_status status = BP_E_DATA;
    bp_error trial = {0};
    for (size_t i = 0; i < 2 && status == BP_E_DATA; i++) {
        size_t end = 0;
        status = take_sample(s, samples[i], &end, &trial);
        bp_table_free(s->table);
        s->table = NULL;
        if (status == BP_OK && (s->ended || !is_text(s)))
            return read_whole(s, error);
        if (status == BP_OK)
            status = read_first(s, end, &trial);
    }
    bool rowless = status == BP_E_DATA && s->table != NULL && s->table->rows == 0;
    if (rowless || (status == BP_OK && s->whole))
        return read_whole(s, error);
    if (status != BP_OK && error != NULL)
        *error = trial;
    return status;
}

/* The options, with a list of kinds of their own. */
static bp_status keep_options(bp_table_stream *s, const bp_table_options *options, bp_error *error)
{
    s->options = *options;
    if (options->kinds == NULL)
        return BP_OK;
    s->kinds = bp_copy_text(&s->allocator, options->kinds, strlen(options->kinds), error);
    s->options.kinds = s->kinds;
    return s->kinds != NULL ? BP_OK : BP_E_MEMORY;
}

bp_status bp_table_stream_open(bp_table_stream **out, const char *path,
                               const bp_table_options *options, bp_error *error)
{
    *out = NULL;
    if (options == NULL || options->expected == NULL)
        return bp_fail(error, BP_E_ARGUMENT, "a table is read by blocks for what is expected");
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    bp_table_stream *s = bp_allocate(&memory, 1, sizeof *s, error);
    if (s == NULL)
        return BP_E_MEMORY;
    s->allocator = memory;
    s->flow.file = -1;
    bp_status status = keep_options(s, options, error);
    if (status == BP_OK)
        status = bp_file_flow_open(&s->flow, path, BP_E_DATA, error);
    if (status == BP_OK)
        status = begin(s, error);
    if (status != BP_OK) {
        bp_table_stream_free(s);
        return status;
    }
    s->options.threads = 1; /* a block is small */
    *out = s;
    return BP_OK;
}

void bp_table_stream_free(bp_table_stream *s)
{
    if (s == NULL)
        return;
    bp_allocator memory = s->allocator;
    bp_table_free(s->table);
    bp_file_flow_close(&s->flow);
    bp_release(&memory, s->text, s->room, 1);
    if (s->kinds != NULL)
        bp_release(&memory, s->kinds, strlen(s->kinds) + 1, 1);
    bp_release(&memory, s, 1, sizeof *s);
}

/* ---- Later blocks ------------------------------------------------------------------------ */

/* Leaves the rows of the block behind. */
static void leave_block(bp_table_stream *s)
{
    bp_table *table = s->table;
    size_t cut = hide_block(s), head = table->head, place = head;
    table->lines_before += count_lines(s->text, cut, SIZE_MAX, &place);
    table->rows_before += table->rows;
    memmove(s->text + head, s->text + cut, s->size - cut);
    s->size -= cut - head;
    bp_table_forget_rows(table);
}

/* Waits for whole rows; *cut is where they end, the table's head where there are none any more. */
static bp_status find_block(bp_table_stream *s, size_t *cut, bp_error *error)
{
    const bp_table *table = s->table;
    size_t head = table->head;
    bp_status status = raise_limit(s, head + BLOCK_BYTES, error);
    for (*cut = head; *cut == head && !s->ended && status == BP_OK;) {
        if (s->size >= s->limit)
            status = raise_limit(s, s->size * 2, error);
        if (status == BP_OK)
            status = take_text(s, error);
        s->table->source.data = s->text;
        *cut = s->ended ? s->size : table->format->cut(table, &s->options, head, s->size);
    }
    return status;
}

static bp_status read_on(bp_table_stream *s, bp_error *error)
{
    bp_status status = BP_OK;
    size_t cut = 0, head = s->table->head;
    do {
        leave_block(s);
        status = find_block(s, &cut, error);
        show_block(s, cut);
        if (status == BP_OK && cut > head)
            status = s->table->format->more(s->table, &s->options, error);
    } while (status == BP_OK && cut > head && s->table->rows == 0);
    return status;
}

bp_status bp_table_stream_next(bp_table_stream *s, bp_table **block, bp_error *error)
{
    bp_status status = BP_OK;
    *block = NULL;
    if (s->begun && !s->whole)
        status = read_on(s, error);
    bool more = status == BP_OK && (!s->begun || (!s->whole && s->table->rows > 0));
    s->begun = true;
    s->whole = s->whole || !more; /* nothing comes behind the end */
    if (more)
        *block = s->table;
    return status;
}

bool bp_table_stream_is_last(const bp_table_stream *s)
{
    return s->whole;
}
