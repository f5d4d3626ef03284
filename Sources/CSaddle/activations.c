// Activations on whole buffers: φ, φ′ and φ″ in one pass, so that the exponential they share is computed once, in double and in
// single precision.
#include "CSaddle.h"
#include "single.h"

#define REAL double
#define JET jet
#include "jets.h"
#undef REAL
#undef JET
#define REAL float
#define JET single_jet
#include "jets.h"
#undef REAL
#undef JET

// --- Those with parts that vector.h has in double precision only ---

CORE OVERLOADED jet softplus_jet(double x) {
    sigmoid_parts s = sigmoid_core(x);
    return (jet){softplus_core(x), s.value, s.slope};
}

CORE OVERLOADED jet sin_jet(double x) {
    circular c = sincos_core(x);
    return (jet){c.sin, c.cos, -c.sin};
}

CORE OVERLOADED jet cos_jet(double x) {
    circular c = sincos_core(x);
    return (jet){c.cos, -c.sin, -c.cos};
}

// √2 sin(√2x + π/4) = sin y + cos y, y = √2x
#define ROOT2 0x1.6a09e667f3bcdp+0
CORE jet rbf_of(circular c) { return (jet){c.sin + c.cos, ROOT2 * (c.cos - c.sin), -2 * (c.sin + c.cos)}; }
CORE OVERLOADED jet rbf_jet(double x) { return rbf_of(sincos_core(ROOT2 * x)); }

static OVERLOADED jet sin_library(double x) { return (jet){sin(x), cos(x), -sin(x)}; }
static OVERLOADED jet cos_library(double x) { return (jet){cos(x), -sin(x), -cos(x)}; }
static OVERLOADED jet rbf_library(double x) { return rbf_of((circular){sin(ROOT2 * x), cos(ROOT2 * x)}); }

CORE single_jet narrowed(jet j) { return (single_jet){(float)j.value, (float)j.slope, (float)j.curvature}; }
CORE OVERLOADED single_jet softplus_jet(float x) { return narrowed(softplus_jet((double)x)); }
CORE OVERLOADED single_jet sin_jet(float x) { return narrowed(sin_jet((double)x)); }
CORE OVERLOADED single_jet cos_jet(float x) { return narrowed(cos_jet((double)x)); }
CORE OVERLOADED single_jet rbf_jet(float x) { return narrowed(rbf_jet((double)x)); }
static OVERLOADED single_jet sin_library(float x) { return narrowed(sin_library((double)x)); }
static OVERLOADED single_jet cos_library(float x) { return narrowed(cos_library((double)x)); }
static OVERLOADED single_jet rbf_library(float x) { return narrowed(rbf_library((double)x)); }

// --- Loops ---

/// For numbers that `needs_library` names the jet is taken from `library`, one at a time.
#define LOOP_OF(function, real, name, needs_library, library) \
    CLONES void function(const real *in, size_t n, real *value, real *slope, real *curvature) { \
        real padded[BLOCK], values[BLOCK], slopes[BLOCK], curvatures[BLOCK]; \
        for (size_t start = 0; start < n; start += BLOCK) { \
            const real *x = load(in + start, n - start, padded); \
            if (curvature) \
                EACH(i) { \
                    __auto_type j = name##_jet(x[i]); \
                    values[i] = j.value; \
                    slopes[i] = j.slope; \
                    curvatures[i] = j.curvature; \
                } \
            else if (slope) \
                EACH(i) { \
                    __auto_type j = name##_jet(x[i]); \
                    values[i] = j.value; \
                    slopes[i] = j.slope; \
                } \
            else EACH(i) values[i] = name##_jet(x[i]).value; \
            uint64_t rare = 0; \
            EACH(i) rare |= needs_library(x[i]); \
            for (int i = 0; rare && i < BLOCK; i++) \
                if (needs_library(x[i])) { \
                    __auto_type j = library(x[i]); \
                    values[i] = j.value; \
                    slopes[i] = j.slope; \
                    curvatures[i] = j.curvature; \
                } \
            if (value) store(value + start, n - start, values); \
            if (slope) store(slope + start, n - start, slopes); \
            if (curvature) store(curvature + start, n - start, curvatures); \
        } \
    }

#define ACTIVATION_WITH(name, needs_library, library) \
    LOOP_OF(sd_activation_##name, double, name, needs_library, library) \
    LOOP_OF(sd_single_activation_##name, float, name, needs_library, library)

#define NEVER(x) 0
#define ACTIVATION(name) ACTIVATION_WITH(name, NEVER, name##_jet)

ACTIVATION(linear)
ACTIVATION(relu)
ACTIVATION(leaky_relu)
ACTIVATION(abs)
ACTIVATION(tanh)
ACTIVATION(erf)
ACTIVATION(gelu)
ACTIVATION(silu)
ACTIVATION(sigmoid)
ACTIVATION(softplus)
ACTIVATION_WITH(sin, is_large_angle, sin_library)
ACTIVATION_WITH(cos, is_large_angle, cos_library)
ACTIVATION(sign)
ACTIVATION(exp)
ACTIVATION_WITH(rbf, is_large_angle, rbf_library)
ACTIVATION(square)
ACTIVATION(cube)
ACTIVATION(quick_gelu)
ACTIVATION(elu)
ACTIVATION(selu)
ACTIVATION(mish)
ACTIVATION(hard_tanh)
ACTIVATION(step)
