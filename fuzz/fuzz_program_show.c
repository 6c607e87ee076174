/* fuzz_program_show.c: any text as the header of a model file, the bytes behind its NUL as the
 * tensors: what `show` says of it is lines of UTF-8, JSON, and a picture of UTF-8. */
#include "fuzz.h"

#include "cli/show.h"
#include "show/diagram.h"

/* The file: how long the header is, the header, the tensors. */
static uint8_t *make_file(fuzz_input *input, size_t *size)
{
    char *header = fuzz_text(input, '\0');
    size_t length = strlen(header);
    *size = 8 + length + input->size;
    uint8_t *bytes = malloc(*size);
    FUZZ_CHECK(bytes != NULL);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    if (input->size > 0)
        memcpy(bytes + 8 + length, input->data, input->size);
    free(header);
    return bytes;
}

static void check_text(const struct output *out)
{
    FUZZ_CHECK(out->failure.status == BP_OK && out->length > 0
               && out->text[out->length - 1] == '\n');
    FUZZ_CHECK(bp_utf8_is_valid(out->text, out->length));
    for (size_t i = 0; i < out->length; i++)
        FUZZ_CHECK((unsigned char)out->text[i] >= 0x20 || out->text[i] == '\n');
}

static void check_json(const struct shown *shown)
{
    bp_json *json = NULL;
    bp_json_document *document = NULL;
    size_t length = 0;
    FUZZ_CHECK(bp_json_new(&json, NULL, NULL) == BP_OK);
    show_write(json, shown);
    const char *text = bp_json_text(json, &length);
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(bp_json_read(&document, text, length, BP_E_DATA, NULL, NULL) == BP_OK);
    bp_json_document_free(document);
    bp_json_free(json);
}

static void check_shown(const bp_model *model)
{
    struct shown shown;
    struct output out;
    bp_error error = {.status = BP_OK};
    if (shown_open(&shown, "bytes", model, &error) == BP_OK) {
        shown.weights = true;
        output_open_memory(&out);
        show_print(&out, &shown);
        show_print_weights(&out, &shown);
        check_text(&out);
        output_discard(&out);
        output_open_memory(&out);
        diagram_draw(&out, &shown);
        check_text(&out);
        output_discard(&out);
        check_json(&shown);
    } else {
        FUZZ_CHECK(error.status == BP_E_MODEL && error.message[0] != '\0');
    }
    shown_close(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    bp_model *model = NULL;
    uint8_t *bytes = make_file(&input, &size);
    if (bp_model_load_memory(&model, bytes, size, "bytes", NULL, NULL) == BP_OK)
        check_shown(model);
    bp_model_free(model);
    free(bytes);
    return 0;
}
