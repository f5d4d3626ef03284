// The elementary functions one number at a time, without branches and without calls, so that a loop over them becomes
// vector instructions. Private to the C layer.
//
// Goals, in this order: the same bits on every instruction set; errors of a few units in the last place for every
// double; speed. The first is why nothing here is contracted to a fused multiply-add and why only the operations that
// IEEE 754 defines exactly are used (on x86 processors with separate multipliers and adders that costs nothing).
//
// Polynomials are minimax fits (Remez exchange with 50 digits) to the function named beside them.
#ifndef SADDLE_VECTOR_H
#define SADDLE_VECTOR_H
#include <math.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// One copy of the function for each x86 level, chosen when the program starts. Elsewhere the baseline has vectors.
#if defined(__x86_64__) && defined(__linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
// Loops run over blocks of fixed length: no remainder is left to scalar code, and in and out may be the same buffer. The
// chains of dependent operations are long, so four vectors are worked on at once.
enum { BLOCK = 64 };
#define EACH(i) _Pragma("clang loop vectorize(enable) interleave_count(4)") for (int i = 0; i < BLOCK; i++)
#define CORE static inline __attribute__((always_inline))
#define OVERLOADED __attribute__((overloadable))

CORE uint64_t bits(double x) { uint64_t u; memcpy(&u, &x, 8); return u; }
CORE double from_bits(uint64_t u) { double x; memcpy(&x, &u, 8); return x; }

// Added to |x| < 2⁵¹, it rounds x to an integer, which then is in the low bits.
#define ROUND 0x1.8p52

// For one kind of numbers: blocks of input, the buffer itself or, near its end, a copy followed by zeros, and of output; and
// c[0] + c[1]·x + … + c[n−1]·xⁿ⁻¹, even and odd powers apart for a shorter chain of dependent operations.
#define BLOCKS_AND_POLYNOMIALS(Number)                                                             \
    CORE OVERLOADED const Number *load(const Number *in, size_t available, Number *padded) {       \
        if (available >= BLOCK) return in;                                                         \
        memset(padded, 0, BLOCK * sizeof(Number));                                                 \
        return memcpy(padded, in, available * sizeof(Number));                                     \
    }                                                                                              \
    CORE OVERLOADED void store(Number *out, size_t available, const Number *block) {               \
        if (available >= BLOCK) memcpy(out, block, BLOCK * sizeof(Number));                        \
        else memcpy(out, block, available * sizeof(Number));                                       \
    }                                                                                              \
    CORE OVERLOADED Number polynomial(Number x, const Number *c, int n) {                          \
        Number square = x * x, even = 0, odd = 0;                                                  \
        int i = n - 1;                                                                             \
        _Pragma("clang loop unroll(full)") for (; i >= 0; i--) {                                   \
            if (i % 2) odd = i >= n - 2 ? c[i] : odd * square + c[i];                              \
            else even = i >= n - 2 ? c[i] : even * square + c[i];                                  \
        }                                                                                          \
        return even + x * odd;                                                                     \
    }

BLOCKS_AND_POLYNOMIALS(double)

// --- Exponential ---

#define LOG2E 0x1.71547652b82fep+0
// log 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33

// (eʳ − 1 − r)/r² for |r| ≤ ½ log 2
static const double exp_tail[] = {
    0x1.0000000000005p-1,  0x1.555555555555dp-3,  0x1.55555555520c6p-5,  0x1.111111110e5d6p-7,  0x1.6c16c17f46364p-10,
    0x1.a01a01b61e795p-13, 0x1.a019a65518e95p-16, 0x1.71dde98216cd0p-19, 0x1.28a2de6bdaafdp-22, 0x1.af775d454c263p-26};

/// eˣ = 2ᵏ(1 + m), |x| below 2000. `k` comes as it was rounded, in the low bits of `shifted`.
typedef struct { double m, k; uint64_t shifted; } reduced_exp;

CORE reduced_exp reduce_exp(double x) {
    double shifted = x * LOG2E + ROUND, k = shifted - ROUND;
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    return (reduced_exp){r + r * r * polynomial(r, exp_tail, 10), k, bits(shifted)};
}

/// 2ᵏ for −1023 < k < 1024 in the low bits of the argument.
CORE double power_of_two(uint64_t k) { return from_bits((k + 1023) << 52); }

CORE double exp_core(double x) {
    x = x > 710 ? 710 : x;
    x = x < -750 ? -750 : x;
    reduced_exp e = reduce_exp(x);
    // Two steps, since 2ᵏ alone may be out of range where the result is not.
    double half = e.k * 0.5 + ROUND, rest = (e.k - (half - ROUND)) + ROUND;
    return (1 + e.m) * power_of_two(bits(half)) * power_of_two(bits(rest));
}

/// e⁻ˣ and 1 − e⁻ˣ, both to full relative accuracy, for x ≥ 0. Below 1e-307 the first is flushed to zero.
typedef struct { double decay, rise; } decay_pair;

CORE decay_pair decay_core(double x) {
    double scale = x > 708 ? 0.0 : 1.0;
    x = x > 708 ? 708 : x;
    reduced_exp e = reduce_exp(-x);
    scale *= power_of_two(e.shifted);
    return (decay_pair){scale * (1 + e.m), (1 - scale) - scale * e.m};
}

// --- Functions made from it ---

/// A function and its derivative.
typedef struct { double value, slope; } with_slope;

/// tanh|x| = (1 − z)/(1 + z), z = e^{−2|x|}; sech² = 4z/(1 + z)²
CORE with_slope tanh_core(double x) {
    decay_pair e = decay_core(2 * fabs(x));
    double inverse = 1 / (1 + e.decay);
    return (with_slope){copysign(e.rise / (1 + e.decay), x), 4 * e.decay * inverse * inverse};
}

/// σ(x), σ(−x) and σ′(x) = σ(x)σ(−x), each without cancellation.
typedef struct { double value, complement, slope; } sigmoid_parts;

CORE sigmoid_parts sigmoid_core(double x) {
    double z = exp_core(-fabs(x)), large = 1 / (1 + z), small = z / (1 + z);
    return (sigmoid_parts){x < 0 ? small : large, x < 0 ? large : small, small * large};
}

// −log(erfc a)/a for 0 ≤ a ≤ 5.95, weighted by what an error there does to erf a. In this form one polynomial serves
// small and large arguments: near zero it is accurate by itself, far out e^{−g} forgives.
static const double erf_exponent[] = {
    0x1.20dd750429b6dp+0, 0x1.45f306dc9c8cfp-1, 0x1.a4f4e2a1aa780p-4, -0x1.39668590c24c0p-6, -0x1.b6b6a0c44d043p-13,
    0x1.bca6911139fc8p-10, -0x1.356634eb908c9p-11, 0x1.b29847611f2d1p-16, 0x1.0e3481b678c83p-14, -0x1.f03d62c6203f6p-16,
    0x1.a9e2fd3b67108p-19, 0x1.a40211412dcdep-19, -0x1.1102fdb1a047ap-19, 0x1.313c706b338c4p-21, -0x1.6ba1ed5b8773ap-27,
    -0x1.1c681005bdb85p-24, 0x1.2a82b9d717d54p-25, -0x1.73b758ec950edp-27, 0x1.45ba749737347p-29, -0x1.9f28f6d2c192ep-32,
    0x1.7bf3a885e9a17p-35, -0x1.db83f78881046p-39, 0x1.6d412caef8fd0p-43, -0x1.040b5a8ef00a8p-48};

/// erfc a = e^{−g} and erf a = 1 − e^{−g} with g = −log erfc a, for a ≥ 0. The first is good to 1e-16 absolutely only, and
/// zero beyond 5.95, where it is 4e-17.
CORE decay_pair erf_pair(double a) {
    double near = a > 5.95 ? 5.95 : a;
    decay_pair pair = decay_core(near * polynomial(near, erf_exponent, 24));
    pair.decay = a > 5.95 ? 0 : pair.decay;
    return pair;
}

CORE double erf_core(double x) { return copysign(erf_pair(fabs(x)).rise, x); }

/// Φ(x) = P(z ≤ x) for a standard normal z, good to 1e-16 absolutely.
CORE double normal_distribution_core(double x) {
    decay_pair pair = erf_pair(fabs(x) * 0x1.6a09e667f3bcdp-1);
    return x < 0 ? 0.5 * pair.decay : 0.5 + 0.5 * pair.rise;
}

// --- Logarithm ---

// (log((1 + s)/(1 − s))/s − 2)/s² in powers of s², for |s| ≤ (√2 − 1)/(√2 + 1)
static const double log_tail[] = {0x1.5555555555592p-1, 0x1.999999997fdfep-2, 0x1.24924941ee8bfp-2, 0x1.c71c520a3078dp-3,
                                  0x1.74663f039de12p-3, 0x1.39a1b10eda9dcp-3, 0x1.2f06063e4f361p-3};

/// x = 2ᵏ·m with √½ ≤ m < √2, for positive normal x.
typedef struct { double k, m; } mantissa;

CORE mantissa split(double x) {
    const uint64_t root = 0x3fe6a09e667f3bcdu;  // √½
    uint64_t shifted = bits(x) + (0x3ff0000000000000u - root);
    double k = from_bits(shifted >> 52 | 0x4330000000000000u) - (0x1p52 + 1023);
    return (mantissa){k, from_bits((shifted & 0xfffffffffffffu) + root)};
}

/// k·log 2 + log(1 + f), √½ ≤ 1 + f ≤ √2. With s = f/(2 + f), log(1 + f) = 2s + … = f − f²/2 + s(f²/2 + …).
CORE double log_sum(double k, double f) {
    double s = f / (2 + f), square = s * s, half = 0.5 * f * f;
    double tail = s * (half + square * polynomial(square, log_tail, 7));
    return k * LN2_HIGH - ((half - (tail + k * LN2_LOW)) - f);
}

/// For positive normal numbers.
CORE double log_normal(double x) {
    mantissa p = split(x);
    return log_sum(p.k, p.m - 1);
}

CORE double log_core(double x) {
    double tiny = x < 0x1p-1022 ? 1.0 : 0.0;
    mantissa p = split(x < 0x1p-1022 ? x * 0x1p54 : x);
    double result = log_sum(p.k - 54 * tiny, p.m - 1);
    result = x > 0 ? result : (x == 0 ? -INFINITY : NAN);
    return x == INFINITY ? x : result;
}

/// log u + what 1 + x lost when it was rounded to u.
CORE double log1p_core(double x) {
    double u = 1 + x;
    double lost = x > 1 ? 1 - (u - x) : x - (u - 1);
    mantissa p = split(u);
    // lost · 2⁻ᵏ; from 2⁶⁰ on what is lost does not matter, and 2⁻ᵏ could not be represented at the end.
    double scaled = lost * from_bits((2 * 1023 - bits(p.k + (0x1p52 + 1023))) << 52);
    double result = log_sum(p.k, (p.m - 1) + (u > 0x1p60 ? 0 : scaled));
    result = u > 0 ? result : (u == 0 ? -INFINITY : NAN);
    result = x == 0 ? x : result;
    return u == INFINITY ? u : result;
}

/// log(1 + eˣ)
CORE double softplus_core(double x) { return (x > 0 ? x : 0) + log1p_core(exp_core(-fabs(x))); }

// --- Sine and cosine ---

// (sin r − r)/r³ and (cos r − 1 + r²/2)/r⁴ in powers of r², for |r| ≤ π/4
static const double sin_tail[] = {-0x1.5555555555549p-3,  0x1.111111110f86ap-7,   -0x1.a01a019c0f34bp-13,
                                  0x1.71de35755aeeep-19, -0x1.ae5e642f0d9b2p-26, 0x1.5d925c3e68e64p-33};
static const double cos_tail[] = {0x1.555555555554bp-5,   -0x1.6c16c16c14f6fp-10, 0x1.a01a019c80ceap-16,
                                  -0x1.27e4f7e81f2e2p-22, 0x1.1ee9d5d6a229dp-29,  -0x1.8fa39a37422eap-37};

typedef struct { double sin, cos; } circular;

/// Sine and cosine of r + quadrant·π/2, |r| ≤ π/4, with the quadrant in the low two bits.
CORE circular sincos_reduced(double r, uint64_t quadrant) {
    double z = r * r, half = 0.5 * z, w = 1 - half;
    uint64_t s = bits(r + r * (z * polynomial(z, sin_tail, 6)));
    uint64_t c = bits(w + (((1 - w) - half) + z * z * polynomial(z, cos_tail, 6)));
    uint64_t swap = 0 - (quadrant & 1), exchange = (s ^ c) & swap;
    s ^= exchange ^ (quadrant & 2) << 62;
    c ^= exchange ^ ((quadrant + 1) & 2) << 62;
    return (circular){from_bits(s), from_bits(c)};
}

/// Whether k·(each of the first three parts of π/2) may be inexact in `sincos_core`; also for NaN.
CORE uint64_t is_large_angle(double x) { return !(fabs(x) <= 0x1p20); }

CORE circular sincos_core(double x) {
    double shifted = x * 0x1.45f306dc9c883p-1 + ROUND, k = shifted - ROUND;
    // π/2 in three parts of 33 bits and a rest: enough for the nearest miss of a multiple of π/2.
    double r = ((x - k * 0x1.921fb544p+0) - k * 0x1.0b4611a6p-34) - k * 0x1.3198a2ep-69;
    circular result = sincos_reduced(r - k * 0x1.b839a252049c1p-104, bits(shifted));
    result.sin = x == 0 ? x : result.sin;
    return result;
}

#endif
