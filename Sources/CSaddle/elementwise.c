// Loops over the functions of vector.h.
#include "CSaddle.h"
#include "vector.h"

#define MAP(name, expression) \
    CLONES void name(const double *in, size_t n, double *out) { \
        double padded[BLOCK], result[BLOCK]; \
        for (size_t start = 0; start < n; start += BLOCK) { \
            const double *block = load(in + start, n - start, padded); \
            EACH(i) { \
                double x = block[i]; \
                result[i] = (expression); \
            } \
            store(out + start, n - start, result); \
        } \
    }

MAP(sd_tanh, tanh_core(x).value)
MAP(sd_erf, erf_core(x))
MAP(sd_exp, exp_core(x))
MAP(sd_log, log_core(x))
MAP(sd_log1p, log1p_core(x))
MAP(sd_sigmoid, sigmoid_core(x).value)

// Large angles are rare and left to libm.
#define MAP_ANGLE(name, field, library) \
    CLONES void name(const double *in, size_t n, double *out) { \
        double padded[BLOCK], result[BLOCK]; \
        for (size_t start = 0; start < n; start += BLOCK) { \
            const double *block = load(in + start, n - start, padded); \
            uint64_t large = 0; \
            EACH(i) { \
                large |= is_large_angle(block[i]); \
                result[i] = sincos_core(block[i]).field; \
            } \
            for (size_t i = 0; large && i < BLOCK; i++) \
                if (is_large_angle(block[i])) result[i] = library(block[i]); \
            store(out + start, n - start, result); \
        } \
    }

MAP_ANGLE(sd_sin, sin, sin)
MAP_ANGLE(sd_cos, cos, cos)
