// What acts on the fields of networks besides matrix products and activations: positions, normalisation and attention, forwards and
// backwards; each in double and, with `single` in its name, in single precision. A field has `rows` numbers in every column; columns go
// sample by sample, positions within. Where `keeping` is 0 what a buffer holds does not matter, else the result is added to it.
//
// Sums over units run in double precision in LANES chains of their own, so that they are fast and the same on every instruction set.
#include "CSaddle.h"
#include "single.h"
#include <float.h>

enum { LANES = 8 };

CORE double sum_of(const double *lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/// The sum of `term` over i = 0 … n − 1.
#define SUM(n, term) \
    ({ \
        double lanes[LANES] = {0}; \
        size_t i = 0; \
        for (; i + LANES <= (n); i += LANES) { \
            _Pragma("clang loop vectorize(enable) unroll(disable)") for (size_t lane = 0; lane < LANES; lane++) { \
                lanes[lane] += term(i + lane); \
            } \
        } \
        for (size_t lane = 0; i + lane < (n); lane++) lanes[lane] += term(i + lane); \
        sum_of(lanes); \
    })

/// The same over the few components of a head.
#define SHORT_SUM(n, term) \
    ({ \
        double total = 0; \
        if ((n) >= 2 * LANES) total = SUM(n, term); \
        else for (size_t i = 0; i < (n); i++) total += term(i); \
        total; \
    })

#define EVERY(i, n) _Pragma("clang loop vectorize(enable) interleave_count(2)") for (size_t i = 0; i < (n); i++)

#define VALUE(i) (double)x[i]
#define DEVIATION_SQUARE(i) (x[i] - mean) * (x[i] - mean)
#define GRADIENT(i) (double)g[i]
#define GRADIENT_TIMES_VALUE(i) (double)g[i] * (double)v[i]
#define QUERY_KEY(i) (double)q[i] * (double)k[i]

#define FIELDS(real, epsilon, name) \
    CLONES void name(take_positions)( \
        size_t rows, size_t samples, size_t inputs, size_t outputs, const int32_t *start, const int32_t *position, \
        const real *weight, const real *restrict in, real *restrict out) { \
        for (size_t s = 0; s < samples; s++) { \
            const real *from = in + s * inputs * rows; \
            for (size_t p = 0; p < outputs; p++) { \
                real *to = out + (s * outputs + p) * rows; \
                if (start[p] == start[p + 1]) memset(to, 0, rows * sizeof(real)); \
                for (int32_t t = start[p]; t < start[p + 1]; t++) { \
                    const real *x = from + (size_t)position[t] * rows, w = weight[t]; \
                    if (t > start[p]) EVERY(i, rows) to[i] += w * x[i]; \
                    else if (w == 1) memcpy(to, x, rows * sizeof(real)); \
                    else EVERY(i, rows) to[i] = w * x[i]; \
                } \
            } \
        } \
    } \
\
    CLONES void name(return_positions)( \
        size_t rows, size_t samples, size_t inputs, size_t outputs, const int32_t *start, const int32_t *position, \
        const real *weight, const real *restrict gradient, int keeping, real *restrict out) { \
        if (!keeping) memset(out, 0, rows * samples * inputs * sizeof(real)); \
        for (size_t s = 0; s < samples; s++) { \
            real *to = out + s * inputs * rows; \
            for (size_t p = 0; p < outputs; p++) { \
                const real *g = gradient + (s * outputs + p) * rows; \
                for (int32_t t = start[p]; t < start[p + 1]; t++) { \
                    real *y = to + (size_t)position[t] * rows, w = weight[t]; \
                    EVERY(i, rows) y[i] += w * g[i]; \
                } \
            } \
        } \
    } \
\
    CLONES ptrdiff_t name(normalize)( \
        size_t rows, size_t columns, const real *restrict in, real *restrict out, real *restrict inverse) { \
        ptrdiff_t flat = -1; \
        for (size_t c = 0; c < columns; c++) { \
            const real *x = in + c * rows; \
            real *to = out + c * rows; \
            double mean = SUM(rows, VALUE) / rows, variance = SUM(rows, DEVIATION_SQUARE) / rows; \
            double rounding = 16 * epsilon * fabs(mean); \
            int is_flat = variance <= rounding * rounding; \
            double scale = is_flat ? 0 : 1 / sqrt(variance); \
            if (is_flat && flat < 0) flat = (ptrdiff_t)c; \
            inverse[c] = (real)scale; \
            EVERY(i, rows) to[i] = (real)((x[i] - mean) * scale); \
        } \
        return flat; \
    } \
\
    CLONES void name(normalize_back)( \
        size_t rows, size_t columns, const real *restrict value, const real *restrict inverse, \
        const real *restrict gradient, int keeping, real *restrict out) { \
        for (size_t c = 0; c < columns; c++) { \
            const real *v = value + c * rows, *g = gradient + c * rows; \
            real *to = out + c * rows; \
            double mean = SUM(rows, GRADIENT) / rows, along = SUM(rows, GRADIENT_TIMES_VALUE) / rows; \
            double scale = inverse[c]; \
            if (keeping) EVERY(i, rows) to[i] += (real)(scale * (g[i] - mean - along * v[i])); \
            else EVERY(i, rows) to[i] = (real)(scale * (g[i] - mean - along * v[i])); \
        } \
    } \
\
    CLONES void name(attend)( \
        size_t components, size_t heads, size_t tokens, size_t samples, int causal, const real *restrict query, \
        const real *restrict key, const real *restrict value, real *restrict shares, real *restrict out) { \
        const size_t rows = components * heads; \
        const double unit = 1 / sqrt((double)components); \
        for (size_t s = 0; s < samples; s++) { \
            for (size_t a = 0; a < heads; a++) { \
                const size_t origin = s * tokens * rows + a * components; \
                for (size_t t = 0; t < tokens; t++) { \
                    const real *q = query + origin + t * rows; \
                    real *share = shares + ((s * heads + a) * tokens + t) * tokens, *to = out + origin + t * rows; \
                    const size_t seen = causal ? t + 1 : tokens; \
                    real largest = -INFINITY; \
                    for (size_t u = 0; u < seen; u++) { \
                        const real *k = key + origin + u * rows; \
                        share[u] = (real)(unit * SHORT_SUM(components, QUERY_KEY)); \
                        largest = share[u] > largest ? share[u] : largest; \
                    } \
                    EVERY(u, seen) share[u] = exp_core((real)(share[u] - largest)); \
                    double sum = 0; \
                    for (size_t u = 0; u < seen; u++) sum += share[u]; \
                    const real inverse = (real)(1 / sum); \
                    EVERY(u, seen) share[u] *= inverse; \
                    for (size_t u = seen; u < tokens; u++) share[u] = 0; \
                    for (size_t i = 0; i < components; i++) to[i] = 0; \
                    for (size_t u = 0; u < seen; u++) { \
                        const real *v = value + origin + u * rows, p = share[u]; \
                        EVERY(i, components) to[i] += p * v[i]; \
                    } \
                } \
            } \
        } \
    } \
\
    CLONES void name(attend_back)( \
        size_t components, size_t heads, size_t tokens, size_t samples, const real *restrict query, const real *restrict key, \
        const real *restrict value, const real *restrict shares, const real *restrict gradient, real *restrict query_out, \
        real *restrict key_out, real *restrict value_out) { \
        const size_t rows = components * heads, count = rows * tokens * samples; \
        const double unit = 1 / sqrt((double)components); \
        memset(query_out, 0, count * sizeof(real)); \
        memset(key_out, 0, count * sizeof(real)); \
        memset(value_out, 0, count * sizeof(real)); \
        for (size_t s = 0; s < samples; s++) { \
            for (size_t a = 0; a < heads; a++) { \
                const size_t origin = s * tokens * rows + a * components; \
                for (size_t t = 0; t < tokens; t++) { \
                    const size_t here = origin + t * rows; \
                    const real *share = shares + ((s * heads + a) * tokens + t) * tokens, *g = gradient + here; \
                    double mean = 0; \
                    for (size_t u = 0; u < tokens; u++) { \
                        if (share[u] == 0) continue; \
                        const real *v = value + origin + u * rows; \
                        mean += share[u] * SHORT_SUM(components, GRADIENT_TIMES_VALUE); \
                    } \
                    for (size_t u = 0; u < tokens; u++) { \
                        if (share[u] == 0) continue; \
                        const size_t there = origin + u * rows; \
                        const real *v = value + there, p = share[u]; \
                        const real slope = (real)(unit * p * (SHORT_SUM(components, GRADIENT_TIMES_VALUE) - mean)); \
                        EVERY(i, components) value_out[there + i] += p * g[i]; \
                        EVERY(i, components) query_out[here + i] += slope * key[there + i]; \
                        EVERY(i, components) key_out[there + i] += slope * query[here + i]; \
                    } \
                } \
            } \
        } \
    }

#define DOUBLE_NAME(name) sd_##name
#define SINGLE_NAME(name) sd_single_##name
FIELDS(double, DBL_EPSILON, DOUBLE_NAME)
FIELDS(float, FLT_EPSILON, SINGLE_NAME)
