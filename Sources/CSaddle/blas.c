#include "CSaddle.h"
#include <stdlib.h>

#if defined(__APPLE__)
#include <Accelerate/Accelerate.h>
#define HIDDEN(...)
typedef __LAPACK_int lapack_size;
typedef __LAPACK_double_complex zcomplex;
#else
#include "../COpenBLAS/shim.h"
// The hidden CHARACTER lengths that gfortran's ABI appends.
#define HIDDEN(...) , __VA_ARGS__
typedef int lapack_size;
typedef double zcomplex;
#endif

void sd_gemm(int transA, int transB, int m, int n, int k, double alpha, const double *a, int lda, const double *b,
             int ldb, double beta, double *c, int ldc) {
    cblas_dgemm(CblasColMajor, transA ? CblasTrans : CblasNoTrans, transB ? CblasTrans : CblasNoTrans, m, n, k, alpha, a,
                lda, b, ldb, beta, c, ldc);
}

void sd_syrk_upper(int n, int k, double alpha, const double *a, int lda, double beta, double *c, int ldc) {
    cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, n, k, alpha, a, lda, beta, c, ldc);
}

void sd_single_gemm(int transA, int transB, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
                    int ldb, float beta, float *c, int ldc) {
    cblas_sgemm(CblasColMajor, transA ? CblasTrans : CblasNoTrans, transB ? CblasTrans : CblasNoTrans, m, n, k, alpha, a,
                lda, b, ldb, beta, c, ldc);
}

void sd_single_syrk_upper(int n, int k, float alpha, const float *a, int lda, float beta, float *c, int ldc) {
    cblas_ssyrk(CblasColMajor, CblasUpper, CblasTrans, n, k, alpha, a, lda, beta, c, ldc);
}

void sd_trsm_right_upper(int transposed, int m, int n, const double *r, int ldr, double *b, int ldb) {
    cblas_dtrsm(CblasColMajor, CblasRight, CblasUpper, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, m, n, 1.0, r,
                ldr, b, ldb);
}

void sd_trsm_left_upper_transposed(int m, int n, const double *r, int ldr, double *b, int ldb) {
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, m, n, 1.0, r, ldr, b, ldb);
}

int sd_potrf_upper(int n, double *a, int lda) {
    lapack_size order = n, stride = lda, info = 0;
    dpotrf_("U", &order, a, &stride, &info HIDDEN(1));
    return (int)info;
}

// Copied in the factor's unit, so that single precision neither overflows nor loses what is small against 1.
#define INVERSE_UPPER(name, number, factorize, invert) \
    int name(int n, const double *a, const double *added, double unit, number *out) { \
        lapack_size order = n, info = 0; \
        for (size_t j = 0; j < (size_t)n; j++) { \
            for (size_t i = 0; i < j; i++) out[j * n + i] = (number)(unit * a[j * n + i]); \
            out[j * n + j] = (number)(unit * (a[j * n + j] + added[j])); \
        } \
        factorize("U", &order, out, &order, &info HIDDEN(1)); \
        if (!info) invert("U", &order, out, &order, &info HIDDEN(1)); \
        return (int)info; \
    }
INVERSE_UPPER(sd_inverse_upper, double, dpotrf_, dpotri_)
INVERSE_UPPER(sd_inverse_upper_single, float, spotrf_, spotri_)

void sd_symv_upper(int n, double alpha, const double *a, int lda, const double *x, double beta, double *y) {
    cblas_dsymv(CblasColMajor, CblasUpper, n, alpha, a, lda, x, 1, beta, y, 1);
}

void sd_symv_upper_single(int n, const float *a, const float *x, float *y) {
    cblas_ssymv(CblasColMajor, CblasUpper, n, 1, a, n, x, 1, 0, y, 1);
}

void sd_symm_upper(int m, int n, double alpha, const double *a, int lda, const double *b, int ldb, double beta, double *c,
                   int ldc) {
    cblas_dsymm(CblasColMajor, CblasLeft, CblasUpper, m, n, alpha, a, lda, b, ldb, beta, c, ldc);
}

int sd_sytrd_upper(int n, double *a, int lda, double *diagonal, double *off, int columns, double *c, int ldc) {
    lapack_size order = n, stride = lda, others = columns, other_stride = ldc, info = 0, query = -1;
    double *reflectors = malloc(sizeof(double) * (size_t)(n > 0 ? n : 1)), words[2] = {1, 1};
    if (!reflectors) return -1000;
    dsytrd_("U", &order, a, &stride, diagonal, off, reflectors, &words[0], &query, &info HIDDEN(1));
    if (!info)
        dormtr_("L", "U", "T", &order, &others, a, &stride, reflectors, c, &other_stride, &words[1], &query, &info HIDDEN(1, 1, 1));
    lapack_size lwork = (lapack_size)(words[0] > words[1] ? words[0] : words[1]);
    double *work = info ? NULL : malloc(sizeof(double) * (size_t)lwork);
    if (work) {
        dsytrd_("U", &order, a, &stride, diagonal, off, reflectors, work, &lwork, &info HIDDEN(1));
        if (!info)
            dormtr_("L", "U", "T", &order, &others, a, &stride, reflectors, c, &other_stride, work, &lwork, &info HIDDEN(1, 1, 1));
    } else if (!info) {
        info = -1000;
    }
    free(work);
    free(reflectors);
    return (int)info;
}

int sd_pstrf_upper(int n, double *a, int lda, int *pivots, int *rank, double tolerance) {
    lapack_size order = n, stride = lda, info = 0, found = 0;
    double *work = malloc(sizeof(double) * 2 * (size_t)(n > 0 ? n : 1));
    if (!work) return -1000;
    dpstrf_("U", &order, a, &stride, pivots, &found, &tolerance, work, &info HIDDEN(1));
    free(work);
    *rank = (int)found;
    return (int)info;
}

int sd_syevd(int wantVectors, int n, double *a, int lda, double *eigenvalues) {
    lapack_size order = n, stride = lda, info = 0, query = -1, integers = 0;
    double words = 0;
    const char *job = wantVectors ? "V" : "N";
    dsyevd_(job, "U", &order, a, &stride, eigenvalues, &words, &query, &integers, &query, &info HIDDEN(1, 1));
    if (info) return (int)info;
    lapack_size lwork = (lapack_size)words, liwork = integers;
    double *work = malloc(sizeof(double) * (size_t)lwork);
    lapack_size *iwork = malloc(sizeof(lapack_size) * (size_t)liwork);
    if (!work || !iwork) {
        free(work);
        free(iwork);
        return -1000;
    }
    dsyevd_(job, "U", &order, a, &stride, eigenvalues, work, &lwork, iwork, &liwork, &info HIDDEN(1, 1));
    free(work);
    free(iwork);
    return (int)info;
}

int sd_geev(int n, double *a, int lda, double *real, double *imaginary) {
    lapack_size order = n, stride = lda, info = 0, query = -1, one = 1;
    double words = 0, none = 0;
    dgeev_("N", "N", &order, a, &stride, real, imaginary, &none, &one, &none, &one, &words, &query, &info HIDDEN(1, 1));
    if (info) return (int)info;
    lapack_size lwork = (lapack_size)words;
    double *work = malloc(sizeof(double) * (size_t)lwork);
    if (!work) return -1000;
    dgeev_("N", "N", &order, a, &stride, real, imaginary, &none, &one, &none, &one, work, &lwork, &info HIDDEN(1, 1));
    free(work);
    return (int)info;
}

int sd_geev_vectors(int n, double *a, double *real, double *imaginary, double *left, double *right) {
    lapack_size order = n, info = 0, query = -1;
    double words = 0;
    dgeev_("V", "V", &order, a, &order, real, imaginary, left, &order, right, &order, &words, &query, &info HIDDEN(1, 1));
    if (info) return (int)info;
    lapack_size lwork = (lapack_size)words;
    double *work = malloc(sizeof(double) * (size_t)lwork);
    if (!work) return -1000;
    dgeev_("V", "V", &order, a, &order, real, imaginary, left, &order, right, &order, work, &lwork, &info HIDDEN(1, 1));
    free(work);
    return (int)info;
}

int sd_gesv(int n, double *a, int *pivots, int columns, double *b) {
    lapack_size order = n, right = columns, info = 0;
    lapack_size *rows = malloc(sizeof(lapack_size) * (size_t)(n > 0 ? n : 1));
    if (!rows) return -1000;
    dgesv_(&order, &right, a, &order, rows, b, &order, &info);
    for (int i = 0; i < n; i++) pivots[i] = (int)rows[i];
    free(rows);
    return (int)info;
}

int sd_zgeev(int n, double *a, int lda, double *values) {
    lapack_size order = n, stride = lda, info = 0, query = -1, one = 1;
    double words[2] = {0, 0}, none[2] = {0, 0};
    double *reals = malloc(sizeof(double) * 2 * (size_t)(n > 0 ? n : 1));
    if (!reals) return -1000;
    zgeev_("N", "N", &order, (zcomplex *)a, &stride, (zcomplex *)values, (zcomplex *)none, &one, (zcomplex *)none, &one,
           (zcomplex *)words, &query, reals, &info HIDDEN(1, 1));
    double *work = 0;
    if (!info) {
        lapack_size lwork = (lapack_size)words[0];
        work = malloc(sizeof(double) * 2 * (size_t)lwork);
        if (work)
            zgeev_("N", "N", &order, (zcomplex *)a, &stride, (zcomplex *)values, (zcomplex *)none, &one, (zcomplex *)none, &one,
                   (zcomplex *)work, &lwork, reals, &info HIDDEN(1, 1));
        else
            info = -1000;
    }
    free(work);
    free(reals);
    return (int)info;
}

int sd_gesdd(int m, int n, double *a, double *s, double *u, double *vt) {
    lapack_size rows = m, columns = n, k = m < n ? m : n, info = 0, query = -1;
    double words = 0;
    lapack_size *integers = malloc(sizeof(lapack_size) * 8 * (size_t)(k > 0 ? k : 1));
    if (!integers) return -1000;
    dgesdd_("S", &rows, &columns, a, &rows, s, u, &rows, vt, &k, &words, &query, integers, &info HIDDEN(1));
    lapack_size lwork = (lapack_size)words;
    double *work = info ? NULL : malloc(sizeof(double) * (size_t)lwork);
    if (work)
        dgesdd_("S", &rows, &columns, a, &rows, s, u, &rows, vt, &k, work, &lwork, integers, &info HIDDEN(1));
    else if (!info)
        info = -1000;
    free(work);
    free(integers);
    return (int)info;
}

#if defined(__APPLE__)
void sd_set_blas_threads(int n) {
    if (__builtin_available(macOS 15.0, *))
        BLASSetThreading(n > 1 ? BLAS_THREADING_MULTI_THREADED : BLAS_THREADING_SINGLE_THREADED);
}
const char *sd_blas_description(void) { return "Accelerate"; }
const char *sd_blas_kernel(void) { return NULL; }
#else
void sd_set_blas_threads(int n) { openblas_set_num_threads(n); }

// What OpenBLAS does when it is loaded, where it holds kernels for several processors.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

int sd_choose_blas_kernel(void) {
    if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit) return 0;
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    return 1;
}
const char *sd_blas_description(void) { return openblas_get_config(); }
const char *sd_blas_kernel(void) { return openblas_get_corename(); }
#endif

uint32_t sd_processor_features(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    uint32_t features = 0;
    if (__builtin_cpu_supports("avx")) features |= 1;
    if (__builtin_cpu_supports("avx2")) features |= 2;
    if (__builtin_cpu_supports("fma")) features |= 4;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        features |= 8;
    return features;
#else
    return 0;
#endif
}
