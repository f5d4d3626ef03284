import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The effective ridges of ``ResolvedLearningCurve``, solved at one size of training sets after another.
struct RidgePath {
    /// Where a size lies, and the ridge of the spectrum alone there, from which κᵢ differ by factors of order one.
    struct Scale {
        /// log P
        let place: Double
        /// κ of the spectrum, and d log κ/d log P of it.
        let threshold, slope: Double
    }

    /// log(κᵢ/κ) at a size, and its derivative by log P.
    private struct Node {
        let place: Double
        let values, slopes: [Double]
    }

    private let kernel: Matrix
    private let ridge: Double
    private var nodes: [Node] = []
    /// M of the last solution.
    private(set) var inverse: UpperSymmetric
    /// κ′ of the last solution.
    private(set) var change: [Double] = []
    private var correlations: UpperSymmetric

    /// Relative steps of Newton's method below this end it; the next would be their square.
    private static let tolerance = 1e-8

    init(kernel: Matrix, ridge: Double) {
        (self.kernel, self.ridge) = (kernel, ridge)
        inverse = UpperSymmetric(Matrix(rows: kernel.rows, columns: kernel.rows))
        correlations = inverse
    }

    /// - Throws: `FactorizationError`, ``KernelCurveError/notConverged(samples:residual:)``.
    mutating func solve(samples: Double, _ scale: Scale) throws {
        let n = kernel.rows, share = samples / Double(n)
        var ridges = guess(scale)
        var size = Double.infinity
        for _ in 0..<40 {
            try inverse.setInverse(of: kernel, plusDiagonal: ridges)
            let diagonal = inverse.diagonal
            correlations.setSquaredCorrelations(of: inverse)
            let system = System(correlations: correlations, diagonal: diagonal, share: share)
            // F = κ − δ − (1 − p)/Mᵢᵢ has the Jacobian diag((1 − p)/Mᵢᵢ²)·A.
            let right = (0..<n).map { i in
                diagonal[i] * diagonal[i] * (ridges[i] - ridge - (1 - share) / diagonal[i]) / (1 - share)
            }
            guard let step = try system.solve([right], tolerance: 1e-6)?[0] else {
                // Below the solution A may be indefinite, and a step of Newton's method go anywhere; above it neither happens.
                ridges = ridges.map { 2 * $0 }
                continue
            }
            size = zip(step, ridges).reduce(0) { max($0, abs($1.0 / $1.1)) }
            if size < Self.tolerance {
                let ends = [
                    [Double](repeating: share, count: n), diagonal.map { -$0 * share / (1 - share) },
                ]
                guard let found = try system.solve(ends, tolerance: 1e-11) else { break }
                change = found[0]
                note(ridges, slopes: found[1], scale)
                return
            }
            let next = zip(ridges, step).map { $0 - $1 }
            ridges = next.allSatisfy { $0 > 0 && $0.isFinite } ? next : ridges.map { 2 * $0 }
        }
        throw KernelCurveError.notConverged(samples: samples, residual: size)
    }

    private mutating func note(_ ridges: [Double], slopes: [Double], _ scale: Scale) {
        nodes.append(
            Node(
                place: scale.place, values: ridges.map { log($0 / scale.threshold) },
                slopes: zip(slopes, ridges).map { $0 / $1 - scale.slope }))
        if nodes.count > 3 { nodes.removeFirst() }
    }

    /// The polynomial through the last solutions and their slopes, or the ridge of the spectrum where there are none or it runs off.
    private func guess(_ scale: Scale) -> [Double] {
        let t = scale.place, uniform = [Double](repeating: scale.threshold, count: kernel.rows)
        if Set(nodes.map(\.place)).count < nodes.count || nodes.isEmpty { return uniform }
        var sums = [Double](repeating: 0, count: kernel.rows)
        for (k, node) in nodes.enumerated() {
            var (basis, slope) = (1.0, 0.0)
            for (j, other) in nodes.enumerated() where j != k {
                basis *= (t - other.place) / (node.place - other.place)
                slope += 1 / (node.place - other.place)
            }
            let value = (1 - 2 * (t - node.place) * slope) * basis * basis, rise = (t - node.place) * basis * basis
            for i in sums.indices { sums[i] += value * node.values[i] + rise * node.slopes[i] }
        }
        // Between sizes far apart it is worth nothing.
        return sums.allSatisfy { abs($0) < 5 } ? sums.map { scale.threshold * exp($0) } : uniform
    }

    /// A = diag(m)(1/(1 − p) − C)diag(m) with m = Mᵢᵢ and the squared correlations C of M.
    private struct System: LinearOperator {
        let correlations: UpperSymmetric
        let diagonal: [Double]
        let share: Double
        var rows: Int { diagonal.count }
        var columns: Int { diagonal.count }

        /// The bracket times x.
        func apply(_ x: Matrix) -> Matrix {
            var result = correlations.apply(x)
            result.scale(by: -1)
            result.add(x, scale: 1 / (1 - share))
            return result
        }

        /// A⁻¹ of each right-hand side; nil where A is not positive definite.
        func solve(_ sides: [[Double]], tolerance: Double) throws -> [[Double]]? {
            var right = Matrix(rows: rows, columns: sides.count, elements: sides.flatMap { $0 })
            let inverses = diagonal.map { 1 / $0 }
            right.scaleRows(by: inverses)
            do {
                var found = try ConjugateGradients(tolerance: tolerance).solve(self, right).solution
                found.scaleRows(by: inverses)
                return sides.indices.map { Array(found.elements[$0 * rows..<($0 + 1) * rows]) }
            } catch IterationError.notConverged { return nil }
        }
    }
}
