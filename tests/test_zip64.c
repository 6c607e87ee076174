/* test_zip64.c: archives whose sizes and places stand in the fields of 64 bits, as numpy.savez
 * writes what may become large: read alike, and refused where these fields lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <backprop/table.h>

#include <string.h>

#define ALL_ONES 0xFFFFFFFFu

/* What is put into the archive; the defaults are right. */
typedef struct wishes {
    const char *locator, *record; /* the marks of the ending records */
    uint64_t record_place;        /* added to where it is */
    uint16_t extra_id, extra_length;
    bool strange_field;   /* an extra field of another kind stands before */
    uint64_t size, local; /* added to what is right */
} wishes;

static const wishes RIGHT = {
    .locator = "PK\x06\x07", .record = "PK\x06\x06", .extra_id = 1, .extra_length = 24};

typedef struct archive {
    char bytes[1024];
    size_t size;
} archive;

static void put(archive *a, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        a->bytes[a->size++] = (char)(i < sizeof value ? value >> (8 * i) : 0);
}

static void put_text(archive *a, const char *text, size_t size)
{
    memcpy(a->bytes + a->size, text, size);
    a->size += size;
}

static uint32_t checksum(const char *bytes, size_t size)
{
    uint32_t crc = ALL_ONES;
    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xEDB88320u & (0u - (crc & 1)));
    }
    return ~crc;
}

/* An array of three bytes: 7, 8, 9. */
static size_t put_member(archive *a, uint32_t *crc)
{
    static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n";
    put_text(a, "PK\x03\x04\x2D\0\0\0\0\0\0\0\0\0", 14);
    size_t place = a->size;
    put(a, 0, 4); /* the checksum, once it is known */
    put(a, ALL_ONES, 4);
    put(a, ALL_ONES, 4);
    put(a, 5, 2);
    put(a, 0, 2);
    put_text(a, "x.npy", 5);
    size_t start = a->size;
    put_text(a, "\x93NUMPY\x01\0", 8);
    put(a, sizeof header - 1, 2);
    put_text(a, header, sizeof header - 1);
    put_text(a, "\7\10\11", 3);
    size_t end = a->size;
    *crc = checksum(a->bytes + start, end - start);
    a->size = place;
    put(a, *crc, 4);
    a->size = end;
    return end - start;
}

static void put_directory(archive *a, const wishes *w, size_t size, uint32_t crc)
{
    put_text(a, "PK\x01\x02\x2D\0\x2D\0\0\0\0\0\0\0\0\0", 16);
    put(a, crc, 4);
    put(a, ALL_ONES, 4);
    put(a, ALL_ONES, 4);
    put(a, 5, 2);
    put(a, (w->strange_field ? 6 : 0) + 28, 2);
    put(a, 0, 10);
    put(a, ALL_ONES, 4);
    put_text(a, "x.npy", 5);
    if (w->strange_field)
        put_text(a, "\x09\0\2\0ab", 6);
    put(a, w->extra_id, 2);
    put(a, w->extra_length, 2);
    put(a, size + w->size, 8);
    put(a, size + w->size, 8);
    put(a, w->local, 8);
}

static archive make_archive(const wishes *w)
{
    archive a = {.size = 0};
    uint32_t crc = 0;
    size_t size = put_member(&a, &crc), directory = a.size;
    put_directory(&a, w, size, crc);
    size_t record = a.size;
    put_text(&a, w->record, 4);
    put(&a, 44, 8);
    put(&a, 0, 8);
    put(&a, 0, 4);
    put(&a, 1, 8);
    put(&a, 1, 8);
    put(&a, record - directory, 8);
    put(&a, directory, 8);
    put_text(&a, w->locator, 4);
    put(&a, 0, 4);
    put(&a, record + w->record_place, 8);
    put(&a, 1, 4);
    put_text(&a, "PK\x05\x06\0\0\0\0", 8);
    put(&a, 0xFFFF, 2);
    put(&a, 0xFFFF, 2);
    put(&a, ALL_ONES, 4);
    put(&a, ALL_ONES, 4);
    put(&a, 0, 2);
    return a;
}

static bp_status read_archive(bp_table **table, const archive *a, bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = "t";
    options.size_limit = 1000000;
    return bp_table_read_memory(table, a->bytes, a->size, &options, error);
}

static void check_good(const wishes *w)
{
    archive a = make_archive(w);
    bp_table *table = NULL;
    bp_error error;
    if (read_archive(&table, &a, &error) != BP_OK)
        fail_msg("%s", error.message);
    assert_int_equal(bp_table_row_count(table), 3);
    assert_int_equal(bp_table_column_count(table), 1);
    const double *numbers = bp_table_numbers(table, 0).data;
    assert_true(numbers[0] == 7 && numbers[1] == 8 && numbers[2] == 9);
    bp_table_free(table);
}

static void check_bad(const wishes *w, const char *message)
{
    archive a = make_archive(w);
    bp_table *table = NULL;
    bp_error error = {.status = BP_OK};
    assert_int_equal(read_archive(&table, &a, &error), BP_E_DATA);
    assert_null(table);
    assert_string_equal(error.message, message);
}

static void wide_fields_are_read(void **state)
{
    (void)state;
    check_good(&RIGHT);
    wishes w = RIGHT;
    w.strange_field = true;
    check_good(&w);
}

static void a_directory_that_is_nowhere(void **state)
{
    (void)state;
    static const char message[] = "the ZIP archive is damaged: its directory is nowhere";
    wishes w = RIGHT;
    w.locator = "PK\x06\x08";
    check_bad(&w, message);
    w = RIGHT;
    w.record = "PK\x06\x07";
    check_bad(&w, message);
    static const uint64_t places[] = {1, 400, 1u << 20, (uint64_t)1 << 63, UINT64_MAX};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        w = RIGHT;
        w.record_place = places[i];
        check_bad(&w, message);
    }
}

static void fields_that_lie(void **state)
{
    (void)state;
    static const char longer[] = "the ZIP archive is damaged: a member is longer than the archive";
    static const char elsewhere[] =
        "the ZIP archive is damaged: a member is not where the directory says";
    wishes w = RIGHT;
    w.extra_id = 2; /* no field of 64 bits at all */
    check_bad(&w, elsewhere);
    w = RIGHT;
    w.extra_length = 60000; /* the field is longer than all extra fields */
    check_bad(&w, elsewhere);
    w = RIGHT;
    w.extra_length = 16; /* the place does not fit in any more */
    check_bad(&w, elsewhere);
    static const uint64_t offs[] = {500, (uint64_t)1 << 40, UINT64_MAX / 2};
    for (size_t i = 0; i < sizeof offs / sizeof *offs; i++) {
        w = RIGHT;
        w.size = offs[i];
        check_bad(&w, longer);
        w = RIGHT;
        w.local = offs[i];
        check_bad(&w, elsewhere);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_fields_are_read),
        cmocka_unit_test(a_directory_that_is_nowhere),
        cmocka_unit_test(fields_that_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
