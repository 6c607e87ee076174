/* report_page.h: a model and how it does on a table, written for someone who was not there. */
#ifndef PAGE_REPORT_PAGE_H
#define PAGE_REPORT_PAGE_H

#include "cli/evaluated.h"
#include "cli/explain.h"
#include "cli/show.h"

struct reported {
    struct evaluated evaluated;
    struct shown shown;
    struct explained explained;  /* its columns; without importances: they would take too long */
    bp_description *description; /* of the table; NULL: it cannot be described */
};

/* The whole page. */
void report_page(struct output *out, const struct reported *reported);

/* Its sections. */
void report_judge(struct output *out, const struct reported *reported);
void report_errors(struct output *out, const struct reported *reported);

#endif
