// The elementary functions of vector.h in single precision, under the same names: half the width, shorter polynomials. Goals as
// there, in the same order; errors are a few units in the last place of a float.
#ifndef SADDLE_SINGLE_H
#define SADDLE_SINGLE_H
#include "vector.h"

CORE OVERLOADED double magnitude(double x) { return fabs(x); }
CORE OVERLOADED float magnitude(float x) { return fabsf(x); }

CORE uint32_t single_bits(float x) { uint32_t u; memcpy(&u, &x, 4); return u; }

/// 2ᵏ for −127 < k < 128 in the low bits of the argument.
CORE float single_power_of_two(uint32_t k) {
    float x;
    k = (k + 127) << 23;
    memcpy(&x, &k, 4);
    return x;
}

// Added to |x| < 2²², it rounds x to an integer, which then is in the low bits.
#define SINGLE_ROUND 0x1.8p23f

BLOCKS_AND_POLYNOMIALS(float)

// (eʳ − 1 − r)/r² for |r| ≤ ½ log 2, with 3e-9 of eʳ
static const float single_exp_tail[] = {0x1.000000p-1f, 0x1.555486p-3f, 0x1.555454p-5f, 0x1.124148p-7f, 0x1.6dbc68p-10f};

/// eˣ = 2ᵏ(1 + m), |x| below 1000.
typedef struct { float m, k; uint32_t shifted; } single_reduced_exp;

CORE OVERLOADED single_reduced_exp reduce_exp(float x) {
    float shifted = x * 0x1.715476p+0f + SINGLE_ROUND, k = shifted - SINGLE_ROUND;
    // log 2 in two parts; the first has 15 bits, so that its product with an exponent is exact.
    float r = (x - k * 0x1.62e400p-1f) - k * 0x1.7f7d1cp-20f;
    return (single_reduced_exp){r + r * r * polynomial(r, single_exp_tail, 5), k, single_bits(shifted)};
}

CORE OVERLOADED float exp_core(float x) {
    x = x > 89 ? 89 : x;
    x = x < -105 ? -105 : x;
    single_reduced_exp e = reduce_exp(x);
    float half = e.k * 0.5f + SINGLE_ROUND, rest = (e.k - (half - SINGLE_ROUND)) + SINGLE_ROUND;
    return (1 + e.m) * single_power_of_two(single_bits(half)) * single_power_of_two(single_bits(rest));
}

typedef struct { float decay, rise; } single_decay_pair;

/// e⁻ˣ and 1 − e⁻ˣ for x ≥ 0. Below 1e-38 the first is flushed to zero.
CORE OVERLOADED single_decay_pair decay_core(float x) {
    float scale = x > 87 ? 0.0f : 1.0f;
    x = x > 87 ? 87 : x;
    single_reduced_exp e = reduce_exp(-x);
    scale *= single_power_of_two(e.shifted);
    return (single_decay_pair){scale * (1 + e.m), (1 - scale) - scale * e.m};
}

typedef struct { float value, slope; } single_with_slope;

CORE OVERLOADED single_with_slope tanh_core(float x) {
    single_decay_pair e = decay_core(2 * fabsf(x));
    float inverse = 1 / (1 + e.decay);
    return (single_with_slope){copysignf(e.rise * inverse, x), 4 * e.decay * inverse * inverse};
}

typedef struct { float value, complement, slope; } single_sigmoid_parts;

CORE OVERLOADED single_sigmoid_parts sigmoid_core(float x) {
    float z = exp_core(-fabsf(x)), large = 1 / (1 + z), small = z / (1 + z);
    return (single_sigmoid_parts){x < 0 ? small : large, x < 0 ? large : small, small * large};
}

// −log(erfc a)/a for 0 ≤ a ≤ 4, weighted by what an error there does to erf a: 4e-10
static const float single_erf_exponent[] = {0x1.20dd76p+0f,  0x1.45f308p-1f,   0x1.a4f37ep-4f,  -0x1.39396cp-6f, -0x1.095a80p-12f,
                                            0x1.d7b092p-10f, -0x1.845524p-11f, 0x1.5f3b92p-13f, -0x1.664518p-16f, 0x1.405282p-20f};

CORE OVERLOADED single_decay_pair erf_pair(float a) {
    float near = a > 4 ? 4 : a;
    single_decay_pair pair = decay_core(near * polynomial(near, single_erf_exponent, 10));
    pair.decay = a > 4 ? 0 : pair.decay;
    return pair;
}

CORE OVERLOADED float erf_core(float x) { return copysignf(erf_pair(fabsf(x)).rise, x); }

/// Good to 1e-7 absolutely.
CORE OVERLOADED float normal_distribution_core(float x) {
    single_decay_pair pair = erf_pair(fabsf(x) * 0x1.6a09e6p-1f);
    return x < 0 ? 0.5f * pair.decay : 0.5f + 0.5f * pair.rise;
}

#endif
