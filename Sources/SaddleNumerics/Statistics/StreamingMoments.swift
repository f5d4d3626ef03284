import CSaddle

/// Mean and central moments, up to the fourth, of a stream of vectors: each vector is seen once and not kept.
///
/// With δ = x − mean and n the count including x,
///
///     mean ← mean + δ/n
///     M₂ ← M₂ + δ²(n−1)/n
///     M₃ ← M₃ + δ³(n−1)(n−2)/n² − 3M₂δ/n
///     M₄ ← M₄ + δ⁴(n−1)(n²−3n+3)/n³ + 6M₂δ²/n² − 4M₃δ/n        (M_k = Σ (x − mean)ᵏ, old values on the right)
///
/// so no large sums cancel, whatever the offset of the data. The result depends on the order of the vectors in the last
/// bits only; the same order gives the same bits. Source: Pébay, "Formulas for robust, one-pass parallel computation of
/// covariances and arbitrary-order statistical moments" (Sandia 2008), equations 1.5, 1.6, 2.1 and 3.1.
///
/// The stored properties are the whole state: write them to a file to continue later with bit-identical results.
public struct StreamingMoments: Sendable, Equatable {
    /// Vectors seen.
    public private(set) var count: Int
    /// Of every number of the vectors.
    public private(set) var mean: [Double]
    /// M₂, M₃ and M₄: sums of powers of the deviations from the mean.
    public private(set) var secondSum: [Double]
    /// M₃
    public private(set) var thirdSum: [Double]
    /// M₄
    public private(set) var fourthSum: [Double]

    /// No vectors of `dimension` numbers yet.
    public init(dimension: Int) {
        precondition(dimension >= 0, "dimension \(dimension)")
        let zeros = [Double](repeating: 0, count: dimension)
        self.init(count: 0, mean: zeros, secondSum: zeros, thirdSum: zeros, fourthSum: zeros)
    }

    /// A state that was stored earlier.
    public init(count: Int, mean: [Double], secondSum: [Double], thirdSum: [Double], fourthSum: [Double]) {
        precondition(
            count >= 0 && secondSum.count == mean.count && thirdSum.count == mean.count && fourthSum.count == mean.count,
            "\(count) vectors, moments of dimensions \(mean.count), \(secondSum.count), \(thirdSum.count), \(fourthSum.count)")
        self.count = count
        self.mean = mean
        self.secondSum = secondSum
        self.thirdSum = thirdSum
        self.fourthSum = fourthSum
    }

    /// Numbers in each vector.
    public var dimension: Int { mean.count }

    /// Takes in one vector.
    public mutating func add(_ values: [Double]) {
        precondition(values.count == dimension, "a vector of \(values.count) numbers for moments of dimension \(dimension)")
        count += 1
        let n = Double(count)
        withBuffers { mean, m2, m3, m4 in
            sd_add_to_moments(
                values.count, n, values, mean.baseAddress, m2.baseAddress, m3.baseAddress, m4.baseAddress)
        }
    }

    /// Takes in all vectors of `other`, as if they came after those seen so far (equal up to rounding).
    public mutating func merge(_ other: StreamingMoments) {
        precondition(other.dimension == dimension, "merging moments of dimensions \(dimension) and \(other.dimension)")
        if other.count == 0 { return }
        let (a, b) = (Double(count), Double(other.count))
        let n = a + b
        count += other.count
        withBuffers { mean, m2, m3, m4 in
            for i in 0..<mean.count {
                let delta = other.mean[i] - mean[i]
                let step = delta / n
                let (otherM2, otherM3) = (other.secondSum[i], other.thirdSum[i])
                mean[i] += b * step
                let square = delta * step * a * b
                m4[i] += other.fourthSum[i] + square * step * step * (a * a - a * b + b * b)
                m4[i] += 6 * step * step * (a * a * otherM2 + b * b * m2[i]) + 4 * step * (a * otherM3 - b * m3[i])
                m3[i] += otherM3 + square * step * (a - b) + 3 * step * (a * otherM2 - b * m2[i])
                m2[i] += otherM2 + square
            }
        }
    }

    private mutating func withBuffers(
        _ body: (
            _ mean: UnsafeMutableBufferPointer<Double>, _ m2: UnsafeMutableBufferPointer<Double>,
            _ m3: UnsafeMutableBufferPointer<Double>, _ m4: UnsafeMutableBufferPointer<Double>
        ) -> Void
    ) {
        mean.withUnsafeMutableBufferPointer { mean in
            secondSum.withUnsafeMutableBufferPointer { m2 in
                thirdSum.withUnsafeMutableBufferPointer { m3 in
                    fourthSum.withUnsafeMutableBufferPointer { m4 in body(mean, m2, m3, m4) }
                }
            }
        }
    }
}
