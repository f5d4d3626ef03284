#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The power spectrum of a series by means over segments (Welch 1967): half overlapping, each less its mean and under Hann's window.
///
/// Frequencies are k/n of a sample for k = 1 … n/2, with n the length of a segment, a power of two. Powers sum to one.
public struct PowerSpectrum: Sendable {
    /// n
    public let segment: Int
    /// At frequencies 1/n, 2/n, … ½; their sum is one.
    public let powers: [Double]

    /// - Parameter series: at least two times.
    /// - Returns: nil for a series without power.
    public init?(_ series: [Double], segment longest: Int = 2048) {
        precondition(series.count >= 2, "a spectrum of \(series.count) times")
        var n = 2
        while 2 * n <= min(longest, series.count) { n *= 2 }
        segment = n
        var sums = [Double](repeating: 0, count: n / 2)
        let window = (0..<n).map { 0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(n)) }
        for start in stride(from: 0, through: series.count - n, by: n / 2) {
            let part = series[start..<start + n], mean = part.reduce(0, +) / Double(n)
            var real = zip(part, window).map { ($0 - mean) * $1 }, imaginary = [Double](repeating: 0, count: n)
            Self.transform(&real, &imaginary)
            for k in 1...n / 2 { sums[k - 1] += real[k] * real[k] + imaginary[k] * imaginary[k] }
        }
        let total = sums.reduce(0, +)
        guard total > 0, total.isFinite else { return nil }
        powers = sums.map { $0 / total }
    }

    private init(segment: Int, powers: [Double]) { (self.segment, self.powers) = (segment, powers) }

    /// Spread by a Gaussian of that deviation in frequencies, cut at four of them and at the ends, where weights are renewed to sum one.
    public func smoothed(by width: Double) -> PowerSpectrum {
        guard width > 0 else { return self }
        let reach = Int((4 * width).rounded(.up)), count = powers.count
        let weights = (0...reach).map { exp(-Double($0 * $0) / (2 * width * width)) }
        var result = [Double](repeating: 0, count: count)
        for k in 0..<count {
            let near = max(k - reach, 0)...min(k + reach, count - 1)
            let total = near.reduce(0.0) { $0 + weights[abs($1 - k)] }
            for j in near { result[j] += powers[k] * weights[abs(j - k)] / total }
        }
        return PowerSpectrum(segment: segment, powers: result)
    }

    /// √(1 − Σ√(p q)), from 0 to 1.
    public func hellinger(to other: PowerSpectrum) -> Double {
        precondition(segment == other.segment, "spectra of segments of \(segment) and \(other.segment)")
        return max(0, 1 - zip(powers, other.powers).reduce(0) { $0 + ($1.0 * $1.1).squareRoot() }).squareRoot()
    }

    /// Σ_j x_j e^{−2πijk/n} in place, by Cooley and Tukey's halving; n a power of two.
    static func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
        let n = real.count
        precondition(n & (n - 1) == 0 && imaginary.count == n, "\(n) numbers are no power of two")
        var j = 0
        for i in 1..<max(n, 1) {
            var bit = n >> 1
            while j & bit != 0 {
                j ^= bit
                bit >>= 1
            }
            j |= bit
            if i < j {
                real.swapAt(i, j)
                imaginary.swapAt(i, j)
            }
        }
        var half = 1
        while half < n {
            let waves = (0..<half).map { (cos(.pi * Double($0) / Double(half)), -sin(.pi * Double($0) / Double(half))) }
            for start in stride(from: 0, to: n, by: 2 * half) {
                for k in 0..<half {
                    let (a, b) = (start + k, start + k + half), (c, s) = waves[k]
                    let re = real[b] * c - imaginary[b] * s, im = real[b] * s + imaginary[b] * c
                    (real[b], imaginary[b]) = (real[a] - re, imaginary[a] - im)
                    (real[a], imaginary[a]) = (real[a] + re, imaginary[a] + im)
                }
            }
            half *= 2
        }
    }
}
