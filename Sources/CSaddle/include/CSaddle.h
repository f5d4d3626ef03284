// Saddle's C layer: BLAS and LAPACK under one set of names, random numbers, and loops that need vector instructions.
// All matrices are column-major.
#ifndef CSADDLE_H
#define CSADDLE_H
#include <stddef.h>
#include <stdint.h>

// --- BLAS and LAPACK (blas.c) ---
/// C = alpha·op(A)·op(B) + beta·C with op(A) m×k, op(B) k×n.
void sd_gemm(int transA, int transB, int m, int n, int k, double alpha, const double *a, int lda, const double *b,
             int ldb, double beta, double *c, int ldc);
void sd_single_gemm(int transA, int transB, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
                    int ldb, float beta, float *c, int ldc);
/// Upper triangle of C = alpha·AᵀA + beta·C, with A k×n.
void sd_syrk_upper(int n, int k, double alpha, const double *a, int lda, double beta, double *c, int ldc);
void sd_single_syrk_upper(int n, int k, float alpha, const float *a, int lda, float beta, float *c, int ldc);
/// B ← B·R⁻¹, or B·R⁻ᵀ, with R n×n upper triangular and B m×n.
void sd_trsm_right_upper(int transposed, int m, int n, const double *r, int ldr, double *b, int ldb);
/// B ← R⁻ᵀ·B with R m×m upper triangular and B m×n.
void sd_trsm_left_upper_transposed(int m, int n, const double *r, int ldr, double *b, int ldb);
/// Upper Cholesky factor in place; returns LAPACK's info.
int sd_potrf_upper(int n, double *a, int lda);
/// out ← upper triangle of (unit·(A + diag(added)))⁻¹ by Cholesky; reads the upper triangle of A. Returns LAPACK's info.
int sd_inverse_upper(int n, const double *a, const double *added, double unit, double *out);
int sd_inverse_upper_single(int n, const double *a, const double *added, double unit, float *out);
/// y = alpha·A·x + beta·y with A symmetric, of which the upper triangle is read.
void sd_symv_upper(int n, double alpha, const double *a, int lda, const double *x, double beta, double *y);
/// y = A·x in single precision.
void sd_symv_upper_single(int n, const float *a, const float *x, float *y);
/// C = alpha·A·B + beta·C with A m×m symmetric, of which the upper triangle is read, and B m×n.
void sd_symm_upper(int m, int n, double alpha, const double *a, int lda, const double *b, int ldb, double beta, double *c,
                   int ldc);
/// A = Q·T·Qᵀ with T tridiagonal: its diagonal (n) and what is beside it (n − 1); C ← Qᵀ·C, n × columns. `a` is destroyed. Returns
/// LAPACK's info.
int sd_sytrd_upper(int n, double *a, int lda, double *diagonal, double *off, int columns, double *c, int ldc);
/// Pivoted upper Cholesky factor in place; pivots are 1-based. Returns LAPACK's info (1: rank deficient, which is fine).
int sd_pstrf_upper(int n, double *a, int lda, int *pivots, int *rank, double tolerance);
/// Eigenvalues (ascending) and, if wanted, eigenvectors in place of `a`. Returns LAPACK's info.
int sd_syevd(int wantVectors, int n, double *a, int lda, double *eigenvalues);
/// Eigenvalues of a general matrix, which is destroyed. Returns LAPACK's info.
int sd_geev(int n, double *a, int lda, double *real, double *imaginary);
/// The same with left and right eigenvectors, n × n each; those of a conjugate pair are the real and the imaginary part, in two columns.
int sd_geev_vectors(int n, double *a, double *real, double *imaginary, double *left, double *right);
/// A = PLU in place, with 1-based pivots, and b ← A⁻¹b, n × columns. Returns LAPACK's info.
int sd_gesv(int n, double *a, int *pivots, int columns, double *b);
/// Eigenvalues of a complex matrix; numbers are pairs, real part first.
int sd_zgeev(int n, double *a, int lda, double *values);
/// The thin decomposition A = U·diag(s)·Vᵀ with k = min(m, n) singular values, largest first; U is m×k, Vᵀ k×n. `a` is destroyed.
/// Returns LAPACK's info.
int sd_gesdd(int m, int n, double *a, double *s, double *u, double *vt);
void sd_set_blas_threads(int n);
/// Lets BLAS choose its kernel again, as the environment says now; returns whether it has a choice. Nothing may compute meanwhile.
int sd_choose_blas_kernel(void);
const char *sd_blas_description(void);
/// The kernel that OpenBLAS picked; NULL for Accelerate.
const char *sd_blas_kernel(void);
/// Bits: 1 AVX, 2 AVX2, 4 FMA, 8 AVX-512 (F, CD, BW, DQ, VL), if processor and operating system serve them. 0 unless x86-64.
uint32_t sd_processor_features(void);

// --- Random numbers (random.c) ---
/// The two words of one block of Philox 4×32-10, as 32-bit words low first.
void sd_philox(uint64_t seed, uint64_t stream, uint64_t block, uint64_t words[2]);
/// The two standard normals that Box and Muller make of the two words of a block.
void sd_normals_from_words(const uint64_t words[2], double normals[2]);
/// Standard normals number `first` to `first + count − 1` of the stream keyed by (seed, stream).
void sd_normals(uint64_t seed, uint64_t stream, uint64_t first, size_t count, double *out);
/// 64-bit words number `first` … of the stream keyed by (seed, stream).
void sd_words(uint64_t seed, uint64_t stream, uint64_t first, size_t count, uint64_t *out);

// --- Elementwise maths (elementwise.c); in and out may be the same buffer ---
// The same bits on every instruction set, except sin and cos beyond 2²⁰, which are libm's. NaN stays NaN. In brackets the
// largest error found among 10⁸ arguments of every size, in units of the last place.
void sd_tanh(const double *x, size_t n, double *out);   // [2.6]
void sd_erf(const double *x, size_t n, double *out);    // [3.3]
void sd_exp(const double *x, size_t n, double *out);    // [1.1]
void sd_log(const double *x, size_t n, double *out);    // [0.9]
void sd_log1p(const double *x, size_t n, double *out);  // [1.4]
void sd_sin(const double *x, size_t n, double *out);    // [2.5]
void sd_cos(const double *x, size_t n, double *out);    // [2.5]
/// 1 / (1 + e^{−x})
void sd_sigmoid(const double *x, size_t n, double *out);  // [2.4]

// --- Activations (activations.c): φ, φ′ and φ″ of each element; NULL for what is not wanted. Any output may be the input buffer. ---
#define SD_ACTIVATION(name) \
    void sd_activation_##name(const double *x, size_t n, double *value, double *slope, double *curvature); \
    void sd_single_activation_##name(const float *x, size_t n, float *value, float *slope, float *curvature);
SD_ACTIVATION(linear)
SD_ACTIVATION(relu)
SD_ACTIVATION(leaky_relu)
SD_ACTIVATION(abs)
SD_ACTIVATION(tanh)
SD_ACTIVATION(erf)
SD_ACTIVATION(gelu)
SD_ACTIVATION(silu)
SD_ACTIVATION(sigmoid)
SD_ACTIVATION(softplus)
SD_ACTIVATION(quick_gelu)
SD_ACTIVATION(elu)
SD_ACTIVATION(selu)
SD_ACTIVATION(mish)
SD_ACTIVATION(hard_tanh)
/// 1 for x > 0, 0 for x < 0, ½ at 0.
SD_ACTIVATION(step)
SD_ACTIVATION(sin)
SD_ACTIVATION(cos)
SD_ACTIVATION(sign)
SD_ACTIVATION(exp)
SD_ACTIVATION(rbf)
SD_ACTIVATION(square)
SD_ACTIVATION(cube)
#undef SD_ACTIVATION

// --- Training and statistics (training.c) ---
/// y ← y ⊙ x
void sd_multiply_elements(size_t n, const double *x, double *y);
void sd_single_multiply_elements(size_t n, const float *x, float *y);
/// y ← scale·x
void sd_set_scaled(size_t n, double scale, const double *x, double *y);
void sd_single_set_scaled(size_t n, float scale, const float *x, float *y);
/// y ← y + scale·x
void sd_add_scaled(size_t n, double scale, const double *x, double *y);
void sd_single_add_scaled(size_t n, float scale, const float *x, float *y);
void sd_widen(size_t n, const float *x, double *out);
void sd_narrow(size_t n, const double *x, float *out);
int sd_all_finite(size_t n, const double *x);
/// Mean and sums of powers of deviations, with x as vector number `count`.
void sd_add_to_moments(size_t n, double count, const double *x, double *mean, double *m2, double *m3, double *m4);

// --- Fields of networks (fields.c): `rows` numbers a column, columns sample by sample, positions within ---
// If `keeping` is 0 what `out` holds does not matter, else the result is added to it.
#define SD_FIELDS(real, name) \
    /** out ← for each position p the sum of weight·(column at position) over start[p] ≤ t < start[p + 1]. */ \
    void name##take_positions( \
        size_t rows, size_t samples, size_t inputs, size_t outputs, const int32_t *start, const int32_t *position, \
        const real *weight, const real *in, real *out); \
    /** The transposed map. */ \
    void name##return_positions( \
        size_t rows, size_t samples, size_t inputs, size_t outputs, const int32_t *start, const int32_t *position, \
        const real *weight, const real *gradient, int keeping, real *out); \
    /** out ← (in − mean)/s and inverse ← 1/s, column by column. A column of equal numbers (up to rounding) becomes 0; returns the first \
        one, or −1. */ \
    ptrdiff_t name##normalize(size_t rows, size_t columns, const real *in, real *out, real *inverse); \
    /** (g − mean(g) − v·mean(g·v))/s with the values v of the forward pass. */ \
    void name##normalize_back( \
        size_t rows, size_t columns, const real *value, const real *inverse, const real *gradient, int keeping, real *out); \
    /** Softmax attention of every head: shares ← softmax(q·k/√components), tokens × tokens a head, and out ← Σ share·v. */ \
    void name##attend( \
        size_t components, size_t heads, size_t tokens, size_t samples, int causal, const real *query, const real *key, \
        const real *value, real *shares, real *out); \
    void name##attend_back( \
        size_t components, size_t heads, size_t tokens, size_t samples, const real *query, const real *key, const real *value, \
        const real *shares, const real *gradient, real *query_out, real *key_out, real *value_out);
SD_FIELDS(double, sd_)
SD_FIELDS(float, sd_single_)
#undef SD_FIELDS

// --- Gaussian duals (duals.c): n rows of one column of a kernel; arrays belong to rows, scalars to the column ---
// In: the covariance k, or the signed defect t of the correlation. Out, in its place: E φφ, or the defect of the features;
// and in `slope`, unless it is NULL, E φ′φ′.
/// t from covariances and the roots of variances; 1 where a variance is zero. Returns whether some |t| is below `near`.
int sd_defects(size_t n, const double *k, const double *roots, double root, double near, double *t);
/// 1 − |cos| of the angle between x and y, to full relative accuracy however small; xx and yy are their squares.
double sd_direct_defect(size_t n, const double *x, double xx, const double *y, double yy);
/// k = ss′c
void sd_defect_covariances(size_t n, const double *t, const double *roots, double root, double *k);
/// The defects of b + w·k, from roots `s` of the variances of k to roots `r` of b + w·s².
void sd_defect_affine(
    size_t n, double *t, const double *s, double sj, const double *r, double rj, double w, double b);
/// The defects of a + b + w·k from those of a (`skip`) and k (`t`): roots `a`, `s` of their variances and `r` of the sum's.
void sd_defect_residual(
    size_t n, double *t, const double *skip, const double *a, double aj, const double *s, double sj, const double *r, double rj,
    double w, double b);
/// φ = odd·x + even·|x|, on defects.
void sd_dual_homogeneous(size_t n, double *t, double *slope, double odd, double even);
/// On defects; the slope is zero.
void sd_dual_sign(size_t n, double *t);
/// Twice the variances, their roots and 1/√(1 + 2q); k is not doubled.
void sd_dual_erf(
    size_t n, double *k, double *slope, const double *q, const double *roots, const double *inverses, double qj, double rootj,
    double inversej);
/// Variances q, their roots and 1/√(1 + q).
void sd_dual_gelu(
    size_t n, double *k, double *slope, const double *q, const double *roots, const double *inverses, double qj, double rootj,
    double inversej);
void sd_dual_sin(size_t n, double *k, double *slope, const double *q, double qj);
void sd_dual_cos(size_t n, double *k, double *slope, const double *q, double qj);
/// exp(variance·(q + q′) + covariance·k), and `covariance` times that.
void sd_dual_exponential(size_t n, double *k, double *slope, const double *q, double qj, double variance, double covariance);
/// Σ aₙaₙ′cⁿ over n = 0, 1, first, first + step, … (`count` of them), c = k·inverse·inverse′, and its derivative by k.
void sd_dual_series(
    size_t n, double *k, double *slope, const double *rows, size_t stride, const double *column, int count, int first, int step,
    const double *inverses, double inverse);
/// max |k|·inverse·inverse′
double sd_largest_correlation(size_t n, const double *k, const double *inverses, double inverse);
/// theta ← weight·value + bias + gain·slope·theta
void sd_tangent_step(
    size_t n, const double *value, const double *slope, double weight, double bias, double gain, double *theta);
/// k ← weight·k + bias
void sd_affine(size_t n, double *k, double weight, double bias);
/// out ← inᵀ, both column by column with the given distances of columns.
void sd_transpose(size_t rows, size_t columns, const double *in, size_t stride, double *out, size_t out_stride);
/// Copies the upper triangle of an n × n matrix onto the lower one.
void sd_mirror_upper(size_t n, double *a);

// --- Spectra (resolvent.c) ---

/// out ← real and imaginary parts of Σ w/(λ + κ) and of Σ w/(λ + κ)², κ = x + iy.
void sd_resolvent_sums(size_t n, const double *eigenvalues, const double *weights, double x, double y, double *out);

// --- Recurrent networks (recurrent.c): M latent variables, L units, a batch; rows of z, units and gradients are `stride` apart, of next and
// previous `batch`. W₁ is M × L and W₂ L × M, row by row. ---

/// units = max(0, W₂ z + h₂), next = A z + W₁ units + h₁
void sd_piecewise_step(
    size_t latent, size_t hidden, size_t batch, size_t stride, const double *diagonal, const double *out_weights,
    const double *in_weights, const double *out_bias, const double *in_bias, const double *z, double *units, double *next);
/// The gradient by next to those by W₂ z + h₂ and by z.
void sd_piecewise_transpose(
    size_t latent, size_t hidden, size_t batch, size_t stride, const double *diagonal, const double *out_weights,
    const double *in_weights, const double *units, const double *gradient, double *unit_gradient, double *previous);

#endif
