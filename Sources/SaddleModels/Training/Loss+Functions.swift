import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Scalar functions of the cross-entropy, arranged so that no finite argument overflows.
extension Loss {
    static func exponential(_ x: Double) -> Double { exp(x) }

    static func sigmoid(_ x: Double) -> Double {
        if x >= 0 { return 1 / (1 + exp(-x)) }
        let e = exp(x)
        return e / (1 + e)
    }

    static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

    static func logSumExp(_ f: Matrix, row: Int) -> Double {
        var largest = -Double.infinity
        for c in 0..<f.columns { largest = max(largest, f[row, c]) }
        var sum = 0.0
        for c in 0..<f.columns { sum += exp(f[row, c] - largest) }
        return largest + log(sum)
    }
}
