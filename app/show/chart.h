/* chart.h: axes with round ticks, and the panel that they frame. */
#ifndef SHOW_CHART_H
#define SHOW_CHART_H

#include "svg.h"

#define CHART_TICKS 12

struct axis {
    double low, high; /* what lies at its ends */
    bool logarithmic;
    size_t tick_count;
    double ticks[CHART_TICKS]; /* ascending, at 1, 2 or 5 times a power of ten */
};

/* An axis over low..high, in either order, with about `wanted` ticks. An empty or impossible
 * range is widened to one that can be drawn; a logarithmic one needs numbers above 0 and is
 * else made even. */
void axis_fit(struct axis *axis, double low, double high, bool logarithmic, size_t wanted);

/* Where a value lies between its ends, 0 to 1, and beyond where it lies beyond. */
double axis_share(const struct axis *axis, double value);

/* A tick for people: "0.25", "12k", "1e-6". */
void axis_tick_text(double value, char text[32]);

/* A rectangle with an axis along its foot and one up its left side. */
struct panel {
    double x, y, width, height;
    struct axis across, up;
};

/* Background, grid, ticks; titles of the axes may be NULL. */
void panel_draw(struct svg *svg, const struct panel *panel, const char *across, const char *up);

double panel_x(const struct panel *panel, double value);
double panel_y(const struct panel *panel, double value);

#endif
