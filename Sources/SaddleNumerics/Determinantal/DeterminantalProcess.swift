/// Random subsets of finitely many places whose correlations are determinants of a kernel, symmetric or not:
///
///     P(A ⊂ S) = det K_A,    P(A ∩ S = ∅) = det(1 − K_A)
public struct DeterminantalProcess: Sendable {
    /// K; a change of gauge dᵢKᵢⱼ/dⱼ is the same process.
    public let kernel: Matrix

    /// The process with that kernel of correlations, square.
    public init(kernel: Matrix) {
        precondition(kernel.rows == kernel.columns, "a \(kernel.rows)×\(kernel.columns) kernel")
        self.kernel = kernel
    }

    /// The process with P(S) = det L_S / det(1 + L): K = 1 − (1 + L)⁻¹.
    public init(ensemble: Matrix) throws(FactorizationError) {
        var shifted = ensemble
        for i in 0..<ensemble.rows { shifted[i, i] += 1 }
        var kernel = try shifted.inverse()
        kernel.scale(by: -1)
        for i in 0..<ensemble.rows { kernel[i, i] += 1 }
        self.init(kernel: kernel)
    }

    /// The probability that a place is taken, for each: the diagonal of K.
    public var densities: [Double] { (0..<kernel.rows).map { kernel[$0, $0] } }

    private func restricted(_ places: [Int]) -> Matrix {
        Matrix(rows: places.count, columns: places.count) { kernel[places[$0], places[$1]] }
    }

    /// The probability that all these places are taken.
    public func correlation(_ places: [Int]) -> Double { restricted(places).determinant }

    /// The probability that of these places the former are taken and the latter are empty.
    public func probability(taken: [Int], empty: [Int]) -> Double {
        // Complement of the holes: their rows of K become those of 1 − K.
        let all = taken + empty
        var matrix = restricted(all)
        for i in taken.count..<all.count {
            for j in all.indices { matrix[i, j] = (i == j ? 1 : 0) - matrix[i, j] }
        }
        return matrix.determinant
    }

    /// The probability that all these places are empty.
    public func gapProbability(_ places: [Int]) -> Double { probability(taken: [], empty: places) }

    /// The number of taken places among some; for symmetric kernels.
    public func count(_ places: [Int]) throws(FactorizationError) -> DeterminantalCount {
        DeterminantalCount(probabilities: try restricted(places).symmetricEigenvalues())
    }

    /// Draws one subset, exactly: place by place with the probability given those before, by elimination on K.
    ///
    /// A place is taken with the pivot's probability p; then elimination goes on with the pivot p, else with p − 1. Small pivots are rare, as they are
    /// probabilities of what happened. Source: Poulson 2020, algorithm 1; valid for kernels without symmetry.
    ///
    /// - Throws: ``DeterminantalError`` where a conditional probability is outside [0, 1] by more than rounding explains.
    /// - Complexity: n³/3 multiplications.
    public func sample(_ stream: inout RandomStream) throws(DeterminantalError) -> [Bool] {
        let n = kernel.rows
        var taken = [Bool](repeating: false, count: n), k = kernel.elements
        for j in 0..<n {
            let p = k[j * n + j]
            if !(p > -Self.rounding && p < 1 + Self.rounding) { throw DeterminantalError(place: j, probability: p) }
            taken[j] = stream.uniform() < p
            let pivot = taken[j] ? p : p - 1
            k.withUnsafeMutableBufferPointer { k in
                let column = k.baseAddress! + j * n
                for c in j + 1..<max(n, j + 1) {
                    let other = k.baseAddress! + c * n, factor = other[j] / pivot
                    if factor == 0 { continue }
                    for i in j + 1..<n { other[i] -= factor * column[i] }
                }
            }
        }
        return taken
    }

    /// Far above what was seen (3e-13 with 200 places), far below what a sample could tell.
    static let rounding = 1e-7
}

/// A kernel that is none, or is known too badly.
public struct DeterminantalError: Error, CustomStringConvertible {
    /// The place whose probability was computed, from 0.
    public let place: Int
    /// Its probability given the places before, outside [0, 1].
    public let probability: Double

    public var description: String {
        "place \(place) of a determinantal process is taken with the probability \(probability): its kernel has lost its digits"
    }
}
