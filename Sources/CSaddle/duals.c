// Gaussian duals of activations: E φ(u)φ(v) and E φ′(u)φ′(v) for centred Gaussian u and v, one column of a kernel at a time.
// SaddleTheory's DualActivation has the equations; here are their arrangements.
//
// Goals, in this order: no cancellation, so that repeated, antipodal and nearly parallel points keep their digits; the same
// bits on every instruction set; speed. Loops have no branches and no calls.
//
// Where a kernel has a square-root singularity at correlation c = ±1, the state of a pair is its signed defect t instead of
// the covariance: t = 1 − c ≥ 0 for c ≥ 0, and t = −(1 + c), negative or −0, otherwise. With |t| = m the angle to the nearer
// axis is ψ = 2 asin √(m/2).
//
// Polynomials are minimax fits (Remez exchange with 50 digits) to the function named beside them.
#include "CSaddle.h"
#include "vector.h"

#define LOOP(i, n) _Pragma("clang loop vectorize(enable) interleave_count(2)") for (size_t i = 0; i < (n); i++)
#define PI 0x1.921fb54442d18p+1
#define INVERSE_PI 0x1.45f306dc9c883p-2

/// The instruction; `sqrt` would have to set errno.
CORE double square_root(double x) { return __builtin_elementwise_sqrt(x); }

// ψ/√m for 0 ≤ m ≤ 1, with 1.6e-17
static const double angle_over_root[] = {
    0x1.6a09e667f3bcdp+0, 0x1.e2b7dddfef60bp-4, 0x1.b27247b070ca9p-6, 0x1.02995b409d2bap-7, 0x1.5ffb78c90ce70p-9,
    0x1.032dc223922bbp-10, 0x1.9263937f413b2p-12, 0x1.3f3106beaf6f3p-13, 0x1.378cbed88893ap-14, -0x1.9298d79a82f73p-17,
    0x1.fbdbb4b8ac0a0p-14, -0x1.e075c3de968bap-13, 0x1.9258784c2653fp-12, -0x1.ec6cb2e0418a4p-12, 0x1.c656e0e0a84ebp-12,
    -0x1.2e1924809d47cp-12, 0x1.14c049f215a46p-13, -0x1.388325d755b35p-15, 0x1.4ffd36a30c1ffp-18};
// h/m^{3/2}, h = (sin ψ − ψ cos ψ)/π, for 0 ≤ m ≤ 1, with 6e-18
static const double lag_over_root[] = {
    0x1.334ed7129996bp-2, 0x1.ebb1581dc2b1cp-7, 0x1.3c169412e1b16p-9, 0x1.24ac9c3b2e51dp-11, 0x1.45eeb6ea29efbp-13,
    0x1.962c7b3b6f495p-15, 0x1.10d485a280d07p-16, 0x1.88a95e8353d67p-18, 0x1.e77eb603d1e2bp-20, 0x1.f4345cf6ff7acp-20,
    -0x1.29a289a3e381dp-19, 0x1.3f14c19010ce7p-18, -0x1.a407aa05f37b4p-18, 0x1.ac6219c1a7589p-18, -0x1.34cc766002e92p-18,
    0x1.32f0a73531ca3p-19, -0x1.756449725a79bp-21, 0x1.b4a8039e1fe12p-24};

CORE double angle_core(double m, double root) { return root * polynomial(m, angle_over_root, 19); }
CORE double lag_core(double m, double root) { return root * m * polynomial(m, lag_over_root, 18); }

/// c ≥ 0, with the sign of zero. All further choices are selections.
CORE int is_acute(double t) { return !(bits(t) >> 63); }

// --- Defects ---

CLONES int sd_defects(size_t n, const double *restrict k, const double *restrict roots, double root, double near, double *restrict t) {
    uint64_t found = 0;
    LOOP(i, n) {
        double s = roots[i] * root, m = s > 0 ? (s - fabs(k[i])) / s : 1;
        t[i] = copysign(m, k[i]);
        found |= m < near;
    }
    return found != 0;
}

/// Σ xy in sixteen sums, whatever the vectors' length.
#define SUM(n, term, total) \
    double total = 0; \
    { \
        double sums[16] = {0}; \
        size_t i = 0; \
        for (; i + 16 <= n; i += 16) \
            for (int lane = 0; lane < 16; lane++) sums[lane] += term(i + lane); \
        for (int lane = 0; i < n; i++, lane++) sums[lane] += term(i); \
        for (int lane = 0; lane < 16; lane++) total += sums[lane]; \
    }

// What is left of y after its part along x: r = y − tx rounds relative to r itself, being fused, so that a second projection
// removes what the rounding of t left.
CLONES double sd_direct_defect(size_t n, const double *restrict x, double xx, const double *restrict y, double yy) {
#define PRODUCT(i) x[i] * y[i]
    SUM(n, PRODUCT, xy)
    double t = xy / xx;
#define REST(i) fma(-t, x[i], y[i])
#define ALONG(i) x[i] * REST(i)
    SUM(n, ALONG, xr)
    double u = xr / xx;
#define SQUARE(i) (REST(i) - u * x[i]) * (REST(i) - u * x[i])
    SUM(n, SQUARE, rr)
    double square = rr / yy;
    return square < 1 ? square / (1 + square_root(1 - square)) : 1;
}

CLONES void sd_defect_covariances(size_t n, const double *restrict t, const double *restrict roots, double root, double *restrict k) {
    LOOP(i, n) k[i] = (roots[i] * root) * copysign(1 - fabs(t[i]), t[i]);
}

// With S = ss′, R = rr′: R − (B + WS) = WB(s − s′)²/(R + B + WS), so both R(1 ∓ c) are sums of positive terms.
CLONES void sd_defect_affine(
    size_t n, double *restrict t, const double *restrict s, double sj, const double *restrict r, double rj, double w, double b) {
    LOOP(i, n) {
        double ws = w * (s[i] * sj), big = r[i] * rj, m = fabs(t[i]), difference = s[i] - sj;
        double gap = w * b * (difference * difference) / (big + b + ws);
        double below = is_acute(t[i]) ? m : 2 - m, above = is_acute(t[i]) ? 2 - m : m;
        double covariance = b + ws * (1 - below);
        t[i] = covariance >= 0 ? (gap + ws * below) / big : -(gap + 2 * b + ws * above) / big;
    }
}

// The same for R² = (A + WS + B)(A′ + WS′ + B): the gap is a sum of squares by Lagrange's identity.
CLONES void sd_defect_residual(
    size_t n, double *restrict t, const double *restrict skip, const double *restrict a, double aj, const double *restrict s,
    double sj, const double *restrict r, double rj, double w, double b) {
    LOOP(i, n) {
        double sum = a[i] * aj, ws = w * (s[i] * sj), big = r[i] * rj;
        double x = a[i] * sj - aj * s[i], y = a[i] - aj, z = s[i] - sj;
        double inverse = big > 0 ? 1 / big : 0;
        double gap = big > 0 ? (w * (x * x) + b * (y * y) + w * b * (z * z)) / (big + sum + ws + b) : 1;
        double m = fabs(skip[i]), below = is_acute(skip[i]) ? m : 2 - m, above = is_acute(skip[i]) ? 2 - m : m;
        double f = fabs(t[i]), belowf = is_acute(t[i]) ? f : 2 - f, abovef = is_acute(t[i]) ? 2 - f : f;
        double covariance = sum * (1 - below) + ws * (1 - belowf) + b;
        double acute = (gap + sum * below + ws * belowf) * inverse, obtuse = -(gap + 2 * b + sum * above + ws * abovef) * inverse;
        t[i] = big > 0 ? (covariance >= 0 ? acute : obtuse) : 1;
    }
}

// --- Positively homogeneous activations φ = ax + b|x| ---

// With β = 2b²/(a² + b²) the correlation of the features is 1 − m + βh(m) for c ≥ 0 and βh − (1 − β)(1 − m) for c < 0.
typedef struct { double t, psi; } turned;

CORE turned homogeneous_core(double t, double beta) {
    double m = fabs(t), root = square_root(m), lag = beta * lag_core(m, root);
    double acute = m - lag;
    double correlation = lag - (1 - beta) * (1 - m);
    double obtuse = correlation >= 0 ? (2 - beta) - (1 - beta) * m - lag : -(beta + (1 - beta) * m + lag);
    return (turned){is_acute(t) ? acute : obtuse, angle_core(m, root)};
}

CLONES void sd_dual_homogeneous(size_t n, double *restrict t, double *restrict slope, double odd, double even) {
    double a = odd * odd, b = even * even, beta = 2 * b / (a + b);
    if (!slope) {
        LOOP(i, n) t[i] = homogeneous_core(t[i], beta).t;
        return;
    }
    LOOP(i, n) {
        turned next = homogeneous_core(t[i], beta);
        double turn = 2 * INVERSE_PI * b * next.psi;
        slope[i] = is_acute(t[i]) ? (a + b) - turn : (a - b) + turn;
        t[i] = next.t;
    }
}

// 1 − (2/π) asin c = 2θ/π
CLONES void sd_dual_sign(size_t n, double *restrict t) {
    LOOP(i, n) {
        double m = fabs(t[i]);
        t[i] = copysign(2 * INVERSE_PI * angle_core(m, square_root(m)), t[i]);
    }
}

// --- The error function and gelu ---

/// asin x and acos x for x ≥ 0 with 1 − x = m.
typedef struct { double asin, acos; } arcs;

CORE arcs arcs_core(double x, double m) {
    // ψ(2x²) = 2 asin x, and ψ(m) = acos x where x is large.
    double z = x > 0.5 ? m : 2 * (x * x), psi = angle_core(z, square_root(z));
    double angle = x > 0.5 ? psi : 0.5 * psi, other = 0.5 * PI - angle;
    return (arcs){x > 0.5 ? other : angle, x > 0.5 ? angle : other};
}

/// For u and v with variances p, q and covariance k: D = (1 + p)(1 + q) − k², asin and acos of |k|/√((1 + p)(1 + q)).
typedef struct { double gap, determinant; arcs arcs; } inflated;

CORE inflated inflated_core(double k, double p, double rp, double ep, double q, double rq, double eq) {
    double s = rp * rq, gap = (s - k) * (s + k), d = 1 + (p + q) + gap, e = ep * eq, x = fabs(k) * e;
    return (inflated){gap, d, arcs_core(x, d * (e * e) / (1 + x))};
}

#define INFLATED_ROW q[i], roots[i], inverses[i], qj, rootj, inversej
#define INFLATED_ARGUMENTS \
    size_t n, double *restrict k, double *restrict slope, const double *restrict q, const double *restrict roots, \
        const double *restrict inverses, double qj, double rootj, double inversej

CLONES void sd_dual_erf(INFLATED_ARGUMENTS) {
    if (!slope) {
        LOOP(i, n) k[i] = copysign(2 * INVERSE_PI * inflated_core(2 * k[i], INFLATED_ROW).arcs.asin, k[i]);
        return;
    }
    LOOP(i, n) {
        inflated p = inflated_core(2 * k[i], INFLATED_ROW);
        slope[i] = 4 * INVERSE_PI / square_root(p.determinant);
        k[i] = copysign(2 * INVERSE_PI * p.arcs.asin, k[i]);
    }
}

/// F = kg + A(pq − k² + k²(1/(1 + p) + 1/(1 + q))), F′ = g + kA(1/(1 + p) + 1/(1 + q) + 1/D), with A = 1/(2π√D) and
/// g = 1/4 + asin(k/√((1 + p)(1 + q)))/2π.
CORE with_slope gelu_dual_core(double k, double p, double rp, double ep, double q, double rq, double eq) {
    inflated i = inflated_core(k, p, rp, ep, q, rq, eq);
    double g = k < 0 ? 0.5 * INVERSE_PI * i.arcs.acos : 0.25 + 0.5 * INVERSE_PI * i.arcs.asin;
    double a = 0.5 * INVERSE_PI / square_root(i.determinant), sum = ep * ep + eq * eq;
    return (with_slope){k * g + a * (i.gap + k * k * sum), g + k * a * (sum + 1 / i.determinant)};
}

CLONES void sd_dual_gelu(INFLATED_ARGUMENTS) {
    if (!slope) {
        LOOP(i, n) k[i] = gelu_dual_core(k[i], INFLATED_ROW).value;
        return;
    }
    LOOP(i, n) {
        with_slope f = gelu_dual_core(k[i], INFLATED_ROW);
        slope[i] = f.slope;
        k[i] = f.value;
    }
}

// --- Sine, cosine, exponentials ---

/// e^{−(p+q)/2} sinh |k| and cosh k
CORE circular hyperbolic_core(double k, double p, double q) {
    double size = fabs(k), scale = 0.5 * exp_core(size - 0.5 * (p + q));
    decay_pair e = decay_core(2 * size);
    return (circular){scale * e.rise, scale * (1 + e.decay)};
}

CLONES void sd_dual_sin(size_t n, double *restrict k, double *restrict slope, const double *restrict q, double qj) {
    if (slope) LOOP(i, n) slope[i] = hyperbolic_core(k[i], q[i], qj).cos;
    LOOP(i, n) k[i] = copysign(hyperbolic_core(k[i], q[i], qj).sin, k[i]);
}

CLONES void sd_dual_cos(size_t n, double *restrict k, double *restrict slope, const double *restrict q, double qj) {
    if (slope) LOOP(i, n) slope[i] = copysign(hyperbolic_core(k[i], q[i], qj).sin, k[i]);
    LOOP(i, n) k[i] = hyperbolic_core(k[i], q[i], qj).cos;
}

CLONES void sd_dual_exponential(
    size_t n, double *restrict k, double *restrict slope, const double *restrict q, double qj, double variance, double covariance) {
    LOOP(i, n) k[i] = exp_core(variance * (q[i] + qj) + covariance * k[i]);
    if (slope) LOOP(i, n) slope[i] = covariance * k[i];
}

// --- Hermite series ---

CLONES double sd_largest_correlation(size_t n, const double *restrict k, const double *restrict inverses, double inverse) {
    // Bits of positive numbers are ordered like the numbers.
    uint64_t largest = 0;
    LOOP(i, n) {
        uint64_t c = bits(fabs(k[i] * inverses[i]));
        largest = c > largest ? c : largest;
    }
    return from_bits(largest) * inverse;
}

typedef double lanes __attribute__((vector_size(64), aligned(8)));
enum { LANES = 8, REGISTERS = 4, WIDTH = LANES * REGISTERS };

// t₀ + t₁c + c^first P(c^step) with P by Horner's rule, and its derivative with P′ beside it.
CORE void series_block(
    double *k, double *slope, const double *rows, size_t stride, const double *column, int count, int first, int step,
    const double *inverses, double inverse) {
    lanes c[REGISTERS], y[REGISTERS], p[REGISTERS], d[REGISTERS];
    for (int r = 0; r < REGISTERS; r++) {
        c[r] = *(const lanes *)(k + r * LANES) * *(const lanes *)(inverses + r * LANES) * inverse;
        y[r] = step == 2 ? c[r] * c[r] : c[r];
        p[r] = d[r] = c[r] - c[r];
    }
    for (int term = count - 1; term >= 2; term--) {
        const double *row = rows + (size_t)term * stride;
        double b = column[term];
#pragma clang loop unroll(full)
        for (int r = 0; r < REGISTERS; r++) {
            d[r] = d[r] * y[r] + p[r];
            p[r] = p[r] * y[r] + *(const lanes *)(row + r * LANES) * b;
        }
    }
    for (int r = 0; r < REGISTERS; r++) {
        lanes t0 = *(const lanes *)(rows + r * LANES) * column[0];
        lanes t1 = *(const lanes *)(rows + stride + r * LANES) * column[1];
        lanes power = first == 3 ? c[r] * c[r] : c[r];
        lanes outer = power * ((double)first * p[r] + (double)step * (y[r] * d[r]));
        if (slope) *(lanes *)(slope + r * LANES) = (t1 + outer) * *(const lanes *)(inverses + r * LANES) * inverse;
        *(lanes *)(k + r * LANES) = t0 + c[r] * (t1 + power * p[r]);
    }
}

CLONES void sd_dual_series(
    size_t n, double *restrict k, double *restrict slope, const double *restrict rows, size_t stride, const double *restrict column,
    int count, int first, int step, const double *restrict inverses, double inverse) {
    size_t whole = n - n % WIDTH, rest = n - whole;
    for (size_t i = 0; i < whole; i += WIDTH)
        series_block(k + i, slope ? slope + i : 0, rows + i, stride, column, count, first, step, inverses + i, inverse);
    if (!rest) return;
    // The remainder one term at a time, in the same order of operations.
    for (size_t i = whole; i < n; i++) {
        double c = k[i] * inverses[i] * inverse, y = step == 2 ? c * c : c, p = 0, d = 0;
        for (int term = count - 1; term >= 2; term--) {
            d = d * y + p;
            p = p * y + rows[(size_t)term * stride + i] * column[term];
        }
        double t0 = rows[i] * column[0], t1 = rows[stride + i] * column[1], power = first == 3 ? c * c : c;
        double outer = power * ((double)first * p + (double)step * (y * d));
        if (slope) slope[i] = (t1 + outer) * inverses[i] * inverse;
        k[i] = t0 + c * (t1 + power * p);
    }
}

// --- One layer ---

CLONES void sd_tangent_step(
    size_t n, const double *restrict value, const double *restrict slope, double weight, double bias, double gain,
    double *restrict theta) {
    LOOP(i, n) theta[i] = (weight * value[i] + bias) + gain * slope[i] * theta[i];
}

CLONES void sd_affine(size_t n, double *restrict k, double weight, double bias) { LOOP(i, n) k[i] = weight * k[i] + bias; }

void sd_transpose(size_t rows, size_t columns, const double *restrict in, size_t stride, double *restrict out, size_t out_stride) {
    enum { SIDE = 8 };
    for (size_t j = 0; j < columns; j += SIDE)
        for (size_t i = 0; i < rows; i++)
            for (size_t k = j; k < columns && k < j + SIDE; k++) out[i * out_stride + k] = in[k * stride + i];
}

void sd_mirror_upper(size_t n, double *a) {
    // Blocks that stay in the first cache while they are turned.
    enum { SIDE = 32 };
    for (size_t j = 0; j < n; j += SIDE)
        for (size_t i = 0; i <= j; i += SIDE)
            for (size_t k = j; k < n && k < j + SIDE; k++)
                for (size_t l = i; l < k && l < i + SIDE; l++) a[l * n + k] = a[k * n + l];
}
