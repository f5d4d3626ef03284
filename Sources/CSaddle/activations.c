// Activations: φ, φ′ and φ″ in one pass, so that the exponential they share is computed once. Formulas are arranged to have no
// cancellation in the tails and a limit, not NaN, at ±∞. Activations with a kink take φ′(0) = 0 (relu, abs) or the left slope;
// what grows faster than x may overflow.
#include "CSaddle.h"
#include "vector.h"

typedef struct { double value, slope, curvature; } jet;

CORE double clamp(double x, double low, double high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

CORE jet linear_jet(double x) { return (jet){x, 1, 0}; }
CORE jet relu_jet(double x) { return (jet){x <= 0 ? 0 : x, x > 0 ? 1 : 0, 0}; }
CORE jet leaky_relu_jet(double x) { return (jet){x > 0 ? x : 0.01 * x, x > 0 ? 1 : 0.01, 0}; }
CORE jet abs_jet(double x) { return (jet){fabs(x), x > 0 ? 1 : (x < 0 ? -1 : 0), 0}; }

CORE jet tanh_jet(double x) {
    with_slope t = tanh_core(x);
    return (jet){t.value, t.slope, -2 * t.value * t.slope};
}

CORE jet sigmoid_jet(double x) {
    sigmoid_parts s = sigmoid_core(x);
    return (jet){s.value, s.slope, s.slope * (s.complement - s.value)};
}

CORE jet softplus_jet(double x) {
    sigmoid_parts s = sigmoid_core(x);
    return (jet){softplus_core(x), s.value, s.slope};
}

// φ = xσ, φ′ = σ + xσ′, φ″ = σ′(2 + x(1 − 2σ)). Beyond ±750 σ′ is zero.
CORE jet silu_jet(double x) {
    sigmoid_parts s = sigmoid_core(x);
    double y = clamp(x, -750, 750);
    return (jet){(x < -750 ? -750 : x) * s.value, s.value + y * s.slope, s.slope * (2 + y * (s.complement - s.value))};
}

// silu(sx)/s with s = 1.702.
CORE jet quick_gelu_jet(double x) {
    jet j = silu_jet(0x1.b3b645a1cac08p+0 * x);
    return (jet){j.value * (1 / 0x1.b3b645a1cac08p+0), j.slope, 0x1.b3b645a1cac08p+0 * j.curvature};
}

CORE jet elu_jet(double x) {
    double y = x > 0 ? 0 : x, e = exp_core(y);
    return (jet){x > 0 ? x : -decay_core(-y).rise, x > 0 ? 1 : e, x > 0 ? 0 : e};
}

// λx and λα(eˣ − 1), with the constants of Klambauer et al. 2017.
#define SELU_RIGHT 1.0507009873554804934193349852946
#define SELU_LEFT (1.0507009873554804934193349852946 * 1.6732632423543772848170429916717)
CORE jet selu_jet(double x) {
    jet j = elu_jet(x);
    double factor = x > 0 ? SELU_RIGHT : SELU_LEFT;
    return (jet){factor * j.value, factor * j.slope, factor * j.curvature};
}

// φ = xω, ω = tanh log(1 + eˣ) = (1 + 2d)/D for x ≥ 0 and d(2 + d)/D below, d = e^{−|x|}, so that nothing overflows; ω′ = 4d²(1 + d)/D²
// and 4d(1 + d)/D², ω″ = ω′(1 − σ − 2ωσ).
CORE jet mish_jet(double x) {
    double y = clamp(x, -750, 750), d = exp_core(-fabs(x)), upper = 1 + 2 * d * (1 + d), lower = 2 + d * (2 + d);
    double big = x > 0 ? upper : lower, omega = (x > 0 ? 1 + 2 * d : d * (2 + d)) / big;
    double slope = 4 * d * (1 + d) * (x > 0 ? d : 1) / (big * big), sigma = (x > 0 ? 1 : d) / (1 + d);
    double complement = (x > 0 ? d : 1) / (1 + d);
    return (jet){
        (x < -750 ? -750 : x) * omega, omega + y * slope, slope * (2 + y * (complement - 2 * omega * sigma))};
}

CORE jet hard_tanh_jet(double x) { return (jet){clamp(x, -1, 1), x > -1 && x < 1 ? 1 : 0, 0}; }
CORE jet step_jet(double x) { return (jet){x > 0 ? 1 : (x < 0 ? 0 : x + 0.5), 0, 0}; }

// φ′ = (2/√π)e^{−x²}, φ″ = −2xφ′
CORE jet erf_jet(double x) {
    double y = clamp(x, -28, 28), slope = 0x1.20dd750429b6dp+0 * exp_core(-y * y);
    return (jet){erf_core(x), slope, -2 * y * slope};
}

// φ = xΦ, φ′ = Φ + xp, φ″ = p(2 − x²) with Φ and p the standard normal distribution and its density.
CORE jet gelu_jet(double x) {
    double y = clamp(x, -40, 40);
    double distribution = normal_distribution_core(x);
    double density = 0x1.9884533d43651p-2 * exp_core(-0.5 * y * y);
    return (jet){(x < -40 ? -40 : x) * distribution, distribution + y * density, density * (2 - y * y)};
}

CORE jet sin_jet(double x) {
    circular c = sincos_core(x);
    return (jet){c.sin, c.cos, -c.sin};
}

CORE jet cos_jet(double x) {
    circular c = sincos_core(x);
    return (jet){c.cos, -c.sin, -c.cos};
}

// A jump at zero; the slope leaves out 2δ(x).
CORE jet sign_jet(double x) { return (jet){x > 0 ? 1 : (x < 0 ? -1 : x), 0, 0}; }

CORE jet exp_jet(double x) {
    double e = exp_core(x);
    return (jet){e, e, e};
}

// √2 sin(√2x + π/4) = sin y + cos y, y = √2x
#define ROOT2 0x1.6a09e667f3bcdp+0
CORE jet rbf_of(circular c) { return (jet){c.sin + c.cos, ROOT2 * (c.cos - c.sin), -2 * (c.sin + c.cos)}; }
CORE jet rbf_jet(double x) { return rbf_of(sincos_core(ROOT2 * x)); }

CORE jet square_jet(double x) { return (jet){x * x, 2 * x, 2}; }
CORE jet cube_jet(double x) { return (jet){x * x * x, 3 * x * x, 6 * x}; }

static jet sin_library(double x) { return (jet){sin(x), cos(x), -sin(x)}; }
static jet cos_library(double x) { return (jet){cos(x), -sin(x), -cos(x)}; }
static jet rbf_library(double x) { return rbf_of((circular){sin(ROOT2 * x), cos(ROOT2 * x)}); }

/// For numbers that `needs_library` names the jet is taken from `library`, one at a time.
#define ACTIVATION_WITH(name, needs_library, library) \
    CLONES void sd_activation_##name( \
        const double *in, size_t n, double *value, double *slope, double *curvature) { \
        double padded[BLOCK], values[BLOCK], slopes[BLOCK], curvatures[BLOCK]; \
        for (size_t start = 0; start < n; start += BLOCK) { \
            const double *x = load(in + start, n - start, padded); \
            if (curvature) \
                EACH(i) { \
                    jet j = name##_jet(x[i]); \
                    values[i] = j.value; \
                    slopes[i] = j.slope; \
                    curvatures[i] = j.curvature; \
                } \
            else if (slope) \
                EACH(i) { \
                    jet j = name##_jet(x[i]); \
                    values[i] = j.value; \
                    slopes[i] = j.slope; \
                } \
            else EACH(i) values[i] = name##_jet(x[i]).value; \
            uint64_t rare = 0; \
            EACH(i) rare |= needs_library(x[i]); \
            for (int i = 0; rare && i < BLOCK; i++) \
                if (needs_library(x[i])) { \
                    jet j = library(x[i]); \
                    values[i] = j.value; \
                    slopes[i] = j.slope; \
                    curvatures[i] = j.curvature; \
                } \
            if (value) store(value + start, n - start, values); \
            if (slope) store(slope + start, n - start, slopes); \
            if (curvature) store(curvature + start, n - start, curvatures); \
        } \
    }

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
