import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// E f(u)g(v) for centred Gaussian u and v of variances q and p and covariance k: the trapezoidal rule in the two independent
/// directions √q(z cos α ± y sin α), cos 2α = c, with spacing 0.1 up to 9. For entire functions and those analytic up to |Im u| = π/2
/// at q below about 3 its error is below 1e-13.
func gaussianAverage(_ q: Double, _ p: Double, _ k: Double, _ factors: (Matrix, Matrix) -> (Matrix, Matrix)) -> Double {
    let nodes = (-90...90).map { 0.1 * Double($0) }, count = nodes.count
    let c = min(max(k / (q * p).squareRoot(), -1), 1)
    let (a, b) = (((1 + c) / 2).squareRoot(), ((1 - c) / 2).squareRoot())
    let u = Matrix(rows: count, columns: count) { q.squareRoot() * (a * nodes[$0] + b * nodes[$1]) }
    let v = Matrix(rows: count, columns: count) { p.squareRoot() * (a * nodes[$0] - b * nodes[$1]) }
    let (f, g) = factors(u, v)
    let weights = nodes.map { 0.1 * exp(-0.5 * $0 * $0) / (2 * Double.pi).squareRoot() }
    var sum = 0.0
    for j in 0..<count { for i in 0..<count { sum += weights[i] * weights[j] * f[i, j] * g[i, j] } }
    return sum
}
