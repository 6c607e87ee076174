/* test_base.c: errors, the arena, checked sizes, files, logarithm and normal quantile. */
#include "base/error.h"
#include "base/files.h"
#include "base/math.h"
#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void errors(void **state)
{
    (void)state;
    bp_error error;
    assert_int_equal(bp_fail_at(&error, BP_E_DATA, "a.csv", 3, 7, "\"%s\" is odd", "x\ny"),
                     BP_E_DATA);
    assert_string_equal(error.message, "\"x y\" is odd"); /* one line */
    assert_string_equal(error.file, "a.csv");
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 7);
    assert_int_equal(bp_fail(NULL, BP_E_IO, "nobody listens"), BP_E_IO);
    char accents[1024] = "x"; /* 511 bytes would cut an e acute in two */
    for (size_t i = 1; i < 600; i += 2)
        memcpy(accents + i, "\xc3\xa9", 3);
    bp_fail(&error, BP_E_DATA, "%s", accents);
    assert_int_equal(strlen(error.message), 511);
    bp_fail(&error, BP_E_DATA, "y%s", accents);
    assert_int_equal(strlen(error.message), 510);
    assert_string_equal(bp_status_name(BP_E_MODEL), "BP_E_MODEL");
    assert_string_equal(bp_status_text(BP_E_MODEL), "bad model file");
    assert_string_equal(bp_status_text((bp_status)999), "unknown status");
}

static void arena(void **state)
{
    (void)state;
    static unsigned char room[1024];
    bp_arena a;
    bp_arena_init(&a, room + 1, sizeof room - 1);
    const bp_allocator *m = &a.allocator;
    char *first = bp_allocate(m, 10, 1, NULL);
    assert_int_equal((uintptr_t)first % sizeof(max_align_t), 0);
    first = memcpy(first, "ninebytes", 10);
    size_t used = a.used;
    char *second = bp_allocate(m, 100, 1, NULL);
    char *longer = bp_resize(m, first, 10, 50, 1, NULL); /* not the newest: moves */
    assert_ptr_not_equal(longer, first);
    assert_string_equal(longer, "ninebytes");
    assert_ptr_equal(bp_resize(m, longer, 50, 200, 1, NULL), longer); /* the newest: grows */
    assert_ptr_equal(bp_resize(m, second, 100, 20, 1, NULL), second);
    bp_error error;
    assert_null(bp_allocate(m, 1000, 1, &error));
    assert_int_equal(error.status, BP_E_MEMORY);
    assert_null(bp_resize(m, longer, 200, 5000, 1, NULL)); /* refused: the old one stays */
    assert_string_equal(longer, "ninebytes");
    bp_release(m, longer, 200, 1);
    assert_true(a.used > used);
    bp_arena_init(&a, room, sizeof room);
    assert_int_equal(a.used, 0);
    bp_arena_init(&a, room + 1, 3);
    assert_null(bp_allocate(&a.allocator, 1, 1, NULL));
}

static void sizes(void **state)
{
    (void)state;
    bp_allocator m = bp_allocator_or_default(NULL);
    bp_error error;
    size_t product = 0;
    assert_false(bp_multiply_size(SIZE_MAX / 2, 3, &product));
    assert_true(bp_multiply_size(SIZE_MAX, 0, &product));
    assert_false(bp_add_size(SIZE_MAX, 1, &product));
    assert_null(bp_allocate(&m, SIZE_MAX / 2, 4, &error));
    assert_int_equal(error.status, BP_E_MEMORY);
    void *aligned = bp_allocate_aligned(&m, 100, NULL);
    assert_int_equal((uintptr_t)aligned % 64, 0);
    bp_release_aligned(&m, aligned, 100);
    assert_null(bp_allocate_aligned(&m, SIZE_MAX - 3, NULL));
}

static void write_plain(const char *path, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++)
        fputc((int)(i % 251), file);
    fclose(file);
}

static void files(void **state)
{
    (void)state;
    char folder[] = "/tmp/backprop-test-XXXXXX", path[64], absent[96];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    const size_t counts[] = {0, 1, 4095, 4096, 4097, 65535, 65536, 200000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        bp_file_bytes bytes;
        write_plain(path, counts[i]);
        assert_int_equal(bp_file_read(&bytes, path, BP_E_DATA, NULL, NULL), BP_OK);
        assert_int_equal(bytes.size, counts[i]);
        assert_int_equal(bytes.data[bytes.size], '\0');
        for (size_t k = 0; k < bytes.size; k++)
            assert_true((unsigned char)bytes.data[k] == k % 251);
        bp_file_release(&bytes);
    }
    bp_error error;
    bp_file_bytes bytes;
    assert_int_equal(bp_file_read(&bytes, folder, BP_E_DATA, NULL, &error), BP_E_DATA);
    assert_string_equal(error.message, "cannot read: Is a directory");
    snprintf(absent, sizeof absent, "%s/absent/file", folder);
    assert_int_equal(bp_file_read(&bytes, absent, BP_E_MODEL, NULL, &error), BP_E_MODEL);
    assert_string_equal(error.message, "cannot open: No such file or directory");

    assert_int_equal(bp_file_write(path, "new", 3, NULL), BP_OK);
    assert_int_equal(bp_file_read(&bytes, path, BP_E_DATA, NULL, NULL), BP_OK);
    assert_string_equal(bytes.data, "new");
    bp_file_release(&bytes);
    assert_int_equal(bp_file_write(absent, "new", 3, &error), BP_E_IO);
    assert_int_equal(bp_file_write(folder, "new", 3, &error), BP_E_IO); /* renaming fails */
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* no temporary file was left inside ... */
    char left[96];
    snprintf(left, sizeof left, "%s.backprop-0.tmp", folder);
    assert_int_equal(access(left, F_OK), -1); /* ... or beside */
}

static bool there(const char *folder, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* What a killed writer left goes with the next writing; what a living one, or a stranger, has
 * there stays. */
static void writers(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_base_XXXXXX", path[64], left[96], strange[96], other[96];
    bp_file_writer first, second;
    bp_file_bytes bytes;
    bp_error error;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(left, sizeof left, "%s.backprop-0.tmp", path);
    snprintf(strange, sizeof strange, "%s.tmp.1", path);
    snprintf(other, sizeof other, "%s.backprop-1.tmp", path);
    write_plain(left, 9); /* nobody's */
    write_plain(other, 9);
    write_plain(strange, 9);
    assert_int_equal(bp_file_writer_open(&first, path, NULL), BP_OK);
    assert_string_equal(first.temporary, left);
    assert_false(there(folder, "file.backprop-1.tmp"));
    assert_int_equal(bp_file_writer_open(&second, path, NULL), BP_OK);
    assert_string_equal(second.temporary, other);
    assert_true(bp_file_writer_append(&first, "one", 3));
    assert_true(bp_file_writer_append(&second, "two", 3));
    assert_false(there(folder, "file"));
    assert_int_equal(bp_file_writer_commit(&second, NULL), BP_OK);
    assert_int_equal(bp_file_writer_commit(&first, NULL), BP_OK);
    assert_int_equal(bp_file_read(&bytes, path, BP_E_DATA, NULL, NULL), BP_OK);
    assert_int_equal(bytes.size, 3);
    assert_memory_equal(bytes.data, "one", 3);
    bp_file_release(&bytes);
    assert_int_equal(mkdir(left, 0777), 0); /* what is no file is not removed either */
    assert_int_equal(bp_file_writer_open(&first, path, NULL), BP_OK);
    assert_string_equal(first.temporary, other);
    bp_file_writer_abort(&first);
    assert_int_equal(rmdir(left), 0);
    assert_int_equal(symlink(strange, left), 0); /* nor is what a link leads to */
    assert_int_equal(bp_file_write(path, "three", 5, NULL), BP_OK);
    assert_true(there(folder, "file.tmp.1") && !there(folder, "file.backprop-1.tmp"));
    assert_int_equal(bp_file_read(&bytes, strange, BP_E_DATA, NULL, NULL), BP_OK);
    assert_int_equal(bytes.size, 9);
    bp_file_release(&bytes);
    unlink(left);
    unlink(strange);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(bp_file_writer_open(&first, path, &error), BP_E_IO);
    assert_string_equal(error.message, "cannot write: No such file or directory");
}

static void functions(void **state)
{
    (void)state;
    for (double x = 1e-300; x < 1e300; x *= 1.00731)
        assert_true(fabs(bp_log(x) - log(x)) <= 4 * 0x1p-53 * fabs(log(x)));
    for (double x = 0.5; x < 2; x += 1e-5)
        assert_true(fabs(bp_log(x) - log(x)) <= 4 * 0x1p-53 * fabs(log(x)));
    assert_true(bp_log(1) == 0);
    for (double p = 1e-300; p < 1e-3; p *= 1.37) {
        double back = erfc(-bp_probit(p) / sqrt(2)) / 2;
        assert_true(fabs(back - p) <= 1e-11 * p);
    }
    for (double p = 1e-3; p < 0.999; p += 1e-4) {
        double back = erfc(-bp_probit(p) / sqrt(2)) / 2;
        assert_true(fabs(back - p) <= 1e-13 * p);
    }
    assert_true(bp_probit(0.5) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors), cmocka_unit_test(arena),     cmocka_unit_test(sizes),
        cmocka_unit_test(files),  cmocka_unit_test(functions), cmocka_unit_test(writers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
