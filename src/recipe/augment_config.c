/* augment_config.c: --augment rotate,scale=0.1,elastic=37:5.5 and --image 28x28. */
#include "recipe/augment_config.h"

#include "base/error.h"
#include "base/names.h"
#include "recipe/config.h"
#include "table/table.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define WORD_SIZE 16u

/* What images can be moved by, with the amount of the word alone (of rotate, scale and elastic the
 * middle of what Ciresan, Meier, Gambardella and Schmidhuber 2010 used) and the bounds of others.
 */
static const struct {
    const char *name;
    double usual, most;
    size_t place; /* in bp_distortion */
} words[] = {
    {"shift", 1, 100, offsetof(bp_distortion, shift)},
    {"rotate", 15, 180, offsetof(bp_distortion, rotation)},
    {"scale", 0.15, 0.9, offsetof(bp_distortion, scale)},
    {"shear", 0.1, 2, offsetof(bp_distortion, shear)},
    {"elastic", 37, 10000, offsetof(bp_distortion, elastic)},
};

#define WORD_COUNT (sizeof words / sizeof *words)
#define ELASTIC 4u /* the word that may have a second number, */
#define SMOOTHNESS 5.5
#define SMOOTHNESS_LEAST 0.5
#define SMOOTHNESS_MOST 16.0

/* ---- The list -----------------------------------------------------------------------------------
 */

static bp_status find_word(const char *text, size_t length, size_t *word, bp_error *error)
{
    const char *names[WORD_COUNT];
    char name[WORD_SIZE];
    for (size_t i = 0; i < WORD_COUNT; i++)
        names[i] = words[i].name;
    snprintf(name, sizeof name, "%.*s", (int)(length < WORD_SIZE ? length : WORD_SIZE - 1), text);
    *word = bp_name_find(name, names, WORD_COUNT, "word of --augment", error);
    return *word < WORD_COUNT ? BP_OK : BP_E_OPTION;
}

/* The numbers behind "=": one, and of elastic perhaps another behind a colon. */
static bool read_amounts(const char *text, size_t length, size_t word, bp_distortion *d,
                         double *amount)
{
    const char *colon = word == ELASTIC ? memchr(text, ':', length) : NULL;
    size_t first = colon != NULL ? (size_t)(colon - text) : length;
    bool good = bp_number_read(text, first, amount) && *amount >= 0 && *amount <= words[word].most;
    if (colon != NULL)
        good = good && bp_number_read(colon + 1, length - first - 1, &d->smoothness)
               && d->smoothness >= SMOOTHNESS_LEAST && d->smoothness <= SMOOTHNESS_MOST;
    return good;
}

static bp_status fail_amount(const char *text, size_t length, size_t word, bp_error *error)
{
    char most[BP_NUMBER_SIZE];
    bp_number_write(words[word].most, most);
    return bp_fail(error, BP_E_OPTION, "--augment %s takes a number from 0 to %s%s, not \"%.*s\"",
                   words[word].name, most,
                   word == ELASTIC ? ", or two as 37:5.5, the second from 0.5 to 16" : "",
                   (int)(length < 40 ? length : 40), text);
}

static bp_status read_words(bp_distortion *d, const char *list, bp_error *error)
{
    d->smoothness = SMOOTHNESS;
    for (const char *entry = list; *entry != '\0';) {
        size_t length = strcspn(entry, ","), name = strcspn(entry, "=,"), word = 0;
        bp_status status = find_word(entry, name, &word, error);
        if (status != BP_OK)
            return status;
        double amount = words[word].usual;
        if (name < length && !read_amounts(entry + name + 1, length - name - 1, word, d, &amount))
            return fail_amount(entry + name + 1, length - name - 1, word, error);
        memcpy((char *)d + words[word].place, &amount, sizeof amount);
        entry += length + (entry[length] == ',');
    }
    return BP_OK;
}

/* ---- The image ----------------------------------------------------------------------------------
 */

/* "28x28": lines by pixels in one. */
static bool read_size(const char *text, size_t *height, size_t *width)
{
    size_t first = strspn(text, "0123456789");
    size_t second = text[first] == 'x' ? strspn(text + first + 1, "0123456789") : 0;
    double high = 0, wide = 0;
    bool good = first > 0 && second > 0 && text[first + 1 + second] == '\0'
                && bp_number_read(text, first, &high)
                && bp_number_read(text + first + 1, second, &wide) && high >= 1 && wide >= 1
                && high <= 4096 && wide <= 4096;
    *height = good ? (size_t)high : 0;
    *width = good ? (size_t)wide : 0;
    return good;
}

bp_status bp_config_distortion(bp_distortion *d, const bp_config *config, const bp_table *table,
                               bp_error *error)
{
    const char *image = bp_config_get(config, "image"), *list = bp_config_get(config, "augment");
    *d = (bp_distortion){.height = 0};
    if (list[0] == '\0')
        return BP_OK;
    if (strcmp(image, "auto") != 0 && !read_size(image, &d->height, &d->width))
        return bp_fail(error, BP_E_OPTION,
                       "--image takes the lines of an image and the pixels of a line, from 1 to "
                       "4096, as 28x28, not \"%.40s\"",
                       image);
    if (strcmp(image, "auto") == 0 && table != NULL) {
        d->height = table->image_height;
        d->width = table->image_width;
    }
    return read_words(d, list, error);
}

/* ---- What there has to be -----------------------------------------------------------------------
 */

static bp_status check_pixels(const bp_distortion *d, const bp_table *table,
                              const bp_preparation *preparation, bp_error *error)
{
    size_t inputs = bp_preparation_input_count(preparation), column = 0;
    if (inputs != d->height * d->width)
        return bp_fail_at(
            error, BP_E_OPTION, bp_table_name(table), 0, 0,
            "images of %zux%zu have %zu pixels, and there are %zu inputs; --drop what "
            "is none of them",
            d->height, d->width, d->height * d->width, inputs);
    for (size_t i = 0; i < inputs; i++) {
        const char *name = bp_preparation_input_name(preparation, i);
        bp_status status = bp_preparation_find_input(preparation, table, i, &column, error);
        if (status != BP_OK)
            return status;
        if (bp_table_codes(table, column) != NULL
            || bp_table_column_kind(table, column) == BP_COLUMN_DATE)
            return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                              "--augment moves pixels, and the column %.60s is no number", name);
    }
    return BP_OK;
}

bp_status bp_config_check_images(const bp_config *config, const bp_table *table,
                                 const bp_preparation *preparation, bp_error *error)
{
    bp_distortion d;
    bp_status status = bp_config_distortion(&d, config, table, error);
    if (status != BP_OK || bp_config_get(config, "augment")[0] == '\0')
        return status;
    if (d.height == 0)
        return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                          "--augment moves pixels, and the table does not tell the size of its "
                          "images; say it, as --image 28x28");
    if (!bp_config_is(config, "scaling", "common") && !bp_config_is(config, "scaling", "none"))
        return bp_fail(
            error, BP_E_OPTION,
            "--augment brings what is in one pixel into another, so all are to be scaled "
            "alike: --scaling common or none, not %s",
            bp_config_get(config, "scaling"));
    if (!bp_config_is(config, "pca", "off"))
        return bp_fail(error, BP_E_OPTION,
                       "--augment moves pixels, and --pca leaves none; use one of them");
    return check_pixels(&d, table, preparation, error);
}
