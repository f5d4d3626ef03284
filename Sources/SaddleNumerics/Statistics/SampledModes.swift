/// In how many independent ways the numbers of a sample of vectors vary.
///
///     k = (tr C)²/tr C²,      C the covariance
///
/// The squared distance ‖x − x̄‖² of normal vectors then has the variance of tr C · χ²_k/k, and the sum of their estimated variances that of
/// (n−1)k degrees of freedom (Satterthwaite). From n samples, with S the sample covariance and ν = n − 1, tr C² is
///
///     ν²/((ν−1)(ν+2)) · (tr S² − (tr S)²/ν)
///
/// without bias for normal vectors (Bai, Saranadasa 1996). Heavy tails make sums of squares vary more than that: k is the smaller of
/// this value and 2(mean q)²/var(q) over q = ‖x − x̄‖², where there are samples enough for the latter.
public struct SampledModes: Sendable {
    /// Samples from which on the scatter of q is believed.
    private static let believed = 20

    /// k, below 1 for tails heavier than normal ones; 1 with fewer than four samples, or without any spread.
    public let count: Double
    /// tr S: the sum of the unbiased variances.
    public let totalVariance: Double
    /// n
    public let samples: Int

    /// Whether there are samples enough for heavy tails to show.
    public var isReliable: Bool { samples >= Self.believed }

    /// - Parameter columns: which numbers of each row.
    public init(_ rows: [[Double]], columns: Range<Int>) {
        samples = rows.count
        let n = rows.count, width = columns.count
        guard n > 1, width > 0 else {
            (count, totalVariance) = (1, 0)
            return
        }
        var centred = Matrix(rows: width, columns: n)
        for i in 0..<width {
            let mean = rows.reduce(0) { $0 + $1[columns.lowerBound + i] } / Double(n)
            for k in 0..<n { centred[i, k] = rows[k][columns.lowerBound + i] - mean }
        }
        let ν = Double(n - 1)
        let distances = (0..<n).map { k in (0..<width).reduce(0) { $0 + centred[$1, k] * centred[$1, k] } * Double(n) / ν }
        let trace = distances.reduce(0, +) / Double(n)
        // Both have the eigenvalues of S, times ν.
        let gram =
            n < width ? Matrix.product(centred.ᵀ, .plain(centred)) : Matrix.product(.plain(centred), centred.ᵀ)
        let square = gram.elements.reduce(0) { $0 + $1 * $1 } / (ν * ν)
        totalVariance = trace
        let unbiased = ν > 1 ? ν * ν / ((ν - 1) * (ν + 2)) * (square - trace * trace / ν) : 0
        guard n >= 4, trace > 0, unbiased > 0 else {
            count = 1
            return
        }
        var k = trace * trace / unbiased
        if n >= Self.believed {
            let scatter = distances.reduce(0) { $0 + ($1 - trace) * ($1 - trace) } / ν
            if scatter > 0 { k = min(k, 2 * trace * trace / scatter) }
        }
        count = k
    }
}
