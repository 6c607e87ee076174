/* backprop: small feed-forward neural networks from a table of data.
 *
 * This is the umbrella header. The contract of each topic stands in its own
 * header, in the order in which they build on one another. What is not in
 * these files is not published.
 *
 * Three rings, from the outside in:
 *   1. one call         bp_table_open, bp_fit_table, bp_predict_table   (recipe.h, predict.h)
 *   2. objects          preparation, net, trainer, predictor            (table.h, train.h,
 * predict.h)
 *   3. step by step     forward, gradient, apply on your own memory     (net.h, engine.h)
 *
 * Rules that hold everywhere:
 *   - bp_<noun>_<verb>; the result object first, the inputs next, bp_error * last.
 *     A NULL error is allowed. On failure *result is NULL and nothing leaks.
 *   - Every _free takes NULL.
 *   - Returned strings and views are borrowed from the object they were asked of.
 *   - A set of rows is (const size_t *rows, size_t count); NULL rows mean the
 *     first `count` rows in order.
 *   - Threads: const objects may be shared between threads; each thread has its
 *     own plan or predictor. There is no other rule.
 *   - The library never prints, exits, opens sockets, keeps mutable globals or
 *     follows the locale; randomness comes only from a seed the caller gave.
 */
#ifndef BACKPROP_H
#define BACKPROP_H

#include <backprop/base.h>

#include <backprop/metric.h>
#include <backprop/net.h>
#include <backprop/table.h>

#include <backprop/engine.h>
#include <backprop/model.h>

#include <backprop/predict.h>
#include <backprop/train.h>

#include <backprop/recipe.h>

#include <backprop/assess.h>
#include <backprop/explain.h>

#endif
