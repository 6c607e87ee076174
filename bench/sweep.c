/* sweep.c: time per multiplication from small networks to huge ones: batches of 256, SGD,
 * float32, one thread; as a table, and as a picture where a file is named. */
#include <backprop.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS 256
#define OUTPUTS 10
#define WIDTHS 7   /* 64 .. 4096 */
#define DEPTHS 5   /* 1 .. 16 hidden layers */
#define ENOUGH 0.2 /* seconds of measuring */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bp_status make_net(bp_net **net, size_t width, size_t depth, bp_error *error)
{
    size_t widths[18];
    bp_activation activations[17];
    for (size_t l = 0; l <= depth; l++) {
        widths[l] = width;
        activations[l] = l < depth ? BP_RELU : BP_SOFTMAX;
    }
    widths[depth + 1] = OUTPUTS;
    return bp_net_new_layers(net, depth + 1, widths, activations, BP_CROSS_ENTROPY, NULL, error);
}

/* Multiplications of a row: forward, weight gradient and, but in the first layer, errors. */
static double multiplications(size_t width, size_t depth)
{
    double square = (double)width * (double)width, narrow = (double)width * OUTPUTS;
    return 3 * square * (double)depth - square + 3 * narrow;
}

/* Nanoseconds a multiplication: the best step of several; below 0 where it cannot be had. */
static double measure(size_t width, size_t depth)
{
    bp_error error;
    bp_net *net = NULL;
    bp_plan *plan = NULL;
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.type = BP_F32;
    options.batch = ROWS;
    options.threads = 1;
    double best = -1;
    float *inputs = malloc(ROWS * width * sizeof *inputs), *weights = NULL;
    uint32_t *classes = malloc(ROWS * sizeof *classes);
    if (inputs != NULL && classes != NULL && make_net(&net, width, depth, &error) == BP_OK
        && bp_plan_new(&plan, net, &options, &error) == BP_OK)
        weights = malloc(bp_net_parameter_count(net) * sizeof *weights);
    if (weights != NULL) {
        unsigned state = 1;
        float scale = 2.4f / (float)width; /* about He's, for numbers in +-1 */
        for (size_t i = 0; i < bp_net_parameter_count(net); i++)
            weights[i] =
                scale * ((float)((state = state * 1664525 + 1013904223) >> 8) / 8388608 - 1);
        for (size_t i = 0; i < ROWS * width; i++)
            inputs[i] = (float)((state = state * 1664525 + 1013904223) >> 8) / 16777216;
        for (size_t i = 0; i < ROWS; i++)
            classes[i] = (uint32_t)(i % OUTPUTS);
        bp_plan_set_parameters(plan, 0, weights);
        bp_samples samples = {.inputs = bp_matrix_f32(inputs, ROWS, width), .classes = classes};
        double spent = 0;
        for (int step = 0; step < 3 || (spent < ENOUGH && step < 1000); step++) {
            bp_run run = {.samples = &samples, .count = ROWS, .rate = 0.001};
            double start = seconds_now();
            bp_plan_step(plan, &run);
            double took = seconds_now() - start;
            spent += took;
            if (best < 0 || took < best)
                best = took;
        }
        best *= 1e9 / (ROWS * multiplications(width, depth));
    }
    free(weights);
    free(inputs);
    free(classes);
    bp_plan_free(plan);
    bp_net_free(net);
    return best;
}

/* ---- The picture ------------------------------------------------------------------------- */

#define LEFT 70.0
#define TOP 50.0
#define STEP 90.0    /* from a width to the next */
#define HEIGHT 300.0 /* of `tallest` */

static double up(double value, double tallest)
{
    return TOP + HEIGHT * (1 - value / tallest);
}

static void draw_axes(FILE *file, double tallest)
{
    double right = LEFT + STEP * (WIDTHS - 1);
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"430\" "
            "font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n"
            "<title>Time per multiplication by width and depth</title>\n"
            "<rect width=\"720\" height=\"430\" fill=\"white\"/>\n"
            "<text x=\"20\" y=\"24\" font-size=\"15\">Nanoseconds per multiplication: batch 256, "
            "SGD, float32, one thread</text>\n");
    for (int mark = 0; mark <= 4; mark++) {
        double value = tallest * mark / 4, y = up(value, tallest);
        fprintf(file,
                "<path d=\"M%.0f %.1fH%.0f\" stroke=\"#ddd\"/>"
                "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%.3f</text>\n",
                LEFT, y, right, LEFT - 8, y + 4, value);
    }
    for (size_t w = 0; w < WIDTHS; w++)
        fprintf(file, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%zu</text>\n",
                LEFT + STEP * (double)w, TOP + HEIGHT + 22, (size_t)64 << w);
    fprintf(
        file,
        "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">width of every hidden layer</text>\n",
        (LEFT + right) / 2, TOP + HEIGHT + 46);
}

static bool draw(const char *path, double figures[DEPTHS][WIDTHS])
{
    static const char *const colors[DEPTHS] = {"#1b6ca8", "#c8553d", "#2a9d5c", "#8e5aa8",
                                               "#b8860b"};
    double tallest = 0;
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        return false;
    }
    for (size_t d = 0; d < DEPTHS; d++)
        for (size_t w = 0; w < WIDTHS; w++)
            tallest = figures[d][w] > tallest ? figures[d][w] : tallest;
    tallest *= 1.1;
    draw_axes(file, tallest);
    for (size_t d = 0; d < DEPTHS; d++) {
        fprintf(file, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" d=\"", colors[d]);
        for (size_t w = 0; w < WIDTHS; w++)
            fprintf(file, "%s%.0f %.1f", w > 0 ? "L" : "M", LEFT + STEP * (double)w,
                    up(figures[d][w], tallest));
        fprintf(file, "\"/>\n<text x=\"%.0f\" y=\"%.1f\" fill=\"%s\">depth %u</text>\n", 630.0,
                TOP + 20 + 20 * (double)d, colors[d], 1u << d);
    }
    fprintf(file, "</svg>\n");
    return fclose(file) == 0;
}

int main(int argc, char **argv)
{
    double figures[DEPTHS][WIDTHS], least = 1e9, most = 0;
    if (argc > 2 || (argc == 2 && strcmp(argv[1], "--help") == 0)) {
        printf("sweep [FILE.svg]: time per multiplication from small networks to huge ones\n"
               "(takes about a minute and 4 GB of memory)\n");
        return argc > 2 ? 2 : 0;
    }
    printf("ns per multiplication\n%-8s", "depth");
    for (size_t w = 0; w < WIDTHS; w++)
        printf(" %8zu", (size_t)64 << w);
    printf("  wide\n");
    for (size_t d = 0; d < DEPTHS; d++) {
        printf("%-8u", 1u << d);
        for (size_t w = 0; w < WIDTHS; w++) {
            double figure = figures[d][w] = measure((size_t)64 << w, (size_t)1 << d);
            printf(" %8.4f", figure);
            fflush(stdout);
            least = figure < least ? figure : least;
            most = figure > most ? figure : most;
        }
        printf("\n");
    }
    printf("the most is %.2f times the least\n", most / least);
    return argc > 1 && !draw(argv[1], figures);
}
