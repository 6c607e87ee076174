/* markup.c: text between tags; see markup.h. */
#include "markup.h"

/* Bytes of the UTF-8 character at `text`; 0 where there is none that XML allows. */
static size_t character_size(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = b[0] < 0x80 ? 1 : (b[0] & 0xE0) == 0xC0 ? 2 : (b[0] & 0xF0) == 0xE0 ? 3 : 4;
    if (b[0] < 0x80)
        return b[0] >= 0x20 && b[0] != 0x7F ? 1 : 0;
    if ((b[0] & 0xC0) == 0x80 || b[0] > 0xF4)
        return 0;
    unsigned point = b[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (b[i] & 0x3Fu);
    }
    bool allowed = point >= least[size] && point < 0x110000 && (point < 0xD800 || point > 0xDFFF)
                   && point != 0xFFFE && point != 0xFFFF;
    return allowed ? size : 0;
}

void markup_text(struct output *out, const char *text, size_t most)
{
    for (size_t count = 0; *text != '\0'; count++) {
        size_t size = character_size(text), next = size > 0 ? size : 1;
        if (count + 1 >= most && text[next] != '\0') {
            output_text(out, "\xE2\x80\xA6"); /* an ellipsis */
            return;
        }
        if (size == 0)
            output_text(out, "\xEF\xBF\xBD"); /* U+FFFD */
        else if (*text == '<' || *text == '>' || *text == '&' || *text == '"')
            output_text(out, *text == '<'   ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '&' ? "&amp;"
                                            : "&quot;");
        else
            output_bytes(out, text, size);
        text += next;
    }
}
