import SaddleMeasures
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// A kernel between training samples in few numbers.
struct KernelSummary: Encodable, Sendable {
    let kind: KernelKind
    let diagonalMean: Double
    /// Largest first; empty for more samples than `spectrumLimit`.
    let eigenvalues: [Double]
    /// 2P/λ_max; nil without eigenvalues or for a kernel that is zero.
    let largestStableLearningRate: Double?
    let participationRatio: Double?
    let alignment: Double?
    private let rank: Int?

    /// Samples beyond which eigenvalues would take longer than the kernel by far.
    static let spectrumLimit = 2000

    /// - Throws: ``SemidefiniteError`` with the offending eigenvalue.
    init(_ kind: KernelKind, _ kernel: Matrix, labels: Matrix) throws {
        self.kind = kind
        let n = kernel.rows
        diagonalMean = (0..<n).reduce(0) { $0 + kernel[$1, $1] } / Double(n)
        participationRatio = KernelMeasures.participationRatio(kernel)
        alignment = KernelMeasures.alignment(kernel, labels: labels)
        guard n <= Self.spectrumLimit else {
            (eigenvalues, largestStableLearningRate, rank) = ([], nil, nil)
            return
        }
        let values = try SemidefiniteSpectrum.values(of: kernel)
        eigenvalues = values.reversed()
        rank = values.count { $0 > 0 }
        largestStableLearningRate = eigenvalues[0] > 0 ? 2 * Double(n) / eigenvalues[0] : nil
    }

    var row: [String] {
        func text(_ x: Double?) -> String { x.map { NumberText.short($0, digits: 4) } ?? "–" }
        let smallest = rank.map { $0 < eigenvalues.count ? "0 (rank \($0))" : NumberText.short(eigenvalues.last!, digits: 4) }
        return [
            kind.symbol, text(diagonalMean), text(eigenvalues.first), smallest ?? "–", text(participationRatio), text(alignment),
            text(kind == .ntk ? largestStableLearningRate : nil),
        ]
    }

    private enum CodingKeys: String, CodingKey {
        case diagonalMean, eigenvalues, largestStableLearningRate, participationRatio, alignment
    }
}
