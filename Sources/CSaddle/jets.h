// φ, φ′ and φ″ of one number, for every activation, in the precision REAL: activations.c includes this file once for each, so that
// an activation is stated once. Constants go through R, so that single precision stays single.
//
// Formulas are arranged to have no cancellation in the tails and a limit, not NaN, at ±∞. Activations with a kink take φ′(0) = 0
// (relu, abs) or the left slope; what grows faster than x may overflow.
#define R(x) ((REAL)(x))
#define JET_OF(name) CORE OVERLOADED JET name##_jet(REAL x)

typedef struct { REAL value, slope, curvature; } JET;

CORE OVERLOADED REAL clamp(REAL x, REAL low, REAL high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

JET_OF(linear) { return (JET){x, 1, 0}; }
JET_OF(relu) { return (JET){x <= 0 ? 0 : x, x > 0 ? 1 : 0, 0}; }
JET_OF(leaky_relu) { return (JET){x > 0 ? x : R(0.01) * x, x > 0 ? 1 : R(0.01), 0}; }
JET_OF(abs) { return (JET){magnitude(x), x > 0 ? 1 : (x < 0 ? -1 : 0), 0}; }

JET_OF(tanh) {
    __auto_type t = tanh_core(x);
    return (JET){t.value, t.slope, -2 * t.value * t.slope};
}

JET_OF(sigmoid) {
    __auto_type s = sigmoid_core(x);
    return (JET){s.value, s.slope, s.slope * (s.complement - s.value)};
}

// φ = xσ, φ′ = σ + xσ′, φ″ = σ′(2 + x(1 − 2σ)). Beyond ±750 σ′ is zero.
JET_OF(silu) {
    __auto_type s = sigmoid_core(x);
    REAL y = clamp(x, -750, 750);
    return (JET){(x < -750 ? -750 : x) * s.value, s.value + y * s.slope, s.slope * (2 + y * (s.complement - s.value))};
}

// silu(sx)/s with s = 1.702.
#define QUICK 0x1.b3b645a1cac08p+0
JET_OF(quick_gelu) {
    JET j = silu_jet(R(QUICK) * x);
    return (JET){j.value * R(1 / QUICK), j.slope, R(QUICK) * j.curvature};
}

JET_OF(elu) {
    REAL y = x > 0 ? 0 : x, e = exp_core(y);
    return (JET){x > 0 ? x : -decay_core(-y).rise, x > 0 ? 1 : e, x > 0 ? 0 : e};
}

// λx and λα(eˣ − 1), with the constants of Klambauer et al. 2017.
#define SELU_RIGHT 1.0507009873554804934193349852946
#define SELU_LEFT (1.0507009873554804934193349852946 * 1.6732632423543772848170429916717)
JET_OF(selu) {
    JET j = elu_jet(x);
    REAL factor = x > 0 ? R(SELU_RIGHT) : R(SELU_LEFT);
    return (JET){factor * j.value, factor * j.slope, factor * j.curvature};
}

// φ = xω, ω = tanh log(1 + eˣ) = (1 + 2d)/D for x ≥ 0 and d(2 + d)/D below, d = e^{−|x|}, so that nothing overflows; ω′ = 4d²(1 + d)/D²
// and 4d(1 + d)/D², ω″ = ω′(1 − σ − 2ωσ).
JET_OF(mish) {
    REAL y = clamp(x, -750, 750), d = exp_core(-magnitude(x)), upper = 1 + 2 * d * (1 + d), lower = 2 + d * (2 + d);
    REAL big = x > 0 ? upper : lower, omega = (x > 0 ? 1 + 2 * d : d * (2 + d)) / big;
    REAL slope = 4 * d * (1 + d) * (x > 0 ? d : 1) / (big * big), sigma = (x > 0 ? 1 : d) / (1 + d);
    REAL complement = (x > 0 ? d : 1) / (1 + d);
    return (JET){
        (x < -750 ? -750 : x) * omega, omega + y * slope, slope * (2 + y * (complement - 2 * omega * sigma))};
}

JET_OF(hard_tanh) { return (JET){clamp(x, -1, 1), x > -1 && x < 1 ? 1 : 0, 0}; }
JET_OF(step) { return (JET){x > 0 ? 1 : (x < 0 ? 0 : x + R(0.5)), 0, 0}; }

// φ′ = (2/√π)e^{−x²}, φ″ = −2xφ′
JET_OF(erf) {
    REAL y = clamp(x, -28, 28), slope = R(0x1.20dd750429b6dp+0) * exp_core(-y * y);
    return (JET){erf_core(x), slope, -2 * y * slope};
}

// φ = xΦ, φ′ = Φ + xp, φ″ = p(2 − x²) with Φ and p the standard normal distribution and its density.
JET_OF(gelu) {
    REAL y = clamp(x, -40, 40);
    REAL distribution = normal_distribution_core(x);
    REAL density = R(0x1.9884533d43651p-2) * exp_core(R(-0.5) * y * y);
    return (JET){(x < -40 ? -40 : x) * distribution, distribution + y * density, density * (2 - y * y)};
}

// A jump at zero; the slope leaves out 2δ(x).
JET_OF(sign) { return (JET){x > 0 ? 1 : (x < 0 ? -1 : x), 0, 0}; }

JET_OF(exp) {
    REAL e = exp_core(x);
    return (JET){e, e, e};
}

JET_OF(square) { return (JET){x * x, 2 * x, 2}; }
JET_OF(cube) { return (JET){x * x * x, 3 * x * x, 6 * x}; }

#undef R
#undef JET_OF
