/* test_nearest.c: which name is offered for a misspelt one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <backprop/base.h>

#include <string.h>

static const char *const FLAGS[] = {"hidden", "epochs", "learning-rate", "target", "task",
                                    "seed",   "json",   "folds",         "k"};
static const size_t FLAG_COUNT = sizeof FLAGS / sizeof FLAGS[0];

static void check(const char *word, const char *expected)
{
    const char *found = bp_nearest(word, FLAGS, FLAG_COUNT);
    if (expected == NULL) {
        if (found != NULL)
            fail_msg("%s was offered for %s", found, word);
        return;
    }
    if (found == NULL)
        fail_msg("nothing was offered for %s", word);
    assert_string_equal(found, expected);
}

static void test_slips_are_forgiven(void **state)
{
    (void)state;
    check("hidden", "hidden");
    check("HIDDEN", "hidden");
    check("hiden", "hidden");
    check("hiddden", "hidden");
    check("hidedn", "hidden");
    check("epoch", "epochs");
    check("epohcs", "epochs");
    check("learning_rate", "learning-rate");
    check("learningrate", "learning-rate");
    check("lerning-rat", "learning-rate");
    check("sede", "seed");
    check("tsak", "task");
    check("jsno", "json");
    check("K", "k");
}

static void test_strangers_are_not_offered(void **state)
{
    (void)state;
    check("", NULL);
    check("x", NULL);
    check("zebra", NULL);
    check("optimizer", NULL);
    check("rate", NULL);
    check("xy", NULL);
    assert_null(bp_nearest("hidden", FLAGS, 0));
    assert_null(bp_nearest("hidden", NULL, 0));
}

static void test_the_first_of_equals_is_taken(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"beam", "bear", "beat"};
    assert_string_equal(bp_nearest("bead", NAMES, 3), "beam");
    assert_string_equal(bp_nearest("BEAR", NAMES, 3), "bear");
}

static void test_long_words(void **state)
{
    (void)state;
    char word[400], name[400];
    memset(word, 'a', sizeof word);
    memset(name, 'a', sizeof name);
    const char *const names[] = {name};
    for (size_t length = 60; length < 70; length++) {
        word[length] = name[length] = '\0';
        assert_ptr_equal(bp_nearest(word, names, 1), length <= 64 ? name : NULL);
        word[length] = name[length] = 'a';
    }
    word[399] = '\0';
    check(word, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slips_are_forgiven),
        cmocka_unit_test(test_strangers_are_not_offered),
        cmocka_unit_test(test_the_first_of_equals_is_taken),
        cmocka_unit_test(test_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
