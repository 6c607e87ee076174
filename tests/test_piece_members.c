/* test_piece_members.c: members that read pieces of numbers beside members that do not: each is
 * what it is in a model of its own kind. */
#include "support/thirty_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BASE "recipe=auto hidden=9,8 epochs=5 members=5 "
#define MIXED BASE "pieces=3 pieces-share=0.5 "
#define WITHOUT 3 /* of five */

static bp_status fit_words(bp_model **model, const char *words, const bp_observer *observer,
                           bp_error *error)
{
    bp_config *config = NULL;
    bp_table *table = NULL;
    *model = NULL;
    assert_int_equal(thirty_rows_table(&table, NULL, NULL), BP_OK);
    assert_int_equal(bp_config_new(&config, "auto", NULL, NULL), BP_OK);
    bp_status status = config_set_words(config, words, error);
    if (status == BP_OK)
        status = bp_fit_table(model, table, NULL, 0, config, observer, error);
    bp_config_free(config);
    bp_table_free(table);
    return status;
}

static bp_model *fit(const char *base, const char *words)
{
    char all[256];
    bp_model *model = NULL;
    bp_error error;
    snprintf(all, sizeof all, "%s%s", base, words);
    if (fit_words(&model, all, NULL, &error) != BP_OK)
        fail_msg("%s", error.message);
    return model;
}

static void assert_same(const bp_model *a, const bp_model *b, size_t first, size_t end)
{
    size_t bytes = bp_net_parameter_count(bp_model_net(a)) * bp_type_size(bp_model_type(a));
    assert_int_equal(bp_net_parameter_count(bp_model_net(a)),
                     bp_net_parameter_count(bp_model_net(b)));
    for (size_t m = first; m < end; m++)
        assert_memory_equal(bp_model_parameters(a, m), bp_model_parameters(b, m), bytes);
}

/* The inputs of the small model are those of the large one that are not 0 throughout, in order. */
static void assert_spread(const bp_model *large, const bp_model *small, size_t member)
{
    const float *all = bp_model_parameters(large, member),
                *few = bp_model_parameters(small, member);
    size_t inputs = bp_net_input_count(bp_model_net(large)),
           fewer = bp_net_input_count(bp_model_net(small)), next = 0;
    size_t outputs = bp_net_layer(bp_model_net(small), 0)->outputs;
    for (size_t i = 0; i < inputs; i++) {
        bool read = false;
        for (size_t o = 0; o < outputs; o++)
            read = read || all[o * inputs + i] != 0;
        for (size_t o = 0; o < outputs && read; o++)
            assert_true(all[o * inputs + i] == few[o * fewer + next]);
        next += read;
    }
    assert_int_equal(next, fewer);
    size_t rest = bp_net_parameter_count(bp_model_net(small)) - outputs * fewer;
    assert_memory_equal(all + outputs * inputs, few + outputs * fewer, rest * sizeof(float));
}

static void check_kinds(const char *words)
{
    bp_model *mixed = fit(MIXED, words), *none = fit(BASE "pieces=0 ", words),
             *all = fit(BASE "pieces=3 ", words);
    for (size_t m = 0; m < WITHOUT; m++)
        assert_spread(mixed, none, m);
    assert_same(mixed, all, WITHOUT, 5);
    bp_model_free(mixed);
    bp_model_free(none);
    bp_model_free(all);
}

static void test_kinds(void **state)
{
    (void)state;
    check_kinds("target=share");
    check_kinds("target=kind");
    check_kinds("target=kind stop-on=accuracy patience=2");
    check_kinds("target=share optimizer=momentum batch=1 learning-rate=0.01");
    check_kinds("target=kind input-scale=6 dropout=0.2 input-noise=0.1 average=ema");
}

static void test_threads(void **state)
{
    (void)state;
    bp_model *one = fit(MIXED, "threads=1"), *four = fit(MIXED, "threads=4");
    assert_same(one, four, 0, 5);
    bp_model_free(four);
    bp_model_free(one);
}

/* Answers of the whole are the mean of those of its members, whichever inputs they read. */
static void test_untrained(void **state)
{
    (void)state;
    bp_model *model = fit(MIXED, ""), *begun = fit(MIXED, "learning-rate=1e-30 keep-best=no"),
             *untrained = NULL;
    assert_int_equal(bp_model_untrained(&untrained, model, NULL, NULL), BP_OK);
    const float *first = bp_model_parameters(untrained, 0),
                *trained = bp_model_parameters(begun, 0);
    for (size_t i = 0; i < bp_net_parameter_count(bp_model_net(model)); i++)
        assert_true(fabsf(first[i] - trained[i]) < 1e-20F);
    bp_model_free(untrained);
    bp_model_free(begun);
    bp_model_free(model);
}

/* A record that tells another precision than the weights have does not decide how they are drawn.
 */
static void test_wrong_record(void **state)
{
    (void)state;
    static const char told[] = "\"precision\":{\"value\":\"f32\"";
    bp_model *model = fit(MIXED, ""), *right = NULL, *untrained = NULL;
    assert_int_equal(bp_model_untrained(&right, model, NULL, NULL), BP_OK);
    const char *record = bp_model_note(model, "recipe");
    char *text = malloc(strlen(record) + 1);
    assert_non_null(text);
    strcpy(text, record);
    char *place = strstr(text, told);
    assert_non_null(place);
    memcpy(place + sizeof told - 5, "f64", 3);
    assert_int_equal(bp_model_set_note(model, "recipe", text, NULL), BP_OK);
    assert_int_equal(bp_model_untrained(&untrained, model, NULL, NULL), BP_OK);
    assert_same(right, untrained, 0, 5);
    bp_model_free(untrained);
    bp_model_free(right);
    bp_model_free(model);
    free(text);
}

static bool stop_after_two(void *context, const bp_progress *progress)
{
    if (progress->done < 2)
        return true;
    assert_int_equal(bp_trainer_save(progress->trainer, context, NULL), BP_OK);
    return false;
}

/* One checkpoint holds members of both kinds. */
static void test_resumed(void **state)
{
    (void)state;
    char path[] = "test-piece-members.checkpoint", words[128];
    bp_observer observer = {stop_after_two, path};
    bp_model *model = NULL;
    snprintf(words, sizeof words, MIXED "checkpoint=%s", path);
    assert_int_equal(fit_words(&model, words, &observer, NULL), BP_E_STOPPED);
    snprintf(words, sizeof words, "checkpoint=%s resume=yes", path);
    bp_model *resumed = fit(MIXED, words), *whole = fit(MIXED, "");
    assert_same(resumed, whole, 0, 5);
    bp_model_free(whole);
    bp_model_free(resumed);
    remove(path);
}

static void check_pieces(const char *words, const char *pieces)
{
    bp_model *model = fit("hidden=4 epochs=1 ", words);
    bp_config *config = NULL;
    assert_int_equal(bp_config_of_model(&config, model, NULL, NULL), BP_OK);
    assert_string_equal(bp_config_get(config, "pieces"), pieces);
    bp_config_free(config);
    bp_model_free(model);
}

/* Where no member is left to read them there are no pieces. */
static void test_shares(void **state)
{
    (void)state;
    bp_model *model = NULL;
    bp_error error;
    check_pieces("pieces=auto pieces-share=0.5 members=2", "8");
    check_pieces("pieces=auto pieces-share=1 members=1", "8");
    check_pieces("recipe=quick", "0");
    assert_int_equal(fit_words(&model, "pieces=4 pieces-share=0.3 members=3", NULL, &error),
                     BP_E_OPTION);
    assert_string_equal(error.message, "--pieces-share 0.3 of 3 members is none; add --members, or "
                                       "leave out --pieces");
    bp_model *all = fit(BASE "pieces=3 ", "pieces-share=0.999"), *most = fit(BASE "pieces=3 ", "");
    assert_same(all, most, 1, 5);
    bp_model_free(most);
    bp_model_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),     cmocka_unit_test(test_threads),
        cmocka_unit_test(test_untrained), cmocka_unit_test(test_wrong_record),
        cmocka_unit_test(test_resumed),   cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
