// One step of a shallow piecewise-linear network on a batch, and its transpose.
//
// Goals, in this order: the same bits on every instruction set (each number of a batch is summed alone and in a fixed order); the batch is the
// innermost loop, so that a step of small matrices is vectors without calls; no memory besides the arguments.
#include "CSaddle.h"
#include "vector.h"

#define OVER(i) _Pragma("clang loop vectorize(enable)") for (size_t i = 0; i < batch; i++)

CLONES void sd_piecewise_step(
    size_t latent, size_t hidden, size_t batch, size_t stride, const double *diagonal, const double *out_weights,
    const double *in_weights, const double *out_bias, const double *in_bias, const double *restrict z, double *restrict units,
    double *restrict next
) {
    for (size_t m = 0; m < latent; m++) {
        double a = diagonal[m], h = out_bias[m];
        const double *from = z + m * stride;
        double *to = next + m * batch;
        OVER(b) to[b] = a * from[b] + h;
    }
    for (size_t l = 0; l < hidden; l++) {
        double *u = units + l * stride, h = in_bias[l];
        OVER(b) u[b] = h;
        for (size_t m = 0; m < latent; m++) {
            double w = in_weights[l * latent + m];
            const double *from = z + m * stride;
            OVER(b) u[b] += w * from[b];
        }
        OVER(b) u[b] = u[b] > 0 ? u[b] : 0;
        for (size_t m = 0; m < latent; m++) {
            double w = out_weights[m * hidden + l];
            double *to = next + m * batch;
            OVER(b) to[b] += w * u[b];
        }
    }
}

CLONES void sd_piecewise_transpose(
    size_t latent, size_t hidden, size_t batch, size_t stride, const double *diagonal, const double *out_weights,
    const double *in_weights, const double *restrict units, const double *restrict gradient, double *restrict unit_gradient,
    double *restrict previous
) {
    for (size_t m = 0; m < latent; m++) {
        double a = diagonal[m];
        const double *from = gradient + m * stride;
        double *to = previous + m * batch;
        OVER(b) to[b] = a * from[b];
    }
    for (size_t l = 0; l < hidden; l++) {
        const double *u = units + l * stride;
        double *d = unit_gradient + l * stride;
        OVER(b) d[b] = 0;
        for (size_t m = 0; m < latent; m++) {
            double w = out_weights[m * hidden + l];
            const double *from = gradient + m * stride;
            OVER(b) d[b] += w * from[b];
        }
        OVER(b) d[b] = u[b] > 0 ? d[b] : 0;
        for (size_t m = 0; m < latent; m++) {
            double w = in_weights[l * latent + m];
            double *to = previous + m * batch;
            OVER(b) to[b] += w * d[b];
        }
    }
}
