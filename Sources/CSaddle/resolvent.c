// Sums over a spectrum at one complex argument: the hot loop of deterministic equivalents and of contour integrals.
//
// Goals, in this order: the same bits on every instruction set (sums in a fixed order of sixteen lanes, nothing contracted);
// one division an eigenvalue.
#include "CSaddle.h"
#include "vector.h"

#define LANES 16

CLONES void sd_resolvent_sums(
    size_t n, const double *restrict eigenvalues, const double *restrict weights, double x, double y, double *restrict out
) {
    double s[4][LANES] = {{0}};
    double y2 = y * y;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
#pragma clang loop vectorize(enable)
        for (int l = 0; l < LANES; l++) {
            double u = eigenvalues[i + l] + x, inverse = 1 / (u * u + y2), re = u * inverse, im = -y * inverse;
            double w = weights[i + l];
            s[0][l] += w * re;
            s[1][l] += w * im;
            s[2][l] += w * (re * re - im * im);
            s[3][l] += w * (2 * re * im);
        }
    }
    for (int l = 0; i < n; i++, l++) {
        double u = eigenvalues[i] + x, inverse = 1 / (u * u + y2), re = u * inverse, im = -y * inverse;
        double w = weights[i];
        s[0][l] += w * re;
        s[1][l] += w * im;
        s[2][l] += w * (re * re - im * im);
        s[3][l] += w * (2 * re * im);
    }
    for (int k = 0; k < 4; k++) {
        out[k] = 0;
        for (int l = 0; l < LANES; l++) out[k] += s[k][l];
    }
}
