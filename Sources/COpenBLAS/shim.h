// CBLAS from OpenBLAS, plus the Fortran LAPACK routines that Saddle calls: Debian's OpenBLAS has LAPACK but no LAPACKE.
// gfortran passes the length of each CHARACTER argument as a trailing size_t.
#include <cblas.h>
#include <stddef.h>

void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dpstrf_(const char *uplo, const int *n, double *a, const int *lda, int *piv, int *rank, const double *tol,
             double *work, int *info, size_t);
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
             const int *lwork, int *iwork, const int *liwork, int *info, size_t, size_t);
void dgeev_(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi, double *vl,
            const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, int *info, size_t, size_t);
// Complex numbers as pairs of doubles, real part first.
void zgeev_(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *w, double *vl,
            const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, double *rwork, int *info, size_t,
            size_t);
