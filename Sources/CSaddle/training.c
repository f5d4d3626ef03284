// Loops over whole buffers in the training of networks and in the statistics over them; each in double and, with `single` in its
// name, in single precision.
#include "CSaddle.h"
#include "single.h"

#define FOR_ALL(i) _Pragma("clang loop vectorize(enable) interleave_count(2)") for (size_t i = 0; i < n; i++)

#define TRAINING(real, multiply, set, add) \
    CLONES void multiply(size_t n, const real *restrict x, real *restrict y) { FOR_ALL(i) y[i] *= x[i]; } \
    CLONES void set(size_t n, real scale, const real *restrict x, real *restrict y) { FOR_ALL(i) y[i] = scale * x[i]; } \
    CLONES void add(size_t n, real scale, const real *restrict x, real *restrict y) { FOR_ALL(i) y[i] += scale * x[i]; }

TRAINING(double, sd_multiply_elements, sd_set_scaled, sd_add_scaled)
TRAINING(float, sd_single_multiply_elements, sd_single_set_scaled, sd_single_add_scaled)

CLONES void sd_widen(size_t n, const float *restrict x, double *restrict out) { FOR_ALL(i) out[i] = x[i]; }
CLONES void sd_narrow(size_t n, const double *restrict x, float *restrict out) { FOR_ALL(i) out[i] = (float)x[i]; }

CLONES int sd_all_finite(size_t n, const double *x) {
    const uint64_t exponent = 0x7ff0000000000000u;
    uint64_t bad = 0;
    FOR_ALL(i) bad |= (bits(x[i]) & exponent) == exponent;
    return !bad;
}

CLONES void sd_add_to_moments(
    size_t n, double count, const double *restrict x, double *restrict mean, double *restrict m2, double *restrict m3,
    double *restrict m4) {
    double inverse = 1 / count, fourth = count * count - 3 * count + 3, third = count - 2;
    FOR_ALL(i) {
        double delta = x[i] - mean[i], step = delta * inverse, square = delta * step * (count - 1);
        mean[i] += step;
        m4[i] += step * (step * (square * fourth + 6 * m2[i]) - 4 * m3[i]);
        m3[i] += step * (square * third - 3 * m2[i]);
        m2[i] += square;
    }
}
