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

    private let largest: Double

    /// Steps of Newton's method, relative to κ, in the mean square, that end it: losses are then known to half of it, the ridges to its square.
    private static let tolerance = 2e-6

    init(kernel: Matrix, ridge: Double) {
        (self.kernel, self.ridge) = (kernel, ridge)
        largest = (0..<kernel.rows).reduce(0) { max($0, kernel[$1, $1]) }
        inverse = UpperSymmetric(Matrix(rows: kernel.rows, columns: kernel.rows))
        correlations = inverse
    }

    /// - Throws: `FactorizationError`, ``KernelCurveError/notConverged(samples:residual:)``.
    mutating func solve(samples: Double, _ scale: Scale) throws {
        let n = kernel.rows, share = samples / Double(n)
        var ridges = guess(scale)
        var size = Double.infinity, mayBeSingle = true
        for _ in 0..<40 {
            let isSingle = mayBeSingle && singleSuffices(ridges)
            if try !invert(ridges, isSingle: isSingle) {
                mayBeSingle = false
                continue
            }
            let diagonal = inverse.diagonal
            correlations.setSquaredCorrelations(of: inverse)
            let system = System(correlations: correlations, diagonal: diagonal, share: share)
            // F = κ − δ − (1 − p)/Mᵢᵢ has the Jacobian diag((1 − p)/Mᵢᵢ²)·A. In 1 − κᵢMᵢᵢ = (MK)ᵢᵢ small p are lost to single precision on
            // the left, and small κ, whose M is large, on the right.
            let fitted = isSingle ? inverse.diagonal(ofProductWith: kernel) : zip(ridges, diagonal).map { 1 - $0 * $1 }
            let right = (0..<n).map { i in diagonal[i] * (share - fitted[i] - ridge * diagonal[i]) / (1 - share) }
            // Without ridge, κ of an input that is there twice ends at zero where more than half are drawn. It decides nothing there: far
            // below the others it counts against a thousandth of their mean, and stops where K + κ can still be factorised. Its residual
            // then stays, and may not hide those of the others.
            let mean = ridges.reduce(0, +) / Double(n), least = 1e-3 * mean
            guard let step = try system.solve([right], tolerance: ridges.contains { $0 < least } ? 1e-8 : 1e-4)?[0] else {
                // Below the solution A may be indefinite, and a step of Newton's method go anywhere; above it neither happens.
                if isSingle { mayBeSingle = false } else { ridges = ridges.map { 2 * $0 } }
                continue
            }
            size = (zip(step, ridges).reduce(0) { $0 + ($1.0 / max($1.1, least)) * ($1.0 / max($1.1, least)) } / Double(n))
                .squareRoot()
            let next = zip(ridges, step).map { $0 > least ? $0 - $1 : max($0 - $1, 1e-9 * mean) }
            let isInside = next.allSatisfy { $0 > 0 && $0.isFinite }
            ridges = isInside ? next : ridges.map { 2 * $0 }
            if isInside && size < Self.tolerance {
                let ends = [
                    [Double](repeating: share, count: n), diagonal.map { -$0 * share / (1 - share) },
                ]
                guard let found = try system.solve(ends, tolerance: isSingle ? 1e-6 : 1e-9) else {
                    if !isSingle { break }
                    mayBeSingle = false
                    continue
                }
                change = found[0]
                note(ridges, slopes: found[1], scale)
                return
            }
        }
        throw KernelCurveError.notConverged(samples: samples, residual: size)
    }

    /// Whether the inverse was found; false in single precision alone, where double decides whether the matrix is singular.
    private mutating func invert(_ ridges: [Double], isSingle: Bool) throws -> Bool {
        do {
            try inverse.setInverse(of: kernel, plusDiagonal: ridges, precision: isSingle ? .single : .double)
            return true
        } catch {
            if isSingle { return false }
            throw error
        }
    }

    /// Whether the rounding of the factor in single precision, 2⁻²⁴ Kᵢᵢ/κᵢ, leaves ridges within the tolerance: they are within three
    /// times that.
    private func singleSuffices(_ ridges: [Double]) -> Bool {
        1.5 * Double(Float.ulpOfOne) * largest < Self.tolerance * (ridges.min() ?? 0)
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

    /// A = diag(m)(p/(1 − p) − C)diag(m) with m = Mᵢᵢ and the squared correlations C of M between different sites.
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
            result.add(x, scale: share / (1 - share))
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
