import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The spectrum of one matrix, of weights or of samples × features, beside noise and heavy tails.
public struct MatrixSpectrum: Sendable {
    /// What the spectrum is; raw values are those of results.
    public enum Kind: String, Sendable {
        /// Marchenko and Pastur's law, nothing beyond it.
        case noise
        /// The same, and eigenvalues beyond it.
        case spiked
        /// No bulk of noise; the largest eigenvalues follow a power law, and no exponential one.
        case heavyTailed = "heavy_tailed"
        /// Neither.
        case other
        /// Too few eigenvalues.
        case cannotTell = "cannot_tell"
    }

    /// What the matrix is called.
    public let name: String
    /// Of the matrix as given, constant columns and zero rows aside.
    public let rows, columns: Int
    /// Whether the means of the columns were subtracted.
    public let isCentred: Bool
    /// Columns without variance (without entries, if not centred), and rows of zeros, which are left out.
    public let emptyColumns, emptyRows: Int
    /// s²/(longer side), descending; or those that were given.
    public let eigenvalues: [Double]
    /// The law of noise and what lies beyond it; nil where ``remark`` says why.
    public let noise: NoiseSpectrum?
    /// Why there is none.
    public let remark: String?
    /// Of the largest eigenvalues; nil for too few positive ones.
    public let tail: PowerLawTail?

    /// - Parameter isCentred: whether the mean of each column is subtracted.
    public init(_ name: String, _ matrix: Matrix, isCentred: Bool, seed: Int = 1) throws {
        let (n, d) = (matrix.rows, matrix.columns)
        var columns: [[Double]] = []
        for j in 0..<d {
            let x = Array(matrix.elements[j * n..<(j + 1) * n]), mean = isCentred ? x.reduce(0, +) / Double(n) : 0
            if isCentred ? x.contains(where: { $0 != x[0] }) : x.contains(where: { $0 != 0 }) {
                columns.append(x.map { $0 - mean })
            }
        }
        let kept = isCentred ? Array(0..<n) : (0..<n).filter { i in columns.contains { $0[i] != 0 } }
        let x = Matrix(rows: kept.count, columns: columns.count, elements: columns.flatMap { column in kept.map { column[$0] } })
        (self.name, rows, self.columns, self.isCentred) = (name, kept.count, columns.count, isCentred)
        (emptyColumns, emptyRows) = (d - columns.count, n - kept.count)
        let samples = kept.count - (isCentred ? 1 : 0), shorter = min(samples, columns.count)
        guard shorter >= 2 else {
            (eigenvalues, noise, tail) = ([], nil, nil)
            remark = "\(kept.count) × \(columns.count) numbers that vary; expected \(NoiseSpectrum.fewest) or more on both sides"
            return
        }
        // Divided by the largest, squares stay within range.
        let largest = x.elements.reduce(0) { max($0, abs($1)) }
        var scaled = x
        scaled.scaleColumns(by: [Double](repeating: 1 / largest, count: columns.count))
        let gram = scaled.rows < scaled.columns ? scaled.transposed.gram() : scaled.gram()
        let longer = Double(max(samples, columns.count)), unit = largest * largest / longer
        // Of a centred matrix with fewer samples than features, one eigenvalue is zero.
        let all = try gram.symmetricEigenvalues().sorted(by: >).prefix(shorter).map { max($0, 0) * unit }
        eigenvalues = all
        (noise, remark) = Self.noise(all, longer: longer, scores: isCentred ? Double(samples) : nil, seed: seed)
        tail = PowerLawTail(all, seed: seed)
    }

    /// Of eigenvalues that were found elsewhere.
    ///
    /// - Parameter ratio: q, shorter over longer side of the matrix they are of; nil if it is unknown.
    public init(_ name: String, eigenvalues: [Double], ratio: Double?, seed: Int = 1) {
        (self.name, rows, columns, isCentred) = (name, 0, eigenvalues.count, false)
        (emptyColumns, emptyRows) = (0, 0)
        self.eigenvalues = eigenvalues.sorted(by: >)
        if let ratio {
            (noise, remark) = Self.noise(self.eigenvalues, longer: Double(eigenvalues.count) / ratio, scores: nil, seed: seed)
        } else {
            (noise, remark) = (nil, "without the ratio of its sides no law of noise is known for these eigenvalues")
        }
        tail = PowerLawTail(self.eigenvalues, seed: seed)
    }

    private static func noise(
        _ eigenvalues: [Double], longer: Double, scores: Double?, seed: Int
    ) -> (NoiseSpectrum?, String?) {
        guard eigenvalues.count >= NoiseSpectrum.fewest else {
            return (nil, "\(eigenvalues.count) eigenvalues; expected \(NoiseSpectrum.fewest) or more")
        }
        if let least = eigenvalues.last, least < 0 {
            return (nil, "the eigenvalue \(NumberText.short(least)) is negative, which that of no covariance is")
        }
        do { return (try NoiseSpectrum(eigenvalues, longer: longer, scores: scores, seed: seed), nil) } catch {
            return (nil, "\(error)")
        }
    }

    /// Noise first: a matrix whose bulk follows Marchenko and Pastur's law is not asked for a heavy tail.
    public var kind: Kind {
        if let noise, noise.isNoise { return noise.outliers.isEmpty ? .noise : .spiked }
        if noise == nil && tail == nil { return .cannotTell }
        if let tail, tail.isHeavy { return .heavyTailed }
        return noise == nil ? .cannotTell : .other
    }

    /// (Σλ)²/Σλ²
    public var participationRatio: Double? {
        let positive = eigenvalues.map { max($0, 0) }, sum = positive.reduce(0, +), squares = positive.reduce(0) { $0 + $1 * $1 }
        return squares > 0 ? sum / squares * sum : nil
    }
    /// e^{entropy} of the shares λ/Σλ (Roy and Vetterli 2007).
    public var entropyRank: Double? {
        let positive = eigenvalues.filter { $0 > 0 }, sum = positive.reduce(0, +)
        return sum > 0 ? exp(-positive.reduce(0) { $0 + $1 / sum * log($1 / sum) }) : nil
    }
    /// Σλ/λ₁
    public var stableRank: Double? {
        guard let first = eigenvalues.first, first > 0 else { return nil }
        return eigenvalues.reduce(0) { $0 + max($1, 0) } / first
    }
}
