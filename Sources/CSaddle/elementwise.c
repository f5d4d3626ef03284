#include "CSaddle.h"
#include <math.h>

#define MAP(name, expression) \
    void name(const double *in, size_t n, double *out) { \
        for (size_t i = 0; i < n; i++) { double x = in[i]; out[i] = (expression); } \
    }

MAP(sd_tanh, tanh(x))
MAP(sd_erf, erf(x))
MAP(sd_exp, exp(x))
MAP(sd_log, log(x))
MAP(sd_log1p, log1p(x))
MAP(sd_sin, sin(x))
MAP(sd_cos, cos(x))
MAP(sd_sigmoid, 1 / (1 + exp(-x)))
