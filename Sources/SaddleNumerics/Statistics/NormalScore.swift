#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Goals, in this order: scores that stay right far out in the tails, where probabilities underflow; smoothness; speed.
// Everything therefore works on logarithms of tail probabilities.

/// The standard normal value z that is as unlikely as a Student-t value: P(|normal| > |z|) = P(|t_ν| > |t|), same sign.
///
/// - Parameters:
///   - t: A difference over its estimated standard error.
///   - degreesOfFreedom: ν > 0, not necessarily whole (Welch–Satterthwaite); infinite for a known error.
/// - Note: Relative error below 1e-8 for ν ≤ 1e5; above 1e6 the normal limit is used, which differs by less than t³/4ν.
public func normalScore(t: Double, degreesOfFreedom ν: Double) -> Double {
    precondition(ν > 0, "\(ν) degrees of freedom")
    if t == 0 || ν > 1e6 { return t }
    // P(|t_ν| > |t|) = I_x(ν/2, 1/2) at x = ν/(ν + t²)
    let logTail = logIncompleteBeta(ν / 2, 0.5, x: ν / (ν + t * t), complement: t * t / (ν + t * t)) - log(2)
    return (t < 0 ? -1 : 1) * normalScore(logUpperTail: logTail)
}

/// The t > 0 of Student's law that is as unlikely as the normal value z > 0; the inverse of ``normalScore(t:degreesOfFreedom:)``.
///
/// - Note: Relative error below 1e-9; infinite beyond 1e100.
public func studentValue(normalScore z: Double, degreesOfFreedom ν: Double) -> Double {
    if z <= 0 || ν > 1e6 { return z }
    var (low, high) = (z, 2 * z + 1)
    while normalScore(t: high, degreesOfFreedom: ν) < z {
        (low, high) = (high, high * high)
        if high > 1e100 { return .infinity }
    }
    while high - low > 1e-10 * high {
        // Tails are powers: halve the logarithm.
        let middle = (low * high).squareRoot()
        if normalScore(t: middle, degreesOfFreedom: ν) < z { low = middle } else { high = middle }
    }
    return low
}

/// The standard normal value z with P(normal < z) = P(F_{a,b} < ratio), for the ratio of two independent estimates of the
/// same variance with a and b degrees of freedom. Positive for a ratio above the median.
public func normalScore(varianceRatio ratio: Double, degreesOfFreedom a: Double, _ b: Double) -> Double {
    precondition(ratio > 0 && a > 0 && b > 0, "ratio \(ratio) with \(a) and \(b) degrees of freedom")
    let (x, y) = (a * ratio / (a * ratio + b), b / (a * ratio + b))
    // One of the two tails converges fast, and the other is its complement: where that is the smaller one, it is above a third.
    let isLower = x <= (a + 2) / (a + b + 4)
    let tail =
        isLower ? logIncompleteBeta(a / 2, b / 2, x: x, complement: y) : logIncompleteBeta(b / 2, a / 2, x: y, complement: x)
    let (sign, other) = (isLower ? -1.0 : 1, tail > log(0.5))
    return (other ? -sign : sign) * normalScore(logUpperTail: other ? log1p(-exp(tail)) : tail)
}

/// The z ≥ 0 with log P(normal > z) = logUpperTail, for logUpperTail ≤ log ½.
///
/// By rational functions down to probabilities of e⁻⁷²⁹. Beyond, log P is concave and decreasing, and z₀ = √(−2 log P) lies beyond the
/// root, so that Newton's steps only go down.
package func normalScore(logUpperTail: Double) -> Double {
    if logUpperTail >= log(0.5) { return 0 }
    if logUpperTail > -729 { return NormalQuantile.score(logUpperTail: logUpperTail) }
    var z = (-2 * logUpperTail).squareRoot()
    for _ in 0..<50 {
        let tail = logNormalUpperTail(z)
        let slope = -exp(-z * z / 2 - tail) / (2 * Double.pi).squareRoot()
        let step = (tail - logUpperTail) / slope
        z = max(z - step, 0)
        if abs(step) <= 1e-13 * (1 + z) { break }
    }
    return z
}

/// log P(normal > z) for z ≥ 0; beyond 30 by its asymptotic series, relative error of P below 1e-10.
func logNormalUpperTail(_ z: Double) -> Double {
    if z < 30 { return log(0.5 * erfc(z / 2.0.squareRoot())) }
    let u = 1 / (z * z)
    return -z * z / 2 - log(z * (2 * Double.pi).squareRoot()) + log1p(u * (-1 + u * (3 + u * (-15 + u * 105))))
}

/// log I_x(a, b), the regularised incomplete beta function, with y = 1 − x given separately to keep its digits.
///
/// By the continued fraction of DLMF 8.17.22, on the side of the mean where it converges fast.
func logIncompleteBeta(_ a: Double, _ b: Double, x: Double, complement y: Double) -> Double {
    if x <= 0 { return -.infinity }
    if y <= 0 { return 0 }
    if x > (a + 1) / (a + b + 2) { return log1p(-exp(logIncompleteBeta(b, a, x: y, complement: x))) }
    // Numerators and denominators of two successive convergents: fewer divisions than Lentz's ratios, one for each coefficient.
    var (p, q, lastP, lastQ, value) = (1.0, 1.0, 0.0, 1.0, 1.0)
    for k in 1..<5000 {
        let m = Double(k), (low, middle) = (a + 2 * m - 2, a + 2 * m - 1)
        let odd = -(a + m - 1) * (a + b + m - 1) * x / (low * middle)
        (lastP, lastQ) = (p + odd * lastP, q + odd * lastQ)
        let even = m * (b - m) * x / (middle * (middle + 1))
        (p, q) = (lastP + even * p, lastQ + even * q)
        let next = p / q
        if abs(next - value) < 1e-14 * abs(next) { break }
        value = next
        if !(1e-100..<1e100 ~= abs(q)) { (p, q, lastP, lastQ) = (next, 1, lastP / q, lastQ / q) }
    }
    let logBeta = lgamma(a).0 + lgamma(b).0 - lgamma(a + b).0
    return a * log(x) + b * log(y) - log(a) - logBeta + log(p / q)
}
